// SPDX-License-Identifier: GPL-2.0-only
/* Much to begin with: programs need not find out first how a tunnel is made. */
#include "core_fuzz.h"

/* On top of world.h and tunnels.h; ids below FZ_NHS. */
#define NH_TUN		40	/* ..45: each encapsulation, IPv4 and IPv6 */
#define NH_FOUND	46	/* ..48: resolved */
#define NH_TUN_L3	49	/* VXLAN of routed packets */
#define NH_EVPN		50
#define NH_FABRIC	51
#define NH_TOR		52
#define NH_MCAST	53
#define NH_ECMP		54
#define NH_LOOKUP	55	/* vrf-translate with policy */
#define NH_GROUP	56	/* encap, group MAC */

static void tunnels(struct prog *p)
{
	u32 encap;

	for (encap = VR_ENCAP_VXLAN; encap < VR_ENCAP_MAX; encap++) {
		t_tunnel(p->w, NH_TUN + encap - 1, encap, AF_INET, T_THERE, 0);
		t_tunnel(p->w, NH_TUN + encap + 2, encap, AF_INET6, T_THERE, 0);
		t_tunnel(p->w, NH_FOUND + encap - 1, encap, AF_INET, T_OTHER, VR_NH_F_RESOLVE);
	}
	t_tunnel(p->w, NH_TUN_L3, VR_ENCAP_VXLAN, AF_INET, T_THERE, VR_NH_F_L3_VXLAN);
}

static void composite(struct prog *p, u32 id, u32 kind, u32 n, const struct vr_nh_member *members)
{
	struct vr_nh_cfg nh = w_nh_cfg(id, VR_NH_COMPOSITE);

	nh.kind = kind;
	nh.vrf = 1;
	nh.members = members;
	nh.n_members = n;
	W_DONE(p->w, w_nh_set(p->w, &nh));
}

static void composites(struct prog *p)
{
	static const struct vr_nh_member evpn[] = {
		{ NH_TUN, 16 }, { NH_TUN + 1, 17 }, { NH_FOUND, 18 },
	};
	static const struct vr_nh_member fabric[] = { { NH_TUN + 1, 19 }, { NH_TUN + 2, 20 } };
	static const struct vr_nh_member tor[] = { { NH_TUN + 3, 21 } };
	static const struct vr_nh_member mcast[] = {
		{ NH_LOCAL, VR_LABEL_NONE }, { NH_EVPN, VR_LABEL_NONE },
		{ NH_FABRIC, VR_LABEL_NONE }, { NH_TOR, VR_LABEL_NONE },
	};
	static const struct vr_nh_member ecmp[] = {
		{ NH_TUN + 1, 22 }, { NH_TUN + 4, 23 }, { NH_FOUND + 2, 24 },
		{ NH_L3(V_G5), VR_LABEL_NONE },
	};

	composite(p, NH_EVPN, VR_NH_KIND_EVPN, ARRAY_SIZE(evpn), evpn);
	composite(p, NH_FABRIC, VR_NH_KIND_FABRIC, ARRAY_SIZE(fabric), fabric);
	composite(p, NH_TOR, VR_NH_KIND_TOR, ARRAY_SIZE(tor), tor);
	composite(p, NH_MCAST, VR_NH_KIND_L2_MCAST, ARRAY_SIZE(mcast), mcast);
	composite(p, NH_ECMP, VR_NH_KIND_ECMP, ARRAY_SIZE(ecmp), ecmp);
	t_bridge(p->w, w_mac_all, NH_MCAST, 100);
}

static void routes(struct prog *p)
{
	struct vr_route_cfg rt = w_route4_cfg(1, W_IP(10, 8, 0, 0), 16, NH_ECMP);

	W_DONE(p->w, w_route_set(p->w, &rt));
	rt = w_route4_cfg(1, W_IP(10, 9, 0, 0), 24, NH_TUN + 1);
	rt.label = 30;
	rt.flags = VR_ROUTE_F_PROXY;
	W_DONE(p->w, w_route_set(p->w, &rt));
	rt = w_route4_cfg(1, W_IP(224, 0, 0, 0), 4, NH_GROUP);
	W_DONE(p->w, w_route_set(p->w, &rt));
	rt = w_route6_cfg(1, 0x77, 128, NH_TUN + 5);
	rt.label = 31;
	W_DONE(p->w, w_route_set(p->w, &rt));
	rt = w_route4_cfg(2, 0, 0, NH_TUN_L3);
	rt.label = 32;
	W_DONE(p->w, w_route_set(p->w, &rt));
	t_route(p->w, W_IP(10, 1, 1, 14), NH_RESOLVE, VR_LABEL_NONE);
	t_bridge(p->w, t_mac_away(), NH_FOUND + 1, 33);
}

/* Labels that lead to every kind of nexthop. */
static void labels(struct prog *p)
{
	static const u32 nhs[] = {
		NH_LOOKUP, NH_MCAST, NH_FABRIC, NH_L3(V_G3), NH_L2(V_G4), NH_ECMP, T_NH_VRF1,
		NH_HOST, NH_EVPN, NH_TUN + 1, NH_RESOLVE, NH_DISCARD,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(nhs); i++)
		W_DONE(p->w, w_demux_set(p->w, VR_DEMUX_MPLS, 16 + i, nhs[i]));
	W_DONE(p->w, w_demux_set(p->w, VR_DEMUX_VXLAN, 16, NH_TOR));
	W_DONE(p->w, w_demux_set(p->w, VR_DEMUX_VXLAN, 17, T_NH_VRF1_L3));
}

void fz_build(struct prog *p)
{
	struct vr_nh_cfg nh;

	t_build_in(p->w);
	tunnels(p);
	composites(p);
	t_translate(p->w, NH_LOOKUP, AF_INET, VR_NH_F_POLICY);
	nh = w_encap_cfg(NH_GROUP, AF_INET, V_G4, w_mac_none, w_mac_gw);
	nh.flags = VR_NH_F_MCAST;
	W_DONE(p->w, w_nh_set(p->w, &nh));
	routes(p);
	labels(p);
	w_policy(p->w, V_G3, NH_L3(V_G3));
	w_policy(p->w, V_G5, NH_L3(V_G5));
	w_vif_flags(p->w, V_G4, VR_VIF_F_DHCP | VR_VIF_F_IGMP | VR_VIF_F_UUC_FLOOD);
}
