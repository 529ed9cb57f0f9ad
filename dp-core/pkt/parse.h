/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place where lengths that came with a packet are believed or not.
 *
 * A parser makes the headers that it vouches for linear and says where they
 * are; later stages read them by pointer through the offsets given here. All
 * of them may move data: pointers into the packet taken before are stale.
 *
 * What nearly every packet looks like (no tag, linear headers, no options) is
 * decided inline; the functions named _slow see the rest and every packet
 * that is refused.
 */
#ifndef _VR_PKT_PARSE_H
#define _VR_PKT_PARSE_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

/* In the IPv4 header's flags and fragment offset, RFC 791 3.1: it is a fragment if one is there. */
#define VR_IP4_MF		0x2000
#define VR_IP4_FRAG_OFFSET	0x1fff
#define VR_IP4_FRAGMENT		(VR_IP4_MF | VR_IP4_FRAG_OFFSET)

/**
 * struct vr_l2 - the Ethernet header of a frame
 * @l3_off: first byte behind Ethernet and in-band VLAN tags, from vr_pkt_data()
 * @proto: Ethernet type found there; 0: the frame is 802.3 (LLC)
 * @tagged: there is a VLAN tag with a VLAN id, in the bytes or accelerated; a
 *	priority tag (id 0) is none
 */
struct vr_l2 {
	u16 l3_off;
	__be16 proto;
	bool tagged;
};

static inline struct ethhdr *vr_eth(const struct vr_pkt *pkt)
{
	return vr_pkt_data(pkt);
}

static inline struct iphdr *vr_ip4_at(const struct vr_pkt *pkt, unsigned int off)
{
	return (struct iphdr *)((u8 *)vr_pkt_data(pkt) + off);
}

static inline struct ipv6hdr *vr_ip6_at(const struct vr_pkt *pkt, unsigned int off)
{
	return (struct ipv6hdr *)((u8 *)vr_pkt_data(pkt) + off);
}

static inline bool vr_l2_is_tag(__be16 proto)
{
	return proto == htons(ETH_P_8021Q) || proto == htons(ETH_P_8021AD);
}

void vr_parse_l2_slow(struct vr_pkt *pkt, struct vr_l2 *l2);
enum vr_drop_reason vr_parse_ip4_slow(struct vr_pkt *pkt, unsigned int off);
enum vr_drop_reason vr_parse_ip6_slow(struct vr_pkt *pkt, unsigned int off);

/**
 * vr_parse_l2() - Ethernet header and up to two in-band tags
 * @pkt: its first ETH_HLEN bytes are linear
 * @l2: to fill in
 *
 * The first @l3_off bytes are linear afterwards. A frame whose tags are cut
 * off is not refused: its type is the tag's, as is that of a frame with more
 * than two. Cannot fail. Moves data.
 */
static inline void vr_parse_l2(struct vr_pkt *pkt, struct vr_l2 *l2)
{
	__be16 proto = vr_eth(pkt)->h_proto;

	l2->l3_off = ETH_HLEN;
	l2->proto = proto;
	l2->tagged = vr_pkt_has_vlan(pkt) && (vr_pkt_vlan_tci(pkt) & VLAN_VID_MASK);
	if (unlikely(ntohs(proto) < ETH_P_802_3_MIN || vr_l2_is_tag(proto)))
		vr_parse_l2_slow(pkt, l2);
}

/**
 * vr_parse_ip4() - IPv4 header with options (RFC 791 3.1, RFC 1812 5.2.2)
 * @pkt: packet
 * @off: where the header starts, from vr_pkt_data()
 *
 * Version, header length, header checksum and total length against the
 * packet's are good on success, and the header, with options, is linear. There
 * may be padding behind the total length. A total length of 0 is good for GSO
 * packets only: one above 64 KiB has no other way to say it. Moves data.
 *
 * Return: VR_DROP_NONE, VR_DROP_PULL if the header is cut off,
 * VR_DROP_INVALID_PACKET or VR_DROP_CKSUM_ERR.
 */
