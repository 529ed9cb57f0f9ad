// SPDX-License-Identifier: GPL-2.0-only
/*
 * The router itself: made, destroyed, emptied; its lock and its books.
 *
 * DOC: Locking
 *
 * Configuration is serialised by one mutex per core. The host takes it around
 * every call of <vr/cfg/...>; whoever needs RTNL as well takes RTNL first.
 * Packets never wait for it: they find objects under RCU, in softirq or with
 * bottom halves disabled.
 *
 * References between objects (route -> nexthop -> vif) are plain integers that
 * only a holder of the mutex changes. An object is first unlinked, then the
 * references that it held are dropped, then its memory goes to RCU. A reader
 * who still has it therefore still has everything that it points at: that too
 * is freed a grace period later at the earliest.
 *
 * Flows are the exception: packets make and mark them, under the lock of the
 * stripe that their hash is in; see obj/flow.c. Inside a stripe's lock come two
 * leaves, never both: the table's (obj/flow_table.h) and that of holds
 * (obj/flow_hold.c).
 *
 * So are fragments: packets make, mark and end what is known of them, under the
 * lock of a bucket, which is a leaf; see obj/fragment.c.
 *
 * retired_lock is a leaf: RCU callbacks of vifs take it to hand their last
 * counts to the core.
 */
#include "obj/core.h"

#include "obj/bridge.h"
#include "obj/demux.h"
#include "obj/flow.h"
#include "obj/fragment.h"
#include "obj/nexthop.h"
#include "obj/route.h"
#include "obj/vif.h"
#include "obj/vrf.h"

#define BRIDGE_LIMIT	1048576

/* One for each nexthop but 0, and one more while that of a nexthop changes. */
#define TUNNEL_ENDS_LIMIT	(VR_NH_ID_MAX + 1)

static void core_warn_leaks(const struct vr_core *core)
{
	unsigned int class;

	for (class = 0; class < VR_MEM_MAX; class++)
		WARN_ONCE(vr_mem_objects(&core->mem, class) || vr_mem_bytes(&core->mem, class),
			  "vrouter: memory class %s is not empty at the end\n",
			  vr_mem_class_word(class));
}

/* Also for a core that was not finished: exits cope with what was never made. */
static void core_free(struct vr_core *core)
{
	vr_frags_exit(core);
	vr_flow_exit(core);
	vr_counters_exit(&core->stats);
	vr_htable_exit(&core->tunnel_ends);
	vr_htable_exit(&core->bridges);
	vr_demux_exit(core);
	vr_idtab_exit(&core->nhs);
	vr_idtab_exit(&core->vifs);
	vr_idtab_exit(&core->vrfs);
	core_warn_leaks(core);
	vr_mutex_destroy(&core->lock);
	vr_free(NULL, VR_MEM_CORE, core, sizeof(*core));
}

/* Ports and members are chosen by it: nobody outside can know the choice in advance. */
static void core_draw_entropy(struct vr_core *core)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(core->entropy); i++)
		core->entropy[i] = vr_random_u64();
}

static int core_init(struct vr_core *core)
{
	int err;

	vr_mem_init(&core->mem);
	vr_mutex_init(&core->lock);
	vr_spin_init(&core->retired_lock);
	INIT_LIST_HEAD(&core->dying);
	core->generation = 1;
	vr_conf_init(core);

	vr_idtab_init(&core->vrfs, &core->mem, VR_VRF_ID_MAX + 1);
	vr_idtab_init(&core->vifs, &core->mem, VR_VIF_ID_MAX + 1);
	vr_idtab_init(&core->nhs, &core->mem, VR_NH_ID_MAX + 1);
	vr_demux_init(core);
	err = vr_htable_init(&core->bridges, &core->mem, BRIDGE_LIMIT);
	if (!err)
		err = vr_htable_init(&core->tunnel_ends, &core->mem, TUNNEL_ENDS_LIMIT);
	if (!err)
		err = vr_counters_init(&core->stats, &core->mem, VR_MEM_CORE, VR_CORE_COUNTERS);
	if (!err)
		err = vr_flow_init(core);
	if (!err)
		err = vr_frags_init(core);
	if (err)
		return err;
	core_draw_entropy(core);

	vr_core_lock(core);
	err = vr_vrf_init(core);
	if (!err)
		err = vr_nh_init(core);
	if (err)
		vr_vrf_exit(core);
	vr_core_unlock(core);
	return err;
}

struct vr_core *vr_core_create(void)
{
	struct vr_core *core;
	int err;

	core = vr_zalloc(NULL, VR_MEM_CORE, sizeof(*core));
	if (!core)
		return ERR_PTR(-ENOMEM);

	err = core_init(core);
	if (err) {
		core_free(core);
		return ERR_PTR(err);
	}
	return core;
}

void vr_core_set_host(struct vr_core *core, void *host)
{
	core->host = host;
}

void *vr_core_host(const struct vr_core *core)
{
	return core->host;
}

void vr_core_reset(struct vr_core *core)
{
	vr_assert_cfg_held(core);
	vr_flow_flush(core);
	vr_frags_flush(core);
	vr_vif_flush(core);
	vr_bridge_flush(core);
	vr_vrf_flush(core);
	vr_demux_flush(core);
	vr_nh_flush(core);
	vr_core_changed(core);
}

