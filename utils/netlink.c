// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets, sending, and waiting for what belongs to what was sent.
 *
 * Only the last message of what is sent at once asks for an acknowledgment:
 * the kernel answers the others if it refuses them, and answers in order, so
 * everything is known when the last answer is there.
 */
#include "netlink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "batch.h"
#include "output.h"
#include "refusal.h"

#define NLC_RECEIVE	(128 * 1024)	/* largest answer that the kernel makes: 32 KB */
#define NLC_QUEUE	(8 * 1024 * 1024)
#define NLC_MESSAGE	(32 * 1024)	/* VR_FAT_RULES_MAX fat-flow rules need 28 KB */

struct nlc {
	struct nl_sock *genl;
	struct nl_sock *route;
	struct nl_msg *msg;
	__u16 family;
	__u32 seq;			/* of the last message */
	char *buf;
};

/* What is waited for. */
struct nlc_wait {
	__u32 first;			/* sequence numbers that are ours, in a row */
	__u32 last;
	nlc_reply_fn *reply;
	void *reply_arg;
	int hdrlen;			/* of objects, 0: generic netlink */
	nlc_refused_fn *refused;
	void *refused_arg;
	unsigned int answers;
	int result;
	bool interrupted;
	bool over;
};

static int nlc_no_memory(struct tool *tool)
{
	return vt_fail(tool, VT_REFUSED, "out of memory");
}

static struct nlc *nlc_get(struct tool *tool)
{
	struct nlc *nl = tool->nl;

	if (nl)
		return nl;
	nl = calloc(1, sizeof(*nl));
	if (!nl)
		goto err_nl;
	nl->msg = nlmsg_alloc_size(NLC_MESSAGE);
	if (!nl->msg)
		goto err_msg;
	nl->buf = malloc(NLC_RECEIVE);
	if (!nl->buf)
		goto err_buf;
	tool->nl = nl;
	return nl;

err_buf:
	nlmsg_free(nl->msg);
err_msg:
	free(nl);
err_nl:
	nlc_no_memory(tool);
	return NULL;
}

void nlc_close(struct tool *tool)
{
	struct nlc *nl = tool->nl;

	if (!nl)
		return;
	nl_socket_free(nl->genl);
	nl_socket_free(nl->route);
	nlmsg_free(nl->msg);
	free(nl->buf);
	free(nl);
	tool->nl = NULL;
}

static void nlc_set_option(int fd, int level, int option, int value)
{
	/* All are improvements: what an older kernel does not know is done without. */
	(void)setsockopt(fd, level, option, &value, sizeof(value));
}

static int nlc_open(struct tool *tool, struct nl_sock **sock, int protocol)
{
	struct nl_sock *sk;
	int err, fd;

	sk = nl_socket_alloc();
	if (!sk)
		return nlc_no_memory(tool);
	err = nl_connect(sk, protocol);
	if (err) {
		nl_socket_free(sk);
		return vt_fail(tool, VT_REFUSED, "cannot open a netlink socket: %s",
			       nl_geterror(err));
	}
	fd = nl_socket_get_fd(sk);
	nlc_set_option(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1);
	nlc_set_option(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
	nlc_set_option(fd, SOL_SOCKET, SO_RCVBUF, NLC_QUEUE);
	nlc_set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, NLC_QUEUE);
	*sock = sk;
	return VT_OK;
}

static int nlc_open_genl(struct tool *tool, struct nlc *nl)
{
	int family, ret;

	if (nl->genl)
		return VT_OK;
	ret = nlc_open(tool, &nl->genl, NETLINK_GENERIC);
	if (ret)
		return ret;
	family = genl_ctrl_resolve(nl->genl, VR_GENL_NAME);
	if (family < 0) {
		nl_socket_free(nl->genl);
		nl->genl = NULL;
		if (family == -NLE_OBJ_NOTFOUND)
			return vt_fail(tool, VT_REFUSED,
				       "the kernel has no vrouter: is the module loaded?");
		return vt_fail(tool, VT_REFUSED, "cannot find vrouter in the kernel: %s",
			       nl_geterror(family));
	}
	nl->family = family;
	return VT_OK;
}

void nlc_head(struct nl_msg *msg, int cmd, int flags)
{
	struct genlmsghdr *genl;

	nlmsg_hdr(msg)->nlmsg_len = NLMSG_HDRLEN;
	genlmsg_put(msg, 0, 0, 0, 0, NLM_F_REQUEST | flags, cmd, VR_GENL_VERSION);
	genl = nlmsg_data(nlmsg_hdr(msg));
	genl->reserved = 0;
}

struct nl_msg *nlc_begin(struct tool *tool, int cmd, int flags)
{
	struct nlc *nl = nlc_get(tool);

	if (!nl)
		return NULL;
	nlc_head(nl->msg, cmd, flags);
	return nl->msg;
}

