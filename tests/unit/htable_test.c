// SPDX-License-Identifier: GPL-2.0-only
/* Hash table: growth, limits, no memory, keys that are as bad as can be. */
#include "htable_items.h"

static void htable_empty_finds_nothing(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	u64 cursor = 0;

	/* Slots that nobody uses have key 0. */
	KUNIT_EXPECT_PTR_EQ(test, vr_htable_find(&ctx->tab, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ht_find(&ctx->tab, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, ht_find(&ctx->tab, U64_MAX), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_htable_next(&ctx->tab, &cursor), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_htable_next(&ctx->tab, &cursor), NULL);
}

static void htable_add_find_del(struct kunit *test)
{
	static const u64 keys[] = { 0, 1, U64_MAX, 0x020000000001ULL, 1ULL << 63 };
	struct ht_ctx *ctx = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		KUNIT_EXPECT_EQ(test, ht_put(ctx, keys[i]), 0);
		KUNIT_EXPECT_EQ(test, ht_put(ctx, keys[i]), -EEXIST);
	}
	KUNIT_EXPECT_EQ(test, ctx->tab.used, ARRAY_SIZE(keys));
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		struct vr_hentry *entry = ht_find(&ctx->tab, keys[i]);

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, entry);
		KUNIT_EXPECT_EQ(test, entry->key, keys[i]);
		ht_take(ctx, entry);
		KUNIT_EXPECT_PTR_EQ(test, ht_find(&ctx->tab, keys[i]), NULL);
		KUNIT_EXPECT_PTR_EQ(test, vr_htable_find(&ctx->tab, keys[i]), NULL);
		KUNIT_EXPECT_EQ(test, ctx->tab.used, ARRAY_SIZE(keys) - i - 1);
	}
}

static void htable_replace_swaps(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	struct ht_item *old = ht_alloc(ctx, 77);
	struct ht_item *new = ht_alloc(ctx, 77);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, old);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, new);
	KUNIT_EXPECT_EQ(test, vr_htable_add(&ctx->tab, &old->h), 0);
	vr_htable_replace(&ctx->tab, &old->h, &new->h);
	KUNIT_EXPECT_PTR_EQ(test, ht_find(&ctx->tab, 77), &new->h);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 1);
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, old, sizeof(*old), rcu);
}

/* What a reader may see of a slot that is given to another key meanwhile. */
static void htable_reader_distrusts_slot_key(struct kunit *test)
{
	struct vr_hbucket *bucket = kunit_kzalloc(test, 2 * sizeof(*bucket), GFP_KERNEL);
	struct vr_hentry other = { .key = 2 };

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bucket);
	bucket = PTR_ALIGN(bucket, sizeof(*bucket));
	rcu_read_lock();
	bucket->key[1] = 1;
	KUNIT_EXPECT_PTR_EQ(test, vr_hbucket_find_rcu(bucket, 1), NULL);
	RCU_INIT_POINTER(bucket->entry[1], &other);
	KUNIT_EXPECT_PTR_EQ(test, vr_hbucket_find_rcu(bucket, 1), NULL);
	bucket->key[3] = 2;
	RCU_INIT_POINTER(bucket->entry[3], &other);
	KUNIT_EXPECT_PTR_EQ(test, vr_hbucket_find_rcu(bucket, 2), &other);
	rcu_read_unlock();
}

/* Patterns that keys come in: MACs one after the other, one MAC in all VRFs, both. */
static const struct key_pattern {
	const char *name;
	u64 first;
	u64 step;
} patterns[] = {
	{ "one after the other", 0x020000000000ULL, 1 },
	{ "first byte of the MAC", 0x000000000002ULL, 1ULL << 40 },
	{ "VRF", 0x020000000001ULL, 1ULL << 48 },
	{ "VRF and MAC", 0x020000000001ULL, (1ULL << 48) + 1 },
	{ "last but one byte of the MAC", 0x020000000001ULL, 1ULL << 8 },
	{ "middle of the MAC", 0x020000000001ULL, 1ULL << 24 },
};

