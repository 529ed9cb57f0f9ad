// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes by itself: idle flows, ended connections, flows that the agent has
 * forgotten; and that the worker works when, and only when, there is something
 * to do. The clock and the worker are the test's.
 */
#include "flows.h"

#ifdef VR_TEST_USERSPACE

#define FIN	VR_TCP_FIN
#define SYN	VR_TCP_SYN
#define RST	VR_TCP_RST
#define ACK	VR_TCP_ACK

/* The worker looks at everything once, a second later. */
static void whole_walk(struct world *w)
{
	vr_test_clock_advance(1000);
	KUNIT_EXPECT_TRUE(w->test, vr_test_work_run(&w->core->work));
}

static u32 n_flows(struct world *w)
{
	return atomic_read(&w->core->flows.used);
}

static struct vr_flow_id set_one(struct world *w, struct vr_flow_key key)
{
	struct vr_flow_cfg cfg = f_cfg(key, VR_FLOW_FORWARD);
	struct vr_flow_id id[2];

	KUNIT_ASSERT_EQ(w->test, f_set(w, &cfg, NULL, id), 0);
	return id[0];
}

/* A packet of a flow; @flags: of its TCP header, 0: it is followed by nobody. */
static void packet(struct world *w, struct vr_flow_id id, u8 flags, u32 seq, u32 ack)
{
	const struct vr_tcp_seen seen = { .seq = seq, .ack = ack, .flags = flags };
	struct vr_flow_act act;
	struct vr_flow *flow;

	rcu_read_lock();
	flow = vr_flow_at_rcu(&w->core->flows, id.index);
	KUNIT_ASSERT_TRUE(w->test, flow);
	act = vr_flow_act_read(flow);
	vr_flow_count(&w->core->flows, flow, 100);
	if (flags)
		vr_flow_tcp(w->core, flow, &act, &seen);
	rcu_read_unlock();
}

static void handshake(struct world *w, struct vr_flow_id id[2])
{
	packet(w, id[0], SYN, 1000, 0);
	packet(w, id[1], SYN | ACK, 5000, 1001);
	packet(w, id[0], ACK, 1001, 5001);
}

/* @n flows were told to have gone since the last look, all for @end. */
static void expect_gone(struct world *w, u32 n, u32 end)
{
	u32 i;

	KUNIT_EXPECT_EQ(w->test, vr_test_gone_n(), n);
	for (i = 0; i < n && vr_test_gone(i); i++) {
		KUNIT_EXPECT_EQ(w->test, vr_test_gone(i)->end, end);
		KUNIT_EXPECT_PTR_EQ(w->test, vr_test_gone(i)->core, w->core);
	}
	vr_test_events_reset();
}

/* It goes when it has been idle for @ms, and not before. */
static void expect_ages(struct world *w, u32 ms)
{
	u32 n = n_flows(w);

	vr_test_clock_advance(ms - 1);
	KUNIT_EXPECT_TRUE(w->test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ_MSG(w->test, n_flows(w), n, "%u ms", ms);
	expect_gone(w, 0, 0);
	whole_walk(w);
	KUNIT_EXPECT_EQ_MSG(w->test, n_flows(w), 0, "%u ms", ms);
	expect_gone(w, n, VR_FLOW_END_EXPIRED);
}

static void flow_age_by_protocol(struct kunit *test)
{
	static const struct { u8 proto; enum vr_conf conf; } table[] = {
		{ IPPROTO_UDP, VR_CONF_AGE_UDP },
		{ IPPROTO_ICMP, VR_CONF_AGE_ICMP },
		{ IPPROTO_ICMPV6, VR_CONF_AGE_ICMP },
		{ 132, VR_CONF_AGE_OTHER },
		{ 0, VR_CONF_AGE_OTHER },
		{ 255, VR_CONF_AGE_OTHER },
		{ IPPROTO_TCP, VR_CONF_AGE_TCP_OPEN },
	};
	struct world *w = test->priv;
	struct vr_flow_key key;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		key = f_key(i);
		key.proto = table[i].proto;
		set_one(w, key);
		expect_ages(w, vr_conf(w->core, table[i].conf));
		/* As it is set, from now on. */
		KUNIT_ASSERT_EQ(test, f_conf(w, table[i].conf, 5000 + i), 0);
		set_one(w, key);
		expect_ages(w, 5000 + i);
		/* 0: never */
		KUNIT_ASSERT_EQ(test, f_conf(w, table[i].conf, 0), 0);
		set_one(w, key);
		vr_test_clock_advance(0x7fffffff);
		whole_walk(w);
		vr_test_clock_advance(0x7fffffff);
		whole_walk(w);
		KUNIT_EXPECT_EQ(test, n_flows(w), 1);
		vr_core_lock(w->core);
		vr_flow_flush(w->core);
		vr_core_unlock(w->core);
		KUNIT_ASSERT_EQ(test, f_conf(w, table[i].conf, 3000), 0);
	}
	KUNIT_EXPECT_EQ(test, f_totals(w).expired, 2 * ARRAY_SIZE(table));
}

