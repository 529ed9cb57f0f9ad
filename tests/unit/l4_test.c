// SPDX-License-Identifier: GPL-2.0-only
/* Flow keys of a table of packets: with every split between linear and other bytes, and cut. */
#include "l4_frames.h"

static void key_from_a_to_b(const struct l4_frame *f, struct vr_flow_key *key)
{
	memset(key, 0, sizeof(*key));
	key->family = l4_family_of(f);
	if (key->family == AF_INET) {
		key->addr[0] = htonl(0x0a000001);
		key->addr[1] = htonl(0x0a000002);
		return;
	}
	memset(key->addr, 0xa5, sizeof(key->addr));
	key->addr[0] = htonl(0xfd00a5a5);
	key->addr[3] = htonl(0xa5a5a501);
	key->addr[4] = htonl(0xfd00a5a5);
	key->addr[7] = htonl(0xa5a5a502);
}

static void expect_l4(struct kunit *test, const struct l4_case *c, const struct l4_frame *f,
		      const struct vr_l4 *l4)
{
	struct vr_flow_key key;

	key_from_a_to_b(f, &key);
	key.proto = c->proto;
	key.sport = htons(c->sport);
	key.dport = htons(c->dport);
	KUNIT_EXPECT_EQ_MSG(test, l4->key.proto, c->proto, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, ntohs(l4->key.sport), c->sport, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, ntohs(l4->key.dport), c->dport, "%s", c->name);
	KUNIT_EXPECT_MEMEQ_MSG(test, &l4->key, &key, sizeof(key), "key of %s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->off, L3 + c->off, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->icmp_error, c->icmp_error, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->tcp, c->tcp_len >= 0, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->tcp_len, max(c->tcp_len, 0), "%s", c->name);
}

static void l4_run(struct kunit *test, const struct l4_case *c, const struct l4_frame *f,
		   unsigned int linear)
{
	struct vr_pkt *pkt = l4_frame_pkt(test, f, linear);
	enum vr_drop_reason got;
	struct vr_l4 l4;

	got = l4_parse(pkt, l4_family_of(f), &l4);
	KUNIT_EXPECT_EQ_MSG(test, got, c->want, "%s, %u linear", c->name, linear);
	if (got == VR_DROP_NONE && c->want == VR_DROP_NONE) {
		expect_l4(test, c, f, &l4);
		if (l4.tcp)
			KUNIT_EXPECT_GE_MSG(test, vr_pkt_headlen(pkt), l4.off + 20U, "%s",
					    c->name);
	}
	vr_test_pkt_free(pkt);
}

static void l4_table(struct kunit *test)
{
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i, linear;

	for (i = 0; i < l4_cases_count; i++) {
		l4_build(f, l4_cases[i].chain);
		for (linear = L3; linear <= f->len; linear++)
			l4_run(test, &l4_cases[i], f, linear);
	}
}

/* What is behind the IP packet is neither read nor counted. */
static void l4_padding(struct kunit *test)
{
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i;

	for (i = 0; i < l4_cases_count; i++) {
		l4_build(f, l4_cases[i].chain);
		l4_put_fill(f, 100);
		l4_run(test, &l4_cases[i], f, f->len);
		l4_run(test, &l4_cases[i], f, L3 + 20);
	}
}

/*
 * Whatever is cut off, one byte less than is needed is refused by name. A cut
 * packet says so in its IP header, and its frame may be padded.
 */
static void l4_cut_at(struct kunit *test, const struct l4_case *c, struct l4_frame *f,
		      unsigned int len, unsigned int pad)
{
	enum vr_drop_reason want = VR_DROP_NONE, got;
	struct vr_pkt *pkt;
	struct vr_l4 l4;

	if (len < c->need)
		want = c->icmp_error && len >= c->off + 8U ? VR_DROP_ICMP_ERROR :
							     VR_DROP_INVALID_PACKET;
	l4_build(f, c->chain);
	l4_set_ip_len(f, len);
	f->len = L3 + len + pad;
	pkt = l4_frame_pkt(test, f, L3 + len / 2);
	got = l4_parse(pkt, l4_family_of(f), &l4);
	KUNIT_EXPECT_EQ_MSG(test, got, want, "%s, %u bytes and %u", c->name, len, pad);
	if (got == VR_DROP_NONE)
		KUNIT_EXPECT_EQ_MSG(test, ntohs(l4.key.sport), c->sport, "%s, %u bytes", c->name,
				    len);
	vr_test_pkt_free(pkt);
}

static void l4_truncated(struct kunit *test)
{
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i, len, full, hlen;

	for (i = 0; i < l4_cases_count; i++) {
		if (l4_cases[i].want != VR_DROP_NONE)
			continue;
		l4_build(f, l4_cases[i].chain);
		full = f->len - L3;
		hlen = l4_family_of(f) == AF_INET ? (f->b[L3] & 15) * 4 : 40;
		for (len = hlen; len <= full; len++) {
			l4_cut_at(test, &l4_cases[i], f, len, 0);
			l4_cut_at(test, &l4_cases[i], f, len, full - len);
		}
	}
}

/* The TCP header at @off says that it has @doff words, and there are @len bytes from there. */
static void data_offset(struct kunit *test, struct l4_frame *f, unsigned int off, unsigned int doff,
			unsigned int len)
{
	bool good = doff >= 5 && doff * 4 <= len;
	struct vr_pkt *pkt;
	struct vr_l4 l4;

	f->b[off + 12] = doff << 4;
	l4_set_ip_len(f, off - L3 + len);
	pkt = l4_frame_pkt(test, f, f->len);
	KUNIT_EXPECT_EQ_MSG(test, l4_parse(pkt, l4_family_of(f), &l4),
			    good ? VR_DROP_NONE : VR_DROP_INVALID_PACKET,
			    "%u words in %u bytes", doff, len);
	if (good)
		KUNIT_EXPECT_EQ_MSG(test, l4.tcp_len, len - doff * 4, "%u words in %u bytes",
				    doff, len);
	vr_test_pkt_free(pkt);
}

static void l4_tcp_data_offset(struct kunit *test)
{
	static const char *const chains[] = { "4t..", "6t..", "Ot..", "6Ht..", "mt.." };
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i, doff, len;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		l4_build(f, chains[i]);
		for (doff = 0; doff < 16; doff++)
			for (len = 20; len <= 62; len++)
				data_offset(test, f, f->len - 62, doff, len);
	}
}

