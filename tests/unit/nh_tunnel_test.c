// SPDX-License-Identifier: GPL-2.0-only
/* Into tunnels: what stands in front of what, who may not go in, and what is counted. */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

#include <vr_host/underlay.h>

#define NH_T	60
#define IP_AWAY	W_IP(10, 1, 7, 7)
#define LABEL	1234

static const u32 encaps[] = { VR_ENCAP_VXLAN, VR_ENCAP_MPLS_UDP, VR_ENCAP_MPLS_GRE };
static const u8 families[] = { AF_INET, AF_INET6 };

/* Frames to w_mac_stitched in VRF 1 are bridged into a tunnel. */
static void bridge_away(struct world *w, u32 label)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_T);

	br.label = label;
	W_DONE(w, w_bridge_set(w, &br));
}

/* Packets to IP_AWAY and fd00::77 in VRF 1 are routed into a tunnel. */
static void route_away(struct world *w, u32 label)
{
	struct vr_route_cfg rt4 = w_route4_cfg(1, IP_AWAY, 32, NH_T);
	struct vr_route_cfg rt6 = w_route6_cfg(1, 0x77, 128, NH_T);

	rt4.label = label;
	rt6.label = label;
	W_DONE(w, w_route_set(w, &rt4));
	W_DONE(w, w_route_set(w, &rt6));
}

static void frame(struct w_frame *f)
{
	w_eth(f, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 60);
}

static void frame4(struct w_frame *f)
{
	w_udp4(f, w_mac_stitched, w_mac_guest(V_G3), 1, IP_AWAY, 1000, 2000, 30);
}

static void packet4(struct w_frame *f)
{
	w_udp4(f, w_mac_gw, w_mac_guest(V_G3), 1, IP_AWAY, 1000, 2000, 30);
}

static void packet6(struct w_frame *f)
{
	w_udp6(f, w_mac_gw, w_mac_guest(V_G3), 3, 0x77, 1000, 2000, 30);
}

static void bridged(struct world *w, u32 encap, u8 family)
{
	struct t_outer o = t_out(encap, family, LABEL);
	struct w_frame in;

	t_tunnel(w, NH_T, encap, family, T_THERE, 0);
	frame(&in);
	T_PASS(w, V_G3, &in, &in, &o);
	frame4(&in);
	T_PASS(w, V_G3, &in, &in, &o);
	w_ip6(&in, w_mac_stitched, w_mac_guest(V_G3), 3, 0x77, 9, 20);
	T_PASS(w, V_G3, &in, &in, &o);
	if (encap == VR_ENCAP_VXLAN)
		return;
	t_tunnel(w, NH_T, encap, family, T_THERE, VR_NH_F_CONTROL_WORD);
	o.control_word = true;
	T_PASS(w, V_G3, &in, &in, &o);
	frame(&in);
	T_PASS(w, V_G3, &in, &in, &o);
}

static void tunnel_bridged(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, j;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	bridge_away(w, LABEL);
	for (i = 0; i < ARRAY_SIZE(encaps); i++)
		for (j = 0; j < ARRAY_SIZE(families); j++)
			bridged(w, encaps[i], families[j]);
}

/* @in, one hop less, as it is inside. */
static void routed_pass(struct world *w, int line, const struct w_frame *in, struct t_outer o,
			u8 ttl)
{
	struct w_frame inner = *in;

	w_hop(&inner);
	o.routed = true;
	o.mpls_ttl = ttl;
	t_pass(w, line, V_G3, in, &inner, &o);
}

static void routed(struct world *w, u32 encap, u8 family)
{
	struct t_outer o = t_out(encap, family, LABEL);
	struct w_frame in;

	t_tunnel(w, NH_T, encap, family, T_THERE, 0);
	packet4(&in);
	routed_pass(w, __LINE__, &in, o, 63);
	packet6(&in);
	routed_pass(w, __LINE__, &in, o, 63);
	w_set_hops(&in, 2);
	routed_pass(w, __LINE__, &in, o, 1);
	packet4(&in);
	w_set_hops(&in, 255);
	routed_pass(w, __LINE__, &in, o, 254);
	/* a control word is before frames only */
	t_tunnel(w, NH_T, encap, family, T_THERE, VR_NH_F_CONTROL_WORD);
	routed_pass(w, __LINE__, &in, o, 254);
}

