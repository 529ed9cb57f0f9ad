// SPDX-License-Identifier: GPL-2.0-only
/* From the fabric, through an uplink. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static void fabric_frames_for_others(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_eth(&in, w_mac_stitched, w_mac_peer, 0x88b5, 50);
	W_DROP(w, V_UPLINK, &in, VR_DROP_IF_RX_DISCARD);
	w_ip4(&in, w_mac_stitched, w_mac_peer, 1, W_IP(10, 0, 0, 1), 64, 20);
	W_DROP(w, V_UPLINK, &in, VR_DROP_IF_RX_DISCARD);
	/* Neither does the agent's absence make them ours. */
	w->port[V_AGENT]->up = false;
	W_DROP(w, V_UPLINK, &in, VR_DROP_IF_RX_DISCARD);
	w->port[V_AGENT]->up = true;
	w_eth(&in, w_mac_stitched, w_mac_peer, 0x88b5, 50);
	w_vif_flags(w, V_UPLINK, VR_VIF_F_PROMISC);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_vif_flags(w, V_UPLINK, 0);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_macs(&in, w_mac_vif(V_HOST), w_mac_peer);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_macs(&in, w_mac_all, w_mac_peer);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	/* the host's MAC is nobody's when the host is gone */
	w_detach(w, V_HOST);
	W_DONE(w, w_vif_del(w, V_HOST));
	w_macs(&in, w_mac_vif(V_HOST), w_mac_peer);
	W_DROP(w, V_UPLINK, &in, VR_DROP_IF_RX_DISCARD);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	W_DROP(w, V_UPLINK, &in, VR_DROP_NOWHERE_TO_GO);
}

static void fabric_routes4(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(0, W_IP(10, 1, 1, 4), 32, NH_L3(V_G4));
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, W_IP(10, 0, 0, 1), 1, 20);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_peer);
	W_PASS(w, V_UPLINK, &in, V_HOST, &out);
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, W_IP(10, 1, 1, 4), 9, 20);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_UPLINK, &in, V_G4, &out);
	w_set_hops(&in, 1);
	W_TRAP(w, V_UPLINK, &in, &in, 0, VR_TRAP_ZERO_TTL);
	w_macs(&in, w_mac_all, w_mac_peer);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	in.b[ETH_HLEN + 11] ^= 1;
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	W_DROP(w, V_UPLINK, &in, VR_DROP_CKSUM_ERR);
}

static void fabric_routes6_with_address(struct kunit *test)
{
	struct vr_route_cfg rt = w_route6_cfg(0, 4, 128, NH_L3(V_G4));
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	w_ip6(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, 4, 9, 20);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	W_DONE(w, w_vif_get(w, V_HOST, &info));
	info.cfg.ip6[15] = 1;
	W_DONE(w, w_vif_set(w, &info.cfg));
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_UPLINK, &in, V_G4, &out);
}

/* The host has an IPv6 address, and everything a route: by the uplink, to a router. */
static void build6(struct world *w)
{
	struct vr_route_cfg rt = w_route6_cfg(0, 0, 0, NH_PEER);
	struct vr_vif_info info;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	W_DONE(w, w_vif_get(w, V_HOST, &info));
	put_addr6(info.cfg.ip6, 1);
	W_DONE(w, w_vif_set(w, &info.cfg));
}

static const u8 ll_host[16] = { 0xfe, 0x80, [15] = 1 };
static const u8 ll_router[16] = { 0xfe, 0x80, [15] = 9 };
static const u8 not_ll[16] = { 0xfe, 0xc0, [15] = 9 };

