/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows as the packet path sees them; <vr/cfg/flow.h> has the rest.
 *
 * A packet that meets no flow makes one that waits for the agent, and is held
 * by it. Packets that meet a waiting flow are held behind it. When the agent
 * has decided, vr_resume() takes them out one by one; until the last is out,
 * those that arrive go behind, so a flow's packets keep their order.
 *
 * Files: flow.c (link, delete, ask), flow_set.c (decide), flow_hold.c (waiting and
 * its limits), flow_release.c (going on), flow_tcp.c (TCP state), flow_age.c (what
 * goes by itself, and the worker).
 */
#ifndef _VR_OBJ_FLOW_H
#define _VR_OBJ_FLOW_H

#include <vr/cfg/flow.h>
#include <vrouter/drop.h>

#include "obj/flow_table.h"
#include "pkt/parse.h"

struct vr_pkt;
struct vr_vif;

/* The last member of an ECMP composite that a flow can remember. */
#define VR_FLOW_MEMBER_MAX	127

/** enum vr_flow_at - where in its walk a packet met its flow, and where it goes on */
enum vr_flow_at {
	VR_FLOW_AT_L2,		/* before it is bridged */
	VR_FLOW_AT_L3,		/* before it is routed */
	VR_FLOW_AT_NH,		/* before its nexthop */
};

/**
 * struct vr_held - a packet that waits, and all that it takes to go on
 * @pkt: the packet
 * @vif: vif id of where it came in
 * @vif_birth: which vif of this id; see struct vr_vif
 * @nh: nexthop id, at VR_FLOW_AT_NH
 * @vrf: as in struct vr_fwd, like the rest
 * @label: label
 * @tun_src: the other end of the tunnel that it came out of
 * @tun_family: of @tun_src; 0: none
 * @tun_encap: enum vr_encap
 * @l2: Ethernet header as parsed
 * @at: enum vr_flow_at
 * @budget: look-ups left
 * @routed: it is routed
 * @hopped: a hop was taken off
 * @diag: diagnostic traffic of the agent's
 */
struct vr_held {
	struct vr_pkt *pkt;
	u32 vif;
	u32 vif_birth;
	u32 nh;
	u32 vrf;
	u32 label;
	__be32 tun_src[4];
	u8 tun_family;
	u8 tun_encap;
	struct vr_l2 l2;
	u8 at;
	u8 budget;
	bool routed;
	bool hopped;
	bool diag;
};

/** enum vr_hold_what - what became of a packet that was to be held */
enum vr_hold_what {
	VR_HOLD_NEW,		/* held, by a flow that it made: VR_TRAP_FLOW_MISS is due */
	VR_HOLD_AGAIN,		/* the same, by a flow that was decided so: _ACTION_HOLD is due */
	VR_HOLD_BEHIND,		/* held, behind others: nobody is told */
	VR_HOLD_DECIDED,	/* not held: the flow was decided or has gone meanwhile */
	VR_HOLD_REFUSED,	/* not held: *reason says why it is dropped */
};

/**
 * vr_flow_hold() - hold a packet that met no flow, or one that waits
 * @core: the router
 * @vif: where it came in: its share of the hold limit
 * @key: its key
 * @hash: of @key
 * @held: copied; its packet belongs to the flow on NEW, AGAIN and BEHIND
 * @make: a flow that is not there may be made; else that is DECIDED
 * @flow: the flow, on NEW, AGAIN and BEHIND; readable until the caller's rcu_read_unlock()
 * @reason: why it was refused
 *
 * Find-or-create is atomic: of all cpus that meet the same key at once, one
 * gets NEW. A flow of this key whose connection has ended (VR_FLOW_A_EVICT) makes
 * way, with its other direction: so a SYN without ACK that meets such a flow is
 * given to this function as if it had met none, and opens a new one; every other
 * packet that meets one is dropped (VR_DROP_FLOW_EVICT).
 *
 * Context: softirq, under rcu_read_lock().
 */
enum vr_hold_what vr_flow_hold(struct vr_core *core, struct vr_vif *vif,
			       const struct vr_flow_key *key, u64 hash,
			       const struct vr_held *held, bool make, struct vr_flow **flow,
			       enum vr_drop_reason *reason);

/**
 * vr_flow_release_begin() - be the one who lets packets go
 * @core: not locked
 *
 * One at a time, so that nobody overtakes: who comes second waits until the first
 * has called vr_flow_release_end(). Only vr_resume() calls this. Context: process.
 *
 * Return: false: there is nothing to let go, and vr_flow_release_end() is not called.
 */
bool vr_flow_release_begin(struct vr_core *core);
void vr_flow_release_end(struct vr_core *core);

/**
 * vr_flow_unhold() - the next packet whose flow was decided or has gone
 * @core: the router
 * @held: filled in; the packet is the caller's
 * @flow: the decided flow, or NULL: it has gone
 * @reason: why the packet is dropped if @flow is NULL
 *
 * Between vr_flow_release_begin() and _end(). The packet goes its way before the next
 * one is asked for: a flow stops holding when the call after its last packet finds no
 * other. Bottom halves are disabled, under rcu_read_lock(); both may be let go of and
 * taken again between two calls. Return: false: there is none.
 */
bool vr_flow_unhold(struct vr_core *core, struct vr_held *held, struct vr_flow **flow,
		    enum vr_drop_reason *reason);

/* Packets that are held, of the whole router: for the books. */
u64 vr_flow_held(const struct vr_core *core);

/* Flags of the TCP header (RFC 9293 3.1), as the byte behind the data offset has them. */
#define VR_TCP_FIN	0x01
#define VR_TCP_SYN	0x02
#define VR_TCP_RST	0x04
#define VR_TCP_ACK	0x10

