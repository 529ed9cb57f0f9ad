// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tunnel headers as anybody may send them: a table of packets, each of them with
 * every split between linear and other bytes, cut at every byte, with every flag.
 */
#include "outer.h"

#include "pkt/decap.h"
#include "pkt/encap.h"
#include "pkt/parse.h"

/* As on the packet path: the IP header is looked at first, and then whose it is. */
static enum vr_drop_reason parse(struct vr_pkt *pkt, u8 family, bool zero6, enum vr_encap *ours,
				 struct vr_decap *d)
{
	enum vr_drop_reason reason;

	*ours = VR_ENCAP_NONE;
	reason = family == AF_INET ? vr_parse_ip4(pkt, L3) : vr_parse_ip6(pkt, L3);
	if (reason != VR_DROP_NONE)
		return reason;
	*ours = vr_decap_is_ours(pkt, L3, family);
	memset(d, 0xff, sizeof(*d));
	return vr_decap_parse(pkt, L3, family, zero6, d);
}

/* The table. Offsets are from IP; OUTER_TTL and label of what is good. */
struct decap_case {
	const char *name;
	const char *chain;
	enum vr_encap ours;
	enum vr_drop_reason want;
	u32 label;
	u16 off;
	bool alert;
};

#define VXLAN(off)		VR_ENCAP_VXLAN, VR_DROP_NONE, OUTER_VNI, off
#define MPLS(kind, off)		VR_ENCAP_MPLS_##kind, VR_DROP_NONE, OUTER_LABEL, off
#define BAD(kind, reason)	VR_ENCAP_##kind, VR_DROP_##reason
#define NOT_OURS		VR_ENCAP_NONE, VR_DROP_INVALID_TUNNEL

