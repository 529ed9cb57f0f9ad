// SPDX-License-Identifier: GPL-2.0-only
/* Traps that are about no flow: what is answered, who is looked for, and hostile bytes. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include <vrouter/trap.h>

#include "bytes.h"
#include "fake.h"

static const char config[] =
	"vrfs:\n"
	"  - vrf: 1\n"
	"    gateways: [{address: 10.1.1.254/24}]\n";

static __u8 trapped[2048];

static void other(struct agent *agent, __u16 reason, __u32 vif, __u32 vrf, __u32 param,
		  const char *src, const char *dst, __u8 proto)
{
	struct trap trap = { 0 };

	trap.vif = vif;
	trap.vrf = vrf;
	trap.reason = reason;
	trap.param = param;
	trap.data = trapped;
	trap.len = fake_frame(trapped, FAKE_R, FAKE_A, src, dst, proto, 1, 2);
	trap_many(agent, &trap, 1);
}

TEST(trap_ttl_and_df)
{
	struct agent *agent = fake_net(config);
	struct packet p;

	other(agent, VR_TRAP_ZERO_TTL, 1, 1, 0, "10.1.1.1", "10.1.1.2", IPPROTO_UDP);
	other(agent, VR_TRAP_HANDLE_DF, 1, 1, 1400, "10.1.1.1", "10.1.1.2", IPPROTO_UDP);
	EXPECT_EQ(2, fake.n_sent);
	packet_read(&p, fake.sent[0].frame, fake.sent[0].len);
	EXPECT_EQ(11, p.data[p.l4]);
	EXPECT_EQ(254, packet_src(&p)[3]);
	EXPECT_EQ(1, packet_dst(&p)[3]);
	packet_read(&p, fake.sent[1].frame, fake.sent[1].len);
	EXPECT_EQ(3, p.data[p.l4]);
	EXPECT_EQ(1400, get16(p.data + p.l4 + 6));
	fake_end(agent);
}

/* Without an address of its own a router does not say that it is one; what fits it says anyway. */
TEST(trap_ttl_without_a_gateway)
{
	struct agent *agent = fake_net(config);
	struct packet p;

	other(agent, VR_TRAP_ZERO_TTL, 10, 0, 0, "192.0.2.1", "10.1.1.2", IPPROTO_UDP);
	EXPECT_EQ(0, fake.n_sent);
	COUNTED(ICMP_NONE, 1);
	other(agent, VR_TRAP_HANDLE_DF, 10, 0, 1400, "192.0.2.1", "10.1.1.2", IPPROTO_UDP);
	EXPECT_EQ(1, fake.n_sent);
	packet_read(&p, fake.sent[0].frame, fake.sent[0].len);
	EXPECT_EQ(2, packet_src(&p)[3]);
	fake_end(agent);
}

TEST(trap_icmp_is_limited)
{
	struct agent *agent = fake_net(config);
	unsigned int i;

	agent->config->icmp_rate = 3;
	for (i = 0; i < 5; i++)
		other(agent, VR_TRAP_ZERO_TTL, 1, 1, 0, "10.1.1.1", "10.1.1.2", IPPROTO_UDP);
	EXPECT(fake.n_sent >= 3 && fake.n_sent < 5);
	EXPECT_EQ(5 - fake.n_sent, agent->stats.count[STAT_ICMP_LIMITED]);
	/* Each vif has its own. */
	other(agent, VR_TRAP_ZERO_TTL, 2, 1, 0, "10.1.1.2", "10.1.1.1", IPPROTO_UDP);
	EXPECT_EQ(2, fake.sent[fake.n_sent - 1].vif);
	agent->config->icmp_rate = 0;
	other(agent, VR_TRAP_ZERO_TTL, 3, 1, 0, "10.1.1.3", "10.1.1.1", IPPROTO_UDP);
	EXPECT(fake.sent[fake.n_sent - 1].vif != 3);
	fake_end(agent);
}

TEST(trap_from_a_vif_that_is_gone)
{
	struct agent *agent = fake_net(config);

	other(agent, VR_TRAP_ZERO_TTL, 77, 1, 0, "10.1.1.1", "10.1.1.2", IPPROTO_UDP);
	EXPECT_EQ(0, fake.n_sent);
	fake_end(agent);
}

/* --- resolving --------------------------------------------------------------- */

