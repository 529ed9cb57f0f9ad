/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What flows hold, for flow_hold.c and flow_release.c alone.
 *
 * DOC: Holds
 *
 * A flow that waits has VR_FLOW_A_HOLD, and a hold from its first packet on. A
 * hold waits in one line with all others, oldest first. When its flow is decided
 * it goes to the line of the released, and is emptied there by the one caller of
 * vr_flow_unhold(); packets of the flow that arrive in the meantime still go into
 * it. When it is found empty, flag and hold go together. When its flow is
 * unlinked the hold goes to the same line, but can no longer be found, and its
 * packets are dropped.
 *
 * A hold is charged to the router and to a vif while it waits. It remembers the
 * vif by id and birth, not by pointer: the vif may go before it.
 *
 * The lock of all holds is a leaf inside a stripe's lock. Who makes a hold,
 * releases it, drops it or ends it has the stripe of its flow locked too, so flag
 * and hold are never seen to differ under the stripe's lock.
 */
#ifndef _VR_OBJ_FLOW_HOLD_H
#define _VR_OBJ_FLOW_HOLD_H

#include "obj/flow.h"

#define VR_HOLD_BUCKETS	1024

/** enum vr_hold_state - of a hold */
enum vr_hold_state {
	VR_HOLD_WAITS,
	VR_HOLD_RELEASED,
	VR_HOLD_GONE,
};

/**
 * struct vr_hold - what a flow holds
 * @bucket: by the index of @id; in none when its flow has gone
 * @line: of those that wait, or of the released
 * @hash: of the flow's key
 * @id: flow
 * @vif: vif that it is charged to while it waits
 * @birth: which vif of this id
 * @since: vr_ticks() when it began to wait
 * @reason: why its packets are dropped, when its flow has gone
 * @state: enum vr_hold_state
 * @late: packets that came since it was released
 * @first: oldest packet
 * @n: packets
 * @size: how many it may hold
 * @queue: a ring
 */
struct vr_hold {
	struct list_head bucket;
	struct list_head line;
	u64 hash;
	struct vr_flow_id id;
	u32 vif;
	u32 birth;
	u32 since;
	u32 reason;
	u8 state;
	u16 late;
	u16 first;
	u16 n;
	u16 size;
	struct vr_held queue[];
};

/**
 * struct vr_flow_holds - all holds of a router
 * @lock: leaf, inside a stripe's: everything but @resuming
 * @resuming: who lets packets go; see vr_flow_release_begin()
 * @waiting: holds that wait, oldest first
 * @released: holds to be emptied, in that order
 * @n_waiting: holds that wait
 * @packets: in all holds
 * @tokens: of the burst bucket
 * @refilled: vr_ticks() of its last refill
 * @bucket: holds by the index of their flow
 */
struct vr_flow_holds {
	struct vr_spinlock lock;
	struct vr_mutex resuming;
	struct list_head waiting;
	struct list_head released;
	u32 n_waiting;
	u32 packets;
	u32 tokens;
	u32 refilled;
	struct list_head bucket[VR_HOLD_BUCKETS];
};

static inline size_t vr_hold_size(u32 n)
{
	return sizeof(struct vr_hold) + n * sizeof(struct vr_held);
}

static inline void vr_hold_free(struct vr_mem *mem, struct vr_hold *hold)
{
	vr_free(mem, VR_MEM_HOLD, hold, vr_hold_size(hold->size));
}

static inline struct list_head *vr_hold_bucket(struct vr_flow_holds *holds, u32 index)
{
	/* Indices are dense: no hash is better. */
	return &holds->bucket[index % VR_HOLD_BUCKETS];
}

static inline struct vr_hold *vr_hold_find(struct vr_flow_holds *holds, struct vr_flow_id id)
{
	struct vr_hold *hold;

	list_for_each_entry(hold, vr_hold_bucket(holds, id.index), bucket)
		if (hold->id.index == id.index && hold->id.gen == id.gen)
			return hold;
	return NULL;
}

static inline void vr_hold_push(struct vr_flow_holds *holds, struct vr_hold *hold,
				const struct vr_held *held)
{
	hold->queue[(hold->first + hold->n) % hold->size] = *held;
	hold->n++;
	WRITE_ONCE(holds->packets, holds->packets + 1);
}

static inline void vr_hold_pop(struct vr_flow_holds *holds, struct vr_hold *hold,
			       struct vr_held *held)
{
	*held = hold->queue[hold->first];
	hold->first = (hold->first + 1) % hold->size;
	hold->n--;
	WRITE_ONCE(holds->packets, holds->packets - 1);
}

/*
 * With the lock, under rcu_read_lock().
 *
 * charge:    it waits, from now on.
 * discharge: it waits no longer, if it did, and is to be emptied.
 */
void vr_hold_charge(struct vr_core *core, struct vr_hold *hold);
void vr_hold_discharge(struct vr_core *core, struct vr_hold *hold);

#endif /* _VR_OBJ_FLOW_HOLD_H */
