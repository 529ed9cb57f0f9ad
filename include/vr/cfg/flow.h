/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows: one direction of a conversation each, and what was decided of it. */
#ifndef _VR_CFG_FLOW_H
#define _VR_CFG_FLOW_H

#include <vr/core.h>
#include <vr/flow_key.h>
#include <vrouter/netlink.h>

/**
 * struct vr_flow_cfg - a flow as it is wished for, validated in form by the host
 * @key: which packets
 * @action: enum vr_flow_action
 * @flags: VR_FLOW_F_*
 * @vrf: VRF that it came up in
 * @dvrf: VRF to go on in, with VR_FLOW_F_VRFT
 * @src_nh: nexthop whose packets these must be, VR_NH_NONE: any
 * @drop_reason: the agent's, 0..255; kept for who asks
 * @ttl: 1..255 is written into the packets; 0: no
 * @ecmp: member of the composite; -1: the one that packets have chosen or will choose
 * @mirror: 0..255, VR_MIRROR_NONE; kept for later
 */
struct vr_flow_cfg {
	struct vr_flow_key key;
	u32 action;
	u32 flags;
	u32 vrf;
	u32 dvrf;
	u32 src_nh;
	u32 drop_reason;
	u32 ttl;
	s32 ecmp;
	u32 mirror[2];
};

/** struct vr_flow_id - a flow by its place; @gen tells those that had the place before */
struct vr_flow_id {
	u32 index;
	u32 gen;
};

/**
 * struct vr_flow_info - what one can ask of a flow
 * @cfg: as decided; of a flow that waits: action hold
 * @id: its place
 * @rev: the other direction; index VR_FLOW_NONE: none
 * @state: VR_FLOW_S_*
 * @tcp: VR_FLOW_TCP_*
 * @held: packets
 * @idle_ms: since its last packet, or since it was made
 * @packets: of its life
 * @bytes: of its life, from the Ethernet header on
 */
struct vr_flow_info {
	struct vr_flow_cfg cfg;
	struct vr_flow_id id;
	struct vr_flow_id rev;
	u32 state;
	u32 tcp;
	u32 held;
	u32 idle_ms;
	u64 packets;
	u64 bytes;
};

/** struct vr_flow_totals - since the core was made, but @holding and @burst: now */
struct vr_flow_totals {
	u64 created;
	u64 added;
	u64 changed;
	u64 deleted;
	u64 evicted;
	u64 expired;
	u64 refused;
	u64 holding;
	u64 burst;
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * set:	   make the flow of @cfg->key or decide anew what becomes of it; counters, TCP state
 *	   and place stay. With @rev both directions, linked, or neither. Without it the
 *	   link stays as it was. Packets that were held wait for vr_resume(). -EINVAL (also:
 *	   action NAT; both keys the same), -ENOENT (VRF, source nexthop), -EEXIST
 *	   (@exclusive, about @cfg: it is there and decided; one that a packet made and
 *	   that waits is decided by this), -ENOSPC (limit), -ENOMEM, -EBUSY (it is just
 *	   being removed). @id: the place of both, may be NULL.
 * link:   the two are each other's other direction. -EINVAL: they are one. -ENOENT, -ESTALE.
 * del:	   -ENOENT; -ESTALE: another generation than @id->gen, 0: any; -EBUSY: @if_closed
 *	   and it is not. With @pair its other direction too. @info, of @id alone, may be
 *	   NULL. The packets that it held are dropped by vr_resume().
 * get:	   @gen 0: any. -ENOENT, -ESTALE.
 * find:   by key. -ENOENT.
 * next:   the flow with the lowest index >= @index, -ENOENT after the last.
 * flush:  delete all.
 * changes: differs if flows came or went since it was read: for dumps.
 */
int vr_flow_set(struct vr_core *core, const struct vr_flow_cfg *cfg,
		const struct vr_flow_cfg *rev, bool exclusive, struct vr_flow_id id[2],
		struct vr_err *err);
int vr_flow_link(struct vr_core *core, struct vr_flow_id a, struct vr_flow_id b,
		 struct vr_err *err);
int vr_flow_del(struct vr_core *core, struct vr_flow_id id, bool if_closed, bool pair,
		struct vr_flow_info *info, struct vr_err *err);
int vr_flow_get(struct vr_core *core, struct vr_flow_id id, struct vr_flow_info *info,
		struct vr_err *err);
int vr_flow_find(struct vr_core *core, const struct vr_flow_key *key, struct vr_flow_info *info,
		 struct vr_err *err);
int vr_flow_next(struct vr_core *core, u32 index, struct vr_flow_info *info);
void vr_flow_flush(struct vr_core *core);
u32 vr_flow_changes(const struct vr_core *core);
void vr_flow_totals(struct vr_core *core, struct vr_flow_totals *totals);

/* The same conversation seen from the other end, but @nh: addresses and ports change places. */
void vr_flow_key_reverse(const struct vr_flow_key *key, u32 nh, struct vr_flow_key *rev);

#endif /* _VR_CFG_FLOW_H */
