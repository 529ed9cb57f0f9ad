/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens, as JSON on standard output, one object a line.
 *
 * A reader that is slow does not stop the agent: lines wait in a buffer, and
 * when that is full they are lost and counted.
 */
#ifndef _VA_EVENTS_H
#define _VA_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "limit.h"

#define EVENTS_ROOM	(1024 * 1024)
#define EVENTS_LINE	4096		/* a longer event is cut before the key that does not fit */

/**
 * struct events - the way out
 * @fd: where to; -1: nowhere
 * @buf: lines that wait, @len bytes of them
 * @line: the event that is put together, @used bytes of it
 * @open: there is one
 * @cut: it is too long already
 * @listed: list whose items come now has some
 * @written: events, all in all
 * @lost: events for which there was no room
 * @told_lost: of those, how many were told of
 * @denied: limits what is told of denied flows
 */
struct events {
	int fd;
	char *buf;
	size_t len;
	char line[EVENTS_LINE];
	size_t used;
	bool open;
	bool cut;
	bool listed;
	__u64 written;
	__u64 lost;
	__u64 told_lost;
	struct limit denied;
};

bool events_init(struct events *ev, int fd);
void events_exit(struct events *ev);

/* An event: begin, its members, end. With an fd of -1 all of it is nothing. */
void event_begin(struct events *ev, const char *event);
void event_str(struct events *ev, const char *key, const char *value);
void event_fmt(struct events *ev, const char *key, const char *fmt, ...) __printf(3, 4);
void event_num(struct events *ev, const char *key, __u64 value);
void event_bool(struct events *ev, const char *key, bool value);
void event_mac(struct events *ev, const char *key, const __u8 *mac);
void event_addr(struct events *ev, const char *key, __u32 family, const __u8 *addr);
void event_list(struct events *ev, const char *key);	/* then event_item(), then _list_end() */
void event_item(struct events *ev, const char *value);
void event_list_end(struct events *ev);
void event_end(struct events *ev);

/* An event "error" of one sentence. */
void event_error(struct events *ev, const char *fmt, ...) __printf(2, 3);

/* Writes what can be written without waiting; false: some is left. */
bool events_flush(struct events *ev);

#endif /* _VA_EVENTS_H */
