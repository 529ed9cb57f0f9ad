// SPDX-License-Identifier: GPL-2.0-only
/* Routes: what is refused, replaced, found and listed. */
#include "world.h"

static int route_get(struct world *w, const struct vr_route_cfg *key, struct vr_route_cfg *out)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_route_get(w->core, key, out, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static int route_lookup(struct world *w, const struct vr_route_cfg *key, struct vr_route_cfg *out)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_route_lookup(w->core, key, out, &w->err);
	vr_core_unlock(w->core);
	return ret;
}

static int route_next(struct world *w, const struct vr_route_cfg *key, bool after,
		      struct vr_route_cfg *out)
{
	int ret;

	vr_core_lock(w->core);
	ret = vr_route_next(w->core, key, after, out);
	vr_core_unlock(w->core);
	return ret;
}

static void nhs_make(struct world *w, u32 n)
{
	struct vr_nh_cfg nh;
	u32 id;

	for (id = 1; id <= n; id++) {
		nh = w_nh_cfg(id, VR_NH_DISCARD);
		KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &nh), 0);
	}
}

static void route_expect(struct world *w, int line, const struct vr_route_cfg *got,
			 const struct vr_route_cfg *want)
{
	u32 label = want->label == VR_LABEL_NONE ? 0 : VR_ROUTE_F_LABEL;

	KUNIT_EXPECT_EQ_MSG(w->test, got->vrf, want->vrf, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(w->test, got->family, want->family, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(w->test, got->plen, want->plen, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(w->test, got->nh, want->nh, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(w->test, got->label, want->label, "line %d", line);
	KUNIT_EXPECT_EQ_MSG(w->test, got->flags, (want->flags & ~VR_ROUTE_F_LABEL) | label,
			    "line %d", line);
	KUNIT_EXPECT_EQ_MSG(w->test, got->has_mac, want->has_mac, "line %d", line);
	KUNIT_EXPECT_MEMEQ_MSG(w->test, got->prefix, want->prefix, sizeof(got->prefix),
			       "line %d: prefix", line);
	if (want->has_mac)
		KUNIT_EXPECT_MEMEQ_MSG(w->test, got->mac, want->mac, ETH_ALEN, "line %d: MAC",
				       line);
}

#define ROUTE_EXPECT(w, got, want) route_expect(w, __LINE__, got, want)

static void route_get_returns_what_was_set(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_route_cfg cfg[6], out;
	unsigned int i;

	nhs_make(w, 6);
	cfg[0] = w_route4_cfg(0, 0, 0, 1);
	cfg[1] = w_route4_cfg(0, W_IP(10, 1, 0, 0), 16, 2);
	cfg[1].label = 0;
	cfg[2] = w_route4_cfg(0, W_IP(255, 255, 255, 255), 32, 3);
	cfg[2].flags = VR_ROUTE_F_PROXY | VR_ROUTE_F_TRAP | VR_ROUTE_F_FLOOD;
	cfg[2].has_mac = true;
	ether_addr_copy(cfg[2].mac, w_mac_guest(3));
	cfg[3] = w_route6_cfg(0, 0, 0, 4);
	cfg[3].label = VR_LABEL_MAX;
	cfg[4] = w_route6_cfg(0, 0, 64, 5);
	cfg[4].flags = VR_ROUTE_F_LABEL;	/* follows the label: there is none */
	cfg[5] = w_route6_cfg(0, ~0U, 128, 6);
	for (i = 0; i < ARRAY_SIZE(cfg); i++)
		KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg[i]), 0);
	for (i = 0; i < ARRAY_SIZE(cfg); i++) {
		KUNIT_EXPECT_EQ(test, route_get(w, &cfg[i], &out), 0);
		ROUTE_EXPECT(w, &out, &cfg[i]);
		KUNIT_EXPECT_EQ(test, w_nh_refs(w, i + 1), 1);
	}
}

static void route_refusals(struct kunit *test)
{
	static const u8 group[ETH_ALEN] = { 1, 0, 0, 0, 0, 1 };
	struct vr_route_cfg have4, have6, cfg, out;
	struct world *w = test->priv;
	struct w_texts texts = {};
	u64 before;

	nhs_make(w, 2);
	have4 = w_route4_cfg(0, W_IP(10, 1, 0, 0), 16, 1);
	have6 = w_route6_cfg(0, 0, 64, 1);
	KUNIT_ASSERT_EQ(test, w_route_set(w, &have4), 0);
	KUNIT_ASSERT_EQ(test, w_route_set(w, &have6), 0);
	before = w_digest(w);

#define REFUSED(code, attr) W_REFUSED(w, w_route_set(w, &cfg), code, attr, before)
#define REFUSED_NEW(code, attr) do { REFUSED(code, attr); W_NEW_TEXT(w, &texts); } while (0)

	cfg = have4;
	cfg.nh = 2;
	W_REFUSED(w, w_route_set_excl(w, &cfg), -EEXIST, VR_A_ROUTE_PREFIX, before);
	W_NEW_TEXT(w, &texts);
	cfg = have6;
	W_REFUSED(w, w_route_set_excl(w, &cfg), -EEXIST, VR_A_ROUTE_PREFIX, before);

	cfg = have4;
	cfg.vrf = 1;
	REFUSED_NEW(-ENOENT, VR_A_ROUTE_VRF);
	W_REFUSED(w, w_route_del(w, &cfg), -ENOENT, VR_A_ROUTE_VRF, before);
	W_REFUSED(w, route_get(w, &cfg, &out), -ENOENT, VR_A_ROUTE_VRF, before);
	W_REFUSED(w, route_lookup(w, &cfg, &out), -ENOENT, VR_A_ROUTE_VRF, before);
	cfg.vrf = ~0U;
	REFUSED(-ENOENT, VR_A_ROUTE_VRF);

	cfg = have4;
	cfg.family = AF_BRIDGE;
	REFUSED_NEW(-EAFNOSUPPORT, VR_A_ROUTE_FAMILY);
	cfg.family = 0;
	REFUSED(-EAFNOSUPPORT, VR_A_ROUTE_FAMILY);

	cfg = have4;
	cfg.plen = 33;
	REFUSED_NEW(-EINVAL, VR_A_ROUTE_PLEN);
	W_REFUSED(w, w_route_del(w, &cfg), -EINVAL, VR_A_ROUTE_PLEN, before);
	cfg.plen = 256 + 16;	/* it is kept in a byte */
	REFUSED(-EINVAL, VR_A_ROUTE_PLEN);
	cfg = have6;
	cfg.plen = 129;
	REFUSED(-EINVAL, VR_A_ROUTE_PLEN);

	cfg = have4;
	cfg.plen = 14;
	REFUSED_NEW(-EINVAL, VR_A_ROUTE_PREFIX);
	cfg = w_route4_cfg(0, 1, 31, 1);
	REFUSED(-EINVAL, VR_A_ROUTE_PREFIX);
	cfg = w_route4_cfg(0, 1U << 31, 0, 1);
	REFUSED(-EINVAL, VR_A_ROUTE_PREFIX);
	cfg = w_route6_cfg(0, 1, 127, 1);
	REFUSED(-EINVAL, VR_A_ROUTE_PREFIX);
	cfg = w_route6_cfg(0, 1, 64, 1);
	REFUSED(-EINVAL, VR_A_ROUTE_PREFIX);
	cfg = w_route6_cfg(0, 0, 64, 1);
	cfg.plen = 7;
	REFUSED(-EINVAL, VR_A_ROUTE_PREFIX);
	cfg = w_route6_cfg(0, 0, 64, 1);
	cfg.prefix[8] = 0x80;
	REFUSED(-EINVAL, VR_A_ROUTE_PREFIX);

	cfg = have4;
	cfg.flags = VR_ROUTE_F_ALL + 1;
	REFUSED_NEW(-EINVAL, VR_A_ROUTE_FLAGS);
	cfg = have4;
	cfg.label = VR_LABEL_MAX + 1;
	REFUSED_NEW(-EINVAL, VR_A_ROUTE_LABEL);
	cfg = have4;
	cfg.has_mac = true;
	REFUSED_NEW(-EINVAL, VR_A_ROUTE_MAC);
	ether_addr_copy(cfg.mac, group);
	REFUSED(-EINVAL, VR_A_ROUTE_MAC);
	cfg = have4;
	cfg.nh = 3;
	REFUSED_NEW(-ENOENT, VR_A_ROUTE_NH);
	cfg.nh = ~0U;
	REFUSED(-ENOENT, VR_A_ROUTE_NH);

	cfg = w_route4_cfg(0, W_IP(10, 1, 0, 0), 17, 1);
	W_REFUSED(w, w_route_del(w, &cfg), -ENOENT, VR_A_ROUTE_PREFIX, before);
	W_NEW_TEXT(w, &texts);
	W_REFUSED(w, route_get(w, &cfg, &out), -ENOENT, VR_A_ROUTE_PREFIX, before);
	cfg = w_route4_cfg(0, W_IP(11, 0, 0, 1), 32, 1);
	W_REFUSED(w, route_lookup(w, &cfg, &out), -ENOENT, VR_A_ROUTE_PREFIX, before);
	W_NEW_TEXT(w, &texts);
#undef REFUSED
#undef REFUSED_NEW
}

static void route_replace_moves_the_reference(struct kunit *test)
{
	struct vr_route_cfg cfg = w_route4_cfg(0, W_IP(10, 0, 0, 0), 8, 1), out;
	struct world *w = test->priv;

	nhs_make(w, 2);
	KUNIT_ASSERT_EQ(test, w_route_set_excl(w, &cfg), 0);
	KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 1);
	cfg.nh = 2;
	cfg.label = 77;
	KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 1);
	KUNIT_EXPECT_EQ(test, route_get(w, &cfg, &out), 0);
	ROUTE_EXPECT(w, &out, &cfg);
	KUNIT_EXPECT_EQ(test, w_route_del(w, &cfg), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 0);
	KUNIT_EXPECT_EQ(test, w_route_del(w, &cfg), -ENOENT);
}

