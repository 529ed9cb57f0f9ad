// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device pkt0 (rtnetlink, kind vrpkt) and its vif. What is there already is
 * used as it is, whoever made it; nothing is taken away when the agent ends.
 */
#include "pkt0.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "agent.h"
#include "attrs.h"

#define PORT_KIND	"vrpkt"
#define PORT_HEAD	NLMSG_ALIGN(sizeof(struct ifinfomsg))

/** struct device - a device; @ifindex: 0: there is none */
struct device {
	__u32 ifindex;
	__u32 flags;
	char kind[32];
};

static void take_device(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct nlattr *tb[IFLA_LINKINFO + 1] = { NULL }, *info[IFLA_INFO_KIND + 1] = { NULL };
	const struct ifinfomsg *head = object->head;
	struct device *device = arg;
	const char *kind;

	(void)i;
	device->ifindex = head->ifi_index;
	device->flags = head->ifi_flags;
	nla_parse(tb, IFLA_LINKINFO, object->attrs, object->len, NULL);
	if (!tb[IFLA_LINKINFO])
		return;
	attrs_parse_nest(tb[IFLA_LINKINFO], info, IFLA_INFO_KIND);
	kind = attr_str(info[IFLA_INFO_KIND]);
	snprintf(device->kind, sizeof(device->kind), "%s", kind ? kind : "");
}

static int device_get(struct kernel *kn, const char *name, struct device *device)
{
	struct ifinfomsg head = { .ifi_family = AF_UNSPEC };

	memset(device, 0, sizeof(*device));
	kernel_route_begin(kn, RTM_GETLINK, 0, &head, sizeof(head));
	kernel_put_str(kn, IFLA_IFNAME, name);
	return kernel_route_call(kn, PORT_HEAD, take_device, device);
}

static int device_make(struct kernel *kn, const char *name)
{
	struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};
	struct nlattr *nest;

	kernel_route_begin(kn, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof(head));
	kernel_put_str(kn, IFLA_IFNAME, name);
	nest = kernel_nest(kn, IFLA_LINKINFO);
	kernel_put_str(kn, IFLA_INFO_KIND, PORT_KIND);
	kernel_nest_end(kn, nest);
	return kernel_route_call(kn, PORT_HEAD, NULL, NULL);
}

static int device_up(struct kernel *kn, __u32 ifindex)
{
	struct ifinfomsg head = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = ifindex,
		.ifi_flags = IFF_UP,
		.ifi_change = IFF_UP,
	};

	kernel_route_begin(kn, RTM_NEWLINK, 0, &head, sizeof(head));
	return kernel_route_call(kn, PORT_HEAD, NULL, NULL);
}

/* The device is there, of the right kind and up; false: @why says why not. */
static bool device_ensure(struct kernel *kn, const char *name, struct device *device, char *why,
			  size_t size)
{
	int ret = device_get(kn, name, device);

	/* To make one would load the module: who has unloaded it did so on purpose. */
	if (ret == -ENODEV && !kernel_is_there(kn)) {
		snprintf(why, size, "vrouter was unloaded");
		return false;
	}
	if (ret == -ENODEV) {
		ret = device_make(kn, name);
		if (!ret)
			ret = device_get(kn, name, device);
	}
	if (!ret && strcmp(device->kind, PORT_KIND)) {
		snprintf(why, size, "device %s exists already, and is not of kind %s", name,
			 PORT_KIND);
		return false;
	}
	if (!ret && !(device->flags & IFF_UP))
		ret = device_up(kn, device->ifindex);
	if (ret)
		snprintf(why, size, "cannot make device %s: %s", name, strerror(-ret));
	return !ret;
}

/* --- the vif ----------------------------------------------------------------- */

struct port_vif {
	struct agent *agent;
	char *why;
	size_t size;
	bool refused;
};

static void vif_refused(void *arg, unsigned int i, int err, const char *text)
{
	struct port_vif *port = arg;

	(void)i;
	(void)err;
	port->refused = true;
	snprintf(port->why, port->size, "vif: %s", text);
}

static void take_vif(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct port_vif *port = arg;

	(void)i;
	world_take(port->agent->world, object);
}

static bool vif_make(struct agent *agent, char *why, size_t size)
{
	struct port_vif port = { .agent = agent, .why = why, .size = size };
	const struct config *config = agent->config;
	struct kernel *kn = agent->kernel;

	kernel_begin(kn, VR_CMD_VIF_NEW, NLM_F_EXCL);
	kernel_put_str(kn, VR_A_VIF_NAME, config->pkt0);
	kernel_put_u32(kn, VR_A_VIF_TYPE, VR_VIF_AGENT);
	if (config->pkt0_vif <= VR_VIF_ID_MAX)
		kernel_put_u32(kn, VR_A_VIF_ID, config->pkt0_vif);
	if (kernel_call(kn, NULL, vif_refused, &port) || port.refused)
		return false;
	/* What it looks like is news; waiting for them would take longer than to ask. */
	kernel_begin(kn, VR_CMD_VIF_GET, 0);
	kernel_put_str(kn, VR_A_VIF_NAME, config->pkt0);
	return !kernel_call(kn, take_vif, vif_refused, &port) && !port.refused;
}

__u32 port_ensure(struct agent *agent, char *why, size_t size)
{
	const struct config *config = agent->config;
	const struct vif *vif = agent->world->agent;
	struct device device;

	if (vif && strcmp(vif->name, config->pkt0)) {
		snprintf(why, size, "the agent's port is %s, vif %u, not %s", vif->name, vif->id,
			 config->pkt0);
		return 0;
	}
	if (!device_ensure(agent->kernel, config->pkt0, &device, why, size))
		return 0;
	if (!agent->world->agent && !vif_make(agent, why, size))
		return 0;
	return device.ifindex;
}
