// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv4 fragments: every packet is cut, each fragment is looked at, and all of
 * them are put together again.
 */
#include "frame.h"

#include "pkt/frag.h"
#include "pkt/parse.h"

#define FRAME_MAX	4200
#define HEADROOM	34

#define MF		0x2000

/**
 * struct frame - an IPv4 packet in a frame
 * @l3: where it begins
 * @hlen: of its header
 * @payload: bytes of payload
 * @len: bytes of @b; there may be padding
 */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int l3;
	unsigned int hlen;
	unsigned int payload;
	unsigned int len;
};

/* @l3 - 14 bytes of tags, @n bytes of options (a multiple of 4), @payload bytes, some padding. */
static void make_packet(struct frame *f, unsigned int l3, const u8 *opts, unsigned int n,
			unsigned int payload, u16 frag, unsigned int padding)
{
	u8 *ip = f->b + l3;
	unsigned int i;

	for (i = 0; i < l3; i++)
		f->b[i] = 0xe0 + i;
	f->l3 = l3;
	f->hlen = 20 + n;
	f->payload = payload;
	f->len = l3 + f->hlen + payload + padding;
	memset(ip, 0, 20);
	ip[0] = 0x45 + n / 4;
	ip[1] = 0x2d;
	put_unaligned_be16(f->hlen + payload, ip + 2);
	put_unaligned_be16(0x4321, ip + 4);
	put_unaligned_be16(frag, ip + 6);
	ip[8] = 61;
	ip[9] = 253;
	put_unaligned_be32(0x0a000001, ip + 12);
	put_unaligned_be32(0x0a000002, ip + 16);
	if (n)
		memcpy(ip + 20, opts, n);
	for (i = 0; i < payload; i++)
		ip[f->hlen + i] = i * 7 + (i >> 8);
	memset(ip + f->hlen + payload, 0xdd, padding);
	put_csum_ip4(f->b + f->l3);
}

static struct vr_pkt *bring(struct kunit *test, const struct frame *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_ASSERT_EQ(test, vr_parse_ip4(pkt, f->l3), VR_DROP_NONE);
	return pkt;
}

/**
 * struct sight - fragments of one packet, as they are seen
 * @f: the packet
 * @mtu: that they fit
 * @later: options of all but the first
 * @n_later: bytes of them
 * @at: payload seen
 * @n: fragments seen
 * @frag: the one that is looked at
 */
struct sight {
	const struct frame *f;
	unsigned int mtu;
	const u8 *later;
	unsigned int n_later;
	unsigned int at;
	unsigned int n;
	u8 frag[FRAME_MAX];
};

static void sight_init(struct sight *s, const struct frame *f, u32 mtu, const u8 *later,
		       unsigned int n_later)
{
	s->f = f;
	s->mtu = mtu;
	s->later = later;
	s->n_later = n_later;
	s->at = 0;
	s->n = 0;
}

/* Its header: all that is alike, and all that is not. */
static void see_header(struct kunit *test, struct sight *s, unsigned int len)
{
	const u8 *ip = s->frag + s->f->l3, *whole = s->f->b + s->f->l3;
	unsigned int hlen = (ip[0] & 15) * 4, data = len - s->f->l3 - hlen;
	u16 was = get_unaligned_be16(whole + 6), is = get_unaligned_be16(ip + 6);
	bool last = s->at + data == s->f->payload;

	KUNIT_EXPECT_EQ(test, memcmp(s->frag, s->f->b, s->f->l3), 0);
	KUNIT_EXPECT_EQ(test, ip[0] >> 4, 4);
	KUNIT_EXPECT_EQ(test, ip[1], whole[1]);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 2), len - s->f->l3);
	KUNIT_EXPECT_EQ(test, memcmp(ip + 4, whole + 4, 2), 0);
	KUNIT_EXPECT_EQ(test, memcmp(ip + 8, whole + 8, 2), 0);
	KUNIT_EXPECT_EQ(test, memcmp(ip + 12, whole + 12, 8), 0);
	KUNIT_EXPECT_EQ(test, csum16(ip, hlen, 0), 0);
	KUNIT_EXPECT_EQ(test, is & 0x1fff, (was & 0x1fff) + s->at / 8);
	KUNIT_EXPECT_EQ(test, is & 0xe000, (was & 0xe000) | (last ? 0 : MF));
	if (!s->at) {
		KUNIT_EXPECT_EQ(test, hlen, s->f->hlen);
		KUNIT_EXPECT_EQ(test, memcmp(ip + 20, whole + 20, hlen - 20), 0);
	} else {
		KUNIT_EXPECT_EQ(test, hlen, 20 + s->n_later);
		if (s->n_later)
			KUNIT_EXPECT_EQ(test, memcmp(ip + 20, s->later, s->n_later), 0);
	}
}

