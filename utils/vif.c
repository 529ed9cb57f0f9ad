// SPDX-License-Identifier: GPL-2.0-only
/* vif: virtual interfaces, the ports of the router; and the devices vhost0 and pkt0. */
#include "vif.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "device.h"
#include "live.h"
#include "names.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	VIF_CREATE,
	VIF_ADD,
	VIF_SET,
	VIF_DELETE,
	VIF_GET,
	VIF_LIST,
	VIF_RATE,
	VIF_CLEAR,
};

#define VIF_CONFIG (ACT(VIF_ADD) | ACT(VIF_SET))

/* A vif that is there: the kernel takes its id or its name. */
static int vif_put_key(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		       const char *word)
{
	struct option key = *opt;
	__u32 id;

	key.attr = VR_A_VIF_ID;
	if (word_u32(word, &id))
		return put_u32(tool, msg, &key, word);
	key.attr = VR_A_VIF_NAME;
	return put_string(tool, msg, &key, word);
}

/* --- making ------------------------------------------------------------------ */

static const struct option *vif_option(const struct args *args, const char *name)
{
	unsigned int i;

	for (i = 0; i < args->n; i++)
		if (!strcmp(args->given[i].opt->name, name))
			return args->given[i].opt;
	return NULL;
}

static int vif_create(struct tool *tool, const struct args *args)
{
	const struct option *opt = vif_option(args, "type");
	const char *mac_word = args_word(args, "mac");
	const char *word = args_word(args, "type");
	__u8 mac[WORD_MAC_LEN];
	__u32 type;
	int ret;

	if (!*args->word || strlen(args->word) > VR_NAME_MAX)
		return vt_fail(tool, VT_USAGE,
			       "--create: '%s' is not a device name (1 to 15 characters)",
			       args->word);
	if (mac_word && !word_mac(mac_word, mac))
		return vt_fail(tool, VT_USAGE,
			       "--mac: '%s' is not a MAC address (as in 02:00:00:00:00:01)",
			       mac_word);
	if (!word_u32(word, &type) || !word_find(vif_types, type)) {
		ret = opt_word(tool, opt, word, &type);
		if (ret)
			return ret;
	}
	if (type == VR_VIF_HOST)
		return device_make(tool, args->word, "vhost", mac_word ? mac : NULL,
				   args->exclusive);
	if (type == VR_VIF_AGENT)
		return device_make(tool, args->word, "vrpkt", mac_word ? mac : NULL,
				   args->exclusive);
	return vt_fail(tool, VT_USAGE, "--create: makes vhost and agent devices only, not '%s'",
		       word);
}

static int vif_flags_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1];

	(void)tool;
	attrs_parse(reply, tb, VR_A_VIF_MAX);
	*(__u32 *)arg = attr_u32(tb[VR_A_VIF_FLAGS]);
	return VT_OK;
}

/* The flags that the vif has, to change one of them. */
static int vif_flags_now(struct tool *tool, const struct args *args, __u32 *flags)
{
	struct nlc_query query = { .reply = vif_flags_reply, .arg = flags };
	int ret;

	query.msg = nlmsg_alloc();
	if (!query.msg)
		return vt_fail(tool, VT_REFUSED, "out of memory");
	nlc_head(query.msg, VR_CMD_VIF_GET, 0);
	ret = vif_put_key(tool, query.msg, &args->action->opt, args->word);
	if (!ret)
		ret = nlc_ask(tool, &query);
	nlmsg_free(query.msg);
	return ret;
}

/* Options that change one flag. */
static const struct {
	const char *on;
	const char *off;
	__u32 flag;
} vif_switches[] = {
	{ "policy", "no-policy", VR_VIF_F_POLICY },
	{ "dhcp-enable", "no-dhcp-enable", VR_VIF_F_DHCP },
};

/* --flags says what they all are; --policy and the like change one. */
static int vif_put_flags(struct tool *tool, struct nl_msg *msg, const struct args *args,
			 bool is_new)
{
	const char *list = args_word(args, "flags");
	__u32 flags = 0, set = 0, clear = 0;
	unsigned int i;
	int ret = VT_OK;

	for (i = 0; i < ARRAY_SIZE(vif_switches); i++) {
		bool on = args_word(args, vif_switches[i].on);
		bool off = args_word(args, vif_switches[i].off);

		if (on && off)
			return vt_fail(tool, VT_USAGE, "--%s and --%s do not go together",
				       vif_switches[i].on, vif_switches[i].off);
		set |= on ? vif_switches[i].flag : 0;
		clear |= off ? vif_switches[i].flag : 0;
	}
	if (!list && !set && !clear)
		return VT_OK;
	if (list)
		ret = opt_flags(tool, vif_option(args, "flags"), vif_flags, list, &flags);
	else if (!is_new)
		ret = vif_flags_now(tool, args, &flags);
	if (ret)
		return ret;
	nla_put_u32(msg, VR_A_VIF_FLAGS, (flags | set) & ~clear);
	return VT_OK;
}

