/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, user space: locks that know their owner. */
#ifndef _VR_HOST_LOCK_H
#define _VR_HOST_LOCK_H

#include <vr_host/base.h>

struct vr_mutex {
	pthread_mutex_t m;
	pthread_t owner;
	bool held;
};

static inline void vr_mutex_init(struct vr_mutex *lock)
{
	pthread_mutex_init(&lock->m, NULL);
	lock->held = false;
}

/* True while the caller holds it. */
static inline bool vr_mutex_is_held(const struct vr_mutex *lock)
{
	return __atomic_load_n(&lock->held, __ATOMIC_RELAXED) &&
	       pthread_equal(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED), pthread_self());
}

#define vr_mutex_assert_held(lock)	WARN_ON(!vr_mutex_is_held(lock))

static inline void vr_mutex_lock(struct vr_mutex *lock)
{
	WARN_ON(vr_mutex_is_held(lock));
	pthread_mutex_lock(&lock->m);
	__atomic_store_n(&lock->owner, pthread_self(), __ATOMIC_RELAXED);
	__atomic_store_n(&lock->held, true, __ATOMIC_RELAXED);
}

static inline void vr_mutex_unlock(struct vr_mutex *lock)
{
	vr_mutex_assert_held(lock);
	__atomic_store_n(&lock->held, false, __ATOMIC_RELAXED);
	pthread_mutex_unlock(&lock->m);
}

static inline void vr_mutex_destroy(struct vr_mutex *lock)
{
	WARN_ON(lock->held);
	pthread_mutex_destroy(&lock->m);
}

struct vr_spinlock {
	struct vr_mutex m;
};

#define vr_spin_init(lock)		vr_mutex_init(&(lock)->m)
#define vr_spin_lock_bh(lock)		vr_mutex_lock(&(lock)->m)
#define vr_spin_unlock_bh(lock)		vr_mutex_unlock(&(lock)->m)
#define vr_spin_assert_held(lock)	vr_mutex_assert_held(&(lock)->m)
#define vr_spin_is_held(lock)		vr_mutex_is_held(&(lock)->m)

#endif /* _VR_HOST_LOCK_H */
