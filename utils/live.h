/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables that are printed again and again, until q, a signal or a count ends them. */
#ifndef _VT_LIVE_H
#define _VT_LIVE_H

#include <stdbool.h>
#include <termios.h>

#include <linux/types.h>

#include "cmdline.h"

/**
 * struct live - a table that goes on
 * @interval: seconds between two
 * @left: how many more, if @counted
 * @counted: stop by itself
 * @tty: on a terminal: the screen is cleared, keys are read
 * @ticked: the last live_wait() ended by time, @seconds after the one before
 * @seconds: see there
 * @page: which page of a long table the user wants
 * @rows: lines of the screen
 * @timer: ticks
 * @signals: says that somebody wants us to stop
 * @saved: the terminal as it was
 */
struct live {
	__u32 interval;
	__u32 left;
	bool counted;
	bool tty;
	bool ticked;
	__u32 seconds;
	unsigned int page;
	unsigned int rows;
	int timer;
	int signals;
	struct termios saved;
};

/* For the tables of tools: --interval and --count, for the actions in @acts. */
#define LIVE_OPTIONS(acts) \
	{ .name = "interval", .arg = "SECONDS", .with = (acts), \
	  .help = "time between two tables (1)" }, \
	{ .name = "count", .arg = "N", .with = (acts), .help = "stop after N tables" }

/* Reads the options and prepares the terminal; vt_result. */
int live_begin(struct tool *tool, const struct args *args, struct live *live);
void live_end(struct live *live);

/* Waits for the next tick, or a key that changes the page; false: stop. */
bool live_wait(struct live *live);

/* The table that begins now is a new one. */
void live_table(const struct live *live);

/* A table is complete; false if it was the last one. */
bool live_printed(struct live *live);

#endif /* _VT_LIVE_H */
