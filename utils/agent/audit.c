// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the rules say of a flow counts for it and for its answers, so a flow is
 * judged by the direction that was decided. If this agent decided it, that is
 * known (seen.c); if another did, the flow stays as long as the rules let
 * either direction begin.
 */
#include "audit.h"

#include <errno.h>
#include <string.h>

#include "agent.h"
#include "decide.h"
#include "flow.h"
#include "seen.h"
#include "where.h"

/**
 * struct item - a flow that is judged
 * @flow: the flow
 * @own: what this agent decided of it; NULL
 * @other: what this agent decided of the other direction; NULL
 * @vrf: VRF whose rules count
 * @peer_nh: key nexthop of the other direction, 0: not known
 * @action: what the rules say
 * @log: and that it is told of
 * @origin: it is the direction that was decided
 */
struct item {
	struct flow *flow;
	const struct seen_flow *own;
	const struct seen_flow *other;
	__u32 vrf;
	__u32 peer_nh;
	__u32 action;
	bool log;
	bool origin;
};

/** struct audit - all of them; @sent: those in the requests, by place */
struct audit {
	struct agent *agent;
	struct item item[DECIDE_MANY];
	unsigned int n;
	unsigned int sent[DECIDE_MANY];
};

/* --- which way they go ------------------------------------------------------- */

static void item_read(struct audit *audit, struct item *item, struct flow *flow)
{
	const struct seen *seen = audit->agent->seen;
	struct tuple back;

	memset(item, 0, sizeof(*item));
	item->flow = flow;
	item->own = seen_find(seen, flow->index, flow->gen);
	if (flow->rindex != VR_FLOW_NONE)
		item->other = seen_find(seen, flow->rindex, flow->rgen);
	if (item->own) {
		flow->tuple.direction = item->own->direction;
		item->vrf = item->own->vrf;
	} else if (item->other) {
		flow->tuple.direction = item->other->direction;
		tuple_reverse(&flow->tuple, &back);
		flow->tuple.direction = back.direction;
		item->vrf = item->other->vrf;
	}
}

static bool is_new(const struct item *item)
{
	return !item->own && !item->other;
}

static void take_peer(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct audit *audit = arg;
	struct item *item = &audit->item[audit->sent[i]];
	struct flow peer;

	if (flow_read(object, &peer) && peer.gen == item->flow->rgen)
		item->peer_nh = peer.nh;
}

/* Where a frame is bridged to no table says by its address; the other direction's key may. */
static void ask_for_peers(struct audit *audit)
{
	struct agent *agent = audit->agent;
	unsigned int i, n = 0;

	for (i = 0; i < audit->n; i++) {
		const struct item *item = &audit->item[i];

		if (!is_new(item) || item->flow->rindex == VR_FLOW_NONE ||
		    !policy_asks_direction(config_rules(agent->config, item->flow->vrf)))
			continue;
		flow_put_get(agent->kernel, item->flow->rindex);
		audit->sent[n++] = i;
	}
	kernel_call(agent->kernel, take_peer, NULL, audit);
}

static void find_directions(struct audit *audit)
{
	struct where where[DECIDE_MANY];
	unsigned int i, n = 0;

	for (i = 0; i < audit->n; i++) {
		if (!is_new(&audit->item[i]))
			continue;
		memset(&where[n], 0, sizeof(where[n]));
		where[n].flow = audit->item[i].flow;
		where[n].peer_nh = audit->item[i].peer_nh;
		audit->sent[n++] = i;
	}
	where_find(audit->agent, where, n);
	for (i = 0; i < n; i++)
		audit->item[audit->sent[i]].vrf = where[i].rules_vrf;
}

/* --- what the rules say ------------------------------------------------------ */

static void item_judge(struct agent *agent, struct item *item)
{
	const struct rules *rules = config_rules(agent->config, item->vrf);
	const struct flow *flow = item->flow;
	struct verdict forth, back, *counts = &forth;
	struct tuple reverse;

	tuple_reverse(&flow->tuple, &reverse);
	policy_decide(rules, &flow->tuple, &forth);
	policy_decide(rules, &reverse, &back);

	if (item->own || flow->rindex == VR_FLOW_NONE) {
		item->origin = true;
	} else if (item->other) {
		counts = &back;
	} else if (forth.action != POLICY_ALLOW) {
		counts = &back;
	} else {
		/* If only one direction could have begun, it did. */
		item->origin = back.action != POLICY_ALLOW;
	}
	item->action = counts->action;
	item->log = counts->log || agent->verbose;
}

/* Is it decided otherwise? Whether a sender was told is known only of this agent's own. */
static bool item_differs(const struct item *item)
{
	bool allowed = item->flow->action == VR_FLOW_FORWARD;

	if (item->own && item->own->action != item->action)
		return true;
	return allowed != (item->action == POLICY_ALLOW);
}

static void item_keep(struct agent *agent, const struct item *item)
{
	struct seen_flow seen = {
		.gen = item->flow->gen,
		.whole = true,
		.vrf = item->vrf,
		.action = item->action,
		.direction = item->flow->tuple.direction,
		.flags = item->log ? SEEN_LOG : 0,
	};

	if (item->origin)
		seen_put(agent->seen, item->flow->index, &seen);
}

/* --- changing ---------------------------------------------------------------- */

/*
 * What may go on no longer is dropped: if it were deleted, the next packet of
 * either side would make it anew, and be decided as if it were the first. What
 * is dropped and is decided otherwise is deleted: its next packet is decided.
 */
static void item_change(struct agent *agent, const struct item *item, __u32 reason)
{
	if (item->flow->action == VR_FLOW_FORWARD)
		flow_put_drop(agent->kernel, item->flow, reason);
	else
		flow_put_delete(agent->kernel, item->flow);
	count(agent, STAT_CHANGED);
}

static void change_refused(void *arg, unsigned int i, int err, const char *text)
{
	struct audit *audit = arg;
	struct events *ev = &audit->agent->events;

	if (err == ENOENT || err == ESTALE)
		return;
	count(audit->agent, STAT_FAILED);
	event_begin(ev, "error");
	event_fmt(ev, "error", "flow is not decided: %s", text);
	flow_event(ev, audit->item[audit->sent[i]].flow);
	event_end(ev);
}

unsigned int audit(struct agent *agent, struct flow *const *flow, unsigned int n, __u32 reason)
{
	struct audit audit = { .agent = agent, .n = n };
	unsigned int i, sent = 0;

	for (i = 0; i < n; i++)
		item_read(&audit, &audit.item[i], flow[i]);
	ask_for_peers(&audit);
	find_directions(&audit);
	for (i = 0; i < n; i++) {
		struct item *item = &audit.item[i];

		count(agent, STAT_AUDITED);
		item_judge(agent, item);
		if (item_differs(item)) {
			item_change(agent, item, reason);
			audit.sent[sent++] = i;
		}
		item_keep(agent, item);
	}
	kernel_call(agent->kernel, NULL, change_refused, &audit);
	return sent;
}
