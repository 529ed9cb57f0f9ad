// SPDX-License-Identifier: GPL-2.0-only
/* Bridging: by destination MAC, floods, DHCP, ports that are bridged or routed only. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static const u8 mac_group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 1, 2, 3 };

static void l2_known_unicast(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 100);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* IP within the segment is nobody's business: TTL 1, wrong checksum and all. */
	w_ip4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), W_IP(10, 1, 1, 3), W_IP(10, 1, 1, 4), 1,
	      20);
	in.b[ETH_HLEN + 10] ^= 0xff;
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_ip6(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 3, 4, 0, 20);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* VRFs are apart. */
	w_macs(&in, w_mac_guest(V_G6), w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
	/* An Ethernet header and nothing else; 802.3 */
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 46, 46);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

static void l2_tags_stay(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_ip4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 1, 2, 9, 20);
	w->tci = 0x6123;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 0x6123);
	W_NOTHING(w);
	w_tag(&in, 44);
	w->tci = 0x6123;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 0x6123);
	/* flooded likewise */
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	w->tci = 5;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 5);
	W_SENT_TAG(w, V_G5, &in, 5);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void l2_flood_and_group(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_bridge_cfg br;
	struct w_frame in;

	w_build(w);
	w_eth(&in, w_mac_all, w_mac_guest(V_G3), 0x88b5, 60);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	/* A group shares the flood entry, until it has its own. */
	w_macs(&in, mac_group, w_mac_guest(V_G3));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	br = w_bridge_cfg(1, mac_group, NH_L2(V_G5));
	W_DONE(w, w_bridge_set(w, &br));
	W_PASS(w, V_G3, &in, V_G5, &in);
	/* No flood entry: no flood. */
	br = w_bridge_cfg(1, w_mac_all, 0);
	W_DONE(w, w_bridge_del(w, &br));
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
}

static void l2_unknown_unicast(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, NH_DISCARD);
	struct w_frame in;

	w_build(w);
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 60);
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
	W_DONE(w, w_bridge_set(w, &br));
	W_DROP(w, V_G3, &in, VR_DROP_DISCARD);

	/* A discard entry is as good as none where unknown MACs are flooded. */
	w_vif_flags(w, V_G3, VR_VIF_F_UUC_FLOOD);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	W_DONE(w, w_bridge_del(w, &br));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	br = w_bridge_cfg(1, w_mac_all, 0);
	W_DONE(w, w_bridge_del(w, &br));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
}

static void l2_multicast_vrf(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_bridge_cfg br;
	struct vr_vif_info info;
	struct vr_nh_cfg nh;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	info.cfg.mcast_vrf = 2;
	W_DONE(w, w_vif_set(w, &info.cfg));
	w_eth(&in, w_mac_all, w_mac_guest(V_G3), 0x88b5, 60);
	W_PASS(w, V_G3, &in, V_G6, &in);
	/* Unicast does not go there. */
	w_macs(&in, w_mac_guest(V_G4), w_mac_guest(V_G3));
	W_PASS(w, V_G3, &in, V_G4, &in);

	/* Where its flood entry translates on, the translation counts. */
	nh = w_nh_cfg(60, VR_NH_VRF_TRANSLATE);
	nh.family = AF_BRIDGE;
	nh.vrf = 1;
	W_DONE(w, w_nh_set(w, &nh));
	br = w_bridge_cfg(2, w_mac_all, 60);
	W_DONE(w, w_bridge_set(w, &br));
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void l2_group_source_is_refused(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_eth(&in, w_mac_guest(V_G4), mac_group, 0x88b5, 60);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	w_macs(&in, w_mac_all, w_mac_all);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
}

static void l2_dhcp(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_guest(V_G3), NH_L2(V_G3));
	struct w_frame v4, v6, not;

	w_build(w);
	w_udp4(&v4, w_mac_all, w_mac_guest(V_G3), 0, ~0U, 68, 67, 240);
	w_udp6(&v6, w_mac_all, w_mac_guest(V_G3), 3, 0, 546, 547, 40);
	w_udp4(&not, w_mac_all, w_mac_guest(V_G3), 0, ~0U, 67, 68, 240);

	/* Without the flag it is a broadcast like any other. */
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &v4), VR_SENT);
	W_SENT(w, V_G4, &v4);
	W_SENT(w, V_G5, &v4);
	W_NOTHING(w);

	w_vif_flags(w, V_G3, VR_VIF_F_DHCP);
	W_TRAP(w, V_G3, &v4, &v4, 1, VR_TRAP_L3_PROTOCOLS);
	W_TRAP(w, V_G3, &v6, &v6, 1, VR_TRAP_L3_PROTOCOLS);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &not), VR_SENT);
	W_SENT(w, V_G4, &not);
	W_SENT(w, V_G5, &not);
	W_NOTHING(w);

	br.flags = VR_BRIDGE_F_FLOOD_DHCP;
	W_DONE(w, w_bridge_set(w, &br));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &v4), VR_SENT);
	W_SENT(w, V_G4, &v4);
	W_SENT(w, V_G5, &v4);
	W_NOTHING(w);
	br.flags = 0;
	W_DONE(w, w_bridge_set(w, &br));
	w_detach(w, V_AGENT);
	W_DROP(w, V_G3, &v4, VR_DROP_TRAP_NO_IF);
}

