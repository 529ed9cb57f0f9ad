// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets and messages. Only the last of the requests that are sent at once
 * asks for an acknowledgment: the kernel answers the others if it refuses
 * them, and answers in order, so everything is known when the last answer is
 * there.
 */
#include "kernel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <linux/genetlink.h>

#include <netlink/attr.h>
#include <netlink/cache.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/family.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "events.h"
#include "kernel_put.h"
#include "refusal.h"

#define KERNEL_RECEIVE	(128 * 1024)	/* largest answer that the kernel makes: 32 KB */
#define KERNEL_QUEUE	(16 * 1024 * 1024)
#define KERNEL_WAIT	10		/* seconds until the kernel is taken not to answer */
#define KERNEL_NEWS	256		/* datagrams, until something else has its turn */

/* --- sockets ----------------------------------------------------------------- */

static void kernel_option(int fd, int level, int option, int value)
{
	/* All are improvements: what an older kernel does not know is done without. */
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

static struct nl_sock *kernel_socket(struct kernel *kn, int protocol, bool polled)
{
	struct timeval wait = { .tv_sec = KERNEL_WAIT };
	struct nl_sock *sk = nl_socket_alloc();
	int err, fd;

	if (!sk)
		return NULL;
	err = nl_connect(sk, protocol);
	if (err) {
		event_error(kn->events, "cannot open a netlink socket: %s", nl_geterror(err));
		nl_socket_free(sk);
		return NULL;
	}
	fd = nl_socket_get_fd(sk);
	kernel_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	kernel_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	kernel_option(fd, SOL_SOCKET, SO_RCVBUF, KERNEL_QUEUE);
	kernel_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, KERNEL_QUEUE);
	if (polled)
		nl_socket_set_nonblocking(sk);
	else
		setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
	return sk;
}

static bool kernel_listen(struct kernel *kn, const char *name)
{
	int group = genl_ctrl_resolve_grp(kn->call, VR_GENL_NAME, name);

	if (group >= 0 && !nl_socket_add_membership(kn->news, group))
		return true;
	event_error(kn->events, "cannot listen to vrouter's group %s", name);
	return false;
}

static bool kernel_join(struct kernel *kn, int family)
{
	if (!kernel_listen(kn, VR_GENL_MCGRP_CONFIG) || !kernel_listen(kn, VR_GENL_MCGRP_FLOW))
		return false;
	kn->family = family;
	return true;
}

static bool kernel_connect_all(struct kernel *kn)
{
	int family;

	kn->call = kernel_socket(kn, NETLINK_GENERIC, false);
	kn->dump = kernel_socket(kn, NETLINK_GENERIC, true);
	kn->news = kernel_socket(kn, NETLINK_GENERIC, true);
	kn->route = kernel_socket(kn, NETLINK_ROUTE, false);
	if (!kn->call || !kn->dump || !kn->news || !kn->route)
		return false;
	family = genl_ctrl_resolve(kn->call, VR_GENL_NAME);
	if (family < 0) {
		event_error(kn->events, family == -NLE_OBJ_NOTFOUND ?
			    "the kernel has no vrouter: is the module loaded?" :
			    "cannot find vrouter in the kernel");
		return false;
	}
	return kernel_join(kn, family);
}

struct kernel *kernel_open(struct events *events)
{
	struct kernel *kn = calloc(1, sizeof(*kn));

	if (!kn)
		return NULL;
	kn->events = events;
	kn->out = malloc(KERNEL_SEND);
	kn->in = malloc(KERNEL_RECEIVE);
	if (kn->out && kn->in && kernel_connect_all(kn))
		return kn;
	kernel_close(kn);
	return NULL;
}

void kernel_close(struct kernel *kn)
{
	if (!kn)
		return;
	nl_socket_free(kn->call);
	nl_socket_free(kn->dump);
	nl_socket_free(kn->news);
	nl_socket_free(kn->route);
	free(kn->out);
	free(kn->in);
	free(kn);
}

int kernel_news_fd(const struct kernel *kn)
{
	return nl_socket_get_fd(kn->news);
}

int kernel_dump_fd(const struct kernel *kn)
{
	return nl_socket_get_fd(kn->dump);
}

/* --- sending and receiving --------------------------------------------------- */

static int kernel_send(struct kernel *kn, struct nl_sock *sk, const void *data, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent;
	int err;

	do {
		sent = sendto(nl_socket_get_fd(sk), data, len, 0, (struct sockaddr *)&kernel,
			      sizeof(kernel));
	} while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return 0;
	err = errno;
	event_error(kn->events, "cannot send to the kernel: %s", strerror(err));
	return -err;
}

/* One datagram; its length, 0 if it was not the kernel's, or -errno. */
static int kernel_receive(struct kernel *kn, struct nl_sock *sk)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = kn->in, .iov_len = KERNEL_RECEIVE };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t len;

	do {
		len = recvmsg(nl_socket_get_fd(sk), &msg, 0);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	return from.nl_pid ? 0 : len;
}

