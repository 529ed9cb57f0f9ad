// SPDX-License-Identifier: GPL-2.0-only
/* From the host's own stack, through vhost0. */
#include "path/fwd.h"

enum vr_verdict vr_rx_host(struct vr_fwd *fwd, struct vr_pkt *pkt)
{
	enum vr_verdict verdict;

	vr_parse_l2(pkt, &fwd->l2);
	if (vr_is_xconnected(fwd) || fwd->l2.tagged)
		return vr_xconnect(fwd, pkt);

	switch (fwd->l2.proto) {
	case htons(ETH_P_ARP):
		verdict = vr_l2_arp(fwd, &pkt);
		break;
	case htons(ETH_P_IPV6):
		verdict = vr_l2_nd(fwd, &pkt);
		if (!pkt)
			return verdict;
		/* As ARP: to whom the host says, and not to whom a route does. */
		if (unlikely(fwd->nd))
			break;
		fallthrough;
	case htons(ETH_P_IP):
		if (!is_multicast_ether_addr(vr_eth(pkt)->h_dest))
			return vr_l3_input(fwd, pkt);
		break;
	}
	return pkt ? vr_xconnect(fwd, pkt) : verdict;
}
