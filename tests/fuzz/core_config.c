// SPDX-License-Identifier: GPL-2.0-only
/* Steps that configure: everything that a tool can ask for, and some that none would. */
#include "core_fuzz.h"

const u8 *fz_mac(struct fz *fz)
{
	static const u8 group4[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x01, 0x02, 0x03 };
	static const u8 group6[ETH_ALEN] = { 0x33, 0x33, 0xff, 0x00, 0x00, 0x04 };
	u8 which = fz_u8(fz);

	switch (which >> 4) {
	case 0:
		return w_mac_gw;
	case 1:
		return w_mac_all;
	case 2:
		return w_mac_vif(which & 15);
	case 3:
		return w_mac_peer;
	case 4:
		return w_mac_router;
	case 5:
		return w_mac_stitched;
	case 6:
		return group4;
	case 7:
		return group6;
	case 8:
		return w_mac_none;
	default:
		return w_mac_guest(which & 15);
	}
}

u32 fz_ip4(struct fz *fz)
{
	u8 which = fz_u8(fz);

	switch (which >> 4) {
	case 0:
	case 1:
	case 2:
	case 3:
		return W_IP(10, 1, 1, which & 15);
	case 4:
		return W_IP(10, 2, 2, which & 15);
	case 5:
		return T_IP_AWAY;
	case 6:
		return T_HERE;
	case 7:
		return T_THERE;
	case 8:
		return T_OTHER;
	case 9:
		return W_IP(10, 0, 0, which & 15);
	case 10:
		return W_IP(10, 8, 0, which & 15);
	case 11:
		return W_IP(239, 1, 2, which & 15);
	case 12:
		return which & 1 ? ~0U : 0;
	case 13:
		return W_IP(224, 0, 0, which & 15);
	case 14:
		return W_IP(10, 9, 0, which & 15);
	default:
		return fz_u32(fz);
	}
}

u32 fz_tail(struct fz *fz)
{
	u8 which = fz_u8(fz);

	return which < 0x40 ? which & 15 : which < 0x60 ? 0x77 : fz_ip4(fz);
}

u16 fz_port(struct fz *fz)
{
	static const u16 ports[] = {
		1000, 2000, 80, 443, 53, 67, 68, 546, 547, 3784, 4789, 6635, 51234, 50000, 0,
	};
	u8 which = fz_u8(fz);

	return which < 0xf0 ? ports[which % ARRAY_SIZE(ports)] : fz_u16(fz);
}

u32 fz_label(struct fz *fz)
{
	u8 which = fz_u8(fz);

	switch (which >> 5) {
	case 0:
		return T_LABEL;
	case 1:
		return T_LABEL_L3;
	case 2:
		return VR_LABEL_NONE;
	case 3:
		return fz_u32(fz) >> (which & 15);
	default:
		return 16 + (which & 15);
	}
}

static u32 fz_nh_id(struct fz *fz)
{
	return fz_below(fz, FZ_NHS);
}

static u32 fz_vrf_id(struct fz *fz)
{
	u8 which = fz_u8(fz);

	return which < 0xfc ? which % FZ_VRFS : 65532 + (which & 3);
}

void fz_vrf(struct prog *p, struct fz *fz)
{
	struct world *w = p->w;
	u8 what = fz_u8(fz);
	u32 id = fz_vrf_id(fz);

	fz_before(p);
	if (what % 4 == 3)
		fz_after(p, w_vrf_del(w, id));
	else
		fz_after(p, W_LOCKED(w, vr_vrf_new(w->core, id, what & 4, &w->err)));
}

static void fat_prefix(struct fz *fz, struct vr_fat_prefix *prefix)
{
	u8 which = fz_u8(fz);

	memset(prefix, 0, sizeof(*prefix));
	if (!(which & 3))
		return;
	prefix->family = which & 1 ? AF_INET : AF_INET6;
	prefix->plen = which & 4 ? 8 : which & 8 ? 16 : 0;
	prefix->aggregate = prefix->plen + (which >> 4);
	prefix->addr[0] = htonl(which & 1 ? 10U << 24 : 0xfdU << 24);
	if (!prefix->plen)
		prefix->addr[0] = 0;
}

