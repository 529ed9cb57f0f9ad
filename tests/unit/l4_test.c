// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flow keys: a table of packets, each of them with every split between linear
 * and other bytes and cut at every byte, and random ones compared with a parser
 * that is naive.
 *
 * Packets go from A to B. The packets that ICMP errors quote went from B to A,
 * so that every key in the table is from A to B.
 */
#include "vr_test.h"

#include "pkt/l4.h"
#include "pkt/parse.h"

#define FRAME_MAX	1400
#define HEADROOM	48
#define L3		ETH_HLEN
#define RANDOM_ROUNDS	1000000

#define SPORT		0x1111
#define DPORT		0x2222
#define ECHO_ID		0x3333

/** struct frame - bytes that a test puts together; not for the stack */
struct frame {
	u8 b[FRAME_MAX];
	unsigned int len;
	unsigned int next;	/* where the number of the next header goes */
	bool ip6;		/* the IP header put last */
	bool quoted;
};

static void put8(struct frame *f, u8 v)
{
	f->b[f->len++] = v;
}

static void put16(struct frame *f, u16 v)
{
	put8(f, v >> 8);
	put8(f, v);
}

static void put_fill(struct frame *f, unsigned int len)
{
	while (len--)
		put8(f, 0xa5);
}

static unsigned int get16(const u8 *p)
{
	return p[0] << 8 | p[1];
}

