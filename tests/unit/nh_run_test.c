// SPDX-License-Identifier: GPL-2.0-only
/* What each type of nexthop does, and what a dead one, a wrong one and a ring of them do. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

/* From guest 3, to be routed. */
static void to_gw(struct w_frame *f, u32 dip)
{
	w_ip4(f, w_mac_gw, w_mac_guest(V_G3), W_IP(10, 1, 1, 3), dip, 64, 30);
}

#define DIP W_IP(10, 5, 5, 5)

static void route_to(struct world *w, u32 vrf, u32 nh)
{
	struct vr_route_cfg rt = w_route4_cfg(vrf, DIP, 32, nh);

	W_DONE(w, w_route_set(w, &rt));
}

static void nh_deleted_drops_until_made_again(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg nh = w_encap_cfg(NH_L2(V_G4), AF_BRIDGE, V_G4, w_mac_guest(V_G4),
					  w_mac_gw);
	struct w_frame bridged, routed, out;

	w_build(w);
	w_eth(&bridged, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 60);
	W_DONE(w, w_nh_del(w, NH_L2(V_G4)));
	W_DROP(w, V_G3, &bridged, VR_DROP_INVALID_NH);
	W_DONE(w, w_nh_set(w, &nh));
	W_PASS(w, V_G3, &bridged, V_G4, &bridged);

	to_gw(&routed, W_IP(10, 1, 1, 4));
	out = routed;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_DONE(w, w_nh_del(w, NH_L3(V_G4)));
	W_DROP(w, V_G3, &routed, VR_DROP_INVALID_NH);
	nh.id = NH_L3(V_G4);
	nh.family = AF_INET;
	W_DONE(w, w_nh_set(w, &nh));
	W_PASS(w, V_G3, &routed, V_G4, &out);
	/* of another type */
	nh = w_nh_cfg(NH_L3(V_G4), VR_NH_DISCARD);
	W_DONE(w, w_nh_set(w, &nh));
	W_DROP(w, V_G3, &routed, VR_DROP_DISCARD);
}

static void nh_vif_deleted_drops_until_made_again(struct kunit *test)
{
	struct vr_vif_cfg vif = w_vif_cfg(V_G4, VR_VIF_VIRTUAL, 1);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 60);
	w_detach(w, V_G4);
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
	W_DONE(w, w_vif_del(w, V_G4));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_IF);
	W_DONE(w, w_vif_set(w, &vif));
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
	w_attach(w, V_G4);
	W_PASS(w, V_G3, &in, V_G4, &in);

	/* A receive nexthop asks for more than the port. */
	route_to(w, 1, NH_HOST);
	to_gw(&in, DIP);
	w_detach(w, V_HOST);
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
	W_DONE(w, w_vif_del(w, V_HOST));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_IF);
}

static void nh_vrf_translate(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_guest(V_G6), NH_TO_VRF2_L2);
	struct world *w = test->priv;
	struct w_frame in;
	struct vr_nh_cfg nh;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	w_eth(&in, w_mac_guest(V_G6), w_mac_guest(V_G3), 0x88b5, 60);
	W_PASS(w, V_G3, &in, V_G6, &in);

	/* Unknown there: only a nexthop that says so floods it, whatever the port says. */
	br = w_bridge_cfg(1, w_mac_stitched, NH_TO_VRF2_L2);
	W_DONE(w, w_bridge_set(w, &br));
	w_vif_flags(w, V_G3, VR_VIF_F_UUC_FLOOD);
	w_macs(&in, w_mac_stitched, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
	nh = w_nh_cfg(NH_TO_VRF2_L2, VR_NH_VRF_TRANSLATE);
	nh.family = AF_BRIDGE;
	nh.vrf = 2;
	nh.flags = VR_NH_F_UUC_FLOOD;
	W_DONE(w, w_nh_set(w, &nh));
	W_PASS(w, V_G3, &in, V_G6, &in);

	/* Of the wrong kind for what goes through it, both ways round. */
	br.nh = NH_TO_VRF2;
	W_DONE(w, w_bridge_set(w, &br));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
	route_to(w, 1, NH_TO_VRF2_L2);
	to_gw(&in, DIP);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
}

/* A frame for the router in a VRF that it was translated to is routed there. */
static void nh_l2_receive_behind_translation(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_gw, NH_TO_VRF2_L2);
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_bridge_set(w, &br));
	to_gw(&in, W_IP(10, 2, 2, 6));
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G6, &out);
}

