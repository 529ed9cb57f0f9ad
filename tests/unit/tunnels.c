// SPDX-License-Identifier: GPL-2.0-only
/* Words for tests of tunnels: see tunnels.h. */
#include "tunnels.h"

#ifdef VR_TEST_USERSPACE

struct t_outer t_out(u32 encap, u8 family, u32 label)
{
	return (struct t_outer){
		.encap = encap,
		.family = family,
		.csum = family == AF_INET6 && encap != VR_ENCAP_MPLS_GRE,
		.ttl = 64,
		.mpls_ttl = 64,
		.sip = T_HERE,
		.dip = T_THERE,
		.label = label,
		.dmac = w_mac_router,
		.smac = w_mac_vif(V_UPLINK),
	};
}

struct t_outer t_in(u32 encap, u8 family, u32 label)
{
	struct t_outer o = t_out(encap, family, label);

	o.sip = T_THERE;
	o.dip = T_HERE;
	o.sport = 50000;
	o.dmac = w_mac_vif(V_UPLINK);
	o.smac = w_mac_router;
	return o;
}

static u8 *put_ip(u8 *ip, const struct t_outer *o, unsigned int len, u8 proto)
{
	u8 *end;

	if (o->family == AF_INET6) {
		end = put_ip6(ip, proto, o->ttl, len, o->sip, o->dip);
		put32(ip, 6U << 28 | o->tos << 20);
		return end;
	}
	end = put_ip4(ip, proto, o->ttl, 0x4000, len, o->sip, o->dip);
	ip[1] = o->tos;
	put_csum_ip4(ip);
	return end;
}

static u16 dport(const struct t_outer *o)
{
	if (o->dport)
		return o->dport;
	return o->encap == VR_ENCAP_VXLAN ? 4789 : 6635;
}

static bool is_gre(const struct t_outer *o)
{
	return o->encap == VR_ENCAP_MPLS_GRE;
}

/* UDP or GRE of @len bytes, and what is in front of the payload. */
static u8 *put_tunnel(u8 *p, const struct t_outer *o, unsigned int len)
{
	if (is_gre(o)) {
		p = put16(p, 0);
		p = put16(p, 0x8847);
	} else {
		p = put_udp(p, o->sport, dport(o), len - 8);
	}
	if (o->encap == VR_ENCAP_VXLAN) {
		p = put32(p, o->alert ? 0x09000000 : 0x08000000);
		return put32(p, o->label << 8);
	}
	if (o->alert)
		p = put32(p, 1 << 12 | o->mpls_ttl);
	p = put32(p, o->label << 12 | 0x100 | o->mpls_ttl);
	return o->control_word ? put32(p, 0) : p;
}

