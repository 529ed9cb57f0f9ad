// SPDX-License-Identifier: GPL-2.0-only
/* What fits into a tunnel: one byte less, exactly, one byte more, of every kind of packet. */
#include "mtus.h"

#ifdef VR_TEST_USERSPACE

#include <vr_host/underlay.h>

static const u32 encaps[] = { VR_ENCAP_VXLAN, VR_ENCAP_MPLS_UDP, VR_ENCAP_MPLS_GRE };
static const u8 families[] = { AF_INET, AF_INET6 };

/* A piece of @f, without options: @len bytes of payload from @at on. */
static struct w_frame piece_of(const struct w_frame *f, unsigned int l3, unsigned int at,
			       unsigned int len, bool more)
{
	struct w_frame piece = *f;
	u8 *ip = piece.b + l3;

	memcpy(ip + 20, f->b + l3 + 20 + at, len);
	piece.len = l3 + 20 + len;
	put_unaligned_be16(20 + len, ip + 2);
	put_unaligned_be16(at / 8 | (more ? M_MF : 0), ip + 6);
	put_csum_ip4(ip);
	return piece;
}

/* @inner, whose IP header is at @l3, leaves in pieces for @room. Return: how many. */
static unsigned int sent_cut(struct world *w, int line, const struct w_frame *inner,
			     unsigned int l3, unsigned int room, const struct t_outer *o)
{
	unsigned int len = get_unaligned_be16(inner->b + l3 + 2) - 20, at, n, pieces = 0;
	struct w_frame piece;

	for (at = 0; at < len; at += n, pieces++) {
		n = len - at <= room - 20 ? len - at : round_down(room - 20, 8);
		piece = piece_of(inner, l3, at, n, at + n < len);
		t_sent(w, line, V_UPLINK, &piece, o);
	}
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
	return pieces;
}

static void expect_cut(struct world *w, int line, const struct w_frame *in, bool routed,
		       unsigned int room, const struct t_outer *o, unsigned int pieces)
{
	struct w_frame inner = m_inside(in, routed);

	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, V_G3, in), VR_SENT, "line %d: verdict", line);
	KUNIT_EXPECT_EQ_MSG(w->test, sent_cut(w, line, &inner, ETH_HLEN, room, o), pieces,
			    "line %d: pieces", line);
}

static void boundaries(struct world *w, bool routed, u32 room, const struct t_outer *o)
{
	struct w_frame in;
	int off;

	for (off = -1; off <= 0; off++) {
		m_packet4(&in, routed, room + off, 0);
		M_WHOLE(w, &in, routed, o);
		m_packet4(&in, routed, room + off, M_DF);
		M_WHOLE(w, &in, routed, o);
		m_packet6(&in, routed, room + off);
		M_WHOLE(w, &in, routed, o);
	}
	m_packet4(&in, routed, room + 1, 0);
	expect_cut(w, __LINE__, &in, routed, room, o, 2);
	m_packet4(&in, routed, 3 * room, 0);
	expect_cut(w, __LINE__, &in, routed, room, o, 4);
	m_packet4(&in, routed, room + 1, M_DF);
	M_DF_TOLD(w, &in, routed, room);
	m_packet6(&in, routed, room + 1);
	M_DF_TOLD(w, &in, routed, room);
	if (routed)
		return;
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, room);
	M_WHOLE(w, &in, routed, o);
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, room + 1);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
}

static void mtu_boundaries(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, j;
	struct t_outer o;
	bool routed;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < 2 * ARRAY_SIZE(families); j++) {
			routed = j & 1;
			if (routed && encaps[i] == VR_ENCAP_VXLAN)
				continue;
			t_tunnel(w, M_NH, encaps[i], families[j / 2], T_THERE, 0);
			o = m_outer(encaps[i], families[j / 2], routed);
			boundaries(w, routed, m_room(o.encap, o.family, routed), &o);
		}
	}
}

static void mtu_control_word(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_MPLS_UDP, AF_INET, false);
	struct world *w = test->priv;

	m_build(w, o.encap, o.family, VR_NH_F_CONTROL_WORD);
	o.control_word = true;
	boundaries(w, false, 1500 - 20 - 12 - 4 - 14, &o);
	/* before frames only */
	o = m_outer(VR_ENCAP_MPLS_UDP, AF_INET, true);
	boundaries(w, true, 1500 - 20 - 12, &o);
}

