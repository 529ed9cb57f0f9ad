// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP connections: what the segments of both directions say of their state,
 * and when a connection has ended. RFC 9293; RFC 5961 3.2 for RST.
 *
 * Of each direction the flow keeps, beside its state:
 *
 *	tcp_seq	the number of its SYN, later of its FIN
 *	tcp_ack	what it acknowledged last, with TCP_ACKED in its state
 *
 * State changes a few times in a connection's life, each under the stripe's
 * lock of the one flow that it is about: first this direction, then the other.
 * In between segments see half of a change; every rule holds for that too. The
 * number is written before the bit that says it is there, and read after it.
 */
#include "obj/core.h"
#include "obj/flow.h"

#define TCP_FIN		VR_FLOW_TCP_FIN
#define TCP_CLOSED	VR_FLOW_TCP_HALF_CLOSE
#define TCP_FIN_R	VR_FLOW_TCP_FIN_R
#define TCP_SYN		VR_FLOW_TCP_SYN
#define TCP_SYN_R	VR_FLOW_TCP_SYN_R
#define TCP_EST		VR_FLOW_TCP_EST
#define TCP_EST_R	VR_FLOW_TCP_EST_R
#define TCP_DEAD	VR_FLOW_TCP_DEAD
#define TCP_ACKED	VR_FLOW_TCP_ACKED

#define TCP_OPEN	(TCP_EST | TCP_EST_R)
#define TCP_CLOSING	(TCP_FIN | TCP_FIN_R | TCP_CLOSED)

/* One direction, or none: then every question about it is answered with no. */
static u16 tcp_state(const struct vr_flow *flow)
{
	/* Before its number is read; pairs with tcp_change(). */
	return flow ? smp_load_acquire(&flow->tcp) : 0;
}

/* Change what is known of @flow (may be NULL); @seq NULL: the number stays. Its new state. */
static u16 tcp_change(struct vr_core *core, struct vr_flow *flow, u16 clear, u16 set,
		      const u32 *seq)
{
	u16 state;
	u64 hash;

	if (!flow)
		return 0;
	hash = vr_flow_hash(&core->flows, &flow->key);
	vr_flow_lock(&core->flows, hash);
	if (seq)
		WRITE_ONCE(flow->tcp_seq, *seq);
	state = (flow->tcp & ~clear) | set;
	/* Behind its number; pairs with tcp_state(). */
	smp_store_release(&flow->tcp, state);
	vr_flow_unlock(&core->flows, hash);
	return state;
}

static void tcp_die_one(struct vr_core *core, struct vr_flow *flow, u16 why)
{
	struct vr_flow_act act;
	u64 hash;

	if (!flow)
		return;
	hash = vr_flow_hash(&core->flows, &flow->key);
	vr_flow_lock(&core->flows, hash);
	WRITE_ONCE(flow->tcp, flow->tcp | TCP_DEAD | why);
	act = vr_flow_act_read(flow);
	if (!(act.flags & VR_FLOW_A_DEAD)) {
		act.flags |= VR_FLOW_A_EVICT;
		vr_flow_act_write(flow, &act);
	}
	vr_flow_unlock(&core->flows, hash);
}

/* The connection has ended. */
static void tcp_die(struct vr_core *core, struct vr_flow *flow, struct vr_flow *other, u16 why)
{
	tcp_die_one(core, flow, why);
	tcp_die_one(core, other, why);
	vr_flow_kick(core);
}

/* SYN, or SYN with ACK. */
static void tcp_syn(struct vr_core *core, struct vr_flow *flow, struct vr_flow *other,
		    const struct vr_tcp_seen *seg)
{
	u16 forget = TCP_EST | TCP_ACKED, forget_r = TCP_EST_R, state = tcp_state(flow);

	if ((state & TCP_SYN) && !(state & TCP_CLOSING) && READ_ONCE(flow->tcp_seq) == seg->seq)
		return;		/* once more */
	/* RFC 5961 4: a SYN does not end what is open; the other end asks back. */
	if ((state & TCP_OPEN) == TCP_OPEN && !(state & TCP_CLOSING))
		return;
	if (state & TCP_CLOSING) {
		if (seg->flags & VR_TCP_ACK)
			return;	/* an old one */
		/* RFC 6191: the same ports again, before the last one was forgotten. */
		forget = U16_MAX;
		forget_r = U16_MAX;
	}
	tcp_change(core, flow, forget, TCP_SYN, &seg->seq);
	tcp_change(core, other, forget_r, TCP_SYN_R, NULL);
}

/* It may acknowledge the other's SYN. */
static void tcp_ack_syn(struct vr_core *core, struct vr_flow *flow, struct vr_flow *other,
			const struct vr_tcp_seen *seg)
{
	u16 theirs = tcp_state(other);
	u32 beyond;

	if (!(theirs & TCP_SYN) || (theirs & (TCP_FIN | TCP_EST)))
		return;
	beyond = seg->ack - READ_ONCE(other->tcp_seq);
	if (seg->flags & VR_TCP_SYN ? beyond != 1 : !beyond || beyond > S32_MAX)
		return;
	tcp_change(core, other, 0, TCP_EST, NULL);
	tcp_change(core, flow, 0, TCP_EST_R, NULL);
}

