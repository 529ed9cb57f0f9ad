// SPDX-License-Identifier: GPL-2.0-only
/* What is refused as a nexthop, and in which words. */
#include "obj/nexthop_parts.h"

#include <vr/cfg/vif.h>

#include "obj/vif.h"
#include "obj/vrf.h"

/** struct nh_rule - which fields a type has */
struct nh_rule {
	bool offered;
	bool takes_oif;
	bool needs_oif;
	bool takes_macs;
	bool needs_family;
	u32 flags;
};

/* Where packets are still what a flow is about, and go on to somebody. */
#define NH_F_FLOW	(VR_NH_F_POLICY | VR_NH_F_FLOW_LOOKUP)
#define NH_F_UDP	(VR_NH_F_UDP_CSUM | VR_NH_F_UDP6_ZERO_CSUM)

static const struct nh_rule nh_rules[] = {
	[VR_NH_RECEIVE] = {
		.offered = true, .takes_oif = true, .needs_oif = true, .flags = NH_F_FLOW,
	},
	[VR_NH_ENCAP] = {
		.offered = true, .takes_oif = true, .needs_oif = true, .takes_macs = true,
		.needs_family = true,
		.flags = VR_NH_F_MCAST | VR_NH_F_CONTROL_WORD | NH_F_FLOW,
	},
	[VR_NH_TUNNEL] = {
		.offered = true, .takes_oif = true, .takes_macs = true,
		.flags = VR_NH_F_CONTROL_WORD | VR_NH_F_L3_VXLAN | VR_NH_F_RESOLVE | NH_F_UDP |
			 NH_F_FLOW,
	},
	[VR_NH_RESOLVE] = { .offered = true, .takes_oif = true },
	[VR_NH_DISCARD] = { .offered = true },
	[VR_NH_COMPOSITE] = {
		.offered = true,
		.flags = VR_NH_F_CONTROL_WORD | VR_NH_F_ECMP_KEEP_LABEL | VR_NH_F_VALIDATE_MCAST |
			 NH_F_FLOW,
	},
	[VR_NH_VRF_TRANSLATE] = {
		.offered = true, .needs_family = true,
		.flags = VR_NH_F_UUC_FLOOD | VR_NH_F_CONTROL_WORD | NH_F_FLOW,
	},
	[VR_NH_L2_RECEIVE] = { .offered = true },
};

static int check_family(const struct vr_nh_cfg *cfg, const struct nh_rule *rule,
			struct vr_err *err)
{
	switch (cfg->family) {
	case AF_INET:
	case AF_INET6:
	case AF_BRIDGE:
		return 0;
	case 0:
		if (!rule->needs_family)
			return 0;
		return vr_refuse(err, -EINVAL, VR_A_NH_FAMILY,
				 "this nexthop type needs a family");
	default:
		return vr_refuse(err, -EAFNOSUPPORT, VR_A_NH_FAMILY,
				 "nexthop family is not inet, inet6 or bridge");
	}
}

static int check_flags(const struct vr_nh_cfg *cfg, const struct nh_rule *rule,
		       struct vr_err *err)
{
	u32 more = cfg->flags & ~rule->flags;

	if (cfg->flags & ~(u32)VR_NH_F_ALL)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS, "unknown nexthop flag");
	if (more & VR_NH_F_POLICY)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "this nexthop type has no policy: no flow is looked up there");
	if (more & VR_NH_F_FLOW_LOOKUP)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "this nexthop type has no flow-lookup: packets end there");
	if (more)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "this nexthop type does not have that flag");
	if ((cfg->flags & VR_NH_F_CONTROL_WORD) && cfg->type != VR_NH_TUNNEL &&
	    cfg->family != AF_BRIDGE)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "a control word stands before frames only: family is not bridge");
	return 0;
}

static bool has_bytes(const void *p, size_t len)
{
	const u8 *byte = p;

	while (len--)
		if (*byte++)
			return true;
	return false;
}

