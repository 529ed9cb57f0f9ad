// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who was asked for, so that nobody is asked for too often and only answers to
 * questions are believed; and the nexthops and host routes that answers make.
 *
 * Those stay when the agent ends. Its successor knows them by their ids,
 * which are in the range that the configuration sets aside.
 */
#include "resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "arp.h"
#include "attrs.h"
#include "packet.h"
#include "pkt0.h"

#define ASKED		1024	/* places for who was asked for; power of two */
#define ASK_AGAIN	1000	/* ms */
#define ASK_LIFE	10000	/* ms that an answer may take */

/** struct asked - somebody who was asked for; @family 0: this is empty */
struct asked {
	__u32 family;
	__u32 vrf;
	__u8 addr[16];
	__u64 at;
};

struct resolve {
	struct asked asked[ASKED];
	__u32 next_nh;		/* where to look for a free id */
};

struct resolve *resolve_new(void)
{
	return calloc(1, sizeof(struct resolve));
}

void resolve_free(struct resolve *resolve)
{
	free(resolve);
}

static struct asked *asked_at(struct resolve *resolve, __u32 vrf, __u32 family, const __u8 *addr)
{
	unsigned int i, len = word_addr_len(family);
	__u32 hash = vrf * 31 + family;

	for (i = 0; i < len; i++)
		hash = (hash ^ addr[i]) * 16777619;
	return &resolve->asked[(hash ^ hash >> 15) & (ASKED - 1)];
}

static bool asked_is(const struct asked *asked, __u32 vrf, __u32 family, const __u8 *addr)
{
	return asked->family == family && asked->vrf == vrf &&
	       !memcmp(asked->addr, addr, word_addr_len(family));
}

/* May it be asked for now? Somebody else who was has the same place: not before that one is old. */
static bool asked_take(struct resolve *resolve, __u32 vrf, __u32 family, const __u8 *addr)
{
	struct asked *asked = asked_at(resolve, vrf, family, addr);
	__u64 now = now_ms();

	if (asked->family && now - asked->at < ASK_AGAIN)
		return false;
	if (!asked_is(asked, vrf, family, addr))
		memset(asked, 0, sizeof(*asked));
	asked->family = family;
	asked->vrf = vrf;
	memcpy(asked->addr, addr, word_addr_len(family));
	asked->at = now;
	return true;
}

/* --- asking ------------------------------------------------------------------ */

static void ask_by(struct agent *agent, const struct vif *vif, __u32 vrf, __u32 family,
		   const __u8 *addr)
{
	static const __u8 none[WORD_MAC_LEN], nobody[16];
	const struct gateway *gw = config_gateway(config_vrf(agent->config, vrf), family, addr);
	const __u8 *mac = vif->mac, *src = NULL;
	__u8 frame[PACKET_ROOM];
	struct vif *host;
	__u32 id;

	if (gw) {
		src = gw->address.addr;
		if (memcmp(gw->mac, none, sizeof(none)))
			mac = gw->mac;
	}
	/* In the underlay the host asks; in IPv6 by its link-local address if no other is known. */
	for (id = 0; !src && vif->type == VR_VIF_PHYSICAL && id <= VR_VIF_ID_MAX; id++) {
		host = world_vif(agent->world, id);
		if (!host || host->type != VR_VIF_HOST || host->vrf != vrf)
			continue;
		mac = host->mac;
		if (family == AF_INET)
			src = host->ip;
		else if (memcmp(host->ip6, nobody, sizeof(nobody)))
			src = host->ip6;
	}
	if (!src && family == AF_INET)
		return;
	if (pkt0_send(agent, VR_AGENT_CMD_SWITCH, vif->id, vrf, frame,
		      arp_ask(family, addr, src, mac, frame)))
		count(agent, STAT_RESOLVE_ASKED);
}

/* By the uplinks of the VRF, or if it has none by its guests' ports, but not where it came in. */
void resolve_ask(struct agent *agent, const struct packet *p, __u32 came, __u32 vrf)
{
	__u32 id, type = VR_VIF_VIRTUAL;
	const __u8 *addr;

	if (!p->family || !addr_is_unicast(p->family, packet_dst(p)))
		return;
	addr = packet_dst(p);
	if (!asked_take(agent->resolve, vrf, p->family, addr))
		return;
	for (id = 0; id <= VR_VIF_ID_MAX; id++) {
		const struct vif *vif = agent->world->vif[id];

		if (vif && vif->type == VR_VIF_PHYSICAL && vif->vrf == vrf)
			type = VR_VIF_PHYSICAL;
	}
	for (id = 0; id <= VR_VIF_ID_MAX; id++) {
		const struct vif *vif = agent->world->vif[id];

		if (vif && vif->type == type && vif->vrf == vrf && id != came)
			ask_by(agent, vif, vrf, p->family, addr);
	}
}

/* --- learning ---------------------------------------------------------------- */

/** struct route - the host route of an address; @exact: it has one */
struct route {
	bool exact;
	__u32 nh;
};

static void take_route(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct route *route = arg;

	(void)i;
	route->exact = true;
	route->nh = world_answer(object);
}

static void route_find(struct agent *agent, const struct neighbour *nb, __u32 vrf,
		       struct route *route)
{
	memset(route, 0, sizeof(*route));
	world_ask(agent->kernel, vrf, nb->family, nb->addr);
	kernel_put_u32(agent->kernel, VR_A_ROUTE_PLEN, 8 * word_addr_len(nb->family));
	kernel_call(agent->kernel, take_route, NULL, route);
}

