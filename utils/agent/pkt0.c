// SPDX-License-Identifier: GPL-2.0-only
/* A packet socket on pkt0, and the agent header (<vrouter/trap.h>). */
#include "pkt0.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <vrouter/trap.h>

#include "agent.h"
#include "packet.h"
#include "trap.h"

#define AGENT_LEN	(ETH_LEN + sizeof(struct vr_agent_hdr))
#define FRAME_ROOM	(AGENT_LEN + PACKET_ROOM)
#define SEND_MANY	64
#define QUEUE		(32 * 1024 * 1024)

/* Not in the headers of every distribution that builds this. */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING	23
#endif

/**
 * struct pkt0 - see pkt0.h
 * @fd: packet socket, -1
 * @opened: how many there have been
 * @ifindex: of the device that it is bound to
 * @told: what was said last of why there is none
 * @in: messages, one a packet
 * @in_iov: their buffers
 * @in_data: the bytes
 * @out: the same, of what is to be sent: @n_out of them
 */
struct pkt0 {
	int fd;
	unsigned int opened;
	__u32 ifindex;
	char told[256];
	struct mmsghdr in[PKT0_MANY];
	struct iovec in_iov[PKT0_MANY];
	__u8 in_data[PKT0_MANY][PKT0_BYTES];
	struct mmsghdr out[SEND_MANY];
	struct iovec out_iov[SEND_MANY];
	__u8 out_data[SEND_MANY][FRAME_ROOM];
	unsigned int n_out;
};

struct pkt0 *pkt0_new(void)
{
	struct pkt0 *pkt0 = calloc(1, sizeof(*pkt0));
	int i;

	if (!pkt0)
		return NULL;
	pkt0->fd = -1;
	for (i = 0; i < PKT0_MANY; i++) {
		pkt0->in_iov[i].iov_base = pkt0->in_data[i];
		pkt0->in_iov[i].iov_len = PKT0_BYTES;
		pkt0->in[i].msg_hdr.msg_iov = &pkt0->in_iov[i];
		pkt0->in[i].msg_hdr.msg_iovlen = 1;
	}
	for (i = 0; i < SEND_MANY; i++) {
		pkt0->out_iov[i].iov_base = pkt0->out_data[i];
		pkt0->out[i].msg_hdr.msg_iov = &pkt0->out_iov[i];
		pkt0->out[i].msg_hdr.msg_iovlen = 1;
	}
	return pkt0;
}

static void pkt0_close(struct pkt0 *pkt0)
{
	if (pkt0->fd >= 0)
		close(pkt0->fd);
	pkt0->fd = -1;
	pkt0->ifindex = 0;
	pkt0->n_out = 0;
}

void pkt0_free(struct pkt0 *pkt0)
{
	if (!pkt0)
		return;
	pkt0_close(pkt0);
	free(pkt0);
}

int pkt0_fd(const struct pkt0 *pkt0, unsigned int *opened)
{
	*opened = pkt0->opened;
	return pkt0->fd;
}

/* --- there or not ------------------------------------------------------------ */

/* What packets come between making and binding is on every device: the protocol is said last. */
static int pkt0_socket(__u32 ifindex)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	int fd, one = 1, queue = QUEUE;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue, sizeof(queue));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &queue, sizeof(queue));
	if (!bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return fd;
	close(fd);
	return -1;
}

static bool pkt0_failed(struct agent *agent, const char *why)
{
	struct pkt0 *pkt0 = agent->pkt0;

	if (!strcmp(pkt0->told, why))
		return false;
	strncpy(pkt0->told, why, sizeof(pkt0->told) - 1);
	event_begin(&agent->events, "port");
	event_str(&agent->events, "device", agent->config->pkt0);
	event_bool(&agent->events, "up", false);
	event_str(&agent->events, "error", why);
	event_end(&agent->events);
	return false;
}

bool pkt0_ensure(struct agent *agent)
{
	struct pkt0 *pkt0 = agent->pkt0;
	char why[256] = "";
	__u32 ifindex;

	ifindex = port_ensure(agent, why, sizeof(why));
	if (pkt0->fd >= 0 && ifindex == pkt0->ifindex)
		return true;
	pkt0_close(pkt0);
	if (!ifindex)
		return pkt0_failed(agent, why);
	pkt0->fd = pkt0_socket(ifindex);
	if (pkt0->fd < 0)
		return pkt0_failed(agent, strerror(errno));
	pkt0->opened++;
	pkt0->ifindex = ifindex;
	pkt0->told[0] = '\0';
	event_begin(&agent->events, "port");
	event_str(&agent->events, "device", agent->config->pkt0);
	event_bool(&agent->events, "up", true);
	event_num(&agent->events, "vif", agent->world->agent ? agent->world->agent->id : 0);
	event_end(&agent->events);
	return true;
}

unsigned int pkt0_lost(struct pkt0 *pkt0)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	if (pkt0->fd < 0 || getsockopt(pkt0->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
		return 0;
	return stats.tp_drops;
}

/* --- from the router --------------------------------------------------------- */

bool pkt0_read(struct agent *agent, struct trap *trap, unsigned int *n)
{
	struct pkt0 *pkt0 = agent->pkt0;
	int i, got;

	*n = 0;
	if (pkt0->fd < 0)
		return false;
	got = recvmmsg(pkt0->fd, pkt0->in, PKT0_MANY, 0, NULL);
	if (got < 0) {
		/* The device went down, or went. */
		if (errno != EAGAIN && errno != EINTR)
			pkt0_ensure(agent);
		return false;
	}
	for (i = 0; i < got; i++) {
		if (trap_read(pkt0->in_data[i], pkt0->in[i].msg_len, &trap[*n]))
			++*n;
		else
			count(agent, STAT_TRAP_BAD);
		count(agent, STAT_TRAPS);
	}
	return got == PKT0_MANY;
}

/* --- to the router ----------------------------------------------------------- */

void pkt0_flush(struct agent *agent)
{
	struct pkt0 *pkt0 = agent->pkt0;
	unsigned int done = 0;
	int n;

	while (done < pkt0->n_out && pkt0->fd >= 0) {
		n = sendmmsg(pkt0->fd, pkt0->out + done, pkt0->n_out - done, 0);
		if (n < 0 && errno == EINTR)
			continue;
		/* The first of them cannot be sent; the others may. */
		if (n <= 0) {
			count(agent, STAT_NO_PORT);
			n = 1;
		}
		done += n;
	}
	pkt0->n_out = 0;
}

bool pkt0_send(struct agent *agent, enum vr_agent_cmd cmd, __u32 vif, __u32 vrf,
	       const __u8 *frame, size_t len)
{
	struct pkt0 *pkt0 = agent->pkt0;
	struct vr_agent_hdr hdr = {
		.ifindex = htons(vif),
		.vrf = htons(vrf),
		.cmd = htons(cmd),
	};
	const struct vif *port = agent->world->agent;
	__u8 *out;

	if (pkt0->fd < 0 || !port || len > PACKET_ROOM) {
		count(agent, STAT_NO_PORT);
		return false;
	}
	if (pkt0->n_out == SEND_MANY)
		pkt0_flush(agent);
	out = pkt0->out_data[pkt0->n_out];
	put_eth(out, port->mac, port->mac, ETH_P_IP);
	memcpy(out + ETH_LEN, &hdr, sizeof(hdr));
	memcpy(out + AGENT_LEN, frame, len);
	pkt0->out_iov[pkt0->n_out].iov_len = AGENT_LEN + len;
	pkt0->n_out++;
	return true;
}
