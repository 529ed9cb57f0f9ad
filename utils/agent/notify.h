/* SPDX-License-Identifier: GPL-2.0-only */
/* What the service manager wants to know (sd_notify(3)), without its library. */
#ifndef _VA_NOTIFY_H
#define _VA_NOTIFY_H

#include <stdbool.h>

/* Says "READY=1" and the like; nothing if nobody asked. */
void notify(const char *state);

/* Reloading has begun; it ends with "READY=1". */
void notify_reloading(void);

/* Does it want to hear that the agent is alive? */
bool notify_watched(void);

#endif /* _VA_NOTIFY_H */
