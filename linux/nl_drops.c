// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: drop counters, of the namespace or of one vif. */

#include <vr/cfg/vif.h>
#include <vrouter/drop.h>

#include "nl.h"

const struct nla_policy vrl_nl_drops_policy[VR_A_DROPS_MAX + 1] = {
	[VR_A_DROPS_VIF] = VRL_NL_VIF,
	[VR_A_DROPS_LIST] = VRL_NL_OUT("drops: the list of counters"),
};

#define DROP_SIZE (nla_total_size(sizeof(u32)) + nla_total_size_64bit(sizeof(u64)))

size_t vrl_nl_drops_size(void)
{
	return nla_total_size(VR_DROP_MAX * nla_total_size(DROP_SIZE));
}

int vrl_nl_put_drops(struct sk_buff *skb, int attr, const u64 *drops)
{
	struct nlattr *list, *entry;
	u32 reason;

	list = nla_nest_start(skb, attr);
	if (!list)
		return -EMSGSIZE;
	for (reason = 0; reason < VR_DROP_MAX; reason++) {
		entry = nla_nest_start(skb, VR_A_DROP_ENTRY);
		if (!entry ||
		    nla_put_u32(skb, VR_A_DROP_REASON, reason) ||
		    nla_put_u64_64bit(skb, VR_A_DROP_COUNT, drops[reason], VR_A_DROP_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, entry);
	}
	nla_nest_end(skb, list);
	return 0;
}

/* @vif: NULL for the namespace's */
static int drops_fill(struct sk_buff *skb, const struct vrl_nl_to *to, const struct nlattr *vif,
		      const u64 *drops)
{
	void *hdr = vrl_nl_put_header(skb, to, VR_CMD_DROPS_NEW);

	if (!hdr)
		return -EMSGSIZE;
	if ((vif && nla_put_u32(skb, VR_A_DROPS_VIF, nla_get_u32(vif))) ||
	    vrl_nl_put_drops(skb, VR_A_DROPS_LIST, drops)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* What the core says of a vif, in our attributes. */
static void drops_translate(struct vr_err *err)
{
	err->attr = err->attr == VR_A_VIF_ID ? VR_A_DROPS_VIF : 0;
}

int vrl_nl_drops_get(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *vif = info->attrs[VR_A_DROPS_VIF];
	u64 drops[VR_DROP_MAX];
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret = 0;

	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, nla_total_size(sizeof(u32)) + vrl_nl_drops_size(), &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	if (vif)
		ret = vr_vif_drops(core, nla_get_u32(vif), drops, &err);
	else
		vr_core_drops(core, drops);
	vr_core_unlock(core);

	if (ret)
		drops_translate(&err);
	else
		ret = drops_fill(msg, &to, vif, drops);
	return vrl_nl_reply_end(info, msg, ret, &err);
}

int vrl_nl_drops_clear(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *vif = info->attrs[VR_A_DROPS_VIF];
	struct vr_err err = {};
	struct vr_core *core;
	int ret = 0;

	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;

	vr_core_lock(core);
	if (vif)
		ret = vr_vif_drops_clear(core, nla_get_u32(vif), &err);
	else
		vr_core_drops_clear(core);
	vr_core_unlock(core);

	if (!ret)
		return 0;
	drops_translate(&err);
	return vrl_nl_refuse(info, ret, &err);
}
