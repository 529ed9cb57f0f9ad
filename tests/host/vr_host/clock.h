/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: a clock that stands still until a test says
 * vr_test_clock_advance(). A tick is a millisecond. It begins shortly before
 * it wraps, so that whoever compares ticks wrongly is found out.
 */
#ifndef _VR_HOST_CLOCK_H
#define _VR_HOST_CLOCK_H

#include <vr_host/base.h>

extern u32 vr_test_clock;

static inline u32 vr_ticks(void)
{
	return READ_ONCE(vr_test_clock);
}

/* How long @ticks (a difference) last; and how many ticks last at least so long. */
static inline u32 vr_ticks_to_ms(u32 ticks)
{
	return ticks;
}

static inline u32 vr_ms_to_ticks(u32 ms)
{
	return ms;
}

#endif /* _VR_HOST_CLOCK_H */
