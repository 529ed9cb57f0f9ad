// SPDX-License-Identifier: GPL-2.0-only
/* Flow table, several cpus: who creates, who reads, and growth and reclaim beside them. */
#include "flow_aid.h"

#ifdef VR_TEST_USERSPACE

#include <sched.h>

#define KEYS	100000
#define CHURN	2000
#define PASSES	60

/** struct racer - a cpu; counts are its own until it has been joined */
struct racer {
	struct vr_test_thread thread;
	struct kunit *test;
	struct flow_aid *ctx;
	unsigned int cpu;
	bool done;
	u32 made;
	u32 gone;
	u32 failed;
	u32 changed;
};

static int race_test_init(struct kunit *test)
{
	return flow_aid_init(test, 2 * KEYS);
}

static bool racers_done(const struct racer *r, unsigned int n)
{
	while (n--)
		if (!READ_ONCE(r[n].done))
			return false;
	return true;
}

/* @n cpus run @func; this one does what the worker does, until they have done. */
static void race(struct kunit *test, struct racer *r, unsigned int n, void (*func)(void *arg))
{
	struct flow_aid *ctx = test->priv;
	unsigned int i;

	for (i = 0; i < n; i++) {
		r[i] = (struct racer){ .test = test, .ctx = ctx, .cpu = i + 1 };
		vr_test_thread_start(&r[i].thread, i + 1, func, &r[i]);
	}
	while (!racers_done(r, n)) {
		KUNIT_EXPECT_EQ(test, vr_flow_table_grow(&ctx->tab), 0);
		vr_flow_table_reclaim(&ctx->tab);
	}
	for (i = 0; i < n; i++)
		vr_test_thread_join(&r[i].thread);
}

/* As the packet path does it: look, and if there is none, look again under the lock. */
static struct vr_flow *find_or_create(struct racer *r, u32 id)
{
	struct vr_flow *flow;
	u32 reason;
	bool made;

	flow = flow_aid_find(&r->ctx->tab, id);
	if (flow)
		return flow;
	flow = flow_aid_get(&r->ctx->tab, id, &made, &reason);
	r->made += made;
	r->failed += !flow;
	return flow;
}

static void create_all(void *arg)
{
	struct racer *r = arg;
	u32 id;

	for (id = 0; id < KEYS; id++) {
		rcu_read_lock();
		if (find_or_create(r, id) != flow_aid_find(&r->ctx->tab, id))
			r->changed++;
		rcu_read_unlock();
	}
	WRITE_ONCE(r->done, true);
}

static void expect_created_once(struct kunit *test, unsigned int n)
{
	struct flow_aid *ctx = test->priv;
	struct racer r[VR_TEST_CPUS - 1];
	struct vr_flow *flow;
	u32 index = 0;
	u32 made = 0;
	u32 seen = 0;
	u32 id;
	u32 i;

	race(test, r, n, create_all);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_EQ(test, r[i].failed, 0);
		KUNIT_EXPECT_EQ(test, r[i].changed, 0);
		made += r[i].made;
	}
	KUNIT_EXPECT_EQ(test, made, KEYS);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), KEYS);
	for (id = 0; id < KEYS; id++)
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow_aid_find(&ctx->tab, id));
	for (; (flow = vr_flow_table_next(&ctx->tab, &index)); index++) {
		KUNIT_ASSERT_PTR_EQ(test, flow_aid_find(&ctx->tab, flow_aid_id(&flow->key)), flow);
		seen++;
	}
	KUNIT_EXPECT_EQ(test, seen, KEYS);
}

static void race_two_create_one(struct kunit *test)
{
	expect_created_once(test, 2);
}

static void race_three_create_one(struct kunit *test)
{
	expect_created_once(test, 3);
}

/* What a reader has is what it found, until it lets go of it, whatever becomes of the flow. */
static void look_twice(struct racer *r, u32 id)
{
	struct vr_flow_key key;
	struct vr_flow *flow;
	u32 gen;

	rcu_read_lock();
	flow = find_or_create(r, id);
	if (flow) {
		key = flow_aid_key(id);
		gen = READ_ONCE(flow->gen);
		vr_flow_count(&r->ctx->tab, flow, 60);
		if (r->cpu == 1 && flow_aid_del(&r->ctx->tab, id))
			r->gone++;
		/* Limbo and growth are at work meanwhile. */
		find_or_create(r, (id + 1) % CHURN);
		if (READ_ONCE(flow->gen) != gen || memcmp(&flow->key, &key, sizeof(key)))
			r->changed++;
	}
	rcu_read_unlock();
}