static void tunnel_routed(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	route_away(w, LABEL);
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		routed(w, VR_ENCAP_MPLS_UDP, families[i]);
		routed(w, VR_ENCAP_MPLS_GRE, families[i]);
	}
}

/* The Ethernet header inside is the router's own. */
static void tunnel_l3_vxlan(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;
	unsigned int i;

	t_build(w);
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		o = t_out(VR_ENCAP_VXLAN, families[i], LABEL);
		t_tunnel(w, NH_T, o.encap, o.family, T_THERE, VR_NH_F_L3_VXLAN);
		route_away(w, LABEL);
		packet4(&in);
		inner = in;
		w_hop(&inner);
		w_macs(&inner, w_mac_peer, w_mac_vif(V_UPLINK));
		T_PASS(w, V_G3, &in, &inner, &o);
		packet6(&in);
		inner = in;
		w_hop(&inner);
		w_macs(&inner, w_mac_peer, w_mac_vif(V_UPLINK));
		T_PASS(w, V_G3, &in, &inner, &o);
	}
}

static void tunnel_wrong_kind(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	bridge_away(w, LABEL);
	route_away(w, LABEL);
	packet4(&in);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, VR_NH_F_L3_VXLAN);
	frame4(&in);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
	W_DONE(w, w_nh_del(w, NH_T));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
}

static void tunnel_labels(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct t_outer o;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	bridge_away(w, VR_LABEL_NONE);
	frame(&in);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_VNID);
	bridge_away(w, VR_VNI_MAX);
	o = t_out(VR_ENCAP_VXLAN, AF_INET, VR_VNI_MAX);
	T_PASS(w, V_G3, &in, &in, &o);
	bridge_away(w, 0);
	o.label = 0;
	T_PASS(w, V_G3, &in, &in, &o);

	t_tunnel(w, NH_T, VR_ENCAP_MPLS_UDP, AF_INET, T_THERE, 0);
	bridge_away(w, VR_LABEL_NONE);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_LABEL);
	bridge_away(w, VR_MPLS_LABEL_MAX + 1);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_LABEL);
	bridge_away(w, VR_MPLS_LABEL_MAX);
	o = t_out(VR_ENCAP_MPLS_UDP, AF_INET, VR_MPLS_LABEL_MAX);
	T_PASS(w, V_G3, &in, &in, &o);
	t_tunnel(w, NH_T, VR_ENCAP_MPLS_GRE, AF_INET, T_THERE, 0);
	bridge_away(w, VR_LABEL_NONE);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_LABEL);
}

static void set_tos(struct w_frame *f, u8 tos)
{
	if (f->b[ETH_HLEN] >> 4 == 4) {
		f->b[ETH_HLEN + 1] = tos;
		w_sum(f);
	} else {
		put_unaligned_be16(0x6000 | tos << 4, f->b + ETH_HLEN);
	}
}

static void tos_pass(struct world *w, int line, u8 inner, u8 outer)
{
	struct t_outer o = t_out(VR_ENCAP_MPLS_UDP, AF_INET, LABEL);
	struct w_frame in;

	o.tos = outer;
	frame4(&in);
	set_tos(&in, inner);
	t_pass(w, line, V_G3, &in, &in, &o);
	w_ip6(&in, w_mac_stitched, w_mac_guest(V_G3), 3, 0x77, 9, 20);
	set_tos(&in, inner);
	t_pass(w, line, V_G3, &in, &in, &o);
	packet4(&in);
	set_tos(&in, inner);
	routed_pass(w, line, &in, o, 63);
	packet6(&in);
	set_tos(&in, inner);
	routed_pass(w, line, &in, o, 63);
}

