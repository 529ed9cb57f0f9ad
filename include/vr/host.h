/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host contract: what the core asks of the system that it runs in.
 *
 * A host is a directory of headers <vr_host/...> that is put on the include
 * path: linux/host for the kernel, tests/host for a user-space program. They
 * hold inline functions, so nothing here costs an indirect call, and they
 * speak the kernel's own words: a user-space host provides those again.
 *
 *	base.h	  types, byte order, barriers, lists, protocol structs, errno
 *	mem.h	  memory, counted by class
 *	rcu.h	  RCU (bottom half) and deferred free
 *	lock.h	  the mutex of the configuration
 *	percpu.h  per-cpu memory and u64 counters
 *	hash.h	  random seeds
 *	clock.h	  a coarse clock
 *	work.h	  one thing to be done later, in process context
 *
 * Six more are for those who have packets in their hands:
 *
 *	pkt.h	  struct vr_pkt
 *	port.h	  struct vr_port, where packets come from and go to
 *	underlay.h the host's own way to the other end of a tunnel
 *	gro.h	  packets out of tunnels, merged
 *	trace.h	  tracepoints
 *	event.h	  what the core tells by itself
 */
#ifndef _VR_HOST_H
#define _VR_HOST_H

#include <vr_host/base.h>
#include <vr_host/rcu.h>
#include <vr_host/lock.h>
#include <vr_host/percpu.h>
#include <vr_host/hash.h>
#include <vr_host/mem.h>
#include <vr_host/clock.h>
#include <vr_host/work.h>

#endif /* _VR_HOST_H */
