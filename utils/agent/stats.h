/* SPDX-License-Identifier: GPL-2.0-only */
/* What the agent has done since it started: one list that feeds counters and events. */
#ifndef _VA_STATS_H
#define _VA_STATS_H

#include <linux/types.h>

struct events;

/* X(symbol, "word", "help") */
#define STATS(X) \
	X(TRAPS, "traps", "packets from the router") \
	X(TRAP_FLOW, "trap_flow", "of them: about a flow") \
	X(TRAP_RESOLVE, "trap_resolve", "of them: to somebody who is not known yet") \
	X(TRAP_DF, "trap_df", "of them: too large, and not to be fragmented") \
	X(TRAP_TTL, "trap_ttl", "of them: on their last hop") \
	X(TRAP_ARP, "trap_arp", "of them: ARP") \
	X(TRAP_L3, "trap_l3", "of them: DHCP and neighbour discovery") \
	X(TRAP_OTHER, "trap_other", "of them: nothing that the agent deals with") \
	X(TRAP_BAD, "trap_bad", "of them: malformed") \
	X(TRAP_LOST, "trap_lost", "packets that came faster than they were read") \
	X(ALLOWED, "allowed", "flows") \
	X(DENIED, "denied", "flows") \
	X(REJECTED, "rejected", "flows, and their senders told") \
	X(RECHECKED, "rechecked", "flows whose key the kernel was asked for") \
	X(GONE, "gone", "flows that were gone when they were decided") \
	X(FAILED, "failed", "decisions that the kernel refused") \
	X(AUDITED, "audited", "flows that were there and were looked at again") \
	X(CHANGED, "changed", "of them: decided otherwise") \
	X(ENDED, "ended", "flows") \
	X(NO_PORT, "no_port", "answers that could not be sent") \
	X(ICMP, "icmp", "ICMP errors sent") \
	X(ICMP_LIMITED, "icmp_limited", "ICMP errors not sent: too many") \
	X(ICMP_NONE, "icmp_none", "ICMP errors not sent: nobody may or can be told") \
	X(RST, "rst", "TCP resets sent") \
	X(DHCP, "dhcp", "DHCP requests") \
	X(DHCP_SENT, "dhcp_sent", "DHCP answers") \
	X(DHCP_BAD, "dhcp_bad", "malformed DHCP requests") \
	X(DHCP_NO_LEASE, "dhcp_no_lease", "DHCP requests of clients without a lease") \
	X(RESOLVE_ASKED, "resolve_asked", "ARP requests and neighbour solicitations sent") \
	X(RESOLVE_LEARNT, "resolve_learnt", "neighbours found, or found elsewhere") \
	X(NEWS_LOST, "news_lost", "times that notifications were lost")

enum stat_id {
#define X(sym, word, help) STAT_##sym,
	STATS(X)
#undef X
	STAT_MAX
};

struct stats {
	__u64 count[STAT_MAX];
};

/* An event "stats" of all of them. */
void stats_event(const struct stats *stats, struct events *events);

#endif /* _VA_STATS_H */
