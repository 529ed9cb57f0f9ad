// SPDX-License-Identifier: GPL-2.0-only
/* A packet: a frame, what is put around it and what is broken in it, and how it lies in memory. */
#include "core_fuzz.h"

#include "cuts.h"

/* Numbers of words in a step's second byte. */
#define WITH_CUT	0x01
#define WITH_TAG	0x02
#define WITH_OUTER	0x04
#define WITH_OUTER2	0x08
#define WITH_COMMAND	0x10
#define WITH_BROKEN	0x20
#define WITH_MENDED	0x40
#define WITH_LENGTH	0x80

static void cut(struct fz *fz, struct w_frame *f)
{
	static struct w_frame whole;
	u32 id = fz_below(fz, 4), off = fz_below(fz, 32) * 8, len = 8 * (1 + fz_below(fz, 32));
	u8 how = fz_u8(fz);
	u16 proto = get_unaligned_be16(f->b + 2 * ETH_ALEN);

	if (proto != ETH_P_IP && proto != ETH_P_IPV6)
		return;
	whole = *f;
	if (how & 4)
		len -= 1 + (how >> 3) % 8;
	c_cut(f, &whole, id, off, len, how & 1);
	if (how & 2)
		put_unaligned_be16(fz_u16(fz), f->b + ETH_HLEN + (proto == ETH_P_IP ? 6 : 42));
}

static void outer(struct fz *fz, struct w_frame *f)
{
	u8 how = fz_u8(fz), more = fz_u8(fz), family = how & 1 ? AF_INET6 : AF_INET;
	struct t_outer o = t_in(1 + (how >> 1) % 3, family, fz_label(fz));

	if (f->len > 8000)
		return;
	o.routed = how & 8;
	o.csum = family == AF_INET6 ? !(how & 0x30) : (how & 0x30) == 0x30;
	o.control_word = more & 1;
	o.alert = (more & 6) == 6;
	o.tos = more >> 3 & 3;
	o.mpls_ttl = (more & 0x60) == 0x60 ? more >> 7 : 64;
	if (how >= 0xc0 && o.encap == VR_ENCAP_MPLS_UDP)
		o.dport = 51234;
	o.sip = fz_one_in(fz, 4) ? fz_ip4(fz) : T_THERE;
	if (fz_one_in(fz, 16))
		o.dip = fz_ip4(fz);
	if (fz_one_in(fz, 16))
		o.dmac = fz_mac(fz);
	t_wrap(f, &o);
}

static void command(struct fz *fz, struct w_frame *f)
{
	u32 vif = fz_below(fz, FZ_VIFS + 1), vrf = fz_below(fz, FZ_VRFS + 1);
	u8 how = fz_u8(fz);

	if (f->len > 8000)
		return;
	w_wrap(f, w_mac_vif(V_AGENT), vif, vrf, how % 3, how & 16 ? fz_u32(fz) : 0);
	if (how & 32)
		put_unaligned_be32(1, f->b + ETH_HLEN + 10);
}

static void broken(struct fz *fz, struct w_frame *f)
{
	u8 n = 1 + fz_below(fz, 4);
	u16 at;

	while (n--) {
		at = fz_u8(fz);
		if (at >= 0xf0)
			at = fz_u16(fz);
		f->b[at % f->len] ^= fz_u8(fz);
	}
}

/* Shorter than it says, or longer. */
static void length(struct fz *fz, struct w_frame *f)
{
	u16 how = fz_u16(fz);

	if (how & 1)
		f->len = ETH_HLEN + (how >> 1) % (f->len - ETH_HLEN + 1);
	else
		f->len = min(f->len + (how >> 1) % 64, (u32)sizeof(f->b));
}

static void mended(struct w_frame *f)
{
	u8 *ip = f->b + ETH_HLEN;

	if (get_unaligned_be16(f->b + 12) != ETH_P_IP || f->len < ETH_HLEN + 60)
		return;
	if ((ip[0] & 15) < 5)
		return;
	put_unaligned_be16(0, ip + 10);
	*(__sum16 *)(ip + 10) = ip_fast_csum(ip, ip[0] & 15);
}

static void around(struct fz *fz, struct w_frame *f, u8 with)
{
	if (with & WITH_CUT)
		cut(fz, f);
	if (with & WITH_TAG)
		w_tag(f, fz_u16(fz));
	if (with & WITH_OUTER)
		outer(fz, f);
	if (with & WITH_OUTER2)
		outer(fz, f);
	if (with & WITH_BROKEN)
		broken(fz, f);
	if (with & WITH_MENDED)
		mended(f);
	if (with & WITH_LENGTH)
		length(fz, f);
	if (with & WITH_COMMAND)
		command(fz, f);
}

/* As drivers and stacks bring it: where a checksum is to go is behind the headers and linear. */
static void lies(struct fz *fz, struct w_frame *f, struct w_mode *mode, struct world *w)
{
	u8 how = fz_u8(fz);
	u32 at;

	mode->linear = how & 1 ? ~0U : ETH_HLEN + fz_u8(fz);
	mode->headroom = how & 2 ? 130 : 2 + 4 * fz_below(fz, 40);
	mode->complete = how & 4;
	if ((how & 0x18) == 0x18)
		w->tci = fz_u16(fz);
	if ((how & 0x60) == 0x60)
		w->gso = 1 + fz_below(fz, 1400);
	if (!(how & 0x80))
		return;
	/* Anywhere behind Ethernet: a guest may say so. */
	at = ETH_HLEN + fz_below(fz, 128);
	w->partial_at = at + fz_below(fz, 64);
	if (f->len >= w->partial_at + 2)
		w->partial = at;
}

/* Where it comes in: a vif of those that there are. */
static bool find_vif(struct prog *p, u32 id)
{
	struct vr_vif *handle;

	vr_core_lock(p->w->core);
	handle = vr_vif_handle(p->w->core, id);
	vr_core_unlock(p->w->core);
	return handle;
}

void fz_packet(struct prog *p, struct fz *fz)
{
	static struct w_frame f;
	struct w_mode mode = {};
	struct world *w = p->w;
	u8 with = fz_u8(fz), vif = fz_u8(fz);
	enum vr_verdict verdict;
	u8 n = vif >> 6;

	if (!find_vif(p, vif % FZ_VIFS))
		return;
	fz_frame(fz, &f);
	around(fz, &f, with);
	lies(fz, &f, &mode, w);
	w->mode = &mode;
	/* The same again, as many flows have more than one. */
	do {
		u32 tci = w->tci, gso = w->gso, partial = w->partial, at = w->partial_at;

		verdict = w_rx(w, vif % FZ_VIFS, &f);
		WARN_ON(verdict > VR_HELD);
		w->tci = tci;
		w->gso = gso;
		w->partial = partial;
		w->partial_at = at;
	} while (n--);
	w->mode = NULL;
	w->tci = 0;
	w->gso = 0;
	w->partial = 0;
	w->partial_at = 0;
	p->gro = vr_test_gro_n();
}