static const struct decap_case decap_cases[] = {
	{ "VXLAN", "4UV....", VXLAN(36) },
	{ "VXLAN of nothing", "4UV", VXLAN(36) },
	{ "VXLAN, IP options", "OUV..", VXLAN(76) },
	{ "VXLAN, reserved bits", "4UR..", VXLAN(36), .alert = false },
	{ "VXLAN, OAM", "4Ua..", VXLAN(36), .alert = true },
	{ "VXLAN without I", "4Uv..", BAD(VXLAN, INVALID_TUNNEL) },
	{ "VXLAN port, 7 bytes", "4U.......", BAD(VXLAN, INVALID_TUNNEL) },
	{ "VXLAN port, nothing", "4U", BAD(VXLAN, INVALID_TUNNEL) },
	{ "VXLAN-GPE port", "4kV....", NOT_OURS },
	{ "first fragment", "mUV....", NOT_OURS },
	{ "later fragment", "nUV....", NOT_OURS },
	{ "UDP cut off", "4.......", NOT_OURS },
	{ "TCP to the same port", "4UTV....", NOT_OURS },
	{ "MPLSoUDP", "4uL....", MPLS(UDP, 32) },
	{ "MPLSoUDP, EXP", "4uE....", MPLS(UDP, 32) },
	{ "MPLSoUDP, old port", "4wL....", MPLS(UDP, 32) },
	{ "MPLSoUDP of nothing", "4uL", MPLS(UDP, 32) },
	{ "MPLSoUDP, IP option", "ouL..", MPLS(UDP, 36) },
	{ "MPLSoUDP, no label", "4u", BAD(MPLS_UDP, INVALID_LABEL) },
	{ "MPLSoUDP, 3 bytes", "4u...", BAD(MPLS_UDP, INVALID_LABEL) },
	{ "MPLSoGRE", "4GL....", MPLS(GRE, 28) },
	{ "MPLSoGRE of nothing", "4GL", MPLS(GRE, 28) },
	{ "MPLSoGRE, checksum", "4CL....", MPLS(GRE, 32) },
	{ "MPLSoGRE, checksum, odd", "4CL...", MPLS(GRE, 32) },
	{ "MPLSoGRE, key", "4KL....", MPLS(GRE, 32) },
	{ "MPLSoGRE, checksum and key", "4BL....", MPLS(GRE, 36) },
	{ "MPLSoGRE, sequence number", "4SL....", BAD(MPLS_GRE, INVALID_TUNNEL) },
	{ "MPLSoGRE, strict source route", "4sL....", BAD(MPLS_GRE, INVALID_TUNNEL) },
	{ "MPLSoGRE, routing", "4rL....", BAD(MPLS_GRE, INVALID_TUNNEL) },
	{ "MPLSoGRE, reserved bit 7", "4cL....", MPLS(GRE, 28) },
	{ "MPLSoGRE, version 1", "4lL....", BAD(MPLS_GRE, INVALID_TUNNEL) },
	{ "MPLSoGRE, no label", "4G", BAD(MPLS_GRE, INVALID_LABEL) },
	{ "GRE, frames", "4tL....", NOT_OURS },
	{ "GRE, IPv4", "4iL....", NOT_OURS },
	{ "GRE, MPLS with upstream label", "4ML....", NOT_OURS },
	{ "GRE, fragment", "mGL....", NOT_OURS },

	{ "router alert", "4u1L....", MPLS(UDP, 36), .alert = true },
	{ "router alert at the bottom", "4u(....", VR_ENCAP_MPLS_UDP, VR_DROP_NONE, 1, 32 },
	{ "explicit null", "4u0L....", MPLS(UDP, 36) },
	{ "explicit null of IPv6", "4u2L....", MPLS(UDP, 36) },
	{ "explicit null alone", "4u)....", VR_ENCAP_MPLS_UDP, VR_DROP_NONE, 0, 32 },
	{ "implicit null", "4u3L....", BAD(MPLS_UDP, INVALID_LABEL) },
	{ "entropy", "4u79L....", MPLS(UDP, 40) },
	{ "entropy that looks like an indicator", "4u77L....", MPLS(UDP, 40) },
	{ "entropy twice", "4u7979L....", MPLS(UDP, 48) },
	{ "entropy and nothing below", "4u7L....", BAD(MPLS_UDP, INVALID_LABEL) },
	{ "indicator at the bottom", "4u8....", BAD(MPLS_UDP, INVALID_LABEL) },
	{ "two labels", "4u+L....", BAD(MPLS_UDP, INVALID_LABEL) },
	{ "all that is skipped", "4G0127927L....", BAD(MPLS_GRE, INVALID_LABEL) },
	{ "seven that are skipped", "4G0127920L....", MPLS(GRE, 56), .alert = true },
	{ "eight that are skipped", "4G01279200L....", BAD(MPLS_GRE, INVALID_LABEL) },
	{ "no bottom", "4u0000000000", BAD(MPLS_UDP, INVALID_LABEL) },

	{ "v6 VXLAN", "6UV....", VXLAN(56) },
	{ "v6 MPLSoUDP", "6uL....", MPLS(UDP, 52) },
	{ "v6 MPLSoGRE", "6GL....", MPLS(GRE, 48) },
	{ "v6 MPLSoGRE, encapsulation limit", "6DGL....", MPLS(GRE, 56) },
	{ "v6 GRE, checksum, encapsulation limit", "6DCL....", MPLS(GRE, 60) },
	{ "v6 hop-by-hop", "6HUV....", VXLAN(64) },
	{ "v6 hop-by-hop, destination", "6HDUV..", VXLAN(72) },
	{ "v6 destination twice", "6DDUV..", VXLAN(72) },
	{ "v6 three extension headers", "6HDDUV..", NOT_OURS },
	{ "v6 hop-by-hop not first", "6DHUV..", NOT_OURS },
	{ "v6 64 bytes of options", "6dUV..", VXLAN(120) },
	{ "v6 72 bytes of options", "6bUV..", NOT_OURS },
	{ "v6 option that is not to be skipped", "6hUV..", NOT_OURS },
	{ "v6 another", "6yUV..", NOT_OURS },
	{ "v6 yet another", "6YUV..", NOT_OURS },
	{ "v6 Pad1", "6pUV..", VXLAN(64) },
	{ "v6 PadN of 0", "6zUV..", VXLAN(64) },
	{ "v6 option beyond its header", "6qUV..", NOT_OURS },
	{ "v6 option far beyond", "6QUV..", NOT_OURS },
	{ "v6 fragment", "6XUV....", NOT_OURS },
	{ "v6 routing header", "6WUV....", NOT_OURS },
	{ "v6 TCP behind an extension header", "6HUTV..", NOT_OURS },
	{ "v6 nothing", "6T", NOT_OURS },
};

