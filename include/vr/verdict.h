/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of a packet. */
#ifndef _VR_VERDICT_H
#define _VR_VERDICT_H

/**
 * enum vr_verdict - outcome of a stage, which owned the packet it was given
 * @VR_SENT: left by a port (fabric, guest, host stack or agent)
 * @VR_DROPPED: counted under a reason and freed
 * @VR_CONSUMED: the core itself was the addressee
 * @VR_HELD: waits for the agent's decision on its flow, or for others to be merged with
 *
 * In every case the packet is gone when the stage returns.
 */
enum vr_verdict {
	VR_SENT,
	VR_DROPPED,
	VR_CONSUMED,
	VR_HELD,
};

/** enum vr_flow_met - how a packet met its flow, for those who trace */
enum vr_flow_met {
	VR_FLOW_MET_FOUND,	/* it was there */
	VR_FLOW_MET_NEW,	/* the packet made it, and is held */
	VR_FLOW_MET_HELD,	/* it waits, and the packet with it */
	VR_FLOW_MET_RESUMED,	/* it was decided, and the packet goes on */
};

#endif /* _VR_VERDICT_H */
