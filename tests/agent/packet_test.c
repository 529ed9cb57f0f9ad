// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that the agent makes, byte for byte; what is compared with was made by
 * scapy, not by this code.
 */
#include "test.h"

#include <string.h>

#include <netinet/in.h>

#include "arp.h"
#include "bytes.h"
#include "icmp.h"
#include "packet.h"

static const __u8 gw4[16] = { 10, 1, 1, 254 };
static const __u8 gw6[16] = { 0xfd, 1, [15] = 0xfe };
static const __u8 router[6] = { 0, 0, 0x5e, 0, 1, 0 };

static const char udp4[] =
	"00005e000100020000000001080045000021000700000111a2c20a0101010a01020104d2162e000d\n"
	"89fe68656c6c6f";
static const char udp6[] =
	"00005e00010002000000000186dd60000000000d1101fd010000000000000000000000000001fd02\n"
	"000000000000000000000000000104d2162e000da6fb68656c6c6f";
static const char syn[] =
	"00005e00010002000000000108004500002c00070000400663c20a0101010a0102019c4000500000\n"
	"03e80000000060022000c0aa0000020405b4";
static const char ack6_tagged[] =
	"00005e0001000200000000018100000586dd6000000000180640fd01000000000000000000000000\n"
	"0001fd0200000000000000000000000000019c400050000003e80000004d501820001c3a00006461\n"
	"7461";

static __u8 bytes[2048];
static __u8 out[PACKET_ROOM];

static struct packet packet(const char *hex)
{
	struct packet p;

	EXPECT(packet_read(&p, bytes, test_hex(hex, bytes, sizeof(bytes))));
	return p;
}

static const char want_icmp_time_exceeded[] =
	"02000000000100005e000100080045c0003d00000000400163000a0101fe0a0101010b000c220000\n"
	"000045000021000700000111a2c20a0101010a01020104d2162e000d89fe68656c6c6f";

TEST(icmp_time_exceeded)
{
	struct packet p = packet(udp4);
	size_t len = icmp_error(&p, ICMP_WHY_TTL, 0, gw4, NULL, out);

	EXPECT_BYTES(want_icmp_time_exceeded, out, len);
}

static const char want_icmp_fragmentation_needed[] =
	"02000000000100005e000199080045c0003d00000000400163000a0101fe0a01010103040ea60000\n"
	"057845000021000700000111a2c20a0101010a01020104d2162e000d89fe68656c6c6f";

TEST(icmp_fragmentation_needed)
{
	static const __u8 mac[6] = { 0, 0, 0x5e, 0, 1, 0x99 };
	struct packet p = packet(udp4);
	size_t len = icmp_error(&p, ICMP_WHY_TOO_BIG, 1400, gw4, mac, out);

	EXPECT_BYTES(want_icmp_fragmentation_needed, out, len);
}

static const char want_icmp_prohibited[] =
	"02000000000100005e000100080045c0003d00000000400163000a0101fe0a010101030d14150000\n"
	"000045000021000700000111a2c20a0101010a01020104d2162e000d89fe68656c6c6f";

TEST(icmp_prohibited)
{
	struct packet p = packet(udp4);
	size_t len = icmp_error(&p, ICMP_WHY_PROHIBITED, 0, gw4, NULL, out);

	EXPECT_BYTES(want_icmp_prohibited, out, len);
}

static const char want_icmp6_time_exceeded[] =
	"02000000000100005e00010086dd60000000003d3a40fd0100000000000000000000000000fefd01\n"
	"0000000000000000000000000001030090950000000060000000000d1101fd010000000000000000\n"
	"000000000001fd02000000000000000000000000000104d2162e000da6fb68656c6c6f";

TEST(icmp6_time_exceeded)
{
	struct packet p = packet(udp6);
	size_t len = icmp_error(&p, ICMP_WHY_TTL, 0, gw6, NULL, out);

	EXPECT_BYTES(want_icmp6_time_exceeded, out, len);
}

