// SPDX-License-Identifier: GPL-2.0-only
/* Names and forms of the netlink attributes, and safe ways to read them. */
#include "attrs.h"

#include <stdio.h>
#include <string.h>

#include <linux/if_link.h>

#include <vrouter/conf.h>
#include <vrouter/netlink.h>

#include "netlink.h"
#include "output.h"
#include "tool.h"
#include "words.h"

enum attr_kind {
	ATTR_UNKNOWN,
	ATTR_U8,
	ATTR_U32,
	ATTR_U64,
	ATTR_S32,
	ATTR_S64,
	ATTR_STR,
	ATTR_MAC,
	ATTR_ADDR,
	ATTR_FLAG,
	ATTR_NEST,
};

/** struct attr_desc - @many: the attribute may be repeated, show it as a list */
struct attr_desc {
	const char *name;
	enum attr_kind kind;
	bool many;
	const struct attr_set *nest;
};

#define SET(table) { table, ARRAY_SIZE(table) }
#define NEST(text, set) { text, ATTR_NEST, false, &(set) }
#define ENTRY(set) { "entry", ATTR_NEST, true, &(set) }

static const struct attr_desc vrf_desc[] = {
	[VR_A_VRF_ID] = { "id", ATTR_U32, false, NULL },
	[VR_A_VRF_ROUTES4] = { "routes4", ATTR_U64, false, NULL },
	[VR_A_VRF_ROUTES6] = { "routes6", ATTR_U64, false, NULL },
	[VR_A_VRF_BRIDGES] = { "bridges", ATTR_U64, false, NULL },
};

static const struct attr_set vrf_set = SET(vrf_desc);

static const struct attr_set drop_set;

static const struct attr_desc drop_desc[] = {
	[VR_A_DROP_ENTRY] = ENTRY(drop_set),
	[VR_A_DROP_REASON] = { "reason", ATTR_U32, false, NULL },
	[VR_A_DROP_COUNT] = { "count", ATTR_U64, false, NULL },
};

static const struct attr_set drop_set = SET(drop_desc);

static const struct attr_set fat_set;

static const struct attr_desc fat_desc[] = {
	[VR_A_FAT_RULE] = { "rule", ATTR_NEST, true, &fat_set },
	[VR_A_FAT_EXCLUDE] = { "exclude", ATTR_NEST, true, &fat_set },
	[VR_A_FAT_PROTO] = { "proto", ATTR_U32, false, NULL },
	[VR_A_FAT_PORT] = { "port", ATTR_U32, false, NULL },
	[VR_A_FAT_IGNORE] = { "ignore", ATTR_U32, false, NULL },
	[VR_A_FAT_SRC] = NEST("src", fat_set),
	[VR_A_FAT_DST] = NEST("dst", fat_set),
	[VR_A_FAT_PREFIX] = { "prefix", ATTR_ADDR, false, NULL },
	[VR_A_FAT_PLEN] = { "plen", ATTR_U32, false, NULL },
	[VR_A_FAT_AGGREGATE] = { "aggregate", ATTR_U32, false, NULL },
};

static const struct attr_set fat_set = SET(fat_desc);

