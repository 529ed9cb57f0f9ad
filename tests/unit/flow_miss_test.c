// SPDX-License-Identifier: GPL-2.0-only
/* Packets without a flow: who may make one, what the agent is told, and who cannot have one. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

#define IP3	W_IP(10, 1, 1, 3)
#define IP4	W_IP(10, 1, 1, 4)

/* UDP from guest 3 to guest 4: bridged, or by the gateway's MAC routed. */
static void bridged(struct w_frame *f)
{
	w_udp4(f, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 2000, 30);
}

static void routed(struct w_frame *f)
{
	w_udp4(f, w_mac_gw, w_mac_guest(V_G3), IP3, IP4, 1000, 2000, 30);
}

static void routed_out(struct w_frame *f)
{
	routed(f);
	w_hop(f);
	w_macs(f, w_mac_guest(V_G4), w_mac_gw);
}

static struct vr_flow_cfg flow_cfg(u32 nh)
{
	return w_flow4_cfg(nh, IPPROTO_UDP, IP3, IP4, 1000, 2000);
}

static struct vr_flow_cfg build_policy(struct world *w)
{
	w_build(w);
	w_policy(w, V_G3, NH_L3(V_G3));
	return flow_cfg(NH_L3(V_G3));
}

static void expect_no_flow(struct world *w, int line, const struct vr_flow_cfg *cfg)
{
	struct vr_flow_info info;

	KUNIT_EXPECT_EQ_MSG(w->test, w_flow_find(w, cfg, &info), -ENOENT, "line %d: a flow", line);
}

/* Written out once, by hand: index 0, key nexthop 13, nothing counted yet, generation 1. */
static void miss_miss_header_bytes(struct kunit *test)
{
	static const u8 head[44] = {
		0x02, 0, 0, 0, 0, 2,  0x02, 0, 0, 0, 0, 2,  0x08, 0x00,
		0x00, 0x03,  0x00, 0x01,  0x00, 0x06,
		0, 0, 0, 0,  0, 0, 0, 13,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
		1,  0, 0, 0,
	};
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct vr_flow_info info;
	struct w_frame in, out;

	routed(&in);
	memcpy(out.b, head, sizeof(head));
	memcpy(out.b + sizeof(head), in.b, in.len);
	out.len = sizeof(head) + in.len;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	put_unaligned_be32(info.id.index, out.b + 20);
	out.b[40] = (u8)info.id.gen;
	W_SENT(w, V_AGENT, &out);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_HOLD);
	KUNIT_EXPECT_EQ(test, info.cfg.vrf, 1);
	KUNIT_EXPECT_EQ(test, info.state, VR_FLOW_S_NEW | VR_FLOW_S_HELD);
}

static void miss_no_new_flows(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in;

	bridged(&in);
	w_vif_flags(w, V_G3, VR_VIF_F_POLICY | VR_VIF_F_DROP_NEW_FLOWS);
	W_DROP(w, V_G3, &in, VR_DROP_NEW_FLOWS);
	expect_no_flow(w, __LINE__, &cfg);
	/* those that are there go on */
	w_flow_set(w, &cfg);
	W_PASS(w, V_G3, &in, V_G4, &in);

	/* Nobody to ask. */
	w_flow_del(w, &cfg);
	w_vif_flags(w, V_G3, VR_VIF_F_POLICY);
	w->port[V_AGENT]->up = false;
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
	expect_no_flow(w, __LINE__, &cfg);
	w_flow_set(w, &cfg);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

/* The agent is asked so many times a second, and by each port on its own account. */
static void miss_trap_rate(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in;
	unsigned int i;

	w_policy(w, V_G5, NH_L3(V_G5));
	w_conf(w, VR_CONF_TRAP_RATE_FLOW, 3);
	for (i = 0; i < 5; i++) {
		cfg.key.sport = htons(3000 + i);
		w_udp4(&in, w_mac_gw, w_mac_guest(V_G3), IP3, IP4, 3000 + i, 2000, 30);
		if (i < 3)
			W_MISSED(w, V_G3, &in, &cfg);
		else
			W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
	}
	expect_no_flow(w, __LINE__, &cfg);
	cfg = flow_cfg(NH_L3(V_G5));
	w_udp4(&in, w_mac_gw, w_mac_guest(V_G5), IP3, IP4, 1000, 2000, 30);
	W_MISSED(w, V_G5, &in, &cfg);
	w_conf(w, VR_CONF_TRAP_RATE_FLOW, 0);
	cfg = flow_cfg(NH_L3(V_G3));
	routed(&in);
	W_MISSED(w, V_G3, &in, &cfg);
}

/* What the agent hands back for a guest's port meets the same flow as what came in there. */
static void miss_agent_routes(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, cmd, out;

	routed(&in);
	routed_out(&out);
	W_MISSED(w, V_G3, &in, &cfg);
	cmd = in;
	w_wrap(&cmd, w_mac_vif(V_AGENT), V_G3, 1, VR_AGENT_CMD_ROUTE, 0);
	W_HELD(w, V_AGENT, &cmd);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &out);
	W_SENT(w, V_G4, &out);
	W_PASS(w, V_AGENT, &cmd, V_G4, &out);
}

