// SPDX-License-Identifier: GPL-2.0-only
/* User-space host: a clock that tests move, work that they run, events that they read. */
#include <vr_host/event.h>

#include "host.h"

/* Half a minute until it wraps. */
#define CLOCK_BEGIN	((u32)-30000)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct vr_test_gone gone[VR_TEST_GONE_MAX];
static unsigned int n_gone;
static bool unwanted;

u32 vr_test_clock = CLOCK_BEGIN;

void vr_test_clock_advance(u32 ms)
{
	__atomic_fetch_add(&vr_test_clock, ms, __ATOMIC_RELAXED);
}

bool vr_test_work_asked(const struct vr_work *work, u32 *ms)
{
	if (!smp_load_acquire(&work->asked))
		return false;
	if (ms)
		*ms = READ_ONCE(work->ms);
	return true;
}

bool vr_test_work_run(struct vr_work *work)
{
	if (!xchg(&work->asked, false))
		return false;
	work->fn(work);
	return true;
}

void vr_test_events_want(bool wanted)
{
	unwanted = !wanted;
}

bool vr_event_flow_wanted(struct vr_core *core)
{
	return !unwanted;
}

void vr_event_flow_gone(struct vr_core *core, const struct vr_flow_info *info, u32 end)
{
	WARN_ON(rcu_read_lock_held());
	pthread_mutex_lock(&lock);
	if (n_gone < VR_TEST_GONE_MAX)
		gone[n_gone] = (struct vr_test_gone){ .core = core, .info = *info, .end = end };
	n_gone++;
	pthread_mutex_unlock(&lock);
}

unsigned int vr_test_gone_n(void)
{
	return n_gone;
}

const struct vr_test_gone *vr_test_gone(unsigned int i)
{
	return i < min(n_gone, VR_TEST_GONE_MAX) ? &gone[i] : NULL;
}

void vr_test_clock_reset(void)
{
	vr_test_clock = CLOCK_BEGIN;
}

void vr_test_events_reset(void)
{
	unwanted = false;
	n_gone = 0;
}
