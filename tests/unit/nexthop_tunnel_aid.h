/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of tunnel nexthops have in common: their making, and what they know. */
#ifndef _VR_TEST_NEXTHOP_TUNNEL_AID_H
#define _VR_TEST_NEXTHOP_TUNNEL_AID_H

#include "world.h"

#include "obj/nexthop.h"

#define SIP	W_IP(10, 0, 0, 1)
#define DIP(n)	W_IP(10, 0, 1, n)
#define UP	1	/* the uplink's vif */

static inline void nh_make(struct world *w, const struct vr_nh_cfg *cfg)
{
	KUNIT_ASSERT_EQ_MSG(w->test, w_nh_set(w, cfg), 0, "nexthop %u: %s", cfg->id,
			    w->err.msg ? w->err.msg : "");
}

static inline void tunnel_make(struct world *w, u32 id, u32 dip)
{
	struct vr_nh_cfg cfg = w_tunnel4_cfg(id, VR_ENCAP_MPLS_UDP, SIP, dip, UP);

	nh_make(w, &cfg);
}

static inline void uplink_make(struct world *w)
{
	struct vr_vif_cfg vif = w_vif_cfg(UP, VR_VIF_PHYSICAL, 0);

	KUNIT_ASSERT_EQ(w->test, w_vif_set(w, &vif), 0);
}

/* What stands in force; the test holds no lock and nobody else is there. */
static inline struct vr_nh_body *body_of(struct world *w, u32 id)
{
	struct vr_nh_body *body;
	struct vr_nh *nh;

	vr_core_lock(w->core);
	nh = vr_idtab_find(&w->core->nhs, id);
	KUNIT_ASSERT_NOT_NULL(w->test, nh);
	body = vr_core_dereference(w->core, nh->body);
	vr_core_unlock(w->core);
	KUNIT_ASSERT_NOT_NULL(w->test, body);
	return body;
}

/* The path MTU that it has learnt; 0: none. */
static inline u32 known(struct world *w, u32 id)
{
	struct vr_nh_body *body = body_of(w, id);

	KUNIT_ASSERT_NOT_NULL(w->test, body->tunnel);
	return vr_tunnel_path_mtu(w->core, body->tunnel);
}

/* Somebody says so of the way to @dip. Return: a tunnel leads there. */
static inline bool learn4(struct world *w, u32 dip, u32 mtu)
{
	__be32 addr[4] = { htonl(dip) };
	bool found;

	local_bh_disable();
	rcu_read_lock();
	found = vr_nh_learn_path_mtu(w->core, AF_INET, addr, mtu);
	rcu_read_unlock();
	local_bh_enable();
	return found;
}

/* The path MTU that is shown of it, together with @state. */
static inline u32 shown(struct world *w, u32 id, u32 state)
{
	struct vr_nh_info info;

	KUNIT_ASSERT_EQ(w->test, w_nh_get(w, id, &info), 0);
	KUNIT_EXPECT_EQ(w->test, info.state, state);
	return info.path_mtu;
}

#endif /* _VR_TEST_NEXTHOP_TUNNEL_AID_H */
