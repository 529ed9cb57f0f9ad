// SPDX-License-Identifier: GPL-2.0-only
/* Flow table: entries and their generations, limits, chains, no memory. */
#include "flow_aid.h"

#define LIMIT		4096
#define STRIPE_SETS	4	/* allocations of an empty table in class FLOW_HASH, at most */

static int table_test_init(struct kunit *test)
{
	return flow_aid_init(test, LIMIT);
}

static void table_test_exit(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;

	flow_aid_exit(test);
	vr_flow_table_exit(&ctx->tab);
}

static u32 refused(struct kunit *test, struct vr_flow_table *tab, u32 id)
{
	u32 reason = 0;
	bool made;

	KUNIT_ASSERT_PTR_EQ(test, flow_aid_get(tab, id, &made, &reason), NULL);
	return reason;
}

static void table_empty_finds_nothing(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key zero = {};
	u32 index = 0;

	KUNIT_EXPECT_PTR_EQ(test, flow_aid_find(&ctx->tab, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, flow_aid_find(&ctx->tab, 1), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_table_next(&ctx->tab, &index), NULL);
	KUNIT_EXPECT_FALSE(test, vr_flow_table_wants_work(&ctx->tab));
	rcu_read_lock();
	/* Whatever its tag: ways that nobody uses have tag 0. */
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_find_rcu(&ctx->tab, &zero, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at_rcu(&ctx->tab, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at_rcu(&ctx->tab, VR_FLOW_ID_MAX), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at_rcu(&ctx->tab, VR_FLOW_NONE), NULL);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at(&ctx->tab, VR_FLOW_NONE), NULL);
	/* Nothing to reclaim, nothing to grow. */
	vr_flow_table_reclaim(&ctx->tab);
	KUNIT_EXPECT_EQ(test, vr_flow_table_grow(&ctx->tab), 0);
}

/* What a namespace without flows pays. */
static void table_empty_is_small(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_mem mem;
	struct vr_flow_table *tab = &ctx->tab;

	vr_flow_table_exit(tab);
	vr_mem_init(&mem);
	KUNIT_ASSERT_EQ(test, vr_flow_table_init(tab, &mem, 512 * 1024), 0);
	KUNIT_EXPECT_LE(test, vr_mem_bytes(&mem, VR_MEM_FLOW), 64 * 1024);
	KUNIT_EXPECT_LE(test, vr_mem_bytes(&mem, VR_MEM_FLOW_HASH), 64 * 1024);
	KUNIT_EXPECT_LE(test, vr_mem_objects(&mem, VR_MEM_FLOW_HASH), STRIPE_SETS);
	vr_flow_table_exit(tab);
	flow_aid_expect_no_memory(test, &mem);
	KUNIT_ASSERT_EQ(test, vr_flow_table_init(tab, &ctx->mem, LIMIT), 0);
}

static void table_new_flow_is_blank(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key key = flow_aid_key(1);
	u64 hash = vr_flow_hash(&ctx->tab, &key);
	struct vr_flow_act act;
	struct vr_flow *flow;
	u64 packets;
	u64 bytes;
	u32 reason;
	u32 index;

	flow = vr_flow_new(&ctx->tab, &key, &reason);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
	index = vr_flow_index(&ctx->tab, flow);
	/* Counted, but nobody sees it. */
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), 1);
	KUNIT_EXPECT_PTR_EQ(test, flow_aid_find(&ctx->tab, 1), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at(&ctx->tab, index), NULL);

	vr_flow_lock(&ctx->tab, hash);
	KUNIT_EXPECT_EQ(test, vr_flow_link_locked(&ctx->tab, flow, hash), 0);
	vr_flow_unlock(&ctx->tab, hash);
	KUNIT_EXPECT_PTR_EQ(test, flow_aid_find(&ctx->tab, 1), flow);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at(&ctx->tab, index), flow);
	act = vr_flow_act_read(flow);
	KUNIT_EXPECT_EQ(test, act.src_nh, VR_NH_NONE);
	KUNIT_EXPECT_EQ(test, act.rindex, VR_FLOW_NONE);
	KUNIT_EXPECT_EQ(test, act.action, VR_FLOW_HOLD);
	KUNIT_EXPECT_EQ(test, act.flags, VR_FLOW_A_HOLD);
	KUNIT_EXPECT_EQ(test, act.ecmp, -1);
	KUNIT_EXPECT_EQ(test, act.ttl, 0);
	KUNIT_EXPECT_EQ(test, flow->mirror[0], VR_MIRROR_NONE);
	KUNIT_EXPECT_EQ(test, flow->mirror[1], VR_MIRROR_NONE);
	KUNIT_EXPECT_NE(test, flow->gen, 0);
	vr_flow_counts(&ctx->tab, flow, &packets, &bytes);
	KUNIT_EXPECT_EQ(test, packets, 0);
	KUNIT_EXPECT_EQ(test, bytes, 0);
}

