// SPDX-License-Identifier: GPL-2.0-only
/* YAML documents (libyaml), mappings by table, and the kinds of values that there are. */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_LIMIT	(16 * 1024 * 1024)
#define DEPTH_LIMIT	16	/* mappings and lists inside each other */

void errors_add(struct errors *errors, const char *text)
{
	if (errors->n < ERRORS_MAX)
		errors->text[errors->n] = strdup(text);
	errors->n++;
}

void errors_free(struct errors *errors)
{
	unsigned int i;

	for (i = 0; i < errors->n && i < ERRORS_MAX; i++)
		free(errors->text[i]);
	errors->n = 0;
}

void *array_add(void *array, unsigned int *n, size_t size)
{
	char *items;

	memcpy(&items, array, sizeof(items));
	if (!(*n & (*n - 1))) {
		size_t room = *n ? 2 * (size_t)*n : 1;

		items = realloc(items, room * size);
		if (!items)
			return NULL;
		memcpy(array, &items, sizeof(items));
	}
	memset(items + *n * size, 0, size);
	return items + (*n)++ * size;
}

void reader_error(struct reader *rd, unsigned int line, const char *key, const char *fmt, ...)
{
	char what[320], text[512], *c;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	snprintf(text, sizeof(text), "%s:%u: %s%s%s", rd->file, line, key ? key : "",
		 key ? ": " : "", what);
	/* One line, whatever is in the file. */
	for (c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = '?';
	errors_add(rd->errors, text);
}

/* --- documents --------------------------------------------------------------- */

static bool parser_failed(struct reader *rd, const yaml_parser_t *parser)
{
	unsigned int line = parser->problem_mark.line + 1;
	const char *problem = parser->problem ? parser->problem : "not YAML";

	if (parser->error == YAML_MEMORY_ERROR)
		reader_error(rd, line, NULL, "out of memory");
	else if (parser->context)
		reader_error(rd, line, NULL, "%s, %s", problem, parser->context);
	else
		reader_error(rd, line, NULL, "%s", problem);
	return false;
}

/* One event of a file; false: it was the last, or there is an error that is found again. */
static bool depth_event(yaml_parser_t *parser, int *depth, unsigned int *line)
{
	yaml_event_t event;
	bool more;

	if (!yaml_parser_parse(parser, &event))
		return false;
	*line = event.start_mark.line + 1;
	if (event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT)
		++*depth;
	if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT)
		--*depth;
	more = event.type != YAML_STREAM_END_EVENT;
	yaml_event_delete(&event);
	return more;
}

/* libyaml takes hours for a hundred thousand brackets: they are counted first. */
static bool reader_is_flat(struct reader *rd, FILE *in)
{
	yaml_parser_t parser;
	unsigned int line = 0;
	int depth = 0;

	if (!yaml_parser_initialize(&parser))
		return true;
	yaml_parser_set_input_file(&parser, in);
	while (depth <= DEPTH_LIMIT && depth_event(&parser, &depth, &line))
		;
	yaml_parser_delete(&parser);
	rewind(in);
	if (depth > DEPTH_LIMIT)
		reader_error(rd, line, NULL, "more than %d levels", DEPTH_LIMIT);
	return depth <= DEPTH_LIMIT;
}

/* There is a first document, and no second. */
static bool reader_load(struct reader *rd, yaml_parser_t *parser)
{
	yaml_document_t second;
	yaml_node_t *root;
	bool good = true;

	if (!yaml_parser_load(parser, &rd->doc))
		return parser_failed(rd, parser);
	if (!yaml_document_get_root_node(&rd->doc)) {
		reader_error(rd, 1, NULL, "the file is empty");
		good = false;
	} else if (!yaml_parser_load(parser, &second)) {
		good = parser_failed(rd, parser);
	} else {
		root = yaml_document_get_root_node(&second);
		if (root) {
			reader_error(rd, reader_line(root), NULL, "a second YAML document");
			good = false;
		}
		yaml_document_delete(&second);
	}
	if (!good)
		yaml_document_delete(&rd->doc);
	return good;
}

