/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Nodes of a longest prefix match: what they look like, and what readers do
 * with one. Private to lpm*.c, where lpm_trie.c says how they make a trie.
 *
 * A node decides six bits of the address. Nodes stand at the bit positions -4,
 * 2, 8, 14, 20, 26 ... 122, so that an IPv4 and an IPv6 host route both end
 * where a node ends. A node has one slot for each
 *
 *	kid: value of its six bits that has longer prefixes. The slot holds the
 *	     node below, which may be many bits further down, or, if there is
 *	     only one such prefix, the leaf itself, of whatever length.
 *	own: prefix that ends within the six bits, 0 to 5 bits behind the node's
 *	     position. They are numbered as a heap: 1 is the one of no bits, 2
 *	     and 3 those of one bit, ... 63 the last one of five.
 *
 *	+------+-----+-----+----------+---------------+---------------+
 *	| kids | own | key | rcu head | kid, kid, ... | own, own, ... |
 *	+------+-----+-----+----------+---------------+---------------+
 *
 * The key is what all below the node have in common. A published node never
 * changes but for what single slots hold. Another bit in a bitmap makes another
 * node, which takes the place of the old one in the slot above.
 */
#ifndef _VR_LIB_LPM_NODE_H
#define _VR_LIB_LPM_NODE_H

#include "lib/lpm.h"

#define LPM_STRIDE	6
/* Bits of an address of 128 that are behind the topmost node's six. */
#define LPM_TOP_SHIFT	126
/* Places in a node by number: kids are 0..63, own prefixes 64 + 1..63. */
#define LPM_PLACE_OWN	64
#define LPM_PLACE_NONE	128

/**
 * struct lpm_node - see above
 * @kids: values of the six bits that have a slot
 * @own: numbers of own prefixes that have a slot
 * @hi: bits 0..63 of the key; those from the node's position on are zero
 * @lo: bits 64..127; in the lowest six, which no key reaches, half of what an
 *	address of 128 bits is shifted right by to have the node's six bits last
 * @rcu: to free it
 * @slot: first the kids, then the own prefixes, each in order of number; a leaf
 *	has its lowest address bit set
 */
struct lpm_node {
	u64 kids;
	u64 own;
	u64 hi;
	u64 lo;
	struct rcu_head rcu;
	void __rcu *slot[];
};

#define LPM_LO_SHIFT	63ULL

/* A kid's slot from which a leaf was removed without memory for a smaller node. */
extern const struct lpm_node vr_lpm_hole;
/* Own prefixes that cover a value of the six bits: its ancestors in the heap. */
extern const u64 vr_lpm_covers[64];

static __always_inline bool lpm_is_leaf(const void *p)
{
	return (unsigned long)p & 1;
}

static __always_inline struct vr_lpm_leaf *lpm_to_leaf(void *p)
{
	return p - 1;
}

static inline void *lpm_from_leaf(struct vr_lpm_leaf *leaf)
{
	return (void *)leaf + 1;
}

static __always_inline bool lpm_is_hole(const void *p)
{
	return !p || p == &vr_lpm_hole;
}

/* What a slot holds, for the writer. */
static inline void *lpm_slot_get(void __rcu *const *slot)
{
	return rcu_dereference_protected(*slot, 1);
}

/* How many bits of @map are below @bit. */
static __always_inline unsigned int lpm_map_below(u64 map, unsigned int bit)
{
	return hweight64(map & (BIT_ULL(bit) - 1));
}

static __always_inline unsigned int lpm_node_shift(const struct lpm_node *node)
{
	return (node->lo & LPM_LO_SHIFT) * 2;
}

static __always_inline u64 lpm_node_lo(const struct lpm_node *node)
{
	return node->lo & ~LPM_LO_SHIFT;
}

/* Bits that an address has before the node's six; -4 for the topmost. */
static inline int lpm_node_position(const struct lpm_node *node)
{
	return 128 - LPM_STRIDE - (int)lpm_node_shift(node);
}

static inline bool lpm_key_behind(u64 hi1, u64 lo1, u64 hi2, u64 lo2)
{
	return hi1 > hi2 || (hi1 == hi2 && lo1 > lo2);
}

