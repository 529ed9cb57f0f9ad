// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hash table from a u64 key to an entry: what writers do.
 *
 * An entry goes to the emptier one of its two buckets. When both are full, all
 * entries go to a new generation under a new seed, and the new one with them;
 * readers see it complete or not at all. The generation is of twice the size
 * unless the table was sparse, and never has more buckets than the table may
 * have entries: where one entry a bucket is the mean, buckets of four hardly
 * ever overflow, and if one does, another seed helps.
 *
 * A slot is published pointer last and taken back pointer only; its key may be
 * stale, which is why readers look at the entry's own.
 */
#include "lib/htable.h"

/* With the head they fit in 1 KB. */
#define HTABLE_BUCKETS_MIN	8

/* Generations to try for one entry. */
#define HTABLE_TRIES		8

static_assert(sizeof(struct vr_hbucket) == 64);

static struct vr_hbuckets *htable_buckets(const struct vr_htable *tab)
{
	/* The caller holds the writers' lock, which the table does not know. */
	return rcu_dereference_protected(tab->buckets, true);
}

static struct vr_hentry *bucket_entry(const struct vr_hbucket *bucket, unsigned int way)
{
	return rcu_dereference_protected(bucket->entry[way], true);
}

static unsigned long buckets_n(const struct vr_hbuckets *b)
{
	return (unsigned long)b->mask + 1;
}

static size_t buckets_size(unsigned long n)
{
	return sizeof(struct vr_hbuckets) + n * sizeof(struct vr_hbucket);
}

static struct vr_hbuckets *buckets_alloc(struct vr_mem *mem, unsigned long n)
{
	struct vr_hbuckets *b = vr_zalloc(mem, VR_MEM_HASH, buckets_size(n));

	if (!b)
		return NULL;
	b->mask = n - 1;
	b->seed = vr_random_u64();
	return b;
}

static unsigned long htable_buckets_max(const struct vr_htable *tab)
{
	return max_t(unsigned long, HTABLE_BUCKETS_MIN, roundup_pow_of_two(tab->limit));
}

/* Used slots of a bucket; @way is a free one if there is one. */
static unsigned int bucket_used(const struct vr_hbucket *bucket, unsigned int *way)
{
	unsigned int used = 0;
	unsigned int i;

	for (i = 0; i < VR_HTABLE_WAYS; i++) {
		if (bucket_entry(bucket, i))
			used++;
		else
			*way = i;
	}
	return used;
}

/* False: both buckets of the entry are full. */
static bool buckets_place(struct vr_hbuckets *b, struct vr_hentry *entry)
{
	u64 hash = vr_htable_hash(entry->key, b->seed);
	struct vr_hbucket *bucket = &b->bucket[hash & b->mask];
	struct vr_hbucket *second = &b->bucket[(hash >> 32) & b->mask];
	unsigned int way2 = 0;
	unsigned int way = 0;
	unsigned int used2;
	unsigned int used;

	used = bucket_used(bucket, &way);
	used2 = bucket_used(second, &way2);
	if (used2 < used) {
		bucket = second;
		way = way2;
		used = used2;
	}
	if (used == VR_HTABLE_WAYS)
		return false;
	WRITE_ONCE(bucket->key[way], entry->key);
	rcu_assign_pointer(bucket->entry[way], entry);
	return true;
}

/* All entries of @from into @to, which nobody reads yet. False: one has no room. */
static bool buckets_move(struct vr_hbuckets *to, const struct vr_hbuckets *from)
{
	unsigned long n = buckets_n(from);
	unsigned long i;

	for (i = 0; i < n; i++) {
		unsigned int way;

		for (way = 0; way < VR_HTABLE_WAYS; way++) {
			struct vr_hentry *entry = bucket_entry(&from->bucket[i], way);

			if (entry && !buckets_place(to, entry))
				return false;
		}
		vr_breathe();
	}
	return true;
}

static void htable_publish(struct vr_htable *tab, struct vr_hbuckets *new)
{
	struct vr_hbuckets *old = htable_buckets(tab);

	rcu_assign_pointer(tab->buckets, new);
	vr_free_rcu(tab->mem, VR_MEM_HASH, old, buckets_size(buckets_n(old)), rcu);
}

/* Make room for @entry by a new generation that has it. -ENOMEM, -ENOSPC. */
static int htable_rebuild(struct vr_htable *tab, struct vr_hentry *entry)
{
	const struct vr_hbuckets *old = htable_buckets(tab);
	unsigned long max_n = htable_buckets_max(tab);
	unsigned long n = buckets_n(old);
	unsigned int try;

	/* Sparse, that is less than a quarter full: the seed was unlucky. */
	if (tab->used >= n)
		n = min(2 * n, max_n);

	for (try = 0; try < HTABLE_TRIES; try++) {
		struct vr_hbuckets *new = buckets_alloc(tab->mem, n);

		if (!new)
			return -ENOMEM;
		if (buckets_move(new, old) && buckets_place(new, entry)) {
			htable_publish(tab, new);
			return 0;
		}
		vr_free(tab->mem, VR_MEM_HASH, new, buckets_size(n));
		n = min(2 * n, max_n);
	}
	return -ENOSPC;
}

