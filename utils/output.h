/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results on standard output, as text or as JSON, by the same calls.
 *
 * out_num(), out_str() and the like take a JSON key and value, and the words
 * that stand for them in the text. out_text() is for text only, the
 * out_json_*() calls for JSON only.
 */
#ifndef _VT_OUTPUT_H
#define _VT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct json_object;
struct out;

struct out *out_new(bool json);

/**
 * out_free() - write what is left and end
 * @out: may be NULL
 *
 * Return: false if standard output could not take everything.
 */
bool out_free(struct out *out);

bool out_is_json(const struct out *out);

/*
 * Arrays and objects; text does not show them. @key is NULL inside an array
 * and at the top. An array at the top, or in such an array, is written element
 * by element, so that a table of any size needs no memory.
 */
void out_array(struct out *out, const char *key);
void out_array_end(struct out *out);
void out_object(struct out *out, const char *key);
void out_object_end(struct out *out);

void out_text(struct out *out, const char *fmt, ...) __printf(2, 3);
void out_num(struct out *out, const char *key, __u64 value, const char *fmt, ...)
	__printf(4, 5);
void out_signed(struct out *out, const char *key, __s64 value, const char *fmt, ...)
	__printf(4, 5);
void out_str(struct out *out, const char *key, const char *value, const char *fmt, ...)
	__printf(4, 5);

void out_json_num(struct out *out, const char *key, __u64 value);
void out_json_signed(struct out *out, const char *key, __s64 value);
void out_json_str(struct out *out, const char *key, const char *value);
void out_json_bool(struct out *out, const char *key, bool value);

/*
 * A complete object, put together by the caller: JSON in one line, or text.
 * For tables of a million rows: nothing is allocated.
 */
void out_raw(struct out *out, const char *text, size_t len);

/* Much is to come: write it in large pieces, unless somebody watches. */
void out_expect_much(struct out *out);

/* For what goes on until it is stopped: what was printed so far is seen now. */
void out_flush(struct out *out);

/**
 * out_capture() - the next object at the top is kept, not written
 * @out: JSON
 */
void out_capture(struct out *out);

/**
 * out_captured() - the object that was kept
 * @out: JSON
 *
 * Return: the caller's own, NULL if there is none.
 */
struct json_object *out_captured(struct out *out);

#endif /* _VT_OUTPUT_H */
