// SPDX-License-Identifier: GPL-2.0-only
/* Out by a vif: bridged as it is, or routed with a new Ethernet header. */
#include "path/fwd.h"

#include "lib/copy.h"
#include "pkt/rewrite.h"

#define IP4_DF 0x4000

/* A group's MAC comes from its address; another address has the nexthop's, if that has one. */
static void encap_mcast_mac(const struct vr_fwd *fwd, struct vr_pkt *pkt, u8 *mac)
{
	if (fwd->l2.proto == htons(ETH_P_IP)) {
		__be32 group = vr_ip4_at(pkt, fwd->l2.l3_off)->daddr;

		if ((group & htonl(0xf0000000)) == htonl(0xe0000000))
			vr_mcast_mac4(mac, group);
	} else {
		const struct in6_addr *group = &vr_ip6_at(pkt, fwd->l2.l3_off)->daddr;

		if (group->s6_addr[0] == 0xff)
			vr_mcast_mac6(mac, group);
	}
}

/* The sender wants to know what fits: RFC 1191; in IPv6 he always does (RFC 8201). */
static bool encap_may_not_cut(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	return fwd->l2.proto != htons(ETH_P_IP) ||
	       (vr_ip4_at(pkt, fwd->l2.l3_off)->frag_off & htons(IP4_DF));
}

static bool encap_is_too_big(const struct vr_fwd *fwd, const struct vr_pkt *pkt, u32 mtu)
{
	if (likely(vr_pkt_len(pkt) <= mtu + ETH_HLEN))
		return false;
	if (vr_pkt_is_gso(pkt) && vr_pkt_gso_fits(pkt, mtu))
		return false;
	return encap_may_not_cut(fwd, pkt);
}

/* l3_input.c made sure that exactly an Ethernet header stands before the network header. */
static enum vr_verdict encap_routed(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_nh_body *nh)
{
	u32 mtu = vr_tx_mtu(nh->vif);
	struct ethhdr *eth;

	if (unlikely(encap_is_too_big(fwd, pkt, mtu)) && !(nh->flags & VR_NH_F_MCAST))
		return vr_too_big(fwd, pkt, mtu);
	if (unlikely(vr_pkt_writable(pkt, ETH_HLEN)))
		return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
	if (vr_pkt_has_vlan(pkt))
		vr_pkt_clear_vlan(pkt);

	eth = vr_eth(pkt);
	vr_copy_inline(eth, nh->macs, sizeof(nh->macs));
	eth->h_proto = fwd->l2.proto;
	if (unlikely(nh->flags & VR_NH_F_MCAST))
		encap_mcast_mac(fwd, pkt, eth->h_dest);
	if (unlikely(is_zero_ether_addr(eth->h_dest)))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	return vr_tx(fwd, pkt, nh->vif);
}

/*
 * What is for the agent itself; it runs BFD with those who ask for it. It does not in a VLAN of the
 * guests' own, which ends where a packet is routed.
 */
static enum vr_verdict encap_to_agent(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	u8 state;

	if ((fwd->routed || !fwd->l2.tagged) && unlikely(vr_parse_bfd(pkt, &fwd->l2, &state)))
		return vr_trap(fwd, pkt, VR_TRAP_BFD, state);
	return vr_trap(fwd, pkt, VR_TRAP_NEXTHOP, 0);
}

enum vr_verdict vr_nh_encap(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh)
{
	if (unlikely(fwd->diag) && fwd->routed && !vr_nh_is_bridged(nh))
		return vr_trap(fwd, pkt, VR_TRAP_DIAG, nh->vif->id);
	if (unlikely(nh->vif->type == VR_VIF_AGENT))
		return encap_to_agent(fwd, pkt);
	if (unlikely(vr_nh_is_bridged(nh) == fwd->routed))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	if (fwd->routed)
		return encap_routed(fwd, pkt, nh);
	return vr_tx(fwd, pkt, nh->vif);
}

/* For the host's own stack, which only takes what carries its MAC; of a routed packet no tag. */
static enum vr_verdict receive_by_host(struct vr_fwd *fwd, struct vr_pkt *pkt,
				       const struct vr_nh_body *nh,
				       const struct vr_vif_conf *conf)
{
	const u8 *dmac = vr_eth(pkt)->h_dest;

	if (!is_multicast_ether_addr(dmac) && !ether_addr_equal(dmac, conf->cfg.mac)) {
		if (unlikely(vr_pkt_writable(pkt, ETH_HLEN)))
			return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
		ether_addr_copy(vr_eth(pkt)->h_dest, conf->cfg.mac);
	}
	if (fwd->routed && vr_pkt_has_vlan(pkt))
		vr_pkt_clear_vlan(pkt);
	return vr_tx(fwd, pkt, nh->vif);
}

/* Of what was routed here from the fabric, tunnels end here. */
enum vr_verdict vr_nh_receive(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh)
{
	const struct vr_vif_conf *conf = rcu_dereference(nh->vif->conf);
	enum vr_verdict verdict;

	if (unlikely(!conf))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_IF);
	if (conf->cfg.type == VR_VIF_AGENT)
		return vr_trap(fwd, pkt, VR_TRAP_NEXTHOP, 0);
	if (fwd->routed && fwd->conf->cfg.type == VR_VIF_PHYSICAL) {
		verdict = vr_rx_tunnel(fwd, &pkt);
		if (!pkt)
			return verdict;
	}
	return receive_by_host(fwd, pkt, nh, conf);
}
