// SPDX-License-Identifier: GPL-2.0-only
/* The router that fake.h promises: requests are taken apart as the module does it, and answered. */
#include "fake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <netinet/in.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "attrs.h"
#include "bytes.h"
#include "kernel_put.h"
#include "pkt0.h"
#include "resolve.h"
#include "seen.h"
#include "sweep.h"
#include "test.h"

struct fake fake;

/* --- objects ----------------------------------------------------------------- */

struct answer {
	char data[512];
	int len;
};

static void answer_put(struct answer *answer, int type, const void *data, int len)
{
	struct nlattr *attr = (struct nlattr *)(answer->data + answer->len);

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	answer->len += NLA_ALIGN(attr->nla_len);
}

static void answer_u32(struct answer *answer, int type, __u32 value)
{
	answer_put(answer, type, &value, sizeof(value));
}

static void answer_flow(struct answer *answer, const struct flow *flow)
{
	int len = word_addr_len(flow->tuple.family);

	answer_u32(answer, VR_A_FLOW_INDEX, flow->index);
	answer_u32(answer, VR_A_FLOW_GEN, flow->gen);
	answer_u32(answer, VR_A_FLOW_NH, flow->nh);
	answer_u32(answer, VR_A_FLOW_FAMILY, flow->tuple.family);
	answer_u32(answer, VR_A_FLOW_PROTO, flow->tuple.proto);
	answer_put(answer, VR_A_FLOW_SIP, flow->tuple.src, len);
	answer_put(answer, VR_A_FLOW_DIP, flow->tuple.dst, len);
	answer_u32(answer, VR_A_FLOW_SPORT, flow->tuple.sport);
	answer_u32(answer, VR_A_FLOW_DPORT, flow->tuple.dport);
	answer_u32(answer, VR_A_FLOW_ACTION, flow->action);
	answer_u32(answer, VR_A_FLOW_VRF, flow->vrf);
	if (flow->rindex != VR_FLOW_NONE) {
		answer_u32(answer, VR_A_FLOW_RINDEX, flow->rindex);
		answer_u32(answer, VR_A_FLOW_RGEN, flow->rgen);
	}
}

static void give(kernel_object_fn *object, void *arg, unsigned int i, int cmd,
		 struct answer *answer)
{
	struct kernel_object found = {
		.cmd = cmd, .attrs = (struct nlattr *)answer->data, .len = answer->len,
	};

	if (object)
		object(arg, i, &found);
}

/* --- flows ------------------------------------------------------------------- */

static struct flow *flow_of(struct nlattr **tb, int *err)
{
	__u32 index = attr_u32(tb[VR_A_FLOW_INDEX]);
	struct flow *flow = index < FAKE_FLOWS ? &fake.flow[index].flow : NULL;

	*err = -ENOENT;
	if (!flow || !flow->gen)
		return NULL;
	*err = -ESTALE;
	if (tb[VR_A_FLOW_GEN] && attr_u32(tb[VR_A_FLOW_GEN]) != flow->gen)
		return NULL;
	*err = -EINVAL;
	if (tb[VR_A_FLOW_NH] && attr_u32(tb[VR_A_FLOW_NH]) != flow->nh)
		return NULL;
	if (tb[VR_A_FLOW_PROTO] && attr_u32(tb[VR_A_FLOW_PROTO]) != flow->tuple.proto)
		return NULL;
	if (tb[VR_A_FLOW_SPORT] && attr_u32(tb[VR_A_FLOW_SPORT]) != flow->tuple.sport)
		return NULL;
	if (tb[VR_A_FLOW_DPORT] && attr_u32(tb[VR_A_FLOW_DPORT]) != flow->tuple.dport)
		return NULL;
	if (tb[VR_A_FLOW_SIP] &&
	    memcmp(nla_data(tb[VR_A_FLOW_SIP]), flow->tuple.src, nla_len(tb[VR_A_FLOW_SIP])))
		return NULL;
	if (tb[VR_A_FLOW_DIP] &&
	    memcmp(nla_data(tb[VR_A_FLOW_DIP]), flow->tuple.dst, nla_len(tb[VR_A_FLOW_DIP])))
		return NULL;
	*err = 0;
	return flow;
}

