// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtnl link kind "vrpkt": ip link add pkt0 type vrpkt
 *
 * Agents speak with the router by packet sockets on this device, and nobody
 * else does. Its frames look like IPv4 but are none, so neither direction may
 * meet the host's stack: not what is trapped on its way up, nor what the
 * stack itself would send on any device that is up.
 */
#include "pkt_dev.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include "local_dev.h"

/*
 * Sockets for every protocol have the frame already. EXACT goes on to those
 * that are bound to this device and to a protocol, and never to the stack.
 */
static rx_handler_result_t pkt_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	if (!list_empty(&skb->dev->ptype_specific))
		return RX_HANDLER_EXACT;
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static netdev_tx_t pkt_xmit(struct sk_buff *skb, struct net_device *dev)
{
	if (unlikely(!skb->sk || skb->sk->sk_family != PF_PACKET))
		return vrl_local_dev_tx_drop(skb, dev);
	return vrl_local_dev_xmit(skb, dev);
}

static int pkt_init(struct net_device *dev)
{
	int err;

	err = vrl_local_dev_init(dev);
	if (err)
		return err;
	err = netdev_rx_handler_register(dev, pkt_rx, NULL);
	if (err)
		vrl_local_dev_uninit(dev);
	return err;
}

static void pkt_uninit(struct net_device *dev)
{
	netdev_rx_handler_unregister(dev);
	vrl_local_dev_uninit(dev);
}

static const struct net_device_ops pkt_netdev_ops = {
	.ndo_init = pkt_init,
	.ndo_uninit = pkt_uninit,
	.ndo_start_xmit = pkt_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_get_stats64 = dev_get_tstats64,
};

static struct rtnl_link_ops pkt_link_ops;

static void pkt_setup(struct net_device *dev)
{
	vrl_local_dev_setup(dev);
	dev->flags |= IFF_NOARP;
	/* What the agent gets is a guest's packet with more in front of it. */
	dev->mtu = ETH_MAX_MTU;
	dev->netdev_ops = &pkt_netdev_ops;
	dev->rtnl_link_ops = &pkt_link_ops;
}

static struct rtnl_link_ops pkt_link_ops __read_mostly = {
	.kind = "vrpkt",
	.priv_size = sizeof(struct vrl_local_dev),
	.setup = pkt_setup,
	.validate = vrl_local_dev_validate,
};

bool vrl_dev_is_pkt(const struct net_device *dev)
{
	return dev->netdev_ops == &pkt_netdev_ops;
}

int vrl_pkt_dev_init(void)
{
	return rtnl_link_register(&pkt_link_ops);
}

void vrl_pkt_dev_exit(void)
{
	rtnl_link_unregister(&pkt_link_ops);
}
