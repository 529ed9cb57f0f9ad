/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words for whoever puts frames together byte by byte, in whatever they are kept.
 *
 * They are slow and plain, and none of them is the core's: what the core writes is compared with
 * what they write.
 */
#ifndef _VR_TEST_FRAME_H
#define _VR_TEST_FRAME_H

#include "vr_test.h"

/*
 * Something is put at @p, numbers with their highest byte first. Return: the place behind it.
 */
static inline u8 *put8(u8 *p, u8 v)
{
	*p = v;
	return p + 1;
}

static inline u8 *put16(u8 *p, u16 v)
{
	put_unaligned_be16(v, p);
	return p + 2;
}

static inline u8 *put32(u8 *p, u32 v)
{
	put_unaligned_be32(v, p);
	return p + 4;
}

static inline u8 *put_bytes(u8 *p, const void *bytes, unsigned int len)
{
	memcpy(p, bytes, len);
	return p + len;
}

/* Bytes that are nobody's. */
static inline u8 *put_fill(u8 *p, unsigned int len)
{
	memset(p, 0xa5, len);
	return p + len;
}

/**
 * put_eth() - an Ethernet header
 * @p: where it goes
 * @dmac: destination
 * @smac: source
 * @tags: so many VLAN tags are in it, each another
 * @proto: type of what is behind it
 *
 * Return: the place behind it.
 */
u8 *put_eth(u8 *p, const u8 *dmac, const u8 *smac, unsigned int tags, u16 proto);

/* The address fd00:: with this tail, or :: if that is 0. Return: the place behind it. */
u8 *put_addr6(u8 *p, u32 tail);

/**
 * put_ip4() - an IPv4 header without options, whose checksum is right
 * @p: where it goes
 * @proto: protocol of what is behind it
 * @ttl: time to live
 * @frag: flags and fragment offset, as they are there
 * @payload: bytes behind it
 * @sip: source
 * @dip: destination
 *
 * Return: the place behind it.
 */
u8 *put_ip4(u8 *p, u8 proto, u8 ttl, u16 frag, unsigned int payload, u32 sip, u32 dip);

/**
 * put_ip6() - an IPv6 header
 * @p: where it goes
 * @proto: number of the next header
 * @hops: hop limit
 * @payload: bytes behind it
 * @stail: source, as for put_addr6()
 * @dtail: destination
 *
 * Return: the place behind it.
 */
u8 *put_ip6(u8 *p, u8 proto, u8 hops, unsigned int payload, u32 stail, u32 dtail);

/* UDP without a checksum, before @payload bytes. Return: the place behind it. */
u8 *put_udp(u8 *p, u16 sport, u16 dport, unsigned int payload);

/* TCP without options, window and checksum. Return: the place behind it. */
u8 *put_tcp(u8 *p, u16 sport, u16 dport, u32 seq, u32 ack, u8 flags);

/**
 * sum16() - one's complement sum of bytes, RFC 1071 in the plainest words
 * @p: the bytes
 * @len: how many; behind an odd number of them one is zero
 * @sum: what is added to it
 *
 * Return: the sum, folded and not inverted; 0xffff: a checksum among the bytes is right.
 */
u16 sum16(const u8 *p, unsigned int len, u32 sum);

/**
 * csum16() - what goes into a checksum's field
 * @p: the bytes, among which the field is zero
 * @len: how many
 * @sum: what is added to them
 *
 * Return: sum16() inverted; 0: a checksum among the bytes is right.
 */
static inline u16 csum16(const u8 *p, unsigned int len, u32 sum)
{
	return ~sum16(p, len, sum);
}

/**
 * sum_pseudo() - what a transport's checksum takes from IP
 * @ip: header of either family, which its version tells; RFC 9293 3.1, RFC 8200 8.1
 * @len: bytes of the transport's header and payload
 * @proto: the transport
 *
 * Return: the sum, for the others' @sum.
 */
u16 sum_pseudo(const u8 *ip, unsigned int len, u8 proto);

/**
 * put_csum() - make a checksum right
 * @p: the bytes
 * @len: how many
 * @at: where among them the checksum is
 * @sum: what is added to them
 */
void put_csum(u8 *p, unsigned int len, unsigned int at, u32 sum);

/* The same of the IPv4 header at @ip, options included. */
void put_csum_ip4(u8 *ip);

/* The same of @len bytes of UDP in the packet at @ip; 0 would say that there is none. */
void put_csum_udp(const u8 *ip, u8 *udp, unsigned int len);

#endif /* _VR_TEST_FRAME_H */