static const struct attr_desc vif_desc[] = {
	[VR_A_VIF_ID] = { "id", ATTR_U32, false, NULL },
	[VR_A_VIF_NAME] = { "name", ATTR_STR, false, NULL },
	[VR_A_VIF_TYPE] = { "type", ATTR_U32, false, NULL },
	[VR_A_VIF_FLAGS] = { "flags", ATTR_U32, false, NULL },
	[VR_A_VIF_VRF] = { "vrf", ATTR_U32, false, NULL },
	[VR_A_VIF_MCAST_VRF] = { "mcast_vrf", ATTR_U32, false, NULL },
	[VR_A_VIF_MAC] = { "mac", ATTR_MAC, false, NULL },
	[VR_A_VIF_IP] = { "ip", ATTR_ADDR, false, NULL },
	[VR_A_VIF_IP6] = { "ip6", ATTR_ADDR, false, NULL },
	[VR_A_VIF_MTU] = { "mtu", ATTR_U32, false, NULL },
	[VR_A_VIF_NH] = { "nh", ATTR_U32, false, NULL },
	[VR_A_VIF_XCONNECT] = { "xconnect", ATTR_U32, true, NULL },
	[VR_A_VIF_IFINDEX] = { "ifindex", ATTR_U32, false, NULL },
	[VR_A_VIF_STATUS] = { "status", ATTR_U32, false, NULL },
	[VR_A_VIF_REFS] = { "refs", ATTR_U32, false, NULL },
	[VR_A_VIF_RX_PACKETS] = { "rx_packets", ATTR_U64, false, NULL },
	[VR_A_VIF_RX_BYTES] = { "rx_bytes", ATTR_U64, false, NULL },
	[VR_A_VIF_RX_ERRORS] = { "rx_errors", ATTR_U64, false, NULL },
	[VR_A_VIF_TX_PACKETS] = { "tx_packets", ATTR_U64, false, NULL },
	[VR_A_VIF_TX_BYTES] = { "tx_bytes", ATTR_U64, false, NULL },
	[VR_A_VIF_TX_ERRORS] = { "tx_errors", ATTR_U64, false, NULL },
	[VR_A_VIF_DROPS] = NEST("drops", drop_set),
	[VR_A_VIF_FAT] = NEST("fat", fat_set),
	[VR_A_VIF_HELD] = { "held", ATTR_U32, false, NULL },
};

static const struct attr_set vif_set = SET(vif_desc);

static const struct attr_set member_set;

static const struct attr_desc member_desc[] = {
	[VR_A_MEMBER_ENTRY] = ENTRY(member_set),
	[VR_A_MEMBER_NH] = { "nh", ATTR_U32, false, NULL },
	[VR_A_MEMBER_LABEL] = { "label", ATTR_U32, false, NULL },
};

static const struct attr_set member_set = SET(member_desc);

static const struct attr_desc nh_desc[] = {
	[VR_A_NH_ID] = { "id", ATTR_U32, false, NULL },
	[VR_A_NH_TYPE] = { "type", ATTR_U32, false, NULL },
	[VR_A_NH_FAMILY] = { "family", ATTR_U32, false, NULL },
	[VR_A_NH_FLAGS] = { "flags", ATTR_U32, false, NULL },
	[VR_A_NH_VRF] = { "vrf", ATTR_U32, false, NULL },
	[VR_A_NH_OIF] = { "oif", ATTR_U32, false, NULL },
	[VR_A_NH_DMAC] = { "dmac", ATTR_MAC, false, NULL },
	[VR_A_NH_SMAC] = { "smac", ATTR_MAC, false, NULL },
	[VR_A_NH_KIND] = { "kind", ATTR_U32, false, NULL },
	[VR_A_NH_MEMBERS] = NEST("members", member_set),
	[VR_A_NH_REFS] = { "refs", ATTR_U32, false, NULL },
	[VR_A_NH_ENCAP] = { "encap", ATTR_U32, false, NULL },
	[VR_A_NH_SIP] = { "sip", ATTR_ADDR, false, NULL },
	[VR_A_NH_DIP] = { "dip", ATTR_ADDR, false, NULL },
	[VR_A_NH_INNER_DMAC] = { "inner_dmac", ATTR_MAC, false, NULL },
	[VR_A_NH_INNER_SMAC] = { "inner_smac", ATTR_MAC, false, NULL },
	[VR_A_NH_HASH] = { "hash", ATTR_U32, false, NULL },
	[VR_A_NH_STATE] = { "state", ATTR_U32, false, NULL },
	[VR_A_NH_PATH_MTU] = { "path_mtu", ATTR_U32, false, NULL },
	[VR_A_NH_PACKETS] = { "packets", ATTR_U64, false, NULL },
	[VR_A_NH_BYTES] = { "bytes", ATTR_U64, false, NULL },
};

