// SPDX-License-Identifier: GPL-2.0-only
/* ECMP without flows: how packets are spread, and whose a death moves. */
#include "ways.h"

#include "pkt/encap.h"
#include "pkt/entropy.h"

#ifdef VR_TEST_USERSPACE

#define N_TUNNELS	5

/* Packets that a member has on average, and how far from it one is by chance: five sigma. */
#define SHARE		200
#define SHARE_OFF	71

static void ecmp_spreads(struct kunit *test)
{
	static const u8 sizes[] = { 1, 2, 3, 7, E_MEMBERS_MAX };
	struct world *w = test->priv;
	u32 count[E_MEMBERS_MAX];
	struct e_pick p;
	u32 s, i;

	e_build(w, E_MEMBERS_MAX);
	for (s = 0; s < ARRAY_SIZE(sizes); s++) {
		e_set_first(w, sizes[s], 0);
		memset(count, 0, sizeof(count));
		for (i = 0; i < SHARE * sizes[s]; i++) {
			p = e_pick(i);
			count[e_member(w, &p)]++;
		}
		for (i = 0; i < sizes[s]; i++) {
			KUNIT_EXPECT_GE_MSG(test, count[i], sizes[s] == 1 ? SHARE :
					    SHARE - SHARE_OFF, "%u of %u", i, sizes[s]);
			KUNIT_EXPECT_LE_MSG(test, count[i], SHARE + SHARE_OFF, "%u of %u", i,
					    sizes[s]);
		}
	}
	W_DROPPED(w, VR_DROP_NONE, 0);
}

/* The member and the source port of what goes by it, by which the underlay chooses in its turn. */
static u32 member_and_port(struct world *w, const struct e_pick *p, u16 *sport)
{
	u8 b[ETH_HLEN + 20 + 8 + 4];
	struct vr_pkt *pkt;
	struct w_frame f;

	e_frame(&f, p);
	KUNIT_EXPECT_EQ(w->test, w_rx(w, V_G3, &f), VR_SENT);
	pkt = vr_test_port_pop(w->port[V_UPLINK]);
	KUNIT_ASSERT_NOT_NULL(w->test, pkt);
	vr_test_pkt_copy(pkt, b, 0, sizeof(b));
	vr_test_pkt_free(pkt);
	*sport = get_unaligned_be16(b + ETH_HLEN + 20);
	return (get_unaligned_be32(b + ETH_HLEN + 28) >> 12) - E_LABEL(0);
}

/* Whoever goes by one member is spread over all ports, although both come from one hash. */
static void ecmp_leaves_ports_to_the_underlay(struct kunit *test)
{
	enum { PARTS = 4 };
	u32 count[PARTS][PARTS] = {};
	struct world *w = test->priv;
	struct e_pick p;
	u32 i, j, member;
	u16 sport;

	e_build(w, PARTS);
	for (i = 0; i < PARTS * PARTS * SHARE; i++) {
		p = e_pick(i);
		member = member_and_port(w, &p, &sport);
		count[member][vr_entropy_scale((sport - VR_ENTROPY_PORT_MIN) << 18, PARTS)]++;
	}
	for (i = 0; i < PARTS; i++) {
		for (j = 0; j < PARTS; j++) {
			KUNIT_EXPECT_GE_MSG(test, count[i][j], SHARE - SHARE_OFF,
					    "member %u, part %u of the ports", i, j);
			KUNIT_EXPECT_LE_MSG(test, count[i][j], SHARE + SHARE_OFF,
					    "member %u, part %u of the ports", i, j);
		}
	}
}

