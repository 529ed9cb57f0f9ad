/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where flows go: which vif their packets leave by, and so by which key
 * nexthop their answers are known. Look-ups of many flows share messages.
 */
#ifndef _VA_WHERE_H
#define _VA_WHERE_H

#include <stdbool.h>

#include <linux/types.h>

#include "world.h"

struct agent;
struct flow;
struct config_vrf;

#define WHERE_HOPS	8	/* VRFs and tables that a look-up may go through */

/**
 * struct where - a flow's way
 * @flow: the flow; its tuple's direction is filled in
 * @came: vif that its packets come in by, NULL: not known
 * @dmac: MAC that they are sent to, NULL: not known
 * @peer_nh: key nexthop of the answers as they are known already, 0: not known
 * @from: vif whose key nexthop they are known by because they come from there; NULL
 * @to: vif that they leave by, NULL: not known
 * @reverse_nh: key nexthop of the answers
 * @rules_vrf: VRF whose rules count
 *
 * The rest is private: how far the look-up is.
 */
struct where {
	struct flow *flow;
	const struct vif *came;
	const __u8 *dmac;
	__u32 peer_nh;
	const struct vif *from;
	const struct vif *to;
	__u32 reverse_nh;
	__u32 rules_vrf;

	__u32 vrf;
	__u32 family;		/* AF_BRIDGE: by @mac, else by the flow's destination; 0: done */
	__u8 mac[6];
	__u8 hops;
	bool leased;		/* the configuration was asked */
};

/* Fills in all but the first four of @n. */
void where_find(struct agent *agent, struct where *where, unsigned int n);

#endif /* _VA_WHERE_H */
