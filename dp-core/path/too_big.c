// SPDX-License-Identifier: GPL-2.0-only
/*
 * A unicast packet may not be cut and does not fit: its sender is told what does (RFC 1191, RFC
 * 8201), by the agent or, where that is wished for, by the router itself.
 */
#include "path/fwd.h"

#include "pkt/icmp.h"

/*
 * The answer goes where the packet came from: by its vif, or it is routed into a tunnel, most
 * likely. Out of one, but from nobody there, it may go back to where the packet came from.
 */
static enum vr_verdict answer_back(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	struct vr_fwd back = {
		.core = fwd->core,
		.vif = fwd->vif,
		.conf = fwd->conf,
		.l2 = fwd->l2,
		.vrf = fwd->vrf,
		.label = VR_LABEL_NONE,
		.tun_family = fwd->tun_family,
		.tun_encap = fwd->tun_encap,
		.budget = fwd->budget,
		.l3_checked = true,
		.hopped = true,
		.flow_done = true,
	};

	if (!fwd->tun_family)
		return vr_tx(fwd, pkt, fwd->vif);
	return vr_l3_input(&back, pkt);
}

/* As many as the agent would be asked for. */
static enum vr_verdict answer(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 mtu)
{
	u8 family = vr_l3_family(fwd);
	enum vr_drop_reason reason;

	if (mtu < vr_mtu_min(family) || !vr_icmp_may_answer(pkt, fwd->l2.l3_off, family))
		return vr_drop(fwd, pkt, VR_DROP_IF_TX_DISCARD);
	if (!vr_trap_admit(fwd, VR_TRAP_HANDLE_DF))
		return vr_drop(fwd, pkt, VR_DROP_TRAP_RATE);
	reason = vr_icmp_too_big(pkt, &fwd->l2, mtu);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	return answer_back(fwd, pkt);
}

static enum vr_verdict ask_agent(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 mtu)
{
	struct vr_trap_args args = { .param = mtu, .param1 = VR_FLOW_NONE };

	if (fwd->flow)
		args.param1 = vr_flow_index(&fwd->core->flows, fwd->flow);
	return vr_trap_with(fwd, pkt, VR_TRAP_HANDLE_DF, &args);
}

enum vr_verdict vr_too_big(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 mtu)
{
	/* What is between the agent and the router has no other way to be told. */
	if (!vr_conf(fwd->core, VR_CONF_PMTU_ANSWER) || fwd->vif->type == VR_VIF_AGENT)
		return ask_agent(fwd, pkt, mtu);
	return answer(fwd, pkt, mtu);
}
