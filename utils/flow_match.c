// SPDX-License-Identifier: GPL-2.0-only
/*
 * flow --match: terms with & between them, all of which must be so.
 *
 *	END[,END]	one end of the flow is this, and the other one that, whichever way
 *			round; END is ADDRESS[/LEN][:PORT], * for any, IPv6 with a port in []
 *	vrf N, nh N, proto WORD, action WORD, family WORD
 */
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "flow.h"

#define MATCH_END "an end of a flow (ADDRESS[/LEN][:PORT], [IPv6]:PORT, or * for any)"
#define MATCH_PROTO "a protocol (tcp, udp, icmp, icmp6, sctp or a number up to 255)"
#define MATCH_WORD 64	/* the longest word: an address in brackets with length and port */

static const struct {
	const char *name;
	int attr;
} match_terms[FLOW_TERM_MAX] = {
	[FLOW_TERM_VRF] = { "vrf", VR_A_FLOW_VRF },
	[FLOW_TERM_PROTO] = { "proto", VR_A_FLOW_PROTO },
	[FLOW_TERM_NH] = { "nh", VR_A_FLOW_NH },
	[FLOW_TERM_ACTION] = { "action", VR_A_FLOW_ACTION },
	[FLOW_TERM_FAMILY] = { "family", VR_A_FLOW_FAMILY },
};

/* Where in the expression we are; @word is the last one that was read, from @at on. */
struct match_parse {
	struct tool *tool;
	struct flow_match *match;
	const char *text;
	const char *next;
	const char *at;
	char word[MATCH_WORD];
};

static int match_bad(struct match_parse *p, const char *what)
{
	if (!p->word[0])
		return vt_fail(p->tool, VT_USAGE, "--match: %s is missing at character %d", what,
			       (int)(p->at - p->text) + 1);
	return vt_fail(p->tool, VT_USAGE, "--match: '%s' at character %d is not %s", p->word,
		       (int)(p->at - p->text) + 1, what);
}

/* The next word, "" at the end of the term; one that is too long is none of ours, and is cut. */
static void match_word(struct match_parse *p)
{
	size_t len;

	p->next += strspn(p->next, " \t");
	p->at = p->next;
	len = strcspn(p->next, " \t,&");
	snprintf(p->word, sizeof(p->word), "%.*s", len < sizeof(p->word) ? (int)len :
		 (int)sizeof(p->word) - 1, p->next);
	p->next += len;
	p->next += strspn(p->next, " \t");
}

/* --- the ends of a flow ------------------------------------------------------ */

/* Cuts "[ADDRESS]:PORT", "ADDRESS:PORT" or "ADDRESS" in two; @port is NULL if there is none. */
static bool match_cut(char *text, char **addr, char **port)
{
	char *colon = strchr(text, ':'), *close;

	*addr = text;
	*port = NULL;
	if (text[0] == '[') {
		close = strchr(text, ']');
		if (!close || (close[1] && close[1] != ':'))
			return false;
		*addr = text + 1;
		*port = close[1] ? close + 2 : NULL;
		*close = '\0';
		return true;
	}
	/* With two colons it is all IPv6 address. */
	if (!colon || strchr(colon + 1, ':'))
		return true;
	*colon = '\0';
	*port = colon + 1;
	return true;
}

static int match_end(struct match_parse *p)
{
	struct flow_end *end = &p->match->end[p->match->ends_n];
	char text[MATCH_WORD], *addr, *port;

	strcpy(text, p->word);
	if (!text[0] || !match_cut(text, &addr, &port))
		return match_bad(p, MATCH_END);
	end->any_addr = !strcmp(addr, "*");
	end->any_port = !port || !strcmp(port, "*");
	if (!end->any_addr && !word_prefix(addr, &end->prefix))
		return match_bad(p, MATCH_END);
	if (!end->any_port && (!word_u32(port, &end->port) || end->port > 65535))
		return match_bad(p, "an end of a flow: its port is no number up to 65535, nor *");
	p->match->ends_n++;
	return VT_OK;
}

/* The addresses say the family, too. */
static int match_ends_family(struct match_parse *p)
{
	struct flow_match *match = p->match;
	__u32 family = 0;
	unsigned int i;

	for (i = 0; i < match->ends_n; i++) {
		const struct flow_end *end = &match->end[i];

		if (end->any_addr)
			continue;
		if (family && family != end->prefix.family)
			return match_bad(p, "of the family of the other end");
		family = end->prefix.family;
	}
	if (!family)
		return VT_OK;
	if (match->given & ACT(FLOW_TERM_FAMILY) && match->value[FLOW_TERM_FAMILY] != family)
		return match_bad(p, "of the family that was given");
	match->given |= ACT(FLOW_TERM_FAMILY);
	match->value[FLOW_TERM_FAMILY] = family;
	return VT_OK;
}

