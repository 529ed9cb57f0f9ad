/* SPDX-License-Identifier: GPL-2.0-only */
/* What a network namespace has of the router: its core, once it configured one. */
#ifndef _VRL_PERNET_H
#define _VRL_PERNET_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

struct net;
struct net_device;
struct vr_core;

/**
 * struct vrl_net - one per namespace, from the module's load or the
 *	namespace's birth on
 * @core: NULL until the first configuration, then the same until the end of
 *	the namespace or of the module. Published with release semantics.
 * @gro: where packets out of tunnels are merged, or NULL; written under RTNL. linux/gro.c
 * @create: at most one makes @core
 * @sending: notifications go out one after the other; nests inside the core lock, which its holder
 *	gives up. linux/nl.c
 * @regain: vifs get back their devices; linux/port_events.c
 * @regain_due: it was asked for and is not done; written under RTNL
 */
struct vrl_net {
	struct vr_core *core;
	struct net_device __rcu *gro;
	struct mutex create;	/* making of @core */
	struct mutex sending;
	struct work_struct regain;
	bool regain_due;
};

/* Of any namespace that has not ended. */
struct vrl_net *vrl_net_of(struct net *net);

int vrl_pernet_init(void);
void vrl_pernet_exit(void);

/**
 * vrl_core_find() - the core of a namespace
 * @net: namespace that cannot end meanwhile: a socket of it, or RTNL, is held
 *
 * Context: any.
 * Return: the core, or NULL: nothing was configured there yet.
 */
struct vr_core *vrl_core_find(struct net *net);

/**
 * vrl_core_get_or_create() - the core of a namespace, made if there is none
 * @net: as for vrl_core_find()
 *
 * Who finds a core needs no reference: it outlives every netlink request.
 *
 * Context: process; may sleep; not under the core lock.
 * Return: the core, or ERR_PTR(-ENOMEM).
 */
struct vr_core *vrl_core_get_or_create(struct net *net);

#endif /* _VRL_PERNET_H */
