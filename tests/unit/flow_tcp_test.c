// SPDX-License-Identifier: GPL-2.0-only
/* TCP tracking: what each segment makes of the state of both directions. */
#include "flows.h"

#define FIN	VR_FLOW_TCP_FIN
#define HC	VR_FLOW_TCP_HALF_CLOSE
#define FIN_R	VR_FLOW_TCP_FIN_R
#define SYN	VR_FLOW_TCP_SYN
#define SYN_R	VR_FLOW_TCP_SYN_R
#define EST	VR_FLOW_TCP_EST
#define EST_R	VR_FLOW_TCP_EST_R
#define RST	VR_FLOW_TCP_RST
#define DEAD	VR_FLOW_TCP_DEAD

#define BOTH	(SYN | SYN_R)
#define OPEN	(SYN | SYN_R | EST | EST_R)

/* Flags of a segment. */
#define f	VR_TCP_FIN
#define s	VR_TCP_SYN
#define r	VR_TCP_RST
#define a	VR_TCP_ACK

/* Who sends: the client's first number is 1000, the server's 5000. */
#define C	0
#define S	1

/** struct step - a segment, and the state of the client's and the server's flow behind it */
struct step {
	u8 who;
	u8 flags;
	u32 seq;
	u32 ack;
	u32 len;
	u16 client;
	u16 server;
};

#define HANDSHAKE \
	{ C, s, 1000, 0, 0, SYN, SYN_R }, \
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R }, \
	{ C, a, 1001, 5001, 0, OPEN, OPEN }

static const struct step handshake[] = {
	HANDSHAKE,
	{ C, a, 1001, 5001, 100, OPEN, OPEN },
	{ S, a, 5001, 1101, 900, OPEN, OPEN },
	{ C, a, 1101, 5901, 0, OPEN, OPEN },
};

static const struct step handshake_retransmitted[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R },
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R },
	{ C, a, 1001, 5001, 0, OPEN, OPEN },
	{ S, s | a, 5000, 1001, 0, OPEN, OPEN },
	{ C, s, 1000, 0, 0, OPEN, OPEN },
};

/* A SYN with another number before the answer: the client has begun anew. */
static const struct step handshake_restarted[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R },
	{ C, s, 7000, 0, 0, BOTH, BOTH },
	{ S, s | a, 5000, 1001, 0, BOTH, BOTH },
	{ S, s | a, 5000, 7001, 0, BOTH | EST, BOTH | EST_R },
	{ C, a, 7001, 5001, 0, OPEN, OPEN },
};

/* The answer acknowledges something else: half open, of an older connection. */
static const struct step handshake_bad_ack[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1002, 0, BOTH, BOTH },
	{ S, s | a, 5000, 1000, 0, BOTH, BOTH },
	{ C, a, 1001, 5000, 0, BOTH, BOTH },
	{ C, a, 1001, 4000, 0, BOTH, BOTH },
};

/* What was acknowledged before it began anew counts no longer. */
static const struct step handshake_restarted_after_ack[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1002, 0, BOTH, BOTH },
	{ C, a, 1001, 4000, 0, BOTH, BOTH },
	{ C, s, 7000, 0, 0, BOTH, BOTH },
	{ S, r, 4000, 0, 0, BOTH, BOTH },
	{ S, r, 5001, 0, 0, BOTH | RST | DEAD, BOTH | RST | DEAD },
};

/* The last ACK was lost; data acknowledges more than the SYN. */
static const struct step handshake_with_data[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R },
	{ C, a, 1001, 5101, 100, OPEN, OPEN },
};

/* RFC 7413: the SYN carries data, which the answer acknowledges as well. */
static const struct step handshake_fast_open[] = {
	{ C, s, 1000, 0, 50, SYN, SYN_R },
	{ S, s | a, 5000, 1051, 0, BOTH, BOTH },
	{ C, a, 1051, 5001, 0, BOTH | EST_R, BOTH | EST },
	{ S, a, 5001, 1051, 10, OPEN, OPEN },
};

