// SPDX-License-Identifier: GPL-2.0-only
/* Fat flows: what is refused, and tables of keys. */
#include "vr_test.h"

#include "obj/fat.h"

#define TCP		IPPROTO_TCP
#define UDP		IPPROTO_UDP

/* 10.a.b.c */
#define NET10(a, b, c)	{ htonl(0x0a000000 | (a) << 16 | (b) << 8 | (c)) }
#define V4(a, b, c, len, agg) \
	{ .family = AF_INET, .plen = len, .aggregate = agg, .addr = NET10(a, b, c) }
/* fd00:a:b:c:: */
#define NET6(a, b, c)	{ htonl(0xfd000000 | (a)), htonl((b) << 16 | (c)) }
#define V6(a, b, c, len, agg) \
	{ .family = AF_INET6, .plen = len, .aggregate = agg, .addr = NET6(a, b, c) }

/* Checking */

struct check_case {
	const char *msg;	/* what it is refused with, NULL: it is good */
	u32 n_rules;
	u32 n_excludes;
	struct vr_fat_rule rules[2];
	struct vr_fat_prefix excludes[2];
};

static const struct check_case check_cases[] = {
	{ NULL, 0, 0 },
	{ NULL, 1, 0, { { .proto = UDP, .port = 53 } } },
	{ NULL, 1, 0, { { .proto = IPPROTO_SCTP, .port = 65535 } } },
	{ NULL, 1, 0, { { .proto = IPPROTO_ICMP, .ignore = 3 } } },
	{ NULL, 1, 0, { { .proto = 0 } } },
	{ NULL, 1, 0, { { .proto = 255 } } },
	{ NULL, 1, 0, { { .proto = TCP, .src = V4(0, 0, 0, 8, 8) } } },
	{ NULL, 1, 0, { { .proto = TCP, .src = V4(0, 0, 0, 8, 32) } } },
	{ NULL, 1, 0, { { .proto = TCP, .src = { AF_INET, 0, 0 } } } },
	{ NULL, 1, 0, { { .proto = TCP, .dst = V4(1, 2, 3, 32, 32) } } },
	{ NULL, 1, 0, { { .proto = TCP, .dst = V6(1, 2, 3, 128, 128) } } },
	{ NULL, 1, 0, { { .proto = TCP, .ignore = VR_FAT_IGNORE_SRC,
			  .dst = V6(1, 2, 0, 48, 64) } } },
	{ NULL, 1, 0, { { .proto = TCP, .ignore = VR_FAT_IGNORE_DST,
			  .src = V6(1, 2, 0, 48, 64) } } },
	{ NULL, 2, 0, { { .proto = TCP, .port = 80 }, { .proto = TCP, .port = 81 } } },
	{ NULL, 2, 0, { { .proto = TCP, .port = 80 }, { .proto = UDP, .port = 80 } } },
	{ NULL, 2, 0, { { .proto = TCP }, { .proto = TCP, .src = { AF_INET, 0, 8 } } } },
	{ NULL, 2, 0, { { .proto = TCP, .src = { AF_INET, 0, 8 } },
			{ .proto = TCP, .src = { AF_INET6, 0, 8 } } } },
	{ NULL, 2, 0, { { .proto = TCP, .src = V4(1, 0, 0, 16, 24) },
			{ .proto = TCP, .dst = V4(1, 0, 0, 16, 24) } } },
	{ NULL, 2, 0, { { .proto = TCP, .src = V4(0, 0, 0, 8, 24) },
			{ .proto = TCP, .src = V4(0, 0, 0, 9, 24) } } },
	{ NULL, 1, 2, { { .proto = TCP } }, { V4(0, 0, 0, 8, 0), V4(0, 0, 0, 9, 0) } },
	{ NULL, 1, 2, { { .proto = TCP } }, { { AF_INET, 0 }, { AF_INET6, 0 } } },

	{ "too many fat-flow rules", VR_FAT_RULES_MAX + 1, 0 },
	{ "too many fat-flow exclusions", 1, VR_FAT_EXCLUDES_MAX + 1, { { .proto = TCP } } },
	{ "fat-flow exclusions without a rule", 0, 1, { }, { V4(0, 0, 0, 8, 0) } },
	{ "fat-flow rule has an unknown ignore flag", 1, 0, { { .proto = TCP, .ignore = 4 } } },
	{ "fat-flow rule has a port, which its protocol does not", 1, 0,
	  { { .proto = IPPROTO_ICMP, .port = 1 } } },
	{ "fat-flow rule has a port, which its protocol does not", 1, 0,
	  { { .proto = IPPROTO_UDPLITE, .port = 53 } } },
	{ "fat-flow rule is given twice", 2, 0,
	  { { .proto = TCP, .port = 80 }, { .proto = TCP, .port = 80, .ignore = 1 } } },
	{ "fat-flow rule is given twice", 2, 0,
	  { { .proto = TCP, .src = V4(0, 0, 0, 8, 16), .dst = V4(2, 0, 0, 16, 16) },
	    { .proto = TCP, .src = V4(0, 0, 0, 8, 24), .dst = V4(2, 0, 0, 16, 32) } } },
	{ "fat-flow rule ignores an address and has a prefix for it", 1, 0,
	  { { .proto = TCP, .ignore = VR_FAT_IGNORE_SRC, .src = V4(0, 0, 0, 8, 16) } } },
	{ "fat-flow rule ignores an address and has a prefix for it", 1, 0,
	  { { .proto = TCP, .ignore = VR_FAT_IGNORE_DST, .dst = V6(0, 0, 0, 8, 16) } } },
	{ "fat-flow prefix is neither IPv4 nor IPv6", 1, 0,
	  { { .proto = TCP, .src = { AF_UNIX, 8, 16 } } } },
	{ "fat-flow prefix is neither IPv4 nor IPv6", 1, 1, { { .proto = TCP } }, { { 0 } } },
	{ "fat-flow prefix has a length but no address", 1, 0,
	  { { .proto = TCP, .dst = { 0, 8, 0 } } } },
	{ "fat-flow prefix has a length but no address", 1, 0,
	  { { .proto = TCP, .src = { 0, 0, 8 } } } },
	{ "fat-flow prefix is longer than its address", 1, 0,
	  { { .proto = TCP, .src = V4(1, 2, 3, 33, 33) } } },
	{ "fat-flow prefix is longer than its address", 1, 0,
	  { { .proto = TCP, .src = V6(1, 2, 3, 129, 129) } } },
	{ "fat-flow prefix is longer than its address", 1, 1, { { .proto = TCP } },
	  { V4(1, 2, 3, 33, 0) } },
	{ "fat-flow prefix has address bits behind its length", 1, 0,
	  { { .proto = TCP, .src = V4(1, 0, 0, 15, 24) } } },
	{ "fat-flow prefix has address bits behind its length", 1, 0,
	  { { .proto = TCP, .dst = V6(1, 2, 1, 63, 64) } } },
	{ "fat-flow prefix has address bits behind its length", 1, 0,
	  { { .proto = TCP, .dst = { AF_INET, 32, 32, { 0, 0, 0, htonl(1) } } } } },
	{ "fat-flow prefix has address bits behind its length", 1, 1, { { .proto = TCP } },
	  { V4(0, 0, 1, 8, 0) } },
	{ "fat-flow aggregation is longer than its address", 1, 0,
	  { { .proto = TCP, .src = V4(0, 0, 0, 8, 33) } } },
	{ "fat-flow aggregation is longer than its address", 1, 0,
	  { { .proto = TCP, .src = V6(0, 0, 0, 8, 129) } } },
	{ "fat-flow aggregation is shorter than its prefix", 1, 0,
	  { { .proto = TCP, .src = V4(0, 0, 0, 8, 7) } } },
	{ "fat-flow prefixes of a rule differ in family", 1, 0,
	  { { .proto = TCP, .src = V4(0, 0, 0, 8, 8), .dst = V6(0, 0, 0, 16, 16) } } },
	{ "fat-flow exclusion is given twice", 1, 2, { { .proto = TCP } },
	  { V4(0, 0, 0, 8, 0), V4(0, 0, 0, 8, 8) } },
};

