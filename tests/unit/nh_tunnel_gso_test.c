// SPDX-License-Identifier: GPL-2.0-only
/* Into tunnels: what is still to be segmented, and memory that is short. */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

#define NH_T	60
#define IP_AWAY	W_IP(10, 1, 7, 7)
#define LABEL	1234

static const u32 encaps[] = { VR_ENCAP_VXLAN, VR_ENCAP_MPLS_UDP, VR_ENCAP_MPLS_GRE };
static const u8 families[] = { AF_INET, AF_INET6 };

static void tcp_super(struct w_frame *f, const u8 *dmac, unsigned int payload)
{
	w_tcp4(f, dmac, w_mac_guest(V_G3), 1, IP_AWAY, 5, 6, 0x10, 1, 1);
	memset(f->b + f->len, 0x5a, payload);
	f->len += payload;
	put_unaligned_be16(f->len - ETH_HLEN, f->b + ETH_HLEN + 2);
	w_sum(f);
}

/* What was to be segmented still is, by whoever does it behind the outer headers. */
static void gso_pass(struct world *w, int line, const u8 *dmac, u32 encap, u8 family,
		     enum vr_test_gso gso)
{
	bool is_routed = dmac == w_mac_gw;
	struct vr_test_tunnel t = {};
	struct vr_pkt *pkt;
	struct w_frame in;

	tcp_super(&in, dmac, 5000);
	w->gso = 1000;
	w->partial = ETH_HLEN + 20;
	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, V_G3, &in), VR_SENT, "line %d: verdict", line);
	pkt = vr_test_port_pop(w->port[V_UPLINK]);
	KUNIT_ASSERT_TRUE_MSG(w->test, pkt, "line %d: nothing was sent", line);
	KUNIT_EXPECT_EQ_MSG(w->test, vr_test_pkt_gso(pkt), 1000, "line %d: size", line);
	KUNIT_EXPECT_TRUE_MSG(w->test, vr_test_pkt_tunnel(pkt, &t), "line %d: tunnel", line);
	KUNIT_EXPECT_EQ_MSG(w->test, t.gso, gso, "line %d: kind", line);
	KUNIT_EXPECT_EQ_MSG(w->test, t.l4_off, family == AF_INET ? 34 : 54, "line %d: l4", line);
	KUNIT_EXPECT_EQ_MSG(w->test, t.mac_off,
			    t.l4_off + (encap == VR_ENCAP_MPLS_GRE ? 8 :
					encap == VR_ENCAP_MPLS_UDP ? 12 : 16),
			    "line %d: inner", line);
	KUNIT_EXPECT_EQ_MSG(w->test, t.l3_off, t.mac_off + (is_routed ? 0 : ETH_HLEN),
			    "line %d: inner network header", line);
	KUNIT_EXPECT_EQ_MSG(w->test, t.proto, is_routed ? ETH_P_IP : ETH_P_TEB,
			    "line %d: inner protocol", line);
	vr_test_pkt_free(pkt);
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void gso_whole(struct kunit *test)
{
	static const enum vr_test_gso kinds[][2] = {
		{ VR_TEST_GSO_UDP, VR_TEST_GSO_UDP_CSUM },
		{ VR_TEST_GSO_UDP, VR_TEST_GSO_UDP_CSUM },
		{ VR_TEST_GSO_GRE, VR_TEST_GSO_GRE },
	};
	struct world *w = test->priv;
	unsigned int i, j;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	t_bridge(w, w_mac_stitched, NH_T, LABEL);
	t_route(w, IP_AWAY, NH_T, LABEL);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			t_tunnel(w, NH_T, encaps[i], families[j], T_THERE, 0);
			gso_pass(w, __LINE__, w_mac_stitched, encaps[i], families[j],
				 kinds[i][j]);
			if (encaps[i] == VR_ENCAP_VXLAN)
				continue;
			gso_pass(w, __LINE__, w_mac_gw, encaps[i], families[j], kinds[i][j]);
		}
	}
}

/* A guest's own tunnel: Ethernet, IPv4, UDP, 8 bytes, and a TCP packet in a frame. */
static void guest_tunnel(struct w_frame *f, const u8 *dmac, unsigned int payload)
{
	struct w_frame inner;

	tcp_super(&inner, w_mac_stitched, payload);
	w_udp4(f, dmac, w_mac_guest(V_G3), 1, IP_AWAY, 1000, 4789, 8 + inner.len);
	put_unaligned_be32(0x08000000, f->b + 42);
	put_unaligned_be32(5 << 8, f->b + 46);
	memcpy(f->b + 50, inner.b, inner.len);
}

/* Enter one that is to be segmented; all that is known of it comes with it. */
static enum vr_verdict nested_rx(struct world *w, const struct w_frame *in)
{
	static const struct vr_test_tunnel t = {
		.gso = VR_TEST_GSO_UDP, .l4_off = 34, .mac_off = 50, .l3_off = 64,
		.proto = ETH_P_TEB,
	};
	enum vr_verdict verdict;
	struct vr_vif *vif;
	struct vr_pkt *pkt;

	vr_core_lock(w->core);
	vif = vr_vif_handle(w->core, V_G3);
	vr_core_unlock(w->core);
	pkt = vr_test_pkt_alloc(in->b, in->len, 120, w->mode ? w->mode->headroom : 130);
	vr_test_pkt_set_gso(pkt, 1000);
	vr_test_pkt_set_tunnel(pkt, &t);
	vr_test_pkt_set_partial(pkt, 84, 16);
	rcu_read_lock();
	verdict = vr_rx(vif, pkt);
	rcu_read_unlock();
	return verdict;
}

