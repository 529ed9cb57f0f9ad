/* SPDX-License-Identifier: GPL-2.0-only */
/* Token buckets: so many a second, and as many at once. */
#ifndef _VA_LIMIT_H
#define _VA_LIMIT_H

#include <stdbool.h>
#include <time.h>

#include <linux/types.h>

/** struct limit - @level: thousandths of a token that were left at @at (ms); all 0: full */
struct limit {
	__u64 at;
	__u64 level;
};

static inline __u64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ULL + ts.tv_nsec / 1000000;
}

/* Takes one of @rate tokens a second; false: there is none. */
static inline bool limit_take(struct limit *limit, __u32 rate, __u64 now)
{
	__u64 full = rate * 1000ULL, gone = now - limit->at;

	if (!limit->at || gone >= 1000)
		limit->level = full;
	else
		limit->level += gone * rate;
	if (limit->level > full)
		limit->level = full;
	limit->at = now ? now : 1;
	if (limit->level < 1000)
		return false;
	limit->level -= 1000;
	return true;
}

#endif /* _VA_LIMIT_H */
