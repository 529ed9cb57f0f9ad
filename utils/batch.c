// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads commands line by line and packs the messages that they make, so that
 * the kernel is called once for many of them.
 *
 * The first BATCH_CAREFUL messages are sent one by one: in a file written by
 * hand nothing behind an error is carried out. After that the kernel may have
 * seen more of the file when an error shows; the error says how much.
 */
#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "cmdline.h"
#include "names.h"
#include "netlink.h"
#include "output.h"

#define BATCH_PACK	(60 * 1024)	/* bytes sent at once; a send buffer takes 64 KiB */
#define BATCH_MESSAGES	1024
#define BATCH_CAREFUL	64
#define BATCH_READ	(64 * 1024)
#define BATCH_WORDS	(2 * ARGS_MAX)

struct batch {
	const char *file;
	bool force;
	bool flushing;
	unsigned long line;		/* being read */
	unsigned long sent;		/* messages so far */
	int result;			/* of the first failure */
	unsigned long told;		/* line that errors are about */

	/* messages that wait */
	unsigned int n;
	size_t used;
	unsigned long line_of[BATCH_MESSAGES];
	size_t at[BATCH_MESSAGES];
	__u32 pack[BATCH_PACK / sizeof(__u32)];

	/* input */
	int fd;
	char *text;
	size_t room;			/* of text */
	size_t start;			/* first byte not yet taken */
	size_t end;
	bool eof;

	char *argv[BATCH_WORDS];
	struct args args;
};

/* What became of a pack. */
struct pack_result {
	struct batch *batch;
	unsigned int refused;
};

static void batch_failed(struct batch *batch, int result)
{
	if (!batch->result)
		batch->result = result;
}

static struct nlmsghdr *batch_message(struct batch *batch, size_t at)
{
	return (struct nlmsghdr *)((char *)batch->pack + at);
}

static void pack_refused(struct tool *tool, __u32 seq, const struct nlc_refusal *refusal,
			 void *arg)
{
	struct pack_result *pack = arg;
	struct batch *batch = pack->batch;
	unsigned int after = batch->n - 1 - seq;
	char text[512], more[80] = "";

	if (pack->refused++ && !batch->force)
		return;
	nlc_explain(batch_message(batch, batch->at[seq]), refusal, text,
		    sizeof(text));
	if (after && !batch->force)
		snprintf(more, sizeof(more), "; lines up to %lu were sent along",
			 batch->line_of[batch->n - 1]);
	batch->told = batch->line_of[seq];
	vt_fail(tool, VT_REFUSED, "%s%s", text, more);
	batch_failed(batch, VT_REFUSED);
}

int batch_flush(struct tool *tool)
{
	struct batch *batch = tool->batch;
	struct pack_result pack = { .batch = batch };
	int ret;

	if (!batch->n)
		return VT_OK;
	batch->told = batch->line_of[0];
	batch->flushing = true;
	ret = nlc_pack(tool, batch->pack, batch->used, pack_refused, &pack);
	batch->flushing = false;
	if (ret)
		batch_failed(batch, ret);
	batch->sent += batch->n;
	batch->n = 0;
	batch->used = 0;
	batch->told = batch->line;
	if (ret || (pack.refused && !batch->force))
		return VT_REFUSED;
	return VT_OK;
}

void batch_where(const struct batch *batch, char *buf, size_t size)
{
	snprintf(buf, size, "%s:%lu: ", batch->file, batch->told);
}

bool batch_before_error(struct tool *tool)
{
	struct batch *batch = tool->batch;

	if (batch->flushing || !batch->n)
		return true;
	return !batch_flush(tool) || batch->force;
}

int batch_add(struct tool *tool, const struct nlmsghdr *hdr)
{
	struct batch *batch = tool->batch;
	size_t len = NLMSG_ALIGN(hdr->nlmsg_len);
	int ret;

	if (batch->used + len > sizeof(batch->pack)) {
		ret = batch_flush(tool);
		if (ret)
			return ret;
	}
	memcpy(batch_message(batch, batch->used), hdr, hdr->nlmsg_len);
	batch->at[batch->n] = batch->used;
	batch->line_of[batch->n] = batch->line;
	batch->used += len;
	batch->n++;
	if (batch->n == BATCH_MESSAGES || batch->sent < BATCH_CAREFUL)
		return batch_flush(tool);
	return VT_OK;
}

/* Nothing to read just now: what waits must not wait for the writer. */
static int batch_idle(struct tool *tool)
{
	struct pollfd in = { .fd = tool->batch->fd, .events = POLLIN };

	if (!tool->batch->n || poll(&in, 1, 0) != 0)
		return VT_OK;
	return batch_flush(tool);
}