static void key_pattern_desc(const struct key_pattern *pattern, char *desc)
{
	strscpy(desc, pattern->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(key_pattern, patterns, key_pattern_desc);

static void htable_grows_and_keeps_all(struct kunit *test)
{
	const struct key_pattern *p = test->param_value;
	struct ht_ctx *ctx = test->priv;
	u32 i;

	for (i = 0; i < HT_LIMIT; i++)
		KUNIT_ASSERT_EQ(test, ht_put(ctx, p->first + i * p->step), 0);
	ht_expect_keys(test, ctx, p->first, p->step, HT_LIMIT);
	/*
	 * Two random choices overflow at no less than a third of the slots;
	 * one that hashes badly has more buckets than one for each entry.
	 */
	KUNIT_EXPECT_LE(test, ht_buckets(&ctx->tab), 16384);
	KUNIT_EXPECT_EQ(test, ht_put(ctx, 12345), -ENOSPC);
	KUNIT_EXPECT_EQ(test, ht_put(ctx, p->first), -EEXIST);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, HT_LIMIT);
	/* One table, whatever there was in between. */
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_HASH), 1);
}

static void htable_empty_gives_memory_back(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	u64 bytes = vr_mem_bytes(&ctx->mem, VR_MEM_HASH);
	struct vr_hentry *entry;
	u64 cursor = 0;
	u32 i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, ht_put(ctx, i), 0);
	KUNIT_EXPECT_GT(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
	/* Deleting while walking meets every entry, the last one too. */
	for (i = 0; (entry = vr_htable_next(&ctx->tab, &cursor)); i++)
		ht_take(ctx, entry);
	KUNIT_EXPECT_EQ(test, i, 1000);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
	KUNIT_EXPECT_EQ(test, ht_put(ctx, 5), 0);
	KUNIT_EXPECT_NOT_NULL(test, ht_find(&ctx->tab, 5));
}

static void htable_smallest_limits(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	u32 limit;
	u32 i;

	for (limit = 0; limit < 70; limit++) {
		ctx->tab.limit = limit;
		for (i = ctx->tab.used; i < limit; i++)
			KUNIT_ASSERT_EQ(test, ht_put(ctx, i), 0);
		KUNIT_ASSERT_EQ(test, ht_put(ctx, limit), -ENOSPC);
		ht_expect_keys(test, ctx, 0, 1, limit);
	}
}

#ifdef VR_TEST_USERSPACE

static void htable_init_without_memory(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	struct vr_htable tab;

	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_htable_init(&tab, &ctx->mem, HT_LIMIT), -ENOMEM);
	vr_htable_exit(&tab);
}

/* Every growth fails once: nothing has changed, and the next attempt works. */
static void htable_growth_without_memory(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	unsigned int refused = 0;
	u64 bytes;
	u32 i;

	for (i = 0; i < 5000; i++) {
		struct ht_item *item = ht_alloc(ctx, i);
		unsigned long n = ht_buckets(&ctx->tab);
		int err;

		bytes = vr_mem_bytes(&ctx->mem, VR_MEM_HASH);
		vr_test_fail_alloc_from(1);
		err = vr_htable_add(&ctx->tab, &item->h);
		if (vr_test_allocs_failed()) {
			KUNIT_ASSERT_EQ(test, err, -ENOMEM);
			KUNIT_ASSERT_EQ(test, ht_buckets(&ctx->tab), n);
			KUNIT_ASSERT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
			KUNIT_ASSERT_PTR_EQ(test, vr_htable_find(&ctx->tab, i), NULL);
			ht_expect_keys(test, ctx, 0, 1, i);
			refused++;
			vr_test_fail_alloc(0);
			err = vr_htable_add(&ctx->tab, &item->h);
		}
		vr_test_fail_alloc(0);
		KUNIT_ASSERT_EQ(test, err, 0);
	}
	/* 8 buckets to 4096 */
	KUNIT_EXPECT_GE(test, refused, 8);
}

static void htable_reset_without_memory(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	unsigned long n;
	u32 i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, ht_put(ctx, i), 0);
	n = ht_buckets(&ctx->tab);
	vr_test_fail_alloc_from(1);
	for (i = 0; i < 1000; i++)
		ht_take(ctx, vr_htable_find(&ctx->tab, i));
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, ht_buckets(&ctx->tab), n);
	KUNIT_EXPECT_EQ(test, ht_put(ctx, 1), 0);
	KUNIT_EXPECT_NOT_NULL(test, ht_find(&ctx->tab, 1));
}

#define WORST_LIMIT 64

/*
 * The next key whose buckets are both number @bucket in a table of the largest
 * size: with 0 they are that in all sizes.
 */
static u64 worst_key(u64 key, u64 seed, u64 bucket)
{
	u64 hash;

	do {
		hash = vr_htable_hash(++key, seed);
	} while ((hash & (WORST_LIMIT - 1)) != bucket ||
		 (hash >> 32 & (WORST_LIMIT - 1)) != bucket);
	return key;
}

