// SPDX-License-Identifier: GPL-2.0-only
/* Packets that were held: in which order they go on, and what may have changed meanwhile. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

#include "obj/core.h"
#include "obj/flow.h"

#define IP3	W_IP(10, 1, 1, 3)
#define IP4	W_IP(10, 1, 1, 4)

/* The @n-th packet of one flow from guest 3 to guest 4; and as it leaves, routed. */
static void nth(struct w_frame *f, unsigned int n)
{
	w_udp4(f, w_mac_gw, w_mac_guest(V_G3), IP3, IP4, 1000, 2000, 30 + n);
}

static void nth_out(struct w_frame *f, unsigned int n)
{
	nth(f, n);
	w_hop(f);
	w_macs(f, w_mac_guest(V_G4), w_mac_gw);
}

static struct vr_flow_cfg build_policy(struct world *w)
{
	w_build(w);
	w_policy(w, V_G3, NH_L3(V_G3));
	return w_flow4_cfg(NH_L3(V_G3), IPPROTO_UDP, IP3, IP4, 1000, 2000);
}

/* Let packets 0 to @n - 1 of that flow be held. */
static struct vr_flow_cfg hold(struct world *w, unsigned int n)
{
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in;
	unsigned int i;

	for (i = 0; i < n; i++) {
		nth(&in, i);
		if (i)
			W_HELD(w, V_G3, &in);
		else
			W_MISSED(w, V_G3, &in, &cfg);
	}
	return cfg;
}

static void resume_keeps_order(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_info info;
	struct vr_flow_cfg cfg;
	struct w_frame f;
	unsigned int i;
	u64 bytes = 0;

	cfg = hold(w, 3);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	KUNIT_EXPECT_EQ(test, info.held, 3);
	KUNIT_EXPECT_EQ(test, info.packets, 0);
	w_flow_set(w, &cfg);
	for (i = 0; i < 3; i++) {
		nth_out(&f, i);
		W_SENT(w, V_G4, &f);
		bytes += f.len;
	}
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	KUNIT_EXPECT_EQ(test, info.packets, 3);
	KUNIT_EXPECT_EQ(test, info.bytes, bytes);
	KUNIT_EXPECT_EQ(test, info.held, 0);
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_SENT);
	nth_out(&f, 0);
	W_SENT(w, V_G4, &f);
}

/* Decided, but not yet let go: who comes now goes behind those that wait. */
static void resume_newcomers_go_behind(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;
	unsigned int i;

	cfg = hold(w, 2);
	W_DONE(w, W_LOCKED(w, vr_flow_set(w->core, &cfg, NULL, false, NULL, &w->err)));
	nth(&f, 2);
	W_HELD(w, V_G3, &f);
	vr_resume(w->core);
	for (i = 0; i < 3; i++) {
		nth_out(&f, i);
		W_SENT(w, V_G4, &f);
	}
	W_NOTHING(w);
}

static void resume_queue_limit(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;
	unsigned int i;

	cfg = hold(w, 3);
	nth(&f, 3);
	W_DROP(w, V_G3, &f, VR_DROP_FLOW_QUEUE_LIMIT);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 3);
	w_flow_set(w, &cfg);
	for (i = 0; i < 3; i++) {
		nth_out(&f, i);
		W_SENT(w, V_G4, &f);
	}
	W_NOTHING(w);
}

static void resume_hold_limit(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;

	cfg = build_policy(w);
	w_conf(w, VR_CONF_HOLD_LIMIT, 1);
	nth(&f, 0);
	W_MISSED(w, V_G3, &f, &cfg);
	w_udp4(&f, w_mac_gw, w_mac_guest(V_G3), IP3, IP4, 1001, 2000, 30);
	W_DROP(w, V_G3, &f, VR_DROP_FLOW_UNUSABLE);
}

static void resume_drops(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_info info;
	struct vr_flow_cfg cfg;

	cfg = hold(w, 3);
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_FLOW_ACTION_DROP, 3);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	KUNIT_EXPECT_EQ(test, info.packets, 3);
}

/* The packet waits without its sender and its device, and goes on with neither. */
static void resume_parks(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct vr_pkt *pkt;

	cfg = hold(w, 1);
	w_flow_set(w, &cfg);
	pkt = vr_test_port_pop(w->port[V_G4]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_is_parked(pkt));
	vr_test_pkt_free(pkt);
}

/* From every stage: bridged, routed, at a nexthop; with what was known there. */
static void resume_at_l2(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;

	cfg = build_policy(w);
	w_udp4(&f, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 2000, 30);
	W_MISSED(w, V_G3, &f, &cfg);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &f);
	W_NOTHING(w);
}