/* The core copies both. */
static void fat(struct fz *fz, struct vr_fat_cfg *cfg)
{
	static struct vr_fat_rule rules[4];
	static struct vr_fat_prefix excludes[2];
	static const u8 protos[] = { IPPROTO_UDP, IPPROTO_TCP, IPPROTO_SCTP, IPPROTO_ICMP, 253 };
	u32 i;

	cfg->n_rules = fz_below(fz, ARRAY_SIZE(rules) + 1);
	cfg->n_excludes = fz_below(fz, ARRAY_SIZE(excludes) + 1);
	cfg->rules = rules;
	cfg->excludes = excludes;
	memset(rules, 0, sizeof(rules));
	for (i = 0; i < cfg->n_rules; i++) {
		rules[i].proto = protos[fz_below(fz, ARRAY_SIZE(protos))];
		rules[i].ignore = fz_below(fz, 4);
		rules[i].port = rules[i].proto > 132 ? 0 : fz_port(fz);
		fat_prefix(fz, &rules[i].src);
		fat_prefix(fz, &rules[i].dst);
	}
	for (i = 0; i < cfg->n_excludes; i++)
		fat_prefix(fz, &excludes[i]);
}

static void vif_cfg(struct fz *fz, struct vr_vif_cfg *cfg)
{
	static const u8 types[FZ_VIFS] = {
		VR_VIF_HOST, VR_VIF_PHYSICAL, VR_VIF_AGENT, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL,
		VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_PHYSICAL, VR_VIF_HOST,
		VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL,
		VR_VIF_AGENT,
	};
	u32 id = cfg->id, i;

	*cfg = w_vif_cfg(id, types[id], 0);
	cfg->vrf = fz_vrf_id(fz);
	if (fz_one_in(fz, 32))
		cfg->type = fz_below(fz, 5);
	if (fz_one_in(fz, 4))
		cfg->mcast_vrf = fz_vrf_id(fz);
	cfg->flags = fz_u32(fz);
	if (!fz_one_in(fz, 32))
		cfg->flags &= VR_VIF_F_ALL;
	cfg->nh = fz_nh_id(fz);
	if (fz_one_in(fz, 4))
		cfg->mtu = fz_u16(fz);
	if (cfg->type == VR_VIF_HOST) {
		cfg->ip = htonl(T_HERE);
		cfg->ip6[0] = 0xfd;
		put_unaligned_be32(T_HERE, cfg->ip6 + 12);
		cfg->n_xconnect = fz_below(fz, VR_XCONNECT_MAX + 1);
		for (i = 0; i < cfg->n_xconnect; i++)
			cfg->xconnect[i] = fz_one_in(fz, 4) ? fz_u16(fz) : 1 + 7 * fz_below(fz, 2);
	}
	if (fz_one_in(fz, 3))
		fat(fz, &cfg->fat);
	if (fz_one_in(fz, 16))
		memcpy(cfg->mac, fz_mac(fz), ETH_ALEN);
	if (fz_one_in(fz, 16))
		cfg->name[fz_below(fz, 3)] = 0;
}

void fz_vif(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz);
	struct vr_vif_cfg cfg = { .id = fz_below(fz, FZ_VIFS) };
	struct world *w = p->w;
	int ret;

	if (what % 8 == 7) {
		if (w->attached[cfg.id])
			w_detach(w, cfg.id);
		if (what & 8)
			return;
		fz_before(p);
		fz_after(p, w_vif_del(w, cfg.id));
		return;
	}
	vif_cfg(fz, &cfg);
	fz_before(p);
	ret = W_LOCKED(w, vr_vif_set(w->core, &cfg, what & 16, &w->err));
	fz_after(p, ret);
	if (!ret && !w->attached[cfg.id] && !(what & 32))
		w_attach(w, cfg.id);
	if (what & 64)
		W_LOCKED(w, vr_vif_rename(w->core, cfg.id, cfg.name, &w->err));
}

