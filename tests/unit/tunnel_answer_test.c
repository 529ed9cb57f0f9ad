// SPDX-License-Identifier: GPL-2.0-only
/* Senders are told what fits: by the router itself, and by the MSS of their TCP connections. */
#include "mtus.h"

#ifdef VR_TEST_USERSPACE

static const u32 encaps[] = { VR_ENCAP_VXLAN, VR_ENCAP_MPLS_UDP, VR_ENCAP_MPLS_GRE };
static const u8 families[] = { AF_INET, AF_INET6 };

/* @in, or what it has become, is answered to guest 3. */
static void expect_answer(struct world *w, int line, const struct w_frame *in, bool routed,
			  u32 room)
{
	struct w_frame was = m_inside(in, routed), out;

	out = m_answer(&was, ETH_HLEN, room);
	w_pass(w, line, V_G3, in, V_G3, &out);
}

static void answer_to_guest(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, j;
	struct w_frame in;
	bool routed;
	u32 room;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	/* nobody is asked */
	w_detach(w, V_AGENT);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < 2 * ARRAY_SIZE(families); j++) {
			struct t_outer o = m_outer(encaps[i], families[j / 2], j & 1);

			routed = j & 1;
			if (routed && encaps[i] == VR_ENCAP_VXLAN)
				continue;
			t_tunnel(w, M_NH, encaps[i], families[j / 2], T_THERE, 0);
			room = m_room(encaps[i], families[j / 2], routed);
			m_packet4(&in, routed, room, M_DF);
			M_WHOLE(w, &in, routed, &o);
			m_packet4(&in, routed, room + 1, M_DF);
			expect_answer(w, __LINE__, &in, routed, room);
			m_packet4(&in, routed, 5000, M_DF);
			expect_answer(w, __LINE__, &in, routed, room);
			m_packet6(&in, routed, room);
			M_WHOLE(w, &in, routed, &o);
			m_packet6(&in, routed, room + 1);
			expect_answer(w, __LINE__, &in, routed, room);
		}
	}
	/* what may be cut is */
	m_packet4(&in, false, 1500, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_UPLINK]), 2);
	W_NOTHING(w);
}

/* With what the underlay has told. */
static void answer_path_mtu(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	m_packet4(&in, false, 1351, M_DF);
	expect_answer(w, __LINE__, &in, false, 1350);
	m_packet6(&in, false, 1351);
	expect_answer(w, __LINE__, &in, false, 1350);
	m_packet6(&in, false, 1350);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_UPLINK]), 1);
}

static void answer_with_tag(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, tagged, out;
	unsigned int i;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	for (i = 0; i < 2; i++) {
		m_packet6(&in, false, 1447);
		tagged = in;
		w_tag(&tagged, 7);
		out = m_answer(&tagged, ETH_HLEN + 4, 1446);
		w->tci = i ? 7 : 0;
		W_PASS(w, V_G3, i ? &in : &tagged, V_G3, &out);
	}
}

/* Its tag means nothing to the tunnel of a routed packet, but to the one who is answered. */
static void answer_with_tag_routed(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_MPLS_GRE, AF_INET, true);
	struct world *w = test->priv;
	struct w_frame in, was, out;
	u32 room = m_room(VR_ENCAP_MPLS_GRE, AF_INET, true);

	m_build(w, VR_ENCAP_MPLS_GRE, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	w->tci = 7;
	m_packet4(&in, true, room, M_DF);
	M_WHOLE(w, &in, true, &o);
	m_packet4(&in, true, room + 1, M_DF);
	was = m_inside(&in, true);
	out = m_answer(&was, ETH_HLEN, room);
	w->tci = 7;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G3, &out, 7);
	/* Each fragment goes in without. */
	m_packet4(&in, true, room + 1, 0);
	w->tci = 7;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_UPLINK]), 2);
	W_NOTHING(w);
}

