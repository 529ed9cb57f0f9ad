/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices come, go and change by themselves: their vifs follow. */
#ifndef _VRL_PORT_EVENTS_H
#define _VRL_PORT_EVENTS_H

struct net;
struct work_struct;

int vrl_port_events_init(void);

/* The work of struct vrl_net: vifs get back devices that have come. */
void vrl_port_events_regain(struct work_struct *work);

/*
 * Who asks sees vifs with the devices that had come before: waits for the work if it is due.
 * Process context, without RTNL and the core lock.
 */
void vrl_port_events_settle(struct net *net);

/* Also gives back every device of every namespace. */
void vrl_port_events_exit(void);

#endif /* _VRL_PORT_EVENTS_H */
