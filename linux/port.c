// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking devices into the router and letting go of them.
 *
 * A device is taken before its vif is made, with no vif behind the port:
 * until the vif is complete and attached, frames pass to the host's stack as
 * if nothing had happened, and a refusal leaves no trace. Letting go is the
 * same backwards: nothing comes in, nothing goes out, wait for readers, free.
 *
 * Everything here is under RTNL, and so vifs and their ports stay as they are. The core lock nests
 * inside it and is held for what is asked of the core only, never while a device is spoken to: from
 * 6.15 on devices lock themselves then, and are locked when they tell of something
 * (Documentation/networking/netdevices.rst), which takes the core lock (port_events.c).
 */
#include "port.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "local_dev.h"
#include "netdev_rx.h"
#include "pkt_dev.h"
#include "vhost_dev.h"

struct vr_port *vrl_port_of(const struct net_device *dev)
{
	if (vrl_dev_is_local(dev))
		return vrl_local_dev_port(dev);
	if (rcu_access_pointer(dev->rx_handler) == vrl_netdev_rx)
		return rtnl_dereference(dev->rx_handler_data);
	return NULL;
}

/* The vif of this id; false: there is none. */
static bool port_vif(struct vr_core *core, u32 id, struct vr_vif_info *info)
{
	struct vr_err unheard;
	int err;

	vr_core_lock(core);
	err = vr_vif_get(core, id, info, &unheard);
	vr_core_unlock(core);
	return !err;
}

/* --- may it be taken? -------------------------------------------------------- */

static int port_refuse_dev(struct vr_err *err, int code, const char *msg)
{
	return vr_refuse(err, code, VR_A_VIF_NAME, msg);
}

static int port_check_kind(const struct net_device *dev, u32 type, struct vr_err *err)
{
	bool vhost = vrl_dev_is_vhost(dev);

	if (type == VR_VIF_HOST && !vhost)
		return port_refuse_dev(err, -EINVAL, "a host vif needs a device of kind vhost");
	if (type != VR_VIF_HOST && vhost)
		return port_refuse_dev(err, -EINVAL,
				       "a device of kind vhost can only be a host vif");
	if (type != VR_VIF_AGENT && vrl_dev_is_pkt(dev))
		return port_refuse_dev(err, -EINVAL,
				       "a device of kind vrpkt can only be the agent vif");
	if (dev->flags & IFF_LOOPBACK)
		return port_refuse_dev(err, -EINVAL, "the loopback device cannot be a vif");
	if (dev->type != ARPHRD_ETHER)
		return port_refuse_dev(err, -EINVAL, "the device is not an Ethernet device");
	return 0;
}

/* Who else may have the device; a text for each, for they are undone differently. */
static int port_check_free(struct net_device *dev, struct vr_err *err)
{
	if (vrl_port_of(dev))
		return port_refuse_dev(err, -EBUSY, "the device belongs to another vif");
	if (netif_is_bridge_port(dev))
		return port_refuse_dev(err, -EBUSY, "the device is a port of a bridge");
	if (netif_is_ovs_port(dev))
		return port_refuse_dev(err, -EBUSY, "the device is a port of Open vSwitch");
	if (netif_is_lag_port(dev))
		return port_refuse_dev(err, -EBUSY, "the device is a member of a bond or team");
	if (netif_is_l3_slave(dev))
		return port_refuse_dev(err, -EBUSY, "the device belongs to a VRF of the host");
	if (netdev_master_upper_dev_get(dev))
		return port_refuse_dev(err, -EBUSY, "the device has a master");
	if (netif_is_macvlan_port(dev))
		return port_refuse_dev(err, -EBUSY, "there are macvlan devices on the device");
	if (!vrl_dev_is_local(dev) && netdev_is_rx_handler_busy(dev))
		return port_refuse_dev(err, -EBUSY,
				       "what the device receives is taken by another module");
	return 0;
}

/* --- taking and giving back -------------------------------------------------- */

/*
 * A guest's device must hear what is for the guests behind it; an uplink only
 * if it was said so.
 */
static bool port_wants_promisc(const struct vr_vif_cfg *cfg)
{
	return cfg->type == VR_VIF_VIRTUAL ||
	       (cfg->type == VR_VIF_PHYSICAL && cfg->flags & VR_VIF_F_PROMISC);
}

static int port_set_promisc(struct vr_port *port, bool promisc)
{
	int err;

	if (port->promisc == promisc)
		return 0;
	err = dev_set_promiscuity(port->dev, promisc ? 1 : -1);
	if (!err)
		port->promisc = promisc;
	return err;
}

