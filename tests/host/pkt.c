// SPDX-License-Identifier: GPL-2.0-only
/* User-space host: packets. <vr_host/pkt.h> says how they tell on who mistreats them. */
#include "pkt.h"

static long pkts_live;
static unsigned int pkts_dropped;
static unsigned int pkts_consumed;

/*
 * Bytes that several packets may share. While they do, @sum is what they add
 * up to, from the lowest byte that any of them shows on.
 */
struct pkt_bytes {
	unsigned int refs;
	unsigned int size;
	unsigned int sum_from;
	u64 sum;
	u8 *mem;
};

static struct pkt_bytes *bytes_alloc(unsigned int size, bool may_fail)
{
	struct pkt_bytes *bytes;

	if (may_fail && vr_test_alloc_fails())
		return NULL;
	bytes = vr_test_malloc(sizeof(*bytes));
	bytes->refs = 1;
	bytes->size = size;
	bytes->mem = malloc(size);	/* exactly: the red zone begins behind it */
	WARN_ON(!bytes->mem);
	memset(bytes->mem, 0xa5, size);
	return bytes;
}

/* FNV-1a, 64 bits */
static u64 bytes_sum(const struct pkt_bytes *bytes)
{
	u64 sum = 0xcbf29ce484222325ULL;
	unsigned int i;

	for (i = bytes->sum_from; i < bytes->size; i++)
		sum = (sum ^ bytes->mem[i]) * 0x100000001b3ULL;
	return sum;
}

static void bytes_check(const struct pkt_bytes *bytes)
{
	if (bytes->refs > 1 && bytes_sum(bytes) != bytes->sum)
		vr_test_die(__FILE__, __LINE__,
			    "bytes that a clone shares were written without vr_pkt_writable()");
}

static void bytes_share(struct pkt_bytes *bytes, unsigned int from)
{
	bytes_check(bytes);
	if (bytes->refs == 1 || from < bytes->sum_from)
		bytes->sum_from = from;
	bytes->refs++;
	bytes->sum = bytes_sum(bytes);
}

static void bytes_put(struct pkt_bytes *bytes)
{
	bytes_check(bytes);
	if (--bytes->refs)
		return;
	vr_unpoison(bytes->mem, bytes->size);
	free(bytes->mem);
	free(bytes);
}

u8 *pkt_data(const struct vr_pkt *pkt)
{
	return pkt->bytes->mem + pkt->off;
}

static const u8 *pkt_tail(const struct vr_pkt *pkt)
{
	return pkt->frag->mem + pkt->frag_off;
}

bool pkt_is_shared(const struct vr_pkt *pkt)
{
	return pkt->bytes->refs > 1;
}

static void pkt_drop_frag(struct vr_pkt *pkt)
{
	if (!pkt->frag)
		return;
	bytes_put(pkt->frag);
	pkt->frag = NULL;
	pkt->frag_len = 0;
}

/*
 * Give @pkt a head of its own: @room bytes of headroom, what is linear, and
 * then @more bytes from the tail. Nothing else changes.
 */
static bool pkt_new_head(struct vr_pkt *pkt, unsigned int room, unsigned int more, bool may_fail)
{
	struct pkt_bytes *bytes = bytes_alloc(room + pkt->headlen + more, may_fail);

	if (!bytes)
		return false;
	memcpy(bytes->mem + room, pkt_data(pkt), pkt->headlen);
	if (more)
		memcpy(bytes->mem + room + pkt->headlen, pkt_tail(pkt), more);
	/* From below, so what is poisoned ends with a whole granule before the data. */
	vr_poison(bytes->mem, round_down(room, 8));
	bytes_put(pkt->bytes);
	pkt->bytes = bytes;
	pkt->off = room;
	pkt->headlen += more;
	pkt->frag_off += more;
	pkt->frag_len -= more;
	if (!pkt->frag_len)
		pkt_drop_frag(pkt);
	return true;
}

bool pkt_own_head(struct vr_pkt *pkt, unsigned int room, bool may_fail)
{
	return pkt_new_head(pkt, room, 0, may_fail);
}

