// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nexthops: set, deleted and listed. What they do to packets is in
 * path/nh_*.c.
 *
 * The handle of an id outlives the nexthop while something points at it, and
 * carries the body that is in force: replacing a nexthop publishes a new body
 * in the handle that every route has already.
 */
#include "obj/nexthop.h"

#include "obj/core.h"
#include "obj/vif.h"
#include "obj/vrf.h"

/** struct nh_rule - which fields a type has */
struct nh_rule {
	bool offered;
	bool takes_oif;
	bool needs_oif;
	bool takes_macs;
	bool needs_family;
	bool takes_members;
	u32 flags;
};

/* Where packets are still what a flow is about, and go on to somebody. */
#define NH_F_FLOW	(VR_NH_F_POLICY | VR_NH_F_FLOW_LOOKUP)

static const struct nh_rule nh_rules[] = {
	[VR_NH_RECEIVE] = {
		.offered = true, .takes_oif = true, .needs_oif = true, .flags = NH_F_FLOW,
	},
	[VR_NH_ENCAP] = {
		.offered = true, .takes_oif = true, .needs_oif = true, .takes_macs = true,
		.needs_family = true, .flags = VR_NH_F_MCAST | NH_F_FLOW,
	},
	[VR_NH_RESOLVE] = { .offered = true, .takes_oif = true },
	[VR_NH_DISCARD] = { .offered = true },
	[VR_NH_COMPOSITE] = { .offered = true, .takes_members = true, .flags = NH_F_FLOW },
	[VR_NH_VRF_TRANSLATE] = {
		.offered = true, .needs_family = true, .flags = VR_NH_F_UUC_FLOOD | NH_F_FLOW,
	},
	[VR_NH_L2_RECEIVE] = { .offered = true },
};

static struct vr_nh_body *nh_body(const struct vr_nh *nh)
{
	return vr_core_dereference(nh->core, nh->body);
}

/* The nexthop, or NULL if there is none or only its handle is left. */
static struct vr_nh *nh_find(struct vr_core *core, u32 id)
{
	struct vr_nh *nh;

	vr_assert_cfg_held(core);
	nh = vr_idtab_find(&core->nhs, id);
	return nh && nh_body(nh) ? nh : NULL;
}

struct vr_nh *vr_nh_hold(struct vr_core *core, u32 id)
{
	struct vr_nh *nh = nh_find(core, id);

	if (nh)
		nh->refs++;
	return nh;
}

void vr_nh_put(struct vr_nh *nh)
{
	struct vr_core *core = nh->core;

	vr_assert_cfg_held(core);
	if (--nh->refs)
		return;
	vr_idtab_del(&core->nhs, nh->id);
	vr_free_rcu(&core->mem, VR_MEM_NEXTHOP, nh, sizeof(*nh), rcu);
}

static size_t nh_body_size(u32 n_members)
{
	return sizeof(struct vr_nh_body) +
	       n_members * (sizeof(struct vr_nh_arm) + sizeof(struct vr_nh_member));
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

static void nh_body_retire(struct vr_core *core, struct vr_nh_body *body)
{
	size_t size = nh_body_size(body->n_arms);

	nh_body_put_all(body);
	vr_free_rcu(&core->mem, VR_MEM_NEXTHOP, body, size, rcu);
}

static int nh_check_fields(const struct vr_nh_cfg *cfg, const struct nh_rule *rule,
			   struct vr_err *err)
{
	bool has_macs = !is_zero_ether_addr(cfg->dmac) || !is_zero_ether_addr(cfg->smac);

	if (rule->needs_oif && cfg->oif == VR_VIF_ID_NONE)
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF, "this nexthop type needs an oif");
	if (!rule->takes_oif && cfg->oif != VR_VIF_ID_NONE)
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF, "this nexthop type has no oif");
	if (!rule->takes_macs && has_macs)
		return vr_refuse(err, -EINVAL, VR_A_NH_DMAC, "this nexthop type has no MACs");
	if (rule->takes_macs && is_zero_ether_addr(cfg->dmac) && !(cfg->flags & VR_NH_F_MCAST))
		return vr_refuse(err, -EINVAL, VR_A_NH_DMAC, "destination MAC is zero");
	if (rule->takes_macs && !is_valid_ether_addr(cfg->smac))
		return vr_refuse(err, -EINVAL, VR_A_NH_SMAC,
				 "source MAC is zero or a group address");
	if (cfg->flags & ~(u32)VR_NH_F_ALL)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS, "unknown nexthop flag");
	if (cfg->flags & ~rule->flags & VR_NH_F_POLICY)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "this nexthop type has no policy: no flow is looked up there");
	if (cfg->flags & ~rule->flags & VR_NH_F_FLOW_LOOKUP)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "this nexthop type has no flow-lookup: packets end there");
	if (cfg->flags & ~rule->flags)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "this nexthop type does not have that flag");
	if (!rule->takes_members && (cfg->n_members || cfg->kind))
		return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
				 "only a composite has a kind and members");
	if (cfg->n_members > VR_NH_MEMBERS_MAX)
		return vr_refuse(err, -E2BIG, VR_A_NH_MEMBERS, "too many members");
	return 0;
}