static void case_desc(const struct decap_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(decap_case, decap_cases, case_desc);

/* The outer header of a frame, and a label or OUTER_VNI. */
static void expect_good(struct kunit *test, const struct decap_case *c, const struct outer *f,
			struct vr_pkt *pkt, const struct vr_decap *d)
{
	__be32 src[4] = { htonl(0x0a000001) };

	if (outer_ip6(f))
		memcpy(src, f->b + L3 + 8, 16);
	KUNIT_EXPECT_EQ(test, d->encap, c->ours);
	KUNIT_EXPECT_EQ(test, d->family, outer_family(f));
	KUNIT_EXPECT_EQ(test, d->tos, OUTER_TOS);
	KUNIT_EXPECT_EQ(test, memcmp(d->src, src, sizeof(src)), 0);
	KUNIT_EXPECT_EQ(test, d->label, c->label);
	KUNIT_EXPECT_EQ(test, d->ttl, c->ours == VR_ENCAP_VXLAN ? 0 : OUTER_TTL);
	KUNIT_EXPECT_EQ(test, d->alert, c->alert);
	KUNIT_EXPECT_EQ(test, d->off, L3 + c->off);
	KUNIT_EXPECT_GE(test, vr_pkt_headlen(pkt), d->off);
	KUNIT_EXPECT_EQ(test, memcmp(vr_pkt_data(pkt), f->b, d->off), 0);
}

/* With every split, with padding, with a checksum of UDP and without, with one of the host's. */
static void decap_table(struct kunit *test)
{
	const struct decap_case *c = test->param_value;
	struct outer *f = outer_alloc(test);
	unsigned int linear, variant;

	for (variant = 0; variant < 8; variant++) {
		unsigned int end;

		outer_build(f, c->chain, variant & 1);
		end = f->len;
		if (variant & 2)
			outer_pad(f, 17);
		for (linear = L3; linear <= f->len; linear++) {
			struct vr_pkt *pkt = outer_pkt(test, f, linear);
			enum vr_drop_reason got;
			enum vr_encap ours;
			struct vr_decap d;

			if (variant & 4)
				vr_test_pkt_set_complete(pkt);
			got = parse(pkt, outer_family(f), true, &ours, &d);
			KUNIT_EXPECT_EQ(test, ours, c->ours);
			KUNIT_EXPECT_EQ(test, got, c->want);
			KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
			if (got == VR_DROP_NONE) {
				expect_good(test, c, f, pkt, &d);
				KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), end);
			}
			vr_test_pkt_free(pkt);
		}
	}
}

/*
 * The outer packet ends at every byte, while the frame goes on: what is good needs
 * all of its headers, and what is refused is not taken for being shorter.
 */
