# SPDX-License-Identifier: GPL-2.0-only
# The program by which tests/bench/run measures what flows cost beside packets: BUILD/flow_bench.

TOP	:= $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
BUILD	?= $(TOP)/build/bench
CC	?= cc

SRC	:= $(addprefix $(TOP)/tests/bench/,flow_bench.c flow_trips.c bench_nl.c)
# The kernel's words, which user space does not have.
WORDS	:= '-D__printf(fmt,first)=__attribute__((__format__(__printf__,fmt,first)))' \
	'-D__aligned(n)=__attribute__((aligned(n)))' '-D__packed=__attribute__((packed))' \
	'-D__noreturn=__attribute__((noreturn))'
HDR	:= $(wildcard $(TOP)/tests/bench/*.h $(TOP)/include/uapi/vrouter/*.h)

$(BUILD)/flow_bench: $(SRC) $(HDR) $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -g -Wall -Wextra -Werror -D_GNU_SOURCE -D__SANE_USERSPACE_TYPES__ $(WORDS) \
		-I$(TOP)/include/uapi -o $@ $(SRC)

.PHONY: clean
clean:
	rm -f $(BUILD)/flow_bench
