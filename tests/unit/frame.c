// SPDX-License-Identifier: GPL-2.0-only
/* Frames, byte by byte: frame.h */
#include "frame.h"

u8 *put_eth(u8 *p, const u8 *dmac, const u8 *smac, unsigned int tags, u16 proto)
{
	p = put_bytes(p, dmac, ETH_ALEN);
	p = put_bytes(p, smac, ETH_ALEN);
	for (; tags; tags--)
		p = put16(put16(p, ETH_P_8021Q), 0x64 + tags);
	return put16(p, proto);
}

u8 *put_addr6(u8 *p, u32 tail)
{
	memset(p, 0, 16);
	if (tail)
		*p = 0xfd;
	return put32(p + 12, tail);
}

u8 *put_ip4(u8 *p, u8 proto, u8 ttl, u16 frag, unsigned int payload, u32 sip, u32 dip)
{
	u8 *ip = p;

	p = put16(p, 0x4500);
	p = put16(p, 20 + payload);
	p = put16(p, 0);
	p = put16(p, frag);
	p = put8(p, ttl);
	p = put8(p, proto);
	p = put16(p, 0);
	p = put32(p, sip);
	p = put32(p, dip);
	put_csum_ip4(ip);
	return p;
}

u8 *put_ip6(u8 *p, u8 proto, u8 hops, unsigned int payload, u32 stail, u32 dtail)
{
	p = put32(p, 0x60000000);
	p = put16(p, payload);
	p = put8(p, proto);
	p = put8(p, hops);
	p = put_addr6(p, stail);
	return put_addr6(p, dtail);
}

u8 *put_udp(u8 *p, u16 sport, u16 dport, unsigned int payload)
{
	p = put16(p, sport);
	p = put16(p, dport);
	p = put16(p, 8 + payload);
	return put16(p, 0);
}

u8 *put_tcp(u8 *p, u16 sport, u16 dport, u32 seq, u32 ack, u8 flags)
{
	p = put16(p, sport);
	p = put16(p, dport);
	p = put32(p, seq);
	p = put32(p, ack);
	p = put8(p, 0x50);
	p = put8(p, flags);
	p = put16(p, 0);
	return put32(p, 0);
}

u16 sum16(const u8 *p, unsigned int len, u32 sum)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

u16 sum_pseudo(const u8 *ip, unsigned int len, u8 proto)
{
	bool ip6 = ip[0] >> 4 == 6;

	return sum16(ip + (ip6 ? 8 : 12), ip6 ? 32 : 8, len + proto);
}

void put_csum(u8 *p, unsigned int len, unsigned int at, u32 sum)
{
	put_unaligned_be16(0, p + at);
	put_unaligned_be16(csum16(p, len, sum), p + at);
}

void put_csum_ip4(u8 *ip)
{
	put_csum(ip, (ip[0] & 15) * 4, 10, 0);
}

void put_csum_udp(const u8 *ip, u8 *udp, unsigned int len)
{
	put_csum(udp, len, 6, sum_pseudo(ip, len, IPPROTO_UDP));
	if (!get_unaligned_be16(udp + 6))
		put_unaligned_be16(0xffff, udp + 6);
}
