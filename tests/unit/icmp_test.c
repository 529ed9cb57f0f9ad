// SPDX-License-Identifier: GPL-2.0-only
/*
 * ICMP errors about size: about which packets there may be one, and byte for byte
 * what it is.
 */
#include "frame.h"

#include "pkt/icmp.h"
#include "pkt/parse.h"

#define FRAME_MAX	3000
#define HEADROOM	18

static const u8 mac_a[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xa };
static const u8 mac_b[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xb };

/**
 * struct frame - a packet from A to B
 * @l3: where IP begins
 * @l4: what is behind it, extension headers too
 */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
	unsigned int l3;
	unsigned int l4;
	bool ip6;
};

/* An IP packet of @len bytes, of @proto, unfragmented. */
static void make(struct frame *f, bool ip6, u8 proto, unsigned int len, unsigned int tags)
{
	unsigned int i;
	u8 *ip;

	ip = put_eth(f->b, mac_b, mac_a, tags, ip6 ? ETH_P_IPV6 : ETH_P_IP);
	f->ip6 = ip6;
	f->l3 = ip - f->b;
	f->len = f->l3 + len;
	f->l4 = f->l3 + (ip6 ? 40 : 20);
	for (i = 0; i < len; i++)
		ip[i] = i * 5;
	if (ip6)
		put_ip6(ip, proto, 63, len - 40, 0xa, 0xb);
	else
		put_ip4(ip, proto, 63, 0x4000, len - 20, 0x0a00000a, 0x0a00000b);
}

static struct vr_pkt *bring(struct kunit *test, const struct frame *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_ASSERT_EQ(test, f->ip6 ? vr_parse_ip6(pkt, f->l3) : vr_parse_ip4(pkt, f->l3),
			VR_DROP_NONE);
	return pkt;
}

static void set4(struct frame *f, unsigned int off, u32 v)
{
	put_unaligned_be32(v, f->b + f->l3 + off);
	put_csum_ip4(f->b + f->l3);
}

static bool may_answer(struct kunit *test, const struct frame *f)
{
	struct vr_pkt *pkt = bring(test, f, f->l3);
	bool may = vr_icmp_may_answer(pkt, f->l3, f->ip6 ? AF_INET6 : AF_INET);

	vr_test_pkt_free(pkt);
	return may;
}

static void icmp_may_answer_addresses4(struct kunit *test)
{
	static const u32 bad[] = {
		0, 0x00000001, 0x00ffffff, 0x7f000001, 0xe0000001, 0xefffffff, 0xf0000001,
		0xffffffff,
	};
	static const u32 good[] = { 0x01000000, 0x0a000001, 0xa9fe0001, 0xdfffffff };
	static struct frame f;
	unsigned int i, off;

	for (off = 12; off <= 16; off += 4) {
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			make(&f, false, 253, 100, 0);
			set4(&f, off, bad[i]);
			KUNIT_EXPECT_FALSE_MSG(test, may_answer(test, &f), "%08x at %u", bad[i],
					       off);
		}
		for (i = 0; i < ARRAY_SIZE(good); i++) {
			make(&f, false, 253, 100, 0);
			set4(&f, off, good[i]);
			KUNIT_EXPECT_TRUE_MSG(test, may_answer(test, &f), "%08x at %u", good[i],
					      off);
		}
	}
}

static void icmp_may_answer_addresses6(struct kunit *test)
{
	static struct frame f;

	make(&f, true, 253, 100, 0);
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
	f.b[f.l3 + 24] = 0xff;
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	make(&f, true, 253, 100, 0);
	f.b[f.l3 + 8] = 0xff;
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	make(&f, true, 253, 100, 0);
	memset(f.b + f.l3 + 8, 0, 16);
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	make(&f, true, 253, 100, 0);
	memset(f.b + f.l3 + 24, 0, 16);
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	/* link-local is one host */
	make(&f, true, 253, 100, 0);
	f.b[f.l3 + 8] = 0xfe;
	f.b[f.l3 + 9] = 0x80;
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
}

