// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: vifs. What changes them takes RTNL before the core lock, for a vif
 * comes and goes together with its device (port.c).
 */

#include <linux/rtnetlink.h>

#include "nl_fat.h"
#include "nl_vif.h"
#include "pernet.h"
#include "port.h"

/* Where a dump of vifs goes on. */
struct vif_dump {
	struct vrl_nl_dump head;
	u32 id;
};

/* As it is now, if anybody wants to know. */
static void vif_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd, u32 id)
{
	struct vr_vif_info vif;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_vif_get(core, id, &vif, &err))
		vrl_nl_news_fill(news, vrl_vif_fill(news->skb, &news->to, cmd, &vif, NULL));
}

void vrl_nl_notify_vif(struct net *net, u32 id)
{
	struct vr_core *core = vrl_core_find(net);
	struct vrl_nl_news news;
	struct vr_vif_info vif;
	struct vr_err err;
	int ret;

	ASSERT_RTNL();
	if (!core || !vrl_nl_is_open())
		return;
	vr_core_lock(core);
	ret = vr_vif_get(core, id, &vif, &err);
	vr_core_unlock(core);
	if (ret)
		return;
	/* While RTNL is held its fat-flow rules stay as they are. */
	vrl_nl_news_init(&news, net, NULL, vrl_vif_room(&vif.cfg.fat));
	vr_core_lock(core);
	vif_news(&news, core, VR_CMD_VIF_NEW, id);
	vrl_nl_news_end(&news, core, 0);
}

/* For a command that is about one vif. */
static int vif_parse_key(struct genl_info *info)
{
	if (!info->attrs[VR_A_VIF_ID] && !info->attrs[VR_A_VIF_NAME])
		return vrl_nl_missing(info, VR_A_VIF_ID, "vif: id or device name is missing");
	return 0;
}

/* The vif that the request means: that of the id, or without one that of the name. */
static int vif_find(struct vr_core *core, struct genl_info *info, struct vr_vif_info *vif,
		    struct vr_err *err)
{
	struct nlattr **attrs = info->attrs;
	char name[IFNAMSIZ];

	if (attrs[VR_A_VIF_ID])
		return vr_vif_get(core, nla_get_u32(attrs[VR_A_VIF_ID]), vif, err);
	nla_strscpy(name, attrs[VR_A_VIF_NAME], sizeof(name));
	return vr_vif_get_by_name(core, name, vif, err);
}

/* Without an id: the one of the vif that has this device, or the lowest free one. Under RTNL. */
static int vif_choose_id(struct vr_core *core, struct vr_vif_cfg *cfg, struct vr_err *err)
{
	struct vr_vif_info vif;
	int ret = 0;

	if (cfg->id != VR_VIF_ID_NONE)
		return 0;
	vr_core_lock(core);
	if (!vr_vif_get_by_name(core, cfg->name, &vif, err))
		cfg->id = vif.cfg.id;
	else
		ret = vr_vif_free_id(core, &cfg->id, err);
	vr_core_unlock(core);
	return ret;
}

/* What vrl_port_add() returned, told of to everybody. */
static int vif_added(struct vrl_nl_news *news, struct vr_core *core, u32 id, int code)
{
	if (code) {
		vrl_nl_news_forget(news);
		return code;
	}
	vif_news(news, core, VR_CMD_VIF_NEW, id);
	vrl_nl_news_end(news, core, 0);
	vrl_port_tell_mac(core, id);
	return 0;
}

static int vif_new(struct genl_info *info, struct vr_vif_cfg *cfg)
{
	struct net *net = genl_info_net(info);
	struct vrl_nl_news news;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_nl_news_init(&news, net, info, vrl_vif_room(&cfg->fat));
	if (ret)
		return ret;

	rtnl_lock();
	ret = vif_choose_id(core, cfg, &err);
	if (!ret)
		ret = vrl_port_add(net, core, cfg, vrl_nl_exclusive(info), &err);
	ret = vif_added(&news, core, cfg->id, ret);
	rtnl_unlock();
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_vif_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_vif_cfg cfg;
	int ret;

	ret = vrl_vif_parse_new(info, &cfg);
	if (ret)
		return ret;
	ret = vrl_nl_fat_parse(info, &cfg.fat);
	if (!ret)
		ret = vif_new(info, &cfg);
	vrl_nl_fat_free(&cfg.fat);
	return ret;
}

