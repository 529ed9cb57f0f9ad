// SPDX-License-Identifier: GPL-2.0-only
/* Frames of every kind that a stage of the walk looks for. */
#include "core_fuzz.h"

#include "pkt/icmp.h"

/** struct who - the two ends of a frame */
struct who {
	const u8 *dmac;
	const u8 *smac;
	u32 src;
	u32 dst;
	u16 sport;
	u16 dport;
	u32 payload;
};

static void put_sum(u8 *at, __wsum sum)
{
	__sum16 folded = csum_fold(sum);

	memcpy(at, &folded, sizeof(folded));
}

static void icmp4_sum(struct w_frame *f)
{
	u8 *icmp = f->b + ETH_HLEN + 20;

	put_unaligned_be16(0, icmp + 2);
	put_sum(icmp + 2, csum_partial(icmp, f->len - ETH_HLEN - 20, 0));
}

static void icmp6_sum(struct w_frame *f)
{
	unsigned int len = f->len - ETH_HLEN - 40;
	u8 *ip6 = f->b + ETH_HLEN, *icmp = ip6 + 40;
	struct ipv6hdr hdr;

	memcpy(&hdr, ip6, sizeof(hdr));
	put_unaligned_be16(0, icmp + 2);
	put_sum(icmp + 2, csum_partial(icmp, len, vr_icmp6_pseudo(&hdr, len)));
}

static void tcp(struct fz *fz, u8 *tcp, const struct who *who)
{
	static const u8 options[] = { 2, 4, 5, 0xb4, 1, 2, 4, 0xff, 0xff, 1, 1, 0 };
	u8 how = fz_u8(fz), *end;
	u32 seq, ack;

	seq = how & 0x40 ? fz_u32(fz) : 100;
	ack = how & 0x80 ? fz_u32(fz) : 101;
	end = put_tcp(tcp, who->sport, who->dport, seq, ack, how & 0x1f);
	if (who->payload >= 32 && how & 0x20) {
		tcp[12] = 0x80;
		put_bytes(end, options, sizeof(options));
	}
}

static void l4_4(struct fz *fz, struct w_frame *f, struct who *who, u8 proto)
{
	u8 *ip = f->b + ETH_HLEN;

	who->payload = max(who->payload, 20U);
	w_ip4(f, who->dmac, who->smac, who->src, who->dst, 64, who->payload);
	ip[9] = proto;
	if (proto == IPPROTO_TCP)
		tcp(fz, ip + 20, who);
	put_unaligned_be16(who->sport, ip + 20);
	put_unaligned_be16(who->dport, ip + 22);
	w_set_hops(f, fz_one_in(fz, 4) ? fz_u8(fz) % 4 : 64);
}

static void l4_6(struct fz *fz, struct w_frame *f, struct who *who, u8 proto)
{
	u8 *ip6 = f->b + ETH_HLEN;

	who->payload = max(who->payload, 20U);
	w_ip6(f, who->dmac, who->smac, who->src, who->dst, 64, who->payload);
	ip6[6] = proto;
	if (proto == IPPROTO_TCP)
		tcp(fz, ip6 + 40, who);
	put_unaligned_be16(who->sport, ip6 + 40);
	put_unaligned_be16(who->dport, ip6 + 42);
	w_set_hops(f, fz_one_in(fz, 4) ? fz_u8(fz) % 4 : 64);
}

/* Echo, or anything. */
static void icmp4(struct fz *fz, struct w_frame *f, struct who *who)
{
	u8 *icmp = f->b + ETH_HLEN + 20;

	l4_4(fz, f, who, IPPROTO_ICMP);
	icmp[0] = fz_one_in(fz, 4) ? fz_u8(fz) : fz_u8(fz) & 1 ? 8 : 0;
	icmp[1] = fz_one_in(fz, 8) ? fz_u8(fz) : 0;
	put_unaligned_be16(who->sport, icmp + 4);
	icmp4_sum(f);
}

static void icmp6(struct fz *fz, struct w_frame *f, struct who *who)
{
	u8 *icmp = f->b + ETH_HLEN + 40;

	l4_6(fz, f, who, IPPROTO_ICMPV6);
	icmp[0] = fz_one_in(fz, 4) ? fz_u8(fz) : 128 + (fz_u8(fz) & 1);
	icmp[1] = fz_one_in(fz, 8) ? fz_u8(fz) : 0;
	put_unaligned_be16(who->sport, icmp + 4);
	icmp6_sum(f);
}

