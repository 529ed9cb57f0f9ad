/* SPDX-License-Identifier: GPL-2.0-only */
/* Bridge entries as the packet path sees them; <vr/cfg/bridge.h> has the rest. */
#ifndef _VR_OBJ_BRIDGE_H
#define _VR_OBJ_BRIDGE_H

#include <vr/cfg/bridge.h>
#include "lib/htable.h"
#include "obj/nexthop.h"
#include "obj/vrf.h"

/**
 * struct vr_bridge - a bridge entry; replaced whole
 * @h: key: MAC in the upper 48 bits, VRF in the lower 16
 * @nh: where to
 * @label: VR_LABEL_NONE if none
 * @flags: VR_BRIDGE_F_*
 * @rcu: for the retired one
 */
struct vr_bridge {
	struct vr_hentry h;
	struct vr_nh *nh;
	u32 label;
	u32 flags;
	struct rcu_head rcu;
};

/* Key of (@vrf, @mac). */
static inline u64 vr_bridge_key(u32 vrf, const u8 *mac)
{
	return (u64)get_unaligned_be32(mac) << 32 | (u64)get_unaligned_be16(mac + 4) << 16 |
	       (u16)vrf;
}

/* Readers under RCU: the entry, or NULL. */
static inline const struct vr_bridge *vr_bridge_find_rcu(const struct vr_htable *tab, u32 vrf,
							 const u8 *mac)
{
	struct vr_hentry *entry = vr_htable_find_rcu(tab, vr_bridge_key(vrf, mac));

	return entry ? container_of(entry, struct vr_bridge, h) : NULL;
}

/* Delete every entry of a VRF. If it has any, that is a walk through those of all VRFs. */
void vr_bridge_flush_vrf(struct vr_core *core, struct vr_vrf *vrf);
/* For vr_core_reset(): delete every entry, before the VRFs. */
void vr_bridge_flush(struct vr_core *core);

#endif /* _VR_OBJ_BRIDGE_H */
