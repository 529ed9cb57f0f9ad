// SPDX-License-Identifier: GPL-2.0-only
/*
 * GRO for packets out of tunnels, for <vr_host/gro.h>: a device, vrgro0, that
 * "receives" them once more, so that the kernel merges them, and gives them back.
 *
 * Each cpu has a queue and a NAPI instance. Not the kernel's gro_cells, which
 * do the same but do not tell what became of a packet: here each one that is
 * merged into another is counted, and the books balance.
 *
 * What a packet knows (struct vr_gro) stands in front of its Ethernet header,
 * and the two together are the device's link-layer header: GRO merges only what
 * has the same one, byte for byte. It is out of reach for who sent the packet:
 *
 *	| struct vr_gro | l3_off | 0 | [0 0 0 0] | Ethernet, [tag] | IP ...
 *	|<------------- GRO_HLEN, hard_header_len ---------------->|
 *
 * Nobody but this file sends there, and an administrator who redirects packets
 * to it reaches nothing: they have no such header.
 */
#include "gro.h"

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/once.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/gro.h>
#include <net/net_namespace.h>

#include <vr_host/gro.h>
#include <vr/core.h>

#include "pernet.h"

/* Room for an Ethernet header with one tag. */
#define GRO_ETH_MAX VLAN_ETH_HLEN

/** struct gro_hdr - link-layer header of a packet on the device */
struct gro_hdr {
	struct vr_gro gro;
	u8 l3_off;
	u8 zero;
	u8 eth[GRO_ETH_MAX];	/* ends with the header; zeros in front */
} __packed;

#define GRO_HLEN ((int)sizeof(struct gro_hdr))

/* Packets that may wait on a cpu. More walk on as they are. */
#define GRO_QUEUE_MAX 1024

/**
 * struct gro_cell - of a cpu
 * @queue: its lock is held for an instant: a thread may poll, on another cpu
 * @work: what was in @queue when the poll looked; the poll's own
 * @napi: merges
 */
struct gro_cell {
	struct sk_buff_head queue;
	struct sk_buff_head work;
	struct napi_struct napi;
};

/**
 * struct gro_dev - private part of the device
 * @core: whose packets these are; outlives the device
 * @cells: for each cpu
 */
struct gro_dev {
	struct vr_core *core;
	struct gro_cell __percpu *cells;
};

/* --- there ------------------------------------------------------------------- */

/* All headers linear, and head and fragments the packet's own. Moves data. */
static bool gro_prepare(struct sk_buff *skb, unsigned int l3_off)
{
	unsigned int l4_off = l3_off;
	unsigned int hlen;

	l4_off += skb->protocol == htons(ETH_P_IP) ? sizeof(struct iphdr) :
						     sizeof(struct ipv6hdr);
	if (unlikely(!pskb_may_pull(skb, l4_off + sizeof(struct tcphdr))))
		return false;
	hlen = ((const struct tcphdr *)(skb->data + l4_off))->doff * 4;
	if (unlikely(!pskb_may_pull(skb, l4_off + hlen)))
		return false;
	/* It has arrived: its sender need not wait for those that it is merged with. */
	skb_orphan(skb);
	return !skb_cow(skb, GRO_HLEN - l3_off);
}

/* Connections are to be told apart at a glance, and nobody is to know who meets whom. */
static u32 gro_hash(const struct sk_buff *skb)
{
	static u32 secret __read_mostly;
	const struct ipv6hdr *ip6;
	const struct iphdr *ip;
	u32 ports;

	net_get_random_once(&secret, sizeof(secret));
	if (skb->protocol == htons(ETH_P_IP)) {
		ip = (const struct iphdr *)skb->data;
		ports = get_unaligned((const u32 *)(ip + 1));
		return jhash_3words((__force u32)ip->saddr, (__force u32)ip->daddr, ports, secret);
	}
	ip6 = (const struct ipv6hdr *)skb->data;
	ports = get_unaligned((const u32 *)(ip6 + 1));
	return jhash2((const u32 *)&ip6->saddr, 2 * sizeof(ip6->saddr) / sizeof(u32),
		      secret ^ ports);
}

/*
 * From a packet of the router's to one of the device's. A COMPLETE checksum covers what follows
 * the link-layer header, in each case.
 */
static void gro_push(struct sk_buff *skb, unsigned int l3_off, const struct vr_gro *gro)
{
	struct gro_hdr *hdr;

	if (skb->ip_summed == CHECKSUM_COMPLETE && l3_off > ETH_HLEN)
		skb->csum = csum_sub(skb->csum,
				     csum_partial(skb->data + ETH_HLEN, l3_off - ETH_HLEN, 0));
	__skb_pull(skb, l3_off);
	hdr = (struct gro_hdr *)(skb->data - GRO_HLEN);
	hdr->gro = *gro;
	hdr->l3_off = l3_off;
	hdr->zero = 0;
	memset(hdr->eth, 0, GRO_ETH_MAX - l3_off);

	skb_set_mac_header(skb, -GRO_HLEN);
	skb_reset_network_header(skb);
	skb->mac_len = GRO_HLEN;
	skb_metadata_clear(skb);
	skb_set_hash(skb, gro_hash(skb), PKT_HASH_TYPE_L4);
}

