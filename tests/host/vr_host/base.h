/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: the words that every file of the core uses, as
 * far as it uses them, with the kernel's meaning.
 *
 * A WARN_ON() ends the program: nothing that warns may pass a test.
 */
#ifndef _VR_HOST_BASE_H
#define _VR_HOST_BASE_H

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

/* What only sparse looks at. */
#define __rcu
#define __percpu
#define __force
#define __iomem
#define __must_hold(lock)
#define __acquires(lock)
#define __releases(lock)

#undef __always_inline
#define __always_inline		inline __attribute__((__always_inline__))
#define __aligned(n)		__attribute__((__aligned__(n)))
#define __packed		__attribute__((__packed__))
#define __printf(fmt, first)	__attribute__((__format__(printf, fmt, first)))
#define __maybe_unused		__attribute__((__unused__))
#define __must_check		__attribute__((__warn_unused_result__))
#define __read_mostly
#define noinline		__attribute__((__noinline__))
#define fallthrough		__attribute__((__fallthrough__))

#define SMP_CACHE_BYTES		64
#define L1_CACHE_BYTES		SMP_CACHE_BYTES
#define ____cacheline_aligned	__aligned(SMP_CACHE_BYTES)

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define barrier()		__asm__ __volatile__("" ::: "memory")
#define prefetch(p)		__builtin_prefetch(p)

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val)	(*(volatile typeof(x) *)&(x) = (val))
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)

#define U8_MAX			UINT8_MAX
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define S32_MAX			INT32_MAX
#define U64_MAX			((u64)~0ULL)

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define sizeof_field(type, m)	sizeof(((type *)0)->m)
#define offsetofend(type, m)	(offsetof(type, m) + sizeof_field(type, m))
#define container_of(ptr, type, member)	\
	((type *)((char *)(1 ? (ptr) : &((type *)0)->member) - offsetof(type, member)))
#define struct_size(p, member, n) (sizeof(*(p)) + sizeof(*(p)->member) * (n))

#undef static_assert
#define static_assert(expr, ...) __vr_static_assert(expr, ##__VA_ARGS__, #expr)
#define __vr_static_assert(expr, msg, ...) _Static_assert(expr, msg)
#define BUILD_BUG_ON(cond)	_Static_assert(!(cond), #cond)

#define min(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a < _b ? _a : _b; })
#define max(a, b) ({ typeof(a) _a = (a); typeof(b) _b = (b); _a > _b ? _a : _b; })
#define min_t(type, a, b) ({ type _a = (a); type _b = (b); _a < _b ? _a : _b; })
#define max_t(type, a, b) ({ type _a = (a); type _b = (b); _a > _b ? _a : _b; })
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define swap(a, b) do { typeof(a) _t = (a); (a) = (b); (b) = _t; } while (0)

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))
#define ALIGN(x, a)		(((x) + ((typeof(x))(a) - 1)) & ~((typeof(x))(a) - 1))
#define PTR_ALIGN(p, a)		((typeof(p))ALIGN((unsigned long)(p), a))
#define IS_ALIGNED(x, a)	(((x) & ((typeof(x))(a) - 1)) == 0)
#define round_up(x, y)		ALIGN(x, y)
#define round_down(x, y)	((x) & ~((typeof(x))(y) - 1))

/* Ends the program: what was written to stderr says why. */
void vr_test_die(const char *file, int line, const char *fmt, ...)
	__printf(3, 4) __attribute__((__noreturn__));

#define WARN_ON(cond) ({						\
	if (unlikely(cond))						\
		vr_test_die(__FILE__, __LINE__, "WARN_ON(%s)", #cond);	\
	false;								\
})
#define WARN_ON_ONCE(cond)	WARN_ON(cond)
#define WARN_ONCE(cond, fmt, ...) ({					\
	if (unlikely(cond))						\
		vr_test_die(__FILE__, __LINE__, fmt, ##__VA_ARGS__);	\
	false;								\
})
#define WARN(cond, fmt, ...)	WARN_ONCE(cond, fmt, ##__VA_ARGS__)

#define MAX_ERRNO		4095
#define IS_ERR_VALUE(x)		unlikely((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)

static inline void *ERR_PTR(long err)
{
	return (void *)err;
}

static inline long PTR_ERR(const void *p)
{
	return (long)p;
}

static inline bool IS_ERR(const void *p)
{
	return IS_ERR_VALUE(p);
}

static inline bool IS_ERR_OR_NULL(const void *p)
{
	return !p || IS_ERR_VALUE(p);
}

static inline void *ERR_CAST(const void *p)
{
	return (void *)p;
}

static inline int PTR_ERR_OR_ZERO(const void *p)
{
	return IS_ERR(p) ? (int)PTR_ERR(p) : 0;
}

/* Length of what was copied, or -E2BIG: it was cut. Always ends in a NUL. */
static inline ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	WARN_ON(!size);
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return len;
}

#include <vr_host/atomic.h>
#include <vr_host/bits.h>
#include <vr_host/list.h>
#include <vr_host/net.h>

#endif /* _VR_HOST_BASE_H */
