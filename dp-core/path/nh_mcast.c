// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replication: a frame goes to every member that is to have it but the one that
 * it came from. All but the last get a copy, the last one gets the packet itself.
 *
 * Members come in kinds, and who sent the frame decides which kinds get it, so
 * that nobody has it twice:
 *
 *	from		  encap	fabric	evpn	tor
 *	a guest		  yes	yes	yes	yes
 *	another hypervisor  yes	-	-	yes	it has sent to all of its kind
 *	the tree	  yes	yes	-	yes	and we pass it on in the tree
 *	a switch	  yes	yes	yes	yes	it knows us alone
 */
#include "path/mcast.h"

#include "pkt/nd.h"

/** enum mcast_from - who sent it */
enum mcast_from {
	MCAST_FROM_GUEST,	/* or host or agent: it came by no tunnel */
	MCAST_FROM_EVPN,	/* also who is no member where that is not asked for */
	MCAST_FROM_TREE,
	MCAST_FROM_TOR,
	MCAST_FROM_NOBODY,	/* no member */
};

#define TAKES_ENCAP	BIT(VR_NH_KIND_ENCAP)
#define TAKES_FABRIC	BIT(VR_NH_KIND_FABRIC)
#define TAKES_EVPN	BIT(VR_NH_KIND_EVPN)
#define TAKES_TOR	BIT(VR_NH_KIND_TOR)

static const u8 mcast_takes[] = {
	[MCAST_FROM_GUEST] = TAKES_ENCAP | TAKES_FABRIC | TAKES_EVPN | TAKES_TOR,
	[MCAST_FROM_EVPN] = TAKES_ENCAP | TAKES_TOR,
	[MCAST_FROM_TREE] = TAKES_ENCAP | TAKES_FABRIC | TAKES_TOR,
	[MCAST_FROM_TOR] = TAKES_ENCAP | TAKES_FABRIC | TAKES_EVPN | TAKES_TOR,
	[MCAST_FROM_NOBODY] = 0,
};

/* --- copies --- */

/* A member goes without: the packet that would have been made for it is counted as such. */
static void mcast_lost(struct vr_mcast *m)
{
	vr_count(&m->fwd->core->stats, VR_CORE_CREATED);
	vr_drop_lost(m->fwd, VR_DROP_MCAST_CLONE_FAIL);
}

/* The agent gets nothing without its header. */
static enum vr_verdict mcast_out_vif(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_vif *vif)
{
	if (unlikely(vif->type == VR_VIF_AGENT))
		return vr_trap(fwd, pkt, VR_TRAP_NEXTHOP, 0);
	return vr_tx(fwd, pkt, vif);
}

/* What one copy comes to know is not the others'. */
static enum vr_verdict mcast_out(struct vr_fwd *fwd, struct vr_pkt *pkt,
				 const struct vr_mcast_way *way)
{
	struct vr_fwd own;

	if (way->nh->type == VR_NH_ENCAP)
		return mcast_out_vif(fwd, pkt, way->nh->vif);
	own = *fwd;
	own.label = way->label;
	own.flooded = true;
	if (way->nh->type == VR_NH_COMPOSITE)
		return vr_mcast_tree(&own, pkt, way->nh);
	return vr_nh_do(&own, pkt, way->handle);
}

void vr_mcast_to(struct vr_mcast *m, const struct vr_mcast_way *way)
{
	struct vr_pkt *copy;

	if (m->next.nh) {
		copy = vr_copy(m->fwd, m->pkt);
		if (likely(copy))
			mcast_out(m->fwd, copy, &m->next);
		else
			mcast_lost(m);
	}
	m->next = *way;
}

enum vr_verdict vr_mcast_end(struct vr_mcast *m)
{
	if (!m->next.nh)
		return vr_drop(m->fwd, m->pkt, VR_DROP_CLONED_ORIGINAL);
	return mcast_out(m->fwd, m->pkt, &m->next);
}

/* --- members --- */

static bool mcast_is_vxlan(const struct vr_nh_body *nh)
{
	return nh->tunnel->tmpl.encap == VR_ENCAP_VXLAN;
}

/* A nexthop may have become something else since it was made a member. */
static bool mcast_fits(u32 kind, const struct vr_nh_body *nh)
{
	switch (kind) {
	case VR_NH_KIND_ENCAP:
		return nh->type == VR_NH_ENCAP && vr_nh_is_bridged(nh);
	case VR_NH_KIND_FABRIC:
		return nh->type == VR_NH_TUNNEL && !mcast_is_vxlan(nh);
	case VR_NH_KIND_EVPN:
		return nh->type == VR_NH_TUNNEL;
	case VR_NH_KIND_TOR:
		return nh->type == VR_NH_TUNNEL && mcast_is_vxlan(nh);
	default:
		return false;
	}
}

