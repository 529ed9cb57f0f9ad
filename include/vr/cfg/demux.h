/* SPDX-License-Identifier: GPL-2.0-only */
/* Incoming MPLS labels and VNIs: which nexthop what they carry is given to. */
#ifndef _VR_CFG_DEMUX_H
#define _VR_CFG_DEMUX_H

#include <vr/core.h>
#include <vrouter/netlink.h>

/** enum vr_demux_kind - which of the two tables */
enum vr_demux_kind {
	VR_DEMUX_MPLS,
	VR_DEMUX_VXLAN,
	VR_DEMUX_KINDS
};

/**
 * struct vr_demux_cfg - an entry as it is wished for
 * @kind: table
 * @id: VR_MPLS_LABEL_MIN..VR_MPLS_LABEL_MAX or 0..VR_VNI_MAX
 * @nh: nexthop id; must exist
 */
struct vr_demux_cfg {
	enum vr_demux_kind kind;
	u32 id;
	u32 nh;
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * set:	 make or replace. -EINVAL, -ENOENT (nexthop), -EEXIST (@exclusive), -ENOMEM; nothing
 *	 has changed after a failure.
 * del:	 -ENOENT. What comes with the id is dropped from now on.
 * get:	 -ENOENT.
 * next: the entry with the lowest id >= @id, -ENOENT after the last.
 */
int vr_demux_set(struct vr_core *core, const struct vr_demux_cfg *cfg, bool exclusive,
		 struct vr_err *err);
int vr_demux_del(struct vr_core *core, enum vr_demux_kind kind, u32 id, struct vr_err *err);
int vr_demux_get(struct vr_core *core, enum vr_demux_kind kind, u32 id,
		 struct vr_demux_cfg *out, struct vr_err *err);
int vr_demux_next(struct vr_core *core, enum vr_demux_kind kind, u32 id,
		  struct vr_demux_cfg *out);

#endif /* _VR_CFG_DEMUX_H */
