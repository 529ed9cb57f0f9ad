/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of flow keys: packets that strings of letters stand for.
 *
 * Packets go from A to B. The packets that ICMP errors quote went from B to A,
 * so that every key is from A to B.
 */
#ifndef _VR_L4_FRAMES_H
#define _VR_L4_FRAMES_H

#include "frame.h"
#include "pkt/l4.h"

#define L4_FRAME_MAX	1400
#define L3		ETH_HLEN

#define SPORT		0x1111
#define DPORT		0x2222
#define ECHO_ID		0x3333

/** struct l4_frame - bytes that a test puts together; not for the stack */
struct l4_frame {
	u8 b[L4_FRAME_MAX];
	unsigned int len;
	unsigned int next;	/* where the number of the next header goes */
	bool ip6;		/* the IP header put last */
	bool quoted;
};

/*
 * The table. @need: so many bytes from IP on, and no fewer, give this key.
 * Ports of quoted packets are turned round. Type in @dport: of ICMP.
 */
struct l4_case {
	const char *name;
	const char *chain;
	enum vr_drop_reason want;
	u8 proto;
	u16 sport;
	u16 dport;
	u16 off;		/* from IP */
	u16 need;
	bool icmp_error;
	int tcp_len;		/* -1: not TCP's own header */
};

extern const struct l4_case l4_cases[];
extern const unsigned int l4_cases_count;

void l4_put_fill(struct l4_frame *f, unsigned int len);
void l4_fix_csum(struct l4_frame *f);
void l4_set_ip_len(struct l4_frame *f, unsigned int len);
u8 l4_family_of(const struct l4_frame *f);
void l4_build(struct l4_frame *f, const char *chain);
struct l4_frame *l4_frame_alloc(struct kunit *test);
struct vr_pkt *l4_frame_pkt(struct kunit *test, const struct l4_frame *f, unsigned int linear);
enum vr_drop_reason l4_parse(struct vr_pkt *pkt, u8 family, struct vr_l4 *l4);

#endif /* _VR_L4_FRAMES_H */
