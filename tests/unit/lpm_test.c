// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: every length nested and taken apart in any order, the
 * order of prefixes, memory that runs out, readers beside a writer, and a long
 * random run against a list that is searched from one end to the other.
 */
#include "vr_test.h"

#include "lib/lpm.h"

#define RANDOM_TABLES	20
#define RANDOM_OPS	50000
#define RANDOM_ENTRIES	300
#define LARGE_ENTRIES	24000
#define LARGE_CHECKS	400
#define CHURN_OPS	100000
#define CHURN_LEAVES	6000

/**
 * struct entry - a prefix that a test may put into the trie
 * @hi: as in the leaf
 * @lo: as in the leaf
 * @plen: as in the leaf
 * @in: which of @leaf is in the trie, NULL if none
 * @leaf: two, for the one to replace the other
 */
struct entry {
	u64 hi;
	u64 lo;
	u8 plen;
	struct vr_lpm_leaf *in;
	struct vr_lpm_leaf leaf[2];
};

/**
 * struct model - a trie, and beside it what should be in it
 * @entry: in order of (address, plen), each prefix once
 * @n: how many
 * @count: how many of them are in
 * @wide: IPv6
 */
struct model {
	struct kunit *test;
	struct vr_test_rng rng;
	struct vr_mem mem;
	struct vr_lpm lpm;
	struct entry **entry;
	unsigned int n;
	unsigned int count;
	bool wide;
};

/* What the suite's cases can only do in user space; elsewhere nothing fails. */
static void fail_alloc(unsigned int n)
{
#ifdef VR_TEST_USERSPACE
	vr_test_fail_alloc(n);
#endif
}

static unsigned int allocs_failed(void)
{
#ifdef VR_TEST_USERSPACE
	return vr_test_allocs_failed();
#else
	return 0;
#endif
}

static u64 bits_mask(int bits)
{
	return bits <= 0 ? 0 : bits >= 64 ? U64_MAX : ~(U64_MAX >> bits);
}

static bool covers(u64 hi, u64 lo, u8 plen, u64 addr_hi, u64 addr_lo)
{
	return !((hi ^ addr_hi) & bits_mask(plen)) && !((lo ^ addr_lo) & bits_mask(plen - 64));
}

static int key_cmp(u64 hi1, u64 lo1, u8 plen1, u64 hi2, u64 lo2, u8 plen2)
{
	if (hi1 != hi2)
		return hi1 < hi2 ? -1 : 1;
	if (lo1 != lo2)
		return lo1 < lo2 ? -1 : 1;
	return (int)plen1 - plen2;
}

static void entry_set(struct entry *e, u64 hi, u64 lo, u8 plen)
{
	memset(e, 0, sizeof(*e));
	e->hi = hi & bits_mask(plen);
	e->lo = lo & bits_mask(plen - 64);
	e->plen = plen;
}

static struct model *model_alloc(struct kunit *test, unsigned int n, bool wide, u64 seed)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct entry *room;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->entry = kunit_kzalloc(test, (n + 1) * sizeof(*m->entry), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m->entry);
	room = kunit_kzalloc(test, (n + 1) * sizeof(*room), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, room);
	for (i = 0; i <= n; i++)
		m->entry[i] = &room[i];
	m->test = test;
	m->wide = wide;
	m->rng.state = seed;
	vr_mem_init(&m->mem);
	vr_lpm_init(&m->lpm, &m->mem);
	return m;
}

