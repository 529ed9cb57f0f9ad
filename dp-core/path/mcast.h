/* SPDX-License-Identifier: GPL-2.0-only */
/* Replication: what nh_mcast.c and nh_mcast_tree.c hand each other. */
#ifndef _VR_PATH_MCAST_H
#define _VR_PATH_MCAST_H

#include "path/fwd.h"

/**
 * struct vr_mcast_way - where one copy goes
 * @handle: nexthop
 * @nh: what it does: encap, tunnel, or a fabric composite, which makes more copies
 * @label: that the copy carries
 */
struct vr_mcast_way {
	const struct vr_nh *handle;
	const struct vr_nh_body *nh;
	u32 label;
};

/**
 * struct vr_mcast - a replication under way
 * @fwd: what the packet knows
 * @pkt: the packet
 * @next: where the packet itself goes unless another way is found behind it; @next.nh is NULL
 *	before the first one
 */
struct vr_mcast {
	struct vr_fwd *fwd;
	struct vr_pkt *pkt;
	struct vr_mcast_way next;
};

/*
 * to:	 one more copy. nh_mcast.c
 * arm:	 the same by a member of a composite of @kind, unless it is dead, no longer of the
 *	 kind or leads back. Without a label of its own it has @label.
 * end:	 no more: the packet itself goes by the last way, or is dropped for want of one.
 */
void vr_mcast_to(struct vr_mcast *m, const struct vr_mcast_way *way);
void vr_mcast_arm(struct vr_mcast *m, u32 kind, const struct vr_nh_arm *arm, u32 label);
enum vr_verdict vr_mcast_end(struct vr_mcast *m);

/* Does a copy of the packet go to @nh, member of a composite of @kind? nh_mcast.c */
bool vr_mcast_reaches(const struct vr_fwd *fwd, u32 kind, const struct vr_nh_body *nh);

/* Did the packet come from a neighbour in the tree of @nh, an l2-mcast composite? nh_mcast.c */
bool vr_mcast_from_tree(const struct vr_fwd *fwd, const struct vr_nh_body *nh);
/* The same from a switch; also for l2_arp.c. */
bool vr_mcast_from_tor(const struct vr_fwd *fwd, const struct vr_nh_body *nh);

/*
 * To every member of a fabric composite but the one that it came from; fwd->label is the
 * VNI. nh_mcast_tree.c
 */
enum vr_verdict vr_mcast_tree(struct vr_fwd *fwd, struct vr_pkt *pkt,
			      const struct vr_nh_body *tree);

#endif /* _VR_PATH_MCAST_H */
