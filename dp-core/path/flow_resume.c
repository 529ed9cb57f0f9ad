// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that were held go on as their flow was decided, or are dropped. In
 * the meantime everything else that they knew may have changed.
 */
#include "path/flow_meet.h"

#include <vr_host/trace.h>

#include "obj/fragment.h"

void vr_fwd_find_vif(struct vr_fwd *fwd, u32 id, u32 birth)
{
	struct vr_vif *vif = vr_idtab_find_rcu(&fwd->core->vifs, id);
	const struct vr_vif_conf *conf = vif ? rcu_dereference(vif->conf) : NULL;

	smp_rmb();	/* a vif has its birth before its configuration is seen */
	if (!conf || READ_ONCE(vif->birth) != birth)
		return;
	fwd->vif = vif;
	fwd->conf = conf;
}

void vr_held_fwd(struct vr_fwd *fwd, struct vr_core *core, const struct vr_held *held)
{
	*fwd = (struct vr_fwd){
		.core = core,
		.l2 = held->l2,
		.vrf = held->vrf,
		.label = held->label,
		.tun_family = held->tun_family,
		.tun_encap = held->tun_encap,
		.budget = held->budget,
		.routed = held->routed,
		.l3_checked = true,
		.hopped = held->hopped,
		.diag = held->diag,
	};
	memcpy(fwd->tun_src, held->tun_src, sizeof(fwd->tun_src));
	vr_fwd_find_vif(fwd, held->vif, held->vif_birth);
}

enum vr_drop_reason vr_held_meet(const struct vr_fwd *fwd, const struct vr_held *held,
				 struct vr_meet *meet)
{
	if (!fwd->vif)
		return VR_DROP_INVALID_IF;
	*meet = (struct vr_meet){ .at = held->at, .must = true, .tries = VR_MEET_TRIES };
	if (meet->at != VR_FLOW_AT_NH)
		return VR_DROP_NONE;
	meet->nh = vr_idtab_find_rcu(&fwd->core->nhs, held->nh);
	return meet->nh ? VR_DROP_NONE : VR_DROP_INVALID_NH;
}

/* One packet whose flow is there. */
static enum vr_verdict resume_by_flow(struct vr_fwd *fwd, const struct vr_held *held,
				      struct vr_flow *flow)
{
	struct vr_pkt *pkt = held->pkt;
	enum vr_drop_reason reason;
	struct vr_flow_act act;
	struct vr_meet meet;

	reason = vr_held_meet(fwd, held, &meet);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	reason = vr_meet_classify(fwd, pkt, flow->key.nh, &meet);
	/* A later fragment was held because its first one is of this flow. */
	if (unlikely(reason && reason != VR_DROP_NO_FRAG_ENTRY))
		return vr_drop(fwd, pkt, reason);
	act = vr_flow_act_read(flow);
	if (act.flags & (VR_FLOW_A_EVICT | VR_FLOW_A_DEAD))
		return vr_drop(fwd, pkt, VR_DROP_FLOW_EVICT);
	if (unlikely(act.action == VR_FLOW_HOLD)) {
		/* It is to wait again, since just now. */
		meet.l4.key = flow->key;
		meet.hash = vr_flow_hash(&fwd->core->flows, &flow->key);
		meet.later = reason;
		return vr_meet_hold(fwd, pkt, &meet, false);
	}
	vr_trace_flow(fwd->vif->id, vr_flow_index(&fwd->core->flows, flow), VR_FLOW_MET_RESUMED,
		      pkt);
	return vr_meet_obey(fwd, pkt, &meet, flow, &act);
}

static void resume_packet(struct vr_core *core, const struct vr_held *held, struct vr_flow *flow,
			  enum vr_drop_reason reason)
{
	struct vr_fwd fwd;

	vr_held_fwd(&fwd, core, held);
	if (flow)
		resume_by_flow(&fwd, held, flow);
	else
		vr_drop(&fwd, held->pkt, reason);
}

/* False: there was none. */
static bool resume_next(struct vr_core *core)
{
	enum vr_drop_reason reason;
	struct vr_flow *flow;
	struct vr_held held;
	bool any;

	local_bh_disable();
	rcu_read_lock();
	any = vr_flow_unhold(core, &held, &flow, &reason);
	if (any)
		resume_packet(core, &held, flow, reason);
	rcu_read_unlock();
	local_bh_enable();
	return any;
}

static void resume_flows(struct vr_core *core)
{
	if (!vr_flow_release_begin(core))
		return;
	while (resume_next(core))
		vr_breathe();
	vr_flow_release_end(core);
}

/* A fragment whose first one did not come. False: there was none. */
static bool resume_in_vain(struct vr_core *core)
{
	struct vr_held held;
	struct vr_fwd fwd;
	bool any;

	local_bh_disable();
	rcu_read_lock();
	any = vr_frags_unhold(core, &held);
	if (any) {
		vr_held_fwd(&fwd, core, &held);
		vr_drop(&fwd, held.pkt, VR_DROP_FRAGMENTS);
	}
	rcu_read_unlock();
	local_bh_enable();
	return any;
}

void vr_resume(struct vr_core *core)
{
	resume_flows(core);
	while (resume_in_vain(core))
		vr_breathe();
}
