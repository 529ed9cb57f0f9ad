// SPDX-License-Identifier: GPL-2.0-only
/* Flows that wait: where they go, what is decided, what the router is told. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

#include <vrouter/trap.h>

#include "fake.h"
#include "seen.h"

static const char config[] =
	"vrfs:\n"
	"  - vrf: 1\n"
	"    gateways: [{address: 10.1.1.254/24}]\n"
	"    rules:\n"
	"      - {action: allow, proto: tcp, dport: 80}\n"
	"      - {action: reject, proto: tcp, dport: 25}\n"
	"      - {action: reject, proto: udp, dport: 9}\n"
	"      - {action: allow, proto: udp, dport: 53, direction: ingress}\n"
	"      - {action: allow, proto: udp, dport: 123, direction: egress}\n"
	"    dhcp:\n"
	"      server: 10.1.1.254\n"
	"      leases: [{mac: 02:00:00:00:00:02, address: 10.1.1.9/24}]\n"
	"  - vrf: 0\n"
	"    default: allow\n";

static __u8 trapped[FAKE_FLOWS][2048];
static struct trap traps[FAKE_FLOWS];
static unsigned int n_traps;

/* A packet that made flow @index. */
static __u8 *miss(__u32 vif, __u32 vrf, __u32 index, __u32 gen, __u32 nh, const char *dmac,
		  const char *src, const char *dst, __u8 proto, __u16 sport, __u16 dport)
{
	__u8 *frame = trapped[n_traps];
	struct trap *trap = &traps[n_traps++];

	fake_flow(index, gen, nh, src, dst, proto, sport,
		  proto == IPPROTO_ICMP ? 0 : dport, VR_FLOW_HOLD, vrf);
	memset(trap, 0, sizeof(*trap));
	trap->vif = vif;
	trap->vrf = vrf;
	trap->reason = VR_TRAP_FLOW_MISS;
	trap->param = index;
	trap->param1 = nh;
	trap->param5 = gen;
	trap->data = frame;
	trap->len = fake_frame(frame, dmac, FAKE_A, src, dst, proto, sport, dport);
	return frame;
}

static void run(struct agent *agent)
{
	trap_many(agent, traps, n_traps);
	n_traps = 0;
}

static const struct flow *is(__u32 index)
{
	return &fake.flow[index].flow;
}

static const struct flow *reverse(__u32 index)
{
	return is(index)->rindex == VR_FLOW_NONE ? NULL : is(is(index)->rindex);
}

TEST(decide_allow_makes_both_directions)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 0x1234567, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(5)->action);
	EXPECT(reverse(5));
	EXPECT_EQ(12, reverse(5)->nh);
	EXPECT_EQ(VR_FLOW_FORWARD, reverse(5)->action);
	EXPECT_EQ(80, reverse(5)->tuple.sport);
	/* The route was asked for, and then the router was told: two messages. */
	EXPECT_EQ(2, fake.calls);
	COUNTED(ALLOWED, 1);
	COUNTED(RECHECKED, 0);
	EXPECT_EQ(POLICY_ALLOW, seen_find(agent->seen, 5, 0x1234567)->action);
	EXPECT_EQ(POLICY_EGRESS | POLICY_INGRESS, seen_find(agent->seen, 5, 0x1234567)->direction);
	EXPECT(!seen_find(agent->seen, 5, 0x1234568));
	EXPECT_EQ(0, fake.n_sent);
	fake_end(agent);
}

TEST(decide_second_flow_needs_no_look_up)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	fake.calls = 0;
	miss(1, 1, 6, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4001, 80);
	run(agent);
	EXPECT_EQ(1, fake.calls);
	/* A route has changed, perhaps this one. */
	fake_changed(agent, 1);
	fake.calls = 0;
	miss(1, 1, 7, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4002, 80);
	run(agent);
	EXPECT_EQ(2, fake.calls);
	fake_end(agent);
}

TEST(decide_deny_is_one_direction)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 22);
	run(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(FLOW_DROP_POLICY, is(5)->drop_reason);
	EXPECT(!reverse(5));
	EXPECT_EQ(0, fake.n_sent);
	COUNTED(DENIED, 1);
	fake_end(agent);
}

