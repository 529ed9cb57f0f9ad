// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decisions on flows. Both directions of a conversation are decided or neither
 * is: whatever takes memory comes before whatever changes a flow.
 */
#include "obj/flow.h"

#include "obj/core.h"
#include "obj/nexthop.h"
#include "obj/vrf.h"

/* How often packets may get in the way of a decision. */
#define FLOW_TRIES	4

/**
 * struct flow_job - one direction on its way into the table
 * @cfg: what is wished for
 * @hash: of its key
 * @spare: an entry that was taken for it and is not linked
 * @flow: what it has become
 * @made: by this call
 */
struct flow_job {
	const struct vr_flow_cfg *cfg;
	u64 hash;
	struct vr_flow *spare;
	struct vr_flow *flow;
	bool made;
};

/* What is said of the other direction is blamed on its nest, in words of its own. */
#define FLOW_REFUSE(err, rev, code, attr, text) \
	vr_refuse(err, code, (rev) ? VR_A_FLOW_REVERSE : (attr), (rev) ? "reverse " text : text)

static int flow_check_form(const struct vr_flow_cfg *cfg, bool rev, struct vr_err *err)
{
	if (cfg->key.family != AF_INET && cfg->key.family != AF_INET6)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_FAMILY,
				   "flow: family is not inet or inet6");
	if (cfg->action == VR_FLOW_NAT)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_ACTION,
				   "flow: action NAT is not offered yet");
	if (cfg->action >= VR_FLOW_ACTION_MAX)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_ACTION,
				   "flow: unknown action");
	if (cfg->flags & ~(u32)VR_FLOW_F_ALL)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_FLAGS, "flow: unknown flag");
	if (cfg->drop_reason > U8_MAX)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_DROP_REASON,
				   "flow: drop reason is above 255");
	if (cfg->ttl > U8_MAX)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_TTL, "flow: TTL is above 255");
	if (cfg->ecmp < -1 || cfg->ecmp > VR_FLOW_MEMBER_MAX)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_ECMP,
				   "flow: ECMP member is not -1..127");
	if (cfg->mirror[0] > VR_MIRROR_NONE)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_MIRROR,
				   "flow: mirror is above 255");
	if (cfg->mirror[1] > VR_MIRROR_NONE)
		return FLOW_REFUSE(err, rev, -EINVAL, VR_A_FLOW_MIRROR2,
				   "flow: second mirror is above 255");
	return 0;
}

static bool flow_nh_is_there(struct vr_core *core, u32 id)
{
	const struct vr_nh *nh = vr_idtab_find(&core->nhs, id);

	return nh && rcu_access_pointer(nh->body);
}

static int flow_check(struct vr_core *core, const struct vr_flow_cfg *cfg, bool rev,
		      struct vr_err *err)
{
	int ret = flow_check_form(cfg, rev, err);

	if (ret)
		return ret;
	if (!vr_vrf_find(core, cfg->vrf))
		return FLOW_REFUSE(err, rev, -ENOENT, VR_A_FLOW_VRF, "flow: VRF does not exist");
	if (!vr_vrf_find(core, cfg->dvrf))
		return FLOW_REFUSE(err, rev, -ENOENT, VR_A_FLOW_DVRF,
				   "flow: destination VRF does not exist");
	if (cfg->src_nh != VR_NH_NONE && !flow_nh_is_there(core, cfg->src_nh))
		return FLOW_REFUSE(err, rev, -ENOENT, VR_A_FLOW_SRC_NH,
				   "flow: source nexthop does not exist");
	return 0;
}