static void resume_at_nexthop(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct vr_nh_info nh;
	struct w_frame f;

	cfg = build_policy(w);
	w_vif_flags(w, V_G3, 0);
	W_DONE(w, w_nh_get(w, NH_L3(V_G4), &nh));
	nh.cfg.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh.cfg));
	cfg.key.nh = 0;
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	w_flow_set(w, &cfg);
	nth_out(&f, 0);		/* one hop, not two */
	W_SENT(w, V_G4, &f);

	/* The nexthop has gone meanwhile; or its vif has. */
	w_flow_del(w, &cfg);
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	W_DONE(w, w_nh_del(w, NH_L3(V_G4)));
	w_flow_set(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_NH, 1);
	W_DONE(w, w_nh_set(w, &nh.cfg));

	w_flow_del(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	w_detach(w, V_G4);
	W_DONE(w, w_vif_del(w, V_G4));
	w_flow_set(w, &cfg);
	W_DROPPED(w, VR_DROP_INVALID_IF, 1);
}

/* On in another VRF, after a hop was taken off: it is not taken off again. */
static void resume_at_nexthop_elsewhere(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(2, IP4, 32, NH_L3(V_G6));
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct vr_nh_info nh;
	struct w_frame f;

	cfg = build_policy(w);
	w_vif_flags(w, V_G3, 0);
	W_DONE(w, w_route_set(w, &rt));
	W_DONE(w, w_nh_get(w, NH_L3(V_G4), &nh));
	nh.cfg.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh.cfg));
	cfg.key.nh = 0;
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	cfg.flags = VR_FLOW_F_VRFT;
	cfg.dvrf = 2;
	w_flow_set(w, &cfg);
	nth_out(&f, 0);
	w_macs(&f, w_mac_guest(V_G6), w_mac_gw);
	W_SENT(w, V_G6, &f);
	W_NOTHING(w);
}

/* Waiting does not make the way longer that a packet may go: eight look-ups, not nine. */
static void resume_budget(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	struct vr_flow_cfg cfg;
	struct vr_nh_cfg nh;
	struct w_frame f;
	u32 i;

	cfg = build_policy(w);
	w_vif_flags(w, V_G3, 0);
	cfg.key.nh = 102;
	for (i = 0; i < 7; i++) {
		W_DONE(w, w_vrf_new(w, 100 + i));
		nh = w_nh_cfg(100 + i, VR_NH_VRF_TRANSLATE);
		nh.family = AF_INET;
		nh.vrf = 100 + i;
		nh.flags = i == 2 ? VR_NH_F_POLICY : 0;
		W_DONE(w, w_nh_set(w, &nh));
		rt = w_route4_cfg(i ? 99 + i : 1, IP4, 32, 100 + i);
		W_DONE(w, w_route_set(w, &rt));
	}
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	rt = w_route4_cfg(106, IP4, 32, NH_L3(V_G4));
	W_DONE(w, w_route_set(w, &rt));
	w_flow_set(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_PKT_LOOP, 1);

	w_flow_del(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	rt = w_route4_cfg(105, IP4, 32, NH_L3(V_G4));
	W_DONE(w, w_route_set(w, &rt));
	w_flow_set(w, &cfg);
	nth_out(&f, 0);
	W_SENT(w, V_G4, &f);
	W_NOTHING(w);
}

/* A nexthop without a user is gone altogether once it is deleted. */
static void resume_at_forgotten_nexthop(struct kunit *test)
{
	struct vr_nh_cfg nh = w_encap_cfg(99, AF_INET, V_G4, w_mac_guest(V_G4), w_mac_gw);
	struct vr_route_cfg rt = w_route4_cfg(1, IP4, 32, 99);
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;

	cfg = build_policy(w);
	w_vif_flags(w, V_G3, 0);
	nh.flags = VR_NH_F_POLICY;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_route_set(w, &rt));
	cfg.key.nh = 0;
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	vr_test_port_drain(w->port[V_AGENT]);
	W_DONE(w, w_route_del(w, &rt));
	W_DONE(w, w_nh_del(w, 99));
	rcu_barrier();
	w_flow_set(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_NH, 1);
}

