// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: fat-flow rules of a vif. */

#include <linux/slab.h>

#include "nl_fat.h"

static const struct nla_policy fat_prefix_policy[VR_A_FAT_MAX + 1] = {
	[VR_A_FAT_PREFIX] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[VR_A_FAT_PLEN] = NLA_POLICY_MAX(NLA_U32, 128),
	[VR_A_FAT_AGGREGATE] = NLA_POLICY_MAX(NLA_U32, 128),
};

static const struct nla_policy fat_exclude_policy[VR_A_FAT_MAX + 1] = {
	[VR_A_FAT_PREFIX] = NLA_POLICY_RANGE(NLA_BINARY, 4, 16),
	[VR_A_FAT_PLEN] = NLA_POLICY_MAX(NLA_U32, 128),
};

static const struct nla_policy fat_rule_policy[VR_A_FAT_MAX + 1] = {
	[VR_A_FAT_PROTO] = NLA_POLICY_MAX(NLA_U32, U8_MAX),
	[VR_A_FAT_PORT] = VRL_NL_PORT,
	[VR_A_FAT_IGNORE] = NLA_POLICY_MASK(NLA_U32, VR_FAT_IGNORE_SRC | VR_FAT_IGNORE_DST),
	[VR_A_FAT_SRC] = NLA_POLICY_NESTED(fat_prefix_policy),
	[VR_A_FAT_DST] = NLA_POLICY_NESTED(fat_prefix_policy),
};

const struct nla_policy vrl_nl_fat_policy[VR_A_FAT_MAX + 1] = {
	[VR_A_FAT_RULE] = NLA_POLICY_NESTED(fat_rule_policy),
	[VR_A_FAT_EXCLUDE] = NLA_POLICY_NESTED(fat_exclude_policy),
};

/* --- out --------------------------------------------------------------------- */

#define FAT_PREFIX_SIZE	(nla_total_size(16) + nla_total_size(sizeof(u32)))
#define FAT_SIDE_SIZE	nla_total_size(FAT_PREFIX_SIZE + nla_total_size(sizeof(u32)))
#define FAT_RULE_SIZE	nla_total_size(3 * nla_total_size(sizeof(u32)) + 2 * FAT_SIDE_SIZE)

size_t vrl_nl_fat_size(const struct vr_fat_cfg *fat)
{
	return nla_total_size(fat->n_rules * FAT_RULE_SIZE +
			      fat->n_excludes * nla_total_size(FAT_PREFIX_SIZE));
}

static int fat_put_prefix(struct sk_buff *skb, const struct vr_fat_prefix *prefix)
{
	int len = prefix->family == AF_INET ? 4 : 16;

	if (nla_put(skb, VR_A_FAT_PREFIX, len, prefix->addr))
		return -EMSGSIZE;
	return nla_put_u32(skb, VR_A_FAT_PLEN, prefix->plen);
}

/* One side of a rule, if it has a prefix. */
static int fat_put_side(struct sk_buff *skb, int attr, const struct vr_fat_prefix *prefix)
{
	struct nlattr *side;

	if (!prefix->family)
		return 0;
	side = nla_nest_start(skb, attr);
	if (!side || fat_put_prefix(skb, prefix) ||
	    nla_put_u32(skb, VR_A_FAT_AGGREGATE, prefix->aggregate))
		return -EMSGSIZE;
	nla_nest_end(skb, side);
	return 0;
}

