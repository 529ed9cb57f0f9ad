// SPDX-License-Identifier: GPL-2.0-only
/* Fragments meet the flow of their first one: in order and out of it, and hostile ones. */
#include "cuts.h"

#ifdef VR_TEST_USERSPACE

#include "obj/core.h"

static void frag_in_order(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame f, in, out;
	struct vr_flow_cfg cfg;
	u32 ip6, routed, n;

	c_build(w);
	for (ip6 = 0; ip6 < 2; ip6++) {
		cfg = c_flow_cfg(ip6);
		w_flow_set(w, &cfg);
		for (routed = 0; routed < 2; routed++) {
			c_whole(&f, ip6, routed);
			for (n = 0; n < 3; n++) {
				c_third(&in, &f, 7, n);
				out = in;
				if (routed)
					c_routed_out(&out);
				W_PASS(w, V_G3, &in, V_G4, &out);
				C_FOLLOWED(w, n != 2, 0);
			}
		}
		C_COUNTS(w, &cfg, 6);
	}
}

/* Every order of three. */
static void frag_any_order(struct kunit *test)
{
	static const u8 orders[][3] = {
		{ 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 },
	};
	struct world *w = test->priv;
	u32 ip6, routed, i, n, k;
	struct vr_flow_cfg cfg;
	struct w_frame f, in;

	c_build(w);
	for (ip6 = 0; ip6 < 2; ip6++) {
		cfg = c_flow_cfg(ip6);
		w_flow_set(w, &cfg);
		for (routed = 0; routed < 2; routed++)
			for (i = 0; i < ARRAY_SIZE(orders); i++) {
				c_whole(&f, ip6, routed);
				for (n = 0; orders[i][n]; n++) {
					c_third(&in, &f, 7, orders[i][n]);
					W_HELD(w, V_G3, &in);
				}
				C_FOLLOWED(w, !!n, n);
				c_third(&in, &f, 7, 0);
				KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
				/* the first one goes first */
				if (routed)
					c_routed_out(&in);
				W_SENT(w, V_G4, &in);
				for (k = 0; k < n; k++) {
					c_third(&in, &f, 7, orders[i][k]);
					if (routed)
						c_routed_out(&in);
					W_SENT(w, V_G4, &in);
				}
				for (n++; n < 3; n++) {
					c_third(&in, &f, 7, orders[i][n]);
					KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
					if (routed)
						c_routed_out(&in);
					W_SENT(w, V_G4, &in);
				}
				W_NOTHING(w);
				W_DROPPED(w, VR_DROP_NONE, 0);
				C_FOLLOWED(w, 0, 0);
			}
		C_COUNTS(w, &cfg, 2 * 5 * 3);
	}
}

/* No flow yet: the first one makes it, in whatever order they come; the others go behind it. */
static void frag_makes_flow(struct kunit *test)
{
	struct world *w = test->priv;
	struct w_frame f, in, trap;
	struct vr_flow_cfg cfg;
	u32 ip6, n;

	c_build(w);
	for (ip6 = 0; ip6 < 2; ip6++) {
		cfg = c_flow_cfg(ip6);
		c_whole(&f, ip6, false);
		c_third(&in, &f, 1, 0);
		W_MISSED(w, V_G3, &in, &cfg);
		for (n = 1; n < 3; n++) {
			c_third(&in, &f, 1, n);
			W_HELD(w, V_G3, &in);
		}
		C_FOLLOWED(w, 0, 0);	/* nothing more is needed to let them go */
		w_flow_set(w, &cfg);
		for (n = 0; n < 3; n++) {
			c_third(&in, &f, 1, n);
			W_SENT(w, V_G4, &in);
		}
		W_NOTHING(w);
		C_COUNTS(w, &cfg, 3);
		w_flow_del(w, &cfg);

		/* and the other way round */
		for (n = 2; n; n--) {
			c_third(&in, &f, 1, n);
			W_HELD(w, V_G3, &in);
		}
		c_third(&in, &f, 1, 0);
		trap = in;
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_HELD);
		w_wrap_flow(w, &trap, V_G3, &cfg, VR_TRAP_FLOW_MISS);
		W_SENT(w, V_AGENT, &trap);
		C_FOLLOWED(w, 0, 0);
		KUNIT_EXPECT_EQ(test, w_n_held(w), 3);
		w_flow_set(w, &cfg);
		W_SENT(w, V_G4, &in);
		for (n = 2; n; n--) {
			c_third(&in, &f, 1, n);
			W_SENT(w, V_G4, &in);
		}
		W_NOTHING(w);
		W_DROPPED(w, VR_DROP_NONE, 0);
	}
}