static void see(struct kunit *test, struct sight *s, struct vr_pkt *frag)
{
	unsigned int len = vr_pkt_len(frag), hlen, data;

	KUNIT_ASSERT_LE(test, len, sizeof(s->frag));
	vr_test_pkt_copy(frag, s->frag, 0, len);
	hlen = (s->frag[s->f->l3] & 15) * 4;
	data = len - s->f->l3 - hlen;
	see_header(test, s, len);
	KUNIT_EXPECT_LE(test, len - s->f->l3, s->mtu);
	/* as full as it can be, in units of 8 bytes */
	if (s->at + data < s->f->payload) {
		KUNIT_EXPECT_EQ(test, data % 8, 0);
		KUNIT_EXPECT_GT(test, hlen + data + 8, s->mtu);
	}
	KUNIT_EXPECT_LE(test, s->at + data, s->f->payload);
	KUNIT_EXPECT_EQ(test, memcmp(s->frag + s->f->l3 + hlen,
				     s->f->b + s->f->l3 + s->f->hlen + s->at, data), 0);
	KUNIT_EXPECT_GE(test, vr_pkt_headlen(frag), s->f->l3 + hlen);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(frag), VR_TEST_CSUM_NONE);
	KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(frag));
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_is_shared(frag));
	s->at += data;
	s->n++;
}

/* Cut @f, and put it together again. Return: fragments. */
static unsigned int cut(struct kunit *test, const struct frame *f, unsigned int linear, u32 mtu,
			const u8 *later, unsigned int n_later)
{
	static struct sight s;
	struct vr_frag frag;
	struct vr_pkt *pkt;

	sight_init(&s, f, mtu, later, n_later);
	pkt = bring(test, f, linear);
	KUNIT_EXPECT_EQ(test, vr_frag_begin(&frag, pkt, f->l3, mtu), VR_DROP_NONE);
	while (!vr_frag_is_done(&frag) && s.n < FRAME_MAX) {
		struct vr_pkt *piece = vr_frag_next(&frag);

		KUNIT_ASSERT_NOT_NULL(test, piece);
		see(test, &s, piece);
		vr_test_pkt_free(piece);
	}
	KUNIT_EXPECT_EQ(test, s.at, f->payload);
	/* the packet itself is as it was */
	vr_test_pkt_copy(pkt, s.frag, 0, f->len);
	KUNIT_EXPECT_EQ(test, memcmp(s.frag, f->b, f->len), 0);
	vr_test_pkt_free(pkt);
	return s.n;
}

/* Fragments that there are because of @above bytes that do not fit into the last one. */
static unsigned int pieces_more(int above, unsigned int unit)
{
	return above <= 0 ? 0 : DIV_ROUND_UP(above, unit);
}

static void frag_boundaries(struct kunit *test)
{
	static const u32 mtus[] = { 28, 35, 36, 68, 75, 76, 576, 1280, 1450, 1468, 1500 };
	static struct frame f;
	unsigned int i;
	int off;

	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		for (off = -9; off <= 9; off++) {
			int payload = (int)mtus[i] - 20 + off;

			if (payload <= 0)
				continue;
			make_packet(&f, ETH_HLEN, NULL, 0, payload, 0, 0);
			KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, mtus[i], NULL, 0),
					1 + pieces_more(off, round_down(mtus[i] - 20, 8)));
			cut(test, &f, ETH_HLEN, mtus[i], NULL, 0);
		}
	}
}

/* The last one may have more than whole units. */
static void frag_last_is_filled(struct kunit *test)
{
	static struct frame f;

	/* 1455 - 20: 1435 are 179 units and 3 bytes */
	make_packet(&f, ETH_HLEN, NULL, 0, 1432 + 1435, 0, 0);
	KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 1455, NULL, 0), 2);
	make_packet(&f, ETH_HLEN, NULL, 0, 1432 + 1436, 0, 0);
	KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 1455, NULL, 0), 3);
}

