// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARP: what is refused, field by field and byte by byte, and the answer's
 * bytes behind every kind of Ethernet header.
 */
#include "parse_frames.h"

#include "pkt/arp.h"

#define ARP_LEN		28
#define RANDOM_ROUNDS	200000

static const u8 our_mac[ETH_ALEN] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00 };

/* 10.0.0.1 at 02:00:00:00:00:0a asks for 10.0.0.254 and has 02:99:... in the target field. */
static const u8 request[ARP_LEN] = {
	0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x0a, 10, 0, 0, 1,
	0x02, 0x99, 0x98, 0x97, 0x96, 0x95, 10, 0, 0, 254,
};

static const u8 reply[ARP_LEN] = {
	0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x02,
	0x00, 0x00, 0x5e, 0x00, 0x01, 0x00, 10, 0, 0, 254,
	0x02, 0x00, 0x00, 0x00, 0x00, 0x0a, 10, 0, 0, 1,
};

/* Ethernet with @tags in-band tags (0 to 2), then @arp, then @pad bytes of 0xa5. */
static void frame_build(struct frame *f, const u8 *dst, const u8 *src, unsigned int tags,
			const u8 *arp, unsigned int pad)
{
	u8 *p = put_eth(f->b, dst, src, tags, ETH_P_ARP);

	p = put_bytes(p, arp, ARP_LEN);
	p = put_fill(p, pad);
	f->len = p - f->b;
}