static const char want_icmp6_too_big[] =
	"02000000000100005e00010086dd60000000003d3a40fd0100000000000000000000000000fefd01\n"
	"000000000000000000000000000102008c1d0000057860000000000d1101fd010000000000000000\n"
	"000000000001fd02000000000000000000000000000104d2162e000da6fb68656c6c6f";

TEST(icmp6_too_big)
{
	struct packet p = packet(udp6);
	size_t len = icmp_error(&p, ICMP_WHY_TOO_BIG, 1400, gw6, NULL, out);

	EXPECT_BYTES(want_icmp6_too_big, out, len);
}

static const char want_icmp6_prohibited[] =
	"02000000000100005e00010086dd60000000003d3a40fd0100000000000000000000000000fefd01\n"
	"0000000000000000000000000001010192940000000060000000000d1101fd010000000000000000\n"
	"000000000001fd02000000000000000000000000000104d2162e000da6fb68656c6c6f";

TEST(icmp6_prohibited)
{
	struct packet p = packet(udp6);
	size_t len = icmp_error(&p, ICMP_WHY_PROHIBITED, 0, gw6, NULL, out);

	EXPECT_BYTES(want_icmp6_prohibited, out, len);
}

/* As much as fits into 576 bytes, 1280 of IPv6, and no more than is there. */
TEST(icmp_quotes_what_fits)
{
	static __u8 frame[2000];
	struct packet p;
	size_t len = test_hex(udp4, frame, sizeof(frame));

	put16(frame + 16, 1400);
	packet_read(&p, frame, ETH_LEN + 1400);
	EXPECT_EQ(ETH_LEN + 576, icmp_error(&p, ICMP_WHY_TTL, 0, gw4, NULL, out));
	EXPECT_EQ(0, sum_fold(sum_add(0, out + ETH_LEN, IP4_LEN)));
	EXPECT_EQ(0, sum_fold(sum_add(0, out + ETH_LEN + IP4_LEN, 556)));
	/* Cut off behind the ports, as the router cuts what is large. */
	packet_read(&p, frame, len);
	EXPECT_EQ(len + IP4_LEN + ICMP_LEN, icmp_error(&p, ICMP_WHY_TTL, 0, gw4, NULL, out));
	/* Padding of Ethernet is no part of the packet. */
	put16(frame + 16, 33);
	packet_read(&p, frame, 60);
	EXPECT_EQ(ETH_LEN + IP4_LEN + ICMP_LEN + 33,
		  icmp_error(&p, ICMP_WHY_TTL, 0, gw4, NULL, out));

	test_hex(udp6, frame, sizeof(frame));
	put16(frame + 18, 1400);
	packet_read(&p, frame, ETH_LEN + IP6_LEN + 1400);
	EXPECT_EQ(ETH_LEN + 1280, icmp_error(&p, ICMP_WHY_TTL, 0, gw6, NULL, out));
}

TEST(icmp_mtu_is_never_impossible)
{
	struct packet p = packet(udp4);

	icmp_error(&p, ICMP_WHY_TOO_BIG, 10, gw4, NULL, out);
	EXPECT_EQ(68, get16(out + ETH_LEN + IP4_LEN + 6));
	icmp_error(&p, ICMP_WHY_TOO_BIG, 70000, gw4, NULL, out);
	EXPECT_EQ(65535, get16(out + ETH_LEN + IP4_LEN + 6));
	p = packet(udp6);
	icmp_error(&p, ICMP_WHY_TOO_BIG, 1000, gw6, NULL, out);
	EXPECT_EQ(1280, get32(out + ETH_LEN + IP6_LEN + 4));
}

/* May the sender of this frame, changed at one place, be told of an error? */
static bool may_tell(const char *hex, unsigned int at, __u8 value)
{
	struct packet p = packet(hex);

	bytes[at] = value;
	packet_read(&p, bytes, p.len);
	return icmp_may_tell(&p);
}

