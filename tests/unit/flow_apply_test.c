// SPDX-License-Identifier: GPL-2.0-only
/* Packets that meet their flow: where, by which key, and what it does to them. */
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

static void nh_flags(struct world *w, u32 id, u32 flags)
{
	struct vr_nh_info info;

	W_DONE(w, w_nh_get(w, id, &info));
	info.cfg.flags |= flags;
	W_DONE(w, w_nh_set(w, &info.cfg));
}

static void expect_counts(struct world *w, int line, const struct vr_flow_cfg *cfg, u64 packets,
			  u64 bytes)
{
	struct vr_flow_info info;

	W_DONE(w, w_flow_find(w, cfg, &info));
	KUNIT_EXPECT_EQ_MSG(w->test, info.packets, packets, "line %d: packets", line);
	KUNIT_EXPECT_EQ_MSG(w->test, info.bytes, bytes, "line %d: bytes", line);
}

static void expect_no_flow(struct world *w, int line, const struct vr_flow_cfg *cfg)
{
	struct vr_flow_info info;

	KUNIT_EXPECT_EQ_MSG(w->test, w_flow_find(w, cfg, &info), -ENOENT, "line %d: a flow", line);
}

static void apply_hit_forwards(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, out;

	w_flow_set(w, &cfg);
	bridged(&in);
	W_PASS(w, V_G3, &in, V_G4, &in);
	routed(&in);
	routed_out(&out);
	W_PASS(w, V_G3, &in, V_G4, &out);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len);
}

static void apply_drops(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in;

	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	routed(&in);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	bridged(&in);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len);
	/* decided anew */
	cfg.action = VR_FLOW_FORWARD;
	w_flow_set(w, &cfg);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

/* Who needs no flow where policy is on. */
static void apply_leaves_alone(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, out;

	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* a group */
	bridged(&in);
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	/* bridged with a tag, either way */
	bridged(&in);
	w->tci = 7;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 7);
	w_tag(&in, 7);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* a neighbour that is asked whether it is still there */
	w_ns(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), V_G3, V_G4);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* a port without policy */
	w_udp4(&in, w_mac_gw, w_mac_guest(V_G5), IP3, IP4, 1000, 2000, 30);
	routed_out(&out);
	W_PASS(w, V_G5, &in, V_G4, &out);
	expect_no_flow(w, __LINE__, &cfg);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* A tag means nothing to the router, so it hides nothing from policy; nor does a priority tag. */
static void apply_behind_tags(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, trap;

	routed(&in);
	trap = in;
	w_tag(&trap, 7);
	w->tci = 7;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
	w_wrap_flow(w, &trap, V_G3, &cfg, VR_TRAP_FLOW_MISS);
	W_SENT(w, V_AGENT, &trap);
	routed_out(&in);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &in);

	w_flow_del(w, &cfg);
	bridged(&in);
	w_tag(&in, 0xe000);
	W_MISSED(w, V_G3, &in, &cfg);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);
}

static void apply_ip6(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow6_cfg(NH_L3(V_G3), IPPROTO_UDP, 3, 4, 1000, 2000);
	struct world *w = test->priv;
	struct w_frame in, out;

	build_policy(w);
	w_udp6(&in, w_mac_gw, w_mac_guest(V_G3), 3, 4, 1000, 2000, 30);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_MISSED(w, V_G3, &in, &cfg);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &out);
	W_PASS(w, V_G3, &in, V_G4, &out);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len);
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
}

/* An ICMP error goes the way of the flow that it is about, turned round. */
static void apply_icmp_error(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in, about;

	w_flow_set(w, &cfg);
	/* guest 3 could not take what guest 4 sent to it from 2000 to 1000 */
	w_udp4(&about, w_mac_guest(V_G3), w_mac_guest(V_G4), IP4, IP3, 2000, 1000, 30);
	w_icmp4_error(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 3, &about);
	W_PASS(w, V_G3, &in, V_G4, &in);
	expect_counts(w, __LINE__, &cfg, 1, in.len);
	/* about another one */
	w_udp4(&about, w_mac_guest(V_G3), w_mac_guest(V_G4), IP4, IP3, 2000, 1001, 30);
	w_icmp4_error(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 3, &about);
	cfg.key.sport = htons(1001);
	W_MISSED(w, V_G3, &in, &cfg);
}

