/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frame of a unit test. One source runs in user space under AddressSanitizer
 * (tests/host) and in the kernel under KUnit (tests/kunit); it ends with
 * VR_TEST_SUITE(). What only user space can do is under VR_TEST_USERSPACE.
 */
#ifndef _VR_TEST_H
#define _VR_TEST_H

#include <vr/host.h>
#include <kunit/test.h>

#include <vr_test_host.h>

#ifdef VR_TEST_USERSPACE

void vr_test_suite_add(struct kunit_suite *suite);

/* Let the runner know @suite: a static struct kunit_suite. Once a file. */
#define VR_TEST_SUITE(suite)						\
static void __attribute__((__constructor__)) vr_test_suite_register(void) \
{									\
	vr_test_suite_add(&(suite));					\
}									\
struct vr_test_suite_semicolon

#else

#define VR_TEST_SUITE(suite)	kunit_test_suite(suite)

#endif

#ifndef KUNIT_EXPECT_MEMEQ
#define KUNIT_EXPECT_MEMEQ(test, a, b, size)	\
	KUNIT_EXPECT_EQ_MSG(test, memcmp(a, b, size), 0, #a " and " #b " differ")
#define KUNIT_EXPECT_MEMNEQ(test, a, b, size)	\
	KUNIT_EXPECT_NE_MSG(test, memcmp(a, b, size), 0, #a " and " #b " are the same")
#define KUNIT_ASSERT_MEMEQ(test, a, b, size)	\
	KUNIT_ASSERT_EQ_MSG(test, memcmp(a, b, size), 0, #a " and " #b " differ")
#define KUNIT_EXPECT_MEMEQ_MSG(test, a, b, size, ...)	\
	KUNIT_EXPECT_EQ_MSG(test, memcmp(a, b, size), 0, __VA_ARGS__)
#endif

/** struct vr_test_rng - small generator; the same seed gives the same numbers */
struct vr_test_rng {
	u64 state;
};

/* Say the seed, so that a failure names the run that it belongs to. */
static inline void vr_test_rng_init(struct kunit *test, struct vr_test_rng *rng, u64 seed)
{
	rng->state = seed;
	kunit_info(test, "seed %llu\n", (unsigned long long)seed);
}

/* xorshift64* (Vigna 2016) behind an additive step, so that seed 0 works. */
static inline u64 vr_test_rand(struct vr_test_rng *rng)
{
	u64 x;

	rng->state += 0x9e3779b97f4a7c15ULL;
	x = rng->state;
	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	x *= 0x2545f4914f6cdd1dULL;
	return x ^ (x >> 32);
}

/* 0..@n - 1 */
static inline u32 vr_test_rand_below(struct vr_test_rng *rng, u32 n)
{
	return ((vr_test_rand(rng) & 0xffffffff) * n) >> 32;
}

#endif /* _VR_TEST_H */