/* What one flow leaves in an entry the next one does not find there. */
static void table_reused_entry_is_blank(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow = flow_aid_add(test, &ctx->tab, 4);
	struct vr_flow_act act = {
		.src_nh = 1, .rindex = 2, .dvrf = 3, .action = VR_FLOW_DROP,
		.flags = VR_FLOW_A_VRFT, .ttl = 4, .ecmp = 5, .drop_reason = 6,
	};
	struct vr_flow *again;
	u32 gen = flow->gen;
	u64 packets;
	u64 bytes;
	int i;

	vr_flow_act_write(flow, &act);
	local_bh_disable();
	rcu_read_lock();
	for (i = 0; i < 100; i++)
		vr_flow_count(&ctx->tab, flow, 60);
	rcu_read_unlock();
	local_bh_enable();
	flow->tcp = 7;
	flow->tcp_seq = 8;
	flow->tcp_ack = 9;
	flow->vrf = 10;
	flow->mirror[1] = 11;
	KUNIT_EXPECT_TRUE(test, flow_aid_del(&ctx->tab, 4));
	vr_flow_table_reclaim(&ctx->tab);

	again = flow_aid_add(test, &ctx->tab, 6);
	KUNIT_ASSERT_PTR_EQ(test, again, flow);
	KUNIT_EXPECT_EQ(test, again->gen, gen + 1);
	vr_flow_counts(&ctx->tab, again, &packets, &bytes);
	KUNIT_EXPECT_EQ(test, packets, 0);
	KUNIT_EXPECT_EQ(test, bytes, 0);
	KUNIT_EXPECT_EQ(test, again->owner, VR_FLOW_NO_OWNER);
	KUNIT_EXPECT_EQ(test, again->tcp, 0);
	KUNIT_EXPECT_EQ(test, again->tcp_seq, 0);
	KUNIT_EXPECT_EQ(test, again->tcp_ack, 0);
	KUNIT_EXPECT_EQ(test, again->vrf, 0);
	KUNIT_EXPECT_EQ(test, again->mirror[1], VR_MIRROR_NONE);
	act = vr_flow_act_read(again);
	KUNIT_EXPECT_EQ(test, act.flags, VR_FLOW_A_HOLD);
	KUNIT_EXPECT_EQ(test, act.rindex, VR_FLOW_NONE);
	KUNIT_EXPECT_EQ(test, act.dvrf, 0);
	KUNIT_EXPECT_EQ(test, act.drop_reason, 0);
}