TEST(decide_reject_tells_the_sender)
{
	struct agent *agent = fake_net(config);
	struct packet p;

	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 25);
	miss(1, 1, 6, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_UDP, 4000, 9);
	run(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(VR_FLOW_DROP, is(6)->action);
	EXPECT_EQ(2, fake.n_sent);
	EXPECT_EQ(1, fake.sent[0].vif);
	EXPECT_EQ(VR_AGENT_CMD_SWITCH, fake.sent[0].cmd);
	packet_read(&p, fake.sent[0].frame, fake.sent[0].len);
	EXPECT_EQ(IPPROTO_TCP, p.proto);
	EXPECT_EQ(0x14, p.data[p.l4 + 13]);
	packet_read(&p, fake.sent[1].frame, fake.sent[1].len);
	EXPECT_EQ(IPPROTO_ICMP, p.proto);
	EXPECT_EQ(3, p.data[p.l4]);
	EXPECT_EQ(13, p.data[p.l4 + 1]);
	EXPECT_EQ(254, packet_src(&p)[3]);
	COUNTED(REJECTED, 2);
	COUNTED(RST, 1);
	COUNTED(ICMP, 1);
	fake_end(agent);
}

/* Who is behind a tunnel is told through it: in his VRF, not in the underlay. */
TEST(decide_reject_tells_by_the_tunnel)
{
	struct agent *agent = fake_net(config);
	struct packet p;
	int i;

	miss(10, 1, 5, 1, 11, FAKE_A, "10.1.9.9", "10.1.1.1", IPPROTO_TCP, 4000, 25);
	miss(10, 1, 6, 1, 11, FAKE_A, "10.1.9.9", "10.1.1.1", IPPROTO_UDP, 4000, 9);
	run(agent);
	EXPECT_EQ(2, fake.n_sent);
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(VR_AGENT_CMD_ROUTE, fake.sent[i].cmd);
		EXPECT_EQ(10, fake.sent[i].vif);
		EXPECT_EQ(1, fake.sent[i].vrf);
		packet_read(&p, fake.sent[i].frame, fake.sent[i].len);
		EXPECT_EQ(9, packet_dst(&p)[2]);
	}
	fake_end(agent);
}

/* Answers of who has no policy are met on their way to who has: by his key. */
TEST(decide_reverse_of_a_guest_without_policy)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.3", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(11, reverse(5)->nh);
	fake_end(agent);
}

TEST(decide_reverse_of_the_fabric)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "192.0.2.1", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(11, reverse(5)->nh);
	fake_end(agent);
}

/* A packet of the fabric, met on its way to B: B's key, B's rules, and to B it is ingress. */
TEST(decide_from_the_fabric)
{
	struct agent *agent = fake_net(config);

	miss(10, 0, 5, 1, 12, FAKE_R, "192.0.2.1", "10.1.1.2", IPPROTO_TCP, 4000, 22);
	miss(10, 0, 6, 1, 12, FAKE_R, "192.0.2.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	miss(10, 0, 7, 1, 12, FAKE_R, "192.0.2.1", "10.1.1.2", IPPROTO_UDP, 4000, 53);
	miss(10, 0, 8, 1, 12, FAKE_R, "192.0.2.1", "10.1.1.2", IPPROTO_UDP, 4000, 123);
	run(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(VR_FLOW_FORWARD, is(6)->action);
	EXPECT_EQ(12, reverse(6)->nh);
	EXPECT_EQ(VR_FLOW_FORWARD, is(7)->action);
	EXPECT_EQ(VR_FLOW_DROP, is(8)->action);
	EXPECT_EQ(0, fake.asked);
	fake_end(agent);
}

/* Only the nexthop to C asks for policy: C's answers are met on their way to FAKE_A, by A's key. */
TEST(decide_reverse_where_only_nexthops_ask)
{
	struct agent *agent = fake_net(config);

	fake_vif(agent, 1, VR_VIF_VIRTUAL, 0, 1, 11);
	miss(1, 1, 5, 1, 13, FAKE_R, "10.1.1.1", "10.1.1.3", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(11, reverse(5)->nh);
	fake_end(agent);
}

/* A frame that is bridged goes by its MAC, whatever routes there are. */
TEST(decide_bridged_by_mac)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 1, 11, FAKE_B, "172.16.0.1", "172.16.0.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(12, reverse(5)->nh);
	EXPECT_EQ(1, fake.asked);
	fake_end(agent);
}

TEST(decide_without_any_way)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "10.77.0.1", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(5)->action);
	EXPECT_EQ(11, reverse(5)->nh);
	fake_end(agent);
}

TEST(decide_directions)
{
	struct agent *agent = fake_net(config);

	/* To the fabric: egress only. To B: both. */
	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "192.0.2.1", IPPROTO_UDP, 4000, 53);
	miss(1, 1, 6, 1, 11, FAKE_R, "10.1.1.1", "192.0.2.1", IPPROTO_UDP, 4000, 123);
	miss(1, 1, 7, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_UDP, 4000, 53);
	run(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(VR_FLOW_FORWARD, is(6)->action);
	EXPECT_EQ(VR_FLOW_FORWARD, is(7)->action);
	fake_end(agent);
}

