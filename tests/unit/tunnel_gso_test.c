// SPDX-License-Identifier: GPL-2.0-only
/* GSO packets and tunnels: their segments have to fit. */
#include "mtus.h"

#ifdef VR_TEST_USERSPACE

static void tcp(struct w_frame *f, bool ip6, u16 frag)
{
	if (ip6) {
		w_udp6(f, w_mac_stitched, w_mac_guest(V_G3), 3, 0x77, 5, 6, 4012);
		f->b[ETH_HLEN + 6] = IPPROTO_TCP;
		memset(f->b + ETH_HLEN + 40, 0, 20);
		f->b[ETH_HLEN + 52] = 0x50;
		f->b[ETH_HLEN + 53] = 0x10;
		return;
	}
	w_tcp4(f, w_mac_stitched, w_mac_guest(V_G3), M_IP_G3, M_IP_AWAY, 5, 6, 0x10, 1, 1);
	f->len += 4000;
	put_unaligned_be16(f->len - ETH_HLEN, f->b + ETH_HLEN + 2);
	put_unaligned_be16(frag, f->b + ETH_HLEN + 6);
	w_sum(f);
}

/* It leaves as one, to be segmented to @size bytes. */
static void expect_gso(struct world *w, int line, const struct w_frame *in, unsigned int gso,
		       unsigned int size)
{
	struct vr_pkt *pkt;

	w->gso = gso;
	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, V_G3, in), VR_SENT, "line %d: verdict", line);
	pkt = vr_test_port_pop(w->port[V_UPLINK]);
	KUNIT_EXPECT_NOT_NULL_MSG(w->test, pkt, "line %d: nothing left", line);
	if (!pkt)
		return;
	KUNIT_EXPECT_EQ_MSG(w->test, vr_test_pkt_gso(pkt), size, "line %d: size", line);
	KUNIT_EXPECT_EQ_MSG(w->test, vr_pkt_len(pkt), in->len + 50, "line %d: length", line);
	vr_test_pkt_free(pkt);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
}

/* Segments of TCP may be smaller than they were wished for, whatever DF says. */
static void mtu_gso_tcp(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int frag;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (frag = 0; frag <= M_DF; frag += M_DF) {
		tcp(&in, false, frag);
		expect_gso(w, __LINE__, &in, 1409, 1409);
		expect_gso(w, __LINE__, &in, 1410, 1410);
		expect_gso(w, __LINE__, &in, 1411, 1410);
		expect_gso(w, __LINE__, &in, 3000, 1410);
	}
	tcp(&in, true, 0);
	expect_gso(w, __LINE__, &in, 1389, 1389);
	expect_gso(w, __LINE__, &in, 1390, 1390);
	expect_gso(w, __LINE__, &in, 1391, 1390);
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	expect_gso(w, __LINE__, &in, 1390, 1290);
	/* too little even for headers */
	w->port[V_UPLINK]->mtu = 90;
	tcp(&in, false, M_DF);
	w->gso = 1000;
	M_DF_TOLD(w, &in, false, 40);
}

/* A copy of it goes through another tunnel, that has room. */
static void mtu_gso_shared(struct kunit *test)
{
	static const struct vr_nh_member tunnels[] = { { M_NH, M_LABEL }, { M_NH + 1, M_LABEL } };
	struct vr_nh_cfg nh = w_nh_cfg(M_NH + 2, VR_NH_COMPOSITE);
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_all, M_NH + 2);
	static const unsigned int sizes[] = { 1310, 1410 };
	struct world *w = test->priv;
	struct vr_pkt *pkt;
	struct w_frame in;
	unsigned int i;

	m_build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	t_tunnel(w, M_NH + 1, VR_ENCAP_VXLAN, AF_INET, T_OTHER, 0);
	nh.kind = VR_NH_KIND_EVPN;
	nh.members = tunnels;
	nh.n_members = 2;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_bridge_set(w, &br));
	KUNIT_EXPECT_TRUE(test, m_learn(w, AF_INET, 1400));
	w_vif_flags(w, V_G3, VR_VIF_F_UUC_FLOOD);
	tcp(&in, false, M_DF);
	in.b[5] ^= 1;
	w->gso = 1410;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	for (i = 0; i < 2; i++) {
		pkt = vr_test_port_pop(w->port[V_UPLINK]);
		KUNIT_ASSERT_NOT_NULL(test, pkt);
		KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), sizes[i]);
		vr_test_pkt_free(pkt);
	}
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* Datagrams have the size that they were sent with: each is cut, or its sender told. */
static void mtu_gso_udp(struct kunit *test)
{
	struct t_outer o = m_outer(VR_ENCAP_VXLAN, AF_INET, false);
	struct world *w = test->priv;
	struct vr_pkt *pkt;
	struct w_frame in;
	unsigned int n, len;

	m_build(w, o.encap, o.family, 0);
	w_udp4(&in, w_mac_stitched, w_mac_guest(V_G3), M_IP_G3, M_IP_AWAY, 5, 6, 4266);
	expect_gso(w, __LINE__, &in, 1422, 1422);
	/* three segments of 1450 and more, each in two pieces */
	w->gso = 1423;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	for (n = 0, len = 0; (pkt = vr_test_port_pop(w->port[V_UPLINK])); n++) {
		KUNIT_EXPECT_LE(test, vr_pkt_len(pkt), 1500 + ETH_HLEN);
		KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
		len += vr_pkt_len(pkt) - 2 * ETH_HLEN - 36 - 20;
		vr_test_pkt_free(pkt);
	}
	/* the last of the three fits */
	KUNIT_EXPECT_EQ(test, n, 5);
	KUNIT_EXPECT_EQ(test, len, 4266 + 3 * 8);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);

	put_unaligned_be16(M_DF, in.b + ETH_HLEN + 6);
	w_sum(&in);
	w->gso = 1423;
	M_DF_TOLD(w, &in, false, 1450);
	w_udp6(&in, w_mac_stitched, w_mac_guest(V_G3), 3, 0x77, 5, 6, 4000);
	w->gso = 1403;
	M_DF_TOLD(w, &in, false, 1450);
	expect_gso(w, __LINE__, &in, 1402, 1402);
}

static struct kunit_case tunnel_gso_cases[] = {
	W_CASE(mtu_gso_tcp),
	W_CASE(mtu_gso_shared),
	W_CASE(mtu_gso_udp),
	{}
};

static struct kunit_suite tunnel_gso_suite = {
	.name = "tunnel_gso",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = tunnel_gso_cases,
};

VR_TEST_SUITE(tunnel_gso_suite);

#endif /* VR_TEST_USERSPACE */
