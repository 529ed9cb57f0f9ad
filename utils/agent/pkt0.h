/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pkt0: the device and its vif are made if they are not there, packets are
 * read from it and sent to it, many at a time. When it goes it is made again.
 */
#ifndef _VA_PKT0_H
#define _VA_PKT0_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include <vrouter/trap.h>

struct agent;
struct trap;

#define PKT0_MANY	128		/* packets that are read at once */
#define PKT0_BYTES	2048		/* of each: headers, and DHCP whole */

struct pkt0 *pkt0_new(void);
void pkt0_free(struct pkt0 *pkt0);

/* The socket, -1 if there is none. Another one may have the same number: @opened counts them. */
int pkt0_fd(const struct pkt0 *pkt0, unsigned int *opened);

/* Device, vif and socket are there, or made so; false: they are not, and it is said once why. */
bool pkt0_ensure(struct agent *agent);

/* Reads what is there; false: there is no more. The packets are good until the next call. */
bool pkt0_read(struct agent *agent, struct trap *trap, unsigned int *n);

/* Packets that the socket had no room for since this was asked. */
unsigned int pkt0_lost(struct pkt0 *pkt0);

/*
 * A frame goes out by a vif, or the packet in it is routed in a VRF (VR_AGENT_CMD_SWITCH, _ROUTE),
 * with others at the next pkt0_flush(); false: it cannot.
 */
bool pkt0_send(struct agent *agent, enum vr_agent_cmd cmd, __u32 vif, __u32 vrf,
	       const __u8 *frame, size_t len);
void pkt0_flush(struct agent *agent);

/* port.c: the device and the vif. Its ifindex; 0: not there, *@why says so. */
__u32 port_ensure(struct agent *agent, char *why, size_t size);

#endif /* _VA_PKT0_H */
