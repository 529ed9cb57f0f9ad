/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of neighbour discovery for tests, right and wrong, and what is to be read in them. */
#ifndef _VR_TEST_ND_FRAMES_H
#define _VR_TEST_ND_FRAMES_H

#include "parse_frames.h"

#include "pkt/nd.h"

#define IP6_LEN		40

enum nd_addr {
	A_ANY,
	A_GUEST,
	A_GUEST_LL,
	A_TARGET,
	A_TARGET_LL,
	A_SOL_NODE,
	A_ALL_NODES,
	A_ALL_ROUTERS,
	A_NEAR_SOL_NODE,	/* differs in the last bits of the prefix */
	A_FEC0,			/* first address behind link-local */
};

extern const u8 nd_addrs[][16];

extern const u8 nd_mac_our[ETH_ALEN];
extern const u8 nd_mac_guest[ETH_ALEN];
/* The Ethernet source, which is not what the options have. */
extern const u8 nd_mac_frame[ETH_ALEN];

/* Options; a source or target one has the guest's MAC. */
#define ND_OPT_SRC		"\1\1\2\0\0\0\0\n"
#define ND_OPT_TGT		"\2\1\2\0\0\0\0\n"
#define ND_OPT_NONCE	"\16\1abcdef"
#define ND_OPT_MTU		"\5\1\0\0\0\0\5\334"
#define ND_OPT_LONG	"\310\2abcdefghijklmn"

/** struct nd_kind - what a message is and between whom */
struct nd_kind {
	u8 type;
	u8 code;
	enum nd_addr src;
	enum nd_addr dst;
	enum nd_addr target;
};

extern const struct nd_kind nd_kind_ns;
extern const struct nd_kind nd_kind_dad;
extern const struct nd_kind nd_kind_na;
extern const struct nd_kind nd_kind_rs;
extern const struct nd_kind nd_kind_ra;

#define ND_KIND(...)	(&(const struct nd_kind){ __VA_ARGS__ })

/** struct nd_case - a message as it is put together, and what the parser makes of it */
struct nd_case {
	const char *name;
	const struct nd_kind *kind;
	u8 opts[32];
	u8 n_opts;
	u32 flags;
	u8 hops_less;		/* hop limit 255 less this */
	u8 nexthdr;		/* 0: ICMPv6 */
	u8 cut;			/* bytes missing at the end of the message */
	u8 missing;		/* bytes of it that the frame has not */
	u8 pad;			/* bytes behind it */
	u16 csum_xor;
	enum vr_nd_type want;
	bool lladdr;
};

extern const struct nd_case nd_ns_plain;
extern const struct nd_case nd_ns_source;

/* Bytes of a message of this type in front of its options. */
unsigned int nd_base(u8 type);

/* The checksum of what @ip6 says that is behind it: 0 if the one there is right. */
u16 nd_csum(const u8 *ip6);

/* Put the right checksum into the message behind @ip6, but for the bits of @wrong. */
void nd_csum_set(u8 *ip6, u16 wrong);

/**
 * nd_build() - a frame with a message
 * @f: the frame
 * @dst: Ethernet destination
 * @src: Ethernet source
 * @tags: in-band tags, 0 to 2
 * @c: the message
 */
void nd_build(struct frame *f, const u8 *dst, const u8 *src, unsigned int tags,
	      const struct nd_case *c);

/* As a guest sends it. */
void nd_guest_build(struct frame *f, unsigned int tags, const struct nd_case *c);

/* What is not valid says nothing at all; @nd is what @c is to become. */
void nd_expect_none(struct kunit *test, const char *name, const struct vr_nd *nd);
void nd_expect(struct kunit *test, const struct nd_case *c, const struct vr_nd *nd);

#endif /* _VR_TEST_ND_FRAMES_H */