/* Makes room behind what is not yet taken. */
static int batch_make_room(struct tool *tool)
{
	struct batch *batch = tool->batch;
	char *text;

	if (batch->start) {
		memmove(batch->text, batch->text + batch->start, batch->end - batch->start);
		batch->end -= batch->start;
		batch->start = 0;
	}
	/* One byte is kept for the NUL behind a last line without newline. */
	if (batch->end + 1 < batch->room)
		return VT_OK;
	text = realloc(batch->text, batch->room + BATCH_READ);
	if (!text)
		return vt_fail(tool, VT_REFUSED, "out of memory");
	memset(text + batch->room, 0, BATCH_READ);
	batch->text = text;
	batch->room += BATCH_READ;
	return VT_OK;
}

static int batch_fill(struct tool *tool)
{
	struct batch *batch = tool->batch;
	ssize_t got;
	int ret;

	ret = batch_idle(tool);
	if (!ret)
		ret = batch_make_room(tool);
	if (ret)
		return ret;
	do {
		got = read(batch->fd, batch->text + batch->end, batch->room - batch->end - 1);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return vt_fail(tool, VT_REFUSED, "cannot read: %s", strerror(errno));
	batch->eof = !got;
	batch->end += got;
	return VT_OK;
}

/* The next line without its end, NULL at the end of the file or after an error. */
static char *batch_line(struct tool *tool, size_t *len, int *ret)
{
	struct batch *batch = tool->batch;
	size_t searched = 0;
	char *line, *end;

	for (;;) {
		line = batch->text + batch->start;
		end = memchr(line + searched, '\n', batch->end - batch->start - searched);
		if (end)
			break;
		if (batch->eof) {
			if (batch->start == batch->end)
				return NULL;
			end = batch->text + batch->end;
			break;
		}
		searched = batch->end - batch->start;
		*ret = batch_fill(tool);
		if (*ret)
			return NULL;
	}
	*len = end - line;
	batch->start += *len + (end < batch->text + batch->end);
	*end = '\0';
	return line;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts a line into words; their number, or -1 if there are too many. */
static int batch_split(struct batch *batch, char *line)
{
	int n = 0;

	for (;;) {
		while (is_blank(*line))
			line++;
		if (!*line || *line == '#')
			return n;
		if (n == BATCH_WORDS)
			return -1;
		batch->argv[n++] = line;
		while (*line && !is_blank(*line))
			line++;
		if (!*line)
			return n;
		*line++ = '\0';
	}
}

static void batch_reset_args(struct args *args, const struct args *defaults)
{
	args->action = NULL;
	args->word = NULL;
	args->n = 0;
	args->seen = 0;
	args->seen_common = 0;
	args->exclusive = defaults->exclusive;
	args->stats = defaults->stats;
}

static int batch_do(struct tool *tool, const struct command *cmd, const struct args *defaults,
		    char *line, size_t len)
{
	struct batch *batch = tool->batch;
	int argc, ret;

	if (memchr(line, '\0', len))
		return vt_fail(tool, VT_USAGE, "a line with a NUL byte");
	argc = batch_split(batch, line);
	if (!argc)
		return VT_OK;
	if (argc < 0)
		return vt_fail(tool, VT_USAGE, "more than %d words", BATCH_WORDS);
	batch_reset_args(&batch->args, defaults);
	ret = args_parse(tool, cmd, argc, batch->argv, &batch->args);
	return ret ? ret : batch->args.action->run(tool, &batch->args);
}

/* All lines, and what waits after them. */
static void batch_lines(struct tool *tool, const struct command *cmd, const struct args *defaults)
{
	struct batch *batch = tool->batch;
	int ret = VT_OK;
	char *line;
	size_t len;

	for (;;) {
		line = batch_line(tool, &len, &ret);
		if (!line)
			break;
		batch->line++;
		batch->told = batch->line;
		ret = batch_do(tool, cmd, defaults, line, len);
		if (!ret)
			continue;
		batch_failed(batch, ret);
		if (!batch->force)
			return;
		ret = VT_OK;
	}
	if (ret)
		batch_failed(batch, ret);
	batch_flush(tool);
}

static int batch_open(struct tool *tool, const char *file)
{
	int fd;

	if (!strcmp(file, "-"))
		return STDIN_FILENO;
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		vt_fail(tool, VT_USAGE, "cannot open %s: %s", file, strerror(errno));
	return fd;
}

int batch_run(struct tool *tool, const struct command *cmd, const struct args *defaults)
{
	struct batch *batch;
	int result;

	batch = calloc(1, sizeof(*batch));
	if (!batch)
		return vt_fail(tool, VT_REFUSED, "out of memory");
	batch->file = strcmp(defaults->batch, "-") ? defaults->batch : "standard input";
	batch->force = defaults->force;
	batch->fd = batch_open(tool, defaults->batch);
	if (batch->fd < 0) {
		free(batch);
		return VT_USAGE;
	}
	tool->batch = batch;
	out_array(tool->out, NULL);
	batch->result = batch_make_room(tool);
	if (!batch->result)
		batch_lines(tool, cmd, defaults);
	out_array_end(tool->out);
	tool->batch = NULL;
	result = batch->result;
	if (batch->fd != STDIN_FILENO)
		close(batch->fd);
	free(batch->text);
	free(batch);
	return result;
}
