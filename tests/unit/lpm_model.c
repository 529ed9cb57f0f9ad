// SPDX-License-Identifier: GPL-2.0-only
/* A list of prefixes that is searched from one end to the other, and a trie to compare with it. */
#include "lpm_model.h"

static int key_cmp(u64 hi1, u64 lo1, u8 plen1, u64 hi2, u64 lo2, u8 plen2)
{
	if (hi1 != hi2)
		return hi1 < hi2 ? -1 : 1;
	if (lo1 != lo2)
		return lo1 < lo2 ? -1 : 1;
	return (int)plen1 - plen2;
}

static void entry_set(struct lpm_entry *e, u64 hi, u64 lo, u8 plen)
{
	memset(e, 0, sizeof(*e));
	e->hi = hi & lpm_bits(plen);
	e->lo = lo & lpm_bits(plen - 64);
	e->plen = plen;
}

struct lpm_model *lpm_model_alloc(struct kunit *test, unsigned int n, bool wide, u64 seed)
{
	struct lpm_model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct lpm_entry *room;
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
static unsigned int lpm_model_find(const struct lpm_model *m, u64 hi, u64 lo, u8 plen)
{
	unsigned int from = 0, to = m->n, mid;
	const struct lpm_entry *e;

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
void lpm_model_add(struct lpm_model *m, u64 hi, u64 lo, u8 plen)
{
	struct lpm_entry *e = m->entry[m->n];
	const struct lpm_entry *at;
	unsigned int i;

	entry_set(e, hi, lo, plen);
	i = lpm_model_find(m, e->hi, e->lo, plen);
	at = m->entry[i];
	if (i < m->n && !key_cmp(at->hi, at->lo, at->plen, e->hi, e->lo, plen))
		return;
	memmove(&m->entry[i + 1], &m->entry[i], (m->n - i) * sizeof(e));
	m->entry[i] = e;
	m->n++;
}

/* An address that has some first bits, often many, from a prefix of the model. */
void lpm_model_near(struct lpm_model *m, u64 *hi, u64 *lo)
{
	const struct lpm_entry *e = m->entry[vr_test_rand_below(&m->rng, max(m->n, 1U))];
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
	*hi = (*hi & lpm_bits(same + 1)) | (set & ~lpm_bits(same + 1));
	*lo = (*lo & lpm_bits((int)same + 1 - 64)) | (set & ~lpm_bits((int)same + 1 - 64));
	if (!m->wide) {
		*hi &= lpm_bits(32);
		*lo = 0;
	}
}

/* @n prefixes that lie in and beside each other. */
void lpm_model_fill(struct lpm_model *m, unsigned int n)
{
	unsigned int bits = m->wide ? 128 : 32;
	u64 hi, lo;

	while (m->n < n) {
		lpm_model_near(m, &hi, &lo);
		lpm_model_add(m, hi, lo, vr_test_rand_below(&m->rng, bits + 1));
	}
}

/* The list's answers. */

static struct vr_lpm_leaf *lpm_model_lookup(const struct lpm_model *m, u64 hi, u64 lo)
{
	struct vr_lpm_leaf *best = NULL;
	const struct lpm_entry *e;
	unsigned int i;

	for (i = 0; i < m->n; i++) {
		e = m->entry[i];
		if (e->in && lpm_covers(e->hi, e->lo, e->plen, hi, lo) &&
		    (!best || e->plen > best->plen))
			best = e->in;
	}
	return best;
}

static struct vr_lpm_leaf *lpm_model_next(const struct lpm_model *m, u64 hi, u64 lo, u8 plen,
					  bool after)
{
	unsigned int i = lpm_model_find(m, hi, lo, plen);
	const struct lpm_entry *e;

	for (; i < m->n; i++) {
		e = m->entry[i];
		if (e->in && key_cmp(e->hi, e->lo, e->plen, hi, lo, plen) >= after)
			return e->in;
	}
	return NULL;
}

/* Asks the trie, as readers and as the writer. */
void lpm_model_check_lookup(struct lpm_model *m, u64 hi, u64 lo)
{
	struct vr_lpm_leaf *want = lpm_model_lookup(m, hi, lo);
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

void lpm_model_check_next(struct lpm_model *m, u64 hi, u64 lo, u8 plen)
{
	unsigned int after;

	for (after = 0; after < 2; after++)
		KUNIT_EXPECT_PTR_EQ_MSG(m->test, vr_lpm_next(&m->lpm, hi, lo, plen, after),
					lpm_model_next(m, hi, lo, plen, after), "%s %llx:%llx/%u",
					after ? "after" : "at", (unsigned long long)hi,
					(unsigned long long)lo, plen);
}

/* The trie has what the list has, in its order. */
void lpm_model_check_all(struct lpm_model *m)
{
	const struct vr_lpm_leaf *leaf = vr_lpm_next(&m->lpm, 0, 0, 0, false);
	const struct lpm_entry *e;
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

static struct vr_lpm_leaf *entry_other(struct lpm_entry *e)
{
	struct vr_lpm_leaf *leaf = &e->leaf[e->in == &e->leaf[0]];

	leaf->hi = e->hi;
	leaf->lo = e->lo;
	leaf->plen = e->plen;
	return leaf;
}

/* A leaf that is out of the trie reads like no prefix at all. */
void lpm_leaf_spoil(struct vr_lpm_leaf *leaf)
{
	memset(leaf, 0xa5, sizeof(*leaf));
}

/* Inserting what is there is refused; else it works unless memory runs out. */
void lpm_model_insert(struct lpm_model *m, struct lpm_entry *e)
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
	lpm_leaf_spoil(leaf);
	KUNIT_EXPECT_EQ(m->test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), bytes);
}

void lpm_model_remove(struct lpm_model *m, struct lpm_entry *e)
{
	if (!e->in)
		return;
	vr_lpm_remove(&m->lpm, e->in);
	lpm_leaf_spoil(e->in);
	e->in = NULL;
	m->count--;
}

void lpm_model_replace(struct lpm_model *m, struct lpm_entry *e)
{
	struct vr_lpm_leaf *new = entry_other(e);

	if (!e->in)
		return;
	vr_lpm_replace(&m->lpm, e->in, new);
	lpm_leaf_spoil(e->in);
	e->in = new;
}

void lpm_model_insert_all(struct lpm_model *m)
{
	unsigned int i;

	for (i = 0; i < m->n; i++)
		if (!m->entry[i]->in)
			lpm_model_insert(m, m->entry[i]);
	KUNIT_ASSERT_EQ(m->test, m->count, m->n);
}

/* Nothing is left, and it holds nothing. */
void lpm_model_empty(struct lpm_model *m)
{
	unsigned int i;

	for (i = 0; i < m->n; i++)
		lpm_model_remove(m, m->entry[i]);
	KUNIT_EXPECT_EQ(m->test, m->lpm.count, 0);
	KUNIT_EXPECT_EQ(m->test, m->lpm.holes, 0);
	KUNIT_EXPECT_NULL(m->test, vr_lpm_next(&m->lpm, 0, 0, 0, false));
	KUNIT_EXPECT_EQ(m->test, vr_mem_bytes(&m->mem, VR_MEM_TRIE), 0);
	KUNIT_EXPECT_EQ(m->test, vr_mem_objects(&m->mem, VR_MEM_TRIE), 0);
	vr_lpm_exit(&m->lpm);
}
