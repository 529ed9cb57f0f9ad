// SPDX-License-Identifier: GPL-2.0-only
/* What out of a tunnel is given away to be merged, and how it goes on when it comes back. */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

#include <vr/core.h>

#define IPPROTO_AT_4	(ETH_HLEN + 9)
#define FRAG_OFF_AT_4	(ETH_HLEN + 6)
#define CHECK_AT_4	(ETH_HLEN + 10)
#define NEXTHDR_AT_6	(ETH_HLEN + 6)

/* To guest 4 there is TCP; its bytes are nobody's business here. */
static void g_tcp4(struct w_frame *f)
{
	t_frame4(f);
	f->b[IPPROTO_AT_4] = IPPROTO_TCP;
	w_sum(f);
}

static void g_take(struct world *w, int line, const struct t_outer *o, const struct w_frame *inner)
{
	struct kunit *test = w->test;
	struct w_frame in;

	t_wrapped(&in, inner, o);
	KUNIT_EXPECT_EQ_MSG(test, w_rx(w, V_UPLINK, &in), VR_HELD, "line %d", line);
}

/* The oldest that was taken goes on. */
static enum vr_verdict g_back(struct world *w, struct vr_gro *gro)
{
	struct kunit *test = w->test;
	enum vr_verdict verdict;
	unsigned int l3_off;
	struct vr_pkt *pkt;

	pkt = vr_test_gro_pop(gro, &l3_off);
	KUNIT_ASSERT_TRUE(test, pkt);
	KUNIT_EXPECT_EQ(test, l3_off, ETH_HLEN);
	verdict = vr_gro_rx(w->core, gro, pkt);
	return verdict;
}

static void rx_gro_frames(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	struct vr_gro gro;
	struct t_outer o;

	t_build_in(w);
	vr_test_gro_want(true);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	g_tcp4(&inner);
	g_take(w, __LINE__, &o, &inner);
	W_NOTHING(w);
	KUNIT_EXPECT_EQ(test, g_back(w, &gro), VR_SENT);
	KUNIT_EXPECT_EQ(test, gro.label, T_LABEL);
	KUNIT_EXPECT_EQ(test, gro.vif, V_UPLINK);
	KUNIT_EXPECT_EQ(test, gro.tun_family, AF_INET);
	KUNIT_EXPECT_EQ(test, gro.tun_encap, VR_ENCAP_VXLAN);
	KUNIT_EXPECT_FALSE(test, gro.routed);
	KUNIT_EXPECT_EQ(test, ntohl(gro.tun_src[0]), T_THERE);
	W_SENT(w, V_G4, &inner);
	W_NOTHING(w);
	w_books(w);
}

static void rx_gro_packets(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner, out;
	struct vr_gro gro;
	struct t_outer o;

	t_build_in(w);
	vr_test_gro_want(true);
	o = t_in(VR_ENCAP_MPLS_UDP, AF_INET6, T_LABEL_L3);
	o.routed = true;
	t_packet4(&inner);
	inner.b[IPPROTO_AT_4] = IPPROTO_TCP;
	w_sum(&inner);
	t_out4(&out, &inner, true);
	g_take(w, __LINE__, &o, &inner);
	KUNIT_EXPECT_EQ(test, g_back(w, &gro), VR_SENT);
	KUNIT_EXPECT_TRUE(test, gro.routed);
	KUNIT_EXPECT_EQ(test, gro.tun_family, AF_INET6);
	W_SENT(w, V_G4, &out);

	t_packet6(&inner);
	inner.b[NEXTHDR_AT_6] = IPPROTO_TCP;
	t_out4(&out, &inner, true);
	g_take(w, __LINE__, &o, &inner);
	KUNIT_EXPECT_EQ(test, g_back(w, &gro), VR_SENT);
	W_SENT(w, V_G4, &out);
	w_books(w);
}

/* Neither TCP, nor TCP whose header is not where it is looked for. */
static void rx_gro_others(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	struct t_outer o;

	t_build_in(w);
	vr_test_gro_want(true);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	t_frame4(&inner);
	inner.b[IPPROTO_AT_4] = IPPROTO_UDP;
	w_sum(&inner);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	g_tcp4(&inner);
	inner.b[FRAG_OFF_AT_4] = 0x20;
	w_sum(&inner);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	g_tcp4(&inner);
	inner.b[FRAG_OFF_AT_4 + 1] = 0x10;
	w_sum(&inner);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	/* what is no good IP packet */
	g_tcp4(&inner);
	inner.b[CHECK_AT_4]++;
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
	/* and nothing at all */
	w_conf(w, VR_CONF_GRO, 0);
	g_tcp4(&inner);
	T_IN_PASS(w, &o, &inner, V_G4, &inner);
}