static int flow_reverse(struct flow *flow, const struct nlattr *nest)
{
	struct nlattr *tb[VR_A_FLOW_MAX + 1];
	unsigned int i;

	attrs_parse_nest(nest, tb, VR_A_FLOW_MAX);
	if (!tb[VR_A_FLOW_NH])
		return -EINVAL;
	for (i = FAKE_FLOWS / 2; i < FAKE_FLOWS; i++) {
		struct flow *rev = &fake.flow[i].flow;

		if (rev->gen)
			continue;
		*rev = *flow;
		tuple_reverse(&flow->tuple, &rev->tuple);
		rev->index = i;
		rev->gen = 1000 + i;
		rev->nh = attr_u32(tb[VR_A_FLOW_NH]);
		fake_pair(flow->index, i);
		return 0;
	}
	return -ENOSPC;
}

static int do_flow(int cmd, struct nlattr *head, int len, kernel_object_fn *object, void *arg,
		   unsigned int i)
{
	struct nlattr *tb[VR_A_FLOW_MAX + 1] = { NULL };
	struct answer answer = { .len = 0 };
	struct flow *flow;
	int err;

	nla_parse(tb, VR_A_FLOW_MAX, head, len, NULL);
	flow = flow_of(tb, &err);
	if (!flow)
		return err;
	switch (cmd) {
	case VR_CMD_FLOW_GET:
		answer_flow(&answer, flow);
		give(object, arg, i, VR_CMD_FLOW_NEW, &answer);
		return 0;
	case VR_CMD_FLOW_DEL:
		flow->gen = 0;
		fake.deleted++;
		return 0;
	}
	flow->action = attr_u32(tb[VR_A_FLOW_ACTION]);
	flow->drop_reason = attr_u32(tb[VR_A_FLOW_DROP_REASON]);
	fake.flow[flow->index].changes++;
	return tb[VR_A_FLOW_REVERSE] ? flow_reverse(flow, tb[VR_A_FLOW_REVERSE]) : 0;
}

/* --- places and nexthops ----------------------------------------------------- */

static const struct fake_place *place_find(__u32 vrf, __u32 family, const __u8 *addr, int plen)
{
	const struct fake_place *best = NULL;
	unsigned int i;

	for (i = 0; i < fake.n_places; i++) {
		const struct fake_place *p = &fake.place[i];

		if (p->vrf != vrf || p->family != family || memcmp(p->addr, addr, p->len / 8))
			continue;
		if (plen >= 0 ? p->len == (__u32)plen : !best || p->len > best->len)
			best = p;
	}
	return best;
}

static int do_place(int cmd, struct nlattr *head, int len, kernel_object_fn *object, void *arg,
		    unsigned int i)
{
	bool bridge = cmd == VR_CMD_BRIDGE_GET;
	struct nlattr *tb[VR_A_ROUTE_MAX + 1] = { NULL };
	const struct fake_place *place;
	struct answer answer = { .len = 0 };
	struct fake_place *new;

	nla_parse(tb, VR_A_ROUTE_MAX, head, len, NULL);
	fake.asked++;
	if (bridge) {
		place = place_find(attr_u32(tb[VR_A_BRIDGE_VRF]), AF_BRIDGE,
				   nla_data(tb[VR_A_BRIDGE_MAC]), -1);
		if (!place)
			return -ENOENT;
		answer_u32(&answer, VR_A_BRIDGE_NH, place->nh);
		give(object, arg, i, VR_CMD_BRIDGE_NEW, &answer);
		return 0;
	}
	if (cmd == VR_CMD_ROUTE_NEW) {
		new = &fake.place[fake.n_places++];
		new->vrf = attr_u32(tb[VR_A_ROUTE_VRF]);
		new->family = attr_u32(tb[VR_A_ROUTE_FAMILY]);
		new->len = attr_u32(tb[VR_A_ROUTE_PLEN]);
		new->nh = attr_u32(tb[VR_A_ROUTE_NH]);
		new->flags = attr_u32(tb[VR_A_ROUTE_FLAGS]);
		memcpy(new->addr, nla_data(tb[VR_A_ROUTE_PREFIX]), nla_len(tb[VR_A_ROUTE_PREFIX]));
		return 0;
	}
	place = place_find(attr_u32(tb[VR_A_ROUTE_VRF]), attr_u32(tb[VR_A_ROUTE_FAMILY]),
			   nla_data(tb[VR_A_ROUTE_PREFIX]),
			   tb[VR_A_ROUTE_PLEN] ? (int)attr_u32(tb[VR_A_ROUTE_PLEN]) : -1);
	if (!place)
		return -ENOENT;
	answer_u32(&answer, VR_A_ROUTE_NH, place->nh);
	give(object, arg, i, VR_CMD_ROUTE_NEW, &answer);
	return 0;
}

