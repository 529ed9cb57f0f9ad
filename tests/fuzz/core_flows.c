// SPDX-License-Identifier: GPL-2.0-only
/* Steps about flows, settings and time; and what only looks. */
#include "core_fuzz.h"

#include "obj/core.h"
#include "obj/nexthop.h"

#include <vr_host/underlay.h>

/* Values that are near a setting's edges, or anything. */
static u32 conf_value(struct fz *fz)
{
	u8 which = fz_u8(fz);

	if (which < 0x40)
		return which & 15;
	if (which < 0x80)
		return 1U << (which & 31);
	if (which < 0xc0)
		return 1000 * (which & 15);
	return fz_u32(fz);
}

void fz_conf(struct prog *p, struct fz *fz)
{
	struct vr_conf_set set = { .given = 0 };
	struct world *w = p->w;
	u8 n = fz_below(fz, 4);
	u32 i;

	do {
		i = fz_below(fz, VR_CONF_MAX);
		set.given |= 1ULL << i;
		set.value[i] = conf_value(fz);
		/* A table of that size is not what is tested here. */
		if (i == VR_CONF_FLOWS)
			set.value[i] %= 5000;
	} while (n--);
	fz_before(p);
	fz_after(p, W_LOCKED(w, vr_conf_set(w->core, &set, &w->err)));
}

/* What becomes known of the way to the other end of a tunnel. */
void fz_way(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz), family = what & 1 ? AF_INET6 : AF_INET;
	__be32 dip[4] = { htonl(what & 1 ? 0xfd000000 : fz_ip4(fz)) };
	struct vr_underlay *u;

	if (what & 1)
		dip[3] = htonl(fz_ip4(fz));
	if (what & 2) {
		rcu_read_lock();
		vr_nh_learn_path_mtu(p->w->core, family, dip, fz_u16(fz));
		rcu_read_unlock();
	}
	u = vr_test_underlay_find(family, dip);
	if (!u)
		return;
	vr_test_underlay_drain(u);
	u->mtu = what & 4 ? 60 + fz_u8(fz) * 8 : ETH_DATA_LEN;
	u->no_route = (what & 0x30) == 0x30;
	u->full = (what & 0xc0) == 0xc0;
}

static void flow_key(struct fz *fz, struct vr_flow_cfg *cfg, u8 what)
{
	static const u8 protos[] = {
		IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_ICMPV6, 253, IPPROTO_SCTP,
	};
	u8 proto = protos[fz_below(fz, ARRAY_SIZE(protos))];
	u32 nh = fz_one_in(fz, 4) ? fz_below(fz, FZ_NHS) : NH_L3(V_G3 + fz_below(fz, 3));
	u32 src = what & 1 ? fz_ip4(fz) : fz_tail(fz), dst = what & 1 ? fz_ip4(fz) : fz_tail(fz);
	u16 sport = fz_port(fz), dport = fz_port(fz);

	*cfg = what & 1 ? w_flow4_cfg(nh, proto, src, dst, sport, dport) :
			  w_flow6_cfg(nh, proto, src, dst, sport, dport);
}

/* Like netlink's policy lets it through. */
static void flow_action(struct fz *fz, struct vr_flow_cfg *cfg)
{
	static const u8 actions[] = { VR_FLOW_FORWARD, VR_FLOW_FORWARD, VR_FLOW_DROP,
				      VR_FLOW_HOLD, VR_FLOW_NAT };
	u8 how;

	cfg->action = actions[fz_below(fz, ARRAY_SIZE(actions))];
	how = fz_u8(fz);
	cfg->flags = how & 1 ? VR_FLOW_F_VRFT : 0;
	if (how & 2)
		cfg->flags |= VR_FLOW_F_MIRROR;
	cfg->vrf = how & 4 ? fz_below(fz, 8) : 1;
	cfg->dvrf = how & 8 ? fz_below(fz, 8) : cfg->vrf;
	if (how & 16)
		cfg->src_nh = fz_below(fz, FZ_NHS);
	if (how & 32)
		cfg->ttl = fz_u8(fz);
	if (how & 64)
		cfg->ecmp = (int)fz_below(fz, 129) - 1;
	if (how & 128)
		cfg->drop_reason = fz_u8(fz);
}

static void set(struct prog *p, struct vr_flow_cfg *cfg, struct fz *fz)
{
	struct world *w = p->w;
	struct vr_flow_cfg rev;
	struct vr_flow_id id[2];
	u8 how = fz_u8(fz);
	int ret;

	if (how & 1) {
		rev = *cfg;
		vr_flow_key_reverse(&cfg->key, how & 2 ? fz_below(fz, FZ_NHS) : NH_L3(V_G4),
				    &rev.key);
		if (how & 4)
			flow_action(fz, &rev);
	}
	fz_before(p);
	ret = W_LOCKED(w, vr_flow_set(w->core, cfg, how & 1 ? &rev : NULL, how & 8, id, &w->err));
	fz_after(p, ret);
	if (!(how & 16))
		vr_resume(w->core);
}

