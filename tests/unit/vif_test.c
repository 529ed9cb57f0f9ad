// SPDX-License-Identifier: GPL-2.0-only
/* Vifs: what is refused, ids, ports, names, rules of fat flows. */
#include "vif_aid.h"

#include "obj/vif.h"

static int vif_attach(struct world *w, u32 id, struct vr_port *port)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_vif_attach(w->core, id, port, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static struct vr_port *vif_detach(struct world *w, u32 id)
{
	struct vr_port *port;

	vr_core_lock(w->core);
	port = vr_vif_detach(w->core, id);
	vr_core_unlock(w->core);
	return port;
}

static int vif_rename(struct world *w, u32 id, const char *name)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_vif_rename(w->core, id, name, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static int vif_by_name(struct world *w, const char *name, struct vr_vif_info *info)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_vif_get_by_name(w->core, name, info, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static void vif_get_returns_what_was_set(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_cfg cfg = w_vif_cfg(9, VR_VIF_HOST, 3);
	struct vr_vif_info info;

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 3), 0);
	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 4), 0);
	cfg.flags = VR_VIF_F_L3 | VR_VIF_F_PROMISC;
	cfg.mcast_vrf = 4;
	cfg.nh = 12345;
	cfg.mtu = 9000;
	cfg.n_xconnect = 3;
	cfg.xconnect[0] = 1;
	cfg.xconnect[1] = 65534;
	cfg.xconnect[2] = 7;
	cfg.ip = htonl(W_IP(10, 0, 0, 1));
	cfg.ip6[0] = 0xfd;
	cfg.ip6[15] = 9;
	snprintf(cfg.name, sizeof(cfg.name), "fifteen-letters");
	KUNIT_ASSERT_EQ(test, w_vif_set_excl(w, &cfg), 0);
	KUNIT_ASSERT_EQ(test, vif_by_name(w, "fifteen-letters", &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.id, 9);
	KUNIT_ASSERT_EQ(test, w_vif_get(w, 9, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.type, VR_VIF_HOST);
	KUNIT_EXPECT_EQ(test, info.cfg.flags, cfg.flags);
	KUNIT_EXPECT_EQ(test, info.cfg.vrf, 3);
	KUNIT_EXPECT_EQ(test, info.cfg.mcast_vrf, 4);
	KUNIT_EXPECT_EQ(test, info.cfg.nh, 12345);
	KUNIT_EXPECT_EQ(test, info.cfg.mtu, 9000);
	KUNIT_EXPECT_EQ(test, info.cfg.n_xconnect, 3);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.xconnect, cfg.xconnect, sizeof(cfg.xconnect));
	KUNIT_EXPECT_EQ(test, info.cfg.ip, cfg.ip);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.ip6, cfg.ip6, sizeof(cfg.ip6));
	KUNIT_EXPECT_MEMEQ(test, info.cfg.mac, cfg.mac, ETH_ALEN);
	KUNIT_EXPECT_STREQ(test, info.cfg.name, cfg.name);
	KUNIT_EXPECT_PTR_EQ(test, info.port, (struct vr_port *)NULL);
	KUNIT_EXPECT_EQ(test, info.refs, 0);
	KUNIT_EXPECT_TRUE(test, info.xconnect);	/* there is no agent */
}

/* Neither L2 nor L3 means both; one of them means that one. */
static void vif_flags_are_completed(struct kunit *test)
{
	static const struct { u32 set, get; } table[] = {
		{ 0, VR_VIF_F_L2 | VR_VIF_F_L3 },
		{ VR_VIF_F_L2, VR_VIF_F_L2 },
		{ VR_VIF_F_L3, VR_VIF_F_L3 },
		{ VR_VIF_F_L2 | VR_VIF_F_L3, VR_VIF_F_L2 | VR_VIF_F_L3 },
		{ VR_VIF_F_DHCP, VR_VIF_F_DHCP | VR_VIF_F_L2 | VR_VIF_F_L3 },
		{ VR_VIF_F_ALL, VR_VIF_F_ALL },
	};
	struct world *w = test->priv;
	struct vr_vif_cfg cfg = w_vif_cfg(3, VR_VIF_VIRTUAL, 0);
	struct vr_vif_info info;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		cfg.flags = table[i].set;
		KUNIT_ASSERT_EQ(test, w_vif_set(w, &cfg), 0);
		KUNIT_ASSERT_EQ(test, w_vif_get(w, 3, &info), 0);
		KUNIT_EXPECT_EQ(test, info.cfg.flags, table[i].get);
	}
}

