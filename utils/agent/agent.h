/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent: what its parts pass around.
 *
 *	main.c		options, signals, the loop
 *	config.c reader.c config_dhcp.c policy.c	the file, and what it decides
 *	port.c pkt0.c	the device pkt0, its vif, packets from it and to it
 *	trap.c		what is done for which reason
 *	decide.c where.c flow.c seen.c	flows
 *	sweep.c		flows that are there already: take-over and reload
 *	serve.c dhcp.c	DHCP; icmp.c arp.c resolve.c	errors and neighbours
 *	kernel.c world.c	netlink, and what is known from it
 *	events.c	what is told
 */
#ifndef _VA_AGENT_H
#define _VA_AGENT_H

#include <stdbool.h>

#include "config.h"
#include "events.h"
#include "kernel.h"
#include "stats.h"
#include "world.h"

struct pkt0;
struct resolve;
struct seen;
struct sweep;

/**
 * struct agent - one agent
 * @config: in force
 * @events: what is told
 * @kernel: netlink
 * @world: what is known of the router
 * @pkt0: packets
 * @seen: what was decided of flows
 * @sweep: flows that are looked at again
 * @resolve: neighbours that are looked for
 * @stats: what was done
 * @verbose: tell of every flow
 * @world_lost: notifications were lost: load all anew
 */
struct agent {
	struct config *config;
	struct events events;
	struct kernel *kernel;
	struct world *world;
	struct pkt0 *pkt0;
	struct seen *seen;
	struct sweep *sweep;
	struct resolve *resolve;
	struct stats stats;
	bool verbose;
	bool world_lost;
};

static inline void count(struct agent *agent, enum stat_id stat)
{
	agent->stats.count[stat]++;
}

#endif /* _VA_AGENT_H */
