// SPDX-License-Identifier: GPL-2.0-only
/* What nexthops look like. */
#include <string.h>

#include <linux/if_ether.h>

#include <netlink/attr.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "nh.h"
#include "output.h"
#include "tools.h"

const struct word nh_types[] = {
	{ "discard", VR_NH_DISCARD, "Drop", NULL },
	{ "receive", VR_NH_RECEIVE, "Receive", NULL },
	{ "resolve", VR_NH_RESOLVE, "Resolve", NULL },
	{ "l2-receive", VR_NH_L2_RECEIVE, "L2 Receive", NULL },
	{ "encap", VR_NH_ENCAP, "Encap", NULL },
	{ "tunnel", VR_NH_TUNNEL, "Tunnel", NULL },
	{ "vrf-translate", VR_NH_VRF_TRANSLATE, "Vrf_Translate", NULL },
	{ "composite", VR_NH_COMPOSITE, "Composite", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word nh_kinds[] = {
	{ "l2-mcast", VR_NH_KIND_L2_MCAST, "Multicast, L2", NULL },
	{ "encap", VR_NH_KIND_ENCAP, "Encap", NULL },
	{ "fabric", VR_NH_KIND_FABRIC, "Fabric", NULL },
	{ "evpn", VR_NH_KIND_EVPN, "Evpn", NULL },
	{ "tor", VR_NH_KIND_TOR, "Tor", NULL },
	{ "ecmp", VR_NH_KIND_ECMP, "Ecmp", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word nh_encaps[] = {
	{ "vxlan", VR_ENCAP_VXLAN, "Vxlan", NULL },
	{ "mpls-udp", VR_ENCAP_MPLS_UDP, "MPLSoUDP", NULL },
	{ "mpls-gre", VR_ENCAP_MPLS_GRE, "MPLSoGRE", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word nh_flags[] = {
	{ "policy", VR_NH_F_POLICY, "Policy", NULL },
	{ "mcast", VR_NH_F_MCAST, "Multicast", NULL },
	{ "uuc-flood", VR_NH_F_UUC_FLOOD, "Unknown Unicast Flood", NULL },
	{ "flow-lookup", VR_NH_F_FLOW_LOOKUP, "Flow Lookup", NULL },
	{ "control-word", VR_NH_F_CONTROL_WORD, "L2 Control Word", NULL },
	{ "l3-vxlan", VR_NH_F_L3_VXLAN, "L3 Vxlan", NULL },
	{ "udp-csum", VR_NH_F_UDP_CSUM, "UDP Checksum", NULL },
	{ "udp6-zero-csum", VR_NH_F_UDP6_ZERO_CSUM, "UDP6 Zero Checksum", NULL },
	{ "resolve", VR_NH_F_RESOLVE, "Resolve Underlay", NULL },
	{ "validate-mcast", VR_NH_F_VALIDATE_MCAST, "Validate Mcast Source", NULL },
	{ "ecmp-keep-label", VR_NH_F_ECMP_KEEP_LABEL, "Ecmp Keep Label", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word nh_hashes[] = {
	{ "sip", VR_HASH_SIP, "SrcIP", NULL },
	{ "dip", VR_HASH_DIP, "DstIP", NULL },
	{ "sport", VR_HASH_SPORT, "SrcPort", NULL },
	{ "dport", VR_HASH_DPORT, "DstPort", NULL },
	{ "proto", VR_HASH_PROTO, "Proto", NULL },
	{ NULL, 0, NULL, NULL }
};

static void nh_show_head(struct out *out, struct nlattr **tb)
{
	__u32 id = attr_u32(tb[VR_A_NH_ID]), type = attr_u32(tb[VR_A_NH_TYPE]);
	__u32 family = attr_u32(tb[VR_A_NH_FAMILY]), refs = attr_u32(tb[VR_A_NH_REFS]);
	__u32 vrf = attr_u32(tb[VR_A_NH_VRF]);
	const struct word *type_word = word_find(nh_types, type);
	const struct word *family_word = word_find(word_families, family);

	out_num(out, "id", id, "Id:%-11u", id);
	if (type_word)
		out_str(out, "type", type_word->name, "Type:%-14s ", type_word->label);
	else
		out_num(out, "type", type, "Type:%-14u ", type);
	if (family_word)
		out_str(out, "family", family_word->name, "Fmly:%8s  ", family_word->label);
	else
		out_text(out, "Fmly:%8s  ", "-");
	out_text(out, "Rid:0  ");
	out_num(out, "refs", refs, "Ref_cnt:%-10u ", refs);
	out_num(out, "vrf", vrf, "Vrf:%u\n", vrf);
}

/* A word of a newer kernel's is its number. */
static void nh_show_word(struct out *out, const char *key, const struct word *words,
			 const struct nlattr *attr)
{
	__u32 value = attr_u32(attr);
	const struct word *word = word_find(words, value);

	if (word)
		out_str(out, key, word->name, "%s, ", word->label);
	else if (attr)
		out_num(out, key, value, "%s %u, ", key, value);
}

static void nh_show_flags(struct out *out, struct nlattr **tb)
{
	out_text(out, "%14sFlags:Valid, ", "");
	nh_show_word(out, "kind", nh_kinds, tb[VR_A_NH_KIND]);
	nh_show_word(out, "encap", nh_encaps, tb[VR_A_NH_ENCAP]);
	flags_show(out, "flags", nh_flags, attr_u32(tb[VR_A_NH_FLAGS]), ", ", NULL);
	out_text(out, "\n");
}

static unsigned int nh_ethertype(__u32 family)
{
	if (family == AF_INET)
		return ETH_P_IP;
	return family == AF_INET6 ? ETH_P_IPV6 : 0;
}

/*
 * Where it leaves, and the Ethernet header that is written before the packet. @proto 0: a bridged
 * frame, which keeps its ethertype.
 */
static void nh_show_ethernet(struct out *out, struct nlattr **tb, unsigned int proto,
			     const char *title)
{
	const __u8 *dmac = attr_bytes(tb[VR_A_NH_DMAC], WORD_MAC_LEN);
	const __u8 *smac = attr_bytes(tb[VR_A_NH_SMAC], WORD_MAC_LEN);
	__u8 bytes[14];
	unsigned int i, len = 0;
	char text[WORD_MAC_TEXT];

	if (dmac && smac) {
		memcpy(bytes, dmac, WORD_MAC_LEN);
		memcpy(bytes + WORD_MAC_LEN, smac, WORD_MAC_LEN);
		bytes[12] = proto >> 8;
		bytes[13] = proto & 0xff;
		len = proto ? 14 : 12;
	}
	if (tb[VR_A_NH_OIF])
		out_num(out, "oif", attr_u32(tb[VR_A_NH_OIF]), "Oif:%u ",
			attr_u32(tb[VR_A_NH_OIF]));
	out_text(out, "Len:%u\n", len);
	if (!len)
		return;
	out_json_str(out, "dmac", attr_mac(tb[VR_A_NH_DMAC], text));
	out_json_str(out, "smac", attr_mac(tb[VR_A_NH_SMAC], text));
	out_text(out, "%14s%s:", "", title);
	for (i = 0; i < len; i++)
		out_text(out, " %02x", bytes[i]);
	out_text(out, "\n");
}

static void nh_show_encap(struct out *out, struct nlattr **tb)
{
	unsigned int proto = nh_ethertype(attr_u32(tb[VR_A_NH_FAMILY]));

	out_text(out, "%14sEncapFmly:%04x ", "", proto);
	nh_show_ethernet(out, tb, proto, "Encap Data");
}

/* The Ethernet header inside, of routed packets in VXLAN. */
static void nh_show_inner(struct out *out, struct nlattr **tb)
{
	char dmac[WORD_MAC_TEXT], smac[WORD_MAC_TEXT];

	if (!attr_mac(tb[VR_A_NH_INNER_DMAC], dmac))
		return;
	out_str(out, "inner_dmac", dmac, "%14sInner Dmac:%s", "", dmac);
	if (attr_mac(tb[VR_A_NH_INNER_SMAC], smac))
		out_str(out, "inner_smac", smac, " Smac:%s", smac);
	out_text(out, "\n");
}

static void nh_show_tunnel_state(struct out *out, struct nlattr **tb)
{
	bool resolved = attr_u32(tb[VR_A_NH_STATE]) & VR_NH_S_RESOLVED;
	__u32 mtu = attr_u32(tb[VR_A_NH_PATH_MTU]);

	out_text(out, "%14sResolved:%s", "", resolved ? "Yes" : "No");
	out_json_bool(out, "resolved", resolved);
	if (mtu)
		out_num(out, "path_mtu", mtu, " Path MTU:%u", mtu);
	else
		out_num(out, "path_mtu", mtu, " Path MTU:-");
	out_num(out, "packets", attr_u64(tb[VR_A_NH_PACKETS]), " Packets:%llu",
		attr_u64(tb[VR_A_NH_PACKETS]));
	out_num(out, "bytes", attr_u64(tb[VR_A_NH_BYTES]), " Bytes:%llu\n",
		attr_u64(tb[VR_A_NH_BYTES]));
}

static void nh_show_tunnel(struct out *out, struct nlattr **tb)
{
	char sip_text[WORD_ADDR_TEXT], dip_text[WORD_ADDR_TEXT];
	const char *sip = attr_addr(tb[VR_A_NH_SIP], sip_text);
	const char *dip = attr_addr(tb[VR_A_NH_DIP], dip_text);
	bool is6 = attr_bytes(tb[VR_A_NH_DIP], 16);

	/* The host finds them: there is nothing to show, whatever is sent. */
	if (attr_u32(tb[VR_A_NH_FLAGS]) & VR_NH_F_RESOLVE) {
		tb[VR_A_NH_DMAC] = NULL;
		tb[VR_A_NH_SMAC] = NULL;
	}
	out_text(out, "%14s", "");
	nh_show_ethernet(out, tb, is6 ? ETH_P_IPV6 : ETH_P_IP, "Data");
	out_str(out, "sip", sip, "%14sSip:%s", "", sip);
	out_str(out, "dip", dip, " Dip:%s\n", dip);
	nh_show_inner(out, tb);
	nh_show_tunnel_state(out, tb);
}

static void nh_show_hash(struct out *out, const struct nlattr *hash)
{
	out_text(out, "%14sValid Hash Key Parameters: ", "");
	flags_show(out, "hash", nh_hashes, attr_u32(hash), ",", NULL);
	out_text(out, "\n");
}

static void nh_show_members(struct out *out, const struct nlattr *members)
{
	const struct nlattr *entry;
	struct nlattr *tb[VR_A_MEMBER_MAX + 1];
	int rest;

	out_array(out, "members");
	out_text(out, "%14sSub NH(label):", "");
	nla_for_each_nested(entry, members, rest) {
		__u32 nh, label = VR_LABEL_NONE;

		if (nla_type(entry) != VR_A_MEMBER_ENTRY)
			continue;
		attrs_parse_nest(entry, tb, VR_A_MEMBER_MAX);
		nh = attr_u32(tb[VR_A_MEMBER_NH]);
		if (tb[VR_A_MEMBER_LABEL])
			label = attr_u32(tb[VR_A_MEMBER_LABEL]);
		out_object(out, NULL);
		out_num(out, "nh", nh, " %u", nh);
		if (label != VR_LABEL_NONE)
			out_num(out, "label", label, "(%u)", label);
		else
			out_text(out, "(-)");
		out_object_end(out);
	}
	out_text(out, "\n");
	out_array_end(out);
}

void nh_show(struct out *out, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_NH_MAX + 1];
	__u32 type;

	attrs_parse(reply, tb, VR_A_NH_MAX);
	type = attr_u32(tb[VR_A_NH_TYPE]);
	nh_show_head(out, tb);
	nh_show_flags(out, tb);
	if (type == VR_NH_ENCAP)
		nh_show_encap(out, tb);
	else if (type == VR_NH_TUNNEL)
		nh_show_tunnel(out, tb);
	else if (tb[VR_A_NH_OIF])
		out_num(out, "oif", attr_u32(tb[VR_A_NH_OIF]), "%14sOif:%u\n", "",
			attr_u32(tb[VR_A_NH_OIF]));
	if (tb[VR_A_NH_HASH])
		nh_show_hash(out, tb[VR_A_NH_HASH]);
	if (tb[VR_A_NH_MEMBERS])
		nh_show_members(out, tb[VR_A_NH_MEMBERS]);
}
