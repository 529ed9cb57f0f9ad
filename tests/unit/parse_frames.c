// SPDX-License-Identifier: GPL-2.0-only
/* Frames of tests of parsers. */
#include "parse_frames.h"

#define HEADROOM	48

u8 *frame_macs(u8 *p)
{
	static const u8 macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };

	return put_bytes(p, macs, sizeof(macs));
}

/* What begins @off bytes behind the packet's front is aligned, as drivers see to for IP. */
struct vr_pkt *frame_pkt(struct kunit *test, const struct frame *f, unsigned int off,
			 unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM - off);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	return pkt;
}

/* The packet has @len bytes in front that can be read and are @f's. */
void frame_expect(struct kunit *test, const char *name, struct vr_pkt *pkt,
		  const struct frame *f, unsigned int len)
{
	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_len(pkt), f->len, "%s", name);
	if (vr_pkt_headlen(pkt) < len) {
		KUNIT_FAIL(test, "%s: %u of %u bytes linear", name, vr_pkt_headlen(pkt), len);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, memcmp(vr_pkt_data(pkt), f->b, len), 0, "%s", name);
}

/* The packet is @f. Makes all of it linear: the last look at a packet. */
void frame_expect_all(struct kunit *test, const char *name, struct vr_pkt *pkt,
		      const struct frame *f)
{
	const u8 *data;
	unsigned int i;

	KUNIT_EXPECT_EQ_MSG(test, vr_pkt_len(pkt), f->len, "%s", name);
	KUNIT_ASSERT_TRUE(test, vr_pkt_len(pkt) == f->len && vr_pkt_may_pull(pkt, f->len));
	data = vr_pkt_data(pkt);
	for (i = 0; i < f->len; i++) {
		if (data[i] != f->b[i]) {
			KUNIT_FAIL(test, "%s: byte %u is %02x, not %02x", name, i, data[i],
				   f->b[i]);
			return;
		}
	}
}

/* @off bytes of anything, then the header; the checksum is over what there is of it. */
void frame_ip4(struct frame *f, unsigned int off, const struct ip4_case *c)
{
	unsigned int hlen = (c->first & 0xf) * 4;
	u8 *ip = put_fill(f->b, off), *p;
	u16 csum;

	p = put8(ip, c->first);
	p = put8(p, 0x10);
	p = put16(p, c->tot_len);
	p = put16(p, 0x1234);
	p = put16(p, 0x4000);
	p = put8(p, 64);
	p = put8(p, IPPROTO_UDP);
	p = put16(p, 0);
	p = put32(p, 0x0a000001);
	p = put32(p, 0x0a000002);
	p = put_fill(p, c->hlen - 20);
	csum = csum16(ip, min(hlen, c->hlen), 0) ^ c->csum_xor;
	put_unaligned_be16(csum, ip + 10);
	p = put_fill(p, c->payload);
	f->len = p - f->b;
}

void frame_ip6(struct frame *f, unsigned int off, const struct ip6_case *c)
{
	u8 *p = put_fill(f->b, off);

	p = put8(p, c->first);
	p = put8(p, 0x12);
	p = put16(p, 0x3456);
	p = put16(p, c->payload_len);
	p = put8(p, c->nexthdr);
	p = put8(p, 64);
	p = put16(p, 0xfd00);
	p = put_fill(p, 14);
	p = put16(p, 0xfd01);
	p = put_fill(p, 14);
	p = put_fill(p, c->payload);
	f->len = p - f->b;
}

/* A request with 4 bytes in UDP, patched, then with the right IPv4 checksum. */
void frame_dhcp(struct frame *f, const struct dhcp_case *c, bool ip6)
{
	struct ip6_case v6 = { "", 0x60, IPPROTO_UDP, 12, 0 };
	struct ip4_case v4 = { "", 0x40, c->hlen, c->hlen + 12, 0 };
	u8 *ip = f->b + ETH_HLEN, *p;
	unsigned int i;

	if (ip6) {
		frame_ip6(f, ETH_HLEN, &v6);
	} else {
		v4.first |= c->hlen / 4;
		frame_ip4(f, ETH_HLEN, &v4);
	}
	p = put_udp(f->b + f->len, ip6 ? 546 : 68, ip6 ? 547 : 67, 4);
	p = put_fill(p, 4);
	f->len = p - f->b;

	for (i = 0; i < ARRAY_SIZE(c->patch); i++) {
		/* no patch begins at 0 but with a version */
		if (!c->patch[i].at && !c->patch[i].word)
			continue;
		put_unaligned_be16(c->patch[i].word, ip + c->patch[i].at);
	}
	if (!ip6)
		put_csum(ip, c->hlen, 10, 0);
	f->len -= c->cut;
}
