/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host contract, user space: nobody merges packets here, and none is taken.
 * Unless a test says that they are: then they wait until it takes them
 * (vr_test_gro_pop()) and merges them or not.
 */
#ifndef _VR_HOST_GRO_H
#define _VR_HOST_GRO_H

#include <vr_host/base.h>
#include <vr_host/pkt.h>

struct vr_core;
struct vr_gro;

/*
 * Take a packet, to merge it with others for which @gro is the same: it begins with its Ethernet
 * header, and TCP is right behind the IP header at @l3_off. vr_gro_rx() gets it back, soon and on
 * this cpu, behind those of its connection that were taken before; or vr_gro_merged() or
 * vr_gro_lost() hears of it. False: it was not taken. Packet path. Moves data.
 */
bool vr_gro_take(struct vr_core *core, struct vr_pkt *pkt, unsigned int l3_off,
		 const struct vr_gro *gro);

#endif /* _VR_HOST_GRO_H */
