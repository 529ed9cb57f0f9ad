/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets of conversations for tests of entropy, header by header, and what entropy they have. */
#ifndef _VR_TEST_ENTROPY_FRAMES_H
#define _VR_TEST_ENTROPY_FRAMES_H

#include "frame.h"
#include "pkt/entropy.h"

#define EN_FRAME_MAX	256
#define EN_SPORT	0xc001
#define EN_DPORT	0x0050

extern const u64 en_seed[4];

/** struct en_frame - bytes that a test puts together */
struct en_frame {
	u8 b[EN_FRAME_MAX];
	unsigned int len;
	unsigned int next;	/* where the number of the next header goes */
};

/** struct en_how - what entropy is asked with */
struct en_how {
	bool routed;
	u32 what;
	u32 vrf;
	const u64 *seed;
};

extern const struct en_how en_plain;

/* What a packet of the conversation may look like. */
struct en_shape {
	const char *name;
	void (*make)(struct en_frame *f, u8 proto);
	bool ip6;
};

#define EN_SHAPES	9
extern const struct en_shape en_shapes[EN_SHAPES];

/* The plainest shapes: of either family, @proto between the same two ports. */
void en_make_4(struct en_frame *f, u8 proto);
void en_make_6(struct en_frame *f, u8 proto);

/* A frame begins with @tags VLAN tags; what follows is put behind what is there. */
void en_eth(struct en_frame *f, unsigned int tags, u16 proto);

/* Addresses end with @a and @b; the rest of an IPv6 one is not the same in both. */
void en_ip4(struct en_frame *f, unsigned int hlen, u16 len, u16 frag, u8 a, u8 b);
void en_ip6(struct en_frame *f, u16 len, u8 a, u8 b);

/* An extension header of @len bytes, where 6 bytes of @word are first. */
void en_ext(struct en_frame *f, u8 proto, u8 hdrlen, unsigned int len, u64 word);

/* Ports and 16 bytes more. */
void en_l4(struct en_frame *f, u8 proto);

/* The header that comes now is @proto's. */
void en_proto(struct en_frame *f, u8 proto);

void en_zero(struct en_frame *f, unsigned int len);

/* The entropy of @f, of which @linear bytes are linear. */
u32 en_of(struct kunit *test, const struct en_frame *f, unsigned int linear,
	  const struct en_how *how);

/* The same with every split between linear and other bytes, which is what this says. */
u32 en_any(struct kunit *test, const struct en_frame *f, const struct en_how *how);

#endif /* _VR_TEST_ENTROPY_FRAMES_H */
