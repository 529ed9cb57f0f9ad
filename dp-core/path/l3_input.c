// SPDX-License-Identifier: GPL-2.0-only
/* Routing: headers are checked, the longest prefix is found, a hop is taken off. */
#include "path/fwd.h"

#include "pkt/rewrite.h"

/*
 * A hop is not counted where the packet only changes tables (another look-up
 * follows), where it ends (the host itself, the agent) or began (the host), or
 * where it waits for the agent to say how it is forwarded: it is counted then.
 */
static bool l3_takes_hop(const struct vr_fwd *fwd, const struct vr_nh_body *nh)
{
	if (fwd->conf->cfg.type == VR_VIF_HOST || unlikely(fwd->hopped))
		return false;
	switch (nh->type) {
	case VR_NH_VRF_TRANSLATE:
	case VR_NH_RECEIVE:
	case VR_NH_RESOLVE:
		return false;
	case VR_NH_ENCAP:
		return nh->vif->type != VR_VIF_AGENT;
	default:
		return true;
	}
}

/* The underlay is the host's network: what no route claims there is the host's to deal with. */
static enum vr_verdict l3_no_route(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (vr_is_underlay(fwd))
		return vr_xconnect(fwd, pkt);
	return vr_drop(fwd, pkt, VR_DROP_L3_NO_ROUTE);
}

static enum vr_verdict l3_route4(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_vrf *vrf)
{
	unsigned int off = fwd->l2.l3_off;
	const struct vr_nh_body *nh;
	const struct vr_route *rt;
	struct iphdr *ip;

	ip = vr_ip4_at(pkt, off);
	if (unlikely(!ip->ttl))
		return vr_drop(fwd, pkt, VR_DROP_TTL_EXCEEDED);
	rt = vr_route_find4_rcu(vrf, ip->daddr);
	if (unlikely(!rt))
		return l3_no_route(fwd, pkt);
	fwd->label = rt->label;

	nh = rcu_dereference(rt->nh->body);
	if (likely(nh) && l3_takes_hop(fwd, nh)) {
		if (unlikely(ip->ttl == 1))
			return vr_trap(fwd, pkt, VR_TRAP_ZERO_TTL, 0);
		if (unlikely(vr_pkt_writable(pkt, off + sizeof(*ip))))
			return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
		vr_ip4_dec_ttl(vr_ip4_at(pkt, off));
		fwd->hopped = true;
	}
	return vr_nh_run(fwd, pkt, rt->nh);
}

/* fe80::/10 */
static bool l3_is_link_local6(const struct in6_addr *addr)
{
	return addr->s6_addr[0] == 0xfe && (addr->s6_addr[1] & 0xc0) == 0x80;
}

/*
 * No router sends on what is from or to a link-local address (RFC 4291 2.5.6): in the underlay it
 * is between the host and its neighbours. But a route for that very address has its reason, as to
 * the host's own guests, and what goes to the host is not sent on.
 */
static bool l3_stays_on_link(const struct vr_fwd *fwd, const struct ipv6hdr *ip6,
			     const struct vr_route *rt)
{
	const struct vr_nh_body *nh;

	if (likely(!vr_is_underlay(fwd)) || rt->leaf.plen == 128)
		return false;
	if (likely(!l3_is_link_local6(&ip6->saddr) && !l3_is_link_local6(&ip6->daddr)))
		return false;
	nh = rcu_dereference(rt->nh->body);
	return !nh || nh->type != VR_NH_RECEIVE;
}

static enum vr_verdict l3_route6(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_vrf *vrf)
{
	unsigned int off = fwd->l2.l3_off;
	const struct vr_nh_body *nh;
	const struct vr_route *rt;
	struct ipv6hdr *ip6;

	ip6 = vr_ip6_at(pkt, off);
	if (unlikely(!ip6->hop_limit))
		return vr_drop(fwd, pkt, VR_DROP_TTL_EXCEEDED);
	rt = vr_route_find6_rcu(vrf, &ip6->daddr);
	if (unlikely(!rt || l3_stays_on_link(fwd, ip6, rt)))
		return l3_no_route(fwd, pkt);
	fwd->label = rt->label;

