// SPDX-License-Identifier: GPL-2.0-only
/* The underlay says that packets of ours were too big: who may say so, and what comes of it. */
#include "mtus.h"

#ifdef VR_TEST_USERSPACE

#include <vr_host/underlay.h>

#include "obj/nexthop.h"

#define T_ROUTER W_IP(10, 0, 0, 9)

static const u32 encaps[] = { VR_ENCAP_VXLAN, VR_ENCAP_MPLS_UDP, VR_ENCAP_MPLS_GRE };
static const u8 families[] = { AF_INET, AF_INET6 };

static void sum_icmp(struct w_frame *f)
{
	u8 *ip = f->b + ETH_HLEN;
	bool ip6 = ip[0] >> 4 == 6;
	u8 *icmp = ip + (ip6 ? 40 : 20);
	unsigned int len = f->b + f->len - icmp;

	put_csum(icmp, len, 2, ip6 ? sum_pseudo(ip, len, IPPROTO_ICMPV6) : 0);
}

/* From T_ROUTER to us: of @sent, an outer packet of ours, @mtu bytes fit. */
static void report(struct w_frame *f, const struct w_frame *sent, u32 mtu)
{
	bool ip6 = sent->b[ETH_HLEN] >> 4 == 6;
	unsigned int quote = min(sent->len - ETH_HLEN, 100U);
	u8 *icmp = f->b + ETH_HLEN + (ip6 ? 40 : 20);

	if (ip6) {
		w_ip6(f, w_mac_vif(V_UPLINK), w_mac_router, T_ROUTER, T_HERE, 64, 8 + quote);
		f->b[ETH_HLEN + 6] = IPPROTO_ICMPV6;
	} else {
		w_ip4(f, w_mac_vif(V_UPLINK), w_mac_router, T_ROUTER, T_HERE, 64, 8 + quote);
		f->b[ETH_HLEN + 9] = IPPROTO_ICMP;
		w_sum(f);
	}
	memset(icmp, 0, 8);
	icmp[0] = ip6 ? 2 : 3;
	icmp[1] = ip6 ? 0 : 4;
	put_unaligned_be32(mtu, icmp + 4);
	memcpy(icmp + 8, sent->b + ETH_HLEN, quote);
	sum_icmp(f);
}

/* Some outer packet of ours. */
static void ours(struct w_frame *f, u32 encap, u8 family)
{
	struct t_outer o = m_outer(encap, family, false);

	o.sport = 50001;
	m_packet4(f, false, 1400, M_DF);
	t_wrap(f, &o);
}

static void make_report(struct w_frame *f, u32 encap, u8 family, u32 mtu)
{
	static struct w_frame sent;

	ours(&sent, encap, family);
	report(f, &sent, mtu);
}

/* The host gets it, whatever we make of it. */
static void deliver(struct world *w, int line, const struct w_frame *f)
{
	struct w_frame out = *f;

	w_macs(&out, w_mac_vif(V_HOST), w_mac_router);
	w_pass(w, line, V_UPLINK, f, V_HOST, &out);
}

#define DELIVER(w, f) deliver(w, __LINE__, f)

static u32 path_mtu(struct world *w, u32 nh)
{
	struct vr_nh_info info;

	W_DONE(w, w_nh_get(w, nh, &info));
	return info.path_mtu;
}

/* m_build(), with a label so that tunnels end here too, and a route of the host's IPv6 address. */
static void build(struct world *w, u32 encap, u8 family, u32 flags)
{
	struct vr_route_cfg rt6 = w_route6_cfg(0, T_HERE, 128, NH_HOST);

	m_build(w, encap, family, flags);
	W_DONE(w, w_route_set(w, &rt6));
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, M_LABEL, NH_L2(V_G3)));
}

