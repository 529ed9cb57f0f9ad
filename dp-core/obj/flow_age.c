// SPDX-License-Identifier: GPL-2.0-only
/*
 * What goes by itself: flows that are idle, whose connection has ended, or
 * that the agent has left waiting. And the worker that sees to it, which also
 * gives the table its memory and takes it back, and forgets old fragments.
 *
 * The worker runs while there are flows or fragments. It walks over all of them in about a
 * second, a part each time, in slices for which it has the core lock; what it
 * ended is told after the unlock. A flow is ended with its other direction or
 * not at all: what the one hears says that the other is alive.
 */
#include "obj/core.h"
#include "obj/flow.h"
#include "obj/fragment.h"

#include <vr_host/event.h>

/* Milliseconds from one run to the next. */
#define AGE_TICK	50

/* Entries that are looked at while the core is locked, and flows that end meanwhile. */
#define AGE_SLICE	2048
#define AGE_BATCH	64

/* Entries a millisecond at most: a table of four million takes a second, a larger one longer. */
#define AGE_RATE_MAX	4096U

/* Longest time between two runs that the walk makes up for, in milliseconds. */
#define AGE_LAG_MAX	1000U

/** struct age_gone - a flow that has gone, and is to be told */
struct age_gone {
	struct list_head list;
	struct vr_flow_info info;
	u32 end;
};

/** enum age_urgent - asked to run at once: once a tick at most, however many packets ask */
enum age_urgent {
	AGE_NOT_ASKED,
	AGE_ASKED,
	AGE_DONE,	/* not again before the next tick */
};

/**
 * struct vr_flow_age - where the worker is
 * @runs: it is on its way, or looks once more whether there is something to do
 * @urgent: enum age_urgent
 * @stopped: it must not be asked any more
 * @next: entry to look at next
 * @walked: vr_ticks() when it walked last
 * @n_batch: flows in @batch
 * @lock: leaf: @evicted
 * @evicted: by packets, not counted and told yet
 * @batch: flows of this slice, to be told after the unlock
 */
struct vr_flow_age {
	u32 runs;
	u32 urgent;
	u32 stopped;
	u32 next;
	u32 walked;
	u32 n_batch;
	struct vr_spinlock lock;
	struct list_head evicted;
	struct age_gone batch[AGE_BATCH];
};

/* Idle times in ticks, ~0: never; read once a run. tcp_least: the least of those of TCP. */
struct age_limits {
	u32 tcp;
	u32 tcp_open;
	u32 tcp_close;
	u32 tcp_least;
	u32 udp;
	u32 icmp;
	u32 other;
};

void vr_flow_kick(struct vr_core *core)
{
	struct vr_flow_age *age = core->age;

	/* A worker who thinks that he is done sees the flow that is new; pairs with age_rest(). */
	smp_mb();
	if (likely(READ_ONCE(age->runs)) || READ_ONCE(age->stopped))
		return;
	if (!xchg(&age->runs, 1))
		vr_work_later(&core->work, AGE_TICK);
}

void vr_flow_kick_now(struct vr_core *core)
{
	struct vr_flow_age *age = core->age;

	if (READ_ONCE(age->urgent) != AGE_NOT_ASKED || READ_ONCE(age->stopped) ||
	    xchg(&age->urgent, AGE_ASKED) != AGE_NOT_ASKED)
		return;
	WRITE_ONCE(age->runs, 1);
	vr_work_now(&core->work);
}

/* --- by packets --- */

/* False: no memory. */
static bool age_evict_one(struct vr_core *core, struct vr_flow *flow)
{
	struct vr_flow_age *age = core->age;
	struct age_gone *gone;

	gone = vr_zalloc_atomic(&core->mem, VR_MEM_FLOW, sizeof(*gone));
	if (!gone)
		return false;
	gone->end = VR_FLOW_END_EVICTED;
	if (!vr_flow_remove(core, flow, VR_FLOW_A_EVICT, VR_DROP_FLOW_EVICT, &gone->info)) {
		/* Somebody else was faster. */
		vr_free(&core->mem, VR_MEM_FLOW, gone, sizeof(*gone));
		return true;
	}
	vr_spin_lock_bh(&age->lock);
	list_add_tail(&gone->list, &age->evicted);
	vr_spin_unlock_bh(&age->lock);
	vr_flow_kick(core);
	return true;
}

