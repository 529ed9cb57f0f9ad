// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: incoming MPLS labels and VNIs. The two tables differ in their
 * commands, in the numbers that they take, and in what they are called.
 */

#include <vr/cfg/demux.h>

#include "gro.h"
#include "nl.h"

static struct netlink_range_validation demux_range_mpls = {
	.min = VR_MPLS_LABEL_MIN, .max = VR_MPLS_LABEL_MAX,
};

static struct netlink_range_validation demux_range_vxlan = { .max = VR_VNI_MAX };

#define DEMUX_MPLS_ID	NLA_POLICY_FULL_RANGE(NLA_U32, &demux_range_mpls)
#define DEMUX_VXLAN_ID	NLA_POLICY_FULL_RANGE(NLA_U32, &demux_range_vxlan)

const struct nla_policy vrl_nl_mpls_policy[VR_A_DEMUX_MAX + 1] = {
	[VR_A_DEMUX_ID] = DEMUX_MPLS_ID,
	[VR_A_DEMUX_NH] = VRL_NL_NH,
};

const struct nla_policy vrl_nl_vxlan_policy[VR_A_DEMUX_MAX + 1] = {
	[VR_A_DEMUX_ID] = DEMUX_VXLAN_ID,
	[VR_A_DEMUX_NH] = VRL_NL_NH,
};

/* For *_DEL and *_GET. */
const struct nla_policy vrl_nl_mpls_key_policy[VR_A_DEMUX_ID + 1] = {
	[VR_A_DEMUX_ID] = DEMUX_MPLS_ID,
};

const struct nla_policy vrl_nl_vxlan_key_policy[VR_A_DEMUX_ID + 1] = {
	[VR_A_DEMUX_ID] = DEMUX_VXLAN_ID,
};

#define DEMUX_SIZE (2 * nla_total_size(sizeof(u32)))

/** struct demux_table - one of the two, as netlink knows it */
struct demux_table {
	enum vr_demux_kind kind;
	u8 cmd_new;
	u8 cmd_del;
	const char *no_id;
	const char *no_nh;
	const char *no_attributes;
};

static const struct demux_table demux_mpls = {
	.kind = VR_DEMUX_MPLS,
	.cmd_new = VR_CMD_MPLS_NEW,
	.cmd_del = VR_CMD_MPLS_DEL,
	.no_id = "mpls: label is missing",
	.no_nh = "mpls: nexthop is missing",
	.no_attributes = "a dump of labels takes no attributes",
};

static const struct demux_table demux_vxlan = {
	.kind = VR_DEMUX_VXLAN,
	.cmd_new = VR_CMD_VXLAN_NEW,
	.cmd_del = VR_CMD_VXLAN_DEL,
	.no_id = "vxlan: VNI is missing",
	.no_nh = "vxlan: nexthop is missing",
	.no_attributes = "a dump of VNIs takes no attributes",
};

/* Where a dump goes on. */
struct demux_dump {
	struct vrl_nl_dump head;
	u32 id;
};

static int demux_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		      const struct vr_demux_cfg *entry)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VR_A_DEMUX_ID, entry->id) ||
	    nla_put_u32(skb, VR_A_DEMUX_NH, entry->nh)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int demux_parse_id(struct genl_info *info, const struct demux_table *table, u32 *id)
{
	if (!info->attrs[VR_A_DEMUX_ID])
		return vrl_nl_missing(info, VR_A_DEMUX_ID, table->no_id);
	*id = nla_get_u32(info->attrs[VR_A_DEMUX_ID]);
	return 0;
}

static int demux_parse(struct genl_info *info, const struct demux_table *table,
		       struct vr_demux_cfg *entry)
{
	int ret = demux_parse_id(info, table, &entry->id);

