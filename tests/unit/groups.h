/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of replication, on top of tunnels.h: a group that has members
 * of every kind. They begin with g_.
 */
#ifndef _VR_TEST_GROUPS_H
#define _VR_TEST_GROUPS_H

#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

/** enum g_peer - other ends of tunnels */
enum g_peer {
	G_T1, G_T2,	/* neighbours in the tree: MPLSoUDP over IPv4, MPLSoGRE over IPv6 */
	G_E1, G_E2,	/* hypervisors: VXLAN, MPLSoGRE */
	G_S1, G_S2,	/* switches: VXLAN over IPv6, over IPv4 */
	G_PEERS,
	G_STRANGER = G_PEERS,	/* VXLAN, and no member */
};

#define G_VNI		5001	/* of VRF 1 */
#define G_VNI_DIRECT	5002	/* leads to the group itself */
#define G_LABEL_TREE	1024	/* likewise, in a tree */
#define G_LABEL		30	/* leads to VRF 1 */

#define NH_BRIDGED	70	/* vrf-translate bridge, VRF 1; unknown unicast is flooded */
#define NH_FABRIC	71
#define NH_EVPN		72
#define NH_TOR		73
#define NH_MEMBER(peer)	(80 + (peer))

/*
 * t_build(), and the flood entry of VRF 1 leads by NH_FLOOD to the guests 3, 4 and 5 and to all
 * peers, in this order; its label is G_VNI. @flags: of NH_FLOOD.
 */
void g_build(struct world *w, u32 flags);
/* One of the composites, anew, with its first @n members. */
void g_members(struct world *w, u32 id, u32 n);

/* What stands in front of a frame in a tree. */
void g_tree(struct w_frame *f, u32 addr, u32 vni);

/* @f comes out of a tunnel from @peer, by @label: G_VNI, G_VNI_DIRECT, G_LABEL or G_LABEL_TREE. */
enum vr_verdict g_rx(struct world *w, enum g_peer peer, u32 label, const struct w_frame *f);

/* The oldest packet that left by the uplink is @f for @peer, who is in the tree or not. */
void g_sent(struct world *w, int line, enum g_peer peer, const struct w_frame *f);
/* The same, in the tree, with an address and a VNI of its own. */
void g_sent_tree(struct world *w, int line, enum g_peer peer, const struct w_frame *f, u32 addr,
		 u32 vni);

#define G_SENT(w, peer, f)		g_sent(w, __LINE__, peer, f)
#define G_SENT_TREE(w, peer, f, addr, vni) g_sent_tree(w, __LINE__, peer, f, addr, vni)

#endif /* VR_TEST_USERSPACE */

#endif /* _VR_TEST_GROUPS_H */
