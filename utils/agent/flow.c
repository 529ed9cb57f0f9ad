// SPDX-License-Identifier: GPL-2.0-only
/* Flows from and to netlink. */
#include "flow.h"

#include <string.h>

#include <netinet/in.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "events.h"
#include "kernel.h"

static __u32 get_u32(struct nlattr **tb, int type, __u32 otherwise)
{
	return tb[type] ? attr_u32(tb[type]) : otherwise;
}

bool flow_read(const struct kernel_object *object, struct flow *flow)
{
	struct nlattr *tb[VR_A_FLOW_MAX + 1] = { NULL };
	const __u8 *src, *dst;
	int len;

	nla_parse(tb, VR_A_FLOW_MAX, object->attrs, object->len, NULL);
	memset(flow, 0, sizeof(*flow));
	flow->tuple.family = get_u32(tb, VR_A_FLOW_FAMILY, 0);
	if (flow->tuple.family != AF_INET && flow->tuple.family != AF_INET6)
		return false;
	len = word_addr_len(flow->tuple.family);
	src = attr_bytes(tb[VR_A_FLOW_SIP], len);
	dst = attr_bytes(tb[VR_A_FLOW_DIP], len);
	if (!src || !dst || !tb[VR_A_FLOW_INDEX])
		return false;
	memcpy(flow->tuple.src, src, len);
	memcpy(flow->tuple.dst, dst, len);
	flow->tuple.proto = get_u32(tb, VR_A_FLOW_PROTO, 0);
	flow->tuple.sport = get_u32(tb, VR_A_FLOW_SPORT, 0);
	flow->tuple.dport = get_u32(tb, VR_A_FLOW_DPORT, 0);
	flow->index = get_u32(tb, VR_A_FLOW_INDEX, 0);
	flow->gen = get_u32(tb, VR_A_FLOW_GEN, 0);
	flow->nh = get_u32(tb, VR_A_FLOW_NH, 0);
	flow->action = get_u32(tb, VR_A_FLOW_ACTION, 0);
	flow->vrf = get_u32(tb, VR_A_FLOW_VRF, 0);
	flow->state = get_u32(tb, VR_A_FLOW_STATE, 0);
	flow->rindex = get_u32(tb, VR_A_FLOW_RINDEX, VR_FLOW_NONE);
	flow->rgen = get_u32(tb, VR_A_FLOW_RGEN, 0);
	flow->drop_reason = get_u32(tb, VR_A_FLOW_DROP_REASON, 0);
	flow->end = get_u32(tb, VR_A_FLOW_END, 0);
	flow->packets = attr_u64(tb[VR_A_FLOW_PACKETS]);
	flow->bytes = attr_u64(tb[VR_A_FLOW_BYTES]);
	return true;
}

static void put_key(struct kernel *kn, const struct flow *flow)
{
	const struct tuple *tuple = &flow->tuple;
	unsigned int len = word_addr_len(tuple->family);

	kernel_put_u32(kn, VR_A_FLOW_NH, flow->nh);
	kernel_put_u32(kn, VR_A_FLOW_FAMILY, tuple->family);
	kernel_put_u32(kn, VR_A_FLOW_PROTO, tuple->proto);
	kernel_put(kn, VR_A_FLOW_SIP, tuple->src, len);
	kernel_put(kn, VR_A_FLOW_DIP, tuple->dst, len);
	kernel_put_u32(kn, VR_A_FLOW_SPORT, tuple->sport);
	kernel_put_u32(kn, VR_A_FLOW_DPORT, tuple->dport);
}

static void put_which(struct kernel *kn, const struct flow *flow)
{
	kernel_put_u32(kn, VR_A_FLOW_INDEX, flow->index);
	if (flow->gen)
		kernel_put_u32(kn, VR_A_FLOW_GEN, flow->gen);
	else
		put_key(kn, flow);
}

/* A conversation of an address with itself has one direction. */
static bool is_own_reverse(const struct flow *flow, __u32 reverse_nh)
{
	const struct tuple *t = &flow->tuple;
	bool icmp = t->proto == IPPROTO_ICMP || t->proto == IPPROTO_ICMPV6;

	return reverse_nh == flow->nh && !memcmp(t->src, t->dst, sizeof(t->src)) &&
	       (icmp || t->sport == t->dport);
}

void flow_put_allow(struct kernel *kn, const struct flow *flow, __u32 reverse_nh)
{
	struct nlattr *nest;

	kernel_begin(kn, VR_CMD_FLOW_NEW, 0);
	put_which(kn, flow);
	kernel_put_u32(kn, VR_A_FLOW_ACTION, VR_FLOW_FORWARD);
	kernel_put_u32(kn, VR_A_FLOW_DROP_REASON, 0);
	if (is_own_reverse(flow, reverse_nh))
		return;
	nest = kernel_nest(kn, VR_A_FLOW_REVERSE);
	kernel_put_u32(kn, VR_A_FLOW_NH, reverse_nh);
	kernel_nest_end(kn, nest);
}

void flow_put_drop(struct kernel *kn, const struct flow *flow, __u32 reason)
{
	kernel_begin(kn, VR_CMD_FLOW_NEW, 0);
	put_which(kn, flow);
	kernel_put_u32(kn, VR_A_FLOW_ACTION, VR_FLOW_DROP);
	kernel_put_u32(kn, VR_A_FLOW_DROP_REASON, reason);
}

void flow_put_delete(struct kernel *kn, const struct flow *flow)
{
	kernel_begin(kn, VR_CMD_FLOW_DEL, 0);
	put_which(kn, flow);
}

void flow_put_get(struct kernel *kn, __u32 index)
{
	kernel_begin(kn, VR_CMD_FLOW_GET, 0);
	kernel_put_u32(kn, VR_A_FLOW_INDEX, index);
}

void flow_event(struct events *events, const struct flow *flow)
{
	const struct tuple *tuple = &flow->tuple;
	const char *proto = word_name(policy_protos, tuple->proto);

	event_num(events, "index", flow->index);
	event_num(events, "vrf", flow->vrf);
	event_num(events, "nh", flow->nh);
	if (proto)
		event_str(events, "proto", proto);
	else
		event_num(events, "proto", tuple->proto);
	event_addr(events, "src", tuple->family, tuple->src);
	event_addr(events, "dst", tuple->family, tuple->dst);
	event_num(events, "sport", tuple->sport);
	event_num(events, "dport", tuple->dport);
}
