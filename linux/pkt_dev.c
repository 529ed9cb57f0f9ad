// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtnl link kind "vrpkt": ip link add pkt0 type vrpkt
 *
 * Agents speak with the router by packet sockets on this device, and nobody
 * else does. Its frames look like IPv4 but are none, so neither direction may
 * meet the host's stack: not what is trapped on its way up, nor what the
 * stack itself would send on any device that is up.
 *
 * It has several receive queues, for agents that read in several threads
 * (PACKET_FANOUT_QM) and for RPS. What is trapped of one conversation, either
 * way, is all in the same one, and so stays in order.
 */
#include "pkt_dev.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/flow_dissector.h>
#include <net/rtnetlink.h>
#include <net/sock.h>

#include <vrouter/trap.h>

#include "local_dev.h"

/* Unless ip link add says another number. */
#define PKT_QUEUES_MAX 8

/* Where the frame that is trapped begins. */
#define PKT_INNER (ETH_HLEN + (int)sizeof(struct vr_agent_hdr))

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

/*
 * Of the frame that is trapped, the same both ways. What its sender or its
 * device thought of as its hash need not be: the two know different ones.
 */
static u32 pkt_hash(const struct sk_buff *skb)
{
	struct flow_keys keys = {};
	__be16 *type, word;

	type = skb_header_pointer(skb, PKT_INNER + offsetof(struct ethhdr, h_proto), sizeof(word),
				  &word);
	if (!type)
		return 0;
	__skb_flow_dissect(dev_net(skb->dev), skb, &flow_keys_dissector, &keys, skb->data, *type,
			   PKT_INNER + ETH_HLEN, skb_headlen(skb), 0);
	/* Each end chooses one, and may choose another one any time. */
	keys.tags.flow_label = 0;
	return flow_hash_from_keys(&keys);
}

void vrl_pkt_dev_steer(struct sk_buff *skb)
{
	u32 hash = pkt_hash(skb);

	/* For RPS, which would take the agent header for an IP header. */
	skb_set_hash(skb, hash, PKT_HASH_TYPE_L4);
	skb_record_rx_queue(skb, reciprocal_scale(hash, skb->dev->real_num_rx_queues));
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

static unsigned int pkt_num_rx_queues(void)
{
	return min_t(unsigned int, num_possible_cpus(), PKT_QUEUES_MAX);
}

static unsigned int pkt_num_tx_queues(void)
{
	return 1;
}

static struct rtnl_link_ops pkt_link_ops __read_mostly = {
	.kind = "vrpkt",
	.priv_size = sizeof(struct vrl_local_dev),
	.setup = pkt_setup,
	.get_num_rx_queues = pkt_num_rx_queues,
	.get_num_tx_queues = pkt_num_tx_queues,
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
