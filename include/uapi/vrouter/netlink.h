/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Generic netlink family "vrouter": commands and attributes.
 *
 * Every object has its own attribute set, so an attribute number means what
 * its enum says only in that object's commands. Numbers in attributes are
 * host order unless marked "network order"; addresses are in network order.
 * docs/netlink/vrouter.yaml describes the same in the kernel's YNL form.
 */
#ifndef _UAPI_VROUTER_NETLINK_H
#define _UAPI_VROUTER_NETLINK_H

#define VR_GENL_NAME		"vrouter"
#define VR_GENL_VERSION		2
/* Multicast group: every change of configuration, as the object's *_NEW or *_DEL. */
#define VR_GENL_MCGRP_CONFIG	"config"

#define VR_NAME_MAX		15	/* characters of a device name */
#define VR_XCONNECT_MAX		3	/* cross-connect partners of a vhost vif */
#define VR_NH_MEMBERS_MAX	256	/* members of a composite nexthop */

#define VR_VIF_ID_MAX		65534	/* 0xffff in the agent header: none */
#define VR_VRF_ID_MAX		65534
#define VR_VRF_NONE		65535	/* "no multicast VRF" */
#define VR_NH_ID_MAX		1048575
#define VR_LABEL_NONE		0xffffffffU
#define VR_LABEL_MAX		0xffffffU	/* MPLS label (20 bits) or VNI (24 bits) */

/**
 * enum vr_cmd - commands
 *
 * *_NEW creates or, without NLM_F_EXCL, replaces. *_GET answers with one
 * object, or with NLM_F_DUMP with all of them. Answers and notifications carry
 * the command *_NEW (*_DEL when it went).
 */
enum vr_cmd {
	VR_CMD_UNSPEC,
	VR_CMD_INFO_GET,	/* VR_A_INFO_* */
	VR_CMD_INFO_NEW,	/* answer only */
	VR_CMD_RESET,		/* empties every table of the namespace */
	VR_CMD_VRF_NEW,		/* VR_A_VRF_* */
	VR_CMD_VRF_DEL,
	VR_CMD_VRF_GET,
	VR_CMD_VIF_NEW,		/* VR_A_VIF_* */
	VR_CMD_VIF_SET,		/* changes only what is given */
	VR_CMD_VIF_DEL,
	VR_CMD_VIF_GET,
	VR_CMD_VIF_CLEAR,	/* counters; without an id those of all */
	VR_CMD_NH_NEW,		/* VR_A_NH_* */
	VR_CMD_NH_DEL,
	VR_CMD_NH_GET,
	VR_CMD_ROUTE_NEW,	/* VR_A_ROUTE_* */
	VR_CMD_ROUTE_DEL,
	VR_CMD_ROUTE_GET,	/* do: longest match; dump: a VRF's table */
	VR_CMD_BRIDGE_NEW,	/* VR_A_BRIDGE_* */
	VR_CMD_BRIDGE_DEL,
	VR_CMD_BRIDGE_GET,
	VR_CMD_DROPS_GET,	/* VR_A_DROPS_* */
	VR_CMD_DROPS_NEW,	/* answer only */
	VR_CMD_DROPS_CLEAR,

	__VR_CMD_MAX,
	VR_CMD_MAX = __VR_CMD_MAX - 1
};

/* Families, everywhere: AF_INET (2), AF_INET6 (10), AF_BRIDGE (7). */

/** enum vr_a_vrf - a VRF: a routing and a bridging domain */
enum vr_a_vrf {
	VR_A_VRF_UNSPEC,
	VR_A_VRF_ID,		/* u32, 0..VR_VRF_ID_MAX */
	VR_A_VRF_PAD,
	VR_A_VRF_ROUTES4,	/* u64, out */
	VR_A_VRF_ROUTES6,	/* u64, out */
	VR_A_VRF_BRIDGES,	/* u64, out */
	__VR_A_VRF_MAX,
	VR_A_VRF_MAX = __VR_A_VRF_MAX - 1
};

/** enum vr_vif_type - numbers of the reference vRouter */
enum vr_vif_type {
	VR_VIF_HOST = 0,	/* vhost0: the host's own stack */
	VR_VIF_AGENT = 1,	/* pkt0 */
	VR_VIF_PHYSICAL = 2,	/* uplink into the fabric */
	VR_VIF_VIRTUAL = 3,	/* a guest's tap or veth */
};

