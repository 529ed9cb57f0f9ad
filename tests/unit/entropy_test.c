// SPDX-License-Identifier: GPL-2.0-only
/* Entropy: the same for all packets of a conversation, whatever they look like; else another. */
#include "entropy_frames.h"

static const u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_UDPLITE,
			     IPPROTO_DCCP };

static void entropy_is_the_conversations(struct kunit *test)
{
	unsigned int p, i, routed;
	struct en_frame f;

	for (p = 0; p < ARRAY_SIZE(protos); p++) {
		u32 want[2] = { 0 };

		for (i = 0; i < EN_SHAPES; i++) {
			const struct en_shape *s = &en_shapes[i];
			struct en_how how = en_plain;

			s->make(&f, protos[p]);
			if (!want[s->ip6])
				want[s->ip6] = en_any(test, &f, &how);
			for (routed = 0; routed < 2; routed++) {
				how.routed = routed;
				KUNIT_EXPECT_EQ_MSG(test, en_any(test, &f, &how),
						    want[s->ip6], "%s", s->name);
			}
			/* MACs do not count. */
			f.b[0] ^= 1;
			KUNIT_EXPECT_EQ(test, en_of(test, &f, f.len, &how), want[s->ip6]);
		}
		KUNIT_EXPECT_NE(test, want[0], want[1]);
	}
}

/* Which byte of en_make_4() and en_make_6() is whose. */
struct field {
	const char *name;
	u32 what;
	u8 off4;
	u8 off6;
};

static const struct field fields[] = {
	{ "protocol", VR_HASH_PROTO, 9, 6 },
	{ "source", VR_HASH_SIP, 12, 8 },
	{ "source, last byte", VR_HASH_SIP, 15, 23 },
	{ "destination", VR_HASH_DIP, 16, 24 },
	{ "destination, last byte", VR_HASH_DIP, 19, 39 },
	{ "source port", VR_HASH_SPORT, 20, 40 },
	{ "source port, low", VR_HASH_SPORT, 21, 41 },
	{ "destination port", VR_HASH_DPORT, 22, 42 },
	{ "destination port, low", VR_HASH_DPORT, 23, 43 },
	{ "type of service", 0, 1, 1 },
	{ "TTL", 0, 8, 7 },
	{ "payload", 0, 24, 44 },
};

/* Of UDP, which becomes UDP-Lite by another protocol number: with ports, both. */
static void entropy_fields(struct kunit *test)
{
	unsigned int i, what, ip6;
	struct en_frame f;

	for (what = 0; what <= VR_HASH_ALL; what++) {
		for (i = 0; i < ARRAY_SIZE(fields); i++) {
			for (ip6 = 0; ip6 < 2; ip6++) {
				struct en_how how = { .what = what, .vrf = 1, .seed = en_seed };
				const struct field *field = &fields[i];
				u32 before;
				u8 *byte;

				(ip6 ? en_make_6 : en_make_4)(&f, IPPROTO_UDP);
				before = en_of(test, &f, f.len, &how);
				byte = f.b + ETH_HLEN + (ip6 ? field->off6 : field->off4);
				if (field->what == VR_HASH_PROTO)
					*byte = IPPROTO_UDPLITE;
				else
					*byte ^= 1;
				KUNIT_EXPECT_EQ_MSG(test,
						    before != en_of(test, &f, f.len, &how),
						    !!(what & field->what), "%s of %02x",
						    field->name, what);
			}
		}
	}
}

static void entropy_vrf_and_seed(struct kunit *test)
{
	u64 other[4];
	unsigned int i, v;
	struct en_frame f;

	for (v = 0; v < 3; v++) {
		struct en_how how = en_plain;
		u32 before;

		if (v == 2) {
			en_eth(&f, 0, ETH_P_ARP);
			en_zero(&f, 28);
		} else {
			(v ? en_make_6 : en_make_4)(&f, IPPROTO_TCP);
		}
		before = en_any(test, &f, &how);
		for (i = 0; i < 16; i++) {
			how.vrf = en_plain.vrf ^ 1 << i;
			KUNIT_EXPECT_NE(test, en_of(test, &f, f.len, &how), before);
		}
		how = en_plain;
		how.seed = other;
		for (i = 0; i < 4 * 64; i++) {
			memcpy(other, en_seed, sizeof(other));
			other[i / 64] ^= 1ULL << i % 64;
			KUNIT_EXPECT_NE(test, en_of(test, &f, f.len, &how), before);
		}
	}
}

/* Ports are in the first one only: it may not have any either. */
static void entropy_fragments(struct kunit *test)
{
	static const u16 frags[] = { 0x2000, 0x2001, 0x0002, 0x1fff };
	struct en_frame f;
	unsigned int i;
	u32 want = 0;

	for (i = 0; i < ARRAY_SIZE(frags); i++) {
		u32 have;

		en_eth(&f, 0, ETH_P_IP);
		en_ip4(&f, 20, 40, frags[i], 1, 2);
		en_l4(&f, IPPROTO_UDP);
		f.b[ETH_HLEN + 20] ^= i;
		have = en_any(test, &f, &en_plain);
		want = i ? want : have;
		KUNIT_EXPECT_EQ(test, have, want);
	}
	en_make_4(&f, IPPROTO_UDP);
	KUNIT_EXPECT_NE(test, en_any(test, &f, &en_plain), want);
}

