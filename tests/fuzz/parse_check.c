// SPDX-License-Identifier: GPL-2.0-only
/* Each parser of dp-core/pkt, and what must be so of what it says. */
#include "parse_fuzz.h"

#include "pkt/arp.h"
#include "pkt/decap.h"
#include "pkt/entropy.h"
#include "pkt/frag.h"
#include "pkt/icmp.h"
#include "pkt/icmp_report.h"
#include "pkt/l4.h"
#include "pkt/mss.h"
#include "pkt/nd.h"
#include "pkt/parse.h"

static const u8 mac[ETH_ALEN] = { 0x02, 0, 0, 0, 0, 0x77 };

/* As much of the packet as there is room for. */
static void keep(struct pf_result *r, const struct vr_pkt *pkt)
{
	r->len = vr_pkt_len(pkt);
	vr_test_pkt_copy(pkt, r->b, 0, min_t(unsigned int, r->len, sizeof(r->b)));
}

/* Who only reads has written nothing. */
static void same(const struct vr_pkt *pkt, const struct pf_frame *f)
{
	static u8 b[sizeof(f->b)];

	WARN_ON(vr_pkt_len(pkt) != f->len);
	vr_test_pkt_copy(pkt, b, 0, f->len);
	WARN_ON(memcmp(b, f->b, f->len));
}

/* Address family of a good IP header behind layer 2; 0: there is none. */
static u8 good_ip(struct vr_pkt *pkt, struct vr_l2 *l2)
{
	vr_parse_l2(pkt, l2);
	if (l2->proto == htons(ETH_P_IP) && vr_parse_ip4(pkt, l2->l3_off) == VR_DROP_NONE)
		return AF_INET;
	if (l2->proto == htons(ETH_P_IPV6) && vr_parse_ip6(pkt, l2->l3_off) == VR_DROP_NONE)
		return AF_INET6;
	return 0;
}

static void check_ip4(const struct vr_pkt *pkt, unsigned int off)
{
	const struct iphdr *ip = vr_ip4_at(pkt, off);
	unsigned int len = ntohs(ip->tot_len);

	WARN_ON(vr_pkt_headlen(pkt) < off + sizeof(*ip));
	WARN_ON(ip->version != 4 || ip->ihl < 5 || vr_pkt_headlen(pkt) < off + ip->ihl * 4);
	WARN_ON(ip_fast_csum(ip, ip->ihl));
	if (!len)
		WARN_ON(!vr_pkt_is_gso(pkt));
	else
		WARN_ON(len < ip->ihl * 4 || len > vr_pkt_len(pkt) - off);
}

static void check_ip6(const struct vr_pkt *pkt, unsigned int off)
{
	const struct ipv6hdr *ip6 = vr_ip6_at(pkt, off);

	WARN_ON(vr_pkt_headlen(pkt) < off + sizeof(*ip6));
	WARN_ON(ip6->version != 6);
	WARN_ON(ntohs(ip6->payload_len) > vr_pkt_len(pkt) - off - sizeof(*ip6));
}

void pf_l2(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_l2 l2;
	u8 family;

	family = good_ip(pkt, &l2);
	WARN_ON(l2.l3_off != ETH_HLEN && l2.l3_off != ETH_HLEN + 4 && l2.l3_off != ETH_HLEN + 8);
	WARN_ON(l2.l3_off > vr_pkt_len(pkt) || vr_pkt_headlen(pkt) < l2.l3_off);
	if (family == AF_INET)
		check_ip4(pkt, l2.l3_off);
	if (family == AF_INET6)
		check_ip6(pkt, l2.l3_off);
	same(pkt, f);
	/* Also where nobody has looked at the type. */
	r->said[0] = vr_parse_ip4(pkt, l2.l3_off);
	r->said[1] = vr_parse_ip6(pkt, l2.l3_off);
	r->said[2] = l2.l3_off;
	r->said[3] = l2.proto;
	r->said[4] = l2.tagged;
	same(pkt, f);
}

static void check_fragment(struct vr_pkt *pkt, unsigned int l3_off, u8 family, unsigned int at,
			   struct pf_result *r)
{
	struct vr_fragment frag;

