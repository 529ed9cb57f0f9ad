/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of the tool vif: what it does (vif.c), shows (vif_show.c), and --rate (vif_rate.c). */
#ifndef _VT_VIF_H
#define _VT_VIF_H

#include "cmdline.h"
#include "words.h"

struct nlc_reply;
struct out;

extern const struct word vif_types[];
extern const struct word vif_flags[];

/* Title and meaning of the flags, in the text. */
void vif_legend(struct out *out);

/* As vif_show(); @reasons: the text lists drops by reason. */
void vif_show_all(struct out *out, const struct nlc_reply *reply, bool reasons);

/* vif --rate */
int vif_rate(struct tool *tool, const struct args *args);

#endif /* _VT_VIF_H */
