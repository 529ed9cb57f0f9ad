/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic netlink as newer kernels have it. */
#ifndef _VRL_COMPAT_NET_GENETLINK_H
#define _VRL_COMPAT_NET_GENETLINK_H

#include <linux/version.h>
#include_next <net/genetlink.h>

/* 20b0b53acab2 ("genetlink: introduce split op representation") */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define genl_split_ops genl_ops
#endif

/* 7288dd2fd488 ("genetlink: use attrs from struct genl_info"); only ->attrs may be used */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static inline const struct genl_dumpit_info *genl_info_dump(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb);
}
#endif

#endif /* _VRL_COMPAT_NET_GENETLINK_H */
