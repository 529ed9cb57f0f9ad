/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parts of the tool vif: what it does (vif.c), shows (vif_show.c), --rate
 * (vif_rate.c) and fat flows (vif_fat.c).
 */
#ifndef _VT_VIF_H
#define _VT_VIF_H

#include "cmdline.h"
#include "words.h"

struct nl_msg;
struct nlattr;
struct nlc_reply;
struct out;

extern const struct word vif_types[];
extern const struct word vif_flags[];

/* Title and meaning of the flags, in the text. */
void vif_legend(struct out *out);

/* As vif_show(); @reasons: the text lists drops by reason. */
void vif_show_all(struct out *out, const struct nlc_reply *reply, bool reasons);

/* Adds the fat-flow rules that were given, if any; vt_result. */
int fat_put(struct tool *tool, struct nl_msg *msg, const struct args *args);

/* Shows the rules and exclusions of a vif, in the text each line behind @indent. */
void fat_show(struct out *out, const struct nlattr *fat, const char *indent);

/* vif --rate */
int vif_rate(struct tool *tool, const struct args *args);

#endif /* _VT_VIF_H */
