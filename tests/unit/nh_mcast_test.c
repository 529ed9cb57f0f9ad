// SPDX-License-Identifier: GPL-2.0-only
/* Replication: to nobody, one, many; not back; with and without memory. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static void flood_frame(struct w_frame *f)
{
	w_ip4(f, w_mac_all, w_mac_guest(V_G3), 1, ~0U, 9, 64);
}

/* The flood entry of VRF 1 leads to an encap composite of these. */
static void members_are(struct world *w, const struct vr_nh_member *members, u32 n)
{
	struct vr_nh_cfg nh = w_nh_cfg(NH_LOCAL, VR_NH_COMPOSITE);

	nh.kind = VR_NH_KIND_ENCAP;
	nh.members = members;
	nh.n_members = n;
	W_DONE(w, w_nh_set(w, &nh));
}

static void mcast_members(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ NH_L2(V_G4), 1 }, { NH_L2(V_G5), 2 }, { NH_L2(V_G6), 3 }, { NH_L2(V_G3), 4 },
		{ NH_L2(V_G4), 5 },
	};
	static const u32 vifs[] = { V_G4, V_G5, V_G6, V_G3, V_G4 };
	struct world *w = test->priv;
	struct vr_books books;
	struct w_frame in;
	u64 created = 0;
	u32 n, i;

	w_build(w);
	flood_frame(&in);
	for (n = 0; n <= ARRAY_SIZE(members); n++) {
		u32 sent = 0;

		members_are(w, members, n);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), n ? VR_SENT : VR_DROPPED);
		for (i = 0; i < n; i++) {
			if (vifs[i] == V_G3)	/* not back */
				continue;
			w_sent(w, n, vifs[i], &in, 0);
			sent++;
		}
		w_nothing(w, n);
		w_dropped(w, n, VR_DROP_CLONED_ORIGINAL, !n);
		created += sent ? sent - 1 : 0;
	}
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.created, created);
	/* only the one it came from */
	members_are(w, &members[3], 1);
	W_DROP(w, V_G3, &in, VR_DROP_CLONED_ORIGINAL);
}

/* Trees of composites and encaps, with dead ones and dead vifs between. */
static void mcast_tree(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ NH_L2(V_G6), VR_LABEL_NONE }, { NH_LOCAL, VR_LABEL_NONE },
		{ NH_FLOOD2, VR_LABEL_NONE },
	};
	struct vr_nh_cfg nh = w_nh_cfg(NH_FLOOD, VR_NH_COMPOSITE);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	nh.kind = VR_NH_KIND_L2_MCAST;
	nh.members = members;
	nh.n_members = ARRAY_SIZE(members);
	W_DONE(w, w_nh_set(w, &nh));
	flood_frame(&in);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_SENT(w, V_G6, &in);
	W_SENT(w, V_G6, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);

	/* A member is deleted: the others do not notice. */
	W_DONE(w, w_nh_del(w, NH_L2(V_G4)));
	W_DONE(w, w_nh_del(w, NH_FLOOD2));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G5, &in);
	W_SENT(w, V_G6, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	/* A vif is: its copy is dropped by name. */
	w_detach(w, V_G5);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_SENT(w, V_G6, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_IF_DROP, 1);
	/* A member that became something else takes no part. */
	nh = w_nh_cfg(NH_L2(V_G6), VR_NH_DISCARD);
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_nh_cfg(NH_LOCAL, VR_NH_L2_RECEIVE);
	W_DONE(w, w_nh_set(w, &nh));
	W_DROP(w, V_G3, &in, VR_DROP_CLONED_ORIGINAL);
}

static void mcast_ring_ends(struct kunit *test)
{
	struct vr_nh_member m1 = { 61, VR_LABEL_NONE }, m2 = { 62, VR_LABEL_NONE },
			    m3 = { 63, VR_LABEL_NONE };
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_all, 63);
	struct world *w = test->priv;
	struct vr_nh_cfg nh;
	struct w_frame in;

	w_build(w);
	nh = w_encap_cfg(61, AF_BRIDGE, V_G4, w_mac_guest(V_G4), w_mac_gw);
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_nh_cfg(62, VR_NH_COMPOSITE);
	nh.kind = VR_NH_KIND_ENCAP;
	nh.members = &m1;
	nh.n_members = 1;
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = 63;
	nh.n_members = 0;
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = 61;
	nh.kind = VR_NH_KIND_L2_MCAST;
	nh.members = &m3;
	nh.n_members = 1;
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = 63;
	nh.members = &m2;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_bridge_set(w, &br));
	flood_frame(&in);
	W_DROP(w, V_G3, &in, VR_DROP_CLONED_ORIGINAL);
}

static void mcast_is_not_routed(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_FLOOD);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 9, 64);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_NH);
}

/* The agent as a member gets what it can read: a frame with its header. */
static void mcast_agent_as_member(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ 60, VR_LABEL_NONE }, { NH_L2(V_G4), VR_LABEL_NONE }, { 60, VR_LABEL_NONE },
	};
	struct vr_nh_cfg nh = w_encap_cfg(60, AF_BRIDGE, V_AGENT, w_mac_gw, w_mac_gw);
	struct world *w = test->priv;
	struct w_frame in, trap;

	w_build(w);
	W_DONE(w, w_nh_set(w, &nh));
	members_are(w, members, ARRAY_SIZE(members));
	flood_frame(&in);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_NEXTHOP, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_AGENT, &trap);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_AGENT, &trap);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* Whichever copy cannot be made, the others arrive and the books say which did not. */
static void mcast_without_memory(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ NH_L2(V_G4), 1 }, { NH_L2(V_G5), 2 }, { NH_L2(V_G6), 3 }, { NH_L2(V_G4), 4 },
	};
	struct world *w = test->priv;
	unsigned int n, left, i;
	struct w_frame in;
	bool failed;

	w_build(w);
	members_are(w, members, ARRAY_SIZE(members));
	w_eth(&in, w_mac_all, w_mac_guest(V_G3), 0x88b5, 64);
	for (n = 1, failed = true; failed; n++) {
		vr_test_fail_alloc(n);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		for (i = 0, left = 0; i < W_VIFS; i++)
			if (w->port[i])
				left += vr_test_port_drain(w->port[i]);
		KUNIT_EXPECT_EQ(test, left, ARRAY_SIZE(members) - failed);
		w_dropped(w, n, VR_DROP_MCAST_CLONE_FAIL, failed);
	}
	KUNIT_EXPECT_EQ(test, n, ARRAY_SIZE(members) + 1);
	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	vr_test_fail_alloc(0);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_MCAST_CLONE_FAIL, 3);
}

static struct kunit_case nh_mcast_cases[] = {
	W_CASE(mcast_members),
	W_CASE(mcast_tree),
	W_CASE(mcast_ring_ends),
	W_CASE(mcast_is_not_routed),
	W_CASE(mcast_agent_as_member),
	W_CASE(mcast_without_memory),
	{}
};

static struct kunit_suite nh_mcast_suite = {
	.name = "nh_mcast",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_mcast_cases,
};

VR_TEST_SUITE(nh_mcast_suite);

#endif /* VR_TEST_USERSPACE */