/* VR_A_VIF_FLAGS: bits of the reference vRouter */
#define VR_VIF_F_XCONNECT	0x2	/* cross-connect even while an agent is there */
#define VR_VIF_F_L3		0x40	/* may be routed; neither L3 nor L2: both */
#define VR_VIF_F_L2		0x80	/* may be bridged */
#define VR_VIF_F_DHCP		0x100	/* trap DHCP requests to the agent */
#define VR_VIF_F_PROMISC	0x400	/* physical: take frames for other hosts too */
#define VR_VIF_F_NO_ARP_PROXY	0x1000	/* answer ARP and ND only for the gateway */
#define VR_VIF_F_UUC_FLOOD	0x10000	/* flood unknown unicast */
#define VR_VIF_F_MAC_PROXY	0x100000 /* answer every ARP and ND with the vif's MAC */
#define VR_VIF_F_ALL		(VR_VIF_F_XCONNECT | VR_VIF_F_L3 | VR_VIF_F_L2 | \
				 VR_VIF_F_DHCP | VR_VIF_F_PROMISC | \
				 VR_VIF_F_NO_ARP_PROXY | VR_VIF_F_UUC_FLOOD | \
				 VR_VIF_F_MAC_PROXY)

/* VR_A_VIF_STATUS: bits, out */
#define VR_VIF_S_ATTACHED	0x1	/* the device is there */
#define VR_VIF_S_UP		0x2	/* it is up and has carrier */
#define VR_VIF_S_XCONNECT	0x4	/* cross-connected just now */

/** enum vr_a_vif - a virtual interface: a port of the router */
enum vr_a_vif {
	VR_A_VIF_UNSPEC,
	VR_A_VIF_ID,		/* u32, 0..VR_VIF_ID_MAX; NEW without: the lowest free */
	VR_A_VIF_NAME,		/* string, device name */
	VR_A_VIF_TYPE,		/* u32, enum vr_vif_type */
	VR_A_VIF_FLAGS,		/* u32, VR_VIF_F_* */
	VR_A_VIF_VRF,		/* u32; default 0 */
	VR_A_VIF_MCAST_VRF,	/* u32; default VR_VRF_NONE */
	VR_A_VIF_MAC,		/* 6 bytes; default the device's */
	VR_A_VIF_IP,		/* 4 bytes */
	VR_A_VIF_IP6,		/* 16 bytes */
	VR_A_VIF_MTU,		/* u32; 0: the device's own */
	VR_A_VIF_NH,		/* u32, nexthop that stands for this vif; default 0 */
	VR_A_VIF_XCONNECT,	/* u32, id of an uplink; repeated up to VR_XCONNECT_MAX */
	VR_A_VIF_IFINDEX,	/* u32, out; absent while detached */
	VR_A_VIF_STATUS,	/* u32, out, VR_VIF_S_* */
	VR_A_VIF_REFS,		/* u32, out: nexthops that point here */
	VR_A_VIF_PAD,
	VR_A_VIF_RX_PACKETS,	/* u64, out: into the router */
	VR_A_VIF_RX_BYTES,	/* u64, out */
	VR_A_VIF_RX_ERRORS,	/* u64, out: received here and dropped */
	VR_A_VIF_TX_PACKETS,	/* u64, out: out of the router */
	VR_A_VIF_TX_BYTES,	/* u64, out */
	VR_A_VIF_TX_ERRORS,	/* u64, out: the port did not take it */
	VR_A_VIF_DROPS,		/* nest of VR_A_DROP, out; only by GET of one */
	__VR_A_VIF_MAX,
	VR_A_VIF_MAX = __VR_A_VIF_MAX - 1
};

/** enum vr_nh_type - numbers of the reference vRouter */
enum vr_nh_type {
	VR_NH_DEAD = 0,
	VR_NH_RECEIVE = 1,
	VR_NH_ENCAP = 2,
	VR_NH_TUNNEL = 3,	/* not yet offered */
	VR_NH_RESOLVE = 4,
	VR_NH_DISCARD = 5,
	VR_NH_COMPOSITE = 6,
	VR_NH_VRF_TRANSLATE = 7,
	VR_NH_L2_RECEIVE = 8,
};

