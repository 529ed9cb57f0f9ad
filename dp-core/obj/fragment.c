// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets in fragments: found, made and ended by their fragments, under the lock
 * of their bucket. fragment.h says what for.
 *
 * Hostile senders: keys are hashed with a secret; there is a limit for the router
 * and one for each vif, of packets that are followed and of fragments that wait;
 * both are forgotten by time. A later fragment that reaches into what the first
 * one had is refused: behind its back it would rewrite the ports that it was let
 * through for (RFC 1858 4, RFC 5722).
 */
#include "obj/fragment.h"

#include "obj/core.h"
#include "obj/vif.h"

/* A power of two. */
#define FRAG_BUCKETS	2048U

/* Ranges of bytes seen of a packet that can be told apart; one with more ends by age. */
#define FRAG_RANGES	16

/** struct frag_range - bytes @from to @to - 1 */
struct frag_range {
	u16 from;
	u16 to;
};

/**
 * struct frag_wait - a fragment that waits for the first one
 * @list: oldest first: of its packet, or of those that waited in vain
 * @off: its first byte
 * @held: what it takes to go on
 */
struct frag_wait {
	struct list_head list;
	u16 off;
	struct vr_held held;
};

/**
 * struct frag_packet - a packet that comes in fragments
 * @list: of its bucket
 * @waiting: struct frag_wait; none once the first one has come, but while they go on
 * @key: struct vr_fragment.key
 * @flow: flow key, once the first one has come
 * @vif: vif that it is charged to
 * @birth: which vif of this id
 * @since: vr_ticks() when the first one came, or else the one that it was made for
 * @head_end: end of the first one; 0: it has not come
 * @total: end of the last one; 0: it has not come
 * @n_waiting: in @waiting
 * @n_ranges: in @range
 * @range: bytes that were seen; none touches another
 */
struct frag_packet {
	struct list_head list;
	struct list_head waiting;
	struct vr_flow_key key;
	struct vr_flow_key flow;
	u32 vif;
	u32 birth;
	u32 since;
	u16 head_end;
	u16 total;
	u16 n_waiting;
	u16 n_ranges;
	struct frag_range range[FRAG_RANGES];
};

struct frag_bucket {
	struct vr_spinlock lock;
	struct list_head packets;
};

/**
 * struct vr_frags - of one router
 * @used: packets that are followed
 * @held: fragments that wait, or did
 * @lock: leaf: @in_vain
 * @in_vain: struct frag_wait whose first one did not come
 * @bucket: by hash; each has a lock, a leaf
 */
struct vr_frags {
	atomic_t used;
	atomic_t held;
	struct vr_spinlock lock;
	struct list_head in_vain;
	struct frag_bucket bucket[FRAG_BUCKETS];
};

static struct frag_bucket *frag_bucket(const struct vr_core *core, u64 hash)
{
	return &core->frags->bucket[hash & (FRAG_BUCKETS - 1)];
}

/* --- limits --- */

/*
 * What is charged to a vif is a number and, above it, the vif's birth: who is
 * late with giving back what an earlier vif of the same id had finds another.
 */
static bool load_add(atomic64_t *load, u32 birth, u32 limit)
{
	s64 was = atomic64_read(load);

	do {
		if ((u32)((u64)was >> 32) != birth || (limit && (u32)was >= limit))
			return false;
	} while (!atomic64_try_cmpxchg(load, &was, was + 1));
	return true;
}

static void load_sub(atomic64_t *load, u32 birth)
{
	s64 was = atomic64_read(load);

	do {
		if ((u32)((u64)was >> 32) != birth)
			return;
	} while (!atomic64_try_cmpxchg(load, &was, was - 1));
}

void vr_frags_vif_born(struct vr_vif *vif)
{
	u64 birth = READ_ONCE(vif->birth);

	atomic64_set(&vif->frags, birth << 32);
	atomic64_set(&vif->frags_held, birth << 32);
}

/* One more in all, of @limit. */
static bool total_add(atomic_t *total, u32 limit)
{
	if ((u32)atomic_inc_return(total) <= limit)
		return true;
	atomic_dec(total);
	return false;
}

static bool packet_charge(struct vr_core *core, struct vr_vif *vif, u32 birth)
{
	if (!load_add(&vif->frags, birth, vr_conf(core, VR_CONF_FRAGMENTS_VIF)))
		return false;
	if (total_add(&core->frags->used, vr_conf(core, VR_CONF_FRAGMENTS)))
		return true;
	load_sub(&vif->frags, birth);
	return false;
}

