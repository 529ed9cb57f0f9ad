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
	w_tag(&out, 0x2064);
	w->tci = 0x2064;
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
	w_tag(&out, 5);
	w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_L3_PROTOCOLS, 0);
	for (n = 1, failed = true; failed; n++) {
		w->tci = 5;
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
			W_SENT_TAG(w, V_G4, &in, 5);
			W_SENT_TAG(w, V_G5, &in, 5);
		}
	}
	KUNIT_EXPECT_EQ(test, verdict, VR_SENT);
	W_SENT(w, V_AGENT, &out);
	W_NOTHING(w);
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