/* The Ethernet header in it is new, but it is there. */
static void mtu_l3_vxlan(struct kunit *test)
{
	struct t_outer o = t_out(VR_ENCAP_VXLAN, AF_INET, M_LABEL);
	struct world *w = test->priv;
	struct w_frame in, inner;

	m_build(w, o.encap, o.family, VR_NH_F_L3_VXLAN);
	m_packet6(&in, true, 1450);
	inner = m_inside(&in, true);
	w_macs(&inner, w_mac_peer, w_mac_vif(V_UPLINK));
	T_PASS(w, V_G3, &in, &inner, &o);
	m_packet6(&in, true, 1451);
	M_DF_TOLD(w, &in, true, 1450);
	m_packet4(&in, true, 1451, 0);
	inner = m_inside(&in, true);
	w_macs(&inner, w_mac_peer, w_mac_vif(V_UPLINK));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	KUNIT_EXPECT_EQ(test, sent_cut(w, __LINE__, &inner, ETH_HLEN, 1450, &o), 2);
}

/* A tag, wherever it was, is carried: there is less room, and each piece has it. */
static void mtu_tags(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;
	struct w_frame in, inner;
	unsigned int i;

	m_build(w, o.encap, o.family, 0);
	for (i = 0; i < 2; i++) {
		m_packet4(&in, false, 1446, M_DF);
		inner = in;
		w_tag(&inner, 7);
		w->tci = i ? 7 : 0;
		T_PASS(w, V_G3, i ? &in : &inner, &inner, &o);

		m_packet4(&in, false, 1447, 0);
		inner = in;
		w_tag(&inner, 7);
		w->tci = i ? 7 : 0;
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, i ? &in : &inner), VR_SENT);
		KUNIT_EXPECT_EQ(test, sent_cut(w, __LINE__, &inner, ETH_HLEN + 4, 1446, &o), 2);

		m_packet4(&in, false, 1447, M_DF);
		inner = in;
		w_tag(&inner, 7);
		w->tci = i ? 7 : 0;
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, i ? &in : &inner), VR_SENT);
		inner.len = 190 - 44;
		w_wrap(&inner, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_HANDLE_DF, 1446);
		put_unaligned_be32(VR_FLOW_NONE, inner.b + 24);
		W_SENT(w, V_AGENT, &inner);
	}
	/* of what is routed a tag says nothing any more */
	t_tunnel(w, M_NH, VR_ENCAP_MPLS_GRE, AF_INET, T_THERE, 0);
	o = m_outer(VR_ENCAP_MPLS_GRE, AF_INET, true);
	m_packet4(&in, true, 1472, M_DF);
	w->tci = 0xe000;
	M_WHOLE(w, &in, true, &o);
	m_packet4(&in, true, 1473, 0);
	w->tci = 0xe000;
	expect_cut(w, __LINE__, &in, true, 1472, &o, 2);
}

static void vif_mtu(struct world *w, u32 id, u32 mtu)
{
	struct vr_vif_info info;

	W_DONE(w, w_vif_get(w, id, &info));
	info.cfg.mtu = mtu;
	W_DONE(w, w_vif_set(w, &info.cfg));
}

/* The least of all that there are. */
static void mtu_of_what(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;

	m_build(w, o.encap, o.family, 0);
	M_FITS(w, 1450, &o);
	w->port[V_UPLINK]->mtu = 1600;
	M_FITS(w, 1550, &o);
	vif_mtu(w, V_UPLINK, 1580);
	M_FITS(w, 1530, &o);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1590));
	M_FITS(w, 1530, &o);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	M_FITS(w, 1350, &o);
	w->port[V_UPLINK]->mtu = 1300;
	M_FITS(w, 1250, &o);
	w->port[V_UPLINK]->mtu = 9000;
	vif_mtu(w, V_UPLINK, 0);
	M_FITS(w, 1350, &o);
	/* for a time */
	vr_test_clock_advance(599999);
	M_FITS(w, 1350, &o);
	vr_test_clock_advance(1);
	w->port[V_UPLINK]->mtu = 1500;
	M_FITS(w, 1450, &o);
	w_conf(w, VR_CONF_PMTU_EXPIRES, 0);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1280));
	vr_test_clock_advance(0x70000000);
	M_FITS(w, 1230, &o);
}