bool vr_flow_evict(struct vr_core *core, struct vr_flow *flow)
{
	struct vr_flow_act act = vr_flow_act_read(flow);
	struct vr_flow *other = vr_flow_partner_rcu(core, flow, &act);

	/* The other one first: if there is no memory for both, the next SYN finds this one. */
	return (!other || age_evict_one(core, other)) && age_evict_one(core, flow);
}

static struct age_gone *age_pop_evicted(struct vr_flow_age *age)
{
	struct age_gone *gone;

	vr_spin_lock_bh(&age->lock);
	gone = list_first_entry_or_null(&age->evicted, struct age_gone, list);
	if (gone)
		list_del(&gone->list);
	vr_spin_unlock_bh(&age->lock);
	return gone;
}

/* Count and tell what packets evicted. */
static void age_tell_evicted(struct vr_core *core)
{
	struct age_gone *gone;

	while ((gone = age_pop_evicted(core->age))) {
		vr_core_lock(core);
		core->flow_totals.evicted++;
		vr_core_unlock(core);
		if (vr_event_flow_wanted(core))
			vr_event_flow_gone(core, &gone->info, gone->end);
		vr_free(&core->mem, VR_MEM_FLOW, gone, sizeof(*gone));
	}
}

/* --- by the worker --- */

/* A slice begins and ends. */
static void age_lock(struct vr_core *core)
	__acquires(RCU)
{
	core->age->n_batch = 0;
	vr_core_lock(core);
	rcu_read_lock();
}

static void age_unlock(struct vr_core *core)
	__releases(RCU)
{
	struct vr_flow_age *age = core->age;
	u32 i;

	rcu_read_unlock();
	vr_core_unlock(core);
	if (age->n_batch && vr_event_flow_wanted(core))
		for (i = 0; i < age->n_batch; i++)
			vr_event_flow_gone(core, &age->batch[i].info, age->batch[i].end);
	vr_breathe();
}

/* There is room for a pair. */
static bool age_has_room(const struct vr_flow_age *age)
{
	return age->n_batch + 2 <= AGE_BATCH;
}

/* End a flow. Its place in the batch, or NULL: it has gone already, or lacks @only. */
static struct age_gone *age_remove(struct vr_core *core, struct vr_flow *flow, u8 only,
				   enum vr_drop_reason reason, u32 end)
{
	struct vr_flow_age *age = core->age;
	struct age_gone *gone = &age->batch[age->n_batch];

	if (!vr_flow_remove(core, flow, only, reason, &gone->info))
		return NULL;
	gone->end = end;
	age->n_batch++;
	if (end == VR_FLOW_END_EVICTED)
		core->flow_totals.evicted++;
	else
		core->flow_totals.expired++;
	return gone;
}

/* End a flow and its other direction (may be NULL). */
static void age_remove_pair(struct vr_core *core, struct vr_flow *flow, struct vr_flow *other,
			    u8 only, u32 end)
{
	struct age_gone *first = age_remove(core, flow, only, VR_DROP_FLOW_EVICT, end), *second;

	if (!first || !other)
		return;
	second = age_remove(core, other, only, VR_DROP_FLOW_EVICT, end);
	/* It had a partner until just now. */
	if (second)
		second->info.rev = first->info.id;
}

/* A TCP connection, as far as @flow and its other direction (may be NULL) know. */
static u32 age_limit_tcp(const struct age_limits *limits, const struct vr_flow *flow,
			 const struct vr_flow *other)
{
	u16 state = READ_ONCE(flow->tcp);
	const u16 closing = VR_FLOW_TCP_FIN | VR_FLOW_TCP_FIN_R | VR_FLOW_TCP_HALF_CLOSE |
			    VR_FLOW_TCP_RST | VR_FLOW_TCP_DEAD;
	const u16 open = VR_FLOW_TCP_EST | VR_FLOW_TCP_EST_R;

	/* Nothing of it gets through: whoever sends such may not fill the table for long. */
	if (READ_ONCE(flow->act.action) == VR_FLOW_DROP)
		return limits->tcp_open;
	/* Not followed: nobody knows, so the longest time. */
	if (!flow->key.sport || !flow->key.dport)
		return limits->tcp;
	if (state & closing)
		return limits->tcp_close;
	if ((state & open) == open)
		return limits->tcp;
	/* Older than its flows, or the answers come another way: it talks, so it is open. */
	if ((state & VR_FLOW_TCP_ACKED) && (!other || !(state & VR_FLOW_TCP_SYN_R)) &&
	    (!other || !(state & VR_FLOW_TCP_SYN)))
		return limits->tcp;
	return limits->tcp_open;
}