static void set16(u8 *p, u16 v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/* The header that comes now is @proto's. */
static void put_proto(struct frame *f, u8 proto)
{
	f->b[f->next] = proto;
}

static void put_ip4(struct frame *f, unsigned int hlen, u16 frag)
{
	put8(f, 0x40 | hlen / 4);
	put8(f, 0);
	put16(f, 0);
	put16(f, 0x1234);
	put16(f, frag);
	put8(f, 64);
	f->next = f->len;
	put8(f, 0);
	put16(f, 0);
	put16(f, 0x0a00);
	put16(f, f->quoted ? 2 : 1);
	put16(f, 0x0a00);
	put16(f, f->quoted ? 1 : 2);
	put_fill(f, hlen - 20);
	f->ip6 = false;
}

static void put_addr6(struct frame *f, u8 last)
{
	put16(f, 0xfd00);
	put_fill(f, 13);
	put8(f, last);
}

static void put_ip6(struct frame *f)
{
	put16(f, 0x6000);
	put16(f, 0);
	put16(f, 0);
	f->next = f->len;
	put8(f, 0);
	put8(f, 64);
	put_addr6(f, f->quoted ? 2 : 1);
	put_addr6(f, f->quoted ? 1 : 2);
	f->ip6 = true;
}

static void put_ext(struct frame *f, u8 proto, u8 hdrlen, unsigned int len)
{
	put_proto(f, proto);
	f->next = f->len;
	put8(f, 0);
	put8(f, hdrlen);
	put_fill(f, len - 2);
}

static void put_frag6(struct frame *f, u16 off)
{
	put_ext(f, IPPROTO_FRAGMENT, 0, 8);
	set16(f->b + f->len - 6, off);
}

static void put_ports(struct frame *f, u8 proto, unsigned int hlen)
{
	put_proto(f, proto);
	put16(f, SPORT);
	put16(f, DPORT);
	put_fill(f, hlen - 4);
}

static void put_tcp(struct frame *f, unsigned int hlen)
{
	put_ports(f, IPPROTO_TCP, hlen);
	f->b[f->len - hlen + 12] = hlen / 4 << 4;
}

static void put_icmp(struct frame *f, u8 type4, u8 type6)
{
	put_proto(f, f->ip6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
	put8(f, f->ip6 ? type6 : type4);
	put8(f, 0);
	put16(f, 0xbeef);
	put16(f, ECHO_ID);
	put16(f, 1);
}

/** struct letter - what a letter of a chain puts; see put_letter() for @arg */
struct letter {
	char letter;
	enum { PUT_IP4, PUT_IP6, PUT_EXT, PUT_FRAG, PUT_TCP, PUT_PORTS, PUT_ICMP, PUT_ABOUT,
	       PUT_PROTO, PUT_FILL } what;
	u16 arg[3];
};

static const struct letter letters[] = {
	{ '4', PUT_IP4, { 20, 0x4000 } },
	{ 'o', PUT_IP4, { 24, 0 } },
	{ 'O', PUT_IP4, { 60, 0 } },
	{ 'm', PUT_IP4, { 20, 0x2000 } },
	{ 'n', PUT_IP4, { 20, 0x2001 } },
	{ 'l', PUT_IP4, { 20, 0x1fff } },
	{ '6', PUT_IP6 },
	{ 'H', PUT_EXT, { IPPROTO_HOPOPTS, 0, 8 } },
	{ 'R', PUT_EXT, { IPPROTO_ROUTING, 2, 24 } },
	{ 'D', PUT_EXT, { IPPROTO_DSTOPTS, 0, 8 } },
	{ 'd', PUT_EXT, { IPPROTO_DSTOPTS, 62, 504 } },
	{ 'b', PUT_EXT, { IPPROTO_DSTOPTS, 64, 520 } },
	{ 'A', PUT_EXT, { IPPROTO_AH, 4, 24 } },
	{ 'a', PUT_EXT, { IPPROTO_AH, 1, 12 } },
	{ 'z', PUT_EXT, { IPPROTO_AH, 0, 8 } },
	{ 'x', PUT_EXT, { IPPROTO_DSTOPTS, 255, 8 } },
	{ 'F', PUT_FRAG, { 0x0001 } },
	{ 'f', PUT_FRAG, { 0x0000 } },
	{ 'g', PUT_FRAG, { 0x0009 } },
	{ 'G', PUT_FRAG, { 0xfff8 } },
	{ 'T', PUT_TCP, { 20 } },
	{ 't', PUT_TCP, { 60 } },
	{ 'U', PUT_PORTS, { IPPROTO_UDP, 8 } },
	{ 'L', PUT_PORTS, { IPPROTO_UDPLITE, 8 } },
	{ 'S', PUT_PORTS, { IPPROTO_SCTP, 12 } },
	{ 'C', PUT_PORTS, { IPPROTO_DCCP, 12 } },
	{ '8', PUT_PORTS, { IPPROTO_TCP, 8 } },
	{ 'E', PUT_ICMP, { 8, 128 } },
	{ 'e', PUT_ICMP, { 0, 129 } },
	{ 'I', PUT_ICMP, { 13, 131 } },
	{ 'W', PUT_ICMP, { 255, 255 } },
	{ 'X', PUT_ABOUT, { 3, 1 } },
	{ 'Y', PUT_ABOUT, { 11, 2 } },
	{ 'Z', PUT_ABOUT, { 5, 3 } },
	{ 'V', PUT_ABOUT, { 12, 4 } },
	{ 'v', PUT_ABOUT, { 4, 127 } },
	{ 'P', PUT_PROTO, { IPPROTO_ESP } },
	{ 'K', PUT_PROTO, { IPPROTO_GRE } },
	{ 'N', PUT_PROTO, { IPPROTO_NONE } },
	{ 'M', PUT_PROTO, { 135 } },
	{ 'i', PUT_PROTO, { IPPROTO_ICMP } },
	{ 'j', PUT_PROTO, { IPPROTO_ICMPV6 } },
	{ '.', PUT_FILL, { 1 } },
};

static void put_letter(struct frame *f, const struct letter *l)
{
	switch (l->what) {
	case PUT_IP4:
		put_ip4(f, l->arg[0], l->arg[1]);
		break;
	case PUT_IP6:
		put_ip6(f);
		break;
	case PUT_EXT:
		put_ext(f, l->arg[0], l->arg[1], l->arg[2]);
		break;
	case PUT_FRAG:
		put_frag6(f, l->arg[0]);
		break;
	case PUT_TCP:
		put_tcp(f, l->arg[0]);
		break;
	case PUT_PORTS:
		put_ports(f, l->arg[0], l->arg[1]);
		break;
	case PUT_ICMP:
		put_icmp(f, l->arg[0], l->arg[1]);
		break;
	case PUT_ABOUT:
		put_icmp(f, l->arg[0], l->arg[1]);
		f->quoted = true;
		break;
	case PUT_PROTO:
		put_proto(f, l->arg[0]);
		break;
	case PUT_FILL:
		put_fill(f, l->arg[0]);
		break;
	}
}

/* RFC 1071 in the plainest words. */
static u16 naive_csum(const u8 *p, unsigned int len)
{
	u32 sum = 0;
	unsigned int i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The checksum of an outer IPv4 header whose length may be anything. */
static void fix_csum(struct frame *f)
{
	u8 *ip = f->b + L3;
	u16 csum;

	if (ip[0] >> 4 != 4 || f->len < L3 + (ip[0] & 15) * 4)
		return;
	set16(ip + 10, 0);
	csum = naive_csum(ip, (ip[0] & 15) * 4);
	set16(ip + 10, csum);
}

/* The outer IP header says that it ends @len bytes behind its beginning. */
static void set_ip_len(struct frame *f, unsigned int len)
{
	u8 *ip = f->b + L3;

	if (ip[0] >> 4 == 6)
		set16(ip + 4, len - 40);
	else
		set16(ip + 2, len);
	fix_csum(f);
}

static u8 family_of(const struct frame *f)
{
	return f->b[L3] >> 4 == 6 ? AF_INET6 : AF_INET;
}

/* Put together what the letters of @chain stand for. */
static void build(struct frame *f, const char *chain)
{
	unsigned int i;

	f->len = 0;
	f->quoted = false;
	put_fill(f, L3);
	for (; *chain; chain++)
		for (i = 0; i < ARRAY_SIZE(letters); i++)
			if (letters[i].letter == *chain)
				put_letter(f, &letters[i]);
	set_ip_len(f, f->len - L3);
}

static struct frame *frame_alloc(struct kunit *test)
{
	struct frame *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	return f;
}

static struct vr_pkt *frame_pkt(struct kunit *test, const struct frame *f, unsigned int linear)
{
	struct vr_pkt *pkt = vr_test_pkt_alloc(f->b, f->len, linear, HEADROOM - L3);

	KUNIT_ASSERT_NOT_NULL(test, pkt);
	return pkt;
}

/* As on the packet path: the IP header is looked at first. */
static enum vr_drop_reason parse(struct vr_pkt *pkt, u8 family, struct vr_l4 *l4)
{
	enum vr_drop_reason reason;

	reason = family == AF_INET ? vr_parse_ip4(pkt, L3) : vr_parse_ip6(pkt, L3);
	if (reason != VR_DROP_NONE)
		return reason;
	memset(l4, 0xff, sizeof(*l4));
	return vr_parse_l4(pkt, L3, family, l4);
}

/*
 * The table. @need: so many bytes from IP on, and no fewer, give this key.
 * Ports of quoted packets are turned round. Type in @dport: of ICMP.
 */
struct l4_case {
	const char *name;
	const char *chain;
	enum vr_drop_reason want;
	u8 proto;
	u16 sport;
	u16 dport;
	u16 off;		/* from IP */
	u16 need;
	bool icmp_error;
	int tcp_len;		/* -1: not TCP's own header */
};

#define GOOD(proto, sport, dport, off, need) \
	VR_DROP_NONE, proto, sport, dport, off, need, false, -1
#define TCP(off, hlen, len) \
	VR_DROP_NONE, 6, SPORT, DPORT, off, (off) + (hlen), false, len
#define BACK(proto, sport, dport, off, need) \
	VR_DROP_NONE, proto, sport, dport, off, need, true, -1
#define BAD(reason)	VR_DROP_##reason

static const struct l4_case l4_cases[] = {
	{ "TCP", "4T....", TCP(20, 20, 4) },
	{ "TCP alone", "4T", TCP(20, 20, 0) },
	{ "TCP, options", "4t....", TCP(20, 60, 4) },
	{ "TCP, IP option", "oT..", TCP(24, 20, 2) },
	{ "TCP, IP options", "Ot..", TCP(60, 60, 2) },
	{ "TCP, first fragment", "mT....", TCP(20, 20, 4) },
	{ "TCP, tiny first fragment", "m8", BAD(INVALID_PACKET) },
	{ "TCP, second fragment", "nT", BAD(NO_FRAG_ENTRY) },
	{ "TCP, last fragment", "lT", BAD(NO_FRAG_ENTRY) },
	{ "UDP", "4U....", GOOD(17, SPORT, DPORT, 20, 28) },
	{ "UDP, IP options", "OU", GOOD(17, SPORT, DPORT, 60, 68) },
	{ "UDP, first fragment", "mU........", GOOD(17, SPORT, DPORT, 20, 28) },
	{ "UDP, second fragment", "nU", BAD(NO_FRAG_ENTRY) },
	{ "UDP-Lite", "4L..", GOOD(136, SPORT, DPORT, 20, 28) },
	{ "SCTP", "4S..", GOOD(132, SPORT, DPORT, 20, 32) },
	{ "DCCP", "4C..", GOOD(33, SPORT, DPORT, 20, 32) },
	{ "SCTP, later fragment", "lS", BAD(NO_FRAG_ENTRY) },
	{ "GRE", "4K....", GOOD(47, 0, 0, 20, 20) },
	{ "GRE, later fragment", "nK....", GOOD(47, 0, 0, 20, 20) },
	{ "ESP", "4P........", GOOD(50, 0, 0, 20, 20) },
	{ "AH is no extension of IPv4", "4AT", GOOD(51, 0, 0, 20, 20) },
	{ "ICMPv6 in IPv4", "4j........", GOOD(58, 0, 0, 20, 20) },
	{ "echo", "4E....", GOOD(1, ECHO_ID, 0, 20, 28) },
	{ "echo reply", "4e....", GOOD(1, ECHO_ID, 0, 20, 28) },
	{ "echo, first fragment", "mE........", GOOD(1, ECHO_ID, 0, 20, 28) },
	{ "echo, later fragment", "nE", BAD(NO_FRAG_ENTRY) },
	{ "timestamp", "4I............", GOOD(1, 0, 13, 20, 28) },
	{ "ICMP type 255", "4W", GOOD(1, 0, 255, 20, 28) },

	{ "v6 TCP", "6T....", TCP(40, 20, 4) },
	{ "v6 TCP, options", "6t.", TCP(40, 60, 1) },
	{ "v6 UDP", "6U....", GOOD(17, SPORT, DPORT, 40, 48) },
	{ "v6 UDP-Lite", "6L", GOOD(136, SPORT, DPORT, 40, 48) },
	{ "v6 SCTP", "6S", GOOD(132, SPORT, DPORT, 40, 52) },
	{ "v6 DCCP", "6C", GOOD(33, SPORT, DPORT, 40, 52) },
	{ "v6 echo", "6E", GOOD(58, ECHO_ID, 129, 40, 48) },
	{ "v6 echo reply", "6e", GOOD(58, ECHO_ID, 129, 40, 48) },
	{ "v6 MLD", "6I", GOOD(58, 0, 131, 40, 48) },
	{ "v6 ICMP type 255", "6W", GOOD(58, 0, 255, 40, 48) },
	{ "v6 ICMP of IPv4", "6i", GOOD(1, 0, 0, 40, 40) },
	{ "v6 nothing", "6N", GOOD(59, 0, 0, 40, 40) },
	{ "v6 ESP", "6P....", GOOD(50, 0, 0, 40, 40) },
	{ "v6 mobility", "6M........", GOOD(135, 0, 0, 40, 40) },
	{ "v6 hop-by-hop", "6HT..", TCP(48, 20, 2) },
	{ "v6 hop-by-hop, nothing", "6HN", GOOD(59, 0, 0, 48, 48) },
	{ "v6 routing", "6RU", GOOD(17, SPORT, DPORT, 64, 72) },
	{ "v6 destination options", "6DU", GOOD(17, SPORT, DPORT, 48, 56) },
	{ "v6 AH", "6AU", GOOD(17, SPORT, DPORT, 64, 72) },
	{ "v6 shortest AH", "6aU", GOOD(17, SPORT, DPORT, 52, 60) },
	{ "v6 AH of no length", "6zU", BAD(INVALID_PACKET) },
	{ "v6 all", "6HDRFADT", TCP(40 + 8 + 8 + 24 + 8 + 24 + 8, 20, 0) },
	{ "v6 AH, ESP", "6AP....", GOOD(50, 0, 0, 64, 64) },
	{ "v6 options, echo", "6DE", GOOD(58, ECHO_ID, 129, 48, 56) },
	{ "v6 options, mobility", "6DM", GOOD(135, 0, 0, 48, 48) },
	{ "v6 two hop-by-hop", "6HHT", BAD(INVALID_PACKET) },
	{ "v6 late hop-by-hop", "6DHT", BAD(INVALID_PACKET) },
	{ "v6 options beyond the packet", "6xT", BAD(INVALID_PACKET) },
	{ "v6 eight headers", "6HDDDDDDDT", TCP(104, 20, 0) },
	{ "v6 nine headers", "6HDDDDDDDDT", BAD(INVALID_PACKET) },
	{ "v6 1024 bytes of options", "6bdT", TCP(1064, 20, 0) },
	{ "v6 1032 bytes of options", "6bdDT", BAD(INVALID_PACKET) },
	{ "v6 1040 bytes of options", "6bbT", BAD(INVALID_PACKET) },
	{ "v6 first fragment", "6FU", GOOD(17, SPORT, DPORT, 48, 56) },
	{ "v6 first fragment, options", "6FDT", TCP(56, 20, 0) },
	{ "v6 atomic fragment", "6fT.", TCP(48, 20, 1) },
	{ "v6 tiny first fragment", "6F8", BAD(INVALID_PACKET) },
	{ "v6 first fragment, header chain cut", "6Fx", BAD(INVALID_PACKET) },
	{ "v6 second fragment", "6gT", BAD(NO_FRAG_ENTRY) },
	{ "v6 last fragment", "6GU", BAD(NO_FRAG_ENTRY) },
	{ "v6 later fragment of ICMP", "6gE", BAD(NO_FRAG_ENTRY) },
	{ "v6 later fragment of options", "6gDT", BAD(NO_FRAG_ENTRY) },
	{ "v6 later fragment behind headers", "6HRgU", BAD(NO_FRAG_ENTRY) },
	{ "v6 later fragment of ESP", "6gP", GOOD(50, 0, 0, 48, 48) },
	{ "v6 two fragment headers", "6ffT", BAD(INVALID_PACKET) },
	{ "v6 later fragment of a fragment", "6fgT", BAD(INVALID_PACKET) },

	{ "about TCP", "4X4T", BACK(6, DPORT, SPORT, 20, 52) },
	{ "about TCP, 8 bytes", "4Y48", BACK(6, DPORT, SPORT, 20, 52) },
	{ "about UDP", "4X4U", BACK(17, DPORT, SPORT, 20, 52) },
	{ "about UDP-Lite", "4X4L", BACK(136, DPORT, SPORT, 20, 52) },
	{ "about SCTP", "4Z4S", BACK(132, DPORT, SPORT, 20, 52) },
	{ "about DCCP", "4V4C", BACK(33, DPORT, SPORT, 20, 52) },
	{ "about GRE", "4v4K....", BACK(47, 0, 0, 20, 48) },
	{ "about echo", "4X4E", BACK(1, ECHO_ID, 0, 20, 56) },
	{ "about echo reply", "4Y4e", BACK(1, ECHO_ID, 0, 20, 56) },
	{ "about timestamp", "4X4I", BACK(1, 0, 13, 20, 56) },
	{ "about options", "OXOU", BACK(17, DPORT, SPORT, 60, 132) },
	{ "about a first fragment", "4XmU", BACK(17, DPORT, SPORT, 20, 52) },
	{ "in a first fragment", "mX4U", BACK(17, DPORT, SPORT, 20, 52) },
	{ "in a later fragment", "nX4U", BAD(NO_FRAG_ENTRY) },
	{ "about a later fragment", "4XnU", BAD(ICMP_ERROR) },
	{ "about a later fragment of GRE", "4XnK", BACK(47, 0, 0, 20, 48) },
	{ "about an error", "4X4X4U", BAD(ICMP_ERROR) },
	{ "about a redirect", "4Y4Z4U", BAD(ICMP_ERROR) },
	{ "about IPv6", "4X6U", BAD(ICMP_ERROR) },
	{ "about nothing", "4X", BAD(ICMP_ERROR) },
	{ "v6 about TCP", "6X6T", BACK(6, DPORT, SPORT, 40, 92) },
	{ "v6 about UDP", "6Y6U", BACK(17, DPORT, SPORT, 40, 92) },
	{ "v6 about SCTP", "6Z6S", BACK(132, DPORT, SPORT, 40, 92) },
	{ "v6 about ESP", "6V6P........", BACK(50, 0, 0, 40, 88) },
	{ "v6 about echo", "6v6E", BACK(58, ECHO_ID, 129, 40, 96) },
	{ "v6 about MLD", "6X6I", BACK(58, 0, 131, 40, 96) },
	{ "v6 about extension headers", "6HX6HDRFADU",
	  BACK(17, DPORT, SPORT, 48, 48 + 8 + 40 + 8 + 8 + 24 + 8 + 24 + 8 + 4) },
	{ "v6 about an atomic fragment", "6X6f8", BACK(6, DPORT, SPORT, 40, 100) },
	{ "v6 about a later fragment", "6X6gU", BAD(ICMP_ERROR) },
	{ "v6 about options cut off", "6X6x", BAD(ICMP_ERROR) },
	{ "v6 about nine headers", "6X6DDDDDDDDDU", BAD(ICMP_ERROR) },
	{ "v6 about an error", "6X6Y6U", BAD(ICMP_ERROR) },
	{ "v6 about an unknown error", "6X6v6U", BAD(ICMP_ERROR) },
	{ "v6 about IPv4", "6X4U....................", BAD(ICMP_ERROR) },
	{ "v6 about nothing", "6X", BAD(ICMP_ERROR) },
};

static void key_from_a_to_b(const struct frame *f, struct vr_flow_key *key)
{
	memset(key, 0, sizeof(*key));
	key->family = family_of(f);
	if (key->family == AF_INET) {
		key->addr[0] = htonl(0x0a000001);
		key->addr[1] = htonl(0x0a000002);
		return;
	}
	memset(key->addr, 0xa5, sizeof(key->addr));
	key->addr[0] = htonl(0xfd00a5a5);
	key->addr[3] = htonl(0xa5a5a501);
	key->addr[4] = htonl(0xfd00a5a5);
	key->addr[7] = htonl(0xa5a5a502);
}

static void expect_l4(struct kunit *test, const struct l4_case *c, const struct frame *f,
		      const struct vr_l4 *l4)
{
	struct vr_flow_key key;

	key_from_a_to_b(f, &key);
	key.proto = c->proto;
	key.sport = htons(c->sport);
	key.dport = htons(c->dport);
	KUNIT_EXPECT_EQ_MSG(test, l4->key.proto, c->proto, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, ntohs(l4->key.sport), c->sport, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, ntohs(l4->key.dport), c->dport, "%s", c->name);
	KUNIT_EXPECT_MEMEQ_MSG(test, &l4->key, &key, sizeof(key), "key of %s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->off, L3 + c->off, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->icmp_error, c->icmp_error, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->tcp, c->tcp_len >= 0, "%s", c->name);
	KUNIT_EXPECT_EQ_MSG(test, l4->tcp_len, max(c->tcp_len, 0), "%s", c->name);
}

static void l4_run(struct kunit *test, const struct l4_case *c, const struct frame *f,
		   unsigned int linear)
{
	struct vr_pkt *pkt = frame_pkt(test, f, linear);
	enum vr_drop_reason got;
	struct vr_l4 l4;

	got = parse(pkt, family_of(f), &l4);
	KUNIT_EXPECT_EQ_MSG(test, got, c->want, "%s, %u linear", c->name, linear);
	if (got == VR_DROP_NONE && c->want == VR_DROP_NONE) {
		expect_l4(test, c, f, &l4);
		if (l4.tcp)
			KUNIT_EXPECT_GE_MSG(test, vr_pkt_headlen(pkt), l4.off + 20U, "%s",
					    c->name);
	}
	vr_test_pkt_free(pkt);
}

static void l4_table(struct kunit *test)
{
	struct frame *f = frame_alloc(test);
	unsigned int i, linear;

	for (i = 0; i < ARRAY_SIZE(l4_cases); i++) {
		build(f, l4_cases[i].chain);
		for (linear = L3; linear <= f->len; linear++)
			l4_run(test, &l4_cases[i], f, linear);
	}
}

/* What is behind the IP packet is neither read nor counted. */
static void l4_padding(struct kunit *test)
{
	struct frame *f = frame_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(l4_cases); i++) {
		build(f, l4_cases[i].chain);
		put_fill(f, 100);
		l4_run(test, &l4_cases[i], f, f->len);
		l4_run(test, &l4_cases[i], f, L3 + 20);
	}
}

/*
 * Whatever is cut off, one byte less than is needed is refused by name. A cut
 * packet says so in its IP header, and its frame may be padded.
 */
static void l4_cut_at(struct kunit *test, const struct l4_case *c, struct frame *f,
		      unsigned int len, unsigned int pad)
{
	enum vr_drop_reason want = VR_DROP_NONE, got;
	struct vr_pkt *pkt;
	struct vr_l4 l4;

	if (len < c->need)
		want = c->icmp_error && len >= c->off + 8U ? VR_DROP_ICMP_ERROR :
							     VR_DROP_INVALID_PACKET;
	build(f, c->chain);
	set_ip_len(f, len);
	f->len = L3 + len + pad;
	pkt = frame_pkt(test, f, L3 + len / 2);
	got = parse(pkt, family_of(f), &l4);
	KUNIT_EXPECT_EQ_MSG(test, got, want, "%s, %u bytes and %u", c->name, len, pad);
	if (got == VR_DROP_NONE)
		KUNIT_EXPECT_EQ_MSG(test, ntohs(l4.key.sport), c->sport, "%s, %u bytes", c->name,
				    len);
	vr_test_pkt_free(pkt);
}

static void l4_truncated(struct kunit *test)
{
	struct frame *f = frame_alloc(test);
	unsigned int i, len, full, hlen;

	for (i = 0; i < ARRAY_SIZE(l4_cases); i++) {
		if (l4_cases[i].want != VR_DROP_NONE)
			continue;
		build(f, l4_cases[i].chain);
		full = f->len - L3;
		hlen = family_of(f) == AF_INET ? (f->b[L3] & 15) * 4 : 40;
		for (len = hlen; len <= full; len++) {
			l4_cut_at(test, &l4_cases[i], f, len, 0);
			l4_cut_at(test, &l4_cases[i], f, len, full - len);
		}
	}
}

/* The TCP header at @off says that it has @doff words, and there are @len bytes from there. */
static void data_offset(struct kunit *test, struct frame *f, unsigned int off, unsigned int doff,
			unsigned int len)
{
	bool good = doff >= 5 && doff * 4 <= len;
	struct vr_pkt *pkt;
	struct vr_l4 l4;

	f->b[off + 12] = doff << 4;
	set_ip_len(f, off - L3 + len);
	pkt = frame_pkt(test, f, f->len);
	KUNIT_EXPECT_EQ_MSG(test, parse(pkt, family_of(f), &l4),
			    good ? VR_DROP_NONE : VR_DROP_INVALID_PACKET,
			    "%u words in %u bytes", doff, len);
	if (good)
		KUNIT_EXPECT_EQ_MSG(test, l4.tcp_len, len - doff * 4, "%u words in %u bytes",
				    doff, len);
	vr_test_pkt_free(pkt);
}

static void l4_tcp_data_offset(struct kunit *test)
{
	static const char *const chains[] = { "4t..", "6t..", "Ot..", "6Ht..", "mt.." };
	struct frame *f = frame_alloc(test);
	unsigned int i, doff, len;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		build(f, chains[i]);
		for (doff = 0; doff < 16; doff++)
			for (len = 20; len <= 62; len++)
				data_offset(test, f, f->len - 62, doff, len);
	}
}

struct gso_case {
	const char *name;
	const char *chain;
	bool zero;		/* the length in the IP header is 0 */
	u32 tcp_len;
};

static const struct gso_case gso_cases[] = {
	{ "IPv4", "4T....", false, 4 },
	{ "IPv4 above 64 KiB", "4T....", true, 4 },
	{ "IPv4 above 64 KiB, options", "ot....", true, 4 },
	{ "IPv6", "6T....", false, 4 },
	{ "IPv6 above 64 KiB", "6T....", true, 4 },
	{ "IPv6 jumbogram", "6HT....", true, 4 },
};

/* The segments of a GSO packet count as what they are together. */
static void l4_gso(struct kunit *test)
{
	struct frame *f = frame_alloc(test);
	unsigned int i, linear;

	for (i = 0; i < ARRAY_SIZE(gso_cases); i++) {
		const struct gso_case *c = &gso_cases[i];

		build(f, c->chain);
		if (c->zero) {
			set16(f->b + L3 + (family_of(f) == AF_INET ? 2 : 4), 0);
			fix_csum(f);
		}
		for (linear = L3; linear <= f->len; linear++) {
			struct vr_pkt *pkt = frame_pkt(test, f, linear);
			struct vr_l4 l4;

			vr_test_pkt_set_gso(pkt, 2);
			KUNIT_EXPECT_EQ_MSG(test, parse(pkt, family_of(f), &l4), VR_DROP_NONE,
					    "%s", c->name);
			KUNIT_EXPECT_TRUE_MSG(test, l4.tcp, "%s", c->name);
			KUNIT_EXPECT_EQ_MSG(test, l4.tcp_len, c->tcp_len, "%s", c->name);
			KUNIT_EXPECT_EQ_MSG(test, ntohs(l4.key.dport), DPORT, "%s", c->name);
			vr_test_pkt_free(pkt);
		}
	}
}

/* An error that goes to somebody else than the sender of what it quotes. */
static void l4_error_astray(struct kunit *test)
{
	static const char *const chains[] = { "4X4U", "6X6T" };
	struct frame *f = frame_alloc(test);
	unsigned int i, at, byte;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		build(f, chains[i]);
		at = i ? L3 + 40 + 8 + 8 : L3 + 20 + 8 + 12;
		for (byte = 0; byte < (i ? 16 : 4); byte++) {
			struct vr_pkt *pkt;
			struct vr_l4 l4;

			f->b[at + byte] ^= 1;
			pkt = frame_pkt(test, f, f->len);
			KUNIT_EXPECT_EQ_MSG(test, parse(pkt, family_of(f), &l4),
					    VR_DROP_ICMP_ERROR, "%s, byte %u", chains[i], byte);
			vr_test_pkt_free(pkt);
			f->b[at + byte] ^= 1;
		}
	}
}

/* Every type is an echo, an error about something, or a key of its own. */
static void l4_icmp_types(struct kunit *test)
{
	static const u8 errors4[] = { 3, 4, 5, 11, 12 };
	struct frame *f = frame_alloc(test);
	unsigned int v, type, i;

	for (v = 0; v < 2; v++) {
		build(f, v ? "6X6U" : "4X4U");
		for (type = 0; type < 256; type++) {
			bool echo = v ? type == 128 || type == 129 : type == 0 || type == 8;
			bool error = v && type < 128;
			struct vr_pkt *pkt;
			struct vr_l4 l4;

			for (i = 0; !v && i < ARRAY_SIZE(errors4); i++)
				error = error || type == errors4[i];
			f->b[L3 + (v ? 40 : 20)] = type;
			pkt = frame_pkt(test, f, f->len);
			KUNIT_EXPECT_EQ(test, parse(pkt, family_of(f), &l4), VR_DROP_NONE);
			KUNIT_EXPECT_EQ_MSG(test, l4.icmp_error, error, "type %u", type);
			if (!error) {
				KUNIT_EXPECT_EQ(test, ntohs(l4.key.sport), echo ? ECHO_ID : 0);
				KUNIT_EXPECT_EQ(test, ntohs(l4.key.dport),
						echo ? (v ? 129 : 0) : type);
			}
			vr_test_pkt_free(pkt);
		}
	}
}

#ifdef VR_TEST_USERSPACE
/* Bytes that are there but cannot be made linear are no mistake of the sender's. */
static void l4_no_memory(struct kunit *test)
{
	static const char *const chains[] = { "4T", "4U", "6HU", "6DT", "4X4U", "6X6U" };
	static const u8 linear[] = { 20, 20, 40, 48, 28, 88 };
	struct frame *f = frame_alloc(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chains); i++) {
		struct vr_pkt *pkt;
		struct vr_l4 l4;

		build(f, chains[i]);
		pkt = frame_pkt(test, f, L3 + linear[i]);
		vr_test_fail_alloc_from(1);
		KUNIT_EXPECT_EQ_MSG(test, parse(pkt, family_of(f), &l4), VR_DROP_PULL, "%s",
				    chains[i]);
		KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
		vr_test_fail_alloc(0);
		KUNIT_EXPECT_EQ_MSG(test, parse(pkt, family_of(f), &l4), VR_DROP_NONE, "%s",
				    chains[i]);
		vr_test_pkt_free(pkt);
	}
}
#endif

