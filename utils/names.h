/* SPDX-License-Identifier: GPL-2.0-only */
/* Ids of vifs by device name: the kernel is asked once for each. */
#ifndef _VT_NAMES_H
#define _VT_NAMES_H

#include <linux/types.h>

#include "tool.h"

/**
 * names_vif() - the id of a vif
 * @tool: the tool
 * @option: what the name was given to, for the error
 * @name: device name, at most VR_NAME_MAX characters
 * @id: result
 *
 * Return: vt_result; what is wrong has been said.
 */
int names_vif(struct tool *tool, const char *option, const char *name, __u32 *id);

/* Vifs have changed: ask anew. */
void names_forget(struct tool *tool);

#endif /* _VT_NAMES_H */
