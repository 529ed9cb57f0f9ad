// SPDX-License-Identifier: GPL-2.0-only
/* Tunnel nexthops: what they are made of, whom they hold, what they count. */
#include "nexthop_tunnel_aid.h"

#ifdef VR_TEST_USERSPACE
#include <vr_host/underlay.h>
#endif

static const u8 mac_far[ETH_ALEN] = { 2, 0, 0, 0, 0xfa, 1 };
static const u8 mac_near[ETH_ALEN] = { 2, 0, 0, 0, 0xea, 1 };

static void tunnel_expect(struct world *w, const struct vr_nh_cfg *cfg)
{
	struct kunit *test = w->test;
	struct vr_nh_info info;

	KUNIT_ASSERT_EQ(test, w_nh_get(w, cfg->id, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.type, VR_NH_TUNNEL);
	KUNIT_EXPECT_EQ(test, info.cfg.encap, cfg->encap);
	KUNIT_EXPECT_EQ(test, info.cfg.flags, cfg->flags);
	KUNIT_EXPECT_EQ(test, info.cfg.oif, cfg->oif);
	KUNIT_EXPECT_EQ(test, info.cfg.tun_family, cfg->tun_family);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.sip, cfg->sip, sizeof(cfg->sip));
	KUNIT_EXPECT_MEMEQ(test, info.cfg.dip, cfg->dip, sizeof(cfg->dip));
	KUNIT_EXPECT_MEMEQ(test, info.cfg.dmac, cfg->dmac, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.smac, cfg->smac, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.inner_dmac, cfg->inner_dmac, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.inner_smac, cfg->inner_smac, ETH_ALEN);
}

/* Each encapsulation over each family: what one gets, and the headers that were made of it. */
static void tunnel_get_returns_what_was_set(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_encap_tmpl *tmpl;
	struct vr_nh_cfg cfg;
	u32 encap, six;

	uplink_make(w);
	for (encap = VR_ENCAP_VXLAN; encap < VR_ENCAP_MAX; encap++) {
		for (six = 0; six < 2; six++) {
			cfg = six ? w_tunnel6_cfg(7, encap, 0x101, 0x202, UP) :
				    w_tunnel4_cfg(7, encap, SIP, DIP(2), UP);
			if (encap != VR_ENCAP_VXLAN)
				cfg.flags = VR_NH_F_CONTROL_WORD;
			nh_make(w, &cfg);
			tunnel_expect(w, &cfg);
			tmpl = &body_of(w, 7)->tunnel->tmpl;
			KUNIT_EXPECT_EQ(test, tmpl->encap, encap);
			KUNIT_EXPECT_EQ(test, tmpl->family, cfg.tun_family);
			KUNIT_EXPECT_MEMEQ(test, tmpl->head, cfg.dmac, ETH_ALEN);
			KUNIT_EXPECT_MEMEQ(test, tmpl->head + ETH_ALEN, cfg.smac, ETH_ALEN);
			KUNIT_EXPECT_EQ(test, tmpl->len - tmpl->len_l3,
					encap != VR_ENCAP_VXLAN ? 4 : 0);
		}
	}
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, UP), 1);
}

static void tunnel_inner_macs(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;
	struct vr_nh_body *body;

	uplink_make(w);
	cfg = w_tunnel4_cfg(7, VR_ENCAP_VXLAN, SIP, DIP(2), UP);
	cfg.flags = VR_NH_F_L3_VXLAN;
	ether_addr_copy(cfg.inner_dmac, mac_far);
	ether_addr_copy(cfg.inner_smac, mac_near);
	nh_make(w, &cfg);
	tunnel_expect(w, &cfg);
	body = body_of(w, 7);
	KUNIT_EXPECT_MEMEQ(test, body->tunnel->inner_macs, mac_far, ETH_ALEN);
	KUNIT_EXPECT_MEMEQ(test, body->tunnel->inner_macs + ETH_ALEN, mac_near, ETH_ALEN);

	/* Not given: as outside. */
	eth_zero_addr(cfg.inner_smac);
	nh_make(w, &cfg);
	ether_addr_copy(cfg.inner_smac, cfg.smac);
	tunnel_expect(w, &cfg);
	cfg.flags = 0;
	eth_zero_addr(cfg.inner_dmac);
	eth_zero_addr(cfg.inner_smac);
	nh_make(w, &cfg);
	tunnel_expect(w, &cfg);
}

/* What is in the fields of IPv6 does not come out as part of an IPv4 address. */
static void tunnel_addresses_are_cut(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;

	uplink_make(w);
	cfg = w_tunnel4_cfg(7, VR_ENCAP_VXLAN, SIP, DIP(2), UP);
	cfg.sip[1] = htonl(1);
	cfg.dip[3] = htonl(3);
	nh_make(w, &cfg);
	cfg.sip[1] = 0;
	cfg.dip[3] = 0;
	tunnel_expect(w, &cfg);
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(2), 1400));
}

#ifdef VR_TEST_USERSPACE

