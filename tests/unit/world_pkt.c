// SPDX-License-Identifier: GPL-2.0-only
/* The part of world.h that has packets in its hands: ports, frames, what became of them. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

/* Two bytes beyond a multiple of four: IP headers are aligned, as with NET_IP_ALIGN. */
static const struct w_mode mode_list[] = {
	{ .name = "linear", .linear = ~0U, .headroom = 130 },
	{ .name = "scattered", .linear = ETH_HLEN, .headroom = 2, .complete = true },
	{ .name = "cut in the network header", .linear = 30, .headroom = 46 },
};

void w_ports_detach(struct world *w)
{
	u32 id;

	for (id = 0; id < W_VIFS; id++)
		if (w->attached[id])
			w_detach(w, id);
	if (!w->test->failed)
		w_nothing(w, 0);
}

void w_ports_free(struct world *w)
{
	u32 id;

	for (id = 0; id < W_VIFS; id++)
		if (w->port[id])
			vr_test_port_free(w->port[id]);
}

const u8 w_mac_peer[ETH_ALEN] = { 0x02, 0xfe, 0, 0, 0, 1 };
const u8 w_mac_stitched[ETH_ALEN] = { 0x02, 0x57, 0, 0, 0, 1 };

void w_ok(struct world *w, int line, int ret)
{
	KUNIT_ASSERT_EQ_MSG(w->test, ret, 0, "line %d: refused: %s", line,
			    w->err.msg ? w->err.msg : "");
}

void w_attach(struct world *w, u32 id)
{
	if (!w->port[id]) {
		w->port[id] = vr_test_port_alloc();
		/* The agent's has room for the headers that a trap adds. */
		w->port[id]->mtu = id == V_AGENT ? 65535 : ETH_DATA_LEN;
	}
	W_DONE(w, W_LOCKED(w, vr_vif_attach(w->core, id, w->port[id], &w->err)));
	w->attached[id] = true;
}

void w_detach(struct world *w, u32 id)
{
	struct vr_port *port;

	vr_core_lock(w->core);
	port = vr_vif_detach(w->core, id);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_PTR_EQ(w->test, port, w->port[id]);
	w->attached[id] = false;
}

void w_vif_up(struct world *w, const struct vr_vif_cfg *cfg)
{
	W_DONE(w, w_vif_set(w, cfg));
	if (!w->attached[cfg->id])
		w_attach(w, cfg->id);
}

void w_vif_flags(struct world *w, u32 id, u32 flags)
{
	struct vr_vif_info info;

	W_DONE(w, w_vif_get(w, id, &info));
	info.cfg.flags = flags;
	W_DONE(w, w_vif_set(w, &info.cfg));
}

static void build_guest(struct world *w, u32 id, u32 vrf, u32 addr)
{
	struct vr_vif_cfg vif = w_vif_cfg(id, VR_VIF_VIRTUAL, vrf);
	struct vr_route_cfg rt4, rt6;
	struct vr_bridge_cfg br;
	struct vr_nh_cfg nh;

	w_vif_up(w, &vif);
	nh = w_encap_cfg(NH_L3(id), AF_INET, id, w_mac_guest(id), w_mac_gw);
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_encap_cfg(NH_L2(id), AF_BRIDGE, id, w_mac_guest(id), w_mac_gw);
	W_DONE(w, w_nh_set(w, &nh));
	rt4 = w_route4_cfg(vrf, addr, 32, NH_L3(id));
	W_DONE(w, w_route_set(w, &rt4));
	rt6 = w_route6_cfg(vrf, id, 128, NH_L3(id));
	W_DONE(w, w_route_set(w, &rt6));
	br = w_bridge_cfg(vrf, w_mac_guest(id), NH_L2(id));
	W_DONE(w, w_bridge_set(w, &br));
}

