// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a tunnel nexthop has more than others: its outer headers, its way to
 * the other end, and what is known of that way.
 *
 * Tunnels are in an index by their other end, so that who learns a path MTU
 * finds them. A replaced one is taken out after the new one was put in front,
 * and who walks the index meanwhile walks it again: nothing that is learnt is
 * lost.
 */
#include "obj/nexthop_parts.h"

#include <vr_host/port.h>
#include <vr_host/underlay.h>

#include "obj/vif.h"

static bool tunnel_leads_to(const struct vr_tunnel *t, u8 family, const __be32 *dip)
{
	if (t->family != family || t->dip[0] != dip[0])
		return false;
	return family == AF_INET || !memcmp(t->dip, dip, sizeof(t->dip));
}

/* Ends are configured, not sent: nobody can choose them to collide. */
static u32 tunnel_bucket(u8 family, const __be32 *dip)
{
	u32 key = (__force u32)dip[0];

	if (family == AF_INET6)
		key += (__force u32)dip[1] * 3 + (__force u32)dip[2] * 5 + (__force u32)dip[3] * 7;
	return (key * 0x9e3779b1U) >> 16 & (VR_TUNNEL_BUCKETS - 1);
}

static struct vr_tunnel __rcu **tunnel_slot(struct vr_core *core, const struct vr_tunnel *t)
{
	return &core->tunnels[tunnel_bucket(t->family, t->dip)];
}

/* --- path MTU --- */

u32 vr_tunnel_learnt(const struct vr_core *core, struct vr_tunnel *t, u32 mtu)
{
	u32 expires = vr_conf(core, VR_CONF_PMTU_EXPIRES);
	u32 age;

	smp_rmb();	/* pairs with try_cmpxchg() in tunnel_lower() */
	age = vr_ticks() - READ_ONCE(t->learnt);
	if (!expires || age < vr_ms_to_ticks(expires))
		return mtu;
	/* Forgotten for good, before ticks come round. */
	cmpxchg(&t->path_mtu, mtu, 0);
	return 0;
}

/* Unless less is known and counts. */
static void tunnel_lower(const struct vr_core *core, struct vr_tunnel *t, u32 mtu, u32 learnt)
{
	u32 old;

	do {
		old = vr_tunnel_path_mtu(core, t);
		if (old && old < mtu)
			return;
		WRITE_ONCE(t->learnt, learnt);
	} while (!try_cmpxchg(&t->path_mtu, &old, mtu));
}

static bool tunnel_lower_all(const struct vr_core *core, struct vr_tunnel *t, u8 family,
			     const __be32 *dip, u32 mtu)
{
	u32 now = vr_ticks();
	bool found = false;

	for (; t; t = rcu_dereference(t->next)) {
		if (!tunnel_leads_to(t, family, dip))
			continue;
		tunnel_lower(core, t, mtu, now);
		found = true;
	}
	return found;
}

bool vr_nh_learn_path_mtu(struct vr_core *core, u8 family, const __be32 *dip, u32 mtu)
{
	u32 least = family == AF_INET ? VR_PATH_MTU_MIN4 : VR_PATH_MTU_MIN6;
	struct vr_tunnel __rcu **slot = &core->tunnels[tunnel_bucket(family, dip)];
	struct vr_tunnel *first;
	bool found;

	do {
		first = rcu_dereference(*slot);
		found = tunnel_lower_all(core, first, family, dip, max(mtu, least));
		/* Pairs with vr_tunnel_link(): a new one is seen here, or knows it already. */
		smp_mb();
	} while (unlikely(rcu_access_pointer(*slot) != first));
	return found;
}

u32 vr_nh_path_mtu_rcu(const struct vr_core *core, u8 family, const __be32 *dip)
{
	struct vr_tunnel *t;

	/* They all know the same. */
	for (t = rcu_dereference(core->tunnels[tunnel_bucket(family, dip)]); t;
	     t = rcu_dereference(t->next))
		if (tunnel_leads_to(t, family, dip))
			return vr_tunnel_path_mtu(core, t);
	return 0;
}

/* What the others to this end know. */
static void tunnel_inherit(struct vr_core *core, struct vr_tunnel *t)
{
	struct vr_tunnel *other;
	u32 mtu;

	for (other = vr_core_dereference(core, t->next); other;
	     other = vr_core_dereference(core, other->next)) {
		if (!tunnel_leads_to(other, t->family, t->dip))
			continue;
		mtu = vr_tunnel_path_mtu(core, other);
		if (mtu)
			tunnel_lower(core, t, mtu, READ_ONCE(other->learnt));
	}
}

void vr_tunnel_link(struct vr_core *core, struct vr_tunnel *t)
{
	struct vr_tunnel __rcu **slot = tunnel_slot(core, t);

	RCU_INIT_POINTER(t->next, vr_core_dereference(core, *slot));
	rcu_assign_pointer(*slot, t);
	smp_mb();	/* pairs with vr_nh_learn_path_mtu() */
	tunnel_inherit(core, t);
}