void pkt_move(struct vr_pkt *pkt)
{
	if (!pkt_is_shared(pkt))
		pkt_new_head(pkt, pkt->off, 0, false);
	else
		bytes_check(pkt->bytes);
}

static bool pkt_pull_tail(struct vr_pkt *pkt, unsigned int len)
{
	if (len > pkt->headlen)
		return pkt_new_head(pkt, pkt->off, len - pkt->headlen, true);
	pkt_move(pkt);
	return true;
}

unsigned int vr_pkt_len(const struct vr_pkt *pkt)
{
	return pkt->headlen + pkt->frag_len;
}

unsigned int vr_pkt_headlen(const struct vr_pkt *pkt)
{
	return pkt->headlen;
}

void *vr_pkt_data(const struct vr_pkt *pkt)
{
	return pkt_data(pkt);
}

bool vr_pkt_may_pull(struct vr_pkt *pkt, unsigned int len)
{
	if (len > vr_pkt_len(pkt)) {
		pkt_move(pkt);
		return false;
	}
	return pkt_pull_tail(pkt, len);
}

/* The first byte is another: what is counted from there. */
static void pkt_shift(struct vr_pkt *pkt, int by)
{
	pkt->csum_start += by;
	pkt->tun.l4_off += by;
	pkt->tun.mac_off += by;
	pkt->tun.l3_off += by;
}

void *vr_pkt_pull(struct vr_pkt *pkt, unsigned int len)
{
	WARN_ON(len > pkt->headlen);
	pkt->off += len;
	pkt->headlen -= len;
	pkt_shift(pkt, -(int)len);
	return pkt_data(pkt);
}

void *vr_pkt_push(struct vr_pkt *pkt, unsigned int len)
{
	WARN_ON(len > pkt->off);
	WARN_ON(pkt_is_shared(pkt));
	pkt->off -= len;
	pkt->headlen += len;
	pkt_shift(pkt, len);
	vr_unpoison(pkt_data(pkt), len);
	return pkt_data(pkt);
}

__wsum pkt_sum(const struct vr_pkt *pkt, unsigned int off, unsigned int len)
{
	u8 *copy = vr_test_malloc(len + 1);
	__wsum sum;

	vr_test_pkt_copy(pkt, copy, off, len);
	sum = csum_partial(copy, len, 0);
	free(copy);
	return sum;
}

__wsum vr_test_pkt_complete(const struct vr_pkt *pkt)
{
	return pkt_sum(pkt, ETH_HLEN, vr_pkt_len(pkt) - ETH_HLEN);
}

bool vr_pkt_trim(struct vr_pkt *pkt, unsigned int len)
{
	unsigned int have = vr_pkt_len(pkt);

	if (len >= have)
		return true;
	if (pkt->csum_state == VR_TEST_CSUM_COMPLETE) {
		__wsum cut = pkt_sum(pkt, len, have - len);

		/* What begins at an odd place was added with its bytes swapped. */
		if (len & 1)
			cut = rol32(cut, 8);
		pkt->csum = csum_sub(pkt->csum, cut);
	} else if (pkt->csum_state == VR_TEST_CSUM_PARTIAL &&
		   pkt->csum_start + pkt->csum_offset + 2 > (int)len) {
		return false;
	}
	if (len > pkt->headlen) {
		if (pkt_is_shared(pkt) && vr_test_alloc_fails())
			return false;
		pkt->frag_len = len - pkt->headlen;
		pkt_move(pkt);
		return true;
	}
	pkt_drop_frag(pkt);
	pkt->headlen = len;
	pkt_move(pkt);
	return true;
}

int vr_pkt_writable(struct vr_pkt *pkt, unsigned int len)
{
	if (len > vr_pkt_len(pkt) || !pkt_pull_tail(pkt, len))
		return -ENOMEM;
	if (pkt_is_shared(pkt) && !pkt_new_head(pkt, pkt->off, 0, true))
		return -ENOMEM;
	return 0;
}

int vr_pkt_cow_head(struct vr_pkt *pkt, unsigned int room)
{
	if (pkt_is_shared(pkt) || pkt->off < room)
		return pkt_new_head(pkt, max(room, pkt->off), 0, true) ? 0 : -ENOMEM;
	pkt_move(pkt);
	return 0;
}

