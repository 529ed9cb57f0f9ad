// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core as a whole: made, emptied, destroyed; its books and limits; readers
 * beside a writer. core_random_test.c does anything at all to it.
 */
#include "flows.h"

static void core_is_made_with_two_objects(struct kunit *test)
{
	static const char * const names[] = {
		"vrfs", "vifs", "nexthops", "bridges", "flows", "labels", "vnis",
		"fragments",
	};
	static const u64 used[] = { 1, 0, 1, 0, 0, 0, 0, 0 };
	static const u64 limits[] = {
		VR_VRF_ID_MAX + 1, VR_VIF_ID_MAX + 1, VR_NH_ID_MAX + 1, 1U << 20, 524288,
		1U << 20, 1U << 24, 16384,
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

/* Two routers do not choose alike, and no word of the secret is forgotten. */
static void core_has_a_secret_of_its_own(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_core *other = vr_core_create();
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, other);
	for (i = 0; i < ARRAY_SIZE(other->entropy); i++) {
		KUNIT_EXPECT_NE(test, w->core->entropy[i], 0);
		KUNIT_EXPECT_NE(test, w->core->entropy[i], other->entropy[i]);
	}
	vr_core_destroy(other);
}

/* What the host's stack carries away in a tunnel has left by no vif, and has left. */
static void core_books_count_the_underlay(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_books books;
	unsigned int i;

	local_bh_disable();
	for (i = 0; i < 5; i++) {
		vr_count(&w->core->stats, VR_CORE_CREATED);
		vr_count(&w->core->stats, VR_CORE_UNDERLAY);
	}
	local_bh_enable();
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.transmitted, 5);
	w_books(w);
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
	nh = w_tunnel4_cfg(4, VR_ENCAP_MPLS_GRE, W_IP(10, 0, 0, 1), W_IP(10, 0, 0, 2), 3);
	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
	member.nh = 4;
	nh = w_nh_cfg(5, VR_NH_COMPOSITE);
	nh.kind = VR_NH_KIND_EVPN;
	nh.members = &member;
	nh.n_members = 1;
	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
	KUNIT_ASSERT_EQ(w->test, w_demux_set(w, VR_DEMUX_MPLS, 16, 1), 0);
	KUNIT_ASSERT_EQ(w->test, w_demux_set(w, VR_DEMUX_VXLAN, 16, 2), 0);
}

/* Emptied, it is as it was made, and can be filled again; also with dead objects in it. */
static void core_reset_empties_it(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_info nh;
	struct vr_demux_cfg demux;
	struct vr_vif_info vif;
	struct vr_vrf_info vrf;
	unsigned int round;
	u32 gen;

	for (round = 0; round < 3; round++) {
		fill(w);
		if (round == 1) {
			KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
			KUNIT_ASSERT_EQ(test, w_nh_del(w, 3), 0);
			KUNIT_ASSERT_EQ(test, w_nh_del(w, 4), 0);
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
		KUNIT_EXPECT_EQ(test, vr_demux_next(w->core, VR_DEMUX_MPLS, 0, &demux), -ENOENT);
		KUNIT_EXPECT_EQ(test, vr_demux_next(w->core, VR_DEMUX_VXLAN, 0, &demux), -ENOENT);
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

/* --- what takes long lets others run --- */

#define MANY	64

static void many_vifs(struct world *w, u32 i)
{
	struct vr_vif_cfg cfg = w_vif_cfg(i, VR_VIF_VIRTUAL, 0);

	W_DONE(w, w_vif_set(w, &cfg));
}

static void many_vrfs(struct world *w, u32 i)
{
	W_DONE(w, w_vrf_new(w, 1 + i));
}

static void many_routes4(struct world *w, u32 i)
{
	struct vr_route_cfg cfg = w_route4_cfg(0, W_IP(10, 0, 0, i), 32, 0);

	W_DONE(w, w_route_set(w, &cfg));
}

static void many_routes6(struct world *w, u32 i)
{
	struct vr_route_cfg cfg = w_route6_cfg(0, i, 128, 0);

	W_DONE(w, w_route_set(w, &cfg));
}

static void bridge_make(struct world *w, u32 vrf, u32 i)
{
	u8 mac[ETH_ALEN] = { 2, 0, 0, 0, 0, i };
	struct vr_bridge_cfg cfg = w_bridge_cfg(vrf, mac, 0);

	W_DONE(w, w_bridge_set(w, &cfg));
}

static void many_bridges(struct world *w, u32 i)
{
	bridge_make(w, 0, i);
}

static void many_nhs(struct world *w, u32 i)
{
	struct vr_nh_cfg cfg = w_nh_cfg(1 + i, VR_NH_DISCARD);

	W_DONE(w, w_nh_set(w, &cfg));
}

static void many_labels(struct world *w, u32 i)
{
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 16 + i, 0));
}

static void many_vnis(struct world *w, u32 i)
{
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, i, 0));
}