/* Nexthops are kept by the world alone: what is made is given back as news would be. */
static int do_nh(int cmd, struct nlattr *head, int len, kernel_object_fn *object, void *arg,
		 unsigned int i)
{
	static struct answer made;

	if (cmd == VR_CMD_NH_NEW) {
		memcpy(made.data, head, len);
		made.len = len;
	} else {
		give(object, arg, i, VR_CMD_NH_NEW, &made);
	}
	return 0;
}

static int do_request(int cmd, struct nlattr *head, int len, kernel_object_fn *object, void *arg,
		      unsigned int i)
{
	switch (cmd) {
	case VR_CMD_FLOW_NEW:
	case VR_CMD_FLOW_GET:
	case VR_CMD_FLOW_DEL:
		return do_flow(cmd, head, len, object, arg, i);
	case VR_CMD_ROUTE_GET:
	case VR_CMD_ROUTE_NEW:
	case VR_CMD_BRIDGE_GET:
		return do_place(cmd, head, len, object, arg, i);
	case VR_CMD_NH_NEW:
	case VR_CMD_NH_GET:
		return do_nh(cmd, head, len, object, arg, i);
	default:
		return -EOPNOTSUPP;
	}
}

/* --- kernel.h ---------------------------------------------------------------- */

int kernel_call(struct kernel *kn, kernel_object_fn *object, kernel_refused_fn *refused, void *arg)
{
	unsigned int i;

	if (!kn->n)
		return 0;
	fake.calls++;
	for (i = 0; i < kn->n && !fake.broken; i++) {
		struct nlmsghdr *hdr = (struct nlmsghdr *)(kn->out + kn->at[i]);
		struct genlmsghdr *genl = nlmsg_data(hdr);
		int err = do_request(genl->cmd, nlmsg_attrdata(hdr, GENL_HDRLEN),
				     nlmsg_attrlen(hdr, GENL_HDRLEN), object, arg, i);

		if (err && refused)
			refused(arg, i, -err, strerror(-err));
	}
	kn->n = 0;
	kn->len = 0;
	return fake.broken ? -EIO : 0;
}

int kernel_dump_flows(struct kernel *kn, int action)
{
	(void)action;
	kn->dump_seq = 1;
	fake.dump_at = 0;
	return 0;
}

bool kernel_dumping(const struct kernel *kn)
{
	return kn->dump_seq;
}

/* Sixteen at a time. */
int kernel_dump_some(struct kernel *kn, kernel_object_fn *object, void *arg)
{
	unsigned int end = fake.dump_at + 16;

	if (!kn->dump_seq)
		return 0;
	if (fake.broken) {
		kn->dump_seq = 0;
		return -EIO;
	}
	for (; fake.dump_at < end && fake.dump_at < FAKE_FLOWS; fake.dump_at++) {
		struct answer answer = { .len = 0 };

		if (!fake.flow[fake.dump_at].flow.gen)
			continue;
		answer_flow(&answer, &fake.flow[fake.dump_at].flow);
		give(object, arg, 0, VR_CMD_FLOW_NEW, &answer);
	}
	if (fake.dump_at < FAKE_FLOWS)
		return 1;
	kn->dump_seq = 0;
	return 0;
}

/* Nothing but flows is dumped here. */
int kernel_dump_now(struct kernel *kn, int cmd, kernel_object_fn *object, void *arg)
{
	(void)kn;
	(void)cmd;
	(void)object;
	(void)arg;
	return 0;
}

/* --- pkt0.h ------------------------------------------------------------------ */

