// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core as a whole: made, emptied, destroyed; its books and limits; readers
 * beside a writer; and anything at all, at random.
 */
#include "flows.h"

static void core_is_made_with_two_objects(struct kunit *test)
{
	static const char * const names[] = { "vrfs", "vifs", "nexthops", "bridges", "flows" };
	static const u64 used[] = { 1, 0, 1, 0, 0 };
	static const u64 limits[] = {
		VR_VRF_ID_MAX + 1, VR_VIF_ID_MAX + 1, VR_NH_ID_MAX + 1, 1U << 20, 524288,
	};
	struct world *w = test->priv;
	struct vr_table_use use;
	struct vr_books books;
	unsigned int i;

	vr_core_lock(w->core);
	for (i = 0; vr_core_table(w->core, i, &use); i++) {
		KUNIT_ASSERT_LT(test, i, ARRAY_SIZE(names));
		KUNIT_EXPECT_STREQ(test, use.name, names[i]);
		KUNIT_EXPECT_EQ(test, use.used, used[i]);
		KUNIT_EXPECT_EQ(test, use.limit, limits[i]);
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(names));
	vr_core_books(w->core, &books);
	KUNIT_EXPECT_EQ(test, books.received + books.created + books.transmitted +
			books.delivered + books.trapped + books.dropped + books.held +
			books.consumed, 0);
	KUNIT_EXPECT_FALSE(test, vr_core_has_agent(w->core));
	vr_core_unlock(w->core);
}

static void core_memory_classes_have_words(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < VR_MEM_MAX; i++) {
		KUNIT_ASSERT_NOT_NULL(test, vr_mem_class_word(i));
		for (j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, strcmp(vr_mem_class_word(i), vr_mem_class_word(j)),
					0);
	}
}

static void core_generation_is_never_zero(struct kunit *test)
{
	struct world *w = test->priv;

	w->core->generation = ~0U;
	KUNIT_EXPECT_EQ(test, w_vrf_new(w, 1), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), ~0U);
}

/* Something of everything, with references across. */
static void fill(struct world *w)
{
	struct vr_nh_member member = { 1, VR_LABEL_NONE };
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_all, 2);
	struct vr_route_cfg rt4 = w_route4_cfg(1, W_IP(10, 0, 0, 0), 8, 1);
	struct vr_route_cfg rt6 = w_route6_cfg(0, 7, 128, 3);
	struct vr_vif_cfg vif = w_vif_cfg(3, VR_VIF_VIRTUAL, 1);
	struct vr_nh_cfg nh;

	KUNIT_ASSERT_EQ(w->test, w_vrf_new(w, 1), 0);
	KUNIT_ASSERT_EQ(w->test, w_vif_set(w, &vif), 0);
	nh = w_encap_cfg(1, AF_BRIDGE, 3, w_mac_guest(3), w_mac_gw);
	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
	nh = w_nh_cfg(2, VR_NH_COMPOSITE);
	nh.kind = VR_NH_KIND_ENCAP;
	nh.members = &member;
	nh.n_members = 1;
	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
	nh = w_encap_cfg(3, AF_INET6, 3, w_mac_guest(3), w_mac_gw);
	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
	KUNIT_ASSERT_EQ(w->test, w_route_set(w, &rt4), 0);
	KUNIT_ASSERT_EQ(w->test, w_route_set(w, &rt6), 0);
	KUNIT_ASSERT_EQ(w->test, w_bridge_set(w, &br), 0);
}

