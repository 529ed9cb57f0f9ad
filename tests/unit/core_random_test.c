// SPDX-License-Identifier: GPL-2.0-only
/*
 * Anything at all, at random: configuration, packets, memory that runs out.
 * The books balance all the time, and nothing is left.
 */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

#include "obj/nexthop.h"

#include <vr_host/underlay.h>

#define R_VIFS	10
#define R_VRFS	4
#define R_NHS	18

static u32 pick(struct vr_test_rng *rng, u32 n)
{
	return vr_test_rand_below(rng, n);
}

static bool one_in(struct vr_test_rng *rng, u32 n)
{
	return !pick(rng, n);
}

static const u8 *random_mac(struct vr_test_rng *rng)
{
	switch (pick(rng, 8)) {
	case 0:
		return w_mac_all;
	case 1:
		return w_mac_gw;
	case 2:
		return w_mac_vif(pick(rng, R_VIFS));
	case 3:
		return one_in(rng, 4) ? w_mac_none : w_mac_peer;
	default:
		return w_mac_guest(pick(rng, R_VIFS));
	}
}

/* This end of tunnels, which hosts have now and then, and the other ends. */
#define R_HERE	1
#define R_ENDS	6

static u32 random_label(struct vr_test_rng *rng)
{
	return 16 + pick(rng, 6);
}

static u32 random_end(struct vr_test_rng *rng)
{
	return 3 + pick(rng, R_ENDS);
}

static u32 random_addr(struct vr_test_rng *rng)
{
	return one_in(rng, 10) ? (u32)vr_test_rand(rng) : W_IP(10, 0, 0, pick(rng, 12));
}

static void random_vif(struct world *w, struct vr_test_rng *rng)
{
	static const u32 types[R_VIFS] = {
		VR_VIF_HOST, VR_VIF_PHYSICAL, VR_VIF_AGENT, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL,
		VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_PHYSICAL, VR_VIF_HOST,
	};
	u32 id = pick(rng, R_VIFS), i;
	struct vr_vif_cfg cfg = w_vif_cfg(id, types[id], pick(rng, R_VRFS));

	if (one_in(rng, 6)) {
		if (w->attached[id])
			w_detach(w, id);
		if (one_in(rng, 2))
			w_vif_del(w, id);
		return;
	}
	if (one_in(rng, 20))
		cfg.type = pick(rng, 5);
	if (one_in(rng, 4))
		cfg.mcast_vrf = pick(rng, R_VRFS);
	if (one_in(rng, 3))
		cfg.flags = vr_test_rand(rng) & vr_test_rand(rng) & VR_VIF_F_ALL;
	if (one_in(rng, 5))
		cfg.mtu = pick(rng, 200);
	if (one_in(rng, 3))
		cfg.ip6[15] = 1;
	if (cfg.type == VR_VIF_HOST && !one_in(rng, 3)) {
		cfg.ip = htonl(W_IP(10, 0, 0, R_HERE));
		cfg.ip6[0] = 0xfd;
		cfg.ip6[15] = R_HERE;
	}
	if (cfg.type == VR_VIF_HOST) {
		cfg.n_xconnect = pick(rng, 4);
		for (i = 0; i < 3; i++)
			cfg.xconnect[i] = one_in(rng, 3) ? pick(rng, 70000) : 1 + 7 * pick(rng, 2);
	}
	if (w_vif_set(w, &cfg))
		return;
	if (!w->attached[id] && !one_in(rng, 5))
		w_attach(w, id);
}