static void decap_cut(struct kunit *test)
{
	const struct decap_case *c = test->param_value;
	struct outer *f = outer_alloc(test);
	bool good = c->want == VR_DROP_NONE;
	unsigned int end, hlen, udp;

	outer_build(f, c->chain, false);
	hlen = outer_hlen(f);
	for (udp = 0; udp < 2; udp++) {
		for (end = f->len; end >= L3 + hlen; end--) {
			bool whole = end == f->len;
			enum vr_drop_reason got;
			enum vr_encap ours;
			struct vr_pkt *pkt;
			struct vr_decap d;

			/* First with all lengths in agreement, then UDP's as it was. */
			outer_build(f, c->chain, false);
			if (udp)
				outer_set_ip_end(f, end);
			else
				outer_set_end(f, end, false);
			pkt = outer_pkt(test, f, f->len);
			got = parse(pkt, outer_family(f), true, &ours, &d);
			if (!good || end < L3 + c->off ||
			    (udp && !whole && f->proto == IPPROTO_UDP))
				KUNIT_EXPECT_NE_MSG(test, got, VR_DROP_NONE, "at %u", end);
			else if (f->b[f->l4] & 0x80 && f->proto == IPPROTO_GRE && udp && !whole)
				KUNIT_EXPECT_EQ_MSG(test, got, VR_DROP_CKSUM_ERR, "at %u", end);
			else
				KUNIT_EXPECT_EQ_MSG(test, got, VR_DROP_NONE, "at %u", end);
			vr_test_pkt_free(pkt);
		}
	}
}

/* What is known to be good of the 16 bits at @at, one value after the other. */
static void words_check(struct kunit *test, const char *chain, unsigned int at,
			enum vr_drop_reason (*want)(u16 word))
{
	struct outer *f = outer_alloc(test);
	struct vr_pkt *pkt;
	u32 word;

	outer_build(f, chain, false);
	pkt = outer_pkt(test, f, f->len);
	for (word = 0; word <= 0xffff; word++) {
		enum vr_drop_reason got;
		enum vr_encap ours;
		struct vr_decap d;

		put_unaligned_be16(word, (u8 *)vr_pkt_data(pkt) + L3 + at);
		got = parse(pkt, outer_family(f), true, &ours, &d);
		KUNIT_EXPECT_NE(test, ours, VR_ENCAP_NONE);
		KUNIT_EXPECT_EQ_MSG(test, got, want(word), "%04x", word);
	}
	vr_test_pkt_free(pkt);
}

/* Room for a checksum and a key; the checksum's value is that of two words that add up. */
static enum vr_drop_reason want_gre(u16 flags)
{
	if (flags & 0x5c07)
		return VR_DROP_INVALID_TUNNEL;
	if (flags & 0x8000)
		return VR_DROP_CKSUM_ERR;
	return flags & 0x2000 ? VR_DROP_INVALID_LABEL : VR_DROP_NONE;
}

/* Behind the label there is nothing that a stack could end with. */
static void decap_gre_flags(struct kunit *test)
{
	words_check(test, "4GL00000", 20, want_gre);
	words_check(test, "6GL00000", 40, want_gre);
}

static enum vr_drop_reason want_vxlan(u16 flags)
{
	return flags & 0x0800 ? VR_DROP_NONE : VR_DROP_INVALID_TUNNEL;
}

static void decap_vxlan_flags(struct kunit *test)
{
	words_check(test, "4UV....", 28, want_vxlan);
	words_check(test, "6UV....", 48, want_vxlan);
}

/* 8 of UDP, 8 of VXLAN, 40 more */
static enum vr_drop_reason want_udp_len(u16 len)
{
	return len >= 16 && len <= 56 ? VR_DROP_NONE : VR_DROP_INVALID_TUNNEL;
}

static void decap_udp_lengths(struct kunit *test)
{
	struct outer *f = outer_alloc(test);
	u32 len;

	outer_build(f, "4UV........................................", false);
	for (len = 0; len <= 0xffff; len++) {
		enum vr_drop_reason got;
		enum vr_encap ours;
		struct vr_pkt *pkt;
		struct vr_decap d;

		put_unaligned_be16(len, f->b + L3 + 24);
		pkt = outer_pkt(test, f, f->len);
		got = parse(pkt, AF_INET, true, &ours, &d);
		KUNIT_EXPECT_EQ_MSG(test, got, want_udp_len(len), "%u", len);
		if (got == VR_DROP_NONE)
			KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), L3 + 20 + len);
		vr_test_pkt_free(pkt);
	}
}