static void worst_add(struct kunit *test, struct ht_ctx *ctx, struct vr_htable *tab,
		      u64 key, int want)
{
	struct ht_item *item = ht_alloc(ctx, key);

	KUNIT_EXPECT_EQ(test, vr_htable_add(tab, &item->h), want);
	if (want)
		vr_free(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item));
}

static void worst_exit(struct ht_ctx *ctx, struct vr_htable *tab)
{
	struct vr_hentry *entry;
	u64 cursor = 0;

	while ((entry = vr_htable_next(tab, &cursor)))
		vr_free(&ctx->mem, VR_MEM_BRIDGE, container_of(entry, struct ht_item, h),
			sizeof(struct ht_item));
	vr_htable_exit(tab);
}

/* Keys made for a seed that never changes: refused, soon and without harm. */
static void htable_worst_keys_are_refused(struct kunit *test)
{
	const u64 seed = 4711;
	struct ht_ctx *ctx = test->priv;
	struct vr_htable tab;
	u64 bytes;
	u64 key = 0;
	u32 i;

	vr_test_random_is(seed);
	KUNIT_ASSERT_EQ(test, vr_htable_init(&tab, &ctx->mem, WORST_LIMIT), 0);
	for (i = 0; i < VR_HTABLE_WAYS; i++) {
		key = worst_key(key, seed, 0);
		worst_add(test, ctx, &tab, key, 0);
	}
	bytes = vr_mem_bytes(&ctx->mem, VR_MEM_HASH);
	key = worst_key(key, seed, 0);
	worst_add(test, ctx, &tab, key, -ENOSPC);
	KUNIT_EXPECT_EQ(test, tab.used, VR_HTABLE_WAYS);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
	KUNIT_EXPECT_NULL(test, vr_htable_find(&tab, key));

	/* Another seed is all that it takes, not more memory. */
	vr_test_seed(1);
	worst_add(test, ctx, &tab, key, 0);
	KUNIT_EXPECT_NOT_NULL(test, vr_htable_find(&tab, key));
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
	worst_exit(ctx, &tab);
}

/* They part at the largest size only: the table goes on until it gets there. */
static void htable_worst_keys_part_at_last(struct kunit *test)
{
	const u64 seed = 4711;
	struct ht_ctx *ctx = test->priv;
	struct vr_htable tab;
	u64 key = 0;
	u32 i;

	vr_test_random_is(seed);
	KUNIT_ASSERT_EQ(test, vr_htable_init(&tab, &ctx->mem, WORST_LIMIT), 0);
	for (i = 0; i < VR_HTABLE_WAYS; i++) {
		key = worst_key(key, seed, 0);
		worst_add(test, ctx, &tab, key, 0);
	}
	KUNIT_EXPECT_EQ(test, ht_buckets(&tab), 8);

	/* Every size on the way may be the one that there is no memory for. */
	key = worst_key(key, seed, WORST_LIMIT / 2);
	for (i = 1; i <= 4; i++) {
		struct ht_item *item = ht_alloc(ctx, key);

		vr_test_fail_alloc(i);
		KUNIT_EXPECT_EQ(test, vr_htable_add(&tab, &item->h), -ENOMEM);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, ht_buckets(&tab), 8);
		KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_HASH), 2);
		vr_free(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item));
	}
	worst_add(test, ctx, &tab, key, 0);
	KUNIT_EXPECT_EQ(test, ht_buckets(&tab), WORST_LIMIT);
	worst_exit(ctx, &tab);
}

#endif

static struct kunit_case htable_cases[] = {
	KUNIT_CASE(htable_empty_finds_nothing),
	KUNIT_CASE(htable_add_find_del),
	KUNIT_CASE(htable_replace_swaps),
	KUNIT_CASE(htable_reader_distrusts_slot_key),
	KUNIT_CASE_PARAM(htable_grows_and_keeps_all, key_pattern_gen_params),
	KUNIT_CASE(htable_empty_gives_memory_back),
	KUNIT_CASE(htable_smallest_limits),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(htable_init_without_memory),
	KUNIT_CASE(htable_growth_without_memory),
	KUNIT_CASE(htable_reset_without_memory),
	KUNIT_CASE(htable_worst_keys_are_refused),
	KUNIT_CASE(htable_worst_keys_part_at_last),
#endif
	{}
};

static struct kunit_suite htable_suite = {
	.name = "htable",
	.init = ht_suite_init,
	.exit = ht_suite_exit,
	.test_cases = htable_cases,
};

VR_TEST_SUITE(htable_suite);
