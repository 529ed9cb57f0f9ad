// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runner of the unit tests in user space.
 *
 *	run [-l] [PATTERN…]
 *
 * Runs the cases whose "suite.case" contains one of the patterns, or all of
 * them, and says what became of each in KTAP. A case that leaves a packet, a
 * port or per-cpu memory behind has failed; AddressSanitizer sees to the rest.
 * Exit status: 0 all passed, 1 something failed, 2 nothing matched.
 */
#include <stdarg.h>
#include <unistd.h>

#include "vr_test.h"

#define SUITES_MAX 128

/** struct vr_kunit_alloc - memory of kunit_kzalloc() */
struct vr_kunit_alloc {
	struct vr_kunit_alloc *next;
	u8 bytes[] __aligned(16);
};

static struct kunit_suite *suites[SUITES_MAX];
static unsigned int n_suites;

static unsigned int passed;
static unsigned int failed;
static unsigned int skipped;

void vr_test_suite_add(struct kunit_suite *suite)
{
	WARN_ON(n_suites == SUITES_MAX);
	suites[n_suites++] = suite;
}

static void say(const char *fmt, va_list ap)
{
	char text[1024];
	size_t len;

	vsnprintf(text, sizeof(text), fmt, ap);
	len = strlen(text);
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	printf("    # %s\n", text);
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

	printf("    # %s: failed at %s:%d\n", test->name, file, line);
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	__atomic_store_n(&test->failed, true, __ATOMIC_RELAXED);
	if (!leave)
		return;
	if (!pthread_equal(test->thread, pthread_self()))
		vr_test_die(file, line, "assertion failed in a thread that cannot leave the case");
	longjmp(test->leave, 1);
}

void vr_kunit_skip(struct kunit *test, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	test->skipped = true;
	longjmp(test->leave, 1);
}

void *kunit_kzalloc(struct kunit *test, size_t size, int gfp)
{
	struct vr_kunit_alloc *alloc = calloc(1, sizeof(*alloc) + size);

	if (!alloc)
		vr_test_die(__FILE__, __LINE__, "out of memory: %zu bytes", size);
	alloc->next = test->allocs;
	test->allocs = alloc;
	return alloc->bytes;
}

static void kunit_cleanup(struct kunit *test)
{
	while (test->allocs) {
		struct vr_kunit_alloc *alloc = test->allocs;

		test->allocs = alloc->next;
		free(alloc);
	}
}

static void body(struct kunit *test, struct kunit_suite *suite, struct kunit_case *kcase)
{
	int err = suite->init ? suite->init(test) : 0;

	if (err)
		KUNIT_FAIL(test, "init of suite %s returned %d", suite->name, err);
	else
		kcase->run_case(test);
}

static void guarded_body(struct kunit *test, struct kunit_suite *suite, struct kunit_case *kcase)
{
	if (!setjmp(test->leave))
		body(test, suite, kcase);
}

static void guarded_exit(struct kunit *test, struct kunit_suite *suite)
{
	if (!setjmp(test->leave) && suite->exit)
		suite->exit(test);
}

/* One run of a case; @param NULL where it takes none. */
static void run_once(struct kunit_suite *suite, struct kunit_case *kcase, const void *param,
		     const char *desc, unsigned int number)
{
	struct kunit test = {
		.name = kcase->name,
		.param_value = param,
		.thread = pthread_self(),
	};
	const char *verdict = "ok";
	const char *leak;

	vr_test_host_reset();
	guarded_body(&test, suite, kcase);
	vr_test_fail_alloc(0);
	guarded_exit(&test, suite);
	leak = vr_test_host_leaks();
	if (leak && !test.failed)
		KUNIT_FAIL(&test, "left behind: %s", leak);
	kunit_cleanup(&test);

	if (test.failed) {
		verdict = "not ok";
		failed++;
	} else if (test.skipped) {
		skipped++;
	} else {
		passed++;
	}
	printf("    %s %u %s.%s%s%s%s\n", verdict, number, suite->name, kcase->name,
	       *desc ? " " : "", desc, test.skipped ? " # SKIP" : "");
	fflush(stdout);
}

static void run_case(struct kunit_suite *suite, struct kunit_case *kcase, unsigned int *number)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const void *param = NULL;

	if (!kcase->generate_params) {
		run_once(suite, kcase, NULL, "", ++*number);
		return;
	}
	while ((param = kcase->generate_params(param, desc)))
		run_once(suite, kcase, param, desc, ++*number);
}

static bool wanted(const struct kunit_suite *suite, const struct kunit_case *kcase,
		   char **patterns)
{
	char name[512];

	if (!*patterns)
		return true;
	snprintf(name, sizeof(name), "%s.%s", suite->name, kcase->name);
	for (; *patterns; patterns++)
		if (strstr(name, *patterns))
			return true;
	return false;
}

static void run_suite(struct kunit_suite *suite, char **patterns, bool list)
{
	struct kunit_case *kcase;
	unsigned int number = 0;

	for (kcase = suite->test_cases; kcase->run_case; kcase++) {
		if (!wanted(suite, kcase, patterns))
			continue;
		if (list) {
			printf("%s.%s\n", suite->name, kcase->name);
			continue;
		}
		if (!number) {
			printf("    # Subtest: %s\n", suite->name);
			if (suite->suite_init && suite->suite_init(suite)) {
				failed++;
				printf("    not ok 1 %s.suite_init\n", suite->name);
				return;
			}
		}
		run_case(suite, kcase, &number);
	}
	if (number && suite->suite_exit)
		suite->suite_exit(suite);
}

static int suite_cmp(const void *a, const void *b)
{
	return strcmp((*(struct kunit_suite **)a)->name, (*(struct kunit_suite **)b)->name);
}

int main(int argc, char **argv)
{
	bool list = argc > 1 && !strcmp(argv[1], "-l");
	unsigned int i;

	argv += 1 + list;
	qsort(suites, n_suites, sizeof(suites[0]), suite_cmp);
	vr_test_host_init();
	if (!list)
		printf("KTAP version 1\n");
	for (i = 0; i < n_suites; i++)
		run_suite(suites[i], argv, list);
	if (list)
		return 0;
	vr_test_host_exit();
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	if (!passed && !failed && !skipped) {
		fprintf(stderr, "no test case matches\n");
		return 2;
	}
	return failed ? 1 : 0;
}
