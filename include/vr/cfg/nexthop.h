/* SPDX-License-Identifier: GPL-2.0-only */
/* Nexthops: what is done to a packet. */
#ifndef _VR_CFG_NEXTHOP_H
#define _VR_CFG_NEXTHOP_H

#include <vr/core.h>
#include <vrouter/netlink.h>

/** struct vr_nh_member - one member of a composite; @label VR_LABEL_NONE if none */
struct vr_nh_member {
	u32 nh;
	u32 label;
};

/**
 * struct vr_nh_cfg - a nexthop as it is wished for, validated in form by the host
 * @id: 1..VR_NH_ID_MAX
 * @type: enum vr_nh_type
 * @family: AF_INET, AF_INET6 or AF_BRIDGE; 0 where the type does not need one
 * @flags: VR_NH_F_*
 * @vrf: where to look on (vrf-translate), or the VRF that it belongs to
 * @oif: vif id, VR_VIF_ID_NONE if none
 * @kind: enum vr_nh_kind, composite only
 * @dmac: encap; tunnel: of the outer header, zero with VR_NH_F_RESOLVE
 * @smac: encap; tunnel, likewise
 * @encap: enum vr_encap, tunnel only
 * @tun_family: AF_INET or AF_INET6: of @sip and @dip, tunnel only; else 0
 * @sip: network order, this end
 * @dip: network order, the other end
 * @inner_dmac: tunnel with VR_NH_F_L3_VXLAN
 * @inner_smac: tunnel with VR_NH_F_L3_VXLAN; zero: @smac
 * @hash: VR_HASH_*, ecmp only; 0: all
 * @n_members: composite
 * @members: composite; owned by the caller, copied by the core. From get and
 *	next: the object's own, valid while the core is locked
 */
struct vr_nh_cfg {
	u32 id;
	u32 type;
	u32 family;
	u32 flags;
	u32 vrf;
	u32 oif;
	u32 kind;
	u8 dmac[6];
	u8 smac[6];
	u32 encap;
	u32 tun_family;
	__be32 sip[4];
	__be32 dip[4];
	u8 inner_dmac[6];
	u8 inner_smac[6];
	u32 hash;
	u32 n_members;
	const struct vr_nh_member *members;
};

/**
 * struct vr_nh_info - what one can ask of a nexthop
 * @cfg: what it was set to
 * @refs: who points at it
 * @state: VR_NH_S_*
 * @path_mtu: tunnel: largest packet, outer headers and all but Ethernet, on the way to its end
 * @packets: tunnel: sent, since the id was first a tunnel
 * @bytes: of what was put into it
 */
struct vr_nh_info {
	struct vr_nh_cfg cfg;
	u32 refs;
	u32 state;
	u32 path_mtu;
	u64 packets;
	u64 bytes;
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * set:	 make or replace, any type by any other. -EINVAL, -ENOENT (vif, VRF or
 *	 member that is not there), -EEXIST (@exclusive), -ELOOP (a composite that would hold
 *	 itself), -ENOMEM; the old one forwards on after every failure.
 * del:	 -ENOENT. Who still points at it drops (Invalid NH) until the id is made again.
 * get:	 -ENOENT.
 * next: the nexthop with the lowest id >= @id, -ENOENT after the last.
 */
int vr_nh_set(struct vr_core *core, const struct vr_nh_cfg *cfg, bool exclusive,
	      struct vr_err *err);
int vr_nh_del(struct vr_core *core, u32 id, struct vr_err *err);
int vr_nh_get(struct vr_core *core, u32 id, struct vr_nh_info *info, struct vr_err *err);
int vr_nh_next(struct vr_core *core, u32 id, struct vr_nh_info *info);

#endif /* _VR_CFG_NEXTHOP_H */
