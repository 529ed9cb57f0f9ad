/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where flows are: entries with a stable index, and a hash table that finds
 * them by key. Packets look up without a lock and write it under a leaf lock.
 *
 * A look-up touches two cold cache lines: the bucket (eight tags and indices),
 * and the first line of the entry (key and decision). The second line of the
 * entry (counters, clock, TCP state) is asked for at the same time and not
 * waited for before the nexthop.
 *
 * Entries come in chunks, so memory grows with use and need not be contiguous.
 * An entry that was unlinked goes to limbo, and a grace period later back to
 * the free ones: a reader's entry never changes under it into another flow's.
 * With every flow that an entry is given to goes the next generation.
 *
 * The hash table grows by copying: a new set of buckets is filled stripe by
 * stripe beside the old one, writers of a stripe that was copied write to
 * both, and then one pointer says which is in force. A stripe is the buckets
 * that share a lock; it depends on the hash alone, so both sets agree on it.
 *
 * Files: flow_table.c (hash, buckets, growth), flow_store.c (entries, limbo),
 * flow_count.c (counters).
 */
#ifndef _VR_OBJ_FLOW_TABLE_H
#define _VR_OBJ_FLOW_TABLE_H

#include <vr/cfg/flow.h>
#include <vr/host.h>
#include <vr_host/clock.h>
#include <vr_host/percpu.h>
#include <vrouter/drop.h>

#include "lib/copy.h"

#define VR_FLOW_CHUNK_BITS	8
#define VR_FLOW_CHUNK_SIZE	(1U << VR_FLOW_CHUNK_BITS)
#define VR_FLOW_WAYS		8
#define VR_FLOW_STRIPES		256
#define VR_FLOW_NO_OWNER	0xffffU
#define VR_FLOW_HOT_MAX		1024U

/*
 * struct vr_flow_act.flags. VR_FLOW_A_DEAD: not linked, so whoever still sees it looks
 * up again; it is the table's: vr_flow_act_write() leaves it as it is.
 */
#define VR_FLOW_A_HOLD		0x01	/* packets wait or are being released: go behind them */
#define VR_FLOW_A_EVICT		0x02	/* its TCP connection has ended */
#define VR_FLOW_A_DEAD		0x04
#define VR_FLOW_A_VRFT		0x08
#define VR_FLOW_A_MIRROR	0x10
#define VR_FLOW_A_NEW		0x20	/* made by a packet, and not yet decided */

/**
 * struct vr_flow_act - what a packet does with a flow that it has found
 * @src_nh: VR_NH_NONE: not validated
 * @rindex: the other direction, VR_FLOW_NONE
 * @dvrf: with VR_FLOW_A_VRFT
 * @action: enum vr_flow_action; VR_FLOW_HOLD only while VR_FLOW_A_HOLD
 * @flags: VR_FLOW_A_*
 * @ttl: 0: the packet's own
 * @ecmp: -1: not chosen
 * @drop_reason: the agent's
 * @spare: 0
 */
struct vr_flow_act {
	u32 src_nh;
	u32 rindex;
	u16 dvrf;
	u8 action;
	u8 flags;
	u8 ttl;
	s8 ecmp;
	u8 drop_reason;
	u8 spare;
};

/**
 * struct vr_flow_hot - what one cpu has counted of a flow that several hit at once
 *
 * A block has one for each cpu.
 *
 * @packets: of this cpu alone, like @bytes
 * @bytes: from the Ethernet header on
 * @next: in the first one of a block that no flow has: the next such block
 */
struct vr_flow_hot {
	u64 packets;
	u64 bytes;
	u16 next;
} ____cacheline_aligned;

/**
 * struct vr_flow - one direction of a conversation; two cache lines
 * @key: never changes while the entry is linked
 * @seq: odd while @act is written; see vr_flow_act_read()
 * @owner: cpu that counts in @packets and @bytes, alone and without a lock; VR_FLOW_NO_OWNER.
 *	Set once
 * @act: written under the stripe's lock
 * @packets: of the owner
 * @bytes: of the owner
 * @other_packets: of all other cpus, atomic
 * @other_bytes: of all other cpus, atomic
 * @used: vr_ticks() of the last packet
 * @gen: which flow of this index; 0 if there was none yet
 * @tcp_seq: TCP: see obj/flow_tcp.c
 * @tcp_ack: TCP
 * @index: its own
 * @next: of a free entry or one in limbo: the next one's index
 * @tcp: VR_FLOW_TCP_*
 * @vrf: VRF that it came up in
 * @mirror: VR_MIRROR_NONE
 * @hot: all cpus count in this block instead, once there were many packets on
 *	others than @owner; 0: none
 */
struct vr_flow {
	struct vr_flow_key key;
	u16 seq;
	u16 owner;
	struct vr_flow_act act;