static void churn(void *arg)
{
	struct racer *r = arg;
	u32 pass;
	u32 id;

	for (pass = 0; pass < PASSES; pass++) {
		for (id = 0; id < CHURN; id++)
			look_twice(r, id);
		/* More and more of others: the table grows under those that come and go. */
		for (id = 0; id < CHURN / 2; id++)
			find_or_create(r, CHURN + (r->cpu * PASSES + pass) * CHURN + id);
	}
	WRITE_ONCE(r->done, true);
}

static void race_readers_keep_theirs(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct racer r[VR_TEST_CPUS - 1];
	u32 made = 0;
	u32 gone = 0;
	u32 i;

	KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(&ctx->tab, VR_FLOW_ID_MAX), 0);
	race(test, r, ARRAY_SIZE(r), churn);
	for (i = 0; i < ARRAY_SIZE(r); i++) {
		KUNIT_EXPECT_EQ(test, r[i].failed, 0);
		KUNIT_EXPECT_EQ(test, r[i].changed, 0);
		made += r[i].made;
		gone += r[i].gone;
	}
	KUNIT_EXPECT_GT(test, gone, PASSES * CHURN / 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), made - gone);
	KUNIT_EXPECT_EQ(test, flow_aid_flush(&ctx->tab), made - gone);
}

static void act_reader(void *arg)
{
	struct racer *r = arg;

	/* Begins while the writer below is half done. */
	if (vr_flow_act_read(vr_flow_at(&r->ctx->tab, 0)).rindex != 2)
		r->changed++;
	WRITE_ONCE(r->done, true);
}

/* A decision is read whole: who comes while it is written waits. */
static void race_decision_is_whole(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct racer r = { .test = test, .ctx = ctx, .cpu = 1 };
	struct vr_flow_act act = { .src_nh = 2, .rindex = 2 };
	struct vr_flow *flow;
	u32 reason;
	bool made;
	u16 seq;

	flow = flow_aid_get(&ctx->tab, 0, &made, &reason);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
	seq = flow->seq;
	WRITE_ONCE(flow->seq, seq + 1);
	WRITE_ONCE(flow->act.rindex, 1);
	vr_test_thread_start(&r.thread, 1, act_reader, &r);
	sched_yield();
	KUNIT_EXPECT_FALSE(test, racers_done(&r, 1));
	WRITE_ONCE(flow->act.rindex, 2);
	/* As vr_flow_act_write() ends. */
	smp_store_release(&flow->seq, seq + 2);
	vr_test_thread_join(&r.thread);
	KUNIT_EXPECT_EQ(test, r.changed, 0);

	vr_flow_act_write(flow, &act);
	KUNIT_EXPECT_EQ(test, flow->seq, (u16)(seq + 4));
}

static void act_writer(void *arg)
{
	struct racer *r = arg;
	struct vr_flow *flow = vr_flow_at(&r->ctx->tab, 0);
	u32 i;

	for (i = 0; i < 300000; i++) {
		struct vr_flow_act act = { .src_nh = i, .rindex = i, .dvrf = i, .ttl = i };

		vr_flow_act_write(flow, &act);
	}
	WRITE_ONCE(r->done, true);
}

/* And never is a part of one read with a part of the next. */
static void race_decision_is_never_torn(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct racer r = { .test = test, .ctx = ctx, .cpu = 1 };
	struct vr_flow_act zero = {};
	struct vr_flow *flow;
	u32 torn = 0;
	u32 reason;
	bool made;

	flow = flow_aid_get(&ctx->tab, 0, &made, &reason);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
	vr_flow_act_write(flow, &zero);
	vr_test_thread_start(&r.thread, 1, act_writer, &r);
	while (!racers_done(&r, 1)) {
		struct vr_flow_act act = vr_flow_act_read(flow);

		if (act.rindex != act.src_nh || act.dvrf != (u16)act.src_nh ||
		    act.ttl != (u8)act.src_nh)
			torn++;
	}
	vr_test_thread_join(&r.thread);
	KUNIT_EXPECT_EQ(test, torn, 0);
}

static struct kunit_case race_cases[] = {
	KUNIT_CASE(race_two_create_one),
	KUNIT_CASE(race_three_create_one),
	KUNIT_CASE(race_readers_keep_theirs),
	KUNIT_CASE(race_decision_is_whole),
	KUNIT_CASE(race_decision_is_never_torn),
	{}
};

static struct kunit_suite race_suite = {
	.name = "flow_race",
	.init = race_test_init,
	.exit = flow_aid_exit,
	.test_cases = race_cases,
};

VR_TEST_SUITE(race_suite);

#endif /* VR_TEST_USERSPACE */
