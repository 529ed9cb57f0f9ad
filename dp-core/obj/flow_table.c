// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table's hash: look-up, and what writers of a stripe do to it.
 *
 * A bucket has eight ways: tags, and places of entries. Tags sit beside each
 * other and are compared four at a time; a tag that is equal by chance costs a
 * comparison of keys. When all ways are taken another bucket is chained behind,
 * so an insertion fails for want of memory only. A way is given to an entry tag
 * first, and is taken back by its place alone; an entry never moves within a
 * set of buckets.
 *
 * A set of buckets has at least one bucket a stripe. The number of a bucket is
 * the low bits of the hash, the lowest of them being the number of its stripe;
 * the rest is its row. Growth fills a larger set row by row, see grow_buckets().
 */
#include "obj/flow_store.h"

#include "lib/mix.h"

#define STRIPE_BITS	8
#define TAG_SHIFT	48

/* More buckets at so many entries a bucket, so many more that there are less than that. */
#define LOAD_MAX	4
#define LOAD_GROWN	3

/*
 * Buckets come in parts of 2 MiB, which the kernel's own map of memory has in large pages. One
 * area of any size might be of scattered small ones, and each look-up miss the TLB.
 */
#define PART_BITS	15
#define PART_SIZE	(1U << PART_BITS)

/* Rows that are copied while a stripe is locked. */
#define GROW_STEP	16

#define LANES		4
#define LANES_ONE	0x0001000100010001ULL
#define LANES_HIGH	0x8000800080008000ULL

static_assert(VR_FLOW_STRIPES == 1 << STRIPE_BITS);
static_assert(VR_FLOW_WAYS == 2 * LANES);

/**
 * struct vr_flow_stripe - a lock, and how far growth has come under it
 * @lock: of the buckets of both sets, and their chains
 * @copied: rows of the set in force that are in the growing one too
 */
struct vr_flow_stripe {
	struct vr_spinlock lock;
	u32 copied;
} ____cacheline_aligned;

/** struct vr_flow_buckets - @mask + 1 buckets, in parts of PART_SIZE or one that is less */
struct vr_flow_buckets {
	u32 mask;
	struct vr_flow_bucket *part[];
};

/* Of all buckets of @set, the one that is @hash's. */
static inline struct vr_flow_bucket *set_bucket(const struct vr_flow_buckets *set, u64 hash)
{
	u32 n = hash & set->mask;

	return &set->part[n >> PART_BITS][n & (PART_SIZE - 1)];
}

static inline u64 key_u64(const struct vr_flow_key *key, unsigned int off)
{
	return get_unaligned((const u64 *)((const u8 *)key + off));
}

static inline u32 key_u32(const struct vr_flow_key *key, unsigned int off)
{
	return get_unaligned((const u32 *)((const u8 *)key + off));
}

/*
 * The key has just been made, field by field. A load of several fields at once
 * would wait until all of them are in the cache.
 */
static inline u64 addr_pair(const struct vr_flow_key *key, unsigned int i)
{
	return (u64)(__force u32)key->addr[i] << 32 | (__force u32)key->addr[i + 1];
}

u64 vr_flow_hash(const struct vr_flow_table *tab, const struct vr_flow_key *key)
{
	u64 ports = (u64)(__force u16)key->sport << 16 | (__force u16)key->dport;
	u64 kind = (u64)key->family << 8 | key->proto;
	const u64 *seed = tab->seed;
	u64 hash;

	hash = vr_mix(((u64)key->nh << 32 | ports) ^ seed[0],
		      ((u64)(__force u32)key->addr[0] << 32 | kind) ^ seed[1]);
	/* No two words share a seed, so none can stand in another's place. */
	if (key->family == AF_INET) {
		hash ^= vr_mix((__force u32)key->addr[1] ^ seed[2], seed[3]);
	} else {
		hash ^= vr_mix(addr_pair(key, 1) ^ seed[2], addr_pair(key, 3) ^ seed[3]);
		hash ^= vr_mix(addr_pair(key, 5) ^ seed[4], (__force u32)key->addr[7] ^ seed[5]);
	}
	return vr_mix(hash ^ seed[6], seed[7]);
}

static inline bool key_equal(const struct vr_flow_key *a, const struct vr_flow_key *b)
{
	u64 diff = (key_u64(a, 0) ^ key_u64(b, 0)) | (key_u64(a, 8) ^ key_u64(b, 8)) |
		   (key_u32(a, 16) ^ key_u32(b, 16));

	if (diff)
		return false;
	/* The family is the same, and the rest of an IPv4 key is 0. */
	if (a->family == AF_INET)
		return true;
	diff = (key_u64(a, 20) ^ key_u64(b, 20)) | (key_u64(a, 28) ^ key_u64(b, 28)) |
	       (key_u64(a, 36) ^ key_u64(b, 36));
	return !diff;
}