static void icmp_may_answer_fragments(struct kunit *test)
{
	static const u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 253 };
	static struct frame f;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		make(&f, false, protos[i], 100, 0);
		f.b[f.l4] = ICMP_ECHO;
		f.b[f.l4 + 12] = 0x50;
		set4(&f, 4, 0x12346000);
		KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
		set4(&f, 4, 0x12346001);
		KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
		set4(&f, 4, 0x12344001);
		KUNIT_EXPECT_FALSE(test, may_answer(test, &f));

		make(&f, true, IPPROTO_FRAGMENT, 100, 0);
		f.b[f.l4] = protos[i];
		f.b[f.l4 + 8] = 128;
		f.b[f.l4 + 20] = 0x50;
		put_unaligned_be16(1, f.b + f.l4 + 2);
		KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
		put_unaligned_be16(0x10, f.b + f.l4 + 2);
		KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
		/* behind other extension headers */
		make(&f, true, IPPROTO_HOPOPTS, 120, 0);
		f.b[f.l4] = IPPROTO_FRAGMENT;
		f.b[f.l4 + 1] = 0;
		f.b[f.l4 + 8] = protos[i];
		f.b[f.l4 + 16] = 128;
		f.b[f.l4 + 28] = 0x50;
		put_unaligned_be16(1, f.b + f.l4 + 10);
		KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
		put_unaligned_be16(0x18, f.b + f.l4 + 10);
		KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	}
	/* headers that look like a fragment header's, but are none */
	make(&f, true, IPPROTO_DSTOPTS, 120, 0);
	memset(f.b + f.l4, 0x2c, 24);
	f.b[f.l4] = 253;
	f.b[f.l4 + 1] = 2;
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
	make(&f, true, IPPROTO_AH, 120, 0);
	memset(f.b + f.l4, 0x2c, 24);
	f.b[f.l4] = 253;
	f.b[f.l4 + 1] = 4;
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
	/* and one that is, behind it */
	f.b[f.l4] = IPPROTO_FRAGMENT;
	f.b[f.l4 + 24] = 253;
	put_unaligned_be16(1, f.b + f.l4 + 26);
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
	put_unaligned_be16(0x18, f.b + f.l4 + 26);
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
}

static void icmp_may_answer_icmp(struct kunit *test)
{
	static const u8 good4[] = { 0, 8, 13, 14, 15, 16, 17, 18 };
	static struct frame f;
	unsigned int type, i;

	for (type = 0; type < 256; type++) {
		bool good = false;

		for (i = 0; i < ARRAY_SIZE(good4); i++)
			good |= good4[i] == type;
		make(&f, false, IPPROTO_ICMP, 200, 0);
		f.b[f.l4] = type;
		KUNIT_EXPECT_EQ_MSG(test, may_answer(test, &f), good, "type %u", type);
		make(&f, true, IPPROTO_ICMPV6, 200, 0);
		f.b[f.l4] = type;
		KUNIT_EXPECT_EQ_MSG(test, may_answer(test, &f), type >= 128 && type != 137,
				    "type %u", type);
		/* behind an extension header */
		make(&f, true, IPPROTO_DSTOPTS, 200, 0);
		f.b[f.l4] = IPPROTO_ICMPV6;
		f.b[f.l4 + 1] = 0;
		f.b[f.l4 + 8] = type;
		KUNIT_EXPECT_EQ_MSG(test, may_answer(test, &f), type >= 128 && type != 137,
				    "type %u", type);
	}
	/* a well-formed error about something */
	make(&f, false, IPPROTO_ICMP, 200, 0);
	f.b[f.l4] = ICMP_DEST_UNREACH;
	f.b[f.l4 + 8] = 0x45;
	f.b[f.l4 + 17] = 253;
	put_unaligned_be32(0x0a00000b, f.b + f.l4 + 20);
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	/* cut off before it says what it is */
	make(&f, false, IPPROTO_ICMP, 20, 0);
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	make(&f, true, IPPROTO_ICMPV6, 40, 0);
	KUNIT_EXPECT_FALSE(test, may_answer(test, &f));
	/* in the other family it is nothing special */
	make(&f, false, IPPROTO_ICMPV6, 100, 0);
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
	make(&f, true, IPPROTO_ICMP, 100, 0);
	KUNIT_EXPECT_TRUE(test, may_answer(test, &f));
}

