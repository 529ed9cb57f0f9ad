/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of a packet. */
#ifndef _VR_VERDICT_H
#define _VR_VERDICT_H

/**
 * enum vr_verdict - outcome of a stage, which owned the packet it was given
 * @VR_SENT: left by a port (fabric, guest, host stack or agent)
 * @VR_DROPPED: counted under a reason and freed
 * @VR_CONSUMED: the core itself was the addressee
 *
 * In every case the packet is gone when the stage returns.
 */
enum vr_verdict {
	VR_SENT,
	VR_DROPPED,
	VR_CONSUMED,
};

#endif /* _VR_VERDICT_H */