TEST(icmp_not_about_everything)
{
	EXPECT(may_tell(udp4, 0, 0));
	EXPECT(!may_tell(udp4, 0, 1));			/* to a group, or all */
	EXPECT(!may_tell(udp4, 6, 3));
	EXPECT(!may_tell(udp4, 26, 0));			/* from 0.1.1.1 */
	EXPECT(!may_tell(udp4, 26, 224));
	EXPECT(!may_tell(udp4, 26, 127));
	EXPECT(!may_tell(udp4, 30, 224));
	EXPECT(!may_tell(udp4, 30, 255));
	EXPECT(!may_tell(udp4, 21, 1));			/* a later fragment */
	EXPECT(may_tell(udp4, 20, 0x20));		/* the first one */
	EXPECT(!may_tell(udp4, 14, 0x55));		/* no IPv4 */
	EXPECT(!may_tell(udp4, 13, 6));			/* ARP */
	EXPECT(may_tell(udp6, 0, 0));
	EXPECT(!may_tell(udp6, 22, 0xff));
	EXPECT(!may_tell(udp6, 38, 0xff));
	EXPECT(!may_tell(udp6, 20, 60));		/* options that are not there */
}

/* RFC 1122 3.2.2: never about an error; about echo and the like, yes. */
TEST(icmp_not_about_errors)
{
	static const __u8 errors4[] = { 3, 4, 5, 11, 12 }, others4[] = { 0, 8, 13, 14 };
	static const __u8 errors6[] = { 1, 2, 3, 4, 100, 127 }, others6[] = { 128, 129, 135 };
	struct packet p;
	unsigned int i;

	for (i = 0; i < sizeof(errors4); i++) {
		p = packet(udp4);
		bytes[23] = IPPROTO_ICMP;
		EXPECT(!may_tell(udp4, 23, IPPROTO_ICMP));
		bytes[34] = errors4[i];
		packet_read(&p, bytes, p.len);
		EXPECT(!icmp_may_tell(&p));
	}
	for (i = 0; i < sizeof(others4); i++) {
		p = packet(udp4);
		bytes[23] = IPPROTO_ICMP;
		bytes[34] = others4[i];
		packet_read(&p, bytes, p.len);
		EXPECT(icmp_may_tell(&p));
		/* Cut off before it can be seen. */
		packet_read(&p, bytes, 34);
		EXPECT(!icmp_may_tell(&p));
	}
	for (i = 0; i < sizeof(errors6); i++) {
		p = packet(udp6);
		bytes[20] = IPPROTO_ICMPV6;
		bytes[54] = errors6[i];
		packet_read(&p, bytes, p.len);
		EXPECT(!icmp_may_tell(&p));
	}
	for (i = 0; i < sizeof(others6); i++) {
		p = packet(udp6);
		bytes[20] = IPPROTO_ICMPV6;
		bytes[54] = others6[i];
		packet_read(&p, bytes, p.len);
		EXPECT(icmp_may_tell(&p));
	}
}

static const char want_tcp_reset_of_a_syn[] =
	"02000000000100005e00010008004500002800000000400663cd0a0102010a01010100509c400000\n"
	"0000000003e950140000f8530000";

TEST(tcp_reset_of_a_syn)
{
	struct packet p = packet(syn);

	EXPECT_BYTES(want_tcp_reset_of_a_syn, out, tcp_reset(&p, out));
}

static const char want_tcp_reset_of_data_keeps_the_tag[] =
	"02000000000100005e0001008100000586dd6000000000140640fd02000000000000000000000000\n"
	"0001fd01000000000000000000000000000100509c400000004d000000005004000018fd0000";

TEST(tcp_reset_of_data_keeps_the_tag)
{
	struct packet p = packet(ack6_tagged);

	EXPECT_BYTES(want_tcp_reset_of_data_keeps_the_tag, out, tcp_reset(&p, out));
}