static void apply_source(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct vr_nh_cfg nh;
	struct w_frame in;

	static const struct {
		u32 nh;
		enum vr_drop_reason reason;
	} cases[] = {
		{ VR_NH_NONE, VR_DROP_NONE },
		{ NH_L3(V_G3), VR_DROP_NONE },
		{ NH_L2(V_G3), VR_DROP_NONE },
		{ NH_L3(V_G5), VR_DROP_INVALID_SOURCE },
		{ NH_HOST, VR_DROP_INVALID_SOURCE },
		{ NH_LOCAL, VR_DROP_NONE },		/* guest 3 is a member */
		{ NH_FLOOD2, VR_DROP_INVALID_SOURCE },
		{ NH_FLOOD, VR_DROP_NONE },		/* of which that is one */
		{ 60, VR_DROP_INVALID_NH },		/* and this one holds nobody */
		{ NH_DISCARD, VR_DROP_INVALID_NH },
		{ NH_RESOLVE, VR_DROP_INVALID_NH },
		{ NH_TO_VRF2, VR_DROP_INVALID_NH },
	};
	unsigned int i;

	nh = w_nh_cfg(60, VR_NH_COMPOSITE);
	nh.kind = VR_NH_KIND_L2_MCAST;
	W_DONE(w, w_nh_set(w, &nh));
	bridged(&in);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		cfg.src_nh = cases[i].nh;
		w_flow_set(w, &cfg);
		if (cases[i].reason)
			W_DROP(w, V_G3, &in, cases[i].reason);
		else
			W_PASS(w, V_G3, &in, V_G4, &in);
	}
	expect_counts(w, __LINE__, &cfg, i, i * in.len);

	/* It was deleted, as a member and itself, and made again. */
	cfg.src_nh = NH_LOCAL;
	w_flow_set(w, &cfg);
	W_DONE(w, w_nh_del(w, NH_L2(V_G3)));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_SOURCE);
	cfg.src_nh = NH_L3(V_G3);
	w_flow_set(w, &cfg);
	W_DONE(w, w_nh_del(w, NH_L3(V_G3)));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
	nh = w_encap_cfg(NH_L3(V_G3), AF_INET, V_G3, w_mac_guest(V_G3), w_mac_gw);
	W_DONE(w, w_nh_set(w, &nh));
	W_PASS(w, V_G3, &in, V_G4, &in);
}

/* On in another VRF, and routed there even if it was bridged. */
static void apply_vrf_translate(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct vr_route_cfg rt = w_route4_cfg(2, IP4, 32, NH_L3(V_G6));
	struct w_frame in, out;

	W_DONE(w, w_route_set(w, &rt));
	cfg.flags = VR_FLOW_F_VRFT;
	cfg.dvrf = 2;
	w_flow_set(w, &cfg);
	routed_out(&out);
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	routed(&in);
	W_PASS(w, V_G3, &in, V_G6, &out);
	bridged(&in);
	W_PASS(w, V_G3, &in, V_G6, &out);
	/* at a nexthop, when a hop has been taken off: one is enough */
	w_vif_flags(w, V_G3, 0);
	nh_flags(w, NH_L3(V_G4), VR_NH_F_POLICY);
	cfg.key.nh = 0;
	w_flow_set(w, &cfg);
	routed(&in);
	W_PASS(w, V_G3, &in, V_G6, &out);
	/* the VRF is gone */
	w_policy(w, V_G3, NH_L3(V_G3));
	cfg.key.nh = NH_L3(V_G3);
	W_DONE(w, w_vrf_new(w, 9));
	cfg.dvrf = 9;
	w_flow_set(w, &cfg);
	W_DROP(w, V_G3, &in, VR_DROP_L3_NO_ROUTE);
	W_DONE(w, w_vrf_del(w, 9));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_VRF);
}

/* It leaves with exactly that, though it was routed. */
static void apply_ttl(struct kunit *test)
{
	struct vr_flow_cfg cfg6 = w_flow6_cfg(NH_L3(V_G3), IPPROTO_UDP, 3, 4, 1000, 2000);
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	static const u8 ttls[] = { 1, 64, 255 };
	struct w_frame in, out;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ttls); i++) {
		cfg.ttl = ttls[i];
		cfg6.ttl = ttls[i];
		w_flow_set(w, &cfg);
		w_flow_set(w, &cfg6);
		bridged(&in);
		out = in;
		w_set_hops(&out, ttls[i]);
		W_PASS(w, V_G3, &in, V_G4, &out);
		routed(&in);
		w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
		W_PASS(w, V_G3, &in, V_G4, &out);

		w_udp6(&in, w_mac_gw, w_mac_guest(V_G3), 3, 4, 1000, 2000, 30);
		out = in;
		w_set_hops(&out, ttls[i]);
		w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
		W_PASS(w, V_G3, &in, V_G4, &out);
	}
}

