# SPDX-License-Identifier: GPL-2.0-only
# Micro benchmark of dp-core/lib/lpm*.c in user space.
#
#	make -s -f lpm.mk		build and run it
#	make -s -f lpm.mk P='v4'	only the tables with that in their names
#
# It is worth something on an idle machine only.

TOP	:= $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
BUILD	?= $(TOP)/build/bench
CC	:= gcc

SRC	:= $(TOP)/tests/bench/lpm_bench.c $(wildcard $(TOP)/dp-core/lib/lpm*.c)
HDR	:= $(wildcard $(TOP)/dp-core/lib/lpm*.h $(TOP)/tests/bench/lpm_host/vr_host/*.h \
	$(TOP)/tests/host/vr_host/*.h)
CFLAGS_ALL := -std=gnu11 -O2 -fno-strict-aliasing -Wall -Wextra -Werror \
	-Wno-unused-parameter -Wno-sign-compare
# The kernel patches its hweight64() to this instruction where there is one.
ifeq ($(shell uname -m),x86_64)
CFLAGS_ALL += -mpopcnt
endif

.PHONY: run
run: $(BUILD)/lpm_bench
	$< "$(P)"

$(BUILD)/lpm_bench: $(SRC) $(HDR) $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -D_GNU_SOURCE -I$(TOP)/tests/bench/lpm_host -I$(TOP)/tests/host \
		-I$(TOP)/include -I$(TOP)/include/uapi -I$(TOP)/dp-core -o $@ $(SRC)

.PHONY: clean
clean:
	rm -f $(BUILD)/lpm_bench
