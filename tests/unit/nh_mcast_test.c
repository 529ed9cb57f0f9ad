// SPDX-License-Identifier: GPL-2.0-only
/* Replication: to nobody, one, many; who gets what from whom; with and without memory. */
#include "groups.h"

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

/* --- who gets what from whom --- */

/* A label stands for the way in; guests have none. */
#define FROM_GUEST	0

#define GETS(peer)	BIT(peer)
#define GETS_TREE	(GETS(G_T1) | GETS(G_T2))
#define GETS_EVPN	(GETS(G_E1) | GETS(G_E2))
#define GETS_TOR	(GETS(G_S1) | GETS(G_S2))
#define GETS_GUESTS	BIT(31)

/** struct matrix - a row: who sends, by which label, and who gets it */
struct matrix {
	u32 peer;
	u32 label;
	u32 gets;
};

static const struct matrix matrix[] = {
	{ 0, FROM_GUEST, GETS_GUESTS | GETS_TREE | GETS_EVPN | GETS_TOR },
	/* hypervisors, by the VRF's label or VNI, or by the group's */
	{ G_E1, G_VNI, GETS_GUESTS | GETS_TOR },
	{ G_E2, G_LABEL, GETS_GUESTS | GETS_TOR },
	{ G_E1, G_VNI_DIRECT, GETS_GUESTS | GETS_TOR },
	{ G_E2, G_LABEL_TREE, GETS_GUESTS | GETS_TOR },
	{ G_E1, G_LABEL, GETS_GUESTS | GETS_TOR },
	/* neighbours in the tree, and once not by the tree */
	{ G_T1, G_LABEL_TREE, GETS_GUESTS | GETS(G_T2) | GETS_TOR },
	{ G_T2, G_LABEL_TREE, GETS_GUESTS | GETS(G_T1) | GETS_TOR },
	{ G_T1, G_LABEL, GETS_GUESTS | GETS(G_T2) | GETS_TOR },
	/* switches */
	{ G_S1, G_VNI, GETS_GUESTS | GETS_TREE | GETS_EVPN | GETS(G_S2) },
	{ G_S2, G_VNI, GETS_GUESTS | GETS_TREE | GETS_EVPN | GETS(G_S1) },
};

static bool by_tree(const struct matrix *row)
{
	return row->label == G_LABEL_TREE && (row->peer == G_T1 || row->peer == G_T2);
}

static enum vr_verdict matrix_rx(struct world *w, const struct matrix *row,
				 const struct w_frame *f)
{
	struct w_frame in = *f;

	if (row->label == FROM_GUEST)
		return w_rx(w, V_G3, f);
	if (by_tree(row))
		g_tree(&in, W_IP(192, 0, 2, 1), G_VNI);
	return g_rx(w, row->peer, row->label, &in);
}

/* The first neighbour that is reached gives its address, and headers of IPv4 have none of IPv6. */
static u32 tree_addr(u32 gets)
{
	return gets & GETS(G_T1) ? T_HERE : 0;
}

static void matrix_sent(struct world *w, const struct matrix *row, const struct w_frame *f)
{
	int line = row - matrix;
	u32 peer;

	for (peer = 0; peer < G_PEERS; peer++) {
		if (!(row->gets & GETS(peer)))
			continue;
		if (GETS(peer) & GETS_TREE)
			g_sent_tree(w, line, peer, f, tree_addr(row->gets), G_VNI);
		else
			g_sent(w, line, peer, f);
	}
	if (!(row->gets & GETS_GUESTS))
		return;
	if (row->label != FROM_GUEST)
		w_sent(w, line, V_G3, f, 0);
	w_sent(w, line, V_G4, f, 0);
	w_sent(w, line, V_G5, f, 0);
}

static void matrix_all(struct world *w, const struct w_frame *f)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(matrix); i++) {
		KUNIT_EXPECT_EQ_MSG(w->test, matrix_rx(w, &matrix[i], f), VR_SENT, "row %u", i);
		matrix_sent(w, &matrix[i], f);
		w_nothing(w, i);
		w_dropped(w, i, VR_DROP_NONE, 0);
	}
}

static void mcast_matrix(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	g_build(w, 0);
	flood_frame(&in);
	matrix_all(w, &in);
	w_eth(&in, w_mac_all, w_mac_peer, 0x88b5, 64);
	matrix_all(w, &in);
	/* who is no member is taken for another hypervisor */
	KUNIT_EXPECT_EQ(test, g_rx(w, G_STRANGER, G_VNI, &in), VR_SENT);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_SENT(w, V_G3, &in);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
}

static void mcast_validates(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	g_build(w, VR_NH_F_VALIDATE_MCAST);
	flood_frame(&in);
	matrix_all(w, &in);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_STRANGER, G_VNI, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_MCAST_SOURCE, 1);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_STRANGER, G_LABEL_TREE, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_MCAST_SOURCE, 1);
	/* a switch does not speak MPLS, and a neighbour in the tree no VXLAN */
	KUNIT_EXPECT_EQ(test, g_rx(w, G_S1, G_LABEL, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_MCAST_SOURCE, 1);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_VNI, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_MCAST_SOURCE, 1);
	/* one who is no member any more */
	g_members(w, NH_EVPN, 1);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E2, G_LABEL, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_INVALID_MCAST_SOURCE, 1);
	W_NOTHING(w);
}

