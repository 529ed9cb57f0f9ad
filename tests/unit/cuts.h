/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of fragments that meet flows, on top of world.h: packets from guest 3
 * to guest 4 that are cut. They begin with c_.
 */
#ifndef _VR_TEST_CUTS_H
#define _VR_TEST_CUTS_H

#include "world.h"

#ifdef VR_TEST_USERSPACE

#define C_IP3	W_IP(10, 1, 1, 3)
#define C_IP4	W_IP(10, 1, 1, 4)

/* w_build(), and guest 3 has policy. */
void c_build(struct world *w);
/* The flow of c_whole(). */
struct vr_flow_cfg c_flow_cfg(bool ip6);

/* UDP, bridged or routed, that is to be cut. */
void c_whole(struct w_frame *f, bool ip6, bool routed);
/* @len bytes at @off of what is behind the IP header of @f, as fragment of packet @id. */
void c_cut(struct w_frame *out, const struct w_frame *f, u32 id, u16 off, u16 len, bool more);
/* The @n-th third of @f. */
void c_third(struct w_frame *out, const struct w_frame *f, u32 id, u32 n);
/* As guest 4 gets it if it was routed. */
void c_routed_out(struct w_frame *f);

/* So many packets are followed, and so many fragments wait. */
void c_expect(struct world *w, int line, u32 used, u32 held);
/* The flow has counted so many. */
void c_expect_counts(struct world *w, int line, const struct vr_flow_cfg *cfg, u64 packets);

#define C_FOLLOWED(w, used, held) c_expect(w, __LINE__, used, held)
#define C_COUNTS(w, cfg, packets) c_expect_counts(w, __LINE__, cfg, packets)

#endif /* VR_TEST_USERSPACE */

#endif /* _VR_TEST_CUTS_H */
