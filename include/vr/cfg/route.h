/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv4 and IPv6 routes, longest prefix first. */
#ifndef _VR_CFG_ROUTE_H
#define _VR_CFG_ROUTE_H

#include <vr/core.h>
#include <vrouter/netlink.h>

/**
 * struct vr_route_cfg - a route as it is wished for
 * @vrf: must exist
 * @family: AF_INET or AF_INET6
 * @plen: prefix length in bits
 * @nh: nexthop id; must exist
 * @label: VR_LABEL_NONE if none
 * @flags: VR_ROUTE_F_*; LABEL follows @label
 * @has_mac: @mac is a stitched MAC
 * @prefix: network order, 4 or 16 bytes of it; bits behind @plen must be zero
 * @mac: answer to ARP and ND
 */
struct vr_route_cfg {
	u32 vrf;
	u32 family;
	u32 plen;
	u32 nh;
	u32 label;
	u32 flags;
	bool has_mac;
	u8 prefix[16];
	u8 mac[6];
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * set:	 make or replace. -EINVAL, -ENOENT (VRF, nexthop), -EEXIST (@exclusive), -ENOMEM;
 *	 nothing has changed after a failure.
 * del:	 -ENOENT unless exactly this prefix is there; its traffic falls to the
 *	 next shorter one.
 * get:	 exactly this prefix, -ENOENT.
 * lookup: the longest prefix that covers @key's address, -ENOENT.
 * next: in order of (prefix, plen), the first one after @key's, or with @after
 *	 false the first one at or after it; -ENOENT after the last.
 *
 * In @key only vrf, family, prefix and plen count.
 */
int vr_route_set(struct vr_core *core, const struct vr_route_cfg *cfg, bool exclusive,
		 struct vr_err *err);
int vr_route_del(struct vr_core *core, const struct vr_route_cfg *key, struct vr_err *err);
int vr_route_get(struct vr_core *core, const struct vr_route_cfg *key, struct vr_route_cfg *out,
		 struct vr_err *err);
int vr_route_lookup(struct vr_core *core, const struct vr_route_cfg *key,
		    struct vr_route_cfg *out, struct vr_err *err);
int vr_route_next(struct vr_core *core, const struct vr_route_cfg *key, bool after,
		  struct vr_route_cfg *out);

#endif /* _VR_CFG_ROUTE_H */
