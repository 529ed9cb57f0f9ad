// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: settings of the router; <vrouter/conf.h> lists them. */

#include <vr/cfg/conf.h>

#include "nl.h"

#define X(sym, word, dflt, least, most, help)					\
static struct netlink_range_validation conf_range_##sym = { .min = least, .max = most };
VR_CONF_SETTINGS(X)
#undef X

const struct nla_policy vrl_nl_conf_policy[VR_A_CONF_MAX + 1] = {
#define X(sym, word, dflt, least, most, help)					\
	[VR_A_CONF_##sym] = NLA_POLICY_FULL_RANGE(NLA_U32, &conf_range_##sym),
	VR_CONF_SETTINGS(X)
#undef X
};

#define CONF_SIZE (VR_CONF_MAX * nla_total_size(sizeof(u32)))

/* Attribute of a setting: one more than its index. */
static int conf_attr(unsigned int i)
{
	return i + 1;
}

static int conf_fill(struct sk_buff *skb, const struct vrl_nl_to *to,
		     const struct vr_conf_set *set)
{
	void *hdr = vrl_nl_put_header(skb, to, VR_CMD_CONF_NEW);
	unsigned int i;

	if (!hdr)
		return -EMSGSIZE;
	for (i = 0; i < VR_CONF_MAX; i++) {
		if (nla_put_u32(skb, conf_attr(i), set->value[i])) {
			genlmsg_cancel(skb, hdr);
			return -EMSGSIZE;
		}
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int conf_parse(struct genl_info *info, struct vr_conf_set *set)
{
	unsigned int i;

	BUILD_BUG_ON(VR_CONF_MAX > 64);
	BUILD_BUG_ON((int)VR_A_CONF_MAX != (int)VR_CONF_MAX);
	set->given = 0;
	for (i = 0; i < VR_CONF_MAX; i++) {
		if (!info->attrs[conf_attr(i)])
			continue;
		set->given |= BIT_ULL(i);
		set->value[i] = nla_get_u32(info->attrs[conf_attr(i)]);
	}
	if (set->given)
		return 0;
	return vrl_nl_refuse_attr(info, -EINVAL, 0, "no setting is given");
}

/*
 * Limits of memory that packets take in softirq, where no control group is charged. Like those of
 * nf_conntrack they are no matter of a user namespace. Of what waits for the agent 0 is no limit.
 */
static int conf_admit(struct sk_buff *skb, struct genl_info *info, const struct vr_conf_set *set)
{
	static const u32 defaults[] = {
#define X(sym, word, dflt, least, most, help)					\
		[VR_CONF_##sym] = dflt,
		VR_CONF_SETTINGS(X)
#undef X
	};
	static const enum vr_conf limits[] = {
		VR_CONF_FLOWS, VR_CONF_HOLD_LIMIT, VR_CONF_HOLD_QUEUE, VR_CONF_BURST_TOKENS,
		VR_CONF_FRAGMENTS, VR_CONF_FRAGMENTS_HELD,
	};
	unsigned int i;

	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		enum vr_conf which = limits[i];

		if (!(set->given & BIT_ULL(which)))
			continue;
		if (set->value[which] > defaults[which] ||
		    (which == VR_CONF_HOLD_LIMIT && !set->value[which]))
			return vrl_nl_refuse_attr(info, -EPERM, conf_attr(which),
						  "only the host's administrator may allow more than the default");
	}
	return 0;
}

/* All, as they are now, if anybody wants to know. */
static void conf_news(struct vrl_nl_news *news, const struct vr_core *core)
{
	struct vr_conf_set set;

	if (!vrl_nl_news_wanted(news))
		return;
	vr_conf_get(core, &set);
	vrl_nl_news_fill(news, conf_fill(news->skb, &news->to, &set));
}

int vrl_nl_conf_set(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_conf_set set;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	ret = conf_parse(info, &set);
	if (!ret)
		ret = conf_admit(skb, info, &set);
	if (ret)
		return ret;
	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, CONF_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vr_conf_set(core, &set, &err);
	if (!ret)
		conf_news(&news, core);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_conf_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_conf_set set;
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;

	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, CONF_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	vr_conf_get(core, &set);
	vr_core_unlock(core);

	return vrl_nl_reply_end(info, msg, conf_fill(msg, &to, &set), &err);
}
