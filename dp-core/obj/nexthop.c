// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nexthops: set, deleted and listed. What they do to packets is in
 * path/nh_*.c.
 *
 * The handle of an id outlives the nexthop while something points at it, and
 * carries the body that is in force: replacing a nexthop publishes a new body
 * in the handle that every route has already.
 */
#include "obj/nexthop_parts.h"

#include "obj/vif.h"

struct vr_nh *vr_nh_find(struct vr_core *core, u32 id)
{
	struct vr_nh *nh;

	vr_assert_cfg_held(core);
	nh = vr_idtab_find(&core->nhs, id);
	return nh && vr_nh_body_held(nh) ? nh : NULL;
}

struct vr_nh *vr_nh_hold(struct vr_core *core, u32 id)
{
	struct vr_nh *nh = vr_nh_find(core, id);

	if (nh)
		nh->refs++;
	return nh;
}

/* No packet counts any more. */
static void nh_free_rcu(struct rcu_head *rcu)
{
	struct vr_nh *nh = container_of(rcu, struct vr_nh, rcu);

	vr_counters_exit(&nh->stats);
	vr_free(&nh->core->mem, VR_MEM_NEXTHOP, nh, sizeof(*nh));
}

void vr_nh_put(struct vr_nh *nh)
{
	struct vr_core *core = nh->core;

	vr_assert_cfg_held(core);
	if (--nh->refs)
		return;
	vr_idtab_del(&core->nhs, nh->id);
	if (nh->stats.cpu)
		call_rcu(&nh->rcu, nh_free_rcu);
	else
		vr_free_rcu(&core->mem, VR_MEM_NEXTHOP, nh, sizeof(*nh), rcu);
}

static size_t nh_body_size(u32 n_members, bool tunnel)
{
	return sizeof(struct vr_nh_body) +
	       n_members * (sizeof(struct vr_nh_arm) + sizeof(struct vr_nh_member)) +
	       (tunnel ? sizeof(struct vr_tunnel) : 0);
}

/* Give back what a body points at. */
static void nh_body_put_all(struct vr_nh_body *body)
{
	u32 i;

	for (i = 0; i < body->n_arms; i++)
		vr_nh_put(body->arms[i].nh);
	if (body->vif)
		vr_vif_put(body->vif);
}

/* A body that was never published. */
static void nh_body_free(struct vr_core *core, struct vr_nh_body *body)
{
	nh_body_put_all(body);
	if (body->tunnel) {
		vr_tunnel_retire(core, body->tunnel);
		vr_tunnel_exit(body->tunnel);
	}
	vr_free(&core->mem, VR_MEM_NEXTHOP, body, nh_body_size(body->n_arms, body->tunnel));
}

/* It left the books when it was retired. */
static void nh_body_free_rcu(struct rcu_head *rcu)
{
	struct vr_nh_body *body = container_of(rcu, struct vr_nh_body, rcu);

	vr_tunnel_exit(body->tunnel);
	vr_free(NULL, VR_MEM_NEXTHOP, body, nh_body_size(body->n_arms, true));
}

/* Packets may still be in it; its handle leads to another, or to none. */
static void nh_body_retire(struct vr_core *core, struct vr_nh_body *body)
{
	size_t size = nh_body_size(body->n_arms, body->tunnel);

	nh_body_put_all(body);
	if (body->tunnel)
		vr_tunnel_retire(core, body->tunnel);
	if (body->tunnel && body->tunnel->underlay) {
		vr_mem_count(&core->mem, VR_MEM_NEXTHOP, -1, -(s64)size);
		call_rcu(&body->rcu, nh_body_free_rcu);
	} else {
		vr_free_rcu(&core->mem, VR_MEM_NEXTHOP, body, size, rcu);
	}
}

