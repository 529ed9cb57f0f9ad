/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least netlink that a measurement can do with: many requests in one
 * sendmsg, of which only the last is acknowledged, and dumps that are counted.
 * Whatever goes wrong ends the program with a text.
 */
#ifndef _BENCH_NL_H
#define _BENCH_NL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/netlink.h>
#include <linux/types.h>

#define BENCH_NL_MANY	512		/* requests of one sendmsg */
#define BENCH_NL_ONE	256		/* bytes that a request may have */

/**
 * struct bench_nl - a socket of the family "vrouter" and the requests that go next
 * @fd: socket
 * @family: number of the family
 * @seq: of the last request
 * @n: requests in @buf
 * @used: bytes in @buf
 * @msg: the request that is put together
 * @buf: requests
 */
struct bench_nl {
	int fd;
	__u16 family;
	__u32 seq;
	unsigned int n;
	size_t used;
	struct nlmsghdr *msg;
	char buf[BENCH_NL_MANY * BENCH_NL_ONE] __aligned(NLMSG_ALIGNTO);
};

/* Says what went wrong, and exits. */
__noreturn void bench_die(const char *fmt, ...) __printf(1, 2);

void bench_nl_open(struct bench_nl *nl);

/* A request and its attributes. */
void bench_nl_begin(struct bench_nl *nl, int cmd, int flags);
void bench_nl_put(struct bench_nl *nl, int type, const void *data, size_t len);
void bench_nl_put_u32(struct bench_nl *nl, int type, __u32 value);
struct nlattr *bench_nl_nest(struct bench_nl *nl, int type);
void bench_nl_nest_end(struct bench_nl *nl, struct nlattr *nest);

/* Sends the requests and waits until the last one is done; one that is refused is the end. */
void bench_nl_call(struct bench_nl *nl);

static inline bool bench_nl_full(const struct bench_nl *nl)
{
	return nl->n == BENCH_NL_MANY;
}

/* How many objects a dump has. */
__u64 bench_nl_dump(struct bench_nl *nl, int cmd);

#endif /* _BENCH_NL_H */