/* Of two that were taken one becomes part of the other. */
static void rx_gro_merged(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	unsigned int l3_off;
	struct vr_books books;
	struct vr_gro gro;
	struct t_outer o;

	t_build_in(w);
	vr_test_gro_want(true);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	g_tcp4(&inner);
	g_take(w, __LINE__, &o, &inner);
	g_take(w, __LINE__, &o, &inner);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.held, 2);
	KUNIT_EXPECT_EQ(test, g_back(w, &gro), VR_SENT);
	W_SENT(w, V_G4, &inner);
	vr_test_pkt_free(vr_test_gro_pop(&gro, &l3_off));
	vr_gro_merged(w->core, 1);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.held, 0);
	KUNIT_EXPECT_EQ(test, books.consumed, 1);
	w_books(w);
	/* or is lost */
	g_take(w, __LINE__, &o, &inner);
	vr_test_pkt_free(vr_test_gro_pop(&gro, &l3_off));
	vr_gro_lost(w->core);
	w_books(w);
}

static void g_back_drop(struct world *w, int line, enum vr_drop_reason reason)
{
	u64 before[VR_DROP_MAX], after[VR_DROP_MAX];
	struct kunit *test = w->test;
	struct vr_gro gro;

	vr_core_lock(w->core);
	vr_core_drops(w->core, before);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ_MSG(test, g_back(w, &gro), VR_DROPPED, "line %d", line);
	vr_core_lock(w->core);
	vr_core_drops(w->core, after);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ_MSG(test, after[reason] - before[reason], 1, "line %d", line);
	w_books(w);
}

/* What changes while it waits, it finds changed. */
static void rx_gro_changes(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame inner;
	struct vr_gro gro;
	struct t_outer o;

	t_build_in(w);
	vr_test_gro_want(true);
	o = t_in(VR_ENCAP_VXLAN, AF_INET, T_LABEL);
	g_tcp4(&inner);

	/* the VNI leads to a guest now, whatever the frame's MAC */
	g_take(w, __LINE__, &o, &inner);
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, T_LABEL, NH_L2(V_G5)));
	KUNIT_EXPECT_EQ(test, g_back(w, &gro), VR_SENT);
	W_SENT(w, V_G5, &inner);
	/* to a nexthop that routes packets, which this is none of */
	g_take(w, __LINE__, &o, &inner);
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, T_LABEL, T_NH_VRF1_L3));
	g_back_drop(w, __LINE__, VR_DROP_INVALID_NH);
	/* nowhere */
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, T_LABEL, T_NH_VRF1));
	g_take(w, __LINE__, &o, &inner);
	W_DONE(w, w_demux_del(w, VR_DEMUX_VXLAN, T_LABEL));
	g_back_drop(w, __LINE__, VR_DROP_INVALID_VNID);
	o = t_in(VR_ENCAP_MPLS_GRE, AF_INET, T_LABEL);
	g_take(w, __LINE__, &o, &inner);
	W_DONE(w, w_demux_del(w, VR_DEMUX_MPLS, T_LABEL));
	g_back_drop(w, __LINE__, VR_DROP_INVALID_LABEL);
	/* the nexthop is gone */
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, T_LABEL, T_NH_VRF1));
	g_take(w, __LINE__, &o, &inner);
	W_DONE(w, w_nh_del(w, T_NH_VRF1));
	g_back_drop(w, __LINE__, VR_DROP_INVALID_NH);
}

static struct kunit_case rx_gro_cases[] = {
	W_CASE(rx_gro_frames),
	W_CASE(rx_gro_packets),
	W_CASE(rx_gro_others),
	W_CASE(rx_gro_merged),
	W_CASE(rx_gro_changes),
	{}
};

static struct kunit_suite rx_gro_suite = {
	.name = "rx_gro",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_gro_cases,
};

VR_TEST_SUITE(rx_gro_suite);

#endif /* VR_TEST_USERSPACE */
