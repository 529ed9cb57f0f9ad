// SPDX-License-Identifier: GPL-2.0-only
/* Routing: look-up, hops, headers, Ethernet anew. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

/* From guest 3 to the gateway. */
static void to_gw4(struct w_frame *f, u32 dip, u8 ttl)
{
	w_ip4(f, w_mac_gw, w_mac_guest(V_G3), W_IP(10, 1, 1, 3), dip, ttl, 30);
}

static void to_gw6(struct w_frame *f, u32 dtail, u8 hops)
{
	w_ip6(f, w_mac_gw, w_mac_guest(V_G3), 3, dtail, hops, 30);
}

static void l3_routes_between_guests(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);

	to_gw6(&in, V_G4, 64);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);
}

static void l3_every_ttl_keeps_checksum_right(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;
	unsigned int ttl;

	w_build(w);
	for (ttl = 2; ttl < 256; ttl++) {
		to_gw4(&in, W_IP(10, 1, 1, 4), ttl);
		out = in;
		w_hop(&out);
		w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
		W_PASS(w, V_G3, &in, V_G4, &out);
		to_gw6(&in, V_G4, ttl);
		out = in;
		w_hop(&out);
		w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
		W_PASS(w, V_G3, &in, V_G4, &out);
	}
}

static void l3_last_hop_goes_to_agent(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	to_gw4(&in, W_IP(10, 1, 1, 4), 1);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_ZERO_TTL);
	to_gw6(&in, V_G4, 1);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_ZERO_TTL);
	w_detach(w, V_AGENT);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
}

static void l3_no_hop_left_is_dropped(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	to_gw4(&in, W_IP(10, 1, 1, 4), 0);
	W_DROP(w, V_G3, &in, VR_DROP_TTL_EXCEEDED);
	to_gw6(&in, V_G4, 0);
	W_DROP(w, V_G3, &in, VR_DROP_TTL_EXCEEDED);
	/* Wherever it goes. */
	to_gw4(&in, W_IP(99, 1, 1, 1), 0);
	W_DROP(w, V_G3, &in, VR_DROP_TTL_EXCEEDED);
}

/* A hop is not taken by a change of tables, by who receives, or from the host. */
static void l3_hops_not_taken(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	struct w_frame in, out;

	w_build(w);
	rt = w_route4_cfg(1, W_IP(10, 2, 2, 0), 24, NH_TO_VRF2);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route6_cfg(1, V_G6, 128, NH_TO_VRF2);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route4_cfg(1, W_IP(10, 1, 1, 254), 32, NH_HOST);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route4_cfg(1, W_IP(10, 1, 1, 253), 32, NH_AGENT);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route6_cfg(1, 253, 128, NH_AGENT);
	W_DONE(w, w_route_set(w, &rt));

	to_gw4(&in, W_IP(10, 2, 2, 6), 2);	/* one hop, over two tables */
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G6, &out);
	to_gw6(&in, V_G6, 2);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G6, &out);

	to_gw4(&in, W_IP(10, 1, 1, 254), 1);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	W_PASS(w, V_G3, &in, V_HOST, &out);

	to_gw4(&in, W_IP(10, 1, 1, 253), 1);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
	to_gw6(&in, 253, 1);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);

	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), W_IP(10, 0, 0, 1), W_IP(10, 0, 0, 9), 1, 10);
	out = in;
	w_macs(&out, w_mac_peer, w_mac_vif(V_UPLINK));
	W_PASS(w, V_HOST, &in, V_UPLINK, &out);
	w_set_hops(&in, 0);
	W_DROP(w, V_HOST, &in, VR_DROP_TTL_EXCEEDED);
}

static void l3_longest_prefix_and_fallback(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg wide = w_route4_cfg(1, W_IP(10, 9, 0, 0), 16, NH_L3(V_G4));
	struct vr_route_cfg narrow = w_route4_cfg(1, W_IP(10, 9, 9, 0), 24, NH_L3(V_G5));
	struct w_frame in, out4, out5;

	w_build(w);
	W_DONE(w, w_route_set(w, &wide));
	W_DONE(w, w_route_set(w, &narrow));
	to_gw4(&in, W_IP(10, 9, 9, 9), 9);
	out4 = in;
	w_hop(&out4);
	w_macs(&out4, w_mac_guest(V_G4), w_mac_gw);
	out5 = out4;
	w_macs(&out5, w_mac_guest(V_G5), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G5, &out5);
	W_DONE(w, w_route_del(w, &narrow));
	W_PASS(w, V_G3, &in, V_G4, &out4);
	W_DONE(w, w_route_del(w, &wide));
	W_DROP(w, V_G3, &in, VR_DROP_L3_NO_ROUTE);
}

