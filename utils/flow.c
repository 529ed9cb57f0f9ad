// SPDX-License-Identifier: GPL-2.0-only
/* flow: flows, and what is decided of them. */
#include "flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "line.h"
#include "live.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

enum {
	FLOW_LIST,
	FLOW_GET,
	FLOW_CREATE,
	FLOW_SET,
	FLOW_FORWARD,
	FLOW_DROP,
	FLOW_INVALIDATE,
	FLOW_EVICT,
	FLOW_RATE,
	FLOW_STATS,
	FLOW_FLUSH,
};

#define FLOW_BY_INDEX	(ACT(FLOW_GET) | ACT(FLOW_SET) | ACT(FLOW_FORWARD) | ACT(FLOW_DROP) | \
			 ACT(FLOW_INVALIDATE) | ACT(FLOW_EVICT))
#define FLOW_DECIDE	(ACT(FLOW_CREATE) | ACT(FLOW_SET))

/* --- making and deciding ----------------------------------------------------- */

static int put_s32(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		   const char *word)
{
	__s32 value;

	if (!word_s32(word, &value))
		return vt_fail(tool, VT_USAGE, "--%s: '%s' is not a number", opt->name, word);
	nla_put_s32(msg, opt->attr, value);
	return VT_OK;
}

static int put_reason(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		      const char *word)
{
	__u32 reason;

	if (!word_value(opt->words, word, &reason) && !word_u32(word, &reason))
		return vt_fail(tool, VT_USAGE,
			       "--%s: '%s' is neither a number nor one of the words of flow --help",
			       opt->name, word);
	nla_put_u32(msg, opt->attr, reason);
	return VT_OK;
}

/* An id, or "none". */
static int put_nh_or_none(struct tool *tool, struct nl_msg *msg, const struct option *opt,
			  const char *word)
{
	if (strcmp(word, "none"))
		return put_u32(tool, msg, opt, word);
	nla_put_u32(msg, opt->attr, VR_NH_NONE);
	return VT_OK;
}

/* Both addresses, which say the family. */
static int flow_put_addrs(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	const char *sip = args_word(args, "sip"), *dip = args_word(args, "dip");
	struct prefix src, dst;

	if (!word_prefix(sip, &src) || src.has_len)
		return vt_fail(tool, VT_USAGE, "--sip: '%s' is not an address", sip);
	if (!word_prefix(dip, &dst) || dst.has_len)
		return vt_fail(tool, VT_USAGE, "--dip: '%s' is not an address", dip);
	if (src.family != dst.family)
		return vt_fail(tool, VT_USAGE, "--dip: '%s' is not of the family of --sip", dip);
	nla_put_u32(msg, VR_A_FLOW_FAMILY, src.family);
	nla_put(msg, VR_A_FLOW_SIP, word_addr_len(src.family), src.addr);
	nla_put(msg, VR_A_FLOW_DIP, word_addr_len(dst.family), dst.addr);
	return VT_OK;
}

/*
 * KEYNH or KEYNH,SRCNH. The kernel turns the flow round to get the other
 * direction, but a source nexthop is not the other way's: without SRCNH it has
 * none.
 */
static int flow_put_reverse(struct tool *tool, struct nl_msg *msg, const struct args *args)
{
	const char *word = args_word(args, "reverse"), *comma;
	__u32 nh, src_nh = VR_NH_NONE;
	struct nlattr *nest;
	char text[16];

	if (!word)
		return VT_OK;
	comma = strchrnul(word, ',');
	snprintf(text, sizeof(text), "%.*s",
		 (size_t)(comma - word) < sizeof(text) ? (int)(comma - word) : 0, word);
	if (!word_u32(text, &nh) ||
	    (*comma && strcmp(comma + 1, "none") && !word_u32(comma + 1, &src_nh)))
		return vt_fail(tool, VT_USAGE, "--reverse: '%s' is not KEYNH or KEYNH,SRCNH",
			       word);
	nest = nla_nest_start(msg, VR_A_FLOW_REVERSE);
	nla_put_u32(msg, VR_A_FLOW_NH, nh);
	if (src_nh != VR_NH_NONE || args_word(args, "src-nh"))
		nla_put_u32(msg, VR_A_FLOW_SRC_NH, src_nh);
	nla_nest_end(msg, nest);
	return VT_OK;
}

