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
/* Multicast groups: changes of configuration, as the object's *_NEW or *_DEL; ends of flows. */
#define VR_GENL_MCGRP_CONFIG	"config"
#define VR_GENL_MCGRP_FLOW	"flow"

#define VR_NAME_MAX		15	/* characters of a device name */
#define VR_XCONNECT_MAX		3	/* cross-connect partners of a vhost vif */
#define VR_NH_MEMBERS_MAX	256	/* members of a composite nexthop */
#define VR_NH_ECMP_MAX		128	/* of one of kind ecmp: a flow knows its member by 7 bits */

#define VR_VIF_ID_MAX		65534	/* 0xffff in the agent header: none */
#define VR_VRF_ID_MAX		65534
#define VR_VRF_NONE		65535	/* "no multicast VRF" */
#define VR_NH_ID_MAX		1048575
#define VR_NH_NONE		0xffffffffU
#define VR_FLOW_ID_MAX		16777215	/* 16 Mi flows */
#define VR_FLOW_NONE		0xffffffffU
#define VR_MIRROR_NONE		255
#define VR_FAT_RULES_MAX	256	/* fat-flow rules of a vif */
#define VR_FAT_EXCLUDES_MAX	16	/* prefixes that no rule of a vif touches */
#define VR_LABEL_NONE		0xffffffffU
#define VR_LABEL_MAX		0xffffffU	/* MPLS label (20 bits) or VNI (24 bits) */
#define VR_MPLS_LABEL_MIN	16U		/* those below mean something (RFC 3032 2.1) */
#define VR_MPLS_LABEL_MAX	0xfffffU
#define VR_VNI_MAX		0xffffffU

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
	VR_CMD_CONF_SET,	/* VR_A_CONF: changes only what is given */
	VR_CMD_CONF_GET,
	VR_CMD_CONF_NEW,	/* answer and notification only */
	VR_CMD_FLOW_NEW,	/* VR_A_FLOW_*; with an index it changes only what is given */
	VR_CMD_FLOW_DEL,
	VR_CMD_FLOW_GET,
	VR_CMD_FLOW_FLUSH,	/* every flow */
	VR_CMD_MPLS_NEW,	/* VR_A_DEMUX_*: incoming labels */
	VR_CMD_MPLS_DEL,
	VR_CMD_MPLS_GET,
	VR_CMD_VXLAN_NEW,	/* VR_A_DEMUX_*: incoming VNIs */
	VR_CMD_VXLAN_DEL,
	VR_CMD_VXLAN_GET,

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
#define VR_VIF_F_POLICY		0x1	/* what comes in here needs a flow */
#define VR_VIF_F_XCONNECT	0x2	/* cross-connect even while an agent is there */
#define VR_VIF_F_L3		0x40	/* may be routed; neither L3 nor L2: both */
#define VR_VIF_F_L2		0x80	/* may be bridged */
#define VR_VIF_F_DHCP		0x100	/* trap DHCP requests to the agent */
#define VR_VIF_F_PROMISC	0x400	/* physical: take frames for other hosts too */
#define VR_VIF_F_NO_ARP_PROXY	0x1000	/* answer ARP and ND only for the gateway */
#define VR_VIF_F_UUC_FLOOD	0x10000	/* flood unknown unicast */
#define VR_VIF_F_DROP_NEW_FLOWS	0x40000	/* no new flows from here */
#define VR_VIF_F_MAC_PROXY	0x100000 /* answer every ARP and ND with the vif's MAC */
#define VR_VIF_F_IGMP		0x2000000 /* trap IGMP to the agent */
#define VR_VIF_F_ALL		(VR_VIF_F_POLICY | VR_VIF_F_XCONNECT | VR_VIF_F_L3 | \
				 VR_VIF_F_L2 | VR_VIF_F_DHCP | VR_VIF_F_PROMISC | \
				 VR_VIF_F_NO_ARP_PROXY | VR_VIF_F_UUC_FLOOD | \
				 VR_VIF_F_DROP_NEW_FLOWS | VR_VIF_F_MAC_PROXY | \
				 VR_VIF_F_IGMP)