	u64 packets;
	u64 bytes;
	atomic64_t other_packets;
	atomic64_t other_bytes;
	u32 used;
	u32 gen;
	u32 tcp_seq;
	u32 tcp_ack;
	u32 index;
	u32 next;
	u16 tcp;
	u16 vrf;
	u8 mirror[2];
	u16 hot;
} __aligned(128);

static_assert(sizeof(struct vr_flow_key) == 44);
static_assert(sizeof(struct vr_flow_act) == 2 * sizeof(u64));
static_assert(offsetof(struct vr_flow, act) % sizeof(u64) == 0);
static_assert(offsetof(struct vr_flow, packets) == 64);
static_assert(sizeof(struct vr_flow) == 128);

/**
 * struct vr_flow_bucket - one cache line
 * @tags: 16 bits of the hash for each way, four of them in a word, the first one lowest
 * @place: index + 1, 0: empty. It says whether the tag means anything
 * @more: when all ways are taken
 * @spent: of one that is no longer in a chain: the next such
 */
struct vr_flow_bucket {
	u64 tags[VR_FLOW_WAYS / 4];
	u32 place[VR_FLOW_WAYS];
	struct vr_flow_bucket __rcu *more;
	struct vr_flow_bucket *spent;
} ____cacheline_aligned;

static_assert(sizeof(struct vr_flow_bucket) == 64);

struct vr_flow_buckets;
struct vr_flow_stripe;

/**
 * struct vr_flow_dir - the chunks, by index >> VR_FLOW_CHUNK_BITS
 *
 * It has room for twice as many as the limit asks for, so a packet that makes
 * a chunk has a place for it; a larger limit replaces it whole.
 */
struct vr_flow_dir {
	struct rcu_head rcu;
	u32 n;
	struct vr_flow __rcu *chunk[];
};

/**
 * struct vr_flow_table - private to the table's files, but @used and @limit may be read
 * @seed: secret of the hash
 * @buckets: in force
 * @dir: chunks
 * @growing: being filled; written under the core lock, read under a stripe's
 * @stripes: VR_FLOW_STRIPES locks
 * @hot: blocks of hot counters, by their number; it only grows
 * @limit: flows that there may be; READ_ONCE
 * @mem: where memory is counted
 * @lock: leaf, inside a stripe's; for all that follows
 * @used: flows that there are, also those that are just being made
 * @free: first free entry that was a flow before, VR_FLOW_NONE
 * @n_free: how many
 * @fresh: lowest index that was never a flow
 * @n_chunks: chunks that were made
 * @max_chunks: how many may be: places in @dir
 * @limbo: first entry that waits for a grace period, VR_FLOW_NONE
 * @n_limbo: how many
 * @n_hot: blocks that were made, from 1 on
 * @hot_limit: how many may be
 * @hot_free: first block that no flow has, 0
 * @spent: buckets that wait for a grace period
 * @changes: flows that came or went
 */
struct vr_flow_table {
	u64 seed[8];
	struct vr_flow_buckets __rcu *buckets;
	struct vr_flow_dir __rcu *dir;
	struct vr_flow_buckets *growing;
	struct vr_flow_stripe *stripes;
	struct vr_flow_hot **hot;
	u32 limit;
	struct vr_mem *mem;

	struct vr_spinlock lock ____cacheline_aligned;
	atomic_t used;
	u32 free;
	u32 n_free;
	u32 fresh;
	u32 n_chunks;
	u32 max_chunks;
	u32 limbo;
	u32 n_limbo;
	u16 n_hot;
	u16 hot_limit;
	u16 hot_free;
	struct vr_flow_bucket *spent;
	atomic_t changes;
};

/* 0, or -ENOMEM; vr_flow_table_exit() may be called then too. @limit: 1..VR_FLOW_ID_MAX + 1 */
int vr_flow_table_init(struct vr_flow_table *tab, struct vr_mem *mem, u32 limit);
/* Every flow is gone, and so is every reader. @tab may be zeroed, or have been freed before. */
void vr_flow_table_exit(struct vr_flow_table *tab);

/**
 * vr_flow_hash() - of a key; the seed makes it nobody's to choose
 */
u64 vr_flow_hash(const struct vr_flow_table *tab, const struct vr_flow_key *key);

/*
 * Readers under RCU.
 *
 * find: the flow of @key, or NULL. Its second line is on its way.
 * at:	 the flow at @index, linked when it was read, or NULL; any @index.
 */
struct vr_flow *vr_flow_find_rcu(const struct vr_flow_table *tab, const struct vr_flow_key *key,
				 u64 hash);
struct vr_flow *vr_flow_at_rcu(const struct vr_flow_table *tab, u32 index);

/* Also of an entry that was unlinked. */
static inline u32 vr_flow_index(const struct vr_flow_table *tab, const struct vr_flow *flow)
{
	return flow->index;
}

