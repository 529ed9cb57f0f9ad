// SPDX-License-Identifier: GPL-2.0-only
/*
 * First packets of flows, there and back:
 *
 *	prober -> gen0 ==veth== vif, policy on: held, a copy on pkt0 -> agent
 *	prober <- sink0 ==veth== vif <- released by the agent's decision
 *
 * Prober and agent are two processes, as a guest and an agent are. Both take
 * as much in one system call as there is. A packet that is lost is the end:
 * then the figure would be of something else.
 */
#include "flow_bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if_ether.h>

#include <vrouter/netlink.h>
#include <vrouter/trap.h>

#define TRIPS_MANY	256		/* packets of one system call */
#define TRIPS_LEN	60
#define TRIPS_ROOM	128		/* all of such a packet on pkt0 */
#define TRIPS_PATIENCE	10000		/* milliseconds until a packet is taken to be lost */
#define TRIPS_BUFFER	(64 * 1024 * 1024)

/** struct packet - what the prober sends */
struct packet {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	__u8 zero[TRIPS_LEN - sizeof(struct ethhdr) - sizeof(struct iphdr) -
		  sizeof(struct udphdr)];
} __packed;

/** struct trapped - the same as the agent gets it */
struct trapped {
	struct ethhdr eth;
	struct vr_agent_hdr hdr;
	struct packet packet;
} __packed;

/** struct batch - room for what one system call takes */
struct batch {
	struct mmsghdr msg[TRIPS_MANY];
	struct iovec iov[TRIPS_MANY];
	char data[TRIPS_MANY][TRIPS_ROOM];
};

/**
 * struct prober - the end that measures
 * @bench: arguments
 * @gen: socket on gen0
 * @sink: socket on sink0
 * @sent: packets so far
 * @back: of those, how many came out
 * @at: when each was sent; 0: it is back
 * @took: nanoseconds of each that is back, in order of coming
 */
struct prober {
	const struct bench *bench;
	int gen;
	int sink;
	__u32 sent;
	__u32 back;
	__u64 *at;
	__u64 *took;
};

static struct batch tx_batch, rx_batch;

static void batch_init(struct batch *batch, size_t len)
{
	unsigned int i;

	for (i = 0; i < TRIPS_MANY; i++) {
		batch->iov[i].iov_base = batch->data[i];
		batch->iov[i].iov_len = len;
		batch->msg[i].msg_hdr.msg_iov = &batch->iov[i];
		batch->msg[i].msg_hdr.msg_iovlen = 1;
	}
}

/* @proto: of frames to receive; 0: none */
static int packet_socket(const char *dev, int proto)
{
	struct sockaddr_ll where = { .sll_family = AF_PACKET, .sll_protocol = htons(proto) };
	int fd, one = 1, room = TRIPS_BUFFER;

	where.sll_ifindex = if_nametoindex(dev);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0 || !where.sll_ifindex ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&where, sizeof(where)))
		bench_die("cannot open a packet socket on %s: %s", dev, strerror(errno));
	return fd;
}

/* --- the agent --------------------------------------------------------------- */

static void agent_run(const struct bench *bench, int pkt0)
{
	static struct bench_nl nl;
	const struct trapped *trapped;
	int i, n;

	bench_nl_open(&nl);
	for (;;) {
		n = recvmmsg(pkt0, rx_batch.msg, TRIPS_MANY, MSG_WAITFORONE, NULL);
		if (n < 0)
			bench_die("the agent cannot read from pkt0: %s", strerror(errno));
		for (i = 0; i < n; i++) {
			trapped = (const struct trapped *)rx_batch.data[i];
			if (rx_batch.msg[i].msg_len < sizeof(*trapped) ||
			    trapped->hdr.cmd != htons(VR_TRAP_FLOW_MISS))
				continue;
			bench_flow_put(&nl, bench, ntohl(trapped->packet.ip.daddr));
		}
		bench_nl_call(&nl);
	}
}

static pid_t agent_start(const struct bench *bench)
{
	int pkt0 = packet_socket("pkt0", ETH_P_ALL);
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		bench_die("cannot fork: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() == parent)
			agent_run(bench, pkt0);
		_exit(1);
	}
	close(pkt0);
	return pid;
}

/* --- the prober -------------------------------------------------------------- */

