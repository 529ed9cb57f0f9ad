// SPDX-License-Identifier: GPL-2.0-only
/* The configuration file: its keys, what they may be, and what has to fit together. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#define ICMP_RATE	100
#define RESOLVE_FIRST	1000000
#define RESOLVE_LAST	VR_NH_ID_MAX

static const struct word rule_families[] = {
	{ "inet", AF_INET, NULL, NULL },
	{ "inet6", AF_INET6, NULL, NULL },
	{ NULL, 0, NULL, NULL }
};

/* --- rules ------------------------------------------------------------------- */

static void read_proto(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	char list[128];
	__u32 value;

	if (!text)
		return;
	if (word_value(policy_protos, text, &value) || (word_u32(text, &value) && value <= 255)) {
		*(int *)at = value;
		return;
	}
	word_list(policy_protos, list, sizeof(list));
	reader_error(rd, reader_line(node), field->name, "'%s' is none of: %s, 0 to 255", text,
		     list);
}

static bool port_word(const char *text, size_t len, __u16 *port)
{
	char word[8];
	__u32 value;

	if (!len || len >= sizeof(word))
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	if (!word_u32(word, &value) || value > 65535)
		return false;
	*port = value;
	return true;
}

/* "80" or "8000-8080" */
static void read_ports(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node), *dash;
	struct range range = { .set = true };
	bool good;

	if (!text)
		return;
	dash = strchr(text, '-');
	good = port_word(text, dash ? (size_t)(dash - text) : strlen(text), &range.from);
	range.to = range.from;
	if (good && dash)
		good = port_word(dash + 1, strlen(dash + 1), &range.to);
	if (!good)
		reader_error(rd, reader_line(node), field->name,
			     "'%s' is neither a port nor a range (as in 80 or 8000-8080)", text);
	else if (range.from > range.to)
		reader_error(rd, reader_line(node), field->name, "'%s' ends before it begins",
			     text);
	else
		*(struct range *)at = range;
}

static void read_icmp_type(struct reader *rd, const struct field *field, yaml_node_t *node,
			   void *at)
{
	__u32 value = ~0U;

	read_u32(rd, field, node, &value);
	if (value != ~0U)
		*(int *)at = value;
}

static const struct field rule_fields[] = {
	{ .name = "action", .read = read_word, .offset = offsetof(struct rule, action),
	  .required = true, .words = policy_actions },
	{ .name = "name", .read = read_name, .offset = offsetof(struct rule, name) },
	{ .name = "log", .read = read_bool, .offset = offsetof(struct rule, log) },
	{ .name = "direction", .read = read_word, .offset = offsetof(struct rule, direction),
	  .words = policy_directions },
	{ .name = "family", .read = read_word, .offset = offsetof(struct rule, family),
	  .words = rule_families },
	{ .name = "src", .read = read_network, .offset = offsetof(struct rule, src) },
	{ .name = "dst", .read = read_network, .offset = offsetof(struct rule, dst) },
	{ .name = "proto", .read = read_proto, .offset = offsetof(struct rule, proto) },
	{ .name = "sport", .read = read_ports, .offset = offsetof(struct rule, sport) },
	{ .name = "dport", .read = read_ports, .offset = offsetof(struct rule, dport) },
	{ .name = "icmp-type", .read = read_icmp_type, .offset = offsetof(struct rule, icmp_type),
	  .max = 255 },
	{ .name = NULL }
};

static bool proto_has_ports(int proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_UDPLITE:
		return true;
	default:
		return false;
	}
}

/* A rule that can never match is a mistake. */
static void rule_check_family(struct reader *rd, const struct rule *rule)
{
	__u32 family = rule->family;

	if (rule->src.family && family && rule->src.family != family)
		reader_error(rd, rule->line, "src", "is of another family than the rule");
	if (!family)
		family = rule->src.family;
	if (rule->dst.family && family && rule->dst.family != family)
		reader_error(rd, rule->line, "dst",
			     "is of another family than the rule or its src");
	if (!family)
		family = rule->dst.family;
	if (rule->proto == IPPROTO_ICMP && family == AF_INET6)
		reader_error(rd, rule->line, "proto", "icmp is IPv4's; IPv6 has icmp6");
	if (rule->proto == IPPROTO_ICMPV6 && family == AF_INET)
		reader_error(rd, rule->line, "proto", "icmp6 is IPv6's; IPv4 has icmp");
}