/* What @in is to become, of which @quote bytes are quoted. */
static void make_error(struct frame *out, const struct frame *in, unsigned int quote, u32 mtu)
{
	unsigned int hlen = in->ip6 ? 48 : 28;
	u8 *ip = out->b + in->l3, *icmp;
	u32 sum = 0;

	out->ip6 = in->ip6;
	out->l3 = in->l3;
	out->len = in->l3 + hlen + quote;
	memcpy(out->b, in->b, in->l3);
	memcpy(out->b, mac_a, ETH_ALEN);
	memcpy(out->b + ETH_ALEN, mac_b, ETH_ALEN);
	memset(ip, 0, hlen);
	memcpy(ip + hlen, in->b + in->l3, quote);
	icmp = ip + hlen - 8;
	if (in->ip6) {
		ip[0] = 0x60;
		put_unaligned_be16(8 + quote, ip + 4);
		ip[6] = 58;
		ip[7] = 64;
		memcpy(ip + 8, in->b + in->l3 + 24, 16);
		memcpy(ip + 24, in->b + in->l3 + 8, 16);
		icmp[0] = 2;
		put_unaligned_be32(mtu, icmp + 4);
		sum = sum_pseudo(ip, 8 + quote, 58);
	} else {
		ip[0] = 0x45;
		ip[1] = 0xc0;
		put_unaligned_be16(28 + quote, ip + 2);
		put_unaligned_be16(0x4000, ip + 6);
		ip[8] = 64;
		ip[9] = 1;
		memcpy(ip + 12, in->b + in->l3 + 16, 4);
		memcpy(ip + 16, in->b + in->l3 + 12, 4);
		put_csum_ip4(ip);
		icmp[0] = 3;
		icmp[1] = 4;
		put_unaligned_be16(mtu, icmp + 6);
	}
	put_csum(icmp, 8 + quote, 2, sum);
}

static void expect_frame(struct kunit *test, const struct vr_pkt *pkt, const struct frame *want)
{
	static u8 got[FRAME_MAX];

	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), want->len);
	if (vr_pkt_len(pkt) != want->len)
		return;
	vr_test_pkt_copy(pkt, got, 0, want->len);
	KUNIT_EXPECT_EQ(test, memcmp(got, want->b, want->len), 0);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(pkt), VR_TEST_CSUM_NONE);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_l3_off(pkt), want->l3);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_proto(pkt), want->ip6 ? ETH_P_IPV6 : ETH_P_IP);
	KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
}

static enum vr_drop_reason too_big(const struct frame *f, struct vr_pkt *pkt, u32 mtu)
{
	struct vr_l2 l2;

	vr_parse_l2(pkt, &l2);
	return vr_icmp_too_big(pkt, &l2, mtu);
}

/* @f becomes an error that quotes @quote bytes of it, however it is brought. */
static void expect_error(struct kunit *test, const struct frame *f, unsigned int quote, u32 mtu)
{
	const unsigned int linears[] = {
		f->len, f->l3, f->l3 + 40, f->l3 + 60, min(f->len, 700U),
	};
	static struct frame want;
	struct vr_pkt *pkt;
	unsigned int i;

	make_error(&want, f, quote, mtu);
	for (i = 0; i < ARRAY_SIZE(linears); i++) {
		pkt = bring(test, f, linears[i]);
		if (i & 1)
			vr_test_pkt_set_complete(pkt);
		KUNIT_EXPECT_EQ(test, too_big(f, pkt, mtu), VR_DROP_NONE);
		expect_frame(test, pkt, &want);
		vr_test_pkt_free(pkt);
	}
}

/* As much of the packet as there may be, and not one byte more. */
static void icmp_too_big_lengths(struct kunit *test)
{
	static const unsigned int lens[] = {
		60, 547, 548, 549, 576, 577, 1231, 1232, 1233, 1280, 1281, 1500, 2000,
	};
	static struct frame f;
	unsigned int i, tags;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		for (tags = 0; tags <= 2; tags++) {
			make(&f, false, 253, lens[i], tags);
			expect_error(test, &f, min(lens[i], 576U - 28), 1450);
			make(&f, true, 253, lens[i], tags);
			expect_error(test, &f, min(lens[i], 1280U - 48), 1430);
		}
	}
}

