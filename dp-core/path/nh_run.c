// SPDX-License-Identifier: GPL-2.0-only
/* What a nexthop does: the switch that every look-up ends in. */
#include "path/fwd.h"

#include <vr_host/trace.h>

/* Look on in another VRF. */
static enum vr_verdict nh_translate(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_nh_body *nh)
{
	if (vr_nh_is_bridged(nh) == fwd->routed)
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	fwd->vrf = nh->vrf;
	if (fwd->routed)
		return vr_l3_input(fwd, pkt);
	return vr_l2_forward(fwd, pkt, nh->flags & VR_NH_F_UUC_FLOOD);
}

/* The frame is for the router: Ethernet has done its work. */
static enum vr_verdict nh_l2_receive(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (unlikely(!(fwd->conf->cfg.flags & VR_VIF_F_L3)) && !fwd->tun_family)
		return vr_drop(fwd, pkt, VR_DROP_IF_RX_DISCARD);
	return vr_l3_input(fwd, pkt);
}

/* The agent is to find out where this goes. The underlay need not wait for it. */
static enum vr_verdict nh_resolve(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	struct vr_pkt *copy = vr_is_underlay(fwd) ? vr_copy(fwd, pkt) : NULL;

	if (copy)
		vr_xconnect(fwd, copy);
	return vr_trap(fwd, pkt, VR_TRAP_RESOLVE, 0);
}

static enum vr_verdict nh_composite(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_nh_body *nh)
{
	if (nh->kind == VR_NH_KIND_ECMP)
		return vr_nh_ecmp(fwd, pkt, nh);
	return vr_nh_mcast(fwd, pkt, nh);
}

static enum vr_verdict nh_do(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh *handle,
			     const struct vr_nh_body *nh)
{
	if (unlikely(!fwd->budget--))
		return vr_drop(fwd, pkt, VR_DROP_PKT_LOOP);
	vr_trace_nh(fwd->vif->id, nh->id, nh->type, pkt);

	switch (nh->type) {
	case VR_NH_ENCAP:
		return vr_nh_encap(fwd, pkt, nh);
	case VR_NH_TUNNEL:
		return vr_nh_tunnel(fwd, pkt, handle, nh);
	case VR_NH_L2_RECEIVE:
		return nh_l2_receive(fwd, pkt);
	case VR_NH_COMPOSITE:
		return nh_composite(fwd, pkt, nh);
	case VR_NH_RECEIVE:
		return vr_nh_receive(fwd, pkt, nh);
	case VR_NH_VRF_TRANSLATE:
		return nh_translate(fwd, pkt, nh);
	case VR_NH_RESOLVE:
		return nh_resolve(fwd, pkt);
	case VR_NH_DISCARD:
		return vr_drop(fwd, pkt, VR_DROP_DISCARD);
	default:
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	}
}

enum vr_verdict vr_nh_do(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh *handle)
{
	const struct vr_nh_body *nh = rcu_dereference(handle->body);

	if (unlikely(!nh))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	return nh_do(fwd, pkt, handle, nh);
}

/* The port behind the nexthop, if there is one, asks for a flow: its nexthop is the key. */
static enum vr_verdict nh_apply_flow(struct vr_fwd *fwd, struct vr_pkt *pkt,
				     const struct vr_nh *handle, const struct vr_nh_body *nh)
{
	const struct vr_vif_conf *conf;
	u32 key_nh = nh->id;

	if (nh->type == VR_NH_ENCAP || nh->type == VR_NH_RECEIVE) {
		conf = rcu_dereference(nh->vif->conf);
		if (unlikely(!conf))
			return vr_drop(fwd, pkt, VR_DROP_INVALID_IF);
		key_nh = conf->cfg.nh;
	}
	return vr_flow_apply(fwd, pkt, VR_FLOW_AT_NH, key_nh, handle,
			     nh->flags & VR_NH_F_POLICY);
}

/*
 * What came out of a tunnel by a port's own label was shown to nobody who knows neighbour discovery
 * from other IPv6.
 */
static bool nh_wants_flow(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	if (fwd->routed)
		return true;
	if (!vr_l2_has_flow(fwd, pkt))
		return false;
	return !fwd->tun_family || fwd->l2.proto != htons(ETH_P_IPV6) || !vr_l2_is_nd(fwd, pkt);
}

enum vr_verdict vr_nh_run(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh *handle)
{
	const struct vr_nh_body *nh = rcu_dereference(handle->body);

	if (unlikely(!nh))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	if (unlikely(nh->flags & (VR_NH_F_POLICY | VR_NH_F_FLOW_LOOKUP)) && !fwd->flow_done &&
	    nh_wants_flow(fwd, pkt))
		return nh_apply_flow(fwd, pkt, handle, nh);
	return nh_do(fwd, pkt, handle, nh);
}