static void rule_check(struct reader *rd, const struct rule *rule)
{
	rule_check_family(rd, rule);
	if (rule->sport.set && !proto_has_ports(rule->proto))
		reader_error(rd, rule->line, "sport", "needs a proto with ports (tcp, udp, sctp)");
	if (rule->dport.set && !proto_has_ports(rule->proto))
		reader_error(rd, rule->line, "dport", "needs a proto with ports (tcp, udp, sctp)");
	if (rule->icmp_type >= 0 && rule->proto != IPPROTO_ICMP && rule->proto != IPPROTO_ICMPV6)
		reader_error(rd, rule->line, "icmp-type", "needs proto icmp or icmp6");
}

static void read_rules(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	int i, n = reader_items(rd, field, node);
	struct rules *rules = at;

	for (i = 0; i < n; i++) {
		yaml_node_t *item = reader_item(rd, node, i);
		struct rule *rule = array_add(&rules->rule, &rules->n, sizeof(*rule));

		if (!rule) {
			reader_error(rd, reader_line(node), field->name, "out of memory");
			return;
		}
		rule->proto = -1;
		rule->icmp_type = -1;
		rule->line = reader_line(item);
		reader_mapping(rd, "a rule", item, rule_fields, rule);
		rule_check(rd, rule);
	}
}

/* --- VRFs and the top -------------------------------------------------------- */

static const struct field vrf_fields[] = {
	{ .name = "vrf", .read = read_u32, .offset = offsetof(struct config_vrf, vrf),
	  .required = true, .max = VR_VRF_ID_MAX },
	{ .name = "default", .read = read_word, .offset = offsetof(struct config_vrf, rules.action),
	  .words = policy_actions },
	{ .name = "log", .read = read_bool, .offset = offsetof(struct config_vrf, rules.log) },
	{ .name = "resolve", .read = read_bool, .offset = offsetof(struct config_vrf, resolve) },
	{ .name = "rules", .read = read_rules, .offset = offsetof(struct config_vrf, rules) },
	{ .name = "gateways", .read = read_gateways },
	{ .name = "dhcp", .read = read_dhcp },
	{ .name = NULL }
};

static void read_vrfs(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	int i, n = reader_items(rd, field, node);
	struct config *config = at;

	for (i = 0; i < n; i++) {
		yaml_node_t *item = reader_item(rd, node, i);
		struct config_vrf *vrf;

		vrf = array_add(&config->vrf, &config->n_vrfs, sizeof(*vrf));
		if (!vrf) {
			reader_error(rd, reader_line(node), field->name, "out of memory");
			return;
		}
		vrf->line = reader_line(item);
		vrf->rules.action = POLICY_DENY;
		reader_mapping(rd, "a VRF", item, vrf_fields, vrf);
		config_check_leases(rd, vrf);
	}
}

/* "1000000-1048575" */
static void read_nexthops(struct reader *rd, const struct field *field, yaml_node_t *node,
			  void *at)
{
	const char *text = reader_text(rd, field, node), *dash;
	__u32 *range = at, first, last;
	char word[16];

	if (!text)
		return;
	dash = strchr(text, '-');
	if (dash && (size_t)(dash - text) < sizeof(word)) {
		memcpy(word, text, dash - text);
		word[dash - text] = '\0';
		if (word_u32(word, &first) && word_u32(dash + 1, &last) && first >= 1 &&
		    last <= VR_NH_ID_MAX && first <= last) {
			range[0] = first;
			range[1] = last;
			return;
		}
	}
	reader_error(rd, reader_line(node), field->name,
		     "'%s' is no range of nexthops (as in 1000-1999, up to %u)", text,
		     VR_NH_ID_MAX);
}

