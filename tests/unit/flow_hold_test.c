// SPDX-License-Identifier: GPL-2.0-only
/* Flows that wait: who may, what they hold, and who meets whom on two processors. */
#include "flows.h"

static void flow_hold_limits(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *a = f_vif(w, 3), *b = f_vif(w, 4), *c = f_vif(w, 5);
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT, 8), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT_VIF, 5), 0);
	for (i = 0; i < 5; i++)
		F_HOLD(w, a, f_key(i), i, VR_HOLD_NEW);
	/* One that scans has its share, and the others theirs. */
	for (; i < 100; i++)
		F_REFUSED(w, a, f_key(i), VR_DROP_FLOW_UNUSABLE);
	KUNIT_EXPECT_EQ(test, f_totals(w).refused, 95);
	F_HOLD(w, a, f_key(0), 0, VR_HOLD_BEHIND);
	for (i = 100; i < 103; i++)
		F_HOLD(w, b, f_key(i), i, VR_HOLD_NEW);
	F_REFUSED(w, b, f_key(103), VR_DROP_FLOW_UNUSABLE);
	F_REFUSED(w, c, f_key(104), VR_DROP_FLOW_UNUSABLE);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 5);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 4), 3);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 5), 0);
	/* What was refused has left nothing. */
	KUNIT_EXPECT_EQ(test, atomic_read(&w->core->flows.used), 8);

	/* Each decision makes room for one. */
	f_decide(w, f_key(0), VR_FLOW_DROP);
	F_HOLD(w, c, f_key(104), 0, VR_HOLD_NEW);
	F_REFUSED(w, c, f_key(105), VR_DROP_FLOW_UNUSABLE);
	/* A flow that the agent lets wait needs room as well. */
	f_decide(w, f_key(0), VR_FLOW_HOLD);
	f_drain(w, NULL, 0);
	f_decide(w, f_key(200), VR_FLOW_HOLD);
	F_REFUSED(w, a, f_key(200), VR_DROP_FLOW_UNUSABLE);

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT, 0), 0);
	F_REFUSED(w, a, f_key(300), VR_DROP_FLOW_UNUSABLE);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT_VIF, 0), 0);
	F_HOLD(w, a, f_key(300), 0, VR_HOLD_NEW);
}

/* Behind a flow that waits, and only there: where it has gone, or ended, none is made. */
static void flow_hold_makes_none(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;

	KUNIT_EXPECT_EQ(test, f_hold_by(w, vif, f_key(1), 1, false, NULL), VR_HOLD_DECIDED);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(1), &info), -ENOENT);
	F_HOLD(w, vif, f_key(1), 2, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, f_hold_by(w, vif, f_key(1), 3, false, NULL), VR_HOLD_BEHIND);
	f_decide(w, f_key(2), VR_FLOW_HOLD);
	KUNIT_EXPECT_EQ(test, f_hold_by(w, vif, f_key(2), 4, false, NULL), VR_HOLD_AGAIN);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 2);
	KUNIT_EXPECT_EQ(test, f_totals(w).refused, 0);
}

static void flow_hold_queue_is_as_long_as_set(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_QUEUE, 1), 0);
	F_HOLD(w, vif, f_key(1), 0, VR_HOLD_NEW);
	F_REFUSED(w, vif, f_key(1), VR_DROP_FLOW_QUEUE_LIMIT);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_QUEUE, 64), 0);
	/* The old one is as it was. */
	F_REFUSED(w, vif, f_key(1), VR_DROP_FLOW_QUEUE_LIMIT);
	F_HOLD(w, vif, f_key(2), 1, VR_HOLD_NEW);
	for (i = 2; i <= 64; i++)
		F_HOLD(w, vif, f_key(2), i, VR_HOLD_BEHIND);
	F_REFUSED(w, vif, f_key(2), VR_DROP_FLOW_QUEUE_LIMIT);
	f_decide(w, f_key(2), VR_FLOW_FORWARD);
	f_expect_out(w, 1, 64);
}

