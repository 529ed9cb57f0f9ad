/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of struct kernel, for kernel.c, kernel_put.c and tests that stand in for the first. */
#ifndef _VA_KERNEL_PUT_H
#define _VA_KERNEL_PUT_H

#include "kernel.h"

struct nl_sock;

#define KERNEL_SEND	(KERNEL_MANY * 256)

/**
 * struct kernel - see kernel.h
 * @call: requests
 * @dump: dumps
 * @news: notifications
 * @route: rtnetlink
 * @events: where errors go
 * @family: the family's number
 * @seq: of the last message that was sent
 * @first: of the requests in @out
 * @dump_seq: of the dump that goes on; 0: none does
 * @out: requests
 * @len: bytes of them
 * @n: how many
 * @at: where each begins in @out
 * @in: the datagram that was received
 */
struct kernel {
	struct nl_sock *call;
	struct nl_sock *dump;
	struct nl_sock *news;
	struct nl_sock *route;
	struct events *events;
	__u16 family;
	__u32 seq;
	__u32 first;
	__u32 dump_seq;
	char *out;
	size_t len;
	unsigned int n;
	__u32 at[KERNEL_MANY];
	char *in;
};

/* A request with @len bytes of header of its own. */
struct nlmsghdr *kernel_request(struct kernel *kn, int type, int flags, const void *head,
				size_t len);

#endif /* _VA_KERNEL_PUT_H */
