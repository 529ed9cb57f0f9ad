// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsers: tables of frames, each of them with every split between linear and
 * other bytes, and mutated frames compared with parsers that are naive.
 */
#include "vr_test.h"

#include "pkt/parse.h"

#define FRAME_MAX	160
#define HEADROOM	48
#define RANDOM_ROUNDS	200000

/** struct frame - bytes that a test puts together */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
};

static void put8(struct frame *f, u8 v)
{
	f->b[f->len++] = v;
}

static void put16(struct frame *f, u16 v)
{
	put8(f, v >> 8);
	put8(f, v);
}

static void put_fill(struct frame *f, unsigned int len)
{
	while (len--)
		put8(f, 0xa5);
}

static void put_macs(struct frame *f)
{
	static const u8 macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };

	memcpy(f->b + f->len, macs, sizeof(macs));
	f->len += sizeof(macs);
}

static unsigned int get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

/* RFC 1071 in the plainest words: 0 if the checksum among the bytes is right. */
static u16 naive_csum(const u8 *p, unsigned int len)
{
	u32 sum = 0;
	unsigned int i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* What begins @off bytes behind the packet's front is aligned, as drivers see to for IP. */
static struct vr_pkt *frame_pkt(struct kunit *test, const struct frame *f, unsigned int off,
				unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM - off);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	return pkt;
}

/* The packet has @len bytes in front that can be read and are @f's. */
static void expect_linear(struct kunit *test, const char *name, struct vr_pkt *pkt,
			  const struct frame *f, unsigned int len)
{
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_len(pkt), f->len, "%s", name);
	if (vr_pkt_headlen(pkt) < len) {
		KUNIT_FAIL(test, "%s: %u of %u bytes linear", name, vr_pkt_headlen(pkt), len);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, memcmp(vr_pkt_data(pkt), f->b, len), 0, "%s", name);
}

/* Layer 2 */

struct l2_case {
	const char *name;
	int accel;		/* TCI of the accelerated tag, -1: none */
	u16 words[8];		/* behind the MACs: type, TCI, type, ... */
	unsigned int n_words;
	unsigned int cut;	/* bytes missing at the end */
	u16 l3_off;
	u16 proto;
	bool tagged;
};

static const struct l2_case l2_cases[] = {
	{ "IPv4", -1, { 0x0800 }, 1, 0, 14, 0x0800, false },
	{ "IPv4 and payload", -1, { 0x0800, 0x4500, 0x8100, 0x8100 }, 4, 0, 14, 0x0800, false },
	{ "ARP", -1, { 0x0806 }, 1, 0, 14, 0x0806, false },
	{ "LLC of 0 bytes", -1, { 0 }, 1, 0, 14, 0, false },
	{ "LLC, longest", -1, { 0x05dc, 0x4242 }, 2, 0, 14, 0, false },
	{ "last length that is no type", -1, { 0x05ff }, 1, 0, 14, 0, false },
	{ "first type", -1, { 0x0600 }, 1, 0, 14, 0x0600, false },
	{ "last type", -1, { 0xffff }, 1, 0, 14, 0xffff, false },
	{ "tag", -1, { 0x8100, 5, 0x0800 }, 3, 0, 18, 0x0800, true },
	{ "tag, highest id", -1, { 0x8100, 0x0fff, 0x86dd }, 3, 0, 18, 0x86dd, true },
	{ "tag and payload", -1, { 0x8100, 5, 0x0800, 0x4500 }, 4, 0, 18, 0x0800, true },
	{ "service tag", -1, { 0x88a8, 5, 0x0806 }, 3, 0, 18, 0x0806, true },
	{ "priority tag", -1, { 0x8100, 0xe000, 0x0800 }, 3, 0, 18, 0x0800, false },
	{ "priority tag, DEI", -1, { 0x8100, 0x1000, 0x0800 }, 3, 0, 18, 0x0800, false },
	{ "tag without what is behind", -1, { 0x8100 }, 1, 0, 14, 0x8100, false },
	{ "tag cut by 3", -1, { 0x8100, 5, 0x0800 }, 3, 3, 14, 0x8100, false },
	{ "tag cut by 1", -1, { 0x8100, 5, 0x0800 }, 3, 1, 14, 0x8100, false },
	{ "tag before LLC", -1, { 0x8100, 5, 0x0026 }, 3, 0, 18, 0, true },
	{ "two tags", -1, { 0x88a8, 5, 0x8100, 6, 0x0800 }, 5, 0, 22, 0x0800, true },
	{ "two C-tags", -1, { 0x8100, 5, 0x8100, 6, 0x86dd }, 5, 0, 22, 0x86dd, true },
	{ "two tags, id in the first", -1, { 0x88a8, 5, 0x8100, 0, 0x0800 }, 5, 0,
	  22, 0x0800, true },
	{ "two tags, id in the second", -1, { 0x88a8, 0, 0x8100, 6, 0x0800 }, 5, 0,
	  22, 0x0800, true },
	{ "two priority tags", -1, { 0x88a8, 0, 0x8100, 0x2000, 0x0800 }, 5, 0,
	  22, 0x0800, false },
	{ "second tag cut by 4", -1, { 0x88a8, 0, 0x8100, 6, 0x0800 }, 5, 4, 18, 0x8100, false },
	{ "second tag cut by 1", -1, { 0x88a8, 5, 0x8100, 6, 0x0800 }, 5, 1, 18, 0x8100, true },
	{ "two tags before LLC", -1, { 0x88a8, 5, 0x8100, 6, 0x0100 }, 5, 0, 22, 0, true },
	{ "three tags", -1, { 0x88a8, 0, 0x8100, 0, 0x8100, 7, 0x0800 }, 7, 0,
	  22, 0x8100, false },
	{ "accelerated tag", 5, { 0x0800 }, 1, 0, 14, 0x0800, true },
	{ "accelerated tag, LLC", 5, { 0x0026 }, 1, 0, 14, 0, true },
	{ "accelerated priority tag", 0xe000, { 0x0800 }, 1, 0, 14, 0x0800, false },
	{ "accelerated and a tag", 5, { 0x8100, 6, 0x0800 }, 3, 0, 18, 0x0800, true },
	{ "accelerated and a priority tag", 5, { 0x8100, 0, 0x0800 }, 3, 0, 18, 0x0800, true },
	{ "accelerated priority and a tag", 0, { 0x8100, 6, 0x0800 }, 3, 0, 18, 0x0800, true },
	{ "accelerated and two tags", 0, { 0x88a8, 0, 0x8100, 0, 0x86dd }, 5, 0,
	  22, 0x86dd, false },
	{ "accelerated and a tag that is cut", 0, { 0x8100, 6 }, 2, 0, 14, 0x8100, false },
};

