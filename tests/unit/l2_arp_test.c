// SPDX-License-Identifier: GPL-2.0-only
/*
 * ARP: who is answered for, with which MAC; what is forwarded, copied, trapped
 * or dropped. A table for each kind of port.
 */
#include "world.h"

#ifdef VR_TEST_USERSPACE

/* What becomes of it. */
enum fate {
	FLOOD,		/* goes on: to the other guests, or to the cross-connect partner */
	OWN,		/* answered with the router's own MAC */
	STITCHED,	/* answered with the route's */
	DROP,
	COPY,		/* goes on, and a copy to the agent */
	TRAP,
};

/** struct row - a route, a port's flags, and what becomes of a request for the route's address */
struct row {
	u32 vif_flags;
	u32 nh;		/* 0: no route at all */
	u32 rt_flags;
	bool stitched;
	enum fate fate;
};

#define ASKED W_IP(10, 1, 1, 77)
#define P VR_ROUTE_F_PROXY
#define F VR_ROUTE_F_FLOOD

static void route_for(struct world *w, u32 vrf, const struct row *row)
{
	struct vr_route_cfg rt = w_route4_cfg(vrf, ASKED, 32, row->nh);

	w_route_del(w, &rt);
	if (!row->nh)
		return;
	rt.flags = row->rt_flags;
	rt.has_mac = row->stitched;
	if (row->stitched)
		ether_addr_copy(rt.mac, w_mac_stitched);
	W_DONE(w, w_route_set(w, &rt));
}

/* @in comes in by @vif, and goes on to @out[0], @out[1], … (ends with @vif). */
static void check_fate(struct world *w, unsigned int i, u32 vif, u16 vrf, const struct w_frame *in,
		       enum fate fate, const u32 *out)
{
	struct w_frame answer, trap = *in;

	w_wrap(&trap, w_mac_vif(V_AGENT), vif, vrf, VR_TRAP_ARP, 0);
	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, vif, in), fate == DROP ? VR_DROPPED : VR_SENT,
			    "row %u", i);
	switch (fate) {
	case OWN:
	case STITCHED:
		w_arp_answer(&answer, in, fate == OWN ? w_mac_vif(vif) : w_mac_stitched);
		w_sent(w, i, vif, &answer, 0);
		break;
	case COPY:
		w_sent(w, i, V_AGENT, &trap, 0);
		fallthrough;
	case FLOOD:
		for (; *out != vif; out++)
			w_sent(w, i, *out, in, 0);
		break;
	case TRAP:
		w_sent(w, i, V_AGENT, &trap, 0);
		break;
	case DROP:
		break;
	}
	w_nothing(w, i);
	w_dropped(w, i, VR_DROP_INVALID_ARP, fate == DROP);
}

static const u32 guests[] = { V_G4, V_G5, V_G3 };
static const u32 to_host[] = { V_HOST, V_UPLINK };
static const u32 to_uplink[] = { V_UPLINK, V_HOST };

static void run_rows(struct world *w, u32 vif, u16 vrf, const struct row *rows, unsigned int n,
		     const u32 *out)
{
	struct w_frame in;
	unsigned int i;

	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_guest(V_G3), W_IP(10, 1, 1, 3), w_mac_none,
	      ASKED);
	for (i = 0; i < n; i++) {
		w_vif_flags(w, vif, rows[i].vif_flags);
		route_for(w, vrf, &rows[i]);
		check_fate(w, i, vif, vrf, &in, rows[i].fate, out);
	}
}

static const u32 nap = VR_VIF_F_NO_ARP_PROXY;
static const u32 mpx = VR_VIF_F_MAC_PROXY;

static void arp_guest_asks(struct kunit *test)
{
	const struct row rows[] = {
		{ 0, 0, 0, false, FLOOD },
		{ 0, NH_L3(V_G4), 0, false, FLOOD },
		{ 0, NH_L3(V_G4), 0, true, FLOOD },
		{ 0, NH_L3(V_G4), P, false, OWN },
		{ 0, NH_L3(V_G4), P, true, STITCHED },
		{ 0, NH_L3(V_G4), F, false, FLOOD },
		{ 0, NH_L3(V_G4), F, true, STITCHED },
		{ 0, NH_L3(V_G4), P | F, false, FLOOD },
		{ 0, NH_L3(V_G4), P | F, true, STITCHED },
		{ 0, NH_L3(V_G4), VR_ROUTE_F_TRAP, false, FLOOD },
		{ 0, NH_DISCARD, P, false, OWN },
		{ 0, NH_AGENT, P, false, OWN },
		{ nap, 0, 0, false, FLOOD },
		{ nap, NH_L3(V_G4), 0, false, FLOOD },
		{ nap, NH_L3(V_G4), P, false, DROP },
		{ nap, NH_L3(V_G4), P, true, DROP },
		{ nap, NH_L3(V_G4), F, false, FLOOD },
		{ nap, NH_AGENT, P, false, OWN },
		{ nap, NH_AGENT, P, true, STITCHED },
		{ nap, NH_HOST, P, false, OWN },
		{ mpx, 0, 0, false, OWN },
		{ mpx, NH_L3(V_G4), P, true, OWN },
		{ mpx, NH_L3(V_G4), F, false, OWN },
		{ mpx | nap, NH_L3(V_G4), P, true, OWN },
	};
	struct world *w = test->priv;

	w_build(w);
	run_rows(w, V_G3, 1, rows, ARRAY_SIZE(rows), guests);
}