/* An answer, or a request, of who has 10.1.1.7 and this MAC. */
static void arp(struct agent *agent, __u32 vif, __u32 vrf, __u8 last, __u8 op)
{
	static const char head[] = "00005e000100 020000000007 0806 0001 0800 0604 0002\n"
				   "020000000007 0a010107 00005e000100 0a0101fe";
	struct trap trap = { .vif = vif, .vrf = vrf, .reason = VR_TRAP_ARP, .data = trapped };

	trap.len = test_hex(head, trapped, sizeof(trapped));
	trapped[31] = last;
	trapped[21] = op;
	trap_many(agent, &trap, 1);
}

TEST(resolve_asks_once_a_second_by_every_other_port)
{
	struct agent *agent = fake_net(config);

	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.7", IPPROTO_UDP);
	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.7", IPPROTO_UDP);
	EXPECT_EQ(2, fake.n_sent);
	EXPECT_EQ(2, fake.sent[0].vif);
	EXPECT_EQ(3, fake.sent[1].vif);
	EXPECT_EQ(0x0806, get16(fake.sent[0].frame + 12));
	EXPECT_EQ(0x0a0101fe, get32(fake.sent[0].frame + 28));
	EXPECT_EQ(0x0a010107, get32(fake.sent[0].frame + 38));
	fake_end(agent);
}

TEST(resolve_in_the_underlay)
{
	struct agent *agent = fake_net(config);

	/* Nobody to ask for: the host has no address. */
	other(agent, VR_TRAP_RESOLVE, 10, 0, 0, "192.0.2.9", "192.0.2.7", IPPROTO_UDP);
	EXPECT_EQ(0, fake.n_sent);
	fake_vif(agent, 12, VR_VIF_PHYSICAL, 0, 0, 0);
	fake_config(agent, "vrfs: [{vrf: 0, gateways: [{address: 192.0.2.254/24}]}]\n");
	other(agent, VR_TRAP_RESOLVE, 10, 0, 0, "192.0.2.9", "192.0.2.8", IPPROTO_UDP);
	EXPECT_EQ(1, fake.n_sent);
	EXPECT_EQ(12, fake.sent[0].vif);
	fake_end(agent);
}

/* The host asks: by its address, or in IPv6 by its link-local one (RFC 4861 4.3, never by ::). */
TEST(resolve_as_the_host)
{
	static const __u8 local[16] = {
		0xfe, 0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0x5e, 0xff, 0xfe, 0, 1, 0
	};
	struct agent *agent = fake_net(config);
	struct vif *host;

	fake_vif(agent, 12, VR_VIF_PHYSICAL, 0, 0, 0);
	fake_vif(agent, 13, VR_VIF_HOST, 0, 0, 0);
	host = world_vif(agent->world, 13);
	test_hex("00005e000100", host->mac, sizeof(host->mac));
	other(agent, VR_TRAP_RESOLVE, 10, 0, 0, "fd00::9", "fd00::8", IPPROTO_UDP);
	EXPECT_EQ(1, fake.n_sent);
	EXPECT(!memcmp(local, fake.sent[0].frame + 14 + 8, 16));
	test_hex("fd000000000000000000000000000001", host->ip6, sizeof(host->ip6));
	other(agent, VR_TRAP_RESOLVE, 10, 0, 0, "fd00::9", "fd00::7", IPPROTO_UDP);
	EXPECT_EQ(2, fake.n_sent);
	EXPECT(!memcmp(host->ip6, fake.sent[1].frame + 14 + 8, 16));
	fake_end(agent);
}

static const char resolving[] =
	"resolve-nexthops: 500-501\n"
	"vrfs: [{vrf: 1, resolve: true, gateways: [{address: 10.1.1.254/24}]}]\n";

static const struct fake_place *found(__u8 last)
{
	unsigned int i;

	for (i = 0; i < fake.n_places; i++)
		if (fake.place[i].len == 32 && fake.place[i].addr[3] == last)
			return &fake.place[i];
	return NULL;
}

TEST(resolve_answers_become_routes)
{
	struct agent *agent = fake_net(config);

	fake_config(agent, resolving);
	/* Nobody has asked. */
	arp(agent, 2, 1, 7, 2);
	EXPECT(!found(7));
	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.7", IPPROTO_UDP);
	arp(agent, 2, 1, 7, 2);
	EXPECT(found(7));
	EXPECT_EQ(500, found(7)->nh);
	EXPECT_EQ(VR_ROUTE_F_TRAP, found(7)->flags);
	EXPECT_EQ(2, world_nh(agent->world, 500)->oif);
	COUNTED(RESOLVE_LEARNT, 1);
	/* He says so again, unasked, from there: a new MAC perhaps. From elsewhere: no. */
	arp(agent, 2, 1, 7, 1);
	COUNTED(RESOLVE_LEARNT, 2);
	arp(agent, 3, 1, 7, 1);
	COUNTED(RESOLVE_LEARNT, 2);
	EXPECT_EQ(2, world_nh(agent->world, 500)->oif);
	/* Who has a route of somebody else's keeps it. */
	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.2", IPPROTO_UDP);
	arp(agent, 3, 1, 2, 2);
	EXPECT_EQ(22, found(2)->nh);
	/* The last id, and then none. */
	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.71", IPPROTO_UDP);
	arp(agent, 2, 1, 71, 2);
	EXPECT_EQ(501, found(71)->nh);
	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.72", IPPROTO_UDP);
	arp(agent, 2, 1, 72, 2);
	EXPECT(!found(72));
	fake_end(agent);
}

