// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: every length nested and taken apart in any order, the
 * order of prefixes, memory that runs out, and a long random run against a
 * list that is searched from one end to the other.
 */
#include "lpm_model.h"

#define RANDOM_TABLES	20
#define RANDOM_OPS	50000
#define RANDOM_ENTRIES	300

static void lpm_empty_finds_nothing(struct kunit *test)
{
	struct lpm_model *m = lpm_model_alloc(test, 1, true, 1);

	lpm_model_check_lookup(m, 0, 0);
	lpm_model_check_lookup(m, U64_MAX, U64_MAX);
	lpm_model_check_next(m, 0, 0, 0);
	lpm_model_check_next(m, U64_MAX, U64_MAX, 128);
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, 0, 0, 0));
	lpm_model_empty(m);
}

/* One prefix of any length costs no memory and is found up to its last bit. */
static void lpm_single_costs_nothing(struct kunit *test)
{
	const u64 hi = 0xa5a5a5a5a5a5a5a5ULL;
	unsigned int plen, bit;
	struct lpm_model *m;

	for (plen = 0; plen <= 128; plen++) {
		m = lpm_model_alloc(test, 1, true, 1);
		lpm_model_add(m, hi, hi, plen);
		lpm_model_insert_all(m);
		KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
		for (bit = 0; bit < 128; bit++)
			lpm_model_check_lookup(m, bit < 64 ? hi ^ BIT_ULL(63 - bit) : hi,
					       bit < 64 ? hi : hi ^ BIT_ULL(127 - bit));
		lpm_model_insert(m, m->entry[0]);
		lpm_model_check_all(m);
		lpm_model_empty(m);
	}
}

/* The address of the nest with bit @bit turned over: the prefix before it covers. */
static void nest_check(struct lpm_model *m, u64 hi, u64 lo)
{
	unsigned int bit;

	for (bit = 0; bit < (m->wide ? 128 : 32); bit++)
		lpm_model_check_lookup(m, bit < 64 ? hi ^ BIT_ULL(63 - bit) : hi,
				       bit < 64 ? lo : lo ^ BIT_ULL(127 - bit));
	lpm_model_check_lookup(m, hi, lo);
	lpm_model_check_all(m);
}

static void nest(struct kunit *test, u64 hi, u64 lo, bool wide)
{
	unsigned int bits = wide ? 128 : 32;
	unsigned int order, i, at;
	struct lpm_model *m;

	for (order = 0; order < 4; order++) {
		m = lpm_model_alloc(test, bits + 1, wide, order);
		for (i = 0; i <= bits; i++)
			lpm_model_add(m, hi, lo, i);
		for (i = 0; i <= bits; i++) {
			/* Outer first, inner first, both ends in turn, all over. */
			at = order == 0 ? i : order == 1 ? bits - i :
			     order == 2 ? (i % 2 ? bits - i / 2 : i / 2) : i * 37 % (bits + 1);
			lpm_model_insert(m, m->entry[at]);
			if (i % 8 == 0)
				nest_check(m, hi, lo);
		}
		KUNIT_ASSERT_EQ(test, m->count, m->n);
		nest_check(m, hi, lo);
		for (i = 0; i <= bits; i++) {
			at = order == 3 ? i : order == 2 ? bits - i :
			     order == 1 ? (i % 2 ? bits - i / 2 : i / 2) : i * 37 % (bits + 1);
			lpm_model_remove(m, m->entry[at]);
			if (i % 8 == 0)
				nest_check(m, hi, lo);
		}
		lpm_model_empty(m);
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
	struct lpm_model *m;
	u64 hi, lo;

	for (pos = 0; pos <= 120; pos++) {
		m = lpm_model_alloc(test, 260, true, pos);
		for (i = 0; i < 256; i++) {
			hi = pos <= 56 ? (u64)i << (56 - pos) : pos < 64 ? i >> (pos - 56) : 0;
			lo = pos <= 56 ? 0 : pos < 64 ? (u64)i << (120 - pos) :
			     (u64)i << (120 - pos);
			lpm_model_add(m, hi, lo, pos + 8);
		}
		KUNIT_ASSERT_EQ(test, m->n, 256);
		lpm_model_add(m, 0, 0, pos + 3);
		lpm_model_insert_all(m);
		lpm_model_check_all(m);
		for (i = 0; i < m->n; i += 3)
			lpm_model_remove(m, m->entry[i]);
		for (i = 0; i < m->n; i++)
			lpm_model_check_lookup(m, m->entry[i]->hi, m->entry[i]->lo);
		lpm_model_check_all(m);
		lpm_model_empty(m);
	}
}

/* A cover is not what find() is asked for, nor what a cover has inside. */
static void lpm_find_is_exact(struct kunit *test)
{
	struct lpm_model *m = lpm_model_alloc(test, 2, false, 1);
	u64 hi = 0x0a00000000000000ULL;

	lpm_model_add(m, hi, 0, 8);
	lpm_model_add(m, hi, 0, 24);
	lpm_model_insert_all(m);
	KUNIT_EXPECT_NOT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 8));
	KUNIT_EXPECT_NOT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 24));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 7));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 9));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 16));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi, 0, 32));
	KUNIT_EXPECT_NULL(test, vr_lpm_find(&m->lpm, hi | BIT_ULL(40), 0, 24));
	lpm_model_empty(m);
}