void t_wrap(struct w_frame *f, const struct t_outer *o)
{
	static struct w_frame out;
	unsigned int cut = o->routed ? ETH_HLEN : 0, len = f->len - cut;
	unsigned int hlen = o->family == AF_INET ? 20 : 40, l4;
	u8 scratch[64], *p = out.b, *udp;

	/* It says itself how long it is. */
	l4 = put_tunnel(scratch, o, 0) - scratch + len;
	p = put_eth(p, o->dmac, o->smac, 0, o->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	p = put_ip(p, o, l4, is_gre(o) ? IPPROTO_GRE : IPPROTO_UDP);
	udp = p;
	p = put_tunnel(p, o, l4);
	memcpy(p, f->b + cut, len);
	if (o->csum && !is_gre(o))
		put_csum_udp(out.b + ETH_HLEN, udp, l4);
	out.len = ETH_HLEN + hlen + l4;
	*f = out;
}

void t_build(struct world *w)
{
	struct vr_vif_info info;

	w_build(w);
	W_DONE(w, w_vif_get(w, V_HOST, &info));
	info.cfg.ip = htonl(T_HERE);
	put_addr6(info.cfg.ip6, T_HERE);
	W_DONE(w, w_vif_set(w, &info.cfg));
}

void t_tunnel(struct world *w, u32 id, u32 encap, u8 family, u32 dip, u32 flags)
{
	u32 oif = flags & VR_NH_F_RESOLVE ? VR_VIF_ID_NONE : V_UPLINK;
	struct vr_nh_cfg nh;

	if (family == AF_INET)
		nh = w_tunnel4_cfg(id, encap, T_HERE, dip, oif);
	else
		nh = w_tunnel6_cfg(id, encap, T_HERE, dip, oif);
	nh.flags |= flags;
	if (flags & VR_NH_F_L3_VXLAN)
		ether_addr_copy(nh.inner_dmac, w_mac_peer);
	W_DONE(w, w_nh_set(w, &nh));
}

static void say_bytes(struct world *w, const char *what, const u8 *b, unsigned int len)
{
	char text[3 * 160 + 1];
	unsigned int i;

	for (i = 0; i < len && i < 160; i++)
		sprintf(text + 3 * i, " %02x", b[i]);
	kunit_info(w->test, "%s:%s", what, text);
}

static u16 expect(struct world *w, int line, struct vr_pkt *pkt, const struct w_frame *inner,
		  const struct t_outer *o)
{
	unsigned int l4 = ETH_HLEN + (o->family == AF_INET ? 20 : 40), len;
	static struct w_frame wanted;
	static u8 got[sizeof(wanted.b)];
	struct t_outer outer = *o;

	KUNIT_EXPECT_NOT_NULL_MSG(w->test, pkt, "line %d: nothing was sent", line);
	if (!pkt)
		return 0;
	if (!vr_pkt_is_gso(pkt))
		KUNIT_EXPECT_EQ(w->test, vr_pkt_csum_finish(pkt), 0);
	len = min(vr_pkt_len(pkt), sizeof(got));
	vr_test_pkt_copy(pkt, got, 0, len);
	if (!is_gre(o)) {
		outer.sport = get_unaligned_be16(got + l4);
		KUNIT_EXPECT_GE_MSG(w->test, outer.sport, 49152, "line %d: source port", line);
	}
	wanted = *inner;
	t_wrap(&wanted, &outer);
	KUNIT_EXPECT_EQ_MSG(w->test, len, wanted.len, "line %d: length", line);
	len = min(len, wanted.len);
	if (memcmp(got, wanted.b, len)) {
		say_bytes(w, "wanted", wanted.b, len);
		say_bytes(w, "   got", got, len);
	}
	KUNIT_EXPECT_MEMEQ_MSG(w->test, got, wanted.b, len, "line %d: bytes", line);
	KUNIT_EXPECT_FALSE_MSG(w->test, vr_pkt_has_vlan(pkt), "line %d: outer tag", line);
	vr_test_pkt_free(pkt);
	return outer.sport;
}

u16 t_sent(struct world *w, int line, u32 vif, const struct w_frame *inner,
	   const struct t_outer *o)
{
	return expect(w, line, vr_test_port_pop(w->port[vif]), inner, o);
}

u16 t_sent_to(struct world *w, int line, const struct w_frame *inner, const struct t_outer *o)
{
	struct w_frame outer = { .len = ETH_HLEN };
	struct t_outer bare = *o;
	struct vr_underlay *u;
	__be32 dip[4] = {};

	/* A way has no MACs. */
	bare.dmac = w_mac_none;
	bare.smac = w_mac_none;
	t_wrap(&outer, &bare);
	memcpy(dip, outer.b + ETH_HLEN + (o->family == AF_INET ? 16 : 24),
	       o->family == AF_INET ? 4 : 16);
	u = vr_test_underlay_find(o->family, dip);
	KUNIT_ASSERT_TRUE_MSG(w->test, u, "line %d: no such way", line);
	return expect(w, line, vr_test_underlay_pop(u), inner, &bare);
}

u16 t_pass(struct world *w, int line, u32 from, const struct w_frame *in,
	   const struct w_frame *inner, const struct t_outer *o)
{
	u16 sport;

	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, from, in), VR_SENT, "line %d: verdict", line);
	sport = t_sent(w, line, V_UPLINK, inner, o);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
	return sport;
}

