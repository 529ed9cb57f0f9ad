// SPDX-License-Identifier: GPL-2.0-only
/* What is known of packets in fragments: limits, ages, vifs that go, lack of memory. */
#include "fragment_aid.h"

static void fragment_order(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_key flow, want = f_key(9);
	enum vr_drop_reason reason;
	u32 mark, i;

	/* in order: known while there are more, and forgotten with the last */
	KUNIT_EXPECT_FALSE(test, first(w, vif, 1, 80, 9));
	EXPECT(w, 1, 0);
	KNOWN(w, vif, piece(1, 80, 160, true), 9);
	EXPECT(w, 1, 0);
	KNOWN(w, vif, piece(1, 160, 163, false), 9);
	EXPECT(w, 0, 0);

	/* the last one first */
	for (i = 0; i < 3; i++) {
		static const u16 from[] = { 160, 80, 240 };
		struct vr_fragment frag = piece(1, from[i], from[i] + 80, i != 2);

		KUNIT_EXPECT_EQ(test, later(w, vif, frag, i, false, &flow, &reason),
				VR_FRAG_UNKNOWN);
		KUNIT_EXPECT_EQ(test, later(w, vif, frag, i, true, &flow, &reason), VR_FRAG_WAITS);
	}
	EXPECT(w, 1, 3);
	KUNIT_EXPECT_EQ(test, load(&vif->frags), 1);
	KUNIT_EXPECT_EQ(test, load(&vif->frags_held), 3);
	KUNIT_EXPECT_FALSE(test, next(w, 1, &mark, &flow, &reason));
	KUNIT_EXPECT_TRUE(test, first(w, vif, 1, 80, 9));
	for (i = 0; i < 3; i++) {
		EXPECT(w, 1, 3 - i);
		KUNIT_ASSERT_TRUE(test, next(w, 1, &mark, &flow, &reason));
		KUNIT_EXPECT_EQ(test, mark, i);
		KUNIT_EXPECT_EQ(test, reason, VR_DROP_NONE);
		KUNIT_EXPECT_MEMEQ(test, &flow, &want, sizeof(flow));
	}
	EXPECT(w, 0, 0);
	KUNIT_EXPECT_FALSE(test, next(w, 1, &mark, &flow, &reason));
	KUNIT_EXPECT_EQ(test, load(&vif->frags), 0);
	KUNIT_EXPECT_EQ(test, load(&vif->frags_held), 0);
}

/* Twice the same, overlapping, beyond the end: none ends it early, none is taken for the first. */
static void fragment_overlaps(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_key flow;
	enum vr_drop_reason reason;
	u32 mark;

	first(w, vif, 1, 80, 1);
	REFUSED(w, vif, piece(1, 8, 16, true), VR_DROP_INVALID_PACKET);
	REFUSED(w, vif, piece(1, 72, 800, false), VR_DROP_INVALID_PACKET);
	KNOWN(w, vif, piece(1, 160, 240, false), 1);
	KNOWN(w, vif, piece(1, 160, 240, false), 1);
	KNOWN(w, vif, piece(1, 168, 240, true), 1);
	KNOWN(w, vif, piece(1, 80, 152, true), 1);
	EXPECT(w, 1, 0);
	KNOWN(w, vif, piece(1, 120, 168, true), 1);
	EXPECT(w, 0, 0);

	/* one that waited reaches into it too */
	WAITS(w, vif, piece(2, 80, 160, false));
	WAITS(w, vif, piece(2, 16, 160, false));
	KUNIT_EXPECT_TRUE(test, first(w, vif, 2, 80, 1));
	KUNIT_EXPECT_TRUE(test, next(w, 2, &mark, &flow, &reason));
	KUNIT_EXPECT_EQ(test, reason, VR_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, next(w, 2, &mark, &flow, &reason));
	KUNIT_EXPECT_EQ(test, reason, VR_DROP_INVALID_PACKET);
	EXPECT(w, 0, 0);

	/* another packet has the id: what was seen of the one before does not count */
	first(w, vif, 3, 80, 1);
	KNOWN(w, vif, piece(3, 160, 240, false), 1);
	first(w, vif, 3, 80, 2);
	KNOWN(w, vif, piece(3, 80, 160, true), 2);
	EXPECT(w, 1, 0);
	KNOWN(w, vif, piece(3, 160, 200, false), 2);
	EXPECT(w, 0, 0);
}

