// SPDX-License-Identifier: GPL-2.0-only
/* Where packets end, and where they are copied: the books are kept here. */
#include "path/fwd.h"

#include <vr_host/trace.h>

static u32 drop_vif_id(const struct vr_fwd *fwd)
{
	return likely(fwd->vif) ? fwd->vif->id : VR_VIF_ID_NONE;
}

static void drop_count(struct vr_fwd *fwd, enum vr_drop_reason reason)
{
	vr_count(&fwd->core->stats, VR_CORE_DROPS + (unsigned int)reason);
	if (likely(fwd->vif))
		vr_count(&fwd->vif->stats, VR_VIF_DROPS + (unsigned int)reason);
}

enum vr_verdict vr_drop(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_drop_reason reason)
{
	drop_count(fwd, reason);
	vr_trace_drop(drop_vif_id(fwd), reason, pkt);
	vr_pkt_free_dropped(pkt);
	return VR_DROPPED;
}

enum vr_verdict vr_drop_lost(struct vr_fwd *fwd, enum vr_drop_reason reason)
{
	drop_count(fwd, reason);
	vr_trace_drop(drop_vif_id(fwd), reason, NULL);
	return VR_DROPPED;
}

struct vr_pkt *vr_copy(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	struct vr_pkt *copy = vr_pkt_clone(pkt);

	if (likely(copy))
		vr_count(&fwd->core->stats, VR_CORE_CREATED);
	return copy;
}