static void read_device(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node), *c;

	if (!text)
		return;
	for (c = text; *c > ' ' && *c < 127 && *c != '/' && *c != ':'; c++)
		;
	if (*c || strlen(text) > VR_NAME_MAX || !strcmp(text, ".") || !strcmp(text, ".."))
		reader_error(rd, reader_line(node), field->name, "'%.32s' is not a device name",
			     text);
	else
		strcpy(at, text);
}

static const struct field config_fields[] = {
	{ .name = "pkt0", .read = read_device, .offset = offsetof(struct config, pkt0) },
	{ .name = "pkt0-vif", .read = read_u32, .offset = offsetof(struct config, pkt0_vif),
	  .max = VR_VIF_ID_MAX },
	{ .name = "default", .read = read_word, .offset = offsetof(struct config, other.action),
	  .words = policy_actions },
	{ .name = "log", .read = read_bool, .offset = offsetof(struct config, other.log) },
	{ .name = "icmp-rate", .read = read_u32, .offset = offsetof(struct config, icmp_rate),
	  .max = 1000000 },
	{ .name = "resolve-nexthops", .read = read_nexthops,
	  .offset = offsetof(struct config, resolve_nhs) },
	{ .name = "vrfs", .read = read_vrfs },
	{ .name = NULL }
};

static int vrf_compare(const void *a, const void *b)
{
	const struct config_vrf *one = a, *two = b;

	if (one->vrf != two->vrf)
		return one->vrf < two->vrf ? -1 : 1;
	return (one->line > two->line) - (one->line < two->line);
}

static void config_sort(struct reader *rd, struct config *config)
{
	unsigned int i;

	if (config->n_vrfs)
		qsort(config->vrf, config->n_vrfs, sizeof(*config->vrf), vrf_compare);
	for (i = 1; i < config->n_vrfs; i++)
		if (config->vrf[i].vrf == config->vrf[i - 1].vrf)
			reader_error(rd, config->vrf[i].line, "vrf", "%u is on line %u already",
				     config->vrf[i].vrf, config->vrf[i - 1].line);
}

struct config *config_load(const char *file, struct errors *errors)
{
	struct config *config;
	struct reader rd;

	if (!reader_open(&rd, file, errors))
		return NULL;
	config = calloc(1, sizeof(*config));
	if (!config) {
		reader_error(&rd, 0, NULL, "out of memory");
		reader_close(&rd);
		return NULL;
	}
	strcpy(config->pkt0, "pkt0");
	config->pkt0_vif = VR_VIF_ID_MAX + 1;
	config->icmp_rate = ICMP_RATE;
	config->resolve_nhs[0] = RESOLVE_FIRST;
	config->resolve_nhs[1] = RESOLVE_LAST;
	config->other.action = POLICY_DENY;

	reader_mapping(&rd, "the file", reader_root(&rd), config_fields, config);
	if (!errors->n)
		config_sort(&rd, config);
	reader_close(&rd);
	if (errors->n) {
		config_free(config);
		return NULL;
	}
	return config;
}

void config_free(struct config *config)
{
	unsigned int i, j;

	if (!config)
		return;
	for (i = 0; i < config->n_vrfs; i++) {
		struct config_vrf *vrf = &config->vrf[i];

		for (j = 0; j < vrf->rules.n; j++)
			free(vrf->rules.rule[j].name);
		free(vrf->rules.rule);
		free(vrf->gateway);
		free(vrf->lease);
	}
	free(config->vrf);
	free(config);
}

const struct config_vrf *config_vrf(const struct config *config, __u32 vrf)
{
	unsigned int low = 0, high = config->n_vrfs;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (config->vrf[middle].vrf == vrf)
			return &config->vrf[middle];
		if (config->vrf[middle].vrf < vrf)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct rules *config_rules(const struct config *config, __u32 vrf)
{
	const struct config_vrf *found = config_vrf(config, vrf);

	return found ? &found->rules : &config->other;
}
