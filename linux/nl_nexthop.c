// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: nexthops. */

#include <linux/etherdevice.h>

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
	[VR_A_NH_KIND] = NLA_POLICY_RANGE(NLA_U32, VR_NH_KIND_L2_MCAST, VR_NH_KIND_ECMP),
	[VR_A_NH_MEMBERS] = NLA_POLICY_NESTED(nh_members_policy),
	[VR_A_NH_REFS] = VRL_NL_OUT("nexthop: the number of references"),
	[VR_A_NH_ENCAP] = NLA_POLICY_RANGE(NLA_U32, VR_ENCAP_VXLAN, VR_ENCAP_MPLS_GRE),
	[VR_A_NH_SIP] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[VR_A_NH_DIP] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[VR_A_NH_INNER_DMAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_NH_INNER_SMAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_NH_HASH] = NLA_POLICY_MASK(NLA_U32, VR_HASH_ALL),
	[VR_A_NH_STATE] = VRL_NL_OUT("nexthop: the state"),
	[VR_A_NH_PATH_MTU] = VRL_NL_OUT("nexthop: the path MTU"),
	[VR_A_NH_PACKETS] = VRL_NL_OUT("nexthop: the counter of packets"),
	[VR_A_NH_BYTES] = VRL_NL_OUT("nexthop: the counter of bytes"),
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

/* --- out --------------------------------------------------------------------- */

/* Of a tunnel; others have less, but for members. */
#define NH_SIZE (11 * nla_total_size(sizeof(u32)) + 4 * nla_total_size(ETH_ALEN) +	\
		 2 * nla_total_size(16) + 2 * nla_total_size_64bit(sizeof(u64)))