static int nlc_send(struct tool *tool, struct nl_sock *sk, const void *buf, size_t len)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent;

	do {
		sent = sendto(nl_socket_get_fd(sk), buf, len, 0, (struct sockaddr *)&kernel,
			      sizeof(kernel));
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return vt_fail(tool, VT_REFUSED, "cannot send to the kernel: %s", strerror(errno));
	return VT_OK;
}

static void nlc_take_end(struct tool *tool, struct nlc_wait *wait, const struct nlmsghdr *hdr)
{
	struct nlc_refusal refusal;

	refusal_read(&refusal, hdr);
	if (refusal.err)
		wait->refused(tool, hdr->nlmsg_seq - wait->first, &refusal, wait->refused_arg);
	if (hdr->nlmsg_seq == wait->last)
		wait->over = true;
}

static void nlc_take_object(struct tool *tool, struct nlc_wait *wait, struct nlmsghdr *hdr)
{
	int hdrlen = wait->hdrlen ? wait->hdrlen : (int)GENL_HDRLEN;
	struct nlc_reply reply = { 0 };

	if (!wait->reply || nlmsg_datalen(hdr) < hdrlen)
		return;
	wait->answers++;
	if (wait->result)
		return;
	if (!wait->hdrlen)
		reply.cmd = ((struct genlmsghdr *)nlmsg_data(hdr))->cmd;
	reply.attrs = nlmsg_attrdata(hdr, hdrlen);
	reply.len = nlmsg_attrlen(hdr, hdrlen);
	wait->result = wait->reply(tool, &reply, wait->reply_arg);
}

static void nlc_take(struct tool *tool, struct nlc_wait *wait, struct nlmsghdr *hdr)
{
	if (hdr->nlmsg_seq - wait->first > wait->last - wait->first)
		return;
	if (hdr->nlmsg_flags & NLM_F_DUMP_INTR)
		wait->interrupted = true;
	if (hdr->nlmsg_type == NLMSG_ERROR || hdr->nlmsg_type == NLMSG_DONE)
		nlc_take_end(tool, wait, hdr);
	else if (hdr->nlmsg_type >= NLMSG_MIN_TYPE)
		nlc_take_object(tool, wait, hdr);
}

/* One datagram into the buffer; its length, 0 if it was not the kernel's, or -errno. */
static int nlc_datagram(struct nlc *nl, struct nl_sock *sk)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = nl->buf, .iov_len = NLC_RECEIVE };
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

static int nlc_receive(struct tool *tool, struct nl_sock *sk, struct nlc_wait *wait)
{
	struct nlc *nl = tool->nl;

	while (!wait->over) {
		struct nlmsghdr *hdr = (struct nlmsghdr *)nl->buf;
		int len = nlc_datagram(nl, sk);

		if (len < 0)
			return vt_fail(tool, VT_REFUSED, "cannot receive from the kernel: %s",
				       strerror(-len));
		for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len))
			nlc_take(tool, wait, hdr);
	}
	return wait->result;
}

/* A single message, and its refusal; the errno @expect is nothing to speak of. */
struct nlc_single {
	struct nlmsghdr *hdr;
	int hdrlen;
	const struct attr_set *set;
	const char *about;
	int expect;
	bool met;
	int result;
};

static void nlc_single_refused(struct tool *tool, __u32 seq, const struct nlc_refusal *refusal,
			       void *arg)
{
	struct nlc_single *single = arg;
	char text[512];

	(void)seq;
	if (single->expect && refusal->err == single->expect) {
		single->met = true;
		return;
	}
	refusal_explain(single->hdr, single->hdrlen, single->set, refusal, text, sizeof(text));
	if (single->about)
		single->result = vt_fail(tool, VT_REFUSED, "--%s: %s", single->about, text);
	else
		single->result = vt_fail(tool, VT_REFUSED, "%s", text);
}

/* Sends one message with a number and waits for what comes back. */
static int nlc_exchange(struct tool *tool, struct nl_sock *sk, struct nlc_single *single,
			struct nlc_wait *wait)
{
	struct nlmsghdr *hdr = single->hdr;
	int ret;

