// SPDX-License-Identifier: GPL-2.0-only
/* nh: nexthops. */
#include <stdio.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	NH_CREATE,
	NH_DELETE,
	NH_GET,
	NH_LIST,
};

const struct word nh_types[] = {
	{ "discard", VR_NH_DISCARD, "Drop", NULL },
	{ "receive", VR_NH_RECEIVE, "Receive", NULL },
	{ "resolve", VR_NH_RESOLVE, "Resolve", NULL },
	{ "l2-receive", VR_NH_L2_RECEIVE, "L2 Receive", NULL },
	{ "encap", VR_NH_ENCAP, "Encap", NULL },
	{ "vrf-translate", VR_NH_VRF_TRANSLATE, "Vrf_Translate", NULL },
	{ "composite", VR_NH_COMPOSITE, "Composite", NULL },
	{ NULL, 0, NULL, NULL }
};

static const struct word nh_kinds[] = {
	{ "l2-mcast", VR_NH_KIND_L2_MCAST, "Multicast, L2", NULL },
	{ "encap", VR_NH_KIND_ENCAP, "Encap", NULL },
	{ NULL, 0, NULL, NULL }
};

static const struct word nh_flags[] = {
	{ "policy", VR_NH_F_POLICY, "Policy", NULL },
	{ "mcast", VR_NH_F_MCAST, "Multicast", NULL },
	{ "uuc-flood", VR_NH_F_UUC_FLOOD, "Unknown Unicast Flood", NULL },
	{ "flow-lookup", VR_NH_F_FLOW_LOOKUP, "Flow Lookup", NULL },
	{ NULL, 0, NULL, NULL }
};

/* --- showing ----------------------------------------------------------------- */

static void nh_show_head(struct out *out, struct nlattr **tb)
{
	__u32 id = attr_u32(tb[VR_A_NH_ID]), type = attr_u32(tb[VR_A_NH_TYPE]);
	__u32 family = attr_u32(tb[VR_A_NH_FAMILY]), refs = attr_u32(tb[VR_A_NH_REFS]);
	__u32 vrf = attr_u32(tb[VR_A_NH_VRF]);
	const struct word *type_word = word_find(nh_types, type);
	const struct word *family_word = word_find(word_families, family);

	out_num(out, "id", id, "Id:%-11u", id);
	if (type_word)
		out_str(out, "type", type_word->name, "Type:%-14s ", type_word->label);
	else
		out_num(out, "type", type, "Type:%-14u ", type);
	if (family_word)
		out_str(out, "family", family_word->name, "Fmly:%8s  ", family_word->label);
	else
		out_text(out, "Fmly:%8s  ", "-");
	out_text(out, "Rid:0  ");
	out_num(out, "refs", refs, "Ref_cnt:%-10u ", refs);
	out_num(out, "vrf", vrf, "Vrf:%u\n", vrf);
}

static void nh_show_flags(struct out *out, struct nlattr **tb)
{
	const struct word *kind = word_find(nh_kinds, attr_u32(tb[VR_A_NH_KIND]));

	out_text(out, "%14sFlags:Valid, ", "");
	if (kind)
		out_str(out, "kind", kind->name, "%s, ", kind->label);
	flags_show(out, "flags", nh_flags, attr_u32(tb[VR_A_NH_FLAGS]), ", ", NULL);
	out_text(out, "\n");
}

static unsigned int nh_ethertype(__u32 family)
{
	if (family == AF_INET)
		return ETH_P_IP;
	return family == AF_INET6 ? ETH_P_IPV6 : 0;
}

/* The bytes that are written before the packet; a bridged frame keeps its ethertype. */
static void nh_show_encap(struct out *out, struct nlattr **tb)
{
	const __u8 *dmac = attr_bytes(tb[VR_A_NH_DMAC], WORD_MAC_LEN);
	const __u8 *smac = attr_bytes(tb[VR_A_NH_SMAC], WORD_MAC_LEN);
	unsigned int proto = nh_ethertype(attr_u32(tb[VR_A_NH_FAMILY]));
	__u8 bytes[14];
	unsigned int i, len = 0;
	char text[WORD_MAC_TEXT];

	if (dmac && smac) {
		memcpy(bytes, dmac, WORD_MAC_LEN);
		memcpy(bytes + WORD_MAC_LEN, smac, WORD_MAC_LEN);
		bytes[12] = proto >> 8;
		bytes[13] = proto & 0xff;
		len = proto ? 14 : 12;
	}
	out_text(out, "%14sEncapFmly:%04x ", "", proto);
	if (tb[VR_A_NH_OIF])
		out_num(out, "oif", attr_u32(tb[VR_A_NH_OIF]), "Oif:%u ",
			attr_u32(tb[VR_A_NH_OIF]));
	out_text(out, "Len:%u\n", len);
	if (!len)
		return;
	out_json_str(out, "dmac", attr_mac(tb[VR_A_NH_DMAC], text));
	out_json_str(out, "smac", attr_mac(tb[VR_A_NH_SMAC], text));
	out_text(out, "%14sEncap Data:", "");
	for (i = 0; i < len; i++)
		out_text(out, " %02x", bytes[i]);
	out_text(out, "\n");
}

