// SPDX-License-Identifier: GPL-2.0-only
/*
 * User-space host: packets into tunnels and out of them, and what is known of
 * checksums on the way. As the kernel does it; what it would only get wrong
 * later, on the way through a device, ends the program here.
 */
#include "pkt.h"

/* Where UDP has its checksum. */
#define UDP_CHECK offsetof(struct udphdr, check)

/* Words of the outer headers, which need not be aligned. */
static u16 pkt_get16(const struct vr_pkt *pkt, unsigned int off)
{
	u8 b[2];

	pkt_peek(pkt, off, b, sizeof(b));
	return get_unaligned_be16(b);
}

static void pkt_put_sum(struct vr_pkt *pkt, unsigned int off, __sum16 sum)
{
	memcpy(pkt_data(pkt) + off, &sum, sizeof(sum));
}

int vr_pkt_encap(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t)
{
	WARN_ON(pkt->headers == PKT_HEADERS_ENCAP || pkt->next);
	WARN_ON(t->mac_off > t->l3_off || t->l3_off > vr_pkt_headlen(pkt));
	WARN_ON(t->ether ? t->l3_off - t->mac_off < ETH_HLEN : t->l3_off != t->mac_off);
	WARN_ON(!t->ether && t->proto != htons(ETH_P_IP) && t->proto != htons(ETH_P_IPV6));
	/* It would stand in front of the outer IP header. */
	WARN_ON(vr_pkt_has_vlan(pkt));

	if (pkt->gso_size && pkt->tun.in)
		return -EOPNOTSUPP;
	if (pkt->gso_size && pkt_is_shared(pkt) && vr_test_alloc_fails())
		return -ENOMEM;
	pkt_move(pkt);

	/* It would be about what follows the outer Ethernet header. */
	if (pkt->csum_state != VR_TEST_CSUM_PARTIAL)
		pkt->csum_state = VR_TEST_CSUM_NONE;
	pkt->tun = (struct pkt_tunnel){
		.in = true,
		.mac_off = t->mac_off, .l3_off = t->l3_off,
		.proto = t->ether ? htons(ETH_P_TEB) : t->proto,
	};
	if (t->gre && !pkt->gso_size)
		pkt->tun.proto = htons(ETH_P_MPLS_UC);
	pkt->headers = PKT_HEADERS_ENCAP;
	return 0;
}

static __wsum pkt_pseudo(const struct vr_pkt *pkt, u8 family, unsigned int len, u8 proto)
{
	__wsum sum = csum_add((__force __wsum)htonl(len), (__force __wsum)htonl(proto));

	if (family == AF_INET)
		return csum_add(sum, pkt_sum(pkt, ETH_HLEN + 12, 8));
	return csum_add(sum, pkt_sum(pkt, ETH_HLEN + 8, 32));
}

/* A length that is true, or is not said for being too large. */
static bool pkt_says(const struct vr_pkt *pkt, unsigned int off, unsigned int len)
{
	unsigned int said = pkt_get16(pkt, off);

	if (len > U16_MAX)
		return !said && pkt->gso_size;
	return said == len;
}

/* The outer headers are what they are called; no checksum of UDP yet. */
static void encap_check(const struct vr_pkt *pkt, const struct vr_pkt_tunnel *t, u8 family,
			unsigned int l4_off)
{
	unsigned int len = vr_pkt_len(pkt), hlen = family == AF_INET ? 20 : 40;
	u8 ip[40];

	WARN_ON(family != AF_INET && family != AF_INET6);
	WARN_ON(l4_off != ETH_HLEN + hlen);
	WARN_ON(vr_pkt_headlen(pkt) < l4_off + (t->gre ? 4 : sizeof(struct udphdr)));
	WARN_ON(pkt->tun.mac_off < (int)(l4_off + (t->gre ? 4 : sizeof(struct udphdr))));
	pkt_peek(pkt, ETH_HLEN, ip, sizeof(ip));
	if (family == AF_INET) {
		WARN_ON(pkt_get16(pkt, 2 * ETH_ALEN) != ETH_P_IP);
		WARN_ON(ip[0] != 0x45 || ip[9] != (t->gre ? IPPROTO_GRE : IPPROTO_UDP));
		WARN_ON(ip_compute_csum(ip, hlen));
		WARN_ON(!pkt_says(pkt, ETH_HLEN + 2, len - ETH_HLEN));
	} else {
		WARN_ON(pkt_get16(pkt, 2 * ETH_ALEN) != ETH_P_IPV6);
		WARN_ON(ip[0] >> 4 != 6 || ip[6] != (t->gre ? IPPROTO_GRE : IPPROTO_UDP));
		WARN_ON(!pkt_says(pkt, ETH_HLEN + 4, len - l4_off));
	}
	WARN_ON(!t->gre && !pkt_says(pkt, l4_off + 4, len - l4_off));
	WARN_ON(!t->gre && pkt_get16(pkt, l4_off + UDP_CHECK));
}

/*
 * What a checksum is when an inner one is still to be finished: from there on
 * the packet will add up to the complement of what that field holds now. If it begins at an odd
 * place, as a guest may ask for, the sum is wrong, here as in Linux.
 */
static __sum16 encap_local_sum(const struct vr_pkt *pkt, unsigned int l4_off, __wsum pseudo)
{
	__sum16 inner;

	WARN_ON(pkt->csum_start <= (int)l4_off);
	pkt_peek(pkt, pkt->csum_start + pkt->csum_offset, &inner, sizeof(inner));
	pseudo = csum_add(pseudo, pkt_sum(pkt, l4_off, pkt->csum_start - l4_off));
	return csum_fold(csum_add(pseudo, ~csum_unfold(inner))) ?: CSUM_MANGLED_0;
}

