/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory classes: every allocation of the core is counted under one of them. */
#ifndef _VR_MEM_H
#define _VR_MEM_H

/* X(symbol, "word in vrouter --info") */
#define VR_MEM_CLASSES(X) \
	X(CORE, "core") \
	X(TABLE, "table") \
	X(VRF, "vrf") \
	X(VIF, "vif") \
	X(NEXTHOP, "nexthop") \
	X(ROUTE, "route") \
	X(TRIE, "trie") \
	X(BRIDGE, "bridge") \
	X(HASH, "hash") \
	X(FLOW, "flow") \
	X(FLOW_HASH, "flow_hash") \
	X(HOLD, "hold") \
	X(FAT, "fat_flow") \
	X(FRAGMENT, "fragment")

enum vr_mem_class {
#define X(sym, word) VR_MEM_##sym,
	VR_MEM_CLASSES(X)
#undef X
	VR_MEM_MAX
};

#endif /* _VR_MEM_H */