/* An ordinary file of a reasonable size: it is read twice, and a device could go on for ever. */
static FILE *reader_fopen(struct reader *rd)
{
	/* Not to wait for who writes into a pipe. */
	int fd = open(rd->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;

	if (!file || fstat(fd, &st))
		reader_error(rd, 0, NULL, "cannot open: %s", strerror(errno));
	else if (S_ISDIR(st.st_mode))
		reader_error(rd, 0, NULL, "is a directory");
	else if (!S_ISREG(st.st_mode))
		reader_error(rd, 0, NULL, "is not an ordinary file");
	else if (st.st_size > FILE_LIMIT)
		reader_error(rd, 0, NULL, "is larger than %u MB", FILE_LIMIT >> 20);
	else
		return file;
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	return NULL;
}

bool reader_open(struct reader *rd, const char *file, struct errors *errors)
{
	yaml_parser_t parser;
	bool good = false;
	FILE *in;

	memset(rd, 0, sizeof(*rd));
	rd->file = file;
	rd->errors = errors;
	in = reader_fopen(rd);
	if (!in)
		return false;
	if (!reader_is_flat(rd, in)) {
		good = false;
	} else if (yaml_parser_initialize(&parser)) {
		yaml_parser_set_input_file(&parser, in);
		good = reader_load(rd, &parser);
		yaml_parser_delete(&parser);
	} else {
		reader_error(rd, 0, NULL, "out of memory");
	}
	fclose(in);
	return good;
}

void reader_close(struct reader *rd)
{
	yaml_document_delete(&rd->doc);
}

yaml_node_t *reader_root(struct reader *rd)
{
	return yaml_document_get_root_node(&rd->doc);
}

unsigned int reader_line(const yaml_node_t *node)
{
	return node->start_mark.line + 1;
}

/* --- mappings and sequences -------------------------------------------------- */

static const struct field *field_find(const struct field *fields, const yaml_node_t *key)
{
	const struct field *field;

	if (key->type != YAML_SCALAR_NODE)
		return NULL;
	for (field = fields; field->name; field++)
		if (strlen(field->name) == key->data.scalar.length &&
		    !memcmp(field->name, key->data.scalar.value, key->data.scalar.length))
			return field;
	return NULL;
}

static void unknown_key(struct reader *rd, const char *what, const struct field *fields,
			const yaml_node_t *key)
{
	char list[256] = "", name[64] = "?";
	const struct field *field;
	size_t used = 0;

	for (field = fields; field->name && used < sizeof(list); field++)
		used += snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "",
				 field->name);
	if (key->type == YAML_SCALAR_NODE)
		snprintf(name, sizeof(name), "%s", (const char *)key->data.scalar.value);
	reader_error(rd, reader_line(key), name, "no such key in %s (there are: %s)", what, list);
}

void reader_mapping(struct reader *rd, const char *what, yaml_node_t *node,
		    const struct field *fields, void *object)
{
	const struct field *field;
	yaml_node_pair_t *pair;
	__u64 seen = 0;

	if (node->type != YAML_MAPPING_NODE) {
		reader_error(rd, reader_line(node), what, "is to be a mapping (key: value)");
		return;
	}
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(&rd->doc, pair->key);
		yaml_node_t *value = yaml_document_get_node(&rd->doc, pair->value);

		if (!key || !value)
			continue;
		field = field_find(fields, key);
		if (!field) {
			unknown_key(rd, what, fields, key);
			continue;
		}
		if (seen >> (field - fields) & 1) {
			reader_error(rd, reader_line(key), field->name, "is given twice");
			continue;
		}
		seen |= 1ULL << (field - fields);
		field->read(rd, field, value, (char *)object + field->offset);
	}
	for (field = fields; field->name; field++)
		if (field->required && !(seen >> (field - fields) & 1))
			reader_error(rd, reader_line(node), field->name, "is missing in %s", what);
}

int reader_items(struct reader *rd, const struct field *field, yaml_node_t *node)
{
	if (node->type != YAML_SEQUENCE_NODE) {
		reader_error(rd, reader_line(node), field->name, "is to be a list (- item)");
		return -1;
	}
	return node->data.sequence.items.top - node->data.sequence.items.start;
}

yaml_node_t *reader_item(struct reader *rd, yaml_node_t *node, int i)
{
	return yaml_document_get_node(&rd->doc, node->data.sequence.items.start[i]);
}

