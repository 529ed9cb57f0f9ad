/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: the way to the other end of a tunnel keeps what is
 * sent on it, until the test takes it (vr_test_underlay_pop()). The test finds
 * it by the other end, and lets it be narrow, gone or full.
 *
 * vr_underlay_tx() ends the program when a packet has other addresses than its
 * way, or is none that vr_pkt_encap_end() was told of.
 */
#ifndef _VR_HOST_UNDERLAY_H
#define _VR_HOST_UNDERLAY_H

#include <vr_host/base.h>
#include <vr_host/pkt.h>

/**
 * struct vr_underlay - a way
 * @host: as vr_underlay_new() was told, like the next three
 * @family: AF_INET or AF_INET6
 * @sip: this end
 * @dip: the other end
 * @mtu: as vr_underlay_mtu() has it; 1500 to begin with
 * @no_route: there is no way just now
 * @full: the host's stack does not take packets
 * @refused: packets that came while it was @no_route or @full
 * @lock: of @sent
 * @sent: packets, oldest first
 * @n_sent: how many there are in @sent
 * @list: among all that there are
 */
struct vr_underlay {
	void *host;
	u8 family;
	__be32 sip[4];
	__be32 dip[4];

	unsigned int mtu;
	bool no_route;
	bool full;
	unsigned int refused;
	pthread_mutex_t lock;
	struct list_head sent;
	unsigned int n_sent;
	struct list_head list;
};

/*
 * new:  @host is vr_core_host(). Nothing is looked up yet. ERR_PTR(-ENOMEM). May sleep.
 * free: nobody uses it any more: a grace period is over. Any context.
 * mtu:  largest packet on the way, without Ethernet; 0: there is no way just now. Packet path, or
 *	 process context with bottom halves disabled.
 * tx:	 send a packet that begins with an Ethernet header, which does not count, and whose
 *	 IP header at ETH_HLEN has these addresses. Consumes it. 0, -ENETUNREACH: no way;
 *	 -ENOBUFS: the host's stack did not take it. Packet path.
 */
struct vr_underlay *vr_underlay_new(void *host, u8 family, const __be32 *sip, const __be32 *dip);
void vr_underlay_free(struct vr_underlay *u);
unsigned int vr_underlay_mtu(struct vr_underlay *u);
int vr_underlay_tx(struct vr_underlay *u, struct vr_pkt *pkt);

#endif /* _VR_HOST_UNDERLAY_H */