/* The highest bit of each lane that is @tag; a lane behind one of them may be there by mistake. */
static inline u64 tags_match(u64 tags, u16 tag)
{
	u64 x = tags ^ (tag * LANES_ONE);

	return (x - LANES_ONE) & ~x & LANES_HIGH;
}

/*
 * The ways of a bucket whose tag may be @tag. For each it has a bit: of the second word the highest
 * of the lane, of the first word the one below. A branch between the two words would be guessed
 * wrong for many a flow.
 */
static inline u64 bucket_match(const struct vr_flow_bucket *bucket, u16 tag)
{
	return tags_match(READ_ONCE(bucket->tags[0]), tag) >> 1 |
	       tags_match(READ_ONCE(bucket->tags[1]), tag);
}

/* The first way of a match. */
static inline unsigned int match_way(u64 match)
{
	unsigned int bit = __ffs64(match);

	return (bit & 1) * LANES + bit / 16;
}

static struct vr_flow *bucket_find(const struct vr_flow_dir *dir,
				   const struct vr_flow_bucket *bucket,
				   const struct vr_flow_key *key, u16 tag, bool held)
{
	u64 match;

	for (match = bucket_match(bucket, tag); match; match &= match - 1) {
		u32 place = READ_ONCE(bucket->place[match_way(match)]);
		struct vr_flow *flow;

		if (!place)
			continue;
		flow = vr_flow_dir_at(dir, place - 1, held);
		if (unlikely(!flow))
			continue;
		prefetch(&flow->packets);
		if (likely(key_equal(&flow->key, key)))
			return flow;
	}
	return NULL;
}

/* @held: by a stripe's lock, and the core lock or RCU. */
static inline struct vr_flow *table_find(const struct vr_flow_table *tab,
					 const struct vr_flow_key *key, u64 hash, bool held)
{
	const struct vr_flow_buckets *set = rcu_dereference_check(tab->buckets, held);
	const struct vr_flow_dir *dir = rcu_dereference_check(tab->dir, held);
	const struct vr_flow_bucket *bucket = set_bucket(set, hash);
	struct vr_flow *flow;

	do {
		flow = bucket_find(dir, bucket, key, hash >> TAG_SHIFT, held);
		if (flow)
			return flow;
		bucket = rcu_dereference_check(bucket->more, held);
	} while (unlikely(bucket));
	return NULL;
}

struct vr_flow *vr_flow_find_rcu(const struct vr_flow_table *tab, const struct vr_flow_key *key,
				 u64 hash)
{
	return table_find(tab, key, hash, false);
}

static struct vr_flow_stripe *hash_stripe(const struct vr_flow_table *tab, u64 hash)
{
	return &tab->stripes[hash & (VR_FLOW_STRIPES - 1)];
}

void vr_flow_lock(struct vr_flow_table *tab, u64 hash)
	__acquires(&hash_stripe(tab, hash)->lock.s)
{
	vr_spin_lock_bh(&hash_stripe(tab, hash)->lock);
}

void vr_flow_unlock(struct vr_flow_table *tab, u64 hash)
	__releases(&hash_stripe(tab, hash)->lock.s)
{
	vr_spin_unlock_bh(&hash_stripe(tab, hash)->lock);
}

static void assert_locked(const struct vr_flow_table *tab, u64 hash)
{
	vr_spin_assert_held(&hash_stripe(tab, hash)->lock);
}

struct vr_flow *vr_flow_find_locked(const struct vr_flow_table *tab,
				    const struct vr_flow_key *key, u64 hash)
{
	assert_locked(tab, hash);
	return table_find(tab, key, hash, true);
}

static struct vr_flow_bucket *bucket_more(const struct vr_flow_bucket *bucket)
{
	/* The caller has the stripe's lock, or is alone. */
	return rcu_dereference_protected(bucket->more, true);
}

/** struct way - a place in a set of buckets */
struct way {
	struct vr_flow_bucket *bucket;
	struct vr_flow_bucket *before;
	unsigned int i;
};

