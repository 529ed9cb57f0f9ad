// SPDX-License-Identifier: GPL-2.0-only
/* Neighbour discovery: the same decisions as for ARP, in its own words. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

#define ASKED 77
#define P VR_ROUTE_F_PROXY
#define F VR_ROUTE_F_FLOOD

static const u8 mac_solicited[ETH_ALEN] = { 0x33, 0x33, 0xff, 0, 0, ASKED };

enum fate { FLOOD, OWN, STITCHED, DROP };

struct row {
	u32 vif_flags;
	u32 nh;
	u32 rt_flags;
	bool stitched;
	enum fate fate;
};

static const struct row rows[] = {
	{ 0, 0, 0, false, FLOOD },
	{ 0, NH_L3(V_G4), 0, true, FLOOD },
	{ 0, NH_L3(V_G4), P, false, OWN },
	{ 0, NH_L3(V_G4), P, true, STITCHED },
	{ 0, NH_L3(V_G4), F, false, FLOOD },
	{ 0, NH_L3(V_G4), F, true, STITCHED },
	{ VR_VIF_F_NO_ARP_PROXY, NH_L3(V_G4), P, true, DROP },
	{ VR_VIF_F_NO_ARP_PROXY, NH_AGENT, P, false, OWN },
	{ VR_VIF_F_MAC_PROXY, 0, 0, false, OWN },
	{ VR_VIF_F_MAC_PROXY, NH_L3(V_G4), P, true, OWN },
};

static void route_for(struct world *w, u32 vrf, const struct row *row)
{
	struct vr_route_cfg rt = w_route6_cfg(vrf, ASKED, 128, row->nh);

	w_route_del(w, &rt);
	if (!row->nh)
		return;
	rt.flags = row->rt_flags;
	rt.has_mac = row->stitched;
	if (row->stitched)
		ether_addr_copy(rt.mac, w_mac_stitched);
	W_DONE(w, w_route_set(w, &rt));
}

static void flooded(struct world *w, int line, const struct w_frame *in)
{
	w_sent(w, line, V_G4, in, 0);
	w_sent(w, line, V_G5, in, 0);
}

static void nd_guest_solicits(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, answer;
	unsigned int i;

	w_build(w);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 3, ASKED);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		enum fate fate = rows[i].fate;

		w_vif_flags(w, V_G3, rows[i].vif_flags);
		route_for(w, 1, &rows[i]);
		KUNIT_EXPECT_EQ_MSG(test, w_rx(w, V_G3, &in),
				    fate == DROP ? VR_DROPPED : VR_SENT, "row %u", i);
		w_ns_answer(&answer, &in, fate == OWN ? w_mac_vif(V_G3) : w_mac_stitched,
			    fate == OWN);
		if (fate == OWN || fate == STITCHED)
			w_sent(w, i, V_G3, &answer, 0);
		else if (fate == FLOOD)
			flooded(w, i, &in);
		w_nothing(w, i);
		w_dropped(w, i, VR_DROP_INVALID_ARP, fate == DROP);
	}
}

/* Duplicate address detection is between the hosts, even where every MAC is proxied. */
static void nd_dad_is_not_answered(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	route_for(w, 1, &proxy);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 0, ASKED);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	w_vif_flags(w, V_G3, VR_VIF_F_MAC_PROXY);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void nd_advertisement_is_copied(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, trap;

	w_build(w);
	w_na(&in, w_mac_all, w_mac_guest(V_G3), 3, 3);
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_L3_PROTOCOLS, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_AGENT, &trap);
	flooded(w, __LINE__, &in);
	W_NOTHING(w);
	w->tci = 9;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 9);
	W_SENT_TAG(w, V_G5, &in, 9);
	W_NOTHING(w);
	w_detach(w, V_AGENT);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void nd_router_solicitation(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_rs(&in, w_mac_guest(V_G3), 3);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
	/* That of a VLAN of the guests' own is theirs, as with ARP. */
	w->tci = 9;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 9);
	W_SENT_TAG(w, V_G5, &in, 9);
	W_NOTHING(w);
	/* Where there is no agent, one of the guests may be the router. */
	w_detach(w, V_AGENT);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void nd_tagged_goes_on(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	struct w_frame in, answer;

	w_build(w);
	route_for(w, 1, &proxy);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 3, ASKED);
	w->tci = 9;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 9);
	W_SENT_TAG(w, V_G5, &in, 9);
	W_NOTHING(w);
	w_ns_answer(&answer, &in, w_mac_stitched, false);
	w->tci = 0x2000;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G3, &answer, 0x2000);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* What is not neighbour discovery by the letter is bridged like any other packet. */
static void nd_malformed_is_bridged(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	route_for(w, 1, &proxy);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 3, ASKED);
	in.b[ETH_HLEN + 7] = 254;	/* came over a router */
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 3, ASKED);
	in.b[ETH_HLEN + 42] ^= 1;	/* checksum */
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 3, ASKED);
	in.len -= 4;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	flooded(w, __LINE__, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* The underlay's IPv6: cross-connected unless the host has an address there. */
static void nd_fabric(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	struct w_frame in, answer;
	struct vr_vif_info info;

	w_build(w);
	route_for(w, 0, &proxy);
	w_ns(&in, mac_solicited, w_mac_peer, 8, ASKED);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	W_DONE(w, w_vif_get(w, V_HOST, &info));
	info.cfg.ip6[0] = 0xfd;
	W_DONE(w, w_vif_set(w, &info.cfg));
	w_ns_answer(&answer, &in, w_mac_stitched, false);
	W_PASS(w, V_UPLINK, &in, V_UPLINK, &answer);
	w_ns(&in, mac_solicited, w_mac_peer, 8, ASKED + 1);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_na(&in, w_mac_all, w_mac_peer, 8, 8);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	w_rs(&in, w_mac_peer, 8);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	/* and from the host */
	w_ns(&in, mac_solicited, w_mac_vif(V_HOST), 1, ASKED);
	w_ns_answer(&answer, &in, w_mac_stitched, false);
	W_PASS(w, V_HOST, &in, V_HOST, &answer);
	w_ns(&in, mac_solicited, w_mac_vif(V_HOST), 1, ASKED + 1);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
}

static void nd_without_memory(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	enum vr_verdict verdict;
	struct w_frame in;
	unsigned int n;
	bool failed;

	w_build(w);
	route_for(w, 1, &proxy);
	w_ns(&in, mac_solicited, w_mac_guest(V_G3), 3, ASKED);
	for (n = 1, failed = true; failed; n++) {
		vr_test_fail_alloc(n);
		verdict = w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		w_books(w);
		vr_test_port_drain(w->port[V_G3]);
		vr_test_port_drain(w->port[V_G4]);
		vr_test_port_drain(w->port[V_G5]);
	}
	KUNIT_EXPECT_EQ(test, verdict, VR_SENT);
	KUNIT_EXPECT_GT(test, n, 2);
}

static struct kunit_case l2_nd_cases[] = {
	W_CASE(nd_guest_solicits),
	W_CASE(nd_dad_is_not_answered),
	W_CASE(nd_advertisement_is_copied),
	W_CASE(nd_router_solicitation),
	W_CASE(nd_tagged_goes_on),
	W_CASE(nd_malformed_is_bridged),
	W_CASE(nd_fabric),
	W_CASE(nd_without_memory),
	{}
};

static struct kunit_suite l2_nd_suite = {
	.name = "l2_nd",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = l2_nd_cases,
};

VR_TEST_SUITE(l2_nd_suite);

#endif /* VR_TEST_USERSPACE */