/* As a guest sends it; its Ethernet source need not be the sender in ARP. */
static void request_build(struct frame *f, unsigned int tags, const u8 *arp, unsigned int pad)
{
	static const u8 bcast[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const u8 guest[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x77 };

	frame_build(f, bcast, guest, tags, arp, pad);
}

static void reply_build(struct frame *f, unsigned int tags, unsigned int pad)
{
	frame_build(f, reply + 18, our_mac, tags, reply, pad);
}

static void arp_fields(struct kunit *test)
{
	struct vr_pkt *pkt;
	struct vr_arp arp;
	struct frame f;

	request_build(&f, 0, request, 0);
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	KUNIT_ASSERT_EQ(test, vr_arp_parse(pkt, ETH_HLEN, &arp), VR_DROP_NONE);
	KUNIT_EXPECT_EQ(test, arp.op, ARPOP_REQUEST);
	KUNIT_EXPECT_EQ(test, ntohl(arp.sip), 0x0a000001);
	KUNIT_EXPECT_EQ(test, ntohl(arp.tip), 0x0a0000fe);
	KUNIT_EXPECT_MEMEQ(test, arp.sha, request + 8, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, arp.tha, request + 18, ETH_ALEN);
	KUNIT_EXPECT_FALSE(test, vr_arp_is_gratuitous(&arp));
	vr_test_pkt_free(pkt);

	request_build(&f, 0, reply, 0);
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	KUNIT_ASSERT_EQ(test, vr_arp_parse(pkt, ETH_HLEN, &arp), VR_DROP_NONE);
	KUNIT_EXPECT_EQ(test, arp.op, ARPOP_REPLY);
	KUNIT_EXPECT_EQ(test, ntohl(arp.sip), 0x0a0000fe);
	KUNIT_EXPECT_EQ(test, ntohl(arp.tip), 0x0a000001);
	KUNIT_EXPECT_MEMEQ(test, arp.sha, our_mac, ETH_ALEN);
	vr_test_pkt_free(pkt);
}

static void arp_gratuitous(struct kunit *test)
{
	struct vr_arp arp = { .op = ARPOP_REQUEST, .sip = htonl(1), .tip = htonl(1) };

	KUNIT_EXPECT_TRUE(test, vr_arp_is_gratuitous(&arp));
	arp.op = ARPOP_REPLY;
	KUNIT_EXPECT_TRUE(test, vr_arp_is_gratuitous(&arp));
	/* a probe (RFC 5227 1.1) is none */
	arp.sip = 0;
	KUNIT_EXPECT_FALSE(test, vr_arp_is_gratuitous(&arp));
}

struct arp_case {
	const char *name;
	u8 at;
	u8 n;
	u8 bytes[ETH_ALEN];
	enum vr_drop_reason want;
};

static const struct arp_case arp_cases[] = {
	{ "as it is", 0, 0, { }, VR_DROP_NONE },
	{ "reply", 7, 1, { 2 }, VR_DROP_NONE },
	{ "hardware 0", 0, 2, { 0, 0 }, VR_DROP_INVALID_ARP },
	{ "hardware IEEE 802", 0, 2, { 0, 6 }, VR_DROP_INVALID_ARP },
	{ "hardware in the other byte order", 0, 2, { 1, 0 }, VR_DROP_INVALID_ARP },
	{ "protocol IPv6", 2, 2, { 0x86, 0xdd }, VR_DROP_INVALID_ARP },
	{ "protocol 0", 2, 2, { 0, 0 }, VR_DROP_INVALID_ARP },
	{ "hardware length 0", 4, 1, { 0 }, VR_DROP_INVALID_ARP },
	{ "hardware length 5", 4, 1, { 5 }, VR_DROP_INVALID_ARP },
	{ "hardware length 7", 4, 1, { 7 }, VR_DROP_INVALID_ARP },
	{ "hardware length 255", 4, 1, { 255 }, VR_DROP_INVALID_ARP },
	{ "protocol length 0", 5, 1, { 0 }, VR_DROP_INVALID_ARP },
	{ "protocol length 3", 5, 1, { 3 }, VR_DROP_INVALID_ARP },
	{ "protocol length 16", 5, 1, { 16 }, VR_DROP_INVALID_ARP },
	{ "operation 0", 6, 2, { 0, 0 }, VR_DROP_INVALID_ARP },
	{ "operation 3", 6, 2, { 0, 3 }, VR_DROP_INVALID_ARP },
	{ "operation InARP", 6, 2, { 0, 8 }, VR_DROP_INVALID_ARP },
	{ "operation 0x0101", 6, 2, { 1, 1 }, VR_DROP_INVALID_ARP },
	{ "operation in the other byte order", 6, 2, { 1, 0 }, VR_DROP_INVALID_ARP },
	{ "sender MAC zero", 8, 6, { 0 }, VR_DROP_INVALID_ARP },
	{ "sender MAC multicast", 8, 6, { 1, 0, 0x5e, 0, 0, 1 }, VR_DROP_INVALID_ARP },
	{ "sender MAC broadcast", 8, 6, { 255, 255, 255, 255, 255, 255 }, VR_DROP_INVALID_ARP },
	{ "sender MAC with one bit", 8, 6, { 0, 0, 0, 0, 0, 1 }, VR_DROP_NONE },
	{ "sender IP 0 (probe)", 14, 4, { 0, 0, 0, 0 }, VR_DROP_NONE },
	{ "target MAC zero", 18, 6, { 0 }, VR_DROP_NONE },
	{ "target MAC broadcast", 18, 6, { 255, 255, 255, 255, 255, 255 }, VR_DROP_NONE },
};

static void arp_table(struct kunit *test)
{
	unsigned int i, tags, pad, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(arp_cases); i++) {
		const struct arp_case *c = &arp_cases[i];
		u8 raw[ARP_LEN];

		memcpy(raw, request, sizeof(raw));
		memcpy(raw + c->at, c->bytes, c->n);
		for (tags = 0; tags < 3; tags++) {
			/* without padding, and as the shortest frame on a wire */
			for (pad = 0; pad <= 18; pad += 18) {
				request_build(&f, tags, raw, pad);
				for (linear = ETH_HLEN; linear <= f.len; linear++) {
					struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);
					struct vr_arp arp;

					KUNIT_EXPECT_EQ_MSG(test,
							    vr_arp_parse(pkt, 14 + 4 * tags, &arp),
							    c->want, "%s, %u tags, %u linear",
							    c->name, tags, linear);
					frame_expect_all(test, c->name, pkt, &f);
					vr_test_pkt_free(pkt);
				}
			}
		}
	}
}

