// SPDX-License-Identifier: GPL-2.0-only
/*
 * The packet part of the host contract: that sk_buff and the user-space packet
 * mean the same by the same words, and that the latter tells on misuse.
 */
#include "vr_test.h"

#include <vr_host/pkt.h>

#define LEN		100
#define HEADROOM	16

static void fill(u8 *bytes, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		bytes[i] = i * 7 + 1;
}

static struct vr_pkt *pkt_of_len(unsigned int len, unsigned int linear)
{
	u8 bytes[LEN];

	fill(bytes, sizeof(bytes));
	return vr_test_pkt_alloc(bytes, len, linear, HEADROOM);
}

/* @pkt holds @len bytes of the pattern from its byte @from on. */
static void expect_bytes(struct kunit *test, struct vr_pkt *pkt, unsigned int from,
			 unsigned int len)
{
	u8 want[LEN], have[LEN];

	KUNIT_ASSERT_EQ(test, vr_pkt_len(pkt), len);
	fill(want, sizeof(want));
	vr_test_pkt_copy(pkt, have, 0, len);
	KUNIT_EXPECT_MEMEQ(test, have, want + from, len);
	KUNIT_EXPECT_MEMEQ(test, vr_pkt_data(pkt), want + from, vr_pkt_headlen(pkt));
}

static void pkt_may_pull_makes_linear(struct kunit *test)
{
	unsigned int linear;
	unsigned int len;

	for (linear = ETH_HLEN; linear <= LEN; linear += 7) {
		for (len = 0; len <= LEN; len += 5) {
			struct vr_pkt *pkt = pkt_of_len(LEN, linear);

			KUNIT_EXPECT_EQ(test, vr_pkt_headlen(pkt), linear);
			KUNIT_EXPECT_TRUE(test, vr_pkt_may_pull(pkt, len));
			KUNIT_EXPECT_GE(test, vr_pkt_headlen(pkt), len);
			expect_bytes(test, pkt, 0, LEN);
			KUNIT_EXPECT_FALSE(test, vr_pkt_may_pull(pkt, LEN + 1));
			expect_bytes(test, pkt, 0, LEN);
			vr_test_pkt_free(pkt);
		}
	}
}

static void pkt_pull_and_push(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);
	u8 *data;

	vr_pkt_pull(pkt, ETH_HLEN);
	expect_bytes(test, pkt, ETH_HLEN, LEN - ETH_HLEN);
	data = vr_pkt_push(pkt, ETH_HLEN);
	KUNIT_EXPECT_PTR_EQ(test, (void *)data, vr_pkt_data(pkt));
	expect_bytes(test, pkt, 0, LEN);

	KUNIT_EXPECT_EQ(test, vr_pkt_cow_head(pkt, 50), 0);
	data = vr_pkt_push(pkt, 50);
	memset(data, 0, 50);
	KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), LEN + 50);
	vr_pkt_pull(pkt, 50);
	expect_bytes(test, pkt, 0, LEN);
	vr_test_pkt_free(pkt);
}

static void pkt_clone_is_independent(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);
	struct vr_pkt *clone = vr_pkt_clone(pkt);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clone);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_is_shared(pkt));
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_is_shared(clone));
	expect_bytes(test, clone, 0, LEN);

	KUNIT_EXPECT_EQ(test, vr_pkt_writable(clone, 60), 0);
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_is_shared(clone));
	memset(vr_pkt_data(clone), 0, 60);
	expect_bytes(test, pkt, 0, LEN);

	vr_test_pkt_free(clone);
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_is_shared(pkt));
	expect_bytes(test, pkt, 0, LEN);
	vr_test_pkt_free(pkt);
}

static void pkt_clone_gets_its_own_head(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);
	struct vr_pkt *clone = vr_pkt_clone(pkt);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clone);
	KUNIT_EXPECT_EQ(test, vr_pkt_cow_head(clone, 8), 0);
	memset(vr_pkt_push(clone, 8), 0, 8 + 40);
	expect_bytes(test, pkt, 0, LEN);
	vr_test_pkt_free(pkt);
	vr_test_pkt_free(clone);
}

static void pkt_writable_beyond_its_end(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(60, 40);

	KUNIT_EXPECT_EQ(test, vr_pkt_writable(pkt, 61), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_writable(pkt, 60), 0);
	expect_bytes(test, pkt, 0, 60);
	vr_test_pkt_free(pkt);
}

