/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Neighbours: packets to somebody whose MAC nobody knows make the agent ask for
 * it, and in VRFs that say "resolve" the answer becomes a nexthop and a route.
 */
#ifndef _VA_RESOLVE_H
#define _VA_RESOLVE_H

#include <linux/types.h>

struct agent;
struct neighbour;
struct packet;

struct resolve *resolve_new(void);
void resolve_free(struct resolve *resolve);

/* A packet to be resolved has come in by @vif. */
void resolve_ask(struct agent *agent, const struct packet *p, __u32 vif, __u32 vrf);

/* Somebody behind @vif has said who he is. */
void resolve_learn(struct agent *agent, const struct neighbour *nb, __u32 vif, __u32 vrf);

#endif /* _VA_RESOLVE_H */
