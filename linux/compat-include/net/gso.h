/* SPDX-License-Identifier: GPL-2.0-only */
/* Moved here from <linux/netdevice.h> by d457a0e329b0 ("net: move gso declarations"), v6.5. */
#ifndef _VRL_COMPAT_NET_GSO_H
#define _VRL_COMPAT_NET_GSO_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#include <linux/netdevice.h>
#else
#include_next <net/gso.h>
#endif

#endif /* _VRL_COMPAT_NET_GSO_H */