static bool kernel_object_read(const struct kernel *kn, struct nlmsghdr *hdr,
			       struct kernel_object *object)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	if (hdr->nlmsg_type != kn->family || nlmsg_datalen(hdr) < (int)GENL_HDRLEN)
		return false;
	memset(object, 0, sizeof(*object));
	object->cmd = genl->cmd;
	object->attrs = nlmsg_attrdata(hdr, GENL_HDRLEN);
	object->len = nlmsg_attrlen(hdr, GENL_HDRLEN);
	object->interrupted = hdr->nlmsg_flags & NLM_F_DUMP_INTR;
	return true;
}

static void kernel_refused(struct kernel *kn, unsigned int i, const struct nlc_refusal *refusal,
			   kernel_refused_fn *refused, void *arg)
{
	static const struct attr_set none = { NULL, 0 };
	struct nlmsghdr *hdr = (struct nlmsghdr *)(kn->out + kn->at[i]);
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	const struct attr_set *set = attrs_of_cmd(genl->cmd);
	char text[320];

	refusal_explain(hdr, GENL_HDRLEN, set ? set : &none, refusal, text, sizeof(text));
	refused(arg, i, refusal->err, text);
}

/* What one datagram says; true: the last answer was in it. */
static bool kernel_take(struct kernel *kn, int len, kernel_object_fn *object,
			kernel_refused_fn *refused, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)kn->in;
	struct nlc_refusal refusal;
	struct kernel_object found;
	bool over = false;

	for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len)) {
		__u32 i = hdr->nlmsg_seq - kn->first;

		/* An answer that came too late, to somebody who has given up. */
		if (i >= kn->n)
			continue;
		if (hdr->nlmsg_type == NLMSG_ERROR) {
			refusal_read(&refusal, hdr);
			if (refusal.err && refused)
				kernel_refused(kn, i, &refusal, refused, arg);
			over |= i == kn->n - 1;
		} else if (object && kernel_object_read(kn, hdr, &found)) {
			object(arg, i, &found);
		}
	}
	return over;
}

int kernel_call(struct kernel *kn, kernel_object_fn *object, kernel_refused_fn *refused,
		void *arg)
{
	struct nlmsghdr *last;
	bool over = false;
	int len, ret;

	if (!kn->n)
		return 0;
	last = (struct nlmsghdr *)(kn->out + kn->at[kn->n - 1]);
	last->nlmsg_flags |= NLM_F_ACK;
	ret = kernel_send(kn, kn->call, kn->out, kn->len);
	while (!ret && !over) {
		len = kernel_receive(kn, kn->call);
		if (len >= 0) {
			over = kernel_take(kn, len, object, refused, arg);
		} else {
			ret = len;
			event_error(kn->events, "no answer from the kernel: %s", strerror(-ret));
		}
	}
	kn->n = 0;
	kn->len = 0;
	return ret;
}

/* --- dumps ------------------------------------------------------------------- */

/* Sends the one request in the buffer as a dump. */
static int kernel_dump_send(struct kernel *kn, struct nl_sock *sk)
{
	int ret = kernel_send(kn, sk, kn->out, kn->len);

	kn->n = 0;
	kn->len = 0;
	return ret;
}

int kernel_dump_flows(struct kernel *kn, int action)
{
	int ret;

	kernel_begin(kn, VR_CMD_FLOW_GET, NLM_F_DUMP);
	if (action >= 0)
		kernel_put_u32(kn, VR_A_FLOW_ACTION, action);
	ret = kernel_dump_send(kn, kn->dump);
	kn->dump_seq = ret ? 0 : kn->seq;
	return ret;
}

bool kernel_dumping(const struct kernel *kn)
{
	return kn->dump_seq;
}

/* Objects of the dump @seq in one datagram; 1: more will come. */
static int kernel_dump_take(struct kernel *kn, __u32 seq, int len, kernel_object_fn *object,
			    void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)kn->in;
	struct nlc_refusal refusal;
	struct kernel_object found;

	for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len)) {
		if (hdr->nlmsg_seq != seq)
			continue;
		if (hdr->nlmsg_type == NLMSG_DONE || hdr->nlmsg_type == NLMSG_ERROR) {
			refusal_read(&refusal, hdr);
			return -refusal.err;
		}
		if (kernel_object_read(kn, hdr, &found))
			object(arg, 0, &found);
	}
	return 1;
}

int kernel_dump_some(struct kernel *kn, kernel_object_fn *object, void *arg)
{
	int len, ret;

	/* What is left of one that failed is read too, and comes to nothing. */
	len = kernel_receive(kn, kn->dump);
	if (len == -EAGAIN || !kn->dump_seq)
		return kn->dump_seq ? 1 : 0;
	ret = len < 0 ? len : kernel_dump_take(kn, kn->dump_seq, len, object, arg);
	if (ret <= 0)
		kn->dump_seq = 0;
	return ret;
}

