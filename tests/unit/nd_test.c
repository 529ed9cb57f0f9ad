// SPDX-License-Identifier: GPL-2.0-only
/* Neighbour discovery: what is and what is not a valid message. */
#include "nd_frames.h"

#define RANDOM_ROUNDS	200000

static const struct nd_case nd_cases[] = {
	/* good ones */
	{ "NS", &nd_kind_ns, .want = VR_ND_NS },
	{ "NS, source", &nd_kind_ns, ND_OPT_SRC, 8, .want = VR_ND_NS, .lladdr = true },
	{ "NS, unicast", ND_KIND(135, 0, A_GUEST, A_TARGET, A_TARGET), ND_OPT_SRC, 8,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, source and nonce", &nd_kind_ns, ND_OPT_SRC ND_OPT_NONCE, 16,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, nonce and source", &nd_kind_ns, ND_OPT_NONCE ND_OPT_SRC, 16,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, long option and source", &nd_kind_ns, ND_OPT_LONG ND_OPT_SRC, 24,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, target option, ignored", &nd_kind_ns, ND_OPT_TGT, 8, .want = VR_ND_NS },
	{ "NS, nonce twice", &nd_kind_ns, ND_OPT_NONCE ND_OPT_NONCE, 16, .want = VR_ND_NS },
	{ "NS, padding", &nd_kind_ns, ND_OPT_SRC, 8, .pad = 9, .want = VR_ND_NS, .lladdr = true },
	{ "NS, padding like an option", &nd_kind_ns, .pad = 8, .want = VR_ND_NS },
	{ "NS, reserved bits", &nd_kind_ns, ND_OPT_SRC, 8, .flags = 0xffffffff,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, link-local", ND_KIND(135, 0, A_GUEST_LL, A_SOL_NODE, A_TARGET_LL), ND_OPT_SRC, 8,
	  .want = VR_ND_NS, .lladdr = true },
	{ "DAD", &nd_kind_dad, .want = VR_ND_NS },
	{ "DAD, nonce", &nd_kind_dad, ND_OPT_NONCE, 8, .want = VR_ND_NS },
	{ "DAD, target option, ignored", &nd_kind_dad, ND_OPT_TGT, 8, .want = VR_ND_NS },
	{ "NA", &nd_kind_na, .want = VR_ND_NA },
	{ "NA, target option", &nd_kind_na, ND_OPT_TGT, 8, .flags = 0x60000000,
	  .want = VR_ND_NA, .lladdr = true },
	{ "NA, source option, ignored", &nd_kind_na, ND_OPT_SRC, 8, .want = VR_ND_NA },
	{ "NA to all, not solicited", ND_KIND(136, 0, A_GUEST, A_ALL_NODES, A_GUEST), ND_OPT_TGT, 8,
	  .flags = 0xa0000000, .want = VR_ND_NA, .lladdr = true },
	{ "RS", &nd_kind_rs, .want = VR_ND_RS },
	{ "RS, source", &nd_kind_rs, ND_OPT_SRC, 8, .want = VR_ND_RS, .lladdr = true },
	{ "RS without address", ND_KIND(133, 0, A_ANY, A_ALL_ROUTERS), .want = VR_ND_RS },
	{ "RA", &nd_kind_ra, .want = VR_ND_RA },
	{ "RA, source and MTU", &nd_kind_ra, ND_OPT_SRC ND_OPT_MTU, 16,
	  .want = VR_ND_RA, .lladdr = true },
	{ "RA, end of link-local", ND_KIND(134, 0, A_TARGET_LL, A_ALL_NODES), .want = VR_ND_RA },

	/* not neighbour discovery */
	{ "echo", ND_KIND(128, 0, A_GUEST, A_TARGET) },
	{ "MLD", ND_KIND(132, 0, A_GUEST_LL, A_ALL_NODES) },
	{ "redirect", ND_KIND(137, 0, A_GUEST_LL, A_GUEST, A_TARGET) },
	{ "NS under UDP", &nd_kind_ns, ND_OPT_SRC, 8, .nexthdr = IPPROTO_UDP },
	{ "NS under ICMP of IPv4", &nd_kind_ns, ND_OPT_SRC, 8, .nexthdr = 1 },
	{ "behind a fragment header", &nd_kind_ns, ND_OPT_SRC, 8, .nexthdr = 44 },
	{ "behind destination options", &nd_kind_ns, ND_OPT_SRC, 8, .nexthdr = 60 },
	{ "behind a routing header", &nd_kind_ns, ND_OPT_SRC, 8, .nexthdr = 43 },

	/* header */
	{ "NS, hop limit 254", &nd_kind_ns, ND_OPT_SRC, 8, .hops_less = 1 },
	{ "NS, hop limit 0", &nd_kind_ns, ND_OPT_SRC, 8, .hops_less = 255 },
	{ "NA, hop limit 254", &nd_kind_na, ND_OPT_TGT, 8, .hops_less = 1 },
	{ "RS, hop limit 254", &nd_kind_rs, .hops_less = 1 },
	{ "RA, hop limit 254", &nd_kind_ra, .hops_less = 1 },
	{ "NS, code 1", ND_KIND(135, 1, A_GUEST, A_SOL_NODE, A_TARGET) },
	{ "NA, code 1", ND_KIND(136, 1, A_GUEST, A_TARGET, A_GUEST) },
	{ "RS, code 255", ND_KIND(133, 255, A_GUEST_LL, A_ALL_ROUTERS) },
	{ "RA, code 1", ND_KIND(134, 1, A_GUEST_LL, A_ALL_NODES) },
	{ "NS, checksum", &nd_kind_ns, ND_OPT_SRC, 8, .csum_xor = 1 },
	{ "NS, high bit of the checksum", &nd_kind_ns, ND_OPT_SRC, 8, .csum_xor = 0x8000 },
	{ "RA, checksum", &nd_kind_ra, ND_OPT_SRC, 8, .csum_xor = 0x0100 },
	{ "NS of 23 bytes", &nd_kind_ns, .cut = 1 },
	{ "NS of 8 bytes", &nd_kind_ns, .cut = 16 },
	{ "NS of 7 bytes", &nd_kind_ns, .cut = 17 },
	{ "NS of 0 bytes", &nd_kind_ns, .cut = 24 },
	{ "NS of 23 bytes, padding", &nd_kind_ns, .cut = 1, .pad = 20 },
	{ "NA of 23 bytes", &nd_kind_na, .cut = 1 },
	{ "RS of 7 bytes", &nd_kind_rs, .cut = 1 },
	{ "RA of 15 bytes", &nd_kind_ra, .cut = 1 },
	{ "NS, a byte missing", &nd_kind_ns, ND_OPT_SRC, 8, .missing = 1 },
	{ "NS, all of it missing", &nd_kind_ns, .missing = 24 },

	/* addresses */
	{ "NS, multicast target", ND_KIND(135, 0, A_GUEST, A_SOL_NODE, A_ALL_NODES) },
	{ "NA, multicast target", ND_KIND(136, 0, A_GUEST, A_TARGET, A_SOL_NODE) },
	{ "NS, unspecified target", ND_KIND(135, 0, A_GUEST, A_SOL_NODE, A_ANY) },
	{ "NA, unspecified target", ND_KIND(136, 0, A_GUEST, A_TARGET, A_ANY) },
	{ "NS from a group", ND_KIND(135, 0, A_ALL_NODES, A_SOL_NODE, A_TARGET) },
	{ "RS from a group", ND_KIND(133, 0, A_ALL_NODES, A_ALL_ROUTERS) },
	{ "DAD, source option", &nd_kind_dad, ND_OPT_SRC, 8 },
	{ "DAD, nonce and source", &nd_kind_dad, ND_OPT_NONCE ND_OPT_SRC, 16 },
	{ "DAD to an address", ND_KIND(135, 0, A_ANY, A_TARGET, A_TARGET) },
	{ "DAD to all nodes", ND_KIND(135, 0, A_ANY, A_ALL_NODES, A_TARGET) },
	{ "DAD to what is nearly a solicited-node group",
	  ND_KIND(135, 0, A_ANY, A_NEAR_SOL_NODE, A_TARGET) },
	{ "RS without address, source option", ND_KIND(133, 0, A_ANY, A_ALL_ROUTERS, A_ANY),
	  ND_OPT_SRC, 8 },
	{ "RA, no link-local source", ND_KIND(134, 0, A_GUEST, A_ALL_NODES) },
	{ "RA, source behind link-local", ND_KIND(134, 0, A_FEC0, A_ALL_NODES) },
	{ "RA without address", ND_KIND(134, 0, A_ANY, A_ALL_NODES) },
	{ "NA without address", ND_KIND(136, 0, A_ANY, A_ALL_NODES, A_GUEST) },
	{ "NA to all, solicited", ND_KIND(136, 0, A_GUEST, A_ALL_NODES, A_GUEST), ND_OPT_TGT, 8,
	  .flags = 0x40000000 },

	/* options */
	{ "option of length 0", &nd_kind_ns, { 1, 0, 2, 0, 0, 0, 0, 0x0a }, 8 },
	{ "unknown option of length 0", &nd_kind_ns, { 200, 0, 2, 0, 0, 0, 0, 0x0a }, 8 },
	{ "source, then length 0", &nd_kind_ns, ND_OPT_SRC "\16\0\0\0\0\0\0\0", 16 },
	{ "length 0, then source", &nd_kind_ns, "\16\0\0\0\0\0\0\0" ND_OPT_SRC, 16 },
	{ "option beyond the end", &nd_kind_ns, { 14, 2, 0, 0, 0, 0, 0, 0 }, 8 },
	{ "option far beyond the end", &nd_kind_ns, { 14, 255, 0, 0, 0, 0, 0, 0 }, 8 },
	{ "source, then beyond the end", &nd_kind_ns, ND_OPT_SRC "\16\2\0\0\0\0\0\0", 16 },
	{ "option beyond the end, in the padding", &nd_kind_ns, { 14, 2, 0, 0, 0, 0, 0, 0 }, 8,
	  .pad = 8 },
	{ "one byte of an option", &nd_kind_ns, { 1 }, 1 },
	{ "seven bytes of an option", &nd_kind_ns, ND_OPT_SRC, 8, .cut = 1 },
	{ "source and a byte", &nd_kind_ns, ND_OPT_SRC "\16", 9 },
	{ "source twice", &nd_kind_ns, ND_OPT_SRC ND_OPT_SRC, 16 },
	{ "source twice, apart", &nd_kind_ns, ND_OPT_SRC ND_OPT_NONCE ND_OPT_SRC, 24 },
	{ "NA, target twice", &nd_kind_na, ND_OPT_TGT ND_OPT_TGT, 16 },
	{ "source of 16 bytes", &nd_kind_ns, { 1, 2, 2, 0, 0, 0, 0, 0x0a }, 16 },
	{ "source zero", &nd_kind_ns, { 1, 1, 0, 0, 0, 0, 0, 0 }, 8 },
	{ "source multicast", &nd_kind_ns, { 1, 1, 1, 0, 0x5e, 0, 0, 1 }, 8 },
	{ "source broadcast", &nd_kind_ns, { 1, 1, 255, 255, 255, 255, 255, 255 }, 8 },
	{ "RA, option of length 0", &nd_kind_ra, ND_OPT_MTU "\3\0\0\0\0\0\0\0", 16 },
};

