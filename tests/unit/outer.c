// SPDX-License-Identifier: GPL-2.0-only
/* Packets in tunnels, letter by letter: outer.h */
#include "outer.h"

/* In front of IP, which is aligned so. */
#define HEADROOM	48

/* @p is where the next header begins. */
static void end_at(struct outer *f, const u8 *p)
{
	f->len = p - f->b;
}

void outer_pad(struct outer *f, unsigned int len)
{
	end_at(f, put_fill(f->b + f->len, len));
}

/* The header that comes now is @proto's. */
static void set_proto(struct outer *f, u8 proto)
{
	f->b[f->next] = proto;
}

/* It is the one that says what kind of tunnel this is. */
static void set_l4(struct outer *f, u8 proto)
{
	set_proto(f, proto);
	f->proto = proto;
	f->l4 = f->len;
}

static void add_ip4(struct outer *f, unsigned int hlen, u16 frag)
{
	u8 *ip = f->b + f->len;

	put_ip4(ip, 0, 64, frag, 0, 0x0a000001, 0x0a000002);
	put32(ip, 0x40030000 | hlen / 4 << 24);
	put_unaligned_be16(0x1234, ip + 4);
	put_unaligned_be16(0, ip + 10);
	f->next = f->len + 9;
	end_at(f, put_fill(ip + 20, hlen - 20));
}

static u8 *put_addr(u8 *p, u32 tail)
{
	p = put32(p, 0xfd000000);
	p = put32(p, 0x11111111);
	p = put32(p, 0x22222222);
	return put32(p, tail);
}

static void add_ip6(struct outer *f)
{
	u8 *p = f->b + f->len;

	p = put32(p, 0x60312345);
	p = put16(p, 0);
	f->next = p - f->b;
	p = put16(p, 0x0040);
	p = put_addr(p, 1);
	end_at(f, put_addr(p, 2));
}

/* An extension header of which @opt is the first option. */
static void add_ext(struct outer *f, u8 proto, u8 units, u32 opt)
{
	u8 *p = f->b + f->len;

	set_proto(f, proto);
	f->next = f->len;
	p = put8(p, 0);
	p = put8(p, units - 1);
	p = put32(p, opt);
	p = put16(p, 0);	/* Pad1, twice */
	while (--units)
		p = put32(put32(p, 0x01060000), 0);
	end_at(f, p);
}

static void add_udp(struct outer *f, u16 port)
{
	u8 *p = f->b + f->len;

	set_l4(f, IPPROTO_UDP);
	p = put16(p, 0xc123);
	p = put16(p, port);
	end_at(f, put32(p, 0));
}

static void add_gre(struct outer *f, u16 flags, u16 type)
{
	u8 *p = f->b + f->len;

	set_l4(f, IPPROTO_GRE);
	p = put16(p, flags);
	p = put16(p, type);
	if (flags & 0x8000)
		p = put32(p, 0);
	if (flags & 0x2000)
		p = put32(p, 0xfeedbeef);
	if (flags & 0x1000)
		p = put32(p, 1);
	end_at(f, p);
}

static void add_u32(struct outer *f, u32 first, u32 second)
{
	u8 *p = put32(f->b + f->len, first);

	end_at(f, second ? put32(p, second) : p);
}

/** struct letter - what a letter of a chain puts */
struct letter {
	char letter;
	enum { PUT_IP4, PUT_IP6, PUT_EXT, PUT_UDP, PUT_GRE, PUT_U32, PUT_PROTO, PUT_FILL } what;
	u32 arg[3];
};