static const struct attr_set nh_set = SET(nh_desc);

static const struct attr_desc demux_desc[] = {
	[VR_A_DEMUX_ID] = { "id", ATTR_U32, false, NULL },
	[VR_A_DEMUX_NH] = { "nh", ATTR_U32, false, NULL },
};

static const struct attr_set demux_set = SET(demux_desc);

static const struct attr_desc route_desc[] = {
	[VR_A_ROUTE_VRF] = { "vrf", ATTR_U32, false, NULL },
	[VR_A_ROUTE_FAMILY] = { "family", ATTR_U32, false, NULL },
	[VR_A_ROUTE_PREFIX] = { "prefix", ATTR_ADDR, false, NULL },
	[VR_A_ROUTE_PLEN] = { "plen", ATTR_U32, false, NULL },
	[VR_A_ROUTE_NH] = { "nh", ATTR_U32, false, NULL },
	[VR_A_ROUTE_LABEL] = { "label", ATTR_U32, false, NULL },
	[VR_A_ROUTE_FLAGS] = { "flags", ATTR_U32, false, NULL },
	[VR_A_ROUTE_MAC] = { "mac", ATTR_MAC, false, NULL },
};

static const struct attr_set route_set = SET(route_desc);

static const struct attr_desc bridge_desc[] = {
	[VR_A_BRIDGE_VRF] = { "vrf", ATTR_U32, false, NULL },
	[VR_A_BRIDGE_MAC] = { "mac", ATTR_MAC, false, NULL },
	[VR_A_BRIDGE_NH] = { "nh", ATTR_U32, false, NULL },
	[VR_A_BRIDGE_LABEL] = { "label", ATTR_U32, false, NULL },
	[VR_A_BRIDGE_FLAGS] = { "flags", ATTR_U32, false, NULL },
};

static const struct attr_set bridge_set = SET(bridge_desc);

static const struct attr_desc drops_desc[] = {
	[VR_A_DROPS_VIF] = { "vif", ATTR_U32, false, NULL },
	[VR_A_DROPS_LIST] = NEST("list", drop_set),
};

static const struct attr_set drops_set = SET(drops_desc);