/* Random */

/** struct naive - what the parser that is naive has come to */
struct naive {
	const u8 *b;
	unsigned int end;
	unsigned int off;
	u8 family;
	u8 proto;
	bool later;
	bool quoted;
	u8 src[16];
	u8 dst[16];
	u16 sport;
	u16 dport;
};

static bool naive_has_ports(u8 proto)
{
	return proto == 6 || proto == 17 || proto == 33 || proto == 132 || proto == 136;
}

static bool naive_is_ext(u8 proto)
{
	return proto == 0 || proto == 43 || proto == 44 || proto == 51 || proto == 60;
}

/* False: no good. */
static bool naive_ip(struct naive *n)
{
	unsigned int count = 0, bytes = 0, size;
	bool seen44 = false;
	const u8 *ip = n->b + n->off;

	if (n->family == AF_INET) {
		memcpy(n->src, ip + 12, 4);
		memcpy(n->dst, ip + 16, 4);
		n->proto = ip[9];
		n->later = get16(ip + 6) % 8192;
		n->off += (ip[0] & 15) * 4;
		return true;
	}
	memcpy(n->src, ip + 8, 16);
	memcpy(n->dst, ip + 24, 16);
	n->proto = ip[6];
	n->off += 40;
	while (naive_is_ext(n->proto) && !n->later) {
		if (n->off + 8 > n->end || ++count > 8)
			return false;
		if (n->proto == 0 && count > 1)
			return false;
		if (n->proto == 44 && seen44)
			return false;
		size = 8 + n->b[n->off + 1] * 8;
		if (n->proto == 51) {
			size = 8 + n->b[n->off + 1] * 4;
			if (size == 8)
				return false;
		}
		if (n->proto == 44) {
			size = 8;
			seen44 = true;
			n->later = get16(n->b + n->off + 2) / 8;
		}
		bytes += size;
		if (bytes > 1024 || n->off + size > n->end)
			return false;
		n->proto = n->b[n->off];
		n->off += size;
	}
	return true;
}

