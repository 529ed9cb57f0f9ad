// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vifs: set, deleted, attached to ports, counted and listed.
 *
 * The handle of an id outlives the vif while nexthops point at it; a new vif
 * of the same id takes the handle over, so those nexthops serve again.
 */
#include "obj/vif.h"

#include "obj/core.h"
#include "obj/fat.h"
#include "obj/flow.h"
#include "obj/fragment.h"
#include "obj/vrf.h"

#include <vr_host/port.h>

static struct vr_vif_conf *vif_conf(const struct vr_vif *vif)
{
	return vr_core_dereference(vif->core, vif->conf);
}

/* The vif, or NULL if there is none or only its handle is left. */
static struct vr_vif *vif_find(struct vr_core *core, u32 id)
{
	struct vr_vif *vif;

	vr_assert_cfg_held(core);
	vif = vr_idtab_find(&core->vifs, id);
	return vif && vif_conf(vif) ? vif : NULL;
}

/* The vif with the lowest id >= *@id. */
static struct vr_vif *vif_next(struct vr_core *core, u32 *id)
{
	struct vr_vif *vif;

	vr_assert_cfg_held(core);
	while ((vif = vr_idtab_next(&core->vifs, id))) {
		if (vif_conf(vif))
			return vif;
		++*id;
	}
	return NULL;
}

static struct vr_vif *vif_find_name(struct vr_core *core, const char *name)
{
	struct vr_vif *vif;
	u32 id;

	for (id = 0; (vif = vif_next(core, &id)); id++)
		if (!strcmp(vif_conf(vif)->cfg.name, name))
			return vif;
	return NULL;
}

void vr_vif_add_to_books(const struct vr_vif *vif, struct vr_books *books)
{
	u64 tx = vr_counters_read(&vif->stats, VR_VIF_TX_PACKETS);

	books->received += vr_counters_read(&vif->stats, VR_VIF_RX_PACKETS);
	switch (vif->type) {
	case VR_VIF_HOST:
		books->delivered += tx;
		break;
	case VR_VIF_AGENT:
		books->trapped += tx;
		break;
	default:
		books->transmitted += tx;
	}
}

/* No packet can reach the vif any more: its counts are final. */
static void vif_free_rcu(struct rcu_head *rcu)
{
	struct vr_vif *vif = container_of(rcu, struct vr_vif, rcu);
	struct vr_core *core = vif->core;

	vr_spin_lock_bh(&core->retired_lock);
	list_del(&vif->dying);
	vr_vif_add_to_books(vif, &core->retired);
	vr_spin_unlock_bh(&core->retired_lock);

	vr_counters_exit(&vif->stats);
	vr_free(&core->mem, VR_MEM_VIF, vif, sizeof(*vif));
}

struct vr_vif *vr_vif_hold(struct vr_core *core, u32 id)
{
	struct vr_vif *vif = vif_find(core, id);

	if (vif)
		vif->refs++;
	return vif;
}

void vr_vif_put(struct vr_vif *vif)
{
	struct vr_core *core = vif->core;

	vr_assert_cfg_held(core);
	if (--vif->refs)
		return;
	vr_idtab_del(&core->vifs, vif->id);
	vr_spin_lock_bh(&core->retired_lock);
	list_add(&vif->dying, &core->dying);
	vr_spin_unlock_bh(&core->retired_lock);
	call_rcu(&vif->rcu, vif_free_rcu);
}

struct vr_vif *vr_vif_handle(struct vr_core *core, u32 id)
{
	return vif_find(core, id);
}

/* VRFs know how many vifs need them. */
static void vif_count_in_vrf(struct vr_core *core, u32 id, int by)
{
	if (id != VR_VRF_NONE)
		vr_vrf_find(core, id)->n_vifs += by;
}

static void vif_count_in_vrfs(struct vr_core *core, const struct vr_vif_cfg *cfg, int by)
{
	vif_count_in_vrf(core, cfg->vrf, by);
	vif_count_in_vrf(core, cfg->mcast_vrf, by);
}

