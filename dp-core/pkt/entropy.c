// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entropy of a packet: a keyed hash of what tells its conversation from others.
 * Nothing here changes a packet, and none is refused: one that is malformed has
 * what can be read of it.
 */
#include "pkt/entropy.h"

#include "lib/mix.h"

/* Extension headers that are walked (RFC 8200 4), as many as there may be of a flow. */
#define EXT_MAX			8
#define EXT_LEN			8

/* All protocols with ports begin with them: source and destination. */
#define PORTS_LEN		4

/**
 * struct entropy_ip - what of an IP packet counts
 * @src: source, IPv4: in the lower word of the first
 * @dst: destination, likewise
 * @sport: 0: none
 * @dport: likewise
 * @proto: IP protocol
 */
struct entropy_ip {
	u64 src[2];
	u64 dst[2];
	u16 sport;
	u16 dport;
	u8 proto;
};

/**
 * struct entropy_walk - how far a packet has been read
 * @pkt: the packet
 * @off: header that comes next, from vr_pkt_data()
 * @end: first byte behind the IP packet, or behind what there is of it
 * @proto: what is at @off
 */
struct entropy_walk {
	struct vr_pkt *pkt;
	unsigned int off;
	unsigned int end;
	u8 proto;
};

static __always_inline u32 entropy_end(u64 hash, const u64 *seed)
{
	return vr_mix(hash ^ seed[2], seed[3]) >> 32;
}

static __always_inline u32 entropy_of_two(u64 a, u64 b, const u64 *seed)
{
	return entropy_end(vr_mix(a ^ seed[0], b ^ seed[1]), seed);
}

/* Protocol, ports and VRF: 8, 32 and 24 bits. */
static __always_inline u64 entropy_rest(u8 proto, u16 sport, u16 dport, u32 vrf)
{
	return (u64)proto << 56 | (u64)(vrf & 0xffffff) << 32 | (u32)sport << 16 | dport;
}

/* What does not count is as if it were 0. */
static void entropy_mask(struct entropy_ip *ip, u32 what)
{
	if (!(what & VR_HASH_SIP))
		memset(ip->src, 0, sizeof(ip->src));
	if (!(what & VR_HASH_DIP))
		memset(ip->dst, 0, sizeof(ip->dst));
	if (!(what & VR_HASH_SPORT))
		ip->sport = 0;
	if (!(what & VR_HASH_DPORT))
		ip->dport = 0;
	if (!(what & VR_HASH_PROTO))
		ip->proto = 0;
}

static u32 entropy_of_ip(const struct entropy_ip *ip, u8 family, u32 vrf, const u64 *seed)
{
	u64 rest = entropy_rest(ip->proto, ip->sport, ip->dport, vrf), src, dst;

	if (family == AF_INET)
		return entropy_of_two(ip->src[0] << 32 | ip->dst[0], rest, seed);
	src = vr_mix(ip->src[0] ^ seed[0], ip->src[1] ^ seed[1]);
	dst = vr_mix(ip->dst[0] ^ seed[2], ip->dst[1] ^ seed[3]);
	return entropy_end(vr_mix(src ^ rest, dst ^ seed[1]), seed);
}

/* The next @len bytes are there, and linear. Moves data. */
static bool entropy_pull(struct entropy_walk *w, unsigned int len)
{
	return len <= w->end - w->off &&
	       (vr_pkt_headlen(w->pkt) >= w->off + len || vr_pkt_may_pull(w->pkt, w->off + len));
}

static const u8 *entropy_at(const struct entropy_walk *w)
{
	return (const u8 *)vr_pkt_data(w->pkt) + w->off;
}

static bool entropy_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP ||
	       proto == IPPROTO_UDPLITE || proto == IPPROTO_DCCP;
}

static void entropy_ports(struct entropy_walk *w, struct entropy_ip *ip)
{
	ip->proto = w->proto;
	if (!entropy_has_ports(w->proto) || !entropy_pull(w, PORTS_LEN))
		return;
	ip->sport = get_unaligned_be16(entropy_at(w));
	ip->dport = get_unaligned_be16(entropy_at(w) + 2);
}

/* The packet ends where its header says, if that is within what there is. */
static void entropy_set_end(struct entropy_walk *w, unsigned int end)
{
	if (end >= w->off && end < w->end)
		w->end = end;
}

/* False: there is no IPv4 header. Moves data. */
static bool entropy_ip4(struct entropy_walk *w, struct entropy_ip *ip)
{
	unsigned int off = w->off, hlen;
	const struct iphdr *iph;
	bool fragment;

	if (!entropy_pull(w, sizeof(*iph)))
		return false;
	iph = vr_ip4_at(w->pkt, off);
	hlen = iph->ihl * 4;
	if (iph->version != 4 || hlen < sizeof(*iph) || hlen > w->end - w->off)
		return false;
	ip->src[0] = ntohl(iph->saddr);
	ip->dst[0] = ntohl(iph->daddr);
	fragment = !!(iph->frag_off & htons(VR_IP4_FRAGMENT));
	w->proto = iph->protocol;
	w->off += hlen;
	entropy_set_end(w, off + ntohs(iph->tot_len));
	if (fragment)
		ip->proto = w->proto;
	else
		entropy_ports(w, ip);
	return true;
}

