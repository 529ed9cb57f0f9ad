// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the attributes of flows, in and out. */

#include "nl_flow.h"

static struct netlink_range_validation_signed flow_range_ecmp = { .min = -1, .max = 127 };

/* What says which packets are a flow's. */
#define FLOW_KEY_POLICY								\
	[VR_A_FLOW_NH] = VRL_NL_NH,						\
	[VR_A_FLOW_FAMILY] = { .type = NLA_U32 },				\
	[VR_A_FLOW_PROTO] = NLA_POLICY_MAX(NLA_U32, U8_MAX),			\
	[VR_A_FLOW_SIP] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),			\
	[VR_A_FLOW_DIP] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),			\
	[VR_A_FLOW_SPORT] = VRL_NL_PORT,					\
	[VR_A_FLOW_DPORT] = VRL_NL_PORT

/* What was decided of them. */
#define FLOW_DECISION_POLICY							\
	[VR_A_FLOW_ACTION] = NLA_POLICY_MAX(NLA_U32, VR_FLOW_ACTION_MAX - 1),	\
	[VR_A_FLOW_FLAGS] = NLA_POLICY_MASK(NLA_U32, VR_FLOW_F_ALL),		\
	[VR_A_FLOW_VRF] = VRL_NL_VRF,						\
	[VR_A_FLOW_DVRF] = VRL_NL_VRF,						\
	[VR_A_FLOW_SRC_NH] = { .type = NLA_U32 },				\
	[VR_A_FLOW_DROP_REASON] = NLA_POLICY_MAX(NLA_U32, U8_MAX),		\
	[VR_A_FLOW_TTL] = NLA_POLICY_MAX(NLA_U32, U8_MAX),			\
	[VR_A_FLOW_ECMP] = NLA_POLICY_FULL_RANGE_SIGNED(NLA_S32, &flow_range_ecmp),	\
	[VR_A_FLOW_MIRROR] = NLA_POLICY_MAX(NLA_U32, U8_MAX),			\
	[VR_A_FLOW_MIRROR2] = NLA_POLICY_MAX(NLA_U32, U8_MAX)

#define FLOW_OUT_POLICY								\
	[VR_A_FLOW_STATE] = VRL_NL_OUT("flow: the state"),			\
	[VR_A_FLOW_TCP] = VRL_NL_OUT("flow: the state of TCP"),			\
	[VR_A_FLOW_HELD] = VRL_NL_OUT("flow: the number of held packets"),	\
	[VR_A_FLOW_IDLE] = VRL_NL_OUT("flow: the time since its last packet"),	\
	[VR_A_FLOW_PACKETS] = VRL_NL_OUT("flow: the counter of packets"),	\
	[VR_A_FLOW_BYTES] = VRL_NL_OUT("flow: the counter of bytes"),		\
	[VR_A_FLOW_END] = VRL_NL_OUT("flow: why it ended")

#define FLOW_REFUSE(msg) { .type = NLA_REJECT, .reject_message = msg }

static const struct nla_policy flow_reverse_policy[VR_A_FLOW_MAX + 1] = {
	FLOW_KEY_POLICY,
	FLOW_DECISION_POLICY,
	FLOW_OUT_POLICY,
	[VR_A_FLOW_INDEX] = FLOW_REFUSE("reverse flow: its key says which, not an index"),
	[VR_A_FLOW_GEN] = FLOW_REFUSE("reverse flow: its key says which, not a generation"),
	[VR_A_FLOW_REVERSE] = FLOW_REFUSE("reverse flow: its reverse is the flow itself"),
	[VR_A_FLOW_RINDEX] = FLOW_REFUSE("reverse flow: it is linked with the flow itself"),
	[VR_A_FLOW_RGEN] = FLOW_REFUSE("reverse flow: a generation of its reverse means nothing"),
	[VR_A_FLOW_IF_CLOSED] = FLOW_REFUSE("reverse flow: IF_CLOSED is for deleting"),
	[VR_A_FLOW_PAIR] = FLOW_REFUSE("reverse flow: PAIR is for deleting"),
};

