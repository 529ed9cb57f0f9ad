// SPDX-License-Identifier: GPL-2.0-only
/* The way out: a frame leaves by a vif's port, or is dropped for want of one. */
#include "path/fwd.h"

#include <vr_host/port.h>

static enum vr_verdict tx_refused(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif)
{
	vr_count(&vif->stats, VR_VIF_TX_ERRORS);
	return vr_drop(fwd, pkt, VR_DROP_IF_TX_DISCARD);
}

/* The vif's own MTU, where one is configured, is below the port's. */
static bool tx_fits(const struct vr_vif *vif, struct vr_pkt *pkt)
{
	u32 mtu = READ_ONCE(vif->mtu);

	return !mtu || vr_pkt_len(pkt) <= (u64)mtu + ETH_HLEN + VLAN_HLEN || vr_pkt_is_gso(pkt);
}

u32 vr_tx_mtu(const struct vr_vif *vif)
{
	const struct vr_port *port = rcu_dereference(vif->port);
	u32 own = READ_ONCE(vif->mtu);

	if (unlikely(!port))
		return U32_MAX - ETH_HLEN;
	return own ? min(own, vr_port_mtu(port)) : vr_port_mtu(port);
}

enum vr_verdict vr_tx(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif)
{
	struct vr_port *port = rcu_dereference(vif->port);
	unsigned int len = vr_pkt_len(pkt);

	if (unlikely(!port))
		return vr_drop(fwd, pkt, rcu_access_pointer(vif->conf) ? VR_DROP_IF_DROP :
									VR_DROP_INVALID_IF);
	if (unlikely(!vr_port_can_tx(port, pkt) || !tx_fits(vif, pkt)))
		return tx_refused(fwd, pkt, vif);

	if (unlikely(vr_port_tx(port, pkt))) {
		vr_count(&vif->stats, VR_VIF_TX_ERRORS);
		return vr_drop_lost(fwd, vif->type == VR_VIF_AGENT ? VR_DROP_TRAP_LIMIT :
								     VR_DROP_IF_TX_DISCARD);
	}
	vr_count_packet(&vif->stats, VR_VIF_TX_PACKETS, len);
	return VR_SENT;
}
