/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, Linux kernel: random seeds. */
#ifndef _VR_HOST_HASH_H
#define _VR_HOST_HASH_H

#include <linux/random.h>

static inline u64 vr_random_u64(void)
{
	return get_random_u64();
}

#endif /* _VR_HOST_HASH_H */
