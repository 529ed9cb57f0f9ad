// SPDX-License-Identifier: GPL-2.0-only
/* What tests/unit's words need of a runner: here every expectation that fails ends the program. */
#include <stdarg.h>

#include "core_fuzz.h"

struct vr_kunit_alloc {
	struct vr_kunit_alloc *next;
	u8 bytes[] __aligned(16);
};

static void say(const char *fmt, va_list ap)
{
	fputs("# ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void vr_kunit_say(struct kunit *test, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void vr_kunit_fail(struct kunit *test, bool leave, const char *file, int line,
		   const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	vr_test_die(file, line, "an expectation failed");
}

void vr_kunit_skip(struct kunit *test, const char *fmt, ...)
{
	vr_test_die(__FILE__, __LINE__, "nothing is skipped here");
}

void *kunit_kzalloc(struct kunit *test, size_t size, int gfp)
{
	struct vr_kunit_alloc *alloc = calloc(1, sizeof(*alloc) + size);

	WARN_ON(!alloc);
	alloc->next = test->allocs;
	test->allocs = alloc;
	return alloc->bytes;
}

void fz_kunit_free(struct kunit *test)
{
	while (test->allocs) {
		struct vr_kunit_alloc *alloc = test->allocs;

		test->allocs = alloc->next;
		free(alloc);
	}
}
