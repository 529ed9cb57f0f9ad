// SPDX-License-Identifier: GPL-2.0-only
/*
 * rt: routes and bridge entries. Which of the two a command is about follows
 * from --family, or from what the destination looks like. This is the tool for
 * bulk: nothing here asks the kernel before it sends.
 */
#include <string.h>

#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "rt.h"
#include "tools.h"

enum {
	RT_CREATE,
	RT_DELETE,
	RT_GET,
	RT_DUMP,
	RT_MONITOR,
};

/* A destination: what --prefix, --mac or the word after --get say. */
struct rt_key {
	__u32 vrf;
	__u32 family;
	const struct option *prefix_opt;
	const char *prefix_word;
	const struct option *mac_opt;
	const char *mac_word;
	const struct option *family_opt;
	const char *family_word;
	struct prefix prefix;
	__u8 mac[WORD_MAC_LEN];
};

/* What --create adds to it. */
struct rt_target {
	const char *nh;
	const char *label;
	const char *flags;
	const struct option *nh_opt;
	const struct option *label_opt;
	const struct option *flags_opt;
};

/* --- parsing ----------------------------------------------------------------- */

/* One pass over what was given: this is in the way of every route. */
static int rt_sort(struct tool *tool, const struct args *args, struct rt_key *key,
		   struct rt_target *target)
{
	unsigned int i;
	int ret;

	for (i = 0; i < args->n; i++) {
		const struct option *opt = args->given[i].opt;
		const char *word = args->given[i].word;

		switch (opt - rt_command.options) {
		case RT_OPT_VRF:
			ret = opt_u32(tool, opt, word, &key->vrf);
			if (ret)
				return ret;
			break;
		case RT_OPT_FAMILY:
			key->family_opt = opt;
			key->family_word = word;
			break;
		case RT_OPT_PREFIX:
			key->prefix_opt = opt;
			key->prefix_word = word;
			break;
		case RT_OPT_MAC:
			key->mac_opt = opt;
			key->mac_word = word;
			break;
		case RT_OPT_NH:
			target->nh_opt = opt;
			target->nh = word;
			break;
		case RT_OPT_LABEL:
			target->label_opt = opt;
			target->label = word;
			break;
		case RT_OPT_FLAGS:
			target->flags_opt = opt;
			target->flags = word;
			break;
		}
	}
	return VT_OK;
}

static int rt_parse_prefix(struct tool *tool, struct rt_key *key)
{
	if (!word_prefix(key->prefix_word, &key->prefix))
		return vt_fail(tool, VT_USAGE,
			       "--%s: '%s' is not a prefix (as in 10.1.1.0/24 or fd00::/64)",
			       key->prefix_opt->name, key->prefix_word);
	return VT_OK;
}

static int rt_parse_mac(struct tool *tool, struct rt_key *key)
{
	if (!word_mac(key->mac_word, key->mac))
		return vt_fail(tool, VT_USAGE,
			       "--%s: '%s' is not a MAC address (as in 02:00:00:00:00:01)",
			       key->mac_opt->name, key->mac_word);
	return VT_OK;
}

static int rt_check_inet(struct tool *tool, const struct args *args, const struct rt_key *key)
{
	if (!key->prefix_word && key->mac_opt == &args->action->opt)
		return vt_fail(tool, VT_USAGE, "--%s: '%s' is not of the family %s",
			       key->mac_opt->name, key->mac_word, key->family_word);
	if (!key->prefix_word)
		return vt_fail(tool, VT_USAGE, "--%s needs --prefix, or --family bridge and --mac",
			       args->action->opt.name);
	if (key->prefix.family != key->family)
		return vt_fail(tool, VT_USAGE, "--%s: '%s' is not of the family %s",
			       key->prefix_opt->name, key->prefix_word, key->family_word);
	return VT_OK;
}

static int rt_check_bridge(struct tool *tool, const struct args *args, const struct rt_key *key)
{
	if (key->prefix_word)
		return vt_fail(tool, VT_USAGE, "--%s: '%s' is not of the family bridge",
			       key->prefix_opt->name, key->prefix_word);
	if (!key->mac_word)
		return vt_fail(tool, VT_USAGE, "--%s with --family bridge needs --mac MAC",
			       args->action->opt.name);
	return VT_OK;
}

/* Values, family, and whether they fit each other. */
static int rt_parse_key(struct tool *tool, const struct args *args, struct rt_key *key)
{
	int ret = VT_OK;

	if (key->prefix_word)
		ret = rt_parse_prefix(tool, key);
	if (!ret && key->mac_word)
		ret = rt_parse_mac(tool, key);
	if (ret)
		return ret;
	if (key->family_word)
		ret = opt_word(tool, key->family_opt, key->family_word, &key->family);
	else if (key->prefix_word)
		key->family = key->prefix.family;
	else
		key->family = key->mac_word ? AF_BRIDGE : AF_INET;
	if (ret)
		return ret;
	if (key->family == AF_BRIDGE)
		return rt_check_bridge(tool, args, key);
	return rt_check_inet(tool, args, key);
}

/* --- messages ---------------------------------------------------------------- */

