/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: atomics. Part of base.h. As in the kernel, what
 * returns a value is ordered on both sides, what returns none and the plain
 * read and set are not.
 */
#ifndef _VR_HOST_ATOMIC_H
#define _VR_HOST_ATOMIC_H

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#define ATOMIC_INIT(i)		{ (i) }
#define ATOMIC64_INIT(i)	{ (i) }

#define smp_mb__before_atomic()	smp_mb()
#define smp_mb__after_atomic()	smp_mb()

#define xchg(p, v)		__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define cmpxchg(p, old, new) ({						\
	typeof(*(p)) _was = (old);					\
									\
	__atomic_compare_exchange_n(p, &_was, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	_was;								\
})
/* True: done. False: *@oldp is what is there. */
#define try_cmpxchg(p, oldp, new)					\
	__atomic_compare_exchange_n(p, oldp, new, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

#define VR_ATOMIC(name, type)						\
static inline type name##_read(const name##_t *v)			\
{									\
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);		\
}									\
									\
static inline type name##_read_acquire(const name##_t *v)		\
{									\
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);		\
}									\
									\
static inline void name##_set(name##_t *v, type i)			\
{									\
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);		\
}									\
									\
static inline void name##_set_release(name##_t *v, type i)		\
{									\
	__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);		\
}									\
									\
static inline void name##_add(type i, name##_t *v)			\
{									\
	__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);		\
}									\
									\
static inline void name##_sub(type i, name##_t *v)			\
{									\
	__atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED);		\
}									\
									\
static inline void name##_inc(name##_t *v)				\
{									\
	name##_add(1, v);						\
}									\
									\
static inline void name##_dec(name##_t *v)				\
{									\
	name##_sub(1, v);						\
}									\
									\
static inline type name##_add_return(type i, name##_t *v)		\
{									\
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
									\
static inline type name##_sub_return(type i, name##_t *v)		\
{									\
	return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
									\
static inline type name##_inc_return(name##_t *v)			\
{									\
	return name##_add_return(1, v);					\
}									\
									\
static inline type name##_dec_return(name##_t *v)			\
{									\
	return name##_sub_return(1, v);					\
}									\
									\
static inline type name##_fetch_add(type i, name##_t *v)		\
{									\
	return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);	\
}									\
									\
static inline bool name##_dec_and_test(name##_t *v)			\
{									\
	return !name##_dec_return(v);					\
}									\
									\
static inline type name##_xchg(name##_t *v, type new)			\
{									\
	return xchg(&v->counter, new);					\
}									\
									\
static inline type name##_cmpxchg(name##_t *v, type old, type new)	\
{									\
	return cmpxchg(&v->counter, old, new);				\
}									\
									\
static inline bool name##_try_cmpxchg(name##_t *v, type *old, type new)	\
{									\
	return try_cmpxchg(&v->counter, old, new);			\
}									\
									\
/* True: added. False: it was @unless. */				\
static inline bool name##_add_unless(name##_t *v, type i, type unless)	\
{									\
	type old = name##_read(v);					\
									\
	do {								\
		if (old == unless)					\
			return false;					\
	} while (!name##_try_cmpxchg(v, &old, old + i));		\
	return true;							\
}									\
									\
static inline bool name##_inc_not_zero(name##_t *v)			\
{									\
	return name##_add_unless(v, 1, 0);				\
}									\
									\
/* What it is then; below 0: it was not done. */			\
static inline type name##_dec_if_positive(name##_t *v)			\
{									\
	type old = name##_read(v);					\
									\
	do {								\
		if (old <= 0)						\
			return old - 1;					\
	} while (!name##_try_cmpxchg(v, &old, old - 1));		\
	return old - 1;							\
}									\
struct vr_atomic_semicolon

VR_ATOMIC(atomic, int);
VR_ATOMIC(atomic64, s64);
#undef VR_ATOMIC

#endif /* _VR_HOST_ATOMIC_H */
