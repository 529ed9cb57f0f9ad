// SPDX-License-Identifier: GPL-2.0-only
/* Fragments that wait for their first one: where, how long, how many, and how it ends. */
#include "cuts.h"

#ifdef VR_TEST_USERSPACE

#include "obj/core.h"

/* The worker forgets them; who sent them is charged. */
static void frag_times_out(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct vr_vif_info info;
	struct w_frame f, in;

	c_build(w);
	c_whole(&f, false, false);
	c_third(&in, &f, 1, 2);
	W_HELD(w, V_G3, &in);
	KUNIT_EXPECT_TRUE(test, vr_test_work_asked(&w->core->work, NULL));
	c_third(&in, &f, 1, 1);
	W_HELD(w, V_G3, &in);
	vr_test_clock_advance(999);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	C_FOLLOWED(w, 1, 2);
	vr_test_clock_advance(1);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	C_FOLLOWED(w, 0, 0);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_FRAGMENTS, 2);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 2);
	KUNIT_EXPECT_FALSE(test, vr_test_work_asked(&w->core->work, NULL));

	/* the first one is remembered longer, and then no more */
	w_flow_set(w, &cfg);
	c_third(&in, &f, 1, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	vr_test_clock_advance(1999);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	c_third(&in, &f, 1, 1);
	W_PASS(w, V_G3, &in, V_G4, &in);
	vr_test_clock_advance(1);
	KUNIT_EXPECT_TRUE(test, vr_test_work_run(&w->core->work));
	C_FOLLOWED(w, 0, 0);
	c_third(&in, &f, 1, 2);
	W_HELD(w, V_G3, &in);
}

/* Policy on the nexthop of guest 4. */
static struct vr_flow_cfg build_at_nexthop(struct world *w, u32 flags)
{
	struct vr_nh_info info;

	w_build(w);
	W_DONE(w, w_nh_get(w, NH_L3(V_G4), &info));
	info.cfg.flags |= flags;
	W_DONE(w, w_nh_set(w, &info.cfg));
	return w_flow4_cfg(0, IPPROTO_UDP, C_IP3, C_IP4, 1000, 2000);
}