/* RFC 9293 3.5, figure 7 */
static const struct step simultaneous_open[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s, 5000, 0, 0, BOTH, BOTH },
	{ C, s | a, 1000, 5001, 0, BOTH | EST_R, BOTH | EST },
	{ S, s | a, 5000, 1001, 0, OPEN, OPEN },
};

/* RFC 5961 4: in an open connection a SYN is asked about, and changes nothing. */
static const struct step syn_when_open[] = {
	HANDSHAKE,
	{ C, s, 90000, 0, 0, OPEN, OPEN },
	{ S, a, 5001, 1001, 0, OPEN, OPEN },
	{ S, s | a, 90000, 1001, 0, OPEN, OPEN },
	/* The answer was right: what the client has no longer it resets. */
	{ C, r, 1001, 0, 0, OPEN | RST | DEAD, OPEN | RST | DEAD },
};

static const struct step close_by_client[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, a, 5001, 1002, 0, OPEN | FIN | HC, OPEN | FIN_R },
	{ S, a, 5001, 1002, 500, OPEN | FIN | HC, OPEN | FIN_R },
	{ C, a, 1002, 5501, 0, OPEN | FIN | HC, OPEN | FIN_R },
	{ S, f | a, 5501, 1002, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ C, a, 1002, 5502, 0, OPEN | FIN | HC | FIN_R | DEAD, OPEN | FIN | HC | FIN_R | DEAD },
};

static const struct step close_with_data[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 100, OPEN | FIN, OPEN | FIN_R },
	/* The data, but not the FIN. */
	{ S, a, 5001, 1101, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, f | a, 5001, 1102, 7, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ C, a, 1102, 5008, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ C, a, 1102, 5009, 0, OPEN | FIN | HC | FIN_R | DEAD, OPEN | FIN | HC | FIN_R | DEAD },
};

/* Three segments: the second FIN carries the ACK of the first. */
static const struct step close_in_three[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, f | a, 5001, 1002, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ C, a, 1002, 5002, 0, OPEN | FIN | HC | FIN_R | DEAD, OPEN | FIN | HC | FIN_R | DEAD },
};

static const struct step close_retransmitted[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 10, OPEN | FIN, OPEN | FIN_R },
	{ C, f | a, 1001, 5001, 10, OPEN | FIN, OPEN | FIN_R },
	/* Only the end of it once more. */
	{ C, f | a, 1011, 5001, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, a, 5001, 1012, 0, OPEN | FIN | HC, OPEN | FIN_R },
	{ C, f | a, 1011, 5001, 0, OPEN | FIN | HC, OPEN | FIN_R },
	{ S, f | a, 5001, 1012, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ S, f | a, 5001, 1012, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ C, a, 1012, 5002, 0, OPEN | FIN | HC | FIN_R | DEAD, OPEN | FIN | HC | FIN_R | DEAD },
	/* Whatever comes now. */
	{ S, f | a, 5001, 1012, 0, OPEN | FIN | HC | FIN_R | DEAD,
	  OPEN | FIN | HC | FIN_R | DEAD },
};

/* RFC 9293 3.6, figure 13 */
static const struct step close_simultaneous[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, f | a, 5001, 1001, 0, OPEN | FIN | FIN_R, OPEN | FIN | FIN_R },
	{ C, a, 1002, 5002, 0, OPEN | FIN | FIN_R, OPEN | FIN | HC | FIN_R },
	{ S, a, 5002, 1002, 0, OPEN | FIN | HC | FIN_R | DEAD, OPEN | FIN | HC | FIN_R | DEAD },
};