static void fat_check_table(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(check_cases); i++) {
		const struct check_case *c = &check_cases[i];
		struct vr_fat_cfg cfg = {
			.n_rules = c->n_rules, .n_excludes = c->n_excludes,
			.rules = c->rules, .excludes = c->excludes,
		};
		struct vr_err err = { "nothing", 0 };
		int ret = vr_fat_check(&cfg, &err);

		KUNIT_EXPECT_EQ_MSG(test, ret, c->msg ? -EINVAL : 0, "case %u: %s", i,
				    c->msg ? c->msg : "good");
		if (!ret || !c->msg)
			continue;
		KUNIT_EXPECT_STREQ(test, err.msg, c->msg);
		KUNIT_EXPECT_EQ(test, err.attr, VR_A_VIF_FAT);
	}
}

/* The second rule of two is looked at as well as the first. */
static void fat_check_every_rule(struct kunit *test)
{
	struct vr_fat_rule *rules = kunit_kzalloc(test, VR_FAT_RULES_MAX * sizeof(*rules),
						  GFP_KERNEL);
	struct vr_fat_cfg cfg = { .n_rules = VR_FAT_RULES_MAX, .rules = rules };
	struct vr_err err;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, rules);
	for (i = 0; i < VR_FAT_RULES_MAX; i++)
		rules[i] = (struct vr_fat_rule) { .proto = TCP, .port = i };
	KUNIT_EXPECT_EQ(test, vr_fat_check(&cfg, &err), 0);
	for (i = 0; i < VR_FAT_RULES_MAX; i++) {
		rules[i].ignore = 8;
		KUNIT_EXPECT_EQ_MSG(test, vr_fat_check(&cfg, &err), -EINVAL, "rule %u", i);
		rules[i].ignore = 0;
	}
	rules[VR_FAT_RULES_MAX - 1].port = 0;
	KUNIT_EXPECT_EQ(test, vr_fat_check(&cfg, &err), -EINVAL);
}

