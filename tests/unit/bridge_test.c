// SPDX-License-Identifier: GPL-2.0-only
/* Bridge entries: what is refused, replaced and listed. */
#include "world.h"

#include "obj/core.h"

static int bridge_get(struct world *w, const struct vr_bridge_cfg *key, struct vr_bridge_cfg *out)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_bridge_get(w->core, key, out, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static int bridge_next(struct world *w, u32 vrf, u64 *cursor, struct vr_bridge_cfg *out)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_bridge_next(w->core, vrf, cursor, out);
	vr_core_unlock(w->core);
	return ret;
}

static void nh_make(struct world *w, u32 id)
{
	struct vr_nh_cfg nh = w_nh_cfg(id, VR_NH_DISCARD);

	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
}

static struct vr_bridge_cfg numbered(u32 vrf, u32 i)
{
	u8 mac[ETH_ALEN] = { 2, 0 };

	put_unaligned_be32(i, mac + 2);
	return w_bridge_cfg(vrf, mac, 0);
}

static void bridge_get_returns_what_was_set(struct kunit *test)
{
	static const u8 group[ETH_ALEN] = { 1, 0, 0x5e, 1, 2, 3 };
	struct world *w = test->priv;
	struct vr_bridge_cfg cfg[4], out;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, VR_VRF_ID_MAX), 0);
	nh_make(w, 1);
	cfg[0] = w_bridge_cfg(0, w_mac_guest(3), 1);
	cfg[1] = w_bridge_cfg(VR_VRF_ID_MAX, w_mac_guest(3), 0);
	cfg[1].label = 0;
	cfg[2] = w_bridge_cfg(0, w_mac_all, 1);
	cfg[2].flags = VR_BRIDGE_F_FLOOD_DHCP;
	cfg[2].label = VR_LABEL_MAX;
	cfg[3] = w_bridge_cfg(0, group, 1);
	cfg[3].flags = VR_BRIDGE_F_LABEL;	/* follows the label: there is none */
	for (i = 0; i < ARRAY_SIZE(cfg); i++)
		KUNIT_ASSERT_EQ(test, w_bridge_set_excl(w, &cfg[i]), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 3);
	for (i = 0; i < ARRAY_SIZE(cfg); i++) {
		u32 flags = cfg[i].flags & ~VR_BRIDGE_F_LABEL;

		if (cfg[i].label != VR_LABEL_NONE)
			flags |= VR_BRIDGE_F_LABEL;
		KUNIT_ASSERT_EQ(test, bridge_get(w, &cfg[i], &out), 0);
		KUNIT_EXPECT_EQ(test, out.vrf, cfg[i].vrf);
		KUNIT_EXPECT_EQ(test, out.nh, cfg[i].nh);
		KUNIT_EXPECT_EQ(test, out.label, cfg[i].label);
		KUNIT_EXPECT_EQ(test, out.flags, flags);
		KUNIT_EXPECT_MEMEQ(test, out.mac, cfg[i].mac, ETH_ALEN);
	}
}

static void bridge_refusals(struct kunit *test)
{
	struct vr_bridge_cfg have = w_bridge_cfg(0, w_mac_guest(3), 0), cfg, out;
	struct world *w = test->priv;
	struct w_texts texts = {};
	u64 before;

	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &have), 0);
	before = w_digest(w);

