// SPDX-License-Identifier: GPL-2.0-only
/*
 * Into a tunnel: outer headers in front of a frame or a routed packet, and out
 * by the port behind the nexthop, or by the host's own way to the other end.
 *
 * Whether it fits is tunnel_mtu.c's to say, and the bytes are pkt/encap.c's.
 */
#include "path/fwd.h"

#include <vr_host/underlay.h>

#include "lib/copy.h"
#include "pkt/encap.h"
#include "pkt/entropy.h"

/* MPLS TTL of frames, and of packets whose own is 0. */
#define TUNNEL_MPLS_TTL		64

#define TUNNEL_ECN_MASK		0x03
#define TUNNEL_DSCP_SHIFT	2
#define TUNNEL_DSCP_INNER	64	/* VR_CONF_TUNNEL_DSCP: as inside */

/**
 * struct tunnel_load - what is put into a tunnel, and how: of a packet and all its segments
 * @nh: the tunnel, whose counters count it
 * @how: for the host
 * @e: for the template
 */
struct tunnel_load {
	const struct vr_nh_body *nh;
	struct vr_pkt_tunnel how;
	struct vr_encap_pkt e;
};

static bool tunnel_is_vxlan(const struct vr_tunnel *t)
{
	return t->tmpl.encap == VR_ENCAP_VXLAN;
}

/*
 * Out of one tunnel into another: never back to where it came from, and of frames only those
 * that are flooded, by who knows which members have had theirs. Every hypervisor bridges to
 * all others itself.
 */
static enum vr_drop_reason tunnel_check_loop(const struct vr_fwd *fwd, const struct vr_pkt *pkt,
					     const struct vr_tunnel *t)
{
	if (vr_came_by(fwd, t))
		return VR_DROP_PKT_LOOP;
	if (fwd->routed || fwd->flooded || is_multicast_ether_addr(vr_eth(pkt)->h_dest))
		return VR_DROP_NONE;
	return VR_DROP_INVALID_SOURCE;
}

/* Is this a tunnel for such a packet? */
static enum vr_drop_reason tunnel_check(const struct vr_fwd *fwd, const struct vr_pkt *pkt,
					const struct vr_nh_body *nh)
{
	const struct vr_tunnel *t = nh->tunnel;

	if (tunnel_is_vxlan(t)) {
		if (unlikely(fwd->label > VR_VNI_MAX))
			return VR_DROP_INVALID_VNID;
		if (unlikely(fwd->routed != !!(nh->flags & VR_NH_F_L3_VXLAN)))
			return VR_DROP_INVALID_NH;
	} else if (unlikely(fwd->label > VR_MPLS_LABEL_MAX)) {
		return VR_DROP_INVALID_LABEL;
	}
	return unlikely(fwd->tun_family) ? tunnel_check_loop(fwd, pkt, t) : VR_DROP_NONE;
}

/*
 * What the outer headers take from the IP header inside: congestion marks (RFC 6040 4.1, normal
 * mode), DSCP if that is wished for, TTL if it is routed. A frame need not have one that is
 * whole. Moves data.
 */
static void tunnel_read_inner(const struct vr_fwd *fwd, struct vr_pkt *pkt,
			      struct vr_encap_pkt *e)
{
	u32 dscp = vr_conf(fwd->core, VR_CONF_TUNNEL_DSCP);
	unsigned int off = fwd->l2.l3_off;
	const u8 *l3;
	u8 tos = 0;
	u8 ttl = 0;

	switch (fwd->l2.proto) {
	case htons(ETH_P_IP):
		if (!vr_pkt_may_pull(pkt, off + sizeof(struct iphdr)))
			break;
		l3 = (const u8 *)vr_ip4_at(pkt, off);
		tos = l3[1];
		ttl = l3[8];
		break;
	case htons(ETH_P_IPV6):
		if (!vr_pkt_may_pull(pkt, off + sizeof(struct ipv6hdr)))
			break;
		l3 = (const u8 *)vr_ip6_at(pkt, off);
		tos = l3[0] << 4 | l3[1] >> 4;
		ttl = l3[7];
		break;
	}
	e->ttl = fwd->routed && ttl ? ttl : TUNNEL_MPLS_TTL;
	e->tos = tos;
	if (dscp != TUNNEL_DSCP_INNER)
		e->tos = dscp << TUNNEL_DSCP_SHIFT | (tos & TUNNEL_ECN_MASK);
}

