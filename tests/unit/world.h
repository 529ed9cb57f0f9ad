/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small world for tests of objects and of the packet walk: a core with VRFs,
 * vifs, nexthops and routes; frames that go in; what must have come out.
 *
 * Words begin with w_. Those that say something is so take the line that they
 * stand on, by a macro in capitals, and look at the books each time.
 */
#ifndef _VR_TEST_WORLD_H
#define _VR_TEST_WORLD_H

#include "frame.h"

#include <vr/cfg/bridge.h>
#include <vr/cfg/conf.h>
#include <vr/cfg/demux.h>
#include <vr/cfg/flow.h>
#include <vr/cfg/nexthop.h>
#include <vr/cfg/route.h>
#include <vr/cfg/vif.h>
#include <vr/cfg/vrf.h>
#include <vr/core.h>
#include <vrouter/drop.h>
#include <vrouter/trap.h>

#include <vr_host/pkt.h>
#include <vr_host/port.h>

#define W_VIFS		16	/* vif ids that may have a port */

#define W_IP(a, b, c, d) ((u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))

/**
 * struct w_mode - how frames are brought in
 * @name: in the name of the test
 * @linear: linear bytes of a frame
 * @headroom: bytes in front of it
 * @complete: with a COMPLETE checksum
 */
struct w_mode {
	const char *name;
	unsigned int linear;
	unsigned int headroom;
	bool complete;
};

/**
 * struct world - see above
 * @test: that runs
 * @core: the router
 * @err: of the last call
 * @mode: how frames are brought in; NULL: the plainest way
 * @port: by vif id; user space only
 * @attached: that vif has its port
 * @drops: readings at the last look
 * @line: of the test, for messages
 * @tci: accelerated VLAN tag of the next frame, 0: none
 * @gso: GSO size of the next frame
 * @partial: start of the next frame's PARTIAL checksum, 0: none
 * @partial_at: where that goes, 0: six bytes behind its start
 */
struct world {
	struct kunit *test;
	struct vr_core *core;
	struct vr_err err;
	const struct w_mode *mode;
	struct vr_port *port[W_VIFS];
	bool attached[W_VIFS];
	u64 drops[VR_DROP_MAX];
	int line;
	u16 tci;
	unsigned int gso;
	unsigned int partial;
	unsigned int partial_at;
};

/*
 * @call, which may use @w->err, under the core's lock. The text of an older
 * error shall not be taken for a new one's.
 */
#define W_LOCKED(w, call) ({				\
	int _ret;					\
							\
	(w)->err = (struct vr_err){ NULL, -1 };		\
	vr_core_lock((w)->core);			\
	_ret = (call);					\
	vr_core_unlock((w)->core);			\
	_ret;						\
})

/* init and exit of a suite; the world is test->priv. */
int w_suite_init(struct kunit *test);
void w_suite_exit(struct kunit *test);

/* What w_suite_exit() does with ports before and after the core goes. */
void w_ports_detach(struct world *w);
void w_ports_free(struct world *w);

/* Configurations to begin from. */
struct vr_vif_cfg w_vif_cfg(u32 id, u32 type, u32 vrf);
struct vr_nh_cfg w_nh_cfg(u32 id, u32 type);
struct vr_nh_cfg w_encap_cfg(u32 id, u32 family, u32 oif, const u8 *dmac, const u8 *smac);
/* A tunnel over IPv4, or IPv6 where addresses are tails of fd00::; out of @oif, or resolved. */
struct vr_nh_cfg w_tunnel4_cfg(u32 id, u32 encap, u32 sip, u32 dip, u32 oif);
struct vr_nh_cfg w_tunnel6_cfg(u32 id, u32 encap, u32 stail, u32 dtail, u32 oif);
struct vr_route_cfg w_route4_cfg(u32 vrf, u32 addr, u32 plen, u32 nh);
struct vr_route_cfg w_route6_cfg(u32 vrf, u32 tail, u32 plen, u32 nh);
struct vr_bridge_cfg w_bridge_cfg(u32 vrf, const u8 *mac, u32 nh);