static int port_hook(struct vr_port *port)
{
	int err;

	if (port->local) {
		vrl_local_dev_set_port(port->dev, port);
		return 0;
	}
	err = netdev_rx_handler_register(port->dev, vrl_netdev_rx, port);
	if (err)
		return err;
	dev_disable_lro(port->dev);
	netdev_set_rx_headroom(port->dev, VRL_HEADROOM);
	return 0;
}

/* Waits for those who have found the port through the device or through the vif. */
static void port_unhook(struct vr_port *port)
{
	if (port->local) {
		vrl_local_dev_set_port(port->dev, NULL);
		synchronize_net();
		return;
	}
	netdev_reset_rx_headroom(port->dev);
	netdev_rx_handler_unregister(port->dev);	/* synchronize_net() is part of it */
}

static void port_free(struct vr_port *port)
{
	netdev_put(port->dev, &port->dev_tracker);
	kfree(port);
}

static struct vr_port *port_alloc(struct net_device *dev, const struct vr_vif_cfg *cfg)
{
	struct vr_port *port;

	port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
	if (!port)
		return NULL;
	port->dev = dev;
	netdev_hold(dev, &port->dev_tracker, GFP_KERNEL);
	port->local = vrl_dev_is_local(dev);
	port->link_local_up = cfg->type == VR_VIF_PHYSICAL;
	port->id = cfg->id;
	ether_addr_copy(port->mac, dev->dev_addr);
	return port;
}

/* Make the device a port that serves no vif yet. */
static struct vr_port *port_take(struct net_device *dev, const struct vr_vif_cfg *cfg,
				 struct vr_err *verr)
{
	struct vr_port *port;
	int err;

	err = port_check_kind(dev, cfg->type, verr);
	if (!err)
		err = port_check_free(dev, verr);
	if (err)
		return ERR_PTR(err);

	port = port_alloc(dev, cfg);
	if (!port)
		return ERR_PTR(vr_refuse(verr, -ENOMEM, 0, "no memory for the port"));
	err = port_hook(port);
	if (err) {
		port_refuse_dev(verr, err, "the device does not let its frames be taken");
		goto err_free;
	}
	err = port_set_promisc(port, port_wants_promisc(cfg));
	if (err) {
		port_refuse_dev(verr, err, "the device cannot be made promiscuous");
		goto err_unhook;
	}
	return port;

err_unhook:
	port_unhook(port);
err_free:
	port_free(port);
	return ERR_PTR(err);
}

/* The vif, if there was one, no longer sends here. Waits for readers. */
static void port_give_back(struct vr_port *port)
{
	RCU_INIT_POINTER(port->vif, NULL);
	port_unhook(port);
	port_set_promisc(port, false);
	port_free(port);
}

/* --- the host's MAC ---------------------------------------------------------- */

/*
 * A vhost device that was given no address of its own takes that of its vif,
 * which is by default that of the uplink: the uplink's hardware lets frames to
 * no other in, and a vhost device that was deleted and made again keeps the
 * address that neighbours know.
 */
static bool port_adopts_mac(const struct net_device *dev)
{
	return vrl_dev_is_vhost(dev) && dev->addr_assign_type == NET_ADDR_RANDOM;
}

static void port_default_mac(struct vr_core *core, const struct net_device *dev,
			     struct vr_vif_cfg *cfg)
{
	const struct net_device *from = dev;
	struct vr_vif_info info;
	u32 i;

	for (i = 0; port_adopts_mac(dev) && from == dev && i < cfg->n_xconnect; i++)
		if (port_vif(core, cfg->xconnect[i], &info) && info.port)
			from = info.port->dev;
	ether_addr_copy(cfg->mac, from->dev_addr);
}

/*
 * The address is noted first: for our own notifier nothing changes. Others are
 * told without the core lock, for devices on top may take the address over, and
 * be ports themselves.
 */
static void port_adopt_mac(struct vr_port *port, const u8 *mac)
{
	struct net_device *dev = port->dev;

	if (!port_adopts_mac(dev) || ether_addr_equal(dev->dev_addr, mac))
		return;
	ether_addr_copy(port->mac, mac);
	eth_hw_addr_set(dev, mac);
	dev->addr_assign_type = NET_ADDR_SET;
	port->mac_is_news = true;
}