static int match_ends(struct match_parse *p)
{
	int ret;

	if (p->match->ends_n)
		return match_bad(p, "a new term: the ends of the flow are there already");
	ret = match_end(p);
	if (!ret && *p->next == ',') {
		p->next++;
		match_word(p);
		ret = match_end(p);
	}
	return ret ? ret : match_ends_family(p);
}

/* --- the other terms --------------------------------------------------------- */

static int match_value(struct match_parse *p, enum flow_term term, __u32 *value)
{
	switch (term) {
	case FLOW_TERM_VRF:
	case FLOW_TERM_NH:
		return word_u32(p->word, value) ? VT_OK : match_bad(p, "a number");
	case FLOW_TERM_PROTO:
		return word_proto(p->word, value) ? VT_OK : match_bad(p, MATCH_PROTO);
	case FLOW_TERM_ACTION:
		if (!strcmp(p->word, "nat")) {
			*value = VR_FLOW_NAT;
			return VT_OK;
		}
		return word_value(flow_actions, p->word, value) ? VT_OK :
		       match_bad(p, "an action (forward, drop, hold, nat)");
	default:
		if (word_value(word_families, p->word, value) && *value != AF_BRIDGE)
			return VT_OK;
		return match_bad(p, "a family (inet, inet6)");
	}
}

static int match_named(struct match_parse *p, enum flow_term term)
{
	struct flow_match *match = p->match;
	__u32 value;
	int ret;

	if (term != FLOW_TERM_FAMILY && match->given & ACT(term))
		return match_bad(p, "a new term: there is one already");
	match_word(p);
	ret = match_value(p, term, &value);
	if (ret)
		return ret;
	if (match->given & ACT(term) && match->value[term] != value)
		return match_bad(p, "the family of what was given before");
	match->given |= ACT(term);
	match->value[term] = value;
	return VT_OK;
}

static int match_term(struct match_parse *p)
{
	unsigned int term;

	match_word(p);
	for (term = 0; term < FLOW_TERM_MAX; term++)
		if (!strcmp(p->word, match_terms[term].name))
			return match_named(p, term);
	if (p->word[0] >= 'a' && p->word[0] <= 'z' && !strchr(p->word, ':'))
		return match_bad(p, "an end of a flow, or one of vrf, proto, nh, action, family");
	return match_ends(p);
}

int flow_match_parse(struct tool *tool, const char *text, struct flow_match *match)
{
	struct match_parse p = { .tool = tool, .match = match, .text = text, .next = text };
	int ret;

	memset(match, 0, sizeof(*match));
	for (;;) {
		ret = match_term(&p);
		if (ret || !*p.next)
			return ret;
		if (*p.next != '&') {
			p.at = p.next;
			snprintf(p.word, sizeof(p.word), "%.20s", p.next);
			return match_bad(&p, "expected: between terms goes '&'");
		}
		p.next++;
	}
}

/* --- use --------------------------------------------------------------------- */

void flow_match_put(struct nl_msg *msg, const struct flow_match *match)
{
	unsigned int term;

	for (term = 0; term < FLOW_TERM_MAX; term++)
		if (match->given & ACT(term))
			nla_put_u32(msg, match_terms[term].attr, match->value[term]);
}

static bool end_has(const struct flow_end *end, const __u8 *addr, __u32 port)
{
	unsigned int bytes = end->prefix.len / 8, bits = end->prefix.len % 8;

	if (!end->any_port && end->port != port)
		return false;
	if (end->any_addr)
		return true;
	if (memcmp(addr, end->prefix.addr, bytes))
		return false;
	return !bits || !((addr[bytes] ^ end->prefix.addr[bytes]) >> (8 - bits));
}

/* One end is @end[0], the other one @end[1] if it counts. */
static bool match_both(const struct flow_match *match, const struct flow *flow, bool turned)
{
	const struct flow_end *src = &match->end[turned], *dst = &match->end[!turned];

	if (match->ends_n < 2) {
		if (turned)
			return end_has(&match->end[0], flow->dip, flow->dport);
		return end_has(&match->end[0], flow->sip, flow->sport);
	}
	return end_has(src, flow->sip, flow->sport) && end_has(dst, flow->dip, flow->dport);
}

bool flow_matches(const struct flow_match *match, const struct flow *flow)
{
	const __u32 value[FLOW_TERM_MAX] = {
		[FLOW_TERM_VRF] = flow->vrf,
		[FLOW_TERM_PROTO] = flow->proto,
		[FLOW_TERM_NH] = flow->nh,
		[FLOW_TERM_ACTION] = flow->action,
		[FLOW_TERM_FAMILY] = flow->family,
	};
	unsigned int term;

	for (term = 0; term < FLOW_TERM_MAX; term++)
		if (match->given & ACT(term) && value[term] != match->value[term])
			return false;
	return !match->ends_n || match_both(match, flow, false) || match_both(match, flow, true);
}
