// SPDX-License-Identifier: GPL-2.0-only
/* Matching of rules: a pure function of the rules and the flow. */
#include "policy.h"

#include <string.h>

#include <netinet/in.h>

#define ICMP4_ECHO_REPLY	0
#define ICMP4_ECHO		8
#define ICMP6_ECHO		128
#define ICMP6_ECHO_REPLY	129

const struct word policy_actions[] = {
	{ "deny", POLICY_DENY, NULL, NULL },
	{ "allow", POLICY_ALLOW, NULL, NULL },
	{ "reject", POLICY_REJECT, NULL, NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word policy_directions[] = {
	{ "ingress", POLICY_INGRESS, NULL, NULL },
	{ "egress", POLICY_EGRESS, NULL, NULL },
	{ "both", 0, NULL, NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word policy_protos[] = {
	{ "icmp", IPPROTO_ICMP, NULL, NULL },
	{ "tcp", IPPROTO_TCP, NULL, NULL },
	{ "udp", IPPROTO_UDP, NULL, NULL },
	{ "icmp6", IPPROTO_ICMPV6, NULL, NULL },
	{ "sctp", IPPROTO_SCTP, NULL, NULL },
	{ NULL, 0, NULL, NULL }
};

static bool prefix_covers(const struct prefix *prefix, const struct tuple *tuple,
			  const __u8 *addr)
{
	unsigned int bytes = prefix->len / 8, bits = prefix->len % 8;

	if (!prefix->family)
		return true;
	if (prefix->family != tuple->family || memcmp(prefix->addr, addr, bytes))
		return false;
	return !bits || !((prefix->addr[bytes] ^ addr[bytes]) >> (8 - bits));
}

static bool range_has(const struct range *range, __u16 port)
{
	return !range->set || (port >= range->from && port <= range->to);
}

/* A flow is of both directions of echo, so a rule about either means both. */
static int echo_of(__u8 proto, int type)
{
	if (proto == IPPROTO_ICMP && type == ICMP4_ECHO)
		return ICMP4_ECHO_REPLY;
	if (proto == IPPROTO_ICMPV6 && type == ICMP6_ECHO)
		return ICMP6_ECHO_REPLY;
	return type;
}

static bool rule_matches(const struct rule *rule, const struct tuple *tuple)
{
	if (rule->family && rule->family != tuple->family)
		return false;
	if (rule->proto >= 0 && rule->proto != tuple->proto)
		return false;
	if (rule->direction && !(rule->direction & tuple->direction))
		return false;
	if (!prefix_covers(&rule->src, tuple, tuple->src) ||
	    !prefix_covers(&rule->dst, tuple, tuple->dst))
		return false;
	if (rule->icmp_type >= 0 &&
	    echo_of(tuple->proto, rule->icmp_type) != echo_of(tuple->proto, tuple->dport))
		return false;
	return range_has(&rule->sport, tuple->sport) && range_has(&rule->dport, tuple->dport);
}

void policy_decide(const struct rules *rules, const struct tuple *tuple, struct verdict *verdict)
{
	unsigned int i;

	for (i = 0; i < rules->n; i++) {
		const struct rule *rule = &rules->rule[i];

		if (!rule_matches(rule, tuple))
			continue;
		verdict->action = rule->action;
		verdict->log = rule->log;
		verdict->rule = rule;
		return;
	}
	verdict->action = rules->action;
	verdict->log = rules->log;
	verdict->rule = NULL;
}

static bool is_icmp(const struct tuple *tuple)
{
	return tuple->proto == IPPROTO_ICMP || tuple->proto == IPPROTO_ICMPV6;
}

void tuple_reverse(const struct tuple *tuple, struct tuple *reverse)
{
	struct tuple t = *tuple;

	memcpy(t.src, tuple->dst, sizeof(t.src));
	memcpy(t.dst, tuple->src, sizeof(t.dst));
	/* Identifier and type are the same in both directions. */
	if (!is_icmp(tuple)) {
		t.sport = tuple->dport;
		t.dport = tuple->sport;
	}
	t.direction = (tuple->direction & POLICY_INGRESS ? POLICY_EGRESS : 0) |
		      (tuple->direction & POLICY_EGRESS ? POLICY_INGRESS : 0);
	*reverse = t;
}

bool policy_asks_direction(const struct rules *rules)
{
	unsigned int i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].direction)
			return true;
	return false;
}
