// SPDX-License-Identifier: GPL-2.0-only
/* Nexthops: who holds whom, what outlives what. nexthop_check_test.c has what is refused. */
#include "world.h"

static const u8 mac_a[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xa };
static const u8 mac_b[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xb };

static struct vr_nh_cfg encap(u32 id, u32 family, u32 oif)
{
	return w_encap_cfg(id, family, oif, mac_a, mac_b);
}

static struct vr_nh_cfg composite(u32 id, u32 kind, const struct vr_nh_member *members, u32 n)
{
	struct vr_nh_cfg cfg = w_nh_cfg(id, VR_NH_COMPOSITE);

	cfg.kind = kind;
	cfg.members = members;
	cfg.n_members = n;
	return cfg;
}

static void vif_make(struct world *w, u32 id, u32 type)
{
	struct vr_vif_cfg vif = w_vif_cfg(id, type, 0);

	KUNIT_ASSERT_EQ(w->test, w_vif_set(w, &vif), 0);
}

static void nh_make(struct world *w, const struct vr_nh_cfg *cfg)
{
	KUNIT_ASSERT_EQ_MSG(w->test, w_nh_set(w, cfg), 0, "nexthop %u", cfg->id);
}

static void nh_zero_comes_with_the_core(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_info info;

	KUNIT_EXPECT_EQ(test, w_nh_get(w, 0, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.type, VR_NH_DISCARD);
	KUNIT_EXPECT_EQ(test, info.cfg.oif, VR_VIF_ID_NONE);
	KUNIT_EXPECT_EQ(test, info.refs, 0);
}

/* What was set is what one gets, for every type. */
static void nh_get_returns_what_was_set(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ 1, 17 }, { 2, VR_LABEL_NONE }, { 1, VR_LABEL_MAX },
	};
	struct world *w = test->priv;
	struct vr_nh_cfg cfg[12];
	struct vr_nh_info info;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 4), 0);
	vif_make(w, 3, VR_VIF_VIRTUAL);
	vif_make(w, 4, VR_VIF_HOST);
	vif_make(w, 5, VR_VIF_PHYSICAL);
	cfg[0] = encap(1, AF_BRIDGE, 3);
	cfg[1] = encap(2, AF_BRIDGE, 3);
	cfg[2] = encap(3, AF_INET6, 3);
	cfg[2].flags = VR_NH_F_MCAST;
	eth_zero_addr(cfg[2].dmac);
	cfg[3] = w_nh_cfg(4, VR_NH_RECEIVE);
	cfg[3].oif = 4;
	cfg[4] = w_nh_cfg(5, VR_NH_RESOLVE);
	cfg[5] = w_nh_cfg(6, VR_NH_DISCARD);
	cfg[6] = composite(7, VR_NH_KIND_ENCAP, members, ARRAY_SIZE(members));
	cfg[7] = w_nh_cfg(8, VR_NH_VRF_TRANSLATE);
	cfg[7].family = AF_BRIDGE;
	cfg[7].vrf = 4;
	cfg[7].flags = VR_NH_F_UUC_FLOOD;
	cfg[8] = w_nh_cfg(9, VR_NH_L2_RECEIVE);
	cfg[9] = w_tunnel4_cfg(10, VR_ENCAP_MPLS_GRE, W_IP(10, 0, 0, 1), W_IP(10, 0, 0, 2), 5);
	cfg[9].vrf = 4;
	cfg[9].flags = VR_NH_F_CONTROL_WORD;
	cfg[10] = composite(11, VR_NH_KIND_ECMP, members, ARRAY_SIZE(members));
	cfg[10].hash = VR_HASH_SIP | VR_HASH_DIP;
	cfg[10].flags = VR_NH_F_ECMP_KEEP_LABEL;
	cfg[11] = composite(12, VR_NH_KIND_L2_MCAST, NULL, 0);
	cfg[11].family = AF_BRIDGE;
	cfg[11].flags = VR_NH_F_VALIDATE_MCAST | VR_NH_F_CONTROL_WORD;

	for (i = 0; i < ARRAY_SIZE(cfg); i++)
		nh_make(w, &cfg[i]);
	for (i = 0; i < ARRAY_SIZE(cfg); i++) {
		KUNIT_ASSERT_EQ(test, w_nh_get(w, cfg[i].id, &info), 0);
		KUNIT_EXPECT_EQ(test, info.cfg.id, cfg[i].id);
		KUNIT_EXPECT_EQ(test, info.cfg.type, cfg[i].type);
		KUNIT_EXPECT_EQ(test, info.cfg.family, cfg[i].family);
		KUNIT_EXPECT_EQ(test, info.cfg.flags, cfg[i].flags);
		KUNIT_EXPECT_EQ(test, info.cfg.vrf, cfg[i].vrf);
		KUNIT_EXPECT_EQ(test, info.cfg.oif, cfg[i].oif);
		KUNIT_EXPECT_EQ(test, info.cfg.kind, cfg[i].kind);
		KUNIT_EXPECT_EQ(test, info.cfg.hash, cfg[i].hash);
		KUNIT_EXPECT_EQ(test, info.cfg.encap, cfg[i].encap);
		KUNIT_EXPECT_EQ(test, info.cfg.tun_family, cfg[i].tun_family);
		KUNIT_EXPECT_MEMEQ(test, info.cfg.sip, cfg[i].sip, sizeof(cfg[i].sip));
		KUNIT_EXPECT_MEMEQ(test, info.cfg.dip, cfg[i].dip, sizeof(cfg[i].dip));
		KUNIT_EXPECT_MEMEQ(test, info.cfg.dmac, cfg[i].dmac, ETH_ALEN);
		KUNIT_EXPECT_MEMEQ(test, info.cfg.smac, cfg[i].smac, ETH_ALEN);
		KUNIT_EXPECT_EQ(test, info.cfg.n_members, cfg[i].n_members);
		if (info.cfg.n_members)
			KUNIT_EXPECT_MEMEQ(test, info.cfg.members, members, sizeof(members));
	}
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 4);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 2);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 3);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 5), 1);
}

