// SPDX-License-Identifier: GPL-2.0-only
/* Flow keys of random packets, compared with those of a parser that is naive. */
#include "l4_frames.h"

#include "pkt/parse.h"

#define RANDOM_ROUNDS	1000000

/** struct naive - what the parser that is naive has come to */
struct naive {
	const u8 *b;
	unsigned int end;
	unsigned int off;
	unsigned int frag;	/* where it is said that it is a fragment; 0: nowhere */
	u8 family;
	u8 proto;
	bool later;
	bool quoted;
	u8 src[16];
	u8 dst[16];
	u16 sport;
	u16 dport;
};

static bool naive_has_ports(u8 proto)
{
	return proto == 6 || proto == 17 || proto == 33 || proto == 132 || proto == 136;
}

static bool naive_is_ext(u8 proto)
{
	return proto == 0 || proto == 43 || proto == 44 || proto == 51 || proto == 60;
}

/* False: no good. */
static bool naive_ip(struct naive *n)
{
	unsigned int count = 0, bytes = 0, size;
	bool seen44 = false;
	const u8 *ip = n->b + n->off;

	if (n->family == AF_INET) {
		memcpy(n->src, ip + 12, 4);
		memcpy(n->dst, ip + 16, 4);
		n->proto = ip[9];
		n->later = get_unaligned_be16(ip + 6) % 8192;
		n->frag = get_unaligned_be16(ip + 6) % 16384 ? n->off : 0;
		n->off += (ip[0] & 15) * 4;
		return true;
	}
	memcpy(n->src, ip + 8, 16);
	memcpy(n->dst, ip + 24, 16);
	n->proto = ip[6];
	n->off += 40;
	while (naive_is_ext(n->proto) && !n->later) {
		if (n->off + 8 > n->end || ++count > 8)
			return false;
		if (n->proto == 0 && count > 1)
			return false;
		if (n->proto == 44 && seen44)
			return false;
		size = 8 + n->b[n->off + 1] * 8;
		if (n->proto == 51) {
			size = 8 + n->b[n->off + 1] * 4;
			if (size == 8)
				return false;
		}
		if (n->proto == 44) {
			size = 8;
			seen44 = true;
			n->later = get_unaligned_be16(n->b + n->off + 2) / 8;
			if (n->later || n->b[n->off + 3] % 2)
				n->frag = n->off;
		}
		bytes += size;
		if (bytes > 1024 || n->off + size > n->end)
			return false;
		n->proto = n->b[n->off];
		n->off += size;
	}
	return true;
}

static bool naive_asks(u8 family, u8 proto)
{
	return naive_has_ports(proto) || proto == (family == AF_INET ? 1 : 58) ||
	       (family == AF_INET6 && naive_is_ext(proto));
}

static enum vr_drop_reason naive_transport(struct naive *n, bool *error)
{
	unsigned int have = n->end - n->off;
	const u8 *p = n->b + n->off;
	bool icmp = n->proto == (n->family == AF_INET ? 1 : 58);
	unsigned int type;

	if (n->later)
		return naive_asks(n->family, n->proto) ? VR_DROP_NO_FRAG_ENTRY : VR_DROP_NONE;
	if (icmp) {
		if (have < 8)
			return VR_DROP_INVALID_PACKET;
		type = p[0];
		if (n->family == AF_INET ? type == 0 || type == 8 : type == 128 || type == 129) {
			n->sport = get_unaligned_be16(p + 4);
			n->dport = n->family == AF_INET ? 0 : 129;
		} else if (n->family == AF_INET ? (type >= 3 && type <= 5) || type == 11 ||
						  type == 12 : type < 128) {
			*error = true;
		} else {
			n->dport = type;
		}
		return VR_DROP_NONE;
	}
	if (!naive_has_ports(n->proto))
		return VR_DROP_NONE;
	if (have < 4)
		return VR_DROP_INVALID_PACKET;
	n->sport = get_unaligned_be16(p);
	n->dport = get_unaligned_be16(p + 2);
	if (n->quoted)
		return VR_DROP_NONE;
	if (n->proto == 6 && (have < 20 || p[12] / 16 < 5 || p[12] / 16 * 4 > have))
		return VR_DROP_INVALID_PACKET;
	if (n->proto == 17 || n->proto == 136)
		return have < 8 ? VR_DROP_INVALID_PACKET : VR_DROP_NONE;
	return have < 12 ? VR_DROP_INVALID_PACKET : VR_DROP_NONE;
}

/* From a good IP header on; the key is in host order, with addresses of 16 bytes. */
static enum vr_drop_reason naive_l4(const struct l4_frame *f, bool gso, struct naive *n,
				    struct naive *inner)
{
	const u8 *ip = f->b + L3;
	enum vr_drop_reason reason;
	bool error = false, again = false;
	unsigned int len;