static void encap_csum(struct vr_pkt *pkt, u8 family, unsigned int l4_off)
{
	__wsum pseudo = pkt_pseudo(pkt, family, vr_pkt_len(pkt) - l4_off, IPPROTO_UDP);

	if (!pkt->gso_size && pkt->csum_state == VR_TEST_CSUM_PARTIAL) {
		pkt_put_sum(pkt, l4_off + UDP_CHECK, encap_local_sum(pkt, l4_off, pseudo));
		return;
	}
	/* The device, or who segments it, goes on from here. */
	pkt_put_sum(pkt, l4_off + UDP_CHECK, ~csum_fold(pseudo));
	if (!pkt->gso_size)
		vr_test_pkt_set_partial(pkt, l4_off, UDP_CHECK);
}

void vr_pkt_encap_end(struct vr_pkt *pkt, const struct vr_pkt_tunnel *t, u8 family,
		      unsigned int l4_off)
{
	WARN_ON(pkt->headers != PKT_HEADERS_ENCAP || pkt_is_shared(pkt));
	encap_check(pkt, t, family, l4_off);
	if (t->csum && !t->gre)
		encap_csum(pkt, family, l4_off);
	if (pkt->gso_size && t->gre)
		pkt->tun.gso = VR_TEST_GSO_GRE;
	else if (pkt->gso_size)
		pkt->tun.gso = t->csum ? VR_TEST_GSO_UDP_CSUM : VR_TEST_GSO_UDP;
	pkt->tun.l4_off = l4_off;
	pkt->l3_off = ETH_HLEN;
	pkt->proto = htons(family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	pkt->headers = PKT_HEADERS_KNOWN;
}

/* What was known, with @len bytes less in front: of what follows the new Ethernet header. */
static void decap_csum(struct vr_pkt *pkt, unsigned int len)
{
	switch (pkt->csum_state) {
	case VR_TEST_CSUM_COMPLETE:
		pkt->csum = csum_sub(pkt->csum, pkt_sum(pkt, ETH_HLEN, len));
		/* The rest was added with its bytes swapped, if it began at an odd place. */
		if (len & 1)
			pkt->csum = rol32(pkt->csum, 8);
		break;
	case VR_TEST_CSUM_PARTIAL:
		if (pkt->csum_start < (int)(len + ETH_HLEN))
			pkt->csum_state = VR_TEST_CSUM_NONE;
		break;
	default:
		/* A device that verified one checksum did so with the first. */
		pkt->csum_state = VR_TEST_CSUM_NONE;
		break;
	}
}

int vr_pkt_decap(struct vr_pkt *pkt, unsigned int len)
{
	WARN_ON(len > vr_pkt_headlen(pkt) || pkt->next);
	WARN_ON(pkt->headers == PKT_HEADERS_ENCAP);
	if (!vr_pkt_may_pull(pkt, len + ETH_HLEN))
		return -ENOMEM;
	if (pkt->gso_size && !pkt->tun.in)
		return -EOPNOTSUPP;
	if (pkt->gso_size && pkt_is_shared(pkt) && vr_test_alloc_fails())
		return -ENOMEM;

	decap_csum(pkt, len);
	vr_pkt_pull(pkt, len);
	if (!pkt_is_shared(pkt) || pkt->off % 4 != 2)
		pkt_own_head(pkt, round_down(pkt->off, 4) + 2, false);
	pkt->tun = (struct pkt_tunnel){ 0 };
	pkt->vlan_proto = 0;
	pkt->l3_off = 0;
	pkt->proto = 0;
	pkt->headers = PKT_HEADERS_DECAP;
	return 0;
}

bool vr_pkt_csum_good(struct vr_pkt *pkt, unsigned int off, unsigned int len, __wsum pseudo)
{
	WARN_ON(off > vr_pkt_len(pkt) || len > vr_pkt_len(pkt) - off);
	WARN_ON(!vr_test_pkt_csum_holds(pkt));
	/* It never was on a wire, a device has looked, or GRO has. */
	if (pkt->csum_state == VR_TEST_CSUM_PARTIAL || pkt->csum_state == VR_TEST_CSUM_VERIFIED ||
	    pkt->gso_size)
		return true;
	if (csum_fold(csum_add(pseudo, pkt_sum(pkt, off, len))))
		return false;
	if (!(off & 1) && off + len == vr_pkt_len(pkt))
		vr_test_pkt_set_complete(pkt);
	return true;
}

bool vr_test_pkt_tunnel(const struct vr_pkt *pkt, struct vr_test_tunnel *t)
{
	if (!pkt->tun.in)
		return false;
	*t = (struct vr_test_tunnel){
		.gso = pkt->tun.gso, .l4_off = pkt->tun.l4_off,
		.mac_off = pkt->tun.mac_off, .l3_off = pkt->tun.l3_off,
		.proto = ntohs(pkt->tun.proto),
	};
	return true;
}

void vr_test_pkt_set_tunnel(struct vr_pkt *pkt, const struct vr_test_tunnel *t)
{
	WARN_ON(!pkt->gso_size != (t->gso == VR_TEST_GSO_PLAIN));
	pkt->tun = (struct pkt_tunnel){
		.in = true, .gso = t->gso, .l4_off = t->l4_off,
		.mac_off = t->mac_off, .l3_off = t->l3_off,
		.proto = htons(t->proto),
	};
}