static void nh_hash_of_all_fields_by_default(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg = composite(1, VR_NH_KIND_ECMP, NULL, 0);
	struct vr_nh_info info;

	nh_make(w, &cfg);
	KUNIT_ASSERT_EQ(test, w_nh_get(w, 1, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.hash, VR_HASH_ALL);
	cfg.kind = VR_NH_KIND_ENCAP;
	nh_make(w, &cfg);
	KUNIT_ASSERT_EQ(test, w_nh_get(w, 1, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.hash, 0);
}

static void nh_most_members(struct kunit *test)
{
	static struct vr_nh_member many[VR_NH_MEMBERS_MAX];
	struct world *w = test->priv;
	struct vr_nh_info info;
	struct vr_nh_cfg cfg;
	unsigned int i;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	cfg = encap(1, AF_BRIDGE, 3);
	nh_make(w, &cfg);
	for (i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct vr_nh_member){ 1, i };
	cfg = composite(2, VR_NH_KIND_ENCAP, many, ARRAY_SIZE(many));
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), VR_NH_MEMBERS_MAX);
	KUNIT_ASSERT_EQ(test, w_nh_get(w, 2, &info), 0);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.members, many, sizeof(many));
	cfg.n_members = 0;
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
}

/* Any type by any other, twice: references end up where the last one has them. */
static void nh_replace_moves_references(struct kunit *test)
{
	struct vr_nh_member one = { 1, VR_LABEL_NONE };
	struct world *w = test->priv;
	struct vr_nh_cfg cfg[7], first;
	unsigned int i, j;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	vif_make(w, 4, VR_VIF_HOST);
	first = encap(1, AF_BRIDGE, 3);
	nh_make(w, &first);
	cfg[0] = encap(2, AF_INET, 3);
	cfg[1] = w_nh_cfg(2, VR_NH_RECEIVE);
	cfg[1].oif = 4;
	cfg[2] = composite(2, VR_NH_KIND_ENCAP, &one, 1);
	cfg[3] = w_nh_cfg(2, VR_NH_DISCARD);
	cfg[4] = w_nh_cfg(2, VR_NH_RESOLVE);
	cfg[4].oif = 3;
	cfg[5] = w_tunnel4_cfg(2, VR_ENCAP_VXLAN, W_IP(10, 0, 0, 1), W_IP(10, 0, 0, 2), 3);
	cfg[6] = composite(2, VR_NH_KIND_ECMP, &one, 1);
	for (i = 0; i < ARRAY_SIZE(cfg); i++) {
		for (j = 0; j < ARRAY_SIZE(cfg); j++) {
			nh_make(w, &cfg[i]);
			nh_make(w, &cfg[j]);
			KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 1 + (cfg[j].oif == 3));
			KUNIT_EXPECT_EQ(test, w_vif_refs(w, 4), cfg[j].oif == 4);
			KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), cfg[j].n_members);
		}
	}
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 1);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
}

