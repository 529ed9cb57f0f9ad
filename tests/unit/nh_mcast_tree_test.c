// SPDX-License-Identifier: GPL-2.0-only
/* MPLS multicast trees: what stands in front of a frame there, and what becomes of offloads. */
#include "groups.h"

#ifdef VR_TEST_USERSPACE

#define TREE_HLEN	36

static void flood_frame(struct w_frame *f)
{
	w_ip4(f, w_mac_all, w_mac_guest(V_G3), 1, ~0U, 9, 64);
}

/* Only guests and the tree. */
static void build(struct world *w)
{
	g_build(w, 0);
	W_DONE(w, w_nh_del(w, NH_EVPN));
	W_DONE(w, w_nh_del(w, NH_TOR));
}

/* Whoever passes a frame on keeps its VNI, and puts its own address. */
static void tree_vni_stays(struct kunit *test)
{
	static const u32 vnis[] = { 0, 77, 0xffffff };
	struct world *w = test->priv;
	struct w_frame in, f;
	unsigned int i;

	build(w);
	flood_frame(&f);
	for (i = 0; i < ARRAY_SIZE(vnis); i++) {
		in = f;
		g_tree(&in, W_IP(192, 0, 2, 1), vnis[i]);
		KUNIT_EXPECT_EQ(test, g_rx(w, G_T2, G_LABEL_TREE, &in), VR_SENT);
		W_SENT(w, V_G3, &f);
		W_SENT(w, V_G4, &f);
		W_SENT(w, V_G5, &f);
		G_SENT_TREE(w, G_T1, &f, T_HERE, vnis[i]);
		W_NOTHING(w);
	}
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void tree_malformed(struct kunit *test)
{
	static const struct {
		unsigned int off;
		u8 value;
	} bad[] = {
		{ 0, 0x65 }, { 0, 0x46 }, { 0, 0xff },	/* version, length, a frame */
		{ 9, IPPROTO_TCP },
		{ 22, 0 }, { 23, 0 },			/* port */
		{ 28, 0 },				/* flags */
	};
	struct world *w = test->priv;
	struct w_frame in, f;
	unsigned int i;

	build(w);
	flood_frame(&f);
	g_tree(&f, 1, G_VNI);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		in = f;
		in.b[bad[i].off] = bad[i].value;
		KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_DROPPED);
		w_dropped(w, i, VR_DROP_INVALID_TUNNEL, 1);
	}
	/* cut off */
	for (i = ETH_HLEN; i < TREE_HLEN + ETH_HLEN; i++) {
		in = f;
		in.len = i;
		KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_DROPPED);
		w_dropped(w, i, VR_DROP_INVALID_TUNNEL, 1);
	}
	/* a group as source */
	in = f;
	in.b[TREE_HLEN + ETH_ALEN] |= 1;
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_PACKET, 1);
	/* the shortest that there may be */
	w_eth(&f, w_mac_all, w_mac_peer, 0x88b5, 0);
	in = f;
	g_tree(&in, 1, G_VNI);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_SENT);
	W_SENT(w, V_G3, &f);
	W_SENT(w, V_G4, &f);
	W_SENT(w, V_G5, &f);
	G_SENT_TREE(w, G_T2, &f, 0, G_VNI);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/*
 * A guest may have its checksum put into the IP header. It is put there before the frame goes into
 * a tree, where it is too big: the header that its flow found good is looked at again.
 */
static void tree_partial_in_header(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg flow;
	struct w_frame in;
	unsigned int i, at;

	build(w);
	w_policy(w, V_G3, NH_L3(V_G3));
	w_vif_flags(w, V_G3, VR_VIF_F_POLICY | VR_VIF_F_UUC_FLOOD);
	flow = w_flow4_cfg(NH_L3(V_G3), 253, W_IP(10, 1, 1, 3), W_IP(10, 1, 1, 9), 0, 0);
	w_flow_set(w, &flow);
	for (at = 0; at <= 18; at += 2) {
		for (i = 0; i < 256; i++) {
			w_ip4(&in, w_mac_guest(9), w_mac_guest(V_G3), W_IP(10, 1, 1, 3),
			      W_IP(10, 1, 1, 9), 9, 1480);
			put_unaligned_be16(i * 0x101, in.b + in.len - 2);
			w->partial = ETH_HLEN;
			w->partial_at = ETH_HLEN + at;
			w_rx(w, V_G3, &in);
			vr_test_port_drain(w->port[V_UPLINK]);
			vr_test_port_drain(w->port[V_G4]);
			vr_test_port_drain(w->port[V_G5]);
			w_books(w);
		}
	}
}

