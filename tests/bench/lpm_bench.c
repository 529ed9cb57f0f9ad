// SPDX-License-Identifier: GPL-2.0-only
/*
 * Micro benchmark of dp-core/lib/lpm.c: time of a look-up and memory of a
 * route, for tables of several kinds. No host of the tests is in it: nothing
 * is checked while it runs.
 *
 * For each table it prints
 *
 *	warm	 ns per look-up of 16 addresses again and again
 *	random	 ns per look-up of 64 Ki addresses in random order, one look-up
 *		 free to begin before the last has ended
 *	chained	 the same, but an address depends on the last result: what one
 *		 packet waits
 *	update	 ns per removal and insertion of a route, half each
 *	trie	 bytes per route, in kmalloc's sizes
 *	all	 the same with the route itself, 64 bytes
 *
 * Addresses are of routes of the table, chosen at random, with random bits
 * behind the prefix.
 */
#include <sys/mman.h>
#include <time.h>

#include "lib/lpm.h"

#define BENCH_ADDRS	65536
#define BENCH_WARM	16
#define BENCH_PASSES	100
#define BENCH_UPDATES	8192
#define BENCH_ARENA	(3UL << 30)
#define BENCH_SLAB	(32UL << 10)

/* As large as the route of which it is the first member. */
struct bench_route {
	struct vr_lpm_leaf leaf;
	u8 rest[40];
} __aligned(64);

struct bench_addr {
	u64 hi;
	u64 lo;
};

struct bench_table {
	const char *name;
	bool wide;
	u32 routes;
	void (*make)(struct vr_lpm_leaf *leaf, u32 i);
};

static u64 rng_state = 0x9e3779b97f4a7c15ULL;

static u64 rng(void)
{
	rng_state ^= rng_state << 13;
	rng_state ^= rng_state >> 7;
	rng_state ^= rng_state << 17;
	return rng_state * 0x2545f4914f6cdd1dULL;
}

static u32 rng_below(u32 n)
{
	return (rng() >> 32) * n >> 32;
}

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void vr_test_die(const char *file, int line, const char *fmt, ...)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, fmt);
	exit(1);
}

/*
 * Memory
 */

static const size_t kmalloc_class[] = {
	8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 1 << 14, 1 << 15,
	1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21
};

static void *class_free[ARRAY_SIZE(kmalloc_class)];
static char *arena;
static size_t arena_used;

static void *arena_take(size_t size)
{
	void *p = arena + arena_used;

	arena_used += size;
	if (arena_used > BENCH_ARENA)
		vr_test_die(__FILE__, __LINE__, "arena is full");
	return p;
}

static void arena_reset(void)
{
	if (arena)
		munmap(arena, BENCH_ARENA);
	arena = mmap(NULL, BENCH_ARENA, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena == MAP_FAILED)
		vr_test_die(__FILE__, __LINE__, "no memory");
	madvise(arena, BENCH_ARENA, MADV_HUGEPAGE);
	memset(class_free, 0, sizeof(class_free));
	arena_used = 0;
}

static unsigned int class_of(size_t size)
{
	unsigned int i;

	for (i = 0; kmalloc_class[i] < size; i++)
		if (i + 1 == ARRAY_SIZE(kmalloc_class))
			vr_test_die(__FILE__, __LINE__, "no class is as large");
	return i;
}

void *bench_zalloc(struct vr_mem *mem, size_t size)
{
	unsigned int class = class_of(size);
	size_t step = kmalloc_class[class];
	char *slab;
	size_t at;
	void *p;

	if (!class_free[class]) {
		slab = arena_take(max(BENCH_SLAB, step));
		for (at = max(BENCH_SLAB, step) / step * step; at >= step; at -= step) {
			*(void **)(slab + at - step) = class_free[class];
			class_free[class] = slab + at - step;
		}
	}
	p = class_free[class];
	class_free[class] = *(void **)p;
	memset(p, 0, size);
	mem->objects++;
	mem->bytes += step;
	return p;
}

void bench_free(struct vr_mem *mem, void *p, size_t size)
{
	unsigned int class = class_of(size);

	*(void **)p = class_free[class];
	class_free[class] = p;
	mem->objects--;
	mem->bytes -= kmalloc_class[class];
}

/*
 * Tables. A maker may repeat itself: what is there already does not count.
 */

