// SPDX-License-Identifier: GPL-2.0-only
/* Out of tunnels: which packets are, which are not, and what of them is believed. */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

static const u32 encaps[] = { VR_ENCAP_VXLAN, VR_ENCAP_MPLS_UDP, VR_ENCAP_MPLS_GRE };
static const u8 families[] = { AF_INET, AF_INET6 };

static void rx_tunnel_frames(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	struct t_outer o;
	unsigned int i, j;

	t_build_in(w);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			o = t_in(encaps[i], families[j], T_LABEL);
			t_frame4(&inner);
			T_IN_PASS(w, &o, &inner, V_G4, &inner);
			w_eth(&inner, w_mac_guest(V_G5), t_mac_away(), 0x88b5, 46);
			T_IN_PASS(w, &o, &inner, V_G5, &inner);
			w_ip6(&inner, w_mac_guest(V_G5), t_mac_away(), 1, 5, 1, 20);
			T_IN_PASS(w, &o, &inner, V_G5, &inner);
			/* nothing but a header */
			w_eth(&inner, w_mac_guest(V_G5), t_mac_away(), 0x88b5, 0);
			T_IN_PASS(w, &o, &inner, V_G5, &inner);
			o.mpls_ttl = 2;
			T_IN_PASS(w, &o, &inner, V_G5, &inner);
		}
	}
	/* RFC 7510's port before it had one */
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, T_LABEL);
	o.dport = 51234;
	o.csum = true;
	T_IN_PASS(w, &o, &inner, V_G5, &inner);
}

/* A group's goes to all of them, and to nobody else. */
static void rx_tunnel_floods(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;

	t_build_in(w);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	w_eth(&inner, w_mac_all, t_mac_away(), 0x88b5, 46);
	t_wrapped(&in, &inner, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT(w, V_G3, &inner);
	W_SENT(w, V_G4, &inner);
	W_SENT(w, V_G5, &inner);
	W_NOTHING(w);
	/* unknown: where the nexthop says so */
	w_macs(&inner, w_mac_stitched, t_mac_away());
	T_IN_DROP(w, &o, &inner, VR_DROP_L2_NO_ROUTE);
	t_translate(w, T_NH_VRF1, AF_BRIDGE, VR_NH_F_UUC_FLOOD);
	t_wrapped(&in, &inner, &o);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT(w, V_G3, &inner);
	W_SENT(w, V_G4, &inner);
	W_SENT(w, V_G5, &inner);
	W_NOTHING(w);
}

static void rx_tunnel_packets(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, out;
	struct t_outer o;
	unsigned int i, j;

	t_build_in(w);
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 16, NH_L3(V_G4)));
	for (i = 1; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			o = t_in(encaps[i], families[j], T_LABEL_L3);
			o.routed = true;
			t_packet4(&inner);
			t_out4(&out, &inner, true);
			T_IN_PASS(w, &o, &inner, V_G4, &out);
			t_packet6(&inner);
			t_out4(&out, &inner, true);
			T_IN_PASS(w, &o, &inner, V_G4, &out);
			/* straight to the guest: no route, no hop */
			o.label = 16;
			t_out4(&out, &inner, false);
			T_IN_PASS(w, &o, &inner, V_G4, &out);
			t_packet4(&inner);
			t_out4(&out, &inner, false);
			T_IN_PASS(w, &o, &inner, V_G4, &out);
		}
	}
}

/* A frame to the router's MAC is routed, and so is one whose VNI says so. */
static void rx_tunnel_l3_vxlan(struct kunit *test)
{
	struct vr_nh_cfg nh = w_nh_cfg(70, VR_NH_L2_RECEIVE);
	struct world *w = test->priv;
	struct w_frame inner, out;
	struct t_outer o;

	t_build_in(w);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	t_frame4(&inner);
	w_macs(&inner, w_mac_gw, w_mac_peer);
	t_out4(&out, &inner, true);
	T_IN_PASS(w, &o, &inner, V_G4, &out);
	/* whatever the uplink is for */
	w_vif_flags(w, V_UPLINK, VR_VIF_F_L2);
	T_IN_PASS(w, &o, &inner, V_G4, &out);

	nh.vrf = 1;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, 0, nh.id));
	o.label = 0;
	w_macs(&inner, w_mac_stitched, w_mac_peer);
	T_IN_PASS(w, &o, &inner, V_G4, &out);
	/* of frames there is nothing to be routed by such a nexthop */
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, 0, T_NH_VRF1_L3));
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_NH);
}