static void nd_table(struct kunit *test)
{
	unsigned int i, tags, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(nd_cases); i++) {
		const struct nd_case *c = &nd_cases[i];

		for (tags = 0; tags < 3; tags++) {
			nd_guest_build(&f, tags, c);
			for (linear = ETH_HLEN; linear <= f.len; linear++) {
				struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);
				struct vr_nd nd;

				memset(&nd, 0xff, sizeof(nd));
				vr_nd_parse(pkt, ETH_HLEN + 4 * tags, &nd);
				nd_expect(test, c, &nd);
				frame_expect_all(test, c->name, pkt, &f);
				vr_test_pkt_free(pkt);
			}
		}
	}
}

static void nd_truncated(struct kunit *test)
{
	unsigned int len, linear;
	struct frame f;

	nd_guest_build(&f, 0, &nd_ns_source);
	for (len = ETH_HLEN; len < f.len; len++) {
		struct frame cut = f;

		cut.len = len;
		for (linear = ETH_HLEN; linear <= len; linear++) {
			struct vr_pkt *pkt = frame_pkt(test, &cut, ETH_HLEN, linear);
			struct vr_nd nd;

			memset(&nd, 0xff, sizeof(nd));
			vr_nd_parse(pkt, ETH_HLEN, &nd);
			nd_expect_none(test, "cut", &nd);
			vr_test_pkt_free(pkt);
		}
	}
}

