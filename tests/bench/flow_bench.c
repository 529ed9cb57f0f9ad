// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tests/bench/run measures beside the price of a packet: of flows, and of
 * other tables. Prints one JSON object.
 *
 *	flow_bench set	    decide on --count flows, many to a sendmsg: seconds
 *	flow_bench dump	    all flows through netlink: seconds and how many
 *	flow_bench routes   make --count routes to --nh, or with --delete delete
 *			    them: seconds
 *	flow_bench bridge   the same for bridge entries
 *	flow_bench trips    --count packets of a new flow each from gen0 to sink0,
 *			    by an agent on pkt0, --window of them at a time:
 *			    seconds, and microseconds that a packet took
 *
 * With trips, packets of flows that are there are measured likewise: then the
 * agent has nothing to do.
 */
#include "flow_bench.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vrouter/netlink.h>

static void flow_put_source(struct bench_nl *nl, __u32 nh)
{
	bench_nl_put_u32(nl, VR_A_FLOW_NH, nh);
	bench_nl_put_u32(nl, VR_A_FLOW_SRC_NH, nh);
}

void bench_flow_put(struct bench_nl *nl, const struct bench *bench, __u32 dst)
{
	__be32 sip = htonl(BENCH_SOURCE), dip = htonl(dst);
	struct nlattr *nest;

	bench_nl_begin(nl, VR_CMD_FLOW_NEW, 0);
	flow_put_source(nl, bench->nh);
	bench_nl_put_u32(nl, VR_A_FLOW_FAMILY, AF_INET);
	bench_nl_put_u32(nl, VR_A_FLOW_PROTO, IPPROTO_UDP);
	bench_nl_put(nl, VR_A_FLOW_SIP, &sip, sizeof(sip));
	bench_nl_put(nl, VR_A_FLOW_DIP, &dip, sizeof(dip));
	bench_nl_put_u32(nl, VR_A_FLOW_SPORT, BENCH_PORT);
	bench_nl_put_u32(nl, VR_A_FLOW_DPORT, BENCH_PORT);
	bench_nl_put_u32(nl, VR_A_FLOW_ACTION, bench->drop ? VR_FLOW_DROP : VR_FLOW_FORWARD);
	if (!bench->reverse_nh)
		return;
	nest = bench_nl_nest(nl, VR_A_FLOW_REVERSE);
	flow_put_source(nl, bench->reverse_nh);
	bench_nl_nest_end(nl, nest);
}

static void flow_set(const struct bench *bench)
{
	static struct bench_nl nl;
	__u64 start;
	__u32 i;

	bench_nl_open(&nl);
	start = bench_now();
	for (i = 0; i < bench->count; i++) {
		bench_flow_put(&nl, bench, bench->first + i);
		if (bench_nl_full(&nl))
			bench_nl_call(&nl);
	}
	bench_nl_call(&nl);
	printf("{\"flows\":%u,\"seconds\":%.6f}\n", bench->count * (bench->reverse_nh ? 2 : 1),
	       (bench_now() - start) / 1e9);
}

static void flow_dump(const struct bench *bench)
{
	static struct bench_nl nl;
	__u64 start, flows;

	(void)bench;
	bench_nl_open(&nl);
	start = bench_now();
	flows = bench_nl_dump(&nl, VR_CMD_FLOW_GET);
	printf("{\"flows\":%llu,\"seconds\":%.6f}\n", flows, (bench_now() - start) / 1e9);
}

/* --- other tables ------------------------------------------------------------ */

/* A row of numbers as prefixes of 24 bits all over the table, none of them twice. */
static __be32 route_prefix(__u32 i)
{
	return htonl((i * 0x9e3779b1U & 0xffffff) << 8);
}

static void route_put(struct bench_nl *nl, const struct bench *bench, __u32 i)
{
	__be32 prefix = route_prefix(i);

	bench_nl_begin(nl, bench->delete ? VR_CMD_ROUTE_DEL : VR_CMD_ROUTE_NEW, 0);
	bench_nl_put_u32(nl, VR_A_ROUTE_VRF, 0);
	bench_nl_put_u32(nl, VR_A_ROUTE_FAMILY, AF_INET);
	bench_nl_put(nl, VR_A_ROUTE_PREFIX, &prefix, sizeof(prefix));
	bench_nl_put_u32(nl, VR_A_ROUTE_PLEN, 24);
	if (!bench->delete)
		bench_nl_put_u32(nl, VR_A_ROUTE_NH, bench->nh);
}

