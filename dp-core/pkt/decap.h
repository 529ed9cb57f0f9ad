/* SPDX-License-Identifier: GPL-2.0-only */
/* Tunnels that end here: from a good outer IP header to a label or VNI and what it carries. */
#ifndef _VR_PKT_DECAP_H
#define _VR_PKT_DECAP_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>
#include <vrouter/netlink.h>

/* The two bits of a TOS or traffic class that speak of congestion (RFC 3168 5) */
#define VR_ECN_MASK	3

/**
 * struct vr_decap - a tunnel header
 * @encap: enum vr_encap; VR_ENCAP_NONE: this is no tunnel of ours
 * @family: of the outer IP header
 * @tos: outer TOS or traffic class
 * @src: outer source, network order, as in struct vr_nh_cfg
 * @label: MPLS label or VNI
 * @ttl: MPLS TTL; 0: VXLAN
 * @alert: the router-alert label stood on top (RFC 3032 2.1), or VXLAN asks for OAM
 * @off: first byte of the payload, from vr_pkt_data()
 */
struct vr_decap {
	u8 encap;
	u8 family;
	u8 tos;
	__be32 src[4];
	u32 label;
	u8 ttl;
	bool alert;
	u16 off;
};

/**
 * vr_decap_is_ours() - by protocol and port: would vr_decap_parse() look into it?
 * @pkt: vr_parse_ip4() or vr_parse_ip6() found its header at @l3_off good
 * @l3_off: outer IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 *
 * False for fragments: the host puts them together, and then they are nobody's. Moves data.
 *
 * Return: enum vr_encap.
 */
enum vr_encap vr_decap_is_ours(struct vr_pkt *pkt, unsigned int l3_off, u8 family);

/**
 * vr_decap_parse() - read UDP or GRE, and MPLS or VXLAN
 * @pkt: packet, of which vr_decap_is_ours()
 * @l3_off: outer IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 * @zero6: a UDP checksum of 0 over IPv6 is good (RFC 6935 5)
 * @d: filled in on success
 *
 * Padding behind the outer packet is cut off. Checksums of UDP and of GRE (RFC 2784 2.5) are
 * verified where they are there. GRE may have a checksum and a key (RFC 2890), whose value
 * does not count; nothing else. Everything up to @d->off is linear. Labels on top that say nothing
 * here are skipped: router alert, entropy (RFC 6790 4.2: indicator and label), explicit null.
 * VXLAN must have its I flag; bits that are reserved do not count (RFC 7348 5). Moves data.
 *
 * Return: VR_DROP_NONE, VR_DROP_INVALID_TUNNEL, VR_DROP_INVALID_LABEL (no bottom of stack
 * within reach), VR_DROP_CKSUM_ERR, VR_DROP_PULL.
 */
enum vr_drop_reason vr_decap_parse(struct vr_pkt *pkt, unsigned int l3_off, u8 family, bool zero6,
				   struct vr_decap *d);

enum vr_drop_reason vr_decap_ecn_slow(struct vr_pkt *pkt, unsigned int off, u8 family, u8 tos);

/**
 * vr_decap_ecn() - what the outer header says of congestion goes into the inner (RFC 6040 4.2)
 * @pkt: packet
 * @off: inner IP header, linear, found good
 * @family: of the inner header
 * @tos: outer TOS or traffic class
 *
 * Return: VR_DROP_NONE, VR_DROP_TUNNEL_ECN, VR_DROP_PCOW_FAIL. Moves data.
 */
static inline enum vr_drop_reason vr_decap_ecn(struct vr_pkt *pkt, unsigned int off, u8 family,
					       u8 tos)
{
	if (likely(!(tos & VR_ECN_MASK)))
		return VR_DROP_NONE;
	return vr_decap_ecn_slow(pkt, off, family, tos);
}

#endif /* _VR_PKT_DECAP_H */
