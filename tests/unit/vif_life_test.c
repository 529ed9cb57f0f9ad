// SPDX-License-Identifier: GPL-2.0-only
/* Vifs that come and go: who holds them, whom they know, and what they have counted. */
#include "vif_aid.h"

#include "obj/vif.h"

/* Deleted while nexthops point at it; a new one of its id has them again. */
static void vif_deleted_and_made_again(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *handle;
	struct vr_nh_info nh;
	struct vr_nh_cfg cfg;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	encap_make(w, 1, 3);
	encap_make(w, 2, 3);
	vr_core_lock(w->core);
	handle = vr_vif_handle(w->core, 3);
	vr_core_unlock(w->core);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_EQ(test, w_vif_del(w, 3), -ENOENT);
	KUNIT_EXPECT_EQ(test, w_nh_get(w, 1, &nh), 0);
	KUNIT_EXPECT_EQ(test, nh.cfg.oif, 3);

	/* Nobody new may point at it. */
	cfg = w_encap_cfg(1, AF_INET, 3, w_mac_guest(1), w_mac_gw);
	KUNIT_EXPECT_EQ(test, w_nh_set(w, &cfg), -ENOENT);

	vif_make(w, 3, VR_VIF_VIRTUAL);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 2);
	vr_core_lock(w->core);
	KUNIT_EXPECT_PTR_EQ(test, vr_vif_handle(w->core, 3), handle);
	vr_core_unlock(w->core);

	/* The last one to let go of a deleted vif frees it. */
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 2), 0);
	/* Now it may be of another type. */
	vif_make(w, 3, VR_VIF_PHYSICAL);
	KUNIT_EXPECT_EQ(test, w_vif_refs(w, 3), 0);
}

/* No two vifs were ever born alike; setting one again is no birth. */
static void vif_births_differ(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif;
	u32 birth[3];

	vif_make(w, 3, VR_VIF_VIRTUAL);
	vif_make(w, 4, VR_VIF_VIRTUAL);
	encap_make(w, 1, 3);
	vr_core_lock(w->core);
	vif = vr_vif_handle(w->core, 3);
	birth[0] = vif->birth;
	birth[1] = vr_vif_handle(w->core, 4)->birth;
	vr_core_unlock(w->core);
	vif_make(w, 3, VR_VIF_VIRTUAL);
	KUNIT_EXPECT_EQ(test, vif->birth, birth[0]);
	/* The nexthop keeps the handle. */
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_EQ(test, vif->birth, birth[0]);
	vif_make(w, 3, VR_VIF_VIRTUAL);
	birth[2] = vif->birth;
	KUNIT_EXPECT_NE(test, birth[0], birth[1]);
	KUNIT_EXPECT_NE(test, birth[0], birth[2]);
	KUNIT_EXPECT_NE(test, birth[1], birth[2]);
}

static void vif_one_agent_at_a_time(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_cfg cfg = w_vif_cfg(7, VR_VIF_AGENT, 0);

	vif_make(w, 2, VR_VIF_AGENT);
	vif_make(w, 2, VR_VIF_AGENT);	/* the same one again */
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &cfg), -EEXIST);
	encap_make(w, 1, 2);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &cfg), 0);
	cfg = w_vif_cfg(2, VR_VIF_AGENT, 0);
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &cfg), -EEXIST);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 7), 0);
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &cfg), 0);
}

static u32 host_of(struct world *w, u32 id)
{
	u32 host;

	vr_core_lock(w->core);
	host = vr_vif_handle(w->core, id)->host;
	vr_core_unlock(w->core);
	return host;
}

static void host_make(struct world *w, u32 id, u32 n, u32 a, u32 b)
{
	struct vr_vif_cfg cfg = w_vif_cfg(id, VR_VIF_HOST, 0);

	cfg.n_xconnect = n;
	cfg.xconnect[0] = a;
	cfg.xconnect[1] = b;
	KUNIT_ASSERT_EQ_MSG(w->test, w_vif_set(w, &cfg), 0, "vif %u", id);
}