/* Where the key is or would be. */
static unsigned int model_find(const struct model *m, u64 hi, u64 lo, u8 plen)
{
	unsigned int from = 0, to = m->n, mid;
	const struct entry *e;

	while (from < to) {
		mid = (from + to) / 2;
		e = m->entry[mid];
		if (key_cmp(e->hi, e->lo, e->plen, hi, lo, plen) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* Adds a prefix to those that may be in the trie, unless it is there. */
static void model_add(struct model *m, u64 hi, u64 lo, u8 plen)
{
	struct entry *e = m->entry[m->n];
	const struct entry *at;
	unsigned int i;

	entry_set(e, hi, lo, plen);
	i = model_find(m, e->hi, e->lo, plen);
	at = m->entry[i];
	if (i < m->n && !key_cmp(at->hi, at->lo, at->plen, e->hi, e->lo, plen))
		return;
	memmove(&m->entry[i + 1], &m->entry[i], (m->n - i) * sizeof(e));
	m->entry[i] = e;
	m->n++;
}

/* An address that has some first bits, often many, from a prefix of the model. */
static void model_near(struct model *m, u64 *hi, u64 *lo)
{
	const struct entry *e = m->entry[vr_test_rand_below(&m->rng, max(m->n, 1U))];
	unsigned int bits = m->wide ? 128 : 32;
	unsigned int same = vr_test_rand_below(&m->rng, bits + 1);
	u64 set = vr_test_rand_below(&m->rng, 3) ? 0 : U64_MAX;

	*hi = e->hi;
	*lo = e->lo;
	/* One bit differs; what follows is zeros, ones or anything. */
	if (same < 64)
		*hi ^= BIT_ULL(63 - same);
	else if (same < 128)
		*lo ^= BIT_ULL(127 - same);
	if (vr_test_rand_below(&m->rng, 2))
		set = vr_test_rand(&m->rng);
	*hi = (*hi & bits_mask(same + 1)) | (set & ~bits_mask(same + 1));
	*lo = (*lo & bits_mask((int)same + 1 - 64)) | (set & ~bits_mask((int)same + 1 - 64));
	if (!m->wide) {
		*hi &= bits_mask(32);
		*lo = 0;
	}
}

/* @n prefixes that lie in and beside each other. */
static void model_fill(struct model *m, unsigned int n)
{
	unsigned int bits = m->wide ? 128 : 32;
	u64 hi, lo;

	while (m->n < n) {
		model_near(m, &hi, &lo);
		model_add(m, hi, lo, vr_test_rand_below(&m->rng, bits + 1));
	}
}

/* The list's answers. */

static struct vr_lpm_leaf *model_lookup(const struct model *m, u64 hi, u64 lo)
{
	struct vr_lpm_leaf *best = NULL;
	const struct entry *e;
	unsigned int i;

	for (i = 0; i < m->n; i++) {
		e = m->entry[i];
		if (e->in && covers(e->hi, e->lo, e->plen, hi, lo) &&
		    (!best || e->plen > best->plen))
			best = e->in;
	}
	return best;
}

static struct vr_lpm_leaf *model_next(const struct model *m, u64 hi, u64 lo, u8 plen, bool after)
{
	unsigned int i = model_find(m, hi, lo, plen);
	const struct entry *e;

	for (; i < m->n; i++) {
		e = m->entry[i];
		if (e->in && key_cmp(e->hi, e->lo, e->plen, hi, lo, plen) >= after)
			return e->in;
	}
	return NULL;
}

/* Asks the trie, as readers and as the writer. */
static void model_check_lookup(struct model *m, u64 hi, u64 lo)
{
	struct vr_lpm_leaf *want = model_lookup(m, hi, lo);
	struct vr_lpm_leaf *got;

	rcu_read_lock();
	got = m->wide ? vr_lpm_lookup6_rcu(&m->lpm, hi, lo) :
			vr_lpm_lookup4_rcu(&m->lpm, hi >> 32);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ_MSG(m->test, got, want, "%llx:%llx: got /%d, want /%d",
				(unsigned long long)hi, (unsigned long long)lo,
				got ? got->plen : -1, want ? want->plen : -1);
	KUNIT_EXPECT_PTR_EQ(m->test, vr_lpm_lookup(&m->lpm, hi, lo), want);
}

static void model_check_next(struct model *m, u64 hi, u64 lo, u8 plen)
{
	unsigned int after;

	for (after = 0; after < 2; after++)
		KUNIT_EXPECT_PTR_EQ_MSG(m->test, vr_lpm_next(&m->lpm, hi, lo, plen, after),
					model_next(m, hi, lo, plen, after), "%s %llx:%llx/%u",
					after ? "after" : "at", (unsigned long long)hi,
					(unsigned long long)lo, plen);
}

/* The trie has what the list has, in its order. */
static void model_check_all(struct model *m)
{
	const struct vr_lpm_leaf *leaf = vr_lpm_next(&m->lpm, 0, 0, 0, false);
	const struct entry *e;
	unsigned int i;

	KUNIT_EXPECT_EQ(m->test, m->lpm.count, m->count);
	for (i = 0; i < m->n; i++) {
		e = m->entry[i];
		KUNIT_EXPECT_PTR_EQ(m->test, vr_lpm_find(&m->lpm, e->hi, e->lo, e->plen), e->in);
		if (!e->in)
			continue;
		KUNIT_ASSERT_PTR_EQ(m->test, leaf, e->in);
		leaf = vr_lpm_next(&m->lpm, leaf->hi, leaf->lo, leaf->plen, true);
	}
	KUNIT_EXPECT_NULL(m->test, leaf);
}

static struct vr_lpm_leaf *entry_other(struct entry *e)
{
	struct vr_lpm_leaf *leaf = &e->leaf[e->in == &e->leaf[0]];

	leaf->hi = e->hi;
	leaf->lo = e->lo;
	leaf->plen = e->plen;
	return leaf;
}

/* A leaf that is out of the trie reads like no prefix at all. */
static void leaf_spoil(struct vr_lpm_leaf *leaf)
{
	memset(leaf, 0xa5, sizeof(*leaf));
}

/* Inserting what is there is refused; else it works unless memory runs out. */
static void model_insert(struct model *m, struct entry *e)
{
	struct vr_lpm_leaf *leaf = entry_other(e);
	u64 bytes = vr_mem_bytes(&m->mem, VR_MEM_TRIE);
	int err = vr_lpm_insert(&m->lpm, leaf);

	if (e->in) {
		KUNIT_EXPECT_EQ(m->test, err, -EEXIST);
	} else if (err) {
		KUNIT_EXPECT_EQ(m->test, err, -ENOMEM);
		KUNIT_EXPECT_GT(m->test, allocs_failed(), 0);
	} else {
		e->in = leaf;
		m->count++;
		return;
	}
	leaf_spoil(leaf);
	KUNIT_EXPECT_EQ(m->test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), bytes);
}

static void model_remove(struct model *m, struct entry *e)
{
	if (!e->in)
		return;
	vr_lpm_remove(&m->lpm, e->in);
	leaf_spoil(e->in);
	e->in = NULL;
	m->count--;
}

static void model_replace(struct model *m, struct entry *e)
{
	struct vr_lpm_leaf *new = entry_other(e);

	if (!e->in)
		return;
	vr_lpm_replace(&m->lpm, e->in, new);
	leaf_spoil(e->in);
	e->in = new;
}

static void model_insert_all(struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->n; i++)
		if (!m->entry[i]->in)
			model_insert(m, m->entry[i]);
	KUNIT_ASSERT_EQ(m->test, m->count, m->n);
}

/* Nothing is left, and it holds nothing. */
static void model_empty(struct model *m)
{
	unsigned int i;

	for (i = 0; i < m->n; i++)
		model_remove(m, m->entry[i]);
	KUNIT_EXPECT_EQ(m->test, m->lpm.count, 0);
	KUNIT_EXPECT_EQ(m->test, m->lpm.holes, 0);
	KUNIT_EXPECT_NULL(m->test, vr_lpm_next(&m->lpm, 0, 0, 0, false));
	KUNIT_EXPECT_EQ(m->test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(m->test, vr_mem_objects(&m->mem, VR_MEM_TRIE), 0);
	vr_lpm_exit(&m->lpm);
}

/*
 * Cases
 */

static void lpm_empty_finds_nothing(struct kunit *test)
{
	struct model *m = model_alloc(test, 1, true, 1);

	model_check_lookup(m, 0, 0);
	model_check_lookup(m, U64_MAX, U64_MAX);
	model_check_next(m, 0, 0, 0);
	model_check_next(m, U64_MAX, U64_MAX, 128);
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, 0, 0, 0));
	model_empty(m);
}

