// SPDX-License-Identifier: GPL-2.0-only
/* What routes and bridge entries look like. */
#include <stdio.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "rt.h"
#include "tools.h"

/* The label has a key of its own in JSON. */
static const struct word route_letters[] = {
	{ "label", VR_ROUTE_F_LABEL, "L", NULL },
	{ "proxy", VR_ROUTE_F_PROXY, "P", NULL },
	{ "trap", VR_ROUTE_F_TRAP, "T", NULL },
	{ "flood", VR_ROUTE_F_FLOOD, "F", NULL },
	{ NULL, 0, NULL, NULL }
};

static const struct word bridge_letters[] = {
	{ "label", VR_BRIDGE_F_LABEL, "L", NULL },
	{ "flood-dhcp", VR_BRIDGE_F_FLOOD_DHCP, "Df", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word route_flags[] = {
	{ "proxy", VR_ROUTE_F_PROXY, "P", NULL },
	{ "trap", VR_ROUTE_F_TRAP, "T", NULL },
	{ "flood", VR_ROUTE_F_FLOOD, "F", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word bridge_flags[] = {
	{ "flood-dhcp", VR_BRIDGE_F_FLOOD_DHCP, "Df", NULL },
	{ NULL, 0, NULL, NULL }
};

#define ROUTE_COLUMNS	"%-*s %5s %8s %10s %10s    %s\n"
#define BRIDGE_COLUMNS	"%-10s  %-20s %8s %14s %10s %10s\n"

static int route_width(__u32 family)
{
	return family == AF_INET ? 20 : 43;
}

void rt_heading(struct out *out, __u32 vrf, __u32 family)
{
	if (family == AF_BRIDGE) {
		out_text(out, "Flags: L=Label Valid, Df=DHCP flood\n"
			 "vRouter bridge table 0/%u\n", vrf);
		out_text(out, BRIDGE_COLUMNS, "Index", "DestMac", "Flags", "Label/VNID",
			 "Nexthop", "Stats");
		return;
	}
	out_text(out, "Flags: L=Label Valid, P=Proxy ARP, T=Trap ARP, F=Flood ARP\n"
		 "vRouter inet%d routing table 0/%u/unicast\n",
		 family == AF_INET ? 4 : 6, vrf);
	out_text(out, ROUTE_COLUMNS, route_width(family), "Destination", "PPL", "Flags", "Label",
		 "Nexthop", "StitchedMAC(Index)");
}

/* Letters of flags for a column, "-" if there are none. */
static void flags_text(const struct word *words, __u32 flags, char *buf, size_t size)
{
	size_t used = 0;

	snprintf(buf, size, "-");
	for (; words->name && used < size; words++)
		if (flags & words->value)
			used += snprintf(buf + used, size - used, "%s", words->label);
}

static void label_text(const struct nlattr *label, char *buf, size_t size)
{
	if (label && attr_u32(label) != VR_LABEL_NONE)
		snprintf(buf, size, "%u", attr_u32(label));
	else
		snprintf(buf, size, "-");
}

static void label_json(struct out *out, const struct nlattr *label)
{
	if (label && attr_u32(label) != VR_LABEL_NONE)
		out_json_num(out, "label", attr_u32(label));
}

/* The text's line. */
static void route_print(struct out *out, struct nlattr **tb, const char *prefix)
{
	char plen[12], flags[16], label[12], nh[12], mac[WORD_MAC_TEXT];
	const char *mac_text = attr_mac(tb[VR_A_ROUTE_MAC], mac);

	snprintf(plen, sizeof(plen), "%u", attr_u32(tb[VR_A_ROUTE_PLEN]));
	snprintf(nh, sizeof(nh), "%u", attr_u32(tb[VR_A_ROUTE_NH]));
	flags_text(route_letters, attr_u32(tb[VR_A_ROUTE_FLAGS]), flags, sizeof(flags));
	label_text(tb[VR_A_ROUTE_LABEL], label, sizeof(label));
	out_text(out, ROUTE_COLUMNS, route_width(attr_u32(tb[VR_A_ROUTE_FAMILY])), prefix, plen,
		 flags, label, nh, mac_text ? mac_text : "-");
}

void route_show(struct out *out, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_ROUTE_MAX + 1];
	char addr[WORD_ADDR_TEXT], prefix[WORD_PREFIX_TEXT + 8], mac[WORD_MAC_TEXT];
	__u32 family;
	const char *name;

	attrs_parse(reply, tb, VR_A_ROUTE_MAX);
	family = attr_u32(tb[VR_A_ROUTE_FAMILY]);
	snprintf(prefix, sizeof(prefix), "%s/%u", attr_addr(tb[VR_A_ROUTE_PREFIX], addr),
		 attr_u32(tb[VR_A_ROUTE_PLEN]));
	if (!out_is_json(out)) {
		route_print(out, tb, prefix);
		return;
	}
	name = word_name(word_families, family);
	out_json_num(out, "vrf", attr_u32(tb[VR_A_ROUTE_VRF]));
	out_json_str(out, "family", name ? name : "unknown");
	out_json_str(out, "prefix", prefix);
	out_json_num(out, "nh", attr_u32(tb[VR_A_ROUTE_NH]));
	label_json(out, tb[VR_A_ROUTE_LABEL]);
	flags_show(out, "flags", route_flags,
		   attr_u32(tb[VR_A_ROUTE_FLAGS]) & ~VR_ROUTE_F_LABEL, "", NULL);
	if (attr_mac(tb[VR_A_ROUTE_MAC], mac))
		out_json_str(out, "mac", mac);
}

static void bridge_print(struct out *out, struct nlattr **tb, const char *mac)
{
	char flags[16], label[12], nh[12];

	snprintf(nh, sizeof(nh), "%u", attr_u32(tb[VR_A_BRIDGE_NH]));
	flags_text(bridge_letters, attr_u32(tb[VR_A_BRIDGE_FLAGS]), flags, sizeof(flags));
	label_text(tb[VR_A_BRIDGE_LABEL], label, sizeof(label));
	out_text(out, BRIDGE_COLUMNS, "-", mac, flags, label, nh, "-");
}

void bridge_show(struct out *out, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_BRIDGE_MAX + 1];
	char buf[WORD_MAC_TEXT];
	const char *mac;

	attrs_parse(reply, tb, VR_A_BRIDGE_MAX);
	mac = attr_mac(tb[VR_A_BRIDGE_MAC], buf);
	if (!mac)
		mac = "-";
	if (!out_is_json(out)) {
		bridge_print(out, tb, mac);
		return;
	}
	out_json_num(out, "vrf", attr_u32(tb[VR_A_BRIDGE_VRF]));
	out_json_str(out, "family", "bridge");
	out_json_str(out, "mac", mac);
	out_json_num(out, "nh", attr_u32(tb[VR_A_BRIDGE_NH]));
	label_json(out, tb[VR_A_BRIDGE_LABEL]);
	flags_show(out, "flags", bridge_flags,
		   attr_u32(tb[VR_A_BRIDGE_FLAGS]) & ~VR_BRIDGE_F_LABEL, "", NULL);
}
