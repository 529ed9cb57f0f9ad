/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of parsers: frames put together byte by byte, and what is to be so of
 * the packets that they are in.
 */
#ifndef _VR_PARSE_FRAMES_H
#define _VR_PARSE_FRAMES_H

#include "frame.h"
#include "pkt/parse.h"

#define FRAME_MAX	224

/** struct frame - bytes that a test puts together */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
};

/* MACs at @p. Return: the place behind them. */
u8 *frame_macs(u8 *p);
struct vr_pkt *frame_pkt(struct kunit *test, const struct frame *f, unsigned int off,
			 unsigned int linear);
void frame_expect(struct kunit *test, const char *name, struct vr_pkt *pkt,
		  const struct frame *f, unsigned int len);
void frame_expect_all(struct kunit *test, const char *name, struct vr_pkt *pkt,
		      const struct frame *f);

/* A header, and what it is to be for a parser. */
struct ip4_case {
	const char *name;
	u8 first;		/* version and header length */
	unsigned int hlen;	/* bytes of header that there are */
	unsigned int tot_len;
	unsigned int payload;	/* bytes behind them, padding included */
	bool gso;
	u16 csum_xor;
	enum vr_drop_reason want;
};

struct ip6_case {
	const char *name;
	u8 first;		/* version and half of the traffic class */
	u8 nexthdr;
	unsigned int payload_len;
	unsigned int payload;	/* bytes that there are, padding included */
	bool gso;
	enum vr_drop_reason want;
};

/* Which 16-bit words of a frame, counted in bytes from IP, are to be something else. */
struct dhcp_patch {
	u8 at;
	u16 word;
};

struct dhcp_case {
	const char *name;
	u16 proto;
	u8 hlen;		/* IPv4: 20 to 60 */
	struct dhcp_patch patch[2];
	unsigned int cut;
	bool want;
};

void frame_ip4(struct frame *f, unsigned int off, const struct ip4_case *c);
void frame_ip6(struct frame *f, unsigned int off, const struct ip6_case *c);
void frame_dhcp(struct frame *f, const struct dhcp_case *c, bool ip6);

#endif
