// SPDX-License-Identifier: GPL-2.0-only
/* Id table: edges of pages and limit, a naive model, readers beside a writer. */
#include "lib/idtab.h"
#include "vr_test.h"

#define LIMIT		(3 * VR_IDTAB_PAGE_SIZE + 7)
#define LAST		(LIMIT - 1)

struct idtab_ctx {
	struct vr_mem mem;
	struct vr_idtab tab;
	char things[LIMIT];	/* their addresses are what stands in the table */
};

static int idtab_test_init(struct kunit *test)
{
	struct idtab_ctx *ctx = kunit_kzalloc(test, sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return -ENOMEM;
	test->priv = ctx;
	vr_mem_init(&ctx->mem);
	vr_idtab_init(&ctx->tab, &ctx->mem, LIMIT);
	return 0;
}

static void idtab_test_exit(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;

	vr_idtab_exit(&ctx->tab);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_TABLE), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_TABLE), 0);
	vr_idtab_exit(&ctx->tab);
}

static void *find_rcu(const struct vr_idtab *tab, u32 id)
{
	void *p;

	rcu_read_lock();
	p = vr_idtab_find_rcu(tab, id);
	rcu_read_unlock();
	return p;
}

static void idtab_empty_finds_nothing(struct kunit *test)
{
	static const u32 ids[] = { 0, 1, VR_IDTAB_PAGE_SIZE, LAST, LIMIT, LIMIT + 1, U32_MAX };
	struct idtab_ctx *ctx = test->priv;
	u32 id = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		KUNIT_EXPECT_PTR_EQ(test, vr_idtab_find(&ctx->tab, ids[i]), NULL);
		KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, ids[i]), NULL);
		vr_idtab_del(&ctx->tab, ids[i]);
	}
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&ctx->tab, &id), NULL);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_TABLE), 0);
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), 0);
	KUNIT_EXPECT_EQ(test, id, 0);
	id = LAST;
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), 0);
	KUNIT_EXPECT_EQ(test, id, LAST);
}

static void idtab_edges(struct kunit *test)
{
	static const u32 ids[] = {
		0, 1, VR_IDTAB_PAGE_SIZE - 1, VR_IDTAB_PAGE_SIZE, 3 * VR_IDTAB_PAGE_SIZE - 1,
		3 * VR_IDTAB_PAGE_SIZE, LAST,
	};
	struct idtab_ctx *ctx = test->priv;
	unsigned int i;
	u32 id;
	void *p;

	for (i = 0; i < ARRAY_SIZE(ids); i++)
		KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, ids[i], &ctx->things[ids[i]]), 0);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, ARRAY_SIZE(ids));
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		KUNIT_EXPECT_PTR_EQ(test, vr_idtab_find(&ctx->tab, ids[i]),
				    (void *)&ctx->things[ids[i]]);
		KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, ids[i]),
				    (void *)&ctx->things[ids[i]]);
	}
	KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, 2), NULL);

	for (i = 0, id = 0; (p = vr_idtab_next(&ctx->tab, &id)); i++, id++) {
		KUNIT_ASSERT_LT(test, i, ARRAY_SIZE(ids));
		KUNIT_EXPECT_EQ(test, id, ids[i]);
		KUNIT_EXPECT_PTR_EQ(test, p, (void *)&ctx->things[ids[i]]);
	}
	KUNIT_EXPECT_EQ(test, i, ARRAY_SIZE(ids));
}

static void idtab_refuses_beyond_limit(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	u32 id;

	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, LIMIT, ctx), -ERANGE);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, U32_MAX, ctx), -ERANGE);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	id = U32_MAX;
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&ctx->tab, &id), NULL);
	id = U32_MAX;
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), -ENOSPC);
	id = LIMIT;
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), -ENOSPC);
}

static void idtab_largest_limit(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	struct vr_idtab tab;
	u32 id;

	vr_idtab_init(&tab, &ctx->mem, U32_MAX);
	if (vr_idtab_set(&tab, 0, ctx))
		kunit_skip(test, "no 64 MB for the directory");
	/* Beyond the last page there is not the first one. */
	id = U32_MAX - 1;
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&tab, &id), NULL);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&tab, U32_MAX - 1, ctx), 0);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&tab, U32_MAX, ctx), -ERANGE);
	id = U32_MAX - 1;
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&tab, &id), (void *)ctx);
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&tab, &id), -ENOSPC);
	id = U32_MAX;
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&tab, &id), NULL);
	vr_idtab_del(&tab, U32_MAX - 1);
	id = U32_MAX - VR_IDTAB_PAGE_SIZE;
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&tab, &id), NULL);
	vr_idtab_exit(&tab);
}

