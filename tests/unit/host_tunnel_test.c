// SPDX-License-Identifier: GPL-2.0-only
/*
 * The part of the host contract that is about tunnels: that sk_buff and the
 * user-space packet mean the same by the same words, and that the latter tells on
 * misuse.
 */
#include "stack_pkt.h"

KUNIT_ARRAY_PARAM(tunnel, stack_tunnels, stack_tunnel_desc);

/* What is in the tunnel, as drivers ask for it; GSO needs to know what is behind a label of GRE. */
static u16 tunnel_proto(const struct stack_tunnel *c, unsigned int gso)
{
	if (c->gso == VR_TEST_GSO_GRE && !gso)
		return ETH_P_MPLS_UC;
	return c->routed ? ETH_P_IP : ETH_P_TEB;
}

/* A device learns where the inner packet is, and what it has to do. */
static void tunnel_is_told(struct kunit *test)
{
	const struct stack_tunnel *c = test->param_value;
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, STACK_PAYLOAD);
	unsigned int gso;

	for (gso = 0; gso <= STACK_MSS; gso += STACK_MSS) {
		struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, gso);
		unsigned int hlen = stack_encap(test, c, in, pkt);
		struct vr_test_tunnel t = {};

		KUNIT_EXPECT_TRUE(test, vr_test_pkt_tunnel(pkt, &t));
		KUNIT_EXPECT_EQ(test, t.gso, gso ? c->gso : VR_TEST_GSO_PLAIN);
		KUNIT_EXPECT_EQ(test, t.l4_off, c->family == AF_INET ? 34 : 54);
		KUNIT_EXPECT_EQ(test, t.mac_off, hlen);
		KUNIT_EXPECT_EQ(test, t.l3_off, hlen + (c->routed ? 0 : ETH_HLEN));
		KUNIT_EXPECT_EQ(test, t.proto, tunnel_proto(c, gso));
		KUNIT_EXPECT_EQ(test, vr_test_pkt_l3_off(pkt), ETH_HLEN);
		KUNIT_EXPECT_EQ(test, vr_test_pkt_proto(pkt),
				c->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
		KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), gso);
		KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(pkt), VR_TEST_CSUM_PARTIAL);
		vr_test_pkt_free(pkt);
	}
}

/* With an inner checksum that was left to the device, and without. */
static void tunnel_checksums(struct kunit *test)
{
	const struct stack_tunnel *c = test->param_value;
	u8 *b = kunit_kzalloc(test, STACK_HEADERS + STACK_PAYLOAD + VR_ENCAP_HLEN_MAX, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (i = 0; i < 16; i++) {
		struct stack *in = stack_frame(test, i & 1, i & 2 ? IPPROTO_TCP : IPPROTO_UDP,
					    600 + (i & 4) / 4);
		struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, i & 8, 0);
		unsigned int hlen;

		if (!(i & 8))
			vr_test_pkt_set_complete(pkt);
		hlen = stack_encap(test, c, in, pkt);
		KUNIT_EXPECT_NE(test, vr_test_pkt_csum_state(pkt), VR_TEST_CSUM_COMPLETE);
		KUNIT_EXPECT_EQ(test, vr_pkt_csum_is_partial(pkt), i & 8 || c->csum);
		KUNIT_EXPECT_EQ(test, vr_pkt_csum_finish(pkt), 0);
		vr_test_pkt_copy(pkt, b, 0, vr_pkt_len(pkt));
		stack_expect_sums(test, c, in, b, vr_pkt_len(pkt), hlen, i & 8);
		vr_test_pkt_free(pkt);
	}
}

/* What is known is known of the inner packet too, if it is. */
static void decap_checksums(struct kunit *test)
{
	static const enum vr_test_csum want[] = {
		VR_TEST_CSUM_NONE, VR_TEST_CSUM_COMPLETE, VR_TEST_CSUM_PARTIAL,
		VR_TEST_CSUM_NONE,
	};
	unsigned int i, len;

	for (len = 36; len <= 52; len += 2) {
		for (i = 0; i < 4; i++) {
			struct stack *in = stack_frame(test, false, IPPROTO_TCP, 100);
			struct vr_pkt *pkt = stack_pkt(test, in, i & 1 ? len : in->hlen, false, 0);
			u8 have[200];

			/* An outer header with a UDP checksum; what it says is not looked at. */
			if (i == 1)
				vr_test_pkt_set_complete(pkt);
			if (i == 2)
				vr_test_pkt_set_partial(pkt, len + ETH_HLEN, 2);
			if (i == 3)
				vr_test_pkt_set_partial(pkt, 34, 2);
			if (i == 2)
				KUNIT_ASSERT_TRUE(test, vr_pkt_may_pull(pkt, len + 20));
			KUNIT_ASSERT_EQ(test, vr_pkt_decap(pkt, len), 0);
			KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), in->len - len);
			KUNIT_EXPECT_GE(test, vr_pkt_headlen(pkt), ETH_HLEN);
			KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(pkt), want[i]);
			KUNIT_EXPECT_TRUE_MSG(test, vr_test_pkt_csum_holds(pkt), "%u", len);
			vr_test_pkt_copy(pkt, have, 0, in->len - len);
			KUNIT_EXPECT_EQ(test, memcmp(have, in->b + len, in->len - len), 0);
			vr_test_pkt_free(pkt);
		}
	}
}

