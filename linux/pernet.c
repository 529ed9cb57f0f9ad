// SPDX-License-Identifier: GPL-2.0-only
/*
 * One core per network namespace, made by the first configuration in it.
 *
 * A namespace ends after its devices have gone, and the module ends after the
 * notifier has let go of all devices (port_events.c). So when a core is
 * destroyed here no port of it is left, and nobody can configure it any more:
 * netlink requests hold the namespace by their socket, and the module by the
 * family, which is unregistered first.
 */
#include "pernet.h"

#include <linux/err.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include <vr/core.h>

#include "port_events.h"

static unsigned int pernet_id __read_mostly;

struct vrl_net *vrl_net_of(struct net *net)
{
	return net_generic(net, pernet_id);
}

struct vr_core *vrl_core_find(struct net *net)
{
	/* Pairs with the release in vrl_core_get_or_create(). */
	return smp_load_acquire(&vrl_net_of(net)->core);
}

struct vr_core *vrl_core_get_or_create(struct net *net)
{
	struct vrl_net *vn = vrl_net_of(net);
	struct vr_core *core;

	core = vrl_core_find(net);
	if (core)
		return core;

	mutex_lock(&vn->create);
	core = vn->core;
	if (!core) {
		core = vr_core_create();
		if (!IS_ERR(core)) {
			vr_core_set_host(core, net);
			/* Whoever finds it finds it complete: pairs with vrl_core_find(). */
			smp_store_release(&vn->core, core);
		}
	}
	mutex_unlock(&vn->create);
	return core;
}

static int __net_init pernet_init(struct net *net)
{
	struct vrl_net *vn = vrl_net_of(net);

	mutex_init(&vn->create);
	mutex_init(&vn->sending);
	INIT_WORK(&vn->regain, vrl_port_events_regain);
	return 0;
}

static void __net_exit pernet_exit(struct net *net)
{
	struct vrl_net *vn = vrl_net_of(net);

	cancel_work_sync(&vn->regain);
	if (vn->core)
		vr_core_destroy(vn->core);
	vn->core = NULL;
	mutex_destroy(&vn->sending);
	mutex_destroy(&vn->create);
}

/* A subsystem, not a device: those end after the devices of the namespace. */
static struct pernet_operations pernet_ops = {
	.init = pernet_init,
	.exit = pernet_exit,
	.id = &pernet_id,
	.size = sizeof(struct vrl_net),
};

int vrl_pernet_init(void)
{
	return register_pernet_subsys(&pernet_ops);
}

void vrl_pernet_exit(void)
{
	unregister_pernet_subsys(&pernet_ops);
}
