// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's error messages: what extended acknowledgments say, and the
 * sentence made of it.
 */
#include "refusal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attrs.h"

/* Not in the headers of every distribution that builds this. */
#define REFUSAL_POLICY		4	/* NLMSGERR_ATTR_POLICY */
#define REFUSAL_MISS_TYPE	5	/* NLMSGERR_ATTR_MISS_TYPE */
#define REFUSAL_MISS_NEST	6	/* NLMSGERR_ATTR_MISS_NEST */
#define REFUSAL_MAX		6
#define POLICY_MIN_U		4	/* NL_POLICY_TYPE_ATTR_MIN_VALUE_U */
#define POLICY_MAX_U		5	/* NL_POLICY_TYPE_ATTR_MAX_VALUE_U */

static void refusal_read_policy(struct nlc_refusal *refusal, const struct nlattr *policy)
{
	struct nlattr *tb[POLICY_MAX_U + 1];

	attrs_parse_nest(policy, tb, POLICY_MAX_U);
	if (!tb[POLICY_MIN_U] || !tb[POLICY_MAX_U])
		return;
	refusal->has_range = true;
	refusal->min = attr_u64(tb[POLICY_MIN_U]);
	refusal->max = attr_u64(tb[POLICY_MAX_U]);
}

static void refusal_read_attrs(struct nlc_refusal *refusal, struct nlattr *head, int len)
{
	struct nlattr *tb[REFUSAL_MAX + 1] = { NULL };

	nla_parse(tb, REFUSAL_MAX, head, len, NULL);
	refusal->text = attr_str(tb[NLMSGERR_ATTR_MSG]);
	refusal->attr_at = attr_u32(tb[NLMSGERR_ATTR_OFFS]);
	refusal->missing = attr_u32(tb[REFUSAL_MISS_TYPE]);
	refusal->missing_in = attr_u32(tb[REFUSAL_MISS_NEST]);
	if (tb[REFUSAL_POLICY])
		refusal_read_policy(refusal, tb[REFUSAL_POLICY]);
}

void refusal_read(struct nlc_refusal *refusal, const struct nlmsghdr *answer)
{
	const struct nlmsgerr *error = nlmsg_data(answer);
	size_t len = nlmsg_datalen(answer);
	size_t skip;
	int code = 0;

	memset(refusal, 0, sizeof(*refusal));
	if (len >= sizeof(code))
		memcpy(&code, error, sizeof(code));
	refusal->err = -code;
	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return;

	if (answer->nlmsg_type == NLMSG_DONE) {
		skip = NLMSG_ALIGN(sizeof(code));
	} else {
		skip = NLMSG_ALIGN(sizeof(*error));
		if (len >= skip && !(answer->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(error->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	if (len > skip)
		refusal_read_attrs(refusal, (struct nlattr *)((char *)error + skip), len - skip);
}

static void append(char *buf, size_t size, const char *fmt, ...)
	__printf(3, 4);

static void append(char *buf, size_t size, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + used, size - used, fmt, ap);
	va_end(ap);
}

/* Name of the attribute to blame in @path, "" if none is. */
static void refusal_attr(const struct nlmsghdr *hdr, int hdrlen, const struct attr_set *set,
			 const struct nlc_refusal *refusal, char *path, size_t size)
{
	__u32 at = refusal->missing ? refusal->missing_in : refusal->attr_at;
	const struct nlattr *head;
	const char *name;
	int len;

	path[0] = '\0';
	head = (const struct nlattr *)((const char *)hdr + NLMSG_HDRLEN + hdrlen);
	len = (int)hdr->nlmsg_len - NLMSG_HDRLEN - hdrlen;
	if (at) {
		set = attrs_path(set, head, len, (const char *)hdr + at, path, size);
		if (!set) {
			path[0] = '\0';
			return;
		}
	}
	if (!refusal->missing)
		return;
	name = attrs_name(set, refusal->missing);
	append(path, size, "%s%s", at ? "." : "", name ? name : "unknown");
}

void refusal_explain(const struct nlmsghdr *hdr, int hdrlen, const struct attr_set *set,
		     const struct nlc_refusal *refusal, char *buf, size_t size)
{
	const char *text = refusal->text;
	char path[128];

	refusal_attr(hdr, hdrlen, set, refusal, path, sizeof(path));
	if (!text)
		text = refusal->missing ? "attribute is missing" : strerror(refusal->err);
	snprintf(buf, size, "refused: %s", text);
	if (!path[0])
		return;
	append(buf, size, " (attribute %s", path);
	if (refusal->has_range)
		append(buf, size, ", allowed %llu..%llu", refusal->min, refusal->max);
	append(buf, size, ")");
}

void nlc_explain(const struct nlmsghdr *hdr, const struct nlc_refusal *refusal, char *buf,
		 size_t size)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	refusal_explain(hdr, GENL_HDRLEN, attrs_of_cmd(genl->cmd), refusal, buf, size);
}