struct gso_case {
	const char *name;
	const char *chain;
	bool zero;		/* the length in the IP header is 0 */
	u32 tcp_len;
};

static const struct gso_case gso_cases[] = {
	{ "IPv4", "4T....", false, 4 },
	{ "IPv4 above 64 KiB", "4T....", true, 4 },
	{ "IPv4 above 64 KiB, options", "ot....", true, 4 },
	{ "IPv6", "6T....", false, 4 },
	{ "IPv6 above 64 KiB", "6T....", true, 4 },
	{ "IPv6 jumbogram", "6HT....", true, 4 },
};

/* The segments of a GSO packet count as what they are together. */
static void l4_gso(struct kunit *test)
{
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i, linear;

	for (i = 0; i < ARRAY_SIZE(gso_cases); i++) {
		const struct gso_case *c = &gso_cases[i];

		l4_build(f, c->chain);
		if (c->zero) {
			put_unaligned_be16(0, f->b + L3 + (l4_family_of(f) == AF_INET ? 2 : 4));
			l4_fix_csum(f);
		}
		for (linear = L3; linear <= f->len; linear++) {
			struct vr_pkt *pkt = l4_frame_pkt(test, f, linear);
			struct vr_l4 l4;

			vr_test_pkt_set_gso(pkt, 2);
			KUNIT_EXPECT_EQ_MSG(test, l4_parse(pkt, l4_family_of(f), &l4), VR_DROP_NONE,
					    "%s", c->name);
			KUNIT_EXPECT_TRUE_MSG(test, l4.tcp, "%s", c->name);
			KUNIT_EXPECT_EQ_MSG(test, l4.tcp_len, c->tcp_len, "%s", c->name);
			KUNIT_EXPECT_EQ_MSG(test, ntohs(l4.key.dport), DPORT, "%s", c->name);
			vr_test_pkt_free(pkt);
		}
	}
}

