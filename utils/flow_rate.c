// SPDX-License-Identifier: GPL-2.0-only
/*
 * flow --rate: how many flows come and go in a second. flow --stats: what is in
 * the table, and how many packets it handles in a second.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include <netlink/attr.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "flow.h"
#include "live.h"
#include "netlink.h"
#include "output.h"

/* --- the totals -------------------------------------------------------------- */

/* The table of that name. */
static void totals_read_table(struct flow_totals *totals, const struct nlattr *tables)
{
	struct nlattr *tb[VR_A_TABLE_MAX + 1];
	const struct nlattr *entry;
	const char *name;
	int rest;

	nla_for_each_nested(entry, tables, rest) {
		attrs_parse_nest(entry, tb, VR_A_TABLE_MAX);
		name = attr_str(tb[VR_A_TABLE_NAME]);
		if (!name || strcmp(name, "flows"))
			continue;
		totals->used = attr_u64(tb[VR_A_TABLE_USED]);
		totals->limit = attr_u64(tb[VR_A_TABLE_LIMIT]);
	}
}

static int totals_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_INFO_MAX + 1];
	struct flow_totals *totals = arg;
	const struct nlattr *attr;
	int rest;

	attrs_parse(reply, tb, VR_A_INFO_MAX);
	if (!tb[VR_A_INFO_FLOWS] || !tb[VR_A_INFO_TABLES])
		return vt_fail(tool, VT_REFUSED, "the kernel's answer says nothing of flows");
	totals_read_table(totals, tb[VR_A_INFO_TABLES]);
	nla_for_each_nested(attr, tb[VR_A_INFO_FLOWS], rest)
		if (nla_type(attr) < FLOW_TOTALS_MAX)
			totals->count[nla_type(attr)] = attr_u64(attr);
	return VT_OK;
}

int flow_totals_ask(struct tool *tool, struct flow_totals *totals)
{
	struct nlc_query query = { .reply = totals_reply, .arg = totals, .expect = ENOENT };

	memset(totals, 0, sizeof(*totals));
	query.msg = nlc_begin(tool, VR_CMD_INFO_GET, 0);
	return query.msg ? nlc_ask(tool, &query) : VT_REFUSED;
}

/* --- --rate ------------------------------------------------------------------ */

static const struct {
	int attr;
	const char *key;
	const char *label;
} rate_columns[] = {
	{ VR_A_FLOWS_CREATED, "created", "Created" },
	{ VR_A_FLOWS_ADDED, "added", "Added" },
	{ VR_A_FLOWS_CHANGED, "changed", "Changed" },
	{ VR_A_FLOWS_DELETED, "deleted", "Deleted" },
	{ VR_A_FLOWS_EVICTED, "evicted", "Evicted" },
	{ VR_A_FLOWS_EXPIRED, "expired", "Expired" },
	{ VR_A_FLOWS_REFUSED, "refused", "Refused" },
};

static void rate_heading(struct out *out)
{
	unsigned int i;

	out_text(out, "%12s%12s", "Flows", "Holding");
	for (i = 0; i < ARRAY_SIZE(rate_columns); i++)
		out_text(out, "%10s/s", rate_columns[i].label);
	out_text(out, "\n");
}

static void rate_print(struct out *out, const struct flow_totals *now,
		       const struct flow_totals *before, __u32 seconds)
{
	__u64 holding = now->count[VR_A_FLOWS_HOLDING];
	unsigned int i;

	out_object(out, NULL);
	out_num(out, "used", now->used, "%12llu", now->used);
	out_num(out, "holding", holding, "%12llu", holding);
	for (i = 0; i < ARRAY_SIZE(rate_columns); i++) {
		int attr = rate_columns[i].attr;
		__u64 rate = 0;

		/* The counters begin anew with the router. */
		if (now->count[attr] > before->count[attr])
			rate = (now->count[attr] - before->count[attr]) / seconds;
		out_num(out, rate_columns[i].key, rate, "%12llu", rate);
	}
	out_text(out, "\n");
	out_object_end(out);
}