static const struct attr_desc conf_desc[] = {
#define X(sym, word, dflt, least, most, help) \
	[VR_A_CONF_##sym] = { word, ATTR_U32, false, NULL },
	VR_CONF_SETTINGS(X)
#undef X
};

static const struct attr_set conf_set = SET(conf_desc);

static const struct attr_set flow_set;

static const struct attr_desc flow_desc[] = {
	[VR_A_FLOW_INDEX] = { "index", ATTR_U32, false, NULL },
	[VR_A_FLOW_GEN] = { "gen", ATTR_U32, false, NULL },
	[VR_A_FLOW_NH] = { "nh", ATTR_U32, false, NULL },
	[VR_A_FLOW_FAMILY] = { "family", ATTR_U32, false, NULL },
	[VR_A_FLOW_PROTO] = { "proto", ATTR_U32, false, NULL },
	[VR_A_FLOW_SIP] = { "sip", ATTR_ADDR, false, NULL },
	[VR_A_FLOW_DIP] = { "dip", ATTR_ADDR, false, NULL },
	[VR_A_FLOW_SPORT] = { "sport", ATTR_U32, false, NULL },
	[VR_A_FLOW_DPORT] = { "dport", ATTR_U32, false, NULL },
	[VR_A_FLOW_ACTION] = { "action", ATTR_U32, false, NULL },
	[VR_A_FLOW_FLAGS] = { "flags", ATTR_U32, false, NULL },
	[VR_A_FLOW_VRF] = { "vrf", ATTR_U32, false, NULL },
	[VR_A_FLOW_DVRF] = { "dvrf", ATTR_U32, false, NULL },
	[VR_A_FLOW_SRC_NH] = { "src_nh", ATTR_U32, false, NULL },
	[VR_A_FLOW_DROP_REASON] = { "drop_reason", ATTR_U32, false, NULL },
	[VR_A_FLOW_TTL] = { "ttl", ATTR_U32, false, NULL },
	[VR_A_FLOW_ECMP] = { "ecmp", ATTR_S32, false, NULL },
	[VR_A_FLOW_MIRROR] = { "mirror", ATTR_U32, false, NULL },
	[VR_A_FLOW_MIRROR2] = { "mirror2", ATTR_U32, false, NULL },
	[VR_A_FLOW_REVERSE] = NEST("reverse", flow_set),
	[VR_A_FLOW_RINDEX] = { "rindex", ATTR_U32, false, NULL },
	[VR_A_FLOW_RGEN] = { "rgen", ATTR_U32, false, NULL },
	[VR_A_FLOW_IF_CLOSED] = { "if_closed", ATTR_FLAG, false, NULL },
	[VR_A_FLOW_PAIR] = { "pair", ATTR_FLAG, false, NULL },
	[VR_A_FLOW_STATE] = { "state", ATTR_U32, false, NULL },
	[VR_A_FLOW_TCP] = { "tcp", ATTR_U32, false, NULL },
	[VR_A_FLOW_HELD] = { "held", ATTR_U32, false, NULL },
	[VR_A_FLOW_IDLE] = { "idle", ATTR_U32, false, NULL },
	[VR_A_FLOW_PACKETS] = { "packets", ATTR_U64, false, NULL },
	[VR_A_FLOW_BYTES] = { "bytes", ATTR_U64, false, NULL },
	[VR_A_FLOW_END] = { "end", ATTR_U32, false, NULL },
};

static const struct attr_set flow_set = SET(flow_desc);

/* Nobody sends these; the kernel can blame none of them. */
static const struct attr_set info_set = { NULL, 0 };

static const struct attr_desc linkinfo_desc[] = {
	[IFLA_INFO_KIND] = { "kind", ATTR_STR, false, NULL },
};

static const struct attr_set linkinfo_set = SET(linkinfo_desc);

static const struct attr_desc link_desc[] = {
	[IFLA_ADDRESS] = { "mac", ATTR_MAC, false, NULL },
	[IFLA_IFNAME] = { "name", ATTR_STR, false, NULL },
	[IFLA_LINKINFO] = NEST("linkinfo", linkinfo_set),
};

const struct attr_set attrs_link = SET(link_desc);

static const struct {
	const char *name;
	const struct attr_set *set;
} cmds[] = {
	[VR_CMD_INFO_GET] = { "info_get", &info_set },
	[VR_CMD_INFO_NEW] = { "info_new", &info_set },
	[VR_CMD_RESET] = { "reset", &info_set },
	[VR_CMD_VRF_NEW] = { "vrf_new", &vrf_set },
	[VR_CMD_VRF_DEL] = { "vrf_del", &vrf_set },
	[VR_CMD_VRF_GET] = { "vrf_get", &vrf_set },
	[VR_CMD_VIF_NEW] = { "vif_new", &vif_set },
	[VR_CMD_VIF_SET] = { "vif_set", &vif_set },
	[VR_CMD_VIF_DEL] = { "vif_del", &vif_set },
	[VR_CMD_VIF_GET] = { "vif_get", &vif_set },
	[VR_CMD_VIF_CLEAR] = { "vif_clear", &vif_set },
	[VR_CMD_NH_NEW] = { "nh_new", &nh_set },
	[VR_CMD_NH_DEL] = { "nh_del", &nh_set },
	[VR_CMD_NH_GET] = { "nh_get", &nh_set },
	[VR_CMD_ROUTE_NEW] = { "route_new", &route_set },
	[VR_CMD_ROUTE_DEL] = { "route_del", &route_set },
	[VR_CMD_ROUTE_GET] = { "route_get", &route_set },
	[VR_CMD_BRIDGE_NEW] = { "bridge_new", &bridge_set },
	[VR_CMD_BRIDGE_DEL] = { "bridge_del", &bridge_set },
	[VR_CMD_BRIDGE_GET] = { "bridge_get", &bridge_set },
	[VR_CMD_DROPS_GET] = { "drops_get", &drops_set },
	[VR_CMD_DROPS_NEW] = { "drops_new", &drops_set },
	[VR_CMD_DROPS_CLEAR] = { "drops_clear", &drops_set },
	[VR_CMD_CONF_SET] = { "conf_set", &conf_set },
	[VR_CMD_CONF_GET] = { "conf_get", &conf_set },
	[VR_CMD_CONF_NEW] = { "conf_new", &conf_set },
	[VR_CMD_FLOW_NEW] = { "flow_new", &flow_set },
	[VR_CMD_FLOW_DEL] = { "flow_del", &flow_set },
	[VR_CMD_FLOW_GET] = { "flow_get", &flow_set },
	[VR_CMD_FLOW_FLUSH] = { "flow_flush", &info_set },
	[VR_CMD_MPLS_NEW] = { "mpls_new", &demux_set },
	[VR_CMD_MPLS_DEL] = { "mpls_del", &demux_set },
	[VR_CMD_MPLS_GET] = { "mpls_get", &demux_set },
	[VR_CMD_VXLAN_NEW] = { "vxlan_new", &demux_set },
	[VR_CMD_VXLAN_DEL] = { "vxlan_del", &demux_set },
	[VR_CMD_VXLAN_GET] = { "vxlan_get", &demux_set },
};

const char *attrs_cmd_name(int cmd)
{
	return cmd > 0 && (size_t)cmd < ARRAY_SIZE(cmds) ? cmds[cmd].name : NULL;
}

const struct attr_set *attrs_of_cmd(int cmd)
{
	return cmd > 0 && (size_t)cmd < ARRAY_SIZE(cmds) ? cmds[cmd].set : NULL;
}

static const struct attr_desc *attr_find(const struct attr_set *set, int type)
{
	if (type <= 0 || (unsigned int)type >= set->n || !set->desc[type].name)
		return NULL;
	return &set->desc[type];
}

const char *attrs_name(const struct attr_set *set, int type)
{
	const struct attr_desc *desc = attr_find(set, type);

	return desc ? desc->name : NULL;
}

const struct attr_set *attrs_path(const struct attr_set *set, const struct nlattr *head, int len,
				  const void *at, char *buf, size_t size)
{
	const struct nlattr *attr;
	int rest;

	nla_for_each_attr(attr, head, len, rest) {
		const struct attr_desc *desc = attr_find(set, nla_type(attr));
		const struct attr_set *inner = desc && desc->nest ? desc->nest : set;
		const char *end = (const char *)attr + nla_total_size(nla_len(attr));
		int used;

		if ((const char *)at >= end)
			continue;
		used = snprintf(buf, size, "%s", desc ? desc->name : "unknown");
		if (at == attr)
			return inner;
		if (!desc || !desc->nest || (size_t)used + 1 >= size)
			return NULL;
		buf[used] = '.';
		return attrs_path(inner, nla_data(attr), nla_len(attr), at, buf + used + 1,
				  size - used - 1);
	}
	return NULL;
}

static void attr_show(struct out *out, const struct attr_desc *desc, const char *key,
		      const struct nlattr *attr)
{
	char text[WORD_ADDR_TEXT];

	switch (desc->kind) {
	case ATTR_U8:
		out_json_num(out, key, nla_len(attr) ? *(__u8 *)nla_data(attr) : 0);
		break;
	case ATTR_U32:
		out_json_num(out, key, attr_u32(attr));
		break;
	case ATTR_S32:
		out_json_signed(out, key, (__s32)attr_u32(attr));
		break;
	case ATTR_U64:
	case ATTR_S64:
		out_json_num(out, key, attr_u64(attr));
		break;
	case ATTR_STR:
		out_json_str(out, key, attr_str(attr));
		break;
	case ATTR_MAC:
		out_json_str(out, key, attr_mac(attr, text));
		break;
	case ATTR_ADDR:
		out_json_str(out, key, attr_addr(attr, text));
		break;
	case ATTR_FLAG:
		out_json_bool(out, key, true);
		break;
	case ATTR_NEST:
		out_object(out, key);
		attrs_show(out, desc->nest, nla_data(attr), nla_len(attr));
		out_object_end(out);
		break;
	case ATTR_UNKNOWN:
		break;
	}
}

/* All attributes like @first, from there on, as one list. */
static void attr_show_list(struct out *out, const struct attr_desc *desc,
			   const struct nlattr *first, int len)
{
	const struct nlattr *attr;
	int rest;

	out_array(out, desc->name);
	nla_for_each_attr(attr, first, len, rest)
		if (nla_type(attr) == nla_type(first))
			attr_show(out, desc, NULL, attr);
	out_array_end(out);
}

void attrs_show(struct out *out, const struct attr_set *set, const struct nlattr *head, int len)
{
	const struct nlattr *attr;
	__u64 listed = 0;
	int rest;

	nla_for_each_attr(attr, head, len, rest) {
		const struct attr_desc *desc = attr_find(set, nla_type(attr));

		if (!desc || listed >> nla_type(attr) & 1)
			continue;
		if (desc->many) {
			listed |= 1ULL << nla_type(attr);
			attr_show_list(out, desc, attr, rest);
		} else {
			attr_show(out, desc, desc->name, attr);
		}
	}
}

void attrs_parse(const struct nlc_reply *reply, struct nlattr **tb, int max)
{
	memset(tb, 0, sizeof(*tb) * (max + 1));
	nla_parse(tb, max, reply->attrs, reply->len, NULL);
}

void attrs_parse_nest(const struct nlattr *nest, struct nlattr **tb, int max)
{
	memset(tb, 0, sizeof(*tb) * (max + 1));
	nla_parse(tb, max, nla_data(nest), nla_len(nest), NULL);
}

__u32 attr_u32(const struct nlattr *attr)
{
	__u32 value = 0;

	if (attr && nla_len(attr) >= (int)sizeof(value))
		memcpy(&value, nla_data(attr), sizeof(value));
	return value;
}

__u64 attr_u64(const struct nlattr *attr)
{
	__u64 value = 0;

	if (attr && nla_len(attr) >= (int)sizeof(value))
		memcpy(&value, nla_data(attr), sizeof(value));
	return value;
}

const char *attr_str(const struct nlattr *attr)
{
	if (!attr || !memchr(nla_data(attr), '\0', nla_len(attr)))
		return NULL;
	return nla_data(attr);
}

const __u8 *attr_bytes(const struct nlattr *attr, int len)
{
	if (!attr || nla_len(attr) < len)
		return NULL;
	return nla_data(attr);
}

const char *attr_addr(const struct nlattr *attr, char *buf)
{
	if (attr && nla_len(attr) == 4)
		word_addr_text(AF_INET, nla_data(attr), buf);
	else if (attr && nla_len(attr) == 16)
		word_addr_text(AF_INET6, nla_data(attr), buf);
	else
		return "-";
	return buf;
}

const char *attr_mac(const struct nlattr *attr, char *buf)
{
	const __u8 *mac = attr_bytes(attr, WORD_MAC_LEN);

	if (!mac)
		return NULL;
	word_mac_text(mac, buf);
	return buf;
}
