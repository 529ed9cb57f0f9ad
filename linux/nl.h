/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generic netlink family: what the files of the objects (nl_<object>.c)
 * offer to its table of operations, and what they share.
 *
 * An operation goes: policy (genetlink) -> header (nl.c) -> parse into a
 * struct vr_<object>_cfg -> core lock -> the object's call -> unlock -> answer.
 * Every refusal carries a text and, where one is to blame, the attribute.
 */
#ifndef _VRL_NL_H
#define _VRL_NL_H

#include <net/genetlink.h>
#include <vr/core.h>
#include <vr/err.h>
#include <vrouter/conf.h>
#include <vrouter/netlink.h>

extern struct genl_family vrl_nl_family;

int vrl_nl_init(void);
void vrl_nl_exit(void);
/* Under RTNL: the family is registered, and stays so while RTNL is held. */
bool vrl_nl_is_open(void);

/**
 * vrl_nl_notify_vif() - tell who listens that a vif has changed by itself
 * @net: its namespace
 * @id: the vif, as *_NEW; nothing is said if it has gone meanwhile
 *
 * Context: RTNL is held by the caller, the core lock is not; may sleep.
 */
void vrl_nl_notify_vif(struct net *net, u32 id);

/* --- refusing ---------------------------------------------------------------- */

/**
 * vrl_nl_refuse() - hand the core's explanation to the sender
 * @info: the request
 * @code: negative errno
 * @err: the explanation; a blamed attribute that was sent is reported as bad,
 *	one that was not as missing
 *
 * Return: @code.
 */
int vrl_nl_refuse(struct genl_info *info, int code, const struct vr_err *err);

/* The same for a fixed text, and -EINVAL for an attribute that must be there and is not. */
int vrl_nl_refuse_attr(struct genl_info *info, int code, int attr, const char *msg);
int vrl_nl_missing(struct genl_info *info, int attr, const char *msg);
int vrl_nl_missing_in(struct genl_info *info, const struct nlattr *nest, int attr,
		      const char *msg);
/* A fixed text that blames @bad, wherever it is in the request. Return: @code. */
int vrl_nl_refuse_at(struct genl_info *info, int code, const struct nlattr *bad, const char *msg);

/* --- cores ------------------------------------------------------------------- */

/* The namespace's core, or NULL and refused: -ENOENT without one, -ENOMEM if none can be made. */
struct vr_core *vrl_nl_core(struct genl_info *info);
struct vr_core *vrl_nl_core_make(struct genl_info *info);

/* --- messages out ------------------------------------------------------------ */

/**
 * struct vrl_nl_to - whom a message goes to; fill functions take it
 * @portid: port of the receiver, or of who caused a notification
 * @seq: of the request
 * @flags: NLM_F_*
 * @cb: of a dump, else NULL
 */
struct vrl_nl_to {
	u32 portid;
	u32 seq;
	int flags;
	struct netlink_callback *cb;
};

/* The header of one message; NULL if it does not fit. Ends with genlmsg_end() or _cancel(). */
void *vrl_nl_put_header(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd);

/* Allocate the answer to a *_GET, or NULL and refused: -ENOMEM. */
struct sk_buff *vrl_nl_reply_new(struct genl_info *info, size_t size, struct vrl_nl_to *to);
/* Send it, or if @code is not 0 free it and refuse with @err. -EMSGSIZE needs no @err. */
int vrl_nl_reply_end(struct genl_info *info, struct sk_buff *skb, int code,
		     const struct vr_err *err);

/**
 * struct vrl_nl_news - a change that somebody may want to hear of
 * @net: where
 * @info: the request that asked for the change, or NULL
 * @skb: message to be, or NULL: nobody listens, or no memory
 * @to: for the fill function
 * @lost: somebody listens, but will not hear of it
 */
struct vrl_nl_news {
	struct net *net;
	struct genl_info *info;
	struct sk_buff *skb;
	struct vrl_nl_to to;
	bool lost;
};

/*
 * init: before the lock. Allocates only if there are listeners or the sender
 *	 wants an echo; -ENOMEM only for the latter.
 * fill: under the lock; @filled is what the fill function returned.
 * end:	 gives up the lock. Sends, in the order of the changes, or if @code is not 0 forgets. Who
 *	 listens, if only since init, and misses something gets ENOBUFS from its socket.
 * forget: instead of end, without the lock: nothing has changed.
 */
