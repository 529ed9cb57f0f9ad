// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: flows: the agent's decisions, and the ends that nobody asked for.
 *
 * The agent is not told of what it does itself unless it asks for an echo: it
 * decides more often than anybody could listen. Whoever decides lets go of the
 * packets that waited, after the unlock: vr_resume().
 */

#include <vr_host/event.h>

#include "nl_flow.h"
#include "pernet.h"

/* --- which flow -------------------------------------------------------------- */

/* What a request that is about one flow says of it must be whole. */
static int flow_check_which(struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VR_A_FLOW_GEN] && !attrs[VR_A_FLOW_INDEX])
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_FLOW_GEN,
					  "flow: a generation without its index");
	if (!attrs[VR_A_FLOW_INDEX] && !vrl_flow_has_key(info))
		return vrl_nl_missing(info, VR_A_FLOW_INDEX, "flow: index or key is missing");
	return 0;
}

static struct vr_flow_id flow_id(struct genl_info *info, int index, int gen)
{
	return (struct vr_flow_id){
		.index = nla_get_u32(info->attrs[index]),
		.gen = vrl_nl_u32(info, gen, 0),
	};
}

/*
 * The flow that the request means: that of the index, of which all must be so
 * that is said of the key, or without one that of the key. Under the core
 * lock; refuses for itself.
 */
static int flow_find(struct vr_core *core, struct genl_info *info, struct vr_flow_info *flow)
{
	struct vr_err err = {};
	struct vr_flow_key key;
	int ret;

	if (info->attrs[VR_A_FLOW_INDEX]) {
		ret = vr_flow_get(core, flow_id(info, VR_A_FLOW_INDEX, VR_A_FLOW_GEN), flow, &err);
		return ret ? vrl_nl_refuse(info, ret, &err) :
			     vrl_flow_match_key(info, &flow->cfg.key);
	}
	ret = vrl_flow_parse_key(info, &key);
	if (ret)
		return ret;
	ret = vr_flow_find(core, &key, flow, &err);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

/* --- echo -------------------------------------------------------------------- */

/* The message that the sender asked for, before the lock. -ENOMEM: nothing is to be done. */
static int flow_echo_new(struct genl_info *info, struct vrl_nl_to *to, struct sk_buff **echo)
{
	*echo = NULL;
	if (!vrl_nl_wants_echo(info))
		return 0;
	*echo = vrl_nl_reply_new(info, VRL_FLOW_SIZE, to);
	return *echo ? 0 : -ENOMEM;
}

/* What was asked for is done: an echo that is lost is the receiver's socket's to tell. */
static void flow_echo_end(struct genl_info *info, struct sk_buff *echo, int code)
{
	if (echo && !code)
		genlmsg_reply(echo, info);
	else
		nlmsg_free(echo);
}

/* --- new --------------------------------------------------------------------- */

/**
 * struct flow_wish - what a request makes of a flow
 * @cfg: the flow
 * @rev: the other direction, if @pair
 * @pair: both at once
 * @exclusive: it must not be there yet
 */
struct flow_wish {
	struct vr_flow_cfg cfg;
	struct vr_flow_cfg rev;
	bool pair;
	bool exclusive;
};

/* Attributes that say nothing without another, or contradict it. */
static int flow_check_new(struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	int ret = flow_check_which(info);

	if (ret)
		return ret;
	if (attrs[VR_A_FLOW_INDEX] && vrl_nl_exclusive(info))
		return vrl_nl_refuse_attr(info, -EEXIST, VR_A_FLOW_INDEX,
					  "flow: what has an index is not new");
	if (attrs[VR_A_FLOW_RGEN] && !attrs[VR_A_FLOW_RINDEX])
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_FLOW_RGEN,
					  "flow: a generation of the reverse without its index");
	if (attrs[VR_A_FLOW_RINDEX] && attrs[VR_A_FLOW_REVERSE])
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_FLOW_RINDEX,
					  "flow: its reverse is either made or linked, not both");
	if (!attrs[VR_A_FLOW_INDEX] && !attrs[VR_A_FLOW_ACTION])
		return vrl_nl_missing(info, VR_A_FLOW_ACTION, "flow: action is missing");
	return 0;
}