/** enum vr_nh_kind - what a composite nexthop is a list of */
enum vr_nh_kind {
	VR_NH_KIND_NONE = 0,
	VR_NH_KIND_L2_MCAST = 1,	/* of encap nexthops and encap composites */
	VR_NH_KIND_ENCAP = 2,		/* of encap nexthops: the local guests */
};

/* VR_A_NH_FLAGS: bits of the reference vRouter */
#define VR_NH_F_MCAST		0x20	 /* encap: IPv4 group address gives the MAC */
#define VR_NH_F_UUC_FLOOD	0x10000	 /* vrf-translate: flood unknown unicast */
#define VR_NH_F_ALL		(VR_NH_F_MCAST | VR_NH_F_UUC_FLOOD)

/** enum vr_a_nh - a nexthop: what is done to a packet */
enum vr_a_nh {
	VR_A_NH_UNSPEC,
	VR_A_NH_ID,		/* u32, 1..VR_NH_ID_MAX; 0 is built in: discard */
	VR_A_NH_TYPE,		/* u32, enum vr_nh_type */
	VR_A_NH_FAMILY,		/* u32; encap and vrf-translate must have it */
	VR_A_NH_FLAGS,		/* u32, VR_NH_F_* */
	VR_A_NH_VRF,		/* u32; default 0 */
	VR_A_NH_OIF,		/* u32, vif id; encap and receive must have it */
	VR_A_NH_DMAC,		/* 6 bytes, encap */
	VR_A_NH_SMAC,		/* 6 bytes, encap */
	VR_A_NH_KIND,		/* u32, enum vr_nh_kind, composite */
	VR_A_NH_MEMBERS,	/* nest of VR_A_MEMBER_ENTRY, composite */
	VR_A_NH_REFS,		/* u32, out: who points here */
	__VR_A_NH_MAX,
	VR_A_NH_MAX = __VR_A_NH_MAX - 1
};

/** enum vr_a_member - a member of a composite nexthop */
enum vr_a_member {
	VR_A_MEMBER_UNSPEC,
	VR_A_MEMBER_ENTRY,	/* nest, repeated, of the two below */
	VR_A_MEMBER_NH,		/* u32 */
	VR_A_MEMBER_LABEL,	/* u32; default VR_LABEL_NONE */
	__VR_A_MEMBER_MAX,
	VR_A_MEMBER_MAX = __VR_A_MEMBER_MAX - 1
};

/* VR_A_ROUTE_FLAGS: bits of the reference vRouter */
#define VR_ROUTE_F_LABEL	0x1	/* out: VR_A_ROUTE_LABEL is meant */
#define VR_ROUTE_F_PROXY	0x2	/* answer ARP and ND for it */
#define VR_ROUTE_F_TRAP		0x4	/* gratuitous ARP: a copy to the agent */
#define VR_ROUTE_F_FLOOD	0x8	/* flood ARP and ND unless a MAC is stitched */
#define VR_ROUTE_F_ALL		(VR_ROUTE_F_LABEL | VR_ROUTE_F_PROXY | \
				 VR_ROUTE_F_TRAP | VR_ROUTE_F_FLOOD)

/** enum vr_a_route - an IPv4 or IPv6 route */
enum vr_a_route {
	VR_A_ROUTE_UNSPEC,
	VR_A_ROUTE_VRF,		/* u32 */
	VR_A_ROUTE_FAMILY,	/* u32, AF_INET or AF_INET6 */
	VR_A_ROUTE_PREFIX,	/* 4 or 16 bytes, network order; GET: an address */
	VR_A_ROUTE_PLEN,	/* u32, 0..32 or 0..128; GET: absent asks for the longest match */
	VR_A_ROUTE_NH,		/* u32 */
	VR_A_ROUTE_LABEL,	/* u32 */
	VR_A_ROUTE_FLAGS,	/* u32, VR_ROUTE_F_* */
	VR_A_ROUTE_MAC,		/* 6 bytes: the stitched MAC, answer to ARP and ND */
	__VR_A_ROUTE_MAX,
	VR_A_ROUTE_MAX = __VR_A_ROUTE_MAX - 1
};

/* VR_A_BRIDGE_FLAGS: bits of the reference vRouter */
#define VR_BRIDGE_F_LABEL	0x2	/* out: VR_A_BRIDGE_LABEL is meant */
#define VR_BRIDGE_F_FLOOD_DHCP	0x4	/* DHCP from this MAC is flooded, not trapped */
#define VR_BRIDGE_F_ALL		(VR_BRIDGE_F_LABEL | VR_BRIDGE_F_FLOOD_DHCP)

