// SPDX-License-Identifier: GPL-2.0-only
/* What was held goes on, in order, or is dropped; and flows that are decided to wait again. */
#include "flows.h"

static void flow_release_keeps_order(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;

	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	F_HOLD(w, vif, f_key(1), 2, VR_HOLD_BEHIND);
	F_HOLD(w, vif, f_key(1), 3, VR_HOLD_BEHIND);
	F_REFUSED(w, vif, f_key(1), VR_DROP_FLOW_QUEUE_LIMIT);
	F_HOLD(w, vif, f_key(2), 4, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 4);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 2);

	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_HOLD);
	KUNIT_EXPECT_EQ(test, info.state, VR_FLOW_S_NEW | VR_FLOW_S_HELD);
	KUNIT_EXPECT_EQ(test, info.held, 3);
	KUNIT_EXPECT_EQ(test, info.cfg.src_nh, VR_NH_NONE);
	KUNIT_EXPECT_EQ(test, info.cfg.ecmp, -1);
	KUNIT_EXPECT_EQ(test, info.rev.index, VR_FLOW_NONE);

	/* Nothing goes before it was decided. */
	KUNIT_EXPECT_EQ(test, f_drain(w, NULL, 0), 0);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 1);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 4);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_EXPECT_EQ(test, info.state, VR_FLOW_S_HELD);
	f_expect_out(w, 1, 3);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 1);
	F_HOLD(w, vif, f_key(1), 5, VR_HOLD_DECIDED);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_EXPECT_EQ(test, info.state, 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_totals(w).created, 2);
	KUNIT_EXPECT_EQ(test, f_totals(w).changed, 1);
	KUNIT_EXPECT_EQ(test, f_totals(w).added, 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 1);
	KUNIT_EXPECT_EQ(test, f_totals(w).refused, 0);
}

/* Packets that come while others are let go stay behind them, and only then it ends. */
static void flow_release_late_packets_go_behind(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct f_out out;

	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	F_HOLD(w, vif, f_key(1), 2, VR_HOLD_BEHIND);
	f_decide(w, f_key(1), VR_FLOW_DROP);
	F_HOLD(w, vif, f_key(1), 3, VR_HOLD_BEHIND);
	KUNIT_ASSERT_TRUE(test, vr_flow_release_begin(w->core));
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_EQ(test, out.mark, 1);
	F_HOLD(w, vif, f_key(1), 4, VR_HOLD_BEHIND);
	F_REFUSED(w, vif, f_key(1), VR_DROP_FLOW_QUEUE_LIMIT);
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_EQ(test, out.mark, 4);
	/* The fourth is on its way, and has not arrived. */
	KUNIT_EXPECT_TRUE(test, f_flags(w, f_key(1)) & VR_FLOW_A_HOLD);
	F_HOLD(w, vif, f_key(1), 5, VR_HOLD_BEHIND);
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_EQ(test, out.mark, 5);
	KUNIT_EXPECT_FALSE(test, f_unhold(w, &out));
	KUNIT_EXPECT_FALSE(test, f_flags(w, f_key(1)) & VR_FLOW_A_HOLD);
	vr_flow_release_end(w->core);
	KUNIT_EXPECT_FALSE(test, vr_flow_release_begin(w->core));
	F_HOLD(w, vif, f_key(1), 6, VR_HOLD_DECIDED);
}

/* A flow that is faster than its release is not held for ever. */
static void flow_release_comes_to_an_end(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct f_out out;
	u32 n;

	F_HOLD(w, vif, f_key(1), 0, VR_HOLD_NEW);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	KUNIT_ASSERT_TRUE(test, vr_flow_release_begin(w->core));
	for (n = 0; n < 100000 && f_unhold(w, &out); n++) {
		KUNIT_ASSERT_EQ(test, out.mark, n);
		f_hold(w, vif, f_key(1), n + 1, NULL);
	}
	vr_flow_release_end(w->core);
	KUNIT_EXPECT_GT(test, n, 64);
	KUNIT_EXPECT_LT(test, n, 5000);
	F_HOLD(w, vif, f_key(1), 0, VR_HOLD_DECIDED);
}

