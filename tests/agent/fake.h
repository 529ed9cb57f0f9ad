/* SPDX-License-Identifier: GPL-2.0-only */
/* A router in a few arrays, behind the functions of kernel.h and pkt0.h, for tests. */
#ifndef _AGENT_FAKE_H
#define _AGENT_FAKE_H

#include "agent.h"
#include "flow.h"
#include "packet.h"
#include "trap.h"

#include <vrouter/trap.h>

#define FAKE_FLOWS	64
#define FAKE_SENT	32

/* MACs: of guests, and the router's. */
#define FAKE_A		"02:00:00:00:00:01"
#define FAKE_B		"02:00:00:00:00:02"
#define FAKE_R		"00:00:5e:00:01:00"

#define COUNTED(stat, n) EXPECT_EQ(n, agent->stats.count[STAT_##stat])

/** struct fake_flow - @flow.gen 0: there is none */
struct fake_flow {
	struct flow flow;
	unsigned int changes;
};

/** struct fake_place - @len: bits of @addr; of a MAC 48 */
struct fake_place {
	__u32 vrf;
	__u32 family;
	__u8 addr[16];
	__u32 len;
	__u32 nh;
	__u32 flags;
};

struct fake_sent {
	enum vr_agent_cmd cmd;
	__u32 vif;
	__u32 vrf;
	__u8 frame[PACKET_ROOM];
	size_t len;
};

/**
 * struct fake - the router
 * @flow: flows by index
 * @place: routes and bridge entries
 * @sent: frames that the agent sent
 * @calls: how often it was asked
 * @asked: for places
 * @deleted: flows
 * @broken: answers nothing
 */
struct fake {
	struct fake_flow flow[FAKE_FLOWS];
	struct fake_place place[32];
	unsigned int n_places;
	struct fake_sent sent[FAKE_SENT];
	unsigned int n_sent;
	unsigned int calls;
	unsigned int asked;
	unsigned int deleted;
	bool broken;
	unsigned int dump_at;
};

extern struct fake fake;

/* A router without anything, and an agent with this configuration. */
struct agent *fake_begin(const char *config);
void fake_end(struct agent *agent);
/*
 * The same with a network: guests A and B behind vifs 1 and 2 of VRF 1, both with policy, key
 * nexthops 11 and 12; a guest behind vif 3 without; an uplink, vif 10, in VRF 0. Nexthops 21 to 23
 * lead to the guests (10.1.1.1 to .3), 30 to the uplink (192.0.2.0/24), 40 is the router's.
 */
struct agent *fake_net(const char *config);
/* Another configuration, as by a reload. */
void fake_config(struct agent *agent, const char *config);

void fake_vif(struct agent *agent, __u32 id, __u32 type, __u32 flags, __u32 vrf, __u32 nh);
void fake_nh(struct agent *agent, __u32 id, __u32 type, __u32 oif, __u32 vrf);
void fake_place(__u32 vrf, const char *what, __u32 nh);	/* "10.1.0.0/16", "02:00:00:00:00:01" */
/* Something in the VRF has changed. */
void fake_changed(struct agent *agent, __u32 vrf);

/* A flow that is there. */
struct flow *fake_flow(__u32 index, __u32 gen, __u32 nh, const char *src, const char *dst,
		       __u8 proto, __u16 sport, __u16 dport, __u32 action, __u32 vrf);
void fake_pair(__u32 a, __u32 b);

/* A frame: UDP or TCP (SYN) or, with proto ICMP, an echo request. Returns its bytes. */
size_t fake_frame(__u8 *out, const char *dmac, const char *smac, const char *src, const char *dst,
		  __u8 proto, __u16 sport, __u16 dport);

#endif /* _AGENT_FAKE_H */
