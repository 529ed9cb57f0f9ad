/* SPDX-License-Identifier: GPL-2.0-only */
/* DHCP requests of guests are answered from the configuration's leases. */
#ifndef _VA_SERVE_H
#define _VA_SERVE_H

#include <linux/types.h>

struct agent;
struct packet;

/* A packet of which dhcp_is_request(), from @vif. */
void serve_dhcp(struct agent *agent, const struct packet *p, __u32 vif, __u32 vrf);

#endif /* _VA_SERVE_H */
