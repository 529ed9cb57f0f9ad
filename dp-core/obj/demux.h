/* SPDX-License-Identifier: GPL-2.0-only */
/* Incoming labels and VNIs as the packet path sees them; <vr/cfg/demux.h> has the rest. */
#ifndef _VR_OBJ_DEMUX_H
#define _VR_OBJ_DEMUX_H

#include <vr/cfg/demux.h>

#include "obj/core.h"

struct vr_nh;

/**
 * vr_demux_find_rcu() - the nexthop of a label or VNI, or NULL
 */
static inline const struct vr_nh *vr_demux_find_rcu(const struct vr_core *core,
						    enum vr_demux_kind kind, u32 id)
{
	return vr_idtab_find_rcu(&core->demux[kind], id);
}

/* There is none at all: what comes in such a tunnel is somebody else's. Any context. */
static inline bool vr_demux_is_empty(const struct vr_core *core, enum vr_demux_kind kind)
{
	return !READ_ONCE(core->demux[kind].used);
}

void vr_demux_init(struct vr_core *core);
/* For vr_core_reset(): delete every entry. */
void vr_demux_flush(struct vr_core *core);
void vr_demux_exit(struct vr_core *core);

#endif /* _VR_OBJ_DEMUX_H */
