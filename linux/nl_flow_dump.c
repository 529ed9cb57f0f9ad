// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: all flows, or those to which all of a few things apply.
 *
 * Flows come and go while they are dumped: packets make them. A dump meets
 * each flow that is there all along exactly once, by its index, and says
 * (NLM_F_DUMP_INTR) if others came or went meanwhile.
 */

#include <linux/sched.h>

#include "nl_flow.h"

/* Flows that are looked at before others may have the core lock. */
#define FLOW_DUMP_SLICE 1024

/**
 * struct flow_dump - where a dump of flows goes on, and what it wants
 * @head: every dump's
 * @index: the next one
 * @given: bits of the attributes that choose, the values of which are:
 * @nh: key nexthop
 * @vrf: VRF
 * @family: family
 * @proto: protocol
 * @action: enum vr_flow_action
 */
struct flow_dump {
	struct vrl_nl_dump head;
	u32 index;
	u32 given;
	u32 nh;
	u32 vrf;
	u8 family;
	u8 proto;
	u8 action;
};

#define FLOW_DUMP_ATTRS (BIT(VR_A_FLOW_NH) | BIT(VR_A_FLOW_FAMILY) |		\
			 BIT(VR_A_FLOW_PROTO) | BIT(VR_A_FLOW_VRF) |		\
			 BIT(VR_A_FLOW_ACTION))

static u32 flow_dump_take(struct flow_dump *dump, struct nlattr **attrs, int attr)
{
	if (!attrs[attr])
		return 0;
	dump->given |= BIT(attr);
	return nla_get_u32(attrs[attr]);
}

int vrl_nl_flow_start(struct netlink_callback *cb)
{
	struct flow_dump *dump = vrl_nl_dump_ctx(cb, struct flow_dump);
	struct nlattr **attrs = genl_info_dump(cb)->attrs;
	u32 family;

	if (!vrl_nl_dump_start(cb, VR_A_FLOW_VRF, FLOW_DUMP_ATTRS,
			       "a dump of flows is by key nexthop, family, protocol, VRF, action"))
		return vrl_nl_dump_code(cb);
	family = flow_dump_take(dump, attrs, VR_A_FLOW_FAMILY);
	if (attrs[VR_A_FLOW_FAMILY] && family != AF_INET && family != AF_INET6)
		vrl_nl_dump_refuse(cb, -EAFNOSUPPORT, VR_A_FLOW_FAMILY,
				   "dump of flows: family is neither inet nor inet6");
	dump->family = family;
	dump->nh = flow_dump_take(dump, attrs, VR_A_FLOW_NH);
	dump->vrf = flow_dump_take(dump, attrs, VR_A_FLOW_VRF);
	dump->proto = flow_dump_take(dump, attrs, VR_A_FLOW_PROTO);
	dump->action = flow_dump_take(dump, attrs, VR_A_FLOW_ACTION);
	return vrl_nl_dump_code(cb);
}

static bool flow_dump_wants(const struct flow_dump *dump, const struct vr_flow_cfg *flow)
{
	if (!dump->given)
		return true;
	return (!(dump->given & BIT(VR_A_FLOW_NH)) || dump->nh == flow->key.nh) &&
	       (!(dump->given & BIT(VR_A_FLOW_VRF)) || dump->vrf == flow->vrf) &&
	       (!(dump->given & BIT(VR_A_FLOW_FAMILY)) || dump->family == flow->key.family) &&
	       (!(dump->given & BIT(VR_A_FLOW_PROTO)) || dump->proto == flow->key.proto) &&
	       (!(dump->given & BIT(VR_A_FLOW_ACTION)) || dump->action == flow->action);
}

/* Other than 0, which would mean that nobody looks for changes. */
static void flow_dump_look(struct netlink_callback *cb, const struct vr_core *core)
{
	cb->seq = vr_flow_changes(core) << 1 | 1;
}

/* Under the core lock, which others may have meanwhile. -ENOENT after the last, or -EMSGSIZE. */
static int flow_dump_some(struct sk_buff *skb, const struct vrl_nl_to *to, struct vr_core *core,
			  struct flow_dump *dump)
{
	struct vr_flow_info flow;
	unsigned int n;
	int ret;

	for (n = 0; n < FLOW_DUMP_SLICE; n++) {
		ret = vr_flow_next(core, dump->index, &flow);
		if (!ret && flow_dump_wants(dump, &flow.cfg))
			ret = vrl_flow_fill(skb, to, VR_CMD_FLOW_NEW, &flow, VRL_FLOW_NO_END);
		if (ret)
			return ret;
		dump->index = flow.id.index + 1;
	}
	return 0;
}

int vrl_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct flow_dump *dump = vrl_nl_dump_ctx(cb, struct flow_dump);
	struct vr_core *core;
	struct vrl_nl_to to;
	int ret;

	ret = vrl_nl_dump_begin(skb, cb, &to, &core);
	if (!core)
		return ret;
	for (;;) {
		flow_dump_look(cb, core);
		ret = flow_dump_some(skb, &to, core, dump);
		if (ret)
			break;
		vr_core_unlock(core);
		cond_resched();
		vr_core_lock(core);
	}
	return vrl_nl_dump_end(skb, cb, core, ret);
}