TEST(tcp_reset_acknowledges_all_that_was_sent)
{
	struct packet p = packet(syn);

	/* FIN as well, and 1000 bytes of payload, of which none is in the trap. */
	bytes[47] = 0x03;
	put16(bytes + 16, 44 + 1000);
	packet_read(&p, bytes, p.len);
	tcp_reset(&p, out);
	EXPECT_EQ(1000 + 1000 + 2, get32(out + 42));
}

TEST(tcp_no_reset_of_a_reset)
{
	struct packet p = packet(syn);

	bytes[47] = 0x04;
	EXPECT_EQ(0, tcp_reset(&p, out));
	bytes[47] = 0x02;
	packet_read(&p, bytes, 34 + 19);
	EXPECT_EQ(0, tcp_reset(&p, out));
	p = packet(udp4);
	EXPECT_EQ(0, tcp_reset(&p, out));
}

static const char want_arp_request[] =
	"ffffffffffff00005e0001000806000108000604000100005e0001000a0101fe0000000000000a01\n"
	"0107000000000000000000000000000000000000";

TEST(arp_request)
{
	static const __u8 addr[16] = { 10, 1, 1, 7 };

	EXPECT_BYTES(want_arp_request, out, arp_ask(AF_INET, addr, gw4, router, out));
}

static const char want_nd_solicitation[] =
	"3333ff00000700005e00010086dd6000000000203afffd0100000000000000000000000000feff02\n"
	"00000000000000000001ff00000787001f8f00000000fd0100000000000000000000000000070101\n"
	"00005e000100";

static const char want_nd_solicitation2[] =
	"3333ff00000700005e00010086dd6000000000203afffe8000000000000002005efffe000100ff02\n"
	"00000000000000000001ff0000078700bf0d00000000fd0100000000000000000000000000070101\n"
	"00005e000100";

TEST(nd_solicitation)
{
	static const __u8 addr[16] = { 0xfd, 1, [15] = 7 };

	EXPECT_BYTES(want_nd_solicitation, out, arp_ask(AF_INET6, addr, gw6, router, out));
	EXPECT_BYTES(want_nd_solicitation2, out, arp_ask(AF_INET6, addr, NULL, router, out));
}

static const char arp_reply[] =
	"00005e000100020000000002080600010800060400020200000000020a01010700005e0001000a01\n"
	"01fe";
static const char advert[] =
	"00005e00010002000000000286dd6000000000203afffd010000000000000000000000000007fd01\n"
	"00000000000000000000000000fe88001b9060000000fd0100000000000000000000000000070201\n"
	"020000000002";

/* What is learnt of a frame of which one byte was changed; false: nothing. */
static bool learns(const char *hex, unsigned int at, __u8 value, struct neighbour *nb)
{
	struct packet p = packet(hex);

	bytes[at] = value;
	packet_read(&p, bytes, p.len);
	return arp_read(&p, nb);
}

TEST(arp_answers_are_read)
{
	struct neighbour nb;

	EXPECT(learns(arp_reply, 21, 2, &nb));
	EXPECT_EQ(AF_INET, nb.family);
	EXPECT_EQ(7, nb.addr[3]);
	EXPECT_EQ(2, nb.mac[5]);
	EXPECT(learns(arp_reply, 21, 1, &nb));
	EXPECT(!learns(arp_reply, 21, 3, &nb));		/* RARP */
	EXPECT(!learns(arp_reply, 15, 6, &nb));		/* not Ethernet */
	EXPECT(!learns(arp_reply, 18, 8, &nb));
	EXPECT(!learns(arp_reply, 22, 3, &nb));		/* a group's MAC */
	EXPECT(!learns(arp_reply, 28, 0, &nb));		/* from 0.1.1.7 */
	EXPECT(!learns(arp_reply, 28, 255, &nb));
}

