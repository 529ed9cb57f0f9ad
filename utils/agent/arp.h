/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding neighbours: ARP (RFC 826) and neighbour discovery (RFC 4861). */
#ifndef _VA_ARP_H
#define _VA_ARP_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct packet;

/** struct neighbour - who has an address */
struct neighbour {
	__u32 family;
	__u8 addr[16];
	__u8 mac[6];
};

/**
 * arp_ask() - a question to all of a link
 * @family: AF_INET: an ARP request; AF_INET6: a neighbour solicitation
 * @addr: whose MAC is asked for
 * @src: address of who asks; IPv6: NULL: the link-local one of @smac
 * @smac: MAC of who asks
 * @out: PACKET_ROOM bytes
 *
 * Return: bytes of the frame.
 */
size_t arp_ask(__u32 family, const __u8 *addr, const __u8 *src, const __u8 *smac, __u8 *out);

/**
 * arp_read() - what a frame says of its sender
 * @p: the frame
 * @nb: result
 *
 * ARP of either kind, but no probe; a neighbour advertisement. Return: false: nothing.
 */
bool arp_read(const struct packet *p, struct neighbour *nb);

#endif /* _VA_ARP_H */
