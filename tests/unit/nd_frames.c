// SPDX-License-Identifier: GPL-2.0-only
/* Messages of neighbour discovery: nd_frames.h */
#include "nd_frames.h"

const u8 nd_addrs[][16] = {
	[A_GUEST] = { 0xfd, [15] = 0x0a },
	[A_GUEST_LL] = { 0xfe, 0x80, [15] = 0x0a },
	[A_TARGET] = { 0xfd, [15] = 0xfe },
	[A_TARGET_LL] = { 0xfe, 0xbf, [15] = 0xfe },
	[A_SOL_NODE] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff, [15] = 0xfe },
	[A_ALL_NODES] = { 0xff, 0x02, [15] = 0x01 },
	[A_ALL_ROUTERS] = { 0xff, 0x02, [15] = 0x02 },
	[A_NEAR_SOL_NODE] = { 0xff, 0x02, [11] = 0x01, [12] = 0xfe, [15] = 0xfe },
	[A_FEC0] = { 0xfe, 0xc0, [15] = 0x0a },
};

const u8 nd_mac_our[ETH_ALEN] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00 };
const u8 nd_mac_guest[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x0a };
const u8 nd_mac_frame[ETH_ALEN] = { 0x02, 0x00, 0x00, 0x00, 0x00, 0x77 };

const struct nd_kind nd_kind_ns = { 135, 0, A_GUEST, A_SOL_NODE, A_TARGET };
const struct nd_kind nd_kind_dad = { 135, 0, A_ANY, A_SOL_NODE, A_TARGET };
const struct nd_kind nd_kind_na = { 136, 0, A_GUEST, A_TARGET, A_GUEST };
const struct nd_kind nd_kind_rs = { 133, 0, A_GUEST_LL, A_ALL_ROUTERS };
const struct nd_kind nd_kind_ra = { 134, 0, A_GUEST_LL, A_ALL_NODES };

const struct nd_case nd_ns_plain = { "NS", &nd_kind_ns, .want = VR_ND_NS };
const struct nd_case nd_ns_source = { "NS, source", &nd_kind_ns, ND_OPT_SRC, 8,
				      .want = VR_ND_NS, .lladdr = true };

/* RFC 4443 2.3 on @ip6, whatever its version, and what it says that is behind it. */
u16 nd_csum(const u8 *ip6)
{
	unsigned int len = get_unaligned_be16(ip6 + 4);

	return csum16(ip6 + 8, 32 + len, len + IPPROTO_ICMPV6);
}

void nd_csum_set(u8 *ip6, u16 wrong)
{
	u8 *csum = ip6 + IP6_LEN + 2;

	put_unaligned_be16(0, csum);
	put_unaligned_be16(nd_csum(ip6) ^ wrong, csum);
}

unsigned int nd_base(u8 type)
{
	return type == 133 ? 8 : type == 134 ? 16 : 24;
}

void nd_build(struct frame *f, const u8 *dst, const u8 *src, unsigned int tags,
	      const struct nd_case *c)
{
	unsigned int base = nd_base(c->kind->type), len = base + c->n_opts - c->cut;
	u8 *ip6, *p;

	ip6 = put_eth(f->b, dst, src, tags, ETH_P_IPV6);
	p = put32(ip6, 0x60000000);
	p = put16(p, len);
	p = put8(p, c->nexthdr ?: IPPROTO_ICMPV6);
	p = put8(p, 255 - c->hops_less);
	p = put_bytes(p, nd_addrs[c->kind->src], 16);
	p = put_bytes(p, nd_addrs[c->kind->dst], 16);

	p = put8(p, c->kind->type);
	p = put8(p, c->kind->code);
	p = put16(p, 0);
	p = put32(p, c->flags);
	if (base == 16) {
		p = put32(p, 30000);
		p = put32(p, 1000);
	} else if (base == 24) {
		p = put_bytes(p, nd_addrs[c->kind->target], 16);
	}
	put_bytes(p, c->opts, c->n_opts);
	if (len >= 4)
		nd_csum_set(ip6, c->csum_xor);
	p = put_fill(ip6 + IP6_LEN + len - c->missing, c->pad);
	f->len = p - f->b;
}

void nd_guest_build(struct frame *f, unsigned int tags, const struct nd_case *c)
{
	static const u8 group[ETH_ALEN] = { 0x33, 0x33, 0xff, 0, 0, 0xfe };

	nd_build(f, group, nd_mac_frame, tags, c);
}

void nd_expect_none(struct kunit *test, const char *name, const struct vr_nd *nd)
{
	struct vr_nd zero;

	memset(&zero, 0, sizeof(zero));
	KUNIT_EXPECT_EQ_MSG(test, nd->type, VR_ND_NONE, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(nd, &zero, sizeof(zero)), 0, "%s", name);
}

void nd_expect(struct kunit *test, const struct nd_case *c, const struct vr_nd *nd)
{
	const struct nd_kind *k = c->kind;
	enum nd_addr target = k->type == 135 || k->type == 136 ? k->target : A_ANY;

	if (c->want == VR_ND_NONE) {
		nd_expect_none(test, c->name, nd);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, nd->type, c->want, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(&nd->src, nd_addrs[k->src], 16), 0, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(&nd->target, nd_addrs[target], 16), 0, "%s",
			    c->name);
	KUNIT_EXPECT_EQ_MSG(test, nd->has_lladdr, c->lladdr, "%s", c->name);
	if (c->lladdr)
		KUNIT_EXPECT_EQ_MSG(test, memcmp(nd->lladdr, nd_mac_guest, ETH_ALEN), 0, "%s",
				    c->name);
	KUNIT_EXPECT_EQ_MSG(test, vr_nd_is_dad(nd), k->type == 135 && k->src == A_ANY, "%s",
			    c->name);
}
