// SPDX-License-Identifier: GPL-2.0-only
/* A small world for tests of objects and of the packet walk: see world.h. */
#include "world.h"

const u8 w_mac_gw[ETH_ALEN] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00 };
const u8 w_mac_all[ETH_ALEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
const u8 w_mac_none[ETH_ALEN];
const u8 w_mac_router[ETH_ALEN] = { 0x02, 0, 0, 0, 0xff, 0xfe };

/* Tables, so that several may be used in one call. */
static u8 macs[2][W_VIFS][ETH_ALEN];

static const u8 *mac_of(u8 kind, u32 id)
{
	u8 *mac = macs[kind][id];

	mac[0] = 0x02;
	mac[4] = kind;
	mac[5] = id;
	return mac;
}

const u8 *w_mac_vif(u32 id)
{
	return mac_of(0, id);
}

const u8 *w_mac_guest(u32 id)
{
	return mac_of(1, id);
}

struct vr_vif_cfg w_vif_cfg(u32 id, u32 type, u32 vrf)
{
	struct vr_vif_cfg cfg = {
		.id = id,
		.type = type,
		.vrf = vrf,
		.mcast_vrf = VR_VRF_NONE,
	};

	ether_addr_copy(cfg.mac, w_mac_vif(id % W_VIFS));
	snprintf(cfg.name, sizeof(cfg.name), "v%u", id);
	return cfg;
}

struct vr_nh_cfg w_nh_cfg(u32 id, u32 type)
{
	return (struct vr_nh_cfg){ .id = id, .type = type, .oif = VR_VIF_ID_NONE };
}

struct vr_nh_cfg w_encap_cfg(u32 id, u32 family, u32 oif, const u8 *dmac, const u8 *smac)
{
	struct vr_nh_cfg cfg = w_nh_cfg(id, VR_NH_ENCAP);

	cfg.family = family;
	cfg.oif = oif;
	ether_addr_copy(cfg.dmac, dmac);
	ether_addr_copy(cfg.smac, smac);
	return cfg;
}

static struct vr_nh_cfg tunnel_cfg(u32 id, u32 encap, u32 oif)
{
	struct vr_nh_cfg cfg = w_nh_cfg(id, VR_NH_TUNNEL);

	cfg.encap = encap;
	cfg.oif = oif;
	if (oif == VR_VIF_ID_NONE) {
		cfg.flags = VR_NH_F_RESOLVE;
		return cfg;
	}
	ether_addr_copy(cfg.dmac, w_mac_router);
	ether_addr_copy(cfg.smac, w_mac_vif(oif % W_VIFS));
	return cfg;
}

struct vr_nh_cfg w_tunnel4_cfg(u32 id, u32 encap, u32 sip, u32 dip, u32 oif)
{
	struct vr_nh_cfg cfg = tunnel_cfg(id, encap, oif);

	cfg.tun_family = AF_INET;
	cfg.sip[0] = htonl(sip);
	cfg.dip[0] = htonl(dip);
	return cfg;
}

struct vr_nh_cfg w_tunnel6_cfg(u32 id, u32 encap, u32 stail, u32 dtail, u32 oif)
{
	struct vr_nh_cfg cfg = tunnel_cfg(id, encap, oif);

	cfg.tun_family = AF_INET6;
	cfg.sip[0] = htonl(0xfd000000);
	cfg.sip[3] = htonl(stail);
	cfg.dip[0] = htonl(0xfd000000);
	cfg.dip[3] = htonl(dtail);
	return cfg;
}

struct vr_route_cfg w_route4_cfg(u32 vrf, u32 addr, u32 plen, u32 nh)
{
	struct vr_route_cfg cfg = {
		.vrf = vrf,
		.family = AF_INET,
		.plen = plen,
		.nh = nh,
		.label = VR_LABEL_NONE,
	};

	put_unaligned_be32(addr, cfg.prefix);
	return cfg;
}

struct vr_route_cfg w_route6_cfg(u32 vrf, u32 tail, u32 plen, u32 nh)
{
	struct vr_route_cfg cfg = w_route4_cfg(vrf, 0, plen, nh);

	cfg.family = AF_INET6;
	if (plen)
		cfg.prefix[0] = 0xfd;
	put_unaligned_be32(tail, cfg.prefix + 12);
	return cfg;
}

struct vr_bridge_cfg w_bridge_cfg(u32 vrf, const u8 *mac, u32 nh)
{
	struct vr_bridge_cfg cfg = { .vrf = vrf, .nh = nh, .label = VR_LABEL_NONE };

	ether_addr_copy(cfg.mac, mac);
	return cfg;
}

int w_vrf_new(struct world *w, u32 id)
{
	return W_LOCKED(w, vr_vrf_new(w->core, id, true, &w->err));
}

int w_vrf_del(struct world *w, u32 id)
{
	return W_LOCKED(w, vr_vrf_del(w->core, id, &w->err));
}

int w_vif_set(struct world *w, const struct vr_vif_cfg *cfg)
{
	return W_LOCKED(w, vr_vif_set(w->core, cfg, false, &w->err));
}

int w_vif_set_excl(struct world *w, const struct vr_vif_cfg *cfg)
{
	return W_LOCKED(w, vr_vif_set(w->core, cfg, true, &w->err));
}

int w_vif_del(struct world *w, u32 id)
{
	return W_LOCKED(w, vr_vif_del(w->core, id, &w->err));
}

int w_vif_get(struct world *w, u32 id, struct vr_vif_info *info)
{
	return W_LOCKED(w, vr_vif_get(w->core, id, info, &w->err));
}

int w_nh_set(struct world *w, const struct vr_nh_cfg *cfg)
{
	return W_LOCKED(w, vr_nh_set(w->core, cfg, false, &w->err));
}

int w_nh_set_excl(struct world *w, const struct vr_nh_cfg *cfg)
{
	return W_LOCKED(w, vr_nh_set(w->core, cfg, true, &w->err));
}

int w_nh_del(struct world *w, u32 id)
{
	return W_LOCKED(w, vr_nh_del(w->core, id, &w->err));
}

int w_nh_get(struct world *w, u32 id, struct vr_nh_info *info)
{
	return W_LOCKED(w, vr_nh_get(w->core, id, info, &w->err));
}

int w_route_set(struct world *w, const struct vr_route_cfg *cfg)
{
	return W_LOCKED(w, vr_route_set(w->core, cfg, false, &w->err));
}

int w_route_set_excl(struct world *w, const struct vr_route_cfg *cfg)
{
	return W_LOCKED(w, vr_route_set(w->core, cfg, true, &w->err));
}

int w_route_del(struct world *w, const struct vr_route_cfg *cfg)
{
	return W_LOCKED(w, vr_route_del(w->core, cfg, &w->err));
}

int w_bridge_set(struct world *w, const struct vr_bridge_cfg *cfg)
{
	return W_LOCKED(w, vr_bridge_set(w->core, cfg, false, &w->err));
}

int w_bridge_set_excl(struct world *w, const struct vr_bridge_cfg *cfg)
{
	return W_LOCKED(w, vr_bridge_set(w->core, cfg, true, &w->err));
}

int w_bridge_del(struct world *w, const struct vr_bridge_cfg *cfg)
{
	return W_LOCKED(w, vr_bridge_del(w->core, cfg, &w->err));
}

int w_demux_set(struct world *w, enum vr_demux_kind kind, u32 id, u32 nh)
{
	struct vr_demux_cfg cfg = { .kind = kind, .id = id, .nh = nh };

	return W_LOCKED(w, vr_demux_set(w->core, &cfg, false, &w->err));
}

int w_demux_set_excl(struct world *w, enum vr_demux_kind kind, u32 id, u32 nh)
{
	struct vr_demux_cfg cfg = { .kind = kind, .id = id, .nh = nh };

	return W_LOCKED(w, vr_demux_set(w->core, &cfg, true, &w->err));
}

int w_demux_del(struct world *w, enum vr_demux_kind kind, u32 id)
{
	return W_LOCKED(w, vr_demux_del(w->core, kind, id, &w->err));
}

int w_demux_get(struct world *w, enum vr_demux_kind kind, u32 id, struct vr_demux_cfg *out)
{
	return W_LOCKED(w, vr_demux_get(w->core, kind, id, out, &w->err));
}

u32 w_nh_refs(struct world *w, u32 id)
{
	struct vr_nh_info info = { .refs = ~0U };

	w_nh_get(w, id, &info);
	return info.refs;
}

u32 w_vif_refs(struct world *w, u32 id)
{
	struct vr_vif_info info = { .refs = ~0U };

	w_vif_get(w, id, &info);
	return info.refs;
}

u32 w_generation(struct world *w)
{
	return W_LOCKED(w, vr_core_generation(w->core));
}

/* FNV-1a */
static void mix(u64 *sum, const void *p, size_t len)
{
	const u8 *byte = p;

	while (len--)
		*sum = (*sum ^ *byte++) * 0x100000001b3ULL;
}

static void mix_u64(u64 *sum, u64 v)
{
	mix(sum, &v, sizeof(v));
}

static void digest_vifs(struct vr_core *core, u64 *sum)
{
	struct vr_vif_info info;
	u32 id, i;

	for (id = 0; !vr_vif_next(core, id, &info); id = info.cfg.id + 1) {
		mix_u64(sum, info.cfg.id);
		mix_u64(sum, info.cfg.type);
		mix_u64(sum, info.cfg.flags);
		mix_u64(sum, info.cfg.vrf);
		mix_u64(sum, info.cfg.mcast_vrf);
		mix_u64(sum, info.cfg.nh);
		mix_u64(sum, info.cfg.mtu);
		for (i = 0; i < info.cfg.n_xconnect; i++)
			mix_u64(sum, info.cfg.xconnect[i]);
		mix(sum, info.cfg.mac, sizeof(info.cfg.mac));
		mix(sum, &info.cfg.ip, sizeof(info.cfg.ip));
		mix(sum, info.cfg.ip6, sizeof(info.cfg.ip6));
		mix(sum, info.cfg.name, strlen(info.cfg.name));
		mix(sum, &info.port, sizeof(info.port));
		mix_u64(sum, info.refs);
		mix_u64(sum, info.xconnect);
	}
}

static void digest_tunnel(const struct vr_nh_info *info, u64 *sum)
{
	mix_u64(sum, info->cfg.encap);
	mix_u64(sum, info->cfg.tun_family);
	mix(sum, info->cfg.sip, sizeof(info->cfg.sip));
	mix(sum, info->cfg.dip, sizeof(info->cfg.dip));
	mix(sum, info->cfg.inner_dmac, sizeof(info->cfg.inner_dmac));
	mix(sum, info->cfg.inner_smac, sizeof(info->cfg.inner_smac));
	mix_u64(sum, info->state);
	mix_u64(sum, info->path_mtu);
}

static void digest_demux(struct vr_core *core, enum vr_demux_kind kind, u64 *sum)
{
	struct vr_demux_cfg entry;
	u32 id;

	for (id = 0; !vr_demux_next(core, kind, id, &entry); id = entry.id + 1) {
		mix_u64(sum, entry.id);
		mix_u64(sum, entry.nh);
	}
}

static void digest_nhs(struct vr_core *core, u64 *sum)
{
	struct vr_nh_info info;
	u32 id, i;

	for (id = 0; !vr_nh_next(core, id, &info); id = info.cfg.id + 1) {
		mix_u64(sum, info.cfg.id);
		mix_u64(sum, info.cfg.type);
		mix_u64(sum, info.cfg.family);
		mix_u64(sum, info.cfg.flags);
		mix_u64(sum, info.cfg.vrf);
		mix_u64(sum, info.cfg.oif);
		mix_u64(sum, info.cfg.kind);
		mix(sum, info.cfg.dmac, sizeof(info.cfg.dmac));
		mix(sum, info.cfg.smac, sizeof(info.cfg.smac));
		mix_u64(sum, info.cfg.hash);
		digest_tunnel(&info, sum);
		for (i = 0; i < info.cfg.n_members; i++) {
			mix_u64(sum, info.cfg.members[i].nh);
			mix_u64(sum, info.cfg.members[i].label);
		}
		mix_u64(sum, info.refs);
	}
}

static void digest_routes(struct vr_core *core, u32 vrf, u32 family, u64 *sum)
{
	struct vr_route_cfg key = { .vrf = vrf, .family = family }, rt;
	bool after;

	for (after = false; !vr_route_next(core, &key, after, &rt); after = true) {
		mix_u64(sum, rt.plen);
		mix_u64(sum, rt.nh);
		mix_u64(sum, rt.label);
		mix_u64(sum, rt.flags);
		mix_u64(sum, rt.has_mac);
		mix(sum, rt.prefix, sizeof(rt.prefix));
		mix(sum, rt.mac, sizeof(rt.mac));
		key = rt;
	}
}

/* In whatever order they come. */
static void digest_bridges(struct vr_core *core, u32 vrf, u64 *sum)
{
	struct vr_bridge_cfg br;
	u64 cursor = 0;
	u64 all = 0;

	while (!vr_bridge_next(core, vrf, &cursor, &br)) {
		u64 one = 0xcbf29ce484222325ULL;

		mix_u64(&one, br.nh);
		mix_u64(&one, br.label);
		mix_u64(&one, br.flags);
		mix(&one, br.mac, sizeof(br.mac));
		all += one;
	}
	mix_u64(sum, all);
}

static void digest_vrfs(struct vr_core *core, u64 *sum)
{
	struct vr_vrf_info info;
	u32 id;

	for (id = 0; !vr_vrf_next(core, id, &info); id = info.id + 1) {
		mix_u64(sum, info.id);
		mix_u64(sum, info.routes4);
		mix_u64(sum, info.routes6);
		mix_u64(sum, info.bridges);
		digest_routes(core, info.id, AF_INET, sum);
		digest_routes(core, info.id, AF_INET6, sum);
		digest_bridges(core, info.id, sum);
	}
}

u64 w_digest(struct world *w)
{
	u64 sum = 0xcbf29ce484222325ULL;
	struct vr_table_use use;
	unsigned int i;

	vr_core_lock(w->core);
	digest_vifs(w->core, &sum);
	digest_nhs(w->core, &sum);
	digest_demux(w->core, VR_DEMUX_MPLS, &sum);
	digest_demux(w->core, VR_DEMUX_VXLAN, &sum);
	digest_vrfs(w->core, &sum);
	for (i = 0; vr_core_table(w->core, i, &use); i++)
		mix_u64(&sum, use.used);
	for (i = 0; i < VR_MEM_MAX; i++) {
		mix_u64(&sum, vr_core_mem_objects(w->core, i));
		mix_u64(&sum, vr_core_mem_bytes(w->core, i));
	}
	mix_u64(&sum, vr_core_generation(w->core));
	vr_core_unlock(w->core);
	return sum;
}

void w_books(struct world *w)
{
	struct vr_books b;

	vr_core_lock(w->core);
	vr_core_books(w->core, &b);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ_MSG(w->test, b.received + b.created,
			    b.transmitted + b.delivered + b.trapped + b.dropped + b.held +
			    b.consumed, "line %d: books", w->line);
}

void w_refused(struct world *w, int line, int ret, int code, int attr, u64 before)
{
	KUNIT_EXPECT_EQ_MSG(w->test, ret, code, "line %d: error", line);
	if (!ret)
		return;
	KUNIT_EXPECT_TRUE_MSG(w->test, w->err.msg && *w->err.msg, "line %d: no text", line);
	KUNIT_EXPECT_EQ_MSG(w->test, w->err.attr, attr, "line %d: attribute of \"%s\"", line,
			    w->err.msg ? w->err.msg : "");
	KUNIT_EXPECT_TRUE_MSG(w->test, w_digest(w) == before, "line %d: something changed", line);
}

void w_new_text(struct world *w, struct w_texts *texts, int line)
{
	unsigned int i;

	KUNIT_ASSERT_TRUE_MSG(w->test, w->err.msg, "line %d: no text", line);
	for (i = 0; i < texts->n; i++)
		KUNIT_EXPECT_NE_MSG(w->test, strcmp(texts->text[i], w->err.msg), 0,
				    "line %d: \"%s\" is said of another mistake", line,
				    w->err.msg);
	KUNIT_ASSERT_LT(w->test, texts->n, ARRAY_SIZE(texts->text));
	texts->text[texts->n++] = w->err.msg;
}

int w_suite_init(struct kunit *test)
{
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->test = test;
	w->mode = test->param_value;
	w->core = vr_core_create();
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, w->core);
	test->priv = w;
	return 0;
}

#ifndef VR_TEST_USERSPACE
void w_ports_detach(struct world *w)
{
}

void w_ports_free(struct world *w)
{
}
#endif

/* vr_core_destroy() itself warns if a memory class does not read zero, and a warning is fatal. */
void w_suite_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (!w)
		return;
	w_ports_detach(w);
	w_books(w);
	vr_core_destroy(w->core);
	w_ports_free(w);
	test->priv = NULL;
}