static void nh_body_fill(struct vr_core *core, struct vr_nh_body *body,
			 const struct vr_nh_cfg *cfg)
{
	u32 i;

	body->type = cfg->type;
	body->family = cfg->family;
	body->kind = cfg->kind;
	body->flags = cfg->flags;
	body->vrf = cfg->vrf;
	body->id = cfg->id;
	if (cfg->kind == VR_NH_KIND_ECMP)
		body->hash = cfg->hash ? cfg->hash : VR_HASH_ALL;
	ether_addr_copy(body->macs, cfg->dmac);
	ether_addr_copy(body->macs + ETH_ALEN, cfg->smac);
	if (cfg->oif != VR_VIF_ID_NONE)
		body->vif = vr_vif_hold(core, cfg->oif);
	body->n_arms = cfg->n_members;
	body->members = (struct vr_nh_member *)&body->arms[cfg->n_members];
	for (i = 0; i < cfg->n_members; i++) {
		body->members[i] = cfg->members[i];
		body->arms[i].nh = vr_nh_hold(core, cfg->members[i].nh);
		body->arms[i].label = cfg->members[i].label;
	}
}

/* A body that holds what it points at; everything in @cfg has been checked. */
static struct vr_nh_body *nh_body_build(struct vr_core *core, const struct vr_nh_cfg *cfg,
					struct vr_err *err)
{
	bool tunnel = cfg->type == VR_NH_TUNNEL;
	size_t size = nh_body_size(cfg->n_members, tunnel);
	struct vr_nh_body *body;
	int ret;

	body = vr_zalloc(&core->mem, VR_MEM_NEXTHOP, size);
	if (!body) {
		vr_refuse(err, -ENOMEM, 0, "no memory for the nexthop");
		return ERR_PTR(-ENOMEM);
	}
	nh_body_fill(core, body, cfg);
	if (!tunnel)
		return body;

	body->tunnel = (struct vr_tunnel *)&body->members[cfg->n_members];
	ret = vr_tunnel_init(core, body->tunnel, cfg, err);
	if (ret) {
		nh_body_free(core, body);
		return ERR_PTR(ret);
	}
	return body;
}

/* A handle counts from its first tunnel on. */
static int nh_handle_count(struct vr_nh *nh, const struct vr_nh_body *body)
{
	if (!body->tunnel || nh->stats.cpu)
		return 0;
	return vr_counters_init(&nh->stats, &nh->core->mem, VR_MEM_NEXTHOP, VR_NH_COUNTERS);
}

static struct vr_nh *nh_handle_new(struct vr_core *core, const struct vr_nh_body *body)
{
	struct vr_nh *nh;

	nh = vr_zalloc(&core->mem, VR_MEM_NEXTHOP, sizeof(*nh));
	if (!nh)
		return NULL;
	nh->core = core;
	nh->id = body->id;
	if (nh_handle_count(nh, body))
		goto err_free;
	if (vr_idtab_set(&core->nhs, nh->id, nh))
		goto err_counters;
	return nh;

err_counters:
	vr_counters_exit(&nh->stats);
err_free:
	vr_free(&core->mem, VR_MEM_NEXTHOP, nh, sizeof(*nh));
	return NULL;
}

/* The handle that @body is to be published in, made if it is not there; NULL: no memory. */
static struct vr_nh *nh_handle_get(struct vr_core *core, const struct vr_nh_body *body)
{
	struct vr_nh *nh = vr_idtab_find(&core->nhs, body->id);

	if (!nh)
		return nh_handle_new(core, body);
	return nh_handle_count(nh, body) ? NULL : nh;
}

static int nh_publish(struct vr_core *core, const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	struct vr_nh_body *body, *old;
	struct vr_nh *nh;

	body = nh_body_build(core, cfg, err);
	if (IS_ERR(body))
		return PTR_ERR(body);
	nh = nh_handle_get(core, body);
	if (!nh) {
		nh_body_free(core, body);
		return vr_refuse(err, -ENOMEM, 0, "no memory for the table of nexthops");
	}

	old = vr_nh_body_held(nh);
	if (body->tunnel)
		body->tunnel->stats = &nh->stats;
	rcu_assign_pointer(nh->body, body);
	if (old)
		nh_body_retire(core, old);
	else
		nh->refs++;
	vr_core_changed(core);
	return 0;
}

int vr_nh_set(struct vr_core *core, const struct vr_nh_cfg *cfg, bool exclusive,
	      struct vr_err *err)
{
	int ret;

