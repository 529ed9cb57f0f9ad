// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARP: who is answered for, with which MAC, and what the agent hears of it.
 *
 * Four askers differ. A guest is answered by the routes of its VRF. The host
 * and the fabric share the underlay, where everybody answers for himself: there
 * only what a route says is proxied, and the rest is cross-connected. What comes
 * out of a tunnel was asked by a guest of another hypervisor, which answers for all
 * but the guests that are here.
 */
#include "path/mcast.h"

#include "pkt/arp.h"

static const u8 arp_all_mac[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* The gateway's route points at the agent, which answers for it, or at the host itself. */
static bool arp_is_gateway(const struct vr_route *rt)
{
	const struct vr_nh_body *nh = rcu_dereference(rt->nh->body);

	if (!nh)
		return false;
	if (nh->type == VR_NH_RECEIVE)
		return true;
	return nh->type == VR_NH_ENCAP && nh->vif->type == VR_VIF_AGENT;
}

/* The route leads to a guest of this host. */
static bool arp_is_local_guest(const struct vr_route *rt)
{
	const struct vr_nh_body *nh = rcu_dereference(rt->nh->body);

	return nh && nh->type == VR_NH_ENCAP && nh->vif->type == VR_VIF_VIRTUAL;
}

/* Who asks is behind a switch of his VRF: it answers nobody, so he is served like a guest. */
static bool arp_is_from_switch(const struct vr_fwd *fwd)
{
	const struct vr_nh_body *nh;
	const struct vr_bridge *br;

	br = vr_bridge_find_rcu(&fwd->core->bridges, fwd->vrf, arp_all_mac);
	nh = br ? rcu_dereference(br->nh->body) : NULL;
	return nh && nh->type == VR_NH_COMPOSITE && vr_mcast_from_tor(fwd, nh);
}

/*
 * The fabric asks: is somebody else to answer? Every hypervisor is the gateway of its own
 * guests, so who asks for it through a tunnel has been answered, or shall not be.
 */
static bool arp_is_elsewhere(const struct vr_fwd *fwd, const struct vr_route *rt,
			     enum vr_arp_what *what)
{
	if (fwd->tun_family && arp_is_from_switch(fwd))
		return false;
	if (arp_is_gateway(rt)) {
		*what = VR_ARP_DROP;
		return fwd->tun_family;
	}
	*what = VR_ARP_FORWARD;
	return !arp_is_local_guest(rt);
}

enum vr_arp_what vr_arp_proxy(const struct vr_fwd *fwd, const struct vr_route *rt,
			      const u8 **mac, bool *own)
{
	/* The uplink's are about the underlay. */
	u32 flags = fwd->tun_family ? 0 : fwd->conf->cfg.flags;
	enum vr_arp_what what;

	*mac = fwd->conf->cfg.mac;
	*own = true;
	if (flags & VR_VIF_F_MAC_PROXY)
		return VR_ARP_ANSWER;
	if (!rt || !(rt->flags & (VR_ROUTE_F_PROXY | VR_ROUTE_F_FLOOD)))
		return VR_ARP_FORWARD;
	if ((rt->flags & VR_ROUTE_F_FLOOD) && !rt->has_mac)
		return VR_ARP_FORWARD;
	if ((flags & VR_VIF_F_NO_ARP_PROXY) && !arp_is_gateway(rt))
		return VR_ARP_DROP;
	if (fwd->conf->cfg.type == VR_VIF_PHYSICAL && arp_is_elsewhere(fwd, rt, &what))
		return what;
	if (rt->has_mac) {
		*mac = rt->mac;
		*own = false;
	}
	return VR_ARP_ANSWER;
}

static const struct vr_route *arp_route(const struct vr_fwd *fwd, __be32 addr)
{
	const struct vr_vrf *vrf = vr_idtab_find_rcu(&fwd->core->vrfs, fwd->vrf);

	return vrf ? vr_route_find4_rcu(vrf, addr) : NULL;
}

static bool arp_is_link_local(__be32 addr)
{
	return (addr & htonl(0xffff0000)) == htonl(0xa9fe0000);
}

static enum vr_arp_what arp_gratuitous(const struct vr_fwd *fwd, const struct vr_arp *arp)
{
	const struct vr_route *rt;

	if (!fwd->tun_family) {
		switch (fwd->conf->cfg.type) {
		case VR_VIF_PHYSICAL:
			return VR_ARP_COPY;
		case VR_VIF_HOST:
			return VR_ARP_FORWARD;
		}
		if (fwd->conf->cfg.flags & VR_VIF_F_MAC_PROXY)
			return VR_ARP_DROP;
	}
	rt = arp_route(fwd, arp->tip);
	return rt && (rt->flags & VR_ROUTE_F_TRAP) ? VR_ARP_COPY : VR_ARP_FORWARD;
}

static enum vr_arp_what arp_request(const struct vr_fwd *fwd, const struct vr_arp *arp,
				    const u8 **mac)
{
	bool own;

	/* A probe asks whether an address is taken (RFC 5227 2.1.1): for its peers to say. */
	if (fwd->l2.tagged || !arp->sip)
		return VR_ARP_FORWARD;
	if (vr_arp_is_gratuitous(arp))
		return arp_gratuitous(fwd, arp);
	if (fwd->conf->cfg.type == VR_VIF_HOST && arp_is_link_local(arp->tip)) {
		*mac = fwd->conf->cfg.mac;
		return VR_ARP_ANSWER;
	}
	return vr_arp_proxy(fwd, arp_route(fwd, arp->tip), mac, &own);
}

/* The frame is for the router: its MAC, or one that is routed. */
static bool arp_is_to_me(const struct vr_fwd *fwd, const u8 *dmac)
{
	const struct vr_nh_body *nh;
	const struct vr_bridge *br;

	if (ether_addr_equal(dmac, fwd->conf->cfg.mac))
		return true;
	br = vr_bridge_find_rcu(&fwd->core->bridges, fwd->vrf, dmac);
	if (!br)
		return false;
	nh = rcu_dereference(br->nh->body);
	return nh && nh->type == VR_NH_L2_RECEIVE;
}

static enum vr_arp_what arp_reply(const struct vr_fwd *fwd, const struct vr_arp *arp,
				  const u8 *dmac)
{
	if (fwd->l2.tagged || fwd->tun_family)
		return VR_ARP_FORWARD;
	switch (fwd->conf->cfg.type) {
	case VR_VIF_PHYSICAL:
		return VR_ARP_COPY;
	case VR_VIF_HOST:
		return VR_ARP_FORWARD;
	}
	if (is_multicast_ether_addr(dmac))
		return VR_ARP_COPY;
	return arp_is_to_me(fwd, dmac) ? VR_ARP_TRAP : VR_ARP_FORWARD;
}

static enum vr_verdict arp_answer(struct vr_fwd *fwd, struct vr_pkt *pkt,
				  const struct vr_arp *arp, const u8 *mac)
{
	enum vr_drop_reason reason = vr_arp_answer(pkt, fwd->l2.l3_off, arp, mac);

	if (reason)
		return vr_drop(fwd, pkt, reason);
	return vr_l2_answer(fwd, pkt);
}

enum vr_verdict vr_l2_arp(struct vr_fwd *fwd, struct vr_pkt **ppkt)
{
	struct vr_pkt *pkt = *ppkt;
	enum vr_drop_reason reason;
	enum vr_arp_what what;
	struct vr_arp arp;
	const u8 *mac;

	reason = vr_arp_parse(pkt, fwd->l2.l3_off, &arp);
	/* Host and fabric may speak other kinds of ARP than ours (RFC 2390, RFC 4338). */
	if (reason && fwd->conf->cfg.type != VR_VIF_VIRTUAL && !fwd->tun_family)
		return VR_CONSUMED;
	if (reason) {
		*ppkt = NULL;
		return vr_drop(fwd, pkt, reason);
	}
	if (arp.op == ARPOP_REQUEST)
		what = arp_request(fwd, &arp, &mac);
	else
		what = arp_reply(fwd, &arp, vr_eth(pkt)->h_dest);

	switch (what) {
	case VR_ARP_COPY:
		vr_trap_copy(fwd, pkt, VR_TRAP_ARP);
		fallthrough;
	case VR_ARP_FORWARD:
		return VR_CONSUMED;
	case VR_ARP_ANSWER:
		*ppkt = NULL;
		return arp_answer(fwd, pkt, &arp, mac);
	case VR_ARP_TRAP:
		*ppkt = NULL;
		return vr_trap(fwd, pkt, VR_TRAP_ARP, 0);
	default:
		*ppkt = NULL;
		return vr_drop(fwd, pkt, VR_DROP_INVALID_ARP);
	}
}