const struct nla_policy vrl_nl_flow_policy[VR_A_FLOW_MAX + 1] = {
	[VR_A_FLOW_INDEX] = VRL_NL_FLOW,
	[VR_A_FLOW_GEN] = VRL_NL_SOME,
	FLOW_KEY_POLICY,
	FLOW_DECISION_POLICY,
	FLOW_OUT_POLICY,
	[VR_A_FLOW_REVERSE] = NLA_POLICY_NESTED(flow_reverse_policy),
	[VR_A_FLOW_RINDEX] = VRL_NL_FLOW,
	[VR_A_FLOW_RGEN] = VRL_NL_SOME,
	[VR_A_FLOW_IF_CLOSED] = FLOW_REFUSE("flow: IF_CLOSED is for deleting"),
	[VR_A_FLOW_PAIR] = FLOW_REFUSE("flow: PAIR is for deleting"),
};

const struct nla_policy vrl_nl_flow_del_policy[VR_A_FLOW_PAIR + 1] = {
	[VR_A_FLOW_INDEX] = VRL_NL_FLOW,
	[VR_A_FLOW_GEN] = VRL_NL_SOME,
	FLOW_KEY_POLICY,
	[VR_A_FLOW_IF_CLOSED] = { .type = NLA_FLAG },
	[VR_A_FLOW_PAIR] = { .type = NLA_FLAG },
};

/* Of one by its place or its key; a dump: of those to which all that is given applies. */
const struct nla_policy vrl_nl_flow_get_policy[VR_A_FLOW_VRF + 1] = {
	[VR_A_FLOW_INDEX] = VRL_NL_FLOW,
	[VR_A_FLOW_GEN] = VRL_NL_SOME,
	FLOW_KEY_POLICY,
	[VR_A_FLOW_ACTION] = NLA_POLICY_MAX(NLA_U32, VR_FLOW_ACTION_MAX - 1),
	[VR_A_FLOW_VRF] = VRL_NL_VRF,
};

/* --- out --------------------------------------------------------------------- */

static unsigned int flow_addr_len(const struct vr_flow_key *key)
{
	return key->family == AF_INET ? 4 : 16;
}

static const __be32 *flow_sip(const struct vr_flow_key *key)
{
	return &key->addr[0];
}

static const __be32 *flow_dip(const struct vr_flow_key *key)
{
	return &key->addr[flow_addr_len(key) / sizeof(__be32)];
}

/* A dump is made of nothing else: what has its default takes no room. */
static int flow_put_u32(struct sk_buff *skb, int attr, u32 value, u32 otherwise)
{
	return value == otherwise ? 0 : nla_put_u32(skb, attr, value);
}

static int flow_put_key(struct sk_buff *skb, const struct vr_flow_key *key)
{
	if (nla_put_u32(skb, VR_A_FLOW_NH, key->nh) ||
	    nla_put_u32(skb, VR_A_FLOW_FAMILY, key->family) ||
	    nla_put_u32(skb, VR_A_FLOW_PROTO, key->proto) ||
	    nla_put(skb, VR_A_FLOW_SIP, flow_addr_len(key), flow_sip(key)) ||
	    nla_put(skb, VR_A_FLOW_DIP, flow_addr_len(key), flow_dip(key)) ||
	    flow_put_u32(skb, VR_A_FLOW_SPORT, ntohs(key->sport), 0) ||
	    flow_put_u32(skb, VR_A_FLOW_DPORT, ntohs(key->dport), 0))
		return -EMSGSIZE;
	return 0;
}

static int flow_put_decision(struct sk_buff *skb, const struct vr_flow_cfg *cfg)
{
	if (nla_put_u32(skb, VR_A_FLOW_ACTION, cfg->action) ||
	    flow_put_u32(skb, VR_A_FLOW_FLAGS, cfg->flags, 0) ||
	    flow_put_u32(skb, VR_A_FLOW_VRF, cfg->vrf, 0) ||
	    flow_put_u32(skb, VR_A_FLOW_DVRF, cfg->dvrf, cfg->vrf) ||
	    flow_put_u32(skb, VR_A_FLOW_SRC_NH, cfg->src_nh, VR_NH_NONE) ||
	    flow_put_u32(skb, VR_A_FLOW_DROP_REASON, cfg->drop_reason, 0) ||
	    flow_put_u32(skb, VR_A_FLOW_TTL, cfg->ttl, 0) ||
	    flow_put_u32(skb, VR_A_FLOW_ECMP, cfg->ecmp, -1) ||
	    flow_put_u32(skb, VR_A_FLOW_MIRROR, cfg->mirror[0], VR_MIRROR_NONE) ||
	    flow_put_u32(skb, VR_A_FLOW_MIRROR2, cfg->mirror[1], VR_MIRROR_NONE))
		return -EMSGSIZE;
	return 0;
}

