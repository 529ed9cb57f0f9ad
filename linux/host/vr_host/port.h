/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: a port is a net_device that the router has taken.
 *
 * Two kinds differ in what "out of the router" means: a device of somebody
 * else's transmits (dev_queue_xmit()); our own vhost0 and pkt0 receive, for
 * behind them is the host's stack.
 */
#ifndef _VR_HOST_PORT_H
#define _VR_HOST_PORT_H

#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>

#include <vr_host/pkt.h>

struct vr_vif;

/**
 * struct vr_port - a device and the vif that it serves
 * @dev: tracked reference
 * @vif: NULL while nothing may enter the router here
 * @local: ours: packets out of the router go up the host's stack
 * @link_local_up: frames to 01:80:c2:00:00:0X are the host's (uplinks: LACP, LLDP)
 * @promisc: counted in the promiscuity of @dev; under RTNL
 * @mac_is_news: @dev was given @mac, and nobody has heard of it yet; under RTNL
 * @id: of the vif
 * @mac: last known address of @dev, to see that it changed; under RTNL
 * @dev_tracker: for @dev
 *
 * Readers find it through @dev or through the vif, under RCU. It is freed a
 * grace period after both let go of it.
 */
struct vr_port {
	struct net_device *dev;
	struct vr_vif __rcu *vif;
	bool local;
	bool link_local_up;
	bool promisc;
	bool mac_is_news;
	u32 id;
	u8 mac[ETH_ALEN];
	netdevice_tracker dev_tracker;
};

/* Up and with carrier. */
static inline bool vr_port_is_up(const struct vr_port *port)
{
	return netif_running(port->dev) && netif_carrier_ok(port->dev);
}

/* Largest packet without its Ethernet header. */
static inline unsigned int vr_port_mtu(const struct vr_port *port)
{
	return READ_ONCE(port->dev->mtu);
}

/* The port is up, and the frame, or each of its segments, fits. */
static inline bool vr_port_can_tx(const struct vr_port *port, struct vr_pkt *pkt)
{
	const struct sk_buff *skb = &pkt->skb;

	if (unlikely(!vr_port_is_up(port)))
		return false;
	if (likely(skb->len <= vr_port_mtu(port) + ETH_HLEN + VLAN_HLEN))
		return true;
	return skb_is_gso(skb);
}

/* True: the queue of its device took it. Consumes it. */
static inline bool vrl_tx_queue(struct sk_buff *skb)
{
	int ret = dev_queue_xmit(skb);

	return likely(ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN);
}

int vrl_port_tx_local(struct vr_port *port, struct sk_buff *skb);
bool vrl_tx_is_mpls_gre(const struct sk_buff *skb);
int vrl_port_tx_mpls_gre(struct vr_port *port, struct sk_buff *skb);

/*
 * Send a frame out of the router. Consumes it.
 * Return: 0, or -ENOBUFS: the device's queue did not take it.
 */
static inline int vr_port_tx(struct vr_port *port, struct vr_pkt *pkt)
{
	struct sk_buff *skb = &pkt->skb;

	if (port->local)
		return vrl_port_tx_local(port, skb);
	skb->dev = port->dev;
	skb_clear_tstamp(skb);
	/* Devices that loop frames back, such as veth, expect Ethernet in the sum. */
	skb_postpush_rcsum(skb, skb->data, ETH_HLEN);
	if (skb->encapsulation && unlikely(vrl_tx_is_mpls_gre(skb)))
		return vrl_port_tx_mpls_gre(port, skb);
	return vrl_tx_queue(skb) ? 0 : -ENOBUFS;
}

#endif /* _VR_HOST_PORT_H */
