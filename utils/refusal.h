/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the kernel's error messages. */
#ifndef _VT_REFUSAL_H
#define _VT_REFUSAL_H

#include "netlink.h"

struct attr_set;

/* Fills @refusal from an NLMSG_ERROR, or from an NLMSG_DONE; texts stay in the message. */
void refusal_read(struct nlc_refusal *refusal, const struct nlmsghdr *answer);

/* As nlc_explain(), for a message whose attributes are @set behind @hdrlen bytes of header. */
void refusal_explain(const struct nlmsghdr *hdr, int hdrlen, const struct attr_set *set,
		     const struct nlc_refusal *refusal, char *buf, size_t size);

#endif /* _VT_REFUSAL_H */
