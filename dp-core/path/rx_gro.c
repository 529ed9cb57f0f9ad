// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP segments come out of a tunnel one MTU at a time, for no socket claims our
 * ports and so no device merges them. The host does, between the tunnel's end
 * and the nexthop: here they go, and here they come back.
 */
#include "path/fwd.h"

#include <vr/core.h>
#include <vr_host/gro.h>

#include "obj/demux.h"

#define IP4_NO_OPTIONS	0x45
#define IP4_FRAGMENT	0x3fff		/* more fragments, or an offset */

/* --- there --- */

/*
 * TCP right behind a plain IP header. All of it: GSO packets, SYNs and bare acknowledgements
 * too, or they would overtake the data in front of them.
 */
static bool gro_is_tcp(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	const struct iphdr *ip;

	/* It was found good: so the fixed header is linear. */
	if (!fwd->l3_checked)
		return false;
	if (fwd->l2.proto != htons(ETH_P_IP))
		return vr_ip6_at(pkt, fwd->l2.l3_off)->nexthdr == IPPROTO_TCP;
	ip = vr_ip4_at(pkt, fwd->l2.l3_off);
	return ip->protocol == IPPROTO_TCP && *(const u8 *)ip == IP4_NO_OPTIONS &&
	       !(ip->frag_off & htons(IP4_FRAGMENT));
}

bool vr_gro(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 label)
{
	struct vr_gro gro = {
		.label = label,
		.birth = READ_ONCE(fwd->vif->birth),
		.vif = fwd->vif->id,
		.tun_family = fwd->tun_family,
		.tun_encap = fwd->tun_encap,
		.budget = fwd->budget,
		.routed = fwd->routed,
	};

	if (!gro_is_tcp(fwd, pkt) || !vr_conf(fwd->core, VR_CONF_GRO))
		return false;
	memcpy(gro.tun_src, fwd->tun_src, sizeof(gro.tun_src));
	if (!vr_gro_take(fwd->core, pkt, fwd->l2.l3_off, &gro))
		return false;
	vr_count(&fwd->core->stats, VR_CORE_GRO_IN);
	return true;
}

/* --- and back --- */

void vr_gro_merged(struct vr_core *core, unsigned int n)
{
	vr_count_add(&core->stats, VR_CORE_GRO_OUT, n);
	vr_count_add(&core->stats, VR_CORE_CONSUMED, n);
}

void vr_gro_lost(struct vr_core *core)
{
	struct vr_fwd fwd = { .core = core };

	vr_count(&core->stats, VR_CORE_GRO_OUT);
	vr_drop_lost(&fwd, VR_DROP_PCOW_FAIL);
}

/* Does the nexthop still lead on what came out of the tunnel then: a frame, or an IP packet? */
static bool gro_is_for(const struct vr_fwd *fwd, const struct vr_nh_body *nh)
{
	bool ether = fwd->tun_encap == VR_ENCAP_VXLAN || vr_nh_is_bridged(nh);

	if (nh->type == VR_NH_COMPOSITE && nh->kind != VR_NH_KIND_ECMP)
		return false;
	return ether != fwd->routed;
}

static enum vr_verdict gro_go_on(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 label)
{
	bool vxlan = fwd->tun_encap == VR_ENCAP_VXLAN;
	const struct vr_nh_body *nh;
	const struct vr_nh *handle;

	if (unlikely(!fwd->vif))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_IF);
	handle = vr_demux_find_rcu(fwd->core, vxlan ? VR_DEMUX_VXLAN : VR_DEMUX_MPLS, label);
	if (unlikely(!handle))
		return vr_drop(fwd, pkt, vxlan ? VR_DROP_INVALID_VNID : VR_DROP_INVALID_LABEL);
	nh = rcu_dereference(handle->body);
	if (unlikely(!nh || !gro_is_for(fwd, nh)))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	fwd->vrf = nh->vrf;
	vr_parse_l2(pkt, &fwd->l2);
	vr_pkt_set_headers(pkt, fwd->l2.l3_off, fwd->l2.proto);
	return vr_nh_run(fwd, pkt, handle);
}

enum vr_verdict vr_gro_rx(struct vr_core *core, const struct vr_gro *gro, struct vr_pkt *pkt)
{
	struct vr_fwd fwd = {
		.core = core,
		.label = VR_LABEL_NONE,
		.tun_family = gro->tun_family,
		.tun_encap = gro->tun_encap,
		.budget = gro->budget,
		.routed = gro->routed,
		.l3_checked = true,
	};
	enum vr_verdict verdict;

	vr_count(&core->stats, VR_CORE_GRO_OUT);
	memcpy(fwd.tun_src, gro->tun_src, sizeof(fwd.tun_src));
	rcu_read_lock();
	vr_fwd_find_vif(&fwd, gro->vif, gro->birth);
	verdict = gro_go_on(&fwd, pkt, gro->label);
	rcu_read_unlock();
	return verdict;
}
