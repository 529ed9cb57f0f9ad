/* SPDX-License-Identifier: GPL-2.0-only */
/* DHCPv4 (RFC 2131, RFC 2132): requests read, answers made, nothing remembered. */
#ifndef _VA_DHCP_H
#define _VA_DHCP_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct lease;
struct packet;

/** enum dhcp_type - message types, RFC 2132 9.6 */
enum dhcp_type {
	DHCP_NONE = 0,
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
	DHCP_INFORM = 8,
};

/**
 * struct dhcp_request - what a client says; addresses in network order, zero: not said
 * @type: enum dhcp_type
 * @xid: which conversation, network order
 * @broadcast: it cannot receive unicasts yet
 * @mac: hardware address
 * @ciaddr: address that it has
 * @wanted: address that it would like to have
 * @server: server that it talks to
 * @client_id: its identifier as it came, @client_id_len bytes
 * @client_id_len: 0: none
 */
struct dhcp_request {
	__u8 type;
	__u8 xid[4];
	bool broadcast;
	__u8 mac[6];
	__u8 ciaddr[4];
	__u8 wanted[4];
	__u8 server[4];
	__u8 client_id[255];
	__u8 client_id_len;
};

/* Is this frame UDP for a DHCPv4 server? */
bool dhcp_is_request(const struct packet *p);

/* Reads it; false: it is malformed, and *@why says how. */
bool dhcp_read(const struct packet *p, struct dhcp_request *req, const char **why);

/* What a client with this lease is answered: DHCP_OFFER, _ACK, _NAK; DHCP_NONE: nothing. */
enum dhcp_type dhcp_decide(const struct dhcp_request *req, const struct lease *lease);

/**
 * dhcp_answer() - make the frame
 * @req: the request
 * @lease: the client's lease
 * @type: as dhcp_decide() said
 * @smac: MAC that it comes from
 * @out: PACKET_ROOM bytes
 *
 * Return: bytes of the frame.
 */
size_t dhcp_answer(const struct dhcp_request *req, const struct lease *lease,
		   enum dhcp_type type, const __u8 *smac, __u8 *out);

/* "discover" … */
const char *dhcp_type_name(__u8 type);

#endif /* _VA_DHCP_H */