static void random_tunnel(struct vr_test_rng *rng, struct vr_nh_cfg *cfg)
{
	u32 encap = 1 + pick(rng, 3), near = R_HERE + pick(rng, 2), far = random_end(rng);
	u32 oif = one_in(rng, 3) ? VR_VIF_ID_NONE : one_in(rng, 4) ? pick(rng, R_VIFS) : 1;
	u32 id = cfg->id, vrf = cfg->vrf;

	*cfg = one_in(rng, 2) ? w_tunnel4_cfg(id, encap, W_IP(10, 0, 0, near),
					      W_IP(10, 0, 0, far), oif) :
				w_tunnel6_cfg(id, encap, near, far, oif);
	cfg->vrf = vrf;
	if (one_in(rng, 3))
		cfg->flags |= encap == VR_ENCAP_VXLAN ? VR_NH_F_L3_VXLAN : VR_NH_F_CONTROL_WORD;
	if (encap != VR_ENCAP_MPLS_GRE && one_in(rng, 3))
		cfg->flags |= cfg->tun_family == AF_INET ? VR_NH_F_UDP_CSUM :
							   VR_NH_F_UDP6_ZERO_CSUM;
	if (cfg->flags & VR_NH_F_L3_VXLAN) {
		memcpy(cfg->inner_dmac, w_mac_gw, ETH_ALEN);
		memcpy(cfg->inner_smac, w_mac_vif(0), ETH_ALEN);
	}
}

static void random_demux(struct world *w, struct vr_test_rng *rng)
{
	enum vr_demux_kind kind = pick(rng, VR_DEMUX_KINDS);
	u32 id = random_label(rng);

	if (one_in(rng, 4))
		w_demux_del(w, kind, id);
	else
		w_demux_set(w, kind, id, pick(rng, R_NHS));
}

static void random_nh(struct world *w, struct vr_test_rng *rng)
{
	static const u32 types[] = {
		VR_NH_RECEIVE, VR_NH_ENCAP, VR_NH_ENCAP, VR_NH_ENCAP, VR_NH_RESOLVE,
		VR_NH_DISCARD, VR_NH_COMPOSITE, VR_NH_COMPOSITE, VR_NH_VRF_TRANSLATE,
		VR_NH_L2_RECEIVE, VR_NH_TUNNEL, VR_NH_TUNNEL, VR_NH_TUNNEL,
	};
	static const u32 families[] = { 0, AF_INET, AF_INET6, AF_BRIDGE, AF_BRIDGE };
	u32 id = pick(rng, R_NHS), type = types[pick(rng, ARRAY_SIZE(types))], i;
	struct vr_nh_cfg cfg = w_nh_cfg(id, type);
	struct vr_nh_member members[6];

	if (one_in(rng, 6)) {
		w_nh_del(w, id);
		return;
	}
	cfg.family = families[pick(rng, ARRAY_SIZE(families))];
	cfg.vrf = pick(rng, R_VRFS);
	if (type == VR_NH_ENCAP)
		cfg.oif = pick(rng, R_VIFS);
	if (type == VR_NH_RECEIVE)
		cfg.oif = one_in(rng, 4) ? pick(rng, R_VIFS) : 0;
	if (type == VR_NH_ENCAP) {
		memcpy(cfg.dmac, random_mac(rng), ETH_ALEN);
		memcpy(cfg.smac, w_mac_gw, ETH_ALEN);
		cfg.flags = one_in(rng, 5) ? VR_NH_F_MCAST : 0;
	}
	if (type == VR_NH_VRF_TRANSLATE && one_in(rng, 2))
		cfg.flags = VR_NH_F_UUC_FLOOD;
	if (type == VR_NH_TUNNEL)
		random_tunnel(rng, &cfg);
	if (type == VR_NH_COMPOSITE) {
		cfg.kind = 1 + pick(rng, VR_NH_KIND_ECMP);
		if (cfg.kind == VR_NH_KIND_L2_MCAST && one_in(rng, 3))
			cfg.flags = VR_NH_F_VALIDATE_MCAST;
		cfg.n_members = pick(rng, ARRAY_SIZE(members));
		cfg.members = members;
		for (i = 0; i < cfg.n_members; i++)
			members[i] = (struct vr_nh_member){
				pick(rng, R_NHS), one_in(rng, 3) ? VR_LABEL_NONE : random_label(rng)
			};
	}
	w_nh_set(w, &cfg);
}

