// SPDX-License-Identifier: GPL-2.0-only
/* What is refused as a tunnel or as a composite, and what is not. */
#include "nexthop_check_aid.h"

static void check_tunnel_ends(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	u64 before;

	check_build(w);
	before = w_digest(w);
	cfg = tunnel(VR_ENCAP_NONE);
	REFUSED_NEW(-EINVAL, VR_A_NH_ENCAP);
	cfg.encap = VR_ENCAP_MAX;
	REFUSED_NEW(-EINVAL, VR_A_NH_ENCAP);
	cfg.encap = 256 + VR_ENCAP_VXLAN;	/* it is kept in a byte */
	REFUSED(-EINVAL, VR_A_NH_ENCAP);
	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.tun_family = 0;
	REFUSED_NEW(-EINVAL, VR_A_NH_SIP);
	cfg.tun_family = AF_BRIDGE;
	REFUSED_NEW(-EAFNOSUPPORT, VR_A_NH_SIP);
	cfg.tun_family = 256 + AF_INET;
	REFUSED(-EAFNOSUPPORT, VR_A_NH_SIP);

	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.sip[0] = 0;
	REFUSED_NEW(-EINVAL, VR_A_NH_SIP);
	cfg.sip[0] = htonl(W_IP(224, 0, 0, 1));
	REFUSED_NEW(-EINVAL, VR_A_NH_SIP);
	cfg.sip[0] = htonl(W_IP(239, 255, 255, 255));
	REFUSED(-EINVAL, VR_A_NH_SIP);
	cfg.sip[0] = ~0U;
	REFUSED(-EINVAL, VR_A_NH_SIP);
	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.dip[0] = 0;
	cfg.dip[1] = htonl(1);		/* no part of an IPv4 address */
	REFUSED_NEW(-EINVAL, VR_A_NH_DIP);
	cfg.dip[0] = htonl(W_IP(224, 0, 0, 1));
	REFUSED_NEW(-EINVAL, VR_A_NH_DIP);
	cfg.dip[0] = ~0U;
	REFUSED(-EINVAL, VR_A_NH_DIP);
	cfg.dip[0] = cfg.sip[0];
	REFUSED_NEW(-EINVAL, VR_A_NH_DIP);

	cfg = w_tunnel6_cfg(9, VR_ENCAP_VXLAN, 1, 1, V_UP);
	REFUSED(-EINVAL, VR_A_NH_DIP);
	cfg.dip[0] = htonl(0xff020000);
	REFUSED(-EINVAL, VR_A_NH_DIP);
	memset(cfg.dip, 0, sizeof(cfg.dip));
	REFUSED(-EINVAL, VR_A_NH_DIP);
	cfg = w_tunnel6_cfg(9, VR_ENCAP_VXLAN, 1, 2, V_UP);
	cfg.sip[0] = htonl(0xff020000);
	REFUSED(-EINVAL, VR_A_NH_SIP);
	memset(cfg.sip, 0, sizeof(cfg.sip));
	REFUSED(-EINVAL, VR_A_NH_SIP);

	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.family = AF_INET6;
	REFUSED_NEW(-EINVAL, VR_A_NH_FAMILY);
	cfg.family = AF_BRIDGE;
	REFUSED(-EINVAL, VR_A_NH_FAMILY);
	cfg.family = AF_INET;
	nh_make(w, &cfg);
	/* They differ in one word only. */
	cfg = w_tunnel6_cfg(9, VR_ENCAP_VXLAN, 1, 1, V_UP);
	cfg.dip[2] = htonl(1);
	nh_make(w, &cfg);
}