static __u16 ip_checksum(const void *ip)
{
	__u16 word[sizeof(struct iphdr) / 2];
	__u32 sum = 0;
	unsigned int i;

	memcpy(word, ip, sizeof(word));
	for (i = 0; i < ARRAY_SIZE(word); i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static void packet_make(const struct prober *prober, struct packet *packet, __u32 i)
{
	memset(packet, 0, sizeof(*packet));
	memcpy(packet->eth.h_dest, prober->bench->router_mac, ETH_ALEN);
	packet->eth.h_source[0] = 0x02;
	packet->eth.h_source[5] = 0x01;
	packet->eth.h_proto = htons(ETH_P_IP);
	packet->ip.version = 4;
	packet->ip.ihl = 5;
	packet->ip.ttl = 64;
	packet->ip.protocol = IPPROTO_UDP;
	packet->ip.tot_len = htons(sizeof(*packet) - sizeof(packet->eth));
	packet->ip.saddr = htonl(BENCH_SOURCE);
	packet->ip.daddr = htonl(prober->bench->first + i);
	packet->ip.check = ip_checksum(&packet->ip);
	packet->udp.source = htons(BENCH_PORT);
	packet->udp.dest = htons(BENCH_PORT);
	packet->udp.len = htons(ntohs(packet->ip.tot_len) - sizeof(packet->ip));
}

static void prober_send(struct prober *prober)
{
	__u32 room = prober->bench->window - (prober->sent - prober->back);
	__u32 i, n = prober->bench->count - prober->sent;
	int done;

	if (n > room)
		n = room;
	if (n > TRIPS_MANY)
		n = TRIPS_MANY;
	for (i = 0; i < n; i++)
		packet_make(prober, (struct packet *)tx_batch.data[i], prober->sent + i);
	for (i = 0; i < n; i++)
		prober->at[prober->sent + i] = bench_now();
	for (i = 0; i < n; i += done) {
		done = sendmmsg(prober->gen, tx_batch.msg + i, n - i, 0);
		if (done < 0)
			bench_die("cannot send to gen0: %s", strerror(errno));
	}
	prober->sent += n;
}

/* At least one packet comes, or it is the end. */
static void prober_receive(struct prober *prober)
{
	struct pollfd sink = { .fd = prober->sink, .events = POLLIN };
	const struct packet *packet;
	__u64 now;
	int i, n;
	__u32 at;

	n = recvmmsg(prober->sink, rx_batch.msg, TRIPS_MANY, MSG_DONTWAIT, NULL);
	if (n < 0 && errno == EAGAIN) {
		if (!poll(&sink, 1, TRIPS_PATIENCE))
			bench_die("of %u packets %u did not come out of the router",
				  prober->sent, prober->sent - prober->back);
		return;
	}
	if (n < 0)
		bench_die("cannot read from sink0: %s", strerror(errno));
	now = bench_now();
	for (i = 0; i < n; i++) {
		packet = (const struct packet *)rx_batch.data[i];
		at = ntohl(packet->ip.daddr) - prober->bench->first;
		if (rx_batch.msg[i].msg_len != sizeof(*packet) ||
		    packet->eth.h_proto != htons(ETH_P_IP) || at >= prober->sent ||
		    !prober->at[at])
			continue;
		prober->took[prober->back++] = now - prober->at[at];
		prober->at[at] = 0;
	}
}

static int took_compare(const void *a, const void *b)
{
	__u64 one = *(const __u64 *)a, two = *(const __u64 *)b;

	return (one > two) - (one < two);
}

static double percentile(const struct prober *prober, double part)
{
	return prober->took[(__u32)(prober->back * part)] / 1e3;
}

void flow_trips(const struct bench *bench)
{
	struct prober prober = { .bench = bench };
	__u64 start, end;
	pid_t agent;

	prober.at = calloc(bench->count, sizeof(*prober.at));
	prober.took = calloc(bench->count, sizeof(*prober.took));
	if (!prober.at || !prober.took)
		bench_die("no memory");
	prober.gen = packet_socket("gen0", 0);
	prober.sink = packet_socket("sink0", ETH_P_ALL);
	batch_init(&rx_batch, TRIPS_ROOM);
	agent = agent_start(bench);
	batch_init(&tx_batch, TRIPS_LEN);

	start = bench_now();
	while (prober.back < bench->count) {
		prober_send(&prober);
		prober_receive(&prober);
	}
	end = bench_now();
	kill(agent, SIGKILL);
	waitpid(agent, NULL, 0);

	qsort(prober.took, prober.back, sizeof(*prober.took), took_compare);
	printf("{\"flows\":%u,\"seconds\":%.6f,\"p50_us\":%.3f,\"p99_us\":%.3f}\n",
	       bench->count, (end - start) / 1e9, percentile(&prober, 0.5),
	       percentile(&prober, 0.99));
}
