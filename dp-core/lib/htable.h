/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hash table from a u64 key to an entry, for readers under RCU and one writer
 * at a time. A bucket is one cache line: four keys beside four pointers, so a
 * look-up touches that line and then the entry. A key has two buckets to live
 * in, and an entry never moves within a generation of the table. When both
 * are full the table is rebuilt, in general at twice the size, and published
 * whole: at 40 to 80 percent of the slots, the larger the earlier.
 */
#ifndef _VR_LIB_HTABLE_H
#define _VR_LIB_HTABLE_H

#include <vr/host.h>

#define VR_HTABLE_WAYS 4

/** struct vr_hentry - first member of what is kept in a table */
struct vr_hentry {
	u64 key;
};

struct vr_hbucket {
	u64 key[VR_HTABLE_WAYS];
	struct vr_hentry __rcu *entry[VR_HTABLE_WAYS];
} ____cacheline_aligned;

/**
 * struct vr_hbuckets - one generation of the table
 * @mask: number of buckets less one
 * @seed: random; a new one with every rebuild
 * @bucket: the buckets
 */
struct vr_hbuckets {
	u32 mask;
	u64 seed;
	struct rcu_head rcu;
	struct vr_hbucket bucket[];
};

/**
 * struct vr_htable - the table
 * @buckets: the generation that readers use
 * @used: entries
 * @limit: most entries
 * @mem: where buckets are counted, class VR_MEM_HASH
 */
struct vr_htable {
	struct vr_hbuckets __rcu *buckets;
	u32 used;
	u32 limit;
	struct vr_mem *mem;
};

/*
 * Two bucket numbers of a key: the halves of one 64-bit mix. The seed keeps
 * them unknown to who sends the packets.
 */
static inline u64 vr_htable_hash(u64 key, u64 seed)
{
	key ^= seed;
	key *= 0x9e3779b97f4a7c15ULL;
	key ^= key >> 32;
	key *= 0xd6e8feb86659fd93ULL;
	key ^= key >> 29;
	return key;
}

static inline struct vr_hentry *vr_hbucket_find_rcu(const struct vr_hbucket *bucket, u64 key)
{
	struct vr_hentry *entry;
	unsigned int i;

	for (i = 0; i < VR_HTABLE_WAYS; i++) {
		if (READ_ONCE(bucket->key[i]) != key)
			continue;
		entry = rcu_dereference(bucket->entry[i]);
		/* The slot may have been given to another key since. */
		if (entry && entry->key == key)
			return entry;
	}
	return NULL;
}

/* Reader under RCU: the entry of @key, or NULL. */
static inline struct vr_hentry *vr_htable_find_rcu(const struct vr_htable *tab, u64 key)
{
	const struct vr_hbuckets *b = rcu_dereference(tab->buckets);
	u64 hash = vr_htable_hash(key, b->seed);
	struct vr_hentry *entry;

	entry = vr_hbucket_find_rcu(&b->bucket[hash & b->mask], key);
	if (likely(entry))
		return entry;
	return vr_hbucket_find_rcu(&b->bucket[(hash >> 32) & b->mask], key);
}

int vr_htable_init(struct vr_htable *tab, struct vr_mem *mem, u32 limit);
void vr_htable_exit(struct vr_htable *tab);

/*
 * Writers; the caller holds the lock that serialises them.
 *
 * find:    the entry of @key, or NULL.
 * add:	    -EEXIST, -ENOSPC (limit, or no seed makes room), -ENOMEM; nothing has
 *	    changed then. May sleep.
 * replace: put @new in the place of @old, which has the same key; a reader finds
 *	    one of the two at any moment. Cannot fail.
 * del:	    @entry is in the table; readers may hold it for a grace period. Cannot
 *	    fail. May sleep: the last one takes the memory of a large table along.
 * next:    the entries one by one, *@cursor 0 to begin with; NULL after the last.
 *	    Complete unless entries were added meanwhile; the table may have been
 *	    rebuilt by that.
 */
struct vr_hentry *vr_htable_find(const struct vr_htable *tab, u64 key);
int vr_htable_add(struct vr_htable *tab, struct vr_hentry *entry);
void vr_htable_replace(struct vr_htable *tab, struct vr_hentry *old, struct vr_hentry *new);
void vr_htable_del(struct vr_htable *tab, struct vr_hentry *entry);
struct vr_hentry *vr_htable_next(const struct vr_htable *tab, u64 *cursor);

#endif /* _VR_LIB_HTABLE_H */
