// SPDX-License-Identifier: GPL-2.0-only
/* Counters of flows: owner, others, hot blocks and their bound; all cpus at once. */
#include "flow_aid.h"

#define LIMIT	4096

/* As flow_count.c has them. */
#define CLAIM_AFTER	16
#define HOT_AFTER	4096

static int count_test_init(struct kunit *test)
{
	return flow_aid_init(test, LIMIT);
}

static struct vr_flow *count_flow(struct kunit *test, u32 id)
{
	struct flow_aid *ctx = test->priv;

	return flow_aid_add(test, &ctx->tab, id);
}

static void count_some(struct vr_flow_table *tab, struct vr_flow *flow, u32 n, u32 bytes)
{
	while (n--) {
		local_bh_disable();
		rcu_read_lock();
		vr_flow_count(tab, flow, bytes);
		rcu_read_unlock();
		local_bh_enable();
	}
}

static void expect_counts(struct kunit *test, const struct vr_flow *flow, u64 n, u64 bytes)
{
	struct flow_aid *ctx = test->priv;
	u64 sum_bytes;
	u64 packets;

	vr_flow_counts(&ctx->tab, flow, &packets, &sum_bytes);
	KUNIT_EXPECT_EQ(test, packets, n);
	KUNIT_EXPECT_EQ(test, sum_bytes, bytes);
}

static void count_adds_up(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow = count_flow(test, 1);

	expect_counts(test, flow, 0, 0);
	count_some(&ctx->tab, flow, 1, 60);
	expect_counts(test, flow, 1, 60);
	count_some(&ctx->tab, flow, 99, 65536);
	expect_counts(test, flow, 100, 60 + 99 * 65536);
}

/* More than 32 bits of either, wherever they are counted. */
static void count_has_64_bits(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow = count_flow(test, 1);

	atomic64_set(&flow->other_packets, U32_MAX);
	atomic64_set(&flow->other_bytes, U32_MAX);
	flow->packets = U32_MAX;
	flow->bytes = U32_MAX;
	count_some(&ctx->tab, flow, 2, 100);
	expect_counts(test, flow, 2 + 2ULL * U32_MAX, 200 + 2ULL * U32_MAX);
}

#ifdef VR_TEST_USERSPACE

/** struct counter - a thread that counts packets of a flow on a cpu of its own */
struct counter {
	struct vr_test_thread thread;
	struct vr_flow_table *tab;
	struct vr_flow *flow;
	u32 n;
	u32 bytes;
};

static void counter_run(void *arg)
{
	struct counter *c = arg;

	count_some(c->tab, c->flow, c->n, c->bytes);
}

static void counter_start(struct counter *c, struct kunit *test, struct vr_flow *flow,
			  unsigned int cpu, u32 n, u32 bytes)
{
	struct flow_aid *ctx = test->priv;

	*c = (struct counter){ .tab = &ctx->tab, .flow = flow, .n = n, .bytes = bytes };
	vr_test_thread_start(&c->thread, cpu, counter_run, c);
}

static void count_on(struct kunit *test, struct vr_flow *flow, unsigned int cpu, u32 n, u32 bytes)
{
	struct counter c;

	counter_start(&c, test, flow, cpu, n, bytes);
	vr_test_thread_join(&c.thread);
}

/* The cpu that goes on with a flow owns it, not the one that began it. */
static void count_owner_is_who_stays(struct kunit *test)
{
	struct vr_flow *flow = count_flow(test, 1);

	count_on(test, flow, 1, 3, 100);
	KUNIT_EXPECT_EQ(test, flow->owner, VR_FLOW_NO_OWNER);
	count_on(test, flow, 2, 100, 100);
	KUNIT_EXPECT_EQ(test, flow->owner, 2);
	KUNIT_EXPECT_EQ(test, flow->packets, 103 - CLAIM_AFTER);
	expect_counts(test, flow, 103, 10300);
	/* It stays the owner. */
	count_on(test, flow, 3, 100, 100);
	KUNIT_EXPECT_EQ(test, flow->owner, 2);
	KUNIT_EXPECT_EQ(test, flow->packets, 103 - CLAIM_AFTER);
	expect_counts(test, flow, 203, 20300);
	KUNIT_EXPECT_EQ(test, flow->hot, 0);
}

