/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The agent header: what stands between the Ethernet header of a frame on
 * pkt0 and the packet that it carries, in both directions.
 *
 *   0              14                          44
 *   +--------------+---------------------------+------------------ - -
 *   | Ethernet     | struct vr_agent_hdr       | packet, from its
 *   | type 0x0800  | big-endian, packed        | Ethernet header
 *   +--------------+---------------------------+------------------ - -
 */
#ifndef _UAPI_VROUTER_TRAP_H
#define _UAPI_VROUTER_TRAP_H

#include <linux/types.h>

/**
 * struct vr_agent_hdr - the 30 bytes after the Ethernet header, all big-endian
 * @ifindex: vif id: where the packet came from, or is to go to
 * @vrf: VRF in which it was, or is to be, handled
 * @cmd: from the agent enum vr_agent_cmd, to the agent enum vr_trap_reason
 * @param: depends on @cmd; 0 unless said
 * @param1: depends on @cmd
 * @param2: depends on @cmd
 * @param3: depends on @cmd
 * @param4: depends on @cmd
 * @param5: depends on @cmd
 * @pad: zero
 *
 * VR_TRAP_FLOW_MISS, VR_TRAP_FLOW_ACTION_HOLD: @param flow index, @param1 key
 * nexthop, @param2 bytes and @param3 packets so far (low 32 bits), @param4 what they
 * overflow (bytes: low 16 bits, packets: high 16), @param5 generation (low 8 bits).
 * VR_TRAP_HANDLE_DF: @param largest packet that fits, without its Ethernet header;
 * @param1 flow index, or VR_FLOW_NONE. VR_TRAP_DIAG: @param vif id. VR_TRAP_BFD:
 * @param state bits (RFC 5880 4.1, mask 0xc0).
 * VR_AGENT_CMD_ROUTE: @param bit 0 and @param1 bit 0 make it diagnostic traffic.
 */
struct vr_agent_hdr {
	__be16 ifindex;
	__be16 vrf;
	__be16 cmd;
	__be32 param;
	__be32 param1;
	__be32 param2;
	__be32 param3;
	__be32 param4;
	__u8 param5;
	__u8 pad[3];
} __attribute__((packed));

/** enum vr_agent_cmd - what the agent asks for */
enum vr_agent_cmd {
	VR_AGENT_CMD_SWITCH = 0,	/* transmit on vif @ifindex */
	VR_AGENT_CMD_ROUTE = 1,		/* handle as if received on vif @ifindex */
};

/** enum vr_trap_reason - why the agent gets a packet */
enum vr_trap_reason {
	VR_TRAP_ARP = 2,
	VR_TRAP_L2_PROTOCOLS = 3,
	VR_TRAP_NEXTHOP = 4,
	VR_TRAP_RESOLVE = 5,
	VR_TRAP_FLOW_MISS = 6,
	VR_TRAP_L3_PROTOCOLS = 7,
	VR_TRAP_DIAG = 8,
	VR_TRAP_ECMP_RESOLVE = 9,
	VR_TRAP_SOURCE_MISMATCH = 10,
	VR_TRAP_HANDLE_DF = 11,
	VR_TRAP_ZERO_TTL = 12,
	VR_TRAP_ICMP_ERROR = 13,
	VR_TRAP_TOR_CONTROL = 14,
	VR_TRAP_FLOW_ACTION_HOLD = 15,
	VR_TRAP_ROUTER_ALERT = 16,
	VR_TRAP_MAC_LEARN = 17,
	VR_TRAP_MAC_MOVE = 18,
	VR_TRAP_MAC_IP_LEARNING = 19,
	VR_TRAP_BFD = 20,
	VR_TRAP_MAX
};

#endif /* _UAPI_VROUTER_TRAP_H */
