// SPDX-License-Identifier: GPL-2.0-only
/* Runs the tests: all, or those whose name contains the argument. */
#include "test.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *tests, **last = &tests;
static bool failed;
static __u64 seed = 0x5eed0f7e575;

void test_add(struct test *test)
{
	*last = test;
	last = &test->next;
}

void test_failed(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	failed = true;
	printf("# %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

__u32 test_rand(void)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed >> 32;
}

size_t test_hex(const char *text, __u8 *out, size_t room)
{
	unsigned int byte;
	size_t n = 0;

	for (; *text; text++) {
		if (isspace((unsigned char)*text))
			continue;
		if (n == room || sscanf(text, "%2x", &byte) != 1)
			abort();
		out[n++] = byte;
		text++;
	}
	return n;
}

void test_bytes(const char *file, int line, const char *want, const __u8 *got, size_t len)
{
	__u8 bytes[4096];
	size_t i, n = test_hex(want, bytes, sizeof(bytes));

	if (n != len)
		test_failed(file, line, "%zu bytes, not %zu", len, n);
	for (i = 0; i < n && i < len; i++) {
		if (bytes[i] == got[i])
			continue;
		test_failed(file, line, "byte %zu is %02x, not %02x", i, got[i], bytes[i]);
		break;
	}
	if (n == len && i == n)
		return;
	printf("# got:");
	for (i = 0; i < len; i++)
		printf(" %02x", got[i]);
	putchar('\n');
}

const char *test_file(const char *text)
{
	static char name[64];
	FILE *file;

	if (!name[0]) {
		strcpy(name, "/tmp/agent-test-XXXXXX");
		close(mkstemp(name));
	}
	file = fopen(name, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		abort();
	return name;
}

int main(int argc, char **argv)
{
	unsigned int passed = 0, bad = 0;
	struct test *test;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (test = tests; test; test = test->next) {
		if (argc > 1 && !strstr(test->name, argv[1]))
			continue;
		failed = false;
		test->run();
		printf("%s - %s\n", failed ? "not ok" : "ok", test->name);
		if (failed)
			bad++;
		else
			passed++;
	}
	unlink(test_file(""));
	printf("%u passed, %u failed, 0 skipped\n", passed, bad);
	return bad || !passed;
}