	nh = rcu_dereference(rt->nh->body);
	if (likely(nh) && l3_takes_hop(fwd, nh)) {
		if (unlikely(ip6->hop_limit == 1))
			return vr_trap(fwd, pkt, VR_TRAP_ZERO_TTL, 0);
		if (unlikely(vr_pkt_writable(pkt, off + sizeof(*ip6))))
			return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
		vr_ip6_dec_hop_limit(pkt, vr_ip6_at(pkt, off));
		fwd->hopped = true;
	}
	return vr_nh_run(fwd, pkt, rt->nh);
}

/* 169.254/16 and fe80::/10: the host speaks with its own guests. */
static bool l3_is_link_local(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	__be32 addr;

	if (fwd->l2.proto == htons(ETH_P_IP)) {
		addr = vr_ip4_at(pkt, fwd->l2.l3_off)->daddr;
		return (addr & htonl(0xffff0000)) == htonl(0xa9fe0000);
	}
	return l3_is_link_local6(&vr_ip6_at(pkt, fwd->l2.l3_off)->daddr);
}

/*
 * A guest's packets have met theirs before, but those whose tag has just lost its meaning. An
 * uplink's policy is about the underlay: what comes out of a tunnel has that of where it goes.
 */
static bool l3_wants_flow(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	if (likely(!(fwd->conf->cfg.flags & VR_VIF_F_POLICY)) || fwd->flow_done || fwd->tun_family)
		return false;
	return fwd->conf->cfg.type != VR_VIF_HOST || !l3_is_link_local(fwd, pkt);
}

static enum vr_verdict l3_apply_flow(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	return vr_flow_apply(fwd, pkt, VR_FLOW_AT_L3, fwd->conf->cfg.nh, NULL, true);
}

/*
 * The bytes hold tags: out of a tunnel, or behind one that a device had taken. A VLAN that no vif
 * stands for is no service of ours; a priority (IEEE 802.1Q 6.9.1) goes no further than the link.
 */
static enum vr_drop_reason l3_untag(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (fwd->l2.tagged)
		return VR_DROP_INVALID_PROTOCOL;
	if (vr_pkt_vlan_out_of_bytes(pkt, fwd->l2.l3_off - ETH_HLEN))
		return VR_DROP_PCOW_FAIL;
	fwd->l2.l3_off = ETH_HLEN;
	vr_pkt_set_headers(pkt, ETH_HLEN, fwd->l2.proto);
	return VR_DROP_NONE;
}

enum vr_verdict vr_l3_input(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const struct vr_vrf *vrf = vr_idtab_find_rcu(&fwd->core->vrfs, fwd->vrf);
	enum vr_drop_reason reason;

	if (unlikely(!vrf))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_VRF);
	if (unlikely(fwd->l2.l3_off != ETH_HLEN)) {
		reason = l3_untag(fwd, pkt);
		if (reason)
			return vr_drop(fwd, pkt, reason);
	}

	fwd->routed = true;
	switch (fwd->l2.proto) {
	case htons(ETH_P_IP):
		reason = vr_l3_check(fwd, pkt);
		if (unlikely(reason))
			return vr_drop(fwd, pkt, reason);
		if (unlikely(l3_wants_flow(fwd, pkt)))
			return l3_apply_flow(fwd, pkt);
		return l3_route4(fwd, pkt, vrf);
	case htons(ETH_P_IPV6):
		reason = vr_l3_check(fwd, pkt);
		if (unlikely(reason))
			return vr_drop(fwd, pkt, reason);
		if (unlikely(l3_wants_flow(fwd, pkt)))
			return l3_apply_flow(fwd, pkt);
		return l3_route6(fwd, pkt, vrf);
	default:
		return vr_drop(fwd, pkt, VR_DROP_INVALID_PROTOCOL);
	}
}
