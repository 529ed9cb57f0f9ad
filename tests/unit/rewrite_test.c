// SPDX-License-Identifier: GPL-2.0-only
/* One hop less, or a TTL of one's choice, with checksums that stay right; the MACs of groups. */
#include "frame.h"

#include "pkt/parse.h"
#include "pkt/rewrite.h"

#define HEADROOM	34
#define FRAME_LEN	(ETH_HLEN + 40 + 8)
#define RANDOM_ROUNDS	200000

/* Random header of @hlen bytes with this TTL and the right checksum. */
static void ip4_fill(struct vr_test_rng *rng, u8 *b, unsigned int hlen, u8 ttl)
{
	unsigned int i;

	for (i = 0; i < hlen; i++)
		b[i] = vr_test_rand(rng);
	b[0] = 0x40 | hlen / 4;
	b[8] = ttl;
	put_csum_ip4(b);
}

/* The header with @ttl in it, and a checksum made anew. */
static void ttl_want(u8 *want, const u8 *b, unsigned int hlen, u8 ttl)
{
	memcpy(want, b, hlen);
	want[8] = ttl;
	put_csum_ip4(want);
}

static void ttl_check(struct kunit *test, u8 *b, unsigned int hlen)
{
	u8 want[60];

	ttl_want(want, b, hlen, b[8] - 1);
	vr_ip4_dec_ttl((struct iphdr *)b);
	KUNIT_EXPECT_EQ(test, memcmp(b, want, hlen), 0);
}

static void rewrite_set_ttl(struct kunit *test)
{
	struct vr_test_rng rng;
	u8 b[60] __aligned(4), want[60];
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x736574);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		unsigned int hlen = 20 + 4 * vr_test_rand_below(&rng, 11);
		u8 ttl = vr_test_rand(&rng);

		ip4_fill(&rng, b, hlen, vr_test_rand(&rng));
		ttl_want(want, b, hlen, ttl);
		vr_ip4_set_ttl((struct iphdr *)b, ttl);
		KUNIT_EXPECT_EQ(test, memcmp(b, want, hlen), 0);
	}
}

static void rewrite_ttl(struct kunit *test)
{
	struct vr_test_rng rng;
	u8 b[60] __aligned(4);
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x74746c);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		unsigned int hlen = 20 + 4 * vr_test_rand_below(&rng, 11);

		ip4_fill(&rng, b, hlen, 1 + vr_test_rand_below(&rng, 255));
		ttl_check(test, b, hlen);
	}
}

/* Every checksum that there is, 0 and those that carry among them, and every TTL. */
static void rewrite_ttl_carries(struct kunit *test)
{
	struct vr_test_rng rng;
	u8 b[20] __aligned(4);
	unsigned int id;

	vr_test_rng_init(test, &rng, 0x636172);
	ip4_fill(&rng, b, sizeof(b), 64);
	for (id = 0; id <= 0xffff; id++) {
		put_unaligned_be16(id, b + 4);
		b[8] = 1 + id % 255;
		put_csum_ip4(b);
		ttl_check(test, b, sizeof(b));
	}
}

/* To @hops, or one less than it was. */
static void hop_limit_check(struct kunit *test, bool set)
{
	struct vr_test_rng rng;
	unsigned int i, k;

	vr_test_rng_init(test, &rng, 0x686f70);
	for (i = 0; i < 4096; i++) {
		u8 hops = vr_test_rand(&rng);
		u8 b[FRAME_LEN], want[FRAME_LEN];
		struct vr_pkt *pkt;

		for (k = 0; k < sizeof(b); k++)
			b[k] = vr_test_rand(&rng);
		b[ETH_HLEN + 7] = 1 + i % 255;
		memcpy(want, b, sizeof(b));
		want[ETH_HLEN + 7] = set ? hops : want[ETH_HLEN + 7] - 1;

		pkt = vr_test_pkt_alloc(b, sizeof(b), sizeof(b), HEADROOM);
		KUNIT_ASSERT_NOT_NULL(test, pkt);
		if (i % 4)
			vr_test_pkt_set_complete(pkt);
		if (set)
			vr_ip6_set_hop_limit(pkt, vr_ip6_at(pkt, ETH_HLEN), hops);
		else
			vr_ip6_dec_hop_limit(pkt, vr_ip6_at(pkt, ETH_HLEN));
		KUNIT_EXPECT_EQ(test, memcmp(vr_pkt_data(pkt), want, sizeof(want)), 0);
		KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
		vr_test_pkt_free(pkt);
	}
}