static int rate_loop(struct tool *tool, struct live *live)
{
	struct flow_totals now, before;
	int ret;

	ret = flow_totals_ask(tool, &now);
	if (!ret)
		rate_heading(tool->out);
	while (!ret && live_wait(live)) {
		if (!live->ticked)
			continue;
		before = now;
		ret = flow_totals_ask(tool, &now);
		if (ret)
			break;
		rate_print(tool->out, &now, &before, live->seconds);
		if (!live_printed(live))
			break;
	}
	return ret;
}

/* Runs the loop of a table that goes on. */
static int flow_live(struct tool *tool, const struct args *args,
		     int (*loop)(struct tool *tool, struct live *live))
{
	struct live live;
	int ret;

	ret = live_begin(tool, args, &live);
	if (ret)
		return ret;
	ret = loop(tool, &live);
	live_end(&live);
	return ret;
}

int flow_rate(struct tool *tool, const struct args *args)
{
	if (tool->dry_run)
		return nlc_query(tool, nlc_begin(tool, VR_CMD_INFO_GET, 0), totals_reply, NULL);
	return flow_live(tool, args, rate_loop);
}

/* --- --stats ----------------------------------------------------------------- */

/* Counters of the flow that had this index when the table was read last. */
struct stats_seen {
	__u32 gen;
	__u64 packets;
	__u64 bytes;
};

#define STATS_ACTIONS	4
#define STATS_PROTOS	6	/* five words, and all others */

/**
 * struct stats - what is in the table
 * @seen: by index, to know what has come since
 * @room: of @seen
 * @new_packets: since the table was read before, of the flows that are there
 * @dead: TCP connections that have ended
 */
struct stats {
	struct stats_seen *seen;
	__u32 room;
	__u64 flows;
	__u64 action[STATS_ACTIONS];
	__u64 proto[STATS_PROTOS];
	__u64 inet6;
	__u64 held;
	__u64 dead;
	__u64 packets;
	__u64 bytes;
	__u64 new_packets;
	__u64 new_bytes;
};

static bool stats_make_room(struct stats *stats, __u32 index)
{
	__u32 room = stats->room ? stats->room : 1024;
	struct stats_seen *seen;

	if (index < stats->room)
		return true;
	while (room <= index)
		room *= 2;
	seen = realloc(stats->seen, room * sizeof(*seen));
	if (!seen)
		return false;
	memset(seen + stats->room, 0, (room - stats->room) * sizeof(*seen));
	stats->seen = seen;
	stats->room = room;
	return true;
}

static unsigned int stats_proto(__u32 proto)
{
	unsigned int i;

	for (i = 0; word_protocols[i].name; i++)
		if (word_protocols[i].value == proto)
			return i;
	return STATS_PROTOS - 1;
}

static void stats_count(struct stats *stats, const struct flow *flow)
{
	struct stats_seen *seen = &stats->seen[flow->index];

	stats->flows++;
	if (flow->action < STATS_ACTIONS)
		stats->action[flow->action]++;
	stats->proto[stats_proto(flow->proto)]++;
	stats->inet6 += flow->family == AF_INET6;
	stats->held += flow->held;
	stats->dead += !!(flow->tcp & VR_FLOW_TCP_DEAD);
	stats->packets += flow->packets;
	stats->bytes += flow->bytes;
	if (seen->gen != flow->gen || flow->packets < seen->packets)
		memset(seen, 0, sizeof(*seen));
	stats->new_packets += flow->packets - seen->packets;
	stats->new_bytes += flow->bytes - seen->bytes;
	seen->gen = flow->gen;
	seen->packets = flow->packets;
	seen->bytes = flow->bytes;
}

