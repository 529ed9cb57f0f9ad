/* SPDX-License-Identifier: GPL-2.0-only */
/* What may talk to what: ordered rules, of which the first that matches decides. */
#ifndef _VA_POLICY_H
#define _VA_POLICY_H

#include <stdbool.h>

#include <linux/types.h>

#include "words.h"

/** enum policy_action - what is done with a flow; deny is 0: what is not said is denied */
enum policy_action {
	POLICY_DENY,
	POLICY_ALLOW,
	POLICY_REJECT,		/* deny, and tell the sender */
};

/* Which way a flow goes, as the guest sees it. Between two guests of this host: both. */
#define POLICY_INGRESS	0x1	/* to a guest */
#define POLICY_EGRESS	0x2	/* from a guest */

/**
 * struct tuple - what rules look at
 * @family: AF_INET or AF_INET6
 * @src: source address, network order
 * @dst: destination address
 * @sport: source port; ICMP echo: identifier; host order like @dport
 * @dport: destination port; ICMP: type, for echo that of the reply
 * @proto: IP protocol
 * @direction: POLICY_INGRESS, POLICY_EGRESS
 */
struct tuple {
	__u32 family;
	__u8 src[16];
	__u8 dst[16];
	__u16 sport;
	__u16 dport;
	__u8 proto;
	__u8 direction;
};

/** struct range - ports @from to @to; @set: it is meant */
struct range {
	bool set;
	__u16 from;
	__u16 to;
};

/**
 * struct rule - a rule; what is not said matches everything
 * @action: enum policy_action
 * @log: tell of every flow that it decides
 * @direction: bits, one of them must be the flow's; 0: not said
 * @family: 0: not said
 * @src: family 0: not said
 * @dst: family 0: not said
 * @proto: -1: not said
 * @sport: source ports
 * @dport: destination ports
 * @icmp_type: -1: not said
 * @name: for events; NULL: it has none
 * @line: where it is in the file
 */
struct rule {
	__u32 action;
	bool log;
	__u32 direction;
	__u32 family;
	struct prefix src;
	struct prefix dst;
	int proto;
	struct range sport;
	struct range dport;
	int icmp_type;
	char *name;
	unsigned int line;
};

/** struct rules - the rules of a VRF; @action and @log: if none matches */
struct rules {
	struct rule *rule;
	unsigned int n;
	__u32 action;
	bool log;
};

/** struct verdict - what was decided; @rule: NULL: none matched */
struct verdict {
	__u32 action;
	bool log;
	const struct rule *rule;
};

void policy_decide(const struct rules *rules, const struct tuple *tuple, struct verdict *verdict);

/* The answers to @tuple. */
void tuple_reverse(const struct tuple *tuple, struct tuple *reverse);

/* Is the direction of a flow of any interest? */
bool policy_asks_direction(const struct rules *rules);

extern const struct word policy_actions[];
extern const struct word policy_directions[];
extern const struct word policy_protos[];

#endif /* _VA_POLICY_H */
