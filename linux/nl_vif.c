// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: vifs. What changes them takes RTNL before the core lock, for a vif
 * comes and goes together with its device (port.c).
 */

#include <linux/rtnetlink.h>

#include <vr/cfg/vif.h>
#include <vr_host/port.h>

#include "nl.h"
#include "nl_fat.h"
#include "pernet.h"
#include "port.h"

static struct netlink_range_validation vif_range_mcast_vrf = { .max = VR_VRF_NONE };

/* Every mistake that a name can have has a text, for which NLA_STRING alone has but one. */
static int vif_valid_name(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	char name[IFNAMSIZ];

	if (nla_strscpy(name, attr, sizeof(name)) < 0) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "vif: device name has more than 15 characters");
		return -ERANGE;
	}
	if (memchr(nla_data(attr), '\0', nla_len(attr) - 1)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "vif: device name has a NUL in it");
		return -EINVAL;
	}
	if (!dev_valid_name(name)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "vif: no device can have this name");
		return -EINVAL;
	}
	return 0;
}

const struct nla_policy vrl_nl_vif_policy[VR_A_VIF_MAX + 1] = {
	[VR_A_VIF_ID] = VRL_NL_VIF,
	[VR_A_VIF_NAME] = NLA_POLICY_VALIDATE_FN(NLA_STRING, vif_valid_name),
	[VR_A_VIF_TYPE] = NLA_POLICY_MAX(NLA_U32, VR_VIF_VIRTUAL),
	[VR_A_VIF_FLAGS] = NLA_POLICY_MASK(NLA_U32, VR_VIF_F_ALL),
	[VR_A_VIF_VRF] = VRL_NL_VRF,
	[VR_A_VIF_MCAST_VRF] = NLA_POLICY_FULL_RANGE(NLA_U32, &vif_range_mcast_vrf),
	[VR_A_VIF_MAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_VIF_IP] = NLA_POLICY_EXACT_LEN(4),
	[VR_A_VIF_IP6] = NLA_POLICY_EXACT_LEN(16),
	[VR_A_VIF_MTU] = { .type = NLA_U32 },
	[VR_A_VIF_NH] = VRL_NL_NH,
	[VR_A_VIF_XCONNECT] = VRL_NL_VIF,
	[VR_A_VIF_IFINDEX] = VRL_NL_OUT("vif: the ifindex"),
	[VR_A_VIF_STATUS] = VRL_NL_OUT("vif: the status"),
	[VR_A_VIF_REFS] = VRL_NL_OUT("vif: the number of references"),
	[VR_A_VIF_RX_PACKETS] = VRL_NL_OUT("vif: the counter of received packets"),
	[VR_A_VIF_RX_BYTES] = VRL_NL_OUT("vif: the counter of received bytes"),
	[VR_A_VIF_RX_ERRORS] = VRL_NL_OUT("vif: the counter of errors in receiving"),
	[VR_A_VIF_TX_PACKETS] = VRL_NL_OUT("vif: the counter of sent packets"),
	[VR_A_VIF_TX_BYTES] = VRL_NL_OUT("vif: the counter of sent bytes"),
	[VR_A_VIF_TX_ERRORS] = VRL_NL_OUT("vif: the counter of errors in sending"),
	[VR_A_VIF_DROPS] = VRL_NL_OUT("vif: the list of drop counters"),
	[VR_A_VIF_FAT] = NLA_POLICY_NESTED(vrl_nl_fat_policy),
	[VR_A_VIF_HELD] = VRL_NL_OUT("vif: the number of flows that wait"),
};

/* For VIF_DEL, VIF_CLEAR and VIF_GET. */
const struct nla_policy vrl_nl_vif_key_policy[VR_A_VIF_NAME + 1] = {
	[VR_A_VIF_ID] = VRL_NL_VIF,
	[VR_A_VIF_NAME] = NLA_POLICY_VALIDATE_FN(NLA_STRING, vif_valid_name),
};

/* Without fat-flow rules. */
#define VIF_SIZE ((11 + VR_XCONNECT_MAX) * nla_total_size(sizeof(u32)) +	\
		  nla_total_size(VR_NAME_MAX + 1) + nla_total_size(ETH_ALEN) +	\
		  nla_total_size(4) + nla_total_size(16) +			\
		  6 * nla_total_size_64bit(sizeof(u64)))

