// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices come, go and change by themselves: their vifs follow.
 *
 * Called under RTNL, also for devices that vrouter never heard of, so the
 * first questions are cheap: has the namespace a core, is this a port?
 */
#include "port_events.h"

#include <linux/netdevice.h>
#include <net/net_namespace.h>

#include "nl.h"
#include "pernet.h"
#include "port.h"

/* A device that is no port of ours (yet). */
static void event_stranger(unsigned long event, struct vr_core *core, struct net_device *dev)
{
	struct vr_port *port;

	if (event != NETDEV_REGISTER && event != NETDEV_CHANGENAME)
		return;
	port = vrl_port_regain(core, dev);
	if (port)
		vrl_nl_notify_vif(dev_net(dev), port->id);
}

/* Return: false if nobody needs to hear of it. */
static bool event_port(unsigned long event, struct vr_core *core, struct vr_port *port)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		vrl_port_lose(core, port);
		return true;
	case NETDEV_CHANGENAME:
		vrl_port_rename(core, port);
		return true;
	case NETDEV_CHANGEADDR:
		return vrl_port_readdress(core, port);
	case NETDEV_CHANGEMTU:
	case NETDEV_CHANGE:
	case NETDEV_UP:
	case NETDEV_DOWN:
		return true;
	default:
		return false;
	}
}

static int port_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct vr_core *core = vrl_core_find(dev_net(dev));
	struct vr_port *port;
	u32 id;

	if (!core)
		return NOTIFY_DONE;
	port = vrl_port_of(dev);
	if (!port) {
		event_stranger(event, core, dev);
		return NOTIFY_DONE;
	}
	/* A vif is on an Ethernet device: it cannot become something else under it. */
	if (event == NETDEV_PRE_TYPE_CHANGE)
		return notifier_from_errno(-EBUSY);

	id = port->id;
	if (event_port(event, core, port))
		vrl_nl_notify_vif(dev_net(dev), id);
	return NOTIFY_DONE;
}

static struct notifier_block port_notifier = {
	.notifier_call = port_event,
};

int vrl_port_events_init(void)
{
	return register_netdevice_notifier(&port_notifier);
}

/* Who stops listening is told for the last time that each device goes. */
void vrl_port_events_exit(void)
{
	unregister_netdevice_notifier(&port_notifier);
}
