// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cross-connect: the host and its uplinks talk to each other as if there were
 * no router. So it is while there is no agent, with what belongs to the host
 * anyway, and where a vif's flag asks for it.
 */
#include "path/fwd.h"

#include <vr_host/port.h>

bool vr_is_xconnected(const struct vr_fwd *fwd)
{
	return (fwd->conf->cfg.flags & VR_VIF_F_XCONNECT) || !vr_agent_rcu(fwd->core);
}

/* The first of the host's uplinks that can send. */
static struct vr_vif *xconnect_uplink(const struct vr_fwd *fwd)
{
	const struct vr_vif_cfg *cfg = &fwd->conf->cfg;
	struct vr_vif *vif, *first = NULL;
	struct vr_port *port;
	u32 i;

	for (i = 0; i < cfg->n_xconnect; i++) {
		vif = vr_idtab_find_rcu(&fwd->core->vifs, cfg->xconnect[i]);
		if (!vif || vif->type != VR_VIF_PHYSICAL)
			continue;
		port = rcu_dereference(vif->port);
		if (port && vr_port_is_up(port))
			return vif;
		if (!first)
			first = vif;
	}
	return first;
}

enum vr_verdict vr_xconnect(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	struct vr_vif *vif;

	if (fwd->conf->cfg.type == VR_VIF_HOST)
		vif = xconnect_uplink(fwd);
	else
		vif = vr_idtab_find_rcu(&fwd->core->vifs, READ_ONCE(fwd->vif->host));
	if (unlikely(!vif))
		return vr_drop(fwd, pkt, VR_DROP_NOWHERE_TO_GO);
	return vr_tx(fwd, pkt, vif);
}