/* To the host's address, by no route; to another one of its, by a route; to others, not here. */
static void rx_tunnel_whose(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(0, W_IP(10, 0, 0, 9), 32, NH_HOST);
	struct world *w = test->priv;
	struct w_frame in, inner, out;
	struct t_outer o;

	t_build_in(w);
	t_frame4(&inner);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	rt.prefix[3] = 1;
	W_DONE(w, w_route_del(w, &rt));
	T_IN_PASS(w, &o, &inner, V_G4, &inner);

	o.dip = W_IP(10, 0, 0, 9);
	t_wrapped(&in, &inner, &o);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_peer, w_mac_vif(V_UPLINK));
	W_PASS(w, V_UPLINK, &in, V_UPLINK, &out);
	rt.prefix[3] = 9;
	W_DONE(w, w_route_set(w, &rt));
	T_IN_PASS(w, &o, &inner, V_G4, &inner);

	/* a group's is nobody's tunnel, a tagged one is the host's */
	o.dip = T_HERE;
	o.dmac = w_mac_all;
	t_wrapped(&in, &inner, &o);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	t_wrapped(&in, &inner, &o);
	w->tci = 8;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT_TAG(w, V_HOST, &in, 8);
	W_NOTHING(w);
	/* a priority is not the guest's to see */
	w->tci = 0xe000;
	W_PASS(w, V_UPLINK, &in, V_G4, &inner);
}

/* Who has no labels has no such tunnels, and who has no VNIs has no others. */
static void rx_tunnel_empty(struct kunit *test)
{
	struct vr_nh_cfg discard = w_nh_cfg(70, VR_NH_DISCARD);
	struct world *w = test->priv;
	struct w_frame in, inner, out;
	unsigned int i;

	t_build(w);
	discard.family = AF_BRIDGE;
	W_DONE(w, w_nh_set(w, &discard));
	t_frame4(&inner);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		struct t_outer o = t_in(encaps[i], AF_INET, T_LABEL);

		t_wrapped(&in, &inner, &o);
		out = in;
		w_macs(&out, w_mac_vif(V_HOST), w_mac_router);
		W_PASS(w, V_UPLINK, &in, V_HOST, &out);
		W_DONE(w, w_demux_set(w, i ? VR_DEMUX_VXLAN : VR_DEMUX_MPLS, T_LABEL, 70));
		W_PASS(w, V_UPLINK, &in, V_HOST, &out);
		W_DONE(w, w_demux_set(w, i ? VR_DEMUX_MPLS : VR_DEMUX_VXLAN, T_LABEL, 70));
		W_DROP(w, V_UPLINK, &in, VR_DROP_DISCARD);
		W_DONE(w, w_demux_del(w, VR_DEMUX_MPLS, T_LABEL));
		W_DONE(w, w_demux_del(w, VR_DEMUX_VXLAN, T_LABEL));
	}
}

/* Other packets of the host's are not touched while there are tunnels. */
static void rx_tunnel_others(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	t_build_in(w);
	w_udp4(&in, w_mac_vif(V_UPLINK), w_mac_router, T_THERE, T_HERE, 4789, 4788, 60);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_router);
	W_PASS(w, V_UPLINK, &in, V_HOST, &out);
	/* a fragment of one */
	w_udp4(&in, w_mac_vif(V_UPLINK), w_mac_router, T_THERE, T_HERE, 5000, 4789, 60);
	in.b[ETH_HLEN + 6] = 0x20;
	w_sum(&in);
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_router);
	W_PASS(w, V_UPLINK, &in, V_HOST, &out);
	in.b[ETH_HLEN + 11] ^= 1;
	W_DROP(w, V_UPLINK, &in, VR_DROP_CKSUM_ERR);
	/* nor are they looked into on the wrong side */
	w_udp4(&in, w_mac_vif(V_HOST), w_mac_guest(V_G3), T_THERE, T_HERE, 5000, 4789, 60);
	t_bridge(w, w_mac_vif(V_HOST), NH_HOST, VR_LABEL_NONE);
	W_PASS(w, V_G3, &in, V_HOST, &in);
	t_route(w, T_HERE, NH_HOST, VR_LABEL_NONE);
	w_macs(&in, w_mac_gw, w_mac_guest(V_G3));
	out = in;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	W_PASS(w, V_G3, &in, V_HOST, &out);
}

