// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fragments meet the flow of the first one, which has the ports. Those that come
 * before it wait for it, where a flow is needed, and go on behind it.
 */
#include "path/flow_meet.h"

#include "obj/fragment.h"

static u64 frag_hash(const struct vr_fwd *fwd, const struct vr_flow_key *key)
{
	return vr_flow_hash(&fwd->core->flows, key);
}

/* By its own key, or its first one's. */
static enum vr_verdict frag_meet(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet)
{
	meet->hash = frag_hash(fwd, &meet->l4.key);
	return vr_meet_flow(fwd, pkt, meet);
}

/* It has no flow that could be known. */
static enum vr_verdict frag_without(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
				    enum vr_drop_reason reason)
{
	return meet->must ? vr_drop(fwd, pkt, reason) : vr_meet_go_on(fwd, pkt, meet);
}

/* One that has waited: its first one is of @flow. */
static void frag_go_on(struct vr_core *core, const struct vr_held *held,
		       const struct vr_flow_key *flow, enum vr_drop_reason reason)
{
	struct vr_meet meet;
	struct vr_fwd fwd;

	vr_held_fwd(&fwd, core, held);
	if (!reason)
		reason = vr_held_meet(&fwd, held, &meet);
	if (unlikely(reason)) {
		vr_drop(&fwd, held->pkt, reason);
		return;
	}
	meet.later = true;
	meet.l4.key = *flow;
	frag_meet(&fwd, held->pkt, &meet);
}

/*
 * It goes before those that wait, also those that come meanwhile: they are told of its flow when it
 * has met that, which it may have made.
 */
static enum vr_verdict frag_first(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
				  const struct vr_fragment *frag)
{
	struct vr_flow_key flow = meet->l4.key;
	u64 hash = frag_hash(fwd, &frag->key);
	struct vr_core *core = fwd->core;
	struct vr_vif *vif = fwd->vif;
	enum vr_drop_reason reason;
	enum vr_verdict verdict;
	struct vr_held held;

	verdict = frag_meet(fwd, pkt, meet);
	if (unlikely(vr_frags_first(core, vif, frag, hash, &flow)))
		while (vr_frags_next(core, frag, hash, &held, &flow, &reason))
			frag_go_on(core, &held, &flow, reason);
	return verdict;
}

/* It waits, unless its first one comes just now. */
static enum vr_frag_what frag_wait(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
				   const struct vr_fragment *frag, u64 hash,
				   enum vr_drop_reason *reason)
{
	struct vr_held held;

	if (vr_pkt_park(pkt)) {
		*reason = VR_DROP_NO_FRAG_ENTRY;
		return VR_FRAG_REFUSED;
	}
	vr_held_fill(&held, fwd, pkt, meet);
	return vr_frags_later(fwd->core, fwd->vif, frag, hash, &held, &meet->l4.key, reason);
}

static enum vr_verdict frag_later(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
				  const struct vr_fragment *frag)
{
	enum vr_drop_reason reason = VR_DROP_NO_FRAG_ENTRY;
	u64 hash = frag_hash(fwd, &frag->key);
	enum vr_frag_what what;

	meet->later = true;
	what = vr_frags_later(fwd->core, fwd->vif, frag, hash, NULL, &meet->l4.key, &reason);
	if (what == VR_FRAG_UNKNOWN && meet->must)
		what = frag_wait(fwd, pkt, meet, frag, hash, &reason);
	switch (what) {
	case VR_FRAG_KNOWN:
		return frag_meet(fwd, pkt, meet);
	case VR_FRAG_WAITS:
		return VR_HELD;
	default:
		return frag_without(fwd, pkt, meet, reason);
	}
}

/*
 * It says itself which flow it is of. In IPv6 the first one may have said otherwise, which counts
 * (RFC 8200 4.5).
 */
static enum vr_verdict frag_by_itself(struct vr_fwd *fwd, struct vr_pkt *pkt,
				      struct vr_meet *meet, const struct vr_fragment *frag)
{
	enum vr_drop_reason reason = VR_DROP_NONE;
	struct vr_flow_key flow;

	if (frag->off && vr_l3_family(fwd) == AF_INET6) {
		switch (vr_frags_later(fwd->core, fwd->vif, frag, frag_hash(fwd, &frag->key), NULL,
				       &flow, &reason)) {
		case VR_FRAG_KNOWN:
			meet->later = true;
			meet->l4.key = flow;
			break;
		case VR_FRAG_REFUSED:
			return frag_without(fwd, pkt, meet, reason);
		default:
			break;
		}
	}
	return frag_meet(fwd, pkt, meet);
}

enum vr_verdict vr_meet_fragment(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
				 u32 key_nh, enum vr_drop_reason reason)
{
	u8 family = vr_l3_family(fwd);
	enum vr_drop_reason malformed;
	struct vr_fragment frag;

	if (reason && reason != VR_DROP_NO_FRAG_ENTRY)
		return frag_without(fwd, pkt, meet, reason);
	malformed = vr_parse_fragment(pkt, fwd->l2.l3_off, family, meet->l4.frag, &frag);
	if (malformed)
		return frag_without(fwd, pkt, meet, malformed);
	frag.key.nh = key_nh;
	if (reason)
		return frag_later(fwd, pkt, meet, &frag);
	if (!frag.off && frag.asks)
		return frag_first(fwd, pkt, meet, &frag);
	return frag_by_itself(fwd, pkt, meet, &frag);
}
