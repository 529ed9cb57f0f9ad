// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routes: set, deleted, looked up and listed. The trie (lib/lpm.c) keeps the
 * covering routes of every prefix, so a deleted route falls back by itself.
 */
#include "obj/route.h"

#include "obj/core.h"

/** struct route_key - a prefix as the trie has it, and the trie that it is in */
struct route_key {
	struct vr_vrf *vrf;
	struct vr_lpm *lpm;
	u64 hi;
	u64 lo;
	u8 plen;
};

/* The address of @cfg, whatever its length. */
static int route_key_addr(struct vr_core *core, const struct vr_route_cfg *cfg,
			  struct route_key *key, struct vr_err *err)
{
	key->vrf = vr_vrf_find(core, cfg->vrf);
	if (!key->vrf)
		return vr_refuse(err, -ENOENT, VR_A_ROUTE_VRF, "route: VRF does not exist");

	switch (cfg->family) {
	case AF_INET:
		key->lpm = &key->vrf->routes4;
		key->hi = (u64)get_unaligned_be32(cfg->prefix) << 32;
		key->lo = 0;
		return 0;
	case AF_INET6:
		key->lpm = &key->vrf->routes6;
		key->hi = get_unaligned_be64(cfg->prefix);
		key->lo = get_unaligned_be64(cfg->prefix + 8);
		return 0;
	default:
		return vr_refuse(err, -EAFNOSUPPORT, VR_A_ROUTE_FAMILY,
				 "route: family is neither inet nor inet6");
	}
}

static bool route_has_host_bits(const struct route_key *key)
{
	u64 hi_mask = key->plen ? ~0ULL << (64 - min_t(u8, key->plen, 64)) : 0;
	u64 lo_mask = key->plen > 64 ? ~0ULL << (128 - key->plen) : 0;

	return (key->hi & ~hi_mask) || (key->lo & ~lo_mask);
}

static int route_key(struct vr_core *core, const struct vr_route_cfg *cfg, struct route_key *key,
		     struct vr_err *err)
{
	int ret = route_key_addr(core, cfg, key, err);

	if (ret)
		return ret;
	if (cfg->plen > (cfg->family == AF_INET ? 32 : 128))
		return vr_refuse(err, -EINVAL, VR_A_ROUTE_PLEN,
				 "prefix length is more than the address has bits");
	key->plen = cfg->plen;
	if (route_has_host_bits(key))
		return vr_refuse(err, -EINVAL, VR_A_ROUTE_PREFIX,
				 "prefix has bits set behind its length");
	return 0;
}

static struct vr_route *route_of(struct vr_lpm_leaf *leaf)
{
	return leaf ? container_of(leaf, struct vr_route, leaf) : NULL;
}

static struct vr_route *route_find(const struct route_key *key)
{
	return route_of(vr_lpm_find(key->lpm, key->hi, key->lo, key->plen));
}

static void route_retire(struct vr_core *core, struct vr_route *rt)
{
	vr_nh_put(rt->nh);
	vr_free_rcu(&core->mem, VR_MEM_ROUTE, rt, sizeof(*rt), rcu);
}

static struct vr_route *route_build(struct vr_core *core, const struct vr_route_cfg *cfg,
				    const struct route_key *key, struct vr_err *err)
{
	struct vr_route *rt;

	rt = vr_zalloc(&core->mem, VR_MEM_ROUTE, sizeof(*rt));
	if (!rt) {
		vr_refuse(err, -ENOMEM, 0, "no memory for the route");
		return ERR_PTR(-ENOMEM);
	}
	rt->nh = vr_nh_hold(core, cfg->nh);
	if (!rt->nh) {
		vr_free(&core->mem, VR_MEM_ROUTE, rt, sizeof(*rt));
		vr_refuse(err, -ENOENT, VR_A_ROUTE_NH, "route: nexthop does not exist");
		return ERR_PTR(-ENOENT);
	}
	rt->leaf.hi = key->hi;
	rt->leaf.lo = key->lo;
	rt->leaf.plen = key->plen;
	rt->label = cfg->label;
	rt->flags = cfg->flags & ~VR_ROUTE_F_LABEL;
	if (cfg->label != VR_LABEL_NONE)
		rt->flags |= VR_ROUTE_F_LABEL;
	rt->has_mac = cfg->has_mac;
	ether_addr_copy(rt->mac, cfg->mac);
	return rt;
}

static int route_check(const struct vr_route_cfg *cfg, struct vr_err *err)
{
	if (cfg->flags & ~(u32)VR_ROUTE_F_ALL)
		return vr_refuse(err, -EINVAL, VR_A_ROUTE_FLAGS, "unknown route flag");
	if (cfg->label != VR_LABEL_NONE && cfg->label > VR_LABEL_MAX)
		return vr_refuse(err, -EINVAL, VR_A_ROUTE_LABEL, "route: label is above 24 bits");
	if (cfg->has_mac && !is_valid_ether_addr(cfg->mac))
		return vr_refuse(err, -EINVAL, VR_A_ROUTE_MAC,
				 "stitched MAC is zero or a group address");
	return 0;
}