static inline enum vr_drop_reason vr_parse_ip4(struct vr_pkt *pkt, unsigned int off)
{
	const struct iphdr *ip = vr_ip4_at(pkt, off);
	unsigned int len;

	if (unlikely(vr_pkt_headlen(pkt) < off + sizeof(*ip) || *(const u8 *)ip != 0x45))
		return vr_parse_ip4_slow(pkt, off);
	len = ntohs(ip->tot_len);
	if (unlikely(len < sizeof(*ip) || len > vr_pkt_len(pkt) - off))
		return vr_parse_ip4_slow(pkt, off);
	if (unlikely(ip_fast_csum(ip, 5)))
		return VR_DROP_CKSUM_ERR;
	return VR_DROP_NONE;
}

/**
 * vr_parse_ip6() - fixed IPv6 header (RFC 8200 3)
 * @pkt: packet
 * @off: where the header starts, from vr_pkt_data()
 *
 * Version, and payload length against the packet's, are good on success, and
 * the fixed header is linear. There may be padding behind the payload. A
 * payload length of 0 is an empty payload; before a hop-by-hop header, where
 * it says jumbogram (RFC 2675), it is good for GSO packets only. Moves data.
 *
 * Return: VR_DROP_NONE, VR_DROP_PULL if the header is cut off, or
 * VR_DROP_INVALID_PACKET.
 */
static inline enum vr_drop_reason vr_parse_ip6(struct vr_pkt *pkt, unsigned int off)
{
	const struct ipv6hdr *ip6 = vr_ip6_at(pkt, off);
	unsigned int payload;

	if (unlikely(vr_pkt_headlen(pkt) < off + sizeof(*ip6) || ip6->version != 6))
		return vr_parse_ip6_slow(pkt, off);
	payload = ntohs(ip6->payload_len);
	if (unlikely(!payload || payload > vr_pkt_len(pkt) - off - sizeof(*ip6)))
		return vr_parse_ip6_slow(pkt, off);
	return VR_DROP_NONE;
}

/**
 * vr_parse_finish() - a checksum that a device was to finish is finished
 * @pkt: vr_parse_ip4() or vr_parse_ip6() found its header at @off good
 * @off: IP header, from vr_pkt_data()
 * @family: AF_INET or AF_INET6
 *
 * A guest says where it goes, and that may be into the header: a packet that was changed is parsed
 * again, and what was read of it before counts no more. Moves data.
 *
 * Return: VR_DROP_NONE, and the header is good as it is now; VR_DROP_PCOW_FAIL: no memory; else as
 * the parser says.
 */
enum vr_drop_reason vr_parse_finish(struct vr_pkt *pkt, unsigned int off, u8 family);

/**
 * vr_parse_is_dhcp() - a DHCP request: UDP, RFC 2131 ports 68 to 67, or RFC 8415
 *	546 to 547 from a client
 * @pkt: packet
 * @l2: its layer 2; the IP header need not have been parsed yet
 *
 * False for everything malformed, and for fragments other than the first: they
 * have no ports. The IPv6 one does not look behind extension headers: no
 * client sends any. Moves data.
 */
bool vr_parse_is_dhcp(struct vr_pkt *pkt, const struct vr_l2 *l2);

/**
 * vr_parse_bfd() - a BFD control packet: UDP to port 3784 (RFC 5881 4)
 * @pkt: packet
 * @l2: its layer 2; the IP header need not have been parsed yet
 * @state: its state bits, where they stand in the packet (RFC 5880 4.1: mask 0xc0)
 *
 * False for everything malformed, and where there are IPv6 extension headers. Moves data.
 */
bool vr_parse_bfd(struct vr_pkt *pkt, const struct vr_l2 *l2, u8 *state);

#endif /* _VR_PKT_PARSE_H */
