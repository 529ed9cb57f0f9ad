// SPDX-License-Identifier: GPL-2.0-only
/* VRFs: made, deleted and listed. What is in one belongs to route.c and bridge.c. */
#include "obj/vrf.h"

#include "obj/bridge.h"
#include "obj/core.h"
#include "obj/route.h"

struct vr_vrf *vr_vrf_find(struct vr_core *core, u32 id)
{
	vr_assert_cfg_held(core);
	return vr_idtab_find(&core->vrfs, id);
}

int vr_vrf_new(struct vr_core *core, u32 id, bool exclusive, struct vr_err *err)
{
	struct vr_vrf *vrf;

	vr_assert_cfg_held(core);
	if (id > VR_VRF_ID_MAX)
		return vr_refuse(err, -EINVAL, VR_A_VRF_ID, "VRF id is above the limit");
	if (vr_vrf_find(core, id)) {
		if (!exclusive)
			return 0;
		return vr_refuse(err, -EEXIST, VR_A_VRF_ID, "VRF exists already");
	}

	vrf = vr_zalloc(&core->mem, VR_MEM_VRF, sizeof(*vrf));
	if (!vrf)
		return vr_refuse(err, -ENOMEM, 0, "no memory for the VRF");
	vrf->id = id;
	vr_lpm_init(&vrf->routes4, &core->mem);
	vr_lpm_init(&vrf->routes6, &core->mem);

	if (vr_idtab_set(&core->vrfs, id, vrf)) {
		vr_free(&core->mem, VR_MEM_VRF, vrf, sizeof(*vrf));
		return vr_refuse(err, -ENOMEM, 0, "no memory for the table of VRFs");
	}
	vr_core_changed(core);
	return 0;
}

/* What is in the VRF goes; packets may still be in it. */
static void vrf_empty(struct vr_core *core, struct vr_vrf *vrf)
{
	vr_route_flush(core, vrf);
	vr_bridge_flush_vrf(core, vrf);
}

static void vrf_del(struct vr_core *core, struct vr_vrf *vrf)
{
	vr_idtab_del(&core->vrfs, vrf->id);
	vrf_empty(core, vrf);
	vr_lpm_exit(&vrf->routes4);
	vr_lpm_exit(&vrf->routes6);
	vr_free_rcu(&core->mem, VR_MEM_VRF, vrf, sizeof(*vrf), rcu);
}

int vr_vrf_del(struct vr_core *core, u32 id, struct vr_err *err)
{
	struct vr_vrf *vrf = vr_vrf_find(core, id);

	if (!vrf)
		return vr_refuse(err, -ENOENT, VR_A_VRF_ID, "no such VRF");
	if (!id)
		return vr_refuse(err, -EPERM, VR_A_VRF_ID, "VRF 0 is the fabric's and stays");
	if (vrf->n_vifs)
		return vr_refuse(err, -EBUSY, VR_A_VRF_ID, "VRF has vifs in it");
	vrf_del(core, vrf);
	vr_core_changed(core);
	return 0;
}

static void vrf_fill(const struct vr_vrf *vrf, struct vr_vrf_info *info)
{
	info->id = vrf->id;
	info->routes4 = vrf->routes4.count;
	info->routes6 = vrf->routes6.count;
	info->bridges = vrf->bridges;
}

int vr_vrf_get(struct vr_core *core, u32 id, struct vr_vrf_info *info, struct vr_err *err)
{
	const struct vr_vrf *vrf = vr_vrf_find(core, id);

	if (!vrf)
		return vr_refuse(err, -ENOENT, VR_A_VRF_ID, "no such VRF");
	vrf_fill(vrf, info);
	return 0;
}

int vr_vrf_next(struct vr_core *core, u32 id, struct vr_vrf_info *info)
{
	const struct vr_vrf *vrf;

	vr_assert_cfg_held(core);
	vrf = vr_idtab_next(&core->vrfs, &id);
	if (!vrf)
		return -ENOENT;
	vrf_fill(vrf, info);
	return 0;
}

int vr_vrf_init(struct vr_core *core)
{
	struct vr_err err;

	return vr_vrf_new(core, 0, true, &err);
}

void vr_vrf_flush(struct vr_core *core)
{
	struct vr_vrf *vrf;
	u32 id;

	for (id = 0; (vrf = vr_idtab_next(&core->vrfs, &id)); id++) {
		if (id)
			vrf_del(core, vrf);
		else
			vrf_empty(core, vrf);
		vr_breathe();
	}
}

void vr_vrf_exit(struct vr_core *core)
{
	struct vr_vrf *vrf = vr_vrf_find(core, 0);

	if (vrf)
		vrf_del(core, vrf);
}