/* The first way of @hash's chain whose place is @place; false: none. */
static bool way_find(struct vr_flow_buckets *set, u64 hash, u32 place, struct way *way)
{
	way->before = NULL;
	for (way->bucket = set_bucket(set, hash); way->bucket;
	     way->bucket = bucket_more(way->bucket)) {
		for (way->i = 0; way->i < VR_FLOW_WAYS; way->i++)
			if (way->bucket->place[way->i] == place)
				return true;
		way->before = way->bucket;
	}
	return false;
}

/* A free way for @hash; if it takes one, a bucket more. -ENOMEM. */
static int way_alloc(struct vr_flow_table *tab, struct vr_flow_buckets *set, u64 hash,
		     struct way *way)
{
	struct vr_flow_bucket *more;

	if (likely(way_find(set, hash, 0, way)))
		return 0;
	more = vr_zalloc_atomic(tab->mem, VR_MEM_FLOW_HASH, sizeof(*more));
	if (!more)
		return -ENOMEM;
	rcu_assign_pointer(way->before->more, more);
	way->bucket = more;
	way->i = 0;
	return 0;
}

static void way_fill(const struct way *way, const struct vr_flow *flow, u64 hash)
{
	u64 *tags = &way->bucket->tags[way->i / 4];
	unsigned int shift = way->i % 4 * 16;
	u64 others = *tags & ~(0xffffULL << shift);

	WRITE_ONCE(*tags, others | (hash >> TAG_SHIFT << shift));
	/* Pairs with bucket_find(), by address: who sees the place sees the entry behind it. */
	smp_store_release(&way->bucket->place[way->i], flow->index + 1);
}

/* The set that a stripe's writers write besides the one in force, or NULL. */
static struct vr_flow_buckets *set_growing(const struct vr_flow_table *tab,
					   const struct vr_flow_buckets *set, u64 hash)
{
	struct vr_flow_buckets *growing;

	assert_locked(tab, hash);
	if (likely((hash & set->mask) >> STRIPE_BITS >= hash_stripe(tab, hash)->copied))
		return NULL;
	growing = READ_ONCE(tab->growing);
	/* It is in force already. */
	return growing == set ? NULL : growing;
}

static struct vr_flow_buckets *table_set(const struct vr_flow_table *tab)
{
	/* Under any stripe's lock it stays what it is, or the next one is as good: read it once. */
	return rcu_dereference_check(tab->buckets, true);
}

int vr_flow_link_locked(struct vr_flow_table *tab, struct vr_flow *flow, u64 hash)
{
	struct vr_flow_buckets *set = table_set(tab);
	struct vr_flow_buckets *growing = set_growing(tab, set, hash);
	struct vr_flow_act act = flow->act;
	struct way grown;
	struct way way;

	if (growing && way_alloc(tab, growing, hash, &grown))
		return -ENOMEM;
	if (way_alloc(tab, set, hash, &way))
		return -ENOMEM;

	act.flags &= ~VR_FLOW_A_DEAD;
	vr_flow_act_store(flow, &act);
	if (growing)
		way_fill(&grown, flow, hash);
	way_fill(&way, flow, hash);
	atomic_inc(&tab->changes);
	return 0;
}

static bool bucket_empty(const struct vr_flow_bucket *bucket)
{
	unsigned int i;

	for (i = 0; i < VR_FLOW_WAYS; i++)
		if (bucket->place[i])
			return false;
	return true;
}

/*
 * Take an entry out of a set. If that leaves an empty bucket in the chain it is
 * taken out as well, and returned; a reader who is in it finds on from there.
 */
static struct vr_flow_bucket *set_remove(struct vr_flow_buckets *set, const struct vr_flow *flow,
					 u64 hash)
{
	struct way way;

	if (WARN_ON_ONCE(!way_find(set, hash, flow->index + 1, &way)))
		return NULL;
	WRITE_ONCE(way.bucket->place[way.i], 0);
	if (likely(!way.before) || !bucket_empty(way.bucket))
		return NULL;
	rcu_assign_pointer(way.before->more, bucket_more(way.bucket));
	return way.bucket;
}

void vr_flow_unlink_locked(struct vr_flow_table *tab, struct vr_flow *flow, u64 hash)
{
	struct vr_flow_buckets *set = table_set(tab);
	struct vr_flow_buckets *growing = set_growing(tab, set, hash);
	struct vr_flow_act act = flow->act;

	vr_flow_store_spend(tab, set_remove(set, flow, hash));
	/* It may have come into force meanwhile, so what it loses has to wait as well. */
	if (growing)
		vr_flow_store_spend(tab, set_remove(growing, flow, hash));

	/* Whoever sees that it is dead does not find it again. */
	act.flags |= VR_FLOW_A_DEAD;
	vr_flow_act_store(flow, &act);
	vr_flow_store_retire(tab, flow);
	atomic_inc(&tab->changes);
}

