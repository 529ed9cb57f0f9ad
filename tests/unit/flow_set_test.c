// SPDX-License-Identifier: GPL-2.0-only
/* Flows: decided, one direction or both, and what is refused. */
#include "flows.h"

#define NONE	VR_FLOW_NONE

static void expect_same(struct world *w, const struct vr_flow_cfg *a, const struct vr_flow_cfg *b)
{
	KUNIT_EXPECT_MEMEQ(w->test, &a->key, &b->key, sizeof(a->key));
	KUNIT_EXPECT_EQ(w->test, a->action, b->action);
	KUNIT_EXPECT_EQ(w->test, a->flags, b->flags);
	KUNIT_EXPECT_EQ(w->test, a->vrf, b->vrf);
	KUNIT_EXPECT_EQ(w->test, a->dvrf, b->dvrf);
	KUNIT_EXPECT_EQ(w->test, a->src_nh, b->src_nh);
	KUNIT_EXPECT_EQ(w->test, a->drop_reason, b->drop_reason);
	KUNIT_EXPECT_EQ(w->test, a->ttl, b->ttl);
	KUNIT_EXPECT_EQ(w->test, a->ecmp, b->ecmp);
	KUNIT_EXPECT_EQ(w->test, a->mirror[0], b->mirror[0]);
	KUNIT_EXPECT_EQ(w->test, a->mirror[1], b->mirror[1]);
}

static void flow_set_is_what_one_gets(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = f_cfg(f_key6(1), VR_FLOW_DROP);
	struct vr_flow_info info;
	struct vr_flow_id id[2];
	struct vr_nh_cfg nh = w_nh_cfg(VR_NH_ID_MAX, VR_NH_DISCARD);

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 7), 0);
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, VR_VRF_ID_MAX), 0);
	KUNIT_ASSERT_EQ(test, w_nh_set(w, &nh), 0);
	cfg.flags = VR_FLOW_F_ALL;
	cfg.vrf = 7;
	cfg.dvrf = VR_VRF_ID_MAX;
	cfg.src_nh = VR_NH_ID_MAX;
	cfg.drop_reason = 255;
	cfg.ttl = 255;
	cfg.ecmp = 127;
	cfg.mirror[0] = 254;
	cfg.mirror[1] = 0;
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, id), 0);
	KUNIT_ASSERT_EQ(test, f_get(w, id[0], &info), 0);
	expect_same(w, &info.cfg, &cfg);
	KUNIT_EXPECT_EQ(test, info.id.index, id[0].index);
	KUNIT_EXPECT_EQ(test, info.id.gen, id[0].gen);
	KUNIT_EXPECT_NE(test, info.id.gen, 0);
	KUNIT_EXPECT_EQ(test, info.rev.index, NONE);
	KUNIT_EXPECT_EQ(test, info.state | info.tcp | info.held, 0);
	KUNIT_EXPECT_EQ(test, info.packets | info.bytes, 0);

	/* Decided anew, it is the same flow. */
	cfg = f_cfg(f_key6(1), VR_FLOW_FORWARD);
	cfg.ecmp = 0;
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, id), 0);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key6(1), &info), 0);
	expect_same(w, &info.cfg, &cfg);
	KUNIT_EXPECT_EQ(test, info.id.index, id[0].index);
	KUNIT_EXPECT_EQ(test, info.id.gen, id[0].gen);
	KUNIT_EXPECT_EQ(test, f_totals(w).added, 1);
	KUNIT_EXPECT_EQ(test, f_totals(w).changed, 1);
	KUNIT_EXPECT_EQ(test, f_count(w), 1);
}

static void flow_set_both_directions(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2], other[2];
	struct vr_flow_info info;
	struct vr_flow_cfg cfg;

	f_pair(w, 1, id);
	KUNIT_ASSERT_EQ(test, f_get(w, id[0], &info), 0);
	KUNIT_EXPECT_EQ(test, info.rev.index, id[1].index);
	KUNIT_EXPECT_EQ(test, info.rev.gen, id[1].gen);
	KUNIT_ASSERT_EQ(test, f_get(w, id[1], &info), 0);
	KUNIT_EXPECT_EQ(test, info.rev.index, id[0].index);
	KUNIT_EXPECT_EQ(test, info.cfg.key.nh, F_NH + 1);
	KUNIT_EXPECT_EQ(test, f_totals(w).added, 2);

	/* Once more: the same two. */
	f_pair(w, 1, other);
	KUNIT_EXPECT_MEMEQ(test, id, other, sizeof(id));
	KUNIT_EXPECT_EQ(test, f_totals(w).changed, 2);

	/* One of them alone keeps the link. */
	cfg = f_cfg(f_key(1), VR_FLOW_DROP);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	KUNIT_EXPECT_EQ(test, f_rindex(w, id[0]), id[1].index);
	KUNIT_ASSERT_EQ(test, f_get(w, id[1], &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_count(w), 2);
}