	memset(n, 0, sizeof(*n));
	memset(inner, 0, sizeof(*inner));
	n->b = f->b;
	n->off = L3;
	n->family = l4_family_of(f);
	len = n->family == AF_INET ? get_unaligned_be16(ip + 2) : get_unaligned_be16(ip + 4);
	n->end = n->family == AF_INET ? L3 + len : L3 + 40 + len;
	if (!len && gso)
		n->end = f->len;

	if (!naive_ip(n))
		return VR_DROP_INVALID_PACKET;
	reason = naive_transport(n, &error);
	if (reason != VR_DROP_NONE || !error)
		return reason;

	*inner = (struct naive) {
		.b = n->b, .end = n->end, .off = n->off + 8, .family = n->family, .quoted = true,
	};
	ip = f->b + inner->off;
	len = n->family == AF_INET ? 20 : 40;
	if (inner->off + len > n->end || ip[0] >> 4 != (n->family == AF_INET ? 4 : 6))
		return VR_DROP_ICMP_ERROR;
	if (n->family == AF_INET) {
		len = (ip[0] & 15) * 4;
		if (len < 20 || inner->off + len > n->end)
			return VR_DROP_ICMP_ERROR;
	}
	if (!naive_ip(inner) || naive_transport(inner, &again) != VR_DROP_NONE || again)
		return VR_DROP_ICMP_ERROR;
	return memcmp(inner->src, n->dst, 16) ? VR_DROP_ICMP_ERROR : VR_DROP_NONE;
}

static bool addr_is(const struct vr_flow_key *key, bool dst, const u8 *addr)
{
	unsigned int words = key->family == AF_INET ? 1 : 4;

	return !memcmp(key->addr + dst * words, addr, words * 4);
}

static void random_expect(struct kunit *test, const struct vr_l4 *l4, const struct naive *n,
			  const struct naive *inner)
{
	bool turned = inner->family;
	const struct naive *k = turned ? inner : n;
	bool swapped = turned && naive_has_ports(k->proto);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, l4->off, n->off);
	KUNIT_EXPECT_EQ(test, l4->icmp_error, turned);
	KUNIT_EXPECT_EQ(test, l4->key.family, n->family);
	KUNIT_EXPECT_EQ(test, l4->key.proto, k->proto);
	KUNIT_EXPECT_EQ(test, ntohs(l4->key.sport), swapped ? k->dport : k->sport);
	KUNIT_EXPECT_EQ(test, ntohs(l4->key.dport), swapped ? k->sport : k->dport);
	KUNIT_EXPECT_TRUE(test, addr_is(&l4->key, turned, k->src));
	KUNIT_EXPECT_TRUE(test, addr_is(&l4->key, !turned, k->dst));
	KUNIT_EXPECT_EQ(test, l4->key.nh, 0);
	KUNIT_EXPECT_EQ(test, l4->key.zero, 0);
	for (i = 2; n->family == AF_INET && i < 8; i++)
		KUNIT_EXPECT_EQ(test, l4->key.addr[i], 0);
	KUNIT_EXPECT_EQ(test, l4->tcp, n->proto == 6 && !n->later);
	if (l4->tcp)
		KUNIT_EXPECT_EQ(test, l4->tcp_len,
				n->end - n->off - n->b[n->off + 12] / 16 * 4);
	else
		KUNIT_EXPECT_EQ(test, l4->tcp_len, 0);
}

/* A packet of the table, or a chain of anything, with some bytes changed, cut or of any length. */
static void random_frame(struct vr_test_rng *rng, struct l4_frame *f)
{
	static const char some[] = "46OmHRDAaxFfgTt8USCEeIXYvPKNM.";
	unsigned int i, n, at;
	char chain[12];

	if (vr_test_rand(rng) % 2) {
		l4_build(f, l4_cases[vr_test_rand_below(rng, l4_cases_count)].chain);
	} else {
		chain[0] = vr_test_rand(rng) % 2 ? '4' : '6';
		n = 1 + vr_test_rand(rng) % (sizeof(chain) - 2);
		for (i = 1; i < n; i++)
			chain[i] = some[vr_test_rand_below(rng, sizeof(some) - 1)];
		chain[n] = 0;
		l4_build(f, chain);
	}
	for (n = vr_test_rand(rng) % 4; n; n--) {
		at = L3 + vr_test_rand_below(rng, min(f->len - L3, 160U));
		f->b[at] = vr_test_rand(rng);
	}
	if (vr_test_rand(rng) % 4 == 0) {
		n = vr_test_rand_below(rng, f->len - L3 + 1);
		f->b[L3] = l4_family_of(f) == AF_INET ? 0x40 | (f->b[L3] & 15) : f->b[L3];
		if (n >= 40 || l4_family_of(f) == AF_INET)
			l4_set_ip_len(f, n);
	}
	if (vr_test_rand(rng) % 16 == 0)
		put_unaligned_be16(0, f->b + L3 + (l4_family_of(f) == AF_INET ? 2 : 4));
	l4_fix_csum(f);
}

/* What fragment @f should be said to be. */
static enum vr_drop_reason naive_fragment(const struct l4_frame *f, unsigned int frag,
					  struct vr_fragment *want)
{
	unsigned int start, len, before;
	const u8 *ip = f->b + L3;
	bool ip6 = l4_family_of(f) == AF_INET6;

