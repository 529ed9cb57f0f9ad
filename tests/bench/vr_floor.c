// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a forwarder costs at the least, and a sink that costs every forwarder the same.
 *
 * The floor: an rx_handler on one device that does nothing but send each frame
 * out of another. Whatever a real forwarder takes above it is its own work, and what the
 * kernel asks of everybody: who sends a frame must own it, and who changes one, its bytes.
 * pktgen keeps its frames, so there both mean a copy; OWN and WRITE say what they cost.
 *
 *	echo IN OUT > /sys/module/vr_floor/parameters/forward	("-": stop)
 *	echo IN OUT OWN ...					owns each frame
 *	echo IN OUT WRITE ...					and could write its headers
 *	echo DEV > /sys/module/vr_floor/parameters/sink		("-": stop)
 *	cat /sys/module/vr_floor/parameters/sunk		frames that the sink took
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

/* Ethernet and IPv4 */
#define FLOOR_HEADERS	(ETH_HLEN + 20)

static struct net_device *in_dev, *out_dev, *sink_dev;
static unsigned long sunk;

static void floor_send(struct sk_buff *skb)
{
	skb->dev = rcu_dereference(skb->dev->rx_handler_data);
	dev_queue_xmit(skb);
}

static rx_handler_result_t floor_forward(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;

	skb_push(skb, ETH_HLEN);
	floor_send(skb);
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t floor_own(struct sk_buff **pskb)
{
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);

	if (skb) {
		skb_push(skb, ETH_HLEN);
		floor_send(skb);
	}
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t floor_write(struct sk_buff **pskb)
{
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);

	if (!skb)
		return RX_HANDLER_CONSUMED;
	skb_push(skb, ETH_HLEN);
	if (skb_ensure_writable(skb, FLOOR_HEADERS))
		kfree_skb(skb);
	else
		floor_send(skb);
	return RX_HANDLER_CONSUMED;
}

static rx_handler_result_t floor_sink(struct sk_buff **pskb)
{
	sunk++;
	consume_skb(*pskb);
	return RX_HANDLER_CONSUMED;
}

static void floor_let_go(struct net_device **dev)
{
	if (!*dev)
		return;
	netdev_rx_handler_unregister(*dev);
	dev_put(*dev);
	*dev = NULL;
}

static void floor_stop_forward(void)
{
	floor_let_go(&in_dev);
	dev_put(out_dev);
	out_dev = NULL;
}

static int floor_start_forward(const char *in, const char *out, rx_handler_func_t *handler)
{
	int err = -ENODEV;

	in_dev = dev_get_by_name(&init_net, in);
	out_dev = dev_get_by_name(&init_net, out);
	if (in_dev && out_dev)
		err = netdev_rx_handler_register(in_dev, handler, out_dev);
	if (err) {
		dev_put(in_dev);
		in_dev = NULL;
		floor_stop_forward();
	}
	return err;
}

static rx_handler_func_t *floor_handler(const char *how)
{
	if (!*how)
		return floor_forward;
	if (!strcmp(how, "OWN"))
		return floor_own;
	return strcmp(how, "WRITE") ? NULL : floor_write;
}

static int forward_set(const char *val, const struct kernel_param *kp)
{
	char in[IFNAMSIZ], out[IFNAMSIZ], how[IFNAMSIZ] = "";
	int err = 0, n;

	n = sscanf(val, "%15s %15s %15s", in, out, how);
	if (!floor_handler(how))
		return -EINVAL;
	rtnl_lock();
	floor_stop_forward();
	if (n >= 2)
		err = floor_start_forward(in, out, floor_handler(how));
	else if (n != 1 || strcmp(in, "-"))
		err = -EINVAL;
	rtnl_unlock();
	return err;
}

static int sink_set(const char *val, const struct kernel_param *kp)
{
	char name[IFNAMSIZ];
	int err = 0;

	if (sscanf(val, "%15s", name) != 1)
		return -EINVAL;
	rtnl_lock();
	floor_let_go(&sink_dev);
	if (strcmp(name, "-")) {
		sink_dev = dev_get_by_name(&init_net, name);
		err = sink_dev ? netdev_rx_handler_register(sink_dev, floor_sink, NULL) : -ENODEV;
		if (err) {
			dev_put(sink_dev);
			sink_dev = NULL;
		}
	}
	rtnl_unlock();
	return err;
}

static const struct kernel_param_ops forward_ops = { .set = forward_set };
static const struct kernel_param_ops sink_ops = { .set = sink_set };

module_param_cb(forward, &forward_ops, NULL, 0200);
MODULE_PARM_DESC(forward, "IN OUT [OWN|WRITE]: frames that IN receives are sent by OUT");
module_param_cb(sink, &sink_ops, NULL, 0200);
MODULE_PARM_DESC(sink, "device whose received frames are counted and freed");
module_param(sunk, ulong, 0400);
MODULE_PARM_DESC(sunk, "frames that the sink took");

static void __exit floor_exit(void)
{
	rtnl_lock();
	floor_stop_forward();
	floor_let_go(&sink_dev);
	rtnl_unlock();
}

static int __init floor_init(void)
{
	return 0;
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("Floor and sink for benchmarks of forwarders");
MODULE_LICENSE("GPL");
