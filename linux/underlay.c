// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's own way to the other end of a tunnel, for <vr_host/underlay.h>: by
 * its routes, rules and IPsec policies, with a route cached for each processor,
 * and from there like any packet that the host sends.
 *
 * On a hypervisor that is out by vhost0 and so back into the router, as the
 * host's. Whose route leads into the same tunnel again goes round a few times
 * and is dropped: the stack is not deep.
 *
 * A way belongs to a nexthop, and so to the router of a namespace, which ends
 * before the namespace does: no route outlives what it belongs to.
 */
#include <vr_host/underlay.h>

#include <linux/netdevice.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/dst_cache.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/sock.h>

#if !IS_ENABLED(CONFIG_DST_CACHE)
#error "vrouter needs a kernel with CONFIG_DST_CACHE: every tunnel driver selects it"
#endif

/* Devices that transmit on top of each other on this processor: vhost0, and what may be on it. */
#define UNDERLAY_DEPTH_MAX 3

/**
 * struct vr_underlay - a way
 * @net: namespace that it starts in
 * @cache: routes, one for each processor
 * @selector: protocol and destination port of what goes this way, for IPsec policies; of
 *	the first packet on, and before that 0
 * @sip: this end, IPv4 in the first word
 * @dip: the other end
 * @family: AF_INET or AF_INET6
 */
struct vr_underlay {
	struct net *net;
	struct dst_cache cache;
	u32 selector;
	__be32 sip[4];
	__be32 dip[4];
	u8 family;
};

struct vr_underlay *vr_underlay_new(void *host, u8 family, const __be32 *sip, const __be32 *dip)
{
	size_t len = family == AF_INET ? sizeof(*dip) : sizeof(struct in6_addr);
	struct vr_underlay *u;
	int err;

	u = kzalloc(sizeof(*u), GFP_KERNEL_ACCOUNT);
	if (!u)
		return ERR_PTR(-ENOMEM);
	err = dst_cache_init(&u->cache, GFP_KERNEL_ACCOUNT);
	if (err) {
		kfree(u);
		return ERR_PTR(err);
	}
	u->net = host;
	u->family = family;
	memcpy(u->sip, sip, len);
	memcpy(u->dip, dip, len);
	return u;
}

void vr_underlay_free(struct vr_underlay *u)
{
	dst_cache_destroy(&u->cache);
	kfree(u);
}

/* --- routes ------------------------------------------------------------------ */

/* IP protocol, and of UDP the port. The headers are known to the packet. */
static u32 underlay_selector(const struct vr_underlay *u, const struct sk_buff *skb)
{
	u8 proto = u->family == AF_INET ? ip_hdr(skb)->protocol : ipv6_hdr(skb)->nexthdr;

	return proto << 16 | (proto == IPPROTO_UDP ? ntohs(udp_hdr(skb)->dest) : 0);
}

/* All that go this way are of one kind: this changes once, if it does. */
static void underlay_select(struct vr_underlay *u, const struct sk_buff *skb)
{
	u32 selector = underlay_selector(u, skb);

	if (likely(READ_ONCE(u->selector) == selector))
		return;
	WRITE_ONCE(u->selector, selector);
	dst_cache_reset(&u->cache);
}

/* It leads out: not to this host itself, where nobody waits for it. */
static bool underlay_leads_out(const struct dst_entry *dst)
{
	return !(dst->dev->flags & IFF_LOOPBACK);
}

static struct dst_entry *underlay_route4(struct vr_underlay *u)
{
	u32 selector = READ_ONCE(u->selector);
	struct flowi4 fl = {
		.daddr = u->dip[0],
		.saddr = u->sip[0],
		.flowi4_proto = selector >> 16,
		.fl4_dport = htons(selector & U16_MAX),
	};
	struct rtable *rt;

	rt = ip_route_output_key(u->net, &fl);
	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type != RTN_UNICAST || !underlay_leads_out(&rt->dst)) {
		ip_rt_put(rt);
		return NULL;
	}
	dst_cache_set_ip4(&u->cache, &rt->dst, fl.saddr);
	return &rt->dst;
}

#if IS_ENABLED(CONFIG_IPV6)
/* Whether IPv6 is there at all is found out here. */
static struct dst_entry *underlay_route6(struct vr_underlay *u)
{
	u32 selector = READ_ONCE(u->selector);
	struct flowi6 fl = {
		.daddr = *(struct in6_addr *)u->dip,
		.saddr = *(struct in6_addr *)u->sip,
		.flowi6_proto = selector >> 16,
		.fl6_dport = htons(selector & U16_MAX),
	};
	struct dst_entry *dst;

	if (!ipv6_mod_enabled())
		return NULL;
	dst = ip6_dst_lookup_flow(u->net, NULL, &fl, NULL);
	if (IS_ERR(dst))
		return NULL;
	if (!underlay_leads_out(dst)) {
		dst_release(dst);
		return NULL;
	}
	dst_cache_set_ip6(&u->cache, dst, &fl.saddr);
	return dst;
}
#else
static struct dst_entry *underlay_route6(struct vr_underlay *u)
{
	return NULL;
}
#endif

/* A reference, or NULL: there is no way. Bottom halves are disabled. */
static struct dst_entry *underlay_route(struct vr_underlay *u)
{
	struct dst_entry *dst = dst_cache_get(&u->cache);

	if (likely(dst))
		return dst;
	return u->family == AF_INET ? underlay_route4(u) : underlay_route6(u);
}

unsigned int vr_underlay_mtu(struct vr_underlay *u)
{
	struct dst_entry *dst = underlay_route(u);
	unsigned int mtu;

	if (unlikely(!dst))
		return 0;
	mtu = dst_mtu(dst);
	dst_release(dst);
	return mtu;
}

/* --- sending ----------------------------------------------------------------- */

/*
 * Who sent it is told when it leaves, and not before. But IP takes that to be a socket of its own:
 * one of a tap, or a packet socket, has no such things as IPv6 looks for in it.
 */
static void underlay_disown(struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;

	if (sk && sk->sk_family != AF_INET && sk->sk_family != AF_INET6)
		skb_orphan(skb);
}

/* From here on it is the host's, and nothing else of the guest's or its device's sticks to it. */
static int underlay_send(struct vr_underlay *u, struct sk_buff *skb, struct dst_entry *dst)
{
	__skb_pull(skb, ETH_HLEN);
	underlay_disown(skb);
	skb_scrub_packet(skb, true);
	skb_dst_set(skb, dst);
	if (u->family == AF_INET) {
		memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
		return ip_local_out(u->net, NULL, skb);
	}
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	return ip6_local_out(u->net, NULL, skb);
}

int vr_underlay_tx(struct vr_underlay *u, struct vr_pkt *pkt)
{
	struct sk_buff *skb = vr_pkt_skb(pkt);
	struct dst_entry *dst;
	int ret;

	underlay_select(u, skb);
	dst = underlay_route(u);
	if (unlikely(!dst)) {
		kfree_skb(skb);
		return -ENETUNREACH;
	}
	if (unlikely(dev_recursion_level() > UNDERLAY_DEPTH_MAX)) {
		net_dbg_ratelimited("vrouter: the route to a tunnel's end leads into the tunnel\n");
		dst_release(dst);
		kfree_skb(skb);
		return -ENOBUFS;
	}
	ret = underlay_send(u, skb, dst);
	return likely(!net_xmit_eval(ret)) ? 0 : -ENOBUFS;
}
