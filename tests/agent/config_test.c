// SPDX-License-Identifier: GPL-2.0-only
/* Configuration files: what they may say, and what is said of mistakes. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "config.h"

static const char example[] =
	"pkt0: agent0\n"
	"pkt0-vif: 100\n"
	"default: reject\n"
	"log: true\n"
	"icmp-rate: 5\n"
	"resolve-nexthops: 1000-1999\n"
	"vrfs:\n"
	"  - vrf: 7\n"
	"    default: allow\n"
	"    resolve: yes\n"
	"    gateways:\n"
	"      - {address: 10.1.1.254/24, mac: 00:00:5e:00:01:00}\n"
	"      - {address: 10.1.2.254/24}\n"
	"      - {address: fd01::fe/64}\n"
	"    rules:\n"
	"      - {action: deny, name: telnet, log: true, direction: ingress, family: inet,\n"
	"         src: 10.0.0.0/8, dst: 10.1.1.1, proto: tcp, sport: 1024-65535, dport: 23}\n"
	"      - {action: reject, proto: icmp6, icmp-type: 128}\n"
	"      - {action: allow, proto: 47}\n"
	"    dhcp:\n"
	"      gateway: 10.1.1.254\n"
	"      dns: [10.1.1.53, 10.1.1.54]\n"
	"      lease-time: 3600\n"
	"      leases:\n"
	"        - {mac: 02:00:00:00:00:02, address: 10.1.1.2/24, hostname: two, mtu: 1400}\n"
	"        - {mac: 02:00:00:00:00:01, address: 10.1.2.1/25, vif: tap-a, server: 10.1.2.2,\n"
	"           gateway: 10.1.2.254, dns: [], domain: example.net, lease-time: 60}\n"
	"        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24, vif: 12}\n"
	"      mtu: 1450\n"
	"  - vrf: 0\n";

static struct config *load(const char *text, struct errors *errors)
{
	memset(errors, 0, sizeof(*errors));
	return config_load(test_file(text), errors);
}

TEST(config_everything)
{
	static const __u8 one[] = { 2, 0, 0, 0, 0, 1 }, two[] = { 2, 0, 0, 0, 0, 2 };
	static const __u8 three[] = { 2, 0, 0, 0, 0, 3 };
	static const __u8 in_second[] = { 10, 1, 2, 7 }, outside[] = { 192, 0, 2, 1 };
	static const __u8 addr2[] = { 10, 1, 1, 2 }, six[16] = { 0xfd, 9 };
	struct errors errors;
	struct config *config = load(example, &errors);
	const struct config_vrf *vrf;
	const struct lease *lease;
	const struct rule *rule;

	EXPECT(config);
	EXPECT_EQ(0, errors.n);
	if (!config) {
		printf("# %s\n", errors.text[0]);
		errors_free(&errors);
		return;
	}
	EXPECT_STR("agent0", config->pkt0);
	EXPECT_EQ(100, config->pkt0_vif);
	EXPECT_EQ(5, config->icmp_rate);
	EXPECT_EQ(1000, config->resolve_nhs[0]);
	EXPECT_EQ(1999, config->resolve_nhs[1]);
	EXPECT_EQ(2, config->n_vrfs);
	EXPECT_EQ(POLICY_REJECT, config_rules(config, 3)->action);
	EXPECT(config_rules(config, 3)->log);
	EXPECT(!config_vrf(config, 3));
	EXPECT_EQ(POLICY_DENY, config_rules(config, 0)->action);
	EXPECT(!config_rules(config, 0)->log);

	vrf = config_vrf(config, 7);
	EXPECT(vrf->resolve);
	EXPECT_EQ(POLICY_ALLOW, vrf->rules.action);
	EXPECT_EQ(3, vrf->rules.n);
	rule = vrf->rules.rule;
	EXPECT_EQ(POLICY_DENY, rule->action);
	EXPECT_STR("telnet", rule->name);
	EXPECT(rule->log);
	EXPECT_EQ(POLICY_INGRESS, rule->direction);
	EXPECT_EQ(AF_INET, rule->family);
	EXPECT_EQ(8, rule->src.len);
	EXPECT_EQ(32, rule->dst.len);
	EXPECT_EQ(IPPROTO_TCP, rule->proto);
	EXPECT_EQ(1024, rule->sport.from);
	EXPECT_EQ(65535, rule->sport.to);
	EXPECT_EQ(23, rule->dport.to);
	EXPECT_EQ(16, rule->line);
	EXPECT_EQ(-1, rule->icmp_type);
	EXPECT_EQ(IPPROTO_ICMPV6, rule[1].proto);
	EXPECT_EQ(128, rule[1].icmp_type);
	EXPECT_EQ(47, rule[2].proto);
	EXPECT(!rule[2].sport.set && !rule[2].src.family);

	EXPECT_EQ(2, config_gateway(vrf, AF_INET, in_second)->address.addr[2]);
	EXPECT_EQ(1, config_gateway(vrf, AF_INET, outside)->address.addr[2]);
	EXPECT_EQ(0x5e, config_gateway(vrf, AF_INET, outside)->mac[2]);
	EXPECT(config_gateway(vrf, AF_INET6, six)->address.family == AF_INET6);
	EXPECT(!config_gateway(config_vrf(config, 0), AF_INET, outside));
	EXPECT(!config_gateway(NULL, AF_INET, outside));

	EXPECT_EQ(3, vrf->n_leases);
	lease = config_lease(vrf, two, 5, "tap-b");
	EXPECT_STR("two", lease->hostname);
	EXPECT_EQ(1400, lease->mtu);
	EXPECT_EQ(3600, lease->seconds);
	EXPECT_EQ(2, lease->n_dns);
	EXPECT_EQ(54, lease->dns[1][3]);
	EXPECT_EQ(254, lease->server[3]);
	EXPECT(lease == config_lease_of(vrf, addr2));
	lease = config_lease(vrf, one, 5, "tap-a");
	EXPECT_EQ(25, lease->address.len);
	EXPECT_EQ(0, lease->n_dns);
	EXPECT_EQ(60, lease->seconds);
	EXPECT_EQ(1450, lease->mtu);
	EXPECT_EQ(2, lease->server[3]);
	EXPECT_STR("example.net", lease->domain);
	EXPECT_EQ(24, config_lease(vrf, one, 12, "tap-c")->address.len);
	EXPECT(!config_lease(vrf, one, 5, "tap-c"));
	EXPECT(!config_lease(vrf, three, 5, "tap-a"));
	EXPECT(!config_lease(NULL, one, 5, "tap-a"));
	config_free(config);
}

TEST(config_least)
{
	struct errors errors;
	struct config *config = load("{}", &errors);

	EXPECT(config);
	EXPECT_STR("pkt0", config->pkt0);
	EXPECT(config->pkt0_vif > VR_VIF_ID_MAX);
	EXPECT_EQ(POLICY_DENY, config_rules(config, 1)->action);
	EXPECT_EQ(1000000, config->resolve_nhs[0]);
	config_free(config);
}

/* Each mistake: its line, its key, and words of what is wrong with it. */
static const struct {
	const char *text;
	unsigned int line;
	const char *key;
	const char *says;
} mistakes[] = {
	{ "", 1, NULL, "empty" },
	{ "# nothing\n", 1, NULL, "empty" },
	{ "- a\n", 1, "the file", "mapping" },
	{ "a: b: c\n", 1, NULL, "mapping values are not allowed" },
	{ "vrfs:\n\t- vrf: 1\n", 2, NULL, "cannot start any token" },
	{ "vrfs: [\n", 2, NULL, "did not find expected" },
	{ "pkt0: a\n---\npkt0: b\n", 3, NULL, "second YAML document" },
	{ "a: b\nvrfs: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n", 2, NULL, "more than 16 levels" },
	{ "pkt0: a\npkt1: b\n", 2, "pkt1", "no such key in the file (there are: pkt0, pkt0-vif" },
	{ "pkt0: a\n\npkt0: b\n", 3, "pkt0", "given twice" },
	{ "pkt0: [a]\n", 1, "pkt0", "single value" },
	{ "pkt0:\n", 1, "pkt0", "no value" },
	{ "pkt0: \"a\\0b\"\n", 1, "pkt0", "NUL" },
	{ "pkt0: a/b\n", 1, "pkt0", "not a device name" },
	{ "pkt0: 0123456789abcdef\n", 1, "pkt0", "not a device name" },
	{ "pkt0-vif: 65535\n", 1, "pkt0-vif", "no number from 0 to 65534" },
	{ "default: maybe\n", 1, "default", "none of: deny, allow, reject" },
	{ "log: 2\n", 1, "log", "neither true nor false" },
	{ "icmp-rate: fast\n", 1, "icmp-rate", "no number" },
	{ "resolve-nexthops: 5\n", 1, "resolve-nexthops", "no range" },
	{ "resolve-nexthops: 0-5\n", 1, "resolve-nexthops", "no range" },
	{ "resolve-nexthops: 9-5\n", 1, "resolve-nexthops", "no range" },
	{ "vrfs: 1\n", 1, "vrfs", "list" },
	{ "vrfs:\n  - 1\n", 2, "a VRF", "mapping" },
	{ "vrfs:\n  - default: allow\n", 2, "vrf", "missing in a VRF" },
	{ "vrfs:\n  - vrf: 65535\n", 2, "vrf", "no number from 0 to 65534" },
	{ "vrfs:\n  - vrf: 1\n  - vrf: 2\n  - vrf: 1\n", 4, "vrf", "1 is on line 2 already" },
	{ "vrfs:\n  - vrf: 1\n    rule: []\n", 3, "rule", "no such key in a VRF" },
	{ "vrfs:\n  - vrf: 1\n    rules: {}\n", 3, "rules", "list" },
#define RULE "vrfs:\n  - vrf: 1\n    rules:\n"
	{ RULE "      - proto: tcp\n", 4, "action", "missing in a rule" },
	{ RULE "      - action: permit\n", 4, "action", "none of" },
	{ RULE "      - action: allow\n        port: 80\n", 5, "port", "no such key in a rule" },
	{ RULE "      - action: allow\n        ? [a]\n        : b\n",
	  5, "?", "no such key in a rule" },
	{ RULE "      - action: allow\n        direction: in\n",
	  5, "direction", "ingress, egress, both" },
	{ RULE "      - action: allow\n        family: ipv4\n", 5, "family", "inet, inet6" },
	{ RULE "      - action: allow\n        src: 10.1\n",
	  5, "src", "neither a prefix nor an address" },
	{ RULE "      - action: allow\n        dst: 10.0.0.0/33\n", 5, "dst", "neither a prefix" },
	{ RULE "      - action: allow\n        dst: 10.1.2.5/24\n",
	  5, "dst", "bits behind its length" },
	{ RULE "      - action: allow\n        src: 10.1.2.5/30\n",
	  5, "src", "bits behind its length" },
	{ RULE "      - action: allow\n        src: fd00::1/64\n",
	  5, "src", "bits behind its length" },
	{ RULE "      - action: allow\n        proto: tpc\n", 5, "proto", "none of: icmp, tcp" },
	{ RULE "      - action: allow\n        proto: 256\n", 5, "proto", "none of: icmp, tcp" },
	{ RULE "      - action: allow\n        dport: 80\n", 4, "dport", "needs a proto" },
	{ RULE "      - {action: allow, proto: icmp, sport: 80}\n", 4, "sport", "needs a proto" },
	{ RULE "      - {action: allow, proto: tcp, dport: 65536}\n",
	  4, "dport", "neither a port" },
	{ RULE "      - {action: allow, proto: tcp, dport: 80-}\n", 4, "dport", "neither a port" },
	{ RULE "      - {action: allow, proto: tcp, dport: -80}\n", 4, "dport", "neither a port" },
	{ RULE "      - {action: allow, proto: tcp, dport: 90-80}\n", 4, "dport", "ends before" },
	{ RULE "      - {action: allow, icmp-type: 8}\n", 4, "icmp-type", "needs proto icmp" },
	{ RULE "      - {action: allow, proto: icmp, icmp-type: 256}\n",
	  4, "icmp-type", "0 to 255" },
	{ RULE "      - {action: allow, family: inet, src: fd00::/8}\n",
	  4, "src", "another family" },
	{ RULE "      - {action: allow, src: 10.0.0.1, dst: fd00::1}\n",
	  4, "dst", "another family" },
	{ RULE "      - {action: allow, family: inet6, proto: icmp}\n",
	  4, "proto", "icmp is IPv4's" },
	{ RULE "      - {action: allow, dst: 10.0.0.1, proto: icmp6}\n",
	  4, "proto", "icmp6 is IPv6's" },
	{ RULE "      - &a [*a]\n", 4, "a rule", "mapping" },
	{ RULE "      - *a\n", 4, NULL, "undefined alias" },
#define GW "vrfs:\n  - vrf: 1\n    gateways:\n"
	{ GW "      - mac: 02:00:00:00:00:01\n", 4, "address", "missing in a gateway" },
	{ GW "      - {address: 10.1.1.1, mac: 2:3}\n", 4, "mac", "not a MAC" },
	{ GW "      - {address: 10.1.1.1, mac: 01:00:5e:00:00:01}\n", 4, "mac", "group's MAC" },
#define DHCP "vrfs:\n  - vrf: 1\n    dhcp:\n"
	{ DHCP "      dns: []\n", 4, "leases", "missing in dhcp" },
	{ DHCP "      leases: 5\n", 4, "leases", "list" },
	{ DHCP "      dns: 10.1.1.1\n      leases: []\n", 4, "dns", "list" },
	{ DHCP "      dns: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4, 1.1.1.5]\n      leases: []\n",
	  4, "dns",
	  "more than 4" },
	{ DHCP "      dns: [fd00::1]\n      leases: []\n", 4, "dns", "not an IPv4 address" },
	{ DHCP "      gateway: 10.1.1.0/24\n      leases: []\n",
	  4, "gateway", "not an IPv4 address" },
	{ DHCP "      lease-time: 59\n      leases: []\n", 4, "lease-time", "60 to" },
	{ DHCP "      mtu: 67\n      leases: []\n", 4, "mtu", "68 to 65535" },
	{ DHCP "      domain: a_b\n      leases: []\n", 4, "domain", "not a host name" },
#define LEASE DHCP "      server: 10.1.1.1\n      leases:\n"
	{ LEASE "        - address: 10.1.1.1/24\n", 6, "mac", "missing in a lease" },
	{ LEASE "        - mac: 02:00:00:00:00:01\n", 6, "address", "missing in a lease" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: 10.1.1.1}\n",
	  6, "address", "no prefix length" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: fd00::1/64}\n",
	  6, "address", "not an IPv4" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24, hostname: -a}\n",
	  6, "hostname",
	  "not a host name" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24, vif: 0123456789abcdef}\n",
	  6, "vif",
	  "16 characters, not 1 to 15" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24, ip: 1}\n", 6, "ip",
	  "no such key in a lease" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24}\n"
	  "        - {mac: 02:00:00:00:00:01, address: 10.1.1.2/24}\n",
	  7, "mac", "lease on line 6" },
	{ LEASE "        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24}\n"
	  "        - {mac: 02:00:00:00:00:02, address: 10.1.1.1/24}\n",
	  7, "address", "leased on line 6" },
	{ DHCP "      leases:\n        - {mac: 02:00:00:00:00:01, address: 10.1.1.1/24}\n",
	  5, "server",
	  "missing" },
};