/* The longest prefix, whatever comes and goes beneath it. */
static void route_lookup_falls_back(struct kunit *test)
{
	static const u32 plens[] = { 0, 1, 7, 8, 9, 16, 24, 31, 32 };
	struct vr_route_cfg cfg, key, out;
	struct world *w = test->priv;
	u32 addr = W_IP(10, 1, 2, 3);
	unsigned int i;

	key = w_route4_cfg(0, addr, 32, 0);
	for (i = 0; i < ARRAY_SIZE(plens); i++) {
		cfg = w_route4_cfg(0, plens[i] ? addr & ~0U << (32 - plens[i]) : 0, plens[i], 0);
		KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
		KUNIT_ASSERT_EQ(test, route_lookup(w, &key, &out), 0);
		ROUTE_EXPECT(w, &out, &cfg);
	}
	/* Every other one goes, then the rest. */
	for (i = ARRAY_SIZE(plens) - 2; i < ARRAY_SIZE(plens); i -= 2) {
		cfg = w_route4_cfg(0, plens[i] ? addr & ~0U << (32 - plens[i]) : 0, plens[i], 0);
		KUNIT_ASSERT_EQ(test, w_route_del(w, &cfg), 0);
		KUNIT_ASSERT_EQ(test, route_lookup(w, &key, &out), 0);
		KUNIT_EXPECT_EQ(test, out.plen, 32);
	}
	for (i = ARRAY_SIZE(plens) - 1; i >= 2; i -= 2) {
		cfg = w_route4_cfg(0, addr & ~0U << (32 - plens[i]), plens[i], 0);
		KUNIT_ASSERT_EQ(test, w_route_del(w, &cfg), 0);
		KUNIT_ASSERT_EQ(test, route_lookup(w, &key, &out), 0);
		KUNIT_EXPECT_EQ(test, out.plen, plens[i - 2]);
	}
}