/* What somebody on the way says of @f, which is quoted. */
static void icmp_error(struct fz *fz, struct w_frame *f, struct who *who)
{
	static struct w_frame about;
	u8 how = fz_u8(fz);
	u8 *ip = f->b + ETH_HLEN;
	u32 len = f->len - ETH_HLEN, most = how & 0x40 ? 28 + (how & 31) : 200;

	about = *f;
	len = min(len, most);
	if (how & 1) {
		w_ip6(f, who->dmac, who->smac, who->dst, who->src, 64, 8 + len);
		ip[6] = IPPROTO_ICMPV6;
		ip += 40;
		memset(ip, 0, 8);
		ip[0] = 1 + (how >> 1 & 3);
		put_unaligned_be32(fz_u16(fz), ip + 4);
		memcpy(ip + 8, about.b + ETH_HLEN, len);
		/* From the other end of what it is about to its sender. */
		memcpy(f->b + ETH_HLEN + 24, about.b + ETH_HLEN + 8, 16);
		icmp6_sum(f);
		return;
	}
	w_ip4(f, who->dmac, who->smac, who->dst, who->src, 64, 8 + len);
	ip[9] = IPPROTO_ICMP;
	memcpy(ip + 16, about.b + ETH_HLEN + 12, 4);
	w_sum(f);
	ip += 20;
	memset(ip, 0, 8);
	ip[0] = how & 2 ? 3 : how & 4 ? 11 : 12;
	ip[1] = how & 8 ? 4 : 0;
	put_unaligned_be16(fz_u16(fz), ip + 6);
	memcpy(ip + 8, about.b + ETH_HLEN, len);
	icmp4_sum(f);
}

/* Too big: a packet that left in a tunnel. */
static void report(struct fz *fz, struct w_frame *f, struct who *who)
{
	u8 how = fz_u8(fz), family = how & 1 ? AF_INET6 : AF_INET;
	struct t_outer o = t_out(1 + (how >> 1) % 3, family, fz_label(fz));

	o.sport = how & 0x40 ? fz_u16(fz) : 50000;
	o.dip = how & 0x20 ? T_OTHER : T_THERE;
	l4_4(fz, f, who, IPPROTO_UDP);
	t_wrap(f, &o);
	who->dmac = w_mac_vif(V_UPLINK);
	who->smac = w_mac_router;
	who->src = T_HERE;
	icmp_error(fz, f, who);
}

/* Eight more bytes behind the IPv6 header, which say what follows. */
static void extension(struct fz *fz, struct w_frame *f)
{
	static const u8 kinds[] = { 0, 43, 44, 51, 60, 135, 59, 50 };
	u8 *ip6 = f->b + ETH_HLEN, *ext = ip6 + 40;

	memmove(ext + 8, ext, f->len - ETH_HLEN - 40);
	f->len += 8;
	memset(ext, 0, 8);
	ext[0] = ip6[6];
	ip6[6] = kinds[fz_below(fz, ARRAY_SIZE(kinds))];
	if (ip6[6] == 0) {
		ext[2] = 5;		/* router alert */
		ext[3] = 2;
	}
	if (fz_one_in(fz, 4))
		fz_bytes(fz, ext + 1, 7);
	put_unaligned_be16(get_unaligned_be16(ip6 + 4) + 8, ip6 + 4);
}

static void options(struct fz *fz, struct w_frame *f)
{
	u8 *ip = f->b + ETH_HLEN, n = 1 + fz_below(fz, 10);

	memmove(ip + 20 + 4 * n, ip + 20, f->len - ETH_HLEN - 20);
	f->len += 4 * n;
	memset(ip + 20, 0, 4 * n);
	if (fz_u8(fz) & 1)
		fz_bytes(fz, ip + 20, 4 * n);
	else
		put_unaligned_be32(0x94040000, ip + 20);
	ip[0] = 0x45 + n;
	put_unaligned_be16(get_unaligned_be16(ip + 2) + 4 * n, ip + 2);
	put_unaligned_be16(0, ip + 10);
	*(__sum16 *)(ip + 10) = ip_fast_csum(ip, ip[0] & 15);
}

