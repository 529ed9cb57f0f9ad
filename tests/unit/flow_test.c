// SPDX-License-Identifier: GPL-2.0-only
/* Flows: linked, deleted, listed. */
#include "flows.h"

#define NONE	VR_FLOW_NONE

static void flow_key_is_reversed(struct kunit *test)
{
	struct vr_flow_key key = f_key(5), rev, back;

	vr_flow_key_reverse(&key, 9, &rev);
	KUNIT_EXPECT_EQ(test, rev.nh, 9);
	KUNIT_EXPECT_EQ(test, rev.sport, key.dport);
	KUNIT_EXPECT_EQ(test, rev.dport, key.sport);
	KUNIT_EXPECT_EQ(test, rev.addr[0], key.addr[1]);
	KUNIT_EXPECT_EQ(test, rev.addr[1], key.addr[0]);
	vr_flow_key_reverse(&rev, key.nh, &back);
	KUNIT_EXPECT_MEMEQ(test, &back, &key, sizeof(key));

	key = f_key6(5);
	vr_flow_key_reverse(&key, 9, &rev);
	KUNIT_EXPECT_MEMEQ(test, &rev.addr[0], &key.addr[4], 16);
	KUNIT_EXPECT_MEMEQ(test, &rev.addr[4], &key.addr[0], 16);
	vr_flow_key_reverse(&rev, key.nh, &back);
	KUNIT_EXPECT_MEMEQ(test, &back, &key, sizeof(key));

	/* Identifier and type of ICMP stay where they are. */
	key = f_key(5);
	key.proto = IPPROTO_ICMP;
	vr_flow_key_reverse(&key, 9, &rev);
	KUNIT_EXPECT_EQ(test, rev.sport, key.sport);
	KUNIT_EXPECT_EQ(test, rev.dport, key.dport);
	KUNIT_EXPECT_EQ(test, rev.addr[0], key.addr[1]);
	key = f_key6(5);
	key.proto = IPPROTO_ICMPV6;
	vr_flow_key_reverse(&key, 9, &rev);
	KUNIT_EXPECT_EQ(test, rev.sport, key.sport);
}

static void flow_links(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id a[2], b[2], c[2];
	struct vr_flow_cfg cfg = f_cfg(f_key(3), VR_FLOW_FORWARD), rev;

	f_pair(w, 1, a);
	f_pair(w, 2, b);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, c), 0);
	KUNIT_EXPECT_EQ(test, f_rindex(w, c[0]), NONE);

	/* Who was linked with either of them is alone now. */
	KUNIT_EXPECT_EQ(test, f_link(w, a[0], b[0]), 0);
	KUNIT_EXPECT_EQ(test, f_rindex(w, a[0]), b[0].index);
	KUNIT_EXPECT_EQ(test, f_rindex(w, b[0]), a[0].index);
	KUNIT_EXPECT_EQ(test, f_rindex(w, a[1]), NONE);
	KUNIT_EXPECT_EQ(test, f_rindex(w, b[1]), NONE);
	KUNIT_EXPECT_EQ(test, f_link(w, a[0], b[0]), 0);
	KUNIT_EXPECT_EQ(test, f_rindex(w, a[0]), b[0].index);

	/* The same by a decision on both. */
	rev = f_cfg(f_key(1), VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_set(w, &cfg, &rev, c), 0);
	KUNIT_EXPECT_EQ(test, c[1].index, a[0].index);
	KUNIT_EXPECT_EQ(test, f_rindex(w, c[0]), a[0].index);
	KUNIT_EXPECT_EQ(test, f_rindex(w, a[0]), c[0].index);
	KUNIT_EXPECT_EQ(test, f_rindex(w, b[0]), NONE);

	/* And by a deletion; its index may be another's soon. */
	KUNIT_EXPECT_EQ(test, f_del(w, c[0]), 0);
	KUNIT_EXPECT_EQ(test, f_rindex(w, a[0]), NONE);
}