static void build_nhs(struct world *w)
{
	struct vr_nh_cfg nh;

	nh = w_nh_cfg(NH_L2_RECEIVE, VR_NH_L2_RECEIVE);
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_nh_cfg(NH_RESOLVE, VR_NH_RESOLVE);
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_nh_cfg(NH_DISCARD, VR_NH_DISCARD);
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_nh_cfg(NH_HOST, VR_NH_RECEIVE);
	nh.oif = V_HOST;
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_encap_cfg(NH_PEER, AF_INET, V_UPLINK, w_mac_peer, w_mac_vif(V_UPLINK));
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_encap_cfg(NH_AGENT, AF_INET, V_AGENT, w_mac_vif(V_AGENT), w_mac_vif(V_AGENT));
	W_DONE(w, w_nh_set(w, &nh));
	nh = w_nh_cfg(NH_TO_VRF2, VR_NH_VRF_TRANSLATE);
	nh.vrf = 2;
	nh.family = AF_INET;
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = NH_TO_VRF2_L2;
	nh.family = AF_BRIDGE;
	W_DONE(w, w_nh_set(w, &nh));
}

static void build_flood(struct world *w)
{
	static const struct vr_nh_member guests[] = {
		{ NH_L2(V_G3), VR_LABEL_NONE },
		{ NH_L2(V_G4), VR_LABEL_NONE },
		{ NH_L2(V_G5), VR_LABEL_NONE },
	};
	static const struct vr_nh_member local = { NH_LOCAL, VR_LABEL_NONE };
	static const struct vr_nh_member guest2 = { NH_L2(V_G6), VR_LABEL_NONE };
	struct vr_nh_cfg nh = w_nh_cfg(NH_LOCAL, VR_NH_COMPOSITE);
	struct vr_bridge_cfg br;
	u32 vrf;

	nh.kind = VR_NH_KIND_ENCAP;
	nh.members = guests;
	nh.n_members = ARRAY_SIZE(guests);
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = NH_FLOOD2;
	nh.members = &guest2;
	nh.n_members = 1;
	W_DONE(w, w_nh_set(w, &nh));
	nh.id = NH_FLOOD;
	nh.kind = VR_NH_KIND_L2_MCAST;
	nh.members = &local;
	W_DONE(w, w_nh_set(w, &nh));

	for (vrf = 1; vrf <= 2; vrf++) {
		br = w_bridge_cfg(vrf, w_mac_all, vrf == 1 ? NH_FLOOD : NH_FLOOD2);
		W_DONE(w, w_bridge_set(w, &br));
		br = w_bridge_cfg(vrf, w_mac_gw, NH_L2_RECEIVE);
		W_DONE(w, w_bridge_set(w, &br));
	}
}

void w_build(struct world *w)
{
	struct vr_vif_cfg vif;
	struct vr_route_cfg rt;
	u32 id;

	W_DONE(w, w_vrf_new(w, 1));
	W_DONE(w, w_vrf_new(w, 2));
	vif = w_vif_cfg(V_HOST, VR_VIF_HOST, 0);
	vif.n_xconnect = 1;
	vif.xconnect[0] = V_UPLINK;
	w_vif_up(w, &vif);
	vif = w_vif_cfg(V_UPLINK, VR_VIF_PHYSICAL, 0);
	w_vif_up(w, &vif);
	vif = w_vif_cfg(V_AGENT, VR_VIF_AGENT, 0);
	w_vif_up(w, &vif);
	build_nhs(w);
	for (id = V_G3; id <= V_G5; id++)
		build_guest(w, id, 1, W_IP(10, 1, 1, id));
	build_guest(w, V_G6, 2, W_IP(10, 2, 2, 6));
	build_flood(w);
	rt = w_route4_cfg(0, W_IP(10, 0, 0, 1), 32, NH_HOST);
	W_DONE(w, w_route_set(w, &rt));
	rt = w_route4_cfg(0, W_IP(10, 0, 0, 0), 24, NH_PEER);
	W_DONE(w, w_route_set(w, &rt));
}

void w_eth(struct w_frame *f, const u8 *dmac, const u8 *smac, u16 proto, unsigned int payload)
{
	unsigned int i;

	memset(f, 0, sizeof(*f));
	put_eth(f->b, dmac, smac, 0, proto);
	f->len = ETH_HLEN + payload;
	for (i = 0; i < payload; i++)
		f->b[ETH_HLEN + i] = i * 7;
}

