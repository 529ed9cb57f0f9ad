// SPDX-License-Identifier: GPL-2.0-only
/* Flows that are there: taken over, looked at again when the rules change, and only then. */
#include "test.h"

#include <string.h>

#include <netinet/in.h>

#include "fake.h"
#include "kernel_put.h"
#include "seen.h"
#include "sweep.h"

static const char web[] = "vrfs: [{vrf: 1, rules: [{action: allow, proto: tcp, dport: 80}]}]\n";
static const char ssh[] = "vrfs: [{vrf: 1, rules: [{action: allow, proto: tcp, dport: 22}]}]\n";
static const char rejecting[] = "vrfs: [{vrf: 1, default: reject}]\n";

static struct agent *begin(const char *config)
{
	struct agent *agent = fake_begin(config);

	fake_vif(agent, 1, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 1, 11);
	fake_vif(agent, 2, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 1, 12);
	fake_nh(agent, 21, VR_NH_ENCAP, 1, 1);
	fake_nh(agent, 22, VR_NH_ENCAP, 2, 1);
	fake_place(1, "10.1.1.1/32", 21);
	fake_place(1, "10.1.1.2/32", 22);
	return agent;
}

static void sweep(struct agent *agent, enum sweep_kind kind)
{
	sweep_begin(agent, kind);
	while (kernel_dumping(agent->kernel))
		sweep_some(agent);
}

/* A to B's port, and back. */
static void pair(__u32 index, __u16 dport, __u32 action)
{
	fake_flow(index, 100 + index, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000 + index, dport,
		  action, 1);
	fake_flow(index + 1, 100 + index + 1, 12, "10.1.1.2", "10.1.1.1", IPPROTO_TCP, dport,
		  4000 + index, action, 1);
	fake_pair(index, index + 1);
}

static const struct flow *is(__u32 index)
{
	return &fake.flow[index].flow;
}

static unsigned int changes(void)
{
	unsigned int i, n = fake.deleted;

	for (i = 0; i < FAKE_FLOWS; i++)
		n += fake.flow[i].changes;
	return n;
}

TEST(takeover_decides_those_that_wait)
{
	struct agent *agent = begin(web);

	fake_flow(3, 7, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80, VR_FLOW_HOLD, 1);
	fake_flow(20, 8, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 22, VR_FLOW_HOLD, 1);
	sweep(agent, SWEEP_TAKEOVER);
	EXPECT_EQ(VR_FLOW_FORWARD, is(3)->action);
	EXPECT_EQ(12, is(is(3)->rindex)->nh);
	EXPECT_EQ(VR_FLOW_DROP, is(20)->action);
	EXPECT(seen_find(agent->seen, 3, 7)->whole);
	EXPECT_EQ(1, agent->stats.count[STAT_ALLOWED]);
	EXPECT_EQ(1, agent->stats.count[STAT_DENIED]);
	fake_end(agent);
}

TEST(takeover_leaves_what_is_allowed)
{
	struct agent *agent = begin(web);

	pair(4, 80, VR_FLOW_FORWARD);
	sweep(agent, SWEEP_TAKEOVER);
	EXPECT_EQ(0, changes());
	/* Only one of the two could have begun. */
	EXPECT_EQ(POLICY_ALLOW, seen_find(agent->seen, 4, 104)->action);
	EXPECT(!seen_find(agent->seen, 5, 105));
	EXPECT_EQ(2, agent->stats.count[STAT_AUDITED]);
	fake_end(agent);
}

TEST(takeover_drops_what_is_forbidden)
{
	struct agent *agent = begin(web);

	pair(4, 22, VR_FLOW_FORWARD);
	sweep(agent, SWEEP_TAKEOVER);
	EXPECT_EQ(VR_FLOW_DROP, is(4)->action);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(FLOW_DROP_AUDIT, is(4)->drop_reason);
	EXPECT_EQ(0, fake.deleted);
	fake_end(agent);
}