/* From the middle of a page that is not there to the first id of one that is. */
static void idtab_next_skips_missing_pages(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	u32 id = 5;

	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 2 * VR_IDTAB_PAGE_SIZE, ctx), 0);
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&ctx->tab, &id), (void *)ctx);
	KUNIT_EXPECT_EQ(test, id, 2 * VR_IDTAB_PAGE_SIZE);
	id++;
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_next(&ctx->tab, &id), NULL);
}

static void idtab_set_replaces(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;

	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 5, &ctx->things[1]), 0);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 5, &ctx->things[2]), 0);
	KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, 5), (void *)&ctx->things[2]);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 1);
	vr_idtab_del(&ctx->tab, 5);
	vr_idtab_del(&ctx->tab, 5);
	KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, 5), NULL);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
}

static void idtab_free_id_is_the_lowest(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	u32 id;
	u32 i;

	for (i = 0; i < LIMIT; i++) {
		id = 0;
		KUNIT_ASSERT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), 0);
		KUNIT_ASSERT_EQ(test, id, i);
		KUNIT_ASSERT_EQ(test, vr_idtab_set(&ctx->tab, id, &ctx->things[id]), 0);
	}
	id = 0;
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), -ENOSPC);
	vr_idtab_del(&ctx->tab, 700);
	vr_idtab_del(&ctx->tab, 600);
	id = 0;
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), 0);
	KUNIT_EXPECT_EQ(test, id, 600);
	id = 601;
	KUNIT_EXPECT_EQ(test, vr_idtab_free_id(&ctx->tab, &id), 0);
	KUNIT_EXPECT_EQ(test, id, 700);
}

static void idtab_memory_grows_with_pages(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	u64 page = sizeof(struct vr_idtab_page), dir = 4 * sizeof(void *);

	/* The directory comes with the first page. */
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, LIMIT, ctx), -ERANGE);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_TABLE), 0);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 0, ctx), 0);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 1, ctx), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_TABLE), 2);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_TABLE), dir + page);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, LAST, ctx), 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_TABLE), 3);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_TABLE), dir + 2 * page);
	/* They stay. */
	vr_idtab_del(&ctx->tab, 0);
	vr_idtab_del(&ctx->tab, 1);
	vr_idtab_del(&ctx->tab, LAST);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_TABLE), 3);
}

#define OPS 1000000

/* The model is an array; every look-up, count and walk is compared with it. */
static void idtab_model_check(struct kunit *test, struct idtab_ctx *ctx, void **model, u32 used)
{
	u32 seen = 0;
	u32 id;
	void *p;

	for (id = 0; (p = vr_idtab_next(&ctx->tab, &id)); id++) {
		KUNIT_ASSERT_PTR_EQ(test, p, model[id]);
		seen++;
	}
	KUNIT_ASSERT_EQ(test, seen, used);
	KUNIT_ASSERT_EQ(test, ctx->tab.used, used);
}

static void idtab_agrees_with_model(struct kunit *test)
{
	void **model = kunit_kzalloc(test, LIMIT * sizeof(*model), GFP_KERNEL);
	struct idtab_ctx *ctx = test->priv;
	struct vr_test_rng rng;
	u32 used = 0;
	u32 op;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, model);
	vr_test_rng_init(test, &rng, 20240601);
	for (op = 0; op < OPS; op++) {
		u32 id = vr_test_rand_below(&rng, LIMIT);
		/* Fuller and emptier by turns. */
		u32 odds = (op >> 16) & 1 ? 70 : 30;

		if (vr_test_rand_below(&rng, 100) < odds) {
			void *p = &ctx->things[vr_test_rand_below(&rng, LIMIT)];

			KUNIT_ASSERT_EQ(test, vr_idtab_set(&ctx->tab, id, p), 0);
			used += !model[id];
			model[id] = p;
		} else {
			vr_idtab_del(&ctx->tab, id);
			used -= !!model[id];
			model[id] = NULL;
		}
		id = vr_test_rand_below(&rng, LIMIT);
		KUNIT_ASSERT_PTR_EQ(test, vr_idtab_find(&ctx->tab, id), model[id]);
		KUNIT_ASSERT_PTR_EQ(test, find_rcu(&ctx->tab, id), model[id]);
		if (op % 4096 == 0)
			idtab_model_check(test, ctx, model, used);
	}
	idtab_model_check(test, ctx, model, used);
}

#ifdef VR_TEST_USERSPACE

struct idtab_thing {
	u32 id;
	struct rcu_head rcu;
};

struct idtab_reader {
	struct vr_test_thread thread;
	struct kunit *test;
	struct vr_idtab *tab;
	bool filled;
	bool stop;
	unsigned int passes;
};

