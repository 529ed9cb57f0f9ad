// SPDX-License-Identifier: GPL-2.0-only
/*
 * Out of a tunnel that ends here: from the label or VNI to its nexthop, and from
 * the outer packet to the frame or IP packet inside, which goes on from there as
 * if it had come in by the uplink.
 */
#include "path/fwd.h"

#include <vr_host/trace.h>

#include "lib/copy.h"
#include "obj/demux.h"
#include "pkt/decap.h"

#define CONTROL_WORD_LEN	4

static enum vr_verdict tunnel_end(struct vr_fwd *fwd, struct vr_pkt *pkt);

static enum vr_demux_kind tunnel_kind(enum vr_encap encap)
{
	return encap == VR_ENCAP_VXLAN ? VR_DEMUX_VXLAN : VR_DEMUX_MPLS;
}

/* What is known of the outer packet is not known of the inner one. */
static void tunnel_enter(struct vr_fwd *fwd, const struct vr_decap *d,
			 const struct vr_nh_body *nh)
{
	vr_copy_inline(fwd->tun_src, d->src, sizeof(fwd->tun_src));
	fwd->tun_family = d->family;
	fwd->tun_encap = d->encap;
	fwd->vrf = nh->vrf;
	fwd->label = VR_LABEL_NONE;
	fwd->flow = NULL;
	fwd->flow_done = false;
	fwd->chosen = false;
	fwd->l3_checked = false;
	fwd->hopped = false;
}

/*
 * What a tunnel does to the IP packet inside: congestion marks, and what a TCP SYN says of
 * the largest segment. Moves data.
 */
static enum vr_drop_reason tunnel_mend(struct vr_fwd *fwd, struct vr_pkt *pkt, u8 tos)
{
	enum vr_drop_reason reason;

	reason = vr_decap_ecn(pkt, fwd->l2.l3_off, vr_l3_family(fwd), tos);
	return unlikely(reason) ? reason : vr_tunnel_mss_in(fwd, pkt);
}

/*
 * A packet that was merged with its outer headers, not behind them: its segments come out of
 * the tunnel one by one. What it was found to be in, each of them is found to be in again.
 */
static enum vr_verdict tunnel_segments(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	enum vr_verdict verdict;
	struct vr_pkt *next;

	pkt = vr_pkt_segment(pkt);
	if (unlikely(!pkt))
		return vr_drop_lost(fwd, VR_DROP_PCOW_FAIL);
	do {
		struct vr_fwd own = *fwd;

		next = vr_pkt_next(pkt);
		if (next)
			vr_count(&fwd->core->stats, VR_CORE_CREATED);
		verdict = tunnel_end(&own, pkt);
		pkt = next;
	} while (pkt);
	return verdict;
}

/* vr_pkt_decap() has said @err. */
static enum vr_verdict tunnel_no_decap(struct vr_fwd *fwd, struct vr_pkt *pkt, int err)
{
	if (err == -EOPNOTSUPP)
		return tunnel_segments(fwd, pkt);
	return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
}

/* Headers of a good frame begin at @off. Moves data. */
static enum vr_drop_reason tunnel_check_frame(struct vr_pkt *pkt, const struct vr_decap *d,
					      const struct vr_nh_body *nh, unsigned int *off)
{
	const u8 *word;

	*off = d->off;
	if (d->encap != VR_ENCAP_VXLAN && (nh->flags & VR_NH_F_CONTROL_WORD))
		*off += CONTROL_WORD_LEN;
	if (unlikely(!vr_pkt_may_pull(pkt, *off + ETH_HLEN)))
		return VR_DROP_PULL;
	if (*off == d->off)
		return VR_DROP_NONE;
	/* RFC 4385 2: anything else there is no frame, but about the wire. */
	word = (const u8 *)vr_pkt_data(pkt) + d->off;
	return word[0] >> 4 ? VR_DROP_INVALID_TUNNEL : VR_DROP_NONE;
}

static bool tunnel_is_flooded(const struct vr_nh_body *nh)
{
	return nh->type == VR_NH_COMPOSITE && nh->kind != VR_NH_KIND_ECMP;
}

/* Does the nexthop look for the frame's addressee, or for all of them? */
static bool tunnel_is_bridged(const struct vr_nh_body *nh)
{
	return (nh->type == VR_NH_VRF_TRANSLATE && vr_nh_is_bridged(nh)) || tunnel_is_flooded(nh);
}

/* Bridged, with the rules for control protocols where that is what the nexthop does. */
static enum vr_verdict tunnel_bridge(struct vr_fwd *fwd, struct vr_pkt *pkt,
				     const struct vr_decap *d, const struct vr_nh *handle,
				     const struct vr_nh_body *nh)
{
	enum vr_drop_reason reason;
	enum vr_verdict verdict;

	vr_parse_l2(pkt, &fwd->l2);
	reason = vr_l2_check(fwd, pkt);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	vr_pkt_set_headers(pkt, fwd->l2.l3_off, fwd->l2.proto);
	if (unlikely(is_multicast_ether_addr(vr_eth(pkt)->h_source)))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_PACKET);

	/* What is malformed inside is for those to judge who will read it. */
	if (vr_l3_family(fwd) && !vr_l3_check(fwd, pkt)) {
		reason = tunnel_mend(fwd, pkt, d->tos);
		if (unlikely(reason))
			return vr_drop(fwd, pkt, reason);
	}
	if (tunnel_is_bridged(nh)) {
		verdict = vr_l2_control(fwd, &pkt);
		if (!pkt)
			return verdict;
	}
	if (!tunnel_is_flooded(nh) && vr_gro(fwd, pkt, d->label))
		return VR_HELD;
	return vr_nh_run(fwd, pkt, handle);
}

