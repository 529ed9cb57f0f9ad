/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a unit test may do to the host that it runs on. tests/kunit has a
 * header of the same name with the part that a kernel can do; the rest is
 * under VR_TEST_USERSPACE.
 */
#ifndef _VR_TEST_HOST_H
#define _VR_TEST_HOST_H

#include <vr/cfg/flow.h>
#include <vr/host.h>

/* This is the host with failing allocations and threads that are cpus. */
#define VR_TEST_USERSPACE 1

/**
 * vr_test_fail_alloc() - let memory run out
 * @n: the @n-th allocation from now fails, the next one being the first, and
 *	those behind it succeed again; 0: none
 *
 * Counts vr_zalloc(), vr_zalloc_atomic(), vr_percpu_alloc() and what a packet operation needs.
 * Every test case begins with 0.
 */
void vr_test_fail_alloc(unsigned int n);

/* As vr_test_fail_alloc(), but all behind the @n-th fail as well. */
void vr_test_fail_alloc_from(unsigned int n);

/* How many allocations failed since the last of the two above was called. */
unsigned int vr_test_allocs_failed(void);

/* Set what vr_random_u64() goes on from. Every test case begins with the same. */
void vr_test_seed(u64 seed);

/* Let vr_random_u64() say nothing but @value until vr_test_seed() is called. */
void vr_test_random_is(u64 value);

/**
 * struct vr_test_thread - a thread that is a cpu and may be an RCU reader
 * @func: what it does
 * @arg: with what
 */
struct vr_test_thread {
	pthread_t thread;
	unsigned int cpu;
	void (*func)(void *arg);
	void *arg;
};

/* @cpu: 1..VR_TEST_CPUS - 1; the test itself runs on cpu 0. */
void vr_test_thread_start(struct vr_test_thread *t, unsigned int cpu, void (*func)(void *arg),
			  void *arg);
void vr_test_thread_join(struct vr_test_thread *t);

/* Let vr_ticks() go on. Every test case begins at the same time, shortly before it wraps. */
void vr_test_clock_advance(u32 ms);

/*
 * Work runs when a test says so.
 *
 * asked: it is on its way; *@ms (may be NULL): in so many milliseconds from when it was asked.
 * run:	  run it now, whenever it was due; false: nobody had asked.
 */
bool vr_test_work_asked(const struct vr_work *work, u32 *ms);
bool vr_test_work_run(struct vr_work *work);

#define VR_TEST_GONE_MAX 256U

/** struct vr_test_gone - one call of vr_event_flow_gone() */
struct vr_test_gone {
	struct vr_core *core;
	struct vr_flow_info info;
	u32 end;
};

/*
 * Events since the case began (in the kernel: since reset).
 *
 * want:  what vr_event_flow_wanted() says; true to begin with.
 * gone_n: how many flows were said to have gone.
 * gone:  the @i-th of them; NULL if there are not so many. Only the first
 *	  VR_TEST_GONE_MAX are kept.
 * reset: as at the beginning of a case.
 */
void vr_test_events_want(bool wanted);
unsigned int vr_test_gone_n(void);
const struct vr_test_gone *vr_test_gone(unsigned int i);
void vr_test_events_reset(void);

/* What is known of a packet's checksum. */
enum vr_test_csum {
	VR_TEST_CSUM_NONE,
	VR_TEST_CSUM_COMPLETE,
	VR_TEST_CSUM_PARTIAL,
	VR_TEST_CSUM_VERIFIED,		/* by the device: CHECKSUM_UNNECESSARY */
};

struct vr_pkt;
struct vr_port;
struct vr_underlay;

/**
 * vr_test_pkt_alloc() - make a packet, which is not shared
 * @bytes: all of it, copied
 * @len: how many
 * @linear: so many of them can be read by pointer, the rest is elsewhere
 * @headroom: bytes in front; more takes a new head
 *
 * Never NULL and not counted by vr_test_fail_alloc(). vr_pkt_clone() makes it
 * a shared one.
 */
struct vr_pkt *vr_test_pkt_alloc(const void *bytes, unsigned int len, unsigned int linear,
				 unsigned int headroom);
void vr_test_pkt_free(struct vr_pkt *pkt);

/*
 * Give it an accelerated tag; a GSO size; a checksum that is COMPLETE (and
 * right), verified by the device, or PARTIAL. The latter's field is linear: no
 * host brings it otherwise.
 */
void vr_test_pkt_set_vlan(struct vr_pkt *pkt, u16 proto, u16 tci);
void vr_test_pkt_set_gso(struct vr_pkt *pkt, unsigned int size);
void vr_test_pkt_set_complete(struct vr_pkt *pkt);
void vr_test_pkt_set_verified(struct vr_pkt *pkt);
void vr_test_pkt_set_partial(struct vr_pkt *pkt, unsigned int start, unsigned int offset);

