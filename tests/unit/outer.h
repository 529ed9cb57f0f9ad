/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets in tunnels as anybody may send them, put together from letters: one for
 * each header. Lengths and checksums are filled in behind the last.
 */
#ifndef _VR_TEST_OUTER_H
#define _VR_TEST_OUTER_H

#include "frame.h"

#include <vr_host/pkt.h>

#define OUTER_MAX	320
#define L3		ETH_HLEN

#define OUTER_TOS	3
#define OUTER_VNI	0xabcdefU
#define OUTER_LABEL	0x54321U
#define OUTER_TTL	61U

/**
 * struct outer - bytes that a test puts together
 * @b: from Ethernet on
 * @len: how many
 * @next: where the number of the next header goes
 * @l4: UDP or GRE
 * @proto: which of them; 0: neither
 */
struct outer {
	u8 b[OUTER_MAX];
	unsigned int len;
	unsigned int next;
	unsigned int l4;
	u8 proto;
};

static inline bool outer_ip6(const struct outer *f)
{
	return f->b[L3] >> 4 == 6;
}

static inline u8 outer_family(const struct outer *f)
{
	return outer_ip6(f) ? AF_INET6 : AF_INET;
}

/* Bytes of the IP header, without extension headers. */
static inline unsigned int outer_hlen(const struct outer *f)
{
	return outer_ip6(f) ? 40 : (f->b[L3] & 15) * 4;
}

/* A zeroed one that lives as long as the test case. */
struct outer *outer_alloc(struct kunit *test);

/* What the letters of @chain stand for (outer.c); UDP has a checksum if @csum. */
void outer_build(struct outer *f, const char *chain, bool csum);

/* More bytes behind it. */
void outer_pad(struct outer *f, unsigned int len);

/* The IP header says that the packet ends at byte @end of the frame, and is good. */
void outer_set_ip_end(struct outer *f, unsigned int end);

/* The same, and all others that have something to say of it agree. */
void outer_set_end(struct outer *f, unsigned int end, bool csum);

/* A packet of it, with so many linear bytes and an aligned IP header. */
struct vr_pkt *outer_pkt(struct kunit *test, const struct outer *f, unsigned int linear);

#endif /* _VR_TEST_OUTER_H */