/* What was dropped and may go on now is decided by its next packet. */
TEST(takeover_forgets_what_is_dropped_and_allowed)
{
	struct agent *agent = begin(web);

	fake_flow(4, 1, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80, VR_FLOW_DROP, 1);
	fake_flow(5, 1, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 22, VR_FLOW_DROP, 1);
	sweep(agent, SWEEP_TAKEOVER);
	EXPECT_EQ(0, is(4)->gen);
	EXPECT_EQ(1, is(5)->gen);
	EXPECT_EQ(1, fake.deleted);
	fake_end(agent);
}

TEST(reload_changes_what_is_decided_otherwise_and_nothing_else)
{
	struct agent *agent = begin(web);

	pair(4, 80, VR_FLOW_FORWARD);
	pair(8, 22, VR_FLOW_DROP);
	fake_flow(12, 1, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 99, VR_FLOW_DROP, 1);
	sweep(agent, SWEEP_TAKEOVER);
	EXPECT_EQ(0, changes());
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(0, changes());
	fake_config(agent, ssh);
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(VR_FLOW_DROP, is(4)->action);
	EXPECT_EQ(FLOW_DROP_POLICY, is(4)->drop_reason);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	EXPECT_EQ(0, is(8)->gen);
	EXPECT_EQ(0, is(9)->gen);
	EXPECT_EQ(1, is(12)->gen);
	EXPECT_EQ(4, changes());
	/* And back. */
	fake_config(agent, web);
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(0, is(4)->gen);
	EXPECT_EQ(0, is(5)->gen);
	fake_end(agent);
}

/* Who began counts, if that is known: here B began, to A's port 4004. */
TEST(reload_judges_the_direction_that_was_decided)
{
	struct agent *agent = begin("vrfs: [{vrf: 1, default: allow}]\n");
	struct seen_flow seen = { .gen = 105, .whole = true, .vrf = 1, .action = POLICY_ALLOW,
				  .direction = POLICY_EGRESS | POLICY_INGRESS };

	pair(4, 80, VR_FLOW_FORWARD);
	seen_put(agent->seen, 5, &seen);
	fake_config(agent, web);
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(VR_FLOW_DROP, is(4)->action);
	EXPECT_EQ(VR_FLOW_DROP, is(5)->action);
	fake_end(agent);
}

/* Either may have begun, so either will do. */
TEST(reload_in_doubt_leaves_it)
{
	struct agent *agent = begin("vrfs: [{vrf: 1, default: allow}]\n");

	pair(4, 80, VR_FLOW_FORWARD);
	sweep(agent, SWEEP_TAKEOVER);
	fake_config(agent, web);
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(0, changes());
	fake_end(agent);
}

/* Directions of a flow that is bridged are known only from its packet: they are remembered. */
TEST(reload_remembers_directions)
{
	static const char ingress[] =
		"vrfs: [{vrf: 1, rules: [{action: allow, proto: tcp, direction: ingress}]}]\n";
	struct agent *agent = begin(ingress);
	struct seen_flow seen = { .gen = 104, .whole = true, .vrf = 1, .action = POLICY_ALLOW,
				  .direction = POLICY_EGRESS | POLICY_INGRESS };

	pair(4, 80, VR_FLOW_FORWARD);
	fake.n_places = 0;
	seen_put(agent->seen, 4, &seen);
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(0, changes());
	fake_end(agent);
}

/* Taken over, they are known by the key of the other direction. */
TEST(takeover_finds_directions_by_the_other_flow)
{
	static const char ingress[] =
		"vrfs: [{vrf: 1, rules: [{action: allow, proto: tcp, direction: ingress}]}]\n";
	struct agent *agent = begin(ingress);

	pair(4, 80, VR_FLOW_FORWARD);
	fake.n_places = 0;
	sweep(agent, SWEEP_TAKEOVER);
	EXPECT_EQ(0, changes());
	fake_end(agent);
}

