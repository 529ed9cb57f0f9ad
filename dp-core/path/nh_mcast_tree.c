// SPDX-License-Identifier: GPL-2.0-only
/*
 * MPLS multicast trees: hypervisors that pass frames on to their neighbours.
 *
 * A label there says which branch of which tree. The network is said by a VNI,
 * in the headers that a VXLAN would have, between label and frame:
 *
 *	outer headers, label, [control word], IPv4, UDP, VXLAN, frame
 *
 * Nobody looks at the addresses, and whoever passes a frame on writes the
 * headers anew, with the VNI that it came with. For whom carries them, they are
 * a part of the Ethernet header: fwd->l2.l3_off counts them.
 */
#include "path/mcast.h"

#include "pkt/encap.h"

#define TREE_IP_DF	0x4000
#define TREE_IP_TTL	64
#define TREE_VXLAN_VNI	0x08000000	/* RFC 7348 5: the I flag */

/** struct tree_head - what stands in front of a frame */
struct tree_head {
	struct iphdr ip;
	struct udphdr udp;
	__be32 flags;
	__be32 vni;
};

static_assert(sizeof(struct tree_head) == 36);

/* --- into a tree --- */

/* Our end of the tunnel; the headers have no room for one of IPv6. */
static __be32 tree_address(const struct vr_tunnel *t)
{
	const struct iphdr *outer = (const struct iphdr *)(t->tmpl.head + ETH_HLEN);

	return t->family == AF_INET ? outer->saddr : 0;
}

static void tree_head_fill(struct tree_head *head, u32 vni, __be32 addr, unsigned int len)
{
	*head = (struct tree_head){
		.ip.version = 4,
		.ip.ihl = sizeof(head->ip) / 4,
		.ip.tot_len = htons(sizeof(*head) + len),
		.ip.frag_off = htons(TREE_IP_DF),
		.ip.ttl = TREE_IP_TTL,
		.ip.protocol = IPPROTO_UDP,
		.ip.saddr = addr,
		.ip.daddr = addr,
		.udp.source = htons(VR_VXLAN_PORT),
		.udp.dest = htons(VR_VXLAN_PORT),
		.udp.len = htons(sizeof(*head) - sizeof(head->ip) + len),
		.flags = htonl(TREE_VXLAN_VNI),
		.vni = htonl(vni << 8),
	};
	head->ip.check = ip_fast_csum(&head->ip, head->ip.ihl);
}

/*
 * Nothing may be left for a device to do: none knows these headers. There is room for the outer
 * ones too, so that the head of the last copy is made anew once at most.
 */
static enum vr_drop_reason tree_wrap(struct vr_fwd *fwd, struct vr_pkt *pkt, __be32 addr)
{
	struct tree_head head;

	if (vr_pkt_cow_head(pkt, VLAN_HLEN + sizeof(head) + VR_ENCAP_HLEN_MAX))
		return VR_DROP_PUSH;
	if (vr_pkt_csum_finish(pkt))
		return VR_DROP_PCOW_FAIL;
	if (vr_pkt_has_vlan(pkt)) {
		if (vr_pkt_vlan_into_bytes(pkt))
			return VR_DROP_PCOW_FAIL;
		fwd->l2.l3_off += VLAN_HLEN;
	}
	vr_pkt_rewritten(pkt);
	/* That checksum may have been put into the header that was found good. */
	fwd->l3_checked = false;
	tree_head_fill(&head, fwd->label, addr, vr_pkt_len(pkt));
	memcpy(vr_pkt_push(pkt, sizeof(head)), &head, sizeof(head));
	fwd->l2.l3_off += sizeof(head);
	return VR_DROP_NONE;
}

/* Of whoever is reached first. */
static __be32 tree_find_address(const struct vr_fwd *fwd, const struct vr_nh_body *tree)
{
	const struct vr_nh_body *nh;
	u32 i;

	for (i = 0; i < tree->n_arms; i++) {
		nh = rcu_dereference(tree->arms[i].nh->body);
		if (nh && vr_mcast_reaches(fwd, VR_NH_KIND_FABRIC, nh))
			return tree_address(nh->tunnel);
	}
	return 0;
}

static enum vr_verdict tree_send(const struct vr_fwd *fwd, struct vr_pkt *pkt,
				 const struct vr_nh_body *tree)
{
	struct vr_fwd own = *fwd;
	struct vr_mcast m = { .fwd = &own, .pkt = pkt };
	enum vr_drop_reason reason;
	u32 i;

	reason = tree_wrap(&own, pkt, tree_find_address(fwd, tree));
	if (unlikely(reason))
		return vr_drop(&own, pkt, reason);
	for (i = 0; i < tree->n_arms; i++)
		vr_mcast_arm(&m, VR_NH_KIND_FABRIC, &tree->arms[i], VR_LABEL_NONE);
	return vr_mcast_end(&m);
}

/* Each segment is a frame of its own: no device makes such headers for them. */
static enum vr_verdict tree_send_segments(struct vr_fwd *fwd, struct vr_pkt *pkt,
					  const struct vr_nh_body *tree)
{
	enum vr_verdict verdict;
	struct vr_pkt *next;

	pkt = vr_pkt_segment(pkt);
	if (unlikely(!pkt))
		return vr_drop_lost(fwd, VR_DROP_MCAST_CLONE_FAIL);
	do {
		next = vr_pkt_next(pkt);
		if (next)
			vr_count(&fwd->core->stats, VR_CORE_CREATED);
		verdict = tree_send(fwd, pkt, tree);
		pkt = next;
	} while (pkt);
	return verdict;
}

enum vr_verdict vr_mcast_tree(struct vr_fwd *fwd, struct vr_pkt *pkt,
			      const struct vr_nh_body *tree)
{
	if (unlikely(fwd->label > VR_VNI_MAX))
		return vr_drop(fwd, pkt, VR_DROP_INVALID_VNID);
	if (unlikely(vr_pkt_is_gso(pkt)))
		return tree_send_segments(fwd, pkt, tree);
	return tree_send(fwd, pkt, tree);
}

/* --- out of a tree --- */

/* Lengths are not looked at: there are senders that do not mend them in segments. */
static bool tree_head_is_good(const struct tree_head *head)
{
	return head->ip.version == 4 && head->ip.ihl == sizeof(head->ip) / 4 &&
	       head->ip.protocol == IPPROTO_UDP && head->udp.dest == htons(VR_VXLAN_PORT) &&
	       (head->flags & htonl(TREE_VXLAN_VNI));
}

enum vr_drop_reason vr_mcast_unwrap(struct vr_fwd *fwd, struct vr_pkt *pkt,
				    const struct vr_nh_body *nh, unsigned int *off)
{
	struct tree_head head;

	if (!vr_mcast_from_tree(fwd, nh))
		return VR_DROP_NONE;
	if (vr_pkt_len(pkt) - *off < sizeof(head) + ETH_HLEN)
		return VR_DROP_INVALID_TUNNEL;
	if (!vr_pkt_may_pull(pkt, *off + sizeof(head) + ETH_HLEN))
		return VR_DROP_PULL;
	memcpy(&head, (const u8 *)vr_pkt_data(pkt) + *off, sizeof(head));
	if (!tree_head_is_good(&head))
		return VR_DROP_INVALID_TUNNEL;
	*off += sizeof(head);
	fwd->label = ntohl(head.vni) >> 8;
	return VR_DROP_NONE;
}
