// SPDX-License-Identifier: GPL-2.0-only
/* User-space host: ports. */
#include <vr_host/port.h>

#include "pkt.h"

static long ports_live;

int vr_port_tx(struct vr_port *port, struct vr_pkt *pkt)
{
	pkt_check_sent(pkt);
	if (READ_ONCE(port->full)) {
		__atomic_fetch_add(&port->refused, 1, __ATOMIC_RELAXED);
		vr_test_pkt_free(pkt);
		return -ENOBUFS;
	}
	pthread_mutex_lock(&port->lock);
	list_add_tail(&pkt->list, &port->sent);
	port->n_sent++;
	pthread_mutex_unlock(&port->lock);
	return 0;
}

struct vr_port *vr_test_port_alloc(void)
{
	struct vr_port *port = vr_test_malloc(sizeof(*port));

	memset(port, 0, sizeof(*port));
	port->up = true;
	port->mtu = ETH_DATA_LEN;
	pthread_mutex_init(&port->lock, NULL);
	INIT_LIST_HEAD(&port->sent);
	__atomic_fetch_add(&ports_live, 1, __ATOMIC_RELAXED);
	return port;
}

struct vr_pkt *vr_test_port_pop(struct vr_port *port)
{
	struct vr_pkt *pkt;

	pthread_mutex_lock(&port->lock);
	pkt = list_first_entry_or_null(&port->sent, struct vr_pkt, list);
	if (pkt) {
		list_del_init(&pkt->list);
		port->n_sent--;
	}
	pthread_mutex_unlock(&port->lock);
	return pkt;
}

unsigned int vr_test_port_sent(const struct vr_port *port)
{
	return READ_ONCE(port->n_sent);
}

unsigned int vr_test_port_drain(struct vr_port *port)
{
	struct vr_pkt *pkt;
	unsigned int n = 0;

	while ((pkt = vr_test_port_pop(port))) {
		vr_test_pkt_free(pkt);
		n++;
	}
	return n;
}

void vr_test_port_free(struct vr_port *port)
{
	vr_test_port_drain(port);
	pthread_mutex_destroy(&port->lock);
	free(port);
	__atomic_fetch_sub(&ports_live, 1, __ATOMIC_RELAXED);
}

long vr_test_ports_live(void)
{
	return __atomic_load_n(&ports_live, __ATOMIC_RELAXED);
}

void vr_test_ports_reset(void)
{
	ports_live = 0;
}
