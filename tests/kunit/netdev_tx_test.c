// SPDX-License-Identifier: GPL-2.0-only
/* Segments in GRE behind a label, and a device that goes by the inner protocol. */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/gre.h>

#include <kunit/test.h>

#include <vr_host/port.h>

#define MSS	1000
#define SEGS	3
#define HLEN	(ETH_HLEN + 20 + 4 + 4)
#define INNER	(20 + 20)

/** struct card - private part of the device: what it was given */
struct card {
	unsigned int frames;
	unsigned int segments;
	unsigned int called_mpls;
	bool takes_mpls;
};

static netdev_tx_t card_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct card *card = netdev_priv(dev);

	card->frames++;
	card->segments += skb_is_gso(skb);
	card->called_mpls += skb->inner_protocol == htons(ETH_P_MPLS_UC);
	consume_skb(skb);
	return NETDEV_TX_OK;
}

/* As mlx5's: with what it does not know in GRE it helps with nothing. */
static netdev_features_t card_features(struct sk_buff *skb, struct net_device *dev,
				       netdev_features_t features)
{
	const struct card *card = netdev_priv(dev);

	if (skb->encapsulation && skb->inner_protocol == htons(ETH_P_MPLS_UC) && !card->takes_mpls)
		features &= ~(NETIF_F_CSUM_MASK | NETIF_F_GSO_MASK);
	return features;
}

static const struct net_device_ops card_ops = {
	.ndo_start_xmit = card_xmit,
	.ndo_features_check = card_features,
};

static void card_setup(struct net_device *dev)
{
	const netdev_features_t can = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_HIGHDMA |
				      NETIF_F_ALL_TSO | NETIF_F_GSO_ENCAP_ALL;

	ether_setup(dev);
	dev->netdev_ops = &card_ops;
	dev->hw_features = can;
	dev->features = can;
	dev->hw_enc_features = can;
	dev->priv_flags |= IFF_NO_QUEUE;
	eth_hw_addr_random(dev);
}

/* TCP over IPv4, a label, GRE and IPv4. */
static struct sk_buff *gre_segments(struct kunit *test)
{
	struct sk_buff *skb = alloc_skb(HLEN + INNER + SEGS * MSS + NET_SKB_PAD, GFP_KERNEL);
	struct gre_base_hdr *gre;
	struct tcphdr *tcp;
	struct iphdr *ip;
	struct ethhdr *eth;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, NET_SKB_PAD);
	eth = skb_put_zero(skb, HLEN + INNER + SEGS * MSS);
	eth->h_proto = htons(ETH_P_IP);
	ip = (struct iphdr *)(eth + 1);
	for (i = 0; i < 2; i++) {
		ip->version = 4;
		ip->ihl = 5;
		ip->ttl = 64;
		ip->protocol = i ? IPPROTO_TCP : IPPROTO_GRE;
		ip->tot_len = htons(i ? INNER + SEGS * MSS : 28 + INNER + SEGS * MSS);
		ip->saddr = htonl(0x0a000001 + i);
		ip->daddr = htonl(0x0a000101 + i);
		if (!i)
			ip = (struct iphdr *)((u8 *)(ip + 1) + 8);
	}
	gre = (struct gre_base_hdr *)((u8 *)eth + ETH_HLEN + 20);
	gre->protocol = htons(ETH_P_MPLS_UC);
	tcp = (struct tcphdr *)(ip + 1);
	tcp->doff = 5;
	tcp->ack = 1;

	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb_set_transport_header(skb, ETH_HLEN + 20);
	skb_set_inner_mac_header(skb, HLEN);
	skb_set_inner_network_header(skb, HLEN);
	skb_set_inner_transport_header(skb, HLEN + 20);
	skb_set_inner_protocol(skb, htons(ETH_P_IP));
	skb->protocol = htons(ETH_P_IP);
	skb->encapsulation = 1;
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + HLEN + 20;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb_shinfo(skb)->gso_type = SKB_GSO_TCPV4 | SKB_GSO_GRE;
	skb_shinfo(skb)->gso_size = MSS;
	skb_shinfo(skb)->gso_segs = SEGS;
	return skb;
}

/* What the card at the bottom gets of one packet; what it was called. */
static void gre_expect(struct kunit *test, struct net_device *dev, const struct card *card,
		       unsigned int frames, unsigned int called_mpls)
{
	const struct card before = *card;
	struct vr_port port = { .dev = dev };
	struct sk_buff *skb = gre_segments(test);
	int ret;

	skb->dev = dev;
	KUNIT_EXPECT_TRUE(test, vrl_tx_is_mpls_gre(skb));
	local_bh_disable();
	rcu_read_lock();
	ret = vrl_port_tx_mpls_gre(&port, skb);
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, card->frames - before.frames, frames);
	KUNIT_EXPECT_EQ(test, card->segments - before.segments, frames == 1);
	KUNIT_EXPECT_EQ(test, card->called_mpls - before.called_mpls, called_mpls);
}

static struct net_device *card_new(struct kunit *test)
{
	struct net_device *dev = alloc_netdev(sizeof(struct card), "vrcard%d", NET_NAME_UNKNOWN,
					      card_setup);

	KUNIT_ASSERT_NOT_NULL(test, dev);
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, register_netdevice(dev), 0);
	KUNIT_EXPECT_EQ(test, dev_open(dev, NULL), 0);
	rtnl_unlock();
	return dev;
}

static void card_free(struct net_device *dev)
{
	unregister_netdev(dev);
	free_netdev(dev);
}

/* Whole to who can do it, in segments to who cannot: he is asked about what it is. */
static void tx_mpls_gre(struct kunit *test)
{
	struct net_device *dev = card_new(test);
	struct card *card = netdev_priv(dev);

	gre_expect(test, dev, card, SEGS, SEGS);
	card->takes_mpls = true;
	gre_expect(test, dev, card, 1, 0);
	card_free(dev);
}

/* Of a device on top of another the other decides. */
static void tx_mpls_gre_below(struct kunit *test)
{
	struct net_device *dev = card_new(test), *upper = card_new(test);
	struct card *card = netdev_priv(dev), *top = netdev_priv(upper);

	top->takes_mpls = true;
	rtnl_lock();
	KUNIT_EXPECT_EQ(test, netdev_upper_dev_link(dev, upper, NULL), 0);
	rtnl_unlock();
	/* This one sends nothing on: what it gets is what the other would. */
	gre_expect(test, upper, top, SEGS, SEGS);
	card->takes_mpls = true;
	gre_expect(test, upper, top, 1, 0);
	rtnl_lock();
	netdev_upper_dev_unlink(dev, upper);
	rtnl_unlock();
	card_free(upper);
	card_free(dev);
}

static struct kunit_case netdev_tx_cases[] = {
	KUNIT_CASE(tx_mpls_gre),
	KUNIT_CASE(tx_mpls_gre_below),
	{}
};

static struct kunit_suite netdev_tx_suite = {
	.name = "netdev_tx",
	.test_cases = netdev_tx_cases,
};

kunit_test_suite(netdev_tx_suite);
