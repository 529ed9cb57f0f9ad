// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generic netlink family: its operations, who may call them, and what all
 * objects share on the way in and out. What an object's attributes mean is in
 * nl_<object>.c.
 *
 * Operations run in parallel (no lock of genetlink's is held but the one that
 * keeps the family registered); the core lock serialises what has to be. A
 * core found by a request outlives it: vrl_nl_exit() comes before the cores
 * end, and a namespace does not end while it has sockets.
 */

#include <linux/rtnetlink.h>

#include "nl.h"
#include "pernet.h"
#include "port_events.h"

enum {
	NL_GROUP_CONFIG,
	NL_GROUP_FLOW,
};

static const struct genl_multicast_group nl_groups[] = {
	/* The news reveal addresses, as the *_GET do. */
	[NL_GROUP_CONFIG] = { .name = VR_GENL_MCGRP_CONFIG, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[NL_GROUP_FLOW] = { .name = VR_GENL_MCGRP_FLOW, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct netlink_range_validation vrl_nl_range_vif = { .max = VR_VIF_ID_MAX };
struct netlink_range_validation vrl_nl_range_vrf = { .max = VR_VRF_ID_MAX };
struct netlink_range_validation vrl_nl_range_nh = { .max = VR_NH_ID_MAX };
struct netlink_range_validation vrl_nl_range_nh_made = { .min = 1, .max = VR_NH_ID_MAX };
struct netlink_range_validation vrl_nl_range_label = { .max = VR_LABEL_MAX };
struct netlink_range_validation vrl_nl_range_flow = { .max = VR_FLOW_ID_MAX };
struct netlink_range_validation vrl_nl_range_port = { .max = U16_MAX };
struct netlink_range_validation vrl_nl_range_some = { .min = 1, .max = U32_MAX };

/* For operations without attributes: genetlink parses none unless there is a policy. */
const struct nla_policy vrl_nl_none_policy[2] = {
	[1] = { .type = NLA_REJECT, .reject_message = "this command takes no attributes" },
};

/* --- refusing -------------------------------------------------------------------------------- */

/* NL_SET_ERR_MSG() takes literals only; ours are literals too, but come by pointer. */
static void nl_say(struct netlink_ext_ack *extack, const char *msg)
{
	do_trace_netlink_extack(msg);
	if (extack)
		extack->_msg = msg;
}

int vrl_nl_refuse(struct genl_info *info, int code, const struct vr_err *err)
{
	return vrl_nl_refuse_attr(info, code, err->attr, err->msg);
}

int vrl_nl_refuse_attr(struct genl_info *info, int code, int attr, const char *msg)
{
	nl_say(info->extack, msg);
	if (!attr)
		return code;
	if (info->attrs[attr])
		NL_SET_BAD_ATTR(info->extack, info->attrs[attr]);
	else
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, attr);
	return code;
}

int vrl_nl_missing(struct genl_info *info, int attr, const char *msg)
{
	return vrl_nl_refuse_attr(info, -EINVAL, attr, msg);
}

int vrl_nl_missing_in(struct genl_info *info, const struct nlattr *nest, int attr,
		      const char *msg)
{
	nl_say(info->extack, msg);
	NL_SET_ERR_ATTR_MISS(info->extack, nest, attr);
	return -EINVAL;
}

int vrl_nl_refuse_at(struct genl_info *info, int code, const struct nlattr *bad, const char *msg)
{
	nl_say(info->extack, msg);
	NL_SET_BAD_ATTR(info->extack, bad);
	return code;
}

/* --- cores ----------------------------------------------------------------------------------- */

struct vr_core *vrl_nl_core(struct genl_info *info)
{
	struct vr_core *core = vrl_core_find(genl_info_net(info));

	if (!core)
		nl_say(info->extack, "no router in this network namespace");
	return core;
}

struct vr_core *vrl_nl_core_make(struct genl_info *info)
{
	struct vr_core *core = vrl_core_get_or_create(genl_info_net(info));

	if (!IS_ERR(core))
		return core;
	nl_say(info->extack, "no memory for a router in this network namespace");
	return NULL;
}

/* --- messages out ---------------------------------------------------------------------------- */

void *vrl_nl_put_header(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd)
{
	void *hdr = genlmsg_put(skb, to->portid, to->seq, &vrl_nl_family, to->flags, cmd);

	if (hdr && to->cb)
		genl_dump_check_consistent(to->cb, hdr);
	return hdr;
}

struct sk_buff *vrl_nl_reply_new(struct genl_info *info, size_t size, struct vrl_nl_to *to)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	*to = (struct vrl_nl_to){ .portid = info->snd_portid, .seq = info->snd_seq };
	if (!skb)
		nl_say(info->extack, "no memory for the answer");
	return skb;
}

int vrl_nl_reply_end(struct genl_info *info, struct sk_buff *skb, int code,
		     const struct vr_err *err)
{
	if (!code)
		return genlmsg_reply(skb, info);
	nlmsg_free(skb);
	if (code != -EMSGSIZE)
		return vrl_nl_refuse(info, code, err);
	nl_say(info->extack, "the answer does not fit into a message");
	return code;
}

int vrl_nl_news_init(struct vrl_nl_news *news, struct net *net, struct genl_info *info,
		     size_t size)
{
	bool echo = info && vrl_nl_wants_echo(info);

	memset(news, 0, sizeof(*news));
	news->net = net;
	news->info = info;
	if (info) {
		news->to.portid = info->snd_portid;
		news->to.seq = info->snd_seq;
	}
	if (!echo && !genl_has_listeners(&vrl_nl_family, net, NL_GROUP_CONFIG))
		return 0;
	news->skb = genlmsg_new(size, GFP_KERNEL);
	if (news->skb)
		return 0;
	news->lost = true;
	if (!echo)
		return 0;
	nl_say(info->extack, "no memory for the echo");
	return -ENOMEM;
}

void vrl_nl_news_fill(struct vrl_nl_news *news, int filled)
{
	if (!filled)
		return;
	nlmsg_free(news->skb);
	news->skb = NULL;
	news->lost = true;
}

static void nl_news_send(struct vrl_nl_news *news)
{
	if (news->lost)
		genl_set_err(&vrl_nl_family, news->net, 0, NL_GROUP_CONFIG, -ENOBUFS);
	if (!news->skb)
		return;
	/* Errors of delivery are the receivers': their sockets say ENOBUFS. */
	if (news->info)
		genl_notify(&vrl_nl_family, news->skb, news->info, NL_GROUP_CONFIG, GFP_KERNEL);
	else
		genlmsg_multicast_netns(&vrl_nl_family, news->net, news->skb, 0,
					NL_GROUP_CONFIG, GFP_KERNEL);
}

void vrl_nl_news_forget(struct vrl_nl_news *news)
{
	nlmsg_free(news->skb);
}

/*
 * Under the core lock: whoever began to listen only after news_init() was asked, and perhaps has
 * seen already how things were before. Who begins later sees them as they are now.
 */
static bool nl_has_missed(const struct vrl_nl_news *news)
{
	return !news->skb && genl_has_listeners(&vrl_nl_family, news->net, NL_GROUP_CONFIG);
}

/* Who changes something next may do so while this is sent, but comes after it with its own. */
void vrl_nl_news_end(struct vrl_nl_news *news, struct vr_core *core, int code)
{
	struct mutex *sending = &vrl_net_of(news->net)->sending;

	if (!code && nl_has_missed(news))
		news->lost = true;
	if (code || (!news->skb && !news->lost)) {
		vr_core_unlock(core);
		vrl_nl_news_forget(news);
		return;
	}
	mutex_lock(sending);
	vr_core_unlock(core);
	nl_news_send(news);
	mutex_unlock(sending);
}

/* --- dumps ----------------------------------------------------------------------------------- */

void vrl_nl_dump_refuse(struct netlink_callback *cb, int code, int attr, const char *msg)
{
	struct vrl_nl_dump *head = (struct vrl_nl_dump *)cb->ctx;
	struct nlattr **attrs = genl_info_dump(cb)->attrs;

	head->code = code;
	head->msg = msg;
	if (!cb->extack)
		return;
	nl_say(cb->extack, msg);
	if (attr && attrs[attr])
		NL_SET_BAD_ATTR(cb->extack, attrs[attr]);
	else if (attr)
		NL_SET_ERR_ATTR_MISS(cb->extack, NULL, attr);
}

int vrl_nl_dump_code(struct netlink_callback *cb)
{
	const struct vrl_nl_dump *head = (const struct vrl_nl_dump *)cb->ctx;

	return cb->extack ? head->code : 0;
}

int vrl_nl_dump_begin(struct sk_buff *skb, struct netlink_callback *cb, struct vrl_nl_to *to,
		      struct vr_core **core)
{
	const struct vrl_nl_dump *head = (const struct vrl_nl_dump *)cb->ctx;

	*core = NULL;
	if (head->code) {
		nl_say(cb->extack, head->msg);
		return head->code;
	}
	*core = vrl_core_find(sock_net(skb->sk));
	if (!*core)
		return 0;
	vr_core_lock(*core);
	cb->seq = vr_core_generation(*core);
	*to = (struct vrl_nl_to){
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cb = cb,
	};
	return 0;
}

int vrl_nl_dump_end(struct sk_buff *skb, struct netlink_callback *cb, struct vr_core *core,
		    int err)
{
	vr_core_unlock(core);
	if (skb->len)
		return skb->len;
	if (err == -ENOENT)
		return 0;
	/* Asking again would not help: not even one object fits. */
	if (err == -EMSGSIZE)
		nl_say(cb->extack, "an object does not fit into a message of this dump");
	return err;
}

int vrl_nl_dump_fail(struct netlink_callback *cb, struct vr_core *core, int code,
		     const char *msg)
{
	vr_core_unlock(core);
	nl_say(cb->extack, msg);
	return code;
}

/* --- the family ------------------------------------------------------------------------------ */

/* What genetlink checks for new families itself, but it would refuse NLM_F_EXCL with it. */
static const char *nl_header_fault(const struct nlmsghdr *nlh, u16 flags)
{
	const struct genlmsghdr *hdr = nlmsg_data(nlh);

	if (hdr->reserved)
		return "the reserved field of the header is not 0";
	if (nlh->nlmsg_flags & ~(NLM_F_REQUEST | NLM_F_ACK | NLM_F_ECHO | flags))
		return "the message has a flag that its command does not know";
	return NULL;
}

static u16 nl_cmd_flags(u8 cmd)
{
	switch (cmd) {
	case VR_CMD_VRF_NEW:
	case VR_CMD_VIF_NEW:
	case VR_CMD_NH_NEW:
	case VR_CMD_ROUTE_NEW:
	case VR_CMD_BRIDGE_NEW:
	case VR_CMD_FLOW_NEW:
	case VR_CMD_MPLS_NEW:
	case VR_CMD_VXLAN_NEW:
		return NLM_F_CREATE | NLM_F_EXCL;
	default:
		return 0;
	}
}

static int nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		       struct genl_info *info)
{
	const char *fault = nl_header_fault(info->nlhdr, nl_cmd_flags(ops->cmd));

	vrl_port_events_settle(genl_info_net(info));
	if (!fault)
		return 0;
	nl_say(info->extack, fault);
	return -EINVAL;
}