/* To every length from every shape, even and odd, with a sum to keep. */
static void pkt_trim_keeps_complete(struct kunit *test)
{
	unsigned int linear;
	unsigned int len;

	for (linear = ETH_HLEN; linear <= LEN; linear += 43) {
		for (len = ETH_HLEN; len <= LEN + 3; len++) {
			struct vr_pkt *pkt = pkt_of_len(LEN, linear);

			vr_test_pkt_set_complete(pkt);
			KUNIT_EXPECT_TRUE(test, vr_pkt_trim(pkt, len));
			expect_bytes(test, pkt, 0, min_t(unsigned int, len, LEN));
			KUNIT_EXPECT_TRUE_MSG(test, vr_test_pkt_csum_holds(pkt), "to %u", len);
			vr_test_pkt_free(pkt);
		}
	}
}

static void pkt_vlan_bytes_keep_complete(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40), *clone;
	u8 want[LEN], have[LEN + VLAN_HLEN];

	KUNIT_EXPECT_FALSE(test, vr_pkt_has_vlan(pkt));
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_into_bytes(pkt), 0);
	expect_bytes(test, pkt, 0, LEN);

	vr_test_pkt_set_complete(pkt);
	vr_test_pkt_set_vlan(pkt, ETH_P_8021AD, 0x6123);
	KUNIT_EXPECT_TRUE(test, vr_pkt_has_vlan(pkt));
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_tci(pkt), 0x6123);
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_into_bytes(pkt), 0);
	KUNIT_EXPECT_FALSE(test, vr_pkt_has_vlan(pkt));
	KUNIT_ASSERT_EQ(test, vr_pkt_len(pkt), LEN + VLAN_HLEN);

	fill(want, sizeof(want));
	vr_test_pkt_copy(pkt, have, 0, LEN + VLAN_HLEN);
	KUNIT_EXPECT_MEMEQ(test, have, want, 12);
	KUNIT_EXPECT_EQ(test, get_unaligned_be32(have + 12), 0x88a86123);
	KUNIT_EXPECT_MEMEQ(test, have + 16, want + 12, LEN - 12);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));

	/* and out again, not of a clone that shares them */
	clone = vr_pkt_clone(pkt);
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_out_of_bytes(pkt, VLAN_HLEN), 0);
	expect_bytes(test, pkt, 0, LEN);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	vr_test_pkt_copy(clone, have, 0, LEN + VLAN_HLEN);
	KUNIT_EXPECT_MEMEQ(test, have, want, 12);
	vr_test_pkt_free(clone);
	vr_test_pkt_free(pkt);
}

static void pkt_clear_vlan_forgets(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);

	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 0);
	KUNIT_EXPECT_TRUE(test, vr_pkt_has_vlan(pkt));
	vr_pkt_clear_vlan(pkt);
	KUNIT_EXPECT_FALSE(test, vr_pkt_has_vlan(pkt));
	expect_bytes(test, pkt, 0, LEN);
	vr_test_pkt_free(pkt);
}

static void pkt_csum_replace2_mends(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);
	__be16 *word = (__be16 *)((u8 *)vr_pkt_data(pkt) + 20);
	__be16 from = *word;

	vr_test_pkt_set_complete(pkt);
	*word = htons(0xbeef);
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_csum_holds(pkt));
	vr_pkt_csum_replace2(pkt, from, *word);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	vr_test_pkt_free(pkt);
}

/* From any shape, with a clone that must not notice. */
static void pkt_csum_finish_writes_sum(struct kunit *test)
{
	unsigned int linear;

	/* The field itself is linear in whatever a host brings. */
	for (linear = 42; linear <= LEN; linear += 5) {
		struct vr_pkt *pkt = pkt_of_len(LEN, linear);
		struct vr_pkt *clone = vr_pkt_clone(pkt);
		u8 bytes[LEN];
		__sum16 want;
		u16 sum;

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clone);
		fill(bytes, sizeof(bytes));
		want = csum_fold(csum_partial(bytes + 34, LEN - 34, 0));
		vr_test_pkt_set_partial(pkt, 34, 6);
		KUNIT_EXPECT_TRUE(test, vr_pkt_csum_is_partial(pkt));
		KUNIT_EXPECT_EQ(test, vr_pkt_csum_finish(pkt), 0);
		KUNIT_EXPECT_FALSE(test, vr_pkt_csum_is_partial(pkt));
		vr_test_pkt_copy(pkt, &sum, 40, sizeof(sum));
		KUNIT_EXPECT_EQ(test, sum, (__force u16)want);
		expect_bytes(test, clone, 0, LEN);
		vr_test_pkt_free(clone);
		vr_test_pkt_free(pkt);
	}
}

