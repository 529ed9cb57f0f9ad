/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: per-cpu memory and u64 counters.
 *
 * A thread is a cpu: the first one cpu 0, others as vr_test_thread_start()
 * says. Between the copies of what was allocated lies poisoned memory.
 */
#ifndef _VR_HOST_PERCPU_H
#define _VR_HOST_PERCPU_H

#include <vr_host/base.h>

#define VR_TEST_CPUS	4

unsigned int vr_test_this_cpu(void);
void *vr_test_percpu_copy(const void *p, unsigned int cpu);

/* Zeroed, @size bytes for each possible cpu; NULL if there is no memory. */
void *vr_percpu_alloc(size_t size);
void vr_percpu_free(void *p);

static inline unsigned int vr_num_cpus(void)
{
	return VR_TEST_CPUS;
}

/* One more than the highest number of a cpu. */
static inline unsigned int vr_cpu_ids(void)
{
	return VR_TEST_CPUS;
}

/* The cpu that runs this; bottom halves are disabled. */
static inline unsigned int vr_this_cpu(void)
{
	return vr_test_this_cpu();
}

#define per_cpu_ptr(p, cpu)	((typeof(p))vr_test_percpu_copy(p, cpu))
#define this_cpu_ptr(p)		per_cpu_ptr(p, vr_test_this_cpu())
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < VR_TEST_CPUS; (cpu)++)

/** u64_stats_t - one writer, any readers; a word is read whole */
typedef struct {
	u64 v;
} u64_stats_t;

struct u64_stats_sync {
};

static inline void u64_stats_init(struct u64_stats_sync *sync)
{
}

static inline void u64_stats_update_begin(struct u64_stats_sync *sync)
{
}

static inline void u64_stats_update_end(struct u64_stats_sync *sync)
{
}

static inline unsigned int u64_stats_fetch_begin(const struct u64_stats_sync *sync)
{
	return 0;
}

static inline bool u64_stats_fetch_retry(const struct u64_stats_sync *sync, unsigned int start)
{
	return false;
}

static inline u64 u64_stats_read(const u64_stats_t *p)
{
	return READ_ONCE(p->v);
}

static inline void u64_stats_set(u64_stats_t *p, u64 val)
{
	WRITE_ONCE(p->v, val);
}

static inline void u64_stats_add(u64_stats_t *p, u64 val)
{
	WRITE_ONCE(p->v, p->v + val);
}

static inline void u64_stats_inc(u64_stats_t *p)
{
	u64_stats_add(p, 1);
}

#endif /* _VR_HOST_PERCPU_H */