static u16 tunnel_source_port(const struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	u32 entropy = vr_entropy(pkt, &fwd->l2, fwd->routed, VR_HASH_ALL, fwd->vrf,
				 fwd->core->entropy);

	return VR_ENTROPY_PORT_MIN + vr_entropy_scale(entropy, VR_ENTROPY_PORTS);
}

/* A checksum is the exception over IPv4 (RFC 7348 4.1, RFC 7510 3), the rule over IPv6. */
static bool tunnel_wants_csum(const struct vr_nh_body *nh)
{
	if (nh->tunnel->family == AF_INET)
		return nh->flags & VR_NH_F_UDP_CSUM;
	return !(nh->flags & VR_NH_F_UDP6_ZERO_CSUM);
}

/* Moves data. */
static void tunnel_load_fill(const struct vr_fwd *fwd, struct vr_pkt *pkt,
			     struct tunnel_load *load)
{
	const struct vr_tunnel *t = load->nh->tunnel;
	bool ether = !fwd->routed || tunnel_is_vxlan(t);
	bool gre = t->tmpl.encap == VR_ENCAP_MPLS_GRE;

	load->how = (struct vr_pkt_tunnel){
		.gre = gre,
		.csum = !gre && tunnel_wants_csum(load->nh),
		.ether = ether,
		.mac_off = ether ? 0 : ETH_HLEN,
		.l3_off = fwd->l2.l3_off,
		.proto = fwd->l2.proto,
	};
	load->e = (struct vr_encap_pkt){
		.label = fwd->label,
		.sport = gre ? 0 : tunnel_source_port(fwd, pkt),
		.outer_ttl = vr_conf(fwd->core, VR_CONF_TUNNEL_TTL),
		.routed = !ether,
	};
	tunnel_read_inner(fwd, pkt, &load->e);
}

/* The packet is the tunnel's, outer headers and all. */
static enum vr_verdict tunnel_tx(struct vr_fwd *fwd, struct vr_pkt *pkt,
				 const struct vr_nh_body *nh)
{
	struct vr_underlay *underlay = nh->tunnel->underlay;
	int err;

	if (!underlay)
		return vr_tx(fwd, pkt, nh->vif);
	err = vr_underlay_tx(underlay, pkt);
	if (unlikely(err))
		return vr_drop_lost(fwd, err == -ENETUNREACH ? VR_DROP_NO_UNDERLAY :
							       VR_DROP_UNDERLAY_TX);
	vr_count(&fwd->core->stats, VR_CORE_UNDERLAY);
	return VR_SENT;
}

/*
 * Room, headers, and out. Of a routed packet the 14 bytes where its Ethernet header was are
 * room too, or where an L3 VXLAN has the new one.
 */
static enum vr_verdict tunnel_push(struct vr_fwd *fwd, struct vr_pkt *pkt,
				   const struct tunnel_load *load)
{
	const struct vr_tunnel *t = load->nh->tunnel;
	unsigned int room = vr_encap_len(&t->tmpl, load->e.routed);
	enum vr_verdict verdict;
	unsigned int len;

	room -= load->how.mac_off;
	if (unlikely(vr_pkt_cow_head(pkt, room)))
		return vr_drop(fwd, pkt, VR_DROP_PUSH);
	if (!load->how.ether) {
		vr_pkt_pull(pkt, ETH_HLEN);
	} else if (fwd->routed) {
		struct ethhdr *eth = vr_eth(pkt);

		vr_copy_inline(eth, t->inner_macs, sizeof(t->inner_macs));
		eth->h_proto = load->how.proto;
	}
	len = vr_pkt_len(pkt);
	vr_encap_push(pkt, &t->tmpl, &load->e);
	vr_pkt_encap_end(pkt, &load->how, t->family, t->tmpl.l4_off);

	verdict = tunnel_tx(fwd, pkt, load->nh);
	if (likely(verdict == VR_SENT))
		vr_count_packet(t->stats, VR_NH_PACKETS, len);
	return verdict;
}

/* A packet that no device segments once it is in a tunnel: each of its segments goes in. */
static enum vr_verdict tunnel_segments(struct vr_fwd *fwd, struct vr_pkt *pkt,
				       const struct tunnel_load *load)
{
	enum vr_verdict verdict;
	struct vr_pkt *next;

	pkt = vr_pkt_segment(pkt);
	if (unlikely(!pkt))
		return vr_drop_lost(fwd, VR_DROP_PCOW_FAIL);
	do {
		next = vr_pkt_next(pkt);
		if (next)
			vr_count(&fwd->core->stats, VR_CORE_CREATED);
		if (unlikely(vr_pkt_encap(pkt, &load->how)))
			verdict = vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
		else
			verdict = tunnel_push(fwd, pkt, load);
		pkt = next;
	} while (pkt);
	return verdict;
}

