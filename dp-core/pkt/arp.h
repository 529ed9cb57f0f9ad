/* SPDX-License-Identifier: GPL-2.0-only */
/* ARP over Ethernet for IPv4 (RFC 826): read, and answer in place. */
#ifndef _VR_PKT_ARP_H
#define _VR_PKT_ARP_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

/**
 * struct vr_arp - an ARP packet, copied out of the frame
 * @op: ARPOP_REQUEST or ARPOP_REPLY; others are refused
 * @sip: network order
 * @tip: network order
 * @sha: sender
 * @tha: target
 */
struct vr_arp {
	u16 op;
	__be32 sip;
	__be32 tip;
	u8 sha[ETH_ALEN];
	u8 tha[ETH_ALEN];
};

/* Sender and target are the same address: an announcement (RFC 5227 3), request or reply. */
static inline bool vr_arp_is_gratuitous(const struct vr_arp *arp)
{
	return arp->sip == arp->tip;
}

/**
 * vr_arp_parse() - read the ARP packet at @off
 * @pkt: frame
 * @off: where ARP starts, from vr_pkt_data()
 * @arp: to fill in; of no use unless VR_DROP_NONE is returned
 *
 * Bytes behind it are padding. Moves data.
 *
 * Return: VR_DROP_NONE, VR_DROP_PULL if it is cut off, or VR_DROP_INVALID_ARP
 * for anything but Ethernet/IPv4 requests and replies from a unicast sender MAC.
 */
enum vr_drop_reason vr_arp_parse(struct vr_pkt *pkt, unsigned int off, struct vr_arp *arp);

/**
 * vr_arp_answer() - turn a request into its reply
 * @pkt: frame with the request, starting with Ethernet
 * @off: where ARP starts, from vr_pkt_data()
 * @arp: the request as parsed
 * @mac: answer: who has @arp->tip
 *
 * Ethernet goes from @mac to the asker, @arp->sha; VLAN tags, accelerated or in
 * the bytes, and padding stay. Moves data.
 *
 * Return: VR_DROP_NONE, or VR_DROP_PCOW_FAIL and the frame is as it was.
 */
enum vr_drop_reason vr_arp_answer(struct vr_pkt *pkt, unsigned int off, const struct vr_arp *arp,
				  const u8 *mac);

#endif /* _VR_PKT_ARP_H */
