/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for tests of flows, on top of world.h. They begin with f_.
 *
 * Packets here do not come by a port: one that is held counts as created, one
 * that is taken out as consumed, so that the books hold.
 */
#ifndef _VR_TEST_FLOWS_H
#define _VR_TEST_FLOWS_H

#include "world.h"

#include <vr/cfg/conf.h>
#include <vr/cfg/flow.h>

#include "obj/core.h"
#include "obj/flow.h"
#include "obj/vif.h"

#define F_NH	77	/* key nexthop; need not exist */

/* Like w_suite_init(), but no work runs by itself. exit: what is still held is dropped. */
int f_suite_init(struct kunit *test);
void f_suite_exit(struct kunit *test);

/* The @n-th TCP connection, as its first end sends; its other direction. */
struct vr_flow_key f_key(u32 n);
struct vr_flow_key f_key_back(u32 n);
/* The same of IPv6, UDP. */
struct vr_flow_key f_key6(u32 n);

/* A wish for @key with nothing special. */
struct vr_flow_cfg f_cfg(struct vr_flow_key key, u32 action);

/* The core's calls with its lock around them; the explanation goes to @w->err. */
int f_set(struct world *w, const struct vr_flow_cfg *cfg, const struct vr_flow_cfg *rev,
	  struct vr_flow_id id[2]);
int f_set_excl(struct world *w, const struct vr_flow_cfg *cfg);
int f_get(struct world *w, struct vr_flow_id id, struct vr_flow_info *info);
int f_find(struct world *w, struct vr_flow_key key, struct vr_flow_info *info);
int f_del(struct world *w, struct vr_flow_id id);
int f_conf(struct world *w, enum vr_conf i, u32 value);
struct vr_flow_totals f_totals(struct world *w);

int f_link(struct world *w, struct vr_flow_id a, struct vr_flow_id b);
/* How many there are. */
u32 f_count(struct world *w);
/* Whom it names as its other direction; at rest one that names it, or none. */
u32 f_rindex(struct world *w, struct vr_flow_id id);

/* Make the @n-th connection, both directions linked, forwarded. */
void f_pair(struct world *w, u32 n, struct vr_flow_id id[2]);

/* The handle of a vif, made if it is not there. */
struct vr_vif *f_vif(struct world *w, u32 id);

/**
 * f_hold_by() - a packet for vr_flow_hold(), which is gone again unless it was held
 * @mark: tells it from others; see f_out()
 * @make: a flow that is not there may be made, as by f_hold()
 * @reason: why it was refused; may be NULL
 */
enum vr_hold_what f_hold_by(struct world *w, struct vr_vif *vif, struct vr_flow_key key, u32 mark,
			    bool make, enum vr_drop_reason *reason);
enum vr_hold_what f_hold(struct world *w, struct vr_vif *vif, struct vr_flow_key key, u32 mark,
			 enum vr_drop_reason *reason);

/** struct f_out - a packet that was taken out */
struct f_out {
	u32 mark;
	u32 vif;
	bool gone;
	u32 reason;
};

/* Take out the next packet. False: there is none. Between vr_flow_release_begin() and _end(). */
bool f_unhold(struct world *w, struct f_out *out);
/* Take out all, up to @max of which are told; how many there were. */
u32 f_drain(struct world *w, struct f_out *out, u32 max);

/* What becomes of a packet of @key. */
#define F_HOLD(w, vif, key, mark, what)				\
	KUNIT_EXPECT_EQ((w)->test, f_hold(w, vif, key, mark, NULL), what)

#define F_REFUSED(w, vif, key, why) do {				\
	enum vr_drop_reason _why;					\
									\
	KUNIT_EXPECT_EQ((w)->test, f_hold(w, vif, key, 0, &_why), VR_HOLD_REFUSED); \
	KUNIT_EXPECT_EQ((w)->test, _why, why);				\
} while (0)

/* Decide on @key; packets that are held, by the books; flows of a vif that wait. */
void f_decide(struct world *w, struct vr_flow_key key, u32 action);
u64 f_books_held(struct world *w);
u32 f_vif_held(struct world *w, u32 id);

/*
 * Take out all: exactly the marks from @first to @last, in order, and not
 * dropped; or exactly @n, dropped for @reason.
 */
void f_expect_out(struct world *w, u32 first, u32 last);
void f_expect_dropped(struct world *w, u32 n, u32 reason);

/* VR_FLOW_A_* of a flow that is there. */
u8 f_flags(struct world *w, struct vr_flow_key key);

#endif /* _VR_TEST_FLOWS_H */
