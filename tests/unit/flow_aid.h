/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of the flow table: a table, keys by number, and what a writer does under the lock. */
#ifndef _VR_FLOW_AID_H
#define _VR_FLOW_AID_H

#include "obj/flow_table.h"
#include "vr_test.h"

/** struct flow_aid - test->priv of those suites */
struct flow_aid {
	struct vr_mem mem;
	struct vr_flow_table tab;
};

static inline int flow_aid_init(struct kunit *test, u32 limit)
{
	struct flow_aid *aid = kunit_kzalloc(test, sizeof(*aid) + SMP_CACHE_BYTES, GFP_KERNEL);

	if (!aid)
		return -ENOMEM;
	aid = PTR_ALIGN(aid, SMP_CACHE_BYTES);
	test->priv = aid;
	vr_mem_init(&aid->mem);
	return vr_flow_table_init(&aid->tab, &aid->mem, limit);
}

static inline void flow_aid_expect_no_memory(struct kunit *test, const struct vr_mem *mem)
{
	KUNIT_EXPECT_EQ(test, vr_mem_objects(mem, VR_MEM_FLOW), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(mem, VR_MEM_FLOW), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(mem, VR_MEM_FLOW_HASH), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(mem, VR_MEM_FLOW_HASH), 0);
}

/* A key for each number; the odd ones are IPv6. */
static inline struct vr_flow_key flow_aid_key(u32 id)
{
	struct vr_flow_key key = {
		.nh = 7 + id % 3,
		.sport = htons(1024 + id % 50),
		.dport = htons(80),
		.family = id & 1 ? AF_INET6 : AF_INET,
		.proto = id & 2 ? IPPROTO_TCP : IPPROTO_UDP,
	};

	if (id & 1) {
		key.addr[0] = htonl(0x20010db8);
		key.addr[3] = htonl(id);
		key.addr[4] = htonl(0x20010db8);
		key.addr[7] = htonl(0x53);
	} else {
		key.addr[0] = htonl(0x0a000000 + id);
		key.addr[1] = htonl(0xc0000201);
	}
	return key;
}

static inline u32 flow_aid_id(const struct vr_flow_key *key)
{
	return key->family == AF_INET6 ? ntohl(key->addr[3]) : ntohl(key->addr[0]) - 0x0a000000;
}

/* The flow of @id, made if there is none: *@made. NULL: *@reason, VR_DROP_MAX for a failed link. */
static inline struct vr_flow *flow_aid_get(struct vr_flow_table *tab, u32 id, bool *made,
					   u32 *reason)
{
	struct vr_flow_key key = flow_aid_key(id);
	u64 hash = vr_flow_hash(tab, &key);
	struct vr_flow *flow;

	*made = false;
	vr_flow_lock(tab, hash);
	flow = vr_flow_find_locked(tab, &key, hash);
	if (!flow) {
		flow = vr_flow_new(tab, &key, reason);
		*made = flow;
		if (flow && vr_flow_link_locked(tab, flow, hash)) {
			vr_flow_cancel(tab, flow);
			*reason = VR_DROP_MAX;
			*made = false;
			flow = NULL;
		}
	}
	vr_flow_unlock(tab, hash);
	return flow;
}

/* One that is not there yet; the test ends if it cannot be made. */
static inline struct vr_flow *flow_aid_add(struct kunit *test, struct vr_flow_table *tab, u32 id)
{
	struct vr_flow *flow;
	u32 reason = 0;
	bool made;

	flow = flow_aid_get(tab, id, &made, &reason);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
	KUNIT_ASSERT_TRUE(test, made);
	return flow;
}

static inline bool flow_aid_del(struct vr_flow_table *tab, u32 id)
{
	struct vr_flow_key key = flow_aid_key(id);
	u64 hash = vr_flow_hash(tab, &key);
	struct vr_flow *flow;

	vr_flow_lock(tab, hash);
	flow = vr_flow_find_locked(tab, &key, hash);
	if (flow)
		vr_flow_unlink_locked(tab, flow, hash);
	vr_flow_unlock(tab, hash);
	return flow;
}

/* As a packet finds it; it stays valid, for these tests take away nothing behind their own back. */
static inline struct vr_flow *flow_aid_find(struct vr_flow_table *tab, u32 id)
{
	struct vr_flow_key key = flow_aid_key(id);
	struct vr_flow *flow;

	rcu_read_lock();
	flow = vr_flow_find_rcu(tab, &key, vr_flow_hash(tab, &key));
	rcu_read_unlock();
	return flow;
}

/* Unlinks all; how many there were. */
static inline u32 flow_aid_flush(struct vr_flow_table *tab)
{
	struct vr_flow *flow;
	u32 index = 0;
	u32 n = 0;

	for (; (flow = vr_flow_table_next(tab, &index)); index++) {
		u64 hash = vr_flow_hash(tab, &flow->key);

		vr_flow_lock(tab, hash);
		vr_flow_unlink_locked(tab, flow, hash);
		vr_flow_unlock(tab, hash);
		n++;
	}
	return n;
}

/* What each suite ends with: the table empties, and nothing is left. */
static inline void flow_aid_exit(struct kunit *test)
{
	struct flow_aid *aid = test->priv;

	flow_aid_flush(&aid->tab);
	KUNIT_EXPECT_EQ(test, atomic_read(&aid->tab.used), 0);
	vr_flow_table_exit(&aid->tab);
	flow_aid_expect_no_memory(test, &aid->mem);
}

#endif /* _VR_FLOW_AID_H */
