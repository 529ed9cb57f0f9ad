/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Settings of a router: one list that feeds the attributes, the defaults, the
 * ranges and the tools.
 *
 * The numbers are ABI: new settings go to the end. All are u32 and can be
 * changed at any time; VR_A_CONF_<symbol> carries one.
 */
#ifndef _UAPI_VROUTER_CONF_H
#define _UAPI_VROUTER_CONF_H

/*
 * X(symbol, "word", default, least, most, "help")
 *	word	of vrouter --set and in JSON
 *	help	with its unit
 */
#define VR_CONF_SETTINGS(X) \
	X(FLOWS, "flows", 524288, 1024, 16777216, \
	  "flows that there may be") \
	X(HOLD_LIMIT, "hold_limit", 8192, 0, 1048576, \
	  "flows that may wait for the agent; 0: no limit") \
	X(HOLD_LIMIT_VIF, "hold_limit_vif", 1024, 0, 1048576, \
	  "the same, of one vif") \
	X(HOLD_QUEUE, "hold_queue", 3, 1, 64, \
	  "packets that one waiting flow may hold") \
	X(HOLD_TIMEOUT, "hold_timeout", 10000, 0, 3600000, \
	  "milliseconds that a flow may wait; 0: for ever") \
	X(BURST_TOKENS, "burst_tokens", 0, 0, 1048576, \
	  "flows above the hold limit that a burst may make") \
	X(BURST_INTERVAL, "burst_interval", 1000, 1, 3600000, \
	  "milliseconds between refills of the burst tokens") \
	X(BURST_STEP, "burst_step", 0, 0, 1048576, \
	  "burst tokens in a refill") \
	X(TRAP_RATE, "trap_rate", 1000, 0, 10000000, \
	  "packets a second to the agent, per vif and reason; 0: no limit") \
	X(TRAP_RATE_FLOW, "trap_rate_flow", 100000, 0, 10000000, \
	  "the same, for packets that need a decision on a flow") \
	X(AGE_TCP, "age_tcp", 1800000, 0, 0x7fffffff, \
	  "milliseconds without a packet until an established TCP flow goes; 0: never") \
	X(AGE_TCP_OPEN, "age_tcp_open", 60000, 0, 0x7fffffff, \
	  "the same, before it is established, or where it is dropped") \
	X(AGE_TCP_CLOSE, "age_tcp_close", 60000, 0, 0x7fffffff, \
	  "the same, after a FIN") \
	X(AGE_UDP, "age_udp", 180000, 0, 0x7fffffff, \
	  "the same, of UDP flows") \
	X(AGE_ICMP, "age_icmp", 60000, 0, 0x7fffffff, \
	  "the same, of ICMP flows") \
	X(AGE_OTHER, "age_other", 180000, 0, 0x7fffffff, \
	  "the same, of all others") \
	X(TCP_RST_CLOSES, "tcp_rst_closes", 0, 0, 1, \
	  "1: any RST ends a TCP flow, not only one with the expected number (RFC 5961)") \
	X(UDP6_ZERO_CSUM, "udp6_zero_csum", 0, 0, 1, \
	  "1: tunnels over IPv6 whose UDP has no checksum are taken (RFC 6935)") \
	X(TUNNEL_TTL, "tunnel_ttl", 64, 1, 255, \
	  "TTL or hop limit of outer headers") \
	X(TUNNEL_DSCP, "tunnel_dscp", 0, 0, 64, \
	  "DSCP of outer headers; 64: that of the packet inside") \
	X(MSS_CLAMP, "mss_clamp", 1, 0, 1, \
	  "1: TCP connections through tunnels agree on segments that fit") \
	X(PMTU_ANSWER, "pmtu_answer", 0, 0, 1, \
	  "1: the router itself tells guests what fits, if 0 the agent does") \
	X(PMTU_EXPIRES, "pmtu_expires", 600000, 0, 0x7fffffff, \
	  "milliseconds that a learnt path MTU counts; 0: for ever") \
	X(FRAGMENTS, "fragments", 16384, 0, 65536, \
	  "packets in fragments that may be followed at once; 0: none") \
	X(FRAGMENTS_VIF, "fragments_vif", 2048, 0, 65536, \
	  "the same, of one vif; 0: no limit") \
	X(FRAGMENTS_AGE, "fragments_age", 2000, 1, 60000, \
	  "milliseconds that later fragments are taken for their first one's") \
	X(FRAGMENTS_HELD, "fragments_held", 4096, 0, 65536, \
	  "later fragments that may wait for their first one; 0: none") \
	X(FRAGMENTS_HELD_VIF, "fragments_held_vif", 512, 0, 65536, \
	  "the same, from one vif; 0: no limit") \
	X(FRAGMENTS_WAIT, "fragments_wait", 1000, 1, 60000, \
	  "milliseconds that they may wait") \
	X(GRO, "gro", 1, 0, 1, \
	  "1: TCP segments that come out of a tunnel are merged before they go on")

/** enum vr_conf - index of a setting */
enum vr_conf {
#define X(sym, word, dflt, least, most, help) VR_CONF_##sym,
	VR_CONF_SETTINGS(X)
#undef X
	VR_CONF_MAX
};

/** enum vr_a_conf - attributes of VR_CMD_CONF_*: one more than the index */
enum vr_a_conf {
	VR_A_CONF_UNSPEC,
#define X(sym, word, dflt, least, most, help) VR_A_CONF_##sym,
	VR_CONF_SETTINGS(X)
#undef X
	__VR_A_CONF_MAX,
	VR_A_CONF_MAX = __VR_A_CONF_MAX - 1
};

#endif /* _UAPI_VROUTER_CONF_H */
