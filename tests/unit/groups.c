// SPDX-License-Identifier: GPL-2.0-only
/* Words for tests of replication: see groups.h. */
#include "groups.h"

#ifdef VR_TEST_USERSPACE

/** struct peer - a member that is behind a tunnel */
struct peer {
	u32 encap;
	u8 family;
	u32 ip;
	u32 label;
	bool control_word;
};

static const struct peer peers[] = {
	[G_T1] = { VR_ENCAP_MPLS_UDP, AF_INET, W_IP(10, 0, 9, 1), 101 },
	[G_T2] = { VR_ENCAP_MPLS_GRE, AF_INET6, W_IP(10, 0, 9, 2), 102, true },
	/* This one takes the entry's label. */
	[G_E1] = { VR_ENCAP_VXLAN, AF_INET, W_IP(10, 0, 9, 3), VR_LABEL_NONE },
	[G_E2] = { VR_ENCAP_MPLS_GRE, AF_INET, W_IP(10, 0, 9, 4), 202, true },
	[G_S1] = { VR_ENCAP_VXLAN, AF_INET6, W_IP(10, 0, 9, 5), 6001 },
	[G_S2] = { VR_ENCAP_VXLAN, AF_INET, W_IP(10, 0, 9, 6), 6002 },
	[G_STRANGER] = { VR_ENCAP_VXLAN, AF_INET, W_IP(10, 0, 9, 7), G_VNI },
};

static bool in_tree(enum g_peer peer)
{
	return peer == G_T1 || peer == G_T2;
}

static u32 kind_of(u32 id)
{
	switch (id) {
	case NH_FABRIC:
		return VR_NH_KIND_FABRIC;
	case NH_EVPN:
		return VR_NH_KIND_EVPN;
	default:
		return VR_NH_KIND_TOR;
	}
}

void g_members(struct world *w, u32 id, u32 n)
{
	struct vr_nh_cfg nh = w_nh_cfg(id, VR_NH_COMPOSITE);
	enum g_peer first = 2 * (id - NH_FABRIC);
	struct vr_nh_member members[2];
	u32 i;

	for (i = 0; i < n; i++)
		members[i] = (struct vr_nh_member){ NH_MEMBER(first + i),
						    peers[first + i].label };
	nh.kind = kind_of(id);
	nh.members = members;
	nh.n_members = n;
	W_DONE(w, w_nh_set(w, &nh));
}

static void build_group(struct world *w, u32 flags)
{
	static const struct vr_nh_member parts[] = {
		{ NH_LOCAL, VR_LABEL_NONE }, { NH_FABRIC, VR_LABEL_NONE },
		{ NH_EVPN, VR_LABEL_NONE }, { NH_TOR, VR_LABEL_NONE },
	};
	struct vr_nh_cfg nh = w_nh_cfg(NH_FLOOD, VR_NH_COMPOSITE);

	nh.kind = VR_NH_KIND_L2_MCAST;
	nh.family = AF_BRIDGE;
	nh.vrf = 1;
	nh.flags = flags;
	nh.members = parts;
	nh.n_members = ARRAY_SIZE(parts);
	W_DONE(w, w_nh_set(w, &nh));
}

void g_build(struct world *w, u32 flags)
{
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_all, NH_FLOOD);
	struct vr_nh_cfg nh = w_nh_cfg(NH_BRIDGED, VR_NH_VRF_TRANSLATE);
	u32 i;

	t_build(w);
	for (i = 0; i < G_PEERS; i++)
		t_tunnel(w, NH_MEMBER(i), peers[i].encap, peers[i].family, peers[i].ip,
			 peers[i].control_word ? VR_NH_F_CONTROL_WORD : 0);
	for (i = NH_FABRIC; i <= NH_TOR; i++)
		g_members(w, i, 2);
	build_group(w, flags);
	br.label = G_VNI;
	W_DONE(w, w_bridge_set(w, &br));

	nh.family = AF_BRIDGE;
	nh.vrf = 1;
	nh.flags = VR_NH_F_UUC_FLOOD;
	W_DONE(w, w_nh_set(w, &nh));
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, G_VNI, NH_BRIDGED));
	W_DONE(w, w_demux_set(w, VR_DEMUX_VXLAN, G_VNI_DIRECT, NH_FLOOD));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, G_LABEL, NH_BRIDGED));
	W_DONE(w, w_demux_set(w, VR_DEMUX_MPLS, G_LABEL_TREE, NH_FLOOD));
}

void g_tree(struct w_frame *f, u32 addr, u32 vni)
{
	unsigned int len = f->len;
	struct w_frame head;

	/* Made as the payload of a frame, and then moved to where it belongs. */
	w_udp4(&head, w_mac_all, w_mac_all, addr, addr, 4789, 4789, 8 + len);
	put_unaligned_be16(0, head.b + ETH_HLEN + 4);
	put_unaligned_be16(0x4000, head.b + ETH_HLEN + 6);
	w_sum(&head);
	put_unaligned_be32(0x08000000, head.b + ETH_HLEN + 28);
	put_unaligned_be32(vni << 8, head.b + ETH_HLEN + 32);
	memmove(f->b + 36, f->b, len);
	memcpy(f->b, head.b + ETH_HLEN, 36);
	f->len += 36;
}

enum vr_verdict g_rx(struct world *w, enum g_peer peer, u32 label, const struct w_frame *f)
{
	bool vxlan = label == G_VNI || label == G_VNI_DIRECT;
	u32 encap = peers[peer].encap;
	struct w_frame in = *f;
	struct t_outer o;

	if (vxlan)
		encap = VR_ENCAP_VXLAN;
	else if (encap == VR_ENCAP_VXLAN)
		encap = VR_ENCAP_MPLS_UDP;
	o = t_in(encap, peers[peer].family, label);
	o.sip = peers[peer].ip;
	t_wrap(&in, &o);
	return w_rx(w, V_UPLINK, &in);
}

static void sent(struct world *w, int line, enum g_peer peer, const struct w_frame *f)
{
	u32 label = peers[peer].label == VR_LABEL_NONE ? G_VNI : peers[peer].label;
	struct t_outer o = t_out(peers[peer].encap, peers[peer].family, label);

	o.dip = peers[peer].ip;
	o.control_word = peers[peer].control_word;
	t_sent(w, line, V_UPLINK, f, &o);
}

void g_sent_tree(struct world *w, int line, enum g_peer peer, const struct w_frame *f, u32 addr,
		 u32 vni)
{
	struct w_frame out = *f;

	g_tree(&out, addr, vni);
	sent(w, line, peer, &out);
}

void g_sent(struct world *w, int line, enum g_peer peer, const struct w_frame *f)
{
	if (in_tree(peer))
		g_sent_tree(w, line, peer, f, T_HERE, G_VNI);
	else
		sent(w, line, peer, f);
}

#endif /* VR_TEST_USERSPACE */
