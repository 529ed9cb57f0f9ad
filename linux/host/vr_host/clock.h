/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: a coarse clock that costs a load.
 *
 * Ticks count up and wrap; only differences mean anything.
 */
#ifndef _VR_HOST_CLOCK_H
#define _VR_HOST_CLOCK_H

#include <linux/jiffies.h>

static inline u32 vr_ticks(void)
{
	return (u32)jiffies;
}

/* How long @ticks (a difference) last; and how many ticks last at least so long. */
static inline u32 vr_ticks_to_ms(u32 ticks)
{
	return jiffies_to_msecs(ticks);
}

static inline u32 vr_ms_to_ticks(u32 ms)
{
	return msecs_to_jiffies(ms);
}

#endif /* _VR_HOST_CLOCK_H */
