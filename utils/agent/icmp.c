// SPDX-License-Identifier: GPL-2.0-only
/* ICMP errors (RFC 792, RFC 1191, RFC 1812 4.3.2, RFC 4443) and TCP resets. */
#include "icmp.h"

#include <string.h>

#include <netinet/in.h>

#include "bytes.h"
#include "packet.h"

#define ICMP4_ROOM	576	/* RFC 1812 4.3.2.3: as much as fits in this */
#define ICMP6_ROOM	1280	/* RFC 4443 2.4 c: without exceeding the least MTU */
#define TOS_CONTROL	0xc0	/* RFC 1812 4.3.2.5: internetwork control */
#define MTU4_LEAST	68	/* RFC 791 */
#define MTU6_LEAST	1280	/* RFC 8200 5 */

#define TCP_FIN		0x01
#define TCP_SYN		0x02
#define TCP_RST		0x04
#define TCP_ACK		0x10

bool icmp_may_tell(const struct packet *about)
{
	/* To all of a link, or from one: a single error could bring many. */
	if (!about->family || about->later || (packet_dmac(about)[0] & 1) ||
	    (packet_smac(about)[0] & 1))
		return false;
	if (!addr_is_unicast(about->family, packet_src(about)) ||
	    !addr_is_unicast(about->family, packet_dst(about)))
		return false;
	/* What cannot be seen to be no error might be one. */
	return about->l4 && !packet_is_icmp_error(about);
}

/* Type and code. */
static void put_type(__u8 *icmp, __u32 family, enum icmp_why why)
{
	static const __u8 v4[][2] = {
		[ICMP_WHY_TTL] = { 11, 0 },
		[ICMP_WHY_TOO_BIG] = { 3, 4 },
		[ICMP_WHY_PROHIBITED] = { 3, 13 },
	};
	static const __u8 v6[][2] = {
		[ICMP_WHY_TTL] = { 3, 0 },
		[ICMP_WHY_TOO_BIG] = { 2, 0 },
		[ICMP_WHY_PROHIBITED] = { 1, 1 },
	};

	memcpy(icmp, family == AF_INET ? v4[why] : v6[why], 2);
}

/* As much of the packet as is there and fits, behind the headers at @out. */
static size_t quote(const struct packet *about, __u8 *out, size_t headers, size_t room)
{
	size_t len = about->l3_end - about->l3;

	if (len > room - headers)
		len = room - headers;
	memcpy(out + headers, about->data + about->l3, len);
	return len;
}

static size_t icmp4_error(const struct packet *about, enum icmp_why why, __u32 mtu,
			  const __u8 *src, __u8 *ip)
{
	size_t quoted = quote(about, ip, IP4_LEN + ICMP_LEN, ICMP4_ROOM);
	size_t len = ICMP_LEN + quoted;
	__u8 *icmp = ip + IP4_LEN;

	memset(icmp, 0, ICMP_LEN);
	put_type(icmp, AF_INET, why);
	if (why == ICMP_WHY_TOO_BIG)
		put16(icmp + 6, mtu > 65535 ? 65535 : mtu < MTU4_LEAST ? MTU4_LEAST : mtu);
	put16(icmp + 2, sum_fold(sum_add(0, icmp, len)));
	return put_ip4(ip, src, packet_src(about), IPPROTO_ICMP, TOS_CONTROL, len) + len;
}

static size_t icmp6_error(const struct packet *about, enum icmp_why why, __u32 mtu,
			  const __u8 *src, __u8 *ip6)
{
	size_t quoted = quote(about, ip6, IP6_LEN + ICMP_LEN, ICMP6_ROOM);
	size_t len = ICMP_LEN + quoted;
	__u8 *icmp = ip6 + IP6_LEN;
	__u32 sum;

	memset(icmp, 0, ICMP_LEN);
	put_type(icmp, AF_INET6, why);
	if (why == ICMP_WHY_TOO_BIG)
		put32(icmp + 4, mtu < MTU6_LEAST ? MTU6_LEAST : mtu);
	sum = sum_pseudo(src, packet_src(about), 16, IPPROTO_ICMPV6, len);
	put16(icmp + 2, sum_fold(sum_add(sum, icmp, len)));
	return put_ip6(ip6, src, packet_src(about), IPPROTO_ICMPV6, 64, len) + len;
}

size_t icmp_error(const struct packet *about, enum icmp_why why, __u32 mtu, const __u8 *src,
		  const __u8 *smac, __u8 *out)
{
	size_t eth = put_eth_answer(out, about, smac);

	if (about->family == AF_INET)
		return eth + icmp4_error(about, why, mtu, src, out + eth);
	return eth + icmp6_error(about, why, mtu, src, out + eth);
}

/* --- TCP --------------------------------------------------------------------- */

/* Sequence numbers that the segment takes: its payload, SYN and FIN. */
static __u32 tcp_length(const struct packet *about, const __u8 *tcp)
{
	size_t hlen = (tcp[12] >> 4) * 4, len = about->l3 + about->l3_len - about->l4;

	return (len > hlen ? len - hlen : 0) + !!(tcp[13] & TCP_SYN) + !!(tcp[13] & TCP_FIN);
}

static void put_reset(__u8 *out, const struct packet *about)
{
	const __u8 *tcp = about->data + about->l4;

	memset(out, 0, TCP_LEN);
	memcpy(out, tcp + 2, 2);
	memcpy(out + 2, tcp, 2);
	out[12] = TCP_LEN / 4 << 4;
	out[13] = TCP_RST;
	if (tcp[13] & TCP_ACK) {
		memcpy(out + 4, tcp + 8, 4);
	} else {
		put32(out + 8, get32(tcp + 4) + tcp_length(about, tcp));
		out[13] |= TCP_ACK;
	}
}

size_t tcp_reset(const struct packet *about, __u8 *out)
{
	const __u8 *src, *dst;
	size_t at, alen;
	__u8 *tcp;

	if (about->proto != IPPROTO_TCP || packet_l4_len(about) < TCP_LEN ||
	    about->data[about->l4 + 13] & TCP_RST)
		return 0;
	src = packet_dst(about);
	dst = packet_src(about);
	at = put_eth_answer(out, about, NULL);
	if (about->family == AF_INET)
		at += put_ip4(out + at, src, dst, IPPROTO_TCP, 0, TCP_LEN);
	else
		at += put_ip6(out + at, src, dst, IPPROTO_TCP, 64, TCP_LEN);
	tcp = out + at;
	alen = word_addr_len(about->family);
	put_reset(tcp, about);
	put16(tcp + 16, sum_fold(sum_add(sum_pseudo(src, dst, alen, IPPROTO_TCP, TCP_LEN), tcp,
					 TCP_LEN)));
	return at + TCP_LEN;
}