/* Once it is filled, even ids are always there, with this or that thing; odd ones come and go. */
static void idtab_read(void *arg)
{
	struct idtab_reader *r = arg;
	u32 id;

	while (!READ_ONCE(r->stop)) {
		bool filled = smp_load_acquire(&r->filled);	/* pairs with who filled it */

		for (id = 0; id < LIMIT; id++) {
			struct idtab_thing *thing;

			rcu_read_lock();
			thing = vr_idtab_find_rcu(r->tab, id);
			if (thing)
				KUNIT_EXPECT_EQ(r->test, thing->id, id);
			else if (filled)
				KUNIT_EXPECT_EQ(r->test, id % 2, 1);
			rcu_read_unlock();
		}
		WRITE_ONCE(r->passes, r->passes + 1);
	}
}

static void idtab_put_thing(struct kunit *test, struct idtab_ctx *ctx, u32 id)
{
	struct idtab_thing *old = vr_idtab_find(&ctx->tab, id);
	struct idtab_thing *new = vr_zalloc(&ctx->mem, VR_MEM_VIF, sizeof(*new));

	new->id = id;
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, id, new), 0);
	if (old)
		vr_free_rcu(&ctx->mem, VR_MEM_VIF, old, sizeof(*old), rcu);
}

static void idtab_take_thing(struct idtab_ctx *ctx, u32 id)
{
	struct idtab_thing *old = vr_idtab_find(&ctx->tab, id);

	vr_idtab_del(&ctx->tab, id);
	if (old)
		vr_free_rcu(&ctx->mem, VR_MEM_VIF, old, sizeof(*old), rcu);
}

static void idtab_readers_beside_writer(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	struct idtab_reader r = { .test = test, .tab = &ctx->tab };
	struct vr_test_rng rng;
	unsigned int ops;
	u32 id;

	vr_test_rng_init(test, &rng, 7);
	vr_test_thread_start(&r.thread, 1, idtab_read, &r);
	for (id = 0; id < LIMIT; id += 2)
		idtab_put_thing(test, ctx, id);
	smp_store_release(&r.filled, true);	/* pairs with idtab_read() */
	for (ops = 0; ops < 50000 || READ_ONCE(r.passes) < 20; ops++) {
		id = vr_test_rand_below(&rng, LIMIT);
		if (id % 2 && vr_test_rand_below(&rng, 2))
			idtab_take_thing(ctx, id);
		else
			idtab_put_thing(test, ctx, id);
	}
	WRITE_ONCE(r.stop, true);
	vr_test_thread_join(&r.thread);
	for (id = 0; id < LIMIT; id++)
		idtab_take_thing(ctx, id);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	KUNIT_EXPECT_EQ(test, vr_mem_objects(&ctx->mem, VR_MEM_VIF), 0);
}

static void idtab_without_memory(struct kunit *test)
{
	struct idtab_ctx *ctx = test->priv;
	unsigned int n;
	u64 bytes;

	/* The first page and the directory: both, or none. */
	for (n = 1; n <= 2; n++) {
		vr_test_fail_alloc(n);
		KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 3, &ctx->things[3]), -ENOMEM);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_TABLE), 0);
		KUNIT_EXPECT_PTR_EQ(test, find_rcu(&ctx->tab, 3), NULL);
		KUNIT_EXPECT_EQ(test, ctx->tab.used, 0);
	}
	vr_test_fail_alloc(0);

	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 3, &ctx->things[3]), 0);
	bytes = vr_mem_bytes(&ctx->mem, VR_MEM_TABLE);
	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, LAST, &ctx->things[4]), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_mem_bytes(&ctx->mem, VR_MEM_TABLE), bytes);
	KUNIT_EXPECT_PTR_EQ(test, vr_idtab_find(&ctx->tab, LAST), NULL);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 1);
	/* What has its page needs none. */
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 4, &ctx->things[4]), 0);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, 3, &ctx->things[5]), 0);
	vr_idtab_del(&ctx->tab, 3);
	KUNIT_EXPECT_EQ(test, ctx->tab.used, 1);

	vr_test_fail_alloc(0);
	KUNIT_EXPECT_EQ(test, vr_idtab_set(&ctx->tab, LAST, &ctx->things[4]), 0);
}

#endif

static struct kunit_case idtab_cases[] = {
	KUNIT_CASE(idtab_empty_finds_nothing),
	KUNIT_CASE(idtab_edges),
	KUNIT_CASE(idtab_refuses_beyond_limit),
	KUNIT_CASE(idtab_largest_limit),
	KUNIT_CASE(idtab_next_skips_missing_pages),
	KUNIT_CASE(idtab_set_replaces),
	KUNIT_CASE(idtab_free_id_is_the_lowest),
	KUNIT_CASE(idtab_memory_grows_with_pages),
	KUNIT_CASE(idtab_agrees_with_model),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(idtab_readers_beside_writer),
	KUNIT_CASE(idtab_without_memory),
#endif
	{}
};

static struct kunit_suite idtab_suite = {
	.name = "idtab",
	.init = idtab_test_init,
	.exit = idtab_test_exit,
	.test_cases = idtab_cases,
};

VR_TEST_SUITE(idtab_suite);