/* An error that goes to somebody else than the sender of what it quotes. */
static void l4_error_astray(struct kunit *test)
{
	static const char *const chains[] = { "4X4U", "6X6T" };
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i, at, byte;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		l4_build(f, chains[i]);
		at = i ? L3 + 40 + 8 + 8 : L3 + 20 + 8 + 12;
		for (byte = 0; byte < (i ? 16 : 4); byte++) {
			struct vr_pkt *pkt;
			struct vr_l4 l4;

			f->b[at + byte] ^= 1;
			pkt = l4_frame_pkt(test, f, f->len);
			KUNIT_EXPECT_EQ_MSG(test, l4_parse(pkt, l4_family_of(f), &l4),
					    VR_DROP_ICMP_ERROR, "%s, byte %u", chains[i], byte);
			vr_test_pkt_free(pkt);
			f->b[at + byte] ^= 1;
		}
	}
}

/* Every type is an echo, an error about something, or a key of its own. */
static void l4_icmp_types(struct kunit *test)
{
	static const u8 errors4[] = { 3, 4, 5, 11, 12 };
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int v, type, i;

	for (v = 0; v < 2; v++) {
		l4_build(f, v ? "6X6U" : "4X4U");
		for (type = 0; type < 256; type++) {
			bool echo = v ? type == 128 || type == 129 : type == 0 || type == 8;
			bool error = v && type < 128;
			struct vr_pkt *pkt;
			struct vr_l4 l4;

			for (i = 0; !v && i < ARRAY_SIZE(errors4); i++)
				error = error || type == errors4[i];
			f->b[L3 + (v ? 40 : 20)] = type;
			pkt = l4_frame_pkt(test, f, f->len);
			KUNIT_EXPECT_EQ(test, l4_parse(pkt, l4_family_of(f), &l4), VR_DROP_NONE);
			KUNIT_EXPECT_EQ_MSG(test, l4.icmp_error, error, "type %u", type);
			if (!error) {
				KUNIT_EXPECT_EQ(test, ntohs(l4.key.sport), echo ? ECHO_ID : 0);
				KUNIT_EXPECT_EQ(test, ntohs(l4.key.dport),
						echo ? (v ? 129 : 0) : type);
			}
			vr_test_pkt_free(pkt);
		}
	}
}

#ifdef VR_TEST_USERSPACE
/* Bytes that are there but cannot be made linear are no mistake of the sender's. */
static void l4_no_memory(struct kunit *test)
{
	static const char *const chains[] = { "4T", "4U", "6HU", "6DT", "4X4U", "6X6U" };
	static const u8 linear[] = { 20, 20, 40, 48, 28, 88 };
	struct l4_frame *f = l4_frame_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		struct vr_pkt *pkt;
		struct vr_l4 l4;

		l4_build(f, chains[i]);
		pkt = l4_frame_pkt(test, f, L3 + linear[i]);
		vr_test_fail_alloc_from(1);
		KUNIT_EXPECT_EQ_MSG(test, l4_parse(pkt, l4_family_of(f), &l4), VR_DROP_PULL, "%s",
				    chains[i]);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ_MSG(test, l4_parse(pkt, l4_family_of(f), &l4), VR_DROP_NONE, "%s",
				    chains[i]);
		vr_test_pkt_free(pkt);
	}
}
#endif

static struct kunit_case l4_test_cases[] = {
	KUNIT_CASE(l4_table),
	KUNIT_CASE(l4_padding),
	KUNIT_CASE(l4_truncated),
	KUNIT_CASE(l4_tcp_data_offset),
	KUNIT_CASE(l4_gso),
	KUNIT_CASE(l4_error_astray),
	KUNIT_CASE(l4_icmp_types),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(l4_no_memory),
#endif
	{}
};

static struct kunit_suite l4_test_suite = {
	.name = "l4",
	.test_cases = l4_test_cases,
};

VR_TEST_SUITE(l4_test_suite);