/*
 * What stands in front of the packet then, without the outer Ethernet header: of a routed one
 * in front of its IP header.
 */
static unsigned int tunnel_overhead(const struct vr_fwd *fwd, const struct vr_tunnel *t)
{
	if (fwd->routed && tunnel_is_vxlan(t))
		return vr_encap_len(&t->tmpl, false);
	return vr_encap_len(&t->tmpl, fwd->routed) - ETH_HLEN;
}

static enum vr_verdict tunnel_carry(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_nh *handle, const struct vr_nh_body *nh)
{
	struct tunnel_load load = { .nh = nh };
	enum vr_verdict verdict;
	int err;

	verdict = vr_tunnel_fit(fwd, &pkt, handle, nh, tunnel_overhead(fwd, nh->tunnel));
	if (unlikely(!pkt))
		return verdict;
	/* That of a routed packet means nothing any more, but to who was told of a size. */
	if (unlikely(vr_pkt_has_vlan(pkt)))
		vr_pkt_clear_vlan(pkt);
	tunnel_load_fill(fwd, pkt, &load);
	err = vr_pkt_encap(pkt, &load.how);
	if (likely(!err))
		return tunnel_push(fwd, pkt, &load);
	if (err == -EOPNOTSUPP)
		return tunnel_segments(fwd, pkt, &load);
	return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
}

/* The tag of a frame is part of what is carried. */
static enum vr_drop_reason tunnel_carry_tag(struct vr_fwd *fwd, struct vr_pkt *pkt,
					    const struct vr_tunnel *t)
{
	/* Room for all that is to come, so that the head is made anew once at most. */
	if (unlikely(vr_pkt_cow_head(pkt, VLAN_HLEN + t->tmpl.len)))
		return VR_DROP_PUSH;
	if (unlikely(vr_pkt_vlan_into_bytes(pkt)))
		return VR_DROP_PCOW_FAIL;
	fwd->l2.l3_off += VLAN_HLEN;
	return VR_DROP_NONE;
}

/*
 * Outer headers have 16 bits for a length. GSO packets that are longer with them (of a guest with a
 * raised gso_max_size, or just below 64 KiB) go in as their segments.
 */
static bool tunnel_is_too_long(const struct vr_pkt *pkt, const struct vr_tunnel *t)
{
	return vr_pkt_len(pkt) + VLAN_HLEN + vr_encap_len(&t->tmpl, false) > U16_MAX &&
	       vr_pkt_is_gso(pkt);
}

/* While the tag is outside of the bytes: a jumbo header is taken off behind an Ethernet header. */
static noinline enum vr_verdict tunnel_too_long(struct vr_fwd *fwd, struct vr_pkt *pkt,
						const struct vr_nh *handle,
						const struct vr_nh_body *nh)
{
	enum vr_verdict verdict;
	struct vr_pkt *next;

	vr_pkt_set_headers(pkt, fwd->l2.l3_off, fwd->l2.proto);
	pkt = vr_pkt_segment(pkt);
	if (unlikely(!pkt))
		return vr_drop_lost(fwd, VR_DROP_PCOW_FAIL);
	do {
		struct vr_fwd own = *fwd;

		next = vr_pkt_next(pkt);
		if (next)
			vr_count(&fwd->core->stats, VR_CORE_CREATED);
		verdict = vr_nh_tunnel(&own, pkt, handle, nh);
		pkt = next;
	} while (pkt);
	return verdict;
}

enum vr_verdict vr_nh_tunnel(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh *handle,
			     const struct vr_nh_body *nh)
{
	enum vr_drop_reason reason = tunnel_check(fwd, pkt, nh);

	if (likely(!reason) && unlikely(tunnel_is_too_long(pkt, nh->tunnel)))
		return tunnel_too_long(fwd, pkt, handle, nh);
	if (likely(!reason) && unlikely(vr_pkt_has_vlan(pkt)) && !fwd->routed)
		reason = tunnel_carry_tag(fwd, pkt, nh->tunnel);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	return tunnel_carry(fwd, pkt, handle, nh);
}
