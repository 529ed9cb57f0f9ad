/* SPDX-License-Identifier: GPL-2.0-only */
/* An IPv4 packet is cut into fragments that fit (RFC 791 2.3, 3.2). */
#ifndef _VR_PKT_FRAG_H
#define _VR_PKT_FRAG_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vrouter/drop.h>

/* Bytes of options that an IPv4 header has room for. */
#define VR_IP4_OPTIONS_MAX	40

/**
 * struct vr_frag - a packet that is being cut; all of it is frag.c's
 * @pkt: the packet, whose bytes stay as they are
 * @l3_off: its IPv4 header, from vr_pkt_data()
 * @mtu: largest IP packet that fits
 * @hlen: of that header: the first fragment has all of it
 * @at: payload bytes that fragments were made of
 * @len: payload bytes in all
 * @frag_off: offset and flags as the packet has them, host order
 * @opt_len: bytes of @opts, a multiple of 4
 * @opts: options of the fragments behind the first
 */
struct vr_frag {
	const struct vr_pkt *pkt;
	unsigned int l3_off;
	unsigned int mtu;
	unsigned int hlen;
	unsigned int at;
	unsigned int len;
	u16 frag_off;
	u8 opt_len;
	u8 opts[VR_IP4_OPTIONS_MAX];
};

/**
 * vr_frag_begin() - a packet is about to be cut
 * @f: to fill in
 * @pkt: vr_parse_ip4() found its header at @l3_off good; not GSO, and its don't-fragment bit is
 *	not set. Stays the caller's, who does not touch it until the last fragment is made
 * @l3_off: IPv4 header, from vr_pkt_data(); what is in front of it each fragment gets too
 * @mtu: largest IP packet that fits
 *
 * A checksum that a device was to finish is finished: there is no device that could. The packet
 * may be a fragment itself, and bytes behind its total length belong to nobody. Moves data.
 *
 * Return: VR_DROP_NONE; VR_DROP_INVALID_PACKET: options that cannot be, or it would
 * reach beyond the 64 KiB that offsets can say; VR_DROP_IF_TX_DISCARD: @mtu is too small even for
 * 8 bytes of payload; else as vr_parse_finish().
 */
enum vr_drop_reason vr_frag_begin(struct vr_frag *f, struct vr_pkt *pkt, unsigned int l3_off,
				  u32 mtu);

/* Everything has been cut. */
static inline bool vr_frag_is_done(const struct vr_frag *f)
{
	return f->at == f->len;
}

/**
 * vr_frag_next() - the next fragment
 * @f: not vr_frag_is_done()
 *
 * Return: a packet of its own, with its header's checksum; or NULL: no memory, and the
 * same one can be asked for again.
 */
struct vr_pkt *vr_frag_next(struct vr_frag *f);

#endif /* _VR_PKT_FRAG_H */
