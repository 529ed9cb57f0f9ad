// SPDX-License-Identifier: GPL-2.0-only
/* Fat-flow rules of a vif, as words and back: many flows of a guest share one. */
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "output.h"
#include "vif.h"

#define FAT_WORD 256	/* the longest rule that makes sense has 120 characters */

static const struct word fat_ignores[] = {
	{ "src", VR_FAT_IGNORE_SRC, "ignore-src", NULL },
	{ "dst", VR_FAT_IGNORE_DST, "ignore-dst", NULL },
	{ NULL, 0, NULL, NULL }
};

/** struct fat_side - src= or dst= of a rule */
struct fat_side {
	bool given;
	struct prefix prefix;
	__u32 aggregate;
};

struct fat_rule {
	__u32 proto;
	__u32 port;
	__u32 ignore;
	struct fat_side src;
	struct fat_side dst;
};

/* --- from words -------------------------------------------------------------- */

static int fat_too_much(struct tool *tool)
{
	return vt_fail(tool, VT_USAGE, "--fat-flow: more than fits into one message");
}

/* PROTO or PROTO:PORT */
static int fat_parse_proto(struct tool *tool, char *part, struct fat_rule *rule)
{
	char *colon = strchr(part, ':');

	if (colon)
		*colon = '\0';
	if (!word_proto(part, &rule->proto))
		return vt_fail(tool, VT_USAGE,
			       "--fat-flow: '%s' is not a protocol (tcp, udp, icmp, icmp6, sctp or a number up to 255)",
			       part);
	if (colon && (!word_u32(colon + 1, &rule->port) || rule->port > 65535))
		return vt_fail(tool, VT_USAGE, "--fat-flow: '%s' is not a port", colon + 1);
	return VT_OK;
}

/* PREFIX/LEN:AGGREGATE; the colons of an IPv6 address come before the slash. */
static int fat_parse_side(struct tool *tool, char *text, struct fat_side *side)
{
	char *slash = strchr(text, '/'), *colon = slash ? strchr(slash, ':') : NULL;

	if (side->given)
		return vt_fail(tool, VT_USAGE, "--fat-flow: '%s': there is one already", text);
	if (!colon)
		return vt_fail(tool, VT_USAGE, "--fat-flow: '%s' is not PREFIX/LEN:AGGREGATE",
			       text);
	*colon = '\0';
	if (!word_prefix(text, &side->prefix))
		return vt_fail(tool, VT_USAGE,
			       "--fat-flow: '%s' is not a prefix (as in 10.1.1.0/24 or fd00::/64)",
			       text);
	if (!word_u32(colon + 1, &side->aggregate))
		return vt_fail(tool, VT_USAGE, "--fat-flow: '%s' is not a number of bits",
			       colon + 1);
	side->given = true;
	return VT_OK;
}

static int fat_parse_part(struct tool *tool, char *part, struct fat_rule *rule)
{
	if (!strncmp(part, "src=", 4))
		return fat_parse_side(tool, part + 4, &rule->src);
	if (!strncmp(part, "dst=", 4))
		return fat_parse_side(tool, part + 4, &rule->dst);
	if (!strcmp(part, "ignore-src"))
		rule->ignore |= VR_FAT_IGNORE_SRC;
	else if (!strcmp(part, "ignore-dst"))
		rule->ignore |= VR_FAT_IGNORE_DST;
	else
		return vt_fail(tool, VT_USAGE,
			       "--fat-flow: '%s' is not one of ignore-src, ignore-dst, src=, dst=",
			       part);
	return VT_OK;
}

static int fat_parse(struct tool *tool, const char *word, struct fat_rule *rule)
{
	char text[FAT_WORD], *part = text, *comma;
	bool first = true;
	int ret = VT_OK;

	if (strlen(word) >= sizeof(text))
		return vt_fail(tool, VT_USAGE, "--fat-flow: '%.40s...' is too long", word);
	strcpy(text, word);
	for (; !ret && part; part = comma, first = false) {
		comma = strchr(part, ',');
		if (comma)
			*comma++ = '\0';
		ret = first ? fat_parse_proto(tool, part, rule) :
			      fat_parse_part(tool, part, rule);
	}
	return ret;
}

static int fat_put_prefix(struct nl_msg *msg, const struct prefix *prefix)
{
	int err;

	err = nla_put(msg, VR_A_FAT_PREFIX, word_addr_len(prefix->family), prefix->addr);
	return err ? err : nla_put_u32(msg, VR_A_FAT_PLEN, prefix->len);
}

static int fat_put_side(struct nl_msg *msg, int attr, const struct fat_side *side)
{
	struct nlattr *nest;

	if (!side->given)
		return 0;
	nest = nla_nest_start(msg, attr);
	if (!nest || fat_put_prefix(msg, &side->prefix) ||
	    nla_put_u32(msg, VR_A_FAT_AGGREGATE, side->aggregate))
		return -1;
	return nla_nest_end(msg, nest);
}

static int fat_put_rule(struct tool *tool, struct nl_msg *msg, const char *word)
{
	struct fat_rule rule = { 0 };
	struct nlattr *nest;
	int ret;

	ret = fat_parse(tool, word, &rule);
	if (ret)
		return ret;
	nest = nla_nest_start(msg, VR_A_FAT_RULE);
	if (!nest || nla_put_u32(msg, VR_A_FAT_PROTO, rule.proto) ||
	    (rule.port && nla_put_u32(msg, VR_A_FAT_PORT, rule.port)) ||
	    (rule.ignore && nla_put_u32(msg, VR_A_FAT_IGNORE, rule.ignore)) ||
	    fat_put_side(msg, VR_A_FAT_SRC, &rule.src) ||
	    fat_put_side(msg, VR_A_FAT_DST, &rule.dst))
		return fat_too_much(tool);
	nla_nest_end(msg, nest);
	return VT_OK;
}