/* Bits that two keys have in common, of 128. */
static inline unsigned int lpm_common(u64 hi1, u64 lo1, u64 hi2, u64 lo2)
{
	return hi1 != hi2 ? 64 - fls64(hi1 ^ hi2) : 128 - fls64(lo1 ^ lo2);
}

/*
 * What is left of an address behind a key if its last @shift bits are dropped
 * as well; very much if it parts from the key before. @wide is false where all
 * addresses are IPv4, whose keys end in the upper half: @shift is 64 or more.
 */
static __always_inline u64 lpm_index(u64 key_hi, u64 key_lo, unsigned int shift, u64 hi, u64 lo,
				     bool wide)
{
	hi ^= key_hi;
	if (!wide || shift >= 64)
		return hi >> (shift & 63);
	if (hi >> shift)
		return U64_MAX;
	return hi << 1 << (63 - shift) | (lo ^ key_lo) >> shift;
}

/* The node's six bits of an address; more than 63 if it parts from the key before. */
static __always_inline u64 lpm_node_index(const struct lpm_node *node, u64 hi, u64 lo, bool wide)
{
	return lpm_index(node->hi, lpm_node_lo(node), lpm_node_shift(node), hi, lo, wide);
}

static __always_inline bool lpm_leaf_covers(const struct vr_lpm_leaf *leaf, u64 hi, u64 lo,
					    bool wide)
{
	unsigned int plen = leaf->plen;

	hi ^= leaf->hi;
	if (!wide || plen < 64)
		return !(hi >> 1 >> (63 - plen));
	return !hi && (plen == 64 || !((lo ^ leaf->lo) >> (128 - plen)));
}

/*
 * Writers
 *
 * cut:	     make the key of a node out of a longer one: the last node's that stands
 *	     at or before bit @common. Its shift.
 * place:    where a prefix goes in a node with this shift and a key that covers it.
 * has:	     the node has a slot for @place.
 * slot:     that slot.
 * live:     the kids and own prefixes that are no holes.
 * toggle:   put in the place of @old, which is in @slot, a copy without holes that
 *	     has @place if @old lacks it (it holds @p), or lacks it if @old has it.
 *	     False if there is no memory; nothing has changed then.
 * collapse: put what is in the only slot of @node but @slot in the place of @node,
 *	     which is in @up.
 * join:     a node of two: @leaf and @p, which is a leaf of prefix (hi, lo, plen)
 *	     or a node with that key and plen 128. They part, or the shorter one
 *	     ends, behind bit @common. NULL if there is no memory.
 * retire:   free it after a grace period.
 */
unsigned int vr_lpm_cut(unsigned int common, u64 *hi, u64 *lo);
unsigned int vr_lpm_place(unsigned int shift, u64 hi, u64 lo, unsigned int plen);
bool vr_lpm_node_has(const struct lpm_node *node, unsigned int place);
void __rcu **vr_lpm_node_slot(struct lpm_node *node, unsigned int place);
void vr_lpm_node_live(const struct vr_lpm *lpm, const struct lpm_node *node, u64 *kids, u64 *own);
bool vr_lpm_node_toggle(struct vr_lpm *lpm, void __rcu **slot, struct lpm_node *old,
			unsigned int place, void *p);
void vr_lpm_node_collapse(struct vr_lpm *lpm, void __rcu **up, struct lpm_node *node,
			  void __rcu *const *slot);
struct lpm_node *vr_lpm_node_join(struct vr_lpm *lpm, unsigned int common,
				  struct vr_lpm_leaf *leaf, void *p, u64 hi, u64 lo,
				  unsigned int plen);
void vr_lpm_node_retire(struct vr_lpm *lpm, struct lpm_node *node);

/*
 * In order: that is the order of the value of six bits at which a place begins;
 * own prefixes, the shorter first, before the kid of that value.
 *
 * first:  the first place that begins at @from or behind.
 * own_at: the first own prefix that begins exactly at @index and has at least @bits bits.
 * Both LPM_PLACE_NONE if there is none.
 */
unsigned int vr_lpm_place_first(u64 kids, u64 own, unsigned int from);
unsigned int vr_lpm_place_own_at(u64 own, unsigned int index, int bits);

#endif /* _VR_LIB_LPM_NODE_H */
