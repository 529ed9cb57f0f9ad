/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of vifs have in common: vifs and nexthops that must be made. */
#ifndef _VR_TEST_VIF_AID_H
#define _VR_TEST_VIF_AID_H

#include "world.h"

/* In VRF 0; if there is one it is set again. */
static inline void vif_make(struct world *w, u32 id, u32 type)
{
	struct vr_vif_cfg cfg = w_vif_cfg(id, type, 0);

	KUNIT_ASSERT_EQ_MSG(w->test, w_vif_set(w, &cfg), 0, "vif %u", id);
}

/* A nexthop that points at vif @oif. */
static inline void encap_make(struct world *w, u32 id, u32 oif)
{
	struct vr_nh_cfg nh = w_encap_cfg(id, AF_INET, oif, w_mac_guest(1), w_mac_gw);

	KUNIT_ASSERT_EQ_MSG(w->test, w_nh_set(w, &nh), 0, "nexthop %u", id);
}

static inline int vif_clear(struct world *w, u32 id)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_vif_clear(w->core, id, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

#endif /* _VR_TEST_VIF_AID_H */