/* Nobody is charged for what came in by a port that is no more. */
static void resume_vif_gone(struct kunit *test)
{
	struct vr_vif_cfg vif = w_vif_cfg(V_G3, VR_VIF_VIRTUAL, 1);
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct vr_flow_cfg cfg;

	cfg = hold(w, 2);
	w_detach(w, V_G3);
	W_DONE(w, w_vif_del(w, V_G3));
	w_flow_set(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_INVALID_IF, 2);
	W_DONE(w, w_vif_set(w, &vif));
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 0);
}

/* Nexthops keep the handle of a vif, or nothing does: the new one of the same id is another. */
static void vif_made_again(struct world *w, bool flow_goes)
{
	struct vr_vif_cfg vif = w_vif_cfg(V_G3, VR_VIF_VIRTUAL, 1);
	struct vr_vif_info info;
	struct vr_flow_cfg cfg;

	cfg = hold(w, 2);
	w_detach(w, V_G3);
	W_DONE(w, w_vif_del(w, V_G3));
	W_DONE(w, w_vif_set(w, &vif));
	w_attach(w, V_G3);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(w->test, info.held, 0);
	if (flow_goes)
		w_flow_del(w, &cfg);
	else
		w_flow_set(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, flow_goes ? VR_DROP_FLOW_EVICT : VR_DROP_INVALID_IF, 2);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(w->test, info.stats.rx_errors, 0);
	KUNIT_EXPECT_EQ(w->test, info.held, 0);
}

static void resume_vif_made_again(struct kunit *test)
{
	vif_made_again(test->priv, false);
}

static void resume_vif_made_again_flow_gone(struct kunit *test)
{
	vif_made_again(test->priv, true);
}

static void resume_flow_deleted(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct vr_flow_cfg cfg;

	cfg = hold(w, 3);
	w_flow_del(w, &cfg);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_FLOW_EVICT, 3);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 3);
}

/* What it needs to go on is looked up then, not when it came. */
static void resume_sees_what_is_new(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, IP4, 32, NH_L3(V_G5));
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;

	cfg = hold(w, 1);
	W_DONE(w, w_route_set(w, &rt));
	w_policy(w, V_G3, 12345);	/* another key from now on */
	w_flow_set(w, &cfg);
	nth_out(&f, 0);
	w_macs(&f, w_mac_guest(V_G5), w_mac_gw);
	W_SENT(w, V_G5, &f);
	W_NOTHING(w);
}

/* The agent goes: flows that it decided go on, and those that wait, wait. */
static void resume_without_agent(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f;

	cfg = hold(w, 1);
	w_detach(w, V_AGENT);
	W_DONE(w, w_vif_del(w, V_AGENT));
	nth(&f, 1);
	W_HELD(w, V_G3, &f);
	w_flow_set(w, &cfg);
	nth_out(&f, 0);
	W_SENT(w, V_G4, &f);
	nth_out(&f, 1);
	W_SENT(w, V_G4, &f);
	W_NOTHING(w);
}

/* A flow that was decided is to wait again: the agent hears of its next packet. */
static void resume_held_again(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f, trap;

	cfg = hold(w, 1);
	w_flow_set(w, &cfg);
	nth_out(&f, 0);
	W_SENT(w, V_G4, &f);

	cfg.action = VR_FLOW_HOLD;
	w_flow_set(w, &cfg);
	nth(&f, 1);
	trap = f;
	w_wrap_flow(w, &trap, V_G3, &cfg, VR_TRAP_FLOW_ACTION_HOLD);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(trap.b + 28), f.len - 1);	/* so far */
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(trap.b + 32), 1);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	W_SENT(w, V_AGENT, &trap);
	nth(&f, 2);
	W_HELD(w, V_G3, &f);

	cfg.action = VR_FLOW_FORWARD;
	w_flow_set(w, &cfg);
	nth_out(&f, 1);
	W_SENT(w, V_G4, &f);
	nth_out(&f, 2);
	W_SENT(w, V_G4, &f);
	W_NOTHING(w);
}

/* The agent hears of each that it lets wait again, however many: nobody tells of those behind. */
static void resume_held_again_is_told(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame f;
	u32 i;

	cfg.action = VR_FLOW_HOLD;
	w_conf(w, VR_CONF_TRAP_RATE_FLOW, 1);
	for (i = 0; i < 3; i++) {
		cfg.key.sport = htons(1000 + i);
		w_flow_set(w, &cfg);
		w_udp4(&f, w_mac_gw, w_mac_guest(V_G3), IP3, IP4, 1000 + i, 2000, 30);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
		KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_AGENT]), 1);
	}
}