	if ((hdr->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
		hdr->nlmsg_flags |= NLM_F_ACK;
	hdr->nlmsg_seq = ++tool->nl->seq;
	wait->first = hdr->nlmsg_seq;
	wait->last = hdr->nlmsg_seq;
	wait->refused = nlc_single_refused;
	wait->refused_arg = single;
	ret = nlc_send(tool, sk, hdr, hdr->nlmsg_len);
	if (!ret)
		ret = nlc_receive(tool, sk, wait);
	wait->refused_arg = NULL;
	return ret ? ret : single->result;
}

static int nlc_single(struct tool *tool, struct nlc_query *query, struct nlc_wait *wait)
{
	struct nlc *nl = nlc_get(tool);
	struct nlc_single single = { .hdr = nlmsg_hdr(query->msg), .hdrlen = GENL_HDRLEN,
				     .about = query->about, .expect = query->expect };
	const struct genlmsghdr *genl = nlmsg_data(single.hdr);
	int ret;

	if (!nl)
		return VT_REFUSED;
	ret = nlc_open_genl(tool, nl);
	if (ret)
		return ret;
	single.set = attrs_of_cmd(genl->cmd);
	single.hdr->nlmsg_type = nl->family;
	ret = nlc_exchange(tool, nl->genl, &single, wait);
	query->met = single.met;
	return ret;
}

/* Dry run: a message as an object. */
static void nlc_show(struct tool *tool, const struct nlmsghdr *hdr, int hdrlen, const char *name,
		     const struct attr_set *set)
{
	const __u8 *bytes = (const __u8 *)hdr + NLMSG_HDRLEN + hdrlen;
	int i, len = (int)hdr->nlmsg_len - NLMSG_HDRLEN - hdrlen;
	char hex[NLC_MESSAGE * 2 + 1];

	for (i = 0; i < len; i++) {
		hex[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	hex[2 * i] = '\0';
	out_object(tool->out, NULL);
	out_json_str(tool->out, "command", name);
	out_json_bool(tool->out, "dump", (hdr->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP);
	out_json_bool(tool->out, "exclusive", (hdr->nlmsg_flags & NLM_F_DUMP) == NLM_F_EXCL);
	out_object(tool->out, "attributes");
	attrs_show(tool->out, set, (const struct nlattr *)bytes, len);
	out_object_end(tool->out);
	out_json_str(tool->out, "bytes", hex);
	out_object_end(tool->out);
}

static void nlc_show_genl(struct tool *tool, struct nl_msg *msg)
{
	const struct genlmsghdr *genl = nlmsg_data(nlmsg_hdr(msg));

	nlc_show(tool, nlmsg_hdr(msg), GENL_HDRLEN, attrs_cmd_name(genl->cmd),
		 attrs_of_cmd(genl->cmd));
}

int nlc_change(struct tool *tool, struct nl_msg *msg)
{
	struct nlc_query query = { .msg = msg };
	struct nlc_wait wait = { 0 };

	if (tool->dry_run) {
		nlc_show_genl(tool, msg);
		return VT_OK;
	}
	if (tool->batch)
		return batch_add(tool, nlmsg_hdr(msg));
	return nlc_single(tool, &query, &wait);
}

int nlc_ask(struct tool *tool, struct nlc_query *query)
{
	struct nlc_wait wait = { .reply = query->reply, .reply_arg = query->arg };
	bool dump = (nlmsg_hdr(query->msg)->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	int ret;

	if (tool->batch) {
		ret = batch_flush(tool);
		if (ret)
			return ret;
	}
	ret = nlc_single(tool, query, &wait);
	query->answers = wait.answers;
	if (ret)
		return ret;
	if (!dump && !wait.answers && !query->met)
		return vt_fail(tool, VT_REFUSED, "the kernel did not answer");
	if (wait.interrupted && !query->any)
		vt_fail(tool, VT_OK, "the table changed while it was read: the list may have gaps");
	return VT_OK;
}

int nlc_query(struct tool *tool, struct nl_msg *msg, nlc_reply_fn *reply, void *arg)
{
	struct nlc_query query = { .msg = msg, .reply = reply, .arg = arg };

	if (tool->dry_run) {
		nlc_show_genl(tool, msg);
		return VT_OK;
	}
	return nlc_ask(tool, &query);
}

/* A list that has not begun until something is known of it. */
struct nlc_listing {
	void (*heading)(struct tool *tool, void *arg);
	nlc_reply_fn *reply;
	void *arg;
	bool begun;
};

static void nlc_list_begin(struct tool *tool, struct nlc_listing *list)
{
	if (list->begun)
		return;
	list->begun = true;
	if (list->heading)
		list->heading(tool, list->arg);
	out_array(tool->out, NULL);
}

static int nlc_list_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlc_listing *list = arg;

	nlc_list_begin(tool, list);
	return list->reply(tool, reply, list->arg);
}

int nlc_list(struct tool *tool, struct nl_msg *msg, void (*heading)(struct tool *, void *),
	     nlc_reply_fn *reply, void *arg)
{
	struct nlc_listing list = { .heading = heading, .reply = reply, .arg = arg };
	int ret;

	if (!msg)
		return VT_REFUSED;
	ret = nlc_query(tool, msg, nlc_list_reply, &list);
	if (tool->dry_run)
		return ret;
	if (!ret)
		nlc_list_begin(tool, &list);
	if (list.begun)
		out_array_end(tool->out);
	return ret;
}

int nlc_pack(struct tool *tool, void *buf, size_t len, nlc_refused_fn *refused, void *arg)
{
	struct nlc *nl = nlc_get(tool);
	struct nlc_wait wait = { .refused = refused, .refused_arg = arg };
	struct nlmsghdr *hdr = buf, *last = buf;
	int rest = len, ret;

	if (!nl)
		return VT_REFUSED;
	ret = nlc_open_genl(tool, nl);
	if (ret)
		return ret;
	wait.first = nl->seq + 1;
	for (; nlmsg_ok(hdr, rest); hdr = nlmsg_next(hdr, &rest)) {
		hdr->nlmsg_type = nl->family;
		hdr->nlmsg_seq = ++nl->seq;
		last = hdr;
	}
	wait.last = nl->seq;
	last->nlmsg_flags |= NLM_F_ACK;
	ret = nlc_send(tool, nl->genl, buf, len);
	if (ret)
		return ret;
	return nlc_receive(tool, nl->genl, &wait);
}

int nlc_route(struct tool *tool, struct nlc_route *route)
{
	struct nlc *nl = nlc_get(tool);
	struct nlc_wait wait = { .reply = route->reply, .reply_arg = route->arg,
				 .hdrlen = route->hdrlen };
	struct nlc_single single = { .hdr = nlmsg_hdr(route->msg), .hdrlen = route->hdrlen,
				     .set = route->set, .expect = route->expect };
	int ret = VT_OK;

	if (!nl)
		return VT_REFUSED;
	if (tool->dry_run) {
		nlc_show(tool, single.hdr, single.hdrlen, route->name, single.set);
		return VT_OK;
	}
	if (tool->batch)
		ret = batch_flush(tool);
	if (!ret && !nl->route)
		ret = nlc_open(tool, &nl->route, NETLINK_ROUTE);
	if (!ret)
		ret = nlc_exchange(tool, nl->route, &single, &wait);
	route->met = single.met;
	return ret;
}

/* Whether a notification of the controller's says that vrouter is no more. */
static bool nlc_unloaded(struct nlmsghdr *hdr)
{
	struct nlattr *tb[CTRL_ATTR_FAMILY_NAME + 1] = { NULL };
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	const char *name;

	if (hdr->nlmsg_type != GENL_ID_CTRL || nlmsg_datalen(hdr) < (int)GENL_HDRLEN ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	nla_parse(tb, CTRL_ATTR_FAMILY_NAME, nlmsg_attrdata(hdr, GENL_HDRLEN),
		  nlmsg_attrlen(hdr, GENL_HDRLEN), NULL);
	name = attr_str(tb[CTRL_ATTR_FAMILY_NAME]);
	return name && !strcmp(name, VR_GENL_NAME);
}

/* Hands the objects of one datagram to @reply. */
static int nlc_notified(struct tool *tool, int len, nlc_reply_fn *reply, void *arg)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)tool->nl->buf;
	struct nlc_wait wait = { .reply = reply, .reply_arg = arg };

	for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len)) {
		if (hdr->nlmsg_type == tool->nl->family)
			nlc_take_object(tool, &wait, hdr);
		else if (nlc_unloaded(hdr))
			return vt_fail(tool, VT_REFUSED, "the module was unloaded");
	}
	return wait.result;
}

/* The router's changes, and its end. */
static bool nlc_subscribe(struct nl_sock *sk)
{
	static const char *const groups[][2] = {
		{ VR_GENL_NAME, VR_GENL_MCGRP_CONFIG },
		{ "nlctrl", "notify" },
	};
	unsigned int i;
	int group;

	for (i = 0; i < 2; i++) {
		group = genl_ctrl_resolve_grp(sk, groups[i][0], groups[i][1]);
		if (group < 0 || nl_socket_add_membership(sk, group))
			return false;
	}
	return true;
}

int nlc_listen(struct tool *tool, nlc_reply_fn *reply, void *arg)
{
	struct nlc *nl = nlc_get(tool);
	int len, ret;

	if (!nl)
		return VT_REFUSED;
	ret = nlc_open_genl(tool, nl);
	if (ret)
		return ret;
	if (!nlc_subscribe(nl->genl))
		return vt_fail(tool, VT_REFUSED, "cannot listen to the kernel's notifications");
	vt_fail(tool, VT_OK, "listening");
	while (!ret) {
		len = nlc_datagram(nl, nl->genl);
		if (len == -ENOBUFS)
			vt_fail(tool, VT_OK, "too slow: some changes were missed");
		else if (len < 0)
			ret = vt_fail(tool, VT_REFUSED, "cannot receive from the kernel: %s",
				      strerror(-len));
		else
			ret = nlc_notified(tool, len, reply, arg);
	}
	return ret;
}