/* It may acknowledge the other's FIN. True: both were, the connection has ended. */
static bool tcp_ack_fin(struct vr_core *core, struct vr_flow *flow, struct vr_flow *other,
			const struct vr_tcp_seen *seg)
{
	u16 theirs = tcp_state(other);

	if (!(theirs & TCP_FIN) || (theirs & TCP_CLOSED))
		return false;
	if (seg->ack != READ_ONCE(other->tcp_seq) + 1)
		return false;
	tcp_change(core, other, 0, TCP_CLOSED, NULL);
	/*
	 * Of two cpus that close one direction each, at least one sees here what
	 * the other did: no change, but the lock orders it.
	 */
	return tcp_change(core, flow, 0, 0, NULL) & TCP_CLOSED;
}

static void tcp_fin(struct vr_core *core, struct vr_flow *flow, struct vr_flow *other,
		    const struct vr_tcp_seen *seg)
{
	u16 state = tcp_state(flow);
	u32 seq = seg->seq + seg->len;

	if (state & TCP_CLOSED)
		return;
	if ((state & TCP_FIN) && READ_ONCE(flow->tcp_seq) == seq)
		return;		/* once more */
	tcp_change(core, flow, 0, TCP_FIN, &seq);
	tcp_change(core, other, 0, TCP_FIN_R, NULL);
}

/* Does the other end believe this RST? */
static bool tcp_rst_is_good(const struct vr_flow *flow, const struct vr_flow *other,
			    const struct vr_tcp_seen *seg)
{
	u16 ours = tcp_state(flow), theirs = tcp_state(other);
	u32 first;

	/* RFC 9293 3.10.7.3: in SYN-SENT it must acknowledge the SYN. */
	if ((theirs & (TCP_SYN | TCP_EST | TCP_FIN)) == TCP_SYN && (seg->flags & VR_TCP_ACK) &&
	    seg->ack == READ_ONCE(other->tcp_seq) + 1)
		return true;
	/* RFC 5961 3.2: later it must have the next number, neither less nor more. */
	if (theirs & TCP_ACKED)
		return seg->seq == READ_ONCE(other->tcp_ack);
	if (ours & TCP_SYN) {
		/* Nothing came back yet: who opened it gives up. */
		first = READ_ONCE(flow->tcp_seq);
		return seg->seq == first || seg->seq == first + 1;
	}
	/* A connection older than its flows, and silent: there is nothing to compare with. */
	return !(theirs & TCP_SYN);
}

void vr_flow_tcp(struct vr_core *core, struct vr_flow *flow, const struct vr_flow_act *act,
		 const struct vr_tcp_seen *seg)
{
	u16 state = tcp_state(flow);
	struct vr_flow *other;

	if (unlikely(!flow->key.sport || !flow->key.dport))
		return;
	if ((seg->flags & VR_TCP_ACK) && !(seg->flags & VR_TCP_RST) &&
	    READ_ONCE(flow->tcp_ack) != seg->ack)
		WRITE_ONCE(flow->tcp_ack, seg->ack);
	/* An open connection, or one that was before its flows. */
	if (likely(!(seg->flags & (VR_TCP_SYN | VR_TCP_FIN | VR_TCP_RST)) &&
		   (state & (TCP_ACKED | TCP_CLOSING)) == TCP_ACKED &&
		   ((state & TCP_EST_R) || !(state & TCP_SYN_R))))
		return;
	if (state & TCP_DEAD)
		return;

	other = vr_flow_partner_rcu(core, flow, act);
	if (seg->flags & VR_TCP_RST) {
		if (!other || vr_conf(core, VR_CONF_TCP_RST_CLOSES) ||
		    tcp_rst_is_good(flow, other, seg))
			tcp_die(core, flow, other, VR_FLOW_TCP_RST);
		return;
	}
	if ((seg->flags & (VR_TCP_SYN | VR_TCP_FIN)) == (VR_TCP_SYN | VR_TCP_FIN))
		return;		/* says nothing */
	if (seg->flags & VR_TCP_SYN)
		tcp_syn(core, flow, other, seg);
	if (seg->flags & VR_TCP_ACK) {
		if (!(tcp_state(flow) & TCP_ACKED))
			tcp_change(core, flow, 0, TCP_ACKED, NULL);
		tcp_ack_syn(core, flow, other, seg);
		if (tcp_ack_fin(core, flow, other, seg)) {
			tcp_die(core, flow, other, 0);
			return;
		}
	}
	if (seg->flags & VR_TCP_FIN)
		tcp_fin(core, flow, other, seg);
}
