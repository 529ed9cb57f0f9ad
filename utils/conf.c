// SPDX-License-Identifier: GPL-2.0-only
/* Settings of the router: vrouter --set, and how they look. */
#include "conf.h"

#include <stdio.h>
#include <string.h>

#include <linux/genetlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/conf.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "tools.h"

const struct word conf_words[] = {
#define X(sym, word, dflt, least, most, help) { word, VR_A_CONF_##sym, word, help },
	VR_CONF_SETTINGS(X)
#undef X
	{ NULL, 0, NULL, NULL }
};

int put_setting(struct tool *tool, struct nl_msg *msg, const struct option *opt, const char *word)
{
	const char *equals = strchrnul(word, '=');
	char name[32];
	__u32 attr, value;

	snprintf(name, sizeof(name), "%.*s",
		 (size_t)(equals - word) < sizeof(name) ? (int)(equals - word) : 0, word);
	if (!word_value(conf_words, name, &attr))
		return vt_fail(tool, VT_USAGE,
			       "--%s: '%.*s' is not a setting (see vrouter --help)", opt->name,
			       (int)(equals - word), word);
	if (!*equals)
		return vt_fail(tool, VT_USAGE, "--%s: '%s' needs a value: %s=VALUE", opt->name,
			       name, name);
	if (!word_u32(equals + 1, &value))
		return vt_fail(tool, VT_USAGE, "--%s: %s: '%s' is not a number", opt->name, name,
			       equals + 1);
	if (nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN, attr))
		return vt_fail(tool, VT_USAGE, "--%s: %s is there twice", opt->name, name);
	nla_put_u32(msg, attr, value);
	return VT_OK;
}

void conf_show_table(struct out *out, struct nlattr *const *tb)
{
	const struct word *word = conf_words;

	for (; word->name; word++) {
		__u32 value = attr_u32(tb[word->value]);

		if (tb[word->value])
			out_num(out, word->name, value, "%-24s%20u  %s\n", word->name, value,
				word->legend);
	}
}

/* A change, for rt --monitor. */
void conf_show(struct out *out, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_CONF_MAX + 1];

	attrs_parse(reply, tb, VR_A_CONF_MAX);
	conf_show_table(out, tb);
}