static void route_put_key(struct nl_msg *msg, const struct rt_key *key, bool with_len)
{
	nla_put_u32(msg, VR_A_ROUTE_VRF, key->vrf);
	nla_put_u32(msg, VR_A_ROUTE_FAMILY, key->family);
	nla_put(msg, VR_A_ROUTE_PREFIX, word_addr_len(key->family), key->prefix.addr);
	if (with_len)
		nla_put_u32(msg, VR_A_ROUTE_PLEN, key->prefix.len);
}

static void bridge_put_key(struct nl_msg *msg, const struct rt_key *key)
{
	nla_put_u32(msg, VR_A_BRIDGE_VRF, key->vrf);
	nla_put(msg, VR_A_BRIDGE_MAC, WORD_MAC_LEN, key->mac);
}

/* Adds a number or flags of --create. */
static int rt_put(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		  const char *word, int attr, const struct word *flags)
{
	__u32 value = 0;
	int ret;

	if (!word)
		return VT_OK;
	if (flags)
		ret = opt_flags(tool, opt, flags, word, &value);
	else
		ret = opt_u32(tool, opt, word, &value);
	if (!ret)
		nla_put_u32(msg, attr, value);
	return ret;
}

static int route_create(struct tool *tool, const struct rt_key *key, const struct rt_target *to,
			int flags)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_ROUTE_NEW, flags);
	int ret;

	if (!msg)
		return VT_REFUSED;
	route_put_key(msg, key, true);
	ret = rt_put(tool, msg, to->nh_opt, to->nh, VR_A_ROUTE_NH, NULL);
	if (!ret)
		ret = rt_put(tool, msg, to->label_opt, to->label, VR_A_ROUTE_LABEL, NULL);
	if (!ret)
		ret = rt_put(tool, msg, to->flags_opt, to->flags, VR_A_ROUTE_FLAGS, route_flags);
	if (ret)
		return ret;
	if (key->mac_word)
		nla_put(msg, VR_A_ROUTE_MAC, WORD_MAC_LEN, key->mac);
	return nlc_change(tool, msg);
}

static int bridge_create(struct tool *tool, const struct rt_key *key, const struct rt_target *to,
			 int flags)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_BRIDGE_NEW, flags);
	int ret;

	if (!msg)
		return VT_REFUSED;
	bridge_put_key(msg, key);
	ret = rt_put(tool, msg, to->nh_opt, to->nh, VR_A_BRIDGE_NH, NULL);
	if (!ret)
		ret = rt_put(tool, msg, to->label_opt, to->label, VR_A_BRIDGE_LABEL, NULL);
	if (!ret)
		ret = rt_put(tool, msg, to->flags_opt, to->flags, VR_A_BRIDGE_FLAGS, bridge_flags);
	return ret ? ret : nlc_change(tool, msg);
}

static int rt_create(struct tool *tool, const struct args *args)
{
	int flags = args->exclusive ? NLM_F_EXCL : 0;
	struct rt_target target = { 0 };
	struct rt_key key = { 0 };
	int ret;

	ret = rt_sort(tool, args, &key, &target);
	if (!ret)
		ret = rt_parse_key(tool, args, &key);
	if (ret)
		return ret;
	if (key.family == AF_BRIDGE)
		return bridge_create(tool, &key, &target, flags);
	return route_create(tool, &key, &target, flags);
}

static int rt_delete(struct tool *tool, const struct args *args)
{
	struct rt_target target = { 0 };
	struct rt_key key = { 0 };
	struct nl_msg *msg;
	int ret;

	ret = rt_sort(tool, args, &key, &target);
	if (!ret)
		ret = rt_parse_key(tool, args, &key);
	if (!ret && key.mac_word && key.family != AF_BRIDGE)
		ret = vt_fail(tool, VT_USAGE, "--mac: does not go with --delete of a prefix");
	if (ret)
		return ret;
	msg = nlc_begin(tool, key.family == AF_BRIDGE ? VR_CMD_BRIDGE_DEL : VR_CMD_ROUTE_DEL, 0);
	if (!msg)
		return VT_REFUSED;
	if (key.family == AF_BRIDGE)
		bridge_put_key(msg, &key);
	else
		route_put_key(msg, &key, true);
	return nlc_change(tool, msg);
}

/* --- showing ----------------------------------------------------------------- */

static void rt_dump_heading(struct tool *tool, void *arg)
{
	const struct rt_key *key = arg;

	rt_heading(tool->out, key->vrf, key->family);
}

static int route_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	(void)arg;
	out_object(tool->out, NULL);
	route_show(tool->out, reply);
	out_object_end(tool->out);
	return VT_OK;
}

static int bridge_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	(void)arg;
	out_object(tool->out, NULL);
	bridge_show(tool->out, reply);
	out_object_end(tool->out);
	return VT_OK;
}

static int rt_get_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	const struct rt_key *key = arg;

	out_text(tool->out, "Match %s\n",
		 key->family == AF_BRIDGE ? key->mac_word : key->prefix_word);
	rt_heading(tool->out, key->vrf, key->family);
	if (key->family == AF_BRIDGE)
		return bridge_reply(tool, reply, NULL);
	return route_reply(tool, reply, NULL);
}

