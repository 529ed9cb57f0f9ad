/* SPDX-License-Identifier: GPL-2.0-only */
/* Moved here from <asm/> by 5f60d5f6bbc1 ("move asm/unaligned.h to linux/unaligned.h"), v6.12. */
#ifndef _VRL_COMPAT_LINUX_UNALIGNED_H
#define _VRL_COMPAT_LINUX_UNALIGNED_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include_next <linux/unaligned.h>
#endif

#endif /* _VRL_COMPAT_LINUX_UNALIGNED_H */
