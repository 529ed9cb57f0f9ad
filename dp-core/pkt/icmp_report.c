// SPDX-License-Identifier: GPL-2.0-only
/*
 * ICMP errors about size that come back. Anybody can send one: it has to quote what only
 * those on the way have seen.
 */
#include "pkt/icmp_report.h"

#include "pkt/encap.h"
#include "pkt/icmp.h"
#include "pkt/parse.h"

#define IP4_PLAIN		0x45	/* version 4, no options */

/* Headers of ICMP, either family, and how much of the quoted transport header there must be. */
#define ICMP_HLEN		8U
#define QUOTED_HLEN		8U

/**
 * struct icmp_error - an ICMP error under examination
 * @pkt: the packet
 * @off: its ICMP header, from vr_pkt_data()
 * @len: bytes from there on
 */
struct icmp_error {
	struct vr_pkt *pkt;
	unsigned int off;
	unsigned int len;
};

static const void *icmp_at(const struct icmp_error *e, unsigned int off)
{
	return (const u8 *)vr_pkt_data(e->pkt) + e->off + off;
}

/* ICMP, a quoted header of @hlen bytes, and enough of what follows are there. Moves data. */
static bool icmp_pull(const struct icmp_error *e, unsigned int hlen)
{
	unsigned int need = ICMP_HLEN + hlen + QUOTED_HLEN;

	return e->len >= need && vr_pkt_may_pull(e->pkt, e->off + need);
}

/* Is that what one of our tunnels has behind its IP header? */
static bool icmp_quotes_tunnel(u8 proto, const u8 *head)
{
	static const u8 gre_mpls[] = { 0x00, 0x00, ETH_P_MPLS_UC >> 8, ETH_P_MPLS_UC & 0xff };
	u16 dport;

	if (proto == IPPROTO_GRE)
		return !memcmp(head, gre_mpls, sizeof(gre_mpls));
	if (proto != IPPROTO_UDP || get_unaligned_be16(head) < VR_ENTROPY_PORT_MIN)
		return false;
	dport = get_unaligned_be16(head + 2);
	return dport == VR_VXLAN_PORT || dport == VR_MPLS_UDP_PORT;
}

/* RFC 1191 7, as far as there are such links still */
static u32 icmp_next_plateau(u32 len)
{
	static const u16 plateau[] = { 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(plateau); i++)
		if (plateau[i] < len)
			return plateau[i];
	return VR_MTU_MIN4;
}

static bool icmp_report4(struct icmp_error *e, const struct iphdr *ip, struct vr_icmp_report *r)
{
	unsigned int hlen = ip->ihl * 4;
	__be32 to_whom = ip->daddr;
	const struct icmphdr *icmp;
	const struct iphdr *about;

	if (ip->protocol != IPPROTO_ICMP || (ip->frag_off & htons(VR_IP4_FRAGMENT)))
		return false;
	e->off += hlen;
	e->len = ntohs(ip->tot_len) - hlen;
	if (!icmp_pull(e, sizeof(*about)))
		return false;
	icmp = icmp_at(e, 0);
	if (icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED)
		return false;
	about = icmp_at(e, ICMP_HLEN);
	if (*(const u8 *)about != IP4_PLAIN || about->saddr != to_whom ||
	    (about->frag_off & htons(VR_IP4_FRAGMENT)))
		return false;
	if (!icmp_quotes_tunnel(about->protocol, (const u8 *)(about + 1)))
		return false;

	r->dst[0] = about->daddr;
	r->mtu = ntohs(icmp->un.frag.mtu);
	if (!r->mtu)
		r->mtu = icmp_next_plateau(ntohs(about->tot_len));
	return vr_pkt_csum_good(e->pkt, e->off, e->len, 0);
}

static bool icmp_report6(struct icmp_error *e, const struct ipv6hdr *ip6,
			 struct vr_icmp_report *r)
{
	const struct icmp6hdr *icmp;
	const struct ipv6hdr *about;
	struct in6_addr to_whom;
	__wsum pseudo;

	if (ip6->nexthdr != IPPROTO_ICMPV6)
		return false;
	to_whom = ip6->daddr;
	e->off += sizeof(*ip6);
	e->len = ntohs(ip6->payload_len);
	pseudo = vr_icmp6_pseudo(ip6, e->len);
	if (!icmp_pull(e, sizeof(*about)))
		return false;
	icmp = icmp_at(e, 0);
	if (icmp->icmp6_type != ICMPV6_PKT_TOOBIG)
		return false;
	about = icmp_at(e, ICMP_HLEN);
	if (about->version != 6 || !ipv6_addr_equal(&about->saddr, &to_whom))
		return false;
	if (!icmp_quotes_tunnel(about->nexthdr, (const u8 *)(about + 1)))
		return false;

	memcpy(r->dst, &about->daddr, sizeof(r->dst));
	r->mtu = ntohl(icmp->icmp6_mtu);
	return vr_pkt_csum_good(e->pkt, e->off, e->len, pseudo);
}

bool vr_icmp_read_report(struct vr_pkt *pkt, unsigned int l3_off, u8 family,
			 struct vr_icmp_report *r)
{
	struct icmp_error e = { .pkt = pkt, .off = l3_off };
	bool is_report;

	memset(r, 0, sizeof(*r));
	/* A length of 0 would be good for one, and nothing that is merged is an error. */
	if (unlikely(vr_pkt_is_gso(pkt)))
		return false;
	if (family == AF_INET)
		is_report = icmp_report4(&e, vr_ip4_at(pkt, l3_off), r);
	else
		is_report = icmp_report6(&e, vr_ip6_at(pkt, l3_off), r);
	return is_report && r->mtu >= vr_mtu_min(family);
}
