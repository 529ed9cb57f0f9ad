// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that go into tunnels and come out of them, for <vr_host/pkt.h>.
 *
 * Into one: the stack and the devices learn where the inner packet is, so that a GSO packet
 * stays whole and a checksum that was left to a device is still left to it. Our labels count
 * as part of the tunnel header: software segments such packets knowing nothing of MPLS, and
 * a device that cannot says so in its ndo_features_check; in GRE it is asked by vr_port_tx().
 *
 * Out of one: what is known of the checksum is kept as far as it is about the inner packet.
 */
#include <vr_host/pkt.h>

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/gre.h>
#include <net/gso.h>
#include <net/ip6_checksum.h>
#include <net/udp.h>

#include "port.h"

/* Kinds of tunnels that a GSO packet may be in. */
#define TUNNEL_GSO ((u32)(NETIF_F_GSO_ENCAP_ALL >> NETIF_F_GSO_SHIFT))

/* Smaller segments than this are not worth sending, and their number would not fit into 16 bits. */
#define TUNNEL_GSO_SIZE_MIN 16

/* What becomes of the segments can wait, but being cut. */
#define TUNNEL_SEGMENT_FEATURES (NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA)

/*
 * Where the transport header of a GSO packet, or of one with a PARTIAL checksum, begins, from
 * skb->data. Who leaves a checksum to others says where it is, and whoever merges packets
 * leaves the header.
 */
static int tunnel_l4_off(const struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL)
		return skb_checksum_start_offset(skb);
	return skb_transport_offset(skb);
}

/* --- into a tunnel ----------------------------------------------------------- */

static u32 encap_gso_type(const struct vr_pkt_tunnel *t)
{
	if (t->gre)
		return SKB_GSO_GRE;
	return t->csum ? SKB_GSO_UDP_TUNNEL_CSUM : SKB_GSO_UDP_TUNNEL;
}

/* Of what is in a tunnel already the innermost headers are noted: a device is to know those. */
static void encap_note_inner(struct sk_buff *skb, const struct vr_pkt_tunnel *t)
{
	if (!skb->encapsulation) {
		skb_set_inner_mac_header(skb, t->mac_off);
		skb_set_inner_network_header(skb, t->l3_off);
		skb_set_inner_transport_header(skb, tunnel_l4_off(skb));
		skb->encapsulation = 1;
	}
	skb_set_inner_protocol(skb, t->ether ? htons(ETH_P_TEB) : t->proto);
}

/*
 * One level of tunnels is what segmentation knows. A list of whole packets has no room in front of
 * each for what its head gets here, and skb_segment_list() copies that there without looking.
 */
static bool encap_keeps_whole(const struct sk_buff *skb)
{
	return !skb->encapsulation &&
	       !(skb_shinfo(skb)->gso_type & (TUNNEL_GSO | SKB_GSO_FRAGLIST));
}

/* Moves data. */
static int encap_gso(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t)
{
	struct sk_buff *skb = &pkt->skb;
	int err;

	if (unlikely(!encap_keeps_whole(skb))) {
		vr_pkt_set_headers(pkt, t->l3_off, t->proto);
		return -EOPNOTSUPP;
	}
	err = skb_header_unclone(skb, GFP_ATOMIC);
	if (unlikely(err))
		return err;
	encap_note_inner(skb, t);
	skb_shinfo(skb)->gso_type |= encap_gso_type(t);
	return 0;
}

/*
 * The inner checksum stays with the device. An outer one is then computed here, from what the inner
 * packet will add up to (Documentation/networking/checksum-offloads.rst, LCO), for which the
 * inner headers must be linear, and the inner checksum one of that kind. Moves data.
 */