/* A vif goes while its flows wait; the next one of its id, or of its handle, begins at none. */
static void flow_hold_vif_goes(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(1, AF_INET, 3, w_mac_guest(3), w_mac_gw);
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	u32 birth = vif->birth, round;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT_VIF, 2), 0);
	for (round = 0; round < 2; round++) {
		F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
		F_HOLD(w, vif, f_key(2), 2, VR_HOLD_NEW);
		F_REFUSED(w, vif, f_key(3), VR_DROP_FLOW_UNUSABLE);
		/* The first time nobody keeps the handle. */
		if (round)
			KUNIT_ASSERT_EQ(test, w_nh_set(w, &nh), 0);
		KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
		vif = f_vif(w, 3);
		KUNIT_EXPECT_NE(test, vif->birth, birth);
		birth = vif->birth;
		KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 0);
		KUNIT_EXPECT_EQ(test, f_totals(w).holding, 2);
		F_HOLD(w, vif, f_key(3), 3, VR_HOLD_NEW);
		f_decide(w, f_key(1), VR_FLOW_FORWARD);
		f_decide(w, f_key(2), VR_FLOW_FORWARD);
		KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 1);
		f_decide(w, f_key(3), VR_FLOW_FORWARD);
		KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 0);
		f_expect_out(w, 1, 3);
		vr_core_lock(w->core);
		vr_flow_flush(w->core);
		vr_core_unlock(w->core);
	}
	/* A new configuration is no new life. */
	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	w->err.msg = NULL;
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_vif_rename(w->core, 3, "other", &w->err), 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, vif->birth, birth);
	KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 1);
}

/* A full table refuses what is new by name, and leaves what is there alone. */
static void flow_hold_table_full(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FLOWS, 1024), 0);
	for (i = 0; i < 1020; i++)
		f_decide(w, f_key(i), VR_FLOW_FORWARD);
	for (; i < 1024; i++)
		F_HOLD(w, vif, f_key(i), i, VR_HOLD_NEW);
	F_REFUSED(w, vif, f_key(2000), VR_DROP_FLOW_TABLE_FULL);
	KUNIT_EXPECT_EQ(test, f_totals(w).refused, 1);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 4);
	F_HOLD(w, vif, f_key(0), 0, VR_HOLD_DECIDED);
	F_HOLD(w, vif, f_key(1020), 0, VR_HOLD_BEHIND);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(5), &info), 0);
	KUNIT_ASSERT_EQ(test, f_del(w, info.id), 0);
	F_HOLD(w, vif, f_key(2000), 0, VR_HOLD_NEW);
	F_REFUSED(w, vif, f_key(2001), VR_DROP_FLOW_TABLE_FULL);
}

static void end_connection(struct world *w, struct vr_flow_id id)
{
	const struct vr_tcp_seen rst = { .flags = VR_TCP_RST };
	struct vr_flow_act act;
	struct vr_flow *flow;

	local_bh_disable();
	rcu_read_lock();
	flow = vr_flow_at_rcu(&w->core->flows, id.index);
	act = vr_flow_act_read(flow);
	vr_flow_tcp(w->core, flow, &act, &rst);
	rcu_read_unlock();
	local_bh_enable();
}

/* A SYN to a connection that has ended makes a new flow; what is left of the old one goes. */
static void flow_hold_reopens(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_id id[2];
	struct vr_flow_info info;

	f_pair(w, 1, id);
	end_connection(w, id[0]);
	F_HOLD(w, vif, f_key(1), 1, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, f_get(w, id[0], &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, f_get(w, id[1], &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key_back(1), &info), -ENOENT);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_EXPECT_EQ(test, info.tcp, 0);
	KUNIT_EXPECT_EQ(test, info.state, VR_FLOW_S_NEW | VR_FLOW_S_HELD);

	/* One without another. */
	f_decide(w, f_key(2), VR_FLOW_DROP);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(2), &info), 0);
	end_connection(w, info.id);
	F_HOLD(w, vif, f_key(2), 2, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, f_totals(w).deleted, 0);
}

#ifdef VR_TEST_USERSPACE

