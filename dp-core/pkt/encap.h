/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Outer headers: made ready once for a tunnel nexthop, and patched in a few
 * places for each packet.
 *
 *	VXLAN		Ethernet, IP, UDP (to 4789), VXLAN (RFC 7348 5)
 *	MPLSoUDP	Ethernet, IP, UDP (to 6635), one label (RFC 7510 3), perhaps a control word
 *	MPLSoGRE	Ethernet, IP, GRE without options, one label (RFC 4023 4), likewise
 *
 * IP is IPv4 or IPv6. The don't-fragment bit is set and the identification 0
 * (RFC 6864 4.1): what does not fit is dealt with before it goes in.
 */
#ifndef _VR_PKT_ENCAP_H
#define _VR_PKT_ENCAP_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/netlink.h>

#define VR_VXLAN_PORT		4789
#define VR_MPLS_UDP_PORT	6635
#define VR_MPLS_UDP_PORT_OLD	51234	/* also taken */

/* Dynamic ports (RFC 6335 6): what an underlay that looks at ports balances by. */
#define VR_ENTROPY_PORT_MIN	49152U
#define VR_ENTROPY_PORTS	16384U

/* Ethernet, IPv6, UDP, VXLAN; or MPLS and a control word. */
#define VR_ENCAP_HLEN_MAX	(ETH_HLEN + 40 + 8 + 8)

/**
 * struct vr_encap_spec - what a template is made from
 * @encap: enum vr_encap
 * @family: AF_INET or AF_INET6
 * @sip: network order, like @dip
 * @dip: the other end
 * @dmac: of the outer Ethernet header; zero where the host finds the way
 * @smac: likewise
 * @control_word: MPLS before a frame
 */
struct vr_encap_spec {
	u8 encap;
	u8 family;
	__be32 sip[4];
	__be32 dip[4];
	u8 dmac[ETH_ALEN];
	u8 smac[ETH_ALEN];
	bool control_word;
};

/**
 * struct vr_encap_tmpl - ready-made outer headers
 * @head: the bytes; the IP header is aligned to 4
 * @len: how many, from Ethernet to the last before the payload
 * @len_l3: the same before a routed packet: without control word
 * @l4_off: of UDP or GRE, from the start of Ethernet
 * @encap: enum vr_encap
 * @family: of IP
 * @ip_sum: IPv4: sum of the header without TOS, total length and TTL; 16 bits
 */
struct vr_encap_tmpl {
	u8 pad[2];
	u8 head[VR_ENCAP_HLEN_MAX];
	u8 len;
	u8 len_l3;
	u8 l4_off;
	u8 encap;
	u8 family;
	u32 ip_sum;
} __aligned(8);

/**
 * struct vr_encap_pkt - what is patched for a packet
 * @label: MPLS label or VNI
 * @sport: source port, host order; not for GRE
 * @tos: outer TOS or traffic class
 * @outer_ttl: outer TTL or hop limit
 * @ttl: MPLS TTL
 * @routed: payload is an IP packet and not a frame
 */
struct vr_encap_pkt {
	u32 label;
	u16 sport;
	u8 tos;
	u8 outer_ttl;
	u8 ttl;
	bool routed;
};

void vr_encap_init(struct vr_encap_tmpl *tmpl, const struct vr_encap_spec *spec);

/**
 * vr_encap_push() - put outer headers in front
 * @pkt: begins with the payload; its private headroom has room for all of @tmpl
 * @tmpl: template
 * @e: what is patched
 *
 * Lengths are filled in (0 where 16 bits are too few, which only GSO packets may ask for), and the
 * IPv4 checksum; the UDP checksum is 0 and the caller's.
 */
void vr_encap_push(struct vr_pkt *pkt, const struct vr_encap_tmpl *tmpl,
		   const struct vr_encap_pkt *e);

/* Bytes in front of a payload of this kind. */
static inline unsigned int vr_encap_len(const struct vr_encap_tmpl *tmpl, bool routed)
{
	return routed ? tmpl->len_l3 : tmpl->len;
}

#endif /* _VR_PKT_ENCAP_H */