static enum vr_verdict tunnel_frame(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_decap *d, const struct vr_nh *handle,
				    const struct vr_nh_body *nh)
{
	enum vr_drop_reason reason;
	unsigned int off;
	int err;

	reason = tunnel_check_frame(pkt, d, nh, &off);
	if (likely(!reason) && unlikely(tunnel_is_flooded(nh)))
		reason = vr_mcast_unwrap(fwd, pkt, nh, &off);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	err = vr_pkt_decap(pkt, off);
	if (unlikely(err))
		return tunnel_no_decap(fwd, pkt, err);
	fwd->routed = false;
	return tunnel_bridge(fwd, pkt, d, handle, nh);
}

/*
 * The last 14 bytes of the outer headers become an Ethernet header, for those who want to
 * see one (agent and host), and go by that.
 */
static enum vr_drop_reason tunnel_make_eth(struct vr_fwd *fwd, struct vr_pkt *pkt, __be16 proto)
{
	struct ethhdr *eth;

	if (unlikely(vr_pkt_writable(pkt, ETH_HLEN)))
		return VR_DROP_PCOW_FAIL;
	eth = vr_eth(pkt);
	ether_addr_copy(eth->h_dest, fwd->conf->cfg.mac);
	ether_addr_copy(eth->h_source, fwd->conf->cfg.mac);
	eth->h_proto = proto;
	fwd->l2 = (struct vr_l2){ .l3_off = ETH_HLEN, .proto = proto };
	vr_pkt_set_headers(pkt, ETH_HLEN, proto);
	return VR_DROP_NONE;
}

/* The Ethernet type of what has no other sign than its first nibble; 0: neither. */
static __be16 tunnel_ip_proto(const u8 *l3)
{
	switch (*l3 >> 4) {
	case 4:
		return htons(ETH_P_IP);
	case 6:
		return htons(ETH_P_IPV6);
	default:
		return 0;
	}
}

/* An IP packet: routed. */
static enum vr_verdict tunnel_packet(struct vr_fwd *fwd, struct vr_pkt *pkt,
				     const struct vr_decap *d, const struct vr_nh *handle)
{
	enum vr_drop_reason reason;
	__be16 proto;
	int err;

	if (unlikely(!vr_pkt_may_pull(pkt, d->off + 1)))
		return vr_drop(fwd, pkt, VR_DROP_PULL);
	proto = tunnel_ip_proto((const u8 *)vr_pkt_data(pkt) + d->off);
	if (unlikely(!proto))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_PROTOCOL);
	err = vr_pkt_decap(pkt, d->off - ETH_HLEN);
	if (unlikely(err))
		return tunnel_no_decap(fwd, pkt, err);
	fwd->routed = true;

	reason = tunnel_make_eth(fwd, pkt, proto);
	if (likely(!reason))
		reason = vr_l3_check(fwd, pkt);
	if (likely(!reason))
		reason = tunnel_mend(fwd, pkt, d->tos);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	if (vr_gro(fwd, pkt, d->label))
		return VR_HELD;
	return vr_nh_run(fwd, pkt, handle);
}

/* One that ends here, whatever is wrong with it. */
static enum vr_verdict tunnel_end(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	bool zero6 = vr_conf(fwd->core, VR_CONF_UDP6_ZERO_CSUM);
	const struct vr_nh_body *nh;
	enum vr_drop_reason reason;
	const struct vr_nh *handle;
	struct vr_decap d;

	reason = vr_decap_parse(pkt, fwd->l2.l3_off, vr_l3_family(fwd), zero6, &d);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);
	vr_trace_decap(fwd->vif->id, d.encap, d.label, pkt);
	/* For the agent, outer headers and all. */
	if (unlikely(d.alert))
		return vr_trap(fwd, pkt, VR_TRAP_ROUTER_ALERT, 0);

	handle = vr_demux_find_rcu(fwd->core, tunnel_kind(d.encap), d.label);
	if (unlikely(!handle))
		return vr_drop(fwd, pkt, d.encap == VR_ENCAP_VXLAN ? VR_DROP_INVALID_VNID :
								     VR_DROP_INVALID_LABEL);
	nh = rcu_dereference(handle->body);
	if (unlikely(!nh))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	if (unlikely(d.encap != VR_ENCAP_VXLAN && d.ttl <= 1))
		return vr_drop(fwd, pkt, VR_DROP_TTL_EXCEEDED);

	tunnel_enter(fwd, &d, nh);
	/* A tag of the outer frame, which had a priority only, is not the inner one's. */
	if (unlikely(vr_pkt_has_vlan(pkt)))
		vr_pkt_clear_vlan(pkt);
	if (d.encap == VR_ENCAP_VXLAN || vr_nh_is_bridged(nh))
		return tunnel_frame(fwd, pkt, &d, handle, nh);
	return tunnel_packet(fwd, pkt, &d, handle);
}

enum vr_verdict vr_rx_tunnel(struct vr_fwd *fwd, struct vr_pkt **ppkt)
{
	struct vr_pkt *pkt = *ppkt;
	enum vr_encap encap;

	/* Who sent what came out of a tunnel has no say in labels: he is a guest. */
	if (unlikely(fwd->tun_family))
		return VR_CONSUMED;
	encap = vr_decap_is_ours(pkt, fwd->l2.l3_off, vr_l3_family(fwd));
	if (encap == VR_ENCAP_NONE) {
		vr_rx_icmp(fwd, pkt);
		return VR_CONSUMED;
	}
	if (vr_demux_is_empty(fwd->core, tunnel_kind(encap)))
		return VR_CONSUMED;
	*ppkt = NULL;
	return tunnel_end(fwd, pkt);
}