void fz_flow(struct prog *p, struct fz *fz)
{
	struct vr_flow_cfg cfg;

	flow_key(fz, &cfg, fz_u8(fz));
	flow_action(fz, &cfg);
	set(p, &cfg, fz);
}

/* The first flow from a place on, and where it stands; false: there is none. */
static bool some_flow(struct prog *p, struct fz *fz, struct vr_flow_info *info)
{
	struct world *w = p->w;
	u32 n = fz_below(fz, 8), index = 0;

	do {
		if (W_LOCKED(w, vr_flow_next(w->core, index, info)))
			return false;
		index = info->id.index + 1;
	} while (n--);
	return true;
}

void fz_flow_del(struct prog *p, struct fz *fz)
{
	struct vr_flow_info info, gone;
	struct vr_flow_id id = { 0 };
	struct world *w = p->w;
	u8 how = fz_u8(fz);

	if (how >= 0xf0) {
		vr_core_lock(w->core);
		vr_flow_flush(w->core);
		vr_core_unlock(w->core);
	} else if (some_flow(p, fz, &info)) {
		id = info.id;
		if (how & 1)
			id.gen = 0;
		if (how & 2)
			id.gen ^= 1;
	}
	W_LOCKED(w, vr_flow_del(w->core, id, how & 4, how & 8, how & 16 ? &gone : NULL, &w->err));
	if (!(how & 32))
		vr_resume(w->core);
}

/* What an agent says of a flow that is there, waiting or not; or of two, that they are a pair. */
void fz_decide(struct prog *p, struct fz *fz)
{
	struct vr_flow_info info, other;
	struct world *w = p->w;
	u8 how = fz_u8(fz);

	if (how >= 0xf0) {
		vr_resume(w->core);
		return;
	}
	if (!some_flow(p, fz, &info))
		return;
	if (how >= 0xd0) {
		if (some_flow(p, fz, &other))
			W_LOCKED(w, vr_flow_link(w->core, info.id, other.id, &w->err));
		return;
	}
	flow_action(fz, &info.cfg);
	set(p, &info.cfg, fz);
}

void fz_time(struct prog *p, struct fz *fz)
{
	struct world *w = p->w;
	u8 how = fz_u8(fz);
	u32 n;

	vr_test_clock_advance(1U << (how & 31) >> 4);
	for (n = how >> 5; n; n--)
		if (!vr_test_work_run(&w->core->work))
			break;
}

/* A packet that was taken to be merged comes back, became part of another, or was lost. */
void fz_gro(struct prog *p, struct fz *fz)
{
	struct vr_core *core = p->w->core;
	unsigned int l3_off;
	struct vr_gro gro;
	struct vr_pkt *pkt;
	u8 how = fz_u8(fz);

	pkt = vr_test_gro_pop(&gro, &l3_off);
	if (!pkt)
		return;
	p->gro--;
	if (how & 1) {
		vr_test_pkt_free(pkt);
		if (how & 2)
			vr_gro_lost(core);
		else
			vr_gro_merged(core, 1);
		return;
	}
	vr_test_pkt_set_gso(pkt, how & 4 ? 1 + how * 4 : 0);
	rcu_read_lock();
	vr_gro_rx(core, &gro, pkt);
	rcu_read_unlock();
}

/* All that can be asked is asked. */
void fz_look(struct prog *p, struct fz *fz)
{
	struct vr_route_cfg rt = w_route4_cfg(1, fz_ip4(fz), 32, 0), out;
	struct vr_flow_totals totals;
	struct vr_vif_info vif;
	struct vr_flow_info info;
	struct world *w = p->w;
	u64 drops[VR_DROP_MAX];
	u32 index, id;

	w_digest(w);
	for (index = 0; !W_LOCKED(w, vr_flow_next(w->core, index, &info));
	     index = info.id.index + 1) {
		WARN_ON(W_LOCKED(w, vr_flow_find(w->core, &info.cfg.key, &info, &w->err)));
		W_LOCKED(w, vr_flow_get(w->core, info.id, &info, &w->err));
	}
	vr_core_lock(w->core);
	vr_flow_totals(w->core, &totals);
	vr_flow_changes(w->core);
	vr_vif_free_id(w->core, &id, &w->err);
	vr_route_lookup(w->core, &rt, &out, &w->err);
	vr_route_get(w->core, &rt, &out, &w->err);
	vr_vif_drops(w->core, fz_below(fz, FZ_VIFS), drops, &w->err);
	vr_vif_get_by_name(w->core, "v3", &vif, &w->err);
	vr_core_unlock(w->core);
}

void fz_clear(struct prog *p, struct fz *fz)
{
	u8 what = fz_u8(fz);
	struct world *w = p->w;

	vr_core_lock(w->core);
	if (what & 16)
		vr_core_drops_clear(w->core);
	else if (what & 32)
		vr_vif_clear(w->core, what % FZ_VIFS, &w->err);
	else
		vr_vif_drops_clear(w->core, what % FZ_VIFS, &w->err);
	vr_core_unlock(w->core);
}
