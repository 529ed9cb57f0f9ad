/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit's words for a user-space program: those that the unit tests use, with
 * the meaning that they have in the kernel. tests/unit/main.c runs the suites.
 *
 * Expectations may be checked in any thread; an assertion that fails leaves
 * the test case, so it is for the thread that runs the case.
 */
#ifndef _VR_KUNIT_TEST_H
#define _VR_KUNIT_TEST_H

#include <setjmp.h>

#include <vr_host/base.h>

#define KUNIT_PARAM_DESC_SIZE 128

/** struct kunit - a test case that runs */
struct kunit {
	void *priv;
	const void *param_value;
	const char *name;
	bool failed;
	bool skipped;
	pthread_t thread;
	jmp_buf leave;
	struct vr_kunit_alloc *allocs;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(func)		{ .run_case = func, .name = #func }
#define KUNIT_CASE_PARAM(func, gen)	\
	{ .run_case = func, .name = #func, .generate_params = gen }

#define KUNIT_ARRAY_PARAM(name, array, get_desc)				\
static const void *name##_gen_params(const void *prev, char *desc)		\
{										\
	typeof((array)[0]) *next = prev ? (typeof(next))prev + 1 : (array);	\
										\
	if (next - (array) >= (ptrdiff_t)ARRAY_SIZE(array))			\
		return NULL;							\
	((void (*)(typeof(next), char *))get_desc)(next, desc);			\
	return next;								\
}

/* Zeroed memory that lives as long as the test case; never NULL here. */
void *kunit_kzalloc(struct kunit *test, size_t size, int gfp);
#define kunit_kmalloc(test, size, gfp)	kunit_kzalloc(test, size, gfp)
#define kunit_kcalloc(test, n, size, gfp) kunit_kzalloc(test, (n) * (size), gfp)
#ifndef GFP_KERNEL
#define GFP_KERNEL			0
#endif

void vr_kunit_say(struct kunit *test, const char *fmt, ...) __printf(2, 3);
void vr_kunit_fail(struct kunit *test, bool leave, const char *file, int line,
		   const char *fmt, ...) __printf(5, 6);
void vr_kunit_skip(struct kunit *test, const char *fmt, ...) __printf(2, 3);

#define kunit_info(test, fmt, ...)	vr_kunit_say(test, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...)	vr_kunit_say(test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...)	vr_kunit_say(test, fmt, ##__VA_ARGS__)
#define kunit_skip(test, fmt, ...)	vr_kunit_skip(test, fmt, ##__VA_ARGS__)

#define KUNIT_SUCCEED(test)		do { } while (0)
#define KUNIT_FAIL(test, fmt, ...)	\
	vr_kunit_fail(test, false, __FILE__, __LINE__, fmt, ##__VA_ARGS__)

/* "@extra" is a format and its arguments, told after what was expected, or "". */
#define VR_KUNIT_SAY_EXTRA(test, ...) do {					\
	if (sizeof(VR_KUNIT_FIRST(__VA_ARGS__, 0)) > 1)				\
		vr_kunit_say(test, __VA_ARGS__);				\
} while (0)
#define VR_KUNIT_FIRST(first, ...)	first

#define VR_KUNIT_NUM(test, leave, a, op, b, ...) do {				\
	_Pragma("GCC diagnostic push")						\
	_Pragma("GCC diagnostic ignored \"-Wsign-compare\"")			\
	_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"")		\
	_Pragma("GCC diagnostic ignored \"-Wtype-limits\"")			\
	const typeof(a) _a = (a);						\
	const typeof(b) _b = (b);						\
										\
	if (!(_a op _b)) {							\
		VR_KUNIT_SAY_EXTRA(test, __VA_ARGS__);				\
		vr_kunit_fail(test, leave, __FILE__, __LINE__,			\
			      "expected %s %s %s, but they are %lld (%#llx) and %lld (%#llx)", \
			      #a, #op, #b, (long long)_a, (long long)_a,	\
			      (long long)_b, (long long)_b);			\
	}									\
	_Pragma("GCC diagnostic pop")						\
} while (0)

#define VR_KUNIT_PTR(test, leave, a, op, b, ...) do {				\
	_Pragma("GCC diagnostic push")						\
	_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"")		\
	const void *_a = (const void *)(a);					\
	const void *_b = (const void *)(b);					\
										\
	if (!(_a op _b)) {							\
		VR_KUNIT_SAY_EXTRA(test, __VA_ARGS__);				\
		vr_kunit_fail(test, leave, __FILE__, __LINE__,			\
			      "expected %s %s %s, but they are %p and %p",	\
			      #a, #op, #b, _a, _b);				\
	}									\
	_Pragma("GCC diagnostic pop")						\
} while (0)

