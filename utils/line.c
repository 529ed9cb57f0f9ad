// SPDX-License-Identifier: GPL-2.0-only
/* Text and JSON put together without printf(). */
#include "line.h"

#include <string.h>

#include "words.h"

static void line_add(struct line *line, const char *text, size_t len)
{
	if (len > sizeof(line->text) - line->used)
		len = sizeof(line->text) - line->used;
	memcpy(line->text + line->used, text, len);
	line->used += len;
}

void line_char(struct line *line, char c)
{
	if (line->used < sizeof(line->text))
		line->text[line->used++] = c;
}

void line_str(struct line *line, const char *text)
{
	line_add(line, text, strlen(text));
}

/* The digits of @value, at the end of @buf; their number. */
static unsigned int line_digits(__u64 value, char buf[20])
{
	unsigned int n = 0;

	do {
		buf[20 - ++n] = '0' + value % 10;
		value /= 10;
	} while (value);
	return n;
}

void line_num(struct line *line, __u64 value)
{
	char buf[20];
	unsigned int n = line_digits(value, buf);

	line_add(line, buf + 20 - n, n);
}

void line_signed(struct line *line, __s64 value)
{
	if (value < 0)
		line_char(line, '-');
	line_num(line, value < 0 ? -(__u64)value : (__u64)value);
}

void line_num_right(struct line *line, __u64 value, unsigned int width)
{
	char buf[20];
	unsigned int n = line_digits(value, buf);

	for (; width > n; width--)
		line_char(line, ' ');
	line_add(line, buf + 20 - n, n);
}

void line_to(struct line *line, unsigned int column)
{
	do {
		line_char(line, ' ');
	} while (line->used < line->from + column && line->used < sizeof(line->text));
}

void line_end(struct line *line)
{
	line_char(line, '\n');
	line->from = line->used;
}

void line_addr(struct line *line, const __u8 *addr, unsigned int len)
{
	char text[WORD_ADDR_TEXT];
	unsigned int i;

	if (len == 16) {
		word_addr_text(AF_INET6, addr, text);
		line_str(line, text);
		return;
	}
	for (i = 0; i < 4; i++) {
		if (i)
			line_char(line, '.');
		line_num(line, addr[i]);
	}
}

/* A comma, unless this is the first one. */
void line_item(struct line *line)
{
	char last = line->used ? line->text[line->used - 1] : '{';

	if (last != '{' && last != '[')
		line_char(line, ',');
}

void line_key(struct line *line, const char *key)
{
	line_item(line);
	line_char(line, '"');
	line_str(line, key);
	line_str(line, "\":");
}

void line_json_num(struct line *line, const char *key, __u64 value)
{
	line_key(line, key);
	line_num(line, value);
}

void line_json_str(struct line *line, const char *key, const char *value)
{
	line_key(line, key);
	line_quoted(line, value);
}

void line_quoted(struct line *line, const char *value)
{
	line_char(line, '"');
	for (; *value; value++) {
		unsigned char c = *value;

		if (c == '"' || c == '\\') {
			line_char(line, '\\');
			line_char(line, c);
		} else if (c < ' ') {
			line_str(line, "\\u00");
			line_char(line, "0123456789abcdef"[c >> 4]);
			line_char(line, "0123456789abcdef"[c & 15]);
		} else {
			line_char(line, c);
		}
	}
	line_char(line, '"');
}