static int nh_check_family(const struct vr_nh_cfg *cfg, const struct nh_rule *rule,
			   struct vr_err *err)
{
	switch (cfg->family) {
	case AF_INET:
	case AF_INET6:
	case AF_BRIDGE:
		return 0;
	case 0:
		if (!rule->needs_family)
			return 0;
		return vr_refuse(err, -EINVAL, VR_A_NH_FAMILY,
				 "this nexthop type needs a family");
	default:
		return vr_refuse(err, -EAFNOSUPPORT, VR_A_NH_FAMILY,
				 "nexthop family is not inet, inet6 or bridge");
	}
}

/* May @cfg be a member of a composite of this kind? */
static bool nh_may_be_member(const struct vr_nh_body *member, u32 kind)
{
	if (member->type == VR_NH_ENCAP)
		return member->family == AF_BRIDGE;
	return kind == VR_NH_KIND_L2_MCAST && member->type == VR_NH_COMPOSITE &&
	       member->kind == VR_NH_KIND_ENCAP;
}

static int nh_check_members(struct vr_core *core, const struct vr_nh_cfg *cfg,
			    struct vr_err *err)
{
	const struct vr_nh_member *member;
	struct vr_nh *nh;
	u32 i;

	for (i = 0; i < cfg->n_members; i++) {
		member = &cfg->members[i];
		if (member->nh == cfg->id)
			return vr_refuse(err, -ELOOP, VR_A_NH_MEMBERS,
					 "a composite cannot hold itself");
		nh = nh_find(core, member->nh);
		if (!nh)
			return vr_refuse(err, -ENOENT, VR_A_NH_MEMBERS,
					 "member nexthop does not exist");
		if (!nh_may_be_member(nh_body(nh), cfg->kind))
			return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
					 "member's type does not fit the kind of composite");
		if (member->label != VR_LABEL_NONE && member->label > VR_LABEL_MAX)
			return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
					 "member's label is above 24 bits");
	}
	return 0;
}

static int nh_check(struct vr_core *core, const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	const struct nh_rule *rule;
	int ret;

	if (cfg->type >= ARRAY_SIZE(nh_rules) || !nh_rules[cfg->type].offered)
		return vr_refuse(err, -EINVAL, VR_A_NH_TYPE, "nexthop type is not offered");
	rule = &nh_rules[cfg->type];

	ret = nh_check_family(cfg, rule, err);
	if (!ret)
		ret = nh_check_fields(cfg, rule, err);
	if (ret)
		return ret;

	if (cfg->type == VR_NH_COMPOSITE && cfg->kind != VR_NH_KIND_L2_MCAST &&
	    cfg->kind != VR_NH_KIND_ENCAP)
		return vr_refuse(err, -EINVAL, VR_A_NH_KIND, "kind of composite is not offered");
	if (!vr_vrf_find(core, cfg->vrf))
		return vr_refuse(err, -ENOENT, VR_A_NH_VRF, "nexthop: VRF does not exist");
	return nh_check_members(core, cfg, err);
}

/* The host's stack is behind a vhost vif, or behind the agent. */
static bool nh_is_host(const struct vr_vif *vif)
{
	return vif->type == VR_VIF_HOST || vif->type == VR_VIF_AGENT;
}

/* A body that holds what it points at; everything in @cfg has been checked but the oif. */
static struct vr_nh_body *nh_body_build(struct vr_core *core, const struct vr_nh_cfg *cfg,
					struct vr_err *err)
{
	size_t size = nh_body_size(cfg->n_members);
	struct vr_nh_body *body;
	u32 i;