static const struct letter letters[] = {
	{ '4', PUT_IP4, { 20, 0x4000 } },
	{ 'o', PUT_IP4, { 24, 0 } },
	{ 'O', PUT_IP4, { 60, 0 } },
	{ 'm', PUT_IP4, { 20, 0x2000 } },
	{ 'n', PUT_IP4, { 20, 0x0001 } },
	{ '6', PUT_IP6 },
	{ 'H', PUT_EXT, { IPPROTO_HOPOPTS, 1, 0x01020000 } },
	{ 'D', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x04010400 } },	/* tunnel encapsulation limit */
	{ 'd', PUT_EXT, { IPPROTO_DSTOPTS, 8, 0x04010400 } },
	{ 'b', PUT_EXT, { IPPROTO_DSTOPTS, 9, 0x04010400 } },
	{ 'h', PUT_EXT, { IPPROTO_HOPOPTS, 1, 0xc2020000 } },	/* jumbo, as for who knows it */
	{ 'y', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x42020000 } },
	{ 'Y', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x82020000 } },
	{ 'p', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x00000000 } },	/* Pad1, throughout */
	{ 'q', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x01050000 } },	/* option that is too long by 1 */
	{ 'Q', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x01ff0000 } },
	{ 'z', PUT_EXT, { IPPROTO_DSTOPTS, 1, 0x01000100 } },
	{ 'X', PUT_EXT, { IPPROTO_FRAGMENT, 1, 0 } },
	{ 'W', PUT_EXT, { IPPROTO_ROUTING, 1, 0 } },
	{ 'U', PUT_UDP, { 4789 } },
	{ 'u', PUT_UDP, { 6635 } },
	{ 'w', PUT_UDP, { 51234 } },
	{ 'k', PUT_UDP, { 4790 } },
	{ 'G', PUT_GRE, { 0, 0x8847 } },
	{ 'C', PUT_GRE, { 0x8000, 0x8847 } },
	{ 'K', PUT_GRE, { 0x2000, 0x8847 } },
	{ 'B', PUT_GRE, { 0xa000, 0x8847 } },
	{ 'S', PUT_GRE, { 0x1000, 0x8847 } },
	{ 's', PUT_GRE, { 0x0800, 0x8847 } },
	{ 'r', PUT_GRE, { 0x4000, 0x8847 } },
	{ 'c', PUT_GRE, { 0x0100, 0x8847 } },
	{ 'l', PUT_GRE, { 0x0001, 0x8847 } },
	{ 't', PUT_GRE, { 0, 0x6558 } },
	{ 'i', PUT_GRE, { 0, 0x0800 } },
	{ 'M', PUT_GRE, { 0, 0x8848 } },
	{ 'V', PUT_U32, { 0x08000000, OUTER_VNI << 8 } },
	{ 'R', PUT_U32, { 0xfeffffff, OUTER_VNI << 8 | 0xff } },
	{ 'a', PUT_U32, { 0x09000000, OUTER_VNI << 8 } },
	{ 'v', PUT_U32, { 0xf7ffffff, OUTER_VNI << 8 } },
	{ 'L', PUT_U32, { OUTER_LABEL << 12 | 0x100 | OUTER_TTL } },
	{ 'E', PUT_U32, { OUTER_LABEL << 12 | 0xf00 | OUTER_TTL } },
	{ '+', PUT_U32, { OUTER_LABEL << 12 | OUTER_TTL } },
	{ '0', PUT_U32, { 0 << 12 | OUTER_TTL } },
	{ '1', PUT_U32, { 1 << 12 | OUTER_TTL } },
	{ '2', PUT_U32, { 2 << 12 | OUTER_TTL } },
	{ '3', PUT_U32, { 3 << 12 | OUTER_TTL } },
	{ '7', PUT_U32, { 7 << 12 | OUTER_TTL } },
	{ '8', PUT_U32, { 7 << 12 | 0x100 | OUTER_TTL } },
	{ '9', PUT_U32, { 0x7777 << 12 } },			/* entropy: its OUTER_TTL is 0 */
	{ '(', PUT_U32, { 1 << 12 | 0x100 | OUTER_TTL } },
	{ ')', PUT_U32, { 0 << 12 | 0x100 | OUTER_TTL } },
	{ 'T', PUT_PROTO, { IPPROTO_TCP } },
	{ '.', PUT_FILL, { 1 } },
};

static void add_letter(struct outer *f, const struct letter *l)
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
	case PUT_UDP:
		add_udp(f, l->arg[0]);
		break;
	case PUT_GRE:
		add_gre(f, l->arg[0], l->arg[1]);
		break;
	case PUT_U32:
		add_u32(f, l->arg[0], l->arg[1]);
		break;
	case PUT_PROTO:
		set_proto(f, l->arg[0]);
		break;
	case PUT_FILL:
		outer_pad(f, l->arg[0]);
		break;
	}
}

void outer_set_ip_end(struct outer *f, unsigned int end)
{
	u8 *ip = f->b + L3;

	if (outer_ip6(f)) {
		put_unaligned_be16(end - L3 - 40, ip + 4);
		return;
	}
	put_unaligned_be16(end - L3, ip + 2);
	put_csum_ip4(ip);
}

/* UDP says that it ends at @end; with @csum it has a checksum. */
static void set_udp_end(struct outer *f, unsigned int end, bool csum)
{
	unsigned int len = end - f->l4;
	u8 *udp = f->b + f->l4;

	put_unaligned_be16(len, udp + 4);
	put_unaligned_be16(0, udp + 6);
	if (csum)
		put_csum_udp(f->b + L3, udp, len);
}

static void set_gre_csum(struct outer *f, unsigned int end)
{
	u8 *gre = f->b + f->l4;

	if (gre[0] & 0x80 && end >= f->l4 + 8)
		put_csum(gre, end - f->l4, 4, 0);
}

void outer_set_end(struct outer *f, unsigned int end, bool csum)
{
	outer_set_ip_end(f, end);
	if (f->proto == IPPROTO_UDP && end >= f->l4 + 8)
		set_udp_end(f, end, csum);
	if (f->proto == IPPROTO_GRE)
		set_gre_csum(f, end);
}

void outer_build(struct outer *f, const char *chain, bool csum)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	outer_pad(f, L3);
	for (; *chain; chain++)
		for (i = 0; i < ARRAY_SIZE(letters); i++)
			if (letters[i].letter == *chain)
				add_letter(f, &letters[i]);
	outer_set_end(f, f->len, csum);
}

struct outer *outer_alloc(struct kunit *test)
{
	struct outer *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	return f;
}

struct vr_pkt *outer_pkt(struct kunit *test, const struct outer *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM - L3);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	return pkt;
}
