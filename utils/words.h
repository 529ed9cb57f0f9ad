/* SPDX-License-Identifier: GPL-2.0-only */
/* Values as people write them: numbers, addresses, MACs, prefixes, words and flags. */
#ifndef _VT_WORDS_H
#define _VT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include <linux/types.h>

#define WORD_MAC_LEN	6
#define WORD_MAC_TEXT	18	/* with the final NUL */
#define WORD_ADDR_TEXT	46
#define WORD_PREFIX_TEXT (WORD_ADDR_TEXT + 4)
#define WORD_PROTO_TEXT	11

/**
 * struct word - a word and the number that it stands for
 * @name: as on the command line and in JSON; NULL ends a table
 * @value: the number, or the bit
 * @label: as in the text form
 * @legend: flags: what the text's legend says
 */
struct word {
	const char *name;
	__u32 value;
	const char *label;
	const char *legend;
};

/** struct prefix - an address, perhaps with a length */
struct prefix {
	__u32 family;	/* AF_INET or AF_INET6 */
	__u32 len;		/* full length if none was given */
	bool has_len;
	__u8 addr[16];	/* network order */
};

extern const struct word word_families[];	/* inet, inet6, bridge */
extern const struct word word_protocols[];	/* tcp, udp, icmp, icmp6, sctp */

/* All return false, and leave the result alone, if the text is not one. */
bool word_u32(const char *text, __u32 *value);
bool word_mac(const char *text, __u8 *mac);
bool word_prefix(const char *text, struct prefix *prefix);
bool word_s32(const char *text, __s32 *value);
bool word_proto(const char *text, __u32 *value);	/* a word, or 0..255 */
bool word_value(const struct word *words, const char *text, __u32 *value);

/**
 * word_flags() - a list of flags, separated by commas
 * @words: those that there are
 * @text: the list
 * @flags: bits are added to it
 * @bad: filled with the word that is not one of them
 * @size: of @bad
 */
bool word_flags(const struct word *words, const char *text, __u32 *flags, char *bad,
		size_t size);

/* The word for a number, NULL if there is none. */
const struct word *word_find(const struct word *words, __u32 value);
const char *word_name(const struct word *words, __u32 value);
const char *word_label(const struct word *words, __u32 value);

/* All names in one line: "a, b, c". */
void word_list(const struct word *words, char *buf, size_t size);

void word_mac_text(const __u8 *mac, char *buf);
void word_addr_text(__u32 family, const __u8 *addr, char *buf);
/* "tcp" or "47". @buf: WORD_PROTO_TEXT bytes. */
const char *word_proto_text(__u32 proto, char *buf);
static inline unsigned int word_addr_len(__u32 family)
{
	return family == AF_INET ? 4 : 16;
}

#endif /* _VT_WORDS_H */