static void flow_hold_burst(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	u32 i, n = 0;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT, 2), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_BURST_STEP, 2), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_BURST_INTERVAL, 100), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_BURST_TOKENS, 5), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 5);
	for (i = 0; i < 7; i++)
		F_HOLD(w, vif, f_key(n++), 0, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 0);
	F_REFUSED(w, vif, f_key(n), VR_DROP_FLOW_UNUSABLE);
	vr_test_clock_advance(99);
	F_REFUSED(w, vif, f_key(n), VR_DROP_FLOW_UNUSABLE);
	vr_test_clock_advance(1);
	F_HOLD(w, vif, f_key(n++), 0, VR_HOLD_NEW);
	F_HOLD(w, vif, f_key(n++), 0, VR_HOLD_NEW);
	F_REFUSED(w, vif, f_key(n), VR_DROP_FLOW_UNUSABLE);
	/* What is due piles up, but not above the size. */
	vr_test_clock_advance(250);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 4);
	vr_test_clock_advance(50);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 5);
	vr_test_clock_advance(1000000);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 5);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_BURST_STEP, 1048576), 0);
	vr_test_clock_advance(3000000);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 5);
	/* Below the limit no token is taken. */
	vr_core_lock(w->core);
	vr_flow_flush(w->core);
	vr_core_unlock(w->core);
	F_HOLD(w, vif, f_key(n++), 0, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 5);
	/* A smaller bucket holds less, at once. */
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_BURST_TOKENS, 1), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).burst, 1);
}

/* Whatever cannot be had, nothing is left behind, and it works the next time. */
static void flow_hold_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	enum vr_drop_reason reason;
	enum vr_hold_what what;
	unsigned int n;

	for (n = 1; ; n++) {
		vr_test_fail_alloc(n);
		what = f_hold(w, vif, f_key(1), 1, &reason);
		if (!vr_test_allocs_failed())
			break;
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, what, VR_HOLD_REFUSED);
		KUNIT_EXPECT_EQ(test, reason, VR_DROP_FLOW_NO_MEMORY);
		KUNIT_EXPECT_EQ(test, atomic_read(&w->core->flows.used), 0);
		KUNIT_EXPECT_EQ(test, f_totals(w).holding, 0);
		KUNIT_EXPECT_EQ(test, f_totals(w).refused, n);
		KUNIT_EXPECT_EQ(test, f_vif_held(w, 3), 0);
		KUNIT_EXPECT_EQ(test, f_books_held(w), 0);
	}
	KUNIT_EXPECT_EQ(test, what, VR_HOLD_NEW);
	KUNIT_EXPECT_EQ(test, n, 3);	/* the hold, a chunk of entries */
	f_decide(w, f_key(2), VR_FLOW_HOLD);
	vr_test_fail_alloc(1);
	F_REFUSED(w, vif, f_key(2), VR_DROP_FLOW_NO_MEMORY);
	F_HOLD(w, vif, f_key(2), 1, VR_HOLD_AGAIN);
}

/* The hash cannot take one more: a chain ends, and there is no memory for a bucket more. */
static void flow_hold_without_memory_for_the_hash(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	enum vr_drop_reason reason;
	u32 i, failed = 0;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT_VIF, 0), 0);
	for (i = 0; i < 4000; i++) {
		/* The hold may be had, what comes next may not. */
		vr_test_fail_alloc_from(2);
		if (f_hold(w, vif, f_key(i), i, &reason) == VR_HOLD_REFUSED) {
			KUNIT_EXPECT_EQ(test, reason, VR_DROP_FLOW_NO_MEMORY);
			failed++;
			vr_test_fail_alloc(0);
			F_HOLD(w, vif, f_key(i), i, VR_HOLD_NEW);
		}
		vr_test_fail_alloc(0);
		KUNIT_ASSERT_EQ(test, atomic_read(&w->core->flows.used), i + 1);
		KUNIT_ASSERT_EQ(test, f_vif_held(w, 3), i + 1);
	}
	KUNIT_EXPECT_GT(test, failed, 4000 / VR_FLOW_CHUNK_SIZE + 10);
	KUNIT_EXPECT_EQ(test, f_totals(w).refused, failed);
	KUNIT_EXPECT_EQ(test, f_books_held(w), 4000);
}

