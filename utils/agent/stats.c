// SPDX-License-Identifier: GPL-2.0-only
/* Counters as an event. */
#include "stats.h"

#include "events.h"

static const char *const words[STAT_MAX] = {
#define X(sym, word, help) word,
	STATS(X)
#undef X
};

void stats_event(const struct stats *stats, struct events *events)
{
	int i;

	event_begin(events, "stats");
	for (i = 0; i < STAT_MAX; i++)
		event_num(events, words[i], stats->count[i]);
	event_num(events, "events_lost", events->lost);
	event_end(events);
}
