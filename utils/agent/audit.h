/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows that were decided, by this agent or by another, are held against the rules. */
#ifndef _VA_AUDIT_H
#define _VA_AUDIT_H

#include <linux/types.h>

struct agent;
struct flow;

/**
 * audit() - change what the rules decide otherwise
 * @agent: the agent
 * @flow: flows
 * @n: how many, at most DECIDE_MANY
 * @reason: what those get that are dropped: FLOW_DROP_*
 *
 * Return: how many were changed.
 */
unsigned int audit(struct agent *agent, struct flow *const *flow, unsigned int n, __u32 reason);

#endif /* _VA_AUDIT_H */
