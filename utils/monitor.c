// SPDX-License-Identifier: GPL-2.0-only
/* rt --monitor: every change of the configuration, one a line. */
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "netlink.h"
#include "output.h"
#include "rt.h"
#include "tools.h"

static const struct monitor_event {
	const char *event;
	const char *object;
	void (*show)(struct out *out, const struct nlc_reply *reply);
} events[] = {
	[VR_CMD_RESET] = { "reset", "all", NULL },
	[VR_CMD_VRF_NEW] = { "new", "vrf", vrf_show },
	[VR_CMD_VRF_DEL] = { "del", "vrf", vrf_show },
	[VR_CMD_VIF_NEW] = { "new", "vif", vif_show },
	[VR_CMD_VIF_DEL] = { "del", "vif", vif_show },
	[VR_CMD_NH_NEW] = { "new", "nh", nh_show },
	[VR_CMD_NH_DEL] = { "del", "nh", nh_show },
	[VR_CMD_ROUTE_NEW] = { "new", "route", route_show },
	[VR_CMD_ROUTE_DEL] = { "del", "route", route_show },
	[VR_CMD_BRIDGE_NEW] = { "new", "bridge", bridge_show },
	[VR_CMD_BRIDGE_DEL] = { "del", "bridge", bridge_show },
	[VR_CMD_MPLS_NEW] = { "new", "mpls", mpls_show },
	[VR_CMD_MPLS_DEL] = { "del", "mpls", mpls_show },
	[VR_CMD_VXLAN_NEW] = { "new", "vxlan", vxlan_show },
	[VR_CMD_VXLAN_DEL] = { "del", "vxlan", vxlan_show },
	[VR_CMD_CONF_NEW] = { "new", "conf", conf_show },
};

/* @family: only routes of it, 0: everything. @capture: where objects are put together. */
struct monitor {
	struct out *capture;
	__u32 family;
};

static const struct monitor_event *monitor_find(int cmd)
{
	if (cmd < 0 || (size_t)cmd >= ARRAY_SIZE(events) || !events[cmd].event)
		return NULL;
	return &events[cmd];
}

static bool monitor_wants(const struct monitor *monitor, const struct nlc_reply *reply)
{
	struct nlattr *tb[VR_A_ROUTE_MAX + 1];

	if (!monitor->family)
		return true;
	if (reply->cmd == VR_CMD_BRIDGE_NEW || reply->cmd == VR_CMD_BRIDGE_DEL)
		return monitor->family == AF_BRIDGE;
	if (reply->cmd != VR_CMD_ROUTE_NEW && reply->cmd != VR_CMD_ROUTE_DEL)
		return false;
	attrs_parse(reply, tb, VR_A_ROUTE_MAX);
	return attr_u32(tb[VR_A_ROUTE_FAMILY]) == monitor->family;
}

/* "a,b" */
static void monitor_print_list(struct json_object *list)
{
	size_t i, n = json_object_array_length(list);

	for (i = 0; i < n; i++)
		printf("%s%s", i ? "," : " ",
		       json_object_get_string(json_object_array_get_idx(list, i)));
}

/* What is said in other words already, or is a counter. */
static bool monitor_skips(const char *key, const struct json_object *value)
{
	return !strcmp(key, "event") || !strcmp(key, "object") || !strcmp(key, "packets") ||
	       !strcmp(key, "bytes") || json_object_is_type(value, json_type_object);
}

/* "new route vrf 1 prefix 10.0.0.0/8 nh 3": no counters, no empty lists. */
static void monitor_print(const struct monitor_event *event, struct json_object *object)
{
	printf("%s %s", event->event, event->object);
	json_object_object_foreach(object, key, value) {
		if (monitor_skips(key, value))
			continue;
		if (!json_object_is_type(value, json_type_array)) {
			printf(" %s %s", key, json_object_get_string(value));
		} else if (json_object_array_length(value)) {
			printf(" %s", key);
			monitor_print_list(value);
		}
	}
	putchar('\n');
}

static int monitor_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	const struct monitor_event *event = monitor_find(reply->cmd);
	struct monitor *monitor = arg;
	struct json_object *object;

	if (!event || !monitor_wants(monitor, reply))
		return VT_OK;
	out_capture(monitor->capture);
	out_object(monitor->capture, NULL);
	out_json_str(monitor->capture, "event", event->event);
	out_json_str(monitor->capture, "object", event->object);
	if (event->show)
		event->show(monitor->capture, reply);
	out_object_end(monitor->capture);
	object = out_captured(monitor->capture);
	if (tool->json)
		puts(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
						    JSON_C_TO_STRING_NOSLASHESCAPE));
	else
		monitor_print(event, object);
	json_object_put(object);
	if (fflush(stdout))
		return vt_fail(tool, VT_REFUSED, "cannot write the output");
	return VT_OK;
}

int monitor_run(struct tool *tool, const struct args *args)
{
	const char *family = args_word(args, "family");
	struct monitor news = { 0 };
	int ret = VT_OK;

	if (tool->dry_run)
		return vt_fail(tool, VT_USAGE, "--monitor sends nothing: no --dry-run");
	if (family)
		ret = opt_word(tool, args->given[0].opt, family, &news.family);
	if (ret)
		return ret;
	news.capture = out_new(true);
	ret = nlc_listen(tool, monitor_reply, &news);
	out_free(news.capture);
	return ret;
}
