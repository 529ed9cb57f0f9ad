// SPDX-License-Identifier: GPL-2.0-only
/*
 * User-space host: GSO packets: do their segments fit, let them be smaller, cut
 * them. TCP and UDP in IPv4 and IPv6 without extension headers, in a tunnel or
 * not; and packets that are put together from a part of another.
 */
#include "pkt.h"

/* Smaller segments are not made, as in the kernel. */
#define GSO_SIZE_MIN 16

/**
 * struct gso_ip - an IP header and what is behind it
 * @off: IP header, from vr_pkt_data()
 * @l4: behind it
 * @end: behind TCP's or UDP's header, or where that would end
 * @proto: what is at @l4
 * @ip6: it is IPv6
 */
struct gso_ip {
	unsigned int off;
	unsigned int l4;
	unsigned int end;
	u8 proto;
	bool ip6;
};

/** struct gso - headers of a GSO packet; @outer.off is @inner.off if it is in no tunnel */
struct gso {
	struct gso_ip outer;
	struct gso_ip inner;
};

static struct gso_ip gso_ip_at(const struct vr_pkt *pkt, unsigned int off)
{
	struct gso_ip h = { .off = off };
	u8 ip[sizeof(struct ipv6hdr)], doff = 0;

	pkt_peek(pkt, off, ip, sizeof(ip));
	h.ip6 = ip[0] >> 4 != 4;
	h.l4 = off + (h.ip6 ? sizeof(ip) : (ip[0] & 15) * 4);
	h.proto = h.ip6 ? ip[6] : ip[9];
	if (h.proto == IPPROTO_TCP)
		pkt_peek(pkt, h.l4 + 12, &doff, 1);
	h.end = h.l4 + (h.proto == IPPROTO_TCP ? (doff >> 4) * 4 : sizeof(struct udphdr));
	return h;
}

/* Behind Ethernet and tags in the bytes. */
static unsigned int gso_l3_off(const struct vr_pkt *pkt)
{
	unsigned int off = 2 * ETH_ALEN;
	__be16 proto;

	pkt_peek(pkt, off, &proto, sizeof(proto));
	while (eth_type_vlan(proto)) {
		off += VLAN_HLEN;
		pkt_peek(pkt, off, &proto, sizeof(proto));
	}
	return off + sizeof(proto);
}

static struct gso gso_headers(const struct vr_pkt *pkt)
{
	struct gso h;

	h.outer = gso_ip_at(pkt, gso_l3_off(pkt));
	h.inner = pkt->tun.in ? gso_ip_at(pkt, pkt->tun.l3_off) : h.outer;
	return h;
}

/* Of a segment, without Ethernet and payload. */
static unsigned int gso_overhead(const struct gso *h)
{
	return h->inner.end - h->outer.off;
}

bool vr_pkt_gso_fits(const struct vr_pkt *pkt, unsigned int mtu)
{
	struct gso h = gso_headers(pkt);

	return gso_overhead(&h) + pkt->gso_size <= mtu;
}

bool vr_pkt_gso_shrink(struct vr_pkt *pkt, unsigned int mtu)
{
	struct gso h = gso_headers(pkt);
	unsigned int overhead = gso_overhead(&h);

	WARN_ON(!pkt->gso_size);
	/* The kernel keeps it in what clones share. */
	if (pkt_is_shared(pkt) && !pkt_own_head(pkt, pkt->off, true))
		return false;
	pkt_move(pkt);
	if (h.inner.proto != IPPROTO_TCP || pkt->tun.in || mtu < overhead + GSO_SIZE_MIN)
		return false;
	pkt->gso_size = min(pkt->gso_size, mtu - overhead);
	return true;
}

static void put_be16(u8 *b, unsigned int off, u16 v)
{
	put_unaligned_be16(v, b + off);
}

/* The length of an IP packet that ends with the segment; in IPv4 it is the @i-th of its kind. */
static void segment_ip(u8 *b, const struct gso_ip *h, unsigned int len, unsigned int i)
{
	__sum16 sum;

	if (h->ip6) {
		put_be16(b, h->off + 4, len - h->l4);
		return;
	}
	put_be16(b, h->off + 2, len - h->off);
	put_be16(b, h->off + 4, get_unaligned_be16(b + h->off + 4) + i);
	put_be16(b, h->off + 10, 0);
	sum = ip_compute_csum(b + h->off, h->l4 - h->off);
	memcpy(b + h->off + 10, &sum, sizeof(sum));
}

/* A checksum at @field of all that is behind the IP header. */
static void segment_sum(u8 *b, const struct gso_ip *h, unsigned int len, unsigned int field)
{
	unsigned int addrs = h->off + (h->ip6 ? 8 : 12), n = h->ip6 ? 32 : 8;
	__wsum sum = csum_partial(b + addrs, n, 0);
	__sum16 folded;

	put_be16(b, field, 0);
	sum = csum_add(sum, (__force __wsum)htonl(len - h->l4));
	sum = csum_add(sum, (__force __wsum)htonl(h->proto));
	folded = csum_fold(csum_partial(b + h->l4, len - h->l4, sum)) ?: CSUM_MANGLED_0;
	memcpy(b + field, &folded, sizeof(folded));
}

/* FIN and PSH are the last one's, CWR is the first one's (RFC 3168 6.1.2). */
static void segment_tcp(u8 *b, const struct gso_ip *h, unsigned int done, bool last)
{
	put_unaligned_be32(get_unaligned_be32(b + h->l4 + 4) + done, b + h->l4 + 4);
	if (!last)
		b[h->l4 + 13] &= ~0x09;
	if (done)
		b[h->l4 + 13] &= ~0x80;
}

