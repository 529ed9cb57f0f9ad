/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows as netlink says them, and the messages that decide them. */
#ifndef _VA_FLOW_H
#define _VA_FLOW_H

#include <stdbool.h>

#include <linux/types.h>

#include "policy.h"

struct events;
struct kernel;
struct kernel_object;

/* Why a flow is dropped: numbers of the reference vRouter. */
#define FLOW_DROP_AUDIT		0x06
#define FLOW_DROP_POLICY	0x15

/**
 * struct flow - a flow
 * @index: its place
 * @gen: which flow of this place; 0: not known
 * @nh: key nexthop
 * @tuple: addresses, ports, protocol; no direction
 * @action: enum vr_flow_action
 * @vrf: VRF that it came up in
 * @state: VR_FLOW_S_*
 * @rindex: the other direction; VR_FLOW_NONE
 * @rgen: which flow of @rindex
 * @drop_reason: why it was decided to drop it
 * @end: enum vr_flow_end, of one that has gone
 * @packets: so far
 * @bytes: so far
 */
struct flow {
	__u32 index;
	__u32 gen;
	__u32 nh;
	struct tuple tuple;
	__u32 action;
	__u32 vrf;
	__u32 state;
	__u32 rindex;
	__u32 rgen;
	__u32 drop_reason;
	__u32 end;
	__u64 packets;
	__u64 bytes;
};

/* From VR_CMD_FLOW_NEW or _DEL; false: it is not whole. */
bool flow_read(const struct kernel_object *object, struct flow *flow);

/*
 * Requests. Which flow is meant is said by its generation, or where that is
 * not known by its key: the kernel refuses if the place is another flow's by now.
 *
 * allow: both directions. @reverse_nh: key nexthop of the other one.
 * drop:  this one alone; its answers, if any come, are decided for themselves.
 */
void flow_put_allow(struct kernel *kn, const struct flow *flow, __u32 reverse_nh);
void flow_put_drop(struct kernel *kn, const struct flow *flow, __u32 reason);
void flow_put_delete(struct kernel *kn, const struct flow *flow);
void flow_put_get(struct kernel *kn, __u32 index);

/* The flow, as members of an event. */
void flow_event(struct events *events, const struct flow *flow);

#endif /* _VA_FLOW_H */