static int flow_parse(struct genl_info *info, struct flow_wish *wish)
{
	int ret = vrl_flow_parse(info, info->attrs, &wish->cfg);

	wish->pair = info->attrs[VR_A_FLOW_REVERSE];
	if (ret)
		return ret;
	return wish->pair ? vrl_flow_parse_reverse(info, &wish->cfg, &wish->rev) : 0;
}

/* What needs no look at what is there: made by key, with defaults. */
static int flow_parse_new(struct genl_info *info, struct flow_wish *wish)
{
	int ret = vrl_flow_parse_key(info, &wish->cfg.key);

	if (ret)
		return ret;
	vrl_flow_defaults(&wish->cfg);
	wish->exclusive = vrl_nl_exclusive(info);
	return flow_parse(info, wish);
}

/* The flow of the index, changed by what is given. Under the core lock. */
static int flow_parse_change(struct vr_core *core, struct genl_info *info, struct flow_wish *wish)
{
	struct vr_flow_info flow;
	int ret = flow_find(core, info, &flow);

	if (ret)
		return ret;
	wish->cfg = flow.cfg;
	/* Of either direction the member that packets chose stays: -1. */
	wish->cfg.ecmp = -1;
	wish->exclusive = false;
	return flow_parse(info, wish);
}

/* The flow that is to be linked with: asked for before anything is changed. */
static int flow_find_reverse(struct vr_core *core, struct genl_info *info,
			     const struct flow_wish *wish, struct vr_flow_id *rev)
{
	struct vr_flow_info flow;
	struct vr_err err;
	int ret;

	ret = vr_flow_get(core, flow_id(info, VR_A_FLOW_RINDEX, VR_A_FLOW_RGEN), &flow, &err);
	if (ret == -ESTALE)
		return vrl_nl_refuse_attr(info, ret, VR_A_FLOW_RGEN,
					  "flow: its reverse is of another generation");
	if (ret)
		return vrl_nl_refuse_attr(info, ret, VR_A_FLOW_RINDEX,
					  "flow: its reverse does not exist");
	if (!memcmp(&flow.cfg.key, &wish->cfg.key, sizeof(flow.cfg.key)))
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_FLOW_RINDEX,
					  "flow: it cannot be its own reverse");
	*rev = flow.id;
	return 0;
}

/* Under the core lock; refuses for itself. */
static int flow_set(struct vr_core *core, struct genl_info *info, const struct flow_wish *wish,
		    struct vr_flow_id *id)
{
	bool link = info->attrs[VR_A_FLOW_RINDEX];
	struct vr_flow_id ids[2], rev;
	struct vr_err err = {};
	int ret;

	if (link) {
		ret = flow_find_reverse(core, info, wish, &rev);
		if (ret)
			return ret;
	}
	ret = vr_flow_set(core, &wish->cfg, wish->pair ? &wish->rev : NULL, wish->exclusive, ids,
			  &err);
	if (!ret && link)
		ret = vr_flow_link(core, ids[0], rev, &err);
	if (ret)
		return vrl_nl_refuse(info, ret, &err);
	*id = ids[0];
	return 0;
}

