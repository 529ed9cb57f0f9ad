/* SPDX-License-Identifier: GPL-2.0-only */
/* rtnl link kind "vhost": the host's own port of the router, by custom vhost0. */
#ifndef _VRL_VHOST_DEV_H
#define _VRL_VHOST_DEV_H

#include <linux/types.h>

struct net_device;

bool vrl_dev_is_vhost(const struct net_device *dev);

int vrl_vhost_dev_init(void);
void vrl_vhost_dev_exit(void);

#endif /* _VRL_VHOST_DEV_H */