/* The host's way: made with the nexthop, given back when the last packet is out of it. */
static void tunnel_resolved(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_underlay *u;
	struct vr_nh_cfg cfg;
	u32 six;

	for (six = 0; six < 2; six++) {
		cfg = six ? w_tunnel6_cfg(1, VR_ENCAP_VXLAN, 1, 2, VR_VIF_ID_NONE) :
			    w_tunnel4_cfg(1, VR_ENCAP_VXLAN, SIP, DIP(1), VR_VIF_ID_NONE);
		cfg.flags |= VR_NH_F_L3_VXLAN;
		ether_addr_copy(cfg.inner_dmac, mac_far);
		ether_addr_copy(cfg.inner_smac, mac_near);
		nh_make(w, &cfg);
		tunnel_expect(w, &cfg);
		u = vr_test_underlay_find(cfg.tun_family, cfg.dip);
		KUNIT_ASSERT_NOT_NULL(test, u);
		KUNIT_EXPECT_PTR_EQ(test, u->host, vr_core_host(w->core));
		KUNIT_EXPECT_EQ(test, u->family, cfg.tun_family);
		KUNIT_EXPECT_MEMEQ(test, u->sip, cfg.sip, six ? 16 : 4);
		KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), u->mtu);
		u->mtu = 1420;
		KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), 1420);
		u->no_route = true;
		KUNIT_EXPECT_EQ(test, shown(w, 1, 0), 0);
		rcu_barrier();
		KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), 1);

		rcu_read_lock();
		KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), 0);
		KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), 1);
		rcu_read_unlock();
		rcu_barrier();
		KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), 0);
	}
}

/* Resolved and given by turns. */
static void tunnel_resolved_is_replaced(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;
	u32 i;

	uplink_make(w);
	for (i = 0; i < 8; i++) {
		cfg = w_tunnel4_cfg(1, VR_ENCAP_MPLS_GRE, SIP, DIP(1), i & 1 ? UP : VR_VIF_ID_NONE);
		nh_make(w, &cfg);
		if (!i)
			learn4(w, DIP(1), 1400);
		rcu_barrier();
		KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), !(i & 1));
		KUNIT_EXPECT_EQ(test, w_vif_refs(w, UP), i & 1);
		KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	}
}

static void tunnel_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_nh_cfg cfg;
	unsigned int n, round;
	u64 before;
	int ret;

	uplink_make(w);
	cfg = w_nh_cfg(2, VR_NH_DISCARD);
	nh_make(w, &cfg);
	/*
	 * A new one: body, way, end, handle, counters, page of ids. Made again: body, way. In the
	 * place of one that is none, to the end that there is: body, way, counters.
	 */
	for (round = 0; round < 3; round++) {
		static const u32 ids[] = { 900000, 900000, 2 };
		static const u32 allocs[] = { 6, 2, 3 };

		cfg = w_tunnel4_cfg(ids[round], VR_ENCAP_VXLAN, SIP, DIP(1), VR_VIF_ID_NONE);
		rcu_barrier();
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_nh_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
			KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), !!round);
			if (!round && n < 5)
				W_NEW_TEXT(w, &texts);
		}
		KUNIT_EXPECT_EQ(test, ret, 0);
		KUNIT_EXPECT_EQ(test, n, allocs[round] + 1);
		rcu_barrier();
		KUNIT_EXPECT_EQ(test, vr_test_underlays_live(), 1 + round / 2);
	}
}

#endif /* VR_TEST_USERSPACE */

/* --- counters --- */

static void count(struct world *w, u32 id, u32 bytes)
{
	local_bh_disable();
	vr_count_packet(body_of(w, id)->tunnel->stats, VR_NH_PACKETS, bytes);
	local_bh_enable();
}

static void expect_counted(struct world *w, u32 id, u64 packets, u64 bytes)
{
	struct vr_nh_info info;

	KUNIT_ASSERT_EQ(w->test, w_nh_get(w, id, &info), 0);
	KUNIT_EXPECT_EQ(w->test, info.packets, packets);
	KUNIT_EXPECT_EQ(w->test, info.bytes, bytes);
}

/* Replaced, or deleted while somebody points at it, it counts on; made anew, from zero. */
static void tunnel_counts_on(struct kunit *test)
{
	struct vr_nh_member one = { 1, 17 };
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;

	uplink_make(w);
	tunnel_make(w, 1, DIP(1));
	expect_counted(w, 1, 0, 0);
	count(w, 1, 100);
	tunnel_make(w, 1, DIP(2));
	count(w, 1, 50);
	expect_counted(w, 1, 2, 150);

	cfg = w_nh_cfg(1, VR_NH_DISCARD);
	nh_make(w, &cfg);
	expect_counted(w, 1, 0, 0);
	tunnel_make(w, 1, DIP(1));
	expect_counted(w, 1, 2, 150);

	cfg = w_nh_cfg(2, VR_NH_COMPOSITE);
	cfg.kind = VR_NH_KIND_FABRIC;
	cfg.members = &one;
	cfg.n_members = 1;
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), 0);
	tunnel_make(w, 1, DIP(3));
	expect_counted(w, 1, 2, 150);

	KUNIT_EXPECT_EQ(test, w_nh_del(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), 0);
	tunnel_make(w, 1, DIP(3));
	expect_counted(w, 1, 0, 0);
}

static struct kunit_case tunnel_cases[] = {
	KUNIT_CASE(tunnel_get_returns_what_was_set),
	KUNIT_CASE(tunnel_inner_macs),
	KUNIT_CASE(tunnel_addresses_are_cut),
	KUNIT_CASE(tunnel_counts_on),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(tunnel_resolved),
	KUNIT_CASE(tunnel_resolved_is_replaced),
	KUNIT_CASE(tunnel_without_memory),
#endif
	{}
};

static struct kunit_suite tunnel_suite = {
	.name = "nexthop_tunnel",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = tunnel_cases,
};

VR_TEST_SUITE(tunnel_suite);
