/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space host: the inside of a packet. */
#ifndef _VR_TEST_HOST_PKT_H
#define _VR_TEST_HOST_PKT_H

#include <vr_host/pkt.h>

#include "host.h"

struct pkt_bytes;

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
	struct list_head list;
};

#endif /* _VR_TEST_HOST_PKT_H */