static int fat_put_rule(struct sk_buff *skb, const struct vr_fat_rule *rule)
{
	struct nlattr *nest = nla_nest_start(skb, VR_A_FAT_RULE);

	if (!nest ||
	    nla_put_u32(skb, VR_A_FAT_PROTO, rule->proto) ||
	    nla_put_u32(skb, VR_A_FAT_PORT, rule->port) ||
	    nla_put_u32(skb, VR_A_FAT_IGNORE, rule->ignore) ||
	    fat_put_side(skb, VR_A_FAT_SRC, &rule->src) ||
	    fat_put_side(skb, VR_A_FAT_DST, &rule->dst))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int fat_put_exclude(struct sk_buff *skb, const struct vr_fat_prefix *prefix)
{
	struct nlattr *nest = nla_nest_start(skb, VR_A_FAT_EXCLUDE);

	if (!nest || fat_put_prefix(skb, prefix))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int vrl_nl_fat_put(struct sk_buff *skb, const struct vr_fat_cfg *fat)
{
	struct nlattr *nest;
	u32 i;

	if (!fat->n_rules && !fat->n_excludes)
		return 0;
	nest = nla_nest_start(skb, VR_A_VIF_FAT);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < fat->n_rules; i++)
		if (fat_put_rule(skb, &fat->rules[i]))
			return -EMSGSIZE;
	for (i = 0; i < fat->n_excludes; i++)
		if (fat_put_exclude(skb, &fat->excludes[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* --- in ---------------------------------------------------------------------- */

/* Both policies were obeyed; a nest has one of each, or the last one counts. */
static void fat_attrs(struct nlattr **attrs, const struct nlattr *nest)
{
	struct nlattr *attr;
	int rem;

	memset(attrs, 0, (VR_A_FAT_MAX + 1) * sizeof(*attrs));
	nla_for_each_nested(attr, nest, rem)
		attrs[nla_type(attr)] = attr;
}

/* Address and length of @nest, which is the side of a rule or an excluded prefix. */
static int fat_parse_prefix(struct genl_info *info, const struct nlattr *nest,
			    struct nlattr **attrs, struct vr_fat_prefix *prefix)
{
	const struct nlattr *addr, *plen;

	fat_attrs(attrs, nest);
	addr = attrs[VR_A_FAT_PREFIX];
	plen = attrs[VR_A_FAT_PLEN];
	if (!addr)
		return vrl_nl_missing_in(info, nest, VR_A_FAT_PREFIX,
					 "fat flow: prefix is missing");
	if (!plen)
		return vrl_nl_missing_in(info, nest, VR_A_FAT_PLEN,
					 "fat flow: prefix length is missing");
	if (nla_len(addr) != 4 && nla_len(addr) != 16)
		return vrl_nl_refuse_at(info, -EINVAL, addr,
					"fat flow: a prefix has 4 or 16 bytes");
	if (nla_get_u32(plen) > 8 * nla_len(addr))
		return vrl_nl_refuse_at(info, -EINVAL, plen,
					"fat flow: prefix length is more than the address has bits");
	prefix->family = nla_len(addr) == 4 ? AF_INET : AF_INET6;
	prefix->plen = nla_get_u32(plen);
	memcpy(prefix->addr, nla_data(addr), nla_len(addr));
	return 0;
}

static int fat_parse_side(struct genl_info *info, const struct nlattr *nest,
			  struct vr_fat_prefix *prefix)
{
	struct nlattr *attrs[VR_A_FAT_MAX + 1];
	const struct nlattr *aggregate;
	int ret;

	if (!nest)
		return 0;
	ret = fat_parse_prefix(info, nest, attrs, prefix);
	if (ret)
		return ret;
	aggregate = attrs[VR_A_FAT_AGGREGATE];
	if (!aggregate)
		return vrl_nl_missing_in(info, nest, VR_A_FAT_AGGREGATE,
					 "fat flow: aggregation length is missing");
	if (nla_get_u32(aggregate) > 8 * nla_len(attrs[VR_A_FAT_PREFIX]))
		return vrl_nl_refuse_at(info, -EINVAL, aggregate,
					"fat flow: aggregation is longer than the address");
	prefix->aggregate = nla_get_u32(aggregate);
	return 0;
}

static int fat_parse_rule(struct genl_info *info, const struct nlattr *nest,
			  struct vr_fat_rule *rule)
{
	struct nlattr *attrs[VR_A_FAT_MAX + 1];
	int ret;

	fat_attrs(attrs, nest);
	if (!attrs[VR_A_FAT_PROTO])
		return vrl_nl_missing_in(info, nest, VR_A_FAT_PROTO,
					 "fat-flow rule: protocol is missing");
	rule->proto = nla_get_u32(attrs[VR_A_FAT_PROTO]);
	if (attrs[VR_A_FAT_PORT])
		rule->port = nla_get_u32(attrs[VR_A_FAT_PORT]);
	if (attrs[VR_A_FAT_IGNORE])
		rule->ignore = nla_get_u32(attrs[VR_A_FAT_IGNORE]);
	ret = fat_parse_side(info, attrs[VR_A_FAT_SRC], &rule->src);
	if (!ret)
		ret = fat_parse_side(info, attrs[VR_A_FAT_DST], &rule->dst);
	return ret;
}

static int fat_parse_exclude(struct genl_info *info, const struct nlattr *nest,
			     struct vr_fat_prefix *prefix)
{
	struct nlattr *attrs[VR_A_FAT_MAX + 1];

	return fat_parse_prefix(info, nest, attrs, prefix);
}

static int fat_count(struct genl_info *info, const struct nlattr *nest, struct vr_fat_cfg *fat)
{
	const struct nlattr *attr;
	int rem;

	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == VR_A_FAT_RULE && fat->n_rules++ == VR_FAT_RULES_MAX)
			return vrl_nl_refuse_at(info, -E2BIG, attr,
						"a vif has 256 fat-flow rules at most");
		if (nla_type(attr) == VR_A_FAT_EXCLUDE && fat->n_excludes++ == VR_FAT_EXCLUDES_MAX)
			return vrl_nl_refuse_at(info, -E2BIG, attr,
						"a vif excludes 16 prefixes from fat flows at most");
	}
	return 0;
}

int vrl_nl_fat_parse(struct genl_info *info, struct vr_fat_cfg *fat)
{
	const struct nlattr *nest = info->attrs[VR_A_VIF_FAT], *attr;
	struct vr_fat_prefix *exclude;
	struct vr_fat_rule *rule;
	int ret, rem;

	memset(fat, 0, sizeof(*fat));
	if (!nest)
		return 0;
	ret = fat_count(info, nest, fat);
	if (ret)
		return ret;
	/* One more each: no list is of no bytes. */
	rule = kvcalloc(fat->n_rules + 1, sizeof(*rule), GFP_KERNEL);
	exclude = kvcalloc(fat->n_excludes + 1, sizeof(*exclude), GFP_KERNEL);
	fat->rules = rule;
	fat->excludes = exclude;
	if (!rule || !exclude)
		return vrl_nl_refuse_attr(info, -ENOMEM, 0, "no memory for the fat-flow rules");
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == VR_A_FAT_RULE)
			ret = fat_parse_rule(info, attr, rule++);
		else
			ret = fat_parse_exclude(info, attr, exclude++);
		if (ret)
			return ret;
	}
	return 0;
}

void vrl_nl_fat_free(struct vr_fat_cfg *fat)
{
	kvfree(fat->rules);
	kvfree(fat->excludes);
}