static u32 set_parts(u32 n)
{
	return DIV_ROUND_UP(n, PART_SIZE);
}

static size_t set_size(u32 n)
{
	return sizeof(struct vr_flow_buckets) + set_parts(n) * sizeof(struct vr_flow_bucket *);
}

static size_t part_bytes(u32 n)
{
	return (size_t)min(n, PART_SIZE) * sizeof(struct vr_flow_bucket);
}

static void chain_free(struct vr_flow_table *tab, struct vr_flow_bucket *bucket)
{
	while (bucket) {
		struct vr_flow_bucket *more = bucket_more(bucket);

		vr_free(tab->mem, VR_MEM_FLOW_HASH, bucket, sizeof(*bucket));
		bucket = more;
	}
}

/* Nobody reads or writes @set any more, of which there may be but the first parts. */
static void set_free(struct vr_flow_table *tab, struct vr_flow_buckets *set)
{
	u32 n = set->mask + 1, i;

	for (i = 0; i < n && set->part[i >> PART_BITS]; i++) {
		chain_free(tab, bucket_more(set_bucket(set, i)));
		if (i % 1024 == 0)
			vr_breathe();
	}
	for (i = 0; i < set_parts(n); i++)
		vr_free(tab->mem, VR_MEM_FLOW_HASH, set->part[i], part_bytes(n));
	vr_free(tab->mem, VR_MEM_FLOW_HASH, set, set_size(n));
}

/* @n: a power of two */
static struct vr_flow_buckets *set_alloc(struct vr_flow_table *tab, u32 n)
{
	struct vr_flow_buckets *set = vr_zalloc(tab->mem, VR_MEM_FLOW_HASH, set_size(n));
	u32 i;

	if (!set)
		return NULL;
	set->mask = n - 1;
	for (i = 0; i < set_parts(n); i++) {
		set->part[i] = vr_zalloc(tab->mem, VR_MEM_FLOW_HASH, part_bytes(n));
		if (!set->part[i]) {
			set_free(tab, set);
			return NULL;
		}
	}
	return set;
}

static int stripes_init(struct vr_flow_table *tab)
{
	u32 i;

	tab->stripes = vr_zalloc(tab->mem, VR_MEM_FLOW_HASH,
				 VR_FLOW_STRIPES * sizeof(*tab->stripes));
	if (!tab->stripes)
		return -ENOMEM;
	for (i = 0; i < VR_FLOW_STRIPES; i++)
		vr_spin_init(&tab->stripes[i].lock);
	return 0;
}

int vr_flow_table_init(struct vr_flow_table *tab, struct vr_mem *mem, u32 limit)
{
	struct vr_flow_buckets *set;
	unsigned int i;

	tab->mem = mem;
	tab->growing = NULL;
	tab->stripes = NULL;
	tab->hot = NULL;
	RCU_INIT_POINTER(tab->buckets, NULL);
	for (i = 0; i < ARRAY_SIZE(tab->seed); i++)
		tab->seed[i] = vr_random_u64();

	if (vr_flow_store_init(tab, limit) || vr_flow_count_init(tab) || stripes_init(tab))
		return -ENOMEM;
	set = set_alloc(tab, VR_FLOW_STRIPES);
	RCU_INIT_POINTER(tab->buckets, set);
	return set ? 0 : -ENOMEM;
}

void vr_flow_table_exit(struct vr_flow_table *tab)
{
	struct vr_flow_buckets *set = table_set(tab);

	WARN_ON_ONCE(atomic_read(&tab->used));
	if (set)
		set_free(tab, set);
	RCU_INIT_POINTER(tab->buckets, NULL);
	vr_free(tab->mem, VR_MEM_FLOW_HASH, tab->stripes,
		VR_FLOW_STRIPES * sizeof(*tab->stripes));
	tab->stripes = NULL;
	vr_flow_count_exit(tab);
	vr_flow_store_exit(tab);
}

/* Have the lines of a bucket's entries ready, for their keys are to be read. */
static void bucket_prefetch(const struct vr_flow_dir *dir, const struct vr_flow_bucket *bucket)
{
	unsigned int i;

	for (i = 0; i < VR_FLOW_WAYS; i++)
		if (bucket->place[i])
			prefetch(vr_flow_dir_at(dir, bucket->place[i] - 1, true));
}