static int encap_partial(struct sk_buff *skb, const struct vr_pkt_tunnel *t)
{
	unsigned int end = skb_checksum_start_offset(skb) + skb->csum_offset + sizeof(__sum16);

	if (t->csum) {
		if (unlikely(skb_csum_is_sctp(skb)))
			return skb_csum_hwoffload_help(skb, 0);
		if (unlikely(!pskb_may_pull(skb, end)))
			return -ENOMEM;
	}
	encap_note_inner(skb, t);
	/* What GRE says there is: drivers go by it. Segmentation needs what is behind the label. */
	if (t->gre)
		skb_set_inner_protocol(skb, htons(ETH_P_MPLS_UC));
	return 0;
}

int vr_pkt_encap(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t)
{
	struct sk_buff *skb = &pkt->skb;
	int err = 0;

	if (skb_is_gso(skb))
		err = encap_gso(pkt, t);
	else if (skb->ip_summed == CHECKSUM_PARTIAL)
		err = encap_partial(skb, t);
	if (unlikely(err))
		return err;
	if (!skb_is_gso(skb) && skb->ip_summed != CHECKSUM_PARTIAL) {
		/* Nothing inside is a device's to do: an outer checksum must not look as if. */
		skb->ip_summed = CHECKSUM_NONE;
		skb->encapsulation = 0;
	}
	skb_clear_hash_if_not_l4(skb);
	return 0;
}

void vr_pkt_encap_end(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t, u8 family,
		      unsigned int l4_off)
{
	struct sk_buff *skb = &pkt->skb;
	bool ip6 = family == AF_INET6;
	int len = skb->len - l4_off;

	vr_pkt_set_headers(pkt, ETH_HLEN, ip6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP));
	skb_set_transport_header(skb, l4_off);
	if (!t->csum)
		return;
	if (ip6)
		udp6_set_csum(false, skb, &ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, len);
	else
		udp_set_csum(false, skb, ip_hdr(skb)->saddr, ip_hdr(skb)->daddr, len);
}

/* --- out of a tunnel --------------------------------------------------------- */

/*
 * Is a checksum of the outer headers among those that the device has verified, as it counts them
 * (csum_level in <linux/skbuff.h>)? UDP's is, even where there is none; GRE's where there is one.
 * What is not told at a glance is taken for one: then the inner packet has one verified less.
 */
static bool decap_has_csum(const struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	const struct gre_base_hdr *gre;
	const struct ipv6hdr *ip6;
	const struct iphdr *ip;

	switch (eth->h_proto) {
	case htons(ETH_P_IP):
		ip = (const struct iphdr *)(eth + 1);
		if (ip->protocol != IPPROTO_GRE)
			return true;
		gre = (const struct gre_base_hdr *)((const u8 *)ip + ip->ihl * 4);
		break;
	case htons(ETH_P_IPV6):
		ip6 = (const struct ipv6hdr *)(eth + 1);
		if (ip6->nexthdr != IPPROTO_GRE)
			return true;
		gre = (const struct gre_base_hdr *)(ip6 + 1);
		break;
	default:
		return true;
	}
	return gre->flags & GRE_CSUM;
}

/* @len outer bytes are about to go. */
static void decap_csum(struct sk_buff *skb, unsigned int len)
{
	switch (skb->ip_summed) {
	case CHECKSUM_COMPLETE:
		/* It covers what is behind Ethernet: the inner header takes the outer's place. */
		skb->csum = csum_sub(skb->csum, csum_partial(skb->data + ETH_HLEN, len, 0));
		break;
	case CHECKSUM_UNNECESSARY:
		if (decap_has_csum(skb))
			__skb_decr_checksum_unnecessary(skb);
		break;
	case CHECKSUM_PARTIAL:
		/* An outer one: the inner was finished before, and nobody has verified it. */
		if (skb_checksum_start_offset(skb) < (int)len + ETH_HLEN)
			skb->ip_summed = CHECKSUM_NONE;
		break;
	}
	skb->csum_valid = 0;
}

/*
 * Its segments have these @len outer bytes, Ethernet or the room for it behind them, perhaps with
 * tags, and then the IP header that they are known by. A tunnel in one of its own kind shows
 * in nothing else.
 */