/* At every point where memory can run out the packet is accounted for, and the next one passes. */
static void miss_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, out;
	unsigned int n;
	bool failed;

	cfg.ttl = 9;
	for (n = 1, failed = true; failed; n++) {
		routed(&in);
		vr_test_fail_alloc(n);
		w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		w->line = n;
		w_books(w);
		vr_test_port_drain(w->port[V_AGENT]);
		w_flow_set(w, &cfg);
		vr_test_port_drain(w->port[V_G4]);
		w_flow_del(w, &cfg);
		w_books(w);
	}
	KUNIT_EXPECT_GT(test, n, 4);

	w_flow_set(w, &cfg);
	routed_out(&out);
	w_set_hops(&out, 9);
	for (n = 1, failed = true; failed; n++) {
		vr_test_fail_alloc(n);
		w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		w_books(w);
	}
	W_SENT(w, V_G4, &out);
	W_NOTHING(w);
}

/* What policy cannot read it does not let through. */
static void miss_unreadable(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, udp;

	build_policy(w);
	bridged(&in);
	in.b[ETH_HLEN + 10] ^= 1;
	W_DROP(w, V_G3, &in, VR_DROP_CKSUM_ERR);
	bridged(&in);
	in.b[ETH_HLEN] = 0x44;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	bridged(&in);
	in.len = ETH_HLEN + 10;
	W_DROP(w, V_G3, &in, VR_DROP_PULL);
	/* a later fragment, and none may wait */
	w_conf(w, VR_CONF_FRAGMENTS_HELD, 0);
	bridged(&in);
	in.b[ETH_HLEN + 7] = 8;
	w_sum(&in);
	W_DROP(w, V_G3, &in, VR_DROP_NO_FRAG_ENTRY);
	/* an error about an error */
	bridged(&udp);
	w_icmp4_error(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 3, &udp);
	udp = in;
	w_icmp4_error(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 3, &udp);
	W_DROP(w, V_G3, &in, VR_DROP_ICMP_ERROR);
	/* IPv6: of another version */
	w_udp6(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 3, 4, 1, 2, 30);
	in.b[ETH_HLEN] = 0x40;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
}

/* The agent's queue is full: the packet waits, and only what was meant for the agent is lost. */
static void miss_agent_is_slow(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in;

	bridged(&in);
	w->port[V_AGENT]->full = true;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_TRAP_LIMIT, 1);
	KUNIT_EXPECT_EQ(test, w_n_held(w), 1);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);
}

/* Of a packet that was to be segmented the agent gets the headers; it waits whole. */
static void miss_gso(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, trap;
	struct vr_pkt *pkt;

	w_udp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 2000, 4000);
	w->gso = 1000;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
	trap = in;
	trap.len = 190 - 44;
	w_wrap_flow(w, &trap, V_G3, &cfg, VR_TRAP_FLOW_MISS);
	W_SENT(w, V_AGENT, &trap);
	w_flow_set(w, &cfg);
	pkt = vr_test_port_pop(w->port[V_G4]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), in.len);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), 1000);
	vr_test_pkt_free(pkt);
	W_NOTHING(w);
}

static struct kunit_case flow_miss_cases[] = {
	W_CASE(miss_miss_header_bytes),
	W_CASE(miss_no_new_flows),
	W_CASE(miss_trap_rate),
	W_CASE(miss_agent_routes),
	W_CASE(miss_without_memory),
	W_CASE(miss_unreadable),
	W_CASE(miss_agent_is_slow),
	W_CASE(miss_gso),
	{}
};

static struct kunit_suite flow_miss_suite = {
	.name = "flow_miss",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = flow_miss_cases,
};

VR_TEST_SUITE(flow_miss_suite);

#endif /* VR_TEST_USERSPACE */
