// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MSS of TCP: a table of options, well-formed and hostile, in packets of both families that are
 * linear or not, with checksums of every kind; and random ones against a walk that is naive.
 */
#include "frame.h"

#include "pkt/mss.h"
#include "pkt/parse.h"

#define FRAME_MAX	256
#define HEADROOM	34
#define L3		ETH_HLEN
#define MTU		1450
#define RANDOM_ROUNDS	100000

#define FIN		0x01
#define SYN		0x02
#define RST		0x04
#define ACK		0x10
#define ECE_CWR		0xc0

/**
 * struct frame - a TCP segment
 * @len: bytes of @b
 * @tcp: where TCP begins
 * @ip6: else IPv4
 */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
	unsigned int tcp;
	bool ip6;
};

static u16 pseudo_sum(const struct frame *f)
{
	return sum_pseudo(f->b + L3, f->len - f->tcp, IPPROTO_TCP);
}

/* 0xffff: TCP's checksum is right. */
static u16 tcp_sum(const struct frame *f)
{
	return sum16(f->b + f->tcp, f->len - f->tcp, pseudo_sum(f));
}

static void tcp_make_sum(struct frame *f)
{
	put_csum(f->b + f->tcp, f->len - f->tcp, 16, pseudo_sum(f));
}

static void make_ip(struct frame *f, bool ip6, unsigned int more, unsigned int payload)
{
	u8 *ip = f->b + L3;

	memset(f, 0, sizeof(*f));
	f->ip6 = ip6;
	put_unaligned_be16(ip6 ? ETH_P_IPV6 : ETH_P_IP, f->b + 12);
	f->tcp = L3 + (ip6 ? 40 : 20) + more;
	f->len = f->tcp + payload;
	if (ip6) {
		ip[0] = 0x60;
		put_unaligned_be16(payload + more, ip + 4);
		ip[6] = more ? IPPROTO_DSTOPTS : IPPROTO_TCP;
		ip[7] = 64;
		ip[8] = 0xfd;
		ip[23] = 1;
		ip[24] = 0xfd;
		ip[39] = 2;
		if (more) {
			ip[40] = IPPROTO_TCP;
			ip[41] = more / 8 - 1;
		}
		return;
	}
	ip[0] = 0x45 + more / 4;
	put_unaligned_be16(f->len - L3, ip + 2);
	ip[8] = 64;
	ip[9] = IPPROTO_TCP;
	ip[12] = 10;
	ip[19] = 2;
	memset(ip + 20, 1, more);
	put_csum_ip4(ip);
}

/* A segment with @len bytes of options, a multiple of 4; @more bytes before TCP; @data behind. */
static void make_tcp(struct frame *f, bool ip6, unsigned int more, u8 flags, const u8 *opts,
		     unsigned int len, unsigned int data)
{
	u8 *tcp;

	make_ip(f, ip6, more, 20 + len + data);
	tcp = f->b + f->tcp;
	put_tcp(tcp, 1025, 80, 0x12345678, 0, flags);
	tcp[12] = (20 + len) << 2;
	put_unaligned_be16(0xfaf0, tcp + 14);
	memcpy(tcp + 20, opts, len);
	memset(tcp + 20 + len, 0x5a, data);
	tcp_make_sum(f);
}

static u16 most(bool ip6, u32 mtu)
{
	return mtu - (ip6 ? 60 : 40);
}

/**
 * struct way - how a packet is brought
 * @linear: bytes behind the beginning of TCP that are linear; negative: not even IP
 * @state: of its checksum
 */
struct way {
	int linear;
	enum vr_test_csum state;
};

static const struct way ways[] = {
	{ 200, VR_TEST_CSUM_NONE },
	{ 200, VR_TEST_CSUM_COMPLETE },
	{ 200, VR_TEST_CSUM_PARTIAL },
	{ 18, VR_TEST_CSUM_PARTIAL },
	{ 0, VR_TEST_CSUM_NONE },
	{ 0, VR_TEST_CSUM_COMPLETE },
	{ 13, VR_TEST_CSUM_NONE },
	{ 21, VR_TEST_CSUM_COMPLETE },
};

