// SPDX-License-Identifier: GPL-2.0-only
/* User-space host: packets that a test is going to merge. */
#include <vr_host/gro.h>

#include <vr/core.h>

#include "pkt.h"

#define GRO_MAX 8

/** struct gro_taken - a packet that waits */
struct gro_taken {
	struct vr_pkt *pkt;
	unsigned int l3_off;
	struct vr_gro gro;
};

static bool gro_wanted;
static struct gro_taken gro_taken[GRO_MAX];	/* oldest first */
static unsigned int gro_n;

bool vr_gro_take(struct vr_core *core, struct vr_pkt *pkt, unsigned int l3_off,
		 const struct vr_gro *gro)
{
	if (!gro_wanted || gro_n == GRO_MAX)
		return false;
	/* What the core promises of a packet that it gives away. */
	WARN_ON(vr_pkt_headlen(pkt) < l3_off + 20);
	gro_taken[gro_n++] = (struct gro_taken){ pkt, l3_off, *gro };
	return true;
}

void vr_test_gro_want(bool wanted)
{
	gro_wanted = wanted;
}

struct vr_pkt *vr_test_gro_pop(struct vr_gro *gro, unsigned int *l3_off)
{
	struct gro_taken first = gro_taken[0];

	if (!gro_n)
		return NULL;
	memmove(gro_taken, gro_taken + 1, --gro_n * sizeof(first));
	*gro = first.gro;
	*l3_off = first.l3_off;
	return first.pkt;
}

unsigned int vr_test_gro_n(void)
{
	return gro_n;
}

void vr_test_gro_reset(void)
{
	gro_wanted = false;
	gro_n = 0;
}
