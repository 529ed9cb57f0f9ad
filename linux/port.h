/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking devices into the router and letting go of them: the halves of a vif
 * that the core does not know. struct vr_port is in <vr_host/port.h>.
 */
#ifndef _VRL_PORT_H
#define _VRL_PORT_H

#include <vr_host/port.h>
#include <vr/cfg/vif.h>

struct net;
struct net_device;

/*
 * Headroom to ask of the devices that we take: an outer Ethernet header with tag, IPv6, UDP, and
 * two labels or a VNI; the agent's header is less. Or the same without Ethernet, and what the
 * stack reserves for that on devices of ours: a tunnel whose way is the host's goes out there.
 * Those ask for nothing, for that would double it, and make senders enlarge their packets.
 */
#define VRL_HEADROOM (VLAN_HLEN + 40 + 8 + 8 + HH_DATA_ALIGN(ETH_HLEN))

/**
 * vrl_port_add() - make or replace a vif, and take its device
 * @net: namespace of the device
 * @core: the router of @net
 * @cfg: the vif; a zero MAC stands for the one that it has, or else the
 *	device's, or for a vhost device without one of its own the uplink's
 * @exclusive: refuse if the vif exists
 * @err: why not
 *
 * A new vif needs its device to be there. One that exists keeps its device: a
 * configuration that names another one is refused. If it has lost its device
 * and there is one of that name now, it gets it.
 *
 * Context: RTNL is held by the caller, the core lock is not; may sleep.
 * Return: 0, and the core is locked, for the caller to tell of it before anything else changes; or
 *	a negative errno, and it is not, and nothing has changed.
 */
int vrl_port_add(struct net *net, struct vr_core *core, const struct vr_vif_cfg *cfg,
		 bool exclusive, struct vr_err *err);

/**
 * vrl_port_tell_mac() - let the host know that a device has a new address
 * @core: router of the vif
 * @id: the vif; its device may have got the address from vrl_port_add()
 *
 * Context: RTNL is held by the caller, the core lock is not; may sleep.
 */
void vrl_port_tell_mac(struct vr_core *core, u32 id);

/**
 * vrl_port_release() - give the device back, if there is such a vif and it has one
 * @core: router of the vif
 * @id: the vif, which stays, detached; what has to come before vr_vif_del()
 *
 * Waits for readers.
 *
 * Context: RTNL is held by the caller, the core lock is not; may sleep.
 */
void vrl_port_release(struct vr_core *core, u32 id);

/**
 * vrl_port_release_all() - give back the devices of all vifs; the vifs stay
 * @core: their router; what has to come before vr_core_reset()
 *
 * Context: RTNL is held by the caller, the core lock is not; may sleep.
 */
void vrl_port_release_all(struct vr_core *core);

/*
 * For what devices do by themselves (port_events.c). Context: RTNL; all but
 * the first take the core lock.
 *
 * of:	   the port that a device is, or NULL.
 * next_vif: the vif of the lowest id >= @id, true if there is one.
 * is_awaited: a detached vif waits for a device of this name.
 * regain: that vif gets the device, which may also be somebody else's or have gone by another
 *	   way. Returns the port that it has become, or NULL. Not from a notifier of devices.
 * rename: it has a new name.
 * readdress: it may have a new address. False, without the lock: it has not,
 *	   or the vif gave it.
 */
struct vr_port *vrl_port_of(const struct net_device *dev);
bool vrl_port_next_vif(struct vr_core *core, u32 id, struct vr_vif_info *info);
bool vrl_port_is_awaited(struct vr_core *core, const struct net_device *dev);
struct vr_port *vrl_port_regain(struct vr_core *core, struct net_device *dev);
void vrl_port_rename(struct vr_core *core, struct vr_port *port);
bool vrl_port_readdress(struct vr_core *core, struct vr_port *port);

#endif /* _VRL_PORT_H */