/* One flow for all clients of a server, whichever way they are met. */
static void apply_fat(struct kunit *test)
{
	static const struct vr_fat_rule rule = { .proto = IPPROTO_UDP, .port = 2000,
						 .ignore = VR_FAT_IGNORE_DST };
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct vr_vif_info info;
	struct w_frame in, out;

	W_DONE(w, w_vif_get(w, V_G3, &info));
	info.cfg.fat.n_rules = 1;
	info.cfg.fat.rules = &rule;
	W_DONE(w, w_vif_set(w, &info.cfg));
	cfg.key.addr[1] = 0;
	cfg.key.sport = 0;
	w_flow_set(w, &cfg);
	bridged(&in);
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_udp4(&in, w_mac_guest(V_G5), w_mac_guest(V_G3), IP3, W_IP(10, 1, 1, 5), 77, 2000, 30);
	W_PASS(w, V_G3, &in, V_G5, &in);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len);

	/* towards that guest, at its nexthop: the address of the other end is the source */
	nh_flags(w, NH_L3(V_G3), VR_NH_F_POLICY);
	w_udp4(&in, w_mac_gw, w_mac_guest(V_G4), IP4, IP3, 2000, 1234, 30);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G3), w_mac_gw);
	cfg = w_flow4_cfg(NH_L3(V_G3), IPPROTO_UDP, 0, IP3, 2000, 0);
	w_flow_set(w, &cfg);
	W_PASS(w, V_G4, &in, V_G3, &out);
	expect_counts(w, __LINE__, &cfg, 1, in.len);
}

/* Asked for by the nexthop: the key is of the port behind it. */
static void apply_at_nexthop(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = flow_cfg(NH_L3(V_G4));
	struct vr_vif_info info;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_vif_get(w, V_G4, &info));
	info.cfg.nh = NH_L3(V_G4);
	W_DONE(w, w_vif_set(w, &info.cfg));
	nh_flags(w, NH_L3(V_G4), VR_NH_F_POLICY);
	nh_flags(w, NH_L2(V_G4), VR_NH_F_POLICY);

	routed(&in);
	routed_out(&out);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
	w_hop(&in);		/* the hop was taken off before the nexthop was asked */
	w_wrap_flow(w, &in, V_G3, &cfg, VR_TRAP_FLOW_MISS);
	W_SENT(w, V_AGENT, &in);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G4, &out);
	routed(&in);
	W_PASS(w, V_G3, &in, V_G4, &out);
	/* bridged: the same flow; not what is not IP, or for a group */
	bridged(&in);
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* one flow is enough */
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	w_policy(w, V_G3, NH_L3(V_G3));
	cfg = flow_cfg(NH_L3(V_G3));
	w_flow_set(w, &cfg);
	routed(&in);
	W_PASS(w, V_G3, &in, V_G4, &out);
}

/* A nexthop of no port is its own key; that of a vif which is gone is none. */
static void apply_at_other_nexthops(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, IP4, 32, NH_TO_VRF2);
	struct vr_flow_cfg cfg = flow_cfg(NH_TO_VRF2);
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route4_cfg(2, IP4, 32, NH_L3(V_G6));
	W_DONE(w, w_route_set(w, &rt));
	nh_flags(w, NH_TO_VRF2, VR_NH_F_POLICY);
	routed(&in);
	routed_out(&out);
	w_macs(&out, w_mac_guest(V_G6), w_mac_gw);
	W_MISSED(w, V_G3, &in, &cfg);
	w_flow_set(w, &cfg);
	W_SENT(w, V_G6, &out);

	nh_flags(w, NH_L3(V_G6), VR_NH_F_POLICY);
	w_vif_flags(w, V_G3, 0);
	w_detach(w, V_G6);
	W_DONE(w, w_vif_del(w, V_G6));
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_IF);
}