/* @in, and the same with a tag in its bytes, goes by as any group frame does. */
static void flooded_in_vlan(struct world *w, int line, const struct w_frame *in)
{
	static const u16 tags[] = { 9, 0 };
	struct w_frame f = *in;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		w->tci = tags[i];
		if (!tags[i])
			w_tag(&f, 9);
		KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, V_G3, &f), VR_SENT, "line %d: verdict", line);
		w_sent(w, line, V_G4, &f, tags[i]);
		w_sent(w, line, V_G5, &f, tags[i]);
		w_nothing(w, line);
	}
	w_dropped(w, line, VR_DROP_NONE, 0);
}

/* A VLAN of the guests' own may have a DHCP server and a querier; a priority is no VLAN. */
static void l2_tagged_is_not_the_agents(struct kunit *test)
{
	static const u8 group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0, 0, 1 };
	struct w_frame in[3], prio, trap;
	struct world *w = test->priv;
	unsigned int i;

	w_build(w);
	w_vif_flags(w, V_G3, VR_VIF_F_DHCP | VR_VIF_F_IGMP);
	w_udp4(&in[0], w_mac_all, w_mac_guest(V_G3), 0, ~0U, 68, 67, 240);
	w_udp6(&in[1], w_mac_all, w_mac_guest(V_G3), 3, 0, 546, 547, 40);
	w_ip4(&in[2], group, w_mac_guest(V_G3), 1, W_IP(224, 0, 0, 1), 1, 8);
	in[2].b[ETH_HLEN + 9] = IPPROTO_IGMP;
	w_sum(&in[2]);
	for (i = 0; i < ARRAY_SIZE(in); i++) {
		flooded_in_vlan(w, __LINE__, &in[i]);
		prio = in[i];
		w_tag(&prio, 0xe000);
		W_TRAP(w, V_G3, &prio, &prio, 1, VR_TRAP_L3_PROTOCOLS);
		trap = in[i];
		w_tag(&trap, 0xe000);
		w->tci = 0xe000;
		W_TRAP(w, V_G3, &in[i], &trap, 1, VR_TRAP_L3_PROTOCOLS);
	}
}

static void l2_igmp(struct kunit *test)
{
	static const u8 group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0, 0, 1 };
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_ip4(&in, group, w_mac_guest(V_G3), 1, W_IP(224, 0, 0, 1), 1, 8);
	in.b[ETH_HLEN + 9] = IPPROTO_IGMP;
	w_sum(&in);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	w_vif_flags(w, V_G3, VR_VIF_F_IGMP);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
	/* unicast too, and before policy; not what is malformed or something else */
	w_vif_flags(w, V_G3, VR_VIF_F_IGMP | VR_VIF_F_POLICY);
	w_macs(&in, w_mac_guest(V_G4), w_mac_guest(V_G3));
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
	w_vif_flags(w, V_G3, VR_VIF_F_IGMP);
	in.b[ETH_HLEN + 10] ^= 1;
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_ip6(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 1, 2, 1, 8);
	in.b[ETH_HLEN + 9] = IPPROTO_IGMP;
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_udp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 1, 2, 1, 2, 8);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

static void l2_routed_only_port(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	w_vif_flags(w, V_G3, VR_VIF_F_L3);
	/* whatever MAC it goes to */
	w_ip4(&in, w_mac_stitched, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 9, 20);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &in, V_G4, &out);
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 60);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PROTOCOL);
}

static void l2_bridged_only_port(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_vif_flags(w, V_G3, VR_VIF_F_L2);
	w_ip4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 9, 20);
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_macs(&in, w_mac_gw, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_IF_RX_DISCARD);
}

static struct kunit_case l2_input_cases[] = {
	W_CASE(l2_known_unicast),
	W_CASE(l2_tags_stay),
	W_CASE(l2_flood_and_group),
	W_CASE(l2_unknown_unicast),
	W_CASE(l2_multicast_vrf),
	W_CASE(l2_group_source_is_refused),
	W_CASE(l2_dhcp),
	W_CASE(l2_tagged_is_not_the_agents),
	W_CASE(l2_igmp),
	W_CASE(l2_routed_only_port),
	W_CASE(l2_bridged_only_port),
	{}
};

static struct kunit_suite l2_input_suite = {
	.name = "l2_input",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = l2_input_cases,
};

VR_TEST_SUITE(l2_input_suite);

#endif /* VR_TEST_USERSPACE */