static void frag_layer_2(struct kunit *test)
{
	static const unsigned int l3[] = { ETH_HLEN, ETH_HLEN + 4, ETH_HLEN + 8 };
	static struct frame f;
	unsigned int i, linear;

	for (i = 0; i < ARRAY_SIZE(l3); i++) {
		make_packet(&f, l3[i], NULL, 0, 1800, 0, 0);
		for (linear = 0; linear < 80; linear += 7)
			KUNIT_EXPECT_EQ(test, cut(test, &f, linear, 1000, NULL, 0), 2);
	}
}

/* What is a fragment already is cut further. */
static void frag_of_fragment(struct kunit *test)
{
	static const u16 frags[] = { MF, MF | 1, MF | 185, 1, 185, 7000, MF | 7000, 0x8000 };
	static struct frame f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(frags); i++) {
		make_packet(&f, ETH_HLEN, NULL, 0, 1480, frags[i], 0);
		KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 1450, NULL, 0), 2);
		KUNIT_EXPECT_EQ(test, cut(test, &f, 40, 500, NULL, 0), 4);
	}
}

static void frag_padding(struct kunit *test)
{
	static struct frame f;

	make_packet(&f, ETH_HLEN, NULL, 0, 1000, 0, 77);
	KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 800, NULL, 0), 2);
	KUNIT_EXPECT_EQ(test, cut(test, &f, 50, 1020, NULL, 0), 1);
}

/**
 * struct opt_case - options of a packet
 * @n: bytes of @opts
 * @later: those of fragments behind the first
 * @n_later: bytes of @later
 */
struct opt_case {
	const char *name;
	u8 n;
	u8 opts[40];
	u8 n_later;
	u8 later[40];
};

static const struct opt_case opt_cases[] = {
	{ "record route: first only", 8, { 7, 7, 4, 0, 0, 0, 0, 0 }, 0, { 0 } },
	{ "router alert: all", 4, { 148, 4, 0, 0 }, 4, { 148, 4, 0, 0 } },
	{ "loose source route: all", 8, { 131, 7, 4, 1, 2, 3, 4, 0 }, 8,
	  { 131, 7, 4, 1, 2, 3, 4, 0 } },
	{ "nops are not needed", 8, { 1, 1, 1, 148, 4, 9, 8, 1 }, 4, { 148, 4, 9, 8 } },
	{ "some of both", 20,
	  { 7, 7, 4, 0, 0, 0, 0, 130, 3, 5, 68, 4, 5, 0, 148, 4, 0, 0, 0, 0 }, 8,
	  { 130, 3, 5, 148, 4, 0, 0, 0 } },
	{ "behind the end", 8, { 0, 148, 4, 0, 0, 0, 0, 0 }, 0, { 0 } },
	{ "all 40, all", 40, { 137, 39, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3,
	  4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 0 }, 40,
	  { 137, 39, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1,
	  2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 0 } },
	{ "all 40, none", 40, { 7, 39, 4 }, 0, { 0 } },
	{ "shortest, copied", 4, { 0xff, 2, 1, 0 }, 4, { 0xff, 2, 0, 0 } },
};

static void frag_options(struct kunit *test)
{
	static struct frame f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(opt_cases); i++) {
		const struct opt_case *c = &opt_cases[i];

		make_packet(&f, ETH_HLEN, c->opts, c->n, 2000, 0, 0);
		KUNIT_EXPECT_GE(test, cut(test, &f, f.len, 700, c->later, c->n_later), 3);
		KUNIT_EXPECT_GE(test, cut(test, &f, ETH_HLEN + 3, 68, c->later, c->n_later), 30);
		/* the second of one that is no first fragment has less, too */
		make_packet(&f, ETH_HLEN, c->opts, c->n, 1600, 10, 0);
		cut(test, &f, f.len, 800, c->later, c->n_later);
	}
}

static void expect_refused(struct kunit *test, const struct frame *f, u32 mtu,
			   enum vr_drop_reason reason)
{
	struct vr_pkt *pkt = bring(test, f, f->len);
	struct vr_frag frag;

