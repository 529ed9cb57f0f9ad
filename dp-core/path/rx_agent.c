// SPDX-License-Identifier: GPL-2.0-only
/* From the agent, through pkt0: a command in an agent header, and the packet that it is about. */
#include "path/fwd.h"

#define AGENT_HLEN (ETH_HLEN + sizeof(struct vr_agent_hdr))

/* Out by the vif that the agent names. */
static enum vr_verdict agent_switch(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif)
{
	vr_parse_l2(pkt, &fwd->l2);
	vr_pkt_set_headers(pkt, fwd->l2.l3_off, fwd->l2.proto);
	if (vif->type == VR_VIF_AGENT)
		return vr_drop(fwd, pkt, VR_DROP_AGENT_CMD);
	return vr_tx(fwd, pkt, vif);
}

/* Diagnostic traffic goes the way of a packet, and from its last stage back to the agent. */
static bool agent_wants_diag(const struct vr_agent_hdr *hdr)
{
	return hdr->param & hdr->param1 & htonl(1);
}

/* As if a guest's vif had received it, or else routed in the VRF that the agent names. */
static enum vr_verdict agent_route(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif)
{
	vr_parse_l2(pkt, &fwd->l2);
	vr_pkt_set_headers(pkt, fwd->l2.l3_off, fwd->l2.proto);
	if (vif->type != VR_VIF_VIRTUAL)
		return vr_l3_input(fwd, pkt);

	fwd->vif = vif;
	fwd->conf = rcu_dereference(vif->conf);
	if (!fwd->conf)
		return vr_drop(fwd, pkt, VR_DROP_INVALID_IF);
	return vr_l2_input(fwd, pkt);
}

enum vr_verdict vr_rx_agent(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const struct vr_agent_hdr *hdr;
	struct vr_vif *vif;
	u16 cmd;

	/*
	 * The command, and at least the Ethernet header of the packet that it is about, which is
	 * one: segments would each need the command.
	 */
	if (vr_pkt_is_gso(pkt) || !vr_pkt_may_pull(pkt, AGENT_HLEN + ETH_HLEN))
		return vr_drop(fwd, pkt, VR_DROP_AGENT_CMD);
	/* What is known of the checksum counts from the outer frame, which ends here. */
	if (vr_pkt_csum_finish(pkt))
		return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
	vr_pkt_rewritten(pkt);

	hdr = vr_pkt_data(pkt) + ETH_HLEN;
	cmd = ntohs(hdr->cmd);
	fwd->vrf = ntohs(hdr->vrf);
	fwd->diag = agent_wants_diag(hdr);
	vif = vr_idtab_find_rcu(&fwd->core->vifs, ntohs(hdr->ifindex));
	if (!vif)
		return vr_drop(fwd, pkt, VR_DROP_AGENT_CMD);
	vr_pkt_pull(pkt, AGENT_HLEN);

	switch (cmd) {
	case VR_AGENT_CMD_SWITCH:
		return agent_switch(fwd, pkt, vif);
	case VR_AGENT_CMD_ROUTE:
		return agent_route(fwd, pkt, vif);
	default:
		return vr_drop(fwd, pkt, VR_DROP_AGENT_CMD);
	}
}
