// SPDX-License-Identifier: GPL-2.0-only
/* dropstats: why packets were dropped. */
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/drop.h>
#include <vrouter/netlink.h>

#include "attrs.h"
#include "live.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	DROPS_LIST,
	DROPS_CLEAR,
	DROPS_WATCH,
};

static int drops_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_DROPS_MAX + 1];

	(void)arg;
	attrs_parse(reply, tb, VR_A_DROPS_MAX);
	if (!tb[VR_A_DROPS_LIST])
		return vt_fail(tool, VT_REFUSED, "the kernel's answer has no counters");
	out_object(tool->out, NULL);
	drops_show(tool->out, tb[VR_A_DROPS_LIST], true, "");
	out_object_end(tool->out);
	return VT_OK;
}

static int drops_ask(struct tool *tool, const struct args *args, nlc_reply_fn *reply, void *arg)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_DROPS_GET, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_query(tool, msg, reply, arg);
}

static int drops_list(struct tool *tool, const struct args *args)
{
	return drops_ask(tool, args, drops_reply, NULL);
}

static int drops_clear(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_DROPS_CLEAR, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_change(tool, msg);
}

/* --- watching ---------------------------------------------------------------- */

/* Counters by reason; those of a newer kernel are not watched. */
struct drops_table {
	__u64 count[VR_DROP_MAX];
};

static int drops_table_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_DROPS_MAX + 1];
	struct drops_table *table = arg;
	const struct nlattr *entry;
	__u32 reason;
	__u64 count;
	int rest;

	(void)tool;
	attrs_parse(reply, tb, VR_A_DROPS_MAX);
	memset(table, 0, sizeof(*table));
	if (!tb[VR_A_DROPS_LIST])
		return VT_OK;
	nla_for_each_nested(entry, tb[VR_A_DROPS_LIST], rest)
		if (drop_read(entry, &reason, &count) && reason < VR_DROP_MAX)
			table->count[reason] = count;
	return VT_OK;
}

/* Reasons that ever counted, and how fast they grow. */
static void drops_print(struct tool *tool, const struct live *live,
			const struct drops_table *now, const struct drops_table *before)
{
	__u32 seconds = live->seconds ? live->seconds : 1;
	char key[32], label[32];
	__u32 reason;

	live_table(live);
	out_text(tool->out, "%-30s%20s%14s\n", "Reason", "Packets", "per second");
	out_object(tool->out, NULL);
	for (reason = 0; reason < VR_DROP_MAX; reason++) {
		__u64 count = now->count[reason], rate = 0;

		if (!count)
			continue;
		if (count > before->count[reason])
			rate = (count - before->count[reason]) / seconds;
		out_object(tool->out, drop_key(reason, key, sizeof(key)));
		out_num(tool->out, "packets", count, "%-30s%20llu",
			drop_label(reason, label, sizeof(label)), count);
		out_num(tool->out, "per_second", rate, "%14llu\n", rate);
		out_object_end(tool->out);
	}
	out_object_end(tool->out);
	if (!live->tty)
		out_text(tool->out, "\n");
}

static int drops_loop(struct tool *tool, const struct args *args, struct live *live)
{
	struct drops_table now, before;
	int ret;

	ret = drops_ask(tool, args, drops_table_reply, &now);
	before = now;
	while (!ret && live_wait(live)) {
		if (live->ticked) {
			before = now;
			ret = drops_ask(tool, args, drops_table_reply, &now);
			if (ret)
				break;
		}
		drops_print(tool, live, &now, &before);
		if (!live_printed(live))
			break;
	}
	return ret;
}

static int drops_watch(struct tool *tool, const struct args *args)
{
	struct live live;
	int ret;

	if (tool->dry_run)
		return drops_list(tool, args);
	ret = live_begin(tool, args, &live);
	if (ret)
		return ret;
	ret = drops_loop(tool, args, &live);
	live_end(&live);
	return ret;
}

static const struct option drops_options[] = {
	{ .name = "vif", .arg = "VIF", .with = ACT(DROPS_LIST) | ACT(DROPS_CLEAR) |
	  ACT(DROPS_WATCH), .attr = VR_A_DROPS_VIF, .put = put_vif,
	  .help = "of this vif only: id or device name" },
	LIVE_OPTIONS(ACT(DROPS_WATCH)),
};

static const struct action drops_actions[] = {
	[DROPS_LIST] = { .opt = { .name = "list", .help = "show all counters (default)" },
			 .run = drops_list },
	[DROPS_CLEAR] = { .opt = { .name = "clear", .help = "counters to zero" },
			  .run = drops_clear },
	[DROPS_WATCH] = { .opt = { .name = "watch", .help = "show what is counted, until q" },
			  .lasts = true,
			  .run = drops_watch },
};

const struct command dropstats_command = {
	.name = "dropstats",
	.purpose = "why packets were dropped",
	.actions = drops_actions,
	.actions_n = ARRAY_SIZE(drops_actions),
	.options = drops_options,
	.options_n = ARRAY_SIZE(drops_options),
	.has_default = true,
};