/* VR_A_VIF_STATUS: bits, out */
#define VR_VIF_S_ATTACHED	0x1	/* the device is there */
#define VR_VIF_S_UP		0x2	/* it is up and has carrier */
#define VR_VIF_S_XCONNECT	0x4	/* cross-connected just now */

/** enum vr_a_vif - a virtual interface: a port of the router */
enum vr_a_vif {
	VR_A_VIF_UNSPEC,
	VR_A_VIF_ID,		/* u32, 0..VR_VIF_ID_MAX; NEW: this device's, or lowest free */
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
	VR_A_VIF_FAT,		/* nest of VR_A_FAT; replaces all rules, an empty one ends them */
	VR_A_VIF_HELD,		/* u32, out: flows from here that wait for the agent */
	__VR_A_VIF_MAX,
	VR_A_VIF_MAX = __VR_A_VIF_MAX - 1
};

/* VR_A_FAT_IGNORE: which address of the guest's packets is no part of the key */
#define VR_FAT_IGNORE_SRC	0x1	/* the guest's own */
#define VR_FAT_IGNORE_DST	0x2	/* the other end's */

/** enum vr_a_fat - fat-flow rules of a vif: many flows share one */
enum vr_a_fat {
	VR_A_FAT_UNSPEC,
	VR_A_FAT_RULE,		/* nest, repeated, of those below */
	VR_A_FAT_EXCLUDE,	/* nest, repeated, of VR_A_FAT_PREFIX and _PLEN: never aggregated */
	VR_A_FAT_PROTO,		/* u32, IP protocol 0..255 */
	VR_A_FAT_PORT,		/* u32; 0: every port. The other port is no part of the key */
	VR_A_FAT_IGNORE,	/* u32, VR_FAT_IGNORE_* */
	VR_A_FAT_SRC,		/* nest of the three below: the guest's own addresses */
	VR_A_FAT_DST,		/* nest of the three below: the other end's */
	VR_A_FAT_PREFIX,	/* 4 or 16 bytes, network order */
	VR_A_FAT_PLEN,		/* u32: which addresses */
	VR_A_FAT_AGGREGATE,	/* u32, >= PLEN: how many of their bits stay in the key */
	__VR_A_FAT_MAX,
	VR_A_FAT_MAX = __VR_A_FAT_MAX - 1
};

/** enum vr_nh_type - numbers of the reference vRouter */
enum vr_nh_type {
	VR_NH_DEAD = 0,
	VR_NH_RECEIVE = 1,
	VR_NH_ENCAP = 2,
	VR_NH_TUNNEL = 3,
	VR_NH_RESOLVE = 4,
	VR_NH_DISCARD = 5,
	VR_NH_COMPOSITE = 6,
	VR_NH_VRF_TRANSLATE = 7,
	VR_NH_L2_RECEIVE = 8,
};

/** enum vr_nh_kind - what a composite nexthop is a list of */
enum vr_nh_kind {
	VR_NH_KIND_NONE = 0,
	VR_NH_KIND_L2_MCAST = 1,	/* of encap nexthops and of the four kinds below */
	VR_NH_KIND_ENCAP = 2,		/* of encap nexthops: the local guests */
	VR_NH_KIND_FABRIC = 3,		/* of MPLS tunnels: neighbours in a multicast tree */
	VR_NH_KIND_EVPN = 4,		/* of tunnels: other hypervisors; they do not pass it on */
	VR_NH_KIND_TOR = 5,		/* of VXLAN tunnels: top-of-rack switches */
	VR_NH_KIND_ECMP = 6,		/* of any nexthops, one of which is taken */
};

/** enum vr_encap - what a tunnel nexthop puts in front */
enum vr_encap {
	VR_ENCAP_NONE = 0,
	VR_ENCAP_VXLAN = 1,	/* RFC 7348: the label is the VNI */
	VR_ENCAP_MPLS_UDP = 2,	/* RFC 7510 */
	VR_ENCAP_MPLS_GRE = 3,	/* RFC 4023 */
	VR_ENCAP_MAX
};

