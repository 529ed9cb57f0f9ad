// SPDX-License-Identifier: GPL-2.0-only
/* To the agent: the header byte for byte, and what the packet in it may not carry. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

/* Frames that are trapped: DHCP of guest 3. */
static void dhcp(struct world *w, struct w_frame *f)
{
	w_build(w);
	w_vif_flags(w, V_G3, VR_VIF_F_DHCP);
	w_udp4(f, w_mac_all, w_mac_guest(V_G3), 0, ~0U, 68, 67, 40);
}

/* Written out once, by hand. */
static void trap_header_bytes(struct kunit *test)
{
	static const u8 head[44] = {
		0x02, 0, 0, 0, 0, 2,  0x02, 0, 0, 0, 0, 2,  0x08, 0x00,
		0x00, 0x03,  0x00, 0x01,  0x00, 0x07,
		0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
		0,  0, 0, 0,
	};
	struct world *w = test->priv;
	struct w_frame in, out;
	struct vr_pkt *pkt;

	dhcp(w, &in);
	memcpy(out.b, head, sizeof(head));
	memcpy(out.b + sizeof(head), in.b, in.len);
	out.len = sizeof(head) + in.len;
	W_PASS(w, V_G3, &in, V_AGENT, &out);

	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	pkt = vr_test_port_pop(w->port[V_AGENT]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_l3_off(pkt), ETH_HLEN);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_proto(pkt), ETH_P_IP);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(pkt), VR_TEST_CSUM_NONE);
	vr_test_pkt_free(pkt);
}

static void trap_puts_tag_into_bytes(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	dhcp(w, &in);
	out = in;
	w_tag(&out, 0x2000);
	w->tci = 0x2000;
	W_TRAP(w, V_G3, &in, &out, 1, VR_TRAP_L3_PROTOCOLS);
}

static void trap_finishes_partial_checksum(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, at = ETH_HLEN + 20;
	struct w_frame in, out;
	u32 sum = 0;

	dhcp(w, &in);
	out = in;
	for (i = at; i < in.len; i += 2)
		sum += get_unaligned_be16(in.b + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_unaligned_be16(~sum, out.b + at + 6);
	w->partial = at;
	W_TRAP(w, V_G3, &in, &out, 1, VR_TRAP_L3_PROTOCOLS);
}

/* What was to be segmented cannot be sent as one; the agent gets its headers, whole. */
static void trap_cuts_gso(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_AGENT);
	struct world *w = test->priv;
	struct w_frame in, out;
	struct vr_pkt *pkt;

	w_build(w);
	W_DONE(w, w_route_set(w, &rt));
	w_udp4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 5, 6, 6000);
	out = in;
	out.len = 190 - 44;
	w->gso = 1400;
	w->partial = ETH_HLEN + 20;
	W_TRAP(w, V_G3, &in, &out, 1, VR_TRAP_NEXTHOP);
	w->gso = 1400;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	pkt = vr_test_port_pop(w->port[V_AGENT]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), 0);
	vr_test_pkt_free(pkt);
	/* one that is short enough stays whole */
	w_udp4(&in, w_mac_gw, w_mac_guest(V_G3), 1, 9, 5, 6, 50);
	w->gso = 20;
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_NEXTHOP);
}

static void trap_without_agent(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	dhcp(w, &in);
	w->port[V_AGENT]->up = false;
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
	w->port[V_AGENT]->up = true;
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
	w_detach(w, V_AGENT);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
	W_DONE(w, w_vif_del(w, V_AGENT));
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_NO_IF);
}

/* The agent reads too slowly. */
static void trap_limit(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame in;

	dhcp(w, &in);
	w->port[V_AGENT]->full = true;
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_LIMIT);
	KUNIT_EXPECT_EQ(test, w->port[V_AGENT]->refused, 1);
	W_DONE(w, w_vif_get(w, V_AGENT, &info));
	KUNIT_EXPECT_EQ(test, info.stats.tx_errors, 1);
}

static void trap_counts_as_trapped(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_books books;
	struct w_frame in;

	dhcp(w, &in);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.received, 1);
	KUNIT_EXPECT_EQ(test, books.trapped, 1);
	KUNIT_EXPECT_EQ(test, books.created + books.transmitted + books.delivered + books.dropped,
			0);
}

static void trap_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	enum vr_verdict verdict;
	struct w_frame in, out;
	unsigned int n;
	bool failed;

	dhcp(w, &in);
	out = in;
	w_tag(&out, 0xe000);
	w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_L3_PROTOCOLS, 0);
	for (n = 1, failed = true; failed; n++) {
		w->tci = 0xe000;
		vr_test_fail_alloc(n);
		verdict = w_rx(w, V_G3, &in);
		failed = vr_test_allocs_failed();
		vr_test_fail_alloc(0);
		w->line = n;
		w_books(w);
		if (failed && verdict == VR_DROPPED) {
			W_NOTHING(w);
		} else if (failed) {
			/* not seen to be DHCP for want of memory: flooded */
			W_SENT_TAG(w, V_G4, &in, 0xe000);
			W_SENT_TAG(w, V_G5, &in, 0xe000);
		}
	}
	KUNIT_EXPECT_EQ(test, verdict, VR_SENT);
	W_SENT(w, V_AGENT, &out);
	W_NOTHING(w);
}

/* So many of guest 3's DHCP requests are taken, and not one more. */
static void expect_rate(struct world *w, int line, const struct w_frame *in, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		w_trap(w, line, V_G3, in, in, 1, VR_TRAP_L3_PROTOCOLS);
	w_drop(w, line, V_G3, in, VR_DROP_TRAP_RATE);
	w_drop(w, line, V_G3, in, VR_DROP_TRAP_RATE);
}

