/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows that wait are decided: many at once, each by the rules of its VRF. */
#ifndef _VA_DECIDE_H
#define _VA_DECIDE_H

#include "flow.h"
#include "packet.h"

struct agent;

#define DECIDE_MANY	128

/**
 * struct decision - a flow that waits
 * @flow: the flow
 * @has_packet: its first packet is there
 * @known: the flow's tuple is known; else the kernel is asked
 * @vif: id of the vif that the packet came in by
 * @vrf: VRF that it came up in
 * @gen_low: low 8 bits of the flow's generation
 * @packet: the packet
 */
struct decision {
	struct flow flow;
	bool has_packet;
	bool known;
	__u32 vif;
	__u32 vrf;
	__u8 gen_low;
	struct packet packet;
};

/* Decides @n, at most DECIDE_MANY. */
void decide(struct agent *agent, struct decision *decision, unsigned int n);

#endif /* _VA_DECIDE_H */
