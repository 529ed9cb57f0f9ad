// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnel headers of packets that end here: UDP or GRE, and VXLAN or MPLS in it.
 * Everybody in the underlay can send them, so no byte is read that is not linear
 * and within the packet: decap_pull() is asked first.
 */
#include "pkt/decap.h"

#include "pkt/encap.h"
#include "pkt/parse.h"

/* RFC 8200 4.2: options with one of these bits are not for all to skip. */
#define IP6_OPT_ACTION		0xc0
#define IP6_OPT_PAD1		0

/* Extension headers with options, as tunnels bring them (RFC 2473 4.1.1), and their bytes. */
#define IP6_EXT_MAX		2
#define IP6_EXT_LEN_MAX		64

/* RFC 2784 2.1, RFC 2890 2: what may be there, and what makes it something else */
#define GRE_CSUM		0x8000
#define GRE_KEY			0x2000
#define GRE_REFUSED		0x5c07
#define GRE_LEN			4
#define GRE_OPT_LEN		4

#define VXLAN_LEN		8
#define VXLAN_FLAG_I		0x08
#define VXLAN_FLAG_OAM		0x01

/* RFC 3032 2.1, RFC 6790 3 */
#define MPLS_LEN		4
#define MPLS_BOTTOM		0x100
#define MPLS_LABEL_SHIFT	12
#define MPLS_IPV4_NULL		0
#define MPLS_ROUTER_ALERT	1
#define MPLS_IPV6_NULL		2
#define MPLS_ENTROPY		7

/* Entries of a stack that are looked at. */
#define MPLS_DEPTH_MAX		8

/**
 * struct decap_walk - how far a packet has been read
 * @pkt: the packet
 * @off: header that comes next, from vr_pkt_data()
 * @end: first byte behind the outer packet
 * @proto: what is at @off, until that is known
 */
struct decap_walk {
	struct vr_pkt *pkt;
	unsigned int off;
	unsigned int end;
	u8 proto;
};

static const u8 *decap_at(const struct decap_walk *w)
{
	return (const u8 *)vr_pkt_data(w->pkt) + w->off;
}

/* The next @len bytes are the packet's. They can be read if there is memory. Moves data. */
static __always_inline enum vr_drop_reason decap_pull(struct decap_walk *w, unsigned int len)
{
	if (unlikely(len > w->end - w->off))
		return VR_DROP_INVALID_TUNNEL;
	if (likely(vr_pkt_headlen(w->pkt) >= w->off + len))
		return VR_DROP_NONE;
	return vr_pkt_may_pull(w->pkt, w->off + len) ? VR_DROP_NONE : VR_DROP_PULL;
}

/* Where the IP packet ends. GSO packets may leave their length out. */
static unsigned int decap_end(const struct vr_pkt *pkt, unsigned int off, unsigned int len)
{
	if (unlikely(!len && vr_pkt_is_gso(pkt)))
		return vr_pkt_len(pkt);
	return off + len;
}

/* Past the IPv4 header. False: it is a fragment. */
static bool decap_ip4(struct decap_walk *w)
{
	const struct iphdr *ip = vr_ip4_at(w->pkt, w->off);

	w->end = decap_end(w->pkt, w->off, ntohs(ip->tot_len));
	w->proto = ip->protocol;
	w->off += ip->ihl * 4;
	return !(ip->frag_off & htons(VR_IP4_FRAGMENT));
}

/* Options of @len bytes that anybody may skip (RFC 8200 4.2). */
static bool decap_opts_skip(const u8 *opt, unsigned int len)
{
	while (len) {
		unsigned int n = 1;

		if (*opt & IP6_OPT_ACTION)
			return false;
		if (*opt != IP6_OPT_PAD1) {
			if (len < 2)
				return false;
			n = 2 + opt[1];
		}
		if (n > len)
			return false;
		opt += n;
		len -= n;
	}
	return true;
}

