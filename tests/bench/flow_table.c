// SPDX-License-Identifier: GPL-2.0-only
/*
 * Micro benchmark of the flow table: time of a look-up and of an insertion, and
 * memory of a flow. No host of the tests is in it: nothing is checked while it
 * runs.
 *
 * For each table it prints
 *
 *	hash	 ns to hash a key
 *	find	 ns per look-up, hash included, of all flows in random order, one
 *		 look-up free to begin before the last has ended
 *	chained	 the same, but a key depends on the last result: what one packet waits
 *	hit	 chained, and with the decision read and the packet counted: the second
 *		 line of the entry too
 *	insert	 ns per flow until the table is full to 90 percent of its limit; growth
 *		 and chunks made ahead, as the worker would make them, are part of it
 *	at 90%	 ns per further insertion then, no growth in between, of 1000 at a time
 *	delete	 ns per removal of those, and per reclaim
 *	memory	 bytes per flow, all that the table holds
 */
#include <sys/mman.h>
#include <time.h>

#include "obj/flow_table.h"

#define BENCH_ARENA	(512UL << 20)
#define BENCH_SLAB	(64UL << 10)
#define BENCH_BATCH	8192U
#define BENCH_PASSES	500
#define BENCH_INSERTS	1000U
#define BENCH_FAR	(128UL << 20)

struct bench_table {
	const char *name;
	u8 family;
	u32 flows;
};

static const struct bench_table tables[] = {
	{ "IPv4", AF_INET, 1 },
	{ "IPv4", AF_INET, 1000 },
	{ "IPv4", AF_INET, 1000000 },
	{ "IPv6", AF_INET6, 1 },
	{ "IPv6", AF_INET6, 1000 },
	{ "IPv6", AF_INET6, 1000000 },
};

u32 vr_test_clock;

static char *arena;
static size_t arena_used;
static void *small_free;
static u64 checksum;

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