static size_t nh_size(u32 n_members)
{
	size_t member = nla_total_size(2 * nla_total_size(sizeof(u32)));

	return NH_SIZE + nla_total_size(n_members * member);
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

static int nh_put_macs(struct sk_buff *skb, const struct vr_nh_cfg *nh)
{
	if (nla_put(skb, VR_A_NH_DMAC, ETH_ALEN, nh->dmac))
		return -EMSGSIZE;
	return nla_put(skb, VR_A_NH_SMAC, ETH_ALEN, nh->smac);
}

static int nh_put_inner_macs(struct sk_buff *skb, const struct vr_nh_cfg *nh)
{
	if (nla_put(skb, VR_A_NH_INNER_DMAC, ETH_ALEN, nh->inner_dmac))
		return -EMSGSIZE;
	return nla_put(skb, VR_A_NH_INNER_SMAC, ETH_ALEN, nh->inner_smac);
}

static int nh_put_tunnel_state(struct sk_buff *skb, const struct vr_nh_info *info)
{
	if (nla_put_u32(skb, VR_A_NH_STATE, info->state) ||
	    nla_put_u64_64bit(skb, VR_A_NH_PACKETS, info->packets, VR_A_NH_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_NH_BYTES, info->bytes, VR_A_NH_PAD))
		return -EMSGSIZE;
	return info->path_mtu ? nla_put_u32(skb, VR_A_NH_PATH_MTU, info->path_mtu) : 0;
}

static int nh_put_tunnel(struct sk_buff *skb, const struct vr_nh_info *info)
{
	const struct vr_nh_cfg *nh = &info->cfg;
	int len = nh->tun_family == AF_INET ? 4 : 16;

	if (nla_put_u32(skb, VR_A_NH_ENCAP, nh->encap) ||
	    nla_put(skb, VR_A_NH_SIP, len, nh->sip) ||
	    nla_put(skb, VR_A_NH_DIP, len, nh->dip))
		return -EMSGSIZE;
	if (!(nh->flags & VR_NH_F_RESOLVE) && nh_put_macs(skb, nh))
		return -EMSGSIZE;
	if ((nh->flags & VR_NH_F_L3_VXLAN) && nh_put_inner_macs(skb, nh))
		return -EMSGSIZE;
	return nh_put_tunnel_state(skb, info);
}

static int nh_put_composite(struct sk_buff *skb, const struct vr_nh_cfg *nh)
{
	if (nla_put_u32(skb, VR_A_NH_KIND, nh->kind))
		return -EMSGSIZE;
	if (nh->kind == VR_NH_KIND_ECMP && nla_put_u32(skb, VR_A_NH_HASH, nh->hash))
		return -EMSGSIZE;
	return nh_put_members(skb, nh);
}

/* What only some types have. */
static int nh_put_body(struct sk_buff *skb, const struct vr_nh_info *info)
{
	switch (info->cfg.type) {
	case VR_NH_ENCAP:
		return nh_put_macs(skb, &info->cfg);
	case VR_NH_TUNNEL:
		return nh_put_tunnel(skb, info);
	case VR_NH_COMPOSITE:
		return nh_put_composite(skb, &info->cfg);
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
	if (nh_put_body(skb, info))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;
full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* --- in ---------------------------------------------------------------------- */

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

/* Attributes that only some types have. */
static const struct {
	int attr;
	u32 types;
	const char *refusal;
} nh_owned[] = {
	{ VR_A_NH_DMAC, BIT(VR_NH_ENCAP) | BIT(VR_NH_TUNNEL),
	  "only encap and tunnel have a destination MAC" },
	{ VR_A_NH_SMAC, BIT(VR_NH_ENCAP) | BIT(VR_NH_TUNNEL),
	  "only encap and tunnel have a source MAC" },
	{ VR_A_NH_KIND, BIT(VR_NH_COMPOSITE), "only a composite has a kind" },
	{ VR_A_NH_MEMBERS, BIT(VR_NH_COMPOSITE), "only a composite has members" },
	{ VR_A_NH_HASH, BIT(VR_NH_COMPOSITE), "only a composite has hash fields" },
	{ VR_A_NH_ENCAP, BIT(VR_NH_TUNNEL), "only a tunnel has an encapsulation" },
	{ VR_A_NH_SIP, BIT(VR_NH_TUNNEL), "only a tunnel has a source address" },
	{ VR_A_NH_DIP, BIT(VR_NH_TUNNEL), "only a tunnel has a destination address" },
	{ VR_A_NH_INNER_DMAC, BIT(VR_NH_TUNNEL), "only a tunnel has an inner destination MAC" },
	{ VR_A_NH_INNER_SMAC, BIT(VR_NH_TUNNEL), "only a tunnel has an inner source MAC" },
};

static int nh_check_owned(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nh_owned); i++)
		if (info->attrs[nh_owned[i].attr] && !(nh_owned[i].types & BIT(nh->type)))
			return vrl_nl_refuse_attr(info, -EINVAL, nh_owned[i].attr,
						  nh_owned[i].refusal);
	return 0;
}

static int nh_check_encap(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	struct nlattr **attrs = info->attrs;

	if (!attrs[VR_A_NH_DMAC] && !(nh->flags & VR_NH_F_MCAST))
		return vrl_nl_missing(info, VR_A_NH_DMAC, "encap: destination MAC is missing");
	if (!attrs[VR_A_NH_SMAC])
		return vrl_nl_missing(info, VR_A_NH_SMAC, "encap: source MAC is missing");
	return 0;
}

/* Outer MACs come with an oif, which is the core's to miss; where the host finds the way, none. */
static int nh_check_tunnel_macs(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	struct nlattr **attrs = info->attrs;

	if (nh->flags & VR_NH_F_RESOLVE) {
		if (attrs[VR_A_NH_DMAC])
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_DMAC,
						  "a tunnel that is resolved has no outer destination MAC");
		if (attrs[VR_A_NH_SMAC])
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_SMAC,
						  "a tunnel that is resolved has no outer source MAC");
		return 0;
	}
	if (nh->oif == VR_VIF_ID_NONE)
		return 0;
	if (!attrs[VR_A_NH_DMAC])
		return vrl_nl_missing(info, VR_A_NH_DMAC,
				      "tunnel: outer destination MAC is missing, or flag resolve");
	if (!attrs[VR_A_NH_SMAC])
		return vrl_nl_missing(info, VR_A_NH_SMAC,
				      "tunnel: outer source MAC is missing, or flag resolve");
	return 0;
}

static int nh_check_tunnel_inner_macs(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	const struct nlattr *dmac = info->attrs[VR_A_NH_INNER_DMAC];
	const struct nlattr *smac = info->attrs[VR_A_NH_INNER_SMAC];

	if (nh->flags & VR_NH_F_L3_VXLAN) {
		if (smac && is_zero_ether_addr(nla_data(smac)))
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_INNER_SMAC,
						  "l3-vxlan: inner source MAC is zero");
		return 0;
	}
	if (dmac)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_INNER_DMAC,
					  "an inner destination MAC is for flag l3-vxlan only");
	if (smac)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_INNER_SMAC,
					  "an inner source MAC is for flag l3-vxlan only");
	return 0;
}