/* The device's side: carrier, a queue that is full, MTU. */
void fz_port_state(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz);
	struct vr_port *port = p->w->port[what % FZ_VIFS];

	if (!port)
		return;
	what = fz_u8(fz);
	port->up = what & 3;
	port->full = (what & 12) == 12;
	port->local = what & 16;
	port->link_local_up = what & 32;
	port->mtu = what & 64 ? 68 + fz_u16(fz) : ETH_DATA_LEN;
}

static void tunnel(struct fz *fz, struct vr_nh_cfg *cfg)
{
	static const u32 nears[] = { T_HERE, T_HERE, T_HERE, T_HERE, T_OTHER };
	u32 encap = 1 + fz_below(fz, 3), id = cfg->id, vrf = cfg->vrf;
	u32 near = nears[fz_below(fz, ARRAY_SIZE(nears))], far = fz_ip4(fz);
	u32 oif = fz_one_in(fz, 3) ? VR_VIF_ID_NONE : fz_one_in(fz, 8) ? fz_below(fz, FZ_VIFS) : 1;
	u8 how = fz_u8(fz);

	*cfg = how & 1 ? w_tunnel6_cfg(id, encap, near, far, oif) :
			 w_tunnel4_cfg(id, encap, near, far, oif);
	cfg->vrf = vrf;
	if (how & 2)
		cfg->flags |= encap == VR_ENCAP_VXLAN ? VR_NH_F_L3_VXLAN : VR_NH_F_CONTROL_WORD;
	if (how & 4 && encap != VR_ENCAP_MPLS_GRE)
		cfg->flags |= cfg->tun_family == AF_INET ? VR_NH_F_UDP_CSUM :
							   VR_NH_F_UDP6_ZERO_CSUM;
	if (how & 8)
		cfg->flags |= VR_NH_F_POLICY;
	if (how & 16)
		cfg->flags |= VR_NH_F_FLOW_LOOKUP;
	if (cfg->flags & VR_NH_F_L3_VXLAN) {
		memcpy(cfg->inner_dmac, w_mac_gw, ETH_ALEN);
		memcpy(cfg->inner_smac, w_mac_vif(0), ETH_ALEN);
	}
}

static void composite(struct fz *fz, struct vr_nh_cfg *cfg)
{
	static struct vr_nh_member members[12];
	u32 i;

	cfg->kind = fz_below(fz, VR_NH_KIND_ECMP + 2);
	cfg->n_members = fz_below(fz, ARRAY_SIZE(members) + 1);
	cfg->members = members;
	for (i = 0; i < cfg->n_members; i++)
		members[i] = (struct vr_nh_member){ fz_nh_id(fz), fz_label(fz) };
	if (cfg->kind == VR_NH_KIND_ECMP)
		cfg->hash = fz_below(fz, 33);
	if (cfg->kind == VR_NH_KIND_L2_MCAST && fz_one_in(fz, 3))
		cfg->flags |= VR_NH_F_VALIDATE_MCAST;
}

static void nh_cfg(struct fz *fz, struct vr_nh_cfg *cfg)
{
	static const u32 families[] = { AF_INET, AF_INET6, AF_BRIDGE, 0, 99 };
	u32 f = fz_u8(fz);

	cfg->family = families[f < 0xf0 ? f % 3 : f % ARRAY_SIZE(families)];
	cfg->vrf = fz_vrf_id(fz);
	switch (cfg->type) {
	case VR_NH_ENCAP:
		cfg->oif = fz_below(fz, FZ_VIFS);
		memcpy(cfg->dmac, fz_mac(fz), ETH_ALEN);
		memcpy(cfg->smac, w_mac_gw, ETH_ALEN);
		cfg->flags = fz_u32(fz) & (VR_NH_F_MCAST | VR_NH_F_POLICY | VR_NH_F_FLOW_LOOKUP |
					   VR_NH_F_CONTROL_WORD);
		break;
	case VR_NH_RECEIVE:
		cfg->oif = fz_one_in(fz, 4) ? fz_below(fz, FZ_VIFS) : 0;
		break;
	case VR_NH_VRF_TRANSLATE:
		cfg->flags = fz_u32(fz) & (VR_NH_F_UUC_FLOOD | VR_NH_F_POLICY |
					   VR_NH_F_FLOW_LOOKUP | VR_NH_F_CONTROL_WORD);
		break;
	case VR_NH_TUNNEL:
		tunnel(fz, cfg);
		break;
	case VR_NH_COMPOSITE:
		composite(fz, cfg);
		break;
	}
	/* Anything else that it may have, or not. */
	if (fz_one_in(fz, 16))
		cfg->flags ^= fz_u32(fz);
	if (fz_one_in(fz, 32))
		cfg->oif = fz_u16(fz);
	if (fz_one_in(fz, 32))
		memcpy(cfg->smac, fz_mac(fz), ETH_ALEN);
	if (fz_one_in(fz, 32))
		cfg->dip[0] = htonl(fz_ip4(fz));
}