/* Where the sum begins stays the same byte, whatever is in front of it. */
static void pkt_csum_start_moves_along(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 50);
	u8 bytes[LEN];
	__sum16 want;
	u16 sum;

	fill(bytes, sizeof(bytes));
	want = csum_fold(csum_partial(bytes + 34, LEN - 34, 0));
	vr_test_pkt_set_partial(pkt, 34, 6);
	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 5);
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_into_bytes(pkt), 0);
	vr_pkt_pull(pkt, 18);
	KUNIT_EXPECT_EQ(test, vr_pkt_cow_head(pkt, 40), 0);
	KUNIT_EXPECT_EQ(test, vr_pkt_csum_finish(pkt), 0);
	vr_test_pkt_copy(pkt, &sum, 40 - ETH_HLEN, sizeof(sum));
	KUNIT_EXPECT_EQ(test, sum, (__force u16)want);
	vr_test_pkt_free(pkt);
}

static void pkt_resize_is_private_and_linear(struct kunit *test)
{
	static const unsigned int lens[] = { ETH_HLEN, 39, 40, 41, LEN };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		struct vr_pkt *pkt = pkt_of_len(60, 40);
		struct vr_pkt *clone = vr_pkt_clone(pkt);
		u8 want[LEN];

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clone);
		fill(want, sizeof(want));
		KUNIT_EXPECT_EQ(test, vr_pkt_resize(pkt, lens[i]), 0);
		KUNIT_EXPECT_EQ(test, vr_pkt_len(pkt), lens[i]);
		KUNIT_EXPECT_EQ(test, vr_pkt_headlen(pkt), lens[i]);
		KUNIT_EXPECT_MEMEQ(test, vr_pkt_data(pkt), want, min(lens[i], 60U));
		memset(vr_pkt_data(pkt), 0, lens[i]);
		expect_bytes(test, clone, 0, 60);
		vr_test_pkt_free(clone);
		vr_test_pkt_free(pkt);
	}
}

static void pkt_rewritten_has_no_offloads(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);

	vr_test_pkt_set_partial(pkt, 34, 6);
	vr_test_pkt_set_gso(pkt, 1400);
	KUNIT_EXPECT_TRUE(test, vr_pkt_is_gso(pkt));
	vr_pkt_rewritten(pkt);
	KUNIT_EXPECT_FALSE(test, vr_pkt_is_gso(pkt));
	KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(pkt), VR_TEST_CSUM_NONE);
	vr_test_pkt_free(pkt);
}

static void pkt_set_headers_is_told(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);

	vr_pkt_set_headers(pkt, 18, htons(ETH_P_IPV6));
	KUNIT_EXPECT_EQ(test, vr_test_pkt_l3_off(pkt), 18);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_proto(pkt), ETH_P_IPV6);
	vr_test_pkt_free(pkt);
}

/* Before it waits; its bytes, its tag and what is known of its checksum stay. */
static void pkt_park_lets_go(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);

	vr_test_pkt_set_sender(pkt);
	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 9);
	vr_test_pkt_set_complete(pkt);
	KUNIT_EXPECT_FALSE(test, vr_test_pkt_is_parked(pkt));
	KUNIT_EXPECT_EQ(test, vr_pkt_park(pkt), 0);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_is_parked(pkt));
	expect_bytes(test, pkt, 0, LEN);
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_tci(pkt), 9);
	KUNIT_EXPECT_EQ(test, vr_test_pkt_csum_state(pkt), VR_TEST_CSUM_COMPLETE);
	KUNIT_EXPECT_TRUE(test, vr_test_pkt_csum_holds(pkt));
	vr_test_pkt_free(pkt);
}

#ifdef VR_TEST_USERSPACE

#include <vr_host/port.h>

#include "dies.h"

static u8 byte_at(struct vr_pkt *pkt, unsigned int off)
{
	return READ_ONCE(*((u8 *)vr_pkt_data(pkt) + off));
}

static void read_behind_linear(void)
{
	byte_at(pkt_of_len(LEN, 40), 40);
}

static void read_stale_pointer(void)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);
	u8 *data = vr_pkt_data(pkt);

	/* linear already, so sk_buff would not have moved */
	vr_pkt_may_pull(pkt, 20);
	READ_ONCE(*data);
}