const char *reader_text(struct reader *rd, const struct field *field, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE) {
		reader_error(rd, reader_line(node), field->name, "is to be a single value");
		return NULL;
	}
	if (!node->data.scalar.length) {
		reader_error(rd, reader_line(node), field->name, "has no value");
		return NULL;
	}
	if (strlen((const char *)node->data.scalar.value) != node->data.scalar.length) {
		reader_error(rd, reader_line(node), field->name, "has a NUL in it");
		return NULL;
	}
	return (const char *)node->data.scalar.value;
}

/* --- values ------------------------------------------------------------------ */

void read_u32(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	__u32 value;

	if (!text)
		return;
	if (!word_u32(text, &value) || value < field->min || value > field->max)
		reader_error(rd, reader_line(node), field->name, "'%s' is no number from %u to %u",
			     text, field->min, field->max);
	else
		memcpy(at, &value, sizeof(value));
}

void read_bool(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);

	if (!text)
		return;
	if (!strcmp(text, "true") || !strcmp(text, "yes"))
		*(bool *)at = true;
	else if (!strcmp(text, "false") || !strcmp(text, "no"))
		*(bool *)at = false;
	else
		reader_error(rd, reader_line(node), field->name, "'%s' is neither true nor false",
			     text);
}

void read_word(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	char list[128];
	__u32 value;

	if (!text)
		return;
	if (word_value(field->words, text, &value)) {
		memcpy(at, &value, sizeof(value));
		return;
	}
	word_list(field->words, list, sizeof(list));
	reader_error(rd, reader_line(node), field->name, "'%s' is none of: %s", text, list);
}

void read_mac(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	static const __u8 nobody[WORD_MAC_LEN];
	const char *text = reader_text(rd, field, node);
	__u8 mac[WORD_MAC_LEN];

	if (!text)
		return;
	if (!word_mac(text, mac))
		reader_error(rd, reader_line(node), field->name,
			     "'%s' is not a MAC address (as in 02:00:00:00:00:01)", text);
	else if (mac[0] & 1)
		reader_error(rd, reader_line(node), field->name, "'%s' is a group's MAC address",
			     text);
	else if (!memcmp(mac, nobody, sizeof(mac)))
		reader_error(rd, reader_line(node), field->name, "'%s' is nobody's MAC address",
			     text);
	else
		memcpy(at, mac, sizeof(mac));
}

void read_addr4(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	struct prefix addr;

	if (!text)
		return;
	if (!word_prefix(text, &addr) || addr.has_len || addr.family != AF_INET)
		reader_error(rd, reader_line(node), field->name,
			     "'%s' is not an IPv4 address (as in 10.1.1.254)", text);
	else
		memcpy(at, addr.addr, 4);
}

void read_prefix(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	struct prefix prefix;

	if (!text)
		return;
	if (!word_prefix(text, &prefix))
		reader_error(rd, reader_line(node), field->name,
			     "'%s' is neither a prefix nor an address (as in 10.1.0.0/16)", text);
	else
		memcpy(at, &prefix, sizeof(prefix));
}

static bool prefix_has_host_bits(const struct prefix *prefix)
{
	unsigned int i = prefix->len / 8, end = prefix->family == AF_INET ? 4 : 16;

	if (prefix->len % 8 && (__u8)(prefix->addr[i++] << prefix->len % 8))
		return true;
	while (i < end)
		if (prefix->addr[i++])
			return true;
	return false;
}

void read_network(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	struct prefix prefix = { 0 };

	read_prefix(rd, field, node, &prefix);
	if (prefix_has_host_bits(&prefix))
		reader_error(rd, reader_line(node), field->name,
			     "'%s' has bits behind its length: one host, or a network?",
			     reader_text(rd, field, node));
	else
		memcpy(at, &prefix, sizeof(prefix));
}

void read_string(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	size_t len = text ? strlen(text) : 0;

	if (!text)
		return;
	if (len < field->min || len >= field->max)
		reader_error(rd, reader_line(node), field->name,
			     "'%.32s' has %zu characters, not %u to %u", text, len, field->min,
			     field->max - 1);
	else
		memcpy(at, text, len + 1);
}

void read_name(struct reader *rd, const struct field *field, yaml_node_t *node, void *at)
{
	const char *text = reader_text(rd, field, node);
	char *copy;

	if (!text)
		return;
	copy = strdup(text);
	if (!copy)
		reader_error(rd, reader_line(node), field->name, "out of memory");
	else
		memcpy(at, &copy, sizeof(copy));
}