static void port_tell_mac(struct vr_port *port)
{
	if (!port->mac_is_news)
		return;
	port->mac_is_news = false;
	call_netdevice_notifiers(NETDEV_CHANGEADDR, port->dev);
}

void vrl_port_tell_mac(struct vr_core *core, u32 id)
{
	struct vr_vif_info info;

	ASSERT_RTNL();
	if (port_vif(core, id, &info) && info.port)
		port_tell_mac(info.port);
}

/* --- serving a vif ----------------------------------------------------------- */

/* Under the core lock. From now on frames go both ways. */
static int port_attach(struct vr_core *core, struct vr_port *port, const u8 *mac,
		       struct vr_err *verr)
{
	int err;

	err = vr_vif_attach(core, port->id, port, verr);
	if (err)
		return err;
	port_adopt_mac(port, mac);
	rcu_assign_pointer(port->vif, vr_vif_handle(core, port->id));
	return 0;
}

/* --- configuration ----------------------------------------------------------- */

/* 0: the core is locked. */
static int port_set_vif(struct vr_core *core, const struct vr_vif_cfg *cfg, bool exclusive,
			struct vr_err *verr)
{
	int err;

	vr_core_lock(core);
	err = vr_vif_set(core, cfg, exclusive, verr);
	if (err)
		vr_core_unlock(core);
	return err;
}

/* The vif has its device, and keeps it. 0: the core is locked. */
static int port_reconfigure(struct vr_core *core, struct vr_port *port,
			    const struct vr_vif_cfg *cfg, bool exclusive, struct vr_err *verr)
{
	bool was = port->promisc;
	int err;

	err = port_set_promisc(port, port_wants_promisc(cfg));
	if (err)
		return port_refuse_dev(verr, err, "the device cannot be made promiscuous");
	err = port_set_vif(core, cfg, exclusive, verr);
	if (err)
		port_set_promisc(port, was);
	return err;
}

/* Under the core lock. The vif is as @cfg says, and has its device. */
static int port_serve(struct vr_core *core, struct vr_port *port, const struct vr_vif_cfg *cfg,
		      bool exclusive, bool known, struct vr_err *verr)
{
	struct vr_err unheard;
	int err;

	err = vr_vif_set(core, cfg, exclusive, verr);
	if (err)
		return err;
	err = port_attach(core, port, cfg->mac, verr);
	if (err && !known)
		vr_vif_del(core, cfg->id, &unheard);
	return err;
}

/* The vif is new, or has lost its device, and @dev is the one. 0: the core is locked. */
static int port_equip(struct vr_core *core, struct net_device *dev,
		      const struct vr_vif_cfg *cfg, bool exclusive, bool known,
		      struct vr_err *verr)
{
	struct vr_port *port;
	int err;

	port = port_take(dev, cfg, verr);
	if (IS_ERR(port))
		return PTR_ERR(port);
	vr_core_lock(core);
	err = port_serve(core, port, cfg, exclusive, known, verr);
	if (!err)
		return 0;
	vr_core_unlock(core);
	port_give_back(port);
	return err;
}

/* By its name, the only one by which a vif finds it again. */
static struct net_device *port_dev_named(struct net *net, const char *name)
{
	struct net_device *dev = __dev_get_by_name(net, name);

	return dev && !strcmp(dev->name, name) ? dev : NULL;
}

/* A new vif needs one. */
static int port_refuse_name(struct net *net, const char *name, struct vr_err *verr)
{
	if (__dev_get_by_name(net, name))
		return port_refuse_dev(verr, -EINVAL,
				       "this is an alternative name: give the device's own");
	return port_refuse_dev(verr, -ENODEV, "there is no device of that name");
}

int vrl_port_add(struct net *net, struct vr_core *core, const struct vr_vif_cfg *wish,
		 bool exclusive, struct vr_err *verr)
{
	struct vr_vif_cfg cfg = *wish;
	struct vr_vif_info info;
	struct net_device *dev;
	bool known;

	ASSERT_RTNL();
	known = port_vif(core, cfg.id, &info);
	if (known && strcmp(info.cfg.name, cfg.name))
		return port_refuse_dev(verr, -EBUSY,
				       "the vif has another device: delete the vif first");

	dev = known && info.port ? info.port->dev : port_dev_named(net, cfg.name);
	if (!dev && !known)
		return port_refuse_name(net, cfg.name, verr);
	if (is_zero_ether_addr(cfg.mac) && known)
		ether_addr_copy(cfg.mac, info.cfg.mac);
	else if (is_zero_ether_addr(cfg.mac))
		port_default_mac(core, dev, &cfg);

	if (!dev)
		return port_set_vif(core, &cfg, exclusive, verr);
	if (known && info.port)
		return port_reconfigure(core, info.port, &cfg, exclusive, verr);
	return port_equip(core, dev, &cfg, exclusive, known, verr);
}