static int flow_created(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct out *out = tool->out;
	struct flow flow;
	bool *told = arg;

	/* With --reverse the kernel may tell of both; the first one is the one that was meant. */
	if (*told)
		return VT_OK;
	*told = true;
	flow_read(&flow, reply);
	out_object(out, NULL);
	out_num(out, "index", flow.index, "%u", flow.index);
	out_json_num(out, "gen", flow.gen);
	if (flow.rindex != VR_FLOW_NONE) {
		out_num(out, "reverse", flow.rindex, " %u", flow.rindex);
		out_json_num(out, "reverse_gen", flow.rgen);
	}
	out_text(out, "\n");
	out_object_end(out);
	return VT_OK;
}

/* In a batch nobody waits for the index of each. */
static int flow_create(struct tool *tool, const struct args *args)
{
	int flags = (args->exclusive ? NLM_F_EXCL : 0) | (tool->batch ? 0 : NLM_F_ECHO);
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_FLOW_NEW, flags);
	bool told = false;
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = flow_put_addrs(tool, msg, args);
	if (!ret)
		ret = args_put(tool, msg, args);
	if (!ret)
		ret = flow_put_reverse(tool, msg, args);
	if (ret)
		return ret;
	return tool->batch ? nlc_change(tool, msg) : nlc_query(tool, msg, flow_created, &told);
}

/* A change of a flow that is there; @action: -1 as the options say. */
static int flow_change(struct tool *tool, const struct args *args, int action)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_FLOW_NEW, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	if (!ret && action >= 0)
		nla_put_u32(msg, VR_A_FLOW_ACTION, action);
	return ret ? ret : nlc_change(tool, msg);
}

static int flow_set(struct tool *tool, const struct args *args)
{
	unsigned int i, changes = 0;

	for (i = 0; i < args->n; i++)
		changes += !!strcmp(args->given[i].opt->name, "gen");
	if (!changes)
		return vt_fail(tool, VT_USAGE, "--set: nothing to change (see flow --help)");
	return flow_change(tool, args, -1);
}

static int flow_forward(struct tool *tool, const struct args *args)
{
	return flow_change(tool, args, VR_FLOW_FORWARD);
}

static int flow_drop(struct tool *tool, const struct args *args)
{
	return flow_change(tool, args, VR_FLOW_DROP);
}

/* --- ending ------------------------------------------------------------------ */

static int flow_delete(struct tool *tool, const struct args *args, bool if_closed, bool pair)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_FLOW_DEL, 0);
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = args_put(tool, msg, args);
	if (if_closed)
		nla_put_flag(msg, VR_A_FLOW_IF_CLOSED);
	if (pair)
		nla_put_flag(msg, VR_A_FLOW_PAIR);
	return ret ? ret : nlc_change(tool, msg);
}

static int flow_invalidate(struct tool *tool, const struct args *args)
{
	return flow_delete(tool, args, false, args_word(args, "pair"));
}

static int flow_evict(struct tool *tool, const struct args *args)
{
	return flow_delete(tool, args, true, true);
}

static int flow_flush(struct tool *tool, const struct args *args)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_FLOW_FLUSH, 0);

	(void)args;
	return msg ? nlc_change(tool, msg) : VT_REFUSED;
}

/* --- the list ---------------------------------------------------------------- */

/**
 * struct flow_listing - a list of flows
 * @match: which
 * @evict: those, too, whose connection has ended
 * @totals: for the title
 * @line: the row that is being made
 */
struct flow_listing {
	struct flow_match match;
	bool evict;
	struct flow_totals totals;
	struct line line;
};

static void list_legend(struct out *out, const char *title, const struct word *words)
{
	const char *between = "";

	out_text(out, "%s", title);
	for (; words->name; words++) {
		if (!words->legend)
			continue;
		out_text(out, "%s%s=%s", between, words->label, words->legend);
		between = ", ";
	}
	out_text(out, "\n");
}

static void list_heading(struct tool *tool, void *arg)
{
	const struct flow_listing *list = arg;
	const struct flow_totals *totals = &list->totals;
	struct out *out = tool->out;

	out_text(out, "Flow table (limit %llu, entries %llu)\n\n", totals->limit, totals->used);
	out_text(out, "Entries: Created %llu Added %llu Deleted %llu Changed %llu ",
		 totals->count[VR_A_FLOWS_CREATED], totals->count[VR_A_FLOWS_ADDED],
		 totals->count[VR_A_FLOWS_DELETED], totals->count[VR_A_FLOWS_CHANGED]);
	out_text(out, "Evicted %llu Expired %llu Refused %llu Holding %llu\n\n",
		 totals->count[VR_A_FLOWS_EVICTED], totals->count[VR_A_FLOWS_EXPIRED],
		 totals->count[VR_A_FLOWS_REFUSED], totals->count[VR_A_FLOWS_HOLDING]);
	list_legend(out, "Action:", flow_actions);
	out_text(out, " Other:K(nh)=Key_Nexthop, S(nh)=RPF_Nexthop, E=ECMP member\n");
	list_legend(out, " Flags:", flow_states);
	list_legend(out, "       ", flow_flags);
	list_legend(out, "TCP(r=reverse):", flow_tcp);
	out_text(out, "\n%10s%15s%-45s%s\n", "Index", "", "Source:Port/Destination:Port",
		 "Proto(V)");
	out_text(out, "-------------------------------------------------------------------------");
	out_text(out, "-------\n");
}