/* Who is named three times has three times as much. */
static void ecmp_weights(struct kunit *test)
{
	static const struct vr_nh_member members[] = {
		{ NH_TUN(0), E_LABEL(0) }, { NH_TUN(1), E_LABEL(1) }, { NH_TUN(0), E_LABEL(0) },
		{ NH_TUN(0), E_LABEL(0) },
	};
	struct world *w = test->priv;
	u32 count[2] = {};
	struct e_pick p;
	u32 i;

	e_build(w, 2);
	e_set(w, NH_ECMP, members, ARRAY_SIZE(members), 0, 0);
	for (i = 0; i < 4 * SHARE; i++) {
		p = e_pick(i);
		count[e_member(w, &p)]++;
	}
	KUNIT_EXPECT_GE(test, count[1], SHARE - SHARE_OFF);
	KUNIT_EXPECT_LE(test, count[1], SHARE + SHARE_OFF);
}

/* With @field alone in the hash: what differs in it goes several ways, and in no other. */
static void ecmp_hash_fields(struct kunit *test)
{
	static const u32 fields[] = {
		VR_HASH_PROTO, VR_HASH_SIP, VR_HASH_SPORT, VR_HASH_DIP, VR_HASH_DPORT,
	};
	static const u8 with_ports[] = { IPPROTO_TCP, IPPROTO_UDP, 132, 136, 33 };
	struct world *w = test->priv;
	u32 f, other, i;

	e_build(w, 4);
	for (f = 0; f < ARRAY_SIZE(fields); f++) {
		e_set_first(w, 4, fields[f]);
		for (other = 0; other < ARRAY_SIZE(fields); other++) {
			u32 ways = 0;

			for (i = 0; i < 32; i++) {
				struct e_pick p = e_pick(0);

				if (other == 0)
					p.proto = f ? with_ports[i % ARRAY_SIZE(with_ports)] :
						      6 + i;
				else if (other == 1)
					p.sip += i;
				else if (other == 2)
					p.sport += i;
				else if (other == 3)
					p.dip += i;
				else
					p.dport += i;
				ways |= BIT(e_member(w, &p));
			}
			if (f == other)
				KUNIT_EXPECT_GE_MSG(test, hweight32(ways), 3, "field %u", f);
			else
				KUNIT_EXPECT_EQ_MSG(test, hweight32(ways), 1,
						    "field %u, other %u", f, other);
		}
	}
}

static void ecmp_labels(struct kunit *test)
{
	static const struct vr_nh_member own = { NH_TUN(0), E_LABEL(0) };
	static const struct vr_nh_member none = { NH_TUN(0), VR_LABEL_NONE };
	struct world *w = test->priv;
	struct e_pick p = e_pick(0);
	struct w_frame f;
	u32 dip;

	e_build(w, 1);
	e_frame(&f, &p);
	e_set(w, NH_ECMP, &own, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_SENT);
	KUNIT_EXPECT_EQ(test, e_left_by(w, &dip), E_LABEL(0));
	e_set(w, NH_ECMP, &own, 1, 0, VR_NH_F_ECMP_KEEP_LABEL);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_SENT);
	KUNIT_EXPECT_EQ(test, e_left_by(w, &dip), E_LABEL_ROUTE);
	/* It has none: the route's is better than none. */
	e_set(w, NH_ECMP, &none, 1, 0, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_SENT);
	KUNIT_EXPECT_EQ(test, e_left_by(w, &dip), E_LABEL_ROUTE);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static void ecmp_death_without_flows(struct kunit *test)
{
	int first[E_PACKETS], second[E_PACKETS], third[E_PACKETS];
	struct e_pick p = e_pick(0);
	struct world *w = test->priv;
	struct w_frame f;
	u32 i;

	e_build(w, N_TUNNELS);
	e_members(w, first);
	W_DONE(w, w_nh_del(w, NH_TUN(2)));
	e_members(w, second);
	e_only_moved(w, __LINE__, first, second, 2, 4);
	/* And one more, with those who had moved there. */
	W_DONE(w, w_nh_del(w, NH_TUN(4)));
	e_members(w, third);
	e_only_moved(w, __LINE__, second, third, 4, 3);
	/* They are there again. */
	e_tunnel(w, 4);
	e_members(w, third);
	KUNIT_EXPECT_MEMEQ(test, third, second, sizeof(third));
	e_tunnel(w, 2);
	e_members(w, third);
	KUNIT_EXPECT_MEMEQ(test, third, first, sizeof(third));

	for (i = 1; i < N_TUNNELS; i++)
		W_DONE(w, w_nh_del(w, NH_TUN(i)));
	KUNIT_EXPECT_EQ(test, e_member(w, &p), 0);
	W_DONE(w, w_nh_del(w, NH_TUN(0)));
	e_frame(&f, &p);
	W_DROP(w, V_G3, &f, VR_DROP_INVALID_NH);
	e_set(w, NH_ECMP, NULL, 0, 0, 0);
	W_DROP(w, V_G3, &f, VR_DROP_INVALID_NH);
}

