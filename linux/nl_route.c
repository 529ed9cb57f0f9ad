// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: IPv4 and IPv6 routes. */

#include <vr/cfg/route.h>
#include <vr/cfg/vrf.h>

#include "nl.h"

const struct nla_policy vrl_nl_route_policy[VR_A_ROUTE_MAX + 1] = {
	[VR_A_ROUTE_VRF] = VRL_NL_VRF,
	[VR_A_ROUTE_FAMILY] = { .type = NLA_U32 },
	[VR_A_ROUTE_PREFIX] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[VR_A_ROUTE_PLEN] = NLA_POLICY_MAX(NLA_U32, 128),
	[VR_A_ROUTE_NH] = VRL_NL_NH,
	[VR_A_ROUTE_LABEL] = VRL_NL_LABEL,
	[VR_A_ROUTE_FLAGS] = NLA_POLICY_MASK(NLA_U32, VR_ROUTE_F_ALL),
	[VR_A_ROUTE_MAC] = NLA_POLICY_ETH_ADDR,
};

/* For ROUTE_DEL and ROUTE_GET, do and dump. */
const struct nla_policy vrl_nl_route_key_policy[VR_A_ROUTE_PLEN + 1] = {
	[VR_A_ROUTE_VRF] = VRL_NL_VRF,
	[VR_A_ROUTE_FAMILY] = { .type = NLA_U32 },
	[VR_A_ROUTE_PREFIX] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[VR_A_ROUTE_PLEN] = NLA_POLICY_MAX(NLA_U32, 128),
};

#define ROUTE_SIZE (6 * nla_total_size(sizeof(u32)) + nla_total_size(16) + \
		    nla_total_size(ETH_ALEN))

/* Where a dump of routes goes on; @key is the last one sent, or with @after false the first. */
struct route_dump {
	struct vrl_nl_dump head;
	struct {
		u8 prefix[16];
		u8 plen;
	} key;
	bool after;
	bool begun;
	bool both;
	u16 family;
	u32 vrf;
};

static unsigned int route_addr_len(u32 family)
{
	return family == AF_INET ? 4 : 16;
}

static int route_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		      const struct vr_route_cfg *rt)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VR_A_ROUTE_VRF, rt->vrf) ||
	    nla_put_u32(skb, VR_A_ROUTE_FAMILY, rt->family) ||
	    nla_put(skb, VR_A_ROUTE_PREFIX, route_addr_len(rt->family), rt->prefix) ||
	    nla_put_u32(skb, VR_A_ROUTE_PLEN, rt->plen) ||
	    nla_put_u32(skb, VR_A_ROUTE_NH, rt->nh) ||
	    nla_put_u32(skb, VR_A_ROUTE_FLAGS, rt->flags))
		goto full;
	if (rt->label != VR_LABEL_NONE && nla_put_u32(skb, VR_A_ROUTE_LABEL, rt->label))
		goto full;
	if (rt->has_mac && nla_put(skb, VR_A_ROUTE_MAC, ETH_ALEN, rt->mac))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;
