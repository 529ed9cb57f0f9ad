// SPDX-License-Identifier: GPL-2.0-only
/* A copy of the router's vifs and nexthops, and a cache of its look-ups. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "attrs.h"
#include "kernel.h"

struct world *world_new(void)
{
	struct world *world = calloc(1, sizeof(*world));

	if (!world)
		return NULL;
	world->place = calloc(1 << PLACE_BITS, sizeof(*world->place));
	if (!world->place) {
		free(world);
		return NULL;
	}
	return world;
}

static void forget_vifs(struct world *world)
{
	__u32 id;

	for (id = 0; id <= VR_VIF_ID_MAX; id++) {
		free(world->vif[id]);
		world->vif[id] = NULL;
	}
	memset(world->by_nh, 0, sizeof(world->by_nh));
	world->agent = NULL;
	world->changed++;
}

static void forget_nhs(struct world *world)
{
	if (world->nh)
		memset(world->nh, 0, world->n_nhs * sizeof(*world->nh));
}

static void forget_places(struct world *world)
{
	__u32 vrf;

	for (vrf = 0; vrf <= VR_VRF_ID_MAX; vrf++)
		world->epoch[vrf]++;
}

void world_forget(struct world *world)
{
	forget_vifs(world);
	forget_nhs(world);
	forget_places(world);
}

void world_free(struct world *world)
{
	if (!world)
		return;
	forget_vifs(world);
	free(world->nh);
	free(world->place);
	free(world);
}

/* --- vifs -------------------------------------------------------------------- */

static struct vif **nh_list(struct world *world, __u32 nh)
{
	return &world->by_nh[nh % NH_LISTS];
}

static void vif_unlink(struct world *world, struct vif *vif)
{
	struct vif **at;

	for (at = nh_list(world, vif->nh); *at; at = &(*at)->next_nh) {
		if (*at == vif) {
			*at = vif->next_nh;
			return;
		}
	}
}

static void vif_link(struct world *world, struct vif *vif)
{
	struct vif **list = nh_list(world, vif->nh);

	vif->next_nh = *list;
	*list = vif;
}

static void vif_del(struct world *world, __u32 id)
{
	struct vif *vif = world_vif(world, id);

	if (!vif)
		return;
	vif_unlink(world, vif);
	world->vif[id] = NULL;
	if (world->agent == vif)
		world->agent = NULL;
	free(vif);
	world->changed++;
}

static void copy(void *to, struct nlattr *attr, int len)
{
	const __u8 *bytes = attr_bytes(attr, len);

	if (bytes)
		memcpy(to, bytes, len);
	else
		memset(to, 0, len);
}

static void vif_new(struct world *world, __u32 id, struct nlattr **tb)
{
	struct vif *vif = world->vif[id];
	const char *name = attr_str(tb[VR_A_VIF_NAME]);

	if (vif) {
		vif_unlink(world, vif);
		if (world->agent == vif)
			world->agent = NULL;
	} else {
		vif = calloc(1, sizeof(*vif));
		if (!vif)
			return;
		vif->id = id;
		world->vif[id] = vif;
	}
	vif->type = attr_u32(tb[VR_A_VIF_TYPE]);
	vif->flags = attr_u32(tb[VR_A_VIF_FLAGS]);
	vif->vrf = attr_u32(tb[VR_A_VIF_VRF]);
	vif->nh = attr_u32(tb[VR_A_VIF_NH]);
	vif->status = attr_u32(tb[VR_A_VIF_STATUS]);
	vif->ifindex = attr_u32(tb[VR_A_VIF_IFINDEX]);
	strncpy(vif->name, name ? name : "", VR_NAME_MAX);
	copy(vif->mac, tb[VR_A_VIF_MAC], sizeof(vif->mac));
	copy(vif->ip, tb[VR_A_VIF_IP], sizeof(vif->ip));
	copy(vif->ip6, tb[VR_A_VIF_IP6], sizeof(vif->ip6));
	vif_link(world, vif);
	if (vif->type == VR_VIF_AGENT)
		world->agent = vif;
	world->changed++;
}

