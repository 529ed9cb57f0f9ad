// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that were held go on as their flow was decided, or are dropped. In
 * the meantime everything else that they knew may have changed.
 */
#include "path/flow_meet.h"

#include <vr_host/trace.h>

/*
 * The vif that it came in by, if it is still that one: not even a drop is
 * charged to another that has its id now.
 */
static void resume_vif(struct vr_fwd *fwd, const struct vr_held *held)
{
	struct vr_vif *vif = vr_idtab_find_rcu(&fwd->core->vifs, held->vif);
	const struct vr_vif_conf *conf = vif ? rcu_dereference(vif->conf) : NULL;

	smp_rmb();	/* a vif has its birth before its configuration is seen */
	if (!conf || READ_ONCE(vif->birth) != held->vif_birth)
		return;
	fwd->vif = vif;
	fwd->conf = conf;
}

/* One packet whose flow is there. */
static enum vr_verdict resume_by_flow(struct vr_fwd *fwd, const struct vr_held *held,
				      struct vr_flow *flow)
{
	struct vr_meet meet = { .at = held->at };
	struct vr_pkt *pkt = held->pkt;
	enum vr_drop_reason reason;
	struct vr_flow_act act;

	if (meet.at == VR_FLOW_AT_NH) {
		meet.nh = vr_idtab_find_rcu(&fwd->core->nhs, held->nh);
		if (!meet.nh)
			return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	}
	reason = vr_meet_classify(fwd, pkt, flow->key.nh, &meet);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	act = vr_flow_act_read(flow);
	if (act.flags & (VR_FLOW_A_EVICT | VR_FLOW_A_DEAD))
		return vr_drop(fwd, pkt, VR_DROP_FLOW_EVICT);
	vr_trace_flow(fwd->vif->id, vr_flow_index(&fwd->core->flows, flow), VR_FLOW_MET_RESUMED,
		      pkt);
	return vr_meet_obey(fwd, pkt, &meet, flow, &act);
}

static void resume_packet(struct vr_core *core, const struct vr_held *held, struct vr_flow *flow,
			  enum vr_drop_reason reason)
{
	struct vr_fwd fwd = {
		.core = core,
		.l2 = held->l2,
		.vrf = held->vrf,
		.label = held->label,
		.budget = held->budget,
		.routed = held->routed,
		.l3_checked = true,
		.hopped = held->hopped,
		.diag = held->diag,
	};

	resume_vif(&fwd, held);
	if (!flow)
		vr_drop(&fwd, held->pkt, reason);
	else if (!fwd.vif)
		vr_drop(&fwd, held->pkt, VR_DROP_INVALID_IF);
	else
		resume_by_flow(&fwd, held, flow);
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

void vr_resume(struct vr_core *core)
{
	if (!vr_flow_release_begin(core))
		return;
	while (resume_next(core))
		vr_breathe();
	vr_flow_release_end(core);
}
