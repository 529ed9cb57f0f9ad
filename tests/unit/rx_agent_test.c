// SPDX-License-Identifier: GPL-2.0-only
/* Commands of the agent, good and bad. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static const u8 mac_agent[ETH_ALEN] = { 0x02, 0xa6, 0, 0, 0, 1 };

static void agent_switches(struct kunit *test)
{
	static const u32 to[] = { V_HOST, V_UPLINK, V_G3, V_G6 };
	struct world *w = test->priv;
	struct w_frame inner, in;
	unsigned int i;

	w_build(w);
	w_ip4(&inner, w_mac_guest(V_G3), w_mac_gw, 1, 2, 1, 40);
	inner.b[ETH_HLEN + 10] ^= 1;	/* it goes as it is */
	for (i = 0; i < ARRAY_SIZE(to); i++) {
		in = inner;
		w_wrap(&in, mac_agent, to[i], 9, VR_AGENT_CMD_SWITCH, 0);
		W_PASS(w, V_AGENT, &in, to[i], &inner);
	}
	/* an Ethernet header is enough */
	w_eth(&inner, w_mac_guest(V_G3), w_mac_gw, 0x88b5, 0);
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 9, VR_AGENT_CMD_SWITCH, 0);
	W_PASS(w, V_AGENT, &in, V_G3, &inner);
}

/* The device behind the port is told where the packet's headers are now. */
static void agent_sets_headers(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct vr_pkt *pkt;

	w_build(w);
	w_ip4(&in, w_mac_guest(V_G3), w_mac_gw, 1, 2, 1, 40);
	w_tag(&in, 3);
	w_wrap(&in, mac_agent, V_G3, 0, VR_AGENT_CMD_SWITCH, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_AGENT, &in), VR_SENT);
	pkt = vr_test_port_pop(w->port[V_G3]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_l3_off(pkt), ETH_HLEN + VLAN_HLEN);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_proto(pkt), ETH_P_IP);
	vr_test_pkt_free(pkt);
}

static void agent_routes(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, in, out;
	struct vr_route_cfg rt;

	w_build(w);
	/* as if guest 3 had sent it: bridged, and routed by the gateway's MAC */
	w_eth(&inner, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_ROUTE, 0);
	W_PASS(w, V_AGENT, &in, V_G4, &inner);
	w_ip4(&inner, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 9, 40);
	out = inner;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_ROUTE, 0);
	W_PASS(w, V_AGENT, &in, V_G4, &out);
	/* flooded, but not to guest 3 */
	w_eth(&inner, w_mac_all, w_mac_guest(V_G3), 0x88b5, 50);
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_ROUTE, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_AGENT, &in), VR_SENT);
	W_SENT(w, V_G4, &inner);
	W_SENT(w, V_G5, &inner);
	W_NOTHING(w);
	/* in the VRF that the agent names, whatever MAC it has */
	rt = w_route4_cfg(2, W_IP(10, 1, 1, 4), 32, NH_L3(V_G6));
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&inner, w_mac_none, w_mac_none, 1, W_IP(10, 1, 1, 4), 9, 40);
	in = inner;
	w_wrap(&in, mac_agent, V_UPLINK, 2, VR_AGENT_CMD_ROUTE, 0);
	out = inner;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_PASS(w, V_AGENT, &in, V_G6, &out);
	in = inner;
	w_wrap(&in, mac_agent, V_UPLINK, 77, VR_AGENT_CMD_ROUTE, 0);
	W_DROP(w, V_AGENT, &in, VR_DROP_INVALID_VRF);
	in = inner;
	w_wrap(&in, mac_agent, V_UPLINK, 0, VR_AGENT_CMD_ROUTE, 0);
	W_DROP(w, V_AGENT, &in, VR_DROP_L3_NO_ROUTE);
}

static void agent_bad_commands(struct kunit *test)
{
	static const u16 no_vif[] = { 7, 600, VR_VIF_ID_MAX, 0xffff };
	static const u16 cmds[] = { 2, 3, 255, 256, 0xffff };
	struct world *w = test->priv;
	struct w_frame inner, in;
	unsigned int i, len;

	w_build(w);
	w_ip4(&inner, w_mac_guest(V_G3), w_mac_gw, 1, 2, 1, 40);
	for (i = 0; i < ARRAY_SIZE(cmds); i++) {
		in = inner;
		w_wrap(&in, mac_agent, V_G3, 1, cmds[i], 0);
		W_DROP(w, V_AGENT, &in, VR_DROP_AGENT_CMD);
	}
	for (i = 0; i < ARRAY_SIZE(no_vif); i++) {
		in = inner;
		w_wrap(&in, mac_agent, no_vif[i], 1, VR_AGENT_CMD_SWITCH, 0);
		W_DROP(w, V_AGENT, &in, VR_DROP_AGENT_CMD);
		in = inner;
		w_wrap(&in, mac_agent, no_vif[i], 1, VR_AGENT_CMD_ROUTE, 0);
		W_DROP(w, V_AGENT, &in, VR_DROP_AGENT_CMD);
	}
	/* back to itself */
	in = inner;
	w_wrap(&in, mac_agent, V_AGENT, 1, VR_AGENT_CMD_SWITCH, 0);
	W_DROP(w, V_AGENT, &in, VR_DROP_AGENT_CMD);
	/* cut off anywhere before the end of the inner Ethernet header */
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_SWITCH, 0);
	for (len = ETH_HLEN; len < 44 + ETH_HLEN; len++) {
		in.len = len;
		W_DROP(w, V_AGENT, &in, VR_DROP_AGENT_CMD);
	}
}