/* How long @flow may be idle; of a TCP connection at the least. */
static u32 age_limit_least(const struct age_limits *limits, const struct vr_flow *flow)
{
	switch (flow->key.proto) {
	case IPPROTO_TCP:
		return limits->tcp_least;
	case IPPROTO_UDP:
		return limits->udp;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return limits->icmp;
	default:
		return limits->other;
	}
}

static bool age_is_above(const struct vr_flow *flow, u32 limit)
{
	u32 used = READ_ONCE(flow->used);

	/* The clock after what it is compared with: no packet is from the future. */
	smp_rmb();
	return limit != U32_MAX && vr_ticks() - used >= limit;
}

static bool age_is_idle(const struct age_limits *limits, const struct vr_flow *flow,
			const struct vr_flow *other)
{
	if (flow->key.proto == IPPROTO_TCP)
		return age_is_above(flow, age_limit_tcp(limits, flow, other));
	return age_is_above(flow, age_limit_least(limits, flow));
}

static bool age_waits(struct vr_core *core, struct vr_flow *flow, const struct vr_flow_act *act)
{
	return (act->flags & VR_FLOW_A_HOLD) && vr_hold_len(core, vr_flow_id(flow));
}

/* It stays, whatever its other direction says: nearly every flow, and no other line is read. */
static bool age_stays(const struct age_limits *limits, const struct vr_flow *flow)
{
	return !(READ_ONCE(flow->act.flags) & VR_FLOW_A_EVICT) &&
	       !age_is_above(flow, age_limit_least(limits, flow));
}

/* Is it time for @flow to go? */
static void age_look_at(struct vr_core *core, const struct age_limits *limits,
			struct vr_flow *flow)
{
	struct vr_flow_act act, theirs = {};
	struct vr_flow *other;

	if (likely(age_stays(limits, flow)))
		return;
	act = vr_flow_act_read(flow);
	other = vr_flow_partner_rcu(core, flow, &act);
	if (other)
		theirs = vr_flow_act_read(other);
	if (act.flags & VR_FLOW_A_EVICT) {
		/* One that came behind it may be its partner by now, and stays. */
		if (!(theirs.flags & VR_FLOW_A_EVICT))
			other = NULL;
		age_remove_pair(core, flow, other, VR_FLOW_A_EVICT, VR_FLOW_END_EVICTED);
		return;
	}
	if (!age_is_idle(limits, flow, other) || (other && !age_is_idle(limits, other, flow)))
		return;
	/* What is held has a time limit of its own. */
	if (age_waits(core, flow, &act) || (other && age_waits(core, other, &theirs)))
		return;
	age_remove_pair(core, flow, other, 0, VR_FLOW_END_EXPIRED);
}

static u32 age_ticks(const struct vr_core *core, enum vr_conf i)
{
	u32 ms = vr_conf(core, i);

	return ms ? max(vr_ms_to_ticks(ms), 1U) : U32_MAX;
}

/* How many entries are to be looked at now, of @all. */
static u32 age_quota(struct vr_flow_age *age, u32 all)
{
	u32 now = vr_ticks();
	u32 ms = min(vr_ticks_to_ms(now - age->walked), AGE_LAG_MAX);

	age->walked = now;
	return min(min(all / 1000 + 1, AGE_RATE_MAX) * ms, all);
}

static struct age_limits age_limits_read(const struct vr_core *core)
{
	struct age_limits limits = {
		.tcp = age_ticks(core, VR_CONF_AGE_TCP),
		.tcp_open = age_ticks(core, VR_CONF_AGE_TCP_OPEN),
		.tcp_close = age_ticks(core, VR_CONF_AGE_TCP_CLOSE),
		.udp = age_ticks(core, VR_CONF_AGE_UDP),
		.icmp = age_ticks(core, VR_CONF_AGE_ICMP),
		.other = age_ticks(core, VR_CONF_AGE_OTHER),
	};

	limits.tcp_least = min(limits.tcp, min(limits.tcp_open, limits.tcp_close));
	return limits;
}