/* One prefix of any length costs no memory and is found up to its last bit. */
static void lpm_single_costs_nothing(struct kunit *test)
{
	const u64 hi = 0xa5a5a5a5a5a5a5a5ULL;
	unsigned int plen, bit;
	struct model *m;

	for (plen = 0; plen <= 128; plen++) {
		m = model_alloc(test, 1, true, 1);
		model_add(m, hi, hi, plen);
		model_insert_all(m);
		KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
		for (bit = 0; bit < 128; bit++)
			model_check_lookup(m, bit < 64 ? hi ^ BIT_ULL(63 - bit) : hi,
					   bit < 64 ? hi : hi ^ BIT_ULL(127 - bit));
		model_insert(m, m->entry[0]);
		model_check_all(m);
		model_empty(m);
	}
}

/* The address of the nest with bit @bit turned over: the prefix before it covers. */
static void nest_check(struct model *m, u64 hi, u64 lo)
{
	unsigned int bit;

	for (bit = 0; bit < (m->wide ? 128 : 32); bit++)
		model_check_lookup(m, bit < 64 ? hi ^ BIT_ULL(63 - bit) : hi,
				   bit < 64 ? lo : lo ^ BIT_ULL(127 - bit));
	model_check_lookup(m, hi, lo);
	model_check_all(m);
}

