// SPDX-License-Identifier: GPL-2.0-only
/* Incoming labels and VNIs: set, deleted and listed. path/rx_tunnel.c looks them up. */
#include "obj/demux.h"

#include "obj/nexthop.h"

/** struct demux_rule - range of a table, and what is said of mistakes */
struct demux_rule {
	u32 least;
	u32 most;
	const char *range;
	const char *exists;
	const char *absent;
	const char *no_nh;
	const char *no_memory;
};

static const struct demux_rule demux_rules[VR_DEMUX_KINDS] = {
	[VR_DEMUX_MPLS] = {
		.least = VR_MPLS_LABEL_MIN,
		.most = VR_MPLS_LABEL_MAX,
		.range = "label is reserved (below 16) or above 20 bits",
		.exists = "label exists already",
		.absent = "no such label",
		.no_nh = "label: nexthop does not exist",
		.no_memory = "no memory for the table of labels",
	},
	[VR_DEMUX_VXLAN] = {
		.most = VR_VNI_MAX,
		.range = "VNI is above 24 bits",
		.exists = "VNI exists already",
		.absent = "no such VNI",
		.no_nh = "VNI: nexthop does not exist",
		.no_memory = "no memory for the table of VNIs",
	},
};

static struct vr_nh *demux_find(struct vr_core *core, enum vr_demux_kind kind, u32 id)
{
	vr_assert_cfg_held(core);
	return vr_idtab_find(&core->demux[kind], id);
}

int vr_demux_set(struct vr_core *core, const struct vr_demux_cfg *cfg, bool exclusive,
		 struct vr_err *err)
{
	const struct demux_rule *rule = &demux_rules[cfg->kind];
	struct vr_nh *old, *nh;

	if (cfg->id < rule->least || cfg->id > rule->most)
		return vr_refuse(err, -EINVAL, VR_A_DEMUX_ID, rule->range);
	old = demux_find(core, cfg->kind, cfg->id);
	if (old && exclusive)
		return vr_refuse(err, -EEXIST, VR_A_DEMUX_ID, rule->exists);
	nh = vr_nh_hold(core, cfg->nh);
	if (!nh)
		return vr_refuse(err, -ENOENT, VR_A_DEMUX_NH, rule->no_nh);
	if (vr_idtab_set(&core->demux[cfg->kind], cfg->id, nh)) {
		vr_nh_put(nh);
		return vr_refuse(err, -ENOMEM, 0, rule->no_memory);
	}
	if (old)
		vr_nh_put(old);
	vr_core_changed(core);
	return 0;
}

int vr_demux_del(struct vr_core *core, enum vr_demux_kind kind, u32 id, struct vr_err *err)
{
	struct vr_nh *nh = demux_find(core, kind, id);

	if (!nh)
		return vr_refuse(err, -ENOENT, VR_A_DEMUX_ID, demux_rules[kind].absent);
	vr_idtab_del(&core->demux[kind], id);
	vr_nh_put(nh);
	vr_core_changed(core);
	return 0;
}

int vr_demux_get(struct vr_core *core, enum vr_demux_kind kind, u32 id,
		 struct vr_demux_cfg *out, struct vr_err *err)
{
	const struct vr_nh *nh = demux_find(core, kind, id);

	if (!nh)
		return vr_refuse(err, -ENOENT, VR_A_DEMUX_ID, demux_rules[kind].absent);
	*out = (struct vr_demux_cfg){ .kind = kind, .id = id, .nh = nh->id };
	return 0;
}

int vr_demux_next(struct vr_core *core, enum vr_demux_kind kind, u32 id,
		  struct vr_demux_cfg *out)
{
	const struct vr_nh *nh;

	vr_assert_cfg_held(core);
	nh = vr_idtab_next(&core->demux[kind], &id);
	if (!nh)
		return -ENOENT;
	*out = (struct vr_demux_cfg){ .kind = kind, .id = id, .nh = nh->id };
	return 0;
}

void vr_demux_init(struct vr_core *core)
{
	unsigned int kind;

	for (kind = 0; kind < VR_DEMUX_KINDS; kind++)
		vr_idtab_init(&core->demux[kind], &core->mem, demux_rules[kind].most + 1);
}

void vr_demux_flush(struct vr_core *core)
{
	unsigned int kind;
	struct vr_nh *nh;
	u32 id;

	for (kind = 0; kind < VR_DEMUX_KINDS; kind++) {
		for (id = 0; (nh = vr_idtab_next(&core->demux[kind], &id)); id++) {
			vr_idtab_del(&core->demux[kind], id);
			vr_nh_put(nh);
			vr_breathe();
		}
	}
}

void vr_demux_exit(struct vr_core *core)
{
	unsigned int kind;

	for (kind = 0; kind < VR_DEMUX_KINDS; kind++)
		vr_idtab_exit(&core->demux[kind]);
}
