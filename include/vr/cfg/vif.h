/* SPDX-License-Identifier: GPL-2.0-only */
/* Virtual interfaces: the ports of the router. */
#ifndef _VR_CFG_VIF_H
#define _VR_CFG_VIF_H

#include <vr/core.h>
#include <vrouter/drop.h>
#include <vrouter/netlink.h>

struct vr_port;

#define VR_VIF_ID_NONE 0xffffffffU

/**
 * struct vr_fat_prefix - addresses that share flows
 * @family: AF_INET or AF_INET6; 0: no such condition
 * @plen: how many bits say which addresses
 * @aggregate: how many of their bits stay in the key, >= @plen
 * @addr: network order, as in struct vr_flow_key; bits behind @plen are 0
 */
struct vr_fat_prefix {
	u8 family;
	u8 plen;
	u8 aggregate;
	__be32 addr[4];
};

/**
 * struct vr_fat_rule - one fat-flow rule; *source* is the guest, whichever way a packet goes
 * @proto: IP protocol
 * @ignore: VR_FAT_IGNORE_*; not together with the prefix of the same side
 * @port: at either end, the smaller one that has a rule wins; 0: every port that has
 *	none. TCP, UDP and SCTP have ports, others must say 0
 * @src: aggregation of the guest's own addresses
 * @dst: aggregation of the other end's
 */
struct vr_fat_rule {
	u8 proto;
	u8 ignore;
	u16 port;
	struct vr_fat_prefix src;
	struct vr_fat_prefix dst;
};

/**
 * struct vr_fat_cfg - fat flows of a vif
 * @n_rules: up to VR_FAT_RULES_MAX
 * @n_excludes: up to VR_FAT_EXCLUDES_MAX
 * @rules: owned by the caller, copied by the core; from get the object's own
 * @excludes: packets with such an address at either end are not touched; @aggregate means nothing
 */
struct vr_fat_cfg {
	u32 n_rules;
	u32 n_excludes;
	const struct vr_fat_rule *rules;
	const struct vr_fat_prefix *excludes;
};

/**
 * struct vr_vif_cfg - a vif as it is wished for, validated in form by the host
 * @id: 0..VR_VIF_ID_MAX
 * @type: enum vr_vif_type; cannot change while the vif exists
 * @flags: VR_VIF_F_*; neither L2 nor L3 means both
 * @vrf: VRF of what comes in here; must exist
 * @mcast_vrf: VRF for broadcast and multicast, or VR_VRF_NONE
 * @nh: id of the nexthop that stands for this vif; need not exist
 * @mtu: largest packet in bytes without the Ethernet header; 0: the port's own
 * @n_xconnect: how many of @xconnect count
 * @xconnect: ids of uplinks, vhost vifs only; they need not exist yet
 * @mac: the router's own MAC on this port; zero: refused, the host fills in the device's
 * @ip: network order, 0 if none
 * @ip6: network order, zero if none
 * @fat: fat-flow rules
 * @name: device name
 */
struct vr_vif_cfg {
	u32 id;
	u32 type;
	u32 flags;
	u32 vrf;
	u32 mcast_vrf;
	u32 nh;
	u32 mtu;
	u32 n_xconnect;
	u32 xconnect[VR_XCONNECT_MAX];
	u8 mac[6];
	__be32 ip;
	u8 ip6[16];
	struct vr_fat_cfg fat;
	char name[VR_NAME_MAX + 1];
};

/** struct vr_vif_stats - counters of a vif; bytes from the Ethernet header on */
struct vr_vif_stats {
	u64 rx_packets;
	u64 rx_bytes;
	u64 rx_errors;
	u64 tx_packets;
	u64 tx_bytes;
	u64 tx_errors;
};

/** struct vr_vif_info - what one can ask of a vif */
struct vr_vif_info {
	struct vr_vif_cfg cfg;
	struct vr_vif_stats stats;
	struct vr_port *port;	/* valid while the core is locked; NULL: detached */
	u32 refs;
	u32 held;		/* flows from here that wait for the agent */
	bool xconnect;		/* cross-connected just now */
};

/*
 * All: core locked by the caller, process context, may sleep.
 *
 * set:	   make or replace. A new vif has no port until one is attached. -EINVAL, -ENOENT
 *	   (VRF), -EEXIST (@exclusive, name of another vif, second agent vif), -EBUSY
 *	   (nexthops point at a deleted vif of this id and of another type), -ENOMEM; the
 *	   old one stands unharmed after every failure.
 * del:	   -ENOENT; the port must have been detached. Nexthops that point here
 *	   keep the memory and drop; a new vif of the same id serves them again.
 * attach: packets may leave by @port from now on (-EBUSY if it has one).
 * detach: they may not; the caller waits a grace period before freeing the port.
 *	   Returns the port, or NULL.
 * rename: the device has a new name.
 * clear:  all counters read zero; drops_clear: only those of drops.
 * free_id: the lowest id that no vif has and no nexthop points at, -ENOSPC.
 */
int vr_vif_set(struct vr_core *core, const struct vr_vif_cfg *cfg, bool exclusive,
	       struct vr_err *err);
int vr_vif_del(struct vr_core *core, u32 id, struct vr_err *err);
int vr_vif_get(struct vr_core *core, u32 id, struct vr_vif_info *info, struct vr_err *err);
int vr_vif_get_by_name(struct vr_core *core, const char *name, struct vr_vif_info *info,
		       struct vr_err *err);
int vr_vif_next(struct vr_core *core, u32 id, struct vr_vif_info *info);
int vr_vif_drops(struct vr_core *core, u32 id, u64 *drops, struct vr_err *err);
int vr_vif_clear(struct vr_core *core, u32 id, struct vr_err *err);
int vr_vif_drops_clear(struct vr_core *core, u32 id, struct vr_err *err);
int vr_vif_free_id(struct vr_core *core, u32 *id, struct vr_err *err);

int vr_vif_attach(struct vr_core *core, u32 id, struct vr_port *port, struct vr_err *err);
struct vr_port *vr_vif_detach(struct vr_core *core, u32 id);
int vr_vif_rename(struct vr_core *core, u32 id, const char *name, struct vr_err *err);

/* The handle for vr_rx(): lives until a grace period after vr_vif_del(). NULL if there is none. */
struct vr_vif *vr_vif_handle(struct vr_core *core, u32 id);

#endif /* _VR_CFG_VIF_H */
