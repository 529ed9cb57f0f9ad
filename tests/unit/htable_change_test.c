// SPDX-License-Identifier: GPL-2.0-only
/* Hash table under random changes: walked, beside a naive model, and with readers. */
#include "htable_items.h"

#define WALK_STAY	300
#define WALK_OTHERS	300

/* Those that stay are met once, whatever happens to the others. */
static void htable_walk_while_others_change(struct kunit *test)
{
	u8 *met = kunit_kzalloc(test, WALK_STAY, GFP_KERNEL);
	struct ht_ctx *ctx = test->priv;
	struct vr_hentry *entry;
	struct vr_test_rng rng;
	unsigned long n;
	u64 cursor = 0;
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, met);
	vr_test_rng_init(test, &rng, 99);
	/* So large that nothing below makes it grow. */
	for (i = 0; i < 4 * WALK_STAY; i++)
		KUNIT_ASSERT_EQ(test, ht_put(ctx, i), 0);
	for (i = WALK_STAY; i < 4 * WALK_STAY; i++)
		ht_take(ctx, vr_htable_find(&ctx->tab, i));
	n = ht_buckets(&ctx->tab);

	while ((entry = vr_htable_next(&ctx->tab, &cursor))) {
		u64 other = WALK_STAY + vr_test_rand_below(&rng, WALK_OTHERS);
		struct vr_hentry *there = vr_htable_find(&ctx->tab, other);

		if (entry->key < WALK_STAY) {
			KUNIT_EXPECT_EQ(test, met[entry->key], 0);
			met[entry->key] = 1;
		}
		if (there)
			ht_take(ctx, there);
		else
			KUNIT_ASSERT_EQ(test, ht_put(ctx, other), 0);
	}
	KUNIT_ASSERT_EQ(test, ht_buckets(&ctx->tab), n);
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

static void htable_model_check(struct kunit *test, struct ht_ctx *ctx,
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
static int htable_model_step(struct kunit *test, struct ht_ctx *ctx,
			     struct vr_hentry **model, struct vr_test_rng *rng, u32 odds)
{
	u32 i = vr_test_rand_below(rng, KEYS);
	struct ht_item *item;
	int err;

	if (vr_test_rand_below(rng, 100) >= odds) {
		if (!model[i])
			return 0;
		ht_take(ctx, model[i]);
		model[i] = NULL;
		return -1;
	}
	item = ht_alloc(ctx, model_key(i));
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
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, container_of(model[i], struct ht_item, h),
		    sizeof(struct ht_item), rcu);
	model[i] = &item->h;
	return 0;
}

static void htable_agrees_with_model(struct kunit *test)
{
	struct vr_hentry **model = kunit_kzalloc(test, KEYS * sizeof(*model), GFP_KERNEL);
	static const u32 odds[] = { 60, 35, 80, 0 };
	struct ht_ctx *ctx = test->priv;
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
		KUNIT_ASSERT_PTR_EQ(test, ht_find(&ctx->tab, model_key(i)), model[i]);
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

static void htable_replace_by_new(struct ht_ctx *ctx, struct vr_hentry *old)
{
	struct ht_item *item = ht_alloc(ctx, old->key);

	vr_htable_replace(&ctx->tab, old, &item->h);
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, container_of(old, struct ht_item, h),
		    sizeof(struct ht_item), rcu);
}

static void htable_readers_beside_writer(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	struct htable_reader r[2] = {
		{ .test = test, .tab = &ctx->tab }, { .test = test, .tab = &ctx->tab },
	};
	struct vr_test_rng rng;
	unsigned int ops;
	u64 key;

	vr_test_rng_init(test, &rng, 11);
	for (key = 0; key < READ_KEYS; key += 3)
		KUNIT_ASSERT_EQ(test, ht_put(ctx, key), 0);
	vr_test_thread_start(&r[0].thread, 1, htable_read, &r[0]);
	vr_test_thread_start(&r[1].thread, 2, htable_read, &r[1]);

	for (ops = 0; ops < 50000 || READ_ONCE(r[0].passes) < 20 || READ_ONCE(r[1].passes) < 20;
	     ops++) {
		struct vr_hentry *entry;

		/* Now and then the table grows under the readers, up to the limit. */
		if (ops % 16 == 0)
			ht_put(ctx, READ_KEYS + ops);
		key = vr_test_rand_below(&rng, READ_KEYS);
		entry = vr_htable_find(&ctx->tab, key);
		if (!entry)
			ht_put(ctx, key);
		else if (key % 3 && vr_test_rand_below(&rng, 2))
			ht_take(ctx, entry);
		else
			htable_replace_by_new(ctx, entry);
	}
	WRITE_ONCE(r[0].stop, true);
	WRITE_ONCE(r[1].stop, true);
	vr_test_thread_join(&r[0].thread);
	vr_test_thread_join(&r[1].thread);
	KUNIT_EXPECT_GT(test, ht_buckets(&ctx->tab), 1000);
}

#endif

static struct kunit_case htable_change_cases[] = {
	KUNIT_CASE(htable_walk_while_others_change),
	KUNIT_CASE(htable_agrees_with_model),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(htable_readers_beside_writer),
#endif
	{}
};

static struct kunit_suite htable_change_suite = {
	.name = "htable_change",
	.init = ht_suite_init,
	.exit = ht_suite_exit,
	.test_cases = htable_change_cases,
};

VR_TEST_SUITE(htable_change_suite);
