/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes that are read as decisions. There is no end: behind the last there are zeros. */
#ifndef _VR_FUZZ_CURSOR_H
#define _VR_FUZZ_CURSOR_H

#include <vr_host/base.h>

/** struct fz - where reading goes on, and where it ends */
struct fz {
	const u8 *at;
	const u8 *end;
};

static inline struct fz fz_of(const u8 *data, size_t len)
{
	return (struct fz){ data, len ? data + len : data };
}

static inline size_t fz_left(const struct fz *fz)
{
	return fz->end - fz->at;
}

static inline u8 fz_u8(struct fz *fz)
{
	return fz->at < fz->end ? *fz->at++ : 0;
}

static inline u16 fz_u16(struct fz *fz)
{
	u16 high = fz_u8(fz);

	return high << 8 | fz_u8(fz);
}

static inline u32 fz_u32(struct fz *fz)
{
	u32 high = fz_u16(fz);

	return high << 16 | fz_u16(fz);
}

/* 0..@n - 1, @n up to 256 by one byte */
static inline u32 fz_below(struct fz *fz, u32 n)
{
	return (n > 256 ? fz_u16(fz) : fz_u8(fz)) % n;
}

/* Once in @n times; never behind the end. */
static inline bool fz_one_in(struct fz *fz, u32 n)
{
	return fz_u8(fz) % n == n - 1;
}

static inline void fz_bytes(struct fz *fz, void *to, size_t len)
{
	size_t n = min(len, fz_left(fz));

	memset(to, 0, len);
	memcpy(to, fz->at, n);
	fz->at += n;
}

/* The next @len bytes, or what is left of them, as a cursor of their own. */
static inline struct fz fz_part(struct fz *fz, size_t len)
{
	struct fz part = fz_of(fz->at, min(len, fz_left(fz)));

	fz->at = part.end;
	return part;
}

#endif /* _VR_FUZZ_CURSOR_H */
