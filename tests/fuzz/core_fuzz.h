/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program for a whole core.
 *
 *	0	PROG_*
 *	1..	steps: what (enum step, PROG_STEP_FAIL), length of what follows, that
 *
 * Every string of bytes is a program: a step that ends early reads zeros, and what it
 * does not read is skipped. So a step can be taken out, put elsewhere, or changed, and those behind
 * it mean what they meant; core_mutate.c does that.
 */
#ifndef _VR_CORE_FUZZ_H
#define _VR_CORE_FUZZ_H

#include "tunnels.h"

#include "cursor.h"

/* What there is to begin with: nothing, w_build(), t_build_in(), or all that fz_build() makes. */
#define PROG_WORLD	0x03
#define PROG_RCU_LATE	0x04	/* grace periods end where they are waited for, not at once */
#define PROG_GRO	0x08	/* the host merges */
#define PROG_DEAF	0x10	/* nobody listens to events */
#define PROG_CAREFUL	0x20	/* what is refused is checked to have changed nothing */
#define PROG_RESET	0x40	/* the core is reset before it is destroyed */

#define STEP_FAIL	0x80	/* memory runs out: the next byte says when */
#define STEP_HEAD	2
#define STEPS_MAX	96

/** enum step - what steps do; packets are what most are for */
enum step {
	STEP_PACKET,
	STEP_VRF,
	STEP_VIF,
	STEP_PORT,
	STEP_NH,
	STEP_ROUTE,
	STEP_BRIDGE,
	STEP_DEMUX,
	STEP_CONF,
	STEP_WAY,
	STEP_FLOW,
	STEP_FLOW_DEL,
	STEP_DECIDE,
	STEP_TIME,
	STEP_GRO,
	STEP_LOOK,
	STEP_CLEAR,
	STEP_MAX
};

/**
 * struct prog - one that runs
 * @w: the router and its ports
 * @test: what the words of tests/unit need
 * @flags: PROG_*
 * @gro: packets that the host has taken to merge
 * @digest: w_digest() before the call, if PROG_CAREFUL
 */
struct prog {
	struct world *w;
	struct kunit test;
	u8 flags;
	unsigned int gro;
	u64 digest;
};

/* Ids that there may be. Higher ones are asked for now and then. */
#define FZ_VIFS		16
#define FZ_VRFS		5
#define FZ_NHS		100

/* All kinds of nexthops, and flows on three vifs. */
void fz_build(struct prog *p);

/* MACs, addresses, ports and labels that are somebody's, most of the time. */
const u8 *fz_mac(struct fz *fz);
u32 fz_ip4(struct fz *fz);
u32 fz_tail(struct fz *fz);
u16 fz_port(struct fz *fz);
u32 fz_label(struct fz *fz);

/* What the words of tests/unit allocated. */
void fz_kunit_free(struct kunit *test);

/* Around calls that may be refused. */
void fz_before(struct prog *p);
void fz_after(struct prog *p, int ret);

void fz_vrf(struct prog *p, struct fz *fz);
void fz_vif(struct prog *p, struct fz *fz);
void fz_port_state(struct prog *p, struct fz *fz);
void fz_nh(struct prog *p, struct fz *fz);
void fz_route(struct prog *p, struct fz *fz);
void fz_bridge(struct prog *p, struct fz *fz);
void fz_demux(struct prog *p, struct fz *fz);
void fz_conf(struct prog *p, struct fz *fz);
void fz_way(struct prog *p, struct fz *fz);
void fz_flow(struct prog *p, struct fz *fz);
void fz_flow_del(struct prog *p, struct fz *fz);
void fz_decide(struct prog *p, struct fz *fz);
void fz_time(struct prog *p, struct fz *fz);
void fz_gro(struct prog *p, struct fz *fz);
void fz_look(struct prog *p, struct fz *fz);
void fz_clear(struct prog *p, struct fz *fz);
void fz_packet(struct prog *p, struct fz *fz);

/* A frame as @fz says, before anything is done to it. */
void fz_frame(struct fz *fz, struct w_frame *f);

#endif /* _VR_CORE_FUZZ_H */
