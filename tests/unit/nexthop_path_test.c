// SPDX-License-Identifier: GPL-2.0-only
/* The path MTUs that tunnel nexthops know: by whom they are learnt, and how long they stay. */
#include "nexthop_tunnel_aid.h"

#ifdef VR_TEST_USERSPACE
#include <sched.h>
#include <vr_host/port.h>
#endif

static bool learn6(struct world *w, const __be32 *dip, u32 mtu)
{
	bool found;

	local_bh_disable();
	rcu_read_lock();
	found = vr_nh_learn_path_mtu(w->core, AF_INET6, dip, mtu);
	rcu_read_unlock();
	local_bh_enable();
	return found;
}

static void tunnel_learns_by_its_end(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;
	__be32 end6[4];

	uplink_make(w);
	KUNIT_EXPECT_FALSE(test, learn4(w, DIP(1), 1400));
	tunnel_make(w, 1, DIP(1));
	tunnel_make(w, 2, DIP(2));
	cfg = w_tunnel4_cfg(3, VR_ENCAP_VXLAN, W_IP(10, 0, 0, 9), DIP(1), UP);
	nh_make(w, &cfg);
	/* The same first word as nexthop 1, the same end as 5 but for one word. */
	cfg = w_tunnel6_cfg(4, VR_ENCAP_VXLAN, 1, 2, UP);
	cfg.dip[0] = htonl(DIP(1));
	nh_make(w, &cfg);
	memcpy(end6, cfg.dip, sizeof(end6));
	cfg.id = 5;
	cfg.dip[2] = htonl(1);
	nh_make(w, &cfg);

	KUNIT_EXPECT_EQ(test, known(w, 1), 0);
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 1400));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	KUNIT_EXPECT_EQ(test, known(w, 2), 0);
	KUNIT_EXPECT_EQ(test, known(w, 3), 1400);
	KUNIT_EXPECT_EQ(test, known(w, 4), 0);
	KUNIT_EXPECT_TRUE(test, learn6(w, end6, 1300));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	KUNIT_EXPECT_EQ(test, known(w, 4), 1300);
	KUNIT_EXPECT_EQ(test, known(w, 5), 0);

	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, vr_nh_path_mtu_rcu(w->core, AF_INET6, end6), 1300);
	end6[1] = htonl(1);
	KUNIT_EXPECT_EQ(test, vr_nh_path_mtu_rcu(w->core, AF_INET6, end6), 0);
	end6[1] = 0;
	rcu_read_unlock();

	/* Only ever less. */
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 1450));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 1350));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1350);
	/* But not nothing. */
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 0));
	KUNIT_EXPECT_EQ(test, known(w, 1), VR_PATH_MTU_MIN4);
	KUNIT_EXPECT_TRUE(test, learn6(w, end6, 0));
	KUNIT_EXPECT_EQ(test, known(w, 4), VR_PATH_MTU_MIN6);

	/* Who is no tunnel any more is not found. */
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 2), 0);
	KUNIT_EXPECT_FALSE(test, learn4(w, DIP(2), 1400));
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 1400));
	cfg = w_nh_cfg(3, VR_NH_DISCARD);
	nh_make(w, &cfg);
	KUNIT_EXPECT_FALSE(test, learn4(w, DIP(1), 1400));
}

/* A replacement to the same end knows it too, and so does who comes later. */
static void tunnel_keeps_what_is_known(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;

	uplink_make(w);
	tunnel_make(w, 1, DIP(1));
	learn4(w, DIP(1), 1400);
	tunnel_make(w, 1, DIP(1));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	cfg = w_tunnel4_cfg(1, VR_ENCAP_MPLS_GRE, SIP + 1, DIP(1), UP);
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	tunnel_make(w, 2, DIP(1));
	KUNIT_EXPECT_EQ(test, known(w, 2), 1400);

	tunnel_make(w, 1, DIP(3));
	KUNIT_EXPECT_EQ(test, known(w, 1), 0);
	KUNIT_EXPECT_EQ(test, known(w, 2), 1400);
	tunnel_make(w, 1, DIP(1));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);

	/* With the last one it is forgotten. */
	tunnel_make(w, 1, DIP(3));
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 2), 0);
	tunnel_make(w, 2, DIP(1));
	KUNIT_EXPECT_EQ(test, known(w, 2), 0);
}

static struct vr_tunnel_end *end_of(struct world *w, u32 id)
{
	return body_of(w, id)->tunnel->end;
}