static void tunnel_tos(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct t_outer o;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_MPLS_UDP, AF_INET, T_THERE, 0);
	bridge_away(w, LABEL);
	route_away(w, LABEL);
	/* congestion marks are copied, and no more */
	tos_pass(w, __LINE__, 0xb8, 0);
	tos_pass(w, __LINE__, 0xb9, 1);
	tos_pass(w, __LINE__, 2, 2);
	tos_pass(w, __LINE__, 0xff, 3);
	w_conf(w, VR_CONF_TUNNEL_DSCP, 46);
	tos_pass(w, __LINE__, 0, 0xb8);
	tos_pass(w, __LINE__, 0x23, 0xbb);
	w_conf(w, VR_CONF_TUNNEL_DSCP, 64);
	tos_pass(w, __LINE__, 0x22, 0x22);
	tos_pass(w, __LINE__, 0xff, 0xff);

	/* a frame that is cut off has none, one that is no IP neither */
	o = t_out(VR_ENCAP_MPLS_UDP, AF_INET, LABEL);
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), ETH_P_IP, 12);
	memset(in.b + ETH_HLEN, 0xff, 12);
	T_PASS(w, V_G3, &in, &in, &o);
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), ETH_P_IPV6, 0);
	T_PASS(w, V_G3, &in, &in, &o);
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 40, 40);
	memset(in.b + ETH_HLEN, 0xff, 40);
	T_PASS(w, V_G3, &in, &in, &o);
	w_conf(w, VR_CONF_TUNNEL_DSCP, 0);

	o = t_out(VR_ENCAP_VXLAN, AF_INET6, LABEL);
	t_tunnel(w, NH_T, o.encap, o.family, T_THERE, 0);
	frame4(&in);
	set_tos(&in, 0xb9);
	o.tos = 1;
	T_PASS(w, V_G3, &in, &in, &o);
}

static void tunnel_ttl(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct t_outer o;
	unsigned int i;

	t_build(w);
	w_conf(w, VR_CONF_TUNNEL_TTL, 7);
	frame(&in);
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		o = t_out(VR_ENCAP_VXLAN, families[i], LABEL);
		o.ttl = 7;
		t_tunnel(w, NH_T, o.encap, o.family, T_THERE, 0);
		bridge_away(w, LABEL);
		T_PASS(w, V_G3, &in, &in, &o);
	}
}

/* A tag that the device took out is part of what is bridged, and nothing of what is routed. */
static void tunnel_tag(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;
	unsigned int i;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	bridge_away(w, LABEL);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		o = t_out(encaps[i], AF_INET, LABEL);
		t_tunnel(w, NH_T, o.encap, o.family, T_THERE, 0);
		frame4(&in);
		set_tos(&in, 2);
		inner = in;
		w_tag(&inner, 0x6007);
		w->tci = 0x6007;
		o.tos = 2;
		T_PASS(w, V_G3, &in, &inner, &o);
		/* two of them */
		w->tci = 9;
		in = inner;
		w_tag(&in, 8);
		inner = in;
		w_tag(&inner, 9);
		T_PASS(w, V_G3, &in, &inner, &o);
	}
	route_away(w, LABEL);
	o = t_out(VR_ENCAP_MPLS_GRE, AF_INET, LABEL);
	packet4(&in);
	w->tci = 0xe000;
	routed_pass(w, __LINE__, &in, o, 63);
}

static void tunnel_udp_checksum(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct t_outer o;
	unsigned int i;

	t_build(w);
	frame4(&in);
	for (i = 0; i < 2; i++) {
		o = t_out(encaps[i], AF_INET, LABEL);
		o.csum = true;
		t_tunnel(w, NH_T, o.encap, o.family, T_THERE, VR_NH_F_UDP_CSUM);
		bridge_away(w, LABEL);
		T_PASS(w, V_G3, &in, &in, &o);
		/* of what a device is still to finish inside */
		w->partial = ETH_HLEN + 20;
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
		KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_UPLINK]), 1);

		o = t_out(encaps[i], AF_INET6, LABEL);
		o.csum = false;
		t_tunnel(w, NH_T, o.encap, o.family, T_THERE, VR_NH_F_UDP6_ZERO_CSUM);
		T_PASS(w, V_G3, &in, &in, &o);
	}
}

