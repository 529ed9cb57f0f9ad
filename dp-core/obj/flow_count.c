// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of flows: 64 bits, right when all cpus hit one flow, and without a
 * line for each cpu and flow.
 *
 * The first packets are counted by atomics: that is when the flow may still be
 * on a cpu that it does not stay on, as the one that let its held packets go.
 * Then the cpu that has it becomes its owner and counts alone, with plain
 * writes. Others go on with atomics. If they are many, the flow gets a block
 * of hot counters, where each cpu has its own line; there is a bounded number
 * of blocks, and a flow that gets none is counted by atomics for ever.
 * Nothing is ever moved from one place to another: the sum is what counts.
 */
#include "obj/flow_store.h"

/* Packets until a flow has an owner. */
#define CLAIM_AFTER	16

/* Packets on other cpus than its owner until it is hot; a power of two. */
#define HOT_AFTER	4096

/* Bytes of all blocks together, if that is not too few. */
#define HOT_BYTES	(4UL << 20)
#define HOT_MIN		16UL

/* A power of two, so that it is aligned. */
static size_t hot_size(void)
{
	return roundup_pow_of_two(vr_cpu_ids() * sizeof(struct vr_flow_hot));
}

int vr_flow_count_init(struct vr_flow_table *tab)
{
	static_assert(sizeof(struct vr_flow_hot) == SMP_CACHE_BYTES);

	tab->n_hot = 0;
	tab->hot_free = 0;
	tab->hot_limit = clamp(HOT_BYTES / hot_size(), HOT_MIN, (unsigned long)VR_FLOW_HOT_MAX);
	tab->hot = vr_zalloc(tab->mem, VR_MEM_FLOW, (VR_FLOW_HOT_MAX + 1) * sizeof(tab->hot[0]));
	return tab->hot ? 0 : -ENOMEM;
}

void vr_flow_count_exit(struct vr_flow_table *tab)
{
	u32 i;

	if (!tab->hot)
		return;
	for (i = 1; i <= tab->n_hot; i++)
		vr_free(tab->mem, VR_MEM_FLOW, tab->hot[i], hot_size());
	vr_free(tab->mem, VR_MEM_FLOW, tab->hot, (VR_FLOW_HOT_MAX + 1) * sizeof(tab->hot[0]));
	tab->hot = NULL;
}

/* The number of a block that no flow has, all zero; 0: none. */
static u16 hot_take(struct vr_flow_table *tab)
{
	u16 n = tab->hot_free;

	vr_spin_assert_held(&tab->lock);
	if (n) {
		WRITE_ONCE(tab->hot_free, tab->hot[n]->next);
		memset(tab->hot[n], 0, hot_size());
		return n;
	}
	if (tab->n_hot >= tab->hot_limit)
		return 0;
	tab->hot[tab->n_hot + 1] = vr_zalloc_atomic(tab->mem, VR_MEM_FLOW, hot_size());
	if (!tab->hot[tab->n_hot + 1])
		return 0;
	WRITE_ONCE(tab->n_hot, tab->n_hot + 1);
	return tab->n_hot;
}

static noinline void flow_heat(struct vr_flow_table *tab, struct vr_flow *flow)
{
	/* The lock is everybody's: not for what cannot be. */
	if (!READ_ONCE(tab->hot_free) && READ_ONCE(tab->n_hot) >= tab->hot_limit)
		return;
	vr_spin_lock_bh(&tab->lock);
	if (!flow->hot)
		/* Pairs with who counts: a block is empty when it is seen. */
		smp_store_release(&flow->hot, hot_take(tab));
	vr_spin_unlock_bh(&tab->lock);
}

void vr_flow_cool(struct vr_flow_table *tab, struct vr_flow *flow)
{
	vr_spin_assert_held(&tab->lock);
	if (!flow->hot)
		return;
	tab->hot[flow->hot]->next = tab->hot_free;
	WRITE_ONCE(tab->hot_free, flow->hot);
	flow->hot = 0;
}

static noinline void count_other(struct vr_flow_table *tab, struct vr_flow *flow, u32 bytes,
				 u16 owner, u16 cpu)
{
	s64 n = atomic64_add_return(1, &flow->other_packets);

	atomic64_add(bytes, &flow->other_bytes);
	if (owner == VR_FLOW_NO_OWNER) {
		if (n >= CLAIM_AFTER)
			cmpxchg(&flow->owner, VR_FLOW_NO_OWNER, cpu);
	} else if (!(n & (HOT_AFTER - 1))) {
		flow_heat(tab, flow);
	}
}

static void count_hot(struct vr_flow_hot *hot, u32 bytes)
{
	WRITE_ONCE(hot->packets, hot->packets + 1);
	WRITE_ONCE(hot->bytes, hot->bytes + bytes);
}

void vr_flow_count_shared(struct vr_flow_table *tab, struct vr_flow *flow, u32 bytes)
{
	/* Pairs with flow_heat(). */
	u16 block = smp_load_acquire(&flow->hot);

	if (block)
		count_hot(&tab->hot[block][vr_this_cpu()], bytes);
	else
		count_other(tab, flow, bytes, READ_ONCE(flow->owner), vr_this_cpu());
}

void vr_flow_counts(const struct vr_flow_table *tab, const struct vr_flow *flow, u64 *packets,
		    u64 *bytes)
{
	unsigned int cpu;
	u16 block;

	/* Pairs with flow_heat(). */
	block = smp_load_acquire(&flow->hot);
	*packets = READ_ONCE(flow->packets) + atomic64_read(&flow->other_packets);
	*bytes = READ_ONCE(flow->bytes) + atomic64_read(&flow->other_bytes);
	if (!block)
		return;
	for_each_possible_cpu(cpu) {
		*packets += READ_ONCE(tab->hot[block][cpu].packets);
		*bytes += READ_ONCE(tab->hot[block][cpu].bytes);
	}
}
