// SPDX-License-Identifier: GPL-2.0-only
/* The switch that every packet on pkt0 goes through; those about flows are decided together. */
#include "trap.h"

#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>

#include <vrouter/trap.h>

#include "agent.h"
#include "arp.h"
#include "bytes.h"
#include "decide.h"
#include "dhcp.h"
#include "packet.h"
#include "pkt0.h"
#include "resolve.h"
#include "serve.h"
#include "tell.h"

#define HEAD_LEN	(ETH_LEN + sizeof(struct vr_agent_hdr))

bool trap_read(const __u8 *data, size_t len, struct trap *trap)
{
	struct vr_agent_hdr hdr;

	if (len < HEAD_LEN + ETH_LEN || get16(data + 12) != ETH_P_IP)
		return false;
	memcpy(&hdr, data + ETH_LEN, sizeof(hdr));
	trap->vif = ntohs(hdr.ifindex);
	trap->vrf = ntohs(hdr.vrf);
	trap->reason = ntohs(hdr.cmd);
	trap->param = ntohl(hdr.param);
	trap->param1 = ntohl(hdr.param1);
	trap->param5 = hdr.param5;
	trap->data = data + HEAD_LEN;
	trap->len = len - HEAD_LEN;
	return trap->reason < VR_TRAP_MAX;
}

/* A flow that waits, as its packet and the agent header say. */
static void trap_flow(const struct trap *trap, const struct packet *p, struct decision *d)
{
	memset(d, 0, sizeof(*d));
	d->has_packet = true;
	d->vif = trap->vif;
	d->vrf = trap->vrf;
	d->gen_low = trap->param5;
	d->packet = *p;
	d->flow.index = trap->param;
	d->flow.nh = trap->param1;
	d->flow.vrf = trap->vrf;
	d->flow.action = VR_FLOW_HOLD;
	d->flow.rindex = VR_FLOW_NONE;
	d->known = packet_tuple(p, &d->flow.tuple);
}

static void trap_neighbour(struct agent *agent, const struct trap *trap, const struct packet *p)
{
	struct neighbour nb;

	if (arp_read(p, &nb))
		resolve_learn(agent, &nb, trap->vif, trap->vrf);
}

static void trap_one(struct agent *agent, const struct trap *trap, const struct packet *p)
{
	switch (trap->reason) {
	case VR_TRAP_RESOLVE:
		count(agent, STAT_TRAP_RESOLVE);
		resolve_ask(agent, p, trap->vif, trap->vrf);
		break;
	case VR_TRAP_HANDLE_DF:
		count(agent, STAT_TRAP_DF);
		tell_icmp(agent, p, ICMP_WHY_TOO_BIG, trap->param, trap->vif, trap->vrf);
		break;
	case VR_TRAP_ZERO_TTL:
		count(agent, STAT_TRAP_TTL);
		tell_icmp(agent, p, ICMP_WHY_TTL, 0, trap->vif, trap->vrf);
		break;
	case VR_TRAP_ARP:
		count(agent, STAT_TRAP_ARP);
		trap_neighbour(agent, trap, p);
		break;
	case VR_TRAP_L3_PROTOCOLS:
		count(agent, STAT_TRAP_L3);
		if (dhcp_is_request(p))
			serve_dhcp(agent, p, trap->vif, trap->vrf);
		else
			trap_neighbour(agent, trap, p);
		break;
	default:
		count(agent, STAT_TRAP_OTHER);
		break;
	}
}

void trap_many(struct agent *agent, const struct trap *trap, unsigned int n)
{
	struct decision decision[DECIDE_MANY];
	unsigned int i, flows = 0;
	struct packet p;

	for (i = 0; i < n; i++) {
		if (!packet_read(&p, trap[i].data, trap[i].len)) {
			count(agent, STAT_TRAP_BAD);
			continue;
		}
		if (trap[i].reason != VR_TRAP_FLOW_MISS &&
		    trap[i].reason != VR_TRAP_FLOW_ACTION_HOLD) {
			trap_one(agent, &trap[i], &p);
			continue;
		}
		count(agent, STAT_TRAP_FLOW);
		trap_flow(&trap[i], &p, &decision[flows++]);
		if (flows < DECIDE_MANY)
			continue;
		decide(agent, decision, flows);
		flows = 0;
	}
	decide(agent, decision, flows);
	pkt0_flush(agent);
}