void vr_tunnel_unlink(struct vr_core *core, struct vr_tunnel *t)
{
	struct vr_tunnel __rcu **slot = tunnel_slot(core, t);
	struct vr_tunnel *at;

	while ((at = vr_core_dereference(core, *slot)) != t)
		slot = &at->next;
	rcu_assign_pointer(*slot, vr_core_dereference(core, t->next));
}

/* --- made, unmade, listed --- */

static size_t tunnel_addr_len(u8 family)
{
	return family == AF_INET ? sizeof(__be32) : 4 * sizeof(__be32);
}

static void tunnel_tmpl_init(struct vr_encap_tmpl *tmpl, const struct vr_nh_cfg *cfg)
{
	struct vr_encap_spec spec = {
		.encap = cfg->encap,
		.family = cfg->tun_family,
		.control_word = cfg->flags & VR_NH_F_CONTROL_WORD,
	};
	size_t len = tunnel_addr_len(cfg->tun_family);

	memcpy(spec.sip, cfg->sip, len);
	memcpy(spec.dip, cfg->dip, len);
	ether_addr_copy(spec.dmac, cfg->dmac);
	ether_addr_copy(spec.smac, cfg->smac);
	vr_encap_init(tmpl, &spec);
}

int vr_tunnel_init(struct vr_core *core, struct vr_tunnel *t, const struct vr_nh_cfg *cfg,
		   struct vr_err *err)
{
	const u8 *inner_smac = is_zero_ether_addr(cfg->inner_smac) ? cfg->smac : cfg->inner_smac;

	if (cfg->flags & VR_NH_F_RESOLVE) {
		t->underlay = vr_underlay_new(vr_core_host(core), cfg->tun_family, cfg->sip,
					      cfg->dip);
		if (IS_ERR(t->underlay)) {
			t->underlay = NULL;
			return vr_refuse(err, -ENOMEM, 0,
					 "no memory for the way to the tunnel's end");
		}
	}
	tunnel_tmpl_init(&t->tmpl, cfg);
	memcpy(t->dip, cfg->dip, tunnel_addr_len(cfg->tun_family));
	t->family = cfg->tun_family;
	if (cfg->flags & VR_NH_F_L3_VXLAN) {
		ether_addr_copy(t->inner_macs, cfg->inner_dmac);
		ether_addr_copy(t->inner_macs + ETH_ALEN, inner_smac);
	}
	return 0;
}

void vr_tunnel_exit(struct vr_tunnel *t)
{
	if (t->underlay)
		vr_underlay_free(t->underlay);
}

/* What the port takes, and the vif where it has an MTU of its own; 0: there is no way. */
static u32 tunnel_port_mtu(const struct vr_core *core, const struct vr_vif *vif)
{
	const struct vr_port *port = vr_core_dereference(core, vif->port);
	u32 vif_mtu = READ_ONCE(vif->mtu);
	u32 mtu;

	if (!port || !vr_port_is_up(port))
		return 0;
	mtu = vr_port_mtu(port);
	return vif_mtu ? min(vif_mtu, mtu) : mtu;
}

static u32 tunnel_way_mtu(const struct vr_core *core, const struct vr_nh_body *nh)
{
	u32 mtu;

	if (!nh->tunnel->underlay)
		return tunnel_port_mtu(core, nh->vif);
	local_bh_disable();
	rcu_read_lock();
	mtu = vr_underlay_mtu(nh->tunnel->underlay);
	rcu_read_unlock();
	local_bh_enable();
	return mtu;
}

static void tunnel_fill_sip(const struct vr_encap_tmpl *tmpl, __be32 *sip)
{
	size_t off = tmpl->family == AF_INET ? offsetof(struct iphdr, saddr) :
					       offsetof(struct ipv6hdr, saddr);

	memcpy(sip, tmpl->head + ETH_HLEN + off, tunnel_addr_len(tmpl->family));
}

void vr_tunnel_fill(const struct vr_core *core, const struct vr_nh_body *nh,
		    struct vr_nh_info *info)
{
	u32 learnt = vr_tunnel_path_mtu(core, nh->tunnel);
	const struct vr_tunnel *t = nh->tunnel;
	u32 mtu = tunnel_way_mtu(core, nh);

	info->cfg.encap = t->tmpl.encap;
	info->cfg.tun_family = t->family;
	tunnel_fill_sip(&t->tmpl, info->cfg.sip);
	memcpy(info->cfg.dip, t->dip, sizeof(t->dip));
	ether_addr_copy(info->cfg.inner_dmac, t->inner_macs);
	ether_addr_copy(info->cfg.inner_smac, t->inner_macs + ETH_ALEN);
	if (!mtu)
		return;
	info->state = VR_NH_S_RESOLVED;
	info->path_mtu = learnt && learnt < mtu ? learnt : mtu;
}
