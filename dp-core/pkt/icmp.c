// SPDX-License-Identifier: GPL-2.0-only
/* ICMP errors about size: who may be told, and the error made of the packet itself. */
#include "pkt/icmp.h"

#include "pkt/l4.h"

#define IP4_DF			0x4000
#define IP4_FRAG_OFFSET		0x1fff
#define IP6_FRAG_OFFSET		0xfff8

/* Every ICMP header has as many. */
#define ICMP_HLEN		8U

/* IP headers are aligned to 4, for Ethernet is preceded by so many bytes. */
#define IP_ALIGN		2

#define ICMP_TTL		64
#define ICMP4_TOS		0xc0	/* internetwork control (RFC 1812 4.3.2.5) */

/* ICMPv6 types (RFC 4443 2.1, RFC 4861 4.5) */
#define ICMP6_INFO		128
#define ICMP6_REDIRECT		137

/* The address is that of one host (RFC 1122 3.2.1.3): not of 0/8, 127/8, groups or 240/4. */
static bool icmp_is_host4(__be32 addr)
{
	return (addr & htonl(0xff000000)) && !ipv4_is_loopback(addr) &&
	       (addr & htonl(0xe0000000)) != htonl(0xe0000000);
}

static bool icmp_is_group6(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

static bool icmp_is_host6(const struct in6_addr *a)
{
	return !ipv6_addr_any(a) && !icmp_is_group6(a);
}

/* Both addresses are of one host each, and it is no later fragment. */
static bool icmp_may_answer4(const struct iphdr *ip)
{
	if (ip->frag_off & htons(IP4_FRAG_OFFSET))
		return false;
	return icmp_is_host4(ip->saddr) && icmp_is_host4(ip->daddr);
}

/* A fragment that is not the first: vr_parse_l4() read all extension headers, up to @end. */
static bool icmp_is_later6(const struct vr_pkt *pkt, unsigned int l3_off, unsigned int end)
{
	unsigned int off = l3_off + sizeof(struct ipv6hdr);
	u8 proto = vr_ip6_at(pkt, l3_off)->nexthdr;
	const struct ipv6_opt_hdr *ext;

	while (off < end && proto != IPPROTO_FRAGMENT) {
		ext = (const struct ipv6_opt_hdr *)((const u8 *)vr_pkt_data(pkt) + off);
		off += proto == IPPROTO_AH ? (ext->hdrlen + 2) * 4 : (ext->hdrlen + 1) * 8;
		proto = ext->nexthdr;
	}
	if (off >= end)
		return false;
	return ((const struct frag_hdr *)((const u8 *)vr_pkt_data(pkt) + off))->frag_off &
	       htons(IP6_FRAG_OFFSET);
}

/* Not an error itself, nor of a type that is not known and so might be. */
static bool icmp_is_harmless(u8 family, const struct vr_l4 *l4)
{
	u16 type = ntohs(l4->key.dport);

	if (l4->icmp_error)
		return false;
	if (family == AF_INET6)
		return l4->key.proto != IPPROTO_ICMPV6 ||
		       (type >= ICMP6_INFO && type != ICMP6_REDIRECT);
	return l4->key.proto != IPPROTO_ICMP || type == ICMP_ECHOREPLY ||
	       (type >= ICMP_TIMESTAMP && type <= ICMP_ADDRESSREPLY);
}

bool vr_icmp_may_answer(struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	const struct ipv6hdr *ip6;
	struct vr_l4 l4;

	if (family == AF_INET) {
		if (!icmp_may_answer4(vr_ip4_at(pkt, l3_off)))
			return false;
	} else {
		ip6 = vr_ip6_at(pkt, l3_off);
		if (!icmp_is_host6(&ip6->saddr) || !icmp_is_host6(&ip6->daddr))
			return false;
	}
	if (vr_parse_l4(pkt, l3_off, family, &l4) != VR_DROP_NONE)
		return false;
	if (family == AF_INET6 && icmp_is_later6(pkt, l3_off, l4.off))
		return false;
	return icmp_is_harmless(family, &l4);
}

/*
 * What is quoted are bytes: what a device was to add later is added now. A packet that was to
 * be segmented is no packet of any wire; its headers are enough.
 */
static enum vr_drop_reason icmp_finish_bytes(struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	enum vr_drop_reason reason;

	if (vr_pkt_is_gso(pkt) || !vr_pkt_csum_is_partial(pkt)) {
		vr_pkt_rewritten(pkt);
		return VR_DROP_NONE;
	}
	reason = vr_parse_finish(pkt, l3_off, family);
	if (reason)
		return reason;
	/* What it has become may be nobody's to answer. */
	if (!vr_icmp_may_answer(pkt, l3_off, family))
		return VR_DROP_INVALID_PACKET;
	vr_pkt_rewritten(pkt);
	return VR_DROP_NONE;
}

/* Bytes of the IP packet, without padding behind it. GSO may have left the length out. */
static unsigned int icmp_packet_len(const struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	unsigned int len, have = vr_pkt_len(pkt) - l3_off;

	if (family == AF_INET) {
		len = ntohs(vr_ip4_at(pkt, l3_off)->tot_len);
	} else {
		len = ntohs(vr_ip6_at(pkt, l3_off)->payload_len);
		len += len ? sizeof(struct ipv6hdr) : 0;
	}
	return len ? min(len, have) : have;
}

/*
 * Cut the packet to what is quoted and make room in front of that; Ethernet, with its tags, moves
 * to the front and goes back. Moves data.
 */
static enum vr_drop_reason icmp_make_room(struct vr_pkt *pkt, const struct vr_l2 *l2,
					  unsigned int room, unsigned int quote)
{
	u8 mac[ETH_ALEN];
	struct ethhdr *eth;

	if (vr_pkt_resize(pkt, l2->l3_off + quote))
		return VR_DROP_PCOW_FAIL;
	if (vr_pkt_cow_head(pkt, room + IP_ALIGN))
		return VR_DROP_PUSH;
	eth = vr_pkt_push(pkt, room);
	memmove(eth, (const u8 *)eth + room, l2->l3_off);
	ether_addr_copy(mac, eth->h_dest);
	ether_addr_copy(eth->h_dest, eth->h_source);
	ether_addr_copy(eth->h_source, mac);
	return VR_DROP_NONE;
}

/* RFC 1191 4, about the @quote bytes that stand behind it */
static void icmp_write4(struct vr_pkt *pkt, unsigned int l3_off, unsigned int quote, u32 mtu)
{
	struct iphdr *ip = vr_ip4_at(pkt, l3_off);
	struct icmphdr *icmp = (struct icmphdr *)(ip + 1);
	const struct iphdr *about = (const struct iphdr *)(icmp + 1);

	*ip = (struct iphdr){
		.version = 4,
		.ihl = sizeof(*ip) / 4,
		.tos = ICMP4_TOS,
		.tot_len = htons(sizeof(*ip) + sizeof(*icmp) + quote),
		.frag_off = htons(IP4_DF),
		.ttl = ICMP_TTL,
		.protocol = IPPROTO_ICMP,
		.saddr = about->daddr,
		.daddr = about->saddr,
	};
	ip->check = ip_fast_csum(ip, ip->ihl);
	memset(icmp, 0, sizeof(*icmp));
	icmp->type = ICMP_DEST_UNREACH;
	icmp->code = ICMP_FRAG_NEEDED;
	icmp->un.frag.mtu = htons(min_t(u32, mtu, U16_MAX));
	icmp->checksum = ip_compute_csum(icmp, sizeof(*icmp) + quote);
}

/* What ICMPv6 has of the pseudo-header (RFC 4443 2.3). */
__wsum vr_icmp6_pseudo(const struct ipv6hdr *ip6, unsigned int len)
{
	__wsum sum;

	sum = csum_partial(&ip6->saddr, sizeof(ip6->saddr), 0);
	sum = csum_partial(&ip6->daddr, sizeof(ip6->daddr), sum);
	sum = csum_add(sum, (__force __wsum)htonl(len));
	return csum_add(sum, (__force __wsum)htonl(IPPROTO_ICMPV6));
}

/* RFC 4443 3.2 */
static void icmp_write6(struct vr_pkt *pkt, unsigned int l3_off, unsigned int quote, u32 mtu)
{
	struct ipv6hdr *ip6 = vr_ip6_at(pkt, l3_off);
	struct icmp6hdr *icmp = (struct icmp6hdr *)(ip6 + 1);
	const struct ipv6hdr *about = (const struct ipv6hdr *)(icmp + 1);
	unsigned int len = sizeof(*icmp) + quote;

	memset(ip6, 0, sizeof(*ip6));
	ip6->version = 6;
	ip6->payload_len = htons(len);
	ip6->nexthdr = IPPROTO_ICMPV6;
	ip6->hop_limit = ICMP_TTL;
	ip6->saddr = about->daddr;
	ip6->daddr = about->saddr;
	memset(icmp, 0, sizeof(*icmp));
	icmp->icmp6_type = ICMPV6_PKT_TOOBIG;
	icmp->icmp6_mtu = htonl(mtu);
	icmp->icmp6_cksum = csum_fold(csum_partial(icmp, len, vr_icmp6_pseudo(ip6, len)));
}

enum vr_drop_reason vr_icmp_too_big(struct vr_pkt *pkt, const struct vr_l2 *l2, u32 mtu)
{
	u8 family = l2->proto == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	unsigned int room, quote, most;
	enum vr_drop_reason reason;

	room = ICMP_HLEN;
	room += family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	most = (family == AF_INET ? VR_ICMP4_MAX : VR_ICMP6_MAX) - room;
	reason = icmp_finish_bytes(pkt, l2->l3_off, family);
	if (reason)
		return reason;
	quote = min(icmp_packet_len(pkt, l2->l3_off, family), most);
	reason = icmp_make_room(pkt, l2, room, quote);
	if (reason)
		return reason;

	if (family == AF_INET)
		icmp_write4(pkt, l2->l3_off, quote, mtu);
	else
		icmp_write6(pkt, l2->l3_off, quote, mtu);
	vr_pkt_set_headers(pkt, l2->l3_off, l2->proto);
	return VR_DROP_NONE;
}
