// SPDX-License-Identifier: GPL-2.0-only
/* Entropy: of any bytes at all, something; of many conversations, spread evenly. */
#include "entropy_frames.h"

#define RANDOM_ROUNDS	300000

/* Cut at every byte: of what can be read. */
static void entropy_cut(struct kunit *test)
{
	struct en_how routed = en_plain;
	unsigned int i;

	routed.routed = true;
	for (i = 0; i < EN_SHAPES; i++) {
		unsigned int len, l3;
		struct en_frame f;
		u32 frame;

		en_shapes[i].make(&f, IPPROTO_UDP);
		l3 = ETH_HLEN + (f.b[12] == 0x81 ? 4 : 0) + (f.b[16] == 0x81 ? 4 : 0);
		f.len = l3;
		frame = en_any(test, &f, &en_plain);
		en_shapes[i].make(&f, IPPROTO_UDP);
		for (len = f.len; len >= l3; len--) {
			bool ip = len >= l3 + (en_shapes[i].ip6 ? 40 : (f.b[l3] & 15) * 4);

			f.len = len;
			KUNIT_EXPECT_EQ(test, en_any(test, &f, &en_plain) == frame, !ip);
			KUNIT_EXPECT_EQ(test, en_any(test, &f, &routed) == 0, !ip);
		}
	}
}

/* A version or header length that cannot be is not IP. */
static void entropy_malformed(struct kunit *test)
{
	unsigned int first, ip6;
	struct en_frame f;

	for (ip6 = 0; ip6 < 2; ip6++) {
		for (first = 0; first < 256; first++) {
			struct en_how how = en_plain;
			bool ip;

			(ip6 ? en_make_6 : en_make_4)(&f, IPPROTO_TCP);
			f.b[ETH_HLEN] = first;
			how.routed = true;
			ip = ip6 ? first >> 4 == 6 : first >= 0x45 && first <= 0x4a;
			KUNIT_EXPECT_EQ_MSG(test, en_any(test, &f, &how) != 0, ip, "%02x",
					    first);
		}
	}
}

/* Any bytes: nothing is read that is not there, and every split says the same. */
static void entropy_random(struct kunit *test)
{
	struct vr_test_rng rng;
	unsigned int i, n;
	struct en_frame f;

	vr_test_rng_init(test, &rng, 0x656e74);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		struct en_how how = { .what = vr_test_rand_below(&rng, VR_HASH_ALL + 1),
				   .vrf = i, .routed = i & 1, .seed = en_seed };
		u32 entropy;

		en_shapes[vr_test_rand_below(&rng, EN_SHAPES)].make(&f, vr_test_rand(&rng));
		for (n = vr_test_rand_below(&rng, 4); n; n--)
			f.b[12 + vr_test_rand_below(&rng, f.len - 12)] = vr_test_rand(&rng);
		f.len = ETH_HLEN + vr_test_rand_below(&rng, f.len - ETH_HLEN + 1);
		entropy = en_of(test, &f, f.len, &how);
		n = ETH_HLEN + vr_test_rand_below(&rng, f.len - ETH_HLEN + 1);
		KUNIT_EXPECT_EQ(test, en_of(test, &f, n, &how), entropy);
	}
}

static void entropy_scale(struct kunit *test)
{
	u32 n;

	for (n = 1; n < 1000; n++) {
		KUNIT_EXPECT_EQ(test, vr_entropy_scale(0, n), 0);
		KUNIT_EXPECT_EQ(test, vr_entropy_scale(U32_MAX, n), n - 1);
		KUNIT_EXPECT_EQ(test, vr_entropy_scale(U32_MAX / 2 + 1, n), n / 2);
	}
}

/* Conversations as networks have them: what differs between one and the next. */
static void next_port(struct en_frame *f, u32 i)
{
	f->b[ETH_HLEN + 20] = i >> 8;
	f->b[ETH_HLEN + 21] = i;
}

static void next_address(struct en_frame *f, u32 i)
{
	f->b[ETH_HLEN + 18] = i >> 8;
	f->b[ETH_HLEN + 19] = i;
}

static void next_both(struct en_frame *f, u32 i)
{
	f->b[ETH_HLEN + 15] = i;
	f->b[ETH_HLEN + 19] = i >> 8;
}

static void next_mac(struct en_frame *f, u32 i)
{
	f->b[ETH_HLEN - 4] = i >> 8;
	f->b[ETH_HLEN - 3] = i;
}

struct pattern {
	const char *name;
	void (*next)(struct en_frame *f, u32 i);
	u16 proto;
};

static const struct pattern patterns[] = {
	{ "ports", next_port, ETH_P_IP },
	{ "destinations", next_address, ETH_P_IP },
	{ "both addresses", next_both, ETH_P_IP },
	{ "IPv6 sources", next_address, ETH_P_IPV6 },
	{ "IPv6 ports", next_port, ETH_P_IPV6 },
	{ "MACs", next_mac, ETH_P_ARP },
};

#define SPREAD_KEYS	65536
#define SPREAD_BINS	1024

/* Chi square is 1023 give or take 45; six times that is allowed. */
static void entropy_spreads(struct kunit *test)
{
	u32 *bins = kunit_kzalloc(test, SPREAD_BINS * sizeof(*bins), GFP_KERNEL);
	struct en_frame f;
	unsigned int p;

	KUNIT_ASSERT_NOT_NULL(test, bins);
	for (p = 0; p < ARRAY_SIZE(patterns); p++) {
		u64 sum = 0;
		u32 i;

		memset(bins, 0, SPREAD_BINS * sizeof(*bins));
		(patterns[p].proto == ETH_P_IPV6 ? en_make_6 : en_make_4)(&f, IPPROTO_UDP);
		f.b[12] = patterns[p].proto >> 8;
		f.b[13] = patterns[p].proto & 0xff;
		for (i = 0; i < SPREAD_KEYS; i++) {
			patterns[p].next(&f, i);
			bins[vr_entropy_scale(en_of(test, &f, f.len, &en_plain), SPREAD_BINS)]++;
		}
		for (i = 0; i < SPREAD_BINS; i++) {
			s32 off = (s32)bins[i] - SPREAD_KEYS / SPREAD_BINS;

			sum += off * off;
		}
		sum /= SPREAD_KEYS / SPREAD_BINS;
		KUNIT_EXPECT_GT_MSG(test, sum, 1023 - 6 * 45, "%s", patterns[p].name);
		KUNIT_EXPECT_LT_MSG(test, sum, 1023 + 6 * 45, "%s", patterns[p].name);
	}
}

static struct kunit_case entropy_spread_cases[] = {
	KUNIT_CASE(entropy_cut),
	KUNIT_CASE(entropy_malformed),
	KUNIT_CASE(entropy_random),
	KUNIT_CASE(entropy_scale),
	KUNIT_CASE(entropy_spreads),
	{}
};

static struct kunit_suite entropy_spread_suite = {
	.name = "entropy_spread",
	.test_cases = entropy_spread_cases,
};

VR_TEST_SUITE(entropy_spread_suite);
