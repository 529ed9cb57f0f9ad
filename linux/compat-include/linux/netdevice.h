/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VRL_COMPAT_LINUX_NETDEVICE_H
#define _VRL_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

#include <linux/version.h>

/*
 * The device takes frames without a transmit lock. A feature bit before
 * 00d066a4d4ed ("netdev_features: convert NETIF_F_LLTX to dev->lltx"), v6.12.
 */
static inline void netdev_set_lltx(struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

/*
 * The device stays in its namespace. A feature bit before 05c1280a2bcf ("netdev_features: convert
 * NETIF_F_NETNS_LOCAL to dev->netns_local"), v6.12; another name since 0c493da86374 ("net: rename
 * netns_local to netns_immutable"), v6.15 and some stable kernels before: Kbuild looks it up.
 */
static inline void netdev_set_netns_immutable(struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	dev->features |= NETIF_F_NETNS_LOCAL;
#elif defined(VRL_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#else
	dev->netns_local = true;
#endif
}

#endif /* _VRL_COMPAT_LINUX_NETDEVICE_H */
