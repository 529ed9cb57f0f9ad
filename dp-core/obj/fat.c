// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fat flows: the rules of a vif, and what they take out of a flow key.
 *
 * Rules are looked up by (protocol, port) in a hash table that finds those
 * which share them, the ones with longer prefixes first. A packet asks for the
 * smaller of its ports, then for the larger, then for the rules of every port
 * (port 0); the first rule that its addresses match is applied. Everything is
 * one block of memory that never changes once it is built.
 */
#include "obj/fat.h"

/* The two ends of a conversation: the guest, and the other one. */
enum fat_end {
	FAT_GUEST,
	FAT_REMOTE,
	FAT_ENDS,
};

/**
 * struct fat_cond - what a rule says of one end's address
 * @net: the address matches if it is this one
 * @mask: under these bits
 * @keep: bits that stay in the key
 */
struct fat_cond {
	__be32 net[4];
	__be32 mask[4];
	__be32 keep[4];
};

/**
 * struct fat_entry - a rule in the form that packets use
 * @family: of the keys that it is for, 0: both
 * @cond: by enum fat_end; of no condition the masks are 0
 */
struct fat_entry {
	u8 family;
	struct fat_cond cond[FAT_ENDS];
};

/* Rules of one protocol and port; @n 0: nothing is here. */
struct fat_slot {
	u16 port;
	u8 proto;
	u16 first;
	u16 n;
};

/**
 * struct vr_fat - rules of a vif
 * @protos: bit for each protocol that has rules
 * @mask: number of slots less one; half of them at least are empty
 * @n_excludes: entries of @excludes
 * @slots: open addressing, linear probing
 * @entries: sorted by protocol and port; longest prefixes first
 * @excludes: conditions of which only net and mask count
 * @exclude_family: by exclude
 * @cfg: what it was built from
 * @size: bytes in all
 * @rcu: for the retired one
 */
struct vr_fat {
	u32 protos[256 / 32];
	u32 mask;
	u32 n_excludes;
	struct fat_slot *slots;
	struct fat_entry *entries;
	struct fat_cond *excludes;
	u8 exclude_family[VR_FAT_EXCLUDES_MAX];
	struct vr_fat_cfg cfg;
	size_t size;
	struct rcu_head rcu;
};

static bool fat_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP;
}

/* Checking */

static int fat_refuse(struct vr_err *err, const char *msg)
{
	return vr_refuse(err, -EINVAL, VR_A_VIF_FAT, msg);
}

/* Word @i of a mask of @plen bits. */
static __be32 fat_mask_word(unsigned int plen, unsigned int i)
{
	if (plen >= 32 * (i + 1))
		return htonl(0xffffffff);
	if (plen <= 32 * i)
		return 0;
	return htonl(~(0xffffffffU >> (plen - 32 * i)));
}

static bool fat_has_host_bits(const struct vr_fat_prefix *p)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (p->addr[i] & ~fat_mask_word(p->plen, i))
			return true;
	return false;
}

static unsigned int fat_addr_bits(u8 family)
{
	return family == AF_INET ? 32 : 128;
}

static int fat_check_prefix(const struct vr_fat_prefix *p, struct vr_err *err)
{
	if (p->family != AF_INET && p->family != AF_INET6)
		return fat_refuse(err, "fat-flow prefix is neither IPv4 nor IPv6");
	if (p->plen > fat_addr_bits(p->family))
		return fat_refuse(err, "fat-flow prefix is longer than its address");
	if (fat_has_host_bits(p))
		return fat_refuse(err, "fat-flow prefix has address bits behind its length");
	return 0;
}

static int fat_check_cond(const struct vr_fat_prefix *p, bool ignored, struct vr_err *err)
{
	int ret;

	if (!p->family) {
		if (p->plen || p->aggregate)
			return fat_refuse(err, "fat-flow prefix has a length but no address");
		return 0;
	}
	if (ignored)
		return fat_refuse(err, "fat-flow rule ignores an address and has a prefix for it");
	ret = fat_check_prefix(p, err);
	if (ret)
		return ret;
	if (p->aggregate > fat_addr_bits(p->family))
		return fat_refuse(err, "fat-flow aggregation is longer than its address");
	if (p->aggregate < p->plen)
		return fat_refuse(err, "fat-flow aggregation is shorter than its prefix");
	return 0;
}

