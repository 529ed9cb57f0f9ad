// SPDX-License-Identifier: GPL-2.0-only
/* Fragments: random operations beside a model that is naive, and processors that meet. */
#include "fragment_aid.h"

#ifdef VR_TEST_USERSPACE

#define M_IDS		40
#define M_VIFS		3
#define M_UNITS		24	/* bytes of a packet, by eight */
#define M_WAIT		64
#define M_ROUNDS	300000

struct m_packet {
	bool there;
	u32 vif;
	u32 since;
	u32 flow;
	u16 head_end;
	u16 total;
	u64 seen;
	u32 n_waiting;
	struct {
		u32 mark;
		u16 off;
		u32 vif;
	} waiting[M_WAIT];
};

struct model {
	struct world *w;
	struct vr_test_rng rng;
	struct vr_vif *vif[M_VIFS];
	struct m_packet packet[M_IDS];
	u32 marks;
	u32 known, waited, refused, gone;
};

static u32 m_used(const struct model *m, u32 vif)
{
	u32 i, n = 0;

	for (i = 0; i < M_IDS; i++)
		n += m->packet[i].there && (vif == M_VIFS || m->packet[i].vif == vif);
	return n;
}

static u32 m_held(const struct model *m, u32 vif)
{
	u32 i, j, n = 0;

	for (i = 0; i < M_IDS; i++)
		for (j = 0; j < m->packet[i].n_waiting; j++)
			n += vif == M_VIFS || m->packet[i].waiting[j].vif == vif;
	return n;
}

static u32 m_conf(const struct model *m, enum vr_conf i)
{
	return vr_conf(m->w->core, i);
}

static bool m_room(const struct model *m, u32 vif)
{
	u32 of_vif = m_conf(m, VR_CONF_FRAGMENTS_VIF);

	return m_used(m, M_VIFS) < m_conf(m, VR_CONF_FRAGMENTS) &&
	       (!of_vif || m_used(m, vif) < of_vif);
}

static bool m_room_to_wait(const struct model *m, u32 vif)
{
	u32 of_vif = m_conf(m, VR_CONF_FRAGMENTS_HELD_VIF);

	return m_held(m, M_VIFS) < m_conf(m, VR_CONF_FRAGMENTS_HELD) &&
	       (!of_vif || m_held(m, vif) < of_vif);
}

static void m_make(struct m_packet *p, u32 vif)
{
	*p = (struct m_packet){ .there = true, .vif = vif, .since = vr_ticks() };
}

static void m_saw(struct m_packet *p, u16 off, u16 end, bool more)
{
	u32 unit;

	for (unit = off / 8; unit < end / 8; unit++)
		p->seen |= 1ULL << unit;
	if (!more)
		p->total = end;
}

static void m_end_if_done(struct m_packet *p)
{
	u64 all = (1ULL << p->total / 8) - 1;

	/* all there is, and no hole in what is beyond the end, if anything is */
	if (p->head_end && p->total && !p->n_waiting && (p->seen & all) == all &&
	    !(p->seen & (p->seen + 1)))
		p->there = false;
}

static void m_first(struct model *m, u32 id, u32 vif)
{
	u16 end = 8 * (1 + vr_test_rand_below(&m->rng, M_UNITS / 2));
	u32 flow = vr_test_rand_below(&m->rng, 4);
	struct m_packet *p = &m->packet[id];
	bool others;

	others = first(m->w, m->vif[vif], id, end, flow);
	if (!p->there && m_room(m, vif)) {
		m_make(p, vif);
	} else if (p->there && p->head_end) {
		p->seen = 0;
		p->total = 0;
	}
	if (p->there) {
		p->head_end = end;
		p->flow = flow;
		p->since = vr_ticks();
		m_saw(p, 0, end, true);
	}
	KUNIT_ASSERT_EQ(m->w->test, others, p->there && p->n_waiting);
}

static enum vr_frag_what m_wait(struct model *m, struct m_packet *p, u32 vif, u16 off, u16 end,
				bool more)
{
	if (!m_conf(m, VR_CONF_FRAGMENTS) || !m_room_to_wait(m, vif) ||
	    (!p->there && !m_room(m, vif)))
		return VR_FRAG_REFUSED;
	if (!p->there)
		m_make(p, vif);
	p->waiting[p->n_waiting].mark = m->marks;
	p->waiting[p->n_waiting].off = off;
	p->waiting[p->n_waiting++].vif = vif;
	m_saw(p, off, end, more);
	return VR_FRAG_WAITS;
}

