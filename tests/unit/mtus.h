/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of what does not fit into a tunnel, on top of tunnels.h. They
 * begin with m_.
 */
#ifndef _VR_TEST_MTUS_H
#define _VR_TEST_MTUS_H

#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

#define M_NH	60	/* the tunnel */
#define M_LABEL	1234
#define M_IP_G3	W_IP(10, 1, 1, 3)
#define M_IP_AWAY W_IP(10, 1, 7, 7)

#define M_MF	0x2000
#define M_DF	0x4000

/*
 * t_build(), and a tunnel: frames to w_mac_stitched in VRF 1 are bridged, packets to
 * M_IP_AWAY and fd00::77 are routed into it.
 */
void m_build(struct world *w, u32 encap, u8 family, u32 flags);

/* An IP packet of @len bytes from guest 3, with flags and offset @frag. */
void m_packet4(struct w_frame *f, bool routed, unsigned int len, u16 frag);
void m_packet6(struct w_frame *f, bool routed, unsigned int len);
/* A TCP SYN that announces @mss. */
void m_syn(struct w_frame *f, bool ip6, bool routed, u16 mss);
/* What the router says to the sender of @in, whose IP header is at @l3: @mtu bytes fit. */
struct w_frame m_answer(const struct w_frame *in, unsigned int l3, u32 mtu);
/* What is inside if @in fits: one hop less, if it is routed. In what. */
struct w_frame m_inside(const struct w_frame *in, bool routed);
struct t_outer m_outer(u32 encap, u8 family, bool routed);

/* What fits, with MTU 1500. */
u32 m_room(u32 encap, u8 family, bool routed);
/* A path MTU is learnt of the way to T_THERE. */
bool m_learn(struct world *w, u8 family, u32 mtu);

/* @in comes from guest 3 and leaves by the uplink as it is. */
void m_whole(struct world *w, int line, const struct w_frame *in, bool routed,
	     const struct t_outer *o);
/* The agent is told that @room bytes fit. */
void m_df(struct world *w, int line, const struct w_frame *in, bool routed, u32 room);
/* Exactly packets of @room bytes fit. */
void m_fits(struct world *w, int line, u32 room, const struct t_outer *o);

#define M_WHOLE(w, in, routed, o) m_whole(w, __LINE__, in, routed, o)
#define M_DF_TOLD(w, in, routed, room) m_df(w, __LINE__, in, routed, room)
#define M_FITS(w, room, o)	m_fits(w, __LINE__, room, o)

#endif /* VR_TEST_USERSPACE */

#endif /* _VR_TEST_MTUS_H */
