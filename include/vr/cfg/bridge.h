/* SPDX-License-Identifier: GPL-2.0-only */
/* Bridge entries: (VRF, MAC) to nexthop. */
#ifndef _VR_CFG_BRIDGE_H
#define _VR_CFG_BRIDGE_H

#include <vr/core.h>
#include <vrouter/netlink.h>

/**
 * struct vr_bridge_cfg - a bridge entry as it is wished for
 * @vrf: must exist
 * @nh: nexthop id; must exist
 * @label: MPLS label or VNI, VR_LABEL_NONE if none
 * @flags: VR_BRIDGE_F_*; LABEL follows @label
 * @mac: any but zero; ff:ff:ff:ff:ff:ff is the VRF's flood entry
 */
struct vr_bridge_cfg {
	u32 vrf;
	u32 nh;
	u32 label;
	u32 flags;
	u8 mac[6];
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * set:	 make or replace. -EINVAL, -ENOENT (VRF, nexthop), -EEXIST (@exclusive), -ENOMEM,
 *	 -ENOSPC at the limit; nothing has changed after a failure.
 * del:	 -ENOENT.
 * get:	 -ENOENT.
 * next: any order; *@cursor is 0 to begin with and is moved behind the entry;
 *	 -ENOENT after the last. An entry that is there all along and whose table
 *	 does not change (vr_core_generation()) is met exactly once.
 */
int vr_bridge_set(struct vr_core *core, const struct vr_bridge_cfg *cfg, bool exclusive,
		  struct vr_err *err);
int vr_bridge_del(struct vr_core *core, const struct vr_bridge_cfg *key, struct vr_err *err);
int vr_bridge_get(struct vr_core *core, const struct vr_bridge_cfg *key,
		  struct vr_bridge_cfg *out, struct vr_err *err);
int vr_bridge_next(struct vr_core *core, u32 vrf, u64 *cursor, struct vr_bridge_cfg *out);

#endif /* _VR_CFG_BRIDGE_H */
