// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entries of the flow table: the memory that they come in, who has them, and
 * the grace period between two flows in one entry.
 *
 * An entry is fresh (never a flow), taken, in limbo, or free. Taken ones are
 * linked in the hash or about to be. From limbo they go to the free ones by
 * vr_flow_table_reclaim(); one that was never linked was never seen, and is
 * free at once.
 */
#include "obj/flow_store.h"

#define CHUNK_BYTES	(VR_FLOW_CHUNK_SIZE * sizeof(struct vr_flow))

/* What a 24-bit index can name. */
#define CHUNKS_MAX	((VR_FLOW_ID_MAX + 1) >> VR_FLOW_CHUNK_BITS)

/* Entries to have ready, where there are flows: an eighth of them, within these. */
#define STOCK_MIN	(2 * VR_FLOW_CHUNK_SIZE)
#define STOCK_MAX	(64 * VR_FLOW_CHUNK_SIZE)

/* Entries that are reclaimed before others may have the lock, or the cpu. */
#define RECLAIM_STEP	256

static struct vr_flow_dir *store_dir(const struct vr_flow_table *tab)
{
	/* Replaced under both the caller's lock and the table's: either will do. */
	return rcu_dereference_protected(tab->dir, true);
}

static size_t dir_size(u32 n)
{
	return sizeof(struct vr_flow_dir) + n * sizeof(struct vr_flow *);
}

static u32 dir_chunks(u32 limit)
{
	u32 n = 2 * DIV_ROUND_UP(limit, VR_FLOW_CHUNK_SIZE);

	return min_t(u32, n, CHUNKS_MAX);
}

static struct vr_flow_dir *dir_alloc(struct vr_mem *mem, u32 n)
{
	struct vr_flow_dir *dir = vr_zalloc(mem, VR_MEM_FLOW, dir_size(n));

	if (dir)
		dir->n = n;
	return dir;
}

int vr_flow_store_init(struct vr_flow_table *tab, u32 limit)
{
	struct vr_flow_dir *dir = dir_alloc(tab->mem, dir_chunks(limit));

	vr_spin_init(&tab->lock);
	RCU_INIT_POINTER(tab->dir, dir);
	atomic_set(&tab->used, 0);
	atomic_set(&tab->changes, 0);
	tab->limit = limit;
	tab->free = VR_FLOW_NONE;
	tab->n_free = 0;
	tab->fresh = 0;
	tab->n_chunks = 0;
	tab->max_chunks = dir_chunks(limit);
	tab->limbo = VR_FLOW_NONE;
	tab->n_limbo = 0;
	tab->spent = NULL;
	return dir ? 0 : -ENOMEM;
}

static void spent_free(struct vr_flow_table *tab, struct vr_flow_bucket *bucket)
{
	while (bucket) {
		struct vr_flow_bucket *next = bucket->spent;

		vr_free(tab->mem, VR_MEM_FLOW_HASH, bucket, sizeof(*bucket));
		bucket = next;
	}
}

void vr_flow_store_exit(struct vr_flow_table *tab)
{
	struct vr_flow_dir *dir = store_dir(tab);
	u32 i;

	if (!dir)
		return;
	for (i = 0; i < tab->n_chunks; i++)
		vr_free(tab->mem, VR_MEM_FLOW, rcu_dereference_protected(dir->chunk[i], true),
			CHUNK_BYTES);
	spent_free(tab, tab->spent);
	tab->spent = NULL;
	RCU_INIT_POINTER(tab->dir, NULL);
	vr_free(tab->mem, VR_MEM_FLOW, dir, dir_size(dir->n));
}

int vr_flow_table_set_limit(struct vr_flow_table *tab, u32 limit)
{
	struct vr_flow_dir *old = store_dir(tab);
	u32 n = dir_chunks(limit);
	struct vr_flow_dir *new;
	u32 i;

	if (n <= old->n) {
		WRITE_ONCE(tab->limit, limit);
		return 0;
	}
	new = dir_alloc(tab->mem, n);
	if (!new)
		return -ENOMEM;

	vr_spin_lock_bh(&tab->lock);
	for (i = 0; i < tab->n_chunks; i++)
		RCU_INIT_POINTER(new->chunk[i], rcu_dereference_protected(old->chunk[i], true));
	rcu_assign_pointer(tab->dir, new);
	WRITE_ONCE(tab->max_chunks, n);
	WRITE_ONCE(tab->limit, limit);
	vr_spin_unlock_bh(&tab->lock);
	vr_free_rcu(tab->mem, VR_MEM_FLOW, old, dir_size(old->n), rcu);
	return 0;
}

