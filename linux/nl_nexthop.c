// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: nexthops. */

#include <vr/cfg/nexthop.h>
#include <vr/cfg/vif.h>

#include "nl.h"

static const struct nla_policy nh_member_policy[VR_A_MEMBER_MAX + 1] = {
	[VR_A_MEMBER_NH] = VRL_NL_NH,
	[VR_A_MEMBER_LABEL] = VRL_NL_LABEL,
};

static const struct nla_policy nh_members_policy[VR_A_MEMBER_MAX + 1] = {
	[VR_A_MEMBER_ENTRY] = NLA_POLICY_NESTED(nh_member_policy),
};

const struct nla_policy vrl_nl_nh_policy[VR_A_NH_MAX + 1] = {
	[VR_A_NH_ID] = VRL_NL_NH_MADE,
	[VR_A_NH_TYPE] = NLA_POLICY_RANGE(NLA_U32, VR_NH_RECEIVE, VR_NH_L2_RECEIVE),
	[VR_A_NH_FAMILY] = NLA_POLICY_MIN(NLA_U32, 1),
	[VR_A_NH_FLAGS] = NLA_POLICY_MASK(NLA_U32, VR_NH_F_ALL),
	[VR_A_NH_VRF] = VRL_NL_VRF,
	[VR_A_NH_OIF] = VRL_NL_VIF,
	[VR_A_NH_DMAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_NH_SMAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_NH_KIND] = NLA_POLICY_RANGE(NLA_U32, VR_NH_KIND_L2_MCAST, VR_NH_KIND_ENCAP),
	[VR_A_NH_MEMBERS] = NLA_POLICY_NESTED(nh_members_policy),
	[VR_A_NH_REFS] = VRL_NL_OUT("nexthop: the number of references"),
};

const struct nla_policy vrl_nl_nh_del_policy[VR_A_NH_ID + 1] = {
	[VR_A_NH_ID] = VRL_NL_NH_MADE,
};

const struct nla_policy vrl_nl_nh_get_policy[VR_A_NH_ID + 1] = {
	[VR_A_NH_ID] = VRL_NL_NH,
};

/* Where a dump of nexthops goes on. */
struct nh_dump {
	struct vrl_nl_dump head;
	u32 id;
};

static size_t nh_size(u32 n_members)
{
	size_t member = nla_total_size(2 * nla_total_size(sizeof(u32)));

	return 8 * nla_total_size(sizeof(u32)) + 2 * nla_total_size(ETH_ALEN) +
	       nla_total_size(n_members * member);
}

static int nh_put_members(struct sk_buff *skb, const struct vr_nh_cfg *nh)
{
	struct nlattr *members, *entry;
	u32 i;

	members = nla_nest_start(skb, VR_A_NH_MEMBERS);
	if (!members)
		return -EMSGSIZE;
	for (i = 0; i < nh->n_members; i++) {
		entry = nla_nest_start(skb, VR_A_MEMBER_ENTRY);
		if (!entry || nla_put_u32(skb, VR_A_MEMBER_NH, nh->members[i].nh))
			return -EMSGSIZE;
		if (nh->members[i].label != VR_LABEL_NONE &&
		    nla_put_u32(skb, VR_A_MEMBER_LABEL, nh->members[i].label))
			return -EMSGSIZE;
		nla_nest_end(skb, entry);
	}
	nla_nest_end(skb, members);
	return 0;
}

/* What only some types have. */
static int nh_put_body(struct sk_buff *skb, const struct vr_nh_cfg *nh)
{
	switch (nh->type) {
	case VR_NH_ENCAP:
		if (nla_put(skb, VR_A_NH_DMAC, ETH_ALEN, nh->dmac))
			return -EMSGSIZE;
		return nla_put(skb, VR_A_NH_SMAC, ETH_ALEN, nh->smac);
	case VR_NH_COMPOSITE:
		if (nla_put_u32(skb, VR_A_NH_KIND, nh->kind))
			return -EMSGSIZE;
		return nh_put_members(skb, nh);
	default:
		return 0;
	}
}