/* An agent that is gone leaves what it has set up. */
static void rx_tunnel_xconnected(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;

	t_build_in(w);
	t_frame4(&inner);
	o = t_in(VR_ENCAP_MPLS_GRE, AF_INET6, T_LABEL);
	w->port[V_AGENT]->up = false;
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	w_ip4(&in, w_mac_vif(V_UPLINK), w_mac_router, T_THERE, T_HERE, 64, 20);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w->port[V_AGENT]->up = true;
	w_vif_flags(w, V_UPLINK, VR_VIF_F_XCONNECT);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
}

static void rx_tunnel_unknown(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	struct t_outer o;
	unsigned int i;

	t_build_in(w);
	t_frame4(&inner);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		o = t_in(encaps[i], AF_INET, T_LABEL + 1);
		T_IN_DROP(w, &o, &inner, i ? VR_DROP_INVALID_LABEL : VR_DROP_INVALID_VNID);
		o.label = VR_MPLS_LABEL_MAX;
		T_IN_DROP(w, &o, &inner, i ? VR_DROP_INVALID_LABEL : VR_DROP_INVALID_VNID);
		if (!i)
			continue;
		o = t_in(encaps[i], AF_INET, T_LABEL);
		o.mpls_ttl = 1;
		T_IN_DROP(w, &o, &inner, VR_DROP_TTL_EXCEEDED);
		o.mpls_ttl = 0;
		T_IN_DROP(w, &o, &inner, VR_DROP_TTL_EXCEEDED);
	}
	o = t_in(VR_ENCAP_VXLAN, AF_INET, VR_VNI_MAX);
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_VNID);
	o.label = T_LABEL;
	W_DONE(w, w_nh_del(w, T_NH_VRF1));
	T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_NH);
}

static void rx_tunnel_checksum(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;
	unsigned int i, j;

	t_build_in(w);
	t_frame4(&inner);
	for (i = 0; i < 2; i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			o = t_in(encaps[i], families[j], T_LABEL);
			o.csum = true;
			T_IN_PASS(w, &o, &inner, V_G4, &inner);
			t_wrapped(&in, &inner, &o);
			in.b[in.len - 1] ^= 1;
			W_DROP(w, V_UPLINK, &in, VR_DROP_CKSUM_ERR);
		}
		/* none over IPv6: where that is expected (RFC 6935 5) */
		o.csum = false;
		T_IN_DROP(w, &o, &inner, VR_DROP_CKSUM_ERR);
		w_conf(w, VR_CONF_UDP6_ZERO_CSUM, 1);
		T_IN_PASS(w, &o, &inner, V_G4, &inner);
		w_conf(w, VR_CONF_UDP6_ZERO_CSUM, 0);
	}
}

/* For the agent, as it came; what stands behind it need not even be known. */
static void rx_tunnel_alert(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	struct t_outer o;
	unsigned int i;

	t_build_in(w);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		o = t_in(encaps[i], AF_INET, 99);
		o.alert = true;
		t_frame4(&in);
		t_wrap(&in, &o);
		W_TRAP(w, V_UPLINK, &in, &in, 0, VR_TRAP_ROUTER_ALERT);
	}
	w->port[V_AGENT]->up = false;
	W_DROP(w, V_UPLINK, &in, VR_DROP_TRAP_NO_IF);
}