	memset(want, 0, sizeof(*want));
	want->key.family = l4_family_of(f);
	if (ip6) {
		want->off = get_unaligned_be16(f->b + frag + 2) & 0xfff8;
		want->more = f->b[frag + 3] & 1;
		want->asks = naive_asks(AF_INET6, f->b[frag]);
		memcpy(&want->key.sport, f->b + frag + 4, 4);
		memcpy(want->key.addr, ip + 8, 32);
		start = frag + 8;
		before = frag - L3 - 40;
		len = get_unaligned_be16(ip + 4) ? L3 + 40 + get_unaligned_be16(ip + 4) : f->len;
	} else {
		want->off = (get_unaligned_be16(ip + 6) & 0x1fff) * 8;
		want->more = get_unaligned_be16(ip + 6) & 0x2000;
		want->asks = naive_asks(AF_INET, ip[9]);
		want->key.proto = ip[9];
		memcpy(&want->key.dport, ip + 4, 2);
		memcpy(want->key.addr, ip + 12, 8);
		before = (ip[0] & 15) * 4;
		start = L3 + before;
		len = get_unaligned_be16(ip + 2) ? L3 + get_unaligned_be16(ip + 2) : f->len;
	}
	len -= start;
	want->end = want->off + len;
	return !len || (want->more && len % 8) || before + want->off + len > 65535 ?
	       VR_DROP_INVALID_PACKET : VR_DROP_NONE;
}

/* It is said to be a fragment if it is one, and which. How many there were. */
static unsigned int random_fragment(struct kunit *test, const struct l4_frame *f,
				    const struct vr_pkt *pkt, const struct vr_l4 *l4,
				    unsigned int frag)
{
	struct vr_fragment want, got;
	enum vr_drop_reason reason;

	KUNIT_EXPECT_EQ(test, l4->frag, frag);
	if (!frag || l4->frag != frag)
		return 0;
	reason = naive_fragment(f, frag, &want);
	KUNIT_EXPECT_EQ(test, vr_parse_fragment(pkt, L3, l4_family_of(f), l4->frag, &got), reason);
	if (reason)
		return 0;
	KUNIT_EXPECT_MEMEQ(test, &got.key, &want.key, sizeof(got.key));
	KUNIT_EXPECT_EQ(test, got.off, want.off);
	KUNIT_EXPECT_EQ(test, got.end, want.end);
	KUNIT_EXPECT_EQ(test, got.more, want.more);
	KUNIT_EXPECT_EQ(test, got.asks, want.asks);
	return 1;
}

static bool random_compare(struct kunit *test, struct vr_test_rng *rng, const struct l4_frame *f,
			   unsigned int *fragments)
{
	unsigned int linear = L3 + vr_test_rand_below(rng, f->len - L3 + 1);
	struct vr_pkt *pkt = l4_frame_pkt(test, f, linear);
	enum vr_drop_reason got, want;
	u8 family = l4_family_of(f);
	struct naive n, inner;
	struct vr_l4 l4;
	bool gso, good;

	gso = vr_test_rand(rng) % 8 == 0;
	if (gso)
		vr_test_pkt_set_gso(pkt, 1400);
	good = (family == AF_INET ? vr_parse_ip4(pkt, L3) : vr_parse_ip6(pkt, L3)) ==
	       VR_DROP_NONE;
	if (good) {
		memset(&l4, 0xff, sizeof(l4));
		got = vr_parse_l4(pkt, L3, family, &l4);
		want = naive_l4(f, gso, &n, &inner);
		KUNIT_EXPECT_EQ(test, got, want);
		if (got == VR_DROP_NONE || got == VR_DROP_NO_FRAG_ENTRY)
			*fragments += random_fragment(test, f, pkt, &l4, n.frag);
		if (got == VR_DROP_NONE && want == VR_DROP_NONE)
			random_expect(test, &l4, &n, &inner);
		else
			good = false;
	}
	vr_test_pkt_free(pkt);
	return good;
}

static void l4_random(struct kunit *test)
{
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i, good = 0, fragments = 0;
	struct vr_test_rng rng;

	vr_test_rng_init(test, &rng, 4);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		random_frame(&rng, f);
		good += random_compare(test, &rng, f, &fragments);
	}
	/* else it compares nothing but refusals */
	KUNIT_EXPECT_GT(test, good, RANDOM_ROUNDS / 5);
	KUNIT_EXPECT_LT(test, good, RANDOM_ROUNDS / 5 * 4);
	KUNIT_EXPECT_GT(test, fragments, RANDOM_ROUNDS / 100);
}

static struct kunit_case l4_random_test_cases[] = {
	KUNIT_CASE(l4_random),
	{}
};

static struct kunit_suite l4_random_test_suite = {
	.name = "l4_random",
	.test_cases = l4_random_test_cases,
};

VR_TEST_SUITE(l4_random_test_suite);
