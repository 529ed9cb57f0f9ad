// SPDX-License-Identifier: GPL-2.0-only
/* ICMP errors about size that come back: which of them are believed. */
#include "frame.h"

#include "pkt/icmp_report.h"
#include "pkt/parse.h"

#define FRAME_MAX	300
#define HEADROOM	18

/**
 * struct frame - a packet from a router A to us, B
 * @l3: where IP begins
 * @l4: ICMP
 */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
	unsigned int l3;
	unsigned int l4;
	bool ip6;
};

/* An IP packet of @len bytes, of @proto. */
static void make(struct frame *f, bool ip6, u8 proto, unsigned int len)
{
	u8 *ip = f->b + ETH_HLEN;

	memset(f->b, 0, ETH_HLEN + len);
	f->ip6 = ip6;
	f->l3 = ETH_HLEN;
	f->len = f->l3 + len;
	f->l4 = f->l3 + (ip6 ? 40 : 20);
	if (ip6)
		put_ip6(ip, proto, 60, len - 40, 0xa, 0xb);
	else
		put_ip4(ip, proto, 60, 0x4000, len - 20, 0x0a00000a, 0x0a00000b);
}

static struct vr_pkt *bring(struct kunit *test, const struct frame *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_ASSERT_EQ(test, f->ip6 ? vr_parse_ip6(pkt, f->l3) : vr_parse_ip4(pkt, f->l3),
			VR_DROP_NONE);
	return pkt;
}

static void report_sum(struct frame *f)
{
	unsigned int len = f->len - f->l4;

	put_csum(f->b + f->l4, len, 2, f->ip6 ? sum_pseudo(f->b + f->l3, len, 58) : 0);
}

/* Lengths and checksums say what there is again. */
static void report_done(struct frame *f)
{
	if (f->ip6) {
		put_unaligned_be16(f->len - f->l4, f->b + f->l3 + 4);
	} else {
		put_unaligned_be16(f->len - f->l3, f->b + f->l3 + 2);
		put_csum_ip4(f->b + f->l3);
	}
	report_sum(f);
}

/* It says that of our packet to C, of which there are @quote bytes behind IP, @mtu bytes fit. */
static void make_report(struct frame *f, bool ip6, u32 mtu, unsigned int quote)
{
	unsigned int hlen = ip6 ? 40 : 20;
	u8 *icmp, *p;

	make(f, ip6, ip6 ? 58 : 1, hlen + 8 + hlen + quote);
	icmp = f->b + f->l4;
	memset(icmp, 0, 8 + hlen + quote);
	p = icmp + 8;
	if (ip6) {
		icmp[0] = 2;
		put_unaligned_be32(mtu, icmp + 4);
		p = put_ip6(p, 17, 60, 1460, 0xb, 0xc);
	} else {
		icmp[0] = 3;
		icmp[1] = 4;
		put_unaligned_be16(mtu, icmp + 6);
		p = put_ip4(p, 17, 60, 0x4000, 1480, 0x0a00000b, 0x0a00000c);
	}
	p = put16(p, 50000);
	put16(p, 4789);
	report_done(f);
}

/* 0: it is not believed. */
static u32 read_report(struct kunit *test, const struct frame *f, struct vr_icmp_report *r)
{
	const unsigned int linears[] = {
		f->len, f->l3, min(f->len, f->l3 + 41), min(f->len, f->l4 + 8),
	};
	static u8 got[FRAME_MAX];
	struct vr_pkt *pkt;
	unsigned int i;
	u32 mtu = 0;

	for (i = 0; i < ARRAY_SIZE(linears); i++) {
		pkt = bring(test, f, linears[i]);
		if (i == 1)
			vr_test_pkt_set_complete(pkt);
		if (!vr_icmp_read_report(pkt, f->l3, f->ip6 ? AF_INET6 : AF_INET, r))
			r->mtu = 0;
		if (i)
			KUNIT_EXPECT_EQ(test, r->mtu, mtu);
		mtu = r->mtu;
		/* it goes to the host as it came */
		vr_test_pkt_copy(pkt, got, 0, f->len);
		KUNIT_EXPECT_EQ(test, memcmp(got, f->b, f->len), 0);
		vr_test_pkt_free(pkt);
	}
	return mtu;
}

static void expect_report(struct kunit *test, const struct frame *f, u32 mtu)
{
	static const __be32 zero[3];
	struct vr_icmp_report r;
	u8 dst[16];

	KUNIT_EXPECT_EQ(test, read_report(test, f, &r), mtu);
	if (!mtu)
		return;
	put_addr6(dst, 0xc);
	if (f->ip6) {
		KUNIT_EXPECT_EQ(test, memcmp(r.dst, dst, 16), 0);
	} else {
		KUNIT_EXPECT_EQ(test, ntohl(r.dst[0]), 0x0a00000c);
		KUNIT_EXPECT_EQ(test, memcmp(r.dst + 1, zero, sizeof(zero)), 0);
	}
}