/* Unicast neighbour discovery that nobody answers, as ARP: no hop, no route, no flow. */
static void fabric_nd_is_the_hosts(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;
	u8 host[16], peer[16];

	build6(w);
	put_addr6(host, 1);
	put_addr6(peer, 8);
	w_ns(&in, w_mac_vif(V_UPLINK), w_mac_peer, 8, 1);
	w_addrs6(&in, ll_router, ll_host);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_policy(w, V_UPLINK, 98);
	w_policy(w, V_HOST, 99);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_addrs6(&in, peer, host);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_na(&in, w_mac_vif(V_UPLINK), w_mac_peer, 8, 8);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_addrs6(&in, peer, host);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 0);
	/* What has come over a router says nothing of neighbours. */
	w_vif_flags(w, V_UPLINK, 0);
	in.b[ETH_HLEN + 7] = 254;
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_peer, w_mac_vif(V_UPLINK));
	W_PASS(w, V_UPLINK, &in, V_UPLINK, &out);
}

/* No router sends on what has a link-local address; a route for the very address has a reason. */
static void fabric_link_local_stays(struct kunit *test)
{
	struct vr_route_cfg rt = w_route6_cfg(0, 0, 128, NH_L3(V_G4));
	struct world *w = test->priv;
	struct w_frame in, out;
	u8 far[16];

	build6(w);
	put_addr6(far, 0x99);
	w_ip6(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, 1, 64, 20);
	w_addrs6(&in, ll_router, ll_host);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_set_hops(&in, 1);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_addrs6(&in, far, ll_host);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_addrs6(&in, ll_router, far);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);

	w_set_hops(&in, 64);
	w_addrs6(&in, far, not_ll);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_peer, w_mac_vif(V_UPLINK));
	W_PASS(w, V_UPLINK, &in, V_UPLINK, &out);

	memcpy(rt.prefix, ll_host, sizeof(ll_host));
	W_DONE(w, w_route_set(w, &rt));
	w_addrs6(&in, ll_router, ll_host);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_UPLINK, &in, V_G4, &out);
	/* Nobody sends on what goes to the host, by whatever route. */
	W_DONE(w, w_route_del(w, &rt));
	rt = w_route6_cfg(0, 0, 64, NH_HOST);
	W_DONE(w, w_route_set(w, &rt));
	w_addrs6(&in, ll_router, far);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_peer);
	W_PASS(w, V_UPLINK, &in, V_HOST, &out);
}

/* Policy of the uplink is about it all the same, and it goes to the host when it may. */
static void fabric_link_local_has_flow(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow6_cfg(98, 253, 0, 0, 0, 0);
	struct world *w = test->priv;
	struct w_frame in;

	build6(w);
	w_policy(w, V_UPLINK, 98);
	memcpy(cfg.key.addr, ll_router, sizeof(ll_router));
	memcpy(cfg.key.addr + 4, ll_host, sizeof(ll_host));
	cfg.vrf = 0;
	w_ip6(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, 1, 64, 20);
	w_addrs6(&in, ll_router, ll_host);
	W_MISSED(w, V_UPLINK, &in, &cfg);
	w_flow_set(w, &cfg);
	W_SENT(w, V_HOST, &in);
	W_NOTHING(w);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	W_DROP(w, V_UPLINK, &in, VR_DROP_FLOW_ACTION_DROP);
}

static void fabric_tagged_is_the_hosts(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, W_IP(10, 0, 0, 7), 9, 20);
	w->tci = 8;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT_TAG(w, V_HOST, &in, 8);
	W_NOTHING(w);
	/* a tag of priority only is no VLAN */
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, W_IP(10, 0, 0, 7), 1, 20);
	out = in;
	w_tag(&out, 0xe000);
	w->tci = 0xe000;
	W_TRAP(w, V_UPLINK, &in, &out, 0, VR_TRAP_ZERO_TTL);
}

static struct kunit_case rx_fabric_cases[] = {
	W_CASE(fabric_frames_for_others),
	W_CASE(fabric_routes4),
	W_CASE(fabric_routes6_with_address),
	W_CASE(fabric_nd_is_the_hosts),
	W_CASE(fabric_link_local_stays),
	W_CASE(fabric_link_local_has_flow),
	W_CASE(fabric_tagged_is_the_hosts),
	{}
};

static struct kunit_suite rx_fabric_suite = {
	.name = "rx_fabric",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_fabric_cases,
};

VR_TEST_SUITE(rx_fabric_suite);

#endif /* VR_TEST_USERSPACE */