static void l2_run(struct kunit *test, const struct l2_case *c, const struct frame *f,
		   unsigned int linear)
{
	struct vr_pkt *pkt = frame_pkt(test, f, ETH_HLEN, linear);
	struct vr_l2 l2;

	if (c->accel >= 0)
		vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, c->accel);
	memset(&l2, 0xff, sizeof(l2));
	vr_parse_l2(pkt, &l2);
	KUNIT_EXPECT_EQ_MSG(test, l2.l3_off, c->l3_off, "%s, %u linear", c->name, linear);
	KUNIT_EXPECT_EQ_MSG(test, ntohs(l2.proto), c->proto, "%s, %u linear", c->name, linear);
	KUNIT_EXPECT_EQ_MSG(test, l2.tagged, c->tagged, "%s, %u linear", c->name, linear);
	expect_linear(test, c->name, pkt, f, l2.l3_off);
	vr_test_pkt_free(pkt);
}

static void parse_l2_table(struct kunit *test)
{
	unsigned int i, n, linear;

	for (i = 0; i < ARRAY_SIZE(l2_cases); i++) {
		const struct l2_case *c = &l2_cases[i];
		struct frame f = { .len = 0 };

		put_macs(&f);
		for (n = 0; n < c->n_words; n++)
			put16(&f, c->words[n]);
		f.len -= c->cut;
		for (linear = ETH_HLEN; linear <= f.len; linear++)
			l2_run(test, c, &f, linear);
	}
}

/* IPv4 */

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