/* The first one wakes the poll. */
static void gro_enqueue(struct gro_cell *cell, struct sk_buff *skb)
{
	bool first;

	spin_lock(&cell->queue.lock);
	first = skb_queue_empty(&cell->queue);
	__skb_queue_tail(&cell->queue, skb);
	spin_unlock(&cell->queue.lock);
	if (first)
		napi_schedule(&cell->napi);
}

bool vr_gro_take(struct vr_core *core, struct vr_pkt *pkt, unsigned int l3_off,
		 const struct vr_gro *gro)
{
	const struct vrl_net *vn = vrl_net_of(vr_core_host(core));
	struct net_device *dev = rcu_dereference(vn->gro);
	struct sk_buff *skb = vr_pkt_skb(pkt);
	struct gro_dev *priv;
	struct gro_cell *cell;

	if (unlikely(!dev || !(READ_ONCE(dev->flags) & IFF_UP) || l3_off > GRO_ETH_MAX))
		return false;
	priv = netdev_priv(dev);
	cell = this_cpu_ptr(priv->cells);
	if (unlikely(skb_queue_len_lockless(&cell->queue) >= GRO_QUEUE_MAX) ||
	    unlikely(!gro_prepare(skb, l3_off)))
		return false;
	gro_push(skb, l3_off, gro);
	skb->dev = dev;
	gro_enqueue(cell, skb);
	return true;
}

/* --- merging ----------------------------------------------------------------- */

static struct sk_buff *gro_next(struct gro_cell *cell)
{
	if (skb_queue_empty(&cell->work)) {
		spin_lock(&cell->queue.lock);
		skb_queue_splice_tail_init(&cell->queue, &cell->work);
		spin_unlock(&cell->queue.lock);
	}
	return __skb_dequeue(&cell->work);
}

static int gro_poll(struct napi_struct *napi, int budget)
{
	struct gro_cell *cell = container_of(napi, struct gro_cell, napi);
	struct gro_dev *priv = netdev_priv(napi->dev);
	unsigned int merged = 0;
	struct sk_buff *skb;
	int work = 0;

	while (work < budget) {
		skb = gro_next(cell);
		if (!skb)
			break;
		switch (napi_gro_receive(napi, skb)) {
		case GRO_MERGED:
		case GRO_MERGED_FREE:
			merged++;
			break;
		default:
			break;
		}
		work++;
	}
	if (merged)
		vr_gro_merged(priv->core, merged);
	if (work < budget)
		napi_complete_done(napi, work);
	return work;
}

/* --- and back ---------------------------------------------------------------- */

/* From a packet of the device's to one of the router's. False: it never was one. */
static bool gro_pop(struct sk_buff *skb, struct vr_gro *gro)
{
	const struct gro_hdr *hdr;
	unsigned int l3_off;

	if (!skb_mac_header_was_set(skb) || skb_mac_offset(skb) != -GRO_HLEN)
		return false;
	hdr = (const struct gro_hdr *)skb_mac_header(skb);
	l3_off = hdr->l3_off;
	if (l3_off < ETH_HLEN || l3_off > GRO_ETH_MAX)
		return false;
	*gro = hdr->gro;
	__skb_push(skb, l3_off);
	skb_reset_mac_header(skb);
	if (skb->ip_summed == CHECKSUM_COMPLETE && l3_off > ETH_HLEN)
		skb->csum = csum_add(skb->csum,
				     csum_partial(skb->data + ETH_HLEN, l3_off - ETH_HLEN, 0));
	return true;
}

/* Called under rcu_read_lock() with bottom halves disabled. */
static rx_handler_result_t gro_rx(struct sk_buff **pskb)
{
	struct net_device *dev = (*pskb)->dev;
	struct gro_dev *priv = netdev_priv(dev);
	struct sk_buff *skb;
	struct vr_gro gro;

	skb = skb_share_check(*pskb, GFP_ATOMIC);
	if (unlikely(!skb)) {
		vr_gro_lost(priv->core);
		return RX_HANDLER_CONSUMED;
	}
	if (unlikely(!gro_pop(skb, &gro))) {
		dev_core_stats_rx_dropped_inc(dev);
		kfree_skb(skb);
		return RX_HANDLER_CONSUMED;
	}
	dev_sw_netstats_rx_add(dev, skb->len);
	vr_gro_rx(priv->core, &gro, vr_pkt_of(skb));
	return RX_HANDLER_CONSUMED;
}

