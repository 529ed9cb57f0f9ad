// SPDX-License-Identifier: GPL-2.0-only
/* Hash table: growth, limits, a naive model, readers beside a writer, no memory. */
#include "lib/htable.h"
#include "vr_test.h"

#define LIMIT	20000

struct item {
	struct vr_hentry h;
	struct rcu_head rcu;
};

struct htable_ctx {
	struct vr_mem mem;
	struct vr_htable tab;
};

static int htable_test_init(struct kunit *test)
{
	struct htable_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return -ENOMEM;
	test->priv = ctx;
	vr_mem_init(&ctx->mem);
	return vr_htable_init(&ctx->tab, &ctx->mem, LIMIT);
}

static void item_take(struct htable_ctx *ctx, struct vr_hentry *entry)
{
	struct item *item = container_of(entry, struct item, h);

	vr_htable_del(&ctx->tab, entry);
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item), rcu);
}

static void htable_test_exit(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	struct vr_hentry *entry;
	u64 cursor = 0;

	while ((entry = vr_htable_next(&ctx->tab, &cursor)))
		item_take(ctx, entry);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	vr_htable_exit(&ctx->tab);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_BRIDGE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_HASH), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), 0);
	vr_htable_exit(&ctx->tab);
}

static struct item *item_alloc(struct htable_ctx *ctx, u64 key)
{
	struct item *item = vr_zalloc(&ctx->mem, VR_MEM_BRIDGE, sizeof(*item));

	if (item)
		item->h.key = key;
	return item;
}

static int item_put(struct htable_ctx *ctx, u64 key)
{
	struct item *item = item_alloc(ctx, key);
	int err;

	if (!item)
		return -ENOMEM;
	err = vr_htable_add(&ctx->tab, &item->h);
	if (err)
		vr_free(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item));
	return err;
}

static struct vr_hentry *find_rcu(const struct vr_htable *tab, u64 key)
{
	struct vr_hentry *entry;

	rcu_read_lock();
	entry = vr_htable_find_rcu(tab, key);
	rcu_read_unlock();
	return entry;
}

static unsigned long buckets(const struct vr_htable *tab)
{
	return 1UL + rcu_dereference_protected(tab->buckets, true)->mask;
}

/* Exactly the keys first, first + step, … are there. */
static void expect_keys(struct kunit *test, struct htable_ctx *ctx, u64 first, u64 step, u32 n)
{
	struct vr_hentry *entry;
	u64 cursor = 0;
	u32 seen = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		entry = vr_htable_find(&ctx->tab, first + i * step);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, entry);
		KUNIT_ASSERT_EQ(test, entry->key, first + i * step);
		KUNIT_ASSERT_PTR_EQ(test, find_rcu(&ctx->tab, first + i * step), entry);
	}
	while (vr_htable_next(&ctx->tab, &cursor))
		seen++;
	KUNIT_ASSERT_EQ(test, seen, n);
	KUNIT_ASSERT_EQ(test, ctx->tab.used, n);
}

static void htable_empty_finds_nothing(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	u64 cursor = 0;

	/* Slots that nobody uses have key 0. */
	KUNIT_EXPECT_PTR_EQ(test, vr_htable_find(&ctx->tab, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, U64_MAX), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_htable_next(&ctx->tab, &cursor), NULL);
	KUNIT_EXPECT_PTR_EQ(test, vr_htable_next(&ctx->tab, &cursor), NULL);
}

static void htable_add_find_del(struct kunit *test)
{
	static const u64 keys[] = { 0, 1, U64_MAX, 0x020000000001ULL, 1ULL << 63 };
	struct htable_ctx *ctx = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		KUNIT_EXPECT_EQ(test, item_put(ctx, keys[i]), 0);
		KUNIT_EXPECT_EQ(test, item_put(ctx, keys[i]), -EEXIST);
	}
	KUNIT_EXPECT_EQ(test, ctx->tab.used, ARRAY_SIZE(keys));
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		struct vr_hentry *entry = find_rcu(&ctx->tab, keys[i]);

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, entry);
		KUNIT_EXPECT_EQ(test, entry->key, keys[i]);
		item_take(ctx, entry);
		KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, keys[i]), NULL);
		KUNIT_EXPECT_PTR_EQ(test, vr_htable_find(&ctx->tab, keys[i]), NULL);
		KUNIT_EXPECT_EQ(test, ctx->tab.used, ARRAY_SIZE(keys) - i - 1);
	}
}

