/* SPDX-License-Identifier: GPL-2.0-only */
/* Small changes to headers that have been parsed and are writable. */
#ifndef _VR_PKT_REWRITE_H
#define _VR_PKT_REWRITE_H

#include <vr/host.h>
#include <vr_host/pkt.h>

/*
 * One hop less, with the header checksum mended incrementally (RFC 1624). A
 * COMPLETE packet checksum stays right: header and its checksum cancel out.
 */
static inline void vr_ip4_dec_ttl(struct iphdr *ip)
{
	/* ttl and protocol make one aligned 16-bit word */
	__be16 *word = (__be16 *)&ip->ttl;
	__be16 from = *word;

	ip->ttl--;
	csum_replace2(&ip->check, from, *word);
}

/* A TTL of one's choice, mended likewise. */
static inline void vr_ip4_set_ttl(struct iphdr *ip, u8 ttl)
{
	__be16 *word = (__be16 *)&ip->ttl;
	__be16 from = *word;

	ip->ttl = ttl;
	csum_replace2(&ip->check, from, *word);
}

/* One hop less; IPv6 has no header checksum, but a COMPLETE packet checksum covers the field. */
static inline void vr_ip6_dec_hop_limit(struct vr_pkt *pkt, struct ipv6hdr *ip6)
{
	/* nexthdr and hop_limit make one aligned 16-bit word */
	__be16 *word = (__be16 *)&ip6->nexthdr;
	__be16 from = *word;

	ip6->hop_limit--;
	vr_pkt_csum_replace2(pkt, from, *word);
}

static inline void vr_ip6_set_hop_limit(struct vr_pkt *pkt, struct ipv6hdr *ip6, u8 hops)
{
	__be16 *word = (__be16 *)&ip6->nexthdr;
	__be16 from = *word;

	ip6->hop_limit = hops;
	vr_pkt_csum_replace2(pkt, from, *word);
}

/* The MAC of an IPv4 multicast group (RFC 1112 6.4) or an IPv6 one (RFC 2464 7). */
static inline void vr_mcast_mac4(u8 *mac, __be32 group)
{
	u32 g = ntohl(group);

	mac[0] = 0x01;
	mac[1] = 0x00;
	mac[2] = 0x5e;
	mac[3] = (g >> 16) & 0x7f;
	mac[4] = g >> 8;
	mac[5] = g;
}

static inline void vr_mcast_mac6(u8 *mac, const struct in6_addr *group)
{
	mac[0] = 0x33;
	mac[1] = 0x33;
	memcpy(mac + 2, &group->s6_addr[12], 4);
}

#endif /* _VR_PKT_REWRITE_H */