/* A family does not see the other's, nor a VRF another's. */
static void route_tables_are_apart(struct kunit *test)
{
	struct vr_route_cfg cfg = w_route4_cfg(0, 0, 0, 0), key, out;
	struct world *w = test->priv;

	KUNIT_ASSERT_EQ(test, w_vrf_new(w, 1), 0);
	KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
	key = cfg;
	key.family = AF_INET6;
	KUNIT_EXPECT_EQ(test, route_lookup(w, &key, &out), -ENOENT);
	key = cfg;
	key.vrf = 1;
	KUNIT_EXPECT_EQ(test, route_lookup(w, &key, &out), -ENOENT);
}

static void route_dump_resumes(struct kunit *test)
{
	static const struct { u32 addr, plen; } order[] = {
		{ 0, 0 }, { 0, 1 }, { 0, 32 }, { W_IP(10, 0, 0, 0), 8 }, { W_IP(10, 0, 0, 0), 32 },
		{ W_IP(10, 0, 0, 1), 32 }, { W_IP(128, 0, 0, 0), 1 },
		{ W_IP(255, 255, 255, 255), 32 },
	};
	struct vr_route_cfg key = w_route4_cfg(0, 0, 0, 0), cfg, out;
	struct world *w = test->priv;
	unsigned int i;
	bool after;

	KUNIT_EXPECT_EQ(test, route_next(w, &key, false, &out), -ENOENT);
	for (i = ARRAY_SIZE(order); i--;) {
		cfg = w_route4_cfg(0, order[i].addr, order[i].plen, 0);
		KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
	}
	for (i = 0, after = false; !route_next(w, &key, after, &out); i++, after = true) {
		cfg = w_route4_cfg(0, order[i].addr, order[i].plen, 0);
		ROUTE_EXPECT(w, &out, &cfg);
		key = out;
		/* The last one that was sent is gone when the next is asked for. */
		if (i == 4)
			KUNIT_EXPECT_EQ(test, w_route_del(w, &key), 0);
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(order));
	key = w_route4_cfg(0, W_IP(10, 0, 0, 0), 9, 0);
	KUNIT_EXPECT_EQ(test, route_next(w, &key, false, &out), 0);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(out.prefix), W_IP(10, 0, 0, 1));
	key.vrf = 1;
	KUNIT_EXPECT_EQ(test, route_next(w, &key, false, &out), -ENOENT);
}

