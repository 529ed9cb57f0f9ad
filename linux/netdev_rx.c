// SPDX-License-Identifier: GPL-2.0-only
/* Frames that a taken device (tap, veth, uplink) received: into the router. */
#include "netdev_rx.h"

#include <linux/etherdevice.h>
#include <linux/skbuff.h>

#include <vr_host/port.h>
#include <vr/core.h>

/*
 * Back to where the frame began. The device's stack has taken the outer tag
 * out of the bytes and the Ethernet header off the front; a COMPLETE checksum
 * goes on covering what follows that header.
 *
 * Return: false if there is not even an Ethernet header, as a driver may say
 * who leaves it to the stack to find out.
 */
static bool rx_restore_eth(struct sk_buff *skb)
{
	__skb_push(skb, -skb_mac_offset(skb));
	return pskb_may_pull(skb, ETH_HLEN);
}

/*
 * Called under rcu_read_lock() with bottom halves disabled.
 *
 * What is lost here has not entered the router; it counts as the device's
 * rx_dropped.
 */
rx_handler_result_t vrl_netdev_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct net_device *dev = skb->dev;
	const struct vr_port *port;
	struct vr_vif *vif;

	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return RX_HANDLER_PASS;

	port = rcu_dereference(dev->rx_handler_data);
	vif = rcu_dereference(port->vif);
	if (unlikely(!vif))
		return RX_HANDLER_PASS;

	if (port->link_local_up && is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return RX_HANDLER_PASS;

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		dev_core_stats_rx_dropped_inc(dev);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(!rx_restore_eth(skb))) {
		dev_core_stats_rx_dropped_inc(dev);
		kfree_skb(skb);
		return RX_HANDLER_CONSUMED;
	}
	vrl_rx_check_offload(skb);
	vr_rx(vif, vr_pkt_of(skb));
	return RX_HANDLER_CONSUMED;
}