/* Where a dump of vifs goes on. */
struct vif_dump {
	struct vrl_nl_dump head;
	u32 id;
};

/* --- out --------------------------------------------------------------------- */

static int vif_put_cfg(struct sk_buff *skb, const struct vr_vif_cfg *vif)
{
	u32 i;

	if (nla_put_u32(skb, VR_A_VIF_ID, vif->id) ||
	    nla_put_string(skb, VR_A_VIF_NAME, vif->name) ||
	    nla_put_u32(skb, VR_A_VIF_TYPE, vif->type) ||
	    nla_put_u32(skb, VR_A_VIF_FLAGS, vif->flags) ||
	    nla_put_u32(skb, VR_A_VIF_VRF, vif->vrf) ||
	    nla_put_u32(skb, VR_A_VIF_MCAST_VRF, vif->mcast_vrf) ||
	    nla_put(skb, VR_A_VIF_MAC, ETH_ALEN, vif->mac) ||
	    nla_put_u32(skb, VR_A_VIF_MTU, vif->mtu) ||
	    nla_put_u32(skb, VR_A_VIF_NH, vif->nh))
		return -EMSGSIZE;
	if (vif->ip && nla_put_in_addr(skb, VR_A_VIF_IP, vif->ip))
		return -EMSGSIZE;
	if (memchr_inv(vif->ip6, 0, sizeof(vif->ip6)) &&
	    nla_put(skb, VR_A_VIF_IP6, sizeof(vif->ip6), vif->ip6))
		return -EMSGSIZE;
	for (i = 0; i < vif->n_xconnect; i++)
		if (nla_put_u32(skb, VR_A_VIF_XCONNECT, vif->xconnect[i]))
			return -EMSGSIZE;
	return vrl_nl_fat_put(skb, &vif->fat);
}

static int vif_put_state(struct sk_buff *skb, const struct vr_vif_info *vif)
{
	const struct vr_port *port = vif->port;
	u32 status = 0;

	if (port) {
		status |= VR_VIF_S_ATTACHED;
		if (vr_port_is_up(port))
			status |= VR_VIF_S_UP;
		if (nla_put_u32(skb, VR_A_VIF_IFINDEX, port->dev->ifindex))
			return -EMSGSIZE;
	}
	if (vif->xconnect)
		status |= VR_VIF_S_XCONNECT;
	if (nla_put_u32(skb, VR_A_VIF_STATUS, status) ||
	    nla_put_u32(skb, VR_A_VIF_HELD, vif->held))
		return -EMSGSIZE;
	return nla_put_u32(skb, VR_A_VIF_REFS, vif->refs);
}

static int vif_put_stats(struct sk_buff *skb, const struct vr_vif_stats *stats)
{
	const struct {
		int attr;
		u64 value;
	} counters[] = {
		{ VR_A_VIF_RX_PACKETS, stats->rx_packets },
		{ VR_A_VIF_RX_BYTES, stats->rx_bytes },
		{ VR_A_VIF_RX_ERRORS, stats->rx_errors },
		{ VR_A_VIF_TX_PACKETS, stats->tx_packets },
		{ VR_A_VIF_TX_BYTES, stats->tx_bytes },
		{ VR_A_VIF_TX_ERRORS, stats->tx_errors },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (nla_put_u64_64bit(skb, counters[i].attr, counters[i].value, VR_A_VIF_PAD))
			return -EMSGSIZE;
	return 0;
}

/* @drops: NULL, or the drop counters to go with it. Under the core lock: the port may go. */
static int vif_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		    const struct vr_vif_info *vif, const u64 *drops)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (vif_put_cfg(skb, &vif->cfg) ||
	    vif_put_state(skb, vif) ||
	    vif_put_stats(skb, &vif->stats))
		goto full;
	if (drops && vrl_nl_put_drops(skb, VR_A_VIF_DROPS, drops))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;