/* More holes than are followed: nothing breaks, and age ends it. */
static void fragment_holes(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	u32 i;

	first(w, vif, 1, 8, 1);
	for (i = 1; i < 4000; i++)
		KNOWN(w, vif, piece(1, 16 * i, 16 * i + 8, true), 1);
	for (i = 0; i < 4000; i++)
		KNOWN(w, vif, piece(1, 16 * i + 8, 16 * i + 16, i != 3999), 1);
	EXPECT(w, 1, 0);
	/* as many as are */
	first(w, vif, 2, 8, 1);
	for (i = 1; i < 16; i++)
		KNOWN(w, vif, piece(2, 16 * i, 16 * i + 8, true), 1);
	for (i = 0; i < 16; i++)
		KNOWN(w, vif, piece(2, 16 * i + 8, 16 * i + 16, i != 15), 1);
	EXPECT(w, 1, 0);
	/* one more */
	first(w, vif, 3, 8, 1);
	for (i = 1; i < 17; i++)
		KNOWN(w, vif, piece(3, 16 * i, 16 * i + 8, true), 1);
	for (i = 0; i < 17; i++)
		KNOWN(w, vif, piece(3, 16 * i + 8, 16 * i + 16, i != 16), 1);
	EXPECT(w, 2, 0);
	flush(w);
}

static void fragment_limits(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *a = f_vif(w, 3), *b = f_vif(w, 4);
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS, 6), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_VIF, 4), 0);
	/* one has its share, and the other the rest */
	for (i = 0; i < 100; i++)
		first(w, a, i, 80, 1);
	EXPECT(w, 4, 0);
	REFUSED(w, a, piece(200, 80, 160, true), VR_DROP_FRAGMENTS);
	WAITS(w, b, piece(201, 80, 160, true));
	first(w, b, 202, 80, 1);
	first(w, b, 203, 80, 1);
	EXPECT(w, 6, 1);
	REFUSED(w, b, piece(204, 80, 160, true), VR_DROP_FRAGMENTS);
	KUNIT_EXPECT_EQ(test, load(&a->frags), 4);
	KUNIT_EXPECT_EQ(test, load(&b->frags), 2);
	KUNIT_EXPECT_EQ(test, load(&b->frags_held), 1);
	/* of those that are there more may come, and who ends makes room */
	KNOWN(w, a, piece(0, 80, 160, true), 1);
	KNOWN(w, a, piece(0, 160, 168, false), 1);
	first(w, a, 300, 80, 1);
	EXPECT(w, 6, 1);
	KUNIT_EXPECT_EQ(test, flush(w), 1);

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_VIF, 0), 0);
	for (i = 0; i < 7; i++)
		first(w, a, i, 80, 1);
	EXPECT(w, 6, 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS, 0), 0);
	KNOWN(w, a, piece(0, 80, 160, true), 1);
	REFUSED(w, a, piece(6, 80, 160, true), VR_DROP_NO_FRAG_ENTRY);
	flush(w);
	first(w, a, 1, 80, 1);
	EXPECT(w, 0, 0);
}

static void fragment_limits_of_waiting(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *a = f_vif(w, 3), *b = f_vif(w, 4);
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_HELD, 6), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_HELD_VIF, 4), 0);
	for (i = 0; i < 4; i++)
		WAITS(w, a, piece(i / 2, 80 + 8 * i, 88 + 8 * i, true));
	REFUSED(w, a, piece(0, 800, 808, true), VR_DROP_FRAGMENTS);
	REFUSED(w, a, piece(9, 800, 808, true), VR_DROP_FRAGMENTS);
	EXPECT(w, 2, 4);
	WAITS(w, b, piece(0, 800, 808, true));
	WAITS(w, b, piece(5, 800, 808, true));
	REFUSED(w, b, piece(5, 808, 816, true), VR_DROP_FRAGMENTS);
	EXPECT(w, 3, 6);
	KUNIT_EXPECT_EQ(test, load(&a->frags_held), 4);
	KUNIT_EXPECT_EQ(test, load(&b->frags_held), 2);
	KUNIT_EXPECT_EQ(test, flush(w), 6);
	KUNIT_EXPECT_EQ(test, load(&a->frags_held), 0);
	KUNIT_EXPECT_EQ(test, load(&b->frags_held), 0);

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_HELD, 0), 0);
	REFUSED(w, a, piece(1, 80, 88, true), VR_DROP_NO_FRAG_ENTRY);
	EXPECT(w, 0, 0);

	/* of one packet */
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_HELD, 4096), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_HELD_VIF, 0), 0);
	for (i = 0; i < VR_FRAG_WAIT_MAX; i++)
		WAITS(w, a, piece(1, 80 + 8 * i, 88 + 8 * i, true));
	REFUSED(w, a, piece(1, 8, 16, true), VR_DROP_FRAGMENTS);
	WAITS(w, a, piece(2, 8, 16, true));
	KUNIT_EXPECT_EQ(test, flush(w), VR_FRAG_WAIT_MAX + 1);
}

