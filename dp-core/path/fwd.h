/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one packet knows while it walks, and the stages that it walks through.
 *
 *	rx -> [ rx_fabric | rx_host | rx_agent | l2_input ]
 *	l2_input -> l2_arp, l2_nd -> nh_run		bridged
 *	l3_input -> nh_run				routed
 *	l2_input, l3_input, nh_run -> flow_apply	where policy is on; and back
 *	flow_apply -> flow_frag -> flow_apply		fragments, by their first one
 *	flow_apply -> flow_miss -> trap			held, if there is no flow yet
 *	flow_resume -> l2_input, l3_input, nh_run	decided
 *	rx_fabric, nh_encap -> rx_tunnel -> l2_input, nh_run	out of a tunnel
 *	rx_tunnel -> the host's GRO -> rx_gro -> nh_run		merged before that
 *	nh_tunnel -> tunnel_mtu -> nh_tunnel, too_big	what does not fit
 *	nh_run -> nh_encap, nh_tunnel, nh_ecmp, nh_mcast, trap, xconnect, l2_input, l3_input
 *	... -> tx, or drop
 *
 * A stage owns the packet that it is given, and the packet is gone when it
 * returns: the verdict says how. The packet starts with its Ethernet header
 * throughout; while it is routed that header is the one it came with, until
 * nh_encap writes the next one over it.
 *
 * All of this runs in softirq, or with bottom halves disabled, under
 * rcu_read_lock().
 */
#ifndef _VR_PATH_FWD_H
#define _VR_PATH_FWD_H

#include <vr/verdict.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>
#include <vrouter/trap.h>

#include "obj/bridge.h"
#include "obj/core.h"
#include "obj/flow.h"
#include "obj/nexthop.h"
#include "obj/route.h"
#include "obj/vif.h"
#include "pkt/parse.h"

/* Look-ups that one packet may take before it is called a loop. */
#define VR_FWD_BUDGET 8

/**
 * struct vr_fwd - what one packet knows
 * @core: the router
 * @vif: where it came in, or is taken to have come in. NULL only on the way to vr_drop():
 *	it was held, and its vif went meanwhile
 * @conf: that vif's configuration, the same one all the way
 * @l2: its Ethernet header as parsed; valid from vr_l2_input() or vr_l3_input() on
 * @flow: its flow, or NULL
 * @vrf: VRF it is in
 * @label: label of the last route, bridge entry or member, VR_LABEL_NONE
 * @budget: look-ups left
 * @routed: it is routed: the Ethernet header means nothing any more
 * @l3_checked: its IP header was found good, and what has changed it since kept it so
 * @hopped: a hop was taken off, or its flow says with which TTL it leaves
 * @flow_done: it has met its flow
 * @chosen: its flow's ECMP member has been asked for: the flow says nothing of the next composite
 * @flooded: it is one of many, each for another member of a composite
 * @nd: it is neighbour discovery, which is bridged without a flow, like ARP; not known of what a
 *	label leads straight to a port: vr_l2_is_nd()
 * @diag: diagnostic traffic of the agent's
 * @tun_family: of @tun_src; 0: it came out of none. Not in one word with what the walk writes:
 *	compilers read and test several bytes of a word at once, which has to wait for each that
 *	was written just before
 * @tun_encap: enum vr_encap of that tunnel
 * @tun_src: the other end of the tunnel that it came out of
 */
struct vr_fwd {
	struct vr_core *core;
	struct vr_vif *vif;
	const struct vr_vif_conf *conf;
	struct vr_flow *flow;
	struct vr_l2 l2;
	u32 vrf;
	u32 label;
	u8 budget;
	bool routed;
	bool l3_checked;
	bool hopped;
	bool flow_done;
	bool chosen;
	bool flooded;
	bool nd;
	bool diag;
	u8 tun_family;
	u8 tun_encap;
	__be32 tun_src[4];
};

/* Of which family its type says that it is, which need not be true; 0: no IP. */
static inline u8 vr_l3_family(const struct vr_fwd *fwd)
{
	if (fwd->l2.proto == htons(ETH_P_IP))
		return AF_INET;
	return fwd->l2.proto == htons(ETH_P_IPV6) ? AF_INET6 : 0;
}

