// SPDX-License-Identifier: GPL-2.0-only
/* Requests are put together, one behind the other. */
#include "kernel_put.h"

#include <string.h>

#include <linux/genetlink.h>

#include <netlink/msg.h>

#include <vrouter/netlink.h>

struct nlmsghdr *kernel_request(struct kernel *kn, int type, int flags, const void *head,
				size_t len)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)(kn->out + kn->len);

	memset(hdr, 0, NLMSG_HDRLEN + NLMSG_ALIGN(len));
	hdr->nlmsg_len = NLMSG_HDRLEN + NLMSG_ALIGN(len);
	hdr->nlmsg_type = type;
	hdr->nlmsg_flags = NLM_F_REQUEST | flags;
	hdr->nlmsg_seq = ++kn->seq;
	memcpy(hdr + 1, head, len);
	if (!kn->n)
		kn->first = kn->seq;
	kn->at[kn->n++] = kn->len;
	kn->len += hdr->nlmsg_len;
	return hdr;
}

struct nlmsghdr *kernel_begin(struct kernel *kn, int cmd, int flags)
{
	struct genlmsghdr head = { .cmd = cmd, .version = VR_GENL_VERSION };

	return kernel_request(kn, kn->family, flags, &head, sizeof(head));
}

static struct nlattr *kernel_attr(struct kernel *kn, int type, size_t len)
{
	struct nlmsghdr *hdr = (struct nlmsghdr *)(kn->out + kn->at[kn->n - 1]);
	struct nlattr *attr = (struct nlattr *)(kn->out + kn->len);
	size_t total = NLA_ALIGN(NLA_HDRLEN + len);

	memset(attr, 0, total);
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	hdr->nlmsg_len += total;
	kn->len += total;
	return attr;
}

void kernel_put(struct kernel *kn, int type, const void *data, size_t len)
{
	memcpy(kernel_attr(kn, type, len) + 1, data, len);
}

void kernel_put_u32(struct kernel *kn, int type, __u32 value)
{
	kernel_put(kn, type, &value, sizeof(value));
}

void kernel_put_str(struct kernel *kn, int type, const char *value)
{
	kernel_put(kn, type, value, strlen(value) + 1);
}

struct nlattr *kernel_nest(struct kernel *kn, int type)
{
	return kernel_attr(kn, type | NLA_F_NESTED, 0);
}

void kernel_nest_end(struct kernel *kn, struct nlattr *nest)
{
	nest->nla_len = kn->out + kn->len - (char *)nest;
}

unsigned int kernel_requests(const struct kernel *kn)
{
	return kn->n;
}