static void htable_replace_swaps(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	struct item *old = item_alloc(ctx, 77);
	struct item *new = item_alloc(ctx, 77);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, old);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, new);
	KUNIT_EXPECT_EQ(test, vr_htable_add(&ctx->tab, &old->h), 0);
	vr_htable_replace(&ctx->tab, &old->h, &new->h);
	KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, 77), &new->h);
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
	struct htable_ctx *ctx = test->priv;
	u32 i;

	for (i = 0; i < LIMIT; i++)
		KUNIT_ASSERT_EQ(test, item_put(ctx, p->first + i * p->step), 0);
	expect_keys(test, ctx, p->first, p->step, LIMIT);
	/*
	 * Two random choices overflow at no less than a third of the slots;
	 * one that hashes badly has more buckets than one for each entry.
	 */
	KUNIT_EXPECT_LE(test, buckets(&ctx->tab), 16384);
	KUNIT_EXPECT_EQ(test, item_put(ctx, 12345), -ENOSPC);
	KUNIT_EXPECT_EQ(test, item_put(ctx, p->first), -EEXIST);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, LIMIT);
	/* One table, whatever there was in between. */
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_HASH), 1);
}

static void htable_empty_gives_memory_back(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	u64 bytes = vr_mem_bytes(&ctx->mem, VR_MEM_HASH);
	struct vr_hentry *entry;
	u64 cursor = 0;
	u32 i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, item_put(ctx, i), 0);
	KUNIT_EXPECT_GT(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
	/* Deleting while walking meets every entry, the last one too. */
	for (i = 0; (entry = vr_htable_next(&ctx->tab, &cursor)); i++)
		item_take(ctx, entry);
	KUNIT_EXPECT_EQ(test, i, 1000);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
	KUNIT_EXPECT_EQ(test, item_put(ctx, 5), 0);
	KUNIT_EXPECT_NOT_NULL(test, find_rcu(&ctx->tab, 5));
}

static void htable_smallest_limits(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	u32 limit;
	u32 i;

	for (limit = 0; limit < 70; limit++) {
		ctx->tab.limit = limit;
		for (i = ctx->tab.used; i < limit; i++)
			KUNIT_ASSERT_EQ(test, item_put(ctx, i), 0);
		KUNIT_ASSERT_EQ(test, item_put(ctx, limit), -ENOSPC);
		expect_keys(test, ctx, 0, 1, limit);
	}
}

#define WALK_STAY	300
#define WALK_OTHERS	300

/* Those that stay are met once, whatever happens to the others. */
static void htable_walk_while_others_change(struct kunit *test)
{
	u8 *met = kunit_kzalloc(test, WALK_STAY, GFP_KERNEL);
	struct htable_ctx *ctx = test->priv;
	struct vr_hentry *entry;
	struct vr_test_rng rng;
	unsigned long n;
	u64 cursor = 0;
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, met);
	vr_test_rng_init(test, &rng, 99);
	/* So large that nothing below makes it grow. */
	for (i = 0; i < 4 * WALK_STAY; i++)
		KUNIT_ASSERT_EQ(test, item_put(ctx, i), 0);
	for (i = WALK_STAY; i < 4 * WALK_STAY; i++)
		item_take(ctx, vr_htable_find(&ctx->tab, i));
	n = buckets(&ctx->tab);

	while ((entry = vr_htable_next(&ctx->tab, &cursor))) {
		u64 other = WALK_STAY + vr_test_rand_below(&rng, WALK_OTHERS);
		struct vr_hentry *there = vr_htable_find(&ctx->tab, other);

		if (entry->key < WALK_STAY) {
			KUNIT_EXPECT_EQ(test, met[entry->key], 0);
			met[entry->key] = 1;
		}
		if (there)
			item_take(ctx, there);
		else
			KUNIT_ASSERT_EQ(test, item_put(ctx, other), 0);
	}
	KUNIT_ASSERT_EQ(test, buckets(&ctx->tab), n);
	for (i = 0; i < WALK_STAY; i++)
		KUNIT_EXPECT_EQ_MSG(test, met[i], 1, "key %u", i);
}

#define OPS	1000000
#define KEYS	8192

/* So that neighbours in the model differ in all parts of the key. */
static u64 model_key(u32 i)
{
	return ((u64)(i & 63) << 48) | 0x020000000000ULL | (i >> 6);
}

static void htable_model_check(struct kunit *test, struct htable_ctx *ctx,
			       struct vr_hentry **model, u32 used)
{
	struct vr_hentry *entry;
	u64 cursor = 0;
	u32 seen = 0;

	while ((entry = vr_htable_next(&ctx->tab, &cursor))) {
		u32 i = (entry->key & 0xffff) << 6 | entry->key >> 48;

		KUNIT_ASSERT_PTR_EQ(test, model[i], entry);
		seen++;
	}
	KUNIT_ASSERT_EQ(test, seen, used);
	KUNIT_ASSERT_EQ(test, ctx->tab.used, used);
}