/* The vif that is meant; under RTNL it stays as it is. Refuses for itself. */
static int vif_meant(struct genl_info *info, struct vr_core *core, struct vr_vif_info *vif)
{
	struct vr_err err = {};
	int ret;

	vr_core_lock(core);
	ret = vif_find(core, info, vif, &err);
	vr_core_unlock(core);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

/* What is there, changed by what is given. */
static int vif_set(struct genl_info *info, struct vr_core *core, const struct vr_fat_cfg *fat)
{
	struct net *net = genl_info_net(info);
	struct vrl_nl_news news;
	struct vr_vif_info vif;
	struct vr_err err = {};
	int ret;

	ret = vif_meant(info, core, &vif);
	if (!ret)
		ret = vrl_vif_parse(info, &vif.cfg);
	if (ret)
		return ret;
	if (info->attrs[VR_A_VIF_FAT])
		vif.cfg.fat = *fat;
	ret = vrl_nl_news_init(&news, net, info, vrl_vif_room(&vif.cfg.fat));
	if (ret)
		return ret;

	ret = vif_added(&news, core, vif.cfg.id,
			vrl_port_add(net, core, &vif.cfg, false, &err));
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_vif_set(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_fat_cfg fat;
	struct vr_core *core;
	int ret;

	ret = vif_parse_key(info);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = vrl_nl_fat_parse(info, &fat);
	if (!ret) {
		rtnl_lock();
		ret = vif_set(info, core, &fat);
		rtnl_unlock();
	}
	vrl_nl_fat_free(&fat);
	return ret;
}

static int vif_del(struct genl_info *info, struct vr_core *core)
{
	struct vrl_nl_news news;
	struct vr_vif_info vif;
	struct vr_err err = {};
	int ret;

	ret = vif_meant(info, core, &vif);
	if (!ret)
		ret = vrl_nl_news_init(&news, genl_info_net(info), info,
				       vrl_vif_room(&vif.cfg.fat));
	if (ret)
		return ret;

	/* As it was when it had its device. */
	vr_core_lock(core);
	vif_news(&news, core, VR_CMD_VIF_DEL, vif.cfg.id);
	vr_core_unlock(core);
	vrl_port_release(core, vif.cfg.id);
	vr_core_lock(core);
	ret = vr_vif_del(core, vif.cfg.id, &err);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_vif_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_core *core;
	int ret;

	ret = vif_parse_key(info);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	rtnl_lock();
	ret = vif_del(info, core);
	rtnl_unlock();
	return ret;
}

/* Under the core lock, for the size of the answer depends on the rules. Refuses for itself. */
static int vif_answer(struct genl_info *info, struct vr_core *core, struct sk_buff **msg)
{
	u64 drops[VR_DROP_MAX];
	struct vr_vif_info vif;
	struct vr_err err = {};
	struct vrl_nl_to to;
	int ret;

	ret = vif_find(core, info, &vif, &err);
	if (!ret)
		ret = vr_vif_drops(core, vif.cfg.id, drops, &err);
	if (ret)
		return vrl_nl_refuse(info, ret, &err);
	*msg = vrl_nl_reply_new(info, vrl_vif_room(&vif.cfg.fat) + vrl_nl_drops_size(), &to);
	return *msg ? vrl_vif_fill(*msg, &to, VR_CMD_VIF_NEW, &vif, drops) : -ENOMEM;
}

int vrl_nl_vif_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg = NULL;
	struct vr_core *core;
	int ret;

	ret = vif_parse_key(info);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;

	vr_core_lock(core);
	ret = vif_answer(info, core, &msg);
	vr_core_unlock(core);

	if (!ret)
		return genlmsg_reply(msg, info);
	nlmsg_free(msg);
	return ret;
}

static int vif_clear_all(struct vr_core *core, struct vr_err *err)
{
	struct vr_vif_info vif;
	u32 id = 0;
	int ret;

	while (!vr_vif_next(core, id, &vif)) {
		ret = vr_vif_clear(core, vif.cfg.id, err);
		if (ret)
			return ret;
		id = vif.cfg.id + 1;
	}
	return 0;
}

int vrl_nl_vif_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_vif_info vif;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;

	vr_core_lock(core);
	if (info->attrs[VR_A_VIF_ID] || info->attrs[VR_A_VIF_NAME]) {
		ret = vif_find(core, info, &vif, &err);
		if (!ret)
			ret = vr_vif_clear(core, vif.cfg.id, &err);
	} else {
		ret = vif_clear_all(core, &err);
	}
	vr_core_unlock(core);

	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

/* The vif with the most fat-flow rules must fit into a message of the dump. */
static u32 vif_dump_room(struct vr_core *core)
{
	struct vr_vif_info vif;
	size_t room = VRL_VIF_SIZE;
	u32 id = 0;

	vr_core_lock(core);
	while (!vr_vif_next(core, id, &vif)) {
		room = max(room, vrl_vif_room(&vif.cfg.fat));
		id = vif.cfg.id + 1;
	}
	vr_core_unlock(core);
	return nlmsg_total_size(genlmsg_total_size(room));
}

int vrl_nl_vif_start(struct netlink_callback *cb)
{
	struct vr_core *core = vrl_core_find(sock_net(cb->skb->sk));

	if (core)
		cb->min_dump_alloc = vif_dump_room(core);
	vrl_nl_dump_start(cb, VR_A_VIF_NAME, 0, "a dump of vifs takes no attributes");
	return vrl_nl_dump_code(cb);
}

int vrl_nl_vif_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct vif_dump *dump = vrl_nl_dump_ctx(cb, struct vif_dump);
	struct vr_vif_info vif;
	struct vr_core *core;
	struct vrl_nl_to to;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	for (;;) {
		ret = vr_vif_next(core, dump->id, &vif);
		if (!ret)
			ret = vrl_vif_fill(skb, &to, VR_CMD_VIF_NEW, &vif, NULL);
		if (ret)
			break;
		dump->id = vif.cfg.id + 1;
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
