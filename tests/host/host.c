// SPDX-License-Identifier: GPL-2.0-only
/* User-space host: memory that can run out, per-cpu memory, seeds, threads. */
#include <malloc.h>
#include <stdarg.h>

#include "host.h"

#define PERCPU_MAGIC	0x5043505552435055ULL
#define PERCPU_GAP	64

/* In front of the copies, which are PERCPU_GAP apart. */
struct percpu_head {
	u64 magic;
	size_t size;
	size_t stride;
} __aligned(PERCPU_GAP);

static unsigned int fail_countdown;
static bool fail_on;
static unsigned int failed;
static pthread_mutex_t fail_lock = PTHREAD_MUTEX_INITIALIZER;

static u64 seed_state;
static u64 random_value;
static bool random_fixed;
static long percpu_live;
static __thread unsigned int this_cpu;

void vr_test_die(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	abort();
}

static void fail_set(unsigned int n, bool go_on)
{
	pthread_mutex_lock(&fail_lock);
	fail_countdown = n;
	fail_on = n && go_on;
	failed = 0;
	pthread_mutex_unlock(&fail_lock);
}

void vr_test_fail_alloc(unsigned int n)
{
	fail_set(n, false);
}

void vr_test_fail_alloc_from(unsigned int n)
{
	fail_set(n, true);
}

unsigned int vr_test_allocs_failed(void)
{
	return failed;
}

bool vr_test_alloc_fails(void)
{
	bool fails = false;

	pthread_mutex_lock(&fail_lock);
	if (fail_countdown == 1) {
		fails = true;
		failed++;
		if (!fail_on)
			fail_countdown = 0;
	} else if (fail_countdown) {
		fail_countdown--;
	}
	pthread_mutex_unlock(&fail_lock);
	return fails;
}

void *vr_test_malloc(size_t size)
{
	void *p;

	/* As aligned as the strictest object of the core. */
	if (posix_memalign(&p, SMP_CACHE_BYTES, size))
		vr_test_die(__FILE__, __LINE__, "out of memory: %zu bytes", size);
	return p;
}

void *vr_test_zalloc(size_t size)
{
	void *p;

	if (vr_test_alloc_fails())
		return NULL;
	p = vr_test_malloc(size);
	memset(p, 0, size);
	return p;
}

void vr_test_check_size(const void *p, size_t size)
{
#ifdef __SANITIZE_ADDRESS__
	/* AddressSanitizer keeps the size that was asked for. */
	size_t real = malloc_usable_size((void *)p);

	if (real != size)
		vr_test_die(__FILE__, __LINE__,
			    "freed as %zu bytes what was allocated with %zu", size, real);
#endif
}

void vr_test_free(void *p, size_t size)
{
	vr_test_check_size(p, size);
	free(p);
}

unsigned int vr_test_this_cpu(void)
{
	return this_cpu;
}

static struct percpu_head *percpu_head(const void *p)
{
	return (struct percpu_head *)((char *)p - sizeof(struct percpu_head));
}

void *vr_percpu_alloc(size_t size)
{
	size_t stride = round_up(size, PERCPU_GAP) + PERCPU_GAP;
	struct percpu_head *head;
	unsigned int cpu;
	char *copy;

	head = vr_test_zalloc(sizeof(*head) + VR_TEST_CPUS * stride);
	if (!head)
		return NULL;
	head->magic = PERCPU_MAGIC;
	head->size = size;
	head->stride = stride;
	copy = (char *)(head + 1);
	for (cpu = 0; cpu < VR_TEST_CPUS; cpu++)
		vr_poison(copy + cpu * stride + size, stride - size);
	__atomic_fetch_add(&percpu_live, 1, __ATOMIC_RELAXED);
	return copy;
}

void vr_percpu_free(void *p)
{
	struct percpu_head *head;

	if (!p)
		return;
	head = percpu_head(p);
	WARN_ON(head->magic != PERCPU_MAGIC);
	head->magic = 0;
	__atomic_fetch_sub(&percpu_live, 1, __ATOMIC_RELAXED);
	vr_unpoison(p, VR_TEST_CPUS * head->stride);
	free(head);
}

void *vr_test_percpu_copy(const void *p, unsigned int cpu)
{
	struct percpu_head *head = percpu_head(p);

	/* Only the pointer that vr_percpu_alloc() gave can be resolved here. */
	WARN_ON(head->magic != PERCPU_MAGIC || cpu >= VR_TEST_CPUS);
	return (char *)p + cpu * head->stride;
}

void vr_test_seed(u64 seed)
{
	seed_state = seed;
	random_fixed = false;
}

void vr_test_random_is(u64 value)
{
	random_value = value;
	random_fixed = true;
}

/* splitmix64, Steele et al. 2014 */
u64 vr_random_u64(void)
{
	u64 z;

	if (random_fixed)
		return random_value;
	z = __atomic_add_fetch(&seed_state, 0x9e3779b97f4a7c15ULL, __ATOMIC_RELAXED);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static void *thread_main(void *arg)
{
	struct vr_test_thread *t = arg;

	this_cpu = t->cpu;
	rcu_register_thread();
	t->func(t->arg);
	rcu_unregister_thread();
	return NULL;
}

void vr_test_thread_start(struct vr_test_thread *t, unsigned int cpu, void (*func)(void *arg),
			  void *arg)
{
	WARN_ON(cpu >= VR_TEST_CPUS);
	t->cpu = cpu;
	t->func = func;
	t->arg = arg;
	WARN_ON(pthread_create(&t->thread, NULL, thread_main, t));
}

void vr_test_thread_join(struct vr_test_thread *t)
{
	WARN_ON(pthread_join(t->thread, NULL));
}

void vr_test_host_init(void)
{
	rcu_register_thread();
}

void vr_test_host_exit(void)
{
	rcu_barrier();
	rcu_unregister_thread();
}

void vr_test_host_reset(void)
{
	vr_test_fail_alloc(0);
	vr_test_seed(1);
	percpu_live = 0;
	vr_test_pkts_reset();
	vr_test_ports_reset();
	vr_test_underlays_reset();
	vr_test_gro_reset();
	vr_test_clock_reset();
	vr_test_events_reset();
}

const char *vr_test_host_leaks(void)
{
	if (rcu_read_lock_held())
		return "the test ended inside rcu_read_lock()";
	rcu_barrier();
	if (vr_test_pkts_live())
		return "packets were not freed";
	if (vr_test_ports_live())
		return "ports were not freed";
	if (vr_test_underlays_live())
		return "ways to the other ends of tunnels were not freed";
	if (percpu_live)
		return "per-cpu memory was not freed";
	return NULL;
}
