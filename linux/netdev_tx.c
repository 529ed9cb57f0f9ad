// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that leave the router through a device of ours: up the host's stack. Those that leave
 * through somebody else's device: vr_port_tx(), but for segments in GRE.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/gre.h>
#include <net/gso.h>

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

/* --- segments in GRE, behind a label ----------------------------------------- */

/* Software knows these segments by what is behind the label, and so they are called. */
bool vrl_tx_is_mpls_gre(const struct sk_buff *skb)
{
	const struct gre_base_hdr *gre = (const struct gre_base_hdr *)skb_transport_header(skb);

	return skb_is_gso(skb) && (skb_shinfo(skb)->gso_type & (SKB_GSO_GRE | SKB_GSO_GRE_CSUM)) &&
	       gre->protocol == htons(ETH_P_MPLS_UC);
}

static int tx_refuses(struct net_device *dev, struct netdev_nested_priv *priv)
{
	struct sk_buff *skb = priv->data;
	struct net_device *own = skb->dev;
	netdev_features_t features;

	skb->dev = dev;
	features = netif_skb_features(skb);
	skb->dev = own;
	/* That headers are a guest's is for whoever cuts them to check. */
	return !skb_gso_ok(skb, features | NETIF_F_GSO_ROBUST);
}

/*
 * Drivers decide by the inner protocol (mlx5, bnxt), and would take a label for IP. So they are
 * asked as if it were called what it is: the device itself, and those below it.
 */
static bool tx_takes_mpls_gre(struct sk_buff *skb)
{
	struct netdev_nested_priv priv = { .data = skb };
	__be16 proto = skb->inner_protocol;
	bool takes;

	skb_set_inner_protocol(skb, htons(ETH_P_MPLS_UC));
	takes = !tx_refuses(skb->dev, &priv) &&
		!netdev_walk_all_lower_dev_rcu(skb->dev, tx_refuses, &priv);
	skb_set_inner_protocol(skb, proto);
	return takes;
}

/**
 * vrl_port_tx_mpls_gre() - send what vrl_tx_is_mpls_gre(), in segments if the device asks for it
 * @port: not a local one, and the device of @skb
 * @skb: starts with its Ethernet header; consumed
 *
 * Context: bottom half disabled, rcu_read_lock().
 * Return: 0, or -ENOBUFS: the device's queue took none of it, or there was no memory.
 */
int vrl_port_tx_mpls_gre(struct vr_port *port, struct sk_buff *skb)
{
	struct sk_buff *segs, *next;
	bool sent = false;

	if (likely(tx_takes_mpls_gre(skb)))
		return vrl_tx_queue(skb) ? 0 : -ENOBUFS;
	segs = skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA);
	if (IS_ERR_OR_NULL(segs)) {
		dev_core_stats_tx_dropped_inc(port->dev);
		kfree_skb(skb);
		return -ENOBUFS;
	}
	consume_skb(skb);
	skb_list_walk_safe(segs, skb, next) {
		skb_mark_not_on_list(skb);
		skb_set_inner_protocol(skb, htons(ETH_P_MPLS_UC));
		sent |= vrl_tx_queue(skb);
	}
	return sent ? 0 : -ENOBUFS;
}