void fz_nh(struct prog *p, struct fz *fz)
{
	static const u8 types[] = {
		VR_NH_ENCAP, VR_NH_TUNNEL, VR_NH_COMPOSITE, VR_NH_VRF_TRANSLATE, VR_NH_RECEIVE,
		VR_NH_RESOLVE, VR_NH_DISCARD, VR_NH_L2_RECEIVE, VR_NH_DEAD, 9,
	};
	u8 what = fz_u8(fz);
	struct vr_nh_cfg cfg = w_nh_cfg(fz_nh_id(fz), types[what % ARRAY_SIZE(types)]);
	struct world *w = p->w;
	int ret;

	if (what >= 220) {
		fz_before(p);
		fz_after(p, w_nh_del(w, cfg.id));
		return;
	}
	nh_cfg(fz, &cfg);
	fz_before(p);
	ret = W_LOCKED(w, vr_nh_set(w->core, &cfg, what >= 200, &w->err));
	fz_after(p, ret);
}

void fz_route(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz);
	u32 vrf = fz_vrf_id(fz), most = what & 1 ? 32 : 128, n = fz_u8(fz);
	u32 plen = n < 128 ? most : n % (most + 1), nh = fz_nh_id(fz);
	struct world *w = p->w;
	struct vr_route_cfg rt;
	u32 addr;

	if (what & 1) {
		addr = fz_ip4(fz);
		rt = w_route4_cfg(vrf, plen ? addr & ~0U << (32 - plen) : 0, plen, nh);
	} else {
		/* A tail that the length does not reach is refused. */
		addr = plen == 128 || what & 2 ? fz_tail(fz) : 0;
		rt = w_route6_cfg(vrf, addr, plen, nh);
	}
	fz_before(p);
	if (what % 8 >= 6) {
		fz_after(p, w_route_del(w, &rt));
		return;
	}
	rt.flags = fz_below(fz, 17);
	rt.has_mac = what & 8;
	memcpy(rt.mac, what & 16 ? fz_mac(fz) : w_mac_stitched, ETH_ALEN);
	rt.label = fz_label(fz);
	if (what & 32)
		rt.prefix[fz_below(fz, 16)] ^= fz_u8(fz);
	fz_after(p, W_LOCKED(w, vr_route_set(w->core, &rt, what & 64, &w->err)));
}

void fz_bridge(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz);
	struct vr_bridge_cfg br = w_bridge_cfg(fz_vrf_id(fz), fz_mac(fz), fz_nh_id(fz));
	struct world *w = p->w;

	fz_before(p);
	if (what % 4 == 3) {
		fz_after(p, w_bridge_del(w, &br));
		return;
	}
	br.flags = what & 4 ? VR_BRIDGE_F_FLOOD_DHCP : what & 8 ? fz_below(fz, 16) : 0;
	br.label = fz_label(fz);
	fz_after(p, W_LOCKED(w, vr_bridge_set(w->core, &br, what & 16, &w->err)));
}

void fz_demux(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz);
	struct vr_demux_cfg cfg = { .kind = what & 1, .id = fz_label(fz), .nh = fz_nh_id(fz) };
	struct world *w = p->w;

	fz_before(p);
	if (what % 8 >= 6)
		fz_after(p, w_demux_del(w, cfg.kind, cfg.id));
	else
		fz_after(p, W_LOCKED(w, vr_demux_set(w->core, &cfg, what & 16, &w->err)));
}
