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

/* @in, one hop less and cut, with what the agent is to tell its sender. */
static void expect_df(struct world *w, int line, const struct w_frame *in, u32 mtu, u32 flow)
{
	struct w_frame out = *in;

	w_hop(&out);
	out.len = min(out.len, 190U - 44);
	w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_HANDLE_DF, mtu);
	put_unaligned_be32(flow, out.b + 24);
	w_pass(w, line, V_G3, in, V_AGENT, &out);
}

static void set_df(struct w_frame *f)
{
	f->b[ETH_HLEN + 6] = 0x40;
	w_sum(f);
}

static void sent_on(struct world *w, int line, const struct w_frame *in)
{
	struct w_frame out = *in;

	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	w_pass(w, line, V_G3, in, V_G4, &out);
}

static void vif_mtu(struct world *w, u32 id, u32 mtu)
{
	struct vr_vif_info info;

	W_DONE(w, w_vif_get(w, id, &info));
	info.cfg.mtu = mtu;
	W_DONE(w, w_vif_set(w, &info.cfg));
}

static void encap_too_big(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 64, 1480);
	set_df(&in);
	sent_on(w, __LINE__, &in);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 64, 1481);
	set_df(&in);
	expect_df(w, __LINE__, &in, 1500, VR_FLOW_NONE);
	/* of the vif's own MTU, if that is less */
	vif_mtu(w, V_G4, 1400);
	expect_df(w, __LINE__, &in, 1400, VR_FLOW_NONE);
	vif_mtu(w, V_G4, 9000);
	expect_df(w, __LINE__, &in, 1500, VR_FLOW_NONE);
	w->port[V_G4]->mtu = 2000;
	sent_on(w, __LINE__, &in);
	w->port[V_G4]->mtu = 1500;
	vif_mtu(w, V_G4, 0);
	/* nobody asked to be told */
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 64, 1500);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	/* IPv6: he always wants to know */
	w_ip6(&in, w_mac_gw, w_mac_guest(V_G3), 1, 4, 64, 1460);
	sent_on(w, __LINE__, &in);
	w_ip6(&in, w_mac_gw, w_mac_guest(V_G3), 1, 4, 64, 1461);
	expect_df(w, __LINE__, &in, 1500, VR_FLOW_NONE);
	/* a frame that is bridged has nobody to be told */
	w_ip4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 64, 1500);
	set_df(&in);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	/* no device: that is what is wrong with it */
	w_macs(&in, w_mac_gw, w_mac_guest(V_G3));
	w_detach(w, V_G4);
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
	w_attach(w, V_G4);
	w_detach(w, V_AGENT);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
}

/* What was to be segmented is as big as its segments are. */
static void encap_too_big_gso(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_tcp4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 5, 6, 0x10, 1, 1);
	in.len += 4000;
	put_unaligned_be16(in.len - ETH_HLEN, in.b + ETH_HLEN + 2);
	set_df(&in);
	w->gso = 1460;
	sent_on(w, __LINE__, &in);
	w->gso = 1461;
	expect_df(w, __LINE__, &in, 1500, VR_FLOW_NONE);
	in.b[ETH_HLEN + 20 + 12] = 0x80;	/* with TCP options there is less room */
	w->gso = 1449;
	expect_df(w, __LINE__, &in, 1500, VR_FLOW_NONE);
	w->gso = 1448;
	sent_on(w, __LINE__, &in);

	w_udp6(&in, w_mac_gw, w_mac_guest(V_G3), 1, 4, 5, 6, 4000);
	w->gso = 1452;
	sent_on(w, __LINE__, &in);
	w->gso = 1453;
	expect_df(w, __LINE__, &in, 1500, VR_FLOW_NONE);
}

/* The router itself tells, where that is wished for; an error about an error is not. */
static void encap_too_big_answered(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct vr_pkt *pkt;

	w_build(w);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), W_IP(10, 1, 1, 3), W_IP(10, 1, 1, 4), 64, 1481);
	set_df(&in);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	pkt = vr_test_port_pop(w->port[V_G3]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), ETH_HLEN + 576);
	vr_test_pkt_free(pkt);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	in.b[ETH_HLEN + 9] = IPPROTO_ICMP;
	in.b[ETH_HLEN + 20] = 3;
	w_sum(&in);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
}