full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* As it is now, if anybody wants to know. */
static void vif_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd, u32 id)
{
	struct vr_vif_info vif;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_vif_get(core, id, &vif, &err))
		vrl_nl_news_fill(news, vif_fill(news->skb, &news->to, cmd, &vif, NULL));
}

static size_t vif_room(const struct vr_fat_cfg *fat)
{
	return VIF_SIZE + vrl_nl_fat_size(fat);
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
	vrl_nl_news_init(&news, net, NULL, vif_room(&vif.cfg.fat));
	if (vrl_nl_news_wanted(&news)) {
		vr_core_lock(core);
		vif_news(&news, core, VR_CMD_VIF_NEW, id);
		vr_core_unlock(core);
	}
	vrl_nl_news_end(&news, 0);
}

/* --- in ---------------------------------------------------------------------- */

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

static int vif_parse_xconnect(struct genl_info *info, struct vr_vif_cfg *vif)
{
	const struct nlattr *attr;
	int rem;

	vif->n_xconnect = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VR_A_VIF_XCONNECT)
			continue;
		if (vif->n_xconnect == VR_XCONNECT_MAX)
			return vrl_nl_refuse_attr(info, -E2BIG, VR_A_VIF_XCONNECT,
						  "a vif has 3 cross-connect partners at most");
		vif->xconnect[vif->n_xconnect++] = nla_get_u32(attr);
	}
	return 0;
}

/* Change @vif by what is given. */
static int vif_parse(struct genl_info *info, struct vr_vif_cfg *vif)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VR_A_VIF_NAME])
		nla_strscpy(vif->name, attrs[VR_A_VIF_NAME], sizeof(vif->name));
	vif->type = vrl_nl_u32(info, VR_A_VIF_TYPE, vif->type);
	vif->flags = vrl_nl_u32(info, VR_A_VIF_FLAGS, vif->flags);
	vif->vrf = vrl_nl_u32(info, VR_A_VIF_VRF, vif->vrf);
	vif->mcast_vrf = vrl_nl_u32(info, VR_A_VIF_MCAST_VRF, vif->mcast_vrf);
	vif->mtu = vrl_nl_u32(info, VR_A_VIF_MTU, vif->mtu);
	vif->nh = vrl_nl_u32(info, VR_A_VIF_NH, vif->nh);
	if (attrs[VR_A_VIF_MAC]) {
		nla_memcpy(vif->mac, attrs[VR_A_VIF_MAC], ETH_ALEN);
		/* To port.c a zero MAC means that none was given. */
		if (is_zero_ether_addr(vif->mac))
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_VIF_MAC, "vif: MAC is zero");
	}
	if (attrs[VR_A_VIF_IP])
		vif->ip = nla_get_in_addr(attrs[VR_A_VIF_IP]);
	if (attrs[VR_A_VIF_IP6])
		nla_memcpy(vif->ip6, attrs[VR_A_VIF_IP6], sizeof(vif->ip6));
	return attrs[VR_A_VIF_XCONNECT] ? vif_parse_xconnect(info, vif) : 0;
}

static int vif_parse_new(struct genl_info *info, struct vr_vif_cfg *vif)
{
	if (!info->attrs[VR_A_VIF_NAME])
		return vrl_nl_missing(info, VR_A_VIF_NAME, "vif: device name is missing");
	if (!info->attrs[VR_A_VIF_TYPE])
		return vrl_nl_missing(info, VR_A_VIF_TYPE, "vif: type is missing");
	memset(vif, 0, sizeof(*vif));
	vif->id = vrl_nl_u32(info, VR_A_VIF_ID, VR_VIF_ID_NONE);
	vif->mcast_vrf = VR_VRF_NONE;
	return vif_parse(info, vif);
}

/* Without an id: the one of the vif that has this device, or the lowest free one. */
static int vif_choose_id(struct vr_core *core, struct vr_vif_cfg *cfg, struct vr_err *err)
{
	struct vr_vif_info vif;

	if (cfg->id != VR_VIF_ID_NONE)
		return 0;
	if (vr_vif_get_by_name(core, cfg->name, &vif, err))
		return vr_vif_free_id(core, &cfg->id, err);
	cfg->id = vif.cfg.id;
	return 0;
}

