/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract for the flow table's benchmark: memory from large pages, as in the kernel. */
#ifndef _VR_HOST_MEM_H
#define _VR_HOST_MEM_H

#include <vr_host/base.h>
#include <vr_host/rcu.h>

#include <vr/mem.h>

struct vr_mem {
	u64 objects;
	u64 bytes;
};

void *bench_zalloc(struct vr_mem *mem, size_t size);
void bench_free(struct vr_mem *mem, void *p, size_t size);

#define vr_zalloc(mem, class, size)		bench_zalloc(mem, size)
#define vr_zalloc_atomic(mem, class, size)	bench_zalloc(mem, size)
#define vr_free(mem, class, p, size)		bench_free(mem, p, size)
#define vr_free_rcu(mem, class, p, size, rcu)	bench_free(mem, p, size)

#endif /* _VR_HOST_MEM_H */
