/* SPDX-License-Identifier: GPL-2.0-only */
/* What tells the packets of a flow: read from them, and looked up by. */
#ifndef _VR_FLOW_KEY_H
#define _VR_FLOW_KEY_H

#include <vr/host.h>

/**
 * struct vr_flow_key - which packets are a flow's; no byte of it is padding
 * @nh: key nexthop: stands for where they come from
 * @sport: source port; ICMP echo: identifier
 * @dport: destination port; ICMP: type, for both directions of echo that of the reply
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol
 * @zero: 0
 * @addr: source and destination, network order: words 0 and 1 of IPv4 (the rest is
 *	0), 0..3 and 4..7 of IPv6
 */
struct vr_flow_key {
	u32 nh;
	__be16 sport;
	__be16 dport;
	u8 family;
	u8 proto;
	u16 zero;
	__be32 addr[8];
};

#endif /* _VR_FLOW_KEY_H */