static void bridge_put(struct bench_nl *nl, const struct bench *bench, __u32 i)
{
	__u8 mac[6] = { 2, 1, i >> 24, i >> 16, i >> 8, i };

	bench_nl_begin(nl, bench->delete ? VR_CMD_BRIDGE_DEL : VR_CMD_BRIDGE_NEW, 0);
	bench_nl_put_u32(nl, VR_A_BRIDGE_VRF, 0);
	bench_nl_put(nl, VR_A_BRIDGE_MAC, mac, sizeof(mac));
	if (!bench->delete)
		bench_nl_put_u32(nl, VR_A_BRIDGE_NH, bench->nh);
}

static void table_set(const struct bench *bench,
		      void (*put)(struct bench_nl *nl, const struct bench *bench, __u32 i))
{
	static struct bench_nl nl;
	__u64 start;
	__u32 i;

	bench_nl_open(&nl);
	start = bench_now();
	for (i = 0; i < bench->count; i++) {
		put(&nl, bench, i);
		if (bench_nl_full(&nl))
			bench_nl_call(&nl);
	}
	bench_nl_call(&nl);
	printf("{\"objects\":%u,\"seconds\":%.6f}\n", bench->count, (bench_now() - start) / 1e9);
}

static void table_routes(const struct bench *bench)
{
	table_set(bench, route_put);
}

static void table_bridge(const struct bench *bench)
{
	table_set(bench, bridge_put);
}

/* --- arguments --------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*run)(const struct bench *bench);
} modes[] = {
	{ "set", flow_set },
	{ "dump", flow_dump },
	{ "trips", flow_trips },
	{ "routes", table_routes },
	{ "bridge", table_bridge },
};

static const struct option options[] = {
	{ "nh", required_argument, NULL, 'n' },
	{ "reverse-nh", required_argument, NULL, 'r' },
	{ "first", required_argument, NULL, 'f' },
	{ "count", required_argument, NULL, 'c' },
	{ "window", required_argument, NULL, 'w' },
	{ "mac", required_argument, NULL, 'm' },
	{ "drop", no_argument, NULL, 'd' },
	{ "delete", no_argument, NULL, 'x' },
	{ NULL, 0, NULL, 0 }
};

static __u32 read_number(const char *text)
{
	unsigned long value;
	char *end;

	value = strtoul(text, &end, 10);
	if (*end || end == text || !value || value > 0xffffffffUL)
		bench_die("'%s' is not a number above 0", text);
	return value;
}

static __u32 read_address(const char *text)
{
	struct in_addr addr;

	if (!inet_aton(text, &addr))
		bench_die("'%s' is not an IPv4 address", text);
	return ntohl(addr.s_addr);
}

static void read_mac(const char *text, __u8 *to)
{
	const struct ether_addr *addr = ether_aton(text);

	if (!addr)
		bench_die("'%s' is not a MAC address", text);
	memcpy(to, addr, 6);
}

static void parse(int argc, char **argv, struct bench *bench)
{
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'n':
			bench->nh = read_number(optarg);
			break;
		case 'r':
			bench->reverse_nh = read_number(optarg);
			break;
		case 'f':
			bench->first = read_address(optarg);
			break;
		case 'c':
			bench->count = read_number(optarg);
			break;
		case 'w':
			bench->window = read_number(optarg);
			break;
		case 'm':
			read_mac(optarg, bench->router_mac);
			break;
		case 'd':
			bench->drop = true;
			break;
		case 'x':
			bench->delete = true;
			break;
		default:
			exit(2);
		}
	}
}

int main(int argc, char **argv)
{
	struct bench bench = { .nh = 1, .count = 1, .window = 1 };
	unsigned int i;

	parse(argc, argv, &bench);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (optind + 1 != argc || strcmp(argv[optind], modes[i].name))
			continue;
		modes[i].run(&bench);
		return 0;
	}
	fprintf(stderr, "usage: flow_bench set|dump|trips|routes|bridge [OPTION...]\n");
	return 2;
}
