// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet meets its flow, and does what was decided of it.
 *
 * What policy is to judge and cannot be read is dropped here, by name: ICMP errors
 * about nothing, headers that are malformed. Fragments: flow_frag.c.
 */
#include "path/flow_meet.h"

#include <vr_host/trace.h>

#include "obj/fat.h"
#include "pkt/rewrite.h"

/* Whose fat-flow rules: of the vif that the packet comes from, or at a nexthop goes to. */
static const struct vr_vif_conf *meet_fat_conf(const struct vr_fwd *fwd,
					       const struct vr_meet *meet)
{
	const struct vr_nh_body *nh;

	if (meet->at != VR_FLOW_AT_NH)
		return fwd->conf;
	nh = rcu_dereference(meet->nh->body);
	return nh && nh->type == VR_NH_ENCAP ? rcu_dereference(nh->vif->conf) : NULL;
}

/* A flow of many connections follows none of them. */
static noinline void meet_mask(const struct vr_vif_conf *conf, struct vr_meet *meet)
{
	struct vr_flow_key *key = &meet->l4.key;
	struct vr_flow_key whole = *key;

	vr_fat_mask(conf->fat, key, meet->at != VR_FLOW_AT_NH);
	if (memcmp(&whole, key, sizeof(whole)))
		meet->tracked = false;
}

static __always_inline enum vr_drop_reason meet_parse(struct vr_fwd *fwd, struct vr_pkt *pkt,
						      struct vr_meet *meet)
{
	enum vr_drop_reason reason = vr_l3_check(fwd, pkt);

	if (unlikely(reason))
		return reason;
	return vr_parse_l4(pkt, fwd->l2.l3_off, vr_l3_family(fwd), &meet->l4);
}

/*
 * A sender says where a device is to put a checksum, and may say: over the port that he is allowed
 * to speak to. What comes out of it is then looked at as it will be. Segments that each are to be
 * changed like that have no honest sender.
 */
static noinline enum vr_drop_reason meet_finish(struct vr_fwd *fwd, struct vr_pkt *pkt,
						struct vr_meet *meet)
{
	enum vr_drop_reason reason;

	if (vr_pkt_is_gso(pkt))
		return VR_DROP_INVALID_PACKET;
	reason = vr_parse_finish(pkt, fwd->l2.l3_off, vr_l3_family(fwd));
	return reason ? : meet_parse(fwd, pkt, meet);
}

/* Where it goes is as it was read; nobody cuts a packet to pieces before its checksum is there. */
static bool meet_csum_fits(const struct vr_pkt *pkt, const struct vr_meet *meet)
{
	int start = vr_pkt_csum_start(pkt), off = meet->l4.off;

	return start >= off && !meet->l4.frag &&
	       vr_l4_csum_fits(&meet->l4, start - off + vr_pkt_csum_offset(pkt));
}

static __always_inline enum vr_drop_reason meet_classify(struct vr_fwd *fwd, struct vr_pkt *pkt,
							 u32 key_nh, struct vr_meet *meet)
{
	enum vr_drop_reason reason = meet_parse(fwd, pkt, meet);
	const struct vr_vif_conf *conf;

	if (vr_pkt_csum_is_partial(pkt) && (!reason || reason == VR_DROP_NO_FRAG_ENTRY) &&
	    unlikely(!meet_csum_fits(pkt, meet)))
		reason = meet_finish(fwd, pkt, meet);
	if (unlikely(reason))
		return reason;
	meet->l4.key.nh = key_nh;
	meet->tracked = meet->l4.tcp;
	conf = meet_fat_conf(fwd, meet);
	if (unlikely(conf && conf->fat))
		meet_mask(conf, meet);
	return VR_DROP_NONE;
}

enum vr_drop_reason vr_meet_classify(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 key_nh,
				     struct vr_meet *meet)
{
	return meet_classify(fwd, pkt, key_nh, meet);
}

enum vr_verdict vr_meet_go_on(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_meet *meet)
{
	switch (meet->at) {
	case VR_FLOW_AT_L2:
		return vr_l2_bridge(fwd, pkt);
	case VR_FLOW_AT_L3:
		return vr_l3_input(fwd, pkt);
	default:
		return vr_nh_do(fwd, pkt, meet->nh);
	}
}

static u8 meet_tcp_flags(const struct vr_pkt *pkt, const struct vr_meet *meet)
{
	return ((const u8 *)vr_pkt_data(pkt) + meet->l4.off)[13];
}

static void meet_track(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_meet *meet,
		       struct vr_flow *flow, const struct vr_flow_act *act)
{
	const u8 *tcp = (const u8 *)vr_pkt_data(pkt) + meet->l4.off;
	struct vr_tcp_seen seen = {
		.seq = get_unaligned_be32(tcp + 4),
		.ack = get_unaligned_be32(tcp + 8),
		.len = meet->l4.tcp_len,
		.flags = meet_tcp_flags(pkt, meet),
	};