	if (ret)
		return ret;
	if (!info->attrs[VR_A_DEMUX_NH])
		return vrl_nl_missing(info, VR_A_DEMUX_NH, table->no_nh);
	entry->kind = table->kind;
	entry->nh = nla_get_u32(info->attrs[VR_A_DEMUX_NH]);
	return 0;
}

/* As it is now, if anybody wants to know. */
static void demux_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd,
		       const struct demux_table *table, u32 id)
{
	struct vr_demux_cfg entry;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_demux_get(core, table->kind, id, &entry, &err))
		vrl_nl_news_fill(news, demux_fill(news->skb, &news->to, cmd, &entry));
}

static int demux_new(struct genl_info *info, const struct demux_table *table)
{
	struct vr_demux_cfg entry;
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	ret = demux_parse(info, table, &entry);
	if (ret)
		return ret;
	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_gro_make(genl_info_net(info), core);
	if (ret)
		return vrl_nl_refuse_attr(info, ret, 0, "the device for GRO cannot be made");
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, DEMUX_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vr_demux_set(core, &entry, vrl_nl_exclusive(info), &err);
	if (!ret)
		demux_news(&news, core, table->cmd_new, table, entry.id);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

static int demux_del(struct genl_info *info, const struct demux_table *table)
{
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;
	u32 id;

	ret = demux_parse_id(info, table, &id);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, DEMUX_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	demux_news(&news, core, table->cmd_del, table, id);
	ret = vr_demux_del(core, table->kind, id, &err);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

static int demux_get(struct genl_info *info, const struct demux_table *table)
{
	struct vr_demux_cfg entry;
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret;
	u32 id;

	ret = demux_parse_id(info, table, &id);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, DEMUX_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	ret = vr_demux_get(core, table->kind, id, &entry, &err);
	vr_core_unlock(core);

	if (!ret)
		ret = demux_fill(msg, &to, table->cmd_new, &entry);
	return vrl_nl_reply_end(info, msg, ret, &err);
}

static int demux_start(struct netlink_callback *cb, const struct demux_table *table)
{
	vrl_nl_dump_start(cb, VR_A_DEMUX_ID, 0, table->no_attributes);
	return vrl_nl_dump_code(cb);
}

static int demux_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct demux_table *table)
{
	struct demux_dump *dump = vrl_nl_dump_ctx(cb, struct demux_dump);
	struct vr_demux_cfg entry;
	struct vr_core *core;
	struct vrl_nl_to to;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	for (;;) {
		ret = vr_demux_next(core, table->kind, dump->id, &entry);
		if (!ret)
			ret = demux_fill(skb, &to, table->cmd_new, &entry);
		if (ret)
			break;
		dump->id = entry.id + 1;
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}

int vrl_nl_mpls_new(struct sk_buff *skb, struct genl_info *info)
{
	return demux_new(info, &demux_mpls);
}

int vrl_nl_mpls_del(struct sk_buff *skb, struct genl_info *info)
{
	return demux_del(info, &demux_mpls);
}

int vrl_nl_mpls_get(struct sk_buff *skb, struct genl_info *info)
{
	return demux_get(info, &demux_mpls);
}

int vrl_nl_mpls_start(struct netlink_callback *cb)
{
	return demux_start(cb, &demux_mpls);
}

int vrl_nl_mpls_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return demux_dump(skb, cb, &demux_mpls);
}

int vrl_nl_vxlan_new(struct sk_buff *skb, struct genl_info *info)
{
	return demux_new(info, &demux_vxlan);
}

int vrl_nl_vxlan_del(struct sk_buff *skb, struct genl_info *info)
{
	return demux_del(info, &demux_vxlan);
}

int vrl_nl_vxlan_get(struct sk_buff *skb, struct genl_info *info)
{
	return demux_get(info, &demux_vxlan);
}

int vrl_nl_vxlan_start(struct netlink_callback *cb)
{
	return demux_start(cb, &demux_vxlan);
}

int vrl_nl_vxlan_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	return demux_dump(skb, cb, &demux_vxlan);
}
