// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet whose flow waits for the agent, or who makes one that does: it is
 * held, and the agent is told of the first.
 */
#include "path/flow_meet.h"

#include <vr_host/trace.h>

void vr_held_fill(struct vr_held *held, const struct vr_fwd *fwd, struct vr_pkt *pkt,
		  const struct vr_meet *meet)
{
	*held = (struct vr_held){
		.pkt = pkt,
		.vif = fwd->vif->id,
		.vif_birth = READ_ONCE(fwd->vif->birth),
		.nh = meet->nh ? meet->nh->id : VR_NH_NONE,
		.vrf = fwd->vrf,
		.label = fwd->label,
		.tun_family = fwd->tun_family,
		.tun_encap = fwd->tun_encap,
		.l2 = fwd->l2,
		.at = meet->at,
		.budget = fwd->budget,
		.routed = fwd->routed,
		.hopped = fwd->hopped,
		.diag = fwd->diag,
	};
	memcpy(held->tun_src, fwd->tun_src, sizeof(held->tun_src));
}

/* What the counters have more than the 32 bits that the agent header has room for. */
static u32 miss_overflow(u64 packets, u64 bytes)
{
	return (u32)(packets >> 32) << 16 | (u16)(bytes >> 32);
}

static void miss_trap(struct vr_fwd *fwd, struct vr_pkt *copy, enum vr_trap_reason reason,
		      const struct vr_flow *flow)
{
	struct vr_trap_args args = {
		.param = vr_flow_index(&fwd->core->flows, flow),
		.param1 = flow->key.nh,
		.param5 = (u8)READ_ONCE(flow->gen),
	};
	u64 packets, bytes;

	vr_flow_counts(&fwd->core->flows, flow, &packets, &bytes);
	args.param2 = (u32)bytes;
	args.param3 = (u32)packets;
	args.param4 = miss_overflow(packets, bytes);
	vr_count(&fwd->core->stats, VR_CORE_CREATED);
	vr_trap_send(fwd, copy, reason, &args);
}

/*
 * Of a packet that is held only the copy is left. That a flow waits again is told once for each
 * time that the agent has said so, and without a limit: nobody else would tell of it.
 */
static enum vr_verdict miss_held(struct vr_fwd *fwd, struct vr_pkt *copy, enum vr_hold_what what,
				 const struct vr_flow *flow)
{
	vr_trace_flow(fwd->vif->id, vr_flow_index(&fwd->core->flows, flow),
		      what == VR_HOLD_NEW ? VR_FLOW_MET_NEW : VR_FLOW_MET_HELD, copy);
	if (what == VR_HOLD_NEW)
		miss_trap(fwd, copy, VR_TRAP_FLOW_MISS, flow);
	else if (what == VR_HOLD_AGAIN)
		miss_trap(fwd, copy, VR_TRAP_FLOW_ACTION_HOLD, flow);
	else
		vr_pkt_free_consumed(copy);
	return VR_HELD;
}

/*
 * The copy for the agent is made first: the moment after it is held, the packet
 * may be on its way out by another cpu. A copy that it need not have was never
 * there, as far as the books go.
 */
enum vr_verdict vr_meet_hold(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
			     bool make)
{
	enum vr_drop_reason reason;
	enum vr_hold_what what;
	struct vr_flow *flow;
	struct vr_held held;
	struct vr_pkt *copy;

	copy = vr_pkt_park(pkt) ? NULL : vr_pkt_clone(pkt);
	if (unlikely(!copy))
		return vr_drop(fwd, pkt, VR_DROP_FLOW_NO_MEMORY);
	vr_held_fill(&held, fwd, pkt, meet);
	what = vr_flow_hold(fwd->core, fwd->vif, &meet->l4.key, meet->hash, &held, make, &flow,
			    &reason);
	switch (what) {
	case VR_HOLD_NEW:
	case VR_HOLD_AGAIN:
	case VR_HOLD_BEHIND:
		return miss_held(fwd, copy, what, flow);
	case VR_HOLD_DECIDED:
		vr_pkt_free_consumed(copy);
		return vr_meet_flow(fwd, pkt, meet);
	default:
		vr_pkt_free_consumed(copy);
		return vr_drop(fwd, pkt, reason);
	}
}

enum vr_verdict vr_meet_none(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet)
{
	if (!meet->must)
		return vr_meet_go_on(fwd, pkt, meet);
	/* The agent could not read its ports. Its first one made none, or was refused. */
	if (unlikely(meet->later))
		return vr_drop(fwd, pkt, VR_DROP_NO_FRAG_ENTRY);
	if (unlikely(!vr_agent_rcu(fwd->core)))
		return vr_drop(fwd, pkt, VR_DROP_TRAP_NO_IF);
	if (fwd->conf->cfg.flags & VR_VIF_F_DROP_NEW_FLOWS)
		return vr_drop(fwd, pkt, VR_DROP_NEW_FLOWS);
	if (!vr_trap_admit(fwd, VR_TRAP_FLOW_MISS))
		return vr_drop(fwd, pkt, VR_DROP_TRAP_RATE);
	return vr_meet_hold(fwd, pkt, meet, true);
}