static int fat_check_rule(const struct vr_fat_rule *rule, struct vr_err *err)
{
	int ret;

	if (rule->ignore & ~(VR_FAT_IGNORE_SRC | VR_FAT_IGNORE_DST))
		return fat_refuse(err, "fat-flow rule has an unknown ignore flag");
	if (rule->port && !fat_has_ports(rule->proto))
		return fat_refuse(err, "fat-flow rule has a port, which its protocol does not");
	ret = fat_check_cond(&rule->src, rule->ignore & VR_FAT_IGNORE_SRC, err);
	if (ret)
		return ret;
	ret = fat_check_cond(&rule->dst, rule->ignore & VR_FAT_IGNORE_DST, err);
	if (ret)
		return ret;
	if (rule->src.family && rule->dst.family && rule->src.family != rule->dst.family)
		return fat_refuse(err, "fat-flow prefixes of a rule differ in family");
	return 0;
}

static bool fat_same_prefix(const struct vr_fat_prefix *a, const struct vr_fat_prefix *b)
{
	if (a->family != b->family)
		return false;
	return !a->family ||
	       (a->plen == b->plen && !memcmp(a->addr, b->addr, sizeof(a->addr)));
}

/* They are for the same packets. */
static bool fat_same_rule(const struct vr_fat_rule *a, const struct vr_fat_rule *b)
{
	return a->proto == b->proto && a->port == b->port &&
	       fat_same_prefix(&a->src, &b->src) && fat_same_prefix(&a->dst, &b->dst);
}

static int fat_check_excludes(const struct vr_fat_cfg *cfg, struct vr_err *err)
{
	u32 i, k;
	int ret;

	for (i = 0; i < cfg->n_excludes; i++) {
		ret = fat_check_prefix(&cfg->excludes[i], err);
		if (ret)
			return ret;
		for (k = 0; k < i; k++)
			if (fat_same_prefix(&cfg->excludes[i], &cfg->excludes[k]))
				return fat_refuse(err, "fat-flow exclusion is given twice");
	}
	return 0;
}

int vr_fat_check(const struct vr_fat_cfg *cfg, struct vr_err *err)
{
	u32 i, k;
	int ret;

	if (cfg->n_rules > VR_FAT_RULES_MAX)
		return fat_refuse(err, "too many fat-flow rules");
	if (cfg->n_excludes > VR_FAT_EXCLUDES_MAX)
		return fat_refuse(err, "too many fat-flow exclusions");
	if (cfg->n_excludes && !cfg->n_rules)
		return fat_refuse(err, "fat-flow exclusions without a rule");
	for (i = 0; i < cfg->n_rules; i++) {
		ret = fat_check_rule(&cfg->rules[i], err);
		if (ret)
			return ret;
		for (k = 0; k < i; k++)
			if (fat_same_rule(&cfg->rules[i], &cfg->rules[k]))
				return fat_refuse(err, "fat-flow rule is given twice");
	}
	return fat_check_excludes(cfg, err);
}

/* Building */

static void fat_cond_set(struct fat_cond *cond, const struct vr_fat_prefix *p, bool ignore)
{
	unsigned int keep = ignore ? 0 : p->family ? p->aggregate : 128, i;

	for (i = 0; i < 4; i++) {
		cond->net[i] = p->addr[i];
		cond->mask[i] = fat_mask_word(p->plen, i);
		cond->keep[i] = fat_mask_word(keep, i);
	}
}

static void fat_entry_set(struct fat_entry *entry, const struct vr_fat_rule *rule)
{
	entry->family = rule->src.family ? rule->src.family : rule->dst.family;
	fat_cond_set(&entry->cond[FAT_GUEST], &rule->src, rule->ignore & VR_FAT_IGNORE_SRC);
	fat_cond_set(&entry->cond[FAT_REMOTE], &rule->dst, rule->ignore & VR_FAT_IGNORE_DST);
}

static u32 fat_group(const struct vr_fat_rule *rule)
{
	return rule->proto << 16 | rule->port;
}

/*
 * Of rules that match the same packet, which goes first: the more bits there
 * are in both prefixes; then, in the guest's. A prefix of no bits is still one.
 */
static u32 fat_rank(const struct vr_fat_rule *rule)
{
	return (rule->src.plen + rule->dst.plen) << 16 | rule->src.plen << 8 |
	       (rule->src.family ? 2 : 0) | (rule->dst.family ? 1 : 0);
}