TEST(decide_vrf_that_nobody_configured)
{
	struct agent *agent = fake_net(config);

	fake_vif(agent, 4, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 9, 14);
	miss(4, 9, 5, 1, 14, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	fake_config(agent, "default: allow\n");
	miss(4, 9, 6, 1, 14, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(6)->action);
	fake_end(agent);
}

/* Key nexthop 0 is everybody's who has no other. */
TEST(decide_without_key_nexthops)
{
	struct agent *agent = fake_net(config);

	fake_vif(agent, 1, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 1, 0);
	fake_vif(agent, 2, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 1, 0);
	miss(1, 1, 5, 1, 0, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(5)->action);
	EXPECT_EQ(0, reverse(5)->nh);
	fake_end(agent);
}

TEST(decide_conversation_with_oneself)
{
	struct agent *agent = fake_net(config);

	fake_place(1, "10.1.1.8/32", 21);
	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.8", "10.1.1.8", IPPROTO_TCP, 80, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(5)->action);
	EXPECT(!reverse(5));
	COUNTED(FAILED, 0);
	fake_end(agent);
}

/* --- the router knows it otherwise ------------------------------------------- */

/* A rule of the vif leaves the ports out of the key: the kernel is asked which flow it is. */
TEST(decide_key_that_the_packet_does_not_say)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 0x107, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	fake.flow[5].flow.tuple.sport = 0;
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(5)->action);
	EXPECT_EQ(0, reverse(5)->tuple.dport);
	COUNTED(RECHECKED, 1);
	COUNTED(ALLOWED, 1);
	EXPECT(seen_find(agent->seen, 5, 0x107)->whole);
	fake_end(agent);
}

TEST(decide_packet_that_says_nothing)
{
	struct agent *agent = fake_net(config);
	__u8 *frame;

	frame = miss(1, 1, 5, 7, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_ICMP, 4000, 0);
	/* An ICMP error: part of a flow of TCP that this packet quotes. */
	frame[34] = 3;
	fake.flow[5].flow.tuple.proto = IPPROTO_TCP;
	fake.flow[5].flow.tuple.sport = 4000;
	fake.flow[5].flow.tuple.dport = 80;
	run(agent);
	EXPECT_EQ(VR_FLOW_FORWARD, is(5)->action);
	COUNTED(RECHECKED, 1);
	fake_end(agent);
}

/* The place is another flow's by now: nothing is said of that one. */
TEST(decide_too_late)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 7, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	fake_flow(5, 8, 12, "10.1.1.2", "10.1.1.1", IPPROTO_UDP, 1, 2, VR_FLOW_HOLD, 1);
	run(agent);
	EXPECT_EQ(VR_FLOW_HOLD, is(5)->action);
	EXPECT_EQ(0, fake.flow[5].changes);
	COUNTED(GONE, 1);
	COUNTED(ALLOWED, 0);
	miss(1, 1, 6, 7, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	fake.flow[6].flow.gen = 0;
	run(agent);
	COUNTED(GONE, 2);
	fake_end(agent);
}

TEST(decide_somebody_else_was_faster)
{
	struct agent *agent = fake_net(config);

	miss(1, 1, 5, 7, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	fake.flow[5].flow.tuple.sport = 0;
	fake.flow[5].flow.action = VR_FLOW_DROP;
	run(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(0, fake.flow[5].changes);
	fake_end(agent);
}

TEST(decide_many_at_once)
{
	struct agent *agent = fake_net(config);
	char src[32];
	__u32 i;

	for (i = 0; i < FAKE_FLOWS / 2; i++) {
		snprintf(src, sizeof(src), "10.1.1.%u", 100 + i);
		miss(1, 1, i, i + 1, 11, i % 3 ? FAKE_R : FAKE_B,
		     src, i % 2 ? "10.1.1.2" : "10.1.1.3", IPPROTO_TCP, 4000 + i, i % 5 ? 80 : 22);
		if (i % 7 == 0)
			fake.flow[i].flow.tuple.sport = 0;
	}
	run(agent);
	for (i = 0; i < FAKE_FLOWS / 2; i++) {
		EXPECT_EQ(i % 5 ? VR_FLOW_FORWARD : VR_FLOW_DROP, is(i)->action);
		if (i % 5)
			EXPECT_EQ(i % 2 || !(i % 3) ? 12 : 11, reverse(i)->nh);
		EXPECT_EQ(1, fake.flow[i].changes);
	}
	/* Two look-ups at most, the decisions, one more look, and the rest of the decisions. */
	EXPECT(fake.calls <= 6);
	fake_end(agent);
}

TEST(decide_kernel_that_does_not_answer)
{
	struct agent *agent = fake_net(config);

	fake.broken = true;
	miss(1, 1, 5, 1, 11, FAKE_R, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80);
	run(agent);
	EXPECT_EQ(VR_FLOW_HOLD, is(5)->action);
	fake_end(agent);
}
