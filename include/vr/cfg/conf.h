/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings of a router: <vrouter/conf.h> has the list. */
#ifndef _VR_CFG_CONF_H
#define _VR_CFG_CONF_H

#include <vr/core.h>
#include <vrouter/conf.h>

/** struct vr_conf_set - settings to be changed: those whose bit is in @given */
struct vr_conf_set {
	u64 given;
	u32 value[VR_CONF_MAX];
};

/*
 * Both: core locked by the caller, process context, may sleep.
 *
 * set: all that are given, or none. -ERANGE (with the attribute), -ENOMEM. A limit
 *	below what is in use refuses what is new and ends nothing that is there.
 * get: all values; @set->given says all.
 */
int vr_conf_set(struct vr_core *core, const struct vr_conf_set *set, struct vr_err *err);
void vr_conf_get(const struct vr_core *core, struct vr_conf_set *set);

#endif /* _VR_CFG_CONF_H */
