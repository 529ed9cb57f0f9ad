/* SPDX-License-Identifier: GPL-2.0-only */
/* Copies of few bytes on the way of each packet. */
#ifndef _VR_LIB_COPY_H
#define _VR_LIB_COPY_H

#include <vr/host.h>

/*
 * memcpy() of @n bytes, a constant: a few moves in any kernel. memcpy() itself is a call in one
 * that is built without the compiler's own functions, as User Mode Linux is.
 */
static __always_inline void vr_copy_inline(void *to, const void *from, size_t n)
{
	__builtin_memcpy(to, from, n);
}

#endif /* _VR_LIB_COPY_H */