/* Past one extension header that is all options. Moves data. */
static bool decap_ext(struct decap_walk *w)
{
	unsigned int len;

	if (decap_pull(w, sizeof(struct ipv6_opt_hdr)))
		return false;
	len = (decap_at(w)[1] + 1) * 8;
	if (len > IP6_EXT_LEN_MAX || decap_pull(w, len))
		return false;
	if (!decap_opts_skip(decap_at(w) + 2, len - 2))
		return false;
	w->proto = decap_at(w)[0];
	w->off += len;
	return true;
}

/* Past the IPv6 header, and others that say nothing here. False: it is not for here. Moves data. */
static noinline bool decap_ip6(struct decap_walk *w)
{
	const struct ipv6hdr *ip6 = vr_ip6_at(w->pkt, w->off);
	unsigned int len = ntohs(ip6->payload_len), n;

	w->proto = ip6->nexthdr;
	w->off += sizeof(*ip6);
	w->end = decap_end(w->pkt, w->off, len);
	for (n = 0; w->proto == IPPROTO_HOPOPTS || w->proto == IPPROTO_DSTOPTS; n++) {
		if (n == IP6_EXT_MAX || (w->proto == IPPROTO_HOPOPTS && n) || !decap_ext(w))
			return false;
	}
	return true;
}

static bool decap_ip(struct decap_walk *w, struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	w->pkt = pkt;
	w->off = l3_off;
	return likely(family == AF_INET) ? decap_ip4(w) : decap_ip6(w);
}

static enum vr_encap decap_port(__be16 port)
{
	switch (port) {
	case htons(VR_VXLAN_PORT):
		return VR_ENCAP_VXLAN;
	case htons(VR_MPLS_UDP_PORT):
	case htons(VR_MPLS_UDP_PORT_OLD):
		return VR_ENCAP_MPLS_UDP;
	default:
		return VR_ENCAP_NONE;
	}
}

/* What UDP or GRE has in it, by port or type. Its first bytes are linear then. Moves data. */
static __always_inline enum vr_encap decap_kind(struct decap_walk *w)
{
	if (likely(w->proto == IPPROTO_UDP)) {
		if (decap_pull(w, sizeof(struct udphdr)))
			return VR_ENCAP_NONE;
		return decap_port(((const struct udphdr *)decap_at(w))->dest);
	}
	if (w->proto != IPPROTO_GRE || decap_pull(w, GRE_LEN))
		return VR_ENCAP_NONE;
	return get_unaligned_be16(decap_at(w) + 2) == ETH_P_MPLS_UC ? VR_ENCAP_MPLS_GRE :
								      VR_ENCAP_NONE;
}

enum vr_encap vr_decap_is_ours(struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	struct decap_walk w;

	return decap_ip(&w, pkt, l3_off, family) ? decap_kind(&w) : VR_ENCAP_NONE;
}

static void decap_outer(struct vr_decap *d, const struct vr_pkt *pkt, unsigned int l3_off,
			u8 family)
{
	memset(d, 0, sizeof(*d));
	d->family = family;
	if (family == AF_INET) {
		const struct iphdr *ip = vr_ip4_at(pkt, l3_off);

		d->tos = ip->tos;
		d->src[0] = ip->saddr;
	} else {
		const struct ipv6hdr *ip6 = vr_ip6_at(pkt, l3_off);

		d->tos = ip6->priority << 4 | ip6->flow_lbl[0] >> 4;
		memcpy(d->src, &ip6->saddr, sizeof(ip6->saddr));
	}
}

static __wsum decap_pseudo(const struct vr_pkt *pkt, unsigned int l3_off, u8 family,
			   unsigned int len)
{
	const struct ipv6hdr *ip6;

	if (family == AF_INET) {
		const struct iphdr *ip = vr_ip4_at(pkt, l3_off);

		return csum_tcpudp_nofold(ip->saddr, ip->daddr, len, IPPROTO_UDP, 0);
	}
	ip6 = vr_ip6_at(pkt, l3_off);
	return ~csum_unfold(csum_ipv6_magic(&ip6->saddr, &ip6->daddr, len, IPPROTO_UDP, 0));
}

