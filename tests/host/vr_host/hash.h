/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, user space: seeds. The same ones in every run of a test. */
#ifndef _VR_HOST_HASH_H
#define _VR_HOST_HASH_H

#include <vr_host/base.h>

u64 vr_random_u64(void);

#endif /* _VR_HOST_HASH_H */
