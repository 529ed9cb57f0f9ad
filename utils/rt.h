/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of the tool rt: what it does (rt.c), shows (rt_show.c), and --monitor (monitor.c). */
#ifndef _VT_RT_H
#define _VT_RT_H

#include "cmdline.h"
#include "words.h"

struct out;

/* Places in the table of options. */
enum {
	RT_OPT_VRF,
	RT_OPT_FAMILY,
	RT_OPT_PREFIX,
	RT_OPT_MAC,
	RT_OPT_NH,
	RT_OPT_LABEL,
	RT_OPT_FLAGS,
};

extern const struct word route_flags[];		/* of inet and inet6 */
extern const struct word bridge_flags[];

/* Title, meaning of the flags and names of the columns, in the text. */
void rt_heading(struct out *out, __u32 vrf, __u32 family);

#endif /* _VT_RT_H */