/* However many tunnels lead to it, there is one end, and it goes with the last of them. */
static void tunnel_shares_its_end(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_tunnel_end *end;
	struct vr_nh_cfg cfg;

	uplink_make(w);
	tunnel_make(w, 1, DIP(1));
	end = end_of(w, 1);
	cfg = w_tunnel4_cfg(2, VR_ENCAP_VXLAN, SIP + 1, DIP(1), UP);
	nh_make(w, &cfg);
	tunnel_make(w, 3, DIP(2));
	KUNIT_EXPECT_PTR_EQ(test, end_of(w, 2), end);
	KUNIT_EXPECT_PTR_NE(test, end_of(w, 3), end);
	KUNIT_EXPECT_EQ(test, w->core->tunnel_ends.used, 2);
	learn4(w, DIP(1), 1400);

	/* Who made it may go, by deletion or because it leads elsewhere, and come back. */
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_PTR_EQ(test, end_of(w, 2), end);
	KUNIT_EXPECT_EQ(test, known(w, 2), 1400);
	tunnel_make(w, 3, DIP(1));
	tunnel_make(w, 2, DIP(2));
	KUNIT_EXPECT_PTR_EQ(test, end_of(w, 3), end);
	KUNIT_EXPECT_EQ(test, known(w, 3), 1400);
	KUNIT_EXPECT_EQ(test, known(w, 2), 0);
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 1300));
	KUNIT_EXPECT_EQ(test, known(w, 3), 1300);

	cfg = w_nh_cfg(3, VR_NH_DISCARD);
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, w->core->tunnel_ends.used, 1);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w->core->tunnel_ends.used, 0);
	KUNIT_EXPECT_EQ(test, w_nh_del(w, 3), 0);
	/* Left are handle and body of nexthop 0. */
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_NEXTHOP), 2);
}

/* Many ends, some with many tunnels; emptied, the core holds what it held before. */
static void tunnel_ends_go_with_a_reset(struct kunit *test)
{
	enum { N = 3000, SHARED = 1000 };
	struct world *w = test->priv;
	u64 hash, nexthop;
	u32 id;

	nexthop = vr_core_mem_bytes(w->core, VR_MEM_NEXTHOP);
	hash = vr_core_mem_bytes(w->core, VR_MEM_HASH);
	uplink_make(w);
	for (id = 1; id <= N; id++)
		tunnel_make(w, id, id <= SHARED ? DIP(1) : W_IP(10, 9, 0, 0) + id);
	KUNIT_EXPECT_EQ(test, w->core->tunnel_ends.used, N - SHARED + 1);
	KUNIT_EXPECT_TRUE(test, learn4(w, DIP(1), 1400));
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	KUNIT_EXPECT_EQ(test, known(w, SHARED), 1400);
	KUNIT_EXPECT_EQ(test, known(w, N), 0);
	KUNIT_EXPECT_GT(test, vr_core_mem_bytes(w->core, VR_MEM_HASH), hash);

	vr_core_lock(w->core);
	vr_core_reset(w->core);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, w->core->tunnel_ends.used, 0);
	KUNIT_EXPECT_FALSE(test, learn4(w, DIP(1), 1400));
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, vr_core_mem_bytes(w->core, VR_MEM_NEXTHOP), nexthop);
	KUNIT_EXPECT_EQ(test, vr_core_mem_bytes(w->core, VR_MEM_HASH), hash);
}

#ifdef VR_TEST_USERSPACE

/* Each tunnel moves to an end of its own, for which the table has to grow now and then. */
static void tunnel_ends_without_memory(struct kunit *test)
{
	enum { N = 300 };
	struct world *w = test->priv;
	unsigned int n, most = 0;
	struct vr_nh_cfg cfg;
	u64 before;
	u32 id;
	int ret;

	uplink_make(w);
	for (id = 1; id <= N; id++)
		tunnel_make(w, id, DIP(1));
	learn4(w, DIP(1), 1400);
	for (id = 1; id <= N; id++) {
		cfg = w_tunnel4_cfg(id, VR_ENCAP_VXLAN, SIP, W_IP(10, 9, 0, 0) + id, UP);
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_nh_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
			KUNIT_EXPECT_EQ(test, known(w, id), 1400);
			KUNIT_EXPECT_FALSE(test, learn4(w, W_IP(10, 9, 0, 0) + id, 1300));
		}
		KUNIT_ASSERT_EQ(test, ret, 0);
		KUNIT_EXPECT_EQ(test, known(w, id), 0);
		most = max(most, n);
	}
	/* Body, end and, sometimes, table. */
	KUNIT_EXPECT_EQ(test, most, 4);
}