/* One or both directions are there already, made by packets. */
static void flow_set_adopts_what_packets_made(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif *vif = f_vif(w, 3);
	struct vr_flow_info fwd, rev;
	struct vr_flow_id id[2];
	unsigned int which;

	for (which = 1; which < 4; which++) {
		if (which & 1)
			f_hold(w, vif, f_key(which), 1, NULL);
		if (which & 2)
			f_hold(w, vif, f_key_back(which), 2, NULL);
		f_pair(w, which, id);
		KUNIT_ASSERT_EQ(test, f_get(w, id[0], &fwd), 0);
		KUNIT_ASSERT_EQ(test, f_get(w, id[1], &rev), 0);
		KUNIT_EXPECT_EQ(test, fwd.rev.index, id[1].index);
		KUNIT_EXPECT_EQ(test, rev.rev.index, id[0].index);
		KUNIT_EXPECT_EQ(test, fwd.state, which & 1 ? VR_FLOW_S_HELD : 0);
		KUNIT_EXPECT_EQ(test, rev.state, which & 2 ? VR_FLOW_S_HELD : 0);
		KUNIT_EXPECT_EQ(test, f_drain(w, NULL, 0), (which & 1) + (which >> 1));
	}
	KUNIT_EXPECT_EQ(test, f_totals(w).created, 4);
	KUNIT_EXPECT_EQ(test, f_totals(w).added, 2);
	KUNIT_EXPECT_EQ(test, f_totals(w).changed, 4);
}

/* Exclusive refuses what was decided, not what waits for just that. */
static void flow_set_exclusive(struct kunit *test)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(1), VR_FLOW_FORWARD);
	struct world *w = test->priv;
	struct vr_flow_info info;

	f_hold(w, f_vif(w, 3), f_key(1), 1, NULL);
	KUNIT_EXPECT_EQ(test, f_set_excl(w, &cfg), 0);
	f_drain(w, NULL, 0);
	cfg.action = VR_FLOW_DROP;
	KUNIT_EXPECT_EQ(test, f_set_excl(w, &cfg), -EEXIST);
	KUNIT_ASSERT_EQ(test, f_find(w, f_key(1), &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_FORWARD);
	cfg.key = f_key(2);
	cfg.action = VR_FLOW_HOLD;
	KUNIT_EXPECT_EQ(test, f_set_excl(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, f_set_excl(w, &cfg), -EEXIST);
}

static void flow_set_refusals(struct kunit *test)
{
	struct vr_flow_cfg cfg, rev, good = f_cfg(f_key(1), VR_FLOW_FORWARD);
	struct vr_flow_id id[2], stale, none = { 4711, 0 };
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_flow_info info;
	u64 before;
	int ret;

	f_pair(w, 2, id);
	stale = id[0];
	stale.gen++;
	before = w_digest(w);

#define REFUSED(code, attr, change) do {					\
	cfg = good;								\
	rev = good;								\
	rev.key = f_key_back(1);						\
	cfg.change;								\
	W_REFUSED(w, f_set(w, &cfg, NULL, NULL), code, attr, before);		\
	W_NEW_TEXT(w, &texts);							\
	cfg = good;								\
	rev.change;								\
	W_REFUSED(w, f_set(w, &cfg, &rev, NULL), code, VR_A_FLOW_REVERSE, before); \
	W_NEW_TEXT(w, &texts);							\
	KUNIT_EXPECT_EQ(test, f_count(w), 2);					\
} while (0)
	REFUSED(-EINVAL, VR_A_FLOW_FAMILY, key.family = AF_BRIDGE);
	REFUSED(-EINVAL, VR_A_FLOW_ACTION, action = VR_FLOW_NAT);
	REFUSED(-EINVAL, VR_A_FLOW_ACTION, action = VR_FLOW_ACTION_MAX);
	REFUSED(-EINVAL, VR_A_FLOW_FLAGS, flags = 0x1);
	REFUSED(-EINVAL, VR_A_FLOW_DROP_REASON, drop_reason = 256);
	REFUSED(-EINVAL, VR_A_FLOW_TTL, ttl = 256);
	REFUSED(-EINVAL, VR_A_FLOW_ECMP, ecmp = 128);
	REFUSED(-EINVAL, VR_A_FLOW_MIRROR, mirror[0] = 256);
	REFUSED(-EINVAL, VR_A_FLOW_MIRROR2, mirror[1] = 256);
	REFUSED(-ENOENT, VR_A_FLOW_VRF, vrf = 1);
	REFUSED(-ENOENT, VR_A_FLOW_DVRF, dvrf = VR_VRF_NONE);
	REFUSED(-ENOENT, VR_A_FLOW_SRC_NH, src_nh = 5);
#undef REFUSED
	cfg = good;
	cfg.ecmp = -2;
	W_REFUSED(w, f_set(w, &cfg, NULL, NULL), -EINVAL, VR_A_FLOW_ECMP, before);
	W_REFUSED(w, f_set(w, &good, &good, NULL), -EINVAL, VR_A_FLOW_REVERSE, before);
	W_NEW_TEXT(w, &texts);
	cfg = f_cfg(f_key(2), VR_FLOW_DROP);
	W_REFUSED(w, f_set_excl(w, &cfg), -EEXIST, 0, before);
	W_NEW_TEXT(w, &texts);

	W_REFUSED(w, f_get(w, none, &info), -ENOENT, VR_A_FLOW_INDEX, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, f_get(w, stale, &info), -ESTALE, VR_A_FLOW_GEN, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, f_find(w, f_key(1), &info), -ENOENT, 0, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, f_del(w, none), -ENOENT, VR_A_FLOW_INDEX, before);
	W_REFUSED(w, f_del(w, stale), -ESTALE, VR_A_FLOW_GEN, before);
	ret = W_LOCKED(w, vr_flow_del(w->core, id[0], true, false, NULL, &w->err));
	W_REFUSED(w, ret, -EBUSY, VR_A_FLOW_IF_CLOSED, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, f_link(w, none, id[0]), -ENOENT, VR_A_FLOW_INDEX, before);
	W_REFUSED(w, f_link(w, stale, id[1]), -ESTALE, VR_A_FLOW_GEN, before);
	W_REFUSED(w, f_link(w, id[0], none), -ENOENT, VR_A_FLOW_RINDEX, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, f_link(w, id[1], stale), -ESTALE, VR_A_FLOW_RGEN, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, f_link(w, id[0], id[0]), -EINVAL, VR_A_FLOW_RINDEX, before);
	W_NEW_TEXT(w, &texts);
	KUNIT_EXPECT_EQ(test, f_rindex(w, id[0]), id[1].index);
}

