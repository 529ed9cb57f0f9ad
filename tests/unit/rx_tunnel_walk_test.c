// SPDX-License-Identifier: GPL-2.0-only
/* Out of tunnels: what is inside goes its way, and what it may not do there. */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

/* A guest there cannot send to labels of ours. */
static void walk_in_tunnel(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, out;
	struct t_outer o, o2;

	t_build_in(w);
	t_route(w, T_HERE, NH_HOST, VR_LABEL_NONE);
	t_frame4(&inner);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	o.dmac = w_mac_gw;
	t_wrap(&inner, &o);
	out = inner;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_router);
	o.dmac = w_mac_vif(V_UPLINK);
	T_IN_PASS(w, &o, &inner, V_HOST, &out);
	o2 = t_in(VR_ENCAP_MPLS_GRE, AF_INET, T_LABEL_L3);
	o2.routed = true;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_vif(V_UPLINK));
	T_IN_PASS(w, &o2, &inner, V_HOST, &out);
}

/* What comes out of a tunnel is not the underlay's any more. */
static void walk_not_underlay(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner, out;
	struct t_outer o;

	t_build_in(w);
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, T_LABEL_L3);
	o.routed = true;
	w_ip4(&inner, w_mac_none, w_mac_none, T_IP_AWAY, W_IP(10, 9, 9, 9), 64, 20);
	T_IN_DROP(w, &o, &inner, VR_DROP_L3_NO_ROUTE);
	w_ip6(&inner, w_mac_none, w_mac_none, 1, 0x999, 64, 20);
	T_IN_DROP(w, &o, &inner, VR_DROP_L3_NO_ROUTE);
	/* the agent sees an Ethernet header, and where the packet is */
	w_ip4(&inner, w_mac_none, w_mac_none, T_IP_AWAY, W_IP(10, 1, 1, 4), 1, 20);
	t_wrapped(&in, &inner, &o);
	out = inner;
	w_macs(&out, w_mac_vif(V_UPLINK), w_mac_vif(V_UPLINK));
	W_TRAP(w, V_UPLINK, &in, &out, 1, VR_TRAP_ZERO_TTL);
	/* no copy to the host of what waits for the agent */
	w_set_hops(&inner, 64);
	t_route(w, W_IP(10, 1, 1, 4), NH_RESOLVE, VR_LABEL_NONE);
	t_wrapped(&in, &inner, &o);
	out = inner;
	w_macs(&out, w_mac_vif(V_UPLINK), w_mac_vif(V_UPLINK));
	W_TRAP(w, V_UPLINK, &in, &out, 1, VR_TRAP_RESOLVE);
}

/* From one tunnel into another: routed packets may, but not back; frames may not. */
static void walk_loops(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, out;
	struct t_outer o, to;
	struct w_frame in;

	t_build_in(w);
	t_tunnel(w, 70, VR_ENCAP_MPLS_GRE, AF_INET, T_OTHER, 0);
	t_tunnel(w, 71, VR_ENCAP_MPLS_GRE, AF_INET, T_THERE, 0);
	t_tunnel(w, 72, VR_ENCAP_MPLS_GRE, AF_INET6, T_THERE, 0);
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, T_LABEL_L3);
	o.routed = true;
	w_ip4(&inner, w_mac_none, w_mac_none, T_IP_AWAY, W_IP(10, 9, 9, 9), 64, 20);
	out = inner;
	w_hop(&out);
	to = t_out(VR_ENCAP_MPLS_GRE, AF_INET, 77);
	to.dip = T_OTHER;
	to.routed = true;
	to.mpls_ttl = 63;
	t_route(w, W_IP(10, 9, 9, 9), 70, 77);
	t_wrapped(&in, &inner, &o);
	T_PASS(w, V_UPLINK, &in, &out, &to);
	t_route(w, W_IP(10, 9, 9, 9), 71, 77);
	T_IN_DROP(w, &o, &inner, VR_DROP_PKT_LOOP);
	/* addresses are of one family, or are not the same */
	t_route(w, W_IP(10, 9, 9, 9), 72, 77);
	to.family = AF_INET6;
	to.dip = T_THERE;
	T_PASS(w, V_UPLINK, &in, &out, &to);
	o.family = AF_INET6;
	o.csum = true;
	T_IN_DROP(w, &o, &inner, VR_DROP_PKT_LOOP);

	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	t_bridge(w, w_mac_stitched, T_NH_OTHER, 5);
	t_frame4(&inner);
	w_macs(&inner, w_mac_stitched, t_mac_away());
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_SOURCE);
	t_bridge(w, w_mac_stitched, T_NH_THERE, 5);
	T_IN_DROP(w, &o, &inner, VR_DROP_PKT_LOOP);
	/* a guest's may */
	to = t_out(VR_ENCAP_VXLAN, AF_INET, 5);
	T_PASS(w, V_G3, &inner, &inner, &to);
}

