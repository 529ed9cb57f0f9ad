// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parsers of dp-core/pkt over hostile bytes.
 *
 *	0		SHAPE_*
 *	1..2		how many bytes are linear; accelerated tag
 *	3..4		a number that a parser is asked with: MTU, where PARTIAL begins
 *	5..		the frame
 *
 * Each parser sees the frame linear and cut, and must say the same of both: it looks at what is
 * in the packet and not at where that happens to lie. The host (tests/host/vr_host/pkt.h) and
 * AddressSanitizer see to it that nobody reads what was not pulled. parse_check.c has what must be
 * so of the results.
 */
#include "parse_fuzz.h"
#include "frame.h"
#include "libfuzzer.h"

#include "pkt/encap.h"

/* Mend what only chance would make right: else hardly anything gets past the first check. */
#define SHAPE_IP_SUM	0x01
#define SHAPE_IP_LEN	0x02
#define SHAPE_L4_SUM	0x04
#define SHAPE_GSO	0x08
#define SHAPE_PARTIAL	0x10
#define SHAPE_COMPLETE	0x20
#define SHAPE_SHARED	0x40
#define SHAPE_TAG	0x80

#define HEAD		5
#define FRAME_MAX	2048

/** struct shape - one packet in two ways */
struct shape {
	u8 flags;
	unsigned int linear;
	u16 number;
	struct pf_frame f;
	struct vr_pkt *shared;
};

static void mend_ip6(const struct shape *s, u8 *ip6, unsigned int have)
{
	if (have < 40)
		return;
	if (s->flags & SHAPE_IP_LEN)
		put_unaligned_be16(have - 40, ip6 + 4);
	if (s->flags & SHAPE_L4_SUM && ip6[6] == IPPROTO_ICMPV6 && have >= 48)
		put_csum(ip6 + 40, have - 40, 2, sum_pseudo(ip6, have - 40, IPPROTO_ICMPV6));
}

static void mend_ip4(const struct shape *s, u8 *ip, unsigned int have)
{
	unsigned int hlen = (ip[0] & 15) * 4;

	if (have < 20 || hlen < 20 || hlen > have)
		return;
	if (s->flags & SHAPE_IP_LEN)
		put_unaligned_be16(have, ip + 2);
	if (s->flags & SHAPE_L4_SUM && ip[9] == IPPROTO_ICMP && have >= hlen + 8)
		put_csum(ip + hlen, have - hlen, 2, 0);
	if (s->flags & SHAPE_L4_SUM && ip[9] == IPPROTO_UDP && have >= hlen + 8) {
		put_unaligned_be16(have - hlen, ip + hlen + 4);
		put_unaligned_be16(0, ip + hlen + 6);
	}
	if (s->flags & SHAPE_IP_SUM)
		put_csum_ip4(ip);
}

/* The outer headers only, behind at most two tags. */
static void mend(struct shape *s)
{
	unsigned int off = 12, tags;
	u8 *b = s->f.b;

	for (tags = 0; tags < 2 && off + 6 <= s->f.len; tags++, off += 4)
		if (get_unaligned_be16(b + off) != ETH_P_8021Q)
			break;
	off += 2;
	if (off >= s->f.len)
		return;
	if (b[off] >> 4 == 4)
		mend_ip4(s, b + off, s->f.len - off);
	else if (b[off] >> 4 == 6)
		mend_ip6(s, b + off, s->f.len - off);
}

static bool shape_read(struct shape *s, const u8 *data, size_t len)
{
	struct fz fz = fz_of(data, len);

	if (len < HEAD + ETH_HLEN)
		return false;
	memset(s, 0, sizeof(*s));
	s->flags = fz_u8(&fz);
	s->linear = ETH_HLEN + fz_u8(&fz);
	s->f.tag = fz_u8(&fz);
	s->number = fz_u16(&fz);
	s->f.len = min_t(size_t, fz_left(&fz), FRAME_MAX);
	fz_bytes(&fz, s->f.b, s->f.len);
	mend(s);
	return true;
}

static struct vr_pkt *shape_pkt(struct shape *s, bool cut)
{
	unsigned int room = ETH_HLEN + s->number % 256;
	/* What stands there is linear, whoever brings the frame. */
	bool partial = s->flags & SHAPE_PARTIAL && room + 8 <= s->f.len;
	unsigned int linear = cut ? s->linear : s->f.len;
	struct vr_pkt *pkt;

	if (partial)
		linear = max(linear, room + 8);
	pkt = vr_test_pkt_alloc(s->f.b, s->f.len, linear, 130);
	if (s->flags & SHAPE_TAG)
		vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, s->f.tag);
	if (s->flags & SHAPE_GSO)
		vr_test_pkt_set_gso(pkt, 1 + s->number % 1400);
	if (partial)
		vr_test_pkt_set_partial(pkt, room, 6);
	else if (s->flags & SHAPE_COMPLETE)
		vr_test_pkt_set_complete(pkt);
	if (s->flags & SHAPE_SHARED)
		s->shared = vr_pkt_clone(pkt);
	return pkt;
}

static void shape_free(struct shape *s, struct vr_pkt *pkt)
{
	vr_test_pkt_free(pkt);
	if (s->shared)
		vr_test_pkt_free(s->shared);
	s->shared = NULL;
}

typedef void parser(struct vr_pkt *pkt, const struct pf_frame *f, u16 number,
		    struct pf_result *r);

/* Both ways, with a packet each, and the same result. */
static void run(struct shape *s, const char *name, parser *p)
{
	static struct pf_result a, b;
	struct vr_pkt *pkt;

	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	pkt = shape_pkt(s, false);
	p(pkt, &s->f, s->number, &a);
	shape_free(s, pkt);
	pkt = shape_pkt(s, true);
	p(pkt, &s->f, s->number, &b);
	shape_free(s, pkt);
	if (memcmp(a.said, b.said, sizeof(a.said)))
		vr_test_die(__FILE__, __LINE__, "%s: something else is said of it cut", name);
	if (memcmp(&a, &b, sizeof(a)))
		vr_test_die(__FILE__, __LINE__, "%s: it becomes something else cut", name);
}

static const struct {
	const char *name;
	parser *func;
} parsers[] = {
	{ "layer 2, IP", pf_l2 },
	{ "transport", pf_l4 },
	{ "ARP", pf_arp },
	{ "neighbour discovery", pf_nd },
	{ "too big", pf_too_big },
	{ "report of size", pf_report },
	{ "decap", pf_decap },
	{ "entropy", pf_entropy },
	{ "fragments", pf_frag },
	{ "MSS", pf_mss },
	{ "DHCP, BFD", pf_known },
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	vr_test_host_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	static struct shape s;
	const char *left;
	unsigned int i;

	if (!shape_read(&s, data, len))
		return 0;
	vr_test_host_reset();
	for (i = 0; i < ARRAY_SIZE(parsers); i++)
		run(&s, parsers[i].name, parsers[i].func);
	left = vr_test_host_leaks();
	if (left)
		vr_test_die(__FILE__, __LINE__, "%s", left);
	return 0;
}