static enum vr_drop_reason naive_transport(struct naive *n, bool *error)
{
	unsigned int have = n->end - n->off;
	const u8 *p = n->b + n->off;
	bool icmp = n->proto == (n->family == AF_INET ? 1 : 58);
	unsigned int type;

	if (n->later)
		return naive_has_ports(n->proto) || icmp ||
		       (n->family == AF_INET6 && naive_is_ext(n->proto)) ?
		       VR_DROP_NO_FRAG_ENTRY : VR_DROP_NONE;
	if (icmp) {
		if (have < 8)
			return VR_DROP_INVALID_PACKET;
		type = p[0];
		if (n->family == AF_INET ? type == 0 || type == 8 : type == 128 || type == 129) {
			n->sport = get16(p + 4);
			n->dport = n->family == AF_INET ? 0 : 129;
		} else if (n->family == AF_INET ? (type >= 3 && type <= 5) || type == 11 ||
						  type == 12 : type < 128) {
			*error = true;
		} else {
			n->dport = type;
		}
		return VR_DROP_NONE;
	}
	if (!naive_has_ports(n->proto))
		return VR_DROP_NONE;
	if (have < 4)
		return VR_DROP_INVALID_PACKET;
	n->sport = get16(p);
	n->dport = get16(p + 2);
	if (n->quoted)
		return VR_DROP_NONE;
	if (n->proto == 6 && (have < 20 || p[12] / 16 < 5 || p[12] / 16 * 4 > have))
		return VR_DROP_INVALID_PACKET;
	if (n->proto == 17 || n->proto == 136)
		return have < 8 ? VR_DROP_INVALID_PACKET : VR_DROP_NONE;
	return have < 12 ? VR_DROP_INVALID_PACKET : VR_DROP_NONE;
}

