// SPDX-License-Identifier: GPL-2.0-only
/*
 * Outer headers: every kind byte by byte as the RFCs have them, with random
 * labels, ports and lengths, on every alignment, up to lengths that 16 bits
 * cannot say.
 */
#include "frame.h"

#include "pkt/encap.h"

#define PAYLOAD		100
#define RANDOM_ROUNDS	50000

/** struct kind - what a template is made for */
struct kind {
	const char *name;
	u8 encap;
	u8 family;
	bool control_word;
	u8 len;		/* before a frame */
	u8 len_l3;	/* before a routed packet */
	u8 l4_off;
};

static const struct kind kinds[] = {
	{ "VXLAN", VR_ENCAP_VXLAN, AF_INET, false, 50, 50, 34 },
	{ "VXLAN over IPv6", VR_ENCAP_VXLAN, AF_INET6, false, 70, 70, 54 },
	{ "VXLAN knows no control word", VR_ENCAP_VXLAN, AF_INET6, true, 70, 70, 54 },
	{ "MPLSoUDP", VR_ENCAP_MPLS_UDP, AF_INET, false, 46, 46, 34 },
	{ "MPLSoUDP, control word", VR_ENCAP_MPLS_UDP, AF_INET, true, 50, 46, 34 },
	{ "MPLSoUDP over IPv6", VR_ENCAP_MPLS_UDP, AF_INET6, false, 66, 66, 54 },
	{ "MPLSoUDP over IPv6, control word", VR_ENCAP_MPLS_UDP, AF_INET6, true, 70, 66, 54 },
	{ "MPLSoGRE", VR_ENCAP_MPLS_GRE, AF_INET, false, 42, 42, 34 },
	{ "MPLSoGRE, control word", VR_ENCAP_MPLS_GRE, AF_INET, true, 46, 42, 34 },
	{ "MPLSoGRE over IPv6", VR_ENCAP_MPLS_GRE, AF_INET6, false, 62, 62, 54 },
	{ "MPLSoGRE over IPv6, control word", VR_ENCAP_MPLS_GRE, AF_INET6, true, 66, 62, 54 },
};

