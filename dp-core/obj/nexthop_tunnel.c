// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a tunnel nexthop has more than others: its outer headers and its way to
 * the other end. What is known of that way is the end's: nexthop_end.c.
 */
#include "obj/nexthop_parts.h"

#include <vr_host/port.h>
#include <vr_host/underlay.h>

#include "obj/vif.h"

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
	memcpy(t->dip, cfg->dip, tunnel_addr_len(cfg->tun_family));
	t->family = cfg->tun_family;
	t->end = vr_tunnel_end_get(core, t->family, t->dip);
	if (!t->end)
		return vr_refuse(err, -ENOMEM, 0,
				 "no memory for what is known of the tunnel's end");
	tunnel_tmpl_init(&t->tmpl, cfg);
	if (cfg->flags & VR_NH_F_L3_VXLAN) {
		ether_addr_copy(t->inner_macs, cfg->inner_dmac);
		ether_addr_copy(t->inner_macs + ETH_ALEN, inner_smac);
	}
	return 0;
}

void vr_tunnel_retire(struct vr_core *core, struct vr_tunnel *t)
{
	if (t->end)
		vr_tunnel_end_put(core, t->end);
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
