// SPDX-License-Identifier: GPL-2.0-only
/*
 * Outer headers: the template of a tunnel, and what of it is patched for a
 * packet.
 *
 * An IP header behind a frame's is not aligned as that one is, for Ethernet's
 * are of 14 bytes: everything here is written as bytes that may lie anywhere.
 */
#include "pkt/encap.h"

#include "lib/copy.h"
#include "pkt/parse.h"

#define ENCAP_IP		ETH_HLEN

#define IP4_DF			0x4000

/* Offsets in an IP header */
#define IP4_TOS			1
#define IP4_TOT_LEN		2
#define IP4_TTL			8
#define IP4_CHECK		10
#define IP6_PAYLOAD_LEN		4
#define IP6_HOP_LIMIT		7

#define ENCAP_GRE_LEN		4
#define ENCAP_UDP_LEN		8
#define ENCAP_VXLAN_LEN		8
#define ENCAP_LABEL_LEN		4
#define ENCAP_CW_LEN		4

/* RFC 7348 5: the I flag, and the VNI in the second word */
#define VXLAN_FLAGS_I		0x08000000
#define VXLAN_VNI		4
#define VXLAN_VNI_SHIFT		8

/* RFC 3032 2.1 */
#define MPLS_LABEL_SHIFT	12
#define MPLS_BOTTOM		0x100

/* What a template is copied by; the shortest and the longest decide. */
#define ENCAP_CHUNK		32

static_assert(ETH_HLEN + 20 + ENCAP_GRE_LEN + ENCAP_LABEL_LEN >= ENCAP_CHUNK);
static_assert(VR_ENCAP_HLEN_MAX <= 3 * ENCAP_CHUNK);
static_assert((offsetof(struct vr_encap_tmpl, head) + ENCAP_IP) % 4 == 0);

static bool encap_is_gre(u8 encap)
{
	return encap == VR_ENCAP_MPLS_GRE;
}

static void encap_init_ip4(struct vr_encap_tmpl *tmpl, const struct vr_encap_spec *spec)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5,
		.frag_off = htons(IP4_DF),
		.protocol = encap_is_gre(spec->encap) ? IPPROTO_GRE : IPPROTO_UDP,
		.saddr = spec->sip[0], .daddr = spec->dip[0],
	};

	memcpy(tmpl->head + ENCAP_IP, &ip, sizeof(ip));
	tmpl->ip_sum = (__force u16)~csum_fold(csum_partial(&ip, sizeof(ip), 0));
	tmpl->l4_off = ENCAP_IP + sizeof(ip);
}

static void encap_init_ip6(struct vr_encap_tmpl *tmpl, const struct vr_encap_spec *spec)
{
	struct ipv6hdr ip6 = {
		.version = 6,
		.nexthdr = encap_is_gre(spec->encap) ? IPPROTO_GRE : IPPROTO_UDP,
	};

	memcpy(&ip6.saddr, spec->sip, sizeof(ip6.saddr));
	memcpy(&ip6.daddr, spec->dip, sizeof(ip6.daddr));
	memcpy(tmpl->head + ENCAP_IP, &ip6, sizeof(ip6));
	tmpl->l4_off = ENCAP_IP + sizeof(ip6);
}

/* UDP or GRE, and what has no place to be patched behind it; lengths. */
static void encap_init_l4(struct vr_encap_tmpl *tmpl, const struct vr_encap_spec *spec)
{
	u8 *l4 = tmpl->head + tmpl->l4_off;

	switch (spec->encap) {
	case VR_ENCAP_MPLS_GRE:
		put_unaligned_be16(ETH_P_MPLS_UC, l4 + 2);
		tmpl->len_l3 = tmpl->l4_off + ENCAP_GRE_LEN + ENCAP_LABEL_LEN;
		break;
	case VR_ENCAP_MPLS_UDP:
		put_unaligned_be16(VR_MPLS_UDP_PORT, l4 + 2);
		tmpl->len_l3 = tmpl->l4_off + ENCAP_UDP_LEN + ENCAP_LABEL_LEN;
		break;
	default:
		put_unaligned_be16(VR_VXLAN_PORT, l4 + 2);
		put_unaligned_be32(VXLAN_FLAGS_I, l4 + ENCAP_UDP_LEN);
		tmpl->len_l3 = tmpl->l4_off + ENCAP_UDP_LEN + ENCAP_VXLAN_LEN;
		break;
	}
	tmpl->len = tmpl->len_l3;
	/* All zero: no sequence number (RFC 4448 4.6) */
	if (spec->control_word && spec->encap != VR_ENCAP_VXLAN)
		tmpl->len += ENCAP_CW_LEN;
}

