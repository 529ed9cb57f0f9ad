// SPDX-License-Identifier: GPL-2.0-only
/* The way out: ports that are down, full, gone, or too narrow. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

static void frame_of(struct w_frame *f, unsigned int len)
{
	w_eth(f, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, len - ETH_HLEN);
}

static u64 tx_errors(struct world *w, u32 id)
{
	struct vr_vif_info info;

	W_DONE(w, w_vif_get(w, id, &info));
	return info.stats.tx_errors;
}

static void tx_port_down_full_gone(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in;

	w_build(w);
	frame_of(&in, 64);
	w->port[V_G4]->up = false;
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	KUNIT_EXPECT_EQ(test, tx_errors(w, V_G4), 1);
	w->port[V_G4]->up = true;
	w->port[V_G4]->full = true;
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	KUNIT_EXPECT_EQ(test, tx_errors(w, V_G4), 2);
	w->port[V_G4]->full = false;
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_detach(w, V_G4);
	W_DROP(w, V_G3, &in, VR_DROP_IF_DROP);
	w_attach(w, V_G4);
	W_PASS(w, V_G3, &in, V_G4, &in);
}

/* MTU counts what is behind Ethernet and a tag: the device's own, and the vif's below it. */
static void tx_mtu(struct kunit *test)
{
	static const struct { u32 vif, port, fits; } table[] = {
		{ 0, 1500, 1518 }, { 0, 100, 118 }, { 1400, 1500, 1418 }, { 9000, 1500, 1518 },
		{ 1500, 1400, 1418 }, { 1, 1500, 19 }, { ~0U, 1500, 1518 },
		{ ~0U - 17, 1500, 1518 },
	};
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame in;
	unsigned int i;

	w_build(w);
	for (i = 0; i < ARRAY_SIZE(table); i++) {
		W_DONE(w, w_vif_get(w, V_G4, &info));
		info.cfg.mtu = table[i].vif;
		W_DONE(w, w_vif_set(w, &info.cfg));
		w->port[V_G4]->mtu = table[i].port;
		frame_of(&in, table[i].fits);
		W_PASS(w, V_G3, &in, V_G4, &in);
		frame_of(&in, table[i].fits + 1);
		W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
		/* The device cuts it. */
		w->gso = 50;
		W_PASS(w, V_G3, &in, V_G4, &in);
	}
}

/* GSO passes whole, bridged and routed. */
static void tx_gso_passes(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame in, out;
	struct vr_pkt *pkt;

	w_build(w);
	w_ip4(&in, w_mac_gw, w_mac_guest(V_G3), 1, W_IP(10, 1, 1, 4), 9, 8000);
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	out = in;
	w_hop(&out);
	w_macs(&out, w_mac_guest(V_G4), w_mac_gw);
	w->gso = 1400;
	W_PASS(w, V_G3, &in, V_G4, &out);
	w->gso = 1400;
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	pkt = vr_test_port_pop(w->port[V_G4]);
	KUNIT_ASSERT_NOT_NULL(test, pkt);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_gso(pkt), 1400);
	vr_test_pkt_free(pkt);
}

/* What a packet whose port's vif is deleted under it does: it has come in, and goes nowhere. */
static void tx_vif_deleted_under_packets(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *handle;
	struct w_frame in;
	struct vr_pkt *pkt;

	w_build(w);
	frame_of(&in, 64);
	vr_core_lock(w->core);
	handle = vr_vif_handle(w->core, V_G3);
	vr_core_unlock(w->core);
	w_detach(w, V_G3);
	rcu_read_lock();
	W_DONE(w, w_vif_del(w, V_G3));
	W_DONE(w, w_nh_del(w, NH_L3(V_G3)));
	W_DONE(w, w_nh_del(w, NH_L2(V_G3)));
	pkt = vr_test_pkt_alloc(in.b, in.len, w->mode->linear, w->mode->headroom);
	KUNIT_EXPECT_EQ(test, vr_rx(handle, pkt), VR_DROPPED);
	w_dropped(w, __LINE__, VR_DROP_INVALID_IF, 1);
	rcu_read_unlock();
	rcu_barrier();
	w_books(w);
}

static struct kunit_case tx_cases[] = {
	W_CASE(tx_port_down_full_gone),
	W_CASE(tx_mtu),
	W_CASE(tx_gso_passes),
	W_CASE(tx_vif_deleted_under_packets),
	{}
};

static struct kunit_suite tx_suite = {
	.name = "tx",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = tx_cases,
};

VR_TEST_SUITE(tx_suite);

#endif /* VR_TEST_USERSPACE */