static int bucket_copy(struct vr_flow_table *tab, const struct vr_flow_dir *dir,
		       const struct vr_flow_bucket *bucket, struct vr_flow_buckets *to)
{
	unsigned int i;

	for (i = 0; i < VR_FLOW_WAYS; i++) {
		struct vr_flow *flow;
		struct way way;
		u64 hash;

		if (!bucket->place[i])
			continue;
		flow = vr_flow_dir_at(dir, bucket->place[i] - 1, true);
		hash = vr_flow_hash(tab, &flow->key);
		if (way_alloc(tab, to, hash, &way))
			return -ENOMEM;
		way_fill(&way, flow, hash);
	}
	return 0;
}

/* The next rows of a stripe; it is locked. -ENOMEM: the last one is half done. */
static int stripe_copy_some(struct vr_flow_table *tab, u32 stripe, u32 rows)
{
	const struct vr_flow_dir *dir = rcu_dereference_protected(tab->dir, true);
	struct vr_flow_buckets *set = table_set(tab);
	struct vr_flow_stripe *s = &tab->stripes[stripe];
	u32 end = min(s->copied + GROW_STEP, rows);
	u32 row;

	for (row = s->copied; row < end; row++)
		bucket_prefetch(dir, set_bucket(set, (row << STRIPE_BITS) | stripe));
	for (; s->copied < end; s->copied++) {
		const struct vr_flow_bucket *bucket =
			set_bucket(set, (s->copied << STRIPE_BITS) | stripe);

		for (; bucket; bucket = bucket_more(bucket))
			if (bucket_copy(tab, dir, bucket, tab->growing))
				return -ENOMEM;
	}
	return 0;
}

static int stripe_copy(struct vr_flow_table *tab, u32 stripe, u32 rows)
{
	struct vr_flow_stripe *s = &tab->stripes[stripe];
	bool done;
	int err;

	do {
		vr_spin_lock_bh(&s->lock);
		err = stripe_copy_some(tab, stripe, rows);
		done = s->copied == rows;
		vr_spin_unlock_bh(&s->lock);
		vr_breathe();
	} while (!err && !done);
	return err;
}

/* Nobody writes the growing set any more, if he does not for another reason. */
static void stripes_forget(struct vr_flow_table *tab)
{
	u32 i;

	for (i = 0; i < VR_FLOW_STRIPES; i++) {
		vr_spin_lock_bh(&tab->stripes[i].lock);
		tab->stripes[i].copied = 0;
		vr_spin_unlock_bh(&tab->stripes[i].lock);
	}
	WRITE_ONCE(tab->growing, NULL);
}

/*
 * A set of @n buckets in the place of the one in force, which goes on being
 * written throughout. Who writes a row that was copied writes it in both. When
 * all are, readers are let in; those who were in the old set find there what was
 * in it, and if they miss what came since, it came while they were reading.
 */
static int grow_buckets(struct vr_flow_table *tab, u32 n)
{
	struct vr_flow_buckets *old = table_set(tab);
	struct vr_flow_buckets *new = set_alloc(tab, n);
	int err = 0;
	u32 i;

	if (!new)
		return -ENOMEM;
	WRITE_ONCE(tab->growing, new);
	for (i = 0; i < VR_FLOW_STRIPES && !err; i++)
		err = stripe_copy(tab, i, (old->mask + 1) >> STRIPE_BITS);
	if (err) {
		stripes_forget(tab);
		set_free(tab, new);
		return err;
	}
	rcu_assign_pointer(tab->buckets, new);
	stripes_forget(tab);
	synchronize_rcu();
	set_free(tab, old);
	return 0;
}

/* How many buckets there should be, in view of how many there are. */
static u32 buckets_goal(const struct vr_flow_table *tab, u32 n)
{
	u32 used = atomic_read(&tab->used);

	if (used / LOAD_MAX < n)
		return n;
	while (used / LOAD_GROWN >= n)
		n *= 2;
	return n;
}

bool vr_flow_table_wants_work(const struct vr_flow_table *tab)
{
	u32 n;

	if (vr_flow_store_wants(tab))
		return true;
	rcu_read_lock();
	n = rcu_dereference(tab->buckets)->mask + 1;
	rcu_read_unlock();
	return buckets_goal(tab, n) > n;
}

int vr_flow_table_grow(struct vr_flow_table *tab)
{
	u32 n = table_set(tab)->mask + 1;
	u32 goal = buckets_goal(tab, n);
	int err = vr_flow_store_stock(tab);
	int err2 = 0;

	if (goal > n)
		err2 = grow_buckets(tab, goal);
	return err ? : err2;
}