static void read_trimmed(void)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);

	vr_pkt_trim(pkt, 60);
	byte_at(pkt, 60);
}

static void read_headroom(void)
{
	byte_at(pkt_of_len(LEN, LEN), -1);
}

static void read_freed(void)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);

	vr_pkt_free_consumed(pkt);
	vr_pkt_len(pkt);
}

static void write_shared(void)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);
	struct vr_pkt *clone = vr_pkt_clone(pkt);

	*(u8 *)vr_pkt_data(clone) ^= 1;
	vr_test_pkt_free(pkt);
	vr_test_pkt_free(clone);
}

static void push_shared(void)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);

	vr_pkt_clone(pkt);
	vr_pkt_push(pkt, 4);
}

static void push_too_much(void)
{
	vr_pkt_push(pkt_of_len(LEN, LEN), HEADROOM + 1);
}

static void pull_too_much(void)
{
	vr_pkt_pull(pkt_of_len(LEN, 40), 41);
}

static void send_wrong_sum(void)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, LEN);

	vr_test_pkt_set_complete(pkt);
	*((u8 *)vr_pkt_data(pkt) + 20) ^= 1;
	vr_port_tx(vr_test_port_alloc(), pkt);
}

static void dereference_unread(void)
{
	static int *p;

	(void)rcu_dereference(p);
}

struct misuse {
	struct rcu_head rcu;
	int v;
};

static void read_after_grace_period(void)
{
	struct vr_mem mem;
	struct misuse *m;

	vr_mem_init(&mem);
	m = vr_zalloc(&mem, VR_MEM_CORE, sizeof(*m));
	vr_free_rcu(&mem, VR_MEM_CORE, m, sizeof(*m), rcu);
	rcu_barrier();
	READ_ONCE(m->v);
}

static void free_wrong_size(void)
{
	struct vr_mem mem;

	vr_mem_init(&mem);
	vr_free(&mem, VR_MEM_CORE, vr_zalloc(&mem, VR_MEM_CORE, 10), 11);
}

static void write_behind_percpu(void)
{
	u8 *p = vr_percpu_alloc(10);

	WRITE_ONCE(per_cpu_ptr(p, 1)[10], 1);
}

static void nothing(void)
{
	vr_test_pkt_free(pkt_of_len(LEN, 40));
}

static void host_tells_on_misuse(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, dies(nothing));
	KUNIT_EXPECT_TRUE(test, dies(read_behind_linear));
	KUNIT_EXPECT_TRUE(test, dies(read_stale_pointer));
	KUNIT_EXPECT_TRUE(test, dies(read_trimmed));
	KUNIT_EXPECT_TRUE(test, dies(read_headroom));
	KUNIT_EXPECT_TRUE(test, dies(read_freed));
	KUNIT_EXPECT_TRUE(test, dies(write_shared));
	KUNIT_EXPECT_TRUE(test, dies(push_shared));
	KUNIT_EXPECT_TRUE(test, dies(push_too_much));
	KUNIT_EXPECT_TRUE(test, dies(pull_too_much));
	KUNIT_EXPECT_TRUE(test, dies(send_wrong_sum));
	KUNIT_EXPECT_TRUE(test, dies(dereference_unread));
	KUNIT_EXPECT_TRUE(test, dies(read_after_grace_period));
	KUNIT_EXPECT_TRUE(test, dies(free_wrong_size));
	KUNIT_EXPECT_TRUE(test, dies(write_behind_percpu));
}

static void host_counts_packets(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);
	struct vr_pkt *clone;

	KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 1);
	vr_test_fail_alloc(1);
	KUNIT_EXPECT_NULL(test, vr_pkt_clone(pkt));
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 1);
	clone = vr_pkt_clone(pkt);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 2);
	vr_pkt_free_dropped(pkt);
	vr_pkt_free_consumed(clone);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 0);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_dropped(), 1);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_consumed(), 1);
}