/* A network without a VNI, and a neighbour without a label, cannot be said in the tree. */
static void tree_without_numbers(struct kunit *test)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_all, NH_FLOOD);
	static const struct vr_nh_member member = { NH_MEMBER(G_T1), VR_LABEL_NONE };
	struct vr_nh_cfg nh = w_nh_cfg(NH_FABRIC, VR_NH_COMPOSITE);
	struct world *w = test->priv;
	struct w_frame in;

	build(w);
	flood_frame(&in);
	W_DONE(w, w_bridge_set(w, &br));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_VNID, 1);

	br.label = G_VNI;
	W_DONE(w, w_bridge_set(w, &br));
	nh.kind = VR_NH_KIND_FABRIC;
	nh.members = &member;
	nh.n_members = 1;
	W_DONE(w, w_nh_set(w, &nh));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_LABEL, 1);
}

/* Nobody is there but the one who sent it. */
static void tree_of_one(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, f;

	build(w);
	flood_frame(&f);
	in = f;
	g_tree(&in, 1, G_VNI);
	g_members(w, NH_FABRIC, 1);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_SENT);
	W_SENT(w, V_G3, &f);
	W_SENT(w, V_G4, &f);
	W_SENT(w, V_G5, &f);
	W_NOTHING(w);
	W_DONE(w, w_nh_del(w, NH_LOCAL));
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &in), VR_DROPPED);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_CLONED_ORIGINAL, 1);
}

/* --- what a device was to do --- */

static void tree_tag(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, tagged;

	g_build(w, 0);
	flood_frame(&in);
	tagged = in;
	w_tag(&tagged, 7);
	w->tci = 7;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 7);
	W_SENT_TAG(w, V_G5, &in, 7);
	G_SENT(w, G_T1, &tagged);
	G_SENT(w, G_T2, &tagged);
	G_SENT(w, G_E1, &tagged);
	G_SENT(w, G_E2, &tagged);
	G_SENT(w, G_S1, &tagged);
	G_SENT(w, G_S2, &tagged);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* A checksum is finished for the tree, and left to the device for everybody else. */
static void tree_partial(struct kunit *test)
{
	unsigned int udp = ETH_HLEN + 20;
	struct world *w = test->priv;
	struct w_frame in, done;

	g_build(w, 0);
	w_udp4(&in, w_mac_all, w_mac_guest(V_G3), 1, ~0U, 1000, 2000, 56);
	put_unaligned_be16(0x1234, in.b + udp + 6);
	done = in;
	put_unaligned_be16(csum16(in.b + udp, in.len - udp, 0), done.b + udp + 6);
	w->partial = udp;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	G_SENT(w, G_T1, &done);
	G_SENT(w, G_T2, &done);
	G_SENT(w, G_E1, &done);
	G_SENT(w, G_E2, &done);
	G_SENT(w, G_S1, &done);
	G_SENT(w, G_S2, &done);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* What still fits when those headers are there as well, and one byte more. */
static void tree_mtu(struct kunit *test)
{
	/* IPv4, UDP, label; IPv6, GRE, label, control word */
	const unsigned int fits1 = 1500 - 20 - 8 - 4 - TREE_HLEN - ETH_HLEN;
	const unsigned int fits2 = 1500 - 40 - 4 - 8 - TREE_HLEN - ETH_HLEN;
	struct world *w = test->priv;
	unsigned int len, i;
	struct w_frame in;

	build(w);
	W_DONE(w, w_nh_del(w, NH_LOCAL));
	for (len = fits2; len <= fits1 + 1; len += len < fits1 && len > fits2 ? fits1 - len : 1) {
		w_ip4(&in, w_mac_all, w_mac_guest(V_G3), 1, ~0U, 9, len - 20);
		in.b[ETH_HLEN + 6] = 0x40;
		w_sum(&in);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), len > fits2 ? VR_DROPPED : VR_SENT);
		if (len <= fits1)
			G_SENT(w, G_T1, &in);
		if (len <= fits2)
			G_SENT(w, G_T2, &in);
		W_NOTHING(w);
		w_dropped(w, len, VR_DROP_MCAST_DF_BIT, (len > fits1) + (len > fits2));
	}
	/* It may be cut: each neighbour has two pieces. */
	in.b[ETH_HLEN + 6] = 0;
	w_sum(&in);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	for (i = 0; i < 4; i++)
		vr_test_pkt_free(vr_test_port_pop(w->port[V_UPLINK]));
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

#define GSO_SIZE	500
#define GSO_LEN		1200
#define TCP_HLEN	(ETH_HLEN + 40)

static void tcp_frame(struct w_frame *f)
{
	unsigned int i;

	w_tcp4(f, w_mac_all, w_mac_guest(V_G3), 1, ~0U, 1000, 2000, 0x10, 1, 1);
	for (i = 0; i < GSO_LEN; i++)
		f->b[TCP_HLEN + i] = i;
	f->len = TCP_HLEN + GSO_LEN;
	put_unaligned_be16(f->len - ETH_HLEN, f->b + ETH_HLEN + 2);
	w_sum(f);
}