/* The uplink's policy is about the underlay; that of the port behind the nexthop is about this. */
static void walk_policy(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(NH_L2(V_G4), AF_BRIDGE, V_G4, w_mac_guest(V_G4),
					  w_mac_gw);
	struct vr_flow_cfg cfg = w_flow4_cfg(NH_L3(V_G4), IPPROTO_UDP, T_IP_AWAY,
					     W_IP(10, 1, 1, 4), 1000, 2000);
	struct world *w = test->priv;
	struct w_frame in, inner, out, trap;
	struct vr_vif_info info;
	struct t_outer o;

	t_build_in(w);
	w_policy(w, V_UPLINK, 99);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	t_frame4(&inner);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	w_macs(&inner, w_mac_gw, t_mac_away());
	t_out4(&out, &inner, true);
	T_IN_PASS(w, &o, &inner, V_G4, &out);

	W_DONE(w, w_vif_get(w, V_G4, &info));
	info.cfg.nh = NH_L3(V_G4);
	W_DONE(w, w_vif_set(w, &info.cfg));
	nh.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh));
	t_frame4(&inner);
	t_wrapped(&in, &inner, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_HELD);
	trap = inner;
	w_wrap_flow(w, &trap, V_UPLINK, &cfg, VR_TRAP_FLOW_MISS);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);

	/* it remembers where it came from while it waits */
	cfg.src_nh = T_NH_THERE;
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &inner);
	W_NOTHING(w);
	W_PASS(w, V_UPLINK, &in, V_G4, &inner);
	o.sip = T_OTHER;
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_SOURCE);
	o = t_in(VR_ENCAP_VXLAN, AF_INET6, T_LABEL);
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_SOURCE);
	/* not by the kind of tunnel */
	o = t_in(VR_ENCAP_MPLS_GRE, AF_INET, T_LABEL);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	/* the same frame by another port */
	w_policy(w, V_G3, NH_L3(V_G4));
	W_DROP(w, V_G3, &inner, VR_DROP_INVALID_SOURCE);
	/* in the underlay there is no neighbour who sent it */
	cfg.src_nh = NH_PEER;
	w_flow_set(w, &cfg);
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_SOURCE);
	t_tunnel(w, T_NH_OTHER, VR_ENCAP_VXLAN, AF_INET6, T_THERE, 0);
	cfg.src_nh = T_NH_OTHER;
	w_flow_set(w, &cfg);
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_SOURCE);
	o.family = AF_INET6;
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
}

/* Frames of neighbour discovery from the guest there to guest 4 alone. */
static void nd_frames(struct w_frame *na, struct w_frame *ns)
{
	u8 away[16], here[16];

	put_addr6(away, 0x77);
	put_addr6(here, V_G4);
	w_na(na, w_mac_guest(V_G4), t_mac_away(), 0x77, 0x77);
	w_addrs6(na, away, here);
	w_ns(ns, w_mac_guest(V_G4), t_mac_away(), 0x77, V_G4);
	w_addrs6(ns, away, here);
}

/*
 * Neighbour discovery has no flow, whatever leads to the port behind the nexthop that asks for one:
 * the port's own label looks for nobody and so sees nothing of it.
 */