static void flow_age_by_tcp_state(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];
	struct vr_flow_key fat;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_TCP, 90000), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_TCP_OPEN, 7000), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_TCP_CLOSE, 20000), 0);

	f_pair(w, 1, id);
	expect_ages(w, 7000);
	f_pair(w, 1, id);
	packet(w, id[0], SYN, 1000, 0);
	packet(w, id[1], SYN | ACK, 5000, 1001);
	expect_ages(w, 7000);
	f_pair(w, 1, id);
	handshake(w, id);
	expect_ages(w, 90000);
	f_pair(w, 1, id);
	handshake(w, id);
	packet(w, id[0], FIN | ACK, 1001, 5001);
	expect_ages(w, 20000);
	f_pair(w, 1, id);
	handshake(w, id);
	packet(w, id[0], FIN | ACK, 1001, 5001);
	packet(w, id[1], ACK, 5001, 1002);
	expect_ages(w, 20000);
	/* The connection is older than its flows; or its answers come another way. */
	f_pair(w, 1, id);
	packet(w, id[0], ACK, 1001, 5001);
	expect_ages(w, 90000);
	id[0] = set_one(w, f_key(1));
	packet(w, id[0], SYN, 1000, 0);
	packet(w, id[0], ACK, 1001, 5001);
	expect_ages(w, 90000);
	id[0] = set_one(w, f_key(1));
	packet(w, id[0], SYN, 1000, 0);
	expect_ages(w, 7000);
	/* One that is dropped is not open, whoever talks, nor is one that was. */
	id[0] = set_one(w, f_key(1));
	packet(w, id[0], ACK, 1001, 5001);
	f_decide(w, f_key(1), VR_FLOW_DROP);
	expect_ages(w, 7000);
	f_pair(w, 1, id);
	handshake(w, id);
	f_decide(w, f_key(1), VR_FLOW_DROP);
	f_decide(w, f_key_back(1), VR_FLOW_DROP);
	expect_ages(w, 7000);
	/* Nobody follows it. */
	fat = f_key(1);
	fat.sport = 0;
	set_one(w, fat);
	expect_ages(w, 90000);
}

/* The longest time of all, across the wrap of the clock. */
static void flow_age_longest(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_key key = f_key(1);

	key.proto = IPPROTO_UDP;
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_UDP, 0x7fffffff), 0);
	set_one(w, key);
	expect_ages(w, 0x7fffffff);
}

/* What one direction hears keeps both. */
static void flow_age_pair_goes_together(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];
	struct vr_flow_cfg cfg[2];
	u32 i;

	for (i = 0; i < 2; i++) {
		cfg[i] = f_cfg(i ? f_key_back(1) : f_key(1), VR_FLOW_FORWARD);
		cfg[i].key.proto = IPPROTO_UDP;
	}
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_UDP, 10000), 0);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg[0], &cfg[1], id), 0);
	for (i = 0; i < 10; i++) {
		vr_test_clock_advance(9000);
		packet(w, id[i & 1], 0, 0, 0);
		whole_walk(w);
		KUNIT_EXPECT_EQ(test, n_flows(w), 2);
	}
	vr_test_clock_advance(9000);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 0);
	KUNIT_ASSERT_EQ(test, vr_test_gone_n(), 2);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.id.index, id[0].index);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.rev.index, id[1].index);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.rev.gen, id[1].gen);
	KUNIT_EXPECT_EQ(test, vr_test_gone(1)->info.rev.index, id[0].index);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.packets, 5);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.bytes, 500);
	KUNIT_EXPECT_EQ(test, vr_test_gone(1)->info.packets, 5);
	KUNIT_EXPECT_GE(test, vr_test_gone(0)->info.idle_ms, 10000);
	expect_gone(w, 2, VR_FLOW_END_EXPIRED);
}