static void nest(struct kunit *test, u64 hi, u64 lo, bool wide)
{
	unsigned int bits = wide ? 128 : 32;
	unsigned int order, i, at;
	struct model *m;

	for (order = 0; order < 4; order++) {
		m = model_alloc(test, bits + 1, wide, order);
		for (i = 0; i <= bits; i++)
			model_add(m, hi, lo, i);
		for (i = 0; i <= bits; i++) {
			/* Outer first, inner first, both ends in turn, all over. */
			at = order == 0 ? i : order == 1 ? bits - i :
			     order == 2 ? (i % 2 ? bits - i / 2 : i / 2) : i * 37 % (bits + 1);
			model_insert(m, m->entry[at]);
			if (i % 8 == 0)
				nest_check(m, hi, lo);
		}
		KUNIT_ASSERT_EQ(test, m->count, m->n);
		nest_check(m, hi, lo);
		for (i = 0; i <= bits; i++) {
			at = order == 3 ? i : order == 2 ? bits - i :
			     order == 1 ? (i % 2 ? bits - i / 2 : i / 2) : i * 37 % (bits + 1);
			model_remove(m, m->entry[at]);
			if (i % 8 == 0)
				nest_check(m, hi, lo);
		}
		model_empty(m);
	}
}

/* All lengths of one address, each in the one before: /0, /32, /63, /64, /65, /128, … */
static void lpm_nested_lengths(struct kunit *test)
{
	nest(test, 0, 0, true);
	nest(test, U64_MAX, U64_MAX, true);
	nest(test, 0x20010db8deadbeefULL, 0x123456789abcdef0ULL, true);
	nest(test, 0, 0, false);
	nest(test, 0xffffffff00000000ULL, 0, false);
	nest(test, 0x0a0b0c0d00000000ULL, 0, false);
}

/* All values of some bits at any position: full nodes, and both sides of 64 bits. */
static void lpm_full_nodes(struct kunit *test)
{
	unsigned int pos, i;
	struct model *m;
	u64 hi, lo;

	for (pos = 0; pos <= 120; pos++) {
		m = model_alloc(test, 260, true, pos);
		for (i = 0; i < 256; i++) {
			hi = pos <= 56 ? (u64)i << (56 - pos) : pos < 64 ? i >> (pos - 56) : 0;
			lo = pos <= 56 ? 0 : pos < 64 ? (u64)i << (120 - pos) :
			     (u64)i << (120 - pos);
			model_add(m, hi, lo, pos + 8);
		}
		KUNIT_ASSERT_EQ(test, m->n, 256);
		model_add(m, 0, 0, pos + 3);
		model_insert_all(m);
		model_check_all(m);
		for (i = 0; i < m->n; i += 3)
			model_remove(m, m->entry[i]);
		for (i = 0; i < m->n; i++)
			model_check_lookup(m, m->entry[i]->hi, m->entry[i]->lo);
		model_check_all(m);
		model_empty(m);
	}
}