/* Fields that only some types have. */
static int check_absent(const struct vr_nh_cfg *cfg, const struct nh_rule *rule,
			struct vr_err *err)
{
	if (!rule->takes_oif && cfg->oif != VR_VIF_ID_NONE)
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF, "this nexthop type has no oif");
	if (!rule->takes_macs && !is_zero_ether_addr(cfg->dmac))
		return vr_refuse(err, -EINVAL, VR_A_NH_DMAC,
				 "this nexthop type has no destination MAC");
	if (!rule->takes_macs && !is_zero_ether_addr(cfg->smac))
		return vr_refuse(err, -EINVAL, VR_A_NH_SMAC,
				 "this nexthop type has no source MAC");
	if (cfg->type != VR_NH_COMPOSITE) {
		if (cfg->kind)
			return vr_refuse(err, -EINVAL, VR_A_NH_KIND,
					 "only a composite nexthop has a kind");
		if (cfg->n_members)
			return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
					 "only a composite nexthop has members");
		if (cfg->hash)
			return vr_refuse(err, -EINVAL, VR_A_NH_HASH,
					 "only a composite nexthop has hash fields");
	}
	if (cfg->type != VR_NH_TUNNEL) {
		if (cfg->encap)
			return vr_refuse(err, -EINVAL, VR_A_NH_ENCAP,
					 "only a tunnel has an encapsulation");
		if (cfg->tun_family || has_bytes(cfg->sip, sizeof(cfg->sip)))
			return vr_refuse(err, -EINVAL, VR_A_NH_SIP,
					 "only a tunnel has a source address");
		if (has_bytes(cfg->dip, sizeof(cfg->dip)))
			return vr_refuse(err, -EINVAL, VR_A_NH_DIP,
					 "only a tunnel has a destination address");
		if (!is_zero_ether_addr(cfg->inner_dmac))
			return vr_refuse(err, -EINVAL, VR_A_NH_INNER_DMAC,
					 "only a tunnel has an inner destination MAC");
		if (!is_zero_ether_addr(cfg->inner_smac))
			return vr_refuse(err, -EINVAL, VR_A_NH_INNER_SMAC,
					 "only a tunnel has an inner source MAC");
	}
	return 0;
}

static int check_encap(const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	if (is_zero_ether_addr(cfg->dmac) && !(cfg->flags & VR_NH_F_MCAST))
		return vr_refuse(err, -EINVAL, VR_A_NH_DMAC, "destination MAC is zero");
	if (!is_valid_ether_addr(cfg->smac))
		return vr_refuse(err, -EINVAL, VR_A_NH_SMAC,
				 "source MAC is zero or a group address");
	return 0;
}

/* --- tunnels --- */

static bool is_udp(const struct vr_nh_cfg *cfg)
{
	return cfg->encap == VR_ENCAP_VXLAN || cfg->encap == VR_ENCAP_MPLS_UDP;
}

static bool addr_is_zero(u32 family, const __be32 *addr)
{
	if (family == AF_INET)
		return !addr[0];
	return ipv6_addr_any((const struct in6_addr *)addr);
}

static bool addr_is_group(u32 family, const __be32 *addr)
{
	if (family == AF_INET)
		return ipv4_is_multicast(addr[0]) || ipv4_is_lbcast(addr[0]);
	return ipv6_addr_is_multicast((const struct in6_addr *)addr);
}

static int check_tunnel_ends(const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	size_t len = cfg->tun_family == AF_INET ? sizeof(cfg->dip[0]) : sizeof(cfg->dip);

	if (!cfg->tun_family)
		return vr_refuse(err, -EINVAL, VR_A_NH_SIP, "tunnel: addresses are missing");
	if (cfg->tun_family != AF_INET && cfg->tun_family != AF_INET6)
		return vr_refuse(err, -EAFNOSUPPORT, VR_A_NH_SIP,
				 "tunnel: addresses are neither IPv4 nor IPv6");
	if (cfg->family && cfg->family != cfg->tun_family)
		return vr_refuse(err, -EINVAL, VR_A_NH_FAMILY,
				 "tunnel: family, if given, is that of its addresses");
	if (addr_is_zero(cfg->tun_family, cfg->sip))
		return vr_refuse(err, -EINVAL, VR_A_NH_SIP, "tunnel: source address is zero");
	if (addr_is_group(cfg->tun_family, cfg->sip))
		return vr_refuse(err, -EINVAL, VR_A_NH_SIP,
				 "tunnel: source is a group or broadcast address");
	if (addr_is_zero(cfg->tun_family, cfg->dip))
		return vr_refuse(err, -EINVAL, VR_A_NH_DIP,
				 "tunnel: destination address is zero");
	if (addr_is_group(cfg->tun_family, cfg->dip))
		return vr_refuse(err, -EINVAL, VR_A_NH_DIP,
				 "tunnel: destination is a group or broadcast address");
	if (!memcmp(cfg->sip, cfg->dip, len))
		return vr_refuse(err, -EINVAL, VR_A_NH_DIP,
				 "tunnel: it leads to where it begins: both addresses are the same");
	return 0;
}

