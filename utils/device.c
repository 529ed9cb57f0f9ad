// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices by rtnetlink. The kernel would change the MAC of any device that has
 * the name, whatever its kind: so one that exists is looked at first.
 */
#include "device.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attrs.h"
#include "netlink.h"

#define DEVICE_HEAD ((int)NLMSG_ALIGN(sizeof(struct ifinfomsg)))

/* Begins @msg anew, with the name; 0 or an error of libnl. */
static int device_head(struct nl_msg *msg, int type, int flags, const char *name)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	int err;

	nlmsg_hdr(msg)->nlmsg_len = NLMSG_HDRLEN;
	nlmsg_put(msg, 0, 0, type, 0, NLM_F_REQUEST | flags);
	err = nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO);
	return err ? err : nla_put_string(msg, IFLA_IFNAME, name);
}

static int device_build(struct nl_msg *msg, const char *name, const char *kind,
			const __u8 *mac, int flags)
{
	struct nlattr *nest;
	int err;

	err = device_head(msg, RTM_NEWLINK, NLM_F_CREATE | flags, name);
	if (!err && mac)
		err = nla_put(msg, IFLA_ADDRESS, 6, mac);
	if (err)
		return err;
	nest = nla_nest_start(msg, IFLA_LINKINFO);
	if (!nest)
		return -ENOMEM;
	err = nla_put_string(msg, IFLA_INFO_KIND, kind);
	nla_nest_end(msg, nest);
	return err;
}

/* What a device that is there should be. */
struct device_wish {
	const char *name;
	const char *kind;
};

static int device_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[IFLA_LINKINFO + 1], *info[IFLA_INFO_KIND + 1];
	const struct device_wish *wish = arg;
	const char *kind = NULL;

	attrs_parse(reply, tb, IFLA_LINKINFO);
	if (tb[IFLA_LINKINFO]) {
		attrs_parse_nest(tb[IFLA_LINKINFO], info, IFLA_INFO_KIND);
		kind = attr_str(info[IFLA_INFO_KIND]);
	}
	if (kind && !strcmp(kind, wish->kind))
		return VT_OK;
	return vt_fail(tool, VT_REFUSED, "device %s exists already, and its kind is %s, not %s",
		       wish->name, kind ? kind : "another", wish->kind);
}

/* Is the device that is there of this kind? */
static int device_check(struct tool *tool, struct nlc_route *route, const char *name,
			const char *kind)
{
	struct device_wish wish = { .name = name, .kind = kind };

	if (device_head(route->msg, RTM_GETLINK, 0, name))
		return vt_fail(tool, VT_REFUSED, "out of memory");
	route->reply = device_reply;
	route->arg = &wish;
	return nlc_route(tool, route);
}

static int device_replace(struct tool *tool, struct nlc_route *route, const char *name,
			  const char *kind, const __u8 *mac)
{
	int ret;

	route->expect = 0;
	ret = device_check(tool, route, name, kind);
	if (ret)
		return ret;
	route->reply = NULL;
	if (device_build(route->msg, name, kind, mac, 0))
		return vt_fail(tool, VT_REFUSED, "out of memory");
	return nlc_route(tool, route);
}

int device_make(struct tool *tool, const char *name, const char *kind, const __u8 *mac,
		bool exclusive)
{
	struct nlc_route route = {
		.name = "newlink",
		.hdrlen = DEVICE_HEAD,
		.set = &attrs_link,
		.expect = exclusive ? 0 : EEXIST,
	};
	int ret;

	route.msg = nlmsg_alloc();
	if (!route.msg || device_build(route.msg, name, kind, mac, NLM_F_EXCL)) {
		nlmsg_free(route.msg);
		return vt_fail(tool, VT_REFUSED, "out of memory");
	}
	ret = nlc_route(tool, &route);
	if (!ret && route.met)
		ret = device_replace(tool, &route, name, kind, mac);
	nlmsg_free(route.msg);
	return ret;
}