static int nh_check_tunnel(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	struct nlattr **attrs = info->attrs;
	int ret;

	if (!attrs[VR_A_NH_ENCAP])
		return vrl_nl_missing(info, VR_A_NH_ENCAP, "tunnel: encapsulation is missing");
	if (!attrs[VR_A_NH_SIP])
		return vrl_nl_missing(info, VR_A_NH_SIP, "tunnel: source address is missing");
	if (!attrs[VR_A_NH_DIP])
		return vrl_nl_missing(info, VR_A_NH_DIP, "tunnel: destination address is missing");
	ret = nh_check_tunnel_macs(info, nh);
	if (!ret)
		ret = nh_check_tunnel_inner_macs(info, nh);
	return ret;
}

static int nh_check_composite(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	const struct nlattr *hash = info->attrs[VR_A_NH_HASH];

	if (!info->attrs[VR_A_NH_KIND])
		return vrl_nl_missing(info, VR_A_NH_KIND, "composite: kind is missing");
	if (hash && nh->kind != VR_NH_KIND_ECMP)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_HASH,
					  "hash fields are for ecmp composites");
	if (hash && !nla_get_u32(hash))
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_HASH,
					  "ecmp: a hash of no field: leave it out for all");
	return 0;
}

/* The attributes that must, or must not, come with a type; the core knows the rest. */
static int nh_check_presence(struct genl_info *info, const struct vr_nh_cfg *nh)
{
	int ret = nh_check_owned(info, nh);

	if (ret)
		return ret;
	switch (nh->type) {
	case VR_NH_ENCAP:
		return nh_check_encap(info, nh);
	case VR_NH_TUNNEL:
		return nh_check_tunnel(info, nh);
	case VR_NH_COMPOSITE:
		return nh_check_composite(info, nh);
	default:
		return 0;
	}
}

static void nh_parse_macs(struct genl_info *info, struct vr_nh_cfg *nh)
{
	const struct {
		int attr;
		u8 *mac;
	} macs[] = {
		{ VR_A_NH_DMAC, nh->dmac },
		{ VR_A_NH_SMAC, nh->smac },
		{ VR_A_NH_INNER_DMAC, nh->inner_dmac },
		{ VR_A_NH_INNER_SMAC, nh->inner_smac },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(macs); i++)
		if (info->attrs[macs[i].attr])
			nla_memcpy(macs[i].mac, info->attrs[macs[i].attr], ETH_ALEN);
}

/* Their length says what they are. */
static int nh_parse_ends(struct genl_info *info, struct vr_nh_cfg *nh)
{
	const struct nlattr *sip = info->attrs[VR_A_NH_SIP];
	const struct nlattr *dip = info->attrs[VR_A_NH_DIP];

	if (nla_len(sip) != 4 && nla_len(sip) != 16)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_SIP,
					  "tunnel: a source address has 4 or 16 bytes");
	if (nla_len(dip) != 4 && nla_len(dip) != 16)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_DIP,
					  "tunnel: a destination address has 4 or 16 bytes");
	if (nla_len(sip) != nla_len(dip))
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_NH_DIP,
					  "tunnel: one address is IPv4 and the other IPv6");
	nh->tun_family = nla_len(sip) == 4 ? AF_INET : AF_INET6;
	nla_memcpy(nh->sip, sip, sizeof(nh->sip));
	nla_memcpy(nh->dip, dip, sizeof(nh->dip));
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
	nh->encap = vrl_nl_u32(info, VR_A_NH_ENCAP, VR_ENCAP_NONE);
	nh->hash = vrl_nl_u32(info, VR_A_NH_HASH, 0);
	ret = nh_check_presence(info, nh);
	if (ret)
		return ret;
	nh_parse_macs(info, nh);
	if (nh->type == VR_NH_TUNNEL)
		return nh_parse_ends(info, nh);
	return attrs[VR_A_NH_MEMBERS] ? nh_parse_members(info, nh) : 0;
}

/* --- operations -------------------------------------------------------------- */

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
	vrl_nl_news_end(&news, core, ret);
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
	vrl_nl_news_end(&news, core, ret);
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