/* Where the type says IPv6 but the header does not. */
static void nd_version(struct kunit *test)
{
	struct vr_pkt *pkt;
	struct frame f;
	struct vr_nd nd;

	nd_guest_build(&f, 0, &nd_ns_source);
	f.b[ETH_HLEN] = 0x40;
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	nd_expect_none(test, "version 4", &nd);
	vr_test_pkt_free(pkt);
}

/* No single wrong bit behind the hop limit goes unnoticed: the checksum covers it. */
static void nd_bit_errors(struct kunit *test)
{
	struct frame f, bad;
	unsigned int bit;

	nd_guest_build(&f, 0, &nd_ns_source);
	for (bit = (ETH_HLEN + 8) * 8; bit < f.len * 8; bit++) {
		struct vr_pkt *pkt;
		struct vr_nd nd;

		bad = f;
		bad.b[bit / 8] ^= 1 << bit % 8;
		pkt = frame_pkt(test, &bad, ETH_HLEN, bad.len);
		vr_nd_parse(pkt, ETH_HLEN, &nd);
		nd_expect_none(test, "wrong bit", &nd);
		vr_test_pkt_free(pkt);
	}
}

/* A device was to finish the checksum: what is in its place is the pseudo-header's sum. */
static void nd_partial_checksum(struct kunit *test)
{
	static const struct nd_case wrong = { "NS, source", &nd_kind_ns, ND_OPT_SRC, 8,
					      .csum_xor = 0x4321,
					      .want = VR_ND_NS, .lladdr = true };
	static const struct nd_kind no_target = { 135, 0, A_GUEST, A_SOL_NODE, A_ALL_NODES };
	static const struct nd_case malformed = { "partial, target", &no_target };
	struct frame f, want;
	unsigned int start, i;
	struct vr_pkt *pkt;
	struct vr_nd nd;

	nd_guest_build(&f, 0, &wrong);
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	vr_test_pkt_set_partial(pkt, ETH_HLEN + IP6_LEN, 2);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	nd_expect(test, &wrong, &nd);

	/* the answer is whole, and no device may touch it again */
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, nd_mac_our, false), VR_DROP_NONE);
	KUNIT_EXPECT_FALSE(test, vr_pkt_csum_is_partial(pkt));
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), ETH_HLEN + IP6_LEN + 32);
	KUNIT_EXPECT_EQ(test, nd_csum((const u8 *)vr_pkt_data(pkt) + ETH_HLEN), 0);
	vr_test_pkt_free(pkt);

	/* not where it would make another packet of it */
	for (start = ETH_HLEN; start <= ETH_HLEN + IP6_LEN; start += 2) {
		for (i = 0; i < 8; i += 2) {
			if (start == ETH_HLEN + IP6_LEN && i == 2)
				continue;
			pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
			vr_test_pkt_set_partial(pkt, start, i);
			vr_nd_parse(pkt, ETH_HLEN, &nd);
			nd_expect_none(test, "partial, elsewhere", &nd);
			vr_test_pkt_free(pkt);
		}
	}

	/* everything else is judged as ever */
	nd_guest_build(&want, 0, &malformed);
	pkt = frame_pkt(test, &want, ETH_HLEN, want.len);
	vr_test_pkt_set_partial(pkt, ETH_HLEN + IP6_LEN, 2);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	nd_expect_none(test, malformed.name, &nd);
	vr_test_pkt_free(pkt);
}