static void take_vif(struct world *world, const struct kernel_object *object)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1] = { NULL };
	__u32 id;

	nla_parse(tb, VR_A_VIF_MAX, object->attrs, object->len, NULL);
	id = attr_u32(tb[VR_A_VIF_ID]);
	if (!tb[VR_A_VIF_ID] || id > VR_VIF_ID_MAX)
		return;
	if (object->cmd == VR_CMD_VIF_DEL)
		vif_del(world, id);
	else
		vif_new(world, id, tb);
}

struct vif *world_vif_of_nh(const struct world *world, __u32 nh)
{
	struct vif *vif;

	if (!nh)
		return NULL;
	for (vif = world->by_nh[nh % NH_LISTS]; vif; vif = vif->next_nh)
		if (vif->nh == nh)
			return vif;
	return NULL;
}

struct vif *world_vif_of_addr(const struct world *world, __u32 vrf, __u32 family,
			      const __u8 *addr)
{
	__u32 id;

	for (id = 0; id <= VR_VIF_ID_MAX; id++) {
		struct vif *vif = world->vif[id];

		if (!vif || vif->vrf != vrf || vif->type == VR_VIF_AGENT)
			continue;
		if (family == AF_INET ? !memcmp(vif->ip, addr, 4) : !memcmp(vif->ip6, addr, 16))
			return vif;
	}
	return NULL;
}

/* --- nexthops ---------------------------------------------------------------- */

static struct nh *nh_at(struct world *world, __u32 id)
{
	__u32 room = world->n_nhs ? world->n_nhs : 1024;
	struct nh *nh;

	if (id < world->n_nhs)
		return &world->nh[id];
	while (room <= id)
		room *= 2;
	nh = realloc(world->nh, room * sizeof(*nh));
	if (!nh)
		return NULL;
	memset(nh + world->n_nhs, 0, (room - world->n_nhs) * sizeof(*nh));
	world->nh = nh;
	world->n_nhs = room;
	return &nh[id];
}

static void take_nh(struct world *world, const struct kernel_object *object)
{
	struct nlattr *tb[VR_A_NH_MAX + 1] = { NULL };
	struct nh *nh;
	__u32 id;

	nla_parse(tb, VR_A_NH_MAX, object->attrs, object->len, NULL);
	id = attr_u32(tb[VR_A_NH_ID]);
	if (!tb[VR_A_NH_ID] || id > VR_NH_ID_MAX)
		return;
	nh = nh_at(world, id);
	if (!nh)
		return;
	memset(nh, 0, sizeof(*nh));
	if (object->cmd == VR_CMD_NH_DEL)
		return;
	nh->type = attr_u32(tb[VR_A_NH_TYPE]) + 1;
	nh->family = attr_u32(tb[VR_A_NH_FAMILY]);
	nh->vrf = attr_u32(tb[VR_A_NH_VRF]);
	nh->oif = tb[VR_A_NH_OIF] ? attr_u32(tb[VR_A_NH_OIF]) : WORLD_NONE;
}

const struct nh *world_nh(const struct world *world, __u32 id)
{
	if (id >= world->n_nhs || !world->nh[id].type)
		return NULL;
	return &world->nh[id];
}

/* --- places ------------------------------------------------------------------ */

static __u32 place_hash(__u32 vrf, __u32 family, const __u8 *addr)
{
	__u64 hash = 0x9e3779b97f4a7c15ULL * (vrf << 8 | family);
	int i;

	for (i = 0; i < 16; i += 4) {
		__u32 word;

		memcpy(&word, addr + i, sizeof(word));
		hash = (hash ^ word) * 0x9fb21c651e98df25ULL;
		hash ^= hash >> 32;
	}
	return hash >> 7 & ((1 << PLACE_BITS) - 1);
}

/* Addresses in 16 bytes, whatever they were. */
static void place_key(__u32 family, const __u8 *addr, __u8 *key)
{
	unsigned int len = family == AF_BRIDGE ? WORD_MAC_LEN : word_addr_len(family);

	memset(key, 0, 16);
	memcpy(key, addr, len);
}

