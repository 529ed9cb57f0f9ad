// SPDX-License-Identifier: GPL-2.0-only
/* Ethernet, IPv4, IPv6 and the ports behind them. */
#include "packet.h"

#include <string.h>

#include <netinet/in.h>

#include "bytes.h"

#define TYPE_IP4	0x0800
#define TYPE_IP6	0x86dd
#define TYPE_VLAN	0x8100
#define TYPE_QINQ	0x88a8
#define TAGS_MAX	2
#define EXT_MAX		8
#define TTL		64

static void read_ip4(struct packet *p)
{
	const __u8 *ip = p->data + p->l3;
	size_t have = p->len - p->l3, total, hlen;

	if (have < IP4_LEN || ip[0] >> 4 != 4)
		return;
	hlen = (ip[0] & 15) * 4;
	/* Of a packet that is to be segmented the length may be 0. */
	total = get16(ip + 2) ? get16(ip + 2) : have;
	if (hlen < IP4_LEN || total < hlen)
		return;
	p->family = AF_INET;
	p->l3_len = total;
	p->l3_end = p->l3 + (total < have ? total : have);
	p->proto = ip[9];
	p->later = get16(ip + 6) & 0x1fff;
	if (!p->later && p->l3 + hlen <= p->l3_end)
		p->l4 = p->l3 + hlen;
}

/* Bytes of the extension header at @at; 0: it is none, or not there. */
static size_t ext_len(const struct packet *p, size_t at)
{
	size_t have = p->l3_end - at, len;

	switch (p->proto) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
		len = have >= 8 ? (p->data[at + 1] + 1) * 8 : 0;
		break;
	case IPPROTO_AH:
		len = have >= 8 ? (p->data[at + 1] + 2) * 4 : 0;
		break;
	case IPPROTO_FRAGMENT:
		len = 8;
		break;
	default:
		return 0;
	}
	return len <= have ? len : 0;
}

static bool is_ext(__u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_DSTOPTS ||
	       proto == IPPROTO_AH || proto == IPPROTO_FRAGMENT;
}

static void read_ip6(struct packet *p)
{
	const __u8 *ip6 = p->data + p->l3;
	size_t have = p->len - p->l3, total, at, len;
	int n;

	if (have < IP6_LEN || ip6[0] >> 4 != 6)
		return;
	total = get16(ip6 + 4) ? (size_t)IP6_LEN + get16(ip6 + 4) : have;
	p->family = AF_INET6;
	p->l3_len = total;
	p->l3_end = p->l3 + (total < have ? total : have);
	p->proto = ip6[6];
	at = p->l3 + IP6_LEN;
	for (n = 0; n < EXT_MAX && is_ext(p->proto); n++) {
		len = ext_len(p, at);
		if (!len)
			return;
		if (p->proto == IPPROTO_FRAGMENT)
			p->later = get16(p->data + at + 2) & 0xfff8;
		p->proto = p->data[at];
		at += len;
		if (p->later)
			return;
	}
	if (!is_ext(p->proto))
		p->l4 = at;
}

bool packet_read(struct packet *p, const __u8 *data, size_t len)
{
	int tags;

	memset(p, 0, sizeof(*p));
	if (len < ETH_LEN)
		return false;
	p->data = data;
	p->len = len;
	p->l3 = ETH_LEN;
	p->type = get16(data + 12);
	for (tags = 0; tags < TAGS_MAX && (p->type == TYPE_VLAN || p->type == TYPE_QINQ); tags++) {
		if (len < p->l3 + 4)
			return false;
		p->type = get16(data + p->l3 + 2);
		p->l3 += 4;
	}
	if (p->type == TYPE_IP4)
		read_ip4(p);
	else if (p->type == TYPE_IP6)
		read_ip6(p);
	return true;
}

bool addr_is_unicast(__u32 family, const __u8 *addr)
{
	static const __u8 none[16];

	if (family == AF_INET)
		return addr[0] && addr[0] < 224 && addr[0] != 127;
	return addr[0] != 0xff && memcmp(addr, none, 16) &&
	       !(!memcmp(addr, none, 15) && addr[15] == 1);
}

bool packet_is_icmp_error(const struct packet *p)
{
	bool icmp4 = p->family == AF_INET && p->proto == IPPROTO_ICMP;
	bool icmp6 = p->family == AF_INET6 && p->proto == IPPROTO_ICMPV6;
	__u8 type;

	if (!icmp4 && !icmp6)
		return false;
	if (!packet_l4_len(p))
		return true;
	type = p->data[p->l4];
	if (icmp6)
		return type < 128;
	return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

static bool tuple_ports(const struct packet *p, struct tuple *tuple)
{
	const __u8 *l4 = p->data + p->l4;
	size_t len = packet_l4_len(p);

	switch (p->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_UDPLITE:
		if (len < 4)
			return false;
		tuple->sport = get16(l4);
		tuple->dport = get16(l4 + 2);
		return true;
	case IPPROTO_ICMP:
		if (p->family != AF_INET)
			return true;
		if (len < ICMP_LEN)
			return false;
		tuple->dport = l4[0];
		if (l4[0] != 0 && l4[0] != 8)
			return true;
		tuple->sport = get16(l4 + 4);
		tuple->dport = 0;
		return true;
	case IPPROTO_ICMPV6:
		if (p->family != AF_INET6)
			return true;
		if (len < ICMP_LEN)
			return false;
		tuple->dport = l4[0];
		if (l4[0] != 128 && l4[0] != 129)
			return true;
		tuple->sport = get16(l4 + 4);
		tuple->dport = 129;
		return true;
	default:
		return true;
	}
}

bool packet_tuple(const struct packet *p, struct tuple *tuple)
{
	unsigned int len;

	memset(tuple, 0, sizeof(*tuple));
	if (!p->family || !p->l4 || p->later || packet_is_icmp_error(p))
		return false;
	len = word_addr_len(p->family);
	tuple->family = p->family;
	tuple->proto = p->proto;
	memcpy(tuple->src, packet_src(p), len);
	memcpy(tuple->dst, packet_dst(p), len);
	return tuple_ports(p, tuple);
}

/* --- making ------------------------------------------------------------------ */

size_t put_eth(__u8 *out, const __u8 *dmac, const __u8 *smac, __u16 type)
{
	memcpy(out, dmac, 6);
	memcpy(out + 6, smac, 6);
	put16(out + 12, type);
	return ETH_LEN;
}

size_t put_eth_answer(__u8 *out, const struct packet *about, const __u8 *smac)
{
	memcpy(out, about->data, about->l3);
	memcpy(out, packet_smac(about), 6);
	memcpy(out + 6, smac ? smac : packet_dmac(about), 6);
	return about->l3;
}

size_t put_ip4(__u8 *out, const __u8 *src, const __u8 *dst, __u8 proto, __u8 tos, size_t payload)
{
	memset(out, 0, IP4_LEN);
	out[0] = 0x45;
	out[1] = tos;
	put16(out + 2, IP4_LEN + payload);
	out[8] = TTL;
	out[9] = proto;
	memcpy(out + 12, src, 4);
	memcpy(out + 16, dst, 4);
	put16(out + 10, sum_fold(sum_add(0, out, IP4_LEN)));
	return IP4_LEN;
}

size_t put_ip6(__u8 *out, const __u8 *src, const __u8 *dst, __u8 proto, __u8 hops, size_t payload)
{
	memset(out, 0, 8);
	out[0] = 0x60;
	put16(out + 4, payload);
	out[6] = proto;
	out[7] = hops;
	memcpy(out + 8, src, 16);
	memcpy(out + 24, dst, 16);
	return IP6_LEN;
}
