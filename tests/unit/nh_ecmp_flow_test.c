// SPDX-License-Identifier: GPL-2.0-only
/* ECMP with flows: what they remember, who may change it, and the way back. */
#include "ways.h"

#ifdef VR_TEST_USERSPACE

#define N_TUNNELS	5
#define LABEL_IN	16

static struct vr_flow_cfg flow_of(const struct e_pick *p)
{
	return w_flow4_cfg(NH_L3(V_G3), p->proto, p->sip, p->dip, p->sport, p->dport);
}

static int remembered(struct world *w, const struct vr_flow_cfg *cfg)
{
	struct vr_flow_info info;

	W_DONE(w, w_flow_find(w, cfg, &info));
	return info.cfg.ecmp;
}

/* Every packet of e_members() has a flow, and the flow remembers where it went. */
static void all_remembered(struct world *w, int line, const int *member)
{
	struct vr_flow_cfg cfg;
	struct e_pick p;
	u32 i;

	for (i = 0; i < E_PACKETS; i++) {
		p = e_pick(i);
		cfg = flow_of(&p);
		KUNIT_EXPECT_EQ_MSG(w->test, remembered(w, &cfg), member[i],
				    "line %d: packet %u", line, i);
	}
}

static void build_flows(struct world *w, u32 n)
{
	struct vr_flow_cfg cfg;
	struct e_pick p;
	u32 i;

	e_build(w, n);
	w_policy(w, V_G3, NH_L3(V_G3));
	for (i = 0; i < E_PACKETS; i++) {
		p = e_pick(i);
		cfg = flow_of(&p);
		w_flow_set(w, &cfg);
	}
}

static void ecmp_flows_remember(struct kunit *test)
{
	int first[E_PACKETS], now[E_PACKETS], later[E_PACKETS];
	struct world *w = test->priv;

	build_flows(w, N_TUNNELS);
	e_members(w, first);
	all_remembered(w, __LINE__, first);

	/* More members: nobody moves. */
	e_tunnel(w, N_TUNNELS);
	e_set_first(w, N_TUNNELS + 1, 0);
	e_members(w, now);
	KUNIT_EXPECT_MEMEQ(test, now, first, sizeof(now));
	/* A member dies: its flows move, and stay when it comes back. */
	W_DONE(w, w_nh_del(w, NH_TUN(1)));
	e_members(w, now);
	e_only_moved(w, __LINE__, first, now, 1, 4);
	all_remembered(w, __LINE__, now);
	e_tunnel(w, 1);
	e_members(w, later);
	KUNIT_EXPECT_MEMEQ(test, later, now, sizeof(now));
	/* The last member is taken out: its flows move. */
	e_set_first(w, N_TUNNELS, 0);
	e_members(w, later);
	e_only_moved(w, __LINE__, now, later, N_TUNNELS, 1);
	all_remembered(w, __LINE__, later);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* The agent may choose, and leaves what was chosen alone unless it does. */
static void ecmp_agent_chooses(struct kunit *test)
{
	struct world *w = test->priv;
	struct e_pick p = e_pick(0);
	struct vr_flow_cfg cfg = flow_of(&p);
	int chosen, i;

	e_build(w, 3);
	w_policy(w, V_G3, NH_L3(V_G3));
	w_flow_set(w, &cfg);
	chosen = e_member(w, &p);
	cfg.ttl = 9;
	w_flow_set(w, &cfg);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), chosen);
	for (i = 0; i < 3; i++) {
		cfg.ecmp = i;
		w_flow_set(w, &cfg);
		KUNIT_EXPECT_EQ(test, e_member(w, &p), i);
	}
	/* One that there is not: another is chosen. */
	cfg.ecmp = 3;
	w_flow_set(w, &cfg);
	KUNIT_EXPECT_EQ(test, e_member(w, &p), chosen);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), chosen);
}

/* The flow's member is the first composite's; one behind it spreads what it gets for itself. */
static void ecmp_behind_ecmp(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(2, E_NET, 16, NH_ECMP + 1);
	struct vr_nh_member members[4], first[2];
	struct world *w = test->priv;
	u32 ways = 0, i;

	build_flows(w, 5);
	for (i = 0; i < 4; i++)
		members[i] = (struct vr_nh_member){ NH_TUN(i), E_LABEL(i) };
	e_set(w, NH_ECMP + 1, members, 4, 0, 0);
	W_DONE(w, w_route_set(w, &rt));
	first[0] = (struct vr_nh_member){ NH_TUN(4), E_LABEL(4) };
	first[1] = (struct vr_nh_member){ NH_TO_VRF2, VR_LABEL_NONE };
	e_set(w, NH_ECMP, first, 2, 0, 0);
	for (i = 0; i < 64; i++) {
		struct e_pick p = e_pick(i);
		struct vr_flow_cfg cfg = flow_of(&p);
		int member = e_member(w, &p);

		KUNIT_EXPECT_EQ(test, remembered(w, &cfg), member != 4);
		ways |= BIT(member);
	}
	KUNIT_EXPECT_EQ(test, ways, 0x1f);
}

/* --- the way back --- */

