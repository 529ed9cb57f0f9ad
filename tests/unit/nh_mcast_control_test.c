// SPDX-License-Identifier: GPL-2.0-only
/* Flooded control packets out of tunnels: whom the agent serves, and who is not to hear them. */
#include "groups.h"

#ifdef VR_TEST_USERSPACE

/* Another hypervisor asks for its guests: ours are not to answer it. */
static void control_gateway_asks(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	g_build(w, 0);
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_gw, W_IP(10, 1, 1, 1), w_mac_none,
	      W_IP(10, 1, 1, 77));
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI, &in), VR_SENT);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_NOTHING(w);
	w_ns(&in, w_mac_all, w_mac_gw, 1, 77);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI, &in), VR_SENT);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_NOTHING(w);
	/* Somebody else asks. */
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_peer, W_IP(10, 1, 1, 78), w_mac_none,
	      W_IP(10, 1, 1, 77));
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI, &in), VR_SENT);
	W_SENT(w, V_G3, &in);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void expect_from_tor(struct world *w, int line, const struct w_frame *f)
{
	w_sent(w, line, V_G3, f, 0);
	w_sent(w, line, V_G4, f, 0);
	w_sent(w, line, V_G5, f, 0);
	g_sent(w, line, G_T1, f);
	g_sent(w, line, G_T2, f);
	g_sent(w, line, G_E1, f);
	g_sent(w, line, G_E2, f);
	g_sent(w, line, G_S2, f);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
}

/* Who is behind a switch has our agent: for DHCP and as a router, and it hears of addresses. */
static void control_switches_are_served(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_peer, NH_MEMBER(G_S1));
	struct world *w = test->priv;
	struct w_frame in, trap;

	g_build(w, 0);
	w_udp4(&in, w_mac_all, w_mac_peer, 0, ~0U, 68, 67, 100);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_UPLINK, 1, VR_TRAP_L3_PROTOCOLS, 0);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_VNI, &in), VR_SENT);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);
	/* but not who is behind another hypervisor */
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI, &in), VR_SENT);
	W_SENT(w, V_G3, &in);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_NOTHING(w);
	/* nor who has somebody else to ask */
	br.flags = VR_BRIDGE_F_FLOOD_DHCP;
	W_DONE(w, w_bridge_set(w, &br));
	KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_VNI, &in), VR_SENT);
	expect_from_tor(w, __LINE__, &in);

	w_rs(&in, w_mac_peer, 9);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_UPLINK, 1, VR_TRAP_L3_PROTOCOLS, 0);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_VNI, &in), VR_SENT);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);
	w_na(&in, w_mac_all, w_mac_peer, 9, 9);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_UPLINK, 1, VR_TRAP_L3_PROTOCOLS, 0);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_VNI, &in), VR_SENT);
	W_SENT(w, V_AGENT, &trap);
	expect_from_tor(w, __LINE__, &in);
	/* There is no agent. */
	w_detach(w, V_AGENT);
	w_rs(&in, w_mac_peer, 9);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_VNI, &in), VR_SENT);
	expect_from_tor(w, __LINE__, &in);
}

/* Our gateway and the guests of others, too, are answered for to who is behind a switch. */
static void control_switches_are_answered(struct kunit *test)
{
	static const u32 nhs[] = { NH_HOST, NH_MEMBER(G_E1), NH_L3(V_G4) };
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_peer, NH_MEMBER(G_S1));
	struct vr_route_cfg rt = w_route4_cfg(1, W_IP(10, 1, 1, 77), 32, 0);
	struct world *w = test->priv;
	struct w_frame in, answer;
	unsigned int i;

	g_build(w, 0);
	br.label = 6001;
	W_DONE(w, w_bridge_set(w, &br));
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_peer, W_IP(10, 1, 1, 78), w_mac_none,
	      W_IP(10, 1, 1, 77));
	w_arp_answer(&answer, &in, w_mac_stitched);
	rt.flags = VR_ROUTE_F_PROXY;
	rt.has_mac = true;
	rt.label = 1;
	ether_addr_copy(rt.mac, w_mac_stitched);
	for (i = 0; i < ARRAY_SIZE(nhs); i++) {
		rt.nh = nhs[i];
		W_DONE(w, w_route_set(w, &rt));
		KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_VNI, &in), VR_SENT);
		G_SENT(w, G_S1, &answer);
		W_NOTHING(w);
	}
	W_DROPPED(w, VR_DROP_NONE, 0);
	/* to another hypervisor we are no gateway */
	rt.nh = NH_HOST;
	W_DONE(w, w_route_set(w, &rt));
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_ARP, 1);
	/* and do not speak for its guests */
	rt.nh = NH_MEMBER(G_E1);
	W_DONE(w, w_route_set(w, &rt));
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI, &in), VR_SENT);
	W_SENT(w, V_G3, &in);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_NOTHING(w);
}

/* Who asks by the tree for a guest that is here, is answered by the way to himself. */
static void control_tree_is_answered(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_peer, NH_MEMBER(G_E1));
	struct vr_route_cfg rt = w_route4_cfg(1, W_IP(10, 1, 1, 4), 32, NH_L3(V_G4));
	struct world *w = test->priv;
	struct w_frame in, answer;

	g_build(w, 0);
	br.label = G_VNI;
	W_DONE(w, w_bridge_set(w, &br));
	rt.flags = VR_ROUTE_F_PROXY;
	rt.has_mac = true;
	ether_addr_copy(rt.mac, w_mac_guest(V_G4));
	W_DONE(w, w_route_set(w, &rt));
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_peer, W_IP(10, 1, 1, 78), w_mac_none,
	      W_IP(10, 1, 1, 4));
	w_arp_answer(&answer, &in, w_mac_guest(V_G4));
	g_tree(&in, 1, G_VNI);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_SENT);
	G_SENT(w, G_E1, &answer);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static struct kunit_case nh_mcast_control_cases[] = {
	W_CASE(control_gateway_asks),
	W_CASE(control_switches_are_served),
	W_CASE(control_switches_are_answered),
	W_CASE(control_tree_is_answered),
	{}
};

static struct kunit_suite nh_mcast_control_suite = {
	.name = "nh_mcast_control",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_mcast_control_cases,
};

VR_TEST_SUITE(nh_mcast_control_suite);

#endif /* VR_TEST_USERSPACE */
