// SPDX-License-Identifier: GPL-2.0-only
/* DHCPv4 from leases that never change: what a client gets depends on its request alone. */
#include "dhcp.h"

#include <string.h>

#include <netinet/in.h>

#include "bytes.h"
#include "config.h"
#include "packet.h"
#include "tool.h"

#define DHCP_SERVER	67
#define DHCP_CLIENT	68
#define DHCP_MAGIC	0x63825363
#define DHCP_FIXED	236		/* before the magic cookie */
#define DHCP_LEAST	300		/* RFC 1542 2.1: some relays and clients expect as much */

/* In the fixed part, RFC 2131 2 */
#define AT_XID		4
#define AT_FLAGS	10
#define AT_CIADDR	12
#define AT_YIADDR	16
#define AT_SIADDR	20
#define AT_GIADDR	24
#define AT_CHADDR	28
#define AT_SNAME	44
#define AT_FILE		108
#define LEN_SNAME	64
#define LEN_FILE	128
#define FLAG_BROADCAST	0x8000

/* RFC 2132 */
#define OPT_PAD		0
#define OPT_NETMASK	1
#define OPT_ROUTER	3
#define OPT_DNS		6
#define OPT_HOSTNAME	12
#define OPT_DOMAIN	15
#define OPT_MTU		26
#define OPT_WANTED	50
#define OPT_LEASE_TIME	51
#define OPT_OVERLOAD	52
#define OPT_TYPE	53
#define OPT_SERVER	54
#define OPT_MESSAGE	56
#define OPT_RENEWAL	58
#define OPT_REBINDING	59
#define OPT_CLIENT_ID	61
#define OPT_END		255

static const __u8 zero4[4];

const char *dhcp_type_name(__u8 type)
{
	static const char *const names[] = {
		"none", "discover", "offer", "request", "decline", "ack", "nak", "release",
		"inform",
	};

	return type < ARRAY_SIZE(names) ? names[type] : "unknown";
}

/* --- reading ----------------------------------------------------------------- */

bool dhcp_is_request(const struct packet *p)
{
	return p->family == AF_INET && p->proto == IPPROTO_UDP && packet_l4_len(p) >= UDP_LEN &&
	       get16(p->data + p->l4 + 2) == DHCP_SERVER;
}

/* An option that is known; false: its length is impossible. */
static bool option_read(struct dhcp_request *req, __u8 code, const __u8 *data, __u8 len,
			__u8 *overload)
{
	switch (code) {
	case OPT_TYPE:
		if (len != 1)
			return false;
		req->type = data[0];
		return true;
	case OPT_OVERLOAD:
		if (len != 1)
			return false;
		*overload = data[0];
		return true;
	case OPT_WANTED:
		if (len != 4)
			return false;
		memcpy(req->wanted, data, 4);
		return true;
	case OPT_SERVER:
		if (len != 4)
			return false;
		memcpy(req->server, data, 4);
		return true;
	case OPT_CLIENT_ID:
		memcpy(req->client_id, data, len);
		req->client_id_len = len;
		return true;
	default:
		return true;
	}
}

/* A field of options; false: one of them goes over its end, or has an impossible length. */
static bool options_read(struct dhcp_request *req, const __u8 *data, size_t len, __u8 *overload)
{
	size_t at = 0;

	while (at < len && data[at] != OPT_END) {
		__u8 code = data[at++];

		if (code == OPT_PAD)
			continue;
		if (at == len || data[at] > len - at - 1)
			return false;
		if (!option_read(req, code, data + at + 1, data[at], overload))
			return false;
		at += 1 + data[at];
	}
	return true;
}

