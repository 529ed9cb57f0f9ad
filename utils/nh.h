/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of the tool nh: what it does (nh.c) and shows (nh_show.c). */
#ifndef _VT_NH_H
#define _VT_NH_H

#include "words.h"

extern const struct word nh_kinds[];	/* of composites */
extern const struct word nh_encaps[];	/* of tunnels */
extern const struct word nh_flags[];
extern const struct word nh_hashes[];	/* VR_HASH_* */

#endif /* _VT_NH_H */
