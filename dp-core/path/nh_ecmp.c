// SPDX-License-Identifier: GPL-2.0-only
/*
 * One of several ways: the member of an ECMP composite that a packet goes by.
 *
 * A flow remembers its member. It is chosen by its first packet, or by where
 * packets of the other direction come from (flow_apply.c), and stays while the
 * member does. Packets without a flow are spread by hash, anew each time.
 */
#include "path/fwd.h"

#include "pkt/entropy.h"

#define ECMP_NONE	(-1)

/* Whoever deletes a nexthop leaves its handle to the composite. */
static bool ecmp_is_alive(const struct vr_nh_body *nh, u32 i)
{
	return rcu_access_pointer(nh->arms[i].nh->body);
}

/* A number from the same packet that has nothing to do with the one for another @salt. */
static u32 ecmp_mix(u32 entropy, u32 salt)
{
	u32 x = entropy ^ salt * 0x9e3779b1U;

	x = (x ^ x >> 16) * 0x85ebca6bU;
	x = (x ^ x >> 13) * 0xc2b2ae35U;
	return x ^ x >> 16;
}

/*
 * Among the live members each has a number for each packet, and the highest one wins (rendezvous
 * hashing): if that one dies too, nobody else's packets move.
 */
static int ecmp_spread_again(const struct vr_nh_body *nh, u32 mixed)
{
	int best = ECMP_NONE;
	u32 score, most = 0;
	u32 i;

	for (i = 0; i < nh->n_arms; i++) {
		if (!ecmp_is_alive(nh, i))
			continue;
		score = ecmp_mix(mixed, i + 1);
		if (best != ECMP_NONE && score <= most)
			continue;
		best = i;
		most = score;
	}
	return best;
}

/*
 * By hash over all members, so that a death moves the packets of nobody else. One composite says
 * nothing of the next, whose id is part of the hash, nor of the source port of a tunnel, which
 * comes from the same entropy: the underlay has all ports of a member to choose by.
 */
static int ecmp_spread(const struct vr_nh_body *nh, u32 entropy)
{
	u32 mixed = ecmp_mix(entropy, nh->id);
	u32 i = vr_entropy_scale(mixed, nh->n_arms);

	if (unlikely(!nh->n_arms))
		return ECMP_NONE;
	return likely(ecmp_is_alive(nh, i)) ? (int)i : ecmp_spread_again(nh, mixed);
}

/* Moves data. */
static int ecmp_by_packet(const struct vr_fwd *fwd, struct vr_pkt *pkt,
			  const struct vr_nh_body *nh)
{
	return ecmp_spread(nh, vr_entropy(pkt, &fwd->l2, fwd->routed, nh->hash ?: VR_HASH_ALL,
					  fwd->vrf, fwd->core->entropy));
}

static bool ecmp_takes(const struct vr_nh_body *nh, int i)
{
	return i >= 0 && i < nh->n_arms && ecmp_is_alive(nh, i);
}

/* The member that the flow remembers, or one that it remembers from now on. Moves data. */
static int ecmp_by_flow(const struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh)
{
	struct vr_flow *flow = fwd->flow;
	s8 was = READ_ONCE(flow->act.ecmp);
	int i, now;

	if (likely(ecmp_takes(nh, was)))
		return was;
	i = ecmp_by_packet(fwd, pkt, nh);
	if (unlikely(i == ECMP_NONE || i > VR_FLOW_MEMBER_MAX))
		return i;
	now = vr_flow_set_member(fwd->core, flow, was, i);
	return ecmp_takes(nh, now) ? now : i;
}

enum vr_verdict vr_nh_ecmp(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_nh_body *nh)
{
	const struct vr_nh_arm *arm;
	int i;

	if (fwd->flow && likely(!fwd->chosen)) {
		fwd->chosen = true;
		i = ecmp_by_flow(fwd, pkt, nh);
	} else {
		i = ecmp_by_packet(fwd, pkt, nh);
	}
	if (unlikely(i == ECMP_NONE))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_NH);

	arm = &nh->arms[i];
	if (arm->label != VR_LABEL_NONE && !(nh->flags & VR_NH_F_ECMP_KEEP_LABEL))
		fwd->label = arm->label;
	return vr_nh_run(fwd, pkt, arm->nh);
}