static void age_walk(struct vr_core *core)
{
	const struct age_limits limits = age_limits_read(core);
	u32 all = vr_flow_table_span(&core->flows);
	struct vr_flow_age *age = core->age;
	u32 left = age_quota(age, all);
	struct vr_flow *flow;
	u32 n;

	while (left) {
		age_lock(core);
		for (n = 0; left && n < AGE_SLICE && age_has_room(age); n++, left--) {
			if (age->next >= all)
				age->next = 0;
			flow = vr_flow_at(&core->flows, age->next++);
			if (flow)
				age_look_at(core, &limits, flow);
		}
		age_unlock(core);
	}
}

/*
 * Flows that the agent has left waiting too long; the slice has the core lock.
 * True: there may be more. One that a packet has just decided to make, and not
 * linked yet, is left to the next run, and so are those behind it.
 */
static bool age_time_out_some(struct vr_core *core, u32 ticks)
{
	struct vr_flow_id id;
	struct vr_flow *flow;

	while (age_has_room(core->age)) {
		if (!vr_hold_overdue(core, ticks, &id))
			return false;
		flow = vr_flow_at(&core->flows, id.index);
		if (!flow || READ_ONCE(flow->gen) != id.gen ||
		    !age_remove(core, flow, VR_FLOW_A_HOLD, VR_DROP_HOLD_TIMEOUT,
				VR_FLOW_END_UNDECIDED))
			return false;
	}
	return true;
}

static void age_time_out(struct vr_core *core)
{
	u32 ticks = age_ticks(core, VR_CONF_HOLD_TIMEOUT);
	struct vr_flow_id id;
	bool more;

	if (ticks == U32_MAX || !vr_hold_overdue(core, ticks, &id))
		return;
	do {
		age_lock(core);
		more = age_time_out_some(core, ticks);
		age_unlock(core);
	} while (more);
}

/* --- the worker --- */

static bool age_has_work(struct vr_core *core)
{
	return atomic_read(&core->flows.used) || vr_frags_used(core) ||
	       vr_flow_table_wants_work(&core->flows);
}

/* Come again; or, if there is nothing to do, when somebody asks. */
static void age_rest(struct vr_core *core)
{
	struct vr_flow_age *age = core->age;

	if (READ_ONCE(age->stopped))
		return;
	if (age_has_work(core)) {
		vr_work_later(&core->work, AGE_TICK);
		return;
	}
	WRITE_ONCE(age->urgent, AGE_NOT_ASKED);
	WRITE_ONCE(age->runs, 0);
	/* A flow that came before this is seen below; one that comes after it sees this. */
	smp_mb();
	if (age_has_work(core))
		vr_flow_kick(core);
}

static void age_work(struct vr_work *work)
{
	struct vr_core *core = container_of(work, struct vr_core, work);
	struct vr_flow_age *age = core->age;

	WRITE_ONCE(age->urgent,
		   READ_ONCE(age->urgent) == AGE_ASKED ? AGE_DONE : AGE_NOT_ASKED);
	if (vr_flow_table_wants_work(&core->flows)) {
		vr_core_lock(core);
		/* Without memory: packets and the agent hear of it, the next run tries again. */
		vr_flow_table_grow(&core->flows);
		vr_core_unlock(core);
	}
	age_time_out(core);
	age_walk(core);
	age_tell_evicted(core);
	vr_frags_expire(core);
	vr_resume(core);
	vr_flow_table_reclaim(&core->flows);
	age_rest(core);
}

int vr_age_init(struct vr_core *core)
{
	struct vr_flow_age *age = vr_zalloc(&core->mem, VR_MEM_FLOW, sizeof(*age));

	if (!age)
		return -ENOMEM;
	vr_spin_init(&age->lock);
	INIT_LIST_HEAD(&age->evicted);
	age->walked = vr_ticks();
	core->age = age;
	vr_work_init(&core->work, age_work);
	return 0;
}

void vr_flow_stop(struct vr_core *core)
{
	WRITE_ONCE(core->age->stopped, 1);
	vr_work_cancel(&core->work);
}

void vr_age_exit(struct vr_core *core)
{
	struct vr_flow_age *age = core->age;
	struct age_gone *gone;

	if (!age)
		return;
	while ((gone = age_pop_evicted(age)))
		vr_free(&core->mem, VR_MEM_FLOW, gone, sizeof(*gone));
	vr_free(&core->mem, VR_MEM_FLOW, age, sizeof(*age));
	core->age = NULL;
}