/* Read bytes, linear or not, and what the core has told of the packet. */
void vr_test_pkt_copy(const struct vr_pkt *pkt, void *to, unsigned int off, unsigned int len);
enum vr_test_csum vr_test_pkt_csum_state(const struct vr_pkt *pkt);
/* Not COMPLETE, or right. */
bool vr_test_pkt_csum_holds(const struct vr_pkt *pkt);
bool vr_test_pkt_is_shared(const struct vr_pkt *pkt);
/* It has a sender and a device (as every packet here); it let go of them, and so may wait. */
void vr_test_pkt_set_sender(struct vr_pkt *pkt);
bool vr_test_pkt_is_parked(const struct vr_pkt *pkt);
unsigned int vr_test_pkt_gso(const struct vr_pkt *pkt);
unsigned int vr_test_pkt_l3_off(const struct vr_pkt *pkt);
u16 vr_test_pkt_proto(const struct vr_pkt *pkt);

/* What a device is to do with a GSO packet besides segmenting what is inside. */
enum vr_test_gso {
	VR_TEST_GSO_PLAIN,		/* nothing: it is in no tunnel, or no GSO packet */
	VR_TEST_GSO_UDP,
	VR_TEST_GSO_UDP_CSUM,
	VR_TEST_GSO_GRE,
};

/**
 * struct vr_test_tunnel - what the host knows of a packet in a tunnel
 * @gso: what a device does with the outer headers
 * @l4_off: outer UDP or GRE, from vr_pkt_data(), like all offsets
 * @mac_off: inner packet: Ethernet header, or IP header where there is none
 * @l3_off: inner network header
 * @proto: ETH_P_TEB: a frame is inside; else the Ethernet type of the IP packet that is
 */
struct vr_test_tunnel {
	enum vr_test_gso gso;
	unsigned int l4_off;
	unsigned int mac_off;
	unsigned int l3_off;
	u16 proto;
};

/*
 * vr_test_pkt_tunnel(): false: it is in none. A kernel says so of every packet
 * that is neither GSO nor has a PARTIAL checksum: nobody needs to know.
 *
 * vr_test_pkt_set_tunnel(): it comes so, as from a tunnel device of a guest's. Its GSO size is
 * given to it before.
 */
bool vr_test_pkt_tunnel(const struct vr_pkt *pkt, struct vr_test_tunnel *t);
void vr_test_pkt_set_tunnel(struct vr_pkt *pkt, const struct vr_test_tunnel *t);

/*
 * Packets that there are, in the queues of ports too; a case that ends with one
 * has failed. Packets that the core freed since the case began.
 */
long vr_test_pkts_live(void);
unsigned int vr_test_pkts_dropped(void);
unsigned int vr_test_pkts_consumed(void);

/*
 * A port, up, with MTU 1500 and not local; change its fields (vr_host/port.h)
 * as the test likes. Free it when the core no longer knows it; what is left in
 * its queue goes with it.
 *
 * pop:	  the oldest packet that was sent to it, now the caller's, or NULL.
 * sent:  how many there are to pop.
 * drain: free them; how many there were.
 */
struct vr_port *vr_test_port_alloc(void);
void vr_test_port_free(struct vr_port *port);
struct vr_pkt *vr_test_port_pop(struct vr_port *port);
unsigned int vr_test_port_sent(const struct vr_port *port);
unsigned int vr_test_port_drain(struct vr_port *port);
long vr_test_ports_live(void);

/*
 * Ways to the other ends of tunnels, made by the core; change their fields
 * (vr_host/underlay.h) as the test likes. One that the core frees takes with it
 * what is left in its queue.
 *
 * find:  the newest to @dip (network order, as in struct vr_nh_cfg), or NULL.
 * pop:	  the oldest packet that was sent on it, now the caller's, or NULL.
 * sent:  how many there are to pop.
 * drain: free them; how many there were.
 */
struct vr_underlay *vr_test_underlay_find(u8 family, const __be32 *dip);
struct vr_pkt *vr_test_underlay_pop(struct vr_underlay *u);
unsigned int vr_test_underlay_sent(const struct vr_underlay *u);
unsigned int vr_test_underlay_drain(struct vr_underlay *u);
long vr_test_underlays_live(void);

/*
 * Packets that the core gives away to be merged (vr_host/gro.h).
 *
 * want:  they are taken, up to eight; every test case begins without.
 * pop:	  the oldest, now the caller's, with what was said of it, or NULL. vr_gro_rx() and
 *	  vr_gro_merged() are the caller's to call.
 * n:	  how many there are to pop.
 */
struct vr_gro;
void vr_test_gro_want(bool wanted);
struct vr_pkt *vr_test_gro_pop(struct vr_gro *gro, unsigned int *l3_off);
unsigned int vr_test_gro_n(void);
void vr_test_gro_reset(void);

/* For the runner. */
void vr_test_host_init(void);
void vr_test_host_exit(void);
void vr_test_host_reset(void);
/* What is left behind when a case ends, as a text, or NULL. */
const char *vr_test_host_leaks(void);

#endif /* _VR_TEST_HOST_H */