/* What @cfg makes of a decision that was @act. The stripe is locked. */
static void flow_act_build(struct vr_core *core, struct vr_flow_id id,
			   const struct vr_flow_cfg *cfg, struct vr_flow_act *act)
{
	u8 flags = act->flags & VR_FLOW_A_EVICT;

	if (cfg->flags & VR_FLOW_F_VRFT)
		flags |= VR_FLOW_A_VRFT;
	if (cfg->flags & VR_FLOW_F_MIRROR)
		flags |= VR_FLOW_A_MIRROR;
	if (cfg->action == VR_FLOW_HOLD) {
		flags |= VR_FLOW_A_HOLD;
		vr_hold_again(core, id);
	} else if ((act->flags & VR_FLOW_A_HOLD) && vr_hold_release(core, id)) {
		/* Until the last of its packets is out. */
		flags |= VR_FLOW_A_HOLD;
	}
	act->src_nh = cfg->src_nh;
	act->dvrf = cfg->dvrf;
	act->action = cfg->action;
	act->flags = flags;
	act->ttl = cfg->ttl;
	if (cfg->ecmp >= 0)
		act->ecmp = cfg->ecmp;
	act->drop_reason = cfg->drop_reason;
}

/* The stripe is locked, or @flow is not linked yet. */
static void flow_write(struct vr_core *core, struct vr_flow *flow, const struct vr_flow_cfg *cfg)
{
	struct vr_flow_act act = vr_flow_act_read(flow);

	flow_act_build(core, vr_flow_id(flow), cfg, &act);
	WRITE_ONCE(flow->vrf, cfg->vrf);
	WRITE_ONCE(flow->mirror[0], cfg->mirror[0]);
	WRITE_ONCE(flow->mirror[1], cfg->mirror[1]);
	vr_flow_act_write(flow, &act);
}

/* An entry for a job whose key no flow has just now. */
static int flow_take(struct vr_core *core, struct flow_job *job, struct vr_err *err)
{
	u32 reason = VR_DROP_NONE;

	if (job->spare || vr_flow_find_rcu(&core->flows, &job->cfg->key, job->hash))
		return 0;
	job->spare = vr_flow_new(&core->flows, &job->cfg->key, &reason);
	if (job->spare)
		return 0;
	if (reason == VR_DROP_FLOW_TABLE_FULL)
		return vr_refuse(err, -ENOSPC, 0, "flow: as many as the limit allows are there");
	return vr_refuse(err, -ENOMEM, 0, "flow: no memory for an entry");
}

/*
 * Find or link the flow of a job. One that was there is not touched yet; a new
 * one is decided from its first packet on.
 */
static int flow_publish(struct vr_core *core, struct flow_job *job, struct vr_err *err)
{
	struct vr_flow_table *tab = &core->flows;
	struct vr_flow *found;
	int ret = -EAGAIN;

	vr_flow_lock(tab, job->hash);
	found = vr_flow_find_locked(tab, &job->cfg->key, job->hash);
	job->made = job->made && found == job->flow;
	job->flow = found;
	if (found) {
		ret = 0;
	} else if (job->spare) {
		flow_write(core, job->spare, job->cfg);
		ret = vr_flow_link_locked(tab, job->spare, job->hash);
		if (!ret) {
			job->flow = job->spare;
			job->spare = NULL;
			job->made = true;
		}
	}
	vr_flow_unlock(tab, job->hash);
	if (ret != -ENOMEM)
		return ret;
	return vr_refuse(err, -ENOMEM, 0, "flow: no memory for the hash table");
}

/* Whom this call made goes again: what else it wanted was not possible. */
static void flow_unpublish(struct vr_core *core, struct flow_job *job)
{
	if (job->made)
		vr_flow_remove(core, job->flow, 0, VR_DROP_FLOW_EVICT, NULL);
	job->made = false;
	job->flow = NULL;
}

/* Decide on the flow of a job. False: it has gone meanwhile. */
static bool flow_decide(struct vr_core *core, struct flow_job *job)
{
	struct vr_flow_act act;
	bool alive;

	if (job->made)
		return true;
	vr_flow_lock(&core->flows, job->hash);
	act = vr_flow_act_read(job->flow);
	alive = !(act.flags & VR_FLOW_A_DEAD);
	if (alive)
		flow_write(core, job->flow, job->cfg);
	vr_flow_unlock(&core->flows, job->hash);
	return alive;
}

/*
 * Everything that takes memory comes first, then the decisions, and the link
 * in the direction that packets come back last. -EAGAIN: packets were in the way.
 */
static int flow_set(struct vr_core *core, struct flow_job *job, struct flow_job *rev,
		    struct vr_err *err)
{
	int ret = flow_take(core, job, err);