/* Dead is the table's word: who writes a decision neither kills a flow nor revives one. */
static void table_keeps_dead_to_itself(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow = flow_aid_add(test, &ctx->tab, 4);
	struct vr_flow_act act = { .action = VR_FLOW_FORWARD, .flags = VR_FLOW_A_DEAD };
	u32 index = vr_flow_index(&ctx->tab, flow);

	vr_flow_act_write(flow, &act);
	KUNIT_EXPECT_EQ(test, vr_flow_act_read(flow).flags, 0);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at(&ctx->tab, index), flow);

	KUNIT_EXPECT_TRUE(test, flow_aid_del(&ctx->tab, 4));
	KUNIT_EXPECT_EQ(test, vr_flow_act_read(flow).flags, VR_FLOW_A_DEAD);
	act.flags = VR_FLOW_A_EVICT;
	vr_flow_act_write(flow, &act);
	KUNIT_EXPECT_EQ(test, vr_flow_act_read(flow).flags, VR_FLOW_A_DEAD | VR_FLOW_A_EVICT);
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at(&ctx->tab, index), NULL);
	/* Otherwise all of it can still be read. */
	KUNIT_EXPECT_EQ(test, flow_aid_id(&flow->key), 4);
	KUNIT_EXPECT_EQ(test, vr_flow_index(&ctx->tab, flow), index);
}

/* A reader that has an unlinked flow still counts in it, which must not hurt limbo. */
static void table_late_packets_do_not_hurt_limbo(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow[3];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(flow); i++)
		flow[i] = flow_aid_add(test, &ctx->tab, i);
	local_bh_disable();
	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(flow); i++)
		flow_aid_del(&ctx->tab, i);
	for (i = 0; i < ARRAY_SIZE(flow); i++) {
		vr_flow_count(&ctx->tab, flow[i], 1500);
		flow[i]->tcp_seq = 0xffffffff;
		flow[i]->tcp_ack = 0xffffffff;
	}
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, ctx->tab.n_limbo, 3);
	vr_flow_table_reclaim(&ctx->tab);
	KUNIT_EXPECT_EQ(test, ctx->tab.n_limbo, 0);
	KUNIT_EXPECT_EQ(test, ctx->tab.n_free, 3);
	for (i = 0; i < ARRAY_SIZE(flow); i++)
		flow_aid_add(test, &ctx->tab, 10 + i);
	KUNIT_EXPECT_EQ(test, ctx->tab.n_free, 0);
}

static void table_clock_is_set(struct kunit *test)
{
#ifdef VR_TEST_USERSPACE
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow;

	vr_test_clock_advance(40000);
	flow = flow_aid_add(test, &ctx->tab, 4);
	KUNIT_EXPECT_EQ(test, flow->used, vr_ticks());
	vr_test_clock_advance(1);
	KUNIT_EXPECT_NE(test, flow->used, vr_ticks());
	rcu_read_lock();
	vr_flow_count(&ctx->tab, flow, 60);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, flow->used, vr_ticks());
#endif
}

/* No generation comes twice at one index; it skips 0 when it wraps. */
static void table_generations_differ(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow *flow = flow_aid_add(test, &ctx->tab, 4);
	u32 gen = flow->gen;
	u32 i;

	for (i = 0; i < 300; i++) {
		flow_aid_del(&ctx->tab, 4);
		vr_flow_table_reclaim(&ctx->tab);
		KUNIT_ASSERT_PTR_EQ(test, flow_aid_add(test, &ctx->tab, 4), flow);
		KUNIT_ASSERT_EQ(test, flow->gen, ++gen);
	}
	flow_aid_del(&ctx->tab, 4);
	vr_flow_table_reclaim(&ctx->tab);
	flow->gen = U32_MAX;
	KUNIT_ASSERT_PTR_EQ(test, flow_aid_add(test, &ctx->tab, 4), flow);
	KUNIT_EXPECT_EQ(test, flow->gen, 1);
}