static void vif_refusals(struct kunit *test)
{
	static struct vr_port port;
	struct world *w = test->priv;
	struct w_texts texts = {};
	u64 drops[VR_DROP_MAX];
	struct vr_vif_info info;
	struct vr_vif_cfg cfg;
	u64 before;
	int ret;

	vif_make(w, 2, VR_VIF_AGENT);
	vif_make(w, 3, VR_VIF_VIRTUAL);
	vif_make(w, 4, VR_VIF_VIRTUAL);
	encap_make(w, 1, 4);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 4), 0);
	KUNIT_ASSERT_EQ(test, vif_attach(w, 3, &port), 0);
	before = w_digest(w);

#define REFUSED(code, attr) W_REFUSED(w, w_vif_set(w, &cfg), code, attr, before)
#define REFUSED_NEW(code, attr) do { REFUSED(code, attr); W_NEW_TEXT(w, &texts); } while (0)

	cfg = w_vif_cfg(3, VR_VIF_VIRTUAL, 0);
	W_REFUSED(w, w_vif_set_excl(w, &cfg), -EEXIST, VR_A_VIF_ID, before);
	W_NEW_TEXT(w, &texts);
	cfg.id = VR_VIF_ID_MAX + 1;
	REFUSED_NEW(-EINVAL, VR_A_VIF_ID);
	cfg.id = VR_VIF_ID_NONE;
	REFUSED(-EINVAL, VR_A_VIF_ID);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL + 1, 0);
	REFUSED_NEW(-EINVAL, VR_A_VIF_TYPE);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL, 0);
	cfg.flags = 0x4;
	REFUSED_NEW(-EINVAL, VR_A_VIF_FLAGS);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL, 0);
	cfg.name[0] = '\0';
	REFUSED_NEW(-EINVAL, VR_A_VIF_NAME);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL, 0);
	eth_zero_addr(cfg.mac);
	REFUSED_NEW(-EINVAL, VR_A_VIF_MAC);
	cfg.mac[0] = 1;
	REFUSED(-EINVAL, VR_A_VIF_MAC);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL, 1);
	REFUSED_NEW(-ENOENT, VR_A_VIF_VRF);
	cfg.vrf = VR_VRF_NONE;
	REFUSED(-ENOENT, VR_A_VIF_VRF);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL, 0);
	cfg.mcast_vrf = 1;
	REFUSED_NEW(-ENOENT, VR_A_VIF_MCAST_VRF);
	cfg.mcast_vrf = ~0U;
	REFUSED(-ENOENT, VR_A_VIF_MCAST_VRF);
	cfg = w_vif_cfg(5, VR_VIF_PHYSICAL, 0);
	cfg.n_xconnect = 1;
	REFUSED_NEW(-EINVAL, VR_A_VIF_XCONNECT);
	cfg.type = VR_VIF_HOST;
	cfg.n_xconnect = VR_XCONNECT_MAX + 1;
	REFUSED_NEW(-EINVAL, VR_A_VIF_XCONNECT);
	cfg = w_vif_cfg(3, VR_VIF_VIRTUAL, 0);
	cfg.fat.n_rules = VR_FAT_RULES_MAX + 1;
	REFUSED_NEW(-EINVAL, VR_A_VIF_FAT);

	cfg = w_vif_cfg(3, VR_VIF_PHYSICAL, 0);
	REFUSED_NEW(-EINVAL, VR_A_VIF_TYPE);
	cfg = w_vif_cfg(5, VR_VIF_VIRTUAL, 0);
	snprintf(cfg.name, sizeof(cfg.name), "v3");
	REFUSED_NEW(-EEXIST, VR_A_VIF_NAME);
	cfg = w_vif_cfg(5, VR_VIF_AGENT, 0);
	REFUSED_NEW(-EEXIST, VR_A_VIF_TYPE);
	cfg = w_vif_cfg(4, VR_VIF_PHYSICAL, 0);
	REFUSED_NEW(-EBUSY, VR_A_VIF_TYPE);

	W_REFUSED(w, w_vif_del(w, 4), -ENOENT, VR_A_VIF_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, w_vif_del(w, ~0U), -ENOENT, VR_A_VIF_ID, before);
	W_REFUSED(w, w_vif_get(w, 4, &info), -ENOENT, VR_A_VIF_ID, before);
	W_REFUSED(w, vif_clear(w, 4), -ENOENT, VR_A_VIF_ID, before);
	W_REFUSED(w, vif_attach(w, 4, &port), -ENOENT, VR_A_VIF_ID, before);
	W_REFUSED(w, vif_rename(w, 4, "v9"), -ENOENT, VR_A_VIF_ID, before);
	vr_core_lock(w->core);
	ret = vr_vif_drops(w->core, 4, drops, &w->err);
	KUNIT_EXPECT_PTR_EQ(test, vr_vif_handle(w->core, 4), (struct vr_vif *)NULL);
	vr_core_unlock(w->core);
	W_REFUSED(w, ret, -ENOENT, VR_A_VIF_ID, before);
	W_REFUSED(w, vif_by_name(w, "v4", &info), -ENOENT, VR_A_VIF_NAME, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, vif_attach(w, 3, &port), -EBUSY, VR_A_VIF_ID, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, vif_rename(w, 3, "v2"), -EEXIST, VR_A_VIF_NAME, before);
	W_REFUSED(w, vif_rename(w, 3, ""), -EINVAL, VR_A_VIF_NAME, before);
	KUNIT_EXPECT_PTR_EQ(test, vif_detach(w, 3), &port);
	KUNIT_EXPECT_PTR_EQ(test, vif_detach(w, 3), (struct vr_port *)NULL);
	KUNIT_EXPECT_PTR_EQ(test, vif_detach(w, 4), (struct vr_port *)NULL);
