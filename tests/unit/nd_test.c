// SPDX-License-Identifier: GPL-2.0-only
/*
 * Neighbour discovery: what is and what is not a valid message, and the
 * answer's bytes and checksum for solicitations shorter and longer than it.
 */
#include "vr_test.h"

#include "pkt/nd.h"

#define FRAME_MAX	224
#define HEADROOM	34
#define IP6_LEN		40
#define RANDOM_ROUNDS	200000

enum nd_addr {
	A_ANY,
	A_GUEST,
	A_GUEST_LL,
	A_TARGET,
	A_TARGET_LL,
	A_SOL_NODE,
	A_ALL_NODES,
	A_ALL_ROUTERS,
	A_NEAR_SOL_NODE,	/* differs in the last bits of the prefix */
	A_FEC0,			/* first address behind link-local */
};

static const u8 addrs[][16] = {
	[A_GUEST] = { 0xfd, [15] = 0x0a },
	[A_GUEST_LL] = { 0xfe, 0x80, [15] = 0x0a },
	[A_TARGET] = { 0xfd, [15] = 0xfe },
	[A_TARGET_LL] = { 0xfe, 0xbf, [15] = 0xfe },
	[A_SOL_NODE] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff, [15] = 0xfe },
	[A_ALL_NODES] = { 0xff, 0x02, [15] = 0x01 },
	[A_ALL_ROUTERS] = { 0xff, 0x02, [15] = 0x02 },
	[A_NEAR_SOL_NODE] = { 0xff, 0x02, [11] = 0x01, [12] = 0xfe, [15] = 0xfe },
	[A_FEC0] = { 0xfe, 0xc0, [15] = 0x0a },
};

static const u8 our_mac[ETH_ALEN] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00 };
static const u8 guest_mac[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x0a };
static const u8 frame_mac[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x77 };

/* Options; a source or target one has the guest's MAC. */
#define OPT_SRC		"\1\1\2\0\0\0\0\n"
#define OPT_TGT		"\2\1\2\0\0\0\0\n"
#define OPT_NONCE	"\16\1abcdef"
#define OPT_MTU		"\5\1\0\0\0\0\5\334"
#define OPT_LONG	"\310\2abcdefghijklmn"

/** struct nd_kind - what a message is and between whom */
struct nd_kind {
	u8 type;
	u8 code;
	enum nd_addr src;
	enum nd_addr dst;
	enum nd_addr target;
};

static const struct nd_kind ns = { 135, 0, A_GUEST, A_SOL_NODE, A_TARGET };
static const struct nd_kind dad = { 135, 0, A_ANY, A_SOL_NODE, A_TARGET };
static const struct nd_kind na = { 136, 0, A_GUEST, A_TARGET, A_GUEST };
static const struct nd_kind rs = { 133, 0, A_GUEST_LL, A_ALL_ROUTERS };
static const struct nd_kind ra = { 134, 0, A_GUEST_LL, A_ALL_NODES };

#define KIND(...)	(&(const struct nd_kind){ __VA_ARGS__ })

struct nd_case {
	const char *name;
	const struct nd_kind *kind;
	u8 opts[32];
	u8 n_opts;
	u32 flags;
	u8 hops_less;		/* hop limit 255 less this */
	u8 nexthdr;		/* 0: ICMPv6 */
	u8 cut;			/* bytes missing at the end of the message */
	u8 missing;		/* bytes of it that the frame has not */
	u8 pad;			/* bytes behind it */
	u16 csum_xor;
	enum vr_nd_type want;
	bool lladdr;
};

/** struct frame - bytes that a test puts together */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
};

static void put(struct frame *f, const void *bytes, unsigned int len)
{
	memcpy(f->b + f->len, bytes, len);
	f->len += len;
}

static void put8(struct frame *f, u8 v)
{
	f->b[f->len++] = v;
}

static void put16(struct frame *f, u16 v)
{
	put8(f, v >> 8);
	put8(f, v);
}

static void put_fill(struct frame *f, unsigned int len)
{
	while (len--)
		put8(f, 0xa5);
}