struct vr_vif *vr_agent_rcu(const struct vr_core *core)
{
	struct vr_vif *agent = rcu_dereference(core->agent);
	struct vr_port *port;

	if (!agent)
		return NULL;
	port = rcu_dereference(agent->port);
	return port && vr_port_is_up(port) ? agent : NULL;
}

/* Tells a vhost vif's uplinks of it, unless a lower one was before it. */
static void vif_name_uplinks(struct vr_core *core, const struct vr_vif *vif)
{
	const struct vr_vif_cfg *cfg = &vif_conf(vif)->cfg;
	struct vr_vif *uplink;
	u32 i;

	for (i = 0; i < cfg->n_xconnect; i++) {
		uplink = vif_find(core, cfg->xconnect[i]);
		if (uplink && uplink->named_by == VR_VIF_ID_NONE)
			uplink->named_by = vif->id;
	}
}

/*
 * vhost vifs name their uplinks; uplinks are told here who named them. Packets read it
 * meanwhile: what does not change is not written.
 */
static void vif_update_hosts(struct vr_core *core)
{
	struct vr_vif *vif;
	u32 id;

	for (id = 0; (vif = vif_next(core, &id)); id++)
		vif_name_uplinks(core, vif);
	for (id = 0; (vif = vif_next(core, &id)); id++) {
		if (vif->type == VR_VIF_PHYSICAL && vif->host != vif->named_by)
			WRITE_ONCE(vif->host, vif->named_by);
		vif->named_by = VR_VIF_ID_NONE;
	}
}

static bool vif_is_underlay(u32 type)
{
	return type == VR_VIF_HOST || type == VR_VIF_PHYSICAL;
}

static int vif_check(struct vr_core *core, const struct vr_vif_cfg *cfg, struct vr_err *err)
{
	if (cfg->id > VR_VIF_ID_MAX)
		return vr_refuse(err, -EINVAL, VR_A_VIF_ID, "vif id is above the limit");
	if (cfg->type > VR_VIF_VIRTUAL)
		return vr_refuse(err, -EINVAL, VR_A_VIF_TYPE, "unknown vif type");
	if (cfg->flags & ~(u32)VR_VIF_F_ALL)
		return vr_refuse(err, -EINVAL, VR_A_VIF_FLAGS, "unknown vif flag");
	if (!cfg->name[0])
		return vr_refuse(err, -EINVAL, VR_A_VIF_NAME, "vif has no device name");
	if (!is_valid_ether_addr(cfg->mac))
		return vr_refuse(err, -EINVAL, VR_A_VIF_MAC,
				 "vif MAC is zero or a group address");
	if (!vr_vrf_find(core, cfg->vrf))
		return vr_refuse(err, -ENOENT, VR_A_VIF_VRF, "vif: VRF does not exist");
	if (cfg->mcast_vrf != VR_VRF_NONE && !vr_vrf_find(core, cfg->mcast_vrf))
		return vr_refuse(err, -ENOENT, VR_A_VIF_MCAST_VRF,
				 "vif: multicast VRF does not exist");
	if (cfg->n_xconnect && cfg->type != VR_VIF_HOST)
		return vr_refuse(err, -EINVAL, VR_A_VIF_XCONNECT,
				 "only a vhost vif is cross-connected with uplinks");
	if (cfg->n_xconnect > VR_XCONNECT_MAX)
		return vr_refuse(err, -EINVAL, VR_A_VIF_XCONNECT,
				 "too many cross-connect partners");
	return vr_fat_check(&cfg->fat, err);
}

/* What @cfg must not have in common with other vifs, or change of its own. */
static int vif_check_against(struct vr_core *core, const struct vr_vif_cfg *cfg,
			     struct vr_vif *vif, struct vr_err *err)
{
	struct vr_vif *other, *agent;