	KUNIT_EXPECT_EQ(test, vr_frag_begin(&frag, pkt, f->l3, mtu), reason);
	vr_test_pkt_free(pkt);
}

static void frag_bad_options(struct kunit *test)
{
	static const u8 bad[][8] = {
		{ 7, 0, 0, 0 }, { 7, 1, 0, 0 }, { 148, 0, 0, 0 }, { 148, 1, 0, 0 },
		{ 148, 9, 0, 0, 0, 0, 0, 0 }, { 148, 255 }, { 1, 1, 1, 1, 1, 1, 1, 148 },
		{ 1, 1, 1, 1, 1, 1, 1, 7 }, { 148, 4, 0, 0, 148, 5, 0, 0 },
	};
	static struct frame f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		make_packet(&f, ETH_HLEN, bad[i], 8, 2000, 0, 0);
		expect_refused(test, &f, 1000, VR_DROP_INVALID_PACKET);
	}
}

/* Room for a header and one unit is the least. */
static void frag_too_small(struct kunit *test)
{
	static const u8 opts[40] = { 7, 39, 4 };
	static struct frame f;

	make_packet(&f, ETH_HLEN, NULL, 0, 100, 0, 0);
	expect_refused(test, &f, 0, VR_DROP_IF_TX_DISCARD);
	expect_refused(test, &f, 20, VR_DROP_IF_TX_DISCARD);
	expect_refused(test, &f, 27, VR_DROP_IF_TX_DISCARD);
	KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 28, NULL, 0), 13);
	make_packet(&f, ETH_HLEN, opts, 40, 100, 0, 0);
	expect_refused(test, &f, 67, VR_DROP_IF_TX_DISCARD);
	KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 68, NULL, 0), 1 + 2);
}

/* No whole packet is above 64 KiB, so no fragment reaches beyond that either. */
static void frag_beyond_64k(struct kunit *test)
{
	static struct frame f;

	/* 8064 * 8 + 20 + 1003 is 65535 */
	make_packet(&f, ETH_HLEN, NULL, 0, 1003, 8064, 0);
	KUNIT_EXPECT_EQ(test, cut(test, &f, f.len, 600, NULL, 0), 2);
	make_packet(&f, ETH_HLEN, NULL, 0, 1004, 8064, 0);
	expect_refused(test, &f, 600, VR_DROP_INVALID_PACKET);
	make_packet(&f, ETH_HLEN, NULL, 0, 1004, MF | 0x1fff, 0);
	expect_refused(test, &f, 600, VR_DROP_INVALID_PACKET);
}

/* No device finishes the checksum of a packet in pieces. */
static void frag_partial(struct kunit *test)
{
	static struct frame f, whole;
	struct vr_pkt *pkt, *piece;
	unsigned int len, at = 0;
	struct vr_frag frag;
	u16 sum;

	make_packet(&f, ETH_HLEN, NULL, 0, 1201, 0, 0);
	put_unaligned_be16(0x1111, f.b + ETH_HLEN + 26);
	sum = csum16(f.b + ETH_HLEN + 20, 1201, 0);
	pkt = bring(test, &f, ETH_HLEN + 60);
	vr_test_pkt_set_partial(pkt, ETH_HLEN + 20, 6);
	KUNIT_EXPECT_EQ(test, vr_frag_begin(&frag, pkt, ETH_HLEN, 500), VR_DROP_NONE);
	while (!vr_frag_is_done(&frag)) {
		piece = vr_frag_next(&frag);
		KUNIT_ASSERT_NOT_NULL(test, piece);
		len = vr_pkt_len(piece) - ETH_HLEN - 20;
		vr_test_pkt_copy(piece, whole.b + ETH_HLEN + 20 + at, ETH_HLEN + 20, len);
		at += len;
		vr_test_pkt_free(piece);
	}
	vr_test_pkt_free(pkt);
	KUNIT_EXPECT_EQ(test, at, 1201);
	put_unaligned_be16(sum, f.b + ETH_HLEN + 26);
	KUNIT_EXPECT_EQ(test, memcmp(whole.b + ETH_HLEN + 20, f.b + ETH_HLEN + 20, 1201), 0);
}