void vr_core_destroy(struct vr_core *core)
{
	vr_flow_stop(core);
	vr_core_lock(core);
	vr_core_reset(core);
	vr_vrf_exit(core);
	vr_nh_exit(core);
	vr_core_unlock(core);

	/* What was held is dropped, and counted. */
	vr_resume(core);
	/* The callbacks of dying vifs still write to the core. */
	rcu_barrier();
	core_free(core);
}

void vr_core_lock(struct vr_core *core)
{
	vr_mutex_lock(&core->lock);
}

void vr_core_unlock(struct vr_core *core)
{
	vr_mutex_unlock(&core->lock);
}

u32 vr_core_generation(const struct vr_core *core)
{
	vr_assert_cfg_held(core);
	return core->generation;
}

bool vr_core_has_agent(struct vr_core *core)
{
	bool up;

	rcu_read_lock();
	up = vr_agent_rcu(core);
	rcu_read_unlock();
	return up;
}

/* Drop counters are stored behind the others, in the order of the enum. */
static u64 core_dropped(const struct vr_core *core)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < VR_DROP_MAX; i++)
		sum += vr_counters_read(&core->stats, VR_CORE_DROPS + i);
	return sum;
}

/* Who comes back is read before who went: nobody is seen to come back who has not gone. */
static u64 core_in_gro(const struct vr_core *core)
{
	u64 out = vr_counters_read(&core->stats, VR_CORE_GRO_OUT);
	u64 in = vr_counters_read(&core->stats, VR_CORE_GRO_IN);

	return in > out ? in - out : 0;
}

void vr_core_books(struct vr_core *core, struct vr_books *books)
{
	struct vr_vif *vif;
	u32 id;

	vr_assert_cfg_held(core);

	vr_spin_lock_bh(&core->retired_lock);
	*books = core->retired;
	list_for_each_entry(vif, &core->dying, dying)
		vr_vif_add_to_books(vif, books);
	vr_spin_unlock_bh(&core->retired_lock);

	for (id = 0; (vif = vr_idtab_next(&core->vifs, &id)); id++)
		vr_vif_add_to_books(vif, books);

	books->transmitted += vr_counters_read(&core->stats, VR_CORE_UNDERLAY);
	books->created = vr_counters_read(&core->stats, VR_CORE_CREATED);
	books->consumed = vr_counters_read(&core->stats, VR_CORE_CONSUMED);
	books->dropped = core_dropped(core);
	books->held = vr_flow_held(core) + vr_frags_held(core) + core_in_gro(core);
}

static struct vr_table_use core_idtab_use(const struct vr_idtab *tab, const char *name)
{
	return (struct vr_table_use){ name, tab->used, tab->limit };
}

bool vr_core_table(const struct vr_core *core, unsigned int i, struct vr_table_use *use)
{
	vr_assert_cfg_held(core);
	switch (i) {
	case 0:
		*use = core_idtab_use(&core->vrfs, "vrfs");
		return true;
	case 1:
		*use = core_idtab_use(&core->vifs, "vifs");
		return true;
	case 2:
		*use = core_idtab_use(&core->nhs, "nexthops");
		return true;
	case 3:
		*use = (struct vr_table_use){ "bridges", core->bridges.used,
					      core->bridges.limit };
		return true;
	case 4:
		*use = (struct vr_table_use){ "flows", atomic_read(&core->flows.used),
					      vr_conf(core, VR_CONF_FLOWS) };
		return true;
	case 5:
		*use = core_idtab_use(&core->demux[VR_DEMUX_MPLS], "labels");
		return true;
	case 6:
		*use = core_idtab_use(&core->demux[VR_DEMUX_VXLAN], "vnis");
		return true;
	case 7:
		*use = (struct vr_table_use){ "fragments", vr_frags_used(core),
					      vr_conf(core, VR_CONF_FRAGMENTS) };
		return true;
	default:
		return false;
	}
}

u64 vr_core_mem_objects(const struct vr_core *core, enum vr_mem_class class)
{
	return vr_mem_objects(&core->mem, class);
}

u64 vr_core_mem_bytes(const struct vr_core *core, enum vr_mem_class class)
{
	return vr_mem_bytes(&core->mem, class);
}

const char *vr_mem_class_word(enum vr_mem_class class)
{
	static const char * const words[] = {
#define X(sym, word) word,
		VR_MEM_CLASSES(X)
#undef X
	};

	return words[class];
}

void vr_core_drops(struct vr_core *core, u64 *drops)
{
	u32 i;

	vr_assert_cfg_held(core);
	for (i = 0; i < VR_DROP_MAX; i++)
		drops[i] = vr_counters_read(&core->stats, VR_CORE_DROPS + i) -
			   core->drops_base[i];
}

void vr_core_drops_clear(struct vr_core *core)
{
	u32 i;

	vr_assert_cfg_held(core);
	for (i = 0; i < VR_DROP_MAX; i++)
		core->drops_base[i] = vr_counters_read(&core->stats, VR_CORE_DROPS + i);
	vr_vif_clear_all_drops(core);
}