full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* VRF, family and address: what every command but the dump must have. */
static int route_parse_addr(struct genl_info *info, struct vr_route_cfg *rt)
{
	struct nlattr **attrs = info->attrs;
	const struct nlattr *prefix;

	if (!attrs[VR_A_ROUTE_VRF])
		return vrl_nl_missing(info, VR_A_ROUTE_VRF, "route: VRF is missing");
	if (!attrs[VR_A_ROUTE_FAMILY])
		return vrl_nl_missing(info, VR_A_ROUTE_FAMILY, "route: family is missing");
	if (!attrs[VR_A_ROUTE_PREFIX])
		return vrl_nl_missing(info, VR_A_ROUTE_PREFIX, "route: prefix is missing");

	memset(rt, 0, sizeof(*rt));
	rt->vrf = nla_get_u32(attrs[VR_A_ROUTE_VRF]);
	rt->family = nla_get_u32(attrs[VR_A_ROUTE_FAMILY]);
	prefix = attrs[VR_A_ROUTE_PREFIX];
	if (rt->family != AF_INET && rt->family != AF_INET6)
		return vrl_nl_refuse_attr(info, -EAFNOSUPPORT, VR_A_ROUTE_FAMILY,
					  "route: family is neither inet nor inet6");
	if (rt->family == AF_INET && nla_len(prefix) != 4)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_ROUTE_PREFIX,
					  "an inet prefix has 4 bytes");
	if (rt->family == AF_INET6 && nla_len(prefix) != 16)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_ROUTE_PREFIX,
					  "an inet6 prefix has 16 bytes");
	memcpy(rt->prefix, nla_data(prefix), nla_len(prefix));
	rt->plen = vrl_nl_u32(info, VR_A_ROUTE_PLEN, 8 * nla_len(prefix));
	if (rt->plen > 8 * nla_len(prefix))
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_ROUTE_PLEN,
					  "prefix length is more than the address has bits");
	return 0;
}

static int route_parse_key(struct genl_info *info, struct vr_route_cfg *rt)
{
	int ret = route_parse_addr(info, rt);

	if (!ret && !info->attrs[VR_A_ROUTE_PLEN])
		return vrl_nl_missing(info, VR_A_ROUTE_PLEN, "route: prefix length is missing");
	return ret;
}

static int route_parse(struct genl_info *info, struct vr_route_cfg *rt)
{
	struct nlattr **attrs = info->attrs;
	int ret = route_parse_key(info, rt);

	if (ret)
		return ret;
	if (!attrs[VR_A_ROUTE_NH])
		return vrl_nl_missing(info, VR_A_ROUTE_NH, "route: nexthop is missing");
	rt->nh = nla_get_u32(attrs[VR_A_ROUTE_NH]);
	rt->label = vrl_nl_u32(info, VR_A_ROUTE_LABEL, VR_LABEL_NONE);
	rt->flags = vrl_nl_u32(info, VR_A_ROUTE_FLAGS, 0);
	if ((rt->flags & VR_ROUTE_F_LABEL) && rt->label == VR_LABEL_NONE)
		return vrl_nl_refuse_attr(info, -EINVAL, VR_A_ROUTE_FLAGS,
					  "route: flag LABEL without a label");
	rt->has_mac = attrs[VR_A_ROUTE_MAC];
	if (rt->has_mac)
		nla_memcpy(rt->mac, attrs[VR_A_ROUTE_MAC], ETH_ALEN);
	return 0;
}

/* As it is now, if anybody wants to know. */
static void route_news(struct vrl_nl_news *news, struct vr_core *core, u8 cmd,
		       const struct vr_route_cfg *key)
{
	struct vr_route_cfg rt;
	struct vr_err err;

	if (vrl_nl_news_wanted(news) && !vr_route_get(core, key, &rt, &err))
		vrl_nl_news_fill(news, route_fill(news->skb, &news->to, cmd, &rt));
}

int vrl_nl_route_new(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_route_cfg rt;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	ret = route_parse(info, &rt);
	if (ret)
		return ret;
	core = vrl_nl_core_make(info);
	if (!core)
		return -ENOMEM;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, ROUTE_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	ret = vr_route_set(core, &rt, vrl_nl_exclusive(info), &err);
	if (!ret)
		route_news(&news, core, VR_CMD_ROUTE_NEW, &rt);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

int vrl_nl_route_del(struct sk_buff *skb, struct genl_info *info)
{
	struct vrl_nl_news news;
	struct vr_route_cfg key;
	struct vr_err err = {};
	struct vr_core *core;
	int ret;

	ret = route_parse_key(info, &key);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	ret = vrl_nl_news_init(&news, genl_info_net(info), info, ROUTE_SIZE);
	if (ret)
		return ret;

	vr_core_lock(core);
	route_news(&news, core, VR_CMD_ROUTE_DEL, &key);
	ret = vr_route_del(core, &key, &err);
	vrl_nl_news_end(&news, core, ret);
	return ret ? vrl_nl_refuse(info, ret, &err) : 0;
}

/* With a prefix length exactly that route, without one the route that the address takes. */
int vrl_nl_route_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_route_cfg key, rt;
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret;

	ret = route_parse_addr(info, &key);
	if (ret)
		return ret;
	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, ROUTE_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	if (info->attrs[VR_A_ROUTE_PLEN])
		ret = vr_route_get(core, &key, &rt, &err);
	else
		ret = vr_route_lookup(core, &key, &rt, &err);
	vr_core_unlock(core);

	if (!ret)
		ret = route_fill(msg, &to, VR_CMD_ROUTE_NEW, &rt);
	return vrl_nl_reply_end(info, msg, ret, &err);
}

