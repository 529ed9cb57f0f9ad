// SPDX-License-Identifier: GPL-2.0-only
/* IPv6 neighbour discovery: read, and answer solicitations in place. */
#include "pkt/nd.h"
#include "pkt/parse.h"

#define ND_HOP_LIMIT		255

/* ICMPv6 types (RFC 4861 4) */
#define ND_TYPE_RS		133
#define ND_TYPE_RA		134
#define ND_TYPE_NS		135
#define ND_TYPE_NA		136

/* Bytes in front of the options (RFC 4861 4.1, 4.2) */
#define ND_RS_LEN		8
#define ND_RA_LEN		16

/* Flags of an advertisement (RFC 4861 4.4) */
#define ND_NA_ROUTER		0x80000000
#define ND_NA_SOLICITED		0x40000000
#define ND_NA_OVERRIDE		0x20000000

/* Options (RFC 4861 4.6) */
#define ND_OPT_SOURCE_LLADDR	1
#define ND_OPT_TARGET_LLADDR	2
#define ND_OPT_UNIT		8

/* What NS and NA have in front of their options; RS and RA begin like it. */
struct nd_head {
	u8 type;
	u8 code;
	__sum16 cksum;
	__be32 flags;
	struct in6_addr target;
};

/* A link-layer address option for Ethernet; every option begins like it. */
struct nd_option {
	u8 type;
	u8 units;
	u8 lladdr[ETH_ALEN];
};

/* The answer, from IPv6 on. */
struct nd_advert {
	struct ipv6hdr ip6;
	struct nd_head msg;
	struct nd_option opt;
};

static_assert(sizeof(struct nd_head) == 24);
static_assert(sizeof(struct nd_option) == ND_OPT_UNIT);
static_assert(sizeof(struct nd_advert) == 72);

static struct nd_head *nd_msg_at(const struct vr_pkt *pkt, unsigned int off)
{
	return (struct nd_head *)((u8 *)vr_pkt_data(pkt) + off);
}

/* Over message and pseudo-header (RFC 4443 2.3): 0 if the checksum in @msg is right. */
static __sum16 nd_csum(const struct ipv6hdr *ip6, const struct nd_head *msg, unsigned int len)
{
	__wsum sum = csum_partial(msg, len, 0);

	sum = csum_partial(&ip6->saddr, sizeof(ip6->saddr), sum);
	sum = csum_partial(&ip6->daddr, sizeof(ip6->daddr), sum);
	sum = csum_add(sum, (__force __wsum)htonl(len));
	sum = csum_add(sum, (__force __wsum)htonl(IPPROTO_ICMPV6));
	return csum_fold(sum);
}

/* What @msg is, going by its type, and in @base where its options begin. */
static enum vr_nd_type nd_msg_type(const struct nd_head *msg, unsigned int *base)
{
	switch (msg->type) {
	case ND_TYPE_RS:
		*base = ND_RS_LEN;
		return VR_ND_RS;
	case ND_TYPE_RA:
		*base = ND_RA_LEN;
		return VR_ND_RA;
	case ND_TYPE_NS:
		*base = sizeof(*msg);
		return VR_ND_NS;
	case ND_TYPE_NA:
		*base = sizeof(*msg);
		return VR_ND_NA;
	default:
		return VR_ND_NONE;
	}
}

/* ff02::1:ff00:0/104 (RFC 4291 2.7.1) */
static bool nd_is_solicited_node(const struct in6_addr *a)
{
	static const u8 prefix[13] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff };

	return !memcmp(a->s6_addr, prefix, sizeof(prefix));
}

