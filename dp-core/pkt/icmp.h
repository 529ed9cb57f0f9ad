/* SPDX-License-Identifier: GPL-2.0-only */
/* ICMP errors about size, made of the packet that is too big. */
#ifndef _VR_PKT_ICMP_H
#define _VR_PKT_ICMP_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

#include "pkt/parse.h"

/* The least that a sender can be told: so much has to get through (RFC 791 3.2, RFC 8200 5). */
#define VR_MTU_MIN4	68U
#define VR_MTU_MIN6	1280U

/* How long an error may be, with its IP header (RFC 1812 4.3.2.3, RFC 4443 2.4). */
#define VR_ICMP4_MAX	576U
#define VR_ICMP6_MAX	1280U

static inline u32 vr_mtu_min(u8 family)
{
	return family == AF_INET ? VR_MTU_MIN4 : VR_MTU_MIN6;
}

/**
 * vr_icmp_may_answer() - may its sender be told that a packet is too big?
 * @pkt: vr_parse_ip4() or vr_parse_ip6() found its header at @l3_off good
 * @l3_off: IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 *
 * Not of an ICMP error or redirect, nor of what might be one; of what went to a group or to
 * everybody, or came from no single host; of a fragment that is not the first (RFC 1122
 * 3.2.2, RFC 1812 4.3.2.7, RFC 4443 2.4). IPv6 would allow for groups; there are as many
 * answers to these as tunnels. Ethernet's say is the caller's. Moves data.
 */
bool vr_icmp_may_answer(struct vr_pkt *pkt, unsigned int l3_off, u8 family);

/**
 * vr_icmp_too_big() - turn a packet into the error about it, for who sent it
 * @pkt: vr_icmp_may_answer()
 * @l2: its Ethernet header as parsed
 * @mtu: largest IP packet that fits; at least vr_mtu_min()
 *
 * ICMP fragmentation needed (RFC 1191 4), or ICMPv6 packet too big (RFC 4443 3.2), with as much of
 * the packet as they may have. It comes from whom the packet was for, as a router has no
 * address of its own among guests, and a guest accepts from there what comes from anywhere.
 * Ethernet goes back, VLAN tags, accelerated or in the bytes, stay. @l2 is right for it too.
 * Moves data.
 *
 * Return: VR_DROP_NONE; VR_DROP_PCOW_FAIL or VR_DROP_PUSH and the packet may be cut, to be dropped;
 * as vr_parse_finish() or VR_DROP_INVALID_PACKET: with its checksum it is no packet to be answered.
 */
enum vr_drop_reason vr_icmp_too_big(struct vr_pkt *pkt, const struct vr_l2 *l2, u32 mtu);

/* What ICMPv6's checksum has of the pseudo-header (RFC 4443 2.3); @len: of the ICMPv6 message. */
__wsum vr_icmp6_pseudo(const struct ipv6hdr *ip6, unsigned int len);

#endif /* _VR_PKT_ICMP_H */
