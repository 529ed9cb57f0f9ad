/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A packet and its flow: what flow_apply.c, flow_frag.c, flow_miss.c and flow_resume.c hand each
 * other.
 */
#ifndef _VR_PATH_FLOW_MEET_H
#define _VR_PATH_FLOW_MEET_H

#include "path/fwd.h"
#include "pkt/l4.h"

/* How often a flow may change between being found and being obeyed. */
#define VR_MEET_TRIES	4

/**
 * struct vr_meet - a packet that meets its flow
 * @l4: its transport header and, masked by fat-flow rules, its key
 * @hash: of the key
 * @nh: where it goes on, at VR_FLOW_AT_NH; else NULL
 * @at: where it goes on
 * @must: without a flow it is held
 * @later: it is a fragment that is not the first: it makes no flow
 * @tracked: it is a segment of the one TCP connection that is the flow
 * @tries: how often its flow may still change under it
 */
struct vr_meet {
	struct vr_l4 l4;
	u64 hash;
	const struct vr_nh *nh;
	enum vr_flow_at at;
	bool must;
	bool later;
	bool tracked;
	u8 tries;
};

/*
 * What the key says of @pkt, or why it says nothing: VR_DROP_NO_FRAG_ENTRY if that is for its first
 * fragment to say. Moves data. flow_apply.c
 */
enum vr_drop_reason vr_meet_classify(struct vr_fwd *fwd, struct vr_pkt *pkt, u32 key_nh,
				     struct vr_meet *meet);
/* Find its flow, and do as it says. */
enum vr_verdict vr_meet_flow(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet);
/* Do as @act says, which was read from @flow and is a decision. */
enum vr_verdict vr_meet_obey(struct vr_fwd *fwd, struct vr_pkt *pkt, const struct vr_meet *meet,
			     struct vr_flow *flow, const struct vr_flow_act *act);
/* On from where it met its flow. */
enum vr_verdict vr_meet_go_on(struct vr_fwd *fwd, struct vr_pkt *pkt,
			      const struct vr_meet *meet);

/* A fragment, as it was classified: flow_frag.c */
enum vr_verdict vr_meet_fragment(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
				 u32 key_nh, enum vr_drop_reason reason);

/* There is no flow. flow_miss.c */
enum vr_verdict vr_meet_none(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet);
/* There is one, and it waits for the agent; or, with @make, there may be one. */
enum vr_verdict vr_meet_hold(struct vr_fwd *fwd, struct vr_pkt *pkt, struct vr_meet *meet,
			     bool make);

/*
 * A packet waits: all that it takes to go on. flow_miss.c
 * And goes on: what it knows now, with fwd->vif NULL if its vif has gone. flow_resume.c
 */
void vr_held_fill(struct vr_held *held, const struct vr_fwd *fwd, struct vr_pkt *pkt,
		  const struct vr_meet *meet);
void vr_held_fwd(struct vr_fwd *fwd, struct vr_core *core, const struct vr_held *held);
/* The same for where: VR_DROP_NONE, VR_DROP_INVALID_IF, VR_DROP_INVALID_NH. flow_resume.c */
enum vr_drop_reason vr_held_meet(const struct vr_fwd *fwd, const struct vr_held *held,
				 struct vr_meet *meet);

#endif /* _VR_PATH_FLOW_MEET_H */