/* What was dropped without a word is decided anew if this agent knows it; of others nobody does. */
TEST(reload_from_deny_to_reject)
{
	struct agent *agent = begin(web);
	struct seen_flow seen = { .gen = 1, .whole = true, .vrf = 1, .action = POLICY_DENY };

	fake_flow(4, 1, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 22, VR_FLOW_DROP, 1);
	fake_flow(5, 1, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4001, 22, VR_FLOW_DROP, 1);
	seen_put(agent->seen, 4, &seen);
	fake_config(agent, rejecting);
	sweep(agent, SWEEP_RELOAD);
	EXPECT_EQ(0, is(4)->gen);
	EXPECT_EQ(1, is(5)->gen);
	fake_end(agent);
}

TEST(sweep_of_those_that_wait_leaves_others)
{
	struct agent *agent = begin(web);

	pair(4, 22, VR_FLOW_FORWARD);
	fake_flow(8, 7, 11, "10.1.1.1", "10.1.1.2", IPPROTO_TCP, 4000, 80, VR_FLOW_HOLD, 1);
	sweep(agent, SWEEP_HELD);
	EXPECT_EQ(VR_FLOW_FORWARD, is(4)->action);
	EXPECT_EQ(VR_FLOW_FORWARD, is(8)->action);
	EXPECT_EQ(1, changes());
	fake_end(agent);
}

/* One that is asked for while another goes on comes after it, and the larger of two is enough. */
TEST(sweep_after_sweep)
{
	struct agent *agent = begin(web);

	pair(4, 22, VR_FLOW_FORWARD);
	sweep_begin(agent, SWEEP_HELD);
	sweep_some(agent);
	sweep_begin(agent, SWEEP_RELOAD);
	sweep_begin(agent, SWEEP_HELD);
	while (kernel_dumping(agent->kernel))
		sweep_some(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(4)->action);
	fake_end(agent);
}

/* What could not be looked at is, but not at once again: what failed would fail for ever. */
TEST(sweep_that_fails)
{
	struct agent *agent = begin(web);

	pair(4, 22, VR_FLOW_FORWARD);
	fake.broken = true;
	sweep_begin(agent, SWEEP_RELOAD);
	sweep_some(agent);
	EXPECT(!kernel_dumping(agent->kernel));
	EXPECT_EQ(0, changes());
	fake.broken = false;
	/* The next tick. */
	sweep_some(agent);
	EXPECT(kernel_dumping(agent->kernel));
	while (kernel_dumping(agent->kernel))
		sweep_some(agent);
	EXPECT_EQ(VR_FLOW_DROP, is(4)->action);
	fake_end(agent);
}

/* Another router: neither what was begun nor what was to come is of it. */
TEST(sweep_that_is_forgotten)
{
	struct agent *agent = begin(web);

	pair(4, 22, VR_FLOW_FORWARD);
	sweep_begin(agent, SWEEP_RELOAD);
	sweep_begin(agent, SWEEP_TAKEOVER);
	agent->kernel->dump_seq = 0;
	sweep_forget(agent);
	sweep_some(agent);
	EXPECT(!kernel_dumping(agent->kernel));
	EXPECT_EQ(0, changes());
	fake_end(agent);
}

TEST(seen_flows_are_known_by_generation)
{
	struct seen *seen = seen_new();
	struct seen_flow flow = { .gen = 0x99, .action = POLICY_ALLOW };

	EXPECT(!seen_find(seen, 5, 1));
	EXPECT(!seen_find(seen, VR_FLOW_NONE, 1));
	seen_put(seen, 5, &flow);
	EXPECT(seen_find(seen, 5, 0x12399));
	EXPECT(!seen_find(seen, 5, 0x12398));
	EXPECT(!seen_find(seen, 6, 0x99));
	flow.whole = true;
	seen_put(seen, VR_FLOW_ID_MAX, &flow);
	EXPECT(seen_find(seen, VR_FLOW_ID_MAX, 0x99));
	EXPECT(!seen_find(seen, VR_FLOW_ID_MAX, 0x12399));
	seen_put(seen, VR_FLOW_ID_MAX + 1, &flow);
	EXPECT(!seen_find(seen, VR_FLOW_ID_MAX + 1, 0x99));
	seen_forget(seen);
	EXPECT(!seen_find(seen, VR_FLOW_ID_MAX, 0x99));
	seen_free(seen);
}
