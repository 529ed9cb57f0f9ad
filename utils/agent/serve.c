// SPDX-License-Identifier: GPL-2.0-only
/* From a DHCP request to its answer: which lease, what is said, what is told. */
#include "serve.h"

#include <string.h>

#include "agent.h"
#include "dhcp.h"
#include "packet.h"
#include "pkt0.h"

static void tell_request(struct agent *agent, const struct dhcp_request *req, const struct vif *vif,
			 const struct lease *lease, enum dhcp_type answer)
{
	struct events *ev = &agent->events;

	event_begin(ev, "dhcp");
	event_num(ev, "vif", vif->id);
	event_num(ev, "vrf", vif->vrf);
	event_mac(ev, "mac", req->mac);
	event_str(ev, "request", dhcp_type_name(req->type));
	event_str(ev, "answer", dhcp_type_name(answer));
	if (lease)
		event_addr(ev, "address", AF_INET, lease->address.addr);
	else
		event_str(ev, "error", "no lease");
	event_end(ev);
}

/* The MAC that the router's address has there. */
static const __u8 *server_mac(const struct config_vrf *config, const struct vif *vif,
			      const struct lease *lease)
{
	static const __u8 none[WORD_MAC_LEN];
	const struct gateway *gw = config_gateway(config, AF_INET, lease->address.addr);

	return gw && memcmp(gw->mac, none, sizeof(none)) ? gw->mac : vif->mac;
}

void serve_dhcp(struct agent *agent, const struct packet *p, __u32 vif_id, __u32 vrf)
{
	const struct vif *vif = world_vif(agent->world, vif_id);
	const struct config_vrf *config;
	const struct lease *lease;
	enum dhcp_type answer = DHCP_NONE;
	struct dhcp_request req;
	__u8 frame[PACKET_ROOM];
	const char *why;
	size_t len;

	(void)vrf;
	count(agent, STAT_DHCP);
	if (!vif || vif->type != VR_VIF_VIRTUAL)
		return;
	if (!dhcp_read(p, &req, &why)) {
		count(agent, STAT_DHCP_BAD);
		return;
	}
	config = config_vrf(agent->config, vif->vrf);
	lease = config_lease(config, req.mac, vif->id, vif->name);
	if (lease)
		answer = dhcp_decide(&req, lease);
	else
		count(agent, STAT_DHCP_NO_LEASE);
	/* Shared with denied flows: both are what a guest can make happen as often as it likes. */
	if (agent->verbose || limit_take(&agent->events.denied, 100, now_ms()))
		tell_request(agent, &req, vif, lease, answer);
	if (answer == DHCP_NONE)
		return;
	len = dhcp_answer(&req, lease, answer, server_mac(config, vif, lease), frame);
	if (pkt0_send(agent, VR_AGENT_CMD_SWITCH, vif_id, vif->vrf, frame, len))
		count(agent, STAT_DHCP_SENT);
}