/* Into a tunnel and out of it: a GSO packet and its checksum stay as they were. */
static void tunnel_and_back(struct kunit *test)
{
	const struct stack_tunnel *c = test->param_value;
	struct stack *in = stack_frame(test, true, IPPROTO_TCP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
	unsigned int hlen = stack_encap(test, c, in, pkt);
	u8 *b = kunit_kzalloc(test, in->len, GFP_KERNEL);
	struct vr_test_tunnel t;

	KUNIT_ASSERT_NOT_NULL(test, b);
	KUNIT_EXPECT_EQ(test, vr_pkt_decap(pkt, hlen - (c->routed ? ETH_HLEN : 0)), 0);
	vr_pkt_set_headers(pkt, ETH_HLEN, htons(ETH_P_IPV6));
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_tunnel(pkt, &t));
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), STACK_MSS);
	KUNIT_EXPECT_TRUE(test, vr_pkt_csum_is_partial(pkt));
	KUNIT_ASSERT_EQ(test, vr_pkt_len(pkt), in->len);
	vr_test_pkt_copy(pkt, b, 0, in->len);
	KUNIT_EXPECT_EQ(test, memcmp(b + ETH_HLEN, in->b + ETH_HLEN, in->len - ETH_HLEN), 0);
	vr_test_pkt_free(pkt);
}

/* A sum in the @len bytes at @off that is right, or @wrong; with padding behind, as @state says. */
static struct vr_pkt *sum_pkt(struct kunit *test, unsigned int off, unsigned int len, bool wrong,
			      unsigned int state)
{
	struct vr_pkt *pkt;
	unsigned int i;
	u8 b[96];
	u16 sum;

	for (i = 0; i < sizeof(b); i++)
		b[i] = i * 13 + len;
	put_unaligned_be16(0, b + off + 6);
	sum = csum16(b + off, len, 0x1234);
	put_unaligned_be16(sum ^ wrong << 3, b + off + 6);
	pkt = vr_test_pkt_alloc(b, state ? sizeof(b) : off + len, off + 8, 2);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	if (state == 2)
		vr_test_pkt_set_complete(pkt);
	return pkt;
}

static void csum_good(struct kunit *test)
{
	__wsum front = (__force __wsum)htonl(0x1234);
	unsigned int off, len, i;

	for (off = ETH_HLEN; off < 40; off += 2) {
		for (len = 8; len < 40; len++) {
			for (i = 0; i < 6; i++) {
				struct vr_pkt *pkt = sum_pkt(test, off, len, i & 1, i / 2);

				KUNIT_EXPECT_EQ_MSG(test, vr_pkt_csum_good(pkt, off, len, front),
						    !(i & 1), "%u at %u", len, off);
				KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
				vr_test_pkt_free(pkt);
			}
		}
	}
}

/* It says that somebody else has looked, or that it never was on a wire. */
static void csum_good_by_word(struct kunit *test)
{
	struct stack *in = stack_frame(test, false, IPPROTO_UDP, 100);
	struct vr_pkt *pkt = stack_pkt(test, in, in->len, false, 0);

	KUNIT_EXPECT_FALSE(test, vr_pkt_csum_good(pkt, in->l4, 50, 0));
	vr_test_pkt_set_verified(pkt);
	KUNIT_EXPECT_TRUE(test, vr_pkt_csum_good(pkt, in->l4, 50, 0));
	vr_test_pkt_set_partial(pkt, in->l4, 6);
	KUNIT_EXPECT_TRUE(test, vr_pkt_csum_good(pkt, in->l4, 50, 0));
	vr_test_pkt_free(pkt);
}

#ifdef VR_TEST_USERSPACE

#include <vr_host/port.h>
#include <vr_host/underlay.h>

#include "dies.h"

