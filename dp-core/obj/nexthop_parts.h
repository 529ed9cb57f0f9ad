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
 * init:   from a checked @cfg. -ENOMEM; nothing is left then.
 * exit:   nobody uses it any more: it was never linked, or a grace period is over.
 * link:   before it is published: it is told what is known of the way to its end, and what
 *	   will be learnt.
 * unlink: nobody finds it any more, and it is told nothing more.
 * fill:   what one can ask of it, but its counters.
 */
int vr_tunnel_init(struct vr_core *core, struct vr_tunnel *t, const struct vr_nh_cfg *cfg,
		   struct vr_err *err);
void vr_tunnel_exit(struct vr_tunnel *t);
void vr_tunnel_link(struct vr_core *core, struct vr_tunnel *t);
void vr_tunnel_unlink(struct vr_core *core, struct vr_tunnel *t);
void vr_tunnel_fill(const struct vr_core *core, const struct vr_nh_body *nh,
		    struct vr_nh_info *info);

#endif /* _VR_OBJ_NEXTHOP_PARTS_H */