static struct vr_pkt *bring(struct kunit *test, const struct way *way, struct frame *in)
{
	unsigned int linear = min_t(unsigned int, in->tcp + way->linear, in->len);
	struct vr_pkt *pkt;

	if (way->state == VR_TEST_CSUM_PARTIAL)
		put_unaligned_be16(pseudo_sum(in), in->b + in->tcp + 16);
	pkt = vr_test_pkt_alloc(in->b, in->len, linear, HEADROOM);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	if (way->state == VR_TEST_CSUM_COMPLETE)
		vr_test_pkt_set_complete(pkt);
	if (way->state == VR_TEST_CSUM_PARTIAL)
		vr_test_pkt_set_partial(pkt, in->tcp, 16);
	return pkt;
}

/* As the caller does it. */
static enum vr_drop_reason run_clamp(struct vr_pkt *pkt, bool ip6, u32 mtu)
{
	u8 family = ip6 ? AF_INET6 : AF_INET;

	if (!vr_mss_may_be_syn(pkt, L3, family))
		return VR_DROP_NONE;
	if (ip6 ? vr_parse_ip6(pkt, L3) : vr_parse_ip4(pkt, L3))
		return VR_DROP_NONE;
	return vr_mss_clamp(pkt, L3, family, mtu);
}

/* @in becomes @want: but for the checksum, which is right again, or was not to be touched. */
static void expect_bytes(struct kunit *test, const char *name, const struct way *way,
			 const struct vr_pkt *pkt, const struct frame *want)
{
	static struct frame got;

	got = *want;
	KUNIT_ASSERT_EQ_MSG(test, vr_pkt_len(pkt), want->len, "%s", name);
	vr_test_pkt_copy(pkt, got.b, 0, got.len);
	KUNIT_EXPECT_TRUE_MSG(test, vr_test_pkt_csum_holds(pkt), "%s: packet's sum", name);
	if (way->state == VR_TEST_CSUM_PARTIAL)
		KUNIT_EXPECT_EQ_MSG(test, get_unaligned_be16(got.b + got.tcp + 16),
				    pseudo_sum(&got), "%s: pseudo-header", name);
	else
		KUNIT_EXPECT_EQ_MSG(test, tcp_sum(&got), 0xffff, "%s: TCP's sum", name);
	memcpy(got.b + got.tcp + 16, want->b + want->tcp + 16, 2);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(got.b, want->b, want->len), 0, "%s: bytes", name);
}

static void clamp_all_ways(struct kunit *test, const char *name, const struct frame *in,
			   const struct frame *want, u32 mtu)
{
	static struct frame own;
	struct vr_pkt *pkt;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		own = *in;
		pkt = bring(test, &ways[i], &own);
		KUNIT_EXPECT_EQ_MSG(test, run_clamp(pkt, in->ip6, mtu), VR_DROP_NONE, "%s", name);
		expect_bytes(test, name, &ways[i], pkt, want);
		vr_test_pkt_free(pkt);
	}
}

/**
 * struct mss_case - options of a segment
 * @flags: of TCP
 * @len: bytes of options
 * @opts: MSS values in them are above or below any that fits
 * @at: where in @opts there are values that are lowered, 0: no (further) one
 */
struct mss_case {
	const char *name;
	u8 flags;
	u8 len;
	u8 opts[40];
	u8 at[3];
};

