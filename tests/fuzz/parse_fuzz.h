/* SPDX-License-Identifier: GPL-2.0-only */
/* A frame, what parsers say of it, and each parser with what must be so of its result. */
#ifndef _VR_PARSE_FUZZ_H
#define _VR_PARSE_FUZZ_H

#include <vr/host.h>
#include <vr_host/pkt.h>
#include <vr_test_host.h>

#include "cursor.h"

/** struct pf_frame - the bytes as they came; @tag: accelerated */
struct pf_frame {
	unsigned int len;
	u16 tag;
	u8 b[2048];
};

/**
 * struct pf_result - all that a parser said, and what the packet has become
 * @said: verdicts and fields
 * @len: bytes of @b
 * @b: the packet, or what it was turned into, to the end or as much as fits
 */
struct pf_result {
	u64 said[16];
	unsigned int len;
	u8 b[2048];
};

void pf_l2(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_l4(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_arp(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_nd(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_too_big(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_report(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_decap(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_entropy(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_frag(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
void pf_mss(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);
/* Those that say yes or no: DHCP, BFD. */
void pf_known(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r);

#endif /* _VR_PARSE_FUZZ_H */
