/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of longest prefix match: a trie, and beside it what should be in it. */
#ifndef _VR_LPM_MODEL_H
#define _VR_LPM_MODEL_H

#include "lib/lpm.h"
#include "vr_test.h"

/**
 * struct lpm_entry - a prefix that a test may put into the trie
 * @hi: as in the leaf
 * @lo: as in the leaf
 * @plen: as in the leaf
 * @in: which of @leaf is in the trie, NULL if none
 * @leaf: two, for the one to replace the other
 */
struct lpm_entry {
	u64 hi;
	u64 lo;
	u8 plen;
	struct vr_lpm_leaf *in;
	struct vr_lpm_leaf leaf[2];
};

/**
 * struct lpm_model - a trie, and beside it what should be in it
 * @entry: in order of (address, plen), each prefix once
 * @n: how many
 * @count: how many of them are in
 * @wide: IPv6
 */
struct lpm_model {
	struct kunit *test;
	struct vr_test_rng rng;
	struct vr_mem mem;
	struct vr_lpm lpm;
	struct lpm_entry **entry;
	unsigned int n;
	unsigned int count;
	bool wide;
};

/* What the suite's cases can only do in user space; elsewhere nothing fails. */
static inline void fail_alloc(unsigned int n)
{
#ifdef VR_TEST_USERSPACE
	vr_test_fail_alloc(n);
#endif
}

static inline unsigned int allocs_failed(void)
{
#ifdef VR_TEST_USERSPACE
	return vr_test_allocs_failed();
#else
	return 0;
#endif
}

static inline u64 lpm_bits(int bits)
{
	return bits <= 0 ? 0 : bits >= 64 ? U64_MAX : ~(U64_MAX >> bits);
}

static inline bool lpm_covers(u64 hi, u64 lo, u8 plen, u64 addr_hi, u64 addr_lo)
{
	return !((hi ^ addr_hi) & lpm_bits(plen)) && !((lo ^ addr_lo) & lpm_bits(plen - 64));
}

struct lpm_model *lpm_model_alloc(struct kunit *test, unsigned int n, bool wide, u64 seed);
void lpm_model_add(struct lpm_model *m, u64 hi, u64 lo, u8 plen);
void lpm_model_near(struct lpm_model *m, u64 *hi, u64 *lo);
void lpm_model_fill(struct lpm_model *m, unsigned int n);
void lpm_model_check_lookup(struct lpm_model *m, u64 hi, u64 lo);
void lpm_model_check_next(struct lpm_model *m, u64 hi, u64 lo, u8 plen);
void lpm_model_check_all(struct lpm_model *m);
void lpm_model_insert(struct lpm_model *m, struct lpm_entry *e);
void lpm_model_remove(struct lpm_model *m, struct lpm_entry *e);
void lpm_model_replace(struct lpm_model *m, struct lpm_entry *e);
void lpm_model_insert_all(struct lpm_model *m);
void lpm_model_empty(struct lpm_model *m);
void lpm_leaf_spoil(struct vr_lpm_leaf *leaf);

#endif /* _VR_LPM_MODEL_H */