static void nh_rings_end(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, 60);
	struct world *w = test->priv;
	struct vr_nh_cfg nh;
	struct w_frame in;

	w_build(w);
	/* routed: VRF 1 -> VRF 2 -> VRF 1 */
	nh = w_nh_cfg(60, VR_NH_VRF_TRANSLATE);
	nh.family = AF_INET;
	nh.vrf = 1;
	W_DONE(w, w_nh_set(w, &nh));
	route_to(w, 1, NH_TO_VRF2);
	route_to(w, 2, 60);
	to_gw(&in, DIP);
	W_DROP(w, V_G3, &in, VR_DROP_PKT_LOOP);
	/* bridged: into itself, unicast and flood */
	nh.family = AF_BRIDGE;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_bridge_set(w, &br));
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 60);
	W_DROP(w, V_G3, &in, VR_DROP_PKT_LOOP);
	br = w_bridge_cfg(1, w_mac_all, 60);
	W_DONE(w, w_bridge_set(w, &br));
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_PKT_LOOP);
}

/* A long way that is no ring: eight look-ups arrive, nine do not. */
static void nh_eight_lookups(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	struct vr_nh_cfg nh;
	struct w_frame in, out;
	u32 i;

	w_build(w);
	/* 1: l2-receive; 2..7: translate to VRFs 100..105; 8: encap */
	for (i = 0; i < 7; i++) {
		W_DONE(w, w_vrf_new(w, 100 + i));
		nh = w_nh_cfg(100 + i, VR_NH_VRF_TRANSLATE);
		nh.family = AF_INET;
		nh.vrf = 100 + i;
		W_DONE(w, w_nh_set(w, &nh));
		rt = w_route4_cfg(i ? 99 + i : 1, DIP, 32, 100 + i);
		W_DONE(w, w_route_set(w, &rt));
	}
	to_gw(&in, DIP);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	rt = w_route4_cfg(105, DIP, 32, NH_L3(V_G4));
	W_DONE(w, w_route_set(w, &rt));
	W_PASS(w, V_G3, &in, V_G4, &out);
	rt.nh = 106;
	W_DONE(w, w_route_set(w, &rt));
	rt.vrf = 106;
	rt.nh = NH_L3(V_G4);
	W_DONE(w, w_route_set(w, &rt));
	W_DROP(w, V_G3, &in, VR_DROP_PKT_LOOP);
}

static void nh_resolve(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, trap;

	w_build(w);
	route_to(w, 1, NH_RESOLVE);
	route_to(w, 0, NH_RESOLVE);
	to_gw(&in, DIP);
	/* No hop yet: it is taken off when the agent sends the packet on. */
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_RESOLVE);

	/* In the underlay the packet need not wait for the answer. */
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, DIP, 64, 20);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_HOST, 0, VR_TRAP_RESOLVE, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_HOST, &in), VR_SENT);
	W_SENT(w, V_UPLINK, &in);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);

	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, DIP, 64, 20);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_UPLINK, 0, VR_TRAP_RESOLVE, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT(w, V_HOST, &in);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void nh_resolve_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int n;
	bool failed;

	w_build(w);
	route_to(w, 0, NH_RESOLVE);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, DIP, 64, 20);
	for (n = 1, failed = true; failed; n++) {
		vr_test_fail_alloc(n);
		w_rx(w, V_HOST, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		w->line = n;
		w_books(w);
		vr_test_port_drain(w->port[V_AGENT]);
		vr_test_port_drain(w->port[V_UPLINK]);
	}
	KUNIT_EXPECT_GT(test, n, 2);
}

static struct kunit_case nh_run_cases[] = {
	W_CASE(nh_deleted_drops_until_made_again),
	W_CASE(nh_vif_deleted_drops_until_made_again),
	W_CASE(nh_vrf_translate),
	W_CASE(nh_l2_receive_behind_translation),
	W_CASE(nh_rings_end),
	W_CASE(nh_eight_lookups),
	W_CASE(nh_resolve),
	W_CASE(nh_resolve_without_memory),
	{}
};

static struct kunit_suite nh_run_suite = {
	.name = "nh_run",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_run_cases,
};

VR_TEST_SUITE(nh_run_suite);

#endif /* VR_TEST_USERSPACE */
