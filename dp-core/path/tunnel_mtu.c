// SPDX-License-Identifier: GPL-2.0-only
/*
 * What fits into a tunnel, and what becomes of that which does not:
 *
 *	GSO, TCP	its segments are made smaller
 *	GSO, other	is segmented here, and each segment is one of those below
 *	not IP		IF TX Discard
 *	IPv4, no DF	is cut, and each fragment goes in by itself
 *	to a group	Mcast DF Bit
 *	unicast		its sender is told what fits, by the agent or by the router itself
 *
 * The outer packet is never cut: it says so (RFC 7348 4.3), and a tunnel's end need not
 * put pieces together.
 */
#include "path/fwd.h"

#include <vr_host/underlay.h>

#include "pkt/frag.h"
#include "pkt/icmp.h"
#include "pkt/mss.h"

#define IP4_DF			0x4000

#define VXLAN_HLEN		8
#define MPLS_HLEN		4
#define GRE_HLEN		4
#define CONTROL_WORD_LEN	4

/**
 * struct fit - a packet that may be too big for a tunnel
 * @fwd: what it knows
 * @handle: the tunnel's nexthop
 * @nh: what that does
 * @room: largest IP packet that fits inside
 */
struct fit {
	struct vr_fwd *fwd;
	const struct vr_nh *handle;
	const struct vr_nh_body *nh;
	u32 room;
};

/* It is an IP packet with a good header. Moves data. */
static bool fit_is_ip(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	return vr_l3_family(fwd) && !vr_l3_check(fwd, pkt);
}

/* The part of @mtu that is left beside @used bytes. */
static u32 fit_rest(u32 mtu, unsigned int used)
{
	return mtu > used ? mtu - used : 0;
}

/*
 * Largest packet, outer headers and all but Ethernet, that gets to the other end. Where
 * there is no way at all nothing is too big: whoever finds that out says so.
 */
static u32 tunnel_mtu(const struct vr_core *core, const struct vr_nh_body *nh)
{
	const struct vr_tunnel *t = nh->tunnel;
	u32 mtu, learnt;

	mtu = t->underlay ? vr_underlay_mtu(t->underlay) : vr_tx_mtu(nh->vif);
	if (unlikely(!mtu))
		return U32_MAX;
	learnt = vr_tunnel_path_mtu(core, t);
	return unlikely(learnt) ? min(learnt, mtu) : mtu;
}

/* What a TCP SYN announces. Moves data. */
static enum vr_drop_reason tunnel_mss(struct vr_fwd *fwd, struct vr_pkt *pkt, u8 family, u32 room)
{
	if (!vr_conf(fwd->core, VR_CONF_MSS_CLAMP) || !fit_is_ip(fwd, pkt))
		return VR_DROP_NONE;
	return vr_mss_clamp(pkt, fwd->l2.l3_off, family, room);
}

/* --- what does not fit --- */

/* More than one may get it, so nobody is told of one who does not. */
static bool fit_is_group(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	if (fwd->flooded || is_multicast_ether_addr(vr_eth(pkt)->h_dest))
		return true;
	if (vr_l3_family(fwd) == AF_INET)
		return ipv4_is_multicast(vr_ip4_at(pkt, fwd->l2.l3_off)->daddr);
	return vr_ip6_at(pkt, fwd->l2.l3_off)->daddr.s6_addr[0] == 0xff;
}

/* It may not be cut. Neither the agent nor the router tells everybody of everything. */
static enum vr_verdict fit_refuse(const struct fit *fit, struct vr_pkt *pkt)
{
	struct vr_fwd *fwd = fit->fwd;

	if (fit_is_group(fwd, pkt))
		return vr_drop(fwd, pkt, VR_DROP_MCAST_DF_BIT);
	if (!vr_icmp_may_answer(pkt, fwd->l2.l3_off, vr_l3_family(fwd)))
		return vr_drop(fwd, pkt, VR_DROP_IF_TX_DISCARD);
	return vr_too_big(fwd, pkt, fit->room);
}

/* One of several that a packet became. */
static enum vr_verdict fit_piece(const struct fit *fit, struct vr_pkt *piece)
{
	struct vr_fwd fwd = *fit->fwd;

	return vr_nh_tunnel(&fwd, piece, fit->handle, fit->nh);
}

/* Fragments are packets that were made; the packet itself ends here. */
static enum vr_verdict fit_cut(const struct fit *fit, struct vr_pkt *pkt)
{
	struct vr_core *core = fit->fwd->core;
	enum vr_drop_reason reason;
	enum vr_verdict verdict;
	struct vr_pkt *piece;
	struct vr_frag frag;

	reason = vr_frag_begin(&frag, pkt, fit->fwd->l2.l3_off, fit->room);
	if (unlikely(reason))
		return vr_drop(fit->fwd, pkt, reason);
	do {
		piece = vr_frag_next(&frag);
		if (unlikely(!piece))
			return vr_drop(fit->fwd, pkt, VR_DROP_PCOW_FAIL);
		vr_count(&core->stats, VR_CORE_CREATED);
		verdict = fit_piece(fit, piece);
	} while (!vr_frag_is_done(&frag));
	vr_count(&core->stats, VR_CORE_CONSUMED);
	vr_pkt_free_consumed(pkt);
	return verdict;
}

static enum vr_verdict fit_segments(const struct fit *fit, struct vr_pkt *pkt)
{
	struct vr_core *core = fit->fwd->core;
	enum vr_verdict verdict;
	struct vr_pkt *next;