static int check_tunnel_flags(const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	if ((cfg->flags & VR_NH_F_CONTROL_WORD) && cfg->encap == VR_ENCAP_VXLAN)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "only MPLS tunnels have a control word");
	if ((cfg->flags & VR_NH_F_L3_VXLAN) && cfg->encap != VR_ENCAP_VXLAN)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS, "l3-vxlan is for VXLAN tunnels");
	if ((cfg->flags & NH_F_UDP) && !is_udp(cfg))
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "GRE tunnels have no UDP checksum");
	if ((cfg->flags & VR_NH_F_UDP_CSUM) && cfg->tun_family != AF_INET)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "udp-csum is for IPv4: over IPv6 there is a checksum anyway");
	if ((cfg->flags & VR_NH_F_UDP6_ZERO_CSUM) && cfg->tun_family != AF_INET6)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "udp6-zero-csum is for IPv6: over IPv4 there is no checksum anyway");
	return 0;
}

/* Where it goes: by a vif and to a MAC, or the host knows. */
static int check_tunnel_way(const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	if (cfg->flags & VR_NH_F_RESOLVE) {
		if (cfg->oif != VR_VIF_ID_NONE)
			return vr_refuse(err, -EINVAL, VR_A_NH_OIF,
					 "a tunnel that is resolved has no oif: the host finds it");
		if (!is_zero_ether_addr(cfg->dmac))
			return vr_refuse(err, -EINVAL, VR_A_NH_DMAC,
					 "a tunnel that is resolved has no outer destination MAC");
		if (!is_zero_ether_addr(cfg->smac))
			return vr_refuse(err, -EINVAL, VR_A_NH_SMAC,
					 "a tunnel that is resolved has no outer source MAC");
		return 0;
	}
	if (cfg->oif == VR_VIF_ID_NONE)
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF,
				 "tunnel: oif is missing, or flag resolve");
	if (!is_valid_ether_addr(cfg->dmac))
		return vr_refuse(err, -EINVAL, VR_A_NH_DMAC,
				 "tunnel: outer destination MAC is zero or a group address");
	if (!is_valid_ether_addr(cfg->smac))
		return vr_refuse(err, -EINVAL, VR_A_NH_SMAC,
				 "tunnel: outer source MAC is zero or a group address");
	return 0;
}

static int check_tunnel_inner(const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	bool has_smac = !is_zero_ether_addr(cfg->inner_smac);

	if (!(cfg->flags & VR_NH_F_L3_VXLAN)) {
		if (!is_zero_ether_addr(cfg->inner_dmac))
			return vr_refuse(err, -EINVAL, VR_A_NH_INNER_DMAC,
					 "an inner destination MAC is for flag l3-vxlan only");
		if (has_smac)
			return vr_refuse(err, -EINVAL, VR_A_NH_INNER_SMAC,
					 "an inner source MAC is for flag l3-vxlan only");
		return 0;
	}
	if (!is_valid_ether_addr(cfg->inner_dmac))
		return vr_refuse(err, -EINVAL, VR_A_NH_INNER_DMAC,
				 "l3-vxlan: inner destination MAC is missing or a group address");
	if (has_smac && !is_valid_ether_addr(cfg->inner_smac))
		return vr_refuse(err, -EINVAL, VR_A_NH_INNER_SMAC,
				 "l3-vxlan: inner source MAC is a group address");
	if (!has_smac && (cfg->flags & VR_NH_F_RESOLVE))
		return vr_refuse(err, -EINVAL, VR_A_NH_INNER_SMAC,
				 "l3-vxlan: inner source MAC is missing, and there is no outer one to take");
	return 0;
}

