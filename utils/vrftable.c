// SPDX-License-Identifier: GPL-2.0-only
/* vrftable: VRFs. */

#include <linux/netlink.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	VRF_CREATE,
	VRF_DELETE,
	VRF_GET,
	VRF_DUMP,
};

void vrf_show(struct out *out, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_VRF_MAX + 1];
	__u64 inet, inet6, bridge;
	__u32 id;

	attrs_parse(reply, tb, VR_A_VRF_MAX);
	id = attr_u32(tb[VR_A_VRF_ID]);
	inet = attr_u64(tb[VR_A_VRF_ROUTES4]);
	inet6 = attr_u64(tb[VR_A_VRF_ROUTES6]);
	bridge = attr_u64(tb[VR_A_VRF_BRIDGES]);
	out_num(out, "vrf", id, "%-10u%-10s", id, "V");
	out_num(out, "inet_routes", inet, "%-15llu", inet);
	out_num(out, "inet6_routes", inet6, "%-15llu", inet6);
	out_num(out, "bridge_entries", bridge, "%llu\n", bridge);
}

static int vrf_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	(void)arg;
	out_object(tool->out, NULL);
	vrf_show(tool->out, reply);
	out_object_end(tool->out);
	return VT_OK;
}

static void vrf_heading(struct tool *tool, void *arg)
{
	(void)arg;
	out_text(tool->out, "Flags: V=Valid\n\n%-10s%-10s%-15s%-15s%s\n", "Vrf", "Flags",
		 "Inet routes", "Inet6 routes", "Bridge entries");
}

static int vrf_change(struct tool *tool, const struct args *args, int cmd, int flags)
{
	struct nl_msg *msg = nlc_begin(tool, cmd, flags);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_change(tool, msg);
}

static int vrf_create(struct tool *tool, const struct args *args)
{
	return vrf_change(tool, args, VR_CMD_VRF_NEW, args->exclusive ? NLM_F_EXCL : 0);
}

static int vrf_delete(struct tool *tool, const struct args *args)
{
	return vrf_change(tool, args, VR_CMD_VRF_DEL, 0);
}

static int vrf_get_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	vrf_heading(tool, arg);
	return vrf_reply(tool, reply, arg);
}

static int vrf_get(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_VRF_GET, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_query(tool, msg, vrf_get_reply, NULL);
}

static int vrf_dump(struct tool *tool, const struct args *args)
{
	(void)args;
	return nlc_list(tool, nlc_begin(tool, VR_CMD_VRF_GET, NLM_F_DUMP), vrf_heading, vrf_reply,
			NULL);
}

static const struct action vrf_actions[] = {
	[VRF_CREATE] = { .opt = { .name = "create", .arg = "VRF", .attr = VR_A_VRF_ID,
				  .put = put_u32, .help = "make a VRF" },
			 .makes = true, .run = vrf_create },
	[VRF_DELETE] = { .opt = { .name = "delete", .arg = "VRF", .attr = VR_A_VRF_ID,
				  .put = put_u32,
				  .help = "delete it with its routes and bridge entries" },
			 .run = vrf_delete },
	[VRF_GET] = { .opt = { .name = "get", .arg = "VRF", .attr = VR_A_VRF_ID, .put = put_u32,
			       .help = "show one" },
		      .run = vrf_get },
	[VRF_DUMP] = { .opt = { .name = "dump", .help = "show all" }, .run = vrf_dump },
};

const struct command vrftable_command = {
	.name = "vrftable",
	.purpose = "VRFs: routing and bridging domains",
	.actions = vrf_actions,
	.actions_n = ARRAY_SIZE(vrf_actions),
};