bool vrl_nl_dump_start(struct netlink_callback *cb, unsigned int maxattr, u32 allowed,
		       const char *msg)
{
	const char *fault = nl_header_fault(cb->nlh, NLM_F_DUMP);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	unsigned int attr;

	vrl_port_events_settle(sock_net(cb->skb->sk));
	if (fault) {
		vrl_nl_dump_refuse(cb, -EINVAL, 0, fault);
		return false;
	}
	for (attr = 1; attr <= maxattr; attr++) {
		if (attrs[attr] && !(allowed & BIT(attr))) {
			vrl_nl_dump_refuse(cb, -EINVAL, attr, msg);
			return false;
		}
	}
	return true;
}

#define NL_POLICY(name) .policy = vrl_nl_##name##_policy,			\
			.maxattr = ARRAY_SIZE(vrl_nl_##name##_policy) - 1
/* All need CAP_NET_ADMIN in the namespace: those that read reveal addresses. */
#define NL_PERM .flags = GENL_UNS_ADMIN_PERM

static const struct genl_ops nl_ops[] = {
	{
		.cmd = VR_CMD_INFO_GET, NL_PERM, NL_POLICY(none),
		.doit = vrl_nl_info_get,
	}, {
		.cmd = VR_CMD_RESET, NL_PERM, NL_POLICY(none),
		.doit = vrl_nl_reset,
	}, {
		.cmd = VR_CMD_VRF_NEW, NL_PERM, NL_POLICY(vrf),
		.doit = vrl_nl_vrf_new,
	}, {
		.cmd = VR_CMD_VRF_DEL, NL_PERM, NL_POLICY(vrf),
		.doit = vrl_nl_vrf_del,
	}, {
		.cmd = VR_CMD_VRF_GET, NL_PERM, NL_POLICY(vrf),
		.doit = vrl_nl_vrf_get,
		.start = vrl_nl_vrf_start,
		.dumpit = vrl_nl_vrf_dump,
	}, {
		.cmd = VR_CMD_VIF_NEW, NL_PERM, NL_POLICY(vif),
		.doit = vrl_nl_vif_new,
	}, {
		.cmd = VR_CMD_VIF_SET, NL_PERM, NL_POLICY(vif),
		.doit = vrl_nl_vif_set,
	}, {
		.cmd = VR_CMD_VIF_DEL, NL_PERM, NL_POLICY(vif_key),
		.doit = vrl_nl_vif_del,
	}, {
		.cmd = VR_CMD_VIF_GET, NL_PERM, NL_POLICY(vif_key),
		.doit = vrl_nl_vif_get,
		.start = vrl_nl_vif_start,
		.dumpit = vrl_nl_vif_dump,
	}, {
		.cmd = VR_CMD_VIF_CLEAR, NL_PERM, NL_POLICY(vif_key),
		.doit = vrl_nl_vif_clear,
	}, {
		.cmd = VR_CMD_NH_NEW, NL_PERM, NL_POLICY(nh),
		.doit = vrl_nl_nh_new,
	}, {
		.cmd = VR_CMD_NH_DEL, NL_PERM, NL_POLICY(nh_del),
		.doit = vrl_nl_nh_del,
	}, {
		.cmd = VR_CMD_NH_GET, NL_PERM, NL_POLICY(nh_get),
		.doit = vrl_nl_nh_get,
		.start = vrl_nl_nh_start,
		.dumpit = vrl_nl_nh_dump,
	}, {
		.cmd = VR_CMD_ROUTE_NEW, NL_PERM, NL_POLICY(route),
		.doit = vrl_nl_route_new,
	}, {
		.cmd = VR_CMD_ROUTE_DEL, NL_PERM, NL_POLICY(route_key),
		.doit = vrl_nl_route_del,
	}, {
		.cmd = VR_CMD_ROUTE_GET, NL_PERM, NL_POLICY(route_key),
		.doit = vrl_nl_route_get,
		.start = vrl_nl_route_start,
		.dumpit = vrl_nl_route_dump,
	}, {
		.cmd = VR_CMD_BRIDGE_NEW, NL_PERM, NL_POLICY(bridge),
		.doit = vrl_nl_bridge_new,
	}, {
		.cmd = VR_CMD_BRIDGE_DEL, NL_PERM, NL_POLICY(bridge_key),
		.doit = vrl_nl_bridge_del,
	}, {
		.cmd = VR_CMD_BRIDGE_GET, NL_PERM, NL_POLICY(bridge_key),
		.doit = vrl_nl_bridge_get,
		.start = vrl_nl_bridge_start,
		.dumpit = vrl_nl_bridge_dump,
	}, {
		.cmd = VR_CMD_DROPS_GET, NL_PERM, NL_POLICY(drops),
		.doit = vrl_nl_drops_get,
	}, {
		.cmd = VR_CMD_DROPS_CLEAR, NL_PERM, NL_POLICY(drops),
		.doit = vrl_nl_drops_clear,
	}, {
		.cmd = VR_CMD_CONF_SET, NL_PERM, NL_POLICY(conf),
		.doit = vrl_nl_conf_set,
	}, {
		.cmd = VR_CMD_CONF_GET, NL_PERM, NL_POLICY(none),
		.doit = vrl_nl_conf_get,
	}, {
		.cmd = VR_CMD_FLOW_NEW, NL_PERM, NL_POLICY(flow),
		.doit = vrl_nl_flow_new,
	}, {
		.cmd = VR_CMD_FLOW_DEL, NL_PERM, NL_POLICY(flow_del),
		.doit = vrl_nl_flow_del,
	}, {
		.cmd = VR_CMD_FLOW_GET, NL_PERM, NL_POLICY(flow_get),
		.doit = vrl_nl_flow_get,
		.start = vrl_nl_flow_start,
		.dumpit = vrl_nl_flow_dump,
	}, {
		.cmd = VR_CMD_FLOW_FLUSH, NL_PERM, NL_POLICY(none),
		.doit = vrl_nl_flow_flush,
	}, {
		.cmd = VR_CMD_MPLS_NEW, NL_PERM, NL_POLICY(mpls),
		.doit = vrl_nl_mpls_new,
	}, {
		.cmd = VR_CMD_MPLS_DEL, NL_PERM, NL_POLICY(mpls_key),
		.doit = vrl_nl_mpls_del,
	}, {
		.cmd = VR_CMD_MPLS_GET, NL_PERM, NL_POLICY(mpls_key),
		.doit = vrl_nl_mpls_get,
		.start = vrl_nl_mpls_start,
		.dumpit = vrl_nl_mpls_dump,
	}, {
		.cmd = VR_CMD_VXLAN_NEW, NL_PERM, NL_POLICY(vxlan),
		.doit = vrl_nl_vxlan_new,
	}, {
		.cmd = VR_CMD_VXLAN_DEL, NL_PERM, NL_POLICY(vxlan_key),
		.doit = vrl_nl_vxlan_del,
	}, {
		.cmd = VR_CMD_VXLAN_GET, NL_PERM, NL_POLICY(vxlan_key),
		.doit = vrl_nl_vxlan_get,
		.start = vrl_nl_vxlan_start,
		.dumpit = vrl_nl_vxlan_dump,
	},
};

struct genl_family vrl_nl_family __ro_after_init = {
	.name = VR_GENL_NAME,
	.version = VR_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.pre_doit = nl_pre_doit,
	.ops = nl_ops,
	.n_ops = ARRAY_SIZE(nl_ops),
	/* Attributes are checked strictly in any case; nl_header_fault() does the rest. */
	.resv_start_op = __VR_CMD_MAX,
	.mcgrps = nl_groups,
	.n_mcgrps = ARRAY_SIZE(nl_groups),
	.module = THIS_MODULE,
};

/*
 * Devices have events before vrl_nl_init() and after vrl_nl_exit(), and flows
 * end after it, when the family's numbers are not ours. Written under RTNL, read
 * under RTNL or RCU.
 */
static bool nl_open;

bool vrl_nl_is_open(void)
{
	ASSERT_RTNL();
	return nl_open;
}

static void nl_set_open(bool open)
{
	rtnl_lock();
	/* Pairs with nl_is_open_rcu(): who sees it sees the family's numbers. */
	smp_store_release(&nl_open, open);
	rtnl_unlock();
}

static bool nl_is_open_rcu(void)
{
	/* Pairs with nl_set_open(). */
	return smp_load_acquire(&nl_open);
}

bool vrl_nl_flow_heard(struct net *net)
{
	bool heard;

	rcu_read_lock();
	heard = nl_is_open_rcu() && genl_has_listeners(&vrl_nl_family, net, NL_GROUP_FLOW);
	rcu_read_unlock();
	return heard;
}

void vrl_nl_flow_tell(struct net *net, struct sk_buff *skb)
{
	rcu_read_lock();
	if (!nl_is_open_rcu())
		nlmsg_free(skb);
	else if (skb)
		genlmsg_multicast_netns(&vrl_nl_family, net, skb, 0, NL_GROUP_FLOW, GFP_ATOMIC);
	else
		genl_set_err(&vrl_nl_family, net, 0, NL_GROUP_FLOW, -ENOBUFS);
	rcu_read_unlock();
}

int __init vrl_nl_init(void)
{
	int err = genl_register_family(&vrl_nl_family);

	if (err)
		return err;
	nl_set_open(true);
	return 0;
}

/* When it returns no operation runs and none will; a dump holds the module, so there is none. */
void vrl_nl_exit(void)
{
	nl_set_open(false);
	synchronize_rcu();
	genl_unregister_family(&vrl_nl_family);
}
