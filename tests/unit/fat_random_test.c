// SPDX-License-Identifier: GPL-2.0-only
/* Fat flows: random rules and keys against a model that is naive. */
#include "vr_test.h"

#include "obj/fat.h"

#define RANDOM_TABLES	2000
#define RANDOM_KEYS	200

/** struct naive_key - a key from the guest's side, addresses bit by bit */
struct naive_key {
	u16 port[2];
	u8 addr[2][128];
	unsigned int bits;
};

static void naive_read(const struct vr_flow_key *key, bool from_guest, struct naive_key *n)
{
	unsigned int end, i;

	n->bits = key->family == AF_INET ? 32 : 128;
	n->port[0] = ntohs(from_guest ? key->sport : key->dport);
	n->port[1] = ntohs(from_guest ? key->dport : key->sport);
	for (end = 0; end < 2; end++)
		for (i = 0; i < n->bits; i++) {
			bool second = from_guest ? end : !end;
			u32 word = ntohl(key->addr[(second ? n->bits : 0) / 32 + i / 32]);

			n->addr[end][i] = word >> (31 - i % 32) & 1;
		}
}

static bool naive_covers(const struct vr_fat_prefix *p, const struct naive_key *n, unsigned int end)
{
	unsigned int i;

	if (!p->family)
		return true;
	if (n->bits != (p->family == AF_INET ? 32 : 128))
		return false;
	for (i = 0; i < p->plen; i++)
		if ((ntohl(p->addr[i / 32]) >> (31 - i % 32) & 1) != n->addr[end][i])
			return false;
	return true;
}

/* The best rule of this port, by asking all of them. */
static const struct vr_fat_rule *naive_rule(const struct vr_fat_cfg *cfg, u8 proto,
					    const struct naive_key *n, u16 port)
{
	const struct vr_fat_rule *best = NULL, *r;

	for (r = cfg->rules; r < cfg->rules + cfg->n_rules; r++) {
		int more;

		if (r->proto != proto || r->port != port || !naive_covers(&r->src, n, 0) ||
		    !naive_covers(&r->dst, n, 1))
			continue;
		more = best ? r->src.plen + r->dst.plen - best->src.plen - best->dst.plen : 1;
		if (!more)
			more = r->src.plen - best->src.plen;
		if (!more)
			more = !!r->src.family - !!best->src.family;
		if (!more)
			more = !!r->dst.family - !!best->dst.family;
		if (more > 0)
			best = r;
	}
	return best;
}

static void naive_cut(struct naive_key *n, unsigned int end, const struct vr_fat_prefix *p,
		      bool ignore)
{
	unsigned int keep = ignore ? 0 : p->family ? p->aggregate : n->bits;

	memset(n->addr[end] + keep, 0, n->bits - keep);
}

static void naive_mask(const struct vr_fat_cfg *cfg, u8 proto, struct naive_key *n)
{
	bool ports = proto == 6 || proto == 17 || proto == 132;
	unsigned int low = n->port[0] > n->port[1], i;
	const struct vr_fat_rule *r = NULL;

	for (i = 0; i < cfg->n_excludes; i++)
		if (naive_covers(&cfg->excludes[i], n, 0) || naive_covers(&cfg->excludes[i], n, 1))
			return;
	for (i = 0; i < 2 && ports && !r; i++) {
		unsigned int end = i ? !low : low;

		if (!n->port[end])
			continue;
		r = naive_rule(cfg, proto, n, n->port[end]);
		if (r)
			n->port[!end] = 0;
	}
	if (!r) {
		r = naive_rule(cfg, proto, n, 0);
		if (!r)
			return;
		n->port[0] = 0;
		n->port[1] = 0;
	}
	naive_cut(n, 0, &r->src, r->ignore & VR_FAT_IGNORE_SRC);
	naive_cut(n, 1, &r->dst, r->ignore & VR_FAT_IGNORE_DST);
}

/* Few different addresses and ports, so that rules and keys meet. */
static u32 random_word(struct vr_test_rng *rng)
{
	static const u32 words[] = { 0, 0xffffffff, 0x0a000000, 0x0a0a0a0a, 0x80000001 };
	u32 word = words[vr_test_rand_below(rng, ARRAY_SIZE(words))];

	if (vr_test_rand(rng) % 2)
		word ^= 1U << vr_test_rand_below(rng, 32);
	return word;
}

static u8 random_proto(struct vr_test_rng *rng)
{
	static const u8 protos[] = { 6, 6, 17, 17, 132, 1, 58, 47, 0, 255 };

	return protos[vr_test_rand_below(rng, ARRAY_SIZE(protos))];
}

static u16 random_port(struct vr_test_rng *rng)
{
	static const u16 ports[] = { 0, 0, 1, 53, 443, 8080, 65535 };

	return ports[vr_test_rand_below(rng, ARRAY_SIZE(ports))];
}

static void random_prefix(struct vr_test_rng *rng, u8 family, struct vr_fat_prefix *p)
{
	unsigned int bits = family == AF_INET ? 32 : 128, i;

	memset(p, 0, sizeof(*p));
	p->family = family;
	p->plen = vr_test_rand(rng) % 4 ? vr_test_rand_below(rng, 12) :
					  vr_test_rand_below(rng, bits + 1);
	p->aggregate = p->plen + vr_test_rand_below(rng, bits - p->plen + 1);
	for (i = 0; i < p->plen; i += 32) {
		u32 word = random_word(rng);

		if (p->plen - i < 32)
			word &= ~(0xffffffffU >> (p->plen - i));
		p->addr[i / 32] = htonl(word);
	}
}