/* Without a port nothing is too big: that is what is wrong. */
static void mtu_without_port(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	m_packet4(&in, false, 4000, M_DF);
	w_detach(w, V_UPLINK);
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
}

/* The host's own way has its own MTU. */
static void mtu_resolved(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;
	__be32 dip[4] = { htonl(T_THERE) };
	struct vr_underlay *u;
	struct w_frame in;

	m_build(w, o.encap, o.family, VR_NH_F_RESOLVE);
	u = vr_test_underlay_find(AF_INET, dip);
	KUNIT_ASSERT_NOT_NULL(test, u);
	u->mtu = 1400;
	m_packet4(&in, false, 1350, M_DF);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	T_SENT_TO(w, &in, &o);
	m_packet4(&in, false, 1351, M_DF);
	M_DF_TOLD(w, &in, false, 1350);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1300));
	M_DF_TOLD(w, &in, false, 1250);
	/* there is none: nothing is too big for it */
	u->no_route = true;
	W_DROP(w, V_G3, &in, VR_DROP_NO_UNDERLAY);
}

/* Padding and trailers are no part of what is too big. */
static void mtu_trailer(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;
	struct w_frame in, inner;

	m_build(w, o.encap, o.family, 0);
	m_packet4(&in, false, 1450, M_DF);
	inner = in;
	in.len += 10;
	T_PASS(w, V_G3, &in, &inner, &o);
	m_packet6(&in, false, 100);
	inner = in;
	in.len += 1400;
	T_PASS(w, V_G3, &in, &inner, &o);
	/* those that fit are left as they are */
	m_packet4(&in, false, 100, M_DF);
	in.len += 300;
	T_PASS(w, V_G3, &in, &in, &o);
	m_packet4(&in, false, 1451, M_DF);
	in.len += 10;
	inner = in;
	M_DF_TOLD(w, &in, false, 1450);
	m_packet4(&in, false, 1451, 0);
	inner = in;
	in.len += 10;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	KUNIT_EXPECT_EQ(test, sent_cut(w, __LINE__, &inner, ETH_HLEN, 1450, &o), 2);
}

/* Nobody may be told: of errors, of later fragments, of what came from nobody, or is no IP. */
static void mtu_nobody_is_told(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int answer;
	struct w_frame in;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (answer = 0; answer < 2; answer++) {
		w_conf(w, VR_CONF_PMTU_ANSWER, answer);
		m_packet4(&in, false, 1500, M_DF | 3);
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		m_packet4(&in, false, 1500, M_DF);
		in.b[ETH_HLEN + 9] = IPPROTO_ICMP;
		in.b[ETH_HLEN + 20] = 11;
		w_sum(&in);
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		m_packet6(&in, false, 1500);
		in.b[ETH_HLEN + 6] = IPPROTO_ICMPV6;
		in.b[ETH_HLEN + 40] = 3;
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		m_packet4(&in, false, 1500, M_DF);
		put_unaligned_be32(0, in.b + ETH_HLEN + 12);
		w_sum(&in);
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		/* malformed */
		m_packet4(&in, false, 1500, M_DF);
		in.b[ETH_HLEN + 10] ^= 1;
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		m_packet4(&in, false, 1500, 0);
		put_unaligned_be16(1501, in.b + ETH_HLEN + 2);
		w_sum(&in);
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		m_packet6(&in, false, 1500);
		in.b[ETH_HLEN] = 0x40;
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		m_packet4(&in, false, 1500, 0);
		in.b[13] = 0xdd;	/* says that it is IPv6 */
		in.b[12] = 0x86;
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	}
}

/* Nothing at all fits: no piece, no answer. */
static void mtu_absurd(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	u32 mtu;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (mtu = 0; mtu <= 77; mtu += 7) {
		w->port[V_UPLINK]->mtu = mtu;
		m_packet4(&in, false, 600, 0);
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	}
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	w->port[V_UPLINK]->mtu = 117;
	m_packet4(&in, false, 600, M_DF);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	w->port[V_UPLINK]->mtu = 1329;
	m_packet6(&in, false, 1300);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
}

