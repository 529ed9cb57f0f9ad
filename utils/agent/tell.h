/* SPDX-License-Identifier: GPL-2.0-only */
/* Senders are told what became of their packets, as often as the configuration allows. */
#ifndef _VA_TELL_H
#define _VA_TELL_H

#include <linux/types.h>

#include "icmp.h"

struct agent;
struct packet;

/* An ICMP error to who sent @about, by the vif that it came in by. */
void tell_icmp(struct agent *agent, const struct packet *about, enum icmp_why why, __u32 mtu,
	       __u32 vif, __u32 vrf);

/* A TCP reset, or an ICMP error if it is not TCP. */
void tell_rejected(struct agent *agent, const struct packet *about, __u32 vif, __u32 vrf);

#endif /* _VA_TELL_H */