static void icmp_too_big_mtus(struct kunit *test)
{
	static const u32 mtus[] = { 68, 576, 1280, 1450, 8950, 65535 };
	static struct frame f, want;
	struct vr_pkt *pkt;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		make(&f, false, IPPROTO_UDP, 1500, 0);
		expect_error(test, &f, 548, mtus[i]);
		if (mtus[i] < VR_MTU_MIN6)
			continue;
		make(&f, true, IPPROTO_UDP, 1500, 0);
		expect_error(test, &f, 1232, mtus[i]);
	}
	/* IPv4 has no room to say more */
	make(&f, true, IPPROTO_UDP, 1500, 0);
	expect_error(test, &f, 1232, 66000);
	make(&f, false, IPPROTO_UDP, 1500, 0);
	make_error(&want, &f, 548, 65535);
	pkt = bring(test, &f, f.len);
	KUNIT_EXPECT_EQ(test, too_big(&f, pkt, 66000), VR_DROP_NONE);
	expect_frame(test, pkt, &want);
	vr_test_pkt_free(pkt);
}

static void icmp_too_big_options(struct kunit *test)
{
	static struct frame f;
	unsigned int i;

	make(&f, false, 253, 1500, 0);
	f.b[f.l3] = 0x4f;
	for (i = 20; i < 60; i++)
		f.b[f.l3 + i] = 1;
	put_csum_ip4(f.b + f.l3);
	expect_error(test, &f, 548, 1450);
	make(&f, true, IPPROTO_DSTOPTS, 1500, 0);
	expect_error(test, &f, 1232, 1430);
}

/* What stands behind the IP packet is not quoted. */
static void icmp_too_big_padding(struct kunit *test)
{
	static struct frame f;

	make(&f, false, 253, 300, 0);
	memset(f.b + f.len, 0xdd, 100);
	f.len += 100;
	expect_error(test, &f, 300, 100);
	make(&f, true, 253, 300, 0);
	memset(f.b + f.len, 0xdd, 100);
	f.len += 100;
	expect_error(test, &f, 300, 1280);
}

/* What a device was to add is added; of what it was to segment there are the headers. */
static void icmp_too_big_offloads(struct kunit *test)
{
	static struct frame f, want;
	struct vr_pkt *pkt;

	make(&f, false, IPPROTO_UDP, 1501, 0);
	pkt = bring(test, &f, f.l3 + 60);
	vr_test_pkt_set_partial(pkt, f.l4, 6);
	KUNIT_EXPECT_EQ(test, too_big(&f, pkt, 1450), VR_DROP_NONE);
	put_unaligned_be16(csum16(f.b + f.l4, f.len - f.l4, 0), f.b + f.l4 + 6);
	make_error(&want, &f, 548, 1450);
	expect_frame(test, pkt, &want);
	vr_test_pkt_free(pkt);

	make(&f, false, IPPROTO_TCP, 2500, 0);
	pkt = bring(test, &f, f.l3 + 60);
	vr_test_pkt_set_partial(pkt, f.l4, 16);
	vr_test_pkt_set_gso(pkt, 1461);
	make_error(&want, &f, 548, 1450);
	KUNIT_EXPECT_EQ(test, too_big(&f, pkt, 1450), VR_DROP_NONE);
	expect_frame(test, pkt, &want);
	vr_test_pkt_free(pkt);

	/* above 64 KiB it does not say how long it is */
	make(&f, false, IPPROTO_TCP, 2500, 0);
	set4(&f, 0, 0x45000000);
	pkt = vr_test_pkt_alloc(f.b, f.len, f.len, HEADROOM);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	vr_test_pkt_set_gso(pkt, 1461);
	make_error(&want, &f, 548, 1450);
	KUNIT_EXPECT_EQ(test, too_big(&f, pkt, 1450), VR_DROP_NONE);
	expect_frame(test, pkt, &want);
	vr_test_pkt_free(pkt);
}

