/* SPDX-License-Identifier: GPL-2.0-only */
/* What a TCP SYN says of the largest segment that its sender takes (RFC 9293 3.7.1). */
#ifndef _VR_PKT_MSS_H
#define _VR_PKT_MSS_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

#include "pkt/parse.h"

#define VR_TCP_FLAGS_OFF	13
#define VR_TCP_FLAG_SYN		0x02

/* There are stacks that take no less for an answer. */
#define VR_MSS_MIN		48U

/* The packet's TCP header begins at @off: is it a SYN? True too if it cannot be read yet. */
static inline bool vr_mss_is_syn(const struct vr_pkt *pkt, unsigned int off)
{
	if (unlikely(vr_pkt_headlen(pkt) <= off + VR_TCP_FLAGS_OFF))
		return true;
	return ((const u8 *)vr_pkt_data(pkt))[off + VR_TCP_FLAGS_OFF] & VR_TCP_FLAG_SYN;
}

static inline bool vr_mss_may_be_syn4(const struct vr_pkt *pkt, unsigned int l3_off)
{
	const struct iphdr *ip = vr_ip4_at(pkt, l3_off);

	if (unlikely(vr_pkt_headlen(pkt) < l3_off + sizeof(*ip)))
		return true;
	return ip->protocol == IPPROTO_TCP && vr_mss_is_syn(pkt, l3_off + ip->ihl * 4);
}

static inline bool vr_mss_may_be_syn6(const struct vr_pkt *pkt, unsigned int l3_off)
{
	const struct ipv6hdr *ip6 = vr_ip6_at(pkt, l3_off);

	if (unlikely(vr_pkt_headlen(pkt) < l3_off + sizeof(*ip6)))
		return true;
	switch (ip6->nexthdr) {
	case IPPROTO_TCP:
		return vr_mss_is_syn(pkt, l3_off + sizeof(*ip6));
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_DSTOPTS:
	case IPPROTO_FRAGMENT:
	case IPPROTO_AH:
		return true;
	default:
		return false;
	}
}

/* False for nearly all that is no SYN. The IP header at @l3_off need not have been looked at. */
static inline bool vr_mss_may_be_syn(const struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	return family == AF_INET ? vr_mss_may_be_syn4(pkt, l3_off) :
				   vr_mss_may_be_syn6(pkt, l3_off);
}

/**
 * vr_mss_clamp() - let both ends of a TCP connection agree on segments that fit
 * @pkt: any packet; vr_parse_ip4() or vr_parse_ip6() found its header at @l3_off good
 * @l3_off: IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 * @mtu: largest IP packet that fits
 *
 * A SYN or SYN-ACK that announces more than what is left of @mtu beside headers without
 * options (RFC 6691 2) announces that much, though never less than VR_MSS_MIN; every MSS option of
 * it, if there are more. What announces nothing is left alone: its sender gets 536 bytes, or
 * 1220. So is what cannot be read. The checksum is mended, not made: a wrong one stays
 * wrong. Moves data.
 *
 * Return: VR_DROP_NONE, or VR_DROP_PCOW_FAIL and the packet is as it was.
 */
enum vr_drop_reason vr_mss_clamp(struct vr_pkt *pkt, unsigned int l3_off, u8 family, u32 mtu);

#endif /* _VR_PKT_MSS_H */
