/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where IPv6 may be a module, others reach it by a stub, which refuses when it is not there.
 * Kernels whose IPv6 is built in or not there at all have no stub, and no header of that name.
 */
#ifndef _VRL_COMPAT_NET_IPV6_H
#define _VRL_COMPAT_NET_IPV6_H

#include_next <net/ipv6.h>

#if IS_ENABLED(CONFIG_IPV6) && __has_include(<net/ipv6_stubs.h>)
#include <net/ipv6_stubs.h>
#define ip6_dst_lookup_flow	(*ipv6_stub->ipv6_dst_lookup_flow)
#define ipv6_mod_enabled()	true
#endif

/*
 * The length of the jumbo header that IPv6 packets of the kernel's own above 64 KiB have. Newer
 * kernels do without: the length in the IPv6 header is 0, and that is all. features.mk looks it up.
 */
static inline unsigned int ipv6_jumbo_len(const struct sk_buff *skb)
{
#ifdef VRL_HAVE_HOPOPT_JUMBO
	return ipv6_has_hopopt_jumbo(skb) ? sizeof(struct hop_jumbo_hdr) : 0;
#else
	return 0;
#endif
}

#endif /* _VRL_COMPAT_NET_IPV6_H */
