/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Longest prefix match over keys of up to 128 bits, for readers under RCU and
 * one writer at a time. An empty trie holds no memory, one with a single
 * prefix neither; a removed prefix leaves the shorter ones that cover it.
 */
#ifndef _VR_LIB_LPM_H
#define _VR_LIB_LPM_H

#include <vr/host.h>

/**
 * struct vr_lpm_leaf - first member of what is kept in a trie
 * @hi: bits 0..63 of the prefix, host order, the first bit is the highest; an
 *	IPv4 address is in the upper half
 * @lo: bits 64..127, zero for IPv4
 * @plen: how many bits count; the others are zero
 */
struct vr_lpm_leaf {
	u64 hi;
	u64 lo;
	u8 plen;
};

/**
 * struct vr_lpm - a trie
 * @root: topmost node, or only leaf, or crown
 * @count: leaves
 * @grow_at: at how many leaves to think of a crown, or of a larger one
 * @holes: slots that a removal had to leave empty because memory was lacking
 * @mem: where nodes are counted, class VR_MEM_TRIE
 */
struct vr_lpm {
	void __rcu *root;
	u64 count;
	u64 grow_at;
	u64 holes;
	struct vr_mem *mem;
};

void vr_lpm_init(struct vr_lpm *lpm, struct vr_mem *mem);

/*
 * Frees the trie, not its leaves, and looks at none of them. Who frees leaves
 * takes them out first: vr_lpm_next() reads others than the one it returns.
 * Readers may still be under way; there are no new ones.
 */
void vr_lpm_exit(struct vr_lpm *lpm);

/* Readers under RCU: the leaf with the longest prefix that covers the address, or NULL. */
struct vr_lpm_leaf *vr_lpm_lookup4_rcu(const struct vr_lpm *lpm, u32 addr);
struct vr_lpm_leaf *vr_lpm_lookup6_rcu(const struct vr_lpm *lpm, u64 hi, u64 lo);

/*
 * Writers; the caller holds the lock that serialises them. Leaves are never
 * freed here: who removed or replaced one frees it after a grace period.
 *
 * find:    the leaf of exactly this prefix, or NULL.
 * lookup:  as the readers' look-up.
 * insert:  -EEXIST, -ENOMEM; nothing has changed then. May sleep.
 * replace: @new in the place of @old, which has the same prefix. Cannot fail.
 * remove:  cannot fail: where memory for a smaller node is lacking, the larger one stays.
 *	    May sleep.
 * next:    in order of (address, plen): the first leaf behind (hi, lo, plen), or with
 *	    @after false the first at or behind it; NULL after the last. The prefix
 *	    that is asked about need not be in the trie.
 */
struct vr_lpm_leaf *vr_lpm_find(const struct vr_lpm *lpm, u64 hi, u64 lo, u8 plen);
struct vr_lpm_leaf *vr_lpm_lookup(const struct vr_lpm *lpm, u64 hi, u64 lo);
int vr_lpm_insert(struct vr_lpm *lpm, struct vr_lpm_leaf *leaf);
void vr_lpm_replace(struct vr_lpm *lpm, struct vr_lpm_leaf *old, struct vr_lpm_leaf *new);
void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_leaf *leaf);
struct vr_lpm_leaf *vr_lpm_next(const struct vr_lpm *lpm, u64 hi, u64 lo, u8 plen, bool after);

#endif /* _VR_LIB_LPM_H */
