// SPDX-License-Identifier: GPL-2.0-only
/*
 * Neighbour discovery: the answer's bytes and checksum, for solicitations shorter and longer than
 * it.
 */
#include "nd_frames.h"

/* A frame from elsewhere, so that the builders here are not their own witnesses. */
static void nd_known_bytes(struct kunit *test)
{
	static const u8 asked[] = {
		0x33, 0x33, 0xff, 0x00, 0x00, 0xfe, 0x02, 0x00, 0x00, 0x00, 0x00, 0x0a,
		0x86, 0xdd, 0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x3a, 0xff, 0xfd, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x0a, 0xff, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x01, 0xff, 0x00, 0x00, 0xfe, 0x87, 0x00, 0x7b, 0x8d, 0x00, 0x00,
		0x00, 0x00, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0xfe, 0x01, 0x01, 0x02, 0x00, 0x00, 0x00,
		0x00, 0x0a,
	};
	static const u8 answered[] = {
		0x02, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00,
		0x86, 0xdd, 0x60, 0x00, 0x00, 0x00, 0x00, 0x20, 0x3a, 0xff, 0xfd, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x88, 0x00, 0x3d, 0x9a, 0xe0, 0x00,
		0x00, 0x00, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0xfe, 0x02, 0x01, 0x00, 0x00, 0x5e, 0x00,
		0x01, 0x00,
	};
	struct frame f, want;
	struct vr_pkt *pkt;
	struct vr_nd nd;

	f.len = put_bytes(f.b, asked, sizeof(asked)) - f.b;
	want.len = put_bytes(want.b, answered, sizeof(answered)) - want.b;
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	nd_expect(test, &nd_ns_source, &nd);
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, nd_mac_our, true), VR_DROP_NONE);
	frame_expect_all(test, "known", pkt, &want);
	vr_test_pkt_free(pkt);
}

/* What is to come out for @c, as a frame. */
static void answer_build(struct frame *f, unsigned int tags, const struct nd_case *c, bool router)
{
	struct nd_kind kind = { 136, 0, c->kind->target, c->kind->src, c->kind->target };
	struct nd_case answer = {
		"NA", &kind,
		{ 2, 1, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00 }, 8,
		.flags = router ? 0xe0000000 : 0x60000000,
	};

	nd_build(f, c->lladdr ? nd_mac_guest : nd_mac_frame, nd_mac_our, tags, &answer);
}

/* Shorter than the answer, as long, longer; padded; with every kind of rest. */
static const struct nd_case answer_cases[] = {
	{ "shorter", &nd_kind_ns, .want = VR_ND_NS },
	{ "as long", &nd_kind_ns, ND_OPT_SRC, 8, .want = VR_ND_NS, .lladdr = true },
	{ "as long without source", &nd_kind_ns, ND_OPT_NONCE, 8, .want = VR_ND_NS },
	{ "longer", &nd_kind_ns, ND_OPT_SRC ND_OPT_NONCE, 16, .want = VR_ND_NS, .lladdr = true },
	{ "much longer", &nd_kind_ns, ND_OPT_LONG ND_OPT_SRC, 24,
	  .want = VR_ND_NS, .lladdr = true },
	{ "shorter, padding", &nd_kind_ns, .pad = 3, .want = VR_ND_NS },
	{ "shorter, padding to the same", &nd_kind_ns, .pad = 8, .want = VR_ND_NS },
	{ "as long, padding", &nd_kind_ns, ND_OPT_SRC, 8, .pad = 30,
	  .want = VR_ND_NS, .lladdr = true },
	{ "unicast, link-local", ND_KIND(135, 0, A_GUEST_LL, A_TARGET_LL, A_TARGET_LL),
	  ND_OPT_SRC, 8, .want = VR_ND_NS, .lladdr = true },
	{ "flags set", &nd_kind_ns, ND_OPT_SRC, 8, .flags = 0xffffffff,
	  .want = VR_ND_NS, .lladdr = true },
};

static void answer_run(struct kunit *test, const struct nd_case *c, unsigned int tags,
		       unsigned int linear, bool router)
{
	unsigned int off = ETH_HLEN + 4 * tags;
	struct frame f, want;
	struct vr_pkt *pkt;
	struct vr_nd nd;

	nd_guest_build(&f, tags, c);
	/* traffic class and flow label are the asker's, not the answer's */
	f.b[off] = 0x6a;
	f.b[off + 3] = 0x55;
	answer_build(&want, tags, c, router);
	pkt = frame_pkt(test, &f, ETH_HLEN, min(linear, f.len));
	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 0x2007);
	vr_nd_parse(pkt, off, &nd);
	nd_expect(test, c, &nd);
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, off, &nd, nd_mac_our, router), VR_DROP_NONE);
	KUNIT_EXPECT_TRUE_MSG(test, vr_pkt_has_vlan(pkt), "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_vlan_tci(pkt), 0x2007, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_headlen(pkt), vr_pkt_len(pkt), "%s", c->name);
	frame_expect_all(test, c->name, pkt, &want);
	vr_test_pkt_free(pkt);
}

static void nd_answer_bytes(struct kunit *test)
{
	unsigned int i, tags, linear;

	for (i = 0; i < ARRAY_SIZE(answer_cases); i++) {
		for (tags = 0; tags < 3; tags++) {
			for (linear = ETH_HLEN; linear < FRAME_MAX; linear += 3) {
				answer_run(test, &answer_cases[i], tags, linear, false);
				answer_run(test, &answer_cases[i], tags, linear, true);
			}
		}
	}
}

/* A copy that shares the bytes keeps the question. */
static void nd_answer_shared(struct kunit *test)
{
	unsigned int i, linear;
	struct frame f, want;

	for (i = 0; i < ARRAY_SIZE(answer_cases); i++) {
		const struct nd_case *c = &answer_cases[i];

		nd_guest_build(&f, 1, c);
		answer_build(&want, 1, c, true);
		for (linear = ETH_HLEN; linear <= f.len; linear += 4) {
			struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);
			struct vr_pkt *other = vr_pkt_clone(pkt);
			struct vr_nd nd;

			KUNIT_ASSERT_NOT_NULL(test, other);
			vr_nd_parse(pkt, 18, &nd);
			KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, 18, &nd, nd_mac_our, true),
					VR_DROP_NONE);
			frame_expect_all(test, c->name, pkt, &want);
			frame_expect_all(test, "question", other, &f);
			vr_test_pkt_free(pkt);
			vr_test_pkt_free(other);
		}
	}
}

/* No offload state that belongs to the question survives in the answer. */
static void nd_answer_offloads(struct kunit *test)
{
	struct vr_pkt *pkt;
	struct frame f;
	struct vr_nd nd;

	nd_guest_build(&f, 0, &nd_ns_plain);
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	vr_test_pkt_set_complete(pkt);
	vr_test_pkt_set_gso(pkt, 1400);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	nd_expect(test, &nd_ns_plain, &nd);
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, nd_mac_our, true), VR_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
	vr_test_pkt_free(pkt);
}

static struct kunit_case nd_answer_cases[] = {
	KUNIT_CASE(nd_known_bytes),
	KUNIT_CASE(nd_answer_bytes),
	KUNIT_CASE(nd_answer_shared),
	KUNIT_CASE(nd_answer_offloads),
	{ }
};

static struct kunit_suite nd_answer_suite = {
	.name = "nd_answer",
	.test_cases = nd_answer_cases,
};

VR_TEST_SUITE(nd_answer_suite);
