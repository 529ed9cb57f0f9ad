// SPDX-License-Identifier: GPL-2.0-only
/* Counters: sums over cpus, neighbours untouched, what they cost, no memory. */
#include "lib/counters.h"
#include "vr_test.h"

#define N 5

struct counters_ctx {
	struct vr_mem mem;
	struct vr_counters c;
};

static int counters_test_init(struct kunit *test)
{
	struct counters_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return -ENOMEM;
	test->priv = ctx;
	vr_mem_init(&ctx->mem);
	return vr_counters_init(&ctx->c, &ctx->mem, VR_MEM_VIF, N);
}

static void counters_test_exit(struct kunit *test)
{
	struct counters_ctx *ctx = test->priv;

	vr_counters_exit(&ctx->c);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_VIF), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_VIF), 0);
	/* A second time is no offence. */
	vr_counters_exit(&ctx->c);
}

static void counters_begin_at_zero(struct kunit *test)
{
	struct counters_ctx *ctx = test->priv;
	u32 i;

	for (i = 0; i < N; i++)
		KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, i), 0);
}

static void counters_count_what_they_are_told(struct kunit *test)
{
	struct counters_ctx *ctx = test->priv;

	local_bh_disable();
	vr_count(&ctx->c, 0);
	vr_count(&ctx->c, 0);
	/* more than 32 bits hold */
	vr_count_add(&ctx->c, 1, S32_MAX);
	vr_count_add(&ctx->c, 1, S32_MAX);
	vr_count_add(&ctx->c, 1, S32_MAX);
	vr_count_packet(&ctx->c, 2, 1500);
	vr_count_packet(&ctx->c, 2, 60);
	local_bh_enable();

	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 0), 2);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 1), 3ULL * S32_MAX);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 2), 2);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 3), 1560);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 4), 0);
}

static void counters_are_counted_as_memory(struct kunit *test)
{
	struct counters_ctx *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_VIF), 1);
	KUNIT_EXPECT_GE(test, vr_mem_bytes(&ctx->mem, VR_MEM_VIF),
			(u64)N * sizeof(u64) * vr_num_cpus());
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_CORE), 0);
}

#ifdef VR_TEST_USERSPACE

#define PER_THREAD 20000

struct counter_thread {
	struct vr_test_thread thread;
	struct vr_counters *c;
};

static void count_many(void *arg)
{
	struct counter_thread *t = arg;
	unsigned int i;

	for (i = 0; i < PER_THREAD; i++)
		vr_count_packet(t->c, 1, 100);
}

static void counters_add_up_over_cpus(struct kunit *test)
{
	struct counters_ctx *ctx = test->priv;
	struct counter_thread t[VR_TEST_CPUS] = {};
	u64 last = 0;
	unsigned int cpu;
	unsigned int i;

	for (cpu = 1; cpu < VR_TEST_CPUS; cpu++) {
		t[cpu].c = &ctx->c;
		vr_test_thread_start(&t[cpu].thread, cpu, count_many, &t[cpu]);
	}
	/* They only grow while they are read. */
	for (i = 0; i < PER_THREAD; i++) {
		u64 now = vr_counters_read(&ctx->c, 1);

		vr_count_packet(&ctx->c, 1, 100);
		KUNIT_ASSERT_GE(test, now, last);
		last = now;
	}
	for (cpu = 1; cpu < VR_TEST_CPUS; cpu++)
		vr_test_thread_join(&t[cpu].thread);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 0), 0);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 1), PER_THREAD * VR_TEST_CPUS);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 2), 100ULL * PER_THREAD * VR_TEST_CPUS);
	KUNIT_EXPECT_EQ(test, vr_counters_read(&ctx->c, 3), 0);
}

static void counters_without_memory(struct kunit *test)
{
	struct counters_ctx *ctx = test->priv;
	struct vr_counters c;

	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_counters_init(&c, &ctx->mem, VR_MEM_CORE, N), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_CORE), 0);
	vr_counters_exit(&c);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_CORE), 0);
}

#endif

static struct kunit_case counters_cases[] = {
	KUNIT_CASE(counters_begin_at_zero),
	KUNIT_CASE(counters_count_what_they_are_told),
	KUNIT_CASE(counters_are_counted_as_memory),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(counters_add_up_over_cpus),
	KUNIT_CASE(counters_without_memory),
#endif
	{}
};

static struct kunit_suite counters_suite = {
	.name = "counters",
	.init = counters_test_init,
	.exit = counters_test_exit,
	.test_cases = counters_cases,
};

VR_TEST_SUITE(counters_suite);
