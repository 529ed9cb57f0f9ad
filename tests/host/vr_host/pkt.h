/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: packets, made to be mistreated.
 *
 * - Bytes that are not linear live elsewhere: a missing vr_pkt_may_pull() reads
 *   past the end of an allocation.
 * - A function marked "moves data" does move a head that is not shared, each
 *   time, so a stale pointer reads freed memory.
 * - Bytes that a clone shares are summed: a write to them without
 *   vr_pkt_writable() or vr_pkt_cow_head() ends the program, at the latest when
 *   the last one who shares them is freed.
 * - A pull or push beyond what is there ends the program.
 * - So does sending a packet that still leads to another segment, or whose
 *   headers are not known: after vr_pkt_encap() without vr_pkt_encap_end(), and
 *   after vr_pkt_decap() without vr_pkt_set_headers().
 *
 * vr_test_host.h makes such packets and looks into them.
 */
#ifndef _VR_HOST_PKT_H
#define _VR_HOST_PKT_H

#include <vr_host/base.h>

struct vr_pkt;

/* Bytes in all, linear or not. */
unsigned int vr_pkt_len(const struct vr_pkt *pkt);

/* Bytes at vr_pkt_data() that can be read by pointer. */
unsigned int vr_pkt_headlen(const struct vr_pkt *pkt);
void *vr_pkt_data(const struct vr_pkt *pkt);

/* Make the first @len bytes linear. False: shorter than that, or no memory. Moves data. */
bool vr_pkt_may_pull(struct vr_pkt *pkt, unsigned int len);

/* Drop @len linear bytes from the front. The checksum is not touched: those bytes are Ethernet. */
void *vr_pkt_pull(struct vr_pkt *pkt, unsigned int len);

/* Take @len bytes of headroom in front; vr_pkt_cow_head() made sure that they are there. */
void *vr_pkt_push(struct vr_pkt *pkt, unsigned int len);

/* Cut the packet to @len bytes. False: no memory. Moves data. */
bool vr_pkt_trim(struct vr_pkt *pkt, unsigned int len);

/* Make the first @len bytes linear and ours to write. 0 or -ENOMEM. Moves data. */
int vr_pkt_writable(struct vr_pkt *pkt, unsigned int len);

/* Make @room bytes of private headroom. 0 or -ENOMEM. Moves data. */
int vr_pkt_cow_head(struct vr_pkt *pkt, unsigned int room);

/* A second packet with the same bytes, of which only the head may be made private. Or NULL. */
struct vr_pkt *vr_pkt_clone(struct vr_pkt *pkt);

bool vr_pkt_is_gso(const struct vr_pkt *pkt);

bool vr_pkt_has_vlan(const struct vr_pkt *pkt);
u16 vr_pkt_vlan_tci(const struct vr_pkt *pkt);
void vr_pkt_clear_vlan(struct vr_pkt *pkt);

/* Put the accelerated tag, if there is one, back into the bytes. 0 or -ENOMEM (and @pkt stands). */
int vr_pkt_vlan_into_bytes(struct vr_pkt *pkt);

/* Take out the first @len bytes of tags that the bytes hold. 0 or -ENOMEM (and @pkt stands). */
int vr_pkt_vlan_out_of_bytes(struct vr_pkt *pkt, unsigned int len);

/*
 * Tell the host where the headers are and what the Ethernet type is: the
 * Ethernet header at vr_pkt_data(), the network header @l3_off bytes behind.
 */
void vr_pkt_set_headers(struct vr_pkt *pkt, unsigned int l3_off, __be16 proto);

/* A 16-bit word behind the Ethernet header changed from @from to @to: mend a COMPLETE checksum. */
void vr_pkt_csum_replace2(struct vr_pkt *pkt, __be16 from, __be16 to);

/*
 * Everything behind the Ethernet header was written anew and is one packet
 * that carries its full checksum: no offload state of the old one may stay.
 */
void vr_pkt_rewritten(struct vr_pkt *pkt);

/*
 * Make the packet @len bytes long, all linear and ours to write; new bytes are
 * at the end and not set. 0 or -ENOMEM. Moves data.
 */
int vr_pkt_resize(struct vr_pkt *pkt, unsigned int len);

/* The transport checksum is for a device to finish: what the bytes hold is not to be judged. */
bool vr_pkt_csum_is_partial(const struct vr_pkt *pkt);

/*
 * Of a PARTIAL one: where the sum begins, from vr_pkt_data(), and where it goes, counted from
 * there. The sender says so, and need not be right.
 */
int vr_pkt_csum_start(const struct vr_pkt *pkt);
unsigned int vr_pkt_csum_offset(const struct vr_pkt *pkt);

/*
 * Finish a checksum that a device was to finish, for a reader who takes the
 * bytes as they are. 0 or -ENOMEM. Moves data.
 */
int vr_pkt_csum_finish(struct vr_pkt *pkt);

/*
 * Before it waits, perhaps for long, the packet lets go of what belongs to its sender
 * and its device: socket, pages of a guest's, route, conntrack. 0 or -ENOMEM.
 */
int vr_pkt_park(struct vr_pkt *pkt);

/* No segment of a GSO packet is above @mtu bytes without its Ethernet header. */
bool vr_pkt_gso_fits(const struct vr_pkt *pkt, unsigned int mtu);

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
 *
 * Here decap aligns what is behind those 14 bytes, as drivers do for IP.
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
struct vr_pkt *vr_pkt_next(struct vr_pkt *pkt);

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
void vr_pkt_free_dropped(struct vr_pkt *pkt);
void vr_pkt_free_consumed(struct vr_pkt *pkt);

#endif /* _VR_HOST_PKT_H */