	if (vif && vif_conf(vif)->cfg.type != cfg->type)
		return vr_refuse(err, -EINVAL, VR_A_VIF_TYPE,
				 "the type of a vif cannot change: delete it first");
	other = vif_find_name(core, cfg->name);
	if (other && other != vif)
		return vr_refuse(err, -EEXIST, VR_A_VIF_NAME,
				 "another vif has this device already");
	agent = vr_core_dereference(core, core->agent);
	if (cfg->type == VR_VIF_AGENT && agent && agent != vif)
		return vr_refuse(err, -EEXIST, VR_A_VIF_TYPE, "there is an agent vif already");
	return 0;
}

static struct vr_vif_conf *vif_conf_build(struct vr_core *core, const struct vr_vif_cfg *cfg)
{
	struct vr_vif_conf *conf;

	conf = vr_zalloc(&core->mem, VR_MEM_VIF, sizeof(*conf));
	if (!conf)
		return NULL;
	conf->cfg = *cfg;
	if (!(cfg->flags & (VR_VIF_F_L2 | VR_VIF_F_L3)))
		conf->cfg.flags |= VR_VIF_F_L2 | VR_VIF_F_L3;

	memset(&conf->cfg.fat, 0, sizeof(conf->cfg.fat));
	if (!cfg->fat.n_rules)
		return conf;
	conf->fat = vr_fat_build(&core->mem, &cfg->fat);
	if (!conf->fat) {
		vr_free(&core->mem, VR_MEM_VIF, conf, sizeof(*conf));
		return NULL;
	}
	vr_fat_cfg(conf->fat, &conf->cfg.fat);
	return conf;
}

static void vif_conf_free_rcu(struct vr_core *core, struct vr_vif_conf *conf)
{
	vr_fat_free_rcu(&core->mem, conf->fat);
	vr_free_rcu(&core->mem, VR_MEM_VIF, conf, sizeof(*conf), rcu);
}

static void vif_conf_retire(struct vr_core *core, struct vr_vif_conf *conf)
{
	vif_count_in_vrfs(core, &conf->cfg, -1);
	vif_conf_free_rcu(core, conf);
}

static struct vr_vif *vif_handle_new(struct vr_core *core, u32 id, u32 type)
{
	struct vr_vif *vif;

	vif = vr_zalloc(&core->mem, VR_MEM_VIF, sizeof(*vif));
	if (!vif)
		return NULL;
	vif->core = core;
	vif->id = id;
	vif->type = type;
	vif->host = VR_VIF_ID_NONE;
	vif->named_by = VR_VIF_ID_NONE;
	if (vr_counters_init(&vif->stats, &core->mem, VR_MEM_VIF, VR_VIF_COUNTERS))
		goto err_free;
	if (vr_idtab_set(&core->vifs, id, vif))
		goto err_counters;
	return vif;

err_counters:
	vr_counters_exit(&vif->stats);
err_free:
	vr_free(&core->mem, VR_MEM_VIF, vif, sizeof(*vif));
	return NULL;
}

/* All counters read zero from now on; the books do not. */
static void vif_clear(struct vr_vif *vif, u32 from)
{
	u32 i;

	for (i = from; i < VR_VIF_COUNTERS; i++)
		vif->base[i] = vr_counters_read(&vif->stats, i);
}

/*
 * A handle for a vif that is not there: the one that nexthops kept, unless its
 * counts went into other books than this type's.
 */
static struct vr_vif *vif_handle_get(struct vr_core *core, const struct vr_vif_cfg *cfg,
				     struct vr_err *err)
{
	struct vr_vif *vif = vr_idtab_find(&core->vifs, cfg->id);

	if (vif && vif->type != cfg->type) {
		vr_refuse(err, -EBUSY, VR_A_VIF_TYPE,
			  "nexthops still point at the old vif of this id, of another type");
		return ERR_PTR(-EBUSY);
	}
	if (!vif)
		vif = vif_handle_new(core, cfg->id, cfg->type);
	if (!vif) {
		vr_refuse(err, -ENOMEM, 0, "no memory for the vif");
		return ERR_PTR(-ENOMEM);
	}
	vif_clear(vif, 0);
	vr_flow_vif_born(core, vif);
	vr_frags_vif_born(vif);
	vif->refs++;
	return vif;
}