void t_counted(struct world *w, int line, u32 nh, u64 packets, u64 bytes)
{
	struct vr_nh_info info;

	W_DONE(w, w_nh_get(w, nh, &info));
	KUNIT_EXPECT_EQ_MSG(w->test, info.packets, packets, "line %d: packets", line);
	KUNIT_EXPECT_EQ_MSG(w->test, info.bytes, bytes, "line %d: bytes", line);
}

void t_translate(struct world *w, u32 id, u32 family, u32 flags)
{
	struct vr_nh_cfg nh = w_nh_cfg(id, VR_NH_VRF_TRANSLATE);

	nh.family = family;
	nh.vrf = 1;
	nh.flags = flags;
	W_DONE(w, w_nh_set(w, &nh));
}

void t_build_in(struct world *w)
{
	t_build(w);
	t_translate(w, T_NH_VRF1, AF_BRIDGE, 0);
	t_translate(w, T_NH_VRF1_L3, AF_INET, 0);
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, T_LABEL, T_NH_VRF1));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, T_LABEL_L3, T_NH_VRF1_L3));
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, T_LABEL, T_NH_VRF1));
	t_tunnel(w, T_NH_THERE, VR_ENCAP_VXLAN, AF_INET, T_THERE, 0);
	t_tunnel(w, T_NH_OTHER, VR_ENCAP_VXLAN, AF_INET, T_OTHER, 0);
}

const u8 *t_mac_away(void)
{
	return w_mac_guest(15);
}

void t_bridge(struct world *w, const u8 *mac, u32 nh, u32 label)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, mac, nh);

	br.label = label;
	W_DONE(w, w_bridge_set(w, &br));
}

void t_route(struct world *w, u32 addr, u32 nh, u32 label)
{
	struct vr_route_cfg rt = w_route4_cfg(1, addr, 32, nh);

	rt.label = label;
	W_DONE(w, w_route_set(w, &rt));
}

void t_frame4(struct w_frame *f)
{
	w_udp4(f, w_mac_guest(V_G4), t_mac_away(), T_IP_AWAY, W_IP(10, 1, 1, 4), 1000, 2000, 30);
}

void t_packet4(struct w_frame *f)
{
	w_udp4(f, w_mac_none, w_mac_none, T_IP_AWAY, W_IP(10, 1, 1, 4), 1000, 2000, 30);
}

void t_packet6(struct w_frame *f)
{
	w_udp6(f, w_mac_none, w_mac_none, 0x77, 4, 1000, 2000, 30);
}

void t_wrapped(struct w_frame *in, const struct w_frame *inner, const struct t_outer *o)
{
	*in = *inner;
	t_wrap(in, o);
}

void t_in_pass(struct world *w, int line, const struct t_outer *o, const struct w_frame *inner,
	       u32 to, const struct w_frame *out)
{
	struct w_frame in;

	t_wrapped(&in, inner, o);
	w_pass(w, line, V_UPLINK, &in, to, out);
}

void t_in_drop(struct world *w, int line, const struct t_outer *o, const struct w_frame *inner,
	       enum vr_drop_reason reason)
{
	struct w_frame in;

	t_wrapped(&in, inner, o);
	w_drop(w, line, V_UPLINK, &in, reason);
}

void t_out4(struct w_frame *out, const struct w_frame *inner, bool hop)
{
	*out = *inner;
	if (hop)
		w_hop(out);
	w_macs(out, w_mac_guest(V_G4), w_mac_gw);
}

#endif /* VR_TEST_USERSPACE */
