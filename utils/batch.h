/* SPDX-License-Identifier: GPL-2.0-only */
/* Many commands from a file, in one process, through one socket. */
#ifndef _VT_BATCH_H
#define _VT_BATCH_H

#include <stddef.h>

#include "tool.h"

struct args;
struct command;
struct nlmsghdr;

/**
 * batch_run() - do what the lines of a file say
 * @tool: the tool
 * @cmd: its tables
 * @defaults: the command line: file, force, exclusive, stats
 *
 * Return: VT_OK, or the vt_result of the first line that failed.
 */
int batch_run(struct tool *tool, const struct command *cmd, const struct args *defaults);

/* Takes a message to send it with others; vt_result. */
int batch_add(struct tool *tool, const struct nlmsghdr *hdr);

/* Sends what was taken and reports what was refused; vt_result. */
int batch_flush(struct tool *tool);

/**
 * batch_before_error() - what waits is older than the error that shows now
 * @tool: with a batch
 *
 * Sends what waits. Return: true if the error is still of interest, false if
 * an earlier line has failed and ends the batch.
 */
bool batch_before_error(struct tool *tool);

/* "FILE:LINE: " of the line that an error is about. */
void batch_where(const struct batch *batch, char *buf, size_t size);

#endif /* _VT_BATCH_H */
