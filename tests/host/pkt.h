/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space host: the inside of a packet. */
#ifndef _VR_TEST_HOST_PKT_H
#define _VR_TEST_HOST_PKT_H

#include <vr_host/pkt.h>

#include "host.h"

struct pkt_bytes;

/** enum pkt_headers - does the host know where the headers are? */
enum pkt_headers {
	PKT_HEADERS_KNOWN,
	PKT_HEADERS_ENCAP,		/* vr_pkt_encap_end() is due */
	PKT_HEADERS_DECAP,		/* vr_pkt_set_headers() is due */
};

/**
 * struct pkt_tunnel - outer headers
 * @in: there are, or there will be
 * @gso: what a device has to do with them
 * @l4_off: outer UDP or GRE, from the packet's first byte, like all offsets
 * @mac_off: inner packet
 * @l3_off: inner network header
 * @proto: of what is at @mac_off
 */
struct pkt_tunnel {
	bool in;
	enum vr_test_gso gso;
	int l4_off;
	int mac_off;
	int l3_off;
	__be16 proto;
};

/**
 * struct vr_pkt - a packet
 * @bytes: headroom and linear bytes, perhaps shared
 * @off: where the packet begins in @bytes
 * @headlen: linear bytes
 * @frag: what comes behind them, perhaps shared, never written; NULL if nothing
 * @frag_off: where that begins in @frag
 * @frag_len: how much it is
 * @csum_start: PARTIAL: where the sum begins, counted from the packet's first byte
 * @csum_offset: PARTIAL: where it goes, counted from there
 * @csum_state: what is known of the checksum
 * @csum: COMPLETE: over all that follows the Ethernet header
 * @vlan_proto: Ethernet type of the accelerated tag, 0 if there is none
 * @vlan_tci: the tag
 * @gso_size: payload of a segment, 0 if the packet is not to be segmented
 * @parked: by vr_pkt_park(), some time
 * @l3_off: as told by vr_pkt_set_headers()
 * @proto: likewise
 * @headers: are these two to be believed?
 * @tun: the tunnel that it is in
 * @next: segment behind this one
 * @list: in the queue of a port
 */
struct vr_pkt {
	struct pkt_bytes *bytes;
	unsigned int off;
	unsigned int headlen;
	struct pkt_bytes *frag;
	unsigned int frag_off;
	unsigned int frag_len;
	int csum_start;
	int csum_offset;
	enum vr_test_csum csum_state;
	__wsum csum;
	__be16 vlan_proto;
	u16 vlan_tci;
	unsigned int gso_size;
	bool parked;
	unsigned int l3_off;
	__be16 proto;
	enum pkt_headers headers;
	struct pkt_tunnel tun;
	struct vr_pkt *next;
	struct list_head list;
};

/* The first byte; that of what is not linear is elsewhere. */
u8 *pkt_data(const struct vr_pkt *pkt);

bool pkt_is_shared(const struct vr_pkt *pkt);

/* Give it a head of its own with @room bytes of headroom. False: it may fail, and did. */
bool pkt_own_head(struct vr_pkt *pkt, unsigned int room, bool may_fail);

/* Whoever kept a pointer into the bytes shall notice. */
void pkt_move(struct vr_pkt *pkt);

/* The sum of @len bytes from @off on, wherever they live. */
__wsum pkt_sum(const struct vr_pkt *pkt, unsigned int off, unsigned int len);

/* Bytes as they are; those beyond the end are 0. */
void pkt_peek(const struct vr_pkt *pkt, unsigned int off, void *to, unsigned int len);

/* What every device, and every stack, relies on; ends the program if it is not so. */
void pkt_check_sent(const struct vr_pkt *pkt);

#endif /* _VR_TEST_HOST_PKT_H */