static void random_rule(struct vr_test_rng *rng, struct vr_fat_rule *r)
{
	u8 family = vr_test_rand(rng) % 2 ? AF_INET : AF_INET6;

	memset(r, 0, sizeof(*r));
	r->proto = random_proto(rng);
	if (r->proto == 6 || r->proto == 17 || r->proto == 132)
		r->port = random_port(rng);
	if (vr_test_rand(rng) % 2)
		random_prefix(rng, family, &r->src);
	else if (vr_test_rand(rng) % 2)
		r->ignore |= VR_FAT_IGNORE_SRC;
	if (vr_test_rand(rng) % 2)
		random_prefix(rng, family, &r->dst);
	else if (vr_test_rand(rng) % 2)
		r->ignore |= VR_FAT_IGNORE_DST;
}

/* As many good rules as there are among up to @n; one that is refused is left out. */
static void random_cfg(struct kunit *test, struct vr_test_rng *rng, unsigned int n,
		       struct vr_fat_cfg *cfg, struct vr_fat_rule *rules,
		       struct vr_fat_prefix *excludes)
{
	struct vr_err err;

	*cfg = (struct vr_fat_cfg) { .rules = rules, .excludes = excludes };
	while (n--) {
		random_rule(rng, &rules[cfg->n_rules++]);
		if (!vr_fat_check(cfg, &err))
			continue;
		KUNIT_EXPECT_STREQ(test, err.msg, "fat-flow rule is given twice");
		cfg->n_rules--;
	}
	for (n = vr_test_rand_below(rng, 4); n; n--) {
		struct vr_fat_prefix *p = &excludes[cfg->n_excludes++];

		random_prefix(rng, vr_test_rand(rng) % 2 ? AF_INET : AF_INET6, p);
		if (p->plen < 4 || vr_fat_check(cfg, &err))
			cfg->n_excludes--;
	}
}

static void random_key(struct vr_test_rng *rng, struct vr_flow_key *key)
{
	unsigned int i;

	memset(key, 0, sizeof(*key));
	key->nh = vr_test_rand(rng);
	key->family = vr_test_rand(rng) % 2 ? AF_INET : AF_INET6;
	key->proto = random_proto(rng);
	key->sport = htons(random_port(rng));
	key->dport = htons(random_port(rng));
	for (i = 0; i < (key->family == AF_INET ? 2 : 8); i++)
		key->addr[i] = htonl(random_word(rng));
}

/* Returns whether something was masked. @n is large, and the caller's. */
static bool random_compare(struct kunit *test, const struct vr_fat *fat,
			   const struct vr_fat_cfg *cfg, const struct vr_flow_key *key,
			   bool from_guest, struct naive_key n[2])
{
	struct vr_flow_key masked = *key;

	naive_read(key, from_guest, &n[0]);
	naive_mask(cfg, key->proto, &n[0]);
	vr_fat_mask(fat, &masked, from_guest);
	naive_read(&masked, from_guest, &n[1]);
	KUNIT_EXPECT_MEMEQ_MSG(test, &n[0], &n[1], sizeof(n[0]), "%u rules, proto %u",
			       cfg->n_rules, key->proto);
	KUNIT_EXPECT_EQ(test, masked.nh, key->nh);
	KUNIT_EXPECT_EQ(test, masked.family, key->family);
	KUNIT_EXPECT_EQ(test, masked.proto, key->proto);
	return memcmp(&masked, key, sizeof(masked));
}

static void fat_random(struct kunit *test)
{
	struct vr_fat_rule *rules = kunit_kzalloc(test, VR_FAT_RULES_MAX * sizeof(*rules),
						  GFP_KERNEL);
	struct naive_key *n = kunit_kzalloc(test, 2 * sizeof(*n), GFP_KERNEL);
	struct vr_fat_prefix excludes[4];
	unsigned int i, k, masked = 0;
	struct vr_test_rng rng;

	KUNIT_ASSERT_NOT_NULL(test, rules);
	KUNIT_ASSERT_NOT_NULL(test, n);
	vr_test_rng_init(test, &rng, 11);
	for (i = 0; i < RANDOM_TABLES; i++) {
		struct vr_err err = { NULL, 0 };
		struct vr_fat_cfg cfg;
		struct vr_fat *fat;

		random_cfg(test, &rng, 1 + vr_test_rand_below(&rng, i % 16 ? 12 : VR_FAT_RULES_MAX),
			   &cfg, rules, excludes);
		KUNIT_ASSERT_EQ_MSG(test, vr_fat_check(&cfg, &err), 0, "%s", err.msg);
		fat = vr_fat_build(NULL, &cfg);
		KUNIT_ASSERT_NOT_NULL(test, fat);
		for (k = 0; k < RANDOM_KEYS; k++) {
			struct vr_flow_key key;

			random_key(&rng, &key);
			masked += random_compare(test, fat, &cfg, &key, vr_test_rand(&rng) % 2,
						 n);
		}
		vr_fat_free_rcu(NULL, fat);
	}
	/* else it compares nothing but keys that no rule is for */
	KUNIT_EXPECT_GT(test, masked, RANDOM_TABLES * RANDOM_KEYS / 10);
}

static struct kunit_case fat_random_cases[] = {
	KUNIT_CASE(fat_random),
	{ }
};

static struct kunit_suite fat_random_suite = {
	.name = "fat_random",
	.test_cases = fat_random_cases,
};

VR_TEST_SUITE(fat_random_suite);
