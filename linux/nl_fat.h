/* SPDX-License-Identifier: GPL-2.0-only */
/* Netlink: fat-flow rules of a vif, in and out: the nest VR_A_VIF_FAT. */
#ifndef _VRL_NL_FAT_H
#define _VRL_NL_FAT_H

#include <vr/cfg/vif.h>

#include "nl.h"

extern const struct nla_policy vrl_nl_fat_policy[VR_A_FAT_MAX + 1];

/**
 * vrl_nl_fat_parse() - the rules that a request has
 * @info: the request
 * @fat: what is allocated in it is the caller's to vrl_nl_fat_free(), after a failure too
 *
 * Without the nest there are no rules. Whether rules are possible is the
 * core's to say. Context: may sleep. Return: 0, or refused.
 */
int vrl_nl_fat_parse(struct genl_info *info, struct vr_fat_cfg *fat);
void vrl_nl_fat_free(struct vr_fat_cfg *fat);

/* The nest, if there are rules; and how much room it takes. */
int vrl_nl_fat_put(struct sk_buff *skb, const struct vr_fat_cfg *fat);
size_t vrl_nl_fat_size(const struct vr_fat_cfg *fat);

#endif /* _VRL_NL_FAT_H */
