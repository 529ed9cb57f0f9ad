// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into a tool: its netlink sockets lead to a program (fake.py), at
 * the Unix socket in $FAKE_KERNEL, instead of to the kernel.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <linux/netlink.h>

#define FAKE_FDS 64

static bool is_fake[FAKE_FDS];

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

static bool fake_has(int fd)
{
	return fd >= 0 && fd < FAKE_FDS && is_fake[fd];
}

int socket(int domain, int type, int protocol)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const char *path = getenv("FAKE_KERNEL");
	int fd;

	if (domain != AF_NETLINK || !path || strlen(path) >= sizeof(to.sun_path))
		return REAL(socket)(domain, type, protocol);
	strcpy(to.sun_path, path);
	fd = REAL(socket)(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0 || fd >= FAKE_FDS || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		abort();
	is_fake[fd] = true;
	return fd;
}

int bind(int fd, const struct sockaddr *addr, socklen_t len)
{
	return fake_has(fd) ? 0 : REAL(bind)(fd, addr, len);
}

int getsockname(int fd, struct sockaddr *addr, socklen_t *len)
{
	struct sockaddr_nl name = { .nl_family = AF_NETLINK, .nl_pid = 1 };

	if (!fake_has(fd))
		return REAL(getsockname)(fd, addr, len);
	memcpy(addr, &name, sizeof(name));
	*len = sizeof(name);
	return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
	return fake_has(fd) ? 0 : REAL(setsockopt)(fd, level, option, value, len);
}

ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to,
	       socklen_t tolen)
{
	if (fake_has(fd))
		return REAL(sendto)(fd, buf, len, flags, NULL, 0);
	return REAL(sendto)(fd, buf, len, flags, to, tolen);
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct msghdr plain = *msg;

	if (fake_has(fd)) {
		plain.msg_name = NULL;
		plain.msg_namelen = 0;
		plain.msg_control = NULL;
		plain.msg_controllen = 0;
	}
	return REAL(sendmsg)(fd, &plain, flags);
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	void *name = msg->msg_name;
	ssize_t got;

	if (!fake_has(fd))
		return REAL(recvmsg)(fd, msg, flags);
	msg->msg_name = NULL;
	msg->msg_namelen = 0;
	got = REAL(recvmsg)(fd, msg, flags);
	msg->msg_name = name;
	if (name) {
		memcpy(name, &kernel, sizeof(kernel));
		msg->msg_namelen = sizeof(kernel);
	}
	return got;
}