static void lpm_replace_keeps_prefix(struct kunit *test)
{
	struct lpm_model *m = lpm_model_alloc(test, RANDOM_ENTRIES, true, 5);
	unsigned int i;
	u64 bytes;

	lpm_model_fill(m, RANDOM_ENTRIES);
	lpm_model_insert_all(m);
	bytes = vr_mem_bytes(&m->mem, VR_MEM_TRIE);
	for (i = 0; i < m->n; i++) {
		lpm_model_replace(m, m->entry[i]);
		lpm_model_check_lookup(m, m->entry[i]->hi, m->entry[i]->lo);
	}
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), bytes);
	lpm_model_check_all(m);
	lpm_model_empty(m);
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
	struct lpm_model *m = lpm_model_alloc(test, ARRAY_SIZE(keys), false, 1);
	unsigned int i;

	for (i = ARRAY_SIZE(keys); i--; )
		lpm_model_add(m, keys[i].hi, 0, keys[i].plen);
	lpm_model_insert_all(m);
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
		lpm_model_remove(m, m->entry[i]);
		leaf = vr_lpm_next(&m->lpm, keys[i].hi, 0, keys[i].plen, true);
		if (i + 1 == ARRAY_SIZE(keys)) {
			KUNIT_EXPECT_NULL(test, leaf);
			break;
		}
		KUNIT_ASSERT_NOT_NULL(test, leaf);
		KUNIT_EXPECT_EQ(test, leaf->hi, keys[i + 1].hi);
		KUNIT_EXPECT_EQ(test, leaf->plen, keys[i + 1].plen);
	}
	lpm_model_empty(m);
}

/* Ends a trie with leaves in it, without a look at them. */
static void lpm_exit_frees_nodes(struct kunit *test)
{
	struct lpm_model *m = lpm_model_alloc(test, RANDOM_ENTRIES, true, 6);
	unsigned int i;

	lpm_model_fill(m, RANDOM_ENTRIES);
	lpm_model_insert_all(m);
	for (i = 0; i < m->n; i++)
		lpm_leaf_spoil(m->entry[i]->in);
	KUNIT_EXPECT_GT(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	vr_lpm_exit(&m->lpm);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&m->mem, VR_MEM_TRIE), 0);
}

