// SPDX-License-Identifier: GPL-2.0-only
/* Longest prefix match, readers beside a writer: what is always in is always found. */
#include "lpm_model.h"

#ifdef VR_TEST_USERSPACE

#define CHURN_OPS	100000
#define CHURN_LEAVES	6000

/**
 * struct churn_leaf - a leaf that is freed as an object would be
 */
struct churn_leaf {
	struct vr_lpm_leaf leaf;
	struct rcu_head rcu;
};

/**
 * struct churn - readers that must always find, beside a writer
 * @cover: is always in and covers all that is asked for
 * @host: is always in and has the longest prefix there is
 */
struct churn {
	struct kunit *test;
	struct vr_mem mem;
	struct vr_lpm lpm;
	struct vr_lpm_leaf cover;
	struct vr_lpm_leaf host;
	struct churn_leaf *in[CHURN_LEAVES];
	bool wide;
	bool stop;
	u64 lookups;
};

static struct vr_lpm_leaf *churn_lookup(struct churn *c, u64 hi, u64 lo)
{
	return c->wide ? vr_lpm_lookup6_rcu(&c->lpm, hi, lo) :
			 vr_lpm_lookup4_rcu(&c->lpm, hi >> 32);
}

static void churn_read(void *arg)
{
	struct churn *c = arg;
	struct vr_test_rng rng = { .state = 77 };
	struct vr_lpm_leaf *leaf;
	u64 hi, lo;

	while (!READ_ONCE(c->stop)) {
		hi = c->cover.hi | (vr_test_rand(&rng) & ~lpm_bits(c->cover.plen));
		lo = vr_test_rand(&rng);
		if (vr_test_rand_below(&rng, 2)) {
			hi = c->host.hi ^ BIT_ULL(32 + vr_test_rand_below(&rng, 12));
			lo = c->host.lo;
		}
		rcu_read_lock();
		leaf = churn_lookup(c, c->host.hi, c->host.lo);
		KUNIT_EXPECT_PTR_EQ(c->test, leaf, &c->host);
		leaf = churn_lookup(c, hi, lo);
		KUNIT_EXPECT_TRUE(c->test, leaf && leaf->plen >= c->cover.plen &&
				  lpm_covers(leaf->hi, leaf->lo, leaf->plen, hi, lo));
		rcu_read_unlock();
		WRITE_ONCE(c->lookups, c->lookups + 1);
	}
}

static void churn_toggle(struct churn *c, struct vr_test_rng *rng)
{
	struct churn_leaf **in = &c->in[vr_test_rand_below(rng, CHURN_LEAVES)];
	struct churn_leaf *leaf = *in;
	unsigned int bits = c->wide ? 128 : 32;
	u8 plen;

	/* One in four removals has to do without memory. */
	vr_test_fail_alloc(leaf && vr_test_rand_below(rng, 4) == 0);
	if (leaf) {
		vr_lpm_remove(&c->lpm, &leaf->leaf);
		vr_free_rcu(&c->mem, VR_MEM_ROUTE, leaf, sizeof(*leaf), rcu);
		*in = NULL;
		vr_test_fail_alloc(0);
		return;
	}
	leaf = vr_zalloc(&c->mem, VR_MEM_ROUTE, sizeof(*leaf));
	KUNIT_ASSERT_NOT_NULL(c->test, leaf);
	plen = c->cover.plen + vr_test_rand_below(rng, bits - c->cover.plen + 1);
	leaf->leaf.hi = c->host.hi ^ (vr_test_rand(rng) & ~lpm_bits(c->cover.plen));
	if (vr_test_rand_below(rng, 2))
		leaf->leaf.hi = c->host.hi ^ BIT_ULL(32 + vr_test_rand_below(rng, 12));
	leaf->leaf.hi &= lpm_bits(min_t(u8, plen, bits));
	leaf->leaf.lo = c->wide ? vr_test_rand(rng) & lpm_bits(plen - 64) : 0;
	leaf->leaf.plen = plen;
	if (vr_lpm_insert(&c->lpm, &leaf->leaf))
		vr_free(&c->mem, VR_MEM_ROUTE, leaf, sizeof(*leaf));
	else
		*in = leaf;
}

static void churn_run(struct kunit *test, bool wide)
{
	struct churn *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);
	struct vr_test_thread thread;
	struct vr_test_rng rng;
	unsigned int i;

	vr_test_rng_init(test, &rng, 10 + wide);
	c->test = test;
	c->wide = wide;
	vr_mem_init(&c->mem);
	vr_lpm_init(&c->lpm, &c->mem);
	c->cover.hi = 0x0a00000000000000ULL;
	c->cover.plen = 8;
	c->host.hi = wide ? 0x0a01020304050607ULL : 0x0a01020300000000ULL;
	c->host.lo = wide ? 42 : 0;
	c->host.plen = wide ? 128 : 32;
	KUNIT_ASSERT_EQ(test, vr_lpm_insert(&c->lpm, &c->cover), 0);
	KUNIT_ASSERT_EQ(test, vr_lpm_insert(&c->lpm, &c->host), 0);

	vr_test_thread_start(&thread, 1, churn_read, c);
	while (!READ_ONCE(c->lookups))
		sched_yield();
	for (i = 0; i < CHURN_OPS; i++)
		churn_toggle(c, &rng);
	WRITE_ONCE(c->stop, true);
	vr_test_thread_join(&thread);
	kunit_info(test, "%llu look-ups\n", (unsigned long long)c->lookups);

	for (i = 0; i < CHURN_LEAVES; i++) {
		if (!c->in[i])
			continue;
		vr_lpm_remove(&c->lpm, &c->in[i]->leaf);
		vr_free_rcu(&c->mem, VR_MEM_ROUTE, c->in[i], sizeof(*c->in[i]), rcu);
	}
	KUNIT_EXPECT_EQ(test, c->lpm.count, 2);
	vr_lpm_remove(&c->lpm, &c->cover);
	vr_lpm_remove(&c->lpm, &c->host);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&c->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&c->mem, VR_MEM_ROUTE), 0);
	vr_lpm_exit(&c->lpm);
}

static void lpm_readers4(struct kunit *test)
{
	churn_run(test, false);
}

static void lpm_readers6(struct kunit *test)
{
	churn_run(test, true);
}

static struct kunit_case lpm_readers_cases[] = {
	KUNIT_CASE(lpm_readers4),
	KUNIT_CASE(lpm_readers6),
	{}
};

static struct kunit_suite lpm_readers_suite = {
	.name = "lpm_readers",
	.test_cases = lpm_readers_cases,
};

VR_TEST_SUITE(lpm_readers_suite);

#endif /* VR_TEST_USERSPACE */