/* Any bit of what a checksum covers. */
static void bits_check(struct kunit *test, const char *chain, unsigned int from)
{
	struct outer *f = outer_alloc(test);
	unsigned int bit;

	outer_build(f, chain, true);
	for (bit = (L3 + from) * 8; bit < f->len * 8; bit++) {
		enum vr_drop_reason got;
		enum vr_encap ours;
		struct vr_pkt *pkt;
		struct vr_decap d;

		f->b[bit / 8] ^= 1 << bit % 8;
		pkt = outer_pkt(test, f, f->len);
		got = parse(pkt, outer_family(f), false, &ours, &d);
		KUNIT_EXPECT_NE_MSG(test, got, VR_DROP_NONE, "bit %u", bit);
		vr_test_pkt_free(pkt);
		f->b[bit / 8] ^= 1 << bit % 8;
	}
}

static void decap_bit_errors(struct kunit *test)
{
	bits_check(test, "4UV.......", 20);
	bits_check(test, "6uL......", 8);
	/* Without the flag that it is there, a checksum is a stack without bottom. */
	bits_check(test, "4CL.....", 20);
}

/* RFC 6935 5: over IPv6, only if it was agreed. */
static void decap_zero6(struct kunit *test)
{
	struct outer *f = outer_alloc(test);
	unsigned int i;

	for (i = 0; i < 8; i++) {
		bool ip6 = i & 1, zero6 = i & 2, csum = i & 4;
		enum vr_encap ours;
		struct vr_pkt *pkt;
		struct vr_decap d;

		outer_build(f, ip6 ? "6UV...." : "4UV....", csum);
		pkt = outer_pkt(test, f, L3);
		KUNIT_EXPECT_EQ(test, parse(pkt, outer_family(f), zero6, &ours, &d),
				ip6 && !zero6 && !csum ? VR_DROP_CKSUM_ERR : VR_DROP_NONE);
		vr_test_pkt_free(pkt);
	}
}

/* Many segments in one: lengths that cannot be said are 0, and one device's word is taken. */
static void decap_gso(struct kunit *test)
{
	static const char *const chains[] = {
		"4UV....", "6UV....", "4uL....", "4CL....", "6DGL..",
	};
	struct outer *f = outer_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		enum vr_encap ours;
		struct vr_pkt *pkt;
		struct vr_decap d;

		outer_build(f, chains[i], true);
		if (f->proto == IPPROTO_UDP)
			put_unaligned_be16(0, f->b + f->l4 + 4);
		put_unaligned_be16(0, f->b + L3 + (outer_ip6(f) ? 4 : 2));
		if (!outer_ip6(f))
			put_csum_ip4(f->b + L3);
		pkt = outer_pkt(test, f, L3);
		vr_test_pkt_set_partial(pkt, L3, 10);
		KUNIT_EXPECT_NE(test, parse(pkt, outer_family(f), false, &ours, &d), VR_DROP_NONE);
		vr_test_pkt_set_gso(pkt, 1400);
		KUNIT_EXPECT_EQ(test, parse(pkt, outer_family(f), false, &ours, &d), VR_DROP_NONE);
		KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), f->len);
		vr_test_pkt_free(pkt);
	}
}