/* A guest may have it added to the IP header: what that said before is not believed. */
static void icmp_too_big_partial_in_header(struct kunit *test)
{
	static struct frame f;
	struct vr_pkt *pkt;
	unsigned int at, i;

	for (at = 0; at <= 18; at++) {
		for (i = 0; i < 256; i++) {
			make(&f, false, IPPROTO_UDP, 400, 0);
			put_unaligned_be16(i * 0x101, f.b + f.len - 2);
			pkt = bring(test, &f, f.len);
			vr_test_pkt_set_partial(pkt, f.l3, at);
			KUNIT_EXPECT_NE(test, too_big(&f, pkt, 300), VR_DROP_NONE);
			vr_test_pkt_free(pkt);
		}
	}
	/* An IPv6 header has no sum: an address may have become a group's, or anything. */
	for (i = 0; i < 1000; i++) {
		make(&f, true, IPPROTO_UDP, 400, 0);
		put_unaligned_be16(i * 0x41, f.b + f.len - 2);
		pkt = bring(test, &f, f.len);
		vr_test_pkt_set_partial(pkt, f.l3, 4);
		if (too_big(&f, pkt, 300) == VR_DROP_NONE)
			KUNIT_EXPECT_EQ(test, vr_parse_ip6(pkt, f.l3), VR_DROP_NONE);
		vr_test_pkt_free(pkt);
	}
}

static void icmp_too_big_keeps_tag(struct kunit *test)
{
	static struct frame f, want;
	struct vr_pkt *pkt;

	make(&f, true, 253, 1500, 0);
	make_error(&want, &f, 1232, 1400);
	pkt = bring(test, &f, f.len);
	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 0x2007);
	KUNIT_EXPECT_EQ(test, too_big(&f, pkt, 1400), VR_DROP_NONE);
	expect_frame(test, pkt, &want);
	KUNIT_EXPECT_TRUE(test, vr_pkt_has_vlan(pkt));
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_tci(pkt), 0x2007);
	vr_test_pkt_free(pkt);
}

static void icmp_too_big_shared(struct kunit *test)
{
	static struct frame f, want;
	struct vr_pkt *pkt, *clone;
	static u8 got[FRAME_MAX];

	make(&f, false, 253, 1500, 1);
	make_error(&want, &f, 548, 1400);
	pkt = bring(test, &f, f.len);
	clone = vr_pkt_clone(pkt);
	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, too_big(&f, pkt, 1400), VR_DROP_NONE);
	expect_frame(test, pkt, &want);
	vr_test_pkt_copy(clone, got, 0, f.len);
	KUNIT_EXPECT_EQ(test, memcmp(got, f.b, f.len), 0);
	vr_test_pkt_free(clone);
	vr_test_pkt_free(pkt);
}

#ifdef VR_TEST_USERSPACE

static void icmp_too_big_without_memory(struct kunit *test)
{
	static struct frame f, want;
	bool failed = true;
	unsigned int n;

	make(&f, false, IPPROTO_UDP, 1500, 0);
	for (n = 1; failed; n++) {
		struct vr_pkt *pkt = bring(test, &f, f.l3 + 60);
		struct vr_pkt *clone = vr_pkt_clone(pkt);
		enum vr_drop_reason reason;

		vr_test_fail_alloc(n);
		reason = too_big(&f, pkt, 1450);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		if (failed) {
			KUNIT_EXPECT_TRUE(test, reason == VR_DROP_PCOW_FAIL ||
					  reason == VR_DROP_PUSH);
		} else {
			KUNIT_EXPECT_EQ(test, reason, VR_DROP_NONE);
			make_error(&want, &f, 548, 1450);
			expect_frame(test, pkt, &want);
		}
		vr_test_pkt_free(pkt);
		vr_test_pkt_free(clone);
	}
	KUNIT_EXPECT_GT(test, n, 2);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case icmp_cases[] = {
	KUNIT_CASE(icmp_may_answer_addresses4),
	KUNIT_CASE(icmp_may_answer_addresses6),
	KUNIT_CASE(icmp_may_answer_fragments),
	KUNIT_CASE(icmp_may_answer_icmp),
	KUNIT_CASE(icmp_too_big_lengths),
	KUNIT_CASE(icmp_too_big_mtus),
	KUNIT_CASE(icmp_too_big_options),
	KUNIT_CASE(icmp_too_big_padding),
	KUNIT_CASE(icmp_too_big_offloads),
	KUNIT_CASE(icmp_too_big_partial_in_header),
	KUNIT_CASE(icmp_too_big_keeps_tag),
	KUNIT_CASE(icmp_too_big_shared),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(icmp_too_big_without_memory),
#endif
	{}
};

static struct kunit_suite icmp_suite = {
	.name = "icmp",
	.test_cases = icmp_cases,
};

VR_TEST_SUITE(icmp_suite);
