// SPDX-License-Identifier: GPL-2.0-only
/* Packets that strings of letters stand for, header by header, with an end to each IP packet. */
#include "l4_frames.h"

#include "pkt/parse.h"

#define HEADROOM	48

/* @p is where the next header begins. */
static void end_at(struct l4_frame *f, const u8 *p)
{
	f->len = p - f->b;
}

void l4_put_fill(struct l4_frame *f, unsigned int len)
{
	end_at(f, put_fill(f->b + f->len, len));
}

/* The header that comes now is @proto's. */
static void set_proto(struct l4_frame *f, u8 proto)
{
	f->b[f->next] = proto;
}

static void add_ip4(struct l4_frame *f, unsigned int hlen, u16 frag)
{
	u8 *ip = f->b + f->len;

	put_ip4(ip, 0, 64, frag, 0, f->quoted ? 0x0a000002 : 0x0a000001,
		f->quoted ? 0x0a000001 : 0x0a000002);
	ip[0] = 0x40 | hlen / 4;
	put32(ip + 2, 0x1234);		/* no length yet; an identification */
	put_unaligned_be16(0, ip + 10);
	f->next = f->len + 9;
	end_at(f, put_fill(ip + 20, hlen - 20));
	f->ip6 = false;
}

static u8 *put_addr(u8 *p, u8 last)
{
	p = put16(p, 0xfd00);
	p = put_fill(p, 13);
	return put8(p, last);
}

static void add_ip6(struct l4_frame *f)
{
	u8 *p = f->b + f->len;

	p = put32(p, 0x60000000);
	p = put16(p, 0);
	f->next = p - f->b;
	p = put16(p, 0x0040);
	p = put_addr(p, f->quoted ? 2 : 1);
	end_at(f, put_addr(p, f->quoted ? 1 : 2));
	f->ip6 = true;
}

static void add_ext(struct l4_frame *f, u8 proto, u8 hdrlen, unsigned int len)
{
	u8 *p = f->b + f->len;

	set_proto(f, proto);
	f->next = f->len;
	p = put8(p, 0);
	p = put8(p, hdrlen);
	end_at(f, put_fill(p, len - 2));
}

static void add_frag6(struct l4_frame *f, u16 off)
{
	add_ext(f, IPPROTO_FRAGMENT, 0, 8);
	put_unaligned_be16(off, f->b + f->len - 6);
}

static void add_ports(struct l4_frame *f, u8 proto, unsigned int hlen)
{
	u8 *p = f->b + f->len;

	set_proto(f, proto);
	p = put16(p, SPORT);
	p = put16(p, DPORT);
	end_at(f, put_fill(p, hlen - 4));
}

static void add_tcp(struct l4_frame *f, unsigned int hlen)
{
	add_ports(f, IPPROTO_TCP, hlen);
	f->b[f->len - hlen + 12] = hlen / 4 << 4;
}