/* The core's calls with its lock around them; the explanation goes to @err. */
int w_vrf_new(struct world *w, u32 id);
int w_vrf_del(struct world *w, u32 id);
int w_vif_set(struct world *w, const struct vr_vif_cfg *cfg);
int w_vif_set_excl(struct world *w, const struct vr_vif_cfg *cfg);
int w_vif_del(struct world *w, u32 id);
int w_vif_get(struct world *w, u32 id, struct vr_vif_info *info);
int w_nh_set(struct world *w, const struct vr_nh_cfg *cfg);
int w_nh_set_excl(struct world *w, const struct vr_nh_cfg *cfg);
int w_nh_del(struct world *w, u32 id);
int w_nh_get(struct world *w, u32 id, struct vr_nh_info *info);
int w_route_set(struct world *w, const struct vr_route_cfg *cfg);
int w_route_set_excl(struct world *w, const struct vr_route_cfg *cfg);
int w_route_del(struct world *w, const struct vr_route_cfg *cfg);
int w_bridge_set(struct world *w, const struct vr_bridge_cfg *cfg);
int w_bridge_set_excl(struct world *w, const struct vr_bridge_cfg *cfg);
int w_bridge_del(struct world *w, const struct vr_bridge_cfg *cfg);
int w_demux_set(struct world *w, enum vr_demux_kind kind, u32 id, u32 nh);
int w_demux_set_excl(struct world *w, enum vr_demux_kind kind, u32 id, u32 nh);
int w_demux_del(struct world *w, enum vr_demux_kind kind, u32 id);
int w_demux_get(struct world *w, enum vr_demux_kind kind, u32 id, struct vr_demux_cfg *out);
u32 w_nh_refs(struct world *w, u32 id);
u32 w_vif_refs(struct world *w, u32 id);
u32 w_generation(struct world *w);

/*
 * Everything that one can ask of the core, but packet counters, in one number:
 * two that are alike mean that nothing has changed, memory included.
 */
u64 w_digest(struct world *w);

/* The books balance. */
void w_books(struct world *w);

/* It was refused with @code, explained, blamed on @attr, and changed nothing since @before. */
void w_refused(struct world *w, int line, int ret, int code, int attr, u64 before);
#define W_REFUSED(w, ret, code, attr, before) \
	w_refused(w, __LINE__, ret, code, attr, before)

/** struct w_texts - texts of refusals that must all differ */
struct w_texts {
	const char *text[64];
	unsigned int n;
};

/* Another mistake, explained by @w->err: nobody else has that text. */
void w_new_text(struct world *w, struct w_texts *texts, int line);
#define W_NEW_TEXT(w, texts) w_new_text(w, texts, __LINE__)

/* MACs: of the router on the port of vif @id; of the guest behind it; of the gateway. */
const u8 *w_mac_vif(u32 id);
const u8 *w_mac_guest(u32 id);
extern const u8 w_mac_gw[ETH_ALEN];
extern const u8 w_mac_all[ETH_ALEN];
extern const u8 w_mac_none[ETH_ALEN];
/* The fabric's, behind which the other ends of tunnels are. */
extern const u8 w_mac_router[ETH_ALEN];

#ifdef VR_TEST_USERSPACE

/*
 * The hypervisor that w_build() makes.
 *
 *	vif 0 vhost0	VRF 0	cross-connected with vif 1
 *	vif 1 uplink	VRF 0
 *	vif 2 agent	VRF 0
 *	vif 3..5 guests	VRF 1	10.1.1.<id>, fd00::<id>
 *	vif 6 guest	VRF 2	10.2.2.6, fd00::6
 *
 * Both guest VRFs know the gateway's MAC (NH_L2_RECEIVE), their guests' MACs and
 * a flood entry; VRF 0 has 10.0.0.1/32 for the host and 10.0.0.0/24 by the uplink.
 */
