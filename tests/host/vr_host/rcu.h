/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: RCU by liburcu.
 *
 * As under lockdep, who dereferences must be a reader, or say what else
 * protects the pointer and be right. Threads that read are registered:
 * vr_test_thread_start() does it. rcu_barrier() waits for deferred frees.
 */
#ifndef _VR_HOST_RCU_H
#define _VR_HOST_RCU_H

#define _LGPL_SOURCE
#include <urcu.h>

#include <vr_host/base.h>

/* Of the kernel's size, so that what is said of an object's size holds here. */
struct vr_rcu_head {
	struct vr_rcu_head *next;
	union {
		void (*func)(struct vr_rcu_head *head);
		size_t offset;	/* small: free what begins so far in front of the head */
	};
};

void vr_test_call_rcu(struct vr_rcu_head *head, void (*func)(struct vr_rcu_head *head));
void vr_test_free_rcu(struct vr_rcu_head *head, void *object);
void vr_test_rcu_barrier(void);

#undef call_rcu
#define call_rcu(head, func)	vr_test_call_rcu(head, func)
#undef rcu_barrier
#define rcu_barrier()		vr_test_rcu_barrier()
#define rcu_head		vr_rcu_head

#define rcu_read_lock_held()	((bool)rcu_read_ongoing())

#undef rcu_dereference
#undef rcu_assign_pointer
#define rcu_access_pointer(p)	READ_ONCE(p)
#define rcu_dereference_check(p, cond) ({				\
	WARN_ON(!(cond) && !rcu_read_lock_held());			\
	__atomic_load_n(&(p), __ATOMIC_CONSUME);			\
})
#define rcu_dereference(p)	rcu_dereference_check(p, false)
#define rcu_dereference_protected(p, cond) ({				\
	WARN_ON(!(cond));						\
	(p);								\
})
#define rcu_dereference_raw(p)	__atomic_load_n(&(p), __ATOMIC_CONSUME)
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), v, __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)	WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, cond) ({				\
	typeof(p) _old = rcu_dereference_protected(p, cond);		\
	rcu_assign_pointer(p, v);					\
	_old;								\
})

/* What a test says where the kernel wants it; there are no bottom halves here. */
static inline void local_bh_disable(void)
{
}

static inline void local_bh_enable(void)
{
}

#endif /* _VR_HOST_RCU_H */