/* Each allocation may fail; the packet stands, but one that is segmented. */
static void tunnel_without_memory(struct kunit *test)
{
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
	struct vr_pkt *clone = vr_pkt_clone(pkt);
	struct vr_pkt_tunnel how = stack_how(&stack_tunnels[0], in);
	struct vr_test_tunnel t = { .gso = VR_TEST_GSO_UDP, .proto = ETH_P_TEB };
	unsigned int n;

	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_pkt_encap(pkt, &how), -ENOMEM);
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_tunnel(pkt, &t));
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_FALSE(test, vr_pkt_gso_shrink(pkt, 500));
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), STACK_MSS);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_NULL(test, vr_pkt_excerpt(pkt, 34, 34, 100));
	vr_test_pkt_set_tunnel(pkt, &t);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_pkt_decap(pkt, 36), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), in->len);
	vr_test_pkt_free(clone);
	vr_test_pkt_free(pkt);

	pkt = stack_pkt(test, in, 36, false, 0);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_pkt_decap(pkt, 36), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_decap(pkt, 36), 0);
	vr_test_pkt_free(pkt);

	for (n = 1; n <= 3; n++) {
		pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);
		vr_test_fail_alloc(n);
		KUNIT_EXPECT_NULL(test, vr_pkt_segment(pkt));
		KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 0);
	}
}

/* Merged by the outer header, or by one that is not ours: what is inside is not one packet. */
static void decap_of_merged_datagrams(struct kunit *test)
{
	struct stack *in = stack_frame(test, false, IPPROTO_UDP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, STACK_MSS);

	KUNIT_EXPECT_EQ(test, vr_pkt_decap(pkt, 36), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), in->len);
	for (pkt = vr_pkt_segment(pkt); pkt;) {
		struct vr_pkt *next = vr_pkt_next(pkt);

		KUNIT_EXPECT_EQ(test, vr_pkt_decap(pkt, 36), 0);
		vr_test_pkt_free(pkt);
		pkt = next;
	}
}

/* A packet in VXLAN from 10.0.0.1 to 10.0.0.2, wrong in one thing. */
enum wrong {
	W_NOTHING,
	W_NO_END,
	W_TAG,
	W_ADDRESS,
	W_VERSION,
	W_UDP_LENGTH,
	W_IP_SUM,
	W_PROTOCOL,
	W_IN_NO_TUNNEL,
	W_NO_READER,
};

static struct vr_pkt *wrong_pkt(struct kunit *test, enum wrong wrong)
{
	const struct stack_tunnel *c = &stack_tunnels[0];
	struct stack *in = stack_frame(test, false, IPPROTO_TCP, 100);
	struct vr_pkt *pkt = stack_pkt(test, in, in->hlen, true, 0);
	struct vr_pkt_tunnel how = stack_how(c, in);
	struct vr_encap_pkt e = { .label = 77 };
	struct vr_encap_tmpl tmpl;
	u8 *ip;

	stack_tmpl(c, &tmpl);
	if (wrong == W_TAG)
		vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 5);
	if (wrong != W_IN_NO_TUNNEL)
		vr_pkt_encap(pkt, &how);
	vr_encap_push(pkt, &tmpl, &e);
	ip = (u8 *)vr_pkt_data(pkt) + ETH_HLEN;
	if (wrong == W_UDP_LENGTH)
		ip[25] ^= 1;
	if (wrong == W_IP_SUM)
		ip[11] ^= 1;
	if (wrong == W_PROTOCOL)
		how.gre = true;
	if (wrong != W_NO_END && wrong != W_IN_NO_TUNNEL)
		vr_pkt_encap_end(pkt, &how, AF_INET, tmpl.l4_off);
	if (wrong == W_ADDRESS)
		ip[19] ^= 1;
	if (wrong == W_VERSION)
		ip[0] = 0x60;
	return pkt;
}

static enum wrong wrong;
static struct kunit *wrong_test;

static struct vr_underlay *underlay_of(void)
{
	__be32 sip[4] = { htonl(0x0a000001) }, dip[4] = { htonl(0x0a000002) };

	return vr_underlay_new(NULL, AF_INET, sip, dip);
}

static void send_wrong(void)
{
	struct vr_underlay *u = underlay_of();

	if (wrong != W_NO_READER)
		rcu_read_lock();
	vr_underlay_tx(u, wrong_pkt(wrong_test, wrong));
}

static void send_unfinished(void)
{
	vr_port_tx(vr_test_port_alloc(), wrong_pkt(wrong_test, W_NO_END));
}

static void send_decapped(void)
{
	struct vr_pkt *pkt = wrong_pkt(wrong_test, W_NOTHING);

	vr_pkt_decap(pkt, 50);
	vr_port_tx(vr_test_port_alloc(), pkt);
}

