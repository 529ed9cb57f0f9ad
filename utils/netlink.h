/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way to the kernel: the generic netlink family "vrouter", and rtnetlink
 * for devices. Sends, waits for what belongs to it, and puts a refusal
 * into the kernel's own words.
 */
#ifndef _VT_NETLINK_H
#define _VT_NETLINK_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "tool.h"

struct attr_set;
struct nl_msg;
struct nlattr;
struct nlmsghdr;

/** struct nlc_reply - an object that the kernel sent; @cmd: enum vr_cmd */
struct nlc_reply {
	int cmd;
	struct nlattr *attrs;
	int len;
};

typedef int nlc_reply_fn(struct tool *tool, const struct nlc_reply *reply, void *arg);

/**
 * struct nlc_query - a question
 * @msg: as nlc_head() began it
 * @about: option that it is asked for, begins the error; NULL if none
 * @reply: called for every object; its first failure is the result
 * @arg: for @reply
 * @expect: errno that is no failure, 0 if none
 * @any: a dump need not be of one moment
 * @answers: how many objects came
 * @met: the errno was @expect
 */
struct nlc_query {
	struct nl_msg *msg;
	const char *about;
	nlc_reply_fn *reply;
	void *arg;
	int expect;
	bool any;
	unsigned int answers;
	bool met;
};

/**
 * struct nlc_route - a message for rtnetlink
 * @msg: complete but for its number
 * @name: of the command, for dry run
 * @hdrlen: bytes of header before the attributes, there and in the answer
 * @set: names of the attributes
 * @reply: as in struct nlc_query
 * @arg: for @reply
 * @expect: errno that is no failure, 0 if none
 * @met: it was this one
 */
struct nlc_route {
	struct nl_msg *msg;
	const char *name;
	int hdrlen;
	const struct attr_set *set;
	nlc_reply_fn *reply;
	void *arg;
	int expect;
	bool met;
};

/** struct nlc_refusal - why the kernel did not do something */
struct nlc_refusal {
	int err;		/* positive errno */
	const char *text;	/* the kernel's words, NULL if it has none */
	__u32 attr_at;	/* offset in the message of the attribute to blame, or 0 */
	int missing;		/* number of the attribute that is missing, or 0 */
	__u32 missing_in;	/* offset of the nest where it is missing, or 0 */
	bool has_range;		/* the next two are what it may be */
	__u64 min;
	__u64 max;
};

/** nlc_refused_fn - @seq: number of the message that was refused */
typedef void nlc_refused_fn(struct tool *tool, __u32 seq, const struct nlc_refusal *refusal,
			    void *arg);

/* Begins @msg anew. @flags: NLM_F_DUMP, NLM_F_EXCL, NLM_F_ECHO. */
void nlc_head(struct nl_msg *msg, int cmd, int flags);

/* The same with the message that the tool has for this; NULL if memory is short (has been said). */
struct nl_msg *nlc_begin(struct tool *tool, int cmd, int flags);

/* All return a vt_result and have said what is wrong. */

/* Sends a change, or adds it to the batch, or shows it (dry run). */
int nlc_change(struct tool *tool, struct nl_msg *msg);

/* Sends a question, after what the batch still has; shows it instead if dry run. */
int nlc_query(struct tool *tool, struct nl_msg *msg, nlc_reply_fn *reply, void *arg);

/**
 * nlc_list() - the same for a dump, as an array
 * @tool: the tool
 * @msg: may be NULL: then it has failed already
 * @heading: printed before the first object, and if there is none; not after
 *	a refusal. May be NULL
 * @reply: called for every object
 * @arg: for both
 */
int nlc_list(struct tool *tool, struct nl_msg *msg, void (*heading)(struct tool *, void *),
	     nlc_reply_fn *reply, void *arg);

/* Sends a question in any case, after what the batch still has. */
int nlc_ask(struct tool *tool, struct nlc_query *query);

/* Sends a message to rtnetlink, after what the batch still has; shows it instead if dry run. */
int nlc_route(struct tool *tool, struct nlc_route *route);

/* Calls @reply for every change of the configuration, until it fails. */
int nlc_listen(struct tool *tool, nlc_reply_fn *reply, void *arg);

/**
 * nlc_pack() - send many messages at once and wait for the answers
 * @tool: the tool
 * @buf: the messages, each aligned to 4 bytes; headers are completed here
 * @len: bytes
 * @refused: called for every message that was refused; @seq counts from 0
 * @arg: for @refused
 *
 * Return: VT_OK if the kernel saw them all, whatever it made of them.
 */
int nlc_pack(struct tool *tool, void *buf, size_t len, nlc_refused_fn *refused, void *arg);

/**
 * nlc_explain() - a refusal in words, naming the attribute
 * @hdr: the message that was refused, of the family "vrouter"
 * @refusal: why
 * @buf: result
 * @size: of @buf
 */
void nlc_explain(const struct nlmsghdr *hdr, const struct nlc_refusal *refusal, char *buf,
		 size_t size);

void nlc_close(struct tool *tool);

#endif /* _VT_NETLINK_H */
