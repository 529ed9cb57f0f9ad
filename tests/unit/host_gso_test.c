// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of the host contract that is about segments, and about packets made of
 * parts of others: that sk_buff and the user-space packet mean the same by the
 * same words.
 */
#include "stack_pkt.h"

KUNIT_ARRAY_PARAM(tunnel, stack_tunnels, stack_tunnel_desc);

/* The @i-th segment of what @in is: @len bytes at @b. */
static void expect_segment(struct kunit *test, const struct stack *in, const u8 *b,
			   unsigned int len, unsigned int i)
{
	bool last = len < in->hlen + STACK_MSS || in->hlen + (i + 1) * STACK_MSS == in->len;
	const u8 *ip = b + ETH_HLEN, *l4 = b + in->l4;

	KUNIT_EXPECT_EQ(test, csum16(l4, len - in->l4,
				     sum_pseudo(ip, len - in->l4, in->proto)), 0);
	if (in->ip6) {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 4), len - in->l4);
	} else {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 2), len - ETH_HLEN);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(ip + 4), (STACK_ID + i) & 0xffff);
		KUNIT_EXPECT_EQ(test, csum16(ip, 20, 0), 0);
	}
	if (in->proto == IPPROTO_TCP) {
		KUNIT_EXPECT_EQ(test, get_unaligned_be32(l4 + 4), STACK_SEQ + i * STACK_MSS);
		KUNIT_EXPECT_EQ(test, l4[13], (i ? 0x10 : 0x90) | (last ? 0x09 : 0));
	} else {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(l4 + 4), len - in->l4);
	}
	KUNIT_EXPECT_EQ(test, memcmp(b + in->hlen, in->b + in->hlen + i * STACK_MSS,
				     len - in->hlen), 0);
}

static void segment_plain(struct kunit *test)
{
	static const unsigned int payloads[] = {
		STACK_MSS + 1, 2 * STACK_MSS, STACK_PAYLOAD - 1, STACK_PAYLOAD,
	};
	u8 *b = kunit_kzalloc(test, STACK_HEADERS + STACK_MSS, GFP_KERNEL);
	unsigned int i, ip6;

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (i = 0; i < ARRAY_SIZE(payloads); i++) {
		for (ip6 = 0; ip6 < 2; ip6++) {
			struct stack *in = stack_frame(test, ip6, IPPROTO_TCP, payloads[i]);
			struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS), *next;
			unsigned int n = 0;

			vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 9);
			for (pkt = vr_pkt_segment(pkt); pkt; pkt = next, n++) {
				next = vr_pkt_next(pkt);
				KUNIT_EXPECT_NULL(test, vr_pkt_next(pkt));
				KUNIT_EXPECT_EQ(test, vr_pkt_csum_finish(pkt), 0);
				KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
				KUNIT_EXPECT_EQ(test, vr_pkt_vlan_tci(pkt), 9);
				KUNIT_ASSERT_LE(test, vr_pkt_len(pkt), in->hlen + STACK_MSS);
				vr_test_pkt_copy(pkt, b, 0, vr_pkt_len(pkt));
				expect_segment(test, in, b, vr_pkt_len(pkt), n);
				vr_test_pkt_free(pkt);
			}
			KUNIT_EXPECT_EQ(test, n, DIV_ROUND_UP(payloads[i], STACK_MSS));
		}
	}
}

/* A TCP header that says that it is shorter than one can be. */
static void segment_no_header(struct kunit *test)
{
	unsigned int doff;

	for (doff = 0; doff < sizeof(struct tcphdr) / 4; doff++) {
		struct stack *in = stack_frame(test, doff & 1, IPPROTO_TCP, STACK_PAYLOAD);
		struct vr_pkt *pkt;

		in->b[in->l4 + 12] = doff << 4;
		pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
		KUNIT_EXPECT_NULL(test, vr_pkt_segment(pkt));
	}
}

/* Outer headers go to each. */
static void segment_in_tunnel(struct kunit *test)
{
	const struct stack_tunnel *c = test->param_value;
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, STACK_PAYLOAD - 1);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS), *next;
	u8 *b = kunit_kzalloc(test, STACK_HEADERS + STACK_MSS + VR_ENCAP_HLEN_MAX, GFP_KERNEL);
	unsigned int hlen = stack_encap(test, c, in, pkt), n = 0;

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (pkt = vr_pkt_segment(pkt); pkt; pkt = next, n++) {
		unsigned int len = vr_pkt_len(pkt);

		next = vr_pkt_next(pkt);
		KUNIT_EXPECT_EQ(test, vr_pkt_csum_finish(pkt), 0);
		KUNIT_ASSERT_LE(test, len, STACK_HEADERS + STACK_MSS + VR_ENCAP_HLEN_MAX);
		vr_test_pkt_copy(pkt, b, 0, len);
		stack_expect_sums(test, c, in, b, len, hlen, true);
		if (c->family == AF_INET)
			KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + ETH_HLEN + 2), len - ETH_HLEN);
		else
			KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + ETH_HLEN + 4), len - 54);
		/* The frame that was put in, or the packet with 14 bytes in front. */
		expect_segment(test, in, b + hlen - (c->routed ? ETH_HLEN : 0),
			       len - hlen + (c->routed ? ETH_HLEN : 0), n);
		vr_test_pkt_free(pkt);
	}
	KUNIT_EXPECT_EQ(test, n, 3);
}