/* Connections that have ended go at the next walk, with or without the other direction. */
static void flow_age_evicts(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2], one;
	struct vr_flow_info info;

	f_pair(w, 1, id);
	handshake(w, id);
	packet(w, id[0], RST, 1001, 0);
	one = set_one(w, f_key(2));
	packet(w, one, RST, 0, 0);
	f_pair(w, 3, id);
	handshake(w, id);
	whole_walk(w);
	KUNIT_EXPECT_EQ(test, n_flows(w), 2);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(3), &info), 0);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.tcp & VR_FLOW_TCP_DEAD, VR_FLOW_TCP_DEAD);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.state, VR_FLOW_S_EVICT);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.packets, 3);
	KUNIT_EXPECT_EQ(test, vr_test_gone(1)->info.packets, 1);
	expect_gone(w, 3, VR_FLOW_END_EVICTED);
	KUNIT_EXPECT_EQ(test, f_totals(w).evicted, 3);
	KUNIT_EXPECT_EQ(test, f_totals(w).expired, 0);
	/* Their places are free again. */
	KUNIT_EXPECT_EQ(test, w->core->flows.n_limbo, 0);
	KUNIT_EXPECT_EQ(test, w->core->flows.n_free, 3);
}

/* A connection that had ended gets its other direction only now: that one stays, and alone. */
static void flow_age_evicts_behind_a_partner(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id one, other;
	struct vr_flow_info info;

	one = set_one(w, f_key(1));
	packet(w, one, RST, 0, 0);
	other = set_one(w, f_key_back(1));
	KUNIT_ASSERT_EQ(test, f_link(w, other, one), 0);
	whole_walk(w);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(1), &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key_back(1), &info), 0);
	expect_gone(w, 1, VR_FLOW_END_EVICTED);
	KUNIT_EXPECT_EQ(test, f_rindex(w, other), VR_FLOW_NONE);
}

/* Those that a SYN has evicted are told and counted by the worker. */
static void flow_age_tells_what_packets_evicted(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];

	f_pair(w, 1, id);
	handshake(w, id);
	packet(w, id[0], RST, 1001, 0);
	f_hold(w, f_vif(w, 3), f_key(1), 1, NULL);
	KUNIT_EXPECT_EQ(test, n_flows(w), 1);
	expect_gone(w, 0, 0);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, f_totals(w).evicted, 2);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.id.index, id[1].index);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.packets, 1);
	KUNIT_EXPECT_EQ(test, vr_test_gone(1)->info.id.index, id[0].index);
	KUNIT_EXPECT_EQ(test, vr_test_gone(1)->info.packets, 3);
	expect_gone(w, 2, VR_FLOW_END_EVICTED);

	/* The core ends before the worker comes. */
	f_pair(w, 2, id);
	packet(w, id[0], RST, 0, 0);
	f_hold(w, f_vif(w, 3), f_key(2), 1, NULL);
}

/* What waits does not age: it has a time of its own, and what it holds is dropped by name. */
static void flow_age_hold_timeout(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info info;
	u64 drops[VR_DROP_MAX];

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_TCP_OPEN, 1), 0);
	f_hold(w, vif, f_key(1), 1, NULL);
	vr_test_clock_advance(5000);
	f_hold(w, vif, f_key(1), 2, NULL);
	f_hold(w, vif, f_key(2), 3, NULL);
	vr_test_clock_advance(4999);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 2);
	vr_test_clock_advance(1);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 1);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(1), &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.held, 2);
	KUNIT_EXPECT_EQ(test, vr_test_gone(0)->info.state, VR_FLOW_S_NEW | VR_FLOW_S_HELD);
	expect_gone(w, 1, VR_FLOW_END_UNDECIDED);
	vr_core_lock(w->core);
	vr_core_drops(w->core, drops);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, drops[VR_DROP_HOLD_TIMEOUT], 2);
	KUNIT_EXPECT_EQ(test, vr_flow_held(w->core), 1);
	w_books(w);

	/* 0: for ever */
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_TIMEOUT, 0), 0);
	vr_test_clock_advance(0x70000000);
	whole_walk(w);
	KUNIT_EXPECT_EQ(test, n_flows(w), 1);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_TIMEOUT, 1), 0);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).expired, 2);
}

/* A flow that the agent has decided to wait, without packets, ages like any other. */
static void flow_age_waits_without_packets(struct kunit *test)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(1), VR_FLOW_HOLD);
	struct world *w = test->priv;

	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	expect_ages(w, vr_conf(w->core, VR_CONF_AGE_TCP_OPEN));
}

