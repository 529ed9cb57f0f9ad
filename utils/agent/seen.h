/* SPDX-License-Identifier: GPL-2.0-only */
/* What this agent has decided of which flow: the router remembers the decision, not the reason. */
#ifndef _VA_SEEN_H
#define _VA_SEEN_H

#include <stdbool.h>

#include <linux/types.h>

#define SEEN_LOG	0x1	/* tell of its end */

/**
 * struct seen_flow - a flow that was decided for itself, not as the reverse of another
 * @gen: which flow of its index; the low 8 bits, unless @whole
 * @vrf: VRF whose rules counted
 * @action: enum policy_action
 * @direction: POLICY_INGRESS, POLICY_EGRESS
 * @flags: SEEN_*
 * @valid: there is one
 * @whole: all of @gen is known
 */
struct seen_flow {
	__u32 gen;
	__u16 vrf;
	__u8 action;
	__u8 direction;
	__u8 flags;
	bool valid;
	bool whole;
};

struct seen *seen_new(void);
void seen_free(struct seen *seen);
/* All of them. */
void seen_forget(struct seen *seen);

/* @flow->valid needs not be set. Without memory nothing is remembered. */
void seen_put(struct seen *seen, __u32 index, const struct seen_flow *flow);

/* NULL: it was not decided, or for another one. */
const struct seen_flow *seen_find(const struct seen *seen, __u32 index, __u32 gen);

#endif /* _VA_SEEN_H */
