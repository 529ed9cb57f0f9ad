/* SPDX-License-Identifier: GPL-2.0-only */
/* What is done with packets from the router, for each reason. */
#ifndef _VA_TRAP_H
#define _VA_TRAP_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct agent;

/**
 * struct trap - a packet from the router
 * @vif: where it came in
 * @vrf: VRF in which it was handled
 * @reason: enum vr_trap_reason
 * @param: depends on it
 * @param1: the same
 * @param5: the same
 * @data: the packet, from its Ethernet header on
 * @len: bytes of it
 */
struct trap {
	__u16 vif;
	__u16 vrf;
	__u16 reason;
	__u32 param;
	__u32 param1;
	__u8 param5;
	const __u8 *data;
	size_t len;
};

/* From a frame on pkt0; false: it is malformed. */
bool trap_read(const __u8 *data, size_t len, struct trap *trap);

/* Deals with @n packets, at most PKT0_MANY; answers are sent. */
void trap_many(struct agent *agent, const struct trap *trap, unsigned int n);

#endif /* _VA_TRAP_H */