/* VR_A_NH_HASH: what of a packet chooses the member of an ECMP composite; bits of the reference */
#define VR_HASH_PROTO		0x1
#define VR_HASH_SIP		0x2
#define VR_HASH_SPORT		0x4
#define VR_HASH_DIP		0x8
#define VR_HASH_DPORT		0x10
#define VR_HASH_ALL		0x1f

/* VR_A_NH_FLAGS: bits of the reference vRouter */
#define VR_NH_F_POLICY		0x2	 /* what goes here needs a flow */
#define VR_NH_F_MCAST		0x20	 /* encap: IPv4 group address gives the MAC */
#define VR_NH_F_ECMP_KEEP_LABEL	0x800	 /* ecmp: the members' labels are not applied */
#define VR_NH_F_UUC_FLOOD	0x10000	 /* vrf-translate: flood unknown unicast */
#define VR_NH_F_FLOW_LOOKUP	0x40000	 /* a flow is obeyed, but none is needed */
#define VR_NH_F_CONTROL_WORD	0x800000 /* MPLS tunnel: a control word before a frame (RFC 4448) */
#define VR_NH_F_L3_VXLAN	0x2000000 /* VXLAN tunnel: of packets that are routed */
#define VR_NH_F_VALIDATE_MCAST	0x8000000 /* l2-mcast: what comes from no member is dropped */
#define VR_NH_F_UDP6_ZERO_CSUM	0x20000000 /* UDP tunnel over IPv6: no checksum (RFC 6935) */
#define VR_NH_F_UDP_CSUM	0x40000000 /* UDP tunnel over IPv4: with a checksum */
#define VR_NH_F_RESOLVE		0x80000000U /* tunnel: the way to its end is the host's to find */
#define VR_NH_F_ALL		(VR_NH_F_POLICY | VR_NH_F_MCAST | VR_NH_F_UUC_FLOOD | \
				 VR_NH_F_FLOW_LOOKUP | VR_NH_F_ECMP_KEEP_LABEL | \
				 VR_NH_F_CONTROL_WORD | VR_NH_F_L3_VXLAN | \
				 VR_NH_F_VALIDATE_MCAST | VR_NH_F_UDP6_ZERO_CSUM | \
				 VR_NH_F_UDP_CSUM | VR_NH_F_RESOLVE)

/* VR_A_NH_STATE: bits, out */
#define VR_NH_S_RESOLVED	0x1	/* tunnel: there is a way to its end */