static bool is_ours(const struct agent *agent, __u32 nh)
{
	return nh >= agent->config->resolve_nhs[0] && nh <= agent->config->resolve_nhs[1];
}

/* An id of the range that no nexthop has; 0: there is none. */
static __u32 free_nh(struct agent *agent)
{
	__u32 first = agent->config->resolve_nhs[0], last = agent->config->resolve_nhs[1], i;
	struct resolve *resolve = agent->resolve;

	if (!is_ours(agent, resolve->next_nh))
		resolve->next_nh = first;
	for (i = first; i <= last; i++) {
		__u32 id = resolve->next_nh;

		resolve->next_nh = id == last ? first : id + 1;
		if (!world_nh(agent->world, id))
			return id;
	}
	return 0;
}

struct install {
	struct agent *agent;
	char refused[256];
};

static void install_refused(void *arg, unsigned int i, int err, const char *text)
{
	struct install *install = arg;

	(void)i;
	(void)err;
	strncpy(install->refused, text, sizeof(install->refused) - 1);
}

/* The nexthop is news too, but the next neighbour may come before them. */
static void take_nh(void *arg, unsigned int i, const struct kernel_object *object)
{
	struct install *install = arg;

	(void)i;
	if (object->cmd == VR_CMD_NH_NEW)
		world_take(install->agent->world, object);
}

static void put_nh(struct kernel *kn, const struct neighbour *nb, __u32 id, const struct vif *vif,
		   __u32 vrf)
{
	kernel_begin(kn, VR_CMD_NH_NEW, 0);
	kernel_put_u32(kn, VR_A_NH_ID, id);
	kernel_put_u32(kn, VR_A_NH_TYPE, VR_NH_ENCAP);
	kernel_put_u32(kn, VR_A_NH_FAMILY, nb->family);
	kernel_put_u32(kn, VR_A_NH_VRF, vrf);
	kernel_put_u32(kn, VR_A_NH_OIF, vif->id);
	kernel_put(kn, VR_A_NH_DMAC, nb->mac, sizeof(nb->mac));
	kernel_put(kn, VR_A_NH_SMAC, vif->mac, sizeof(vif->mac));
	kernel_begin(kn, VR_CMD_NH_GET, 0);
	kernel_put_u32(kn, VR_A_NH_ID, id);
}

static void put_route(struct kernel *kn, const struct neighbour *nb, __u32 id, __u32 vrf)
{
	unsigned int len = word_addr_len(nb->family);

	kernel_begin(kn, VR_CMD_ROUTE_NEW, NLM_F_EXCL);
	kernel_put_u32(kn, VR_A_ROUTE_VRF, vrf);
	kernel_put_u32(kn, VR_A_ROUTE_FAMILY, nb->family);
	kernel_put(kn, VR_A_ROUTE_PREFIX, nb->addr, len);
	kernel_put_u32(kn, VR_A_ROUTE_PLEN, 8 * len);
	kernel_put_u32(kn, VR_A_ROUTE_NH, id);
	/* He may move: then he says so to all. */
	kernel_put_u32(kn, VR_A_ROUTE_FLAGS, VR_ROUTE_F_TRAP);
}

static void tell_learnt(struct agent *agent, const struct neighbour *nb, __u32 nh, __u32 vif,
			__u32 vrf, const char *error)
{
	struct events *ev = &agent->events;

	event_begin(ev, "resolve");
	event_num(ev, "vrf", vrf);
	event_addr(ev, "address", nb->family, nb->addr);
	event_mac(ev, "mac", nb->mac);
	event_num(ev, "vif", vif);
	event_num(ev, "nh", nh);
	if (*error)
		event_str(ev, "error", error);
	event_end(ev);
}

/*
 * Only who was asked for is believed, and who is known by a nexthop of ours:
 * else anybody could have any traffic sent to him by telling that it is his.
 */
void resolve_learn(struct agent *agent, const struct neighbour *nb, __u32 vif_id, __u32 vrf)
{
	const struct config_vrf *config = config_vrf(agent->config, vrf);
	const struct vif *vif = world_vif(agent->world, vif_id);
	struct install install = { .agent = agent };
	struct asked *asked;
	struct route route;
	bool waited;
	__u32 id;

	if (!vif || !config || !config->resolve || !addr_is_unicast(nb->family, nb->addr))
		return;
	asked = asked_at(agent->resolve, vrf, nb->family, nb->addr);
	waited = asked_is(asked, vrf, nb->family, nb->addr) && now_ms() - asked->at < ASK_LIFE;
	route_find(agent, nb, vrf, &route);
	if (route.exact ? !is_ours(agent, route.nh) : !waited)
		return;
	/* Who is known stays where he is, but may have another MAC there. */
	if (route.exact) {
		const struct nh *nh = world_nh(agent->world, route.nh);

		if (!waited && nh && nh->oif != vif_id)
			return;
	}
	id = route.exact ? route.nh : free_nh(agent);
	if (!id) {
		tell_learnt(agent, nb, 0, vif_id, vrf, "no nexthop id is free");
		return;
	}
	put_nh(agent->kernel, nb, id, vif, vrf);
	if (!route.exact)
		put_route(agent->kernel, nb, id, vrf);
	kernel_call(agent->kernel, take_nh, install_refused, &install);
	memset(asked, 0, sizeof(*asked));
	count(agent, STAT_RESOLVE_LEARNT);
	tell_learnt(agent, nb, id, vif_id, vrf, install.refused);
}