static void route_changes_the_generation(struct kunit *test)
{
	struct vr_route_cfg cfg = w_route4_cfg(0, 0, 0, 0);
	struct world *w = test->priv;
	u32 gen = w_generation(w);

	KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_route_set(w, &cfg), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_route_del(w, &cfg), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
}

#ifdef VR_TEST_USERSPACE
/* Into a table that fills: whatever is lacking, nothing has changed, until it works. */
static void route_without_memory(struct kunit *test)
{
	struct vr_route_cfg cfg, key, out;
	struct world *w = test->priv;
	struct w_texts texts = {};
	unsigned int i, n, most = 0;
	u64 before;
	int ret;

	nhs_make(w, 1);
	for (i = 0; i < 600; i++) {
		cfg = w_route4_cfg(0, W_IP(10, i % 7, i / 7, 0), 24, 1);
		before = w_digest(w);
		for (n = 1; ; n++) {
			vr_test_fail_alloc(n);
			ret = w_route_set(w, &cfg);
			if (!vr_test_allocs_failed())
				break;
			vr_test_fail_alloc(0);
			W_REFUSED(w, ret, -ENOMEM, 0, before);
			if (n == most + 1 && n <= 2)
				W_NEW_TEXT(w, &texts);
			most = max(most, n);
		}
		KUNIT_ASSERT_EQ(test, ret, 0);
	}
	KUNIT_EXPECT_GE(test, most, 2);
	/* A replacement: the old one is found while the new one fails. */
	key = cfg;
	cfg.nh = 0;
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_EQ(test, w_route_set(w, &cfg), -ENOMEM);
	KUNIT_EXPECT_EQ(test, route_lookup(w, &key, &out), 0);
	ROUTE_EXPECT(w, &out, &key);

	/* Deleting needs none. */
	vr_test_fail_alloc_from(1);
	for (i = 0; i < 600; i++) {
		cfg = w_route4_cfg(0, W_IP(10, i % 7, i / 7, 0), 24, 1);
		KUNIT_EXPECT_EQ(test, w_route_del(w, &cfg), 0);
	}
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
}
#endif

static struct kunit_case route_cases[] = {
	KUNIT_CASE(route_get_returns_what_was_set),
	KUNIT_CASE(route_refusals),
	KUNIT_CASE(route_replace_moves_the_reference),
	KUNIT_CASE(route_lookup_falls_back),
	KUNIT_CASE(route_tables_are_apart),
	KUNIT_CASE(route_dump_resumes),
	KUNIT_CASE(route_changes_the_generation),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(route_without_memory),
#endif
	{}
};

static struct kunit_suite route_suite = {
	.name = "route",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = route_cases,
};

VR_TEST_SUITE(route_suite);
