/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of fragments, on top of flows.h. Packets do not come by a port here: one that
 * waits counts as created, one that is taken out as consumed.
 */
#ifndef _VR_TEST_FRAGMENT_AID_H
#define _VR_TEST_FRAGMENT_AID_H

#include "flows.h"

#include "obj/fragment.h"

/* The piece from @off to @end - 1 of packet @id, and what hash it has. */
static inline struct vr_fragment piece(u32 id, u16 off, u16 end, bool more)
{
	return (struct vr_fragment){
		.key = {
			.nh = F_NH,
			.sport = htons(id >> 16),
			.dport = htons(id & 0xffff),
			.family = AF_INET,
			.proto = IPPROTO_UDP,
			.addr = { htonl(W_IP(10, 1, 0, 1)), htonl(W_IP(10, 2, 0, 1)) },
		},
		.off = off,
		.end = end,
		.more = more,
		.asks = true,
	};
}

static inline u64 piece_hash(struct world *w, const struct vr_fragment *frag)
{
	return vr_flow_hash(&w->core->flows, &frag->key);
}

/* The first @end bytes of packet @id, of the @n-th flow, come by @vif. */
static inline bool first(struct world *w, struct vr_vif *vif, u32 id, u16 end, u32 n)
{
	struct vr_fragment frag = piece(id, 0, end, true);
	struct vr_flow_key key = f_key(n);
	bool others;

	local_bh_disable();
	rcu_read_lock();
	others = vr_frags_first(w->core, vif, &frag, piece_hash(w, &frag), &key);
	rcu_read_unlock();
	local_bh_enable();
	return others;
}

/* A later one; it is told by @mark. May it @wait? */
static inline enum vr_frag_what later(struct world *w, struct vr_vif *vif, struct vr_fragment frag,
				      u32 mark, bool wait, struct vr_flow_key *flow,
				      enum vr_drop_reason *reason)
{
	struct vr_held held = { .vif = vif->id, .vif_birth = vif->birth };
	u8 frame[64] = {};
	enum vr_frag_what what;

	memcpy(frame, &mark, sizeof(mark));
	if (wait)
		held.pkt = vr_test_pkt_alloc(frame, sizeof(frame), ~0U, 64);
	local_bh_disable();
	rcu_read_lock();
	what = vr_frags_later(w->core, vif, &frag, piece_hash(w, &frag), wait ? &held : NULL, flow,
			      reason);
	if (what == VR_FRAG_WAITS)
		vr_count(&w->core->stats, VR_CORE_CREATED);
	else if (wait)
		vr_pkt_free_consumed(held.pkt);
	rcu_read_unlock();
	local_bh_enable();
	return what;
}

static inline u32 taken(struct world *w, const struct vr_held *held)
{
	u32 mark;

	memcpy(&mark, vr_pkt_data(held->pkt), sizeof(mark));
	vr_pkt_free_consumed(held->pkt);
	vr_count(&w->core->stats, VR_CORE_CONSUMED);
	return mark;
}

/* The next one that waited for the first one of @id. False: there is none. */
static inline bool next(struct world *w, u32 id, u32 *mark, struct vr_flow_key *flow,
			enum vr_drop_reason *reason)
{
	struct vr_fragment frag = piece(id, 0, 8, true);
	struct vr_held held;
	bool any;

	local_bh_disable();
	rcu_read_lock();
	any = vr_frags_next(w->core, &frag, piece_hash(w, &frag), &held, flow, reason);
	if (any)
		*mark = taken(w, &held);
	rcu_read_unlock();
	local_bh_enable();
	return any;
}

static inline bool in_vain(struct world *w, u32 *mark)
{
	struct vr_held held;
	bool any;

	local_bh_disable();
	rcu_read_lock();
	any = vr_frags_unhold(w->core, &held);
	if (any)
		*mark = taken(w, &held);
	rcu_read_unlock();
	local_bh_enable();
	return any;
}

static inline u32 flush(struct world *w)
{
	u32 n = 0, mark;

	vr_core_lock(w->core);
	vr_frags_flush(w->core);
	vr_core_unlock(w->core);
	while (in_vain(w, &mark))
		n++;
	KUNIT_EXPECT_EQ(w->test, vr_frags_used(w->core), 0);
	KUNIT_EXPECT_EQ(w->test, vr_frags_held(w->core), 0);
	return n;
}

static inline u32 load(atomic64_t *v)
{
	return (u32)atomic64_read(v);
}

static inline void expect(struct world *w, int line, u32 used, u32 held)
{
	KUNIT_EXPECT_EQ_MSG(w->test, vr_frags_used(w->core), used, "line %d: used", line);
	KUNIT_EXPECT_EQ_MSG(w->test, vr_frags_held(w->core), held, "line %d: held", line);
	KUNIT_EXPECT_EQ_MSG(w->test, f_books_held(w), held, "line %d: books", line);
}

#define EXPECT(w, used, held) expect(w, __LINE__, used, held)

/* It waits, is refused for @why, or is of the @n-th flow. */
#define WAITS(w, vif, frag) do {						\
	struct vr_flow_key _flow;						\
	enum vr_drop_reason _why;						\
										\
	KUNIT_EXPECT_EQ((w)->test, later(w, vif, frag, 0, true, &_flow, &_why), VR_FRAG_WAITS); \
	KUNIT_EXPECT_EQ((w)->test, _why, VR_DROP_NONE);				\
} while (0)

#define REFUSED(w, vif, frag, why) do {						\
	struct vr_flow_key _flow;						\
	enum vr_drop_reason _why;						\
										\
	KUNIT_EXPECT_EQ((w)->test, later(w, vif, frag, 0, true, &_flow, &_why), VR_FRAG_REFUSED); \
	KUNIT_EXPECT_EQ((w)->test, _why, why);					\
} while (0)

#define KNOWN(w, vif, frag, n) do {						\
	struct vr_flow_key _flow, _want = f_key(n);				\
	enum vr_drop_reason _why;						\
										\
	KUNIT_EXPECT_EQ((w)->test, later(w, vif, frag, 0, false, &_flow, &_why), VR_FRAG_KNOWN); \
	KUNIT_EXPECT_MEMEQ((w)->test, &_flow, &_want, sizeof(_want));		\
} while (0)

static inline u32 expire(struct world *w)
{
	u32 n = 0, mark;

	vr_frags_expire(w->core);
	while (in_vain(w, &mark))
		n++;
	return n;
}

#endif /* _VR_TEST_FRAGMENT_AID_H */
