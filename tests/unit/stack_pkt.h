/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets as a stack sends them, for tests of the host; and tunnels that they are put into. */
#ifndef _VR_TEST_STACK_PKT_H
#define _VR_TEST_STACK_PKT_H

#include "frame.h"

#include <vr_host/pkt.h>

#include "pkt/encap.h"

#define STACK_HEADERS	(ETH_HLEN + 40 + 20)
#define STACK_PAYLOAD	3000
#define STACK_MSS	1000
#define STACK_SEQ	0xfffffe00U
#define STACK_ID	0xfffeU

/**
 * struct stack - a frame with TCP or UDP
 * @b: from Ethernet on
 * @len: how many bytes
 * @l4: TCP or UDP
 * @hlen: to the end of its header
 * @ip6: in IPv6
 * @proto: IP protocol
 */
struct stack {
	u8 b[STACK_HEADERS + STACK_PAYLOAD];
	unsigned int len;
	unsigned int l4;
	unsigned int hlen;
	bool ip6;
	u8 proto;
};

/** struct stack_tunnel - a tunnel: from 10.0.0.1 to 10.0.0.2, or a00:1:: to a00:2:: */
struct stack_tunnel {
	const char *name;
	u8 encap;
	u8 family;
	bool csum;
	bool routed;
	enum vr_test_gso gso;
};

#define STACK_TUNNELS 9
extern const struct stack_tunnel stack_tunnels[STACK_TUNNELS];

static inline void stack_tunnel_desc(const struct stack_tunnel *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

/*
 * TCP with FIN, PSH and CWR, or UDP, with @payload bytes; the checksum as a stack
 * leaves it to a device.
 */
struct stack *stack_frame(struct kunit *test, bool ip6, u8 proto, unsigned int payload);

/* A packet of it, with so many linear bytes, which a stack sends, or a device received. */
struct vr_pkt *stack_pkt(struct kunit *test, const struct stack *in, unsigned int linear,
			 bool partial, unsigned int gso);

void stack_tmpl(const struct stack_tunnel *c, struct vr_encap_tmpl *tmpl);
struct vr_pkt_tunnel stack_how(const struct stack_tunnel *c, const struct stack *in);

/* All of what the packet path does. Return: bytes in front of the inner frame or packet. */
unsigned int stack_encap(struct kunit *test, const struct stack_tunnel *c, const struct stack *in,
			 struct vr_pkt *pkt);

/*
 * The @len bytes of a packet with @hlen outer bytes add up: IPv4 header, outer UDP if it is to
 * have a checksum, and if @inner what is inside.
 */
void stack_expect_sums(struct kunit *test, const struct stack_tunnel *c, const struct stack *in,
		       const u8 *b, unsigned int len, unsigned int hlen, bool inner);

#endif /* _VR_TEST_STACK_PKT_H */
