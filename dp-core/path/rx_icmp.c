// SPDX-License-Identifier: GPL-2.0-only
/*
 * The underlay says that a packet of ours was too big: from then on the tunnels to that end know.
 *
 * Anybody can send such a thing. What it says counts if it quotes a packet as one of our
 * tunnels sends it, to an end that one leads to; it can only lower what is known, to a value
 * that is not absurd, for a time; and only so many are looked at.
 */
#include "path/fwd.h"

#include "pkt/icmp_report.h"

/* A fabric has as many routers that say so at once, at most. */
#define LEARN_RATE	100

/* What most packets are not can be told by their first bytes. */
static bool rx_icmp_is_icmp(const struct vr_fwd *fwd, const struct vr_pkt *pkt)
{
	if (vr_l3_family(fwd) == AF_INET)
		return vr_ip4_at(pkt, fwd->l2.l3_off)->protocol == IPPROTO_ICMP;
	return vr_ip6_at(pkt, fwd->l2.l3_off)->nexthdr == IPPROTO_ICMPV6;
}

void vr_rx_icmp(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	u8 family = vr_l3_family(fwd);
	struct vr_icmp_report r;

	if (likely(!rx_icmp_is_icmp(fwd, pkt)))
		return;
	if (!vr_icmp_read_report(pkt, fwd->l2.l3_off, family, &r))
		return;
	if (vr_rate_take(&fwd->vif->pmtu, LEARN_RATE))
		vr_nh_learn_path_mtu(fwd->core, family, r.dst, r.mtu);
}
