/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, user space: tracepoints. Nobody listens; the packet must be there. */
#ifndef _VR_HOST_TRACE_H
#define _VR_HOST_TRACE_H

#include <vr_host/pkt.h>

/* A packet came in. */
static inline void vr_trace_rx(u32 vif_id, const struct vr_pkt *pkt)
{
	vr_pkt_len(pkt);
}

/* It is in a tunnel that ends here; @encap is enum vr_encap, @label an MPLS label or VNI. */
static inline void vr_trace_decap(u32 vif_id, u32 encap, u32 label, const struct vr_pkt *pkt)
{
	vr_pkt_len(pkt);
}

/* It goes on by a nexthop. */
static inline void vr_trace_nh(u32 vif_id, u32 nh_id, u32 nh_type, const struct vr_pkt *pkt)
{
	vr_pkt_len(pkt);
}

/* It met its flow; @met is enum vr_flow_met. */
static inline void vr_trace_flow(u32 vif_id, u32 flow, u32 met, const struct vr_pkt *pkt)
{
	vr_pkt_len(pkt);
}

/* It is dropped; still whole. NULL: it could not even be made. */
static inline void vr_trace_drop(u32 vif_id, u32 reason, const struct vr_pkt *pkt)
{
	if (pkt)
		vr_pkt_len(pkt);
}

#endif /* _VR_HOST_TRACE_H */