static void check_tunnel_way(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	u64 before;

	check_build(w);
	before = w_digest(w);
	cfg = tunnel(VR_ENCAP_VXLAN);
	cfg.oif = VR_VIF_ID_NONE;
	REFUSED_NEW(-EINVAL, VR_A_NH_OIF);
	cfg.oif = V_PKT0;
	REFUSED_NEW(-EINVAL, VR_A_NH_OIF);
	cfg.oif = 77;
	REFUSED_NEW(-ENOENT, VR_A_NH_OIF);
	cfg = tunnel(VR_ENCAP_VXLAN);
	eth_zero_addr(cfg.dmac);
	REFUSED_NEW(-EINVAL, VR_A_NH_DMAC);
	ether_addr_copy(cfg.dmac, mac_group);
	REFUSED(-EINVAL, VR_A_NH_DMAC);
	cfg = tunnel(VR_ENCAP_VXLAN);
	eth_zero_addr(cfg.smac);
	REFUSED_NEW(-EINVAL, VR_A_NH_SMAC);
	ether_addr_copy(cfg.smac, mac_group);
	REFUSED(-EINVAL, VR_A_NH_SMAC);

	cfg = w_tunnel4_cfg(9, VR_ENCAP_VXLAN, SIP, DIP, VR_VIF_ID_NONE);
	cfg.oif = V_UP;
	REFUSED_NEW(-EINVAL, VR_A_NH_OIF);
	cfg.oif = VR_VIF_ID_NONE;
	cfg.dmac[5] = 1;
	REFUSED_NEW(-EINVAL, VR_A_NH_DMAC);
	cfg.dmac[5] = 0;
	cfg.smac[5] = 1;
	REFUSED_NEW(-EINVAL, VR_A_NH_SMAC);

	cfg = tunnel(VR_ENCAP_VXLAN);
	ether_addr_copy(cfg.inner_dmac, mac_a);
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_DMAC);
	eth_zero_addr(cfg.inner_dmac);
	ether_addr_copy(cfg.inner_smac, mac_a);
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_SMAC);
	cfg = l3_vxlan(9);
	eth_zero_addr(cfg.inner_dmac);
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_DMAC);
	ether_addr_copy(cfg.inner_dmac, mac_group);
	REFUSED(-EINVAL, VR_A_NH_INNER_DMAC);
	cfg = l3_vxlan(9);
	ether_addr_copy(cfg.inner_smac, mac_group);
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_SMAC);
	cfg = w_tunnel4_cfg(9, VR_ENCAP_VXLAN, SIP, DIP, VR_VIF_ID_NONE);
	cfg.flags |= VR_NH_F_L3_VXLAN;
	ether_addr_copy(cfg.inner_dmac, mac_a);
	REFUSED_NEW(-EINVAL, VR_A_NH_INNER_SMAC);
}

/* Which nexthop may be a member of which kind of composite: rows are members. */
static void check_member_matrix(struct kunit *test)
{
#define K(kind) (1U << VR_NH_KIND_##kind)
	static const struct {
		u32 nh;
		u32 kinds;
	} rows[] = {
		{ 0, K(ECMP) },
		{ NH_FRAMES, K(L2_MCAST) | K(ENCAP) | K(ECMP) },
		{ NH_ROUTED, K(ECMP) },
		{ NH_GRE, K(FABRIC) | K(EVPN) | K(ECMP) },
		{ NH_UDP, K(FABRIC) | K(EVPN) | K(ECMP) },
		{ NH_VXLAN, K(EVPN) | K(TOR) | K(ECMP) },
		{ NH_L3VXLAN, K(ECMP) },
		{ NH_KIND(VR_NH_KIND_L2_MCAST), 0 },
		{ NH_KIND(VR_NH_KIND_ENCAP), K(L2_MCAST) },
		{ NH_KIND(VR_NH_KIND_FABRIC), K(L2_MCAST) },
		{ NH_KIND(VR_NH_KIND_EVPN), K(L2_MCAST) },
		{ NH_KIND(VR_NH_KIND_TOR), K(L2_MCAST) },
		{ NH_KIND(VR_NH_KIND_ECMP), 0 },
	};
#undef K
	struct world *w = test->priv;
	struct vr_nh_member members[2];
	struct vr_nh_cfg cfg;
	u32 kind, i;
	u64 before;

	check_build(w);
	for (kind = VR_NH_KIND_L2_MCAST; kind <= VR_NH_KIND_ECMP; kind++) {
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			/* the second one: all are looked at */
			members[0] = (struct vr_nh_member){ rows[i].nh, 17 };
			members[1] = members[0];
			cfg = composite(9, kind, members, 2);
			w->line = kind * 100 + i;
			if (rows[i].kinds & (1U << kind)) {
				nh_make(w, &cfg);
				continue;
			}
			cfg.n_members = 0;
			nh_make(w, &cfg);
			rcu_barrier();
			before = w_digest(w);
			cfg.n_members = 1;
			w_refused(w, w->line, w_nh_set(w, &cfg), -EINVAL, VR_A_NH_MEMBERS, before);
		}
	}
}

