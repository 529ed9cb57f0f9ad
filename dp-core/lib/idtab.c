// SPDX-License-Identifier: GPL-2.0-only
/*
 * Table from a small number to a pointer. Directory and pages are never taken
 * away while the table lives, so a reader needs RCU for what stands in a slot
 * only.
 */
#include "lib/idtab.h"

static unsigned long idtab_n_pages(const struct vr_idtab *tab)
{
	return DIV_ROUND_UP((u64)tab->limit, VR_IDTAB_PAGE_SIZE);
}

static size_t idtab_dir_size(const struct vr_idtab *tab)
{
	return idtab_n_pages(tab) * sizeof(struct vr_idtab_page __rcu *);
}

/* The caller holds the writers' lock, which the table does not know; here and below. */
static struct vr_idtab_page __rcu **idtab_dir(const struct vr_idtab *tab)
{
	return rcu_dereference_protected(tab->pages, true);
}

static struct vr_idtab_page *idtab_page(const struct vr_idtab *tab, u32 id)
{
	struct vr_idtab_page __rcu **dir = idtab_dir(tab);

	return dir ? rcu_dereference_protected(dir[id >> VR_IDTAB_PAGE_BITS], true) : NULL;
}

static void *idtab_slot(const struct vr_idtab_page *page, u32 id)
{
	return rcu_dereference_protected(page->slot[id & (VR_IDTAB_PAGE_SIZE - 1)], true);
}

/**
 * vr_idtab_init() - make an empty table, which holds no memory yet
 * @tab: to set up
 * @mem: where its memory is counted
 * @limit: one more than the largest id, not 0
 */
void vr_idtab_init(struct vr_idtab *tab, struct vr_mem *mem, u32 limit)
{
	RCU_INIT_POINTER(tab->pages, NULL);
	tab->limit = limit;
	tab->used = 0;
	tab->mem = mem;
}

/**
 * vr_idtab_exit() - free the table, not what stands in it
 * @tab: has no readers any more; may be zeroed, or have been freed before
 */
void vr_idtab_exit(struct vr_idtab *tab)
{
	struct vr_idtab_page __rcu **dir = idtab_dir(tab);
	unsigned long n = idtab_n_pages(tab);
	unsigned long i;

	if (!dir)
		return;
	for (i = 0; i < n; i++)
		vr_free(tab->mem, VR_MEM_TABLE, rcu_dereference_protected(dir[i], true),
			sizeof(struct vr_idtab_page));
	vr_free(tab->mem, VR_MEM_TABLE, dir, idtab_dir_size(tab));
	RCU_INIT_POINTER(tab->pages, NULL);
}

void *vr_idtab_find(const struct vr_idtab *tab, u32 id)
{
	const struct vr_idtab_page *page;

	if (id >= tab->limit)
		return NULL;
	page = idtab_page(tab, id);
	return page ? idtab_slot(page, id) : NULL;
}

/* An empty page where @id belongs, and a directory if there is none. */
static struct vr_idtab_page *idtab_page_new(struct vr_idtab *tab, u32 id)
{
	struct vr_idtab_page __rcu **dir = idtab_dir(tab);
	struct vr_idtab_page *page;

	page = vr_zalloc(tab->mem, VR_MEM_TABLE, sizeof(*page));
	if (!page)
		return NULL;
	if (dir) {
		rcu_assign_pointer(dir[id >> VR_IDTAB_PAGE_BITS], page);
		return page;
	}
	dir = vr_zalloc(tab->mem, VR_MEM_TABLE, idtab_dir_size(tab));
	if (!dir) {
		vr_free(tab->mem, VR_MEM_TABLE, page, sizeof(*page));
		return NULL;
	}
	RCU_INIT_POINTER(dir[id >> VR_IDTAB_PAGE_BITS], page);
	rcu_assign_pointer(tab->pages, dir);
	return page;
}

int vr_idtab_set(struct vr_idtab *tab, u32 id, void *p)
{
	struct vr_idtab_page *page;

	if (id >= tab->limit)
		return -ERANGE;
	page = idtab_page(tab, id);
	if (!page)
		page = idtab_page_new(tab, id);
	if (!page)
		return -ENOMEM;
	if (!idtab_slot(page, id))
		WRITE_ONCE(tab->used, tab->used + 1);
	rcu_assign_pointer(page->slot[id & (VR_IDTAB_PAGE_SIZE - 1)], p);
	return 0;
}

void vr_idtab_del(struct vr_idtab *tab, u32 id)
{
	struct vr_idtab_page *page;

	if (!vr_idtab_find(tab, id))
		return;
	page = idtab_page(tab, id);
	RCU_INIT_POINTER(page->slot[id & (VR_IDTAB_PAGE_SIZE - 1)], NULL);
	WRITE_ONCE(tab->used, tab->used - 1);
}

void *vr_idtab_next(const struct vr_idtab *tab, u32 *id)
{
	u64 i = *id;	/* wide enough to go past the largest limit */

	if (!idtab_dir(tab))
		return NULL;
	while (i < tab->limit) {
		const struct vr_idtab_page *page = idtab_page(tab, i);
		void *p;

		if (!page) {
			i = round_down(i, VR_IDTAB_PAGE_SIZE) + VR_IDTAB_PAGE_SIZE;
			continue;
		}
		p = idtab_slot(page, i);
		if (p) {
			*id = i;
			return p;
		}
		i++;
	}
	return NULL;
}

int vr_idtab_free_id(const struct vr_idtab *tab, u32 *id)
{
	u64 i;

	for (i = *id; i < tab->limit; i++) {
		if (vr_idtab_find(tab, i))
			continue;
		*id = i;
		return 0;
	}
	return -ENOSPC;
}