static bool decap_is_innermost(const struct sk_buff *skb, unsigned int len)
{
	int l3_off = skb_inner_network_offset(skb) - (int)len;

	return l3_off >= ETH_HLEN && l3_off <= ETH_HLEN + 3 * VLAN_HLEN;
}

/* Moves data. */
static int decap_gso(struct sk_buff *skb, unsigned int len)
{
	u32 type = skb_shinfo(skb)->gso_type & TUNNEL_GSO;
	int err;

	/* Merged by the outer UDP header alone, or in two tunnels. */
	if (unlikely(!skb->encapsulation || !is_power_of_2(type) ||
		     !decap_is_innermost(skb, len)))
		return -EOPNOTSUPP;
	err = skb_header_unclone(skb, GFP_ATOMIC);
	if (unlikely(err))
		return err;
	skb_shinfo(skb)->gso_type &= ~TUNNEL_GSO;
	/* Who asks whether the segments fit goes by these. */
	skb->network_header = skb->inner_network_header;
	skb->transport_header = skb->inner_transport_header;
	return 0;
}

int vr_pkt_decap(struct vr_pkt *pkt, unsigned int len)
{
	struct sk_buff *skb = &pkt->skb;
	int err;

	if (unlikely(!pskb_may_pull(skb, len + ETH_HLEN)))
		return -ENOMEM;
	if (skb_is_gso(skb)) {
		err = decap_gso(skb, len);
		if (unlikely(err))
			return err;
	}
	decap_csum(skb, len);
	skb->encapsulation = 0;
	__skb_pull(skb, len);
	skb_reset_mac_header(skb);

	skb_clear_hash(skb);
	skb_set_queue_mapping(skb, 0);
	__vlan_hwaccel_clear_tag(skb);
	skb_scrub_packet(skb, true);
	return 0;
}

/* --- checksums --------------------------------------------------------------- */

/* COMPLETE covers what is behind the Ethernet header: the part of it before @off. */
static __wsum csum_before(const struct sk_buff *skb, unsigned int off)
{
	return csum_partial(skb->data + ETH_HLEN, off - ETH_HLEN, 0);
}

/* Is the sum of a part known, for that of all is? Never in the middle of a word. */
static bool csum_complete_good(const struct sk_buff *skb, unsigned int off, unsigned int len,
			       __wsum pseudo)
{
	unsigned int rest = skb->len - off - len;
	__wsum sum;

	if (off & 1)
		return false;
	sum = csum_sub(skb->csum, csum_before(skb, off));
	if (rest)
		sum = csum_block_sub(sum, skb_checksum(skb, off + len, rest, 0), len);
	return !csum_fold(csum_add(sum, pseudo));
}

/* The sum of all that follows @off: COMPLETE spares whoever wants to know of the packet inside. */
static void csum_learn(struct sk_buff *skb, unsigned int off, unsigned int len, __wsum sum)
{
	if ((off & 1) || off + len != skb->len)
		return;
	skb->csum = csum_add(csum_before(skb, off), sum);
	skb->ip_summed = CHECKSUM_COMPLETE;
}

bool vr_pkt_csum_good(struct vr_pkt *pkt, unsigned int off, unsigned int len, __wsum pseudo)
{
	struct sk_buff *skb = &pkt->skb;
	__wsum sum;

	switch (skb->ip_summed) {
	case CHECKSUM_UNNECESSARY:
		/* It adds up with @pseudo: so the sum is known. */
		if (!skb->csum_level)
			csum_learn(skb, off, len, ~pseudo);
		return true;
	case CHECKSUM_PARTIAL:
		/* Nobody has had the chance to spoil it. */
		if (likely(skb_checksum_start_offset(skb) >= (int)off))
			return true;
		break;
	case CHECKSUM_COMPLETE:
		if (likely(csum_complete_good(skb, off, len, pseudo)))
			return true;
		break;
	}
	/* What was merged was verified before. */
	if (skb_is_gso(skb))
		return true;
	sum = skb_checksum(skb, off, len, 0);
	if (csum_fold(csum_add(sum, pseudo)))
		return false;
	if (skb->ip_summed != CHECKSUM_PARTIAL) {
		skb->csum_complete_sw = 1;
		csum_learn(skb, off, len, sum);
	}
	return true;
}

