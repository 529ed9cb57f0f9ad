// SPDX-License-Identifier: GPL-2.0-only
/* Bridge entries: set, deleted, looked up and listed. One table serves all VRFs of a core. */
#include "obj/bridge.h"

#include "obj/core.h"
#include "obj/vrf.h"

static struct vr_bridge *bridge_of(struct vr_hentry *entry)
{
	return entry ? container_of(entry, struct vr_bridge, h) : NULL;
}

static struct vr_bridge *bridge_find(struct vr_core *core, u32 vrf, const u8 *mac)
{
	return bridge_of(vr_htable_find(&core->bridges, vr_bridge_key(vrf, mac)));
}

static u32 bridge_vrf(const struct vr_bridge *br)
{
	return br->h.key & 0xffff;
}

static void bridge_retire(struct vr_core *core, struct vr_bridge *br)
{
	vr_nh_put(br->nh);
	vr_free_rcu(&core->mem, VR_MEM_BRIDGE, br, sizeof(*br), rcu);
}

static struct vr_bridge *bridge_build(struct vr_core *core, const struct vr_bridge_cfg *cfg,
				      struct vr_err *err)
{
	struct vr_bridge *br;

	br = vr_zalloc(&core->mem, VR_MEM_BRIDGE, sizeof(*br));
	if (!br) {
		vr_refuse(err, -ENOMEM, 0, "no memory for the bridge entry");
		return ERR_PTR(-ENOMEM);
	}
	br->nh = vr_nh_hold(core, cfg->nh);
	if (!br->nh) {
		vr_free(&core->mem, VR_MEM_BRIDGE, br, sizeof(*br));
		vr_refuse(err, -ENOENT, VR_A_BRIDGE_NH, "bridge: nexthop does not exist");
		return ERR_PTR(-ENOENT);
	}
	br->h.key = vr_bridge_key(cfg->vrf, cfg->mac);
	br->label = cfg->label;
	br->flags = cfg->flags & ~VR_BRIDGE_F_LABEL;
	if (cfg->label != VR_LABEL_NONE)
		br->flags |= VR_BRIDGE_F_LABEL;
	return br;
}

static int bridge_check(const struct vr_bridge_cfg *cfg, struct vr_err *err)
{
	if (is_zero_ether_addr(cfg->mac))
		return vr_refuse(err, -EINVAL, VR_A_BRIDGE_MAC, "MAC is zero");
	if (cfg->flags & ~(u32)VR_BRIDGE_F_ALL)
		return vr_refuse(err, -EINVAL, VR_A_BRIDGE_FLAGS, "unknown bridge flag");
	if (cfg->label != VR_LABEL_NONE && cfg->label > VR_LABEL_MAX)
		return vr_refuse(err, -EINVAL, VR_A_BRIDGE_LABEL,
				 "bridge: label is above 24 bits");
	return 0;
}

static int bridge_add(struct vr_core *core, struct vr_vrf *vrf, struct vr_bridge *br,
		      struct vr_err *err)
{
	int ret = vr_htable_add(&core->bridges, &br->h);

	if (!ret) {
		vrf->bridges++;
		return 0;
	}
	vr_nh_put(br->nh);
	vr_free(&core->mem, VR_MEM_BRIDGE, br, sizeof(*br));
	if (ret == -ENOSPC)
		return vr_refuse(err, ret, 0, "bridge table is full");
	return vr_refuse(err, ret, 0, "no memory for the bridge table");
}

int vr_bridge_set(struct vr_core *core, const struct vr_bridge_cfg *cfg, bool exclusive,
		  struct vr_err *err)
{
	struct vr_bridge *old, *br;
	struct vr_vrf *vrf;
	int ret;

	vr_assert_cfg_held(core);
	vrf = vr_vrf_find(core, cfg->vrf);
	if (!vrf)
		return vr_refuse(err, -ENOENT, VR_A_BRIDGE_VRF, "bridge: VRF does not exist");
	ret = bridge_check(cfg, err);
	if (ret)
		return ret;
	old = bridge_find(core, cfg->vrf, cfg->mac);
	if (old && exclusive)
		return vr_refuse(err, -EEXIST, VR_A_BRIDGE_MAC, "bridge entry exists already");