static int nh_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		   const struct vr_nh_info *info)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);
	const struct vr_nh_cfg *nh = &info->cfg;

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VR_A_NH_ID, nh->id) ||
	    nla_put_u32(skb, VR_A_NH_TYPE, nh->type) ||
	    nla_put_u32(skb, VR_A_NH_FLAGS, nh->flags) ||
	    nla_put_u32(skb, VR_A_NH_VRF, nh->vrf) ||
	    nla_put_u32(skb, VR_A_NH_REFS, info->refs))
		goto full;
	if (nh->family && nla_put_u32(skb, VR_A_NH_FAMILY, nh->family))
		goto full;
	if (nh->oif != VR_VIF_ID_NONE && nla_put_u32(skb, VR_A_NH_OIF, nh->oif))
		goto full;
	if (nh_put_body(skb, nh))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;
full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

static int nh_parse_id(struct genl_info *info, u32 *id)
{
	if (!info->attrs[VR_A_NH_ID])
		return vrl_nl_missing(info, VR_A_NH_ID, "nexthop id is missing");
	*id = nla_get_u32(info->attrs[VR_A_NH_ID]);
	return 0;
}

/* The list of members, which the caller frees with kvfree(). */
static int nh_parse_members(struct genl_info *info, struct vr_nh_cfg *nh)
{
	const struct nlattr *entry, *id, *label;
	struct vr_nh_member *member;
	u32 n = 0;
	int rem;

	nla_for_each_nested(entry, info->attrs[VR_A_NH_MEMBERS], rem)
		n++;
	if (n > VR_NH_MEMBERS_MAX)
		return vrl_nl_refuse_attr(info, -E2BIG, VR_A_NH_MEMBERS,
					  "a composite has 256 members at most");
	if (!n)
		return 0;
	member = kvcalloc(n, sizeof(*member), GFP_KERNEL);
	if (!member)
		return vrl_nl_refuse_attr(info, -ENOMEM, 0, "no memory for the list of members");
	nh->members = member;
	nh->n_members = n;
	nla_for_each_nested(entry, info->attrs[VR_A_NH_MEMBERS], rem) {
		id = nla_find_nested(entry, VR_A_MEMBER_NH);
		label = nla_find_nested(entry, VR_A_MEMBER_LABEL);
		if (!id)
			return vrl_nl_missing_in(info, entry, VR_A_MEMBER_NH,
						 "member: nexthop is missing");
		member->nh = nla_get_u32(id);
		member->label = label ? nla_get_u32(label) : VR_LABEL_NONE;
		member++;
	}
	return 0;
}

/* The attributes that must, or must not, come with a type; the core knows the rest. */
static int nh_check_presence(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	struct nlattr **attrs = info->attrs;

	if (nh->type == VR_NH_ENCAP) {
		if (!attrs[VR_A_NH_DMAC] && !(nh->flags & VR_NH_F_MCAST))
			return vrl_nl_missing(info, VR_A_NH_DMAC,
					      "encap: destination MAC is missing");
		if (!attrs[VR_A_NH_SMAC])
			return vrl_nl_missing(info, VR_A_NH_SMAC, "encap: source MAC is missing");
	} else {
		if (attrs[VR_A_NH_DMAC])
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_DMAC,
						  "only encap has a destination MAC");
		if (attrs[VR_A_NH_SMAC])
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_SMAC,
						  "only encap has a source MAC");
	}
	if (nh->type == VR_NH_COMPOSITE) {
		if (!attrs[VR_A_NH_KIND])
			return vrl_nl_missing(info, VR_A_NH_KIND, "composite: kind is missing");
	} else {
		if (attrs[VR_A_NH_KIND])
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_KIND,
						  "only a composite has a kind");
		if (attrs[VR_A_NH_MEMBERS])
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_MEMBERS,
						  "only a composite has members");
	}
	return 0;
}

