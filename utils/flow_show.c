// SPDX-License-Identifier: GPL-2.0-only
/*
 * A flow as it comes from the kernel, as a row of the list and as JSON. Made
 * for a million of them: no printf(), no memory.
 */
#include <string.h>

#include <netlink/attr.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "flow.h"
#include "line.h"
#include "netlink.h"

/* Columns of the list. */
#define ROW_ENDS	25
#define ROW_PROTO	70

/* Where a number goes; those of 0 bytes are not numbers. */
static const struct {
	unsigned short offset;
	unsigned short size;
} flow_fields[VR_A_FLOW_MAX + 1] = {
#define FIELD(attr, member) \
	[VR_A_FLOW_##attr] = { offsetof(struct flow, member), \
			       sizeof(((struct flow *)NULL)->member) }
	FIELD(INDEX, index),
	FIELD(GEN, gen),
	FIELD(NH, nh),
	FIELD(FAMILY, family),
	FIELD(PROTO, proto),
	FIELD(SPORT, sport),
	FIELD(DPORT, dport),
	FIELD(ACTION, action),
	FIELD(FLAGS, flags),
	FIELD(VRF, vrf),
	FIELD(DVRF, dvrf),
	FIELD(SRC_NH, src_nh),
	FIELD(DROP_REASON, drop_reason),
	FIELD(TTL, ttl),
	FIELD(ECMP, ecmp),
	FIELD(MIRROR, mirror),
	FIELD(MIRROR2, mirror2),
	FIELD(RINDEX, rindex),
	FIELD(RGEN, rgen),
	FIELD(STATE, state),
	FIELD(TCP, tcp),
	FIELD(HELD, held),
	FIELD(IDLE, idle),
	FIELD(PACKETS, packets),
	FIELD(BYTES, bytes),
#undef FIELD
};

static void flow_read_addr(__u8 *addr, const struct nlattr *attr)
{
	if (nla_len(attr) == 4 || nla_len(attr) == 16)
		memcpy(addr, nla_data(attr), nla_len(attr));
}

void flow_read(struct flow *flow, const struct nlc_reply *reply)
{
	const struct nlattr *attr;
	int rest;

	memset(flow, 0, sizeof(*flow));
	flow->src_nh = VR_NH_NONE;
	flow->rindex = VR_FLOW_NONE;
	flow->ecmp = -1;
	flow->mirror = VR_MIRROR_NONE;
	flow->mirror2 = VR_MIRROR_NONE;
	flow->dvrf = VR_VRF_NONE;
	nla_for_each_attr(attr, reply->attrs, reply->len, rest) {
		unsigned int type = nla_type(attr);

		if (type == VR_A_FLOW_SIP)
			flow_read_addr(flow->sip, attr);
		else if (type == VR_A_FLOW_DIP)
			flow_read_addr(flow->dip, attr);
		else if (type <= VR_A_FLOW_MAX && flow_fields[type].size &&
			 nla_len(attr) == flow_fields[type].size)
			memcpy((char *)flow + flow_fields[type].offset, nla_data(attr),
			       flow_fields[type].size);
	}
	if (flow->dvrf == VR_VRF_NONE)
		flow->dvrf = flow->vrf;
}

void flow_end_text(struct line *line, const struct flow *flow, const __u8 *addr, __u32 port)
{
	unsigned int len = word_addr_len(flow->family);

	if (len == 16)
		line_char(line, '[');
	line_addr(line, addr, len);
	if (len == 16)
		line_char(line, ']');
	line_char(line, ':');
	line_num(line, port);
}

/* --- a row of the list ------------------------------------------------------- */

static void row_letters(struct line *line, const struct word *words, __u32 bits)
{
	for (; words->name; words++)
		if (bits & words->value)
			line_str(line, words->label);
}

static void row_field(struct line *line, const char *label, __u64 value)
{
	line_str(line, label);
	line_num(line, value);
}

static void row_action(struct line *line, const struct flow *flow)
{
	const char *label = word_label(flow_actions, flow->action);
	const char *reason;

	line_str(line, ", Action:");
	line_str(line, label ? label : flow->action == VR_FLOW_NAT ? "N" : "?");
	if (flow->action != VR_FLOW_DROP)
		return;
	reason = word_label(flow_reasons, flow->drop_reason);
	line_char(line, '(');
	if (reason)
		line_str(line, reason);
	else
		line_num(line, flow->drop_reason);
	line_char(line, ')');
}

