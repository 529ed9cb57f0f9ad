// SPDX-License-Identifier: GPL-2.0-only
/* Longest prefix match in tables large enough for a crown: grown, drained, without memory. */
#include "lpm_model.h"

#define NESTED_ENTRIES	300
#define LARGE_ENTRIES	24000
#define LARGE_CHECKS	400

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

static struct lpm_model *large_model(struct kunit *test, const struct large *t, unsigned int n)
{
	struct lpm_model *m = lpm_model_alloc(test, n, t->wide, t->base);
	unsigned int bits = t->wide ? 128 : 32;
	u64 hi, lo;

	lpm_model_fill(m, NESTED_ENTRIES);
	while (m->n < n) {
		hi = t->hi | (vr_test_rand(&m->rng) & ~lpm_bits(t->base));
		lo = t->lo | (vr_test_rand(&m->rng) & ~lpm_bits(t->base - 64));
		lpm_model_add(m, t->wide ? hi : hi & lpm_bits(32), t->wide ? lo : 0,
			      t->plen + vr_test_rand_below(&m->rng, bits + 1 - t->plen));
	}
	return m;
}

/* So many prefixes that there is a crown, then few, then many again. */
static void lpm_large(struct kunit *test)
{
	const struct large *t = test->param_value;
	struct lpm_model *m = large_model(test, t, LARGE_ENTRIES);
	unsigned int step, i;
	struct lpm_entry *e;
	u64 hi, lo;

	for (step = 0; step < 12; step++) {
		for (i = 0; i < m->n; i++) {
			e = m->entry[vr_test_rand_below(&m->rng, m->n)];
			if (vr_test_rand_below(&m->rng, 64) == 0)
				fail_alloc(1);
			if (step % 4 < 2)
				lpm_model_insert(m, e);
			else
				lpm_model_remove(m, e);
			fail_alloc(0);
		}
		for (i = 0; i < LARGE_CHECKS; i++) {
			lpm_model_near(m, &hi, &lo);
			lpm_model_check_lookup(m, hi, lo);
			lpm_model_check_next(m, hi, lo, vr_test_rand_below(&m->rng, 33));
			e = m->entry[vr_test_rand_below(&m->rng, m->n)];
			lpm_model_check_lookup(m, e->hi, e->lo);
			lpm_model_replace(m, e);
		}
		lpm_model_check_all(m);
	}
	lpm_model_empty(m);
}

/* Ends a large table without a look at its leaves. */
static void lpm_exit_frees_crown(struct kunit *test)
{
	struct lpm_model *m = large_model(test, test->param_value, LARGE_ENTRIES / 2);
	unsigned int i;

	lpm_model_insert_all(m);
	for (i = 0; i < m->n; i++)
		lpm_leaf_spoil(m->entry[i]->in);
	vr_lpm_exit(&m->lpm);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&m->mem, VR_MEM_TRIE), 0);
}

/* The first prefix is taken out again and again; few do not keep what suited many. */
static void lpm_large_drains(struct kunit *test)
{
	struct lpm_model *m = large_model(test, test->param_value, LARGE_ENTRIES / 2);
	struct vr_lpm_leaf *leaf;
	unsigned int i;

	lpm_model_insert_all(m);
	for (i = 0; i < m->n; i++) {
		leaf = vr_lpm_next(&m->lpm, 0, 0, 0, false);
		KUNIT_ASSERT_PTR_EQ(test, leaf, m->entry[i]->in);
		lpm_model_remove(m, m->entry[i]);
		/* There are fewer nodes than prefixes, and two slots at most for each of those. */
		if (m->count == 50)
			KUNIT_EXPECT_LE(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 50 * 80);
	}
	lpm_model_empty(m);
}

#ifdef VR_TEST_USERSPACE

/*
 * A table that finds no memory to build what suits its size, at any step of
 * the building, stays as it is; so does one that should become small again.
 */
static void lpm_crown_without_memory(struct kunit *test)
{
	static const unsigned int fail_at[] = { 1, 2, 3, 10, 100 };
	unsigned int run, i, grown;
	struct lpm_model *m;
	u64 bytes;

	for (run = 0; run < ARRAY_SIZE(fail_at); run++) {
		m = large_model(test, test->param_value, LARGE_ENTRIES / 2);
		grown = 0;
		for (i = 0; i < m->n; i++) {
			struct lpm_entry *e = m->entry[i * 7919 % m->n];

			/* Only growing takes more than one allocation. */
			bytes = vr_mem_bytes(&m->mem, VR_MEM_TRIE);
			if (m->count + 1 < m->lpm.grow_at) {
				lpm_model_insert(m, e);
				continue;
			}
			vr_test_fail_alloc_from(fail_at[run] + 1);
			lpm_model_insert(m, e);
			grown += vr_test_allocs_failed() > 0;
			vr_test_fail_alloc(0);
			KUNIT_EXPECT_LE(test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), bytes + 2048);
			lpm_model_check_all(m);
		}
		KUNIT_EXPECT_GT(test, grown, 0);
		vr_test_fail_alloc_from(1);
		for (i = 0; i < m->n; i++) {
			lpm_model_remove(m, m->entry[i * 7919 % m->n]);
			if (i % 2048 == 0)
				lpm_model_check_all(m);
		}
		vr_test_fail_alloc(0);
		lpm_model_empty(m);

		lpm_model_insert_all(m);
		vr_test_fail_alloc_from(1);
		for (i = 0; i < m->n; i++)
			lpm_model_remove(m, m->entry[i * 7919 % m->n]);
		vr_test_fail_alloc(0);
		lpm_model_empty(m);
	}
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case lpm_large_cases[] = {
	KUNIT_CASE_PARAM(lpm_large, large_gen_params),
	KUNIT_CASE_PARAM(lpm_large_drains, large_gen_params),
	KUNIT_CASE_PARAM(lpm_exit_frees_crown, large_gen_params),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE_PARAM(lpm_crown_without_memory, large_gen_params),
#endif
	{}
};

static struct kunit_suite lpm_large_suite = {
	.name = "lpm_large",
	.test_cases = lpm_large_cases,
};

VR_TEST_SUITE(lpm_large_suite);
