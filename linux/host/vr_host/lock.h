/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, Linux kernel: the mutex of the configuration, and a spinlock for softirq. */
#ifndef _VR_HOST_LOCK_H
#define _VR_HOST_LOCK_H

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

/** struct vr_mutex - serialises the configuration of one core */
struct vr_mutex {
	struct mutex m;
};

#define vr_mutex_init(lock)		mutex_init(&(lock)->m)
#define vr_mutex_lock(lock)		mutex_lock(&(lock)->m)
#define vr_mutex_unlock(lock)		mutex_unlock(&(lock)->m)
#define vr_mutex_destroy(lock)		mutex_destroy(&(lock)->m)
/* True while somebody (with lockdep: the caller) holds it; for RCU checks. */
#define vr_mutex_is_held(lock)		lockdep_is_held(&(lock)->m)
#define vr_mutex_assert_held(lock)	lockdep_assert_held(&(lock)->m)

struct vr_spinlock {
	spinlock_t s;
};

/* Taken with bottom halves disabled, in any context but hard interrupts. */
#define vr_spin_init(lock)		spin_lock_init(&(lock)->s)
#define vr_spin_lock_bh(lock)		spin_lock_bh(&(lock)->s)
#define vr_spin_unlock_bh(lock)		spin_unlock_bh(&(lock)->s)
#define vr_spin_assert_held(lock)	lockdep_assert_held(&(lock)->s)
/* True while somebody (with lockdep: the caller) holds it; for RCU checks. */
#define vr_spin_is_held(lock)		lockdep_is_held(&(lock)->s)

#endif /* _VR_HOST_LOCK_H */
