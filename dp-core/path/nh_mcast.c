// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replication: a frame goes to every member but the one that it came from.
 * All but the last get a copy, the last one gets the packet itself.
 */
#include "path/fwd.h"

/**
 * struct mcast - a replication under way
 * @fwd: what the packet knows
 * @pkt: the packet
 * @next: where the packet goes unless another member is found behind it
 */
struct mcast {
	struct vr_fwd *fwd;
	struct vr_pkt *pkt;
	struct vr_vif *next;
};

/* A member goes without: the packet that would have been made for it is counted as such. */
static void mcast_lost(struct mcast *m)
{
	vr_count(&m->fwd->core->stats, VR_CORE_CREATED);
	vr_drop_lost(m->fwd, VR_DROP_MCAST_CLONE_FAIL);
}

/* The agent gets nothing without its header. */
static enum vr_verdict mcast_out(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif)
{
	if (unlikely(vif->type == VR_VIF_AGENT))
		return vr_trap(fwd, pkt, VR_TRAP_NEXTHOP, 0);
	return vr_tx(fwd, pkt, vif);
}

static void mcast_to(struct mcast *m, struct vr_vif *vif)
{
	struct vr_pkt *copy;

	if (m->next) {
		copy = vr_copy(m->fwd, m->pkt);
		if (likely(copy))
			mcast_out(m->fwd, copy, m->next);
		else
			mcast_lost(m);
	}
	m->next = vif;
}

/* Local guests, each by an encap nexthop. */
static void mcast_encap(struct mcast *m, const struct vr_nh_body *nh)
{
	if (nh->type == VR_NH_ENCAP && nh->family == AF_BRIDGE && nh->vif != m->fwd->vif)
		mcast_to(m, nh->vif);
}

static void mcast_encaps(struct mcast *m, const struct vr_nh_body *composite)
{
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < composite->n_arms; i++) {
		nh = rcu_dereference(composite->arms[i].nh->body);
		if (nh)
			mcast_encap(m, nh);
	}
}

static void mcast_tree(struct mcast *m, const struct vr_nh_body *tree)
{
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < tree->n_arms; i++) {
		nh = rcu_dereference(tree->arms[i].nh->body);
		if (!nh)
			continue;
		if (nh->type == VR_NH_COMPOSITE && nh->kind == VR_NH_KIND_ENCAP)
			mcast_encaps(m, nh);
		else
			mcast_encap(m, nh);
	}
}

enum vr_verdict vr_nh_mcast(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh)
{
	struct mcast m = { .fwd = fwd, .pkt = pkt };

	if (unlikely(fwd->routed))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	if (nh->kind == VR_NH_KIND_ENCAP)
		mcast_encaps(&m, nh);
	else
		mcast_tree(&m, nh);
	if (!m.next)
		return vr_drop(fwd, pkt, VR_DROP_CLONED_ORIGINAL);
	return mcast_out(fwd, pkt, m.next);
}