/* From a good IP header on; the key is in host order, with addresses of 16 bytes. */
static enum vr_drop_reason naive_l4(const struct frame *f, bool gso, struct naive *n,
				    struct naive *inner)
{
	const u8 *ip = f->b + L3;
	enum vr_drop_reason reason;
	bool error = false, again = false;
	unsigned int len;

	memset(n, 0, sizeof(*n));
	memset(inner, 0, sizeof(*inner));
	n->b = f->b;
	n->off = L3;
	n->family = family_of(f);
	len = n->family == AF_INET ? get16(ip + 2) : get16(ip + 4);
	n->end = n->family == AF_INET ? L3 + len : L3 + 40 + len;
	if (!len && gso)
		n->end = f->len;

	if (!naive_ip(n))
		return VR_DROP_INVALID_PACKET;
	reason = naive_transport(n, &error);
	if (reason != VR_DROP_NONE || !error)
		return reason;

	*inner = (struct naive) {
		.b = n->b, .end = n->end, .off = n->off + 8, .family = n->family, .quoted = true,
	};
	ip = f->b + inner->off;
	len = n->family == AF_INET ? 20 : 40;
	if (inner->off + len > n->end || ip[0] >> 4 != (n->family == AF_INET ? 4 : 6))
		return VR_DROP_ICMP_ERROR;
	if (n->family == AF_INET) {
		len = (ip[0] & 15) * 4;
		if (len < 20 || inner->off + len > n->end)
			return VR_DROP_ICMP_ERROR;
	}
	if (!naive_ip(inner) || naive_transport(inner, &again) != VR_DROP_NONE || again)
		return VR_DROP_ICMP_ERROR;
	return memcmp(inner->src, n->dst, 16) ? VR_DROP_ICMP_ERROR : VR_DROP_NONE;
}

