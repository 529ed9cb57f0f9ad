// SPDX-License-Identifier: GPL-2.0-only
/* What is refused as a nexthop, each mistake in words of its own: common fields, flags. */
#include "nexthop_check_aid.h"

static void check_ids_and_common_fields(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_info info;
	struct vr_nh_cfg cfg;
	unsigned int i;
	u64 before;

	check_build(w);
	before = w_digest(w);

	cfg = encap(0, AF_INET, V_GUEST);
	REFUSED_NEW(-EPERM, VR_A_NH_ID);
	cfg.id = VR_NH_ID_MAX + 1;
	REFUSED_NEW(-EINVAL, VR_A_NH_ID);
	cfg.id = ~0U;
	REFUSED(-EINVAL, VR_A_NH_ID);
	cfg = encap(1, AF_INET, V_GUEST);
	W_REFUSED(w, w_nh_set_excl(w, &cfg), -EEXIST, VR_A_NH_ID, before);
	W_NEW_TEXT(w, &texts);

	cfg = w_nh_cfg(1, VR_NH_DEAD);
	REFUSED_NEW(-EINVAL, VR_A_NH_TYPE);
	for (i = VR_NH_L2_RECEIVE + 1; i && i < ~0U / 3; i *= 3) {
		cfg.type = i;
		REFUSED(-EINVAL, VR_A_NH_TYPE);
	}

	cfg = encap(1, 0, V_GUEST);
	REFUSED_NEW(-EINVAL, VR_A_NH_FAMILY);
	cfg.family = 99;
	REFUSED_NEW(-EAFNOSUPPORT, VR_A_NH_FAMILY);
	cfg = w_nh_cfg(1, VR_NH_VRF_TRANSLATE);
	REFUSED(-EINVAL, VR_A_NH_FAMILY);

	cfg = encap(1, AF_INET, VR_VIF_ID_NONE);
	REFUSED_NEW(-EINVAL, VR_A_NH_OIF);
	cfg.oif = 77;
	REFUSED_NEW(-ENOENT, VR_A_NH_OIF);
	cfg.oif = VR_VIF_ID_MAX + 1;
	REFUSED(-ENOENT, VR_A_NH_OIF);
	cfg = w_nh_cfg(1, VR_NH_RECEIVE);
	REFUSED(-EINVAL, VR_A_NH_OIF);
	cfg.oif = V_GUEST;
	REFUSED_NEW(-EINVAL, VR_A_NH_OIF);
	cfg = w_nh_cfg(1, VR_NH_DISCARD);
	cfg.oif = V_GUEST;
	REFUSED_NEW(-EINVAL, VR_A_NH_OIF);

	cfg = encap(1, AF_INET, V_GUEST);
	eth_zero_addr(cfg.dmac);
	REFUSED_NEW(-EINVAL, VR_A_NH_DMAC);
	cfg = encap(1, AF_INET, V_GUEST);
	eth_zero_addr(cfg.smac);
	REFUSED_NEW(-EINVAL, VR_A_NH_SMAC);
	ether_addr_copy(cfg.smac, mac_group);
	REFUSED(-EINVAL, VR_A_NH_SMAC);

	cfg = encap(1, AF_INET, V_GUEST);
	cfg.vrf = 9;
	REFUSED_NEW(-ENOENT, VR_A_NH_VRF);
	cfg.vrf = VR_VRF_NONE;
	REFUSED(-ENOENT, VR_A_NH_VRF);

	W_REFUSED(w, w_nh_del(w, 0), -EPERM, VR_A_NH_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_nh_del(w, 77), -ENOENT, VR_A_NH_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_nh_del(w, ~0U), -ENOENT, VR_A_NH_ID, before);
	W_REFUSED(w, w_nh_get(w, 77, &info), -ENOENT, VR_A_NH_ID, before);
}

