/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a unit test may do to the host that it runs on: the part of
 * tests/host/vr_test_host.h that a kernel can do, with the same meaning. A
 * packet here is a real sk_buff. There are no failing allocations, no threads
 * that are cpus, no ports, and no clock that a test moves: VR_TEST_USERSPACE is not
 * defined. Work runs by itself here, and events stay from one case to the next.
 */
#ifndef _VR_TEST_HOST_H
#define _VR_TEST_HOST_H

#include <linux/if_vlan.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include <vr/cfg/flow.h>
#include <vr/host.h>
#include <vr_host/pkt.h>

/* Sees to it that what was asked for has run; false: nobody had asked, or it had run already. */
static inline bool vr_test_work_run(struct vr_work *work)
{
	return flush_delayed_work(&work->w);
}

#define VR_TEST_GONE_MAX 256U

/** struct vr_test_gone - one call of vr_event_flow_gone() */
struct vr_test_gone {
	struct vr_core *core;
	struct vr_flow_info info;
	u32 end;
};

void vr_test_events_want(bool wanted);
unsigned int vr_test_gone_n(void);
const struct vr_test_gone *vr_test_gone(unsigned int i);
void vr_test_events_reset(void);

/* What is known of a packet's checksum. */
enum vr_test_csum {
	VR_TEST_CSUM_NONE,
	VR_TEST_CSUM_COMPLETE,
	VR_TEST_CSUM_PARTIAL,
	VR_TEST_CSUM_VERIFIED,		/* by the device: CHECKSUM_UNNECESSARY */
};

/* Called when the sender is let go of. */
void vr_test_pkt_sender(struct sk_buff *skb);

struct vr_pkt *vr_test_pkt_alloc(const void *bytes, unsigned int len, unsigned int linear,
				 unsigned int headroom);

static inline void vr_test_pkt_free(struct vr_pkt *pkt)
{
	consume_skb(&pkt->skb);
}

static inline void vr_test_pkt_set_vlan(struct vr_pkt *pkt, u16 proto, u16 tci)
{
	__vlan_hwaccel_put_tag(&pkt->skb, htons(proto), tci);
}

/* TCP, in IPv6 if the Ethernet header says so. */
void vr_test_pkt_set_gso(struct vr_pkt *pkt, unsigned int size);
void vr_test_pkt_set_complete(struct vr_pkt *pkt);

static inline void vr_test_pkt_set_verified(struct vr_pkt *pkt)
{
	pkt->skb.ip_summed = CHECKSUM_UNNECESSARY;
	pkt->skb.csum_level = 0;
}

/* Counted from the packet's first byte, as tests/host does. */
static inline void vr_test_pkt_set_partial(struct vr_pkt *pkt, unsigned int start,
					   unsigned int offset)
{
	pkt->skb.ip_summed = CHECKSUM_PARTIAL;
	pkt->skb.csum_start = skb_headroom(&pkt->skb) + start;
	pkt->skb.csum_offset = offset;
	skb_set_transport_header(&pkt->skb, start);
}

static inline void vr_test_pkt_copy(const struct vr_pkt *pkt, void *to, unsigned int off,
				    unsigned int len)
{
	WARN_ON(skb_copy_bits(&pkt->skb, off, to, len));
}

static inline enum vr_test_csum vr_test_pkt_csum_state(const struct vr_pkt *pkt)
{
	switch (pkt->skb.ip_summed) {
	case CHECKSUM_COMPLETE:
		return VR_TEST_CSUM_COMPLETE;
	case CHECKSUM_PARTIAL:
		return VR_TEST_CSUM_PARTIAL;
	case CHECKSUM_UNNECESSARY:
		return VR_TEST_CSUM_VERIFIED;
	default:
		return VR_TEST_CSUM_NONE;
	}
}

bool vr_test_pkt_csum_holds(const struct vr_pkt *pkt);

static inline bool vr_test_pkt_is_shared(const struct vr_pkt *pkt)
{
	return skb_cloned(&pkt->skb);
}

static inline void vr_test_pkt_set_sender(struct vr_pkt *pkt)
{
	pkt->skb.dev = init_net.loopback_dev;
	pkt->skb.destructor = vr_test_pkt_sender;
}

static inline bool vr_test_pkt_is_parked(const struct vr_pkt *pkt)
{
	return !pkt->skb.dev && !pkt->skb.destructor && !skb_dst(&pkt->skb);
}

static inline unsigned int vr_test_pkt_gso(const struct vr_pkt *pkt)
{
	return skb_shinfo(&pkt->skb)->gso_size;
}

static inline unsigned int vr_test_pkt_l3_off(const struct vr_pkt *pkt)
{
	return skb_network_offset(&pkt->skb);
}

static inline u16 vr_test_pkt_proto(const struct vr_pkt *pkt)
{
	return ntohs(pkt->skb.protocol);
}

/* What a device is to do with a GSO packet besides segmenting what is inside. */
enum vr_test_gso {
	VR_TEST_GSO_PLAIN,		/* nothing: it is in no tunnel, or no GSO packet */
	VR_TEST_GSO_UDP,
	VR_TEST_GSO_UDP_CSUM,
	VR_TEST_GSO_GRE,
};

/**
 * struct vr_test_tunnel - what the host knows of a packet in a tunnel
 * @gso: what a device does with the outer headers
 * @l4_off: outer UDP or GRE, from vr_pkt_data(), like all offsets
 * @mac_off: inner packet: Ethernet header, or IP header where there is none
 * @l3_off: inner network header
 * @proto: ETH_P_TEB: a frame is inside; else the Ethernet type of the IP packet that is
 */
struct vr_test_tunnel {
	enum vr_test_gso gso;
	unsigned int l4_off;
	unsigned int mac_off;
	unsigned int l3_off;
	u16 proto;
};

bool vr_test_pkt_tunnel(const struct vr_pkt *pkt, struct vr_test_tunnel *t);
void vr_test_pkt_set_tunnel(struct vr_pkt *pkt, const struct vr_test_tunnel *t);

#endif /* _VR_TEST_HOST_H */
