// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that leave the router through a device of ours: up the host's stack.
 * Those that leave through somebody else's device: vr_port_tx().
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include <vr_host/port.h>

#include "pkt_dev.h"

/*
 * Take off what an earlier journey through the stack, as somebody's output or
 * in another role, has left: the frame now arrives. A VLAN tag is the frame's
 * and stays: VLAN devices on vhost0 are fed by it.
 */
static void tx_local_scrub(struct sk_buff *skb)
{
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	skb_clear_delivery_time(skb);
	skb_set_queue_mapping(skb, 0);
}

/**
 * vrl_port_tx_local() - deliver a frame to the host's stack, through vhost0, or
 *	to the packet sockets on pkt0
 * @port: a local one
 * @skb: starts with its Ethernet header, which is linear; consumed
 *
 * Context: bottom half disabled, rcu_read_lock().
 * Return: 0, or -ENOBUFS: the device is down, or the stack's queue is full.
 */
int vrl_port_tx_local(struct vr_port *port, struct sk_buff *skb)
{
	struct net_device *dev = port->dev;
	unsigned int len = skb->len;

	if (unlikely(!(READ_ONCE(dev->flags) & IFF_UP))) {
		dev_core_stats_rx_dropped_inc(dev);
		kfree_skb(skb);
		return -ENOBUFS;
	}

	tx_local_scrub(skb);
	if (vrl_dev_is_pkt(dev)) {
		skb->dev = dev;
		vrl_pkt_dev_steer(skb);
	}
	skb->protocol = eth_type_trans(skb, dev);
	if (unlikely(netif_rx(skb) != NET_RX_SUCCESS))
		return -ENOBUFS;	/* counted in the device's rx_dropped */
	dev_sw_netstats_rx_add(dev, len);
	return 0;
}
