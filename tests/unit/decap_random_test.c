// SPDX-License-Identifier: GPL-2.0-only
/* Random tunnel headers, nearly good ones most of them, compared with a parser that is naive. */
#include "outer.h"

#include "pkt/decap.h"
#include "pkt/parse.h"

#define RANDOM_ROUNDS	400000

/** struct naive - how far a packet has been read */
struct naive {
	const struct outer *f;
	unsigned int off;
	unsigned int end;
	u8 proto;
};

static bool naive_opts(const u8 *p, unsigned int len)
{
	unsigned int i = 0;

	while (i < len) {
		if (p[i] >= 0x40)
			return false;
		if (p[i] == 0)
			i++;
		else if (i + 1 < len)
			i += 2 + p[i + 1];
		else
			return false;
	}
	return i == len;
}

static bool naive_ip6(struct naive *n)
{
	const u8 *b = n->f->b;
	unsigned int ext;

	n->proto = b[L3 + 6];
	n->off = L3 + 40;
	n->end = n->off + get_unaligned_be16(b + L3 + 4);
	for (ext = 0; n->proto == 0 || n->proto == 60; ext++) {
		unsigned int len;

		if (ext == 2 || (ext == 1 && n->proto == 0) || n->end - n->off < 2)
			return false;
		len = 8 + 8 * b[n->off + 1];
		if (len > 64 || n->end - n->off < len || !naive_opts(b + n->off + 2, len - 2))
			return false;
		n->proto = b[n->off];
		n->off += len;
	}
	return true;
}

static bool naive_ip(struct naive *n)
{
	const u8 *ip = n->f->b + L3;

	if (outer_ip6(n->f))
		return naive_ip6(n);
	n->proto = ip[9];
	n->off = L3 + (ip[0] & 15) * 4;
	n->end = L3 + get_unaligned_be16(ip + 2);
	return !(get_unaligned_be16(ip + 6) & 0x3fff);
}

static enum vr_encap naive_ours(struct naive *n)
{
	const u8 *l4;

	if (!naive_ip(n))
		return VR_ENCAP_NONE;
	l4 = n->f->b + n->off;
	if (n->proto == 17 && n->end - n->off >= 8) {
		if (get_unaligned_be16(l4 + 2) == 4789)
			return VR_ENCAP_VXLAN;
		if (get_unaligned_be16(l4 + 2) == 6635 || get_unaligned_be16(l4 + 2) == 51234)
			return VR_ENCAP_MPLS_UDP;
	}
	if (n->proto == 47 && n->end - n->off >= 4 && get_unaligned_be16(l4 + 2) == 0x8847)
		return VR_ENCAP_MPLS_GRE;
	return VR_ENCAP_NONE;
}

static enum vr_drop_reason naive_l4(struct naive *n, enum vr_encap encap, bool zero6)
{
	const u8 *l4 = n->f->b + n->off;
	unsigned int len;
	u16 pseudo;

	if (encap == VR_ENCAP_MPLS_GRE) {
		if (get_unaligned_be16(l4) & 0x5c07)
			return VR_DROP_INVALID_TUNNEL;
		len = 4 + (l4[0] >> 7) * 4 + (l4[0] >> 5 & 1) * 4;
		if (n->end - n->off < len)
			return VR_DROP_INVALID_TUNNEL;
		if ((l4[0] & 0x80) && csum16(l4, n->end - n->off, 0))
			return VR_DROP_CKSUM_ERR;
		n->off += len;
		return VR_DROP_NONE;
	}
	len = get_unaligned_be16(l4 + 4);
	if (len < 8 || len > n->end - n->off)
		return VR_DROP_INVALID_TUNNEL;
	n->end = n->off + len;
	n->off += 8;
	if (get_unaligned_be16(l4 + 6) == 0)
		return outer_ip6(n->f) && !zero6 ? VR_DROP_CKSUM_ERR : VR_DROP_NONE;
	pseudo = sum_pseudo(n->f->b + L3, len, IPPROTO_UDP);
	return csum16(l4, len, pseudo) ? VR_DROP_CKSUM_ERR : VR_DROP_NONE;
}

static enum vr_drop_reason naive_mpls(struct naive *n, struct vr_decap *d)
{
	unsigned int i, first = n->off;

	for (i = 0; i < 8; i++) {
		u32 entry, label;

		if (n->end - n->off < 4)
			return VR_DROP_INVALID_LABEL;
		entry = get_unaligned_be32(n->f->b + n->off);
		label = entry >> 12;
		n->off += 4;
		if (label == 7 && !(entry & 0x100)) {
			/* two in one go */
			if (++i == 8 || n->end - n->off < 4 ||
			    (get_unaligned_be32(n->f->b + n->off) & 0x100))
				return VR_DROP_INVALID_LABEL;
			n->off += 4;
			continue;
		}
		if (entry & 0x100) {
			d->label = label;
			d->ttl = n->f->b[first + 3];
			return label == 7 ? VR_DROP_INVALID_LABEL : VR_DROP_NONE;
		}
		if (label > 2)
			return VR_DROP_INVALID_LABEL;
		d->alert = d->alert || label == 1;
	}
	return VR_DROP_INVALID_LABEL;
}

static enum vr_drop_reason naive_parse(struct naive *n, bool zero6, struct vr_decap *d)
{
	enum vr_drop_reason reason;
	const u8 *p;

