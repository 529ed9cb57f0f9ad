/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the attributes of the family "vrouter" are called and look like: to
 * name the one that the kernel blames, and to show a message (--dry-run).
 */
#ifndef _VT_ATTRS_H
#define _VT_ATTRS_H

#include <stddef.h>

#include <linux/types.h>

#include <netlink/attr.h>

struct nlc_reply;
struct out;

struct attr_desc;

/** struct attr_set - the attributes of one enum, by number */
struct attr_set {
	const struct attr_desc *desc;
	unsigned int n;
};

/* A command's name ("vif_new") and attributes; NULL if there is no such command. */
const char *attrs_cmd_name(int cmd);
const struct attr_set *attrs_of_cmd(int cmd);

/* Those of rtnetlink that tools send, to name the one that is refused. */
extern const struct attr_set attrs_link;

/**
 * attrs_path() - the name of the attribute at an address, "members.entry.nh"
 * @set: of the outermost attributes
 * @head: the attributes
 * @len: bytes of them
 * @at: address of the attribute's header
 * @buf: result
 * @size: of @buf, at least 1
 *
 * Return: the set inside that attribute if it is a nest, else @set; NULL if
 * no attribute begins there.
 */
const struct attr_set *attrs_path(const struct attr_set *set, const struct nlattr *head, int len,
				  const void *at, char *buf, size_t size);

/* Name of an attribute; NULL if it has none. */
const char *attrs_name(const struct attr_set *set, int type);

/* Shows attributes as the members of the object that is open. */
void attrs_show(struct out *out, const struct attr_set *set, const struct nlattr *head, int len);

/* Attributes by number; what is not understood is left out. */
void attrs_parse(const struct nlc_reply *reply, struct nlattr **tb, int max);
void attrs_parse_nest(const struct nlattr *nest, struct nlattr **tb, int max);

/* Values; 0 or NULL if the attribute is missing or too short. */
__u32 attr_u32(const struct nlattr *attr);
__u64 attr_u64(const struct nlattr *attr);
const char *attr_str(const struct nlattr *attr);
const __u8 *attr_bytes(const struct nlattr *attr, int len);

/* An address of 4 or 16 bytes; "-" if there is none. @buf: WORD_ADDR_TEXT bytes. */
const char *attr_addr(const struct nlattr *attr, char *buf);
/* A MAC; NULL if there is none. @buf: WORD_MAC_TEXT bytes. */
const char *attr_mac(const struct nlattr *attr, char *buf);

#endif /* _VT_ATTRS_H */
