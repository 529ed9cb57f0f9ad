# SPDX-License-Identifier: GPL-2.0-only
# Micro benchmark of the flow table, dp-core/obj/flow_{table,store,count}.c, in user space.
#
#	make -s -f flow_table.mk		build and run it
#	make -s -f flow_table.mk P='IPv6'	only the tables with that in their names
#
# It is worth something on an idle machine only.

TOP	:= $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
BUILD	?= $(TOP)/build/bench
CC	:= gcc

SRC	:= $(TOP)/tests/bench/flow_table.c \
	$(addprefix $(TOP)/dp-core/obj/,flow_table.c flow_store.c flow_count.c)
HDR	:= $(wildcard $(TOP)/dp-core/obj/flow*.h $(TOP)/tests/bench/flow_host/vr_host/*.h \
	$(TOP)/tests/host/vr_host/*.h)
CFLAGS_ALL := -std=gnu11 -O2 -fno-strict-aliasing -Wall -Wextra -Werror \
	-Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers

.PHONY: run
run: $(BUILD)/flow_table
	$< "$(P)"

$(BUILD)/flow_table: $(SRC) $(HDR) $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -D_GNU_SOURCE -I$(TOP)/tests/bench/flow_host -I$(TOP)/tests/host \
		-I$(TOP)/include -I$(TOP)/include/uapi -I$(TOP)/dp-core -o $@ $(SRC)

.PHONY: clean
clean:
	rm -f $(BUILD)/flow_table
