// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the attributes of vifs, in and out. */

#include "nl_vif.h"

#include <vr_host/port.h>

#include "nl_fat.h"

static struct netlink_range_validation vif_range_mcast_vrf = { .max = VR_VRF_NONE };

/* Every mistake that a name can have has a text, for which NLA_STRING alone has but one. */
static int vif_valid_name(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	char name[IFNAMSIZ];

	if (nla_strscpy(name, attr, sizeof(name)) < 0) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "vif: device name has more than 15 characters");
		return -ERANGE;
	}
	if (memchr(nla_data(attr), '\0', nla_len(attr) - 1)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "vif: device name has a NUL in it");
		return -EINVAL;
	}
	if (!dev_valid_name(name)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "vif: no device can have this name");
		return -EINVAL;
	}
	return 0;
}

const struct nla_policy vrl_nl_vif_policy[VR_A_VIF_MAX + 1] = {
	[VR_A_VIF_ID] = VRL_NL_VIF,
	[VR_A_VIF_NAME] = NLA_POLICY_VALIDATE_FN(NLA_STRING, vif_valid_name),
	[VR_A_VIF_TYPE] = NLA_POLICY_MAX(NLA_U32, VR_VIF_VIRTUAL),
	[VR_A_VIF_FLAGS] = NLA_POLICY_MASK(NLA_U32, VR_VIF_F_ALL),
	[VR_A_VIF_VRF] = VRL_NL_VRF,
	[VR_A_VIF_MCAST_VRF] = NLA_POLICY_FULL_RANGE(NLA_U32, &vif_range_mcast_vrf),
	[VR_A_VIF_MAC] = NLA_POLICY_ETH_ADDR,
	[VR_A_VIF_IP] = NLA_POLICY_EXACT_LEN(4),
	[VR_A_VIF_IP6] = NLA_POLICY_EXACT_LEN(16),
	[VR_A_VIF_MTU] = { .type = NLA_U32 },
	[VR_A_VIF_NH] = VRL_NL_NH,
	[VR_A_VIF_XCONNECT] = VRL_NL_VIF,
	[VR_A_VIF_IFINDEX] = VRL_NL_OUT("vif: the ifindex"),
	[VR_A_VIF_STATUS] = VRL_NL_OUT("vif: the status"),
	[VR_A_VIF_REFS] = VRL_NL_OUT("vif: the number of references"),
	[VR_A_VIF_RX_PACKETS] = VRL_NL_OUT("vif: the counter of received packets"),
	[VR_A_VIF_RX_BYTES] = VRL_NL_OUT("vif: the counter of received bytes"),
	[VR_A_VIF_RX_ERRORS] = VRL_NL_OUT("vif: the counter of errors in receiving"),
	[VR_A_VIF_TX_PACKETS] = VRL_NL_OUT("vif: the counter of sent packets"),
	[VR_A_VIF_TX_BYTES] = VRL_NL_OUT("vif: the counter of sent bytes"),
	[VR_A_VIF_TX_ERRORS] = VRL_NL_OUT("vif: the counter of errors in sending"),
	[VR_A_VIF_DROPS] = VRL_NL_OUT("vif: the list of drop counters"),
	[VR_A_VIF_FAT] = NLA_POLICY_NESTED(vrl_nl_fat_policy),
	[VR_A_VIF_HELD] = VRL_NL_OUT("vif: the number of flows that wait"),
};

/* For VIF_DEL, VIF_CLEAR and VIF_GET. */
const struct nla_policy vrl_nl_vif_key_policy[VR_A_VIF_NAME + 1] = {
	[VR_A_VIF_ID] = VRL_NL_VIF,
	[VR_A_VIF_NAME] = NLA_POLICY_VALIDATE_FN(NLA_STRING, vif_valid_name),
};

size_t vrl_vif_room(const struct vr_fat_cfg *fat)
{
	return VRL_VIF_SIZE + vrl_nl_fat_size(fat);
}

/* --- out --------------------------------------------------------------------- */

static int vif_put_cfg(struct sk_buff *skb, const struct vr_vif_cfg *vif)
{
	u32 i;

	if (nla_put_u32(skb, VR_A_VIF_ID, vif->id) ||
	    nla_put_string(skb, VR_A_VIF_NAME, vif->name) ||
	    nla_put_u32(skb, VR_A_VIF_TYPE, vif->type) ||
	    nla_put_u32(skb, VR_A_VIF_FLAGS, vif->flags) ||
	    nla_put_u32(skb, VR_A_VIF_VRF, vif->vrf) ||
	    nla_put_u32(skb, VR_A_VIF_MCAST_VRF, vif->mcast_vrf) ||
	    nla_put(skb, VR_A_VIF_MAC, ETH_ALEN, vif->mac) ||
	    nla_put_u32(skb, VR_A_VIF_MTU, vif->mtu) ||
	    nla_put_u32(skb, VR_A_VIF_NH, vif->nh))
		return -EMSGSIZE;
	if (vif->ip && nla_put_in_addr(skb, VR_A_VIF_IP, vif->ip))
		return -EMSGSIZE;
	if (memchr_inv(vif->ip6, 0, sizeof(vif->ip6)) &&
	    nla_put(skb, VR_A_VIF_IP6, sizeof(vif->ip6), vif->ip6))
		return -EMSGSIZE;
	for (i = 0; i < vif->n_xconnect; i++)
		if (nla_put_u32(skb, VR_A_VIF_XCONNECT, vif->xconnect[i]))
			return -EMSGSIZE;
	return vrl_nl_fat_put(skb, &vif->fat);
}