static void packet_discharge(struct vr_core *core, const struct frag_packet *packet)
{
	struct vr_vif *vif = vr_idtab_find_rcu(&core->vifs, packet->vif);

	if (vif)
		load_sub(&vif->frags, packet->birth);
	atomic_dec(&core->frags->used);
}

static bool wait_charge(struct vr_core *core, struct vr_vif *vif, u32 birth)
{
	if (!load_add(&vif->frags_held, birth, vr_conf(core, VR_CONF_FRAGMENTS_HELD_VIF)))
		return false;
	if (total_add(&core->frags->held, vr_conf(core, VR_CONF_FRAGMENTS_HELD)))
		return true;
	load_sub(&vif->frags_held, birth);
	return false;
}

static void wait_discharge(struct vr_core *core, const struct vr_held *held)
{
	struct vr_vif *vif = vr_idtab_find_rcu(&core->vifs, held->vif);

	if (vif)
		load_sub(&vif->frags_held, held->vif_birth);
	atomic_dec(&core->frags->held);
}

/* --- packets --- */

static struct frag_packet *packet_find(const struct frag_bucket *bucket,
				       const struct vr_flow_key *key)
{
	struct frag_packet *packet;

	list_for_each_entry(packet, &bucket->packets, list)
		if (!memcmp(&packet->key, key, sizeof(*key)))
			return packet;
	return NULL;
}

/* A packet of which nothing is known yet. NULL: *@reason says why. */
static struct frag_packet *packet_new(struct vr_core *core, struct vr_vif *vif,
				      struct frag_bucket *bucket, const struct vr_flow_key *key,
				      u32 *reason)
{
	u32 birth = READ_ONCE(vif->birth);
	struct frag_packet *packet;

	*reason = VR_DROP_FRAGMENTS;
	if (!packet_charge(core, vif, birth))
		return NULL;
	*reason = VR_DROP_NO_FRAG_ENTRY;
	packet = vr_zalloc_atomic(&core->mem, VR_MEM_FRAGMENT, sizeof(*packet));
	if (!packet) {
		load_sub(&vif->frags, birth);
		atomic_dec(&core->frags->used);
		return NULL;
	}
	INIT_LIST_HEAD(&packet->waiting);
	packet->key = *key;
	packet->vif = vif->id;
	packet->birth = birth;
	packet->since = vr_ticks();
	list_add_tail(&packet->list, &bucket->packets);
	return packet;
}

/* Nothing waits for it. */
static void packet_end(struct vr_core *core, struct frag_packet *packet)
{
	list_del(&packet->list);
	packet_discharge(core, packet);
	vr_free(&core->mem, VR_MEM_FRAGMENT, packet, sizeof(*packet));
}

/* These bytes have come. Ranges that touch become one; one too many is forgotten. */
static void packet_saw(struct frag_packet *packet, const struct vr_fragment *frag)
{
	struct frag_range new = { frag->off, frag->end };
	unsigned int i, n = 0;

	for (i = 0; i < packet->n_ranges; i++) {
		struct frag_range old = packet->range[i];

		if (old.from > new.to || old.to < new.from) {
			packet->range[n++] = old;
			continue;
		}
		new.from = min(new.from, old.from);
		new.to = max(new.to, old.to);
	}
	if (n < FRAG_RANGES)
		packet->range[n++] = new;
	packet->n_ranges = n;
	if (!frag->more)
		packet->total = frag->end;
}

static bool packet_is_done(const struct frag_packet *packet)
{
	return packet->head_end && packet->total && !packet->n_waiting && packet->n_ranges == 1 &&
	       !packet->range[0].from && packet->range[0].to >= packet->total;
}

bool vr_frags_first(struct vr_core *core, struct vr_vif *vif, const struct vr_fragment *frag,
		    u64 hash, const struct vr_flow_key *flow)
{
	struct frag_bucket *bucket = frag_bucket(core, hash);
	struct frag_packet *packet;
	bool made = false, others;
	u32 reason;

	vr_spin_lock_bh(&bucket->lock);
	packet = packet_find(bucket, &frag->key);
	if (!packet) {
		packet = packet_new(core, vif, bucket, &frag->key, &reason);
		made = packet;
	} else if (packet->head_end) {
		/* Another packet has the id by now. */
		packet->n_ranges = 0;
		packet->total = 0;
	}
	if (packet) {
		packet->flow = *flow;
		packet->head_end = frag->end;
		packet->since = vr_ticks();
		packet_saw(packet, frag);
	}
	others = packet && packet->n_waiting;
	vr_spin_unlock_bh(&bucket->lock);
	if (made)
		vr_flow_kick(core);
	return others;
}