static void check_composites(struct kunit *test)
{
	static struct vr_nh_member many[VR_NH_MEMBERS_MAX + 1];
	struct vr_nh_member one = { NH_FRAMES, VR_LABEL_NONE };
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	unsigned int i;
	u64 before;

	check_build(w);
	before = w_digest(w);
	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = one;
	cfg = composite(9, VR_NH_KIND_ENCAP, many, ARRAY_SIZE(many));
	REFUSED_NEW(-E2BIG, VR_A_NH_MEMBERS);
	cfg.n_members = ~0U;
	REFUSED(-E2BIG, VR_A_NH_MEMBERS);
	cfg = composite(9, VR_NH_KIND_ECMP, many, VR_NH_ECMP_MAX + 1);
	REFUSED_NEW(-E2BIG, VR_A_NH_MEMBERS);

	cfg = composite(9, VR_NH_KIND_NONE, &one, 1);
	REFUSED_NEW(-EINVAL, VR_A_NH_KIND);
	cfg.kind = VR_NH_KIND_ECMP + 1;
	REFUSED(-EINVAL, VR_A_NH_KIND);
	cfg.kind = 256 + VR_NH_KIND_ENCAP;	/* it is kept in a byte */
	REFUSED(-EINVAL, VR_A_NH_KIND);
	cfg = composite(9, VR_NH_KIND_L2_MCAST, NULL, 0);
	cfg.hash = VR_HASH_SIP;
	REFUSED_NEW(-EINVAL, VR_A_NH_HASH);
	cfg.kind = VR_NH_KIND_ECMP;
	cfg.hash = VR_HASH_ALL + 1;
	REFUSED_NEW(-EINVAL, VR_A_NH_HASH);

	for (i = VR_NH_KIND_L2_MCAST; i <= VR_NH_KIND_ECMP; i++) {
		cfg = composite(9, i, &one, 1);
		one.nh = 9;
		REFUSED(-ELOOP, VR_A_NH_MEMBERS);
		if (i == VR_NH_KIND_L2_MCAST)
			W_NEW_TEXT(w, &texts);
		one.nh = 77;
		REFUSED(-ENOENT, VR_A_NH_MEMBERS);
		if (i == VR_NH_KIND_L2_MCAST)
			W_NEW_TEXT(w, &texts);
		one.nh = ~0U;
		REFUSED(-ENOENT, VR_A_NH_MEMBERS);
		/* one that no kind takes */
		one.nh = NH_KIND(VR_NH_KIND_ECMP);
		REFUSED_NEW(-EINVAL, VR_A_NH_MEMBERS);
	}
	one = (struct vr_nh_member){ NH_L3VXLAN, VR_LABEL_NONE };
	cfg = composite(9, VR_NH_KIND_TOR, &one, 1);
	REFUSED_NEW(-EINVAL, VR_A_NH_MEMBERS);
	one = (struct vr_nh_member){ NH_FRAMES, VR_LABEL_MAX + 1 };
	cfg = composite(9, VR_NH_KIND_ENCAP, &one, 1);
	REFUSED_NEW(-EINVAL, VR_A_NH_MEMBERS);
	one = (struct vr_nh_member){ NH_GRE, VR_MPLS_LABEL_MAX + 1 };
	cfg = composite(9, VR_NH_KIND_ECMP, &one, 1);
	REFUSED_NEW(-EINVAL, VR_A_NH_MEMBERS);
	one.label--;
	nh_make(w, &cfg);
	one = (struct vr_nh_member){ NH_VXLAN, VR_VNI_MAX };
	nh_make(w, &cfg);
	cfg = composite(9, VR_NH_KIND_ECMP, many, VR_NH_ECMP_MAX);
	nh_make(w, &cfg);
}

static struct kunit_case check_way_cases[] = {
	KUNIT_CASE(check_tunnel_ends),
	KUNIT_CASE(check_tunnel_way),
	KUNIT_CASE(check_member_matrix),
	KUNIT_CASE(check_composites),
	{}
};

static struct kunit_suite check_way_suite = {
	.name = "nexthop_check_way",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = check_way_cases,
};

VR_TEST_SUITE(check_way_suite);