static void leaf_set(struct vr_lpm_leaf *leaf, u64 hi, u64 lo, u32 plen)
{
	leaf->hi = plen == 0 ? 0 : plen < 64 ? hi & ~0ULL << (64 - plen) : hi;
	leaf->lo = plen <= 64 ? 0 : plen < 128 ? lo & ~0ULL << (128 - plen) : lo;
	leaf->plen = plen;
}

static void v4_random(struct vr_lpm_leaf *leaf, u32 i)
{
	leaf_set(leaf, rng() >> 32 << 32, 0, 8 + rng_below(25));
}

/* Allocations of /11 to /22, each announced whole and in parts, mostly /24. */
static void v4_bgp(struct vr_lpm_leaf *leaf, u32 i)
{
	static u32 base, plen, parts, next;
	u32 part;

	if (!parts) {
		plen = 11 + max(rng_below(12), rng_below(12));
		base = ((1 + rng_below(223)) << 24 | (u32)(rng() & 0xffffff)) & ~0U << (32 - plen);
		parts = 1 + rng_below(2 << min(22 - plen, 6U));
		next = 0;
		leaf_set(leaf, (u64)base << 32, 0, plen);
		parts--;
		return;
	}
	parts--;
	part = rng_below(100);
	part = part < 68 ? 24 : part < 78 ? 23 : part < 90 ? 22 : part < 95 ? 21 : 20;
	part = max(part, plen + 1);
	next += rng_below(3);
	leaf_set(leaf, (u64)(base | ((next << 8) & ~(~0U << (32 - plen)))) << 32, 0, part);
	next += 1U << (24 - min(part, 24U));
}

static void v4_hosts(struct vr_lpm_leaf *leaf, u32 i)
{
	leaf_set(leaf, (u64)(10U << 24 | i) << 32, 0, 32);
}

static void v4_hosts_random(struct vr_lpm_leaf *leaf, u32 i)
{
	leaf_set(leaf, (u64)(10U << 24 | rng_below(1U << 24)) << 32, 0, 32);
}

/* /32s of 2000::/6, each with some /48s, /44s, /40s and /36s. */
static void v6_bgp(struct vr_lpm_leaf *leaf, u32 i)
{
	static const u8 lens[] = { 48, 48, 48, 48, 48, 44, 40, 36 };
	static u32 parts;
	static u64 base;

	if (!parts) {
		parts = 1 + rng_below(12);
		base = 0x2000000000000000ULL | (rng() >> 6 & ~0ULL << 32);
		leaf_set(leaf, base, 0, 32);
	} else {
		leaf_set(leaf, base | rng() >> 32, 0, lens[rng_below(ARRAY_SIZE(lens))]);
	}
	parts--;
}

/* 1000 subnets of /64 with hosts numbered from 1. */
static void v6_hosts(struct vr_lpm_leaf *leaf, u32 i)
{
	leaf_set(leaf, 0x20010db800000000ULL | (i % 1000 * 2654435761U), 1 + i / 1000, 128);
}

/* The same, hosts numbered at random as from a MAC address. */
static void v6_hosts_random(struct vr_lpm_leaf *leaf, u32 i)
{
	leaf_set(leaf, 0x20010db800000000ULL | (i % 1000 * 2654435761U),
		 0x020000fffe000000ULL | (rng() & 0xffff0000ffffffULL), 128);
}

static const struct bench_table tables[] = {
	{ "v4 random /8../32", false, 1, v4_random },
	{ "v4 random /8../32", false, 1000, v4_random },
	{ "v4 random /8../32", false, 100000, v4_random },
	{ "v4 random /8../32", false, 1000000, v4_random },
	{ "v4 like BGP", false, 100000, v4_bgp },
	{ "v4 like BGP", false, 1000000, v4_bgp },
	{ "v4 hosts in a row", false, 100000, v4_hosts },
	{ "v4 hosts in 10/8", false, 100000, v4_hosts_random },
	{ "v6 like BGP", true, 100000, v6_bgp },
	{ "v6 hosts in a row", true, 100000, v6_hosts },
	{ "v6 hosts by MAC", true, 100000, v6_hosts_random },
};

/*
 * Measuring
 */

static struct bench_addr addrs[BENCH_ADDRS];
static u64 checksum;

static void addrs_make(const struct bench_route *route, u32 routes, bool wide)
{
	const struct vr_lpm_leaf *leaf;
	struct vr_lpm_leaf mask;
	u32 i;

	for (i = 0; i < BENCH_ADDRS; i++) {
		leaf = &route[rng_below(routes)].leaf;
		leaf_set(&mask, ~0ULL, ~0ULL, leaf->plen);
		addrs[i].hi = leaf->hi | (rng() & ~mask.hi);
		addrs[i].lo = leaf->lo | (rng() & ~mask.lo);
		if (!wide)
			addrs[i].hi &= ~0ULL << 32;
	}
}

