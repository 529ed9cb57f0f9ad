/* SPDX-License-Identifier: GPL-2.0-only */
/* The tools' tables, and what one tool shows for another. */
#ifndef _VT_TOOLS_H
#define _VT_TOOLS_H

#include "cmdline.h"

struct nlattr;
struct nlc_reply;
struct out;

extern const struct command vif_command;
extern const struct command nh_command;
extern const struct command rt_command;
extern const struct command mpls_command;
extern const struct command vxlan_command;
extern const struct command vrftable_command;
extern const struct command flow_command;
extern const struct command dropstats_command;
extern const struct command vrouter_command;

extern const struct word nh_types[];

/*
 * The members of an object, into the JSON object or the block of text that is
 * open. rt --monitor shows the objects of all tools.
 */
void vif_show(struct out *out, const struct nlc_reply *reply);
void nh_show(struct out *out, const struct nlc_reply *reply);
void vrf_show(struct out *out, const struct nlc_reply *reply);
void route_show(struct out *out, const struct nlc_reply *reply);
void bridge_show(struct out *out, const struct nlc_reply *reply);
void mpls_show(struct out *out, const struct nlc_reply *reply);
void vxlan_show(struct out *out, const struct nlc_reply *reply);
void conf_show(struct out *out, const struct nlc_reply *reply);

/* rt --monitor */
int monitor_run(struct tool *tool, const struct args *args);

/* Flags as a JSON list of names; in the text as labels with @between, or @none (may be NULL). */
void flags_show(struct out *out, const char *key, const struct word *words, __u32 flags,
		const char *between, const char *none);

/*
 * Drop reasons. @list: a nest of VR_A_DROP. drops_show() adds a member or a
 * line for each, those that are zero only if @zero; drop_read() tells whether
 * @entry is a reason at all.
 */
__u64 drops_sum(const struct nlattr *list);
void drops_show(struct out *out, const struct nlattr *list, bool zero, const char *indent);
bool drop_read(const struct nlattr *entry, __u32 *reason, __u64 *count);
const char *drop_key(__u32 reason, char *buf, size_t size);
const char *drop_label(__u32 reason, char *buf, size_t size);

#endif /* _VT_TOOLS_H */