/* Cut off what is behind the outer packet. Moves data. */
static enum vr_drop_reason decap_trim(struct decap_walk *w)
{
	if (likely(vr_pkt_len(w->pkt) <= w->end))
		return VR_DROP_NONE;
	return vr_pkt_trim(w->pkt, w->end) ? VR_DROP_NONE : VR_DROP_PULL;
}

/*
 * Past UDP (RFC 768). Its length may be less than IP's; that of many datagrams
 * which were put together says nothing. Moves data.
 */
static enum vr_drop_reason decap_udp(struct decap_walk *w, unsigned int l3_off, u8 family,
				     bool zero6)
{
	const struct udphdr *udp = (const struct udphdr *)decap_at(w);
	unsigned int len = ntohs(udp->len);
	enum vr_drop_reason reason;
	__sum16 check = udp->check;

	if (unlikely(vr_pkt_is_gso(w->pkt)))
		len = w->end - w->off;
	else if (unlikely(len < sizeof(*udp) || len > w->end - w->off))
		return VR_DROP_INVALID_TUNNEL;
	w->end = w->off + len;
	reason = decap_trim(w);
	if (unlikely(reason))
		return reason;

	if (!check && unlikely(family == AF_INET6 && !zero6))
		return VR_DROP_CKSUM_ERR;
	if (check && unlikely(!vr_pkt_csum_good(w->pkt, w->off, len,
						decap_pseudo(w->pkt, l3_off, family, len))))
		return VR_DROP_CKSUM_ERR;
	w->off += sizeof(*udp);
	return VR_DROP_NONE;
}

/* Past GRE and what its flags say is there. Moves data. */
static noinline enum vr_drop_reason decap_gre(struct decap_walk *w)
{
	unsigned int flags = get_unaligned_be16(decap_at(w)), len = GRE_LEN;
	enum vr_drop_reason reason;

	if (unlikely(flags & GRE_REFUSED))
		return VR_DROP_INVALID_TUNNEL;
	if (flags & GRE_CSUM)
		len += GRE_OPT_LEN;
	if (flags & GRE_KEY)
		len += GRE_OPT_LEN;
	reason = decap_trim(w);
	if (likely(!reason))
		reason = decap_pull(w, len);
	if (unlikely(reason))
		return reason;
	if ((flags & GRE_CSUM) && !vr_pkt_csum_good(w->pkt, w->off, w->end - w->off, 0))
		return VR_DROP_CKSUM_ERR;
	w->off += len;
	return VR_DROP_NONE;
}

static enum vr_drop_reason decap_vxlan(struct decap_walk *w, struct vr_decap *d)
{
	enum vr_drop_reason reason = decap_pull(w, VXLAN_LEN);
	const u8 *vxlan;

	if (unlikely(reason))
		return reason;
	vxlan = decap_at(w);
	if (unlikely(!(vxlan[0] & VXLAN_FLAG_I)))
		return VR_DROP_INVALID_TUNNEL;
	d->alert = vxlan[0] & VXLAN_FLAG_OAM;
	d->label = get_unaligned_be32(vxlan + 4) >> 8;
	w->off += VXLAN_LEN;
	return VR_DROP_NONE;
}

/* The next entry of a stack. Moves data. */
static enum vr_drop_reason decap_label(struct decap_walk *w, u32 *entry)
{
	enum vr_drop_reason reason = decap_pull(w, MPLS_LEN);

	if (unlikely(reason))
		return reason == VR_DROP_PULL ? reason : VR_DROP_INVALID_LABEL;
	*entry = get_unaligned_be32(decap_at(w));
	w->off += MPLS_LEN;
	return VR_DROP_NONE;
}

/* A label above another that says nothing here, or little. */
static bool decap_label_skip(u32 label, struct vr_decap *d)
{
	switch (label) {
	case MPLS_ROUTER_ALERT:
		d->alert = true;
		return true;
	case MPLS_IPV4_NULL:
	case MPLS_IPV6_NULL:
	case MPLS_ENTROPY:
		return true;
	default:
		return false;
	}
}