static const struct ip4_case ip4_cases[] = {
	{ "header alone", 0x45, 20, 20, 0, false, 0, VR_DROP_NONE },
	{ "payload", 0x45, 20, 28, 8, false, 0, VR_DROP_NONE },
	{ "padding", 0x45, 20, 28, 18, false, 0, VR_DROP_NONE },
	{ "all padding", 0x45, 20, 20, 26, false, 0, VR_DROP_NONE },
	{ "one byte missing", 0x45, 20, 28, 7, false, 0, VR_DROP_INVALID_PACKET },
	{ "total length 65535", 0x45, 20, 65535, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "total length 19", 0x45, 20, 19, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "total length 1", 0x45, 20, 1, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "total length 0", 0x45, 20, 0, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "total length 0, GSO", 0x45, 20, 0, 8, true, 0, VR_DROP_NONE },
	{ "total length 0, GSO, options", 0x46, 24, 0, 8, true, 0, VR_DROP_NONE },
	{ "total length 1, GSO", 0x45, 20, 1, 8, true, 0, VR_DROP_INVALID_PACKET },
	{ "GSO", 0x45, 20, 28, 8, true, 0, VR_DROP_NONE },
	{ "GSO, one byte missing", 0x45, 20, 28, 7, true, 0, VR_DROP_INVALID_PACKET },
	{ "one option", 0x46, 24, 32, 8, false, 0, VR_DROP_NONE },
	{ "options alone", 0x4f, 60, 60, 0, false, 0, VR_DROP_NONE },
	{ "options and payload", 0x4f, 60, 68, 8, false, 0, VR_DROP_NONE },
	{ "total length in the options", 0x4f, 60, 59, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "options, one byte missing", 0x46, 24, 33, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "header beyond the packet", 0x46, 20, 20, 0, false, 0, VR_DROP_PULL },
	{ "header beyond the packet by 1", 0x46, 20, 23, 3, false, 0, VR_DROP_PULL },
	{ "longest header, by 1", 0x4f, 20, 59, 39, false, 0, VR_DROP_PULL },
	{ "header of 16 bytes", 0x44, 20, 28, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "header of 0 bytes", 0x40, 20, 28, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "version 6", 0x65, 20, 28, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "version 0", 0x05, 20, 28, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "version 5", 0x55, 20, 28, 8, false, 0, VR_DROP_INVALID_PACKET },
	{ "bad checksum", 0x45, 20, 28, 8, false, 0x0100, VR_DROP_CKSUM_ERR },
	{ "bad checksum, GSO", 0x45, 20, 28, 8, true, 1, VR_DROP_CKSUM_ERR },
	{ "bad checksum, GSO of 0", 0x45, 20, 0, 8, true, 1, VR_DROP_CKSUM_ERR },
	{ "bad checksum, options", 0x4f, 60, 68, 8, false, 0x8000, VR_DROP_CKSUM_ERR },
	{ "bad checksum and length", 0x45, 20, 1, 8, false, 1, VR_DROP_CKSUM_ERR },
};

/* @off bytes of anything, then the header; the checksum is over what there is of it. */
static void ip4_build(struct frame *f, unsigned int off, const struct ip4_case *c)
{
	unsigned int hlen = (c->first & 0xf) * 4;
	u16 csum;

	f->len = 0;
	put_fill(f, off);
	put8(f, c->first);
	put8(f, 0x10);
	put16(f, c->tot_len);
	put16(f, 0x1234);
	put16(f, 0x4000);
	put8(f, 64);
	put8(f, IPPROTO_UDP);
	put16(f, 0);
	put16(f, 0x0a00);
	put16(f, 0x0001);
	put16(f, 0x0a00);
	put16(f, 0x0002);
	put_fill(f, c->hlen - 20);
	csum = naive_csum(f->b + off, min(hlen, c->hlen)) ^ c->csum_xor;
	f->b[off + 10] = csum >> 8;
	f->b[off + 11] = csum;
	put_fill(f, c->payload);
}

static void ip4_run(struct kunit *test, const char *name, const struct frame *f,
		    unsigned int off, unsigned int linear, bool gso, enum vr_drop_reason want)
{
	struct vr_pkt *pkt = frame_pkt(test, f, off, linear);

	if (gso)
		vr_test_pkt_set_gso(pkt, 1400);
	KUNIT_EXPECT_EQ_MSG(test, vr_parse_ip4(pkt, off), want, "%s at %u, %u linear", name,
			    off, linear);
	KUNIT_EXPECT_EQ_MSG(test, vr_parse_ip4_slow(pkt, off), want, "%s at %u, %u linear, slow",
			    name, off, linear);
	if (want == VR_DROP_NONE)
		expect_linear(test, name, pkt, f, off + (f->b[off] & 0xf) * 4);
	else
		expect_linear(test, name, pkt, f, linear);
	vr_test_pkt_free(pkt);
}

static void parse_ip4_table(struct kunit *test)
{
	static const unsigned int offs[] = { 0, 14, 18, 22 };
	unsigned int i, k, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(ip4_cases); i++) {
		const struct ip4_case *c = &ip4_cases[i];

		for (k = 0; k < ARRAY_SIZE(offs); k++) {
			ip4_build(&f, offs[k], c);
			for (linear = offs[k]; linear <= f.len; linear++)
				ip4_run(test, c->name, &f, offs[k], linear, c->gso, c->want);
		}
	}
}

/* Cut anywhere: headers are a failed pull, what is behind them is a bad length. */
static void parse_ip4_truncated(struct kunit *test)
{
	static const struct ip4_case c = { "", 0x4f, 60, 68, 8 };
	unsigned int len, linear;
	struct frame f;

	ip4_build(&f, ETH_HLEN, &c);
	for (len = f.len; len >= ETH_HLEN; len--) {
		enum vr_drop_reason want = VR_DROP_NONE;

		if (len < ETH_HLEN + 60)
			want = VR_DROP_PULL;
		else if (len < ETH_HLEN + 68)
			want = VR_DROP_INVALID_PACKET;
		f.len = len;
		for (linear = ETH_HLEN; linear <= len; linear += 5)
			ip4_run(test, "cut", &f, ETH_HLEN, linear, false, want);
		ip4_run(test, "cut", &f, ETH_HLEN, len, false, want);
	}
}