#define VR_KUNIT_COND(test, leave, cond, what, ...) do {			\
	_Pragma("GCC diagnostic push")						\
	_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"")		\
	if (!(cond)) {								\
		VR_KUNIT_SAY_EXTRA(test, __VA_ARGS__);				\
		vr_kunit_fail(test, leave, __FILE__, __LINE__,			\
			      "expected %s", what);				\
	}									\
	_Pragma("GCC diagnostic pop")						\
} while (0)

#define VR_KUNIT_STR(test, leave, a, op, b, ...) do {				\
	_Pragma("GCC diagnostic push")						\
	_Pragma("GCC diagnostic ignored \"-Wformat-zero-length\"")		\
	const char *_a = (a);							\
	const char *_b = (b);							\
										\
	if (!(strcmp(_a, _b) op 0)) {						\
		VR_KUNIT_SAY_EXTRA(test, __VA_ARGS__);				\
		vr_kunit_fail(test, leave, __FILE__, __LINE__,			\
			      "expected %s %s %s, but they are \"%s\" and \"%s\"", \
			      #a, #op, #b, _a, _b);				\
	}									\
	_Pragma("GCC diagnostic pop")						\
} while (0)

#define VR_KUNIT_MEM(test, leave, a, op, b, size, ...) do {			\
	VR_KUNIT_COND(test, leave, memcmp(a, b, size) op 0,			\
		      #a " " #op " " #b " in " #size " bytes", __VA_ARGS__);	\
} while (0)

#define KUNIT_EXPECT_EQ(test, a, b)	VR_KUNIT_NUM(test, false, a, ==, b, "")
#define KUNIT_EXPECT_NE(test, a, b)	VR_KUNIT_NUM(test, false, a, !=, b, "")
#define KUNIT_EXPECT_LT(test, a, b)	VR_KUNIT_NUM(test, false, a, <, b, "")
#define KUNIT_EXPECT_LE(test, a, b)	VR_KUNIT_NUM(test, false, a, <=, b, "")
#define KUNIT_EXPECT_GT(test, a, b)	VR_KUNIT_NUM(test, false, a, >, b, "")
#define KUNIT_EXPECT_GE(test, a, b)	VR_KUNIT_NUM(test, false, a, >=, b, "")
#define KUNIT_ASSERT_EQ(test, a, b)	VR_KUNIT_NUM(test, true, a, ==, b, "")
#define KUNIT_ASSERT_NE(test, a, b)	VR_KUNIT_NUM(test, true, a, !=, b, "")
#define KUNIT_ASSERT_LT(test, a, b)	VR_KUNIT_NUM(test, true, a, <, b, "")
#define KUNIT_ASSERT_LE(test, a, b)	VR_KUNIT_NUM(test, true, a, <=, b, "")
#define KUNIT_ASSERT_GT(test, a, b)	VR_KUNIT_NUM(test, true, a, >, b, "")
#define KUNIT_ASSERT_GE(test, a, b)	VR_KUNIT_NUM(test, true, a, >=, b, "")
#define KUNIT_EXPECT_EQ_MSG(test, a, b, ...) VR_KUNIT_NUM(test, false, a, ==, b, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(test, a, b, ...) VR_KUNIT_NUM(test, false, a, !=, b, __VA_ARGS__)
#define KUNIT_EXPECT_LE_MSG(test, a, b, ...) VR_KUNIT_NUM(test, false, a, <=, b, __VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(test, a, b, ...) VR_KUNIT_NUM(test, false, a, >=, b, __VA_ARGS__)
#define KUNIT_EXPECT_LT_MSG(test, a, b, ...) VR_KUNIT_NUM(test, false, a, <, b, __VA_ARGS__)
#define KUNIT_EXPECT_GT_MSG(test, a, b, ...) VR_KUNIT_NUM(test, false, a, >, b, __VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(test, a, b, ...) VR_KUNIT_NUM(test, true, a, ==, b, __VA_ARGS__)
#define KUNIT_ASSERT_NE_MSG(test, a, b, ...) VR_KUNIT_NUM(test, true, a, !=, b, __VA_ARGS__)

