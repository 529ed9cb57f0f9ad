/* SPDX-License-Identifier: GPL-2.0-only */
/* Entries of the flow table, for flow_table.c, flow_store.c and flow_count.c alone. */
#ifndef _VR_OBJ_FLOW_STORE_H
#define _VR_OBJ_FLOW_STORE_H

#include "obj/flow_table.h"

/* The entry at @index, linked or not, or NULL. Who is no reader says what @held protects @dir. */
static inline struct vr_flow *vr_flow_dir_at(const struct vr_flow_dir *dir, u32 index, bool held)
{
	u32 i = index >> VR_FLOW_CHUNK_BITS;
	struct vr_flow *chunk;

	if (unlikely(i >= dir->n))
		return NULL;
	chunk = rcu_dereference_check(dir->chunk[i], held);
	if (unlikely(!chunk))
		return NULL;
	return &chunk[index & (VR_FLOW_CHUNK_SIZE - 1)];
}

static inline bool vr_flow_linked(const struct vr_flow *flow)
{
	/* Pairs with vr_flow_new(): an entry with a generation is dead until it is linked, */
	if (!smp_load_acquire(&flow->gen))
		return false;
	/* and, by vr_flow_act_store(), one that is linked has its key. */
	return !(smp_load_acquire(&flow->act.flags) & VR_FLOW_A_DEAD);
}

/* As vr_flow_act_write(), and VR_FLOW_A_DEAD as given. */
void vr_flow_act_store(struct vr_flow *flow, const struct vr_flow_act *act);

/* What the table's own init and exit call. -ENOMEM; exit may be called then too. */
int vr_flow_store_init(struct vr_flow_table *tab, u32 limit);
void vr_flow_store_exit(struct vr_flow_table *tab);
int vr_flow_count_init(struct vr_flow_table *tab);
void vr_flow_count_exit(struct vr_flow_table *tab);

/*
 * retire: an entry that nobody finds any more.
 * spend:  a bucket that is in no chain any more; may be NULL.
 * wants:  there are few free entries, or some in limbo.
 * stock:  make chunks ahead of need. -ENOMEM.
 */
void vr_flow_store_retire(struct vr_flow_table *tab, struct vr_flow *flow);
void vr_flow_store_spend(struct vr_flow_table *tab, struct vr_flow_bucket *bucket);
bool vr_flow_store_wants(const struct vr_flow_table *tab);
int vr_flow_store_stock(struct vr_flow_table *tab);

/* An entry that no reader has any more gives its block back. Under @tab->lock. */
void vr_flow_cool(struct vr_flow_table *tab, struct vr_flow *flow);

#endif /* _VR_OBJ_FLOW_STORE_H */