void w_ip4(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u8 ttl,
	   unsigned int payload)
{
	u8 *ip = f->b + ETH_HLEN;

	w_eth(f, dmac, smac, ETH_P_IP, 20 + payload);
	put_ip4(ip, 253, ttl, 0, payload, sip, dip);
	put_unaligned_be16(0x4321, ip + 4);
	put_csum_ip4(ip);
}

static void ip6_solicited(u8 *a, u32 tail)
{
	put_addr6(a, tail);
	a[0] = 0xff;
	a[1] = 0x02;
	a[11] = 0x01;
	a[12] = 0xff;
}

void w_ip6(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 dtail, u8 hops,
	   unsigned int payload)
{
	w_eth(f, dmac, smac, ETH_P_IPV6, 40 + payload);
	put_ip6(f->b + ETH_HLEN, 253, hops, payload, stail, dtail);
}

void w_udp4(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u16 sport,
	    u16 dport, unsigned int payload)
{
	w_ip4(f, dmac, smac, sip, dip, 64, 8 + payload);
	f->b[ETH_HLEN + 9] = IPPROTO_UDP;
	put_csum_ip4(f->b + ETH_HLEN);
	put_udp(f->b + ETH_HLEN + 20, sport, dport, payload);
}

void w_udp6(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 dtail, u16 sport,
	    u16 dport, unsigned int payload)
{
	w_ip6(f, dmac, smac, stail, dtail, 64, 8 + payload);
	f->b[ETH_HLEN + 6] = IPPROTO_UDP;
	put_udp(f->b + ETH_HLEN + 40, sport, dport, payload);
}

void w_arp(struct w_frame *f, const u8 *dmac, u16 op, const u8 *sha, u32 sip, const u8 *tha,
	   u32 tip)
{
	static const u8 head[] = { 0, 1, 8, 0, 6, 4 };
	u8 *arp = f->b + ETH_HLEN;

	w_eth(f, dmac, sha, ETH_P_ARP, 28);
	memcpy(arp, head, sizeof(head));
	put_unaligned_be16(op, arp + 6);
	memcpy(arp + 8, sha, ETH_ALEN);
	put_unaligned_be32(sip, arp + 14);
	memcpy(arp + 18, tha, ETH_ALEN);
	put_unaligned_be32(tip, arp + 24);
}

void w_arp_answer(struct w_frame *f, const struct w_frame *request, const u8 *mac)
{
	const u8 *arp = request->b + ETH_HLEN;

	w_arp(f, arp + 8, ARPOP_REPLY, mac, get_unaligned_be32(arp + 24), arp + 8,
	      get_unaligned_be32(arp + 14));
}

static void icmp6_sum(struct w_frame *f)
{
	unsigned int len = f->len - ETH_HLEN - 40;
	u8 *ip = f->b + ETH_HLEN;

	put_csum(ip + 40, len, 2, sum_pseudo(ip, len, IPPROTO_ICMPV6));
}

/* Type, its body with @target if it has one, and @mac as an option of type @opt. */
static void icmp6(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u8 type, u32 flags,
		  u32 target, u8 opt, const u8 *mac)
{
	unsigned int body = target ? 24 : 8;
	u8 *msg = f->b + ETH_HLEN + 40;

	w_ip6(f, dmac, smac, stail, 0, 255, body + (opt ? 8 : 0));
	memset(msg, 0, body + 8);
	f->b[ETH_HLEN + 6] = IPPROTO_ICMPV6;
	msg[0] = type;
	put_unaligned_be32(flags, msg + 4);
	if (target)
		put_addr6(msg + 8, target);
	if (opt) {
		msg[body] = opt;
		msg[body + 1] = 1;
		memcpy(msg + body + 2, mac, ETH_ALEN);
	}
}

void w_addrs6(struct w_frame *f, const u8 *src, const u8 *dst)
{
	u8 *ip = f->b + ETH_HLEN;

	memcpy(ip + 8, src, 16);
	memcpy(ip + 24, dst, 16);
	if (ip[6] != IPPROTO_ICMPV6)
		return;
	put16(ip + 42, 0);
	icmp6_sum(f);
}

