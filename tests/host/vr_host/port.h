/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: a port keeps what is sent to it, until the test
 * takes it (vr_test_port_pop()). The test makes it, and lets it be down or full.
 */
#ifndef _VR_HOST_PORT_H
#define _VR_HOST_PORT_H

#include <vr_host/base.h>
#include <vr_host/pkt.h>
#include <vr_host/rcu.h>

struct vr_vif;

/**
 * struct vr_port - a device and the vif that it serves
 * @vif: NULL while nothing may enter the router here
 * @local: ours: packets out of the router go up the host's stack
 * @link_local_up: frames to 01:80:c2:00:00:0X are the host's (uplinks: LACP, LLDP)
 * @up: as vr_port_is_up() has it
 * @full: vr_port_tx() does not take packets
 * @mtu: as vr_port_mtu() has it
 * @refused: packets that came while it was full
 * @lock: of @sent
 * @sent: packets, oldest first
 * @n_sent: how many there are in @sent
 */
struct vr_port {
	struct vr_vif __rcu *vif;
	bool local;
	bool link_local_up;

	bool up;
	bool full;
	unsigned int mtu;
	unsigned int refused;
	pthread_mutex_t lock;
	struct list_head sent;
	unsigned int n_sent;
};

/* Up and with carrier. */
static inline bool vr_port_is_up(const struct vr_port *port)
{
	return READ_ONCE(port->up);
}

/* Largest packet without its Ethernet header. */
static inline unsigned int vr_port_mtu(const struct vr_port *port)
{
	return READ_ONCE(port->mtu);
}

/* The port is up, and the frame, or each of its segments, fits. */
static inline bool vr_port_can_tx(const struct vr_port *port, struct vr_pkt *pkt)
{
	if (!vr_port_is_up(port))
		return false;
	if (vr_pkt_len(pkt) <= vr_port_mtu(port) + ETH_HLEN + VLAN_HLEN)
		return true;
	return vr_pkt_is_gso(pkt);
}

/*
 * Send a frame out of the router. Consumes it.
 * Return: 0, or -ENOBUFS: the device's queue did not take it.
 */
int vr_port_tx(struct vr_port *port, struct vr_pkt *pkt);

#endif /* _VR_HOST_PORT_H */