static void flow_deletes(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id a[2], b[2], any;
	struct vr_flow_info info;
	u32 changes;
	int ret;

	f_pair(w, 1, a);
	f_pair(w, 2, b);
	changes = vr_flow_changes(w->core);
	ret = W_LOCKED(w, vr_flow_del(w->core, a[0], false, false, &info, &w->err));
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, info.id.index, a[0].index);
	KUNIT_EXPECT_EQ(test, info.rev.index, a[1].index);
	KUNIT_EXPECT_NE(test, vr_flow_changes(w->core), changes);
	KUNIT_EXPECT_EQ(test, f_get(w, a[0], &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key(1), &info), -ENOENT);
	KUNIT_EXPECT_EQ(test, f_del(w, a[0]), -ENOENT);
	KUNIT_EXPECT_EQ(test, f_rindex(w, a[1]), NONE);

	/* Any generation, and its other direction. */
	any = (struct vr_flow_id){ b[1].index, 0 };
	ret = W_LOCKED(w, vr_flow_del(w->core, any, false, true, NULL, &w->err));
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, f_count(w), 1);
	/* With the pair of one who has none. */
	ret = W_LOCKED(w, vr_flow_del(w->core, a[1], false, true, NULL, &w->err));
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, f_count(w), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).deleted, 4);

	/* Another flow in the same place has another generation. */
	vr_flow_table_reclaim(&w->core->flows);
	f_pair(w, 3, b);
	KUNIT_EXPECT_LT(test, b[0].index, 4);
	KUNIT_EXPECT_GT(test, b[0].gen, 1);
	a[0].index = b[0].index;
	a[0].gen = b[0].gen - 1;
	KUNIT_EXPECT_EQ(test, f_del(w, a[0]), -ESTALE);
}

static void count_packet(struct world *w, struct vr_flow_id id, u32 bytes)
{
	local_bh_disable();
	rcu_read_lock();
	vr_flow_count(&w->core->flows, vr_flow_at_rcu(&w->core->flows, id.index), bytes);
	rcu_read_unlock();
	local_bh_enable();
}

/* Counters live as long as the flow, whatever is decided, and are told at its end. */
static void flow_counts_until_its_end(struct kunit *test)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(1), VR_FLOW_DROP);
	struct world *w = test->priv;
	struct vr_flow_info info;
	struct vr_flow_id id[2];
	int ret;

	f_pair(w, 1, id);
	count_packet(w, id[0], 100);
	count_packet(w, id[0], 50);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	count_packet(w, id[0], 1);
	KUNIT_ASSERT_EQ(test, f_get(w, id[0], &info), 0);
	KUNIT_EXPECT_EQ(test, info.packets, 3);
	KUNIT_EXPECT_EQ(test, info.bytes, 151);
	ret = W_LOCKED(w, vr_flow_del(w->core, id[0], false, false, &info, &w->err));
	KUNIT_ASSERT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, info.packets, 3);
	KUNIT_EXPECT_EQ(test, info.bytes, 151);
	f_pair(w, 1, id);
	KUNIT_ASSERT_EQ(test, f_get(w, id[0], &info), 0);
	KUNIT_EXPECT_EQ(test, info.packets, 0);
}

/* Closed connections may be deleted on that condition. */
static void flow_delete_if_closed(struct kunit *test)
{
	const struct vr_tcp_seen rst = { .flags = VR_TCP_RST };
	struct world *w = test->priv;
	struct vr_flow_act act;
	struct vr_flow_id id[2];
	struct vr_flow *flow;
	int ret;

	f_pair(w, 1, id);
	local_bh_disable();
	rcu_read_lock();
	flow = vr_flow_at_rcu(&w->core->flows, id[0].index);
	act = vr_flow_act_read(flow);
	vr_flow_tcp(w->core, flow, &act, &rst);
	rcu_read_unlock();
	local_bh_enable();
	ret = W_LOCKED(w, vr_flow_del(w->core, id[1], true, true, NULL, &w->err));
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, f_count(w), 0);
}

/* Many, listed in order, flushed at once. */
static void flow_many(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_info info;
	struct vr_flow_cfg cfg;
	u32 i, index, changes;

	for (i = 0; i < 3000; i++) {
		cfg = f_cfg(i & 1 ? f_key(i) : f_key6(i), VR_FLOW_FORWARD);
		cfg.drop_reason = i & 0xff;
		KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	}
	KUNIT_EXPECT_EQ(test, f_count(w), 3000);
	vr_core_lock(w->core);
	for (index = 0, i = 0; !vr_flow_next(w->core, index, &info); i++) {
		KUNIT_EXPECT_GE(test, info.id.index, index);
		index = info.id.index + 1;
	}
	KUNIT_EXPECT_EQ(test, vr_flow_next(w->core, ~0U, &info), -ENOENT);
	vr_core_unlock(w->core);
	for (i = 0; i < 3000; i++) {
		KUNIT_ASSERT_EQ(test, f_find(w, i & 1 ? f_key(i) : f_key6(i), &info), 0);
		KUNIT_EXPECT_EQ(test, info.cfg.drop_reason, i & 0xff);
	}
	changes = vr_flow_changes(w->core);
	vr_core_lock(w->core);
	vr_flow_flush(w->core);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_NE(test, vr_flow_changes(w->core), changes);
	KUNIT_EXPECT_EQ(test, f_count(w), 0);
	KUNIT_EXPECT_EQ(test, f_totals(w).deleted, 3000);
}