/* No single wrong bit in a header goes unnoticed. */
static void parse_ip4_bit_errors(struct kunit *test)
{
	static const struct ip4_case c = { "", 0x46, 24, 60, 36 };
	struct frame f, bad;
	unsigned int bit;

	ip4_build(&f, ETH_HLEN, &c);
	for (bit = 0; bit < 24 * 8; bit++) {
		struct vr_pkt *pkt;

		bad = f;
		bad.b[ETH_HLEN + bit / 8] ^= 1 << bit % 8;
		pkt = frame_pkt(test, &bad, ETH_HLEN, bad.len);
		KUNIT_EXPECT_NE_MSG(test, vr_parse_ip4(pkt, ETH_HLEN), VR_DROP_NONE, "bit %u",
				    bit);
		vr_test_pkt_free(pkt);
	}
}

/* IPv6 */

struct ip6_case {
	const char *name;
	u8 first;		/* version and half of the traffic class */
	u8 nexthdr;
	unsigned int payload_len;
	unsigned int payload;	/* bytes that there are, padding included */
	bool gso;
	enum vr_drop_reason want;
};

static const struct ip6_case ip6_cases[] = {
	{ "payload", 0x60, 17, 8, 8, false, VR_DROP_NONE },
	{ "traffic class", 0x6f, 17, 8, 8, false, VR_DROP_NONE },
	{ "one byte", 0x60, 17, 1, 1, false, VR_DROP_NONE },
	{ "padding", 0x60, 17, 8, 30, false, VR_DROP_NONE },
	{ "one byte missing", 0x60, 17, 8, 7, false, VR_DROP_INVALID_PACKET },
	{ "all missing", 0x60, 17, 8, 0, false, VR_DROP_INVALID_PACKET },
	{ "payload length 65535", 0x60, 17, 65535, 8, false, VR_DROP_INVALID_PACKET },
	{ "no next header", 0x60, 59, 0, 0, false, VR_DROP_NONE },
	{ "no next header, padding", 0x60, 59, 0, 6, false, VR_DROP_NONE },
	{ "jumbogram", 0x60, 0, 0, 16, false, VR_DROP_INVALID_PACKET },
	{ "jumbogram, GSO", 0x60, 0, 0, 16, true, VR_DROP_NONE },
	{ "hop-by-hop", 0x60, 0, 8, 8, false, VR_DROP_NONE },
	{ "payload length 0, GSO", 0x60, 6, 0, 20, true, VR_DROP_NONE },
	{ "GSO, one byte missing", 0x60, 6, 20, 19, true, VR_DROP_INVALID_PACKET },
	{ "version 4", 0x40, 17, 8, 8, false, VR_DROP_INVALID_PACKET },
	{ "version 7", 0x70, 17, 8, 8, false, VR_DROP_INVALID_PACKET },
	{ "version 0", 0x06, 17, 8, 8, false, VR_DROP_INVALID_PACKET },
	{ "version 14", 0xe0, 17, 8, 8, false, VR_DROP_INVALID_PACKET },
};

static void ip6_build(struct frame *f, unsigned int off, const struct ip6_case *c)
{
	f->len = 0;
	put_fill(f, off);
	put8(f, c->first);
	put8(f, 0x12);
	put16(f, 0x3456);
	put16(f, c->payload_len);
	put8(f, c->nexthdr);
	put8(f, 64);
	put16(f, 0xfd00);
	put_fill(f, 14);
	put16(f, 0xfd01);
	put_fill(f, 14);
	put_fill(f, c->payload);
}

static void ip6_run(struct kunit *test, const char *name, const struct frame *f,
		    unsigned int off, unsigned int linear, bool gso, enum vr_drop_reason want)
{
	struct vr_pkt *pkt = frame_pkt(test, f, off, linear);

	if (gso)
		vr_test_pkt_set_gso(pkt, 1400);
	KUNIT_EXPECT_EQ_MSG(test, vr_parse_ip6(pkt, off), want, "%s at %u, %u linear", name,
			    off, linear);
	KUNIT_EXPECT_EQ_MSG(test, vr_parse_ip6_slow(pkt, off), want, "%s at %u, %u linear, slow",
			    name, off, linear);
	expect_linear(test, name, pkt, f, want == VR_DROP_NONE ? off + 40 : linear);
	vr_test_pkt_free(pkt);
}

