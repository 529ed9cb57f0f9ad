// SPDX-License-Identifier: GPL-2.0-only
/* The flow table's hash: it spreads what networks have, and is not taken for the key. */
#include "flow_aid.h"

#define LIMIT	4096

static int hash_test_init(struct kunit *test)
{
	return flow_aid_init(test, LIMIT);
}

/* Keys as a network has them: what differs between one and the next. */
struct hash_pattern {
	const char *name;
	void (*make)(struct vr_flow_key *key, u32 i);
};

static void key_source(struct vr_flow_key *key, u32 i)
{
	key->addr[0] = htonl(0x0a000000 + i);
}

static void key_ports(struct vr_flow_key *key, u32 i)
{
	key->sport = htons(i);
	key->dport = htons(i >> 8);
}

static void key_both(struct vr_flow_key *key, u32 i)
{
	key->addr[0] = htonl(0x0a000000 + i);
	key->addr[1] = htonl(0x0a000000 - i);
}

static void key_nh(struct vr_flow_key *key, u32 i)
{
	key->nh = i;
}

static void key_v6_host(struct vr_flow_key *key, u32 i)
{
	key->family = AF_INET6;
	key->addr[7] = htonl(i);
}

static void key_v6_nets(struct vr_flow_key *key, u32 i)
{
	key->family = AF_INET6;
	key->addr[1] = htonl(i >> 8);
	key->addr[5] = htonl(i & 0xff);
}

static const struct hash_pattern hash_patterns[] = {
	{ "source", key_source },
	{ "ports", key_ports },
	{ "source and destination", key_both },
	{ "nexthop", key_nh },
	{ "IPv6 host", key_v6_host },
	{ "IPv6 nets", key_v6_nets },
};

