// SPDX-License-Identifier: GPL-2.0-only
/* Bridging: control protocols are looked at, everything else goes by destination MAC. */
#include "path/fwd.h"

static const u8 broadcast_mac[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static const struct vr_bridge *l2_find(const struct vr_fwd *fwd, u32 vrf, const u8 *mac)
{
	return vr_bridge_find_rcu(&fwd->core->bridges, vrf, mac);
}

/* A group has an entry of its own or shares the flood entry. */
static const struct vr_bridge *l2_find_group(const struct vr_fwd *fwd, const u8 *mac)
{
	const struct vr_bridge *br = l2_find(fwd, fwd->vrf, mac);

	return br ? br : l2_find(fwd, fwd->vrf, broadcast_mac);
}

static bool l2_is_discard(const struct vr_bridge *br)
{
	const struct vr_nh_body *nh = rcu_dereference(br->nh->body);

	return nh && nh->type == VR_NH_DISCARD;
}

/* A known MAC, or where unknown ones are flooded the flood entry. */
static const struct vr_bridge *l2_find_unicast(struct vr_fwd *fwd, const u8 *mac, bool flood)
{
	const struct vr_bridge *br = l2_find(fwd, fwd->vrf, mac);

	if (likely(br) && (!flood || !l2_is_discard(br)))
		return br;
	return flood ? l2_find(fwd, fwd->vrf, broadcast_mac) : NULL;
}

enum vr_verdict vr_l2_forward(struct vr_fwd *fwd, struct vr_pkt *pkt, bool flood)
{
	const u8 *dmac = vr_eth(pkt)->h_dest;
	const struct vr_bridge *br;

	if (unlikely(is_multicast_ether_addr(dmac)))
		br = l2_find_group(fwd, dmac);
	else
		br = l2_find_unicast(fwd, dmac, flood);
	if (unlikely(!br))
		return vr_drop(fwd, pkt, VR_DROP_L2_NO_ROUTE);

	fwd->label = br->label;
	return vr_nh_run(fwd, pkt, br->nh);
}

/*
 * Requests of a DHCP client, on a port where the agent is the server. In a VLAN of the guests' own
 * that is somebody else, as it is with ARP.
 */
static bool l2_traps_dhcp(const struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const struct vr_bridge *br;

	if (likely(!(fwd->conf->cfg.flags & VR_VIF_F_DHCP)))
		return false;
	if (fwd->l2.tagged || !vr_parse_is_dhcp(pkt, &fwd->l2))
		return false;
	br = l2_find(fwd, fwd->vrf, vr_eth(pkt)->h_source);
	return !br || !(br->flags & VR_BRIDGE_F_FLOOD_DHCP);
}

/* Group membership, on a port where the agent keeps track of it; not in a VLAN either. */
static bool l2_traps_igmp(const struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (likely(!(fwd->conf->cfg.flags & VR_VIF_F_IGMP)) || fwd->l2.tagged)
		return false;
	if (fwd->l2.proto != htons(ETH_P_IP) || vr_parse_ip4(pkt, fwd->l2.l3_off))
		return false;
	return vr_ip4_at(pkt, fwd->l2.l3_off)->protocol == IPPROTO_IGMP;
}

enum vr_verdict vr_l2_control(struct vr_fwd *fwd, struct vr_pkt **pkt)
{
	enum vr_verdict verdict = VR_CONSUMED;

	switch (fwd->l2.proto) {
	case htons(ETH_P_ARP):
		return vr_l2_arp(fwd, pkt);
	case htons(ETH_P_IPV6):
		verdict = vr_l2_nd(fwd, pkt);
		if (!*pkt)
			return verdict;
		fallthrough;
	case htons(ETH_P_IP):
		if (!l2_traps_dhcp(fwd, *pkt) && !l2_traps_igmp(fwd, *pkt))
			break;
		verdict = vr_trap(fwd, *pkt, VR_TRAP_L3_PROTOCOLS, 0);
		*pkt = NULL;
		break;
	}
	return verdict;
}

enum vr_verdict vr_l2_answer(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (likely(!fwd->tun_family))
		return vr_tx(fwd, pkt, fwd->vif);
	/* By the entry of its MAC; it is nobody's from there that goes back there. */
	fwd->tun_family = 0;
	return vr_l2_forward(fwd, pkt, false);
}

/* A port without L2 is not bridged: what is not IP has nowhere to go. */
static enum vr_verdict l2_route_only(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (is_multicast_ether_addr(vr_eth(pkt)->h_dest))
		return vr_drop(fwd, pkt, VR_DROP_L2_NO_ROUTE);
	return vr_l3_input(fwd, pkt);
}

enum vr_verdict vr_l2_bridge(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (unlikely(!(fwd->conf->cfg.flags & VR_VIF_F_L2)))
		return l2_route_only(fwd, pkt);
	/* Here and not behind a translation: that one has said which VRF it means. */
	if (unlikely(is_multicast_ether_addr(vr_eth(pkt)->h_dest)) &&
	    fwd->conf->cfg.mcast_vrf != VR_VRF_NONE)
		fwd->vrf = fwd->conf->cfg.mcast_vrf;
	return vr_l2_forward(fwd, pkt, fwd->conf->cfg.flags & VR_VIF_F_UUC_FLOOD);
}

/*
 * A sender says what a device is to put a checksum over, and where: it may begin in a tag, which
 * may be taken out, and go over the type.
 */
static bool l2_csum_is_before(const struct vr_pkt *pkt, unsigned int l3_off)
{
	return vr_pkt_csum_is_partial(pkt) && vr_pkt_csum_start(pkt) < (int)l3_off;
}

enum vr_drop_reason vr_l2_judge(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (unlikely(l2_csum_is_before(pkt, fwd->l2.l3_off))) {
		if (vr_pkt_is_gso(pkt))
			return VR_DROP_INVALID_PACKET;
		if (vr_pkt_csum_finish(pkt))
			return VR_DROP_PCOW_FAIL;
		vr_parse_l2(pkt, &fwd->l2);
	}
	/* Hosts take off as many tags without a VLAN as there are, and read what is behind. */
	if (unlikely(vr_l2_is_tag(fwd->l2.proto) && !fwd->l2.tagged))
		return VR_DROP_INVALID_PACKET;
	return VR_DROP_NONE;
}

enum vr_verdict vr_l2_input(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	enum vr_drop_reason reason;
	enum vr_verdict verdict;

	vr_parse_l2(pkt, &fwd->l2);
	if (unlikely(is_multicast_ether_addr(vr_eth(pkt)->h_source)))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_PACKET);
	reason = vr_l2_check(fwd, pkt);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);

	verdict = vr_l2_control(fwd, &pkt);
	if (!pkt)
		return verdict;
	if (unlikely(fwd->conf->cfg.flags & VR_VIF_F_POLICY) && vr_l2_has_flow(fwd, pkt))
		return vr_flow_apply(fwd, pkt, VR_FLOW_AT_L2, fwd->conf->cfg.nh, NULL, true);
	return vr_l2_bridge(fwd, pkt);
}