	memset(&frag, 0, sizeof(frag));
	WARN_ON(at < l3_off || at >= vr_pkt_headlen(pkt));
	r->said[8] = vr_parse_fragment(pkt, l3_off, family, at, &frag);
	if (r->said[8])
		return;
	WARN_ON(frag.off >= frag.end || (frag.more && frag.end % 8) || frag.off % 8);
	r->said[9] = (u64)frag.off << 32 | frag.end;
	r->said[10] = frag.more | frag.asks << 1;
	memcpy(r->b + sizeof(frag.key), &frag.key, sizeof(frag.key));
}

void pf_l4(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_l2 l2;
	struct vr_l4 l4;
	u8 family;

	family = good_ip(pkt, &l2);
	if (!family)
		return;
	memset(&l4, 0, sizeof(l4));
	r->said[0] = vr_parse_l4(pkt, l2.l3_off, family, &l4);
	same(pkt, f);
	if (r->said[0] != VR_DROP_NONE && r->said[0] != VR_DROP_NO_FRAG_ENTRY)
		return;
	r->said[1] = l4.frag;
	if (l4.frag)
		check_fragment(pkt, l2.l3_off, family, l4.frag, r);
	if (r->said[0])
		return;
	WARN_ON(l4.key.family != family || l4.key.zero || l4.key.nh);
	WARN_ON(l4.off > vr_pkt_len(pkt));
	if (l4.tcp)
		WARN_ON(vr_pkt_headlen(pkt) < l4.off + 20 || l4.icmp_error);
	if (l4.tcp)
		WARN_ON(l4.tcp_len > vr_pkt_len(pkt) - l4.off);
	r->said[2] = l4.off;
	r->said[3] = l4.icmp_error | l4.tcp << 1;
	r->said[4] = l4.tcp ? l4.tcp_len : 0;
	memcpy(r->b, &l4.key, sizeof(l4.key));
}

void pf_arp(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_arp arp, answer;
	struct vr_l2 l2;

	vr_parse_l2(pkt, &l2);
	r->said[0] = vr_arp_parse(pkt, l2.l3_off, &arp);
	same(pkt, f);
	if (r->said[0])
		return;
	WARN_ON(arp.op != ARPOP_REQUEST && arp.op != ARPOP_REPLY);
	WARN_ON(arp.sha[0] & 1);
	r->said[1] = vr_arp_answer(pkt, l2.l3_off, &arp, mac);
	keep(r, pkt);
	WARN_ON(r->len != f->len);
	WARN_ON(vr_arp_parse(pkt, l2.l3_off, &answer) != VR_DROP_NONE);
	WARN_ON(answer.op != ARPOP_REPLY || answer.sip != arp.tip || answer.tip != arp.sip);
	WARN_ON(memcmp(answer.sha, mac, ETH_ALEN) || memcmp(answer.tha, arp.sha, ETH_ALEN));
}

/* The answer is one: our own parser takes it. */
static void check_advert(struct vr_pkt *pkt, unsigned int off, const struct vr_nd *nd)
{
	struct vr_nd answer;

	WARN_ON(vr_parse_ip6(pkt, off) != VR_DROP_NONE);
	vr_nd_parse(pkt, off, &answer);
	WARN_ON(answer.type != VR_ND_NA || !answer.has_lladdr);
	WARN_ON(memcmp(&answer.target, &nd->target, 16) || memcmp(answer.lladdr, mac, ETH_ALEN));
	WARN_ON(memcmp(&answer.src, &nd->target, 16));
}

void pf_nd(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_l2 l2;
	struct vr_nd nd;

	vr_parse_l2(pkt, &l2);
	if (l2.proto != htons(ETH_P_IPV6) || vr_parse_ip6(pkt, l2.l3_off))
		return;
	vr_nd_parse(pkt, l2.l3_off, &nd);
	same(pkt, f);
	r->said[0] = nd.type;
	r->said[1] = nd.has_lladdr;
	if (nd.has_lladdr)
		WARN_ON(nd.lladdr[0] & 1);
	if (nd.type != VR_ND_NS || vr_nd_is_dad(&nd))
		return;
	WARN_ON(nd.target.s6_addr[0] == 0xff);
	r->said[2] = vr_nd_answer(pkt, l2.l3_off, &nd, mac, number & 1);
	keep(r, pkt);
	check_advert(pkt, l2.l3_off, &nd);
}