/* Masking */

/** struct fat_case - a key as the guest sends it, and what is left of it */
struct fat_case {
	const char *name;
	u8 proto;
	u16 sport;
	u16 dport;
	u32 src;		/* 10.x.y.z */
	u32 dst;
	u16 want_sport;
	u16 want_dport;
	u32 want_src;
	u32 want_dst;
};

static const struct vr_fat_rule table_rules[] = {
	{ .proto = UDP, .port = 53 },
	{ .proto = UDP, .port = 123, .ignore = VR_FAT_IGNORE_DST },
	{ .proto = UDP, .port = 500, .ignore = VR_FAT_IGNORE_SRC | VR_FAT_IGNORE_DST },
	{ .proto = TCP, .ignore = VR_FAT_IGNORE_SRC },
	{ .proto = TCP, .port = 443, .dst = V4(1, 0, 0, 16, 24) },
	{ .proto = TCP, .port = 443, .dst = V4(1, 2, 0, 24, 28) },
	{ .proto = TCP, .port = 443, .src = V4(0, 0, 0, 8, 20), .dst = V4(2, 0, 0, 16, 16) },
	{ .proto = TCP, .port = 444, .src = V4(9, 0, 0, 16, 16) },
	{ .proto = IPPROTO_ICMP },
	{ .proto = IPPROTO_GRE, .ignore = VR_FAT_IGNORE_DST },
	{ .proto = IPPROTO_SCTP, .port = 99, .src = V6(0, 0, 0, 16, 64) },
};

static const struct vr_fat_prefix table_excludes[] = {
	V4(77, 0, 0, 16, 0),
	V6(7, 0, 0, 32, 0),
};

static const struct vr_fat_cfg table_cfg = {
	.n_rules = ARRAY_SIZE(table_rules), .rules = table_rules,
	.n_excludes = ARRAY_SIZE(table_excludes), .excludes = table_excludes,
};

#define A 0x0a050607
#define B 0x0a080910