static void add_icmp(struct l4_frame *f, u8 type4, u8 type6)
{
	u8 *p = f->b + f->len;

	set_proto(f, f->ip6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	p = put8(p, f->ip6 ? type6 : type4);
	p = put8(p, 0);
	p = put16(p, 0xbeef);
	p = put16(p, ECHO_ID);
	end_at(f, put16(p, 1));
}

/** struct letter - what a letter of a chain puts; see add_letter() for @arg */
struct letter {
	char letter;
	enum { PUT_IP4, PUT_IP6, PUT_EXT, PUT_FRAG, PUT_TCP, PUT_PORTS, PUT_ICMP, PUT_ABOUT,
	       PUT_PROTO, PUT_FILL } what;
	u16 arg[3];
};

static const struct letter letters[] = {
	{ '4', PUT_IP4, { 20, 0x4000 } },
	{ 'o', PUT_IP4, { 24, 0 } },
	{ 'O', PUT_IP4, { 60, 0 } },
	{ 'm', PUT_IP4, { 20, 0x2000 } },
	{ 'n', PUT_IP4, { 20, 0x2001 } },
	{ 'l', PUT_IP4, { 20, 0x1fff } },
	{ '6', PUT_IP6 },
	{ 'H', PUT_EXT, { IPPROTO_HOPOPTS, 0, 8 } },
	{ 'R', PUT_EXT, { IPPROTO_ROUTING, 2, 24 } },
	{ 'D', PUT_EXT, { IPPROTO_DSTOPTS, 0, 8 } },
	{ 'd', PUT_EXT, { IPPROTO_DSTOPTS, 62, 504 } },
	{ 'b', PUT_EXT, { IPPROTO_DSTOPTS, 64, 520 } },
	{ 'A', PUT_EXT, { IPPROTO_AH, 4, 24 } },
	{ 'a', PUT_EXT, { IPPROTO_AH, 1, 12 } },
	{ 'z', PUT_EXT, { IPPROTO_AH, 0, 8 } },
	{ 'x', PUT_EXT, { IPPROTO_DSTOPTS, 255, 8 } },
	{ 'F', PUT_FRAG, { 0x0001 } },
	{ 'f', PUT_FRAG, { 0x0000 } },
	{ 'g', PUT_FRAG, { 0x0009 } },
	{ 'G', PUT_FRAG, { 0xfff8 } },
	{ 'T', PUT_TCP, { 20 } },
	{ 't', PUT_TCP, { 60 } },
	{ 'U', PUT_PORTS, { IPPROTO_UDP, 8 } },
	{ 'L', PUT_PORTS, { IPPROTO_UDPLITE, 8 } },
	{ 'S', PUT_PORTS, { IPPROTO_SCTP, 12 } },
	{ 'C', PUT_PORTS, { IPPROTO_DCCP, 12 } },
	{ '8', PUT_PORTS, { IPPROTO_TCP, 8 } },
	{ 'E', PUT_ICMP, { 8, 128 } },
	{ 'e', PUT_ICMP, { 0, 129 } },
	{ 'I', PUT_ICMP, { 13, 131 } },
	{ 'W', PUT_ICMP, { 255, 255 } },
	{ 'X', PUT_ABOUT, { 3, 1 } },
	{ 'Y', PUT_ABOUT, { 11, 2 } },
	{ 'Z', PUT_ABOUT, { 5, 3 } },
	{ 'V', PUT_ABOUT, { 12, 4 } },
	{ 'v', PUT_ABOUT, { 4, 127 } },
	{ 'P', PUT_PROTO, { IPPROTO_ESP } },
	{ 'K', PUT_PROTO, { IPPROTO_GRE } },
	{ 'N', PUT_PROTO, { IPPROTO_NONE } },
	{ 'M', PUT_PROTO, { 135 } },
	{ 'i', PUT_PROTO, { IPPROTO_ICMP } },
	{ 'j', PUT_PROTO, { IPPROTO_ICMPV6 } },
	{ '.', PUT_FILL, { 1 } },
};

static void add_letter(struct l4_frame *f, const struct letter *l)
{
	switch (l->what) {
	case PUT_IP4:
		add_ip4(f, l->arg[0], l->arg[1]);
		break;
	case PUT_IP6:
		add_ip6(f);
		break;
	case PUT_EXT:
		add_ext(f, l->arg[0], l->arg[1], l->arg[2]);
		break;
	case PUT_FRAG:
		add_frag6(f, l->arg[0]);
		break;
	case PUT_TCP:
		add_tcp(f, l->arg[0]);
		break;
	case PUT_PORTS:
		add_ports(f, l->arg[0], l->arg[1]);
		break;
	case PUT_ICMP:
		add_icmp(f, l->arg[0], l->arg[1]);
		break;
	case PUT_ABOUT:
		add_icmp(f, l->arg[0], l->arg[1]);
		f->quoted = true;
		break;
	case PUT_PROTO:
		set_proto(f, l->arg[0]);
		break;
	case PUT_FILL:
		l4_put_fill(f, l->arg[0]);
		break;
	}
}

/* The checksum of an outer IPv4 header whose length may be anything. */
void l4_fix_csum(struct l4_frame *f)
{
	u8 *ip = f->b + L3;

	if (ip[0] >> 4 == 4 && f->len >= L3 + (ip[0] & 15) * 4)
		put_csum_ip4(ip);
}

/* The outer IP header says that it ends @len bytes behind its beginning. */
void l4_set_ip_len(struct l4_frame *f, unsigned int len)
{
	u8 *ip = f->b + L3;

	if (ip[0] >> 4 == 6)
		put_unaligned_be16(len - 40, ip + 4);
	else
		put_unaligned_be16(len, ip + 2);
	l4_fix_csum(f);
}

u8 l4_family_of(const struct l4_frame *f)
{
	return f->b[L3] >> 4 == 6 ? AF_INET6 : AF_INET;
}

/* Put together what the letters of @chain stand for. */
void l4_build(struct l4_frame *f, const char *chain)
{
	unsigned int i;

	f->len = 0;
	f->quoted = false;
	l4_put_fill(f, L3);
	for (; *chain; chain++)
		for (i = 0; i < ARRAY_SIZE(letters); i++)
			if (letters[i].letter == *chain)
				add_letter(f, &letters[i]);
	l4_set_ip_len(f, f->len - L3);
}

struct l4_frame *l4_frame_alloc(struct kunit *test)
{
	struct l4_frame *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	return f;
}

struct vr_pkt *l4_frame_pkt(struct kunit *test, const struct l4_frame *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM - L3);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	return pkt;
}

/* As on the packet path: the IP header is looked at first. */
enum vr_drop_reason l4_parse(struct vr_pkt *pkt, u8 family, struct vr_l4 *l4)
{
	enum vr_drop_reason reason;

	reason = family == AF_INET ? vr_parse_ip4(pkt, L3) : vr_parse_ip6(pkt, L3);
	if (reason != VR_DROP_NONE)
		return reason;
	memset(l4, 0xff, sizeof(*l4));
	return vr_parse_l4(pkt, L3, family, l4);
}