/* The underlay: everybody answers for himself but for what a route says. */
static void arp_fabric_asks(struct kunit *test)
{
	const struct row rows[] = {
		{ 0, 0, 0, false, FLOOD },
		{ 0, NH_PEER, 0, false, FLOOD },
		{ 0, NH_PEER, P, false, FLOOD },
		{ 0, NH_PEER, P, true, FLOOD },
		{ 0, NH_HOST, 0, false, FLOOD },
		{ 0, NH_HOST, P, false, OWN },
		{ 0, NH_AGENT, P, false, OWN },
		{ 0, NH_L3(V_G4), P, false, OWN },
		{ 0, NH_L3(V_G4), P, true, STITCHED },
		{ 0, NH_L3(V_G4), F, true, STITCHED },
		{ 0, NH_L3(V_G4), F, false, FLOOD },
		{ nap, NH_L3(V_G4), P, true, DROP },
	};
	struct world *w = test->priv;

	w_build(w);
	run_rows(w, V_UPLINK, 0, rows, ARRAY_SIZE(rows), to_host);
}

static void arp_host_asks(struct kunit *test)
{
	const struct row rows[] = {
		{ 0, 0, 0, false, FLOOD },
		{ 0, NH_PEER, 0, false, FLOOD },
		{ 0, NH_PEER, P, false, OWN },
		{ 0, NH_L3(V_G4), P, true, STITCHED },
		{ 0, NH_L3(V_G4), F, false, FLOOD },
	};
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	/* its partners stay what they are when only flags change */
	run_rows(w, V_HOST, 0, rows, ARRAY_SIZE(rows), to_uplink);
	/* Link-local addresses are the router's to answer for. */
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_vif(V_HOST), W_IP(10, 0, 0, 1), w_mac_none,
	      W_IP(169, 254, 169, 254));
	check_fate(w, 100, V_HOST, 0, &in, OWN, to_uplink);
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_vif(V_HOST), W_IP(10, 0, 0, 1), w_mac_none,
	      W_IP(169, 255, 0, 1));
	check_fate(w, 101, V_HOST, 0, &in, FLOOD, to_uplink);
}

static void arp_gratuitous(struct kunit *test)
{
	struct row trap = { 0, NH_L3(V_G3), VR_ROUTE_F_TRAP, false, COPY };
	struct row plain = { 0, NH_L3(V_G3), P, true, FLOOD };
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_guest(V_G3), ASKED, w_mac_none, ASKED);
	check_fate(w, 0, V_G3, 1, &in, FLOOD, guests);
	route_for(w, 1, &plain);
	check_fate(w, 1, V_G3, 1, &in, FLOOD, guests);
	route_for(w, 1, &trap);
	check_fate(w, 2, V_G3, 1, &in, COPY, guests);
	w_vif_flags(w, V_G3, mpx);
	check_fate(w, 3, V_G3, 1, &in, DROP, guests);
	check_fate(w, 4, V_UPLINK, 0, &in, COPY, to_host);
	check_fate(w, 5, V_HOST, 0, &in, FLOOD, to_uplink);
}

static void arp_replies(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	w_arp(&in, w_mac_guest(V_G4), ARPOP_REPLY, w_mac_guest(V_G3), ASKED, w_mac_guest(V_G4), 4);
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_macs(&in, w_mac_gw, w_mac_guest(V_G3));
	check_fate(w, 1, V_G3, 1, &in, TRAP, guests);
	w_macs(&in, w_mac_vif(V_G3), w_mac_guest(V_G3));
	check_fate(w, 2, V_G3, 1, &in, TRAP, guests);
	w_macs(&in, w_mac_all, w_mac_guest(V_G3));
	check_fate(w, 3, V_G3, 1, &in, COPY, guests);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	check_fate(w, 4, V_UPLINK, 0, &in, COPY, to_host);
	w_macs(&in, w_mac_peer, w_mac_vif(V_HOST));
	check_fate(w, 5, V_HOST, 0, &in, FLOOD, to_uplink);
}