#undef REFUSED
#undef REFUSED_NEW
}

static void vif_free_id_is_the_lowest(struct kunit *test)
{
	struct world *w = test->priv;
	u32 id;

	vif_make(w, 0, VR_VIF_VIRTUAL);
	vif_make(w, 1, VR_VIF_VIRTUAL);
	vif_make(w, 3, VR_VIF_VIRTUAL);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_vif_free_id(w->core, &id, &w->err), 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, id, 2);
	encap_make(w, 1, 1);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 1), 0);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_vif_free_id(w->core, &id, &w->err), 0);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, id, 2);	/* 1 is still pointed at */
}

static void vif_ids_at_the_limits(struct kunit *test)
{
	static const u32 ids[] = { 0, 1, 511, 512, 513, VR_VIF_ID_MAX };
	struct world *w = test->priv;
	struct vr_vif_info info;
	unsigned int i;
	u32 id;

	for (i = ARRAY_SIZE(ids); i--;)
		vif_make(w, ids[i], VR_VIF_VIRTUAL);
	encap_make(w, 1, 512);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 512), 0);
	vr_core_lock(w->core);
	for (i = 0, id = 0; !vr_vif_next(w->core, id, &info); id = info.cfg.id + 1, i++) {
		i += ids[i] == 512;
		KUNIT_EXPECT_EQ(test, info.cfg.id, ids[i]);
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(ids));
	KUNIT_EXPECT_EQ(test, vr_vif_next(w->core, ~0U, &info), -ENOENT);
	vr_core_unlock(w->core);
}

