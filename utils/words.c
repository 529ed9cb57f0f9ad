// SPDX-License-Identifier: GPL-2.0-only
/* Values as people write them, to numbers and back. Knows nothing of netlink. */
#include "words.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct word word_families[] = {
	{ "inet", AF_INET, "AF_INET", NULL },
	{ "inet6", AF_INET6, "AF_INET6", NULL },
	{ "bridge", AF_BRIDGE, "AF_BRIDGE", NULL },
	{ NULL, 0, NULL, NULL }
};

const struct word word_protocols[] = {
	{ "tcp", IPPROTO_TCP, "TCP", NULL },
	{ "udp", IPPROTO_UDP, "UDP", NULL },
	{ "icmp", IPPROTO_ICMP, "ICMP", NULL },
	{ "icmp6", IPPROTO_ICMPV6, "ICMPv6", NULL },
	{ "sctp", IPPROTO_SCTP, "SCTP", NULL },
	{ NULL, 0, NULL, NULL }
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* Decimal, or hexadecimal after 0x; digits and nothing else. */
bool word_u32(const char *text, __u32 *value)
{
	__u64 number = 0;
	int base = 10;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		int d = digit(*text);

		if (d >= base)
			return false;
		number = number * base + d;
		if (number > 0xffffffffU)
			return false;
	}
	*value = number;
	return true;
}

bool word_s32(const char *text, __s32 *value)
{
	bool minus = text[0] == '-';
	__u32 number;

	if (!word_u32(text + minus, &number) || number > 0x7fffffffU)
		return false;
	*value = minus ? -(__s32)number : (__s32)number;
	return true;
}

bool word_proto(const char *text, __u32 *value)
{
	__u32 number;

	if (word_value(word_protocols, text, value))
		return true;
	if (!word_u32(text, &number) || number > 255)
		return false;
	*value = number;
	return true;
}

/* Six groups of one or two hexadecimal digits, colons between them. */
bool word_mac(const char *text, __u8 *mac)
{
	__u8 bytes[WORD_MAC_LEN];
	int i;

	for (i = 0; i < WORD_MAC_LEN; i++) {
		int high = digit(*text), low;

		if (high > 15)
			return false;
		text++;
		low = digit(*text);
		if (low > 15) {
			bytes[i] = high;
		} else {
			bytes[i] = high << 4 | low;
			text++;
		}
		if (*text != (i < WORD_MAC_LEN - 1 ? ':' : '\0'))
			return false;
		text++;
	}
	memcpy(mac, bytes, sizeof(bytes));
	return true;
}

bool word_prefix(const char *text, struct prefix *prefix)
{
	const char *slash = strchr(text, '/');
	struct prefix found = { 0 };
	char addr[WORD_ADDR_TEXT];
	__u32 full;
	size_t len;

	len = slash ? (size_t)(slash - text) : strlen(text);
	if (len >= sizeof(addr))
		return false;
	memcpy(addr, text, len);
	addr[len] = '\0';
	found.family = memchr(addr, ':', len) ? AF_INET6 : AF_INET;
	if (inet_pton(found.family, addr, found.addr) != 1)
		return false;

	full = word_addr_len(found.family) * 8;
	found.len = full;
	found.has_len = slash;
	if (slash && (!word_u32(slash + 1, &found.len) || found.len > full))
		return false;
	*prefix = found;
	return true;
}

bool word_value(const struct word *words, const char *text, __u32 *value)
{
	for (; words->name; words++) {
		if (!strcmp(words->name, text)) {
			*value = words->value;
			return true;
		}
	}
	return false;
}

static const struct word *word_find_part(const struct word *words, const char *text, size_t len)
{
	for (; words->name; words++)
		if (strlen(words->name) == len && !memcmp(words->name, text, len))
			return words;
	return NULL;
}

bool word_flags(const struct word *words, const char *text, __u32 *flags, char *bad,
		size_t size)
{
	__u32 bits = 0;

	for (;;) {
		size_t len = strcspn(text, ",");
		const struct word *word = word_find_part(words, text, len);

		if (!word) {
			snprintf(bad, size, "%.*s", (int)len, text);
			return false;
		}
		bits |= word->value;
		if (!text[len])
			break;
		text += len + 1;
	}
	*flags |= bits;
	return true;
}

const struct word *word_find(const struct word *words, __u32 value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words;
	return NULL;
}

const char *word_name(const struct word *words, __u32 value)
{
	const struct word *word = word_find(words, value);

	return word ? word->name : NULL;
}

const char *word_label(const struct word *words, __u32 value)
{
	const struct word *word = word_find(words, value);

	return word ? word->label : NULL;
}

void word_list(const struct word *words, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (; words->name && used < size; words++)
		used += snprintf(buf + used, size - used, "%s%s", used ? ", " : "", words->name);
}

void word_mac_text(const __u8 *mac, char *buf)
{
	snprintf(buf, WORD_MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
}

void word_addr_text(__u32 family, const __u8 *addr, char *buf)
{
	if (!inet_ntop(family, addr, buf, WORD_ADDR_TEXT))
		snprintf(buf, WORD_ADDR_TEXT, "?");
}

const char *word_proto_text(__u32 proto, char *buf)
{
	const char *name = word_name(word_protocols, proto);

	if (name)
		return name;
	snprintf(buf, WORD_PROTO_TEXT, "%u", proto);
	return buf;
}
