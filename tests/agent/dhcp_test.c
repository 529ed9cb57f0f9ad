// SPDX-License-Identifier: GPL-2.0-only
/* DHCP: requests that are read, what they are answered, and answers byte for byte. */
#include "test.h"

#include <string.h>

#include <netinet/in.h>

#include "bytes.h"
#include "config.h"
#include "dhcp.h"
#include "packet.h"

#define AT_BOOTP	42
#define AT_OPTIONS	(AT_BOOTP + 240)

static const char discover[] =
	"ffffffffffff02000000000108004500011e00010000401179cf00000000ffffffff00440043010a\n"
	"567a0101060012345678000000000000000000000000000000000000000002000000000100000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000006382\n"
	"53633501013d07010200000000013703010306ff";

static const struct lease lease = {
	.mac = { 2, 0, 0, 0, 0, 1 },
	.address = { .family = AF_INET, .len = 24, .has_len = true, .addr = { 10, 1, 1, 1 } },
	.gateway = { 10, 1, 1, 254 },
	.server = { 10, 1, 1, 254 },
	.dns = { { 10, 1, 1, 53 }, { 10, 1, 1, 54 } },
	.n_dns = 2,
	.seconds = 3600,
	.mtu = 1450,
	.hostname = "web1",
	.domain = "example.net",
};

static const __u8 router[6] = { 0, 0, 0x5e, 0, 1, 0 };

static __u8 bytes[2048];
static __u8 out[PACKET_ROOM];

/* The discovery, with other options; their bytes fit behind it. */
static struct packet with_options(const char *hex)
{
	size_t len = test_hex(discover, bytes, sizeof(bytes)), n;
	struct packet p;

	if (hex) {
		n = test_hex(hex, bytes + AT_OPTIONS, sizeof(bytes) - AT_OPTIONS);
		len = AT_OPTIONS + n;
	}
	put16(bytes + ETH_LEN + 2, len - ETH_LEN);
	put16(bytes + ETH_LEN + IP4_LEN + 4, len - ETH_LEN - IP4_LEN);
	packet_read(&p, bytes, len);
	return p;
}

static struct dhcp_request request(const char *options)
{
	struct packet p = with_options(options);
	struct dhcp_request req;
	const char *why;

	EXPECT(dhcp_is_request(&p));
	if (!dhcp_read(&p, &req, &why))
		test_failed(__FILE__, __LINE__, "%s: %s", options, why);
	return req;
}

TEST(dhcp_discover_is_read)
{
	struct dhcp_request req = request(NULL);

	EXPECT_EQ(DHCP_DISCOVER, req.type);
	EXPECT_EQ(0x12345678, get32(req.xid));
	EXPECT_EQ(1, req.mac[5]);
	EXPECT_EQ(7, req.client_id_len);
	EXPECT(!req.broadcast);
	bytes[AT_BOOTP + 10] = 0x80;
	req = request("350101ff");
	EXPECT_EQ(0, req.client_id_len);
}

static const char want_dhcp_offer[] =
	"02000000000100005e00010008004500015e000000004011628f0a0101fe0a01010100430044014a\n"
	"4433020106001234567800000000000000000a010101000000000000000002000000000100000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000000000\n"
	"00000000000000000000000000000000000000000000000000000000000000000000000000006382\n"
	"536335010236040a0101fe0104ffffff0003040a0101fe06080a0101350a0101360c04776562310f\n"
	"0b6578616d706c652e6e65741a0205aa330400000e103a04000007083b0400000c4e3d0701020000\n"
	"000001ff";

TEST(dhcp_offer)
{
	struct dhcp_request req = request(NULL);

	EXPECT_EQ(DHCP_OFFER, dhcp_decide(&req, &lease));
	EXPECT_BYTES(want_dhcp_offer, out, dhcp_answer(&req, &lease, DHCP_OFFER, router, out));
}

/* Where an option is in the answer; NULL: it has none. */
static const __u8 *option(size_t len, __u8 code)
{
	const __u8 *at = out + AT_OPTIONS;

	for (; at < out + len && *at != 255; at += 2 + at[1])
		if (*at == code)
			return at + 2;
	return NULL;
}