/* splitmix64, Steele et al. 2014 */
u64 vr_random_u64(void)
{
	static u64 state;
	u64 z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/*
 * Memory: buckets that are chained come one by one and are given back; what is
 * larger is taken from the arena for good.
 */

static void arena_reset(void)
{
	if (arena)
		munmap(arena, BENCH_ARENA);
	arena = mmap(NULL, BENCH_ARENA, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena == MAP_FAILED)
		vr_test_die(__FILE__, __LINE__, "no memory");
	madvise(arena, BENCH_ARENA, MADV_HUGEPAGE);
	/* Not while something is measured. */
	memset(arena, 0, BENCH_ARENA);
	arena_used = 0;
	small_free = NULL;
}

static void *arena_take(size_t size)
{
	size_t align = size < BENCH_SLAB ? SMP_CACHE_BYTES : 4096;
	void *p;

	arena_used = ALIGN(arena_used, align);
	p = arena + arena_used;
	arena_used += size;
	if (arena_used > BENCH_ARENA)
		vr_test_die(__FILE__, __LINE__, "arena is full");
	return p;
}

void *bench_zalloc(struct vr_mem *mem, size_t size)
{
	void *p = size == SMP_CACHE_BYTES ? small_free : NULL;

	if (p)
		small_free = *(void **)p;
	else
		p = arena_take(size);
	memset(p, 0, size);
	mem->objects++;
	mem->bytes += size;
	return p;
}

void bench_free(struct vr_mem *mem, void *p, size_t size)
{
	if (!p)
		return;
	mem->objects--;
	mem->bytes -= size;
	if (size != SMP_CACHE_BYTES)
		return;
	*(void **)p = small_free;
	small_free = p;
}

static struct vr_flow_key bench_key(u8 family, u32 id)
{
	struct vr_flow_key key = {
		.nh = 5,
		.sport = htons(1024 + id % 4096),
		.dport = htons(443),
		.family = family,
		.proto = IPPROTO_TCP,
	};

	if (family == AF_INET6) {
		key.addr[0] = htonl(0x20010db8);
		key.addr[3] = htonl(id);
		key.addr[4] = htonl(0x20010db8);
		key.addr[7] = htonl(1);
	} else {
		key.addr[0] = htonl(0x0a000000 + id);
		key.addr[1] = htonl(0x0a00ffff);
	}
	return key;
}

static void insert(struct vr_flow_table *tab, u8 family, u32 id)
{
	struct vr_flow_key key = bench_key(family, id);
	u64 hash = vr_flow_hash(tab, &key);
	struct vr_flow *flow = NULL;
	u32 reason;

	vr_flow_lock(tab, hash);
	if (!vr_flow_find_locked(tab, &key, hash))
		flow = vr_flow_new(tab, &key, &reason);
	if (!flow || vr_flow_link_locked(tab, flow, hash))
		vr_test_die(__FILE__, __LINE__, "insertion failed");
	vr_flow_unlock(tab, hash);
}

static void delete(struct vr_flow_table *tab, u8 family, u32 id)
{
	struct vr_flow_key key = bench_key(family, id);
	u64 hash = vr_flow_hash(tab, &key);

	vr_flow_lock(tab, hash);
	vr_flow_unlink_locked(tab, vr_flow_find_locked(tab, &key, hash), hash);
	vr_flow_unlock(tab, hash);
}

enum bench_what { HASH, FIND, CHAINED, HIT };

static __always_inline u64 bench_one(struct vr_flow_table *tab, u8 family, u32 id,
				     enum bench_what what)
{
	struct vr_flow_key key = bench_key(family, id);
	u64 hash = vr_flow_hash(tab, &key);
	struct vr_flow *flow;

	if (what == HASH)
		return hash;
	flow = vr_flow_find_rcu(tab, &key, hash);
	if (what == HIT) {
		struct vr_flow_act act = vr_flow_act_read(flow);

		vr_flow_count(tab, flow, 60);
		return act.rindex + 1;
	}
	/* No flow is so old: what comes of it is 0, which only we know. */
	return flow->key.zero;
}

/* ns of the fastest of many short passes: others use the machine too. */
static __always_inline double lookups(struct vr_flow_table *tab, u8 family, u32 flows,
				      enum bench_what what)
{
	u64 best = U64_MAX;
	u32 pass;
	u32 i;

	for (pass = 0; pass < BENCH_PASSES; pass++) {
		u64 start = now_ns();
		u64 state = pass * 0x9e3779b97f4a7c15ULL;
		u64 sum = 0;

		for (i = 0; i < BENCH_BATCH; i++) {
			u64 got;

			/* Knuth's generator: a multiplication, and the upper bits are good. */
			state = state * 6364136223846793005ULL + 1442695040888963407ULL;
			got = bench_one(tab, family, (state >> 32) * flows >> 32, what);
			if (what >= CHAINED)
				state += got;
			sum += got;
		}
		best = min(best, now_ns() - start);
		WRITE_ONCE(checksum, checksum + sum);
	}
	return (double)best / BENCH_BATCH;
}

/* What lookups() costs without a look-up. */
static double nothing(void)
{
	u64 best = U64_MAX;
	u32 pass;
	u32 i;

	for (pass = 0; pass < BENCH_PASSES; pass++) {
		u64 start = now_ns();
		u64 state = pass * 0x9e3779b97f4a7c15ULL;

		for (i = 0; i < BENCH_BATCH; i++) {
			struct vr_flow_key key;

			state = state * 6364136223846793005ULL + 1442695040888963407ULL;
			key = bench_key(AF_INET, (state >> 32) * 1000 >> 32);
			__asm__ __volatile__("" : : "r"(&key) : "memory");
		}
		best = min(best, now_ns() - start);
	}
	return (double)best / BENCH_BATCH;
}

/* What a read of memory costs that is in no cache: a line of many, at random. */
static double far_line(void)
{
	u64 best = U64_MAX;
	u64 state = 1;
	u32 pass;
	u32 i;

	arena_reset();
	for (pass = 0; pass < BENCH_PASSES; pass++) {
		u64 start = now_ns();

		for (i = 0; i < BENCH_BATCH; i++) {
			state = state * 6364136223846793005ULL + 1442695040888963407ULL;
			/* It is 0, which only we know. */
			state += READ_ONCE(arena[(state >> 32) * BENCH_FAR >> 32]);
		}
		best = min(best, now_ns() - start);
	}
	return (double)best / BENCH_BATCH;
}

/* ns of the fastest of some batches, of flows that are not there yet. */
static double inserts(struct vr_flow_table *tab, u8 family, u32 first, u32 n)
{
	u32 batch = min(n, BENCH_INSERTS);
	u64 best = U64_MAX;
	u32 done;
	u32 i;

	for (done = 0; done + batch <= n; done += batch) {
		u64 start = now_ns();

		for (i = 0; i < batch; i++)
			insert(tab, family, first + done + i);
		best = min(best, now_ns() - start);
	}
	for (; done < n; done++)
		insert(tab, family, first + done);
	return (double)best / batch;
}

static void table_run(const struct bench_table *t)
{
	double hash, find, chained, hit, fill, more, less, bytes;
	u32 extra = max(t->flows / 20, 1U);
	struct vr_flow_table tab;
	struct vr_mem mem = { 0 };
	u64 start;
	u32 id;

	arena_reset();
	if (vr_flow_table_init(&tab, &mem, max_t(u32, 1024, t->flows / 9 * 10 + 10)))
		vr_test_die(__FILE__, __LINE__, "no memory");

	start = now_ns();
	for (id = 0; id < t->flows; id++) {
		insert(&tab, t->family, id);
		if (id % 1024 == 0 && vr_flow_table_wants_work(&tab))
			vr_flow_table_grow(&tab);
	}
	fill = (double)(now_ns() - start) / t->flows;
	vr_flow_table_grow(&tab);
	bytes = (double)mem.bytes / t->flows;

	hash = lookups(&tab, t->family, t->flows, HASH);
	find = lookups(&tab, t->family, t->flows, FIND);
	chained = lookups(&tab, t->family, t->flows, CHAINED);
	hit = lookups(&tab, t->family, t->flows, HIT);

	more = inserts(&tab, t->family, t->flows, extra);
	start = now_ns();
	for (id = 0; id < extra; id++)
		delete(&tab, t->family, t->flows + id);
	vr_flow_table_reclaim(&tab);
	less = (double)(now_ns() - start) / extra;

	printf("%-6s %8u %6.1f %7.1f %8.1f %7.1f %7.1f %7.1f %7.1f %8.1f\n", t->name, t->flows,
	       hash, find, chained, hit, fill, more, less, bytes);
	fflush(stdout);
	for (id = 0; id < t->flows; id++)
		delete(&tab, t->family, id);
	vr_flow_table_exit(&tab);
	if (mem.bytes || mem.objects)
		vr_test_die(__FILE__, __LINE__, "memory is left");
}

int main(int argc, char **argv)
{
	unsigned int i;

	printf("making a key at random takes %.1f ns, which is in all of the first four\n",
	       nothing());
	printf("reading one line of 128 MB at random takes %.1f ns\n", far_line());
	printf("%-6s %8s %6s %7s %8s %7s %7s %7s %7s %8s\n", "table", "flows", "hash", "find",
	       "chained", "hit", "insert", "at 90%", "delete", "memory");
	printf("%-6s %8s %6s %7s %8s %7s %7s %7s %7s %8s\n", "", "", "ns", "ns", "ns", "ns", "ns",
	       "ns", "ns", "B/flow");
	/* With an argument, only the tables with it in their names. */
	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (argc < 2 || strstr(tables[i].name, argv[1]))
			table_run(&tables[i]);
	return 0;
}
