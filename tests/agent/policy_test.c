// SPDX-License-Identifier: GPL-2.0-only
/* Rules: what matches, which one decides, and what is told of the way back. */
#include "test.h"

#include <string.h>

#include <netinet/in.h>

#include "policy.h"

static struct tuple flow(__u32 family, const char *src, const char *dst, __u8 proto, __u16 sport,
			 __u16 dport, __u8 direction)
{
	struct tuple tuple = { .family = family, .proto = proto, .sport = sport, .dport = dport,
			       .direction = direction };
	struct prefix prefix;

	word_prefix(src, &prefix);
	memcpy(tuple.src, prefix.addr, 16);
	word_prefix(dst, &prefix);
	memcpy(tuple.dst, prefix.addr, 16);
	return tuple;
}

static struct rule any(__u32 action)
{
	return (struct rule){ .action = action, .proto = -1, .icmp_type = -1 };
}

/* Does a single rule match? */
static bool matches(struct rule rule, struct tuple tuple)
{
	struct rules rules = { .rule = &rule, .n = 1, .action = POLICY_DENY };
	struct verdict verdict;

	rule.action = POLICY_ALLOW;
	policy_decide(&rules, &tuple, &verdict);
	return verdict.action == POLICY_ALLOW;
}

TEST(policy_default_when_nothing_matches)
{
	struct rule rule = any(POLICY_ALLOW);
	struct rules rules = { .rule = &rule, .n = 1, .action = POLICY_REJECT, .log = true };
	struct tuple tcp = flow(AF_INET, "10.0.0.1", "10.0.0.2", IPPROTO_TCP, 1000, 80, 0);
	struct verdict verdict;

	rule.proto = IPPROTO_UDP;
	policy_decide(&rules, &tcp, &verdict);
	EXPECT_EQ(POLICY_REJECT, verdict.action);
	EXPECT(verdict.log);
	EXPECT(!verdict.rule);
	rules.n = 0;
	policy_decide(&rules, &tcp, &verdict);
	EXPECT_EQ(POLICY_REJECT, verdict.action);
}

TEST(policy_first_match_decides)
{
	struct rule rule[3] = { any(POLICY_DENY), any(POLICY_REJECT), any(POLICY_ALLOW) };
	struct rules rules = { .rule = rule, .n = 3 };
	struct tuple tcp = flow(AF_INET, "10.0.0.1", "10.0.0.2", IPPROTO_TCP, 1000, 80, 0);
	struct verdict verdict;

	rule[0].proto = IPPROTO_UDP;
	rule[1].log = true;
	policy_decide(&rules, &tcp, &verdict);
	EXPECT_EQ(POLICY_REJECT, verdict.action);
	EXPECT(verdict.rule == &rule[1]);
	EXPECT(verdict.log);
	rule[1].dport = (struct range){ true, 81, 65535 };
	policy_decide(&rules, &tcp, &verdict);
	EXPECT(verdict.rule == &rule[2]);
	EXPECT(!verdict.log);
}

TEST(policy_prefixes)
{
	static const struct {
		const char *prefix;
		const char *src;
		bool good;
	} cases[] = {
		{ "0.0.0.0/0", "255.255.255.255", true },
		{ "10.0.0.0/8", "10.255.0.1", true },
		{ "10.0.0.0/8", "11.0.0.0", false },
		{ "10.1.2.128/25", "10.1.2.127", false },
		{ "10.1.2.128/25", "10.1.2.128", true },
		{ "10.1.2.3", "10.1.2.3", true },
		{ "10.1.2.3", "10.1.2.2", false },
		{ "10.1.2.3/31", "10.1.2.2", true },
		{ "fd00::/8", "fd12::1", true },
		{ "fd00::/9", "fd80::1", false },
		{ "fd00::1/128", "fd00::1", true },
		{ "fd00::1/127", "fd00::2", false },
		{ "::/0", "::1", true },
		{ "::/0", "10.0.0.1", false },
		{ "0.0.0.0/0", "fd00::1", false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool six = strchr(cases[i].src, ':');
		const char *dst = six ? "fd99::9" : "9.9.9.9";
		struct tuple tuple = flow(six ? AF_INET6 : AF_INET, cases[i].src, dst, 6, 1, 2, 0);
		struct rule rule = any(POLICY_ALLOW);
		struct tuple back;

		word_prefix(cases[i].prefix, &rule.src);
		if (matches(rule, tuple) != cases[i].good)
			test_failed(__FILE__, __LINE__, "src %s, %s", cases[i].prefix,
				    cases[i].src);
		rule = any(POLICY_ALLOW);
		word_prefix(cases[i].prefix, &rule.dst);
		tuple_reverse(&tuple, &back);
		if (matches(rule, back) != cases[i].good)
			test_failed(__FILE__, __LINE__, "dst %s, %s", cases[i].prefix,
				    cases[i].src);
	}
}

TEST(policy_ports)
{
	struct rule rule = any(POLICY_ALLOW);

	rule.proto = IPPROTO_TCP;
	rule.dport = (struct range){ true, 80, 90 };
	EXPECT(!matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_TCP, 80, 79, 0)));
	EXPECT(matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_TCP, 1, 80, 0)));
	EXPECT(matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_TCP, 1, 90, 0)));
	EXPECT(!matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_TCP, 80, 91, 0)));
	EXPECT(!matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_UDP, 1, 80, 0)));
	rule.sport = (struct range){ true, 0, 0 };
	EXPECT(matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_TCP, 0, 80, 0)));
	EXPECT(!matches(rule, flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_TCP, 65535, 80, 0)));
}