/* An uplink knows the lowest host that names it, in whatever order they come and go. */
static void vif_uplinks_know_their_host(struct kunit *test)
{
	struct world *w = test->priv;

	host_make(w, 5, 2, 1, 2);
	vif_make(w, 1, VR_VIF_PHYSICAL);
	KUNIT_EXPECT_EQ(test, host_of(w, 1), 5);
	vif_make(w, 2, VR_VIF_PHYSICAL);
	KUNIT_EXPECT_EQ(test, host_of(w, 2), 5);
	host_make(w, 4, 1, 2, 0);
	KUNIT_EXPECT_EQ(test, host_of(w, 1), 5);
	KUNIT_EXPECT_EQ(test, host_of(w, 2), 4);
	host_make(w, 5, 1, 2, 0);
	KUNIT_EXPECT_EQ(test, host_of(w, 1), VR_VIF_ID_NONE);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 4), 0);
	KUNIT_EXPECT_EQ(test, host_of(w, 2), 5);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 5), 0);
	KUNIT_EXPECT_EQ(test, host_of(w, 2), VR_VIF_ID_NONE);

	/* An uplink that only nexthops remember is told when it comes back. */
	encap_make(w, 1, 1);
	host_make(w, 5, 1, 1, 0);
	KUNIT_EXPECT_EQ(test, host_of(w, 1), 5);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 5), 0);
	vif_make(w, 1, VR_VIF_PHYSICAL);
	KUNIT_EXPECT_EQ(test, host_of(w, 1), VR_VIF_ID_NONE);
}

#define M_VIFS	24

/* Vif @id of the model: every third one is a host, with uplinks at random; the others uplinks. */
static void model_vif(struct world *w, struct vr_test_rng *rng, u32 id, u32 (*names)[2])
{
	names[id][0] = VR_VIF_ID_NONE;
	names[id][1] = VR_VIF_ID_NONE;
	if (!vr_test_rand_below(rng, 3)) {
		w_vif_del(w, id);
	} else if (id % 3) {
		vif_make(w, id, VR_VIF_PHYSICAL);
	} else {
		u32 n = vr_test_rand_below(rng, 3), i;

		for (i = 0; i < n; i++)
			names[id][i] = vr_test_rand_below(rng, M_VIFS);
		host_make(w, id, n, names[id][0], names[id][1]);
	}
}

static void model_hosts_agree(struct world *w, u32 (*names)[2])
{
	struct vr_vif_info info;
	u32 id, host;

	for (id = 0; id < M_VIFS; id++) {
		if (id % 3 == 0 || w_vif_get(w, id, &info))
			continue;
		for (host = 0; host < M_VIFS; host++)
			if (names[host][0] == id || names[host][1] == id)
				break;
		if (host == M_VIFS)
			host = VR_VIF_ID_NONE;
		KUNIT_ASSERT_EQ_MSG(w->test, host_of(w, id), host, "uplink %u", id);
	}
}

/* Hosts name uplinks that are there, that are not, and each other; nexthops remember some. */
static void vif_hosts_agree_with_model(struct kunit *test)
{
	struct world *w = test->priv;
	u32 names[M_VIFS][2], step, id;
	struct vr_test_rng rng;

	vr_test_rng_init(test, &rng, 20240801);
	for (step = 0; step < 5000; step++) {
		if (step % 500 == 0) {
			vr_core_lock(w->core);
			vr_core_reset(w->core);
			vr_core_unlock(w->core);
			for (id = 0; id < M_VIFS; id++)
				model_vif(w, &rng, id, names);
			vif_make(w, 1, VR_VIF_PHYSICAL);
			encap_make(w, 1, 1);
		}
		model_vif(w, &rng, vr_test_rand_below(&rng, M_VIFS), names);
		model_hosts_agree(w, names);
	}
}

#ifdef VR_TEST_USERSPACE

struct host_reader {
	const struct vr_vif *uplink;
	bool stop;
	u64 looks;
	u64 others;
};

static void host_reader_main(void *arg)
{
	struct host_reader *r = arg;

	while (!READ_ONCE(r->stop)) {
		rcu_read_lock();
		r->others += READ_ONCE(r->uplink->host) != 4;
		rcu_read_unlock();
		WRITE_ONCE(r->looks, r->looks + 1);
	}
}

