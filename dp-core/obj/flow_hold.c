// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows that wait for the agent: who may, and what they hold. flow_release.c
 * lets it go again; flow_hold.h says how a hold lives.
 */
#include "obj/flow_hold.h"

#include "obj/core.h"
#include "obj/vif.h"

/*
 * Packets that may still go into a hold that is being emptied. A flow that is
 * faster than its release would else be held for ever.
 */
#define HOLD_LATE_MAX	1024

/* How often a flow that has ended may be met on the way to a new one. */
#define HOLD_TRIES	3

static struct vr_hold *hold_alloc(struct vr_core *core)
{
	u32 size = vr_conf(core, VR_CONF_HOLD_QUEUE);
	struct vr_hold *hold;

	hold = vr_zalloc_atomic(&core->mem, VR_MEM_HOLD, vr_hold_size(size));
	if (!hold)
		return NULL;
	hold->size = size;
	INIT_LIST_HEAD(&hold->bucket);
	INIT_LIST_HEAD(&hold->line);
	return hold;
}

/* --- limits --- */

static u32 burst_every(const struct vr_core *core)
{
	return max(vr_ms_to_ticks(vr_conf(core, VR_CONF_BURST_INTERVAL)), 1U);
}

static void burst_refill(const struct vr_core *core, struct vr_flow_holds *holds)
{
	u32 most = vr_conf(core, VR_CONF_BURST_TOKENS), step = vr_conf(core, VR_CONF_BURST_STEP);
	u32 every = burst_every(core), times = (vr_ticks() - holds->refilled) / every;

	WRITE_ONCE(holds->refilled, holds->refilled + times * every);
	/* The product of what may be set does not fit in 32 bits. */
	WRITE_ONCE(holds->tokens, min_t(u64, holds->tokens + (u64)times * step, most));
}

/* May one more flow of @vif wait? *@burst: only for a burst token. */
static bool hold_has_room(const struct vr_core *core, const struct vr_vif *vif, bool *burst)
{
	u32 of_vif = vr_conf(core, VR_CONF_HOLD_LIMIT_VIF);
	u32 limit = vr_conf(core, VR_CONF_HOLD_LIMIT);

	*burst = limit && READ_ONCE(core->hold->n_waiting) >= limit;
	return !of_vif || (u32)atomic_read(&vif->holding) < of_vif;
}

/* A look without the lock, so that a flood of packets to be refused does not fight for it. */
static bool hold_is_full(const struct vr_core *core, const struct vr_vif *vif)
{
	const struct vr_flow_holds *holds = core->hold;
	bool burst;

	if (!hold_has_room(core, vif, &burst))
		return true;
	return burst && !READ_ONCE(holds->tokens) &&
	       vr_ticks() - READ_ONCE(holds->refilled) < burst_every(core);
}

/* The vif that a hold is charged to, if it is still that one. */
static struct vr_vif *hold_vif(const struct vr_core *core, const struct vr_hold *hold)
{
	struct vr_vif *vif = vr_idtab_find_rcu(&core->vifs, hold->vif);

	return vif && vif->birth == hold->birth ? vif : NULL;
}

void vr_hold_charge(struct vr_core *core, struct vr_hold *hold)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_vif *vif = hold_vif(core, hold);

	hold->state = VR_HOLD_WAITS;
	hold->since = vr_ticks();
	list_move_tail(&hold->line, &holds->waiting);
	WRITE_ONCE(holds->n_waiting, holds->n_waiting + 1);
	if (vif)
		atomic_inc(&vif->holding);
}

void vr_hold_discharge(struct vr_core *core, struct vr_hold *hold)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_vif *vif = hold_vif(core, hold);

	if (hold->state != VR_HOLD_WAITS)
		return;
	list_move_tail(&hold->line, &holds->released);
	WRITE_ONCE(holds->n_waiting, holds->n_waiting - 1);
	if (vif)
		atomic_dec(&vif->holding);
}

void vr_flow_vif_born(struct vr_core *core, struct vr_vif *vif)
{
	struct vr_flow_holds *holds = core->hold;

	vr_spin_lock_bh(&holds->lock);
	/* Under the lock: nobody charges the earlier one's flows to this one. */
	WRITE_ONCE(vif->birth, ++core->births);
	atomic_set(&vif->holding, 0);
	vr_spin_unlock_bh(&holds->lock);
}

