// SPDX-License-Identifier: GPL-2.0-only
/*
 * User-space host: deferred frees. Heads are collected in batches; a batch is
 * one callback of liburcu, and the next one sets out when it has returned.
 */
#include <vr_host/base.h>

/* liburcu's head goes by the name that the core's has elsewhere. */
#define _LGPL_SOURCE
#include <urcu.h>

struct urcu_batch {
	struct rcu_head urcu;
};

static inline void urcu_batch_call(struct urcu_batch *batch, void (*func)(struct rcu_head *))
{
	call_rcu(&batch->urcu, func);
}

static inline void urcu_batch_wait(void)
{
	rcu_barrier();
}

static void batch_done(void);

static void batch_func(struct rcu_head *head)
{
	batch_done();
}

#include "host.h"

/* Above any offset of a head in its object, below any function. */
#define OFFSET_MAX	65536

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct urcu_batch batch;
static struct vr_rcu_head *waiting;	/* in the batch that is out */
static struct vr_rcu_head *gathering;	/* for the one behind it */
static struct vr_rcu_head **gathering_end = &gathering;
static bool out;

/* Send the batch off. The lock is held. */
static void batch_go(void)
{
	waiting = gathering;
	gathering = NULL;
	gathering_end = &gathering;
	out = waiting;
	if (out)
		urcu_batch_call(&batch, batch_func);
}

static void batch_done(void)
{
	struct vr_rcu_head *head = waiting;

	while (head) {
		struct vr_rcu_head *next = head->next;

		if (head->offset < OFFSET_MAX)
			free((char *)head - head->offset);
		else
			head->func(head);
		head = next;
	}
	pthread_mutex_lock(&lock);
	batch_go();
	pthread_mutex_unlock(&lock);
}

static void gather(struct vr_rcu_head *head)
{
	pthread_mutex_lock(&lock);
	head->next = NULL;
	*gathering_end = head;
	gathering_end = &head->next;
	if (!out)
		batch_go();
	pthread_mutex_unlock(&lock);
}

void vr_test_call_rcu(struct vr_rcu_head *head, void (*func)(struct vr_rcu_head *head))
{
	head->func = func;
	gather(head);
}

void vr_test_free_rcu(struct vr_rcu_head *head, void *object)
{
	head->offset = (char *)head - (char *)object;
	WARN_ON(head->offset >= OFFSET_MAX);
	gather(head);
}

/* Also waits for what callbacks handed in meanwhile. */
void vr_test_rcu_barrier(void)
{
	bool busy;

	WARN_ON(rcu_read_lock_held());
	do {
		urcu_batch_wait();
		pthread_mutex_lock(&lock);
		busy = out;
		pthread_mutex_unlock(&lock);
	} while (busy);
}