/* An answer to @p comes out of a tunnel from @from. */
static enum vr_verdict answer(struct world *w, const struct e_pick *p, u32 from)
{
	struct t_outer o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, LABEL_IN);
	enum vr_verdict verdict;
	struct w_frame f;

	w_udp4(&f, w_mac_gw, w_mac_gw, p->dip, p->sip, p->dport, p->sport, 12);
	o.sip = from;
	o.routed = true;
	t_wrap(&f, &o);
	verdict = w_rx(w, V_UPLINK, &f);
	KUNIT_EXPECT_EQ(w->test, vr_test_port_drain(w->port[V_G3]), verdict == VR_SENT);
	return verdict;
}

/* Policy on both ways between guest 3 and what is behind the tunnels. */
static void build_both_ways(struct world *w)
{
	struct vr_nh_info info;

	e_build(w, 3);
	w_policy(w, V_G3, NH_L3(V_G3));
	W_DONE(w, w_nh_get(w, NH_L3(V_G3), &info));
	info.cfg.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &info.cfg));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, LABEL_IN, NH_L3(V_G3)));
}

/* Both directions of @p are let through; answers must come from a member. */
static void pair_of(struct world *w, const struct e_pick *p, struct vr_flow_cfg *cfg)
{
	struct vr_flow_cfg rev = w_flow4_cfg(NH_L3(V_G3), p->proto, p->dip, p->sip, p->dport,
					     p->sport);

	*cfg = flow_of(p);
	rev.src_nh = NH_ECMP;
	W_DONE(w, W_LOCKED(w, vr_flow_set(w->core, cfg, &rev, false, NULL, &w->err)));
	vr_resume(w->core);
}

static void build_symmetry(struct world *w, const struct e_pick *p, struct vr_flow_cfg *cfg)
{
	build_both_ways(w);
	pair_of(w, p, cfg);
}

static void ecmp_symmetry(struct kunit *test)
{
	struct world *w = test->priv;
	struct e_pick p = e_pick(0);
	struct vr_flow_cfg cfg;
	int i;

	build_symmetry(w, &p, &cfg);
	for (i = 2; i >= 0; i--) {
		KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(i)), VR_SENT);
		KUNIT_EXPECT_EQ(test, remembered(w, &cfg), i);
		KUNIT_EXPECT_EQ(test, e_member(w, &p), i);
		KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(i)), VR_SENT);
		KUNIT_EXPECT_EQ(test, remembered(w, &cfg), i);
	}
	W_DROPPED(w, VR_DROP_NONE, 0);
	/* No member, and none any more. */
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(7)), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_SOURCE, 1);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), 0);
	W_DONE(w, w_nh_del(w, NH_TUN(2)));
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(2)), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_SOURCE, 1);
	W_DONE(w, w_nh_del(w, NH_TUN(1)));
	W_DONE(w, w_nh_del(w, NH_TUN(0)));
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(0)), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_NH, 1);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), 0);
}

/* One end may be several members: who of them was chosen stays. */
static void ecmp_symmetry_of_weights(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ NH_TUN(0), E_LABEL(0) }, { NH_TUN(1), E_LABEL(1) }, { NH_TUN(0), E_LABEL(0) },
	};
	struct world *w = test->priv;
	struct e_pick p = e_pick(0);
	struct vr_flow_cfg cfg;

	build_symmetry(w, &p, &cfg);
	e_set(w, NH_ECMP, members, ARRAY_SIZE(members), 0, 0);
	cfg.ecmp = 2;
	w_flow_set(w, &cfg);
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(0)), VR_SENT);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), 2);
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(1)), VR_SENT);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), 1);
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(0)), VR_SENT);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), 0);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* The other end began, and had to wait for the agent: where it came from is not forgotten. */
static void ecmp_symmetry_of_held(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct e_pick p;
	int i;

	build_both_ways(w);
	for (i = 0; i < 3; i++) {
		p = e_pick(i);
		KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(i)), VR_HELD);
		KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
		pair_of(w, &p, &cfg);
		KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_G3]), 1);
		KUNIT_EXPECT_EQ(test, remembered(w, &cfg), i);
		KUNIT_EXPECT_EQ(test, e_member(w, &p), i);
	}
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* A flow alone, and one whose other direction is somebody else's by now. */
static void ecmp_no_way_back(struct kunit *test)
{
	struct world *w = test->priv;
	struct e_pick p = e_pick(0);
	struct vr_flow_cfg cfg;

	build_symmetry(w, &p, &cfg);
	w_flow_del(w, &cfg);
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(1)), VR_SENT);
	w_flow_set(w, &cfg);
	KUNIT_EXPECT_EQ(test, answer(w, &p, E_PEER(1)), VR_SENT);
	KUNIT_EXPECT_EQ(test, remembered(w, &cfg), -1);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static struct kunit_case nh_ecmp_flow_cases[] = {
	W_CASE(ecmp_flows_remember),
	W_CASE(ecmp_agent_chooses),
	W_CASE(ecmp_behind_ecmp),
	W_CASE(ecmp_symmetry),
	W_CASE(ecmp_symmetry_of_weights),
	W_CASE(ecmp_symmetry_of_held),
	W_CASE(ecmp_no_way_back),
	{}
};

static struct kunit_suite nh_ecmp_flow_suite = {
	.name = "nh_ecmp_flow",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_ecmp_flow_cases,
};

VR_TEST_SUITE(nh_ecmp_flow_suite);

#endif /* VR_TEST_USERSPACE */