/* Up to the last flow of the limit, with the buckets that it began with, or all that it wants. */
static void table_fills_to_the_limit(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u32 grow;
	u32 id;

	for (grow = 0; grow < 2; grow++) {
		for (id = 0; id < LIMIT; id++) {
			flow_aid_add(test, &ctx->tab, id);
			if (grow && vr_flow_table_wants_work(&ctx->tab))
				KUNIT_ASSERT_EQ(test, vr_flow_table_grow(&ctx->tab), 0);
		}
		KUNIT_EXPECT_EQ(test, refused(test, &ctx->tab, id), VR_DROP_FLOW_TABLE_FULL);
		KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), LIMIT);
		for (id = 0; id < LIMIT; id++)
			KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow_aid_find(&ctx->tab, id));
		/* Those that go make room at once, whatever limbo holds. */
		KUNIT_EXPECT_EQ(test, flow_aid_flush(&ctx->tab), LIMIT);
		for (id = 0; id < LIMIT; id++)
			flow_aid_add(test, &ctx->tab, LIMIT + id);
		flow_aid_flush(&ctx->tab);
		KUNIT_EXPECT_TRUE(test, vr_flow_table_wants_work(&ctx->tab));
		vr_flow_table_reclaim(&ctx->tab);
		KUNIT_EXPECT_FALSE(test, vr_flow_table_wants_work(&ctx->tab));
	}
}

static void table_limit_moves(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u32 id;

	KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(&ctx->tab, 10), 0);
	for (id = 0; id < 10; id++)
		flow_aid_add(test, &ctx->tab, id);
	KUNIT_EXPECT_EQ(test, refused(test, &ctx->tab, id), VR_DROP_FLOW_TABLE_FULL);
	/* A lower one ends nothing. */
	KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(&ctx->tab, 5), 0);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, flow_aid_find(&ctx->tab, 9));
	for (id = 0; id < 5; id++) {
		KUNIT_EXPECT_TRUE(test, flow_aid_del(&ctx->tab, id));
		KUNIT_EXPECT_EQ(test, refused(test, &ctx->tab, 20), VR_DROP_FLOW_TABLE_FULL);
	}
	KUNIT_EXPECT_TRUE(test, flow_aid_del(&ctx->tab, 5));
	flow_aid_add(test, &ctx->tab, 20);
	/* A higher one needs more places for chunks. */
	KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(&ctx->tab, VR_FLOW_ID_MAX + 1), 0);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, flow_aid_find(&ctx->tab, 9));
	for (id = 100; id < 100 + 5 * LIMIT; id++)
		flow_aid_add(test, &ctx->tab, id);
	KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(&ctx->tab, LIMIT), 0);
	KUNIT_EXPECT_EQ(test, refused(test, &ctx->tab, 21), VR_DROP_FLOW_TABLE_FULL);
}

/* Buckets that are chained behind others go again when they are empty. */
static void table_chains_shrink(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u64 objects = vr_mem_objects(&ctx->mem, VR_MEM_FLOW_HASH);
	u32 id;

	for (id = 0; id < LIMIT; id++)
		flow_aid_add(test, &ctx->tab, id);
	KUNIT_EXPECT_GT(test, vr_mem_objects(&ctx->mem, VR_MEM_FLOW_HASH), objects);
	/* Holes in the middle of chains first. */
	for (id = 0; id < LIMIT; id += 2)
		KUNIT_ASSERT_TRUE(test, flow_aid_del(&ctx->tab, id));
	for (id = 1; id < LIMIT; id += 2)
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow_aid_find(&ctx->tab, id));
	for (id = 1; id < LIMIT; id += 2)
		KUNIT_ASSERT_TRUE(test, flow_aid_del(&ctx->tab, id));
	vr_flow_table_reclaim(&ctx->tab);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_FLOW_HASH), objects);
}

static void table_cancel_gives_back(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key key = flow_aid_key(3);
	struct vr_flow *first;
	struct vr_flow *flow;
	u32 reason;
	u32 gen;

	first = vr_flow_new(&ctx->tab, &key, &reason);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, first);
	gen = first->gen;
	vr_flow_cancel(&ctx->tab, first);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), 0);
	KUNIT_EXPECT_EQ(test, ctx->tab.n_limbo, 0);
	flow = flow_aid_add(test, &ctx->tab, 3);
	KUNIT_EXPECT_PTR_EQ(test, flow, first);
	KUNIT_EXPECT_NE(test, flow->gen, gen);
}

#ifdef VR_TEST_USERSPACE

#define MANY	1000000

