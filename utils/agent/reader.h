/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * YAML by tables: a mapping is an array of struct field, each of which knows
 * how to read its value. Whatever is wrong is said with file, line and key, and
 * reading goes on, so that one run tells of every mistake.
 */
#ifndef _VA_READER_H
#define _VA_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <yaml.h>

#include <linux/types.h>

#include "words.h"

#define ERRORS_MAX	20	/* more are counted, not kept */

/** struct errors - "FILE:LINE: KEY: what is wrong" */
struct errors {
	char *text[ERRORS_MAX];
	unsigned int n;		/* all of them */
};

/**
 * struct reader - a file that is being read
 * @file: its name
 * @doc: what is in it
 * @errors: what is wrong with it
 */
struct reader {
	const char *file;
	yaml_document_t doc;
	struct errors *errors;
};

/**
 * struct field - a key of a mapping
 * @name: the key; NULL ends a table
 * @read: reads its value to @at, @offset bytes into the object
 * @offset: see @read
 * @required: must be there
 * @min: least number, or least length of a string
 * @max: largest number, or size of the buffer of a string
 * @words: words that there are
 */
struct field {
	const char *name;
	void (*read)(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
	size_t offset;
	bool required;
	__u32 min;
	__u32 max;
	const struct word *words;
};

/* Opens @file and parses it as one YAML document; false: it has been said why not. */
bool reader_open(struct reader *rd, const char *file, struct errors *errors);
void reader_close(struct reader *rd);
yaml_node_t *reader_root(struct reader *rd);

/* Reads a mapping into @object; @what names it in errors. */
void reader_mapping(struct reader *rd, const char *what, yaml_node_t *node,
		    const struct field *fields, void *object);

/* Items of a sequence, and the @i-th of them; -1: it is none, and has been said so. */
int reader_items(struct reader *rd, const struct field *field, yaml_node_t *node);
yaml_node_t *reader_item(struct reader *rd, yaml_node_t *node, int i);

/* The line of a node, from 1. */
unsigned int reader_line(const yaml_node_t *node);

/* A scalar's text; NULL: it is none, and has been said so. */
const char *reader_text(struct reader *rd, const struct field *field, const yaml_node_t *node);

void reader_error(struct reader *rd, unsigned int line, const char *key, const char *fmt, ...)
	__printf(4, 5);

/* For struct field.read. At @offset is what the name says, but: */
void read_u32(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
void read_bool(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
/* __u32 */
void read_word(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
void read_mac(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
void read_addr4(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
void read_prefix(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
/* struct prefix, and no bit of the address is behind its length */
void read_network(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
/* char[max] */
void read_string(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);
/* char *, to be freed */
void read_name(struct reader *rd, const struct field *field, yaml_node_t *node, void *at);

void errors_add(struct errors *errors, const char *text);
void errors_free(struct errors *errors);

/**
 * array_add() - room for one more at the end of an array
 * @array: address of the pointer to it
 * @n: items that it has; incremented
 * @size: of an item
 *
 * Room doubles, at powers of two. Return: the new item, zeroed; NULL: no memory.
 */
void *array_add(void *array, unsigned int *n, size_t size);

#endif /* _VA_READER_H */
