/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent's netlink: many requests in one sendmsg and their answers
 * (kernel_call()), dumps that do not stop the loop, notifications.
 *
 * Three sockets of the family "vrouter": one for requests, which is waited on;
 * one for dumps and one for notifications, which are polled. A fourth speaks
 * rtnetlink.
 */
#ifndef _VA_KERNEL_H
#define _VA_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/netlink.h>
#include <linux/types.h>

struct attr_set;
struct events;
struct kernel;

/** struct kernel_object - what the kernel sent; @cmd: enum vr_cmd, or the type of rtnetlink */
struct kernel_object {
	int cmd;
	struct nlattr *attrs;
	int len;
	const void *head;	/* rtnetlink: what stands before the attributes */
	bool interrupted;	/* by a dump that saw a change */
};

/*
 * kernel_object_fn:  @i: which of the requests it answers, from 0.
 * kernel_refused_fn: @err: positive errno; @text: in words.
 */
typedef void kernel_object_fn(void *arg, unsigned int i, const struct kernel_object *object);
typedef void kernel_refused_fn(void *arg, unsigned int i, int err, const char *text);

/* Opens the sockets and listens; NULL: an event says why not. */
struct kernel *kernel_open(struct events *events);
void kernel_close(struct kernel *kn);

/**
 * kernel_is_there() - has the module been unloaded?
 * @kn: opened
 *
 * Another that was loaded since is not the one that @kn knows. The kernel loads none for it.
 *
 * Return: false: it has, and every request will be refused until kernel_find() finds one.
 */
bool kernel_is_there(struct kernel *kn);

/* Looks for a router, without having the module loaded, and listens to it; true: there is one. */
bool kernel_find(struct kernel *kn);

/* To be polled for reading. */
int kernel_news_fd(const struct kernel *kn);
int kernel_dump_fd(const struct kernel *kn);

/*
 * Requests, one after the other into one buffer, up to KERNEL_MANY.
 * The pointers that kernel_begin() and kernel_nest() return are good until kernel_call().
 */
#define KERNEL_MANY	256

struct nlmsghdr *kernel_begin(struct kernel *kn, int cmd, int flags);
void kernel_put(struct kernel *kn, int type, const void *data, size_t len);
void kernel_put_u32(struct kernel *kn, int type, __u32 value);
void kernel_put_str(struct kernel *kn, int type, const char *value);
struct nlattr *kernel_nest(struct kernel *kn, int type);
void kernel_nest_end(struct kernel *kn, struct nlattr *nest);
/* The number of requests so far. */
unsigned int kernel_requests(const struct kernel *kn);

/**
 * kernel_call() - send the requests and wait for all answers
 * @kn: with requests
 * @object: called for every object; may be NULL
 * @refused: called for every refusal; may be NULL
 * @arg: for both
 *
 * Return: 0, or -errno: some answers were lost, and an event says so.
 */
int kernel_call(struct kernel *kn, kernel_object_fn *object, kernel_refused_fn *refused,
		void *arg);

/* The same for one rtnetlink request, which @build has made; -errno is the kernel's answer. */
struct nlmsghdr *kernel_route_begin(struct kernel *kn, int type, int flags, const void *head,
				    size_t len);
int kernel_route_call(struct kernel *kn, size_t head_len, kernel_object_fn *object, void *arg);

/* Begins a dump of flows: only those with @action, or all if that is negative. 0 or -errno. */
int kernel_dump_flows(struct kernel *kn, int action);
bool kernel_dumping(const struct kernel *kn);

/**
 * kernel_dump_some() - some more of the dump
 * @kn: with a dump
 * @object: called for every object
 * @arg: for it
 *
 * Return: 1: more will come; 0: that was all, or there is no dump; -errno: it failed.
 */
int kernel_dump_some(struct kernel *kn, kernel_object_fn *object, void *arg);

/* Notifications that are there. 1: there may be more; -ENOBUFS: some were lost, others wait. */
int kernel_news(struct kernel *kn, kernel_object_fn *object, void *arg);

/* A dump that is waited for, of the few objects that are no flows. 0 or -errno. */
int kernel_dump_now(struct kernel *kn, int cmd, kernel_object_fn *object, void *arg);

#endif /* _VA_KERNEL_H */