void pf_too_big(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_l2 l2;
	bool partial;
	u8 family;
	u32 mtu;

	family = good_ip(pkt, &l2);
	if (!family || vr_pkt_is_gso(pkt))
		return;
	r->said[0] = vr_icmp_may_answer(pkt, l2.l3_off, family);
	same(pkt, f);
	if (!r->said[0])
		return;
	mtu = max_t(u32, number, vr_mtu_min(family));
	partial = vr_pkt_csum_is_partial(pkt);
	r->said[1] = vr_icmp_too_big(pkt, &l2, mtu);
	/* Only a checksum that was put into the headers makes it nobody's to answer. */
	WARN_ON(r->said[1] && !partial);
	if (r->said[1])
		return;
	keep(r, pkt);
	WARN_ON(vr_pkt_len(pkt) > l2.l3_off + (family == AF_INET ? VR_ICMP4_MAX : VR_ICMP6_MAX));
	/* Where the headers were: a checksum may have been put into a tag. */
	if (family == AF_INET)
		check_ip4(pkt, l2.l3_off);
	else
		check_ip6(pkt, l2.l3_off);
	/* It is an error itself, and nobody answers those. */
	WARN_ON(vr_icmp_may_answer(pkt, l2.l3_off, family));
}

void pf_report(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_icmp_report report;
	struct vr_l2 l2;
	u8 family;

	family = good_ip(pkt, &l2);
	if (!family)
		return;
	memset(&report, 0, sizeof(report));
	r->said[0] = vr_icmp_read_report(pkt, l2.l3_off, family, &report);
	same(pkt, f);
	if (!r->said[0])
		return;
	WARN_ON(report.mtu < vr_mtu_min(family));
	r->said[1] = report.mtu;
	memcpy(r->b, report.dst, sizeof(report.dst));
}

/* What outer bits say of congestion, on the inner header. */
static void check_ecn(struct vr_pkt *pkt, const struct vr_decap *d, struct pf_result *r)
{
	u8 version;

	if (!vr_pkt_may_pull(pkt, d->off + 1))
		return;
	version = ((u8 *)vr_pkt_data(pkt))[d->off] >> 4;
	if (version == 4 && vr_parse_ip4(pkt, d->off) == VR_DROP_NONE) {
		r->said[8] = vr_decap_ecn(pkt, d->off, AF_INET, d->tos);
		check_ip4(pkt, d->off);
	} else if (version == 6 && vr_parse_ip6(pkt, d->off) == VR_DROP_NONE) {
		r->said[9] = vr_decap_ecn(pkt, d->off, AF_INET6, d->tos);
		check_ip6(pkt, d->off);
	}
}

void pf_decap(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_decap d;
	struct vr_l2 l2;
	u8 family;

	/* Inner headers lie where they may: drivers align the outer ones. */
	family = good_ip(pkt, &l2);
	if (!family)
		return;
	r->said[0] = vr_decap_is_ours(pkt, l2.l3_off, family);
	same(pkt, f);
	WARN_ON(r->said[0] >= VR_ENCAP_MAX);
	if (!r->said[0])
		return;
	memset(&d, 0, sizeof(d));
	r->said[1] = vr_decap_parse(pkt, l2.l3_off, family, number & 1, &d);
	keep(r, pkt);
	if (r->said[1])
		return;
	WARN_ON(d.encap != r->said[0] || d.family != family);
	WARN_ON(d.off > vr_pkt_len(pkt) || vr_pkt_headlen(pkt) < d.off || d.off <= l2.l3_off);
	WARN_ON(d.label > (d.encap == VR_ENCAP_VXLAN ? VR_VNI_MAX : VR_MPLS_LABEL_MAX));
	r->said[2] = d.label;
	r->said[3] = d.off;
	r->said[4] = d.tos | d.ttl << 8 | d.alert << 16;
	r->said[5] = d.src[0];
	/* As vr_pkt_decap() leaves it: what is behind an Ethernet header's room is aligned. */
	if (d.off % 4 == ETH_HLEN % 4)
		check_ecn(pkt, &d, r);
}