/* Of a packet that was to be segmented its beginning is quoted. */
static void answer_about_gso(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	w_udp4(&in, w_mac_stitched, w_mac_guest(V_G3), M_IP_G3, M_IP_AWAY, 5, 6, 4266);
	in.b[ETH_HLEN + 6] = M_DF >> 8;
	w_sum(&in);
	w->gso = 1423;
	expect_answer(w, __LINE__, &in, false, 1450);
}

/* As many as the agent would be asked for. */
static void answer_rate(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int i;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	w_conf(w, VR_CONF_TRAP_RATE, 10);
	m_packet4(&in, false, 1451, M_DF);
	for (i = 0; i < 10; i++)
		expect_answer(w, __LINE__, &in, false, 1450);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
	vr_test_clock_advance(100);
	expect_answer(w, __LINE__, &in, false, 1450);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
	/* another guest's share is his own */
	w_macs(&in, w_mac_stitched, w_mac_guest(V_G4));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G4, &in), VR_SENT);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_G4]), 1);
}

static void answer_without_port(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	m_packet4(&in, false, 1451, M_DF);
	w->port[V_G3]->up = false;
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
}

/* The host's own packets into the overlay. */
static void answer_to_host(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(0, M_IP_AWAY, 32, M_NH);
	struct world *w = test->priv;
	struct w_frame in, out;

	m_build(w, VR_ENCAP_MPLS_GRE, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	rt.label = M_LABEL;
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_gw, w_mac_vif(V_HOST), T_HERE, M_IP_AWAY, 64, 1453);
	in.b[ETH_HLEN + 6] = M_DF >> 8;
	w_sum(&in);
	out = m_answer(&in, ETH_HLEN, 1472);
	W_PASS(w, V_HOST, &in, V_HOST, &out);
}

/* The agent knows itself what it is told. */
static void answer_to_agent(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, trap;

	m_build(w, VR_ENCAP_MPLS_GRE, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	m_packet4(&in, true, 1473, M_DF);
	trap = m_inside(&in, true);
	trap.len = 190 - 44;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_AGENT, 1, VR_TRAP_HANDLE_DF, 1472);
	put_unaligned_be32(VR_FLOW_NONE, trap.b + 24);
	w_wrap(&in, w_mac_vif(V_AGENT), V_UPLINK, 1, VR_AGENT_CMD_ROUTE, 0);
	W_PASS(w, V_AGENT, &in, V_AGENT, &trap);
}

/*
 * Out of one tunnel, by way of VRF 1, into another that is narrower: back into the first one, as
 * the route of who sent it says.
 */
static void answer_into_tunnel(struct kunit *test)
{
	struct t_outer from = t_in(VR_ENCAP_MPLS_UDP, AF_INET, 77), to;
	struct vr_route_cfg rt = w_route4_cfg(1, W_IP(10, 1, 8, 8), 32, M_NH + 1);
	struct vr_nh_cfg nh = w_nh_cfg(M_NH + 2, VR_NH_VRF_TRANSLATE);
	struct world *w = test->priv;
	struct w_frame in, out;

	m_build(w, VR_ENCAP_MPLS_UDP, AF_INET, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	nh.vrf = 1;
	nh.family = AF_INET;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 77, M_NH + 2));
	t_tunnel(w, M_NH + 1, VR_ENCAP_MPLS_UDP, AF_INET6, T_OTHER, 0);
	rt.label = 99;
	W_DONE(w, w_route_set(w, &rt));

	/* from IP_AWAY, over there, to 10.1.8.8, behind the other one */
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_vif(V_UPLINK), M_IP_AWAY, W_IP(10, 1, 8, 8), 64,
	      1429);
	in.b[ETH_HLEN + 6] = M_DF >> 8;
	w_sum(&in);
	out = m_inside(&in, true);
	out = m_answer(&out, ETH_HLEN, 1448);
	from.routed = true;
	t_wrap(&in, &from);
	to = m_outer(VR_ENCAP_MPLS_UDP, AF_INET, true);
	to.mpls_ttl = 64;
	T_PASS(w, V_UPLINK, &in, &out, &to);

	/* nobody knows the way back: it is not the host's either */
	rt = w_route4_cfg(1, M_IP_AWAY, 32, 0);
	W_DONE(w, w_route_del(w, &rt));
	W_DROP(w, V_UPLINK, &in, VR_DROP_L3_NO_ROUTE);
}