/* RFC 4443 2.3 and RFC 8200 8.1 in the plainest words, on @ip6 and what it says behind it. */
static u16 naive_csum(const u8 *ip6)
{
	unsigned int i, len = ip6[4] << 8 | ip6[5];
	u32 sum = len + IPPROTO_ICMPV6;

	for (i = 8; i < IP6_LEN + len; i++)
		sum += i & 1 ? ip6[i] : ip6[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Put the right checksum into the message behind @ip6, but for the bits of @wrong. */
static void csum_set(u8 *ip6, u16 wrong)
{
	u16 csum;

	ip6[IP6_LEN + 2] = 0;
	ip6[IP6_LEN + 3] = 0;
	csum = naive_csum(ip6) ^ wrong;
	ip6[IP6_LEN + 2] = csum >> 8;
	ip6[IP6_LEN + 3] = csum;
}

static unsigned int nd_base(u8 type)
{
	return type == 133 ? 8 : type == 134 ? 16 : 24;
}

/* From @src to @dst with @tags in-band tags (0 to 2). */
static void frame_build(struct frame *f, const u8 *dst, const u8 *src, unsigned int tags,
			const struct nd_case *c)
{
	unsigned int len = nd_base(c->kind->type) + c->n_opts - c->cut, ip6, end;

	f->len = 0;
	put(f, dst, ETH_ALEN);
	put(f, src, ETH_ALEN);
	while (tags--) {
		put16(f, ETH_P_8021Q);
		put16(f, 5);
	}
	put16(f, ETH_P_IPV6);

	ip6 = f->len;
	put16(f, 0x6000);
	put16(f, 0);
	put16(f, len);
	put8(f, c->nexthdr ?: IPPROTO_ICMPV6);
	put8(f, 255 - c->hops_less);
	put(f, addrs[c->kind->src], 16);
	put(f, addrs[c->kind->dst], 16);

	put8(f, c->kind->type);
	put8(f, c->kind->code);
	put16(f, 0);
	put16(f, c->flags >> 16);
	put16(f, c->flags);
	if (nd_base(c->kind->type) == 16) {
		put16(f, 0);
		put16(f, 30000);
		put16(f, 0);
		put16(f, 1000);
	} else if (nd_base(c->kind->type) == 24) {
		put(f, addrs[c->kind->target], 16);
	}
	put(f, c->opts, c->n_opts);
	end = ip6 + IP6_LEN + len;
	f->len = end;
	if (len >= 4)
		csum_set(f->b + ip6, c->csum_xor);
	f->len -= c->missing;
	put_fill(f, c->pad);
}

/* As a guest sends it; its Ethernet source is not what the options have. */
static void guest_build(struct frame *f, unsigned int tags, const struct nd_case *c)
{
	static const u8 group[ETH_ALEN] = { 0x33, 0x33, 0xff, 0, 0, 0xfe };

	frame_build(f, group, frame_mac, tags, c);
}

static struct vr_pkt *frame_pkt(struct kunit *test, const struct frame *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	return pkt;
}

/* Makes all of it linear: the last look at a packet. */
static void expect_bytes(struct kunit *test, const char *name, struct vr_pkt *pkt,
			 const struct frame *f)
{
	const u8 *data;
	unsigned int i;

	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_len(pkt), f->len, "%s", name);
	KUNIT_ASSERT_TRUE(test, vr_pkt_len(pkt) == f->len && vr_pkt_may_pull(pkt, f->len));
	data = vr_pkt_data(pkt);
	for (i = 0; i < f->len; i++) {
		if (data[i] != f->b[i]) {
			KUNIT_FAIL(test, "%s: byte %u is %02x, not %02x", name, i, data[i],
				   f->b[i]);
			return;
		}
	}
}

/* What is not valid says nothing at all. */
static void expect_none(struct kunit *test, const char *name, const struct vr_nd *nd)
{
	struct vr_nd zero;

	memset(&zero, 0, sizeof(zero));
	KUNIT_EXPECT_EQ_MSG(test, nd->type, VR_ND_NONE, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(nd, &zero, sizeof(zero)), 0, "%s", name);
}

static void expect_nd(struct kunit *test, const struct nd_case *c, const struct vr_nd *nd)
{
	const struct nd_kind *k = c->kind;
	enum nd_addr target = k->type == 135 || k->type == 136 ? k->target : A_ANY;

	if (c->want == VR_ND_NONE) {
		expect_none(test, c->name, nd);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, nd->type, c->want, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(&nd->src, addrs[k->src], 16), 0, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(&nd->target, addrs[target], 16), 0, "%s",
			    c->name);
	KUNIT_EXPECT_EQ_MSG(test, nd->has_lladdr, c->lladdr, "%s", c->name);
	if (c->lladdr)
		KUNIT_EXPECT_EQ_MSG(test, memcmp(nd->lladdr, guest_mac, ETH_ALEN), 0, "%s",
				    c->name);
	KUNIT_EXPECT_EQ_MSG(test, vr_nd_is_dad(nd), k->type == 135 && k->src == A_ANY, "%s",
			    c->name);
}

static const struct nd_case nd_cases[] = {
	/* good ones */
	{ "NS", &ns, .want = VR_ND_NS },
	{ "NS, source", &ns, OPT_SRC, 8, .want = VR_ND_NS, .lladdr = true },
	{ "NS, unicast", KIND(135, 0, A_GUEST, A_TARGET, A_TARGET), OPT_SRC, 8,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, source and nonce", &ns, OPT_SRC OPT_NONCE, 16,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, nonce and source", &ns, OPT_NONCE OPT_SRC, 16,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, long option and source", &ns, OPT_LONG OPT_SRC, 24,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, target option, ignored", &ns, OPT_TGT, 8, .want = VR_ND_NS },
	{ "NS, nonce twice", &ns, OPT_NONCE OPT_NONCE, 16, .want = VR_ND_NS },
	{ "NS, padding", &ns, OPT_SRC, 8, .pad = 9, .want = VR_ND_NS, .lladdr = true },
	{ "NS, padding like an option", &ns, .pad = 8, .want = VR_ND_NS },
	{ "NS, reserved bits", &ns, OPT_SRC, 8, .flags = 0xffffffff,
	  .want = VR_ND_NS, .lladdr = true },
	{ "NS, link-local", KIND(135, 0, A_GUEST_LL, A_SOL_NODE, A_TARGET_LL), OPT_SRC, 8,
	  .want = VR_ND_NS, .lladdr = true },
	{ "DAD", &dad, .want = VR_ND_NS },
	{ "DAD, nonce", &dad, OPT_NONCE, 8, .want = VR_ND_NS },
	{ "DAD, target option, ignored", &dad, OPT_TGT, 8, .want = VR_ND_NS },
	{ "NA", &na, .want = VR_ND_NA },
	{ "NA, target option", &na, OPT_TGT, 8, .flags = 0x60000000,
	  .want = VR_ND_NA, .lladdr = true },
	{ "NA, source option, ignored", &na, OPT_SRC, 8, .want = VR_ND_NA },
	{ "NA to all, not solicited", KIND(136, 0, A_GUEST, A_ALL_NODES, A_GUEST), OPT_TGT, 8,
	  .flags = 0xa0000000, .want = VR_ND_NA, .lladdr = true },
	{ "RS", &rs, .want = VR_ND_RS },
	{ "RS, source", &rs, OPT_SRC, 8, .want = VR_ND_RS, .lladdr = true },
	{ "RS without address", KIND(133, 0, A_ANY, A_ALL_ROUTERS), .want = VR_ND_RS },
	{ "RA", &ra, .want = VR_ND_RA },
	{ "RA, source and MTU", &ra, OPT_SRC OPT_MTU, 16, .want = VR_ND_RA, .lladdr = true },
	{ "RA, end of link-local", KIND(134, 0, A_TARGET_LL, A_ALL_NODES), .want = VR_ND_RA },

	/* not neighbour discovery */
	{ "echo", KIND(128, 0, A_GUEST, A_TARGET) },
	{ "MLD", KIND(132, 0, A_GUEST_LL, A_ALL_NODES) },
	{ "redirect", KIND(137, 0, A_GUEST_LL, A_GUEST, A_TARGET) },
	{ "NS under UDP", &ns, OPT_SRC, 8, .nexthdr = IPPROTO_UDP },
	{ "NS under ICMP of IPv4", &ns, OPT_SRC, 8, .nexthdr = 1 },
	{ "behind a fragment header", &ns, OPT_SRC, 8, .nexthdr = 44 },
	{ "behind destination options", &ns, OPT_SRC, 8, .nexthdr = 60 },
	{ "behind a routing header", &ns, OPT_SRC, 8, .nexthdr = 43 },

	/* header */
	{ "NS, hop limit 254", &ns, OPT_SRC, 8, .hops_less = 1 },
	{ "NS, hop limit 0", &ns, OPT_SRC, 8, .hops_less = 255 },
	{ "NA, hop limit 254", &na, OPT_TGT, 8, .hops_less = 1 },
	{ "RS, hop limit 254", &rs, .hops_less = 1 },
	{ "RA, hop limit 254", &ra, .hops_less = 1 },
	{ "NS, code 1", KIND(135, 1, A_GUEST, A_SOL_NODE, A_TARGET) },
	{ "NA, code 1", KIND(136, 1, A_GUEST, A_TARGET, A_GUEST) },
	{ "RS, code 255", KIND(133, 255, A_GUEST_LL, A_ALL_ROUTERS) },
	{ "RA, code 1", KIND(134, 1, A_GUEST_LL, A_ALL_NODES) },
	{ "NS, checksum", &ns, OPT_SRC, 8, .csum_xor = 1 },
	{ "NS, high bit of the checksum", &ns, OPT_SRC, 8, .csum_xor = 0x8000 },
	{ "RA, checksum", &ra, OPT_SRC, 8, .csum_xor = 0x0100 },
	{ "NS of 23 bytes", &ns, .cut = 1 },
	{ "NS of 8 bytes", &ns, .cut = 16 },
	{ "NS of 7 bytes", &ns, .cut = 17 },
	{ "NS of 0 bytes", &ns, .cut = 24 },
	{ "NS of 23 bytes, padding", &ns, .cut = 1, .pad = 20 },
	{ "NA of 23 bytes", &na, .cut = 1 },
	{ "RS of 7 bytes", &rs, .cut = 1 },
	{ "RA of 15 bytes", &ra, .cut = 1 },
	{ "NS, a byte missing", &ns, OPT_SRC, 8, .missing = 1 },
	{ "NS, all of it missing", &ns, .missing = 24 },

	/* addresses */
	{ "NS, multicast target", KIND(135, 0, A_GUEST, A_SOL_NODE, A_ALL_NODES) },
	{ "NA, multicast target", KIND(136, 0, A_GUEST, A_TARGET, A_SOL_NODE) },
	{ "NS from a group", KIND(135, 0, A_ALL_NODES, A_SOL_NODE, A_TARGET) },
	{ "RS from a group", KIND(133, 0, A_ALL_NODES, A_ALL_ROUTERS) },
	{ "DAD, source option", &dad, OPT_SRC, 8 },
	{ "DAD, nonce and source", &dad, OPT_NONCE OPT_SRC, 16 },
	{ "DAD to an address", KIND(135, 0, A_ANY, A_TARGET, A_TARGET) },
	{ "DAD to all nodes", KIND(135, 0, A_ANY, A_ALL_NODES, A_TARGET) },
	{ "DAD to what is nearly a solicited-node group",
	  KIND(135, 0, A_ANY, A_NEAR_SOL_NODE, A_TARGET) },
	{ "RS without address, source option", KIND(133, 0, A_ANY, A_ALL_ROUTERS, A_ANY),
	  OPT_SRC, 8 },
	{ "RA, no link-local source", KIND(134, 0, A_GUEST, A_ALL_NODES) },
	{ "RA, source behind link-local", KIND(134, 0, A_FEC0, A_ALL_NODES) },
	{ "RA without address", KIND(134, 0, A_ANY, A_ALL_NODES) },
	{ "NA without address", KIND(136, 0, A_ANY, A_ALL_NODES, A_GUEST) },
	{ "NA to all, solicited", KIND(136, 0, A_GUEST, A_ALL_NODES, A_GUEST), OPT_TGT, 8,
	  .flags = 0x40000000 },

	/* options */
	{ "option of length 0", &ns, { 1, 0, 2, 0, 0, 0, 0, 0x0a }, 8 },
	{ "unknown option of length 0", &ns, { 200, 0, 2, 0, 0, 0, 0, 0x0a }, 8 },
	{ "source, then length 0", &ns, OPT_SRC "\16\0\0\0\0\0\0\0", 16 },
	{ "length 0, then source", &ns, "\16\0\0\0\0\0\0\0" OPT_SRC, 16 },
	{ "option beyond the end", &ns, { 14, 2, 0, 0, 0, 0, 0, 0 }, 8 },
	{ "option far beyond the end", &ns, { 14, 255, 0, 0, 0, 0, 0, 0 }, 8 },
	{ "source, then beyond the end", &ns, OPT_SRC "\16\2\0\0\0\0\0\0", 16 },
	{ "option beyond the end, in the padding", &ns, { 14, 2, 0, 0, 0, 0, 0, 0 }, 8,
	  .pad = 8 },
	{ "one byte of an option", &ns, { 1 }, 1 },
	{ "seven bytes of an option", &ns, OPT_SRC, 8, .cut = 1 },
	{ "source and a byte", &ns, OPT_SRC "\16", 9 },
	{ "source twice", &ns, OPT_SRC OPT_SRC, 16 },
	{ "source twice, apart", &ns, OPT_SRC OPT_NONCE OPT_SRC, 24 },
	{ "NA, target twice", &na, OPT_TGT OPT_TGT, 16 },
	{ "source of 16 bytes", &ns, { 1, 2, 2, 0, 0, 0, 0, 0x0a }, 16 },
	{ "source zero", &ns, { 1, 1, 0, 0, 0, 0, 0, 0 }, 8 },
	{ "source multicast", &ns, { 1, 1, 1, 0, 0x5e, 0, 0, 1 }, 8 },
	{ "source broadcast", &ns, { 1, 1, 255, 255, 255, 255, 255, 255 }, 8 },
	{ "RA, option of length 0", &ra, OPT_MTU "\3\0\0\0\0\0\0\0", 16 },
};

static void nd_table(struct kunit *test)
{
	unsigned int i, tags, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(nd_cases); i++) {
		const struct nd_case *c = &nd_cases[i];

		for (tags = 0; tags < 3; tags++) {
			guest_build(&f, tags, c);
			for (linear = ETH_HLEN; linear <= f.len; linear++) {
				struct vr_pkt *pkt = frame_pkt(test, &f, linear);
				struct vr_nd nd;

				memset(&nd, 0xff, sizeof(nd));
				vr_nd_parse(pkt, ETH_HLEN + 4 * tags, &nd);
				expect_nd(test, c, &nd);
				expect_bytes(test, c->name, pkt, &f);
				vr_test_pkt_free(pkt);
			}
		}
	}
}

