/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv6 neighbour discovery (RFC 4861): read, and answer solicitations in place. */
#ifndef _VR_PKT_ND_H
#define _VR_PKT_ND_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

/** enum vr_nd_type - what kind of ICMPv6 packet it is */
enum vr_nd_type {
	VR_ND_NONE,	/* not neighbour discovery, or malformed */
	VR_ND_RS,
	VR_ND_RA,
	VR_ND_NS,
	VR_ND_NA,
};

/**
 * struct vr_nd - a neighbour discovery packet, copied out of the frame
 * @type: which; the rest is zero if it is VR_ND_NONE
 * @src: IPv6 source; unspecified for duplicate address detection
 * @target: NS and NA; zero for the others
 * @has_lladdr: @lladdr is the source (RS, RA, NS) or target (NA) link-layer address option
 * @lladdr: see @has_lladdr; a unicast address
 */
struct vr_nd {
	enum vr_nd_type type;
	struct in6_addr src;
	struct in6_addr target;
	bool has_lladdr;
	u8 lladdr[ETH_ALEN];
};

/* Duplicate address detection: nobody asks, so nobody is to be answered (RFC 4862 5.4). */
static inline bool vr_nd_is_dad(const struct vr_nd *nd)
{
	return nd->type == VR_ND_NS && ipv6_addr_any(&nd->src);
}

/**
 * vr_nd_parse() - read the IPv6 packet at @off, if it is neighbour discovery
 * @pkt: frame
 * @off: where IPv6 starts, from vr_pkt_data()
 * @nd: to fill in
 *
 * Validity as RFC 4861 6.1 and 7.1: hop limit 255, code 0, checksum (unless a
 * device was to finish it), no option of length 0 or cut off, no multicast
 * target, an unspecified source only in RS and NS, without a source option and,
 * for NS, to a solicited-node group, no source that is a group, RA from a
 * link-local address, no solicited NA to a group.
 * Beyond it: a link-layer address that is no unicast MAC, or that is there
 * twice, could send the answer astray, and nobody has the unspecified address
 * (RFC 4291 2.5.2), from which an answer would have to come. A packet that
 * breaks one of them is VR_ND_NONE, as is one with extension headers: it is
 * bridged like any other.
 * Moves data.
 */
void vr_nd_parse(struct vr_pkt *pkt, unsigned int off, struct vr_nd *nd);

/**
 * vr_nd_answer() - turn a solicitation into its advertisement
 * @pkt: frame with the solicitation, starting with Ethernet
 * @off: where IPv6 starts, from vr_pkt_data()
 * @nd: the solicitation as parsed; not DAD
 * @mac: answer, put into the target link-layer address option
 * @router: set the router flag
 *
 * Flags solicited and override; hop limit 255; source is the target,
 * destination @nd->src. Ethernet goes from @mac to the asker: @nd->lladdr, or
 * the frame's source if there is none. VLAN tags, accelerated or in the bytes,
 * stay. The frame ends where the option does. Moves data.
 *
 * Return: VR_DROP_NONE, or VR_DROP_PCOW_FAIL and the frame may be cut, to be dropped.
 */
enum vr_drop_reason vr_nd_answer(struct vr_pkt *pkt, unsigned int off, const struct vr_nd *nd,
				 const u8 *mac, bool router);

#endif /* _VR_PKT_ND_H */