static const struct mss_case mss_cases[] = {
	{ "syn", SYN, 4, { 2, 4, 5, 0xb4 }, { 2 } },
	{ "syn-ack", SYN | ACK, 4, { 2, 4, 5, 0xb4 }, { 2 } },
	{ "syn with ecn", SYN | ECE_CWR, 4, { 2, 4, 5, 0xb4 }, { 2 } },
	{ "largest", SYN, 4, { 2, 4, 0xff, 0xff }, { 2 } },
	{ "ack", ACK, 4, { 2, 4, 5, 0xb4 } },
	{ "fin", FIN | ACK, 4, { 2, 4, 5, 0xb4 } },
	{ "rst", RST, 4, { 2, 4, 5, 0xb4 } },
	{ "no flags", 0, 4, { 2, 4, 5, 0xb4 } },
	{ "small", SYN, 4, { 2, 4, 2, 0x18 } },
	{ "zero", SYN, 4, { 2, 4, 0, 0 } },
	{ "no options", SYN, 0, { 0 } },
	{ "behind one nop", SYN, 8, { 1, 2, 4, 5, 0xb4, 1, 1, 0 }, { 3 } },
	{ "behind two nops", SYN, 8, { 1, 1, 2, 4, 5, 0xb4, 0, 0 }, { 4 } },
	{ "as linux", SYN, 20, { 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7 },
	  { 2 } },
	{ "behind window scale", SYN, 8, { 3, 3, 7, 2, 4, 5, 0xb4, 0 }, { 5 } },
	{ "behind sack and timestamps", SYN, 16,
	  { 4, 2, 8, 10, 9, 9, 9, 9, 0, 0, 0, 0, 2, 4, 5, 0xb4 }, { 14 } },
	{ "behind one that nobody knows", SYN, 12, { 99, 7, 2, 4, 5, 0xb4, 1, 2, 4, 5, 0xb4, 0 },
	  { 9 } },
	{ "at the end of 40", SYN, 40,
	  { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	    1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 5, 0xb4 }, { 38 } },
	{ "two", SYN, 8, { 2, 4, 5, 0xb4, 2, 4, 5, 0xb5 }, { 2, 6 } },
	{ "two, one small", SYN, 8, { 2, 4, 2, 0x18, 2, 4, 5, 0xb5 }, { 6 } },
	{ "two, at odd and even places", SYN, 12, { 1, 2, 4, 5, 0xb4, 1, 2, 4, 9, 9, 0, 0 },
	  { 3, 8 } },
	{ "behind the end", SYN, 8, { 0, 2, 4, 5, 0xb4, 0, 0, 0 } },
	{ "length 0", SYN, 8, { 8, 0, 2, 4, 5, 0xb4, 0, 0 } },
	{ "length 1", SYN, 8, { 8, 1, 2, 4, 5, 0xb4, 0, 0 } },
	{ "own length 0", SYN, 8, { 2, 0, 5, 0xb4, 2, 4, 5, 0xb4 } },
	{ "own length 2", SYN, 8, { 2, 2, 2, 4, 5, 0xb4, 0, 0 }, { 4 } },
	{ "own length 3", SYN, 8, { 2, 3, 5, 2, 4, 5, 0xb4, 0 }, { 5 } },
	{ "own length 6", SYN, 8, { 2, 6, 5, 0xb4, 0, 0, 0, 0 } },
	{ "beyond the header", SYN, 8, { 8, 9, 2, 4, 5, 0xb4, 0, 0 } },
	{ "beyond all", SYN, 8, { 8, 255, 2, 4, 5, 0xb4, 0, 0 } },
	{ "own, cut by a byte", SYN, 4, { 1, 2, 4, 5 } },
	{ "own, cut by two", SYN, 4, { 1, 1, 2, 4 } },
	{ "kind only", SYN, 4, { 1, 1, 1, 2 } },
	{ "unknown kind only", SYN, 4, { 1, 1, 1, 99 } },
};

static void case_want(struct frame *want, const struct frame *in, const struct mss_case *c)
{
	unsigned int i;

	*want = *in;
	for (i = 0; i < ARRAY_SIZE(c->at) && c->at[i]; i++)
		put_unaligned_be16(most(in->ip6, MTU), want->b + in->tcp + 20 + c->at[i]);
}

