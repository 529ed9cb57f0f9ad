/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of ECMP, on top of tunnels.h: packets to a network that is
 * behind several tunnels. They begin with e_.
 */
#ifndef _VR_TEST_WAYS_H
#define _VR_TEST_WAYS_H

#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

#define NH_ECMP		90
#define NH_TUN(i)	(100 + (i))
#define E_LABEL(i)	(1000 + (i))	/* of a member: by it the member is known */
#define E_LABEL_ROUTE	77
#define E_PEER(i)	W_IP(10, 0, 7, 1 + (i))
#define E_GUEST		W_IP(10, 1, 1, 3)
#define E_NET		W_IP(10, 8, 0, 0)	/* behind NH_ECMP, in VRF 1 */

#define E_MEMBERS_MAX	64
#define E_NOBODY	(-1)
#define E_PACKETS	300

/** struct e_pick - what of a packet may choose its member */
struct e_pick {
	u8 proto;
	u32 sip;
	u32 dip;
	u16 sport;
	u16 dport;
};

/* t_build(), @n tunnels, and NH_ECMP of all of them. */
void e_build(struct world *w, u32 n);
/* The @i-th tunnel; a composite; NH_ECMP anew, of the first @n tunnels. */
void e_tunnel(struct world *w, u32 i);
void e_set(struct world *w, u32 id, const struct vr_nh_member *members, u32 n, u32 hash, u32 flags);
void e_set_first(struct world *w, u32 n, u32 hash);

/* The @i-th packet, from guest 3, and its frame. */
struct e_pick e_pick(u32 i);
void e_frame(struct w_frame *f, const struct e_pick *p);

/* The label and the other end of what has just left, or E_NOBODY. */
int e_left_by(struct world *w, u32 *dip);
/* The member by which a packet goes; it is checked to go to that member's end. */
int e_member(struct world *w, const struct e_pick *p);
/* That of each of the first packets. */
void e_members(struct world *w, int member[E_PACKETS]);
/* Since @was only packets of @dead have moved, and to @ways others at least. */
void e_only_moved(struct world *w, int line, const int *was, const int *now, int dead, u32 ways);

#endif /* VR_TEST_USERSPACE */

#endif /* _VR_TEST_WAYS_H */