TEST(config_mistakes)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		char begins[128];
		struct errors errors;
		struct config *config = load(mistakes[i].text, &errors);
		const char *text = errors.n ? errors.text[0] : "nothing";

		snprintf(begins, sizeof(begins), "%s:%u: %s%s", test_file(mistakes[i].text),
			 mistakes[i].line, mistakes[i].key ? mistakes[i].key : "",
			 mistakes[i].key ? ": " : "");
		if (config || errors.n != 1 || strncmp(text, begins, strlen(begins)) ||
		    !strstr(text, mistakes[i].says))
			test_failed(__FILE__, __LINE__, "%u errors, '%s', not '%s... %s' of:\n%s",
				    errors.n, text, begins, mistakes[i].says, mistakes[i].text);
		config_free(config);
		errors_free(&errors);
	}
}

TEST(config_tells_every_mistake)
{
	struct errors errors;
	struct config *config = load("default: no\nlog: no idea\nvrfs:\n  - vrf: -1\n", &errors);

	EXPECT(!config);
	EXPECT_EQ(3, errors.n);
	errors_free(&errors);
}

TEST(config_many_mistakes_are_counted)
{
	char text[4096] = "vrfs:\n";
	struct errors errors;
	int i;

	for (i = 0; i < 50; i++)
		strcat(text, "  - vrf: x\n");
	EXPECT(!load(text, &errors));
	EXPECT_EQ(50, errors.n);
	EXPECT(strstr(errors.text[ERRORS_MAX - 1], ":21: vrf: "));
	errors_free(&errors);
}

