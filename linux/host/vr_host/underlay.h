/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, Linux kernel: the host's own way to the other end of a
 * tunnel: its route, cached, and its neighbour.
 */
#ifndef _VR_HOST_UNDERLAY_H
#define _VR_HOST_UNDERLAY_H

#include <vr_host/base.h>
#include <vr_host/pkt.h>

struct vr_underlay;

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
