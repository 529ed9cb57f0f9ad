/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trie of nodes that hangs in one slot, for lpm.c, which has one or many.
 * Private to lpm*.c. NULL in the slot is the empty trie.
 */
#ifndef _VR_LIB_LPM_TRIE_H
#define _VR_LIB_LPM_TRIE_H

#include "lib/lpm_node.h"

/* The look-up that steps over holes, by a reader or the writer; @p may be NULL. */
struct vr_lpm_leaf *vr_lpm_trie_lookup(void *p, u64 hi, u64 lo, bool reader);

/*
 * The look-up of packets in the trie @top, which is not NULL. It notes which own
 * prefixes cover the address, and reads the slot of the longest only when
 * nothing better can come.
 */
static __always_inline struct vr_lpm_leaf *lpm_trie_lookup_rcu(void *top, u64 hi, u64 lo,
							       bool wide)
{
	const struct lpm_node *best = NULL;
	const struct lpm_node *node;
	u64 index, own;
	u64 covers = 0;
	void *p = top;

	while (!lpm_is_leaf(p)) {
		node = p;
		index = lpm_node_index(node, hi, lo, wide);
		if (index > 63)
			goto best;
		own = node->own & vr_lpm_covers[index];
		best = own ? node : best;
		covers = own ? own : covers;
		if (!(node->kids & BIT_ULL(index)))
			goto best;
		p = rcu_dereference(node->slot[lpm_map_below(node->kids, index)]);
	}
	if (likely(lpm_leaf_covers(lpm_to_leaf(p), hi, lo, wide)))
		return lpm_to_leaf(p);
best:
	if (!best)
		return NULL;
	index = hweight64(best->kids) + lpm_map_below(best->own, fls64(covers) - 1);
	p = rcu_dereference(best->slot[index]);
	if (unlikely(!p))
		return vr_lpm_trie_lookup(top, hi, lo, true);
	return lpm_to_leaf(p);
}

/*
 * Writers
 *
 * find:   the slot that holds the leaf of exactly this prefix, or NULL.
 * insert: as vr_lpm_insert().
 * remove: @leaf is in the trie; cannot fail.
 * first:  the first leaf in order of what a slot holds, or NULL.
 * next:   the first leaf behind (hi, lo), or there and with at least @least bits.
 * retire: free all nodes of what a slot held.
 */
void __rcu **vr_lpm_trie_find(void __rcu **top, const struct vr_lpm_leaf *key);
int vr_lpm_trie_insert(struct vr_lpm *lpm, void __rcu **top, struct vr_lpm_leaf *leaf);
void vr_lpm_trie_remove(struct vr_lpm *lpm, void __rcu **top, struct vr_lpm_leaf *leaf);
struct vr_lpm_leaf *vr_lpm_trie_first(const struct vr_lpm *lpm, void *p);
struct vr_lpm_leaf *vr_lpm_trie_next(const struct vr_lpm *lpm, void *p, u64 hi, u64 lo,
				     unsigned int least);
void vr_lpm_trie_retire(struct vr_lpm *lpm, void *p);

#endif /* _VR_LIB_LPM_TRIE_H */