/* One change to table and model; how many entries more there are. */
static int htable_model_step(struct kunit *test, struct htable_ctx *ctx,
			     struct vr_hentry **model, struct vr_test_rng *rng, u32 odds)
{
	u32 i = vr_test_rand_below(rng, KEYS);
	struct item *item;
	int err;

	if (vr_test_rand_below(rng, 100) >= odds) {
		if (!model[i])
			return 0;
		item_take(ctx, model[i]);
		model[i] = NULL;
		return -1;
	}
	item = item_alloc(ctx, model_key(i));
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, item);
	if (!model[i]) {
		err = vr_htable_add(&ctx->tab, &item->h);
		KUNIT_ASSERT_EQ(test, err, 0);
		model[i] = &item->h;
		return 1;
	}
	err = vr_htable_add(&ctx->tab, &item->h);
	KUNIT_ASSERT_EQ(test, err, -EEXIST);
	vr_htable_replace(&ctx->tab, model[i], &item->h);
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, container_of(model[i], struct item, h),
		    sizeof(struct item), rcu);
	model[i] = &item->h;
	return 0;
}

static void htable_agrees_with_model(struct kunit *test)
{
	struct vr_hentry **model = kunit_kzalloc(test, KEYS * sizeof(*model), GFP_KERNEL);
	static const u32 odds[] = { 60, 35, 80, 0 };
	struct htable_ctx *ctx = test->priv;
	struct vr_test_rng rng;
	u32 used = 0;
	u32 op;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, model);
	vr_test_rng_init(test, &rng, 20240602);
	for (op = 0; op < OPS; op++) {
		u32 i = vr_test_rand_below(&rng, KEYS);

		/* Fuller and emptier by turns, down to nothing. */
		used += htable_model_step(test, ctx, model, &rng,
					  odds[(op >> 16) % ARRAY_SIZE(odds)]);
		KUNIT_ASSERT_PTR_EQ(test, vr_htable_find(&ctx->tab, model_key(i)), model[i]);
		KUNIT_ASSERT_PTR_EQ(test, find_rcu(&ctx->tab, model_key(i)), model[i]);
		if (op % 8192 == 0)
			htable_model_check(test, ctx, model, used);
	}
	htable_model_check(test, ctx, model, used);
}

#ifdef VR_TEST_USERSPACE

#define READ_KEYS	3000

struct htable_reader {
	struct vr_test_thread thread;
	struct kunit *test;
	struct vr_htable *tab;
	bool stop;
	unsigned int passes;
};

/* Keys that divide by 3 are always there; the others come and go. */
static void htable_read(void *arg)
{
	struct htable_reader *r = arg;
	u64 key;

	while (!READ_ONCE(r->stop)) {
		for (key = 0; key < READ_KEYS; key++) {
			struct vr_hentry *entry;

			rcu_read_lock();
			entry = vr_htable_find_rcu(r->tab, key);
			if (entry)
				KUNIT_EXPECT_EQ(r->test, entry->key, key);
			else
				KUNIT_EXPECT_NE(r->test, key % 3, 0);
			rcu_read_unlock();
		}
		WRITE_ONCE(r->passes, r->passes + 1);
	}
}

static void htable_replace_by_new(struct htable_ctx *ctx, struct vr_hentry *old)
{
	struct item *item = item_alloc(ctx, old->key);

	vr_htable_replace(&ctx->tab, old, &item->h);
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, container_of(old, struct item, h),
		    sizeof(struct item), rcu);
}

static void htable_readers_beside_writer(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	struct htable_reader r[2] = {
		{ .test = test, .tab = &ctx->tab }, { .test = test, .tab = &ctx->tab },
	};
	struct vr_test_rng rng;
	unsigned int ops;
	u64 key;

	vr_test_rng_init(test, &rng, 11);
	for (key = 0; key < READ_KEYS; key += 3)
		KUNIT_ASSERT_EQ(test, item_put(ctx, key), 0);
	vr_test_thread_start(&r[0].thread, 1, htable_read, &r[0]);
	vr_test_thread_start(&r[1].thread, 2, htable_read, &r[1]);

	for (ops = 0; ops < 50000 || READ_ONCE(r[0].passes) < 20 || READ_ONCE(r[1].passes) < 20;
	     ops++) {
		struct vr_hentry *entry;

		/* Now and then the table grows under the readers, up to the limit. */
		if (ops % 16 == 0)
			item_put(ctx, READ_KEYS + ops);
		key = vr_test_rand_below(&rng, READ_KEYS);
		entry = vr_htable_find(&ctx->tab, key);
		if (!entry)
			item_put(ctx, key);
		else if (key % 3 && vr_test_rand_below(&rng, 2))
			item_take(ctx, entry);
		else
			htable_replace_by_new(ctx, entry);
	}
	WRITE_ONCE(r[0].stop, true);
	WRITE_ONCE(r[1].stop, true);
	vr_test_thread_join(&r[0].thread);
	vr_test_thread_join(&r[1].thread);
	KUNIT_EXPECT_GT(test, buckets(&ctx->tab), 1000);
}