/* --- those that are not the first --- */

static void wait_free(struct vr_core *core, struct frag_wait *wait)
{
	wait_discharge(core, &wait->held);
	vr_free(&core->mem, VR_MEM_FRAGMENT, wait, sizeof(*wait));
}

/* Charged, but in no list yet. NULL: *@reason says why. */
static struct frag_wait *wait_new(struct vr_core *core, struct vr_vif *vif,
				  const struct vr_fragment *frag, const struct vr_held *held,
				  u32 *reason)
{
	struct frag_wait *wait;

	*reason = VR_DROP_NO_FRAG_ENTRY;
	if (!vr_conf(core, VR_CONF_FRAGMENTS) || !vr_conf(core, VR_CONF_FRAGMENTS_HELD))
		return NULL;
	*reason = VR_DROP_FRAGMENTS;
	if (!wait_charge(core, vif, held->vif_birth))
		return NULL;
	*reason = VR_DROP_NO_FRAG_ENTRY;
	wait = vr_zalloc_atomic(&core->mem, VR_MEM_FRAGMENT, sizeof(*wait));
	if (!wait) {
		wait_discharge(core, held);
		return NULL;
	}
	wait->off = frag->off;
	wait->held = *held;
	return wait;
}

/*
 * Let a fragment wait for the first one of @packet, which is made if it is NULL.
 * VR_FRAG_WAITS or _REFUSED.
 */
static enum vr_frag_what packet_wait(struct vr_core *core, struct vr_vif *vif,
				     struct frag_bucket *bucket, struct frag_packet *packet,
				     const struct vr_fragment *frag, const struct vr_held *held,
				     u32 *reason)
{
	struct frag_wait *wait;

	*reason = VR_DROP_FRAGMENTS;
	if (packet && packet->n_waiting == VR_FRAG_WAIT_MAX)
		return VR_FRAG_REFUSED;
	wait = wait_new(core, vif, frag, held, reason);
	if (!wait)
		return VR_FRAG_REFUSED;
	if (!packet)
		packet = packet_new(core, vif, bucket, &frag->key, reason);
	if (!packet) {
		wait_free(core, wait);
		return VR_FRAG_REFUSED;
	}
	list_add_tail(&wait->list, &packet->waiting);
	packet->n_waiting++;
	packet_saw(packet, frag);
	return VR_FRAG_WAITS;
}

/* The first one of @packet has come. VR_FRAG_KNOWN or _REFUSED. */
static enum vr_frag_what packet_pass(struct vr_core *core, struct frag_packet *packet,
				     const struct vr_fragment *frag, struct vr_flow_key *flow,
				     u32 *reason)
{
	*reason = VR_DROP_INVALID_PACKET;
	if (frag->off < packet->head_end)
		return VR_FRAG_REFUSED;
	*flow = packet->flow;
	packet_saw(packet, frag);
	if (packet_is_done(packet))
		packet_end(core, packet);
	return VR_FRAG_KNOWN;
}

enum vr_frag_what vr_frags_later(struct vr_core *core, struct vr_vif *vif,
				 const struct vr_fragment *frag, u64 hash,
				 const struct vr_held *held, struct vr_flow_key *flow,
				 enum vr_drop_reason *reason)
{
	struct frag_bucket *bucket = frag_bucket(core, hash);
	enum vr_frag_what what = VR_FRAG_UNKNOWN;
	struct frag_packet *packet;
	u32 why = VR_DROP_NONE;

	vr_spin_lock_bh(&bucket->lock);
	packet = packet_find(bucket, &frag->key);
	if (packet && packet->head_end)
		what = packet_pass(core, packet, frag, flow, &why);
	else if (held)
		what = packet_wait(core, vif, bucket, packet, frag, held, &why);
	vr_spin_unlock_bh(&bucket->lock);
	if (what == VR_FRAG_WAITS)
		vr_flow_kick(core);
	*reason = what == VR_FRAG_REFUSED ? why : VR_DROP_NONE;
	return what;
}

bool vr_frags_next(struct vr_core *core, const struct vr_fragment *frag, u64 hash,
		   struct vr_held *held, struct vr_flow_key *flow, enum vr_drop_reason *reason)
{
	struct frag_bucket *bucket = frag_bucket(core, hash);
	struct frag_wait *wait = NULL;
	struct frag_packet *packet;

