// SPDX-License-Identifier: GPL-2.0-only
/* The way in: a frame came by a vif's port. */
#include "path/fwd.h"

#include <vr_host/trace.h>

static enum vr_verdict rx_from(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (unlikely(!fwd->conf))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_IF);

	switch (fwd->conf->cfg.type) {
	case VR_VIF_VIRTUAL:
		return vr_l2_input(fwd, pkt);
	case VR_VIF_PHYSICAL:
		return vr_rx_fabric(fwd, pkt);
	case VR_VIF_HOST:
		return vr_rx_host(fwd, pkt);
	case VR_VIF_AGENT:
		return vr_rx_agent(fwd, pkt);
	default:
		return vr_drop(fwd, pkt, VR_DROP_INVALID_IF);
	}
}

enum vr_verdict vr_rx(struct vr_vif *vif, struct vr_pkt *pkt)
{
	const struct vr_vif_conf *conf;
	enum vr_verdict verdict;
	struct vr_fwd fwd;

	vr_count_packet(&vif->stats, VR_VIF_RX_PACKETS, vr_pkt_len(pkt));
	vr_trace_rx(vif->id, pkt);

	rcu_read_lock();
	conf = rcu_dereference(vif->conf);
	fwd = (struct vr_fwd){
		.core = vif->core,
		.vif = vif,
		.conf = conf,
		.vrf = conf ? conf->cfg.vrf : 0,
		.label = VR_LABEL_NONE,
		.budget = VR_FWD_BUDGET,
	};
	verdict = rx_from(&fwd, pkt);
	rcu_read_unlock();
	return verdict;
}