void pf_entropy(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	static const u64 seed[4] = { 1, 2, 3, 4 };
	struct vr_l2 l2;

	vr_parse_l2(pkt, &l2);
	r->said[0] = vr_entropy(pkt, &l2, false, VR_HASH_ALL, 1, seed);
	r->said[1] = vr_entropy(pkt, &l2, true, VR_HASH_ALL, 1, seed);
	r->said[2] = vr_entropy(pkt, &l2, false, number & VR_HASH_ALL, number, seed);
	same(pkt, f);
}

/* Of what they were cut from: this fragment's place in the payload, and its bytes. */
static void check_piece(struct vr_pkt *frag, const u8 *whole, const struct vr_frag *all,
			unsigned int first, unsigned int *at)
{
	const struct iphdr *ip;
	unsigned int hlen, len;
	static u8 b[65536];

	WARN_ON(vr_parse_ip4(frag, all->l3_off) != VR_DROP_NONE);
	ip = vr_ip4_at(frag, all->l3_off);
	hlen = ip->ihl * 4;
	len = ntohs(ip->tot_len) - hlen;
	WARN_ON(ntohs(ip->tot_len) > all->mtu || vr_pkt_len(frag) != all->l3_off + hlen + len);
	WARN_ON((ntohs(ip->frag_off) & 0x1fff) * 8 != first + *at);
	vr_test_pkt_copy(frag, b, all->l3_off + hlen, len);
	WARN_ON(memcmp(b, whole + all->l3_off + all->hlen + *at, len));
	*at += len;
}

void pf_frag(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_frag frag = {};
	unsigned int at = 0, first;
	struct vr_pkt *piece;
	struct vr_l2 l2;

	if (good_ip(pkt, &l2) != AF_INET || vr_pkt_is_gso(pkt) ||
	    vr_ip4_at(pkt, l2.l3_off)->frag_off & htons(0x4000))
		return;
	if (!vr_pkt_csum_is_partial(pkt))
		same(pkt, f);
	r->said[0] = vr_frag_begin(&frag, pkt, l2.l3_off, number % 512);
	keep(r, pkt);
	if (r->said[0])
		return;
	first = (frag.frag_off & 0x1fff) * 8;
	while (!vr_frag_is_done(&frag)) {
		piece = vr_frag_next(&frag);
		WARN_ON(!piece);
		check_piece(piece, r->b, &frag, first, &at);
		vr_test_pkt_free(piece);
		r->said[1]++;
	}
	WARN_ON(at != frag.len);
}

void pf_mss(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_l2 l2;
	bool may_be;
	u8 family;

	family = good_ip(pkt, &l2);
	if (!family)
		return;
	/* Of what is not linear it may say more than it knows. */
	may_be = vr_mss_may_be_syn(pkt, l2.l3_off, family);
	r->said[1] = vr_mss_clamp(pkt, l2.l3_off, family, number);
	keep(r, pkt);
	WARN_ON(r->len != f->len);
	if (!memcmp(r->b, f->b, f->len))
		return;
	/* Who passes by what looks like no SYN passes by no SYN. */
	WARN_ON(!may_be);
	WARN_ON(memcmp(r->b, f->b, l2.l3_off + (family == AF_INET ? 20 : 40)));
	/* A second time there is nothing left to do. */
	WARN_ON(vr_mss_clamp(pkt, l2.l3_off, family, number));
}

void pf_known(struct vr_pkt *pkt, const struct pf_frame *f, u16 number, struct pf_result *r)
{
	struct vr_l2 l2;
	u8 state = 0;

	vr_parse_l2(pkt, &l2);
	r->said[0] = vr_parse_is_dhcp(pkt, &l2);
	r->said[1] = vr_parse_bfd(pkt, &l2, &state);
	WARN_ON(state & ~0xc0);
	r->said[2] = state;
	same(pkt, f);
}
