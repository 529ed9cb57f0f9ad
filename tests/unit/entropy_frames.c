// SPDX-License-Identifier: GPL-2.0-only
/* Packets of conversations: entropy_frames.h */
#include "entropy_frames.h"

const u64 en_seed[4] = {
	0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL, 0xa4093822299f31d0ULL, 0x082efa98ec4e6c89ULL,
};

const struct en_how en_plain = { .what = VR_HASH_ALL, .vrf = 7, .seed = en_seed };

/* @p is where the next header begins. */
static void end_at(struct en_frame *f, const u8 *p)
{
	f->len = p - f->b;
}

void en_zero(struct en_frame *f, unsigned int len)
{
	memset(f->b + f->len, 0, len);
	f->len += len;
}

void en_eth(struct en_frame *f, unsigned int tags, u16 proto)
{
	static const u8 dmac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static const u8 smac[ETH_ALEN] = { 2, 0, 0, 0, 0, 2 };

	end_at(f, put_eth(f->b, dmac, smac, tags, proto));
}

void en_proto(struct en_frame *f, u8 proto)
{
	f->b[f->next] = proto;
}

void en_ip4(struct en_frame *f, unsigned int hlen, u16 len, u16 frag, u8 a, u8 b)
{
	u8 *p = f->b + f->len;

	p = put16(p, 0x405a | hlen / 4 << 8);
	p = put16(p, len);
	p = put16(p, 0x1234);
	p = put16(p, frag);
	p = put8(p, 64);
	f->next = p - f->b;
	p = put8(p, 0);
	p = put16(p, 0);
	p = put32(p, 0x0a000000 | a);
	end_at(f, put32(p, 0x0a010000 | b));
	en_zero(f, hlen - 20);
}

static u8 *put_addr(u8 *p, u32 net, u8 last)
{
	p = put32(p, 0xfd000000);
	p = put32(p, net);
	p = put32(p, 0);
	return put32(p, last);
}

void en_ip6(struct en_frame *f, u16 len, u8 a, u8 b)
{
	u8 *p = f->b + f->len;

	p = put32(p, 0x65a12345);
	p = put16(p, len);
	f->next = p - f->b;
	p = put16(p, 0x0040);
	p = put_addr(p, 1, a);
	end_at(f, put_addr(p, 2, b));
}

void en_ext(struct en_frame *f, u8 proto, u8 hdrlen, unsigned int len, u64 word)
{
	u8 *p = f->b + f->len;

	en_proto(f, proto);
	f->next = f->len;
	p = put8(p, 0);
	p = put8(p, hdrlen);
	p = put16(p, word >> 32);
	end_at(f, put32(p, word));
	en_zero(f, len - 8);
}

void en_l4(struct en_frame *f, u8 proto)
{
	u8 *p = f->b + f->len;

	en_proto(f, proto);
	p = put16(p, EN_SPORT);
	end_at(f, put16(p, EN_DPORT));
	en_zero(f, 15);
	end_at(f, put8(f->b + f->len, 0x50));
}

u32 en_of(struct kunit *test, const struct en_frame *f, unsigned int linear,
	  const struct en_how *how)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, 34);
	struct vr_l2 l2;
	u32 entropy;

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	vr_parse_l2(pkt, &l2);
	entropy = vr_entropy(pkt, &l2, how->routed, how->what, how->vrf, how->seed);
	vr_test_pkt_free(pkt);
	return entropy;
}

u32 en_any(struct kunit *test, const struct en_frame *f, const struct en_how *how)
{
	u32 entropy = en_of(test, f, f->len, how);
	unsigned int linear;

	for (linear = ETH_HLEN; linear < f->len; linear++)
		KUNIT_EXPECT_EQ_MSG(test, en_of(test, f, linear, how), entropy, "%u linear",
				    linear);
	return entropy;
}

void en_make_4(struct en_frame *f, u8 proto)
{
	en_eth(f, 0, ETH_P_IP);
	en_ip4(f, 20, 40, 0x4000, 1, 2);
	en_l4(f, proto);
}

static void make_4_tagged(struct en_frame *f, u8 proto)
{
	en_eth(f, 2, ETH_P_IP);
	en_ip4(f, 20, 40, 0, 1, 2);
	en_l4(f, proto);
	en_zero(f, 6);
	end_at(f, put16(f->b + f->len, 0xffff));
}

static void make_4_options(struct en_frame *f, u8 proto)
{
	en_eth(f, 0, ETH_P_IP);
	en_ip4(f, 60, 80, 0x4000, 1, 2);
	en_l4(f, proto);
}

static void make_4_jumbo(struct en_frame *f, u8 proto)
{
	en_eth(f, 0, ETH_P_IP);
	en_ip4(f, 20, 0, 0x4000, 1, 2);
	en_l4(f, proto);
}

static void make_4_short(struct en_frame *f, u8 proto)
{
	en_make_4(f, proto);
	f->len -= 16;
	f->b[ETH_HLEN + 3] -= 16;
}

void en_make_6(struct en_frame *f, u8 proto)
{
	en_eth(f, 0, ETH_P_IPV6);
	en_ip6(f, 20, 1, 2);
	en_l4(f, proto);
}

static void make_6_tagged(struct en_frame *f, u8 proto)
{
	en_eth(f, 1, ETH_P_IPV6);
	en_ip6(f, 20, 1, 2);
	en_l4(f, proto);
	en_zero(f, 6);
	end_at(f, put16(f->b + f->len, 0xffff));
}

static void make_6_jumbo(struct en_frame *f, u8 proto)
{
	en_eth(f, 0, ETH_P_IPV6);
	en_ip6(f, 0, 1, 2);
	en_l4(f, proto);
}

static void make_6_ext(struct en_frame *f, u8 proto)
{
	en_eth(f, 0, ETH_P_IPV6);
	en_ip6(f, 20 + 8 + 24 + 16 + 12, 1, 2);
	en_ext(f, IPPROTO_HOPOPTS, 0, 8, 0x010400000000ULL);
	en_ext(f, IPPROTO_ROUTING, 2, 24, 0);
	en_ext(f, IPPROTO_DSTOPTS, 1, 16, 0x010c00000000ULL);
	en_ext(f, IPPROTO_AH, 1, 12, 0);
	en_l4(f, proto);
}

const struct en_shape en_shapes[EN_SHAPES] = {
	{ "plain", en_make_4 },
	{ "tagged, more payload, other flags", make_4_tagged },
	{ "options", make_4_options },
	{ "length that cannot be said", make_4_jumbo },
	{ "nothing but ports", make_4_short },
	{ "v6", en_make_6, true },
	{ "v6 tagged", make_6_tagged, true },
	{ "v6 length that cannot be said", make_6_jumbo, true },
	{ "v6 extension headers", make_6_ext, true },
};
