// SPDX-License-Identifier: GPL-2.0-only
/* Nodes of a longest prefix match: places in them, making them, retiring them. */
#include "lib/lpm_node.h"

const struct lpm_node vr_lpm_hole = { .lo = LPM_TOP_SHIFT / 2 };

/* For value v the bits (64 + v) >> 1, (64 + v) >> 2, ... (64 + v) >> 6. */
const u64 vr_lpm_covers[64] ____cacheline_aligned = {
	0x0000000100010116, 0x0000000100010116, 0x0000000200010116, 0x0000000200010116,
	0x0000000400020116, 0x0000000400020116, 0x0000000800020116, 0x0000000800020116,
	0x0000001000040216, 0x0000001000040216, 0x0000002000040216, 0x0000002000040216,
	0x0000004000080216, 0x0000004000080216, 0x0000008000080216, 0x0000008000080216,
	0x0000010000100426, 0x0000010000100426, 0x0000020000100426, 0x0000020000100426,
	0x0000040000200426, 0x0000040000200426, 0x0000080000200426, 0x0000080000200426,
	0x0000100000400826, 0x0000100000400826, 0x0000200000400826, 0x0000200000400826,
	0x0000400000800826, 0x0000400000800826, 0x0000800000800826, 0x0000800000800826,
	0x000100000100104a, 0x000100000100104a, 0x000200000100104a, 0x000200000100104a,
	0x000400000200104a, 0x000400000200104a, 0x000800000200104a, 0x000800000200104a,
	0x001000000400204a, 0x001000000400204a, 0x002000000400204a, 0x002000000400204a,
	0x004000000800204a, 0x004000000800204a, 0x008000000800204a, 0x008000000800204a,
	0x010000001000408a, 0x010000001000408a, 0x020000001000408a, 0x020000001000408a,
	0x040000002000408a, 0x040000002000408a, 0x080000002000408a, 0x080000002000408a,
	0x100000004000808a, 0x100000004000808a, 0x200000004000808a, 0x200000004000808a,
	0x400000008000808a, 0x400000008000808a, 0x800000008000808a, 0x800000008000808a,
};

/*
 * Places
 */

unsigned int vr_lpm_cut(unsigned int common, u64 *hi, u64 *lo)
{
	unsigned int shift = LPM_TOP_SHIFT - (common + 4) / LPM_STRIDE * LPM_STRIDE;
	/* The node's own six bits go as well, and all of the topmost one. */
	unsigned int bits = shift + LPM_STRIDE;

	if (bits > 127)
		*hi = 0;
	else if (bits >= 64)
		*hi = *hi >> (bits - 64) << (bits - 64);
	*lo = bits >= 64 ? 0 : *lo >> bits << bits;
	return shift;
}

unsigned int vr_lpm_place(unsigned int shift, u64 hi, u64 lo, unsigned int plen)
{
	unsigned int index;

	if (shift >= 64)
		index = (hi >> (shift - 64)) & 63;
	else if (shift == 60)
		index = (hi << 4 | lo >> 60) & 63;
	else
		index = (lo >> shift) & 63;
	if (plen + shift >= 128)
		return index;
	return LPM_PLACE_OWN + ((64 + index) >> (128 - shift - plen));
}

bool vr_lpm_node_has(const struct lpm_node *node, unsigned int place)
{
	if (place < LPM_PLACE_OWN)
		return node->kids & BIT_ULL(place);
	return node->own & BIT_ULL(place - LPM_PLACE_OWN);
}

void __rcu **vr_lpm_node_slot(struct lpm_node *node, unsigned int place)
{
	unsigned int i;

	if (place < LPM_PLACE_OWN)
		i = lpm_map_below(node->kids, place);
	else
		i = hweight64(node->kids) + lpm_map_below(node->own, place - LPM_PLACE_OWN);
	return &node->slot[i];
}

unsigned int vr_lpm_place_first(u64 kids, u64 own, unsigned int from)
{
	unsigned int place = LPM_PLACE_NONE;
	unsigned int begin = 64;
	unsigned int bits, width, i;
	u64 map;

	for (bits = 0; bits < LPM_STRIDE; bits++) {
		width = 1U << (LPM_STRIDE - bits);
		i = DIV_ROUND_UP(from, width);
		/* Own prefixes of this many bits are numbers 2^bits to 2^(bits + 1) - 1. */
		map = own >> BIT(bits) & (BIT_ULL(BIT(bits)) - 1);
		map = map >> i << i;
		if (map && __ffs64(map) * width < begin) {
			begin = __ffs64(map) * width;
			place = LPM_PLACE_OWN + BIT(bits) + __ffs64(map);
		}
	}
	if (from < 64 && kids >> from && from + __ffs64(kids >> from) < begin)
		place = from + __ffs64(kids >> from);
	return place;
}

unsigned int vr_lpm_place_own_at(u64 own, unsigned int index, int bits)
{
	unsigned int number;

	/* Those that do not begin there end in a one where @index has one. */
	bits = max_t(int, bits, LPM_STRIDE - (int)__ffs64(index | 64));
	for (; bits < LPM_STRIDE; bits++) {
		number = (64 + index) >> (LPM_STRIDE - bits);
		if (own & BIT_ULL(number))
			return LPM_PLACE_OWN + number;
	}
	return LPM_PLACE_NONE;
}