/* The decision, as it was at one moment. */
static inline struct vr_flow_act vr_flow_act_read(const struct vr_flow *flow)
{
	const u64 *word = (const u64 *)&flow->act;
	struct vr_flow_act act;
	u64 copy[2];
	u16 seq;

	do {
		/* Pairs with the writer's: the words are read after an even number, */
		seq = smp_load_acquire(&flow->seq);
		copy[0] = READ_ONCE(word[0]);
		copy[1] = READ_ONCE(word[1]);
		/* and before it is seen to be the same still. */
		smp_rmb();
	} while (unlikely((seq & 1) || READ_ONCE(flow->seq) != seq));
	vr_copy_inline(&act, copy, sizeof(act));
	return act;
}

/*
 * count:  one packet; also sets the clock. Bottom halves disabled, under rcu_read_lock(). Two
 *	   cpus never write one line for long.
 * count_shared: that, on another cpu than the owner's, or of a flow that is hot; not the clock.
 * counts: all packets, of a flow that is linked, or that this reader has found.
 */
void vr_flow_count_shared(struct vr_flow_table *tab, struct vr_flow *flow, u32 bytes);

static inline void vr_flow_count(struct vr_flow_table *tab, struct vr_flow *flow, u32 bytes)
{
	u32 now = vr_ticks();

	if (likely(READ_ONCE(flow->owner) == vr_this_cpu() && !READ_ONCE(flow->hot))) {
		WRITE_ONCE(flow->packets, flow->packets + 1);
		WRITE_ONCE(flow->bytes, flow->bytes + bytes);
	} else {
		vr_flow_count_shared(tab, flow, bytes);
	}
	/* Several cpus read this line: once a tick it is written. */
	if (READ_ONCE(flow->used) != now)
		WRITE_ONCE(flow->used, now);
}

void vr_flow_counts(const struct vr_flow_table *tab, const struct vr_flow *flow, u64 *packets,
		    u64 *bytes);

/*
 * Writers, packets among them: bottom halves are disabled while a stripe is locked, under
 * rcu_read_lock() or the core lock.
 *
 * lock, unlock: the stripe of @hash.
 * find:   under the lock: what find_rcu would, and nobody adds or removes it meanwhile.
 * new:	   an entry with @key, a generation, action hold and its flag, no source, no reverse,
 *	   no ECMP member, no mirror, the clock set, the rest 0; not yet to be found. NULL, and
 *	   *@reason: VR_DROP_FLOW_TABLE_FULL or VR_DROP_FLOW_NO_MEMORY. Does not sleep;
 *	   with the lock or without.
 * link:   under the lock: publish it. -ENOMEM: it is not linked, and to be given to cancel.
 * cancel: an entry of new that is not to be linked. With the lock or without.
 * unlink: under the lock: nobody finds it any more; it goes to limbo, where all of it can
 *	   still be read until a grace period is over. Marks @act dead.
 * act_write: under the lock, or before link.
 */
void vr_flow_lock(struct vr_flow_table *tab, u64 hash);
void vr_flow_unlock(struct vr_flow_table *tab, u64 hash);
struct vr_flow *vr_flow_find_locked(const struct vr_flow_table *tab,
				    const struct vr_flow_key *key, u64 hash);
struct vr_flow *vr_flow_new(struct vr_flow_table *tab, const struct vr_flow_key *key, u32 *reason);
int vr_flow_link_locked(struct vr_flow_table *tab, struct vr_flow *flow, u64 hash);
void vr_flow_cancel(struct vr_flow_table *tab, struct vr_flow *flow);
void vr_flow_unlink_locked(struct vr_flow_table *tab, struct vr_flow *flow, u64 hash);
void vr_flow_act_write(struct vr_flow *flow, const struct vr_flow_act *act);

/*
 * Process context, may sleep; one caller at a time (the core lock, but for
 * reclaim, which waits for a grace period and must not be called under it).
 *
 * wants_work: there is something for the two below: buckets are full, few entries are
 *	       free, or some are in limbo. Any context.
 * grow:    makes chunks ahead of need, and more buckets. -ENOMEM: nothing is worse than before.
 *	    Waits for a grace period if there are more buckets.
 * reclaim: frees what is in limbo.
 * set_limit: -ENOMEM, and the limit is what it was. Ends no flow.
 * at:	    the flow at @index, linked, or NULL, for who holds the core lock: but packets may
 *	    still mark it, and TCP.
 */
bool vr_flow_table_wants_work(const struct vr_flow_table *tab);
int vr_flow_table_grow(struct vr_flow_table *tab);
void vr_flow_table_reclaim(struct vr_flow_table *tab);
int vr_flow_table_set_limit(struct vr_flow_table *tab, u32 limit);
struct vr_flow *vr_flow_at(const struct vr_flow_table *tab, u32 index);
/* The linked flow with the lowest index >= *@index, which goes to *@index; NULL after the last. */
struct vr_flow *vr_flow_table_next(const struct vr_flow_table *tab, u32 *index);

/* One more than the highest index that was ever a flow's. Any context. */
static inline u32 vr_flow_table_span(const struct vr_flow_table *tab)
{
	return READ_ONCE(tab->fresh);
}

#endif /* _VR_OBJ_FLOW_TABLE_H */