static void arp_truncated(struct kunit *test)
{
	unsigned int len, tags, linear;

	for (tags = 0; tags < 3; tags++) {
		unsigned int off = ETH_HLEN + 4 * tags;
		struct frame f;

		request_build(&f, tags, request, 0);
		for (len = off; len <= off + ARP_LEN; len++) {
			bool whole = len == off + ARP_LEN;

			f.len = len;
			for (linear = ETH_HLEN; linear <= len; linear++) {
				struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);
				struct vr_arp arp;

				KUNIT_EXPECT_EQ_MSG(test, vr_arp_parse(pkt, off, &arp),
						    whole ? VR_DROP_NONE : VR_DROP_PULL,
						    "%u bytes, %u linear", len - off, linear);
				vr_test_pkt_free(pkt);
			}
		}
	}
}

/* Answer the request in @f from @linear bytes and compare with @want. */
static void answer_run(struct kunit *test, const char *name, const struct frame *f,
		       const struct frame *want, unsigned int off, unsigned int linear)
{
	struct vr_pkt *pkt = frame_pkt(test, f, ETH_HLEN, linear);
	struct vr_arp arp;

	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 0x2007);
	KUNIT_ASSERT_EQ(test, vr_arp_parse(pkt, off, &arp), VR_DROP_NONE);
	KUNIT_ASSERT_EQ(test, vr_arp_answer(pkt, off, &arp, our_mac), VR_DROP_NONE);
	KUNIT_EXPECT_TRUE_MSG(test, vr_pkt_has_vlan(pkt), "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_vlan_tci(pkt), 0x2007, "%s", name);
	frame_expect_all(test, name, pkt, want);
	vr_test_pkt_free(pkt);
}

static void arp_answer_bytes(struct kunit *test)
{
	unsigned int tags, pad, linear;
	struct frame f, want;

	for (tags = 0; tags < 3; tags++) {
		for (pad = 0; pad <= 18; pad += 18) {
			request_build(&f, tags, request, pad);
			reply_build(&want, tags, pad);
			for (linear = ETH_HLEN; linear <= f.len; linear++)
				answer_run(test, "answer", &f, &want, 14 + 4 * tags, linear);
		}
	}
}

/* No accelerated tag appears from nowhere, and no offload state of the request stays. */
static void arp_answer_offloads(struct kunit *test)
{
	struct frame f, want;
	struct vr_pkt *pkt;
	struct vr_arp arp;

	request_build(&f, 0, request, 18);
	reply_build(&want, 0, 18);
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	vr_test_pkt_set_complete(pkt);
	vr_test_pkt_set_gso(pkt, 1400);
	KUNIT_ASSERT_EQ(test, vr_arp_parse(pkt, ETH_HLEN, &arp), VR_DROP_NONE);
	KUNIT_ASSERT_EQ(test, vr_arp_answer(pkt, ETH_HLEN, &arp, our_mac), VR_DROP_NONE);
	KUNIT_EXPECT_FALSE(test, vr_pkt_has_vlan(pkt));
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
	frame_expect_all(test, "untagged", pkt, &want);
	vr_test_pkt_free(pkt);
}

/* A copy that shares the bytes keeps the question. */
static void arp_answer_shared(struct kunit *test)
{
	unsigned int linear;
	struct frame f, want;

	request_build(&f, 1, request, 18);
	reply_build(&want, 1, 18);
	for (linear = ETH_HLEN; linear <= f.len; linear += 4) {
		struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);
		struct vr_pkt *other = vr_pkt_clone(pkt);
		struct vr_arp arp;

		KUNIT_ASSERT_NOT_NULL(test, other);
		KUNIT_ASSERT_EQ(test, vr_arp_parse(pkt, 18, &arp), VR_DROP_NONE);
		KUNIT_ASSERT_EQ(test, vr_arp_answer(pkt, 18, &arp, our_mac), VR_DROP_NONE);
		frame_expect_all(test, "answer", pkt, &want);
		frame_expect_all(test, "question", other, &f);
		vr_test_pkt_free(pkt);
		vr_test_pkt_free(other);
	}
}