	vr_flow_tcp(fwd->core, flow, act, &seen);
}

/*
 * Reverse path: did the packet come as those of this nexthop do? A composite is
 * content with any of its members.
 */
static enum vr_drop_reason source_check_body(const struct vr_fwd *fwd,
					     const struct vr_nh_body *nh)
{
	switch (nh->type) {
	case VR_NH_ENCAP:
	case VR_NH_RECEIVE:
		return nh->vif == fwd->vif && !fwd->tun_family ? VR_DROP_NONE :
								 VR_DROP_INVALID_SOURCE;
	case VR_NH_TUNNEL:
		return vr_came_by(fwd, nh->tunnel) ? VR_DROP_NONE : VR_DROP_INVALID_SOURCE;
	default:
		return VR_DROP_INVALID_NH;
	}
}

/*
 * Members that are gone, or of which it cannot be told, say nothing while another one does.
 * A composite may hold composites, those hold none. @arm: the member that it came by.
 */
static enum vr_drop_reason source_check_arms(const struct vr_fwd *fwd,
					     const struct vr_nh_body *composite, bool deeper,
					     u32 *arm)
{
	enum vr_drop_reason reason, worst = VR_DROP_INVALID_NH;
	const struct vr_nh_body *nh;
	u32 i, inner;

	for (i = 0; i < composite->n_arms; i++) {
		nh = rcu_dereference(composite->arms[i].nh->body);
		if (!nh)
			continue;
		if (nh->type == VR_NH_COMPOSITE && deeper)
			reason = source_check_arms(fwd, nh, false, &inner);
		else
			reason = source_check_body(fwd, nh);
		if (!reason) {
			*arm = i;
			return VR_DROP_NONE;
		}
		if (reason == VR_DROP_INVALID_SOURCE)
			worst = reason;
	}
	return worst;
}

/* Did it come by the member that the other direction takes? */
static bool source_is_arm(const struct vr_fwd *fwd, const struct vr_nh_body *composite, s8 arm)
{
	const struct vr_nh_body *nh;

	if (arm < 0 || arm >= composite->n_arms)
		return false;
	nh = rcu_dereference(composite->arms[arm].nh->body);
	return nh && !source_check_body(fwd, nh);
}

/* Answers go back by the member that the packet came by: whoever keeps state there sees both. */
static noinline enum vr_drop_reason source_check_ecmp(const struct vr_fwd *fwd,
						      const struct vr_nh_body *composite,
						      const struct vr_flow *flow,
						      const struct vr_flow_act *act)
{
	struct vr_flow *other = vr_flow_partner_rcu(fwd->core, flow, act);
	s8 was = other ? READ_ONCE(other->act.ecmp) : -1;
	enum vr_drop_reason reason;
	u32 arm;

	if (likely(source_is_arm(fwd, composite, was)))
		return VR_DROP_NONE;
	reason = source_check_arms(fwd, composite, false, &arm);
	if (!reason && other && arm <= VR_FLOW_MEMBER_MAX)
		vr_flow_set_member(fwd->core, other, was, arm);
	return reason;
}

static __always_inline enum vr_drop_reason source_check(const struct vr_fwd *fwd,
							const struct vr_flow *flow,
							const struct vr_flow_act *act)
{
	const struct vr_nh *handle = vr_idtab_find_rcu(&fwd->core->nhs, act->src_nh);
	const struct vr_nh_body *nh = handle ? rcu_dereference(handle->body) : NULL;
	u32 arm;

	if (unlikely(!nh))
		return VR_DROP_INVALID_NH;
	if (nh->type != VR_NH_COMPOSITE)
		return source_check_body(fwd, nh);
	if (nh->kind == VR_NH_KIND_ECMP)
		return source_check_ecmp(fwd, nh, flow, act);
	return source_check_arms(fwd, nh, true, &arm);
}

/* What it leaves with; nothing is taken off that any more. */
static noinline enum vr_drop_reason meet_set_ttl(struct vr_fwd *fwd, struct vr_pkt *pkt, u8 ttl)
{
	unsigned int off = fwd->l2.l3_off;

	if (fwd->l2.proto == htons(ETH_P_IP)) {
		if (vr_pkt_writable(pkt, off + sizeof(struct iphdr)))
			return VR_DROP_PCOW_FAIL;
		vr_ip4_set_ttl(vr_ip4_at(pkt, off), ttl);
	} else {
		if (vr_pkt_writable(pkt, off + sizeof(struct ipv6hdr)))
			return VR_DROP_PCOW_FAIL;
		vr_ip6_set_hop_limit(pkt, vr_ip6_at(pkt, off), ttl);
	}
	fwd->hopped = true;
	return VR_DROP_NONE;
}

