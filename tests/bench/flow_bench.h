/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of flow_bench share: its arguments, its flows, and the clock. */
#ifndef _FLOW_BENCH_H
#define _FLOW_BENCH_H

#include <stdbool.h>
#include <time.h>

#include <linux/types.h>

#include "bench_nl.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define BENCH_PORT	9		/* both ports of all packets, as pktgen has them */
#define BENCH_SOURCE	0xc6120102U	/* 198.18.1.2, likewise */

/**
 * struct bench - what was asked for
 * @nh: key nexthop of the flows
 * @reverse_nh: that of their other direction, 0: without
 * @first: destination of the first flow, host order
 * @count: flows, one address each; or objects of another table
 * @window: packets that may be on their way
 * @drop: drop, not forward
 * @delete: of other tables, delete what is there
 * @router_mac: where packets are sent to
 */
struct bench {
	__u32 nh;
	__u32 reverse_nh;
	__u32 first;
	__u32 count;
	__u32 window;
	bool drop;
	bool delete;
	__u8 router_mac[6];
};

static inline __u64 bench_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

/* A request: the flow from BENCH_SOURCE to @dst, decided. */
void bench_flow_put(struct bench_nl *nl, const struct bench *bench, __u32 dst);

/* Sends the first packets of flows, decides on them, and prints how long they took. */
void flow_trips(const struct bench *bench);

#endif /* _FLOW_BENCH_H */