/* --- the MSS of connections --- */

/* A SYN that announces @mss announces @want inside. */
static void expect_mss(struct world *w, int line, bool ip6, bool routed, u16 mss, u16 want,
		       const struct t_outer *o)
{
	struct w_frame in, out;

	m_syn(&in, ip6, routed, mss);
	m_syn(&out, ip6, routed, want);
	out = m_inside(&out, routed);
	t_pass(w, line, V_G3, &in, &out, o);
}

static void mss_into_tunnel(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, j;
	bool routed;
	u32 room;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < 2 * ARRAY_SIZE(families); j++) {
			struct t_outer o = m_outer(encaps[i], families[j / 2], j & 1);

			routed = j & 1;
			if (routed && encaps[i] == VR_ENCAP_VXLAN)
				continue;
			t_tunnel(w, M_NH, encaps[i], families[j / 2], T_THERE, 0);
			room = m_room(encaps[i], families[j / 2], routed);
			expect_mss(w, __LINE__, false, routed, 8960, room - 40, &o);
			expect_mss(w, __LINE__, false, routed, room - 39, room - 40, &o);
			expect_mss(w, __LINE__, false, routed, room - 40, room - 40, &o);
			expect_mss(w, __LINE__, false, routed, room - 41, room - 41, &o);
			expect_mss(w, __LINE__, true, routed, 1440, room - 60, &o);
			expect_mss(w, __LINE__, true, routed, room - 60, room - 60, &o);
			expect_mss(w, __LINE__, true, routed, room - 61, room - 61, &o);
		}
	}
}

/* From the same value as everything else; and only where it is wished for. */
static void mss_of_what(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;
	struct w_frame in, out;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	expect_mss(w, __LINE__, false, false, 1460, 1310, &o);
	w->port[V_UPLINK]->mtu = 1300;
	expect_mss(w, __LINE__, true, false, 1460, 1190, &o);
	w_conf(w, VR_CONF_MSS_CLAMP, 0);
	expect_mss(w, __LINE__, false, false, 1460, 1460, &o);
	w_conf(w, VR_CONF_MSS_CLAMP, 1);
	/* what is malformed is not looked into */
	m_syn(&in, false, false, 1460);
	in.b[ETH_HLEN + 10] ^= 1;
	T_PASS(w, V_G3, &in, &in, &o);
	/* a tag needs room too */
	m_syn(&in, false, false, 1246);
	w_tag(&in, 7);
	w->port[V_UPLINK]->mtu = 1340;
	T_PASS(w, V_G3, &in, &in, &o);
	m_syn(&out, false, false, 1245);
	w_tag(&out, 7);
	w->port[V_UPLINK]->mtu = 1339;
	T_PASS(w, V_G3, &in, &out, &o);
}

/* A SYN comes out of a tunnel and goes to guest 3. */
static void expect_mss_in(struct world *w, int line, bool ip6, u16 mss, u16 want,
			  const struct t_outer *o)
{
	struct w_frame in, out;

	m_syn(&in, ip6, o->routed, mss);
	m_syn(&out, ip6, o->routed, want);
	w_macs(&in, w_mac_guest(V_G3), w_mac_stitched);
	w_macs(&out, w_mac_guest(V_G3), w_mac_stitched);
	t_wrap(&in, o);
	if (o->routed) {
		w_hop(&out);
		w_macs(&out, w_mac_guest(V_G3), w_mac_gw);
	}
	w_pass(w, line, V_UPLINK, &in, V_G3, &out);
}