/* Emptied, it is as it was made, and can be filled again; also with dead objects in it. */
static void core_reset_empties_it(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_info nh;
	struct vr_vif_info vif;
	struct vr_vrf_info vrf;
	unsigned int round;
	u32 gen;

	for (round = 0; round < 3; round++) {
		fill(w);
		if (round == 1) {
			KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
			KUNIT_ASSERT_EQ(test, w_nh_del(w, 3), 0);
		} else if (round == 2) {
			KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
		}
		gen = w_generation(w);
		vr_core_lock(w->core);
		vr_core_reset(w->core);
		KUNIT_EXPECT_EQ(test, vr_vrf_next(w->core, 1, &vrf), -ENOENT);
		KUNIT_EXPECT_EQ(test, vr_vrf_get(w->core, 0, &vrf, &w->err), 0);
		KUNIT_EXPECT_EQ(test, vrf.routes4 + vrf.routes6 + vrf.bridges, 0);
		KUNIT_EXPECT_EQ(test, vr_vif_next(w->core, 0, &vif), -ENOENT);
		KUNIT_EXPECT_EQ(test, vr_nh_next(w->core, 1, &nh), -ENOENT);
		KUNIT_EXPECT_EQ(test, vr_nh_get(w->core, 0, &nh, &w->err), 0);
		KUNIT_EXPECT_EQ(test, nh.refs, 0);
		vr_core_unlock(w->core);
		KUNIT_EXPECT_NE(test, w_generation(w), gen);
		rcu_barrier();
		KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_VIF), 0);
		KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_ROUTE), 0);
		KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_BRIDGE), 0);
		KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_NEXTHOP), 2);
		KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_VRF), 1);
	}
}

/* Destroyed as it stands, in whatever state its objects are. */
static void core_destroy_in_any_state(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];

	fill(w);
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	/* Of a vif that goes before the packet does; one that was decided and not let go. */
	f_hold(w, f_vif(w, 7), f_key(1), 1, NULL);
	f_hold(w, f_vif(w, 7), f_key(2), 2, NULL);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 7), 0);
	f_hold(w, f_vif(w, 7), f_key(3), 3, NULL);
	f_pair(w, 2, id);
	/* the rest is the suite's exit */
}

/* Several hypervisors in one program know nothing of each other. */
static void core_two_of_them(struct kunit *test)
{
	struct world *w = test->priv;
	struct world other = *w;
	struct vr_vif_info info;

	other.core = vr_core_create();
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other.core);
	fill(w);
	KUNIT_EXPECT_EQ(test, w_vif_get(&other, 3, &info), -ENOENT);
	fill(&other);
	KUNIT_EXPECT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_EQ(test, w_vif_get(&other, 3, &info), 0);
	vr_core_destroy(other.core);
}

#ifdef VR_TEST_USERSPACE

static void core_without_memory(struct kunit *test)
{
	struct vr_core *core;
	unsigned int n;

	for (n = 1; ; n++) {
		vr_test_fail_alloc(n);
		core = vr_core_create();
		if (!vr_test_allocs_failed())
			break;
		KUNIT_EXPECT_EQ(test, PTR_ERR(core), -ENOMEM);
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, core);
	KUNIT_EXPECT_GT(test, n, 8);
	vr_core_destroy(core);
}

static void core_drops_clear(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct vr_books books;
	u64 drops[VR_DROP_MAX];
	struct w_frame in;
	u32 i;

	w_build(w);
	w_eth(&in, w_mac_stitched, w_mac_guest(V_G3), 0x88b5, 50);
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
	W_DROP(w, V_G4, &in, VR_DROP_L2_NO_ROUTE);
	vr_core_lock(w->core);
	vr_core_drops_clear(w->core);
	vr_core_drops(w->core, drops);
	vr_core_books(w->core, &books);
	for (i = 0; i < VR_DROP_MAX; i++)
		KUNIT_EXPECT_EQ(test, drops[i], 0);
	KUNIT_EXPECT_EQ(test, vr_vif_drops(w->core, V_G3, drops, &w->err), 0);
	for (i = 0; i < VR_DROP_MAX; i++)
		KUNIT_EXPECT_EQ(test, drops[i], 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.dropped, 2);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_packets, 1);
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 0);
	memset(w->drops, 0, sizeof(w->drops));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
}

/* --- readers beside a writer --- */

struct reader {
	struct world *w;
	struct vr_vif *from;
	struct w_frame frame;
	struct vr_port *to;
	bool stop;
	u64 in;
	u64 out;
};

static void reader_main(void *arg)
{
	struct reader *r = arg;

	while (!READ_ONCE(r->stop)) {
		struct vr_pkt *pkt = vr_test_pkt_alloc(r->frame.b, r->frame.len, ~0U, 130);

		rcu_read_lock();
		vr_rx(r->from, pkt);
		rcu_read_unlock();
		WRITE_ONCE(r->in, r->in + 1);
		r->out += vr_test_port_drain(r->to);
	}
	r->out += vr_test_port_drain(r->to);
}

