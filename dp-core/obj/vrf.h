/* SPDX-License-Identifier: GPL-2.0-only */
/* VRFs as the packet path sees them; <vr/cfg/vrf.h> has the rest. */
#ifndef _VR_OBJ_VRF_H
#define _VR_OBJ_VRF_H

#include <vr/cfg/vrf.h>
#include "lib/lpm.h"

/**
 * struct vr_vrf - a VRF
 * @routes4: IPv4 routes
 * @routes6: IPv6 routes
 * @id: VRF id
 * @n_vifs: vifs that are in it or send their broadcasts to it; core lock
 * @bridges: bridge entries that carry its id; core lock
 * @rcu: for the retired one
 */
struct vr_vrf {
	struct vr_lpm routes4;
	struct vr_lpm routes6;
	u32 id;
	u32 n_vifs;
	u64 bridges;
	struct rcu_head rcu;
};

/* Under the core lock: the VRF, or NULL. */
struct vr_vrf *vr_vrf_find(struct vr_core *core, u32 id);

/* VRF 0 comes with the core. */
int vr_vrf_init(struct vr_core *core);
/*
 * For vr_core_reset(): delete every VRF but 0, and what is in 0; then for
 * vr_core_destroy(): 0 too.
 */
void vr_vrf_flush(struct vr_core *core);
void vr_vrf_exit(struct vr_core *core);

#endif /* _VR_OBJ_VRF_H */