static bool addr_is(const struct vr_flow_key *key, bool dst, const u8 *addr)
{
	unsigned int words = key->family == AF_INET ? 1 : 4;

	return !memcmp(key->addr + dst * words, addr, words * 4);
}

static void random_expect(struct kunit *test, const struct vr_l4 *l4, const struct naive *n,
			  const struct naive *inner)
{
	bool turned = inner->family;
	const struct naive *k = turned ? inner : n;
	bool swapped = turned && naive_has_ports(k->proto);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, l4->off, n->off);
	KUNIT_EXPECT_EQ(test, l4->icmp_error, turned);
	KUNIT_EXPECT_EQ(test, l4->key.family, n->family);
	KUNIT_EXPECT_EQ(test, l4->key.proto, k->proto);
	KUNIT_EXPECT_EQ(test, ntohs(l4->key.sport), swapped ? k->dport : k->sport);
	KUNIT_EXPECT_EQ(test, ntohs(l4->key.dport), swapped ? k->sport : k->dport);
	KUNIT_EXPECT_TRUE(test, addr_is(&l4->key, turned, k->src));
	KUNIT_EXPECT_TRUE(test, addr_is(&l4->key, !turned, k->dst));
	KUNIT_EXPECT_EQ(test, l4->key.nh, 0);
	KUNIT_EXPECT_EQ(test, l4->key.zero, 0);
	for (i = 2; n->family == AF_INET && i < 8; i++)
		KUNIT_EXPECT_EQ(test, l4->key.addr[i], 0);
	KUNIT_EXPECT_EQ(test, l4->tcp, n->proto == 6 && !n->later);
	if (l4->tcp)
		KUNIT_EXPECT_EQ(test, l4->tcp_len,
				n->end - n->off - n->b[n->off + 12] / 16 * 4);
	else
		KUNIT_EXPECT_EQ(test, l4->tcp_len, 0);
}

