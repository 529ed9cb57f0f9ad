// SPDX-License-Identifier: GPL-2.0-only
/* Words for tests of ECMP: see ways.h. */
#include "ways.h"

#ifdef VR_TEST_USERSPACE

struct e_pick e_pick(u32 i)
{
	return (struct e_pick){
		IPPROTO_UDP, E_GUEST, E_NET + 1 + (i >> 12), 1024 + (i & 0xfff), 53,
	};
}

void e_frame(struct w_frame *f, const struct e_pick *p)
{
	w_udp4(f, w_mac_gw, w_mac_guest(V_G3), p->sip, p->dip, p->sport, p->dport, 12);
	f->b[ETH_HLEN + 9] = p->proto;
	w_sum(f);
}

void e_set(struct world *w, u32 id, const struct vr_nh_member *members, u32 n, u32 hash, u32 flags)
{
	struct vr_nh_cfg nh = w_nh_cfg(id, VR_NH_COMPOSITE);

	nh.kind = VR_NH_KIND_ECMP;
	nh.hash = hash;
	nh.flags = flags;
	nh.members = members;
	nh.n_members = n;
	W_DONE(w, w_nh_set(w, &nh));
}

void e_set_first(struct world *w, u32 n, u32 hash)
{
	struct vr_nh_member members[E_MEMBERS_MAX];
	u32 i;

	for (i = 0; i < n; i++)
		members[i] = (struct vr_nh_member){ NH_TUN(i), E_LABEL(i) };
	e_set(w, NH_ECMP, members, n, hash, 0);
}

void e_tunnel(struct world *w, u32 i)
{
	t_tunnel(w, NH_TUN(i), VR_ENCAP_MPLS_UDP, AF_INET, E_PEER(i), 0);
}

void e_build(struct world *w, u32 n)
{
	struct vr_route_cfg rt = w_route4_cfg(1, E_NET, 16, NH_ECMP);
	u32 i;

	t_build(w);
	for (i = 0; i < n; i++)
		e_tunnel(w, i);
	e_set_first(w, n, 0);
	rt.label = E_LABEL_ROUTE;
	W_DONE(w, w_route_set(w, &rt));
}

int e_left_by(struct world *w, u32 *dip)
{
	struct vr_pkt *pkt = vr_test_port_pop(w->port[V_UPLINK]);
	u8 b[ETH_HLEN + 20 + 8 + 4];

	if (!pkt)
		return E_NOBODY;
	vr_test_pkt_copy(pkt, b, 0, sizeof(b));
	vr_test_pkt_free(pkt);
	*dip = get_unaligned_be32(b + ETH_HLEN + 16);
	return get_unaligned_be32(b + ETH_HLEN + 28) >> 12;
}

int e_member(struct world *w, const struct e_pick *p)
{
	struct w_frame f;
	int label;
	u32 dip;

	e_frame(&f, p);
	KUNIT_EXPECT_EQ(w->test, w_rx(w, V_G3, &f), VR_SENT);
	label = e_left_by(w, &dip);
	KUNIT_ASSERT_NE(w->test, label, E_NOBODY);
	KUNIT_EXPECT_EQ(w->test, dip, E_PEER(label - E_LABEL(0)));
	return label - E_LABEL(0);
}

void e_members(struct world *w, int member[E_PACKETS])
{
	struct e_pick p;
	u32 i;

	for (i = 0; i < E_PACKETS; i++) {
		p = e_pick(i);
		member[i] = e_member(w, &p);
	}
}

void e_only_moved(struct world *w, int line, const int *was, const int *now, int dead, u32 ways)
{
	u32 to = 0, i;

	for (i = 0; i < E_PACKETS; i++) {
		KUNIT_EXPECT_NE_MSG(w->test, now[i], dead, "line %d: packet %u", line, i);
		if (was[i] == dead)
			to |= BIT(now[i]);
		else
			KUNIT_EXPECT_EQ_MSG(w->test, now[i], was[i], "line %d: packet %u", line,
					    i);
	}
	KUNIT_EXPECT_GE_MSG(w->test, hweight32(to), ways, "line %d: ways", line);
}

#endif /* VR_TEST_USERSPACE */