/* While others come and go, in front and behind, a packet finds no other host than it has. */
static void vif_host_stays_meanwhile(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread;
	struct host_reader r = {};
	u32 i;

	vif_make(w, 1, VR_VIF_PHYSICAL);
	host_make(w, 4, 1, 1, 0);
	vr_core_lock(w->core);
	r.uplink = vr_vif_handle(w->core, 1);
	vr_core_unlock(w->core);
	vr_test_thread_start(&thread, 1, host_reader_main, &r);
	for (i = 0; i < 3000 || READ_ONCE(r.looks) < 1000; i++) {
		host_make(w, 3, 1, 2, 0);
		vif_make(w, 2, VR_VIF_PHYSICAL);
		host_make(w, 5, 2, 1, 2);
		host_make(w, 4, 1, 1, 0);
		KUNIT_EXPECT_EQ(test, w_vif_del(w, 3), 0);
		KUNIT_EXPECT_EQ(test, w_vif_del(w, 2), 0);
		KUNIT_EXPECT_EQ(test, w_vif_del(w, 5), 0);
	}
	WRITE_ONCE(r.stop, true);
	vr_test_thread_join(&thread);
	KUNIT_EXPECT_EQ(test, r.others, 0);
}

/* The agent is there while its port is up: the underlay is cross-connected while it is not. */
static void vif_agent_up_and_down(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;

#define XCONNECT(id) ({ W_DONE(w, w_vif_get(w, id, &info)); info.xconnect; })
#define AGENT() ({ bool _up; vr_core_lock(w->core); _up = vr_core_has_agent(w->core); \
		   vr_core_unlock(w->core); _up; })
	w_build(w);
	KUNIT_EXPECT_TRUE(test, AGENT());
	KUNIT_EXPECT_FALSE(test, XCONNECT(V_HOST));
	KUNIT_EXPECT_FALSE(test, XCONNECT(V_UPLINK));
	w->port[V_AGENT]->up = false;
	KUNIT_EXPECT_FALSE(test, AGENT());
	KUNIT_EXPECT_TRUE(test, XCONNECT(V_HOST));
	KUNIT_EXPECT_TRUE(test, XCONNECT(V_UPLINK));
	KUNIT_EXPECT_FALSE(test, XCONNECT(V_G3));
	KUNIT_EXPECT_FALSE(test, XCONNECT(V_AGENT));
	w->port[V_AGENT]->up = true;
	KUNIT_EXPECT_FALSE(test, XCONNECT(V_HOST));
	w_vif_flags(w, V_HOST, VR_VIF_F_XCONNECT);
	KUNIT_EXPECT_TRUE(test, XCONNECT(V_HOST));
	KUNIT_EXPECT_FALSE(test, XCONNECT(V_UPLINK));
	w_detach(w, V_AGENT);
	KUNIT_EXPECT_FALSE(test, AGENT());
	w_attach(w, V_AGENT);
	KUNIT_EXPECT_TRUE(test, AGENT());
	w_detach(w, V_AGENT);
	W_DONE(w, w_vif_del(w, V_AGENT));
	KUNIT_EXPECT_FALSE(test, AGENT());
#undef XCONNECT
#undef AGENT
}

