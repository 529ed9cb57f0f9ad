// SPDX-License-Identifier: GPL-2.0-only
/* nh: nexthops. */
#include <stdio.h>
#include <string.h>

#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "netlink.h"
#include "nh.h"
#include "output.h"
#include "tools.h"

enum {
	NH_CREATE,
	NH_DELETE,
	NH_GET,
	NH_LIST,
};

static int nh_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	(void)arg;
	out_object(tool->out, NULL);
	nh_show(tool->out, reply);
	out_object_end(tool->out);
	out_text(tool->out, "\n");
	return VT_OK;
}

/* --- changing ---------------------------------------------------------------- */

/* NH or NH:LABEL */
static int nh_put_member(struct tool *tool, struct nl_msg *msg, const char *word)
{
	char nh[16];
	size_t len = strcspn(word, ":");
	__u32 id, label = VR_LABEL_NONE;
	struct nlattr *entry;
	int err;

	snprintf(nh, sizeof(nh), "%.*s", len < sizeof(nh) ? (int)len : 0, word);
	if (!word_u32(nh, &id) || (word[len] && !word_u32(word + len + 1, &label)))
		return vt_fail(tool, VT_USAGE, "--member: '%s' is not a nexthop id or NH:LABEL",
			       word);
	entry = nla_nest_start(msg, VR_A_MEMBER_ENTRY);
	err = !entry || nla_put_u32(msg, VR_A_MEMBER_NH, id);
	if (!err && word[len])
		err = nla_put_u32(msg, VR_A_MEMBER_LABEL, label);
	if (err)
		return vt_fail(tool, VT_USAGE, "--member: more than fits into one message");
	nla_nest_end(msg, entry);
	return VT_OK;
}

static int nh_put_members(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	struct nlattr *nest = NULL;
	unsigned int i;
	int ret = VT_OK;

	for (i = 0; !ret && i < args->n; i++) {
		if (strcmp(args->given[i].opt->name, "member"))
			continue;
		if (!nest)
			nest = nla_nest_start(msg, VR_A_NH_MEMBERS);
		if (!nest)
			return vt_fail(tool, VT_REFUSED, "out of memory");
		ret = nh_put_member(tool, msg, args->given[i].word);
	}
	if (nest && !ret)
		nla_nest_end(msg, nest);
	return ret;
}

/* Options that are flags by another name. */
static const struct {
	const char *option;
	__u32 flag;
} nh_flag_options[] = {
	{ "policy", VR_NH_F_POLICY },
	{ "resolve", VR_NH_F_RESOLVE },
};

/* --flags, and the options that are one of them. */
static int nh_put_flags(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	bool given = false;
	__u32 flags = 0;
	unsigned int i;
	int ret;

	for (i = 0; i < args->n; i++) {
		const struct option *opt = args->given[i].opt;

		if (strcmp(opt->name, "flags"))
			continue;
		ret = opt_flags(tool, opt, nh_flags, args->given[i].word, &flags);
		if (ret)
			return ret;
		given = true;
	}
	for (i = 0; i < ARRAY_SIZE(nh_flag_options); i++) {
		if (!args_word(args, nh_flag_options[i].option))
			continue;
		flags |= nh_flag_options[i].flag;
		given = true;
	}
	if (given)
		nla_put_u32(msg, VR_A_NH_FLAGS, flags);
	return VT_OK;
}

static int nh_create(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_NH_NEW, args->exclusive ? NLM_F_EXCL : 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	if (!ret)
		ret = nh_put_members(tool, msg, args);
	if (!ret)
		ret = nh_put_flags(tool, msg, args);
	return ret ? ret : nlc_change(tool, msg);
}

static int nh_delete(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_NH_DEL, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_change(tool, msg);
}

static int nh_get(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_NH_GET, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	return ret ? ret : nlc_query(tool, msg, nh_reply, NULL);
}

static int nh_list(struct tool *tool, const struct args *args)
{
	(void)args;
	return nlc_list(tool, nlc_begin(tool, VR_CMD_NH_GET, NLM_F_DUMP), NULL, nh_reply, NULL);
}

