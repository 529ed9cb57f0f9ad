// SPDX-License-Identifier: GPL-2.0-only
/* Host for fuzzing: deferred frees, done as soon as vr_host/rcu.h says that they may. */
#include <vr_host/rcu.h>

/* Above any offset of a head in its object, below any function. */
#define OFFSET_MAX	65536

unsigned int vr_fuzz_readers;
unsigned int vr_fuzz_spins;
bool vr_fuzz_rcu_late;

static struct rcu_head *waiting;
static struct rcu_head **waiting_end = &waiting;
static bool running;

/* In the order in which they were handed in; callbacks may hand in more. */
void vr_fuzz_rcu_done(void)
{
	if (running)
		return;
	running = true;
	while (waiting) {
		struct rcu_head *head = waiting;

		waiting = head->next;
		if (!waiting)
			waiting_end = &waiting;
		if (head->offset < OFFSET_MAX)
			free((char *)head - head->offset);
		else
			head->func(head);
	}
	running = false;
}

static void gather(struct rcu_head *head)
{
	head->next = NULL;
	*waiting_end = head;
	waiting_end = &head->next;
	vr_fuzz_rcu_quiet();
}

void vr_test_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	head->func = func;
	gather(head);
}

void vr_test_free_rcu(struct rcu_head *head, void *object)
{
	head->offset = (char *)head - (char *)object;
	WARN_ON(head->offset >= OFFSET_MAX);
	gather(head);
}

/* As in the kernel, callbacks themselves cannot wait. */
void vr_test_rcu_barrier(void)
{
	WARN_ON(vr_fuzz_readers || vr_fuzz_spins || running);
	vr_fuzz_rcu_done();
}