bool pkt0_send(struct agent *agent, enum vr_agent_cmd cmd, __u32 vif, __u32 vrf,
	       const __u8 *frame, size_t len)
{
	struct fake_sent *sent = &fake.sent[fake.n_sent];

	(void)agent;
	if (fake.n_sent == FAKE_SENT || len > sizeof(sent->frame))
		return false;
	sent->cmd = cmd;
	sent->vif = vif;
	sent->vrf = vrf;
	memcpy(sent->frame, frame, len);
	sent->len = len;
	fake.n_sent++;
	return true;
}

void pkt0_flush(struct agent *agent)
{
	(void)agent;
}

/* --- set-up ------------------------------------------------------------------ */

void fake_config(struct agent *agent, const char *config)
{
	struct errors errors = { .n = 0 };

	config_free(agent->config);
	agent->config = config_load(test_file(config), &errors);
	if (!agent->config) {
		test_failed(__FILE__, __LINE__, "%s", errors.text[0]);
		abort();
	}
}

struct agent *fake_begin(const char *config)
{
	struct agent *agent = calloc(1, sizeof(*agent));

	memset(&fake, 0, sizeof(fake));
	events_init(&agent->events, -1);
	agent->kernel = calloc(1, sizeof(*agent->kernel));
	agent->kernel->out = malloc(KERNEL_SEND);
	agent->world = world_new();
	agent->seen = seen_new();
	agent->sweep = sweep_new();
	agent->resolve = resolve_new();
	fake_config(agent, config);
	return agent;
}

void fake_end(struct agent *agent)
{
	config_free(agent->config);
	resolve_free(agent->resolve);
	sweep_free(agent->sweep);
	seen_free(agent->seen);
	world_free(agent->world);
	free(agent->kernel->out);
	free(agent->kernel);
	events_exit(&agent->events);
	free(agent);
}

void fake_vif(struct agent *agent, __u32 id, __u32 type, __u32 flags, __u32 vrf, __u32 nh)
{
	struct kernel_object object = { .cmd = VR_CMD_VIF_NEW };
	struct answer answer = { .len = 0 };
	__u8 mac[6] = { 0, 0, 0x5e, 0, 1, 0 };
	char name[VR_NAME_MAX + 1] = "tap0";

	name[3] += id % 10;
	answer_u32(&answer, VR_A_VIF_ID, id);
	answer_u32(&answer, VR_A_VIF_TYPE, type);
	answer_u32(&answer, VR_A_VIF_FLAGS, flags);
	answer_u32(&answer, VR_A_VIF_VRF, vrf);
	answer_u32(&answer, VR_A_VIF_NH, nh);
	answer_put(&answer, VR_A_VIF_MAC, mac, 6);
	answer_put(&answer, VR_A_VIF_NAME, name, strlen(name) + 1);
	object.attrs = (struct nlattr *)answer.data;
	object.len = answer.len;
	world_take(agent->world, &object);
}

void fake_nh(struct agent *agent, __u32 id, __u32 type, __u32 oif, __u32 vrf)
{
	struct kernel_object object = { .cmd = VR_CMD_NH_NEW };
	struct answer answer = { .len = 0 };

	answer_u32(&answer, VR_A_NH_ID, id);
	answer_u32(&answer, VR_A_NH_TYPE, type);
	answer_u32(&answer, VR_A_NH_OIF, oif);
	answer_u32(&answer, VR_A_NH_VRF, vrf);
	object.attrs = (struct nlattr *)answer.data;
	object.len = answer.len;
	world_take(agent->world, &object);
}

void fake_place(__u32 vrf, const char *what, __u32 nh)
{
	struct fake_place *place = &fake.place[fake.n_places++];
	struct prefix prefix;

	place->vrf = vrf;
	place->nh = nh;
	if (word_mac(what, place->addr)) {
		place->family = AF_BRIDGE;
		place->len = 48;
		return;
	}
	word_prefix(what, &prefix);
	place->family = prefix.family;
	place->len = prefix.len;
	memcpy(place->addr, prefix.addr, 16);
}

void fake_changed(struct agent *agent, __u32 vrf)
{
	struct kernel_object object = { .cmd = VR_CMD_ROUTE_NEW };
	struct answer answer = { .len = 0 };

	answer_u32(&answer, VR_A_ROUTE_VRF, vrf);
	object.attrs = (struct nlattr *)answer.data;
	object.len = answer.len;
	world_take(agent->world, &object);
}

