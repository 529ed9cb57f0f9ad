/* SPDX-License-Identifier: GPL-2.0-only */
/* The one place that says which version this is. The Makefile reads it too. */
#ifndef _VR_VERSION_H
#define _VR_VERSION_H

#define VR_VERSION "0.1.0"

#endif /* _VR_VERSION_H */
