/* SPDX-License-Identifier: GPL-2.0-only */
/* Nexthops as the packet path sees them; <vr/cfg/nexthop.h> has the rest. */
#ifndef _VR_OBJ_NEXTHOP_H
#define _VR_OBJ_NEXTHOP_H

#include <vr/cfg/nexthop.h>

struct vr_nh;
struct vr_vif;

/** struct vr_nh_arm - a member of a composite: nexthop and label */
struct vr_nh_arm {
	struct vr_nh *nh;
	u32 label;
};

/**
 * struct vr_nh_body - what a nexthop does; replaced whole
 * @macs: encap: destination and source MAC as they go on the wire; aligned
 * @type: enum vr_nh_type
 * @family: AF_*
 * @kind: enum vr_nh_kind
 * @flags: VR_NH_F_*
 * @vrf: VRF id
 * @id: nexthop id
 * @n_arms: members
 * @vif: egress, or NULL
 * @rcu: for the retired one
 * @members: composite: as configured, for who asks; behind @arms
 * @arms: composite: members
 */
struct vr_nh_body {
	u8 macs[2 * ETH_ALEN];
	u8 type;
	u8 family;
	u8 kind;
	u32 flags;
	u32 vrf;
	u32 id;
	u32 n_arms;
	struct vr_vif *vif;
	struct rcu_head rcu;
	struct vr_nh_member *members;
	struct vr_nh_arm arms[];
};

/**
 * struct vr_nh - the handle of a nexthop id
 * @body: NULL while the nexthop is deleted and only its users keep the handle
 * @core: the router it belongs to
 * @id: nexthop id
 * @refs: routes, bridge entries and members that point here, and one while the
 *	nexthop exists; core lock
 * @rcu: for the retired handle
 */
struct vr_nh {
	struct vr_nh_body __rcu *body;
	struct vr_core *core;
	u32 id;
	u32 refs;
	struct rcu_head rcu;
};

/* What it is given are frames, not packets to be routed. */
static inline bool vr_nh_is_bridged(const struct vr_nh_body *nh)
{
	return nh->family == AF_BRIDGE;
}

/* The handle of @id for somebody who will point at it, or NULL if there is no such nexthop. */
struct vr_nh *vr_nh_hold(struct vr_core *core, u32 id);
void vr_nh_put(struct vr_nh *nh);

/* Nexthop 0 comes with the core. */
int vr_nh_init(struct vr_core *core);
/* For vr_core_reset(): delete every nexthop but 0; then for vr_core_destroy(): 0 too. */
void vr_nh_flush(struct vr_core *core);
void vr_nh_exit(struct vr_core *core);

#endif /* _VR_OBJ_NEXTHOP_H */