static void mss_out_of_tunnel(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, j;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, M_LABEL, NH_L2(V_G3)));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, M_LABEL, NH_L2(V_G3)));
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			struct t_outer o = t_in(encaps[i], families[j], M_LABEL);
			u32 room = m_room(encaps[i], families[j], false);

			/* there may be a control word on the way back */
			room -= encaps[i] == VR_ENCAP_VXLAN ? 0 : 4;
			expect_mss_in(w, __LINE__, false, 1460, room - 40, &o);
			expect_mss_in(w, __LINE__, false, room - 40, room - 40, &o);
			expect_mss_in(w, __LINE__, false, room - 41, room - 41, &o);
			expect_mss_in(w, __LINE__, true, 1460, room - 60, &o);
			expect_mss_in(w, __LINE__, true, room - 61, room - 61, &o);
		}
	}
	w_conf(w, VR_CONF_MSS_CLAMP, 0);
	{
		struct t_outer o = t_in(VR_ENCAP_VXLAN, AF_INET, M_LABEL);

		expect_mss_in(w, __LINE__, false, 1460, 1460, &o);
	}
}

static void mss_out_of_tunnel_routed(struct kunit *test)
{
	struct vr_nh_cfg nh = w_nh_cfg(M_NH + 1, VR_NH_VRF_TRANSLATE);
	struct vr_route_cfg rt4 = w_route4_cfg(1, M_IP_AWAY, 32, NH_L3(V_G3));
	struct vr_route_cfg rt6 = w_route6_cfg(1, 0x77, 128, NH_L3(V_G3));
	struct world *w = test->priv;
	unsigned int i, j;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	nh.vrf = 1;
	nh.family = AF_INET;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_route_set(w, &rt4));
	W_DONE(w, w_route_set(w, &rt6));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, M_LABEL, M_NH + 1));
	for (i = 1; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			struct t_outer o = t_in(encaps[i], families[j], M_LABEL);
			u32 room = m_room(encaps[i], families[j], true);

			o.routed = true;
			expect_mss_in(w, __LINE__, false, 1460, room - 40, &o);
			expect_mss_in(w, __LINE__, false, room - 41, room - 41, &o);
			expect_mss_in(w, __LINE__, true, 1460, room - 60, &o);
		}
	}
}

/* What is known of the way back counts. */
static void mss_out_of_tunnel_path(struct kunit *test)
{
	struct t_outer o = t_in(VR_ENCAP_VXLAN, AF_INET, M_LABEL);
	struct world *w = test->priv;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, VR_NH_F_RESOLVE);
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, M_LABEL, NH_L2(V_G3)));
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	expect_mss_in(w, __LINE__, false, 1460, 1310, &o);
	expect_mss_in(w, __LINE__, true, 1460, 1290, &o);
	o.sip = T_OTHER;
	expect_mss_in(w, __LINE__, false, 1460, 1410, &o);
	o.sip = T_THERE;
	vr_test_clock_advance(600000);
	expect_mss_in(w, __LINE__, false, 1460, 1410, &o);
}

static struct kunit_case tunnel_answer_cases[] = {
	W_CASE(answer_to_guest),
	W_CASE(answer_path_mtu),
	W_CASE(answer_with_tag),
	W_CASE(answer_with_tag_routed),
	W_CASE(answer_about_gso),
	W_CASE(answer_rate),
	W_CASE(answer_without_port),
	W_CASE(answer_to_host),
	W_CASE(answer_to_agent),
	W_CASE(answer_into_tunnel),
	W_CASE(mss_into_tunnel),
	W_CASE(mss_of_what),
	W_CASE(mss_out_of_tunnel),
	W_CASE(mss_out_of_tunnel_routed),
	W_CASE(mss_out_of_tunnel_path),
	{}
};

static struct kunit_suite tunnel_answer_suite = {
	.name = "tunnel_answer",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = tunnel_answer_cases,
};

VR_TEST_SUITE(tunnel_answer_suite);

#endif /* VR_TEST_USERSPACE */