static const struct fat_case fat_cases[] = {
	{ "to a server", UDP, 4000, 53, A, B, 0, 53, A, B },
	{ "from a server", UDP, 53, 4000, A, B, 53, 0, A, B },
	{ "both ports, same rule", UDP, 53, 53, A, B, 53, 0, A, B },
	{ "both ports, smaller is the guest's", UDP, 53, 123, A, B, 53, 0, A, B },
	{ "both ports, smaller is the other's", UDP, 123, 53, A, B, 0, 53, A, B },
	{ "both ports, each ignores", UDP, 123, 500, A, B, 123, 0, A, 0 },
	{ "ignore the other end", UDP, 4000, 123, A, B, 0, 123, A, 0 },
	{ "ignore both", UDP, 500, 1, A, B, 500, 0, 0, 0 },
	{ "smaller port has no rule", UDP, 500, 499, A, B, 500, 0, 0, 0 },
	{ "no rule for the port", UDP, 4000, 54, A, B, 4000, 54, A, B },
	{ "no port", UDP, 0, 0, A, B, 0, 0, A, B },
	{ "rule of every port", TCP, 4000, 80, A, B, 0, 0, 0, B },
	{ "rule of every port, no port", TCP, 0, 80, A, B, 0, 0, 0, B },
	{ "prefix", TCP, 4000, 443, A, 0x0a010907, 0, 443, A, 0x0a010900 },
	{ "longer prefix", TCP, 4000, 443, A, 0x0a0102ff, 0, 443, A, 0x0a0102f0 },
	{ "two prefixes", TCP, 4000, 443, A, 0x0a020304, 0, 443, 0x0a050000, 0x0a020000 },
	{ "one prefix of two", TCP, 4000, 443, 0x0b000001, 0x0a020304, 0, 0, 0, 0x0a020304 },
	{ "no prefix: rule of every port", TCP, 4000, 443, A, B, 0, 0, 0, B },
	{ "prefix of the larger port", TCP, 443, 444, 0x0a090102, B, 0, 444, 0x0a090000, B },
	{ "ICMP", IPPROTO_ICMP, 77, 0, A, B, 0, 0, A, B },
	{ "ICMP type", IPPROTO_ICMP, 0, 13, A, B, 0, 0, A, B },
	{ "GRE", IPPROTO_GRE, 0, 0, A, B, 0, 0, A, 0 },
	{ "other family's prefix", IPPROTO_SCTP, 1, 99, A, B, 1, 99, A, B },
	{ "another protocol", IPPROTO_UDPLITE, 4000, 53, A, B, 4000, 53, A, B },
	{ "excluded guest", UDP, 4000, 53, 0x0a4d0001, B, 4000, 53, 0x0a4d0001, B },
	{ "excluded other end", UDP, 4000, 53, A, 0x0a4dffff, 4000, 53, A, 0x0a4dffff },
	{ "beside the excluded", UDP, 4000, 53, A, 0x0a4e0000, 0, 53, A, 0x0a4e0000 },
};

static void set_key4(struct vr_flow_key *key, u8 proto, u16 sport, u16 dport, u32 src, u32 dst)
{
	*key = (struct vr_flow_key) {
		.nh = 5, .family = AF_INET, .proto = proto, .sport = htons(sport),
		.dport = htons(dport), .addr = { htonl(src), htonl(dst) },
	};
}

static struct vr_fat *build_checked(struct kunit *test, const struct vr_fat_cfg *cfg)
{
	struct vr_err err = { NULL, 0 };
	struct vr_fat *fat;

	KUNIT_ASSERT_EQ_MSG(test, vr_fat_check(cfg, &err), 0, "%s", err.msg);
	fat = vr_fat_build(NULL, cfg);
	KUNIT_ASSERT_NOT_NULL(test, fat);
	return fat;
}

static void fat_mask_table(struct kunit *test)
{
	struct vr_fat *fat = build_checked(test, &table_cfg);
	struct vr_flow_key key, want;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fat_cases); i++) {
		const struct fat_case *c = &fat_cases[i];

		set_key4(&key, c->proto, c->sport, c->dport, c->src, c->dst);
		set_key4(&want, c->proto, c->want_sport, c->want_dport, c->want_src, c->want_dst);
		vr_fat_mask(fat, &key, true);
		KUNIT_EXPECT_MEMEQ_MSG(test, &key, &want, sizeof(key), "%s, from the guest",
				       c->name);

		set_key4(&key, c->proto, c->dport, c->sport, c->dst, c->src);
		set_key4(&want, c->proto, c->want_dport, c->want_sport, c->want_dst, c->want_src);
		vr_fat_mask(fat, &key, false);
		KUNIT_EXPECT_MEMEQ_MSG(test, &key, &want, sizeof(key), "%s, to the guest",
				       c->name);
	}
	vr_fat_free_rcu(NULL, fat);
}