/* Numbers wrap. */
static const struct step close_wraps[] = {
	{ C, s, 0xffffffff, 0, 0, SYN, SYN_R },
	{ S, s | a, 0xfffffff0, 0, 0, BOTH | EST, BOTH | EST_R },
	{ C, a, 0, 0xfffffff1, 0, OPEN, OPEN },
	{ S, f | a, 0xfffffff1, 0, 14, OPEN | FIN_R, OPEN | FIN },
	{ C, f | a, 0, 0, 0, OPEN | FIN | FIN_R, OPEN | FIN | HC | FIN_R },
	{ S, a, 0, 1, 0, OPEN | FIN | HC | FIN_R | DEAD, OPEN | FIN | HC | FIN_R | DEAD },
};

/* RFC 6191: the same ports while the last connection is not forgotten. */
static const struct step syn_when_closing[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, f | a, 5001, 1002, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ S, s | a, 5000, 1001, 0, OPEN | FIN | HC | FIN_R, OPEN | FIN | FIN_R },
	{ C, s, 80000, 0, 0, SYN, SYN_R },
	{ S, s | a, 90000, 80001, 0, BOTH | EST, BOTH | EST_R },
	{ C, a, 80001, 90001, 0, OPEN, OPEN },
};

/* RFC 5961 3.2 */
static const struct step rst_when_open[] = {
	HANDSHAKE,
	{ C, r, 1002, 0, 0, OPEN, OPEN },
	{ C, r, 1000, 0, 0, OPEN, OPEN },
	{ C, r | a, 0, 5001, 0, OPEN, OPEN },
	{ S, r, 1001, 0, 0, OPEN, OPEN },
	{ S, r, 5002, 0, 0, OPEN, OPEN },
	{ S, r, 5001, 0, 0, OPEN | RST | DEAD, OPEN | RST | DEAD },
};

static const struct step rst_after_data[] = {
	HANDSHAKE,
	{ C, a, 1001, 5001, 100, OPEN, OPEN },
	{ S, a, 5001, 1101, 0, OPEN, OPEN },
	{ C, r, 1001, 0, 0, OPEN, OPEN },
	{ C, r | a, 1101, 5001, 0, OPEN | RST | DEAD, OPEN | RST | DEAD },
};

/* Nobody listens: RFC 9293 3.10.7.3 */
static const struct step rst_refuses[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, r | a, 0, 1000, 0, SYN, SYN_R },
	{ S, r | a, 0, 1002, 0, SYN, SYN_R },
	{ S, r, 0, 0, 0, SYN, SYN_R },
	{ S, r | a, 0, 1001, 0, SYN | RST | DEAD, SYN_R | RST | DEAD },
};

/* The client gives up before there is an answer. */
static const struct step rst_gives_up[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ C, r, 1002, 0, 0, SYN, SYN_R },
	{ C, r, 1001, 0, 0, SYN | RST | DEAD, SYN_R | RST | DEAD },
};

/* The server does, between its answer and the client's. */
static const struct step rst_half_open[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R },
	{ S, r, 5009, 0, 0, BOTH | EST, BOTH | EST_R },
	{ S, r, 5001, 0, 0, BOTH | EST | RST | DEAD, BOTH | EST_R | RST | DEAD },
};

static const struct step rst_half_open_client[] = {
	{ C, s, 1000, 0, 0, SYN, SYN_R },
	{ S, s | a, 5000, 1001, 0, BOTH | EST, BOTH | EST_R },
	{ C, r, 1005, 0, 0, BOTH | EST, BOTH | EST_R },
	{ C, r, 1001, 0, 0, BOTH | EST | RST | DEAD, BOTH | EST_R | RST | DEAD },
};

static const struct step rst_when_closing[] = {
	HANDSHAKE,
	{ C, f | a, 1001, 5001, 0, OPEN | FIN, OPEN | FIN_R },
	{ S, a, 5001, 1002, 0, OPEN | FIN | HC, OPEN | FIN_R },
	{ C, r, 1001, 0, 0, OPEN | FIN | HC, OPEN | FIN_R },
	{ C, r, 1002, 0, 0, OPEN | FIN | HC | RST | DEAD, OPEN | FIN_R | RST | DEAD },
};

