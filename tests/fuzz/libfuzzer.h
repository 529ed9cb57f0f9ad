/* SPDX-License-Identifier: GPL-2.0-only */
/* What libFuzzer calls, and what it offers. */
#ifndef _VR_FUZZ_LIBFUZZER_H
#define _VR_FUZZ_LIBFUZZER_H

#include <stddef.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
size_t LLVMFuzzerMutate(unsigned char *data, size_t len, size_t most);
size_t LLVMFuzzerCustomMutator(unsigned char *data, size_t len, size_t most, unsigned int seed);
size_t LLVMFuzzerCustomCrossOver(const unsigned char *one, size_t one_len,
				 const unsigned char *other, size_t other_len,
				 unsigned char *out, size_t most, unsigned int seed);

#endif /* _VR_FUZZ_LIBFUZZER_H */
