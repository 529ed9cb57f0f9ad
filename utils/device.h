/* SPDX-License-Identifier: GPL-2.0-only */
/* Network devices that the module makes: vhost0 for the host, pkt0 for the agent. */
#ifndef _VT_DEVICE_H
#define _VT_DEVICE_H

#include "tool.h"

/**
 * device_make() - make a device, or give one that is there another MAC
 * @tool: the tool
 * @name: device name
 * @kind: rtnetlink's kind of it
 * @mac: 6 bytes, NULL: leave it to the kernel
 * @exclusive: refuse if it is there already
 *
 * Return: vt_result; what is wrong has been said.
 */
int device_make(struct tool *tool, const char *name, const char *kind, const __u8 *mac,
		bool exclusive);

#endif /* _VT_DEVICE_H */