static int vif_add(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_VIF_NEW, args->exclusive ? NLM_F_EXCL : 0);
	const char *id_word = args_word(args, "vif");
	__u32 id;
	int ret;

	if (!msg)
		return VT_REFUSED;
	if (id_word && !word_u32(id_word, &id))
		return vt_fail(tool, VT_USAGE, "--vif: '%s' is not a number", id_word);
	ret = args_put(tool, msg, args);
	if (!ret)
		ret = fat_put(tool, msg, args);
	if (!ret)
		ret = vif_put_flags(tool, msg, args, true);
	names_forget(tool);
	return ret ? ret : nlc_change(tool, msg);
}

static int vif_set(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_VIF_SET, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	if (!args->n)
		return vt_fail(tool, VT_USAGE, "--set: nothing to change (see vif --help)");
	ret = args_put(tool, msg, args);
	if (!ret)
		ret = fat_put(tool, msg, args);
	if (!ret)
		ret = vif_put_flags(tool, msg, args, false);
	return ret ? ret : nlc_change(tool, msg);
}

/* Delete and clear. */
static int vif_by_key(struct tool *tool, const struct args *args, int cmd)
{
	struct nl_msg *msg = nlc_begin(tool, cmd, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	names_forget(tool);
	return ret ? ret : nlc_change(tool, msg);
}

static int vif_delete(struct tool *tool, const struct args *args)
{
	return vif_by_key(tool, args, VR_CMD_VIF_DEL);
}

static int vif_clear(struct tool *tool, const struct args *args)
{
	return vif_by_key(tool, args, VR_CMD_VIF_CLEAR);
}

/* --- showing ----------------------------------------------------------------- */

static int vif_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	bool *reasons = arg;

	out_object(tool->out, NULL);
	vif_show_all(tool->out, reply, *reasons);
	out_object_end(tool->out);
	out_text(tool->out, "\n");
	return VT_OK;
}

static void vif_heading(struct tool *tool, void *arg)
{
	(void)arg;
	vif_legend(tool->out);
}

static int vif_get_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	vif_legend(tool->out);
	return vif_reply(tool, reply, arg);
}

static int vif_get(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_VIF_GET, 0);
	bool reasons = args->stats;
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_query(tool, msg, vif_get_reply, &reasons);
}

/* Ids, to ask for one after the other. */
struct vif_ids {
	__u32 *id;
	unsigned int n;
	unsigned int room;
};

static int vif_ids_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1];
	struct vif_ids *ids = arg;

	attrs_parse(reply, tb, VR_A_VIF_MAX);
	if (ids->n == ids->room) {
		unsigned int room = ids->room ? 2 * ids->room : 64;
		__u32 *id = realloc(ids->id, room * sizeof(*id));

		if (!id)
			return vt_fail(tool, VT_REFUSED, "out of memory");
		ids->id = id;
		ids->room = room;
	}
	ids->id[ids->n++] = attr_u32(tb[VR_A_VIF_ID]);
	return VT_OK;
}

/* A list does not have the drops by reason: only the answer about one vif does. */
static int vif_list_reasons(struct tool *tool)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_VIF_GET, NLM_F_DUMP);
	struct vif_ids ids = { 0 };
	struct nlc_query query;
	bool reasons = true;
	unsigned int i;
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = nlc_query(tool, msg, vif_ids_reply, &ids);
	if (ret)
		goto free_ids;
	vif_legend(tool->out);
	out_array(tool->out, NULL);
	for (i = 0; !ret && i < ids.n; i++) {
		msg = nlc_begin(tool, VR_CMD_VIF_GET, 0);
		nla_put_u32(msg, VR_A_VIF_ID, ids.id[i]);
		/* It may have gone meanwhile. */
		query = (struct nlc_query){ .msg = msg, .reply = vif_reply, .arg = &reasons,
					    .expect = ENOENT };
		ret = nlc_ask(tool, &query);
	}
	out_array_end(tool->out);
free_ids:
	free(ids.id);
	return ret;
}

static int vif_list(struct tool *tool, const struct args *args)
{
	bool reasons = false;

	if (args->stats && !tool->dry_run)
		return vif_list_reasons(tool);
	return nlc_list(tool, nlc_begin(tool, VR_CMD_VIF_GET, NLM_F_DUMP), vif_heading, vif_reply,
			&reasons);
}

/* --- tables ------------------------------------------------------------------ */