int kernel_dump_now(struct kernel *kn, int cmd, kernel_object_fn *object, void *arg)
{
	int len, ret;
	__u32 seq;

	kernel_begin(kn, cmd, NLM_F_DUMP);
	seq = kn->seq;
	ret = kernel_dump_send(kn, kn->call);
	if (ret)
		return ret;
	do {
		len = kernel_receive(kn, kn->call);
		ret = len < 0 ? len : kernel_dump_take(kn, seq, len, object, arg);
	} while (ret > 0);
	return ret;
}

/* --- notifications ----------------------------------------------------------- */

int kernel_news(struct kernel *kn, kernel_object_fn *object, void *arg)
{
	struct kernel_object found;
	struct nlmsghdr *hdr;
	int i, len;

	for (i = 0; i < KERNEL_NEWS; i++) {
		len = kernel_receive(kn, kn->news);
		if (len < 0)
			return len == -EAGAIN ? 0 : len;
		hdr = (struct nlmsghdr *)kn->in;
		for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len))
			if (kernel_object_read(kn, hdr, &found))
				object(arg, 0, &found);
	}
	return 1;
}

/* --- other families ---------------------------------------------------------- */

static bool kernel_other_take(struct kernel *kn, int len, size_t head_len,
			      kernel_object_fn *object, void *arg, int *ret)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)kn->in;
	struct kernel_object found = { 0 };
	struct nlc_refusal refusal;

	for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len)) {
		if (hdr->nlmsg_seq != kn->first)
			continue;
		if (hdr->nlmsg_type == NLMSG_ERROR) {
			refusal_read(&refusal, hdr);
			*ret = -refusal.err;
			return true;
		}
		if (!object || nlmsg_datalen(hdr) < (int)head_len)
			continue;
		found.cmd = hdr->nlmsg_type;
		found.head = nlmsg_data(hdr);
		found.attrs = nlmsg_attrdata(hdr, head_len);
		found.len = nlmsg_attrlen(hdr, head_len);
		object(arg, 0, &found);
	}
	return false;
}

static int kernel_other_call(struct kernel *kn, struct nl_sock *sk, size_t head_len,
			     kernel_object_fn *object, void *arg)
{
	bool over = false;
	int len, ret;

	ret = kernel_send(kn, sk, kn->out, kn->len);
	while (!ret && !over) {
		len = kernel_receive(kn, sk);
		if (len < 0)
			ret = len;
		else
			over = kernel_other_take(kn, len, head_len, object, arg, &ret);
	}
	kn->n = 0;
	kn->len = 0;
	return ret;
}

struct nlmsghdr *kernel_route_begin(struct kernel *kn, int type, int flags, const void *head,
				    size_t len)
{
	return kernel_request(kn, type, flags | NLM_F_ACK, head, len);
}

int kernel_route_call(struct kernel *kn, size_t head_len, kernel_object_fn *object, void *arg)
{
	return kernel_other_call(kn, kn->route, head_len, object, arg);
}

/* --- the router itself ------------------------------------------------------- */

static void take_family(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct nlattr *tb[CTRL_ATTR_FAMILY_NAME + 1] = { NULL };
	const char *name;
	bool *there = arg;

	(void)i;
	nla_parse(tb, CTRL_ATTR_FAMILY_NAME, object->attrs, object->len, NULL);
	name = attr_str(tb[CTRL_ATTR_FAMILY_NAME]);
	*there = name && !strcmp(name, VR_GENL_NAME);
}

/* By number: by name the kernel would load the module (net/netlink/genetlink.c). */
bool kernel_is_there(struct kernel *kn)
{
	struct genlmsghdr head = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	bool there = false;
	int ret;

	kernel_request(kn, GENL_ID_CTRL, NLM_F_ACK, &head, sizeof(head));
	kernel_put(kn, CTRL_ATTR_FAMILY_ID, &kn->family, sizeof(kn->family));
	ret = kernel_other_call(kn, kn->call, GENL_HDRLEN, take_family, &there);
	if (there || (ret && ret != -ENOENT))
		return true;
	/* Nobody will answer that any more. */
	kn->dump_seq = 0;
	return false;
}

/* From the list of all families, for the same reason. */
bool kernel_find(struct kernel *kn)
{
	struct genl_family *family;
	struct nl_cache *all;
	int found = 0;

	if (genl_ctrl_alloc_cache(kn->call, &all))
		return false;
	family = genl_ctrl_search_by_name(all, VR_GENL_NAME);
	if (family) {
		found = genl_family_get_id(family);
		genl_family_put(family);
	}
	nl_cache_free(all);
	return found && kernel_join(kn, found);
}