/* No more than the limit, and what was to come with the last one does not come either. */
static void flow_set_limit(struct kunit *test)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(5000), VR_FLOW_FORWARD);
	struct vr_flow_cfg rev = f_cfg(f_key_back(5000), VR_FLOW_FORWARD);
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_flow_info info;
	struct vr_flow_id id[2];
	u64 before;
	u32 i;

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FLOWS, 1024), 0);
	for (i = 0; i < 511; i++)
		f_pair(w, i, id);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	cfg.key = f_key(6000);
	rev.key = f_key_back(6000);
	before = w_digest(w);
	/* There is room for one. */
	W_REFUSED(w, f_set(w, &cfg, &rev, NULL), -ENOSPC, 0, before);
	W_NEW_TEXT(w, &texts);
	KUNIT_EXPECT_EQ(test, f_find(w, f_key_back(6000), &info), -ENOENT);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, id), 0);
	cfg.key = f_key(7000);
	before = w_digest(w);
	W_REFUSED(w, f_set(w, &cfg, NULL, NULL), -ENOSPC, 0, before);
	/* What is there can be decided and linked. */
	cfg.key = f_key(5000);
	rev.key = f_key(6000);
	KUNIT_EXPECT_EQ(test, f_set(w, &cfg, &rev, NULL), 0);
	KUNIT_EXPECT_EQ(test, f_count(w), 1024);
	KUNIT_ASSERT_EQ(test, f_del(w, id[0]), 0);
	cfg.key = f_key(7000);
	KUNIT_EXPECT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
}

#ifdef VR_TEST_USERSPACE

/* One of four: is the direction there before, and what is to become of it. */
static void no_memory_round(struct world *w, u32 n, bool fwd_there, bool rev_there)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(n), VR_FLOW_FORWARD);
	struct vr_flow_cfg rev = f_cfg(f_key_back(n), VR_FLOW_FORWARD);
	struct kunit *test = w->test;
	struct vr_flow_cfg old;
	struct vr_flow_info info;
	unsigned int i, flows = f_count(w);
	int ret;

	if (fwd_there) {
		old = f_cfg(f_key(n), VR_FLOW_DROP);
		KUNIT_ASSERT_EQ(test, f_set(w, &old, NULL, NULL), 0);
	}
	if (rev_there) {
		old = f_cfg(f_key_back(n), VR_FLOW_DROP);
		KUNIT_ASSERT_EQ(test, f_set(w, &old, NULL, NULL), 0);
	}
	for (i = 1; ; i++) {
		/* All from the i-th on, or it would be had at the second attempt. */
		vr_test_fail_alloc_from(i);
		ret = f_set(w, &cfg, &rev, NULL);
		if (!vr_test_allocs_failed())
			break;
		vr_test_fail_alloc(0);
		if (!ret)
			continue;
		KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		KUNIT_EXPECT_NOT_NULL(test, w->err.msg);
		KUNIT_EXPECT_EQ(test, f_count(w), flows + fwd_there + rev_there);
		KUNIT_EXPECT_EQ(test, f_find(w, cfg.key, &info), fwd_there ? 0 : -ENOENT);
		if (fwd_there) {
			KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_DROP);
			KUNIT_EXPECT_EQ(test, info.rev.index, NONE);
		}
		KUNIT_EXPECT_EQ(test, f_find(w, rev.key, &info), rev_there ? 0 : -ENOENT);
		if (rev_there) {
			KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_DROP);
			KUNIT_EXPECT_EQ(test, info.rev.index, NONE);
		}
		vr_flow_table_reclaim(&w->core->flows);
	}
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, f_count(w), flows + 2);
	KUNIT_ASSERT_EQ(test, f_find(w, cfg.key, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.action, VR_FLOW_FORWARD);
	KUNIT_EXPECT_NE(test, info.rev.index, NONE);
}