bool world_find(const struct world *world, __u32 vrf, __u32 family, const __u8 *addr, __u32 *nh)
{
	const struct place *place;
	__u8 key[16];

	place_key(family, addr, key);
	place = &world->place[place_hash(vrf, family, key)];
	if (vrf > VR_VRF_ID_MAX || place->family != family || place->vrf != vrf ||
	    place->epoch != world->epoch[vrf] || memcmp(place->addr, key, sizeof(key)))
		return false;
	*nh = place->nh;
	return true;
}

void world_learn(struct world *world, __u32 vrf, __u32 family, const __u8 *addr, __u32 nh)
{
	struct place *place;
	__u8 key[16];

	if (vrf > VR_VRF_ID_MAX)
		return;
	place_key(family, addr, key);
	place = &world->place[place_hash(vrf, family, key)];
	place->epoch = world->epoch[vrf];
	place->vrf = vrf;
	place->family = family;
	memcpy(place->addr, key, sizeof(key));
	place->nh = nh;
}

void world_ask(struct kernel *kn, __u32 vrf, __u32 family, const __u8 *addr)
{
	if (family == AF_BRIDGE) {
		kernel_begin(kn, VR_CMD_BRIDGE_GET, 0);
		kernel_put_u32(kn, VR_A_BRIDGE_VRF, vrf);
		kernel_put(kn, VR_A_BRIDGE_MAC, addr, WORD_MAC_LEN);
		return;
	}
	kernel_begin(kn, VR_CMD_ROUTE_GET, 0);
	kernel_put_u32(kn, VR_A_ROUTE_VRF, vrf);
	kernel_put_u32(kn, VR_A_ROUTE_FAMILY, family);
	kernel_put(kn, VR_A_ROUTE_PREFIX, addr, word_addr_len(family));
}

__u32 world_answer(const struct kernel_object *object)
{
	struct nlattr *tb[VR_A_ROUTE_MAX + 1] = { NULL };
	struct nlattr *nh;

	nla_parse(tb, VR_A_ROUTE_MAX, object->attrs, object->len, NULL);
	nh = object->cmd == VR_CMD_BRIDGE_NEW ? tb[VR_A_BRIDGE_NH] : tb[VR_A_ROUTE_NH];
	return nh ? attr_u32(nh) : WORLD_NONE;
}

static void forget_places_of(struct world *world, const struct kernel_object *object, int attr)
{
	struct nlattr *tb[VR_A_ROUTE_MAX + 1] = { NULL };
	__u32 vrf;

	nla_parse(tb, VR_A_ROUTE_MAX, object->attrs, object->len, NULL);
	vrf = attr_u32(tb[attr]);
	if (vrf <= VR_VRF_ID_MAX)
		world->epoch[vrf]++;
}

/* --- news -------------------------------------------------------------------- */

void world_take(struct world *world, const struct kernel_object *object)
{
	switch (object->cmd) {
	case VR_CMD_VIF_NEW:
	case VR_CMD_VIF_DEL:
		take_vif(world, object);
		break;
	case VR_CMD_NH_NEW:
	case VR_CMD_NH_DEL:
		take_nh(world, object);
		break;
	case VR_CMD_ROUTE_NEW:
	case VR_CMD_ROUTE_DEL:
		forget_places_of(world, object, VR_A_ROUTE_VRF);
		break;
	case VR_CMD_BRIDGE_NEW:
	case VR_CMD_BRIDGE_DEL:
		forget_places_of(world, object, VR_A_BRIDGE_VRF);
		break;
	case VR_CMD_VRF_DEL:
		forget_places_of(world, object, VR_A_VRF_ID);
		break;
	case VR_CMD_RESET:
		world_forget(world);
		break;
	}
}

static void load_object(void *arg, unsigned int i, const struct kernel_object *object)
{
	(void)i;
	world_take(arg, object);
}

int world_load(struct world *world, struct kernel *kn)
{
	int ret;

	world_forget(world);
	ret = kernel_dump_now(kn, VR_CMD_VIF_GET, load_object, world);
	if (!ret)
		ret = kernel_dump_now(kn, VR_CMD_NH_GET, load_object, world);
	return ret;
}
