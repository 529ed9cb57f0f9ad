/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of the tool flow: what it does (flow.c), its words (flow_words.c),
 * a flow as it comes from the kernel and its looks (flow_show.c), --get
 * (flow_get.c), --match (flow_match.c), and the tables of --rate and --stats
 * (flow_rate.c).
 */
#ifndef _VT_FLOW_H
#define _VT_FLOW_H

#include "cmdline.h"
#include "words.h"

struct line;
struct nl_msg;
struct nlc_reply;
struct out;

extern const struct word flow_actions[];	/* those that can be decided */
extern const struct word flow_flags[];
extern const struct word flow_states[];
extern const struct word flow_tcp[];
extern const struct word flow_reasons[];	/* legend: in words */

/* "forward", or "action 7". @buf: 16 bytes. */
const char *flow_action_text(__u32 action, char *buf);

/** struct flow - what the kernel says of a flow; what it does not say is 0 or none */
struct flow {
	__u32 index;
	__u32 gen;
	__u32 nh;
	__u32 family;
	__u32 proto;
	__u32 sport;
	__u32 dport;
	__u32 action;
	__u32 flags;
	__u32 vrf;
	__u32 dvrf;
	__u32 src_nh;
	__u32 drop_reason;
	__u32 ttl;
	__s32 ecmp;
	__u32 mirror;
	__u32 mirror2;
	__u32 rindex;
	__u32 rgen;
	__u32 state;
	__u32 tcp;
	__u32 held;
	__u32 idle;
	__u64 packets;
	__u64 bytes;
	__u8 sip[16];
	__u8 dip[16];
};

void flow_read(struct flow *flow, const struct nlc_reply *reply);

/* The address and port of one end: "10.1.1.1:80", "[fd00::1]:80" */
void flow_end_text(struct line *line, const struct flow *flow, const __u8 *addr, __u32 port);

/* A row of the list; a JSON object without its closing bracket. */
void flow_row(struct line *line, const struct flow *flow);
void flow_json(struct line *line, const struct flow *flow);

/* flow --get */
int flow_get(struct tool *tool, const struct args *args);

/**
 * struct flow_totals - what the kernel says of all flows together
 * @used: flows that there are
 * @limit: that there may be
 * @count: VR_A_FLOWS_*, by number
 */
#define FLOW_TOTALS_MAX 16
struct flow_totals {
	__u64 used;
	__u64 limit;
	__u64 count[FLOW_TOTALS_MAX];
};

/* All is 0 where there is no router yet. */
int flow_totals_ask(struct tool *tool, struct flow_totals *totals);

/* flow --rate, --stats */
int flow_rate(struct tool *tool, const struct args *args);
int flow_stats(struct tool *tool, const struct args *args);

/* --- --match ----------------------------------------------------------------- */

/** struct flow_end - which addresses and ports one end of a flow may have */
struct flow_end {
	bool any_addr;
	bool any_port;
	struct prefix prefix;
	__u32 port;
};

/** enum flow_term - bits of struct flow_match.given, but for the ends */
enum flow_term {
	FLOW_TERM_VRF,
	FLOW_TERM_PROTO,
	FLOW_TERM_NH,
	FLOW_TERM_ACTION,
	FLOW_TERM_FAMILY,
	FLOW_TERM_MAX
};

/**
 * struct flow_match - which flows are wanted
 * @given: bit per term
 * @value: what each wants
 * @ends_n: how many of @end count
 * @end: one end of the flow is @end[0]; the other one, if it counts, @end[1]
 */
struct flow_match {
	__u32 given;
	__u32 value[FLOW_TERM_MAX];
	unsigned int ends_n;
	struct flow_end end[2];
};

/**
 * flow_match_parse() - an expression of --match
 * @tool: for errors
 * @text: "10.1.1.1:80,10.2.0.0/16:* & vrf 3 & proto tcp"
 * @match: result
 *
 * Return: vt_result; what is wrong, and where, has been said.
 */
int flow_match_parse(struct tool *tool, const char *text, struct flow_match *match);

/* What the kernel can look at by itself, into the request for a dump. */
void flow_match_put(struct nl_msg *msg, const struct flow_match *match);

bool flow_matches(const struct flow_match *match, const struct flow *flow);

#endif /* _VT_FLOW_H */