static void gso_shrink(struct kunit *test)
{
	unsigned int ip6, mtu;

	for (ip6 = 0; ip6 < 2; ip6++) {
		struct stack *in = stack_frame(test, ip6, IPPROTO_TCP, STACK_PAYLOAD);
		unsigned int hlen = in->hlen - ETH_HLEN;

		for (mtu = hlen + 1200; mtu; mtu -= 60 - ip6 * 3) {
			struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
			unsigned int want = min(mtu - hlen, STACK_MSS + 0U);

			if (mtu < hlen + 16) {
				KUNIT_EXPECT_FALSE(test, vr_pkt_gso_shrink(pkt, mtu));
				vr_test_pkt_free(pkt);
				break;
			}
			KUNIT_EXPECT_EQ(test, vr_pkt_gso_fits(pkt, mtu), mtu >= hlen + STACK_MSS);
			KUNIT_EXPECT_TRUE(test, vr_pkt_gso_shrink(pkt, mtu));
			KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), want);
			KUNIT_EXPECT_TRUE(test, vr_pkt_gso_fits(pkt, mtu));
			KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), in->len);
			vr_test_pkt_free(pkt);
		}
	}
}

/* Segments of a clone stay as they are. */
static void gso_shrink_is_private(struct kunit *test)
{
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
	struct vr_pkt *clone = vr_pkt_clone(pkt);

	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_TRUE(test, vr_pkt_gso_shrink(pkt, 500));
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), 460);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(clone), STACK_MSS);
	vr_test_pkt_free(clone);
	vr_test_pkt_free(pkt);
}

static void excerpt_is_its_own(struct kunit *test)
{
	static const unsigned int parts[][3] = {
		{ 34, 34, 0 }, { 34, 34, 100 }, { 34, 41, 999 }, { 54, 54, 1 }, { 14, 0, 14 },
	};
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, STACK_PAYLOAD);
	u8 *b = kunit_kzalloc(test, STACK_PAYLOAD, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		unsigned int hlen = parts[i][0], off = parts[i][1], len = parts[i][2];
		struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, 0), *part;

		vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 5);
		part = vr_pkt_excerpt(pkt, hlen, off, len);
		KUNIT_ASSERT_NOT_NULL(test, part);
		KUNIT_EXPECT_EQ(test, vr_pkt_len(part), hlen + len);
		KUNIT_EXPECT_GE(test, vr_pkt_headlen(part), hlen);
		KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(part), VR_TEST_CSUM_NONE);
		KUNIT_EXPECT_EQ(test, vr_pkt_vlan_tci(part), 5);
		KUNIT_EXPECT_FALSE(test, vr_test_pkt_is_shared(part));
		memset(vr_pkt_data(part), 0, 6);
		vr_test_pkt_copy(part, b, 0, hlen + len);
		KUNIT_EXPECT_EQ(test, memcmp(b + 6, in->b + 6, hlen - 6), 0);
		KUNIT_EXPECT_EQ(test, memcmp(b + hlen, in->b + off, len), 0);
		vr_test_pkt_copy(pkt, b, 0, 100);
		KUNIT_EXPECT_EQ(test, memcmp(b, in->b, 100), 0);
		vr_test_pkt_free(part);
		vr_test_pkt_free(pkt);
	}
}

/* A second tunnel is more than a device can do. */
static void tunnel_in_tunnel(struct kunit *test)
{
	const struct stack_tunnel *c = test->param_value;
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
	struct vr_pkt_tunnel how = {
		.ether = true, .l3_off = ETH_HLEN,
		.proto = htons(c->family == AF_INET ? ETH_P_IP : ETH_P_IPV6),
	};

	stack_encap(test, c, in, pkt);
	KUNIT_EXPECT_EQ(test, vr_pkt_encap(pkt, &how), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), STACK_MSS);
	pkt = vr_pkt_segment(pkt);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	while (pkt) {
		struct vr_pkt *next = vr_pkt_next(pkt);

		KUNIT_EXPECT_EQ(test, vr_pkt_encap(pkt, &how), 0);
		vr_test_pkt_free(pkt);
		pkt = next;
	}
}

#ifdef VR_TEST_USERSPACE
static void segment_udp(struct kunit *test)
{
	u8 *b = kunit_kzalloc(test, STACK_HEADERS + STACK_MSS, GFP_KERNEL);
	unsigned int ip6;

	for (ip6 = 0; ip6 < 2; ip6++) {
		struct stack *in = stack_frame(test, ip6, IPPROTO_UDP, STACK_PAYLOAD - 1);
		struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS), *next;
		unsigned int n = 0;

		for (pkt = vr_pkt_segment(pkt); pkt; pkt = next, n++) {
			next = vr_pkt_next(pkt);
			vr_test_pkt_copy(pkt, b, 0, vr_pkt_len(pkt));
			expect_segment(test, in, b, vr_pkt_len(pkt), n);
			vr_test_pkt_free(pkt);
		}
		KUNIT_EXPECT_EQ(test, n, 3);
	}
}

/* Nothing can make a datagram smaller. */
static void gso_shrink_udp(struct kunit *test)
{
	struct stack *in = stack_frame(test, false, IPPROTO_UDP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);

	KUNIT_EXPECT_FALSE(test, vr_pkt_gso_shrink(pkt, 1000));
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), STACK_MSS);
	vr_test_pkt_free(pkt);
}

#endif

static struct kunit_case host_gso_cases[] = {
	KUNIT_CASE(segment_plain),
	KUNIT_CASE(segment_no_header),
	KUNIT_CASE_PARAM(segment_in_tunnel, tunnel_gen_params),
	KUNIT_CASE_PARAM(tunnel_in_tunnel, tunnel_gen_params),
	KUNIT_CASE(gso_shrink),
	KUNIT_CASE(gso_shrink_is_private),
	KUNIT_CASE(excerpt_is_its_own),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(segment_udp),
	KUNIT_CASE(gso_shrink_udp),
#endif
	{}
};

static struct kunit_suite host_gso_suite = {
	.name = "host_gso",
	.test_cases = host_gso_cases,
};

VR_TEST_SUITE(host_gso_suite);
