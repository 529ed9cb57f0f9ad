/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: a packet is a sk_buff under another name.
 *
 * In the core a packet begins (vr_pkt_data()) with its Ethernet header, or
 * with its network header while it is being routed. The outer VLAN tag is in
 * the accelerated field, never in the bytes. skb->csum, where it is COMPLETE,
 * covers what follows the Ethernet header.
 *
 * A function marked "moves data" may replace the packet's head: pointers into
 * it that were taken before are stale after it, whatever it returns.
 */
#ifndef _VR_HOST_PKT_H
#define _VR_HOST_PKT_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/checksum.h>
#include <net/gso.h>
#include <net/ipv6.h>

struct vr_pkt {
	struct sk_buff skb;
};

static inline struct sk_buff *vr_pkt_skb(struct vr_pkt *pkt)
{
	return &pkt->skb;
}

static inline struct vr_pkt *vr_pkt_of(struct sk_buff *skb)
{
	return container_of(skb, struct vr_pkt, skb);
}

/* Bytes in all, linear or not. */
static inline unsigned int vr_pkt_len(const struct vr_pkt *pkt)
{
	return pkt->skb.len;
}

/* Bytes at vr_pkt_data() that can be read by pointer. */
static inline unsigned int vr_pkt_headlen(const struct vr_pkt *pkt)
{
	return skb_headlen(&pkt->skb);
}

static inline void *vr_pkt_data(const struct vr_pkt *pkt)
{
	return pkt->skb.data;
}

/* Make the first @len bytes linear. False: shorter than that, or no memory. Moves data. */
static inline bool vr_pkt_may_pull(struct vr_pkt *pkt, unsigned int len)
{
	return pskb_may_pull(&pkt->skb, len);
}

/* Drop @len linear bytes from the front. The checksum is not touched: those bytes are Ethernet. */
static inline void *vr_pkt_pull(struct vr_pkt *pkt, unsigned int len)
{
	return __skb_pull(&pkt->skb, len);
}

/* Take @len bytes of headroom in front; vr_pkt_cow_head() made sure that they are there. */
static inline void *vr_pkt_push(struct vr_pkt *pkt, unsigned int len)
{
	return __skb_push(&pkt->skb, len);
}

/* Cut the packet to @len bytes. False: no memory. Moves data. */
static inline bool vr_pkt_trim(struct vr_pkt *pkt, unsigned int len)
{
	return !pskb_trim_rcsum(&pkt->skb, len);
}

/* Make the first @len bytes linear and ours to write. 0 or -ENOMEM. Moves data. */
static inline int vr_pkt_writable(struct vr_pkt *pkt, unsigned int len)
{
	return skb_ensure_writable(&pkt->skb, len);
}

/* Make @room bytes of private headroom. 0 or -ENOMEM. Moves data. */
static inline int vr_pkt_cow_head(struct vr_pkt *pkt, unsigned int room)
{
	struct sk_buff *skb = &pkt->skb;

	/* The head grows, and as long as a socket counts it the truesize must not say so. */
	if (unlikely(skb_headroom(skb) < room))
		skb_orphan(skb);
	return skb_cow_head(skb, room);
}

/* A second packet with the same bytes, of which only the head may be made private. Or NULL. */
static inline struct vr_pkt *vr_pkt_clone(struct vr_pkt *pkt)
{
	struct sk_buff *skb = skb_clone(&pkt->skb, GFP_ATOMIC);

	return skb ? vr_pkt_of(skb) : NULL;
}

static inline bool vr_pkt_is_gso(const struct vr_pkt *pkt)
{
	return skb_is_gso(&pkt->skb);
}

static inline bool vr_pkt_has_vlan(const struct vr_pkt *pkt)
{
	return skb_vlan_tag_present(&pkt->skb);
}

static inline u16 vr_pkt_vlan_tci(const struct vr_pkt *pkt)
{
	return skb_vlan_tag_get(&pkt->skb);
}

static inline void vr_pkt_clear_vlan(struct vr_pkt *pkt)
{
	__vlan_hwaccel_clear_tag(&pkt->skb);
}

