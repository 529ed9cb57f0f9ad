/* SPDX-License-Identifier: GPL-2.0-only */
/* Host contract, user space: bits and byte order. Part of base.h. */
#ifndef _VR_HOST_BITS_H
#define _VR_HOST_BITS_H

#define BITS_PER_LONG		64
#define BITS_PER_BYTE		8
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK(h, l)		((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define GENMASK_ULL(h, l)	((~0ULL << (l)) & (~0ULL >> (63 - (h))))

static inline unsigned int hweight8(unsigned int w)
{
	return __builtin_popcount((u8)w);
}

static inline unsigned int hweight16(unsigned int w)
{
	return __builtin_popcount((u16)w);
}

static inline unsigned int hweight32(unsigned int w)
{
	return __builtin_popcount(w);
}

static inline unsigned long hweight64(u64 w)
{
	return __builtin_popcountll(w);
}

/* Number of the highest bit, the lowest bit being 1; 0 for 0. */
static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

/* Number of the highest or lowest bit, the lowest bit being 0; not of 0. */
static inline unsigned long __fls(unsigned long x)
{
	return 63 - __builtin_clzl(x);
}

static inline unsigned long __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline unsigned long __ffs64(u64 x)
{
	return __builtin_ctzll(x);
}

static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/* Constant where @n is one, as the kernel's. */
#define ilog2(n)		(63 - __builtin_clzll(n))

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << fls64(n - 1);
}

static inline unsigned long rounddown_pow_of_two(unsigned long n)
{
	return 1UL << (fls64(n) - 1);
}

static inline u64 mul_u64_u64_shr(u64 a, u64 b, unsigned int shift)
{
	return (unsigned __int128)a * b >> shift;
}

static inline u32 rol32(u32 w, unsigned int shift)
{
	return (w << (shift & 31)) | (w >> (-shift & 31));
}

static inline u32 ror32(u32 w, unsigned int shift)
{
	return (w >> (shift & 31)) | (w << (-shift & 31));
}

static inline u64 rol64(u64 w, unsigned int shift)
{
	return (w << (shift & 63)) | (w >> (-shift & 63));
}

/* Not glibc's: these are constant where their argument is one. */
#define swab16(x)		((u16)__builtin_bswap16(x))
#define swab32(x)		((u32)__builtin_bswap32(x))
#define swab64(x)		((u64)__builtin_bswap64(x))
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define VR_BE(bits, x)		swab##bits(x)
#else
#define VR_BE(bits, x)		((u##bits)(x))
#endif

#define cpu_to_be16(x)		((__be16)VR_BE(16, x))
#define cpu_to_be32(x)		((__be32)VR_BE(32, x))
#define cpu_to_be64(x)		((__be64)VR_BE(64, x))
#define be16_to_cpu(x)		VR_BE(16, x)
#define be32_to_cpu(x)		VR_BE(32, x)
#define be64_to_cpu(x)		VR_BE(64, x)
#undef htons
#undef htonl
#undef ntohs
#undef ntohl
#define htons(x)		cpu_to_be16(x)
#define htonl(x)		cpu_to_be32(x)
#define ntohs(x)		be16_to_cpu(x)
#define ntohl(x)		be32_to_cpu(x)

static inline void be16_add_cpu(__be16 *var, u16 val)
{
	*var = cpu_to_be16(be16_to_cpu(*var) + val);
}

#define get_unaligned(p) ({						\
	const struct { typeof(*(p)) x; } __packed *_p = (const void *)(p);	\
	_p->x;								\
})
#define put_unaligned(val, p) do {					\
	struct { typeof(*(p)) x; } __packed *_p = (void *)(p);		\
	_p->x = (val);							\
} while (0)

#define VR_UNALIGNED_BE(bits)						\
static inline u##bits get_unaligned_be##bits(const void *p)		\
{									\
	u##bits v;							\
									\
	memcpy(&v, p, sizeof(v));					\
	return VR_BE(bits, v);					\
}									\
									\
static inline void put_unaligned_be##bits(u##bits v, void *p)		\
{									\
	v = VR_BE(bits, v);						\
	memcpy(p, &v, sizeof(v));					\
}

VR_UNALIGNED_BE(16)
VR_UNALIGNED_BE(32)
VR_UNALIGNED_BE(64)
#undef VR_UNALIGNED_BE

#endif /* _VR_HOST_BITS_H */
