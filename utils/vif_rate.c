// SPDX-License-Identifier: GPL-2.0-only
/* vif --rate: what goes through every vif in a second. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>

#include <vrouter/netlink.h>

#include "attrs.h"
#include "live.h"
#include "netlink.h"
#include "output.h"
#include "vif.h"

#define RATE_COUNTERS	(VR_A_VIF_TX_ERRORS - VR_A_VIF_RX_PACKETS + 1)
#define RATE_HEADING	4	/* lines of the screen that are not vifs */

/* The counters of a vif at one time, in the order of the attributes. */
struct rate_vif {
	__u32 id;
	char name[VR_NAME_MAX + 1];
	__u64 counter[RATE_COUNTERS];
};

struct rate_table {
	struct rate_vif *vif;
	unsigned int n;
	unsigned int room;
};

static int rate_reply(struct tool *tool, const struct nlc_reply *reply, void *arg)
{
	struct nlattr *tb[VR_A_VIF_MAX + 1];
	struct rate_table *table = arg;
	struct rate_vif *vif;
	const char *name;
	unsigned int i;

	attrs_parse(reply, tb, VR_A_VIF_MAX);
	if (table->n == table->room) {
		unsigned int room = table->room ? 2 * table->room : 64;

		vif = realloc(table->vif, room * sizeof(*vif));
		if (!vif)
			return vt_fail(tool, VT_REFUSED, "out of memory");
		table->vif = vif;
		table->room = room;
	}
	vif = &table->vif[table->n++];
	vif->id = attr_u32(tb[VR_A_VIF_ID]);
	name = attr_str(tb[VR_A_VIF_NAME]);
	snprintf(vif->name, sizeof(vif->name), "%s", name ? name : "");
	for (i = 0; i < RATE_COUNTERS; i++)
		vif->counter[i] = attr_u64(tb[VR_A_VIF_RX_PACKETS + i]);
	return VT_OK;
}

static int rate_read(struct tool *tool, struct rate_table *table)
{
	struct nl_msg *msg = nlc_begin(tool, VR_CMD_VIF_GET, NLM_F_DUMP);

	table->n = 0;
	return msg ? nlc_query(tool, msg, rate_reply, table) : VT_REFUSED;
}

static const struct rate_vif *rate_find(const struct rate_table *table, __u32 id)
{
	unsigned int i;

	for (i = 0; i < table->n; i++)
		if (table->vif[i].id == id)
			return &table->vif[i];
	return NULL;
}

/* Per second; 0 for a vif that is new or was cleared. */
static __u64 rate_of(const struct rate_vif *now, const struct rate_vif *before, int attr,
		     __u32 seconds)
{
	unsigned int i = attr - VR_A_VIF_RX_PACKETS;

	if (!before || now->counter[i] < before->counter[i])
		return 0;
	return (now->counter[i] - before->counter[i]) / seconds;
}

static void rate_show(struct out *out, const struct rate_vif *now, const struct rate_vif *before,
		      __u32 seconds)
{
	__u64 rx_errors = rate_of(now, before, VR_A_VIF_RX_ERRORS, seconds);
	__u64 rx_packets = rate_of(now, before, VR_A_VIF_RX_PACKETS, seconds);
	__u64 tx_errors = rate_of(now, before, VR_A_VIF_TX_ERRORS, seconds);
	__u64 tx_packets = rate_of(now, before, VR_A_VIF_TX_PACKETS, seconds);

	out_object(out, NULL);
	out_str(out, "name", now->name, "%-18s", now->name);
	out_num(out, "id", now->id, "%-8u", now->id);
	out_num(out, "rx_errors", rx_errors, "%12llu", rx_errors);
	out_num(out, "rx_packets", rx_packets, "%14llu", rx_packets);
	out_num(out, "tx_errors", tx_errors, "%12llu", tx_errors);
	out_num(out, "tx_packets", tx_packets, "%14llu\n", tx_packets);
	out_object_end(out);
}

static void rate_print(struct tool *tool, struct live *live, const struct rate_table *now,
		       const struct rate_table *before)
{
	unsigned int first = 0, end = now->n, i;

	live_table(live);
	if (live->tty && live->rows > RATE_HEADING) {
		unsigned int page = live->rows - RATE_HEADING;

		while (live->page && live->page * page >= now->n)
			live->page--;
		first = live->page * page;
		end = first + page < now->n ? first + page : now->n;
	}
	out_text(tool->out, "Interface rate statistics, per second\n\n%-18s%-8s%12s%14s%12s%14s\n",
		 "Interface", "VIF id", "RX errors", "RX packets", "TX errors", "TX packets");
	out_array(tool->out, NULL);
	for (i = first; i < end; i++)
		rate_show(tool->out, &now->vif[i], rate_find(before, now->vif[i].id),
			  live->seconds ? live->seconds : 1);
	out_array_end(tool->out);
	if (!live->tty)
		out_text(tool->out, "\n");
}

static int rate_loop(struct tool *tool, struct live *live, struct rate_table *now,
		     struct rate_table *before)
{
	int ret;

	ret = rate_read(tool, now);
	while (!ret && live_wait(live)) {
		if (live->ticked) {
			struct rate_table spare = *before;

			*before = *now;
			*now = spare;
			ret = rate_read(tool, now);
			if (ret)
				break;
		}
		rate_print(tool, live, now, before);
		if (!live_printed(live))
			break;
	}
	return ret;
}

int vif_rate(struct tool *tool, const struct args *args)
{
	struct rate_table now = { 0 }, before = { 0 };
	struct live live;
	int ret;

	if (tool->dry_run)
		return rate_read(tool, &now);
	ret = live_begin(tool, args, &live);
	if (ret)
		return ret;
	ret = rate_loop(tool, &live, &now, &before);
	live_end(&live);
	free(now.vif);
	free(before.vif);
	return ret;
}