/* A vif goes while it is charged; the next one of its id begins at none, and stays right. */
static void fragment_vif_goes(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(1, AF_INET, 3, w_mac_guest(3), w_mac_gw);
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	u32 round;

	/* with its handle kept, and without */
	for (round = 0; round < 2; round++) {
		if (!round)
			KUNIT_ASSERT_EQ(test, w_nh_set(w, &nh), 0);
		else
			KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
		first(w, vif, 1, 80, 1);
		WAITS(w, vif, piece(2, 80, 88, true));
		KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
		EXPECT(w, 2, 1);
		vif = f_vif(w, 3);
		KUNIT_EXPECT_EQ(test, load(&vif->frags), 0);
		first(w, vif, 3, 80, 1);
		KNOWN(w, vif, piece(1, 80, 88, false), 1);
		KUNIT_EXPECT_EQ(test, load(&vif->frags), 1);
		KUNIT_EXPECT_EQ(test, flush(w), 1);
		KUNIT_EXPECT_EQ(test, load(&vif->frags), 0);
		KUNIT_EXPECT_EQ(test, load(&vif->frags_held), 0);
	}
	/* nobody is there to be charged */
	first(w, vif, 1, 80, 1);
	WAITS(w, vif, piece(2, 80, 88, true));
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, flush(w), 1);
}

#ifdef VR_TEST_USERSPACE

static void fragment_no_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);

	vr_test_fail_alloc(1);
	KUNIT_EXPECT_FALSE(test, first(w, vif, 1, 80, 1));
	EXPECT(w, 0, 0);
	/* for it, and for its packet */
	vr_test_fail_alloc(1);
	REFUSED(w, vif, piece(1, 80, 88, true), VR_DROP_NO_FRAG_ENTRY);
	EXPECT(w, 0, 0);
	vr_test_fail_alloc(2);
	REFUSED(w, vif, piece(1, 80, 88, true), VR_DROP_NO_FRAG_ENTRY);
	EXPECT(w, 0, 0);
	KUNIT_EXPECT_EQ(test, load(&vif->frags), 0);
	KUNIT_EXPECT_EQ(test, load(&vif->frags_held), 0);
	vr_test_fail_alloc(0);
	WAITS(w, vif, piece(1, 80, 88, true));
	EXPECT(w, 1, 1);
	/* what is there needs none */
	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_TRUE(test, first(w, vif, 1, 80, 1));
	KNOWN(w, vif, piece(1, 88, 96, true), 1);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, flush(w), 1);
}

static void fragment_ages(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_AGE, 300), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FRAGMENTS_WAIT, 100), 0);
	WAITS(w, vif, piece(1, 80, 88, true));
	WAITS(w, vif, piece(2, 80, 88, true));
	vr_test_clock_advance(99);
	WAITS(w, vif, piece(2, 88, 96, true));
	KUNIT_EXPECT_EQ(test, expire(w), 0);
	EXPECT(w, 2, 3);
	/* the first one of one of them comes just in time; its age counts from now on */
	KUNIT_EXPECT_TRUE(test, first(w, vif, 1, 80, 1));
	vr_test_clock_advance(1);
	KUNIT_EXPECT_EQ(test, expire(w), 2);
	EXPECT(w, 1, 1);
	vr_test_clock_advance(298);
	KUNIT_EXPECT_EQ(test, expire(w), 0);
	KNOWN(w, vif, piece(1, 200, 208, true), 1);
	vr_test_clock_advance(1);
	KUNIT_EXPECT_EQ(test, expire(w), 1);
	EXPECT(w, 0, 0);
	WAITS(w, vif, piece(1, 208, 216, true));
	flush(w);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case fragment_cases[] = {
	KUNIT_CASE(fragment_order),
	KUNIT_CASE(fragment_overlaps),
	KUNIT_CASE(fragment_holes),
	KUNIT_CASE(fragment_limits),
	KUNIT_CASE(fragment_limits_of_waiting),
	KUNIT_CASE(fragment_vif_goes),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(fragment_no_memory),
	KUNIT_CASE(fragment_ages),
#endif
	{}
};

static struct kunit_suite fragment_suite = {
	.name = "fragment",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = fragment_cases,
};

VR_TEST_SUITE(fragment_suite);
