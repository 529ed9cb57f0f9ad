// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longest prefix match: one trie, or, where there are many prefixes, a crown.
 *
 * A crown takes the place of the upper nodes of a trie, which all look-ups walk
 * through. It is an array of tries, one for each value of some bits, and one
 * trie for the rest:
 *
 *	       base           bits of the index
 *	|------------------|---------------------|-----------------------------|
 *	 as in crown->hi, lo    slot[index] ----->  all prefixes of this length
 *
 * A prefix goes into the slot of its bits if it has the base and ends behind the
 * index; all shorter ones, and those elsewhere, are in the trie of the rest. What
 * matches in a slot is longer than whatever matches in the rest, so a reader looks
 * into the rest only if the slot has no match.
 *
 * The base is chosen so that most prefixes have it, and the size so that the
 * crown costs no more than one pointer a prefix. It is built beside what is
 * there, each time that the prefixes have become four times as many, and
 * published whole. The larger one is the last.
 */
#include "lib/lpm_trie.h"

/* Fewer prefixes than this never get a crown. */
#define LPM_GROW_FIRST	1024
/* So many times as many for the next try, until there is the larger crown. */
#define LPM_GROW_BY	4
/* A crown has the bits of two nodes' strides or of three. */
#define LPM_CROWN_BITS	(2 * LPM_STRIDE)
#define LPM_CROWN_MORE	(3 * LPM_STRIDE)
/* One prefix in so many may lie on either side of the base. */
#define LPM_CROWN_ASIDE	16
/* A crown goes when there are fewer prefixes than one in so many slots. */
#define LPM_CROWN_WASTE	4

/**
 * struct lpm_crown - see above
 * @hi: bits 0..63 of the base; those behind it are zero
 * @lo: bits 64..127
 * @shift: bits of an address of 128 that are behind the index
 * @slots: how many
 * @first: no slot before this one is in use; for the writer
 * @rest: trie of the prefixes that are in no slot's
 * @rcu: to free it
 * @slot: tries by index
 */
struct lpm_crown {
	u64 hi;
	u64 lo;
	u32 shift;
	u32 slots;
	u32 first;
	void __rcu *rest;
	struct rcu_head rcu;
	void __rcu *slot[];
};

/* In lpm->root a crown has this bit of its address set, a leaf the lowest. */
#define LPM_IS_CROWN	2

static __always_inline bool is_crown(const void *p)
{
	return (unsigned long)p & LPM_IS_CROWN;
}

static __always_inline struct lpm_crown *to_crown(void *p)
{
	return p - LPM_IS_CROWN;
}

static __always_inline u64 crown_index(const struct lpm_crown *crown, u64 hi, u64 lo, bool wide)
{
	return lpm_index(crown->hi, crown->lo, crown->shift, hi, lo, wide);
}

/*
 * Readers
 */

static __always_inline struct vr_lpm_leaf *lookup_rcu(const struct vr_lpm *lpm, u64 hi, u64 lo,
						      bool wide)
{
	const struct lpm_crown *crown;
	struct vr_lpm_leaf *leaf;
	u64 index;
	void *p;

	p = rcu_dereference(lpm->root);
	if (is_crown(p)) {
		crown = to_crown(p);
		index = crown_index(crown, hi, lo, wide);
		if (likely(index < crown->slots)) {
			p = rcu_dereference(crown->slot[index]);
			leaf = p ? lpm_trie_lookup_rcu(p, hi, lo, wide) : NULL;
			if (leaf)
				return leaf;
		}
		p = rcu_dereference(crown->rest);
	}
	return p ? lpm_trie_lookup_rcu(p, hi, lo, wide) : NULL;
}

struct vr_lpm_leaf *vr_lpm_lookup4_rcu(const struct vr_lpm *lpm, u32 addr)
{
	return lookup_rcu(lpm, (u64)addr << 32, 0, false);
}

struct vr_lpm_leaf *vr_lpm_lookup6_rcu(const struct vr_lpm *lpm, u64 hi, u64 lo)
{
	return lookup_rcu(lpm, hi, lo, true);
}

/*
 * Writers
 */

static struct lpm_crown *crown_get(const struct vr_lpm *lpm)
{
	void *p = lpm_slot_get(&lpm->root);

	return is_crown(p) ? to_crown(p) : NULL;
}

/*
 * Keeps @first, after something was put into @slot or taken out of it. Whoever
 * empties a table from the front need not look at all empty slots every time.
 */
static void crown_changed(struct lpm_crown *crown, void __rcu *const *slot)
{
	if (slot == &crown->rest)
		return;
	if (lpm_slot_get(slot))
		crown->first = min_t(u32, crown->first, slot - crown->slot);
	while (crown->first < crown->slots && !lpm_slot_get(&crown->slot[crown->first]))
		crown->first++;
}

/* The slot of the trie that a prefix is in, or would be in. */
static void __rcu **trie_of(const struct vr_lpm *lpm, u64 hi, u64 lo, unsigned int plen)
{
	struct lpm_crown *crown = crown_get(lpm);
	u64 index;

	if (!crown)
		return (void __rcu **)&lpm->root;
	index = crown_index(crown, hi, lo, true);
	if (index < crown->slots && plen + crown->shift >= 128)
		return &crown->slot[index];
	return &crown->rest;
}