#define REFUSED(code, attr) W_REFUSED(w, w_bridge_set(w, &cfg), code, attr, before)
#define REFUSED_NEW(code, attr) do { REFUSED(code, attr); W_NEW_TEXT(w, &texts); } while (0)

	cfg = have;
	W_REFUSED(w, w_bridge_set_excl(w, &cfg), -EEXIST, VR_A_BRIDGE_MAC, before);
	W_NEW_TEXT(w, &texts);
	cfg = have;
	cfg.vrf = 1;
	REFUSED_NEW(-ENOENT, VR_A_BRIDGE_VRF);
	W_REFUSED(w, w_bridge_del(w, &cfg), -ENOENT, VR_A_BRIDGE_VRF, before);
	W_REFUSED(w, bridge_get(w, &cfg, &out), -ENOENT, VR_A_BRIDGE_VRF, before);
	cfg.vrf = 0x10000;	/* the lower 16 bits are those of VRF 0 */
	REFUSED(-ENOENT, VR_A_BRIDGE_VRF);
	W_REFUSED(w, w_bridge_del(w, &cfg), -ENOENT, VR_A_BRIDGE_VRF, before);
	cfg = have;
	eth_zero_addr(cfg.mac);
	REFUSED_NEW(-EINVAL, VR_A_BRIDGE_MAC);
	W_REFUSED(w, w_bridge_del(w, &cfg), -ENOENT, VR_A_BRIDGE_MAC, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, bridge_get(w, &cfg, &out), -ENOENT, VR_A_BRIDGE_MAC, before);
	cfg = have;
	cfg.flags = 0x1;
	REFUSED_NEW(-EINVAL, VR_A_BRIDGE_FLAGS);
	cfg.flags = VR_BRIDGE_F_ALL + 2;
	REFUSED(-EINVAL, VR_A_BRIDGE_FLAGS);
	cfg = have;
	cfg.label = VR_LABEL_MAX + 1;
	REFUSED_NEW(-EINVAL, VR_A_BRIDGE_LABEL);
	cfg = have;
	cfg.nh = 1;
	REFUSED_NEW(-ENOENT, VR_A_BRIDGE_NH);
	cfg.nh = ~0U;
	REFUSED(-ENOENT, VR_A_BRIDGE_NH);
#undef REFUSED
#undef REFUSED_NEW
}

static void bridge_replace_moves_the_reference(struct kunit *test)
{
	struct vr_bridge_cfg cfg = w_bridge_cfg(0, w_mac_guest(3), 1);
	struct world *w = test->priv;
	struct vr_vrf_info info;

	nh_make(w, 1);
	nh_make(w, 2);
	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 1);
	cfg.nh = 2;
	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 1);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_vrf_get(w->core, 0, &info, &w->err), 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, info.bridges, 1);
	KUNIT_EXPECT_EQ(test, w_bridge_del(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w_bridge_del(w, &cfg), -ENOENT);
}

/* Each exactly once, those of other VRFs not at all; across deletions too. */
static void bridge_dump_meets_each_once(struct kunit *test)
{
	enum { N = 700 };
	struct world *w = test->priv;
	struct vr_bridge_cfg cfg, out;
	u64 cursor = 0;
	u32 i, n = 0;
	u8 *seen;

	seen = kunit_kzalloc(test, N, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, seen);
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 1), 0);
	KUNIT_EXPECT_EQ(test, bridge_next(w, 1, &cursor, &out), -ENOENT);
	for (i = 0; i < N; i++) {
		cfg = numbered(0, i);
		KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
		cfg = numbered(1, i);
		KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
	}
	for (cursor = 0; !bridge_next(w, 1, &cursor, &out); n++) {
		i = get_unaligned_be32(out.mac + 2);
		KUNIT_ASSERT_LT(test, i, N);
		KUNIT_EXPECT_EQ(test, out.vrf, 1);
		KUNIT_EXPECT_EQ(test, seen[i], 0);
		seen[i] = 1;
		KUNIT_EXPECT_EQ(test, w_bridge_del(w, &out), 0);
	}
	KUNIT_EXPECT_EQ(test, n, N);
	cursor = 0;
	KUNIT_EXPECT_EQ(test, bridge_next(w, 1, &cursor, &out), -ENOENT);
	cursor = ~0ULL;
	KUNIT_EXPECT_EQ(test, bridge_next(w, 0, &cursor, &out), -ENOENT);
	cursor = 0;
	KUNIT_EXPECT_EQ(test, bridge_next(w, 0x10000, &cursor, &out), -ENOENT);
}

