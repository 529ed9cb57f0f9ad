/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets in fragments: only the first one says which flow they are of.
 *
 * What is known of such a packet is its flow key, from its first fragment on, and which bytes
 * have been seen, so that it can be forgotten when all have. Fragments that come before the
 * first one wait for it. Nothing is put together: each goes its way by itself.
 *
 * Packets write all of this. There is a lock for each bucket, a leaf, and nobody reads without
 * it. What is followed, and what waits, is charged to the vif that it came by.
 */
#ifndef _VR_OBJ_FRAGMENT_H
#define _VR_OBJ_FRAGMENT_H

#include <vrouter/drop.h>

#include "obj/flow.h"
#include "pkt/l4.h"

/* Fragments of one packet that may wait: those of the largest one, cut to pieces of 576 bytes. */
#define VR_FRAG_WAIT_MAX	128

/** enum vr_frag_what - what is known of a fragment that is not the first */
enum vr_frag_what {
	VR_FRAG_KNOWN,		/* *flow is the key of its first one */
	VR_FRAG_UNKNOWN,	/* nothing: it may be asked to wait */
	VR_FRAG_WAITS,		/* it was asked to, and does */
	VR_FRAG_REFUSED,	/* *reason says why it is dropped */
};

/*
 * Packets: softirq, under rcu_read_lock(). @vif: where it came in; @frag: with its key nexthop;
 * @hash: vr_flow_hash() of @frag->key.
 *
 * first: of the packet that @frag is the first fragment of, this is the flow. True: others have
 *	  waited for it, and it is for the caller to let them go, by next, when it has gone itself.
 *	  Where a limit or memory says no, those behind it will find nothing.
 * next:  takes out the one that has waited longest; it is the caller's. *@reason: why it is
 *	  dropped (or VR_DROP_NONE); *@flow: as in later. False: there is none.
 * later: a later fragment. @held NULL: it does not wait. Else it may, and on VR_FRAG_WAITS @held
 *	  was copied, and its packet is not the caller's any more.
 */
bool vr_frags_first(struct vr_core *core, struct vr_vif *vif, const struct vr_fragment *frag,
		    u64 hash, const struct vr_flow_key *flow);
bool vr_frags_next(struct vr_core *core, const struct vr_fragment *frag, u64 hash,
		   struct vr_held *held, struct vr_flow_key *flow, enum vr_drop_reason *reason);
enum vr_frag_what vr_frags_later(struct vr_core *core, struct vr_vif *vif,
				 const struct vr_fragment *frag, u64 hash,
				 const struct vr_held *held, struct vr_flow_key *flow,
				 enum vr_drop_reason *reason);

/*
 * expire: forget what is old. What waited for it is for vr_resume() to drop. Process context.
 * flush:  forget all. The core lock is held.
 * unhold: a packet that waited in vain; it is the caller's. False: there is none. Under
 *	   rcu_read_lock().
 */
void vr_frags_expire(struct vr_core *core);
void vr_frags_flush(struct vr_core *core);
bool vr_frags_unhold(struct vr_core *core, struct vr_held *held);

/* Fragments that wait, or did in vain: for the books. Packets that are followed. */
u64 vr_frags_held(const struct vr_core *core);
u32 vr_frags_used(const struct vr_core *core);

/* For vifs, behind vr_flow_vif_born(): nothing of an earlier one is charged to @vif. */
void vr_frags_vif_born(struct vr_vif *vif);

/* For the core. exit: nothing is followed and nothing waits; copes with what was never made. */
int vr_frags_init(struct vr_core *core);
void vr_frags_exit(struct vr_core *core);

#endif /* _VR_OBJ_FRAGMENT_H */