/* What is allocated in @nh is the caller's to free, after a failure too. */
static int nh_parse(struct genl_info *info, struct vr_nh_cfg *nh)
{
	struct nlattr **attrs = info->attrs;
	int ret;

	memset(nh, 0, sizeof(*nh));
	ret = nh_parse_id(info, &nh->id);
	if (ret)
		return ret;
	if (!attrs[VR_A_NH_TYPE])
		return vrl_nl_missing(info, VR_A_NH_TYPE, "nexthop type is missing");
	nh->type = nla_get_u32(attrs[VR_A_NH_TYPE]);
	nh->family = vrl_nl_u32(info, VR_A_NH_FAMILY, 0);
	nh->flags = vrl_nl_u32(info, VR_A_NH_FLAGS, 0);
	nh->vrf = vrl_nl_u32(info, VR_A_NH_VRF, 0);
	nh->oif = vrl_nl_u32(info, VR_A_NH_OIF, VR_VIF_ID_NONE);
	nh->kind = vrl_nl_u32(info, VR_A_NH_KIND, VR_NH_KIND_NONE);
	ret = nh_check_presence(info, nh);
	if (ret)
		return ret;
	if (attrs[VR_A_NH_DMAC])
		nla_memcpy(nh->dmac, attrs[VR_A_NH_DMAC], ETH_ALEN);
	if (attrs[VR_A_NH_SMAC])
		nla_memcpy(nh->smac, attrs[VR_A_NH_SMAC], ETH_ALEN);
	return attrs[VR_A_NH_MEMBERS] ? nh_parse_members(info, nh) : 0;
}

/* As it is now, if anybody wants to know. */
static void nh_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd, u32 id)
{
	struct vr_nh_info nh;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_nh_get(core, id, &nh, &err))
		vrl_nl_news_fill(news, nh_fill(news->skb, &news->to, cmd, &nh));
}

static int nh_new(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, nh_size(nh->n_members));
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vr_nh_set(core, nh, vrl_nl_exclusive(info), &err);
	if (!ret)
		nh_news(&news, core, VR_CMD_NH_NEW, nh->id);
	vr_core_unlock(core);

	vrl_nl_news_end(&news, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_nh_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_nh_cfg nh;
	int ret;

	ret = nh_parse(info, &nh);
	if (!ret)
		ret = nh_new(info, &nh);
	kvfree(nh.members);
	return ret;
}

int vrl_nl_nh_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;
	u32 id;

	ret = nh_parse_id(info, &id);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, nh_size(VR_NH_MEMBERS_MAX));
	if (ret)
		return ret;

	vr_core_lock(core);
	nh_news(&news, core, VR_CMD_NH_DEL, id);
	ret = vr_nh_del(core, id, &err);
	vr_core_unlock(core);

	vrl_nl_news_end(&news, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_nh_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_nh_info nh;
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret;
	u32 id;

	ret = nh_parse_id(info, &id);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, nh_size(VR_NH_MEMBERS_MAX), &to);
	if (!msg)
		return -ENOMEM;

	/* The members are the nexthop's own: filled in before the unlock. */
	vr_core_lock(core);
	ret = vr_nh_get(core, id, &nh, &err);
	if (!ret)
		ret = nh_fill(msg, &to, VR_CMD_NH_NEW, &nh);
	vr_core_unlock(core);

	return vrl_nl_reply_end(info, msg, ret, &err);
}

int vrl_nl_nh_start(struct netlink_callback *cb)
{
	/* The largest must fit into a message of the dump. */
	cb->min_dump_alloc = nlmsg_total_size(genlmsg_total_size(nh_size(VR_NH_MEMBERS_MAX)));
	vrl_nl_dump_start(cb, VR_A_NH_ID, 0, "a dump of nexthops takes no attributes");
	return vrl_nl_dump_code(cb);
}

int vrl_nl_nh_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nh_dump *dump = vrl_nl_dump_ctx(cb, struct nh_dump);
	struct vr_core *core;
	struct vr_nh_info nh;
	struct vrl_nl_to to;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	for (;;) {
		ret = vr_nh_next(core, dump->id, &nh);
		if (!ret)
			ret = nh_fill(skb, &to, VR_CMD_NH_NEW, &nh);
		if (ret)
			break;
		dump->id = nh.cfg.id + 1;
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