/*
 * Is its IP header good? One look is enough; vr_l3_family() is not 0. As vr_parse_ip4() and
 * vr_parse_ip6(). Moves data.
 */
static inline enum vr_drop_reason vr_l3_check(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	enum vr_drop_reason reason;

	if (fwd->l3_checked)
		return VR_DROP_NONE;
	if (fwd->l2.proto == htons(ETH_P_IP))
		reason = vr_parse_ip4(pkt, fwd->l2.l3_off);
	else
		reason = vr_parse_ip6(pkt, fwd->l2.l3_off);
	fwd->l3_checked = !reason;
	return reason;
}

/* Counts, traces and frees: the one way to drop. drop.c */
enum vr_verdict vr_drop(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_drop_reason reason);
/* Counts and traces a packet that somebody else has freed already. */
enum vr_verdict vr_drop_lost(struct vr_fwd *fwd, enum vr_drop_reason reason);
/* A copy that may go another way; NULL: no memory, and nothing happened. */
struct vr_pkt *vr_copy(struct vr_fwd *fwd, struct vr_pkt *pkt);

/* From a vif of each type. rx_*.c */
enum vr_verdict vr_rx_fabric(struct vr_fwd *fwd, struct vr_pkt *pkt);
enum vr_verdict vr_rx_host(struct vr_fwd *fwd, struct vr_pkt *pkt);
enum vr_verdict vr_rx_agent(struct vr_fwd *fwd, struct vr_pkt *pkt);

/* A frame is bridged: control protocols first, then by destination MAC. l2_input.c */
enum vr_verdict vr_l2_input(struct vr_fwd *fwd, struct vr_pkt *pkt);
/* The same behind the control protocols and its flow. */
enum vr_verdict vr_l2_bridge(struct vr_fwd *fwd, struct vr_pkt *pkt);
/* By destination MAC alone; @flood: unknown unicast may be flooded. */
enum vr_verdict vr_l2_forward(struct vr_fwd *fwd, struct vr_pkt *pkt, bool flood);
/*
 * The control protocols alone: ARP, ND, DHCP and IGMP; fwd->l2 is valid. *@pkt is NULL when they
 * took it, and the verdict says how.
 */
enum vr_verdict vr_l2_control(struct vr_fwd *fwd, struct vr_pkt **pkt);
/* The packet has become an answer, the router's own, to who sent it. l2_input.c */
enum vr_verdict vr_l2_answer(struct vr_fwd *fwd, struct vr_pkt *pkt);

/** enum vr_arp_what - what is to be done with an ARP or ND packet */
enum vr_arp_what {
	VR_ARP_FORWARD,		/* as any other frame of its port */
	VR_ARP_COPY,		/* the same, and a copy to the agent */
	VR_ARP_ANSWER,		/* on behalf of the one who is asked for */
	VR_ARP_TRAP,		/* to the agent */
	VR_ARP_DROP,
};

/*
 * A control packet: *@pkt is NULL when it was taken, and the verdict says how.
 * If not, the verdict means nothing and it goes on like any other frame of its
 * port. l2_arp.c, l2_nd.c
 */
enum vr_verdict vr_l2_arp(struct vr_fwd *fwd, struct vr_pkt **pkt);
enum vr_verdict vr_l2_nd(struct vr_fwd *fwd, struct vr_pkt **pkt);
/*
 * Is a frame with IPv6 neighbour discovery? For those whom vr_l2_nd() may not have seen: fwd->nd
 * says it from now on. Moves data.
 */
bool vr_l2_is_nd(struct vr_fwd *fwd, struct vr_pkt *pkt);

/**
 * vr_arp_proxy() - is @rt's address answered for, and with which MAC?
 * @fwd: the asker
 * @rt: route that covers the address asked for, or NULL
 * @mac: the answer, on VR_ARP_ANSWER
 * @own: it is the router's own MAC
 *
 * Return: VR_ARP_ANSWER, VR_ARP_FORWARD or VR_ARP_DROP.
 */
enum vr_arp_what vr_arp_proxy(const struct vr_fwd *fwd, const struct vr_route *rt,
			      const u8 **mac, bool *own);

