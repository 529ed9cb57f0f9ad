/* SPDX-License-Identifier: GPL-2.0-only */
/* Virtual interfaces as the packet path sees them; <vr/cfg/vif.h> has the rest. */
#ifndef _VR_OBJ_VIF_H
#define _VR_OBJ_VIF_H

#include <vr/cfg/vif.h>
#include <vrouter/trap.h>
#include "lib/counters.h"

struct vr_fat;

/**
 * struct vr_vif_conf - what configuration says of a vif; replaced whole
 * @cfg: as it was set, flags normalised: L2 or L3 is always there; its fat-flow rules
 *	are those of @fat
 * @fat: fat-flow rules, or NULL
 * @rcu: for the retired one
 */
struct vr_vif_conf {
	struct vr_vif_cfg cfg;
	struct vr_fat *fat;
	struct rcu_head rcu;
};

/* Counters of a vif. After the first ones come the drops by reason. */
enum vr_vif_counter {
	VR_VIF_RX_PACKETS,
	VR_VIF_RX_BYTES,	/* follows its packets: vr_count_packet() */
	VR_VIF_TX_PACKETS,
	VR_VIF_TX_BYTES,
	VR_VIF_TX_ERRORS,
	VR_VIF_DROPS,
	VR_VIF_COUNTERS = VR_VIF_DROPS + VR_DROP_MAX,
};

/**
 * struct vr_vif - the handle of a vif id
 * @conf: NULL while the vif is deleted and only nexthops keep the handle
 * @port: NULL while there is no device
 * @core: the router it belongs to
 * @stats: what came, went and was dropped
 * @id: vif id
 * @mtu: configured MTU, 0 if none; one word, READ_ONCE
 * @host: id of the vhost vif that lists this uplink, VR_VIF_ID_NONE if none;
 *	one word, READ_ONCE
 * @type: enum vr_vif_type: into which books its packets go; of all vifs that
 *	ever use this handle
 * @birth: differs from that of any vif that had this id before; one word, READ_ONCE
 * @holding: flows from here that wait for the agent
 * @frags: packets in fragments from here that are followed; obj/fragment.c
 * @frags_held: fragments from here that wait for their first one
 * @trap: by enum vr_trap_reason: rate limits, see path/trap.c
 * @pmtu: rate limit of path MTUs that are learnt here, the same way
 * @refs: nexthops that point here, and one while the vif exists; core lock
 * @named_by: what @host will be, while hosts are looked for; else VR_VIF_ID_NONE. Core lock
 * @base: readings at the last clear, by enum vr_vif_counter; core lock
 * @dying: in the core's list from its deletion to its end
 * @rcu: for the retired handle
 */
struct vr_vif {
	struct vr_vif_conf __rcu *conf;
	struct vr_port __rcu *port;
	struct vr_core *core;
	struct vr_counters stats;
	u32 id;
	u32 mtu;
	u32 host;
	u32 type;
	u32 birth;
	atomic_t holding;
	atomic64_t frags;
	atomic64_t frags_held;
	atomic64_t trap[VR_TRAP_MAX];
	atomic64_t pmtu;
	u32 refs;
	u32 named_by;
	u64 base[VR_VIF_COUNTERS];
	struct list_head dying;
	struct rcu_head rcu;
};

/* Readers under RCU: the agent's vif while it can take packets, or NULL. */
struct vr_vif *vr_agent_rcu(const struct vr_core *core);

/* The handle of @id for somebody who will point at it, or NULL if there is no such vif. */
struct vr_vif *vr_vif_hold(struct vr_core *core, u32 id);
/* The last one frees the handle after a grace period. */
void vr_vif_put(struct vr_vif *vif);

/* Add @vif's packets to the books. */
void vr_vif_add_to_books(const struct vr_vif *vif, struct vr_books *books);

/* For vr_core_reset() and vr_core_destroy(): delete every vif; no port is attached any more. */
void vr_vif_flush(struct vr_core *core);
/* Let the drop counters of every vif read zero. */
void vr_vif_clear_all_drops(struct vr_core *core);

#endif /* _VR_OBJ_VIF_H */