static void vif_attach_and_detach(struct kunit *test)
{
	static struct vr_port port;
	struct world *w = test->priv;
	struct vr_vif_info info;
	u32 gen;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, vif_attach(w, 3, &port), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	KUNIT_ASSERT_EQ(test, w_vif_get(w, 3, &info), 0);
	KUNIT_EXPECT_PTR_EQ(test, info.port, &port);
	/* A new configuration keeps the port. */
	vif_make(w, 3, VR_VIF_VIRTUAL);
	KUNIT_ASSERT_EQ(test, w_vif_get(w, 3, &info), 0);
	KUNIT_EXPECT_PTR_EQ(test, info.port, &port);
	gen = w_generation(w);
	KUNIT_EXPECT_PTR_EQ(test, vif_detach(w, 3), &port);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	KUNIT_ASSERT_EQ(test, w_vif_get(w, 3, &info), 0);
	KUNIT_EXPECT_PTR_EQ(test, info.port, (struct vr_port *)NULL);
}

static void vif_rename_changes_the_name_only(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_info info;
	u32 gen;

	vif_make(w, 3, VR_VIF_VIRTUAL);
	encap_make(w, 1, 3);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, vif_rename(w, 3, "tap0"), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	KUNIT_EXPECT_EQ(test, vif_by_name(w, "v3", &info), -ENOENT);
	KUNIT_ASSERT_EQ(test, vif_by_name(w, "tap0", &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.id, 3);
	KUNIT_EXPECT_MEMEQ(test, info.cfg.mac, w_mac_vif(3), ETH_ALEN);
	KUNIT_EXPECT_EQ(test, info.refs, 1);
	KUNIT_EXPECT_EQ(test, vif_rename(w, 3, "tap0"), 0);
	/* The old name is free. */
	vif_make(w, 4, VR_VIF_VIRTUAL);
	KUNIT_EXPECT_EQ(test, vif_rename(w, 4, "v3"), 0);
	KUNIT_EXPECT_EQ(test, vif_rename(w, 4, "tap0"), -EEXIST);
}

/* Fat-flow rules are the vif's own, as long as it has them, and go with its configuration. */
static void vif_has_fat_rules(struct kunit *test)
{
	struct vr_fat_rule rules[] = {
		{ .proto = IPPROTO_TCP, .port = 80, .ignore = VR_FAT_IGNORE_DST },
		{ .proto = IPPROTO_UDP, .port = 53 },
	};
	struct vr_fat_prefix exclude = {
		.family = AF_INET, .plen = 8, .addr = { htonl(10U << 24) },
	};
	struct world *w = test->priv;
	struct vr_vif_cfg cfg = w_vif_cfg(3, VR_VIF_VIRTUAL, 0);
	struct vr_vif_info info;
	u64 before;

	cfg.fat = (struct vr_fat_cfg){ ARRAY_SIZE(rules), 1, rules, &exclude };
	KUNIT_ASSERT_EQ(test, w_vif_set(w, &cfg), 0);
	before = w_digest(w);
	rules[1].proto = 0;
	exclude.plen = 9;
	KUNIT_ASSERT_EQ(test, w_vif_get(w, 3, &info), 0);
	KUNIT_ASSERT_EQ(test, info.cfg.fat.n_rules, 2);
	KUNIT_ASSERT_EQ(test, info.cfg.fat.n_excludes, 1);
	KUNIT_EXPECT_EQ(test, info.cfg.fat.rules[0].port, 80);
	KUNIT_EXPECT_EQ(test, info.cfg.fat.rules[0].ignore, VR_FAT_IGNORE_DST);
	KUNIT_EXPECT_EQ(test, info.cfg.fat.rules[1].proto, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, info.cfg.fat.excludes[0].plen, 8);
	KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_FAT), 1);

	/* Set as it was read; renamed: the rules stay. */
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &info.cfg), 0);
	KUNIT_EXPECT_EQ(test, vif_rename(w, 3, "tap0"), 0);
	KUNIT_ASSERT_EQ(test, w_vif_get(w, 3, &info), 0);
	KUNIT_ASSERT_EQ(test, info.cfg.fat.n_rules, 2);
	KUNIT_EXPECT_EQ(test, info.cfg.fat.rules[1].port, 53);
	KUNIT_EXPECT_EQ(test, vif_rename(w, 3, "v3"), 0);
	KUNIT_EXPECT_NE(test, w_digest(w), before);	/* the generation */

	/* Without rules it has none; deleted neither. */
	KUNIT_EXPECT_EQ(test, w_vif_get(w, 3, &info), 0);
	cfg = w_vif_cfg(3, VR_VIF_VIRTUAL, 0);
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_vif_get(w, 3, &info), 0);
	KUNIT_EXPECT_EQ(test, info.cfg.fat.n_rules + info.cfg.fat.n_excludes, 0);
	KUNIT_EXPECT_PTR_EQ(test, info.cfg.fat.rules, (const struct vr_fat_rule *)NULL);
	KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_FAT), 0);
	cfg.fat.n_rules = 1;
	cfg.fat.rules = rules;
	KUNIT_EXPECT_EQ(test, w_vif_set(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_FAT), 0);
}