int vrl_nl_flow_new(struct sk_buff *skb, struct genl_info *info)
{
	bool known = info->attrs[VR_A_FLOW_INDEX];
	struct vr_flow_info flow;
	struct vr_err err = {};
	struct flow_wish wish;
	struct vr_flow_id id;
	struct vr_core *core;
	struct vrl_nl_to to;
	struct sk_buff *echo;
	int ret;

	ret = flow_check_new(info);
	if (!ret && !known)
		ret = flow_parse_new(info, &wish);
	if (ret)
		return ret;
	core = known ? vrl_nl_core(info) : vrl_nl_core_make(info);
	if (!core)
		return known ? -ENOENT : -ENOMEM;
	ret = flow_echo_new(info, &to, &echo);
	if (ret)
		return ret;

	vr_core_lock(core);
	if (known)
		ret = flow_parse_change(core, info, &wish);
	if (!ret)
		ret = flow_set(core, info, &wish, &id);
	/* A packet may have ended it meanwhile: then there is nothing to be shown. */
	if (!ret && echo && (vr_flow_get(core, id, &flow, &err) ||
			     vrl_flow_fill(echo, &to, VR_CMD_FLOW_NEW, &flow, VRL_FLOW_NO_END))) {
		nlmsg_free(echo);
		echo = NULL;
	}
	vr_core_unlock(core);
	/* Also when its link was refused: it may have been decided before that. */
	vr_resume(core);

	flow_echo_end(info, echo, ret);
	return ret;
}

/* --- del, flush -------------------------------------------------------------- */

int vrl_nl_flow_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_flow_info flow;
	struct vr_err err = {};
	struct vr_core *core;
	struct vrl_nl_to to;
	struct sk_buff *echo;
	int ret;

	ret = flow_check_which(info);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = flow_echo_new(info, &to, &echo);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = flow_find(core, info, &flow);
	if (!ret) {
		ret = vr_flow_del(core, flow.id, info->attrs[VR_A_FLOW_IF_CLOSED],
				  info->attrs[VR_A_FLOW_PAIR], &flow, &err);
		if (ret)
			vrl_nl_refuse(info, ret, &err);
	}
	vr_core_unlock(core);
	if (!ret)
		vr_resume(core);

	if (echo && !ret)
		vrl_flow_fill(echo, &to, VR_CMD_FLOW_DEL, &flow, VR_FLOW_END_DELETED);
	flow_echo_end(info, echo, ret);
	return ret;
}

int vrl_nl_flow_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_core *core = vrl_nl_core(info);

	if (!core)
		return -ENOENT;
	vr_core_lock(core);
	vr_flow_flush(core);
	vr_core_unlock(core);
	vr_resume(core);
	return 0;
}

/* --- get --------------------------------------------------------------------- */

/* The filters of a dump are no part of the key, and choose nothing here. */
static int flow_check_get(struct genl_info *info)
{
	if (info->attrs[VR_A_FLOW_ACTION])
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_FLOW_ACTION,
					  "flow: one is got by its index or key, not by an action");
	if (info->attrs[VR_A_FLOW_VRF])
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_FLOW_VRF,
					  "flow: one is got by its index or key, not by a VRF");
	return flow_check_which(info);
}

int vrl_nl_flow_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_flow_info flow;
	struct vr_core *core;
	struct vrl_nl_to to;
	struct sk_buff *msg;
	int ret;

	ret = flow_check_get(info);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, VRL_FLOW_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	ret = flow_find(core, info, &flow);
	vr_core_unlock(core);

	if (ret) {
		nlmsg_free(msg);
		return ret;
	}
	vrl_flow_fill(msg, &to, VR_CMD_FLOW_NEW, &flow, VRL_FLOW_NO_END);
	return genlmsg_reply(msg, info);
}

/* --- ends -------------------------------------------------------------------- */

bool vr_event_flow_wanted(struct vr_core *core)
{
	return vrl_nl_flow_heard(vr_core_host(core));
}

void vr_event_flow_gone(struct vr_core *core, const struct vr_flow_info *info, u32 end)
{
	const struct vrl_nl_to to = {};
	struct sk_buff *skb;

	skb = genlmsg_new(VRL_FLOW_SIZE, GFP_KERNEL);
	if (skb)
		vrl_flow_fill(skb, &to, VR_CMD_FLOW_DEL, info, end);
	vrl_nl_flow_tell(vr_core_host(core), skb);
}
