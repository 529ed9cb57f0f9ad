// SPDX-License-Identifier: GPL-2.0-only
/*
 * What vragent does with packets from pkt0: what guests and the fabric sent, behind the
 * router's header.
 *
 *	0	AGENT_*
 *	1..	packets: length (two bytes), then the frame on pkt0
 *
 * Each packet is in memory of exactly its size. What the agent sends must be frames that it would
 * read itself. The router behind it is tests/agent/fake.c.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>

#include "bytes.h"
#include "fake.h"
#include "libfuzzer.h"
#include "pkt0.h"
#include "resolve.h"
#include "seen.h"

#define AGENT_DENY	0x01	/* what no rule says */
#define AGENT_SILENT	0x02	/* the router answers nothing */
#define AGENT_VERBOSE	0x04

#define MANY		8

static const char text[] =
	"default: allow\n"
	"vrfs:\n"
	"  - vrf: 1\n"
	"    default: allow\n"
	"    resolve: true\n"
	"    gateways:\n"
	"      - address: 10.1.1.254/24\n"
	"      - address: fd00::fe/64\n"
	"    rules:\n"
	"      - {action: reject, proto: tcp, dport: 80, log: true}\n"
	"      - {action: allow, proto: udp, dport: 53}\n"
	"      - {action: deny, proto: icmp, icmp-type: 8}\n"
	"      - {action: reject, proto: udp, src: 10.1.1.1/32, dport: 2000}\n"
	"    dhcp:\n"
	"      gateway: 10.1.1.254\n"
	"      dns: [10.1.1.53, 10.1.1.54]\n"
	"      domain: example.net\n"
	"      mtu: 1450\n"
	"      leases:\n"
	"        - {mac: '02:00:00:00:00:01', address: 10.1.1.1/24, hostname: one}\n"
	"  - vrf: 0\n"
	"    default: allow\n"
	"    resolve: true\n";

static const char text_deny[] =
	"default: deny\n"
	"vrfs:\n"
	"  - vrf: 1\n"
	"    default: deny\n"
	"    log: true\n"
	"    gateways: [{address: 10.1.1.254/24}]\n";

/* The runner of tests/agent has these; here whoever fails ends the program. */
void test_failed(const char *file, int line, const char *fmt, ...)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, fmt);
	abort();
}

const char *test_file(const char *config)
{
	static char name[64];
	FILE *file;

	if (!name[0])
		snprintf(name, sizeof(name), "/tmp/agent-fuzz-%d", getpid());
	file = fopen(name, "w");
	if (!file || fputs(config, file) < 0 || fclose(file))
		abort();
	return name;
}

/* Sums of what was made are right, and lengths are those of the frame. */
static void check_sent(const struct fake_sent *sent)
{
	const __u8 *ip;
	struct packet p;

	if (!packet_read(&p, sent->frame, sent->len))
		abort();
	if (p.type != 0x0800 && p.type != 0x86dd)
		return;
	if (!p.family || p.l3 + p.l3_len != sent->len || !p.l4)
		abort();
	ip = p.data + p.l3;
	if (p.family == AF_INET && sum_fold(sum_add(0, ip, IP4_LEN)))
		abort();
	if (p.proto == IPPROTO_TCP &&
	    sum_fold(sum_add(sum_pseudo(packet_src(&p), packet_dst(&p),
					p.family == AF_INET ? 4 : 16, IPPROTO_TCP,
					packet_l4_len(&p)),
			     p.data + p.l4, packet_l4_len(&p))))
		abort();
	if (p.proto == IPPROTO_ICMP && sum_fold(sum_add(0, p.data + p.l4, packet_l4_len(&p))))
		abort();
}

/* Memory of a length that reading beyond it is seen. */
static __u8 *copy(const __u8 *data, size_t len)
{
	__u8 *bytes = malloc(len ? len : 1);

	if (!bytes)
		abort();
	if (len)
		memcpy(bytes, data, len);
	return bytes;
}

static void packets(struct agent *agent, const __u8 *data, size_t len)
{
	__u8 *bytes[MANY];
	struct trap trap[MANY];
	unsigned int n = 0, kept = 0, i;
	size_t at = 0, size;

	while (n < MANY && at + 2 <= len) {
		size = get16(data + at);
		at += 2;
		if (size > len - at)
			size = len - at;
		if (size > PKT0_BYTES)
			size = PKT0_BYTES;
		bytes[n] = copy(data + at, size);
		if (trap_read(bytes[n], size, &trap[kept]))
			kept++;
		n++;
		at += size;
	}
	trap_many(agent, trap, kept);
	for (i = 0; i < n; i++)
		free(bytes[i]);
	for (i = 0; i < fake.n_sent; i++)
		check_sent(&fake.sent[i]);
}

/**
 * struct made - an agent and its router, which take long to make
 * @agent: what it learns is forgotten after each input
 * @fake: the router as it was
 */
static struct made {
	struct agent *agent;
	struct fake fake;
} made[2];

static void make(struct made *m, const char *config)
{
	m->agent = fake_net(config);
	fake_flow(1, 1, 11, "10.1.1.1", "10.1.1.2", IPPROTO_UDP, 1000, 2000, VR_FLOW_HOLD, 1);
	/* More than anybody would be told: what is tested is the telling. */
	m->agent->config->icmp_rate = 1000000;
	m->fake = fake;
}

static void unmake(void)
{
	unlink(test_file(""));
	fake_end(made[0].agent);
	fake_end(made[1].agent);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	make(&made[0], text);
	make(&made[1], text_deny);
	atexit(unmake);
	return 0;
}

static void forget(struct agent *agent)
{
	resolve_free(agent->resolve);
	seen_free(agent->seen);
	agent->resolve = resolve_new();
	agent->seen = seen_new();
	memset(&agent->stats, 0, sizeof(agent->stats));
	fake_changed(agent, 0);
	fake_changed(agent, 1);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t len)
{
	struct made *m;

	if (len < 1)
		return 0;
	m = &made[!!(data[0] & AGENT_DENY)];
	fake = m->fake;
	fake.broken = data[0] & AGENT_SILENT;
	m->agent->verbose = data[0] & AGENT_VERBOSE;
	packets(m->agent, data + 1, len - 1);
	forget(m->agent);
	return 0;
}
