// SPDX-License-Identifier: GPL-2.0-only
/* Labels and VNIs: what is refused, whom they hold, how they are listed and found. */
#include "world.h"

#include "obj/demux.h"
#include "obj/nexthop.h"

/** struct table - what differs between the two */
struct table {
	const char *name;
	enum vr_demux_kind kind;
	u32 least;
	u32 most;
};

static const struct table tables[] = {
	{ "labels", VR_DEMUX_MPLS, 16, 1048575 },
	{ "vnis", VR_DEMUX_VXLAN, 0, 16777215 },
};

static void table_desc(const struct table *t, char *desc)
{
	strscpy(desc, t->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tables, tables, table_desc);

static void discard_make(struct world *w, u32 id)
{
	struct vr_nh_cfg cfg = w_nh_cfg(id, VR_NH_DISCARD);

	KUNIT_ASSERT_EQ(w->test, w_nh_set(w, &cfg), 0);
}

/* As a packet does it. */
static const struct vr_nh *find(struct world *w, enum vr_demux_kind kind, u32 id)
{
	const struct vr_nh *nh;

	rcu_read_lock();
	nh = vr_demux_find_rcu(w->core, kind, id);
	rcu_read_unlock();
	return nh;
}

static u32 used(struct world *w, const struct table *t)
{
	struct vr_table_use use = {};
	unsigned int i;

	vr_core_lock(w->core);
	for (i = 0; vr_core_table(w->core, i, &use); i++)
		if (!strcmp(use.name, t->name))
			break;
	vr_core_unlock(w->core);
	KUNIT_EXPECT_STREQ(w->test, use.name, t->name);
	KUNIT_EXPECT_EQ(w->test, use.limit, t->most + 1);
	return use.used;
}

static void demux_set_get_del(struct kunit *test)
{
	const struct table *t = test->param_value;
	struct world *w = test->priv;
	struct vr_demux_cfg out;
	const struct vr_nh *nh;

	discard_make(w, 1);
	discard_make(w, 2);
	KUNIT_EXPECT_TRUE(test, vr_demux_is_empty(w->core, t->kind));
	KUNIT_EXPECT_NULL(test, find(w, t->kind, 100));
	KUNIT_EXPECT_EQ(test, w_demux_set_excl(w, t->kind, 100, 1), 0);
	KUNIT_EXPECT_FALSE(test, vr_demux_is_empty(w->core, t->kind));
	KUNIT_EXPECT_TRUE(test, vr_demux_is_empty(w->core, !t->kind));
	KUNIT_EXPECT_EQ(test, used(w, t), 1);
	nh = find(w, t->kind, 100);
	KUNIT_ASSERT_NOT_NULL(test, nh);
	KUNIT_EXPECT_EQ(test, nh->id, 1);
	KUNIT_EXPECT_NULL(test, find(w, !t->kind, 100));
	KUNIT_EXPECT_NULL(test, find(w, t->kind, 101));
	KUNIT_EXPECT_NULL(test, find(w, t->kind, t->most + 1));
	KUNIT_EXPECT_NULL(test, find(w, t->kind, ~0U));
	KUNIT_EXPECT_EQ(test, w_demux_get(w, t->kind, 100, &out), 0);
	KUNIT_EXPECT_EQ(test, out.kind, t->kind);
	KUNIT_EXPECT_EQ(test, out.id, 100);
	KUNIT_EXPECT_EQ(test, out.nh, 1);

	/* Replaced, by the same too. */
	KUNIT_EXPECT_EQ(test, w_demux_set(w, t->kind, 100, 2), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 1);
	KUNIT_EXPECT_EQ(test, w_demux_set(w, t->kind, 100, 2), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 1);
	KUNIT_EXPECT_EQ(test, used(w, t), 1);
	KUNIT_EXPECT_EQ(test, w_demux_del(w, t->kind, 100), 0);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 2), 0);
	KUNIT_EXPECT_TRUE(test, vr_demux_is_empty(w->core, t->kind));
	KUNIT_EXPECT_NULL(test, find(w, t->kind, 100));
}