/* A cover is not what find() is asked for, nor what a cover has inside. */
static void lpm_find_is_exact(struct kunit *test)
{
	struct model *m = model_alloc(test, 2, false, 1);
	u64 hi = 0x0a00000000000000ULL;

	model_add(m, hi, 0, 8);
	model_add(m, hi, 0, 24);
	model_insert_all(m);
	KUNIT_EXPECT_NOT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 8));
	KUNIT_EXPECT_NOT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 24));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 7));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 9));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 16));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 32));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi | BIT_ULL(40), 0, 24));
	model_empty(m);
}

static void lpm_replace_keeps_prefix(struct kunit *test)
{
	struct model *m = model_alloc(test, RANDOM_ENTRIES, true, 5);
	unsigned int i;
	u64 bytes;

	model_fill(m, RANDOM_ENTRIES);
	model_insert_all(m);
	bytes = vr_mem_bytes(&m->mem, VR_MEM_TRIE);
	for (i = 0; i < m->n; i++) {
		model_replace(m, m->entry[i]);
		model_check_lookup(m, m->entry[i]->hi, m->entry[i]->lo);
	}
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), bytes);
	model_check_all(m);
	model_empty(m);
}

struct order_key {
	u64 hi;
	u8 plen;
};

/* The order written out, and a dump that goes on behind what has gone meanwhile. */
static void lpm_next_in_order(struct kunit *test)
{
	static const struct order_key keys[] = {
		{ 0, 0 }, { 0, 1 }, { 0x0a00000000000000ULL, 8 }, { 0x0a00000000000000ULL, 9 },
		{ 0x0a00000000000000ULL, 32 }, { 0x0a00000100000000ULL, 32 },
		{ 0x0a01000000000000ULL, 16 }, { 0x0a01000000000000ULL, 24 },
		{ 0x0a80000000000000ULL, 9 }, { 0x0aff000000000000ULL, 16 },
		{ 0x8000000000000000ULL, 1 }, { 0xffffffff00000000ULL, 32 },
	};
	struct vr_lpm_leaf *leaf = NULL;
	struct model *m = model_alloc(test, ARRAY_SIZE(keys), false, 1);
	unsigned int i;

	for (i = ARRAY_SIZE(keys); i--; )
		model_add(m, keys[i].hi, 0, keys[i].plen);
	model_insert_all(m);
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		leaf = vr_lpm_next(&m->lpm, leaf ? leaf->hi : 0, 0, leaf ? leaf->plen : 0, !!leaf);
		KUNIT_ASSERT_NOT_NULL(test, leaf);
		KUNIT_EXPECT_EQ(test, leaf->hi, keys[i].hi);
		KUNIT_EXPECT_EQ(test, leaf->plen, keys[i].plen);
		KUNIT_EXPECT_PTR_EQ(test, vr_lpm_next(&m->lpm, leaf->hi, 0, leaf->plen, false),
				    leaf);
	}
	KUNIT_EXPECT_NULL(test, vr_lpm_next(&m->lpm, leaf->hi, 0, leaf->plen, true));
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		model_remove(m, m->entry[i]);
		leaf = vr_lpm_next(&m->lpm, keys[i].hi, 0, keys[i].plen, true);
		if (i + 1 == ARRAY_SIZE(keys)) {
			KUNIT_EXPECT_NULL(test, leaf);
			break;
		}
		KUNIT_ASSERT_NOT_NULL(test, leaf);
		KUNIT_EXPECT_EQ(test, leaf->hi, keys[i + 1].hi);
		KUNIT_EXPECT_EQ(test, leaf->plen, keys[i + 1].plen);
	}
	model_empty(m);
}

