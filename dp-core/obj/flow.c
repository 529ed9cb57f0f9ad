// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows: linked, deleted and listed; flow_set.c decides them.
 *
 * The core lock keeps configuration apart, but packets make flows too, and a
 * SYN may end one: whatever is read of a flow here is read again under the
 * lock of its stripe before it is changed. Never are two stripes locked at
 * once: the two directions of a conversation are changed one after the other,
 * and name each other by index. An index alone proves nothing, since its flow
 * may have gone: only two that name each other are partners.
 */
#include "obj/flow.h"

#include "obj/core.h"

static u64 flow_hash(const struct vr_core *core, const struct vr_flow *flow)
{
	return vr_flow_hash(&core->flows, &flow->key);
}

struct vr_flow *vr_flow_partner_rcu(struct vr_core *core, const struct vr_flow *flow,
				    const struct vr_flow_act *act)
{
	struct vr_flow *other;
	struct vr_flow_act theirs;

	if (act->rindex == VR_FLOW_NONE)
		return NULL;
	other = vr_flow_at_rcu(&core->flows, act->rindex);
	if (!other)
		return NULL;
	theirs = vr_flow_act_read(other);
	return theirs.rindex == vr_flow_index(&core->flows, flow) ? other : NULL;
}

void vr_flow_key_reverse(const struct vr_flow_key *key, u32 nh, struct vr_flow_key *rev)
{
	unsigned int i, words = key->family == AF_INET6 ? 4 : 1;
	bool icmp = key->proto == IPPROTO_ICMP || key->proto == IPPROTO_ICMPV6;

	*rev = *key;
	rev->nh = nh;
	for (i = 0; i < words; i++) {
		rev->addr[i] = key->addr[words + i];
		rev->addr[words + i] = key->addr[i];
	}
	/* Identifier and type are the same both ways. */
	if (icmp)
		return;
	rev->sport = key->dport;
	rev->dport = key->sport;
}

/* --- links --- */

/* The flow at @index, if it names @from as its other direction, names none any more. */
static void flow_unname(struct vr_core *core, u32 index, u32 from)
{
	struct vr_flow *flow = vr_flow_at_rcu(&core->flows, index);
	struct vr_flow_act act;
	u64 hash;

	if (!flow)
		return;
	hash = flow_hash(core, flow);
	vr_flow_lock(&core->flows, hash);
	act = vr_flow_act_read(flow);
	if (!(act.flags & VR_FLOW_A_DEAD) && act.rindex == from) {
		act.rindex = VR_FLOW_NONE;
		vr_flow_act_write(flow, &act);
	}
	vr_flow_unlock(&core->flows, hash);
}

bool vr_flow_name(struct vr_core *core, struct vr_flow *flow, u32 index)
{
	u64 hash = flow_hash(core, flow);
	struct vr_flow_act act;
	bool alive;
	u32 was;

	vr_flow_lock(&core->flows, hash);
	act = vr_flow_act_read(flow);
	alive = !(act.flags & VR_FLOW_A_DEAD);
	was = act.rindex;
	if (alive && was != index) {
		act.rindex = index;
		vr_flow_act_write(flow, &act);
	}
	vr_flow_unlock(&core->flows, hash);
	if (alive && was != index && was != VR_FLOW_NONE)
		flow_unname(core, was, vr_flow_index(&core->flows, flow));
	return alive;
}

/* --- members of composites --- */

s8 vr_flow_set_member(struct vr_core *core, struct vr_flow *flow, s8 was, s8 member)
{
	u64 hash = flow_hash(core, flow);
	struct vr_flow_act act;

	vr_flow_lock(&core->flows, hash);
	act = vr_flow_act_read(flow);
	if (act.ecmp == was) {
		act.ecmp = member;
		vr_flow_act_write(flow, &act);
	}
	vr_flow_unlock(&core->flows, hash);
	return act.ecmp;
}

/* --- what one can ask --- */

static u32 flow_state(const struct vr_flow_act *act, u32 held)
{
	u32 state = 0;

	if (act->flags & VR_FLOW_A_NEW)
		state |= VR_FLOW_S_NEW;
	if (held)
		state |= VR_FLOW_S_HELD;
	if (act->flags & VR_FLOW_A_EVICT)
		state |= VR_FLOW_S_EVICT;
	return state;
}

