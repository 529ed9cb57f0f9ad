// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results as text or as JSON. Owns standard output.
 *
 * The open arrays and objects are a stack. The outermost arrays ("streamed")
 * have no json_object: their elements are written as soon as they are
 * complete. Everything deeper is built with json-c and written as a whole.
 */
#include "output.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#define OUT_DEPTH 16

struct out {
	bool json;
	bool capture;
	unsigned int depth;
	unsigned int streamed;			/* of depth */
	bool filled[OUT_DEPTH];			/* streamed arrays: had an element */
	struct json_object *open[OUT_DEPTH];	/* NULL: streamed */
	struct json_object *captured;
};

static void out_of_memory(void)
{
	fputs("out of memory\n", stderr);
	exit(1);
}

struct out *out_new(bool json)
{
	struct out *out = calloc(1, sizeof(*out));

	if (!out)
		out_of_memory();
	out->json = json;
	return out;
}

bool out_free(struct out *out)
{
	bool ok;

	if (!out)
		return true;
	if (out->captured)
		json_object_put(out->captured);
	while (out->depth)
		if (out->open[--out->depth] && out->depth == out->streamed)
			json_object_put(out->open[out->depth]);
	free(out);
	ok = !fflush(stdout) && !ferror(stdout);
	return ok;
}

bool out_is_json(const struct out *out)
{
	return out->json;
}

/* A complete value at the top, or in a streamed array. */
static void out_write_text(struct out *out, const char *text, size_t len)
{
	if (out->depth)
		fputs_unlocked(out->filled[out->depth - 1] ? ",\n" : "\n", stdout);
	fwrite_unlocked(text, 1, len, stdout);
	if (out->depth)
		out->filled[out->depth - 1] = true;
	else
		fputc('\n', stdout);
}

static void out_write(struct out *out, struct json_object *value)
{
	const char *text;

	text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!text)
		out_of_memory();
	out_write_text(out, text, strlen(text));
}

void out_raw(struct out *out, const char *text, size_t len)
{
	if (out->json)
		out_write_text(out, text, len);
	else
		fwrite_unlocked(text, 1, len, stdout);
}

void out_expect_much(struct out *out)
{
	static char buffer[256 * 1024];

	(void)out;
	if (isatty(STDOUT_FILENO))
		return;
	fflush(stdout);
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

/* Hands @value over to whatever is open. */
static void out_add(struct out *out, const char *key, struct json_object *value)
{
	struct json_object *in = NULL;
	int err;

	if (!value)
		out_of_memory();
	if (out->depth > out->streamed)
		in = out->open[out->depth - 1];
	if (!in) {
		if (out->capture && !out->depth) {
			json_object_put(out->captured);
			out->captured = value;
			out->capture = false;
			return;
		}
		out_write(out, value);
		json_object_put(value);
		return;
	}
	if (json_object_is_type(in, json_type_array))
		err = json_object_array_add(in, value);
	else
		err = json_object_object_add(in, key, value);
	if (err)
		out_of_memory();
}

/* Opens @value; it reaches its parent now, unless the parent is streamed. */
static void out_open(struct out *out, const char *key, struct json_object *value)
{
	if (!value || out->depth == OUT_DEPTH)
		out_of_memory();
	if (out->depth > out->streamed)
		out_add(out, key, value);
	out->open[out->depth++] = value;
}

static void out_close(struct out *out)
{
	struct json_object *value = out->open[--out->depth];

	if (out->depth == out->streamed)
		out_add(out, NULL, value);
}

void out_array(struct out *out, const char *key)
{
	if (!out->json)
		return;
	if (out->depth > out->streamed || out->depth == OUT_DEPTH) {
		out_open(out, key, json_object_new_array());
		return;
	}
	if (out->depth) {
		fputs(out->filled[out->depth - 1] ? ",\n[" : "\n[", stdout);
		out->filled[out->depth - 1] = true;
	} else {
		fputc('[', stdout);
	}
	out->filled[out->depth] = false;
	out->open[out->depth++] = NULL;
	out->streamed++;
}

void out_array_end(struct out *out)
{
	if (!out->json)
		return;
	if (out->depth > out->streamed) {
		out_close(out);
		return;
	}
	out->depth--;
	out->streamed--;
	fputs(out->filled[out->depth] ? "\n]" : "]", stdout);
	if (!out->depth)
		fputc('\n', stdout);
}

void out_object(struct out *out, const char *key)
{
	if (out->json)
		out_open(out, key, json_object_new_object());
}

void out_object_end(struct out *out)
{
	if (out->json)
		out_close(out);
}

void out_text(struct out *out, const char *fmt, ...)
{
	va_list ap;

	if (out->json)
		return;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void out_num(struct out *out, const char *key, __u64 value, const char *fmt, ...)
{
	va_list ap;

	if (out->json) {
		out_json_num(out, key, value);
		return;
	}
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void out_signed(struct out *out, const char *key, __s64 value, const char *fmt, ...)
{
	va_list ap;

	if (out->json) {
		out_json_signed(out, key, value);
		return;
	}
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void out_str(struct out *out, const char *key, const char *value, const char *fmt, ...)
{
	va_list ap;

	if (out->json) {
		out_json_str(out, key, value);
		return;
	}
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void out_json_num(struct out *out, const char *key, __u64 value)
{
	if (out->json)
		out_add(out, key, json_object_new_uint64(value));
}

void out_json_signed(struct out *out, const char *key, __s64 value)
{
	if (out->json)
		out_add(out, key, json_object_new_int64(value));
}

void out_json_str(struct out *out, const char *key, const char *value)
{
	if (out->json)
		out_add(out, key, json_object_new_string(value));
}

void out_json_bool(struct out *out, const char *key, bool value)
{
	if (out->json)
		out_add(out, key, json_object_new_boolean(value));
}

void out_flush(struct out *out)
{
	(void)out;
	fflush(stdout);
}

void out_capture(struct out *out)
{
	out->capture = true;
}

struct json_object *out_captured(struct out *out)
{
	struct json_object *value = out->captured;

	out->captured = NULL;
	return value;
}
