// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: VRFs. */

#include <vr/cfg/vrf.h>

#include "nl.h"

const struct nla_policy vrl_nl_vrf_policy[VR_A_VRF_MAX + 1] = {
	[VR_A_VRF_ID] = VRL_NL_VRF,
	[VR_A_VRF_ROUTES4] = VRL_NL_OUT("VRF: the number of IPv4 routes"),
	[VR_A_VRF_ROUTES6] = VRL_NL_OUT("VRF: the number of IPv6 routes"),
	[VR_A_VRF_BRIDGES] = VRL_NL_OUT("VRF: the number of bridge entries"),
};

#define VRF_SIZE (nla_total_size(sizeof(u32)) + 3 * nla_total_size_64bit(sizeof(u64)))

/* Where a dump of VRFs goes on. */
struct vrf_dump {
	struct vrl_nl_dump head;
	u32 id;
};

static int vrf_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		    const struct vr_vrf_info *vrf)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VR_A_VRF_ID, vrf->id) ||
	    nla_put_u64_64bit(skb, VR_A_VRF_ROUTES4, vrf->routes4, VR_A_VRF_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_VRF_ROUTES6, vrf->routes6, VR_A_VRF_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_VRF_BRIDGES, vrf->bridges, VR_A_VRF_PAD)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int vrf_parse(struct genl_info *info, u32 *id)
{
	if (!info->attrs[VR_A_VRF_ID])
		return vrl_nl_missing(info, VR_A_VRF_ID, "VRF id is missing");
	*id = nla_get_u32(info->attrs[VR_A_VRF_ID]);
	return 0;
}

/* As it is now, if anybody wants to know. */
static void vrf_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd, u32 id)
{
	struct vr_vrf_info vrf;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_vrf_get(core, id, &vrf, &err))
		vrl_nl_news_fill(news, vrf_fill(news->skb, &news->to, cmd, &vrf));
}

int vrl_nl_vrf_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;
	u32 id;

	ret = vrf_parse(info, &id);
	if (ret)
		return ret;
	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, VRF_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vr_vrf_new(core, id, vrl_nl_exclusive(info), &err);
	if (!ret)
		vrf_news(&news, core, VR_CMD_VRF_NEW, id);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_vrf_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;
	u32 id;

	ret = vrf_parse(info, &id);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, VRF_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	vrf_news(&news, core, VR_CMD_VRF_DEL, id);
	ret = vr_vrf_del(core, id, &err);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_vrf_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_vrf_info vrf;
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret;
	u32 id;

	ret = vrf_parse(info, &id);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, VRF_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	ret = vr_vrf_get(core, id, &vrf, &err);
	vr_core_unlock(core);

	if (!ret)
		ret = vrf_fill(msg, &to, VR_CMD_VRF_NEW, &vrf);
	return vrl_nl_reply_end(info, msg, ret, &err);
}

int vrl_nl_vrf_start(struct netlink_callback *cb)
{
	vrl_nl_dump_start(cb, VR_A_VRF_MAX, 0, "a dump of VRFs takes no attributes");
	return vrl_nl_dump_code(cb);
}

int vrl_nl_vrf_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vrf_dump *dump = vrl_nl_dump_ctx(cb, struct vrf_dump);
	struct vr_vrf_info vrf;
	struct vr_core *core;
	struct vrl_nl_to to;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	for (;;) {
		ret = vr_vrf_next(core, dump->id, &vrf);
		if (!ret)
			ret = vrf_fill(skb, &to, VR_CMD_VRF_NEW, &vrf);
		if (ret)
			break;
		dump->id = vrf.id + 1;
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