/* RFC 2131 4.1: the fields "file" and "sname" may hold options too. */
static bool options_read_all(struct dhcp_request *req, const __u8 *bootp, size_t len)
{
	__u8 overload = 0, none = 0;

	if (!options_read(req, bootp + DHCP_FIXED + 4, len - DHCP_FIXED - 4, &overload))
		return false;
	if ((overload & 1) && !options_read(req, bootp + AT_FILE, LEN_FILE, &none))
		return false;
	return !(overload & 2) || options_read(req, bootp + AT_SNAME, LEN_SNAME, &none);
}

bool dhcp_read(const struct packet *p, struct dhcp_request *req, const char **why)
{
	const __u8 *udp = p->data + p->l4, *bootp = udp + UDP_LEN;
	size_t have = packet_l4_len(p), len;

	memset(req, 0, sizeof(*req));
	*why = "truncated";
	if (have < UDP_LEN)
		return false;
	len = get16(udp + 4);
	if (len > have || len < UDP_LEN + DHCP_FIXED + 4)
		return false;
	len -= UDP_LEN;
	*why = "not a request of an Ethernet client";
	if (bootp[0] != 1 || bootp[1] != 1 || bootp[2] != 6 || (bootp[AT_CHADDR] & 1))
		return false;
	*why = "from a relay";
	if (memcmp(bootp + AT_GIADDR, zero4, 4))
		return false;
	*why = "not DHCP";
	if (get32(bootp + DHCP_FIXED) != DHCP_MAGIC)
		return false;
	memcpy(req->xid, bootp + AT_XID, 4);
	memcpy(req->ciaddr, bootp + AT_CIADDR, 4);
	memcpy(req->mac, bootp + AT_CHADDR, 6);
	req->broadcast = get16(bootp + AT_FLAGS) & FLAG_BROADCAST;
	*why = "bad options";
	if (!options_read_all(req, bootp, len))
		return false;
	*why = "no message type";
	return req->type != DHCP_NONE;
}

/* --- deciding ---------------------------------------------------------------- */

/* RFC 2131 4.3.2: selecting, rebooting, renewing or rebinding, told apart by what is said. */
static enum dhcp_type decide_request(const struct dhcp_request *req, const struct lease *lease)
{
	const __u8 *addr = memcmp(req->wanted, zero4, 4) ? req->wanted : req->ciaddr;

	if (memcmp(req->server, zero4, 4) && memcmp(req->server, lease->server, 4))
		return DHCP_NONE;
	return memcmp(addr, lease->address.addr, 4) ? DHCP_NAK : DHCP_ACK;
}

enum dhcp_type dhcp_decide(const struct dhcp_request *req, const struct lease *lease)
{
	switch (req->type) {
	case DHCP_DISCOVER:
		return DHCP_OFFER;
	case DHCP_REQUEST:
		return decide_request(req, lease);
	case DHCP_INFORM:
		return memcmp(req->ciaddr, zero4, 4) ? DHCP_ACK : DHCP_NONE;
	default:
		return DHCP_NONE;
	}
}

/* --- answering --------------------------------------------------------------- */

static size_t put_option(__u8 *at, __u8 code, const void *data, size_t len)
{
	at[0] = code;
	at[1] = len;
	memcpy(at + 2, data, len);
	return 2 + len;
}

static size_t put_option32(__u8 *at, __u8 code, __u32 value)
{
	__u8 data[4];

	put32(data, value);
	return put_option(at, code, data, sizeof(data));
}

/* RFC 2131 4.4.5: half and seven eighths; 0xffffffff is for ever. */
static size_t put_times(__u8 *at, __u32 seconds)
{
	size_t n = put_option32(at, OPT_LEASE_TIME, seconds);

	if (seconds == 0xffffffff)
		return n;
	n += put_option32(at + n, OPT_RENEWAL, seconds / 2);
	return n + put_option32(at + n, OPT_REBINDING, seconds - seconds / 8);
}