static void icmp_report_good(struct kunit *test)
{
	static struct frame f;
	unsigned int ip6, quote;

	for (ip6 = 0; ip6 < 2; ip6++) {
		for (quote = 8; quote <= 100; quote += 23) {
			make_report(&f, ip6, 1400, quote);
			expect_report(test, &f, 1400);
		}
		/* MPLSoUDP, the first port of entropy, and the last */
		make_report(&f, ip6, 1400, 8);
		put_unaligned_be16(6635, f.b + f.len - 6);
		put_unaligned_be16(49152, f.b + f.len - 8);
		report_done(&f);
		expect_report(test, &f, 1400);
		put_unaligned_be16(65535, f.b + f.len - 8);
		report_done(&f);
		expect_report(test, &f, 1400);
		/* MPLSoGRE */
		make_report(&f, ip6, 1400, 8);
		f.b[f.l4 + 8 + (ip6 ? 6 : 9)] = 47;
		put_unaligned_be32(0x8847, f.b + f.len - 8);
		report_done(&f);
		expect_report(test, &f, 1400);
		/* padding of a short frame */
		make_report(&f, ip6, 1400, 8);
		memset(f.b + f.len, 0xdd, 9);
		f.len += 9;
		expect_report(test, &f, 1400);
	}
}

static void icmp_report_mtus(struct kunit *test)
{
	static struct frame f;
	unsigned int i;
	static const u32 lens[][2] = {
		{ 65535, 32000 }, { 32001, 32000 }, { 32000, 17914 }, { 9000, 8166 },
		{ 1500, 1492 }, { 1493, 1492 }, { 1492, 1006 }, { 1006, 508 }, { 508, 296 },
		{ 296, 68 }, { 60, 68 },
	};

	make_report(&f, false, 67, 8);
	expect_report(test, &f, 0);
	make_report(&f, false, 68, 8);
	expect_report(test, &f, 68);
	make_report(&f, false, 65535, 8);
	expect_report(test, &f, 65535);
	make_report(&f, true, 1279, 8);
	expect_report(test, &f, 0);
	make_report(&f, true, 0, 8);
	expect_report(test, &f, 0);
	make_report(&f, true, 1280, 8);
	expect_report(test, &f, 1280);
	make_report(&f, true, 0xffffffff, 8);
	expect_report(test, &f, 0xffffffff);
	/* from before RFC 1191 */
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		make_report(&f, false, 0, 8);
		put_unaligned_be16(lens[i][0], f.b + f.l4 + 10);
		report_done(&f);
		expect_report(test, &f, lens[i][1]);
	}
}

/**
 * struct lie - one byte of a good report that is another
 * @ip6: in reports of IPv6, else in those of IPv4
 * @off: from the outer IP header
 * @v: what it is
 */
struct lie {
	const char *name;
	bool ip6;
	u8 off;
	u8 v;
};

static const struct lie lies[] = {
	{ "not ICMP", false, 9, 17 },
	{ "outer fragment", false, 6, 0x20 },
	{ "later outer fragment", false, 7, 1 },
	{ "to somebody else", false, 19, 0xd },
	{ "type", false, 20, 11 },
	{ "type of IPv6", false, 20, 2 },
	{ "code", false, 21, 3 },
	{ "quoted version", false, 28, 0x65 },
	{ "quoted options", false, 28, 0x46 },
	{ "quoted header too short", false, 28, 0x44 },
	{ "quoted fragment", false, 34, 0x60 },
	{ "quoted later fragment", false, 35, 1 },
	{ "quoted protocol", false, 37, 6 },
	{ "not sent by us", false, 43, 0xa },
	{ "UDP source port", false, 48, 0xbf },
	{ "UDP destination port", false, 51, 0xb6 },
	{ "another port", false, 50, 0 },
	{ "not ICMPv6", true, 6, 1 },
	{ "to somebody else", true, 39, 0xd },
	{ "type", true, 40, 1 },
	{ "type of IPv4", true, 40, 3 },
	{ "quoted version", true, 48, 0x40 },
	{ "quoted extension header", true, 54, 44 },
	{ "quoted protocol", true, 54, 58 },
	{ "not sent by us", true, 71, 0xa },
	{ "UDP source port", true, 88, 0xbf },
	{ "UDP destination port", true, 91, 0xb4 },
};

