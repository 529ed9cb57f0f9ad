/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: tracepoints. They cost a jump over them until
 * somebody listens.
 *
 * @vif_id: VR_VIF_ID_NONE if the packet has come in by none.
 */
#ifndef _VR_HOST_TRACE_H
#define _VR_HOST_TRACE_H

#include <vr_host/pkt.h>

#include "../../trace.h"

/* A packet came in. */
static inline void vr_trace_rx(u32 vif_id, const struct vr_pkt *pkt)
{
	if (trace_vr_rx_enabled())
		trace_vr_rx(vif_id, &pkt->skb);
}

/* It is in a tunnel that ends here; @encap is enum vr_encap, @label an MPLS label or VNI. */
static inline void vr_trace_decap(u32 vif_id, u32 encap, u32 label, const struct vr_pkt *pkt)
{
	if (trace_vr_decap_enabled())
		trace_vr_decap(vif_id, encap, label, &pkt->skb);
}

/* It goes on by a nexthop. */
static inline void vr_trace_nh(u32 vif_id, u32 nh_id, u32 nh_type, const struct vr_pkt *pkt)
{
	if (trace_vr_nh_enabled())
		trace_vr_nh(vif_id, nh_id, nh_type, &pkt->skb);
}

/* It met its flow; @met is enum vr_flow_met. */
static inline void vr_trace_flow(u32 vif_id, u32 flow, u32 met, const struct vr_pkt *pkt)
{
	if (trace_vr_flow_enabled())
		trace_vr_flow(vif_id, flow, met, &pkt->skb);
}

/* It is dropped; still whole. NULL: it could not even be made. */
static inline void vr_trace_drop(u32 vif_id, u32 reason, const struct vr_pkt *pkt)
{
	if (trace_vr_drop_enabled())
		trace_vr_drop(vif_id, reason, pkt ? &pkt->skb : NULL);
}

#endif /* _VR_HOST_TRACE_H */