static void l3_no_route(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	to_gw4(&in, W_IP(10, 2, 2, 6), 9);
	W_DROP(w, V_G3, &in, VR_DROP_L3_NO_ROUTE);
	to_gw6(&in, V_G6, 9);
	W_DROP(w, V_G3, &in, VR_DROP_L3_NO_ROUTE);
	/* The underlay is the host's. */
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), W_IP(10, 0, 0, 1), W_IP(8, 8, 8, 8), 9, 10);
	out = in;
	W_PASS(w, V_HOST, &in, V_UPLINK, &out);
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_peer, W_IP(8, 8, 8, 8), W_IP(192, 0, 2, 1), 9, 10);
	out = in;
	W_PASS(w, V_UPLINK, &in, V_HOST, &out);
}

/* The underlay is the host's, but what was sent on into a tenant's VRF is not the underlay's. */
static void l3_no_route_in_another_vrf(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(0, W_IP(10, 8, 0, 0), 16, NH_TO_VRF2);
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route4_cfg(2, W_IP(10, 8, 1, 0), 24, NH_L3(V_G6));
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route6_cfg(0, 0x800, 120, NH_TO_VRF2);
	W_DONE(w, w_route_set(w, &rt));

	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 8, 1, 2), 9, 10);
	out = in;
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_PASS(w, V_HOST, &in, V_G6, &out);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 8, 2, 2), 9, 10);
	W_DROP(w, V_HOST, &in, VR_DROP_L3_NO_ROUTE);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	W_DROP(w, V_UPLINK, &in, VR_DROP_L3_NO_ROUTE);
	w_ip6(&in, w_mac_peer, w_mac_vif(V_HOST), 1, 0x801, 9, 10);
	W_DROP(w, V_HOST, &in, VR_DROP_L3_NO_ROUTE);

	/* Nor does a copy of what waits for the agent there go to the underlay. */
	rt = w_route4_cfg(2, W_IP(10, 8, 2, 0), 24, NH_RESOLVE);
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 8, 2, 2), 9, 10);
	W_TRAP(w, V_HOST, &in, &in, 2, VR_TRAP_RESOLVE);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	W_TRAP(w, V_UPLINK, &in, &in, 2, VR_TRAP_RESOLVE);
}

/* The same where a flow says in which VRF its packets go on. */
static void l3_no_route_where_flow_leads(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(99, 253, 1, W_IP(10, 8, 2, 2), 0, 0);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_policy(w, V_HOST, 99);
	w_policy(w, V_UPLINK, 99);
	cfg.vrf = 0;
	w_flow_set(w, &cfg);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 8, 2, 2), 9, 10);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	cfg.flags |= VR_FLOW_F_VRFT;
	cfg.dvrf = 2;
	w_flow_set(w, &cfg);
	W_DROP(w, V_HOST, &in, VR_DROP_L3_NO_ROUTE);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	W_DROP(w, V_UPLINK, &in, VR_DROP_L3_NO_ROUTE);
}

static void l3_vrf_that_is_gone(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg nh = w_nh_cfg(NH_TO_VRF2, VR_NH_VRF_TRANSLATE);
	struct vr_route_cfg rt;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_vrf_new(w, 7));
	nh.vrf = 7;
	nh.family = AF_INET;
	W_DONE(w, w_nh_set(w, &nh));
	rt = w_route4_cfg(1, W_IP(10, 7, 0, 0), 16, NH_TO_VRF2);
	W_DONE(w, w_route_set(w, &rt));
	to_gw4(&in, W_IP(10, 7, 7, 7), 9);
	W_DROP(w, V_G3, &in, VR_DROP_L3_NO_ROUTE);
	W_DONE(w, w_vrf_del(w, 7));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_VRF);
}