void vr_flow_burst_fill(struct vr_core *core)
{
	struct vr_flow_holds *holds = core->hold;

	vr_spin_lock_bh(&holds->lock);
	WRITE_ONCE(holds->tokens, vr_conf(core, VR_CONF_BURST_TOKENS));
	WRITE_ONCE(holds->refilled, vr_ticks());
	vr_spin_unlock_bh(&holds->lock);
}

/* --- packets come --- */

/* Let @hold, with its first packet, wait for flow @id. False: a limit. */
static bool hold_admit(struct vr_core *core, struct vr_vif *vif, struct vr_hold *hold,
		       struct vr_flow_id id, const struct vr_held *held)
{
	struct vr_flow_holds *holds = core->hold;
	bool burst, ok;

	vr_spin_lock_bh(&holds->lock);
	ok = hold_has_room(core, vif, &burst);
	if (ok && burst) {
		burst_refill(core, holds);
		ok = holds->tokens;
		if (ok)
			WRITE_ONCE(holds->tokens, holds->tokens - 1);
	}
	if (ok) {
		hold->id = id;
		hold->vif = vif->id;
		hold->birth = vif->birth;
		list_add_tail(&hold->bucket, vr_hold_bucket(holds, id.index));
		vr_hold_charge(core, hold);
		vr_hold_push(holds, hold, held);
	}
	vr_spin_unlock_bh(&holds->lock);
	return ok;
}

/* Its flow could not be linked: as if it had not been admitted, but for a token. */
static void hold_expel(struct vr_core *core, struct vr_hold *hold)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_held held;

	vr_spin_lock_bh(&holds->lock);
	vr_hold_discharge(core, hold);
	vr_hold_pop(holds, hold, &held);
	list_del(&hold->line);
	list_del(&hold->bucket);
	vr_spin_unlock_bh(&holds->lock);
}

/* No flow has @key. The stripe is locked. VR_HOLD_NEW or _REFUSED. */
static enum vr_hold_what hold_new_flow(struct vr_core *core, struct vr_vif *vif,
				       const struct vr_flow_key *key, u64 hash,
				       const struct vr_held *held, struct vr_flow **flow,
				       u32 *reason)
{
	const struct vr_flow_act act = {
		.src_nh = VR_NH_NONE,
		.rindex = VR_FLOW_NONE,
		.dvrf = held->vrf,
		.action = VR_FLOW_HOLD,
		.flags = VR_FLOW_A_HOLD | VR_FLOW_A_NEW,
		.ecmp = -1,
	};
	struct vr_flow_table *tab = &core->flows;
	struct vr_flow *new;
	struct vr_hold *hold;

	*reason = VR_DROP_FLOW_UNUSABLE;
	if (hold_is_full(core, vif))
		return VR_HOLD_REFUSED;
	*reason = VR_DROP_FLOW_NO_MEMORY;
	hold = hold_alloc(core);
	if (!hold)
		return VR_HOLD_REFUSED;
	new = vr_flow_new(tab, key, reason);
	if (!new)
		goto err_hold;
	new->vrf = held->vrf;
	vr_flow_act_write(new, &act);

	hold->hash = hash;
	*reason = VR_DROP_FLOW_UNUSABLE;
	if (!hold_admit(core, vif, hold, vr_flow_id(new), held))
		goto err_flow;
	*reason = VR_DROP_FLOW_NO_MEMORY;
	if (vr_flow_link_locked(tab, new, hash))
		goto err_admitted;
	*flow = new;
	return VR_HOLD_NEW;

err_admitted:
	hold_expel(core, hold);
err_flow:
	vr_flow_cancel(tab, new);
err_hold:
	vr_hold_free(&core->mem, hold);
	return VR_HOLD_REFUSED;
}

/* Put a packet behind others of its flow. False: there is no hold. */
static bool hold_behind(struct vr_core *core, struct vr_flow_id id, const struct vr_held *held,
			enum vr_hold_what *what, u32 *reason)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_hold *hold;

	vr_spin_lock_bh(&holds->lock);
	hold = vr_hold_find(holds, id);
	if (!hold)
		goto out;
	*what = VR_HOLD_REFUSED;
	*reason = VR_DROP_FLOW_QUEUE_LIMIT;
	if (hold->n == hold->size)
		goto out;
	if (hold->state == VR_HOLD_RELEASED && hold->late++ >= HOLD_LATE_MAX) {
		hold->late = HOLD_LATE_MAX;
		goto out;
	}
	vr_hold_push(holds, hold, held);
	*what = VR_HOLD_BEHIND;
out:
	vr_spin_unlock_bh(&holds->lock);
	return hold;
}