static void segment_l4(u8 *b, const struct gso_ip *h, unsigned int len, unsigned int done,
		       bool last)
{
	if (h->proto == IPPROTO_TCP) {
		segment_tcp(b, h, done, last);
		segment_sum(b, h, len, h->l4 + 16);
	} else {
		put_be16(b, h->l4 + 4, len - h->l4);
		segment_sum(b, h, len, h->l4 + 6);
	}
}

/* The outer packet, when what is inside is ready. */
static void segment_outer(u8 *b, const struct gso *h, unsigned int len, unsigned int i)
{
	segment_ip(b, &h->outer, len, i);
	if (h->outer.proto != IPPROTO_UDP)
		return;
	put_be16(b, h->outer.l4 + 4, len - h->outer.l4);
	if (get_unaligned_be16(b + h->outer.l4 + 6))
		segment_sum(b, &h->outer, len, h->outer.l4 + 6);
}

/*
 * The segment with the @len bytes that are @done bytes behind the headers of
 * @bytes. Its headers are linear and nothing else is. NULL: no memory.
 */
static struct vr_pkt *segment_one(const struct vr_pkt *pkt, const struct gso *h, const u8 *bytes,
				  unsigned int done, unsigned int len)
{
	unsigned int hlen = h->inner.end, i = done / pkt->gso_size;
	bool last = hlen + done + len == vr_pkt_len(pkt);
	struct vr_pkt *seg;
	u8 *b;

	if (vr_test_alloc_fails())
		return NULL;
	b = vr_test_malloc(hlen + len);
	memcpy(b, bytes, hlen);
	memcpy(b + hlen, bytes + hlen + done, len);
	segment_ip(b, &h->inner, hlen + len, i);
	segment_l4(b, &h->inner, hlen + len, done, last);
	if (pkt->tun.in)
		segment_outer(b, h, hlen + len, i);

	seg = vr_test_pkt_alloc(b, hlen + len, hlen, pkt->off);
	free(b);
	seg->vlan_proto = pkt->vlan_proto;
	seg->vlan_tci = pkt->vlan_tci;
	seg->parked = pkt->parked;
	seg->l3_off = pkt->l3_off;
	seg->proto = pkt->proto;
	seg->headers = pkt->headers;
	seg->tun = pkt->tun;
	seg->tun.gso = VR_TEST_GSO_PLAIN;
	return seg;
}

static void segments_free(struct vr_pkt *pkt)
{
	while (pkt) {
		struct vr_pkt *next = vr_pkt_next(pkt);

		vr_test_pkt_free(pkt);
		pkt = next;
	}
}

/* A guest may say of anything that it is to be segmented; the kernel does it if the headers are whole. */
static bool gso_is_possible(const struct gso *h, unsigned int len)
{
	unsigned int l4_len = h->inner.end - h->inner.l4;

	switch (h->inner.proto) {
	case IPPROTO_TCP:
		return l4_len >= sizeof(struct tcphdr) && h->inner.end < len;
	case IPPROTO_UDP:
		return h->inner.end < len;
	default:
		return false;
	}
}

struct vr_pkt *vr_pkt_segment(struct vr_pkt *pkt)
{
	unsigned int len = vr_pkt_len(pkt), hlen, done, n;
	struct vr_pkt *first = NULL, **end = &first;
	struct gso h = gso_headers(pkt);
	u8 *bytes;

	WARN_ON(!pkt->gso_size || pkt->next || pkt->headers != PKT_HEADERS_KNOWN);
	hlen = h.inner.end;
	if (!gso_is_possible(&h, len)) {
		vr_test_pkt_free(pkt);
		return NULL;
	}
	bytes = vr_test_malloc(len);
	vr_test_pkt_copy(pkt, bytes, 0, len);
	for (done = 0; hlen + done < len; done += n) {
		n = min(pkt->gso_size, len - hlen - done);
		*end = segment_one(pkt, &h, bytes, done, n);
		if (!*end) {
			segments_free(first);
			first = NULL;
			break;
		}
		end = &(*end)->next;
	}
	free(bytes);
	vr_test_pkt_free(pkt);
	return first;
}

struct vr_pkt *vr_pkt_next(struct vr_pkt *pkt)
{
	struct vr_pkt *next = pkt->next;

	pkt->next = NULL;
	return next;
}

/* With the other's tag; without headroom, but for what aligns it as the other is. */
struct vr_pkt *vr_pkt_excerpt(const struct vr_pkt *pkt, unsigned int hlen, unsigned int off,
			      unsigned int len)
{
	struct vr_pkt *part;
	u8 *b;

	WARN_ON(hlen > vr_pkt_headlen(pkt) || off > vr_pkt_len(pkt) || len > vr_pkt_len(pkt) - off);
	WARN_ON(hlen < ETH_HLEN);
	if (vr_test_alloc_fails())
		return NULL;
	b = vr_test_malloc(hlen + len);
	vr_test_pkt_copy(pkt, b, 0, hlen);
	vr_test_pkt_copy(pkt, b + hlen, off, len);
	part = vr_test_pkt_alloc(b, hlen + len, hlen, pkt->off % 4);
	free(b);
	part->vlan_proto = pkt->vlan_proto;
	part->vlan_tci = pkt->vlan_tci;
	part->l3_off = pkt->l3_off;
	part->proto = pkt->proto;
	part->headers = pkt->headers;
	return part;
}
