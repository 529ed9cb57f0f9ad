/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: memory, counted by class. vr_test_fail_alloc()
 * makes it run out; a wrong size at vr_free() ends the program.
 */
#ifndef _VR_HOST_MEM_H
#define _VR_HOST_MEM_H

#include <vr_host/base.h>
#include <vr_host/rcu.h>

#include <vr/mem.h>

/** struct vr_mem - what one core holds, by enum vr_mem_class */
struct vr_mem {
	s64 objects[VR_MEM_MAX];
	s64 bytes[VR_MEM_MAX];
};

void *vr_test_zalloc(size_t size);
void vr_test_free(void *p, size_t size);
/* As it says: @p was allocated with @size bytes. */
void vr_test_check_size(const void *p, size_t size);

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
	__atomic_fetch_add(&mem->objects[class], objects, __ATOMIC_RELAXED);
	__atomic_fetch_add(&mem->bytes[class], bytes, __ATOMIC_RELAXED);
}

static inline u64 vr_mem_objects(const struct vr_mem *mem, enum vr_mem_class class)
{
	return READ_ONCE(mem->objects[class]);
}

static inline u64 vr_mem_bytes(const struct vr_mem *mem, enum vr_mem_class class)
{
	return READ_ONCE(mem->bytes[class]);
}

/* Zeroed memory of any size, or NULL. */
static inline void *vr_zalloc(struct vr_mem *mem, enum vr_mem_class class, size_t size)
{
	void *p = vr_test_zalloc(size);

	if (p)
		vr_mem_count(mem, class, 1, size);
	return p;
}

/* The same in any context. Does not wait. */
static inline void *vr_zalloc_atomic(struct vr_mem *mem, enum vr_mem_class class, size_t size)
{
	return vr_zalloc(mem, class, size);
}

/* @p may be NULL; @size is what was asked for. */
static inline void vr_free(struct vr_mem *mem, enum vr_mem_class class, void *p, size_t size)
{
	if (!p)
		return;
	vr_mem_count(mem, class, -1, -(s64)size);
	vr_test_free(p, size);
}

/**
 * vr_free_rcu() - free @p after a grace period, without calling back
 * @p: object of vr_zalloc(), not NULL
 * @rcu: name of its struct rcu_head member
 *
 * Cannot fail and does not wait.
 */
#define vr_free_rcu(mem, class, p, size, rcu) do {		\
	typeof(p) _obj = (p);					\
	size_t _size = (size);					\
								\
	vr_mem_count(mem, class, -1, -(s64)_size);		\
	vr_test_check_size(_obj, _size);			\
	vr_test_free_rcu(&_obj->rcu, _obj);			\
} while (0)

#endif /* _VR_HOST_MEM_H */