/* In IPv6 they have the type behind the fragment header in common, whatever that is. */
static void entropy_fragments6(struct kunit *test)
{
	static const u16 frags[] = { 0x0001, 0x0009, 0x0010, 0xfff8, 0x0000 };
	unsigned int i, opts;
	struct en_frame f;

	for (opts = 0; opts < 2; opts++) {
		u32 want = 0;

		for (i = 0; i < ARRAY_SIZE(frags); i++) {
			u32 have;

			en_eth(&f, 0, ETH_P_IPV6);
			en_ip6(&f, 44, 1, 2);
			en_ext(&f, IPPROTO_DSTOPTS, 0, 8, 0x010400000000ULL);
			en_ext(&f, IPPROTO_FRAGMENT, 0, 8, (u64)frags[i] << 32 | 0xabcd);
			if (opts)
				en_ext(&f, IPPROTO_DSTOPTS, 0, 8, i);
			en_l4(&f, IPPROTO_UDP);
			/* What is behind in a later one may look like anything. */
			en_proto(&f, opts && i ? IPPROTO_TCP : IPPROTO_UDP);
			f.b[f.len - 20] ^= i;
			have = en_any(test, &f, &en_plain);
			want = i ? want : have;
			KUNIT_EXPECT_EQ(test, have, want);
		}
		/* That type counts. */
		f.b[ETH_HLEN + 48] ^= 1;
		KUNIT_EXPECT_NE(test, en_any(test, &f, &en_plain), want);
	}
}

/* What is behind the end of the packet is nobody's, though it looks like ports. */
static void entropy_end(struct kunit *test)
{
	unsigned int kind, len;
	struct en_frame f;

	for (kind = 0; kind < 4; kind++) {
		for (len = 0; len < 8; len++) {
			u32 before;

			switch (kind) {
			case 0:
				en_eth(&f, 0, ETH_P_IP);
				en_ip4(&f, 20, 20 + len, 0, 1, 2);
				break;
			case 1:
				en_eth(&f, 0, ETH_P_IP);
				en_ip4(&f, 24, 24 + len, 0, 1, 2);
				break;
			case 2:
				en_eth(&f, 0, ETH_P_IPV6);
				en_ip6(&f, len, 1, 2);
				break;
			default:
				/* Its length is beyond the end. */
				en_eth(&f, 0, ETH_P_IPV6);
				en_ip6(&f, 12 + len, 1, 2);
				en_ext(&f, IPPROTO_DSTOPTS, 3, 32, 0x010400000000ULL);
				break;
			}
			en_l4(&f, IPPROTO_UDP);
			before = en_any(test, &f, &en_plain);
			f.b[f.len - 20] ^= 1;
			/* No length at all is one that could not be said. */
			KUNIT_EXPECT_EQ_MSG(test, en_any(test, &f, &en_plain) == before,
					    kind == 3 || (len < 4 && (kind != 2 || len)),
					    "%u, %u bytes", kind, len);
		}
	}
}

static void entropy_icmp(struct kunit *test)
{
	struct en_frame f;
	u32 want;

	en_make_4(&f, IPPROTO_ICMP);
	want = en_any(test, &f, &en_plain);
	f.b[ETH_HLEN + 20] ^= 8;
	f.b[ETH_HLEN + 25] ^= 1;
	KUNIT_EXPECT_EQ(test, en_any(test, &f, &en_plain), want);
	en_make_6(&f, IPPROTO_ICMPV6);
	want = en_any(test, &f, &en_plain);
	f.b[ETH_HLEN + 40] ^= 8;
	f.b[ETH_HLEN + 45] ^= 1;
	KUNIT_EXPECT_EQ(test, en_any(test, &f, &en_plain), want);
}

/* By MACs and type, one bit of which is enough; nothing of it counts if it is routed. */
static void entropy_frames(struct kunit *test)
{
	struct en_how routed = en_plain;
	struct en_frame f;
	unsigned int bit;
	u32 before;

	routed.routed = true;
	en_eth(&f, 0, 0x88b5);
	en_zero(&f, 40);
	before = en_any(test, &f, &en_plain);
	KUNIT_EXPECT_EQ(test, en_any(test, &f, &routed), 0);
	for (bit = 0; bit < 14 * 8; bit++) {
		f.b[bit / 8] ^= 1 << bit % 8;
		/* A type that is a length, or a tag, is none. */
		if (bit / 8 < 12 || ((f.b[12] << 8 | f.b[13]) >= 0x600))
			KUNIT_EXPECT_NE_MSG(test, en_any(test, &f, &en_plain), before, "bit %u",
					    bit);
		f.b[bit / 8] ^= 1 << bit % 8;
	}
	f.b[ETH_HLEN + 5] ^= 1;
	KUNIT_EXPECT_EQ(test, en_any(test, &f, &en_plain), before);
}

static struct kunit_case entropy_cases[] = {
	KUNIT_CASE(entropy_is_the_conversations),
	KUNIT_CASE(entropy_fields),
	KUNIT_CASE(entropy_vrf_and_seed),
	KUNIT_CASE(entropy_fragments),
	KUNIT_CASE(entropy_fragments6),
	KUNIT_CASE(entropy_end),
	KUNIT_CASE(entropy_icmp),
	KUNIT_CASE(entropy_frames),
	{}
};

static struct kunit_suite entropy_suite = {
	.name = "entropy",
	.test_cases = entropy_cases,
};

VR_TEST_SUITE(entropy_suite);