static void many_flows(struct world *w, u32 i)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(0, IPPROTO_UDP, 1, 2, 1 + i, 53);

	cfg.vrf = 0;
	cfg.dvrf = 0;
	w_flow_set(w, &cfg);
}

/* A reset lets others run as often as it deletes something, whatever that is. */
static void core_reset_lets_others_run(struct kunit *test)
{
	static const struct {
		const char *what;
		void (*make)(struct world *w, u32 i);
	} table[] = {
		{ "vifs", many_vifs }, { "VRFs", many_vrfs }, { "IPv4 routes", many_routes4 },
		{ "IPv6 routes", many_routes6 }, { "bridge entries", many_bridges },
		{ "nexthops", many_nhs }, { "labels", many_labels }, { "VNIs", many_vnis },
		{ "flows", many_flows },
	};
	struct world *w = test->priv;
	unsigned long before;
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		for (n = 0; n < MANY; n++)
			table[i].make(w, n);
		before = vr_test_breaths;
		vr_core_lock(w->core);
		vr_core_reset(w->core);
		vr_core_unlock(w->core);
		KUNIT_EXPECT_GE_MSG(test, vr_test_breaths - before, MANY, "%s", table[i].what);
	}
}

/* So does the deletion of a VRF, also while it looks for its entries among those of others. */
static void core_vrf_deletion_lets_others_run(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	unsigned long before;
	u32 i;

	W_DONE(w, w_vrf_new(w, 1));
	for (i = 0; i < MANY; i++) {
		rt = w_route4_cfg(1, W_IP(10, 0, 0, i), 32, 0);
		W_DONE(w, w_route_set(w, &rt));
	}
	before = vr_test_breaths;
	W_DONE(w, w_vrf_del(w, 1));
	KUNIT_EXPECT_GE(test, vr_test_breaths - before, MANY);

	W_DONE(w, w_vrf_new(w, 1));
	for (i = 0; i < MANY; i++)
		bridge_make(w, i & 1, i);
	before = vr_test_breaths;
	W_DONE(w, w_vrf_del(w, 1));
	KUNIT_EXPECT_GE(test, vr_test_breaths - before, MANY / 2);
}

/* So do tables that are built anew, because they have grown, with all that is in them. */
static void core_growth_lets_others_run(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg rt;
	unsigned long before;
	u32 i;

	before = vr_test_breaths;
	for (i = 0; i < 1024; i++) {
		rt = w_route4_cfg(0, W_IP(10, 0, 0, 0) + i, 32, 0);
		W_DONE(w, w_route_set(w, &rt));
	}
	KUNIT_EXPECT_GE(test, vr_test_breaths - before, 900);

	before = vr_test_breaths;
	for (i = 0; i < 256; i++)
		bridge_make(w, 0, i);
	KUNIT_EXPECT_GE(test, vr_test_breaths - before, 8 + 16 + 32);
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

#endif /* VR_TEST_USERSPACE */

static struct kunit_case core_cases[] = {
	KUNIT_CASE(core_is_made_with_two_objects),
	KUNIT_CASE(core_memory_classes_have_words),
	KUNIT_CASE(core_generation_is_never_zero),
	KUNIT_CASE(core_has_a_secret_of_its_own),
	KUNIT_CASE(core_books_count_the_underlay),
	KUNIT_CASE(core_reset_empties_it),
	KUNIT_CASE(core_destroy_in_any_state),
	KUNIT_CASE(core_two_of_them),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(core_without_memory),
	KUNIT_CASE(core_reset_lets_others_run),
	KUNIT_CASE(core_vrf_deletion_lets_others_run),
	KUNIT_CASE(core_growth_lets_others_run),
	KUNIT_CASE(core_drops_clear),
	KUNIT_CASE(core_replace_loses_nothing),
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