/* What a type does not have. */
static void check_fields_of_other_types(struct kunit *test)
{
	struct vr_nh_member one = { NH_FRAMES, VR_LABEL_NONE };
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	u64 before;

	check_build(w);
	before = w_digest(w);
	cfg = w_nh_cfg(9, VR_NH_DISCARD);
	cfg.dmac[5] = 1;
	REFUSED_NEW(-EINVAL, VR_A_NH_DMAC);
	cfg = w_nh_cfg(9, VR_NH_COMPOSITE);
	cfg.smac[5] = 1;
	REFUSED_NEW(-EINVAL, VR_A_NH_SMAC);

	cfg = encap(9, AF_INET, V_GUEST);
	cfg.kind = VR_NH_KIND_ENCAP;
	REFUSED_NEW(-EINVAL, VR_A_NH_KIND);
	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.n_members = 1;
	cfg.members = &one;
	REFUSED_NEW(-EINVAL, VR_A_NH_MEMBERS);
	cfg = w_nh_cfg(9, VR_NH_L2_RECEIVE);
	cfg.hash = VR_HASH_SIP;
	REFUSED_NEW(-EINVAL, VR_A_NH_HASH);

	cfg = encap(9, AF_INET, V_GUEST);
	cfg.encap = VR_ENCAP_VXLAN;
	REFUSED_NEW(-EINVAL, VR_A_NH_ENCAP);
	cfg.encap = 0;
	cfg.sip[3] = htonl(1);
	REFUSED_NEW(-EINVAL, VR_A_NH_SIP);
	cfg.sip[3] = 0;
	cfg.tun_family = AF_INET;
	REFUSED(-EINVAL, VR_A_NH_SIP);
	cfg.tun_family = 0;
	cfg.dip[0] = htonl(1);
	REFUSED_NEW(-EINVAL, VR_A_NH_DIP);
	cfg = composite(9, VR_NH_KIND_ENCAP, NULL, 0);
	cfg.inner_dmac[0] = 2;
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_DMAC);
	cfg.inner_dmac[0] = 0;
	cfg.inner_smac[0] = 2;
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_SMAC);
}

#define UDP_FLAGS	(VR_NH_F_UDP_CSUM | VR_NH_F_UDP6_ZERO_CSUM)
#define FLOW_FLAGS	(VR_NH_F_POLICY | VR_NH_F_FLOW_LOOKUP)

/** struct flag_row - a nexthop, and the flags that it may have, one by one */
struct flag_row {
	struct vr_nh_cfg cfg;
	u32 flags;
};

static u32 flag_rows(struct flag_row *row)
{
	struct vr_nh_cfg cfg;
	u32 n = 0, kind;

	cfg = w_nh_cfg(9, VR_NH_RECEIVE);
	cfg.oif = V_HOST0;
	row[n++] = (struct flag_row){ cfg, FLOW_FLAGS };
	row[n++] = (struct flag_row){ encap(9, AF_BRIDGE, V_GUEST),
				      FLOW_FLAGS | VR_NH_F_MCAST | VR_NH_F_CONTROL_WORD };
	row[n++] = (struct flag_row){ encap(9, AF_INET, V_GUEST), FLOW_FLAGS | VR_NH_F_MCAST };
	row[n++] = (struct flag_row){ w_nh_cfg(9, VR_NH_RESOLVE), 0 };
	row[n++] = (struct flag_row){ w_nh_cfg(9, VR_NH_DISCARD), 0 };
	row[n++] = (struct flag_row){ w_nh_cfg(9, VR_NH_L2_RECEIVE), 0 };
	cfg = w_nh_cfg(9, VR_NH_VRF_TRANSLATE);
	cfg.family = AF_INET6;
	row[n++] = (struct flag_row){ cfg, FLOW_FLAGS | VR_NH_F_UUC_FLOOD };
	cfg.family = AF_BRIDGE;
	row[n++] = (struct flag_row){ cfg, FLOW_FLAGS | VR_NH_F_UUC_FLOOD |
					   VR_NH_F_CONTROL_WORD };
	for (kind = VR_NH_KIND_L2_MCAST; kind <= VR_NH_KIND_ECMP; kind++) {
		cfg = composite(9, kind, NULL, 0);
		row[n++] = (struct flag_row){
			cfg, FLOW_FLAGS |
			     (kind == VR_NH_KIND_ECMP ? VR_NH_F_ECMP_KEEP_LABEL : 0) |
			     (kind == VR_NH_KIND_L2_MCAST ? VR_NH_F_VALIDATE_MCAST : 0)
		};
	}
	cfg.family = AF_BRIDGE;
	row[n++] = (struct flag_row){ cfg, FLOW_FLAGS | VR_NH_F_ECMP_KEEP_LABEL |
					   VR_NH_F_CONTROL_WORD };
	row[n++] = (struct flag_row){ tunnel(VR_ENCAP_MPLS_GRE),
				      FLOW_FLAGS | VR_NH_F_CONTROL_WORD };
	row[n++] = (struct flag_row){ tunnel(VR_ENCAP_MPLS_UDP),
				      FLOW_FLAGS | VR_NH_F_CONTROL_WORD | VR_NH_F_UDP_CSUM };
	row[n++] = (struct flag_row){ w_tunnel6_cfg(9, VR_ENCAP_MPLS_UDP, 1, 2, V_UP),
				      FLOW_FLAGS | VR_NH_F_CONTROL_WORD |
				      VR_NH_F_UDP6_ZERO_CSUM };
	row[n++] = (struct flag_row){ tunnel(VR_ENCAP_VXLAN), FLOW_FLAGS | VR_NH_F_UDP_CSUM };
	row[n++] = (struct flag_row){ w_tunnel6_cfg(9, VR_ENCAP_VXLAN, 1, 2, V_UP),
				      FLOW_FLAGS | VR_NH_F_UDP6_ZERO_CSUM };
	return n;
}

