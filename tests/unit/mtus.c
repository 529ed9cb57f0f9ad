// SPDX-License-Identifier: GPL-2.0-only
/* Words for tests of what does not fit into a tunnel: see mtus.h. */
#include "mtus.h"

#ifdef VR_TEST_USERSPACE

#include "obj/core.h"
#include "obj/nexthop.h"

static void send_away(struct world *w)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_stitched, M_NH);
	struct vr_route_cfg rt4 = w_route4_cfg(1, M_IP_AWAY, 32, M_NH);
	struct vr_route_cfg rt6 = w_route6_cfg(1, 0x77, 128, M_NH);

	br.label = M_LABEL;
	rt4.label = M_LABEL;
	rt6.label = M_LABEL;
	W_DONE(w, w_bridge_set(w, &br));
	W_DONE(w, w_route_set(w, &rt4));
	W_DONE(w, w_route_set(w, &rt6));
}

void m_build(struct world *w, u32 encap, u8 family, u32 flags)
{
	t_build(w);
	t_tunnel(w, M_NH, encap, family, T_THERE, flags);
	send_away(w);
}

static const u8 *dmac(bool routed)
{
	return routed ? w_mac_gw : w_mac_stitched;
}

void m_packet4(struct w_frame *f, bool routed, unsigned int len, u16 frag)
{
	w_ip4(f, dmac(routed), w_mac_guest(V_G3), M_IP_G3, M_IP_AWAY, 64, len - 20);
	put_unaligned_be16(frag, f->b + ETH_HLEN + 6);
	w_sum(f);
}

void m_packet6(struct w_frame *f, bool routed, unsigned int len)
{
	w_ip6(f, dmac(routed), w_mac_guest(V_G3), 3, 0x77, 64, len - 40);
}

struct w_frame m_inside(const struct w_frame *in, bool routed)
{
	struct w_frame inner = *in;

	if (routed)
		w_hop(&inner);
	return inner;
}

struct t_outer m_outer(u32 encap, u8 family, bool routed)
{
	struct t_outer o = t_out(encap, family, M_LABEL);

	o.routed = routed;
	if (routed)
		o.mpls_ttl = 63;
	return o;
}

void m_syn(struct w_frame *f, bool ip6, bool routed, u16 mss)
{
	u8 *ip = f->b + ETH_HLEN, *tcp = ip + (ip6 ? 40 : 20);

	if (ip6)
		m_packet6(f, routed, 64);
	else
		m_packet4(f, routed, 44, M_DF);
	ip[ip6 ? 6 : 9] = IPPROTO_TCP;
	if (!ip6)
		w_sum(f);
	put32(put_tcp(tcp, 1000, 80, 0, 0, 2), 0x02040000 | mss);
	tcp[12] = 0x60;
	put_csum(tcp, 24, 16, sum_pseudo(ip, 24, IPPROTO_TCP));
}

static void answer4(struct w_frame *f, const struct w_frame *in, unsigned int l3, u32 mtu)
{
	unsigned int quote = min(in->len - l3, 548U);
	u8 *ip = f->b + l3, *icmp = ip + 20;

	memmove(icmp + 8, in->b + l3, quote);
	memset(ip, 0, 28);
	ip[0] = 0x45;
	ip[1] = 0xc0;
	put_unaligned_be16(28 + quote, ip + 2);
	put_unaligned_be16(M_DF, ip + 6);
	ip[8] = 64;
	ip[9] = IPPROTO_ICMP;
	memcpy(ip + 12, in->b + l3 + 16, 4);
	memcpy(ip + 16, in->b + l3 + 12, 4);
	put_csum_ip4(ip);
	icmp[0] = 3;
	icmp[1] = 4;
	put_unaligned_be16(mtu, icmp + 6);
	put_csum(icmp, 8 + quote, 2, 0);
	f->len = l3 + 28 + quote;
}

static void answer6(struct w_frame *f, const struct w_frame *in, unsigned int l3, u32 mtu)
{
	unsigned int quote = min(in->len - l3, 1232U);
	u8 *ip = f->b + l3, *icmp = ip + 40;

	memmove(icmp + 8, in->b + l3, quote);
	memset(ip, 0, 48);
	ip[0] = 0x60;
	put_unaligned_be16(8 + quote, ip + 4);
	ip[6] = IPPROTO_ICMPV6;
	ip[7] = 64;
	memcpy(ip + 8, in->b + l3 + 24, 16);
	memcpy(ip + 24, in->b + l3 + 8, 16);
	icmp[0] = 2;
	put_unaligned_be32(mtu, icmp + 4);
	put_csum(icmp, 8 + quote, 2, sum_pseudo(ip, 8 + quote, IPPROTO_ICMPV6));
	f->len = l3 + 48 + quote;
}

struct w_frame m_answer(const struct w_frame *in, unsigned int l3, u32 mtu)
{
	struct w_frame f = *in;

	memcpy(f.b, in->b + ETH_ALEN, ETH_ALEN);
	memcpy(f.b + ETH_ALEN, in->b, ETH_ALEN);
	if (in->b[l3] >> 4 == 4)
		answer4(&f, in, l3, mtu);
	else
		answer6(&f, in, l3, mtu);
	return f;
}

u32 m_room(u32 encap, u8 family, bool routed)
{
	u32 overhead = family == AF_INET ? 20 : 40;

	overhead += encap == VR_ENCAP_VXLAN ? 16 : encap == VR_ENCAP_MPLS_UDP ? 12 : 8;
	return 1500 - overhead - (routed ? 0 : ETH_HLEN);
}

bool m_learn(struct world *w, u8 family, u32 mtu)
{
	__be32 dip[4] = { htonl(T_THERE) };
	bool known;

	if (family == AF_INET6) {
		dip[0] = htonl(0xfd000000);
		dip[3] = htonl(T_THERE);
	}
	rcu_read_lock();
	known = vr_nh_learn_path_mtu(w->core, family, dip, mtu);
	rcu_read_unlock();
	return known;
}

void m_whole(struct world *w, int line, const struct w_frame *in, bool routed,
	     const struct t_outer *o)
{
	struct w_frame inner = m_inside(in, routed);

	t_pass(w, line, V_G3, in, &inner, o);
}

void m_df(struct world *w, int line, const struct w_frame *in, bool routed, u32 room)
{
	struct w_frame out = m_inside(in, routed);

	out.len = min(out.len, 190U - 44);
	w_wrap(&out, w_mac_vif(V_AGENT), V_G3, 1, VR_TRAP_HANDLE_DF, room);
	put_unaligned_be32(VR_FLOW_NONE, out.b + 24);
	w_pass(w, line, V_G3, in, V_AGENT, &out);
}

void m_fits(struct world *w, int line, u32 room, const struct t_outer *o)
{
	struct w_frame in;

	m_packet4(&in, false, room, M_DF);
	m_whole(w, line, &in, false, o);
	m_packet4(&in, false, room + 1, M_DF);
	m_df(w, line, &in, false, room);
}

#endif /* VR_TEST_USERSPACE */