static void random_route(struct world *w, struct vr_test_rng *rng)
{
	bool four = one_in(rng, 2);
	u32 plen = one_in(rng, 4) ? pick(rng, four ? 33 : 129) : four ? 32 : 128;
	u32 addr = random_addr(rng), vrf = pick(rng, R_VRFS);
	struct vr_route_cfg rt;

	if (four && plen < 32)
		addr = plen ? addr & ~0U << (32 - plen) : 0;
	if (!four)
		addr = plen < 128 ? 0 : pick(rng, 12);
	if (!four && plen && plen < 8)
		plen = 8;
	rt = four ? w_route4_cfg(vrf, addr, plen, pick(rng, R_NHS)) :
		    w_route6_cfg(vrf, addr, plen, pick(rng, R_NHS));
	if (one_in(rng, 3)) {
		w_route_del(w, &rt);
		return;
	}
	rt.flags = one_in(rng, 2) ? pick(rng, 16) : 0;
	rt.has_mac = one_in(rng, 3);
	memcpy(rt.mac, w_mac_stitched, ETH_ALEN);
	if (!one_in(rng, 3))
		rt.label = random_label(rng);
	w_route_set(w, &rt);
}

static void random_bridge(struct world *w, struct vr_test_rng *rng)
{
	struct vr_bridge_cfg br = w_bridge_cfg(pick(rng, R_VRFS), random_mac(rng),
					       pick(rng, R_NHS));

	br.flags = one_in(rng, 4) ? VR_BRIDGE_F_FLOOD_DHCP : 0;
	if (!one_in(rng, 3))
		br.label = random_label(rng);
	if (one_in(rng, 3))
		w_bridge_del(w, &br);
	else
		w_bridge_set(w, &br);
}

/* What is known of a way; and what becomes of packets on those that the host finds. */
static void random_way(struct world *w, struct vr_test_rng *rng)
{
	u32 end = random_end(rng);
	__be32 dip[4] = { htonl(W_IP(10, 0, 0, end)) };
	struct vr_underlay *u = vr_test_underlay_find(AF_INET, dip);

	rcu_read_lock();
	vr_nh_learn_path_mtu(w->core, AF_INET, dip, pick(rng, 2000));
	rcu_read_unlock();
	vr_test_clock_advance(pick(rng, 200000));
	if (!u)
		return;
	vr_test_underlay_drain(u);
	u->mtu = one_in(rng, 3) ? 60 + pick(rng, 300) : 1500;
	u->no_route = one_in(rng, 8);
	u->full = one_in(rng, 8);
}

static void random_setting(struct world *w, struct vr_test_rng *rng)
{
	w_conf(w, VR_CONF_PMTU_ANSWER, pick(rng, 2));
	w_conf(w, VR_CONF_MSS_CLAMP, pick(rng, 2));
	w_conf(w, VR_CONF_UDP6_ZERO_CSUM, pick(rng, 2));
	w_conf(w, VR_CONF_TUNNEL_DSCP, one_in(rng, 2) ? 64 : pick(rng, 64));
	w_conf(w, VR_CONF_TUNNEL_TTL, 1 + pick(rng, 255));
}

static void random_config(struct world *w, struct vr_test_rng *rng)
{
	u32 id = pick(rng, R_VIFS);

	/* Memory runs out now and then, with all that hangs on it. */
	if (one_in(rng, 10))
		vr_test_fail_alloc(1 + pick(rng, 4));
	switch (pick(rng, 13)) {
	case 0:
		w_vrf_new(w, pick(rng, R_VRFS));
		break;
	case 1:
		if (one_in(rng, 8))
			w_vrf_del(w, pick(rng, R_VRFS));
		break;
	case 2:
		random_vif(w, rng);
		break;
	case 3:
	case 4:
		random_nh(w, rng);
		break;
	case 5:
	case 6:
		random_route(w, rng);
		break;
	case 7:
	case 8:
		random_bridge(w, rng);
		break;
	case 9:
		random_demux(w, rng);
		break;
	case 10:
		random_way(w, rng);
		break;
	case 11:
		random_setting(w, rng);
		break;
	default:
		if (w->port[id]) {
			w->port[id]->up = !one_in(rng, 6);
			w->port[id]->full = one_in(rng, 10);
		}
	}
	vr_test_fail_alloc(0);
}

