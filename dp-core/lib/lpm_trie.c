// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match in one trie: a tree bitmap with path compression.
 *
 * A slot holds the topmost node, a node's slots those below it: lpm_node.h. A
 * reader compares every node's key on its way down, so it never goes back:
 * where the address parts from a key, the last own prefix that it met is the
 * longest match. Shorter prefixes stay where they are, whatever lies in them.
 *
 * Readers run beside a writer without retry, for they see each node as it was
 * before a change or as it is after. Every node has at least two slots in use;
 * one that would keep a single one gives way to what is in that. Hence an
 * insertion allocates one node or none. A removal that finds no memory for a
 * smaller node leaves a hole. A hole among the kids is the node without slots,
 * a hole among the own prefixes is NULL, and only there a reader looks twice.
 */
#include "lib/lpm_trie.h"

/*
 * Readers
 */

static __always_inline void *slot_read(void __rcu *const *slot, bool reader)
{
	return reader ? rcu_dereference(*slot) : rcu_dereference_protected(*slot, 1);
}

/* The longest own prefix of @node among @own that is not a hole, or NULL. */
static struct vr_lpm_leaf *node_longest(const struct lpm_node *node, u64 own, bool reader)
{
	unsigned int kids = hweight64(node->kids);
	unsigned int bit;
	void *p;

	for (; own; own &= ~BIT_ULL(bit)) {
		bit = fls64(own) - 1;
		p = slot_read(&node->slot[kids + lpm_map_below(node->own, bit)], reader);
		if (p)
			return lpm_to_leaf(p);
	}
	return NULL;
}

struct vr_lpm_leaf *vr_lpm_trie_lookup(void *p, u64 hi, u64 lo, bool reader)
{
	struct vr_lpm_leaf *best = NULL;
	const struct lpm_node *node;
	struct vr_lpm_leaf *leaf;
	u64 index;

	while (p && !lpm_is_leaf(p)) {
		node = p;
		index = lpm_node_index(node, hi, lo, true);
		if (index > 63)
			return best;
		leaf = node_longest(node, node->own & vr_lpm_covers[index], reader);
		if (leaf)
			best = leaf;
		if (!(node->kids & BIT_ULL(index)))
			return best;
		p = slot_read(&node->slot[lpm_map_below(node->kids, index)], reader);
	}
	if (p && lpm_leaf_covers(lpm_to_leaf(p), hi, lo, true))
		return lpm_to_leaf(p);
	return best;
}

/*
 * Writers: changes
 */

static bool node_covers(const struct lpm_node *node, const struct vr_lpm_leaf *leaf)
{
	return leaf->plen >= lpm_node_position(node) &&
	       lpm_node_index(node, leaf->hi, leaf->lo, true) <= 63;
}

/*
 * As vr_lpm_trie_find(). If it is a node's slot, the node goes to *@node, the
 * place in it to *@place and the slot that holds the node to *@up.
 */
static void __rcu **leaf_slot(void __rcu **top, const struct vr_lpm_leaf *key,
			      struct lpm_node **node, unsigned int *place, void __rcu ***up)
{
	const struct vr_lpm_leaf *leaf;
	void __rcu **slot = top;
	void *p;

	*node = NULL;
	for (p = lpm_slot_get(slot); !lpm_is_hole(p) && !lpm_is_leaf(p); p = lpm_slot_get(slot)) {
		if (!node_covers(p, key))
			return NULL;
		*place = vr_lpm_place(lpm_node_shift(p), key->hi, key->lo, key->plen);
		if (!vr_lpm_node_has(p, *place))
			return NULL;
		*node = p;
		*up = slot;
		slot = vr_lpm_node_slot(p, *place);
	}
	if (lpm_is_hole(p))
		return NULL;
	leaf = lpm_to_leaf(p);
	if (leaf->plen != key->plen || leaf->hi != key->hi || leaf->lo != key->lo)
		return NULL;
	return slot;
}

void __rcu **vr_lpm_trie_find(void __rcu **top, const struct vr_lpm_leaf *key)
{
	struct lpm_node *node;
	unsigned int place;
	void __rcu **up;

	return leaf_slot(top, key, &node, &place, &up);
}

/* @p is a leaf, or a node that does not cover @leaf: makes them two slots of a new node. */
static int insert_beside(struct vr_lpm *lpm, void __rcu **slot, struct vr_lpm_leaf *leaf, void *p)
{
	const struct vr_lpm_leaf *other = lpm_is_leaf(p) ? lpm_to_leaf(p) : NULL;
	struct lpm_node *node = other ? NULL : p;
	u64 hi = other ? other->hi : node->hi;
	u64 lo = other ? other->lo : lpm_node_lo(node);
	unsigned int common;

	common = lpm_common(leaf->hi, leaf->lo, hi, lo);
	common = min_t(unsigned int, common, leaf->plen);
	common = min_t(unsigned int, common, other ? other->plen : lpm_node_position(node));
	if (other && common == leaf->plen && common == other->plen)
		return -EEXIST;
	node = vr_lpm_node_join(lpm, common, leaf, p, hi, lo, other ? other->plen : 128);
	if (!node)
		return -ENOMEM;
	rcu_assign_pointer(*slot, node);
	return 0;
}

