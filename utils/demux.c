// SPDX-License-Identifier: GPL-2.0-only
/*
 * mpls and vxlan: which nexthop what comes with a label or VNI is given to.
 * Two tools, the same in everything but their words.
 */
#include <linux/netlink.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	DEMUX_CREATE,
	DEMUX_DELETE,
	DEMUX_GET,
	DEMUX_DUMP,
};

/**
 * struct demux - one of the two tables
 * @cmd_new: VR_CMD_*_NEW
 * @cmd_del: VR_CMD_*_DEL
 * @cmd_get: VR_CMD_*_GET
 * @key: what an id is called in JSON
 * @title: of the table in the text
 * @column: what an id is called there
 */
struct demux {
	int cmd_new;
	int cmd_del;
	int cmd_get;
	const char *key;
	const char *title;
	const char *column;
};

static const struct demux demux_mpls = {
	.cmd_new = VR_CMD_MPLS_NEW,
	.cmd_del = VR_CMD_MPLS_DEL,
	.cmd_get = VR_CMD_MPLS_GET,
	.key = "label",
	.title = "MPLS Input Label Map",
	.column = "Label",
};

static const struct demux demux_vxlan = {
	.cmd_new = VR_CMD_VXLAN_NEW,
	.cmd_del = VR_CMD_VXLAN_DEL,
	.cmd_get = VR_CMD_VXLAN_GET,
	.key = "vni",
	.title = "VXLAN Table",
	.column = "VNID",
};

/* The tool's table. */
static const struct demux *demux_of(const struct tool *tool)
{
	return tool->name == vxlan_command.name ? &demux_vxlan : &demux_mpls;
}

/* --- showing ----------------------------------------------------------------- */

static void demux_show(struct out *out, const struct demux *demux, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_DEMUX_MAX + 1];
	__u32 id, nh;

	attrs_parse(reply, tb, VR_A_DEMUX_MAX);
	id = attr_u32(tb[VR_A_DEMUX_ID]);
	nh = attr_u32(tb[VR_A_DEMUX_NH]);
	out_num(out, demux->key, id, "%8u", id);
	out_num(out, "nh", nh, " %10u\n", nh);
}

void mpls_show(struct out *out, const struct nlc_reply *reply)
{
	demux_show(out, &demux_mpls, reply);
}

void vxlan_show(struct out *out, const struct nlc_reply *reply)
{
	demux_show(out, &demux_vxlan, reply);
}

static void demux_heading(struct tool *tool, void *arg)
{
	const struct demux *demux = demux_of(tool);

	(void)arg;
	out_text(tool->out, "%s\n\n%8s %10s\n-------------------\n", demux->title, demux->column,
		 "NextHop");
}

static int demux_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	(void)arg;
	out_object(tool->out, NULL);
	demux_show(tool->out, demux_of(tool), reply);
	out_object_end(tool->out);
	return VT_OK;
}

static int demux_get_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	demux_heading(tool, arg);
	return demux_reply(tool, reply, arg);
}

/* --- asking and changing ----------------------------------------------------- */

static int demux_change(struct tool *tool, const struct args *args, int cmd, int flags)
{
	struct nl_msg *msg = nlc_begin(tool, cmd, flags);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_change(tool, msg);
}

static int demux_create(struct tool *tool, const struct args *args)
{
	return demux_change(tool, args, demux_of(tool)->cmd_new, args->exclusive ? NLM_F_EXCL : 0);
}

static int demux_delete(struct tool *tool, const struct args *args)
{
	return demux_change(tool, args, demux_of(tool)->cmd_del, 0);
}

static int demux_get(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, demux_of(tool)->cmd_get, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_query(tool, msg, demux_get_reply, NULL);
}

static int demux_dump(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, demux_of(tool)->cmd_get, NLM_F_DUMP);

	(void)args;
	return nlc_list(tool, msg, demux_heading, demux_reply, NULL);
}

/* --- tables ------------------------------------------------------------------ */

static const struct option demux_options[] = {
	{ .name = "nh", .arg = "ID", .with = ACT(DEMUX_CREATE), .needs = ACT(DEMUX_CREATE),
	  .attr = VR_A_DEMUX_NH, .put = put_u32,
	  .help = "nexthop that gets what comes with it" },
};

static const struct action mpls_actions[] = {
	[DEMUX_CREATE] = { .opt = { .name = "create", .arg = "LABEL", .attr = VR_A_DEMUX_ID,
				    .put = put_u32, .help = "take a label, or replace it" },
			   .makes = true, .run = demux_create },
	[DEMUX_DELETE] = { .opt = { .name = "delete", .arg = "LABEL", .attr = VR_A_DEMUX_ID,
				    .put = put_u32, .help = "delete it" },
			   .run = demux_delete },
	[DEMUX_GET] = { .opt = { .name = "get", .arg = "LABEL", .attr = VR_A_DEMUX_ID,
				 .put = put_u32, .help = "show one" },
			.run = demux_get },
	[DEMUX_DUMP] = { .opt = { .name = "dump", .help = "show all" }, .run = demux_dump },
};

static const struct action vxlan_actions[] = {
	[DEMUX_CREATE] = { .opt = { .name = "create", .arg = "VNI", .attr = VR_A_DEMUX_ID,
				    .put = put_u32, .help = "take a VNI, or replace it" },
			   .makes = true, .run = demux_create },
	[DEMUX_DELETE] = { .opt = { .name = "delete", .arg = "VNI", .attr = VR_A_DEMUX_ID,
				    .put = put_u32, .help = "delete it" },
			   .run = demux_delete },
	[DEMUX_GET] = { .opt = { .name = "get", .arg = "VNI", .attr = VR_A_DEMUX_ID,
				 .put = put_u32, .help = "show one" },
			.run = demux_get },
	[DEMUX_DUMP] = { .opt = { .name = "dump", .help = "show all" }, .run = demux_dump },
};

const struct command mpls_command = {
	.name = "mpls",
	.purpose = "incoming MPLS labels: which nexthop what they carry is given to",
	.actions = mpls_actions,
	.actions_n = ARRAY_SIZE(mpls_actions),
	.options = demux_options,
	.options_n = ARRAY_SIZE(demux_options),
};

const struct command vxlan_command = {
	.name = "vxlan",
	.purpose = "incoming VNIs: which nexthop what they carry is given to",
	.actions = vxlan_actions,
	.actions_n = ARRAY_SIZE(vxlan_actions),
	.options = demux_options,
	.options_n = ARRAY_SIZE(demux_options),
};