static void vif_changes_the_generation(struct kunit *test)
{
	struct world *w = test->priv;
	u32 gen = w_generation(w);

	vif_make(w, 3, VR_VIF_VIRTUAL);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	vif_make(w, 3, VR_VIF_VIRTUAL);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_vif_del(w, 3), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
}

#ifdef VR_TEST_USERSPACE
static void vif_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_vif_cfg cfg = w_vif_cfg(60000, VR_VIF_VIRTUAL, 0);
	struct w_texts texts = {};
	unsigned int n, round;
	u64 before;
	int ret;

	/* the first one, which brings page and directory of the ids; one that replaces it */
	for (round = 0; round < 2; round++) {
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_vif_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
			if (!round && n <= 2)
				W_NEW_TEXT(w, &texts);
		}
		KUNIT_EXPECT_EQ(test, ret, 0);
		KUNIT_EXPECT_EQ(test, n, round ? 2 : 6);
		cfg.flags = VR_VIF_F_L2;
		cfg.mtu = 1400;
	}
}

/* A new one with rules, and new rules for one that is there. */
static void vif_without_memory_for_rules(struct kunit *test)
{
	static const struct vr_fat_rule rules[] = { { .proto = 6 }, { .proto = 17 } };
	struct world *w = test->priv;
	struct vr_vif_cfg cfg = w_vif_cfg(60000, VR_VIF_VIRTUAL, 0);
	unsigned int n, round;
	u64 before;
	int ret;

	cfg.fat.rules = rules;
	for (round = 0; round < 2; round++) {
		cfg.fat.n_rules = 1 + round;
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_vif_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
		}
		KUNIT_EXPECT_EQ(test, ret, 0);
		KUNIT_EXPECT_EQ(test, n, round ? 3 : 7);
	}
}
#endif

static struct kunit_case vif_cases[] = {
	KUNIT_CASE(vif_get_returns_what_was_set),
	KUNIT_CASE(vif_flags_are_completed),
	KUNIT_CASE(vif_refusals),
	KUNIT_CASE(vif_free_id_is_the_lowest),
	KUNIT_CASE(vif_ids_at_the_limits),
	KUNIT_CASE(vif_attach_and_detach),
	KUNIT_CASE(vif_rename_changes_the_name_only),
	KUNIT_CASE(vif_has_fat_rules),
	KUNIT_CASE(vif_changes_the_generation),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(vif_without_memory),
	KUNIT_CASE(vif_without_memory_for_rules),
#endif
	{}
};

static struct kunit_suite vif_suite = {
	.name = "vif",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = vif_cases,
};

VR_TEST_SUITE(vif_suite);