void vrl_port_release(struct vr_core *core, u32 id)
{
	struct vr_port *port;

	ASSERT_RTNL();
	vr_core_lock(core);
	port = vr_vif_detach(core, id);
	vr_core_unlock(core);
	if (port)
		port_give_back(port);
}

void vrl_port_release_all(struct vr_core *core)
{
	struct vr_vif_info info;
	u32 id = 0;

	while (vrl_port_next_vif(core, id, &info)) {
		vrl_port_release(core, info.cfg.id);
		id = info.cfg.id + 1;
	}
}

/* --- what devices do by themselves ------------------------------------------- */

/* Under the core lock. A host vif has the MAC of its device, the only one that the stack hears. */
static int port_serve_again(struct vr_core *core, struct vr_port *port, struct vr_vif_cfg *cfg,
			    struct vr_err *verr)
{
	int err = 0;

	if (cfg->type == VR_VIF_HOST && !port_adopts_mac(port->dev)) {
		ether_addr_copy(cfg->mac, port->dev->dev_addr);
		err = vr_vif_set(core, cfg, false, verr);
	}
	return err ? err : port_attach(core, port, cfg->mac, verr);
}

static struct vr_port *port_regain(struct vr_core *core, struct net_device *dev,
				   struct vr_vif_cfg *cfg, struct vr_err *verr)
{
	struct vr_port *port;
	int err;

	port = port_take(dev, cfg, verr);
	if (IS_ERR(port))
		return port;
	vr_core_lock(core);
	err = port_serve_again(core, port, cfg, verr);
	vr_core_unlock(core);
	if (!err)
		return port;
	port_give_back(port);
	return ERR_PTR(err);
}

bool vrl_port_next_vif(struct vr_core *core, u32 id, struct vr_vif_info *info)
{
	int err;

	vr_core_lock(core);
	err = vr_vif_next(core, id, info);
	vr_core_unlock(core);
	return !err;
}

static bool port_find_awaited(struct vr_core *core, const struct net_device *dev,
			      struct vr_vif_info *info)
{
	struct vr_err unheard;
	int err;

	vr_core_lock(core);
	err = vr_vif_get_by_name(core, dev->name, info, &unheard);
	vr_core_unlock(core);
	return !err && !info->port;
}

bool vrl_port_is_awaited(struct vr_core *core, const struct net_device *dev)
{
	struct vr_vif_info info;

	return port_find_awaited(core, dev, &info);
}

struct vr_port *vrl_port_regain(struct vr_core *core, struct net_device *dev)
{
	struct vr_vif_info info;
	struct vr_port *port;
	struct vr_err verr;

	if (!port_find_awaited(core, dev, &info))
		return NULL;
	port = port_regain(core, dev, &info.cfg, &verr);
	if (IS_ERR(port)) {
		netdev_warn(dev, "vif %u stays without its device: %s\n", info.cfg.id, verr.msg);
		return NULL;
	}
	port_tell_mac(port);
	return port;
}

void vrl_port_rename(struct vr_core *core, struct vr_port *port)
{
	struct vr_err verr;

	vr_core_lock(core);
	if (vr_vif_rename(core, port->id, port->dev->name, &verr))
		netdev_warn(port->dev, "vif %u keeps its old name: %s\n", port->id, verr.msg);
	vr_core_unlock(core);
}

/* A vif whose MAC was the device's follows it; one that was given its own keeps it. */
bool vrl_port_readdress(struct vr_core *core, struct vr_port *port)
{
	const u8 *now = port->dev->dev_addr;
	struct vr_vif_info info;
	struct vr_err verr;
	int err = 0;

	if (ether_addr_equal(port->mac, now))
		return false;
	if (port_vif(core, port->id, &info) && ether_addr_equal(info.cfg.mac, port->mac)) {
		ether_addr_copy(info.cfg.mac, now);
		err = port_set_vif(core, &info.cfg, false, &verr);
		if (!err)
			vr_core_unlock(core);
	}
	/* One that could not follow now does so the next time. */
	if (err)
		netdev_warn(port->dev, "vif %u keeps its old MAC: %s\n", port->id, verr.msg);
	else
		ether_addr_copy(port->mac, now);
	return true;
}