/* A guest may have the checksum put into the IP header: what that said before is not believed. */
static void frag_partial_in_header(struct kunit *test)
{
	static struct frame f;
	struct vr_frag frag;
	struct vr_pkt *pkt;
	unsigned int at, i;

	for (at = 0; at <= 18; at++) {
		for (i = 0; i < 256; i++) {
			make_packet(&f, ETH_HLEN, NULL, 0, 1200, 0, 0);
			put_unaligned_be16(i * 0x101, f.b + f.len - 2);
			pkt = bring(test, &f, ETH_HLEN + 60);
			vr_test_pkt_set_partial(pkt, ETH_HLEN, at);
			KUNIT_EXPECT_NE(test, vr_frag_begin(&frag, pkt, ETH_HLEN, 500),
					VR_DROP_NONE);
			vr_test_pkt_free(pkt);
		}
	}
}

static void frag_random(struct kunit *test)
{
	static struct frame f;
	struct vr_test_rng rng;
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x66726167);
	for (i = 0; i < 2000; i++) {
		const struct opt_case *c =
			&opt_cases[vr_test_rand_below(&rng, ARRAY_SIZE(opt_cases))];
		bool plain = vr_test_rand_below(&rng, 2);
		unsigned int n = plain ? 0 : c->n;

		make_packet(&f, ETH_HLEN + 4 * vr_test_rand_below(&rng, 3), c->opts, n,
			    1 + vr_test_rand_below(&rng, 4000),
			    vr_test_rand_below(&rng, 2) * MF + vr_test_rand_below(&rng, 7000),
			    vr_test_rand_below(&rng, 20));
		cut(test, &f, vr_test_rand_below(&rng, f.len + 1),
		    20 + n + 8 + vr_test_rand_below(&rng, 2000), c->later,
		    plain ? 0 : c->n_later);
	}
}

#ifdef VR_TEST_USERSPACE

/* A fragment that could not be made can be asked for again. */
static void frag_without_memory(struct kunit *test)
{
	static struct sight s;
	static struct frame f;
	struct vr_pkt *pkt, *piece;
	unsigned int failures = 0;
	struct vr_frag frag;

	make_packet(&f, ETH_HLEN, NULL, 0, 2000, 0, 0);
	sight_init(&s, &f, 700, NULL, 0);
	pkt = bring(test, &f, 40);
	KUNIT_EXPECT_EQ(test, vr_frag_begin(&frag, pkt, ETH_HLEN, 700), VR_DROP_NONE);
	while (!vr_frag_is_done(&frag)) {
		vr_test_fail_alloc(1);
		piece = vr_frag_next(&frag);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_NULL(test, piece);
		failures++;
		piece = vr_frag_next(&frag);
		KUNIT_ASSERT_NOT_NULL(test, piece);
		see(test, &s, piece);
		vr_test_pkt_free(piece);
	}
	KUNIT_EXPECT_EQ(test, failures, 3);
	KUNIT_EXPECT_EQ(test, s.at, 2000);
	vr_test_pkt_free(pkt);

	pkt = bring(test, &f, ETH_HLEN + 40);
	vr_test_pkt_set_partial(pkt, ETH_HLEN + 20, 6);
	piece = vr_pkt_clone(pkt);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_frag_begin(&frag, pkt, ETH_HLEN, 700), VR_DROP_PCOW_FAIL);
	vr_test_fail_alloc(0);
	vr_test_pkt_free(piece);
	vr_test_pkt_free(pkt);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case frag_cases[] = {
	KUNIT_CASE(frag_boundaries),
	KUNIT_CASE(frag_last_is_filled),
	KUNIT_CASE(frag_layer_2),
	KUNIT_CASE(frag_of_fragment),
	KUNIT_CASE(frag_padding),
	KUNIT_CASE(frag_options),
	KUNIT_CASE(frag_bad_options),
	KUNIT_CASE(frag_too_small),
	KUNIT_CASE(frag_beyond_64k),
	KUNIT_CASE(frag_partial),
	KUNIT_CASE(frag_partial_in_header),
	KUNIT_CASE(frag_random),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(frag_without_memory),
#endif
	{}
};

static struct kunit_suite frag_suite = {
	.name = "frag",
	.test_cases = frag_cases,
};

VR_TEST_SUITE(frag_suite);
