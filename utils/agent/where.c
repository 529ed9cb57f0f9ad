// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flow's key nexthop says where its packets were met: on their way in, by
 * the vif that they came from, if that asks for policy; else on their way
 * out, by the vif that they go to. Answers are met the same way, with the
 * two vifs changing places.
 */
#include "where.h"

#include <string.h>

#include "agent.h"
#include "flow.h"

/* What the look-up is about just now. */
static const __u8 *where_addr(const struct where *w)
{
	return w->family == AF_BRIDGE ? w->mac : w->flow->tuple.dst;
}

static void route_in(struct where *w, __u32 vrf)
{
	w->vrf = vrf;
	w->family = w->flow->tuple.family;
}

static void bridge_in(struct where *w, __u32 vrf, const __u8 *mac)
{
	w->vrf = vrf;
	w->family = AF_BRIDGE;
	memcpy(w->mac, mac, sizeof(w->mac));
}

/* No table knows. Perhaps the vif's own addresses do, or a lease, which says the MAC. */
static void where_fallback(struct agent *agent, struct where *w)
{
	const struct tuple *tuple = &w->flow->tuple;
	const struct lease *lease = NULL;

	w->family = 0;
	w->to = world_vif_of_addr(agent->world, w->flow->vrf, tuple->family, tuple->dst);
	if (w->to || w->leased || tuple->family != AF_INET)
		return;
	w->leased = true;
	lease = config_lease_of(config_vrf(agent->config, w->flow->vrf), tuple->dst);
	if (lease)
		bridge_in(w, w->flow->vrf, lease->mac);
}

/* One step on, by the nexthop that the look-up found. */
static void where_step(struct agent *agent, struct where *w, __u32 id)
{
	const struct nh *nh = id == WORLD_NONE ? NULL : world_nh(agent->world, id);

	if (!nh || ++w->hops > WHERE_HOPS) {
		where_fallback(agent, w);
		return;
	}
	switch (nh->type - 1) {
	case VR_NH_ENCAP:
	case VR_NH_RECEIVE:
		w->to = world_vif(agent->world, nh->oif);
		w->family = 0;
		break;
	case VR_NH_L2_RECEIVE:
		route_in(w, w->vrf);
		break;
	case VR_NH_VRF_TRANSLATE:
		w->vrf = nh->vrf;
		break;
	default:
		w->family = 0;
		break;
	}
}

/* As far as the answers are known; true: somebody must be asked. */
static bool where_walk(struct agent *agent, struct where *w)
{
	__u32 nh;

	while (w->family) {
		if (!world_find(agent->world, w->vrf, w->family, where_addr(w), &nh))
			return true;
		where_step(agent, w, nh);
	}
	return false;
}

/* Packets of vifs with policy are met there; a frame that is bridged goes by its MAC. */
static void where_begin(struct agent *agent, struct where *w)
{
	struct flow *flow = w->flow;

	w->family = 0;
	w->hops = 0;
	w->leased = false;
	w->from = NULL;
	w->to = NULL;
	if (w->came && w->came->nh == flow->nh && (w->came->flags & VR_VIF_F_POLICY)) {
		w->from = w->came;
		if (w->from->type == VR_VIF_VIRTUAL && w->dmac &&
		    memcmp(w->dmac, w->from->mac, sizeof(w->from->mac)))
			bridge_in(w, w->from->vrf, w->dmac);
		else
			route_in(w, flow->vrf);
	} else if (w->came) {
		w->to = world_vif_of_nh(agent->world, flow->nh);
	} else if (w->peer_nh && w->peer_nh != flow->nh) {
		w->to = world_vif_of_nh(agent->world, w->peer_nh);
	} else {
		route_in(w, flow->vrf);
	}
}

static bool has_policy(const struct vif *vif)
{
	return vif && (vif->flags & VR_VIF_F_POLICY);
}

/* Where nobody has seen a packet of the flow, its key and its destination must do. */
static void where_guess(struct agent *agent, struct where *w)
{
	const struct vif *vif = world_vif_of_nh(agent->world, w->flow->nh);

	if (vif && vif != w->to && has_policy(vif))
		w->from = vif;
	else if (vif)
		w->to = vif;
}

static void where_end(struct agent *agent, struct where *w)
{
	struct flow *flow = w->flow;
	const struct vif *key;

	if (!w->came)
		where_guess(agent, w);
	flow->tuple.direction = 0;
	if (w->from && w->from->type == VR_VIF_VIRTUAL)
		flow->tuple.direction |= POLICY_EGRESS;
	if (w->to && w->to->type == VR_VIF_VIRTUAL)
		flow->tuple.direction |= POLICY_INGRESS;

	if (w->from || !w->came)
		w->reverse_nh = has_policy(w->to) ? w->to->nh : flow->nh;
	else
		w->reverse_nh = !w->to || has_policy(w->to) || !w->came->nh ? flow->nh :
										  w->came->nh;
	/* The guest's own rules, whatever the underlay it is reached by. */
	key = w->from ? w->from : w->to;
	w->rules_vrf = key && key->type == VR_VIF_VIRTUAL ? key->vrf : flow->vrf;
}

/* --- asking ------------------------------------------------------------------ */

struct where_round {
	struct agent *agent;
	struct where *asked[KERNEL_MANY];
};

static void where_answer(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct where_round *round = arg;
	const struct where *w = round->asked[i];

	world_learn(round->agent->world, w->vrf, w->family, where_addr(w), world_answer(object));
}

static void where_refused(void *arg, unsigned int i, int err, const char *text)
{
	struct where_round *round = arg;
	const struct where *w = round->asked[i];

	(void)err;
	(void)text;
	world_learn(round->agent->world, w->vrf, w->family, where_addr(w), WORLD_NONE);
}

/*
 * Asks for what the next step of each needs, and takes that step. Two flows may share a place in
 * the cache and throw each other out, so the answer is used at once, not looked for later.
 */
static bool where_ask(struct where_round *round, struct where *where, unsigned int n)
{
	struct kernel *kn = round->agent->kernel;
	unsigned int i, asked = 0;
	__u32 nh;

	for (i = 0; i < n && asked < KERNEL_MANY; i++) {
		struct where *w = &where[i];

		if (!where_walk(round->agent, w))
			continue;
		world_ask(kn, w->vrf, w->family, where_addr(w));
		round->asked[asked++] = w;
	}
	if (!asked)
		return false;
	if (kernel_call(kn, where_answer, where_refused, round))
		return false;
	for (i = 0; i < asked; i++) {
		struct where *w = round->asked[i];

		if (world_find(round->agent->world, w->vrf, w->family, where_addr(w), &nh))
			where_step(round->agent, w, nh);
	}
	return true;
}

void where_find(struct agent *agent, struct where *where, unsigned int n)
{
	struct where_round round = { .agent = agent };
	unsigned int i, tries = 0;

	for (i = 0; i < n; i++)
		where_begin(agent, &where[i]);
	/* Every round takes a step of most of them; who is thrown out of the cache waits. */
	while (where_ask(&round, where, n) && ++tries < 8 * WHERE_HOPS)
		;
	for (i = 0; i < n; i++)
		where_end(agent, &where[i]);
}