static void demux_refusals(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_texts texts = {};
	struct vr_demux_cfg out;
	const struct table *t;
	u64 before;

	discard_make(w, 1);
	discard_make(w, 2);
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 2), 0);
	for (t = tables; t < tables + ARRAY_SIZE(tables); t++) {
		KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, t->least, 1), 0);
		KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, t->most, 1), 0);
		rcu_barrier();
		before = w_digest(w);
		W_REFUSED(w, w_demux_set(w, t->kind, t->most + 1, 1), -EINVAL, VR_A_DEMUX_ID,
			  before);
		W_NEW_TEXT(w, &texts);
		W_REFUSED(w, w_demux_set(w, t->kind, ~0U, 1), -EINVAL, VR_A_DEMUX_ID, before);
		if (t->least) {
			W_REFUSED(w, w_demux_set(w, t->kind, t->least - 1, 1), -EINVAL,
				  VR_A_DEMUX_ID, before);
			W_REFUSED(w, w_demux_set(w, t->kind, 0, 1), -EINVAL, VR_A_DEMUX_ID,
				  before);
		}
		W_REFUSED(w, w_demux_set_excl(w, t->kind, t->most, 1), -EEXIST, VR_A_DEMUX_ID,
			  before);
		W_NEW_TEXT(w, &texts);
		W_REFUSED(w, w_demux_set(w, t->kind, t->most, 2), -ENOENT, VR_A_DEMUX_NH, before);
		W_NEW_TEXT(w, &texts);
		W_REFUSED(w, w_demux_set(w, t->kind, t->most, ~0U), -ENOENT, VR_A_DEMUX_NH,
			  before);
		W_REFUSED(w, w_demux_del(w, t->kind, 99), -ENOENT, VR_A_DEMUX_ID, before);
		W_NEW_TEXT(w, &texts);
		W_REFUSED(w, w_demux_del(w, t->kind, ~0U), -ENOENT, VR_A_DEMUX_ID, before);
		W_REFUSED(w, w_demux_get(w, t->kind, 99, &out), -ENOENT, VR_A_DEMUX_ID, before);
		W_REFUSED(w, w_demux_get(w, t->kind, t->most + 1, &out), -ENOENT, VR_A_DEMUX_ID,
			  before);
	}
}

/* The nexthop goes, and is made again: the entry leads to the new one. */
static void demux_outlives_its_nexthop(struct kunit *test)
{
	const struct table *t = test->param_value;
	struct world *w = test->priv;
	struct vr_demux_cfg out;
	const struct vr_nh *nh;

	discard_make(w, 1);
	KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, 100, 1), 0);
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_demux_get(w, t->kind, 100, &out), 0);
	KUNIT_EXPECT_EQ(test, out.nh, 1);
	nh = find(w, t->kind, 100);
	KUNIT_ASSERT_NOT_NULL(test, nh);
	KUNIT_EXPECT_TRUE(test, !rcu_access_pointer(nh->body));
	discard_make(w, 1);
	KUNIT_EXPECT_TRUE(test, !!rcu_access_pointer(nh->body));
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 1);

	/* Last one out. */
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	KUNIT_EXPECT_EQ(test, w_demux_del(w, t->kind, 100), 0);
	discard_make(w, 1);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 0);
}

