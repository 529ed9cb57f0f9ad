// SPDX-License-Identifier: GPL-2.0-only
/*
 * From flows that wait to decisions that the router has.
 *
 * A flow is first taken to be what its packet says, and the request says so
 * too: if the router knows it by another key (its rules may let many flows
 * share one), or not at all any more, it refuses, is asked for the flow, and
 * gets a second request by generation.
 */
#include "decide.h"

#include <errno.h>
#include <string.h>

#include "agent.h"
#include "pkt0.h"
#include "seen.h"
#include "tell.h"
#include "where.h"

/** enum fate - what became of a decision */
enum fate {
	FATE_OPEN,		/* nothing yet */
	FATE_DONE,		/* the router has it */
	FATE_RECHECK,		/* its key is not what the packet says */
	FATE_OVER,		/* gone, decided by somebody else, or refused */
};

/** struct round - decisions on their way; @sent: those in the requests, by place */
struct round {
	struct agent *agent;
	struct decision *decision;
	unsigned int n;
	struct where where[DECIDE_MANY];
	struct verdict verdict[DECIDE_MANY];
	enum fate fate[DECIDE_MANY];
	unsigned int sent[DECIDE_MANY];
	bool last;		/* what is refused now is refused for good */
};

/* --- what the rules say ------------------------------------------------------ */

static void find_verdicts(struct round *round)
{
	struct agent *agent = round->agent;
	struct where where[DECIDE_MANY];
	unsigned int i, n = 0;

	for (i = 0; i < round->n; i++) {
		struct decision *d = &round->decision[i];

		if (round->fate[i] != FATE_OPEN || !d->known)
			continue;
		memset(&where[n], 0, sizeof(where[n]));
		where[n].flow = &d->flow;
		if (d->has_packet) {
			where[n].came = world_vif(agent->world, d->vif);
			where[n].dmac = packet_dmac(&d->packet);
		}
		round->sent[n++] = i;
	}
	where_find(agent, where, n);
	while (n--) {
		i = round->sent[n];
		round->where[i] = where[n];
		policy_decide(config_rules(agent->config, where[n].rules_vrf),
			      &round->decision[i].flow.tuple, &round->verdict[i]);
	}
}

/* --- asking the router for flows --------------------------------------------- */

static void take_flow(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct round *round = arg;
	struct decision *d = &round->decision[round->sent[i]];
	enum fate *fate = &round->fate[round->sent[i]];
	struct flow flow;

	/* Another flow has the place by now, or somebody else was faster. */
	if (!flow_read(object, &flow) || (flow.gen & 0xff) != d->gen_low ||
	    flow.action != VR_FLOW_HOLD) {
		count(round->agent, STAT_GONE);
		*fate = FATE_OVER;
		return;
	}
	d->flow = flow;
	d->known = true;
	*fate = FATE_OPEN;
}

static void flow_is_gone(void *arg, unsigned int i, int err, const char *text)
{
	struct round *round = arg;

	(void)err;
	(void)text;
	round->fate[round->sent[i]] = FATE_OVER;
	count(round->agent, STAT_GONE);
}

static void ask_for_flows(struct round *round)
{
	struct kernel *kn = round->agent->kernel;
	unsigned int i, n = 0;

	for (i = 0; i < round->n; i++) {
		struct decision *d = &round->decision[i];

		if (round->fate[i] != FATE_RECHECK && (round->fate[i] != FATE_OPEN || d->known))
			continue;
		count(round->agent, STAT_RECHECKED);
		round->fate[i] = FATE_OVER;
		flow_put_get(kn, d->flow.index);
		round->sent[n++] = i;
	}
	kernel_call(kn, take_flow, flow_is_gone, round);
}

/* --- telling the router ------------------------------------------------------ */