static int rt_get(struct tool *tool, const struct args *args)
{
	struct rt_target target = { 0 };
	struct rt_key key = { 0 };
	struct nl_msg *msg;
	int ret;

	ret = rt_sort(tool, args, &key, &target);
	if (ret)
		return ret;
	if (word_mac(args->word, key.mac)) {
		key.mac_opt = &args->action->opt;
		key.mac_word = args->word;
	} else {
		key.prefix_opt = &args->action->opt;
		key.prefix_word = args->word;
	}
	ret = rt_parse_key(tool, args, &key);
	if (ret)
		return ret;
	msg = nlc_begin(tool, key.family == AF_BRIDGE ? VR_CMD_BRIDGE_GET : VR_CMD_ROUTE_GET, 0);
	if (!msg)
		return VT_REFUSED;
	if (key.family == AF_BRIDGE)
		bridge_put_key(msg, &key);
	else
		route_put_key(msg, &key, key.prefix.has_len);
	return nlc_query(tool, msg, rt_get_reply, &key);
}

static int rt_dump(struct tool *tool, const struct args *args)
{
	struct rt_target target = { 0 };
	struct rt_key key = { .family = AF_INET };
	struct nl_msg *msg;
	int ret;

	ret = rt_sort(tool, args, &key, &target);
	if (!ret)
		ret = opt_u32(tool, &args->action->opt, args->word, &key.vrf);
	if (!ret && key.family_word)
		ret = opt_word(tool, key.family_opt, key.family_word, &key.family);
	if (ret)
		return ret;
	msg = nlc_begin(tool, key.family == AF_BRIDGE ? VR_CMD_BRIDGE_GET : VR_CMD_ROUTE_GET,
			NLM_F_DUMP);
	if (!msg)
		return VT_REFUSED;
	if (key.family == AF_BRIDGE) {
		nla_put_u32(msg, VR_A_BRIDGE_VRF, key.vrf);
		return nlc_list(tool, msg, rt_dump_heading, bridge_reply, &key);
	}
	nla_put_u32(msg, VR_A_ROUTE_VRF, key.vrf);
	nla_put_u32(msg, VR_A_ROUTE_FAMILY, key.family);
	return nlc_list(tool, msg, rt_dump_heading, route_reply, &key);
}

/* --- tables ------------------------------------------------------------------ */

#define RT_ONE (ACT(RT_CREATE) | ACT(RT_DELETE) | ACT(RT_GET))

static const struct option rt_options[] = {
	[RT_OPT_VRF] = { .name = "vrf", .arg = "VRF", .with = RT_ONE, .needs = RT_ONE,
			 .help = "in this VRF" },
	[RT_OPT_FAMILY] = { .name = "family", .arg = "FAMILY",
			    .with = RT_ONE | ACT(RT_DUMP) | ACT(RT_MONITOR),
			    .words = word_families,
			    .help = "otherwise as the destination looks; --dump: inet" },
	[RT_OPT_PREFIX] = { .name = "prefix", .arg = "A/L",
			    .with = ACT(RT_CREATE) | ACT(RT_DELETE),
			    .help = "destination of a route; without /L one address" },
	[RT_OPT_MAC] = { .name = "mac", .arg = "MAC", .with = ACT(RT_CREATE) | ACT(RT_DELETE),
			 .help = "bridge: destination; route: answer to ARP and ND" },
	[RT_OPT_NH] = { .name = "nh", .arg = "ID", .with = ACT(RT_CREATE),
			.needs = ACT(RT_CREATE), .help = "nexthop" },
	[RT_OPT_LABEL] = { .name = "label", .arg = "N", .with = ACT(RT_CREATE),
			   .help = "MPLS label or VNI" },
	[RT_OPT_FLAGS] = { .name = "flags", .arg = "WORD,...", .with = ACT(RT_CREATE),
			   .help = "route: proxy, trap, flood; bridge: flood-dhcp" },
};

static const struct action rt_actions[] = {
	[RT_CREATE] = { .opt = { .name = "create", .help = "make or replace a route" },
			.makes = true, .run = rt_create },
	[RT_DELETE] = { .opt = { .name = "delete",
				 .help = "delete it: the next shorter prefix takes over" },
			.run = rt_delete },
	[RT_GET] = { .opt = { .name = "get", .arg = "A/L|A|MAC",
			      .help = "show one; A: the longest prefix that covers A" },
		     .run = rt_get },
	[RT_DUMP] = { .opt = { .name = "dump", .arg = "VRF", .help = "show all of a VRF" },
		      .run = rt_dump },
	[RT_MONITOR] = { .opt = { .name = "monitor",
				  .help = "show changes of the configuration as they happen" },
			 .lasts = true,
			 .run = monitor_run },
};

const struct command rt_command = {
	.name = "rt",
	.purpose = "routes and bridge entries: which nexthop a destination has",
	.actions = rt_actions,
	.actions_n = ARRAY_SIZE(rt_actions),
	.options = rt_options,
	.options_n = ARRAY_SIZE(rt_options),
};
