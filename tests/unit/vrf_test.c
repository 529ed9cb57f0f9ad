// SPDX-License-Identifier: GPL-2.0-only
/* VRFs: made, refused, emptied, deleted, listed. */
#include "world.h"

static int vrf_get(struct world *w, u32 id, struct vr_vrf_info *info)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_vrf_get(w->core, id, info, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static int vrf_next(struct world *w, u32 id, struct vr_vrf_info *info)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_vrf_next(w->core, id, info);
	vr_core_unlock(w->core);
	return ret;
}

static void vrf_zero_comes_with_the_core(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vrf_info info;

	KUNIT_EXPECT_EQ(test, vrf_get(w, 0, &info), 0);
	KUNIT_EXPECT_EQ(test, info.id, 0);
	KUNIT_EXPECT_EQ(test, info.routes4 + info.routes6 + info.bridges, 0);
	KUNIT_EXPECT_EQ(test, vrf_next(w, 1, &info), -ENOENT);
}

static void vrf_new_again_keeps_it(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt = w_route4_cfg(5, W_IP(10, 0, 0, 0), 8, 0);
	u64 before;

	KUNIT_EXPECT_EQ(test, w_vrf_new(w, 5), 0);
	KUNIT_EXPECT_EQ(test, w_route_set(w, &rt), 0);
	before = w_digest(w);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_vrf_new(w->core, 5, false, &w->err), 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_TRUE(test, before == w_digest(w));
}

static void vrf_refusals(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_cfg vif = w_vif_cfg(3, VR_VIF_VIRTUAL, 1);
	struct w_texts texts = {};
	struct vr_vrf_info info;
	u64 before;

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 2), 0);
	vif.mcast_vrf = 2;
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &vif), 0);
	before = w_digest(w);

	W_REFUSED(w, w_vrf_new(w, VR_VRF_ID_MAX + 1), -EINVAL, VR_A_VRF_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_vrf_new(w, ~0U), -EINVAL, VR_A_VRF_ID, before);
	W_REFUSED(w, w_vrf_new(w, 1), -EEXIST, VR_A_VRF_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_vrf_new(w, 0), -EEXIST, VR_A_VRF_ID, before);
	W_REFUSED(w, w_vrf_del(w, 3), -ENOENT, VR_A_VRF_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_vrf_del(w, ~0U), -ENOENT, VR_A_VRF_ID, before);
	W_REFUSED(w, vrf_get(w, 3, &info), -ENOENT, VR_A_VRF_ID, before);
	W_REFUSED(w, w_vrf_del(w, 0), -EPERM, VR_A_VRF_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_vrf_del(w, 1), -EBUSY, VR_A_VRF_ID, before);
	W_NEW_TEXT(w, &texts);
	/* A vif whose broadcasts go there needs it as well. */
	W_REFUSED(w, w_vrf_del(w, 2), -EBUSY, VR_A_VRF_ID, before);

	/* It needs it no longer. */
	vif.mcast_vrf = VR_VRF_NONE;
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &vif), 0);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 1), 0);
}

/* A vif in a VRF twice over, and one whose VRF changes. */
static void vrf_counts_its_vifs(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_cfg vif = w_vif_cfg(3, VR_VIF_VIRTUAL, 1);

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 2), 0);
	vif.mcast_vrf = 1;
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &vif), 0);
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &vif), 0);
	vif.vrf = 2;
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &vif), 0);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 2), -EBUSY);
	vif.mcast_vrf = 2;
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &vif), 0);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 2), 0);
}

static void vrf_ids_at_the_limits(struct kunit *test)
{
	static const u32 ids[] = { 0, 1, 511, 512, 4096, VR_VRF_ID_MAX };
	struct world *w = test->priv;
	struct vr_vrf_info info;
	unsigned int i;
	u32 id;

	for (i = 1; i < ARRAY_SIZE(ids); i++)
		KUNIT_EXPECT_EQ(test, w_vrf_new(w, ids[ARRAY_SIZE(ids) - i]), 0);
	for (i = 0, id = 0; !vrf_next(w, id, &info); id = info.id + 1, i++)
		KUNIT_EXPECT_EQ(test, info.id, ids[i]);
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(ids));
	/* A list that is resumed behind one that is gone meanwhile goes on. */
	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 512), 0);
	KUNIT_EXPECT_EQ(test, vrf_next(w, 512, &info), 0);
	KUNIT_EXPECT_EQ(test, info.id, 4096);
	KUNIT_EXPECT_EQ(test, vrf_next(w, VR_VRF_ID_MAX + 1, &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, vrf_next(w, ~0U, &info), -ENOENT);
}

