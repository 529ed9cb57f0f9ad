// SPDX-License-Identifier: GPL-2.0-only
/* Raw generic netlink for measurements. */
#include "bench_nl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/genetlink.h>

#include <vrouter/netlink.h>

#define RECV_ROOM	(256 * 1024)
#define RECV_BUFFER	(8 * 1024 * 1024)

static char recv_buf[RECV_ROOM] __aligned(NLMSG_ALIGNTO);

void bench_die(const char *fmt, ...)
{
	va_list ap;

	fputs("flow_bench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

/* --- requests ---------------------------------------------------------------- */

void bench_nl_begin(struct bench_nl *nl, int cmd, int flags)
{
	struct genlmsghdr *genl;

	if (bench_nl_full(nl))
		bench_die("too many requests at once");
	nl->msg = (struct nlmsghdr *)(nl->buf + nl->used);
	memset(nl->msg, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	nl->msg->nlmsg_type = nl->family;
	nl->msg->nlmsg_flags = NLM_F_REQUEST | flags;
	nl->msg->nlmsg_seq = ++nl->seq;
	nl->msg->nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
	genl = NLMSG_DATA(nl->msg);
	genl->cmd = cmd;
	genl->version = nl->family == GENL_ID_CTRL ? 1 : VR_GENL_VERSION;
	nl->used += nl->msg->nlmsg_len;
	nl->n++;
}

static struct nlattr *request_room(struct bench_nl *nl, int type, size_t len)
{
	struct nlattr *attr = (struct nlattr *)(nl->buf + nl->used);
	size_t all = NLA_HDRLEN + NLA_ALIGN(len);

	if (nl->msg->nlmsg_len + all > BENCH_NL_ONE)
		bench_die("a request does not fit into %d bytes", BENCH_NL_ONE);
	memset(attr, 0, all);
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	nl->msg->nlmsg_len += all;
	nl->used += all;
	return attr;
}

void bench_nl_put(struct bench_nl *nl, int type, const void *data, size_t len)
{
	memcpy((char *)request_room(nl, type, len) + NLA_HDRLEN, data, len);
}

void bench_nl_put_u32(struct bench_nl *nl, int type, __u32 value)
{
	bench_nl_put(nl, type, &value, sizeof(value));
}

struct nlattr *bench_nl_nest(struct bench_nl *nl, int type)
{
	return request_room(nl, type | NLA_F_NESTED, 0);
}

void bench_nl_nest_end(struct bench_nl *nl, struct nlattr *nest)
{
	nest->nla_len = nl->buf + nl->used - (char *)nest;
}

/* --- answers ----------------------------------------------------------------- */

static int nl_recv(struct bench_nl *nl)
{
	ssize_t len;

	do {
		len = recv(nl->fd, recv_buf, sizeof(recv_buf), MSG_TRUNC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		bench_die("cannot read from netlink: %s", strerror(errno));
	if ((size_t)len > sizeof(recv_buf))
		bench_die("an answer is longer than %d bytes", RECV_ROOM);
	return len;
}

/* The kernel's own words behind an error, "" if it has none. */
static const char *error_text(const struct nlmsghdr *msg, size_t at)
{
	const struct nlattr *attr;

	if (!(msg->nlmsg_flags & NLM_F_ACK_TLVS))
		return "";
	for (; at + NLA_HDRLEN <= msg->nlmsg_len; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const struct nlattr *)((const char *)msg + at);
		if (attr->nla_len < NLA_HDRLEN || at + attr->nla_len > msg->nlmsg_len)
			break;
		if (attr->nla_type == NLMSGERR_ATTR_MSG)
			return (const char *)attr + NLA_HDRLEN;
	}
	return "";
}

/* An error of 0 is none. */
static void error_check(const struct nlmsghdr *msg, size_t tlvs)
{
	const int *error = NLMSG_DATA(msg);

	if (*error)
		bench_die("the kernel refuses: %s: %s", strerror(-*error), error_text(msg, tlvs));
}

#define ACK_TLVS	(NLMSG_HDRLEN + sizeof(struct nlmsgerr))
#define DONE_TLVS	(NLMSG_HDRLEN + sizeof(int))

static void ack_wait(struct bench_nl *nl, __u32 seq)
{
	const struct nlmsghdr *msg;
	bool done = false;
	int len;

	while (!done) {
		len = nl_recv(nl);
		for (msg = (void *)recv_buf; NLMSG_OK(msg, len); msg = NLMSG_NEXT(msg, len)) {
			if (msg->nlmsg_type == NLMSG_ERROR)
				error_check(msg, ACK_TLVS);
			done |= msg->nlmsg_type == NLMSG_ERROR && msg->nlmsg_seq == seq;
		}
	}
}

static void nl_send(struct bench_nl *nl)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(nl->fd, nl->buf, nl->used, 0, (void *)&kernel, sizeof(kernel)) !=
	    (ssize_t)nl->used)
		bench_die("cannot send to netlink: %s", strerror(errno));
	nl->used = 0;
	nl->n = 0;
}

void bench_nl_call(struct bench_nl *nl)
{
	if (!nl->n)
		return;
	nl->msg->nlmsg_flags |= NLM_F_ACK;
	nl_send(nl);
	ack_wait(nl, nl->seq);
}

__u64 bench_nl_dump(struct bench_nl *nl, int cmd)
{
	const struct nlmsghdr *msg;
	__u64 objects = 0;
	int len;

	bench_nl_begin(nl, cmd, NLM_F_DUMP);
	nl_send(nl);
	for (;;) {
		len = nl_recv(nl);
		for (msg = (void *)recv_buf; NLMSG_OK(msg, len); msg = NLMSG_NEXT(msg, len)) {
			if (msg->nlmsg_flags & NLM_F_DUMP_INTR)
				bench_die("the dump saw a change");
			if (msg->nlmsg_type == NLMSG_ERROR)
				error_check(msg, ACK_TLVS);
			if (msg->nlmsg_type == NLMSG_DONE) {
				error_check(msg, DONE_TLVS);
				return objects;
			}
			objects++;
		}
	}
}

/* --- opening ----------------------------------------------------------------- */

static __u16 family_find(struct bench_nl *nl)
{
	const struct nlattr *attr;
	const char *at, *end;

	nl->family = GENL_ID_CTRL;
	bench_nl_begin(nl, CTRL_CMD_GETFAMILY, 0);
	bench_nl_put(nl, CTRL_ATTR_FAMILY_NAME, VR_GENL_NAME, sizeof(VR_GENL_NAME));
	nl_send(nl);
	end = recv_buf + nl_recv(nl);
	if (((struct nlmsghdr *)recv_buf)->nlmsg_type == NLMSG_ERROR)
		bench_die("the module is not loaded");
	for (at = recv_buf + NLMSG_HDRLEN + GENL_HDRLEN; at < end; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const struct nlattr *)at;
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(const __u16 *)(at + NLA_HDRLEN);
		if (attr->nla_len < NLA_HDRLEN)
			break;
	}
	bench_die("the kernel does not say which number its family has");
}

void bench_nl_open(struct bench_nl *nl)
{
	int one = 1, room = RECV_BUFFER;

	memset(nl, 0, offsetof(struct bench_nl, buf));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0 ||
	    setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) ||
	    setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)) ||
	    setsockopt(nl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(nl->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room)))
		bench_die("cannot open a netlink socket: %s", strerror(errno));
	nl->family = family_find(nl);
}
