/* SPDX-License-Identifier: GPL-2.0-only */
/* ICMP errors about size that come back to where a tunnel begins. */
#ifndef _VR_PKT_ICMP_REPORT_H
#define _VR_PKT_ICMP_REPORT_H

#include <vr/host.h>
#include <vr_host/pkt.h>

/**
 * struct vr_icmp_report - what somebody on the way says of a packet of a tunnel
 * @dst: whom the packet was for, network order; IPv4: the first word
 * @mtu: largest packet that gets through
 */
struct vr_icmp_report {
	__be32 dst[4];
	u32 mtu;
};

/**
 * vr_icmp_read_report() - is this an error about the size of a packet of one of our tunnels?
 * @pkt: vr_parse_ip4() or vr_parse_ip6() found its header at @l3_off good
 * @l3_off: outer IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 * @r: filled in if it is
 *
 * So it must be whole and have a good checksum; go to whom the quoted packet came from; and that
 * one must look like those of pkt/encap.h: unfragmented UDP from a port of entropy to one of
 * the tunnels', or GRE with a label. An MTU below vr_mtu_min() is that of no link (RFC 8201
 * 4); 0 is what routers older than RFC 1191 say, and the next likely value (ibid. 7) below the
 * packet's length is taken. Moves data.
 */
bool vr_icmp_read_report(struct vr_pkt *pkt, unsigned int l3_off, u8 family,
			 struct vr_icmp_report *r);

#endif /* _VR_PKT_ICMP_REPORT_H */
