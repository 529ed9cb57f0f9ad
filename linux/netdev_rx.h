/* SPDX-License-Identifier: GPL-2.0-only */
/* Where frames from other people's devices enter the router. */
#ifndef _VRL_NETDEV_RX_H
#define _VRL_NETDEV_RX_H

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

/*
 * A guest, by its virtio header, may ask for a checksum to be put anywhere, into
 * the Ethernet header or into a tag that has been taken out. Nobody can do that,
 * and the stack warns whoever tries: such a frame goes on as the bytes that it is.
 *
 * @skb starts with its Ethernet header.
 */
static inline void vrl_rx_check_offload(struct sk_buff *skb)
{
	if (skb->ip_summed != CHECKSUM_PARTIAL ||
	    likely(skb_checksum_start_offset(skb) >= ETH_HLEN))
		return;
	skb->ip_summed = CHECKSUM_NONE;
	skb_gso_reset(skb);
}

/* The rx_handler of every port that is not ours; its data is the struct vr_port. */
rx_handler_result_t vrl_netdev_rx(struct sk_buff **pskb);

#endif /* _VRL_NETDEV_RX_H */