int vr_vif_set(struct vr_core *core, const struct vr_vif_cfg *cfg, bool exclusive,
	       struct vr_err *err)
{
	struct vr_vif_conf *conf, *old = NULL;
	struct vr_vif *vif;
	int ret;

	vr_assert_cfg_held(core);
	vif = vif_find(core, cfg->id);
	if (vif && exclusive)
		return vr_refuse(err, -EEXIST, VR_A_VIF_ID, "vif exists already");
	ret = vif_check(core, cfg, err);
	if (!ret)
		ret = vif_check_against(core, cfg, vif, err);
	if (ret)
		return ret;

	conf = vif_conf_build(core, cfg);
	if (!conf)
		return vr_refuse(err, -ENOMEM, 0, "no memory for the vif's configuration");
	if (vif) {
		old = vif_conf(vif);
	} else {
		vif = vif_handle_get(core, cfg, err);
		if (IS_ERR(vif)) {
			vif_conf_free_rcu(core, conf);
			return PTR_ERR(vif);
		}
	}

	vif_count_in_vrfs(core, &conf->cfg, 1);
	WRITE_ONCE(vif->mtu, cfg->mtu);
	rcu_assign_pointer(vif->conf, conf);
	if (vif_is_underlay(cfg->type))
		vif_update_hosts(core);
	if (cfg->type == VR_VIF_AGENT)
		rcu_assign_pointer(core->agent, vif);
	if (old)
		vif_conf_retire(core, old);
	vr_core_changed(core);
	return 0;
}

/* Uplinks that it named are for the caller to be told. */
static void vif_del(struct vr_core *core, struct vr_vif *vif)
{
	struct vr_vif_conf *conf = vif_conf(vif);

	WARN_ON_ONCE(rcu_access_pointer(vif->port));
	if (vif == vr_core_dereference(core, core->agent))
		RCU_INIT_POINTER(core->agent, NULL);
	RCU_INIT_POINTER(vif->conf, NULL);
	vif_conf_retire(core, conf);
	vr_vif_put(vif);
}

int vr_vif_del(struct vr_core *core, u32 id, struct vr_err *err)
{
	struct vr_vif *vif = vif_find(core, id);
	bool underlay;

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	underlay = vif_is_underlay(vif->type);
	vif_del(core, vif);
	if (underlay)
		vif_update_hosts(core);
	vr_core_changed(core);
	return 0;
}

/* No uplink is left that could be told of its host. */
void vr_vif_flush(struct vr_core *core)
{
	struct vr_vif *vif;
	u32 id;

	for (id = 0; (vif = vif_next(core, &id)); id++) {
		vif_del(core, vif);
		vr_breathe();
	}
}

/* A counter as it is shown: since the last clear. */
static u64 vif_read(const struct vr_vif *vif, u32 i)
{
	return vr_counters_read(&vif->stats, i) - vif->base[i];
}

static u64 vif_dropped(const struct vr_vif *vif)
{
	u64 sum = 0;
	u32 i;

	for (i = VR_VIF_DROPS; i < VR_VIF_COUNTERS; i++)
		sum += vif_read(vif, i);
	return sum;
}