void w_ns(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 target)
{
	icmp6(f, dmac, smac, stail, 135, 0, target, stail ? 1 : 0, smac);
	ip6_solicited(f->b + ETH_HLEN + 24, target);
	icmp6_sum(f);
}

void w_na(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 stail, u32 target)
{
	icmp6(f, dmac, smac, stail, 136, 0x60000000, target, 2, smac);
	put_addr6(f->b + ETH_HLEN + 24, 99);
	icmp6_sum(f);
}

void w_rs(struct w_frame *f, const u8 *smac, u32 stail)
{
	static const u8 routers[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 2 };
	u8 *dst = f->b + ETH_HLEN + 24;

	icmp6(f, routers, smac, stail, 133, 0, 0, 1, smac);
	put_addr6(dst, 2);
	dst[0] = 0xff;
	dst[1] = 0x02;
	icmp6_sum(f);
}

void w_ns_answer(struct w_frame *f, const struct w_frame *ns, const u8 *mac, bool router)
{
	const u8 *ip = ns->b + ETH_HLEN;

	icmp6(f, ns->b + ETH_ALEN, mac, get_unaligned_be32(ip + 60), 136,
	      router ? 0xe0000000 : 0x60000000, get_unaligned_be32(ip + 60), 2, mac);
	memcpy(f->b + ETH_HLEN + 24, ip + 8, 16);
	icmp6_sum(f);
}

void w_macs(struct w_frame *f, const u8 *dmac, const u8 *smac)
{
	memcpy(f->b, dmac, ETH_ALEN);
	memcpy(f->b + ETH_ALEN, smac, ETH_ALEN);
}

void w_set_hops(struct w_frame *f, u8 hops)
{
	u8 *ip = f->b + ETH_HLEN;

	if (get_unaligned_be16(f->b + 12) == ETH_P_IP) {
		ip[8] = hops;
		put_csum_ip4(ip);
	} else {
		ip[7] = hops;
	}
}

void w_hop(struct w_frame *f)
{
	bool ip4 = get_unaligned_be16(f->b + 12) == ETH_P_IP;

	w_set_hops(f, f->b[ETH_HLEN + (ip4 ? 8 : 7)] - 1);
}

void w_tag(struct w_frame *f, u16 tci)
{
	memmove(f->b + 16, f->b + 12, f->len - 12);
	put_unaligned_be16(ETH_P_8021Q, f->b + 12);
	put_unaligned_be16(tci, f->b + 14);
	f->len += VLAN_HLEN;
}

void w_wrap(struct w_frame *f, const u8 *mac, u16 ifindex, u16 vrf, u16 cmd, u32 param)
{
	memmove(f->b + 44, f->b, f->len);
	memset(f->b, 0, 44);
	memcpy(f->b, mac, ETH_ALEN);
	memcpy(f->b + ETH_ALEN, mac, ETH_ALEN);
	put_unaligned_be16(ETH_P_IP, f->b + 12);
	put_unaligned_be16(ifindex, f->b + 14);
	put_unaligned_be16(vrf, f->b + 16);
	put_unaligned_be16(cmd, f->b + 18);
	put_unaligned_be32(param, f->b + 20);
	f->len += 44;
}

enum vr_verdict w_rx(struct world *w, u32 vif, const struct w_frame *f)
{
	const struct w_mode *mode = w->mode ?: &mode_list[0];
	unsigned int linear = mode->linear;
	enum vr_verdict verdict;
	struct vr_vif *handle;
	struct vr_pkt *pkt;

	/* Where a checksum is to go is linear, whoever brings the frame. */
	if (w->partial && !w->partial_at)
		w->partial_at = w->partial + 6;
	if (w->partial)
		linear = max(linear, w->partial_at + 2);
	vr_core_lock(w->core);
	handle = vr_vif_handle(w->core, vif);
	vr_core_unlock(w->core);
	KUNIT_ASSERT_NOT_NULL(w->test, handle);