/* A nexthop that only looks: who has no flow goes on, and the next one may ask again. */
static void apply_flow_lookup(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = flow_cfg(0);
	struct w_frame in, out, frag;

	w_build(w);
	nh_flags(w, NH_L3(V_G4), VR_NH_F_FLOW_LOOKUP);
	routed(&in);
	routed_out(&out);
	W_PASS(w, V_G3, &in, V_G4, &out);
	expect_no_flow(w, __LINE__, &cfg);
	/* not even what has none */
	frag = in;
	frag.b[ETH_HLEN + 7] = 8;
	w_sum(&frag);
	out = frag;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	W_PASS(w, V_G3, &frag, V_G4, &out);
	/* but who has one obeys */
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
}

/* From the host and from the fabric, where they are routed. */
static void apply_underlay(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(77, IPPROTO_UDP, 1, W_IP(10, 0, 0, 9), 5, 6);
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	struct w_frame in, out;

	w_build(w);
	cfg.vrf = 0;
	cfg.dvrf = 0;
	w_policy(w, V_HOST, 77);
	w_udp4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 0, 0, 9), 5, 6, 30);
	out = in;
	w_macs(&out, w_mac_peer, w_mac_vif(V_UPLINK));
	W_MISSED(w, V_HOST, &in, &cfg);
	w_flow_set(w, &cfg);
	W_SENT(w, V_UPLINK, &out);
	W_PASS(w, V_HOST, &in, V_UPLINK, &out);
	/* not to its own guests, by link-local address */
	rt = w_route4_cfg(0, W_IP(169, 254, 0, 0), 16, NH_L3(V_G3));
	W_DONE(w, w_route_set(w, &rt));
	w_udp4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(169, 254, 0, 3), 5, 6, 30);
	out = in;
	w_macs(&out, w_mac_guest(V_G3), w_mac_gw);
	W_PASS(w, V_HOST, &in, V_G3, &out);

	w_policy(w, V_UPLINK, 78);
	w_udp4(&in, w_mac_vif(V_UPLINK), w_mac_peer, 1, W_IP(10, 0, 0, 1), 5, 6, 30);
	cfg = w_flow4_cfg(78, IPPROTO_UDP, 1, W_IP(10, 0, 0, 1), 5, 6);
	cfg.vrf = 0;
	cfg.dvrf = 0;
	W_MISSED(w, V_UPLINK, &in, &cfg);
	w_flow_set(w, &cfg);
	w_macs(&in, w_mac_vif(V_HOST), w_mac_peer);
	W_SENT(w, V_HOST, &in);
	W_NOTHING(w);
}

/* A connection that has ended takes nothing more, until it is opened anew. */
static void apply_tcp_end(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(NH_L3(V_G3), IPPROTO_TCP, IP3, IP4, 1000, 80);
	struct world *w = test->priv;
	struct vr_flow_info info;
	struct w_frame in;
	u32 gen;

	build_policy(w);
	gen = w_flow_set(w, &cfg).gen;
	w_tcp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x02, 100, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	KUNIT_EXPECT_EQ(test, info.tcp, VR_FLOW_TCP_SYN);
	/* no other direction: any RST ends it, and goes through itself */
	w_tcp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x04, 101, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	KUNIT_EXPECT_EQ(test, info.state, VR_FLOW_S_EVICT);
	w_tcp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x10, 101, 7);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_EVICT);
	w_tcp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x12, 101, 7);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_EVICT);
	w_tcp4(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), IP3, IP4, 1000, 80, 0x02, 5000, 0);
	W_MISSED(w, V_G3, &in, &cfg);
	W_DONE(w, w_flow_find(w, &cfg, &info));
	KUNIT_EXPECT_EQ(test, info.state, VR_FLOW_S_NEW | VR_FLOW_S_HELD);
	KUNIT_EXPECT_TRUE(test, info.id.gen != gen || info.packets == 0);
}

/* @at: where a device is to put the sum of all from @start on. */
static void partial_at(struct world *w, unsigned int start, unsigned int at)
{
	w->partial = start;
	w->partial_at = at;
}