/* No memory to remember the old flow for the worker: the SYN is dropped, and is sent again. */
static void flow_hold_reopens_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_id id[2];
	enum vr_drop_reason reason;
	enum vr_hold_what what;
	unsigned int n;

	f_pair(w, 1, id);
	end_connection(w, id[0]);
	for (n = 1; ; n++) {
		vr_test_fail_alloc(n);
		what = f_hold(w, vif, f_key(1), 1, &reason);
		if (!vr_test_allocs_failed())
			break;
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, what, VR_HOLD_REFUSED);
		KUNIT_EXPECT_EQ(test, reason, VR_DROP_FLOW_NO_MEMORY);
		KUNIT_EXPECT_EQ(test, f_books_held(w), 0);
	}
	KUNIT_EXPECT_EQ(test, what, VR_HOLD_NEW);
	KUNIT_EXPECT_GE(test, n, 2);
}

/* --- two cpus --- */

#define RACE_KEYS	100000
#define RACE_PAIRS	5000
#define RACE_BATCH	2000
#define RACE_STRIDE	8

struct racer {
	struct world *w;
	struct vr_vif *vif;
	u32 done;
	u32 *other_done;
	u32 upto;
	u32 keys;
	u32 stride;
	u8 what[RACE_BATCH];
};

static void racer_main(void *arg)
{
	struct racer *r = arg;
	u32 i, spins;

	for (i = 0; i < r->keys; i++) {
		/*
		 * Side by side every few keys, or they would seldom meet; with each key it would
		 * take very long where others have the processors.
		 */
		for (spins = 0;
		     READ_ONCE(*r->other_done) < i - i % r->stride || READ_ONCE(r->upto) <= i;)
			if (++spins > 10000)
				sched_yield();
		r->what[i % RACE_BATCH] = f_hold(r->w, r->vif, f_key(i), i, NULL);
		/* What became of it is seen before; pairs with who waits. */
		smp_store_release(&r->done, i + 1);
	}
}

static void race_setup(struct world *w, struct racer *r, struct vr_test_thread *thread, u32 n)
{
	u32 i;

	KUNIT_ASSERT_EQ(w->test, f_conf(w, VR_CONF_HOLD_LIMIT, 0), 0);
	KUNIT_ASSERT_EQ(w->test, f_conf(w, VR_CONF_HOLD_LIMIT_VIF, 0), 0);
	memset(r, 0, n * sizeof(*r));
	for (i = 0; i < n; i++) {
		r[i].w = w;
		r[i].vif = f_vif(w, 3 + i);
		r[i].keys = n == 1 ? RACE_PAIRS : RACE_KEYS;
		r[i].stride = n == 1 ? 1 : RACE_STRIDE;
		r[i].other_done = n == 1 ? &r->upto : &r[!i].done;
	}
	for (i = 0; i < n; i++)
		vr_test_thread_start(&thread[i], 1 + i, racer_main, &r[i]);
}

/* 10^5 keys, each met by two cpus at once: one makes the flow, the other is behind it. */
static void flow_hold_two_cpus_make_one_flow(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread[2];
	u32 first, i, firsts[2] = {};
	static struct racer r[2];

	race_setup(w, r, thread, 2);
	for (first = 0; first < RACE_KEYS; first += RACE_BATCH) {
		WRITE_ONCE(r[0].upto, first + RACE_BATCH);
		WRITE_ONCE(r[1].upto, first + RACE_BATCH);
		while (READ_ONCE(r[0].done) < first + RACE_BATCH ||
		       READ_ONCE(r[1].done) < first + RACE_BATCH)
			usleep(100);
		smp_rmb();	/* pairs with racer_main() */
		for (i = 0; i < RACE_BATCH; i++) {
			bool first_new = r[0].what[i] == VR_HOLD_NEW;

			KUNIT_EXPECT_EQ(test, r[!first_new].what[i], VR_HOLD_NEW);
			KUNIT_EXPECT_EQ(test, r[first_new].what[i], VR_HOLD_BEHIND);
			firsts[!first_new]++;
		}
		KUNIT_EXPECT_EQ(test, atomic_read(&w->core->flows.used), RACE_BATCH);
		KUNIT_EXPECT_EQ(test, f_books_held(w), 2 * RACE_BATCH);
		vr_core_lock(w->core);
		vr_flow_flush(w->core);
		vr_flow_table_grow(&w->core->flows);
		vr_core_unlock(w->core);
		KUNIT_EXPECT_EQ(test, f_drain(w, NULL, 0), 2 * RACE_BATCH);
		vr_flow_table_reclaim(&w->core->flows);
	}
	for (i = 0; i < 2; i++)
		vr_test_thread_join(&thread[i]);
	KUNIT_EXPECT_EQ(test, f_totals(w).created, RACE_KEYS);
	/* They did race. */
	KUNIT_EXPECT_GT(test, firsts[0], 100);
	KUNIT_EXPECT_GT(test, firsts[1], 100);
}