static int fat_put_exclude(struct tool *tool, struct nl_msg *msg, const char *word)
{
	struct prefix prefix;
	struct nlattr *nest;

	if (!word_prefix(word, &prefix))
		return vt_fail(tool, VT_USAGE,
			       "--fat-exclude: '%s' is not a prefix (as in 10.1.1.0/24 or fd00::/64)",
			       word);
	nest = nla_nest_start(msg, VR_A_FAT_EXCLUDE);
	if (!nest || fat_put_prefix(msg, &prefix))
		return fat_too_much(tool);
	nla_nest_end(msg, nest);
	return VT_OK;
}

int fat_put(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	bool rules = args_word(args, "fat-flow"), none = args_word(args, "no-fat-flow");
	struct nlattr *nest;
	unsigned int i;
	int ret = VT_OK;

	if (rules && none)
		return vt_fail(tool, VT_USAGE,
			       "--fat-flow and --no-fat-flow do not go together");
	if (!rules && args_word(args, "fat-exclude"))
		return vt_fail(tool, VT_USAGE, "--fat-exclude goes with --fat-flow only");
	if (!rules && !none)
		return VT_OK;
	/* Not nla_nest_end(): it would take an empty one away. */
	nest = nla_reserve(msg, VR_A_VIF_FAT | NLA_F_NESTED, 0);
	if (!nest)
		return fat_too_much(tool);
	for (i = 0; !ret && i < args->n; i++) {
		if (!strcmp(args->given[i].opt->name, "fat-flow"))
			ret = fat_put_rule(tool, msg, args->given[i].word);
		else if (!strcmp(args->given[i].opt->name, "fat-exclude"))
			ret = fat_put_exclude(tool, msg, args->given[i].word);
	}
	nest->nla_len = (char *)nlmsg_tail(nlmsg_hdr(msg)) - (char *)nest;
	return ret;
}

/* --- to words ---------------------------------------------------------------- */

static const char *fat_prefix_text(struct nlattr **tb, char *buf, size_t size)
{
	char addr[WORD_ADDR_TEXT];

	snprintf(buf, size, "%s/%u", attr_addr(tb[VR_A_FAT_PREFIX], addr),
		 attr_u32(tb[VR_A_FAT_PLEN]));
	return buf;
}

static void fat_show_side(struct out *out, const char *key, const struct nlattr *side)
{
	struct nlattr *tb[VR_A_FAT_MAX + 1];
	char text[WORD_PREFIX_TEXT + 16];
	__u32 aggregate;

	if (!side)
		return;
	attrs_parse_nest(side, tb, VR_A_FAT_MAX);
	aggregate = attr_u32(tb[VR_A_FAT_AGGREGATE]);
	fat_prefix_text(tb, text, sizeof(text));
	out_object(out, key);
	out_str(out, "prefix", text, ",%s=%s", key, text);
	out_num(out, "aggregate", aggregate, ":%u", aggregate);
	out_object_end(out);
}

/* In the text as --fat-flow takes it. */
static void fat_show_rule(struct out *out, const struct nlattr *rule)
{
	struct nlattr *tb[VR_A_FAT_MAX + 1];
	const struct word *word = fat_ignores;
	char text[WORD_PROTO_TEXT];
	__u32 proto, port, ignore;

	attrs_parse_nest(rule, tb, VR_A_FAT_MAX);
	proto = attr_u32(tb[VR_A_FAT_PROTO]);
	port = attr_u32(tb[VR_A_FAT_PORT]);
	ignore = attr_u32(tb[VR_A_FAT_IGNORE]);
	out_object(out, NULL);
	out_num(out, "proto", proto, " %s", word_proto_text(proto, text));
	if (port)
		out_num(out, "port", port, ":%u", port);
	else
		out_json_num(out, "port", 0);
	out_array(out, "ignore");
	for (; word->name; word++)
		if (ignore & word->value)
			out_str(out, NULL, word->name, ",%s", word->label);
	out_array_end(out);
	fat_show_side(out, "src", tb[VR_A_FAT_SRC]);
	fat_show_side(out, "dst", tb[VR_A_FAT_DST]);
	out_object_end(out);
}

static bool fat_has(const struct nlattr *fat, int attr)
{
	const struct nlattr *entry;
	int rest;

	nla_for_each_nested(entry, fat, rest)
		if (nla_type(entry) == attr)
			return true;
	return false;
}

void fat_show(struct out *out, const struct nlattr *fat, const char *indent)
{
	struct nlattr *tb[VR_A_FAT_MAX + 1];
	char text[WORD_PREFIX_TEXT + 16];
	const struct nlattr *entry;
	int rest;

	if (!fat_has(fat, VR_A_FAT_RULE) && !fat_has(fat, VR_A_FAT_EXCLUDE))
		return;
	out_text(out, "%sFat flows:", indent);
	out_array(out, "fat_flows");
	nla_for_each_nested(entry, fat, rest)
		if (nla_type(entry) == VR_A_FAT_RULE)
			fat_show_rule(out, entry);
	out_array_end(out);
	out_text(out, "\n");
	if (!fat_has(fat, VR_A_FAT_EXCLUDE))
		return;
	out_text(out, "%sFat flows exclude:", indent);
	out_array(out, "fat_exclude");
	nla_for_each_nested(entry, fat, rest) {
		if (nla_type(entry) != VR_A_FAT_EXCLUDE)
			continue;
		attrs_parse_nest(entry, tb, VR_A_FAT_MAX);
		fat_prefix_text(tb, text, sizeof(text));
		out_str(out, NULL, text, " %s", text);
	}
	out_array_end(out);
	out_text(out, "\n");
}