int vr_lpm_trie_insert(struct vr_lpm *lpm, void __rcu **top, struct vr_lpm_leaf *leaf)
{
	struct lpm_node *node = NULL;
	void __rcu **slot = top;
	unsigned int place;
	void *p;

	for (p = lpm_slot_get(slot); !lpm_is_hole(p); p = lpm_slot_get(slot)) {
		if (lpm_is_leaf(p) || !node_covers(p, leaf))
			return insert_beside(lpm, slot, leaf, p);
		node = p;
		place = vr_lpm_place(lpm_node_shift(node), leaf->hi, leaf->lo, leaf->plen);
		if (!vr_lpm_node_has(node, place))
			return vr_lpm_node_toggle(lpm, slot, node, place, lpm_from_leaf(leaf)) ?
				       0 : -ENOMEM;
		slot = vr_lpm_node_slot(node, place);
	}
	if (node)
		lpm->holes--;
	rcu_assign_pointer(*slot, lpm_from_leaf(leaf));
	return 0;
}

void vr_lpm_trie_remove(struct vr_lpm *lpm, void __rcu **top, struct vr_lpm_leaf *leaf)
{
	struct lpm_node *node;
	unsigned int place;
	void __rcu **slot;
	void __rcu **up;
	u64 kids, own;

	slot = leaf_slot(top, leaf, &node, &place, &up);
	if (WARN_ON_ONCE(!slot))
		return;
	if (!node) {
		RCU_INIT_POINTER(*slot, NULL);
		return;
	}
	vr_lpm_node_live(lpm, node, &kids, &own);
	if (hweight64(kids) + hweight64(own) == 2) {
		vr_lpm_node_collapse(lpm, up, node, slot);
		return;
	}
	if (vr_lpm_node_toggle(lpm, up, node, place, NULL))
		return;
	if (place < LPM_PLACE_OWN)
		rcu_assign_pointer(*slot, (void *)&vr_lpm_hole);
	else
		RCU_INIT_POINTER(*slot, NULL);
	lpm->holes++;
}

/* At most 22 nodes deep. */
void vr_lpm_trie_retire(struct vr_lpm *lpm, void *p)
{
	struct lpm_node *node = p;
	unsigned int i;

	if (lpm_is_hole(p) || lpm_is_leaf(p))
		return;
	for (i = 0; i < hweight64(node->kids); i++)
		vr_lpm_trie_retire(lpm, lpm_slot_get(&node->slot[i]));
	vr_lpm_node_retire(lpm, node);
}

/*
 * Writers: order
 */

/* No bit of the address is set behind the node's six. */
static bool node_at_begin(const struct lpm_node *node, u64 hi, u64 lo)
{
	unsigned int shift = lpm_node_shift(node);

	if (shift >= 64)
		return !lo && !(hi & (BIT_ULL(shift - 64) - 1));
	return !(lo & (BIT_ULL(shift) - 1));
}

struct vr_lpm_leaf *vr_lpm_trie_first(const struct vr_lpm *lpm, void *p)
{
	struct lpm_node *node;
	u64 kids, own;

	while (p && !lpm_is_leaf(p)) {
		node = p;
		vr_lpm_node_live(lpm, node, &kids, &own);
		p = lpm_slot_get(vr_lpm_node_slot(node, vr_lpm_place_first(kids, own, 0)));
	}
	return p ? lpm_to_leaf(p) : NULL;
}

struct vr_lpm_leaf *vr_lpm_trie_next(const struct vr_lpm *lpm, void *p, u64 hi, u64 lo,
				     unsigned int least)
{
	const struct vr_lpm_leaf *leaf;
	void *behind = NULL;
	struct lpm_node *node;
	unsigned int place;
	u64 kids, own;
	u64 index;

	/* On the way down to the prefix, @behind is the nearest slot behind that way. */
	while (p && !lpm_is_leaf(p)) {
		node = p;
		index = lpm_node_index(node, hi, lo, true);
		if (index > 63)
			return vr_lpm_trie_first(lpm, lpm_key_behind(node->hi, lpm_node_lo(node),
								     hi, lo) ? p : behind);
		vr_lpm_node_live(lpm, node, &kids, &own);
		if (node_at_begin(node, hi, lo)) {
			place = vr_lpm_place_own_at(own, index,
						    (int)least - lpm_node_position(node));
			if (place != LPM_PLACE_NONE)
				return lpm_to_leaf(lpm_slot_get(vr_lpm_node_slot(node, place)));
		}
		place = vr_lpm_place_first(kids, own, index + 1);
		if (place != LPM_PLACE_NONE)
			behind = lpm_slot_get(vr_lpm_node_slot(node, place));
		if (!(kids & BIT_ULL(index)))
			return vr_lpm_trie_first(lpm, behind);
		p = lpm_slot_get(vr_lpm_node_slot(node, index));
	}
	leaf = p ? lpm_to_leaf(p) : NULL;
	if (leaf && (lpm_key_behind(leaf->hi, leaf->lo, hi, lo) ||
		     (leaf->hi == hi && leaf->lo == lo && leaf->plen >= least)))
		return lpm_to_leaf(p);
	return vr_lpm_trie_first(lpm, behind);
}
