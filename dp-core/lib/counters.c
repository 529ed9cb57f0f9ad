// SPDX-License-Identifier: GPL-2.0-only
/* Per-cpu arrays of counters: making, reading, freeing. Counting is inline in the header. */
#include "lib/counters.h"

static size_t counters_cpu_size(u32 n)
{
	return sizeof(struct vr_counters_cpu) + (size_t)n * sizeof(u64_stats_t);
}

static s64 counters_bytes(const struct vr_counters *c)
{
	return (s64)counters_cpu_size(c->n) * vr_num_cpus();
}

/**
 * vr_counters_init() - make @n counters that read zero
 * @c: to set up
 * @mem: where they are counted
 * @class: as what
 * @n: how many
 *
 * Return: 0, or -ENOMEM; vr_counters_exit() may be called then too.
 */
int vr_counters_init(struct vr_counters *c, struct vr_mem *mem, enum vr_mem_class class, u32 n)
{
	unsigned int cpu;

	c->n = n;
	c->mem = mem;
	c->class = class;
	c->cpu = vr_percpu_alloc(counters_cpu_size(n));
	if (!c->cpu)
		return -ENOMEM;

	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(c->cpu, cpu)->sync);
	vr_mem_count(mem, class, 1, counters_bytes(c));
	return 0;
}

/**
 * vr_counters_exit() - free the counters
 * @c: nobody counts any more; may be zeroed, or have been freed before
 */
void vr_counters_exit(struct vr_counters *c)
{
	if (!c->cpu)
		return;
	vr_mem_count(c->mem, c->class, -1, -counters_bytes(c));
	vr_percpu_free(c->cpu);
	c->cpu = NULL;
}

u64 vr_counters_read(const struct vr_counters *c, u32 i)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu) {
		const struct vr_counters_cpu *copy = per_cpu_ptr(c->cpu, cpu);
		unsigned int start;
		u64 v;

		do {
			start = u64_stats_fetch_begin(&copy->sync);
			v = u64_stats_read(&copy->v[i]);
		} while (u64_stats_fetch_retry(&copy->sync, start));
		sum += v;
	}
	return sum;
}
