// SPDX-License-Identifier: GPL-2.0-only
/* Flow table under a million random operations, beside a naive model of it. */
#include "flow_aid.h"

#define LIMIT		4096
#define MODEL_KEYS	20000
#define MODEL_INDICES	131072
#define MODEL_OPS	1000000

/** struct model - what should be in the table: by id, and by index */
struct model {
	struct vr_flow_table *tab;
	u32 used;
	u32 limit;
	u32 limbo;
	struct {
		struct vr_flow *flow;
		u32 gen;
	} id[MODEL_KEYS];
	struct {
		u32 gen;
		bool in_limbo;
	} index[MODEL_INDICES];
};

static void model_add(struct kunit *test, struct model *m, u32 id)
{
	struct vr_flow *flow;
	u32 reason = 0;
	u32 index;
	bool made;

	flow = flow_aid_get(m->tab, id, &made, &reason);
	if (m->id[id].flow) {
		KUNIT_ASSERT_FALSE(test, made);
		KUNIT_ASSERT_PTR_EQ(test, flow, m->id[id].flow);
		return;
	}
	if (m->used >= m->limit) {
		KUNIT_ASSERT_PTR_EQ(test, flow, NULL);
		KUNIT_ASSERT_EQ(test, reason, VR_DROP_FLOW_TABLE_FULL);
		return;
	}
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, flow);
	KUNIT_ASSERT_TRUE(test, made);
	index = vr_flow_index(m->tab, flow);
	KUNIT_ASSERT_LT(test, index, MODEL_INDICES);
	KUNIT_ASSERT_FALSE(test, m->index[index].in_limbo);
	KUNIT_ASSERT_GT(test, flow->gen, m->index[index].gen);
	m->index[index].gen = flow->gen;
	m->id[id].flow = flow;
	m->id[id].gen = flow->gen;
	m->used++;
}

static void model_del(struct kunit *test, struct model *m, u32 id)
{
	struct vr_flow *flow = m->id[id].flow;

	KUNIT_ASSERT_EQ(test, flow_aid_del(m->tab, id), (bool)flow);
	if (!flow)
		return;
	m->index[vr_flow_index(m->tab, flow)].in_limbo = true;
	m->id[id].flow = NULL;
	m->used--;
	m->limbo++;
}

static void model_find(struct kunit *test, struct model *m, u32 id)
{
	struct vr_flow *flow = flow_aid_find(m->tab, id);

	KUNIT_ASSERT_PTR_EQ(test, flow, m->id[id].flow);
	if (!flow)
		return;
	KUNIT_ASSERT_EQ(test, flow->gen, m->id[id].gen);
	KUNIT_ASSERT_EQ(test, flow_aid_id(&flow->key), id);
	KUNIT_ASSERT_PTR_EQ(test, vr_flow_at(m->tab, vr_flow_index(m->tab, flow)), flow);
}

static void model_reclaim(struct model *m)
{
	u32 i;

	vr_flow_table_reclaim(m->tab);
	m->limbo = 0;
	for (i = 0; i < MODEL_INDICES; i++)
		m->index[i].in_limbo = false;
}

/* All of it; the walk meets each flow once, in order of the index. */
static void model_compare(struct kunit *test, struct model *m)
{
	struct vr_flow *flow;
	u32 index = 0;
	u32 n = 0;
	u32 id;

	for (id = 0; id < MODEL_KEYS; id++)
		model_find(test, m, id);
	for (; (flow = vr_flow_table_next(m->tab, &index)); index++) {
		KUNIT_ASSERT_EQ(test, vr_flow_index(m->tab, flow), index);
		KUNIT_ASSERT_PTR_EQ(test, flow, m->id[flow_aid_id(&flow->key)].flow);
		n++;
	}
	KUNIT_ASSERT_EQ(test, n, m->used);
	KUNIT_ASSERT_EQ(test, atomic_read(&m->tab->used), m->used);
	KUNIT_ASSERT_EQ(test, m->tab->n_limbo, m->limbo);
}

/* Phases of growth and of decline, so that limits are met and chains come and go. */
static void model_step(struct kunit *test, struct model *m, struct vr_test_rng *rng, u32 op)
{
	u32 id = vr_test_rand_below(rng, MODEL_KEYS);
	u32 what = vr_test_rand_below(rng, 1000);
	u32 adds = op / 50000 % 2 ? 250 : 450;

	if (what < adds) {
		model_add(test, m, id);
	} else if (what < 700) {
		model_del(test, m, id);
	} else if (what < 998) {
		model_find(test, m, id);
	} else if (what < 999) {
		KUNIT_ASSERT_EQ(test, vr_flow_table_grow(m->tab), 0);
	} else if (vr_test_rand_below(rng, 4)) {
		model_reclaim(m);
	} else {
		m->limit = 1 + vr_test_rand_below(rng, 2 * MODEL_KEYS);
		KUNIT_ASSERT_EQ(test, vr_flow_table_set_limit(m->tab, m->limit), 0);
	}
}

static void model_agrees(struct kunit *test)
{
	struct flow_aid *ctx = test->priv;
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	struct vr_test_rng rng;
	u32 op;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m);
	m->tab = &ctx->tab;
	m->limit = LIMIT;
	vr_test_rng_init(test, &rng, 3);
	for (op = 0; op < MODEL_OPS; op++) {
		model_step(test, m, &rng, op);
		if (op % 50000 == 0)
			model_compare(test, m);
	}
	model_compare(test, m);
	KUNIT_EXPECT_GT(test, ctx->tab.fresh, LIMIT);
}

static int model_test_init(struct kunit *test)
{
	return flow_aid_init(test, LIMIT);
}

static struct kunit_case model_cases[] = {
	KUNIT_CASE(model_agrees),
	{}
};

static struct kunit_suite model_suite = {
	.name = "flow_model",
	.init = model_test_init,
	.exit = flow_aid_exit,
	.test_cases = model_cases,
};

VR_TEST_SUITE(model_suite);