/* The agent decides on a key, both ways, just when a packet meets it: there is one flow. */
static void flow_hold_packet_meets_decision(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread;
	u32 i, delay, spins, whats[VR_HOLD_REFUSED + 1] = {}, out = 0;
	static struct racer r[1];
	struct vr_flow_info info;
	struct vr_flow_id id[2];

	race_setup(w, r, &thread, 1);
	for (i = 0; i < RACE_PAIRS; i++) {
		WRITE_ONCE(r[0].upto, i + 1);
		/* Sooner or later than the packet. */
		for (delay = 16 * (i % 256); delay; delay--)
			barrier();
		f_pair(w, i, id);
		out += f_drain(w, NULL, 0);
		for (spins = 0; READ_ONCE(r[0].done) < i + 1;)
			if (++spins > 10000)
				sched_yield();
		smp_rmb();	/* pairs with racer_main() */
		out += f_drain(w, NULL, 0);
		whats[r[0].what[i % RACE_BATCH]]++;
		KUNIT_ASSERT_EQ(test, f_get(w, id[0], &info), 0);
		KUNIT_ASSERT_EQ(test, info.cfg.action, VR_FLOW_FORWARD);
		KUNIT_ASSERT_EQ(test, info.state, 0);
		KUNIT_ASSERT_EQ(test, info.rev.index, id[1].index);
		if (i % 1024)
			continue;
		vr_core_lock(w->core);
		vr_flow_flush(w->core);
		vr_core_unlock(w->core);
		vr_flow_table_reclaim(&w->core->flows);
	}
	vr_test_thread_join(&thread);
	KUNIT_EXPECT_EQ(test, out, whats[VR_HOLD_NEW] + whats[VR_HOLD_BEHIND]);
	KUNIT_EXPECT_EQ(test, f_totals(w).created + f_totals(w).added, 2 * RACE_PAIRS);
	KUNIT_EXPECT_EQ(test, f_totals(w).created, whats[VR_HOLD_NEW]);
	kunit_info(test, "new %u behind %u decided %u\n", whats[VR_HOLD_NEW],
		   whats[VR_HOLD_BEHIND], whats[VR_HOLD_DECIDED]);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case flow_hold_cases[] = {
	KUNIT_CASE(flow_hold_limits),
	KUNIT_CASE(flow_hold_makes_none),
	KUNIT_CASE(flow_hold_queue_is_as_long_as_set),
	KUNIT_CASE(flow_hold_vif_goes),
	KUNIT_CASE(flow_hold_table_full),
	KUNIT_CASE(flow_hold_reopens),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(flow_hold_burst),
	KUNIT_CASE(flow_hold_without_memory),
	KUNIT_CASE(flow_hold_without_memory_for_the_hash),
	KUNIT_CASE(flow_hold_reopens_without_memory),
	KUNIT_CASE(flow_hold_two_cpus_make_one_flow),
	KUNIT_CASE(flow_hold_packet_meets_decision),
#endif
	{}
};

static struct kunit_suite flow_hold_suite = {
	.name = "flow_hold",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = flow_hold_cases,
};

VR_TEST_SUITE(flow_hold_suite);
