/* SPDX-License-Identifier: GPL-2.0-only */
/* Fat flows: rules of a vif that make many flows share one. <vr/cfg/vif.h> has the rules. */
#ifndef _VR_OBJ_FAT_H
#define _VR_OBJ_FAT_H

#include <vr/cfg/flow.h>
#include <vr/cfg/vif.h>

struct vr_fat;

/*
 * Are the rules possible? -EINVAL, naming what is wrong (attributes of enum vr_a_fat do not
 * fit into @err, which is about VR_A_VIF_FAT). Exclusions without a rule are refused.
 */
int vr_fat_check(const struct vr_fat_cfg *cfg, struct vr_err *err);

/**
 * vr_fat_build() - rules in a form that packets can use; owns a copy of @cfg
 * @mem: where it is counted
 * @cfg: checked, with at least one rule
 *
 * Return: NULL: no memory.
 */
struct vr_fat *vr_fat_build(struct vr_mem *mem, const struct vr_fat_cfg *cfg);
/* After a grace period. @fat may be NULL. */
void vr_fat_free_rcu(struct vr_mem *mem, struct vr_fat *fat);
/* What it was built from; valid as long as @fat. */
void vr_fat_cfg(const struct vr_fat *fat, struct vr_fat_cfg *cfg);

/**
 * vr_fat_mask() - take out of a key what the rules say is no part of it
 * @fat: rules, not NULL
 * @key: of a packet
 * @from_guest: the packet comes from the guest whose vif has the rules; else it goes
 *	there, and source and destination change places
 *
 * The rules of the smaller port are asked first, then those of the larger, then those
 * of port 0, which leave no port in the key. Of the rules of a port that the addresses
 * match, the one with more prefix bits goes first, then the one with more of them
 * in the guest's prefix. If both ports are the same it is the guest's that stays.
 *
 * Context: softirq.
 */
void vr_fat_mask(const struct vr_fat *fat, struct vr_flow_key *key, bool from_guest);

#endif /* _VR_OBJ_FAT_H */