static void parse_ip6_table(struct kunit *test)
{
	static const unsigned int offs[] = { 0, 14, 18, 22 };
	unsigned int i, k, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(ip6_cases); i++) {
		const struct ip6_case *c = &ip6_cases[i];

		for (k = 0; k < ARRAY_SIZE(offs); k++) {
			ip6_build(&f, offs[k], c);
			for (linear = offs[k]; linear <= f.len; linear++)
				ip6_run(test, c->name, &f, offs[k], linear, c->gso, c->want);
		}
	}
}

static void parse_ip6_truncated(struct kunit *test)
{
	static const struct ip6_case c = { "", 0x60, 17, 8, 8 };
	unsigned int len, linear;
	struct frame f;

	ip6_build(&f, ETH_HLEN, &c);
	for (len = f.len; len >= ETH_HLEN; len--) {
		enum vr_drop_reason want = VR_DROP_NONE;

		if (len < ETH_HLEN + 40)
			want = VR_DROP_PULL;
		else if (len < ETH_HLEN + 48)
			want = VR_DROP_INVALID_PACKET;
		f.len = len;
		for (linear = ETH_HLEN; linear <= len; linear++)
			ip6_run(test, "cut", &f, ETH_HLEN, linear, false, want);
	}
}

/* DHCP */

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

/* Bytes in front of UDP ports are patched by IPv4 offset 2, 6, 8; IPv6 4, 6 */
static const struct dhcp_case dhcp_cases[] = {
	{ "v4", ETH_P_IP, 20, { }, 0, true },
	{ "v4, options", ETH_P_IP, 24, { }, 0, true },
	{ "v4, longest header", ETH_P_IP, 60, { }, 0, true },
	{ "v4, do not fragment", ETH_P_IP, 20, { { 6, 0x4000 } }, 0, true },
	{ "v4, first fragment", ETH_P_IP, 20, { { 6, 0x2000 } }, 0, true },
	{ "v4, second fragment", ETH_P_IP, 20, { { 6, 0x2001 } }, 0, false },
	{ "v4, last fragment", ETH_P_IP, 20, { { 6, 0x0001 } }, 0, false },
	{ "v4, farthest fragment", ETH_P_IP, 20, { { 6, 0x1fff } }, 0, false },
	{ "v4, highest bit of the offset", ETH_P_IP, 20, { { 6, 0x1000 } }, 0, false },
	{ "v4, TCP", ETH_P_IP, 20, { { 8, 0x4006 } }, 0, false },
	{ "v4, from the server", ETH_P_IP, 20, { { 20, 67 }, { 22, 68 } }, 0, false },
	{ "v4, source port", ETH_P_IP, 20, { { 20, 69 } }, 0, false },
	{ "v4, destination port", ETH_P_IP, 20, { { 22, 69 } }, 0, false },
	{ "v4, ports in the other byte order", ETH_P_IP, 20,
	  { { 20, 68 << 8 }, { 22, 67 << 8 } }, 0, false },
	{ "v4, ports of v6", ETH_P_IP, 20, { { 20, 546 }, { 22, 547 } }, 0, false },
	{ "v4, UDP length 8", ETH_P_IP, 20, { { 24, 8 } }, 0, true },
	{ "v4, UDP length 7", ETH_P_IP, 20, { { 24, 7 } }, 0, false },
	{ "v4, UDP header alone", ETH_P_IP, 20, { { 2, 28 } }, 4, true },
	{ "v4, UDP header cut", ETH_P_IP, 20, { { 2, 27 } }, 5, false },
	{ "v4, UDP header in the padding", ETH_P_IP, 20, { { 2, 27 } }, 0, false },
	{ "v4, no UDP header", ETH_P_IP, 20, { { 2, 20 } }, 12, false },
	{ "v4, options, UDP header cut", ETH_P_IP, 24, { { 2, 31 } }, 5, false },
	{ "v4, too short for its length", ETH_P_IP, 20, { }, 1, false },
	{ "v4, version", ETH_P_IP, 20, { { 0, 0x5500 } }, 0, false },
	{ "v4 under the type of v6", ETH_P_IPV6, 20, { }, 0, false },
	{ "v4 under another type", ETH_P_ARP, 20, { }, 0, false },
	{ "v4 under the first tag", ETH_P_8021Q, 20, { }, 0, false },
	{ "v6", ETH_P_IPV6, 40, { }, 0, true },
	{ "v6, ports of v4", ETH_P_IPV6, 40, { { 40, 68 }, { 42, 67 } }, 0, false },
	{ "v6, from the server", ETH_P_IPV6, 40, { { 40, 547 }, { 42, 546 } }, 0, false },
	{ "v6, source port", ETH_P_IPV6, 40, { { 40, 547 } }, 0, false },
	{ "v6, destination port", ETH_P_IPV6, 40, { { 42, 546 } }, 0, false },
	{ "v6, TCP", ETH_P_IPV6, 40, { { 6, 0x0640 } }, 0, false },
	{ "v6, fragment header", ETH_P_IPV6, 40, { { 6, 0x2c40 } }, 0, false },
	{ "v6, hop-by-hop", ETH_P_IPV6, 40, { { 6, 0x0040 } }, 0, false },
	{ "v6, UDP length 7", ETH_P_IPV6, 40, { { 44, 7 } }, 0, false },
	{ "v6, UDP header alone", ETH_P_IPV6, 40, { { 4, 8 } }, 4, true },
	{ "v6, UDP header cut", ETH_P_IPV6, 40, { { 4, 7 } }, 5, false },
	{ "v6, UDP header in the padding", ETH_P_IPV6, 40, { { 4, 7 } }, 0, false },
	{ "v6, no payload", ETH_P_IPV6, 40, { { 4, 0 } }, 12, false },
	{ "v6, too short for its length", ETH_P_IPV6, 40, { }, 1, false },
	{ "v6, version", ETH_P_IPV6, 40, { { 0, 0x4000 } }, 0, false },
	{ "v6 under the type of v4", ETH_P_IP, 40, { }, 0, false },
};