/* Many at once, in slices; all are told. */
static void flow_age_many(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_id id[2];
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_LIMIT_VIF, 0), 0);
	for (i = 0; i < 3000; i++)
		f_pair(w, i, id);
	for (; i < 4000; i++)
		f_hold(w, vif, f_key(i), i, NULL);
	KUNIT_EXPECT_EQ(test, n_flows(w), 7000);
	vr_test_clock_advance(vr_conf(w->core, VR_CONF_HOLD_TIMEOUT));
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 6000);
	expect_gone(w, 1000, VR_FLOW_END_UNDECIDED);
	vr_test_clock_advance(vr_conf(w->core, VR_CONF_AGE_TCP_OPEN));
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 0);
	expect_gone(w, 6000, VR_FLOW_END_EXPIRED);
	KUNIT_EXPECT_EQ(test, f_totals(w).expired, 7000);
}

/* The walk is spread over a second. */
static void flow_age_walks_in_parts(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];
	u32 i, before, most = 0;

	for (i = 0; i < 5000; i++)
		f_pair(w, i, id);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_TCP_OPEN, 3000), 0);
	whole_walk(w);
	vr_test_clock_advance(1999);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 10000);
	for (i = 0; i < 20 && n_flows(w); i++) {
		before = n_flows(w);
		vr_test_clock_advance(50);
		KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
		most = max(most, before - n_flows(w));
	}
	KUNIT_EXPECT_EQ(test, n_flows(w), 0);
	KUNIT_EXPECT_GE(test, i, 15);
	KUNIT_EXPECT_GT(test, most, 10000 / 40);
	KUNIT_EXPECT_LT(test, most, 10000 / 5);
}

/* Nobody listens: nothing is told, and all goes its way. */
static void flow_age_unwanted_events(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];

	vr_test_events_want(false);
	f_pair(w, 1, id);
	packet(w, id[0], RST, 0, 0);
	f_hold(w, f_vif(w, 3), f_key(1), 1, NULL);
	f_pair(w, 2, id);
	vr_test_clock_advance(vr_conf(w->core, VR_CONF_AGE_TCP_OPEN));
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, n_flows(w), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).evicted, 2);
	KUNIT_EXPECT_EQ(test, f_totals(w).expired, 3);
	expect_gone(w, 0, 0);
}

/* It runs while there are flows, or something to tidy up, and not else. */
static void flow_age_runs_while_there_are_flows(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id;
	u32 round, ms;

	KUNIT_EXPECT_FALSE(test, vr_test_work_asked(&w->core->work, NULL));
	for (round = 0; round < 3; round++) {
		if (round == 1)
			f_hold(w, f_vif(w, 3), f_key(1), 1, NULL);
		else
			id = set_one(w, f_key(1));
		KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
		KUNIT_EXPECT_GT(test, ms, 0);
		KUNIT_EXPECT_LE(test, ms, 200);
		KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
		KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
		KUNIT_EXPECT_GT(test, ms, 0);
		if (round == 1) {
			struct vr_flow_info info;

			KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
			id = info.id;
		}
		KUNIT_ASSERT_EQ(test, f_del(w, id), 0);
		KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
		KUNIT_EXPECT_EQ(test, vr_flow_held(w->core), 0);
		KUNIT_EXPECT_EQ(test, w->core->flows.n_limbo, 0);
		KUNIT_EXPECT_FALSE(test, vr_test_work_asked(&w->core->work, NULL));
	}
}

/* A full table is not left to the next round. */
static void flow_age_is_hurried(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	u32 i, ms;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FLOWS, 1024), 0);
	for (i = 0; i < 1024; i++)
		set_one(w, f_key(i));
	KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
	KUNIT_EXPECT_GT(test, ms, 0);
	KUNIT_EXPECT_EQ(test, f_hold(w, vif, f_key(2000), 1, NULL), VR_HOLD_REFUSED);
	KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
	KUNIT_EXPECT_EQ(test, ms, 0);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
	KUNIT_EXPECT_GT(test, ms, 0);
	/* But not by every packet. */
	KUNIT_EXPECT_EQ(test, f_hold(w, vif, f_key(2000), 1, NULL), VR_HOLD_REFUSED);
	KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
	KUNIT_EXPECT_GT(test, ms, 0);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, f_hold(w, vif, f_key(2000), 1, NULL), VR_HOLD_REFUSED);
	KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, &ms));
	KUNIT_EXPECT_EQ(test, ms, 0);
}

/* The worker gives the table its memory: what is found is found, before and after. */
static void flow_age_grows_the_table(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_info info;
	u64 bytes;
	u32 i;

	bytes = vr_core_mem_bytes(w->core, VR_MEM_FLOW_HASH);
	for (i = 0; i < 20000; i++)
		set_one(w, f_key(i));
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_GT(test, vr_core_mem_bytes(w->core, VR_MEM_FLOW_HASH), 10 * bytes);
	for (i = 0; i < 20000; i++)
		KUNIT_EXPECT_EQ(test, f_find(w, f_key(i), &info), 0);

	/* Without memory it is as before, and tries again. */
	for (; i < 40000; i++)
		set_one(w, f_key(i));
	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_GT(test, vr_test_allocs_failed(), 0);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(39999), &info), 0);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(39999), &info), 0);
}

