// SPDX-License-Identifier: GPL-2.0-only
/* The part of world.h that knows flows: what makes one, what is held, what is decided. */
#include "world.h"

#ifdef VR_TEST_USERSPACE

#include "obj/flow.h"

void w_sum(struct w_frame *f)
{
	w_set_hops(f, f->b[ETH_HLEN + 8]);
}

void w_tcp4(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u16 sport,
	    u16 dport, u8 flags, u32 seq, u32 ack)
{
	w_ip4(f, dmac, smac, sip, dip, 64, 20);
	f->b[ETH_HLEN + 9] = IPPROTO_TCP;
	w_sum(f);
	put_tcp(f->b + ETH_HLEN + 20, sport, dport, seq, ack, flags);
}

/* RFC 792: the IP header of what it is about, and 8 bytes more. */
void w_icmp4_error(struct w_frame *f, const u8 *dmac, const u8 *smac, u32 sip, u32 dip, u8 type,
		   const struct w_frame *about)
{
	u8 *icmp = f->b + ETH_HLEN + 20;

	w_ip4(f, dmac, smac, sip, dip, 64, 8 + 28);
	f->b[ETH_HLEN + 9] = IPPROTO_ICMP;
	w_sum(f);
	memset(icmp, 0, 8);
	icmp[0] = type;
	icmp[1] = type == 3 ? 3 : 0;
	memcpy(icmp + 8, about->b + ETH_HLEN, 28);
}

static struct vr_flow_cfg flow_cfg(u32 nh, u8 family, u8 proto, u16 sport, u16 dport)
{
	return (struct vr_flow_cfg){
		.key = {
			.nh = nh,
			.family = family,
			.proto = proto,
			.sport = htons(sport),
			.dport = htons(dport),
		},
		.action = VR_FLOW_FORWARD,
		.vrf = 1,
		.dvrf = 1,
		.src_nh = VR_NH_NONE,
		.ecmp = -1,
		.mirror = { VR_MIRROR_NONE, VR_MIRROR_NONE },
	};
}

struct vr_flow_cfg w_flow4_cfg(u32 nh, u8 proto, u32 sip, u32 dip, u16 sport, u16 dport)
{
	struct vr_flow_cfg cfg = flow_cfg(nh, AF_INET, proto, sport, dport);

	cfg.key.addr[0] = htonl(sip);
	cfg.key.addr[1] = htonl(dip);
	return cfg;
}

struct vr_flow_cfg w_flow6_cfg(u32 nh, u8 proto, u32 stail, u32 dtail, u16 sport, u16 dport)
{
	struct vr_flow_cfg cfg = flow_cfg(nh, AF_INET6, proto, sport, dport);

	cfg.key.addr[0] = htonl(0xfd000000);
	cfg.key.addr[3] = htonl(stail);
	cfg.key.addr[4] = htonl(0xfd000000);
	cfg.key.addr[7] = htonl(dtail);
	return cfg;
}

struct vr_flow_id w_flow_set(struct world *w, const struct vr_flow_cfg *cfg)
{
	struct vr_flow_id id[2] = {};

	W_DONE(w, W_LOCKED(w, vr_flow_set(w->core, cfg, NULL, false, id, &w->err)));
	vr_resume(w->core);
	return id[0];
}

int w_flow_find(struct world *w, const struct vr_flow_cfg *cfg, struct vr_flow_info *info)
{
	return W_LOCKED(w, vr_flow_find(w->core, &cfg->key, info, &w->err));
}

void w_flow_del(struct world *w, const struct vr_flow_cfg *cfg)
{
	struct vr_flow_info info;

	W_DONE(w, w_flow_find(w, cfg, &info));
	W_DONE(w, W_LOCKED(w, vr_flow_del(w->core, info.id, false, false, NULL, &w->err)));
	vr_resume(w->core);
}

void w_conf(struct world *w, enum vr_conf i, u32 value)
{
	struct vr_conf_set set = { .given = 1ULL << i };

	set.value[i] = value;
	W_DONE(w, W_LOCKED(w, vr_conf_set(w->core, &set, &w->err)));
}

void w_policy(struct world *w, u32 id, u32 nh)
{
	struct vr_vif_info info;

	W_DONE(w, w_vif_get(w, id, &info));
	info.cfg.flags |= VR_VIF_F_POLICY;
	info.cfg.nh = nh;
	W_DONE(w, w_vif_set(w, &info.cfg));
}

u64 w_n_held(struct world *w)
{
	struct vr_books books;

	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	return books.held;
}

void w_held(struct world *w, int line, u32 from, const struct w_frame *in)
{
	u64 held = w_n_held(w);

	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, from, in), VR_HELD, "line %d: verdict", line);
	KUNIT_EXPECT_EQ_MSG(w->test, w_n_held(w), held + 1, "line %d: held", line);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
}

void w_wrap_flow(struct world *w, struct w_frame *f, u32 from, const struct vr_flow_cfg *cfg,
		 enum vr_trap_reason reason)
{
	struct vr_flow_info info;
	u8 *hdr = f->b + ETH_HLEN;

	W_DONE(w, w_flow_find(w, cfg, &info));
	w_wrap(f, w_mac_vif(V_AGENT), from, info.cfg.vrf, reason, info.id.index);
	put_unaligned_be32(cfg->key.nh, hdr + 10);
	put_unaligned_be32((u32)info.bytes, hdr + 14);
	put_unaligned_be32((u32)info.packets, hdr + 18);
	hdr[26] = (u8)info.id.gen;
}

void w_missed(struct world *w, int line, u32 from, const struct w_frame *in,
	      const struct vr_flow_cfg *cfg, enum vr_trap_reason reason)
{
	struct w_frame trap = *in;
	u64 held = w_n_held(w);

	KUNIT_EXPECT_EQ_MSG(w->test, w_rx(w, from, in), VR_HELD, "line %d: verdict", line);
	KUNIT_EXPECT_EQ_MSG(w->test, w_n_held(w), held + 1, "line %d: held", line);
	w_wrap_flow(w, &trap, from, cfg, reason);
	w_sent(w, line, V_AGENT, &trap, 0);
	w_nothing(w, line);
	w_dropped(w, line, VR_DROP_NONE, 0);
}

#endif /* VR_TEST_USERSPACE */