/* All but the other direction's generation. */
static void flow_fill(struct vr_core *core, const struct vr_flow *flow,
		      const struct vr_flow_act *act, struct vr_flow_info *info)
{
	u32 used = READ_ONCE(flow->used);

	memset(info, 0, sizeof(*info));
	info->cfg = (struct vr_flow_cfg){
		.key = flow->key,
		.action = act->action,
		.flags = (act->flags & VR_FLOW_A_VRFT ? VR_FLOW_F_VRFT : 0) |
			 (act->flags & VR_FLOW_A_MIRROR ? VR_FLOW_F_MIRROR : 0),
		.vrf = READ_ONCE(flow->vrf),
		.dvrf = act->dvrf,
		.src_nh = act->src_nh,
		.drop_reason = act->drop_reason,
		.ttl = act->ttl,
		.ecmp = act->ecmp,
		.mirror = { READ_ONCE(flow->mirror[0]), READ_ONCE(flow->mirror[1]) },
	};
	info->id = vr_flow_id(flow);
	info->rev.index = VR_FLOW_NONE;
	info->tcp = READ_ONCE(flow->tcp) & ~VR_FLOW_TCP_ACKED;
	if (act->flags & VR_FLOW_A_HOLD)
		info->held = vr_hold_len(core, info->id);
	info->state = flow_state(act, info->held);
	/* Another cpu may be a tick ahead. */
	smp_rmb();
	info->idle_ms = vr_ticks_to_ms(vr_ticks() - used);
	vr_flow_counts(&core->flows, flow, &info->packets, &info->bytes);
}

void vr_flow_fill(struct vr_core *core, const struct vr_flow *flow, struct vr_flow_info *info)
{
	struct vr_flow_act act = vr_flow_act_read(flow);
	struct vr_flow *other = vr_flow_partner_rcu(core, flow, &act);

	flow_fill(core, flow, &act, info);
	if (other)
		info->rev = vr_flow_id(other);
}

/* --- deletion --- */

bool vr_flow_remove(struct vr_core *core, struct vr_flow *flow, u8 only,
		    enum vr_drop_reason reason, struct vr_flow_info *info)
{
	struct vr_flow_id id = vr_flow_id(flow);
	u64 hash = flow_hash(core, flow);
	struct vr_flow_act act;

	if (info)
		vr_flow_fill(core, flow, info);
	vr_flow_lock(&core->flows, hash);
	act = vr_flow_act_read(flow);
	if ((act.flags & VR_FLOW_A_DEAD) || (act.flags & only) != only) {
		vr_flow_unlock(&core->flows, hash);
		return false;
	}
	if (act.flags & VR_FLOW_A_HOLD)
		vr_hold_drop(core, id, reason);
	vr_flow_unlink_locked(&core->flows, flow, hash);
	vr_flow_unlock(&core->flows, hash);

	if (act.rindex != VR_FLOW_NONE)
		flow_unname(core, act.rindex, id.index);
	if (info)
		vr_flow_counts(&core->flows, flow, &info->packets, &info->bytes);
	return true;
}

/* The flow that @id means. */
static struct vr_flow *flow_get(struct vr_core *core, struct vr_flow_id id, struct vr_err *err)
{
	struct vr_flow *flow;

	vr_assert_cfg_held(core);
	flow = vr_flow_at_rcu(&core->flows, id.index);
	if (!flow) {
		vr_refuse(err, -ENOENT, VR_A_FLOW_INDEX, "no such flow");
		return ERR_PTR(-ENOENT);
	}
	if (id.gen && id.gen != READ_ONCE(flow->gen)) {
		vr_refuse(err, -ESTALE, VR_A_FLOW_GEN, "another flow has this index by now");
		return ERR_PTR(-ESTALE);
	}
	return flow;
}

static int flow_del(struct vr_core *core, struct vr_flow_id id, bool if_closed, bool pair,
		    struct vr_flow_info *info, struct vr_err *err)
{
	struct vr_flow *flow = flow_get(core, id, err), *other;
	struct vr_flow_act act;

	if (IS_ERR(flow))
		return PTR_ERR(flow);
	act = vr_flow_act_read(flow);
	if (if_closed && !(act.flags & VR_FLOW_A_EVICT))
		return vr_refuse(err, -EBUSY, VR_A_FLOW_IF_CLOSED,
				 "the flow's TCP connection has not ended");
	other = pair ? vr_flow_partner_rcu(core, flow, &act) : NULL;
	if (!vr_flow_remove(core, flow, 0, VR_DROP_FLOW_EVICT, info))
		return vr_refuse(err, -ENOENT, VR_A_FLOW_INDEX, "no such flow");
	core->flow_totals.deleted++;
	if (other && vr_flow_remove(core, other, 0, VR_DROP_FLOW_EVICT, NULL))
		core->flow_totals.deleted++;
	return 0;
}

int vr_flow_del(struct vr_core *core, struct vr_flow_id id, bool if_closed, bool pair,
		struct vr_flow_info *info, struct vr_err *err)
{
	int ret;