/* Ends a trie with leaves in it, without a look at them. */
static void lpm_exit_frees_nodes(struct kunit *test)
{
	struct model *m = model_alloc(test, RANDOM_ENTRIES, true, 6);
	unsigned int i;

	model_fill(m, RANDOM_ENTRIES);
	model_insert_all(m);
	for (i = 0; i < m->n; i++)
		leaf_spoil(m->entry[i]->in);
	KUNIT_EXPECT_GT(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	vr_lpm_exit(&m->lpm);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&m->mem, VR_MEM_TRIE), 0);
}

static void random_op(struct model *m, unsigned int load)
{
	struct entry *e = m->entry[vr_test_rand_below(&m->rng, m->n)];
	u64 hi, lo;

	/* One change in eight finds no memory. */
	if (vr_test_rand_below(&m->rng, 8) == 0)
		fail_alloc(1);
	switch (vr_test_rand_below(&m->rng, 8)) {
	case 0:
	case 1:
	case 2:
		if (vr_test_rand_below(&m->rng, 100) < load)
			model_insert(m, e);
		else
			model_remove(m, e);
		break;
	case 3:
		model_replace(m, e);
		break;
	case 4:
		KUNIT_EXPECT_PTR_EQ(m->test, vr_lpm_find(&m->lpm, e->hi, e->lo, e->plen), e->in);
		break;
	case 5:
		model_check_next(m, e->hi, e->lo, e->plen);
		model_near(m, &hi, &lo);
		model_check_next(m, hi, lo, vr_test_rand_below(&m->rng, m->wide ? 129 : 33));
		break;
	default:
		model_near(m, &hi, &lo);
		model_check_lookup(m, hi, lo);
	}
	fail_alloc(0);
}

/* Tables that fill up, empty and fill again. */
static void random_run(struct kunit *test, bool wide, u64 seed)
{
	struct vr_test_rng rng;
	unsigned int table, op;
	struct model *m;

	vr_test_rng_init(test, &rng, seed);
	for (table = 0; table < RANDOM_TABLES; table++) {
		m = model_alloc(test, RANDOM_ENTRIES, wide, vr_test_rand(&rng));
		model_fill(m, 2 + RANDOM_ENTRIES * table / RANDOM_TABLES);
		for (op = 0; op < RANDOM_OPS / 2; op++) {
			random_op(m, (op / 4096) % 2 ? 15 : 85);
			if (op % 4096 == 0)
				model_check_all(m);
		}
		model_check_all(m);
		model_empty(m);
	}
}

static void lpm_random4(struct kunit *test)
{
	random_run(test, false, 4);
}

static void lpm_random6(struct kunit *test)
{
	random_run(test, true, 6);
}

/* Where the prefixes of a large table are; below that, anywhere. */
struct large {
	u64 hi;
	u64 lo;
	u8 base;
	u8 plen;
	bool wide;
};

static const struct large large_tables[] = {
	{ 0, 0, 0, 12, false },
	{ 0x0a00000000000000ULL, 0, 8, 20, false },
	{ 0x2000000000000000ULL, 0, 3, 20, true },
	{ 0x20010db8000a0000ULL, 0, 60, 72, true },
	{ 0xfe80000000000000ULL, 0x12348000, 113, 124, true },
};

static void large_desc(const struct large *t, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s below /%u", t->wide ? "v6" : "v4", t->base);
}

KUNIT_ARRAY_PARAM(large, large_tables, large_desc);

static struct model *large_model(struct kunit *test, const struct large *t, unsigned int n)
{
	struct model *m = model_alloc(test, n, t->wide, t->base);
	unsigned int bits = t->wide ? 128 : 32;
	u64 hi, lo;

	model_fill(m, RANDOM_ENTRIES);
	while (m->n < n) {
		hi = t->hi | (vr_test_rand(&m->rng) & ~bits_mask(t->base));
		lo = t->lo | (vr_test_rand(&m->rng) & ~bits_mask(t->base - 64));
		model_add(m, t->wide ? hi : hi & bits_mask(32), t->wide ? lo : 0,
			  t->plen + vr_test_rand_below(&m->rng, bits + 1 - t->plen));
	}
	return m;
}

