/* SPDX-License-Identifier: GPL-2.0-only */
/* VRFs: a routing table per family and the bridge entries of one number. */
#ifndef _VR_CFG_VRF_H
#define _VR_CFG_VRF_H

#include <vr/core.h>

/** struct vr_vrf_info - what one can ask of a VRF */
struct vr_vrf_info {
	u32 id;
	u64 routes4;
	u64 routes6;
	u64 bridges;
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * new:  -EEXIST only if @exclusive; an existing VRF keeps its routes.
 * del:  -EBUSY while a vif is in it; its routes and bridge entries go with it.
 * get:  -ENOENT.
 * next: the VRF with the lowest id >= @id, -ENOENT after the last.
 */
int vr_vrf_new(struct vr_core *core, u32 id, bool exclusive, struct vr_err *err);
int vr_vrf_del(struct vr_core *core, u32 id, struct vr_err *err);
int vr_vrf_get(struct vr_core *core, u32 id, struct vr_vrf_info *info, struct vr_err *err);
int vr_vrf_next(struct vr_core *core, u32 id, struct vr_vrf_info *info);

#endif /* _VR_CFG_VRF_H */