/* Groups, and what is flooded. */
static void mtu_group(struct kunit *test)
{
	static const u8 group[ETH_ALEN] = { 0x01, 0x00, 0x5e, 0, 0, 5 };
	static const struct vr_nh_member tunnels[] = { { M_NH, M_LABEL }, { M_NH + 1, M_LABEL } };
	static const struct vr_nh_member evpn = { M_NH + 2, VR_LABEL_NONE };
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false), other = o;
	struct vr_nh_cfg nh = w_nh_cfg(M_NH + 2, VR_NH_COMPOSITE);
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_all, M_NH + 3);
	struct world *w = test->priv;
	struct w_frame in;

	m_build(w, o.encap, o.family, 0);
	t_tunnel(w, M_NH + 1, o.encap, o.family, T_OTHER, 0);
	other.dip = T_OTHER;
	nh.kind = VR_NH_KIND_EVPN;
	nh.members = tunnels;
	nh.n_members = 2;
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = M_NH + 3;
	nh.kind = VR_NH_KIND_L2_MCAST;
	nh.members = &evpn;
	nh.n_members = 1;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_bridge_set(w, &br));
	w_vif_flags(w, V_G3, VR_VIF_F_UUC_FLOOD);

	/* a group that is bridged to one tunnel only */
	br = w_bridge_cfg(1, group, M_NH);
	br.label = M_LABEL;
	W_DONE(w, w_bridge_set(w, &br));
	m_packet4(&in, false, 1451, M_DF);
	w_macs(&in, group, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_MCAST_DF_BIT);
	W_DONE(w, w_bridge_del(w, &br));
	/* not told to anybody, by the agent or without */
	m_packet4(&in, false, 1451, M_DF);
	w_macs(&in, group, w_mac_guest(V_G3));
	put_unaligned_be32(W_IP(224, 0, 0, 5), in.b + ETH_HLEN + 16);
	w_sum(&in);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_MCAST_DF_BIT, 2);
	/* unknown unicast is one host's, but it is not known through which tunnel */
	m_packet4(&in, false, 1451, M_DF);
	in.b[5] ^= 1;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_MCAST_DF_BIT, 2);
	m_packet6(&in, false, 1451);
	in.b[5] ^= 1;
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_MCAST_DF_BIT, 2);
	/* what may be cut is cut for those for whom it is too big */
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	m_packet4(&in, false, 1400, 0);
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	{
		struct w_frame first = piece_of(&in, ETH_HLEN, 0, 1328, true);
		struct w_frame last = piece_of(&in, ETH_HLEN, 1328, 52, false);

		T_SENT(w, V_UPLINK, &first, &o);
		T_SENT(w, V_UPLINK, &last, &o);
	}
	T_SENT(w, V_UPLINK, &in, &other);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void mtu_without_memory(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;
	unsigned int kind, n;
	struct w_frame in;
	bool failed;

	m_build(w, o.encap, o.family, 0);
	w_conf(w, VR_CONF_PMTU_ANSWER, 1);
	for (kind = 0; kind < 3; kind++) {
		m_packet4(&in, false, 4000, kind == 0 ? 0 : M_DF);
		if (kind == 2)
			w_udp4(&in, w_mac_stitched, w_mac_guest(V_G3), M_IP_G3, M_IP_AWAY, 5, 6,
			       4266);
		for (n = 1, failed = true; failed; n++) {
			w->gso = kind == 2 ? 1423 : 0;
			vr_test_fail_alloc(n);
			w_rx(w, V_G3, &in);
			failed = vr_test_allocs_failed();
			vr_test_fail_alloc(0);
			w->line = n;
			w_books(w);
			vr_test_port_drain(w->port[V_UPLINK]);
			vr_test_port_drain(w->port[V_G3]);
		}
		KUNIT_EXPECT_GT(test, n, 2);
	}
}

static struct kunit_case tunnel_mtu_cases[] = {
	W_CASE(mtu_boundaries),
	W_CASE(mtu_control_word),
	W_CASE(mtu_l3_vxlan),
	W_CASE(mtu_tags),
	W_CASE(mtu_of_what),
	W_CASE(mtu_without_port),
	W_CASE(mtu_resolved),
	W_CASE(mtu_trailer),
	W_CASE(mtu_nobody_is_told),
	W_CASE(mtu_absurd),
	W_CASE(mtu_group),
	W_CASE(mtu_without_memory),
	{}
};

static struct kunit_suite tunnel_mtu_suite = {
	.name = "tunnel_mtu",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = tunnel_mtu_cases,
};

VR_TEST_SUITE(tunnel_mtu_suite);

#endif /* VR_TEST_USERSPACE */