/* A request with 4 bytes in UDP, patched, then with the right IPv4 checksum. */
static void dhcp_build(struct frame *f, const struct dhcp_case *c, bool ip6)
{
	struct ip6_case v6 = { "", 0x60, IPPROTO_UDP, 12, 0 };
	struct ip4_case v4 = { "", 0x40, c->hlen, c->hlen + 12, 0 };
	unsigned int i;
	u8 *ip;

	if (ip6) {
		ip6_build(f, ETH_HLEN, &v6);
	} else {
		v4.first |= c->hlen / 4;
		ip4_build(f, ETH_HLEN, &v4);
	}
	put16(f, ip6 ? 546 : 68);
	put16(f, ip6 ? 547 : 67);
	put16(f, 12);
	put16(f, 0);
	put_fill(f, 4);

	ip = f->b + ETH_HLEN;
	for (i = 0; i < ARRAY_SIZE(c->patch); i++) {
		/* no patch begins at 0 but with a version */
		if (!c->patch[i].at && !c->patch[i].word)
			continue;
		ip[c->patch[i].at] = c->patch[i].word >> 8;
		ip[c->patch[i].at + 1] = c->patch[i].word;
	}
	if (!ip6) {
		u16 csum;

		ip[10] = 0;
		ip[11] = 0;
		csum = naive_csum(ip, c->hlen);
		ip[10] = csum >> 8;
		ip[11] = csum;
	}
	f->len -= c->cut;
}

static void parse_dhcp_table(struct kunit *test)
{
	unsigned int i, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(dhcp_cases); i++) {
		const struct dhcp_case *c = &dhcp_cases[i];
		struct vr_l2 l2 = { .l3_off = ETH_HLEN, .proto = htons(c->proto) };

		dhcp_build(&f, c, c->name[1] == '6');
		for (linear = ETH_HLEN; linear <= f.len; linear++) {
			struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);

			KUNIT_EXPECT_EQ_MSG(test, vr_parse_is_dhcp(pkt, &l2), c->want,
					    "%s, %u linear", c->name, linear);
			expect_linear(test, c->name, pkt, &f, linear);
			vr_test_pkt_free(pkt);
		}
	}
}

static void parse_dhcp_bad_checksum(struct kunit *test)
{
	struct vr_l2 l2 = { .l3_off = ETH_HLEN, .proto = htons(ETH_P_IP) };
	struct vr_pkt *pkt;
	struct frame f;

	dhcp_build(&f, &dhcp_cases[0], false);
	f.b[ETH_HLEN + 11] ^= 1;
	pkt = frame_pkt(test, &f, ETH_HLEN, f.len);
	KUNIT_EXPECT_FALSE(test, vr_parse_is_dhcp(pkt, &l2));
	vr_test_pkt_free(pkt);
}

/* Every byte of a request counts: cut anywhere, it is none. */
static void parse_dhcp_truncated(struct kunit *test)
{
	unsigned int v, len;
	struct frame f;

	for (v = 0; v < 2; v++) {
		struct vr_l2 l2 = { .l3_off = ETH_HLEN,
				    .proto = htons(v ? ETH_P_IPV6 : ETH_P_IP) };
		struct dhcp_case c = { .hlen = 20 };

		dhcp_build(&f, &c, v);
		for (len = f.len; len >= ETH_HLEN; len--) {
			bool want = len == f.len;
			struct frame cut = f;
			struct vr_pkt *pkt;

			cut.len = len;
			pkt = frame_pkt(test, &cut, ETH_HLEN, len);
			KUNIT_EXPECT_EQ_MSG(test, vr_parse_is_dhcp(pkt, &l2), want, "v%s, %u bytes",
					    v ? "6" : "4", len);
			vr_test_pkt_free(pkt);
		}
	}
}