static const struct nd_case ns_plain = { "NS", &ns, .want = VR_ND_NS };
static const struct nd_case ns_source = { "NS, source", &ns, OPT_SRC, 8,
					  .want = VR_ND_NS, .lladdr = true };

static void nd_truncated(struct kunit *test)
{
	unsigned int len, linear;
	struct frame f;

	guest_build(&f, 0, &ns_source);
	for (len = ETH_HLEN; len < f.len; len++) {
		struct frame cut = f;

		cut.len = len;
		for (linear = ETH_HLEN; linear <= len; linear++) {
			struct vr_pkt *pkt = frame_pkt(test, &cut, linear);
			struct vr_nd nd;

			memset(&nd, 0xff, sizeof(nd));
			vr_nd_parse(pkt, ETH_HLEN, &nd);
			expect_none(test, "cut", &nd);
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

	guest_build(&f, 0, &ns_source);
	f.b[ETH_HLEN] = 0x40;
	pkt = frame_pkt(test, &f, f.len);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	expect_none(test, "version 4", &nd);
	vr_test_pkt_free(pkt);
}

/* No single wrong bit behind the hop limit goes unnoticed: the checksum covers it. */
static void nd_bit_errors(struct kunit *test)
{
	struct frame f, bad;
	unsigned int bit;

	guest_build(&f, 0, &ns_source);
	for (bit = (ETH_HLEN + 8) * 8; bit < f.len * 8; bit++) {
		struct vr_pkt *pkt;
		struct vr_nd nd;

		bad = f;
		bad.b[bit / 8] ^= 1 << bit % 8;
		pkt = frame_pkt(test, &bad, bad.len);
		vr_nd_parse(pkt, ETH_HLEN, &nd);
		expect_none(test, "wrong bit", &nd);
		vr_test_pkt_free(pkt);
	}
}

/* A device was to finish the checksum: what is in its place is the pseudo-header's sum. */
static void nd_partial_checksum(struct kunit *test)
{
	static const struct nd_case wrong = { "NS, source", &ns, OPT_SRC, 8, .csum_xor = 0x4321,
					      .want = VR_ND_NS, .lladdr = true };
	static const struct nd_kind no_target = { 135, 0, A_GUEST, A_SOL_NODE, A_ALL_NODES };
	static const struct nd_case malformed = { "partial, target", &no_target };
	struct frame f, want;
	struct vr_pkt *pkt;
	struct vr_nd nd;

	guest_build(&f, 0, &wrong);
	pkt = frame_pkt(test, &f, f.len);
	vr_test_pkt_set_partial(pkt, ETH_HLEN + IP6_LEN, 2);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	expect_nd(test, &wrong, &nd);

	/* the answer is whole, and no device may touch it again */
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, our_mac, false), VR_DROP_NONE);
	KUNIT_EXPECT_FALSE(test, vr_pkt_csum_is_partial(pkt));
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), ETH_HLEN + IP6_LEN + 32);
	KUNIT_EXPECT_EQ(test, naive_csum((const u8 *)vr_pkt_data(pkt) + ETH_HLEN), 0);
	vr_test_pkt_free(pkt);

	/* everything else is judged as ever */
	guest_build(&want, 0, &malformed);
	pkt = frame_pkt(test, &want, want.len);
	vr_test_pkt_set_partial(pkt, ETH_HLEN + IP6_LEN, 2);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	expect_none(test, malformed.name, &nd);
	vr_test_pkt_free(pkt);
}

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
	struct frame f = { .len = 0 }, want = { .len = 0 };
	struct vr_pkt *pkt;
	struct vr_nd nd;

	put(&f, asked, sizeof(asked));
	put(&want, answered, sizeof(answered));
	pkt = frame_pkt(test, &f, f.len);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	expect_nd(test, &ns_source, &nd);
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, our_mac, true), VR_DROP_NONE);
	expect_bytes(test, "known", pkt, &want);
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

	frame_build(f, c->lladdr ? guest_mac : frame_mac, our_mac, tags, &answer);
}