/* A packet is routed in fwd->vrf; fwd->l2 is valid. l3_input.c */
enum vr_verdict vr_l3_input(struct vr_fwd *fwd, struct vr_pkt *pkt);

/*
 * What is not IP, and what is in a VLAN, has no policy: so it may not become IP behind the router.
 * What stands behind the Ethernet header may change by it. VR_DROP_NONE, or what is wrong with the
 * frame. Moves data. l2_input.c
 */
enum vr_drop_reason vr_l2_judge(struct vr_fwd *fwd, struct vr_pkt *pkt);

static inline enum vr_drop_reason vr_l2_check(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (likely(vr_l3_family(fwd) && !fwd->l2.tagged && fwd->l2.l3_off == ETH_HLEN))
		return VR_DROP_NONE;
	return vr_l2_judge(fwd, pkt);
}

/* Is a frame that is bridged of a kind that has flows? As far as fwd->nd is known. */
static inline bool vr_l2_has_flow(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	return (fwd->l2.proto == htons(ETH_P_IP) || fwd->l2.proto == htons(ETH_P_IPV6)) &&
	       !fwd->l2.tagged && !fwd->nd && !is_multicast_ether_addr(vr_eth(pkt)->h_dest);
}

/*
 * A packet meets its flow: it is dropped, held, or goes on from @at. The caller
 * has seen that it needs one: vr_l2_has_flow(), or it is routed, and fwd->flow_done is
 * false.
 *
 * @key_nh: key nexthop
 * @nh: where it goes on, at VR_FLOW_AT_NH; else NULL
 * @must: without a flow it is held; else it goes on without
 *
 * flow_apply.c; flow_frag.c for fragments; flow_miss.c for who meets none; flow_resume.c
 * (vr_resume()) for who was held.
 */
enum vr_verdict vr_flow_apply(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_flow_at at,
			      u32 key_nh, const struct vr_nh *nh, bool must);

/* What a nexthop does. nh_run.c, nh_encap.c, nh_mcast.c */
enum vr_verdict vr_nh_run(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh *nh);
/* The same behind the flow that the nexthop asks for. */
enum vr_verdict vr_nh_do(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh *nh);
enum vr_verdict vr_nh_encap(struct vr_fwd *fwd, struct vr_pkt *pkt,
			    const struct vr_nh_body *nh);
enum vr_verdict vr_nh_receive(struct vr_fwd *fwd, struct vr_pkt *pkt,
			      const struct vr_nh_body *nh);
enum vr_verdict vr_nh_mcast(struct vr_fwd *fwd, struct vr_pkt *pkt,
			    const struct vr_nh_body *nh);
/*
 * A frame, at *@off and within @pkt, is about to come out of a tunnel by a label or VNI of @nh, a
 * composite that replicates: what a multicast tree has in front of it counts among the outer
 * headers, so it begins at *@off then, and fwd->label is the VNI that was there.
 * VR_DROP_NONE, _INVALID_TUNNEL, _PULL. Moves data. nh_mcast_tree.c
 */
enum vr_drop_reason vr_mcast_unwrap(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_nh_body *nh, unsigned int *off);

/* Into a tunnel; one of several. nh_tunnel.c, nh_ecmp.c */
enum vr_verdict vr_nh_tunnel(struct vr_fwd *fwd, struct vr_pkt *pkt,
			     const struct vr_nh *handle, const struct vr_nh_body *nh);
enum vr_verdict vr_nh_ecmp(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh);

/* Did it come out of a tunnel that leads to where @t leads? */
static inline bool vr_came_by(const struct vr_fwd *fwd, const struct vr_tunnel *t)
{
	return fwd->tun_family == t->family && !memcmp(fwd->tun_src, t->dip, sizeof(t->dip));
}

/*
 * A packet for this host (its outer IP header, at fwd->l2.l3_off, was found good) that may be a
 * tunnel's: *@pkt is NULL when it was one. rx_tunnel.c
 */
enum vr_verdict vr_rx_tunnel(struct vr_fwd *fwd, struct vr_pkt **pkt);

/*
 * A packet that came out of a tunnel goes to the host to be merged with others, if it is one of
 * those that can be: fwd->tun_* are set. @label: what it came by. False: it walks on. Moves
 * data. rx_gro.c; vr_gro_rx() is the way back.
 */