static void tunnel_forgets_in_time(struct kunit *test)
{
	struct world *w = test->priv;

	uplink_make(w);
	w_conf(w, VR_CONF_PMTU_EXPIRES, 10000);
	tunnel_make(w, 1, DIP(1));
	learn4(w, DIP(1), 1400);
	vr_test_clock_advance(9999);
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	/* Said again, it counts again; more does not make it count longer. */
	learn4(w, DIP(1), 1400);
	vr_test_clock_advance(9000);
	learn4(w, DIP(1), 1450);
	KUNIT_EXPECT_EQ(test, known(w, 1), 1400);
	/* The one that comes later has it as long as the others. */
	tunnel_make(w, 2, DIP(1));
	vr_test_clock_advance(999);
	KUNIT_EXPECT_EQ(test, known(w, 2), 1400);
	vr_test_clock_advance(1);
	KUNIT_EXPECT_EQ(test, known(w, 1), 0);
	KUNIT_EXPECT_EQ(test, known(w, 2), 0);
	tunnel_make(w, 3, DIP(1));
	KUNIT_EXPECT_EQ(test, known(w, 3), 0);
	/* Then more may be learnt. */
	learn4(w, DIP(1), 1450);
	KUNIT_EXPECT_EQ(test, known(w, 1), 1450);

	/* Forgotten is forgotten, also when the clock has gone round. */
	vr_test_clock_advance(10000);
	KUNIT_EXPECT_EQ(test, known(w, 1), 0);
	vr_test_clock_advance(~0U - 9999);
	KUNIT_EXPECT_EQ(test, known(w, 1), 0);

	w_conf(w, VR_CONF_PMTU_EXPIRES, 0);
	learn4(w, DIP(1), 1300);
	vr_test_clock_advance(0x7fffffff);
	KUNIT_EXPECT_EQ(test, known(w, 1), 1300);
}

/* The least of all that is known of a given way. */
static void tunnel_shows_path_mtu(struct kunit *test)
{
	struct vr_vif_cfg vif = w_vif_cfg(UP, VR_VIF_PHYSICAL, 0);
	struct world *w = test->priv;
	struct vr_nh_cfg cfg;

	w_vif_up(w, &vif);
	tunnel_make(w, 1, DIP(1));
	KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), 1500);
	w->port[UP]->mtu = 9000;
	KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), 9000);
	vif.mtu = 1480;
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &vif), 0);
	KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), 1480);
	learn4(w, DIP(1), 1490);
	KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), 1480);
	learn4(w, DIP(1), 1470);
	KUNIT_EXPECT_EQ(test, shown(w, 1, VR_NH_S_RESOLVED), 1470);
	w->port[UP]->up = false;
	KUNIT_EXPECT_EQ(test, shown(w, 1, 0), 0);
	w->port[UP]->up = true;
	w_detach(w, UP);
	KUNIT_EXPECT_EQ(test, shown(w, 1, 0), 0);
	cfg = w_nh_cfg(1, VR_NH_DISCARD);
	nh_make(w, &cfg);
	KUNIT_EXPECT_EQ(test, shown(w, 1, 0), 0);
}

/* --- learning beside a writer --- */

struct learner {
	struct world *w;
	u32 said;
	u32 round;
	bool stop;
};

/* Says one thing, and the next when it must have got about. */
static void learner_main(void *arg)
{
	struct learner *l = arg;
	__be32 dip[4] = { htonl(DIP(1)) };
	u32 mtu, round;

	for (mtu = 60000; !READ_ONCE(l->stop) && mtu > 600; mtu--) {
		rcu_read_lock();
		if (!vr_nh_learn_path_mtu(l->w->core, AF_INET, dip, mtu))
			KUNIT_FAIL(l->w->test, "no tunnel was found");
		rcu_read_unlock();
		WRITE_ONCE(l->said, mtu);
		round = READ_ONCE(l->round);
		while (READ_ONCE(l->round) - round < 2 && !READ_ONCE(l->stop))
			sched_yield();
	}
}

/* There is a tunnel to the end at any moment, and nothing that was said is lost. */
static void tunnel_learns_while_it_is_replaced(struct kunit *test)
{
	struct world *w = test->priv;
	struct learner l = { .w = w };
	struct vr_test_thread thread;
	u32 said, now;

	uplink_make(w);
	tunnel_make(w, 1, DIP(1));
	vr_test_thread_start(&thread, 1, learner_main, &l);
	/* and till the other one has had its say */
	for (said = 0; l.round < 40000 || !said || said > 59900; ) {
		said = READ_ONCE(l.said);
		tunnel_make(w, 1, DIP(1));
		now = known(w, 1);
		if (said && (!now || now > said)) {
			KUNIT_FAIL(test, "%u was said, %u is known", said, now);
			break;
		}
		WRITE_ONCE(l.round, l.round + 1);
	}
	WRITE_ONCE(l.stop, true);
	vr_test_thread_join(&thread);
}