#ifdef VR_TEST_USERSPACE
static void nd_no_memory(struct kunit *test)
{
	/* the fixed header; the beginning of the message; the rest of it */
	static const unsigned int linear[] = { ETH_HLEN, ETH_HLEN + 44, ETH_HLEN + 56 };
	struct vr_pkt *pkt, *other;
	struct frame f;
	struct vr_nd nd;
	unsigned int i;

	nd_guest_build(&f, 0, &nd_ns_plain);
	for (i = 0; i < ARRAY_SIZE(linear); i++) {
		pkt = frame_pkt(test, &f, ETH_HLEN, linear[i]);
		vr_test_fail_alloc(1);
		vr_nd_parse(pkt, ETH_HLEN, &nd);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		nd_expect_none(test, "no memory", &nd);
		vr_test_pkt_free(pkt);
	}

	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	other = vr_pkt_clone(pkt);
	KUNIT_ASSERT_NOT_NULL(test, other);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, nd_mac_our, true),
			VR_DROP_PCOW_FAIL);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	frame_expect_all(test, "its copy", other, &f);
	vr_test_pkt_free(pkt);
	vr_test_pkt_free(other);
}
#endif

/* Options of a message that claims to be valid: whole, and no more than one address. */
static bool naive_options(const u8 *at, const u8 *end, u8 wanted, const u8 **lladdr)
{
	*lladdr = NULL;
	while (at != end) {
		if (end - at < 8 || !at[1] || end - at < at[1] * 8)
			return false;
		if (at[0] == wanted) {
			if (*lladdr || at[1] != 1 || (at[2] & 1) ||
			    !(at[2] | at[3] | at[4] | at[5] | at[6] | at[7]))
				return false;
			*lladdr = at + 2;
		}
		at += at[1] * 8;
	}
	return true;
}