/* Flows are let go in the order in which they were decided. */
static void flow_release_first_decided_first_out(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct f_out out[3] = {};

	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	F_HOLD(w, vif, f_key(2), 2, VR_HOLD_NEW);
	F_HOLD(w, vif, f_key(3), 3, VR_HOLD_NEW);
	f_decide(w, f_key(3), VR_FLOW_FORWARD);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	f_decide(w, f_key(2), VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_drain(w, out, 3), 3);
	KUNIT_EXPECT_EQ(test, out[0].mark, 3);
	KUNIT_EXPECT_EQ(test, out[1].mark, 1);
	KUNIT_EXPECT_EQ(test, out[2].mark, 2);
}

/* The agent decides that a flow waits: the first packet is told, others go behind it. */
static void flow_release_and_hold_again(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;

	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	F_HOLD(w, vif, f_key(1), 0, VR_HOLD_DECIDED);
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_EXPECT_EQ(test, info.state, 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_HOLD);
	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_AGAIN);
	F_HOLD(w, vif, f_key(1), 2, VR_HOLD_BEHIND);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 1);
	/* Said once more, it changes nothing. */
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	F_HOLD(w, vif, f_key(1), 3, VR_HOLD_BEHIND);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	f_expect_out(w, 1, 3);
	F_HOLD(w, vif, f_key(1), 4, VR_HOLD_DECIDED);
	KUNIT_EXPECT_EQ(test, f_totals(w).created, 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 0);

	/* Let go without having held anything. */
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_flags(w, f_key(1)), 0);
}

/* It is decided to wait again before its packets were let go, or while they are. */
static void flow_release_taken_back(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct f_out out;

	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 1);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 1);
	KUNIT_EXPECT_EQ(test, f_drain(w, NULL, 0), 0);
	F_HOLD(w, vif, f_key(1), 2, VR_HOLD_BEHIND);
	F_HOLD(w, vif, f_key(1), 3, VR_HOLD_BEHIND);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	KUNIT_ASSERT_TRUE(test, vr_flow_release_begin(w->core));
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	KUNIT_EXPECT_FALSE(test, f_unhold(w, &out));
	vr_flow_release_end(w->core);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	f_expect_out(w, 2, 3);

	/* All were out but the end of it: the next one is the first again. */
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	F_HOLD(w, vif, f_key(1), 4, VR_HOLD_AGAIN);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	KUNIT_ASSERT_TRUE(test, vr_flow_release_begin(w->core));
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	f_decide(w, f_key(1), VR_FLOW_HOLD);
	KUNIT_EXPECT_FALSE(test, f_unhold(w, &out));
	vr_flow_release_end(w->core);
	F_HOLD(w, vif, f_key(1), 5, VR_HOLD_AGAIN);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 1);
	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	f_expect_out(w, 5, 5);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 0);
}

/* What a deleted flow held is dropped, also what was decided and not yet let go. */
static void flow_release_deleted(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;
	struct f_out out;

	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	F_HOLD(w, vif, f_key(1), 2, VR_HOLD_BEHIND);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_ASSERT_EQ(test, f_del(w, info.id), 0);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 0);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 2);
	/* Another flow of this key has its own. */
	F_HOLD(w, vif, f_key(1), 3, VR_HOLD_NEW);
	f_expect_dropped(w, 2, VR_DROP_FLOW_EVICT);

	f_decide(w, f_key(1), VR_FLOW_FORWARD);
	F_HOLD(w, vif, f_key(1), 4, VR_HOLD_BEHIND);
	KUNIT_ASSERT_TRUE(test, vr_flow_release_begin(w->core));
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_FALSE(test, out.gone);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_ASSERT_EQ(test, f_del(w, info.id), 0);
	KUNIT_EXPECT_TRUE(test, f_unhold(w, &out));
	KUNIT_EXPECT_TRUE(test, out.gone);
	KUNIT_EXPECT_EQ(test, out.mark, 4);
	KUNIT_EXPECT_FALSE(test, f_unhold(w, &out));
	vr_flow_release_end(w->core);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 0);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 0);
}

