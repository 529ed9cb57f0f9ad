/* SPDX-License-Identifier: GPL-2.0-only */
/* One number for all packets of a conversation, by which they are kept on one way. */
#ifndef _VR_PKT_ENTROPY_H
#define _VR_PKT_ENTROPY_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/netlink.h>

#include "pkt/parse.h"

/**
 * vr_entropy() - of a packet
 * @pkt: its headers may be malformed
 * @l2: its Ethernet header as parsed
 * @routed: Ethernet and tags do not count
 * @what: VR_HASH_*: of an IP packet what counts
 * @vrf: counts
 * @seed: secret, four words
 *
 * IPv4 and IPv6 by protocol, addresses and ports (TCP, UDP, SCTP, UDP-Lite, DCCP); of fragments,
 * the first one too, by protocol and addresses: all go one way. ICMP by addresses. What is not IP
 * by its MACs and type; if @routed, 0. Moves data.
 */
u32 vr_entropy(struct vr_pkt *pkt, const struct vr_l2 *l2, bool routed, u32 what, u32 vrf,
	       const u64 *seed);

/* A number below @n, from the entropy of a packet. */
static inline u32 vr_entropy_scale(u32 entropy, u32 n)
{
	return ((u64)entropy * n) >> 32;
}

#endif /* _VR_PKT_ENTROPY_H */