static void mss_options(struct kunit *test)
{
	static const unsigned int fronts[] = { 0, 8, 24 };
	static struct frame in, want;
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(mss_cases); i++) {
		const struct mss_case *c = &mss_cases[i];

		for (k = 0; k < 2 * ARRAY_SIZE(fronts); k++) {
			make_tcp(&in, k & 1, fronts[k / 2], c->flags, c->opts, c->len, k % 3);
			case_want(&want, &in, c);
			clamp_all_ways(test, c->name, &in, &want, MTU);
		}
	}
}

/* Exactly what is left beside headers without options, and one byte to each side of it. */
static void mss_boundaries(struct kunit *test)
{
	static const u32 mtus[] = { 576, 1280, 1430, 1450, 1468, 1500, 8950, 65535, 0xffffffff };
	u8 opts[4] = { 2, 4 };
	static struct frame in, want;
	unsigned int i, ip6;
	int off;

	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		for (ip6 = 0; ip6 < 2; ip6++) {
			u32 fits = min_t(u32, mtus[i] - (ip6 ? 60 : 40), 65535);

			for (off = -1; off <= 1; off++) {
				put_unaligned_be16(min_t(u32, fits + off, 65535), opts + 2);
				make_tcp(&in, ip6, 0, SYN, opts, 4, 0);
				put_unaligned_be16(off > 0 ? fits : fits + off, opts + 2);
				make_tcp(&want, ip6, 0, SYN, opts, 4, 0);
				clamp_all_ways(test, "boundary", &in, &want, mtus[i]);
			}
		}
	}
}

/* Nobody is told of segments that no stack would send. */
static void mss_least(struct kunit *test)
{
	static const u32 mtus[] = { 0, 1, 39, 40, 41, 60, 61, 87, 88 };
	u8 opts[4] = { 2, 4, 5, 0xb4 };
	static struct frame in, want;
	unsigned int i, ip6;

	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		for (ip6 = 0; ip6 < 2; ip6++) {
			put_unaligned_be16(1460, opts + 2);
			make_tcp(&in, ip6, 0, SYN, opts, 4, 0);
			put_unaligned_be16(VR_MSS_MIN, opts + 2);
			make_tcp(&want, ip6, 0, SYN, opts, 4, 0);
			clamp_all_ways(test, "least", &in, &want, mtus[i]);
			/* who wants less gets less */
			put_unaligned_be16(VR_MSS_MIN - 1, opts + 2);
			make_tcp(&in, ip6, 0, SYN, opts, 4, 0);
			clamp_all_ways(test, "below least", &in, &in, mtus[i]);
		}
	}
}

/* What is no whole TCP header in a good IP packet is not touched, and not read beyond. */
static void mss_cut_off(struct kunit *test)
{
	static const u8 opts[] = { 1, 1, 1, 1, 2, 4, 5, 0xb4 };
	static struct frame in;
	static u8 got[FRAME_MAX];
	unsigned int len, ip6;

	for (ip6 = 0; ip6 < 2; ip6++) {
		make_tcp(&in, ip6, 8, SYN, opts, sizeof(opts), 0);
		for (len = L3; len < in.len; len++) {
			struct vr_pkt *pkt = vr_test_pkt_alloc(in.b, len, len, HEADROOM);

			KUNIT_ASSERT_NOT_NULL(test, pkt);
			KUNIT_EXPECT_EQ(test, run_clamp(pkt, ip6, MTU), VR_DROP_NONE);
			vr_test_pkt_copy(pkt, got, 0, len);
			KUNIT_EXPECT_EQ(test, memcmp(got, in.b, len), 0);
			vr_test_pkt_free(pkt);
		}
		/* IP says that it ends in the middle of TCP's options: the rest is padding */
		for (len = 20; len < 28; len++) {
			make_tcp(&in, ip6, 0, SYN, opts, sizeof(opts), 0);
			if (ip6) {
				put_unaligned_be16(len, in.b + L3 + 4);
			} else {
				put_unaligned_be16(20 + len, in.b + L3 + 2);
				put_csum_ip4(in.b + L3);
			}
			clamp_all_ways(test, "padding", &in, &in, MTU);
		}
	}
}