static void encap_too_big_names_flow(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(5, 253, 1, W_IP(10, 1, 1, 4), 0, 0);
	struct world *w = test->priv;
	struct vr_flow_id id;
	struct w_frame in;

	w_build(w);
	w_policy(w, V_G3, 5);
	w_flow_set(w, &cfg);
	cfg.key.addr[0] = htonl(2);	/* not the first one of all */
	id = w_flow_set(w, &cfg);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 2, W_IP(10, 1, 1, 4), 64, 1481);
	set_df(&in);
	expect_df(w, __LINE__, &in, 1500, id.index);
}

/* RFC 1122 3.2.2: no ICMP error about what went to a group. */
static void encap_too_big_group(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, W_IP(224, 0, 0, 0), 4, 60);
	struct vr_nh_cfg nh = w_encap_cfg(60, AF_INET, V_G4, w_mac_none, w_mac_gw);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	nh.flags = VR_NH_F_MCAST;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(239, 1, 1, 2), 64, 1500);
	set_df(&in);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
}

static void bfd4(struct w_frame *f, unsigned int len)
{
	w_udp4(f, w_mac_gw, w_mac_guest(V_G3), 1, 9, 49152, 3784, len);
	if (len > 1)
		f->b[ETH_HLEN + 29] = 0xd5;
}

static void expect_bfd(struct world *w, int line, const struct w_frame *in)
{
	struct w_frame out = *in;

	w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_BFD, 0xc0);
	w_pass(w, line, V_G3, in, V_AGENT, &out);
}

static void encap_bfd(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_AGENT);
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_AGENT);
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route6_cfg(1, 9, 128, NH_AGENT);
	W_DONE(w, w_route_set(w, &rt));
	bfd4(&in, 24);
	expect_bfd(w, __LINE__, &in);
	w_macs(&in, w_mac_stitched, w_mac_guest(V_G3));
	expect_bfd(w, __LINE__, &in);
	/* in a VLAN of the guests' own the router has no part; routed, there is none any more */
	w_tag(&in, 9);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	bfd4(&in, 24);
	out = in;
	w_tag(&out, 9);
	w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_BFD, 0xc0);
	w->tci = 9;
	W_PASS(w, V_G3, &in, V_AGENT, &out);
	w_udp6(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 49152, 3784, 24);
	in.b[ETH_HLEN + 49] = 0xd5;
	expect_bfd(w, __LINE__, &in);
	/* too short, another port, another protocol, a later fragment, a wrong sum */
	bfd4(&in, 23);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	w_udp4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 3784, 3785, 24);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	bfd4(&in, 24);
	in.b[ETH_HLEN + 9] = IPPROTO_TCP;
	w_sum(&in);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	bfd4(&in, 24);
	in.b[ETH_HLEN + 7] = 1;
	w_sum(&in);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	bfd4(&in, 24);
	w_macs(&in, w_mac_stitched, w_mac_guest(V_G3));
	in.b[ETH_HLEN + 10] ^= 1;
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	/* UDP says that it ends before */
	bfd4(&in, 24);
	put_unaligned_be16(31, in.b + ETH_HLEN + 24);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
}

static struct kunit_case nh_encap_cases[] = {
	W_CASE(encap_wrong_kind),
	W_CASE(encap_type_follows_packet),
	W_CASE(encap_group_mac),
	W_CASE(encap_to_agent),
	W_CASE(receive_by_host),
	W_CASE(receive_by_agent),
	W_CASE(encap_does_not_write_to_copies),
	W_CASE(encap_too_big),
	W_CASE(encap_too_big_gso),
	W_CASE(encap_too_big_answered),
	W_CASE(encap_too_big_names_flow),
	W_CASE(encap_too_big_group),
	W_CASE(encap_bfd),
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
