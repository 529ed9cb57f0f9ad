// SPDX-License-Identifier: GPL-2.0-only
/* Kernel host of the unit tests: packets, events, and the module's own words. */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/skbuff.h>

#include <vr_host/event.h>
#include <vr_host/gro.h>
#include <vr_host/port.h>

#include "pkt_dev.h"
#include "vr_test_host.h"

static DEFINE_MUTEX(gone_lock);
static struct vr_test_gone gone[VR_TEST_GONE_MAX];
static unsigned int n_gone;
static bool unwanted;

/* What is not linear: one page fragment. False: no memory. */
static bool pkt_add_frag(struct sk_buff *skb, const void *bytes, unsigned int len)
{
	unsigned int order = get_order(len);
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, order);

	if (!page)
		return false;
	memcpy(page_address(page), bytes, len);
	skb_add_rx_frag(skb, 0, page, 0, len, PAGE_SIZE << order);
	return true;
}

/* Memory for a test packet is there; if it is not, the test ends with NULL in its hands. */
struct vr_pkt *vr_test_pkt_alloc(const void *bytes, unsigned int len, unsigned int linear,
				 unsigned int headroom)
{
	struct sk_buff *skb;

	linear = min(linear, len);
	skb = alloc_skb(headroom + linear, GFP_KERNEL);
	if (WARN_ON_ONCE(!skb))
		return NULL;
	skb_reserve(skb, headroom);
	skb_put_data(skb, bytes, linear);
	skb_reset_mac_header(skb);
	if (linear < len && WARN_ON_ONCE(!pkt_add_frag(skb, bytes + linear, len - linear))) {
		kfree_skb(skb);
		return NULL;
	}
	return vr_pkt_of(skb);
}

void vr_test_pkt_sender(struct sk_buff *skb)
{
}

static __wsum pkt_complete(const struct vr_pkt *pkt)
{
	return skb_checksum(&pkt->skb, ETH_HLEN, pkt->skb.len - ETH_HLEN, 0);
}

void vr_test_pkt_set_gso(struct vr_pkt *pkt, unsigned int size)
{
	struct skb_shared_info *shinfo = skb_shinfo(&pkt->skb);
	__be16 proto = 0;

	if (skb_copy_bits(&pkt->skb, 2 * ETH_ALEN, &proto, sizeof(proto)))
		proto = 0;
	shinfo->gso_size = size;
	shinfo->gso_type = proto == htons(ETH_P_IPV6) ? SKB_GSO_TCPV6 : SKB_GSO_TCPV4;
}

static enum vr_test_gso pkt_gso_kind(const struct vr_pkt *pkt)
{
	unsigned int type = skb_shinfo(&pkt->skb)->gso_type;

	if (type & SKB_GSO_GRE)
		return VR_TEST_GSO_GRE;
	if (type & SKB_GSO_UDP_TUNNEL_CSUM)
		return VR_TEST_GSO_UDP_CSUM;
	return type & SKB_GSO_UDP_TUNNEL ? VR_TEST_GSO_UDP : VR_TEST_GSO_PLAIN;
}

bool vr_test_pkt_tunnel(const struct vr_pkt *pkt, struct vr_test_tunnel *t)
{
	const struct sk_buff *skb = &pkt->skb;

	if (!skb->encapsulation)
		return false;
	*t = (struct vr_test_tunnel){
		.gso = pkt_gso_kind(pkt),
		.l4_off = skb_transport_offset(skb),
		.mac_off = skb_inner_mac_header(skb) - skb->data,
		.l3_off = skb_inner_network_offset(skb),
		.proto = ntohs(skb->inner_protocol),
	};
	return true;
}

void vr_test_pkt_set_tunnel(struct vr_pkt *pkt, const struct vr_test_tunnel *t)
{
	static const unsigned int types[] = {
		[VR_TEST_GSO_UDP] = SKB_GSO_UDP_TUNNEL,
		[VR_TEST_GSO_UDP_CSUM] = SKB_GSO_UDP_TUNNEL_CSUM,
		[VR_TEST_GSO_GRE] = SKB_GSO_GRE,
	};
	struct sk_buff *skb = &pkt->skb;

	skb->encapsulation = 1;
	skb_set_transport_header(skb, t->l4_off);
	skb_set_inner_mac_header(skb, t->mac_off);
	skb_set_inner_network_header(skb, t->l3_off);
	skb_set_inner_protocol(skb, htons(t->proto));
	skb_shinfo(skb)->gso_type |= types[t->gso];
}

void vr_test_pkt_set_complete(struct vr_pkt *pkt)
{
	pkt->skb.ip_summed = CHECKSUM_COMPLETE;
	pkt->skb.csum = pkt_complete(pkt);
}

bool vr_test_pkt_csum_holds(const struct vr_pkt *pkt)
{
	__sum16 diff;

	if (pkt->skb.ip_summed != CHECKSUM_COMPLETE)
		return true;
	/* One's complement has two zeros. */
	diff = csum_fold(csum_sub(pkt->skb.csum, pkt_complete(pkt)));
	return !diff || diff == CSUM_MANGLED_0;
}

void vr_test_events_want(bool wanted)
{
	unwanted = !wanted;
}

bool vr_event_flow_wanted(struct vr_core *core)
{
	return !unwanted;
}

void vr_event_flow_gone(struct vr_core *core, const struct vr_flow_info *info, u32 end)
{
	mutex_lock(&gone_lock);
	if (n_gone < VR_TEST_GONE_MAX)
		gone[n_gone] = (struct vr_test_gone){ .core = core, .info = *info, .end = end };
	n_gone++;
	mutex_unlock(&gone_lock);
}

unsigned int vr_test_gone_n(void)
{
	return READ_ONCE(n_gone);
}

const struct vr_test_gone *vr_test_gone(unsigned int i)
{
	return i < min(n_gone, VR_TEST_GONE_MAX) ? &gone[i] : NULL;
}

void vr_test_events_reset(void)
{
	unwanted = false;
	n_gone = 0;
}

/* Nothing merges packets in a test. */
bool vr_gro_take(struct vr_core *core, struct vr_pkt *pkt, unsigned int l3_off,
		 const struct vr_gro *gro)
{
	return false;
}

/* No port of a test is the agent's device. */
bool vrl_dev_is_pkt(const struct net_device *dev)
{
	return false;
}

void vrl_pkt_dev_steer(struct sk_buff *skb)
{
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("vrouter: unit tests");
