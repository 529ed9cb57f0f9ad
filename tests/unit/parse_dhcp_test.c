// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is a request by DHCP: tables of frames, each with every split between
 * linear and other bytes.
 */
#include "parse_frames.h"

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

static void parse_dhcp_table(struct kunit *test)
{
	unsigned int i, linear;
	struct frame f;

	for (i = 0; i < ARRAY_SIZE(dhcp_cases); i++) {
		const struct dhcp_case *c = &dhcp_cases[i];
		struct vr_l2 l2 = { .l3_off = ETH_HLEN, .proto = htons(c->proto) };

		frame_dhcp(&f, c, c->name[1] == '6');
		for (linear = ETH_HLEN; linear <= f.len; linear++) {
			struct vr_pkt *pkt = frame_pkt(test, &f, ETH_HLEN, linear);

			KUNIT_EXPECT_EQ_MSG(test, vr_parse_is_dhcp(pkt, &l2), c->want,
					    "%s, %u linear", c->name, linear);
			frame_expect(test, c->name, pkt, &f, linear);
			vr_test_pkt_free(pkt);
		}
	}
}

static void parse_dhcp_bad_checksum(struct kunit *test)
{
	struct vr_l2 l2 = { .l3_off = ETH_HLEN, .proto = htons(ETH_P_IP) };
	struct vr_pkt *pkt;
	struct frame f;

	frame_dhcp(&f, &dhcp_cases[0], false);
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

		frame_dhcp(&f, &c, v);
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

static struct kunit_case parse_dhcp_cases[] = {
	KUNIT_CASE(parse_dhcp_table),
	KUNIT_CASE(parse_dhcp_bad_checksum),
	KUNIT_CASE(parse_dhcp_truncated),
	{ }
};

static struct kunit_suite parse_dhcp_suite = {
	.name = "parse_dhcp",
	.test_cases = parse_dhcp_cases,
};

VR_TEST_SUITE(parse_dhcp_suite);