static const struct option vif_options[] = {
	{ .name = "type", .arg = "TYPE", .with = ACT(VIF_CREATE) | ACT(VIF_ADD),
	  .needs = ACT(VIF_CREATE) | ACT(VIF_ADD), .attr = VR_A_VIF_TYPE, .put = put_type,
	  .words = vif_types, .help = "what the device is; --create: vhost or agent" },
	{ .name = "vif", .arg = "ID", .with = ACT(VIF_ADD) | ACT(VIF_CLEAR), .put = vif_put_key,
	  .help = "id (this device's, or the lowest free); --clear: id or device name (all)" },
	{ .name = "mac", .arg = "MAC", .with = ACT(VIF_CREATE) | VIF_CONFIG,
	  .attr = VR_A_VIF_MAC, .put = put_mac, .help = "the router's own MAC (the device's)" },
	{ .name = "vrf", .arg = "VRF", .with = VIF_CONFIG, .attr = VR_A_VIF_VRF,
	  .put = put_u32, .help = "where packets from here are looked up (0)" },
	{ .name = "mcast-vrf", .arg = "VRF", .with = VIF_CONFIG, .attr = VR_A_VIF_MCAST_VRF,
	  .put = put_vrf_or_none, .help = "the same for multicast, or none (none)" },
	{ .name = "nh", .arg = "ID", .with = VIF_CONFIG, .attr = VR_A_VIF_NH, .put = put_u32,
	  .help = "nexthop that stands for this vif" },
	{ .name = "ip", .arg = "ADDRESS", .with = VIF_CONFIG, .attr = VR_A_VIF_IP,
	  .put = put_ip4, .help = "IPv4 address" },
	{ .name = "ip6", .arg = "ADDRESS", .with = VIF_CONFIG, .attr = VR_A_VIF_IP6,
	  .put = put_ip6, .help = "IPv6 address" },
	{ .name = "mtu", .arg = "BYTES", .with = VIF_CONFIG, .attr = VR_A_VIF_MTU,
	  .put = put_u32, .help = "largest packet; 0: as the device" },
	{ .name = "xconnect", .arg = "DEV", .many = true, .with = VIF_CONFIG,
	  .attr = VR_A_VIF_XCONNECT, .put = put_vif,
	  .help = "vhost: uplink to cross-connect with, vif id or device name" },
	{ .name = "policy", .with = VIF_CONFIG, .help = "what comes in here needs a flow" },
	{ .name = "no-policy", .with = ACT(VIF_SET), .help = "it does not" },
	{ .name = "fat-flow", .arg = "RULE", .many = true, .with = VIF_CONFIG,
	  .help = "flows that share one: PROTO[:PORT][,ignore-src][,ignore-dst][,src=...]" },
	{ .name = "fat-exclude", .arg = "PREFIX/LEN", .many = true, .with = VIF_CONFIG,
	  .help = "addresses that no rule touches; goes with --fat-flow" },
	{ .name = "no-fat-flow", .with = ACT(VIF_SET), .help = "no rules any more" },
	{ .name = "dhcp-enable", .with = VIF_CONFIG, .help = "DHCP requests go to the agent" },
	{ .name = "no-dhcp-enable", .with = ACT(VIF_SET), .help = "they do not" },
	{ .name = "flags", .arg = "WORD,...", .with = VIF_CONFIG, .words = vif_flags,
	  .help = "these and no others" },
	LIVE_OPTIONS(ACT(VIF_RATE)),
};

static const struct action vif_actions[] = {
	[VIF_CREATE] = { .opt = { .name = "create", .arg = "NAME",
				  .help = "make a device for the host or the agent" },
			 .makes = true, .run = vif_create },
	[VIF_ADD] = { .opt = { .name = "add", .arg = "NAME", .attr = VR_A_VIF_NAME,
			       .put = put_string, .help = "make a device a port" },
		      .makes = true, .run = vif_add },
	[VIF_SET] = { .opt = { .name = "set", .arg = "VIF", .put = vif_put_key,
			       .help = "change what is given (id or device name)" },
		      .run = vif_set },
	[VIF_DELETE] = { .opt = { .name = "delete", .arg = "VIF", .put = vif_put_key,
				  .help = "take it away; the device stays" },
			 .run = vif_delete },
	[VIF_GET] = { .opt = { .name = "get", .arg = "VIF", .put = vif_put_key,
			       .help = "show one; with --stats drops by reason" },
		      .run = vif_get },
	[VIF_LIST] = { .opt = { .name = "list", .help = "show all" }, .run = vif_list },
	[VIF_RATE] = { .opt = { .name = "rate",
				.help = "packets a second, until q; j and k turn pages" },
		       .lasts = true,
		       .run = vif_rate },
	[VIF_CLEAR] = { .opt = { .name = "clear", .help = "counters to zero" },
			.run = vif_clear },
};

const struct command vif_command = {
	.name = "vif",
	.purpose = "virtual interfaces: the ports of the router",
	.actions = vif_actions,
	.actions_n = ARRAY_SIZE(vif_actions),
	.options = vif_options,
	.options_n = ARRAY_SIZE(vif_options),
};