/* In struct vr_flow.tcp beside VR_FLOW_TCP_*, and not shown: tcp_ack is there. */
#define VR_FLOW_TCP_ACKED	0x4000

/**
 * struct vr_tcp_seen - what TCP tracking needs of a segment; host order
 * @seq: sequence number
 * @ack: acknowledgment number
 * @len: payload bytes
 * @flags: VR_TCP_*: the byte of the header
 */
struct vr_tcp_seen {
	u32 seq;
	u32 ack;
	u32 len;
	u8 flags;
};

/**
 * vr_flow_tcp() - follow a TCP connection by a segment of @flow
 * @core: the router
 * @flow: its flow
 * @act: the decision that was read from @flow
 * @tcp: the segment
 *
 * Keys without ports (fat flows) are not followed. The segment that ends a connection
 * still goes its way; the flow has VR_FLOW_A_EVICT for those behind it.
 *
 * Context: softirq, under rcu_read_lock(), no stripe locked. An established connection
 * without FIN and RST touches @flow alone.
 */
void vr_flow_tcp(struct vr_core *core, struct vr_flow *flow, const struct vr_flow_act *act,
		 const struct vr_tcp_seen *tcp);

/**
 * vr_flow_set_member() - @flow's packets go by a member of a composite from now on
 * @core: the router
 * @flow: the flow, perhaps unlinked by now
 * @was: which one, or -1, was read before
 * @member: 0..VR_FLOW_MEMBER_MAX
 *
 * Of all who choose at once, and the agent, one has its way. Takes the stripe. Context: packet
 * path, under rcu_read_lock().
 *
 * Return: the member that is in force.
 */
s8 vr_flow_set_member(struct vr_core *core, struct vr_flow *flow, s8 was, s8 member);

/*
 * For the core. init: made with it; exit copes with what was never made.
 *
 * stop: no work of flows runs any more and none will; not under the core lock. Then
 *	 vr_flow_flush(), and vr_resume() for what was held, and then exit: every flow and
 *	 every held packet is gone.
 */
int vr_flow_init(struct vr_core *core);
void vr_flow_stop(struct vr_core *core);
void vr_flow_exit(struct vr_core *core);

/* There is something to be done later: new flows, connections that ended. Any context. */
void vr_flow_kick(struct vr_core *core);
/* The same at once: the table lacks memory or entries. */
void vr_flow_kick_now(struct vr_core *core);

/* For vifs: @vif begins a life. It has a new birth, and no flow of an earlier one is its. */
void vr_flow_vif_born(struct vr_core *core, struct vr_vif *vif);

/* For settings: the bucket of burst tokens is full again. */
void vr_flow_burst_fill(struct vr_core *core);

/*
 * Between the files of flows. All under rcu_read_lock(), so that an entry that is
 * unlinked meanwhile stays what it was.
 */

static inline struct vr_flow_id vr_flow_id(const struct vr_flow *flow)
{
	return (struct vr_flow_id){ flow->index, READ_ONCE(flow->gen) };
}

/* The other direction of @flow, whose decision is @act, if each names the other; or NULL. */
struct vr_flow *vr_flow_partner_rcu(struct vr_core *core, const struct vr_flow *flow,
				    const struct vr_flow_act *act);

/*
 * @flow names @index as its other direction, and whom it named before names none.
 * False: it has gone. No stripe locked.
 */
bool vr_flow_name(struct vr_core *core, struct vr_flow *flow, u32 index);

/* What one can ask of @flow. No stripe locked. */
void vr_flow_fill(struct vr_core *core, const struct vr_flow *flow, struct vr_flow_info *info);

/**
 * vr_flow_remove() - unlink a flow
 * @core: the router
 * @flow: a flow, perhaps unlinked by now
 * @only: VR_FLOW_A_*: of these it must have all
 * @reason: why packets that it held are dropped; they wait for vr_resume()
 * @info: how it was at its end; may be NULL
 *
 * Its other direction no longer names it. Any context; no stripe locked.
 *
 * Return: false: somebody else has done it, or it lacks @only.
 */
bool vr_flow_remove(struct vr_core *core, struct vr_flow *flow, u8 only,
		    enum vr_drop_reason reason, struct vr_flow_info *info);

/*
 * The connection of @flow has ended and a new one begins: it goes at once, and its other
 * direction with it if that has ended too. The worker counts and tells them. Any context;
 * no stripe locked. False: no memory, and they stay.
 */
bool vr_flow_evict(struct vr_core *core, struct vr_flow *flow);

/*
 * Holds, by the index and generation of their flow, whose stripe is locked by the caller
 * except for len and overdue.
 *
 * release: it was decided; false: it holds nothing.
 * again:   it was decided that it waits (on).
 * drop:    it goes.
 * len:     packets that it holds.
 * overdue: the flow that has waited longest, if that is at least @ticks; false: none has.
 */
bool vr_hold_release(struct vr_core *core, struct vr_flow_id id);
void vr_hold_again(struct vr_core *core, struct vr_flow_id id);
void vr_hold_drop(struct vr_core *core, struct vr_flow_id id, enum vr_drop_reason reason);
u32 vr_hold_len(struct vr_core *core, struct vr_flow_id id);
bool vr_hold_overdue(struct vr_core *core, u32 ticks, struct vr_flow_id *id);

/* Flows that wait, and burst tokens, for vr_flow_totals(). */
void vr_hold_totals(struct vr_core *core, struct vr_flow_totals *totals);

int vr_hold_init(struct vr_core *core);
void vr_hold_exit(struct vr_core *core);
int vr_age_init(struct vr_core *core);
void vr_age_exit(struct vr_core *core);

#endif /* _VR_OBJ_FLOW_H */
