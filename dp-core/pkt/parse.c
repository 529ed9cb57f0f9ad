// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsers: the uncommon part of layer 2, IPv4 and IPv6, and what is found by
 * looking at ports. Nothing here changes a packet or frees it.
 */
#include "pkt/parse.h"

/* An accelerated tag, which is outside of these, makes three. */
#define L2_TAGS_MAX		2

#define DHCP4_CLIENT_PORT	68
#define DHCP4_SERVER_PORT	67
#define DHCP6_CLIENT_PORT	546
#define DHCP6_SERVER_PORT	547

#define BFD_PORT		3784
#define BFD_LEN			24
#define BFD_STATE		0xc0

/* Go on behind the Ethernet header, which vr_parse_l2() has read. Moves data. */
void vr_parse_l2_slow(struct vr_pkt *pkt, struct vr_l2 *l2)
{
	const struct vlan_hdr *tag;
	unsigned int n;

	for (n = 0; n < L2_TAGS_MAX && vr_l2_is_tag(l2->proto); n++) {
		if (!vr_pkt_may_pull(pkt, l2->l3_off + VLAN_HLEN))
			return;
		tag = (const struct vlan_hdr *)((const u8 *)vr_pkt_data(pkt) + l2->l3_off);
		if (tag->h_vlan_TCI & htons(VLAN_VID_MASK))
			l2->tagged = true;
		l2->proto = tag->h_vlan_encapsulated_proto;
		l2->l3_off += VLAN_HLEN;
	}
	if (ntohs(l2->proto) < ETH_P_802_3_MIN)
		l2->proto = 0;
}

/* All of vr_parse_ip4(), in the order of RFC 1812 5.2.2. Moves data. */
enum vr_drop_reason vr_parse_ip4_slow(struct vr_pkt *pkt, unsigned int off)
{
	unsigned int hlen, len;
	const struct iphdr *ip;

	if (!vr_pkt_may_pull(pkt, off + sizeof(*ip)))
		return VR_DROP_PULL;
	ip = vr_ip4_at(pkt, off);
	if (ip->version != 4 || ip->ihl < 5)
		return VR_DROP_INVALID_PACKET;
	hlen = ip->ihl * 4;
	if (!vr_pkt_may_pull(pkt, off + hlen))
		return VR_DROP_PULL;
	ip = vr_ip4_at(pkt, off);
	if (ip_fast_csum(ip, ip->ihl))
		return VR_DROP_CKSUM_ERR;
	len = ntohs(ip->tot_len);
	if (!len && vr_pkt_is_gso(pkt))
		return VR_DROP_NONE;
	if (len < hlen || len > vr_pkt_len(pkt) - off)
		return VR_DROP_INVALID_PACKET;
	return VR_DROP_NONE;
}

/* All of vr_parse_ip6(). Moves data. */
enum vr_drop_reason vr_parse_ip6_slow(struct vr_pkt *pkt, unsigned int off)
{
	const struct ipv6hdr *ip6;
	unsigned int payload;

	if (!vr_pkt_may_pull(pkt, off + sizeof(*ip6)))
		return VR_DROP_PULL;
	ip6 = vr_ip6_at(pkt, off);
	if (ip6->version != 6)
		return VR_DROP_INVALID_PACKET;
	payload = ntohs(ip6->payload_len);
	if (!payload && ip6->nexthdr == IPPROTO_HOPOPTS && !vr_pkt_is_gso(pkt))
		return VR_DROP_INVALID_PACKET;
	if (payload > vr_pkt_len(pkt) - off - sizeof(*ip6))
		return VR_DROP_INVALID_PACKET;
	return VR_DROP_NONE;
}

/* There is a whole UDP header at @off, and @more bytes behind it. NULL if not. Moves data. */
static const struct udphdr *udp_at(struct vr_pkt *pkt, unsigned int off, unsigned int more)
{
	const struct udphdr *udp;

	if (!vr_pkt_may_pull(pkt, off + sizeof(*udp) + more))
		return NULL;
	udp = (const struct udphdr *)((const u8 *)vr_pkt_data(pkt) + off);
	return ntohs(udp->len) >= sizeof(*udp) + more ? udp : NULL;
}

static bool udp_has_ports(struct vr_pkt *pkt, unsigned int off, u16 source, u16 dest)
{
	const struct udphdr *udp = udp_at(pkt, off, 0);

	return udp && udp->source == htons(source) && udp->dest == htons(dest);
}

/* Where UDP starts, and the packet says that it has @len bytes of it; 0 if not. Moves data. */
static unsigned int ip4_udp_off(struct vr_pkt *pkt, unsigned int off, unsigned int len)
{
	const struct iphdr *ip;
	unsigned int hlen;

	if (vr_parse_ip4(pkt, off) != VR_DROP_NONE)
		return 0;
	ip = vr_ip4_at(pkt, off);
	hlen = ip->ihl * 4;
	if (ip->protocol != IPPROTO_UDP || (ip->frag_off & htons(VR_IP4_FRAG_OFFSET)) ||
	    ntohs(ip->tot_len) < hlen + len)
		return 0;
	return off + hlen;
}

static unsigned int ip6_udp_off(struct vr_pkt *pkt, unsigned int off, unsigned int len)
{
	const struct ipv6hdr *ip6;

	if (vr_parse_ip6(pkt, off) != VR_DROP_NONE)
		return 0;
	ip6 = vr_ip6_at(pkt, off);
	if (ip6->nexthdr != IPPROTO_UDP || ntohs(ip6->payload_len) < len)
		return 0;
	return off + sizeof(*ip6);
}

static unsigned int l3_udp_off(struct vr_pkt *pkt, const struct vr_l2 *l2, unsigned int len)
{
	if (l2->proto == htons(ETH_P_IP))
		return ip4_udp_off(pkt, l2->l3_off, len);
	if (l2->proto == htons(ETH_P_IPV6))
		return ip6_udp_off(pkt, l2->l3_off, len);
	return 0;
}

bool vr_parse_is_dhcp(struct vr_pkt *pkt, const struct vr_l2 *l2)
{
	unsigned int off = l3_udp_off(pkt, l2, sizeof(struct udphdr));

	if (!off)
		return false;
	if (l2->proto == htons(ETH_P_IP))
		return udp_has_ports(pkt, off, DHCP4_CLIENT_PORT, DHCP4_SERVER_PORT);
	return udp_has_ports(pkt, off, DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);
}

bool vr_parse_bfd(struct vr_pkt *pkt, const struct vr_l2 *l2, u8 *state)
{
	unsigned int off = l3_udp_off(pkt, l2, sizeof(struct udphdr) + BFD_LEN);
	const struct udphdr *udp = off ? udp_at(pkt, off, BFD_LEN) : NULL;

	if (!udp || udp->dest != htons(BFD_PORT))
		return false;
	*state = ((const u8 *)(udp + 1))[1] & BFD_STATE;
	return true;
}

enum vr_drop_reason vr_parse_finish(struct vr_pkt *pkt, unsigned int off, u8 family)
{
	if (!vr_pkt_csum_is_partial(pkt))
		return VR_DROP_NONE;
	if (vr_pkt_csum_finish(pkt))
		return VR_DROP_PCOW_FAIL;
	return family == AF_INET ? vr_parse_ip4(pkt, off) : vr_parse_ip6(pkt, off);
}
