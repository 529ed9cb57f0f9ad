// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transport headers: from a good IP header, by way of IPv6 extension headers
 * and of the packet that an ICMP error quotes, to a flow key. Nothing here
 * changes a packet or frees it.
 *
 * No byte is read that is not linear and within the IP packet: l4_pull() is
 * asked first, every time.
 */
#include "pkt/l4.h"

#include "pkt/parse.h"

#define IP6_FRAG_OFFSET		0xfff8
#define IP6_FRAG_MORE		0x0001

/* Bytes of the longest packet; IPv6: behind its fixed header. */
#define IP_LEN_MAX		0xffffU

/* Extension headers of a packet, and their bytes: what nobody needs is refused unread. */
#define L4_EXT_MAX		8
#define L4_EXT_BYTES		1024

/* Every extension header has as many; so has every ICMP header. */
#define L4_EXT_LEN		8
#define L4_ICMP_LEN		8
#define L4_ICMP_CSUM		2
#define L4_AH_MIN		12

/* Shortest headers of those that have ports (RFC 768, 3828, 9260 3.1, 4340 5.1) */
#define L4_PORTS_LEN		4
#define L4_SCTP_LEN		12
#define L4_DCCP_LEN		12

/* RFC 4443 2.1: types below are of errors. */
#define L4_ICMP6_INFO		128

/* What all protocols with ports begin with. */
struct l4_ports {
	__be16 source;
	__be16 dest;
};

/**
 * struct l4_walk - how far a packet has been read
 * @pkt: the packet
 * @off: header that comes next, from vr_pkt_data()
 * @end: first byte behind what may be read
 * @frag: the header that says that it is a fragment; 0: it is whole
 * @proto: what is at @off
 * @later: that is the middle of something: a fragment that is not the first
 * @quoted: it is the packet in an ICMP error, of which only the beginning is there
 * @error: it is an ICMP error
 */
struct l4_walk {
	struct vr_pkt *pkt;
	unsigned int off;
	unsigned int end;
	unsigned int frag;
	u8 proto;
	bool later;
	bool quoted;
	bool error;
};

enum l4_icmp_kind {
	L4_ICMP_ECHO,
	L4_ICMP_ERROR,
	L4_ICMP_OTHER,
};

static const void *l4_at(const struct l4_walk *w)
{
	return (const u8 *)vr_pkt_data(w->pkt) + w->off;
}

/* The next @len bytes can be read. Moves data. */
static enum vr_drop_reason l4_pull(struct l4_walk *w, unsigned int len)
{
	if (len > w->end - w->off)
		return VR_DROP_INVALID_PACKET;
	if (vr_pkt_headlen(w->pkt) >= w->off + len)
		return VR_DROP_NONE;
	return vr_pkt_may_pull(w->pkt, w->off + len) ? VR_DROP_NONE : VR_DROP_PULL;
}

static void l4_ip4(struct l4_walk *w, struct vr_flow_key *key)
{
	const struct iphdr *ip = l4_at(w);

	key->addr[0] = ip->saddr;
	key->addr[1] = ip->daddr;
	w->proto = ip->protocol;
	w->later = !!(ip->frag_off & htons(VR_IP4_FRAG_OFFSET));
	if (ip->frag_off & htons(VR_IP4_FRAGMENT))
		w->frag = w->off;
	w->off += ip->ihl * 4;
}

static void l4_ip6(struct l4_walk *w, struct vr_flow_key *key)
{
	const struct ipv6hdr *ip6 = l4_at(w);

	memcpy(key->addr, &ip6->saddr, sizeof(ip6->saddr));
	memcpy(key->addr + 4, &ip6->daddr, sizeof(ip6->daddr));
	w->proto = ip6->nexthdr;
	w->off += sizeof(*ip6);
}

static bool l4_is_ext(u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_DSTOPTS || proto == IPPROTO_AH || proto == IPPROTO_FRAGMENT;
}

/* Past one extension header (RFC 8200 4, RFC 4302 2). Moves data. */
static enum vr_drop_reason l4_ext_one(struct l4_walk *w)
{
	enum vr_drop_reason reason = l4_pull(w, L4_EXT_LEN);
	const struct ipv6_opt_hdr *ext;
	const struct frag_hdr *frag;
	unsigned int len;

