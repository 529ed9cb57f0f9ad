/* SPDX-License-Identifier: GPL-2.0-only */
/* Where frames from other people's devices enter the router. */
#ifndef _VRL_NETDEV_RX_H
#define _VRL_NETDEV_RX_H

#include <linux/netdevice.h>

/* The rx_handler of every port that is not ours; its data is the struct vr_port. */
rx_handler_result_t vrl_netdev_rx(struct sk_buff **pskb);

#endif /* _VRL_NETDEV_RX_H */
