/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Why a packet was dropped: one list that feeds the enum, the counters, the
 * tracepoint and the tools.
 *
 * The numbers are ABI. A reason is never renumbered or reused; new ones go to
 * the end. Names are the reference vRouter's where the meaning is the same.
 */
#ifndef _UAPI_VROUTER_DROP_H
#define _UAPI_VROUTER_DROP_H

/*
 * X(symbol, "key", "label", "help")
 *	symbol	VR_DROP_<symbol>
 *	key	word in JSON and in the tracepoint
 *	label	text of the dropstats table
 *	help	what an operator should make of it
 */
#define VR_DROP_REASONS(X) \
	X(NONE, "none", "None", "not a drop") \
	X(DISCARD, "discard", "Discards", \
	  "the nexthop says discard") \
	X(PULL, "pull", "Pull Fails", \
	  "headers could not be made linear: truncated frame or no memory") \
	X(INVALID_IF, "invalid_if", "Invalid IF", \
	  "the nexthop's vif was deleted") \
	X(INVALID_ARP, "invalid_arp", "Invalid ARP", \
	  "malformed ARP, or gratuitous ARP on a port that proxies every MAC") \
	X(TRAP_NO_IF, "trap_no_if", "Trap No IF", \
	  "packet for the agent, but no agent port is up") \
	X(NOWHERE_TO_GO, "nowhere_to_go", "Nowhere to go", \
	  "no partner to cross-connect with, or no port of the right kind") \
	X(TTL_EXCEEDED, "ttl_exceeded", "TTL Exceeded", \
	  "arrived with TTL or hop limit 0") \
	X(INVALID_NH, "invalid_nh", "Invalid NH", \
	  "the nexthop was deleted, or cannot do this to this packet") \
	X(INVALID_PROTOCOL, "invalid_protocol", "Invalid Protocol", \
	  "to be routed, but neither IPv4 nor IPv6") \
	X(IF_TX_DISCARD, "if_tx_discard", "IF TX Discard", \
	  "the port was down, its queue full, or the frame above its MTU") \
	X(IF_RX_DISCARD, "if_rx_discard", "IF RX Discard", \
	  "not for this host, or the port may not receive it") \
	X(IF_DROP, "if_drop", "IF Drop", \
	  "the port's device is gone") \
	X(PUSH, "push", "Push Fails", \
	  "no headroom and no memory to make some") \
	X(PCOW_FAIL, "pcow_fail", "PCOW fails", \
	  "no memory for a private copy of shared headers") \
	X(MCAST_CLONE_FAIL, "mcast_clone_fail", "Mcast Clone Fail", \
	  "no memory to replicate to one member") \
	X(INVALID_PACKET, "invalid_packet", "Invalid packets", \
	  "malformed header: length, version or header size is impossible") \
	X(CKSUM_ERR, "cksum_err", "Checksum errors", \
	  "IPv4 header checksum, or checksum of a tunnel, is wrong") \
	X(CLONED_ORIGINAL, "cloned_original", "Cloned Original", \
	  "replicated and nobody took the original; expected in normal use") \
	X(L2_NO_ROUTE, "l2_no_route", "No L2 Route", \
	  "unknown unicast MAC and flooding is off") \
	X(PKT_LOOP, "pkt_loop", "Packet Loop", \
	  "went round the tables too often: nexthops form a loop") \
	X(INVALID_VRF, "invalid_vrf", "Invalid VRF", \
	  "the VRF does not exist") \
	X(TRAP_LIMIT, "trap_limit", "Trap Limit", \
	  "the agent's port did not take the packet") \
	X(AGENT_CMD, "agent_cmd", "Invalid Agent Command", \
	  "frame from the agent with a malformed or unknown command") \
	X(L3_NO_ROUTE, "l3_no_route", "No L3 Route", \
	  "no route covers the destination in its VRF") \
	X(FLOW_QUEUE_LIMIT, "flow_queue_limit", "Flow Queue Limit Exceeded", \
	  "its flow waits for the agent and holds as many packets as it may") \
	X(FLOW_NO_MEMORY, "flow_no_memory", "Flow No Memory", \
	  "no memory for a new flow, or to hold its packet") \
	X(FLOW_ACTION_DROP, "flow_action_drop", "Flow Action Drop", \
	  "the agent decided so: flow --get shows why") \
	X(FLOW_ACTION_INVALID, "flow_action_invalid", "Flow Action Invalid", \
	  "its flow says what cannot be done to this packet") \
	X(FLOW_UNUSABLE, "flow_unusable", "Flow Unusable (Hold Limit)", \
	  "too many flows wait for the agent, of this vif or in all") \
	X(FLOW_TABLE_FULL, "flow_table_full", "Flow Table Full", \
	  "as many flows as the limit allows") \
	X(FLOW_EVICT, "flow_evict", "Flow Evict", \
	  "its flow is just being removed") \
	X(NEW_FLOWS, "new_flows", "New Flows", \
	  "the vif may have no new flows") \
	X(INVALID_SOURCE, "invalid_source", "Invalid Source", \
	  "did not come the way that its flow's source nexthop says") \
	X(NO_FRAG_ENTRY, "no_frag_entry", "No Fragment Entry", \
	  "fragment of which no ports are known, or whose first one has no flow") \
	X(ICMP_ERROR, "icmp_error", "ICMP Error", \
	  "ICMP error about an ICMP error, or about nothing that can be read") \
	X(HOLD_TIMEOUT, "hold_timeout", "Hold Timeout", \
	  "was held, and the agent did not decide in time") \
	X(TRAP_RATE, "trap_rate", "Trap Rate Limit", \
	  "more packets for the agent, for one reason from one vif, than it takes a second") \
	X(INVALID_LABEL, "invalid_label", "Invalid Label", \
	  "MPLS label that is not in the table, or that a tunnel needs and no route gave") \
	X(INVALID_VNID, "invalid_vnid", "Invalid VNID", \
	  "VNI that is not in the table, or that a tunnel needs and no route gave") \
	X(INVALID_TUNNEL, "invalid_tunnel", "Invalid Tunnel Header", \
	  "tunnel header with a flag, option or length that cannot be") \
	X(TUNNEL_ECN, "tunnel_ecn", "Tunnel ECN", \
	  "congestion was met in the tunnel by a packet that cannot say so (RFC 6040)") \
	X(NO_UNDERLAY, "no_underlay", "No Underlay", \
	  "there is no way to the tunnel's other end") \
	X(UNDERLAY_TX, "underlay_tx", "Underlay TX", \
	  "the host's stack did not take a packet in a tunnel") \
	X(INVALID_MCAST_SOURCE, "invalid_mcast_source", "Invalid Mcast Source", \
	  "flooded by somebody who is no member of the group") \
	X(MCAST_DF_BIT, "mcast_df_bit", "Mcast DF Bit", \
	  "flooded, too large for a tunnel, and not to be cut") \
	X(FRAGMENTS, "fragments", "Fragments", \
	  "fragment that waited too long for its first one, or of more than there may be")

enum vr_drop_reason {
#define X(sym, key, label, help) VR_DROP_##sym,
	VR_DROP_REASONS(X)
#undef X
	VR_DROP_MAX
};

#endif /* _UAPI_VROUTER_DROP_H */