/* What a device puts where it is to put the sum of all from @start on. */
static u16 finished(const struct w_frame *f, unsigned int start)
{
	unsigned int i;
	u32 sum = 0;

	for (i = start; i < f->len; i += 2)
		sum += get_unaligned_be16(f->b + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The port that the datagram has once a checksum has been put over it. */
static u16 port_finished(const struct w_frame *f)
{
	return finished(f, ETH_HLEN + 20);
}

/* A guest may have a checksum put over the port: policy is about the packet that comes of it. */
static void apply_partial(struct kunit *test)
{
	const unsigned int l4 = ETH_HLEN + 20;
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w), other;
	struct w_frame in;

	w_flow_set(w, &cfg);
	bridged(&in);
	other = w_flow4_cfg(NH_L3(V_G3), IPPROTO_UDP, IP3, IP4, 1000, port_finished(&in));
	other.action = VR_FLOW_DROP;
	w_flow_set(w, &other);

	/* Where they belong, and of what is carried inside. */
	partial_at(w, l4, l4 + 6);
	W_PASS(w, V_G3, &in, V_G4, &in);
	partial_at(w, l4 + 8, l4 + 14);
	W_PASS(w, V_G3, &in, V_G4, &in);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len);

	partial_at(w, l4, l4 + 2);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	expect_counts(w, __LINE__, &other, 1, in.len);
	/* Into the IP header it is no header any more. */
	partial_at(w, ETH_HLEN, ETH_HLEN + 16);
	W_DROP(w, V_G3, &in, VR_DROP_CKSUM_ERR);
	partial_at(w, l4, l4 + 2);
	w->gso = 10;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	/* A first fragment, whose bytes are summed as they are. */
	put_unaligned_be16(0x2000, in.b + ETH_HLEN + 6);
	put_csum_ip4(in.b + ETH_HLEN);
	in.len -= 6;
	put_unaligned_be16(in.len - ETH_HLEN, in.b + ETH_HLEN + 2);
	put_csum_ip4(in.b + ETH_HLEN);
	other = w_flow4_cfg(NH_L3(V_G3), IPPROTO_UDP, IP3, IP4, 1000, port_finished(&in));
	other.action = VR_FLOW_DROP;
	w_flow_set(w, &other);
	partial_at(w, l4, l4 + 2);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	expect_counts(w, __LINE__, &other, 1, in.len);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len + 12);
}

/* Hosts take off as many tags without a VLAN as there are: what they find is nothing to hide. */
static void apply_hidden(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = build_policy(w);
	struct w_frame in;
	u8 *last;

	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	bridged(&in);
	w_tag(&in, 0);
	w_tag(&in, 0xe000);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	w_tag(&in, 0);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	w->tci = 0x2000;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	w_tag(&in, 5);
	W_PASS(w, V_G3, &in, V_G4, &in);
	bridged(&in);
	w_tag(&in, 0);
	in.len = ETH_HLEN + 3;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);

	/* It is IP as soon as a device has put a checksum over the type; or no VLAN any more. */
	bridged(&in);
	w_tag(&in, 0);
	put_unaligned_be16(0x88b5, in.b + 16);
	last = in.b + in.len - 2;
	put_unaligned_be16((get_unaligned_be16(last) + finished(&in, ETH_HLEN) +
			    0xffff - ETH_P_IP) % 0xffff, last);
	KUNIT_ASSERT_EQ(test, finished(&in, ETH_HLEN), ETH_P_IP);
	W_PASS(w, V_G3, &in, V_G4, &in);
	partial_at(w, ETH_HLEN, 16);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	partial_at(w, ETH_HLEN, 16);
	w->gso = 10;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	/* Nor may it begin in what is taken out. */
	partial_at(w, ETH_HLEN, ETH_HLEN + 8);
	w->gso = 10;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	/* In what is behind both it is nobody's business. */
	partial_at(w, ETH_HLEN + 4, ETH_HLEN + 8);
	W_PASS(w, V_G3, &in, V_G4, &in);
	expect_counts(w, __LINE__, &cfg, 2, 2 * in.len + 4);
}

static struct kunit_case flow_apply_cases[] = {
	W_CASE(apply_hit_forwards),
	W_CASE(apply_drops),
	W_CASE(apply_leaves_alone),
	W_CASE(apply_behind_tags),
	W_CASE(apply_ip6),
	W_CASE(apply_icmp_error),
	W_CASE(apply_source),
	W_CASE(apply_vrf_translate),
	W_CASE(apply_ttl),
	W_CASE(apply_fat),
	W_CASE(apply_at_nexthop),
	W_CASE(apply_at_other_nexthops),
	W_CASE(apply_flow_lookup),
	W_CASE(apply_underlay),
	W_CASE(apply_tcp_end),
	W_CASE(apply_partial),
	W_CASE(apply_hidden),
	{}
};

static struct kunit_suite flow_apply_suite = {
	.name = "flow_apply",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = flow_apply_cases,
};

VR_TEST_SUITE(flow_apply_suite);

#endif /* VR_TEST_USERSPACE */
