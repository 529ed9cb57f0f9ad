// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other ends of tunnels, and what is known of the way to each.
 *
 * All tunnels to one address share its end, which is there as long as one of
 * them is: who learns a path MTU writes it once, and how many tunnels lead to
 * the end makes no difference to anybody. A replacement to the same end takes
 * it before the replaced one gives it back, so nothing that is learnt is lost.
 *
 * Ends are found by a keyed hash of 64 bits. Two that have the same one hang
 * together: the table has the first, which leads to the others.
 */
#include "obj/nexthop_parts.h"

#include "lib/mix.h"

static_assert(sizeof(struct vr_tunnel_end) <= 64);

static struct vr_tunnel_end *end_of(struct vr_hentry *entry)
{
	return entry ? container_of(entry, struct vr_tunnel_end, h) : NULL;
}

/* Of an IPv4 address only the first word is read. Whoever configures ends cannot tell who meets. */
static u64 end_key(const struct vr_core *core, u8 family, const __be32 *dip)
{
	u64 a = ntohl(dip[0]);
	u64 b = 0;

	if (family == AF_INET6) {
		a = a << 32 | ntohl(dip[1]);
		b = (u64)ntohl(dip[2]) << 32 | ntohl(dip[3]);
	}
	return vr_mix(a ^ core->entropy[0], b ^ core->entropy[1]);
}

static bool end_is(const struct vr_tunnel_end *end, u8 family, const __be32 *dip)
{
	if (end->family != family || end->dip[0] != dip[0])
		return false;
	return family == AF_INET || !memcmp(end->dip, dip, sizeof(end->dip));
}

/* The one that is meant among those that @end leads to, or NULL. */
static struct vr_tunnel_end *end_among(const struct vr_core *core, struct vr_tunnel_end *end,
				       u8 family, const __be32 *dip)
{
	while (end && !end_is(end, family, dip))
		end = rcu_dereference_check(end->next, vr_mutex_is_held(&core->lock));
	return end;
}

/* --- what is learnt --- */

static struct vr_tunnel_end *end_find_rcu(const struct vr_core *core, u8 family,
					  const __be32 *dip)
{
	u64 key = end_key(core, family, dip);

	return end_among(core, end_of(vr_htable_find_rcu(&core->tunnel_ends, key)), family, dip);
}

u32 vr_tunnel_end_learnt(const struct vr_core *core, struct vr_tunnel_end *end, u32 mtu)
{
	u32 expires = vr_conf(core, VR_CONF_PMTU_EXPIRES);
	u32 age;

	smp_rmb();	/* pairs with try_cmpxchg() in end_lower() */
	age = vr_ticks() - READ_ONCE(end->learnt);
	if (!expires || age < vr_ms_to_ticks(expires))
		return mtu;
	/* Forgotten for good, before ticks come round. */
	cmpxchg(&end->path_mtu, mtu, 0);
	return 0;
}

/* Unless less is known and counts. */
static void end_lower(const struct vr_core *core, struct vr_tunnel_end *end, u32 mtu)
{
	u32 old;

	do {
		old = vr_tunnel_end_path_mtu(core, end);
		if (old && old < mtu)
			return;
		WRITE_ONCE(end->learnt, vr_ticks());
	} while (!try_cmpxchg(&end->path_mtu, &old, mtu));
}

bool vr_nh_learn_path_mtu(struct vr_core *core, u8 family, const __be32 *dip, u32 mtu)
{
	u32 least = family == AF_INET ? VR_PATH_MTU_MIN4 : VR_PATH_MTU_MIN6;
	struct vr_tunnel_end *end = end_find_rcu(core, family, dip);

	if (!end)
		return false;
	end_lower(core, end, max(mtu, least));
	return true;
}

u32 vr_nh_path_mtu_rcu(const struct vr_core *core, u8 family, const __be32 *dip)
{
	struct vr_tunnel_end *end = end_find_rcu(core, family, dip);

	return end ? vr_tunnel_end_path_mtu(core, end) : 0;
}

/* --- made and unmade --- */

/* The first of those that have @key, or NULL. */
static struct vr_tunnel_end *end_first(const struct vr_core *core, u64 key)
{
	return end_of(vr_htable_find(&core->tunnel_ends, key));
}

/* Nothing has changed if it fails. */
static int end_link(struct vr_core *core, struct vr_tunnel_end *end)
{
	struct vr_tunnel_end *first = end_first(core, end->h.key);

	if (!first)
		return vr_htable_add(&core->tunnel_ends, &end->h);
	RCU_INIT_POINTER(end->next, first);
	vr_htable_replace(&core->tunnel_ends, &first->h, &end->h);
	return 0;
}

/* Whoever is in it still finds those behind it. */
static void end_unlink(struct vr_core *core, struct vr_tunnel_end *end)
{
	struct vr_tunnel_end *next = vr_core_dereference(core, end->next);
	struct vr_tunnel_end *at = end_first(core, end->h.key);

	if (at == end && next) {
		vr_htable_replace(&core->tunnel_ends, &end->h, &next->h);
		return;
	}
	if (at == end) {
		vr_htable_del(&core->tunnel_ends, &end->h);
		return;
	}
	while (vr_core_dereference(core, at->next) != end)
		at = vr_core_dereference(core, at->next);
	rcu_assign_pointer(at->next, next);
}

static struct vr_tunnel_end *end_new(struct vr_core *core, u64 key, u8 family, const __be32 *dip)
{
	struct vr_tunnel_end *end;

	end = vr_zalloc(&core->mem, VR_MEM_NEXTHOP, sizeof(*end));
	if (!end)
		return NULL;
	end->h.key = key;
	end->family = family;
	memcpy(end->dip, dip, sizeof(end->dip));
	if (end_link(core, end)) {
		vr_free(&core->mem, VR_MEM_NEXTHOP, end, sizeof(*end));
		return NULL;
	}
	return end;
}

struct vr_tunnel_end *vr_tunnel_end_get(struct vr_core *core, u8 family, const __be32 *dip)
{
	u64 key = end_key(core, family, dip);
	struct vr_tunnel_end *end;

	end = end_among(core, end_first(core, key), family, dip);
	if (!end)
		end = end_new(core, key, family, dip);
	if (end)
		end->refs++;
	return end;
}

void vr_tunnel_end_put(struct vr_core *core, struct vr_tunnel_end *end)
{
	vr_assert_cfg_held(core);
	if (--end->refs)
		return;
	end_unlink(core, end);
	vr_free_rcu(&core->mem, VR_MEM_NEXTHOP, end, sizeof(*end), rcu);
}