static int flow_put_state(struct sk_buff *skb, const struct vr_flow_info *flow)
{
	if (flow->rev.index != VR_FLOW_NONE &&
	    (nla_put_u32(skb, VR_A_FLOW_RINDEX, flow->rev.index) ||
	     nla_put_u32(skb, VR_A_FLOW_RGEN, flow->rev.gen)))
		return -EMSGSIZE;
	if (flow_put_u32(skb, VR_A_FLOW_STATE, flow->state, 0) ||
	    flow_put_u32(skb, VR_A_FLOW_TCP, flow->tcp, 0) ||
	    flow_put_u32(skb, VR_A_FLOW_HELD, flow->held, 0) ||
	    nla_put_u32(skb, VR_A_FLOW_IDLE, flow->idle_ms) ||
	    nla_put_u64_64bit(skb, VR_A_FLOW_PACKETS, flow->packets, VR_A_FLOW_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOW_BYTES, flow->bytes, VR_A_FLOW_PAD))
		return -EMSGSIZE;
	return 0;
}

int vrl_flow_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		  const struct vr_flow_info *flow, u32 end)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, VR_A_FLOW_INDEX, flow->id.index) ||
	    nla_put_u32(skb, VR_A_FLOW_GEN, flow->id.gen) ||
	    flow_put_key(skb, &flow->cfg.key) ||
	    flow_put_decision(skb, &flow->cfg) ||
	    flow_put_state(skb, flow) ||
	    flow_put_u32(skb, VR_A_FLOW_END, end, VRL_FLOW_NO_END)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* --- in: the key ------------------------------------------------------------- */

/* Attributes of the key, and the texts of what may be wrong with them in a request. */
static const struct {
	int attr;
	const char *missing;
	const char *differs;
} flow_keys[] = {
	{ VR_A_FLOW_NH, "flow: key nexthop is missing",
	  "flow: the one of this index has another key nexthop" },
	{ VR_A_FLOW_FAMILY, "flow: family is missing",
	  "flow: the one of this index is of another family" },
	{ VR_A_FLOW_PROTO, "flow: protocol is missing",
	  "flow: the one of this index is of another protocol" },
	{ VR_A_FLOW_SIP, "flow: source address is missing",
	  "flow: the one of this index has another source address" },
	{ VR_A_FLOW_DIP, "flow: destination address is missing",
	  "flow: the one of this index has another destination address" },
	{ VR_A_FLOW_SPORT, NULL, "flow: the one of this index has another source port" },
	{ VR_A_FLOW_DPORT, NULL, "flow: the one of this index has another destination port" },
};

bool vrl_flow_has_key(const struct genl_info *info)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flow_keys); i++)
		if (info->attrs[flow_keys[i].attr])
			return true;
	return false;
}

static int flow_check_family(struct genl_info *info, const struct nlattr *family)
{
	if (!family || nla_get_u32(family) == AF_INET || nla_get_u32(family) == AF_INET6)
		return 0;
	return vrl_nl_refuse_at(info, -EAFNOSUPPORT, family,
				"flow: family is neither inet nor inet6");
}

/* Are the addresses that are given of this family? */
static int flow_check_addrs(struct genl_info *info, struct nlattr **attrs, u32 family)
{
	const struct nlattr *sip = attrs[VR_A_FLOW_SIP], *dip = attrs[VR_A_FLOW_DIP];
	bool inet = family == AF_INET;
	int len = inet ? 4 : 16;
	const char *msg;

	msg = inet ? "the source address of an inet flow has 4 bytes" :
		     "the source address of an inet6 flow has 16 bytes";
	if (sip && nla_len(sip) != len)
		return vrl_nl_refuse_at(info, -EINVAL, sip, msg);
	msg = inet ? "the destination address of an inet flow has 4 bytes" :
		     "the destination address of an inet6 flow has 16 bytes";
	if (dip && nla_len(dip) != len)
		return vrl_nl_refuse_at(info, -EINVAL, dip, msg);
	return 0;
}