static void walk_policy_nd(struct kunit *test)
{
	static const struct vr_nh_member member = { NH_L2(V_G4), VR_LABEL_NONE };
	struct vr_nh_cfg nh = w_encap_cfg(NH_L2(V_G4), AF_BRIDGE, V_G4, w_mac_guest(V_G4),
					  w_mac_gw);
	static const u32 flags[] = { VR_NH_F_POLICY, VR_NH_F_FLOW_LOOKUP };
	static const u32 labels[] = { 16, 17, 18, T_LABEL };
	struct vr_nh_cfg ecmp = w_nh_cfg(71, VR_NH_COMPOSITE);
	struct world *w = test->priv;
	struct w_frame in, na, ns;
	struct t_outer o;
	unsigned int i, j;

	t_build_in(w);
	ecmp.family = AF_BRIDGE;
	ecmp.kind = VR_NH_KIND_ECMP;
	ecmp.members = &member;
	ecmp.n_members = 1;
	W_DONE(w, w_nh_set(w, &ecmp));
	ecmp.id = 72;
	ecmp.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &ecmp));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 16, NH_L2(V_G4)));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 17, 71));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 18, 72));
	nd_frames(&na, &ns);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		nh.flags = flags[i];
		W_DONE(w, w_nh_set(w, &nh));
		for (j = 0; j < ARRAY_SIZE(labels); j++) {
			o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, labels[j]);
			T_IN_PASS(w, &o, &na, V_G4, &na);
			o = t_in(VR_ENCAP_MPLS_GRE, AF_INET6, labels[j]);
			T_IN_PASS(w, &o, &ns, V_G4, &ns);
		}
	}
	KUNIT_EXPECT_EQ(test, w_n_held(w), 0);

	/* What has come over a router is none. */
	nh.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh));
	na.b[ETH_HLEN + 7] = 254;
	for (j = 0; j < ARRAY_SIZE(labels); j++) {
		o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, labels[j]);
		t_wrapped(&in, &na, &o);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_HELD);
	}
	KUNIT_EXPECT_GT(test, vr_test_port_drain(w->port[V_AGENT]), 0);
	W_NOTHING(w);
}

/* An IP packet, held at its route's nexthop. */
static void walk_policy_routed(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(NH_L3(V_G4), AF_INET, V_G4, w_mac_guest(V_G4), w_mac_gw);
	struct vr_flow_cfg cfg = w_flow4_cfg(0, IPPROTO_UDP, T_IP_AWAY, W_IP(10, 1, 1, 4), 1000,
					     2000);
	struct world *w = test->priv;
	struct w_frame in, inner, out;
	struct t_outer o;

	t_build_in(w);
	nh.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh));
	t_packet4(&inner);
	t_out4(&out, &inner, true);
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET6, T_LABEL_L3);
	o.routed = true;
	t_wrapped(&in, &inner, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	t_tunnel(w, T_NH_THERE, VR_ENCAP_VXLAN, AF_INET6, T_THERE, 0);
	cfg.src_nh = T_NH_THERE;
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &out);
	W_NOTHING(w);
	W_PASS(w, V_UPLINK, &in, V_G4, &out);
}

#define ASKED	W_IP(10, 1, 1, 77)
#define ASKED6	0x77

static void proxy(struct world *w, u32 nh, u32 flags, bool stitched)
{
	struct vr_route_cfg rt = w_route4_cfg(1, ASKED, 32, nh);
	struct vr_route_cfg rt6 = w_route6_cfg(1, ASKED6, 128, nh);

	rt.flags = flags;
	rt.has_mac = stitched;
	ether_addr_copy(rt.mac, w_mac_stitched);
	rt6.flags = flags;
	rt6.has_mac = stitched;
	ether_addr_copy(rt6.mac, w_mac_stitched);
	W_DONE(w, w_route_set(w, &rt));
	W_DONE(w, w_route_set(w, &rt6));
}

static void flooded(struct world *w, int line, const struct t_outer *o, const struct w_frame *f)
{
	struct w_frame in;
	u32 id;

	t_wrapped(&in, f, o);
	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, V_UPLINK, &in), VR_SENT, "line %d: verdict", line);
	for (id = V_G3; id <= V_G5; id++)
		w_sent(w, line, id, f, 0);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
}

/*
 * Guests of another hypervisor ask: for guests who are here they are answered, through the
 * tunnel; for the rest somebody else answers.
 */
