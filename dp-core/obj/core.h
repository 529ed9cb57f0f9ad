/* SPDX-License-Identifier: GPL-2.0-only */
/* The router itself: its tables, its lock, its books. <vr/core.h> has the rest. */
#ifndef _VR_OBJ_CORE_H
#define _VR_OBJ_CORE_H

#include <vr/cfg/demux.h>
#include <vr/core.h>
#include <vrouter/conf.h>
#include <vrouter/drop.h>
#include "lib/counters.h"
#include "lib/htable.h"
#include "lib/idtab.h"
#include "obj/flow_table.h"

/* Counters of a core that no vif has. After the first ones come the drops by reason. */
enum vr_core_counter {
	VR_CORE_CREATED,
	VR_CORE_CONSUMED,
	VR_CORE_UNDERLAY,	/* given to the host's stack, in a tunnel */
	VR_CORE_GRO_IN,		/* given to the host to be merged */
	VR_CORE_GRO_OUT,	/* and back, or part of another */
	VR_CORE_FLOWS_CREATED,	/* by packets */
	VR_CORE_FLOWS_REFUSED,	/* to packets */
	VR_CORE_DROPS,
	VR_CORE_COUNTERS = VR_CORE_DROPS + VR_DROP_MAX,
};

/**
 * struct vr_core - one router
 * @vrfs: VRF id to struct vr_vrf
 * @vifs: vif id to struct vr_vif
 * @nhs: nexthop id to struct vr_nh
 * @demux: incoming labels and VNIs to struct vr_nh
 * @bridges: (VRF, MAC) to struct vr_bridge
 * @entropy: secret of source ports, of ECMP and of the hash of @tunnel_ends
 * @flows: flow key to struct vr_flow; packets write it too
 * @hold: flows that wait for the agent, and what they hold; obj/flow_hold.c
 * @age: where the worker is; obj/flow_age.c
 * @frags: packets in fragments; obj/fragment.c. Packets write it
 * @conf: settings by enum vr_conf; one word each, READ_ONCE
 * @agent: the vif of type agent, attached or not; NULL if there is none
 * @stats: created and consumed packets, drops
 * @tunnel_ends: addresses to struct vr_tunnel_end; obj/nexthop_end.c
 * @lock: serialises configuration
 * @generation: see vr_core_generation()
 * @flow_totals: flows added, changed, deleted, evicted and expired; the rest is counted elsewhere
 * @births: vifs that were ever made; the lock of @hold
 * @work: of flows: obj/flow_age.c
 * @drops_base: readings at the last clear
 * @dying: vifs whose last packets may still be counted; @retired_lock
 * @retired: the books of vifs that are gone; @retired_lock
 * @retired_lock: leaf, taken in RCU callbacks
 * @host: the host's, see vr_core_set_host()
 * @mem: what the core holds
 */
struct vr_core {
	struct vr_idtab vrfs;
	struct vr_idtab vifs;
	struct vr_idtab nhs;
	struct vr_idtab demux[VR_DEMUX_KINDS];
	struct vr_htable bridges;
	u64 entropy[4];
	struct vr_flow_table flows;
	struct vr_flow_holds *hold;
	struct vr_flow_age *age;
	struct vr_frags *frags;
	u32 conf[VR_CONF_MAX];
	struct vr_vif __rcu *agent;
	struct vr_counters stats;

	struct vr_htable tunnel_ends;
	struct vr_mutex lock;
	u32 generation;
	u32 births;
	struct vr_flow_totals flow_totals;
	struct vr_work work;
	u64 drops_base[VR_DROP_MAX];
	struct list_head dying;
	struct vr_books retired;
	struct vr_spinlock retired_lock;
	void *host;
	struct vr_mem mem;
};

static inline void vr_assert_cfg_held(const struct vr_core *core)
{
	vr_mutex_assert_held(&core->lock);
}

/* A setting, for anybody. */
static inline u32 vr_conf(const struct vr_core *core, enum vr_conf i)
{
	return READ_ONCE(core->conf[i]);
}

/* Settings as they are in a new router. */
void vr_conf_init(struct vr_core *core);

/* A published pointer, for a writer. */
#define vr_core_dereference(core, p) \
	rcu_dereference_protected(p, vr_mutex_is_held(&(core)->lock))

/* Every change of configuration ends with this. */
static inline void vr_core_changed(struct vr_core *core)
{
	vr_assert_cfg_held(core);
	if (!++core->generation)
		core->generation = 1;
}

#endif /* _VR_OBJ_CORE_H */
