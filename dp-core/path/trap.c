// SPDX-License-Identifier: GPL-2.0-only
/*
 * To the agent: the packet behind an agent header (<vrouter/trap.h>) on pkt0,
 * as many a second as the agent is to have of each kind from each vif.
 */
#include "path/fwd.h"

#include <vr_host/port.h>

#define TRAP_HLEN (ETH_HLEN + sizeof(struct vr_agent_hdr))

/* What the reference vRouter's agent gets of a packet of which the headers are enough: 190. */
#define TRAP_CUT_LEN (190 - TRAP_HLEN)

/*
 * A limit is a bucket that holds a second's worth. What was taken out of it is
 * counted in nanoseconds of the rate, so that a bucket that nobody has touched
 * is zero and full, and a rate may change at any time.
 */
#define BUCKET_NS	1000000000U
#define NS_PER_MS	1000000U

/* What is still taken out, @ticks after it was @used. */
static u32 bucket_refill(u32 used, u32 ticks)
{
	u64 back;

	if (ticks >= vr_ms_to_ticks(1000))
		return 0;
	back = (u64)vr_ticks_to_ms(ticks) * NS_PER_MS;
	return back < used ? used - back : 0;
}

/* A bucket has its time in the upper half, what was taken in the lower. */
bool vr_rate_take(atomic64_t *bucket, u32 rate)
{
	s64 was = atomic64_read(bucket);
	u32 cost = BUCKET_NS / rate;
	u32 now = vr_ticks();
	u32 then, used;

	do {
		then = (u64)was >> 32;
		used = (u32)was;
		/* Another cpu may have seen the next tick already. */
		if (unlikely(then - now < vr_ms_to_ticks(1000)))
			now = then;
		used = bucket_refill(used, now - then);
		if (used > BUCKET_NS - cost)
			return false;
	} while (!atomic64_try_cmpxchg(bucket, &was, (u64)now << 32 | (used + cost)));
	return true;
}

static u32 trap_rate(const struct vr_core *core, enum vr_trap_reason reason)
{
	switch (reason) {
	case VR_TRAP_FLOW_MISS:
	case VR_TRAP_FLOW_ACTION_HOLD:
		return vr_conf(core, VR_CONF_TRAP_RATE_FLOW);
	default:
		return vr_conf(core, VR_CONF_TRAP_RATE);
	}
}

bool vr_trap_admit(struct vr_fwd *fwd, enum vr_trap_reason reason)
{
	u32 rate = trap_rate(fwd->core, reason);

	return !rate || vr_rate_take(&fwd->vif->trap[reason], rate);
}

static void trap_write_header(const struct vr_fwd *fwd, struct vr_pkt *pkt, const u8 *mac,
			      enum vr_trap_reason reason, const struct vr_trap_args *args)
{
	struct vr_agent_hdr *hdr;
	struct ethhdr *eth;

	eth = vr_pkt_push(pkt, TRAP_HLEN);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, mac);
	eth->h_proto = htons(ETH_P_IP);

	hdr = (struct vr_agent_hdr *)(eth + 1);
	memset(hdr, 0, sizeof(*hdr));
	hdr->ifindex = htons(fwd->vif->id);
	hdr->vrf = htons(fwd->vrf);
	hdr->cmd = htons(reason);
	hdr->param = htonl(args->param);
	hdr->param1 = htonl(args->param1);
	hdr->param2 = htonl(args->param2);
	hdr->param3 = htonl(args->param3);
	hdr->param4 = htonl(args->param4);
	hdr->param5 = args->param5;
}

/* The agent answers with an ICMP error, which quotes the headers. */
static bool trap_is_cut(enum vr_trap_reason reason)
{
	return reason == VR_TRAP_HANDLE_DF || reason == VR_TRAP_ZERO_TTL;
}

/*
 * The agent reads bytes: what a device was to add later is added now. A packet
 * that was to be segmented is no frame of any wire; the agent gets its headers.
 */
static enum vr_drop_reason trap_finish_bytes(struct vr_pkt *pkt, bool cut)
{
	if (vr_pkt_cow_head(pkt, TRAP_HLEN + VLAN_HLEN))
		return VR_DROP_PUSH;
	if (vr_pkt_is_gso(pkt)) {
		vr_pkt_rewritten(pkt);
		cut = true;
	}
	if (vr_pkt_csum_finish(pkt))
		return VR_DROP_PCOW_FAIL;
	if (vr_pkt_vlan_into_bytes(pkt))
		return VR_DROP_PCOW_FAIL;
	/* A sum over what followed Ethernet says nothing of what will. */
	vr_pkt_rewritten(pkt);
	if (cut && !vr_pkt_trim(pkt, TRAP_CUT_LEN))
		return VR_DROP_PCOW_FAIL;
	return VR_DROP_NONE;
}

enum vr_verdict vr_trap_send(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			     const struct vr_trap_args *args)
{
	struct vr_vif *agent = vr_agent_rcu(fwd->core);
	const struct vr_vif_conf *conf;
	enum vr_drop_reason drop;

	conf = agent ? rcu_dereference(agent->conf) : NULL;
	if (!conf)
		return vr_drop(fwd, pkt, VR_DROP_TRAP_NO_IF);
	drop = trap_finish_bytes(pkt, trap_is_cut(reason));
	if (drop)
		return vr_drop(fwd, pkt, drop);
	trap_write_header(fwd, pkt, conf->cfg.mac, reason, args);
	vr_pkt_set_headers(pkt, ETH_HLEN, htons(ETH_P_IP));
	return vr_tx(fwd, pkt, agent);
}

enum vr_verdict vr_trap_with(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			     const struct vr_trap_args *args)
{
	if (unlikely(!vr_agent_rcu(fwd->core)))
		return vr_drop(fwd, pkt, VR_DROP_TRAP_NO_IF);
	if (unlikely(!vr_trap_admit(fwd, reason)))
		return vr_drop(fwd, pkt, VR_DROP_TRAP_RATE);
	return vr_trap_send(fwd, pkt, reason, args);
}

enum vr_verdict vr_trap(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason,
			u32 param)
{
	return vr_trap_with(fwd, pkt, reason, &(struct vr_trap_args){ .param = param });
}

void vr_trap_copy(struct vr_fwd *fwd, struct vr_pkt *pkt, enum vr_trap_reason reason)
{
	static const struct vr_trap_args none;
	struct vr_pkt *copy;

	if (!vr_agent_rcu(fwd->core) || !vr_trap_admit(fwd, reason))
		return;
	copy = vr_copy(fwd, pkt);
	if (copy)
		vr_trap_send(fwd, copy, reason, &none);
}