/* What encap.c makes is read again as it was made. */
static void decap_of_encap(struct kunit *test)
{
	static const u8 payload[40] = { 0x45 };
	struct vr_test_rng rng;
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x726f75);
	for (i = 0; i < 3 * 2 * 2 * 2 * 64; i++) {
		struct vr_encap_spec spec = {
			.encap = VR_ENCAP_VXLAN + i % 3, .family = i / 3 % 2 ? AF_INET6 : AF_INET,
			.control_word = i / 6 % 2,
			.sip = { htonl(1), htonl(2), htonl(3), htonl(4) },
			.dip = { htonl(5), htonl(6), htonl(7), htonl(8) },
		};
		struct vr_encap_pkt e = {
			.label = vr_test_rand_below(&rng, VR_MPLS_LABEL_MAX - 15) + 16,
			.sport = vr_test_rand(&rng), .tos = vr_test_rand(&rng), .outer_ttl = 64,
			.ttl = vr_test_rand(&rng), .routed = i / 12 % 2,
		};
		struct vr_pkt *pkt = vr_test_pkt_alloc(payload, sizeof(payload), 20,
						       VR_ENCAP_HLEN_MAX + 32);
		bool word = spec.control_word && spec.encap != VR_ENCAP_VXLAN && !e.routed;
		struct vr_encap_tmpl tmpl;
		enum vr_encap ours;
		struct vr_decap d;

		KUNIT_ASSERT_NOT_NULL(test, pkt);
		vr_encap_init(&tmpl, &spec);
		vr_encap_push(pkt, &tmpl, &e);
		/* As it comes out of a device: IP aligned. */
		KUNIT_EXPECT_EQ(test, vr_pkt_cow_head(pkt, 102), 0);
		KUNIT_EXPECT_EQ(test, parse(pkt, spec.family, true, &ours, &d), VR_DROP_NONE);
		KUNIT_EXPECT_EQ(test, ours, spec.encap);
		KUNIT_EXPECT_EQ(test, d.label, e.label);
		KUNIT_EXPECT_EQ(test, d.tos, e.tos);
		KUNIT_EXPECT_EQ(test, d.ttl, spec.encap == VR_ENCAP_VXLAN ? 0 : e.ttl);
		KUNIT_EXPECT_EQ(test, memcmp(d.src, spec.sip, spec.family == AF_INET ? 4 : 16), 0);
		KUNIT_EXPECT_EQ(test, d.off + (word ? 4 : 0), vr_encap_len(&tmpl, e.routed));
		KUNIT_EXPECT_FALSE(test, d.alert);
		vr_test_pkt_free(pkt);
	}
}

/* RFC 6040 4.2, by the two bits of the inner and of the outer header; -1: dropped */
static const int ecn_table[4][4] = {
	/* outer   Not-ECT ECT(1) ECT(0) CE */
	[0] = { 0, 0, 0, -1 },
	[1] = { 1, 1, 1, 3 },
	[2] = { 2, 1, 2, 3 },
	[3] = { 3, 3, 3, 3 },
};

/* One of @tos inside @outer; a clone of it does not notice. */
static void ecn_check(struct kunit *test, u8 family, u8 tos, u8 outer, unsigned int linear)
{
	int want = ecn_table[tos & 3][outer & 3];
	struct outer *f = outer_alloc(test);
	struct vr_pkt *pkt, *clone;
	enum vr_drop_reason got;
	struct outer *have;

	outer_build(f, family == AF_INET ? "4....." : "6.....", false);
	if (family == AF_INET)
		f->b[L3 + 1] = tos;
	else
		put_unaligned_be16(0x6003 | tos << 4, f->b + L3);
	outer_set_ip_end(f, f->len);
	pkt = outer_pkt(test, f, linear);
	vr_test_pkt_set_complete(pkt);
	clone = vr_pkt_clone(pkt);
	KUNIT_ASSERT_NOT_NULL(test, clone);

	got = vr_decap_ecn(pkt, L3, family, outer);
	KUNIT_EXPECT_EQ(test, got, want < 0 ? VR_DROP_TUNNEL_ECN : VR_DROP_NONE);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	have = outer_alloc(test);
	vr_test_pkt_copy(clone, have->b, 0, f->len);
	KUNIT_EXPECT_EQ(test, memcmp(have->b, f->b, f->len), 0);

	if (want >= 0 && family == AF_INET)
		f->b[L3 + 1] = (tos & ~3) | want;
	else if (want >= 0)
		put_unaligned_be16(0x6003 | (tos & ~3) << 4 | want << 4, f->b + L3);
	outer_set_ip_end(f, f->len);
	vr_test_pkt_copy(pkt, have->b, 0, f->len);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(have->b, f->b, f->len), 0, "%02x in %02x", tos, outer);
	vr_test_pkt_free(clone);
	vr_test_pkt_free(pkt);
}