/* Shorter than the answer, as long, longer; padded; with every kind of rest. */
static const struct nd_case answer_cases[] = {
	{ "shorter", &ns, .want = VR_ND_NS },
	{ "as long", &ns, OPT_SRC, 8, .want = VR_ND_NS, .lladdr = true },
	{ "as long without source", &ns, OPT_NONCE, 8, .want = VR_ND_NS },
	{ "longer", &ns, OPT_SRC OPT_NONCE, 16, .want = VR_ND_NS, .lladdr = true },
	{ "much longer", &ns, OPT_LONG OPT_SRC, 24, .want = VR_ND_NS, .lladdr = true },
	{ "shorter, padding", &ns, .pad = 3, .want = VR_ND_NS },
	{ "shorter, padding to the same", &ns, .pad = 8, .want = VR_ND_NS },
	{ "as long, padding", &ns, OPT_SRC, 8, .pad = 30, .want = VR_ND_NS, .lladdr = true },
	{ "unicast, link-local", KIND(135, 0, A_GUEST_LL, A_TARGET_LL, A_TARGET_LL), OPT_SRC, 8,
	  .want = VR_ND_NS, .lladdr = true },
	{ "flags set", &ns, OPT_SRC, 8, .flags = 0xffffffff,
	  .want = VR_ND_NS, .lladdr = true },
};

