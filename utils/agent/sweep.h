/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows that are there are looked at again: all of them when the agent takes
 * over and when the rules change, those that wait when traps may have been
 * lost. A dump, some of it at a time, so that traps do not wait for it.
 */
#ifndef _VA_SWEEP_H
#define _VA_SWEEP_H

#include <stdbool.h>

#include <linux/types.h>

struct agent;

/** enum sweep_kind - what for; a larger one does all that a smaller one does */
enum sweep_kind {
	SWEEP_NONE,
	SWEEP_HELD,		/* those that wait are decided */
	SWEEP_RELOAD,		/* those that the rules decide otherwise now are decided again */
	SWEEP_TAKEOVER,		/* the same, of flows that another agent has decided */
};

struct sweep *sweep_new(void);
void sweep_free(struct sweep *sweep);

/* Begins one; after the one that goes on, if there is one. */
void sweep_begin(struct agent *agent, enum sweep_kind kind);

/* Neither the one that goes on nor the next. */
void sweep_forget(struct agent *agent);

/* Some of it, when kernel_dump_fd() can be read. */
void sweep_some(struct agent *agent);

#endif /* _VA_SWEEP_H */