#ifdef VR_TEST_USERSPACE
static void arp_no_memory(struct kunit *test)
{
	struct vr_pkt *pkt, *other;
	struct vr_arp arp;
	struct frame f;

	request_build(&f, 0, request, 18);
	pkt = frame_pkt(test, &f, ETH_HLEN, ETH_HLEN);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_arp_parse(pkt, ETH_HLEN, &arp), VR_DROP_PULL);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	KUNIT_ASSERT_EQ(test, vr_arp_parse(pkt, ETH_HLEN, &arp), VR_DROP_NONE);

	other = vr_pkt_clone(pkt);
	KUNIT_ASSERT_NOT_NULL(test, other);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_arp_answer(pkt, ETH_HLEN, &arp, our_mac), VR_DROP_PCOW_FAIL);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	frame_expect_all(test, "the one that failed", pkt, &f);
	frame_expect_all(test, "its copy", other, &f);
	vr_test_pkt_free(pkt);
	vr_test_pkt_free(other);
}
#endif

/* The same test that the parser makes, on bytes. */
static enum vr_drop_reason naive_arp(const struct frame *f, unsigned int off)
{
	static const u8 head[7] = { 0, 1, 8, 0, 6, 4, 0 };
	const u8 *raw = f->b + off;

	if (f->len < off + ARP_LEN)
		return VR_DROP_PULL;
	if (memcmp(raw, head, sizeof(head)) || raw[7] < 1 || raw[7] > 2 || (raw[8] & 1) ||
	    !(raw[8] | raw[9] | raw[10] | raw[11] | raw[12] | raw[13]))
		return VR_DROP_INVALID_ARP;
	return VR_DROP_NONE;
}

/* The answer to @f, made of its own bytes. */
static void naive_answer(struct frame *f, unsigned int off)
{
	u8 *raw = f->b + off, asked[4];

	memcpy(asked, raw + 24, 4);
	memcpy(f->b, raw + 8, 6);
	memcpy(f->b + 6, our_mac, 6);
	raw[7] = 2;
	memmove(raw + 18, raw + 8, 10);
	memcpy(raw + 8, our_mac, 6);
	memcpy(raw + 14, asked, 4);
}

static void arp_random(struct kunit *test)
{
	struct vr_test_rng rng;
	unsigned int i, n;

	vr_test_rng_init(test, &rng, 0x617270);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		unsigned int tags = vr_test_rand_below(&rng, 3), off = 14 + 4 * tags;
		enum vr_drop_reason got;
		struct vr_pkt *pkt;
		struct vr_arp arp;
		struct frame f;

		request_build(&f, tags, request, vr_test_rand_below(&rng, 19));
		for (n = vr_test_rand_below(&rng, 4); n; n--)
			f.b[off + vr_test_rand_below(&rng, ARP_LEN)] = vr_test_rand(&rng);
		if (!vr_test_rand_below(&rng, 4))
			f.len = off + vr_test_rand_below(&rng, f.len - off + 1);

		pkt = frame_pkt(test, &f, ETH_HLEN,
				off + vr_test_rand_below(&rng, f.len - off + 1));
		got = vr_arp_parse(pkt, off, &arp);
		KUNIT_EXPECT_EQ(test, got, naive_arp(&f, off));
		if (got == VR_DROP_NONE) {
			KUNIT_EXPECT_EQ(test, vr_arp_answer(pkt, off, &arp, our_mac), VR_DROP_NONE);
			naive_answer(&f, off);
		}
		frame_expect_all(test, "random", pkt, &f);
		vr_test_pkt_free(pkt);
	}
}

static struct kunit_case arp_test_cases[] = {
	KUNIT_CASE(arp_fields),
	KUNIT_CASE(arp_gratuitous),
	KUNIT_CASE(arp_table),
	KUNIT_CASE(arp_truncated),
	KUNIT_CASE(arp_answer_bytes),
	KUNIT_CASE(arp_answer_offloads),
	KUNIT_CASE(arp_answer_shared),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(arp_no_memory),
#endif
	KUNIT_CASE(arp_random),
	{ }
};

static struct kunit_suite arp_suite = {
	.name = "arp",
	.test_cases = arp_test_cases,
};

VR_TEST_SUITE(arp_suite);