static void answer_run(struct kunit *test, const struct nd_case *c, unsigned int tags,
		       unsigned int linear, bool router)
{
	unsigned int off = ETH_HLEN + 4 * tags;
	struct frame f, want;
	struct vr_pkt *pkt;
	struct vr_nd nd;

	guest_build(&f, tags, c);
	/* traffic class and flow label are the asker's, not the answer's */
	f.b[off] = 0x6a;
	f.b[off + 3] = 0x55;
	answer_build(&want, tags, c, router);
	pkt = frame_pkt(test, &f, min(linear, f.len));
	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 0x2007);
	vr_nd_parse(pkt, off, &nd);
	expect_nd(test, c, &nd);
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, off, &nd, our_mac, router), VR_DROP_NONE);
	KUNIT_EXPECT_TRUE_MSG(test, vr_pkt_has_vlan(pkt), "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_vlan_tci(pkt), 0x2007, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_headlen(pkt), vr_pkt_len(pkt), "%s", c->name);
	expect_bytes(test, c->name, pkt, &want);
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

		guest_build(&f, 1, c);
		answer_build(&want, 1, c, true);
		for (linear = ETH_HLEN; linear <= f.len; linear += 4) {
			struct vr_pkt *pkt = frame_pkt(test, &f, linear);
			struct vr_pkt *other = vr_pkt_clone(pkt);
			struct vr_nd nd;

			KUNIT_ASSERT_NOT_NULL(test, other);
			vr_nd_parse(pkt, 18, &nd);
			KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, 18, &nd, our_mac, true),
					VR_DROP_NONE);
			expect_bytes(test, c->name, pkt, &want);
			expect_bytes(test, "question", other, &f);
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

	guest_build(&f, 0, &ns_plain);
	pkt = frame_pkt(test, &f, f.len);
	vr_test_pkt_set_complete(pkt);
	vr_test_pkt_set_gso(pkt, 1400);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	expect_nd(test, &ns_plain, &nd);
	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, our_mac, true), VR_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
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

	guest_build(&f, 0, &ns_plain);
	for (i = 0; i < ARRAY_SIZE(linear); i++) {
		pkt = frame_pkt(test, &f, linear[i]);
		vr_test_fail_alloc(1);
		vr_nd_parse(pkt, ETH_HLEN, &nd);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		expect_none(test, "no memory", &nd);
		vr_test_pkt_free(pkt);
	}

	pkt = frame_pkt(test, &f, f.len);
	vr_nd_parse(pkt, ETH_HLEN, &nd);
	other = vr_pkt_clone(pkt);
	KUNIT_ASSERT_NOT_NULL(test, other);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_nd_answer(pkt, ETH_HLEN, &nd, our_mac, true), VR_DROP_PCOW_FAIL);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	expect_bytes(test, "its copy", other, &f);
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
	KUNIT_EXPECT_TRUE(test, partial || naive_csum(ip6) == 0);
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

	KUNIT_ASSERT_EQ(test, vr_nd_answer(pkt, off, nd, our_mac, false), VR_DROP_NONE);
	KUNIT_ASSERT_EQ(test, vr_pkt_len(pkt), off + IP6_LEN + 32);
	KUNIT_ASSERT_EQ(test, vr_pkt_headlen(pkt), off + IP6_LEN + 32);
	ip6 = (const u8 *)vr_pkt_data(pkt) + off;
	KUNIT_EXPECT_EQ(test, ip6[4] << 8 | ip6[5], 32);
	KUNIT_EXPECT_EQ(test, naive_csum(ip6), 0);
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

		guest_build(&f, tags, c);
		for (n = vr_test_rand_below(&rng, 4); n; n--)
			f.b[off + vr_test_rand_below(&rng, f.len - off)] = vr_test_rand(&rng);
		/* half of them get past the checksum */
		if (vr_test_rand_below(&rng, 2) &&
		    f.len >= off + IP6_LEN + 4 &&
		    f.len >= off + IP6_LEN + (f.b[off + 4] << 8 | f.b[off + 5]))
			csum_set(f.b + off, 0);
		if (!vr_test_rand_below(&rng, 8))
			f.len = off + vr_test_rand_below(&rng, f.len - off + 1);

		pkt = frame_pkt(test, &f, ETH_HLEN + vr_test_rand_below(&rng, f.len - 13));
		if (partial && f.len >= off + IP6_LEN + 4)
			vr_test_pkt_set_partial(pkt, off + IP6_LEN, 2);
		partial = vr_pkt_csum_is_partial(pkt);
		vr_nd_parse(pkt, off, &nd);
		if (nd.type == VR_ND_NONE) {
			expect_none(test, "random", &nd);
		} else {
			random_check(test, &f, off, &nd, partial);
			valid++;
		}
		if (nd.type == VR_ND_NS && !vr_nd_is_dad(&nd))
			random_answer(test, pkt, off, &nd);
		else
			expect_bytes(test, "random", pkt, &f);
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
	KUNIT_CASE(nd_known_bytes),
	KUNIT_CASE(nd_answer_bytes),
	KUNIT_CASE(nd_answer_shared),
	KUNIT_CASE(nd_answer_offloads),
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
