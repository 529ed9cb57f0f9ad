/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract for the flow table's benchmark: one thread, and nothing but
 * what the kernel's words cost there. The head is as large as the kernel's.
 */
#ifndef _VR_HOST_RCU_H
#define _VR_HOST_RCU_H

#include <vr_host/base.h>

struct rcu_head {
	void *next;
	void (*func)(struct rcu_head *head);
};

#define rcu_read_lock()			barrier()
#define rcu_read_unlock()		barrier()
#define rcu_read_lock_held()		false
#define synchronize_rcu()		barrier()
#define rcu_dereference(p)		READ_ONCE(p)
#define rcu_dereference_check(p, c)	((void)(c), READ_ONCE(p))
#define rcu_dereference_protected(p, c)	(p)
/* What the kernel does too. */
#define rcu_assign_pointer(p, v)	smp_store_release(&(p), v)
#define RCU_INIT_POINTER(p, v)		((p) = (v))

#endif /* _VR_HOST_RCU_H */
