// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices come, go and change by themselves: their vifs follow.
 *
 * Called under RTNL, also for devices that vrouter never heard of, so the
 * first questions are cheap: has the namespace a core, is this a port?
 */
#include "port_events.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "nl.h"
#include "pernet.h"
#include "port.h"

/*
 * A device that is no port of ours (yet). It is not taken here: from 6.15 on a device that locks
 * its own operations is locked while it is registered or renamed
 * (Documentation/networking/netdevices.rst), and taking it calls what locks it.
 */
static void event_stranger(unsigned long event, struct vr_core *core, struct net_device *dev)
{
	struct vrl_net *vn = vrl_net_of(dev_net(dev));

	if (event != NETDEV_REGISTER && event != NETDEV_CHANGENAME)
		return;
	if (!vrl_port_is_awaited(core, dev))
		return;
	WRITE_ONCE(vn->regain_due, true);
	schedule_work(&vn->regain);
}

/* Vifs that have no device and whose device is there: they get it. */
static void events_regain(struct net *net, struct vr_core *core)
{
	const struct vr_port *port;
	struct net_device *dev;
	struct vr_vif_info info;
	u32 id;

	for (id = 0; vrl_port_next_vif(core, id, &info); id = info.cfg.id + 1) {
		if (info.port)
			continue;
		dev = __dev_get_by_name(net, info.cfg.name);
		port = dev ? vrl_port_regain(core, dev) : NULL;
		if (port)
			vrl_nl_notify_vif(net, port->id);
	}
}

/* The module may be about to end: then devices are given back, and none is taken. */
void vrl_port_events_regain(struct work_struct *work)
{
	struct vrl_net *vn = container_of(work, struct vrl_net, regain);

	rtnl_lock();
	if (vrl_nl_is_open())
		events_regain(vr_core_host(vn->core), vn->core);
	WRITE_ONCE(vn->regain_due, false);
	rtnl_unlock();
}

void vrl_port_events_settle(struct net *net)
{
	struct vrl_net *vn = vrl_net_of(net);

	if (unlikely(READ_ONCE(vn->regain_due)))
		flush_work(&vn->regain);
}

/* Return: false if nobody needs to hear of it. */
static bool event_port(unsigned long event, struct vr_core *core, struct vr_port *port)
{
	switch (event) {
	case NETDEV_UNREGISTER:
		vrl_port_release(core, port->id);
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