int vrl_nl_route_start(struct netlink_callback *cb)
{
	struct route_dump *dump = vrl_nl_dump_ctx(cb, struct route_dump);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	u32 family = AF_UNSPEC;

	if (!vrl_nl_dump_start(cb, VR_A_ROUTE_PLEN, BIT(VR_A_ROUTE_VRF) | BIT(VR_A_ROUTE_FAMILY),
			       "a dump of routes takes a VRF and a family, no prefix"))
		return vrl_nl_dump_code(cb);
	if (attrs[VR_A_ROUTE_FAMILY])
		family = nla_get_u32(attrs[VR_A_ROUTE_FAMILY]);
	if (!attrs[VR_A_ROUTE_VRF])
		vrl_nl_dump_refuse(cb, -EINVAL, VR_A_ROUTE_VRF, "dump of routes: VRF is missing");
	else if (attrs[VR_A_ROUTE_FAMILY] && family != AF_INET && family != AF_INET6)
		vrl_nl_dump_refuse(cb, -EAFNOSUPPORT, VR_A_ROUTE_FAMILY,
				   "dump of routes: family is neither inet nor inet6");
	else
		dump->vrf = nla_get_u32(attrs[VR_A_ROUTE_VRF]);
	dump->both = !attrs[VR_A_ROUTE_FAMILY];
	dump->family = dump->both ? AF_INET : family;
	return vrl_nl_dump_code(cb);
}

/* The next route, which may be the first one of the other family. */
static int route_dump_next(struct vr_core *core, struct route_dump *dump, struct vr_route_cfg *rt)
{
	struct vr_route_cfg key;
	int ret;

	for (;;) {
		key = (struct vr_route_cfg){
			.vrf = dump->vrf,
			.family = dump->family,
			.plen = dump->key.plen,
		};
		memcpy(key.prefix, dump->key.prefix, sizeof(key.prefix));
		ret = vr_route_next(core, &key, dump->after, rt);
		if (ret != -ENOENT || !dump->both || dump->family == AF_INET6)
			return ret;
		dump->family = AF_INET6;
		dump->after = false;
		memset(&dump->key, 0, sizeof(dump->key));
	}
}

int vrl_nl_route_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct route_dump *dump = vrl_nl_dump_ctx(cb, struct route_dump);
	struct vr_vrf_info vrf;
	struct vr_route_cfg rt;
	struct vr_err err = {};
	struct vr_core *core;
	struct vrl_nl_to to;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	if (!dump->begun && vr_vrf_get(core, dump->vrf, &vrf, &err))
		return vrl_nl_dump_fail(cb, core, -ENOENT, "dump of routes: VRF does not exist");
	dump->begun = true;
	for (;;) {
		ret = route_dump_next(core, dump, &rt);
		if (!ret)
			ret = route_fill(skb, &to, VR_CMD_ROUTE_NEW, &rt);
		if (ret)
			break;
		dump->after = true;
		dump->key.plen = rt.plen;
		memcpy(dump->key.prefix, rt.prefix, sizeof(rt.prefix));
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