static size_t put_settings(__u8 *at, const struct lease *lease)
{
	size_t n = put_option32(at, OPT_NETMASK, ~0U << (32 - lease->address.len));
	__u8 mtu[2];

	if (memcmp(lease->gateway, zero4, 4))
		n += put_option(at + n, OPT_ROUTER, lease->gateway, 4);
	if (lease->n_dns)
		n += put_option(at + n, OPT_DNS, lease->dns, 4 * lease->n_dns);
	if (lease->hostname[0])
		n += put_option(at + n, OPT_HOSTNAME, lease->hostname, strlen(lease->hostname));
	if (lease->domain[0])
		n += put_option(at + n, OPT_DOMAIN, lease->domain, strlen(lease->domain));
	if (lease->mtu) {
		put16(mtu, lease->mtu);
		n += put_option(at + n, OPT_MTU, mtu, sizeof(mtu));
	}
	return n;
}

static size_t put_options(__u8 *at, const struct dhcp_request *req, const struct lease *lease,
			  __u8 type)
{
	static const char refused[] = "not your address here";
	size_t n = put_option(at, OPT_TYPE, &type, 1);

	n += put_option(at + n, OPT_SERVER, lease->server, 4);
	if (type == DHCP_NAK)
		n += put_option(at + n, OPT_MESSAGE, refused, strlen(refused));
	else
		n += put_settings(at + n, lease);
	if (type != DHCP_NAK && req->type != DHCP_INFORM)
		n += put_times(at + n, lease->seconds);
	/* RFC 6842 3 */
	if (req->client_id_len)
		n += put_option(at + n, OPT_CLIENT_ID, req->client_id, req->client_id_len);
	at[n] = OPT_END;
	return n + 1;
}

static size_t put_bootp(__u8 *out, const struct dhcp_request *req, const struct lease *lease,
			__u8 type)
{
	size_t n = DHCP_FIXED + 4;

	memset(out, 0, n);
	out[0] = 2;
	out[1] = 1;
	out[2] = 6;
	memcpy(out + AT_XID, req->xid, 4);
	put16(out + AT_FLAGS, req->broadcast ? FLAG_BROADCAST : 0);
	if (type == DHCP_ACK)
		memcpy(out + AT_CIADDR, req->ciaddr, 4);
	if (type != DHCP_NAK && req->type != DHCP_INFORM)
		memcpy(out + AT_YIADDR, lease->address.addr, 4);
	memcpy(out + AT_CHADDR, req->mac, 6);
	put32(out + DHCP_FIXED, DHCP_MAGIC);
	n += put_options(out + n, req, lease, type);
	if (n < DHCP_LEAST) {
		memset(out + n, 0, DHCP_LEAST - n);
		n = DHCP_LEAST;
	}
	return n;
}

size_t dhcp_answer(const struct dhcp_request *req, const struct lease *lease,
		   enum dhcp_type type, const __u8 *smac, __u8 *out)
{
	static const __u8 all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	const __u8 *dst = all, *dmac = all;
	__u8 *udp = out + ETH_LEN + IP4_LEN;
	size_t len;
	__u16 sum;

	/* RFC 2131 4.1: where it has an address, there; else to all if it asks for that. */
	if (type != DHCP_NAK && memcmp(req->ciaddr, zero4, 4))
		dst = req->ciaddr;
	else if (type != DHCP_NAK && !req->broadcast)
		dst = lease->address.addr;
	if (dst != all)
		dmac = req->mac;

	len = UDP_LEN + put_bootp(udp + UDP_LEN, req, lease, type);
	put16(udp, DHCP_SERVER);
	put16(udp + 2, DHCP_CLIENT);
	put16(udp + 4, len);
	put16(udp + 6, 0);
	sum = sum_fold(sum_add(sum_pseudo(lease->server, dst, 4, IPPROTO_UDP, len), udp, len));
	put16(udp + 6, sum ? sum : 0xffff);
	put_ip4(out + ETH_LEN, lease->server, dst, IPPROTO_UDP, 0, len);
	put_eth(out, dmac, smac, 0x0800);
	return ETH_LEN + IP4_LEN + len;
}
