/* SPDX-License-Identifier: GPL-2.0-only */
/* The options that all tools have, and the usage text. */
#ifndef _VT_USAGE_H
#define _VT_USAGE_H

#include "cmdline.h"

enum {
	COMMON_JSON,
	COMMON_STATS,
	COMMON_EXCLUSIVE,
	COMMON_BATCH,
	COMMON_FORCE,
	COMMON_NETNS,
	COMMON_DRY_RUN,
	COMMON_VERSION,
	COMMON_HELP,
	COMMON_MAX
};

extern const struct option common_options[COMMON_MAX];

#endif /* _VT_USAGE_H */
