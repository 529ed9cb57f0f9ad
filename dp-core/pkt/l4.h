/* SPDX-License-Identifier: GPL-2.0-only */
/* Transport headers: which flow a packet belongs to. */
#ifndef _VR_PKT_L4_H
#define _VR_PKT_L4_H

#include <vr/flow_key.h>
#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

#include "pkt/parse.h"

/* RFC 768 */
#define VR_L4_UDP_LEN		8

/**
 * struct vr_l4 - the transport header of an IP packet
 * @key: its flow key; @key.nh is the caller's to fill in. Of an ICMP error: that of the
 *	packet that the error is about, turned round
 * @off: first byte of the transport header, from vr_pkt_data()
 * @icmp_error: it is about another packet
 * @tcp: its own header (not one in an ICMP error) is TCP's, and whole: 20 bytes at @off are linear
 * @frag: it is a fragment, and here is the header that says so (of IPv4 the IP header), from
 *	vr_pkt_data(); 0: it is whole. Also filled in with VR_DROP_NO_FRAG_ENTRY
 * @tcp_len: TCP: payload bytes
 */
struct vr_l4 {
	struct vr_flow_key key;
	u16 off;
	bool icmp_error;
	bool tcp;
	u16 frag;
	u32 tcp_len;
};

/**
 * struct vr_fragment - a piece of an IP packet
 * @key: the same for all pieces of a packet: addresses, and in place of ports the id; IPv4 also
 *	has the protocol. @key.nh is the caller's to fill in
 * @off: its first byte, of what was cut
 * @end: one behind its last
 * @more: it is not the last
 * @asks: it has ports, or is ICMP, so later pieces do not say whose flow they are of
 */
struct vr_fragment {
	struct vr_flow_key key;
	u16 off;
	u16 end;
	bool more;
	bool asks;
};

enum vr_drop_reason vr_parse_l4_slow(struct vr_pkt *pkt, unsigned int l3_off, u8 family,
				     struct vr_l4 *l4);

/*
 * What nearly every packet is: TCP or UDP, not fragmented, in IPv4 without
 * options, its headers linear. False: it is not, or there is something wrong.
 */
static __always_inline bool vr_parse_l4_fast(const struct vr_pkt *pkt, unsigned int l3_off,
					     struct vr_l4 *l4)
{
	const struct iphdr *ip = vr_ip4_at(pkt, l3_off);
	const struct tcphdr *tcp = (const struct tcphdr *)(ip + 1);
	unsigned int off = l3_off + sizeof(*ip), len = ntohs(ip->tot_len);
	bool is_tcp = ip->protocol == IPPROTO_TCP;
	unsigned int min_len = is_tcp ? sizeof(*tcp) : VR_L4_UDP_LEN, hlen;

	if (*(const u8 *)ip != 0x45 || (ip->frag_off & htons(VR_IP4_FRAGMENT)))
		return false;
	if ((!is_tcp && ip->protocol != IPPROTO_UDP) || vr_pkt_headlen(pkt) < off + min_len)
		return false;
	hlen = is_tcp ? tcp->doff * 4 : VR_L4_UDP_LEN;
	if (hlen < min_len || len < sizeof(*ip) + hlen)
		return false;

	*l4 = (struct vr_l4) {
		.key = {
			.sport = tcp->source, .dport = tcp->dest,
			.family = AF_INET, .proto = ip->protocol,
			.addr = { ip->saddr, ip->daddr },
		},
		.off = off,
		.tcp = is_tcp,
		.tcp_len = is_tcp ? len - sizeof(*ip) - hlen : 0,
	};
	return true;
}

/**
 * vr_parse_l4() - from a good IP header to a flow key
 * @pkt: vr_parse_ip4() or vr_parse_ip6() found its header at @l3_off good
 * @l3_off: the IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 * @l4: filled in on success
 *
 * Ports of TCP, UDP, SCTP, DCCP and UDP-Lite; ICMP echo and its reply share a key
 * (identifier, type of the reply); other ICMP: port 0 and the type; ICMP errors: see
 * @key. Of other protocols both ports are 0. IPv6 extension headers (RFC 8200 4) are
 * walked, up to a limit; of one that cannot be walked (ESP, unknown) the key has
 * its number and no ports. A first fragment must hold the whole transport header
 * (RFC 7112 5, RFC 1858 3). Moves data.
 *
 * Return: VR_DROP_NONE; VR_DROP_NO_FRAG_ENTRY: a later fragment of something that has
 * ports or is ICMP, or that cannot be told; VR_DROP_ICMP_ERROR: an error about an error,
 * about what cannot be read, or that does not go to the sender of what it is about;
 * VR_DROP_INVALID_PACKET: cut off, impossible or more extension headers than the
 * limit; VR_DROP_PULL: no memory.
 */
static inline enum vr_drop_reason vr_parse_l4(struct vr_pkt *pkt, unsigned int l3_off, u8 family,
					      struct vr_l4 *l4)
{
	if (likely(family == AF_INET && vr_parse_l4_fast(pkt, l3_off, l4)))
		return VR_DROP_NONE;
	return vr_parse_l4_slow(pkt, l3_off, family, l4);
}

/**
 * vr_l4_csum_fits() - may a checksum still be put there?
 * @l4: of a packet that is whole, as vr_parse_l4() has read it
 * @at: two bytes, counted from the transport header
 *
 * Return: false: into what was read; what stands there then is another packet.
 */
bool vr_l4_csum_fits(const struct vr_l4 *l4, unsigned int at);

/**
 * vr_parse_fragment() - which piece of which packet
 * @pkt: vr_parse_l4() returned VR_DROP_NONE or VR_DROP_NO_FRAG_ENTRY
 * @l3_off: the IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 * @off: struct vr_l4.frag, not 0
 * @frag: filled in
 *
 * Return: VR_DROP_NONE; VR_DROP_INVALID_PACKET: it is empty, reaches beyond the longest packet
 * there is, or ends where no other could go on (RFC 8200 4.5).
 */
enum vr_drop_reason vr_parse_fragment(const struct vr_pkt *pkt, unsigned int l3_off, u8 family,
				      unsigned int off, struct vr_fragment *frag);

#endif /* _VR_PKT_L4_H */