static void decap_ecn(struct kunit *test)
{
	unsigned int tos, outer;

	for (tos = 0; tos < 256; tos++) {
		for (outer = 0; outer < 8; outer++) {
			ecn_check(test, AF_INET, tos, outer * 37, L3 + 20);
			ecn_check(test, AF_INET6, tos, outer * 37, L3 + 45);
		}
	}
}

#ifdef VR_TEST_USERSPACE
/* No memory to make headers linear: a failed pull, or the host's, and never a wrong reading. */
static void decap_no_memory(struct kunit *test)
{
	const struct decap_case *c = test->param_value;
	struct outer *f = outer_alloc(test);
	unsigned int linear, hlen;

	outer_build(f, c->chain, false);
	hlen = outer_hlen(f);
	for (linear = L3 + hlen; linear < f->len; linear++) {
		struct vr_pkt *pkt = outer_pkt(test, f, linear);
		enum vr_drop_reason got;
		enum vr_encap ours;
		struct vr_decap d;

		vr_test_fail_alloc_from(1);
		got = parse(pkt, outer_family(f), true, &ours, &d);
		if (got == VR_DROP_NONE) {
			KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 0);
			KUNIT_EXPECT_GE(test, linear, L3 + c->off);
		} else if (got == VR_DROP_PULL) {
			KUNIT_EXPECT_EQ(test, ours, c->ours);
			KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		} else {
			KUNIT_EXPECT_TRUE(test, got == c->want || ours == VR_ENCAP_NONE);
		}
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ(test, parse(pkt, outer_family(f), true, &ours, &d), c->want);
		vr_test_pkt_free(pkt);
	}
}

static void decap_ecn_no_memory(struct kunit *test)
{
	struct outer *f = outer_alloc(test);
	struct vr_pkt *pkt, *clone;

	outer_build(f, "4....", false);
	f->b[L3 + 1] = 2;
	outer_set_ip_end(f, f->len);
	pkt = outer_pkt(test, f, f->len);
	clone = vr_pkt_clone(pkt);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, vr_decap_ecn(pkt, L3, AF_INET, 3), VR_DROP_PCOW_FAIL);
	KUNIT_EXPECT_EQ(test, vr_decap_ecn(pkt, L3, AF_INET, 3), VR_DROP_NONE);
	vr_test_pkt_free(clone);
	vr_test_pkt_free(pkt);
}
#endif

static struct kunit_case decap_test_cases[] = {
	KUNIT_CASE_PARAM(decap_table, decap_case_gen_params),
	KUNIT_CASE_PARAM(decap_cut, decap_case_gen_params),
	KUNIT_CASE(decap_gre_flags),
	KUNIT_CASE(decap_vxlan_flags),
	KUNIT_CASE(decap_udp_lengths),
	KUNIT_CASE(decap_bit_errors),
	KUNIT_CASE(decap_zero6),
	KUNIT_CASE(decap_gso),
	KUNIT_CASE(decap_of_encap),
	KUNIT_CASE(decap_ecn),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE_PARAM(decap_no_memory, decap_case_gen_params),
	KUNIT_CASE(decap_ecn_no_memory),
#endif
	{}
};

static struct kunit_suite decap_suite = {
	.name = "decap",
	.test_cases = decap_test_cases,
};

VR_TEST_SUITE(decap_suite);