	if (!ret && rev)
		ret = flow_take(core, rev, err);
	if (!ret && rev)
		ret = flow_publish(core, rev, err);
	if (ret)
		return ret;
	ret = flow_publish(core, job, err);
	if (ret) {
		if (rev)
			flow_unpublish(core, rev);
		return ret;
	}
	if (rev && (!flow_decide(core, rev) ||
		    !vr_flow_name(core, job->flow, vr_flow_index(&core->flows, rev->flow))))
		return -EAGAIN;
	if (!flow_decide(core, job))
		return -EAGAIN;
	if (rev && !vr_flow_name(core, rev->flow, vr_flow_index(&core->flows, job->flow)))
		return -EAGAIN;
	return 0;
}

static int flow_try_set(struct vr_core *core, struct flow_job *job, struct flow_job *rev,
			struct vr_err *err)
{
	int ret = -EAGAIN;
	unsigned int i;

	for (i = 0; ret == -EAGAIN && i < FLOW_TRIES; i++)
		ret = flow_set(core, job, rev, err);
	if (ret == -EAGAIN)
		return vr_refuse(err, -EBUSY, 0, "flow is just being removed");
	return ret;
}

static void flow_job_done(struct vr_core *core, struct flow_job *job, int ret,
			  struct vr_flow_id *id)
{
	if (job->spare)
		vr_flow_cancel(&core->flows, job->spare);
	job->spare = NULL;
	if (ret) {
		flow_unpublish(core, job);
		return;
	}
	if (job->made)
		core->flow_totals.added++;
	else
		core->flow_totals.changed++;
	if (id)
		*id = vr_flow_id(job->flow);
}

/* A packet may end a flow at any moment: what it was is known for as long as it is read. */
static int flow_run(struct vr_core *core, struct flow_job *job, struct flow_job *rev,
		    struct vr_flow_id *id, struct vr_err *err)
{
	int ret;

	rcu_read_lock();
	ret = flow_try_set(core, job, rev, err);
	flow_job_done(core, job, ret, id);
	if (rev)
		flow_job_done(core, rev, ret, id ? id + 1 : NULL);
	rcu_read_unlock();
	return ret;
}

/* Is there a flow of this key that was decided? */
static bool flow_is_decided(struct vr_core *core, const struct flow_job *job)
{
	struct vr_flow *flow = vr_flow_find_rcu(&core->flows, &job->cfg->key, job->hash);
	struct vr_flow_act act;

	if (!flow)
		return false;
	act = vr_flow_act_read(flow);
	return !(act.flags & (VR_FLOW_A_NEW | VR_FLOW_A_DEAD));
}

int vr_flow_set(struct vr_core *core, const struct vr_flow_cfg *cfg,
		const struct vr_flow_cfg *rev, bool exclusive, struct vr_flow_id id[2],
		struct vr_err *err)
{
	struct flow_job job = { .cfg = cfg }, back = { .cfg = rev };
	bool decided;
	int ret;

	vr_assert_cfg_held(core);
	ret = flow_check(core, cfg, false, err);
	if (!ret && rev)
		ret = flow_check(core, rev, true, err);
	if (ret)
		return ret;
	if (rev && !memcmp(&cfg->key, &rev->key, sizeof(cfg->key)))
		return vr_refuse(err, -EINVAL, VR_A_FLOW_REVERSE,
				 "both directions of the flow have the same key");
	job.hash = vr_flow_hash(&core->flows, &cfg->key);
	if (rev)
		back.hash = vr_flow_hash(&core->flows, &rev->key);

	rcu_read_lock();
	decided = exclusive && flow_is_decided(core, &job);
	rcu_read_unlock();
	if (decided)
		return vr_refuse(err, -EEXIST, 0, "flow exists already");

	ret = flow_run(core, &job, rev ? &back : NULL, id, err);
	/* Entries are taken without waiting for memory; here it can be waited for. */
	if (ret == -ENOMEM && !vr_flow_table_grow(&core->flows))
		ret = flow_run(core, &job, rev ? &back : NULL, id, err);
	vr_flow_kick(core);
	return ret;
}