	vr_spin_lock_bh(&bucket->lock);
	/* It may have ended meanwhile, and be another. */
	packet = packet_find(bucket, &frag->key);
	if (packet && packet->head_end)
		wait = list_first_entry_or_null(&packet->waiting, struct frag_wait, list);
	if (wait) {
		list_del(&wait->list);
		packet->n_waiting--;
		*flow = packet->flow;
		*reason = wait->off < packet->head_end ? VR_DROP_INVALID_PACKET : VR_DROP_NONE;
		if (packet_is_done(packet))
			packet_end(core, packet);
	}
	vr_spin_unlock_bh(&bucket->lock);
	if (!wait)
		return false;
	*held = wait->held;
	wait_free(core, wait);
	return true;
}

/* --- what is forgotten --- */

/** struct frag_ages - how old a packet may get, in ticks: its first one has come, or not */
struct frag_ages {
	u32 known;
	u32 waits;
};

static bool packet_is_old(const struct frag_packet *packet, const struct frag_ages *ages)
{
	return vr_ticks() - packet->since >= (packet->head_end ? ages->known : ages->waits);
}

/* Those that are old, or all if @ages is NULL; what waits for them goes behind @in_vain. */
static void bucket_expire(struct vr_core *core, struct frag_bucket *bucket,
			  const struct frag_ages *ages, struct list_head *in_vain)
{
	struct frag_packet *packet, *next;
	struct frag_wait *wait, *behind;

	list_for_each_entry_safe(packet, next, &bucket->packets, list) {
		if (ages && !packet_is_old(packet, ages))
			continue;
		list_for_each_entry_safe(wait, behind, &packet->waiting, list)
			list_move_tail(&wait->list, in_vain);
		packet_end(core, packet);
	}
}

static void frags_expire(struct vr_core *core, const struct frag_ages *ages)
{
	struct vr_frags *frags = core->frags;
	struct frag_wait *wait, *behind;
	LIST_HEAD(in_vain);
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < FRAG_BUCKETS && vr_frags_used(core); i++) {
		struct frag_bucket *bucket = &frags->bucket[i];

		vr_spin_lock_bh(&bucket->lock);
		bucket_expire(core, bucket, ages, &in_vain);
		vr_spin_unlock_bh(&bucket->lock);
	}
	rcu_read_unlock();

	vr_spin_lock_bh(&frags->lock);
	list_for_each_entry_safe(wait, behind, &in_vain, list)
		list_move_tail(&wait->list, &frags->in_vain);
	vr_spin_unlock_bh(&frags->lock);
}

static u32 frag_ticks(const struct vr_core *core, enum vr_conf i)
{
	return max(vr_ms_to_ticks(vr_conf(core, i)), 1U);
}

void vr_frags_expire(struct vr_core *core)
{
	const struct frag_ages ages = {
		.known = frag_ticks(core, VR_CONF_FRAGMENTS_AGE),
		.waits = frag_ticks(core, VR_CONF_FRAGMENTS_WAIT),
	};

	frags_expire(core, &ages);
}

void vr_frags_flush(struct vr_core *core)
{
	vr_assert_cfg_held(core);
	frags_expire(core, NULL);
}

bool vr_frags_unhold(struct vr_core *core, struct vr_held *held)
{
	struct vr_frags *frags = core->frags;
	struct frag_wait *wait;

	vr_spin_lock_bh(&frags->lock);
	wait = list_first_entry_or_null(&frags->in_vain, struct frag_wait, list);
	if (wait)
		list_del(&wait->list);
	vr_spin_unlock_bh(&frags->lock);
	if (!wait)
		return false;
	*held = wait->held;
	wait_free(core, wait);
	return true;
}

/* --- books --- */

u64 vr_frags_held(const struct vr_core *core)
{
	return atomic_read(&core->frags->held);
}

u32 vr_frags_used(const struct vr_core *core)
{
	return atomic_read(&core->frags->used);
}

int vr_frags_init(struct vr_core *core)
{
	struct vr_frags *frags;
	unsigned int i;

	frags = vr_zalloc(&core->mem, VR_MEM_FRAGMENT, sizeof(*frags));
	if (!frags)
		return -ENOMEM;
	vr_spin_init(&frags->lock);
	INIT_LIST_HEAD(&frags->in_vain);
	for (i = 0; i < FRAG_BUCKETS; i++) {
		vr_spin_init(&frags->bucket[i].lock);
		INIT_LIST_HEAD(&frags->bucket[i].packets);
	}
	core->frags = frags;
	return 0;
}

void vr_frags_exit(struct vr_core *core)
{
	struct vr_frags *frags = core->frags;

	if (!frags)
		return;
	WARN_ON_ONCE(atomic_read(&frags->used) || atomic_read(&frags->held));
	vr_free(&core->mem, VR_MEM_FRAGMENT, frags, sizeof(*frags));
	core->frags = NULL;
}