/* One flow has one port, and flows differ; so do VRFs. */
static void tunnel_entropy(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(2, w_mac_stitched, NH_T);
	struct world *w = test->priv;
	unsigned int i, n = 0;
	struct w_frame in;
	struct t_outer o;
	u16 first, port;

	t_build(w);
	o = t_out(VR_ENCAP_VXLAN, AF_INET, LABEL);
	t_tunnel(w, NH_T, o.encap, o.family, T_THERE, 0);
	bridge_away(w, LABEL);
	frame4(&in);
	first = T_PASS(w, V_G3, &in, &in, &o);
	set_tos(&in, 0x10);
	KUNIT_EXPECT_EQ(test, T_PASS(w, V_G3, &in, &in, &o), first);
	for (i = 0; i < 16; i++) {
		put_unaligned_be16(3000 + i, in.b + ETH_HLEN + 20);
		port = T_PASS(w, V_G3, &in, &in, &o);
		n += port != first;
	}
	KUNIT_EXPECT_GT(test, n, 12);

	frame4(&in);
	br.label = LABEL;
	W_DONE(w, w_bridge_set(w, &br));
	KUNIT_EXPECT_NE(test, T_PASS(w, V_G6, &in, &in, &o), first);
}

static void tunnel_resolved(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_underlay *u;
	struct vr_books books;
	struct w_frame in;
	__be32 dip[4] = {};
	struct t_outer o;
	unsigned int i, j;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, VR_NH_F_RESOLVE);
	bridge_away(w, LABEL);
	frame(&in);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			o = t_out(encaps[i], families[j], LABEL);
			t_tunnel(w, NH_T, o.encap, o.family, T_THERE, VR_NH_F_RESOLVE);
			KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
			T_SENT_TO(w, &in, &o);
			W_NOTHING(w);
			W_DROPPED(w, VR_DROP_NONE, 0);
		}
	}
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.transmitted, 6);
	T_COUNTED(w, NH_T, 6, 6 * in.len);

	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, VR_NH_F_RESOLVE);
	dip[0] = htonl(T_THERE);
	u = vr_test_underlay_find(AF_INET, dip);
	KUNIT_ASSERT_NOT_NULL(test, u);
	u->no_route = true;
	W_DROP(w, V_G3, &in, VR_DROP_NO_UNDERLAY);
	u->no_route = false;
	u->full = true;
	W_DROP(w, V_G3, &in, VR_DROP_UNDERLAY_TX);
	KUNIT_EXPECT_EQ(test, u->refused, 2);
	T_COUNTED(w, NH_T, 6, 6 * in.len);
}

/* The largest packet that fits, and one byte more. */
static void fits(struct world *w, int line, u32 encap, u8 family, u32 flags, unsigned int room)
{
	struct t_outer o = t_out(encap, family, LABEL);
	struct w_frame in, inner;

	t_tunnel(w, NH_T, encap, family, T_THERE, flags);
	w_ip4(&in, flags & VR_NH_F_L3_VXLAN || encap != VR_ENCAP_VXLAN ? w_mac_gw : w_mac_stitched,
	      w_mac_guest(V_G3), W_IP(10, 1, 1, 3), IP_AWAY, 64, room - 20);
	in.b[ETH_HLEN + 6] = 0x40;
	w_sum(&in);
	inner = in;
	if (in.b[0] == w_mac_gw[0]) {
		w_hop(&inner);
		w_macs(&inner, w_mac_peer, w_mac_vif(V_UPLINK));
		o.routed = encap != VR_ENCAP_VXLAN;
		o.mpls_ttl = 63;
	}
	t_pass(w, line, V_G3, &in, &inner, &o);

	put_unaligned_be16(room + 1, in.b + ETH_HLEN + 2);
	w_sum(&in);
	put_unaligned_be16(room + 1, inner.b + ETH_HLEN + 2);
	w_sum(&inner);
	in.len++;
	inner.len = 190 - 44;
	memcpy(inner.b, in.b, 2 * ETH_ALEN);
	w_wrap(&inner, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_HANDLE_DF, room);
	put_unaligned_be32(VR_FLOW_NONE, inner.b + 24);
	w_pass(w, line, V_G3, &in, V_AGENT, &inner);
}