static void hash_pattern_desc(const struct hash_pattern *pattern, char *desc)
{
	strscpy(desc, pattern->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(hash_pattern, hash_patterns, hash_pattern_desc);

#define HASH_KEYS	65536
#define HASH_BINS	4096

/*
 * 65536 keys into 4096 bins, by the bits that choose a bucket and by those that
 * are its tag: chi square is 4095 give or take 90; six times that is allowed.
 */
static void hash_spreads(struct kunit *test)
{
	const struct hash_pattern *pattern = test->param_value;
	u32 (*bins)[2] = kunit_kzalloc(test, HASH_BINS * sizeof(*bins), GFP_KERNEL);
	struct flow_aid *ctx = test->priv;
	u64 sum[2] = {};
	u32 i;
	u32 b;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bins);
	for (i = 0; i < HASH_KEYS; i++) {
		struct vr_flow_key key = { .family = AF_INET, .proto = IPPROTO_UDP };
		u64 hash;

		pattern->make(&key, i);
		hash = vr_flow_hash(&ctx->tab, &key);
		bins[hash % HASH_BINS][0]++;
		bins[hash >> 52][1]++;
	}
	for (i = 0; i < HASH_BINS; i++) {
		for (b = 0; b < 2; b++) {
			s32 off = (s32)bins[i][b] - HASH_KEYS / HASH_BINS;

			sum[b] += off * off;
		}
	}
	for (b = 0; b < 2; b++) {
		u64 chi = sum[b] / (HASH_KEYS / HASH_BINS);

		KUNIT_EXPECT_GT(test, chi, 4095 - 6 * 90);
		KUNIT_EXPECT_LT(test, chi, 4095 + 6 * 90);
	}
}

#define FLIP_KEYS	512

/* A bit of the key changes half of the hash: 32 bits, on average give or take 0.18. */
static void hash_flip(struct kunit *test, struct vr_flow_table *tab, u32 bit, bool v6)
{
	struct vr_test_rng rng = { .state = bit };
	u32 flips = 0;
	u32 i;

	for (i = 0; i < FLIP_KEYS; i++) {
		struct vr_flow_key key = flow_aid_key(2 * (vr_test_rand(&rng) & 0xffffff) + v6);
		u64 hash = vr_flow_hash(tab, &key);

		((u8 *)&key)[bit / 8] ^= 1 << bit % 8;
		flips += hweight64(hash ^ vr_flow_hash(tab, &key));
	}
	KUNIT_EXPECT_GT(test, flips, 31 * FLIP_KEYS);
	KUNIT_EXPECT_LT(test, flips, 33 * FLIP_KEYS);
}

static void hash_uses_every_bit(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u32 bit;

	for (bit = 0; bit < 8 * sizeof(struct vr_flow_key); bit++) {
		u32 byte = bit / 8;

		/* Nobody can choose the family, and zero is 0. */
		if (byte == offsetof(struct vr_flow_key, family) ||
		    (byte >= offsetof(struct vr_flow_key, zero) &&
		     byte < offsetof(struct vr_flow_key, addr)))
			continue;
		hash_flip(test, &ctx->tab, bit, true);
		if (byte < offsetof(struct vr_flow_key, addr[2]))
			hash_flip(test, &ctx->tab, bit, false);
	}
}

/* The other direction, and words that have changed places, are other keys. */
static void hash_knows_order(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key key = flow_aid_key(5);
	u64 hash = vr_flow_hash(&ctx->tab, &key);
	u32 i;
	u32 j;

	for (i = 0; i < 8; i++)
		key.addr[i] = htonl(i);
	hash = vr_flow_hash(&ctx->tab, &key);
	for (i = 0; i < 8; i++) {
		for (j = i + 1; j < 8; j++) {
			struct vr_flow_key other = key;

			swap(other.addr[i], other.addr[j]);
			KUNIT_EXPECT_NE(test, vr_flow_hash(&ctx->tab, &other), hash);
			if (i == 7 || j == 7 || j < i + 2)
				continue;
			/* Two beside each other with two others. */
			swap(other.addr[i + 1], other.addr[j + 1]);
			KUNIT_EXPECT_NE(test, vr_flow_hash(&ctx->tab, &other), hash);
		}
	}
}

/* The same hash is not the same key, wherever they differ. */
static void hash_is_not_all(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	u32 v6;

	for (v6 = 0; v6 < 2; v6++) {
		u32 bytes = offsetof(struct vr_flow_key, addr[v6 ? 8 : 2]);
		struct vr_flow_key key = flow_aid_key(40 + v6);
		u64 hash = vr_flow_hash(&ctx->tab, &key);
		struct vr_flow *flow = flow_aid_add(test, &ctx->tab, 40 + v6);
		u32 i;

		rcu_read_lock();
		for (i = 0; i < bytes; i++) {
			struct vr_flow_key other = key;

			((u8 *)&other)[i] ^= 0x10;
			KUNIT_EXPECT_PTR_EQ(test, vr_flow_find_rcu(&ctx->tab, &other, hash), NULL);
		}
		KUNIT_EXPECT_PTR_EQ(test, vr_flow_find_rcu(&ctx->tab, &key, hash), flow);
		rcu_read_unlock();
	}
}

#ifdef VR_TEST_USERSPACE

/* The seed decides: two tables do not agree. */
static void hash_is_seeded(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key key = flow_aid_key(6);
	struct vr_flow_table other;
	u64 hash = vr_flow_hash(&ctx->tab, &key);

	KUNIT_ASSERT_EQ(test, vr_flow_table_init(&other, &ctx->mem, LIMIT), 0);
	KUNIT_EXPECT_NE(test, vr_flow_hash(&other, &key), hash);
	vr_flow_table_exit(&other);
}

/* All in one chain: slow, but nothing is lost. */
static void hash_one_for_all(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct vr_flow_key key;
	struct vr_flow *flow;
	u32 reason;
	u32 id;

	for (id = 0; id < 300; id++) {
		key = flow_aid_key(id);
		flow = vr_flow_new(&ctx->tab, &key, &reason);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
		vr_flow_lock(&ctx->tab, 77);
		KUNIT_ASSERT_EQ(test, vr_flow_link_locked(&ctx->tab, flow, 77), 0);
		vr_flow_unlock(&ctx->tab, 77);
	}
	for (id = 0; id < 300; id++) {
		key = flow_aid_key(id);
		rcu_read_lock();
		flow = vr_flow_find_rcu(&ctx->tab, &key, 77);
		rcu_read_unlock();
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
		KUNIT_EXPECT_EQ(test, flow_aid_id(&flow->key), id);
		vr_flow_lock(&ctx->tab, 77);
		vr_flow_unlink_locked(&ctx->tab, flow, 77);
		KUNIT_EXPECT_PTR_EQ(test, vr_flow_find_locked(&ctx->tab, &key, 77), NULL);
		vr_flow_unlock(&ctx->tab, 77);
	}
}

#endif

static struct kunit_case hash_cases[] = {
	KUNIT_CASE_PARAM(hash_spreads, hash_pattern_gen_params),
	KUNIT_CASE(hash_uses_every_bit),
	KUNIT_CASE(hash_knows_order),
	KUNIT_CASE(hash_is_not_all),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(hash_is_seeded),
	KUNIT_CASE(hash_one_for_all),
#endif
	{}
};

static struct kunit_suite hash_suite = {
	.name = "flow_hash",
	.init = hash_test_init,
	.exit = flow_aid_exit,
	.test_cases = hash_cases,
};

VR_TEST_SUITE(hash_suite);