int vr_route_set(struct vr_core *core, const struct vr_route_cfg *cfg, bool exclusive,
		 struct vr_err *err)
{
	struct vr_route *old, *rt;
	struct route_key key;
	int ret;

	vr_assert_cfg_held(core);
	ret = route_key(core, cfg, &key, err);
	if (!ret)
		ret = route_check(cfg, err);
	if (ret)
		return ret;

	old = route_find(&key);
	if (old && exclusive)
		return vr_refuse(err, -EEXIST, VR_A_ROUTE_PREFIX, "route exists already");

	rt = route_build(core, cfg, &key, err);
	if (IS_ERR(rt))
		return PTR_ERR(rt);

	if (old) {
		vr_lpm_replace(key.lpm, &old->leaf, &rt->leaf);
		route_retire(core, old);
	} else if (vr_lpm_insert(key.lpm, &rt->leaf)) {
		vr_nh_put(rt->nh);
		vr_free(&core->mem, VR_MEM_ROUTE, rt, sizeof(*rt));
		return vr_refuse(err, -ENOMEM, 0, "no memory for the routing table");
	}
	vr_core_changed(core);
	return 0;
}

int vr_route_del(struct vr_core *core, const struct vr_route_cfg *cfg, struct vr_err *err)
{
	struct route_key key;
	struct vr_route *rt;
	int ret;

	vr_assert_cfg_held(core);
	ret = route_key(core, cfg, &key, err);
	if (ret)
		return ret;
	rt = route_find(&key);
	if (!rt)
		return vr_refuse(err, -ENOENT, VR_A_ROUTE_PREFIX, "no such route");
	vr_lpm_remove(key.lpm, &rt->leaf);
	route_retire(core, rt);
	vr_core_changed(core);
	return 0;
}

static void route_fill(const struct vr_route *rt, u32 vrf, u32 family, struct vr_route_cfg *out)
{
	memset(out, 0, sizeof(*out));
	out->vrf = vrf;
	out->family = family;
	out->plen = rt->leaf.plen;
	out->nh = rt->nh->id;
	out->label = rt->label;
	out->flags = rt->flags;
	out->has_mac = rt->has_mac;
	ether_addr_copy(out->mac, rt->mac);
	if (family == AF_INET) {
		put_unaligned_be32(rt->leaf.hi >> 32, out->prefix);
	} else {
		put_unaligned_be64(rt->leaf.hi, out->prefix);
		put_unaligned_be64(rt->leaf.lo, out->prefix + 8);
	}
}

int vr_route_get(struct vr_core *core, const struct vr_route_cfg *cfg, struct vr_route_cfg *out,
		 struct vr_err *err)
{
	const struct vr_route *rt;
	struct route_key key;
	int ret;

	vr_assert_cfg_held(core);
	ret = route_key(core, cfg, &key, err);
	if (ret)
		return ret;
	rt = route_find(&key);
	if (!rt)
		return vr_refuse(err, -ENOENT, VR_A_ROUTE_PREFIX, "no such route");
	route_fill(rt, cfg->vrf, cfg->family, out);
	return 0;
}

int vr_route_lookup(struct vr_core *core, const struct vr_route_cfg *cfg,
		    struct vr_route_cfg *out, struct vr_err *err)
{
	const struct vr_route *rt;
	struct route_key key;
	int ret;

	vr_assert_cfg_held(core);
	ret = route_key_addr(core, cfg, &key, err);
	if (ret)
		return ret;
	rt = route_of(vr_lpm_lookup(key.lpm, key.hi, key.lo));
	if (!rt)
		return vr_refuse(err, -ENOENT, VR_A_ROUTE_PREFIX, "no route covers this address");
	route_fill(rt, cfg->vrf, cfg->family, out);
	return 0;
}

int vr_route_next(struct vr_core *core, const struct vr_route_cfg *cfg, bool after,
		  struct vr_route_cfg *out)
{
	const struct vr_route *rt;
	struct route_key key;
	struct vr_err err;
	int ret;

	vr_assert_cfg_held(core);
	ret = route_key_addr(core, cfg, &key, &err);
	if (ret)
		return ret;
	rt = route_of(vr_lpm_next(key.lpm, key.hi, key.lo, cfg->plen, after));
	if (!rt)
		return -ENOENT;
	route_fill(rt, cfg->vrf, cfg->family, out);
	return 0;
}

static void route_flush_table(struct vr_core *core, struct vr_lpm *lpm)
{
	struct vr_lpm_leaf *leaf;

	while ((leaf = vr_lpm_next(lpm, 0, 0, 0, false))) {
		vr_lpm_remove(lpm, leaf);
		route_retire(core, route_of(leaf));
		vr_breathe();
	}
}

void vr_route_flush(struct vr_core *core, struct vr_vrf *vrf)
{
	vr_assert_cfg_held(core);
	route_flush_table(core, &vrf->routes4);
	route_flush_table(core, &vrf->routes6);
}