/* Put in a chunk, or free it if there is no place for it. */
static void store_add_chunk(struct vr_flow_table *tab, struct vr_flow *chunk)
{
	bool added;

	vr_spin_lock_bh(&tab->lock);
	added = tab->n_chunks < tab->max_chunks;
	if (added) {
		rcu_assign_pointer(store_dir(tab)->chunk[tab->n_chunks], chunk);
		WRITE_ONCE(tab->n_chunks, tab->n_chunks + 1);
	}
	vr_spin_unlock_bh(&tab->lock);
	if (!added)
		vr_free(tab->mem, VR_MEM_FLOW, chunk, CHUNK_BYTES);
}

static struct vr_flow *store_pop(struct vr_flow_table *tab)
{
	struct vr_flow_dir *dir = store_dir(tab);
	struct vr_flow *flow;

	vr_spin_assert_held(&tab->lock);
	if (tab->free != VR_FLOW_NONE) {
		flow = vr_flow_dir_at(dir, tab->free, true);
		tab->free = flow->next;
		WRITE_ONCE(tab->n_free, tab->n_free - 1);
		return flow;
	}
	if (tab->fresh >= tab->n_chunks << VR_FLOW_CHUNK_BITS)
		return NULL;
	flow = vr_flow_dir_at(dir, tab->fresh, true);
	flow->index = tab->fresh;
	WRITE_ONCE(tab->fresh, tab->fresh + 1);
	return flow;
}

static void store_push(struct vr_flow_table *tab, struct vr_flow *flow)
{
	vr_spin_assert_held(&tab->lock);
	flow->next = tab->free;
	tab->free = flow->index;
	WRITE_ONCE(tab->n_free, tab->n_free + 1);
}

/* An entry for one more flow. NULL: see *@reason; VR_DROP_MAX: for want of a chunk. */
static struct vr_flow *store_try_take(struct vr_flow_table *tab, u32 *reason)
{
	struct vr_flow *flow = NULL;

	*reason = VR_DROP_FLOW_TABLE_FULL;
	vr_spin_lock_bh(&tab->lock);
	if ((u32)atomic_read(&tab->used) < READ_ONCE(tab->limit)) {
		flow = store_pop(tab);
		if (flow)
			atomic_inc(&tab->used);
		else if (tab->n_chunks < tab->max_chunks)
			*reason = VR_DROP_MAX;
	}
	vr_spin_unlock_bh(&tab->lock);
	return flow;
}

static struct vr_flow *store_take(struct vr_flow_table *tab, u32 *reason)
{
	struct vr_flow *chunk;
	struct vr_flow *flow;

	for (;;) {
		flow = store_try_take(tab, reason);
		if (likely(flow) || *reason != VR_DROP_MAX)
			return flow;
		chunk = vr_zalloc_atomic(tab->mem, VR_MEM_FLOW, CHUNK_BYTES);
		if (!chunk) {
			*reason = VR_DROP_FLOW_NO_MEMORY;
			return NULL;
		}
		store_add_chunk(tab, chunk);
	}
}

void vr_flow_act_store(struct vr_flow *flow, const struct vr_flow_act *act)
{
	u64 *word = (u64 *)&flow->act;
	u16 seq = flow->seq;
	u64 copy[2];

	vr_copy_inline(copy, act, sizeof(copy));
	WRITE_ONCE(flow->seq, seq + 1);
	/* Pairs with vr_flow_act_read(): who sees one of the words sees that it is odd. */
	smp_wmb();
	WRITE_ONCE(word[0], copy[0]);
	WRITE_ONCE(word[1], copy[1]);
	/* And who sees that it is even sees both. */
	smp_store_release(&flow->seq, seq + 2);
}

void vr_flow_act_write(struct vr_flow *flow, const struct vr_flow_act *act)
{
	struct vr_flow_act new = *act;

	new.flags = (new.flags & ~VR_FLOW_A_DEAD) | (flow->act.flags & VR_FLOW_A_DEAD);
	vr_flow_act_store(flow, &new);
}

struct vr_flow *vr_flow_new(struct vr_flow_table *tab, const struct vr_flow_key *key, u32 *reason)
{
	static const struct vr_flow_act undecided = {
		.src_nh = VR_NH_NONE,
		.rindex = VR_FLOW_NONE,
		.action = VR_FLOW_HOLD,
		.flags = VR_FLOW_A_HOLD | VR_FLOW_A_DEAD,
		.ecmp = -1,
	};
	struct vr_flow *flow = store_take(tab, reason);

	if (!flow)
		return NULL;
	vr_flow_act_store(flow, &undecided);
	flow->key = *key;
	flow->owner = VR_FLOW_NO_OWNER;
	flow->packets = 0;
	flow->bytes = 0;
	atomic64_set(&flow->other_packets, 0);
	atomic64_set(&flow->other_bytes, 0);
	flow->used = vr_ticks();
	flow->tcp_seq = 0;
	flow->tcp_ack = 0;
	flow->tcp = 0;
	flow->vrf = 0;
	flow->mirror[0] = VR_MIRROR_NONE;
	flow->mirror[1] = VR_MIRROR_NONE;
	/* Pairs with vr_flow_linked(): who sees a generation sees that it is not linked yet. */
	smp_store_release(&flow->gen, flow->gen + 1 ? : 1);
	return flow;
}