static void nh_show_members(struct out *out, const struct nlattr *members)
{
	const struct nlattr *entry;
	struct nlattr *tb[VR_A_MEMBER_MAX + 1];
	int rest;

	out_array(out, "members");
	out_text(out, "%14sSub NH(label):", "");
	nla_for_each_nested(entry, members, rest) {
		__u32 nh, label = VR_LABEL_NONE;

		if (nla_type(entry) != VR_A_MEMBER_ENTRY)
			continue;
		attrs_parse_nest(entry, tb, VR_A_MEMBER_MAX);
		nh = attr_u32(tb[VR_A_MEMBER_NH]);
		if (tb[VR_A_MEMBER_LABEL])
			label = attr_u32(tb[VR_A_MEMBER_LABEL]);
		out_object(out, NULL);
		out_num(out, "nh", nh, " %u", nh);
		if (label != VR_LABEL_NONE)
			out_num(out, "label", label, "(%u)", label);
		else
			out_text(out, "(-)");
		out_object_end(out);
	}
	out_text(out, "\n");
	out_array_end(out);
}

void nh_show(struct out *out, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_NH_MAX + 1];
	__u32 type;

	attrs_parse(reply, tb, VR_A_NH_MAX);
	type = attr_u32(tb[VR_A_NH_TYPE]);
	nh_show_head(out, tb);
	nh_show_flags(out, tb);
	if (type == VR_NH_ENCAP)
		nh_show_encap(out, tb);
	else if (tb[VR_A_NH_OIF])
		out_num(out, "oif", attr_u32(tb[VR_A_NH_OIF]), "%14sOif:%u\n", "",
			attr_u32(tb[VR_A_NH_OIF]));
	if (tb[VR_A_NH_MEMBERS])
		nh_show_members(out, tb[VR_A_NH_MEMBERS]);
}

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

/* --flags, and --policy, which is one of them. */
static int nh_put_flags(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	bool policy = args_word(args, "policy");
	const struct option *opt = NULL;
	__u32 flags = policy ? VR_NH_F_POLICY : 0;
	const char *list = NULL;
	unsigned int i;
	int ret;

	for (i = 0; i < args->n; i++) {
		if (strcmp(args->given[i].opt->name, "flags"))
			continue;
		opt = args->given[i].opt;
		list = args->given[i].word;
	}
	if (!policy && !list)
		return VT_OK;
	if (list) {
		ret = opt_flags(tool, opt, nh_flags, list, &flags);
		if (ret)
			return ret;
	}
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
	  .put = put_mac, .help = "encap: destination MAC" },
	{ .name = "smac", .arg = "MAC", .with = ACT(NH_CREATE), .attr = VR_A_NH_SMAC,
	  .put = put_mac, .help = "encap: source MAC" },
	{ .name = "kind", .arg = "KIND", .with = ACT(NH_CREATE), .attr = VR_A_NH_KIND,
	  .put = put_word, .words = nh_kinds, .help = "composite: what it is a list of" },
	{ .name = "member", .arg = "NH[:LABEL]", .many = true, .with = ACT(NH_CREATE),
	  .help = "composite: a nexthop of the list" },
	{ .name = "policy", .with = ACT(NH_CREATE), .help = "what goes here needs a flow" },
	{ .name = "flags", .arg = "WORD,...", .with = ACT(NH_CREATE), .words = nh_flags,
	  .help = "what else it does" },
};

static const struct action nh_actions[] = {
	[NH_CREATE] = { .opt = { .name = "create", .arg = "ID", .attr = VR_A_NH_ID,
				 .put = put_u32, .help = "make or replace a nexthop" },
			.run = nh_create },
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