/* Flows that came into a connection that was there. */
static const struct step older_than_its_flows[] = {
	{ C, a, 1001, 5001, 10, 0, 0 },
	{ S, a, 5001, 1011, 10, 0, 0 },
	{ C, r, 1010, 0, 0, 0, 0 },
	{ C, f | a, 1011, 5011, 0, FIN, FIN_R },
	{ S, f | a, 5011, 1012, 0, FIN | HC | FIN_R, FIN | FIN_R },
	{ C, a, 1012, 5012, 0, FIN | HC | FIN_R | DEAD, FIN | HC | FIN_R | DEAD },
};

static const struct step older_and_reset[] = {
	{ C, a, 1001, 5001, 10, 0, 0 },
	{ S, r, 5002, 0, 0, 0, 0 },
	{ S, r, 5001, 0, 0, RST | DEAD, RST | DEAD },
};

static const struct step older_and_silent[] = {
	{ S, r, 5002, 0, 0, RST | DEAD, RST | DEAD },
};

/* Segments that say nothing. */
static const struct step nonsense[] = {
	{ C, s | f, 1000, 0, 0, 0, 0 },
	{ C, s | f | a, 1000, 0, 0, 0, 0 },
	{ C, 0, 1000, 0, 0, 0, 0 },
	{ C, 0xe8, 1000, 0, 0, 0, 0 },
	HANDSHAKE,
	{ C, s | f, 1000, 0, 0, OPEN, OPEN },
	{ C, 0, 1, 2, 3, OPEN, OPEN },
};

struct table {
	const char *name;
	const struct step *step;
	unsigned int n;
};

#define TABLE(t) { #t, t, ARRAY_SIZE(t) }

static const struct table tables[] = {
	TABLE(handshake),
	TABLE(handshake_retransmitted),
	TABLE(handshake_restarted),
	TABLE(handshake_restarted_after_ack),
	TABLE(handshake_bad_ack),
	TABLE(handshake_with_data),
	TABLE(handshake_fast_open),
	TABLE(simultaneous_open),
	TABLE(syn_when_open),
	TABLE(syn_when_closing),
	TABLE(close_by_client),
	TABLE(close_with_data),
	TABLE(close_in_three),
	TABLE(close_retransmitted),
	TABLE(close_simultaneous),
	TABLE(close_wraps),
	TABLE(rst_when_open),
	TABLE(rst_after_data),
	TABLE(rst_refuses),
	TABLE(rst_gives_up),
	TABLE(rst_half_open),
	TABLE(rst_half_open_client),
	TABLE(rst_when_closing),
	TABLE(older_than_its_flows),
	TABLE(older_and_reset),
	TABLE(older_and_silent),
	TABLE(nonsense),
};

static void table_desc(const struct table *table, char *desc)
{
	strscpy(desc, table->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tables, tables, table_desc);

static void segment(struct world *w, struct vr_flow_id id, u8 flags, u32 seq, u32 ack, u32 len)
{
	const struct vr_tcp_seen seen = { .seq = seq, .ack = ack, .len = len, .flags = flags };
	struct vr_flow_act act;
	struct vr_flow *flow;

	local_bh_disable();
	rcu_read_lock();
	flow = vr_flow_at_rcu(&w->core->flows, id.index);
	KUNIT_EXPECT_TRUE(w->test, flow);
	if (flow) {
		act = vr_flow_act_read(flow);
		vr_flow_tcp(w->core, flow, &act, &seen);
	}
	rcu_read_unlock();
	local_bh_enable();
}

static u32 state(struct world *w, struct vr_flow_id id)
{
	struct vr_flow_info info = {};

	KUNIT_EXPECT_EQ(w->test, f_get(w, id, &info), 0);
	KUNIT_EXPECT_EQ(w->test, !!(info.tcp & DEAD), !!(info.state & VR_FLOW_S_EVICT));
	return info.tcp;
}

static void flow_tcp_tables(struct kunit *test)
{
	const struct table *table = test->param_value;
	struct world *w = test->priv;
	struct vr_flow_id id[2];
	unsigned int i;

	f_pair(w, 1, id);
	for (i = 0; i < table->n; i++) {
		const struct step *step = &table->step[i];

		segment(w, id[step->who], step->flags, step->seq, step->ack, step->len);
		KUNIT_EXPECT_EQ_MSG(test, state(w, id[C]), step->client, "step %u: client", i);
		KUNIT_EXPECT_EQ_MSG(test, state(w, id[S]), step->server, "step %u: server", i);
	}
}

/* Without the other direction there is nothing to compare with. */
static void flow_tcp_alone(struct kunit *test)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(1), VR_FLOW_FORWARD);
	struct world *w = test->priv;
	struct vr_flow_id id[2];

	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, id), 0);
	segment(w, id[0], s, 1000, 0, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[0]), SYN);
	segment(w, id[0], a, 1001, 5001, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[0]), SYN);
	segment(w, id[0], f | a, 1001, 5001, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[0]), SYN | FIN);
	segment(w, id[0], a, 1002, 5002, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[0]), SYN | FIN);
	segment(w, id[0], r, 77, 0, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[0]), SYN | FIN | RST | DEAD);
}

