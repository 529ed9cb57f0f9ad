/* SPDX-License-Identifier: GPL-2.0-only */
/* rtnl link kind "vrpkt": the agent's port of the router, by custom pkt0. */
#ifndef _VRL_PKT_DEV_H
#define _VRL_PKT_DEV_H

#include <linux/types.h>

struct net_device;
struct sk_buff;

bool vrl_dev_is_pkt(const struct net_device *dev);

/*
 * Choose the receive queue of a frame for the agent: it starts with its
 * Ethernet header, in front of the agent header, and skb->dev is the device.
 */
void vrl_pkt_dev_steer(struct sk_buff *skb);

int vrl_pkt_dev_init(void);
void vrl_pkt_dev_exit(void);

#endif /* _VRL_PKT_DEV_H */
