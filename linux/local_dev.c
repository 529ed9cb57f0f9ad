// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices of our own: what the host sends on one enters the router as what
 * arrived at a port. The other way is in netdev_tx.c.
 */
#include "local_dev.h"

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <net/netlink.h>

#include <vr_host/port.h>
#include <vr/core.h>
#include <vr/version.h>

#include "netdev_rx.h"
#include "pkt_dev.h"
#include "vhost_dev.h"

bool vrl_dev_is_local(const struct net_device *dev)
{
	return vrl_dev_is_vhost(dev) || vrl_dev_is_pkt(dev);
}

struct vr_port *vrl_local_dev_port(const struct net_device *dev)
{
	const struct vrl_local_dev *priv = netdev_priv(dev);

	return rtnl_dereference(priv->port);
}

void vrl_local_dev_set_port(struct net_device *dev, struct vr_port *port)
{
	struct vrl_local_dev *priv = netdev_priv(dev);

	ASSERT_RTNL();
	rcu_assign_pointer(priv->port, port);
}

netdev_tx_t vrl_local_dev_tx_drop(struct sk_buff *skb, struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

/* The outer tag goes from the bytes to the accelerated field. */
static int xmit_untag(struct sk_buff *skb)
{
	const struct vlan_ethhdr *veth;
	__be16 proto;
	u16 tci;
	int err;

	if (skb_vlan_tag_present(skb))
		return 0;
	veth = (const struct vlan_ethhdr *)skb->data;
	proto = veth->h_vlan_proto;
	if (likely(!eth_type_vlan(proto)))
		return 0;
	/* Tag and the type behind it; a tag that is cut off is the router's to drop. */
	if (!pskb_may_pull(skb, VLAN_ETH_HLEN))
		return 0;
	err = __skb_vlan_pop(skb, &tci);
	if (err)
		return err;
	__vlan_hwaccel_put_tag(skb, proto, tci);
	return 0;
}

/*
 * From a frame that the stack sends to one that the router received. The
 * socket stays: its send buffer is the back-pressure until the frame is out.
 */
static int xmit_prepare(struct sk_buff *skb)
{
	int err;

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return -EINVAL;
	skb_reset_mac_header(skb);
	skb_forward_csum(skb);
	skb_scrub_packet(skb, false);
	err = xmit_untag(skb);
	if (!err)
		vrl_rx_check_offload(skb);
	return err;
}

/*
 * Called with bottom halves disabled. The frame may be a clone of what packet
 * sockets have seen: the router makes private what it writes.
 */
netdev_tx_t vrl_local_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	const struct vrl_local_dev *priv = netdev_priv(dev);
	const struct vr_port *port = rcu_dereference_bh(priv->port);
	struct vr_vif *vif = port ? rcu_dereference_bh(port->vif) : NULL;
	unsigned int len = skb->len;

	if (unlikely(!vif || xmit_prepare(skb)))
		return vrl_local_dev_tx_drop(skb, dev);

	vr_rx(vif, vr_pkt_of(skb));
	dev_sw_netstats_tx_add(dev, 1, len);
	return NETDEV_TX_OK;
}

static void local_dev_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "vrouter", sizeof(info->driver));
	strscpy(info->version, VR_VERSION, sizeof(info->version));
}

static void local_dev_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	channels->max_rx = dev->num_rx_queues;
	channels->rx_count = dev->real_num_rx_queues;
	channels->max_tx = dev->num_tx_queues;
	channels->tx_count = dev->real_num_tx_queues;
}

static const struct ethtool_ops local_dev_ethtool_ops = {
	.get_drvinfo = local_dev_get_drvinfo,
	.get_channels = local_dev_get_channels,
	.get_link = ethtool_op_get_link,
};

/*
 * Nothing of hardware here, so everything that costs work per segment can
 * wait until the frame reaches a device that needs it done.
 */
#define LOCAL_DEV_FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |	\
			    NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE |		\
			    NETIF_F_GSO_ENCAP_ALL)
#define LOCAL_DEV_VLAN_FEATURES (NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX)

void vrl_local_dev_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU;
	dev->needs_free_netdev = true;
	dev->ethtool_ops = &local_dev_ethtool_ops;

	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* netpoll sends with interrupts disabled, and the router runs in softirq. */
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE | IFF_DISABLE_NETPOLL;
	netdev_set_lltx(dev);

	dev->features |= LOCAL_DEV_FEATURES | LOCAL_DEV_VLAN_FEATURES;
	dev->hw_features |= LOCAL_DEV_FEATURES | LOCAL_DEV_VLAN_FEATURES;
	dev->vlan_features |= LOCAL_DEV_FEATURES;
	dev->hw_enc_features |= LOCAL_DEV_FEATURES;

	/* Nor is it for us to say how long a packet may be: gso_max_size may be above 64 KiB. */
	netif_set_tso_max_size(dev, GSO_MAX_SIZE);

	eth_hw_addr_random(dev);
}

int vrl_local_dev_init(struct net_device *dev)
{
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return dev->tstats ? 0 : -ENOMEM;
}

void vrl_local_dev_uninit(struct net_device *dev)
{
	free_percpu(dev->tstats);
}

int vrl_local_dev_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	const struct nlattr *address = tb[IFLA_ADDRESS];

	if (!address)
		return 0;
	if (nla_len(address) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, address, "an address of 6 bytes is needed");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(address))) {
		NL_SET_ERR_MSG_ATTR(extack, address,
				    "the address must be neither zero nor a group's");
		return -EADDRNOTAVAIL;
	}
	return 0;
}