static void rx_tunnel_control_word(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, inner;
	struct t_outer o;
	unsigned int i;

	t_build_in(w);
	t_translate(w, T_NH_VRF1, AF_BRIDGE, VR_NH_F_CONTROL_WORD);
	t_frame4(&inner);
	for (i = 1; i < ARRAY_SIZE(encaps); i++) {
		o = t_in(encaps[i], AF_INET, T_LABEL);
		o.control_word = true;
		T_IN_PASS(w, &o, &inner, V_G4, &inner);
		/* a sequence number is not looked at; a channel (RFC 5586) is no frame */
		t_wrapped(&in, &inner, &o);
		put_unaligned_be32(0x00001234, in.b + in.len - inner.len - 4);
		W_PASS(w, V_UPLINK, &in, V_G4, &inner);
		in.b[in.len - inner.len - 4] = 0x10;
		W_DROP(w, V_UPLINK, &in, VR_DROP_INVALID_TUNNEL);
		/* nothing behind it, or not all of it */
		inner.len = 0;
		T_IN_DROP(w, &o, &inner, VR_DROP_PULL);
		o.control_word = false;
		T_IN_DROP(w, &o, &inner, VR_DROP_PULL);
		t_frame4(&inner);
	}
	/* VXLAN has none */
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
}

static void rx_tunnel_hostile(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, out;
	struct t_outer o;
	unsigned int i, n;

	t_build_in(w);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		o = t_in(encaps[i], i & 1 ? AF_INET6 : AF_INET, T_LABEL);
		for (n = 0; n < ETH_HLEN; n++) {
			t_frame4(&inner);
			inner.len = n;
			T_IN_DROP(w, &o, &inner, VR_DROP_PULL);
		}
		/* group source; what is malformed behind Ethernet is the guest's to judge */
		t_frame4(&inner);
		inner.b[6] |= 1;
		T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_PACKET);
		inner.b[6] &= ~1;
		for (n = ETH_HLEN; n < ETH_HLEN + 20; n++) {
			inner.len = n;
			T_IN_PASS(w, &o, &inner, V_G4, &inner);
		}
		t_frame4(&inner);
		inner.b[ETH_HLEN + 10] ^= 1;
		T_IN_PASS(w, &o, &inner, V_G4, &inner);
		if (!i)
			continue;

		o.label = T_LABEL_L3;
		o.routed = true;
		t_packet4(&inner);
		inner.len = ETH_HLEN;
		T_IN_DROP(w, &o, &inner, VR_DROP_PULL);
		for (n = 1; n < 20; n++) {
			inner.len = ETH_HLEN + n;
			T_IN_DROP(w, &o, &inner, VR_DROP_PULL);
		}
		t_packet4(&inner);
		inner.len--;
		T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_PACKET);
		t_packet4(&inner);
		inner.b[ETH_HLEN + 10] ^= 1;
		T_IN_DROP(w, &o, &inner, VR_DROP_CKSUM_ERR);
		inner.b[ETH_HLEN] = 0x55;
		T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_PROTOCOL);
		inner.b[ETH_HLEN] = 0x65;
		T_IN_DROP(w, &o, &inner, VR_DROP_INVALID_PACKET);
		/* what is behind the packet is nobody's, and does no harm */
		t_packet4(&inner);
		t_out4(&out, &inner, true);
		inner.len += 5;
		out.len += 5;
		T_IN_PASS(w, &o, &inner, V_G4, &out);
	}
}

static void set_tos(struct w_frame *f, u8 tos)
{
	if (f->b[ETH_HLEN] >> 4 == 4) {
		f->b[ETH_HLEN + 1] = tos;
		w_sum(f);
	} else {
		put_unaligned_be16(0x6000 | tos << 4, f->b + ETH_HLEN);
	}
}