static void walk_arp(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, ask, ask6, answer;
	struct t_outer o, to;

	t_build_in(w);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	to = t_out(VR_ENCAP_VXLAN, AF_INET, 55);
	w_arp(&ask, w_mac_all, ARPOP_REQUEST, t_mac_away(), T_IP_AWAY, w_mac_none, ASKED);
	w_ns(&ask6, w_mac_all, t_mac_away(), 0x99, ASKED6);
	flooded(w, __LINE__, &o, &ask);
	flooded(w, __LINE__, &o, &ask6);
	proxy(w, NH_L3(V_G4), 0, true);
	flooded(w, __LINE__, &o, &ask);
	proxy(w, T_NH_THERE, VR_ROUTE_F_PROXY, true);
	flooded(w, __LINE__, &o, &ask);
	flooded(w, __LINE__, &o, &ask6);
	proxy(w, NH_L3(V_G4), VR_ROUTE_F_FLOOD, false);
	flooded(w, __LINE__, &o, &ask);
	/* each is the gateway of its own */
	proxy(w, NH_AGENT, VR_ROUTE_F_PROXY, true);
	T_IN_DROP(w, &o, &ask, VR_DROP_INVALID_ARP);
	T_IN_DROP(w, &o, &ask6, VR_DROP_INVALID_ARP);

	proxy(w, NH_L3(V_G4), VR_ROUTE_F_PROXY, true);
	T_IN_DROP(w, &o, &ask, VR_DROP_L2_NO_ROUTE);
	t_bridge(w, t_mac_away(), T_NH_THERE, 55);
	w_arp_answer(&answer, &ask, w_mac_stitched);
	t_wrapped(&in, &ask, &o);
	T_PASS(w, V_UPLINK, &in, &answer, &to);
	w_ns_answer(&answer, &ask6, w_mac_stitched, false);
	t_wrapped(&in, &ask6, &o);
	T_PASS(w, V_UPLINK, &in, &answer, &to);
	/* not in a VLAN */
	w_tag(&ask, 5);
	flooded(w, __LINE__, &o, &ask);
	/* nor by the uplink, whatever that does in the underlay */
	w_arp(&ask, w_mac_all, ARPOP_REQUEST, t_mac_away(), T_IP_AWAY, w_mac_none, ASKED + 1);
	w_vif_flags(w, V_UPLINK, VR_VIF_F_MAC_PROXY);
	flooded(w, __LINE__, &o, &ask);

	/* announcements and replies go on; the agent hears of those it has asked to */
	w_arp(&ask, w_mac_all, ARPOP_REQUEST, t_mac_away(), ASKED, w_mac_none, ASKED);
	flooded(w, __LINE__, &o, &ask);
	proxy(w, NH_L3(V_G4), VR_ROUTE_F_TRAP, false);
	t_wrapped(&in, &ask, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	answer = ask;
	w_wrap(&answer, w_mac_vif(V_AGENT), V_UPLINK, 1, VR_TRAP_ARP, 0);
	W_SENT(w, V_AGENT, &answer);
	W_SENT(w, V_G3, &ask);
	W_SENT(w, V_G4, &ask);
	W_SENT(w, V_G5, &ask);
	W_NOTHING(w);
	w_arp(&ask, w_mac_guest(V_G4), ARPOP_REPLY, t_mac_away(), T_IP_AWAY, w_mac_guest(V_G4),
	      W_IP(10, 1, 1, 4));
	T_IN_PASS(w, &o, &ask, V_G4, &ask);
	w_na(&ask, w_mac_guest(V_G4), t_mac_away(), 0x99, 0x99);
	T_IN_PASS(w, &o, &ask, V_G4, &ask);
	w_rs(&ask, t_mac_away(), 0x99);
	flooded(w, __LINE__, &o, &ask);
	/* malformed: as a guest's */
	w_arp(&ask, w_mac_all, ARPOP_REQUEST, t_mac_away(), T_IP_AWAY, w_mac_none, ASKED);
	ask.b[ETH_HLEN + 5] = 5;
	T_IN_DROP(w, &o, &ask, VR_DROP_INVALID_ARP);
}

/*
 * What was found out about the outer packet, its label, its flow and the TTL that its flow
 * gives it, is not the inner one's.
 */
static void walk_forgets(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(99, IPPROTO_UDP, T_THERE, W_IP(10, 0, 0, 9), 50000,
					     6635);
	struct vr_nh_cfg nh = w_encap_cfg(NH_L3(V_G4), AF_INET, V_G4, w_mac_guest(V_G4), w_mac_gw);
	struct vr_route_cfg rt = w_route4_cfg(0, W_IP(10, 0, 0, 9), 32, NH_HOST);
	struct world *w = test->priv;
	struct w_frame in, inner, out;
	struct t_outer o;

	t_build_in(w);
	rt.label = 77;
	W_DONE(w, w_route_set(w, &rt));
	w_policy(w, V_UPLINK, 99);
	cfg.ttl = 9;
	w_flow_set(w, &cfg);
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, T_LABEL_L3);
	o.dip = W_IP(10, 0, 0, 9);
	o.routed = true;
	t_packet4(&inner);
	t_out4(&out, &inner, true);
	T_IN_PASS(w, &o, &inner, V_G4, &out);

	nh.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh));
	t_wrapped(&in, &inner, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	cfg = w_flow4_cfg(0, IPPROTO_UDP, T_IP_AWAY, W_IP(10, 1, 1, 4), 1000, 2000);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &out);
	W_NOTHING(w);

	t_tunnel(w, 70, VR_ENCAP_MPLS_GRE, AF_INET, T_OTHER, 0);
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 16, 70));
	o.label = 16;
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_LABEL);
}

