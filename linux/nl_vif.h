/* SPDX-License-Identifier: GPL-2.0-only */
/* What the netlink files of vifs share: from attributes to a vif (nl_vif_attrs.c) and back. */
#ifndef _VRL_NL_VIF_H
#define _VRL_NL_VIF_H

#include <vr/cfg/vif.h>

#include "nl.h"

/* Room for the attributes of one vif: without fat-flow rules and drop counters; with the former. */
#define VRL_VIF_SIZE ((11 + VR_XCONNECT_MAX) * nla_total_size(sizeof(u32)) +	\
		      nla_total_size(VR_NAME_MAX + 1) +				\
		      nla_total_size(ETH_ALEN) +				\
		      nla_total_size(4) + nla_total_size(16) +			\
		      6 * nla_total_size_64bit(sizeof(u64)))
size_t vrl_vif_room(const struct vr_fat_cfg *fat);

/**
 * vrl_vif_fill() - one message about a vif
 * @skb: where to
 * @to: for whom
 * @cmd: VR_CMD_VIF_NEW, or VR_CMD_VIF_DEL
 * @vif: the vif
 * @drops: NULL, or the drop counters to go with it
 *
 * Context: under the core lock: the port may go.
 * Return: 0 or -EMSGSIZE.
 */
int vrl_vif_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		 const struct vr_vif_info *vif, const u64 *drops);

/*
 * From a request, all but fat-flow rules; they refuse for themselves.
 *
 * parse:     change @vif by what is given.
 * parse_new: all of a new one.
 */
int vrl_vif_parse(struct genl_info *info, struct vr_vif_cfg *vif);
int vrl_vif_parse_new(struct genl_info *info, struct vr_vif_cfg *vif);

#endif /* _VRL_NL_VIF_H */
