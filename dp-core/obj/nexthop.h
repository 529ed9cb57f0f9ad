/* SPDX-License-Identifier: GPL-2.0-only */
/* Nexthops as the packet path sees them; <vr/cfg/nexthop.h> has the rest. */
#ifndef _VR_OBJ_NEXTHOP_H
#define _VR_OBJ_NEXTHOP_H

#include <vr/cfg/nexthop.h>
#include "lib/counters.h"
#include "lib/htable.h"
#include "obj/core.h"
#include "pkt/encap.h"

struct vr_nh;
struct vr_underlay;
struct vr_vif;

/* No smaller path MTU is believed, whoever says so. */
#define VR_PATH_MTU_MIN4	552U
#define VR_PATH_MTU_MIN6	1280U

/* Counters of a nexthop that is or was a tunnel. */
enum vr_nh_counter {
	VR_NH_PACKETS,
	VR_NH_BYTES,		/* follows its packets: vr_count_packet() */
	VR_NH_COUNTERS,
};

/**
 * struct vr_tunnel_end - the other end of tunnels, which all know the same of it; a cache line
 * @h: key: keyed hash of the address
 * @path_mtu: what is known of the way beyond the port: 0 nothing; vr_tunnel_path_mtu().
 *	Packets write it
 * @learnt: vr_ticks() when @path_mtu was learnt
 * @dip: the address, as in struct vr_nh_cfg
 * @family: of @dip
 * @refs: tunnels that lead here; core lock
 * @next: another end that has the same hash
 * @rcu: for the retired one
 */
struct vr_tunnel_end {
	struct vr_hentry h;
	u32 path_mtu;
	u32 learnt;
	__be32 dip[4];
	u8 family;
	u32 refs;
	struct vr_tunnel_end __rcu *next;
	struct rcu_head rcu;
};

/**
 * struct vr_tunnel - what a tunnel nexthop has more
 * @tmpl: ready-made outer headers
 * @dip: the other end, as in struct vr_nh_cfg
 * @family: of @dip
 * @end: what is known of it, shared by all tunnels that lead there
 * @underlay: the host's way to the other end, VR_NH_F_RESOLVE; else NULL
 * @stats: counters of the handle. Packets count by this pointer and by no other: they were made
 *	before the tunnel was published, but perhaps long after the handle was
 * @inner_macs: VR_NH_F_L3_VXLAN: destination and source; aligned
 */
struct vr_tunnel {
	struct vr_encap_tmpl tmpl;
	__be32 dip[4];
	u8 family;
	struct vr_tunnel_end *end;
	struct vr_underlay *underlay;
	struct vr_counters *stats;
	u8 inner_macs[2 * ETH_ALEN] __aligned(8);
};

/** struct vr_nh_arm - a member of a composite: nexthop and label */
struct vr_nh_arm {
	struct vr_nh *nh;
	u32 label;
};

/**
 * struct vr_nh_body - what a nexthop does; replaced whole
 * @macs: encap: destination and source MAC as they go on the wire; aligned
 * @type: enum vr_nh_type
 * @family: AF_*
 * @kind: enum vr_nh_kind
 * @flags: VR_NH_F_*
 * @vrf: VRF id
 * @id: nexthop id
 * @n_arms: members
 * @hash: ecmp: VR_HASH_*
 * @vif: egress, or NULL
 * @tunnel: or NULL; behind @members
 * @rcu: for the retired one
 * @members: composite: as configured, for who asks; behind @arms
 * @arms: composite: members
 */
struct vr_nh_body {
	u8 macs[2 * ETH_ALEN];
	u8 type;
	u8 family;
	u8 kind;
	u32 flags;
	u32 vrf;
	u32 id;
	u32 n_arms;
	u32 hash;
	struct vr_vif *vif;
	struct vr_tunnel *tunnel;
	struct rcu_head rcu;
	struct vr_nh_member *members;
	struct vr_nh_arm arms[];
};

/**
 * struct vr_nh - the handle of a nexthop id
 * @body: NULL while the nexthop is deleted and only its users keep the handle
 * @core: the router it belongs to
 * @id: nexthop id
 * @refs: routes, bridge entries, labels, VNIs and members that point here, and one
 *	while the nexthop exists; core lock
 * @stats: by enum vr_nh_counter, from the moment on that it is a tunnel: of the name, so whoever
 *	sends under it, a tunnel that was replaced meanwhile too. Packets take it from struct
 *	vr_tunnel
 * @rcu: for the retired handle
 */
struct vr_nh {
	struct vr_nh_body __rcu *body;
	struct vr_core *core;
	u32 id;
	u32 refs;
	struct vr_counters stats;
	struct rcu_head rcu;
};

/* What it is given are frames, not packets to be routed. */
static inline bool vr_nh_is_bridged(const struct vr_nh_body *nh)
{
	return nh->family == AF_BRIDGE;
}

/* @mtu, which is not 0, was learnt of the way to @end: if it counts still, else 0. */
u32 vr_tunnel_end_learnt(const struct vr_core *core, struct vr_tunnel_end *end, u32 mtu);

/* What is known of the way to @end, as vr_tunnel_path_mtu(). */
static inline u32 vr_tunnel_end_path_mtu(const struct vr_core *core, struct vr_tunnel_end *end)
{
	u32 mtu = READ_ONCE(end->path_mtu);

	return likely(!mtu) ? 0 : vr_tunnel_end_learnt(core, end, mtu);
}

/**
 * vr_tunnel_path_mtu() - what is known of the way beyond the port
 * @core: the router
 * @t: tunnel, of a reader or a writer
 *
 * Return: largest packet, outer headers and all but Ethernet; 0: nothing is known.
 */
static inline u32 vr_tunnel_path_mtu(const struct vr_core *core, const struct vr_tunnel *t)
{
	return vr_tunnel_end_path_mtu(core, t->end);
}

/**
 * vr_nh_learn_path_mtu() - somebody on the way said what fits
 * @core: the router
 * @family: of @dip, AF_INET or AF_INET6
 * @dip: the other end, network order, as in struct vr_nh_cfg
 * @mtu: largest packet, outer headers and all but Ethernet
 *
 * Every tunnel nexthop to that end knows it from now on, and for as long as VR_CONF_PMTU_EXPIRES
 * says, unless it knows of less. What is below the least that there may be counts as that.
 *
 * Context: reader under RCU, any number at a time.
 * Return: there is such a tunnel.
 */
bool vr_nh_learn_path_mtu(struct vr_core *core, u8 family, const __be32 *dip, u32 mtu);

/* Readers under RCU: what tunnels to that end know of the way; 0: nothing, or there are none. */
u32 vr_nh_path_mtu_rcu(const struct vr_core *core, u8 family, const __be32 *dip);

/* The handle of @id for somebody who will point at it, or NULL if there is no such nexthop. */
struct vr_nh *vr_nh_hold(struct vr_core *core, u32 id);
void vr_nh_put(struct vr_nh *nh);

/* Nexthop 0 comes with the core. */
int vr_nh_init(struct vr_core *core);
/* For vr_core_reset(): delete every nexthop but 0; then for vr_core_destroy(): 0 too. */
void vr_nh_flush(struct vr_core *core);
void vr_nh_exit(struct vr_core *core);

#endif /* _VR_OBJ_NEXTHOP_H */