/* Random */

static enum vr_drop_reason naive_ip4(const struct frame *f, unsigned int off, bool gso)
{
	unsigned int have = f->len - off, hlen, len;
	const u8 *ip = f->b + off;

	if (f->len < off || have < 20)
		return VR_DROP_PULL;
	hlen = (ip[0] & 15) * 4;
	if (ip[0] >> 4 != 4 || hlen < 20)
		return VR_DROP_INVALID_PACKET;
	if (have < hlen)
		return VR_DROP_PULL;
	if (naive_csum(ip, hlen))
		return VR_DROP_CKSUM_ERR;
	len = get16(ip + 2);
	if (gso && len == 0)
		return VR_DROP_NONE;
	return len >= hlen && len <= have ? VR_DROP_NONE : VR_DROP_INVALID_PACKET;
}

static enum vr_drop_reason naive_ip6(const struct frame *f, unsigned int off, bool gso)
{
	unsigned int have = f->len - off, len;
	const u8 *ip = f->b + off;

	if (f->len < off || have < 40)
		return VR_DROP_PULL;
	if (ip[0] >> 4 != 6)
		return VR_DROP_INVALID_PACKET;
	len = get16(ip + 4);
	if (len == 0 && ip[6] == 0 && !gso)
		return VR_DROP_INVALID_PACKET;
	return len <= have - 40 ? VR_DROP_NONE : VR_DROP_INVALID_PACKET;
}

static bool naive_dhcp(const struct frame *f, unsigned int off, u16 proto, bool gso)
{
	const u8 *ip = f->b + off, *udp;
	unsigned int end;

	if (proto == ETH_P_IP) {
		if (naive_ip4(f, off, gso) || ip[9] != 17 || (get16(ip + 6) & 0x1fff))
			return false;
		udp = ip + (ip[0] & 15) * 4;
		end = get16(ip + 2);
	} else {
		if (naive_ip6(f, off, gso) || ip[6] != 17)
			return false;
		udp = ip + 40;
		end = 40 + get16(ip + 4);
	}
	if (udp - ip + 8 > end || get16(udp + 4) < 8)
		return false;
	return get16(udp) == (proto == ETH_P_IP ? 68 : 546) &&
	       get16(udp + 2) == (proto == ETH_P_IP ? 67 : 547);
}

/* A good frame with up to two tags in front, some of its bytes changed, and cut. */
static void random_frame(struct vr_test_rng *rng, struct frame *f)
{
	static const u8 hlens[] = { 20, 20, 24, 60 };
	struct dhcp_case c = { .hlen = hlens[vr_test_rand(rng) % 4] };
	bool ip6 = vr_test_rand(rng) % 2;
	unsigned int tags = vr_test_rand(rng) % 4, n;
	struct frame inner;

	dhcp_build(&inner, &c, ip6);
	f->len = 0;
	put_macs(f);
	while (tags--) {
		put16(f, vr_test_rand(rng) % 2 ? ETH_P_8021Q : ETH_P_8021AD);
		put16(f, vr_test_rand(rng) % 2 ? 0 : vr_test_rand(rng));
	}
	put16(f, ip6 ? ETH_P_IPV6 : ETH_P_IP);
	memcpy(f->b + f->len, inner.b + ETH_HLEN, inner.len - ETH_HLEN);
	f->len += inner.len - ETH_HLEN;

	for (n = vr_test_rand(rng) % 4; n; n--)
		f->b[12 + vr_test_rand(rng) % (f->len - 12)] = vr_test_rand(rng);
	if (vr_test_rand(rng) % 4 == 0)
		f->len = ETH_HLEN + vr_test_rand(rng) % (f->len - ETH_HLEN + 1);
}

