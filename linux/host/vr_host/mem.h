/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: memory, counted by class.
 *
 * Configuration allocates with GFP_KERNEL_ACCOUNT and may get memory that is not contiguous:
 * whoever owns a namespace may configure it, and his control group is to pay. Packets allocate
 * without waiting. What is freed after a grace period leaves the books when it is handed to RCU,
 * not when RCU is done with it.
 */
#ifndef _VR_HOST_MEM_H
#define _VR_HOST_MEM_H

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <vr/mem.h>

/** struct vr_mem - what one core holds, by enum vr_mem_class */
struct vr_mem {
	atomic64_t objects[VR_MEM_MAX];
	atomic64_t bytes[VR_MEM_MAX];
};

static inline void vr_mem_init(struct vr_mem *mem)
{
	memset(mem, 0, sizeof(*mem));
}

/* @mem may be NULL, here and below: then it is counted nowhere. */
static inline void vr_mem_count(struct vr_mem *mem, enum vr_mem_class class, s64 objects,
				s64 bytes)
{
	if (!mem)
		return;
	atomic64_add(objects, &mem->objects[class]);
	atomic64_add(bytes, &mem->bytes[class]);
}

static inline u64 vr_mem_objects(const struct vr_mem *mem, enum vr_mem_class class)
{
	return atomic64_read(&mem->objects[class]);
}

static inline u64 vr_mem_bytes(const struct vr_mem *mem, enum vr_mem_class class)
{
	return atomic64_read(&mem->bytes[class]);
}

/* Zeroed memory of any size, or NULL. May sleep. */
static inline void *vr_zalloc(struct vr_mem *mem, enum vr_mem_class class, size_t size)
{
	void *p = kvzalloc(size, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (p)
		vr_mem_count(mem, class, 1, size);
	return p;
}

/*
 * The same in any context. Does not wait, and takes from the reserves for that:
 * a few pages at most, and rarely. A power of two is aligned to itself.
 */
static inline void *vr_zalloc_atomic(struct vr_mem *mem, enum vr_mem_class class, size_t size)
{
	void *p = kzalloc(size, GFP_ATOMIC | __GFP_NOWARN);

	if (p)
		vr_mem_count(mem, class, 1, size);
	return p;
}

/* @p may be NULL; @size is what was asked for. */
static inline void vr_free(struct vr_mem *mem, enum vr_mem_class class, void *p, size_t size)
{
	if (!p)
		return;
	vr_mem_count(mem, class, -1, -(s64)size);
	kvfree(p);
}

/**
 * vr_free_rcu() - free @p after a grace period, without calling back
 * @p: object of vr_zalloc(), not NULL
 * @rcu: name of its struct rcu_head member
 *
 * Cannot fail and does not wait.
 */
#define vr_free_rcu(mem, class, p, size, rcu) do {		\
	vr_mem_count(mem, class, -1, -(s64)(size));		\
	kvfree_rcu(p, rcu);					\
} while (0)

#endif /* _VR_HOST_MEM_H */
