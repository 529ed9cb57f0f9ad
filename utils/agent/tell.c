// SPDX-License-Identifier: GPL-2.0-only
/* Who an ICMP error comes from, whether it may be sent, and sending it. */
#include "tell.h"

#include <string.h>

#include <netinet/in.h>

#include "agent.h"
#include "packet.h"
#include "pkt0.h"

/*
 * The router's address in the VRF of the vif. Without one an error can come
 * from where the packet was going: not so one that says it came to a router.
 */
static const __u8 *source(struct agent *agent, const struct packet *about, enum icmp_why why,
			  __u32 vrf, const __u8 **mac)
{
	static const __u8 none[WORD_MAC_LEN];
	const struct gateway *gw;

	gw = config_gateway(config_vrf(agent->config, vrf), about->family, packet_src(about));
	*mac = NULL;
	if (gw && memcmp(gw->mac, none, sizeof(none)))
		*mac = gw->mac;
	if (gw)
		return gw->address.addr;
	return why == ICMP_WHY_TTL ? NULL : packet_dst(about);
}

/*
 * Out by where it came in. Out of a tunnel it came in another VRF than the uplink's, and goes back
 * by that: the underlay has never heard of these addresses.
 */
static bool send_back(struct agent *agent, const struct vif *vif, __u32 vrf, const __u8 *frame,
		      size_t len)
{
	bool tunnel = vif->type == VR_VIF_PHYSICAL && vrf != vif->vrf;

	return pkt0_send(agent, tunnel ? VR_AGENT_CMD_ROUTE : VR_AGENT_CMD_SWITCH, vif->id, vrf,
			 frame, len);
}

void tell_icmp(struct agent *agent, const struct packet *about, enum icmp_why why, __u32 mtu,
	       __u32 vif_id, __u32 vrf)
{
	struct vif *vif = world_vif(agent->world, vif_id);
	__u8 frame[PACKET_ROOM];
	const __u8 *src, *mac;
	size_t len;

	if (!vif || vif->type == VR_VIF_AGENT || !icmp_may_tell(about)) {
		count(agent, STAT_ICMP_NONE);
		return;
	}
	src = source(agent, about, why, vif->type == VR_VIF_VIRTUAL ? vif->vrf : vrf, &mac);
	if (!src) {
		count(agent, STAT_ICMP_NONE);
		return;
	}
	if (!limit_take(&vif->icmp, agent->config->icmp_rate, now_ms())) {
		count(agent, STAT_ICMP_LIMITED);
		return;
	}
	len = icmp_error(about, why, mtu, src, mac, frame);
	if (send_back(agent, vif, vrf, frame, len))
		count(agent, STAT_ICMP);
}

void tell_rejected(struct agent *agent, const struct packet *about, __u32 vif_id, __u32 vrf)
{
	struct vif *vif = world_vif(agent->world, vif_id);
	__u8 frame[PACKET_ROOM];
	size_t len;

	if (about->proto != IPPROTO_TCP) {
		tell_icmp(agent, about, ICMP_WHY_PROHIBITED, 0, vif_id, vrf);
		return;
	}
	if (!vif || vif->type == VR_VIF_AGENT || !icmp_may_tell(about))
		return;
	len = tcp_reset(about, frame);
	if (len && send_back(agent, vif, vrf, frame, len))
		count(agent, STAT_RST);
}