static void trap_rate(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	dhcp(w, &in);
	w_conf(w, VR_CONF_TRAP_RATE, 10);
	expect_rate(w, __LINE__, &in, 10);
	vr_test_clock_advance(100);
	expect_rate(w, __LINE__, &in, 1);
	vr_test_clock_advance(50);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
	vr_test_clock_advance(50);
	expect_rate(w, __LINE__, &in, 1);
	/* never more than a second's worth, however long it was quiet, even if the clock wraps */
	vr_test_clock_advance(999);
	expect_rate(w, __LINE__, &in, 9);
	vr_test_clock_advance(60000);
	expect_rate(w, __LINE__, &in, 10);
	vr_test_clock_advance(0x90000000);
	expect_rate(w, __LINE__, &in, 10);
	/* another cpu has seen later ticks than this one: nothing comes back */
	vr_test_clock_advance(0xfffffff0);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
}

static void trap_rate_changes(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int i;

	dhcp(w, &in);
	/* one a second is the least */
	w_conf(w, VR_CONF_TRAP_RATE, 1);
	expect_rate(w, __LINE__, &in, 1);
	vr_test_clock_advance(999);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
	vr_test_clock_advance(1);
	expect_rate(w, __LINE__, &in, 1);
	/* the share of a second that is left is that of the new rate */
	vr_test_clock_advance(500);
	w_conf(w, VR_CONF_TRAP_RATE, 100);
	expect_rate(w, __LINE__, &in, 50);
	w_conf(w, VR_CONF_TRAP_RATE, 10000000);
	W_DROP(w, V_G3, &in, VR_DROP_TRAP_RATE);
	w_conf(w, VR_CONF_TRAP_RATE, 0);
	for (i = 0; i < 300; i++)
		W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
}

/* Neither another port nor another reason has to suffer; a flow's limit is another one. */
static void trap_rate_is_per_vif_and_reason(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, 9, 32, NH_AGENT);
	struct world *w = test->priv;
	struct w_frame in, other;

	dhcp(w, &in);
	W_DONE(w, w_route_set(w, &rt));
	w_vif_flags(w, V_G4, VR_VIF_F_DHCP);
	w_conf(w, VR_CONF_TRAP_RATE, 1);
	expect_rate(w, __LINE__, &in, 1);
	w_udp4(&other, w_mac_gw, w_mac_guest(V_G3), 1, 9, 5, 6, 50);
	W_TRAP(w, V_G3, &other, &other, 1, VR_TRAP_NEXTHOP);
	W_DROP(w, V_G3, &other, VR_DROP_TRAP_RATE);
	w_macs(&in, w_mac_all, w_mac_guest(V_G4));
	W_TRAP(w, V_G4, &in, &in, 1, VR_TRAP_L3_PROTOCOLS);
	/* no agent is the better reason */
	w_detach(w, V_AGENT);
	W_DROP(w, V_G3, &other, VR_DROP_TRAP_NO_IF);
}

/* A copy that the agent may not have is not made, and nothing is lost by that. */
static void trap_rate_of_copies(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, trap;

	w_build(w);
	w_conf(w, VR_CONF_TRAP_RATE, 1);
	w_arp(&in, w_mac_vif(V_UPLINK), ARPOP_REPLY, w_mac_peer, W_IP(10, 0, 0, 9),
	      w_mac_vif(V_HOST), W_IP(10, 0, 0, 1));
	trap = in;
	w_wrap(&trap, w_mac_vif(V_AGENT), V_UPLINK, 0, VR_TRAP_ARP, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_UPLINK, &in), VR_SENT);
	W_SENT(w, V_AGENT, &trap);
	W_SENT(w, V_HOST, &in);
	W_PASS(w, V_UPLINK, &in, V_HOST, &in);
}

/* Of what the agent answers with an ICMP error it gets the headers; of the rest, all. */
static void trap_cuts_what_is_quoted(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 1, 500);
	out = in;
	out.len = 190 - 44;
	W_TRAP(w, V_G3, &in, &out, 1, VR_TRAP_ZERO_TTL);
	/* with a tag, the length is the same */
	w_tag(&out, 0x0007);
	out.len = 190 - 44;
	w->tci = 7;
	W_TRAP(w, V_G3, &in, &out, 1, VR_TRAP_ZERO_TTL);
	/* exactly so long, and shorter */
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 1, 190 - 44 - 34);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_ZERO_TTL);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 1, 0);
	W_TRAP(w, V_G3, &in, &in, 1, VR_TRAP_ZERO_TTL);
}

static struct kunit_case trap_cases[] = {
	W_CASE(trap_header_bytes),
	W_CASE(trap_puts_tag_into_bytes),
	W_CASE(trap_finishes_partial_checksum),
	W_CASE(trap_cuts_gso),
	W_CASE(trap_without_agent),
	W_CASE(trap_limit),
	W_CASE(trap_counts_as_trapped),
	W_CASE(trap_without_memory),
	W_CASE(trap_rate),
	W_CASE(trap_rate_changes),
	W_CASE(trap_rate_is_per_vif_and_reason),
	W_CASE(trap_rate_of_copies),
	W_CASE(trap_cuts_what_is_quoted),
	{}
};

static struct kunit_suite trap_suite = {
	.name = "trap",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = trap_cases,
};

VR_TEST_SUITE(trap_suite);

#endif /* VR_TEST_USERSPACE */