static void table_bytes_a_flow(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u64 bytes;
	u32 id;

	KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(&ctx->tab, 2 * MANY), 0);
	for (id = 0; id < MANY; id++) {
		flow_aid_add(test, &ctx->tab, id);
		/* As a worker that is slow. */
		if (id % 5000 == 0)
			KUNIT_ASSERT_EQ(test, vr_flow_table_grow(&ctx->tab), 0);
	}
	KUNIT_ASSERT_EQ(test, vr_flow_table_grow(&ctx->tab), 0);
	bytes = vr_mem_bytes(&ctx->mem, VR_MEM_FLOW) + vr_mem_bytes(&ctx->mem, VR_MEM_FLOW_HASH);
	kunit_info(test, "%llu bytes a flow, %llu of them hash\n",
		   (unsigned long long)(bytes / MANY),
		   (unsigned long long)(vr_mem_bytes(&ctx->mem, VR_MEM_FLOW_HASH) / MANY));
	KUNIT_EXPECT_LE(test, bytes, 200ULL * MANY);
}

static void table_init_without_memory(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_table other;
	struct vr_mem mem;
	u32 n = 0;
	int err;

	vr_mem_init(&mem);
	do {
		memset(&other, 0, sizeof(other));
		vr_test_fail_alloc(++n);
		err = vr_flow_table_init(&other, &mem, LIMIT);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_TRUE(test, !err || err == -ENOMEM);
		vr_flow_table_exit(&other);
		flow_aid_expect_no_memory(test, &mem);
		vr_flow_table_exit(&other);
	} while (err);
	KUNIT_EXPECT_GT(test, n, 3);
	KUNIT_EXPECT_PTR_EQ(test, flow_aid_find(&ctx->tab, 0), NULL);
}

static void table_new_without_memory(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u32 id;

	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_EQ(test, refused(test, &ctx->tab, 0), VR_DROP_FLOW_NO_MEMORY);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), 0);
	vr_test_fail_alloc(0);
	for (id = 0; id < VR_FLOW_CHUNK_SIZE; id++)
		flow_aid_add(test, &ctx->tab, id);
	/* Of what was made ahead, packets take without asking for memory. */
	KUNIT_EXPECT_TRUE(test, vr_flow_table_wants_work(&ctx->tab));
	KUNIT_EXPECT_EQ(test, vr_flow_table_grow(&ctx->tab), 0);
	KUNIT_EXPECT_FALSE(test, vr_flow_table_wants_work(&ctx->tab));
	vr_test_fail_alloc_from(1);
	for (; id < 2 * VR_FLOW_CHUNK_SIZE; id++)
		flow_aid_add(test, &ctx->tab, id);
	vr_test_fail_alloc(0);
}

static void table_link_without_memory(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key key;
	struct vr_flow *flow;
	u32 reason;
	u32 id;

	for (id = 0; id <= VR_FLOW_WAYS; id++) {
		key = flow_aid_key(id);
		flow = vr_flow_new(&ctx->tab, &key, &reason);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
		vr_test_fail_alloc_from(1);
		vr_flow_lock(&ctx->tab, 5);
		KUNIT_ASSERT_EQ(test, vr_flow_link_locked(&ctx->tab, flow, 5),
				id < VR_FLOW_WAYS ? 0 : -ENOMEM);
		vr_flow_unlock(&ctx->tab, 5);
		vr_test_fail_alloc(0);
	}
	KUNIT_EXPECT_PTR_EQ(test, vr_flow_at(&ctx->tab, vr_flow_index(&ctx->tab, flow)), NULL);
	vr_flow_cancel(&ctx->tab, flow);
	KUNIT_EXPECT_EQ(test, atomic_read(&ctx->tab.used), VR_FLOW_WAYS);
	/* They were linked by a hash that is not their key's. */
	for (id = 0; id < VR_FLOW_WAYS; id++) {
		vr_flow_lock(&ctx->tab, 5);
		vr_flow_unlink_locked(&ctx->tab, vr_flow_at(&ctx->tab, id), 5);
		vr_flow_unlock(&ctx->tab, 5);
	}
}

