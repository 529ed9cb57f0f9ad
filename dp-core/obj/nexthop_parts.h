/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files nexthop*.c share, and nobody else uses. The core lock is held throughout. */
#ifndef _VR_OBJ_NEXTHOP_PARTS_H
#define _VR_OBJ_NEXTHOP_PARTS_H

#include "obj/nexthop.h"

static inline struct vr_nh_body *vr_nh_body_held(const struct vr_nh *nh)
{
	return vr_core_dereference(nh->core, nh->body);
}

/* The nexthop, or NULL if there is none or only its handle is left. */
struct vr_nh *vr_nh_find(struct vr_core *core, u32 id);

/* Is @cfg, whose id is in range, what a nexthop may be? nexthop_check.c */
int vr_nh_check(struct vr_core *core, const struct vr_nh_cfg *cfg, struct vr_err *err);

/*
 * What a tunnel has more. nexthop_tunnel.c
 *
 * init:   from a checked @cfg, into zeroes. -ENOMEM; retire and exit are due then too.
 * retire: it gives back its end. Packets may still be in it, and read what is known of that.
 * exit:   nobody uses it any more: it was never published, or a grace period is over.
 * fill:   what one can ask of it, but its counters.
 */
int vr_tunnel_init(struct vr_core *core, struct vr_tunnel *t, const struct vr_nh_cfg *cfg,
		   struct vr_err *err);
void vr_tunnel_retire(struct vr_core *core, struct vr_tunnel *t);
void vr_tunnel_exit(struct vr_tunnel *t);
void vr_tunnel_fill(const struct vr_core *core, const struct vr_nh_body *nh,
		    struct vr_nh_info *info);

/*
 * The other ends of tunnels. nexthop_end.c
 *
 * get: the end, made if no other tunnel leads there; NULL: no memory. @dip is zero behind an
 *	IPv4 address.
 * put: the last one frees it after a grace period.
 */
struct vr_tunnel_end *vr_tunnel_end_get(struct vr_core *core, u8 family, const __be32 *dip);
void vr_tunnel_end_put(struct vr_core *core, struct vr_tunnel_end *end);

#endif /* _VR_OBJ_NEXTHOP_PARTS_H */