/* --- beside packets --- */

struct sender {
	struct world *w;
	struct vr_vif *vif;
	bool stop;
	u32 whats[VR_HOLD_REFUSED + 1];
};

static void sender_main(void *arg)
{
	struct sender *s = arg;
	u32 i;

	for (i = 0; !READ_ONCE(s->stop); i++) {
		s->whats[f_hold(s->w, s->vif, f_key(i % 97), i, NULL)]++;
		if (i % 64 == 0)
			sched_yield();
	}
}

/* Flows come, wait, are decided, age and are forgotten all at once, and nothing is lost. */
static void flow_age_beside_packets(struct kunit *test)
{
	struct world *w = test->priv;
	struct sender s[2] = {};
	struct vr_test_thread thread[2];
	struct vr_test_rng rng;
	struct vr_flow_id id[2];
	struct vr_flow_info info;
	u32 i, n;

	vr_test_rng_init(test, &rng, 3);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_HOLD_TIMEOUT, 30), 0);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_AGE_TCP_OPEN, 60), 0);
	for (i = 0; i < 2; i++) {
		s[i].w = w;
		s[i].vif = f_vif(w, 3 + i);
	}
	for (i = 0; i < 2; i++)
		vr_test_thread_start(&thread[i], 1 + i, sender_main, &s[i]);
	for (i = 0; i < 10000; i++) {
		n = vr_test_rand_below(&rng, 97);
		switch (vr_test_rand_below(&rng, 6)) {
		case 0:
			f_pair(w, n, id);
			break;
		case 1:
			if (!f_find(w, f_key(n), &info))
				f_del(w, info.id);
			break;
		case 2:
			vr_test_clock_advance(vr_test_rand_below(&rng, 40));
			break;
		case 3:
			vr_test_work_run(&w->core->work);
			break;
		case 4:
			vr_resume(w->core);
			break;
		default:
			sched_yield();
		}
	}
	for (i = 0; i < 2; i++) {
		WRITE_ONCE(s[i].stop, true);
		vr_test_thread_join(&thread[i]);
	}
	vr_resume(w->core);
	w_books(w);
	/* Nothing comes any more: all that is there goes by itself. */
	while (n_flows(w))
		whole_walk(w);
	KUNIT_EXPECT_EQ(test, vr_flow_held(w->core), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).holding, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&s[0].vif->holding), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&s[1].vif->holding), 0);
	for (i = 0; i <= VR_HOLD_REFUSED; i++)
		kunit_info(test, "outcome %u: %u\n", i, s[0].whats[i] + s[1].whats[i]);
	KUNIT_EXPECT_GT(test, s[0].whats[VR_HOLD_NEW] + s[1].whats[VR_HOLD_NEW], 100);
	KUNIT_EXPECT_EQ(test, f_totals(w).created + f_totals(w).added,
			f_totals(w).deleted + f_totals(w).expired + f_totals(w).evicted);
	w_books(w);
}

static struct kunit_case flow_age_cases[] = {
	KUNIT_CASE(flow_age_by_protocol),
	KUNIT_CASE(flow_age_by_tcp_state),
	KUNIT_CASE(flow_age_longest),
	KUNIT_CASE(flow_age_pair_goes_together),
	KUNIT_CASE(flow_age_evicts),
	KUNIT_CASE(flow_age_evicts_behind_a_partner),
	KUNIT_CASE(flow_age_tells_what_packets_evicted),
	KUNIT_CASE(flow_age_hold_timeout),
	KUNIT_CASE(flow_age_waits_without_packets),
	KUNIT_CASE(flow_age_many),
	KUNIT_CASE(flow_age_walks_in_parts),
	KUNIT_CASE(flow_age_unwanted_events),
	KUNIT_CASE(flow_age_runs_while_there_are_flows),
	KUNIT_CASE(flow_age_is_hurried),
	KUNIT_CASE(flow_age_grows_the_table),
	KUNIT_CASE(flow_age_beside_packets),
	{}
};

static struct kunit_suite flow_age_suite = {
	.name = "flow_age",
	.init = w_suite_init,
	.exit = f_suite_exit,
	.test_cases = flow_age_cases,
};

VR_TEST_SUITE(flow_age_suite);

#endif /* VR_TEST_USERSPACE */