static void flow_tcp_any_rst_may_close(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id id[2];

	KUNIT_ASSERT_EQ(test, f_conf(w, VR_CONF_TCP_RST_CLOSES, 1), 0);
	f_pair(w, 1, id);
	segment(w, id[C], s, 1000, 0, 0);
	segment(w, id[S], r, 12345, 0, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[C]), SYN | RST | DEAD);
	KUNIT_EXPECT_EQ(test, state(w, id[S]), SYN_R | RST | DEAD);
}

/* Many connections may share a flow without ports. */
static void flow_tcp_fat_flows_are_not_followed(struct kunit *test)
{
	static const struct { u16 sport, dport; } ports[] = { { 0, 80 }, { 80, 0 }, { 0, 0 } };
	struct world *w = test->priv;
	struct vr_flow_cfg cfg, rev;
	struct vr_flow_id id[2];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		cfg = f_cfg(f_key(1), VR_FLOW_FORWARD);
		cfg.key.sport = htons(ports[i].sport);
		cfg.key.dport = htons(ports[i].dport);
		rev = cfg;
		vr_flow_key_reverse(&cfg.key, 99, &rev.key);
		KUNIT_ASSERT_EQ(test, f_set(w, &cfg, &rev, id), 0);
		segment(w, id[0], s, 1000, 0, 0);
		segment(w, id[1], s | a, 5000, 1001, 0);
		segment(w, id[0], r, 1001, 0, 0);
		KUNIT_EXPECT_EQ(test, state(w, id[0]), 0);
		KUNIT_EXPECT_EQ(test, state(w, id[1]), 0);
	}
}

/* Only who names it as well is the other direction. */
static void flow_tcp_stranger_is_not_touched(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_id one[2], two[2];
	int ret;

	f_pair(w, 1, one);
	f_pair(w, 2, two);
	/* The first client's flow now names the second server's, and that one it. */
	ret = W_LOCKED(w, vr_flow_link(w->core, one[C], two[S], &w->err));
	KUNIT_ASSERT_EQ(test, ret, 0);
	segment(w, one[C], s, 1000, 0, 0);
	KUNIT_EXPECT_EQ(test, state(w, one[C]), SYN);
	KUNIT_EXPECT_EQ(test, state(w, two[S]), SYN_R);
	KUNIT_EXPECT_EQ(test, state(w, one[S]), 0);
	KUNIT_EXPECT_EQ(test, state(w, two[C]), 0);
	/* Those who were left are alone. */
	segment(w, two[C], r, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, state(w, two[C]), RST | DEAD);
	KUNIT_EXPECT_EQ(test, state(w, two[S]), SYN_R);
}