static void random_outer(struct vr_test_rng *rng, struct w_frame *f)
{
	u32 encap = 1 + pick(rng, 3), here = R_HERE, there = random_end(rng);
	u8 family = one_in(rng, 3) ? AF_INET6 : AF_INET;
	struct t_outer o = t_in(encap, family, random_label(rng));

	o.routed = encap != VR_ENCAP_VXLAN && one_in(rng, 2);
	o.control_word = encap != VR_ENCAP_VXLAN && one_in(rng, 2);
	o.csum = one_in(rng, family == AF_INET ? 2 : 5) ? family == AF_INET : family == AF_INET6;
	o.alert = one_in(rng, 10);
	o.tos = vr_test_rand(rng);
	o.mpls_ttl = one_in(rng, 5) ? pick(rng, 3) : 64;
	o.dport = one_in(rng, 8) && encap == VR_ENCAP_MPLS_UDP ? 51234 : 0;
	o.dip = family == AF_INET ? W_IP(10, 0, 0, here) : here;
	o.sip = family == AF_INET ? W_IP(10, 0, 0, there) : there;
	o.dmac = w_mac_vif(one_in(rng, 3) ? 8 : 1);
	t_wrap(f, &o);
}

static void random_frame(struct vr_test_rng *rng, struct w_frame *f)
{
	const u8 *dmac = random_mac(rng), *smac = w_mac_guest(pick(rng, R_VIFS));
	u8 hops = one_in(rng, 3) ? pick(rng, 3) : 64;
	u32 sip = random_addr(rng), dip = random_addr(rng), tail = pick(rng, 12);

	/* mostly to somebody who is known */
	if (one_in(rng, 3))
		dmac = w_mac_gw;
	switch (pick(rng, 9)) {
	case 0:
	case 1:
		w_ip4(f, dmac, smac, sip, dip, hops, pick(rng, 200));
		break;
	case 2:
		w_ip6(f, dmac, smac, tail, pick(rng, 12), hops, pick(rng, 200));
		break;
	case 3:
		w_arp(f, dmac, 1 + pick(rng, 2), smac, sip, w_mac_none, dip);
		break;
	case 4:
		w_ns(f, dmac, smac, tail, 1 + pick(rng, 12));
		break;
	case 5:
		if (one_in(rng, 2))
			w_na(f, dmac, smac, 1 + tail, 1 + tail);
		else
			w_rs(f, smac, 1 + tail);
		break;
	case 6:
		w_udp4(f, dmac, smac, 0, ~0U, 68, 67, 30);
		break;
	case 7:
		w_udp6(f, dmac, smac, tail, 0, 546, 547, 30);
		break;
	default:
		w_eth(f, dmac, smac, pick(rng, 65536), pick(rng, 100));
	}
	if (one_in(rng, 10))
		w_tag(f, vr_test_rand(rng));
	if (one_in(rng, 3))
		random_outer(rng, f);
	if (one_in(rng, 4))
		w_wrap(f, w_mac_vif(2), pick(rng, R_VIFS + 1), pick(rng, R_VRFS + 1),
		       pick(rng, 3), 0);
}

