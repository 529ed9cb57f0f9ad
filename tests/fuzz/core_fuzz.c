// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole core: configuration, packets, decisions, time, memory that runs out, in
 * any order. After each step the books balance; after the last nothing is left. Who uses a packet
 * after its verdict, or an object after its grace period, meets AddressSanitizer.
 */
#include "core_fuzz.h"
#include "libfuzzer.h"

#include "obj/core.h"

static void (*const steps[STEP_MAX])(struct prog *p, struct fz *fz) = {
	[STEP_PACKET] = fz_packet,
	[STEP_VRF] = fz_vrf,
	[STEP_VIF] = fz_vif,
	[STEP_PORT] = fz_port_state,
	[STEP_NH] = fz_nh,
	[STEP_ROUTE] = fz_route,
	[STEP_BRIDGE] = fz_bridge,
	[STEP_DEMUX] = fz_demux,
	[STEP_CONF] = fz_conf,
	[STEP_WAY] = fz_way,
	[STEP_FLOW] = fz_flow,
	[STEP_FLOW_DEL] = fz_flow_del,
	[STEP_DECIDE] = fz_decide,
	[STEP_TIME] = fz_time,
	[STEP_GRO] = fz_gro,
	[STEP_LOOK] = fz_look,
	[STEP_CLEAR] = fz_clear,
};

void fz_before(struct prog *p)
{
	if (p->flags & PROG_CAREFUL)
		p->digest = w_digest(p->w);
}

/* What is refused has a reason in words, and changed nothing. */
void fz_after(struct prog *p, int ret)
{
	if (!ret)
		return;
	WARN_ON(ret > 0 || !p->w->err.msg || !*p->w->err.msg);
	if (p->flags & PROG_CAREFUL && w_digest(p->w) != p->digest)
		vr_test_die(__FILE__, __LINE__, "refused (%s), and something changed",
			    p->w->err.msg);
}

static void build(struct prog *p)
{
	switch (p->flags & PROG_WORLD) {
	case 0:
		break;
	case 1:
		w_build(p->w);
		break;
	case 2:
		t_build_in(p->w);
		break;
	default:
		fz_build(p);
	}
}

static void begin(struct prog *p, u8 flags)
{
	memset(p, 0, sizeof(*p));
	vr_test_host_reset();
	vr_fuzz_rcu_late = flags & PROG_RCU_LATE;
	p->flags = flags;
	p->test.name = "program";
	p->test.thread = pthread_self();
	w_suite_init(&p->test);
	p->w = p->test.priv;
	vr_test_gro_want(flags & PROG_GRO);
	vr_test_events_want(!(flags & PROG_DEAF));
	build(p);
}

static void drain(struct prog *p)
{
	u32 id;

	for (id = 0; id < W_VIFS; id++)
		if (p->w->port[id])
			vr_test_port_drain(p->w->port[id]);
}

static void step(struct prog *p, struct fz *all)
{
	u8 op = fz_u8(all);
	struct fz fz = fz_part(all, fz_u8(all));
	u8 when;

	if (op & STEP_FAIL) {
		when = fz_u8(&fz);
		if (when & 0x80)
			vr_test_fail_alloc_from(1 + (when & 15));
		else
			vr_test_fail_alloc(1 + (when & 15));
	}
	/* Twice as many numbers as there are steps: the rest are packets. */
	op &= ~STEP_FAIL;
	steps[op < STEP_MAX ? op : STEP_PACKET](p, &fz);
	vr_test_fail_alloc(0);
	WARN_ON(rcu_read_lock_held() || vr_fuzz_spins);
	if (!p->gro)
		w_books(p->w);
}

/* Nothing is held any more: all that waited belonged to something that is gone. */
static void reset(struct prog *p)
{
	struct world *w = p->w;
	struct vr_books books;

	w_ports_detach(w);
	vr_core_lock(w->core);
	vr_core_reset(w->core);
	vr_core_unlock(w->core);
	vr_resume(w->core);
	vr_core_lock(w->core);
	vr_core_books(w->core, &books);
	vr_core_unlock(w->core);
	WARN_ON(books.held);
	drain(p);
}

static void end(struct prog *p)
{
	struct fz none = fz_of(NULL, 0);
	const char *left;

	while (p->gro)
		fz_gro(p, &none);
	drain(p);
	if (p->flags & PROG_RESET)
		reset(p);
	w_suite_exit(&p->test);
	fz_kunit_free(&p->test);
	left = vr_test_host_leaks();
	if (left)
		vr_test_die(__FILE__, __LINE__, "%s", left);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	vr_test_host_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	struct fz fz = fz_of(data, len);
	static struct prog p;
	unsigned int n;

	begin(&p, fz_u8(&fz));
	for (n = 0; n < STEPS_MAX && fz_left(&fz); n++) {
		step(&p, &fz);
		if (n % 16 == 15)
			drain(&p);
	}
	end(&p);
	return 0;
}
