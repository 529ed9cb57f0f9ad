/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: protocol structs, MAC addresses, checksums. Part
 * of base.h.
 */
#ifndef _VR_HOST_NET_H
#define _VR_HOST_NET_H

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

/* What the kernel has in <linux/if_vlan.h> but does not export. */
#define VLAN_HLEN		4
#define VLAN_ETH_HLEN		18
#define VLAN_VID_MASK		0x0fff
#define VLAN_PRIO_MASK		0xe000
#define VLAN_PRIO_SHIFT		13

struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

struct vlan_ethhdr {
	unsigned char h_dest[ETH_ALEN];
	unsigned char h_source[ETH_ALEN];
	__be16 h_vlan_proto;
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

#define eth_type_vlan(proto) \
	((proto) == htons(ETH_P_8021Q) || (proto) == htons(ETH_P_8021AD))

/* What the kernel has in <net/ipv6.h>. */
struct frag_hdr {
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

static inline bool is_zero_ether_addr(const u8 *a)
{
	return !(a[0] | a[1] | a[2] | a[3] | a[4] | a[5]);
}

static inline bool is_multicast_ether_addr(const u8 *a)
{
	return a[0] & 1;
}

static inline bool is_broadcast_ether_addr(const u8 *a)
{
	return (a[0] & a[1] & a[2] & a[3] & a[4] & a[5]) == 0xff;
}

static inline bool is_unicast_ether_addr(const u8 *a)
{
	return !is_multicast_ether_addr(a);
}

static inline bool is_valid_ether_addr(const u8 *a)
{
	return !is_multicast_ether_addr(a) && !is_zero_ether_addr(a);
}

static inline bool is_link_local_ether_addr(const u8 *a)
{
	static const u8 base[5] = { 0x01, 0x80, 0xc2, 0x00, 0x00 };

	return !memcmp(a, base, sizeof(base)) && !(a[5] & 0xf0);
}

static inline bool ether_addr_equal(const u8 *a, const u8 *b)
{
	return !memcmp(a, b, ETH_ALEN);
}

static inline void ether_addr_copy(u8 *dst, const u8 *src)
{
	memcpy(dst, src, ETH_ALEN);
}

static inline void eth_broadcast_addr(u8 *a)
{
	memset(a, 0xff, ETH_ALEN);
}

static inline void eth_zero_addr(u8 *a)
{
	memset(a, 0, ETH_ALEN);
}

static inline u64 ether_addr_to_u64(const u8 *a)
{
	return (u64)a[0] << 40 | (u64)a[1] << 32 | (u64)a[2] << 24 |
	       (u64)a[3] << 16 | (u64)a[4] << 8 | a[5];
}

static inline void u64_to_ether_addr(u64 v, u8 *a)
{
	int i;

	for (i = ETH_ALEN - 1; i >= 0; i--, v >>= 8)
		a[i] = v;
}

static inline bool ipv6_addr_any(const struct in6_addr *a)
{
	return !(a->s6_addr32[0] | a->s6_addr32[1] | a->s6_addr32[2] | a->s6_addr32[3]);
}

static inline bool ipv6_addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static inline bool ipv6_addr_is_multicast(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

static inline bool ipv4_is_multicast(__be32 addr)
{
	return (addr & htonl(0xf0000000)) == htonl(0xe0000000);
}

static inline bool ipv4_is_lbcast(__be32 addr)
{
	return addr == htonl(0xffffffff);
}

static inline bool ipv4_is_zeronet(__be32 addr)
{
	return !addr;
}

static inline bool ipv4_is_loopback(__be32 addr)
{
	return (addr & htonl(0xff000000)) == htonl(0x7f000000);
}

/* One's complement sums, as RFC 1071 has them: the byte order does not matter. */
#define CSUM_MANGLED_0		((__force __sum16)0xffff)

static inline __sum16 csum_fold(__wsum sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static inline __wsum csum_unfold(__sum16 n)
{
	return n;
}

static inline __wsum csum_add(__wsum a, __wsum b)
{
	a += b;
	return a + (a < b);
}

static inline __wsum csum_sub(__wsum a, __wsum b)
{
	return csum_add(a, ~b);
}

static inline __sum16 csum16_add(__sum16 a, __be16 b)
{
	u16 sum = a + b;

	return sum + (sum < b);
}

static inline __sum16 csum16_sub(__sum16 a, __be16 b)
{
	return csum16_add(a, ~b);
}

/* By words of 32 bits, as x86-64 does it: a sum may have any value that has the right remainder. */
static inline __wsum csum_partial(const void *buf, int len, __wsum sum)
{
	const u8 *p = buf;
	u64 wide = sum;
	u32 word;

	for (; len > 3; len -= 4, p += 4) {
		memcpy(&word, p, sizeof(word));
		wide += word;
	}
	if (len) {
		word = 0;
		memcpy(&word, p, len);
		wide += word;
	}
	wide = (wide & 0xffffffff) + (wide >> 32);
	wide = (wide & 0xffffffff) + (wide >> 32);
	return wide;
}

static inline __sum16 ip_compute_csum(const void *buf, int len)
{
	return csum_fold(csum_partial(buf, len, 0));
}

static inline __sum16 ip_fast_csum(const void *iph, unsigned int ihl)
{
	return ip_compute_csum(iph, ihl * 4);
}

static inline __wsum csum_tcpudp_nofold(__be32 saddr, __be32 daddr, u32 len, u8 proto,
					__wsum sum)
{
	sum = csum_add(sum, saddr);
	sum = csum_add(sum, daddr);
	return csum_add(sum, htonl(len + proto));
}

static inline __sum16 csum_tcpudp_magic(__be32 saddr, __be32 daddr, u32 len, u8 proto,
					__wsum sum)
{
	return csum_fold(csum_tcpudp_nofold(saddr, daddr, len, proto, sum));
}

static inline __sum16 csum_ipv6_magic(const struct in6_addr *saddr, const struct in6_addr *daddr,
				      u32 len, u8 proto, __wsum sum)
{
	sum = csum_partial(saddr, sizeof(*saddr), sum);
	sum = csum_partial(daddr, sizeof(*daddr), sum);
	sum = csum_add(sum, htonl(len));
	return csum_fold(csum_add(sum, htonl(proto)));
}

static inline void csum_replace4(__sum16 *sum, __be32 from, __be32 to)
{
	*sum = csum_fold(csum_add(csum_sub(~csum_unfold(*sum), from), to));
}

static inline void csum_replace2(__sum16 *sum, __be16 from, __be16 to)
{
	*sum = ~csum16_add(csum16_sub(~*sum, from), to);
}

#endif /* _VR_HOST_NET_H */