/* A look-up and what every caller does with the result: it reads it. */
static __always_inline u64 lookup_one(const struct vr_lpm *lpm, const struct bench_addr *addr,
				      bool wide, u64 salt)
{
	const struct vr_lpm_leaf *leaf;

	leaf = wide ? vr_lpm_lookup6_rcu(lpm, addr->hi, addr->lo + salt) :
		      vr_lpm_lookup4_rcu(lpm, (addr->hi >> 32) + salt);
	return leaf->plen;
}

/* The fastest of many passes: others use the machine too. */
static __always_inline double lookups(const struct vr_lpm *lpm, u32 mask, bool wide, bool chained)
{
	u64 start, took;
	u64 best = U64_MAX;
	u64 sum = 0;
	u32 pass, i;

	for (pass = 0; pass < BENCH_PASSES; pass++) {
		start = now_ns();
		barrier();
		/* No prefix length reaches 256: the salt is 0, which only we know. */
		for (i = 0; i < BENCH_ADDRS; i++)
			sum = lookup_one(lpm, &addrs[i & mask], wide, chained ? sum >> 8 : 0);
		barrier();
		took = now_ns() - start;
		best = min(best, took);
	}
	/* The look-ups are for something. */
	WRITE_ONCE(checksum, checksum + sum);
	return (double)best / BENCH_ADDRS;
}

static double updates(struct vr_lpm *lpm, struct bench_route *route, u32 routes)
{
	u64 start, took;
	u64 best = U64_MAX;
	u32 pass, i, at;

	for (pass = 0; pass < BENCH_PASSES; pass++) {
		start = now_ns();
		for (i = 0; i < BENCH_UPDATES; i++) {
			at = rng_below(routes);
			vr_lpm_remove(lpm, &route[at].leaf);
			vr_lpm_insert(lpm, &route[at].leaf);
		}
		took = now_ns() - start;
		best = min(best, took);
	}
	return best / (2.0 * BENCH_UPDATES);
}

static void table_run(const struct bench_table *t)
{
	double warm, random, chained, update, bytes;
	struct bench_route *route;
	struct vr_mem mem = { 0 };
	struct vr_lpm lpm;
	u32 i, tries;

	arena_reset();
	route = arena_take(ALIGN(t->routes * sizeof(*route), 2UL << 20));
	vr_lpm_init(&lpm, &mem);
	for (i = 0, tries = 0; i < t->routes; tries++) {
		t->make(&route[i].leaf, tries);
		if (!vr_lpm_insert(&lpm, &route[i].leaf))
			i++;
	}
	update = updates(&lpm, route, t->routes);
	bytes = (double)mem.bytes / t->routes;
	addrs_make(route, t->routes, t->wide);
	if (t->wide) {
		warm = lookups(&lpm, BENCH_WARM - 1, true, false);
		random = lookups(&lpm, BENCH_ADDRS - 1, true, false);
		chained = lookups(&lpm, BENCH_ADDRS - 1, true, true);
	} else {
		warm = lookups(&lpm, BENCH_WARM - 1, false, false);
		random = lookups(&lpm, BENCH_ADDRS - 1, false, false);
		chained = lookups(&lpm, BENCH_ADDRS - 1, false, true);
	}
	printf("%-18s %8u %7.1f %7.1f %7.1f %7.1f %7.1f %7.1f\n", t->name, t->routes, warm,
	       random, chained, update, bytes, bytes + sizeof(*route));
	fflush(stdout);
	for (i = 0; i < t->routes; i++)
		vr_lpm_remove(&lpm, &route[i].leaf);
	if (mem.bytes || mem.objects)
		vr_test_die(__FILE__, __LINE__, "memory is left");
}

int main(int argc, char **argv)
{
	unsigned int i;

	printf("%-18s %8s %7s %7s %7s %7s %7s %7s\n", "table", "routes", "warm", "random",
	       "chained", "update", "trie", "all");
	printf("%-18s %8s %7s %7s %7s %7s %7s %7s\n", "", "", "ns", "ns", "ns", "ns", "B/route",
	       "B/route");
	/* With an argument, only the tables with it in their names. */
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (argc < 2 || strstr(tables[i].name, argv[1]))
			table_run(&tables[i]);
	return 0;
}
