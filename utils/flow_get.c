// SPDX-License-Identifier: GPL-2.0-only
/* flow --get: all that is known of one flow, and of what it refers to. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "flow.h"
#include "line.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

#define GET_COLUMN 24

/**
 * struct get - a flow and what belongs to it
 * @flow: the flow
 * @has_nh: its key nexthop is there: @nh_type
 * @has_vif: and leads to the vif @vif, @vif_name
 * @has_route: @route_nh is where its destination is routed to, by @route
 */
struct get {
	struct flow flow;
	bool has_nh;
	__u32 nh_type;
	bool has_vif;
	__u32 vif;
	char vif_name[VR_NAME_MAX + 1];
	bool has_route;
	char route[WORD_PREFIX_TEXT];
	__u32 route_nh;
};

/* --- asking ------------------------------------------------------------------ */

static int get_flow_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct get *get = arg;

	(void)tool;
	flow_read(&get->flow, reply);
	return VT_OK;
}

static int get_nh_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_NH_MAX + 1];
	struct get *get = arg;

	(void)tool;
	attrs_parse(reply, tb, VR_A_NH_MAX);
	get->has_nh = true;
	get->nh_type = attr_u32(tb[VR_A_NH_TYPE]);
	get->has_vif = tb[VR_A_NH_OIF];
	get->vif = attr_u32(tb[VR_A_NH_OIF]);
	return VT_OK;
}

static int get_vif_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1];
	struct get *get = arg;
	const char *name;

	(void)tool;
	attrs_parse(reply, tb, VR_A_VIF_MAX);
	name = attr_str(tb[VR_A_VIF_NAME]);
	snprintf(get->vif_name, sizeof(get->vif_name), "%s", name ? name : "");
	return VT_OK;
}

static int get_route_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_ROUTE_MAX + 1];
	char addr[WORD_ADDR_TEXT];
	struct get *get = arg;

	(void)tool;
	attrs_parse(reply, tb, VR_A_ROUTE_MAX);
	get->has_route = true;
	get->route_nh = attr_u32(tb[VR_A_ROUTE_NH]);
	snprintf(get->route, sizeof(get->route), "%s/%u", attr_addr(tb[VR_A_ROUTE_PREFIX], addr),
		 attr_u32(tb[VR_A_ROUTE_PLEN]) & 0xff);
	return VT_OK;
}

/* What may well be gone; that is no error. */
static int get_ask(struct tool *tool, struct nl_msg *msg, nlc_reply_fn *reply, struct get *get)
{
	struct nlc_query query = { .msg = msg, .reply = reply, .arg = get, .expect = ENOENT };

	return nlc_ask(tool, &query);
}

static int get_ask_by_id(struct tool *tool, int cmd, int attr, __u32 id, nlc_reply_fn *reply,
			 struct get *get)
{
	struct nl_msg *msg = nlc_begin(tool, cmd, 0);

	if (!msg)
		return VT_REFUSED;
	nla_put_u32(msg, attr, id);
	return get_ask(tool, msg, reply, get);
}

/* Where the destination is routed to, in the VRF that the flow goes on in. */
static int get_ask_route(struct tool *tool, struct get *get)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_ROUTE_GET, 0);
	const struct flow *flow = &get->flow;

	if (!msg)
		return VT_REFUSED;
	nla_put_u32(msg, VR_A_ROUTE_VRF, flow->flags & VR_FLOW_F_VRFT ? flow->dvrf : flow->vrf);
	nla_put_u32(msg, VR_A_ROUTE_FAMILY, flow->family);
	nla_put(msg, VR_A_ROUTE_PREFIX, word_addr_len(flow->family), flow->dip);
	return get_ask(tool, msg, get_route_reply, get);
}

static int get_ask_rest(struct tool *tool, struct get *get)
{
	int ret;

	ret = get_ask_by_id(tool, VR_CMD_NH_GET, VR_A_NH_ID, get->flow.nh, get_nh_reply, get);
	if (!ret && get->has_vif)
		ret = get_ask_by_id(tool, VR_CMD_VIF_GET, VR_A_VIF_ID, get->vif, get_vif_reply,
				    get);
	return ret ? ret : get_ask_route(tool, get);
}

/* --- as text ----------------------------------------------------------------- */

static void get_label(struct line *line, const char *label)
{
	line_str(line, label);
	line_char(line, ':');
	line_to(line, GET_COLUMN);
}

static void get_num(struct line *line, const char *label, __u64 value)
{
	get_label(line, label);
	line_num(line, value);
	line_end(line);
}

/* Names of bits, "none" if there is none. */
static void get_bits(struct line *line, const char *label, const struct word *words, __u32 bits)
{
	bool any = false;

	get_label(line, label);
	for (; words->name; words++) {
		if (!(bits & words->value))
			continue;
		line_str(line, any ? ", " : "");
		line_str(line, words->name);
		any = true;
	}
	line_str(line, any ? "" : "none");
	line_end(line);
}

static void get_place(struct line *line, const char *label, __u32 index, __u32 gen)
{
	get_label(line, label);
	if (index == VR_FLOW_NONE) {
		line_str(line, "none");
	} else {
		line_num(line, index);
		line_str(line, " (generation ");
		line_num(line, gen);
		line_char(line, ')');
	}
	line_end(line);
}

