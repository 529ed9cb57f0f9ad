// SPDX-License-Identifier: GPL-2.0-only
/* The dump: what waits is decided (decide.c), what was decided is judged (audit.c). */
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "audit.h"
#include "decide.h"
#include "flow.h"

#define SWEEP_ROOM	1024	/* flows in one datagram of a dump, and more */

/**
 * struct sweep - a sweep and what it has met
 * @kind: SWEEP_NONE: there is none
 * @next: to be begun when this one is over
 * @flow: flows of the last piece of the dump, @n of them
 * @flows: all flows so far
 * @held: of them, those that waited
 * @changed: of them, those that are decided otherwise now
 * @interrupted: flows came and went meanwhile
 */
struct sweep {
	enum sweep_kind kind;
	enum sweep_kind next;
	struct flow flow[SWEEP_ROOM];
	unsigned int n;
	__u64 flows;
	__u64 held;
	__u64 changed;
	bool interrupted;
};

struct sweep *sweep_new(void)
{
	return calloc(1, sizeof(struct sweep));
}

void sweep_free(struct sweep *sweep)
{
	free(sweep);
}

void sweep_begin(struct agent *agent, enum sweep_kind kind)
{
	struct sweep *sweep = agent->sweep;
	int ret;

	if (sweep->kind) {
		if (kind > sweep->next)
			sweep->next = kind;
		return;
	}
	sweep->flows = 0;
	sweep->held = 0;
	sweep->changed = 0;
	sweep->interrupted = false;
	ret = kernel_dump_flows(agent->kernel, kind == SWEEP_HELD ? VR_FLOW_HOLD : -1);
	/* Another dump has not come to its end yet: the next tick tries again. */
	if (ret)
		sweep->next = kind;
	else
		sweep->kind = kind;
}

void sweep_forget(struct agent *agent)
{
	agent->sweep->kind = SWEEP_NONE;
	agent->sweep->next = SWEEP_NONE;
}

static void sweep_end(struct agent *agent, int err)
{
	static const char *const names[] = {
		[SWEEP_HELD] = "held", [SWEEP_RELOAD] = "reload", [SWEEP_TAKEOVER] = "takeover",
	};
	struct sweep *sweep = agent->sweep;
	struct events *ev = &agent->events;

	event_begin(ev, "sweep");
	event_str(ev, "why", names[sweep->kind]);
	event_num(ev, "flows", sweep->flows);
	event_num(ev, "held", sweep->held);
	event_num(ev, "changed", sweep->changed);
	event_bool(ev, "consistent", !sweep->interrupted && !err);
	if (err)
		event_str(ev, "error", strerror(-err));
	event_end(ev);

	/* What was not looked at is, then. */
	if (err && sweep->kind > sweep->next)
		sweep->next = sweep->kind;
	sweep->kind = SWEEP_NONE;
}

/* --- those that wait --------------------------------------------------------- */

static void sweep_held(struct agent *agent, struct flow *const *flow, unsigned int n)
{
	struct decision decision[DECIDE_MANY];
	unsigned int i;

	memset(decision, 0, n * sizeof(decision[0]));
	for (i = 0; i < n; i++) {
		decision[i].flow = *flow[i];
		decision[i].known = true;
		decision[i].vrf = flow[i]->vrf;
		decision[i].gen_low = flow[i]->gen & 0xff;
	}
	agent->sweep->held += n;
	decide(agent, decision, n);
}

/* --- the dump ---------------------------------------------------------------- */

static void take_flow(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct sweep *sweep = arg;

	(void)i;
	sweep->interrupted |= object->interrupted;
	if (sweep->n < SWEEP_ROOM && object->cmd == VR_CMD_FLOW_NEW &&
	    flow_read(object, &sweep->flow[sweep->n]))
		sweep->n++;
}

/* Its flows, those of a kind together. */
static void sweep_sort(struct agent *agent, bool held)
{
	struct sweep *sweep = agent->sweep;
	struct flow *flow[DECIDE_MANY];
	unsigned int i, n = 0;

	for (i = 0; i < sweep->n; i++) {
		bool waits = sweep->flow[i].action == VR_FLOW_HOLD;

		if (waits == held)
			flow[n++] = &sweep->flow[i];
		if (n < DECIDE_MANY && i + 1 < sweep->n)
			continue;
		if (n && held)
			sweep_held(agent, flow, n);
		else if (n)
			sweep->changed += audit(agent, flow, n,
						sweep->kind == SWEEP_TAKEOVER ?
						FLOW_DROP_AUDIT : FLOW_DROP_POLICY);
		n = 0;
	}
}

void sweep_some(struct agent *agent)
{
	struct sweep *sweep = agent->sweep;
	enum sweep_kind next;
	int ret;

	sweep->n = 0;
	ret = kernel_dump_some(agent->kernel, take_flow, sweep);
	if (sweep->kind) {
		sweep->flows += sweep->n;
		sweep_sort(agent, true);
		if (sweep->kind != SWEEP_HELD)
			sweep_sort(agent, false);
		if (ret <= 0)
			sweep_end(agent, ret);
		/* What failed now would fail again: the next tick tries. */
		if (ret < 0)
			return;
	}
	if (!sweep->kind && sweep->next && !kernel_dumping(agent->kernel)) {
		next = sweep->next;
		sweep->next = SWEEP_NONE;
		sweep_begin(agent, next);
	}
}
