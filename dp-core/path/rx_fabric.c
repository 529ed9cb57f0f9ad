// SPDX-License-Identifier: GPL-2.0-only
/* From the fabric, through an uplink. */
#include "path/fwd.h"

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

/* IPv6 is routed where the host has an IPv6 address in the fabric. */
static bool fabric_routes6(const struct vr_fwd *fwd)
{
	static const u8 none[sizeof(fwd->conf->cfg.ip6)];
	const struct vr_vif_conf *host = fabric_host(fwd);

	return host && memcmp(host->cfg.ip6, none, sizeof(none));
}

enum vr_verdict vr_rx_fabric(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const u8 *dmac = vr_eth(pkt)->h_dest;
	enum vr_verdict verdict;

	if (unlikely(!fabric_is_ours(fwd, dmac)))
		return vr_drop(fwd, pkt, VR_DROP_IF_RX_DISCARD);

	vr_parse_l2(pkt, &fwd->l2);
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
		fallthrough;
	case htons(ETH_P_IP):
		if (!is_multicast_ether_addr(vr_eth(pkt)->h_dest))
			return vr_l3_input(fwd, pkt);
		break;
	}
	return vr_xconnect(fwd, pkt);
}