/* --- segments and other parts ------------------------------------------------ */

struct vr_pkt *vr_pkt_segment(struct vr_pkt *pkt)
{
	struct sk_buff *skb = &pkt->skb;
	struct sk_buff *segs;

	/* A tunnel's segmentation asks the device; what was held has none any more. */
	if (!skb->dev)
		skb->dev = blackhole_netdev;
	segs = __skb_gso_segment(skb, TUNNEL_SEGMENT_FEATURES, false);
	if (IS_ERR_OR_NULL(segs)) {
		kfree_skb(skb);
		return NULL;
	}
	consume_skb(skb);
	return vr_pkt_of(segs);
}

bool vr_pkt_gso_shrink(struct vr_pkt *pkt, unsigned int mtu)
{
	struct sk_buff *skb = &pkt->skb;
	unsigned int hlen, l3_off, size;
	int l4_off;

	if (!skb_is_gso_tcp(skb) || skb->encapsulation ||
	    (skb_shinfo(skb)->gso_type & (SKB_GSO_FRAGLIST | TUNNEL_GSO)))
		return false;
	l3_off = skb_network_offset(skb);
	l4_off = tunnel_l4_off(skb);
	if (l4_off < (int)l3_off || !pskb_may_pull(skb, l4_off + sizeof(struct tcphdr)))
		return false;
	hlen = l4_off + ((const struct tcphdr *)(skb->data + l4_off))->doff * 4;
	if (mtu + l3_off < hlen + TUNNEL_GSO_SIZE_MIN || skb->len <= hlen)
		return false;
	size = mtu + l3_off - hlen;
	if (size >= skb_shinfo(skb)->gso_size)
		return true;

	if (skb_header_unclone(skb, GFP_ATOMIC))
		return false;
	skb_decrease_gso_size(skb_shinfo(skb), skb_shinfo(skb)->gso_size - size);
	skb_shinfo(skb)->gso_segs = DIV_ROUND_UP(skb->len - hlen, size);
	/* Segments no longer end where the parts do that it was merged from: for skb_segment(). */
	if (skb_has_frag_list(skb))
		skb_shinfo(skb)->gso_type |= SKB_GSO_DODGY;
	return true;
}

/* What a packet knows besides its bytes, and its part should know. */
static void excerpt_copy_meta(struct sk_buff *part, const struct sk_buff *skb)
{
	part->dev = skb->dev;
	part->protocol = skb->protocol;
	part->pkt_type = skb->pkt_type;
	part->priority = skb->priority;
	part->mark = skb->mark;
	skb_copy_queue_mapping(part, skb);
	skb_copy_hash(part, skb);
	__vlan_hwaccel_copy_tag(part, skb);
	skb_reset_mac_header(part);
	skb_set_network_header(part, skb_network_offset(skb));
	part->mac_len = skb->mac_len;
}

struct vr_pkt *vr_pkt_excerpt(const struct vr_pkt *pkt, unsigned int hlen, unsigned int off,
			      unsigned int len)
{
	const struct sk_buff *skb = &pkt->skb;
	struct sk_buff *part;

	part = alloc_skb(VRL_HEADROOM + NET_IP_ALIGN + hlen + len, GFP_ATOMIC | __GFP_NOWARN);
	if (!part)
		return NULL;
	skb_reserve(part, VRL_HEADROOM + NET_IP_ALIGN);
	skb_copy_from_linear_data(skb, skb_put(part, hlen), hlen);
	if (skb_copy_bits(skb, off, skb_put(part, len), len)) {
		kfree_skb(part);
		return NULL;
	}
	excerpt_copy_meta(part, skb);
	return vr_pkt_of(part);
}