static void kind_desc(const struct kind *k, char *desc)
{
	strscpy(desc, k->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kinds, kind_desc);

static struct vr_encap_spec spec_of(const struct kind *k)
{
	struct vr_encap_spec spec = {
		.encap = k->encap, .family = k->family, .control_word = k->control_word,
		.dmac = { 2, 0, 0, 0, 0, 0x0d }, .smac = { 2, 0, 0, 0, 0, 0x05 },
	};
	unsigned int i;

	for (i = 0; i < (k->family == AF_INET ? 1 : 4); i++) {
		spec.sip[i] = htonl(0xc0a80101 + i);
		spec.dip[i] = htonl(0xfffefdfc - i);
	}
	return spec;
}

static u8 *put_addrs(u8 *p, const struct kind *k)
{
	unsigned int i, n = k->family == AF_INET ? 1 : 4;

	for (i = 0; i < n; i++)
		p = put32(p, 0xc0a80101 + i);
	for (i = 0; i < n; i++)
		p = put32(p, 0xfffefdfc - i);
	return p;
}

static u16 len16(unsigned int len)
{
	return len > 0xffff ? 0 : len;
}

/* The headers, one field after the other, before @payload bytes. Return: how many. */
static unsigned int naive_push(u8 *head, const struct kind *k, const struct vr_encap_pkt *e,
			       unsigned int payload)
{
	bool gre = k->encap == VR_ENCAP_MPLS_GRE, vxlan = k->encap == VR_ENCAP_VXLAN;
	unsigned int hlen = e->routed ? k->len_l3 : k->len, l4_len = hlen - k->l4_off + payload;
	u8 *p = head, *ip;

	p = put32(put16(p, 0x0200), 0x0000000d);
	p = put32(put16(p, 0x0200), 0x00000005);
	p = put16(p, k->family == AF_INET ? 0x0800 : 0x86dd);
	ip = p;
	if (k->family == AF_INET) {
		p = put16(p, 0x4500 | e->tos);
		p = put16(p, len16(20 + l4_len));
		p = put32(p, 0x00004000);
		p = put16(p, e->outer_ttl << 8 | (gre ? 47 : 17));
		p = put16(p, 0);
		p = put_addrs(p, k);
		put_csum_ip4(ip);
	} else {
		p = put32(p, 0x60000000 | e->tos << 20);
		p = put16(p, len16(l4_len));
		p = put16(p, (gre ? 47 : 17) << 8 | e->outer_ttl);
		p = put_addrs(p, k);
	}
	if (gre) {
		p = put32(p, 0x00008847);
	} else {
		p = put16(p, e->sport);
		p = put16(p, vxlan ? 4789 : 6635);
		p = put16(p, len16(l4_len));
		p = put16(p, 0);
	}
	if (vxlan) {
		p = put32(p, 0x08000000);
		p = put32(p, e->label << 8);
	} else {
		p = put32(p, e->label << 12 | 0x100 | e->ttl);
		if (k->control_word && !e->routed)
			p = put32(p, 0);
	}
	return p - head;
}

static struct vr_encap_tmpl tmpl_of(const struct kind *k)
{
	struct vr_encap_spec spec = spec_of(k);
	struct vr_encap_tmpl tmpl;

	memset(&tmpl, 0xff, sizeof(tmpl));
	vr_encap_init(&tmpl, &spec);
	return tmpl;
}

static void encap_template(struct kunit *test)
{
	const struct kind *k = test->param_value;
	struct vr_encap_tmpl tmpl = tmpl_of(k);

	KUNIT_EXPECT_EQ(test, tmpl.encap, k->encap);
	KUNIT_EXPECT_EQ(test, tmpl.family, k->family);
	KUNIT_EXPECT_EQ(test, tmpl.l4_off, k->l4_off);
	KUNIT_EXPECT_EQ(test, vr_encap_len(&tmpl, false), k->len);
	KUNIT_EXPECT_EQ(test, vr_encap_len(&tmpl, true), k->len_l3);
	KUNIT_EXPECT_LE(test, vr_encap_len(&tmpl, false), VR_ENCAP_HLEN_MAX);
}

/* Push before @payload bytes, of which @linear are, with @spare more headroom than is needed. */
static void push_check(struct kunit *test, const struct kind *k, const struct vr_encap_pkt *e,
		       unsigned int payload, unsigned int linear, unsigned int spare)
{
	u8 want[VR_ENCAP_HLEN_MAX], bytes[PAYLOAD], have[PAYLOAD];
	struct vr_encap_tmpl tmpl = tmpl_of(k);
	unsigned int hlen, i;
	struct vr_pkt *pkt;

	KUNIT_ASSERT_LE(test, payload, PAYLOAD);
	for (i = 0; i < payload; i++)
		bytes[i] = i * 11 + 3;
	hlen = naive_push(want, k, e, payload);
	KUNIT_ASSERT_EQ(test, hlen, e->routed ? k->len_l3 : k->len);
	pkt = vr_test_pkt_alloc(bytes, payload, linear, hlen + spare);
	KUNIT_ASSERT_NOT_NULL(test, pkt);

	vr_encap_push(pkt, &tmpl, e);
	KUNIT_ASSERT_EQ(test, vr_pkt_len(pkt), hlen + payload);
	KUNIT_EXPECT_EQ(test, memcmp(vr_pkt_data(pkt), want, hlen), 0);
	vr_test_pkt_copy(pkt, have, hlen, payload);
	KUNIT_EXPECT_EQ(test, memcmp(have, bytes, payload), 0);
	vr_test_pkt_free(pkt);
}

/* All ones, all zeros, and one field of either at a time. */
static void encap_fields(struct kunit *test)
{
	const struct kind *k = test->param_value;
	u32 label = k->encap == VR_ENCAP_VXLAN ? VR_VNI_MAX : VR_MPLS_LABEL_MAX;
	unsigned int bits;

	for (bits = 0; bits < 64; bits++) {
		struct vr_encap_pkt e = {
			.label = bits & 1 ? label : 0,
			.sport = bits & 2 ? 0xffff : 0,
			.tos = bits & 4 ? 0xff : 0,
			.outer_ttl = bits & 8 ? 0xff : 0,
			.ttl = bits & 16 ? 0xff : 0,
			.routed = bits & 32,
		};

		push_check(test, k, &e, PAYLOAD, PAYLOAD, 0);
	}
}

/* The outer IP header may be anywhere: behind what is pushed, the inner one was aligned. */
static void encap_alignment(struct kunit *test)
{
	const struct kind *k = test->param_value;
	struct vr_encap_pkt e = { .label = 77, .sport = 50000, .outer_ttl = 64, .ttl = 63 };
	unsigned int spare, payload;

	for (spare = 0; spare < 8; spare++)
		for (payload = 0; payload < 8; payload++)
			push_check(test, k, &e, payload, payload, spare);
}

static void encap_random(struct kunit *test)
{
	struct vr_test_rng rng;
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x656e63);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		const struct kind *k = &kinds[vr_test_rand_below(&rng, ARRAY_SIZE(kinds))];
		struct vr_encap_pkt e = {
			.label = vr_test_rand(&rng) & VR_MPLS_LABEL_MAX,
			.sport = vr_test_rand(&rng),
			.tos = vr_test_rand(&rng),
			.outer_ttl = vr_test_rand(&rng),
			.ttl = vr_test_rand(&rng),
			.routed = vr_test_rand(&rng) & 1,
		};
		unsigned int payload = vr_test_rand_below(&rng, PAYLOAD + 1);

		push_check(test, k, &e, payload, vr_test_rand_below(&rng, payload + 1),
			   vr_test_rand_below(&rng, 20));
	}
}