/* What the parser let through is what the bytes say. */
static void random_check(struct kunit *test, const struct frame *f, unsigned int off,
			 const struct vr_nd *nd, bool partial)
{
	static const u8 types[] = { [VR_ND_RS] = 133, [VR_ND_RA] = 134, [VR_ND_NS] = 135,
				    [VR_ND_NA] = 136 };
	const u8 *ip6 = f->b + off, *msg = ip6 + IP6_LEN, *lladdr;
	unsigned int len = ip6[4] << 8 | ip6[5];

	KUNIT_ASSERT_TRUE(test, off + IP6_LEN + len <= f->len);
	KUNIT_EXPECT_EQ(test, ip6[0] >> 4, 6);
	KUNIT_EXPECT_EQ(test, ip6[6], IPPROTO_ICMPV6);
	KUNIT_EXPECT_EQ(test, ip6[7], 255);
	KUNIT_EXPECT_EQ(test, msg[0], types[nd->type]);
	KUNIT_EXPECT_EQ(test, msg[1], 0);
	KUNIT_ASSERT_TRUE(test, len >= nd_base(msg[0]));
	KUNIT_EXPECT_TRUE(test, partial || nd_csum(ip6) == 0);
	KUNIT_EXPECT_EQ(test, memcmp(&nd->src, ip6 + 8, 16), 0);
	if (msg[0] >= 135) {
		KUNIT_EXPECT_EQ(test, memcmp(&nd->target, msg + 8, 16), 0);
		KUNIT_EXPECT_NE(test, msg[8], 0xff);
	}
	KUNIT_EXPECT_TRUE(test, naive_options(msg + nd_base(msg[0]), msg + len,
					      msg[0] == 136 ? 2 : 1, &lladdr));
	KUNIT_EXPECT_EQ(test, nd->has_lladdr, !!lladdr);
	if (lladdr && nd->has_lladdr)
		KUNIT_EXPECT_EQ(test, memcmp(nd->lladdr, lladdr, ETH_ALEN), 0);
}

