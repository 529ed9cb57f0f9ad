// SPDX-License-Identifier: GPL-2.0-only
/* From the host's stack. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static void host_routes(struct kunit *test)
{
	struct vr_route_cfg rt4 = w_route4_cfg(0, W_IP(10, 1, 1, 4), 32, NH_L3(V_G4));
	struct vr_route_cfg rt6 = w_route6_cfg(0, 4, 128, NH_L3(V_G4));
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt4));
	W_DONE(w, w_route_set(w, &rt6));
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 1, 1, 4), 64, 20);
	out = in;
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_HOST, &in, V_G4, &out);
	w_ip6(&in, w_mac_peer, w_mac_vif(V_HOST), 1, 4, 64, 20);
	out = in;
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_HOST, &in, V_G4, &out);
}

/* Groups, other protocols, other VLANs, and what no route claims: the uplink's. */
static void host_cross_connects(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(0, 0, 0, NH_DISCARD);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(9, 9, 9, 9), 64, 20);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_ip6(&in, w_mac_peer, w_mac_vif(V_HOST), 1, 9, 64, 20);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(9, 9, 9, 9), 64, 20);
	W_DROP(w, V_HOST, &in, VR_DROP_DISCARD);
	w_macs(&in, w_mac_all, w_mac_vif(V_HOST));
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_eth(&in, w_mac_peer, w_mac_vif(V_HOST), 0x88cc, 50);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_eth(&in, w_mac_peer, w_mac_vif(V_HOST), 40, 40);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(9, 9, 9, 9), 64, 20);
	w->tci = 8;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_HOST, &in), VR_SENT);
	W_SENT_TAG(w, V_UPLINK, &in, 8);
	w_tag(&in, 8);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
}

static const u8 ll_host[16] = { 0xfe, 0x80, [15] = 1 };
static const u8 ll_router[16] = { 0xfe, 0x80, [15] = 9 };

/* A neighbour hears the host's own answer, whatever routes there are, and nobody else does. */
static void host_nd_is_its_own(struct kunit *test)
{
	struct vr_route_cfg rt = w_route6_cfg(0, 0, 0, NH_PEER);
	struct world *w = test->priv;
	u8 host[16], peer[16];
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	put_addr6(host, 1);
	put_addr6(peer, 8);
	w_na(&in, w_mac_stitched, w_mac_vif(V_HOST), 1, 1);
	w_addrs6(&in, host, peer);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_policy(w, V_HOST, 99);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_addrs6(&in, ll_host, peer);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_addrs6(&in, ll_host, ll_router);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_ns(&in, w_mac_stitched, w_mac_vif(V_HOST), 1, 8);
	w_addrs6(&in, host, peer);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 0);
}

/* Link-local addresses are neighbours', but those that have a route each: guests' of the host. */
static void host_link_local_stays(struct kunit *test)
{
	struct vr_route_cfg rt = w_route6_cfg(0, 0, 0, NH_PEER);
	struct world *w = test->priv;
	struct w_frame in, out;
	u8 far[16];

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	put_addr6(far, 0x99);
	w_ip6(&in, w_mac_stitched, w_mac_vif(V_HOST), 1, 1, 1, 20);
	w_addrs6(&in, ll_host, ll_router);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_addrs6(&in, ll_host, far);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w_addrs6(&in, far, ll_router);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);

	rt = w_route6_cfg(0, 0, 128, NH_L3(V_G4));
	memcpy(rt.prefix, ll_router, sizeof(ll_router));
	W_DONE(w, w_route_set(w, &rt));
	w_addrs6(&in, ll_host, ll_router);
	out = in;
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_HOST, &in, V_G4, &out);
	/* sent on into another VRF it is not the underlay's */
	rt.nh = NH_TO_VRF2;
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route6_cfg(2, 0, 0, NH_L3(V_G6));
	W_DONE(w, w_route_set(w, &rt));
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_PASS(w, V_HOST, &in, V_G6, &out);
}

static void host_bad_headers(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 0, 0, 5), 64, 20);
	in.b[ETH_HLEN + 10] ^= 1;
	W_DROP(w, V_HOST, &in, VR_DROP_CKSUM_ERR);
	in.len = ETH_HLEN + 3;
	W_DROP(w, V_HOST, &in, VR_DROP_PULL);
}

static struct kunit_case rx_host_cases[] = {
	W_CASE(host_routes),
	W_CASE(host_cross_connects),
	W_CASE(host_nd_is_its_own),
	W_CASE(host_link_local_stays),
	W_CASE(host_bad_headers),
	{}
};

static struct kunit_suite rx_host_suite = {
	.name = "rx_host",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_host_cases,
};

VR_TEST_SUITE(rx_host_suite);

#endif /* VR_TEST_USERSPACE */