	vr_assert_cfg_held(core);
	if (!cfg->id)
		return vr_refuse(err, -EPERM, VR_A_NH_ID,
				 "nexthop 0 is built in: it discards and stays");
	if (cfg->id > VR_NH_ID_MAX)
		return vr_refuse(err, -EINVAL, VR_A_NH_ID, "nexthop id is above the limit");
	if (exclusive && vr_nh_find(core, cfg->id))
		return vr_refuse(err, -EEXIST, VR_A_NH_ID, "nexthop exists already");
	ret = vr_nh_check(core, cfg, err);
	if (ret)
		return ret;
	return nh_publish(core, cfg, err);
}

static void nh_del(struct vr_core *core, struct vr_nh *nh)
{
	struct vr_nh_body *body = vr_nh_body_held(nh);

	RCU_INIT_POINTER(nh->body, NULL);
	nh_body_retire(core, body);
	vr_nh_put(nh);
}

int vr_nh_del(struct vr_core *core, u32 id, struct vr_err *err)
{
	struct vr_nh *nh = vr_nh_find(core, id);

	if (!nh)
		return vr_refuse(err, -ENOENT, VR_A_NH_ID, "no such nexthop");
	if (!id)
		return vr_refuse(err, -EPERM, VR_A_NH_ID,
				 "nexthop 0 is built in: it cannot be deleted");
	nh_del(core, nh);
	vr_core_changed(core);
	return 0;
}

static void nh_fill(const struct vr_nh *nh, struct vr_nh_info *info)
{
	const struct vr_nh_body *body = vr_nh_body_held(nh);

	memset(info, 0, sizeof(*info));
	info->cfg.id = nh->id;
	info->cfg.type = body->type;
	info->cfg.family = body->family;
	info->cfg.flags = body->flags;
	info->cfg.vrf = body->vrf;
	info->cfg.oif = body->vif ? body->vif->id : VR_VIF_ID_NONE;
	info->cfg.kind = body->kind;
	info->cfg.hash = body->hash;
	ether_addr_copy(info->cfg.dmac, body->macs);
	ether_addr_copy(info->cfg.smac, body->macs + ETH_ALEN);
	info->cfg.n_members = body->n_arms;
	info->cfg.members = body->members;
	info->refs = nh->refs - 1;
	if (!body->tunnel)
		return;
	vr_tunnel_fill(nh->core, body, info);
	info->packets = vr_counters_read(&nh->stats, VR_NH_PACKETS);
	info->bytes = vr_counters_read(&nh->stats, VR_NH_BYTES);
}

int vr_nh_get(struct vr_core *core, u32 id, struct vr_nh_info *info, struct vr_err *err)
{
	const struct vr_nh *nh = vr_nh_find(core, id);

	if (!nh)
		return vr_refuse(err, -ENOENT, VR_A_NH_ID, "no such nexthop");
	nh_fill(nh, info);
	return 0;
}

int vr_nh_next(struct vr_core *core, u32 id, struct vr_nh_info *info)
{
	const struct vr_nh *nh;

	vr_assert_cfg_held(core);
	for (; (nh = vr_idtab_next(&core->nhs, &id)); id++) {
		if (!vr_nh_body_held(nh))
			continue;
		nh_fill(nh, info);
		return 0;
	}
	return -ENOENT;
}

int vr_nh_init(struct vr_core *core)
{
	static const struct vr_nh_cfg discard = {
		.type = VR_NH_DISCARD,
		.oif = VR_VIF_ID_NONE,
	};
	struct vr_err err;

	return nh_publish(core, &discard, &err);
}

void vr_nh_flush(struct vr_core *core)
{
	struct vr_nh *nh;
	u32 id;

	for (id = 1; (nh = vr_idtab_next(&core->nhs, &id)); id++) {
		if (vr_nh_body_held(nh))
			nh_del(core, nh);
		vr_breathe();
	}
}

void vr_nh_exit(struct vr_core *core)
{
	struct vr_nh *nh = vr_nh_find(core, 0);

	if (nh)
		nh_del(core, nh);
}
