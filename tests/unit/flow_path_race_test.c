// SPDX-License-Identifier: GPL-2.0-only
/* Packets that meet a flow on one cpu while it is made on another. */
#include "cuts.h"

#ifdef VR_TEST_USERSPACE

#include <sched.h>

#include "obj/core.h"

/* No more than fragmented packets may be followed. */
#define ROUNDS	2000

/** struct racer - a cpu that sends; it follows @lead, or is followed */
struct racer {
	struct world *w;
	struct vr_test_thread thread;
	const u32 *lead;
	u32 sent;
	u32 n;
};

static void send_piece(struct world *w, u32 round, u32 n)
{
	struct w_frame f, in;

	c_whole(&f, false, false);
	put_unaligned_be16(round, f.b + ETH_HLEN + 20);
	c_third(&in, &f, round, n);
	w_rx(w, V_G3, &in);
}

static void pieces_main(void *arg)
{
	struct racer *r = arg;
	u32 round;

	for (round = 1; round <= ROUNDS; round++) {
		while (r->lead && READ_ONCE(*r->lead) < round)
			sched_yield();
		WRITE_ONCE(r->sent, round);
		send_piece(r->w, round, r->n);
	}
}

/* The next fragment finds the flow that the first one is just making, or waits until it has. */
static void race_fragments(struct kunit *test)
{
	struct world *w = test->priv;
	struct racer first = { .w = w, .n = 0 }, next = { .w = w, .lead = &first.sent, .n = 1 };

	c_build(w);
	w_conf(w, VR_CONF_HOLD_LIMIT, 0);
	w_conf(w, VR_CONF_HOLD_LIMIT_VIF, 0);
	vr_test_thread_start(&first.thread, 1, pieces_main, &first);
	vr_test_thread_start(&next.thread, 2, pieces_main, &next);
	vr_test_thread_join(&first.thread);
	vr_test_thread_join(&next.thread);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), ROUNDS);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 2 * ROUNDS);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static struct kunit_case flow_path_race_cases[] = {
	KUNIT_CASE(race_fragments),
	{}
};

static struct kunit_suite flow_path_race_suite = {
	.name = "flow_path_race",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = flow_path_race_cases,
};

VR_TEST_SUITE(flow_path_race_suite);

#endif /* VR_TEST_USERSPACE */
