// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv4 fragmentation (RFC 791 2.3, 3.2).
 *
 *	packet		| L2 | IP, all options  | payload ................ |
 *
 *	first		| L2 | IP, all options  | n * 8 bytes |
 *	next		| L2 | IP, copied ones | m * 8 bytes |
 *	last		| L2 | IP, copied ones | the rest |
 *
 * Fragments are copies: the packet may be shared, and what a tunnel puts in front of
 * each must not be written over the payload of the one before.
 */
#include "pkt/frag.h"

#include "pkt/parse.h"

/* Offsets count units of so many bytes. */
#define FRAG_UNIT		8U

/* Options (RFC 791 3.1) */
#define IP4_OPT_END		0
#define IP4_OPT_NOP		1
#define IP4_OPT_COPIED		0x80

/* Those of @opts that every fragment has to carry, padded. False: they cannot be read. */
static bool frag_copy_options(struct vr_frag *f, const u8 *opts, unsigned int end)
{
	unsigned int at, len;

	for (at = 0; at < end && opts[at] != IP4_OPT_END; at += len) {
		len = 1;
		if (opts[at] == IP4_OPT_NOP)
			continue;
		if (end - at < 2)
			return false;
		len = opts[at + 1];
		if (len < 2 || len > end - at)
			return false;
		if (!(opts[at] & IP4_OPT_COPIED))
			continue;
		memcpy(f->opts + f->opt_len, opts + at, len);
		f->opt_len += len;
	}
	while (f->opt_len % 4)
		f->opts[f->opt_len++] = IP4_OPT_END;
	return true;
}

enum vr_drop_reason vr_frag_begin(struct vr_frag *f, struct vr_pkt *pkt, unsigned int l3_off,
				  u32 mtu)
{
	enum vr_drop_reason reason;
	const struct iphdr *ip;

	reason = vr_parse_finish(pkt, l3_off, AF_INET);
	if (unlikely(reason))
		return reason;
	ip = vr_ip4_at(pkt, l3_off);
	*f = (struct vr_frag){
		.pkt = pkt,
		.l3_off = l3_off,
		.mtu = mtu,
		.hlen = ip->ihl * 4,
		.len = ntohs(ip->tot_len) - ip->ihl * 4,
		.frag_off = ntohs(ip->frag_off),
	};
	if (!frag_copy_options(f, (const u8 *)(ip + 1), f->hlen - sizeof(*ip)))
		return VR_DROP_INVALID_PACKET;
	if ((f->frag_off & VR_IP4_FRAG_OFFSET) * FRAG_UNIT + f->hlen + f->len > U16_MAX)
		return VR_DROP_INVALID_PACKET;
	if (mtu < f->hlen + FRAG_UNIT)
		return VR_DROP_IF_TX_DISCARD;
	return VR_DROP_NONE;
}

/* The header of the fragment whose payload of @len bytes begins at f->at; it has @hlen bytes. */
static void frag_write(const struct vr_frag *f, struct iphdr *ip, unsigned int hlen,
		       unsigned int len)
{
	u16 frag_off = f->frag_off + f->at / FRAG_UNIT;

	if (f->at + len < f->len)
		frag_off |= VR_IP4_MF;
	if (f->at)
		memcpy(ip + 1, f->opts, f->opt_len);
	ip->ihl = hlen / 4;
	ip->tot_len = htons(hlen + len);
	ip->frag_off = htons(frag_off);
	ip->check = 0;
	ip->check = ip_fast_csum(ip, ip->ihl);
}

struct vr_pkt *vr_frag_next(struct vr_frag *f)
{
	unsigned int hlen = f->at ? sizeof(struct iphdr) + f->opt_len : f->hlen;
	unsigned int len = f->len - f->at;
	struct vr_pkt *frag;

	/* All but the last are whole units, also where the last could be a little more. */
	if (len > f->mtu - hlen)
		len = round_down(f->mtu - hlen, FRAG_UNIT);
	frag = vr_pkt_excerpt(f->pkt, f->l3_off + hlen, f->l3_off + f->hlen + f->at, len);
	if (unlikely(!frag))
		return NULL;
	frag_write(f, vr_ip4_at(frag, f->l3_off), hlen, len);
	f->at += len;
	return frag;
}
