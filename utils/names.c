// SPDX-License-Identifier: GPL-2.0-only
/* Ids of vifs by device name. A few dozen names at most are in use: an array will do. */
#include "names.h"

#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"

struct name {
	char text[VR_NAME_MAX + 1];
	__u32 id;
};

struct names {
	unsigned int n;
	unsigned int room;
	struct name name[];
};

static int names_keep(struct tool *tool, const char *name, __u32 id)
{
	struct names *names = tool->names;
	unsigned int n = names ? names->n : 0;

	if (!names || n == names->room) {
		unsigned int room = n ? n * 2 : 16;

		names = realloc(names, sizeof(*names) + room * sizeof(names->name[0]));
		if (!names)
			return vt_fail(tool, VT_REFUSED, "out of memory");
		names->room = room;
		tool->names = names;
	}
	strncpy(names->name[n].text, name, VR_NAME_MAX);
	names->name[n].text[VR_NAME_MAX] = '\0';
	names->name[n].id = id;
	names->n = n + 1;
	return VT_OK;
}

static int names_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1];

	attrs_parse(reply, tb, VR_A_VIF_MAX);
	if (!tb[VR_A_VIF_ID])
		return vt_fail(tool, VT_REFUSED, "the kernel's answer has no vif id");
	*(__u32 *)arg = attr_u32(tb[VR_A_VIF_ID]);
	return VT_OK;
}

int names_vif(struct tool *tool, const char *option, const char *name, __u32 *id)
{
	struct names *names = tool->names;
	struct nlc_query query = { .about = option, .reply = names_reply, .arg = id };
	struct nl_msg *msg;
	unsigned int i;
	int ret;

	for (i = 0; names && i < names->n; i++) {
		if (!strcmp(names->name[i].text, name)) {
			*id = names->name[i].id;
			return VT_OK;
		}
	}
	msg = nlmsg_alloc();
	if (!msg)
		return vt_fail(tool, VT_REFUSED, "out of memory");
	nlc_head(msg, VR_CMD_VIF_GET, 0);
	nla_put_string(msg, VR_A_VIF_NAME, name);
	query.msg = msg;
	ret = nlc_ask(tool, &query);
	nlmsg_free(msg);
	return ret ? ret : names_keep(tool, name, *id);
}

void names_forget(struct tool *tool)
{
	if (tool->names)
		tool->names->n = 0;
}