/* --- the device -------------------------------------------------------------- */

static int gro_dev_init(struct net_device *dev)
{
	struct gro_dev *priv = netdev_priv(dev);
	struct gro_cell *cell;
	int cpu, err;

	/*
	 * No receive queue that anybody can set up: the CPUs that packets are to be steered to
	 * (RPS), of this device or by default, would take them by a queue that overflows, where
	 * they are lost to the books, and that nobody waits for when the device goes.
	 */
	dev->real_num_rx_queues = 0;
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	err = netdev_rx_handler_register(dev, gro_rx, NULL);
	if (err)
		goto err_stats;
	priv->cells = alloc_percpu(struct gro_cell);
	if (!priv->cells) {
		err = -ENOMEM;
		goto err_handler;
	}
	for_each_possible_cpu(cpu) {
		cell = per_cpu_ptr(priv->cells, cpu);
		skb_queue_head_init(&cell->queue);
		__skb_queue_head_init(&cell->work);
		set_bit(NAPI_STATE_NO_BUSY_POLL, &cell->napi.state);
		netif_napi_add(dev, &cell->napi, gro_poll);
		napi_enable(&cell->napi);
	}
	return 0;

err_handler:
	netdev_rx_handler_unregister(dev);
err_stats:
	free_percpu(dev->tstats);
	return err;
}

/*
 * First nobody finds the device any more, then the polls end and with them what is on its way,
 * then it goes.
 */
static void gro_dev_uninit(struct net_device *dev)
{
	struct vrl_net *vn = vrl_net_of(dev_net(dev));
	struct gro_dev *priv = netdev_priv(dev);
	struct gro_cell *cell;
	int cpu;

	if (rtnl_dereference(vn->gro) == dev) {
		RCU_INIT_POINTER(vn->gro, NULL);
		synchronize_net();
	}
	for_each_possible_cpu(cpu) {
		cell = per_cpu_ptr(priv->cells, cpu);
		napi_disable(&cell->napi);
		__netif_napi_del(&cell->napi);
		__skb_queue_purge(&cell->queue);
		__skb_queue_purge(&cell->work);
	}
	/* Waits for those who walk the device's list of NAPI instances, too. */
	netdev_rx_handler_unregister(dev);
	free_percpu(priv->cells);
	free_percpu(dev->tstats);
}

/* What the stack, or anybody, sends here has no way to go. */
static netdev_tx_t gro_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops gro_netdev_ops = {
	.ndo_init = gro_dev_init,
	.ndo_uninit = gro_dev_uninit,
	.ndo_start_xmit = gro_dev_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
};

/* Of no type that a protocol would set itself up on: no addresses, no groups, no neighbours. */
static void gro_dev_setup(struct net_device *dev)
{
	dev->type = ARPHRD_VOID;
	dev->hard_header_len = GRO_HLEN;
	dev->mtu = ETH_DATA_LEN;
	dev->flags = IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	netdev_set_lltx(dev);
	netdev_set_netns_immutable(dev);
	dev->netdev_ops = &gro_netdev_ops;
	dev->needs_free_netdev = true;
}

/* Under RTNL. */
static int gro_dev_make(struct net *net, struct vr_core *core)
{
	struct vrl_net *vn = vrl_net_of(net);
	struct net_device *dev;
	struct gro_dev *priv;
	int err;

	if (rtnl_dereference(vn->gro))
		return 0;
	dev = alloc_netdev(sizeof(*priv), "vrgro%d", NET_NAME_ENUM, gro_dev_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, net);
	priv = netdev_priv(dev);
	priv->core = core;
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	err = dev_open(dev, NULL);
	if (err) {
		unregister_netdevice(dev);
		return err;
	}
	rcu_assign_pointer(vn->gro, dev);
	return 0;
}

int vrl_gro_make(struct net *net, struct vr_core *core)
{
	int err;

	if (likely(rcu_access_pointer(vrl_net_of(net)->gro)))
		return 0;
	rtnl_lock();
	err = gro_dev_make(net, core);
	rtnl_unlock();
	return err;
}

/* --- namespaces -------------------------------------------------------------- */

static void __net_exit gro_net_exit(struct net *net)
{
	struct net_device *dev;

	rtnl_lock();
	dev = rtnl_dereference(vrl_net_of(net)->gro);
	if (dev)
		unregister_netdevice(dev);
	rtnl_unlock();
}

/* A device: it goes before the cores, which are of a subsystem. */
static struct pernet_operations gro_net_ops = {
	.exit = gro_net_exit,
};

int vrl_gro_init(void)
{
	return register_pernet_device(&gro_net_ops);
}

void vrl_gro_exit(void)
{
	unregister_pernet_device(&gro_net_ops);
}
