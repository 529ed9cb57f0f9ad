/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests of the agent's parts, in one program: TEST(name) { EXPECT(...); } */
#ifndef _AGENT_TEST_H
#define _AGENT_TEST_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "tool.h"

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

void test_add(struct test *test);
void test_failed(const char *file, int line, const char *fmt, ...) __printf(3, 4);

/* "45 00 00 1c": the bytes, spaces and line ends aside. Returns how many. */
size_t test_hex(const char *text, __u8 *out, size_t room);

/* Compares with such a text, and shows where the two differ. */
void test_bytes(const char *file, int line, const char *want, const __u8 *got, size_t len);

/* A random number, the same ones in every run. */
__u32 test_rand(void);

/* A file with this text; its name is good until the next call. */
const char *test_file(const char *text);

#define TEST(name) \
	static void test_##name(void); \
	static void __attribute__((constructor)) test_add_##name(void) \
	{ \
		static struct test test = { #name, test_##name, NULL }; \
		test_add(&test); \
	} \
	static void test_##name(void)

#define EXPECT(condition) \
	do { \
		if (!(condition)) \
			test_failed(__FILE__, __LINE__, "%s", #condition); \
	} while (0)

#define EXPECT_EQ(want, got) \
	do { \
		long long want_ = (want), got_ = (got); \
		if (want_ != got_) \
			test_failed(__FILE__, __LINE__, "%s is %lld, not %lld", #got, got_, \
				    want_); \
	} while (0)

#define EXPECT_STR(want, got) \
	do { \
		const char *want_ = (want), *got_ = (got); \
		if (!got_ || strcmp(want_, got_)) \
			test_failed(__FILE__, __LINE__, "%s is '%s', not '%s'", #got, \
				    got_ ? got_ : "(null)", want_); \
	} while (0)

#define EXPECT_BYTES(want, got, len) test_bytes(__FILE__, __LINE__, want, got, len)

#endif /* _AGENT_TEST_H */
