// SPDX-License-Identifier: GPL-2.0-only
/* Netlink: the router as a whole: what it holds, what became of its packets, and emptying it. */

#include <linux/rtnetlink.h>

#include <vr/cfg/flow.h>
#include <vr/core.h>
#include <vr/version.h>

#include "nl.h"
#include "pernet.h"
#include "port.h"

static int info_put_tables(struct sk_buff *skb, const struct vr_core *core)
{
	struct nlattr *list, *entry;
	struct vr_table_use use;
	unsigned int i;

	list = nla_nest_start(skb, VR_A_INFO_TABLES);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; vr_core_table(core, i, &use); i++) {
		entry = nla_nest_start(skb, VR_A_TABLE_ENTRY);
		if (!entry ||
		    nla_put_string(skb, VR_A_TABLE_NAME, use.name) ||
		    nla_put_u64_64bit(skb, VR_A_TABLE_USED, use.used, VR_A_TABLE_PAD) ||
		    nla_put_u64_64bit(skb, VR_A_TABLE_LIMIT, use.limit, VR_A_TABLE_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, entry);
	}
	nla_nest_end(skb, list);
	return 0;
}

static int info_put_memory(struct sk_buff *skb, const struct vr_core *core)
{
	struct nlattr *list, *entry;
	enum vr_mem_class class;

	list = nla_nest_start(skb, VR_A_INFO_MEMORY);
	if (!list)
		return -EMSGSIZE;
	for (class = 0; class < VR_MEM_MAX; class++) {
		entry = nla_nest_start(skb, VR_A_MEM_ENTRY);
		if (!entry ||
		    nla_put_string(skb, VR_A_MEM_NAME, vr_mem_class_word(class)) ||
		    nla_put_u64_64bit(skb, VR_A_MEM_OBJECTS, vr_core_mem_objects(core, class),
				      VR_A_MEM_PAD) ||
		    nla_put_u64_64bit(skb, VR_A_MEM_BYTES, vr_core_mem_bytes(core, class),
				      VR_A_MEM_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, entry);
	}
	nla_nest_end(skb, list);
	return 0;
}

static s64 info_unaccounted(const struct vr_books *books)
{
	return books->received + books->created - books->transmitted - books->delivered -
	       books->trapped - books->dropped - books->held - books->consumed;
}

static int info_put_books(struct sk_buff *skb, const struct vr_books *books)
{
	const struct {
		int attr;
		u64 value;
	} lines[] = {
		{ VR_A_INFO_RECEIVED, books->received },
		{ VR_A_INFO_CREATED, books->created },
		{ VR_A_INFO_TRANSMITTED, books->transmitted },
		{ VR_A_INFO_DELIVERED, books->delivered },
		{ VR_A_INFO_TRAPPED, books->trapped },
		{ VR_A_INFO_DROPPED, books->dropped },
		{ VR_A_INFO_HELD, books->held },
		{ VR_A_INFO_CONSUMED, books->consumed },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if (nla_put_u64_64bit(skb, lines[i].attr, lines[i].value, VR_A_INFO_PAD))
			return -EMSGSIZE;
	return nla_put_s64(skb, VR_A_INFO_UNACCOUNTED, info_unaccounted(books), VR_A_INFO_PAD);
}

static int info_put_flows(struct sk_buff *skb, struct vr_core *core)
{
	struct vr_flow_totals totals;
	struct nlattr *nest;

	vr_flow_totals(core, &totals);
	nest = nla_nest_start(skb, VR_A_INFO_FLOWS);
	if (!nest ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_CREATED, totals.created, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_ADDED, totals.added, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_CHANGED, totals.changed, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_DELETED, totals.deleted, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_EVICTED, totals.evicted, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_EXPIRED, totals.expired, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_REFUSED, totals.refused, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_HOLDING, totals.holding, VR_A_FLOWS_PAD) ||
	    nla_put_u64_64bit(skb, VR_A_FLOWS_BURST, totals.burst, VR_A_FLOWS_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int info_fill(struct sk_buff *skb, const struct vrl_nl_to *to, struct vr_core *core)
{
	void *hdr = vrl_nl_put_header(skb, to, VR_CMD_INFO_NEW);
	struct vr_books books;

	if (!hdr)
		return -EMSGSIZE;
	vr_core_books(core, &books);
	if (nla_put_string(skb, VR_A_INFO_VERSION, VR_VERSION) ||
	    info_put_tables(skb, core) ||
	    info_put_memory(skb, core) ||
	    info_put_books(skb, &books) ||
	    info_put_flows(skb, core) ||
	    nla_put_u8(skb, VR_A_INFO_AGENT, vr_core_has_agent(core))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int vrl_nl_info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_err err = {};
	struct vr_core *core;
	struct sk_buff *msg;
	struct vrl_nl_to to;
	int ret;

	core = vrl_nl_core(info);
	if (!core)
		return -ENOENT;
	msg = vrl_nl_reply_new(info, GENLMSG_DEFAULT_SIZE, &to);
	if (!msg)
		return -ENOMEM;

	vr_core_lock(core);
	ret = info_fill(msg, &to, core);
	vr_core_unlock(core);

	return vrl_nl_reply_end(info, msg, ret, &err);
}

/* Whoever listens hears of it once, not of every object. */
int vrl_nl_reset(struct sk_buff *skb, struct genl_info *info)
{
	struct net *net = genl_info_net(info);
	struct vr_core *core = vrl_core_find(net);
	struct vrl_nl_news news;
	int ret;

	if (!core)
		return 0;
	ret = vrl_nl_news_init(&news, net, info, 0);
	if (ret)
		return ret;
	if (vrl_nl_news_wanted(&news)) {
		void *hdr = vrl_nl_put_header(news.skb, &news.to, VR_CMD_RESET);

		if (hdr)
			genlmsg_end(news.skb, hdr);
		vrl_nl_news_fill(&news, hdr ? 0 : -EMSGSIZE);
	}

	rtnl_lock();
	vrl_port_release_all(core);
	vr_core_lock(core);
	vr_core_reset(core);
	vrl_nl_news_end(&news, core, 0);
	rtnl_unlock();
	/* What was held is dropped. */
	vr_resume(core);
	return 0;
}
