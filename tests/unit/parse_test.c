// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsers: tables of frames, each of them with every split between linear and
 * other bytes, and mutated frames compared with parsers that are naive.
 */
#include "parse_frames.h"

#define RANDOM_ROUNDS	200000

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
	frame_expect(test, c->name, pkt, f, l2.l3_off);
	vr_test_pkt_free(pkt);
}

static void parse_l2_table(struct kunit *test)
{
	unsigned int i, n, linear;

	for (i = 0; i < ARRAY_SIZE(l2_cases); i++) {
		const struct l2_case *c = &l2_cases[i];
		struct frame f;
		u8 *p;

		p = frame_macs(f.b);
		for (n = 0; n < c->n_words; n++)
			p = put16(p, c->words[n]);
		f.len = p - f.b - c->cut;
		for (linear = ETH_HLEN; linear <= f.len; linear++)
			l2_run(test, c, &f, linear);
	}
}

/* IPv4 */

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
		frame_expect(test, name, pkt, f, off + (f->b[off] & 0xf) * 4);
	else
		frame_expect(test, name, pkt, f, linear);
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
			frame_ip4(&f, offs[k], c);
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

	frame_ip4(&f, ETH_HLEN, &c);
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

	frame_ip4(&f, ETH_HLEN, &c);
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
	frame_expect(test, name, pkt, f, want == VR_DROP_NONE ? off + 40 : linear);
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
			frame_ip6(&f, offs[k], c);
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

	frame_ip6(&f, ETH_HLEN, &c);
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
	if (csum16(ip, hlen, 0))
		return VR_DROP_CKSUM_ERR;
	len = get_unaligned_be16(ip + 2);
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
	len = get_unaligned_be16(ip + 4);
	if (len == 0 && ip[6] == 0 && !gso)
		return VR_DROP_INVALID_PACKET;
	return len <= have - 40 ? VR_DROP_NONE : VR_DROP_INVALID_PACKET;
}

static bool naive_dhcp(const struct frame *f, unsigned int off, u16 proto, bool gso)
{
	const u8 *ip = f->b + off, *udp;
	unsigned int end;

	if (proto == ETH_P_IP) {
		if (naive_ip4(f, off, gso) || ip[9] != 17 || (get_unaligned_be16(ip + 6) & 0x1fff))
			return false;
		udp = ip + (ip[0] & 15) * 4;
		end = get_unaligned_be16(ip + 2);
	} else {
		if (naive_ip6(f, off, gso) || ip[6] != 17)
			return false;
		udp = ip + 40;
		end = 40 + get_unaligned_be16(ip + 4);
	}
	if (udp - ip + 8 > end || get_unaligned_be16(udp + 4) < 8)
		return false;
	return get_unaligned_be16(udp) == (proto == ETH_P_IP ? 68 : 546) &&
	       get_unaligned_be16(udp + 2) == (proto == ETH_P_IP ? 67 : 547);
}

/* A good frame with up to two tags in front, some of its bytes changed, and cut. */
static void random_frame(struct vr_test_rng *rng, struct frame *f)
{
	static const u8 hlens[] = { 20, 20, 24, 60 };
	struct dhcp_case c = { .hlen = hlens[vr_test_rand(rng) % 4] };
	bool ip6 = vr_test_rand(rng) % 2;
	unsigned int tags = vr_test_rand(rng) % 4, n;
	struct frame inner;
	u8 *p;

	frame_dhcp(&inner, &c, ip6);
	p = frame_macs(f->b);
	while (tags--) {
		p = put16(p, vr_test_rand(rng) % 2 ? ETH_P_8021Q : ETH_P_8021AD);
		p = put16(p, vr_test_rand(rng) % 2 ? 0 : vr_test_rand(rng));
	}
	p = put16(p, ip6 ? ETH_P_IPV6 : ETH_P_IP);
	p = put_bytes(p, inner.b + ETH_HLEN, inner.len - ETH_HLEN);
	f->len = p - f->b;

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
		frame_expect(test, "random IPv4", pkt, f,
			     l2.l3_off + vr_ip4_at(pkt, l2.l3_off)->ihl * 4);

	got = vr_parse_ip6(pkt, l2.l3_off);
	KUNIT_EXPECT_EQ(test, got, naive_ip6(f, l2.l3_off, gso));
	if (got == VR_DROP_NONE)
		frame_expect(test, "random IPv6", pkt, f, l2.l3_off + 40);

	l2.proto = htons(ETH_P_IP);
	KUNIT_EXPECT_EQ(test, vr_parse_is_dhcp(pkt, &l2),
			naive_dhcp(f, l2.l3_off, ETH_P_IP, gso));
	l2.proto = htons(ETH_P_IPV6);
	KUNIT_EXPECT_EQ(test, vr_parse_is_dhcp(pkt, &l2),
			naive_dhcp(f, l2.l3_off, ETH_P_IPV6, gso));
	frame_expect(test, "random", pkt, f, vr_pkt_headlen(pkt));
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

		frame_dhcp(&f, &c, v);
		pkt = frame_pkt(test, &f, ETH_HLEN, ETH_HLEN);
		vr_test_fail_alloc_from(1);
		KUNIT_EXPECT_EQ(test, v ? vr_parse_ip6(pkt, ETH_HLEN) : vr_parse_ip4(pkt, ETH_HLEN),
				VR_DROP_PULL);
		KUNIT_EXPECT_FALSE(test, vr_parse_is_dhcp(pkt, &l2));
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 2);
		frame_expect(test, "no memory", pkt, &f, ETH_HLEN);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_TRUE(test, vr_parse_is_dhcp(pkt, &l2));
		vr_test_pkt_free(pkt);
	}
}

/* No memory to see a tag: as if it were cut off. */
static void parse_l2_no_memory(struct kunit *test)
{
	struct vr_pkt *pkt;
	struct frame f;
	struct vr_l2 l2;
	u8 *p;

	p = frame_macs(f.b);
	p = put16(p, ETH_P_8021Q);
	p = put16(p, 5);
	p = put16(p, ETH_P_IP);
	f.len = p - f.b;
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