static int check_tunnel(const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	int ret;

	if (!cfg->encap)
		return vr_refuse(err, -EINVAL, VR_A_NH_ENCAP, "tunnel: encapsulation is missing");
	if (cfg->encap >= VR_ENCAP_MAX)
		return vr_refuse(err, -EINVAL, VR_A_NH_ENCAP, "tunnel: unknown encapsulation");
	ret = check_tunnel_ends(cfg, err);
	if (!ret)
		ret = check_tunnel_flags(cfg, err);
	if (!ret)
		ret = check_tunnel_way(cfg, err);
	if (!ret)
		ret = check_tunnel_inner(cfg, err);
	return ret;
}

/* --- composites --- */

static bool is_frame_encap(const struct vr_nh_body *nh)
{
	return nh->type == VR_NH_ENCAP && vr_nh_is_bridged(nh);
}

static bool is_vxlan(const struct vr_nh_body *nh)
{
	return nh->tunnel && nh->tunnel->tmpl.encap == VR_ENCAP_VXLAN;
}

static bool is_mpls(const struct vr_nh_body *nh)
{
	return nh->tunnel && nh->tunnel->tmpl.encap != VR_ENCAP_VXLAN;
}

/* What an l2-mcast composite may hold besides encap nexthops. */
static bool is_tree_part(const struct vr_nh_body *nh)
{
	return nh->type == VR_NH_COMPOSITE && nh->kind != VR_NH_KIND_L2_MCAST &&
	       nh->kind != VR_NH_KIND_ECMP;
}

/* Why @nh is no member of a composite of @kind; NULL: it may be one. */
static const char *member_refusal(u32 kind, const struct vr_nh_body *nh)
{
	switch (kind) {
	case VR_NH_KIND_L2_MCAST:
		return is_frame_encap(nh) || is_tree_part(nh) ? NULL :
		       "l2-mcast holds bridge encaps and encap, fabric, evpn or tor composites";
	case VR_NH_KIND_ENCAP:
		return is_frame_encap(nh) ? NULL :
		       "an encap composite holds encap nexthops of family bridge";
	case VR_NH_KIND_FABRIC:
		return is_mpls(nh) ? NULL : "a fabric composite holds MPLS tunnels";
	case VR_NH_KIND_EVPN:
		return nh->tunnel ? NULL : "an evpn composite holds tunnels";
	case VR_NH_KIND_TOR:
		return is_vxlan(nh) ? NULL : "a tor composite holds VXLAN tunnels";
	default:
		return nh->type != VR_NH_COMPOSITE ? NULL : "an ecmp composite holds no composites";
	}
}

static int check_member(struct vr_core *core, const struct vr_nh_cfg *cfg,
			const struct vr_nh_member *member, struct vr_err *err)
{
	const struct vr_nh_body *body;
	const char *refusal;
	struct vr_nh *nh;

	if (member->nh == cfg->id)
		return vr_refuse(err, -ELOOP, VR_A_NH_MEMBERS, "a composite cannot hold itself");
	nh = vr_nh_find(core, member->nh);
	if (!nh)
		return vr_refuse(err, -ENOENT, VR_A_NH_MEMBERS, "member nexthop does not exist");
	body = vr_nh_body_held(nh);
	refusal = member_refusal(cfg->kind, body);
	if (refusal)
		return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS, refusal);
	if ((body->flags & VR_NH_F_L3_VXLAN) && cfg->kind != VR_NH_KIND_ECMP)
		return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
				 "member is a tunnel of routed packets (l3-vxlan): no frame goes in");
	if (member->label == VR_LABEL_NONE)
		return 0;
	if (member->label > VR_LABEL_MAX)
		return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
				 "member's label is above 24 bits");
	if (member->label > VR_MPLS_LABEL_MAX && is_mpls(body))
		return vr_refuse(err, -EINVAL, VR_A_NH_MEMBERS,
				 "member is an MPLS tunnel, and its label above 20 bits");
	return 0;
}