static bool entropy_is_ext(u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING ||
	       proto == IPPROTO_DSTOPTS || proto == IPPROTO_AH;
}

/*
 * To what is behind the extension headers; or to the fragment header, whose type all
 * fragments share; or as far as can be read. Moves data.
 */
static void entropy_ext(struct entropy_walk *w)
{
	unsigned int n;

	for (n = 0; n < EXT_MAX && entropy_is_ext(w->proto); n++) {
		unsigned int len;

		if (!entropy_pull(w, EXT_LEN))
			return;
		len = entropy_at(w)[1];
		len = w->proto == IPPROTO_AH ? (len + 2) * 4 : (len + 1) * 8;
		if (len > w->end - w->off)
			return;
		w->proto = entropy_at(w)[0];
		w->off += len;
	}
	if (w->proto == IPPROTO_FRAGMENT && entropy_pull(w, EXT_LEN)) {
		w->proto = entropy_at(w)[0];
		w->end = w->off;	/* no ports */
	}
}

/* False: there is no IPv6 header. Moves data. */
static bool entropy_ip6(struct entropy_walk *w, struct entropy_ip *ip)
{
	const struct ipv6hdr *ip6;

	if (!entropy_pull(w, sizeof(*ip6)))
		return false;
	ip6 = vr_ip6_at(w->pkt, w->off);
	if (ip6->version != 6)
		return false;
	memcpy(ip->src, &ip6->saddr, sizeof(ip6->saddr));
	memcpy(ip->dst, &ip6->daddr, sizeof(ip6->daddr));
	w->proto = ip6->nexthdr;
	w->off += sizeof(*ip6);
	/* A length of 0 is that of a jumbogram, which GSO packets may be, or there is nothing. */
	if (ip6->payload_len)
		entropy_set_end(w, w->off + ntohs(ip6->payload_len));
	entropy_ext(w);
	entropy_ports(w, ip);
	return true;
}

/* By its MACs and type. */
static u32 entropy_of_frame(const struct vr_pkt *pkt, const struct vr_l2 *l2, u32 vrf,
			    const u64 *seed)
{
	const struct ethhdr *eth = vr_eth(pkt);

	return entropy_of_two(ether_addr_to_u64(eth->h_dest) << 16 | ntohs(l2->proto),
			      ether_addr_to_u64(eth->h_source) << 16 | (vrf & 0xffff), seed);
}

/* Any packet. Moves data. */
static noinline u32 entropy_slow(struct vr_pkt *pkt, const struct vr_l2 *l2, bool routed, u32 what,
				 u32 vrf, const u64 *seed)
{
	struct entropy_walk w = { .pkt = pkt, .off = l2->l3_off, .end = vr_pkt_len(pkt) };
	struct entropy_ip ip = { { 0 } };
	u8 family = 0;

	if (l2->proto == htons(ETH_P_IP) && entropy_ip4(&w, &ip))
		family = AF_INET;
	else if (l2->proto == htons(ETH_P_IPV6) && entropy_ip6(&w, &ip))
		family = AF_INET6;
	if (!family)
		return routed ? 0 : entropy_of_frame(pkt, l2, vrf, seed);
	entropy_mask(&ip, what);
	return entropy_of_ip(&ip, family, vrf, seed);
}

/*
 * What nearly every packet is: TCP or UDP, not fragmented, in IPv4 without
 * options, ports linear and within the packet. False: it is not.
 */
static __always_inline bool entropy_fast(const struct vr_pkt *pkt, const struct vr_l2 *l2, u32 vrf,
					 const u64 *seed, u32 *entropy)
{
	const struct iphdr *ip = vr_ip4_at(pkt, l2->l3_off);
	const u8 *ports = (const u8 *)(ip + 1);

	if (l2->proto != htons(ETH_P_IP) ||
	    vr_pkt_headlen(pkt) < l2->l3_off + sizeof(*ip) + PORTS_LEN)
		return false;
	if (*(const u8 *)ip != 0x45 || (ip->frag_off & htons(VR_IP4_FRAGMENT)) ||
	    ntohs(ip->tot_len) < sizeof(*ip) + PORTS_LEN)
		return false;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return false;
	*entropy = entropy_of_two((u64)ntohl(ip->saddr) << 32 | ntohl(ip->daddr),
				  entropy_rest(ip->protocol, get_unaligned_be16(ports),
					       get_unaligned_be16(ports + 2), vrf), seed);
	return true;
}

u32 vr_entropy(struct vr_pkt *pkt, const struct vr_l2 *l2, bool routed, u32 what, u32 vrf,
	       const u64 *seed)
{
	u32 entropy;

	if (likely(what == VR_HASH_ALL && entropy_fast(pkt, l2, vrf, seed, &entropy)))
		return entropy;
	return entropy_slow(pkt, l2, routed, what, vrf, seed);
}
