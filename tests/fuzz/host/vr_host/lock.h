/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract for fuzzing: locks of a single thread, which know whether they are held. */
#ifndef _VR_HOST_LOCK_H
#define _VR_HOST_LOCK_H

#include <vr_host/base.h>
#include <vr_host/rcu.h>

struct vr_mutex {
	bool held;
};

static inline void vr_mutex_init(struct vr_mutex *lock)
{
	lock->held = false;
}

static inline bool vr_mutex_is_held(const struct vr_mutex *lock)
{
	return lock->held;
}

#define vr_mutex_assert_held(lock)	WARN_ON(!vr_mutex_is_held(lock))

/* It may sleep: nobody does so as a reader. */
static inline void vr_mutex_lock(struct vr_mutex *lock)
{
	WARN_ON(lock->held || vr_fuzz_spins || vr_fuzz_readers);
	lock->held = true;
}

static inline void vr_mutex_unlock(struct vr_mutex *lock)
{
	WARN_ON(!lock->held);
	lock->held = false;
}

static inline void vr_mutex_destroy(struct vr_mutex *lock)
{
	WARN_ON(lock->held);
}

struct vr_spinlock {
	bool held;
};

static inline void vr_spin_init(struct vr_spinlock *lock)
{
	lock->held = false;
}

static inline void vr_spin_lock_bh(struct vr_spinlock *lock)
{
	WARN_ON(lock->held);
	lock->held = true;
	vr_fuzz_spins++;
}

static inline void vr_spin_unlock_bh(struct vr_spinlock *lock)
{
	WARN_ON(!lock->held);
	lock->held = false;
	vr_fuzz_spins--;
	vr_fuzz_rcu_quiet();
}

#define vr_spin_assert_held(lock)	WARN_ON(!(lock)->held)
#define vr_spin_is_held(lock)		((lock)->held)

#endif /* _VR_HOST_LOCK_H */