/* A packet of the table, or a chain of anything, with some bytes changed, cut or of any length. */
static void random_frame(struct vr_test_rng *rng, struct frame *f)
{
	static const char some[] = "46OmHRDAaxFfgTt8USCEeIXYvPKNM.";
	unsigned int i, n, at;
	char chain[12];

	if (vr_test_rand(rng) % 2) {
		build(f, l4_cases[vr_test_rand_below(rng, ARRAY_SIZE(l4_cases))].chain);
	} else {
		chain[0] = vr_test_rand(rng) % 2 ? '4' : '6';
		n = 1 + vr_test_rand(rng) % (sizeof(chain) - 2);
		for (i = 1; i < n; i++)
			chain[i] = some[vr_test_rand_below(rng, sizeof(some) - 1)];
		chain[n] = 0;
		build(f, chain);
	}
	for (n = vr_test_rand(rng) % 4; n; n--) {
		at = L3 + vr_test_rand_below(rng, min(f->len - L3, 160U));
		f->b[at] = vr_test_rand(rng);
	}
	if (vr_test_rand(rng) % 4 == 0) {
		n = vr_test_rand_below(rng, f->len - L3 + 1);
		f->b[L3] = family_of(f) == AF_INET ? 0x40 | (f->b[L3] & 15) : f->b[L3];
		if (n >= 40 || family_of(f) == AF_INET)
			set_ip_len(f, n);
	}
	if (vr_test_rand(rng) % 16 == 0)
		set16(f->b + L3 + (family_of(f) == AF_INET ? 2 : 4), 0);
	fix_csum(f);
}

