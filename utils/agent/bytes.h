/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers in network order at any address, and the Internet checksum (RFC 1071). */
#ifndef _VA_BYTES_H
#define _VA_BYTES_H

#include <stddef.h>
#include <string.h>

#include <linux/types.h>

static inline __u16 get16(const void *at)
{
	const __u8 *b = at;

	return b[0] << 8 | b[1];
}

static inline __u32 get32(const void *at)
{
	return (__u32)get16(at) << 16 | get16((const __u8 *)at + 2);
}

static inline void put16(void *at, __u16 value)
{
	__u8 *b = at;

	b[0] = value >> 8;
	b[1] = value & 0xff;
}

static inline void put32(void *at, __u32 value)
{
	put16(at, value >> 16);
	put16((__u8 *)at + 2, value & 0xffff);
}

/* Adds bytes to a sum; all but the last piece have an even length. */
static inline __u32 sum_add(__u32 sum, const void *data, size_t len)
{
	const __u8 *b = data;

	for (; len > 1; len -= 2, b += 2) {
		sum += get16(b);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	if (len)
		sum += (__u32)b[0] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

static inline __u16 sum_fold(__u32 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* The pseudo header of TCP, UDP and ICMPv6; @alen: 4 or 16. */
static inline __u32 sum_pseudo(const void *src, const void *dst, size_t alen, __u8 proto,
			       __u32 len)
{
	__u8 tail[8] = { 0 };

	put32(tail, len);
	tail[7] = proto;
	return sum_add(sum_add(sum_add(0, src, alen), dst, alen), tail, sizeof(tail));
}

#endif /* _VA_BYTES_H */