/* --- commands ---------------------------------------------------------------- */

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
	ret = vrl_nl_news_init(&news, net, info, vif_room(&cfg->fat));
	if (ret)
		return ret;

	rtnl_lock();
	vr_core_lock(core);
	ret = vif_choose_id(core, cfg, &err);
	if (!ret)
		ret = vrl_port_add(net, core, cfg, vrl_nl_exclusive(info), &err);
	if (!ret)
		vif_news(&news, core, VR_CMD_VIF_NEW, cfg->id);
	vr_core_unlock(core);
	if (!ret)
		vrl_port_tell_mac(core, cfg->id);
	rtnl_unlock();

	vrl_nl_news_end(&news, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_vif_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_vif_cfg cfg;
	int ret;

	ret = vif_parse_new(info, &cfg);
	if (ret)
		return ret;
	ret = vrl_nl_fat_parse(info, &cfg.fat);
	if (!ret)
		ret = vif_new(info, &cfg);
	vrl_nl_fat_free(&cfg.fat);
	return ret;
}

/* What is there, changed by what is given; under both locks, refuses for itself. */
static int vif_change(struct genl_info *info, struct vr_core *core, const struct vr_fat_cfg *fat)
{
	struct vr_vif_info vif;
	struct vr_err err = {};
	int ret;

	ret = vif_find(core, info, &vif, &err);
	if (ret)
		return vrl_nl_refuse(info, ret, &err);
	ret = vif_parse(info, &vif.cfg);
	if (ret)
		return ret;
	if (info->attrs[VR_A_VIF_FAT])
		vif.cfg.fat = *fat;
	ret = vrl_port_add(genl_info_net(info), core, &vif.cfg, false, &err);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

/* Under RTNL: the vif that is meant, and room for a message about it; @fat: the rules it gets. */
static int vif_find_room(struct genl_info *info, struct vr_core *core,
			 const struct vr_fat_cfg *fat, u32 *id, size_t *room)
{
	struct vr_vif_info vif;
	struct vr_err err = {};
	int ret;

	vr_core_lock(core);
	ret = vif_find(core, info, &vif, &err);
	if (!ret) {
		*id = vif.cfg.id;
		*room = vif_room(fat ? fat : &vif.cfg.fat);
	}
	vr_core_unlock(core);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

static int vif_set(struct genl_info *info, struct vr_core *core, const struct vr_fat_cfg *fat)
{
	struct vrl_nl_news news;
	size_t room;
	int ret;
	u32 id;

	ret = vif_find_room(info, core, info->attrs[VR_A_VIF_FAT] ? fat : NULL, &id, &room);
	if (!ret)
		ret = vrl_nl_news_init(&news, genl_info_net(info), info, room);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vif_change(info, core, fat);
	if (!ret)
		vif_news(&news, core, VR_CMD_VIF_NEW, id);
	vr_core_unlock(core);
	if (!ret)
		vrl_port_tell_mac(core, id);

	vrl_nl_news_end(&news, ret);
	return ret;
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
	struct vr_err err = {};
	size_t room;
	int ret;
	u32 id;

	ret = vif_find_room(info, core, NULL, &id, &room);
	if (!ret)
		ret = vrl_nl_news_init(&news, genl_info_net(info), info, room);
	if (ret)
		return ret;

	vr_core_lock(core);
	vif_news(&news, core, VR_CMD_VIF_DEL, id);
	ret = vrl_port_del(core, id, &err);
	vr_core_unlock(core);

	vrl_nl_news_end(&news, ret);
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
	*msg = vrl_nl_reply_new(info, vif_room(&vif.cfg.fat) + vrl_nl_drops_size(), &to);
	return *msg ? vif_fill(*msg, &to, VR_CMD_VIF_NEW, &vif, drops) : -ENOMEM;
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
	size_t room = VIF_SIZE;
	u32 id = 0;

	vr_core_lock(core);
	while (!vr_vif_next(core, id, &vif)) {
		room = max(room, vif_room(&vif.cfg.fat));
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
			ret = vif_fill(skb, &to, VR_CMD_VIF_NEW, &vif, NULL);
		if (ret)
			break;
		dump->id = vif.cfg.id + 1;
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