	if (reason != VR_DROP_NONE)
		return reason;
	ext = l4_at(w);
	switch (w->proto) {
	case IPPROTO_FRAGMENT:
		frag = l4_at(w);
		w->later = !!(frag->frag_off & htons(IP6_FRAG_OFFSET));
		if (frag->frag_off & htons(IP6_FRAG_OFFSET | IP6_FRAG_MORE))
			w->frag = w->off;
		len = sizeof(*frag);
		break;
	case IPPROTO_AH:
		len = (ext->hdrlen + 2) * 4;
		if (len < L4_AH_MIN)
			return VR_DROP_INVALID_PACKET;
		break;
	default:
		len = (ext->hdrlen + 1) * 8;
		break;
	}
	if (len > w->end - w->off)
		return VR_DROP_INVALID_PACKET;
	w->proto = ext->nexthdr;
	w->off += len;
	return VR_DROP_NONE;
}

/*
 * Past extension headers, up to the last or to where a later fragment has
 * something else. Hop-by-hop options come first and there is one fragment
 * header, if any (RFC 8200 4.1). Moves data.
 */
static enum vr_drop_reason l4_ext(struct l4_walk *w)
{
	unsigned int start = w->off, n;
	bool fragment = false;

	for (n = 0; l4_is_ext(w->proto) && !w->later; n++) {
		enum vr_drop_reason reason;

		if (n == L4_EXT_MAX || (w->proto == IPPROTO_HOPOPTS && n) ||
		    (w->proto == IPPROTO_FRAGMENT && fragment))
			return VR_DROP_INVALID_PACKET;
		fragment = fragment || w->proto == IPPROTO_FRAGMENT;
		reason = l4_ext_one(w);
		if (reason != VR_DROP_NONE)
			return reason;
		if (w->off - start > L4_EXT_BYTES)
			return VR_DROP_INVALID_PACKET;
	}
	return VR_DROP_NONE;
}

/* Past a good IP header of which at least the fixed part is linear. Moves data. */
static enum vr_drop_reason l4_ip(struct l4_walk *w, u8 family, struct vr_flow_key *key)
{
	enum vr_drop_reason reason = VR_DROP_NONE;

	if (family == AF_INET) {
		l4_ip4(w, key);
	} else {
		l4_ip6(w, key);
		reason = l4_ext(w);
	}
	key->family = family;
	key->proto = w->proto;
	return reason;
}

/* Bytes of the shortest header of a protocol that has ports; 0: it has none. */
static unsigned int l4_ports_len(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return VR_L4_UDP_LEN;
	case IPPROTO_SCTP:
		return L4_SCTP_LEN;
	case IPPROTO_DCCP:
		return L4_DCCP_LEN;
	default:
		return 0;
	}
}