static s8 set_member(struct vr_core *core, u32 index, s8 was, s8 member)
{
	struct vr_flow *flow;
	s8 now;

	local_bh_disable();
	rcu_read_lock();
	flow = vr_flow_at_rcu(&core->flows, index);
	now = vr_flow_set_member(core, flow, was, member);
	rcu_read_unlock();
	local_bh_enable();
	return now;
}

static int member_of(struct world *w, struct vr_flow_id id)
{
	struct vr_flow_info info;

	KUNIT_EXPECT_EQ(w->test, f_get(w, id, &info), 0);
	return info.cfg.ecmp;
}

/* Who knows what was remembered may change it; the agent changes it if it says so. */
static void flow_remembers_a_member(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = f_cfg(f_key(1), VR_FLOW_FORWARD);
	struct vr_flow_id id[2];

	f_pair(w, 1, id);
	KUNIT_EXPECT_EQ(test, member_of(w, id[0]), -1);
	KUNIT_EXPECT_EQ(test, set_member(w->core, id[0].index, -1, 5), 5);
	KUNIT_EXPECT_EQ(test, set_member(w->core, id[0].index, -1, 6), 5);
	KUNIT_EXPECT_EQ(test, set_member(w->core, id[0].index, 5, VR_FLOW_MEMBER_MAX),
			VR_FLOW_MEMBER_MAX);
	KUNIT_EXPECT_EQ(test, member_of(w, id[0]), VR_FLOW_MEMBER_MAX);
	KUNIT_EXPECT_EQ(test, member_of(w, id[1]), -1);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, member_of(w, id[0]), VR_FLOW_MEMBER_MAX);
	cfg.ecmp = 3;
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, set_member(w->core, id[0].index, VR_FLOW_MEMBER_MAX, 7), 3);
	KUNIT_EXPECT_EQ(test, member_of(w, id[0]), 3);
}

#ifdef VR_TEST_USERSPACE

#define CHOOSERS	3
#define CHOICES		3000

/** struct chooser - a cpu that chooses for every flow */
struct chooser {
	struct vr_test_thread thread;
	struct vr_core *core;
	s8 mine;
	s8 got[CHOICES];
};

static void choose_all(void *arg)
{
	struct chooser *c = arg;
	u32 i;

	for (i = 0; i < CHOICES; i++)
		c->got[i] = set_member(c->core, i, -1, c->mine);
}

/* All who choose at once go by the same member. */
static void flow_members_race(struct kunit *test)
{
	struct chooser *c = kunit_kzalloc(test, CHOOSERS * sizeof(*c), GFP_KERNEL);
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	u32 i;

	for (i = 0; i < CHOICES; i++) {
		cfg = f_cfg(f_key(i), VR_FLOW_FORWARD);
		KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	}
	for (i = 0; i < CHOOSERS; i++) {
		c[i].core = w->core;
		c[i].mine = i;
		vr_test_thread_start(&c[i].thread, i + 1, choose_all, &c[i]);
	}
	for (i = 0; i < CHOOSERS; i++)
		vr_test_thread_join(&c[i].thread);
	for (i = 1; i < CHOOSERS; i++)
		KUNIT_EXPECT_MEMEQ(test, c[i].got, c[0].got, sizeof(c[0].got));
	for (i = 0; i < CHOICES; i++)
		KUNIT_EXPECT_EQ(test, member_of(w, (struct vr_flow_id){ i, 0 }), c[0].got[i]);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case flow_cases[] = {
	KUNIT_CASE(flow_key_is_reversed),
	KUNIT_CASE(flow_links),
	KUNIT_CASE(flow_deletes),
	KUNIT_CASE(flow_counts_until_its_end),
	KUNIT_CASE(flow_delete_if_closed),
	KUNIT_CASE(flow_many),
	KUNIT_CASE(flow_remembers_a_member),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(flow_members_race),
#endif
	{}
};

static struct kunit_suite flow_suite = {
	.name = "flow",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = flow_cases,
};

VR_TEST_SUITE(flow_suite);
