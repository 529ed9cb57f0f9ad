// SPDX-License-Identifier: GPL-2.0-only
/* vrouter: the router as a whole: limits and use, memory, what became of its packets. */
#include <string.h>
#include <sys/utsname.h>

#include <netlink/attr.h>

#include <vrouter/conf.h>
#include <vrouter/netlink.h>

#include "attrs.h"
#include "conf.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	VROUTER_INFO,
	VROUTER_RESET,
	VROUTER_SET,
};

/* What became of flows, and how many wait. */
static const struct {
	int attr;
	const char *key;
	const char *label;
} flows[] = {
	{ VR_A_FLOWS_CREATED, "created", "Created by packets" },
	{ VR_A_FLOWS_ADDED, "added", "Added by the agent" },
	{ VR_A_FLOWS_CHANGED, "changed", "Changed" },
	{ VR_A_FLOWS_DELETED, "deleted", "Deleted" },
	{ VR_A_FLOWS_EVICTED, "evicted", "Evicted" },
	{ VR_A_FLOWS_EXPIRED, "expired", "Expired" },
	{ VR_A_FLOWS_REFUSED, "refused", "Refused" },
	{ VR_A_FLOWS_HOLDING, "holding", "Holding" },
	{ VR_A_FLOWS_BURST, "burst_tokens", "Burst tokens left" },
};

/* Where every packet ends; the first two are where they come from. */
static const struct {
	int attr;
	const char *key;
	const char *label;
} books[] = {
	{ VR_A_INFO_RECEIVED, "received", "Received" },
	{ VR_A_INFO_CREATED, "created", "Created" },
	{ VR_A_INFO_TRANSMITTED, "transmitted", "Transmitted" },
	{ VR_A_INFO_DELIVERED, "delivered", "Delivered" },
	{ VR_A_INFO_TRAPPED, "trapped", "Trapped" },
	{ VR_A_INFO_DROPPED, "dropped", "Dropped" },
	{ VR_A_INFO_HELD, "held", "Held" },
	{ VR_A_INFO_CONSUMED, "consumed", "Consumed" },
};

static void info_show_versions(struct out *out, struct nlattr **tb)
{
	const char *version = attr_str(tb[VR_A_INFO_VERSION]);
	struct utsname kernel;
	bool agent;

	if (!version)
		version = "?";
	if (uname(&kernel))
		strcpy(kernel.release, "?");
	agent = tb[VR_A_INFO_AGENT] && nla_len(tb[VR_A_INFO_AGENT]) &&
		*(__u8 *)nla_data(tb[VR_A_INFO_AGENT]);
	out_str(out, "version", version, "%-24s%s\n", "vRouter module version", version);
	out_str(out, "tool_version", VT_VERSION, "%-24s%s\n", "Tool version", VT_VERSION);
	out_str(out, "kernel", kernel.release, "%-24s%s\n", "Kernel", kernel.release);
	out_text(out, "%-24s%s\n", "Agent", agent ? "connected" : "not connected");
	out_json_bool(out, "agent", agent);
}

static void info_show_tables(struct out *out, const struct nlattr *list)
{
	struct nlattr *tb[VR_A_TABLE_MAX + 1];
	const struct nlattr *entry;
	int rest;

	out_text(out, "\n%-24s%20s%20s\n", "Table", "Used", "Limit");
	out_object(out, "tables");
	nla_for_each_nested(entry, list, rest) {
		__u64 used, limit;
		const char *name;

		attrs_parse_nest(entry, tb, VR_A_TABLE_MAX);
		name = attr_str(tb[VR_A_TABLE_NAME]);
		if (!name)
			continue;
		used = attr_u64(tb[VR_A_TABLE_USED]);
		limit = attr_u64(tb[VR_A_TABLE_LIMIT]);
		out_object(out, name);
		out_num(out, "used", used, "%-24s%20llu", name, used);
		out_num(out, "limit", limit, "%20llu\n", limit);
		out_object_end(out);
	}
	out_object_end(out);
}

static void info_show_memory(struct out *out, const struct nlattr *list)
{
	struct nlattr *tb[VR_A_MEM_MAX + 1];
	const struct nlattr *entry;
	int rest;

	out_text(out, "\n%-24s%20s%20s\n", "Memory", "Objects", "Bytes");
	out_object(out, "memory");
	nla_for_each_nested(entry, list, rest) {
		__u64 objects, bytes;
		const char *name;

		attrs_parse_nest(entry, tb, VR_A_MEM_MAX);
		name = attr_str(tb[VR_A_MEM_NAME]);
		if (!name)
			continue;
		objects = attr_u64(tb[VR_A_MEM_OBJECTS]);
		bytes = attr_u64(tb[VR_A_MEM_BYTES]);
		out_object(out, name);
		out_num(out, "objects", objects, "%-24s%20llu", name, objects);
		out_num(out, "bytes", bytes, "%20llu\n", bytes);
		out_object_end(out);
	}
	out_object_end(out);
}

