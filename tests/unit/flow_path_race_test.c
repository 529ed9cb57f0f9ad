// SPDX-License-Identifier: GPL-2.0-only
/* Packets that meet a flow on one cpu while it is made, or decided anew, on another. */
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
	bool stop;
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

static void packets_main(void *arg)
{
	struct racer *r = arg;
	struct w_frame in;

	c_whole(&in, false, false);
	while (!READ_ONCE(r->stop)) {
		w_rx(r->w, V_G3, &in);
		vr_resume(r->w->core);
		vr_test_port_drain(r->w->port[V_G4]);
		vr_test_port_drain(r->w->port[V_AGENT]);
	}
}

/* A packet that is on its way out when its flow is to wait again waits again. */
static void race_hold_again(struct kunit *test)
{
	struct world *w = test->priv;
	struct racer sender = { .w = w };
	u64 drops[VR_DROP_MAX];
	struct vr_flow_cfg cfg;
	u32 i;

	c_build(w);
	cfg = c_flow_cfg(false);
	vr_test_thread_start(&sender.thread, 1, packets_main, &sender);
	for (i = 0; i < 10 * ROUNDS; i++) {
		cfg.action = i % 2 ? VR_FLOW_FORWARD : VR_FLOW_HOLD;
		W_DONE(w, W_LOCKED(w, vr_flow_set(w->core, &cfg, NULL, false, NULL, &w->err)));
	}
	WRITE_ONCE(sender.stop, true);
	vr_test_thread_join(&sender.thread);
	vr_resume(w->core);
	vr_test_port_drain(w->port[V_G4]);
	vr_test_port_drain(w->port[V_AGENT]);
	/* Some were too many to wait. */
	vr_core_lock(w->core);
	vr_core_drops(w->core, drops);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, drops[VR_DROP_FLOW_ACTION_INVALID], 0);
}

static void rounds_main(void *arg)
{
	struct racer *r = arg;
	struct w_frame in;
	u32 round;

	c_whole(&in, false, false);
	for (round = 1; round <= 10 * ROUNDS; round++) {
		while (READ_ONCE(*r->lead) < round)
			sched_yield();
		w_rx(r->w, V_G3, &in);
		WRITE_ONCE(r->sent, round);
	}
}

/* Who may not make flows makes none when the one that he was to wait for has just gone. */
static void race_hold_gone(struct kunit *test)
{
	struct world *w = test->priv;
	u32 round = 0;
	struct racer sender = { .w = w, .lead = &round };
	struct vr_flow_info info;
	struct vr_flow_cfg cfg;
	u32 i;

	c_build(w);
	w_vif_flags(w, V_G3, VR_VIF_F_POLICY | VR_VIF_F_DROP_NEW_FLOWS);
	cfg = c_flow_cfg(false);
	cfg.action = VR_FLOW_HOLD;
	vr_test_thread_start(&sender.thread, 1, rounds_main, &sender);
	while (round < 10 * ROUNDS) {
		W_DONE(w, W_LOCKED(w, vr_flow_set(w->core, &cfg, NULL, false, NULL, &w->err)));
		WRITE_ONCE(round, round + 1);
		/* At another moment of the packet's each time. */
		for (i = 0; i < round % 512; i++)
			if (READ_ONCE(sender.sent) == round)
				break;
		w_flow_del(w, &cfg);
		while (READ_ONCE(sender.sent) < round)
			sched_yield();
		KUNIT_EXPECT_EQ(test, w_flow_find(w, &cfg, &info), -ENOENT);
		vr_resume(w->core);
		vr_test_port_drain(w->port[V_AGENT]);
	}
	vr_test_thread_join(&sender.thread);
}

static struct kunit_case flow_path_race_cases[] = {
	KUNIT_CASE(race_fragments),
	KUNIT_CASE(race_hold_again),
	KUNIT_CASE(race_hold_gone),
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
