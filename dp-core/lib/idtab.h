/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Table from a small number to a pointer: vifs, VRFs, nexthops, labels, VNIs.
 * Three loads to look one up; memory grows with the ids in use, not the limit.
 */
#ifndef _VR_LIB_IDTAB_H
#define _VR_LIB_IDTAB_H

#include <vr/host.h>

#define VR_IDTAB_PAGE_BITS	9
#define VR_IDTAB_PAGE_SIZE	(1U << VR_IDTAB_PAGE_BITS)

struct vr_idtab_page {
	void __rcu *slot[VR_IDTAB_PAGE_SIZE];
};

/**
 * struct vr_idtab - ids 0..@limit - 1
 * @pages: directory, made with the first id; a page is made with its first id.
 *	Both stay until the table goes
 * @limit: one more than the largest id
 * @used: ids in the table; written under the writers' lock, READ_ONCE
 * @mem: where pages are counted, class VR_MEM_TABLE
 */
struct vr_idtab {
	struct vr_idtab_page __rcu * __rcu *pages;
	u32 limit;
	u32 used;
	struct vr_mem *mem;
};

void vr_idtab_init(struct vr_idtab *tab, struct vr_mem *mem, u32 limit);
void vr_idtab_exit(struct vr_idtab *tab);

/* Reader under RCU: what stands at @id, or NULL. Any @id. */
static inline void *vr_idtab_find_rcu(const struct vr_idtab *tab, u32 id)
{
	struct vr_idtab_page __rcu **pages;
	const struct vr_idtab_page *page;

	if (unlikely(id >= tab->limit))
		return NULL;
	pages = rcu_dereference(tab->pages);
	if (unlikely(!pages))
		return NULL;
	page = rcu_dereference(pages[id >> VR_IDTAB_PAGE_BITS]);
	if (unlikely(!page))
		return NULL;
	return rcu_dereference(page->slot[id & (VR_IDTAB_PAGE_SIZE - 1)]);
}

/*
 * Writers; the caller holds the lock that serialises them.
 *
 * find:    what stands at @id, or NULL; any @id.
 * set:	    put @p (not NULL) at @id in place of what stood there. -ENOMEM, -ERANGE: nothing has
 *	    changed.
 * del:	    nothing stands at @id any more.
 * next:    the lowest id >= *@id that is in the table goes to *@id; its pointer,
 *	    or NULL after the last.
 * free_id: the lowest id >= *@id that is not in the table goes to *@id; -ENOSPC.
 */
void *vr_idtab_find(const struct vr_idtab *tab, u32 id);
int vr_idtab_set(struct vr_idtab *tab, u32 id, void *p);
void vr_idtab_del(struct vr_idtab *tab, u32 id);
void *vr_idtab_next(const struct vr_idtab *tab, u32 *id);
int vr_idtab_free_id(const struct vr_idtab *tab, u32 *id);

#endif /* _VR_LIB_IDTAB_H */
