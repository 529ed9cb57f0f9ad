// SPDX-License-Identifier: GPL-2.0-only
/* A hash table with items: htable_items.h */
#include "htable_items.h"

int ht_suite_init(struct kunit *test)
{
	struct ht_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return -ENOMEM;
	test->priv = ctx;
	vr_mem_init(&ctx->mem);
	return vr_htable_init(&ctx->tab, &ctx->mem, HT_LIMIT);
}

void ht_take(struct ht_ctx *ctx, struct vr_hentry *entry)
{
	struct ht_item *item = container_of(entry, struct ht_item, h);

	vr_htable_del(&ctx->tab, entry);
	vr_free_rcu(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item), rcu);
}

void ht_suite_exit(struct kunit *test)
{
	struct ht_ctx *ctx = test->priv;
	struct vr_hentry *entry;
	u64 cursor = 0;

	while ((entry = vr_htable_next(&ctx->tab, &cursor)))
		ht_take(ctx, entry);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	vr_htable_exit(&ctx->tab);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_BRIDGE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_HASH), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_HASH), 0);
	vr_htable_exit(&ctx->tab);
}

struct ht_item *ht_alloc(struct ht_ctx *ctx, u64 key)
{
	struct ht_item *item = vr_zalloc(&ctx->mem, VR_MEM_BRIDGE, sizeof(*item));

	if (item)
		item->h.key = key;
	return item;
}

int ht_put(struct ht_ctx *ctx, u64 key)
{
	struct ht_item *item = ht_alloc(ctx, key);
	int err;

	if (!item)
		return -ENOMEM;
	err = vr_htable_add(&ctx->tab, &item->h);
	if (err)
		vr_free(&ctx->mem, VR_MEM_BRIDGE, item, sizeof(*item));
	return err;
}

struct vr_hentry *ht_find(const struct vr_htable *tab, u64 key)
{
	struct vr_hentry *entry;

	rcu_read_lock();
	entry = vr_htable_find_rcu(tab, key);
	rcu_read_unlock();
	return entry;
}

unsigned long ht_buckets(const struct vr_htable *tab)
{
	return 1UL + rcu_dereference_protected(tab->buckets, true)->mask;
}

void ht_expect_keys(struct kunit *test, struct ht_ctx *ctx, u64 first, u64 step, u32 n)
{
	struct vr_hentry *entry;
	u64 cursor = 0;
	u32 seen = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		entry = vr_htable_find(&ctx->tab, first + i * step);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, entry);
		KUNIT_ASSERT_EQ(test, entry->key, first + i * step);
		KUNIT_ASSERT_PTR_EQ(test, ht_find(&ctx->tab, first + i * step), entry);
	}
	while (vr_htable_next(&ctx->tab, &cursor))
		seen++;
	KUNIT_ASSERT_EQ(test, seen, n);
	KUNIT_ASSERT_EQ(test, ctx->tab.used, n);
}
