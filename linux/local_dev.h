/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What vhost and vrpkt devices have in common: an Ethernet device of our own,
 * of which the router is the far end.
 */
#ifndef _VRL_LOCAL_DEV_H
#define _VRL_LOCAL_DEV_H

#include <linux/netdevice.h>

struct nlattr;
struct netlink_ext_ack;
struct vr_port;

/**
 * struct vrl_local_dev - private part of such a device
 * @port: NULL while it is not a vif; written under RTNL
 */
struct vrl_local_dev {
	struct vr_port __rcu *port;
};

/* Either kind. */
bool vrl_dev_is_local(const struct net_device *dev);

/* The port that a device of ours is, or NULL. Context: RTNL. */
struct vr_port *vrl_local_dev_port(const struct net_device *dev);
/* Context: RTNL; who clears it waits for readers before freeing the port. */
void vrl_local_dev_set_port(struct net_device *dev, struct vr_port *port);

/*
 * For the kinds.
 * setup: all but netdev_ops and rtnl_link_ops.
 * init and uninit: for ndo_init and ndo_uninit.
 * validate: of struct rtnl_link_ops.
 * xmit: what the host sends here enters the router.
 * tx_drop: it does not.
 */
void vrl_local_dev_setup(struct net_device *dev);
int vrl_local_dev_init(struct net_device *dev);
void vrl_local_dev_uninit(struct net_device *dev);
int vrl_local_dev_validate(struct nlattr *tb[], struct nlattr *data[],
			   struct netlink_ext_ack *extack);
netdev_tx_t vrl_local_dev_xmit(struct sk_buff *skb, struct net_device *dev);
netdev_tx_t vrl_local_dev_tx_drop(struct sk_buff *skb, struct net_device *dev);

#endif /* _VRL_LOCAL_DEV_H */
