// SPDX-License-Identifier: GPL-2.0-only
/* From the fabric, through an uplink. */
#include "path/fwd.h"

#include "obj/demux.h"

/* The host that this uplink serves, or NULL. */
static const struct vr_vif_conf *fabric_host(const struct vr_fwd *fwd)
{
	const struct vr_vif *host;

	host = vr_idtab_find_rcu(&fwd->core->vifs, READ_ONCE(fwd->vif->host));
	return host ? rcu_dereference(host->conf) : NULL;
}

/* Group frames, and those to the uplink's MAC or to the host's. */
static bool fabric_is_ours(const struct vr_fwd *fwd, const u8 *dmac)
{
	const struct vr_vif_conf *host;

	if (likely(ether_addr_equal(dmac, fwd->conf->cfg.mac)))
		return true;
	if (is_multicast_ether_addr(dmac) || (fwd->conf->cfg.flags & VR_VIF_F_PROMISC))
		return true;
	host = fabric_host(fwd);
	return host && ether_addr_equal(dmac, host->cfg.mac);
}

static bool fabric_host_has_ip6(const struct vr_vif_conf *host)
{
	static const u8 none[sizeof(host->cfg.ip6)];

	return memcmp(host->cfg.ip6, none, sizeof(none));
}

/* IPv6 is routed where the host has an IPv6 address in the fabric. */
static bool fabric_routes6(const struct vr_fwd *fwd)
{
	const struct vr_vif_conf *host = fabric_host(fwd);

	return host && fabric_host_has_ip6(host);
}

/* A good IP packet to the host's own address: no route has to say so. Moves data. */
static bool fabric_is_to_host(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const struct vr_vif_conf *host = fabric_host(fwd);
	unsigned int off = fwd->l2.l3_off;

	if (unlikely(!host))
		return false;
	switch (fwd->l2.proto) {
	case htons(ETH_P_IP):
		if (!host->cfg.ip || vr_parse_ip4(pkt, off))
			return false;
		fwd->l3_checked = true;
		return vr_ip4_at(pkt, off)->daddr == host->cfg.ip;
	case htons(ETH_P_IPV6):
		if (!fabric_host_has_ip6(host) || vr_parse_ip6(pkt, off))
			return false;
		fwd->l3_checked = true;
		return !memcmp(&vr_ip6_at(pkt, off)->daddr, host->cfg.ip6,
			       sizeof(host->cfg.ip6));
	default:
		return false;
	}
}

/* Tunnels end here, and this may have come by one. */
static bool fabric_has_tunnels(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	if (vr_demux_is_empty(fwd->core, VR_DEMUX_MPLS) &&
	    vr_demux_is_empty(fwd->core, VR_DEMUX_VXLAN))
		return false;
	return !fwd->l2.tagged && !is_multicast_ether_addr(vr_eth(pkt)->h_dest);
}

enum vr_verdict vr_rx_fabric(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const u8 *dmac = vr_eth(pkt)->h_dest;
	enum vr_verdict verdict;

	if (unlikely(!fabric_is_ours(fwd, dmac)))
		return vr_drop(fwd, pkt, VR_DROP_IF_RX_DISCARD);

	vr_parse_l2(pkt, &fwd->l2);
	if (fabric_has_tunnels(fwd, pkt) && fabric_is_to_host(fwd, pkt)) {
		verdict = vr_rx_tunnel(fwd, &pkt);
		if (!pkt)
			return verdict;
	}
	if (vr_is_xconnected(fwd) || fwd->l2.tagged)
		return vr_xconnect(fwd, pkt);

	switch (fwd->l2.proto) {
	case htons(ETH_P_ARP):
		verdict = vr_l2_arp(fwd, &pkt);
		return pkt ? vr_xconnect(fwd, pkt) : verdict;
	case htons(ETH_P_IPV6):
		if (!fabric_routes6(fwd))
			break;
		verdict = vr_l2_nd(fwd, &pkt);
		if (!pkt)
			return verdict;
		/* As ARP: no router takes it any further (RFC 4861 7.1: it has all its hops). */
		if (unlikely(fwd->nd))
			break;
		fallthrough;
	case htons(ETH_P_IP):
		if (!is_multicast_ether_addr(vr_eth(pkt)->h_dest))
			return vr_l3_input(fwd, pkt);
		break;
	}
	return vr_xconnect(fwd, pkt);
}