/* Change @key by what is given; its family, which fits, is set. */
static void flow_change_key(struct nlattr **attrs, struct vr_flow_key *key)
{
	unsigned int len = flow_addr_len(key);

	if (attrs[VR_A_FLOW_NH])
		key->nh = nla_get_u32(attrs[VR_A_FLOW_NH]);
	if (attrs[VR_A_FLOW_PROTO])
		key->proto = nla_get_u32(attrs[VR_A_FLOW_PROTO]);
	if (attrs[VR_A_FLOW_SIP])
		memcpy(key->addr, nla_data(attrs[VR_A_FLOW_SIP]), len);
	if (attrs[VR_A_FLOW_DIP])
		memcpy((u8 *)key->addr + len, nla_data(attrs[VR_A_FLOW_DIP]), len);
	if (attrs[VR_A_FLOW_SPORT])
		key->sport = htons(nla_get_u32(attrs[VR_A_FLOW_SPORT]));
	if (attrs[VR_A_FLOW_DPORT])
		key->dport = htons(nla_get_u32(attrs[VR_A_FLOW_DPORT]));
}

int vrl_flow_parse_key(struct genl_info *info, struct vr_flow_key *key)
{
	struct nlattr **attrs = info->attrs;
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(flow_keys); i++)
		if (flow_keys[i].missing && !attrs[flow_keys[i].attr])
			return vrl_nl_missing(info, flow_keys[i].attr, flow_keys[i].missing);
	ret = flow_check_family(info, attrs[VR_A_FLOW_FAMILY]);
	if (ret)
		return ret;
	memset(key, 0, sizeof(*key));
	key->family = nla_get_u32(attrs[VR_A_FLOW_FAMILY]);
	ret = flow_check_addrs(info, attrs, key->family);
	if (ret)
		return ret;
	flow_change_key(attrs, key);
	return 0;
}

/* Is what is given in @attr so of @key? An address of the wrong length is not. */
static bool flow_key_has(const struct vr_flow_key *key, const struct nlattr *attr)
{
	switch (nla_type(attr)) {
	case VR_A_FLOW_NH:
		return nla_get_u32(attr) == key->nh;
	case VR_A_FLOW_FAMILY:
		return nla_get_u32(attr) == key->family;
	case VR_A_FLOW_PROTO:
		return nla_get_u32(attr) == key->proto;
	case VR_A_FLOW_SIP:
		return nla_len(attr) == flow_addr_len(key) &&
		       !memcmp(nla_data(attr), flow_sip(key), nla_len(attr));
	case VR_A_FLOW_DIP:
		return nla_len(attr) == flow_addr_len(key) &&
		       !memcmp(nla_data(attr), flow_dip(key), nla_len(attr));
	case VR_A_FLOW_SPORT:
		return nla_get_u32(attr) == ntohs(key->sport);
	default:
		return nla_get_u32(attr) == ntohs(key->dport);
	}
}

int vrl_flow_match_key(struct genl_info *info, const struct vr_flow_key *key)
{
	const struct nlattr *attr;
	unsigned int i;
	int ret;

	ret = flow_check_family(info, info->attrs[VR_A_FLOW_FAMILY]);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(flow_keys); i++) {
		attr = info->attrs[flow_keys[i].attr];
		if (attr && !flow_key_has(key, attr))
			return vrl_nl_refuse_at(info, -EINVAL, attr, flow_keys[i].differs);
	}
	return 0;
}

/* --- in: the decision -------------------------------------------------------- */

static u32 flow_u32(struct nlattr **attrs, int attr, u32 otherwise)
{
	return attrs[attr] ? nla_get_u32(attrs[attr]) : otherwise;
}

