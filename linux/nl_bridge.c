// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: bridge entries. */

#include <vr/cfg/bridge.h>
#include <vr/cfg/vrf.h>

#include "nl.h"

const struct nla_policy vrl_nl_bridge_policy[VR_A_BRIDGE_MAX + 1] = {
	[VR_A_BRIDGE_VRF] = VRL_NL_VRF,
	[VR_A_BRIDGE_MAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_BRIDGE_NH] = VRL_NL_NH,
	[VR_A_BRIDGE_LABEL] = VRL_NL_LABEL,
	[VR_A_BRIDGE_FLAGS] = NLA_POLICY_MASK(NLA_U32, VR_BRIDGE_F_ALL),
};

/* For BRIDGE_DEL and BRIDGE_GET, do and dump. */
const struct nla_policy vrl_nl_bridge_key_policy[VR_A_BRIDGE_MAC + 1] = {
	[VR_A_BRIDGE_VRF] = VRL_NL_VRF,
	[VR_A_BRIDGE_MAC] = NLA_POLICY_ETH_ADDR,
};

#define BRIDGE_SIZE (4 * nla_total_size(sizeof(u32)) + nla_total_size(ETH_ALEN))

/* Where a dump of bridge entries goes on. */
struct bridge_dump {
	struct vrl_nl_dump head;
	u64 cursor;
	u32 vrf;
	bool begun;
};

static int bridge_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		       const struct vr_bridge_cfg *br)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VR_A_BRIDGE_VRF, br->vrf) ||
	    nla_put(skb, VR_A_BRIDGE_MAC, ETH_ALEN, br->mac) ||
	    nla_put_u32(skb, VR_A_BRIDGE_NH, br->nh) ||
	    nla_put_u32(skb, VR_A_BRIDGE_FLAGS, br->flags))
		goto full;
	if (br->label != VR_LABEL_NONE && nla_put_u32(skb, VR_A_BRIDGE_LABEL, br->label))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;
full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

static int bridge_parse_key(struct genl_info *info, struct vr_bridge_cfg *br)
{
	struct nlattr **attrs = info->attrs;

	if (!attrs[VR_A_BRIDGE_VRF])
		return vrl_nl_missing(info, VR_A_BRIDGE_VRF, "bridge: VRF is missing");
	if (!attrs[VR_A_BRIDGE_MAC])
		return vrl_nl_missing(info, VR_A_BRIDGE_MAC, "bridge: MAC is missing");
	memset(br, 0, sizeof(*br));
	br->vrf = nla_get_u32(attrs[VR_A_BRIDGE_VRF]);
	nla_memcpy(br->mac, attrs[VR_A_BRIDGE_MAC], ETH_ALEN);
	return 0;
}

static int bridge_parse(struct genl_info *info, struct vr_bridge_cfg *br)
{
	struct nlattr **attrs = info->attrs;
	int ret = bridge_parse_key(info, br);

	if (ret)
		return ret;
	if (!attrs[VR_A_BRIDGE_NH])
		return vrl_nl_missing(info, VR_A_BRIDGE_NH, "bridge: nexthop is missing");
	br->nh = nla_get_u32(attrs[VR_A_BRIDGE_NH]);
	br->label = vrl_nl_u32(info, VR_A_BRIDGE_LABEL, VR_LABEL_NONE);
	br->flags = vrl_nl_u32(info, VR_A_BRIDGE_FLAGS, 0);
	if ((br->flags & VR_BRIDGE_F_LABEL) && br->label == VR_LABEL_NONE)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_BRIDGE_FLAGS,
					  "bridge: flag LABEL without a label");
	return 0;
}

/* As it is now, if anybody wants to know. */
static void bridge_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd,
			const struct vr_bridge_cfg *key)
{
	struct vr_bridge_cfg br;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_bridge_get(core, key, &br, &err))
		vrl_nl_news_fill(news, bridge_fill(news->skb, &news->to, cmd, &br));
}

int vrl_nl_bridge_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_bridge_cfg br;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	ret = bridge_parse(info, &br);
	if (ret)
		return ret;
	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, BRIDGE_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vr_bridge_set(core, &br, vrl_nl_exclusive(info), &err);
	if (!ret)
		bridge_news(&news, core, VR_CMD_BRIDGE_NEW, &br);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_bridge_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_bridge_cfg key;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	ret = bridge_parse_key(info, &key);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, BRIDGE_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	bridge_news(&news, core, VR_CMD_BRIDGE_DEL, &key);
	ret = vr_bridge_del(core, &key, &err);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_bridge_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_bridge_cfg key, br;
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret;

	ret = bridge_parse_key(info, &key);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, BRIDGE_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	ret = vr_bridge_get(core, &key, &br, &err);
	vr_core_unlock(core);

	if (!ret)
		ret = bridge_fill(msg, &to, VR_CMD_BRIDGE_NEW, &br);
	return vrl_nl_reply_end(info, msg, ret, &err);
}

int vrl_nl_bridge_start(struct netlink_callback *cb)
{
	struct bridge_dump *dump = vrl_nl_dump_ctx(cb, struct bridge_dump);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;

	if (!vrl_nl_dump_start(cb, VR_A_BRIDGE_MAC, BIT(VR_A_BRIDGE_VRF),
			       "a dump of bridge entries takes a VRF, no MAC"))
		return vrl_nl_dump_code(cb);
	if (attrs[VR_A_BRIDGE_VRF])
		dump->vrf = nla_get_u32(attrs[VR_A_BRIDGE_VRF]);
	else
		vrl_nl_dump_refuse(cb, -EINVAL, VR_A_BRIDGE_VRF,
				   "dump of bridge entries: VRF is missing");
	return vrl_nl_dump_code(cb);
}

int vrl_nl_bridge_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct bridge_dump *dump = vrl_nl_dump_ctx(cb, struct bridge_dump);
	struct vr_vrf_info vrf;
	struct vr_bridge_cfg br;
	struct vr_err err = {};
	struct vr_core *core;
	struct vrl_nl_to to;
	u64 cursor;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	if (!dump->begun && vr_vrf_get(core, dump->vrf, &vrf, &err))
		return vrl_nl_dump_fail(cb, core, -ENOENT,
					"dump of bridge entries: VRF does not exist");
	dump->begun = true;
	for (;;) {
		cursor = dump->cursor;
		ret = vr_bridge_next(core, dump->vrf, &cursor, &br);
		if (!ret)
			ret = bridge_fill(skb, &to, VR_CMD_BRIDGE_NEW, &br);
		if (ret)
			break;
		dump->cursor = cursor;
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
