/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a configuration was refused, in words for the one who asked. */
#ifndef _VR_ERR_H
#define _VR_ERR_H

/**
 * struct vr_err - explanation that goes with a negative errno
 * @msg: a fixed text, never freed; two different mistakes never share one
 * @attr: attribute of the object's uapi enum that is to blame, 0 if none
 *
 * The host maps it to what its control interface has (netlink: extack).
 */
struct vr_err {
	const char *msg;
	int attr;
};

/**
 * vr_refuse() - fill in the explanation and hand back the error
 * @err: to fill in
 * @code: negative errno
 * @attr: attribute to blame, 0 if none
 * @msg: fixed text
 *
 * Return: @code.
 */
static inline int vr_refuse(struct vr_err *err, int code, int attr, const char *msg)
{
	err->msg = msg;
	err->attr = attr;
	return code;
}

#endif /* _VR_ERR_H */
