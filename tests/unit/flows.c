// SPDX-License-Identifier: GPL-2.0-only
/* Words for tests of flows: see flows.h. */
#include "flows.h"

int f_suite_init(struct kunit *test)
{
	struct world *w;
	int ret = w_suite_init(test);

	w = test->priv;
	if (!ret)
		vr_flow_stop(w->core);
	return ret;
}

void f_suite_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (w) {
		vr_core_lock(w->core);
		vr_flow_flush(w->core);
		vr_core_unlock(w->core);
		f_drain(w, NULL, 0);
	}
	w_suite_exit(test);
}

struct vr_flow_key f_key(u32 n)
{
	return (struct vr_flow_key){
		.nh = F_NH,
		.sport = htons(1 + n % 50000),
		.dport = htons(80),
		.family = AF_INET,
		.proto = IPPROTO_TCP,
		.addr = { htonl(W_IP(10, 1, 0, 0) + n / 50000), htonl(W_IP(10, 2, 0, 1)) },
	};
}

struct vr_flow_key f_key_back(u32 n)
{
	struct vr_flow_key key = f_key(n), back;

	vr_flow_key_reverse(&key, F_NH + 1, &back);
	return back;
}

struct vr_flow_key f_key6(u32 n)
{
	return (struct vr_flow_key){
		.nh = F_NH,
		.sport = htons(1 + n % 50000),
		.dport = htons(53),
		.family = AF_INET6,
		.proto = IPPROTO_UDP,
		.addr = { htonl(0xfd000000), 0, 0, htonl(1 + n / 50000),
			  htonl(0xfd000000), 0, 0, htonl(2) },
	};
}

struct vr_flow_cfg f_cfg(struct vr_flow_key key, u32 action)
{
	return (struct vr_flow_cfg){
		.key = key,
		.action = action,
		.src_nh = VR_NH_NONE,
		.ecmp = -1,
		.mirror = { VR_MIRROR_NONE, VR_MIRROR_NONE },
	};
}

int f_set(struct world *w, const struct vr_flow_cfg *cfg, const struct vr_flow_cfg *rev,
	  struct vr_flow_id id[2])
{
	return W_LOCKED(w, vr_flow_set(w->core, cfg, rev, false, id, &w->err));
}

int f_set_excl(struct world *w, const struct vr_flow_cfg *cfg)
{
	return W_LOCKED(w, vr_flow_set(w->core, cfg, NULL, true, NULL, &w->err));
}

int f_get(struct world *w, struct vr_flow_id id, struct vr_flow_info *info)
{
	return W_LOCKED(w, vr_flow_get(w->core, id, info, &w->err));
}

int f_find(struct world *w, struct vr_flow_key key, struct vr_flow_info *info)
{
	return W_LOCKED(w, vr_flow_find(w->core, &key, info, &w->err));
}

int f_del(struct world *w, struct vr_flow_id id)
{
	return W_LOCKED(w, vr_flow_del(w->core, id, false, false, NULL, &w->err));
}

int f_conf(struct world *w, enum vr_conf i, u32 value)
{
	struct vr_conf_set set = { .given = 1ULL << i };

	set.value[i] = value;
	return W_LOCKED(w, vr_conf_set(w->core, &set, &w->err));
}

struct vr_flow_totals f_totals(struct world *w)
{
	struct vr_flow_totals totals;

	vr_core_lock(w->core);
	vr_flow_totals(w->core, &totals);
	vr_core_unlock(w->core);
	return totals;
}

void f_pair(struct world *w, u32 n, struct vr_flow_id id[2])
{
	struct vr_flow_cfg cfg = f_cfg(f_key(n), VR_FLOW_FORWARD);
	struct vr_flow_cfg rev = f_cfg(f_key_back(n), VR_FLOW_FORWARD);

	KUNIT_ASSERT_EQ_MSG(w->test, f_set(w, &cfg, &rev, id), 0, "connection %u", n);
}

struct vr_vif *f_vif(struct world *w, u32 id)
{
	struct vr_vif_cfg cfg = w_vif_cfg(id, VR_VIF_VIRTUAL, 0);
	struct vr_vif *vif;

	vr_core_lock(w->core);
	vif = vr_vif_handle(w->core, id);
	vr_core_unlock(w->core);
	if (vif)
		return vif;
	KUNIT_ASSERT_EQ(w->test, w_vif_set(w, &cfg), 0);
	vr_core_lock(w->core);
	vif = vr_vif_handle(w->core, id);
	vr_core_unlock(w->core);
	return vif;
}

