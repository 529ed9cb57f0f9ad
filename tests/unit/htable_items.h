/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash table with items for tests. */
#ifndef _VR_TEST_HTABLE_ITEMS_H
#define _VR_TEST_HTABLE_ITEMS_H

#include "lib/htable.h"
#include "vr_test.h"

/* How many items there may be. */
#define HT_LIMIT	20000

struct ht_item {
	struct vr_hentry h;
	struct rcu_head rcu;
};

struct ht_ctx {
	struct vr_mem mem;
	struct vr_htable tab;
};

/* init and exit of a suite, whose struct ht_ctx is test->priv; nothing may be left at exit. */
int ht_suite_init(struct kunit *test);
void ht_suite_exit(struct kunit *test);

/* An item that is in no table yet, or NULL. */
struct ht_item *ht_alloc(struct ht_ctx *ctx, u64 key);

/* A new item in the table: 0, -ENOMEM, or what vr_htable_add() says. */
int ht_put(struct ht_ctx *ctx, u64 key);

/* Out of the table, and free when no reader can have it any more. */
void ht_take(struct ht_ctx *ctx, struct vr_hentry *entry);

/* As a reader finds it; the test sees to it that it stays. */
struct vr_hentry *ht_find(const struct vr_htable *tab, u64 key);

unsigned long ht_buckets(const struct vr_htable *tab);

/* Exactly the keys first, first + step, … are there. */
void ht_expect_keys(struct kunit *test, struct ht_ctx *ctx, u64 first, u64 step, u32 n);

#endif /* _VR_TEST_HTABLE_ITEMS_H */