static bool nd_is_multicast(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

static bool nd_is_link_local(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xfe && (a->s6_addr[1] & 0xc0) == 0x80;
}

/* The source may send such a message (RFC 4861 6.1.1, 6.1.2, 7.1.1). */
static bool nd_source_good(const struct ipv6hdr *ip6, const struct vr_nd *nd)
{
	if (nd_is_multicast(&ip6->saddr))
		return false;
	if (nd->type == VR_ND_RA)
		return nd_is_link_local(&ip6->saddr);
	if (!ipv6_addr_any(&ip6->saddr))
		return true;
	if (nd->type == VR_ND_NS && !nd_is_solicited_node(&ip6->daddr))
		return false;
	return nd->type != VR_ND_NA && !nd->has_lladdr;
}

/* Target and flags of NS and NA (RFC 4861 7.1.1, 7.1.2); :: is nobody's (RFC 4291 2.5.2). */
static bool nd_target_good(const struct ipv6hdr *ip6, const struct nd_head *msg,
			   const struct vr_nd *nd)
{
	if (nd->type != VR_ND_NS && nd->type != VR_ND_NA)
		return true;
	if (nd_is_multicast(&msg->target) || ipv6_addr_any(&msg->target))
		return false;
	return nd->type != VR_ND_NA || !nd_is_multicast(&ip6->daddr) ||
	       !(msg->flags & htonl(ND_NA_SOLICITED));
}

/* Walk the options in @len bytes and take the link-layer address. False: malformed. */
static bool nd_parse_options(struct vr_nd *nd, const u8 *at, unsigned int len)
{
	u8 wanted = nd->type == VR_ND_NA ? ND_OPT_TARGET_LLADDR : ND_OPT_SOURCE_LLADDR;
	const struct nd_option *opt;
	unsigned int size;

	for (; len; at += size, len -= size) {
		if (len < sizeof(*opt))
			return false;
		opt = (const struct nd_option *)at;
		size = opt->units * ND_OPT_UNIT;
		if (!size || size > len)
			return false;
		if (opt->type != wanted)
			continue;
		if (nd->has_lladdr || size != sizeof(*opt) || !is_valid_ether_addr(opt->lladdr))
			return false;
		nd->has_lladdr = true;
		memcpy(nd->lladdr, opt->lladdr, ETH_ALEN);
	}
	return true;
}

/* Fill in @nd from linear headers and message; false: @nd is not to be used. */
static bool nd_parse_msg(struct vr_nd *nd, const struct ipv6hdr *ip6, const struct nd_head *msg,
			 unsigned int base)
{
	unsigned int len = ntohs(ip6->payload_len);

	if (!nd_parse_options(nd, (const u8 *)msg + base, len - base))
		return false;
	if (!nd_source_good(ip6, nd) || !nd_target_good(ip6, msg, nd))
		return false;
	nd->src = ip6->saddr;
	if (nd->type == VR_ND_NS || nd->type == VR_ND_NA)
		nd->target = msg->target;
	return true;
}

/* A device is to put it where it belongs, not over what has been read. */
static bool nd_csum_fits(const struct vr_pkt *pkt, unsigned int msg_off)
{
	return vr_pkt_csum_start(pkt) == (int)msg_off &&
	       vr_pkt_csum_offset(pkt) == offsetof(struct nd_head, cksum);
}

void vr_nd_parse(struct vr_pkt *pkt, unsigned int off, struct vr_nd *nd)
{
	unsigned int msg_off = off + sizeof(struct ipv6hdr);
	const struct ipv6hdr *ip6;
	const struct nd_head *msg;
	unsigned int base, len;

	memset(nd, 0, sizeof(*nd));
	if (vr_parse_ip6(pkt, off) != VR_DROP_NONE)
		return;
	ip6 = vr_ip6_at(pkt, off);
	len = ntohs(ip6->payload_len);
	if (ip6->nexthdr != IPPROTO_ICMPV6 || ip6->hop_limit != ND_HOP_LIMIT || len < ND_RS_LEN)
		return;

	/* an echo, say, is not made linear for nothing */
	if (!vr_pkt_may_pull(pkt, msg_off + ND_RS_LEN))
		return;
	msg = nd_msg_at(pkt, msg_off);
	nd->type = nd_msg_type(msg, &base);
	if (nd->type == VR_ND_NONE)
		return;
	if (msg->code || len < base || !vr_pkt_may_pull(pkt, msg_off + len))
		goto none;

	ip6 = vr_ip6_at(pkt, off);
	msg = nd_msg_at(pkt, msg_off);
	if (vr_pkt_csum_is_partial(pkt) ? !nd_csum_fits(pkt, msg_off) : nd_csum(ip6, msg, len))
		goto none;
	if (nd_parse_msg(nd, ip6, msg, base))
		return;
none:
	memset(nd, 0, sizeof(*nd));
}

enum vr_drop_reason vr_nd_answer(struct vr_pkt *pkt, unsigned int off, const struct vr_nd *nd,
				 const u8 *mac, bool router)
{
	struct ethhdr *eth;
	struct nd_advert *na;

	if (vr_pkt_resize(pkt, off + sizeof(*na)))
		return VR_DROP_PCOW_FAIL;

	eth = vr_eth(pkt);
	memcpy(eth->h_dest, nd->has_lladdr ? nd->lladdr : eth->h_source, ETH_ALEN);
	memcpy(eth->h_source, mac, ETH_ALEN);

	na = (struct nd_advert *)((u8 *)vr_pkt_data(pkt) + off);
	memset(na, 0, sizeof(*na));
	na->ip6.version = 6;
	na->ip6.payload_len = htons(sizeof(*na) - sizeof(na->ip6));
	na->ip6.nexthdr = IPPROTO_ICMPV6;
	na->ip6.hop_limit = ND_HOP_LIMIT;
	na->ip6.saddr = nd->target;
	na->ip6.daddr = nd->src;
	na->msg.type = ND_TYPE_NA;
	na->msg.flags = htonl(ND_NA_SOLICITED | ND_NA_OVERRIDE | (router ? ND_NA_ROUTER : 0));
	na->msg.target = nd->target;
	na->opt.type = ND_OPT_TARGET_LLADDR;
	na->opt.units = 1;
	memcpy(na->opt.lladdr, mac, ETH_ALEN);
	na->msg.cksum = nd_csum(&na->ip6, &na->msg, sizeof(na->msg) + sizeof(na->opt));

	vr_pkt_rewritten(pkt);
	return VR_DROP_NONE;
}