/* Members and whole kinds go: the others do not notice. */
static void mcast_dead_tunnels(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg nh;
	struct w_frame in;

	g_build(w, 0);
	flood_frame(&in);
	W_DONE(w, w_nh_del(w, NH_MEMBER(G_E1)));
	W_DONE(w, w_nh_del(w, NH_MEMBER(G_S2)));
	W_DONE(w, w_nh_del(w, NH_MEMBER(G_T1)));
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	G_SENT_TREE(w, G_T2, &in, 0, G_VNI);
	G_SENT(w, G_E2, &in);
	G_SENT(w, G_S1, &in);
	W_NOTHING(w);
	/* A member that became another kind of nexthop takes no part. */
	t_tunnel(w, NH_MEMBER(G_T2), VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	nh = w_encap_cfg(NH_MEMBER(G_E2), AF_BRIDGE, V_G5, w_mac_guest(V_G5), w_mac_gw);
	W_DONE(w, w_nh_set(w, &nh));
	t_tunnel(w, NH_L2(V_G4), VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	t_tunnel(w, NH_MEMBER(G_S1), VR_ENCAP_MPLS_UDP, AF_INET, T_THERE, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* A label is its member's; who has none carries the entry's, whatever the one before had. */
static void mcast_labels(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ 60, 7001 }, { 60, 7002 }, { 60, VR_LABEL_NONE }, { 60, 0 },
	};
	static const u32 labels[] = { 7001, 7002, G_VNI, 0 };
	struct vr_nh_cfg nh = w_nh_cfg(NH_EVPN, VR_NH_COMPOSITE);
	struct t_outer o = t_out(VR_ENCAP_VXLAN, AF_INET, 0);
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int i;

	g_build(w, 0);
	W_DONE(w, w_nh_del(w, NH_LOCAL));
	W_DONE(w, w_nh_del(w, NH_FABRIC));
	W_DONE(w, w_nh_del(w, NH_TOR));
	t_tunnel(w, 60, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	nh.kind = VR_NH_KIND_EVPN;
	nh.members = members;
	nh.n_members = ARRAY_SIZE(members);
	W_DONE(w, w_nh_set(w, &nh));
	flood_frame(&in);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	for (i = 0; i < ARRAY_SIZE(labels); i++) {
		o.label = labels[i];
		T_SENT(w, V_UPLINK, &in, &o);
	}
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* --- what came out of a tunnel --- */

/* To a guest that is here, or to one that nobody knows. */
static void mcast_unicast(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, tree;

	g_build(w, 0);
	w_ip4(&in, w_mac_guest(V_G4), w_mac_peer, 1, 2, 9, 64);
	tree = in;
	g_tree(&tree, 1, G_VNI);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T1, G_LABEL_TREE, &tree), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_E1, G_VNI_DIRECT, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);

	w_macs(&in, w_mac_stitched, w_mac_peer);
	tree = in;
	g_tree(&tree, 1, G_VNI);
	KUNIT_EXPECT_EQ(test, g_rx(w, G_T2, G_LABEL_TREE, &tree), VR_SENT);
	W_SENT(w, V_G3, &in);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	G_SENT(w, G_T1, &in);
	G_SENT(w, G_S1, &in);
	G_SENT(w, G_S2, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static u64 all_drops(struct world *w, u64 drops[VR_DROP_MAX])
{
	u64 sum = 0;
	u32 i;

	vr_core_lock(w->core);
	vr_core_drops(w->core, drops);
	vr_core_unlock(w->core);
	for (i = 0; i < VR_DROP_MAX; i++)
		sum += drops[i];
	return sum;
}

/* Whichever allocation fails, each member gets its copy or the books say why not. */
static void mcast_all_kinds_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	u64 drops[VR_DROP_MAX], was;
	unsigned int n, left, i;
	struct w_frame in;
	bool failed;

	g_build(w, 0);
	flood_frame(&in);
	for (n = 1, failed = true; failed; n++) {
		was = all_drops(w, drops);
		vr_test_fail_alloc(n);
		w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		for (i = 0, left = 0; i < W_VIFS; i++)
			if (w->port[i])
				left += vr_test_port_drain(w->port[i]);
		/* Both of the tree's are lost as one. */
		left += all_drops(w, drops) - was;
		KUNIT_EXPECT_GE_MSG(test, left, failed ? 7 : 8, "allocation %u", n);
		KUNIT_EXPECT_LE_MSG(test, left, 8, "allocation %u", n);
		w_books(w);
	}
	KUNIT_EXPECT_GE(test, n, 10);
	/* guest 4, guest 5, the tree, one of it, and all tunnels but the last */
	KUNIT_EXPECT_EQ(test, drops[VR_DROP_MCAST_CLONE_FAIL], 7);
}

static struct kunit_case nh_mcast_cases[] = {
	W_CASE(mcast_members),
	W_CASE(mcast_tree),
	W_CASE(mcast_ring_ends),
	W_CASE(mcast_is_not_routed),
	W_CASE(mcast_agent_as_member),
	W_CASE(mcast_without_memory),
	W_CASE(mcast_matrix),
	W_CASE(mcast_validates),
	W_CASE(mcast_dead_tunnels),
	W_CASE(mcast_labels),
	W_CASE(mcast_unicast),
	W_CASE(mcast_all_kinds_without_memory),
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