static void l3_bad_headers(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int len;

	w_build(w);
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	in.b[ETH_HLEN + 10] ^= 1;
	W_DROP(w, V_G3, &in, VR_DROP_CKSUM_ERR);
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	in.b[ETH_HLEN] = 0x44;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	in.b[ETH_HLEN] = 0x65;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	to_gw6(&in, V_G4, 64);
	in.b[ETH_HLEN] = 0x40;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	w_eth(&in, w_mac_gw, w_mac_guest(V_G3), 0x88b5, 50);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PROTOCOL);

	for (len = ETH_HLEN; len < ETH_HLEN + 50; len++) {
		to_gw4(&in, W_IP(10, 1, 1, 4), 64);
		in.len = len;
		W_DROP(w, V_G3, &in, len < ETH_HLEN + 20 ? VR_DROP_PULL : VR_DROP_INVALID_PACKET);
	}
	for (len = ETH_HLEN; len < ETH_HLEN + 70; len++) {
		to_gw6(&in, V_G4, 64);
		in.len = len;
		W_DROP(w, V_G3, &in, len < ETH_HLEN + 40 ? VR_DROP_PULL : VR_DROP_INVALID_PACKET);
	}
}

static void l3_options_and_padding(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;
	u8 *ip = in.b + ETH_HLEN;
	u32 sum;

	w_build(w);
	/* 20 bytes of no-operation options behind the header */
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	ip[0] = 0x4a;
	memset(ip + 20, 1, 20);
	put_csum_ip4(ip);
	out = in;
	/* one less of TTL in the upper byte of its word: one more of the checksum there */
	out.b[ETH_HLEN + 8]--;
	sum = get_unaligned_be16(ip + 10) + 0x100;
	put_unaligned_be16((sum & 0xffff) + (sum >> 16), out.b + ETH_HLEN + 10);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);

	/* A short packet in a frame of minimal length keeps what fills it up. */
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), W_IP(10, 1, 1, 3), W_IP(10, 1, 1, 4), 64, 1);
	memset(in.b + in.len, 0xee, 60 - in.len);
	in.len = 60;
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);
}

static void l3_accelerated_tag_is_cleared(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	struct w_frame in, out;

	w_build(w);
	rt = w_route4_cfg(1, W_IP(10, 1, 1, 254), 32, NH_HOST);
	W_DONE(w, w_route_set(w, &rt));
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	w->tci = 0x2005;
	W_PASS(w, V_G3, &in, V_G4, &out);
	/* So it is when the host is the one who receives. */
	to_gw4(&in, W_IP(10, 1, 1, 254), 64);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	w->tci = 0x2005;
	W_PASS(w, V_G3, &in, V_HOST, &out);
}

static void l3_second_tag_is_refused(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	w_tag(&in, 5);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PROTOCOL);
	w->tci = 7;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PROTOCOL);
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	w_tag(&in, 0xe000);
	w->tci = 7;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PROTOCOL);
	/* A priority is none, also twice, and does not go on. */
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	w_tag(&in, 0xe000);
	W_PASS(w, V_G3, &in, V_G4, &out);
	w_tag(&in, 0x2000);
	W_PASS(w, V_G3, &in, V_G4, &out);
}

/* Taking a hop needs memory where the header is not linear: every failure has a name. */
static void l3_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;
	unsigned int n;
	bool failed;

	w_build(w);
	to_gw4(&in, W_IP(10, 1, 1, 4), 64);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	for (n = 1; n < 20; n++) {
		enum vr_verdict verdict;

		vr_test_fail_alloc(n);
		verdict = w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, verdict, failed ? VR_DROPPED : VR_SENT);
		if (!failed)
			break;
		W_NOTHING(w);
		w->line = __LINE__;
		w_books(w);
	}
	KUNIT_EXPECT_FALSE(test, failed);
	W_SENT(w, V_G4, &out);
}

static struct kunit_case l3_input_cases[] = {
	W_CASE(l3_routes_between_guests),
	W_CASE(l3_every_ttl_keeps_checksum_right),
	W_CASE(l3_last_hop_goes_to_agent),
	W_CASE(l3_no_hop_left_is_dropped),
	W_CASE(l3_hops_not_taken),
	W_CASE(l3_longest_prefix_and_fallback),
	W_CASE(l3_no_route),
	W_CASE(l3_no_route_in_another_vrf),
	W_CASE(l3_no_route_where_flow_leads),
	W_CASE(l3_vrf_that_is_gone),
	W_CASE(l3_bad_headers),
	W_CASE(l3_options_and_padding),
	W_CASE(l3_accelerated_tag_is_cleared),
	W_CASE(l3_second_tag_is_refused),
	W_CASE(l3_without_memory),
	{}
};

static struct kunit_suite l3_input_suite = {
	.name = "l3_input",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = l3_input_cases,
};

VR_TEST_SUITE(l3_input_suite);

#endif /* VR_TEST_USERSPACE */
