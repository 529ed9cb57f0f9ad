// SPDX-License-Identifier: GPL-2.0-only
/* Cross-connect: when, and with whom. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

/* Frames that would be routed, answered or refused otherwise. */
static void both_ways(struct world *w, int line)
{
	struct w_frame in;

	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 0, 0, 9), 0, 20);
	in.b[ETH_HLEN + 10] ^= 1;
	w_pass(w, line, V_HOST, &in, V_UPLINK, &in);
	w_macs(&in, w_mac_vif(V_UPLINK), w_mac_peer);
	w_pass(w, line, V_UPLINK, &in, V_HOST, &in);
	w_arp(&in, w_mac_all, ARPOP_REQUEST, w_mac_peer, 1, w_mac_none, W_IP(169, 254, 1, 1));
	in.len--;
	w_pass(w, line, V_HOST, &in, V_UPLINK, &in);
	w_pass(w, line, V_UPLINK, &in, V_HOST, &in);
}

static void xconnect_without_agent(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;

	w_build(w);
	w_ip4(&in, w_mac_peer, w_mac_vif(V_HOST), 1, W_IP(10, 0, 0, 9), 9, 20);
	out = in;
	w_macs(&out, w_mac_peer, w_mac_vif(V_UPLINK));
	W_PASS(w, V_HOST, &in, V_UPLINK, &out);
	w->port[V_AGENT]->up = false;
	both_ways(w, __LINE__);
	w->port[V_AGENT]->up = true;
	W_PASS(w, V_HOST, &in, V_UPLINK, &out);
	w_detach(w, V_AGENT);
	both_ways(w, __LINE__);
	W_DONE(w, w_vif_del(w, V_AGENT));
	both_ways(w, __LINE__);
}

static void xconnect_by_flag(struct kunit *test)
{
	struct world *w = test->priv;

	w_build(w);
	w_vif_flags(w, V_HOST, VR_VIF_F_XCONNECT);
	w_vif_flags(w, V_UPLINK, VR_VIF_F_XCONNECT);
	both_ways(w, __LINE__);
}

/* The first uplink that is up; when none is, the packet is dropped by the first one's name. */
static void xconnect_picks_uplink(struct kunit *test)
{
	struct vr_vif_cfg second = w_vif_cfg(8, VR_VIF_PHYSICAL, 0);
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame in;

	w_build(w);
	w_vif_up(w, &second);
	W_DONE(w, w_vif_get(w, V_HOST, &info));
	info.cfg.n_xconnect = 3;
	info.cfg.xconnect[0] = 9;	/* not there */
	info.cfg.xconnect[1] = V_UPLINK;
	info.cfg.xconnect[2] = 8;
	W_DONE(w, w_vif_set(w, &info.cfg));
	w_eth(&in, w_mac_all, w_mac_vif(V_HOST), 0x88b5, 50);
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
	w->port[V_UPLINK]->up = false;
	W_PASS(w, V_HOST, &in, 8, &in);
	w->port[8]->up = false;
	W_DROP(w, V_HOST, &in, VR_DROP_IF_TX_DISCARD);
	w_detach(w, V_UPLINK);
	W_DROP(w, V_HOST, &in, VR_DROP_IF_DROP);
	w->port[8]->up = true;
	W_PASS(w, V_HOST, &in, 8, &in);
	/* Both uplinks serve the host. */
	w_macs(&in, w_mac_vif(8), w_mac_peer);
	W_PASS(w, 8, &in, V_HOST, &in);
}

/* An id in the list that turned out to be no uplink's is no partner. */
static void xconnect_only_with_uplinks(struct kunit *test)
{
	static const u32 others[] = { V_G3, V_AGENT, V_HOST };
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame in;
	unsigned int i;

	w_build(w);
	w_eth(&in, w_mac_all, w_mac_vif(V_HOST), 0x88b5, 50);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		W_DONE(w, w_vif_get(w, V_HOST, &info));
		info.cfg.n_xconnect = 1;
		info.cfg.xconnect[0] = others[i];
		W_DONE(w, w_vif_set(w, &info.cfg));
		W_DROP(w, V_HOST, &in, VR_DROP_NOWHERE_TO_GO);
	}
	info.cfg.n_xconnect = 2;
	info.cfg.xconnect[1] = V_UPLINK;
	W_DONE(w, w_vif_set(w, &info.cfg));
	W_PASS(w, V_HOST, &in, V_UPLINK, &in);
}

static void xconnect_without_partner(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame in;

	w_build(w);
	W_DONE(w, w_vif_get(w, V_HOST, &info));
	info.cfg.n_xconnect = 0;
	W_DONE(w, w_vif_set(w, &info.cfg));
	w_eth(&in, w_mac_all, w_mac_vif(V_HOST), 0x88b5, 50);
	W_DROP(w, V_HOST, &in, VR_DROP_NOWHERE_TO_GO);
	W_DROP(w, V_UPLINK, &in, VR_DROP_NOWHERE_TO_GO);
}

static struct kunit_case xconnect_cases[] = {
	W_CASE(xconnect_without_agent),
	W_CASE(xconnect_by_flag),
	W_CASE(xconnect_picks_uplink),
	W_CASE(xconnect_only_with_uplinks),
	W_CASE(xconnect_without_partner),
	{}
};

static struct kunit_suite xconnect_suite = {
	.name = "xconnect",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = xconnect_cases,
};

VR_TEST_SUITE(xconnect_suite);

#endif /* VR_TEST_USERSPACE */