/* Entries of many VRFs lie in one table: all go, of those with one entry and of those with many. */
static void bridge_reset_empties_all_vrfs(struct kunit *test)
{
	enum { VRFS = 40, N = 20 };
	struct world *w = test->priv;
	struct vr_bridge_cfg cfg;
	struct vr_vrf_info info;
	u32 round, vrf, i;
	u64 bytes;

	bytes = vr_core_mem_bytes(w->core, VR_MEM_HASH);
	for (round = 0; round < 2; round++) {
		nh_make(w, 1);
		for (vrf = 0; vrf < VRFS; vrf++) {
			if (vrf)
				KUNIT_ASSERT_EQ(test, w_vrf_new(w, vrf), 0);
			for (i = 0; i < (vrf + 1) % N; i++) {
				cfg = numbered(vrf, i);
				cfg.nh = 1;
				KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
			}
		}
		/* One that is deleted by itself takes its own entries only. */
		KUNIT_ASSERT_EQ(test, w_vrf_del(w, 7), 0);
		KUNIT_EXPECT_EQ(test, w->core->bridges.used, VRFS / N * (N * (N - 1) / 2) - 8);
		KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), w->core->bridges.used);

		vr_core_lock(w->core);
		vr_core_reset(w->core);
		KUNIT_EXPECT_EQ(test, vr_vrf_next(w->core, 1, &info), -ENOENT);
		KUNIT_EXPECT_EQ(test, vr_vrf_get(w->core, 0, &info, &w->err), 0);
		vr_core_unlock(w->core);
		KUNIT_EXPECT_EQ(test, info.bridges, 0);
		KUNIT_EXPECT_EQ(test, w->core->bridges.used, 0);
		KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_BRIDGE), 0);
		KUNIT_EXPECT_EQ(test, vr_core_mem_bytes(w->core, VR_MEM_HASH), bytes);
	}
}

static void bridge_changes_the_generation(struct kunit *test)
{
	struct vr_bridge_cfg cfg = w_bridge_cfg(0, w_mac_guest(3), 0);
	struct world *w = test->priv;
	u32 gen = w_generation(w);

	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_bridge_set(w, &cfg), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_bridge_del(w, &cfg), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
}

#ifdef VR_TEST_USERSPACE
static void bridge_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_bridge_cfg cfg;
	unsigned int i, n, most = 0;
	struct w_texts texts = {};
	u64 before;
	int ret;

	for (i = 0; i < 300; i++) {
		cfg = numbered(0, i);
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_bridge_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
			if (n == most + 1 && n <= 2)
				W_NEW_TEXT(w, &texts);
			most = max(most, n);
		}
		KUNIT_ASSERT_EQ(test, ret, 0);
	}
	/* The table had to grow meanwhile. */
	KUNIT_EXPECT_GE(test, most, 2);
	before = w_digest(w);
	cfg.flags = VR_BRIDGE_F_FLOOD_DHCP;
	vr_test_fail_alloc(1);
	W_REFUSED(w, w_bridge_set(w, &cfg), -ENOMEM, 0, before);
}

/* Neither packets nor anything else can fill it beyond its limit. */
static void bridge_table_has_an_end(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_bridge_cfg cfg;
	struct vr_table_use use;
	u64 before;
	u32 i;

	vr_core_lock(w->core);
	for (i = 0; vr_core_table(w->core, i, &use) && strcmp(use.name, "bridges"); i++)
		;
	KUNIT_EXPECT_STREQ(test, use.name, "bridges");
	for (i = 0; i < use.limit; i++) {
		cfg = numbered(0, i);
		KUNIT_ASSERT_EQ(test, vr_bridge_set(w->core, &cfg, false, &w->err), 0);
	}
	vr_core_unlock(w->core);
	before = w_digest(w);
	cfg = numbered(0, i);
	W_REFUSED(w, w_bridge_set(w, &cfg), -ENOSPC, 0, before);
	KUNIT_EXPECT_STREQ(test, w->err.msg, "bridge table is full");
	/* One that is there can still be replaced. */
	cfg = numbered(0, 5);
	KUNIT_EXPECT_EQ(test, w_bridge_set(w, &cfg), 0);
}
#endif

static struct kunit_case bridge_cases[] = {
	KUNIT_CASE(bridge_get_returns_what_was_set),
	KUNIT_CASE(bridge_refusals),
	KUNIT_CASE(bridge_replace_moves_the_reference),
	KUNIT_CASE(bridge_dump_meets_each_once),
	KUNIT_CASE(bridge_reset_empties_all_vrfs),
	KUNIT_CASE(bridge_changes_the_generation),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(bridge_without_memory),
	KUNIT_CASE(bridge_table_has_an_end),
#endif
	{}
};

static struct kunit_suite bridge_suite = {
	.name = "bridge",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = bridge_cases,
};

VR_TEST_SUITE(bridge_suite);
