/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling a sender what became of its packet: ICMP errors and TCP resets, byte for byte. */
#ifndef _VA_ICMP_H
#define _VA_ICMP_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct packet;

/** enum icmp_why - what is told */
enum icmp_why {
	ICMP_WHY_TTL,		/* it was on its last hop */
	ICMP_WHY_TOO_BIG,	/* RFC 1191, RFC 8201: @mtu says what fits */
	ICMP_WHY_PROHIBITED,	/* by policy */
};

/* May its sender be told at all? RFC 1122 3.2.2, RFC 4443 2.4 */
bool icmp_may_tell(const struct packet *about);

/**
 * icmp_error() - make an error
 * @about: a packet of which icmp_may_tell()
 * @why: what is told
 * @mtu: for ICMP_WHY_TOO_BIG
 * @src: address that it comes from, of @about's family
 * @smac: MAC that it comes from; NULL: the one that @about was sent to
 * @out: PACKET_ROOM bytes
 *
 * Return: bytes of the frame.
 */
size_t icmp_error(const struct packet *about, enum icmp_why why, __u32 mtu, const __u8 *src,
		  const __u8 *smac, __u8 *out);

/**
 * tcp_reset() - refuse a TCP connection (RFC 9293 3.10.7.1)
 * @about: a packet
 * @out: PACKET_ROOM bytes
 *
 * Return: bytes of the frame; 0: it is none to be answered with a reset.
 */
size_t tcp_reset(const struct packet *about, __u8 *out);

#endif /* _VA_ICMP_H */