/* So many prefixes that there is a crown, then few, then many again. */
static void lpm_large(struct kunit *test)
{
	const struct large *t = test->param_value;
	struct model *m = large_model(test, t, LARGE_ENTRIES);
	unsigned int step, i;
	struct entry *e;
	u64 hi, lo;

	for (step = 0; step < 12; step++) {
		for (i = 0; i < m->n; i++) {
			e = m->entry[vr_test_rand_below(&m->rng, m->n)];
			if (vr_test_rand_below(&m->rng, 64) == 0)
				fail_alloc(1);
			if (step % 4 < 2)
				model_insert(m, e);
			else
				model_remove(m, e);
			fail_alloc(0);
		}
		for (i = 0; i < LARGE_CHECKS; i++) {
			model_near(m, &hi, &lo);
			model_check_lookup(m, hi, lo);
			model_check_next(m, hi, lo, vr_test_rand_below(&m->rng, 33));
			e = m->entry[vr_test_rand_below(&m->rng, m->n)];
			model_check_lookup(m, e->hi, e->lo);
			model_replace(m, e);
		}
		model_check_all(m);
	}
	model_empty(m);
}

/* Ends a large table without a look at its leaves. */
static void lpm_exit_frees_crown(struct kunit *test)
{
	struct model *m = large_model(test, test->param_value, LARGE_ENTRIES / 2);
	unsigned int i;

	model_insert_all(m);
	for (i = 0; i < m->n; i++)
		leaf_spoil(m->entry[i]->in);
	vr_lpm_exit(&m->lpm);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&m->mem, VR_MEM_TRIE), 0);
}

/* The first prefix is taken out again and again; few do not keep what suited many. */
static void lpm_large_drains(struct kunit *test)
{
	struct model *m = large_model(test, test->param_value, LARGE_ENTRIES / 2);
	struct vr_lpm_leaf *leaf;
	unsigned int i;

	model_insert_all(m);
	for (i = 0; i < m->n; i++) {
		leaf = vr_lpm_next(&m->lpm, 0, 0, 0, false);
		KUNIT_ASSERT_PTR_EQ(test, leaf, m->entry[i]->in);
		model_remove(m, m->entry[i]);
		/* There are fewer nodes than prefixes, and two slots at most for each of those. */
		if (m->count == 50)
			KUNIT_EXPECT_LE(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 50 * 80);
	}
	model_empty(m);
}

#ifdef VR_TEST_USERSPACE

/* Every insertion fails first, at each of its allocations, and leaves no trace. */
static void lpm_insert_without_memory(struct kunit *test)
{
	struct model *m = model_alloc(test, RANDOM_ENTRIES, true, 8);
	unsigned int i, n, order;

	model_fill(m, RANDOM_ENTRIES);
	for (i = 0; i < m->n; i++) {
		order = i * 7 % m->n;
		for (n = 1; !m->entry[order]->in; n++) {
			vr_test_fail_alloc(n);
			model_insert(m, m->entry[order]);
			KUNIT_ASSERT_EQ(test, !m->entry[order]->in, vr_test_allocs_failed() > 0);
			vr_test_fail_alloc(0);
			model_check_lookup(m, m->entry[order]->hi, m->entry[order]->lo);
			if (i % 16 == 0)
				model_check_all(m);
		}
	}
	KUNIT_EXPECT_EQ(test, m->count, m->n);
	model_check_all(m);
	model_empty(m);
}

/* No removal needs memory, and what it leaves behind goes with the last one. */
static void lpm_remove_without_memory(struct kunit *test)
{
	struct model *m = model_alloc(test, RANDOM_ENTRIES, false, 9);
	unsigned int round, i, order;

	model_fill(m, RANDOM_ENTRIES);
	for (round = 0; round < 3; round++) {
		model_insert_all(m);
		vr_test_fail_alloc_from(1);
		for (i = 0; i < m->n * (round + 1) / 3; i++) {
			order = i * 7 % m->n;
			model_remove(m, m->entry[order]);
			model_check_lookup(m, m->entry[order]->hi, m->entry[order]->lo);
			if (i % 16 == 0)
				model_check_all(m);
		}
		vr_test_fail_alloc(0);
		model_check_all(m);
	}
	model_empty(m);
}

