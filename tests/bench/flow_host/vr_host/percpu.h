/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract for the flow table's benchmark: one cpu. */
#ifndef _VR_HOST_PERCPU_H
#define _VR_HOST_PERCPU_H

#include <vr_host/base.h>

#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < 1; (cpu)++)

static inline unsigned int vr_cpu_ids(void)
{
	return 1;
}

static inline unsigned int vr_this_cpu(void)
{
	return 0;
}

#endif /* _VR_HOST_PERCPU_H */