static int list_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct flow_listing *list = arg;
	struct flow flow;

	flow_read(&flow, reply);
	if (!list->evict && flow.state & VR_FLOW_S_EVICT)
		return VT_OK;
	if (!flow_matches(&list->match, &flow))
		return VT_OK;
	line_begin(&list->line);
	if (out_is_json(tool->out)) {
		flow_json(&list->line, &flow);
		line_char(&list->line, '}');
	} else {
		flow_row(&list->line, &flow);
	}
	out_raw(tool->out, list->line.text, list->line.used);
	return VT_OK;
}

static int flow_list(struct tool *tool, const struct args *args)
{
	const char *expression = args_word(args, "match");
	struct flow_listing list = { .evict = args_word(args, "show-evicted") };
	struct nl_msg *msg;
	int ret = VT_OK;

	if (expression)
		ret = flow_match_parse(tool, expression, &list.match);
	if (!ret && !out_is_json(tool->out))
		ret = flow_totals_ask(tool, &list.totals);
	if (ret)
		return ret;
	msg = nlc_begin(tool, VR_CMD_FLOW_GET, NLM_F_DUMP);
	if (!msg)
		return VT_REFUSED;
	flow_match_put(msg, &list.match);
	out_expect_much(tool->out);
	return nlc_list(tool, msg, list_heading, list_reply, &list);
}

/* --- tables ------------------------------------------------------------------ */

static const struct option flow_options[] = {
	{ .name = "nh", .arg = "KEYNH", .with = ACT(FLOW_CREATE), .needs = ACT(FLOW_CREATE),
	  .attr = VR_A_FLOW_NH, .put = put_u32,
	  .help = "key nexthop: stands for where the packets come from" },
	{ .name = "sip", .arg = "ADDRESS", .with = ACT(FLOW_CREATE), .needs = ACT(FLOW_CREATE),
	  .help = "source, IPv4 or IPv6" },
	{ .name = "dip", .arg = "ADDRESS", .with = ACT(FLOW_CREATE), .needs = ACT(FLOW_CREATE),
	  .help = "destination" },
	{ .name = "proto", .arg = "PROTO", .with = ACT(FLOW_CREATE), .needs = ACT(FLOW_CREATE),
	  .attr = VR_A_FLOW_PROTO, .put = put_proto, .words = word_protocols,
	  .help = "protocol, a number or a word" },
	{ .name = "sport", .arg = "PORT", .with = ACT(FLOW_CREATE), .attr = VR_A_FLOW_SPORT,
	  .put = put_u32, .help = "source port; of ICMP echo the identifier (0)" },
	{ .name = "dport", .arg = "PORT", .with = ACT(FLOW_CREATE), .attr = VR_A_FLOW_DPORT,
	  .put = put_u32, .help = "destination port; of ICMP the type, of echo 0 or 129 (0)" },
	{ .name = "action", .arg = "ACTION", .with = FLOW_DECIDE, .needs = ACT(FLOW_CREATE),
	  .attr = VR_A_FLOW_ACTION, .put = put_word, .words = flow_actions,
	  .help = "what becomes of the packets" },
	{ .name = "vrf", .arg = "VRF", .with = FLOW_DECIDE, .attr = VR_A_FLOW_VRF,
	  .put = put_u32, .help = "VRF that the flow came up in (0)" },
	{ .name = "dvrf", .arg = "VRF", .with = FLOW_DECIDE, .attr = VR_A_FLOW_DVRF,
	  .put = put_u32, .help = "VRF to go on in, with the flag vrft" },
	{ .name = "src-nh", .arg = "ID", .with = FLOW_DECIDE, .attr = VR_A_FLOW_SRC_NH,
	  .put = put_nh_or_none,
	  .help = "packets must come as by this nexthop, or none: anyhow (none)" },
	{ .name = "rflow", .arg = "INDEX", .with = FLOW_DECIDE, .attr = VR_A_FLOW_RINDEX,
	  .put = put_u32, .help = "this flow is the other direction" },
	{ .name = "rgen", .arg = "N", .with = FLOW_DECIDE, .attr = VR_A_FLOW_RGEN,
	  .put = put_u32, .help = "if that is still the one of this generation" },
	{ .name = "reverse", .arg = "KEYNH[,SRCNH]", .with = ACT(FLOW_CREATE),
	  .help = "make the other direction with it: its key nexthop, its source nexthop" },
	{ .name = "flags", .arg = "WORD,...", .with = FLOW_DECIDE, .attr = VR_A_FLOW_FLAGS,
	  .put = put_flags, .words = flow_flags, .help = "these and no others" },
	{ .name = "ecmp", .arg = "N", .with = FLOW_DECIDE, .attr = VR_A_FLOW_ECMP,
	  .put = put_s32, .help = "member of the composite, -1: as packets choose (-1)" },
	{ .name = "ttl", .arg = "N", .with = FLOW_DECIDE, .attr = VR_A_FLOW_TTL,
	  .put = put_u32, .help = "written into the packets, 0: no (0)" },
	{ .name = "drop-reason", .arg = "REASON", .with = FLOW_DECIDE | ACT(FLOW_DROP),
	  .attr = VR_A_FLOW_DROP_REASON, .put = put_reason, .words = flow_reasons,
	  .help = "why, for who looks at it; a number or a word" },
	{ .name = "mirror", .arg = "ID", .with = FLOW_DECIDE, .attr = VR_A_FLOW_MIRROR,
	  .put = put_u32, .help = "mirror, 255: none (255)" },
	{ .name = "mirror2", .arg = "ID", .with = FLOW_DECIDE, .attr = VR_A_FLOW_MIRROR2,
	  .put = put_u32, .help = "second mirror, 255: none (255)" },
	{ .name = "gen", .arg = "N", .with = FLOW_BY_INDEX, .attr = VR_A_FLOW_GEN,
	  .put = put_u32, .help = "if it is still the one of this generation" },
	{ .name = "pair", .with = ACT(FLOW_INVALIDATE), .help = "its other direction as well" },
	{ .name = "match", .arg = "EXPR", .with = ACT(FLOW_LIST),
	  .help = "only these, as in '10.1.1.1:80,* & vrf 1 & proto tcp & nh 5 & action drop'" },
	{ .name = "show-evicted", .with = ACT(FLOW_LIST),
	  .help = "those, too, whose TCP connection has ended and that go soon" },
	LIVE_OPTIONS(ACT(FLOW_RATE) | ACT(FLOW_STATS)),
};

