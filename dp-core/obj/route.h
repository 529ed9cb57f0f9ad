/* SPDX-License-Identifier: GPL-2.0-only */
/* Routes as the packet path sees them; <vr/cfg/route.h> has the rest. */
#ifndef _VR_OBJ_ROUTE_H
#define _VR_OBJ_ROUTE_H

#include <vr/cfg/route.h>
#include "lib/lpm.h"
#include "obj/nexthop.h"
#include "obj/vrf.h"

/**
 * struct vr_route - a route; replaced whole
 * @leaf: prefix
 * @nh: where to
 * @rcu: for the retired one
 * @label: VR_LABEL_NONE if none
 * @flags: VR_ROUTE_F_*
 * @has_mac: @mac is there
 * @mac: stitched MAC
 *
 * One kmalloc object of 64 bytes: full tables are millions of these.
 */
struct vr_route {
	struct vr_lpm_leaf leaf;
	struct vr_nh *nh;
	struct rcu_head rcu;
	u32 label;
	u8 flags;
	bool has_mac;
	u8 mac[ETH_ALEN];
};

static_assert(sizeof(struct vr_route) <= 64);

/* Readers under RCU: the route that covers the address, or NULL. */
static inline const struct vr_route *vr_route_find4_rcu(const struct vr_vrf *vrf, __be32 addr)
{
	struct vr_lpm_leaf *leaf = vr_lpm_lookup4_rcu(&vrf->routes4, ntohl(addr));

	return leaf ? container_of(leaf, struct vr_route, leaf) : NULL;
}

static inline const struct vr_route *vr_route_find6_rcu(const struct vr_vrf *vrf,
							const struct in6_addr *addr)
{
	struct vr_lpm_leaf *leaf;

	leaf = vr_lpm_lookup6_rcu(&vrf->routes6, get_unaligned_be64(&addr->s6_addr[0]),
				  get_unaligned_be64(&addr->s6_addr[8]));
	return leaf ? container_of(leaf, struct vr_route, leaf) : NULL;
}

/* Delete every route of a VRF that nobody can look up in any more, or again. */
void vr_route_flush(struct vr_core *core, struct vr_vrf *vrf);

#endif /* _VR_OBJ_ROUTE_H */
