/* SPDX-License-Identifier: GPL-2.0-only */
/* What keyed hashes are made of. */
#ifndef _VR_LIB_MIX_H
#define _VR_LIB_MIX_H

#include <vr/host.h>

/*
 * Both ends of the product of two words: what neither is known of cannot be chosen.
 *
 * The compiler is asked, and not mul_u64_u64_shr() where it can do it: that one takes four
 * products and some thirty instructions unless the architecture says that it has 128 bits,
 * which User Mode Linux forgets.
 */
static __always_inline u64 vr_mix(u64 a, u64 b)
{
#ifdef __SIZEOF_INT128__
	__uint128_t product = (__uint128_t)a * b;

	return (u64)product ^ (u64)(product >> 64);
#else
	return (a * b) ^ mul_u64_u64_shr(a, b, 64);
#endif
}

#endif /* _VR_LIB_MIX_H */