struct vr_pkt *vr_pkt_clone(struct vr_pkt *pkt)
{
	struct vr_pkt *clone;

	if (vr_test_alloc_fails())
		return NULL;
	clone = vr_test_malloc(sizeof(*clone));
	*clone = *pkt;
	INIT_LIST_HEAD(&clone->list);
	bytes_share(pkt->bytes, pkt->off);
	if (pkt->frag)
		bytes_share(pkt->frag, 0);
	__atomic_fetch_add(&pkts_live, 1, __ATOMIC_RELAXED);
	return clone;
}

bool vr_pkt_is_gso(const struct vr_pkt *pkt)
{
	return pkt->gso_size;
}

bool vr_pkt_has_vlan(const struct vr_pkt *pkt)
{
	return pkt->vlan_proto;
}

u16 vr_pkt_vlan_tci(const struct vr_pkt *pkt)
{
	return pkt->vlan_tci;
}

void vr_pkt_clear_vlan(struct vr_pkt *pkt)
{
	pkt->vlan_proto = 0;
}

int vr_pkt_vlan_into_bytes(struct vr_pkt *pkt)
{
	struct vlan_hdr *vlan;
	__be16 tag[2];
	int err;

	if (!vr_pkt_has_vlan(pkt))
		return 0;
	err = vr_pkt_cow_head(pkt, VLAN_HLEN);
	if (err)
		return err;
	vr_pkt_push(pkt, VLAN_HLEN);
	memmove(pkt_data(pkt), pkt_data(pkt) + VLAN_HLEN, 2 * ETH_ALEN);
	tag[0] = pkt->vlan_proto;
	tag[1] = htons(pkt->vlan_tci);
	memcpy(pkt_data(pkt) + 2 * ETH_ALEN, tag, sizeof(tag));
	vlan = (struct vlan_hdr *)(pkt_data(pkt) + ETH_HLEN);
	if (pkt->csum_state == VR_TEST_CSUM_COMPLETE)
		pkt->csum = csum_partial(vlan, sizeof(*vlan), pkt->csum);
	pkt->vlan_proto = 0;
	return 0;
}

int vr_pkt_vlan_out_of_bytes(struct vr_pkt *pkt, unsigned int len)
{
	int err;

	err = vr_pkt_writable(pkt, ETH_HLEN + len);
	if (err)
		return err;
	if (pkt->csum_state == VR_TEST_CSUM_COMPLETE)
		pkt->csum = csum_sub(pkt->csum,
				     csum_partial(pkt_data(pkt) + ETH_HLEN, len, 0));
	memmove(pkt_data(pkt) + len, pkt_data(pkt), 2 * ETH_ALEN);
	vr_pkt_pull(pkt, len);
	return 0;
}

void vr_pkt_set_headers(struct vr_pkt *pkt, unsigned int l3_off, __be16 proto)
{
	WARN_ON(pkt->headers == PKT_HEADERS_ENCAP);
	pkt->l3_off = l3_off;
	pkt->proto = proto;
	pkt->headers = PKT_HEADERS_KNOWN;
}

void vr_pkt_csum_replace2(struct vr_pkt *pkt, __be16 from, __be16 to)
{
	if (pkt->csum_state == VR_TEST_CSUM_COMPLETE)
		pkt->csum = csum_add(csum_sub(pkt->csum, from), to);
}

void vr_pkt_rewritten(struct vr_pkt *pkt)
{
	pkt->csum_state = VR_TEST_CSUM_NONE;
	pkt->gso_size = 0;
	pkt->tun.in = false;
}

int vr_pkt_resize(struct vr_pkt *pkt, unsigned int len)
{
	unsigned int have = vr_pkt_len(pkt);
	struct pkt_bytes *bytes;

	bytes = bytes_alloc(pkt->off + len, true);
	if (!bytes)
		return -ENOMEM;
	vr_test_pkt_copy(pkt, bytes->mem + pkt->off, 0, min(have, len));
	vr_poison(bytes->mem, round_down(pkt->off, 8));
	pkt_drop_frag(pkt);
	bytes_put(pkt->bytes);
	pkt->bytes = bytes;
	pkt->headlen = len;
	return 0;
}

