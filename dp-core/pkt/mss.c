// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MSS option of TCP (RFC 9293 3.7.1), lowered in place.
 *
 * It is the only option that is looked at, and the walk to it believes nothing: a length of 0
 * or 1, or one that leads beyond the header, ends it.
 */
#include "pkt/mss.h"

#include "pkt/l4.h"

/* Options (RFC 9293 3.2) */
#define TCP_OPT_END		0
#define TCP_OPT_NOP		1
#define TCP_OPT_MSS		2
#define TCP_OPT_MSS_LEN		4

/* What is announced for packets of @mtu bytes. */
static u16 mss_of(u8 family, u32 mtu)
{
	unsigned int hlen = sizeof(struct tcphdr);

	hlen += family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	return clamp(mtu > hlen ? mtu - hlen : 0, VR_MSS_MIN, (u32)U16_MAX);
}

/* A word in what TCP's checksum covers, as that adds it up: one at an odd place is turned. */
static __be16 mss_word(u16 mss, unsigned int at)
{
	return htons(at & 1 ? (u16)(mss << 8 | mss >> 8) : mss);
}

/* Where in the TCP header, which ends at @end, the next MSS from @at on has its value; or 0. */
static unsigned int mss_next(const u8 *tcp, unsigned int at, unsigned int end)
{
	unsigned int len;

	for (; at < end; at += len) {
		if (tcp[at] == TCP_OPT_END)
			break;
		len = 1;
		if (tcp[at] == TCP_OPT_NOP)
			continue;
		if (end - at < 2)
			break;
		len = tcp[at + 1];
		if (len < 2 || len > end - at)
			break;
		if (tcp[at] == TCP_OPT_MSS && len == TCP_OPT_MSS_LEN)
			return at + 2;
	}
	return 0;
}

static unsigned int mss_first(const u8 *tcp, unsigned int end)
{
	return mss_next(tcp, sizeof(struct tcphdr), end);
}

/* Does any announce more than @most? */
static bool mss_is_above(const u8 *tcp, unsigned int end, u16 most)
{
	unsigned int at;

	for (at = mss_first(tcp, end); at; at = mss_next(tcp, at + 2, end))
		if (get_unaligned_be16(tcp + at) > most)
			return true;
	return false;
}

/*
 * All that do announce @most. A COMPLETE sum of the packet stays right: option and
 * checksum cancel out. A PARTIAL one is that of the pseudo-header, and the device adds the rest.
 */
static void mss_lower(struct vr_pkt *pkt, u8 *tcp, unsigned int end, u16 most)
{
	struct tcphdr *hdr = (struct tcphdr *)tcp;
	unsigned int at;
	u16 was;

	for (at = mss_first(tcp, end); at; at = mss_next(tcp, at + 2, end)) {
		was = get_unaligned_be16(tcp + at);
		if (was <= most)
			continue;
		put_unaligned_be16(most, tcp + at);
		if (!vr_pkt_csum_is_partial(pkt))
			csum_replace2(&hdr->check, mss_word(was, at), mss_word(most, at));
	}
}

enum vr_drop_reason vr_mss_clamp(struct vr_pkt *pkt, unsigned int l3_off, u8 family, u32 mtu)
{
	u16 most = mss_of(family, mtu);
	struct vr_l4 l4;
	unsigned int len;
	const u8 *tcp;

	if (vr_parse_l4(pkt, l3_off, family, &l4) != VR_DROP_NONE || !l4.tcp)
		return VR_DROP_NONE;
	tcp = (const u8 *)vr_pkt_data(pkt) + l4.off;
	if (!(tcp[VR_TCP_FLAGS_OFF] & VR_TCP_FLAG_SYN))
		return VR_DROP_NONE;
	len = ((const struct tcphdr *)tcp)->doff * 4;
	if (!vr_pkt_may_pull(pkt, l4.off + len))
		return VR_DROP_NONE;
	tcp = (const u8 *)vr_pkt_data(pkt) + l4.off;
	if (!mss_is_above(tcp, len, most))
		return VR_DROP_NONE;

	if (vr_pkt_writable(pkt, l4.off + len))
		return VR_DROP_PCOW_FAIL;
	mss_lower(pkt, (u8 *)vr_pkt_data(pkt) + l4.off, len, most);
	return VR_DROP_NONE;
}