static unsigned int node_slots(const struct lpm_node *node)
{
	return hweight64(node->kids) + hweight64(node->own);
}

void vr_lpm_node_live(const struct vr_lpm *lpm, const struct lpm_node *node, u64 *kids, u64 *own)
{
	unsigned int i = 0;
	u64 rest;

	*kids = node->kids;
	*own = node->own;
	if (likely(!lpm->holes))
		return;
	for (rest = node->kids; rest; rest &= rest - 1)
		if (lpm_is_hole(lpm_slot_get(&node->slot[i++])))
			*kids &= ~(rest & -rest);
	for (rest = node->own; rest; rest &= rest - 1)
		if (lpm_is_hole(lpm_slot_get(&node->slot[i++])))
			*own &= ~(rest & -rest);
}

/*
 * Making and retiring
 */

static size_t node_size(u64 kids, u64 own)
{
	return sizeof(struct lpm_node) +
	       (hweight64(kids) + hweight64(own)) * sizeof(void __rcu *);
}

static struct lpm_node *node_alloc(struct vr_lpm *lpm, u64 kids, u64 own)
{
	struct lpm_node *node = vr_zalloc(lpm->mem, VR_MEM_TRIE, node_size(kids, own));

	if (!node)
		return NULL;
	node->kids = kids;
	node->own = own;
	return node;
}

void vr_lpm_node_retire(struct vr_lpm *lpm, struct lpm_node *node)
{
	vr_free_rcu(lpm->mem, VR_MEM_TRIE, node, node_size(node->kids, node->own), rcu);
}

/* Copies the slots whose bits are in both maps; others in @to are left alone. */
static void slots_copy(void __rcu **to, u64 to_map, void __rcu *const *from, u64 from_map)
{
	u64 rest, bit;

	for (rest = to_map | from_map; rest; rest &= rest - 1) {
		bit = rest & -rest;
		if (to_map & from_map & bit)
			RCU_INIT_POINTER(*to, lpm_slot_get(from));
		if (to_map & bit)
			to++;
		if (from_map & bit)
			from++;
	}
}

bool vr_lpm_node_toggle(struct vr_lpm *lpm, void __rcu **slot, struct lpm_node *old,
			unsigned int place, void *p)
{
	bool add = !vr_lpm_node_has(old, place);
	struct lpm_node *new;
	u64 kids, own;
	unsigned int holes;

	vr_lpm_node_live(lpm, old, &kids, &own);
	holes = node_slots(old) - hweight64(kids) - hweight64(own);
	if (place < LPM_PLACE_OWN)
		kids ^= BIT_ULL(place);
	else
		own ^= BIT_ULL(place - LPM_PLACE_OWN);
	new = node_alloc(lpm, kids, own);
	if (!new)
		return false;
	new->hi = old->hi;
	new->lo = old->lo;
	slots_copy(new->slot, kids, old->slot, old->kids);
	slots_copy(new->slot + hweight64(kids), own, old->slot + hweight64(old->kids), old->own);
	if (add)
		RCU_INIT_POINTER(*vr_lpm_node_slot(new, place), p);
	rcu_assign_pointer(*slot, new);
	lpm->holes -= holes;
	vr_lpm_node_retire(lpm, old);
	return true;
}

struct lpm_node *vr_lpm_node_join(struct vr_lpm *lpm, unsigned int common,
				  struct vr_lpm_leaf *leaf, void *p, u64 hi, u64 lo,
				  unsigned int plen)
{
	u64 key_hi = hi, key_lo = lo;
	unsigned int shift = vr_lpm_cut(common, &key_hi, &key_lo);
	unsigned int place[2] = {
		vr_lpm_place(shift, leaf->hi, leaf->lo, leaf->plen),
		vr_lpm_place(shift, hi, lo, plen),
	};
	u64 map[2] = { 0, 0 };
	struct lpm_node *node;
	unsigned int i;

	for (i = 0; i < 2; i++)
		map[place[i] / LPM_PLACE_OWN] |= BIT_ULL(place[i] % LPM_PLACE_OWN);
	node = node_alloc(lpm, map[0], map[1]);
	if (!node)
		return NULL;
	node->hi = key_hi;
	node->lo = key_lo | shift / 2;
	RCU_INIT_POINTER(*vr_lpm_node_slot(node, place[0]), lpm_from_leaf(leaf));
	RCU_INIT_POINTER(*vr_lpm_node_slot(node, place[1]), p);
	return node;
}

void vr_lpm_node_collapse(struct vr_lpm *lpm, void __rcu **up, struct lpm_node *node,
			  void __rcu *const *slot)
{
	unsigned int i;
	void *p;

	for (i = 0; i < node_slots(node); i++) {
		p = lpm_slot_get(&node->slot[i]);
		if (&node->slot[i] == slot)
			continue;
		if (lpm_is_hole(p))
			lpm->holes--;
		else
			rcu_assign_pointer(*up, p);
	}
	vr_lpm_node_retire(lpm, node);
}