static void icmp_lowers_path_mtu(struct kunit *test)
{
	struct world *w = test->priv;
	unsigned int i, j;
	struct w_frame f;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (i = 0; i < ARRAY_SIZE(encaps); i++) {
		for (j = 0; j < ARRAY_SIZE(families); j++) {
			struct t_outer o = m_outer(encaps[i], families[j], false);
			u32 room = m_room(encaps[i], families[j], false);

			W_DONE(w, w_nh_del(w, M_NH));
			t_tunnel(w, M_NH, encaps[i], families[j], T_THERE, 0);
			M_FITS(w, room, &o);
			make_report(&f, encaps[i], families[j], 1400);
			DELIVER(w, &f);
			M_FITS(w, room - 100, &o);
			KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1400);
			/* never more */
			make_report(&f, encaps[i], families[j], 1450);
			DELIVER(w, &f);
			M_FITS(w, room - 100, &o);
			make_report(&f, encaps[i], families[j], 1399);
			DELIVER(w, &f);
			M_FITS(w, room - 101, &o);
			/* until it is forgotten */
			vr_test_clock_advance(600000);
			M_FITS(w, room, &o);
		}
	}
}

/* It is the end that counts: all tunnels there know, and no others. */
static void icmp_is_about_an_end(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_underlay *u;
	struct w_frame f;
	__be32 dip[4] = { htonl(T_THERE) };

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	t_tunnel(w, M_NH + 1, VR_ENCAP_MPLS_GRE, AF_INET, T_THERE, 0);
	t_tunnel(w, M_NH + 2, VR_ENCAP_VXLAN, AF_INET, T_THERE, VR_NH_F_RESOLVE);
	t_tunnel(w, M_NH + 3, VR_ENCAP_VXLAN, AF_INET, T_OTHER, 0);
	t_tunnel(w, M_NH + 4, VR_ENCAP_VXLAN, AF_INET6, T_THERE, 0);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	DELIVER(w, &f);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1400);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH + 1), 1400);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH + 2), 1400);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH + 3), 1500);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH + 4), 1500);
	u = vr_test_underlay_find(AF_INET, dip);
	KUNIT_ASSERT_NOT_NULL(test, u);
	u->mtu = 1300;
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH + 2), 1300);
}

/* It is delivered, and nothing was learnt. */
static void expect_nothing(struct world *w, int line, const struct w_frame *f)
{
	deliver(w, line, f);
	KUNIT_EXPECT_EQ_MSG(w->test, path_mtu(w, M_NH), 1500, "line %d", line);
}

static void icmp_not_believed(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame sent, f;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	/* sent by another one */
	ours(&sent, VR_ENCAP_VXLAN, AF_INET);
	put_unaligned_be32(T_OTHER, sent.b + ETH_HLEN + 12);
	report(&f, &sent, 1400);
	expect_nothing(w, __LINE__, &f);
	/* to where no tunnel leads */
	ours(&sent, VR_ENCAP_VXLAN, AF_INET);
	put_unaligned_be32(T_OTHER, sent.b + ETH_HLEN + 16);
	report(&f, &sent, 1400);
	expect_nothing(w, __LINE__, &f);
	/* no tunnel's packet */
	ours(&sent, VR_ENCAP_VXLAN, AF_INET);
	put_unaligned_be16(4790, sent.b + ETH_HLEN + 22);
	report(&f, &sent, 1400);
	expect_nothing(w, __LINE__, &f);
	/* damaged on the way */
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	f.b[f.len - 1] ^= 1;
	expect_nothing(w, __LINE__, &f);
	/* another error */
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	f.b[ETH_HLEN + 21] = 1;
	sum_icmp(&f);
	expect_nothing(w, __LINE__, &f);
	/* of no link */
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 67);
	expect_nothing(w, __LINE__, &f);
	t_tunnel(w, M_NH, VR_ENCAP_VXLAN, AF_INET6, T_THERE, 0);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET6, 1279);
	expect_nothing(w, __LINE__, &f);
	/* of the other family */
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	expect_nothing(w, __LINE__, &f);
}

