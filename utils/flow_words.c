// SPDX-License-Identifier: GPL-2.0-only
/* The words of flows: actions, flags, TCP states, and why the agent drops. */
#include <stdio.h>

#include <vrouter/netlink.h>

#include "flow.h"

const struct word flow_actions[] = {
	{ "forward", VR_FLOW_FORWARD, "F", "Forward" },
	{ "drop", VR_FLOW_DROP, "D", "Drop" },
	{ "hold", VR_FLOW_HOLD, "H", "Hold" },
	{ NULL, 0, NULL, NULL }
};

const struct word flow_flags[] = {
	{ "mirror", VR_FLOW_F_MIRROR, "M", "Mirror" },
	{ "vrft", VR_FLOW_F_VRFT, "Vt", "VRF Translate" },
	{ NULL, 0, NULL, NULL }
};

const struct word flow_states[] = {
	{ "new", VR_FLOW_S_NEW, "N", "New Flow" },
	{ "held", VR_FLOW_S_HELD, "H", "Holds Packets" },
	{ "evict", VR_FLOW_S_EVICT, "Ec", "Evict Candidate" },
	{ NULL, 0, NULL, NULL }
};

/* In the order in which a connection goes through them. */
const struct word flow_tcp[] = {
	{ "syn", VR_FLOW_TCP_SYN, "S", "SYN" },
	{ "syn-reverse", VR_FLOW_TCP_SYN_R, "Sr", NULL },
	{ "established", VR_FLOW_TCP_EST, "E", "Established" },
	{ "established-reverse", VR_FLOW_TCP_EST_R, "Er", NULL },
	{ "fin", VR_FLOW_TCP_FIN, "F", "FIN" },
	{ "fin-reverse", VR_FLOW_TCP_FIN_R, "Fr", NULL },
	{ "rst", VR_FLOW_TCP_RST, "R", "RST" },
	{ "half-close", VR_FLOW_TCP_HALF_CLOSE, "C", "HalfClose" },
	{ "dead", VR_FLOW_TCP_DEAD, "D", "Dead" },
	{ NULL, 0, NULL, NULL }
};

const struct word flow_reasons[] = {
	{ "unknown", 0, "Unknown", "no reason given" },
	{ "unavailable-interface", 1, "UnavailIntf", "the interface is not available" },
	{ "ipv4-fwd-disabled", 2, "Ipv4FwdDis", "IPv4 forwarding is disabled" },
	{ "unavailable-vrf", 3, "UnavailVrf", "the VRF is not available" },
	{ "no-source-route", 4, "NoSrcRt", "no route to the source" },
	{ "no-destination-route", 5, "NoDstRt", "no route to the destination" },
	{ "audit", 6, "Audit", "nobody had decided on it when the table was audited" },
	{ "vrf-changed", 7, "VrfChange", "its VRF changed" },
	{ "no-reverse", 8, "NoRevFlow", "it has no reverse flow" },
	{ "reverse-changed", 9, "RevFlowChng", "its reverse flow changed" },
	{ "nat-changed", 10, "NatChng", "its translation changed" },
	{ "flow-limit", 11, "FlowLim", "the guest has as many flows as it may" },
	{ "link-local-source-nat", 12, "LinkSrcNatErr", "no port for a link-local service" },
	{ "failed-install", 13, "FailedInstall", "it could not be installed" },
	{ "invalid-l2", 14, "InvalidL2", "bridged, where only routed ones may be" },
	{ "flow-on-tsn", 15, "FlowOnTsn", "flows are not made on a node for bare metal" },
	{ "no-mirror-entry", 16, "NoMirrorEnt", "its mirror does not exist" },
	{ "same-flow-reverse-key", 17, "SameFlowRflowKey", "both directions have the same key" },
	{ "port-map", 18, "PortMapDrp", "no port to map to" },
	{ "no-source-route-l2-rpf", 19, "NoSrcRtL2Rpf", "no bridged way back to the source" },
	{ "fat-flow-nat-conflict", 20, "FatFlowNatCfl",
	  "fat flow and translation exclude each other" },
	{ "policy", 21, "Policy", "denied by network policy" },
	{ "out-policy", 22, "OutPolicy", "denied by network policy, outgoing" },
	{ "sg", 23, "SG", "denied by security group" },
	{ "out-sg", 24, "OutSG", "denied by security group, outgoing" },
	{ "reverse-sg", 25, "RevSG", "reverse flow denied by security group" },
	{ "reverse-out-sg", 26, "RevOutSG", "reverse flow denied by security group, outgoing" },
	{ "fw-policy", 27, "FwPolicy", "denied by firewall policy" },
	{ "out-fw-policy", 28, "OutFwPolicy", "denied by firewall policy, outgoing" },
	{ "reverse-fw-policy", 29, "RevFwPolicy", "reverse flow denied by firewall policy" },
	{ "reverse-out-fw-policy", 30, "RevOutFwPolicy",
	  "reverse flow denied by firewall policy, outgoing" },
	{ "fwaas", 31, "FWaaS", "denied by the firewall service" },
	{ "out-fwaas", 32, "OutFWaaS", "denied by the firewall service, outgoing" },
	{ "reverse-fwaas", 33, "RevFWaaS", "reverse flow denied by the firewall service" },
	{ "reverse-out-fwaas", 34, "RevOutFWaaS",
	  "reverse flow denied by the firewall service, outgoing" },
	{ NULL, 0, NULL, NULL }
};

const char *flow_action_text(__u32 action, char *buf)
{
	const char *name = word_name(flow_actions, action);

	if (name)
		return name;
	if (action == VR_FLOW_NAT)
		return "nat";
	snprintf(buf, 16, "action %u", action & 0xffff);
	return buf;
}