/* The answer to a frame that was valid: right in every length and in its checksum. */
static void random_answer(struct kunit *test, struct vr_pkt *pkt, unsigned int off,
			  const struct vr_nd *nd)
{
	const u8 *ip6;

	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, off, nd, nd_mac_our, false), VR_DROP_NONE);
	KUNIT_ASSERT_EQ(test, vr_pkt_len(pkt), off + IP6_LEN + 32);
	KUNIT_ASSERT_EQ(test, vr_pkt_headlen(pkt), off + IP6_LEN + 32);
	ip6 = (const u8 *)vr_pkt_data(pkt) + off;
	KUNIT_EXPECT_EQ(test, ip6[4] << 8 | ip6[5], 32);
	KUNIT_EXPECT_EQ(test, nd_csum(ip6), 0);
}

static void nd_random(struct kunit *test)
{
	unsigned int i, n, valid = 0;
	struct vr_test_rng rng;

	vr_test_rng_init(test, &rng, 0x6e64);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		const struct nd_case *c = &nd_cases[vr_test_rand_below(&rng, ARRAY_SIZE(nd_cases))];
		unsigned int tags = vr_test_rand_below(&rng, 3), off = 14 + 4 * tags;
		bool partial = !vr_test_rand_below(&rng, 4);
		struct vr_pkt *pkt;
		struct frame f;
		struct vr_nd nd;

		nd_guest_build(&f, tags, c);
		for (n = vr_test_rand_below(&rng, 4); n; n--)
			f.b[off + vr_test_rand_below(&rng, f.len - off)] = vr_test_rand(&rng);
		/* half of them get past the checksum */
		if (vr_test_rand_below(&rng, 2) &&
		    f.len >= off + IP6_LEN + 4 &&
		    f.len >= off + IP6_LEN + (f.b[off + 4] << 8 | f.b[off + 5]))
			nd_csum_set(f.b + off, 0);
		if (!vr_test_rand_below(&rng, 8))
			f.len = off + vr_test_rand_below(&rng, f.len - off + 1);

		pkt = frame_pkt(test, &f, ETH_HLEN,
				ETH_HLEN + vr_test_rand_below(&rng, f.len - 13));
		if (partial && f.len >= off + IP6_LEN + 4)
			vr_test_pkt_set_partial(pkt, off + IP6_LEN, 2);
		partial = vr_pkt_csum_is_partial(pkt);
		vr_nd_parse(pkt, off, &nd);
		if (nd.type == VR_ND_NONE) {
			nd_expect_none(test, "random", &nd);
		} else {
			random_check(test, &f, off, &nd, partial);
			valid++;
		}
		if (nd.type == VR_ND_NS && !vr_nd_is_dad(&nd))
			random_answer(test, pkt, off, &nd);
		else
			frame_expect_all(test, "random", pkt, &f);
		vr_test_pkt_free(pkt);
	}
	/* else this would be a test of refusals only */
	KUNIT_EXPECT_GE(test, valid, RANDOM_ROUNDS / 20);
}

static struct kunit_case nd_test_cases[] = {
	KUNIT_CASE(nd_table),
	KUNIT_CASE(nd_truncated),
	KUNIT_CASE(nd_version),
	KUNIT_CASE(nd_bit_errors),
	KUNIT_CASE(nd_partial_checksum),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(nd_no_memory),
#endif
	KUNIT_CASE(nd_random),
	{ }
};

static struct kunit_suite nd_suite = {
	.name = "nd",
	.test_cases = nd_test_cases,
};

VR_TEST_SUITE(nd_suite);