static void vif_fill(const struct vr_vif *vif, struct vr_vif_info *info)
{
	const struct vr_vif_conf *conf = vif_conf(vif);

	info->cfg = conf->cfg;
	info->stats = (struct vr_vif_stats){
		.rx_packets = vif_read(vif, VR_VIF_RX_PACKETS),
		.rx_bytes = vif_read(vif, VR_VIF_RX_BYTES),
		.rx_errors = vif_dropped(vif),
		.tx_packets = vif_read(vif, VR_VIF_TX_PACKETS),
		.tx_bytes = vif_read(vif, VR_VIF_TX_BYTES),
		.tx_errors = vif_read(vif, VR_VIF_TX_ERRORS),
	};
	info->port = vr_core_dereference(vif->core, vif->port);
	info->refs = vif->refs - 1;
	info->held = atomic_read(&vif->holding);
	info->xconnect = vif_is_underlay(conf->cfg.type) &&
			 ((conf->cfg.flags & VR_VIF_F_XCONNECT) || !vr_core_has_agent(vif->core));
}

int vr_vif_get(struct vr_core *core, u32 id, struct vr_vif_info *info, struct vr_err *err)
{
	const struct vr_vif *vif = vif_find(core, id);

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	vif_fill(vif, info);
	return 0;
}

int vr_vif_get_by_name(struct vr_core *core, const char *name, struct vr_vif_info *info,
		       struct vr_err *err)
{
	const struct vr_vif *vif = vif_find_name(core, name);

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_NAME, "no vif has this device");
	vif_fill(vif, info);
	return 0;
}

int vr_vif_next(struct vr_core *core, u32 id, struct vr_vif_info *info)
{
	const struct vr_vif *vif = vif_next(core, &id);

	if (!vif)
		return -ENOENT;
	vif_fill(vif, info);
	return 0;
}

int vr_vif_drops(struct vr_core *core, u32 id, u64 *drops, struct vr_err *err)
{
	const struct vr_vif *vif = vif_find(core, id);
	u32 i;

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	for (i = 0; i < VR_DROP_MAX; i++)
		drops[i] = vif_read(vif, VR_VIF_DROPS + i);
	return 0;
}

int vr_vif_clear(struct vr_core *core, u32 id, struct vr_err *err)
{
	struct vr_vif *vif = vif_find(core, id);

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	vif_clear(vif, 0);
	return 0;
}

int vr_vif_drops_clear(struct vr_core *core, u32 id, struct vr_err *err)
{
	struct vr_vif *vif = vif_find(core, id);

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	vif_clear(vif, VR_VIF_DROPS);
	return 0;
}

void vr_vif_clear_all_drops(struct vr_core *core)
{
	struct vr_vif *vif;
	u32 id;

	for (id = 0; (vif = vif_next(core, &id)); id++) {
		vif_clear(vif, VR_VIF_DROPS);
		vr_breathe();
	}
}

int vr_vif_free_id(struct vr_core *core, u32 *id, struct vr_err *err)
{
	vr_assert_cfg_held(core);
	*id = 0;
	if (vr_idtab_free_id(&core->vifs, id))
		return vr_refuse(err, -ENOSPC, VR_A_VIF_ID, "every vif id is in use");
	return 0;
}

int vr_vif_attach(struct vr_core *core, u32 id, struct vr_port *port, struct vr_err *err)
{
	struct vr_vif *vif = vif_find(core, id);

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	if (rcu_access_pointer(vif->port))
		return vr_refuse(err, -EBUSY, VR_A_VIF_ID, "vif has a device already");
	rcu_assign_pointer(vif->port, port);
	vr_core_changed(core);
	return 0;
}

struct vr_port *vr_vif_detach(struct vr_core *core, u32 id)
{
	struct vr_vif *vif = vif_find(core, id);
	struct vr_port *port;

	if (!vif)
		return NULL;
	port = vr_core_dereference(core, vif->port);
	RCU_INIT_POINTER(vif->port, NULL);
	vr_core_changed(core);
	return port;
}

int vr_vif_rename(struct vr_core *core, u32 id, const char *name, struct vr_err *err)
{
	struct vr_vif *vif = vif_find(core, id);
	struct vr_vif_cfg cfg;

	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_VIF_ID, "no such vif");
	cfg = vif_conf(vif)->cfg;
	strscpy(cfg.name, name, sizeof(cfg.name));
	return vr_vif_set(core, &cfg, false, err);
}
