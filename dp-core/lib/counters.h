/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An array of u64 counters, one copy per cpu, added up on read. Nothing that
 * is shared between cpus is written when a packet is counted.
 */
#ifndef _VR_LIB_COUNTERS_H
#define _VR_LIB_COUNTERS_H

#include <vr/host.h>

/** struct vr_counters_cpu - one cpu's copy */
struct vr_counters_cpu {
	struct u64_stats_sync sync;
	u64_stats_t v[];
};

/**
 * struct vr_counters - @n counters
 * @cpu: the copies
 * @mem: where they are counted
 * @class: as what they are counted
 */
struct vr_counters {
	struct vr_counters_cpu __percpu *cpu;
	u32 n;
	enum vr_mem_class class;
	struct vr_mem *mem;
};

int vr_counters_init(struct vr_counters *c, struct vr_mem *mem, enum vr_mem_class class, u32 n);
void vr_counters_exit(struct vr_counters *c);

/* Sum over all cpus of counter @i. Any context. */
u64 vr_counters_read(const struct vr_counters *c, u32 i);

/* The three that packets call: softirq, or bottom halves disabled. */
static inline void vr_count(const struct vr_counters *c, u32 i)
{
	struct vr_counters_cpu *cpu = this_cpu_ptr(c->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->v[i]);
	u64_stats_update_end(&cpu->sync);
}

static inline void vr_count_add(const struct vr_counters *c, u32 i, u64 add)
{
	struct vr_counters_cpu *cpu = this_cpu_ptr(c->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_add(&cpu->v[i], add);
	u64_stats_update_end(&cpu->sync);
}

/* One packet of @bytes: counter @i and the next one, which counts bytes. */
static inline void vr_count_packet(const struct vr_counters *c, u32 i, u64 bytes)
{
	struct vr_counters_cpu *cpu = this_cpu_ptr(c->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->v[i]);
	u64_stats_add(&cpu->v[i + 1], bytes);
	u64_stats_update_end(&cpu->sync);
}

#endif /* _VR_LIB_COUNTERS_H */
