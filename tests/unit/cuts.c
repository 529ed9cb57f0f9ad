// SPDX-License-Identifier: GPL-2.0-only
/* Words for tests of fragments that meet flows: see cuts.h. */
#include "cuts.h"

#ifdef VR_TEST_USERSPACE

#include "obj/core.h"
#include "obj/fragment.h"

void c_whole(struct w_frame *f, bool ip6, bool routed)
{
	const u8 *dmac = routed ? w_mac_gw : w_mac_guest(V_G4);

	if (ip6)
		w_udp6(f, dmac, w_mac_guest(V_G3), 3, 4, 1000, 2000, 232);
	else
		w_udp4(f, dmac, w_mac_guest(V_G3), C_IP3, C_IP4, 1000, 2000, 232);
}

static void cut4(struct w_frame *out, const struct w_frame *f, u32 id, u16 off, u16 len, bool more)
{
	u8 *ip = out->b + ETH_HLEN;

	*out = *f;
	memmove(ip + 20, f->b + ETH_HLEN + 20 + off, len);
	out->len = ETH_HLEN + 20 + len;
	put_unaligned_be16(20 + len, ip + 2);
	put_unaligned_be16(id, ip + 4);
	put_unaligned_be16(off / 8 | (more ? 0x2000 : 0), ip + 6);
	w_sum(out);
}

static void cut6(struct w_frame *out, const struct w_frame *f, u32 id, u16 off, u16 len, bool more)
{
	u8 *ip6 = out->b + ETH_HLEN, *hdr = ip6 + 40;

	*out = *f;
	memmove(hdr + 8, f->b + ETH_HLEN + 40 + off, len);
	out->len = ETH_HLEN + 48 + len;
	put_unaligned_be16(8 + len, ip6 + 4);
	hdr[0] = ip6[6];
	hdr[1] = 0;
	put_unaligned_be16(off | more, hdr + 2);
	put_unaligned_be32(id, hdr + 4);
	ip6[6] = IPPROTO_FRAGMENT;
}

void c_cut(struct w_frame *out, const struct w_frame *f, u32 id, u16 off, u16 len, bool more)
{
	if (get_unaligned_be16(f->b + 12) == ETH_P_IP)
		cut4(out, f, id, off, len, more);
	else
		cut6(out, f, id, off, len, more);
}

void c_third(struct w_frame *out, const struct w_frame *f, u32 id, u32 n)
{
	c_cut(out, f, id, 80 * n, 80, n != 2);
}

void c_routed_out(struct w_frame *f)
{
	w_hop(f);
	w_macs(f, w_mac_guest(V_G4), w_mac_gw);
}

struct vr_flow_cfg c_flow_cfg(bool ip6)
{
	if (ip6)
		return w_flow6_cfg(NH_L3(V_G3), IPPROTO_UDP, 3, 4, 1000, 2000);
	return w_flow4_cfg(NH_L3(V_G3), IPPROTO_UDP, C_IP3, C_IP4, 1000, 2000);
}

void c_build(struct world *w)
{
	w_build(w);
	w_policy(w, V_G3, NH_L3(V_G3));
}

void c_expect(struct world *w, int line, u32 used, u32 held)
{
	KUNIT_EXPECT_EQ_MSG(w->test, vr_frags_used(w->core), used, "line %d: used", line);
	KUNIT_EXPECT_EQ_MSG(w->test, vr_frags_held(w->core), held, "line %d: waiting", line);
	w_books(w);
}

void c_expect_counts(struct world *w, int line, const struct vr_flow_cfg *cfg, u64 packets)
{
	struct vr_flow_info info;

	W_DONE(w, w_flow_find(w, cfg, &info));
	KUNIT_EXPECT_EQ_MSG(w->test, info.packets, packets, "line %d: packets", line);
}

#endif /* VR_TEST_USERSPACE */