static void dhcp(struct fz *fz, struct w_frame *f, const struct who *who)
{
	if (fz_u8(fz) & 1)
		w_udp6(f, who->dmac, who->smac, who->src, who->dst, 546, 547, 30);
	else
		w_udp4(f, who->dmac, who->smac, 0, ~0U, 68, 67, 30);
}

/* BFD control (RFC 5880) */
static void bfd(struct fz *fz, struct w_frame *f, struct who *who)
{
	bool six = fz_u8(fz) & 1;

	if (six)
		w_udp6(f, who->dmac, who->smac, who->src, who->dst, 50000, 3784, 24);
	else
		w_udp4(f, who->dmac, who->smac, who->src, who->dst, 50000, 3784, 24);
	f->b[ETH_HLEN + (six ? 48 : 28) + 1] = fz_u8(fz);
}

/* Group messages: IGMP with router alert; MLD. */
static void group(struct fz *fz, struct w_frame *f, struct who *who)
{
	if (fz_u8(fz) & 1) {
		l4_6(fz, f, who, IPPROTO_ICMPV6);
		f->b[ETH_HLEN + 40] = 130 + fz_below(fz, 3);
		icmp6_sum(f);
		extension(fz, f);
		return;
	}
	l4_4(fz, f, who, 2);
	options(fz, f);
}

static void neighbour(struct fz *fz, struct w_frame *f, const struct who *who)
{
	u8 what = fz_u8(fz);

	switch (what % 5) {
	case 0:
	case 1:
		w_ns(f, who->dmac, who->smac, what & 8 ? 0 : who->src, who->dst);
		break;
	case 2:
		w_na(f, who->dmac, who->smac, who->src, who->dst);
		break;
	case 3:
		w_rs(f, who->smac, who->src);
		break;
	default:
		w_ns(f, who->dmac, who->smac, who->src, who->src);
	}
}

static void l4_of(struct fz *fz, struct w_frame *f, struct who *who, u8 kind)
{
	static const u8 protos[] = { IPPROTO_UDP, IPPROTO_TCP, IPPROTO_TCP, IPPROTO_SCTP, 253, 1 };
	u8 proto = protos[kind >> 2 & 7 & -((kind >> 2 & 7) < sizeof(protos))];

	if (kind & 1)
		l4_6(fz, f, who, proto);
	else
		l4_4(fz, f, who, proto);
	if (kind & 2 && kind & 1)
		extension(fz, f);
	else if (kind & 2)
		options(fz, f);
}

void fz_frame(struct fz *fz, struct w_frame *f)
{
	u8 kind = fz_u8(fz);
	struct who who;
	u8 size;

	who.dmac = fz_mac(fz);
	who.smac = fz_mac(fz);
	who.src = kind & 1 ? fz_tail(fz) : fz_ip4(fz);
	who.dst = kind & 1 ? fz_tail(fz) : fz_ip4(fz);
	who.sport = fz_port(fz);
	who.dport = fz_port(fz);
	size = fz_u8(fz);
	who.payload = size < 0xe0 ? size : (size - 0xe0) * 250;
	if (kind < 96) {
		l4_of(fz, f, &who, kind);
		return;
	}
	switch (kind >> 3) {
	case 12:
	case 13:
		icmp4(fz, f, &who);
		break;
	case 14:
	case 15:
		icmp6(fz, f, &who);
		break;
	case 16:
	case 17:
		l4_of(fz, f, &who, fz_u8(fz));
		icmp_error(fz, f, &who);
		break;
	case 18:
	case 19:
		report(fz, f, &who);
		break;
	case 20:
	case 21:
	case 22:
		w_arp(f, who.dmac, 1 + (kind >> 1 & 1), who.smac, who.src,
		      kind & 4 ? who.dmac : w_mac_none, kind & 1 ? who.src : who.dst);
		break;
	case 23:
	case 24:
		neighbour(fz, f, &who);
		break;
	case 25:
		dhcp(fz, f, &who);
		break;
	case 26:
		bfd(fz, f, &who);
		break;
	case 27:
		group(fz, f, &who);
		break;
	case 28:
		w_eth(f, who.dmac, who.smac, fz_u16(fz), who.payload);
		break;
	default:
		/* Whatever the bytes are. */
		w_eth(f, who.dmac, who.smac, ETH_P_IP, who.payload);
		fz_bytes(fz, f->b + 12, 2 + who.payload);
	}
}