static void ecn(struct world *w, int line, u8 inner_tos, u8 outer_tos, int out_tos)
{
	struct w_frame f[4], out;
	struct t_outer o;
	unsigned int i;

	t_frame4(&f[0]);
	w_udp6(&f[1], w_mac_guest(V_G4), t_mac_away(), 0x77, 4, 1000, 2000, 30);
	t_packet4(&f[2]);
	t_packet6(&f[3]);
	for (i = 0; i < ARRAY_SIZE(f); i++) {
		o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, i < 2 ? T_LABEL : 16);
		o.routed = i >= 2;
		o.tos = outer_tos;
		set_tos(&f[i], inner_tos);
		out = f[i];
		if (i >= 2)
			w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
		if (out_tos < 0) {
			t_in_drop(w, line, &o, &f[i], VR_DROP_TUNNEL_ECN);
			continue;
		}
		set_tos(&out, out_tos);
		t_in_pass(w, line, &o, &f[i], V_G4, &out);
	}
}

/* RFC 6040 4.2, figure 4 */
static void rx_tunnel_ecn(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	struct t_outer o;

	t_build_in(w);
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 16, NH_L3(V_G4)));
	ecn(w, __LINE__, 0xb8, 0xfc, 0xb8);
	ecn(w, __LINE__, 0, 1, 0);
	ecn(w, __LINE__, 0, 2, 0);
	ecn(w, __LINE__, 0, 3, -1);
	ecn(w, __LINE__, 2, 0, 2);
	ecn(w, __LINE__, 2, 1, 1);
	ecn(w, __LINE__, 0x22, 3, 0x23);
	ecn(w, __LINE__, 1, 2, 1);
	ecn(w, __LINE__, 1, 3, 3);
	ecn(w, __LINE__, 3, 0, 3);
	/* what is no IP has no marks, and what is none really neither */
	o = t_in(VR_ENCAP_VXLAN, AF_INET6, T_LABEL);
	o.tos = 3;
	w_eth(&inner, w_mac_guest(V_G4), t_mac_away(), 0x88b5, 40);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	t_frame4(&inner);
	inner.b[ETH_HLEN + 10] ^= 1;
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	/* behind a tag there are some */
	t_frame4(&inner);
	w_tag(&inner, 5);
	T_IN_DROP(w, &o, &inner, VR_DROP_TUNNEL_ECN);
	o.tos = 0;
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
}

/* Nothing is lost uncounted, whenever memory is short. */
static void rx_tunnel_no_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in[2];
	struct t_outer o;
	unsigned int i, n;

	t_build_in(w);
	t_frame4(&in[0]);
	o = t_in(VR_ENCAP_MPLS_GRE, AF_INET, T_LABEL);
	o.tos = 3;
	set_tos(&in[0], 2);
	t_wrap(&in[0], &o);
	t_packet4(&in[1]);
	o.label = T_LABEL_L3;
	o.routed = true;
	o.tos = 0;
	t_wrap(&in[1], &o);
	for (i = 0; i < ARRAY_SIZE(in); i++) {
		for (n = 1; n < 8; n++) {
			vr_test_fail_alloc(n);
			w_rx(w, V_UPLINK, &in[i]);
			vr_test_fail_alloc(0);
			vr_test_port_drain(w->port[V_G4]);
			w_books(w);
		}
	}
}

static struct kunit_case rx_tunnel_cases[] = {
	W_CASE(rx_tunnel_frames),
	W_CASE(rx_tunnel_floods),
	W_CASE(rx_tunnel_packets),
	W_CASE(rx_tunnel_l3_vxlan),
	W_CASE(rx_tunnel_whose),
	W_CASE(rx_tunnel_empty),
	W_CASE(rx_tunnel_others),
	W_CASE(rx_tunnel_xconnected),
	W_CASE(rx_tunnel_unknown),
	W_CASE(rx_tunnel_checksum),
	W_CASE(rx_tunnel_alert),
	W_CASE(rx_tunnel_control_word),
	W_CASE(rx_tunnel_hostile),
	W_CASE(rx_tunnel_ecn),
	W_CASE(rx_tunnel_no_memory),
	{}
};

static struct kunit_suite rx_tunnel_suite = {
	.name = "rx_tunnel",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_tunnel_cases,
};

VR_TEST_SUITE(rx_tunnel_suite);

#endif /* VR_TEST_USERSPACE */