TEST(resolve_only_where_it_is_configured)
{
	struct agent *agent = fake_net(config);

	other(agent, VR_TRAP_RESOLVE, 1, 1, 0, "10.1.1.1", "10.1.1.7", IPPROTO_UDP);
	arp(agent, 2, 1, 7, 2);
	EXPECT(!found(7));
	fake_end(agent);
}

/* --- the agent header -------------------------------------------------------- */

TEST(trap_header)
{
	static const char frame[] =
		"00005e000100 00005e000100 0800\n"
		"0001 0203 0006 01020304 05060708 00000009 0000000a 000b000c 0d 000000\n"
		"00005e000100 020000000001 0800";
	__u8 data[128];
	size_t len = test_hex(frame, data, sizeof(data));
	struct trap trap;

	EXPECT(trap_read(data, len, &trap));
	EXPECT_EQ(1, trap.vif);
	EXPECT_EQ(0x203, trap.vrf);
	EXPECT_EQ(6, trap.reason);
	EXPECT_EQ(0x01020304, trap.param);
	EXPECT_EQ(0x05060708, trap.param1);
	EXPECT_EQ(13, trap.param5);
	EXPECT_EQ(14, trap.len);
	EXPECT(trap.data == data + 44);
	EXPECT(!trap_read(data, len - 1, &trap));
	data[19] = VR_TRAP_MAX;
	EXPECT(!trap_read(data, len, &trap));
	data[19] = 6;
	data[12] = 0x86;
	EXPECT(!trap_read(data, len, &trap));
}

/* Whatever is in a packet of whatever reason: every byte that is read is there. */
TEST(trap_random)
{
	static const __u8 protos[] = { 0, 1, 6, 17, 43, 44, 51, 58, 60, 132 };
	static const __u16 types[] = { 0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8 };
	struct agent *agent = fake_net(config);
	__u8 header[44 + 256], *copy;
	unsigned int round, i, len;
	struct trap trap;

	fake_config(agent, "vrfs:\n"
		    "  - {vrf: 0, default: reject, resolve: true}\n"
		    "  - vrf: 1\n"
		    "    default: reject\n"
		    "    resolve: true\n"
		    "    gateways: [{address: 10.0.0.254/8}, {address: 'fd00::1/8'}]\n"
		    "    dhcp:\n"
		    "      server: 10.1.1.1\n"
		    "      leases: [{mac: 02:00:00:00:00:01, address: 10.1.1.1/24}]\n");
	for (round = 0; round < 100000; round++) {
		len = 44 + test_rand() % 200;
		for (i = 0; i < len; i++)
			header[i] = test_rand() % 3 ? test_rand() : 0;
		put16(header + 12, 0x0800);
		put16(header + 14, test_rand() % 4);
		put16(header + 16, test_rand() % 3);
		put16(header + 18, test_rand() % 21);
		put32(header + 20, test_rand() % 80);
		put16(header + 56, types[test_rand() % 5]);
		if (get16(header + 56) == 0x86dd) {
			header[58] = 0x60;
			header[64] = protos[test_rand() % sizeof(protos)];
		} else {
			header[58] = 0x45;
			put16(header + 60, test_rand() % 220);
			header[67] = protos[test_rand() % sizeof(protos)];
		}
		if (header[67] == 17)
			put16(header + 80, 67);
		/* Exactly as long as it says: what is read behind it is found out. */
		copy = malloc(len);
		memcpy(copy, header, len);
		if (trap_read(copy, len, &trap))
			trap_many(agent, &trap, 1);
		free(copy);
		fake.n_sent = 0;
		if (fake.n_places > 30)
			fake.n_places = 10;
	}
	EXPECT(agent->stats.count[STAT_GONE] > 0);
	EXPECT(agent->stats.count[STAT_DHCP] > 0);
	EXPECT(agent->stats.count[STAT_RESOLVE_ASKED] > 0);
	EXPECT(agent->stats.count[STAT_ICMP] > 0);
	fake_end(agent);
}