TEST(config_files_that_cannot_be_read)
{
	struct errors errors = { .n = 0 };

	EXPECT(!config_load("/nonexistent/a.yaml", &errors));
	EXPECT(strstr(errors.text[0], "/nonexistent/a.yaml:0: cannot open: No such file"));
	errors_free(&errors);
	EXPECT(!config_load("/tmp", &errors));
	EXPECT(strstr(errors.text[0], "is a directory"));
	errors_free(&errors);
	EXPECT(!config_load("/dev/null", &errors));
	EXPECT(strstr(errors.text[0], "is not an ordinary file"));
	errors_free(&errors);
}

/* Random changes of a good file: whatever it is, it is read or refused, and nothing leaks. */
TEST(config_garbage)
{
	static const char pieces[] = "{}[]:,-&*#!|>'\"%@`\n \t\0?~<=0z\xff\xc3";
	char text[sizeof(example)];
	unsigned int round, i, n, good = 0, bad = 0;
	struct errors errors;
	struct config *config;
	const char *name;

	for (round = 0; round < 5000; round++) {
		memcpy(text, example, sizeof(text));
		n = 1 + test_rand() % 4;
		for (i = 0; i < n; i++)
			text[test_rand() % (sizeof(text) - 1)] =
				pieces[test_rand() % (sizeof(pieces) - 1)];
		if (!(test_rand() % 8))
			text[test_rand() % sizeof(text)] = '\0';
		name = test_file(text);
		memset(&errors, 0, sizeof(errors));
		config = config_load(name, &errors);
		if (!config != !!errors.n)
			test_failed(__FILE__, __LINE__, "round %u: %u errors", round, errors.n);
		if (config)
			good++;
		else
			bad++;
		config_free(config);
		errors_free(&errors);
	}
	EXPECT(good > 100 && bad > 100);
}