static const struct option nh_options[] = {
	{ .name = "type", .arg = "TYPE", .with = ACT(NH_CREATE), .needs = ACT(NH_CREATE),
	  .attr = VR_A_NH_TYPE, .put = put_type, .words = nh_types,
	  .help = "what is done to a packet" },
	{ .name = "vrf", .arg = "VRF", .with = ACT(NH_CREATE), .attr = VR_A_NH_VRF,
	  .put = put_u32, .help = "where to look on, or where it belongs to (0)" },
	{ .name = "oif", .arg = "VIF", .with = ACT(NH_CREATE), .attr = VR_A_NH_OIF,
	  .put = put_vif, .help = "out of this vif: id or device name" },
	{ .name = "family", .arg = "FAMILY", .with = ACT(NH_CREATE), .attr = VR_A_NH_FAMILY,
	  .put = put_word, .words = word_families, .help = "what the packets are" },
	{ .name = "dmac", .arg = "MAC", .with = ACT(NH_CREATE), .attr = VR_A_NH_DMAC,
	  .put = put_mac, .help = "encap, tunnel: destination MAC" },
	{ .name = "smac", .arg = "MAC", .with = ACT(NH_CREATE), .attr = VR_A_NH_SMAC,
	  .put = put_mac, .help = "encap, tunnel: source MAC" },
	{ .name = "encap", .arg = "ENCAP", .with = ACT(NH_CREATE), .attr = VR_A_NH_ENCAP,
	  .put = put_word, .words = nh_encaps, .help = "tunnel: what is put in front" },
	{ .name = "sip", .arg = "A", .with = ACT(NH_CREATE), .attr = VR_A_NH_SIP,
	  .put = put_ip, .help = "tunnel: address of this end" },
	{ .name = "dip", .arg = "A", .with = ACT(NH_CREATE), .attr = VR_A_NH_DIP,
	  .put = put_ip, .help = "tunnel: address of the other end" },
	{ .name = "resolve", .with = ACT(NH_CREATE),
	  .help = "tunnel: the host knows the way; no --oif, --dmac, --smac" },
	{ .name = "inner-dmac", .arg = "MAC", .with = ACT(NH_CREATE),
	  .attr = VR_A_NH_INNER_DMAC, .put = put_mac,
	  .help = "tunnel with flag l3-vxlan: router MAC of the other end" },
	{ .name = "inner-smac", .arg = "MAC", .with = ACT(NH_CREATE),
	  .attr = VR_A_NH_INNER_SMAC, .put = put_mac,
	  .help = "tunnel with flag l3-vxlan: that of this end (as the outer)" },
	{ .name = "kind", .arg = "KIND", .with = ACT(NH_CREATE), .attr = VR_A_NH_KIND,
	  .put = put_word, .words = nh_kinds, .help = "composite: what it is a list of" },
	{ .name = "member", .arg = "NH[:LABEL]", .many = true, .with = ACT(NH_CREATE),
	  .help = "composite: a nexthop of the list, and label or VNI towards it" },
	{ .name = "hash", .arg = "FIELD,...", .with = ACT(NH_CREATE), .attr = VR_A_NH_HASH,
	  .put = put_flags, .words = nh_hashes,
	  .help = "ecmp: what of a packet chooses the member (all)" },
	{ .name = "policy", .with = ACT(NH_CREATE), .help = "what goes here needs a flow" },
	{ .name = "flags", .arg = "WORD,...", .with = ACT(NH_CREATE), .words = nh_flags,
	  .help = "what else it does" },
};

static const struct action nh_actions[] = {
	[NH_CREATE] = { .opt = { .name = "create", .arg = "ID", .attr = VR_A_NH_ID,
				 .put = put_u32, .help = "make or replace a nexthop" },
			.makes = true, .run = nh_create },
	[NH_DELETE] = { .opt = { .name = "delete", .arg = "ID", .attr = VR_A_NH_ID,
				 .put = put_u32, .help = "delete it" },
			.run = nh_delete },
	[NH_GET] = { .opt = { .name = "get", .arg = "ID", .attr = VR_A_NH_ID, .put = put_u32,
			      .help = "show one" },
		     .run = nh_get },
	[NH_LIST] = { .opt = { .name = "list", .help = "show all" }, .run = nh_list },
};

const struct command nh_command = {
	.name = "nh",
	.purpose = "nexthops: what is done to a packet",
	.actions = nh_actions,
	.actions_n = ARRAY_SIZE(nh_actions),
	.options = nh_options,
	.options_n = ARRAY_SIZE(nh_options),
};