	br = bridge_build(core, cfg, err);
	if (IS_ERR(br))
		return PTR_ERR(br);

	if (old) {
		vr_htable_replace(&core->bridges, &old->h, &br->h);
		bridge_retire(core, old);
	} else {
		ret = bridge_add(core, vrf, br, err);
		if (ret)
			return ret;
	}
	vr_core_changed(core);
	return 0;
}

/* @vrf, which need not be found any more, is that of @br. */
static void bridge_del(struct vr_core *core, struct vr_vrf *vrf, struct vr_bridge *br)
{
	vr_htable_del(&core->bridges, &br->h);
	vrf->bridges--;
	bridge_retire(core, br);
}

int vr_bridge_del(struct vr_core *core, const struct vr_bridge_cfg *key, struct vr_err *err)
{
	struct vr_bridge *br;
	struct vr_vrf *vrf;

	vr_assert_cfg_held(core);
	vrf = vr_vrf_find(core, key->vrf);
	if (!vrf)
		return vr_refuse(err, -ENOENT, VR_A_BRIDGE_VRF, "bridge: VRF does not exist");
	br = bridge_find(core, key->vrf, key->mac);
	if (!br)
		return vr_refuse(err, -ENOENT, VR_A_BRIDGE_MAC, "no such bridge entry");
	bridge_del(core, vrf, br);
	vr_core_changed(core);
	return 0;
}

static void bridge_fill(const struct vr_bridge *br, struct vr_bridge_cfg *out)
{
	out->vrf = bridge_vrf(br);
	out->nh = br->nh->id;
	out->label = br->label;
	out->flags = br->flags;
	put_unaligned_be32(br->h.key >> 32, out->mac);
	put_unaligned_be16(br->h.key >> 16, out->mac + 4);
}

int vr_bridge_get(struct vr_core *core, const struct vr_bridge_cfg *key,
		  struct vr_bridge_cfg *out, struct vr_err *err)
{
	const struct vr_bridge *br;

	vr_assert_cfg_held(core);
	if (!vr_vrf_find(core, key->vrf))
		return vr_refuse(err, -ENOENT, VR_A_BRIDGE_VRF, "bridge: VRF does not exist");
	br = bridge_find(core, key->vrf, key->mac);
	if (!br)
		return vr_refuse(err, -ENOENT, VR_A_BRIDGE_MAC, "no such bridge entry");
	bridge_fill(br, out);
	return 0;
}

int vr_bridge_next(struct vr_core *core, u32 vrf, u64 *cursor, struct vr_bridge_cfg *out)
{
	const struct vr_bridge *br;

	vr_assert_cfg_held(core);
	while ((br = bridge_of(vr_htable_next(&core->bridges, cursor)))) {
		if (bridge_vrf(br) == vrf) {
			bridge_fill(br, out);
			return 0;
		}
		vr_breathe();
	}
	return -ENOENT;
}

void vr_bridge_flush_vrf(struct vr_core *core, struct vr_vrf *vrf)
{
	struct vr_bridge *br;
	u64 cursor = 0;

	vr_assert_cfg_held(core);
	while (vrf->bridges && (br = bridge_of(vr_htable_next(&core->bridges, &cursor)))) {
		if (bridge_vrf(br) == vrf->id)
			bridge_del(core, vrf, br);
		vr_breathe();
	}
}

void vr_bridge_flush(struct vr_core *core)
{
	struct vr_bridge *br;
	u64 cursor = 0;

	vr_assert_cfg_held(core);
	while ((br = bridge_of(vr_htable_next(&core->bridges, &cursor)))) {
		bridge_del(core, vr_vrf_find(core, bridge_vrf(br)), br);
		vr_breathe();
	}
}
