// SPDX-License-Identifier: GPL-2.0-only
/* ARP over Ethernet for IPv4: read, and answer in place. */
#include "pkt/arp.h"
#include "pkt/parse.h"

/* All of the packet (RFC 826); the addresses are not aligned in it. */
struct arp_eth_ip4 {
	__be16 hrd;
	__be16 pro;
	u8 hln;
	u8 pln;
	__be16 op;
	u8 sha[ETH_ALEN];
	__be32 sip;
	u8 tha[ETH_ALEN];
	__be32 tip;
} __packed;

static_assert(sizeof(struct arp_eth_ip4) == 28);

static struct arp_eth_ip4 *arp_at(const struct vr_pkt *pkt, unsigned int off)
{
	return (struct arp_eth_ip4 *)((u8 *)vr_pkt_data(pkt) + off);
}

enum vr_drop_reason vr_arp_parse(struct vr_pkt *pkt, unsigned int off, struct vr_arp *arp)
{
	const struct arp_eth_ip4 *raw;

	if (!vr_pkt_may_pull(pkt, off + sizeof(*raw)))
		return VR_DROP_PULL;
	raw = arp_at(pkt, off);
	if (raw->hrd != htons(ARPHRD_ETHER) || raw->pro != htons(ETH_P_IP) ||
	    raw->hln != ETH_ALEN || raw->pln != sizeof(raw->sip))
		return VR_DROP_INVALID_ARP;
	if (raw->op != htons(ARPOP_REQUEST) && raw->op != htons(ARPOP_REPLY))
		return VR_DROP_INVALID_ARP;

	arp->op = ntohs(raw->op);
	arp->sip = raw->sip;
	arp->tip = raw->tip;
	memcpy(arp->sha, raw->sha, ETH_ALEN);
	memcpy(arp->tha, raw->tha, ETH_ALEN);
	if (!is_valid_ether_addr(arp->sha))
		return VR_DROP_INVALID_ARP;
	return VR_DROP_NONE;
}

enum vr_drop_reason vr_arp_answer(struct vr_pkt *pkt, unsigned int off, const struct vr_arp *arp,
				  const u8 *mac)
{
	struct arp_eth_ip4 *raw;
	struct ethhdr *eth;

	if (vr_pkt_writable(pkt, off + sizeof(*raw)))
		return VR_DROP_PCOW_FAIL;

	eth = vr_eth(pkt);
	memcpy(eth->h_dest, arp->sha, ETH_ALEN);
	memcpy(eth->h_source, mac, ETH_ALEN);

	raw = arp_at(pkt, off);
	raw->op = htons(ARPOP_REPLY);
	memcpy(raw->sha, mac, ETH_ALEN);
	raw->sip = arp->tip;
	memcpy(raw->tha, arp->sha, ETH_ALEN);
	raw->tip = arp->sip;

	vr_pkt_rewritten(pkt);
	return VR_DROP_NONE;
}