#define V_HOST		0
#define V_UPLINK	1
#define V_AGENT		2
#define V_G3		3
#define V_G4		4
#define V_G5		5
#define V_G6		6

#define NH_L2_RECEIVE	1
#define NH_RESOLVE	2
#define NH_DISCARD	3
#define NH_HOST		4	/* receive */
#define NH_PEER		5	/* encap, out of the uplink */
#define NH_AGENT	6	/* encap, oif agent */
#define NH_TO_VRF2	7	/* vrf-translate inet */
#define NH_TO_VRF2_L2	8	/* vrf-translate bridge */
#define NH_L3(vif)	(10 + (vif))
#define NH_L2(vif)	(20 + (vif))
#define NH_LOCAL	30	/* composite encap of the guests of VRF 1 */
#define NH_FLOOD	31	/* composite l2-mcast of NH_LOCAL */
#define NH_FLOOD2	32	/* composite encap of the guest of VRF 2 */

extern const u8 w_mac_peer[ETH_ALEN];
extern const u8 w_mac_stitched[ETH_ALEN];

void w_build(struct world *w);

/* Make a vif with a port, or give it one, or take it away. */
void w_vif_up(struct world *w, const struct vr_vif_cfg *cfg);
void w_attach(struct world *w, u32 id);
void w_detach(struct world *w, u32 id);
/* Change the flags of a vif that is there. */
void w_vif_flags(struct world *w, u32 id, u32 flags);
/* Set that must succeed. */
void w_ok(struct world *w, int line, int ret);
#define W_DONE(w, call) w_ok(w, __LINE__, call)

/** struct w_frame - a frame that goes in or must come out */
struct w_frame {
	unsigned int len;
	u8 b[9000];
};

/* Frames. IPv4 and IPv6 carry @payload bytes of an unknown protocol. */
void w_eth(struct w_frame *f, const u8 *dmac, const u8 *smac, u16 proto, unsigned int payload);
void w_ip4(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u8 ttl,
	   unsigned int payload);
void w_ip6(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 dtail, u8 hops,
	   unsigned int payload);
void w_udp4(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u16 sport,
	    u16 dport, unsigned int payload);
void w_udp6(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 dtail, u16 sport,
	    u16 dport, unsigned int payload);
void w_arp(struct w_frame *f, const u8 *dmac, u16 op, const u8 *sha, u32 sip, const u8 *tha,
	   u32 tip);
/* What a request is answered with. */
void w_arp_answer(struct w_frame *f, const struct w_frame *request, const u8 *mac);
/* Neighbour solicitation, advertisement or router solicitation; @stail 0: from ::. */
void w_ns(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 target);
void w_na(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 target);
void w_rs(struct w_frame *f, const u8 *smac, u32 stail);
void w_ns_answer(struct w_frame *f, const struct w_frame *ns, const u8 *mac, bool router);
/* IPv6 between other addresses, of 16 bytes each; a checksum of ICMPv6 is right again. */
void w_addrs6(struct w_frame *f, const u8 *src, const u8 *dst);

/* Change a frame: another Ethernet header, one hop less, a VLAN tag in the bytes. */
void w_macs(struct w_frame *f, const u8 *dmac, const u8 *smac);
void w_hop(struct w_frame *f);
void w_set_hops(struct w_frame *f, u8 hops);
void w_tag(struct w_frame *f, u16 tci);
/* Put an agent frame around it. */
void w_wrap(struct w_frame *f, const u8 *mac, u16 ifindex, u16 vrf, u16 cmd, u32 param);

/* A frame comes in by a vif. */
enum vr_verdict w_rx(struct world *w, u32 vif, const struct w_frame *f);

