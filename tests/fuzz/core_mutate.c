// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs are changed by steps: one is made up, doubled, taken out, moved, or taken from another
 * program, and inside a step bytes are changed. What is behind keeps its meaning.
 */
#include <stdlib.h>

#include "core_fuzz.h"
#include "libfuzzer.h"

#define BODY_MAX	64	/* of a step that is made up */

static struct vr_test_rng rng;

static u32 below(u32 n)
{
	return vr_test_rand_below(&rng, n);
}

/** struct place - a step in a program: where, and how long with its head */
struct place {
	size_t at;
	size_t len;
};

static size_t step_len(const u8 *data, size_t len, size_t at)
{
	if (len - at < STEP_HEAD)
		return len - at;
	return min((size_t)STEP_HEAD + data[at + 1], len - at);
}

/* A step, any one with the same chance; false: there is none. */
static bool some_step(const u8 *data, size_t len, struct place *place)
{
	u32 n = 0, i;
	size_t at;

	for (at = 1; at < len; at += step_len(data, len, at))
		n++;
	if (!n)
		return false;
	i = below(n);
	for (at = 1; i; i--)
		at += step_len(data, len, at);
	*place = (struct place){ at, step_len(data, len, at) };
	return true;
}

/* Room for @n bytes at @at; the length then, which is the same if there is none. */
static size_t insert(u8 *data, size_t len, size_t most, size_t at, const u8 *bytes, size_t n)
{
	if (len + n > most)
		return len;
	memmove(data + at + n, data + at, len - at);
	memcpy(data + at, bytes, n);
	return len + n;
}

static size_t take_out(u8 *data, size_t len, struct place p)
{
	memmove(data + p.at, data + p.at + p.len, len - p.at - p.len);
	return len - p.len;
}

/* Two of three are packets; what is around those is chosen first: paths hang on that. */
static size_t make_step(u8 *step)
{
	u32 n = 8 + below(BODY_MAX - 8), i;

	step[0] = below(3) ? STEP_PACKET : below(STEP_MAX);
	if (!below(12))
		step[0] |= STEP_FAIL;
	step[1] = n;
	for (i = 0; i < n; i++)
		step[STEP_HEAD + i] = below(4) ? vr_test_rand(&rng) : 0;
	if (step[0] != STEP_PACKET)
		return STEP_HEAD + n;
	/* Few words at once, and a vif that is there. */
	step[2] = vr_test_rand(&rng) & vr_test_rand(&rng) & vr_test_rand(&rng);
	step[3] = below(7) | (below(4) ? 0 : 0x40);
	return STEP_HEAD + n;
}

static size_t change_step(u8 *data, size_t len, size_t most, struct place p)
{
	u8 step[STEP_HEAD + 255];
	size_t n;

	if (p.len <= STEP_HEAD)
		return len;
	memcpy(step, data + p.at, p.len);
	n = LLVMFuzzerMutate(step + STEP_HEAD, p.len - STEP_HEAD,
			     min((size_t)255, most - len + p.len - STEP_HEAD));
	step[1] = n;
	len = take_out(data, len, p);
	return insert(data, len, most, p.at, step, STEP_HEAD + n);
}

/* Bytes that numbers are read from: each alone, so that what is read behind them stays. */
static size_t change_bytes(u8 *data, size_t len, struct place p)
{
	u32 n = 1 + below(3);

	while (n-- && p.len > STEP_HEAD)
		data[p.at + STEP_HEAD + below(p.len - STEP_HEAD)] = vr_test_rand(&rng);
	return len;
}

size_t LLVMFuzzerCustomMutator(u8 *data, size_t len, size_t most, unsigned int seed)
{
	u8 step[STEP_HEAD + 255];
	struct place p, q;
	size_t n;

	rng.state = seed;
	if (!len)
		data[len++] = vr_test_rand(&rng);
	if (!some_step(data, len, &p))
		p = (struct place){ len, 0 };
	switch (below(10)) {
	case 0:
		data[0] = vr_test_rand(&rng) | (below(2) ? PROG_WORLD : 0);
		return len;
	case 1:
	case 2:
		n = make_step(step);
		return insert(data, len, most, p.at, step, n);
	case 3:
		return p.len && len > p.len + 1 ? take_out(data, len, p) : len;
	case 4:
		/* The same again, there or elsewhere. */
		memcpy(step, data + p.at, p.len);
		if (!some_step(data, len, &q))
			q = p;
		return insert(data, len, most, q.at, step, p.len);
	case 5:
		if (p.len)
			data[p.at] ^= below(2) ? STEP_FAIL : 1 << below(5);
		return len;
	case 6:
	case 7:
		return change_bytes(data, len, p);
	default:
		return change_step(data, len, most, p);
	}
}

/* The beginning of one, and the end of the other. */
size_t LLVMFuzzerCustomCrossOver(const u8 *one, size_t one_len, const u8 *other, size_t other_len,
				 u8 *out, size_t most, unsigned int seed)
{
	struct place p, q;
	size_t n;

	rng.state = seed;
	if (!some_step(one, one_len, &p) || !some_step(other, other_len, &q))
		return 0;
	n = min(p.at, most);
	memcpy(out, one, n);
	return insert(out, n, most, n, other + q.at, min(other_len - q.at, most - n));
}