static bool random_compare(struct kunit *test, struct vr_test_rng *rng, const struct frame *f)
{
	unsigned int linear = L3 + vr_test_rand_below(rng, f->len - L3 + 1);
	struct vr_pkt *pkt = frame_pkt(test, f, linear);
	enum vr_drop_reason got, want;
	u8 family = family_of(f);
	struct naive n, inner;
	struct vr_l4 l4;
	bool gso, good;

	gso = vr_test_rand(rng) % 8 == 0;
	if (gso)
		vr_test_pkt_set_gso(pkt, 1400);
	good = (family == AF_INET ? vr_parse_ip4(pkt, L3) : vr_parse_ip6(pkt, L3)) ==
	       VR_DROP_NONE;
	if (good) {
		memset(&l4, 0xff, sizeof(l4));
		got = vr_parse_l4(pkt, L3, family, &l4);
		want = naive_l4(f, gso, &n, &inner);
		KUNIT_EXPECT_EQ(test, got, want);
		if (got == VR_DROP_NONE && want == VR_DROP_NONE)
			random_expect(test, &l4, &n, &inner);
		else
			good = false;
	}
	vr_test_pkt_free(pkt);
	return good;
}

static void l4_random(struct kunit *test)
{
	struct frame *f = frame_alloc(test);
	unsigned int i, good = 0;
	struct vr_test_rng rng;

	vr_test_rng_init(test, &rng, 4);
	for (i = 0; i < RANDOM_ROUNDS; i++) {
		random_frame(&rng, f);
		good += random_compare(test, &rng, f);
	}
	/* else it compares nothing but refusals */
	KUNIT_EXPECT_GT(test, good, RANDOM_ROUNDS / 5);
	KUNIT_EXPECT_LT(test, good, RANDOM_ROUNDS / 5 * 4);
}

static struct kunit_case l4_test_cases[] = {
	KUNIT_CASE(l4_table),
	KUNIT_CASE(l4_padding),
	KUNIT_CASE(l4_truncated),
	KUNIT_CASE(l4_tcp_data_offset),
	KUNIT_CASE(l4_gso),
	KUNIT_CASE(l4_error_astray),
	KUNIT_CASE(l4_icmp_types),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(l4_no_memory),
#endif
	KUNIT_CASE(l4_random),
	{}
};

static struct kunit_suite l4_test_suite = {
	.name = "l4",
	.test_cases = l4_test_cases,
};

VR_TEST_SUITE(l4_test_suite);
