/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of tunnels, on top of world.h: packets in outer headers that
 * are written here byte by byte, as the RFCs have them. They begin with t_.
 */
#ifndef _VR_TEST_TUNNELS_H
#define _VR_TEST_TUNNELS_H

#include "world.h"

#ifdef VR_TEST_USERSPACE

/* This end, the other end, and somebody else's; over IPv6 they are tails, as in w_ip6(). */
#define T_HERE	W_IP(10, 0, 0, 1)
#define T_THERE	W_IP(10, 0, 5, 2)
#define T_OTHER	W_IP(10, 0, 6, 2)

/**
 * struct t_outer - outer headers
 * @encap: enum vr_encap
 * @family: of the outer IP header
 * @routed: an IP packet is inside and no frame
 * @csum: UDP has a checksum
 * @control_word: there is one, behind the label
 * @alert: router alert: a label on top, or VXLAN's flag
 * @tos: TOS or traffic class
 * @ttl: TTL or hop limit
 * @mpls_ttl: of the label
 * @sport: source port
 * @dport: destination port; 0: that of @encap
 * @sip: where it comes from
 * @dip: where it goes
 * @label: label or VNI
 * @dmac: of the outer Ethernet header
 * @smac: likewise
 */
struct t_outer {
	u32 encap;
	u8 family;
	bool routed;
	bool csum;
	bool control_word;
	bool alert;
	u8 tos;
	u8 ttl;
	u8 mpls_ttl;
	u16 sport;
	u16 dport;
	u32 sip;
	u32 dip;
	u32 label;
	const u8 *dmac;
	const u8 *smac;
};

/* As they are when nothing special is asked for: from here to there, and from there to here. */
struct t_outer t_out(u32 encap, u8 family, u32 label);
struct t_outer t_in(u32 encap, u8 family, u32 label);

/* @f, a frame, or of it the IP packet, gets outer headers. */
void t_wrap(struct w_frame *f, const struct t_outer *o);

/* w_build(), and the host has an address in the fabric: T_HERE. */
void t_build(struct world *w);
/* A tunnel from here to @dip; out of the uplink, or resolved. */
void t_tunnel(struct world *w, u32 id, u32 encap, u8 family, u32 dip, u32 flags);

/*
 * The oldest packet that left by @vif, or to the other end of a tunnel that is
 * resolved, is @inner in @o, whatever its source port. Return: that.
 */
u16 t_sent(struct world *w, int line, u32 vif, const struct w_frame *inner,
	   const struct t_outer *o);
u16 t_sent_to(struct world *w, int line, const struct w_frame *inner, const struct t_outer *o);
/* @in comes in by @from and leaves by the uplink as @inner in @o. */
u16 t_pass(struct world *w, int line, u32 from, const struct w_frame *in,
	   const struct w_frame *inner, const struct t_outer *o);

#define T_SENT(w, vif, inner, o)	t_sent(w, __LINE__, vif, inner, o)
#define T_SENT_TO(w, inner, o)		t_sent_to(w, __LINE__, inner, o)
#define T_PASS(w, from, in, inner, o)	t_pass(w, __LINE__, from, in, inner, o)

/*
 * What t_build_in() adds to t_build(): a label and a VNI of frames and a label of IP packets
 * that lead into VRF 1, and tunnels out of it.
 */
#define T_NH_VRF1	60	/* vrf-translate bridge */
#define T_NH_VRF1_L3	61	/* vrf-translate inet */
#define T_NH_THERE	62	/* VXLAN to T_THERE */
#define T_NH_OTHER	63	/* VXLAN to T_OTHER */
#define T_LABEL		1234	/* of frames; also the VNI */
#define T_LABEL_L3	4321	/* of IP packets */
#define T_IP_AWAY	W_IP(10, 1, 7, 7)	/* a guest there; fd00::77 */

void t_build_in(struct world *w);
/* A vrf-translate nexthop into VRF 1; an entry and a route in VRF 1. */
void t_translate(struct world *w, u32 id, u32 family, u32 flags);
void t_bridge(struct world *w, const u8 *mac, u32 nh, u32 label);
void t_route(struct world *w, u32 addr, u32 nh, u32 label);
const u8 *t_mac_away(void);

/* From the guest there to guest 4: a frame; IP packets, as frames without MACs. As he gets them. */
void t_frame4(struct w_frame *f);
void t_packet4(struct w_frame *f);
void t_packet6(struct w_frame *f);
void t_out4(struct w_frame *out, const struct w_frame *inner, bool hop);

/* @in is @inner in @o. It comes in by the uplink, and: leaves by @to as @out; is dropped. */
void t_wrapped(struct w_frame *in, const struct w_frame *inner, const struct t_outer *o);
void t_in_pass(struct world *w, int line, const struct t_outer *o, const struct w_frame *inner,
	       u32 to, const struct w_frame *out);
void t_in_drop(struct world *w, int line, const struct t_outer *o, const struct w_frame *inner,
	       enum vr_drop_reason reason);

#define T_IN_PASS(w, o, inner, to, out)	t_in_pass(w, __LINE__, o, inner, to, out)
#define T_IN_DROP(w, o, inner, reason)	t_in_drop(w, __LINE__, o, inner, reason)

/* Packets and bytes that a nexthop counted. */
void t_counted(struct world *w, int line, u32 nh, u64 packets, u64 bytes);
#define T_COUNTED(w, nh, packets, bytes) t_counted(w, __LINE__, nh, packets, bytes)

#endif /* VR_TEST_USERSPACE */

#endif /* _VR_TEST_TUNNELS_H */