static struct lpm_crown *crown_alloc(struct vr_lpm *lpm, u32 slots)
{
	struct lpm_crown *crown;

	crown = vr_zalloc(lpm->mem, VR_MEM_TRIE, struct_size(crown, slot, slots));
	if (!crown)
		return NULL;
	crown->slots = slots;
	crown->first = slots;
	return crown;
}

static void crown_retire(struct vr_lpm *lpm, struct lpm_crown *crown)
{
	vr_free_rcu(lpm->mem, VR_MEM_TRIE, crown, struct_size(crown, slot, crown->slots), rcu);
}

void vr_lpm_init(struct vr_lpm *lpm, struct vr_mem *mem)
{
	memset(lpm, 0, sizeof(*lpm));
	lpm->grow_at = LPM_GROW_FIRST;
	lpm->mem = mem;
}

void vr_lpm_exit(struct vr_lpm *lpm)
{
	struct lpm_crown *crown = crown_get(lpm);
	void *p = lpm_slot_get(&lpm->root);
	u32 i;

	RCU_INIT_POINTER(lpm->root, NULL);
	if (crown) {
		for (i = 0; i < crown->slots; i++)
			vr_lpm_trie_retire(lpm, lpm_slot_get(&crown->slot[i]));
		p = lpm_slot_get(&crown->rest);
		crown_retire(lpm, crown);
	}
	vr_lpm_trie_retire(lpm, p);
	vr_lpm_init(lpm, lpm->mem);
}

struct vr_lpm_leaf *vr_lpm_find(const struct vr_lpm *lpm, u64 hi, u64 lo, u8 plen)
{
	const struct vr_lpm_leaf key = { .hi = hi, .lo = lo, .plen = plen };
	void __rcu **slot = vr_lpm_trie_find(trie_of(lpm, hi, lo, plen), &key);

	return slot ? lpm_to_leaf(lpm_slot_get(slot)) : NULL;
}

struct vr_lpm_leaf *vr_lpm_lookup(const struct vr_lpm *lpm, u64 hi, u64 lo)
{
	void __rcu **longer = trie_of(lpm, hi, lo, 128);
	void __rcu **rest = trie_of(lpm, hi, lo, 0);
	struct vr_lpm_leaf *leaf;

	leaf = vr_lpm_trie_lookup(lpm_slot_get(longer), hi, lo, false);
	if (!leaf && rest != longer)
		leaf = vr_lpm_trie_lookup(lpm_slot_get(rest), hi, lo, false);
	return leaf;
}

/*
 * Writers: order
 */

/* The first leaf in a slot of the crown, as vr_lpm_trie_next(). */
static struct vr_lpm_leaf *crown_next(const struct vr_lpm *lpm, struct lpm_crown *crown, u64 hi,
				      u64 lo, unsigned int least)
{
	u64 i = crown_index(crown, hi, lo, true);
	struct vr_lpm_leaf *leaf = NULL;

	if (i < crown->slots) {
		leaf = vr_lpm_trie_next(lpm, lpm_slot_get(&crown->slot[i]), hi, lo, least);
		i++;
	} else if (lpm_key_behind(crown->hi, crown->lo, hi, lo)) {
		i = 0;
	}
	for (i = max_t(u64, i, crown->first); !leaf && i < crown->slots; i++)
		leaf = vr_lpm_trie_first(lpm, lpm_slot_get(&crown->slot[i]));
	return leaf;
}

struct vr_lpm_leaf *vr_lpm_next(const struct vr_lpm *lpm, u64 hi, u64 lo, u8 plen, bool after)
{
	struct lpm_crown *crown = crown_get(lpm);
	unsigned int least = plen + after;
	struct vr_lpm_leaf *rest;
	struct vr_lpm_leaf *leaf;

	if (!crown)
		return vr_lpm_trie_next(lpm, lpm_slot_get(&lpm->root), hi, lo, least);
	leaf = crown_next(lpm, crown, hi, lo, least);
	rest = vr_lpm_trie_next(lpm, lpm_slot_get(&crown->rest), hi, lo, least);
	if (!leaf || !rest)
		return leaf ? leaf : rest;
	/* At the same address the rest has the shorter one. */
	return lpm_key_behind(rest->hi, rest->lo, leaf->hi, leaf->lo) ? leaf : rest;
}

/*
 * Writers: changes
 */

static int lpm_add(struct vr_lpm *lpm, struct vr_lpm_leaf *leaf)
{
	void __rcu **trie = trie_of(lpm, leaf->hi, leaf->lo, leaf->plen);
	struct lpm_crown *crown = crown_get(lpm);
	int err = vr_lpm_trie_insert(lpm, trie, leaf);

	if (err)
		return err;
	if (crown)
		crown_changed(crown, trie);
	return 0;
}