/* RFC 2131 4.3.2: who says what in which state. */
TEST(dhcp_request_states)
{
	static const struct {
		const char *options;
		__u8 ciaddr;		/* last byte of 10.1.1.x */
		enum dhcp_type want;
	} cases[] = {
		{ "350103 32040a010101 36040a0101fe ff", 0, DHCP_ACK },		/* selecting */
		{ "350103 32040a010102 36040a0101fe ff", 0, DHCP_NAK },
		{ "350103 32040a010101 36040a0101fd ff", 0, DHCP_NONE },	/* another server */
		{ "350103 32040a010101 ff", 0, DHCP_ACK },			/* rebooting */
		{ "350103 32040a020101 ff", 0, DHCP_NAK },
		{ "350103 ff", 1, DHCP_ACK },					/* renewing */
		{ "350103 ff", 9, DHCP_NAK },
		{ "350103 ff", 0, DHCP_NAK },
		{ "350108 ff", 1, DHCP_ACK },					/* informing */
		{ "350108 ff", 0, DHCP_NONE },
		{ "350107 36040a0101fe ff", 1, DHCP_NONE },			/* release */
		{ "350104 32040a010101 36040a0101fe ff", 0, DHCP_NONE },	/* decline */
		{ "350102 ff", 0, DHCP_NONE },
		{ "350105 ff", 0, DHCP_NONE },
		{ "3501c8 ff", 0, DHCP_NONE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dhcp_request req = request(cases[i].options);

		if (cases[i].ciaddr)
			memcpy(req.ciaddr, ((__u8 []){ 10, 1, 1, cases[i].ciaddr }), 4);
		if (dhcp_decide(&req, &lease) != cases[i].want)
			test_failed(__FILE__, __LINE__, "%s: %s, not %s", cases[i].options,
				    dhcp_type_name(dhcp_decide(&req, &lease)),
				    dhcp_type_name(cases[i].want));
	}
}

/* RFC 2131 4.1: by unicast to who has the address or takes it, else to all. */
TEST(dhcp_where_answers_go)
{
	struct dhcp_request req = request("350103 32040a010101 ff");

	dhcp_answer(&req, &lease, DHCP_ACK, router, out);
	EXPECT_EQ(0x0a010101, get32(out + 30));
	EXPECT_EQ(2, out[0]);
	req.broadcast = true;
	dhcp_answer(&req, &lease, DHCP_ACK, router, out);
	EXPECT_EQ(0xffffffff, get32(out + 30));
	EXPECT_EQ(0xff, out[0]);
	EXPECT_EQ(0x8000, get16(out + AT_BOOTP + 10));
	memcpy(req.ciaddr, lease.address.addr, 4);
	dhcp_answer(&req, &lease, DHCP_ACK, router, out);
	EXPECT_EQ(0x0a010101, get32(out + 30));
	EXPECT_EQ(0x0a010101, get32(out + AT_BOOTP + 12));
	dhcp_answer(&req, &lease, DHCP_NAK, router, out);
	EXPECT_EQ(0xffffffff, get32(out + 30));
	EXPECT_EQ(0, get32(out + AT_BOOTP + 12));
}

TEST(dhcp_nak_says_nothing_of_the_lease)
{
	struct dhcp_request req = request("350103 32040a020101 ff");
	size_t len = dhcp_answer(&req, &lease, DHCP_NAK, router, out);

	EXPECT_EQ(DHCP_NAK, *option(len, 53));
	EXPECT_EQ(0x0a0101fe, get32(option(len, 54)));
	EXPECT(!option(len, 1) && !option(len, 3) && !option(len, 51) && option(len, 56));
	EXPECT_EQ(0, get32(out + AT_BOOTP + 16));
}

TEST(dhcp_inform_gets_no_lease)
{
	struct dhcp_request req = request("350108 ff");
	size_t len;

	memcpy(req.ciaddr, ((__u8 []){ 10, 1, 1, 1 }), 4);
	len = dhcp_answer(&req, &lease, DHCP_ACK, router, out);
	EXPECT(option(len, 1) && !option(len, 51) && !option(len, 58) && !option(len, 59));
	EXPECT_EQ(0, get32(out + AT_BOOTP + 16));
}

TEST(dhcp_lease_of_little)
{
	static const struct lease little = {
		.address = { .family = AF_INET, .len = 1, .addr = { 10, 1, 1, 1 } },
		.server = { 10, 1, 1, 254 },
		.seconds = 0xffffffff,
	};
	struct dhcp_request req = request("350101 ff");
	size_t len = dhcp_answer(&req, &little, DHCP_OFFER, router, out);

	EXPECT_EQ(0x80000000, get32(option(len, 1)));
	EXPECT_EQ(0xffffffff, get32(option(len, 51)));
	EXPECT(!option(len, 58) && !option(len, 59) && !option(len, 3) && !option(len, 6));
	EXPECT(!option(len, 12) && !option(len, 15) && !option(len, 26));
	EXPECT_EQ(AT_BOOTP + 300, len);
}

TEST(dhcp_options_in_other_fields)
{
	struct packet p = with_options("340103 ff");
	struct dhcp_request req;
	const char *why;

	test_hex("350103 ff", bytes + AT_BOOTP + 108, 128);	/* file */
	test_hex("32040a010101 ff", bytes + AT_BOOTP + 44, 64);	/* sname */
	EXPECT(dhcp_read(&p, &req, &why));
	EXPECT_EQ(DHCP_REQUEST, req.type);
	EXPECT_EQ(1, req.wanted[3]);
	/* An option that goes on behind its field. */
	bytes[AT_BOOTP + 44 + 63] = 50;
	memset(bytes + AT_BOOTP + 44, 0, 63);
	EXPECT(!dhcp_read(&p, &req, &why));
}

TEST(dhcp_malformed)
{
	static const struct {
		const char *options;
		const char *why;
	} cases[] = {
		{ "ff", "no message type" },
		{ "", "no message type" },
		{ "350100 ff", "no message type" },
		{ "3502 0101 ff", "bad options" },
		{ "3500 ff", "bad options" },
		{ "350101 32030a0101 ff", "bad options" },
		{ "350101 36050a0101fe00 ff", "bad options" },
		{ "350101 3d", "bad options" },
		{ "350101 3dff00", "bad options" },
		{ "350101 3402 0101 ff", "bad options" },
	};
	struct dhcp_request req;
	const char *why;
	struct packet p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		p = with_options(cases[i].options);
		EXPECT(!dhcp_read(&p, &req, &why));
		EXPECT_STR(cases[i].why, why);
	}
	p = with_options(NULL);
	bytes[AT_BOOTP] = 2;
	EXPECT(!dhcp_read(&p, &req, &why));
	EXPECT_STR("not a request of an Ethernet client", why);
	p = with_options(NULL);
	bytes[AT_BOOTP + 2] = 16;
	EXPECT(!dhcp_read(&p, &req, &why));
	p = with_options(NULL);
	bytes[AT_BOOTP + 24] = 10;
	EXPECT(!dhcp_read(&p, &req, &why));
	EXPECT_STR("from a relay", why);
	p = with_options(NULL);
	bytes[AT_BOOTP + 236] = 0;
	EXPECT(!dhcp_read(&p, &req, &why));
	EXPECT_STR("not DHCP", why);
	p = with_options(NULL);
	packet_read(&p, bytes, AT_OPTIONS - 1);
	EXPECT(!dhcp_read(&p, &req, &why));
	EXPECT_STR("truncated", why);
	p = with_options(NULL);
	put16(bytes + 38, 8);
	EXPECT(!dhcp_read(&p, &req, &why));
	EXPECT_STR("truncated", why);
}