TEST(policy_family_and_direction)
{
	struct rule rule = any(POLICY_ALLOW);
	struct tuple four = flow(AF_INET, "1.1.1.1", "2.2.2.2", 6, 1, 2, POLICY_EGRESS);
	struct tuple six = flow(AF_INET6, "fd00::1", "fd00::2", 6, 1, 2, POLICY_INGRESS);
	struct tuple both = four, neither = four;

	both.direction |= POLICY_INGRESS;
	neither.direction = 0;
	rule.family = AF_INET6;
	EXPECT(!matches(rule, four));
	EXPECT(matches(rule, six));
	rule.family = 0;
	rule.direction = POLICY_INGRESS;
	EXPECT(!matches(rule, four));
	EXPECT(matches(rule, six));
	EXPECT(matches(rule, both));
	EXPECT(!matches(rule, neither));
	rule.direction = POLICY_EGRESS;
	EXPECT(matches(rule, four));
	EXPECT(!matches(rule, six));
	EXPECT(matches(rule, both));
	rule.direction = 0;
	EXPECT(matches(rule, neither));
}

TEST(policy_icmp_echo_is_one_flow_for_both)
{
	struct rule rule = any(POLICY_ALLOW);
	/* As the router keys them: by the type of the reply. */
	struct tuple echo = flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_ICMP, 77, 0, 0);
	struct tuple echo6 = flow(AF_INET6, "fd00::1", "fd00::2", IPPROTO_ICMPV6, 77, 129, 0);
	struct tuple timestamp = flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_ICMP, 0, 13, 0);

	rule.proto = IPPROTO_ICMP;
	rule.icmp_type = 8;
	EXPECT(matches(rule, echo));
	EXPECT(!matches(rule, timestamp));
	rule.icmp_type = 0;
	EXPECT(matches(rule, echo));
	rule.icmp_type = 13;
	EXPECT(!matches(rule, echo));
	EXPECT(matches(rule, timestamp));
	rule.proto = IPPROTO_ICMPV6;
	rule.icmp_type = 128;
	EXPECT(matches(rule, echo6));
	rule.icmp_type = 129;
	EXPECT(matches(rule, echo6));
	rule.icmp_type = 8;
	EXPECT(!matches(rule, echo6));
}

TEST(policy_reverse)
{
	struct tuple tcp = flow(AF_INET, "1.1.1.1", "2.2.2.2", 6, 1, 2, POLICY_EGRESS), back;
	struct tuple icmp = flow(AF_INET, "1.1.1.1", "2.2.2.2", IPPROTO_ICMP, 7, 0,
				 POLICY_EGRESS | POLICY_INGRESS);

	tuple_reverse(&tcp, &back);
	EXPECT_EQ(2, back.src[0]);
	EXPECT_EQ(1, back.dst[0]);
	EXPECT_EQ(2, back.sport);
	EXPECT_EQ(1, back.dport);
	EXPECT_EQ(POLICY_INGRESS, back.direction);
	tuple_reverse(&back, &back);
	EXPECT(!memcmp(&tcp, &back, sizeof(tcp)));
	tuple_reverse(&icmp, &back);
	EXPECT_EQ(7, back.sport);
	EXPECT_EQ(0, back.dport);
	EXPECT_EQ(POLICY_EGRESS | POLICY_INGRESS, back.direction);
}

TEST(policy_asks_for_directions_only_if_a_rule_does)
{
	struct rule rule[2] = { any(POLICY_ALLOW), any(POLICY_DENY) };
	struct rules rules = { .rule = rule, .n = 2 };

	EXPECT(!policy_asks_direction(&rules));
	rule[1].direction = POLICY_INGRESS;
	EXPECT(policy_asks_direction(&rules));
}