/* Deleted while others point at it, then made again: they point at the new one. */
static void nh_deleted_and_made_again(struct kunit *test)
{
	struct vr_nh_member one = { 1, VR_LABEL_NONE };
	struct world *w = test->priv;
	struct vr_bridge_cfg br = w_bridge_cfg(0, mac_a, 1);
	struct vr_route_cfg rt = w_route4_cfg(0, 0, 0, 1);
	struct vr_nh_cfg cfg, tree;
	struct vr_nh_info info;
	u64 before;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	cfg = encap(1, AF_BRIDGE, 3);
	nh_make(w, &cfg);
	tree = composite(2, VR_NH_KIND_L2_MCAST, &one, 1);
	nh_make(w, &tree);
	KUNIT_ASSERT_EQ(test, w_route_set(w, &rt), 0);
	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &br), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 3);

	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_nh_get(w, 1, &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), -ENOENT);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 0);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_nh_next(w->core, 1, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.id, 2);
	vr_core_unlock(w->core);

	/* Who is new cannot point at it; who did so before cannot be set again either. */
	before = w_digest(w);
	W_REFUSED(w, w_route_set(w, &rt), -ENOENT, VR_A_ROUTE_NH, before);
	W_REFUSED(w, w_bridge_set(w, &br), -ENOENT, VR_A_BRIDGE_NH, before);
	W_REFUSED(w, w_nh_set(w, &tree), -ENOENT, VR_A_NH_MEMBERS, before);

	KUNIT_EXPECT_EQ(test, w_nh_set_excl(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 3);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 1);

	/* They let go of it while it is not there: nothing of it stays. */
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_route_del(w, &rt), 0);
	KUNIT_EXPECT_EQ(test, w_bridge_del(w, &br), 0);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 2), 0);
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
}

/* Replacing member after member can close a ring of composites; it must not stay for ever. */
static void nh_ring_of_composites(struct kunit *test)
{
	struct vr_nh_member m1 = { 1, VR_LABEL_NONE }, m2 = { 2, VR_LABEL_NONE },
			    m3 = { 3, VR_LABEL_NONE };
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	cfg = encap(1, AF_BRIDGE, 3);
	nh_make(w, &cfg);
	cfg = composite(2, VR_NH_KIND_ENCAP, &m1, 1);
	nh_make(w, &cfg);
	cfg = composite(3, VR_NH_KIND_ENCAP, NULL, 0);
	nh_make(w, &cfg);
	cfg = composite(1, VR_NH_KIND_L2_MCAST, &m3, 1);
	nh_make(w, &cfg);
	cfg = composite(3, VR_NH_KIND_L2_MCAST, &m2, 1);
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 1);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 1);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 3), 1);
	/* vr_core_destroy() sees whether one is left. */
}

static void nh_dump_resumes(struct kunit *test)
{
	static const u32 ids[] = { 0, 1, 2, 511, 512, 70000, VR_NH_ID_MAX };
	struct world *w = test->priv;
	struct vr_nh_info info;
	struct vr_nh_cfg cfg;
	unsigned int i;
	u32 id;

	for (i = ARRAY_SIZE(ids) - 1; i; i--) {
		cfg = w_nh_cfg(ids[i], VR_NH_DISCARD);
		nh_make(w, &cfg);
	}
	vr_core_lock(w->core);
	for (i = 0, id = 0; !vr_nh_next(w->core, id, &info); id = info.cfg.id + 1, i++)
		KUNIT_EXPECT_EQ(test, info.cfg.id, ids[i]);
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(ids));
	KUNIT_EXPECT_EQ(test, vr_nh_next(w->core, ~0U, &info), -ENOENT);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 512), 0);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_nh_next(w->core, 512, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.id, 70000);
	vr_core_unlock(w->core);
}

static void nh_changes_the_generation(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg = w_nh_cfg(1, VR_NH_DISCARD);
	u32 gen = w_generation(w);

	nh_make(w, &cfg);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	nh_make(w, &cfg);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
}

#ifdef VR_TEST_USERSPACE
static void nh_without_memory(struct kunit *test)
{
	struct vr_nh_member one = { 1, VR_LABEL_NONE };
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	unsigned int n, round;
	u64 before;
	int ret;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	cfg = encap(1, AF_BRIDGE, 3);
	nh_make(w, &cfg);
	cfg = composite(900000, VR_NH_KIND_ENCAP, &one, 1);
	/* a new one, in a page of ids that is not there, and one that replaces it */
	for (round = 0; round < 2; round++) {
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_nh_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
			if (!round && n < 3)
				W_NEW_TEXT(w, &texts);
		}
		KUNIT_EXPECT_EQ(test, ret, 0);
		KUNIT_EXPECT_EQ(test, n, round ? 2 : 4);
		KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), !round);
		/* and then an encap, which holds a vif */
		cfg = encap(900000, AF_INET, 3);
		rcu_barrier();
	}
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 2);
}
#endif

static struct kunit_case nexthop_cases[] = {
	KUNIT_CASE(nh_zero_comes_with_the_core),
	KUNIT_CASE(nh_get_returns_what_was_set),
	KUNIT_CASE(nh_hash_of_all_fields_by_default),
	KUNIT_CASE(nh_most_members),
	KUNIT_CASE(nh_replace_moves_references),
	KUNIT_CASE(nh_deleted_and_made_again),
	KUNIT_CASE(nh_ring_of_composites),
	KUNIT_CASE(nh_dump_resumes),
	KUNIT_CASE(nh_changes_the_generation),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(nh_without_memory),
#endif
	{}
};

static struct kunit_suite nexthop_suite = {
	.name = "nexthop",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nexthop_cases,
};

VR_TEST_SUITE(nexthop_suite);