	pkt = vr_test_pkt_alloc(f->b, f->len, linear, mode->headroom);
	if (w->tci)
		vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, w->tci);
	if (w->gso)
		vr_test_pkt_set_gso(pkt, w->gso);
	if (w->partial)
		vr_test_pkt_set_partial(pkt, w->partial, w->partial_at - w->partial);
	else if (mode->complete)
		vr_test_pkt_set_complete(pkt);
	w->tci = 0;
	w->gso = 0;
	w->partial = 0;
	w->partial_at = 0;

	rcu_read_lock();
	verdict = vr_rx(handle, pkt);
	rcu_read_unlock();
	return verdict;
}

static void say_bytes(struct world *w, const char *what, const u8 *b, unsigned int len)
{
	char text[3 * 160 + 1];
	unsigned int i;

	for (i = 0; i < len && i < 160; i++)
		sprintf(text + 3 * i, " %02x", b[i]);
	kunit_info(w->test, "%s:%s", what, text);
}

void w_sent(struct world *w, int line, u32 vif, const struct w_frame *f, u16 tci)
{
	struct vr_pkt *pkt = w->port[vif] ? vr_test_port_pop(w->port[vif]) : NULL;
	static u8 got[sizeof(f->b)];
	unsigned int len;

	KUNIT_EXPECT_NOT_NULL_MSG(w->test, pkt, "line %d: nothing left by vif %u", line, vif);
	if (!pkt)
		return;
	len = vr_pkt_len(pkt);
	KUNIT_EXPECT_EQ_MSG(w->test, len, f->len, "line %d: length", line);
	len = min(len, f->len);
	vr_test_pkt_copy(pkt, got, 0, len);
	if (memcmp(got, f->b, len)) {
		say_bytes(w, "wanted", f->b, len);
		say_bytes(w, "   got", got, len);
	}
	KUNIT_EXPECT_MEMEQ_MSG(w->test, got, f->b, len, "line %d: bytes", line);
	KUNIT_EXPECT_EQ_MSG(w->test, vr_pkt_has_vlan(pkt) ? vr_pkt_vlan_tci(pkt) : 0, tci,
			    "line %d: accelerated tag", line);
	vr_test_pkt_free(pkt);
}

void w_nothing(struct world *w, int line)
{
	u32 id;

	for (id = 0; id < W_VIFS; id++)
		if (w->port[id])
			KUNIT_EXPECT_EQ_MSG(w->test, vr_test_port_drain(w->port[id]), 0,
					    "line %d: packets left by vif %u", line, id);
}

static void books_at(struct world *w, int line)
{
	w->line = line;
	w_books(w);
}

void w_dropped(struct world *w, int line, enum vr_drop_reason reason, u64 n)
{
	u64 drops[VR_DROP_MAX];
	u32 i;

	vr_core_lock(w->core);
	vr_core_drops(w->core, drops);
	vr_core_unlock(w->core);
	for (i = 0; i < VR_DROP_MAX; i++) {
		KUNIT_EXPECT_EQ_MSG(w->test, drops[i] - w->drops[i], i == reason ? n : 0,
				    "line %d: drops for reason %u", line, i);
		w->drops[i] = drops[i];
	}
	books_at(w, line);
}

void w_pass(struct world *w, int line, u32 from, const struct w_frame *in, u32 to,
	    const struct w_frame *out)
{
	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, from, in), VR_SENT, "line %d: verdict", line);
	w_sent(w, line, to, out, 0);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
}

void w_drop(struct world *w, int line, u32 from, const struct w_frame *in,
	    enum vr_drop_reason reason)
{
	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, from, in), VR_DROPPED, "line %d: verdict", line);
	w_nothing(w, line);
	w_dropped(w, line, reason, 1);
}

void w_trap(struct world *w, int line, u32 from, const struct w_frame *in,
	    const struct w_frame *inner, u16 vrf, enum vr_trap_reason reason)
{
	struct w_frame out = *inner;

	w_wrap(&out, w_mac_vif(V_AGENT), from, vrf, reason, 0);
	w_pass(w, line, from, in, V_AGENT, &out);
}

const void *w_modes(const void *prev, char *desc)
{
	const struct w_mode *mode = prev ? (const struct w_mode *)prev + 1 : mode_list;

	if (mode == mode_list + ARRAY_SIZE(mode_list))
		return NULL;
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", mode->name);
	return mode;
}

#endif /* VR_TEST_USERSPACE */