/**
 * vr_encap_init() - make a template
 * @tmpl: to fill in
 * @spec: of which kind, between whom
 */
void vr_encap_init(struct vr_encap_tmpl *tmpl, const struct vr_encap_spec *spec)
{
	struct ethhdr eth = {
		.h_proto = htons(spec->family == AF_INET ? ETH_P_IP : ETH_P_IPV6),
	};

	memset(tmpl, 0, sizeof(*tmpl));
	tmpl->encap = spec->encap;
	tmpl->family = spec->family;
	ether_addr_copy(eth.h_dest, spec->dmac);
	ether_addr_copy(eth.h_source, spec->smac);
	memcpy(tmpl->head, &eth, sizeof(eth));
	if (spec->family == AF_INET)
		encap_init_ip4(tmpl, spec);
	else
		encap_init_ip6(tmpl, spec);
	encap_init_l4(tmpl, spec);
}

/* Chunks, of which the last two may overlap: no call is made for them. */
static __always_inline void encap_copy(u8 *to, const struct vr_encap_tmpl *tmpl, unsigned int len)
{
	vr_copy_inline(to, tmpl->head, ENCAP_CHUNK);
	if (len > 2 * ENCAP_CHUNK)
		vr_copy_inline(to + ENCAP_CHUNK, tmpl->head + ENCAP_CHUNK, ENCAP_CHUNK);
	vr_copy_inline(to + len - ENCAP_CHUNK, tmpl->head + len - ENCAP_CHUNK, ENCAP_CHUNK);
}

/* What 16 bits can say of a length, or that they cannot. */
static __always_inline u16 encap_len16(unsigned int len)
{
	return likely(len <= U16_MAX) ? len : 0;
}

static __always_inline void encap_ip4(u8 *ip, const struct vr_encap_tmpl *tmpl,
				      const struct vr_encap_pkt *e, unsigned int len)
{
	__be16 tot_len = htons(encap_len16(len));
	u32 sum = tmpl->ip_sum;
	__sum16 check;

	/* Four numbers of 16 bits: their sum needs no carry. */
	sum += (__force u16)tot_len;
	sum += (__force u16)htons(e->tos);
	sum += (__force u16)htons(e->outer_ttl << 8);
	check = csum_fold((__force __wsum)sum);

	ip[IP4_TOS] = e->tos;
	ip[IP4_TTL] = e->outer_ttl;
	put_unaligned(tot_len, (__be16 *)(ip + IP4_TOT_LEN));
	put_unaligned(check, (__sum16 *)(ip + IP4_CHECK));
}

static __always_inline void encap_ip6(u8 *ip6, const struct vr_encap_pkt *e, unsigned int len)
{
	/* Version, traffic class, flow label (RFC 8200 3) */
	put_unaligned_be32(6U << 28 | (u32)e->tos << 20, ip6);
	put_unaligned_be16(encap_len16(len), ip6 + IP6_PAYLOAD_LEN);
	ip6[IP6_HOP_LIMIT] = e->outer_ttl;
}

void vr_encap_push(struct vr_pkt *pkt, const struct vr_encap_tmpl *tmpl,
		   const struct vr_encap_pkt *e)
{
	unsigned int hlen = vr_encap_len(tmpl, e->routed);
	unsigned int l4_len = vr_pkt_len(pkt) + hlen - tmpl->l4_off;
	u8 *head = vr_pkt_push(pkt, hlen), *l4 = head + tmpl->l4_off;

	encap_copy(head, tmpl, hlen);
	if (likely(tmpl->family == AF_INET))
		encap_ip4(head + ENCAP_IP, tmpl, e, l4_len + sizeof(struct iphdr));
	else
		encap_ip6(head + ENCAP_IP, e, l4_len);

	if (encap_is_gre(tmpl->encap)) {
		l4 += ENCAP_GRE_LEN;
	} else {
		put_unaligned_be16(e->sport, l4);
		put_unaligned_be16(encap_len16(l4_len), l4 + 4);
		l4 += ENCAP_UDP_LEN;
	}
	if (tmpl->encap == VR_ENCAP_VXLAN)
		put_unaligned_be32(e->label << VXLAN_VNI_SHIFT, l4 + VXLAN_VNI);
	else
		put_unaligned_be32(e->label << MPLS_LABEL_SHIFT | MPLS_BOTTOM | e->ttl, l4);
}