int vrl_nl_news_init(struct vrl_nl_news *news, struct net *net, struct genl_info *info,
		     size_t size);
void vrl_nl_news_fill(struct vrl_nl_news *news, int filled);
void vrl_nl_news_end(struct vrl_nl_news *news, struct vr_core *core, int code);
void vrl_nl_news_forget(struct vrl_nl_news *news);

/* The sender wants to see what became of its request. */
static inline bool vrl_nl_wants_echo(const struct genl_info *info)
{
	return info->nlhdr->nlmsg_flags & NLM_F_ECHO;
}

/* Is anything to be filled in? */
static inline bool vrl_nl_news_wanted(const struct vrl_nl_news *news)
{
	return news->skb;
}

/*
 * News of flows that went by themselves, to the group "flow".
 *
 * heard: somebody listens. Any context.
 * tell:  consumes @skb; NULL: no memory for it, and who listens gets ENOBUFS. Process context.
 */
bool vrl_nl_flow_heard(struct net *net);
void vrl_nl_flow_tell(struct net *net, struct sk_buff *skb);

/* --- dumps ------------------------------------------------------------------- */

/**
 * struct vrl_nl_dump - how every dump's context begins
 * @code: not 0: refused, with @msg; said by the first call of dumpit
 * @msg: fixed text
 */
struct vrl_nl_dump {
	int code;
	const char *msg;
};

/* The typed context of a dump, which begins with a struct vrl_nl_dump called head. */
#define vrl_nl_dump_ctx(cb, type) ({						\
	BUILD_BUG_ON(sizeof(type) > sizeof((cb)->ctx));				\
	BUILD_BUG_ON(offsetof(type, head));					\
	(type *)(cb)->ctx;							\
})

/**
 * vrl_nl_dump_start() - the checks that all dumps have in common
 * @cb: the dump
 * @maxattr: of its policy
 * @allowed: bits of the attributes that may choose what is dumped
 * @msg: text for the others
 *
 * Return: false: refused, and vrl_nl_dump_code() says what start returns.
 */
bool vrl_nl_dump_start(struct netlink_callback *cb, unsigned int maxattr, u32 allowed,
		       const char *msg);
/*
 * Refuse from start: at once or, where start has no extack (before 6.2), in
 * the first dumpit. What start returns is vrl_nl_dump_code() in any case.
 */
void vrl_nl_dump_refuse(struct netlink_callback *cb, int code, int attr, const char *msg);
int vrl_nl_dump_code(struct netlink_callback *cb);

/**
 * vrl_nl_dump_begin() - lock the core for one message buffer of a dump
 * @skb: the buffer
 * @cb: the dump
 * @to: filled in
 * @core: set to the core, locked, or NULL: the dump ends with the returned value
 */
int vrl_nl_dump_begin(struct sk_buff *skb, struct netlink_callback *cb, struct vrl_nl_to *to,
		      struct vr_core **core);
/*
 * Unlock. @err: what ended the loop: -ENOENT after the last object, -EMSGSIZE
 * when the buffer is full. Return: dumpit's value.
 */
int vrl_nl_dump_end(struct sk_buff *skb, struct netlink_callback *cb, struct vr_core *core,
		    int err);
/* Unlock and refuse, before anything was sent. Return: @code, for dumpit. */
int vrl_nl_dump_fail(struct netlink_callback *cb, struct vr_core *core, int code,
		     const char *msg);

/* --- policies ---------------------------------------------------------------- */

extern struct netlink_range_validation vrl_nl_range_vif;
extern struct netlink_range_validation vrl_nl_range_vrf;
extern struct netlink_range_validation vrl_nl_range_nh;
extern struct netlink_range_validation vrl_nl_range_nh_made;
extern struct netlink_range_validation vrl_nl_range_label;
extern struct netlink_range_validation vrl_nl_range_flow;
extern struct netlink_range_validation vrl_nl_range_port;
extern struct netlink_range_validation vrl_nl_range_some;

#define VRL_NL_VIF	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_vif)
#define VRL_NL_VRF	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_vrf)
#define VRL_NL_NH	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_nh)
#define VRL_NL_NH_MADE	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_nh_made)
#define VRL_NL_LABEL	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_label)
#define VRL_NL_FLOW	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_flow)
#define VRL_NL_PORT	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_port)
/* Any number but 0. */
#define VRL_NL_SOME	NLA_POLICY_FULL_RANGE(NLA_U32, &vrl_nl_range_some)
#define VRL_NL_OUT(what) { .type = NLA_REJECT,					\
			   .reject_message = what " is only ever reported" }