enum vr_hold_what f_hold_by(struct world *w, struct vr_vif *vif, struct vr_flow_key key, u32 mark,
			    bool make, enum vr_drop_reason *reason)
{
	struct vr_held held = { .vif = vif->id, .vif_birth = vif->birth, .vrf = 0 };
	enum vr_drop_reason why = VR_DROP_NONE;
	enum vr_hold_what what;
	struct vr_flow *flow;
	u8 frame[64] = {};

	memcpy(frame, &mark, sizeof(mark));
	held.pkt = vr_test_pkt_alloc(frame, sizeof(frame), ~0U, 64);
	local_bh_disable();
	rcu_read_lock();
	what = vr_flow_hold(w->core, vif, &key, vr_flow_hash(&w->core->flows, &key), &held, make,
			    &flow, &why);
	if (what == VR_HOLD_NEW || what == VR_HOLD_AGAIN || what == VR_HOLD_BEHIND)
		vr_count(&w->core->stats, VR_CORE_CREATED);
	else
		vr_pkt_free_consumed(held.pkt);
	if (make)
		KUNIT_EXPECT_EQ(w->test, what == VR_HOLD_REFUSED, !flow);
	if (flow)
		KUNIT_EXPECT_MEMEQ(w->test, &flow->key, &key, sizeof(key));
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(w->test, what == VR_HOLD_REFUSED, why != VR_DROP_NONE);
	if (reason)
		*reason = why;
	return what;
}

enum vr_hold_what f_hold(struct world *w, struct vr_vif *vif, struct vr_flow_key key, u32 mark,
			 enum vr_drop_reason *reason)
{
	return f_hold_by(w, vif, key, mark, true, reason);
}

bool f_unhold(struct world *w, struct f_out *out)
{
	enum vr_drop_reason reason;
	struct vr_flow *flow;
	struct vr_held held;
	bool any;

	local_bh_disable();
	rcu_read_lock();
	any = vr_flow_unhold(w->core, &held, &flow, &reason);
	if (any) {
		memcpy(&out->mark, vr_pkt_data(held.pkt), sizeof(out->mark));
		out->vif = held.vif;
		out->gone = !flow;
		out->reason = flow ? VR_DROP_NONE : reason;
		vr_pkt_free_consumed(held.pkt);
		vr_count(&w->core->stats, VR_CORE_CONSUMED);
	}
	rcu_read_unlock();
	local_bh_enable();
	return any;
}

u32 f_drain(struct world *w, struct f_out *out, u32 max)
{
	struct f_out one;
	u32 n = 0;

	if (!vr_flow_release_begin(w->core))
		return 0;
	for (; f_unhold(w, &one); n++)
		if (n < max)
			out[n] = one;
	vr_flow_release_end(w->core);
	return n;
}

u8 f_flags(struct world *w, struct vr_flow_key key)
{
	const struct vr_flow *flow;
	u8 flags = 0xff;

	rcu_read_lock();
	flow = vr_flow_find_rcu(&w->core->flows, &key, vr_flow_hash(&w->core->flows, &key));
	if (flow)
		flags = vr_flow_act_read(flow).flags;
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(w->test, flow);
	return flags;
}

void f_decide(struct world *w, struct vr_flow_key key, u32 action)
{
	struct vr_flow_cfg cfg = f_cfg(key, action);

	KUNIT_ASSERT_EQ(w->test, f_set(w, &cfg, NULL, NULL), 0);
}

u64 f_books_held(struct world *w)
{
	struct vr_books books;

	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	w_books(w);
	return books.held;
}

u32 f_vif_held(struct world *w, u32 id)
{
	struct vr_vif_info info = { .held = ~0U };

	KUNIT_EXPECT_EQ(w->test, w_vif_get(w, id, &info), 0);
	return info.held;
}

void f_expect_out(struct world *w, u32 first, u32 last)
{
	struct f_out out[64];
	u32 n = f_drain(w, out, ARRAY_SIZE(out)), i;

	KUNIT_ASSERT_EQ(w->test, n, last - first + 1);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_EQ(w->test, out[i].mark, first + i);
		KUNIT_EXPECT_FALSE(w->test, out[i].gone);
	}
}

void f_expect_dropped(struct world *w, u32 n, u32 reason)
{
	struct f_out out[64];
	u32 i;

	KUNIT_ASSERT_EQ(w->test, f_drain(w, out, ARRAY_SIZE(out)), n);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_TRUE(w->test, out[i].gone);
		KUNIT_EXPECT_EQ(w->test, out[i].reason, reason);
	}
}

u32 f_rindex(struct world *w, struct vr_flow_id id)
{
	struct vr_flow_info info = {};
	const struct vr_flow *flow;

	KUNIT_EXPECT_EQ(w->test, f_get(w, id, &info), 0);
	rcu_read_lock();
	flow = vr_flow_at_rcu(&w->core->flows, id.index);
	if (flow)
		KUNIT_EXPECT_EQ(w->test, vr_flow_act_read(flow).rindex, info.rev.index);
	rcu_read_unlock();
	return info.rev.index;
}

u32 f_count(struct world *w)
{
	struct vr_flow_info info;
	u32 index, n = 0;

	vr_core_lock(w->core);
	for (index = 0; !vr_flow_next(w->core, index, &info); index = info.id.index + 1)
		n++;
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(w->test, atomic_read(&w->core->flows.used), n);
	return n;
}

int f_link(struct world *w, struct vr_flow_id a, struct vr_flow_id b)
{
	return W_LOCKED(w, vr_flow_link(w->core, a, b, &w->err));
}