bool vr_mcast_reaches(const struct vr_fwd *fwd, u32 kind, const struct vr_nh_body *nh)
{
	if (!mcast_fits(kind, nh))
		return false;
	return kind == VR_NH_KIND_ENCAP ? nh->vif != fwd->vif : !vr_came_by(fwd, nh->tunnel);
}

void vr_mcast_arm(struct vr_mcast *m, u32 kind, const struct vr_nh_arm *arm, u32 label)
{
	struct vr_mcast_way way = {
		.handle = arm->nh,
		.nh = rcu_dereference(arm->nh->body),
		.label = arm->label != VR_LABEL_NONE ? arm->label : label,
	};

	if (way.nh && vr_mcast_reaches(m->fwd, kind, way.nh))
		vr_mcast_to(m, &way);
}

/* One copy for all of a tree, if anybody is there: it is changed before it is copied on. */
static void mcast_fabric(struct vr_mcast *m, const struct vr_nh_body *tree)
{
	struct vr_mcast_way way = { .nh = tree, .label = m->fwd->label };
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < tree->n_arms; i++) {
		nh = rcu_dereference(tree->arms[i].nh->body);
		if (!nh || !vr_mcast_reaches(m->fwd, VR_NH_KIND_FABRIC, nh))
			continue;
		vr_mcast_to(m, &way);
		return;
	}
}

static void mcast_composite(struct vr_mcast *m, const struct vr_nh_body *composite)
{
	u32 i;

	if (composite->kind == VR_NH_KIND_FABRIC) {
		mcast_fabric(m, composite);
		return;
	}
	for (i = 0; i < composite->n_arms; i++)
		vr_mcast_arm(m, composite->kind, &composite->arms[i], m->fwd->label);
}

/* @takes: bits of the kinds that get the frame. */
static void mcast_parts(struct vr_mcast *m, const struct vr_nh_body *all, u8 takes)
{
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < all->n_arms; i++) {
		nh = rcu_dereference(all->arms[i].nh->body);
		if (!nh)
			continue;
		if (nh->type == VR_NH_COMPOSITE && (takes & BIT(nh->kind)))
			mcast_composite(m, nh);
		else if (nh->type != VR_NH_COMPOSITE && (takes & TAKES_ENCAP))
			vr_mcast_arm(m, VR_NH_KIND_ENCAP, &all->arms[i], m->fwd->label);
	}
}

/* --- who sent it --- */

static bool mcast_has_sender(const struct vr_fwd *fwd, const struct vr_nh_body *composite)
{
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < composite->n_arms; i++) {
		nh = rcu_dereference(composite->arms[i].nh->body);
		if (nh && mcast_fits(composite->kind, nh) && vr_came_by(fwd, nh->tunnel))
			return true;
	}
	return false;
}

/* Is the sender in a part of @all that is of @kind? */
static bool mcast_sender_in(const struct vr_fwd *fwd, const struct vr_nh_body *all, u32 kind)
{
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < all->n_arms; i++) {
		nh = rcu_dereference(all->arms[i].nh->body);
		if (nh && nh->type == VR_NH_COMPOSITE && nh->kind == kind &&
		    mcast_has_sender(fwd, nh))
			return true;
	}
	return false;
}

bool vr_mcast_from_tree(const struct vr_fwd *fwd, const struct vr_nh_body *nh)
{
	return fwd->tun_encap != VR_ENCAP_VXLAN && mcast_sender_in(fwd, nh, VR_NH_KIND_FABRIC);
}

bool vr_mcast_from_tor(const struct vr_fwd *fwd, const struct vr_nh_body *nh)
{
	return fwd->tun_encap == VR_ENCAP_VXLAN && mcast_sender_in(fwd, nh, VR_NH_KIND_TOR);
}

/*
 * Trees and switches are few: who is neither is another hypervisor, of which there are many,
 * and looked for among them only where that is asked for.
 */