/* More flows than one bucket takes that are in one bucket of @n, and in its middle; the next id. */
static u32 add_crowd(struct kunit *test, struct vr_flow_table *tab, u32 n)
{
	u32 crowd = 0;
	u32 id;

	for (id = LIMIT; crowd < VR_FLOW_WAYS + 4; id++) {
		struct vr_flow_key key = flow_aid_key(id);

		if (vr_flow_hash(tab, &key) % n != VR_FLOW_STRIPES / 2)
			continue;
		flow_aid_add(test, tab, id);
		crowd++;
	}
	return id;
}

/* Whichever allocation fails: all flows are still there, and the next try does it. */
static void table_growth_without_memory(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u64 objects;
	u32 past;
	u32 n = 0;
	u32 id;
	int err;

	past = add_crowd(test, &ctx->tab, LIMIT / 2);
	for (id = 0; (u32)atomic_read(&ctx->tab.used) < LIMIT - 1; id++)
		flow_aid_add(test, &ctx->tab, id);
	do {
		objects = vr_mem_objects(&ctx->mem, VR_MEM_FLOW_HASH);
		vr_test_fail_alloc(++n);
		err = vr_flow_table_grow(&ctx->tab);
		vr_test_fail_alloc(0);
		if (err) {
			KUNIT_ASSERT_EQ(test, err, -ENOMEM);
			KUNIT_EXPECT_LE(test, vr_mem_objects(&ctx->mem, VR_MEM_FLOW_HASH), objects);
			/* Nobody writes what has been given up. */
			for (id = 0; id < LIMIT / 2; id++)
				KUNIT_ASSERT_TRUE(test, flow_aid_del(&ctx->tab, id));
			for (id = 0; id < LIMIT / 2; id++)
				flow_aid_add(test, &ctx->tab, id);
			vr_flow_table_reclaim(&ctx->tab);
		}
		for (id = 0; id < LIMIT / 2; id++)
			KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow_aid_find(&ctx->tab, id));
	} while (err);
	/* The set, its buckets, and the one more for the crowd. */
	KUNIT_EXPECT_GE(test, n, 4);
	KUNIT_EXPECT_FALSE(test, vr_flow_table_wants_work(&ctx->tab));
	flow_aid_add(test, &ctx->tab, past);
}

static void table_limit_without_memory(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;

	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_EQ(test, vr_flow_table_set_limit(&ctx->tab, 1000 * LIMIT), -ENOMEM);
	KUNIT_EXPECT_EQ(test, ctx->tab.limit, LIMIT);
	KUNIT_EXPECT_EQ(test, vr_flow_table_set_limit(&ctx->tab, LIMIT - 1), 0);
	vr_test_fail_alloc(0);
}

#endif

static struct kunit_case table_cases[] = {
	KUNIT_CASE(table_empty_finds_nothing),
	KUNIT_CASE(table_empty_is_small),
	KUNIT_CASE(table_new_flow_is_blank),
	KUNIT_CASE(table_reused_entry_is_blank),
	KUNIT_CASE(table_keeps_dead_to_itself),
	KUNIT_CASE(table_late_packets_do_not_hurt_limbo),
	KUNIT_CASE(table_clock_is_set),
	KUNIT_CASE(table_generations_differ),
	KUNIT_CASE(table_fills_to_the_limit),
	KUNIT_CASE(table_limit_moves),
	KUNIT_CASE(table_chains_shrink),
	KUNIT_CASE(table_cancel_gives_back),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(table_bytes_a_flow),
	KUNIT_CASE(table_init_without_memory),
	KUNIT_CASE(table_new_without_memory),
	KUNIT_CASE(table_link_without_memory),
	KUNIT_CASE(table_growth_without_memory),
	KUNIT_CASE(table_limit_without_memory),
#endif
	{}
};

static struct kunit_suite table_suite = {
	.name = "flow_table",
	.init = table_test_init,
	.exit = table_test_exit,
	.test_cases = table_cases,
};

VR_TEST_SUITE(table_suite);