/* The segment of the payload from @done on, in the tree: all its lengths are its own. */
static void expect_segment(struct world *w, const struct w_frame *whole, unsigned int hlen,
			   unsigned int done)
{
	unsigned int len = min(GSO_LEN - done, GSO_SIZE), ip, tcp;
	struct vr_pkt *pkt = vr_test_port_pop(w->port[V_UPLINK]);
	u8 b[2000];

	KUNIT_ASSERT_NOT_NULL(w->test, pkt);
	KUNIT_EXPECT_FALSE(w->test, vr_pkt_is_gso(pkt));
	KUNIT_EXPECT_EQ(w->test, vr_pkt_len(pkt), hlen + TREE_HLEN + TCP_HLEN + len);
	vr_test_pkt_copy(pkt, b, 0, min(vr_pkt_len(pkt), sizeof(b)));
	vr_test_pkt_free(pkt);
	KUNIT_EXPECT_EQ(w->test, get_unaligned_be16(b + hlen + 2), TREE_HLEN + TCP_HLEN + len);
	KUNIT_EXPECT_EQ(w->test, get_unaligned_be16(b + hlen + 24),
			TREE_HLEN - 20 + TCP_HLEN + len);
	KUNIT_EXPECT_EQ(w->test, get_unaligned_be32(b + hlen + 32), G_VNI << 8);
	KUNIT_EXPECT_MEMEQ(w->test, b + hlen + TREE_HLEN, whole->b, ETH_HLEN);
	ip = hlen + TREE_HLEN + ETH_HLEN;
	tcp = ip + 20;
	KUNIT_EXPECT_EQ(w->test, get_unaligned_be16(b + ip + 2), 40 + len);
	KUNIT_EXPECT_EQ(w->test, get_unaligned_be32(b + tcp + 4), 1 + done);
	KUNIT_EXPECT_MEMEQ(w->test, b + tcp + 20, whole->b + TCP_HLEN + done, len);
}

/* Segments are made for the tree: no device knows how. */
static void tree_gso(struct kunit *test)
{
	static const u32 members[] = { G_E1, G_E2, G_S1, G_S2 };
	struct world *w = test->priv;
	struct vr_books books;
	struct vr_pkt *pkt;
	struct w_frame in;
	unsigned int i;

	g_build(w, 0);
	tcp_frame(&in);
	w->gso = GSO_SIZE;
	w->partial = ETH_HLEN + 20;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	/* MPLSoUDP over IPv4; MPLSoGRE over IPv6 with a control word */
	for (i = 0; i < GSO_LEN; i += GSO_SIZE) {
		expect_segment(w, &in, ETH_HLEN + 20 + 8 + 4, i);
		expect_segment(w, &in, ETH_HLEN + 40 + 4 + 4 + 4, i);
	}
	for (i = 0; i < ARRAY_SIZE(members); i++) {
		pkt = vr_test_port_pop(w->port[V_UPLINK]);
		KUNIT_ASSERT_NOT_NULL(test, pkt);
		KUNIT_EXPECT_TRUE(test, vr_pkt_is_gso(pkt));
		vr_test_pkt_free(pkt);
	}
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_G4]), 1);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_G5]), 1);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	/* copies for all but the last; segments behind the first; each once more in the tree */
	KUNIT_EXPECT_EQ(test, books.created, 6 + 2 + 3);
}

/* Whatever cannot be had, the books say so. */
static void tree_gso_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int n, i;
	bool failed;

	g_build(w, 0);
	tcp_frame(&in);
	for (n = 1, failed = true; failed; n++) {
		w->gso = GSO_SIZE;
		w->partial = ETH_HLEN + 20;
		vr_test_fail_alloc(n);
		w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		for (i = 0; i < W_VIFS; i++)
			if (w->port[i])
				vr_test_port_drain(w->port[i]);
		w_books(w);
	}
	KUNIT_EXPECT_GE(test, n, 15);
}

static struct kunit_case nh_mcast_tree_cases[] = {
	W_CASE(tree_vni_stays),
	W_CASE(tree_malformed),
	W_CASE(tree_partial_in_header),
	W_CASE(tree_without_numbers),
	W_CASE(tree_of_one),
	W_CASE(tree_tag),
	W_CASE(tree_partial),
	W_CASE(tree_mtu),
	W_CASE(tree_gso),
	W_CASE(tree_gso_without_memory),
	{}
};

static struct kunit_suite nh_mcast_tree_suite = {
	.name = "nh_mcast_tree",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_mcast_tree_cases,
};

VR_TEST_SUITE(nh_mcast_tree_suite);

#endif /* VR_TEST_USERSPACE */
