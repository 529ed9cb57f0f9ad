/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: per-cpu memory and u64 counters.
 *
 * The words are the kernel's: __percpu, this_cpu_ptr(), per_cpu_ptr(),
 * for_each_possible_cpu(), u64_stats_t and struct u64_stats_sync with
 * u64_stats_init(), u64_stats_update_begin(), u64_stats_update_end(),
 * u64_stats_inc(), u64_stats_add(), u64_stats_read(), u64_stats_fetch_begin(),
 * u64_stats_fetch_retry().
 */
#ifndef _VR_HOST_PERCPU_H
#define _VR_HOST_PERCPU_H

#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/smp.h>
#include <linux/u64_stats_sync.h>

/* Zeroed, @size bytes for each possible cpu; NULL if there is no memory. */
static inline void __percpu *vr_percpu_alloc(size_t size)
{
	return __alloc_percpu_gfp(size, __alignof__(u64), GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
}

static inline void vr_percpu_free(void __percpu *p)
{
	free_percpu(p);
}

static inline unsigned int vr_num_cpus(void)
{
	return num_possible_cpus();
}

/* One more than the highest number of a cpu. */
static inline unsigned int vr_cpu_ids(void)
{
	return nr_cpu_ids;
}

/* The cpu that runs this; bottom halves are disabled. */
static inline unsigned int vr_this_cpu(void)
{
	return smp_processor_id();
}

#endif /* _VR_HOST_PERCPU_H */