	rcu_read_lock();
	ret = flow_del(core, id, if_closed, pair, info, err);
	rcu_read_unlock();
	if (!ret)
		vr_flow_kick(core);
	return ret;
}

void vr_flow_flush(struct vr_core *core)
{
	struct vr_flow *flow;
	u32 index;

	vr_assert_cfg_held(core);
	for (index = 0; index < vr_flow_table_span(&core->flows); index++) {
		rcu_read_lock();
		flow = vr_flow_at_rcu(&core->flows, index);
		if (flow && vr_flow_remove(core, flow, 0, VR_DROP_FLOW_EVICT, NULL))
			core->flow_totals.deleted++;
		rcu_read_unlock();
		vr_breathe();
	}
	vr_flow_kick(core);
}

/* --- links, by whom they are asked for --- */

static int flow_link(struct vr_core *core, struct vr_flow *a, struct vr_flow *b,
		     struct vr_err *err)
{
	if (a == b)
		return vr_refuse(err, -EINVAL, VR_A_FLOW_RINDEX,
				 "a flow cannot be its own other direction");
	if (vr_flow_name(core, a, vr_flow_index(&core->flows, b)) &&
	    vr_flow_name(core, b, vr_flow_index(&core->flows, a)))
		return 0;
	return vr_refuse(err, -ENOENT, VR_A_FLOW_INDEX, "no such flow");
}

int vr_flow_link(struct vr_core *core, struct vr_flow_id a, struct vr_flow_id b,
		 struct vr_err *err)
{
	struct vr_flow *one, *two;
	struct vr_err why;
	int ret;

	rcu_read_lock();
	one = flow_get(core, a, err);
	two = IS_ERR(one) ? one : flow_get(core, b, &why);
	if (!IS_ERR(two))
		ret = flow_link(core, one, two, err);
	else if (IS_ERR(one))
		ret = PTR_ERR(one);
	else if (PTR_ERR(two) == -ESTALE)
		ret = vr_refuse(err, -ESTALE, VR_A_FLOW_RGEN,
				"another flow has the index of the other direction by now");
	else
		ret = vr_refuse(err, -ENOENT, VR_A_FLOW_RINDEX,
				"no flow has the index of the other direction");
	rcu_read_unlock();
	return ret;
}

/* --- listed --- */

int vr_flow_get(struct vr_core *core, struct vr_flow_id id, struct vr_flow_info *info,
		struct vr_err *err)
{
	struct vr_flow *flow;

	rcu_read_lock();
	flow = flow_get(core, id, err);
	if (!IS_ERR(flow))
		vr_flow_fill(core, flow, info);
	rcu_read_unlock();
	return PTR_ERR_OR_ZERO(flow);
}

int vr_flow_find(struct vr_core *core, const struct vr_flow_key *key, struct vr_flow_info *info,
		 struct vr_err *err)
{
	const struct vr_flow *flow;

	vr_assert_cfg_held(core);
	rcu_read_lock();
	flow = vr_flow_find_rcu(&core->flows, key, vr_flow_hash(&core->flows, key));
	if (flow)
		vr_flow_fill(core, flow, info);
	rcu_read_unlock();
	return flow ? 0 : vr_refuse(err, -ENOENT, 0, "no flow has this key");
}

int vr_flow_next(struct vr_core *core, u32 index, struct vr_flow_info *info)
{
	const struct vr_flow *flow;

	vr_assert_cfg_held(core);
	rcu_read_lock();
	flow = vr_flow_table_next(&core->flows, &index);
	if (flow)
		vr_flow_fill(core, flow, info);
	rcu_read_unlock();
	return flow ? 0 : -ENOENT;
}

u32 vr_flow_changes(const struct vr_core *core)
{
	return atomic_read(&core->flows.changes);
}

void vr_flow_totals(struct vr_core *core, struct vr_flow_totals *totals)
{
	vr_assert_cfg_held(core);
	*totals = core->flow_totals;
	totals->created = vr_counters_read(&core->stats, VR_CORE_FLOWS_CREATED);
	totals->refused = vr_counters_read(&core->stats, VR_CORE_FLOWS_REFUSED);
	vr_hold_totals(core, totals);
}

/* --- made and ended with the core --- */

int vr_flow_init(struct vr_core *core)
{
	int err = vr_flow_table_init(&core->flows, &core->mem, vr_conf(core, VR_CONF_FLOWS));

	if (!err)
		err = vr_hold_init(core);
	if (!err)
		err = vr_age_init(core);
	return err;
}

void vr_flow_exit(struct vr_core *core)
{
	vr_age_exit(core);
	vr_hold_exit(core);
	vr_flow_table_exit(&core->flows);
}