static void get_packets(struct line *line, const struct flow *flow)
{
	char text[WORD_PROTO_TEXT];

	get_label(line, "Protocol");
	line_num(line, flow->proto);
	line_str(line, " (");
	line_str(line, word_proto_text(flow->proto, text));
	line_char(line, ')');
	line_end(line);
	get_label(line, "Source");
	flow_end_text(line, flow, flow->sip, flow->sport);
	line_end(line);
	get_label(line, "Destination");
	flow_end_text(line, flow, flow->dip, flow->dport);
	line_end(line);
}

static void get_key_nh(struct line *line, const struct get *get)
{
	const struct word *type = word_find(nh_types, get->nh_type);

	get_label(line, "Key nexthop");
	line_num(line, get->flow.nh);
	if (!get->has_nh)
		line_str(line, " (does not exist)");
	if (get->has_nh && type) {
		line_str(line, " (");
		line_str(line, type->name);
		line_char(line, ')');
	}
	if (get->has_vif) {
		line_str(line, ", vif ");
		line_num(line, get->vif);
		if (get->vif_name[0]) {
			line_str(line, " (");
			line_str(line, get->vif_name);
			line_char(line, ')');
		}
	}
	line_end(line);
}

static void get_vrfs(struct line *line, const struct get *get)
{
	const struct flow *flow = &get->flow;

	get_num(line, "VRF", flow->vrf);
	if (flow->flags & VR_FLOW_F_VRFT)
		get_num(line, "Goes on in VRF", flow->dvrf);
	get_label(line, "Route to destination");
	if (get->has_route) {
		line_str(line, get->route);
		line_str(line, ", nexthop ");
		line_num(line, get->route_nh);
	} else {
		line_str(line, "none");
	}
	line_end(line);
	if (flow->src_nh == VR_NH_NONE)
		return;
	get_num(line, "Source nexthop", flow->src_nh);
}

static void get_action(struct line *line, const struct flow *flow)
{
	const struct word *reason = word_find(flow_reasons, flow->drop_reason);
	char text[16];

	get_label(line, "Action");
	line_str(line, flow_action_text(flow->action, text));
	line_end(line);
	if (flow->action != VR_FLOW_DROP)
		return;
	get_label(line, "Drop reason");
	line_num(line, flow->drop_reason);
	if (reason) {
		line_str(line, " (");
		line_str(line, reason->name);
		line_str(line, "): ");
		line_str(line, reason->legend);
	}
	line_end(line);
}

static void get_rest(struct line *line, const struct flow *flow)
{
	get_bits(line, "Flags", flow_flags, flow->flags);
	get_bits(line, "State", flow_states, flow->state);
	if (flow->proto == IPPROTO_TCP)
		get_bits(line, "TCP", flow_tcp, flow->tcp);
	if (flow->ecmp >= 0)
		get_num(line, "ECMP member", flow->ecmp);
	if (flow->ttl)
		get_num(line, "TTL", flow->ttl);
	if (flow->mirror != VR_MIRROR_NONE)
		get_num(line, "Mirror", flow->mirror);
	if (flow->mirror2 != VR_MIRROR_NONE)
		get_num(line, "Second mirror", flow->mirror2);
	if (flow->held)
		get_num(line, "Held packets", flow->held);
	get_label(line, "Statistics");
	line_num(line, flow->packets);
	line_str(line, " packets, ");
	line_num(line, flow->bytes);
	line_str(line, " bytes");
	line_end(line);
	get_label(line, "Last packet");
	line_num(line, flow->idle / 1000);
	line_char(line, '.');
	line_num(line, flow->idle % 1000 / 100);
	line_str(line, " seconds ago");
	line_end(line);
}

static void get_text(struct line *line, const struct get *get)
{
	const struct flow *flow = &get->flow;

	get_place(line, "Flow", flow->index, flow->gen);
	get_place(line, "Reverse flow", flow->rindex, flow->rgen);
	get_packets(line, flow);
	get_key_nh(line, get);
	get_vrfs(line, get);
	get_action(line, flow);
	get_rest(line, flow);
}

/* --- as JSON ----------------------------------------------------------------- */

static void get_json(struct line *line, const struct get *get)
{
	const struct word *type = word_find(nh_types, get->nh_type);

	flow_json(line, &get->flow);
	if (get->has_nh) {
		line_key(line, "key_nexthop");
		line_char(line, '{');
		line_json_num(line, "id", get->flow.nh);
		if (type)
			line_json_str(line, "type", type->name);
		if (get->has_vif)
			line_json_num(line, "vif", get->vif);
		if (get->vif_name[0])
			line_json_str(line, "vif_name", get->vif_name);
		line_char(line, '}');
	}
	if (get->has_route) {
		line_key(line, "route");
		line_char(line, '{');
		line_json_str(line, "prefix", get->route);
		line_json_num(line, "nh", get->route_nh);
		line_char(line, '}');
	}
	line_char(line, '}');
}

int flow_get(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_FLOW_GET, 0);
	struct get get = { 0 };
	struct line line;
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	if (!ret)
		ret = nlc_query(tool, msg, get_flow_reply, &get);
	if (ret || tool->dry_run)
		return ret;
	ret = get_ask_rest(tool, &get);
	if (ret)
		return ret;
	line_begin(&line);
	if (out_is_json(tool->out))
		get_json(&line, &get);
	else
		get_text(&line, &get);
	out_raw(tool->out, line.text, line.used);
	return VT_OK;
}