	body = vr_zalloc(&core->mem, VR_MEM_NEXTHOP, size);
	if (!body) {
		vr_refuse(err, -ENOMEM, 0, "no memory for the nexthop");
		return ERR_PTR(-ENOMEM);
	}
	if (cfg->oif != VR_VIF_ID_NONE) {
		body->vif = vr_vif_hold(core, cfg->oif);
		if (!body->vif) {
			vr_free(&core->mem, VR_MEM_NEXTHOP, body, size);
			vr_refuse(err, -ENOENT, VR_A_NH_OIF, "nexthop: oif does not exist");
			return ERR_PTR(-ENOENT);
		}
	}
	if (cfg->type == VR_NH_RECEIVE && !nh_is_host(body->vif)) {
		nh_body_put_all(body);
		vr_free(&core->mem, VR_MEM_NEXTHOP, body, size);
		vr_refuse(err, -EINVAL, VR_A_NH_OIF, "oif of a receive nexthop is no vhost vif");
		return ERR_PTR(-EINVAL);
	}
	body->type = cfg->type;
	body->family = cfg->family;
	body->kind = cfg->kind;
	body->flags = cfg->flags;
	body->vrf = cfg->vrf;
	body->id = cfg->id;
	ether_addr_copy(body->macs, cfg->dmac);
	ether_addr_copy(body->macs + ETH_ALEN, cfg->smac);
	body->n_arms = cfg->n_members;
	body->members = (struct vr_nh_member *)&body->arms[cfg->n_members];
	for (i = 0; i < cfg->n_members; i++) {
		body->members[i] = cfg->members[i];
		body->arms[i].nh = vr_nh_hold(core, cfg->members[i].nh);
		body->arms[i].label = cfg->members[i].label;
	}
	return body;
}

/* The handle of @id, made if it is not there; holds one reference more for the nexthop itself. */
static struct vr_nh *nh_handle_get(struct vr_core *core, u32 id)
{
	struct vr_nh *nh = vr_idtab_find(&core->nhs, id);

	if (!nh) {
		nh = vr_zalloc(&core->mem, VR_MEM_NEXTHOP, sizeof(*nh));
		if (!nh)
			return NULL;
		nh->core = core;
		nh->id = id;
		if (vr_idtab_set(&core->nhs, id, nh)) {
			vr_free(&core->mem, VR_MEM_NEXTHOP, nh, sizeof(*nh));
			return NULL;
		}
	}
	nh->refs++;
	return nh;
}

static int nh_publish(struct vr_core *core, const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	struct vr_nh_body *body, *old = NULL;
	struct vr_nh *nh;

	body = nh_body_build(core, cfg, err);
	if (IS_ERR(body))
		return PTR_ERR(body);

	nh = nh_find(core, cfg->id);
	if (nh) {
		old = nh_body(nh);
	} else {
		nh = nh_handle_get(core, cfg->id);
		if (!nh) {
			nh_body_put_all(body);
			vr_free(&core->mem, VR_MEM_NEXTHOP, body, nh_body_size(body->n_arms));
			return vr_refuse(err, -ENOMEM, 0, "no memory for the table of nexthops");
		}
	}
	rcu_assign_pointer(nh->body, body);
	if (old)
		nh_body_retire(core, old);
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
	if (exclusive && nh_find(core, cfg->id))
		return vr_refuse(err, -EEXIST, VR_A_NH_ID, "nexthop exists already");
	ret = nh_check(core, cfg, err);
	if (ret)
		return ret;
	return nh_publish(core, cfg, err);
}

static void nh_del(struct vr_core *core, struct vr_nh *nh)
{
	struct vr_nh_body *body = nh_body(nh);

	RCU_INIT_POINTER(nh->body, NULL);
	nh_body_retire(core, body);
	vr_nh_put(nh);
}

int vr_nh_del(struct vr_core *core, u32 id, struct vr_err *err)
{
	struct vr_nh *nh = nh_find(core, id);

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
	const struct vr_nh_body *body = nh_body(nh);

	memset(info, 0, sizeof(*info));
	info->cfg.id = nh->id;
	info->cfg.type = body->type;
	info->cfg.family = body->family;
	info->cfg.flags = body->flags;
	info->cfg.vrf = body->vrf;
	info->cfg.oif = body->vif ? body->vif->id : VR_VIF_ID_NONE;
	info->cfg.kind = body->kind;
	ether_addr_copy(info->cfg.dmac, body->macs);
	ether_addr_copy(info->cfg.smac, body->macs + ETH_ALEN);
	info->cfg.n_members = body->n_arms;
	info->cfg.members = body->members;
	info->refs = nh->refs - 1;
}

int vr_nh_get(struct vr_core *core, u32 id, struct vr_nh_info *info, struct vr_err *err)
{
	const struct vr_nh *nh = nh_find(core, id);

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
		if (!nh_body(nh))
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

	for (id = 1; (nh = vr_idtab_next(&core->nhs, &id)); id++)
		if (nh_body(nh))
			nh_del(core, nh);
}

void vr_nh_exit(struct vr_core *core)
{
	struct vr_nh *nh = nh_find(core, 0);

	if (nh)
		nh_del(core, nh);
}