static void flow_release_reset_drops(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;
	unsigned int i;

	for (i = 0; i < 20; i++)
		F_HOLD(w, vif, f_key(i), i, VR_HOLD_NEW);
	f_decide(w, f_key(3), VR_FLOW_FORWARD);
	vr_core_lock(w->core);
	vr_core_reset(w->core);
	KUNIT_EXPECT_EQ(test, vr_flow_next(w->core, 0, &info), -ENOENT);
	vr_core_unlock(w->core);
	f_expect_dropped(w, 20, VR_DROP_FLOW_EVICT);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).deleted, 20);
}

#ifdef VR_TEST_USERSPACE

#define ORDER_PACKETS	100000
#define ORDER_ROUND	32

struct sender {
	struct world *w;
	struct vr_vif *vif;
	u32 round;
	u32 held;
	u32 out;
	u32 decided;
	u32 refused;
	bool overtook;
	bool done;
};

static void sender_main(void *arg)
{
	struct sender *s = arg;
	u32 i;

	for (i = 0; i < ORDER_PACKETS; i++) {
		while (READ_ONCE(s->round) < i / ORDER_ROUND)
			sched_yield();
		switch (f_hold(s->w, s->vif, f_key(1), s->held, NULL)) {
		case VR_HOLD_DECIDED:
			/* It may go on at once: no packet before it is still held. */
			if (READ_ONCE(s->out) != s->held)
				s->overtook = true;
			s->decided++;
			break;
		case VR_HOLD_REFUSED:
			s->refused++;
			break;
		default:
			WRITE_ONCE(s->held, s->held + 1);
		}
	}
	/* All that was sent is seen before. */
	smp_store_release(&s->done, true);
}

/* Held and let go, over and over, under a stream of packets: none overtakes another. */
static void flow_release_nobody_overtakes(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread;
	struct sender s = { .w = w, .vif = f_vif(w, 3) };
	struct vr_flow_info info;
	struct f_out out;
	u32 round;
	bool done;

	vr_test_thread_start(&thread, 1, sender_main, &s);
	for (round = 0, done = false; !done; round++) {
		/* Pairs with sender_main(). */
		done = smp_load_acquire(&s.done);
		WRITE_ONCE(s.round, round);
		if (f_find(w, f_key(1), &info))
			continue;
		f_decide(w, f_key(1), VR_FLOW_FORWARD);
		if (vr_flow_release_begin(w->core)) {
			while (f_unhold(w, &out)) {
				KUNIT_ASSERT_FALSE(test, out.gone);
				KUNIT_ASSERT_EQ(test, out.mark, s.out);
				WRITE_ONCE(s.out, s.out + 1);
			}
			vr_flow_release_end(w->core);
		}
		if (!done && round % 2)
			f_decide(w, f_key(1), VR_FLOW_HOLD);
	}
	vr_test_thread_join(&thread);
	KUNIT_EXPECT_FALSE(test, s.overtook);
	KUNIT_EXPECT_EQ(test, s.out, s.held);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 0);
	KUNIT_EXPECT_GT(test, s.held, 0);
	KUNIT_EXPECT_GT(test, s.decided, 0);
	kunit_info(test, "rounds %u held %u decided %u refused %u\n", round, s.held, s.decided,
		   s.refused);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case flow_release_cases[] = {
	KUNIT_CASE(flow_release_keeps_order),
	KUNIT_CASE(flow_release_late_packets_go_behind),
	KUNIT_CASE(flow_release_comes_to_an_end),
	KUNIT_CASE(flow_release_first_decided_first_out),
	KUNIT_CASE(flow_release_and_hold_again),
	KUNIT_CASE(flow_release_taken_back),
	KUNIT_CASE(flow_release_deleted),
	KUNIT_CASE(flow_release_reset_drops),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(flow_release_nobody_overtakes),
#endif
	{}
};

static struct kunit_suite flow_release_suite = {
	.name = "flow_release",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = flow_release_cases,
};

VR_TEST_SUITE(flow_release_suite);