static void icmp_report_lies(struct kunit *test)
{
	static struct frame f;
	struct vr_icmp_report r;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lies); i++) {
		make_report(&f, lies[i].ip6, 1400, 20);
		f.b[f.l3 + lies[i].off] = lies[i].v;
		report_done(&f);
		KUNIT_EXPECT_EQ_MSG(test, read_report(test, &f, &r), 0, "%s, IPv%u", lies[i].name,
				    lies[i].ip6 ? 6 : 4);
	}
	/* GRE with a key; without MPLS */
	for (i = 0; i < 2; i++) {
		make_report(&f, i, 1400, 8);
		f.b[f.l4 + 8 + (i ? 6 : 9)] = 47;
		put_unaligned_be32(0x20008847, f.b + f.len - 8);
		report_done(&f);
		expect_report(test, &f, 0);
		put_unaligned_be32(0x00000800, f.b + f.len - 8);
		report_done(&f);
		expect_report(test, &f, 0);
	}
}

/* No error was ever merged of several packets; and who says so may leave its length out. */
static void icmp_report_gso(struct kunit *test)
{
	static struct frame f;
	struct vr_icmp_report r;
	struct vr_pkt *pkt;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		make_report(&f, i & 1, 1400, 100);
		if (i & 2) {
			put_unaligned_be16(0, f.b + f.l3 + (f.ip6 ? 4 : 2));
			if (!f.ip6)
				put_csum_ip4(f.b + f.l3);
		}
		pkt = vr_test_pkt_alloc(f.b, f.len, f.len, HEADROOM);
		KUNIT_ASSERT_NOT_NULL(test, pkt);
		vr_test_pkt_set_gso(pkt, 100);
		KUNIT_EXPECT_EQ(test, f.ip6 ? vr_parse_ip6(pkt, f.l3) : vr_parse_ip4(pkt, f.l3),
				VR_DROP_NONE);
		KUNIT_EXPECT_FALSE(test, vr_icmp_read_report(pkt, f.l3,
							     f.ip6 ? AF_INET6 : AF_INET, &r));
		vr_test_pkt_free(pkt);
	}
}

/* Any bit that is not as it was sent shows in the checksum; of IPv6 in the addresses too. */
static void icmp_report_checksum(struct kunit *test)
{
	static struct frame f, g;
	struct vr_icmp_report r;
	unsigned int i, ip6;

	for (ip6 = 0; ip6 < 2; ip6++) {
		make_report(&f, ip6, 1400, 40);
		for (i = f.l4; i < f.len; i++) {
			g = f;
			g.b[i] ^= 0x10;
			KUNIT_EXPECT_EQ_MSG(test, read_report(test, &g, &r), 0, "byte %u", i);
		}
	}
	g = f;
	g.b[g.l3 + 10] ^= 1;
	KUNIT_EXPECT_EQ(test, read_report(test, &g, &r), 0);
}

/* Eight bytes of the transport header are the least; nothing beyond the end is read. */
static void icmp_report_short(struct kunit *test)
{
	static struct frame f;
	unsigned int ip6, len;

	for (ip6 = 0; ip6 < 2; ip6++) {
		make_report(&f, ip6, 1400, 8);
		for (len = f.len - 1; len >= f.l4; len--) {
			f.len = len;
			if (f.ip6)
				put_unaligned_be16(len - f.l4, f.b + f.l3 + 4);
			else
				put_unaligned_be16(len - f.l3, f.b + f.l3 + 2);
			if (!f.ip6)
				put_csum_ip4(f.b + f.l3);
			if (len >= f.l4 + 4)
				report_sum(&f);
			expect_report(test, &f, 0);
		}
		/* the bytes are there, but are not the packet's */
		make_report(&f, ip6, 1400, 8);
		f.len--;
		report_done(&f);
		f.len++;
		expect_report(test, &f, 0);
	}
	/* options in front */
	make_report(&f, false, 1400, 8);
	memmove(f.b + f.l4 + 4, f.b + f.l4, f.len - f.l4);
	f.b[f.l3] = 0x46;
	memset(f.b + f.l4, 1, 4);
	f.l4 += 4;
	f.len += 4;
	report_done(&f);
	expect_report(test, &f, 1400);
}

static struct kunit_case icmp_report_cases[] = {
	KUNIT_CASE(icmp_report_good),
	KUNIT_CASE(icmp_report_mtus),
	KUNIT_CASE(icmp_report_lies),
	KUNIT_CASE(icmp_report_gso),
	KUNIT_CASE(icmp_report_checksum),
	KUNIT_CASE(icmp_report_short),
	{}
};

static struct kunit_suite icmp_report_suite = {
	.name = "icmp_report",
	.test_cases = icmp_report_cases,
};

VR_TEST_SUITE(icmp_report_suite);
