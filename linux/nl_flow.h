/* SPDX-License-Identifier: GPL-2.0-only */
/* What the netlink files of flows share: from attributes to a flow (nl_flow_attrs.c) and back. */
#ifndef _VRL_NL_FLOW_H
#define _VRL_NL_FLOW_H

#include <vr/cfg/flow.h>

#include "nl.h"

/* Room for the attributes of one flow. */
#define VRL_FLOW_SIZE (27 * nla_total_size(sizeof(u32)) + 2 * nla_total_size(16) +	\
		       2 * nla_total_size_64bit(sizeof(u64)))

#define VRL_FLOW_NO_END U32_MAX

/**
 * vrl_flow_fill() - one message about a flow
 * @skb: where to
 * @to: for whom
 * @cmd: VR_CMD_FLOW_NEW, or VR_CMD_FLOW_DEL
 * @flow: the flow; attributes that would say their default are left out
 * @end: enum vr_flow_end, VRL_FLOW_NO_END while it lives
 *
 * Return: 0 or -EMSGSIZE.
 */
int vrl_flow_fill(struct sk_buff *skb, const struct vrl_nl_to *to, u8 cmd,
		  const struct vr_flow_info *flow, u32 end);

/*
 * From a request; they refuse for themselves.
 *
 * has_key:   it has an attribute of the key.
 * parse_key: all of the key; ports are 0 by default.
 * match_key: what it says of the key is so of @key.
 * parse:     change @cfg, but for its key, by what is in @attrs, the request's or its reverse's;
 *	      what depends on that and is not given follows.
 * parse_reverse: the other direction of @cfg, which VR_A_FLOW_REVERSE says.
 */
bool vrl_flow_has_key(const struct genl_info *info);
int vrl_flow_parse_key(struct genl_info *info, struct vr_flow_key *key);
int vrl_flow_match_key(struct genl_info *info, const struct vr_flow_key *key);
int vrl_flow_parse(struct genl_info *info, struct nlattr **attrs, struct vr_flow_cfg *cfg);
int vrl_flow_parse_reverse(struct genl_info *info, const struct vr_flow_cfg *cfg,
			   struct vr_flow_cfg *rev);
/* All but the key as it is by default. */
void vrl_flow_defaults(struct vr_flow_cfg *cfg);

#endif /* _VRL_NL_FLOW_H */