/*
 * A table that finds no memory to build what suits its size, at any step of
 * the building, stays as it is; so does one that should become small again.
 */
static void lpm_crown_without_memory(struct kunit *test)
{
	static const unsigned int fail_at[] = { 1, 2, 3, 10, 100 };
	unsigned int run, i, grown;
	struct model *m;
	u64 bytes;

	for (run = 0; run < ARRAY_SIZE(fail_at); run++) {
		m = large_model(test, test->param_value, LARGE_ENTRIES / 2);
		grown = 0;
		for (i = 0; i < m->n; i++) {
			struct entry *e = m->entry[i * 7919 % m->n];

			/* Only growing takes more than one allocation. */
			bytes = vr_mem_bytes(&m->mem, VR_MEM_TRIE);
			if (m->count + 1 < m->lpm.grow_at) {
				model_insert(m, e);
				continue;
			}
			vr_test_fail_alloc_from(fail_at[run] + 1);
			model_insert(m, e);
			grown += vr_test_allocs_failed() > 0;
			vr_test_fail_alloc(0);
			KUNIT_EXPECT_LE(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), bytes + 2048);
			model_check_all(m);
		}
		KUNIT_EXPECT_GT(test, grown, 0);
		vr_test_fail_alloc_from(1);
		for (i = 0; i < m->n; i++) {
			model_remove(m, m->entry[i * 7919 % m->n]);
			if (i % 2048 == 0)
				model_check_all(m);
		}
		vr_test_fail_alloc(0);
		model_empty(m);

		model_insert_all(m);
		vr_test_fail_alloc_from(1);
		for (i = 0; i < m->n; i++)
			model_remove(m, m->entry[i * 7919 % m->n]);
		vr_test_fail_alloc(0);
		model_empty(m);
	}
}

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
		hi = c->cover.hi | (vr_test_rand(&rng) & ~bits_mask(c->cover.plen));
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
				  covers(leaf->hi, leaf->lo, leaf->plen, hi, lo));
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
	leaf->leaf.hi = c->host.hi ^ (vr_test_rand(rng) & ~bits_mask(c->cover.plen));
	if (vr_test_rand_below(rng, 2))
		leaf->leaf.hi = c->host.hi ^ BIT_ULL(32 + vr_test_rand_below(rng, 12));
	leaf->leaf.hi &= bits_mask(min_t(u8, plen, bits));
	leaf->leaf.lo = c->wide ? vr_test_rand(rng) & bits_mask(plen - 64) : 0;
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

#endif /* VR_TEST_USERSPACE */

static struct kunit_case lpm_cases[] = {
	KUNIT_CASE(lpm_empty_finds_nothing),
	KUNIT_CASE(lpm_single_costs_nothing),
	KUNIT_CASE(lpm_nested_lengths),
	KUNIT_CASE(lpm_full_nodes),
	KUNIT_CASE(lpm_find_is_exact),
	KUNIT_CASE(lpm_replace_keeps_prefix),
	KUNIT_CASE(lpm_next_in_order),
	KUNIT_CASE(lpm_exit_frees_nodes),
	KUNIT_CASE(lpm_random4),
	KUNIT_CASE(lpm_random6),
	KUNIT_CASE_PARAM(lpm_large, large_gen_params),
	KUNIT_CASE_PARAM(lpm_large_drains, large_gen_params),
	KUNIT_CASE_PARAM(lpm_exit_frees_crown, large_gen_params),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(lpm_insert_without_memory),
	KUNIT_CASE(lpm_remove_without_memory),
	KUNIT_CASE_PARAM(lpm_crown_without_memory, large_gen_params),
	KUNIT_CASE(lpm_readers4),
	KUNIT_CASE(lpm_readers6),
#endif
	{}
};

static struct kunit_suite lpm_suite = {
	.name = "lpm",
	.test_cases = lpm_cases,
};

VR_TEST_SUITE(lpm_suite);