/* Options at random, and cut anywhere: read or refused, and an answer always fits. */
TEST(dhcp_random_options)
{
	static const __u8 codes[] = { 0, 1, 12, 50, 52, 53, 54, 55, 61, 255 };
	struct dhcp_request req;
	struct packet p;
	unsigned int round, i, n, good = 0;
	const char *why;

	for (round = 0; round < 100000; round++) {
		p = with_options(NULL);
		n = AT_OPTIONS + test_rand() % 300;
		for (i = AT_OPTIONS; i < n; i++)
			bytes[i] = test_rand() % 4 ? test_rand() % 6 :
						     codes[test_rand() % sizeof(codes)];
		for (i = 0; i < 3; i++)
			if (!(test_rand() % 4))
				bytes[test_rand() % n] = test_rand();
		put16(bytes + 16, n - ETH_LEN);
		put16(bytes + 38, n - ETH_LEN - IP4_LEN - test_rand() % 2);
		if (!packet_read(&p, bytes, n - test_rand() % 3) || !dhcp_is_request(&p))
			continue;
		if (!dhcp_read(&p, &req, &why))
			continue;
		good++;
		if (dhcp_decide(&req, &lease) != DHCP_NONE)
			EXPECT(dhcp_answer(&req, &lease, dhcp_decide(&req, &lease), router, out) <=
			       PACKET_ROOM);
	}
	EXPECT(good > 100);
}