bool vr_pkt_csum_is_partial(const struct vr_pkt *pkt)
{
	return pkt->csum_state == VR_TEST_CSUM_PARTIAL;
}

int vr_pkt_csum_start(const struct vr_pkt *pkt)
{
	return pkt->csum_start;
}

unsigned int vr_pkt_csum_offset(const struct vr_pkt *pkt)
{
	return pkt->csum_offset;
}

int vr_pkt_csum_finish(struct vr_pkt *pkt)
{
	unsigned int len = vr_pkt_len(pkt);
	__sum16 sum;
	int err;

	if (!vr_pkt_csum_is_partial(pkt))
		return 0;
	WARN_ON(pkt->gso_size);
	/* So sk_buff has it: who brings such a packet has pulled that far. */
	WARN_ON(pkt->csum_start < 0);
	WARN_ON(pkt->csum_start + pkt->csum_offset + (int)sizeof(sum) > (int)pkt->headlen);
	err = vr_pkt_writable(pkt, pkt->csum_start + pkt->csum_offset + sizeof(sum));
	if (err)
		return err;
	sum = csum_fold(pkt_sum(pkt, pkt->csum_start, len - pkt->csum_start)) ?: CSUM_MANGLED_0;
	memcpy(pkt_data(pkt) + pkt->csum_start + pkt->csum_offset, &sum, sizeof(sum));
	pkt->csum_state = VR_TEST_CSUM_NONE;
	return 0;
}

int vr_pkt_park(struct vr_pkt *pkt)
{
	if (vr_test_alloc_fails())
		return -ENOMEM;
	pkt->parked = true;
	return 0;
}

void vr_test_pkt_free(struct vr_pkt *pkt)
{
	WARN_ON(pkt->next);
	pkt_drop_frag(pkt);
	bytes_put(pkt->bytes);
	free(pkt);
	__atomic_fetch_sub(&pkts_live, 1, __ATOMIC_RELAXED);
}

void vr_pkt_free_dropped(struct vr_pkt *pkt)
{
	__atomic_fetch_add(&pkts_dropped, 1, __ATOMIC_RELAXED);
	vr_test_pkt_free(pkt);
}

void vr_pkt_free_consumed(struct vr_pkt *pkt)
{
	__atomic_fetch_add(&pkts_consumed, 1, __ATOMIC_RELAXED);
	vr_test_pkt_free(pkt);
}

struct vr_pkt *vr_test_pkt_alloc(const void *bytes, unsigned int len, unsigned int linear,
				 unsigned int headroom)
{
	struct vr_pkt *pkt = vr_test_malloc(sizeof(*pkt));

	linear = min(linear, len);
	memset(pkt, 0, sizeof(*pkt));
	INIT_LIST_HEAD(&pkt->list);
	pkt->bytes = bytes_alloc(headroom + linear, false);
	pkt->off = headroom;
	pkt->headlen = linear;
	if (linear)
		memcpy(pkt_data(pkt), bytes, linear);
	vr_poison(pkt->bytes->mem, round_down(headroom, 8));
	if (linear < len) {
		pkt->frag = bytes_alloc(len - linear, false);
		pkt->frag_len = len - linear;
		memcpy(pkt->frag->mem, (const u8 *)bytes + linear, len - linear);
	}
	__atomic_fetch_add(&pkts_live, 1, __ATOMIC_RELAXED);
	return pkt;
}

void vr_test_pkt_copy(const struct vr_pkt *pkt, void *to, unsigned int off, unsigned int len)
{
	unsigned int head = 0;

	WARN_ON(off > vr_pkt_len(pkt) || len > vr_pkt_len(pkt) - off);
	if (off < pkt->headlen) {
		head = min(len, pkt->headlen - off);
		memcpy(to, pkt_data(pkt) + off, head);
	}
	if (head < len)
		memcpy((u8 *)to + head, pkt_tail(pkt) + (off + head - pkt->headlen), len - head);
}