/* The header has room for 32 bits of each counter, and a word for what is above. */
static void resume_counts_overflow(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_info info;
	struct vr_flow_cfg cfg;
	struct vr_flow *flow;
	struct w_frame f;
	struct vr_pkt *pkt;
	u8 hdr[44];

	cfg = build_policy(w);
	cfg.action = VR_FLOW_HOLD;
	w_flow_set(w, &cfg);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	rcu_read_lock();
	flow = vr_flow_at_rcu(&w->core->flows, info.id.index);
	flow->packets = 0x500000001ULL;
	flow->bytes = 0x7000000002ULL;
	rcu_read_unlock();
	nth(&f, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_HELD);
	pkt = vr_test_port_pop(w->port[V_AGENT]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	vr_test_pkt_copy(pkt, hdr, 0, sizeof(hdr));
	vr_test_pkt_free(pkt);
	KUNIT_EXPECT_EQ(test, get_unaligned_be16(hdr + 18), VR_TRAP_FLOW_ACTION_HOLD);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(hdr + 28), 2);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(hdr + 32), 1);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(hdr + 36), 0x00050070);
	KUNIT_EXPECT_EQ(test, hdr[40], (u8)info.id.gen);
}

/* Diagnostic traffic is that still, and a packet that ends with its flow is the flow's last. */
static void resume_diag(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f, cmd, trap;

	cfg = build_policy(w);
	nth(&f, 0);
	cmd = f;
	w_wrap(&cmd, w_mac_vif(V_AGENT), V_G3, 1, VR_AGENT_CMD_ROUTE, 1);
	put_unaligned_be32(1, cmd.b + 24);
	trap = f;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_AGENT, &cmd), VR_HELD);
	w_wrap_flow(w, &trap, V_G3, &cfg, VR_TRAP_FLOW_MISS);
	W_SENT(w, V_AGENT, &trap);
	w_flow_set(w, &cfg);
	w_hop(&f);
	w_wrap(&f, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_DIAG, V_G4);
	W_SENT(w, V_AGENT, &f);
	W_NOTHING(w);
}

static void resume_tcp_ends_while_held(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(NH_L3(V_G3), IPPROTO_TCP, IP3, IP4, 1000, 80);
	struct world *w = test->priv;
	struct w_frame syn, rst, late;

	build_policy(w);
	w_tcp4(&syn, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x02, 100, 0);
	w_tcp4(&rst, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x04, 101, 0);
	w_tcp4(&late, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x10, 101, 9);
	W_MISSED(w, V_G3, &syn, &cfg);
	W_HELD(w, V_G3, &rst);
	W_HELD(w, V_G3, &late);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &syn);
	W_SENT(w, V_G4, &rst);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_FLOW_EVICT, 1);
}

/* A router that ends with packets in it accounts for them; w_suite_exit() looks. */
static void resume_ends_with_held(struct kunit *test)
{
	hold(test->priv, 3);
}

static void resume_reset_with_held(struct kunit *test)
{
	struct world *w = test->priv;

	hold(w, 3);
	w_ports_detach(w);
	vr_core_lock(w->core);
	vr_core_reset(w->core);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 3);
	vr_resume(w->core);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 0);
	W_DROPPED(w, VR_DROP_FLOW_EVICT, 3);
}

static struct kunit_case flow_resume_cases[] = {
	W_CASE(resume_keeps_order),
	W_CASE(resume_newcomers_go_behind),
	W_CASE(resume_queue_limit),
	W_CASE(resume_hold_limit),
	W_CASE(resume_drops),
	W_CASE(resume_parks),
	W_CASE(resume_at_l2),
	W_CASE(resume_at_nexthop),
	W_CASE(resume_at_nexthop_elsewhere),
	W_CASE(resume_budget),
	W_CASE(resume_at_forgotten_nexthop),
	W_CASE(resume_vif_gone),
	W_CASE(resume_vif_made_again),
	W_CASE(resume_vif_made_again_flow_gone),
	W_CASE(resume_flow_deleted),
	W_CASE(resume_sees_what_is_new),
	W_CASE(resume_without_agent),
	W_CASE(resume_held_again),
	W_CASE(resume_held_again_is_told),
	W_CASE(resume_counts_overflow),
	W_CASE(resume_diag),
	W_CASE(resume_tcp_ends_while_held),
	W_CASE(resume_ends_with_held),
	W_CASE(resume_reset_with_held),
	{}
};

static struct kunit_suite flow_resume_suite = {
	.name = "flow_resume",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = flow_resume_cases,
};

VR_TEST_SUITE(flow_resume_suite);

#endif /* VR_TEST_USERSPACE */