/** enum vr_a_bridge - a bridge entry */
enum vr_a_bridge {
	VR_A_BRIDGE_UNSPEC,
	VR_A_BRIDGE_VRF,	/* u32 */
	VR_A_BRIDGE_MAC,	/* 6 bytes; ff:ff:ff:ff:ff:ff is the flood entry */
	VR_A_BRIDGE_NH,		/* u32 */
	VR_A_BRIDGE_LABEL,	/* u32 */
	VR_A_BRIDGE_FLAGS,	/* u32, VR_BRIDGE_F_* */
	__VR_A_BRIDGE_MAX,
	VR_A_BRIDGE_MAX = __VR_A_BRIDGE_MAX - 1
};

/** enum vr_a_drop - a list of drop counters */
enum vr_a_drop {
	VR_A_DROP_UNSPEC,
	VR_A_DROP_ENTRY,	/* nest, repeated, of the two below */
	VR_A_DROP_REASON,	/* u32, enum vr_drop_reason */
	VR_A_DROP_PAD,
	VR_A_DROP_COUNT,	/* u64 */
	__VR_A_DROP_MAX,
	VR_A_DROP_MAX = __VR_A_DROP_MAX - 1
};

/** enum vr_a_drops - drop counters of the namespace or of one vif */
enum vr_a_drops {
	VR_A_DROPS_UNSPEC,
	VR_A_DROPS_VIF,		/* u32; absent: the namespace */
	VR_A_DROPS_LIST,	/* nest of VR_A_DROP, out; every reason, zero too */
	__VR_A_DROPS_MAX,
	VR_A_DROPS_MAX = __VR_A_DROPS_MAX - 1
};

/** enum vr_a_info - what the router holds and what became of its packets */
enum vr_a_info {
	VR_A_INFO_UNSPEC,
	VR_A_INFO_PAD,
	VR_A_INFO_VERSION,	/* string, of the module */
	VR_A_INFO_TABLES,	/* nest of VR_A_TABLE, out */
	VR_A_INFO_MEMORY,	/* nest of VR_A_MEM, out */
	VR_A_INFO_RECEIVED,	/* u64, the books; all since the core was made */
	VR_A_INFO_CREATED,	/* u64 */
	VR_A_INFO_TRANSMITTED,	/* u64 */
	VR_A_INFO_DELIVERED,	/* u64 */
	VR_A_INFO_TRAPPED,	/* u64 */
	VR_A_INFO_DROPPED,	/* u64 */
	VR_A_INFO_HELD,		/* u64 */
	VR_A_INFO_CONSUMED,	/* u64 */
	VR_A_INFO_UNACCOUNTED,	/* s64: received + created less all the others */
	VR_A_INFO_AGENT,	/* u8, 1: an agent port is there and up */
	__VR_A_INFO_MAX,
	VR_A_INFO_MAX = __VR_A_INFO_MAX - 1
};

/** enum vr_a_table - use and limit of one table */
enum vr_a_table {
	VR_A_TABLE_UNSPEC,
	VR_A_TABLE_ENTRY,	/* nest, repeated, of those below */
	VR_A_TABLE_PAD,
	VR_A_TABLE_NAME,	/* string: "vifs", "vrfs", "nexthops", … */
	VR_A_TABLE_USED,	/* u64 */
	VR_A_TABLE_LIMIT,	/* u64 */
	__VR_A_TABLE_MAX,
	VR_A_TABLE_MAX = __VR_A_TABLE_MAX - 1
};

/** enum vr_a_mem - memory by class */
enum vr_a_mem {
	VR_A_MEM_UNSPEC,
	VR_A_MEM_ENTRY,		/* nest, repeated, of those below */
	VR_A_MEM_PAD,
	VR_A_MEM_NAME,		/* string: "route", "nexthop", … */
	VR_A_MEM_OBJECTS,	/* u64 */
	VR_A_MEM_BYTES,		/* u64 */
	__VR_A_MEM_MAX,
	VR_A_MEM_MAX = __VR_A_MEM_MAX - 1
};

#endif /* _UAPI_VROUTER_NETLINK_H */
