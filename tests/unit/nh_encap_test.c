// SPDX-License-Identifier: GPL-2.0-only
/* Out by a vif: as it is, or with a new Ethernet header; to the host, to the agent. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static void encap_wrong_kind(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_L3(V_G4));
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_L2(V_G4));
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	W_DONE(w, w_route_set(w, &rt));
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 60);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 64, 20);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
}

/* The type is the packet's, whatever family the nexthop was made for. */
static void encap_type_follows_packet(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(NH_L3(V_G4), AF_INET6, V_G4, w_mac_guest(V_G4), w_mac_gw);
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_nh_set(w, &nh));
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 64, 20);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);
}

static void encap_group_mac(struct kunit *test)
{
	static const u8 mac4[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0x7f, 1, 2 };
	static const u8 mac6[ETH_ALEN] = { 0x33, 0x33, 1, 2, 3, 4 };
	struct vr_route_cfg rt4 = w_route4_cfg(1, W_IP(224, 0, 0, 0), 4, 60);
	struct vr_route_cfg rt6 = w_route6_cfg(1, 0, 0, 60);
	struct vr_nh_cfg nh = w_encap_cfg(60, AF_INET, V_G4, w_mac_none, w_mac_gw);
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	nh.flags = VR_NH_F_MCAST;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_route_set(w, &rt4));
	W_DONE(w, w_route_set(w, &rt6));
	/* the upper bit of the 24 is not in the MAC (RFC 1112 6.4) */
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(239, 255, 1, 2), 64, 20);
	out = in;
	w_hop(&out);
	w_macs(&out, mac4, w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);
	w_ip6(&in, w_mac_gw, w_mac_guest(V_G3), 1, 0x01020304, 64, 20);
	in.b[ETH_HLEN + 24] = 0xff;
	out = in;
	w_hop(&out);
	w_macs(&out, mac6, w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);

	/* a group's nexthop without a MAC of its own is none for one host */
	eth_zero_addr(nh.dmac);
	W_DONE(w, w_nh_set(w, &nh));
	rt4 = w_route4_cfg(1, W_IP(10, 9, 9, 9), 32, nh.id);
	W_DONE(w, w_route_set(w, &rt4));
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 9, 9, 9), 64, 20);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
}

static void encap_to_agent(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_AGENT);
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_AGENT);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	W_DONE(w, w_route_set(w, &rt));
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 60);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 1, 20);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	w_detach(w, V_AGENT);
	W_DONE(w, w_vif_del(w, V_AGENT));
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
}

static void receive_by_host(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_HOST);
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_HOST);
	struct world *w = test->priv;
	struct vr_books books;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 1, 20);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	W_PASS(w, V_G3, &in, V_HOST, &out);
	/* bridged, with its tag */
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 60);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	w->tci = 7;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_HOST, &out, 7);
	/* a group's MAC is the host's as well, and what has the host's stays */
	br = w_bridge_cfg(1, w_mac_all, NH_HOST);
	W_DONE(w, w_bridge_set(w, &br));
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	W_PASS(w, V_G3, &in, V_HOST, &in);
	br = w_bridge_cfg(1, w_mac_vif(V_HOST), NH_HOST);
	W_DONE(w, w_bridge_set(w, &br));
	w_macs(&in, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	W_PASS(w, V_G3, &in, V_HOST, &in);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.delivered, 4);
	KUNIT_EXPECT_EQ(test, books.transmitted, 0);
}

static void receive_by_agent(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, 60);
	struct vr_nh_cfg nh = w_nh_cfg(60, VR_NH_RECEIVE);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	nh.oif = V_AGENT;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 1, 20);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
}

/* A copy went to the agent and is still there: what is written afterwards is not written to it. */
static void encap_does_not_write_to_copies(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_HOST);
	struct vr_route_cfg rt = w_route6_cfg(1, 99, 128, NH_L3(V_G4));
	struct world *w = test->priv;
	struct w_frame in, trap, out;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	W_DONE(w, w_route_set(w, &rt));
	/* an advertisement that is copied and then handed to the host under another MAC */
	w_na(&in, w_mac_stitched, w_mac_guest(V_G3), 3, 3);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_L3_PROTOCOLS, 0);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_HOST, &out);
	W_SENT(w, V_AGENT, &trap);
	/* one that is copied and then routed: a hop, a header */
	w_macs(&in, w_mac_gw, w_mac_guest(V_G3));
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_L3_PROTOCOLS, 0);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &out);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);
}

static struct kunit_case nh_encap_cases[] = {
	W_CASE(encap_wrong_kind),
	W_CASE(encap_type_follows_packet),
	W_CASE(encap_group_mac),
	W_CASE(encap_to_agent),
	W_CASE(receive_by_host),
	W_CASE(receive_by_agent),
	W_CASE(encap_does_not_write_to_copies),
	{}
};

static struct kunit_suite nh_encap_suite = {
	.name = "nh_encap",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_encap_cases,
};

VR_TEST_SUITE(nh_encap_suite);

#endif /* VR_TEST_USERSPACE */
