/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices come, go and change by themselves: their vifs follow. */
#ifndef _VRL_PORT_EVENTS_H
#define _VRL_PORT_EVENTS_H

int vrl_port_events_init(void);

/* Also gives back every device of every namespace. */
void vrl_port_events_exit(void);

#endif /* _VRL_PORT_EVENTS_H */