/* Nexthops, routes, bridge entries and vifs are replaced under traffic: not a packet is lost. */
static void core_replace_loses_nothing(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread[2];
	struct vr_bridge_cfg br;
	struct vr_route_cfg rt;
	struct vr_vif_info vif;
	struct vr_nh_cfg nh;
	struct reader r[2];
	unsigned int i;

	w_build(w);
	memset(r, 0, sizeof(r));
	w_eth(&r[0].frame, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	w_ip4(&r[1].frame, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 5), 9, 50);
	for (i = 0; i < 2; i++) {
		vr_core_lock(w->core);
		r[i].from = vr_vif_handle(w->core, V_G3);
		vr_core_unlock(w->core);
		r[i].to = w->port[V_G4 + i];
		vr_test_thread_start(&thread[i], 1 + i, reader_main, &r[i]);
	}
	for (i = 0; i < 3000 || READ_ONCE(r[0].in) < 1000 || READ_ONCE(r[1].in) < 1000; i++) {
		nh = w_encap_cfg(NH_L2(V_G4), AF_BRIDGE, V_G4, w_mac_guest(V_G4), w_mac_gw);
		W_DONE(w, w_nh_set(w, &nh));
		nh = w_encap_cfg(NH_L3(V_G5), AF_INET, V_G5, w_mac_guest(V_G5), w_mac_gw);
		W_DONE(w, w_nh_set(w, &nh));
		br = w_bridge_cfg(1, w_mac_guest(V_G4), NH_L2(V_G4));
		W_DONE(w, w_bridge_set(w, &br));
		rt = w_route4_cfg(1, W_IP(10, 1, 1, 5), 32, NH_L3(V_G5));
		W_DONE(w, w_route_set(w, &rt));
		/* a neighbour comes and goes */
		rt = w_route4_cfg(1, W_IP(10, 1, i % 8, i), 32, 0);
		if (get_unaligned_be32(rt.prefix) != W_IP(10, 1, 1, 3) &&
		    get_unaligned_be32(rt.prefix) != W_IP(10, 1, 1, 4) &&
		    get_unaligned_be32(rt.prefix) != W_IP(10, 1, 1, 5)) {
			W_DONE(w, w_route_set(w, &rt));
			if (i & 1)
				W_DONE(w, w_route_del(w, &rt));
		}
		br = w_bridge_cfg(1, w_mac_guest(8 + i % 8), 0);
		W_DONE(w, w_bridge_set(w, &br));
		W_DONE(w, w_bridge_del(w, &br));
		W_DONE(w, w_vif_get(w, V_G3, &vif));
		W_DONE(w, w_vif_set(w, &vif.cfg));
	}
	for (i = 0; i < 2; i++)
		WRITE_ONCE(r[i].stop, true);
	for (i = 0; i < 2; i++) {
		vr_test_thread_join(&thread[i]);
		KUNIT_EXPECT_EQ(test, r[i].in, r[i].out);
	}
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* --- anything at all --- */

#define R_VIFS	10
#define R_VRFS	4
#define R_NHS	16

static u32 pick(struct vr_test_rng *rng, u32 n)
{
	return vr_test_rand_below(rng, n);
}

static bool one_in(struct vr_test_rng *rng, u32 n)
{
	return !pick(rng, n);
}

static const u8 *random_mac(struct vr_test_rng *rng)
{
	switch (pick(rng, 8)) {
	case 0:
		return w_mac_all;
	case 1:
		return w_mac_gw;
	case 2:
		return w_mac_vif(pick(rng, R_VIFS));
	case 3:
		return one_in(rng, 4) ? w_mac_none : w_mac_peer;
	default:
		return w_mac_guest(pick(rng, R_VIFS));
	}
}

static u32 random_addr(struct vr_test_rng *rng)
{
	return one_in(rng, 10) ? (u32)vr_test_rand(rng) : W_IP(10, 0, 0, pick(rng, 12));
}

static void random_vif(struct world *w, struct vr_test_rng *rng)
{
	static const u32 types[R_VIFS] = {
		VR_VIF_HOST, VR_VIF_PHYSICAL, VR_VIF_AGENT, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL,
		VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_VIRTUAL, VR_VIF_PHYSICAL, VR_VIF_HOST,
	};
	u32 id = pick(rng, R_VIFS), i;
	struct vr_vif_cfg cfg = w_vif_cfg(id, types[id], pick(rng, R_VRFS));

	if (one_in(rng, 6)) {
		if (w->attached[id])
			w_detach(w, id);
		if (one_in(rng, 2))
			w_vif_del(w, id);
		return;
	}
	if (one_in(rng, 20))
		cfg.type = pick(rng, 5);
	if (one_in(rng, 4))
		cfg.mcast_vrf = pick(rng, R_VRFS);
	if (one_in(rng, 3))
		cfg.flags = vr_test_rand(rng) & vr_test_rand(rng) & VR_VIF_F_ALL;
	if (one_in(rng, 5))
		cfg.mtu = pick(rng, 200);
	if (one_in(rng, 3))
		cfg.ip6[15] = 1;
	if (cfg.type == VR_VIF_HOST) {
		cfg.n_xconnect = pick(rng, 4);
		for (i = 0; i < 3; i++)
			cfg.xconnect[i] = one_in(rng, 3) ? pick(rng, 70000) : 1 + 7 * pick(rng, 2);
	}
	if (w_vif_set(w, &cfg))
		return;
	if (!w->attached[id] && !one_in(rng, 5))
		w_attach(w, id);
}

static void random_nh(struct world *w, struct vr_test_rng *rng)
{
	static const u32 types[] = {
		VR_NH_RECEIVE, VR_NH_ENCAP, VR_NH_ENCAP, VR_NH_ENCAP, VR_NH_RESOLVE,
		VR_NH_DISCARD, VR_NH_COMPOSITE, VR_NH_COMPOSITE, VR_NH_VRF_TRANSLATE,
		VR_NH_L2_RECEIVE, VR_NH_TUNNEL,
	};
	static const u32 families[] = { 0, AF_INET, AF_INET6, AF_BRIDGE, AF_BRIDGE };
	u32 id = pick(rng, R_NHS), type = types[pick(rng, ARRAY_SIZE(types))], i;
	struct vr_nh_cfg cfg = w_nh_cfg(id, type);
	struct vr_nh_member members[6];

	if (one_in(rng, 6)) {
		w_nh_del(w, id);
		return;
	}
	cfg.family = families[pick(rng, ARRAY_SIZE(families))];
	cfg.vrf = pick(rng, R_VRFS);
	if (type == VR_NH_ENCAP)
		cfg.oif = pick(rng, R_VIFS);
	if (type == VR_NH_RECEIVE)
		cfg.oif = one_in(rng, 4) ? pick(rng, R_VIFS) : 0;
	if (type == VR_NH_ENCAP) {
		memcpy(cfg.dmac, random_mac(rng), ETH_ALEN);
		memcpy(cfg.smac, w_mac_gw, ETH_ALEN);
		cfg.flags = one_in(rng, 5) ? VR_NH_F_MCAST : 0;
	}
	if (type == VR_NH_VRF_TRANSLATE && one_in(rng, 2))
		cfg.flags = VR_NH_F_UUC_FLOOD;
	if (type == VR_NH_COMPOSITE) {
		cfg.kind = 1 + pick(rng, 2);
		cfg.n_members = pick(rng, ARRAY_SIZE(members));
		cfg.members = members;
		for (i = 0; i < cfg.n_members; i++)
			members[i] = (struct vr_nh_member){ pick(rng, R_NHS), VR_LABEL_NONE };
	}
	w_nh_set(w, &cfg);
}

static void random_route(struct world *w, struct vr_test_rng *rng)
{
	bool four = one_in(rng, 2);
	u32 plen = one_in(rng, 4) ? pick(rng, four ? 33 : 129) : four ? 32 : 128;
	u32 addr = random_addr(rng), vrf = pick(rng, R_VRFS);
	struct vr_route_cfg rt;

	if (four && plen < 32)
		addr = plen ? addr & ~0U << (32 - plen) : 0;
	if (!four)
		addr = plen < 128 ? 0 : pick(rng, 12);
	if (!four && plen && plen < 8)
		plen = 8;
	rt = four ? w_route4_cfg(vrf, addr, plen, pick(rng, R_NHS)) :
		    w_route6_cfg(vrf, addr, plen, pick(rng, R_NHS));
	if (one_in(rng, 3)) {
		w_route_del(w, &rt);
		return;
	}
	rt.flags = one_in(rng, 2) ? pick(rng, 16) : 0;
	rt.has_mac = one_in(rng, 3);
	memcpy(rt.mac, w_mac_stitched, ETH_ALEN);
	if (one_in(rng, 3))
		rt.label = pick(rng, 1000);
	w_route_set(w, &rt);
}

static void random_bridge(struct world *w, struct vr_test_rng *rng)
{
	struct vr_bridge_cfg br = w_bridge_cfg(pick(rng, R_VRFS), random_mac(rng),
					       pick(rng, R_NHS));

	br.flags = one_in(rng, 4) ? VR_BRIDGE_F_FLOOD_DHCP : 0;
	if (one_in(rng, 3))
		w_bridge_del(w, &br);
	else
		w_bridge_set(w, &br);
}

static void random_config(struct world *w, struct vr_test_rng *rng)
{
	u32 id = pick(rng, R_VIFS);

	/* Memory runs out now and then, with all that hangs on it. */
	if (one_in(rng, 10))
		vr_test_fail_alloc(1 + pick(rng, 4));
	switch (pick(rng, 10)) {
	case 0:
		w_vrf_new(w, pick(rng, R_VRFS));
		break;
	case 1:
		if (one_in(rng, 8))
			w_vrf_del(w, pick(rng, R_VRFS));
		break;
	case 2:
		random_vif(w, rng);
		break;
	case 3:
	case 4:
		random_nh(w, rng);
		break;
	case 5:
	case 6:
		random_route(w, rng);
		break;
	case 7:
	case 8:
		random_bridge(w, rng);
		break;
	default:
		if (w->port[id]) {
			w->port[id]->up = !one_in(rng, 6);
			w->port[id]->full = one_in(rng, 10);
		}
	}
	vr_test_fail_alloc(0);
}

static void random_frame(struct vr_test_rng *rng, struct w_frame *f)
{
	const u8 *dmac = random_mac(rng), *smac = w_mac_guest(pick(rng, R_VIFS));
	u8 hops = one_in(rng, 3) ? pick(rng, 3) : 64;
	u32 sip = random_addr(rng), dip = random_addr(rng), tail = pick(rng, 12);

	/* mostly to somebody who is known */
	if (one_in(rng, 3))
		dmac = w_mac_gw;
	switch (pick(rng, 9)) {
	case 0:
	case 1:
		w_ip4(f, dmac, smac, sip, dip, hops, pick(rng, 200));
		break;
	case 2:
		w_ip6(f, dmac, smac, tail, pick(rng, 12), hops, pick(rng, 200));
		break;
	case 3:
		w_arp(f, dmac, 1 + pick(rng, 2), smac, sip, w_mac_none, dip);
		break;
	case 4:
		w_ns(f, dmac, smac, tail, 1 + pick(rng, 12));
		break;
	case 5:
		if (one_in(rng, 2))
			w_na(f, dmac, smac, 1 + tail, 1 + tail);
		else
			w_rs(f, smac, 1 + tail);
		break;
	case 6:
		w_udp4(f, dmac, smac, 0, ~0U, 68, 67, 30);
		break;
	case 7:
		w_udp6(f, dmac, smac, tail, 0, 546, 547, 30);
		break;
	default:
		w_eth(f, dmac, smac, pick(rng, 65536), pick(rng, 100));
	}
	if (one_in(rng, 10))
		w_tag(f, vr_test_rand(rng));
	if (one_in(rng, 4))
		w_wrap(f, w_mac_vif(2), pick(rng, R_VIFS + 1), pick(rng, R_VRFS + 1),
		       pick(rng, 3), 0);
}

static void random_packet(struct world *w, struct vr_test_rng *rng)
{
	u32 id = pick(rng, R_VIFS), i;
	struct vr_vif *handle;
	static struct w_frame f;
	struct w_mode mode = { .headroom = 2 + 4 * pick(rng, 40), .complete = one_in(rng, 3) };

	vr_core_lock(w->core);
	handle = vr_vif_handle(w->core, id);
	vr_core_unlock(w->core);
	if (!handle)
		return;
	random_frame(rng, &f);
	if (one_in(rng, 3))
		for (i = pick(rng, 4); i; i--)
			f.b[ETH_HLEN + pick(rng, f.len - ETH_HLEN + 1)] ^= 1 << pick(rng, 8);
	if (one_in(rng, 6))
		f.len = ETH_HLEN + pick(rng, f.len - ETH_HLEN + 1);
	mode.linear = one_in(rng, 2) ? ~0U : ETH_HLEN + pick(rng, f.len);
	w->mode = &mode;
	w->tci = one_in(rng, 8) ? 1 + pick(rng, 65535) : 0;
	w->gso = one_in(rng, 10) ? 1 + pick(rng, 1400) : 0;
	if (one_in(rng, 10) && f.len > ETH_HLEN + 60)
		w->partial = ETH_HLEN + 20 + pick(rng, 20);
	if (one_in(rng, 20))
		vr_test_fail_alloc(1 + pick(rng, 6));
	w_rx(w, id, &f);
	vr_test_fail_alloc(0);
	w->mode = NULL;
	w->tci = 0;
	w->gso = 0;
	w->partial = 0;
}

static void core_anything_at_random(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_books books;
	struct vr_test_rng rng;
	unsigned int step, i;

	vr_test_rng_init(test, &rng, 20240607);
	for (step = 1; step <= 200000; step++) {
		if (step % 50000 < 500 || one_in(&rng, 8))
			random_config(w, &rng);
		else
			random_packet(w, &rng);
		if (step % 16 == 0)
			for (i = 0; i < W_VIFS; i++)
				if (w->port[i])
					vr_test_port_drain(w->port[i]);
		if (step % 1000 == 0) {
			/* Else too much ends at ports that are down. */
			for (i = 0; i < W_VIFS; i++)
				if (w->port[i])
					w->port[i]->up = true;
			w->line = step;
			w_books(w);
			rcu_barrier();
			w_books(w);
			if (test->failed)
				return;
		}
		if (step % 50000 == 0) {
			for (i = 0; i < W_VIFS; i++)
				if (w->attached[i])
					w_detach(w, i);
			vr_core_lock(w->core);
			vr_core_reset(w->core);
			vr_core_unlock(w->core);
		}
	}
	for (i = 0; i < W_VIFS; i++)
		if (w->port[i])
			vr_test_port_drain(w->port[i]);
	/* It did something: every outcome was met. */
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_GT(test, books.created, 1000);
	KUNIT_EXPECT_GT(test, books.transmitted, 1000);
	KUNIT_EXPECT_GT(test, books.delivered, 1000);
	KUNIT_EXPECT_GT(test, books.trapped, 1000);
	KUNIT_EXPECT_GT(test, books.dropped, 1000);
	kunit_info(test, "received %llu created %llu transmitted %llu delivered %llu trapped %llu dropped %llu\n",
		   (unsigned long long)books.received, (unsigned long long)books.created,
		   (unsigned long long)books.transmitted, (unsigned long long)books.delivered,
		   (unsigned long long)books.trapped, (unsigned long long)books.dropped);
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case core_cases[] = {
	KUNIT_CASE(core_is_made_with_two_objects),
	KUNIT_CASE(core_memory_classes_have_words),
	KUNIT_CASE(core_generation_is_never_zero),
	KUNIT_CASE(core_reset_empties_it),
	KUNIT_CASE(core_destroy_in_any_state),
	KUNIT_CASE(core_two_of_them),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(core_without_memory),
	KUNIT_CASE(core_drops_clear),
	KUNIT_CASE(core_replace_loses_nothing),
	KUNIT_CASE(core_anything_at_random),
#endif
	{}
};

static struct kunit_suite core_suite = {
	.name = "core",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = core_cases,
};

VR_TEST_SUITE(core_suite);
