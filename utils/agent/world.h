/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the agent knows of the router's configuration: all vifs and nexthops,
 * learnt from a dump and kept up to date by notifications; and where addresses
 * and MACs lead to, as far as that was asked for, until something changes.
 */
#ifndef _VA_WORLD_H
#define _VA_WORLD_H

#include <stdbool.h>

#include <linux/types.h>

#include <vrouter/netlink.h>

#include "limit.h"
#include "words.h"

struct kernel;
struct kernel_object;

#define WORLD_NONE	0xffffffffU	/* a place that leads nowhere: no route, no entry */

/**
 * struct vif - a port of the router
 * @id: its id
 * @type: enum vr_vif_type
 * @flags: VR_VIF_F_*
 * @vrf: VRF
 * @nh: nexthop that stands for it
 * @status: VR_VIF_S_*
 * @ifindex: of its device, 0: it has none now
 * @name: of its device
 * @mac: the router's own there
 * @ip: of the guest or host behind it; zero: not known
 * @ip6: the same
 * @icmp: limits errors to who is behind it
 * @next_nh: next in the list of those whose @nh hashes alike
 */
struct vif {
	__u32 id;
	__u32 type;
	__u32 flags;
	__u32 vrf;
	__u32 nh;
	__u32 status;
	__u32 ifindex;
	char name[VR_NAME_MAX + 1];
	__u8 mac[WORD_MAC_LEN];
	__u8 ip[4];
	__u8 ip6[16];
	struct limit icmp;
	struct vif *next_nh;
};

/** struct nh - where a nexthop sends packets; @type: enum vr_nh_type + 1, 0: there is none */
struct nh {
	__u8 type;
	__u8 family;
	__u16 vrf;
	__u32 oif;
};

#define PLACE_BITS	16

/**
 * struct place - where an address or a MAC leads to
 * @epoch: when that was asked
 * @vrf: VRF
 * @family: AF_INET, AF_INET6, AF_BRIDGE: @addr is a MAC; 0: this is empty
 * @addr: who
 * @nh: nexthop id, WORLD_NONE: nowhere
 */
struct place {
	__u32 epoch;
	__u16 vrf;
	__u16 family;
	__u8 addr[16];
	__u32 nh;
};

#define NH_LISTS	1024

/**
 * struct world - see above
 * @vif: by id
 * @by_nh: lists by nexthop id
 * @nh: by id
 * @n_nhs: room in @nh
 * @place: a cache by hash: later ones take the place of earlier ones
 * @epoch: of each VRF: changes whenever something in it leads elsewhere
 * @agent: vif of type agent, NULL
 * @changed: how often vifs changed
 */
struct world {
	struct vif *vif[VR_VIF_ID_MAX + 1];
	struct vif *by_nh[NH_LISTS];
	struct nh *nh;
	__u32 n_nhs;
	struct place *place;
	__u32 epoch[VR_VRF_ID_MAX + 1];
	struct vif *agent;
	__u32 changed;
};

struct world *world_new(void);
void world_free(struct world *world);
/* As if the router were empty. */
void world_forget(struct world *world);

/* All vifs and nexthops anew; 0 or -errno. */
int world_load(struct world *world, struct kernel *kn);

/* A notification, or an object of a dump. */
void world_take(struct world *world, const struct kernel_object *object);

/* NULL if there is none. */
const struct nh *world_nh(const struct world *world, __u32 id);
/* The vif that a nexthop stands for; nexthop 0 stands for none. NULL. */
struct vif *world_vif_of_nh(const struct world *world, __u32 nh);
static inline struct vif *world_vif(const struct world *world, __u32 id)
{
	return id <= VR_VIF_ID_MAX ? world->vif[id] : NULL;
}

/* Where @addr leads to: true: known, *nh says (WORLD_NONE: nowhere). */
bool world_find(const struct world *world, __u32 vrf, __u32 family, const __u8 *addr, __u32 *nh);

/*
 * To be asked: world_ask() adds the request, and when the answer is there
 * world_learn() keeps it. What changed between the two was notified, and is forgotten then.
 */
void world_ask(struct kernel *kn, __u32 vrf, __u32 family, const __u8 *addr);
void world_learn(struct world *world, __u32 vrf, __u32 family, const __u8 *addr, __u32 nh);
/* The nexthop in the answer. */
__u32 world_answer(const struct kernel_object *object);

/* The vif of a VRF that has this address, NULL. */
struct vif *world_vif_of_addr(const struct world *world, __u32 vrf, __u32 family,
			      const __u8 *addr);

#endif /* _VA_WORLD_H */