static void random_op(struct lpm_model *m, unsigned int load)
{
	struct lpm_entry *e = m->entry[vr_test_rand_below(&m->rng, m->n)];
	u64 hi, lo;

	/* One change in eight finds no memory. */
	if (vr_test_rand_below(&m->rng, 8) == 0)
		fail_alloc(1);
	switch (vr_test_rand_below(&m->rng, 8)) {
	case 0:
	case 1:
	case 2:
		if (vr_test_rand_below(&m->rng, 100) < load)
			lpm_model_insert(m, e);
		else
			lpm_model_remove(m, e);
		break;
	case 3:
		lpm_model_replace(m, e);
		break;
	case 4:
		KUNIT_EXPECT_PTR_EQ(m->test, vr_lpm_find(&m->lpm, e->hi, e->lo, e->plen), e->in);
		break;
	case 5:
		lpm_model_check_next(m, e->hi, e->lo, e->plen);
		lpm_model_near(m, &hi, &lo);
		lpm_model_check_next(m, hi, lo, vr_test_rand_below(&m->rng, m->wide ? 129 : 33));
		break;
	default:
		lpm_model_near(m, &hi, &lo);
		lpm_model_check_lookup(m, hi, lo);
	}
	fail_alloc(0);
}

/* Tables that fill up, empty and fill again. */
static void random_run(struct kunit *test, bool wide, u64 seed)
{
	struct vr_test_rng rng;
	unsigned int table, op;
	struct lpm_model *m;

	vr_test_rng_init(test, &rng, seed);
	for (table = 0; table < RANDOM_TABLES; table++) {
		m = lpm_model_alloc(test, RANDOM_ENTRIES, wide, vr_test_rand(&rng));
		lpm_model_fill(m, 2 + RANDOM_ENTRIES * table / RANDOM_TABLES);
		for (op = 0; op < RANDOM_OPS / 2; op++) {
			random_op(m, (op / 4096) % 2 ? 15 : 85);
			if (op % 4096 == 0)
				lpm_model_check_all(m);
		}
		lpm_model_check_all(m);
		lpm_model_empty(m);
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

#ifdef VR_TEST_USERSPACE

/* Every insertion fails first, at each of its allocations, and leaves no trace. */
static void lpm_insert_without_memory(struct kunit *test)
{
	struct lpm_model *m = lpm_model_alloc(test, RANDOM_ENTRIES, true, 8);
	unsigned int i, n, order;

	lpm_model_fill(m, RANDOM_ENTRIES);
	for (i = 0; i < m->n; i++) {
		order = i * 7 % m->n;
		for (n = 1; !m->entry[order]->in; n++) {
			vr_test_fail_alloc(n);
			lpm_model_insert(m, m->entry[order]);
			KUNIT_ASSERT_EQ(test, !m->entry[order]->in, vr_test_allocs_failed() > 0);
			vr_test_fail_alloc(0);
			lpm_model_check_lookup(m, m->entry[order]->hi, m->entry[order]->lo);
			if (i % 16 == 0)
				lpm_model_check_all(m);
		}
	}
	KUNIT_EXPECT_EQ(test, m->count, m->n);
	lpm_model_check_all(m);
	lpm_model_empty(m);
}

/* No removal needs memory, and what it leaves behind goes with the last one. */
static void lpm_remove_without_memory(struct kunit *test)
{
	struct lpm_model *m = lpm_model_alloc(test, RANDOM_ENTRIES, false, 9);
	unsigned int round, i, order;

	lpm_model_fill(m, RANDOM_ENTRIES);
	for (round = 0; round < 3; round++) {
		lpm_model_insert_all(m);
		vr_test_fail_alloc_from(1);
		for (i = 0; i < m->n * (round + 1) / 3; i++) {
			order = i * 7 % m->n;
			lpm_model_remove(m, m->entry[order]);
			lpm_model_check_lookup(m, m->entry[order]->hi, m->entry[order]->lo);
			if (i % 16 == 0)
				lpm_model_check_all(m);
		}
		vr_test_fail_alloc(0);
		lpm_model_check_all(m);
	}
	lpm_model_empty(m);
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
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(lpm_insert_without_memory),
	KUNIT_CASE(lpm_remove_without_memory),
#endif
	{}
};

static struct kunit_suite lpm_suite = {
	.name = "lpm",
	.test_cases = lpm_cases,
};

VR_TEST_SUITE(lpm_suite);
