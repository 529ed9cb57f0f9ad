// SPDX-License-Identifier: GPL-2.0-only
/* ARP requests and neighbour solicitations, and what answers say. */
#include "arp.h"

#include <string.h>

#include <netinet/in.h>

#include "bytes.h"
#include "packet.h"

#define TYPE_ARP	0x0806
#define TYPE_IP6	0x86dd
#define ARP_LEN		28
#define ND_LEN		24	/* of a solicitation or advertisement, without options */
#define ND_SOLICIT	135
#define ND_ADVERT	136
#define ND_HOPS		255	/* RFC 4861 7.1: it came over no router */
#define ND_OPT_SOURCE	1
#define ND_OPT_TARGET	2
#define FRAME_LEAST	60

static size_t pad(__u8 *out, size_t len)
{
	if (len >= FRAME_LEAST)
		return len;
	memset(out + len, 0, FRAME_LEAST - len);
	return FRAME_LEAST;
}

static size_t arp_request(const __u8 *addr, const __u8 *src, const __u8 *smac, __u8 *out)
{
	static const __u8 all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const __u8 head[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };	/* Ethernet, IPv4, request */
	size_t at = put_eth(out, all, smac, TYPE_ARP);
	__u8 *arp = out + at;

	memset(arp, 0, ARP_LEN);
	memcpy(arp, head, sizeof(head));
	memcpy(arp + 8, smac, 6);
	memcpy(arp + 14, src, 4);
	memcpy(arp + 24, addr, 4);
	return pad(out, at + ARP_LEN);
}

/* RFC 4291 2.5.1, appendix A */
static void link_local(const __u8 *mac, __u8 *addr)
{
	memset(addr, 0, 16);
	addr[0] = 0xfe;
	addr[1] = 0x80;
	memcpy(addr + 8, mac, 3);
	addr[8] ^= 2;
	addr[11] = 0xff;
	addr[12] = 0xfe;
	memcpy(addr + 13, mac + 3, 3);
}

static size_t nd_solicit(const __u8 *addr, const __u8 *src, const __u8 *smac, __u8 *out)
{
	/* The group of all whose address ends like this (RFC 4291 2.7.1) */
	__u8 group[16] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff };
	__u8 gmac[6] = { 0x33, 0x33, 0xff }, own[16];
	size_t at, len = ND_LEN + 8;
	__u8 *nd;

	memcpy(group + 13, addr + 13, 3);
	memcpy(gmac + 3, addr + 13, 3);
	if (!src) {
		link_local(smac, own);
		src = own;
	}
	at = put_eth(out, gmac, smac, TYPE_IP6);
	at += put_ip6(out + at, src, group, IPPROTO_ICMPV6, ND_HOPS, len);
	nd = out + at;
	memset(nd, 0, len);
	nd[0] = ND_SOLICIT;
	memcpy(nd + 8, addr, 16);
	nd[ND_LEN] = ND_OPT_SOURCE;
	nd[ND_LEN + 1] = 1;
	memcpy(nd + ND_LEN + 2, smac, 6);
	put16(nd + 2, sum_fold(sum_add(sum_pseudo(src, group, 16, IPPROTO_ICMPV6, len), nd, len)));
	return at + len;
}

size_t arp_ask(__u32 family, const __u8 *addr, const __u8 *src, const __u8 *smac, __u8 *out)
{
	if (family == AF_INET)
		return arp_request(addr, src, smac, out);
	return nd_solicit(addr, src, smac, out);
}

static bool mac_is_good(const __u8 *mac)
{
	static const __u8 none[6];

	return !(mac[0] & 1) && memcmp(mac, none, 6);
}

static bool arp_read4(const struct packet *p, struct neighbour *nb)
{
	static const __u8 head[6] = { 0, 1, 8, 0, 6, 4 };
	const __u8 *arp = p->data + p->l3;
	__u16 op;

	if (p->len - p->l3 < ARP_LEN || memcmp(arp, head, sizeof(head)))
		return false;
	op = get16(arp + 6);
	if ((op != 1 && op != 2) || !mac_is_good(arp + 8) || !addr_is_unicast(AF_INET, arp + 14))
		return false;
	nb->family = AF_INET;
	memcpy(nb->addr, arp + 14, 4);
	memcpy(nb->mac, arp + 8, 6);
	return true;
}

/* RFC 4861 7.1.2 */
static bool arp_read6(const struct packet *p, struct neighbour *nb)
{
	const __u8 *nd = p->data + p->l4;
	size_t len = packet_l4_len(p), at;
	__u32 sum;

	if (p->family != AF_INET6 || p->proto != IPPROTO_ICMPV6 || len < ND_LEN ||
	    nd[0] != ND_ADVERT || nd[1] || p->data[p->l3 + 7] != ND_HOPS)
		return false;
	sum = sum_pseudo(packet_src(p), packet_dst(p), 16, IPPROTO_ICMPV6, len);
	if (sum_fold(sum_add(sum, nd, len)) || !addr_is_unicast(AF_INET6, nd + 8))
		return false;
	for (at = ND_LEN; at + 8 <= len && nd[at + 1]; at += nd[at + 1] * 8) {
		if (nd[at] != ND_OPT_TARGET || !mac_is_good(nd + at + 2))
			continue;
		nb->family = AF_INET6;
		memcpy(nb->addr, nd + 8, 16);
		memcpy(nb->mac, nd + at + 2, 6);
		return true;
	}
	return false;
}

bool arp_read(const struct packet *p, struct neighbour *nb)
{
	memset(nb, 0, sizeof(*nb));
	return p->type == TYPE_ARP ? arp_read4(p, nb) : arp_read6(p, nb);
}