/* @flow was found, with @act. The stripe is locked. */
static enum vr_hold_what hold_old_flow(struct vr_core *core, struct vr_vif *vif,
				       struct vr_flow *flow, const struct vr_flow_act *act,
				       u64 hash, const struct vr_held *held, u32 *reason)
{
	struct vr_flow_id id = vr_flow_id(flow);
	enum vr_hold_what what;
	struct vr_hold *hold;

	if (!(act->flags & VR_FLOW_A_HOLD))
		return VR_HOLD_DECIDED;
	if (hold_behind(core, id, held, &what, reason))
		return what;
	/* The agent decided that it waits, and this is the first packet since. */
	*reason = VR_DROP_FLOW_NO_MEMORY;
	hold = hold_alloc(core);
	if (!hold)
		return VR_HOLD_REFUSED;
	hold->hash = hash;
	*reason = VR_DROP_FLOW_UNUSABLE;
	if (hold_admit(core, vif, hold, id, held))
		return VR_HOLD_AGAIN;
	vr_hold_free(&core->mem, hold);
	return VR_HOLD_REFUSED;
}

enum vr_hold_what vr_flow_hold(struct vr_core *core, struct vr_vif *vif,
			       const struct vr_flow_key *key, u64 hash,
			       const struct vr_held *held, bool make, struct vr_flow **flow,
			       enum vr_drop_reason *reason)
{
	struct vr_flow_table *tab = &core->flows;
	enum vr_hold_what what = VR_HOLD_REFUSED;
	u32 why = VR_DROP_FLOW_EVICT;
	struct vr_flow_act act;
	unsigned int tries;

	for (tries = 0; tries < HOLD_TRIES; tries++) {
		vr_flow_lock(tab, hash);
		*flow = vr_flow_find_locked(tab, key, hash);
		if (*flow) {
			act = vr_flow_act_read(*flow);
			if (likely(!(act.flags & VR_FLOW_A_EVICT))) {
				what = hold_old_flow(core, vif, *flow, &act, hash, held, &why);
				vr_flow_unlock(tab, hash);
				break;
			}
		} else if (make) {
			what = hold_new_flow(core, vif, key, hash, held, flow, &why);
			vr_flow_unlock(tab, hash);
			break;
		}
		vr_flow_unlock(tab, hash);
		if (!make)
			return VR_HOLD_DECIDED;
		if (!vr_flow_evict(core, *flow)) {
			why = VR_DROP_FLOW_NO_MEMORY;
			break;
		}
	}

	if (what == VR_HOLD_NEW) {
		vr_count(&core->stats, VR_CORE_FLOWS_CREATED);
		vr_flow_kick(core);
	} else if (what == VR_HOLD_REFUSED) {
		*reason = why;
		if (*flow)
			*flow = NULL;
		else
			vr_count(&core->stats, VR_CORE_FLOWS_REFUSED);
		if (why == VR_DROP_FLOW_TABLE_FULL || why == VR_DROP_FLOW_NO_MEMORY)
			vr_flow_kick_now(core);
	}
	return what;
}

/* --- books --- */

u64 vr_flow_held(const struct vr_core *core)
{
	return READ_ONCE(core->hold->packets);
}

void vr_hold_totals(struct vr_core *core, struct vr_flow_totals *totals)
{
	struct vr_flow_holds *holds = core->hold;

	vr_spin_lock_bh(&holds->lock);
	burst_refill(core, holds);
	totals->holding = holds->n_waiting;
	totals->burst = holds->tokens;
	vr_spin_unlock_bh(&holds->lock);
}

int vr_hold_init(struct vr_core *core)
{
	struct vr_flow_holds *holds;
	unsigned int i;

	holds = vr_zalloc(&core->mem, VR_MEM_HOLD, sizeof(*holds));
	if (!holds)
		return -ENOMEM;
	vr_spin_init(&holds->lock);
	vr_mutex_init(&holds->resuming);
	INIT_LIST_HEAD(&holds->waiting);
	INIT_LIST_HEAD(&holds->released);
	for (i = 0; i < VR_HOLD_BUCKETS; i++)
		INIT_LIST_HEAD(&holds->bucket[i]);
	core->hold = holds;
	vr_flow_burst_fill(core);
	return 0;
}

void vr_hold_exit(struct vr_core *core)
{
	struct vr_flow_holds *holds = core->hold;

	if (!holds)
		return;
	WARN_ON_ONCE(!list_empty(&holds->waiting) || !list_empty(&holds->released));
	vr_mutex_destroy(&holds->resuming);
	vr_free(&core->mem, VR_MEM_HOLD, holds, sizeof(*holds));
	core->hold = NULL;
}
