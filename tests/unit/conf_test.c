// SPDX-License-Identifier: GPL-2.0-only
/* Settings: what they are at first, what they may be, all or none. */
#include "flows.h"

struct rule {
	u32 value;
	u32 least;
	u32 most;
};

static const struct rule rules[] = {
#define X(sym, word, value, least, most, help) { value, least, most },
	VR_CONF_SETTINGS(X)
#undef X
};

static struct vr_conf_set get(struct world *w)
{
	struct vr_conf_set set;

	vr_core_lock(w->core);
	vr_conf_get(w->core, &set);
	vr_core_unlock(w->core);
	return set;
}

static int set_all(struct world *w, const struct vr_conf_set *set)
{
	return W_LOCKED(w, vr_conf_set(w->core, set, &w->err));
}

static void conf_defaults(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_conf_set set = get(w);
	u32 i;

	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(rules), VR_CONF_MAX);
	KUNIT_EXPECT_EQ(test, set.given, (1ULL << VR_CONF_MAX) - 1);
	for (i = 0; i < VR_CONF_MAX; i++) {
		KUNIT_EXPECT_EQ(test, set.value[i], rules[i].value);
		KUNIT_EXPECT_EQ(test, vr_conf(w->core, i), rules[i].value);
	}
	/* The numbers that people know. */
	KUNIT_EXPECT_EQ(test, set.value[VR_CONF_FLOWS], 524288);
	KUNIT_EXPECT_EQ(test, set.value[VR_CONF_HOLD_LIMIT], 8192);
	KUNIT_EXPECT_EQ(test, set.value[VR_CONF_HOLD_QUEUE], 3);
}

static void conf_ranges(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	u64 before;
	u32 i, gen;

	for (i = 0; i < VR_CONF_MAX; i++) {
		gen = w_generation(w);
		KUNIT_EXPECT_EQ(test, f_conf(w, i, rules[i].least), 0);
		KUNIT_EXPECT_NE(test, w_generation(w), gen);
		KUNIT_EXPECT_EQ(test, vr_conf(w->core, i), rules[i].least);
		KUNIT_EXPECT_EQ(test, f_conf(w, i, rules[i].most), 0);
		KUNIT_EXPECT_EQ(test, vr_conf(w->core, i), rules[i].most);
		rcu_barrier();
		before = w_digest(w);
		W_REFUSED(w, f_conf(w, i, rules[i].most + 1), -ERANGE, i + 1, before);
		W_NEW_TEXT(w, &texts);
		W_REFUSED(w, f_conf(w, i, ~0U), -ERANGE, i + 1, before);
		if (rules[i].least)
			W_REFUSED(w, f_conf(w, i, rules[i].least - 1), -ERANGE, i + 1, before);
		KUNIT_EXPECT_EQ(test, vr_conf(w->core, i), rules[i].most);
	}
}

/* One that is wrong keeps all others from being set. */
static void conf_all_or_none(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_conf_set set = get(w), was = set;
	u32 i;

	for (i = 0; i < VR_CONF_MAX; i++)
		set.value[i] = rules[i].least;
	set.value[VR_CONF_MAX - 1] = rules[VR_CONF_MAX - 1].most + 1;
	KUNIT_EXPECT_EQ(test, set_all(w, &set), -ERANGE);
	set.value[VR_CONF_MAX - 1] = 0;
	set.given |= 1ULL << VR_CONF_MAX;
	KUNIT_EXPECT_EQ(test, set_all(w, &set), -EINVAL);
	set = get(w);
	KUNIT_EXPECT_MEMEQ(test, set.value, was.value, sizeof(set.value));

	/* What is not given is not looked at. */
	memset(&set, 0xff, sizeof(set));
	set.given = 1ULL << VR_CONF_AGE_UDP;
	set.value[VR_CONF_AGE_UDP] = 5;
	KUNIT_EXPECT_EQ(test, set_all(w, &set), 0);
	was.value[VR_CONF_AGE_UDP] = 5;
	set = get(w);
	KUNIT_EXPECT_MEMEQ(test, set.value, was.value, sizeof(set.value));
}

/* Below what is there it ends nothing, and nothing new comes. */
static void conf_flows_is_the_limit(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct vr_table_use use;
	u32 i;

	for (i = 0; i < 1500; i++) {
		cfg = f_cfg(f_key(i), VR_FLOW_FORWARD);
		KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	}
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FLOWS, 1024), 0);
	vr_core_lock(w->core);
	for (i = 0; vr_core_table(w->core, i, &use) && strcmp(use.name, "flows"); i++)
		;
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, use.used, 1500);
	KUNIT_EXPECT_EQ(test, use.limit, 1024);
	cfg = f_cfg(f_key(2000), VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_set(w, &cfg, NULL, NULL), -ENOSPC);
	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_FLOWS, 1501), 0);
	KUNIT_EXPECT_EQ(test, f_set(w, &cfg, NULL, NULL), 0);
	cfg = f_cfg(f_key(2001), VR_FLOW_FORWARD);
	KUNIT_EXPECT_EQ(test, f_set(w, &cfg, NULL, NULL), -ENOSPC);
}

#ifdef VR_TEST_USERSPACE
static void conf_without_memory(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_conf_set set = get(w), was = set;
	int ret;

	set.value[VR_CONF_FLOWS] = 16777216;
	set.value[VR_CONF_AGE_UDP] = 1;
	vr_test_fail_alloc(1);
	ret = set_all(w, &set);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_EQ(test, w->err.attr, VR_A_CONF_FLOWS);
	set = get(w);
	KUNIT_EXPECT_MEMEQ(test, set.value, was.value, sizeof(set.value));
}
#endif

static struct kunit_case conf_cases[] = {
	KUNIT_CASE(conf_defaults),
	KUNIT_CASE(conf_ranges),
	KUNIT_CASE(conf_all_or_none),
	KUNIT_CASE(conf_flows_is_the_limit),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(conf_without_memory),
#endif
	{}
};

static struct kunit_suite conf_suite = {
	.name = "conf",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = conf_cases,
};

VR_TEST_SUITE(conf_suite);