static void frag_obeys(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct w_frame f, in;

	c_build(w);
	cfg.action = VR_FLOW_DROP;
	w_flow_set(w, &cfg);
	c_whole(&f, false, false);
	c_third(&in, &f, 1, 2);
	W_HELD(w, V_G3, &in);
	c_third(&in, &f, 1, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_DROPPED);
	W_DROPPED(w, VR_DROP_FLOW_ACTION_DROP, 2);
	c_third(&in, &f, 1, 1);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	C_COUNTS(w, &cfg, 3);
	C_FOLLOWED(w, 0, 0);

	/* Its flow went after it: a later one makes none, for nobody could read it. */
	cfg.action = VR_FLOW_FORWARD;
	w_flow_set(w, &cfg);
	c_third(&in, &f, 2, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_flow_del(w, &cfg);
	c_third(&in, &f, 2, 1);
	W_DROP(w, V_G3, &in, VR_DROP_NO_FRAG_ENTRY);
}

/* What tells one packet from another. */
static void frag_tells_apart(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false), cfg6 = c_flow_cfg(true);
	struct w_frame f, in, other;

	c_build(w);
	w_policy(w, V_G5, NH_L3(V_G5));
	w_flow_set(w, &cfg);
	w_flow_set(w, &cfg6);
	c_whole(&f, false, false);
	c_third(&in, &f, 1, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* the id, the protocol, each address, and who sends it */
	c_third(&in, &f, 2, 1);
	W_HELD(w, V_G3, &in);
	c_third(&in, &f, 1, 1);
	other = in;
	other.b[ETH_HLEN + 9] = IPPROTO_TCP;
	w_sum(&other);
	W_HELD(w, V_G3, &other);
	other = in;
	other.b[ETH_HLEN + 15] ^= 1;
	w_sum(&other);
	W_HELD(w, V_G3, &other);
	other = in;
	other.b[ETH_HLEN + 19] ^= 1;
	w_sum(&other);
	W_HELD(w, V_G3, &other);
	W_HELD(w, V_G5, &in);
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_FOLLOWED(w, 6, 5);

	/* all of the id of IPv6, and not the protocol, which later ones may say anything of */
	c_whole(&f, true, false);
	c_third(&in, &f, 0x12345678, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_third(&in, &f, 0x12355678, 1);
	W_HELD(w, V_G3, &in);
	c_third(&in, &f, 0x12345679, 1);
	W_HELD(w, V_G3, &in);
	c_third(&in, &f, 0x12345678, 1);
	in.b[ETH_HLEN + 40] = IPPROTO_TCP;
	W_PASS(w, V_G3, &in, V_G4, &in);
	w_conf(w, VR_CONF_FRAGMENTS_WAIT, 1);
	vr_test_clock_advance(1);
	vr_test_work_run(&w->core->work);
	W_DROPPED(w, VR_DROP_FRAGMENTS, 7);
}

/* The id comes round again, for another conversation. */
static void frag_id_again(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false), other = c_flow_cfg(false);
	struct w_frame f, in;

	c_build(w);
	w_flow_set(w, &cfg);
	other.key.sport = htons(1001);
	other.action = VR_FLOW_DROP;
	w_flow_set(w, &other);
	c_whole(&f, false, false);
	c_third(&in, &f, 1, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	/* allowed before, and not to be carried on with */
	put_unaligned_be16(1001, f.b + ETH_HLEN + 20);
	c_third(&in, &f, 1, 0);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	c_third(&in, &f, 1, 1);
	W_DROP(w, V_G3, &in, VR_DROP_FLOW_ACTION_DROP);
	C_COUNTS(w, &cfg, 1);
	C_COUNTS(w, &other, 2);
}

static void frag_hostile(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg;
	struct w_frame f, in;
	u32 ip6;

	c_build(w);
	for (ip6 = 0; ip6 < 2; ip6++) {
		cfg = c_flow_cfg(ip6);
		w_flow_set(w, &cfg);
		c_whole(&f, ip6, false);
		/* a first one without all of the ports' header */
		c_cut(&in, &f, 1, 0, 7, true);
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
		/* behind which none can go on; empty; beyond the longest packet */
		c_cut(&in, &f, 1, 0, 81, true);
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
		c_cut(&in, &f, 1, 80, 79, true);
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
		c_cut(&in, &f, 1, 80, 0, false);
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
		c_third(&in, &f, 1, 2);
		if (ip6) {
			put_unaligned_be16(65528, in.b + ETH_HLEN + 42);
		} else {
			put_unaligned_be16(65528 / 8, in.b + ETH_HLEN + 6);
			w_sum(&in);
		}
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
		C_FOLLOWED(w, 0, 0);

		/* what reaches into the first one, before it and behind it */
		c_cut(&in, &f, 1, 8, 16, true);
		W_HELD(w, V_G3, &in);
		c_third(&in, &f, 1, 2);
		W_HELD(w, V_G3, &in);
		c_third(&in, &f, 1, 0);
		KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
		W_SENT(w, V_G4, &in);
		c_third(&in, &f, 1, 2);
		W_SENT(w, V_G4, &in);
		W_NOTHING(w);
		W_DROPPED(w, VR_DROP_INVALID_PACKET, 1);
		c_cut(&in, &f, 1, 72, 88, true);
		W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
		c_third(&in, &f, 1, 1);
		W_PASS(w, V_G3, &in, V_G4, &in);
		C_FOLLOWED(w, 0, 0);
	}
}

/* The last that is allowed: 65535 bytes, header and all. */
static void frag_longest(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct w_frame f, in;

	c_build(w);
	w_flow_set(w, &cfg);
	c_whole(&f, false, false);
	c_third(&in, &f, 1, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_cut(&in, &f, 1, 8, 11, false);
	put_unaligned_be16((65535 - 20 - 11) / 8, in.b + ETH_HLEN + 6);
	w_sum(&in);
	KUNIT_EXPECT_EQ(test, (65535 - 20 - 11) % 8, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_cut(&in, &f, 1, 8, 12, false);
	put_unaligned_be16((65535 - 20 - 11) / 8, in.b + ETH_HLEN + 6);
	w_sum(&in);
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
}

/* Extension headers in front of the fragment header, and cut along with what is behind it. */
static void frag_ip6_extensions(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(true);
	struct w_frame f, in, all;
	u8 *ext;

	c_build(w);
	w_flow_set(w, &cfg);
	/* destination options before UDP: the later one says no more than that */
	c_whole(&f, true, false);
	ext = f.b + ETH_HLEN + 40;
	memmove(ext + 8, ext, f.len - ETH_HLEN - 40);
	memset(ext, 0, 8);
	ext[0] = IPPROTO_UDP;
	ext[2] = 1;
	ext[3] = 4;
	f.b[ETH_HLEN + 6] = IPPROTO_DSTOPTS;
	f.len += 8;
	put_unaligned_be16(248, f.b + ETH_HLEN + 4);
	c_cut(&in, &f, 9, 80, 80, true);
	KUNIT_EXPECT_EQ(test, in.b[ETH_HLEN + 40], IPPROTO_DSTOPTS);
	W_HELD(w, V_G3, &in);
	all = in;
	c_cut(&in, &f, 9, 0, 80, true);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &in), VR_SENT);
	W_SENT(w, V_G4, &in);
	W_SENT(w, V_G4, &all);
	c_cut(&in, &f, 9, 160, 88, false);
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_FOLLOWED(w, 0, 0);
	C_COUNTS(w, &cfg, 3);

	/* hop-by-hop options in front, which each fragment has */
	c_whole(&f, true, false);
	c_third(&in, &f, 10, 1);
	ext = in.b + ETH_HLEN + 40;
	memmove(ext + 8, ext, in.len - ETH_HLEN - 40);
	memset(ext, 0, 8);
	ext[0] = IPPROTO_FRAGMENT;
	ext[2] = 1;
	ext[3] = 4;
	in.b[ETH_HLEN + 6] = IPPROTO_HOPOPTS;
	in.len += 8;
	put_unaligned_be16(96, in.b + ETH_HLEN + 4);
	W_HELD(w, V_G3, &in);
	c_third(&all, &f, 10, 0);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &all), VR_SENT);
	W_SENT(w, V_G4, &all);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);

	/* an atomic fragment is whole (RFC 6946) */
	c_cut(&in, &f, 11, 0, 240, false);
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_FOLLOWED(w, 1, 0);
}