static void htable_init_without_memory(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	struct vr_htable tab;

	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_htable_init(&tab, &ctx->mem, LIMIT), -ENOMEM);
	vr_htable_exit(&tab);
}

/* Every growth fails once: nothing has changed, and the next attempt works. */
static void htable_growth_without_memory(struct kunit *test)
{
	struct htable_ctx *ctx = test->priv;
	unsigned int refused = 0;
	u64 bytes;
	u32 i;

	for (i = 0; i < 5000; i++) {
		struct item *item = item_alloc(ctx, i);
		unsigned long n = buckets(&ctx->tab);
		int err;

		bytes = vr_mem_bytes(&ctx->mem, VR_MEM_HASH);
		vr_test_fail_alloc_from(1);
		err = vr_htable_add(&ctx->tab, &item->h);
		if (vr_test_allocs_failed()) {
			KUNIT_ASSERT_EQ(test, err, -ENOMEM);
			KUNIT_ASSERT_EQ(test, buckets(&ctx->tab), n);
			KUNIT_ASSERT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), bytes);
			KUNIT_ASSERT_PTR_EQ(test, vr_htable_find(&ctx->tab, i), NULL);
			expect_keys(test, ctx, 0, 1, i);
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
	struct htable_ctx *ctx = test->priv;
	unsigned long n;
	u32 i;

	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, item_put(ctx, i), 0);
	n = buckets(&ctx->tab);
	vr_test_fail_alloc_from(1);
	for (i = 0; i < 1000; i++)
		item_take(ctx, vr_htable_find(&ctx->tab, i));
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, buckets(&ctx->tab), n);
	KUNIT_EXPECT_EQ(test, item_put(ctx, 1), 0);
	KUNIT_EXPECT_NOT_NULL(test, find_rcu(&ctx->tab, 1));
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

static void worst_add(struct kunit *test, struct htable_ctx *ctx, struct vr_htable *tab,
		      u64 key, int want)
{
	struct item *item = item_alloc(ctx, key);

	KUNIT_EXPECT_EQ(test, vr_htable_add(tab, &item->h), want);
	if (want)
		vr_free(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item));
}

static void worst_exit(struct htable_ctx *ctx, struct vr_htable *tab)
{
	struct vr_hentry *entry;
	u64 cursor = 0;

	while ((entry = vr_htable_next(tab, &cursor)))
		vr_free(&ctx->mem, VR_MEM_BRIDGE, container_of(entry, struct item, h),
			sizeof(struct item));
	vr_htable_exit(tab);
}

/* Keys made for a seed that never changes: refused, soon and without harm. */
static void htable_worst_keys_are_refused(struct kunit *test)
{
	const u64 seed = 4711;
	struct htable_ctx *ctx = test->priv;
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
	struct htable_ctx *ctx = test->priv;
	struct vr_htable tab;
	u64 key = 0;
	u32 i;

	vr_test_random_is(seed);
	KUNIT_ASSERT_EQ(test, vr_htable_init(&tab, &ctx->mem, WORST_LIMIT), 0);
	for (i = 0; i < VR_HTABLE_WAYS; i++) {
		key = worst_key(key, seed, 0);
		worst_add(test, ctx, &tab, key, 0);
	}
	KUNIT_EXPECT_EQ(test, buckets(&tab), 8);

	/* Every size on the way may be the one that there is no memory for. */
	key = worst_key(key, seed, WORST_LIMIT / 2);
	for (i = 1; i <= 4; i++) {
		struct item *item = item_alloc(ctx, key);

		vr_test_fail_alloc(i);
		KUNIT_EXPECT_EQ(test, vr_htable_add(&tab, &item->h), -ENOMEM);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, buckets(&tab), 8);
		KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_HASH), 2);
		vr_free(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item));
	}
	worst_add(test, ctx, &tab, key, 0);
	KUNIT_EXPECT_EQ(test, buckets(&tab), WORST_LIMIT);
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
	KUNIT_CASE(htable_walk_while_others_change),
	KUNIT_CASE(htable_agrees_with_model),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(htable_readers_beside_writer),
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
	.init = htable_test_init,
	.exit = htable_test_exit,
	.test_cases = htable_cases,
};

VR_TEST_SUITE(htable_suite);