static void rewrite_hop_limit(struct kunit *test)
{
	hop_limit_check(test, false);
}

static void rewrite_set_hop_limit(struct kunit *test)
{
	hop_limit_check(test, true);
}

/* The header's own checksum makes up for the TTL: a COMPLETE one needs no mending. */
static void rewrite_ttl_complete(struct kunit *test)
{
	struct vr_test_rng rng;
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x636f6d);
	for (i = 0; i < 4096; i++) {
		u8 b[FRAME_LEN] = { 0 };
		struct vr_pkt *pkt;

		ip4_fill(&rng, b + ETH_HLEN, 20, 1 + i % 255);
		pkt = vr_test_pkt_alloc(b, sizeof(b), sizeof(b), HEADROOM);
		KUNIT_ASSERT_NOT_NULL(test, pkt);
		vr_test_pkt_set_complete(pkt);
		vr_ip4_dec_ttl(vr_ip4_at(pkt, ETH_HLEN));
		KUNIT_EXPECT_EQ(test, vr_parse_ip4_slow(pkt, ETH_HLEN) == VR_DROP_CKSUM_ERR, false);
		KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
		vr_test_pkt_free(pkt);
	}
}

struct mac4_case {
	u32 group;
	u8 mac[ETH_ALEN];
};

static const struct mac4_case mac4_cases[] = {
	{ 0xe0000001, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 } },
	{ 0xe00000fb, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb } },
	{ 0xe1020304, { 0x01, 0x00, 0x5e, 0x02, 0x03, 0x04 } },
	{ 0xef7fffff, { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff } },
	/* the highest of 24 bits does not go into the MAC */
	{ 0xefffffff, { 0x01, 0x00, 0x5e, 0x7f, 0xff, 0xff } },
	{ 0xe0800001, { 0x01, 0x00, 0x5e, 0x00, 0x00, 0x01 } },
};

static void rewrite_mcast_mac4(struct kunit *test)
{
	u8 mac[ETH_ALEN];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mac4_cases); i++) {
		vr_mcast_mac4(mac, htonl(mac4_cases[i].group));
		KUNIT_EXPECT_EQ_MSG(test, memcmp(mac, mac4_cases[i].mac, ETH_ALEN), 0, "%08x",
				    mac4_cases[i].group);
	}
}

static void rewrite_mcast_mac6(struct kunit *test)
{
	static const struct in6_addr group = { .s6_addr = {
		0xff, 0x02, [4] = 1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0x12, 0x34, 0x56 } };
	static const u8 want[ETH_ALEN] = { 0x33, 0x33, 0xff, 0x12, 0x34, 0x56 };
	u8 mac[ETH_ALEN];

	vr_mcast_mac6(mac, &group);
	KUNIT_EXPECT_EQ(test, memcmp(mac, want, ETH_ALEN), 0);
}

static struct kunit_case rewrite_cases[] = {
	KUNIT_CASE(rewrite_ttl),
	KUNIT_CASE(rewrite_ttl_carries),
	KUNIT_CASE(rewrite_ttl_complete),
	KUNIT_CASE(rewrite_hop_limit),
	KUNIT_CASE(rewrite_set_ttl),
	KUNIT_CASE(rewrite_set_hop_limit),
	KUNIT_CASE(rewrite_mcast_mac4),
	KUNIT_CASE(rewrite_mcast_mac6),
	{ }
};

static struct kunit_suite rewrite_suite = {
	.name = "rewrite",
	.test_cases = rewrite_cases,
};

VR_TEST_SUITE(rewrite_suite);