/* Put the accelerated tag, if there is one, back into the bytes. 0 or -ENOMEM (and @pkt stands). */
static inline int vr_pkt_vlan_into_bytes(struct vr_pkt *pkt)
{
	struct sk_buff *skb = &pkt->skb;
	int err;

	if (!skb_vlan_tag_present(skb))
		return 0;
	err = vr_pkt_cow_head(pkt, VLAN_HLEN);
	if (err)
		return err;
	err = __vlan_insert_tag(skb, skb->vlan_proto, skb_vlan_tag_get(skb));
	if (err)
		return err;
	/* What follows the Ethernet header has grown by the tag and the type of what it tags. */
	skb_postpush_rcsum(skb, skb->data + ETH_HLEN, VLAN_HLEN);
	__vlan_hwaccel_clear_tag(skb);
	return 0;
}

/* Take out the first @len bytes of tags that the bytes hold. 0 or -ENOMEM (and @pkt stands). */
static inline int vr_pkt_vlan_out_of_bytes(struct vr_pkt *pkt, unsigned int len)
{
	struct sk_buff *skb = &pkt->skb;
	int err;

	err = vr_pkt_writable(pkt, ETH_HLEN + len);
	if (err)
		return err;
	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_sub(skb->csum, csum_partial(skb->data + ETH_HLEN, len, 0));
	memmove(skb->data + len, skb->data, 2 * ETH_ALEN);
	__skb_pull(skb, len);
	return 0;
}

/*
 * Tell the host where the headers are and what the Ethernet type is: the
 * Ethernet header at vr_pkt_data(), the network header @l3_off bytes behind.
 */
static inline void vr_pkt_set_headers(struct vr_pkt *pkt, unsigned int l3_off, __be16 proto)
{
	struct sk_buff *skb = &pkt->skb;

	skb_reset_mac_header(skb);
	skb_set_network_header(skb, l3_off);
	skb->mac_len = l3_off;
	skb->protocol = proto;
}

/* A 16-bit word behind the Ethernet header changed from @from to @to: mend a COMPLETE checksum. */
static inline void vr_pkt_csum_replace2(struct vr_pkt *pkt, __be16 from, __be16 to)
{
	struct sk_buff *skb = &pkt->skb;

	if (skb->ip_summed == CHECKSUM_COMPLETE)
		skb->csum = csum_add(csum_sub(skb->csum, (__force __wsum)from),
				     (__force __wsum)to);
}

/*
 * Everything behind the Ethernet header was written anew and is one packet
 * that carries its full checksum: no offload state of the old one may stay.
 */
static inline void vr_pkt_rewritten(struct vr_pkt *pkt)
{
	pkt->skb.ip_summed = CHECKSUM_NONE;
	skb_gso_reset(&pkt->skb);
}

/*
 * Make the packet @len bytes long, all linear and ours to write; new bytes are
 * at the end and not set. 0 or -ENOMEM. Moves data.
 */
static inline int vr_pkt_resize(struct vr_pkt *pkt, unsigned int len)
{
	struct sk_buff *skb = &pkt->skb;
	int err;

	if (skb->len > len) {
		err = pskb_trim(skb, len);
		if (err)
			return err;
	}
	if (skb_linearize(skb))
		return -ENOMEM;
	if (skb_cloned(skb) || (unsigned int)skb_tailroom(skb) < len - skb->len) {
		err = pskb_expand_head(skb, 0, len - skb->len, GFP_ATOMIC);
		if (err)
			return err;
	}
	skb_put(skb, len - skb->len);
	return 0;
}

/* The transport checksum is for a device to finish: what the bytes hold is not to be judged. */
static inline bool vr_pkt_csum_is_partial(const struct vr_pkt *pkt)
{
	return pkt->skb.ip_summed == CHECKSUM_PARTIAL;
}

/*
 * Of a PARTIAL one: where the sum begins, from vr_pkt_data(), and where it goes, counted from
 * there. The sender says so, and need not be right.
 */
static inline int vr_pkt_csum_start(const struct vr_pkt *pkt)
{
	return skb_checksum_start_offset(&pkt->skb);
}

static inline unsigned int vr_pkt_csum_offset(const struct vr_pkt *pkt)
{
	return pkt->skb.csum_offset;
}

/*
 * Finish a checksum that a device was to finish, for a reader who takes the
 * bytes as they are. 0 or -ENOMEM. Moves data.
 */
static inline int vr_pkt_csum_finish(struct vr_pkt *pkt)
{
	if (pkt->skb.ip_summed != CHECKSUM_PARTIAL)
		return 0;
	/* For a device without features; SCTP's is not the Internet checksum. */
	return skb_csum_hwoffload_help(&pkt->skb, 0);
}

/*
 * Before it waits, perhaps for long, the packet lets go of what belongs to its sender
 * and its device: socket, pages of a guest's, route, conntrack. 0 or -ENOMEM.
 */