/* A vif that is deleted, or has no device, or never was one's own. */
static void agent_names_dead_vifs(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, in;

	w_build(w);
	w_eth(&inner, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	w_detach(w, V_G3);
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_SWITCH, 0);
	W_DROP(w, V_AGENT, &in, VR_DROP_IF_DROP);
	W_DONE(w, w_vif_del(w, V_G3));
	W_DROP(w, V_AGENT, &in, VR_DROP_INVALID_IF);
	in = inner;
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_ROUTE, 0);
	W_DROP(w, V_AGENT, &in, VR_DROP_INVALID_IF);
}

/*
 * A checksum that a device was to finish is counted from the outer frame, and
 * might begin in the command: it is finished before that goes.
 */
static void agent_finishes_partial_checksum(struct kunit *test)
{
	static const unsigned int starts[] = { ETH_HLEN, 44, 44 + ETH_HLEN + 20 };
	struct world *w = test->priv;
	struct w_frame in, inner;
	unsigned int i, j;
	u32 sum;

	w_build(w);
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		w_udp4(&in, w_mac_guest(V_G3), w_mac_gw, 1, 2, 53, 54, 40);
		w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_SWITCH, 0);
		inner = in;
		for (j = starts[i], sum = 0; j < in.len; j += 2)
			sum += get_unaligned_be16(in.b + j);
		sum = (sum & 0xffff) + (sum >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		put_unaligned_be16(~sum, inner.b + starts[i] + 6);
		inner.len -= 44;
		memmove(inner.b, inner.b + 44, inner.len);
		w->partial = starts[i];
		W_PASS(w, V_AGENT, &in, V_G3, &inner);
	}
}

/* One command for many segments: there is no such thing. */
static void agent_gso_is_refused(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_udp4(&in, w_mac_guest(V_G3), w_mac_gw, 1, 2, 53, 54, 4000);
	w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_SWITCH, 0);
	w->gso = 1400;
	w->partial = 44 + ETH_HLEN + 20;
	W_DROP(w, V_AGENT, &in, VR_DROP_AGENT_CMD);
}

/* The bits of both words, in a route command, and at a nexthop that would send it. */
static void agent_diag(struct kunit *test)
{
	static const struct {
		u32 param, param1;
		bool diag;
	} cases[] = {
		{ 1, 1, true }, { 0xffffffff, 3, true },
		{ 0, 1, false }, { 1, 0, false }, { 2, 2, false }, { 0, 0, false },
	};
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_AGENT);
	struct world *w = test->priv;
	struct w_frame inner, in, out;
	unsigned int i;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&inner, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 9, 40);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		in = inner;
		w_wrap(&in, mac_agent, V_G3, 1, VR_AGENT_CMD_ROUTE, cases[i].param);
		put_unaligned_be32(cases[i].param1, in.b + 24);
		out = inner;
		w_hop(&out);
		if (cases[i].diag) {
			w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_DIAG, V_G4);
			W_PASS(w, V_AGENT, &in, V_AGENT, &out);
		} else {
			w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
			W_PASS(w, V_AGENT, &in, V_G4, &out);
		}
	}
	/* where the agent itself is behind the nexthop, in a VRF that it named */
	w_ip4(&inner, w_mac_none, w_mac_none, 1, 9, 9, 40);
	in = inner;
	w_wrap(&in, mac_agent, V_UPLINK, 1, VR_AGENT_CMD_ROUTE, 1);
	put_unaligned_be32(1, in.b + 24);
	out = inner;
	w_wrap(&out, w_mac_vif(V_AGENT), V_AGENT, 1, VR_TRAP_DIAG, V_AGENT);
	W_PASS(w, V_AGENT, &in, V_AGENT, &out);
	/* it is one packet's: the other command, and what is bridged, do not know it */
	w_eth(&inner, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	for (i = 0; i <= VR_AGENT_CMD_ROUTE; i++) {
		in = inner;
		w_wrap(&in, mac_agent, i == VR_AGENT_CMD_ROUTE ? V_G3 : V_G4, 1, i, 1);
		put_unaligned_be32(1, in.b + 24);
		W_PASS(w, V_AGENT, &in, V_G4, &inner);
	}
}

static struct kunit_case rx_agent_cases[] = {
	W_CASE(agent_switches),
	W_CASE(agent_sets_headers),
	W_CASE(agent_routes),
	W_CASE(agent_bad_commands),
	W_CASE(agent_names_dead_vifs),
	W_CASE(agent_finishes_partial_checksum),
	W_CASE(agent_gso_is_refused),
	W_CASE(agent_diag),
	{}
};

static struct kunit_suite rx_agent_suite = {
	.name = "rx_agent",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_agent_cases,
};

VR_TEST_SUITE(rx_agent_suite);

#endif /* VR_TEST_USERSPACE */