TEST(nd_answers_are_read)
{
	struct packet p = packet(advert);
	struct neighbour nb;

	EXPECT(arp_read(&p, &nb));
	EXPECT_EQ(AF_INET6, nb.family);
	EXPECT_EQ(7, nb.addr[15]);
	EXPECT_EQ(2, nb.mac[5]);
	EXPECT(!learns(advert, 21, 254, &nb));		/* over a router */
	EXPECT(!learns(advert, 54, 135, &nb));		/* a question */
	EXPECT(!learns(advert, 55, 1, &nb));
	EXPECT(!learns(advert, 85, 3, &nb));		/* wrong checksum */
	EXPECT(!learns(advert, 78, 1, &nb));		/* no target option, and a wrong checksum */
	EXPECT(!learns(advert, 79, 0, &nb));
	p = packet(advert);
	packet_read(&p, bytes, p.len - 1);
	EXPECT(!arp_read(&p, &nb));
}

/* --- flows as the router knows them ------------------------------------------ */

TEST(packet_tuples)
{
	struct packet p = packet(udp4);
	struct tuple tuple;

	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(AF_INET, tuple.family);
	EXPECT_EQ(IPPROTO_UDP, tuple.proto);
	EXPECT_EQ(1234, tuple.sport);
	EXPECT_EQ(5678, tuple.dport);
	EXPECT_EQ(10, tuple.src[0]);
	EXPECT_EQ(2, tuple.dst[2]);
	EXPECT_EQ(0, tuple.src[4]);
	p = packet(ack6_tagged);
	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(AF_INET6, tuple.family);
	EXPECT_EQ(40000, tuple.sport);
	EXPECT_EQ(80, tuple.dport);
}

TEST(packet_tuple_of_icmp)
{
	struct packet p = packet(udp4);
	struct tuple tuple;

	bytes[23] = IPPROTO_ICMP;
	bytes[34] = 8;
	put16(bytes + 38, 0x4321);
	packet_read(&p, bytes, p.len);
	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(0x4321, tuple.sport);
	EXPECT_EQ(0, tuple.dport);
	bytes[34] = 13;
	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(0, tuple.sport);
	EXPECT_EQ(13, tuple.dport);
	/* Part of another flow, which only the router works out. */
	bytes[34] = 3;
	EXPECT(!packet_tuple(&p, &tuple));
	/* IPv6's ICMP in IPv4 is nothing special. */
	bytes[23] = IPPROTO_ICMPV6;
	packet_read(&p, bytes, p.len);
	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(0, tuple.dport);
}

TEST(packet_tuple_behind_extension_headers)
{
	static const char frame[] =
		"00005e000100 020000000001 86dd 6000000000200040\n"
		"fd010000000000000000000000000001 fd020000000000000000000000000001\n"
		"2c00 000000000000"		/* hop-by-hop, then fragment */
		"3c00 0001 00000007"		/* first fragment, then options */
		"1100 010400000000"		/* options, then UDP */
		"04d2 162e 0008 0000";
	struct packet p = packet(frame);
	struct tuple tuple;

	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(IPPROTO_UDP, tuple.proto);
	EXPECT_EQ(1234, tuple.sport);
	/* A later fragment has no ports. */
	bytes[ETH_LEN + IP6_LEN + 8 + 3] = 0x09;
	packet_read(&p, bytes, p.len);
	EXPECT(p.later);
	EXPECT(!packet_tuple(&p, &tuple));
	/* Cut in the middle of a header. */
	packet_read(&p, bytes, ETH_LEN + IP6_LEN + 4);
	EXPECT(!packet_tuple(&p, &tuple));
}

TEST(packet_ip_total_length_zero_is_a_large_segment)
{
	struct packet p = packet(syn);
	struct tuple tuple;

	put16(bytes + 16, 0);
	packet_read(&p, bytes, p.len);
	EXPECT(packet_tuple(&p, &tuple));
	EXPECT_EQ(80, tuple.dport);
}
