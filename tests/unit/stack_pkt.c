// SPDX-License-Identifier: GPL-2.0-only
/* Packets as a stack sends them, put together and put into tunnels: stack_pkt.h */
#include "stack_pkt.h"

#define HEADROOM	130

static unsigned int check_off(const struct stack *in)
{
	return in->proto == IPPROTO_TCP ? 16 : 6;
}

static u16 stack_proto(const struct stack *in)
{
	return in->ip6 ? ETH_P_IPV6 : ETH_P_IP;
}

struct stack *stack_frame(struct kunit *test, bool ip6, u8 proto, unsigned int payload)
{
	struct stack *in = kunit_kzalloc(test, sizeof(*in), GFP_KERNEL);
	unsigned int l4_len, i;
	u8 *ip, *l4;

	KUNIT_ASSERT_NOT_NULL(test, in);
	in->ip6 = ip6;
	in->proto = proto;
	in->l4 = ETH_HLEN + (ip6 ? 40 : 20);
	in->hlen = in->l4 + (proto == IPPROTO_TCP ? 20 : 8);
	in->len = in->hlen + payload;
	l4_len = in->len - in->l4;
	ip = in->b + ETH_HLEN;
	l4 = in->b + in->l4;
	memset(in->b, 2, 12);
	put_unaligned_be16(stack_proto(in), in->b + 12);
	for (i = ip6 ? 8 : 12; i < (ip6 ? 40 : 20); i++)
		ip[i] = i;
	if (ip6) {
		ip[0] = 0x60;
		put_unaligned_be16(l4_len, ip + 4);
		ip[6] = proto;
		ip[7] = 64;
	} else {
		ip[0] = 0x45;
		put_unaligned_be16(20 + l4_len, ip + 2);
		put_unaligned_be16(STACK_ID, ip + 4);
		ip[8] = 64;
		ip[9] = proto;
		put_csum_ip4(ip);
	}
	put_unaligned_be16(0x1234, l4);
	put_unaligned_be16(0x0050, l4 + 2);
	if (proto == IPPROTO_TCP) {
		put_unaligned_be32(STACK_SEQ, l4 + 4);
		l4[12] = 0x50;
		l4[13] = 0x80 | 0x10 | 0x08 | 0x01;
	} else {
		put_unaligned_be16(l4_len, l4 + 4);
	}
	for (i = 0; i < payload; i++)
		in->b[in->hlen + i] = i * 7 + i / 256;
	put_unaligned_be16(sum_pseudo(ip, l4_len, proto), l4 + check_off(in));
	return in;
}

struct vr_pkt *stack_pkt(struct kunit *test, const struct stack *in, unsigned int linear,
			 bool partial, unsigned int gso)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(in->b, in->len, linear, HEADROOM);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	vr_pkt_set_headers(pkt, ETH_HLEN, htons(stack_proto(in)));
	if (partial)
		vr_test_pkt_set_partial(pkt, in->l4, check_off(in));
	if (gso)
		vr_test_pkt_set_gso(pkt, gso);
	return pkt;
}

const struct stack_tunnel stack_tunnels[STACK_TUNNELS] = {
	{ "VXLAN", VR_ENCAP_VXLAN, AF_INET, false, false, VR_TEST_GSO_UDP },
	{ "VXLAN, checksum", VR_ENCAP_VXLAN, AF_INET, true, false, VR_TEST_GSO_UDP_CSUM },
	{ "VXLAN over IPv6", VR_ENCAP_VXLAN, AF_INET6, true, false, VR_TEST_GSO_UDP_CSUM },
	{ "VXLAN over IPv6, no checksum", VR_ENCAP_VXLAN, AF_INET6, false, false,
	  VR_TEST_GSO_UDP },
	{ "MPLSoUDP", VR_ENCAP_MPLS_UDP, AF_INET, false, true, VR_TEST_GSO_UDP },
	{ "MPLSoUDP over IPv6", VR_ENCAP_MPLS_UDP, AF_INET6, true, true, VR_TEST_GSO_UDP_CSUM },
	{ "MPLSoUDP, frames", VR_ENCAP_MPLS_UDP, AF_INET, true, false, VR_TEST_GSO_UDP_CSUM },
	{ "MPLSoGRE", VR_ENCAP_MPLS_GRE, AF_INET, false, true, VR_TEST_GSO_GRE },
	{ "MPLSoGRE over IPv6, frames", VR_ENCAP_MPLS_GRE, AF_INET6, false, false,
	  VR_TEST_GSO_GRE },
};

void stack_tmpl(const struct stack_tunnel *c, struct vr_encap_tmpl *tmpl)
{
	struct vr_encap_spec spec = {
		.encap = c->encap, .family = c->family,
		.sip = { htonl(0x0a000001), htonl(2), htonl(3), htonl(4) },
		.dip = { htonl(0x0a000002), htonl(6), htonl(7), htonl(8) },
		.dmac = { 2, 1 }, .smac = { 2, 2 },
	};

	vr_encap_init(tmpl, &spec);
}

struct vr_pkt_tunnel stack_how(const struct stack_tunnel *c, const struct stack *in)
{
	return (struct vr_pkt_tunnel){
		.gre = c->encap == VR_ENCAP_MPLS_GRE, .csum = c->csum, .ether = !c->routed,
		.mac_off = c->routed ? ETH_HLEN : 0, .l3_off = ETH_HLEN,
		.proto = htons(stack_proto(in)),
	};
}

unsigned int stack_encap(struct kunit *test, const struct stack_tunnel *c, const struct stack *in,
			 struct vr_pkt *pkt)
{
	struct vr_encap_pkt e = { .label = 77, .sport = 50001, .tos = 1, .outer_ttl = 64,
				  .ttl = 63, .routed = c->routed };
	struct vr_pkt_tunnel how = stack_how(c, in);
	struct vr_encap_tmpl tmpl;

	stack_tmpl(c, &tmpl);
	KUNIT_ASSERT_EQ(test, vr_pkt_encap(pkt, &how), 0);
	KUNIT_ASSERT_EQ(test, vr_pkt_cow_head(pkt, VR_ENCAP_HLEN_MAX), 0);
	if (c->routed)
		vr_pkt_pull(pkt, ETH_HLEN);
	vr_encap_push(pkt, &tmpl, &e);
	vr_pkt_encap_end(pkt, &how, c->family, tmpl.l4_off);
	return vr_encap_len(&tmpl, c->routed);
}

void stack_expect_sums(struct kunit *test, const struct stack_tunnel *c, const struct stack *in,
		       const u8 *b, unsigned int len, unsigned int hlen, bool inner)
{
	unsigned int l4 = c->family == AF_INET ? 34 : 54, i4 = hlen + in->l4;
	u32 sum;

	i4 -= c->routed ? ETH_HLEN : 0;
	if (c->family == AF_INET)
		KUNIT_EXPECT_EQ(test, csum16(b + ETH_HLEN, 20, 0), 0);
	if (c->encap != VR_ENCAP_MPLS_GRE) {
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + l4 + 4), len - l4);
		KUNIT_EXPECT_EQ(test, get_unaligned_be16(b + l4 + 6) != 0, c->csum);
	}
	if (c->csum) {
		sum = sum_pseudo(b + ETH_HLEN, len - l4, IPPROTO_UDP);
		KUNIT_EXPECT_EQ(test, csum16(b + l4, len - l4, sum), 0);
	}
	if (inner) {
		sum = sum_pseudo(b + i4 - (in->ip6 ? 40 : 20), len - i4, in->proto);
		KUNIT_EXPECT_EQ(test, csum16(b + i4, len - i4, sum), 0);
	}
}
