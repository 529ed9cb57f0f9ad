/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of refused nexthops have in common: vifs and nexthops to point at, short words. */
#ifndef _VR_TEST_NEXTHOP_CHECK_AID_H
#define _VR_TEST_NEXTHOP_CHECK_AID_H

#include "world.h"

#define SIP	W_IP(10, 0, 0, 1)
#define DIP	W_IP(10, 0, 0, 2)

/* What check_build() makes. */
#define V_GUEST	3
#define V_HOST0	4
#define V_UP	5
#define V_PKT0	6

#define NH_FRAMES	1	/* encap of family bridge */
#define NH_ROUTED	2	/* encap of family inet */
#define NH_GRE		3
#define NH_UDP		4
#define NH_VXLAN	5
#define NH_L3VXLAN	6
#define NH_KIND(kind)	(10 + (kind))	/* an empty composite of each kind */

static const u8 mac_a[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xa };
static const u8 mac_b[ETH_ALEN] = { 2, 0, 0, 0, 0, 0xb };
static const u8 mac_group[ETH_ALEN] = { 1, 0, 0x5e, 0, 0, 1 };

static inline struct vr_nh_cfg encap(u32 id, u32 family, u32 oif)
{
	return w_encap_cfg(id, family, oif, mac_a, mac_b);
}

static inline struct vr_nh_cfg tunnel(u32 encap)
{
	return w_tunnel4_cfg(9, encap, SIP, DIP, V_UP);
}

static inline struct vr_nh_cfg l3_vxlan(u32 id)
{
	struct vr_nh_cfg cfg = w_tunnel4_cfg(id, VR_ENCAP_VXLAN, SIP, DIP, V_UP);

	cfg.flags = VR_NH_F_L3_VXLAN;
	ether_addr_copy(cfg.inner_dmac, mac_a);
	return cfg;
}

static inline struct vr_nh_cfg composite(u32 id, u32 kind, const struct vr_nh_member *members,
					 u32 n)
{
	struct vr_nh_cfg cfg = w_nh_cfg(id, VR_NH_COMPOSITE);

	cfg.kind = kind;
	cfg.members = members;
	cfg.n_members = n;
	return cfg;
}

static inline void nh_make(struct world *w, const struct vr_nh_cfg *cfg)
{
	KUNIT_ASSERT_EQ_MSG(w->test, w_nh_set(w, cfg), 0, "nexthop %u: %s", cfg->id,
			    w->err.msg ? w->err.msg : "");
}

static inline void vif_make(struct world *w, u32 id, u32 type)
{
	struct vr_vif_cfg vif = w_vif_cfg(id, type, 0);

	KUNIT_ASSERT_EQ(w->test, w_vif_set(w, &vif), 0);
}

static inline void check_build(struct world *w)
{
	struct vr_nh_cfg cfg;
	u32 kind;

	vif_make(w, V_GUEST, VR_VIF_VIRTUAL);
	vif_make(w, V_HOST0, VR_VIF_HOST);
	vif_make(w, V_UP, VR_VIF_PHYSICAL);
	vif_make(w, V_PKT0, VR_VIF_AGENT);
	cfg = encap(NH_FRAMES, AF_BRIDGE, V_GUEST);
	nh_make(w, &cfg);
	cfg = encap(NH_ROUTED, AF_INET, V_GUEST);
	nh_make(w, &cfg);
	cfg = w_tunnel4_cfg(NH_GRE, VR_ENCAP_MPLS_GRE, SIP, DIP, V_UP);
	nh_make(w, &cfg);
	cfg = w_tunnel6_cfg(NH_UDP, VR_ENCAP_MPLS_UDP, 1, 2, V_UP);
	nh_make(w, &cfg);
	cfg = w_tunnel4_cfg(NH_VXLAN, VR_ENCAP_VXLAN, SIP, DIP, V_UP);
	nh_make(w, &cfg);
	cfg = l3_vxlan(NH_L3VXLAN);
	nh_make(w, &cfg);
	for (kind = VR_NH_KIND_L2_MCAST; kind <= VR_NH_KIND_ECMP; kind++) {
		cfg = composite(NH_KIND(kind), kind, NULL, 0);
		nh_make(w, &cfg);
	}
}

/* @cfg is refused, in words that nobody else has. The names are the caller's. */
#define REFUSED(code, attr) W_REFUSED(w, w_nh_set(w, &cfg), code, attr, before)
#define REFUSED_NEW(code, attr) do { REFUSED(code, attr); W_NEW_TEXT(w, &texts); } while (0)

#endif /* _VR_TEST_NEXTHOP_CHECK_AID_H */