#define KUNIT_EXPECT_PTR_EQ(test, a, b)	VR_KUNIT_PTR(test, false, a, ==, b, "")
#define KUNIT_EXPECT_PTR_NE(test, a, b)	VR_KUNIT_PTR(test, false, a, !=, b, "")
#define KUNIT_ASSERT_PTR_EQ(test, a, b)	VR_KUNIT_PTR(test, true, a, ==, b, "")
#define KUNIT_ASSERT_PTR_NE(test, a, b)	VR_KUNIT_PTR(test, true, a, !=, b, "")
#define KUNIT_EXPECT_PTR_EQ_MSG(test, a, b, ...) \
	VR_KUNIT_PTR(test, false, a, ==, b, __VA_ARGS__)
#define KUNIT_EXPECT_PTR_NE_MSG(test, a, b, ...) \
	VR_KUNIT_PTR(test, false, a, !=, b, __VA_ARGS__)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, a, b, ...) \
	VR_KUNIT_PTR(test, true, a, ==, b, __VA_ARGS__)
#define KUNIT_EXPECT_NULL(test, p)	VR_KUNIT_PTR(test, false, p, ==, NULL, "")
#define KUNIT_EXPECT_NOT_NULL(test, p)	VR_KUNIT_PTR(test, false, p, !=, NULL, "")
#define KUNIT_ASSERT_NULL(test, p)	VR_KUNIT_PTR(test, true, p, ==, NULL, "")
#define KUNIT_ASSERT_NOT_NULL(test, p)	VR_KUNIT_PTR(test, true, p, !=, NULL, "")
#define KUNIT_EXPECT_NULL_MSG(test, p, ...) VR_KUNIT_PTR(test, false, p, ==, NULL, __VA_ARGS__)
#define KUNIT_EXPECT_NOT_NULL_MSG(test, p, ...) \
	VR_KUNIT_PTR(test, false, p, !=, NULL, __VA_ARGS__)

#define KUNIT_EXPECT_TRUE(test, c)	VR_KUNIT_COND(test, false, c, #c, "")
#define KUNIT_EXPECT_FALSE(test, c)	VR_KUNIT_COND(test, false, !(c), "not " #c, "")
#define KUNIT_ASSERT_TRUE(test, c)	VR_KUNIT_COND(test, true, c, #c, "")
#define KUNIT_ASSERT_FALSE(test, c)	VR_KUNIT_COND(test, true, !(c), "not " #c, "")
#define KUNIT_EXPECT_TRUE_MSG(test, c, ...) VR_KUNIT_COND(test, false, c, #c, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, c, ...) \
	VR_KUNIT_COND(test, false, !(c), "not " #c, __VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(test, c, ...) VR_KUNIT_COND(test, true, c, #c, __VA_ARGS__)
#define KUNIT_ASSERT_FALSE_MSG(test, c, ...) \
	VR_KUNIT_COND(test, true, !(c), "not " #c, __VA_ARGS__)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, p) \
	VR_KUNIT_COND(test, false, !IS_ERR_OR_NULL(p), #p " to be a pointer", "")
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p) \
	VR_KUNIT_COND(test, true, !IS_ERR_OR_NULL(p), #p " to be a pointer", "")

#define KUNIT_EXPECT_STREQ(test, a, b)	VR_KUNIT_STR(test, false, a, ==, b, "")
#define KUNIT_EXPECT_STRNEQ(test, a, b)	VR_KUNIT_STR(test, false, a, !=, b, "")
#define KUNIT_ASSERT_STREQ(test, a, b)	VR_KUNIT_STR(test, true, a, ==, b, "")
#define KUNIT_EXPECT_STREQ_MSG(test, a, b, ...) VR_KUNIT_STR(test, false, a, ==, b, __VA_ARGS__)

#define KUNIT_EXPECT_MEMEQ(test, a, b, size) VR_KUNIT_MEM(test, false, a, ==, b, size, "")
#define KUNIT_EXPECT_MEMNEQ(test, a, b, size) VR_KUNIT_MEM(test, false, a, !=, b, size, "")
#define KUNIT_ASSERT_MEMEQ(test, a, b, size) VR_KUNIT_MEM(test, true, a, ==, b, size, "")
#define KUNIT_EXPECT_MEMEQ_MSG(test, a, b, size, ...) \
	VR_KUNIT_MEM(test, false, a, ==, b, size, __VA_ARGS__)

#endif /* _VR_KUNIT_TEST_H */