static void send_chain(void)
{
	struct stack *in = stack_frame(wrong_test, false, IPPROTO_TCP, STACK_PAYLOAD);
	struct vr_pkt *pkt = stack_pkt(wrong_test, in, in->hlen, true, STACK_MSS);

	vr_port_tx(vr_test_port_alloc(), vr_pkt_segment(pkt));
}

static void send_told(void)
{
	struct vr_pkt *pkt = wrong_pkt(wrong_test, W_NOTHING);

	vr_pkt_decap(pkt, 50);
	vr_pkt_set_headers(pkt, ETH_HLEN, htons(ETH_P_IP));
	vr_port_tx(vr_test_port_alloc(), pkt);
}

static void host_tells_on_tunnels(struct kunit *test)
{
	wrong_test = test;
	for (wrong = W_NOTHING; wrong <= W_NO_READER; wrong++)
		KUNIT_EXPECT_EQ_MSG(test, dies(send_wrong), wrong != W_NOTHING, "%d", wrong);
	KUNIT_EXPECT_TRUE(test, dies(send_unfinished));
	KUNIT_EXPECT_TRUE(test, dies(send_decapped));
	KUNIT_EXPECT_FALSE(test, dies(send_told));
	KUNIT_EXPECT_TRUE(test, dies(send_chain));
}

static void underlay_keeps_what_is_sent(struct kunit *test)
{
	__be32 dip[4] = { htonl(0x0a000002) }, other[4] = { htonl(0x0a000003) };
	struct vr_underlay *u, *newer;
	struct vr_pkt *pkt;

	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, PTR_ERR(underlay_of()), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), 0);
	KUNIT_EXPECT_NULL(test, vr_test_underlay_find(AF_INET, dip));
	u = underlay_of();
	KUNIT_EXPECT_PTR_EQ(test, vr_test_underlay_find(AF_INET, dip), u);
	KUNIT_EXPECT_NULL(test, vr_test_underlay_find(AF_INET, other));
	KUNIT_EXPECT_NULL(test, vr_test_underlay_find(AF_INET6, dip));

	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, vr_underlay_mtu(u), 1500);
	pkt = wrong_pkt(test, W_NOTHING);
	KUNIT_EXPECT_EQ(test, vr_underlay_tx(u, pkt), 0);
	KUNIT_EXPECT_EQ(test, vr_underlay_tx(u, wrong_pkt(test, W_NOTHING)), 0);
	KUNIT_EXPECT_EQ(test, vr_test_underlay_sent(u), 2);
	KUNIT_EXPECT_PTR_EQ(test, vr_test_underlay_pop(u), pkt);
	vr_test_pkt_free(pkt);

	u->full = true;
	KUNIT_EXPECT_EQ(test, vr_underlay_tx(u, wrong_pkt(test, W_NOTHING)), -ENOBUFS);
	u->no_route = true;
	KUNIT_EXPECT_EQ(test, vr_underlay_tx(u, wrong_pkt(test, W_NOTHING)), -ENETUNREACH);
	KUNIT_EXPECT_EQ(test, vr_underlay_mtu(u), 0);
	KUNIT_EXPECT_EQ(test, u->refused, 2);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 1);
	rcu_read_unlock();

	newer = underlay_of();
	KUNIT_EXPECT_PTR_EQ(test, vr_test_underlay_find(AF_INET, dip), newer);
	vr_underlay_free(newer);
	KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), 1);
	vr_underlay_free(u);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 0);
	KUNIT_EXPECT_NULL(test, vr_test_underlay_find(AF_INET, dip));
}

#endif

static struct kunit_case host_tunnel_cases[] = {
	KUNIT_CASE_PARAM(tunnel_is_told, tunnel_gen_params),
	KUNIT_CASE_PARAM(tunnel_checksums, tunnel_gen_params),
	KUNIT_CASE(decap_checksums),
	KUNIT_CASE_PARAM(tunnel_and_back, tunnel_gen_params),
	KUNIT_CASE(csum_good),
	KUNIT_CASE(csum_good_by_word),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(tunnel_without_memory),
	KUNIT_CASE(decap_of_merged_datagrams),
	KUNIT_CASE(host_tells_on_tunnels),
	KUNIT_CASE(underlay_keeps_what_is_sent),
#endif
	{}
};

static struct kunit_suite host_tunnel_suite = {
	.name = "host_tunnel",
	.test_cases = host_tunnel_cases,
};

VR_TEST_SUITE(host_tunnel_suite);