/* A decision changes nothing of what is known of the connection. */
static void flow_tcp_survives_decisions(struct kunit *test)
{
	struct vr_flow_cfg cfg = f_cfg(f_key(1), VR_FLOW_DROP);
	struct world *w = test->priv;
	struct vr_flow_id id[2], again[2];

	f_pair(w, 1, id);
	segment(w, id[C], s, 1000, 0, 0);
	segment(w, id[S], s | a, 5000, 1001, 0);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, again), 0);
	KUNIT_EXPECT_EQ(test, again[0].index, id[C].index);
	KUNIT_EXPECT_EQ(test, state(w, id[C]), BOTH | EST);
	segment(w, id[C], a, 1001, 5001, 0);
	KUNIT_EXPECT_EQ(test, state(w, id[S]), OPEN);
	segment(w, id[C], r, 1001, 0, 0);
	KUNIT_ASSERT_EQ(test, f_set(w, &cfg, NULL, again), 0);
	KUNIT_EXPECT_EQ(test, state(w, id[C]), OPEN | RST | DEAD);
}

#ifdef VR_TEST_USERSPACE
#define RACES	3000

struct closer {
	struct world *w;
	struct vr_flow_id id[2];
	u32 who;
	u32 round;
	u32 *other;
};

static void closer_main(void *arg)
{
	struct closer *c = arg;
	u32 round;

	for (round = 1; round <= RACES; round++) {
		while (READ_ONCE(c->round) < round)
			sched_yield();
		/* Each acknowledges the other's FIN. */
		if (c->who == C)
			segment(c->w, c->id[C], a, 1002, 5002, 0);
		else
			segment(c->w, c->id[S], a, 5002, 1002, 0);
		__atomic_fetch_add(c->other, 1, __ATOMIC_SEQ_CST);
	}
}

/* Two cpus close one direction each at the same time: one of them sees that it was the last. */
static void flow_tcp_two_cpus_close(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_test_thread thread[2];
	struct closer c[2];
	u32 round, i, done = 0;
	struct vr_flow_id id[2];

	for (i = 0; i < 2; i++) {
		c[i] = (struct closer){ .w = w, .who = i, .other = &done };
		vr_test_thread_start(&thread[i], 1 + i, closer_main, &c[i]);
	}
	for (round = 1; round <= RACES; round++) {
		f_pair(w, 1, id);
		segment(w, id[C], f | a, 1001, 5001, 0);
		segment(w, id[S], f | a, 5001, 1001, 0);
		for (i = 0; i < 2; i++) {
			memcpy(c[i].id, id, sizeof(id));
			/* Behind what it is about. */
			smp_store_release(&c[i].round, round);
		}
		while (READ_ONCE(done) < 2 * round)
			sched_yield();
		KUNIT_EXPECT_EQ(test, state(w, id[C]), FIN | HC | FIN_R | DEAD);
		KUNIT_EXPECT_EQ(test, state(w, id[S]), FIN | HC | FIN_R | DEAD);
		KUNIT_EXPECT_EQ(test, f_del(w, id[C]), 0);
		KUNIT_EXPECT_EQ(test, f_del(w, id[S]), 0);
		if (round % 256 == 0)
			vr_flow_table_reclaim(&w->core->flows);
	}
	for (i = 0; i < 2; i++)
		vr_test_thread_join(&thread[i]);
}
#endif

static struct kunit_case flow_tcp_cases[] = {
	KUNIT_CASE_PARAM(flow_tcp_tables, tables_gen_params),
	KUNIT_CASE(flow_tcp_alone),
	KUNIT_CASE(flow_tcp_any_rst_may_close),
	KUNIT_CASE(flow_tcp_fat_flows_are_not_followed),
	KUNIT_CASE(flow_tcp_stranger_is_not_touched),
	KUNIT_CASE(flow_tcp_survives_decisions),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(flow_tcp_two_cpus_close),
#endif
	{}
};

static struct kunit_suite flow_tcp_suite = {
	.name = "flow_tcp",
	.init = f_suite_init,
	.exit = f_suite_exit,
	.test_cases = flow_tcp_cases,
};

VR_TEST_SUITE(flow_tcp_suite);