static int stats_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct stats *stats = arg;
	struct flow flow;

	flow_read(&flow, reply);
	if (flow.index > VR_FLOW_ID_MAX)
		return vt_fail(tool, VT_REFUSED, "the kernel's answer has no index of a flow");
	if (!stats_make_room(stats, flow.index))
		return vt_fail(tool, VT_REFUSED, "out of memory");
	stats_count(stats, &flow);
	return VT_OK;
}

static int stats_ask(struct tool *tool, struct stats *stats)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_FLOW_GET, NLM_F_DUMP);
	/* That flows come and go while they are counted is nothing to warn of. */
	struct nlc_query query = { .msg = msg, .reply = stats_reply, .arg = stats, .any = true };
	struct stats fresh = { .seen = stats->seen, .room = stats->room };

	if (!msg)
		return VT_REFUSED;
	*stats = fresh;
	return nlc_ask(tool, &query);
}

static void stats_line(struct out *out, const char *key, const char *label, __u64 value)
{
	out_num(out, key, value, "%-24s%20llu\n", label, value);
}

static void stats_print_kinds(struct out *out, const struct stats *stats)
{
	static const struct word actions[STATS_ACTIONS] = {
		{ "forward", VR_FLOW_FORWARD, "  forward", NULL },
		{ "drop", VR_FLOW_DROP, "  drop", NULL },
		{ "hold", VR_FLOW_HOLD, "  hold", NULL },
		{ "nat", VR_FLOW_NAT, "  nat", NULL },
	};
	unsigned int i;

	out_object(out, "by_action");
	for (i = 0; i < STATS_ACTIONS; i++)
		stats_line(out, actions[i].name, actions[i].label, stats->action[actions[i].value]);
	out_object_end(out);
	out_object(out, "by_proto");
	for (i = 0; i < STATS_PROTOS - 1; i++)
		stats_line(out, word_protocols[i].name, word_protocols[i].label,
			   stats->proto[i]);
	stats_line(out, "other", "Other protocols", stats->proto[STATS_PROTOS - 1]);
	out_object_end(out);
	stats_line(out, "inet6", "IPv6", stats->inet6);
	stats_line(out, "tcp_dead", "TCP, has ended", stats->dead);
	stats_line(out, "held_packets", "Held packets", stats->held);
}

static void stats_print(struct tool *tool, const struct live *live, const struct stats *stats,
			const struct flow_totals *totals)
{
	__u32 seconds = live->seconds ? live->seconds : 1;
	__u64 packets = stats->new_packets / seconds, bytes = stats->new_bytes / seconds;
	struct out *out = tool->out;

	live_table(live);
	out_object(out, NULL);
	stats_line(out, "limit", "Limit", totals->limit);
	stats_line(out, "flows", "Flows", stats->flows);
	stats_print_kinds(out, stats);
	out_num(out, "packets", stats->packets, "%-24s%20llu", "Packets", stats->packets);
	out_num(out, "packets_per_second", packets, "%16llu/s\n", packets);
	out_num(out, "bytes", stats->bytes, "%-24s%20llu", "Bytes", stats->bytes);
	out_num(out, "bytes_per_second", bytes, "%16llu/s\n", bytes);
	out_object_end(out);
	if (!live->tty)
		out_text(out, "\n");
}

static int stats_loop(struct tool *tool, struct live *live)
{
	struct stats stats = { 0 };
	struct flow_totals totals;
	int ret;

	ret = stats_ask(tool, &stats);
	while (!ret && live_wait(live)) {
		if (!live->ticked)
			continue;
		ret = stats_ask(tool, &stats);
		if (!ret)
			ret = flow_totals_ask(tool, &totals);
		if (ret)
			break;
		stats_print(tool, live, &stats, &totals);
		if (!live_printed(live))
			break;
	}
	free(stats.seen);
	return ret;
}

int flow_stats(struct tool *tool, const struct args *args)
{
	if (tool->dry_run)
		return nlc_query(tool, nlc_begin(tool, VR_CMD_FLOW_GET, NLM_F_DUMP), stats_reply,
				 NULL);
	return flow_live(tool, args, stats_loop);
}