static enum mcast_from mcast_who(const struct vr_fwd *fwd, const struct vr_nh_body *nh)
{
	if (likely(!fwd->tun_family))
		return MCAST_FROM_GUEST;
	if (vr_mcast_from_tree(fwd, nh))
		return MCAST_FROM_TREE;
	if (vr_mcast_from_tor(fwd, nh))
		return MCAST_FROM_TOR;
	if (!(nh->flags & VR_NH_F_VALIDATE_MCAST) || mcast_sender_in(fwd, nh, VR_NH_KIND_EVPN))
		return MCAST_FROM_EVPN;
	return MCAST_FROM_NOBODY;
}

/* --- what came out of a tunnel --- */

/* Flooded by who knows no better, to a guest that is here: no one else need have it. */
static const struct vr_bridge *mcast_known(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	const u8 *dmac = vr_eth(pkt)->h_dest;
	const struct vr_nh_body *nh;
	const struct vr_bridge *br;

	if (likely(is_multicast_ether_addr(dmac)))
		return NULL;
	br = vr_bridge_find_rcu(&fwd->core->bridges, fwd->vrf, dmac);
	nh = br ? rcu_dereference(br->nh->body) : NULL;
	return nh && mcast_fits(VR_NH_KIND_ENCAP, nh) ? br : NULL;
}

/* Every hypervisor is the gateway of its guests: what another one asks as such is not for ours. */
static bool mcast_asks_as_gateway(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	const struct vr_nh_body *nh;
	const struct vr_bridge *br;

	if (fwd->l2.proto != htons(ETH_P_ARP) && !fwd->nd)
		return false;
	br = vr_bridge_find_rcu(&fwd->core->bridges, fwd->vrf, vr_eth(pkt)->h_source);
	nh = br ? rcu_dereference(br->nh->body) : NULL;
	return nh && nh->type == VR_NH_L2_RECEIVE;
}

static bool mcast_traps_dhcp(const struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	const struct vr_bridge *br;

	if (!vr_parse_is_dhcp(pkt, &fwd->l2))
		return false;
	br = vr_bridge_find_rcu(&fwd->core->bridges, fwd->vrf, vr_eth(pkt)->h_source);
	return !br || !(br->flags & VR_BRIDGE_F_FLOOD_DHCP);
}

/*
 * The agent serves who is behind a switch like its own guests: DHCP and router solicitations
 * are for it, and it hears of neighbours' advertisements. True: @pkt is to be trapped.
 */
static bool mcast_serves(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	struct vr_nd nd = { .type = VR_ND_NONE };

	if (fwd->l2.tagged || !vr_agent_rcu(fwd->core))
		return false;
	if (fwd->l2.proto == htons(ETH_P_IPV6))
		vr_nd_parse(pkt, fwd->l2.l3_off, &nd);
	if (nd.type == VR_ND_NA)
		vr_trap_copy(fwd, pkt, VR_TRAP_L3_PROTOCOLS);
	return nd.type == VR_ND_RS || mcast_traps_dhcp(fwd, pkt);
}

static enum vr_verdict mcast_send(struct vr_fwd *fwd, struct vr_pkt *pkt,
				  const struct vr_nh_body *nh, u8 takes)
{
	struct vr_mcast m = { .fwd = fwd, .pkt = pkt };

	if (nh->kind == VR_NH_KIND_L2_MCAST)
		mcast_parts(&m, nh, takes);
	else if (takes & BIT(nh->kind))
		mcast_composite(&m, nh);
	return vr_mcast_end(&m);
}

static enum vr_verdict mcast_from_tunnel(struct vr_fwd *fwd, struct vr_pkt *pkt,
					 const struct vr_nh_body *nh)
{
	enum mcast_from from = mcast_who(fwd, nh);
	const struct vr_bridge *known;
	u8 takes = mcast_takes[from];

	if (unlikely(from == MCAST_FROM_NOBODY))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_MCAST_SOURCE);
	known = mcast_known(fwd, pkt);
	if (known) {
		fwd->label = known->label;
		return vr_nh_run(fwd, pkt, known->nh);
	}
	if (from == MCAST_FROM_TOR && mcast_serves(fwd, pkt))
		return vr_trap(fwd, pkt, VR_TRAP_L3_PROTOCOLS, 0);
	if (mcast_asks_as_gateway(fwd, pkt))
		takes &= ~TAKES_ENCAP;
	return mcast_send(fwd, pkt, nh, takes);
}

enum vr_verdict vr_nh_mcast(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh)
{
	if (unlikely(fwd->routed))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);
	if (unlikely(fwd->tun_family))
		return mcast_from_tunnel(fwd, pkt, nh);
	return mcast_send(fwd, pkt, nh, mcast_takes[MCAST_FROM_GUEST]);
}
