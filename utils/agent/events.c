// SPDX-License-Identifier: GPL-2.0-only
/* JSON by hand: nothing is allocated for an event, and any bytes may be in a text. */
#include "events.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "words.h"

#define EVENTS_CHUNK	4096	/* a pipe that is writable takes this much without waiting */
#define EVENTS_TAIL	3	/* "}\n" and, inside a list, "]" */

bool events_init(struct events *ev, int fd)
{
	memset(ev, 0, sizeof(*ev));
	ev->fd = fd;
	if (fd < 0)
		return true;
	ev->buf = malloc(EVENTS_ROOM);
	return ev->buf;
}

void events_exit(struct events *ev)
{
	events_flush(ev);
	free(ev->buf);
	ev->buf = NULL;
	ev->fd = -1;
}

/* --- putting together -------------------------------------------------------- */

/* All of it or nothing: what does not fit ends the event. */
static void put_raw(struct events *ev, const char *text, size_t len)
{
	if (!ev->open || ev->cut)
		return;
	if (len > sizeof(ev->line) - EVENTS_TAIL - ev->used) {
		ev->cut = true;
		return;
	}
	memcpy(ev->line + ev->used, text, len);
	ev->used += len;
}

/* Escaped; bytes that are no ASCII are taken as Latin-1, for nobody knows what they are. */
static size_t escape(char *out, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		out[0] = '\\';
		out[1] = c;
		return 2;
	case '\n':
		memcpy(out, "\\n", 2);
		return 2;
	case '\t':
		memcpy(out, "\\t", 2);
		return 2;
	}
	if (c >= ' ' && c < 127) {
		out[0] = c;
		return 1;
	}
	return sprintf(out, "\\u%04x", c);
}

static size_t quote(char *out, size_t room, const char *text)
{
	size_t used = 0;

	out[used++] = '"';
	for (; *text && used + 8 < room; text++)
		used += escape(out + used, *text);
	out[used++] = '"';
	return used;
}

/* "key": and the value, which may have to be dropped together. */
static void put_member(struct events *ev, const char *key, const char *value, size_t len)
{
	char head[64];
	size_t start = ev->used;
	int n;

	n = snprintf(head, sizeof(head), "%s\"%s\":", ev->used > 1 ? "," : "", key);
	put_raw(ev, head, n);
	put_raw(ev, value, len);
	if (ev->cut)
		ev->used = start;
}

void event_begin(struct events *ev, const char *event)
{
	struct timespec ts;
	char text[40];
	struct tm tm;
	size_t n;

	ev->open = ev->fd >= 0;
	ev->cut = false;
	ev->listed = false;
	ev->used = 0;
	if (!ev->open)
		return;
	put_raw(ev, "{", 1);
	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%03ldZ", ts.tv_nsec / 1000000);
	event_str(ev, "time", text);
	event_str(ev, "event", event);
}

void event_str(struct events *ev, const char *key, const char *value)
{
	char text[2048];

	if (ev->open)
		put_member(ev, key, text, quote(text, sizeof(text), value));
}

void event_fmt(struct events *ev, const char *key, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!ev->open)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event_str(ev, key, text);
}

void event_num(struct events *ev, const char *key, __u64 value)
{
	char text[24];

	if (ev->open)
		put_member(ev, key, text, snprintf(text, sizeof(text), "%llu", value));
}

void event_bool(struct events *ev, const char *key, bool value)
{
	put_member(ev, key, value ? "true" : "false", value ? 4 : 5);
}

void event_mac(struct events *ev, const char *key, const __u8 *mac)
{
	char text[WORD_MAC_TEXT];

	word_mac_text(mac, text);
	event_str(ev, key, text);
}

void event_addr(struct events *ev, const char *key, __u32 family, const __u8 *addr)
{
	char text[WORD_ADDR_TEXT];

	word_addr_text(family, addr, text);
	event_str(ev, key, text);
}

void event_list(struct events *ev, const char *key)
{
	put_member(ev, key, "[", 1);
	ev->listed = false;
}

void event_item(struct events *ev, const char *value)
{
	char text[1024];
	size_t start = ev->used;

	if (!ev->open)
		return;
	if (ev->listed)
		put_raw(ev, ",", 1);
	put_raw(ev, text, quote(text, sizeof(text), value));
	if (ev->cut)
		ev->used = start;
	ev->listed = true;
}

void event_list_end(struct events *ev)
{
	if (!ev->open)
		return;
	/* There is room left for it, whatever was cut. */
	if (ev->used && (ev->listed || ev->line[ev->used - 1] == '['))
		ev->line[ev->used++] = ']';
}

/* A line goes to the buffer whole. */
static void events_keep(struct events *ev, const char *line, size_t len)
{
	if (ev->len + len > EVENTS_ROOM)
		events_flush(ev);
	if (ev->len + len > EVENTS_ROOM) {
		ev->lost++;
		return;
	}
	memcpy(ev->buf + ev->len, line, len);
	ev->len += len;
	ev->written++;
}

void event_end(struct events *ev)
{
	char line[96];

	if (!ev->open)
		return;
	ev->open = false;
	memcpy(ev->line + ev->used, "}\n", 2);
	if (ev->lost > ev->told_lost && ev->len < EVENTS_ROOM / 2) {
		events_keep(ev, line,
			    sprintf(line, "{\"event\":\"lost\",\"events\":%llu}\n",
				    ev->lost - ev->told_lost));
		ev->told_lost = ev->lost;
	}
	events_keep(ev, ev->line, ev->used + 2);
}

void event_error(struct events *ev, const char *fmt, ...)
{
	char text[768];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	event_begin(ev, "error");
	event_str(ev, "error", text);
	event_end(ev);
}

/* --- writing ----------------------------------------------------------------- */

static ssize_t events_write(struct events *ev, size_t done)
{
	struct pollfd poll_out = { .fd = ev->fd, .events = POLLOUT };
	size_t len = ev->len - done;
	ssize_t n;

	if (len > EVENTS_CHUNK)
		len = EVENTS_CHUNK;
	if (poll(&poll_out, 1, 0) <= 0)
		return 0;
	/* A stream socket may have room for less than was asked; a file or pipe has this much. */
	n = send(ev->fd, ev->buf + done, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && errno == ENOTSOCK)
		n = write(ev->fd, ev->buf + done, len);
	return n;
}

/* A disk that is full has room again some day. */
static bool events_may_go_on(int err)
{
	return err == EINTR || err == EAGAIN || err == ENOBUFS || err == ENOMEM ||
	       err == ENOSPC || err == EDQUOT;
}

bool events_flush(struct events *ev)
{
	size_t done = 0;
	ssize_t n;

	if (ev->fd < 0)
		return true;
	while (done < ev->len) {
		n = events_write(ev, done);
		if (n < 0 && !events_may_go_on(errno)) {
			/* Nobody reads any more, and nobody will. */
			ev->fd = -1;
			ev->len = 0;
			return true;
		}
		if (n <= 0)
			break;
		done += n;
	}
	memmove(ev->buf, ev->buf + done, ev->len - done);
	ev->len -= done;
	return !ev->len;
}