static int vif_put_state(struct sk_buff *skb, const struct vr_vif_info *vif)
{
	const struct vr_port *port = vif->port;
	u32 status = 0;

	if (port) {
		status |= VR_VIF_S_ATTACHED;
		if (vr_port_is_up(port))
			status |= VR_VIF_S_UP;
		if (nla_put_u32(skb, VR_A_VIF_IFINDEX, port->dev->ifindex))
			return -EMSGSIZE;
	}
	if (vif->xconnect)
		status |= VR_VIF_S_XCONNECT;
	if (nla_put_u32(skb, VR_A_VIF_STATUS, status) ||
	    nla_put_u32(skb, VR_A_VIF_HELD, vif->held))
		return -EMSGSIZE;
	return nla_put_u32(skb, VR_A_VIF_REFS, vif->refs);
}

static int vif_put_stats(struct sk_buff *skb, const struct vr_vif_stats *stats)
{
	const struct {
		int attr;
		u64 value;
	} counters[] = {
		{ VR_A_VIF_RX_PACKETS, stats->rx_packets },
		{ VR_A_VIF_RX_BYTES, stats->rx_bytes },
		{ VR_A_VIF_RX_ERRORS, stats->rx_errors },
		{ VR_A_VIF_TX_PACKETS, stats->tx_packets },
		{ VR_A_VIF_TX_BYTES, stats->tx_bytes },
		{ VR_A_VIF_TX_ERRORS, stats->tx_errors },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (nla_put_u64_64bit(skb, counters[i].attr, counters[i].value, VR_A_VIF_PAD))
			return -EMSGSIZE;
	return 0;
}

int vrl_vif_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		 const struct vr_vif_info *vif, const u64 *drops)
{
	void *hdr = vrl_nl_put_header(skb, to, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (vif_put_cfg(skb, &vif->cfg) ||
	    vif_put_state(skb, vif) ||
	    vif_put_stats(skb, &vif->stats))
		goto full;
	if (drops && vrl_nl_put_drops(skb, VR_A_VIF_DROPS, drops))
		goto full;
	genlmsg_end(skb, hdr);
	return 0;
full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* --- in ---------------------------------------------------------------------- */

static int vif_parse_xconnect(struct genl_info *info, struct vr_vif_cfg *vif)
{
	const struct nlattr *attr;
	int rem;

	vif->n_xconnect = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VR_A_VIF_XCONNECT)
			continue;
		if (vif->n_xconnect == VR_XCONNECT_MAX)
			return vrl_nl_refuse_attr(info, -E2BIG, VR_A_VIF_XCONNECT,
						  "a vif has 3 cross-connect partners at most");
		vif->xconnect[vif->n_xconnect++] = nla_get_u32(attr);
	}
	return 0;
}

int vrl_vif_parse(struct genl_info *info, struct vr_vif_cfg *vif)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VR_A_VIF_NAME])
		nla_strscpy(vif->name, attrs[VR_A_VIF_NAME], sizeof(vif->name));
	vif->type = vrl_nl_u32(info, VR_A_VIF_TYPE, vif->type);
	vif->flags = vrl_nl_u32(info, VR_A_VIF_FLAGS, vif->flags);
	vif->vrf = vrl_nl_u32(info, VR_A_VIF_VRF, vif->vrf);
	vif->mcast_vrf = vrl_nl_u32(info, VR_A_VIF_MCAST_VRF, vif->mcast_vrf);
	vif->mtu = vrl_nl_u32(info, VR_A_VIF_MTU, vif->mtu);
	vif->nh = vrl_nl_u32(info, VR_A_VIF_NH, vif->nh);
	if (attrs[VR_A_VIF_MAC]) {
		nla_memcpy(vif->mac, attrs[VR_A_VIF_MAC], ETH_ALEN);
		/* To port.c a zero MAC means that none was given. */
		if (is_zero_ether_addr(vif->mac))
			return vrl_nl_refuse_attr(info, -EINVAL, VR_A_VIF_MAC, "vif: MAC is zero");
	}
	if (attrs[VR_A_VIF_IP])
		vif->ip = nla_get_in_addr(attrs[VR_A_VIF_IP]);
	if (attrs[VR_A_VIF_IP6])
		nla_memcpy(vif->ip6, attrs[VR_A_VIF_IP6], sizeof(vif->ip6));
	return attrs[VR_A_VIF_XCONNECT] ? vif_parse_xconnect(info, vif) : 0;
}

int vrl_vif_parse_new(struct genl_info *info, struct vr_vif_cfg *vif)
{
	if (!info->attrs[VR_A_VIF_NAME])
		return vrl_nl_missing(info, VR_A_VIF_NAME, "vif: device name is missing");
	if (!info->attrs[VR_A_VIF_TYPE])
		return vrl_nl_missing(info, VR_A_VIF_TYPE, "vif: type is missing");
	memset(vif, 0, sizeof(*vif));
	vif->id = vrl_nl_u32(info, VR_A_VIF_ID, VR_VIF_ID_NONE);
	vif->mcast_vrf = VR_VRF_NONE;
	return vrl_vif_parse(info, vif);
}