/* Echo by its identifier; an error by what it is about. */
static void frag_icmp(struct kunit *test)
{
	struct vr_flow_cfg cfg = w_flow4_cfg(NH_L3(V_G3), IPPROTO_ICMP, C_IP3, C_IP4, 77, 0);
	struct world *w = test->priv;
	struct w_frame f, in, about;

	c_build(w);
	w_flow_set(w, &cfg);
	w_ip4(&f, w_mac_guest(V_G4), w_mac_guest(V_G3), C_IP3, C_IP4, 64, 240);
	f.b[ETH_HLEN + 9] = IPPROTO_ICMP;
	memset(f.b + ETH_HLEN + 20, 0, 8);
	f.b[ETH_HLEN + 20] = 8;
	put_unaligned_be16(77, f.b + ETH_HLEN + 24);
	w_sum(&f);
	c_third(&in, &f, 1, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_third(&in, &f, 1, 1);
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_COUNTS(w, &cfg, 2);

	cfg = c_flow_cfg(false);
	w_flow_set(w, &cfg);
	w_udp4(&about, w_mac_guest(V_G3), w_mac_guest(V_G4), C_IP4, C_IP3, 2000, 1000, 30);
	w_icmp4_error(&f, w_mac_guest(V_G4), w_mac_guest(V_G3), C_IP3, C_IP4, 3, &about);
	c_cut(&in, &f, 2, 32, 4, false);
	W_HELD(w, V_G3, &in);
	c_cut(&about, &f, 2, 0, 32, true);
	KUNIT_EXPECT_EQ(test, w_rx(w, V_G3, &about), VR_SENT);
	W_SENT(w, V_G4, &about);
	W_SENT(w, V_G4, &in);
	W_NOTHING(w);
	C_COUNTS(w, &cfg, 2);
}

/* In IPv6 only the first one says which protocol it is (RFC 8200 4.5). */
static void frag_ip6_protocol(struct kunit *test)
{
	struct world *w = test->priv;
	struct vr_flow_cfg cfg = c_flow_cfg(true), other;
	struct w_frame f, in;

	c_build(w);
	w_flow_set(w, &cfg);
	other = w_flow6_cfg(NH_L3(V_G3), 253, 3, 4, 0, 0);
	w_flow_set(w, &other);
	c_whole(&f, true, false);
	c_third(&in, &f, 1, 0);
	W_PASS(w, V_G3, &in, V_G4, &in);
	c_third(&in, &f, 1, 1);
	in.b[ETH_HLEN + 40] = 253;
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_COUNTS(w, &cfg, 2);
	C_COUNTS(w, &other, 0);
	/* Not over the first one's ports, whatever it calls itself. */
	c_cut(&in, &f, 1, 8, 80, true);
	in.b[ETH_HLEN + 40] = 253;
	W_DROP(w, V_G3, &in, VR_DROP_INVALID_PACKET);
	/* Nothing is known of this one but what it says. */
	c_third(&in, &f, 2, 1);
	in.b[ETH_HLEN + 40] = 253;
	W_PASS(w, V_G3, &in, V_G4, &in);
	C_COUNTS(w, &other, 1);
}

static void frag_fat(struct kunit *test)
{
	static const struct vr_fat_rule rule = { .proto = IPPROTO_UDP, .port = 2000,
						 .ignore = VR_FAT_IGNORE_DST };
	struct vr_flow_cfg cfg = c_flow_cfg(false);
	struct world *w = test->priv;
	struct vr_vif_info info;
	struct w_frame f, in;
	u32 n;

	c_build(w);
	W_DONE(w, w_vif_get(w, V_G3, &info));
	info.cfg.fat.n_rules = 1;
	info.cfg.fat.rules = &rule;
	W_DONE(w, w_vif_set(w, &info.cfg));
	cfg.key.addr[1] = 0;
	cfg.key.sport = 0;
	w_flow_set(w, &cfg);
	c_whole(&f, false, false);
	for (n = 0; n < 3; n++) {
		c_third(&in, &f, 1, n);
		W_PASS(w, V_G3, &in, V_G4, &in);
	}
	C_COUNTS(w, &cfg, 3);
	C_FOLLOWED(w, 0, 0);
}

static struct kunit_case flow_frag_cases[] = {
	W_CASE(frag_in_order),
	W_CASE(frag_any_order),
	W_CASE(frag_makes_flow),
	W_CASE(frag_obeys),
	W_CASE(frag_tells_apart),
	W_CASE(frag_id_again),
	W_CASE(frag_hostile),
	W_CASE(frag_longest),
	W_CASE(frag_ip6_extensions),
	W_CASE(frag_icmp),
	W_CASE(frag_ip6_protocol),
	W_CASE(frag_fat),
	{}
};

static struct kunit_suite flow_frag_suite = {
	.name = "flow_frag",
	.init = w_suite_init,
	.exit = w_suite_exit,
	.test_cases = flow_frag_cases,
};

VR_TEST_SUITE(flow_frag_suite);

#endif /* VR_TEST_USERSPACE */