static void fat_mask_ip6(struct kunit *test)
{
	static const struct vr_flow_key base = {
		.nh = 5, .family = AF_INET6, .proto = IPPROTO_SCTP,
		.sport = htons(4000), .dport = htons(99),
		.addr = { htonl(0xfd000001), htonl(2), htonl(3), htonl(4),
			  htonl(0xfd000005), htonl(6), htonl(7), htonl(8) },
	};
	struct vr_fat *fat = build_checked(test, &table_cfg);
	struct vr_flow_key key = base, want = base;

	want.sport = 0;
	want.addr[2] = 0;
	want.addr[3] = 0;
	vr_fat_mask(fat, &key, true);
	KUNIT_EXPECT_MEMEQ(test, &key, &want, sizeof(key));

	/* to the guest: the same rule is about the destination */
	key = base;
	want = base;
	want.sport = 0;
	want.addr[6] = 0;
	want.addr[7] = 0;
	vr_fat_mask(fat, &key, false);
	KUNIT_EXPECT_MEMEQ(test, &key, &want, sizeof(key));

	/* excluded, by the other end */
	key = base;
	key.addr[4] = htonl(0xfd000007);
	want = key;
	vr_fat_mask(fat, &key, true);
	KUNIT_EXPECT_MEMEQ(test, &key, &want, sizeof(key));
	vr_fat_free_rcu(NULL, fat);
}

/* A rule is for both families if no prefix says which. */
static void fat_mask_any_family(struct kunit *test)
{
	static const struct vr_fat_rule rule = {
		.proto = IPPROTO_ICMPV6, .ignore = VR_FAT_IGNORE_SRC | VR_FAT_IGNORE_DST,
	};
	static const struct vr_fat_cfg cfg = { .n_rules = 1, .rules = &rule };
	struct vr_fat *fat = build_checked(test, &cfg);
	struct vr_flow_key key, want;

	memset(&key, 0xff, sizeof(key));
	key.nh = 1;
	key.family = AF_INET6;
	key.proto = IPPROTO_ICMPV6;
	key.zero = 0;
	want = (struct vr_flow_key) { .nh = 1, .family = AF_INET6, .proto = IPPROTO_ICMPV6 };
	vr_fat_mask(fat, &key, true);
	KUNIT_EXPECT_MEMEQ(test, &key, &want, sizeof(key));
	vr_fat_free_rcu(NULL, fat);
}

/* Rules and exclusions are copied, in their order, and counted. */
static void fat_owns_its_rules(struct kunit *test)
{
	struct vr_fat_rule *rules = kunit_kzalloc(test, sizeof(table_rules), GFP_KERNEL);
	struct vr_fat_cfg cfg = table_cfg, got;
	struct vr_flow_key key;
	struct vr_fat *fat;
	struct vr_mem mem;

	KUNIT_ASSERT_NOT_NULL(test, rules);
	memcpy(rules, table_rules, sizeof(table_rules));
	cfg.rules = rules;
	vr_mem_init(&mem);
	fat = vr_fat_build(&mem, &cfg);
	KUNIT_ASSERT_NOT_NULL(test, fat);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&mem, VR_MEM_FAT), 1);
	KUNIT_EXPECT_GE(test, vr_mem_bytes(&mem, VR_MEM_FAT), sizeof(table_rules));
	memset(rules, 0xff, sizeof(table_rules));

	vr_fat_cfg(fat, &got);
	KUNIT_ASSERT_EQ(test, got.n_rules, ARRAY_SIZE(table_rules));
	KUNIT_ASSERT_EQ(test, got.n_excludes, ARRAY_SIZE(table_excludes));
	KUNIT_EXPECT_PTR_NE(test, got.excludes, cfg.excludes);
	KUNIT_EXPECT_MEMEQ(test, got.rules, table_rules, sizeof(table_rules));
	KUNIT_EXPECT_MEMEQ(test, got.excludes, table_excludes, sizeof(table_excludes));
	set_key4(&key, UDP, 4000, 53, A, B);
	vr_fat_mask(fat, &key, true);
	KUNIT_EXPECT_EQ(test, key.sport, 0);

	vr_fat_free_rcu(&mem, fat);
	vr_fat_free_rcu(&mem, NULL);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&mem, VR_MEM_FAT), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&mem, VR_MEM_FAT), 0);
}

#ifdef VR_TEST_USERSPACE
static void fat_no_memory(struct kunit *test)
{
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_NULL(test, vr_fat_build(NULL, &table_cfg));
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
}
#endif

static struct kunit_case fat_test_cases[] = {
	KUNIT_CASE(fat_check_table),
	KUNIT_CASE(fat_check_every_rule),
	KUNIT_CASE(fat_mask_table),
	KUNIT_CASE(fat_mask_ip6),
	KUNIT_CASE(fat_mask_any_family),
	KUNIT_CASE(fat_owns_its_rules),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(fat_no_memory),
#endif
	{ }
};

static struct kunit_suite fat_test_suite = {
	.name = "fat",
	.test_cases = fat_test_cases,
};

VR_TEST_SUITE(fat_test_suite);
