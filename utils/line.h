/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text put together without printf() or memory of its own, for tables of a
 * million rows. What does not fit is left out; callers make their lines fit.
 */
#ifndef _VT_LINE_H
#define _VT_LINE_H

#include <stddef.h>

#include <linux/types.h>

#define LINE_MAX_TEXT 4096

/** struct line - @from: where the current line of the text begins, for line_to() */
struct line {
	size_t used;
	size_t from;
	char text[LINE_MAX_TEXT];
};

static inline void line_begin(struct line *line)
{
	line->used = 0;
	line->from = 0;
}

void line_char(struct line *line, char c);
void line_str(struct line *line, const char *text);
void line_num(struct line *line, __u64 value);
void line_signed(struct line *line, __s64 value);

/* The number, right-aligned in @width. */
void line_num_right(struct line *line, __u64 value, unsigned int width);

/* Blanks up to a column of the current line, at least one. */
void line_to(struct line *line, unsigned int column);
void line_end(struct line *line);

/* @len: 4 or 16 bytes, network order */
void line_addr(struct line *line, const __u8 *addr, unsigned int len);

/*
 * JSON. An opening bracket, or a value, follows line_key() or, in a list,
 * line_item(); the commas come by themselves.
 */
void line_key(struct line *line, const char *key);
void line_item(struct line *line);
void line_json_num(struct line *line, const char *key, __u64 value);
void line_json_str(struct line *line, const char *key, const char *value);

/* A string in quotes, its characters escaped where they must be. */
void line_quoted(struct line *line, const char *value);

#endif /* _VT_LINE_H */