	pkt = vr_pkt_segment(pkt);
	if (unlikely(!pkt))
		return vr_drop_lost(fit->fwd, VR_DROP_PCOW_FAIL);
	do {
		next = vr_pkt_next(pkt);
		if (next)
			vr_count(&core->stats, VR_CORE_CREATED);
		verdict = fit_piece(fit, pkt);
		pkt = next;
	} while (pkt);
	return verdict;
}

static bool fit_may_be_cut(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	return vr_l3_family(fwd) == AF_INET &&
	       !(vr_ip4_at(pkt, fwd->l2.l3_off)->frag_off & htons(IP4_DF));
}

/* Bytes of the IP packet, without what stands behind it in its frame. */
static unsigned int fit_ip_len(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	if (vr_l3_family(fwd) == AF_INET)
		return ntohs(vr_ip4_at(pkt, fwd->l2.l3_off)->tot_len);
	return sizeof(struct ipv6hdr) + ntohs(vr_ip6_at(pkt, fwd->l2.l3_off)->payload_len);
}

/* *@pkt is above fit->room, and no GSO packet any more. */
static enum vr_verdict fit_whole(const struct fit *fit, struct vr_pkt **ppkt)
{
	struct vr_fwd *fwd = fit->fwd;
	struct vr_pkt *pkt = *ppkt;
	unsigned int len = fit_ip_len(fwd, pkt);

	/* What is not part of the packet is not what is said to be too big. */
	if (unlikely(len <= fit->room) && vr_pkt_trim(pkt, fwd->l2.l3_off + len))
		return VR_SENT;
	*ppkt = NULL;
	if (unlikely(len <= fit->room))
		return vr_drop(fwd, pkt, VR_DROP_PCOW_FAIL);
	return fit_may_be_cut(fwd, pkt) ? fit_cut(fit, pkt) : fit_refuse(fit, pkt);
}

/* *@pkt is more than fits at once. The verdict counts if it is NULL then. */
static noinline enum vr_verdict fit_big(const struct fit *fit, struct vr_pkt **ppkt)
{
	struct vr_fwd *fwd = fit->fwd;
	struct vr_pkt *pkt = *ppkt;
	bool gso = vr_pkt_is_gso(pkt);

	if (likely(gso) && likely(vr_pkt_gso_fits(pkt, fit->room)))
		return VR_SENT;
	if (!fit_is_ip(fwd, pkt)) {
		*ppkt = NULL;
		return vr_drop(fwd, pkt, VR_DROP_IF_TX_DISCARD);
	}
	if (!gso)
		return fit_whole(fit, ppkt);
	if (vr_pkt_gso_shrink(pkt, fit->room))
		return VR_SENT;
	*ppkt = NULL;
	return fit_may_be_cut(fwd, pkt) ? fit_segments(fit, pkt) : fit_refuse(fit, pkt);
}

enum vr_verdict vr_tunnel_fit(struct vr_fwd *fwd, struct vr_pkt **ppkt, const struct vr_nh *handle,
			      const struct vr_nh_body *nh, unsigned int overhead)
{
	unsigned int l3_off = fwd->l2.l3_off;
	enum vr_drop_reason reason;
	struct vr_pkt *pkt = *ppkt;
	struct fit fit = {
		.fwd = fwd, .handle = handle, .nh = nh,
		.room = fit_rest(tunnel_mtu(fwd->core, nh),
				 overhead + (fwd->routed ? 0 : l3_off)),
	};
	u8 family = vr_l3_family(fwd);

	if (unlikely(vr_pkt_len(pkt) - l3_off > fit.room))
		return fit_big(&fit, ppkt);
	if (likely(!family || !vr_mss_may_be_syn(pkt, l3_off, family)))
		return VR_SENT;
	reason = tunnel_mss(fwd, pkt, family, fit.room);
	if (likely(!reason))
		return VR_SENT;
	*ppkt = NULL;
	return vr_drop(fwd, pkt, reason);
}

/* --- out of a tunnel --- */

/* What a tunnel as the packet's has in front of an IP packet, for the answer: the same again. */
static unsigned int tunnel_in_overhead(const struct vr_fwd *fwd)
{
	unsigned int len = fwd->tun_family == AF_INET ? sizeof(struct iphdr) :
							sizeof(struct ipv6hdr);

	switch (fwd->tun_encap) {
	case VR_ENCAP_VXLAN:
		return len + sizeof(struct udphdr) + VXLAN_HLEN + fwd->l2.l3_off;
	case VR_ENCAP_MPLS_UDP:
		len += sizeof(struct udphdr) + MPLS_HLEN;
		break;
	default:
		len += GRE_HLEN + MPLS_HLEN;
		break;
	}
	return len + (fwd->routed ? 0 : CONTROL_WORD_LEN + fwd->l2.l3_off);
}

enum vr_drop_reason vr_tunnel_mss_in(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	u8 family = vr_l3_family(fwd);
	u32 mtu, learnt;

	if (likely(!family || !vr_mss_may_be_syn(pkt, fwd->l2.l3_off, family)))
		return VR_DROP_NONE;
	mtu = vr_tx_mtu(fwd->vif);
	learnt = vr_nh_path_mtu_rcu(fwd->core, fwd->tun_family, fwd->tun_src);
	if (learnt)
		mtu = min(mtu, learnt);
	return tunnel_mss(fwd, pkt, family, fit_rest(mtu, tunnel_in_overhead(fwd)));
}