static void count_makes_hot(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow = count_flow(test, 1);
	u64 packets;
	u32 block;

	count_on(test, flow, 1, 100, 1);
	count_on(test, flow, 2, HOT_AFTER - CLAIM_AFTER - 1, 1);
	KUNIT_EXPECT_EQ(test, flow->hot, 0);
	count_on(test, flow, 2, 1, 1);
	block = flow->hot;
	KUNIT_ASSERT_NE(test, block, 0);
	/* From here on all count there, each on its line. */
	packets = flow->packets;
	count_on(test, flow, 1, 10, 1);
	count_on(test, flow, 2, 20, 1);
	count_on(test, flow, 3, 30, 1);
	KUNIT_EXPECT_EQ(test, flow->packets, packets);
	KUNIT_EXPECT_EQ(test, atomic64_read(&flow->other_packets), HOT_AFTER);
	KUNIT_EXPECT_EQ(test, ctx->tab.hot[block][1].packets, 10);
	KUNIT_EXPECT_EQ(test, ctx->tab.hot[block][2].packets, 20);
	KUNIT_EXPECT_EQ(test, ctx->tab.hot[block][3].packets, 30);
	expect_counts(test, flow, 100 + HOT_AFTER - CLAIM_AFTER + 60,
		      100 + HOT_AFTER - CLAIM_AFTER + 60);

	/* Its block goes to another flow, and what was in it does not. */
	KUNIT_EXPECT_TRUE(test, flow_aid_del(&ctx->tab, 1));
	vr_flow_table_reclaim(&ctx->tab);
	flow = count_flow(test, 3);
	count_on(test, flow, 1, CLAIM_AFTER, 1);
	count_on(test, flow, 2, HOT_AFTER, 1);
	KUNIT_EXPECT_EQ(test, flow->hot, block);
	KUNIT_EXPECT_EQ(test, ctx->tab.n_hot, 1);
	expect_counts(test, flow, CLAIM_AFTER + HOT_AFTER, CLAIM_AFTER + HOT_AFTER);
}

static void count_hot_is_bounded(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow;
	u32 id;

	ctx->tab.hot_limit = 2;
	for (id = 0; id < 4; id++) {
		flow = count_flow(test, id);
		count_on(test, flow, 1, CLAIM_AFTER, 2);
		count_on(test, flow, 2, 2 * HOT_AFTER, 2);
		KUNIT_EXPECT_EQ(test, (bool)flow->hot, id < 2);
		expect_counts(test, flow, 2 * HOT_AFTER + CLAIM_AFTER,
			      4 * HOT_AFTER + 2 * CLAIM_AFTER);
	}
	/* One that was refused gets what another gives back. */
	KUNIT_EXPECT_TRUE(test, flow_aid_del(&ctx->tab, 0));
	vr_flow_table_reclaim(&ctx->tab);
	count_on(test, flow, 2, HOT_AFTER, 2);
	KUNIT_EXPECT_NE(test, flow->hot, 0);
	KUNIT_EXPECT_EQ(test, ctx->tab.n_hot, 2);
}

static void count_hot_without_memory(struct kunit *test)
{
	struct vr_flow *flow = count_flow(test, 1);

	count_on(test, flow, 1, CLAIM_AFTER, 1);
	vr_test_fail_alloc_from(1);
	count_on(test, flow, 2, HOT_AFTER, 1);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, flow->hot, 0);
	expect_counts(test, flow, CLAIM_AFTER + HOT_AFTER, CLAIM_AFTER + HOT_AFTER);
	count_on(test, flow, 2, HOT_AFTER, 1);
	KUNIT_EXPECT_NE(test, flow->hot, 0);
	expect_counts(test, flow, CLAIM_AFTER + 2 * HOT_AFTER, CLAIM_AFTER + 2 * HOT_AFTER);
}

#define HITS	200000

/* All at once, and no packet is lost, whether the flow gets a block or not. */
static void count_all_cpus_at_once(struct kunit *test, u16 hot_limit)
{
	struct flow_aid *ctx = test->priv;
	struct counter c[VR_TEST_CPUS];
	unsigned int cpu;
	struct vr_flow *flow;
	u64 bytes = 0;

	ctx->tab.hot_limit = hot_limit;
	flow = count_flow(test, 1);
	for (cpu = 1; cpu < VR_TEST_CPUS; cpu++)
		counter_start(&c[cpu], test, flow, cpu, HITS, 60 + cpu);
	count_some(&ctx->tab, flow, HITS, 60);
	for (cpu = 1; cpu < VR_TEST_CPUS; cpu++)
		vr_test_thread_join(&c[cpu].thread);
	for (cpu = 0; cpu < VR_TEST_CPUS; cpu++)
		bytes += (u64)HITS * (60 + cpu);
	expect_counts(test, flow, (u64)HITS * VR_TEST_CPUS, bytes);
	KUNIT_EXPECT_NE(test, flow->owner, VR_FLOW_NO_OWNER);
	KUNIT_EXPECT_EQ(test, (bool)flow->hot, (bool)hot_limit);
}

static void count_race_with_block(struct kunit *test)
{
	count_all_cpus_at_once(test, 1);
}

static void count_race_without_block(struct kunit *test)
{
	count_all_cpus_at_once(test, 0);
}

#endif

static struct kunit_case count_cases[] = {
	KUNIT_CASE(count_adds_up),
	KUNIT_CASE(count_has_64_bits),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(count_owner_is_who_stays),
	KUNIT_CASE(count_makes_hot),
	KUNIT_CASE(count_hot_is_bounded),
	KUNIT_CASE(count_hot_without_memory),
	KUNIT_CASE(count_race_with_block),
	KUNIT_CASE(count_race_without_block),
#endif
	{}
};

static struct kunit_suite count_suite = {
	.name = "flow_count",
	.init = count_test_init,
	.exit = flow_aid_exit,
	.test_cases = count_cases,
};

VR_TEST_SUITE(count_suite);