/* The slot that holds the entry of @key, or NULL. */
static struct vr_hentry __rcu **htable_slot(const struct vr_htable *tab, u64 key)
{
	struct vr_hbuckets *b = htable_buckets(tab);
	u64 hash = vr_htable_hash(key, b->seed);
	struct vr_hbucket *bucket = &b->bucket[hash & b->mask];
	unsigned int i;

	for (i = 0; i < 2 * VR_HTABLE_WAYS; i++) {
		struct vr_hentry *entry;

		if (i == VR_HTABLE_WAYS)
			bucket = &b->bucket[(hash >> 32) & b->mask];
		entry = bucket_entry(bucket, i % VR_HTABLE_WAYS);
		if (entry && entry->key == key)
			return &bucket->entry[i % VR_HTABLE_WAYS];
	}
	return NULL;
}

/**
 * vr_htable_init() - make an empty table
 * @tab: to set up
 * @mem: where its memory is counted
 * @limit: most entries
 *
 * Return: 0, or -ENOMEM; vr_htable_exit() may be called then too.
 */
int vr_htable_init(struct vr_htable *tab, struct vr_mem *mem, u32 limit)
{
	struct vr_hbuckets *b;

	tab->used = 0;
	tab->limit = limit;
	tab->mem = mem;
	b = buckets_alloc(mem, HTABLE_BUCKETS_MIN);
	RCU_INIT_POINTER(tab->buckets, b);
	return b ? 0 : -ENOMEM;
}

/**
 * vr_htable_exit() - free the table, not the entries that are in it
 * @tab: has no readers any more; may be zeroed, or have been freed before
 */
void vr_htable_exit(struct vr_htable *tab)
{
	struct vr_hbuckets *b = htable_buckets(tab);

	if (!b)
		return;
	RCU_INIT_POINTER(tab->buckets, NULL);
	vr_free(tab->mem, VR_MEM_HASH, b, buckets_size(buckets_n(b)));
}

struct vr_hentry *vr_htable_find(const struct vr_htable *tab, u64 key)
{
	struct vr_hentry __rcu **slot = htable_slot(tab, key);

	return slot ? rcu_dereference_protected(*slot, true) : NULL;
}

int vr_htable_add(struct vr_htable *tab, struct vr_hentry *entry)
{
	int err;

	if (htable_slot(tab, entry->key))
		return -EEXIST;
	if (tab->used >= tab->limit)
		return -ENOSPC;
	if (!buckets_place(htable_buckets(tab), entry)) {
		err = htable_rebuild(tab, entry);
		if (err)
			return err;
	}
	tab->used++;
	return 0;
}

void vr_htable_replace(struct vr_htable *tab, struct vr_hentry *old, struct vr_hentry *new)
{
	struct vr_hentry __rcu **slot = htable_slot(tab, old->key);

	if (WARN_ON_ONCE(!slot || new->key != old->key))
		return;
	rcu_assign_pointer(*slot, new);
}

/*
 * A table that has become empty gives back what it grew to, if there is
 * memory for that.
 */
static void htable_reset(struct vr_htable *tab)
{
	struct vr_hbuckets *new;

	if (buckets_n(htable_buckets(tab)) == HTABLE_BUCKETS_MIN)
		return;
	new = buckets_alloc(tab->mem, HTABLE_BUCKETS_MIN);
	if (new)
		htable_publish(tab, new);
}

void vr_htable_del(struct vr_htable *tab, struct vr_hentry *entry)
{
	struct vr_hentry __rcu **slot = htable_slot(tab, entry->key);

	if (WARN_ON_ONCE(!slot))
		return;
	RCU_INIT_POINTER(*slot, NULL);
	tab->used--;
	if (!tab->used)
		htable_reset(tab);
}

struct vr_hentry *vr_htable_next(const struct vr_htable *tab, u64 *cursor)
{
	const struct vr_hbuckets *b = htable_buckets(tab);
	u64 end = (u64)buckets_n(b) * VR_HTABLE_WAYS;

	while (*cursor < end) {
		u64 i = (*cursor)++;
		struct vr_hentry *entry;

		entry = bucket_entry(&b->bucket[i / VR_HTABLE_WAYS], i % VR_HTABLE_WAYS);
		if (entry)
			return entry;
	}
	return NULL;
}