/* One label for another, without a look at what is inside: only a TTL of 0 does not do for MPLS. */
static void walk_switched(struct kunit *test)
{
	static const struct vr_nh_member member = { 70, 77 };
	struct vr_nh_cfg nh = w_nh_cfg(71, VR_NH_COMPOSITE);
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o, to;

	t_build_in(w);
	t_tunnel(w, 70, VR_ENCAP_MPLS_GRE, AF_INET, T_OTHER, 0);
	nh.family = AF_INET;
	nh.kind = VR_NH_KIND_ECMP;
	nh.members = &member;
	nh.n_members = 1;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 16, 71));
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, 16);
	o.routed = true;
	to = t_out(VR_ENCAP_MPLS_GRE, AF_INET, 77);
	to.dip = T_OTHER;
	to.routed = true;
	t_packet4(&inner);
	w_set_hops(&inner, 9);
	to.mpls_ttl = 9;
	t_wrapped(&in, &inner, &o);
	T_PASS(w, V_UPLINK, &in, &inner, &to);
	w_set_hops(&inner, 0);
	to.mpls_ttl = 64;
	t_wrapped(&in, &inner, &o);
	T_PASS(w, V_UPLINK, &in, &inner, &to);
}

/* Who is behind a switch is served as guests are: nobody else answers there. */
static void walk_arp_from_switch(struct kunit *test)
{
	static const struct vr_nh_member there = { T_NH_THERE, 66 };
	static const struct vr_nh_member parts[] = {
		{ NH_LOCAL, VR_LABEL_NONE },
		{ 73, VR_LABEL_NONE },
	};
	struct vr_nh_cfg tor = w_nh_cfg(73, VR_NH_COMPOSITE);
	struct world *w = test->priv;
	struct w_frame in, ask, answer;
	struct t_outer o, to;

	t_build_in(w);
	tor.kind = VR_NH_KIND_TOR;
	tor.members = &there;
	tor.n_members = 1;
	W_DONE(w, w_nh_set(w, &tor));
	tor.id = NH_FLOOD;
	tor.kind = VR_NH_KIND_L2_MCAST;
	tor.members = parts;
	tor.n_members = ARRAY_SIZE(parts);
	W_DONE(w, w_nh_set(w, &tor));
	t_bridge(w, t_mac_away(), T_NH_THERE, 55);

	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	to = t_out(VR_ENCAP_VXLAN, AF_INET, 55);
	w_arp(&ask, w_mac_all, ARPOP_REQUEST, t_mac_away(), T_IP_AWAY, w_mac_none, ASKED);
	w_arp_answer(&answer, &ask, w_mac_stitched);
	proxy(w, NH_AGENT, VR_ROUTE_F_PROXY, true);
	t_wrapped(&in, &ask, &o);
	T_PASS(w, V_UPLINK, &in, &answer, &to);
	proxy(w, T_NH_OTHER, VR_ROUTE_F_PROXY, true);
	T_PASS(w, V_UPLINK, &in, &answer, &to);
	/* Whoever is elsewhere is not: it is flooded, to the switch too. */
	o.sip = T_OTHER;
	to.label = 66;
	t_wrapped(&in, &ask, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT(w, V_G3, &ask);
	W_SENT(w, V_G4, &ask);
	W_SENT(w, V_G5, &ask);
	T_SENT(w, V_UPLINK, &ask, &to);
	W_NOTHING(w);

	/* What came in one tunnel may be too big for another, and is no IP packet for it. */
	w_eth(&ask, w_mac_all, t_mac_away(), 0x88b5, 1470 - ETH_HLEN);
	o = t_in(VR_ENCAP_MPLS_GRE, AF_INET, T_LABEL);
	o.sip = T_OTHER;
	t_wrapped(&in, &ask, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_DROPPED);
	W_SENT(w, V_G3, &ask);
	W_SENT(w, V_G4, &ask);
	W_SENT(w, V_G5, &ask);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_IF_TX_DISCARD, 1);
}