static bool l4_is_icmp(u8 family, u8 proto)
{
	return proto == (family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

/* There are ports behind the header of a fragment that says @proto, or there may be. */
static bool l4_asks(u8 family, u8 proto)
{
	return l4_ports_len(proto) || l4_is_icmp(family, proto) ||
	       (family == AF_INET6 && l4_is_ext(proto));
}

/* What is known of a fragment that is not the first: enough, if there never were ports. */
static enum vr_drop_reason l4_later(const struct l4_walk *w, u8 family)
{
	return l4_asks(family, w->proto) ? VR_DROP_NO_FRAG_ENTRY : VR_DROP_NONE;
}

/* RFC 1122 3.2.2 says which are errors; RFC 4443 2.1 */
static enum l4_icmp_kind l4_icmp_kind(u8 family, u8 type)
{
	if (family == AF_INET6) {
		if (type == ICMPV6_ECHO_REQUEST || type == ICMPV6_ECHO_REPLY)
			return L4_ICMP_ECHO;
		return type < L4_ICMP6_INFO ? L4_ICMP_ERROR : L4_ICMP_OTHER;
	}
	switch (type) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
		return L4_ICMP_ECHO;
	case ICMP_DEST_UNREACH:
	case ICMP_SOURCE_QUENCH:
	case ICMP_REDIRECT:
	case ICMP_TIME_EXCEEDED:
	case ICMP_PARAMETERPROB:
		return L4_ICMP_ERROR;
	default:
		return L4_ICMP_OTHER;
	}
}

/* ICMP of either family: type and identifier are in the same places. Moves data. */
static enum vr_drop_reason l4_icmp(struct l4_walk *w, struct vr_flow_key *key)
{
	enum vr_drop_reason reason = l4_pull(w, L4_ICMP_LEN);
	const struct icmphdr *icmp;

	if (reason != VR_DROP_NONE)
		return reason;
	icmp = l4_at(w);
	switch (l4_icmp_kind(key->family, icmp->type)) {
	case L4_ICMP_ECHO:
		key->sport = icmp->un.echo.id;
		key->dport = htons(key->family == AF_INET ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY);
		return VR_DROP_NONE;
	case L4_ICMP_ERROR:
		w->error = true;
		return VR_DROP_NONE;
	default:
		key->dport = htons(icmp->type);
		return VR_DROP_NONE;
	}
}

/* The protocols that are not the common ones. Moves data. */
static enum vr_drop_reason l4_other(struct l4_walk *w, struct vr_flow_key *key)
{
	const struct l4_ports *ports;
	enum vr_drop_reason reason;
	unsigned int len;

	if (l4_is_icmp(key->family, w->proto))
		return l4_icmp(w, key);
	len = l4_ports_len(w->proto);
	if (!len)
		return VR_DROP_NONE;
	reason = l4_pull(w, w->quoted ? L4_PORTS_LEN : len);
	if (reason != VR_DROP_NONE)
		return reason;
	ports = l4_at(w);
	key->sport = ports->source;
	key->dport = ports->dest;
	return VR_DROP_NONE;
}

/* A TCP header with its options is within the packet (RFC 9293 3.1). Moves data. */
static enum vr_drop_reason l4_tcp(struct l4_walk *w, struct vr_l4 *l4)
{
	enum vr_drop_reason reason = l4_pull(w, sizeof(struct tcphdr));
	const struct tcphdr *tcp;
	unsigned int len;

	if (reason != VR_DROP_NONE)
		return reason;
	tcp = l4_at(w);
	len = tcp->doff * 4;
	if (len < sizeof(*tcp) || len > w->end - w->off)
		return VR_DROP_INVALID_PACKET;
	l4->key.sport = tcp->source;
	l4->key.dport = tcp->dest;
	l4->tcp = true;
	l4->tcp_len = w->end - w->off - len;
	return VR_DROP_NONE;
}

/* The header of the packet that an ICMP error quotes is there, and is one. Moves data. */
static enum vr_drop_reason l4_quoted_ip(struct l4_walk *w, u8 family)
{
	enum vr_drop_reason reason;
	const struct iphdr *ip;

	reason = l4_pull(w, family == AF_INET ? sizeof(*ip) : sizeof(struct ipv6hdr));
	if (reason != VR_DROP_NONE)
		return reason;
	ip = l4_at(w);
	if (family == AF_INET6)
		return ip->version == 6 ? VR_DROP_NONE : VR_DROP_INVALID_PACKET;
	if (ip->version != 4 || ip->ihl < 5 || ip->ihl * 4U > w->end - w->off)
		return VR_DROP_INVALID_PACKET;
	return VR_DROP_NONE;
}

/* All of a quoted packet. Its lengths do not count: not all who quote keep them. Moves data. */
static enum vr_drop_reason l4_quoted(struct l4_walk *w, u8 family, struct vr_flow_key *key)
{
	enum vr_drop_reason reason = l4_quoted_ip(w, family);

	if (reason == VR_DROP_NONE)
		reason = l4_ip(w, family, key);
	if (reason != VR_DROP_NONE)
		return reason;
	return w->later ? l4_later(w, family) : l4_other(w, key);
}

/* Addresses, and ports where there are, change places; those of ICMP say no direction. */
static void l4_turn(struct vr_flow_key *key)
{
	unsigned int i, n = key->family == AF_INET ? 1 : 4;

	for (i = 0; i < n; i++)
		swap(key->addr[i], key->addr[n + i]);
	if (!l4_is_icmp(key->family, key->proto))
		swap(key->sport, key->dport);
}

/*
 * The key of an ICMP error, whose header is next. It must go to whom the
 * quoted packet came from (RFC 792, RFC 4443 2.2): else its key would let it
 * pass as part of a conversation that its receiver has no part in. Moves data.
 */
static enum vr_drop_reason l4_icmp_error(struct l4_walk *w, struct vr_l4 *l4)
{
	unsigned int n = l4->key.family == AF_INET ? 1 : 4;
	struct vr_flow_key key = { 0 };
	enum vr_drop_reason reason;

	w->off += L4_ICMP_LEN;
	w->error = false;
	w->quoted = true;
	reason = l4_quoted(w, l4->key.family, &key);
	if (reason == VR_DROP_PULL)
		return reason;
	if (reason != VR_DROP_NONE || w->error)
		return VR_DROP_ICMP_ERROR;
	if (memcmp(l4->key.addr + n, key.addr, n * sizeof(key.addr[0])))
		return VR_DROP_ICMP_ERROR;
	l4_turn(&key);
	l4->key = key;
	l4->icmp_error = true;
	return VR_DROP_NONE;
}

/* Where the IP packet ends, which may be before the frame does. GSO may leave the length out. */
static unsigned int l4_end(const struct vr_pkt *pkt, unsigned int l3_off, u8 family)
{
	unsigned int len;

	if (family == AF_INET) {
		len = ntohs(vr_ip4_at(pkt, l3_off)->tot_len);
		return len ? l3_off + len : vr_pkt_len(pkt);
	}
	len = ntohs(vr_ip6_at(pkt, l3_off)->payload_len);
	if (!len && vr_pkt_is_gso(pkt))
		return vr_pkt_len(pkt);
	return l3_off + sizeof(struct ipv6hdr) + len;
}

/* All of vr_parse_l4(). Moves data. */
enum vr_drop_reason vr_parse_l4_slow(struct vr_pkt *pkt, unsigned int l3_off, u8 family,
				     struct vr_l4 *l4)
{
	struct l4_walk w = {
		.pkt = pkt, .off = l3_off, .end = l4_end(pkt, l3_off, family),
	};
	enum vr_drop_reason reason;

	memset(l4, 0, sizeof(*l4));
	reason = l4_ip(&w, family, &l4->key);
	if (reason != VR_DROP_NONE)
		return reason;
	l4->off = w.off;
	l4->frag = w.frag;
	if (w.later)
		return l4_later(&w, family);
	if (w.proto == IPPROTO_TCP)
		return l4_tcp(&w, l4);
	reason = l4_other(&w, &l4->key);
	if (reason != VR_DROP_NONE || !w.error)
		return reason;
	return l4_icmp_error(&w, l4);
}

bool vr_l4_csum_fits(const struct vr_l4 *l4, unsigned int at)
{
	/* Of the packet that it is about everything has been read. */
	if (l4->icmp_error)
		return at == L4_ICMP_CSUM;
	switch (l4->key.proto) {
	case IPPROTO_TCP:
		return at == offsetof(struct tcphdr, check) || at >= sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return at == offsetof(struct udphdr, check) || at >= sizeof(struct udphdr);
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return at >= L4_PORTS_LEN;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return at == L4_ICMP_CSUM || at >= L4_ICMP_LEN;
	default:
		return true;
	}
}

/* Of IPv4; returns where the piece begins. */
static unsigned int fragment_ip4(const struct vr_pkt *pkt, unsigned int l3_off,
				 struct vr_fragment *frag)
{
	const struct iphdr *ip = vr_ip4_at(pkt, l3_off);
	u16 field = ntohs(ip->frag_off);

	frag->key.addr[0] = ip->saddr;
	frag->key.addr[1] = ip->daddr;
	frag->key.dport = ip->id;
	frag->key.proto = ip->protocol;
	frag->off = (field & VR_IP4_FRAG_OFFSET) * 8;
	frag->more = field & VR_IP4_MF;
	frag->asks = l4_asks(AF_INET, ip->protocol);
	return l3_off + ip->ihl * 4;
}

/* Of IPv6, where the protocol of later pieces says nothing (RFC 8200 4.5). */
static unsigned int fragment_ip6(const struct vr_pkt *pkt, unsigned int l3_off, unsigned int off,
				 struct vr_fragment *frag)
{
	const struct frag_hdr *hdr = (const void *)((const u8 *)vr_pkt_data(pkt) + off);
	const struct ipv6hdr *ip6 = vr_ip6_at(pkt, l3_off);
	u32 id = ntohl(hdr->identification);
	u16 field = ntohs(hdr->frag_off);

	memcpy(frag->key.addr, &ip6->saddr, sizeof(ip6->saddr));
	memcpy(frag->key.addr + 4, &ip6->daddr, sizeof(ip6->daddr));
	frag->key.sport = htons(id >> 16);
	frag->key.dport = htons(id & 0xffff);
	frag->off = field & IP6_FRAG_OFFSET;
	frag->more = field & IP6_FRAG_MORE;
	frag->asks = l4_asks(AF_INET6, hdr->nexthdr);
	return off + sizeof(*hdr);
}

enum vr_drop_reason vr_parse_fragment(const struct vr_pkt *pkt, unsigned int l3_off, u8 family,
				      unsigned int off, struct vr_fragment *frag)
{
	unsigned int start, len, before = l3_off;

	*frag = (struct vr_fragment){ .key.family = family };
	if (family == AF_INET) {
		start = fragment_ip4(pkt, l3_off, frag);
	} else {
		start = fragment_ip6(pkt, l3_off, off, frag);
		/* Neither the fixed header nor the fragment header is in the packet's length. */
		before += sizeof(struct ipv6hdr) + sizeof(struct frag_hdr);
	}
	len = l4_end(pkt, l3_off, family) - start;
	if (!len || (frag->more && len % 8) || start - before + frag->off + len > IP_LEN_MAX)
		return VR_DROP_INVALID_PACKET;
	frag->end = frag->off + len;
	return VR_DROP_NONE;
}