static void m_later(struct model *m, u32 id, u32 vif)
{
	u16 off = 8 * (1 + vr_test_rand_below(&m->rng, M_UNITS - 1));
	u16 end = off + 8 * (1 + vr_test_rand_below(&m->rng, M_UNITS - off / 8));
	bool more = vr_test_rand_below(&m->rng, 3), wait = vr_test_rand_below(&m->rng, 4);
	struct m_packet *p = &m->packet[id];
	enum vr_frag_what got, want;
	enum vr_drop_reason reason;
	struct vr_flow_key flow, key;

	got = later(m->w, m->vif[vif], piece(id, off, end, more), ++m->marks, wait, &flow, &reason);
	if (p->there && p->head_end) {
		want = off < p->head_end ? VR_FRAG_REFUSED : VR_FRAG_KNOWN;
		key = f_key(p->flow);
		if (want == VR_FRAG_KNOWN) {
			KUNIT_EXPECT_MEMEQ(m->w->test, &flow, &key, sizeof(key));
			m_saw(p, off, end, more);
			m_end_if_done(p);
			m->known++;
		}
	} else if (!wait) {
		want = VR_FRAG_UNKNOWN;
	} else {
		want = m_wait(m, p, vif, off, end, more);
		m->waited += want == VR_FRAG_WAITS;
		m->refused += want == VR_FRAG_REFUSED;
	}
	KUNIT_ASSERT_EQ(m->w->test, got, want);
	KUNIT_EXPECT_EQ(m->w->test, got == VR_FRAG_REFUSED, reason != VR_DROP_NONE);
}

static void m_next(struct model *m, u32 id)
{
	struct m_packet *p = &m->packet[id];
	enum vr_drop_reason reason;
	struct vr_flow_key flow, key = f_key(p->flow);
	bool any;
	u32 mark;

	any = next(m->w, id, &mark, &flow, &reason);
	KUNIT_ASSERT_EQ(m->w->test, any, p->there && p->head_end && p->n_waiting);
	if (!any)
		return;
	KUNIT_EXPECT_EQ(m->w->test, mark, p->waiting[0].mark);
	KUNIT_EXPECT_EQ(m->w->test, reason, p->waiting[0].off < p->head_end ?
			VR_DROP_INVALID_PACKET : VR_DROP_NONE);
	KUNIT_EXPECT_MEMEQ(m->w->test, &flow, &key, sizeof(key));
	memmove(p->waiting, p->waiting + 1, --p->n_waiting * sizeof(p->waiting[0]));
	m_end_if_done(p);
}

static void m_expire(struct model *m)
{
	u32 i, n = 0;

	for (i = 0; i < M_IDS; i++) {
		struct m_packet *p = &m->packet[i];
		u32 most = m_conf(m, p->head_end ? VR_CONF_FRAGMENTS_AGE : VR_CONF_FRAGMENTS_WAIT);

		if (!p->there || vr_ticks() - p->since < most)
			continue;
		n += p->n_waiting;
		m->gone++;
		p->there = false;
		p->n_waiting = 0;
	}
	KUNIT_ASSERT_EQ(m->w->test, expire(m->w), n);
}

static void m_settings(struct model *m)
{
	static const enum vr_conf which[] = {
		VR_CONF_FRAGMENTS, VR_CONF_FRAGMENTS_VIF, VR_CONF_FRAGMENTS_HELD,
		VR_CONF_FRAGMENTS_HELD_VIF,
	};

	f_conf(m->w, which[vr_test_rand_below(&m->rng, ARRAY_SIZE(which))],
	       vr_test_rand_below(&m->rng, 50));
}

static void m_compare(struct model *m)
{
	u32 vif;

	KUNIT_ASSERT_EQ(m->w->test, vr_frags_used(m->w->core), m_used(m, M_VIFS));
	KUNIT_ASSERT_EQ(m->w->test, vr_frags_held(m->w->core), m_held(m, M_VIFS));
	for (vif = 0; vif < M_VIFS; vif++) {
		KUNIT_ASSERT_EQ(m->w->test, load(&m->vif[vif]->frags), m_used(m, vif));
		KUNIT_ASSERT_EQ(m->w->test, load(&m->vif[vif]->frags_held), m_held(m, vif));
	}
}

static void m_step(struct model *m)
{
	u32 id = vr_test_rand_below(&m->rng, M_IDS), vif = vr_test_rand_below(&m->rng, M_VIFS);
	u32 dice = vr_test_rand_below(&m->rng, 1000);

	if (dice < 150)
		m_first(m, id, vif);
	else if (dice < 700)
		m_later(m, id, vif);
	else if (dice < 950)
		m_next(m, id);
	else if (dice < 985)
		vr_test_clock_advance(vr_test_rand_below(&m->rng, 40));
	else if (dice < 998)
		m_expire(m);
	else
		m_settings(m);
}

