/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, Linux kernel: what the core tells by itself; linux/nl_flow.c. */
#ifndef _VR_HOST_EVENT_H
#define _VR_HOST_EVENT_H

#include <linux/types.h>

struct vr_core;
struct vr_flow_info;

/* Somebody would hear of flows that go: the core need not gather what to tell if not. */
bool vr_event_flow_wanted(struct vr_core *core);

/**
 * vr_event_flow_gone() - a flow has gone by itself
 * @core: not locked
 * @info: as it was at its end, with its last counters
 * @end: enum vr_flow_end
 *
 * Context: process; may sleep.
 */
void vr_event_flow_gone(struct vr_core *core, const struct vr_flow_info *info, u32 end);

#endif /* _VR_HOST_EVENT_H */
