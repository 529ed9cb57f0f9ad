/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, Linux kernel: one thing to be done later, in process context. */
#ifndef _VR_HOST_WORK_H
#define _VR_HOST_WORK_H

#include <linux/sched.h>
#include <linux/workqueue.h>

/** struct vr_work - runs its function once for each time it was asked to, at most */
struct vr_work {
	struct delayed_work w;
	void (*fn)(struct vr_work *work);
};

static inline void vr_work_run(struct work_struct *w)
{
	struct vr_work *work = container_of(to_delayed_work(w), struct vr_work, w);

	work->fn(work);
}

static inline void vr_work_init(struct vr_work *work, void (*fn)(struct vr_work *work))
{
	work->fn = fn;
	INIT_DELAYED_WORK(&work->w, vr_work_run);
}

/* In @ms milliseconds; nothing happens if it is on its way already. Any context. */
static inline void vr_work_later(struct vr_work *work, u32 ms)
{
	queue_delayed_work(system_long_wq, &work->w, msecs_to_jiffies(ms));
}

/* As soon as may be, even if it is on its way for later. Any context. */
static inline void vr_work_now(struct vr_work *work)
{
	mod_delayed_work(system_long_wq, &work->w, 0);
}

/*
 * It does not run and will not. The function itself may have asked again: the
 * caller sees to it that nobody asks after this. May sleep.
 */
static inline void vr_work_cancel(struct vr_work *work)
{
	cancel_delayed_work_sync(&work->w);
}

/* A long loop in process context lets others run. */
static inline void vr_breathe(void)
{
	cond_resched();
}

#endif /* _VR_HOST_WORK_H */
