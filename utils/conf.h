/* SPDX-License-Identifier: GPL-2.0-only */
/* Settings of the router, from the list in <vrouter/conf.h>. */
#ifndef _VT_CONF_H
#define _VT_CONF_H

#include "cmdline.h"

struct nlattr;
struct out;

/* By attribute VR_A_CONF_*; the legend is what it means. */
extern const struct word conf_words[];

/* WORD=VALUE into the message. */
put_fn put_setting;

/* The settings of an answer, as an object and as lines; @tb by VR_A_CONF_*. */
void conf_show_table(struct out *out, struct nlattr *const *tb);

#endif /* _VT_CONF_H */