/* Each allocation that an operation makes may fail; the packet stands unharmed. */
static void pkt_operations_without_memory(struct kunit *test)
{
	struct vr_pkt *pkt = pkt_of_len(LEN, 42);
	struct vr_pkt *clone = vr_pkt_clone(pkt);

	vr_test_pkt_set_vlan(pkt, ETH_P_8021Q, 9);
	vr_test_pkt_set_partial(pkt, 34, 6);
	vr_test_fail_alloc_from(1);
	KUNIT_EXPECT_FALSE(test, vr_pkt_may_pull(pkt, 43));
	KUNIT_EXPECT_EQ(test, vr_pkt_writable(pkt, 20), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_cow_head(pkt, 4), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_into_bytes(pkt), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_vlan_out_of_bytes(pkt, VLAN_HLEN), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_csum_finish(pkt), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_resize(pkt, 20), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_pkt_park(pkt), -ENOMEM);
	KUNIT_EXPECT_EQ(test, vr_test_allocs_failed(), 8);
	vr_test_fail_alloc(0);
	KUNIT_EXPECT_TRUE(test, vr_pkt_has_vlan(pkt));
	KUNIT_EXPECT_TRUE(test, vr_pkt_csum_is_partial(pkt));
	expect_bytes(test, pkt, 0, LEN);
	expect_bytes(test, clone, 0, LEN);
	vr_test_pkt_free(pkt);
	vr_test_pkt_free(clone);
}

static void port_keeps_what_is_sent(struct kunit *test)
{
	struct vr_port *port = vr_test_port_alloc();
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);
	struct vr_pkt *second = pkt_of_len(60, 40);

	KUNIT_EXPECT_TRUE(test, vr_port_can_tx(port, pkt));
	KUNIT_EXPECT_EQ(test, vr_port_tx(port, pkt), 0);
	KUNIT_EXPECT_EQ(test, vr_port_tx(port, second), 0);
	KUNIT_EXPECT_EQ(test, vr_test_port_sent(port), 2);
	KUNIT_EXPECT_PTR_EQ(test, vr_test_port_pop(port), pkt);
	vr_test_pkt_free(pkt);
	KUNIT_EXPECT_EQ(test, vr_test_port_drain(port), 1);
	KUNIT_EXPECT_NULL(test, vr_test_port_pop(port));

	port->full = true;
	KUNIT_EXPECT_EQ(test, vr_port_tx(port, pkt_of_len(LEN, 40)), -ENOBUFS);
	KUNIT_EXPECT_EQ(test, port->refused, 1);
	KUNIT_EXPECT_EQ(test, vr_test_pkts_live(), 0);
	vr_test_port_free(port);
}

static void port_can_tx_what_fits(struct kunit *test)
{
	struct vr_port *port = vr_test_port_alloc();
	struct vr_pkt *pkt = pkt_of_len(LEN, 40);

	port->mtu = LEN - ETH_HLEN - VLAN_HLEN;
	KUNIT_EXPECT_TRUE(test, vr_port_can_tx(port, pkt));
	port->mtu--;
	KUNIT_EXPECT_FALSE(test, vr_port_can_tx(port, pkt));
	vr_test_pkt_set_gso(pkt, 30);
	KUNIT_EXPECT_TRUE(test, vr_port_can_tx(port, pkt));
	port->up = false;
	KUNIT_EXPECT_FALSE(test, vr_port_can_tx(port, pkt));
	vr_test_pkt_free(pkt);
	vr_test_port_free(port);
}

#endif

static struct kunit_case host_pkt_cases[] = {
	KUNIT_CASE(pkt_may_pull_makes_linear),
	KUNIT_CASE(pkt_pull_and_push),
	KUNIT_CASE(pkt_clone_is_independent),
	KUNIT_CASE(pkt_clone_gets_its_own_head),
	KUNIT_CASE(pkt_writable_beyond_its_end),
	KUNIT_CASE(pkt_trim_keeps_complete),
	KUNIT_CASE(pkt_vlan_bytes_keep_complete),
	KUNIT_CASE(pkt_clear_vlan_forgets),
	KUNIT_CASE(pkt_csum_replace2_mends),
	KUNIT_CASE(pkt_csum_finish_writes_sum),
	KUNIT_CASE(pkt_csum_start_moves_along),
	KUNIT_CASE(pkt_resize_is_private_and_linear),
	KUNIT_CASE(pkt_rewritten_has_no_offloads),
	KUNIT_CASE(pkt_set_headers_is_told),
	KUNIT_CASE(pkt_park_lets_go),
#ifdef VR_TEST_USERSPACE
	KUNIT_CASE(host_tells_on_misuse),
	KUNIT_CASE(host_counts_packets),
	KUNIT_CASE(pkt_operations_without_memory),
	KUNIT_CASE(port_keeps_what_is_sent),
	KUNIT_CASE(port_can_tx_what_fits),
#endif
	{}
};

static struct kunit_suite host_pkt_suite = {
	.name = "host_pkt",
	.test_cases = host_pkt_cases,
};

VR_TEST_SUITE(host_pkt_suite);
