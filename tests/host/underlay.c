// SPDX-License-Identifier: GPL-2.0-only
/* User-space host: ways to the other ends of tunnels. */
#include <vr_host/underlay.h>

#include "pkt.h"

static LIST_HEAD(underlays);	/* newest first */
static long underlays_live;
static pthread_mutex_t underlays_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned int addr_len(u8 family)
{
	return family == AF_INET ? 4 : 16;
}

struct vr_underlay *vr_underlay_new(void *host, u8 family, const __be32 *sip, const __be32 *dip)
{
	struct vr_underlay *u;

	WARN_ON(family != AF_INET && family != AF_INET6);
	WARN_ON(rcu_read_lock_held());
	u = vr_test_zalloc(sizeof(*u));
	if (!u)
		return ERR_PTR(-ENOMEM);
	u->host = host;
	u->family = family;
	memcpy(u->sip, sip, addr_len(family));
	memcpy(u->dip, dip, addr_len(family));
	u->mtu = ETH_DATA_LEN;
	pthread_mutex_init(&u->lock, NULL);
	INIT_LIST_HEAD(&u->sent);
	pthread_mutex_lock(&underlays_lock);
	list_add(&u->list, &underlays);
	underlays_live++;
	pthread_mutex_unlock(&underlays_lock);
	return u;
}

void vr_underlay_free(struct vr_underlay *u)
{
	vr_test_underlay_drain(u);
	pthread_mutex_lock(&underlays_lock);
	list_del(&u->list);
	underlays_live--;
	pthread_mutex_unlock(&underlays_lock);
	pthread_mutex_destroy(&u->lock);
	vr_test_free(u, sizeof(*u));
}

unsigned int vr_underlay_mtu(struct vr_underlay *u)
{
	return READ_ONCE(u->no_route) ? 0 : READ_ONCE(u->mtu);
}

/* Version and addresses are those of the way, and what is to be read for that is linear. */
static void underlay_check(const struct vr_underlay *u, const struct vr_pkt *pkt)
{
	unsigned int n = addr_len(u->family), at = u->family == AF_INET ? 12 : 8;
	u8 ip[40];

	WARN_ON(!rcu_read_lock_held());
	pkt_check_sent(pkt);
	WARN_ON(!pkt->tun.in || pkt->tun.l4_off != (int)(ETH_HLEN + at + 2 * n));
	WARN_ON(vr_pkt_headlen(pkt) < ETH_HLEN + at + 2 * n);
	pkt_peek(pkt, ETH_HLEN, ip, sizeof(ip));
	WARN_ON(ip[0] >> 4 != (u->family == AF_INET ? 4 : 6));
	WARN_ON(memcmp(ip + at, u->sip, n) || memcmp(ip + at + n, u->dip, n));
}

int vr_underlay_tx(struct vr_underlay *u, struct vr_pkt *pkt)
{
	bool no_route = READ_ONCE(u->no_route);

	underlay_check(u, pkt);
	if (no_route || READ_ONCE(u->full)) {
		__atomic_fetch_add(&u->refused, 1, __ATOMIC_RELAXED);
		vr_test_pkt_free(pkt);
		return no_route ? -ENETUNREACH : -ENOBUFS;
	}
	pthread_mutex_lock(&u->lock);
	list_add_tail(&pkt->list, &u->sent);
	u->n_sent++;
	pthread_mutex_unlock(&u->lock);
	return 0;
}

struct vr_underlay *vr_test_underlay_find(u8 family, const __be32 *dip)
{
	struct vr_underlay *u, *found = NULL;

	pthread_mutex_lock(&underlays_lock);
	list_for_each_entry(u, &underlays, list) {
		if (u->family == family && !memcmp(u->dip, dip, addr_len(family))) {
			found = u;
			break;
		}
	}
	pthread_mutex_unlock(&underlays_lock);
	return found;
}

struct vr_pkt *vr_test_underlay_pop(struct vr_underlay *u)
{
	struct vr_pkt *pkt;

	pthread_mutex_lock(&u->lock);
	pkt = list_first_entry_or_null(&u->sent, struct vr_pkt, list);
	if (pkt) {
		list_del_init(&pkt->list);
		u->n_sent--;
	}
	pthread_mutex_unlock(&u->lock);
	return pkt;
}

unsigned int vr_test_underlay_sent(const struct vr_underlay *u)
{
	return READ_ONCE(u->n_sent);
}

unsigned int vr_test_underlay_drain(struct vr_underlay *u)
{
	struct vr_pkt *pkt;
	unsigned int n = 0;

	while ((pkt = vr_test_underlay_pop(u))) {
		vr_test_pkt_free(pkt);
		n++;
	}
	return n;
}

long vr_test_underlays_live(void)
{
	return READ_ONCE(underlays_live);
}

/* Those of a case that failed are nobody's any more. */
void vr_test_underlays_reset(void)
{
	INIT_LIST_HEAD(&underlays);
	underlays_live = 0;
}
