/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: RCU.
 *
 * The words are the kernel's: rcu_read_lock(), rcu_dereference(),
 * rcu_dereference_protected(), rcu_assign_pointer(), RCU_INIT_POINTER(),
 * rcu_access_pointer(), call_rcu(), synchronize_rcu(), rcu_barrier(), struct rcu_head.
 * Readers are in softirq or have bottom halves disabled as well.
 */
#ifndef _VR_HOST_RCU_H
#define _VR_HOST_RCU_H

#include <linux/rcupdate.h>

#endif /* _VR_HOST_RCU_H */