	memset(d, 0, sizeof(*d));
	d->encap = naive_ours(n);
	if (d->encap == VR_ENCAP_NONE)
		return VR_DROP_INVALID_TUNNEL;
	reason = naive_l4(n, d->encap, zero6);
	if (reason)
		return reason;
	p = n->f->b + n->off;
	if (d->encap != VR_ENCAP_VXLAN) {
		reason = naive_mpls(n, d);
	} else if (n->end - n->off < 8 || !(p[0] & 8)) {
		reason = VR_DROP_INVALID_TUNNEL;
	} else {
		d->label = get_unaligned_be32(p + 4) >> 8;
		d->alert = p[0] & 1;
		n->off += 8;
	}
	d->off = n->off;
	return reason;
}

static char pick(struct vr_test_rng *rng, const char *letters)
{
	return letters[vr_test_rand_below(rng, strlen(letters))];
}

static char *picks(struct vr_test_rng *rng, char *p, unsigned int most, const char *letters)
{
	unsigned int n = vr_test_rand_below(rng, most + 1);

	while (n--)
		*p++ = pick(rng, letters);
	return p;
}

/* Letters of outer.c in an order that makes sense. */
static void random_chain(struct vr_test_rng *rng, char *p)
{
	char l4;

	*p = pick(rng, "4444oOmn666666");
	if (*p++ == '6')
		p = picks(rng, p, 3, "HDDDdbhypzqX");
	l4 = pick(rng, "UUUuuuwkGGGCCKBSrcti");
	*p++ = l4;
	if (l4 == 'U' || l4 == 'k') {
		*p++ = pick(rng, "VVVRav");
	} else {
		p = picks(rng, p, 4, "0127799+3");
		*p++ = pick(rng, "LLLLLE8()");
	}
	p = picks(rng, p, 7, ".");
	*p = '\0';
}

/* Some bytes of it changed; it ends somewhere; its checksums are right or not. */
static void random_frame(struct vr_test_rng *rng, struct outer *f)
{
	bool csum = vr_test_rand(rng) & 1;
	unsigned int n, hlen;
	char chain[32];

	random_chain(rng, chain);
	outer_build(f, chain, csum);
	outer_pad(f, 8);
	hlen = outer_hlen(f);
	for (n = vr_test_rand_below(rng, 4); n; n--) {
		/* not the version */
		unsigned int at = L3 + 1 + vr_test_rand_below(rng, f->len - L3 - 1);

		f->b[at] = vr_test_rand(rng) & 1 ? vr_test_rand(rng) : f->b[at] ^ 1 << n;
	}
	if (vr_test_rand_below(rng, 3) == 0)
		outer_set_end(f, L3 + hlen + vr_test_rand_below(rng, f->len - L3 - hlen + 1), csum);
	else if (!outer_ip6(f))
		outer_set_ip_end(f, L3 + get_unaligned_be16(f->b + L3 + 2));
}

static void random_compare(struct kunit *test, struct vr_test_rng *rng, const struct outer *f)
{
	unsigned int linear = L3 + vr_test_rand_below(rng, f->len - L3 + 1);
	struct vr_pkt *pkt = outer_pkt(test, f, linear);
	bool zero6 = vr_test_rand(rng) & 1;
	enum vr_drop_reason got, want;
	struct naive n = { .f = f };
	struct vr_decap d, naive_d;
	enum vr_encap ours;

	if (vr_test_rand(rng) & 1)
		vr_test_pkt_set_complete(pkt);
	got = outer_ip6(f) ? vr_parse_ip6(pkt, L3) : vr_parse_ip4(pkt, L3);
	if (got != VR_DROP_NONE) {
		vr_test_pkt_free(pkt);
		return;
	}
	want = naive_parse(&n, zero6, &naive_d);
	ours = vr_decap_is_ours(pkt, L3, outer_family(f));
	got = vr_decap_parse(pkt, L3, outer_family(f), zero6, &d);
	KUNIT_EXPECT_EQ(test, ours, naive_d.encap);
	KUNIT_EXPECT_EQ(test, got, want);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	if (got == VR_DROP_NONE) {
		KUNIT_EXPECT_EQ(test, d.encap, naive_d.encap);
		KUNIT_EXPECT_EQ(test, d.label, naive_d.label);
		KUNIT_EXPECT_EQ(test, d.ttl, naive_d.ttl);
		KUNIT_EXPECT_EQ(test, d.alert, naive_d.alert);
		KUNIT_EXPECT_EQ(test, d.off, naive_d.off);
		KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), n.end);
		KUNIT_EXPECT_GE(test, vr_pkt_headlen(pkt), d.off);
	}
	vr_test_pkt_free(pkt);
}

static void decap_random(struct kunit *test)
{
	struct outer *f = outer_alloc(test);
	struct vr_test_rng rng;
	unsigned int i;

	vr_test_rng_init(test, &rng, 0x646563);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		random_frame(&rng, f);
		random_compare(test, &rng, f);
	}
}

static struct kunit_case decap_random_cases[] = {
	KUNIT_CASE(decap_random),
	{}
};

static struct kunit_suite decap_random_suite = {
	.name = "decap_random",
	.test_cases = decap_random_cases,
};

VR_TEST_SUITE(decap_random_suite);