/* The books, since @before. */
static void books_since(struct world *w, struct vr_books *before, u64 received, u64 created,
			u64 transmitted)
{
	struct vr_books now;

	vr_core_lock(w->core);
	vr_core_books(w->core, &now);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(w->test, now.received - before->received, received);
	KUNIT_EXPECT_EQ(w->test, now.created - before->created, created);
	KUNIT_EXPECT_EQ(w->test, now.transmitted - before->transmitted, transmitted);
	*before = now;
}

/* Datagrams of a tunnel that were put together on the way: one by one they come out of it. */
static void walk_merged(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_books books = {};
	struct w_frame in, inner[3];
	struct t_outer o;
	unsigned int i;

	t_build_in(w);
	books_since(w, &books, 0, 0, 0);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	for (i = 0; i < ARRAY_SIZE(inner); i++) {
		struct w_frame one;

		t_frame4(&inner[i]);
		inner[i].b[inner[i].len - 1] = i;
		t_wrapped(&one, &inner[i], &o);
		if (!i) {
			in = one;
			continue;
		}
		memcpy(in.b + in.len, one.b + ETH_HLEN + 28, one.len - ETH_HLEN - 28);
		in.len += one.len - ETH_HLEN - 28;
	}
	put_unaligned_be16(in.len - ETH_HLEN, in.b + ETH_HLEN + 2);
	w_sum(&in);
	w->gso = 8 + inner[0].len;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	for (i = 0; i < ARRAY_SIZE(inner); i++)
		W_SENT(w, V_G4, &inner[i]);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	books_since(w, &books, 1, 2, 3);
	/* each is one that is dropped */
	W_DONE(w, w_nh_del(w, NH_L2(V_G4)));
	w->gso = 8 + inner[0].len;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_DROPPED);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_NH, 3);
	books_since(w, &books, 1, 2, 0);
	for (i = 1; i < 8; i++) {
		w->gso = 8 + inner[0].len;
		vr_test_fail_alloc(i);
		w_rx(w, V_UPLINK, &in);
		vr_test_fail_alloc(0);
		w_books(w);
	}
}

/* What was merged behind its outer headers stays whole. */
static void walk_gso(struct kunit *test)
{
	static const struct vr_test_tunnel t = {
		.gso = VR_TEST_GSO_UDP, .l4_off = 34, .mac_off = 50, .l3_off = 64,
		.proto = ETH_P_TEB,
	};
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct vr_vif *uplink;
	struct vr_pkt *pkt;
	struct t_outer o;

	t_build_in(w);
	w_tcp4(&inner, w_mac_guest(V_G4), t_mac_away(), T_IP_AWAY, W_IP(10, 1, 1, 4), 1, 2, 0x10,
	       1, 1);
	inner.len += 3000;
	put_unaligned_be16(inner.len - ETH_HLEN, inner.b + ETH_HLEN + 2);
	w_sum(&inner);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	t_wrapped(&in, &inner, &o);
	vr_core_lock(w->core);
	uplink = vr_vif_handle(w->core, V_UPLINK);
	vr_core_unlock(w->core);
	pkt = vr_test_pkt_alloc(in.b, in.len, w->mode->linear, w->mode->headroom);
	vr_test_pkt_set_gso(pkt, 1000);
	vr_test_pkt_set_tunnel(pkt, &t);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, vr_rx(uplink, pkt), VR_SENT);
	rcu_read_unlock();

	pkt = vr_test_port_pop(w->port[V_G4]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), inner.len);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), 1000);
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_tunnel(pkt, &(struct vr_test_tunnel){}));
	vr_test_pkt_copy(pkt, in.b, 0, inner.len);
	KUNIT_EXPECT_MEMEQ(test, in.b, inner.b, inner.len);
	vr_test_pkt_free(pkt);
	W_NOTHING(w);
}

static struct kunit_case rx_tunnel_walk_cases[] = {
	W_CASE(walk_in_tunnel),
	W_CASE(walk_not_underlay),
	W_CASE(walk_loops),
	W_CASE(walk_policy),
	W_CASE(walk_policy_nd),
	W_CASE(walk_policy_routed),
	W_CASE(walk_forgets),
	W_CASE(walk_switched),
	W_CASE(walk_arp),
	W_CASE(walk_arp_from_switch),
	W_CASE(walk_merged),
	W_CASE(walk_gso),
	{}
};

static struct kunit_suite rx_tunnel_walk_suite = {
	.name = "rx_tunnel_walk",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_tunnel_walk_cases,
};

VR_TEST_SUITE(rx_tunnel_walk_suite);

#endif /* VR_TEST_USERSPACE */
