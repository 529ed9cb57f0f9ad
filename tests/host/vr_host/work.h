/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: one thing to be done later. It is only noted that
 * it was asked for; a test runs it by vr_test_work_run().
 */
#ifndef _VR_HOST_WORK_H
#define _VR_HOST_WORK_H

#include <vr_host/base.h>
#include <vr_host/rcu.h>

/**
 * struct vr_work - runs its function once for each time it was asked to, at most
 * @fn: what it does
 * @asked: it is on its way
 * @ended: it was cancelled, and must not be asked for again
 * @ms: in so many milliseconds from when it was asked
 */
struct vr_work {
	void (*fn)(struct vr_work *work);
	bool asked;
	bool ended;
	u32 ms;
};

static inline void vr_work_init(struct vr_work *work, void (*fn)(struct vr_work *work))
{
	work->fn = fn;
	work->asked = false;
	work->ended = false;
	work->ms = 0;
}

/* In @ms milliseconds; nothing happens if it is on its way already. Any context. */
static inline void vr_work_later(struct vr_work *work, u32 ms)
{
	WARN_ON(!work->fn || READ_ONCE(work->ended));
	if (!xchg(&work->asked, true))
		WRITE_ONCE(work->ms, ms);
}

/* As soon as may be, even if it is on its way for later. Any context. */
static inline void vr_work_now(struct vr_work *work)
{
	WARN_ON(!work->fn || READ_ONCE(work->ended));
	WRITE_ONCE(work->ms, 0);
	smp_store_release(&work->asked, true);
}

/*
 * It does not run and will not. The function itself may have asked again: the
 * caller sees to it that nobody asks after this. May sleep.
 */
static inline void vr_work_cancel(struct vr_work *work)
{
	WARN_ON(!work->fn || rcu_read_lock_held());
	WRITE_ONCE(work->asked, false);
	WRITE_ONCE(work->ended, true);
}

/* How often vr_breathe() was called; weak, for programs that link no more of this host. */
unsigned long vr_test_breaths __attribute__((__weak__));

/* A long loop in process context lets others run. */
static inline void vr_breathe(void)
{
	WARN_ON(rcu_read_lock_held());
	__atomic_fetch_add(&vr_test_breaths, 1, __ATOMIC_RELAXED);
}

#endif /* _VR_HOST_WORK_H */
