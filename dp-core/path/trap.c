// SPDX-License-Identifier: GPL-2.0-only
/* To the agent: the packet behind an agent header (<vrouter/trap.h>) on pkt0. */
#include "path/fwd.h"

#include <vr_host/port.h>

#define TRAP_HLEN (ETH_HLEN + sizeof(struct vr_agent_hdr))

/* What is left of a GSO packet: with the headers in front of it the reference vRouter's 190. */
#define TRAP_GSO_LEN (190 - TRAP_HLEN)

static void trap_write_header(const struct vr_fwd *fwd, struct vr_pkt *pkt, const u8 *mac,
			      enum vr_trap_reason reason, u32 param)
{
	struct vr_agent_hdr *hdr;
	struct ethhdr *eth;

	eth = vr_pkt_push(pkt, TRAP_HLEN);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, mac);
	eth->h_proto = htons(ETH_P_IP);

	hdr = (struct vr_agent_hdr *)(eth + 1);
	memset(hdr, 0, sizeof(*hdr));
	hdr->ifindex = htons(fwd->vif->id);
	hdr->vrf = htons(fwd->vrf);
	hdr->cmd = htons(reason);
	hdr->param = htonl(param);
}

/*
 * The agent reads bytes: what a device was to add later is added now. A packet
 * that was to be segmented is no frame of any wire; the agent gets its headers.
 */
static enum vr_drop_reason trap_finish_bytes(struct vr_pkt *pkt)
{
	if (vr_pkt_cow_head(pkt, TRAP_HLEN + VLAN_HLEN))
		return VR_DROP_PUSH;
	if (vr_pkt_is_gso(pkt)) {
		vr_pkt_rewritten(pkt);
		if (!vr_pkt_trim(pkt, TRAP_GSO_LEN))
			return VR_DROP_PCOW_FAIL;
	}
	if (vr_pkt_csum_finish(pkt))
		return VR_DROP_PCOW_FAIL;
	if (vr_pkt_vlan_into_bytes(pkt))
		return VR_DROP_PCOW_FAIL;
	/* A sum over what followed Ethernet says nothing of what will. */
	vr_pkt_rewritten(pkt);
	return VR_DROP_NONE;
}

enum vr_verdict vr_trap(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			u32 param)
{
	struct vr_vif *agent = vr_agent_rcu(fwd->core);
	const struct vr_vif_conf *conf;
	enum vr_drop_reason drop;

	conf = agent ? rcu_dereference(agent->conf) : NULL;
	if (!conf)
		return vr_drop(fwd, pkt, VR_DROP_TRAP_NO_IF);
	drop = trap_finish_bytes(pkt);
	if (drop)
		return vr_drop(fwd, pkt, drop);
	trap_write_header(fwd, pkt, conf->cfg.mac, reason, param);
	vr_pkt_set_headers(pkt, ETH_HLEN, htons(ETH_P_IP));
	return vr_tx(fwd, pkt, agent);
}

void vr_trap_copy(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason)
{
	struct vr_pkt *copy;

	if (!vr_agent_rcu(fwd->core))
		return;
	copy = vr_copy(fwd, pkt);
	if (copy)
		vr_trap(fwd, copy, reason, 0);
}