void vrl_flow_defaults(struct vr_flow_cfg *cfg)
{
	*cfg = (struct vr_flow_cfg){
		.key = cfg->key,
		.src_nh = VR_NH_NONE,
		.ecmp = -1,
		.mirror = { VR_MIRROR_NONE, VR_MIRROR_NONE },
	};
}

/* An id or VR_NH_NONE: no range of a policy can say that. */
static int flow_check_src_nh(struct genl_info *info, const struct nlattr *attr)
{
	if (!attr || nla_get_u32(attr) <= VR_NH_ID_MAX || nla_get_u32(attr) == VR_NH_NONE)
		return 0;
	return vrl_nl_refuse_at(info, -ERANGE, attr,
				"flow: source nexthop is neither an id nor none");
}

int vrl_flow_parse(struct genl_info *info, struct nlattr **attrs, struct vr_flow_cfg *cfg)
{
	/* By default it is the VRF, and so is left out of messages if it is. */
	bool same = cfg->dvrf == cfg->vrf;

	cfg->action = flow_u32(attrs, VR_A_FLOW_ACTION, cfg->action);
	cfg->flags = flow_u32(attrs, VR_A_FLOW_FLAGS, cfg->flags);
	cfg->vrf = flow_u32(attrs, VR_A_FLOW_VRF, cfg->vrf);
	cfg->dvrf = flow_u32(attrs, VR_A_FLOW_DVRF, same ? cfg->vrf : cfg->dvrf);
	cfg->src_nh = flow_u32(attrs, VR_A_FLOW_SRC_NH, cfg->src_nh);
	cfg->drop_reason = flow_u32(attrs, VR_A_FLOW_DROP_REASON, cfg->drop_reason);
	cfg->ttl = flow_u32(attrs, VR_A_FLOW_TTL, cfg->ttl);
	cfg->ecmp = flow_u32(attrs, VR_A_FLOW_ECMP, cfg->ecmp);
	cfg->mirror[0] = flow_u32(attrs, VR_A_FLOW_MIRROR, cfg->mirror[0]);
	cfg->mirror[1] = flow_u32(attrs, VR_A_FLOW_MIRROR2, cfg->mirror[1]);
	return flow_check_src_nh(info, attrs[VR_A_FLOW_SRC_NH]);
}

/* --- in: the other direction ------------------------------------------------- */

static int flow_parse_reverse_key(struct genl_info *info, struct nlattr **attrs,
				  const struct vr_flow_key *key, struct vr_flow_key *rev)
{
	const struct nlattr *family = attrs[VR_A_FLOW_FAMILY], *proto = attrs[VR_A_FLOW_PROTO];
	int ret;

	if (!attrs[VR_A_FLOW_NH])
		return vrl_nl_missing_in(info, info->attrs[VR_A_FLOW_REVERSE], VR_A_FLOW_NH,
					 "reverse flow: key nexthop is missing");
	if (family && nla_get_u32(family) != key->family)
		return vrl_nl_refuse_at(info, -EINVAL, family,
					"reverse flow: family is not the flow's");
	if (proto && nla_get_u32(proto) != key->proto)
		return vrl_nl_refuse_at(info, -EINVAL, proto,
					"reverse flow: protocol is not the flow's");
	ret = flow_check_addrs(info, attrs, key->family);
	if (ret)
		return ret;
	vr_flow_key_reverse(key, nla_get_u32(attrs[VR_A_FLOW_NH]), rev);
	flow_change_key(attrs, rev);
	return 0;
}

int vrl_flow_parse_reverse(struct genl_info *info, const struct vr_flow_cfg *cfg,
			   struct vr_flow_cfg *rev)
{
	struct nlattr *attrs[VR_A_FLOW_MAX + 1];
	int ret;

	/* The policy was obeyed when the whole request was checked. */
	ret = nla_parse_nested(attrs, VR_A_FLOW_MAX, info->attrs[VR_A_FLOW_REVERSE], NULL,
			       info->extack);
	if (ret)
		return ret;
	*rev = *cfg;
	rev->vrf = cfg->dvrf;
	rev->dvrf = cfg->vrf;
	ret = flow_parse_reverse_key(info, attrs, &cfg->key, &rev->key);
	return ret ? ret : vrl_flow_parse(info, attrs, rev);
}