static void decision_refused(void *arg, unsigned int i, int err, const char *text)
{
	struct round *round = arg;
	struct agent *agent = round->agent;
	struct decision *d = &round->decision[round->sent[i]];
	enum fate *fate = &round->fate[round->sent[i]];

	*fate = FATE_OVER;
	if (err == ENOENT || err == ESTALE) {
		count(agent, STAT_GONE);
	} else if (err == EINVAL && !d->flow.gen && !round->last) {
		*fate = FATE_RECHECK;
	} else {
		count(agent, STAT_FAILED);
		event_begin(&agent->events, "error");
		event_fmt(&agent->events, "error", "flow is not decided: %s", text);
		flow_event(&agent->events, &d->flow);
		event_end(&agent->events);
	}
}

static void send_decisions(struct round *round)
{
	struct kernel *kn = round->agent->kernel;
	unsigned int i, n = 0;

	for (i = 0; i < round->n; i++) {
		const struct flow *flow = &round->decision[i].flow;

		if (round->fate[i] != FATE_OPEN || !round->decision[i].known)
			continue;
		if (round->verdict[i].action == POLICY_ALLOW)
			flow_put_allow(kn, flow, round->where[i].reverse_nh);
		else
			flow_put_drop(kn, flow, FLOW_DROP_POLICY);
		round->fate[i] = FATE_DONE;
		round->sent[n++] = i;
	}
	/* Whose answer is lost may be decided or not: a later sweep sees to those that wait. */
	kernel_call(kn, NULL, decision_refused, round);
}

/* --- telling others ---------------------------------------------------------- */

static void tell_event(struct agent *agent, const struct decision *d, const struct verdict *v)
{
	bool denied = v->action != POLICY_ALLOW;
	struct events *ev = &agent->events;

	if (!v->log && !agent->verbose && !(denied && limit_take(&ev->denied, 100, now_ms())))
		return;
	event_begin(ev, denied ? "denied" : "flow");
	event_str(ev, "action", word_name(policy_actions, v->action));
	flow_event(ev, &d->flow);
	if (d->has_packet)
		event_num(ev, "vif", d->vif);
	if (v->rule)
		event_num(ev, "line", v->rule->line);
	if (v->rule && v->rule->name)
		event_str(ev, "rule", v->rule->name);
	event_end(ev);
}

static void remember(struct round *round, unsigned int i)
{
	const struct decision *d = &round->decision[i];
	struct seen_flow seen = {
		.gen = d->flow.gen ? d->flow.gen : d->gen_low,
		.whole = d->flow.gen,
		.vrf = round->where[i].rules_vrf,
		.action = round->verdict[i].action,
		.direction = d->flow.tuple.direction,
	};

	if (round->verdict[i].log || round->agent->verbose)
		seen.flags |= SEEN_LOG;
	seen_put(round->agent->seen, d->flow.index, &seen);
}

static void tell(struct round *round, unsigned int i)
{
	static const enum stat_id stats[] = {
		[POLICY_DENY] = STAT_DENIED,
		[POLICY_ALLOW] = STAT_ALLOWED,
		[POLICY_REJECT] = STAT_REJECTED,
	};
	struct decision *d = &round->decision[i];
	struct verdict *v = &round->verdict[i];
	struct agent *agent = round->agent;

	count(agent, stats[v->action]);
	remember(round, i);
	if (v->action == POLICY_REJECT && d->has_packet)
		tell_rejected(agent, &d->packet, d->vif, d->vrf);
	tell_event(agent, d, v);
}

void decide(struct agent *agent, struct decision *decision, unsigned int n)
{
	struct round round = { .agent = agent, .decision = decision, .n = n };
	unsigned int i, tries;

	/* Flows whose packet does not say what they are; then those of which it said it wrongly. */
	for (tries = 0; tries < 2; tries++) {
		round.last = tries;
		ask_for_flows(&round);
		find_verdicts(&round);
		send_decisions(&round);
	}
	for (i = 0; i < n; i++)
		if (round.fate[i] == FATE_DONE)
			tell(&round, i);
}