/* What may be, but need not be, is not believed to the last byte. */
static void icmp_floor(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame f;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 68);
	DELIVER(w, &f);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), VR_PATH_MTU_MIN4);
	t_tunnel(w, M_NH, VR_ENCAP_VXLAN, AF_INET6, T_THERE, 0);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET6, 1280);
	DELIVER(w, &f);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1280);
}

/* Routers from before RFC 1191 say nothing: the next likely value. */
static void icmp_without_mtu(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame f;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 0);
	DELIVER(w, &f);
	/* of 1450 bytes */
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1006);
}

/* A guest over there sends one to the host's address: it is his own conversation, not ours. */
static void icmp_out_of_a_tunnel(struct kunit *test)
{
	struct t_outer o = t_in(VR_ENCAP_MPLS_UDP, AF_INET, 78);
	struct vr_nh_cfg nh = w_nh_cfg(M_NH + 1, VR_NH_VRF_TRANSLATE);
	struct world *w = test->priv;
	struct w_frame f, out;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	nh.vrf = 0;
	nh.family = AF_INET;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, 78, M_NH + 1));
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	out = f;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_vif(V_UPLINK));
	o.routed = true;
	t_wrap(&f, &o);
	W_PASS(w, V_UPLINK, &f, V_HOST, &out);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1500);
}

/* A guest of ours, or the host itself, is not on the way. */
static void icmp_from_elsewhere(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, T_HERE, 32, NH_HOST);
	struct world *w = test->priv;
	struct w_frame f, out;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	W_DONE(w, w_route_set(w, &rt));
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	w_macs(&f, w_mac_gw, w_mac_guest(V_G3));
	out = f;
	w_macs(&out, w_mac_vif(V_HOST), w_mac_guest(V_G3));
	W_PASS(w, V_G3, &f, V_HOST, &out);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1500);
}

/* Cross-connected, for want of an agent: tunnels work, and learn. */
static void icmp_without_agent(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame f;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	w_detach(w, V_AGENT);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1400);
	W_PASS(w, V_UPLINK, &f, V_HOST, &f);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1400);
}

/* So many a second, and no more. */
static void icmp_rate(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame f;
	unsigned int i;
	u32 least;

	build(w, VR_ENCAP_VXLAN, AF_INET, 0);
	for (i = 1; i <= 300; i++) {
		make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1500 - i);
		DELIVER(w, &f);
	}
	least = path_mtu(w, M_NH);
	KUNIT_EXPECT_GE(test, least, 1400);
	KUNIT_EXPECT_LE(test, least, 1450);
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1300);
	DELIVER(w, &f);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), least);
	/* those that are not believed cost nothing */
	vr_test_clock_advance(1000);
	for (i = 1; i <= 300; i++) {
		make_report(&f, VR_ENCAP_VXLAN, AF_INET, 60);
		DELIVER(w, &f);
	}
	make_report(&f, VR_ENCAP_VXLAN, AF_INET, 1300);
	DELIVER(w, &f);
	KUNIT_EXPECT_EQ(test, path_mtu(w, M_NH), 1300);
}

static struct kunit_case rx_icmp_cases[] = {
	W_CASE(icmp_lowers_path_mtu),
	W_CASE(icmp_is_about_an_end),
	W_CASE(icmp_not_believed),
	W_CASE(icmp_floor),
	W_CASE(icmp_without_mtu),
	W_CASE(icmp_out_of_a_tunnel),
	W_CASE(icmp_from_elsewhere),
	W_CASE(icmp_without_agent),
	W_CASE(icmp_rate),
	{}
};

static struct kunit_suite rx_icmp_suite = {
	.name = "rx_icmp",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = rx_icmp_cases,
};

VR_TEST_SUITE(rx_icmp_suite);

#endif /* VR_TEST_USERSPACE */
