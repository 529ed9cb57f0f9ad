// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: what is registered with the kernel, and in which order.
 *
 * On the way out no configuration can come any more (netlink), then our
 * devices go, then the notifier lets go of all others, then what is still
 * being merged goes. After that no packet is in a core, and the cores go with
 * the per-namespace data.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/rcupdate.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include <vr/version.h>
#include <vrouter/netlink.h>

#include "gro.h"
#include "nl.h"
#include "pernet.h"
#include "pkt_dev.h"
#include "port_events.h"
#include "vhost_dev.h"

static int __init vrouter_init(void)
{
	int err;

	err = vrl_pernet_init();
	if (err)
		return err;
	err = vrl_gro_init();
	if (err)
		goto err_pernet;
	err = vrl_port_events_init();
	if (err)
		goto err_gro;
	err = vrl_vhost_dev_init();
	if (err)
		goto err_port_events;
	err = vrl_pkt_dev_init();
	if (err)
		goto err_vhost_dev;
	err = vrl_nl_init();
	if (err)
		goto err_pkt_dev;

	pr_info("version " VR_VERSION "\n");
	return 0;

err_pkt_dev:
	vrl_pkt_dev_exit();
err_vhost_dev:
	vrl_vhost_dev_exit();
err_port_events:
	vrl_port_events_exit();
err_gro:
	vrl_gro_exit();
err_pernet:
	vrl_pernet_exit();
	return err;
}

static void __exit vrouter_exit(void)
{
	vrl_nl_exit();
	vrl_pkt_dev_exit();
	vrl_vhost_dev_exit();
	vrl_port_events_exit();
	vrl_gro_exit();
	vrl_pernet_exit();
	/* Callbacks of the core may still be on their way. */
	rcu_barrier();
	pr_info("unloaded\n");
}

module_init(vrouter_init);
module_exit(vrouter_exit);

MODULE_DESCRIPTION("Virtual router for hypervisors");
MODULE_AUTHOR("The vrouter authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(VR_VERSION);
/* Tunnels over IPv6, where that is a module; without it there are none. */
MODULE_SOFTDEP("pre: ipv6");
MODULE_ALIAS_RTNL_LINK("vhost");
MODULE_ALIAS_RTNL_LINK("vrpkt");
MODULE_ALIAS_GENL_FAMILY(VR_GENL_NAME);