static void random_packet(struct world *w, struct vr_test_rng *rng)
{
	u32 id = pick(rng, R_VIFS), i;
	struct vr_vif *handle;
	static struct w_frame f;
	struct w_mode mode = { .headroom = 2 + 4 * pick(rng, 40), .complete = one_in(rng, 3) };

	vr_core_lock(w->core);
	handle = vr_vif_handle(w->core, id);
	vr_core_unlock(w->core);
	if (!handle)
		return;
	random_frame(rng, &f);
	if (one_in(rng, 3))
		for (i = pick(rng, 4); i; i--)
			f.b[ETH_HLEN + pick(rng, f.len - ETH_HLEN + 1)] ^= 1 << pick(rng, 8);
	if (one_in(rng, 6))
		f.len = ETH_HLEN + pick(rng, f.len - ETH_HLEN + 1);
	mode.linear = one_in(rng, 2) ? ~0U : ETH_HLEN + pick(rng, f.len);
	w->mode = &mode;
	w->tci = one_in(rng, 8) ? 1 + pick(rng, 65535) : 0;
	w->gso = one_in(rng, 10) ? 1 + pick(rng, 1400) : 0;
	if (one_in(rng, 10) && f.len > ETH_HLEN + 60)
		w->partial = ETH_HLEN + 20 + 2 * pick(rng, 10);
	if (one_in(rng, 20))
		vr_test_fail_alloc(1 + pick(rng, 6));
	w_rx(w, id, &f);
	vr_test_fail_alloc(0);
	w->mode = NULL;
	w->tci = 0;
	w->gso = 0;
	w->partial = 0;
}

static void core_anything_at_random(struct kunit *test)
{
	struct world *w = test->priv;
	u64 drops[VR_DROP_MAX];
	struct vr_books books;
	struct vr_test_rng rng;
	unsigned int step, i;

	vr_test_rng_init(test, &rng, 20240607);
	for (step = 1; step <= 200000; step++) {
		if (step % 50000 < 500 || one_in(&rng, 8))
			random_config(w, &rng);
		else
			random_packet(w, &rng);
		if (step % 16 == 0)
			for (i = 0; i < W_VIFS; i++)
				if (w->port[i])
					vr_test_port_drain(w->port[i]);
		if (step % 1000 == 0) {
			/* Else too much ends at ports that are down. */
			for (i = 0; i < W_VIFS; i++)
				if (w->port[i])
					w->port[i]->up = true;
			w->line = step;
			w_books(w);
			rcu_barrier();
			w_books(w);
			if (test->failed)
				return;
		}
		if (step % 50000 == 0) {
			for (i = 0; i < W_VIFS; i++)
				if (w->attached[i])
					w_detach(w, i);
			vr_core_lock(w->core);
			vr_core_reset(w->core);
			vr_core_unlock(w->core);
		}
	}
	for (i = 0; i < W_VIFS; i++)
		if (w->port[i])
			vr_test_port_drain(w->port[i]);
	/* It did something: every outcome was met. */
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_drops(w->core, drops);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_GT(test, vr_counters_read(&w->core->stats, VR_CORE_UNDERLAY), 100);
	KUNIT_EXPECT_GT(test, drops[VR_DROP_INVALID_LABEL], 100);
	KUNIT_EXPECT_GT(test, drops[VR_DROP_INVALID_VNID], 100);
	KUNIT_EXPECT_GT(test, books.created, 1000);
	KUNIT_EXPECT_GT(test, books.transmitted, 1000);
	KUNIT_EXPECT_GT(test, books.delivered, 1000);
	KUNIT_EXPECT_GT(test, books.trapped, 1000);
	KUNIT_EXPECT_GT(test, books.dropped, 1000);
	kunit_info(test, "received %llu created %llu transmitted %llu delivered %llu trapped %llu dropped %llu\n",
		   (unsigned long long)books.received, (unsigned long long)books.created,
		   (unsigned long long)books.transmitted, (unsigned long long)books.delivered,
		   (unsigned long long)books.trapped, (unsigned long long)books.dropped);
}

static struct kunit_case core_random_cases[] = {
	KUNIT_CASE(core_anything_at_random),
	{}
};

static struct kunit_suite core_random_suite = {
	.name = "core_random",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = core_random_cases,
};

VR_TEST_SUITE(core_random_suite);

#endif /* VR_TEST_USERSPACE */