/* It does not go alone: check_tunnel_way() has it. */
static bool flag_needs_more(const struct vr_nh_cfg *cfg)
{
	return cfg->flags == VR_NH_F_RESOLVE ||
	       (cfg->flags == VR_NH_F_L3_VXLAN && cfg->encap == VR_ENCAP_VXLAN);
}

/* Each flag with each nexthop: it is kept, or refused and blamed. */
static void check_flags_by_type(struct kunit *test)
{
	struct flag_row *row = kunit_kzalloc(test, 24 * sizeof(*row), GFP_KERNEL);
	struct world *w = test->priv;
	struct vr_nh_info info;
	struct vr_nh_cfg cfg;
	u32 n, i, bit;
	u64 before;

	KUNIT_ASSERT_NOT_NULL(test, row);
	check_build(w);
	n = flag_rows(row);
	KUNIT_ASSERT_LE(test, n, 24);
	for (i = 0; i < n; i++) {
		for (bit = 0; bit < 32; bit++) {
			cfg = row[i].cfg;
			cfg.flags |= 1U << bit;
			if (cfg.type == VR_NH_TUNNEL && flag_needs_more(&cfg))
				continue;
			rcu_barrier();
			before = w_digest(w);
			w->line = i * 100 + bit;
			if (!(row[i].flags & (1U << bit))) {
				w_refused(w, w->line, w_nh_set(w, &cfg), -EINVAL, VR_A_NH_FLAGS,
					  before);
				continue;
			}
			nh_make(w, &cfg);
			KUNIT_ASSERT_EQ(test, w_nh_get(w, 9, &info), 0);
			KUNIT_EXPECT_EQ(test, info.cfg.flags, 1U << bit);
		}
	}
}

static void check_flag_texts(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	u64 before;

	check_build(w);
	before = w_digest(w);
	cfg = encap(9, AF_INET, V_GUEST);
	cfg.flags = 0x1;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_UUC_FLOOD;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_RESOLVE;
	REFUSED(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_L3_VXLAN;
	REFUSED(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_CONTROL_WORD;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg = w_nh_cfg(9, VR_NH_DISCARD);
	cfg.flags = VR_NH_F_POLICY;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_FLOW_LOOKUP;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg = composite(9, VR_NH_KIND_ENCAP, NULL, 0);
	cfg.flags = VR_NH_F_ECMP_KEEP_LABEL;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_VALIDATE_MCAST;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.flags = VR_NH_F_CONTROL_WORD;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg.flags = VR_NH_F_UDP6_ZERO_CSUM;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg = tunnel(VR_ENCAP_MPLS_UDP);
	cfg.flags = VR_NH_F_L3_VXLAN;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg = tunnel(VR_ENCAP_MPLS_GRE);
	cfg.flags = VR_NH_F_UDP_CSUM;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
	cfg = w_tunnel6_cfg(9, VR_ENCAP_VXLAN, 1, 2, V_UP);
	cfg.flags = VR_NH_F_UDP_CSUM;
	REFUSED_NEW(-EINVAL, VR_A_NH_FLAGS);
}

static struct kunit_case check_cases[] = {
	KUNIT_CASE(check_ids_and_common_fields),
	KUNIT_CASE(check_fields_of_other_types),
	KUNIT_CASE(check_flags_by_type),
	KUNIT_CASE(check_flag_texts),
	{}
};

static struct kunit_suite check_suite = {
	.name = "nexthop_check",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = check_cases,
};

VR_TEST_SUITE(check_suite);