/*
 * To the bottom of the stack. What stands behind an entropy label's indicator is
 * no label. The TTL is that of the top (RFC 3032 2.4.1). Moves data.
 */
static enum vr_drop_reason decap_mpls(struct decap_walk *w, struct vr_decap *d)
{
	bool indicated = false;
	unsigned int n;

	for (n = 0; n < MPLS_DEPTH_MAX; n++) {
		enum vr_drop_reason reason;
		u32 entry;

		reason = decap_label(w, &entry);
		if (unlikely(reason))
			return reason;
		if (!n)
			d->ttl = entry & 0xff;
		d->label = entry >> MPLS_LABEL_SHIFT;
		if (likely(entry & MPLS_BOTTOM))
			return indicated || d->label == MPLS_ENTROPY ? VR_DROP_INVALID_LABEL :
								       VR_DROP_NONE;
		if (!indicated && !decap_label_skip(d->label, d))
			return VR_DROP_INVALID_LABEL;
		indicated = !indicated && d->label == MPLS_ENTROPY;
	}
	return VR_DROP_INVALID_LABEL;
}

enum vr_drop_reason vr_decap_parse(struct vr_pkt *pkt, unsigned int l3_off, u8 family, bool zero6,
				   struct vr_decap *d)
{
	enum vr_drop_reason reason;
	struct decap_walk w;
	enum vr_encap encap;

	encap = decap_ip(&w, pkt, l3_off, family) ? decap_kind(&w) : VR_ENCAP_NONE;
	if (unlikely(encap == VR_ENCAP_NONE))
		return VR_DROP_INVALID_TUNNEL;
	if (encap == VR_ENCAP_MPLS_GRE)
		reason = decap_gre(&w);
	else
		reason = decap_udp(&w, l3_off, family, zero6);
	if (unlikely(reason))
		return reason;

	decap_outer(d, pkt, l3_off, family);
	d->encap = encap;
	reason = encap == VR_ENCAP_VXLAN ? decap_vxlan(&w, d) : decap_mpls(&w, d);
	d->off = w.off;
	return reason;
}

/*
 * What an IP header that says @inner says when the outer one says @outer; -1: congestion was met,
 * and the sender would not understand (RFC 6040 4.2).
 */
static int ecn_decap(u8 inner, u8 outer)
{
	enum { NOT_ECT, ECT_1, ECT_0, CE };

	if (outer == CE && inner == NOT_ECT)
		return -1;
	if (outer == CE || (outer == ECT_1 && inner == ECT_0))
		return outer;
	return inner;
}

/* The mark is in the low bits of IPv4's first word, and in the middle of IPv6's. */
enum vr_drop_reason vr_decap_ecn_slow(struct vr_pkt *pkt, unsigned int off, u8 family, u8 tos)
{
	__be16 *word = (__be16 *)((u8 *)vr_pkt_data(pkt) + off);
	unsigned int shift = family == AF_INET ? 0 : 4;
	__be16 from = *word;
	int inner, ecn;

	inner = ntohs(from) >> shift & VR_ECN_MASK;
	ecn = ecn_decap(inner, tos & VR_ECN_MASK);
	if (ecn < 0)
		return VR_DROP_TUNNEL_ECN;
	if (ecn == inner)
		return VR_DROP_NONE;
	if (vr_pkt_writable(pkt, off + sizeof(struct iphdr)))
		return VR_DROP_PCOW_FAIL;
	word = (__be16 *)((u8 *)vr_pkt_data(pkt) + off);
	*word ^= htons((inner ^ ecn) << shift);
	/* IPv4's own checksum makes up for it in one of the whole packet. */
	if (family == AF_INET)
		csum_replace2(&((struct iphdr *)word)->check, from, *word);
	else
		vr_pkt_csum_replace2(pkt, from, *word);
	return VR_DROP_NONE;
}