/* A VLAN of the guests' own is none of the router's. */
static void arp_tagged_goes_on(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	struct w_frame in, answer;

	w_build(w);
	route_for(w, 1, &proxy);
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_guest(V_G3), 3, w_mac_none, ASKED);
	w->tci = 9;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G4, &in, 9);
	W_SENT_TAG(w, V_G5, &in, 9);
	W_NOTHING(w);
	/* A priority tag is no VLAN; it stays on the answer. */
	w_arp_answer(&answer, &in, w_mac_stitched);
	w->tci = 0xe000;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT_TAG(w, V_G3, &answer, 0xe000);
	W_NOTHING(w);
	/* In the bytes it is the same. */
	w_tag(&in, 9);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G5, &in);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* A nexthop that is gone: nobody is a gateway, nobody a local guest. */
static void arp_route_to_dead_nexthop(struct kunit *test)
{
	struct row dead = { 0, 77, P, false, OWN };
	struct vr_nh_cfg nh = w_encap_cfg(77, AF_INET, V_G4, w_mac_guest(V_G4), w_mac_gw);
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_nh_set(w, &nh));
	route_for(w, 1, &dead);
	route_for(w, 0, &dead);
	W_DONE(w, w_nh_del(w, 77));
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_guest(V_G3), 3, w_mac_none, ASKED);
	check_fate(w, 0, V_G3, 1, &in, OWN, guests);
	check_fate(w, 1, V_UPLINK, 0, &in, FLOOD, to_host);
	w_vif_flags(w, V_G3, nap);
	check_fate(w, 2, V_G3, 1, &in, DROP, guests);
}

/* A guest's is dropped; what host and fabric say to each other is theirs to judge. */
static void arp_malformed(struct kunit *test)
{
	static const unsigned int wrong[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int i, len;

	w_build(w);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_guest(V_G3), 3, w_mac_none, ASKED);
		in.b[ETH_HLEN + wrong[i]] ^= 0x41;
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_ARP);
		W_PASS(w, V_UPLINK, &in, V_HOST, &in);
		W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	}
	for (len = ETH_HLEN; len < ETH_HLEN + 28; len++) {
		in.len = len;
		W_DROP(w, V_G3, &in, VR_DROP_PULL);
		W_PASS(w, V_UPLINK, &in, V_HOST, &in);
	}
}

/* Who probes is not answered, whatever the route says: it would give up its own address. */
static void arp_probe(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	route_for(w, 1, &proxy);
	w_arp(&in, w_mac_guest(V_G4), ARPOP_REQUEST, w_mac_guest(V_G3), 0, w_mac_none, ASKED);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

/* Answering needs memory where it cannot write; a copy for the agent is not worth a packet. */
static void arp_without_memory(struct kunit *test)
{
	struct row proxy = { 0, NH_L3(V_G4), P, true, STITCHED };
	struct world *w = test->priv;
	enum vr_verdict verdict;
	struct w_frame in;
	unsigned int n;
	bool failed;

	w_build(w);
	route_for(w, 1, &proxy);
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_guest(V_G3), 3, w_mac_none, ASKED);
	for (n = 1, failed = true; failed; n++) {
		vr_test_fail_alloc(n);
		verdict = w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, verdict, failed ? VR_DROPPED : VR_SENT);
		KUNIT_EXPECT_EQ(test, vr_test_port_drain(w->port[V_G3]), !failed);
		w_books(w);
	}
	W_NOTHING(w);

	w_arp(&in, w_mac_vif(V_UPLINK), ARPOP_REPLY, w_mac_peer, 3, w_mac_vif(V_HOST), 4);
	for (n = 1, failed = true; failed; n++) {
		vr_test_fail_alloc(n);
		verdict = w_rx(w, V_UPLINK, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		w_books(w);
		vr_test_port_drain(w->port[V_AGENT]);
		vr_test_port_drain(w->port[V_HOST]);
	}
	KUNIT_EXPECT_EQ(test, verdict, VR_SENT);
}

static struct kunit_case l2_arp_cases[] = {
	W_CASE(arp_guest_asks),
	W_CASE(arp_fabric_asks),
	W_CASE(arp_host_asks),
	W_CASE(arp_gratuitous),
	W_CASE(arp_replies),
	W_CASE(arp_tagged_goes_on),
	W_CASE(arp_route_to_dead_nexthop),
	W_CASE(arp_malformed),
	W_CASE(arp_probe),
	W_CASE(arp_without_memory),
	{}
};

static struct kunit_suite l2_arp_suite = {
	.name = "l2_arp",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = l2_arp_cases,
};

VR_TEST_SUITE(l2_arp_suite);

#endif /* VR_TEST_USERSPACE */