static void info_show_books(struct out *out, struct nlattr **tb)
{
	__s64 unaccounted = attr_u64(tb[VR_A_INFO_UNACCOUNTED]);
	unsigned int i;

	out_text(out, "\n%-24s%20s\n", "Books", "Packets");
	out_object(out, "books");
	for (i = 0; i < ARRAY_SIZE(books); i++) {
		__u64 count = attr_u64(tb[books[i].attr]);

		out_num(out, books[i].key, count, "%-24s%20llu\n", books[i].label, count);
	}
	out_object_end(out);
	out_signed(out, "unaccounted", unaccounted, "%-24s%20lld\n", "unaccounted",
		   unaccounted);
}

static void info_show_flows(struct out *out, const struct nlattr *nest)
{
	struct nlattr *tb[VR_A_FLOWS_MAX + 1];
	unsigned int i;

	attrs_parse_nest(nest, tb, VR_A_FLOWS_MAX);
	out_text(out, "\n%-24s%20s\n", "Flows", "Number");
	out_object(out, "flows");
	for (i = 0; i < ARRAY_SIZE(flows); i++) {
		__u64 count = attr_u64(tb[flows[i].attr]);

		out_num(out, flows[i].key, count, "%-24s%20llu\n", flows[i].label, count);
	}
	out_object_end(out);
}

static void info_show_settings(struct out *out, const struct nlattr *conf)
{
	struct nlattr *tb[VR_A_CONF_MAX + 1];

	attrs_parse_nest(conf, tb, VR_A_CONF_MAX);
	out_text(out, "\n%-24s%20s\n", "Setting", "Value");
	out_object(out, "settings");
	conf_show_table(out, tb);
	out_object_end(out);
}

/* @arg: the settings, as one attribute. */
static int info_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_INFO_MAX + 1];
	struct out *out = tool->out;

	attrs_parse(reply, tb, VR_A_INFO_MAX);
	if (!tb[VR_A_INFO_UNACCOUNTED])
		return vt_fail(tool, VT_REFUSED, "the kernel's answer has no books");
	out_object(out, NULL);
	info_show_versions(out, tb);
	if (tb[VR_A_INFO_TABLES])
		info_show_tables(out, tb[VR_A_INFO_TABLES]);
	if (tb[VR_A_INFO_MEMORY])
		info_show_memory(out, tb[VR_A_INFO_MEMORY]);
	info_show_books(out, tb);
	if (tb[VR_A_INFO_FLOWS])
		info_show_flows(out, tb[VR_A_INFO_FLOWS]);
	info_show_settings(out, arg);
	out_object_end(out);
	return VT_OK;
}

/* A nest of our own with the attributes of the answer: all are u32. */
struct info_conf {
	struct nlattr head;
	__u32 room[512];
};

static int info_conf_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct info_conf *conf = arg;

	if ((size_t)reply->len > sizeof(conf->room))
		return vt_fail(tool, VT_REFUSED, "the kernel has more settings than this tool");
	memcpy(conf->room, reply->attrs, reply->len);
	conf->head.nla_len = NLA_HDRLEN + reply->len;
	return VT_OK;
}

static int vrouter_info(struct tool *tool, const struct args *args)
{
	struct info_conf conf = { .head.nla_len = NLA_HDRLEN };
	struct nl_msg *msg;
	int ret = VT_OK;

	(void)args;
	if (!tool->dry_run) {
		msg = nlc_begin(tool, VR_CMD_CONF_GET, 0);
		ret = msg ? nlc_query(tool, msg, info_conf_reply, &conf) : VT_REFUSED;
	}
	if (ret)
		return ret;
	msg = nlc_begin(tool, VR_CMD_INFO_GET, 0);
	return msg ? nlc_query(tool, msg, info_reply, &conf.head) : VT_REFUSED;
}

static int vrouter_set(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_CONF_SET, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_change(tool, msg);
}

static int vrouter_reset(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_RESET, 0);

	(void)args;
	return msg ? nlc_change(tool, msg) : VT_REFUSED;
}

static const struct action vrouter_actions[] = {
	[VROUTER_INFO] = { .opt = { .name = "info",
				    .help = "limits and use, memory, books, settings" },
			   .run = vrouter_info },
	[VROUTER_RESET] = { .opt = { .name = "reset",
				     .help = "empty all tables of the network namespace" },
			    .run = vrouter_reset },
	[VROUTER_SET] = { .opt = { .name = "set", .arg = "WORD=VALUE", .many = true,
				   .put = put_setting, .words = conf_words,
				   .help = "change settings" },
			  .run = vrouter_set },
};

const struct command vrouter_command = {
	.name = "vrouter",
	.purpose = "the router as a whole",
	.actions = vrouter_actions,
	.actions_n = ARRAY_SIZE(vrouter_actions),
};