/* Is it let through, and with what changes? */
static __always_inline enum vr_drop_reason meet_decide(struct vr_fwd *fwd, struct vr_pkt *pkt,
						       const struct vr_flow *flow,
						       const struct vr_flow_act *act)
{
	enum vr_drop_reason reason = VR_DROP_NONE;

	if (act->src_nh != VR_NH_NONE)
		reason = source_check(fwd, flow, act);
	if (unlikely(reason))
		return reason;
	if (unlikely(act->action == VR_FLOW_DROP))
		return VR_DROP_FLOW_ACTION_DROP;
	if (unlikely(act->action != VR_FLOW_FORWARD))
		return VR_DROP_FLOW_ACTION_INVALID;
	return unlikely(act->ttl) ? meet_set_ttl(fwd, pkt, act->ttl) : VR_DROP_NONE;
}

static __always_inline enum vr_verdict meet_obey(struct vr_fwd *fwd, struct vr_pkt *pkt,
						 const struct vr_meet *meet, struct vr_flow *flow,
						 const struct vr_flow_act *act)
{
	enum vr_drop_reason reason;

	vr_flow_count(&fwd->core->flows, flow, vr_pkt_len(pkt));
	if (meet->tracked)
		meet_track(fwd, pkt, meet, flow, act);
	reason = meet_decide(fwd, pkt, flow, act);
	if (unlikely(reason))
		return vr_drop(fwd, pkt, reason);

	fwd->flow = flow;
	fwd->flow_done = true;
	if (unlikely(act->flags & VR_FLOW_A_VRFT)) {
		fwd->vrf = act->dvrf;
		return vr_l3_input(fwd, pkt);
	}
	return vr_meet_go_on(fwd, pkt, meet);
}

enum vr_verdict vr_meet_obey(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_meet *meet,
			     struct vr_flow *flow, const struct vr_flow_act *act)
{
	return meet_obey(fwd, pkt, meet, flow, act);
}

/* RFC 9293 3.5: the first segment of a connection. */
static bool meet_opens(const struct vr_pkt *pkt, const struct vr_meet *meet)
{
	return meet->tracked &&
	       (meet_tcp_flags(pkt, meet) & (VR_TCP_SYN | VR_TCP_ACK | VR_TCP_RST)) == VR_TCP_SYN;
}

/* Its flow has ended, or waits for the agent. */
static noinline enum vr_verdict meet_undecided(struct vr_fwd *fwd, struct vr_pkt *pkt,
					       struct vr_meet *meet, const struct vr_flow_act *act)
{
	if (!(act->flags & VR_FLOW_A_EVICT))
		return vr_meet_hold(fwd, pkt, meet, false);
	return meet_opens(pkt, meet) ? vr_meet_none(fwd, pkt, meet) :
				       vr_drop(fwd, pkt, VR_DROP_FLOW_EVICT);
}

enum vr_verdict vr_meet_flow(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet)
{
	struct vr_flow_table *tab = &fwd->core->flows;
	struct vr_flow_act act;
	struct vr_flow *flow;

	while (likely(meet->tries--)) {
		flow = vr_flow_find_rcu(tab, &meet->l4.key, meet->hash);
		if (unlikely(!flow))
			return vr_meet_none(fwd, pkt, meet);
		act = vr_flow_act_read(flow);
		if (unlikely(act.flags & VR_FLOW_A_DEAD))
			continue;
		if (unlikely(act.flags & (VR_FLOW_A_EVICT | VR_FLOW_A_HOLD)))
			return meet_undecided(fwd, pkt, meet, &act);
		vr_trace_flow(fwd->vif->id, vr_flow_index(tab, flow), VR_FLOW_MET_FOUND, pkt);
		return meet_obey(fwd, pkt, meet, flow, &act);
	}
	return vr_drop(fwd, pkt, VR_DROP_FLOW_EVICT);
}

enum vr_verdict vr_flow_apply(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_flow_at at,
			      u32 key_nh, const struct vr_nh *nh, bool must)
{
	enum vr_drop_reason reason;
	struct vr_meet meet;

	/* Its transport header is written whole, if it comes to that. */
	meet.nh = nh;
	meet.at = at;
	meet.must = must;
	meet.later = false;
	meet.tracked = false;
	meet.tries = VR_MEET_TRIES;
	meet.l4.frag = 0;
	reason = meet_classify(fwd, pkt, key_nh, &meet);
	if (unlikely(meet.l4.frag))
		return vr_meet_fragment(fwd, pkt, &meet, key_nh, reason);
	if (unlikely(reason))
		return must ? vr_drop(fwd, pkt, reason) : vr_meet_go_on(fwd, pkt, &meet);
	meet.hash = vr_flow_hash(&fwd->core->flows, &meet.l4.key);
	return vr_meet_flow(fwd, pkt, &meet);
}