void vr_flow_cancel(struct vr_flow_table *tab, struct vr_flow *flow)
{
	vr_spin_lock_bh(&tab->lock);
	store_push(tab, flow);
	atomic_dec(&tab->used);
	vr_spin_unlock_bh(&tab->lock);
}

void vr_flow_store_retire(struct vr_flow_table *tab, struct vr_flow *flow)
{
	vr_spin_lock_bh(&tab->lock);
	flow->next = tab->limbo;
	tab->limbo = flow->index;
	WRITE_ONCE(tab->n_limbo, tab->n_limbo + 1);
	atomic_dec(&tab->used);
	vr_spin_unlock_bh(&tab->lock);
}

void vr_flow_store_spend(struct vr_flow_table *tab, struct vr_flow_bucket *bucket)
{
	if (likely(!bucket))
		return;
	vr_spin_lock_bh(&tab->lock);
	bucket->spent = tab->spent;
	tab->spent = bucket;
	vr_spin_unlock_bh(&tab->lock);
}

/* Some entries of a list that no reader has any more; the first one of the rest. */
static u32 store_free_some(struct vr_flow_table *tab, u32 index)
{
	unsigned int n;

	vr_spin_lock_bh(&tab->lock);
	for (n = 0; n < RECLAIM_STEP && index != VR_FLOW_NONE; n++) {
		struct vr_flow *flow = vr_flow_dir_at(store_dir(tab), index, true);

		index = flow->next;
		vr_flow_cool(tab, flow);
		store_push(tab, flow);
	}
	vr_spin_unlock_bh(&tab->lock);
	return index;
}

void vr_flow_table_reclaim(struct vr_flow_table *tab)
{
	struct vr_flow_bucket *spent;
	u32 index;

	vr_spin_lock_bh(&tab->lock);
	index = tab->limbo;
	tab->limbo = VR_FLOW_NONE;
	WRITE_ONCE(tab->n_limbo, 0);
	spent = tab->spent;
	tab->spent = NULL;
	vr_spin_unlock_bh(&tab->lock);
	if (index == VR_FLOW_NONE && !spent)
		return;

	synchronize_rcu();
	spent_free(tab, spent);
	while (index != VR_FLOW_NONE) {
		index = store_free_some(tab, index);
		vr_breathe();
	}
}

static u32 store_ready(const struct vr_flow_table *tab)
{
	return READ_ONCE(tab->n_free) + (READ_ONCE(tab->n_chunks) << VR_FLOW_CHUNK_BITS) -
	       READ_ONCE(tab->fresh);
}

/* How many entries there should be ready; 0: no more than there are. */
static u32 store_goal(const struct vr_flow_table *tab)
{
	u32 used = atomic_read(&tab->used);
	u32 limit = READ_ONCE(tab->limit);

	if (!used || used >= limit || READ_ONCE(tab->n_chunks) >= READ_ONCE(tab->max_chunks))
		return 0;
	return min(clamp(used / 8, STOCK_MIN, STOCK_MAX), limit - used);
}

bool vr_flow_store_wants(const struct vr_flow_table *tab)
{
	return READ_ONCE(tab->n_limbo) || store_ready(tab) < store_goal(tab) / 2;
}

int vr_flow_store_stock(struct vr_flow_table *tab)
{
	while (store_ready(tab) < store_goal(tab)) {
		struct vr_flow *chunk = vr_zalloc(tab->mem, VR_MEM_FLOW, CHUNK_BYTES);

		if (!chunk)
			return -ENOMEM;
		store_add_chunk(tab, chunk);
		vr_breathe();
	}
	return 0;
}

struct vr_flow *vr_flow_at_rcu(const struct vr_flow_table *tab, u32 index)
{
	struct vr_flow *flow = vr_flow_dir_at(rcu_dereference(tab->dir), index, false);

	return flow && vr_flow_linked(flow) ? flow : NULL;
}

struct vr_flow *vr_flow_at(const struct vr_flow_table *tab, u32 index)
{
	struct vr_flow *flow = vr_flow_dir_at(store_dir(tab), index, true);

	return flow && vr_flow_linked(flow) ? flow : NULL;
}

struct vr_flow *vr_flow_table_next(const struct vr_flow_table *tab, u32 *index)
{
	u32 end = READ_ONCE(tab->fresh);

	for (; *index < end; ++*index) {
		struct vr_flow *flow = vr_flow_at(tab, *index);

		if (flow)
			return flow;
	}
	return NULL;
}