/* The oldest packet that left by @vif is exactly @f, with accelerated tag @tci (0: none). */
void w_sent(struct world *w, int line, u32 vif, const struct w_frame *f, u16 tci);
/* Nothing (more) left anywhere. */
void w_nothing(struct world *w, int line);
/* Since the last look @n packets were dropped, all for @reason. */
void w_dropped(struct world *w, int line, enum vr_drop_reason reason, u64 n);

#define W_SENT(w, vif, f)	w_sent(w, __LINE__, vif, f, 0)
#define W_SENT_TAG(w, vif, f, tci) w_sent(w, __LINE__, vif, f, tci)
#define W_NOTHING(w)		w_nothing(w, __LINE__)
#define W_DROPPED(w, reason, n)	w_dropped(w, __LINE__, reason, n)

/* @in comes in by @from and: leaves by @to as @out; is dropped; goes to the agent. */
void w_pass(struct world *w, int line, u32 from, const struct w_frame *in, u32 to,
	    const struct w_frame *out);
void w_drop(struct world *w, int line, u32 from, const struct w_frame *in,
	    enum vr_drop_reason reason);
void w_trap(struct world *w, int line, u32 from, const struct w_frame *in,
	    const struct w_frame *inner, u16 vrf, enum vr_trap_reason reason);

#define W_PASS(w, from, in, to, out)	w_pass(w, __LINE__, from, in, to, out)
#define W_DROP(w, from, in, reason)	w_drop(w, __LINE__, from, in, reason)
#define W_TRAP(w, from, in, inner, vrf, reason) \
	w_trap(w, __LINE__, from, in, inner, vrf, reason)

/* Frames of connections, and an ICMP error about one; a header sum that is right again. */
void w_tcp4(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u16 sport,
	    u16 dport, u8 flags, u32 seq, u32 ack);
void w_icmp4_error(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u8 type,
		   const struct w_frame *about);
void w_sum(struct w_frame *f);

/*
 * Flows that are let through, of VRF 1, without ports unless given. In w_flow6_cfg() addresses
 * are tails, as in w_ip6().
 */
struct vr_flow_cfg w_flow4_cfg(u32 nh, u8 proto, u32 sip, u32 dip, u16 sport, u16 dport);
struct vr_flow_cfg w_flow6_cfg(u32 nh, u8 proto, u32 stail, u32 dtail, u16 sport, u16 dport);
/* Set one, and let go what it held; see one, or none. */
struct vr_flow_id w_flow_set(struct world *w, const struct vr_flow_cfg *cfg);
int w_flow_find(struct world *w, const struct vr_flow_cfg *cfg, struct vr_flow_info *info);
void w_flow_del(struct world *w, const struct vr_flow_cfg *cfg);
void w_conf(struct world *w, enum vr_conf i, u32 value);
/* Policy on a vif that is there, whose nexthop is @nh. */
void w_policy(struct world *w, u32 id, u32 nh);
/* Packets that are held. */
u64 w_n_held(struct world *w);

/* @in comes in by @from and is held, behind others. */
void w_held(struct world *w, int line, u32 from, const struct w_frame *in);
/* It is the first: it is held by flow @cfg, and the agent is told for @reason. */
void w_missed(struct world *w, int line, u32 from, const struct w_frame *in,
	      const struct vr_flow_cfg *cfg, enum vr_trap_reason reason);
/* What the agent gets of it. */
void w_wrap_flow(struct world *w, struct w_frame *f, u32 from, const struct vr_flow_cfg *cfg,
		 enum vr_trap_reason reason);

#define W_HELD(w, from, in)		w_held(w, __LINE__, from, in)
#define W_MISSED(w, from, in, cfg)	w_missed(w, __LINE__, from, in, cfg, VR_TRAP_FLOW_MISS)

/* A case that is run with frames of every mode. */
const void *w_modes(const void *prev, char *desc);
#define W_CASE(func)	KUNIT_CASE_PARAM(func, w_modes)

#endif /* VR_TEST_USERSPACE */

#endif /* _VR_TEST_WORLD_H */
