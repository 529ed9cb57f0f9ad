/* SPDX-License-Identifier: GPL-2.0-only */
/* Frames that guests sent, read with suspicion: no byte is looked at that is not there. */
#ifndef _VA_PACKET_H
#define _VA_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "policy.h"

#define ETH_LEN		14
#define IP4_LEN		20
#define IP6_LEN		40
#define TCP_LEN		20
#define UDP_LEN		8
#define ICMP_LEN	8

/* What answers need at most: Ethernet with two tags, and the longest that is made. */
#define PACKET_ROOM	1600

/**
 * struct packet - a frame taken apart
 * @data: its Ethernet header
 * @len: bytes that are there; the end may have been cut off
 * @type: what is behind Ethernet and its tags: 0x0800 …, host order
 * @l3: first byte behind Ethernet and its tags
 * @family: AF_INET, AF_INET6 with a good header at @l3; else 0
 * @l3_end: where the IP packet ends, as far as it is there
 * @l3_len: bytes of the IP packet, as its header says; of a segment that was cut: as it is there
 * @proto: IP protocol, behind IPv6's extension headers
 * @l4: its first byte, at most @l3_end; 0: it is not there, or there is none to be read
 * @later: a fragment that is not the first
 */
struct packet {
	const __u8 *data;
	size_t len;
	__u16 type;
	size_t l3;
	__u32 family;
	size_t l3_end;
	size_t l3_len;
	__u8 proto;
	size_t l4;
	bool later;
};

/* Takes a frame apart; false: not even Ethernet. */
bool packet_read(struct packet *p, const __u8 *data, size_t len);

static inline const __u8 *packet_dmac(const struct packet *p)
{
	return p->data;
}

static inline const __u8 *packet_smac(const struct packet *p)
{
	return p->data + 6;
}

static inline const __u8 *packet_src(const struct packet *p)
{
	return p->data + p->l3 + (p->family == AF_INET ? 12 : 8);
}

static inline const __u8 *packet_dst(const struct packet *p)
{
	return p->data + p->l3 + (p->family == AF_INET ? 16 : 24);
}

/* Bytes of its transport header and payload that are there. */
static inline size_t packet_l4_len(const struct packet *p)
{
	return p->l4 ? p->l3_end - p->l4 : 0;
}

/* No broadcast, no group, not unspecified: somebody who can be answered. */
bool addr_is_unicast(__u32 family, const __u8 *addr);

/* It tells of an error of ICMP; also if that cannot be seen any more. */
bool packet_is_icmp_error(const struct packet *p);

/**
 * packet_tuple() - what its flow is known by
 * @p: the packet
 * @tuple: result; no direction
 *
 * Return: false: that is not to be said in a few words (an ICMP error is part of the
 * flow that it is about).
 */
bool packet_tuple(const struct packet *p, struct tuple *tuple);

/*
 * Headers of frames that are made. eth_answer: like @about's but turned round, with its tags;
 * @smac: NULL: from the MAC that it went to. All return the bytes that they took.
 */
size_t put_eth_answer(__u8 *out, const struct packet *about, const __u8 *smac);
size_t put_eth(__u8 *out, const __u8 *dmac, const __u8 *smac, __u16 type);
size_t put_ip4(__u8 *out, const __u8 *src, const __u8 *dst, __u8 proto, __u8 tos, size_t payload);
size_t put_ip6(__u8 *out, const __u8 *src, const __u8 *dst, __u8 proto, __u8 hops, size_t payload);

#endif /* _VA_PACKET_H */