/*
 * So many that chunks and chains end between the two directions, too: there is
 * no memory for either, or for the second of them alone.
 */
static void flow_set_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	u32 n;

	for (n = 0; n < 2000; n++)
		no_memory_round(w, n, n % 8 == 1 || n % 8 == 3, n % 8 == 2 || n % 8 == 3);
	KUNIT_EXPECT_EQ(test, f_totals(w).added + f_totals(w).deleted, 4000);
}

/* --- readers beside writers --- */

struct walker {
	struct world *w;
	bool stop;
	u32 seen;
	u32 pairs;
	bool wrong;
};

/* Whatever a packet sees of a pair is one of the two things that were decided, and its partner. */
static void walker_main(void *arg)
{
	struct vr_flow_key key = f_key(1);
	struct walker *walker = arg;
	struct vr_core *core = walker->w->core;
	u64 hash = vr_flow_hash(&core->flows, &key);

	while (!READ_ONCE(walker->stop)) {
		struct vr_flow *flow, *other;
		struct vr_flow_act act;

		rcu_read_lock();
		flow = vr_flow_find_rcu(&core->flows, &key, hash);
		if (flow) {
			act = vr_flow_act_read(flow);
			other = vr_flow_partner_rcu(core, flow, &act);
			walker->seen++;
			walker->pairs += !!other;
			if (act.ttl != act.drop_reason ||
			    act.action != (act.ttl & 1 ? VR_FLOW_FORWARD : VR_FLOW_DROP) ||
			    (other && other->key.nh != F_NH + 1))
				walker->wrong = true;
		}
		rcu_read_unlock();
	}
}

static void flow_set_readers_see_whole_decisions(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread[2];
	struct walker walker[2] = {};
	struct vr_flow_cfg cfg, rev;
	struct vr_flow_id id[2];
	u32 i;

	for (i = 0; i < 2; i++) {
		walker[i].w = w;
		vr_test_thread_start(&thread[i], 1 + i, walker_main, &walker[i]);
	}
	for (i = 1; i < 20000 || !READ_ONCE(walker[0].pairs) || !READ_ONCE(walker[1].pairs); i++) {
		cfg = f_cfg(f_key(1), i & 1 ? VR_FLOW_FORWARD : VR_FLOW_DROP);
		cfg.ttl = i & 0xff;
		cfg.drop_reason = i & 0xff;
		rev = cfg;
		rev.key = f_key_back(1);
		if (f_set(w, &cfg, i % 3 ? &rev : NULL, id))
			KUNIT_FAIL(test, "round %u", i);
		if (i % 16 == 0)
			f_del(w, id[0]);
		if (i % 64 == 0)
			vr_flow_table_reclaim(&w->core->flows);
	}
	for (i = 0; i < 2; i++) {
		WRITE_ONCE(walker[i].stop, true);
		vr_test_thread_join(&thread[i]);
		KUNIT_EXPECT_FALSE(test, walker[i].wrong);
	}
}

#endif /* VR_TEST_USERSPACE */

static struct kunit_case flow_set_cases[] = {
	KUNIT_CASE(flow_set_is_what_one_gets),
	KUNIT_CASE(flow_set_both_directions),
	KUNIT_CASE(flow_set_adopts_what_packets_made),
	KUNIT_CASE(flow_set_exclusive),
	KUNIT_CASE(flow_set_refusals),
	KUNIT_CASE(flow_set_limit),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(flow_set_without_memory),
	KUNIT_CASE(flow_set_readers_see_whole_decisions),
#endif
	{}
};

static struct kunit_suite flow_set_suite = {
	.name = "flow_set",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = flow_set_cases,
};

VR_TEST_SUITE(flow_set_suite);