static int check_composite(struct vr_core *core, const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	bool ecmp = cfg->kind == VR_NH_KIND_ECMP;
	int ret = 0;
	u32 i;

	if (!cfg->kind || cfg->kind > VR_NH_KIND_ECMP)
		return vr_refuse(err, -EINVAL, VR_A_NH_KIND, "kind of composite is not offered");
	if ((cfg->flags & VR_NH_F_ECMP_KEEP_LABEL) && !ecmp)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "keeping the label is for ecmp composites");
	if ((cfg->flags & VR_NH_F_VALIDATE_MCAST) && cfg->kind != VR_NH_KIND_L2_MCAST)
		return vr_refuse(err, -EINVAL, VR_A_NH_FLAGS,
				 "validation of the source is for l2-mcast composites");
	if (cfg->hash && !ecmp)
		return vr_refuse(err, -EINVAL, VR_A_NH_HASH,
				 "hash fields are for ecmp composites");
	if (cfg->hash & ~(u32)VR_HASH_ALL)
		return vr_refuse(err, -EINVAL, VR_A_NH_HASH, "unknown hash field");
	if (cfg->n_members > VR_NH_MEMBERS_MAX)
		return vr_refuse(err, -E2BIG, VR_A_NH_MEMBERS, "too many members");
	if (cfg->n_members > VR_NH_ECMP_MAX && ecmp)
		return vr_refuse(err, -E2BIG, VR_A_NH_MEMBERS,
				 "an ecmp composite has 128 members at most");
	for (i = 0; i < cfg->n_members && !ret; i++)
		ret = check_member(core, cfg, &cfg->members[i], err);
	return ret;
}

/* --- what it points at --- */

/* The host's stack is behind a vhost vif, or behind the agent. */
static bool is_host(const struct vr_vif *vif)
{
	return vif->type == VR_VIF_HOST || vif->type == VR_VIF_AGENT;
}

static int check_oif(struct vr_core *core, const struct vr_nh_cfg *cfg,
		     const struct nh_rule *rule, struct vr_err *err)
{
	const struct vr_vif *vif;

	if (cfg->oif == VR_VIF_ID_NONE) {
		if (!rule->needs_oif)
			return 0;
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF, "this nexthop type needs an oif");
	}
	vif = vr_vif_handle(core, cfg->oif);
	if (!vif)
		return vr_refuse(err, -ENOENT, VR_A_NH_OIF, "nexthop: oif does not exist");
	if (cfg->type == VR_NH_RECEIVE && !is_host(vif))
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF,
				 "oif of a receive nexthop is no vhost vif");
	if (cfg->type == VR_NH_TUNNEL && vif->type == VR_VIF_AGENT)
		return vr_refuse(err, -EINVAL, VR_A_NH_OIF,
				 "oif of a tunnel is the agent's vif: no tunnel leads there");
	return 0;
}

int vr_nh_check(struct vr_core *core, const struct vr_nh_cfg *cfg, struct vr_err *err)
{
	const struct nh_rule *rule;
	int ret;

	if (cfg->type >= ARRAY_SIZE(nh_rules) || !nh_rules[cfg->type].offered)
		return vr_refuse(err, -EINVAL, VR_A_NH_TYPE, "nexthop type is not offered");
	rule = &nh_rules[cfg->type];

	ret = check_family(cfg, rule, err);
	if (!ret)
		ret = check_flags(cfg, rule, err);
	if (!ret)
		ret = check_absent(cfg, rule, err);
	if (!ret && cfg->type == VR_NH_ENCAP)
		ret = check_encap(cfg, err);
	if (!ret && cfg->type == VR_NH_TUNNEL)
		ret = check_tunnel(cfg, err);
	if (!ret && cfg->type == VR_NH_COMPOSITE)
		ret = check_composite(core, cfg, err);
	if (!ret)
		ret = check_oif(core, cfg, rule, err);
	if (ret)
		return ret;
	if (!vr_vrf_find(core, cfg->vrf))
		return vr_refuse(err, -ENOENT, VR_A_NH_VRF, "nexthop: VRF does not exist");
	return 0;
}