static void fragment_random(struct kunit *test)
{
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->w = test->priv;
	vr_test_rng_init(test, &m->rng, 12);
	for (i = 0; i < M_VIFS; i++)
		m->vif[i] = f_vif(m->w, 3 + i);
	KUNIT_ASSERT_EQ(test, f_conf(m->w, VR_CONF_FRAGMENTS_AGE, 300), 0);
	KUNIT_ASSERT_EQ(test, f_conf(m->w, VR_CONF_FRAGMENTS_WAIT, 100), 0);
	KUNIT_ASSERT_EQ(test, f_conf(m->w, VR_CONF_FRAGMENTS_HELD, 50), 0);
	for (i = 0; i < M_ROUNDS && !test->failed; i++) {
		m_step(m);
		m_compare(m);
	}
	w_books(m->w);
	kunit_info(test, "%u known, %u waited, %u refused, %u too old\n", m->known, m->waited,
		   m->refused, m->gone);
	KUNIT_EXPECT_GT(test, m->known, M_ROUNDS / 50);
	KUNIT_EXPECT_GT(test, m->waited, M_ROUNDS / 50);
	KUNIT_EXPECT_GT(test, m->refused, M_ROUNDS / 500);
	KUNIT_EXPECT_GT(test, m->gone, M_ROUNDS / 500);
	flush(m->w);
}

/* --- processors that meet --- */

#define R_CPUS		3
#define R_PACKETS	4000

/** struct racer - a cpu; counts are its own until it has been joined */
struct racer {
	struct vr_test_thread thread;
	struct world *w;
	struct vr_vif *vif;
	u32 cpu;
	u32 known;
	u32 waited;
	u32 resumed;
	u32 other;
};

/* Each packet has a piece for each cpu; who has the first one lets go those that wait. */
static void race_fragments(void *arg)
{
	struct racer *r = arg;
	struct vr_flow_key flow;
	enum vr_drop_reason reason;
	u32 id, mark;

	for (id = 0; id < R_PACKETS; id++) {
		u32 part = (id + r->cpu) % R_CPUS;

		if (!part) {
			if (first(r->w, r->vif, id, 80, 1))
				while (next(r->w, id, &mark, &flow, &reason))
					r->resumed++;
			continue;
		}
		switch (later(r->w, r->vif, piece(id, 80 * part, 80 * part + 80,
						  part + 1 < R_CPUS), id, true, &flow, &reason)) {
		case VR_FRAG_KNOWN:
			r->known++;
			break;
		case VR_FRAG_WAITS:
			r->waited++;
			break;
		default:
			r->other++;
		}
	}
}

static void fragment_race(struct kunit *test)
{
	struct world *w = test->priv;
	struct racer r[R_CPUS];
	u32 i, known = 0, waited = 0, resumed = 0;

	f_conf(w, VR_CONF_FRAGMENTS_HELD, 65536);
	f_conf(w, VR_CONF_FRAGMENTS_HELD_VIF, 0);
	f_conf(w, VR_CONF_FRAGMENTS_VIF, 0);
	for (i = 0; i < R_CPUS; i++) {
		r[i] = (struct racer){ .w = w, .vif = f_vif(w, 3 + i % 2), .cpu = i };
		vr_test_thread_start(&r[i].thread, i + 1, race_fragments, &r[i]);
	}
	for (i = 0; i < R_CPUS; i++) {
		vr_test_thread_join(&r[i].thread);
		KUNIT_EXPECT_EQ(test, r[i].other, 0);
		known += r[i].known;
		waited += r[i].waited;
		resumed += r[i].resumed;
	}
	KUNIT_EXPECT_EQ(test, known + waited, R_PACKETS * (R_CPUS - 1));
	KUNIT_EXPECT_EQ(test, waited, resumed);
	EXPECT(w, 0, 0);
	KUNIT_EXPECT_EQ(test, load(&r[0].vif->frags), 0);
	KUNIT_EXPECT_EQ(test, load(&r[1].vif->frags), 0);
	KUNIT_EXPECT_EQ(test, load(&r[0].vif->frags_held), 0);
	KUNIT_EXPECT_EQ(test, load(&r[1].vif->frags_held), 0);
}

static struct kunit_case fragment_random_cases[] = {
	KUNIT_CASE(fragment_random),
	KUNIT_CASE(fragment_race),
	{}
};

static struct kunit_suite fragment_random_suite = {
	.name = "fragment_random",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = fragment_random_cases,
};

VR_TEST_SUITE(fragment_random_suite);

#endif /* VR_TEST_USERSPACE */