/* The line in brackets. */
static void row_rest(struct line *line, const struct flow *flow)
{
	row_field(line, "(Gen: ", flow->gen);
	row_field(line, ", K(nh):", flow->nh);
	row_action(line, flow);
	line_str(line, ", Flags:");
	row_letters(line, flow_states, flow->state);
	row_letters(line, flow_flags, flow->flags & VR_FLOW_F_MIRROR);
	if (flow->proto == IPPROTO_TCP) {
		line_str(line, ", TCP:");
		row_letters(line, flow_tcp, flow->tcp);
	}
	if (flow->ecmp >= 0)
		row_field(line, ", E:", flow->ecmp);
	if (flow->src_nh != VR_NH_NONE)
		row_field(line, ", S(nh):", flow->src_nh);
	row_field(line, ", Stats:", flow->packets);
	row_field(line, "/", flow->bytes);
	if (flow->mirror != VR_MIRROR_NONE)
		row_field(line, ", Mirror Index : ", flow->mirror);
	if (flow->mirror2 != VR_MIRROR_NONE)
		row_field(line, flow->mirror == VR_MIRROR_NONE ? ", Mirror Index : " : ", ",
			  flow->mirror2);
	if (flow->ttl)
		row_field(line, ", TTL ", flow->ttl);
	if (flow->held)
		row_field(line, ", Held:", flow->held);
	line_char(line, ')');
}

void flow_row(struct line *line, const struct flow *flow)
{
	line_num_right(line, flow->index, 10);
	line_str(line, "<=>");
	if (flow->rindex == VR_FLOW_NONE)
		line_str(line, "-1");
	else
		line_num(line, flow->rindex);
	line_to(line, ROW_ENDS);
	flow_end_text(line, flow, flow->sip, flow->sport);
	line_to(line, ROW_PROTO);
	line_num(line, flow->proto);
	row_field(line, " (", flow->vrf);
	if (flow->flags & VR_FLOW_F_VRFT)
		row_field(line, "->", flow->dvrf);
	line_char(line, ')');
	line_end(line);
	line_to(line, ROW_ENDS);
	flow_end_text(line, flow, flow->dip, flow->dport);
	line_end(line);
	row_rest(line, flow);
	line_end(line);
	line_end(line);
}

/* --- JSON -------------------------------------------------------------------- */

static void json_flags(struct line *line, const char *key, const struct word *words, __u32 bits)
{
	line_key(line, key);
	line_char(line, '[');
	for (; words->name; words++) {
		if (!(bits & words->value))
			continue;
		line_item(line);
		line_quoted(line, words->name);
	}
	line_char(line, ']');
}

static void json_addr(struct line *line, const char *key, const struct flow *flow,
		      const __u8 *addr)
{
	line_key(line, key);
	line_char(line, '"');
	line_addr(line, addr, word_addr_len(flow->family));
	line_char(line, '"');
}

static void json_key(struct line *line, const struct flow *flow)
{
	const char *family = word_name(word_families, flow->family);

	line_json_num(line, "nh", flow->nh);
	line_json_str(line, "family", family ? family : "?");
	line_json_num(line, "proto", flow->proto);
	json_addr(line, "sip", flow, flow->sip);
	json_addr(line, "dip", flow, flow->dip);
	line_json_num(line, "sport", flow->sport);
	line_json_num(line, "dport", flow->dport);
}

static void json_decision(struct line *line, const struct flow *flow)
{
	const char *reason = word_name(flow_reasons, flow->drop_reason);
	char text[16];

	line_json_str(line, "action", flow_action_text(flow->action, text));
	if (flow->action == VR_FLOW_DROP && reason)
		line_json_str(line, "drop_reason", reason);
	else if (flow->action == VR_FLOW_DROP)
		line_json_num(line, "drop_reason", flow->drop_reason);
	json_flags(line, "flags", flow_flags, flow->flags);
	line_json_num(line, "vrf", flow->vrf);
	line_json_num(line, "dvrf", flow->dvrf);
	if (flow->src_nh != VR_NH_NONE)
		line_json_num(line, "src_nh", flow->src_nh);
	if (flow->ttl)
		line_json_num(line, "ttl", flow->ttl);
	if (flow->ecmp >= 0)
		line_json_num(line, "ecmp", flow->ecmp);
	if (flow->mirror != VR_MIRROR_NONE)
		line_json_num(line, "mirror", flow->mirror);
	if (flow->mirror2 != VR_MIRROR_NONE)
		line_json_num(line, "mirror2", flow->mirror2);
}

void flow_json(struct line *line, const struct flow *flow)
{
	line_char(line, '{');
	line_json_num(line, "index", flow->index);
	line_json_num(line, "gen", flow->gen);
	if (flow->rindex != VR_FLOW_NONE) {
		line_json_num(line, "reverse", flow->rindex);
		line_json_num(line, "reverse_gen", flow->rgen);
	}
	json_key(line, flow);
	json_decision(line, flow);
	json_flags(line, "state", flow_states, flow->state);
	json_flags(line, "tcp", flow_tcp, flow->tcp);
	line_json_num(line, "held", flow->held);
	line_json_num(line, "idle_ms", flow->idle);
	line_json_num(line, "packets", flow->packets);
	line_json_num(line, "bytes", flow->bytes);
}
