/* SPDX-License-Identifier: GPL-2.0-only */
/* The device of a namespace on which packets out of tunnels are merged. */
#ifndef _VRL_GRO_H
#define _VRL_GRO_H

struct net;
struct vr_core;

/**
 * vrl_gro_make() - see that the namespace has the device
 * @net: namespace
 * @core: its router
 *
 * Called before the first label or VNI is set, so that who has no tunnels has no device.
 * It goes with the namespace or the module.
 *
 * Context: process; may sleep; takes RTNL; not under the core lock.
 * Return: 0 or a negative errno.
 */
int vrl_gro_make(struct net *net, struct vr_core *core);

int vrl_gro_init(void);
void vrl_gro_exit(void);

#endif /* _VRL_GRO_H */