static void demux_dump_resumes(struct kunit *test)
{
	const struct table *t = test->param_value;
	const u32 ids[] = { t->least, t->least + 1, 511, 512, 70000, t->most };
	struct world *w = test->priv;
	struct vr_demux_cfg out;
	unsigned int i;
	u32 id;

	discard_make(w, 1);
	for (i = ARRAY_SIZE(ids); i--; )
		KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, ids[i], 1), 0);
	vr_core_lock(w->core);
	for (i = 0, id = 0; !vr_demux_next(w->core, t->kind, id, &out); id = out.id + 1, i++) {
		KUNIT_ASSERT_LT(test, i, ARRAY_SIZE(ids));
		KUNIT_EXPECT_EQ(test, out.id, ids[i]);
		KUNIT_EXPECT_EQ(test, out.kind, t->kind);
		KUNIT_EXPECT_EQ(test, out.nh, 1);
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(ids));
	KUNIT_EXPECT_EQ(test, vr_demux_next(w->core, t->kind, ~0U, &out), -ENOENT);
	KUNIT_EXPECT_EQ(test, vr_demux_next(w->core, !t->kind, 0, &out), -ENOENT);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, w_demux_del(w, t->kind, 512), 0);
	vr_core_lock(w->core);
	KUNIT_EXPECT_EQ(test, vr_demux_next(w->core, t->kind, 512, &out), 0);
	KUNIT_EXPECT_EQ(test, out.id, 70000);
	vr_core_unlock(w->core);
}

static void demux_changes_the_generation(struct kunit *test)
{
	const struct table *t = test->param_value;
	struct world *w = test->priv;
	u32 gen;

	discard_make(w, 1);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, 100, 1), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, 100, 1), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
	gen = w_generation(w);
	KUNIT_ASSERT_EQ(test, w_demux_del(w, t->kind, 100), 0);
	KUNIT_EXPECT_NE(test, w_generation(w), gen);
}

/* Emptied with the router, also where the nexthops went before. */
static void demux_goes_with_reset(struct kunit *test)
{
	const struct table *t = test->param_value;
	struct world *w = test->priv;
	u32 id;

	discard_make(w, 1);
	discard_make(w, 2);
	for (id = t->most - 600; id <= t->most; id++)
		KUNIT_ASSERT_EQ(test, w_demux_set(w, t->kind, id, 1 + id % 2), 0);
	KUNIT_ASSERT_EQ(test, w_nh_del(w, 1), 0);
	vr_core_lock(w->core);
	vr_core_reset(w->core);
	vr_core_unlock(w->core);
	KUNIT_EXPECT_EQ(test, used(w, t), 0);
	KUNIT_EXPECT_TRUE(test, vr_demux_is_empty(w->core, t->kind));
	KUNIT_EXPECT_NULL(test, find(w, t->kind, t->most));
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, vr_core_mem_objects(w->core, VR_MEM_NEXTHOP), 2);
}

#ifdef VR_TEST_USERSPACE
static void demux_without_memory(struct kunit *test)
{
	const struct table *t = test->param_value;
	struct world *w = test->priv;
	unsigned int n;
	u64 before;
	int ret;

	discard_make(w, 1);
	before = w_digest(w);
	/* page and directory */
	for (n = 1; ; n++) {
		vr_test_fail_alloc(n);
		ret = w_demux_set(w, t->kind, 100, 1);
		if (!vr_test_allocs_failed())
			break;
		vr_test_fail_alloc(0);
		W_REFUSED(w, ret, -ENOMEM, 0, before);
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, w_nh_refs(w, 1), 1);
}
#endif

#define DEMUX_CASE(func) KUNIT_CASE_PARAM(func, tables_gen_params)

static struct kunit_case demux_cases[] = {
	DEMUX_CASE(demux_set_get_del),
	KUNIT_CASE(demux_refusals),
	DEMUX_CASE(demux_outlives_its_nexthop),
	DEMUX_CASE(demux_dump_resumes),
	DEMUX_CASE(demux_changes_the_generation),
	DEMUX_CASE(demux_goes_with_reset),
#ifdef VR_TEST_USERSPACE
	DEMUX_CASE(demux_without_memory),
#endif
	{}
};

/* The parameter here is a table, and w_suite_init() would take it for a way to bring in frames. */
static int demux_test_init(struct kunit *test)
{
	int ret = w_suite_init(test);

	if (!ret)
		((struct world *)test->priv)->mode = NULL;
	return ret;
}

static struct kunit_suite demux_suite = {
	.name = "demux",
	.init = demux_test_init,
	.exit = w_suite_exit,
	.test_cases = demux_cases,
};

VR_TEST_SUITE(demux_suite);