/* Lets @crown, or without it one trie, take the place of what is there. */
static bool lpm_rebuild(struct vr_lpm *lpm, struct lpm_crown *crown)
{
	struct vr_lpm_leaf *leaf = vr_lpm_next(lpm, 0, 0, 0, false);
	struct vr_lpm old = *lpm;
	struct vr_lpm new;

	vr_lpm_init(&new, lpm->mem);
	if (crown)
		RCU_INIT_POINTER(new.root, (void *)crown + LPM_IS_CROWN);
	for (; leaf; leaf = vr_lpm_next(lpm, leaf->hi, leaf->lo, leaf->plen, true)) {
		if (lpm_add(&new, leaf)) {
			vr_lpm_exit(&new);
			return false;
		}
		vr_breathe();
	}
	rcu_assign_pointer(lpm->root, lpm_slot_get(&new.root));
	lpm->holes = new.holes;
	vr_lpm_exit(&old);
	return true;
}

/* The key of the last node that most prefixes are below, and its shift. */
static unsigned int lpm_base(const struct vr_lpm *lpm, u64 *hi, u64 *lo)
{
	struct vr_lpm_leaf *leaf = vr_lpm_next(lpm, 0, 0, 0, false);
	u64 aside = lpm->count / LPM_CROWN_ASIDE;
	const struct vr_lpm_leaf *from = leaf;
	unsigned int common;
	u64 i;

	for (i = 1; i < lpm->count - aside; i++) {
		leaf = vr_lpm_next(lpm, leaf->hi, leaf->lo, leaf->plen, true);
		if (i == aside)
			from = leaf;
		vr_breathe();
	}
	common = lpm_common(from->hi, from->lo, leaf->hi, leaf->lo);
	common = min_t(unsigned int, common, min(from->plen, leaf->plen));
	*hi = leaf->hi;
	*lo = leaf->lo;
	return vr_lpm_cut(common, hi, lo);
}

/*
 * Slots of a crown whose base is the key of a node with @shift; 0 if there are
 * no @bits bits behind it. It makes room for itself at the cost of the last
 * few, whose prefixes are of the rest, to fill a power of two of memory.
 */
static u32 crown_slots(unsigned int shift, unsigned int bits)
{
	if (shift + LPM_STRIDE < bits)
		return 0;
	/* The topmost node begins four bits before the address. */
	if (shift == LPM_TOP_SHIFT)
		bits -= 4;
	return BIT(bits) - sizeof(struct lpm_crown) / sizeof(void __rcu *);
}

/* Makes a crown for so many prefixes, or a better one; where memory is short, none. */
static void lpm_grow(struct vr_lpm *lpm)
{
	struct lpm_crown *old = crown_get(lpm);
	unsigned int bits = LPM_CROWN_MORE;
	struct lpm_crown *crown;
	unsigned int shift;
	u32 slots;
	u64 hi, lo;

	lpm->grow_at = lpm->count * LPM_GROW_BY;
	shift = lpm_base(lpm, &hi, &lo);
	slots = crown_slots(shift, bits);
	if (!slots || slots > lpm->count) {
		bits = LPM_CROWN_BITS;
		slots = crown_slots(shift, bits);
	}
	if (!slots || slots > lpm->count)
		return;
	if (old && old->hi == hi && old->lo == lo && old->slots == slots)
		return;
	crown = crown_alloc(lpm, slots);
	if (!crown)
		return;
	crown->hi = hi;
	crown->lo = lo;
	crown->shift = shift + LPM_STRIDE - bits;
	if (lpm_rebuild(lpm, crown) && bits == LPM_CROWN_MORE)
		lpm->grow_at = U64_MAX;
}

/* Gives up a crown that has become too large. */
static void lpm_shrink(struct vr_lpm *lpm, const struct lpm_crown *crown)
{
	if (!lpm->count) {
		vr_lpm_exit(lpm);
		return;
	}
	/* Just once on the way down, lest each removal tries where memory is short. */
	if (lpm->count == crown->slots / LPM_CROWN_WASTE && lpm_rebuild(lpm, NULL))
		lpm->grow_at = max_t(u64, LPM_GROW_FIRST, lpm->count * LPM_GROW_BY);
}

int vr_lpm_insert(struct vr_lpm *lpm, struct vr_lpm_leaf *leaf)
{
	int err = lpm_add(lpm, leaf);

	if (err)
		return err;
	lpm->count++;
	if (lpm->count >= lpm->grow_at)
		lpm_grow(lpm);
	return 0;
}

void vr_lpm_replace(struct vr_lpm *lpm, struct vr_lpm_leaf *old, struct vr_lpm_leaf *new)
{
	void __rcu **slot = vr_lpm_trie_find(trie_of(lpm, old->hi, old->lo, old->plen), old);

	if (WARN_ON_ONCE(!slot))
		return;
	rcu_assign_pointer(*slot, lpm_from_leaf(new));
}

void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_leaf *leaf)
{
	void __rcu **trie = trie_of(lpm, leaf->hi, leaf->lo, leaf->plen);
	struct lpm_crown *crown = crown_get(lpm);

	vr_lpm_trie_remove(lpm, trie, leaf);
	lpm->count--;
	if (!crown)
		return;
	crown_changed(crown, trie);
	lpm_shrink(lpm, crown);
}
