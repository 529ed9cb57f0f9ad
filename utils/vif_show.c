// SPDX-License-Identifier: GPL-2.0-only
/* What a vif looks like. */
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"
#include "vif.h"

#define INDENT "            "

const struct word vif_types[] = {
	{ "virtual", VR_VIF_VIRTUAL, "Virtual", NULL },
	{ "physical", VR_VIF_PHYSICAL, "Physical", NULL },
	{ "vhost", VR_VIF_HOST, "Host", NULL },
	{ "agent", VR_VIF_AGENT, "Agent", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word vif_flags[] = {
	{ "policy", VR_VIF_F_POLICY, "P", "Policy" },
	{ "xconnect", VR_VIF_F_XCONNECT, "X", "Cross Connect" },
	{ "l3", VR_VIF_F_L3, "L3", "Layer 3" },
	{ "l2", VR_VIF_F_L2, "L2", "Layer 2" },
	{ "dhcp", VR_VIF_F_DHCP, "D", "DHCP" },
	{ "promisc", VR_VIF_F_PROMISC, "Pr", "Promiscuous" },
	{ "no-arp-proxy", VR_VIF_F_NO_ARP_PROXY, "Mnp", "No MAC Proxy" },
	{ "uuc-flood", VR_VIF_F_UUC_FLOOD, "Uuf", "Unknown Unicast Flood" },
	{ "drop-new-flows", VR_VIF_F_DROP_NEW_FLOWS, "Df", "Drop New Flows" },
	{ "mac-proxy", VR_VIF_F_MAC_PROXY, "Proxy", "MAC Requests Proxied Always" },
	{ "igmp", VR_VIF_F_IGMP, "Ig", "IGMP Trap Enabled" },
	{ NULL, 0, NULL, NULL }
};

void vif_legend(struct out *out)
{
	const struct word *word;
	int column = 0;

	out_text(out, "Vrouter Interface Table\n\nFlags: ");
	for (word = vif_flags; word->name; word++) {
		int len = strlen(word->label) + strlen(word->legend) + 3;

		if (column && column + len > 70) {
			out_text(out, "\n       ");
			column = 0;
		}
		out_text(out, "%s%s=%s", column ? ", " : "", word->label, word->legend);
		column += len;
	}
	out_text(out, "\n\n");
}

/* vif0/3      OS: tap0 NH: 12 */
static void vif_show_name(struct out *out, struct nlattr **tb)
{
	__u32 id = attr_u32(tb[VR_A_VIF_ID]), status = attr_u32(tb[VR_A_VIF_STATUS]);
	__u32 nh = attr_u32(tb[VR_A_VIF_NH]);
	const char *name = attr_str(tb[VR_A_VIF_NAME]);
	char text[24];

	snprintf(text, sizeof(text), "vif0/%u", id);
	out_num(out, "id", id, "%-12s", text);
	out_str(out, "name", name ? name : "", "OS: %s", name ? name : "NULL");
	if (!(status & VR_VIF_S_ATTACHED))
		out_text(out, " (Detached)");
	else if (!(status & VR_VIF_S_UP))
		out_text(out, " (Down)");
	out_num(out, "nh", nh, " NH: %u\n", nh);
	if (tb[VR_A_VIF_IFINDEX])
		out_json_num(out, "ifindex", attr_u32(tb[VR_A_VIF_IFINDEX]));
	out_json_bool(out, "attached", status & VR_VIF_S_ATTACHED);
	out_json_bool(out, "up", status & VR_VIF_S_UP);
	out_json_bool(out, "cross_connected", status & VR_VIF_S_XCONNECT);
}

static void vif_show_addresses(struct out *out, struct nlattr **tb)
{
	__u32 type = attr_u32(tb[VR_A_VIF_TYPE]);
	const struct word *word = word_find(vif_types, type);
	char text[WORD_ADDR_TEXT];
	const char *mac;

	if (word)
		out_str(out, "type", word->name, INDENT "Type:%s ", word->label);
	else
		out_num(out, "type", type, INDENT "Type:%u ", type);
	mac = attr_mac(tb[VR_A_VIF_MAC], text);
	if (mac)
		out_str(out, "mac", mac, "HWaddr:%s ", mac);
	if (tb[VR_A_VIF_IP]) {
		attr_addr(tb[VR_A_VIF_IP], text);
		out_str(out, "ip", text, "IPaddr:%s\n", text);
	} else {
		out_text(out, "IPaddr:0.0.0.0\n");
	}
	if (tb[VR_A_VIF_IP6]) {
		attr_addr(tb[VR_A_VIF_IP6], text);
		out_str(out, "ip6", text, INDENT "IP6addr:%s\n", text);
	}
}

static void vif_show_config(struct out *out, struct nlattr **tb)
{
	__u32 vrf = attr_u32(tb[VR_A_VIF_VRF]), mcast_vrf = attr_u32(tb[VR_A_VIF_MCAST_VRF]);
	__u32 refs = attr_u32(tb[VR_A_VIF_REFS]);

	out_num(out, "vrf", vrf, INDENT "Vrf:%u ", vrf);
	out_num(out, "mcast_vrf", mcast_vrf, "Mcast Vrf:%u ", mcast_vrf);
	out_text(out, "Flags:");
	flags_show(out, "flags", vif_flags, attr_u32(tb[VR_A_VIF_FLAGS]), "", NULL);
	out_num(out, "refs", refs, " QOS:-1 Ref:%u\n", refs);
}

/* What the reference does not show: on a line of its own. The partners are repeated attributes. */
static void vif_show_rest(struct out *out, struct nlattr **tb, const struct nlc_reply *reply)
{
	__u32 mtu = attr_u32(tb[VR_A_VIF_MTU]);
	const struct nlattr *attr;
	int rest;

	out_num(out, "mtu", mtu, INDENT "MTU:%u", mtu);
	out_array(out, "xconnect");
	if (tb[VR_A_VIF_XCONNECT])
		out_text(out, " Xconnect:");
	nla_for_each_attr(attr, reply->attrs, reply->len, rest)
		if (nla_type(attr) == VR_A_VIF_XCONNECT)
			out_num(out, NULL, attr_u32(attr), " %u", attr_u32(attr));
	out_array_end(out);
	if (attr_u32(tb[VR_A_VIF_STATUS]) & VR_VIF_S_XCONNECT)
		out_text(out, " (cross-connected)");
	if (tb[VR_A_VIF_HELD])
		out_num(out, "held_flows", attr_u32(tb[VR_A_VIF_HELD]), " Held flows:%u",
			attr_u32(tb[VR_A_VIF_HELD]));
	out_text(out, "\n");
	if (tb[VR_A_VIF_FAT])
		fat_show(out, tb[VR_A_VIF_FAT], INDENT);
}

static void vif_show_traffic(struct out *out, const char *key, const char *label,
			     struct nlattr *const tb[3])
{
	__u64 packets = attr_u64(tb[0]), bytes = attr_u64(tb[1]), errors = attr_u64(tb[2]);

	out_object(out, key);
	out_num(out, "packets", packets, INDENT "%s packets:%llu  ", label, packets);
	out_num(out, "bytes", bytes, "bytes:%llu ", bytes);
	out_num(out, "errors", errors, "errors:%llu\n", errors);
	out_object_end(out);
}

void vif_show_all(struct out *out, const struct nlc_reply *reply, bool reasons)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1];
	__u64 drops;

	attrs_parse(reply, tb, VR_A_VIF_MAX);
	vif_show_name(out, tb);
	vif_show_addresses(out, tb);
	vif_show_config(out, tb);
	vif_show_rest(out, tb, reply);
	vif_show_traffic(out, "rx", "RX", &tb[VR_A_VIF_RX_PACKETS]);
	vif_show_traffic(out, "tx", "TX", &tb[VR_A_VIF_TX_PACKETS]);
	if (!tb[VR_A_VIF_DROPS]) {
		out_text(out, INDENT "Drops:%llu\n", attr_u64(tb[VR_A_VIF_RX_ERRORS]));
		return;
	}
	drops = drops_sum(tb[VR_A_VIF_DROPS]);
	out_text(out, INDENT "Drops:%llu\n", drops);
	if (!reasons && !out_is_json(out))
		return;
	out_object(out, "drops");
	drops_show(out, tb[VR_A_VIF_DROPS], out_is_json(out), INDENT "  ");
	out_object_end(out);
}

void vif_show(struct out *out, const struct nlc_reply *reply)
{
	vif_show_all(out, reply, false);
}