static void tunnel_fits(struct kunit *test)
{
	struct world *w = test->priv;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	bridge_away(w, LABEL);
	route_away(w, LABEL);
	fits(w, __LINE__, VR_ENCAP_VXLAN, AF_INET, 0, 1500 - 20 - 8 - 8 - 14);
	fits(w, __LINE__, VR_ENCAP_VXLAN, AF_INET6, 0, 1500 - 40 - 8 - 8 - 14);
	fits(w, __LINE__, VR_ENCAP_VXLAN, AF_INET, VR_NH_F_L3_VXLAN, 1500 - 20 - 8 - 8 - 14);
	fits(w, __LINE__, VR_ENCAP_MPLS_UDP, AF_INET, VR_NH_F_CONTROL_WORD, 1500 - 20 - 8 - 4);
	fits(w, __LINE__, VR_ENCAP_MPLS_GRE, AF_INET6, 0, 1500 - 40 - 4 - 4);
}

static void tunnel_counts(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;

	t_build(w);
	o = t_out(VR_ENCAP_MPLS_UDP, AF_INET, LABEL);
	t_tunnel(w, NH_T, o.encap, o.family, T_THERE, 0);
	bridge_away(w, LABEL);
	route_away(w, LABEL);
	T_COUNTED(w, NH_T, 0, 0);
	frame4(&in);
	T_PASS(w, V_G3, &in, &in, &o);
	T_COUNTED(w, NH_T, 1, in.len);
	/* of a packet that is routed the IP packet counts */
	packet4(&inner);
	routed_pass(w, __LINE__, &inner, o, 63);
	T_COUNTED(w, NH_T, 2, in.len + inner.len - ETH_HLEN);
	w->port[V_UPLINK]->full = true;
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	w->port[V_UPLINK]->full = false;
	w->port[V_UPLINK]->up = false;
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	w->port[V_UPLINK]->up = true;
	w_detach(w, V_UPLINK);
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
	T_COUNTED(w, NH_T, 2, in.len + inner.len - ETH_HLEN);
}

/* What a copy of it shows the agent is not written over. */
static void tunnel_does_not_write_to_copies(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, trap;
	struct t_outer o;

	t_build(w);
	o = t_out(VR_ENCAP_VXLAN, AF_INET, LABEL);
	t_tunnel(w, NH_T, o.encap, o.family, T_THERE, 0);
	bridge_away(w, LABEL);
	w_na(&in, w_mac_stitched, w_mac_guest(V_G3), 3, 3);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_L3_PROTOCOLS, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	T_SENT(w, V_UPLINK, &in, &o);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);
}

/* The nexthop's own policy: its id is the key, and what is held goes into the tunnel later. */
static void tunnel_policy(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(NH_T, IPPROTO_UDP, 1, IP_AWAY, 1000, 2000);
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;

	t_build(w);
	o = t_out(VR_ENCAP_MPLS_UDP, AF_INET, LABEL);
	t_tunnel(w, NH_T, o.encap, o.family, T_THERE, VR_NH_F_POLICY);
	bridge_away(w, LABEL);
	frame4(&in);
	W_MISSED(w, V_G3, &in, &cfg);
	w_flow_set(w, &cfg);
	T_SENT(w, V_UPLINK, &in, &o);
	W_NOTHING(w);
	T_PASS(w, V_G3, &in, &in, &o);

	/* routed, it knows its label and its header */
	w_flow_del(w, &cfg);
	route_away(w, LABEL);
	packet4(&in);
	inner = in;
	w_hop(&inner);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	w_flow_set(w, &cfg);
	o.routed = true;
	o.mpls_ttl = 63;
	T_SENT(w, V_UPLINK, &inner, &o);
	W_NOTHING(w);
}

static struct kunit_case nh_tunnel_cases[] = {
	W_CASE(tunnel_bridged),
	W_CASE(tunnel_routed),
	W_CASE(tunnel_l3_vxlan),
	W_CASE(tunnel_wrong_kind),
	W_CASE(tunnel_labels),
	W_CASE(tunnel_tos),
	W_CASE(tunnel_ttl),
	W_CASE(tunnel_tag),
	W_CASE(tunnel_udp_checksum),
	W_CASE(tunnel_entropy),
	W_CASE(tunnel_resolved),
	W_CASE(tunnel_fits),
	W_CASE(tunnel_counts),
	W_CASE(tunnel_does_not_write_to_copies),
	W_CASE(tunnel_policy),
	{}
};

static struct kunit_suite nh_tunnel_suite = {
	.name = "nh_tunnel",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_tunnel_cases,
};

VR_TEST_SUITE(nh_tunnel_suite);

#endif /* VR_TEST_USERSPACE */