/* As GSO packets are: at the lengths where IPv4's field, IPv6's and UDP's are too small. */
static void encap_lengths(struct kunit *test)
{
	const struct kind *k = test->param_value;
	struct vr_encap_pkt e = { .label = 0x12345, .sport = 0xcafe, .tos = 2, .outer_ttl = 64 };
	struct vr_encap_tmpl tmpl = tmpl_of(k);
	unsigned int most = 65535 + 8, len;
	u8 want[VR_ENCAP_HLEN_MAX], *bytes;

	bytes = kunit_kzalloc(test, most, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, bytes);
	for (len = 65535 - VR_ENCAP_HLEN_MAX; len <= most; len++) {
		struct vr_pkt *pkt = vr_test_pkt_alloc(bytes, len, 0, VR_ENCAP_HLEN_MAX);
		unsigned int hlen = naive_push(want, k, &e, len);

		KUNIT_ASSERT_NOT_NULL(test, pkt);
		vr_test_pkt_set_gso(pkt, 1400);
		vr_encap_push(pkt, &tmpl, &e);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(vr_pkt_data(pkt), want, hlen), 0, "%u bytes", len);
		vr_test_pkt_free(pkt);
	}
}

/* Whose checksum is 0, and whose is 0xffff, are not the same: every one that there is. */
static void encap_checksums(struct kunit *test)
{
	const struct kind *k = &kinds[0];
	struct vr_encap_tmpl tmpl = tmpl_of(k);
	struct vr_encap_spec spec = spec_of(k);
	u8 want[VR_ENCAP_HLEN_MAX];
	unsigned int low;

	for (low = 0; low <= 0x1ffff; low++) {
		struct vr_encap_pkt e = { .tos = low >> 7, .outer_ttl = low };
		struct vr_pkt *pkt = vr_test_pkt_alloc("", 0, 0, VR_ENCAP_HLEN_MAX);

		KUNIT_ASSERT_NOT_NULL(test, pkt);
		spec.sip[0] = htonl(0x0a000000 | low);
		/* Half of them: in words of 32 bits, the sum of the rest is close below 2^32. */
		if (low > 0xffff)
			spec.dip[0] = (__force __be32)(~(__force u32)spec.sip[0] - 0x401145 -
						       (low & 0xffff) * 2);
		vr_encap_init(&tmpl, &spec);
		vr_encap_push(pkt, &tmpl, &e);
		memcpy(want, vr_pkt_data(pkt), k->len);
		put_csum_ip4(want + ETH_HLEN);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(vr_pkt_data(pkt), want, k->len), 0, "%u", low);
		vr_test_pkt_free(pkt);
	}
}

static struct kunit_case encap_cases[] = {
	KUNIT_CASE_PARAM(encap_template, kind_gen_params),
	KUNIT_CASE_PARAM(encap_fields, kind_gen_params),
	KUNIT_CASE_PARAM(encap_alignment, kind_gen_params),
	KUNIT_CASE(encap_random),
	KUNIT_CASE_PARAM(encap_lengths, kind_gen_params),
	KUNIT_CASE(encap_checksums),
	{}
};

static struct kunit_suite encap_suite = {
	.name = "encap",
	.test_cases = encap_cases,
};

VR_TEST_SUITE(encap_suite);
