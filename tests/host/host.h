/* SPDX-License-Identifier: GPL-2.0-only */
/* User-space host: what its own files need of each other. */
#ifndef _VR_TEST_HOST_PRIVATE_H
#define _VR_TEST_HOST_PRIVATE_H

#include "vr_test_host.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define vr_poison(p, size)	__asan_poison_memory_region(p, size)
#define vr_unpoison(p, size)	__asan_unpoison_memory_region(p, size)
#else
#define vr_poison(p, size)	((void)(p), (void)(size))
#define vr_unpoison(p, size)	((void)(p), (void)(size))
#endif

/* Memory that is not zeroed and is there, whatever vr_test_fail_alloc() said. */
void *vr_test_malloc(size_t size);

/* It is this allocation's turn to fail. */
bool vr_test_alloc_fails(void);

/* What the checksum of @pkt, if it is COMPLETE, should be. */
__wsum vr_test_pkt_complete(const struct vr_pkt *pkt);

/* A case that failed may have left some behind: the next one begins with none. */
void vr_test_pkts_reset(void);
void vr_test_ports_reset(void);
void vr_test_underlays_reset(void);
void vr_test_clock_reset(void);

#endif /* _VR_TEST_HOST_PRIVATE_H */
