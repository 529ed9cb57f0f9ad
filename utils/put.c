// SPDX-License-Identifier: GPL-2.0-only
/* The forms in which the words of options become attributes. */
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "cmdline.h"
#include "names.h"

static int opt_bad(struct tool *tool, const struct option *opt, const char *word,
		   const char *what)
{
	return vt_fail(tool, VT_USAGE, "--%s: '%s' is not %s", opt->name, word, what);
}

static int put_result(struct tool *tool, const struct option *opt, int err)
{
	if (err)
		return vt_fail(tool, VT_USAGE, "--%s: more than fits into one message", opt->name);
	return VT_OK;
}

int opt_u32(struct tool *tool, const struct option *opt, const char *word, __u32 *value)
{
	if (word_u32(word, value))
		return VT_OK;
	if (*word && !word[strspn(word, "0123456789")])
		return opt_bad(tool, opt, word, "a number below 2^32");
	return opt_bad(tool, opt, word, "a number");
}

static int opt_not_one_of(struct tool *tool, const struct option *opt, const struct word *words,
			  const char *word)
{
	char list[512];

	word_list(words, list, sizeof(list));
	return vt_fail(tool, VT_USAGE, "--%s: '%s' is not one of %s", opt->name, word, list);
}

int opt_word(struct tool *tool, const struct option *opt, const char *word, __u32 *value)
{
	if (!word_value(opt->words, word, value))
		return opt_not_one_of(tool, opt, opt->words, word);
	return VT_OK;
}

int opt_flags(struct tool *tool, const struct option *opt, const struct word *words,
	      const char *word, __u32 *flags)
{
	char bad[64];

	if (!word_flags(words, word, flags, bad, sizeof(bad)))
		return opt_not_one_of(tool, opt, words, bad);
	return VT_OK;
}

int put_u32(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u32 value;
	int ret;

	ret = opt_u32(tool, opt, word, &value);
	if (ret)
		return ret;
	return put_result(tool, opt, nla_put_u32(msg, opt->attr, value));
}

int put_string(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	if (!*word || strlen(word) > VR_NAME_MAX)
		return opt_bad(tool, opt, word, "a device name (1 to 15 characters)");
	return put_result(tool, opt, nla_put_string(msg, opt->attr, word));
}

int put_mac(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u8 mac[WORD_MAC_LEN];

	if (!word_mac(word, mac))
		return opt_bad(tool, opt, word, "a MAC address (as in 02:00:00:00:00:01)");
	return put_result(tool, opt, nla_put(msg, opt->attr, sizeof(mac), mac));
}

/* @family: 0: any */
static int put_addr(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		    const char *word, __u32 family, const char *what)
{
	struct prefix prefix;

	if (!word_prefix(word, &prefix) || prefix.has_len || (family && prefix.family != family))
		return opt_bad(tool, opt, word, what);
	return put_result(tool, opt, nla_put(msg, opt->attr, word_addr_len(prefix.family),
					     prefix.addr));
}

int put_ip(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	return put_addr(tool, msg, opt, word, 0, "an IPv4 or IPv6 address");
}

int put_ip4(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	return put_addr(tool, msg, opt, word, AF_INET, "an IPv4 address");
}

int put_ip6(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	return put_addr(tool, msg, opt, word, AF_INET6, "an IPv6 address");
}

int put_proto(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u32 proto;

	if (!word_proto(word, &proto))
		return opt_bad(tool, opt, word,
			       "a protocol (tcp, udp, icmp, icmp6, sctp or a number up to 255)");
	return put_result(tool, opt, nla_put_u32(msg, opt->attr, proto));
}

int put_word(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u32 value;
	int ret;

	ret = opt_word(tool, opt, word, &value);
	if (ret)
		return ret;
	return put_result(tool, opt, nla_put_u32(msg, opt->attr, value));
}

int put_type(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u32 value;

	if (word_u32(word, &value) && word_find(opt->words, value))
		return put_result(tool, opt, nla_put_u32(msg, opt->attr, value));
	return put_word(tool, msg, opt, word);
}

int put_flags(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u32 flags = 0;
	int ret;

	ret = opt_flags(tool, opt, opt->words, word, &flags);
	if (ret)
		return ret;
	return put_result(tool, opt, nla_put_u32(msg, opt->attr, flags));
}

int put_vrf_or_none(struct tool *tool, struct nl_msg *msg, const struct option *opt,
		    const char *word)
{
	if (strcmp(word, "none"))
		return put_u32(tool, msg, opt, word);
	return put_result(tool, opt, nla_put_u32(msg, opt->attr, VR_VRF_NONE));
}

int put_vif(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	__u32 id;
	int ret;

	if (!word_u32(word, &id)) {
		if (!*word || strlen(word) > VR_NAME_MAX)
			return opt_bad(tool, opt, word, "a vif id or a device name");
		ret = names_vif(tool, opt->name, word, &id);
		if (ret)
			return ret;
	}
	return put_result(tool, opt, nla_put_u32(msg, opt->attr, id));
}
