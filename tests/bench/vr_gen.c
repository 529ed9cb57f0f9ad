// SPDX-License-Identifier: GPL-2.0-only
/*
 * A generator of any frames, for what pktgen cannot make: packets in tunnels.
 *
 * Each frame is allocated as a driver does it, and belongs to nobody else. One is handed to
 * the device after another, and whatever follows from it is done before the next.
 *
 *	echo HEX > /sys/module/vr_gen/parameters/frame		bytes, from Ethernet on
 *	echo OFF FIRST SPAN > /sys/module/vr_gen/parameters/vary
 *		the IPv4 header at OFF has a random destination, of SPAN from FIRST on
 *	echo DEV COUNT > /sys/module/vr_gen/parameters/send	returns when all are sent
 *	cat /sys/module/vr_gen/parameters/took			nanoseconds of the last
 *
 * All of it is under the lock of the module's parameters.
 */
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/ip.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <net/checksum.h>

#define GEN_FRAME_MAX	1514

static u8 frame[GEN_FRAME_MAX];
static unsigned int frame_len;
static unsigned int vary_off;
static u32 vary_first, vary_span;
static struct rnd_state rnd;
static unsigned long took;

static int frame_set(const char *val, const struct kernel_param *kp)
{
	size_t len = strcspn(val, "\n") / 2;

	if (len < ETH_ZLEN || len > sizeof(frame) || hex2bin(frame, val, len))
		return -EINVAL;
	frame_len = len;
	vary_span = 0;
	return 0;
}

static int vary_set(const char *val, const struct kernel_param *kp)
{
	u32 off, first, span;

	if (sscanf(val, "%u %u %u", &off, &first, &span) != 3 ||
	    off + sizeof(struct iphdr) > frame_len)
		return -EINVAL;
	vary_off = off;
	vary_first = first;
	vary_span = span;
	return 0;
}

static void gen_vary(struct iphdr *ip)
{
	__be32 from = get_unaligned(&ip->daddr);
	__be32 to = htonl(vary_first + reciprocal_scale(prandom_u32_state(&rnd), vary_span));
	__sum16 check = get_unaligned(&ip->check);

	csum_replace4(&check, from, to);
	put_unaligned(to, &ip->daddr);
	put_unaligned(check, &ip->check);
}

static struct sk_buff *gen_frame(struct net_device *dev)
{
	unsigned int room = LL_RESERVED_SPACE(dev);
	struct sk_buff *skb;

	skb = netdev_alloc_skb(dev, room + frame_len);
	if (!skb)
		return NULL;
	skb_reserve(skb, room);
	skb_put_data(skb, frame, frame_len);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->protocol = eth_hdr(skb)->h_proto;
	if (vary_span)
		gen_vary((struct iphdr *)(skb->data + vary_off));
	return skb;
}

/* What a frame leads to is done, unless ksoftirqd is at it: then it is to have the processor. */
static void gen_settle(void)
{
	while (unlikely(local_softirq_pending() & BIT(NET_RX_SOFTIRQ)))
		schedule();
	cond_resched();
}

static int gen_send(struct net_device *dev, u32 count)
{
	ktime_t start = ktime_get();

	for (; count; count--) {
		struct sk_buff *skb = gen_frame(dev);

		if (!skb)
			return -ENOMEM;
		if (dev_direct_xmit(skb, 0) != NETDEV_TX_OK)
			return -ENOBUFS;
		if (signal_pending(current))
			return -EINTR;
		gen_settle();
	}
	took = ktime_to_ns(ktime_sub(ktime_get(), start));
	return 0;
}

static int send_set(const char *val, const struct kernel_param *kp)
{
	struct net_device *dev;
	char name[IFNAMSIZ];
	u32 count;
	int err;

	if (!frame_len || sscanf(val, "%15s %u", name, &count) != 2)
		return -EINVAL;
	dev = dev_get_by_name(&init_net, name);
	if (!dev)
		return -ENODEV;
	err = gen_send(dev, count);
	dev_put(dev);
	return err;
}

static const struct kernel_param_ops frame_ops = { .set = frame_set };
static const struct kernel_param_ops vary_ops = { .set = vary_set };
static const struct kernel_param_ops send_ops = { .set = send_set };

module_param_cb(frame, &frame_ops, NULL, 0200);
MODULE_PARM_DESC(frame, "HEX: bytes of a frame");
module_param_cb(vary, &vary_ops, NULL, 0200);
MODULE_PARM_DESC(vary, "OFF FIRST SPAN: IPv4 header whose destination is random, and between which");
module_param_cb(send, &send_ops, NULL, 0200);
MODULE_PARM_DESC(send, "DEV COUNT: send so many by the device");
module_param(took, ulong, 0400);
MODULE_PARM_DESC(took, "nanoseconds that the last send took");

static int __init gen_init(void)
{
	prandom_seed_state(&rnd, 1);
	return 0;
}

static void __exit gen_exit(void)
{
}

module_init(gen_init);
module_exit(gen_exit);
MODULE_DESCRIPTION("Generator of frames for benchmarks of forwarders");
MODULE_LICENSE("GPL");
