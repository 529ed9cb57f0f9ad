/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One router. A host makes as many as it likes; the Linux host makes one per
 * network namespace, with the first configuration in it.
 */
#ifndef _VR_CORE_H
#define _VR_CORE_H

#include <vr/err.h>
#include <vr/host.h>
#include <vr/mem.h>
#include <vr/verdict.h>

struct vr_core;
struct vr_pkt;
struct vr_vif;

/**
 * vr_core_create() - make an empty router: VRF 0 and nexthop 0 (discard)
 *
 * Context: process; may sleep.
 * Return: the core, or ERR_PTR(-ENOMEM).
 */
struct vr_core *vr_core_create(void);

/* What the host knows the core by: set before anything is configured, and never again. */
void vr_core_set_host(struct vr_core *core, void *host);
void *vr_core_host(const struct vr_core *core);

/**
 * vr_core_destroy() - free a router and everything in it
 * @core: no port may deliver into it any more
 *
 * Waits for readers. Warns once if a memory class does not read zero.
 *
 * Context: process; may sleep; not under the core lock.
 */
void vr_core_destroy(struct vr_core *core);

/**
 * vr_core_reset() - delete every object but VRF 0 and nexthop 0
 * @core: locked by the caller, who has detached the ports of all vifs
 *
 * It takes as long as there are objects, and lets others run meanwhile.
 *
 * Context: process; may sleep.
 */
void vr_core_reset(struct vr_core *core);

/* The configuration lock: one per core. RTNL is taken before it. */
void vr_core_lock(struct vr_core *core);
void vr_core_unlock(struct vr_core *core);

/**
 * vr_core_generation() - changes with every change of configuration
 * @core: locked by the caller
 *
 * A dump that sees two values of it was not consistent. Never 0.
 */
u32 vr_core_generation(const struct vr_core *core);

/**
 * vr_rx() - one packet into the router
 * @vif: port it came in by; its core is the router
 * @pkt: starts with its Ethernet header, which is linear; the outer VLAN tag,
 *	if any, is in the accelerated field; private to the caller (not shared)
 *
 * Consumes @pkt in every case.
 *
 * Context: softirq or bottom half disabled. Takes rcu_read_lock() itself.
 */
enum vr_verdict vr_rx(struct vr_vif *vif, struct vr_pkt *pkt);

/**
 * vr_resume() - let the packets go on whose flows have been decided
 * @core: not locked
 *
 * To be called after the unlock by who has set flows. Packets of one flow keep
 * their order; those that arrive meanwhile go behind them.
 *
 * Context: process; may sleep.
 */
void vr_resume(struct vr_core *core);

/**
 * struct vr_gro - what a packet out of a tunnel knows while the host may merge it with others
 * @tun_src: the other end of its tunnel
 * @label: label or VNI that it came by
 * @birth: which vif of this id
 * @vif: where it came in
 * @tun_family: of @tun_src
 * @tun_encap: enum vr_encap
 * @budget: look-ups that it has left
 * @routed: an IP packet came out, and no frame
 *
 * Numbers and no pointers: all that they stand for is looked up again. Packets that differ in a
 * single byte of it are never merged.
 */
struct vr_gro {
	__be32 tun_src[4];
	u32 label;
	u32 birth;
	u32 vif;
	u8 tun_family;
	u8 tun_encap;
	u8 budget;
	u8 routed;
};

/* Without padding: it is compared as bytes. */
static_assert(sizeof(struct vr_gro) == 32);

/**
 * vr_gro_rx() - a packet that the host took to merge it goes on, with what it became
 * @core: the router
 * @gro: what it knew
 * @pkt: as it was when it was taken, or longer
 *
 * Consumes @pkt in every case.
 *
 * Context: as vr_rx().
 */
enum vr_verdict vr_gro_rx(struct vr_core *core, const struct vr_gro *gro, struct vr_pkt *pkt);

/*
 * What else became of packets that the host took: @n are part of others now; one was lost for
 * want of memory. Context: softirq or bottom half disabled.
 */
void vr_gro_merged(struct vr_core *core, unsigned int n);
void vr_gro_lost(struct vr_core *core);

/**
 * struct vr_books - what became of all packets since the core was made
 *
 * At rest @received + @created equals the sum of all the others.
 */
struct vr_books {
	u64 received;
	u64 created;
	u64 transmitted;
	u64 delivered;
	u64 trapped;
	u64 dropped;
	u64 held;
	u64 consumed;
};

/**
 * vr_core_books() - add up the books
 * @core: locked by the caller
 * @books: filled in
 */
void vr_core_books(struct vr_core *core, struct vr_books *books);

/** struct vr_table_use - how full a table is */
struct vr_table_use {
	const char *name;
	u64 used;
	u64 limit;
};

/**
 * vr_core_table() - use and limit of the @i-th table
 * @core: locked by the caller
 * @i: 0, 1, … until it returns false
 * @use: filled in
 */
bool vr_core_table(const struct vr_core *core, unsigned int i, struct vr_table_use *use);

/* Objects and bytes that the core holds in one memory class; the class's word. */
u64 vr_core_mem_objects(const struct vr_core *core, enum vr_mem_class class);
u64 vr_core_mem_bytes(const struct vr_core *core, enum vr_mem_class class);
const char *vr_mem_class_word(enum vr_mem_class class);

/**
 * vr_core_drops() - drop counters of the whole router
 * @core: locked by the caller
 * @drops: VR_DROP_MAX counters, filled in
 */
void vr_core_drops(struct vr_core *core, u64 *drops);

/**
 * vr_core_drops_clear() - let the drop counters of the router and of all its
 *	vifs read zero again; the books stay as they are
 * @core: locked by the caller
 */
void vr_core_drops_clear(struct vr_core *core);

/* An agent port is attached and up: traps work and nothing is cross-connected. */
bool vr_core_has_agent(struct vr_core *core);

#endif /* _VR_CORE_H */
