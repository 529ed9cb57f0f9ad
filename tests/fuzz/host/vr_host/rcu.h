/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract for fuzzing: RCU of a single thread. A grace period ends as soon as it may:
 * when the last reader leaves and no lock is held that keeps bottom halves off, or at once if
 * there is none. Who touches what he retired is caught at the next instruction, every time.
 *
 * Who dereferences must be a reader, or say what else protects the pointer and be right.
 */
#ifndef _VR_HOST_RCU_H
#define _VR_HOST_RCU_H

#include <vr_host/base.h>

/* Of the kernel's size, so that what is said of an object's size holds here. */
struct rcu_head {
	struct rcu_head *next;
	union {
		void (*func)(struct rcu_head *head);
		size_t offset;	/* small: free what begins so far in front of the head */
	};
};

/* Readers, and locks that keep bottom halves off: a grace period waits for both. */
extern unsigned int vr_fuzz_readers;
extern unsigned int vr_fuzz_spins;
/* Grace periods end late: only where somebody waits for one. */
extern bool vr_fuzz_rcu_late;

void vr_fuzz_rcu_done(void);
void vr_test_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void vr_test_free_rcu(struct rcu_head *head, void *object);
void vr_test_rcu_barrier(void);

#define call_rcu(head, func)	vr_test_call_rcu(head, func)
#define rcu_barrier()		vr_test_rcu_barrier()
#define synchronize_rcu()	vr_test_rcu_barrier()
#define rcu_register_thread()	((void)0)
#define rcu_unregister_thread()	((void)0)

static inline void vr_fuzz_rcu_quiet(void)
{
	if (!vr_fuzz_readers && !vr_fuzz_spins && !vr_fuzz_rcu_late)
		vr_fuzz_rcu_done();
}

static inline void rcu_read_lock(void)
{
	vr_fuzz_readers++;
}

static inline void rcu_read_unlock(void)
{
	WARN_ON(!vr_fuzz_readers);
	vr_fuzz_readers--;
	vr_fuzz_rcu_quiet();
}

#define rcu_read_lock_held()	((bool)vr_fuzz_readers)

#define rcu_access_pointer(p)	READ_ONCE(p)
#define rcu_dereference_check(p, cond) ({				\
	WARN_ON(!(cond) && !rcu_read_lock_held());			\
	READ_ONCE(p);							\
})
#define rcu_dereference(p)	rcu_dereference_check(p, false)
#define rcu_dereference_protected(p, cond) ({				\
	WARN_ON(!(cond));						\
	(p);								\
})
#define rcu_dereference_raw(p)	READ_ONCE(p)
#define rcu_assign_pointer(p, v) WRITE_ONCE(p, v)
#define RCU_INIT_POINTER(p, v)	WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, cond) ({				\
	typeof(p) _old = rcu_dereference_protected(p, cond);		\
	rcu_assign_pointer(p, v);					\
	_old;								\
})

static inline void local_bh_disable(void)
{
	vr_fuzz_spins++;
}

static inline void local_bh_enable(void)
{
	vr_fuzz_spins--;
	vr_fuzz_rcu_quiet();
}

#endif /* _VR_HOST_RCU_H */