static void random_compare(struct kunit *test, struct vr_test_rng *rng, const struct frame *f)
{
	unsigned int linear = ETH_HLEN + vr_test_rand(rng) % (f->len - ETH_HLEN + 1);
	struct vr_pkt *pkt = frame_pkt(test, f, ETH_HLEN, linear);
	enum vr_drop_reason got;
	struct vr_l2 l2;
	bool gso;

	if (vr_test_rand(rng) % 8 == 0)
		vr_test_pkt_set_gso(pkt, 1400);
	gso = vr_pkt_is_gso(pkt);

	vr_parse_l2(pkt, &l2);
	KUNIT_ASSERT_LE(test, l2.l3_off, vr_pkt_headlen(pkt));
	KUNIT_ASSERT_LE(test, l2.l3_off, f->len);
	KUNIT_EXPECT_EQ(test, l2.l3_off % 4, 2);

	got = vr_parse_ip4(pkt, l2.l3_off);
	KUNIT_EXPECT_EQ(test, got, naive_ip4(f, l2.l3_off, gso));
	if (got == VR_DROP_NONE)
		expect_linear(test, "random IPv4", pkt, f,
			      l2.l3_off + vr_ip4_at(pkt, l2.l3_off)->ihl * 4);

	got = vr_parse_ip6(pkt, l2.l3_off);
	KUNIT_EXPECT_EQ(test, got, naive_ip6(f, l2.l3_off, gso));
	if (got == VR_DROP_NONE)
		expect_linear(test, "random IPv6", pkt, f, l2.l3_off + 40);

	l2.proto = htons(ETH_P_IP);
	KUNIT_EXPECT_EQ(test, vr_parse_is_dhcp(pkt, &l2),
			naive_dhcp(f, l2.l3_off, ETH_P_IP, gso));
	l2.proto = htons(ETH_P_IPV6);
	KUNIT_EXPECT_EQ(test, vr_parse_is_dhcp(pkt, &l2),
			naive_dhcp(f, l2.l3_off, ETH_P_IPV6, gso));
	expect_linear(test, "random", pkt, f, vr_pkt_headlen(pkt));
	vr_test_pkt_free(pkt);
}

static void parse_random(struct kunit *test)
{
	struct vr_test_rng rng;
	struct frame f;
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x70617273);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		random_frame(&rng, &f);
		random_compare(test, &rng, &f);
	}
}

#ifdef VR_TEST_USERSPACE
/* No memory to make headers linear: a failed pull, and the packet is as it was. */
static void parse_no_memory(struct kunit *test)
{
	unsigned int v;

	for (v = 0; v < 2; v++) {
		struct vr_l2 l2 = { .l3_off = ETH_HLEN,
				    .proto = htons(v ? ETH_P_IPV6 : ETH_P_IP) };
		struct dhcp_case c = { .hlen = 20 };
		struct vr_pkt *pkt;
		struct frame f;

		dhcp_build(&f, &c, v);
		pkt = frame_pkt(test, &f, ETH_HLEN, ETH_HLEN);
		vr_test_fail_alloc_from(1);
		KUNIT_EXPECT_EQ(test, v ? vr_parse_ip6(pkt, ETH_HLEN) : vr_parse_ip4(pkt, ETH_HLEN),
				VR_DROP_PULL);
		KUNIT_EXPECT_FALSE(test, vr_parse_is_dhcp(pkt, &l2));
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 2);
		expect_linear(test, "no memory", pkt, &f, ETH_HLEN);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_TRUE(test, vr_parse_is_dhcp(pkt, &l2));
		vr_test_pkt_free(pkt);
	}
}

/* No memory to see a tag: as if it were cut off. */
static void parse_l2_no_memory(struct kunit *test)
{
	struct frame f = { .len = 0 };
	struct vr_pkt *pkt;
	struct vr_l2 l2;

	put_macs(&f);
	put16(&f, ETH_P_8021Q);
	put16(&f, 5);
	put16(&f, ETH_P_IP);
	pkt = frame_pkt(test, &f, ETH_HLEN, ETH_HLEN);
	vr_test_fail_alloc(1);
	vr_parse_l2(pkt, &l2);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	KUNIT_EXPECT_EQ(test, l2.l3_off, ETH_HLEN);
	KUNIT_EXPECT_EQ(test, ntohs(l2.proto), ETH_P_8021Q);
	KUNIT_EXPECT_FALSE(test, l2.tagged);
	vr_test_pkt_free(pkt);
}
#endif

static struct kunit_case parse_cases[] = {
	KUNIT_CASE(parse_l2_table),
	KUNIT_CASE(parse_ip4_table),
	KUNIT_CASE(parse_ip4_truncated),
	KUNIT_CASE(parse_ip4_bit_errors),
	KUNIT_CASE(parse_ip6_table),
	KUNIT_CASE(parse_ip6_truncated),
	KUNIT_CASE(parse_dhcp_table),
	KUNIT_CASE(parse_dhcp_bad_checksum),
	KUNIT_CASE(parse_dhcp_truncated),
	KUNIT_CASE(parse_random),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(parse_no_memory),
	KUNIT_CASE(parse_l2_no_memory),
#endif
	{ }
};

static struct kunit_suite parse_suite = {
	.name = "parse",
	.test_cases = parse_cases,
};

VR_TEST_SUITE(parse_suite);