/* Two composites that hold the same choose each for itself. */
static void ecmp_composites_differ(struct kunit *test)
{
	struct vr_route_cfg rt = w_route4_cfg(1, E_NET, 16, NH_ECMP + 1);
	static const struct vr_nh_member members[] = {
		{ NH_TUN(0), E_LABEL(0) }, { NH_TUN(1), E_LABEL(1) },
	};
	int one[E_PACKETS], two[E_PACKETS];
	struct world *w = test->priv;
	u32 same = 0, i;

	e_build(w, 2);
	e_members(w, one);
	e_set(w, NH_ECMP + 1, members, 2, 0, 0);
	W_DONE(w, w_route_set(w, &rt));
	e_members(w, two);
	for (i = 0; i < E_PACKETS; i++)
		same += one[i] == two[i];
	KUNIT_EXPECT_GE(test, same, E_PACKETS / 3);
	KUNIT_EXPECT_LE(test, same, 2 * E_PACKETS / 3);
}

static void ecmp_bridged(struct kunit *test)
{
	struct vr_nh_member members[4];
	struct world *w = test->priv;
	struct vr_bridge_cfg br = w_bridge_cfg(1, w_mac_peer, NH_ECMP);
	u32 ways = 0, dip, i;
	struct w_frame f;

	e_build(w, 4);
	for (i = 0; i < 4; i++)
		members[i] = (struct vr_nh_member){ NH_TUN(i), E_LABEL(i) };
	e_set(w, NH_ECMP, members, 4, 0, 0);
	W_DONE(w, w_bridge_set(w, &br));
	for (i = 0; i < 32; i++) {
		w_udp4(&f, w_mac_peer, w_mac_guest(V_G3), E_GUEST, E_NET, 1000 + i, 53, 12);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_SENT);
		ways |= BIT(e_left_by(w, &dip) - E_LABEL(0));
	}
	KUNIT_EXPECT_EQ(test, ways, 15);
	/* What has no ports, and no addresses but its MACs, keeps to one way. */
	for (ways = 0, i = 0; i < 32; i++) {
		w_eth(&f, w_mac_peer, w_mac_guest(V_G3), 0x88b5, 30 + i);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &f), VR_SENT);
		ways |= BIT(e_left_by(w, &dip) - E_LABEL(0));
	}
	KUNIT_EXPECT_EQ(test, hweight32(ways), 1);
	W_DROPPED(w, VR_DROP_NONE, 0);
}

static struct kunit_case nh_ecmp_cases[] = {
	W_CASE(ecmp_spreads),
	W_CASE(ecmp_leaves_ports_to_the_underlay),
	W_CASE(ecmp_weights),
	W_CASE(ecmp_hash_fields),
	W_CASE(ecmp_labels),
	W_CASE(ecmp_death_without_flows),
	W_CASE(ecmp_composites_differ),
	W_CASE(ecmp_bridged),
	{}
};

static struct kunit_suite nh_ecmp_suite = {
	.name = "nh_ecmp",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = nh_ecmp_cases,
};

VR_TEST_SUITE(nh_ecmp_suite);

#endif /* VR_TEST_USERSPACE */