static inline u32 vrl_nl_u32(struct genl_info *info, int attr, u32 otherwise)
{
	return info->attrs[attr] ? nla_get_u32(info->attrs[attr]) : otherwise;
}

static inline bool vrl_nl_exclusive(const struct genl_info *info)
{
	return info->nlhdr->nlmsg_flags & NLM_F_EXCL;
}

/* A list of drop counters, every reason, into the nest @attr; and how much room it takes. */
int vrl_nl_put_drops(struct sk_buff *skb, int attr, const u64 *drops);
size_t vrl_nl_drops_size(void);

/* --- operations, by object --------------------------------------------------- */

extern const struct nla_policy vrl_nl_none_policy[2];
int vrl_nl_info_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_reset(struct sk_buff *skb, struct genl_info *info);

extern const struct nla_policy vrl_nl_vrf_policy[VR_A_VRF_MAX + 1];
int vrl_nl_vrf_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vrf_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vrf_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vrf_start(struct netlink_callback *cb);
int vrl_nl_vrf_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_vif_policy[VR_A_VIF_MAX + 1];
extern const struct nla_policy vrl_nl_vif_key_policy[VR_A_VIF_NAME + 1];
int vrl_nl_vif_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vif_set(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vif_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vif_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vif_clear(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vif_start(struct netlink_callback *cb);
int vrl_nl_vif_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_nh_policy[VR_A_NH_MAX + 1];
extern const struct nla_policy vrl_nl_nh_del_policy[VR_A_NH_ID + 1];
extern const struct nla_policy vrl_nl_nh_get_policy[VR_A_NH_ID + 1];
int vrl_nl_nh_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_nh_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_nh_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_nh_start(struct netlink_callback *cb);
int vrl_nl_nh_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_route_policy[VR_A_ROUTE_MAX + 1];
extern const struct nla_policy vrl_nl_route_key_policy[VR_A_ROUTE_PLEN + 1];
int vrl_nl_route_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_route_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_route_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_route_start(struct netlink_callback *cb);
int vrl_nl_route_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_bridge_policy[VR_A_BRIDGE_MAX + 1];
extern const struct nla_policy vrl_nl_bridge_key_policy[VR_A_BRIDGE_MAC + 1];
int vrl_nl_bridge_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_bridge_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_bridge_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_bridge_start(struct netlink_callback *cb);
int vrl_nl_bridge_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_mpls_policy[VR_A_DEMUX_MAX + 1];
extern const struct nla_policy vrl_nl_mpls_key_policy[VR_A_DEMUX_ID + 1];
int vrl_nl_mpls_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_mpls_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_mpls_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_mpls_start(struct netlink_callback *cb);
int vrl_nl_mpls_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_vxlan_policy[VR_A_DEMUX_MAX + 1];
extern const struct nla_policy vrl_nl_vxlan_key_policy[VR_A_DEMUX_ID + 1];
int vrl_nl_vxlan_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vxlan_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vxlan_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_vxlan_start(struct netlink_callback *cb);
int vrl_nl_vxlan_dump(struct sk_buff *skb, struct netlink_callback *cb);

extern const struct nla_policy vrl_nl_drops_policy[VR_A_DROPS_MAX + 1];
int vrl_nl_drops_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_drops_clear(struct sk_buff *skb, struct genl_info *info);

extern const struct nla_policy vrl_nl_conf_policy[VR_A_CONF_MAX + 1];
int vrl_nl_conf_set(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_conf_get(struct sk_buff *skb, struct genl_info *info);

extern const struct nla_policy vrl_nl_flow_policy[VR_A_FLOW_MAX + 1];
extern const struct nla_policy vrl_nl_flow_del_policy[VR_A_FLOW_PAIR + 1];
extern const struct nla_policy vrl_nl_flow_get_policy[VR_A_FLOW_VRF + 1];
int vrl_nl_flow_new(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_flow_del(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_flow_get(struct sk_buff *skb, struct genl_info *info);
int vrl_nl_flow_start(struct netlink_callback *cb);
int vrl_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb);
int vrl_nl_flow_flush(struct sk_buff *skb, struct genl_info *info);

#endif /* _VRL_NL_H */