/* The hop has been taken off before they wait, and once is enough. */
static void frag_at_nexthop(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_at_nexthop(w, VR_NH_F_POLICY);
	struct w_frame f, in;
	u32 n;

	w_flow_set(w, &cfg);
	c_whole(&f, false, true);
	for (n = 2; n; n--) {
		c_third(&in, &f, 1, n);
		W_HELD(w, V_G3, &in);
	}
	c_third(&in, &f, 1, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	c_routed_out(&in);
	W_SENT(w, V_G4, &in);
	for (n = 2; n; n--) {
		c_third(&in, &f, 1, n);
		c_routed_out(&in);
		W_SENT(w, V_G4, &in);
	}
	W_NOTHING(w);
	C_FOLLOWED(w, 0, 0);
	C_COUNTS(w, &cfg, 3);
}

/* A nexthop that only looks for a flow keeps nobody waiting. */
static void frag_flow_lookup(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_at_nexthop(w, VR_NH_F_FLOW_LOOKUP);
	struct w_frame f, in, out;
	u32 n;

	c_whole(&f, false, true);
	for (n = 3; n--;) {
		c_third(&in, &f, 1, n);
		out = in;
		c_routed_out(&out);
		W_PASS(w, V_G3, &in, V_G4, &out);
	}
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	c_third(&in, &f, 1, 1);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	/* not even one that is malformed */
	c_cut(&in, &f, 2, 80, 79, true);
	out = in;
	c_routed_out(&out);
	W_PASS(w, V_G3, &in, V_G4, &out);
}

/* The nexthop goes while one waits; the vif goes, and another has its id. */
static void frag_vanish(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(99, AF_INET, V_G4, w_mac_guest(V_G4), w_mac_gw);
	struct vr_vif_cfg vif = w_vif_cfg(V_G5, VR_VIF_VIRTUAL, 1);
	struct vr_route_cfg rt = w_route4_cfg(1, C_IP4, 32, 99);
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_at_nexthop(w, VR_NH_F_POLICY);
	struct w_frame f, in, out;
	struct vr_vif_info info;

	nh.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_route_set(w, &rt));
	w_flow_set(w, &cfg);
	c_whole(&f, false, true);
	c_third(&in, &f, 1, 2);
	W_HELD(w, V_G3, &in);
	rt.nh = NH_L3(V_G4);
	W_DONE(w, w_route_set(w, &rt));
	W_DONE(w, w_nh_del(w, 99));
	rcu_barrier();
	/* the first one comes by another nexthop, of the same key */
	c_third(&in, &f, 1, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	out = in;
	c_routed_out(&out);
	W_SENT(w, V_G4, &out);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_NH, 1);

	c_third(&in, &f, 2, 2);
	W_HELD(w, V_G5, &in);
	w_detach(w, V_G5);
	W_DONE(w, w_vif_del(w, V_G5));
	W_DONE(w, w_vif_set(w, &vif));
	w_attach(w, V_G5);
	c_third(&in, &f, 2, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	out = in;
	c_routed_out(&out);
	W_SENT(w, V_G4, &out);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_IF, 1);
	W_DONE(w, w_vif_get(w, V_G5, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 0);
	C_FOLLOWED(w, 2, 0);
}

static void frag_limits(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct w_frame f, in;
	u32 n;

	c_build(w);
	w_policy(w, V_G5, NH_L3(V_G5));
	w_flow_set(w, &cfg);
	w_conf(w, VR_CONF_FRAGMENTS_HELD_VIF, 2);
	c_whole(&f, false, false);
	for (n = 0; n < 2; n++) {
		c_third(&in, &f, n, 1);
		W_HELD(w, V_G3, &in);
	}
	c_third(&in, &f, 2, 1);
	W_DROP(w, V_G3, &in, VR_DROP_FRAGMENTS);
	/* others are not concerned, and neither are those that need not wait */
	W_HELD(w, V_G5, &in);
	c_third(&in, &f, 3, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_third(&in, &f, 3, 1);
	W_PASS(w, V_G3, &in, V_G4, &in);

	/* without room for one more packet its first one goes its way, and nobody behind it */
	w_conf(w, VR_CONF_FRAGMENTS_VIF, 3);
	c_third(&in, &f, 4, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_third(&in, &f, 4, 1);
	W_DROP(w, V_G3, &in, VR_DROP_FRAGMENTS);
	w_conf(w, VR_CONF_FRAGMENTS, 0);
	W_DROP(w, V_G3, &in, VR_DROP_NO_FRAG_ENTRY);
}

/* Whatever allocation fails, it goes its way or is dropped, and the books balance. */
static void frag_no_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct w_frame f, in;
	enum vr_verdict verdict;
	u32 n;

	c_build(w);
	w_flow_set(w, &cfg);
	c_whole(&f, false, false);
	for (n = 1; n < 20; n++) {
		c_third(&in, &f, n, 1);
		vr_test_fail_alloc(n);
		verdict = w_rx(w, V_G3, &in);
		if (!vr_test_allocs_failed()) {
			KUNIT_EXPECT_EQ(test, verdict, VR_HELD);
			break;
		}
		KUNIT_EXPECT_EQ(test, verdict, VR_DROPPED);
		C_FOLLOWED(w, 0, 0);
	}
	KUNIT_EXPECT_GE(test, n, 3);
	KUNIT_EXPECT_LT(test, n, 20);
	vr_test_fail_alloc(0);
	C_FOLLOWED(w, 1, 1);
	/* none is needed to let it go; but the first one may not be read, and then it waits on */
	c_third(&in, &f, n, 0);
	vr_test_fail_alloc_from(1);
	verdict = w_rx(w, V_G3, &in);
	vr_test_fail_alloc(0);
	C_FOLLOWED(w, 1, verdict == VR_DROPPED);
	vr_test_port_drain(w->port[V_G4]);
}

static void frag_reset(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct w_frame f, in;

	c_build(w);
	w_flow_set(w, &cfg);
	c_whole(&f, false, false);
	c_third(&in, &f, 1, 1);
	W_HELD(w, V_G3, &in);
	c_third(&in, &f, 2, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_FOLLOWED(w, 2, 1);
	w_ports_detach(w);
	vr_core_lock(w->core);
	vr_core_reset(w->core);
	vr_core_unlock(w->core);
	C_FOLLOWED(w, 0, 1);
	vr_resume(w->core);
	C_FOLLOWED(w, 0, 0);
	W_DROPPED(w, VR_DROP_FRAGMENTS, 1);
}

/* A router that ends with some in it accounts for them; w_suite_exit() looks. */
static void frag_end(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(true);
	struct w_frame f, in;

	c_build(w);
	w_flow_set(w, &cfg);
	c_whole(&f, true, false);
	c_third(&in, &f, 1, 1);
	W_HELD(w, V_G3, &in);
	c_third(&in, &f, 2, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

static struct kunit_case flow_frag_wait_cases[] = {
	W_CASE(frag_times_out),
	W_CASE(frag_at_nexthop),
	W_CASE(frag_flow_lookup),
	W_CASE(frag_vanish),
	W_CASE(frag_limits),
	W_CASE(frag_no_memory),
	W_CASE(frag_reset),
	W_CASE(frag_end),
	{}
};

static struct kunit_suite flow_frag_wait_suite = {
	.name = "flow_frag_wait",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = flow_frag_wait_cases,
};

VR_TEST_SUITE(flow_frag_wait_suite);

#endif /* VR_TEST_USERSPACE */
