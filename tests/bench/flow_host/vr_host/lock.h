/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract for the flow table's benchmark: a spinlock that costs what the kernel's does. */
#ifndef _VR_HOST_LOCK_H
#define _VR_HOST_LOCK_H

#include <vr_host/base.h>

struct vr_mutex {
	bool held;
};

struct vr_spinlock {
	u32 s;
};

#define vr_spin_init(lock)		((lock)->s = 0)
#define vr_spin_assert_held(lock)	((void)(lock))

static inline void vr_spin_lock_bh(struct vr_spinlock *lock)
{
	while (cmpxchg(&lock->s, 0, 1))
		barrier();
}

static inline void vr_spin_unlock_bh(struct vr_spinlock *lock)
{
	/* What the kernel does too. */
	smp_store_release(&lock->s, 0);
}

#endif /* _VR_HOST_LOCK_H */
