// SPDX-License-Identifier: GPL-2.0-only
/* rtnl link kind "vhost": ip link add vhost0 type vhost */
#include "vhost_dev.h"

#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/rtnetlink.h>

#include "local_dev.h"

static const struct net_device_ops vhost_netdev_ops = {
	.ndo_init = vrl_local_dev_init,
	.ndo_uninit = vrl_local_dev_uninit,
	.ndo_start_xmit = vrl_local_dev_xmit,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_get_stats64 = dev_get_tstats64,
};

static struct rtnl_link_ops vhost_link_ops;

static void vhost_setup(struct net_device *dev)
{
	vrl_local_dev_setup(dev);
	dev->netdev_ops = &vhost_netdev_ops;
	dev->rtnl_link_ops = &vhost_link_ops;
}

static struct rtnl_link_ops vhost_link_ops __read_mostly = {
	.kind = "vhost",
	.priv_size = sizeof(struct vrl_local_dev),
	.setup = vhost_setup,
	.validate = vrl_local_dev_validate,
};

bool vrl_dev_is_vhost(const struct net_device *dev)
{
	return dev->netdev_ops == &vhost_netdev_ops;
}

int vrl_vhost_dev_init(void)
{
	return rtnl_link_register(&vhost_link_ops);
}

void vrl_vhost_dev_exit(void)
{
	rtnl_link_unregister(&vhost_link_ops);
}