#endif /* VR_TEST_USERSPACE */

/* --- the index of ends --- */

#define M_NHS	40
#define M_ENDS	60	/* some are shared */

/* End 0: none. The odd ones are IPv4, the others IPv6 with the first half 0. */
static struct vr_nh_cfg model_cfg(u32 id, u32 end)
{
	struct vr_nh_cfg cfg;

	if (end & 1)
		return w_tunnel4_cfg(id, VR_ENCAP_VXLAN, SIP, W_IP(10, 9, 0, 0) + end, UP);
	cfg = w_tunnel6_cfg(id, VR_ENCAP_VXLAN, 1, end, UP);
	cfg.dip[0] = 0;
	return cfg;
}

static bool model_learn(struct world *w, u32 end, u32 mtu)
{
	struct vr_nh_cfg cfg = model_cfg(1, end);

	return end & 1 ? learn4(w, ntohl(cfg.dip[0]), mtu) : learn6(w, cfg.dip, mtu);
}

static void model_step(struct world *w, struct vr_test_rng *rng, u32 *end)
{
	u32 id = 1 + vr_test_rand_below(rng, M_NHS);
	struct vr_nh_cfg cfg;

	end[id] = 0;
	switch (vr_test_rand_below(rng, 4)) {
	case 0:
		w_nh_del(w, id);
		return;
	case 1:
		cfg = w_nh_cfg(id, VR_NH_DISCARD);
		break;
	default:
		end[id] = 1 + vr_test_rand_below(rng, M_ENDS);
		cfg = model_cfg(id, end[id]);
	}
	nh_make(w, &cfg);
}

/* What each end should know: @mtu, 0 while nobody leads there. */
static void model_agrees(struct world *w, const u32 *end, u32 *mtu)
{
	u32 leads[M_ENDS + 1] = {}, i;

	for (i = 1; i <= M_NHS; i++)
		leads[end[i]]++;
	for (i = 1; i <= M_ENDS; i++)
		if (!leads[i])
			mtu[i] = 0;
	for (i = 1; i <= M_NHS; i++)
		if (end[i])
			KUNIT_ASSERT_EQ(w->test, known(w, i), mtu[end[i]]);
}

static void model_run(struct world *w, u64 seed)
{
	u32 end[M_NHS + 1] = {}, mtu[M_ENDS + 1] = {};
	struct vr_test_rng rng;
	u32 step, to, said, i;
	bool there;

	uplink_make(w);
	vr_test_rng_init(w->test, &rng, seed);
	for (step = 0; step < 20000; step++) {
		model_step(w, &rng, end);
		model_agrees(w, end, mtu);
		to = 1 + vr_test_rand_below(&rng, M_ENDS);
		said = 1300 + vr_test_rand_below(&rng, 200);
		for (there = false, i = 1; i <= M_NHS; i++)
			there |= end[i] == to;
		KUNIT_ASSERT_EQ(w->test, model_learn(w, to, said), there);
		if (there && (!mtu[to] || said < mtu[to]))
			mtu[to] = said;
	}
}

/* Who is learnt of is found exactly while somebody leads there, and all there know it. */
static void tunnel_index_agrees_with_model(struct kunit *test)
{
	model_run(test->priv, 20240701);
}

/* Without the secret, addresses with the same first half have the same hash. */
static void tunnel_ends_meet(struct kunit *test)
{
	struct world *w = test->priv;

	w->core->entropy[0] = 0;
	model_run(w, 20240702);
	KUNIT_EXPECT_LE(test, w->core->tunnel_ends.used, M_ENDS / 2 + 1);
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE(tunnel_learns_by_its_end),
	KUNIT_CASE(tunnel_keeps_what_is_known),
	KUNIT_CASE(tunnel_shares_its_end),
	KUNIT_CASE(tunnel_ends_go_with_a_reset),
	KUNIT_CASE(tunnel_index_agrees_with_model),
	KUNIT_CASE(tunnel_ends_meet),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(tunnel_ends_without_memory),
	KUNIT_CASE(tunnel_forgets_in_time),
	KUNIT_CASE(tunnel_shows_path_mtu),
	KUNIT_CASE(tunnel_learns_while_it_is_replaced),
#endif
	{}
};

static struct kunit_suite path_suite = {
	.name = "nexthop_path",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = path_cases,
};

VR_TEST_SUITE(path_suite);