/* What no device can segment twice removed is segmented before it goes in. */
static void gso_nested(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_books before, after;
	struct vr_pkt *pkt;
	struct w_frame in;
	unsigned int i;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	t_bridge(w, w_mac_stitched, NH_T, LABEL);
	guest_tunnel(&in, w_mac_stitched, 2500);
	vr_core_lock(w->core);
	vr_core_books(w->core, &before);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, nested_rx(w, &in), VR_SENT);
	for (i = 0; i < 3; i++) {
		unsigned int payload = i < 2 ? 1000 : 500;
		u8 b[200];

		pkt = vr_test_port_pop(w->port[V_UPLINK]);
		KUNIT_ASSERT_NOT_NULL(test, pkt);
		KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), 50 + 104 + payload);
		KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), 0);
		vr_test_pkt_copy(pkt, b, 0, sizeof(b));
		/* outer, the guest's and the innermost length; the sequence goes on */
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + 16), 36 + 104 + payload);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + 50 + 16), 90 + payload);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + 50 + 66), 40 + payload);
		KUNIT_EXPECT_EQ(test, get_unaligned_be32(b + 50 + 88), 1 + i * 1000);
		vr_test_pkt_free(pkt);
	}
	W_NOTHING(w);
	W_DROPPED(w, VR_DROP_NONE, 0);
	vr_core_lock(w->core);
	vr_core_books(w->core, &after);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, after.received - before.received, 1);
	KUNIT_EXPECT_EQ(test, after.created - before.created, 2);
	KUNIT_EXPECT_EQ(test, after.transmitted - before.transmitted, 3);
	T_COUNTED(w, NH_T, 3, 3 * 104 + 2500);
}

/* With outer headers it is longer than they can say: its segments go in. */
static void gso_too_long(struct kunit *test)
{
	static u8 big[ETH_HLEN + 40 + 65500];
	struct world *w = test->priv;
	struct w_frame super;
	struct vr_pkt *pkt;
	struct vr_vif *vif;
	unsigned int i, n;
	struct iphdr ip;
	u8 b[50 + 54];

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	t_bridge(w, w_mac_stitched, NH_T, LABEL);
	/* just fits; does not */
	for (n = 0; n < 2; n++) {
		unsigned int payload = 65535 - 50 - VLAN_HLEN - (ETH_HLEN + 40) + n;

		tcp_super(&super, w_mac_stitched, 1000);
		memcpy(big, super.b, super.len);
		memcpy(&ip, big + ETH_HLEN, sizeof(ip));
		ip.tot_len = htons(40 + payload);
		ip.check = 0;
		ip.check = ip_fast_csum(&ip, 5);
		memcpy(big + ETH_HLEN, &ip, sizeof(ip));
		pkt = vr_test_pkt_alloc(big, ETH_HLEN + 40 + payload, 120, 130);
		vr_test_pkt_set_gso(pkt, 1000);
		vr_test_pkt_set_partial(pkt, ETH_HLEN + 20, 16);
		vr_core_lock(w->core);
		vif = vr_vif_handle(w->core, V_G3);
		vr_core_unlock(w->core);
		rcu_read_lock();
		KUNIT_EXPECT_EQ(test, vr_rx(vif, pkt), VR_SENT);
		rcu_read_unlock();
		KUNIT_EXPECT_EQ(test, vr_test_port_sent(w->port[V_UPLINK]), n ? 66 : 1);
		for (i = 0; (pkt = vr_test_port_pop(w->port[V_UPLINK])); i++) {
			vr_test_pkt_copy(pkt, b, 0, sizeof(b));
			KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + 16),
					vr_pkt_len(pkt) - ETH_HLEN);
			KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + 38),
					vr_pkt_len(pkt) - ETH_HLEN - 20);
			KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + 50 + 16),
					vr_pkt_len(pkt) - 50 - ETH_HLEN);
			KUNIT_EXPECT_EQ(test, get_unaligned_be32(b + 50 + 38), 1 + i * 1000);
			KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), n ? 0 : 1000);
			vr_test_pkt_free(pkt);
		}
		w_books(w);
	}
}

/* Nothing is lost uncounted, whenever memory is short. */
static void gso_no_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;
	unsigned int n;

	t_build(w);
	t_tunnel(w, NH_T, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	t_bridge(w, w_mac_stitched, NH_T, LABEL);
	guest_tunnel(&in, w_mac_stitched, 2500);
	for (n = 1; n < 20; n++) {
		vr_test_fail_alloc(n);
		nested_rx(w, &in);
		vr_test_fail_alloc(0);
		vr_test_port_drain(w->port[V_UPLINK]);
		w_books(w);
	}
	w_udp4(&in, w_mac_stitched, w_mac_guest(V_G3), 1, IP_AWAY, 1000, 2000, 30);
	for (n = 1; n < 6; n++) {
		w->tci = 5;
		vr_test_fail_alloc(n);
		w_rx(w, V_G3, &in);
		vr_test_fail_alloc(0);
		vr_test_port_drain(w->port[V_UPLINK]);
		w_books(w);
	}
}

static struct kunit_case nh_tunnel_gso_cases[] = {
	W_CASE(gso_whole),
	W_CASE(gso_nested),
	W_CASE(gso_too_long),
	W_CASE(gso_no_memory),
	{}
};

static struct kunit_suite nh_tunnel_gso_suite = {
	.name = "nh_tunnel_gso",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_tunnel_gso_cases,
};

VR_TEST_SUITE(nh_tunnel_gso_suite);

#endif /* VR_TEST_USERSPACE */