/** enum vr_a_nh - a nexthop: what is done to a packet */
enum vr_a_nh {
	VR_A_NH_UNSPEC,
	VR_A_NH_ID,		/* u32, 1..VR_NH_ID_MAX; 0 is built in: discard */
	VR_A_NH_TYPE,		/* u32, enum vr_nh_type */
	VR_A_NH_FAMILY,		/* u32; encap and vrf-translate must have it */
	VR_A_NH_FLAGS,		/* u32, VR_NH_F_* */
	VR_A_NH_VRF,		/* u32; default 0 */
	VR_A_NH_OIF,		/* u32, vif id; encap, receive, tunnel that is not resolved */
	VR_A_NH_DMAC,		/* 6 bytes, encap and tunnel: of the outer header */
	VR_A_NH_SMAC,		/* 6 bytes, encap and tunnel */
	VR_A_NH_KIND,		/* u32, enum vr_nh_kind, composite */
	VR_A_NH_MEMBERS,	/* nest of VR_A_MEMBER_ENTRY, composite */
	VR_A_NH_REFS,		/* u32, out: who points here */
	VR_A_NH_ENCAP,		/* u32, enum vr_encap, tunnel */
	VR_A_NH_SIP,		/* 4 or 16 bytes, network order, tunnel: this end */
	VR_A_NH_DIP,		/* 4 or 16 bytes, network order, tunnel: the other end */
	VR_A_NH_INNER_DMAC,	/* 6 bytes, VR_NH_F_L3_VXLAN: router MAC of the other end */
	VR_A_NH_INNER_SMAC,	/* 6 bytes, the same: this end's; default SMAC */
	VR_A_NH_HASH,		/* u32, VR_HASH_*, ecmp; default VR_HASH_ALL */
	VR_A_NH_STATE,		/* u32, out, VR_NH_S_* */
	VR_A_NH_PATH_MTU,	/* u32, out, tunnel: the largest packet that gets there */
	VR_A_NH_PAD,
	VR_A_NH_PACKETS,	/* u64, out, tunnel: sent */
	VR_A_NH_BYTES,		/* u64, out, tunnel: of what was put into it */
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

/** enum vr_a_demux - where an incoming label (VR_CMD_MPLS_*) or VNI (VR_CMD_VXLAN_*) leads */
enum vr_a_demux {
	VR_A_DEMUX_UNSPEC,
	VR_A_DEMUX_ID,		/* u32, label 16..1048575 or VNI 0..16777215 */
	VR_A_DEMUX_NH,		/* u32 */
	__VR_A_DEMUX_MAX,
	VR_A_DEMUX_MAX = __VR_A_DEMUX_MAX - 1
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
	VR_A_INFO_FLOWS,	/* nest of VR_A_FLOWS, out */
	__VR_A_INFO_MAX,
	VR_A_INFO_MAX = __VR_A_INFO_MAX - 1
};

/** enum vr_a_flows - what became of all flows; all since the core was made */
enum vr_a_flows {
	VR_A_FLOWS_UNSPEC,
	VR_A_FLOWS_PAD,
	VR_A_FLOWS_CREATED,	/* u64: by packets */
	VR_A_FLOWS_ADDED,	/* u64: by the agent */
	VR_A_FLOWS_CHANGED,	/* u64: decisions of the agent on flows that were there */
	VR_A_FLOWS_DELETED,	/* u64: by the agent */
	VR_A_FLOWS_EVICTED,	/* u64: TCP connections that had ended */
	VR_A_FLOWS_EXPIRED,	/* u64: idle for too long */
	VR_A_FLOWS_REFUSED,	/* u64: not created: a limit, or no memory */
	VR_A_FLOWS_HOLDING,	/* u64: wait for the agent now */
	VR_A_FLOWS_BURST,	/* u64: tokens left above the hold limit */
	__VR_A_FLOWS_MAX,
	VR_A_FLOWS_MAX = __VR_A_FLOWS_MAX - 1
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

/** enum vr_flow_action - what a flow does to its packets; numbers of the reference vRouter */
enum vr_flow_action {
	VR_FLOW_DROP = 0,
	VR_FLOW_HOLD = 1,	/* they wait for the agent's decision */
	VR_FLOW_FORWARD = 2,
	VR_FLOW_NAT = 3,	/* not yet offered */
	VR_FLOW_ACTION_MAX
};

/* VR_A_FLOW_FLAGS: bits of the reference vRouter */
#define VR_FLOW_F_MIRROR	0x2000	/* kept for later */
#define VR_FLOW_F_VRFT		0x4000	/* go on in DVRF, routed */
#define VR_FLOW_F_ALL		(VR_FLOW_F_MIRROR | VR_FLOW_F_VRFT)

/* VR_A_FLOW_STATE: bits, out */
#define VR_FLOW_S_NEW		0x1	/* made by a packet, not yet decided */
#define VR_FLOW_S_HELD		0x2	/* packets of it are held */
#define VR_FLOW_S_EVICT		0x4	/* its TCP connection has ended: it goes soon */

/* VR_A_FLOW_TCP: bits of the reference vRouter; _R: of the reverse flow's packets */
#define VR_FLOW_TCP_FIN		0x1
#define VR_FLOW_TCP_HALF_CLOSE	0x2	/* its FIN was acknowledged */
#define VR_FLOW_TCP_FIN_R	0x4
#define VR_FLOW_TCP_SYN		0x8
#define VR_FLOW_TCP_SYN_R	0x10
#define VR_FLOW_TCP_EST		0x20
#define VR_FLOW_TCP_EST_R	0x40
#define VR_FLOW_TCP_RST		0x80
#define VR_FLOW_TCP_DEAD	0x8000

/** enum vr_flow_end - why a flow went; numbers are ABI */
enum vr_flow_end {
	VR_FLOW_END_DELETED,	/* by the agent, or flushed */
	VR_FLOW_END_EVICTED,	/* its TCP connection had ended */
	VR_FLOW_END_EXPIRED,	/* idle for too long */
	VR_FLOW_END_UNDECIDED,	/* the agent did not decide in time */
	VR_FLOW_END_MAX
};

/** enum vr_a_flow - a flow: one direction of a conversation, and what was decided of it */
enum vr_a_flow {
	VR_A_FLOW_UNSPEC,
	VR_A_FLOW_INDEX,	/* u32, 0..VR_FLOW_ID_MAX */
	VR_A_FLOW_GEN,		/* u32: which flow of this index; absent: any */
	VR_A_FLOW_NH,		/* u32, key nexthop: stands for where packets come from */
	VR_A_FLOW_FAMILY,	/* u32, AF_INET or AF_INET6 */
	VR_A_FLOW_PROTO,	/* u32, IP protocol 0..255 */
	VR_A_FLOW_SIP,		/* 4 or 16 bytes, network order */
	VR_A_FLOW_DIP,		/* 4 or 16 bytes, network order */
	VR_A_FLOW_SPORT,	/* u32; ICMP echo: the identifier; default 0 */
	VR_A_FLOW_DPORT,	/* u32; ICMP: the type, echo 0 (IPv6 129); default 0 */
	VR_A_FLOW_ACTION,	/* u32, enum vr_flow_action */
	VR_A_FLOW_FLAGS,	/* u32, VR_FLOW_F_* */
	VR_A_FLOW_VRF,		/* u32; default 0 */
	VR_A_FLOW_DVRF,		/* u32; default VRF */
	VR_A_FLOW_SRC_NH,	/* u32: packets must come as by this nexthop; VR_NH_NONE: any */
	VR_A_FLOW_DROP_REASON,	/* u32, 0..255: why the agent decided to drop */
	VR_A_FLOW_TTL,		/* u32, 1..255: what packets leave with; 0: their own */
	VR_A_FLOW_ECMP,		/* s32, -1..127: member; -1: as packets choose, or have chosen */
	VR_A_FLOW_MIRROR,	/* u32, 0..255; VR_MIRROR_NONE */
	VR_A_FLOW_MIRROR2,	/* u32, 0..255; VR_MIRROR_NONE */
	/* nest of VR_A_FLOW: the other direction, made and linked with it; NH must be there */
	VR_A_FLOW_REVERSE,	/* what is not is this one's, turned round */
	VR_A_FLOW_RINDEX,	/* u32: the other direction; in: link with it; VR_FLOW_NONE */
	VR_A_FLOW_RGEN,		/* u32: which flow of RINDEX */
	VR_A_FLOW_IF_CLOSED,	/* flag, DEL: only if its TCP connection has ended */
	VR_A_FLOW_PAIR,		/* flag, DEL: the other direction as well */
	VR_A_FLOW_STATE,	/* u32, out, VR_FLOW_S_* */
	VR_A_FLOW_TCP,		/* u32, out, VR_FLOW_TCP_*; absent: 0 */
	VR_A_FLOW_HELD,		/* u32, out: packets that are held; absent: 0 */
	VR_A_FLOW_IDLE,		/* u32, out: milliseconds since its last packet */
	VR_A_FLOW_PAD,
	VR_A_FLOW_PACKETS,	/* u64, out */
	VR_A_FLOW_BYTES,	/* u64, out: from the Ethernet header on */
	VR_A_FLOW_END,		/* u32, out, enum vr_flow_end; in *_DEL notifications */
	__VR_A_FLOW_MAX,
	VR_A_FLOW_MAX = __VR_A_FLOW_MAX - 1
};

#endif /* _UAPI_VROUTER_NETLINK_H */