struct flow *fake_flow(__u32 index, __u32 gen, __u32 nh, const char *src, const char *dst,
		       __u8 proto, __u16 sport, __u16 dport, __u32 action, __u32 vrf)
{
	struct flow *flow = &fake.flow[index].flow;
	struct prefix prefix;

	memset(flow, 0, sizeof(*flow));
	flow->index = index;
	flow->gen = gen;
	flow->nh = nh;
	word_prefix(src, &prefix);
	flow->tuple.family = prefix.family;
	memcpy(flow->tuple.src, prefix.addr, 16);
	word_prefix(dst, &prefix);
	memcpy(flow->tuple.dst, prefix.addr, 16);
	flow->tuple.proto = proto;
	flow->tuple.sport = sport;
	flow->tuple.dport = dport;
	flow->action = action;
	flow->vrf = vrf;
	flow->rindex = VR_FLOW_NONE;
	return flow;
}

void fake_pair(__u32 a, __u32 b)
{
	fake.flow[a].flow.rindex = b;
	fake.flow[a].flow.rgen = fake.flow[b].flow.gen;
	fake.flow[b].flow.rindex = a;
	fake.flow[b].flow.rgen = fake.flow[a].flow.gen;
}

size_t fake_frame(__u8 *out, const char *dmac, const char *smac, const char *src, const char *dst,
		  __u8 proto, __u16 sport, __u16 dport)
{
	bool six = strchr(src, ':');
	size_t at = ETH_LEN, l4 = proto == IPPROTO_TCP ? TCP_LEN : UDP_LEN;
	__u8 mac[2][6];
	struct prefix s, d;

	word_mac(dmac, mac[0]);
	word_mac(smac, mac[1]);
	word_prefix(src, &s);
	word_prefix(dst, &d);
	put_eth(out, mac[0], mac[1], six ? 0x86dd : 0x0800);
	if (six)
		at += put_ip6(out + at, s.addr, d.addr, proto, 64, l4);
	else
		at += put_ip4(out + at, s.addr, d.addr, proto, 0, l4);
	memset(out + at, 0, l4);
	if (proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6) {
		out[at] = proto == IPPROTO_ICMP ? 8 : 128;
		put16(out + at + 4, sport);
		return at + l4;
	}
	put16(out + at, sport);
	put16(out + at + 2, dport);
	if (proto == IPPROTO_TCP) {
		put32(out + at + 4, 0x01020304);
		out[at + 12] = 0x50;
		out[at + 13] = 0x02;
	} else {
		put16(out + at + 4, l4);
	}
	return at + l4;
}

struct agent *fake_net(const char *config)
{
	struct agent *agent = fake_begin(config);
	__u32 i;

	fake_vif(agent, 1, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 1, 11);
	fake_vif(agent, 2, VR_VIF_VIRTUAL, VR_VIF_F_POLICY, 1, 12);
	fake_vif(agent, 3, VR_VIF_VIRTUAL, 0, 1, 13);
	fake_vif(agent, 10, VR_VIF_PHYSICAL, 0, 0, 0);
	for (i = 1; i <= 3; i++) {
		fake_nh(agent, 10 + i, VR_NH_ENCAP, i, 1);
		fake_nh(agent, 20 + i, VR_NH_ENCAP, i, 1);
	}
	fake_nh(agent, 30, VR_NH_ENCAP, 10, 0);
	fake_nh(agent, 40, VR_NH_L2_RECEIVE, WORLD_NONE, 1);
	fake_nh(agent, 50, VR_NH_VRF_TRANSLATE, WORLD_NONE, 0);
	fake_place(1, FAKE_A, 21);
	fake_place(1, FAKE_B, 22);
	fake_place(1, FAKE_R, 40);
	fake_place(1, "10.1.1.1/32", 21);
	fake_place(1, "10.1.1.2/32", 22);
	fake_place(1, "10.1.1.3/32", 23);
	fake_place(1, "192.0.2.0/24", 50);
	fake_place(0, "192.0.2.0/24", 30);
	fake_place(0, "10.1.1.2/32", 22);
	return agent;
}