void pkt_peek(const struct vr_pkt *pkt, unsigned int off, void *to, unsigned int len)
{
	unsigned int all = vr_pkt_len(pkt), have = off < all ? min(len, all - off) : 0;

	memset(to, 0, len);
	if (have)
		vr_test_pkt_copy(pkt, to, off, have);
}

void pkt_check_sent(const struct vr_pkt *pkt)
{
	if (vr_pkt_headlen(pkt) < ETH_HLEN)
		vr_test_die(__FILE__, __LINE__, "sent with %u linear bytes", vr_pkt_headlen(pkt));
	if (!vr_test_pkt_csum_holds(pkt))
		vr_test_die(__FILE__, __LINE__, "sent with a COMPLETE checksum that is wrong");
	if (pkt->headers == PKT_HEADERS_ENCAP)
		vr_test_die(__FILE__, __LINE__, "sent without vr_pkt_encap_end()");
	if (pkt->headers == PKT_HEADERS_DECAP)
		vr_test_die(__FILE__, __LINE__, "sent after vr_pkt_decap() without vr_pkt_set_headers()");
	if (pkt->next)
		vr_test_die(__FILE__, __LINE__, "sent with another segment behind it");
}

void vr_test_pkt_set_vlan(struct vr_pkt *pkt, u16 proto, u16 tci)
{
	pkt->vlan_proto = htons(proto);
	pkt->vlan_tci = tci;
}

void vr_test_pkt_set_gso(struct vr_pkt *pkt, unsigned int size)
{
	pkt->gso_size = size;
}

void vr_test_pkt_set_complete(struct vr_pkt *pkt)
{
	pkt->csum_state = VR_TEST_CSUM_COMPLETE;
	pkt->csum = vr_test_pkt_complete(pkt);
}

void vr_test_pkt_set_verified(struct vr_pkt *pkt)
{
	pkt->csum_state = VR_TEST_CSUM_VERIFIED;
}

void vr_test_pkt_set_partial(struct vr_pkt *pkt, unsigned int start, unsigned int offset)
{
	pkt->csum_state = VR_TEST_CSUM_PARTIAL;
	pkt->csum_start = start;
	pkt->csum_offset = offset;
}

enum vr_test_csum vr_test_pkt_csum_state(const struct vr_pkt *pkt)
{
	return pkt->csum_state;
}

bool vr_test_pkt_csum_holds(const struct vr_pkt *pkt)
{
	__sum16 diff;

	if (pkt->csum_state != VR_TEST_CSUM_COMPLETE)
		return true;
	/* One's complement has two zeros. */
	diff = csum_fold(csum_sub(pkt->csum, vr_test_pkt_complete(pkt)));
	return !diff || diff == CSUM_MANGLED_0;
}

bool vr_test_pkt_is_shared(const struct vr_pkt *pkt)
{
	return pkt_is_shared(pkt);
}

unsigned int vr_test_pkt_gso(const struct vr_pkt *pkt)
{
	return pkt->gso_size;
}

void vr_test_pkt_set_sender(struct vr_pkt *pkt)
{
	pkt->parked = false;
}

bool vr_test_pkt_is_parked(const struct vr_pkt *pkt)
{
	return pkt->parked;
}

unsigned int vr_test_pkt_l3_off(const struct vr_pkt *pkt)
{
	return pkt->l3_off;
}

u16 vr_test_pkt_proto(const struct vr_pkt *pkt)
{
	return ntohs(pkt->proto);
}

long vr_test_pkts_live(void)
{
	return __atomic_load_n(&pkts_live, __ATOMIC_RELAXED);
}

unsigned int vr_test_pkts_dropped(void)
{
	return __atomic_load_n(&pkts_dropped, __ATOMIC_RELAXED);
}

unsigned int vr_test_pkts_consumed(void)
{
	return __atomic_load_n(&pkts_consumed, __ATOMIC_RELAXED);
}

void vr_test_pkts_reset(void)
{
	pkts_live = 0;
	pkts_dropped = 0;
	pkts_consumed = 0;
}