/* What is in a VRF goes with it, and what others have stays. */
static void vrf_takes_its_contents_with_it(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt4, rt6;
	struct vr_vrf_info info;
	struct vr_bridge_cfg br;
	u32 vrf, i;

	for (vrf = 1; vrf <= 2; vrf++) {
		KUNIT_ASSERT_EQ(test, w_vrf_new(w, vrf), 0);
		for (i = 0; i < 300; i++) {
			u8 mac[ETH_ALEN] = { 2, 0, 0, 0, i >> 8, i };

			rt4 = w_route4_cfg(vrf, W_IP(10, i, 0, 0), 16 + i % 17, 0);
			rt6 = w_route6_cfg(vrf, i, 128, 0);
			br = w_bridge_cfg(vrf, mac, 0);
			KUNIT_ASSERT_EQ(test, w_route_set(w, &rt4), 0);
			KUNIT_ASSERT_EQ(test, w_route_set(w, &rt6), 0);
			KUNIT_ASSERT_EQ(test, w_bridge_set(w, &br), 0);
		}
	}
	KUNIT_ASSERT_EQ(test, vrf_get(w, 2, &info), 0);
	/* i and i + 256 are the same network, with two lengths */
	KUNIT_EXPECT_EQ(test, info.routes4, 300);
	KUNIT_EXPECT_EQ(test, info.routes6, 300);
	KUNIT_EXPECT_EQ(test, info.bridges, 300);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 0), 1800);

	KUNIT_EXPECT_EQ(test, w_vrf_del(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 0), 900);
	KUNIT_EXPECT_EQ(test, w_route_set(w, &rt4), 0);
	KUNIT_ASSERT_EQ(test, vrf_get(w, 2, &info), 0);
	KUNIT_EXPECT_EQ(test, info.bridges, 300);

	/* One of the same number begins empty. */
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 1), 0);
	KUNIT_ASSERT_EQ(test, vrf_get(w, 1, &info), 0);
	KUNIT_EXPECT_EQ(test, info.routes4 + info.routes6 + info.bridges, 0);
	br = w_bridge_cfg(1, w_mac_guest(1), 0);
	KUNIT_EXPECT_EQ(test, w_bridge_del(w, &br), -ENOENT);
}

static void vrf_changes_the_generation(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen = w_generation(w);

	KUNIT_EXPECT_NE(test, gen, 0);
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 9), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_vrf_del(w, 9), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
}

#ifdef VR_TEST_USERSPACE
static void vrf_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	u64 before = w_digest(w);
	unsigned int n;
	int ret;

	/* In a page of ids that has to be made. */
	for (n = 1; ; n++) {
		vr_test_fail_alloc(n);
		ret = w_vrf_new(w, 5000);
		if (!vr_test_allocs_failed())
			break;
		vr_test_fail_alloc(0);
		W_REFUSED(w, ret, -ENOMEM, 0, before);
		W_NEW_TEXT(w, &texts);
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, n, 3);
}
#endif

static struct kunit_case vrf_cases[] = {
	KUNIT_CASE(vrf_zero_comes_with_the_core),
	KUNIT_CASE(vrf_new_again_keeps_it),
	KUNIT_CASE(vrf_refusals),
	KUNIT_CASE(vrf_counts_its_vifs),
	KUNIT_CASE(vrf_ids_at_the_limits),
	KUNIT_CASE(vrf_takes_its_contents_with_it),
	KUNIT_CASE(vrf_changes_the_generation),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(vrf_without_memory),
#endif
	{}
};

static struct kunit_suite vrf_suite = {
	.name = "vrf",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = vrf_cases,
};

VR_TEST_SUITE(vrf_suite);