static void vif_counts(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;
	u64 drops[VR_DROP_MAX];
	struct vr_books books;
	struct w_frame in;
	unsigned int i;

	w_build(w);
	w_eth(&in, w_mac_guest(V_G4), w_mac_guest(V_G3), 0x88b5, 50);
	for (i = 0; i < 3; i++)
		W_PASS(w, V_G3, &in, V_G4, &in);
	w_macs(&in, w_mac_stitched, w_mac_guest(V_G3));
	W_DROP(w, V_G3, &in, VR_DROP_L2_NO_ROUTE);
	w_macs(&in, w_mac_guest(V_G4), w_mac_guest(V_G3));
	w->port[V_G4]->full = true;
	W_DROP(w, V_G3, &in, VR_DROP_IF_TX_DISCARD);
	w->port[V_G4]->full = false;

	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_packets, 5);
	KUNIT_EXPECT_EQ(test, info.stats.rx_bytes, 5 * 64);
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 2);
	KUNIT_EXPECT_EQ(test, info.stats.tx_packets, 0);
	W_DONE(w, w_vif_get(w, V_G4, &info));
	KUNIT_EXPECT_EQ(test, info.stats.tx_packets, 3);
	KUNIT_EXPECT_EQ(test, info.stats.tx_bytes, 3 * 64);
	KUNIT_EXPECT_EQ(test, info.stats.tx_errors, 1);
	KUNIT_EXPECT_EQ(test, info.stats.rx_packets, 0);
	KUNIT_EXPECT_EQ(test, info.stats.rx_errors, 0);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_vif_drops(w->core, V_G3, drops, &w->err), 0);
	vr_core_unlock(w->core);
	for (i = 0; i < VR_DROP_MAX; i++)
		KUNIT_EXPECT_EQ(test, drops[i],
				i == VR_DROP_L2_NO_ROUTE || i == VR_DROP_IF_TX_DISCARD);

	/* Cleared, it reads zero; the books do not forget. */
	KUNIT_EXPECT_EQ(test, vif_clear(w, V_G3), 0);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	KUNIT_EXPECT_EQ(test, info.stats.rx_packets + info.stats.rx_bytes + info.stats.rx_errors,
			0);
	W_DONE(w, w_vif_get(w, V_G4, &info));
	KUNIT_EXPECT_EQ(test, info.stats.tx_packets, 3);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, books.received, 5);
	KUNIT_EXPECT_EQ(test, books.transmitted, 3);
	KUNIT_EXPECT_EQ(test, books.dropped, 2);

	/* One of the same id that takes over the handle begins at zero, too. */
	w_detach(w, V_G4);
	W_DONE(w, w_vif_del(w, V_G4));
	w_books(w);
	vif_make(w, V_G4, VR_VIF_VIRTUAL);
	W_DONE(w, w_vif_get(w, V_G4, &info));
	KUNIT_EXPECT_EQ(test, info.stats.tx_packets, 0);
	KUNIT_EXPECT_GT(test, info.refs, 0);
}

/* The books keep what vifs of every type counted before they were deleted for good. */
static void vif_leaves_its_books_behind(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_books before, after;
	struct vr_vif_cfg cfg;
	struct w_frame in;

	W_DONE(w, w_vrf_new(w, 1));
	cfg = w_vif_cfg(3, VR_VIF_VIRTUAL, 1);
	w_vif_up(w, &cfg);
	w_eth(&in, w_mac_guest(4), w_mac_guest(3), 0x88b5, 50);
	W_DROP(w, 3, &in, VR_DROP_L2_NO_ROUTE);
	W_DROP(w, 3, &in, VR_DROP_L2_NO_ROUTE);
	vr_core_lock(w->core);
	vr_core_books(w->core, &before);
	vr_core_unlock(w->core);
	w_detach(w, 3);
	W_DONE(w, w_vif_del(w, 3));
	vr_core_lock(w->core);
	vr_core_books(w->core, &after);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_MEMEQ(test, &before, &after, sizeof(after));
	rcu_barrier();
	vr_core_lock(w->core);
	vr_core_books(w->core, &after);
	KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_VIF), 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_MEMEQ(test, &before, &after, sizeof(after));
	KUNIT_EXPECT_EQ(test, after.received, 2);
}
#endif

static struct kunit_case vif_life_cases[] = {
	KUNIT_CASE(vif_deleted_and_made_again),
	KUNIT_CASE(vif_births_differ),
	KUNIT_CASE(vif_one_agent_at_a_time),
	KUNIT_CASE(vif_uplinks_know_their_host),
	KUNIT_CASE(vif_hosts_agree_with_model),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(vif_host_stays_meanwhile),
	KUNIT_CASE(vif_agent_up_and_down),
	KUNIT_CASE(vif_counts),
	KUNIT_CASE(vif_leaves_its_books_behind),
#endif
	{}
};

static struct kunit_suite vif_life_suite = {
	.name = "vif_life",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = vif_life_cases,
};

VR_TEST_SUITE(vif_life_suite);