#define INDEX(what) .arg = "INDEX", .attr = VR_A_FLOW_INDEX, .put = put_u32, .help = what

static const struct action flow_acts[] = {
	[FLOW_LIST] = { .opt = { .name = "list", .letter = 'l', .help = "show all" },
			.run = flow_list },
	[FLOW_GET] = { .opt = { .name = "get", INDEX("show one, and what it refers to") },
		       .run = flow_get },
	[FLOW_CREATE] = { .opt = { .name = "create",
				   .help = "make a flow, or decide anew; prints its index" },
			  .makes = true, .run = flow_create },
	[FLOW_SET] = { .opt = { .name = "set", INDEX("change what is given") }, .run = flow_set },
	[FLOW_FORWARD] = { .opt = { .name = "forward", .letter = 'f',
				    INDEX("let its packets pass") },
			   .run = flow_forward },
	[FLOW_DROP] = { .opt = { .name = "drop", .letter = 'd', INDEX("drop its packets") },
			.run = flow_drop },
	[FLOW_INVALIDATE] = { .opt = { .name = "invalidate", .letter = 'i',
				       INDEX("delete it; packets that it holds are dropped") },
			      .run = flow_invalidate },
	[FLOW_EVICT] = { .opt = { .name = "evict", .letter = 'e',
				  INDEX("delete it and its reverse if TCP has ended") },
			 .run = flow_evict },
	[FLOW_RATE] = { .opt = { .name = "rate", .letter = 'r',
				 .help = "flows that come and go in a second, until q" },
			.lasts = true,
			.run = flow_rate },
	[FLOW_STATS] = { .opt = { .name = "stats", .letter = 's',
				  .help = "what is in the table, packets a second, until q" },
			 .lasts = true,
			 .run = flow_stats },
	[FLOW_FLUSH] = { .opt = { .name = "flush", .letter = 'F', .help = "delete all" },
			 .run = flow_flush },
};

const struct command flow_command = {
	.name = "flow",
	.purpose = "flows: conversations, and what is decided of them",
	.actions = flow_acts,
	.actions_n = ARRAY_SIZE(flow_acts),
	.options = flow_options,
	.options_n = ARRAY_SIZE(flow_options),
};