static void set_frag(struct frame *f, u16 frag)
{
	put_unaligned_be16(frag, f->b + L3 + 6);
	put_csum_ip4(f->b + L3);
}

/* A first fragment has a header, a later one only bytes that look like one. */
static void mss_fragments(struct kunit *test)
{
	static const u8 opts[] = { 2, 4, 5, 0xb4 };
	static struct frame in, want;

	make_tcp(&in, false, 0, SYN, opts, sizeof(opts), 20);
	set_frag(&in, 0x2000);
	want = in;
	put_unaligned_be16(most(false, MTU), want.b + in.tcp + 22);
	clamp_all_ways(test, "first", &in, &want, MTU);
	set_frag(&in, 0x2001);
	clamp_all_ways(test, "later", &in, &in, MTU);
	set_frag(&in, 0x0100);
	clamp_all_ways(test, "last", &in, &in, MTU);

	make_tcp(&in, true, 8, SYN, opts, sizeof(opts), 20);
	in.b[L3 + 6] = IPPROTO_FRAGMENT;
	put_unaligned_be16(0x0001, in.b + L3 + 42);
	want = in;
	put_unaligned_be16(most(true, MTU), want.b + in.tcp + 22);
	clamp_all_ways(test, "first of IPv6", &in, &want, MTU);
	put_unaligned_be16(0x0101, in.b + L3 + 42);
	clamp_all_ways(test, "later of IPv6", &in, &in, MTU);
}

/* UDP that has a SYN where TCP has it. */
static void mss_other_protocols(struct kunit *test)
{
	static const u8 protos[] = { IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_SCTP, 253 };
	static const u8 opts[] = { 2, 4, 5, 0xb4 };
	static struct frame in;
	unsigned int i, ip6;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		for (ip6 = 0; ip6 < 2; ip6++) {
			make_tcp(&in, ip6, 0, SYN, opts, sizeof(opts), 4);
			in.b[L3 + (ip6 ? 6 : 9)] = protos[i];
			if (!ip6)
				set_frag(&in, 0);
			clamp_all_ways(test, "protocol", &in, &in, MTU);
		}
	}
}

/* A copy that somebody else holds keeps its bytes. */
static void mss_shared(struct kunit *test)
{
	static const u8 opts[] = { 2, 4, 5, 0xb4 };
	static struct frame in, want;
	struct vr_pkt *pkt, *clone;

	make_tcp(&in, false, 0, SYN, opts, sizeof(opts), 10);
	want = in;
	put_unaligned_be16(most(false, MTU), want.b + in.tcp + 22);
	pkt = bring(test, &ways[0], &in);
	clone = vr_pkt_clone(pkt);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, run_clamp(pkt, false, MTU), VR_DROP_NONE);
	expect_bytes(test, "pkt", &ways[0], pkt, &want);
	expect_bytes(test, "clone", &ways[0], clone, &in);
	vr_test_pkt_free(pkt);
	vr_test_pkt_free(clone);
}

/* The same walk in other words, over options only. */
static void naive_clamp(u8 *o, unsigned int len, u16 to)
{
	while (len) {
		if (o[0] == 0)
			return;
		if (o[0] == 1) {
			o++;
			len--;
			continue;
		}
		if (len == 1 || o[1] < 2 || o[1] > len)
			return;
		if (o[0] == 2 && o[1] == 4 && (o[2] << 8 | o[3]) > to) {
			o[2] = to >> 8;
			o[3] = to;
		}
		len -= o[1];
		o += o[1];
	}
}

static u16 naive_most(bool ip6, u32 mtu)
{
	s64 left = (s64)mtu - (ip6 ? 60 : 40);

	if (left < VR_MSS_MIN)
		return VR_MSS_MIN;
	return left > 65535 ? 65535 : left;
}

