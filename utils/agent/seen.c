// SPDX-License-Identifier: GPL-2.0-only
/* A table by flow index, in pieces that are made when they are needed. */
#include "seen.h"

#include <stdlib.h>

#include <vrouter/netlink.h>

#define PIECE_BITS	12
#define PIECE_SIZE	(1U << PIECE_BITS)
#define PIECES		((VR_FLOW_ID_MAX >> PIECE_BITS) + 1)

struct seen {
	struct seen_flow *piece[PIECES];
};

struct seen *seen_new(void)
{
	return calloc(1, sizeof(struct seen));
}

void seen_forget(struct seen *seen)
{
	unsigned int i;

	for (i = 0; i < PIECES; i++) {
		free(seen->piece[i]);
		seen->piece[i] = NULL;
	}
}

void seen_free(struct seen *seen)
{
	if (!seen)
		return;
	seen_forget(seen);
	free(seen);
}

static struct seen_flow *seen_at(const struct seen *seen, __u32 index)
{
	struct seen_flow *piece;

	if (index > VR_FLOW_ID_MAX)
		return NULL;
	piece = seen->piece[index >> PIECE_BITS];
	return piece ? &piece[index & (PIECE_SIZE - 1)] : NULL;
}

void seen_put(struct seen *seen, __u32 index, const struct seen_flow *flow)
{
	struct seen_flow **piece, *at;

	if (index > VR_FLOW_ID_MAX)
		return;
	piece = &seen->piece[index >> PIECE_BITS];
	if (!*piece)
		*piece = calloc(PIECE_SIZE, sizeof(**piece));
	at = seen_at(seen, index);
	if (!at)
		return;
	*at = *flow;
	at->valid = true;
}

const struct seen_flow *seen_find(const struct seen *seen, __u32 index, __u32 gen)
{
	const struct seen_flow *flow = seen_at(seen, index);

	if (!flow || !flow->valid)
		return NULL;
	if (flow->whole ? flow->gen != gen : flow->gen != (gen & 0xff))
		return NULL;
	return flow;
}
