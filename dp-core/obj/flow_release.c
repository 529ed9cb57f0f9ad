// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows that were decided or have gone, and what they held: it goes on, or is
 * dropped, in the order in which it came.
 */
#include "obj/flow_hold.h"

#include "obj/core.h"

/* --- flows are decided, or go --- */

bool vr_hold_release(struct vr_core *core, struct vr_flow_id id)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_hold *hold;

	vr_spin_lock_bh(&holds->lock);
	hold = vr_hold_find(holds, id);
	if (hold && hold->state == VR_HOLD_WAITS) {
		vr_hold_discharge(core, hold);
		hold->state = VR_HOLD_RELEASED;
		hold->late = 0;
	}
	vr_spin_unlock_bh(&holds->lock);
	return hold;
}

void vr_hold_again(struct vr_core *core, struct vr_flow_id id)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_hold *hold;

	vr_spin_lock_bh(&holds->lock);
	hold = vr_hold_find(holds, id);
	if (hold && hold->state == VR_HOLD_RELEASED && hold->n) {
		vr_hold_charge(core, hold);
	} else if (hold && hold->state == VR_HOLD_RELEASED) {
		/* Nothing in it waits on; the next packet is the first since this decision. */
		list_del(&hold->line);
		list_del(&hold->bucket);
		vr_hold_free(&core->mem, hold);
	}
	vr_spin_unlock_bh(&holds->lock);
}

void vr_hold_drop(struct vr_core *core, struct vr_flow_id id, enum vr_drop_reason reason)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_hold *hold;

	vr_spin_lock_bh(&holds->lock);
	hold = vr_hold_find(holds, id);
	if (hold) {
		vr_hold_discharge(core, hold);
		hold->state = VR_HOLD_GONE;
		hold->reason = reason;
		list_del_init(&hold->bucket);
	}
	vr_spin_unlock_bh(&holds->lock);
}

u32 vr_hold_len(struct vr_core *core, struct vr_flow_id id)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_hold *hold;
	u32 n;

	vr_spin_lock_bh(&holds->lock);
	hold = vr_hold_find(holds, id);
	n = hold ? hold->n : 0;
	vr_spin_unlock_bh(&holds->lock);
	return n;
}

bool vr_hold_overdue(struct vr_core *core, u32 ticks, struct vr_flow_id *id)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_hold *hold;
	bool overdue = false;

	vr_spin_lock_bh(&holds->lock);
	hold = list_first_entry_or_null(&holds->waiting, struct vr_hold, line);
	if (hold && vr_ticks() - hold->since >= ticks) {
		*id = hold->id;
		overdue = true;
	}
	vr_spin_unlock_bh(&holds->lock);
	return overdue;
}

/* --- packets go on --- */

bool vr_flow_release_begin(struct vr_core *core)
{
	struct vr_flow_holds *holds = core->hold;
	bool any;

	vr_spin_lock_bh(&holds->lock);
	any = !list_empty(&holds->released);
	vr_spin_unlock_bh(&holds->lock);
	if (any)
		vr_mutex_lock(&holds->resuming);
	return any;
}

void vr_flow_release_end(struct vr_core *core)
{
	vr_mutex_unlock(&core->hold->resuming);
}

/* Its flow, or NULL if that has gone. */
static struct vr_flow *hold_flow(const struct vr_core *core, struct vr_flow_id id)
{
	struct vr_flow *flow = vr_flow_at_rcu(&core->flows, id.index);

	return flow && READ_ONCE(flow->gen) == id.gen ? flow : NULL;
}

/* A released hold was found empty: if it still is, its flow holds no longer. */
static void hold_end(struct vr_core *core, u64 hash, struct vr_flow_id id)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_flow_act act;
	struct vr_flow *flow;
	struct vr_hold *hold;

	vr_flow_lock(&core->flows, hash);
	vr_spin_lock_bh(&holds->lock);
	hold = vr_hold_find(holds, id);
	if (hold && hold->state == VR_HOLD_RELEASED && !hold->n) {
		list_del(&hold->line);
		list_del(&hold->bucket);
	} else {
		hold = NULL;
	}
	vr_spin_unlock_bh(&holds->lock);
	flow = hold ? hold_flow(core, id) : NULL;
	if (flow) {
		act = vr_flow_act_read(flow);
		act.flags &= ~VR_FLOW_A_HOLD;
		vr_flow_act_write(flow, &act);
	}
	vr_flow_unlock(&core->flows, hash);
	if (hold)
		vr_hold_free(&core->mem, hold);
}

bool vr_flow_unhold(struct vr_core *core, struct vr_held *held, struct vr_flow **flow,
		    enum vr_drop_reason *reason)
{
	struct vr_flow_holds *holds = core->hold;
	struct vr_flow_id id;
	struct vr_hold *hold;
	bool gone;
	u64 hash;

	vr_mutex_assert_held(&holds->resuming);
	for (;;) {
		vr_spin_lock_bh(&holds->lock);
		hold = list_first_entry_or_null(&holds->released, struct vr_hold, line);
		if (!hold || hold->n)
			break;
		gone = hold->state == VR_HOLD_GONE;
		hash = hold->hash;
		id = hold->id;
		if (gone)
			list_del(&hold->line);
		vr_spin_unlock_bh(&holds->lock);
		if (gone)
			vr_hold_free(&core->mem, hold);
		else
			hold_end(core, hash, id);
	}
	if (!hold) {
		vr_spin_unlock_bh(&holds->lock);
		return false;
	}
	vr_hold_pop(holds, hold, held);
	gone = hold->state == VR_HOLD_GONE;
	*reason = gone ? hold->reason : VR_DROP_FLOW_EVICT;
	id = hold->id;
	vr_spin_unlock_bh(&holds->lock);
	/* It may go just now; then its packet goes with it. */
	*flow = gone ? NULL : hold_flow(core, id);
	return true;
}