bool vr_gro(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 label);

/*
 * fwd->vif and fwd->conf, if vif @id is still the one of @birth: not even a drop is charged to
 * another that has its id now. flow_resume.c
 */
void vr_fwd_find_vif(struct vr_fwd *fwd, u32 id, u32 birth);

/**
 * vr_tunnel_fit() - does a packet fit into a tunnel? If not, it is made to, or dealt with
 * @fwd: what the packet knows; fwd->l2 is valid
 * @pkt: *@pkt begins with its Ethernet header, also when it is routed; NULL afterwards: it was
 *	sent in pieces, went to the agent, was answered or dropped, and the verdict says so
 * @handle: the tunnel's nexthop, which pieces are given to one by one, by vr_nh_tunnel()
 * @nh: what it does: its port or the host's way, and what is known of the path
 * @overhead: bytes that the tunnel puts in front, without the outer Ethernet header: of a frame
 *	in front of its Ethernet header, of a routed packet in front of its IP header
 *
 * Also mends what a TCP SYN says of the largest segment. tunnel_mtu.c. Moves data.
 */
enum vr_verdict vr_tunnel_fit(struct vr_fwd *fwd, struct vr_pkt **pkt, const struct vr_nh *handle,
			      const struct vr_nh_body *nh, unsigned int overhead);
/*
 * What a TCP SYN out of a tunnel says of the largest segment: so that answers fit on their way
 * back. VR_DROP_NONE, or VR_DROP_PCOW_FAIL. tunnel_mtu.c. Moves data.
 */
enum vr_drop_reason vr_tunnel_mss_in(struct vr_fwd *fwd, struct vr_pkt *pkt);

/*
 * A packet for this host out of the fabric: does the underlay say that one of our tunnels' was
 * too big? It goes on to the host in any case. rx_icmp.c. Moves data.
 */
void vr_rx_icmp(struct vr_fwd *fwd, struct vr_pkt *pkt);

/*
 * Is it the underlay's still, which is the host's network? It came from the host or an uplink, by
 * no tunnel, and neither a nexthop nor a flow has sent it on into another VRF.
 */
static inline bool vr_is_underlay(const struct vr_fwd *fwd)
{
	const struct vr_vif_cfg *cfg = &fwd->conf->cfg;

	return (cfg->type == VR_VIF_HOST || cfg->type == VR_VIF_PHYSICAL) && !fwd->tun_family &&
	       fwd->vrf == cfg->vrf;
}

/* Between the host and its uplinks, past all tables. xconnect.c */
bool vr_is_xconnected(const struct vr_fwd *fwd);
enum vr_verdict vr_xconnect(struct vr_fwd *fwd, struct vr_pkt *pkt);

/** struct vr_trap_args - what the agent is told of a packet; <vrouter/trap.h> has the meaning */
struct vr_trap_args {
	u32 param;
	u32 param1;
	u32 param2;
	u32 param3;
	u32 param4;
	u8 param5;
};

/* To the agent, unless there is none or it has had its share; with @param, or more. trap.c */
enum vr_verdict vr_trap(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			u32 param);
enum vr_verdict vr_trap_with(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			     const struct vr_trap_args *args);
/* The two halves of it: may one more go? And it goes. */
bool vr_trap_admit(struct vr_fwd *fwd, enum vr_trap_reason reason);
enum vr_verdict vr_trap_send(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			     const struct vr_trap_args *args);
/* One more out of a bucket that holds a second's worth, which is @rate (not 0)? Any context. */
bool vr_rate_take(atomic64_t *bucket, u32 rate);
/* A copy to the agent, if it may have one: nobody misses it if not. */
void vr_trap_copy(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason);

/*
 * A good IP packet for one host is not to be cut, and no more than @mtu bytes fit: its sender
 * is told. too_big.c
 */
enum vr_verdict vr_too_big(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 mtu);

/* Largest packet, without Ethernet, that leaves by @vif; no limit if tx.c drops it anyway. */
u32 vr_tx_mtu(const struct vr_vif *vif);
/* Out of the router by @vif. tx.c */
enum vr_verdict vr_tx(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif);

#endif /* _VR_PATH_FWD_H */