static bool fat_goes_before(const struct vr_fat_rule *a, const struct vr_fat_rule *b)
{
	if (fat_group(a) != fat_group(b))
		return fat_group(a) < fat_group(b);
	return fat_rank(a) > fat_rank(b);
}

/* Numbers of the rules in the order of their entries. */
static void fat_sort(const struct vr_fat_cfg *cfg, u16 *order)
{
	u32 i, k;

	for (i = 0; i < cfg->n_rules; i++) {
		for (k = i; k && fat_goes_before(&cfg->rules[i], &cfg->rules[order[k - 1]]); k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
}

/* The slot of a protocol and port, or the empty one where it would be. */
static struct fat_slot *fat_slot_find(const struct vr_fat *fat, u8 proto, u16 port)
{
	u32 i = ((u32)(proto << 16 | port) * 0x9e3779b1U) >> 16;

	for (;; i++) {
		struct fat_slot *slot = &fat->slots[i & fat->mask];

		if (!slot->n || (slot->port == port && slot->proto == proto))
			return slot;
	}
}

static void fat_fill(struct vr_fat *fat, const struct vr_fat_cfg *cfg, const u16 *order)
{
	u32 i;

	for (i = 0; i < cfg->n_rules; i++) {
		const struct vr_fat_rule *rule = &cfg->rules[order[i]];
		struct fat_slot *slot = fat_slot_find(fat, rule->proto, rule->port);

		fat_entry_set(&fat->entries[i], rule);
		fat->protos[rule->proto / 32] |= 1U << rule->proto % 32;
		if (!slot->n) {
			slot->proto = rule->proto;
			slot->port = rule->port;
			slot->first = i;
		}
		slot->n++;
	}
	for (i = 0; i < cfg->n_excludes; i++) {
		fat_cond_set(&fat->excludes[i], &cfg->excludes[i], false);
		fat->exclude_family[i] = cfg->excludes[i].family;
	}
}

/* Take @bytes from the block behind *@at, aligned as any of its parts needs it. */
static void *fat_carve(void *block, size_t *at, size_t bytes)
{
	void *p = block ? (u8 *)block + *at : NULL;

	*at += ALIGN(bytes, sizeof(u64));
	return p;
}

/* Lay the parts out in @fat, or with NULL: see how many bytes they take. */
static size_t fat_layout(struct vr_fat *fat, const struct vr_fat_cfg *cfg, u32 n_slots)
{
	size_t at = ALIGN(sizeof(*fat), sizeof(u64));
	void *slots, *entries, *excludes, *rules, *prefixes;

	slots = fat_carve(fat, &at, n_slots * sizeof(struct fat_slot));
	entries = fat_carve(fat, &at, cfg->n_rules * sizeof(struct fat_entry));
	excludes = fat_carve(fat, &at, cfg->n_excludes * sizeof(struct fat_cond));
	rules = fat_carve(fat, &at, cfg->n_rules * sizeof(struct vr_fat_rule));
	prefixes = fat_carve(fat, &at, cfg->n_excludes * sizeof(struct vr_fat_prefix));
	if (!fat)
		return at;

	memcpy(rules, cfg->rules, cfg->n_rules * sizeof(struct vr_fat_rule));
	if (cfg->n_excludes)
		memcpy(prefixes, cfg->excludes, cfg->n_excludes * sizeof(struct vr_fat_prefix));
	fat->slots = slots;
	fat->entries = entries;
	fat->excludes = excludes;
	fat->cfg = *cfg;
	fat->cfg.rules = rules;
	fat->cfg.excludes = prefixes;
	return at;
}

struct vr_fat *vr_fat_build(struct vr_mem *mem, const struct vr_fat_cfg *cfg)
{
	u32 n_slots = roundup_pow_of_two(cfg->n_rules * 2);
	size_t size = fat_layout(NULL, cfg, n_slots);
	u16 order[VR_FAT_RULES_MAX];
	struct vr_fat *fat;

	fat = vr_zalloc(mem, VR_MEM_FAT, size);
	if (!fat)
		return NULL;
	fat->size = size;
	fat->mask = n_slots - 1;
	fat->n_excludes = cfg->n_excludes;
	fat_layout(fat, cfg, n_slots);
	fat_sort(cfg, order);
	fat_fill(fat, cfg, order);
	return fat;
}

void vr_fat_free_rcu(struct vr_mem *mem, struct vr_fat *fat)
{
	if (fat)
		vr_free_rcu(mem, VR_MEM_FAT, fat, fat->size, rcu);
}

void vr_fat_cfg(const struct vr_fat *fat, struct vr_fat_cfg *cfg)
{
	*cfg = fat->cfg;
}

/* Masking */

/**
 * struct fat_view - a key from the guest's side
 * @key: the key
 * @addr: by enum fat_end
 * @port: by enum fat_end
 * @words: 32-bit words of an address
 */
struct fat_view {
	struct vr_flow_key *key;
	__be32 *addr[FAT_ENDS];
	__be16 *port[FAT_ENDS];
	unsigned int words;
};

static bool fat_matches(const struct fat_cond *cond, const __be32 *addr, unsigned int words)
{
	unsigned int i;

	for (i = 0; i < words; i++)
		if ((addr[i] ^ cond->net[i]) & cond->mask[i])
			return false;
	return true;
}

static bool fat_is_excluded(const struct vr_fat *fat, const struct fat_view *v)
{
	u32 i;

	for (i = 0; i < fat->n_excludes; i++) {
		if (fat->exclude_family[i] != v->key->family)
			continue;
		if (fat_matches(&fat->excludes[i], v->addr[FAT_GUEST], v->words) ||
		    fat_matches(&fat->excludes[i], v->addr[FAT_REMOTE], v->words))
			return true;
	}
	return false;
}

/* The rule of this protocol and port that the addresses match, or NULL. */
static const struct fat_entry *fat_find(const struct vr_fat *fat, const struct fat_view *v,
					u16 port)
{
	const struct fat_slot *slot = fat_slot_find(fat, v->key->proto, port);
	const struct fat_entry *entry = &fat->entries[slot->first];
	const struct fat_entry *end = entry + slot->n;

	for (; entry < end; entry++) {
		if (entry->family && entry->family != v->key->family)
			continue;
		if (fat_matches(&entry->cond[FAT_GUEST], v->addr[FAT_GUEST], v->words) &&
		    fat_matches(&entry->cond[FAT_REMOTE], v->addr[FAT_REMOTE], v->words))
			return entry;
	}
	return NULL;
}

/* The rule that goes first, and in @end whose port it is about; FAT_ENDS: both ends'. */
static const struct fat_entry *fat_choose(const struct vr_fat *fat, const struct fat_view *v,
					  enum fat_end *end)
{
	u16 guest = ntohs(*v->port[FAT_GUEST]), remote = ntohs(*v->port[FAT_REMOTE]);
	const struct fat_entry *entry = NULL;

	if (fat_has_ports(v->key->proto)) {
		*end = guest <= remote ? FAT_GUEST : FAT_REMOTE;
		if (min(guest, remote))
			entry = fat_find(fat, v, min(guest, remote));
		if (entry)
			return entry;
		*end = guest <= remote ? FAT_REMOTE : FAT_GUEST;
		if (max(guest, remote) != min(guest, remote))
			entry = fat_find(fat, v, max(guest, remote));
		if (entry)
			return entry;
	}
	*end = FAT_ENDS;
	return fat_find(fat, v, 0);
}

void vr_fat_mask(const struct vr_fat *fat, struct vr_flow_key *key, bool from_guest)
{
	unsigned int words = key->family == AF_INET ? 1 : 4, i;
	struct fat_view v = { .key = key, .words = words };
	const struct fat_entry *entry;
	enum fat_end end;

	if (!(fat->protos[key->proto / 32] & 1U << key->proto % 32))
		return;
	v.addr[from_guest ? FAT_GUEST : FAT_REMOTE] = key->addr;
	v.addr[from_guest ? FAT_REMOTE : FAT_GUEST] = key->addr + words;
	v.port[from_guest ? FAT_GUEST : FAT_REMOTE] = &key->sport;
	v.port[from_guest ? FAT_REMOTE : FAT_GUEST] = &key->dport;
	if (fat_is_excluded(fat, &v))
		return;
	entry = fat_choose(fat, &v, &end);
	if (!entry)
		return;

	if (end != FAT_GUEST)
		*v.port[FAT_GUEST] = 0;
	if (end != FAT_REMOTE)
		*v.port[FAT_REMOTE] = 0;
	for (i = 0; i < words; i++) {
		v.addr[FAT_GUEST][i] &= entry->cond[FAT_GUEST].keep[i];
		v.addr[FAT_REMOTE][i] &= entry->cond[FAT_REMOTE].keep[i];
	}
}
