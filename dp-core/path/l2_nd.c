// SPDX-License-Identifier: GPL-2.0-only
/* IPv6 neighbour discovery: the same decisions as ARP, in its own words. */
#include "path/fwd.h"

#include "pkt/nd.h"

static const struct vr_route *nd_route(const struct vr_fwd *fwd, const struct in6_addr *addr)
{
	const struct vr_vrf *vrf = vr_idtab_find_rcu(&fwd->core->vrfs, fwd->vrf);

	return vrf ? vr_route_find6_rcu(vrf, addr) : NULL;
}

/* Who asks whether an address is taken, asks his peers, not the router. */
static enum vr_arp_what nd_solicitation(const struct vr_fwd *fwd, const struct vr_nd *nd,
					const u8 **mac, bool *own)
{
	if (fwd->l2.tagged || vr_nd_is_dad(nd))
		return VR_ARP_FORWARD;
	return vr_arp_proxy(fwd, nd_route(fwd, &nd->target), mac, own);
}

static enum vr_arp_what nd_what(const struct vr_fwd *fwd, const struct vr_nd *nd, const u8 **mac,
				bool *own)
{
	bool guest = fwd->conf->cfg.type == VR_VIF_VIRTUAL;

	switch (nd->type) {
	case VR_ND_NS:
		return nd_solicitation(fwd, nd, mac, own);
	case VR_ND_NA:
		return guest && !fwd->l2.tagged ? VR_ARP_COPY : VR_ARP_FORWARD;
	case VR_ND_RS:
		/* The agent is the guests' router. Where there is none, one of them may be. */
		return guest && !fwd->l2.tagged && vr_agent_rcu(fwd->core) ? VR_ARP_TRAP :
									     VR_ARP_FORWARD;
	default:
		return VR_ARP_FORWARD;
	}
}

static enum vr_verdict nd_answer(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nd *nd,
				 const u8 *mac, bool router)
{
	enum vr_drop_reason reason = vr_nd_answer(pkt, fwd->l2.l3_off, nd, mac, router);

	if (reason)
		return vr_drop(fwd, pkt, reason);
	return vr_l2_answer(fwd, pkt);
}

enum vr_verdict vr_l2_nd(struct vr_fwd *fwd, struct vr_pkt **ppkt)
{
	struct vr_pkt *pkt = *ppkt;
	struct vr_nd nd;
	const u8 *mac;
	bool own;

	vr_nd_parse(pkt, fwd->l2.l3_off, &nd);
	if (likely(nd.type == VR_ND_NONE))
		return VR_CONSUMED;
	fwd->nd = true;

	switch (nd_what(fwd, &nd, &mac, &own)) {
	case VR_ARP_COPY:
		vr_trap_copy(fwd, pkt, VR_TRAP_L3_PROTOCOLS);
		fallthrough;
	case VR_ARP_FORWARD:
		return VR_CONSUMED;
	case VR_ARP_ANSWER:
		*ppkt = NULL;
		return nd_answer(fwd, pkt, &nd, mac, own);
	case VR_ARP_TRAP:
		*ppkt = NULL;
		return vr_trap(fwd, pkt, VR_TRAP_L3_PROTOCOLS, 0);
	default:
		*ppkt = NULL;
		return vr_drop(fwd, pkt, VR_DROP_INVALID_ARP);
	}
}

bool vr_l2_is_nd(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	struct vr_nd nd;

	if (fwd->nd)
		return true;
	vr_nd_parse(pkt, fwd->l2.l3_off, &nd);
	fwd->nd = nd.type != VR_ND_NONE;
	return fwd->nd;
}