/* Options that are good for the most part: so that a walk gets somewhere. */
static void random_options(struct vr_test_rng *rng, u8 *opts, unsigned int len)
{
	static const u8 good[][4] = {
		{ 1, 1, 1, 1 }, { 2, 4, 5, 0xb4 }, { 2, 4, 0xff, 0 }, { 3, 3, 7, 1 },
		{ 4, 2, 1, 1 }, { 99, 4, 2, 4 }, { 1, 2, 4, 9 }, { 9, 1, 1, 1 },
	};
	unsigned int i;

	for (i = 0; i < len; i++)
		opts[i] = good[vr_test_rand_below(rng, i ? 8 : 7)][i & 3];
	for (i = 0; i < len; i += 4)
		if (vr_test_rand_below(rng, 3))
			memcpy(opts + i, good[vr_test_rand_below(rng, 7)], 4);
	if (len && !vr_test_rand_below(rng, 3))
		opts[vr_test_rand_below(rng, len)] = vr_test_rand(rng);
}

static void mss_random(struct kunit *test)
{
	static struct frame in, want;
	struct vr_test_rng rng;
	unsigned int i, changed = 0;
	u8 opts[40];

	vr_test_rng_init(test, &rng, 0x6d7373);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		unsigned int len = 4 * vr_test_rand_below(&rng, 11);
		unsigned int ip6 = vr_test_rand_below(&rng, 2);
		const struct way *way = &ways[vr_test_rand_below(&rng, ARRAY_SIZE(ways))];
		u32 mtu = vr_test_rand_below(&rng, 3) ? MTU : vr_test_rand_below(&rng, 70000);
		struct vr_pkt *pkt;

		random_options(&rng, opts, len);
		make_tcp(&in, ip6, 0, SYN, opts, len, vr_test_rand_below(&rng, 9));
		want = in;
		naive_clamp(want.b + in.tcp + 20, len, naive_most(ip6, mtu));
		changed += !!memcmp(in.b, want.b, in.len);
		pkt = bring(test, way, &in);
		KUNIT_EXPECT_EQ(test, run_clamp(pkt, ip6, mtu), VR_DROP_NONE);
		expect_bytes(test, "random", way, pkt, &want);
		vr_test_pkt_free(pkt);
	}
	KUNIT_EXPECT_GT(test, changed, RANDOM_ROUNDS / 10);
}

#ifdef VR_TEST_USERSPACE

/* What cannot be made writable is dropped by name; what cannot be read is left alone. */
static void mss_without_memory(struct kunit *test)
{
	static const u8 opts[] = { 2, 4, 5, 0xb4 };
	static struct frame in, want;
	bool failed = true;
	unsigned int n;

	make_tcp(&in, false, 0, SYN, opts, sizeof(opts), 10);
	want = in;
	put_unaligned_be16(most(false, MTU), want.b + in.tcp + 22);
	for (n = 1; failed; n++) {
		struct vr_pkt *pkt = bring(test, &ways[4], &in);
		struct vr_pkt *clone = vr_pkt_clone(pkt);
		enum vr_drop_reason reason;

		vr_test_fail_alloc(n);
		reason = run_clamp(pkt, false, MTU);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		if (failed)
			KUNIT_EXPECT_TRUE(test, reason == VR_DROP_PCOW_FAIL ||
					  reason == VR_DROP_NONE);
		else
			KUNIT_EXPECT_EQ(test, reason, VR_DROP_NONE);
		expect_bytes(test, "memory", &ways[4], pkt, failed ? &in : &want);
		vr_test_pkt_free(pkt);
		vr_test_pkt_free(clone);
	}
	KUNIT_EXPECT_GT(test, n, 3);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case mss_test_cases[] = {
	KUNIT_CASE(mss_options),
	KUNIT_CASE(mss_boundaries),
	KUNIT_CASE(mss_least),
	KUNIT_CASE(mss_cut_off),
	KUNIT_CASE(mss_fragments),
	KUNIT_CASE(mss_other_protocols),
	KUNIT_CASE(mss_shared),
	KUNIT_CASE(mss_random),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(mss_without_memory),
#endif
	{}
};

static struct kunit_suite mss_suite = {
	.name = "mss",
	.test_cases = mss_test_cases,
};

VR_TEST_SUITE(mss_suite);
