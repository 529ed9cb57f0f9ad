/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every part of the tools passes around: one struct tool per process,
 * and how a part says that something went wrong.
 */
#ifndef _VT_TOOL_H
#define _VT_TOOL_H

#include <stdbool.h>

#include <linux/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct batch;
struct names;
struct nlc;
struct out;

/** enum vt_result - what functions return and what the process exits with */
enum vt_result {
	VT_OK = 0,
	VT_REFUSED = 1,		/* by the kernel, or it cannot be asked */
	VT_USAGE = 2,		/* the words make no sense */
};

/**
 * struct tool - one run of a tool
 * @name: vif, nh, …: what errors begin with
 * @out: where results go
 * @nl: to the kernel; opened when first needed
 * @names: ids of vifs by device name, as far as they were asked for
 * @batch: the batch that is running, NULL outside of one
 * @json: results as JSON
 * @dry_run: print what would be sent instead of sending it
 */
struct tool {
	const char *name;
	struct out *out;
	struct nlc *nl;
	struct names *names;
	struct batch *batch;
	bool json;
	bool dry_run;
};

/**
 * vt_fail() - say on standard error what went wrong, in one line
 * @tool: the tool
 * @result: VT_REFUSED or VT_USAGE
 * @fmt: printf format
 *
 * Return: @result.
 */
int vt_fail(struct tool *tool, int result, const char *fmt, ...)
	__printf(3, 4);

#endif /* _VT_TOOL_H */