static inline int vr_pkt_park(struct vr_pkt *pkt)
{
	struct sk_buff *skb = &pkt->skb;
	int err;

	err = skb_orphan_frags_rx(skb, GFP_ATOMIC);
	if (err)
		return err;
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	skb->dev = NULL;
	return 0;
}

/*
 * No segment of a GSO packet is above @mtu bytes without its Ethernet header. Of an IPv6 packet
 * above 64 KiB they have no jumbo header (RFC 2675), if that has one: it says how long the packet
 * is, and goes with that.
 */
static inline bool vr_pkt_gso_fits(const struct vr_pkt *pkt, unsigned int mtu)
{
	return skb_gso_validate_network_len(&pkt->skb, mtu + ipv6_jumbo_len(&pkt->skb));
}

/** struct vr_pkt_tunnel - how a packet is about to be carried, for vr_pkt_encap() */
struct vr_pkt_tunnel {
	bool gre;			/* else UDP */
	bool csum;			/* UDP: with a checksum */
	bool ether;			/* payload is a frame, else an IP packet */
	unsigned int mac_off;		/* payload, from vr_pkt_data() */
	unsigned int l3_off;		/* its network header, likewise */
	__be16 proto;			/* Ethernet type of that */
};

/*
 * encap:     before outer headers are pushed: offsets and offload state of what becomes the
 *	      inner packet. 0; -ENOMEM; -EOPNOTSUPP: GSO that cannot be had in a tunnel, for
 *	      it is in one, or a list of packets: vr_pkt_segment() first. Moves data.
 * encap_end: outer headers stand at vr_pkt_data(): Ethernet, IP at ETH_HLEN, UDP or GRE at
 *	      @l4_off. Tells the host, and sees to the UDP checksum if there is to be one.
 * decap:     the first @len bytes are outer headers, linear; 14 bytes behind them begin the
 *	      packet (an Ethernet header, or room for what will be one). What is known of
 *	      the checksum is kept as far as it is about the inner packet; where the packet came
 *	      from is forgotten, and where its headers are: vr_pkt_set_headers() before it
 *	      is sent. 0; -ENOMEM; -EOPNOTSUPP: GSO whose segments have outer headers of their
 *	      own, or more than these: vr_pkt_segment() first. Moves data.
 */
int vr_pkt_encap(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t);
void vr_pkt_encap_end(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t, u8 family,
		      unsigned int l4_off);
int vr_pkt_decap(struct vr_pkt *pkt, unsigned int len);

/*
 * The @len bytes at @off, with @pseudo, add up to a good checksum, or it is known that
 * they do. False: they do not. What is found out about the rest of the packet is kept.
 */
bool vr_pkt_csum_good(struct vr_pkt *pkt, unsigned int off, unsigned int len, __wsum pseudo);

/*
 * Segment a GSO packet, whose headers are where it came with them, or vr_pkt_set_headers() or
 * vr_pkt_encap() was told last. Consumes it. Return: the first segment, each leads to the next by
 * vr_pkt_next(); or NULL: no memory.
 */
struct vr_pkt *vr_pkt_segment(struct vr_pkt *pkt);

/* The one behind @pkt, which no longer knows it; NULL: it was the last. */
static inline struct vr_pkt *vr_pkt_next(struct vr_pkt *pkt)
{
	struct sk_buff *next = pkt->skb.next;

	skb_mark_not_on_list(&pkt->skb);
	return next ? vr_pkt_of(next) : NULL;
}

/*
 * Make the segments of a TCP packet small enough for @mtu (without Ethernet). False: it cannot
 * be. Moves data.
 */
bool vr_pkt_gso_shrink(struct vr_pkt *pkt, unsigned int mtu);

/*
 * A packet of its own: the first @hlen bytes of @pkt, linear, then @len bytes from @off on.
 * Offload state: none. Or NULL: no memory.
 */
struct vr_pkt *vr_pkt_excerpt(const struct vr_pkt *pkt, unsigned int hlen, unsigned int off,
			      unsigned int len);

/*
 * Free a packet. Only drop.c calls the first and only path/ calls the second:
 * a packet that somebody wanted, and that is done with.
 */
static inline void vr_pkt_free_dropped(struct vr_pkt *pkt)
{
	kfree_skb(&pkt->skb);
}

static inline void vr_pkt_free_consumed(struct vr_pkt *pkt)
{
	consume_skb(&pkt->skb);
}

#endif /* _VR_HOST_PKT_H */
